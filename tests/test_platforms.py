"""Colab and Binder, as far as they can be tried without them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import LABS, ROOT

BIN = Path(sys.executable).parent


def ranges(path: Path) -> dict[str, str]:
    """Package → version range, from a requirements file."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    found = (re.fullmatch(r"([\w-]+)(.*)", line) for line in lines if line)
    return {match[1]: match[2] for match in found if match}


def test_installing_on_colab_would_change_nothing():
    done = subprocess.run(
        [
            *(BIN / "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
            *("--python-version", "3.13", "--python-platform", "x86_64-manylinux_2_28"),
            *("-c", ROOT / "tests/colab-2026-08-19.txt", ROOT / "requirements.txt"),
        ],
        capture_output=True,
        text=True,
    )
    if "error sending request" in done.stderr or "dns error" in done.stderr:
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    assert "tensorflow==2.20.0\n" in done.stdout


def test_binder_has_the_ranges_of_the_course():
    binder, course = ranges(ROOT / "binder/requirements.txt"), ranges(ROOT / "requirements.txt")
    binder["tensorflow"] = binder.pop("tensorflow-cpu")
    not_there = {"jupyterlab", "nbval"}  # Binder brings JupyterLab; tests do not run there
    assert binder == {name: r for name, r in course.items() if name not in not_there}


def test_binder_accepts_the_folder():
    done = subprocess.run(
        [
            *(BIN / "jupyter-repo2docker", "--no-build", "--debug"),
            *("--user-id", "1000", "--user-name", "jovyan", ROOT),
        ],
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert "3.12" in said and "binder/requirements.txt" in said


@pytest.fixture
def published(tmp_path):
    """A local repository that stands in for the published one; returns a fitting environment."""
    origin, course = tmp_path / "origin", "https://github.com/"
    subprocess.run(["git", "init", "-q", "-b", "main", origin / "ORGANISATION" / "x"], check=True)
    slug = re.search(r'repository = "(.*)"', (ROOT / "pyproject.toml").read_text())[1]
    repository = origin / slug
    (origin / "ORGANISATION" / "x").rename(repository)
    subprocess.run(["cp", "-r", ROOT / "helpers", repository], check=True)
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *who, *command], cwd=repository, check=True)
    redirect = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{origin.as_uri()}/.insteadOf",
        "GIT_CONFIG_VALUE_0": course,
    }
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | redirect


def run_setup_on_colab(folder: Path, env: dict) -> subprocess.CompletedProcess:
    notebook = nbformat.read(ROOT / "labs" / f"{LABS[0]}.ipynb", as_version=4)
    setup = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    fake = 'import sys, types; sys.modules["google.colab"] = types.ModuleType("google.colab")\n'
    code = f"{fake}{setup}\nprint(run_profile(), helpers := sys.modules['helpers'].__file__)"
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=folder, env=env, capture_output=True, text=True
    )


def test_setup_cell_on_colab_clones_once(published, tmp_path):
    content = tmp_path / "content"
    first = run_setup_on_colab(content, published)
    assert first.returncode == 0, first.stderr
    assert f"quick {content}/generative-models-workbook/helpers" in first.stdout
    offline = published | {"GIT_CONFIG_COUNT": "0", "GIT_ALLOW_PROTOCOL": "none"}
    assert run_setup_on_colab(content, offline).returncode == 0, "a second run needs no network"


def test_setup_cell_on_colab_without_a_network_says_what_to_do(tmp_path):
    env = os.environ | {"GIT_ALLOW_PROTOCOL": "none"}
    env.pop("PYTHONPATH", None)
    done = run_setup_on_colab(tmp_path / "content", env)
    assert done.returncode != 0
    assert "check the connection, run this cell again" in done.stderr.splitlines()[-1]
    assert list((tmp_path / "content").iterdir()) == []
