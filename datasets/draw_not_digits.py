"""Draw what is no digit, for lab 05: capital letters, and crescents that look like bananas.

``python datasets/draw_not_digits.py`` writes not_digits.npz beside this file, always from the same
seed. The fonts come with matplotlib; another version of it may draw letters a little differently.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

FILE = Path(__file__).with_name("not_digits.npz")
COUNT = 500  # of each kind
SIDE = 28  # pixels of a digit
FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")


def letters(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Capital letters, as large as digits are.

    Parameters
    ----------
    n : how many, at least 1; drawn by `seed` from 26 letters, three fonts, two weights, two slants.

    Returns
    -------
    images : uint8, shape (n, 28, 28), ink is 255.
    names : str, shape (n,).
    """
    rng = np.random.default_rng(seed)
    names = [chr(ord("A") + number) for number in rng.integers(26, size=n)]
    outlines = []
    for name in names:
        family = FONTS[rng.integers(len(FONTS))]
        weight, style = ("normal", "bold")[rng.integers(2)], ("normal", "italic")[rng.integers(2)]
        font = FontProperties(family=family, weight=weight, style=style)
        outlines.append(TextPath((0, 0), name, prop=font).transformed(Affine2D().scale(1, -1)))
    return drawn(outlines), np.array(names)


def bananas(n: int, seed: int = 1) -> np.ndarray:
    """Bananas, as large as digits are: crescents of random bend, thickness and direction.

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
        outlines.append(Polygon(points).get_path().transformed(Affine2D().rotate_deg(turn)))
    return drawn(outlines)


def drawn(outlines: Sequence) -> np.ndarray:
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
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return (255 - np.asarray(canvas.buffer_rgba())[..., 0]).reshape(-1, SIDE, SIDE)


if __name__ == "__main__":
    images, names = letters(COUNT)
    np.savez_compressed(FILE, letters=images, names=names, bananas=bananas(COUNT))
