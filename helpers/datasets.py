"""Data sets: small ones that come with the course, real ones downloaded once and checked.

Downloads stay outside the repository, in the folder WORKBOOK_DATA (default: the user's cache), each
under HOST/PATH of its URL. WORKBOOK_DATA_MIRROR, a folder or a URL that holds files in the same
way, replaces ``https://``; so one machine's WORKBOOK_DATA can be another's mirror.
"""

import contextlib
import csv
import hashlib
import importlib
import io
import os
import secrets
import sys
import time
import urllib.parse
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpers.run import ROOT, Sentence

if TYPE_CHECKING:
    import numpy as np

    from helpers.digits import Digits

# Seconds until an address counts as silent, then between two pieces of a file. The usual host has
# four addresses, tried in turn: behind a silent firewall, ten seconds until the learner reads so.
TIMEOUT = (2.5, 10)
OR_EMBEDDED = 'or use source="embedded"'
TO_ASCII = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "–": "-"})


class DataError(Sentence):
    """Data that cannot be had or used; the message says in one sentence what to do."""


class Remote(NamedTuple):
    """A file to download: its URL, pinned to a commit, spaces unescaped; its SHA-256."""

    url: str
    sha256: str


NYT_HEADLINES = Remote(
    "https://raw.githubusercontent.com/vikramrahane/NLP/"
    "86e02fe5d67984d73192eeea044cf087309c62d2/ArticlesApril2017.csv",
    "459cec4eb2ade7661a109de896a7e6badbaae8c060dc56a912594aaae5c20d0d",
)
FRANKENSTEIN = Remote(
    "https://raw.githubusercontent.com/gutenbergbooks/84/"
    "8bd92d5ea00b020a3b1224f3558019e5b4024f94/84-0.txt",
    "f572837d92b31a857df4f6d0612e54f4bd8003d134367ae6a35ef444b9a8336b",
)


def load_headlines(source: str | os.PathLike = "embedded") -> list[str]:
    """Newspaper headlines, in the order of the file, with their case and punctuation.

    Parameters
    ----------
    source : ``"embedded"``, 831 headlines written for this course; ``"nyt"``, 831 of *The New York
        Times* of April 2017, downloaded once (0.4 MB); or the path of a CSV file of your own, in
        UTF-8, with a column ``headline``.

    Returns
    -------
    The headlines, stripped, without empty ones and those that say "Unknown".

    Raises
    ------
    DataError
        If the file cannot be downloaded, kept, found or read, or holds no headline.
    """
    if source == "embedded":
        path = ROOT / "datasets" / "headlines.csv"
    elif source == "nyt":
        path = _fetch(NYT_HEADLINES)
    else:
        path = _own_file(source, '"embedded", "nyt" or the path of a CSV file')
    text = _read_text(path).lstrip()
    if not text:
        raise DataError(f'{path} is empty: give a CSV file with a column "headline".')
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        columns = ", ".join(f'"{name}"' for name in rows.fieldnames)
        if "headline" not in rows.fieldnames:
            raise DataError(
                f'{path} has no column "headline" but {columns}: name one so in the first line, '
                "and separate columns by commas."
            )
        headlines = [(row["headline"] or "").strip() for row in rows]
    except csv.Error as error:
        raise DataError(f"{path} is no readable CSV file ({error}): check its quotes.") from None
    usable = [headline for headline in headlines if headline not in ("", "Unknown")]
    if not usable:
        raise DataError(
            f'{path} has no usable headline: fill its column "headline" with something other than '
            '"Unknown".'
        )
    return usable


def load_novel(source: str | os.PathLike = "embedded") -> str:
    r"""The text of a novel.

    Parameters
    ----------
    source : ``"embedded"``, Jane Austen's *Northanger Abbey*; ``"frankenstein"``, Mary Shelley's
        novel, downloaded once (0.4 MB), its curly quotes and dashes in ASCII; or the path of a text
        file of your own, in UTF-8.

    Returns
    -------
    The whole text; its lines end in ``"\n"``.

    Raises
    ------
    DataError
        If the file cannot be downloaded, kept, found or read, or is empty.
    """
    if source == "embedded":
        return _read_text(ROOT / "datasets" / "northanger_abbey.txt")
    if source == "frankenstein":
        return _read_text(_fetch(FRANKENSTEIN)).translate(TO_ASCII)
    path = _own_file(source, '"embedded", "frankenstein" or the path of a text file')
    text = _read_text(path)
    if not text.strip():
        raise DataError(f"{path} is empty: give a text file with a text in it.")
    return text


def load_images(
    kind: str, size: int, source: str | os.PathLike = "embedded", part: str = "all"
) -> "np.ndarray":
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
    the square in their middle: padding would teach a model to draw white bars. The scaled array is
    kept in the folder WORKBOOK_DATA, so the next call is quick.

    Warns
    -----
    UserWarning
        Naming the files that are no pictures or damaged, and are skipped; or if the scaled array
        cannot be kept.

    Raises
    ------
    DataError
        If an argument is not one of those above, the pictures cannot be downloaded, found or read,
        there is none, or a zip file holds a member that points outside of it.
    """
    from helpers import photos

    return photos.load(kind, size, source, part)


def load_digits(source: str | os.PathLike = "embedded", seed: int = 1) -> "Digits":
    """Handwritten digits from MNIST, some to learn from and others held out.

    Parameters
    ----------
    source : ``"embedded"``, 5,000 digits that come with the course; ``"mnist"``, all 70,000,
        which Keras downloads once (11 MB) into its own folder; or the path of a ``mnist.npz`` that
        you have. MNIST is by Y. LeCun and C. Cortes, CC BY-SA 3.0.
    seed : the embedded digits are shuffled and split by it. MNIST keeps its own order and split.

    Returns
    -------
    x_train, y_train, x_test, y_test : digits as uint8 of shape (n, 28, 28), ink is 255, and what
        they show, uint8 of shape (n,), 0 to 9. Embedded: 4,000 and 1,000; MNIST: 60,000 and 10,000.

    Raises
    ------
    DataError
        If the file cannot be downloaded, found or read, or its arrays are not MNIST's: they are
        hashed, not the file, because the same arrays may be packed differently.
    """
    from helpers import digits

    return digits.load(source, seed)


def _own_file(source: str | os.PathLike, choices: str) -> Path:
    path = Path(source).expanduser() if isinstance(source, str | os.PathLike) else None
    if not source or path is None or not os.path.exists(path):
        raise DataError(
            f'There is no source or file "{source}": give {choices} '
            f"(a relative path starts at {Path.cwd()})."
        )
    return path


def _read_text(path: Path) -> str:
    r"""The text of a UTF-8 file, without a byte order mark, every line end as ``"\n"``."""
    try:
        text = path.read_text("utf-8-sig")
        if "\0" in text:  # how UTF-16 looks when read as UTF-8
            raise UnicodeError
    except UnicodeError:
        raise DataError(
            f"{path} is not text in UTF-8: open it in the program that made it and save it "
            'as UTF-8 (in Excel: "CSV UTF-8").'
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): give another file.") from None
    return text


# ── downloads ────────────────────────────────────────────────────────────────────────────────────


def _fetch(remote: Remote, progress: bool = True) -> Path:
    """The cached file of `remote`; downloads it when it is missing or not what it should be.

    A file under its final name is always whole: it is written under another name, checked and then
    renamed. Several processes, or threads with a file each, may fetch at once, and a set of many
    files that broke off goes on where it stopped.

    Parameters
    ----------
    progress : whether to show a progress bar for this file.

    Raises
    ------
    DataError
        If the file cannot be downloaded or kept, or has another SHA-256.
    """
    folder = _data_folder()
    path = folder / remote.url.removeprefix("https://")
    try:
        if path.is_file() and _sha256(path) == remote.sha256:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path.parent)
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            _download(remote.url, part, progress)
            if _sha256(part) != remote.sha256:
                raise DataError(
                    f"What came as {path.name} is not the expected file (it is cut off, changed or "
                    f"a login page) and was not kept: try again, {OR_EMBEDDED}."
                )
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"{path.name} cannot be kept in {folder} ({error.strerror or error}): set the "
            "environment variable WORKBOOK_DATA to a folder that can be written to and has room, "
            f"{OR_EMBEDDED}."
        ) from None
    return path


def _data_folder() -> Path:
    """The folder of downloads and of what was made from them."""
    folder = os.environ.get("WORKBOOK_DATA") or _pooch().os_cache("generative-models-workbook")
    return Path(folder).expanduser()


def _download(url: str, part: Path, progress: bool) -> None:
    """Write what `url`, or the mirror, has into `part`."""
    place = url.removeprefix("https://")
    mirror = os.environ.get("WORKBOOK_DATA_MIRROR", "").rstrip("/")
    if mirror and "://" not in mirror:
        try:
            content = (Path(mirror).expanduser() / place).read_bytes()
        except OSError as error:
            raise DataError(
                f"The mirror {mirror} does not give {place} ({error.strerror}): set "
                "WORKBOOK_DATA_MIRROR to a folder or URL that has it, or remove that variable."
            ) from None
        part.write_bytes(content)
        return

    import requests
    from tqdm import tqdm

    url = f"{mirror or 'https:/'}/{urllib.parse.quote(place)}"
    name = place.rpartition("/")[2]
    try:
        # Until pooch knows the size, total=1: pooch asks for the bar's truth, which is its total.
        with tqdm(desc=name, total=1, unit="B", unit_scale=True, disable=not progress) as bar:
            get = _pooch().HTTPDownloader(progressbar=bar, chunk_size=2**16, timeout=TIMEOUT)
            get(url, part, None)
    except requests.RequestException as error:
        why, what_to_do = _explain(error)
        if mirror:
            what_to_do = "check WORKBOOK_DATA_MIRROR and that the mirror runs"
        host = url.split("/")[2]
        raise DataError(
            f"Could not download {name} from {host} ({why}): {what_to_do}, {OR_EMBEDDED}."
        ) from None


def _explain(error: Exception) -> tuple[str, str]:
    """Why a download failed, and what to do."""
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError):
        return f"it answered {error.response.status_code}", "try again later"
    if isinstance(error, exceptions.SSLError):
        return "its certificate is not trusted", "check this machine's clock and proxy"
    if isinstance(error, exceptions.ChunkedEncodingError):
        return "the connection broke off", "try again"
    if isinstance(error, exceptions.Timeout):
        return "no answer in time", "connect to the internet"
    return "no connection", "connect to the internet"


def _remove_leftovers(folder: Path, seconds: float = 60) -> None:
    """Remove what killed downloads left; one under way grows every few seconds (see TIMEOUT)."""
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):  # it is gone already, or another user's
            if time.time() - part.stat().st_mtime > seconds:
                part.unlink()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pooch():
    if "pooch" not in sys.modules:  # threads must not come here at once: see photos._fetch_all
        with warnings.catch_warnings():  # it would ask for ipywidgets; our bar is plain text
            warnings.simplefilter("ignore")
            importlib.import_module("pooch")
    return sys.modules["pooch"]
