"""Pictures to keep: a figure as pixels or as a small file, and frames as a small animation."""

import base64
import html
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers import kernel
from helpers.run import write_atomically


def pixels(figure: Figure) -> np.ndarray:
    """What a matplotlib figure looks like: uint8 of shape (height, width, 3), red-green-blue."""
    canvas = FigureCanvasAgg(figure)  # draws without a window, whatever backend is in use
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def flat_png(figure: Figure, colors: int = 128) -> bytes:
    """A figure as a PNG file with a palette of 2 to 256 colors: small, and sharp for drawings."""
    file = io.BytesIO()
    picture = Image.fromarray(pixels(figure))
    picture.quantize(colors, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
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
    if kernel.shell() is None:
        print(f"{path}: {description}")
        return
    data = base64.b64encode(content).decode()
    # As HTML, because the image types that every viewer of notebooks shows do not include GIF.
    image = f'<img src="data:image/gif;base64,{data}" alt="{html.escape(description)}">'
    bundle = {"text/plain": f"Animation: {description}", "text/html": image}
    sys.modules["IPython"].display.display(bundle, raw=True)


def _picture(frame: np.ndarray | Figure) -> Image.Image:
    array = pixels(frame) if isinstance(frame, Figure) else np.asarray(frame)
    if array.dtype != np.uint8:
        raise ValueError(f"save_gif needs uint8 arrays (0 to 255), not {array.dtype}.")
    return Image.fromarray(array).convert("RGB")


def _common_palette(pictures: list[Image.Image], colors: int) -> Image.Image:
    """One palette from the first, the middle and the last picture, side by side."""
    chosen = [pictures[0], pictures[len(pictures) // 2], pictures[-1]]
    width, height = chosen[0].size
    strip = Image.new("RGB", (width * len(chosen), height))
    for place, picture in enumerate(chosen):
        strip.paste(picture, (place * width, 0))
    return strip.quantize(colors, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
