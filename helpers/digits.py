"""Handwritten digits: their files, things that are no digits, pictures of both, sliders.

`helpers.datasets.load_digits` is the front door to the data and says what comes out.
"""

import contextlib
import hashlib
import io
import os
import re
import socket
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from PIL import Image

from helpers import datasets, images, plots, run
from helpers.datasets import DataError
from helpers.run import ROOT

SIDE = 28  # pixels of a digit
TRAINING = 4000  # of the 5,000 embedded digits; the other 1,000 are held out
TIMEOUT = 10  # seconds without an answer

# SHA-256 of the arrays, by `content_hash`: files of the same digits are packed differently.
EMBEDDED_SHA256 = "767cc232113ecfe730675889633d8d6d1a82158f768da77e67145df0443e92f4"
MNIST_SHA256 = "0edce7ea46b7b3bc6c29f4a35cdd2828ac1fc513931f00b7e08204c8fd0b007c"
MNIST_NAMES = ("x_train", "y_train", "x_test", "y_test")
FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")  # matplotlib brings them


class Digits(NamedTuple):
    """Digits to learn from and digits held out; see `helpers.datasets.load_digits`."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def load(source: str | os.PathLike, seed: int) -> Digits:
    """See `helpers.datasets.load_digits`."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise DataError(f"seed is {seed!r}: give a whole number, at least 0, such as seed=1.")
    if source == "embedded":
        path = ROOT / "datasets" / "mnist_5k.npz"
        arrays = _read(path, ("x", "y"), EMBEDDED_SHA256, "fetch the course again")
        order = np.random.default_rng(seed).permutation(len(arrays[0]))
        x, y = (array[order] for array in arrays)
        return Digits(x[:TRAINING], y[:TRAINING], x[TRAINING:], y[TRAINING:])
    if source == "mnist":
        arrays = _download_mnist()
        if content_hash(arrays) != MNIST_SHA256:
            raise DataError(
                "What Keras keeps as MNIST holds other digits: delete mnist.npz in the folder "
                f".keras/datasets of your home folder and try again, {datasets.OR_EMBEDDED}."
            )
        return Digits(*arrays)
    path = datasets._own_file(source, '"embedded", "mnist" or the path of a mnist.npz')
    what_to_do = f"give a mnist.npz with the arrays of Keras' own, {datasets.OR_EMBEDDED}"
    return Digits(*_read(path, MNIST_NAMES, MNIST_SHA256, what_to_do))


def content_hash(arrays: Sequence[np.ndarray]) -> str:
    """SHA-256 of what arrays hold, with their shapes and types, however a file packs them."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def _read(path: Path, names: Sequence[str], sha256: str, what_to_do: str) -> list[np.ndarray]:
    """The arrays of an npz file, if they are the ones expected."""
    try:
        with np.load(path, allow_pickle=False) as file:
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ValueError
            if missing := [name for name in names if name not in file.files]:
                raise DataError(f'{path} has no array "{missing[0]}" in it: {what_to_do}.')
            arrays = [file[name] for name in names]
    except OSError as error:
        why = error.strerror or "it is damaged"
        raise DataError(f"{path} cannot be read ({why}): {what_to_do}.") from None
    except (ValueError, TypeError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise DataError(f"{path} is no file of numpy arrays, or damaged: {what_to_do}.") from None
    if content_hash(arrays) != sha256:
        raise DataError(f"{path} holds other digits than expected: {what_to_do}.")
    return arrays


def _download_mnist() -> list[np.ndarray]:
    """MNIST as Keras keeps it, downloaded once (11 MB) into its own folder."""
    import keras  # only here: the helpers themselves do not need TensorFlow

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)  # Keras sets none: behind a silent firewall it would wait
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # a line for each of its 16 kB blocks
            (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:
        # Keras puts the reason last: "URL fetch failure on …: None -- [Errno -2] Name or …".
        why = re.split(r" -- |: |\] ", " ".join(str(error).split()))[-1].split(". ")[0].rstrip(".")
        raise DataError(
            f"MNIST could not be had from Keras ({why or type(error).__name__}): connect to the "
            f"internet, give the path of a mnist.npz that you have, {datasets.OR_EMBEDDED}."
        ) from None
    finally:
        socket.setdefaulttimeout(before)
    return [x_train, y_train, x_test, y_test]


# ── what is no digit ─────────────────────────────────────────────────────────────────────────────


def letters(n: int, seed: int = 1) -> tuple[np.ndarray, list[str]]:
    """Capital letters in the fonts that come with matplotlib, as large as digits are.

    Parameters
    ----------
    n : how many, at least 1; drawn by `seed` from 26 letters, three fonts, two weights, two slants.

    Returns
    -------
    images : uint8, shape (n, 28, 28), ink is 255.
    names : n letters.
    """
    rng = np.random.default_rng(seed)
    names = [chr(ord("A") + number) for number in rng.integers(26, size=n)]
    outlines = []
    for name in names:
        family = FONTS[rng.integers(len(FONTS))]
        weight, style = ("normal", "bold")[rng.integers(2)], ("normal", "italic")[rng.integers(2)]
        font = FontProperties(family=family, weight=weight, style=style)
        outlines.append(TextPath((0, 0), name, prop=font).transformed(Affine2D().scale(1, -1)))
    return _drawn(outlines), names


def bananas(n: int, seed: int = 1) -> np.ndarray:
    """Drawn bananas, as large as digits are: crescents of random bend, thickness and direction.

    Returns
    -------
    uint8, shape (n, 28, 28), ink is 255.
    """
    rng = np.random.default_rng(seed)
    along = np.linspace(-1, 1, 40)
    outlines = []
    for bend, thickness, turn in zip(
        rng.uniform(0.7, 1.3, n), rng.uniform(0.18, 0.3, n), rng.uniform(0, 360, n), strict=True
    ):
        half = thickness * (1 - 0.8 * np.abs(along) ** 3)  # of the thickness, less at both ends
        edge = np.concatenate([1 + half, (1 - half)[::-1]])
        angle = bend * np.concatenate([along, along[::-1]])
        points = np.column_stack([edge * np.cos(angle), edge * np.sin(angle)])
        outlines.append(plots.plt.Polygon(points).get_path().transformed(_turned(turn)))
    return _drawn(outlines)


def _turned(degrees: float) -> Affine2D:
    return Affine2D().rotate_deg(degrees)


def _drawn(outlines: Sequence) -> np.ndarray:
    """Filled outlines, each scaled into 20×20 pixels in the middle of 28×28, as MNIST does."""
    placed = []
    for number, outline in enumerate(outlines):
        box = outline.get_extents()
        scale = 20 / max(box.width, box.height)
        center = (SIDE / 2, number * SIDE + SIDE / 2)
        move = Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2)
        placed.append(outline.transformed(move.scale(scale).translate(*center)))
    height = SIDE * len(placed)
    figure = Figure(figsize=(SIDE / 100, height / 100), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, SIDE), ylim=(height, 0))
    ax.axis("off")
    ax.add_collection(PathCollection(placed, facecolors="black", linewidths=0))
    return (255 - images.pixels(figure)[..., 0]).reshape(-1, SIDE, SIDE)


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────


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
