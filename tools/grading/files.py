"""The files in a folder or a zip of submissions, zips within it opened. Runs and writes nothing."""

import stat
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

MAX_MB = 20  # of one notebook; labs have 0.1, executed ones 0.6
MAX_ZIP_MB = 200  # of a zip within a zip
MAX_FILES = 20_000
JUNK = {"__MACOSX", ".git", ".venv", "__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini"}


class SubmissionsError(Exception):
    """The folder or archive of submissions cannot be used; the message says what to do."""


@dataclass(frozen=True)
class File:
    """A file that was handed in: the parts of its path, and how to read it.

    `read` returns the content and "", or nothing and a sentence that says why.
    """

    parts: tuple[str, ...]
    read: Callable[[], tuple[bytes, str]]
    time: tuple = ()  # year, month, day, …, of this machine's clock or of the one that packed it
    time_from: str = ""  # "file" or "zip"

    @property
    def path(self) -> str:
        return "/".join(self.parts)


def all_files(place: Path, skip: Path | None = None) -> list[File]:
    """Every file in a folder or a zip but what operating systems leave there, sorted by path.

    Parameters
    ----------
    skip : a folder to leave out, where results are written.

    Raises SubmissionsError if there is no such place, or too much in it.
    """
    if place.is_dir():
        files = _in_folder(place, skip and skip.resolve())
    elif place.is_file() and (archive := _opened(place)):
        files = _in_zip(archive, ())
    elif place.exists():
        raise SubmissionsError(f"{place} is neither a folder nor a zip file.")
    else:
        raise SubmissionsError(f"There is no folder or zip file {place}.")
    found = []
    for file in files:
        if not JUNK.intersection(file.parts) and not file.parts[-1].startswith(("._", "~$")):
            found.append(file)
        if len(found) > MAX_FILES:
            raise SubmissionsError(f"{place} holds more than {MAX_FILES:,} files.")
    return sorted(found, key=lambda file: file.parts)


def _in_folder(place: Path, skip: Path | None) -> Iterator[File]:
    for path in place.rglob("*"):
        if (path.is_dir() and not path.is_symlink()) or (skip and skip in path.resolve().parents):
            continue
        about = path.lstat()
        file = File(
            path.relative_to(place).parts,
            lambda path=path: _read_file(path, place),
            _local(about.st_mtime),
            "file",
        )
        plain = stat.S_ISREG(about.st_mode)
        if plain and path.suffix.lower() == ".zip" and (archive := _opened(path)):
            yield from _in_zip(archive, file.parts)
        else:
            yield file


def _local(seconds: float) -> tuple:
    try:
        return tuple(time.localtime(seconds)[:6])
    except (OverflowError, ValueError, OSError):
        return ()


def _read_file(path: Path, place: Path) -> tuple[bytes, str]:
    try:
        about = path.lstat()
        inside = path.resolve().is_relative_to(place.resolve())
        if not stat.S_ISREG(about.st_mode) or not inside:
            return b"", "it is a link or a special file, not a notebook"
        if about.st_size > MAX_MB * 2**20:
            return b"", f"the file has {about.st_size / 2**20:.0f} MB, more than {MAX_MB}"
        return path.read_bytes(), ""
    except OSError as error:
        return b"", f"the file cannot be read ({error.strerror})"


def _opened(file) -> zipfile.ZipFile | None:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError):
        return None


def _in_zip(archive: zipfile.ZipFile, outside: tuple[str, ...], depth: int = 1) -> Iterator[File]:
    for entry in archive.infolist():
        # A name is taken apart for the student's name; nothing is ever written under it.
        parts = _name(entry).replace("\\", "/").split("/")
        parts = (*outside, *(part for part in parts if part not in ("", ".", "..")))
        if entry.is_dir() or len(parts) == len(outside):
            continue
        if parts[-1].lower().endswith(".zip") and depth < 4:
            # A class of zips need not fit into memory: large ones go into a file without a name.
            unpacked = tempfile.SpooledTemporaryFile(MAX_MB * 2**20)  # noqa: SIM115
            unpacked.write(_read_entry(archive, entry, MAX_ZIP_MB)[0])
            if inner := _opened(unpacked):
                yield from _in_zip(inner, parts, depth + 1)
                continue
        read = partial(_read_entry, archive, entry, MAX_MB)
        yield File(parts, read, tuple(entry.date_time), "zip")


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name; macOS writes UTF-8 without saying so, and zipfile reads it as cp437."""
    if not entry.flag_bits & 0x800:
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return entry.filename


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, mb: int) -> tuple[bytes, str]:
    try:
        with archive.open(entry) as file:
            content = file.read(mb * 2**20 + 1)  # sizes in an archive's list can lie
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        return b"", f"it cannot be unpacked ({error})"
    if len(content) > mb * 2**20:
        return b"", f"the file has more than {mb} MB"
    return content, ""
