"""Files that the loaders of data share: downloaded once and checked, or the learner's own.

Downloads stay outside the repository, in the folder WORKBOOK_DATA (default: the user's cache), each
under HOST/PATH of its URL. WORKBOOK_DATA_MIRROR, a folder or a URL that holds files in the same
way, replaces ``https://``; so one machine's WORKBOOK_DATA can be another's mirror.
"""

import contextlib
import functools
import os
import tempfile
import time
import urllib.parse
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from helpers.run import Sentence

# Seconds until an address counts as silent, then between two pieces of a file. The usual host has
# four addresses, tried in turn: behind a silent firewall, ten seconds until the learner reads so.
TIMEOUT = (2.5, 10)
SIDE_BY_SIDE = 8  # downloads under way at once
OR_EMBEDDED = 'or use source="embedded"'

FAILURES = {  # of requests, by a part of their names: why, and what to do
    "HTTPError": ("it answered {0.status_code}", "try again later"),
    "SSLError": ("its certificate is not trusted", "check this machine's clock and proxy"),
    "ChunkedEncodingError": ("the connection broke off", "try again"),
    "Timeout": ("no answer in time", "connect to the internet"),
}
NO_CONNECTION = ("no connection", "connect to the internet")
PROXY = ("no way through the proxy", "check HTTPS_PROXY, ALL_PROXY (SOCKS: pip install pysocks)")

# pooch imports the bars of tqdm that would ask for ipywidgets; ours is plain text.
warnings.filterwarnings("ignore", message="IProgress not found")


class DataError(Sentence):
    """Data that cannot be had or used; the message says in one sentence what to do.

    It has "?" for what is no character, as in a file's name that is not UTF-8.
    """

    def __init__(self, said: str):
        super().__init__(said.encode(errors="replace").decode())


class Remote(NamedTuple):
    """A file to download: its URL, pinned to a version, spaces unescaped; its SHA-256."""

    url: str
    sha256: str


def own_file(source: str | os.PathLike, choices: str) -> Path:
    """The path of a file or folder of the learner's own; DataError, with `choices`, if none."""
    if not isinstance(source, str | os.PathLike) or not os.path.exists(os.path.expanduser(source)):
        said = f'There is no source or file "{source}": give {choices}'
        raise DataError(f"{said} (a relative path starts at {Path.cwd()}).")
    return Path(source).expanduser()


def fetch(remote: Remote, progress: bool = True) -> Path:
    """The cached file of `remote`; downloads it when it is missing or not what it should be.

    A file under its final name is always whole: pooch writes it under another name, checks it and
    then renames it. Several processes, or threads with a file each, may fetch at once.

    Parameters
    ----------
    progress : whether to show a progress bar for this file.

    Raises
    ------
    DataError
        If the file cannot be downloaded or kept, or has another SHA-256.
    """
    import pooch

    pooch.get_logger().setLevel("WARNING")  # or it would print a line for each file
    name = "generative-models-workbook"
    try:
        folder = Path(os.environ.get("WORKBOOK_DATA") or pooch.os_cache(name)).expanduser()
    except RuntimeError:  # a user without a home, as in some containers
        folder = Path(tempfile.gettempdir(), name)
    path = folder / remote.url.removeprefix("https://")
    download = functools.partial(_download, progress=progress)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path.parent)
        pooch.retrieve(remote.url, remote.sha256, path.name, path.parent, downloader=download)
    except ValueError:
        said = (
            f"What came as {path.name} is not the expected file (it is cut off, changed or a login"
        )
        raise DataError(f"{said} page) and was not kept: try again, {OR_EMBEDDED}.") from None
    except OSError as error:
        why = (error.__cause__ or error).strerror or error
        said = f"{path.name} cannot be kept in {folder} ({why}): set the environment variable"
        where = "WORKBOOK_DATA to a folder that can be written to and has room"
        raise DataError(f"{said} {where}, {OR_EMBEDDED}.") from None
    return path


def fetch_all(remotes: Sequence[Remote], what: str) -> list[Path]:
    """Fetch many files side by side; what is here already is kept, so a new call goes on.

    Parameters
    ----------
    what : what the progress bar calls them.

    Raises
    ------
    DataError
        At the first file that cannot be had; the downloads under way end, no other one begins.
    """
    import pooch  # noqa: F401  here, once, rather than by every thread
    from tqdm import tqdm

    pool = ThreadPoolExecutor(SIDE_BY_SIDE)
    try:
        paths = pool.map(functools.partial(fetch, progress=False), remotes)
        # Files that are here already take no second: then no bar is shown.
        return list(tqdm(paths, desc=what, total=len(remotes), unit=" files", delay=1))
    except DataError as error:
        said = str(error).removesuffix(".")
        raise DataError(f"{said}; the next call fetches only what is missing.") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _download(url: str, part: str, _pooch: object, progress: bool) -> None:
    """Write what `url`, or the mirror, has into the file `part`; pooch calls this."""
    import pooch
    from requests import RequestException
    from requests.utils import getproxies
    from tqdm import tqdm

    place = url.removeprefix("https://")
    name = place.rpartition("/")[2]
    Path(part).chmod(0o644)  # a cache may be shared; pooch's own file is for its user alone
    mirror = os.environ.get("WORKBOOK_DATA_MIRROR", "").rstrip("/")
    if mirror and "://" not in mirror:
        try:
            content = (Path(mirror).expanduser() / place).read_bytes()
        except OSError as error:
            said = f"The mirror {mirror} does not give {place} ({error.strerror}): set"
            what = "WORKBOOK_DATA_MIRROR to a folder or URL that has it, or remove that variable"
            raise DataError(f"{said} {what}.") from None
        Path(part).write_bytes(content)
        return
    url = f"{mirror or 'https:/'}/{urllib.parse.quote(place)}"
    try:
        # Until pooch knows the size, total=1: pooch asks for the bar's truth, which is its total.
        with tqdm(desc=name, total=1, unit="B", unit_scale=True, disable=not progress) as bar:
            get = pooch.HTTPDownloader(progressbar=bar, chunk_size=2**16, timeout=TIMEOUT)
            get(url, Path(part), None)
    except (RequestException, ValueError) as error:  # ValueError: a proxy of an unknown kind
        kind = type(error).__name__
        why, advice = next((FAILURES[name] for name in FAILURES if name in kind), NO_CONNECTION)
        if advice == NO_CONNECTION[1] and {"https", "all"} & {*getproxies()}:
            why, advice = PROXY
        if mirror:
            advice = "check WORKBOOK_DATA_MIRROR and that the mirror runs"
        failed = f"Could not download {name} from {url.split('/')[2]}"
        why = why.format(getattr(error, "response", None))
        raise DataError(f"{failed} ({why}): {advice}, {OR_EMBEDDED}.") from None


def _remove_leftovers(folder: Path, seconds: float = 60) -> None:
    """Remove what killed downloads left; one under way grows every few seconds (see TIMEOUT)."""
    for part in folder.glob("tmp????????"):
        with contextlib.suppress(OSError):  # it is gone already, or another user's
            if time.time() - part.stat().st_mtime > seconds:
                part.unlink()
