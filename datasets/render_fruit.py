"""Draws the tomatoes and bananas of this folder: 640 and 490 pictures of 96×96 pixels, on white.

``python datasets/render_fruit.py`` writes tomatoes.zip and bananas.zip beside this file, and
attributes.csv, what every fruit was drawn with; ``python datasets/render_fruit.py attributes`` only
the latter. Every fruit has its own seed and is drawn independently of all others. The same machine,
numpy and Pillow give the same files, byte for byte.

A fruit is a few curved surfaces, each a grid of points in space with a color at each point. We turn
them, move every point to the pixel it lands on, keep the nearest one, and light it.
"""

import csv
import io
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

SIZE = 96  # pixels, width and height
OVERSAMPLING = 3  # drawn this much larger, then averaged: smooth edges
SEED = 1
COUNTS = {"tomato": 640, "banana": 490}  # as many as the photographs of Fruits-360
ARCHIVES = {"tomato": "tomatoes.zip", "banana": "bananas.zip"}
TRAINING = 0.8  # share of the pictures; the last fifth is held out
COARSE = 40  # grids with so many times fewer points a side, where nobody looks at the picture
# The numbers a fruit is drawn with, in the order of the columns; README.md says what they mean.
ATTRIBUTES = (
    *("ripeness", "height", "lobes", "rib_depth", "dimple", "shoulder", "star"),  # tomatoes
    *("bend", "thickness", "edges", "spots"),  # bananas
    *("gloss", "tilt", "turn", "lean", "size", "light_side", "light_height", "light_strength"),
)
Attributes = dict[str, float]


class Surface(NamedTuple):
    """A curved surface, x to the right, y up, z towards the viewer."""

    points: np.ndarray  # (a, b, 3)
    color: np.ndarray  # (a, b, 3), red-green-blue from 0 to 1
    gloss: float  # 0 dull to 1 polished


class Camera(NamedTuple):
    """How a picture is taken."""

    size: float  # share of the frame that the fruit fills
    light: np.ndarray  # (3,), unit vector to the lamp
    warmth: np.ndarray  # (3,), factors of red, green and blue
    strength: float  # of the lamp


def render(kind: str, number: int, seed: int = SEED) -> np.ndarray:
    """One picture: uint8 of shape (96, 96, 3).

    Parameters
    ----------
    kind : ``"tomato"`` or ``"banana"``.
    number : 0 or more; each number is another fruit.
    """
    surfaces, camera, _, rng = arranged(kind, number, seed)
    return photograph(surfaces, camera, rng)


def attributes_of(kind: str, number: int, seed: int = SEED) -> Attributes:
    """What the picture of the same `kind`, `number` and `seed` was drawn with, by ATTRIBUTES."""
    return arranged(kind, number, seed, COARSE)[2]


def arranged(
    kind: str, number: int, seed: int, coarse: int = 1
) -> tuple[list[Surface], Camera, Attributes, np.random.Generator]:
    """All that is drawn at random before the picture; `coarse` changes no random number."""
    rng = np.random.default_rng([seed, list(COUNTS).index(kind), number])
    surfaces, attributes = {"tomato": tomato, "banana": banana}[kind](rng, coarse)
    camera = drawn_camera(rng)
    x, y, z = camera.light
    attributes |= {
        "gloss": surfaces[0].gloss,
        "size": camera.size,
        "light_side": np.degrees(np.arctan2(x, z)),
        "light_height": np.degrees(np.arcsin(y)),
        "light_strength": camera.strength,
    }
    return surfaces, camera, attributes, rng


# ── the fruits ───────────────────────────────────────────────────────────────────────────────────


def tomato(rng: np.random.Generator, coarse: int) -> tuple[list[Surface], Attributes]:
    """A lobed, more or less flat ball; on most of them sepals and a stalk, on the others a scar."""
    polar, around = grid((0.004, np.pi - 0.004), (0, 2 * np.pi), 560 // coarse, 1000 // coarse)
    lobes, phase = rng.integers(4, 9), rng.uniform(0, 2 * np.pi)
    lobe_depth = 0.10 * rng.beta(1.2, 3.0)  # most are smooth, a few are ribbed beefsteaks
    height = rng.choice([rng.uniform(0.74, 0.98), rng.uniform(1.0, 1.2)], p=[0.8, 0.2])
    dimple, dimple_width = rng.uniform(0.03, 0.15), rng.uniform(0.25, 0.45)
    wobble, wobble_phase = rng.uniform(0, 0.03), rng.uniform(0, 2 * np.pi)

    def at(polar, around, lift=0.0):
        """Points of the skin, or `lift` above it."""
        rib = np.sqrt(np.abs(np.cos((lobes * around + phase) / 2)) + 0.08) - 0.8
        radius = 1 + lobe_depth * 2 * np.sin(polar) * rib * (0.65 + 0.35 * np.cos(polar))
        radius = radius + wobble * np.sin(polar) ** 2 * np.cos(2 * around + wobble_phase)
        radius = radius * (1 - dimple * np.exp(-((polar / dimple_width) ** 2))) + lift
        return np.stack(
            [
                radius * np.sin(polar) * np.cos(around),
                radius * np.cos(polar) * height,
                radius * np.sin(polar) * np.sin(around),
            ],
            axis=-1,
        )

    ripeness = rng.beta(2.2, 1.2)
    skin = mix(ripeness, [0, 0.3, 0.65, 1], ["#ea8a1c", "#e34412", "#d8180e", "#a0080e"])
    shoulder = mix(ripeness, [0, 0.5, 1], ["#8da03a", "#d9962f", "#b4221a"])
    reach = rng.uniform(0.5, 1.1)  # how far down the paler shoulder reaches
    most = rng.uniform(0.2, 0.9)
    paleness = np.exp(-((polar / reach) ** 4)) * most
    color = skin + (shoulder - skin) * paleness[..., None]
    color = color * (1 + 0.10 * patches(rng, polar, around))[..., None]
    parts = [Surface(at(polar, around), color, rng.uniform(0.5, 1.0))]

    green = mix(rng.random(), [0, 1], ["#3f7a22", "#7c9a3a"])
    star = rng.random() < 0.75
    if star:
        parts += sepals(rng, at, green)
        parts.append(stalk(rng, at(np.array(0.01), np.array(0.0)), green))
    else:
        scar = np.exp(-((polar / rng.uniform(0.08, 0.14)) ** 4))[..., None]
        color += (hex_color("#6b4a22") - color) * scar

    # Mostly seen from the side and a little from above, as it lies on a table.
    turn, tilt, lean = rng.uniform(0, 2 * np.pi), rng.uniform(-0.15, 1.05), rng.uniform(-0.45, 0.45)
    pose = rotation("z", lean) @ rotation("x", tilt) @ rotation("y", turn)
    return turned(parts, pose), {
        "ripeness": ripeness,
        "height": height,
        "lobes": lobes,
        "rib_depth": lobe_depth,
        "dimple": dimple,
        "shoulder": most,
        "star": star,
        "tilt": np.degrees(tilt),
        "turn": np.degrees(turn),
        "lean": np.degrees(lean),
    }


def sepals(rng: np.random.Generator, at, green: np.ndarray) -> list[Surface]:
    """The green star: pointed leaves that follow the skin and lift at their tips."""
    count, first = rng.integers(5, 7), rng.uniform(0, 2 * np.pi)
    length, width = rng.uniform(0.42, 0.68), rng.uniform(0.09, 0.14)
    leaves = []
    for leaf in range(count):
        along, across = grid((0, 1), (-1, 1), 170, 70)
        direction = first + 2 * np.pi * leaf / count + rng.normal(0, 0.12)
        size, bend = length * rng.uniform(0.8, 1.15), rng.normal(0, 0.10)
        half_width = width * (1 - along) ** 0.8 * (0.45 + 1.1 * along)
        outward = 0.01 + size * along
        sideways = half_width * across + bend * along**2
        lift = 0.02 + rng.uniform(0, 0.16) * along**2.5 + 0.02 * across**2
        points = at(np.hypot(outward, sideways), direction + np.arctan2(sideways, outward), lift)
        shade = 0.85 + 0.25 * np.exp(-((across / 0.18) ** 2)) + rng.normal(0, 0.06)
        leaves.append(Surface(points, green * shade[..., None], 0.12))
    return leaves


def stalk(rng: np.random.Generator, foot: np.ndarray, green: np.ndarray) -> Surface:
    """A short bent stem on `foot`, with a pale cut end."""
    along, around = grid((0, 1), (0, 2 * np.pi), 160, 140)
    length, radius = rng.uniform(0.12, 0.30), rng.uniform(0.035, 0.05)
    lean, direction = rng.uniform(0, 0.18), rng.uniform(0, 2 * np.pi)
    thickness = radius * (1.25 - 0.5 * np.sin(np.pi * np.minimum(along, 0.92)))
    thickness = np.where(along > 0.92, thickness * (1 - along) / 0.08, thickness)  # closes the end
    up = np.minimum(along, 0.92) / 0.92
    points = foot + np.stack(
        [
            lean * up**2 * np.cos(direction) + thickness * np.cos(around),
            length * up,
            lean * up**2 * np.sin(direction) + thickness * np.sin(around),
        ],
        axis=-1,
    )
    cut = (along > 0.92)[..., None]
    return Surface(points, np.where(cut, hex_color("#b9a86a"), green * 0.9 + 0 * points), 0.1)


def banana(rng: np.random.Generator, coarse: int) -> tuple[list[Surface], Attributes]:
    """A tapered five-edged tube along an arc: dark tip at one end, stalk at the other."""
    along, around = grid((0, 1), (0, 2 * np.pi), 640 // coarse, 440 // coarse)
    bend = rng.uniform(1.2, 1.9)  # radians from end to end
    thickness = rng.uniform(0.20, 0.26)  # of the length, which is 2
    neck = rng.uniform(0.80, 0.86)  # where the stalk begins
    stalk_radius = thickness * rng.uniform(0.30, 0.40)

    # Outline: a blunt tip, a full belly, a soft shoulder into the stalk.
    belly = np.clip(along / neck, 0, 1)
    outline = thickness * (np.sin(np.pi * (0.045 + 0.955 * belly**0.9)) ** rng.uniform(0.45, 0.6))
    flare = stalk_radius * (1 + 0.35 * smooth((along - 0.93) / 0.07))
    outline = np.hypot(outline * (along < neck), flare * smooth((along - neck + 0.22) / 0.22))
    nub = thickness * 0.26
    outline = np.where(along < 0.10, np.maximum(outline * smooth(along / 0.05 + 0.1), nub), outline)
    closing = np.minimum(along / 0.012, (1 - along) / 0.012).clip(0, 1)
    outline = outline * np.sqrt(closing)  # rounds off both ends

    edges, first = rng.uniform(0.03, 0.075), rng.uniform(0, 2 * np.pi)
    edge = np.abs(np.cos(2.5 * around + first)) ** 3  # 1 on each of the five edges
    radius = outline * (1 + edges * (edge - 0.4))

    # The axis is an arc that opens upwards; the stalk straightens out of it.
    angle = bend * (along[:, 0] - 0.5) + 0.25 * smooth((along[:, 0] - neck) / 0.2) * rng.normal()
    step = np.stack([np.cos(angle), np.sin(angle)], -1) * 2 / len(angle)
    axis = np.cumsum(step, axis=0)
    inward = np.stack([-np.sin(angle), np.cos(angle)], -1)
    points = np.empty((*along.shape, 3))
    points[..., :2] = axis[:, None] + inward[:, None] * (radius * np.cos(around))[..., None]
    points[..., 2] = radius * np.sin(around)

    ripeness = rng.uniform(0, 1)
    skin = mix(ripeness, [0, 0.3, 0.6, 1], ["#9db53a", "#dcc93c", "#f0cc3a", "#e2b02e"])
    green = mix(ripeness, [0, 0.45, 0.8], ["#6f9a2c", "#aebb3c", "#d9c244"])
    toward_ends = smooth((np.abs(along - 0.45) - 0.22) / 0.3)[..., None]
    color = skin + (green - skin) * toward_ends
    color = (
        color
        * (1 - 0.10 * edge * (0.4 + ripeness) + 0.07 * patches(rng, 3 * along, around))[..., None]
    )
    brown = np.zeros(along.shape)
    spots = rng.poisson(1 + 22 * max(0.0, ripeness - 0.45))  # sugar spots come with age
    for _ in range(spots):
        spot = rng.uniform(0.08, 0.85), rng.uniform(0, 2 * np.pi)
        size = rng.uniform(0.010, 0.035)
        distance = (2 * (along - spot[0]) / rng.uniform(1, 2.5)) ** 2 + (
            thickness * angle_between(around, spot[1])
        ) ** 2
        brown = np.maximum(brown, rng.uniform(0.4, 0.9) * np.exp(-((distance / size**2) ** 1.5)))
    tip = 1 - smooth((along - rng.uniform(0.02, 0.04)) / 0.03)
    cut = smooth((along - rng.uniform(0.94, 0.975)) / 0.03)
    brown = np.maximum(brown, 0.95 * np.maximum(tip, cut))[..., None]
    color = color + (hex_color("#3d2a17") - color) * brown
    parts = [Surface(points, color, rng.uniform(0.1, 0.4))]

    # The stalk points to the upper right; the pose is narrow, so that a small model can learn it.
    tilt, turn = rng.uniform(-0.55, 0.55), rng.uniform(-0.45, 0.45)
    lean = 26 + rng.uniform(-22, 22)
    pose = rotation("z", np.radians(lean)) @ (rotation("x", tilt) @ rotation("y", turn))
    return turned(parts, pose), {
        "ripeness": ripeness,
        "bend": np.degrees(bend),
        "thickness": thickness,
        "edges": edges,
        "spots": spots,
        "tilt": np.degrees(tilt),
        "turn": np.degrees(turn),
        "lean": lean,
    }


# ── geometry and color ───────────────────────────────────────────────────────────────────────────


def grid(first: tuple, second: tuple, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Two parameters on a grid (rows, columns); each is given as its (start, end)."""
    return np.meshgrid(np.linspace(*first, rows), np.linspace(*second, columns), indexing="ij")


def rotation(axis: str, angle: float) -> np.ndarray:
    """The 3×3 matrix that turns by `angle` radians about "x", "y" or "z"."""
    c, s = np.cos(angle), np.sin(angle)
    return {
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def turned(surfaces: list[Surface], matrix: np.ndarray) -> list[Surface]:
    """The surfaces, all their points multiplied by `matrix`."""
    return [surface._replace(points=surface.points @ matrix.T) for surface in surfaces]


def smooth(x: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, and a smooth step between."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def angle_between(a: np.ndarray, b: float) -> np.ndarray:
    """The difference of two angles, from −π to π."""
    return (a - b + np.pi) % (2 * np.pi) - np.pi


def hex_color(text: str) -> np.ndarray:
    """Red, green and blue from 0 to 1 of a color such as "#cf1f17"."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def mix(x: float, stops: list[float], colors: list[str]) -> np.ndarray:
    """The color at `x` on a scale that has `colors` at `stops`."""
    channels = np.transpose([hex_color(color) for color in colors])
    return np.array([np.interp(x, stops, channel) for channel in channels])


def patches(rng: np.random.Generator, first: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Soft unevenness from about −1 to 1: a few waves over the surface that close around it."""
    total = np.zeros(first.shape)
    for _ in range(5):
        a, b, phase = rng.uniform(0.5, 4), rng.integers(0, 5), rng.uniform(0, 2 * np.pi)
        total += np.sin(a * first + b * around + phase) / 5
    return total


# ── the camera ───────────────────────────────────────────────────────────────────────────────────


def drawn_camera(rng: np.random.Generator) -> Camera:
    """A lamp somewhere above and in front, and a fruit that nearly fills the frame."""
    size = rng.uniform(0.90, 0.98)
    light = np.array([rng.uniform(-0.8, 0.8), rng.uniform(0.3, 1.0), rng.uniform(0.8, 1.3)])
    light /= np.linalg.norm(light)
    warmth = 1 + rng.normal(0, 0.025) * np.array([1, 0, -1])
    return Camera(size, light, warmth, rng.uniform(0.80, 1.0))


def photograph(surfaces: list[Surface], camera: Camera, rng: np.random.Generator) -> np.ndarray:
    """The surfaces on white, filling the frame, under a light from above: uint8 (96, 96, 3)."""
    pixels = SIZE * OVERSAMPLING
    points = np.concatenate([surface.points.reshape(-1, 3) for surface in surfaces])
    normals = np.concatenate([normals_of(surface.points).reshape(-1, 3) for surface in surfaces])
    color = np.concatenate([surface.color.reshape(-1, 3) for surface in surfaces])
    gloss = np.concatenate([np.full(s.points[..., 0].size, s.gloss) for s in surfaces])

    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    scale = camera.size * pixels / (high - low).max()
    column, row = ((points[:, :2] - (low + high) / 2) * [scale, -scale] + pixels / 2).T.astype(int)

    # Far points first: where several fall on one pixel, the assignment keeps the last, the nearest.
    order = np.argsort(points[:, 2], kind="stable")
    nearest = np.full((pixels, pixels), -1)
    nearest[row[order], column[order]] = order
    seen = nearest >= 0
    index = nearest[seen]
    image = np.ones((pixels, pixels, 3))
    image[seen] = lit(normals[index], color[index], gloss[index, None], camera, rng)
    image = image.reshape(SIZE, OVERSAMPLING, SIZE, OVERSAMPLING, 3).mean(axis=(1, 3))
    return (image.clip(0, 1) * 255).round().astype(np.uint8)


def normals_of(points: np.ndarray) -> np.ndarray:
    """Unit normals of a grid of points, turned to the viewer."""
    normals = np.cross(np.gradient(points, axis=0), np.gradient(points, axis=1))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
    return normals * np.where(normals[..., 2:] < 0, -1, 1)


def lit(
    normals: np.ndarray,
    color: np.ndarray,
    gloss: np.ndarray,
    camera: Camera,
    rng: np.random.Generator,
) -> np.ndarray:
    """Colors (n, 3) under one lamp, the sky, and the white table that throws light back.

    Highlights after J. F. Blinn, "Models of light reflection for computer synthesized pictures"
    (1977).
    """
    halfway = camera.light + np.array([0, 0, 1])  # between the light and the viewer
    halfway /= np.linalg.norm(halfway)

    facing = normals @ camera.light
    diffuse = np.clip(0.85 * facing + 0.15, 0, 1)  # a large lamp lights a little around the edge
    sky = 0.5 + 0.5 * normals[:, 1]
    table = np.clip(-normals[:, 1], 0, 1)
    brightness = camera.strength * (0.72 * diffuse + 0.22 * sky + 0.30 * table + 0.16)
    highlight = np.clip(normals @ halfway, 0, 1) ** rng.uniform(30, 90)
    sheen = np.clip(normals @ halfway, 0, 1) ** 8
    rim = (1 - normals[:, 2].clip(0, 1)) ** 4
    white = gloss * (0.50 * highlight + 0.08 * sheen + 0.08 * rim)[:, None]
    grain = 1 + rng.normal(0, 0.03, (len(color), 1))
    return (color * brightness[:, None] * camera.warmth * grain + white).clip(0, 1) ** (1 / 1.2)


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def archive(kind: str, count: int | None = None) -> bytes:
    """A zip file with `count` JPEG pictures (default: all); same content, same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as members:  # JPEG is packed already
        for number in range(COUNTS[kind] if count is None else count):
            picture = io.BytesIO()
            Image.fromarray(render(kind, number)).save(picture, "JPEG", quality=92, subsampling=0)
            member = zipfile.ZipInfo(f"{kind}_{number:03}.jpg", (1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            member.create_system = 3  # the same on Windows
            members.writestr(member, picture.getvalue())
    return file.getvalue()


def attribute_table() -> str:
    """attributes.csv: one row for each picture, a column stays empty where it does not apply."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["fruit", "number", "part", *ATTRIBUTES])
    for kind, count in COUNTS.items():
        for number in range(count):
            part = "training" if number < TRAINING * count else "held_out"
            drawn = attributes_of(kind, number)
            values = [f"{float(drawn[name]):.4g}" if name in drawn else "" for name in ATTRIBUTES]
            table.writerow([kind, number, part, *values])
    return file.getvalue()


if __name__ == "__main__":
    folder = Path(__file__).parent
    if sys.argv[1:] != ["attributes"]:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else folder
        for kind, name in ARCHIVES.items():
            (folder / name).write_bytes(archive(kind))
            size = (folder / name).stat().st_size
            print(f"{folder / name}: {COUNTS[kind]} pictures, {size:,} B")
    (folder / "attributes.csv").write_text(attribute_table(), "utf-8", newline="\n")
