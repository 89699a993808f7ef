"""Rivals of a generator of images: cheap ways to make them that learn little or nothing.

What a generator scores says something only beside their scores.
"""

import numpy as np


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
    mean = vectors.mean(axis=0)
    # With few long vectors, the products between images are the smaller problem (m × m).
    centered = vectors - mean
    weights = np.linalg.eigh(centered @ centered.T).eigenvectors  # ascending: the main ones last
    # A direction times its standard deviation is a mixture of the centered images.
    mixing = (
        rng.normal(size=(n, components)) @ weights[:, -components:].T / np.sqrt(len(vectors) - 1)
    )
    drawn = mean + mixing.astype(np.float32) @ centered
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
