"""Numbers that tell how good generated data are; every one of them can fail.

None of these numbers is enough alone: read them together, beside what real data score.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import RidgeCV
from sklearn.metrics import pairwise_distances, pairwise_distances_argmin
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from helpers.images import as_images

_PAIRS_AT_ONCE = 2**21  # distances held in memory at a time: 17 MB
_PROJECTED_AT_ONCE = 2**23  # numbers held in memory at a time: 34 MB as float32
_DETAIL = 32  # edges are looked for in images averaged down to about this size


def copied_share(generated: Iterable[Sequence], training: Iterable[Sequence], n: int = 4) -> float:
    """Share of the n-grams in `generated` that stand somewhere in `training`, from 0 to 1.

    Raises ValueError if no generated text has n words.
    """

    def ngrams(texts: Iterable[Sequence]) -> list[tuple]:
        return [tuple(text[i : i + n]) for text in texts for i in range(len(text) - n + 1)]

    known, made = set(ngrams(training)), ngrams(generated)
    if not made:
        raise ValueError(f"No generated text has {n} words.")
    return float(np.mean([gram in known for gram in made]))


def energy_distance(first: np.ndarray, second: np.ndarray) -> float:
    """How differently two clouds of points are spread; 0 for the same cloud.

    2·E|X − Y| − E|X − X′| − E|Y − Y′|, with every mean taken over all pairs of points
    (G. J. Székely and M. L. Rizzo (2013), "Energy statistics").

    Two samples from the *same* source do not score 0 but about (1/n + 1/m)·E|X − X′|: compare with
    that floor, at the same numbers of points.

    Parameters
    ----------
    first, second : shapes (n, d) and (m, d). Takes n·m steps: some thousand points are enough.

    Returns
    -------
    In the units of the points, at least 0 (up to rounding).

    Raises
    ------
    ValueError : a cloud is empty or not 2-dimensional, holds NaN or infinity, or the d differ.
    """
    first, second = _vectors(first), _vectors(second)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"The points have {first.shape[1]} and {second.shape[1]} coordinates.")
    within = _mean_distance(first, first) + _mean_distance(second, second)
    return 2 * _mean_distance(first, second) - within


def sliced_wasserstein(
    first: np.ndarray, second: np.ndarray, directions: int = 256, seed: int = 1
) -> float:
    """How differently two clouds of vectors are spread, seen along random directions.

    Along one direction, the best way to move one cloud onto the other pairs sorted values; the
    distance is the root mean square of those moves, over all pairs and directions
    (J. Rabin, G. Peyré, J. Delon and M. Bernot (2011), "Wasserstein Barycenter and Its Application
    to Texture Mixing"). Clouds of different sizes are paired quantile by quantile.

    Two samples from the *same* source do not score 0: compare with that floor, at the same numbers
    of vectors, or use `scaled_distance`.

    Parameters
    ----------
    first, second : shapes (n, d) and (m, d).
    directions : how many random directions, drawn from `seed` alone; at least 1.

    Returns
    -------
    At least 0, in the units of the vectors: all moved by v gives about |v| / √d.

    Raises
    ------
    ValueError : a cloud is empty or not 2-dimensional, holds NaN or infinity, or the d differ.
    """
    first, second = _vectors(first), _vectors(second)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"The vectors have {first.shape[1]} and {second.shape[1]} coordinates.")
    axes = np.random.default_rng(seed).normal(size=(first.shape[1], directions))
    axes = (axes / np.linalg.norm(axes, axis=0)).astype(np.result_type(first, second))
    pairs = max(len(first), len(second))
    quantiles = (np.arange(pairs) + 0.5) / pairs
    columns = max(1, _PROJECTED_AT_ONCE // pairs)
    total = 0.0
    for start in range(0, directions, columns):
        block = axes[:, start : start + columns]
        # One row for each direction: sorting along rows is quicker than along columns.
        a, b = (np.sort((cloud @ block).T, axis=1) for cloud in (first, second))
        if len(first) != len(second):
            a, b = (side[:, (quantiles * side.shape[1]).astype(int)] for side in (a, b))
        total += np.square(a - b).sum(dtype=float)
    return float(np.sqrt(total / (pairs * directions)))


def scaled_distance(
    distance: Callable[[np.ndarray, np.ndarray], float],
    generated: np.ndarray,
    training: np.ndarray,
    held_out: np.ndarray,
    untrained: np.ndarray,
) -> float:
    """A distance to held-out data on a scale from 0, real data, to 1, an untrained generator.

    (d(generated) − d(training)) / (d(untrained) − d(training)), each d measured against `held_out`.
    As most distances shrink with the number of samples, each side is cut to the same number: hand
    in shuffled data.

    The scale is right at both ends, but not even. d(training), the floor, is there because any two
    samples differ, and such a distance adds to others like the sides of a right triangle: true
    distance e and floor f give √(e² + f²). Far above the floor the scale grows like e, close to it
    like e²/2f, so 4 times the score can be 2 times the distance. Do not divide two small scores:
    `share_of_untrained` is the even scale.

    Returns
    -------
    About 0 for data as good as real ones (below 0 by chance, or if they are *closer* than real data
    are), 1 for those as bad as untrained; there is no upper limit.

    Raises
    ------
    ValueError : untrained data are no farther away than training data: then there is no scale.
    """
    n = min(map(len, (generated, training, untrained)))
    return _scale(*(distance(side[:n], held_out) for side in (generated, training, untrained)))


def share_of_untrained(generated: float, training: float, untrained: float) -> float:
    """How far generated data are from real ones, as a share of how far untrained ones are.

    What `scaled_distance` says on an uneven scale, on an even one: twice the number is twice the
    distance. The floor is taken off the squares, where it adds up:
    √((generated² − training²) / (untrained² − training²)).

    Parameters
    ----------
    generated, training, untrained : their distances to the same held-out data, on equal numbers of
        samples. A distance whose square grows by a floor, such as `sliced_wasserstein`; the
        `energy_distance` is a square itself.

    Returns
    -------
    0 for data as good as real ones, 1 for those as bad as untrained; negative for closer than real
    ones, by chance. As the root makes small chances large, other real data score some hundredths.

    Raises
    ------
    ValueError : untrained data are no farther away than training data: then there is no scale.
    """
    square = _scale(generated**2, training**2, untrained**2)
    return float(np.sign(square) * np.sqrt(abs(square)))


def patches(images: np.ndarray, size: int = 7, per_image: int = 32, seed: int = 1) -> np.ndarray:
    """Small squares cut out at random places, as vectors: what a picture is like close up.

    Plain patches: their brightness and contrast are left as they are.

    Parameters
    ----------
    images : shape (n, height, width, channels).
    size : side of a square in pixels, at most the height and width.

    Returns
    -------
    Shape (n · per_image, size · size · channels).

    Raises
    ------
    ValueError : `images` has another shape, or is smaller than a patch.
    """
    images = np.asarray(images)
    if images.ndim != 4 or min(images.shape[1:3]) < size:
        raise ValueError(f"Expected images (n, ≥{size}, ≥{size}, channels), not {images.shape}.")
    n, height, width, channels = images.shape
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, height - size + 1, (n, per_image))
    columns = rng.integers(0, width - size + 1, (n, per_image))
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    cut = windows[np.arange(n)[:, None], rows, columns]  # (n, per_image, channels, size, size)
    return cut.reshape(n * per_image, channels * size * size)


def density_and_coverage(
    real: np.ndarray, generated: np.ndarray, k: int = 5
) -> tuple[float, float]:
    """Are generated vectors where real ones are, and wherever real ones are?

    Around each real vector lies a ball that just reaches its `k`-th nearest real neighbor. Density
    counts how many balls a generated vector lies in, divided by `k`; coverage is the share of balls
    with a generated vector in them (M. F. Naeem, S. J. Oh, Y. Uh, Y. Choi and J. Yoo (2020),
    "Reliable Fidelity and Diversity Metrics for Generative Models").

    Parameters
    ----------
    real, generated : shapes (n, d) and (m, d), in a space where near means alike, such as
        `edge_features`; n more than `k`. Take m = n: coverage grows with m.

    Returns
    -------
    density : at least 0; as good as real is 1. More can mean that all crowd where real data are
        common, less that many lie where none are.
    coverage : 0 to 1; as good as real is about 1 − 2⁻ᵏ (0.97 for k = 5, if m = n).

    Raises
    ------
    ValueError : as for `sliced_wasserstein`, or too few real vectors.
    """
    real, generated = _vectors(real), _vectors(generated)
    if len(real) <= k:
        raise ValueError(f"With k = {k} at least {k + 1} real vectors are needed.")
    neighbors = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(real)
    radius = neighbors.kneighbors()[0][:, -1]  # without arguments a vector is not its own neighbor
    inside = pairwise_distances(real, generated) <= radius[:, None]
    return float(inside.sum() / (k * len(generated))), float(inside.any(axis=1).mean())


def edge_features(images: np.ndarray, filters: int = 64) -> np.ndarray:
    """What edges and textures each quarter of a picture holds; a space for `density_and_coverage`.

    One layer of a random network: 5×5 filters that sum to 0 in each channel, so that they answer to
    edges and not to plain areas, then ReLU, then the mean over each quarter of the picture. Images
    are first averaged down to about 32×32. Random networks serve where those trained on photographs
    fit badly or are too large (Naeem et al. 2020, section 3.3, who use a random VGG16).

    Distances between pixels would not do: on white backgrounds they call a Gaussian around the mean
    image *denser* than real images.

    Parameters
    ----------
    images : shape (n, height, width, channels), at least 8×8.

    Returns
    -------
    float32, shape (n, 4 · filters), at least 0. Blind to the color of plain areas.
    """
    images = _small(images)
    channels = images.shape[3]
    weights = np.random.default_rng(0).normal(size=(channels, 5, 5, filters)).astype(np.float32)
    weights -= weights.mean(axis=(1, 2), keepdims=True)
    weights /= np.sqrt(np.square(weights).sum(axis=(0, 1, 2)))
    found = []
    for start in range(0, len(images), 64):  # the answers to 64 images take about 13 MB
        block = images[start : start + 64]
        windows = np.lib.stride_tricks.sliding_window_view(block, (5, 5), axis=(1, 2))
        answers = np.maximum(np.tensordot(windows, weights, axes=3), 0)
        halves = (np.array_split(side, 2, axis=2) for side in np.array_split(answers, 2, axis=1))
        means = [quarter.mean(axis=(1, 2)) for sides in halves for quarter in sides]
        found.append(np.concatenate(means, axis=1))
    return np.concatenate(found)


def nearest_ratio(generated: np.ndarray, training: np.ndarray, held_out: np.ndarray) -> float:
    """Are the generated images copies? Distance to the nearest training image, real = 1.

    The mean over `generated`, divided by the mean over `held_out`: far below 1 means memorized,
    far above 1 unlike anything real. Distances are between pixels.

    Parameters
    ----------
    generated, training, held_out : shapes (…, height, width, channels), any numbers of images.

    Returns
    -------
    At least 0; copies of training images score 0.

    Raises
    ------
    ValueError : these are no images of one size in [−1, 1], or the held-out ones stand in training.
    """
    generated, training, held_out = map(as_images, (generated, training, held_out))
    sides = (_flat(generated), _flat(held_out))
    return _ratio(*(_nearest_distances(side, _flat(training)) for side in sides))


def nearest_moved(images: np.ndarray, training: np.ndarray, pixels: int = 2) -> np.ndarray:
    """Distance of each image to the nearest training image, flipped or not, moved a little or not.

    Compares the middle of an image, without a border of `pixels`, with what stands in that frame
    when a training image is moved by up to `pixels` in each direction. So it does not matter what
    fills the border of a moved image. Larger images are first averaged down to about 32×32.

    Parameters
    ----------
    images, training : shapes (n, height, width, channels) and (m, …), in [−1, 1].
    pixels : at least 1; less than half the height and width.

    Returns
    -------
    Shape (n,), Euclidean distance between pixels; 0 for a training image, mirrored or moved.

    Raises
    ------
    ValueError : these are no images in [−1, 1], or too small for so many `pixels`.
    """
    images, training = _small(images), _small(training)
    if not 0 < pixels < min(images.shape[1:3]) / 2:
        raise ValueError(f"No middle of images {images.shape} moves by {pixels} pixels.")
    middle = _flat(images[:, pixels:-pixels, pixels:-pixels])
    nearest = np.full(len(images), np.inf)
    for frames in map(_flat, _moves(training, pixels)):
        # |a − b|² = |a|² + |b|² − 2 a·b: a product of matrices finds the nearest quickly.
        found = np.argmin(np.square(frames).sum(axis=1) / 2 - middle @ frames.T, axis=1)
        nearest = np.minimum(nearest, np.linalg.norm(middle - frames[found], axis=1))
    return nearest


def diversity(images: np.ndarray, reference: np.ndarray) -> float:
    """How different the images are from each other: mean distance of two of them, real = 1.

    Parameters
    ----------
    images, reference : shapes (n, height, width, channels) and (m, …), n and m at least 2;
        `reference` are real.

    Returns
    -------
    At least 0: one image n times scores 0. Noise may score above 1, and 20 real images repeated
    hardly below: read it beside the other numbers.
    """
    if min(len(images), len(reference)) < 2:
        raise ValueError("At least two images are needed to say how different they are.")
    spread = [
        pairwise_distances(_flat(as_images(group))).sum(dtype=float)
        / (len(group) ** 2 - len(group))
        for group in (images, reference)
    ]
    if spread[1] == 0:
        raise ValueError("The real images are all the same: there is nothing to compare with.")
    return spread[0] / spread[1]


def attribute_reader(images: np.ndarray, attributes: np.ndarray) -> TransformedTargetRegressor:
    """Learn to read from a picture what it was drawn with, such as ripeness and light.

    Ridge regression on a radial kernel between pictures' 100 main components. How strongly an
    attribute is shrunk towards its mean is chosen for each by leaving one picture out: what cannot
    be read comes out as the mean. Some seconds for 500 pictures; larger ones are first averaged
    down to about 32×32.

    Parameters
    ----------
    images : shape (n, height, width, channels) in [−1, 1], training pictures only.
    attributes : shape (n, a), numbers, as from `datasets.load_attributes`. An angle that goes all
        the way round cannot be read so: 359 and 1 are far apart.

    Returns
    -------
    Fitted. `predict` takes images of the same size and gives shape (n, a), in the units of
    `attributes`. Measure on held-out pictures how well it reads each, by R² or, of yes and no, AUC.

    Raises
    ------
    ValueError : these are no images in [−1, 1], or not as many as rows of attributes.
    """
    vectors = _flat(_small(images))
    reader = make_pipeline(
        FunctionTransformer(lambda pictures: _flat(_small(pictures))),
        PCA(min(100, *vectors.shape), random_state=0),
        Nystroem(gamma=1 / vectors.shape[1], n_components=len(vectors), random_state=0),
        RidgeCV(np.logspace(-4, 2, 13), alpha_per_target=True),
    )
    return TransformedTargetRegressor(reader, transformer=StandardScaler()).fit(images, attributes)


def new_combinations(
    generated: np.ndarray,
    training: np.ndarray,
    held_out: np.ndarray,
    reader: TransformedTargetRegressor,
    pixels: int = 2,
) -> float:
    """Do the generated images combine attributes anew? Distance to the nearest reading, real = 1.

    Every image is read by `reader`, and what was read, in standard deviations, compared with the
    readings of all training images, flipped or not, moved by up to `pixels` or not (white, 1, fills
    the border). The mean distance to the nearest, divided by that of the held-out images. Unlike
    `nearest_moved` it sees through noise on a copy, for the copy is read as the same fruit.

    It says that images are new, not that they are good: the mean image is a combination, too, and
    so is a blend of two images, or a copy in another color.

    Parameters
    ----------
    generated, training, held_out : shapes (…, height, width, channels), in [−1, 1].
    reader : from `attribute_reader`, of the training images. An attribute counts as much as it can
        be read.

    Returns
    -------
    At least 0; about 0 for copies, mirrored or moved ones too, about 1 for an honest generator.
    """
    read = reader.regressor_.predict  # in standard deviations
    border = ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0))
    wide = np.pad(_small(training), border, constant_values=1)
    known = np.concatenate([read(moved) for moved in _moves(wide, pixels)])
    return _ratio(*(_nearest_distances(read(side), known) for side in (generated, held_out)))


def judge_images(
    generated: np.ndarray,
    training: np.ndarray,
    held_out: np.ndarray,
    untrained: np.ndarray,
    seed: int = 1,
) -> dict[str, float]:
    """Eight numbers on generated images; read them together, beside those of rivals.

    Parameters
    ----------
    generated, training, held_out, untrained : shapes (…, height, width, channels) in [−1, 1]:
        images to judge, those learned from, real ones never learned from, and those of the same
        generator before training. About as many in each: distances are measured on equal numbers,
        and some hundred are needed.
    seed : of the directions, of the places of patches and of which images are taken where one side
        has more.

    Returns
    -------
    swd_pixels, swd_scaled : `scaled_distance` by `sliced_wasserstein`, 0 = real, 1 = untrained; of
        whole images and of 7×7 `patches`.
    patch_share : `share_of_untrained` of the same patches: the even scale, for comparing.
    density, coverage : `density_and_coverage` of `edge_features` against the held-out images; real
        images score 1 and 0.97.
    nearest_ratio : see there; real = 1, copies 0.
    moved_ratio : mean `nearest_moved` of generated images, divided by that of held-out ones; real
        = 1, copies 0, mirrored or moved ones too.
    diversity : see there; real = 1.

    Raises
    ------
    ValueError : these are no images of one size in [−1, 1].
    """
    sides = [as_images(side) for side in (generated, training, held_out, untrained)]
    if len({side.shape[1:] for side in sides}) > 1:
        raise ValueError(f"The images differ in size: {[side.shape[1:] for side in sides]}.")
    generated, training, held_out, untrained = (
        np.random.default_rng(seed).permutation(side) for side in sides
    )
    n = min(map(len, (generated, training, untrained)))
    real = edge_features(held_out)
    features = edge_features(generated)
    groups = max(1, len(features) // len(real))  # each as large as `real`, if there are enough
    found = [
        density_and_coverage(real, part[: len(real)]) for part in np.array_split(features, groups)
    ]
    dense, covered = np.mean(found, axis=0)

    def between_pixels(first, second):
        return sliced_wasserstein(_flat(first), _flat(second), seed=seed)

    def between_patches(first, second):
        # Other places in the second images, or equal images would be cut at equal places.
        cut = patches(first, seed=seed), patches(second, seed=seed + 1)
        return sliced_wasserstein(*cut, seed=seed)

    sides = (generated[:n], training[:n], held_out, untrained[:n])
    close_up = [between_patches(side, held_out) for side in (sides[0], sides[1], sides[3])]
    return {
        "swd_pixels": scaled_distance(between_pixels, *sides),
        "swd_scaled": _scale(*close_up),
        "patch_share": share_of_untrained(*close_up),
        "density": float(dense),
        "coverage": float(covered),
        "nearest_ratio": nearest_ratio(generated, training, held_out),
        "moved_ratio": _ratio(*(nearest_moved(side, training) for side in (generated, held_out))),
        "diversity": diversity(generated, training),
    }


def _mean_distance(first: np.ndarray, second: np.ndarray) -> float:
    blocks = np.array_split(first, -(-len(first) * len(second) // _PAIRS_AT_ONCE))
    return sum(cdist(block, second).sum() for block in blocks) / (len(first) * len(second))


def _scale(found: float, best: float, worst: float) -> float:
    if not worst > best:
        raise ValueError("The untrained data are as near to the held-out data as real ones.")
    return (found - best) / (worst - best)


def _ratio(generated: np.ndarray, held_out: np.ndarray) -> float:
    """Mean distance of generated data, divided by that of held-out ones."""
    if not held_out.any():
        raise ValueError("Each held-out image is also a training image: hold out other ones.")
    return float(generated.mean() / held_out.mean())


def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def _small(images: np.ndarray) -> np.ndarray:
    return _averaged_down(as_images(images), _DETAIL)


def _moves(images: np.ndarray, pixels: int) -> Iterator[np.ndarray]:
    """The images without a border, 2 · `pixels` in all: from each place, and of flipped ones."""
    height, width = np.array(images.shape[1:3]) - 2 * pixels
    for way, row, column in product((1, -1), range(2 * pixels + 1), range(2 * pixels + 1)):
        yield images[:, row : row + height, ::way][:, :, column : column + width]


def _averaged_down(images: np.ndarray, size: int) -> np.ndarray:
    """Means over whole blocks of pixels, so that the shorter side keeps at least `size` of them."""
    n, height, width, channels = images.shape
    block = max(1, min(height, width) // size)
    rows, columns = height // block, width // block
    images = images[:, : rows * block, : columns * block]
    return images.reshape(n, rows, block, columns, block, channels).mean(axis=(2, 4))


def _nearest_distances(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    nearest = others[pairwise_distances_argmin(vectors, others)]
    return np.linalg.norm(vectors - nearest, axis=1)  # exactly: a copy is at 0


def _vectors(vectors: np.ndarray) -> np.ndarray:
    """The vectors, (n, d), as float64; float32 stays float32: images are large."""
    vectors = np.asarray(vectors)
    if vectors.ndim != 2 or 0 in vectors.shape:
        raise ValueError(f"Expected points of shape (n, d), not {vectors.shape}.")
    vectors = vectors if vectors.dtype == np.float32 else vectors.astype(float)
    if not np.isfinite(vectors).all():
        raise ValueError("Some points are NaN or infinite: the run went wrong before this line.")
    return vectors
