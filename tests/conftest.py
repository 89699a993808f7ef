"""Shared by all tests."""

import contextlib
import http.server
import os
import re
import shutil
import threading
from pathlib import Path

import pytest

from helpers.datasets import DataError

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"
REAL = Path(os.environ.get("WORKBOOK_TEST_MIRROR", ROOT.parent / "shared/datasets/mirror"))
LABS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.py"))


def needs(program: str) -> None:
    """Skip the test if `program` is missing; in CI, which installs it, fail instead."""
    if shutil.which(program) is None:
        message = f"{program} is not installed"
        pytest.fail(message) if IN_CI else pytest.skip(message)


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
