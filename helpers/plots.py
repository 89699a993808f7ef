"""Plots of data and results: colour-blind-safe colours, a title, and a name on every axis."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np

# Okabe and Ito (2008), "Color Universal Design": told apart with any kind of colour vision.
COLORS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "^", "s", "D", "v", "P")


def scatter(
    groups: Mapping[str, np.ndarray], title: str, axes: tuple[str, str], ax=None, limits=None
) -> None:
    """Points in the plane, one colour and marker for each group.

    Parameters
    ----------
    groups : name → points, shape (n, 2).
    axes : names of the two axes, with units.
    ax : matplotlib axes to draw on; by default a new figure, shown at once.
    limits : ((x low, x high), (y low, y high)); by default what fits.
    """
    own = ax is None
    ax = ax or plt.figure(figsize=(5.4, 4), layout="constrained").gca()
    for (name, points), color, marker in zip(groups.items(), COLORS, MARKERS, strict=False):
        ax.scatter(*points.T, s=14, alpha=0.6, color=color, marker=marker, label=name, lw=0)
    _label(ax, title, axes)
    ax.legend()
    if limits:
        ax.set(xlim=limits[0], ylim=limits[1])
    if own:
        plt.show()


def real_against_generated(
    real: Mapping[str, np.ndarray], generated: Mapping[str, np.ndarray], axes: tuple[str, str]
) -> None:
    """Real points on the left, generated ones on the right, on the same axes; see `scatter`."""
    everything = np.concatenate([*real.values(), *generated.values()])
    limits = _limits(everything)
    _, (left, right) = plt.subplots(
        1, 2, figsize=(9, 4), layout="constrained", sharex=True, sharey=True
    )
    scatter(real, "Real", axes, left, limits)
    scatter(generated, "Generated", axes, right, limits)
    plt.show()


def density(
    log_density: Callable[[np.ndarray], np.ndarray],
    groups: Mapping[str, np.ndarray],
    title: str,
    axes: tuple[str, str],
) -> None:
    """A density over the plane as shading, with points on it.

    Parameters
    ----------
    log_density : (n, 2) → (n,), in nats.
    groups : name → points, shape (n, 2).
    """
    (x_low, x_high), (y_low, y_high) = limits = _limits(np.concatenate([*groups.values()]))
    x, y = np.meshgrid(np.linspace(x_low, x_high, 120), np.linspace(y_low, y_high, 120))
    values = np.exp(log_density(np.column_stack([x.ravel(), y.ravel()]))).reshape(x.shape)
    figure = plt.figure(figsize=(6, 4), layout="constrained")
    ax = figure.gca()
    shades = ax.contourf(x, y, values, levels=12, cmap="Greys")
    figure.colorbar(shades, label="density")
    scatter(groups, title, axes, ax, limits)
    plt.show()


def _limits(points: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.05 * (high - low)
    return tuple(zip(low - margin, high + margin, strict=True))


def _label(ax, title: str, axes: tuple[str, str]) -> None:
    ax.set(title=title, xlabel=axes[0], ylabel=axes[1])
    ax.spines[["top", "right"]].set_visible(False)
