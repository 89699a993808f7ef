"""Drawings that explain: no data, only boxes, arrows and words, one PNG file each.

    python -m figures.draw [--check]

`make notebooks` draws them when this script or the register has changed; `make check` fails if they
are out of date. A lab shows one by `images.show_drawing("gan_game.png")`.
"""

import argparse
import hashlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from helpers import images
from helpers.plots import COLORS
from tools import register

FOLDER = Path(__file__).parent

# (x, y, text, colour of the edge); x in columns, y in rows from the top. The families in the last
# row are named as in labs.toml, which says what labs belong to each.
_FIELD = {
    "all": (2.5, 0, "Generative models\nlearn what data are like", "#444444"),
    "explicit": (1.5, 1, "Explicit\nscore a point and draw", COLORS[1]),
    "implicit": (4, 1, "Implicit\nonly draw", COLORS[0]),
    "exact": (0.5, 2, "exact density", COLORS[1]),
    "bound": (2.5, 2, "a bound on it", COLORS[1]),
    "mixtures": (0, 3, "Gaussians,\nmixtures", COLORS[1]),
    "autoregressive": (1, 3, "Autoregressive\nmodels: text", COLORS[1]),
    "autoencoders": (2, 3, "Variational\nautoencoders", COLORS[1]),
    "diffusion": (3, 3, "Diffusion\nmodels", COLORS[1]),
    "adversarial": (4, 3, "GANs: points,\npictures", COLORS[0]),
}
_BRANCHES = (
    ("all", "explicit"),
    ("all", "implicit"),
    ("explicit", "exact"),
    ("explicit", "bound"),
    ("exact", "mixtures"),
    ("exact", "autoregressive"),
    ("bound", "autoencoders"),
    ("bound", "diffusion"),
    ("implicit", "adversarial"),
)


def field_map() -> Figure:
    """The families of generative models as a tree, with the labs of this course."""
    ax = _canvas((9.5, 4.6), "A map of the field", (-0.6, 4.7), (-3.5, 0.4))
    for parent, child in _BRANCHES:
        (x0, y0), (x1, y1) = _FIELD[parent][:2], _FIELD[child][:2]
        ax.plot([x0, x1], [-y0, -y1], color="#999999", ls="-", lw=1.2, zorder=1)
    labs = register.entries().values()
    for family, (x, y, text, color) in _FIELD.items():
        numbers = [lab.number for lab in labs if lab.family == family]
        of_course = f"\nLAB{'S' * (len(numbers) > 1)} {', '.join(numbers)}" if numbers else ""
        if y == 3 and not numbers:
            of_course = "\n(later)"
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": color, "lw": 1.6}
        place = {"ha": "center", "va": "center", "fontsize": 9.5, "zorder": 2}
        ax.text(x, -y, text + of_course, bbox=box, **place)
    return ax.figure


_WORDS = ("critics", "warn", "of", "cheap")  # a headline to unroll


def recurrent_network() -> Figure:
    """A recurrent network unrolled over three words: word in, state along, next word out."""
    ax = _canvas((8.5, 3.1), "A recurrent network, unrolled in time", (-3.3, 6), (-0.4, 2.6))
    for step, word in enumerate(_WORDS[:3]):
        x = 2 * step
        _box(ax, x, 0, word, COLORS[1])
        _box(ax, x, 1.1, "tanh", COLORS[0])
        _box(ax, x, 2.2, f"{_WORDS[step + 1]}?", COLORS[2])
        _arrow(ax, (x, 0.3), (x, 0.8))
        _arrow(ax, (x, 1.4), (x, 1.9))
        _arrow(ax, (x - 1.5, 1.1), (x - 0.5, 1.1))
        ax.text(x - 1, 1.22, f"$h_{step}$", ha="center")
    _arrow(ax, (4.5, 1.1), (5.5, 1.1))
    ax.text(5, 1.22, "$h_3$", ha="center")
    labels = ("word in", "same weights\nat every step", "next word out")
    for y, label in zip((0, 1.1, 2.2), labels, strict=True):
        ax.text(-3.2, y, label, va="center", fontsize=9)
    return ax.figure


def lstm_step() -> Figure:
    """One step of an LSTM: a memory line, and the gates that change and show it."""
    title = "One LSTM step: three gates decide what is forgotten, stored and shown"
    ax = _canvas((8.5, 3.8), title, (-3.2, 9), (0.1, 3.4))
    _arrow(ax, (-1, 3), (7.3, 3))
    _arrow(ax, (6.34, 2.25), (7.3, 2.25))
    ax.plot([-1, 6.2], [0.5, 0.5], color=_LINE, ls="-", lw=1.3)
    gates = {
        1.0: ("forget gate\nσ", COLORS[0]),
        2.9: ("input gate\nσ", COLORS[1]),
        4.5: ("new content\ntanh", COLORS[1]),
        6.2: ("output gate\nσ", COLORS[2]),
    }
    for x, (text, color) in gates.items():
        _box(ax, x, 1.4, text, color, width=1.35, height=0.6)
        _arrow(ax, (x, 0.5), (x, 1.05))
    for start, end in (
        ((1, 1.75), (1, 2.85)),
        ((2.9, 1.75), (3.48, 2.15)),
        ((4.5, 1.75), (3.74, 2.17)),
        ((3.6, 2.39), (3.6, 2.85)),
        ((6.2, 1.75), (6.2, 2.11)),
        ((6.2, 3), (6.2, 2.4)),
    ):
        _arrow(ax, start, end)
    for x, y, sign in ((1, 3, "×"), (3.6, 3, "+"), (3.6, 2.25, "×"), (6.2, 2.25, "×")):
        circle = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": _LINE}
        ax.text(x, y, sign, ha="center", va="center", fontsize=13, zorder=3, bbox=circle)
    ax.text(6.32, 2.66, "tanh", fontsize=8)
    ax.text(-1.15, 3, "memory $c_{t-1}$", ha="right", va="center")
    ax.text(-1.15, 0.5, "word $x_t$ and\nlast output $h_{t-1}$", ha="right", va="center")
    ax.text(7.4, 3, "$c_t$", va="center")
    ax.text(7.4, 2.25, "output $h_t$", va="center")
    return ax.figure


_LINE = "#555555"


def _canvas(size, title, xlim, ylim):
    ax = plt.figure(figsize=size).gca()
    ax.set(xlim=xlim, ylim=ylim, title=title)
    ax.axis("off")
    return ax


def _box(ax, x, y, text, color, width=0.9, height=0.5) -> None:
    corner = (x - width / 2, y - height / 2)
    style = {"facecolor": "white", "edgecolor": color, "lw": 1.6, "zorder": 2}
    ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle="round,pad=0.04", **style))
    ax.text(x, y, text, ha="center", va="center", fontsize=9.5, zorder=3)


def _arrow(ax, start, end) -> None:
    style = {"arrowstyle": "-|>", "color": _LINE, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style, zorder=1)


_GAME = {
    "latent": (0, 0, "latent vector\nrandom numbers", "#444444"),
    "generator": (1.25, 0, "GENERATOR", COLORS[1]),
    "made up": (2.5, 0, "made-up data", COLORS[1]),
    "real": (2.5, 1.1, "real data", COLORS[0]),
    "discriminator": (3.8, 0.55, "DISCRIMINATOR", COLORS[2]),
    "logit": (5.05, 0.55, "logit\nhow real?", "#444444"),
}
_GAME_ARROWS = (
    ("latent", "generator"),
    ("generator", "made up"),
    ("made up", "discriminator"),
    ("real", "discriminator"),
    ("discriminator", "logit"),
)


def gan_game() -> Figure:
    """What goes into and comes out of a GAN's two networks, and which loss changes which."""
    figure = plt.figure(figsize=(9.5, 3.2))
    ax = figure.gca()
    boxes = {
        name: ax.text(
            *place,
            text,
            ha="center",
            va="center",
            fontsize=10,
            bbox={"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": color, "lw": 1.6},
        )
        for name, (*place, text, color) in _GAME.items()
    }

    def arrow(start: str, end: str, color: str, **style) -> None:
        style = {"arrowstyle": "-|>", "color": color, "lw": 1.4, "mutation_scale": 14} | style
        ends = {"patchA": boxes[start].get_bbox_patch(), "patchB": boxes[end].get_bbox_patch()}
        ax.annotate("", _GAME[end][:2], _GAME[start][:2], arrowprops=style | ends)

    ax.set(xlim=(-0.6, 5.6), ylim=(-0.75, 1.75))
    for start, end in _GAME_ARROWS:
        arrow(start, end, "#777777")
    arrow("logit", "discriminator", COLORS[2], ls="--", connectionstyle="arc3,rad=0.6")
    for start, end in (("logit", "discriminator"), ("discriminator", "made up")):
        arrow(start, end, COLORS[1], ls="--", connectionstyle="arc3,rad=-0.5")
    arrow("made up", "generator", COLORS[1], ls="--", connectionstyle="arc3,rad=-0.6")
    ax.text(4.5, 1.3, "discriminator's loss:\ntell them apart", color=COLORS[2], ha="center")
    ax.text(4.4, -0.36, "generator's loss:\ncall mine real", color=COLORS[1], ha="center")
    ax.axis("off")
    ax.set_title("The game: solid arrows carry data, dashed arrows carry gradients")
    return figure


def convolution_steps() -> Figure:
    """What stride 1, stride 2 and up-sampling do to the size of an image."""
    image = np.add.outer(np.arange(5), np.arange(5)) % 4 / 3
    padded = np.pad(image, 1)
    means = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).mean(axis=(2, 3))
    small = image[:3, :3]
    figure, panels = plt.subplots(1, 3, figsize=(10.5, 2.5))
    for ax, title, before, after, squares in (
        (panels[0], "3×3 kernel, stride 1: 5 → 5", image, means, [(0, 0), (1, 0)]),
        (panels[1], "3×3 kernel, stride 2: 5 → 3", image, means[::2, ::2], [(0, 0), (2, 0)]),
        (panels[2], "up-sampling by 2: 3 → 6", small, np.kron(small, np.ones((2, 2))), []),
    ):
        _cells(ax, before, 0)
        _cells(ax, after, 8)
        for (x, y), color in zip(squares, COLORS, strict=False):
            style = {"fill": False, "edgecolor": color, "lw": 2.4}
            ax.add_patch(Rectangle((x - 1, y - 1), 3, 3, **style))  # the kernel around (x, y)
            place = (8 + (x > 0), y)
            ax.add_patch(Rectangle(place, 1, 1, **style))
        if not squares:
            ax.add_patch(Rectangle((1, 0), 1, 1, fill=False, edgecolor=COLORS[0], lw=2.4))
            ax.add_patch(Rectangle((10, 0), 2, 2, fill=False, edgecolor=COLORS[0], lw=2.4))
        _arrow(ax, (before.shape[1] + 1.2, 2), (7.4, 2))
        ax.set(xlim=(-1.3, 14.3), ylim=(6.3, -1.3), aspect="equal", title=title)
        ax.axis("off")
    return figure


def _cells(ax, values: np.ndarray, left: float) -> None:
    """A small image as gray cells, its top left corner at (left, 0)."""
    rows, columns = values.shape
    extent = (left, left + columns, rows, 0)
    ax.imshow(values, cmap="gray", vmin=-0.3, vmax=1.1, extent=extent)
    for x in range(columns + 1):
        ax.plot([left + x, left + x], [0, rows], color="#bbbbbb", ls="-", lw=0.6)
    for y in range(rows + 1):
        ax.plot([left, left + columns], [y, y], color="#bbbbbb", ls="-", lw=0.6)


DRAWINGS: tuple[Callable[[], Figure], ...] = (
    field_map,
    recurrent_network,
    lstm_step,
    gan_game,
    convolution_steps,
)


def made_from(draw: Callable[[], Figure]) -> str:
    """A hash of what a drawing is made from; its file holds it."""
    families = [(lab.number, lab.family) for lab in register.entries().values()]
    families = families if draw is field_map else []
    style = FOLDER.parent / "helpers" / "workbook.mplstyle"
    parts = [Path(__file__).read_bytes(), style.read_bytes(), repr(families).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def stale() -> list[str]:
    """Names of the files that are missing or were made from something else."""
    found = []
    for draw in DRAWINGS:
        path = FOLDER / f"{draw.__name__}.png"
        if not path.exists() or Image.open(path).info.get("made from") != made_from(draw):
            found.append(path.name)
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m figures.draw", description="Draw figures.")
    parser.add_argument("--check", action="store_true", help="only say whether they are stale")
    out_of_date = stale()
    if parser.parse_args(arguments).check:
        if out_of_date:
            print(f"figures/{out_of_date[0]} is out of date: run `make notebooks`.")
        return bool(out_of_date)
    for draw in DRAWINGS:
        if f"{draw.__name__}.png" not in out_of_date:
            continue
        note = PngInfo()
        note.add_text("made from", made_from(draw))
        drawn = Image.open(io.BytesIO(images.flat_png(draw())))
        drawn.save(FOLDER / f"{draw.__name__}.png", optimize=True, pnginfo=note)
        print(f"figures/{draw.__name__}.png drawn")
    return 0


if __name__ == "__main__":
    sys.exit(main())
