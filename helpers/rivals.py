"""Rivals: cheap ways to write, paint and score that learn little or nothing.

What a network scores says something only beside their scores.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp
from sklearn.decomposition import PCA

FIRST_WORD = 2  # 0 is padding, 1 stands for unknown words
_LEAST = 1e-4  # no pixel is impossible, nor certain

# ── of networks that write; texts are lists of word numbers ─────────────────────────────────────


def unigram_probabilities(texts: Iterable[Sequence[int]], size: int) -> np.ndarray:
    """How often each word occurs, whatever stands before it.

    Parameters
    ----------
    texts : word numbers, from FIRST_WORD to size - 1.
    size : how many numbers there are, padding and unknown included.

    Returns
    -------
    Shape (size,), sums to 1; 0 for padding and unknown. Each word counts once more than it
    occurs ("add one"), so that no word is impossible.
    """
    counts = np.bincount([word for text in texts for word in text], minlength=size) + 1.0
    counts[:FIRST_WORD] = 0
    return counts / counts.sum()


def bigram_probabilities(
    texts: Iterable[Sequence[int]], size: int, discount: float = 0.75
) -> np.ndarray:
    """How often each word follows each other word, smoothed by absolute discounting.

    p(w | v) = max(c(v, w) - d, 0) / c(v) + d · t(v) / c(v) · unigram(w), where c counts pairs, t(v)
    is how many different words follow v, and d is the discount. After a word never seen before
    another, it is the unigram. Source: Ney, Essen and Kneser (1994), "On structuring probabilistic
    dependences in stochastic language modelling".

    Parameters
    ----------
    texts, size : as for `unigram_probabilities`.
    discount : what each count gives away, between 0 and 1.

    Returns
    -------
    Shape (size, size), float32; row v sums to 1.
    """
    texts = list(texts)
    counts = np.zeros((size, size), dtype=np.float32)
    for text in texts:
        np.add.at(counts, (text[:-1], text[1:]), 1)
    unigram = unigram_probabilities(texts, size).astype(np.float32)
    total, kinds = counts.sum(axis=1), (counts > 0).sum(axis=1)
    kept = np.maximum(counts - discount, 0) / np.maximum(total, 1)[:, None]
    given_away = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1).astype("float32")
    return kept + given_away[:, None] * unigram


# ── of generators of images ──────────────────────────────────────────────────────────────────────


def mean_image(training: np.ndarray, n: int) -> np.ndarray:
    """The mean of the training images, `n` times: no variety, no detail.

    Parameters
    ----------
    training : shape (m, height, width, channels).

    Returns
    -------
    float32, shape (n, height, width, channels).
    """
    return np.repeat(np.asarray(training, np.float32).mean(axis=0)[None], n, axis=0)


def pca_gaussian(
    training: np.ndarray, components: int, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw from a Gaussian with the mean and the main directions of the training images.

    The directions are their first principal components, each with the standard deviation that the
    training images have along it.

    Parameters
    ----------
    training : shape (m, height, width, channels) in [−1, 1].
    components : how many directions, 1 to m − 1.

    Returns
    -------
    float32, shape (n, height, width, channels), cut off to [−1, 1].

    Raises
    ------
    ValueError : more components than there are.
    """
    vectors = np.asarray(training, np.float32).reshape(len(training), -1)
    most = min(len(vectors) - 1, vectors.shape[1])
    if not 1 <= components <= most:
        raise ValueError(f"pca_gaussian: components must be 1 to {most}, not {components}.")
    pca = PCA(components, svd_solver="full").fit(vectors)
    codes = rng.normal(size=(n, components)) * np.sqrt(pca.explained_variance_)
    drawn = pca.inverse_transform(codes).astype(np.float32)
    return np.clip(drawn, -1, 1).reshape(n, *np.shape(training)[1:])


def copies(training: np.ndarray, different: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` images, each a copy of one of a few training images: sharp, and nothing new.

    Parameters
    ----------
    training : shape (m, height, width, channels).
    different : how many training images are copied, 1 to m.

    Returns
    -------
    float32, shape (n, height, width, channels).
    """
    few = rng.choice(len(training), different, replace=False)
    return np.asarray(training, np.float32)[rng.choice(few, n)]


def mirrored(training: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` training images, each flipped left to right: nothing new, and no copy pixel by pixel.

    No image is taken twice, unless `n` is more than there are.

    Parameters
    ----------
    training : shape (m, height, width, channels).

    Returns
    -------
    float32, shape (n, height, width, channels).
    """
    drawn = rng.choice(len(training), n, replace=n > len(training))
    return np.asarray(training, np.float32)[drawn, :, ::-1]


def moved(training: np.ndarray, n: int, rng: np.random.Generator, pixels: int = 2) -> np.ndarray:
    """`n` training images, half of them flipped, each moved a little; white (1) fills the border.

    Parameters
    ----------
    training : shape (m, height, width, channels) in [−1, 1].
    pixels : how far at most, up or down and left or right; every shift is as likely.

    Returns
    -------
    float32, shape (n, height, width, channels).
    """
    drawn = mirrored(np.concatenate([training, np.flip(training, axis=2)]), n, rng)
    border = (pixels, pixels)
    wide = np.pad(drawn, ((0, 0), border, border, (0, 0)), constant_values=1)
    windows = np.lib.stride_tricks.sliding_window_view(wide, drawn.shape[1:3], axis=(1, 2))
    rows, columns = rng.integers(2 * pixels + 1, size=(2, n))
    return np.moveaxis(windows[np.arange(n), rows, columns], 1, -1)


# ── of models that score black-and-white images ──────────────────────────────────────────────────


class BernoulliMixture(NamedTuple):
    """Some stencils, each with a probability of ink for every pixel, and how often each is used.

    Attributes
    ----------
    ink : shape (components, d), from 0 to 1.
    weights : shape (components,), sum to 1.
    """

    ink: np.ndarray
    weights: np.ndarray

    def joint(self, images: np.ndarray) -> np.ndarray:
        """log p(stencil, image) in nats: (n, d) of zeros and ones → (n, components)."""
        on, off = np.log(self.ink), np.log1p(-self.ink)
        return images @ (on - off).T + off.sum(axis=1) + np.log(self.weights)

    def log_likelihood(self, images: np.ndarray) -> np.ndarray:
        """log p(image) in nats, exactly: (n, d) of zeros and ones → (n,)."""
        return logsumexp(self.joint(images), axis=1)

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """n images' probabilities of ink, (n, d): a stencil for each, picked by the weights."""
        return self.ink[rng.choice(len(self.ink), n, p=self.weights / self.weights.sum())]


def fit_bernoulli_mixture(
    images: np.ndarray, components: int, seed: int = 1, rounds: int = 40, smoothing: float = 1
) -> BernoulliMixture:
    """Fit a mixture by expectation-maximization (EM).

    Each round shares every image out among the stencils by how well they explain it, then sets each
    stencil to the mean of its share (C. M. Bishop (2006), "Pattern Recognition and Machine
    Learning", section 9.3.3). Stencils start from the mean of five images each.

    Parameters
    ----------
    images : shape (n, d), zeros and ones.
    components : at least 1; 1 makes the pixels independent.
    smoothing : how many images' worth of the mean image every stencil gets on top, more than 0. It
        keeps a stencil with few images from calling a pixel impossible.

    Returns
    -------
    A mixture whose stencils stay within [0.0001, 0.9999].

    Raises
    ------
    ValueError : there are no images, other numbers than 0 and 1 among them, or no component.
    """
    images = np.asarray(images, dtype=np.float32)
    if images.ndim != 2 or 0 in images.shape or not np.isin(images, (0, 1)).all():
        raise ValueError("A mixture of Bernoullis needs images of shape (n, d), zeros and ones.")
    if components < 1 or smoothing <= 0:
        raise ValueError("A mixture needs at least one component, and smoothing above 0.")
    rng, mean = np.random.default_rng(seed), images.mean(axis=0)
    few = images[rng.integers(len(images), size=(components, 5))].sum(axis=1)
    mixture = _stencils(few, np.full(components, 5, np.float32), mean, smoothing)
    for _ in range(rounds if components > 1 else 1):
        joint = mixture.joint(images)
        share = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        mixture = _stencils(share.T @ images, share.sum(axis=0), mean, smoothing)
    return mixture


def _stencils(ink, counts, mean, smoothing) -> BernoulliMixture:
    """Stencils from each one's sum of images and number of images."""
    ink = (ink + smoothing * mean) / (counts + smoothing)[:, None]
    weights = (counts + 1) / (counts + 1).sum()
    return BernoulliMixture(
        np.clip(ink, _LEAST, 1 - _LEAST).astype(np.float32), weights.astype(np.float32)
    )
