"""Mixtures of Bernoullis: what counting alone can say about black-and-white images."""

from typing import NamedTuple

import numpy as np

_LEAST = 1e-4  # no pixel is impossible, nor certain


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
        return _log_sum(self.joint(images))

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
        share = np.exp(joint - _log_sum(joint)[:, None])
        mixture = _stencils(share.T @ images, share.sum(axis=0), mean, smoothing)
    return mixture


def _stencils(ink, counts, mean, smoothing) -> BernoulliMixture:
    """Stencils from each one's sum of images and number of images."""
    ink = (ink + smoothing * mean) / (counts + smoothing)[:, None]
    weights = (counts + 1) / (counts + 1).sum()
    return BernoulliMixture(
        np.clip(ink, _LEAST, 1 - _LEAST).astype(np.float32), weights.astype(np.float32)
    )


def _log_sum(values: np.ndarray) -> np.ndarray:
    """log Σ exp over the last axis, without overflow."""
    largest = values.max(axis=-1)
    return largest + np.log(np.exp(values - largest[..., None]).sum(axis=-1))
