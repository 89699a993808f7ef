"""`make lab` in a real browser: lab 00, blanks filled in, Run All, every ✓ appears."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from conftest import ROOT, copy_course, filled_in

TOKEN = "for-this-test-only"


@pytest.fixture
def server(tmp_path):
    """A copy of the course whose lab 00 is filled in, served by `make lab`'s own program.

    In a workspace of its own: no notebook that somebody left open stands in front of it.
    """
    copy_course(tmp_path)
    python = [sys.executable, "-m", "tools.lab"]
    subprocess.run([*python, "--only-copy"], cwd=tmp_path, check=True)
    nbformat.write(filled_in("00_start_here"), tmp_path / "work/00_start_here.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*python, "--port", str(port), "--browser", "no"],
            cwd=tmp_path,
            env=os.environ
            | {"JUPYTER_TOKEN": TOKEN, "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces")},
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}/lab/tree/work/00_start_here.ipynb?token={TOKEN}"
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}", process, log)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url, process, log, seconds=60) -> None:
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=5)
        except OSError:
            time.sleep(0.2)
        else:
            print(f"served after {time.monotonic() - start:.1f} s")
            return
    pytest.fail(f"not served after {seconds} s:\n{log.read_text()}")


def test_lab_00_runs_in_jupyterlab(server, chromium):
    from playwright.sync_api import sync_playwright

    picture = ROOT / "build" / "lab_00_in_jupyterlab.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        page.set_default_timeout(120_000)
        page.goto(server)
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.get_by_text("| Idle").first.wait_for()  # the status bar: the kernel is up
        page.locator(".jp-Notebook .jp-CodeCell").first.click()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.keyboard.press("Control+End")
        page.get_by_text("Score so far: 8 of 8 points, 4 of 4 exercises.").first.wait_for()
        assert page.get_by_text("notified about official Jupyter news").count() == 0
        picture.parent.mkdir(exist_ok=True)
        page.screenshot(path=picture)
        browser.close()
