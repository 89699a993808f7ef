"""Pictures of one kind as one array: rendered, photographed, or the learner's own.

`helpers.datasets.load_images` is the front door and says what comes out.
"""

import functools
import hashlib
import io
import os
import re
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from helpers import datasets
from helpers.datasets import DataError, Remote
from helpers.run import ROOT, write_atomically

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
SIDE_BY_SIDE = 8  # downloads under way at once

# Only plain picture formats: some that Pillow knows would start another program (Ghostscript).
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
FORMATS_SAID = "JPEG, PNG, GIF, BMP, TIFF or WebP"
NOT_PICTURES = {"thumbs.db", "desktop.ini", "__macosx"}  # what systems leave in folders, unasked
MAX_PICTURES = 50_000
MAX_BYTES = 200_000_000  # of one file, unpacked
RECIPE = 1  # raise it when the way from a file to its pixels changes: cached arrays are made anew


class Unusable(Exception):
    """Why one picture is skipped; ends a sentence that begins with its name."""


class Collection(NamedTuple):
    """Pictures that wait to be read."""

    where: str  # for messages
    names: list[str]  # in their order
    read: Callable[[str], bytes]
    content_hash: Callable[[], str]


def load(kind: str, size: int, source: str | os.PathLike, part: str) -> np.ndarray:
    """See `helpers.datasets.load_images`."""
    if part not in PARTS:
        raise DataError(f'There is no part {part!r}: give "all", "training" or "held_out".')
    if type(size) is not int or not 1 <= size <= 1024:
        raise DataError(f"size is {size!r}: give the width in pixels, from 1 to 1024, such as 32.")
    if source == "embedded":
        collection = _members(ROOT / "datasets" / _of_kind(EMBEDDED, kind, source))
    elif source == "fruits360":
        collection = _fruits360(kind)
    else:
        choices = '"embedded", "fruits360" or the path of a folder or zip file of pictures'
        path = datasets._own_file(source, choices)
        collection = _folder(path) if path.is_dir() else _members(path)
    if not collection.names:
        raise DataError(
            f"{collection.where} holds no picture: put pictures into it ({FORMATS_SAID})."
        )
    if len(collection.names) > MAX_PICTURES:
        raise DataError(
            f"{collection.where} holds {len(collection.names):,} files: give at most "
            f"{MAX_PICTURES:,} pictures."
        )
    pixels = _cached(collection, re.sub(r"[^\w-]+", "-", str(kind)), size)
    if part != "all":
        places = _split(collection.names if source == "fruits360" else len(pixels), part)
        if not len(places):
            raise DataError(
                f'{collection.where} holds too few pictures for part="{part}": give at least three.'
            )
        pixels = pixels[places]
    images = pixels.astype(np.float32)
    images /= 127.5  # in place: these are the largest arrays of the course
    images -= 1
    return images


def _of_kind(files: dict[str, str], kind: str, source: str) -> str:
    if kind not in files:
        raise DataError(
            f'source="{source}" has no pictures of kind {kind!r}: give "tomato" or "banana", or '
            "the path of a folder of your own as source."
        )
    return files[kind]


# ── where pictures come from ─────────────────────────────────────────────────────────────────────


def _folder(path: Path) -> Collection:
    """The files in a folder of the learner's own and in the folders below it."""
    files = (file for file in path.rglob("*") if file.is_file())
    names = sorted(file.relative_to(path).as_posix() for file in files)
    names = [name for name in names if _may_be_a_picture(name)]

    def read(name: str) -> bytes:
        if (path / name).stat().st_size > MAX_BYTES:
            raise Unusable("is too large")
        return (path / name).read_bytes()

    return Collection(str(path), names, read, functools.partial(_hash_of_contents, names, read))


def _members(path: Path) -> Collection:
    """The members of a zip file; they are read in memory and never written anywhere."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise DataError(
            f"{path} is neither a folder nor a whole zip file: give the folder that holds your "
            "pictures, or a zip file of it."
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): give another file.") from None
    members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
    for name, member in members.items():
        if _climbs_out(name) or stat.S_ISLNK(member.external_attr >> 16):
            raise DataError(
                f"{path} is refused, because its member {name!r} points outside of it: make a zip "
                "file of a plain folder of pictures."
            )

    def read(name: str) -> bytes:
        if members[name].flag_bits & 1:
            raise Unusable("is locked with a password")
        if members[name].file_size > MAX_BYTES:
            raise Unusable("is too large")
        return archive.read(name)

    names = sorted(filter(_may_be_a_picture, members))
    return Collection(str(path), names, read, functools.partial(_hash_of_contents, names, read))


def _climbs_out(name: str) -> bool:
    """Whether a zip member's name leads out of the folder it would be unpacked into."""
    name = name.replace("\\", "/")
    return name.startswith("/") or ".." in name.split("/") or bool(re.match("[A-Za-z]:", name))


def _may_be_a_picture(name: str) -> bool:
    parts = name.lower().split("/")
    return not any(part.startswith(".") or part in NOT_PICTURES for part in parts)


def _hash_of_contents(names: Iterable[str], read: Callable[[str], bytes]) -> str:
    digest = hashlib.sha256()
    for name in names:
        try:
            content = read(name)
        except Exception:  # it will be skipped, with its reason
            content = b""
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\0".encode())
    return digest.hexdigest()


def _fruits360(kind: str) -> Collection:
    """The photographs of Fruits-360; those that are missing here are downloaded when read."""
    listed = (ROOT / "datasets" / _of_kind(FRUITS360, kind, "fruits360")).read_bytes()
    hashes = {line[66:]: line[:64] for line in listed.decode().splitlines()}
    names = sorted(hashes, key=_view)
    remotes = {name: Remote(FRUITS360_PREFIX[kind] + name, hashes[name]) for name in names}
    files: dict[str, Path] = {}

    def read(name: str) -> bytes:
        if not files:
            files.update(_fetch_all(remotes, f"{kind} photographs"))
        return files[name].read_bytes()

    # The list holds every hash: an array made from it needs no photograph to be looked at again.
    return Collection("Fruits-360", names, read, hashlib.sha256(listed).hexdigest)


def _view(name: str) -> tuple[str, int]:
    """The turn that a Fruits-360 photograph belongs to, and its place in it.

    A name such as "Test/Tomato/Tomato 1/r2_16_100.jpg" says: fruit, axis it turns about ("r2_"),
    number of the view, width.
    """
    turn, number = re.fullmatch(r"(.*/(?:r\d?_)?)(\d+)_100\.jpg", name).groups()
    return turn, int(number)


def _fetch_all(remotes: dict[str, Remote], what: str) -> dict[str, Path]:
    """Fetch many files side by side; what is here already is kept, so a new call goes on.

    Raises
    ------
    DataError
        At the first file that cannot be had; the downloads under way end, no other one begins.
    """
    from tqdm import tqdm

    datasets._pooch()  # imported here, once, rather than by every thread
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)
    try:
        waiting = {
            pool.submit(datasets._fetch, remote, progress=False): name
            for name, remote in remotes.items()
        }
        files = {}
        # Files that are here already take no second: then no bar is shown.
        with tqdm(desc=what, total=len(waiting), unit=" files", delay=1) as bar:
            for done in as_completed(waiting):
                files[waiting[done]] = done.result()
                bar.update()
    except DataError as error:
        said = str(error).removesuffix(".")
        raise DataError(f"{said}; the next call fetches only what is missing.") from None
    finally:
        pool.shutdown(cancel_futures=True)
    return files


# ── from files to an array ───────────────────────────────────────────────────────────────────────


def _cached(collection: Collection, kind: str, size: int) -> np.ndarray:
    """All pictures as uint8 (n, size, size, 3), from the cache if it holds them."""
    folder = datasets._data_folder() / "images"
    content = hashlib.sha256(f"{RECIPE} {collection.content_hash()}".encode()).hexdigest()
    path = folder / f"{kind}_{size}_{content[:16]}.npy"
    pixels = _read_array(path, size)
    if pixels is not None:
        return pixels
    pixels, skipped = _decode(collection, size)
    if not len(pixels):
        raise DataError(
            f"{collection.where} holds no usable picture ({_listed(skipped)}): put pictures into "
            f"it ({FORMATS_SAID})."
        )
    if skipped:  # not cached, so that the next call says so again
        warnings.warn(f"Skipped in {collection.where}: {_listed(skipped)}.", stacklevel=4)
        return pixels
    try:
        datasets._remove_leftovers(folder)
        write_atomically(path, _with_checksum(pixels))
    except OSError as error:
        warnings.warn(
            f"The pictures are loaded but cannot be kept in {folder} ({error.strerror or error}): "
            "to load them faster next time, set the environment variable WORKBOOK_DATA to a folder "
            "that can be written to and has room.",
            stacklevel=4,
        )
    return pixels


def _with_checksum(pixels: np.ndarray) -> bytes:
    """A .npy file and the SHA-256 of it; `numpy.load` reads the first and ignores the second."""
    file = io.BytesIO()
    np.save(file, pixels, allow_pickle=False)
    return file.getvalue() + hashlib.sha256(file.getbuffer()).digest()


def _read_array(path: Path, size: int) -> np.ndarray | None:
    """The cached array, or None when there is none or it is damaged."""
    try:
        content = path.read_bytes()
        if hashlib.sha256(content[:-32]).digest() != content[-32:]:
            return None
        pixels = np.load(io.BytesIO(content), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return pixels if pixels.dtype == np.uint8 and pixels.shape[1:] == (size, size, 3) else None


def _decode(collection: Collection, size: int) -> tuple[np.ndarray, dict[str, str]]:
    """The usable pictures, and why each other one is skipped."""
    from tqdm import tqdm

    pictures, skipped = [], {}
    for name in tqdm(collection.names, desc="pictures", unit=" files", delay=2):
        try:
            pictures.append(_square(collection.read(name), size))
        except DataError:
            raise
        except Unusable as reason:
            skipped[name] = str(reason)
        except Exception as error:  # a damaged file may end a decoder in any way
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            skipped[name] = f"cannot be read ({why[:80]})"
    return np.array(pictures, np.uint8).reshape(-1, size, size, 3), skipped


def _square(content: bytes, size: int) -> np.ndarray:
    """One picture file as uint8 (size, size, 3)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.UnidentifiedImageError:
        raise Unusable(f"is no picture in {FORMATS_SAID}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unusable("has too many pixels") from None
    with picture:
        picture.draft(None, (2 * size, 2 * size))  # reads a large JPEG at a half, quarter or eighth
        picture = _rgb(ImageOps.exif_transpose(picture))
        return np.asarray(ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS))


def _rgb(picture: Image.Image) -> Image.Image:
    """A picture of any mode in red, green and blue; what is transparent becomes white."""
    if picture.mode[0] in "IF":  # 16 bits a pixel or more, which `convert` would cut off at 255
        values = np.asarray(picture, np.float32)
        white = 65535 if picture.mode[0] == "I" else max(1, float(np.nanmax(values)))
        values = np.nan_to_num(values * (255 / white))
        return Image.fromarray(values.clip(0, 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture.convert("RGB")


def _listed(skipped: dict[str, str], most: int = 5) -> str:
    said = [f"{name} {reason}" for name, reason in list(skipped.items())[:most]]
    if len(skipped) > most:
        said.append(f"and {len(skipped) - most} more")
    return ", ".join(said)


# ── training and held-out pictures ───────────────────────────────────────────────────────────────


def _split(pictures: list[str] | int, part: str) -> np.ndarray:
    """Which pictures belong to a part.

    Parameters
    ----------
    pictures : names of Fruits-360, each turn in order; or how many pictures there are.
    """
    if isinstance(pictures, int):
        first = pictures - round(HELD_OUT * pictures)
        return np.arange(pictures)[:first] if part == "training" else np.arange(pictures)[first:]
    turns: dict[str, list[int]] = {}
    for place, name in enumerate(pictures):
        turns.setdefault(_view(name)[0], []).append(place)
    chosen = []
    for places in turns.values():
        # Held out: a block in the middle of each turn. The views on both sides of it look nearly
        # like its first and last one, so they belong to neither part.
        count = round(HELD_OUT * len(places))
        first, border = (len(places) - count) // 2, max(1, len(places) // 30)
        if part == "held_out":
            chosen += places[first : first + count]
        else:
            chosen += places[: first - border] + places[first + count + border :]
    return np.array(chosen)
