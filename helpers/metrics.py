"""Numbers that tell how good generated data are; every one of them can fail.

None of these numbers is enough alone: read them together, beside what real data score.
"""

from collections.abc import Callable

import numpy as np

_PAIRS_AT_ONCE = 2**21  # distances held in memory at a time: 17 MB


def residual_rmse(points: np.ndarray, curve: Callable[[np.ndarray], np.ndarray]) -> float:
    """Root mean square of the vertical distance to a curve; 0 is exact.

    Parameters
    ----------
    points : shape (n, 2), columns x and y.
    curve : x, shape (n,) → the y it should have, shape (n,).

    Returns
    -------
    In the units of y, at least 0. Blind to missing variety: n copies of one point score 0.

    Raises
    ------
    ValueError : `points` is empty, has another shape, or holds NaN or infinity.
    """
    x, y = _points(points, width=2).T
    return float(np.sqrt(np.mean((y - curve(x)) ** 2)))


def coverage(
    values: np.ndarray, low: float, high: float, bins: int = 20, enough: float = 0.25
) -> float:
    """Share of equal bins on [low, high] that hold at least `enough` of their expected values.

    "Expected" supposes that the values should be uniform: n / bins in each bin.

    Parameters
    ----------
    values : shape (n,); those outside [low, high] fill no bin but count in n.
    bins : how many bins, at least 1.
    enough : share of the expected number that makes a bin count, more than 0.

    Returns
    -------
    0 (nothing covered) to 1 (every bin). Blind to what the values belong to.

    Raises
    ------
    ValueError : no values, NaN or infinity among them, or an empty range.
    """
    values = _points(np.reshape(values, (-1, 1)))[:, 0]
    if not low < high:
        raise ValueError(f"coverage needs low < high, not {low} and {high}.")
    counts = np.histogram(values, bins=bins, range=(low, high))[0]
    return float(np.mean(counts >= enough * len(values) / bins))


def share_outside(values: np.ndarray, low: float, high: float) -> float:
    """Share of `values`, shape (n,), below `low` or above `high`: 0 (none) to 1 (all).

    Raises ValueError for no values, NaN or infinity.
    """
    values = _points(np.reshape(values, (-1, 1)))
    return float(np.mean((values < low) | (values > high)))


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
    first, second = _points(first), _points(second)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"The points have {first.shape[1]} and {second.shape[1]} coordinates.")
    within = _mean_distance(first, first) + _mean_distance(second, second)
    return 2 * _mean_distance(first, second) - within


def _mean_distance(first: np.ndarray, second: np.ndarray) -> float:
    rows = max(1, _PAIRS_AT_ONCE // len(second))
    total = 0.0
    for start in range(0, len(first), rows):
        block = first[start : start + rows]
        squares = sum(np.subtract.outer(a, b) ** 2 for a, b in zip(block.T, second.T, strict=True))
        total += np.sqrt(squares).sum()
    return total / (len(first) * len(second))


def _points(points: np.ndarray, width: int | None = None) -> np.ndarray:
    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or 0 in points.shape or (width and points.shape[1] != width):
        raise ValueError(f"Expected points of shape (n, {width or 'd'}), not {points.shape}.")
    if not np.isfinite(points).all():
        raise ValueError("Some points are NaN or infinite: the run went wrong before this line.")
    return points
