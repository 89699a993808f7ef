"""Pictures of one kind as one array: rendered, photographed, or the learner's own."""

import contextlib
import io
import os
import re
import stat
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path, PureWindowsPath
from typing import BinaryIO
from unittest import mock

import numpy as np
from PIL import Image, ImageFile, ImageOps

from helpers.downloads import DataError, Remote, fetch_all, own_file
from helpers.run import ROOT

EMBEDDED = {"tomato": "tomatoes.zip", "banana": "bananas.zip"}
# Lists of SHA-256 and path; the paths go on from these prefixes, each pinned to a commit.
FRUITS360 = {"tomato": "fruits360_tomatoes.sha256", "banana": "fruits360_bananas.sha256"}
FRUITS360_PREFIX = {
    "tomato": "https://raw.githubusercontent.com/fruits-360/fruits-360-3-body-problem/"
    "f0f029370699ac3317e66d09878cf537af67a3ae/",
    "banana": "https://raw.githubusercontent.com/andrewferlitsch/Gap/"
    "d6c5f6eccaf347a4adb352e50924cc33934e71f2/",
}
PARTS = ("all", "training", "held_out")
HELD_OUT = 0.2  # share of the pictures

# Only plain picture formats: some that Pillow knows would start another program (Ghostscript).
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
FORMATS_SAID = "JPEG, PNG, GIF, BMP, TIFF or WebP"
# What systems and programs leave in folders, unasked: hidden files and folders, copies that editors
# and unfinished downloads make, notes of cameras, and what has such a name.
NOT_PICTURES = re.compile(
    r"(^|/)(\.|~\$|((eh)?thumbs\.db|desktop\.ini|__macosx|@eadir|\$recycle\.bin|icon\r)(/|$))"
    r"|(~|#|\.(aae|xmp|bak|tmp|part|partial|crdownload|download))$",
    re.IGNORECASE,
)
MAX_PICTURES = 50_000
MAX_BYTES = 200_000_000  # of one file, unpacked
# Of one picture. A JPEG, which is read smaller, may have twice as many: so many have phones.
Image.MAX_IMAGE_PIXELS = 110_000_000
WHITES = 255, 1023, 4095, 16383, 65535  # of 8 to 16 bits

Files = dict[str, Callable[[], BinaryIO]]  # by name, in their order: what opens each


class Unusable(Exception):
    """Why one picture is skipped; ends a sentence that begins with its name."""


def load_images(
    kind: str, size: int, source: str | os.PathLike = "embedded", part: str = "all"
) -> np.ndarray:
    """Pictures of one kind of thing, all square and of one size.

    Parameters
    ----------
    kind : ``"tomato"`` (640 pictures) or ``"banana"`` (490); for pictures of your own any name.
    size : width and height to scale them to, in pixels, 1 to 1024. The embedded ones have 96, those
        of Fruits-360 100.
    source : ``"embedded"``, drawn for this course by ``datasets/render_fruit.py``; ``"fruits360"``,
        photographs from Fruits-360, © Mihai Oltean, CC BY-SA 4.0, downloaded once (3 MB of
        tomatoes, 2 MB of bananas); or the path of a folder, with the folders in it, or of a zip
        file of your own pictures.
    part : ``"training"``, about 80 % of the pictures; ``"held_out"``, about 20 % that no model has
        seen; or ``"all"``. Each drawn fruit is another one, so the last fifth is held out. The
        photographs show one fruit from view to view: a block of neighboring views is held out of
        every turn, and the views on both sides of the block, 42 tomatoes and 32 bananas, are in
        neither part. Of your own pictures the last fifth is held out, in the order of their names:
        name them so that pictures of one scene follow each other.

    Returns
    -------
    float32 of shape (n, size, size, 3), red-green-blue from −1 to 1, in the order of the names.

    Your own pictures may be JPEG, PNG, GIF, BMP, TIFF or WebP of any size and color mode. They are
    turned the way the camera was held, put on white where they are transparent, and cropped to
    the square in their middle: padding would teach a model to draw white bars.

    Warns
    -----
    UserWarning
        Naming the files that are no pictures or damaged, and are skipped.

    Raises
    ------
    DataError
        If an argument is not one of those above, the pictures cannot be downloaded, found or read,
        there is none, or a zip file holds a member that points outside of it.
    """
    if part not in PARTS:
        raise DataError(f'There is no part {part!r}: give "all", "training" or "held_out".')
    if type(size) is not int or not 1 <= size <= 1024:
        raise DataError(f"size is {size!r}: give the width in pixels, from 1 to 1024, such as 32.")
    if source in ("embedded", "fruits360") and kind not in EMBEDDED:
        said = f'source="{source}" has no pictures of kind {kind!r}: give "tomato" or "banana"'
        raise DataError(f"{said}, or the path of a folder of your own as source.")
    if source == "fruits360":
        where, files = "Fruits-360", _fruits360(kind)
    else:
        choices = '"embedded", "fruits360" or the path of a folder or zip file of pictures'
        embedded = source == "embedded"
        where = ROOT / "datasets" / EMBEDDED[kind] if embedded else own_file(source, choices)
        files = _files(where)
    pixels, skipped = _decode(files, size)
    said = ", ".join(f"{name} {reason}" for name, reason in list(skipped.items())[:5])
    said += f", and {len(skipped) - 5} more" if len(skipped) > 5 else ""
    if not len(pixels):
        what = f"usable picture ({said})" if skipped else "picture"
        raise DataError(f"{where} holds no {what}: put pictures into it ({FORMATS_SAID}).")
    if skipped:
        warnings.warn(str(DataError(f"Skipped in {where}: {said}.")), stacklevel=2)
    if part != "all":
        places = _split(list(files) if source == "fruits360" else len(pixels), part)
        if not len(places):
            said = f'{where} holds too few pictures for part="{part}"'
            raise DataError(f"{said}: give at least three.")
        pixels = pixels[places]
    images = np.divide(pixels, 127.5, dtype=np.float32)
    images -= 1  # in place: these are the largest arrays of the course
    return images


# ── where pictures come from ─────────────────────────────────────────────────────────────────────


def _files(path: Path) -> Files:
    """What may be pictures in a folder and the folders below it, or in a zip file."""
    if path.is_dir():
        paths = [file for file in path.rglob("*") if file.is_file()]
        found = {file.relative_to(path).as_posix(): partial(file.open, "rb") for file in paths}
    else:
        found = _members(path)
    names = sorted(name for name in found if not NOT_PICTURES.search(name))
    if len(names) > MAX_PICTURES:
        said = f"{path} holds {len(names):,} files"
        raise DataError(f"{said}: give at most {MAX_PICTURES:,} pictures.")
    return {name: found[name] for name in names}


def _members(path: Path) -> Files:
    """The members of a zip file; they are read in memory and never written anywhere."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        said = (
            f"{path} is neither a folder nor a whole zip file ({error}): give the folder that holds"
        )
        raise DataError(f"{said} your pictures, or a zip file of it.") from None

    def open_member(member: zipfile.ZipInfo) -> BinaryIO:
        if member.flag_bits & 1:
            raise Unusable("is locked with a password")
        return archive.open(member)

    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        place = PureWindowsPath(member.filename)  # it knows \ and C:, and / as well
        if place.anchor or ".." in place.parts or stat.S_ISLNK(member.external_attr >> 16):
            said = f"{path} is refused, because its member {member.filename!r} points outside of it"
            raise DataError(f"{said}: make a zip file of a plain folder of pictures.")
    return {member.filename: partial(open_member, member) for member in members}


def _fruits360(kind: str) -> Files:
    """The photographs of Fruits-360; those that are missing here are downloaded."""
    listed = (ROOT / "datasets" / FRUITS360[kind]).read_text("utf-8").splitlines()
    hashes = {line[66:]: line[:64] for line in listed}
    names = sorted(hashes, key=_view)
    remotes = [Remote(FRUITS360_PREFIX[kind] + name, hashes[name]) for name in names]
    paths = fetch_all(remotes, f"{kind} photographs")
    return {name: partial(path.open, "rb") for name, path in zip(names, paths, strict=True)}


def _view(name: str) -> tuple[str, int]:
    """The turn that a Fruits-360 photograph belongs to, and its place in it.

    A name such as "Test/Tomato/Tomato 1/r2_16_100.jpg" says: fruit, axis it turns about ("r2_"),
    number of the view, width.
    """
    turn, number = re.fullmatch(r"(.*/(?:r\d?_)?)(\d+)_100\.jpg", name).groups()
    return turn, int(number)


# ── from files to an array ───────────────────────────────────────────────────────────────────────


def _decode(files: Files, size: int) -> tuple[np.ndarray, dict[str, str]]:
    """The usable pictures as uint8 (n, size, size, 3), and why each other one is skipped."""
    from tqdm import tqdm

    pictures, skipped = [], {}
    for name, open_file in tqdm(files.items(), desc="pictures", unit=" files", delay=2):
        try:
            with open_file() as file:
                content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise Unusable("is too large")
            pictures.append(_square(content, size))
        except Unusable as reason:
            skipped[name] = str(reason)
        except Exception as error:  # a damaged file may end a decoder in any way
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            skipped[name] = f"cannot be read ({why[:80]})"
    most = max((p.max() for p in pictures if p.ndim == 2), default=0)
    scale = 255 / next((white for white in WHITES if white >= most), most)
    pictures = [np.dstack([p * scale] * 3) if p.ndim == 2 else p for p in pictures]
    return np.array(pictures, np.uint8).reshape(-1, size, size, 3), skipped


def _square(content: bytes, size: int) -> np.ndarray:
    """One picture file as uint8 (size, size, 3).

    Grey of more than 8 bits a pixel: float32 (size, size) of its own numbers. A camera may use but
    12 bits of 16, which only the whole folder shows.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is measured here, and of a camera's broken notes
        try:  # a damaged head may still have a good picture behind it
            with mock.patch.object(ImageFile, "LOAD_TRUNCATED_IMAGES", True):
                picture = Image.open(io.BytesIO(content), formats=FORMATS)
        except Image.UnidentifiedImageError:
            raise Unusable(f"is no picture in {FORMATS_SAID}") from None
        picture.draft(None, (2 * size, 2 * size))  # reads a large JPEG at a half, quarter or eighth
        if picture.width * picture.height > Image.MAX_IMAGE_PIXELS:
            raise Unusable("has too many pixels")
        with contextlib.suppress(Exception):  # in place, for these may be large
            ImageOps.exif_transpose(picture, in_place=True)
        fit = partial(ImageOps.fit, size=(size, size), method=Image.Resampling.LANCZOS)
        if picture.mode[0] != "I":
            return np.asarray(fit(_rgb(picture)))
        values = np.asarray(picture, np.float32)
        return np.asarray(fit(Image.fromarray(values))).clip(0, values.max())


def _rgb(picture: Image.Image) -> Image.Image:
    """A picture of any mode in red, green and blue; what is transparent becomes white."""
    if picture.mode == "RGB":
        return picture
    if picture.mode == "F":
        values = np.asarray(picture)
        values = np.nan_to_num(values * (255 / max(1, float(np.nanmax(values)))))
        return Image.fromarray(values.clip(0, 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture.convert("RGB")


# ── training and held-out pictures ───────────────────────────────────────────────────────────────


def _split(pictures: list[str] | int, part: str) -> np.ndarray:
    """Which pictures belong to a part.

    Parameters
    ----------
    pictures : names of Fruits-360, each turn in order; or how many pictures there are.
    """
    if isinstance(pictures, int):
        first = pictures - round(HELD_OUT * pictures)
        return np.arange(first) if part == "training" else np.arange(first, pictures)
    chosen = []
    for _, turn in groupby(range(len(pictures)), lambda place: _view(pictures[place])[0]):
        places = list(turn)
        # Held out: a block in the middle of each turn. The views on both sides of it look nearly
        # like its first and last one, so they belong to neither part.
        count = round(HELD_OUT * len(places))
        first, border = (len(places) - count) // 2, max(1, len(places) // 30)
        if part == "held_out":
            chosen += places[first : first + count]
        else:
            chosen += places[: first - border] + places[first + count + border :]
    return np.array(chosen)
