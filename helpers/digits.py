"""Pictures of handwritten digits, and sliders that draw them."""

import io
import sys
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from helpers import plots, run

SIDE = 28  # pixels of a digit


def sheet(
    rows: np.ndarray | Mapping[str, np.ndarray], title: str, columns: int = 10, ax=None
) -> None:
    """Digits side by side, dark ink on white.

    Parameters
    ----------
    rows : shape (n, 784) or (n, 28, 28), ink from 0 to 1; `columns` of them in a row. Or name →
        such an array: a row for each, with its name on the left.
    ax : matplotlib axes to draw on; by default a new figure, shown at once.
    """
    names = list(rows) if isinstance(rows, Mapping) else []
    if names:
        columns = max(map(len, rows.values()))
        rows = np.concatenate([_filled(rows[name], columns) for name in names])
    # 16 shades look like 256 in a far smaller file; two screen pixels for each keep it sharp.
    picture = np.round(15 * mosaic(rows, columns)) / 15
    own = ax is None
    if own:
        left = 1.45 if names else 0
        height, width = (2 * pixels / 100 for pixels in picture.shape)
        whole = left + width, height + 0.35
        figure = plots.plt.figure(figsize=whole, dpi=100)
        ax = figure.add_axes((left / whole[0], 0, width / whole[0], height / whole[1]))
    ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set_title(title)
    ax.set(xticks=[], yticks=(np.arange(len(names)) + 0.5) * (SIDE + 2), yticklabels=names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if own:
        plots.show(ax.figure)


def mosaic(digits: np.ndarray, columns: int) -> np.ndarray:
    """Digits, (n, 784) or (n, 28, 28), as one array, row by row, with 2 pixels around each."""
    digits = _filled(digits, -(-len(digits) // columns) * columns)
    padded = np.pad(digits, ((0, 0), (1, 1), (1, 1)))
    cells = padded.reshape(-1, columns, SIDE + 2, SIDE + 2)
    return cells.swapaxes(1, 2).reshape(len(cells) * (SIDE + 2), columns * (SIDE + 2))


def _filled(digits: np.ndarray, n: int) -> np.ndarray:
    """`digits` as (n, 28, 28), with empty ones at the end where there are fewer."""
    digits = np.asarray(digits, dtype=np.float32).reshape(-1, SIDE, SIDE)
    return np.concatenate([digits, np.zeros((n - len(digits), SIDE, SIDE), np.float32)])


def latent_map(points: np.ndarray, labels: np.ndarray, title: str, ax=None) -> None:
    """Where digits lie in a plane: each is drawn as its own numeral, in one of six colours.

    Parameters
    ----------
    points : shape (n, 2).
    labels : shape (n,), 0 to 9.
    ax : as for `sheet`.
    """
    own = ax is None
    ax = ax or plots.plt.figure(figsize=(6.4, 6), layout="constrained").gca()
    for label in range(10):
        color, marker = plots.COLORS[label % len(plots.COLORS)], f"${label}$"
        ax.scatter(*points[labels == label].T, s=26, color=color, marker=marker, lw=0.2)
    ax.set(title=title, xlabel="first latent number", ylabel="second latent number")
    ax.spines[["top", "right"]].set_visible(False)
    if own:
        plots.show(ax.figure)


def sliders(decode: Callable[[np.ndarray], np.ndarray], latent_dim: int, reach: float = 3) -> bool:
    """A slider for each latent number, and the digit that they make, if ipywidgets is there.

    Shows nothing in a run that nobody watches (CI, the build of the course) and outside a notebook.

    Parameters
    ----------
    decode : latent vectors (n, latent_dim) → ink (n, 784), from 0 to 1.
    reach : a slider goes from −reach to reach.

    Returns
    -------
    Whether there are sliders.
    """
    try:
        import ipywidgets as widgets
    except ImportError:
        return False
    if run.shell() is None or run.strict():
        return False
    picture = widgets.Image(format="png", width=224, height=224)
    handles = [
        widgets.FloatSlider(0, min=-reach, max=reach, step=0.1, description=f"z[{i}]")
        for i in range(latent_dim)
    ]

    def draw(_=None) -> None:
        z = np.array([[handle.value for handle in handles]], dtype=np.float32)
        ink = np.asarray(decode(z)).reshape(SIDE, SIDE)
        file = io.BytesIO()
        Image.fromarray(np.uint8(255 * (1 - ink))).resize((224, 224)).save(file, "PNG")
        picture.value = file.getvalue()

    for handle in handles:
        handle.observe(draw, names="value")
    draw()
    sys.modules["IPython"].display.display(widgets.HBox([widgets.VBox(handles), picture]))
    return True
