"""Drawings that explain: no data, only boxes, arrows and words."""

import matplotlib.pyplot as plt

from helpers.plots import COLORS, show

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


def gan_game() -> None:
    """What goes into and comes out of a GAN's two networks, and which loss changes which."""
    figure = plt.figure(figsize=(9.5, 3.2), layout="constrained")
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

    ax.set(xlim=(-0.6, 5.6), ylim=(-1.05, 1.75))
    for start, end in _GAME_ARROWS:
        arrow(start, end, "#777777")
    back = {"ls": "--", "connectionstyle": "arc3,rad=-0.3"}
    arrow("logit", "generator", COLORS[1], **back)
    arrow("logit", "discriminator", COLORS[2], ls="--", connectionstyle="arc3,rad=0.6")
    ax.text(3.2, -0.95, "generator's loss: call mine real", color=COLORS[1], ha="center")
    ax.text(4.5, 1.3, "discriminator's loss:\ntell them apart", color=COLORS[2], ha="center")
    ax.axis("off")
    ax.set_title("The game: solid arrows carry data, dashed arrows carry gradients")
    show(figure)
