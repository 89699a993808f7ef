"""Drawings that explain: no data, only boxes, arrows and words."""

import matplotlib.pyplot as plt

from helpers.plots import COLORS

# (x, y, text, colour of the edge); x in columns, y in rows from the top
_FIELD = {
    "all": (2.5, 0, "Generative models\nlearn what data are like", "#444444"),
    "explicit": (1.5, 1, "Explicit\nscore a point and draw", COLORS[1]),
    "implicit": (4, 1, "Implicit\nonly draw", COLORS[0]),
    "exact": (0.5, 2, "exact density", COLORS[1]),
    "bound": (2.5, 2, "a bound on it", COLORS[1]),
    "gaussians": (0, 3, "Gaussians,\nmixtures\nLAB 00", COLORS[1]),
    "autoregressive": (1, 3, "Autoregressive\nmodels: text\nLAB 01", COLORS[1]),
    "vae": (2, 3, "Variational\nautoencoder\nLAB 05", COLORS[1]),
    "diffusion": (3, 3, "Diffusion\nmodels\n(later)", COLORS[1]),
    "gan": (4, 3, "GANs: points, tomatoes,\nbananas\nLABS 02, 03, 04", COLORS[0]),
}
_BRANCHES = (
    ("all", "explicit"),
    ("all", "implicit"),
    ("explicit", "exact"),
    ("explicit", "bound"),
    ("exact", "gaussians"),
    ("exact", "autoregressive"),
    ("bound", "vae"),
    ("bound", "diffusion"),
    ("implicit", "gan"),
)


def field_map() -> None:
    """The families of generative models as a tree, with the labs of this course."""
    ax = plt.figure(figsize=(9.5, 4.6), layout="constrained").gca()
    for parent, child in _BRANCHES:
        (x0, y0), (x1, y1) = _FIELD[parent][:2], _FIELD[child][:2]
        ax.plot([x0, x1], [-y0, -y1], color="#999999", lw=1.2, zorder=1)
    for x, y, text, color in _FIELD.values():
        ax.text(
            x,
            -y,
            text,
            ha="center",
            va="center",
            fontsize=9.5,
            zorder=2,
            bbox={
                "boxstyle": "round,pad=0.45",
                "facecolor": "white",
                "edgecolor": color,
                "lw": 1.6,
            },
        )
    ax.set(xlim=(-0.6, 4.7), ylim=(-3.5, 0.4), title="A map of the field")
    ax.axis("off")
    plt.show()
