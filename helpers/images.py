"""Pictures to keep: sheets of small images, figures as small files, frames as an animation."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from helpers import run
from helpers.run import ROOT, write_atomically


def as_images(images: np.ndarray) -> np.ndarray:
    """The images as float32, after a look at whether they are any.

    Parameters
    ----------
    images : shape (n, height, width, channels) in [−1, 1]; anything numpy can read.

    Raises
    ------
    ValueError : another shape, no images, NaN, infinity, or pixels outside [−1, 1].
    """
    images = np.asarray(images)
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(f"Expected images (n, height, width, channels), not {images.shape}.")
    images = images.astype(np.float32, copy=False)
    if not np.isfinite(images).all():
        raise ValueError("Some pixels are NaN or infinite: the run went wrong before this line.")
    if np.abs(images).max() > 1.001:
        said = f"Pixels must lie in [-1, 1], not in [{images.min():g}, {images.max():g}]"
        raise ValueError(f"{said}: scale bytes by x / 127.5 - 1.")
    return images


def sheet(images: np.ndarray, columns: int, margin: int = 16, paper: float = 1) -> np.ndarray:
    """Many images in one picture, row by row, on white paper.

    Parameters
    ----------
    images : shape (n, height, width, 3), or 1 for grey, in [−1, 1].
    columns : images in a row, at least 1; the last row may stay unfilled.
    margin : pixels around each image, at least 0.
    paper : brightness of the margins, 0 black to 1 white.

    Returns
    -------
    uint8, shape (rows · (height + margin) + margin, columns · (width + margin) + margin, 3).

    Raises
    ------
    ValueError : these are no images in [−1, 1].
    """
    images = as_images(images)
    n, height, width, _ = images.shape
    rows = -(-n // columns)
    down, across = height + margin, width + margin
    picture = np.full(
        (rows * down + margin, columns * across + margin, 3), round(255 * paper), np.uint8
    )
    for number, image in enumerate(images):
        top, left = margin + number // columns * down, margin + number % columns * across
        seen = np.clip((image + 1) * 127.5, 0, 255).round()
        picture[top : top + height, left : left + width] = seen
    return picture


def save_png(picture: np.ndarray, path: Path) -> Path:
    """Write a picture, uint8 of shape (height, width, 3), whole or not at all; returns `path`.

    The folder is made when missing. Raises ValueError if `picture` is not uint8.
    """
    write_atomically(Path(path), _png(_picture(picture)))
    return Path(path)


def show_sheet(
    images: np.ndarray | Mapping[str, np.ndarray],
    title: str,
    description: str,
    columns: int | None = None,
    margin: int = 2,
    zoom: int = 2,
    paper: float = 1,
) -> None:
    """Show many images in one picture, a `sheet`, in the notebook.

    Parameters
    ----------
    images : as for `sheet`. Or name → such an array: a row for each, its name on the left.
    title, description, zoom : as for `show_picture`.
    columns : images in a row; by default all.
    margin, paper : as for `sheet`. Grey paper frames images that are white themselves.

    Raises
    ------
    ValueError : as for `sheet`.
    """
    names = list(images) if isinstance(images, Mapping) else []
    if names:
        rows = [as_images(row) for row in images.values()]
        columns = max(map(len, rows))
        blank = np.full_like(rows[0][:1], 2 * paper - 1)
        rows = [np.concatenate([row, *[blank] * (columns - len(row))]) for row in rows]
        images = np.concatenate(rows)
    picture = sheet(images, columns or len(images), margin, paper)
    show_picture(picture, title, description, zoom, names)


def show_picture(
    picture: np.ndarray, title: str, description: str, zoom: int = 2, names: Sequence[str] = ()
) -> None:
    """Show a picture in the notebook, its title above it.

    Each pixel becomes `zoom` × `zoom` equal ones, which keeps small images sharp, in a palette of
    256 colors, or 16 shades of grey, which keeps the notebook small.

    Parameters
    ----------
    picture : uint8, shape (height, width, 3), such as a `sheet`. Raises ValueError otherwise.
    description : one sentence for readers who cannot see it.
    names : written on the left, one for each of as many equal rows.
    """
    large = _picture(picture)
    if not np.ptp(picture, axis=-1).any() and len(np.unique(picture)) > 16:
        large = large.point(lambda value: round(value / 17) * 17)
    large = large.resize((large.width * zoom, large.height * zoom), Image.Resampling.NEAREST)
    large = _with_names(large, names) if names else large
    if run.shell() is None:
        print(f"{title}: {description}")
        return
    run.display({"text/plain": title, "text/markdown": f"**{title}**"})
    file = _png(large.quantize(256, dither=Image.Dither.NONE))
    bundle = {"image/png": file, "text/plain": f"Picture: {description}"}
    run.display(bundle, {"image/png": {"alt": description}})


def _with_names(picture: Image.Image, names: Sequence[str]) -> Image.Image:
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 14)
    left = 14 + max(round(font.getlength(name)) for name in names)
    wide = Image.new("RGB", (left + picture.width, picture.height), "white")
    wide.paste(picture, (left, 0))
    for row, name in enumerate(names):
        place = left - 8, (row + 0.5) * picture.height / len(names)
        ImageDraw.Draw(wide).text(place, name, "black", font, anchor="rm")
    return wide


def show_drawing(name: str) -> None:
    """Show one of the drawings in ``figures/``, such as ``"gan_game.png"``."""
    if run.shell() is not None:
        content = (ROOT / "figures" / name).read_bytes()
        run.display({"image/png": content, "text/plain": f"Drawing: {name}"})


def pixels(figure: Figure) -> np.ndarray:
    """What a matplotlib figure looks like: uint8 of shape (height, width, 3), red-green-blue."""
    canvas = FigureCanvasAgg(figure)  # draws without a window, whatever backend is in use
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def flat_png(figure: Figure, colors: int = 128) -> bytes:
    """A figure as a PNG file with a palette of 2 to 256 colors: small, and sharp for drawings."""
    return _png(_picture(figure).quantize(colors, dither=Image.Dither.NONE))


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def save_gif(
    frames: Sequence[np.ndarray | Figure],
    path: Path,
    seconds_per_frame: float = 0.15,
    seconds_at_end: float = 2.0,
    colors: int = 32,
) -> Path:
    """Write an animation that repeats for ever, whole or not at all.

    All frames share one palette: flat drawings stay small and do not flicker.

    Parameters
    ----------
    frames : figures, or uint8 arrays (height, width, 3) or (height, width); all of one size.
    path : such as ``ROOT / "build" / "gan.gif"``; its folder is made when missing.
    seconds_per_frame, seconds_at_end : at least 0.02, how long a frame and the last one stay.
    colors : size of the palette, 2 to 256. Fewer make a smaller file.

    Returns
    -------
    `path`.

    Raises
    ------
    ValueError : no frames, frames of different sizes, or arrays that are not uint8.
    """
    pictures = [_picture(frame) for frame in frames]
    if not pictures:
        raise ValueError("save_gif needs at least one frame.")
    if len({picture.size for picture in pictures}) > 1:
        raise ValueError("save_gif needs frames of one size.")
    palette = _common_palette(pictures, colors)
    drawn = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    times = [round(1000 * seconds_per_frame)] * len(drawn)
    times[-1] = round(1000 * seconds_at_end)
    file = io.BytesIO()
    drawn[0].save(
        file, "GIF", save_all=True, append_images=drawn[1:], duration=times, loop=0, optimize=True
    )
    write_atomically(Path(path), file.getvalue())
    return Path(path)


def show_gif(path: Path, description: str) -> None:
    """Show an animation in the notebook, embedded: it needs neither the file nor a network later.

    Parameters
    ----------
    path : a GIF file. Raises FileNotFoundError if it is missing.
    description : one sentence for readers who cannot see it.
    """
    content = Path(path).read_bytes()
    if run.shell() is None:
        print(f"{path}: {description}")
        return
    data = base64.b64encode(content).decode()
    # As HTML, because the image types that every viewer of notebooks shows do not include GIF.
    image = f'<img src="data:image/gif;base64,{data}" alt="{html.escape(description)}">'
    run.display({"text/plain": f"Animation: {description}", "text/html": image})


def _picture(frame: np.ndarray | Figure) -> Image.Image:
    array = pixels(frame) if isinstance(frame, Figure) else np.asarray(frame)
    if array.dtype != np.uint8:
        raise ValueError(f"A picture is an array of uint8 (0 to 255), not of {array.dtype}.")
    return Image.fromarray(array).convert("RGB")


def _common_palette(pictures: list[Image.Image], colors: int) -> Image.Image:
    """One palette from the first, the middle and the last picture, side by side."""
    chosen = [pictures[0], pictures[len(pictures) // 2], pictures[-1]]
    width, height = chosen[0].size
    strip = Image.new("RGB", (width * len(chosen), height))
    for place, picture in enumerate(chosen):
        strip.paste(picture, (place * width, 0))
    return strip.quantize(colors, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
