"""Shared by all tests."""

import contextlib
import gc
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import NoReturn

import nbformat
import pytest

from helpers.datasets import DataError

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"
REAL = Path(os.environ.get("WORKBOOK_TEST_MIRROR", ROOT.parent / "shared/datasets/mirror"))
LABS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.py"))


def pytest_collection_finish() -> None:
    """What is imported by now stays: to look through it for garbage takes half a second."""
    gc.freeze()


def cannot(message: str) -> NoReturn:
    """Skip the test, for this machine cannot run it; in CI, which must, fail instead."""
    pytest.fail(message) if IN_CI else pytest.skip(message)


def needs(program: str) -> None:
    """Skip the test if `program` is missing; in CI, which installs it, fail instead."""
    if shutil.which(program) is None:
        cannot(f"{program} is not installed")


def copy_course(folder: Path) -> Path:
    """A copy of what a learner gets in `folder`, made if absent: runs do not write into ours."""
    for name in ("checks", "helpers", "figures", "labs", "solutions", "tools", "datasets"):
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "benchmarks").mkdir()
    for name in ("controls.json", "seeds.json"):  # what labs show of them
        shutil.copy(ROOT / "benchmarks" / name, folder / "benchmarks")
    return folder


def filled_in(lab: str) -> nbformat.NotebookNode:
    """The lab, as if its learner had given the solution's answers."""
    notebook, solution = (
        nbformat.read(ROOT / folder / f"{lab}.ipynb", as_version=4)
        for folder in ("labs", "solutions")
    )
    answers = {cell.id: cell.source for cell in solution.cells}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id]
    return notebook


@pytest.fixture
def serve(monkeypatch):
    """Start a mirror that answers every request with `answer(handler)`; put it to use."""
    servers = []

    def start(answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with contextlib.suppress(ConnectionError):  # a killed client
                    answer(self)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("WORKBOOK_DATA_MIRROR", f"http://127.0.0.1:{server.server_port}")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def chromium() -> str:
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if path := shutil.which(name):
            return path
    cannot("chromium is not installed")


def shown_by_ipython(code: str) -> str:
    """What a learner reads when IPython, in the course folder, runs `code`."""
    options = ["--colors=NoColor", "--no-term-title"]
    command = [sys.executable, "-m", "IPython", *options, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def refused(call, *args) -> str:
    """The one sentence that `call` ends in, with no other error shown before it."""
    with pytest.raises(DataError) as caught:
        call(*args)
    error, said = caught.value, str(caught.value)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert re.fullmatch(r"[^\n]+\.", said) and not re.search(r"\. [A-Z]", said), "one sentence"
    assert 40 < len(said) < 400
    return said
