"""Data sets: small ones that come with the course, real ones downloaded once and checked.

The front door to all data: `load_images` lives in `helpers.photos`, downloads in
`helpers.downloads`.
"""

import csv
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.downloads import OR_EMBEDDED, DataError, Remote, fetch, own_file
from helpers.photos import EMBEDDED, PARTS
from helpers.photos import load_images as load_images
from helpers.run import ROOT

if TYPE_CHECKING:
    import pandas as pd

TO_ASCII = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "–": "-"})
TRAINING = 4000  # of the 5,000 embedded digits; the other 1,000 are held out

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
MNIST = Remote(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)
# SHA-256 of arrays, by `content_hash`: files of the same digits are packed differently.
MNIST_SHA256 = "0edce7ea46b7b3bc6c29f4a35cdd2828ac1fc513931f00b7e08204c8fd0b007c"
EMBEDDED_SHA256 = "767cc232113ecfe730675889633d8d6d1a82158f768da77e67145df0443e92f4"
NOT_DIGITS_SHA256 = "17daeb5b963be1c86943b333ff2aa86d5c1b2be986b61d0a2137fc38f105bbbb"


class Digits(NamedTuple):
    """Digits to learn from and digits held out; see `load_digits`."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load_headlines(source: str | os.PathLike = "embedded") -> list[str]:
    """Newspaper headlines, in the order of the file, with their case and punctuation.

    Parameters
    ----------
    source : ``"embedded"``, 831 headlines written for this course; ``"nyt"``, 831 of *The New York
        Times* of April 2017, downloaded once (0.4 MB); or the path of a CSV file of your own, in
        UTF-8, with a column ``headline``. Where that is its only column, commas need no quotes.

    Returns
    -------
    The headlines, stripped, without empty ones and those that say "Unknown".

    Raises
    ------
    DataError
        If the file cannot be downloaded, kept, found or read, holds no headline, or has commas
        without quotes that would cut one.
    """
    path = _locate(source, "headlines.csv", "nyt", NYT_HEADLINES, "a CSV file")
    text = _read_text(path).lstrip()
    alone = "," not in text.partition("\n")[0]  # one column: its commas are the headlines' own
    try:
        rows = csv.reader(io.StringIO(text), skipinitialspace=not alone, strict=True)
        names, *rows = [row for row in rows if row]
    except csv.Error as error:
        raise DataError(f"{path} is no readable CSV file ({error}): check its quotes.") from None
    if "headline" not in names:
        columns = ", ".join(f'"{name}"' for name in names)
        said = f'{path} has no column "headline" but {columns}: name one so in the first line'
        raise DataError(f"{said}, and separate columns by commas.")
    longer = [] if alone else [row for row in rows if any(row[len(names) :])]
    if longer:
        said = f"{path} has a line with more commas than its first ({', '.join(longer[0])[:60]} …)"
        raise DataError(f"{said}: put quotes around each headline that holds a comma.")
    place = names.index("headline")
    headlines = [",".join(row if alone else row[place : place + 1]).strip() for row in rows]
    usable = [headline for headline in headlines if headline not in ("", "Unknown")]
    if not usable:
        raise DataError(f'{path} has no usable headline ("Unknown" is none): fill that column.')
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
    path = _locate(source, "northanger_abbey.txt", "frankenstein", FRANKENSTEIN, "a text file")
    text = _read_text(path)
    return text.translate(TO_ASCII) if source == "frankenstein" else text


def load_digits(source: str | os.PathLike = "embedded", seed: int = 1) -> Digits:
    """Handwritten digits from MNIST, some to learn from and others held out.

    Parameters
    ----------
    source : ``"embedded"``, 5,000 digits that come with the course; ``"mnist"``, all 70,000,
        downloaded once (11 MB); or the path of a ``mnist.npz`` that you have. MNIST is by
        Y. LeCun and C. Cortes, CC BY-SA 3.0.
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
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise DataError(f"seed is {seed!r}: give a whole number, at least 0, such as seed=1.")
    path = _locate(source, "mnist_5k.npz", "mnist", MNIST, "a mnist.npz")
    if source != "embedded":
        what_to_do = f"give a mnist.npz with the arrays of Keras' own, {OR_EMBEDDED}"
        return Digits(*_read_arrays(path, Digits._fields, MNIST_SHA256, what_to_do))
    x, y = _read_arrays(path, ("x", "y"), EMBEDDED_SHA256)
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = x[order], y[order]
    return Digits(x[:TRAINING], y[:TRAINING], x[TRAINING:], y[TRAINING:])


def load_not_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Drawings that are no digits, as large as digits are, from ``datasets/draw_not_digits.py``.

    Returns
    -------
    letters, names, bananas : 500 capital letters in several fonts, uint8 of shape (500, 28, 28),
        ink is 255; which letter each is, str of shape (500,); and 500 crescents of random bend,
        thickness and direction, as the letters.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    path = ROOT / "datasets" / "not_digits.npz"
    return tuple(_read_arrays(path, ("letters", "names", "bananas"), NOT_DIGITS_SHA256))


def load_attributes(fruit: str, part: str | None = None) -> "pd.DataFrame":
    """What each embedded picture of a fruit was drawn with: ripeness, shape, pose, light.

    Parameters
    ----------
    fruit : ``"tomato"`` (640 rows) or ``"banana"`` (490).
    part : ``"training"``, ``"held_out"``, or all of them: as for `load_images`.

    Returns
    -------
    One row for each picture, in the order of ``load_images(fruit, size, "embedded", part)``; the
    index is the number in the picture's name, the columns are numbers. ``datasets/README.md`` says
    what each means, its unit and its range.

    Raises
    ------
    DataError
        If there is no such fruit or part.
    """
    import pandas as pd

    if fruit not in EMBEDDED or part not in (None, *PARTS):
        choices = '"tomato" or "banana", and of the parts "all", "training" or "held_out"'
        raise DataError(f"There are no attributes of {fruit!r}, part {part!r}: give {choices}.")
    table = pd.read_csv(ROOT / "datasets" / "attributes.csv")
    chosen = table["fruit"].eq(fruit) & (table["part"].eq(part) | (part in (None, "all")))
    # The columns of the other fruit are empty.
    return table[chosen].set_index("number").drop(columns=["fruit", "part"]).dropna(axis="columns")


def content_hash(arrays: Sequence[np.ndarray]) -> str:
    """SHA-256 of what arrays hold, with their shapes and types, however a file packs them."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def _locate(source: str | os.PathLike, embedded: str, name: str, remote: Remote, own: str) -> Path:
    """The file that `source` means: "embedded", `name`, or the path of `own`."""
    if source == "embedded":
        return ROOT / "datasets" / embedded
    if source == name:
        return fetch(remote)
    return own_file(source, f'"embedded", "{name}" or the path of {own}')


def _read_arrays(
    path: Path, names: Sequence[str], sha256: str, what_to_do: str = "fetch the course again"
) -> list[np.ndarray]:
    """The arrays of an npz file, if they are the ones expected."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = [file[name] for name in names]
        if content_hash(arrays) == sha256:
            return arrays
        why = "holds other digits than expected"
    except KeyError as error:
        why = f'has no array "{error.args[0].split()[0]}" in it'
    except OSError as error:
        why = f"cannot be read ({error.strerror or 'it is damaged'})"
    except (ValueError, TypeError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error):
        why = "is no file of numpy arrays, or damaged"
    raise DataError(f"{path} {why}: {what_to_do}.")


def _read_text(path: Path) -> str:
    r"""The text of a UTF-8 file, without a byte order mark, every line end as ``"\n"``."""
    try:
        text = path.read_text("utf-8-sig")
        if "\0" in text:  # how UTF-16 looks when read as UTF-8
            raise UnicodeError
    except UnicodeError:
        said = f"{path} is not text in UTF-8: open it in the program that made it and save it as"
        raise DataError(f'{said} UTF-8 (in Excel: "CSV UTF-8").') from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): give another file.") from None
    if not text.strip():
        raise DataError(f"{path} is empty: give a text or CSV file with something in it.")
    return text
