"""Environments that `make` meets: without pip, of another Python, in a path with blanks."""

import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time

import pytest
from conftest import ROOT, needs

from tools import install
from tools.lab import wait_for

STAND_IN = """#!/bin/sh
echo "$WORKBOOK_RUNS" >> "$LOG"
echo "keras: $KERAS_BACKEND" >> "$LOG"
for word in "$@"; do echo "  $word" >> "$LOG"; done
"""


@pytest.fixture
def course(tmp_path):
    """Makefile and tools in a path with blanks; it requires no package."""
    needs("make")
    folder = tmp_path / "my course"
    for name in ("tools", "helpers", "labs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("")
    return folder


def make(folder, *words, **settings) -> subprocess.CompletedProcess:
    command = ["make", f"PYTHON={sys.executable}", *words]
    env = os.environ | settings
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def environment(folder, *options):
    subprocess.run([sys.executable, "-m", "venv", *options, folder / ".venv"], check=True)
    return folder / ".venv"


def test_an_environment_without_pip_gets_one(course):
    environment(course, "--without-pip")  # as `uv venv` makes it
    done = make(course, ".venv/dev", PATH="/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert (course / ".venv/bin/pip3").exists() and (course / ".venv/lab").exists()


def test_where_no_pip_can_be_had_one_sentence_says_what_to_do(course):
    site = environment(course, "--without-pip") / "lib" / f"python{sys.version[:4]}/site-packages"
    (site / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")
    done = make(course, "lab", PATH="/usr/bin:/bin")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == install.NO_PIP and "Traceback" not in done.stderr
    assert not (course / ".venv/lab").exists()


def test_a_python_in_a_folder_with_a_blank_makes_the_environment(course):
    python = course / "Python 3" / "python3"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/lab"], cwd=course, capture_output=True, text=True
    )
    assert done.returncode == 0 and (course / ".venv/bin/python").exists(), done.stderr


def test_an_environment_whose_python_is_gone_is_made_anew(course):
    home = environment(course, "--without-pip")
    python = home / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.10")
    (home / "lab").touch()
    done = make(course, ".venv/lab", PATH="/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert python.exists() and (home / "bin" / "pip3").exists()


@pytest.mark.parametrize("command", ["solutions", "test-colab", "mutants", "seeds", "controls"])
def test_commands_run_in_a_path_with_blanks(course, command):
    for place, stamps in ((".venv", ("lab", "dev")), (".venv-colab", ("done",))):
        (course / place / "bin").mkdir(parents=True)
        (course / place / "bin" / "python").write_text(STAND_IN)
        (course / place / "bin" / "python").chmod(0o755)
        for stamp in stamps:
            (course / place / stamp).touch()
    (course / "tests").mkdir()
    (course / "tests/colab-2026-08-19.txt").touch()
    os.utime(course / "tests/colab-2026-08-19.txt", (0, 0))
    done = make(course, command, LOG=str(course / "log"), KERAS_BACKEND="torch")
    assert done.returncode == 0, done.stderr
    assert "torch" not in (course / "log").read_text(), "the course runs on TensorFlow"
    runs = [line for line in (course / "log").read_text().splitlines() if line[:1] == "/"]
    assert all(str(course) in line for line in runs)
    assert runs or command not in ("solutions", "test-colab")


@pytest.mark.parametrize("command", ["grade", "release"])
def test_folders_with_blanks_stay_one_word(course, command):
    (course / ".venv/bin").mkdir(parents=True)
    (course / ".venv/bin/python").write_text(STAND_IN)
    (course / ".venv/bin/python").chmod(0o755)
    for stamp in ("lab", "dev"):
        (course / ".venv" / stamp).touch()
    done = make(course, command, "SUBMISSIONS=my class.zip", "OUT=~/my grades", LOG=f"{course}/log")
    assert done.returncode == 0, done.stderr
    assert "  ~/my grades\n" in (course / "log").read_text(), "the tool knows ~, and gets it whole"


@pytest.mark.parametrize(
    "system, machine, soabi, bits, said",
    [
        ("Linux", "x86_64", "cpython-312-x86_64-linux-gnu", 64, None),
        ("Linux", "aarch64", "cpython-312-aarch64-linux-gnu", 64, None),
        ("Darwin", "arm64", "cpython-312-darwin", 64, None),
        ("Windows", "AMD64", None, 64, None),
        ("Darwin", "x86_64", "cpython-312-darwin", 64, "Intel processor since 2.17"),
        ("Linux", "x86_64", "cpython-312-x86_64-linux-musl", 64, "no TensorFlow for this Python"),
        ("Linux", "armv7l", "cpython-312-arm-linux-gnueabihf", 32, "no TensorFlow for this Python"),
    ],
)
def test_machines_without_tensorflow_are_sent_elsewhere(
    system, machine, soabi, bits, said, monkeypatch
):
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sysconfig, "get_config_var", {"SOABI": soabi}.get)
    monkeypatch.setattr(sys, "maxsize", 2 ** (bits - 1) - 1)
    found = install.problem()
    if said is None:
        assert found is None
    else:
        assert said in found and "Colab" in found and "container" in found
        assert re.fullmatch(r"[^\n]+\.", found)


def test_files_of_requirements_are_told_from_options():
    asked = ["requirements.txt", "--constraint=tests/colab.txt", "pytest"]
    assert [*map(install.option, asked)] == ["--requirement=requirements.txt", *asked[1:]]


def test_another_python_is_refused_with_the_commands_to_type(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    assert "has 3.14" in install.problem() and "make lab PYTHON=python3.12" in install.problem()


def test_where_exec_cannot_be_used_the_launcher_waits_and_leaves_ctrl_c_to_jupyterlab(tmp_path):
    program = tmp_path / "a user" / "server.py"
    program.parent.mkdir()
    program.write_text(
        "import signal, sys, time\n"
        "asked = []\n"
        "signal.signal(signal.SIGINT, lambda *_: asked.append(1))\n"
        "print('ready', *sys.argv[1:], flush=True)\n"
        "while not asked: time.sleep(0.05)\n"
        "time.sleep(1)\n"  # longer than subprocess itself would wait
        "sys.exit(7)\n"
    )
    command = [sys.executable, str(program), "a b"]
    code = f"import sys; from tools.lab import wait_for; sys.exit(wait_for({command!r}))"
    launcher = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, process_group=0
    )
    assert launcher.stdout.readline() == "ready a b\n"
    os.killpg(launcher.pid, signal.SIGINT)  # as a terminal does
    assert launcher.wait(30) == 7


def test_the_launcher_ends_when_its_program_does():
    start = time.monotonic()
    assert wait_for([sys.executable, "-c", "raise SystemExit(3)"]) == 3
    assert time.monotonic() - start < 20
