"""Plots of data and results: colour-blind-safe colours, a title, and a name on every axis.

Importing this module puts ``workbook.mplstyle`` in use, for a learner's own plots, too.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import CenteredNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from helpers import images, run

plt.style.use(Path(__file__).with_name("workbook.mplstyle"))
COLORS = plt.rcParams["axes.prop_cycle"].by_key()["color"]
MARKERS = ("o", "^", "s", "D", "v", "P")
GREYS = LinearSegmentedColormap.from_list("light greys", ["#ffffff", "#6e6e6e"])
# Pale tints of the second and the first color, white between them.
TWO_WAYS = LinearSegmentedColormap.from_list("two ways", ["#6fb1dc", "#ffffff", "#f3a46b"])


def show(figure: Figure) -> None:
    """Show a figure and close it; in a notebook as a PNG of 128 colors, a third of the usual size.

    Not for photographs: they need more colors.
    """
    if run.shell() is None:
        plt.show()
    else:
        run.display({"image/png": images.flat_png(figure), "text/plain": "<figure>"})
    plt.close(figure)


def scatter(
    groups: Mapping[str, np.ndarray],
    title: str,
    axes: tuple[str, str],
    ax=None,
    limits=None,
    legend: str | None = "best",
    size: float = 14,
) -> None:
    """Points in the plane, one colour and marker for each group.

    Parameters
    ----------
    groups : name → points, shape (n, 2).
    axes : names of the two axes, with units.
    ax : matplotlib axes to draw on; by default a new figure, shown at once.
    limits : ((x low, x high), (y low, y high)); by default what fits.
    legend : where the names stand, such as "upper left"; None for nowhere.
    size : area of a marker, in square points.

    Raises
    ------
    ValueError : a group does not have the shape (n, 2).
    """
    for name, points in groups.items():
        if np.ndim(points) != 2 or np.shape(points)[1] != 2:
            said = f"scatter draws points of shape (n, 2), a row for each; {name!r} has the shape"
            raise ValueError(f"{said} {np.shape(points)}. Look at the function that made them.")
    own = ax is None
    ax = ax or plt.figure(figsize=(5.4, 4)).gca()
    for (name, points), color, marker in zip(groups.items(), COLORS, MARKERS, strict=False):
        style = {"color": color, "marker": marker, "s": size, "alpha": 0.6, "lw": 0}
        ax.scatter(*np.asarray(points).T, label=name, **style)
    ax.set(title=title, xlabel=axes[0], ylabel=axes[1])
    if legend:
        ax.legend(loc=legend)
    if limits:
        ax.set(xlim=limits[0], ylim=limits[1])
    if own:
        show(ax.figure)


def panels(
    groups: Mapping[str, Mapping[str, np.ndarray]],
    axes: tuple[str, str],
    limits=None,
    height: float = 4,
) -> None:
    """A `scatter` beside the other, on the same axes: title → groups; a group "" has no legend."""
    clouds = [points for of_panel in groups.values() for points in of_panel.values()]
    limits = limits or fitting(np.concatenate(clouds))
    figure, row = plt.subplots(1, len(groups), figsize=(4.5 * len(groups), height), sharey=True)
    for ax, (title, of_panel) in zip(row, groups.items(), strict=True):
        scatter(of_panel, title, axes, ax, limits, legend="best" if any(of_panel) else None)
        ax.label_outer()
    show(figure)


def surface(
    height: Callable[[np.ndarray], np.ndarray],
    groups: Mapping[str, np.ndarray],
    title: str,
    axes: tuple[str, str],
    label: str,
    levels: int | Sequence[float] = 12,
    ax=None,
    limits=None,
    center: float | None = None,
) -> None:
    """A function over the plane as shading, darker is higher, with points on it.

    Parameters
    ----------
    height : (n, 2) → (n,).
    groups : name → points, shape (n, 2).
    label : what the shading means.
    levels : how many shades, or the values where one shade ends and the next begins; beyond these
        the lightest and the darkest go on.
    ax, limits : as for `scatter`.
    center : shade in two colors that part at this value, and draw a line along it; the points
        become smaller, to leave the shades in sight.
    """
    own = ax is None
    ax = ax or plt.figure(figsize=(6, 4)).gca()
    limits = limits or fitting(np.concatenate([*groups.values()]))
    x, y = np.meshgrid(*(np.linspace(low, high, 120) for low, high in limits))
    values = height(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    beyond = "neither" if isinstance(levels, int) else "both"
    colors = {"cmap": GREYS} if center is None else {"cmap": TWO_WAYS, "norm": CenteredNorm(center)}
    shades = ax.contourf(x, y, values, levels=levels, extend=beyond, **colors)
    bar = ax.figure.colorbar(shades, label=label)
    if center is not None and values.min() < center < values.max():
        bar.add_lines(ax.contour(x, y, values, levels=[center], colors="#222222", linewidths=1.2))
    scatter(groups, title, axes, ax, limits, size=14 if center is None else 6)
    if own:
        show(ax.figure)


def lines(
    series: Mapping[str, Sequence[float]],
    title: str,
    axes: tuple[str, str] = ("epoch", "loss"),
    x: Sequence[float] | None = None,
    level: tuple[float, str] | None = None,
    ax=None,
    log: bool = False,
) -> None:
    """One line for each quantity, such as those in ``model.fit(…).history``.

    Parameters
    ----------
    series : name → values.
    x : where these stand; by default 1, 2, 3 …, the epochs.
    level : (height, name) of a dotted line to compare with.
    ax : as for `scatter`.
    log : draw x on a logarithmic scale, with a tick and a dot at each value.
    """
    own = ax is None
    ax = ax or plt.figure().gca()
    for name, values in series.items():
        places = np.arange(1, 1 + len(values)) if x is None else x
        ax.plot(places, values, label=name, marker="o" if log else None)
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xticks(x, [f"{value:,}" for value in x])
    if level:
        ax.axhline(level[0], color="#444444", ls=":", lw=1.2, label=level[1])
    ax.set(title=title, xlabel=axes[0], ylabel=axes[1])
    ax.legend()
    if own:
        show(ax.figure)


def bars(values: Mapping[str, float], title: str, axis: str, log: bool = False) -> None:
    """A horizontal bar for each value, the first at the top.

    Parameters
    ----------
    axis : what the values are, with units.
    log : draw on a logarithmic scale; values must then be above 0.
    """
    figure = plt.figure(figsize=(8, 0.8 + 0.36 * len(values)))
    ax = figure.gca()
    ax.barh(list(values), list(values.values()), color=COLORS[1], height=0.6)
    ax.invert_yaxis()
    ax.set(title=title, xlabel=axis)
    if log:
        ax.set(xscale="log", xlim=(10 ** np.floor(np.log10(min(values.values()))), None))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter("")
    show(figure)


def fitting(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Limits of both axes that leave a small margin around points, shape (n, 2)."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.05 * (high - low)
    return tuple(zip(low - margin, high + margin, strict=True))
