"""Data sets: what they hold, and that every bad input ends in one clear sentence."""

import csv
import errno
import hashlib
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path
from subprocess import DEVNULL

import pytest
from conftest import REAL, ROOT, files, refused, shown_by_ipython

from benchmarks.headlines import clean
from helpers import datasets, downloads
from helpers.datasets import DataError, load_headlines, load_novel
from tools.build import changes

CSV = "headline,desk\nTides Turn Early,Science\nUnknown,Food\n" + "Again and Again,City\n" * 10_000
CONTENT = CSV.encode()
REMOTE = downloads.Remote(
    "https://raw.githubusercontent.com/a/0123/b c.csv", hashlib.sha256(CONTENT).hexdigest()
)
PLACE = REMOTE.url.removeprefix("https://")
FETCH = "import sys; from helpers import downloads as d; d.fetch(d.Remote(*sys.argv[1:]))"


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path) -> Path:
    """An empty cache and no mirror; the "real" headlines are ours."""
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("WORKBOOK_DATA_MIRROR", raising=False)
    monkeypatch.setattr(datasets, "NYT_HEADLINES", REMOTE)
    return tmp_path / "cache"


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Path:
    """The file in a mirror that is a folder, in use."""
    path = tmp_path / "mirror" / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(tmp_path / "mirror"))
    return path


def send(handler, content=CONTENT, size=None, status=200):
    handler.send_response(status)
    handler.send_header("Content-Length", str(size or len(CONTENT)))
    handler.end_headers()
    handler.wfile.write(content)
    handler.wfile.flush()


def send_if_asked_rightly(handler):
    send(handler, status=200 if urllib.parse.unquote(handler.path) == f"/{PLACE}" else 404)


# ── what the sets hold ───────────────────────────────────────────────────────────────────────────


def test_embedded_headlines_are_usable_and_in_order():
    headlines = load_headlines()
    with (ROOT / "datasets/headlines.csv").open(encoding="utf-8", newline="") as file:
        rows = [row["headline"] for row in csv.DictReader(file)]
    assert len(rows) == 886 and rows.count("Unknown") == 55
    assert headlines == [row for row in rows if row != "Unknown"] and len(headlines) == 831
    assert all(headline == headline.strip() != "" for headline in headlines)


def test_embedded_headlines_suit_lab_01():
    with (ROOT / "datasets/headlines.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    assert columns == ["headline", "newDesk", "pubDate", "printPage", "keywords"]
    headlines = [tuple(clean(headline)) for headline in load_headlines()]
    assert len(set(headlines)) == 831, "no duplicates"
    assert {len(words) for words in headlines} <= set(range(3, 17))
    assert len({word for words in headlines for word in words}) >= 1800
    prompts = "10 ways, europe looks to, best way, homeless in, unexpected results, critics warn"
    for prompt in prompts.split(", "):
        assert sum(" ".join(words).startswith(prompt) for words in headlines) >= 4, prompt


def test_embedded_novel():
    text = load_novel()
    assert text.startswith("NORTHANGER ABBEY\n") and text.isascii()
    assert len(text) == 433_411 and len(set(text)) == 75


def test_real_sets_are_what_we_say(monkeypatch):
    monkeypatch.undo()
    if not REAL.is_dir():
        pytest.skip("no mirror of the real files: WORKBOOK_TEST_MIRROR names none")
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(REAL))
    for remote in (datasets.NYT_HEADLINES, datasets.FRANKENSTEIN):
        content = (REAL / remote.url.removeprefix("https://")).read_bytes()
        assert hashlib.sha256(content).hexdigest() == remote.sha256


def test_real_sets_load(monkeypatch, cache):
    if not REAL.is_dir():
        pytest.skip("no mirror of the real files: WORKBOOK_TEST_MIRROR names none")
    monkeypatch.undo()
    monkeypatch.setenv("WORKBOOK_DATA", str(cache))
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(REAL))
    cleaned = [clean(headline) for headline in load_headlines("nyt")]
    assert len(cleaned) == 831 and len({word for words in cleaned for word in words}) == 2421
    assert sum(len(words) - 1 for words in cleaned) == 4806 and max(map(len, cleaned)) == 19
    novel = load_novel("frankenstein")
    assert not set(novel) & set("“”‘’—–\r") and novel.startswith("Frankenstein;\n")
    assert len(files(cache)) == 2


def test_readme_names_every_file_size_and_hash():
    said = (ROOT / "datasets/README.md").read_text(encoding="utf-8")
    assert "`render_fruit.py`" in said
    for path in (ROOT / "datasets").iterdir():
        if path.is_file() and path.name != "README.md" and path.suffix != ".py":
            row = next(line for line in said.splitlines() if line.startswith(f"| `{path.name}`"))
            assert f"`{hashlib.sha256(path.read_bytes()).hexdigest()}`" in row
            assert f"{path.stat().st_size:,} B" in row
    code = (ROOT / "helpers/datasets.py").read_text(encoding="utf-8")
    hashes = re.findall(r'"([0-9a-f]{64})"', code)
    assert len(hashes) == 6 and all(f"`{found}`" in said for found in hashes)
    assert datasets.FRANKENSTEIN.url in said


def test_builder_sees_which_file_a_notebook_reads():
    pictures = ["bananas.zip", *("fruits360_bananas.sha256", "fruits360_tomatoes.sha256")]
    for function, names in (
        ("headlines", ["headlines.csv"]),
        ("novel", ["northanger_abbey.txt"]),
        ("images", [*pictures, "tomatoes.zip"]),
        ("digits", ["mnist_5k.npz"]),
        ("not_digits", ["not_digits.npz"]),
        ("attributes", ["attributes.csv"]),
    ):
        code = f"from helpers import datasets\ndatasets.load_{function}()"
        found = changes.dependencies(code, ROOT)[1]
        assert {ROOT / "datasets" / name for name in names} <= set(found)


def test_embedded_sets_import_nothing_heavy():
    code = (
        "import sys; from helpers import datasets as d; d.load_headlines(); d.load_novel();"
        "print({'pooch', 'requests', 'matplotlib', 'sklearn', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


# ── files of one's own ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content",
    [
        b"headline,desk\nCaf\xc3\xa9s Reopen!,Food\n Unknown ,City\n,City\n",
        b'\xef\xbb\xbf"headline"\r\n  Caf\xc3\xa9s Reopen!  \r\n',
        b"desk, headline\nCity\nCity, Caf\xc3\xa9s Reopen!,,\n",
        b'\n\nheadline\n"Caf\xc3\xa9s Reopen!"',
    ],
)
def test_own_headlines(tmp_path, content):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    assert load_headlines(path) == load_headlines(str(path)) == ["Cafés Reopen!"]


@pytest.mark.parametrize(
    "line", ["Rain, Wind and 1,000 Umbrellas", '"Rain, Wind and 1,000 Umbrellas"']
)
def test_headlines_alone_may_have_commas(tmp_path, line):
    path = tmp_path / "mine.csv"
    path.write_text(f"headline\n{line}\nTides Turn\n")
    assert load_headlines(path) == ["Rain, Wind and 1,000 Umbrellas", "Tides Turn"]


@pytest.mark.parametrize(
    "content",
    [
        "headline,desk\nTides Turn,City\nRain, Wind and Umbrellas,Food\n",
        "desk, headline\nCity, Tides Turn\nFood, Rain, Wind and Umbrellas\n",
        "headline,desk,page\nTides Turn,City,1\nRain, Wind, Umbrellas,Food,2\n",
    ],
)
def test_a_comma_that_would_cut_a_headline_is_named(tmp_path, content):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    said = refused(load_headlines, path)
    assert "more commas than its first" in said and "Rain, Wind" in said and "quotes around" in said


def test_own_novel(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_bytes("\ufeff“Wait” —\r\nshe said.\r".encode())
    assert load_novel(path) == load_novel(str(path)) == "“Wait” —\nshe said.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"title,desk\nTides Turn,Science\n", ['no column "headline"', '"title", "desk"']),
        (b"headline;desk\nTides Turn;Science\n", ['"headline;desk"', "by commas"]),
        (b"", ["is empty", "CSV"]),
        (b"\xef\xbb\xbf \r\n", ["is empty", "CSV"]),
        (b"headline,desk\n", ["no usable headline"]),
        (b"headline,desk\nUnknown,Food\n  ,City\nUnknown\n", ["no usable headline", '"Unknown"']),
        ("headline\nCafés Reopen\n".encode("cp1252"), ["not text in UTF-8", "save it as UTF-8"]),
        ("headline\nCafés Reopen\n".encode("utf-16"), ["not text in UTF-8", "save it as UTF-8"]),
        ("headline\nTides\n".encode("utf-16-le"), ["not text in UTF-8", "save it as UTF-8"]),
        (b'headline\n"' + b"Tides\n" * 30_000, ["no readable CSV", "quotes"]),
    ],
)
def test_unusable_own_headlines_are_explained(tmp_path, content, words):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    said = refused(load_headlines, path)
    assert all(word in said for word in ["mine.csv", *words]), said
    path.write_bytes(CONTENT)
    assert load_headlines(path)[0] == "Tides Turn Early", "the next try works"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b" \n", ["is empty"]), ("Café".encode("cp1252"), ["not text in UTF-8", "save it"])],
)
def test_unusable_own_novel_is_explained(tmp_path, content, words):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    said = refused(load_novel, path)
    assert all(word in said for word in ["mine.txt", *words]), said


@pytest.mark.parametrize("source", ["nty", "Embedded", "no/such/file.csv", "A long text. " * 100])
def test_unknown_source_or_path_is_explained(source):
    with pytest.raises(DataError, match='"embedded", "nyt" or the path of a CSV file'):
        load_headlines(source)
    with pytest.raises(DataError, match='"embedded", "frankenstein" or the path of a text file'):
        load_novel(source)
    assert len(source) > 99 or source in refused(load_novel, source)


def test_folder_in_place_of_a_file_is_explained(tmp_path):
    assert "cannot be read" in refused(load_headlines, tmp_path)


def test_notebook_shows_the_sentence_and_no_traceback():
    shown = shown_by_ipython("from helpers.datasets import *; load_novel('nty')")
    assert shown.startswith('DataError: There is no source or file "nty"') and "\n" not in shown


# ── downloads that work ──────────────────────────────────────────────────────────────────────────


def test_download_from_a_folder(folder, cache):
    assert load_headlines("nyt")[:2] == ["Tides Turn Early", "Again and Again"]
    assert files(cache) == [PLACE]


def test_download_shows_its_progress_and_happens_once(serve, cache, capsys, monkeypatch):
    serve(send_if_asked_rightly)
    assert len(load_headlines("nyt")) == 10_001
    assert "b c.csv: 100%" in capsys.readouterr().err
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", "http://127.0.0.1:9")
    assert len(load_headlines("nyt")) == 10_001, "from the cache"
    assert capsys.readouterr().err == ""
    assert files(cache) == [PLACE]


def test_cache_serves_as_a_mirror(folder, cache, monkeypatch, tmp_path):
    load_headlines("nyt")
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(cache))
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "second"))
    assert len(load_headlines("nyt")) == 10_001
    assert files(tmp_path / "second") == [PLACE]


def test_without_a_mirror_the_pinned_url_is_asked(monkeypatch, cache):
    asked = []

    class Downloader:
        def __init__(self, **_):
            pass

        def __call__(self, url, output_file, _):
            asked.append(url)
            output_file.write_bytes(CONTENT)

    monkeypatch.setattr("pooch.HTTPDownloader", Downloader)
    assert len(load_headlines("nyt")) == 10_001
    assert asked == ["https://raw.githubusercontent.com/a/0123/b%20c.csv"]


def test_default_cache_is_the_users(monkeypatch, tmp_path, folder):
    monkeypatch.delenv("WORKBOOK_DATA")
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "user" / name)
    load_headlines("nyt")
    assert files(tmp_path / "user") == [f"generative-models-workbook/{PLACE}"]


def test_damaged_file_in_the_cache_is_replaced(folder, cache):
    (cache / PLACE).parent.mkdir(parents=True)
    (cache / PLACE).write_bytes(CONTENT[:1000])
    assert len(load_headlines("nyt")) == 10_001
    assert (cache / PLACE).read_bytes() == CONTENT


def test_two_processes_at_once(serve, cache):
    both = threading.Barrier(2, timeout=120)

    def send_when_both_wait(handler):
        send(handler, CONTENT[:1000])
        both.wait()
        handler.wfile.write(CONTENT[1000:])

    serve(send_when_both_wait)
    command = [sys.executable, "-c", FETCH, *REMOTE]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert files(cache) == [PLACE]
    assert (cache / PLACE).read_bytes() == CONTENT


# ── downloads that fail ──────────────────────────────────────────────────────────────────────────


def fails_then_works(serve, cache, *words):
    """A download fails with `words`, keeps nothing, and works as soon as the mirror does."""
    said = refused(load_headlines, "nyt")
    assert all(word in said for word in ["b c.csv", 'use source="embedded"', *words]), said
    assert not cache.is_dir() or files(cache) == []
    serve(send_if_asked_rightly)
    assert len(load_headlines("nyt")) == 10_001
    assert files(cache) == [PLACE]


def test_no_network(monkeypatch, serve, cache):
    def offline(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", offline)
        patched.setattr(socket.socket, "connect", offline)
        said = refused(load_headlines, "nyt")
        assert len(load_headlines()) == 831, "embedded works"
    assert "from raw.githubusercontent.com (no connection): connect to the internet" in said
    assert files(cache) == []
    serve(send_if_asked_rightly)
    assert len(load_headlines("nyt")) == 10_001


def test_no_mirror_at_that_address(monkeypatch, serve, cache):
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("WORKBOOK_DATA_MIRROR", f"http://{address}")
        start = time.perf_counter()
        fails_then_works(serve, cache, address, "no connection", "check WORKBOOK_DATA_MIRROR")
        assert time.perf_counter() - start < 5


def test_silent_server(monkeypatch, serve, cache):
    assert downloads.TIMEOUT[0] * 4 <= 10 and downloads.TIMEOUT[1] <= 10
    monkeypatch.setattr(downloads, "TIMEOUT", (0.2, 0.2))
    serve(lambda handler: time.sleep(0.5))
    fails_then_works(serve, cache, "no answer in time")


def test_server_without_the_file(serve, cache):
    serve(lambda handler: send(handler, status=404))
    fails_then_works(serve, cache, "it answered 404")


def test_wrong_hash(serve, cache):
    serve(lambda handler: send(handler, CONTENT.swapcase()))
    fails_then_works(serve, cache, "not the expected file", "not kept", "try again")


def test_truncated_file(serve, cache):
    serve(lambda handler: send(handler, CONTENT[:70_000]))
    fails_then_works(serve, cache, "the connection broke off")


def test_truncated_file_that_looks_whole(serve, cache):
    serve(lambda handler: send(handler, CONTENT[:70_000], size=70_000))
    fails_then_works(serve, cache, "not the expected file", "cut off", "not kept")


def test_mirror_folder_without_the_file(monkeypatch, serve, cache, tmp_path):
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(tmp_path / "nowhere"))
    said = refused(load_headlines, "nyt")
    assert "nowhere" in said and "set WORKBOOK_DATA_MIRROR" in said
    serve(send_if_asked_rightly)
    assert len(load_headlines("nyt")) == 10_001


@pytest.mark.parametrize("below", ["", "deeper/"])
def test_cache_that_cannot_be_made(monkeypatch, folder, cache, tmp_path, below):
    cache.write_text("a file where the folder should be")
    monkeypatch.setenv("WORKBOOK_DATA", f"{cache}/{below}")
    said = refused(load_headlines, "nyt")
    assert "cannot be kept" in said and "set the environment variable WORKBOOK_DATA" in said
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "elsewhere"))
    assert len(load_headlines("nyt")) == 10_001


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_cache_that_is_read_only_or_full(monkeypatch, folder, serve, cache, code):
    write = Path.write_bytes

    def write_half(path, content):
        if code == errno.ENOSPC:
            write(path, content[:1000])
        raise OSError(code, os.strerror(code), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", write_half)
        said = refused(load_headlines, "nyt")
    assert os.strerror(code) in said and "WORKBOOK_DATA to a folder that can be written" in said
    assert files(cache) == []
    assert len(load_headlines("nyt")) == 10_001


def test_folder_that_may_not_be_written_to(monkeypatch, folder, cache):
    def refuse(**_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patched:
        patched.setattr("tempfile.NamedTemporaryFile", refuse)
        said = refused(load_headlines, "nyt")
    assert "(Permission denied): set the environment variable WORKBOOK_DATA" in said
    assert len(load_headlines("nyt")) == 10_001


def test_others_may_read_the_cache(folder, cache):
    load_headlines("nyt")
    assert (cache / PLACE).stat().st_mode & 0o777 == 0o644


def test_disk_that_fills_up_while_downloading(serve, cache):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    serve(send_if_asked_rightly)
    try:  # no file may grow beyond this: the system refuses the write half-way
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        said = refused(load_headlines, "nyt")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "cannot be kept" in said and "has room" in said
    assert files(cache) == []
    assert len(load_headlines("nyt")) == 10_001


def test_interrupted_download_leaves_nothing(monkeypatch, serve, cache):
    def interrupt(url, part, *_, **__):
        Path(part).write_bytes(CONTENT[:1000])
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(downloads, "_download", interrupt)
        with pytest.raises(KeyboardInterrupt):
            load_headlines("nyt")
    assert files(cache) == []


def test_killed_download(serve, cache):
    killed = threading.Event()

    def send_half(handler):
        send(handler, CONTENT[:100_000])
        killed.wait(20)

    serve(send_half)
    process = subprocess.Popen([sys.executable, "-c", FETCH, *REMOTE], cwd=ROOT, stderr=DEVNULL)
    deadline = time.monotonic() + 120
    while not any(path.stat().st_size for path in cache.rglob("tmp*")):
        assert time.monotonic() < deadline and process.poll() is None, "it never began"
        time.sleep(0.02)
    process.kill()
    process.wait()
    killed.set()
    left = files(cache)
    assert len(left) == 1 and re.search(r"/tmp\w{8}$", left[0])

    serve(send_if_asked_rightly)
    assert len(load_headlines("nyt")) == 10_001, "the next try works, whatever was left"
    assert files(cache) == sorted([*left, PLACE]), "it might belong to a running process"
    os.utime(cache / left[0], (time.time() - 100,) * 2)
    (cache / PLACE).unlink()
    assert len(load_headlines("nyt")) == 10_001
    assert files(cache) == [PLACE], "a later download removes what was left"


# ── machines as they are ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize(
    "proxy", ["http://127.0.0.1:9", "socks5h://127.0.0.1:9", "no-such-kind://127.0.0.1:9"]
)
def test_a_proxy_that_leads_nowhere_is_named(monkeypatch, variable, proxy):
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv("WORKBOOK_DATA_MIRROR", raising=False)
    monkeypatch.setenv(variable, proxy)
    said = refused(load_headlines, "nyt")
    assert "no way through the proxy" in said and "HTTPS_PROXY" in said and "pysocks" in said
    assert "connect to the internet" not in said
    assert len(load_headlines()) == 831, "embedded works"


@pytest.mark.parametrize("home", ["none", "unresolved"])
def test_a_user_without_a_home_has_all_data(monkeypatch, tmp_path, serve, home):
    """As in containers: HOME is not set, and no list of users has this one's number."""

    def cache(project):
        if home == "none":
            raise RuntimeError("could not determine the home directory")
        return f"~/.cache/{project}"

    def unknown(_):
        raise KeyError("uid not found")

    for name in ("WORKBOOK_DATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pooch.os_cache", cache)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    serve(send)
    assert len(load_headlines("nyt")) == 10_001 and len(load_headlines()) == 831
    assert files(tmp_path)[0].startswith("generative-models-workbook/")
    assert "There is no source or file" in refused(load_headlines, "~/mine.csv")
