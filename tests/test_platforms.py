"""Colab, Binder and small or offline machines, as far as they can be tried without them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import LABS, ROOT, cannot, copy_course, filled_in, needs
from test_labs import errors, printed, run, total

from helpers.run import TESTED
from tools.build import script
from tools.build.sources import read_source

BIN = Path(sys.executable).parent


def ranges(path: Path) -> dict[str, str]:
    """Package → version range, from a requirements file."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    found = (re.fullmatch(r"([\w-]+)(.*)", line) for line in lines if line)
    return {match[1]: match[2] for match in found if match}


def resolve(requirements: Path, python: str, *more) -> str:
    """The versions that pip would install for another Python on Linux, one a line."""
    done = subprocess.run(
        [
            *(BIN / "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
            *("--python-version", python, "--python-platform", "x86_64-manylinux_2_28"),
            *(*more, requirements),
        ],
        capture_output=True,
        text=True,
    )
    if "error sending request" in done.stderr or "dns error" in done.stderr:
        cannot("no package index can be reached")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_installing_on_colab_would_change_nothing():
    colab = ROOT / "tests/colab-2026-08-19.txt"
    assert "tensorflow==2.20.0\n" in resolve(ROOT / "requirements.txt", "3.13", "-c", colab)


def test_lower_bounds_are_what_runs_on_colab():
    """`make test-colab` runs these: no requirement promises less, nor does describe_run."""
    colab = ranges(ROOT / "tests/colab-2026-08-19.txt")
    for name, bounds in ranges(ROOT / "requirements.txt").items():
        lowest = re.search(r">=([\d.]+)", bounds)[1]
        if name in colab:  # JupyterLab and nbval are not on Colab
            assert f"{colab[name][2:]}.".startswith(f"{lowest}."), f"{name}: {colab[name]}"
    for name, (oldest, _) in TESTED.items():
        assert name == "python" or f"{colab[name][2:]}.".startswith(f"{oldest}."), name


@pytest.mark.parametrize("python", ["3.12", "3.13"])
@pytest.mark.parametrize("requirements", ["requirements.txt", "binder/requirements.txt"])
def test_requirements_can_be_met(requirements, python):
    found = resolve(ROOT / requirements, python, "--only-binary", ":all:")
    assert re.search(r"^tensorflow(-cpu)?==2\.2\d\.", found, re.MULTILINE)


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
    copy_course(repository)
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
    notebook = read_source(ROOT / "solutions" / f"{LABS[0]}.py")
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


@pytest.mark.parametrize("left", ["", ".git/HEAD", "checks/engine.py"])
@pytest.mark.parametrize("where", ["generative-models-workbook", "generative-models-workbook.part"])
def test_setup_cell_on_colab_fetches_anew_after_a_fetch_that_was_stopped(
    published, tmp_path, where, left
):
    content = tmp_path / "my content"
    half = content / where / left
    half.parent.mkdir(parents=True)
    half.write_text("half") if left else half.mkdir(exist_ok=True)
    done = run_setup_on_colab(content, published)
    assert done.returncode == 0, done.stderr
    assert f"quick {content}/generative-models-workbook/helpers" in done.stdout
    kept = content / "generative-models-workbook.half" / left
    assert kept.exists() or where.endswith(".part"), "nothing is thrown away but our own part"


def test_a_notebook_in_a_work_folder_that_is_a_link_finds_the_course(tmp_path):
    """`make lab` says to kernels where the course is: a folder's real path does not."""
    course, elsewhere = copy_course(tmp_path / "course"), tmp_path / "another disk"
    elsewhere.mkdir()
    (course / "work").symlink_to(elsewhere)
    code = (  # in place of JupyterLab, what its kernels would see
        "import os, shutil, sys, tools.lab as lab\n"
        "os.execv = lambda *_: print('PATH', os.environ['PYTHONPATH'])\n"
        "shutil.which = lambda *_, **__: 'jupyter-lab'\n"
        "sys.argv = ['lab']\n"
        "lab.main()"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0 and (elsewhere / f"{LABS[0]}.ipynb").exists(), done.stderr
    setup = read_source(ROOT / "solutions" / f"{LABS[0]}.py").cells[1].source
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"{setup}\nprint(root)"],
        cwd=course / "work",
        env=env | {"PYTHONPATH": done.stdout.split("PATH ")[1].strip()},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1:] == [str(course)], done.stderr


def test_lab_00_runs_on_colab_from_its_setup_cell_to_its_score(published, tmp_path):
    """In an empty folder, with a module `google.colab`, cloned from a local repository."""
    content, stand_in = tmp_path / "content", tmp_path / "stand_in"
    content.mkdir()
    (stand_in / "google" / "colab").mkdir(parents=True)
    (stand_in / "google" / "colab" / "__init__.py").touch()
    (stand_in / "sitecustomize.py").write_text("import google.colab\n")
    notebook = filled_in(LABS[0])
    notebook = run(notebook, content, **published | {"PYTHONPATH": str(stand_in)})
    assert errors(notebook) == []
    assert f"Score so far: {total(notebook):g} of {total(notebook):g} points" in printed(notebook)
    assert [path.name for path in content.iterdir()] == ["generative-models-workbook"]


RUN = """
import runpy, sys
runpy.run_path(sys.argv[1], run_name="__main__")
from helpers.run import peak_memory_mb
print("peak", peak_memory_mb())
"""
NO_NETWORK = """
import errno, socket
for address in ("127.0.0.1", "192.0.2.1"):
    with socket.socket() as trial:
        assert trial.connect_ex((address, 80)) == errno.ENETUNREACH, "the network is not cut"
"""


def run_solution(lab: str, folder: Path, starter: list, ahead: str = "") -> float:
    """Run a solution of a copied course as a strict script; return its peak memory in MB.

    starter : the command that starts it, such as ``["taskset", "-c", "0"]``.
    ahead : Python to run before it, in the same process.
    """
    settings = {"PYTHONPATH": folder, "MPLBACKEND": "agg", "WORKBOOK_STRICT": 1}
    settings |= {"WORKBOOK_PROFILE": "quick", "WORKBOOK_SEED": 1, "HOME": folder}
    command = [*starter, "env", *(f"{name}={value}" for name, value in settings.items())]
    code = folder / f"{lab}.py"
    code.write_text(script.code_of(folder / "solutions" / code.name), encoding="utf-8")
    done = subprocess.run(
        [*command, sys.executable, "-c", ahead + RUN, code],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (folder / "build" / "metrics" / f"{lab}.json").exists(), "it ran to its report"
    return float(done.stdout.split("peak ")[-1])


def test_lab_00_runs_without_a_network(tmp_path):
    """Not even the loopback device is up."""
    needs("unshare")
    ways = (["unshare", "-n"], ["unshare", "-rn"], ["sudo", "-n", "unshare", "-n"])
    able = (
        way for way in ways if subprocess.run([*way, "true"], capture_output=True).returncode == 0
    )
    starter = next(able, None) or cannot("no network namespace can be made")
    run_solution("00_start_here", copy_course(tmp_path), starter, NO_NETWORK)


def test_lab_02_runs_on_one_core_in_2_gb(tmp_path):
    """Binder's size. RLIMIT_DATA bounds what is allocated, touched or not: stricter than Binder."""
    needs("taskset")
    needs("prlimit")
    core = str(min(os.sched_getaffinity(0)))
    starter = ["taskset", "-c", core, "prlimit", f"--data={2 * 1024**3}"]
    peak = run_solution("02_quadratic_gan", copy_course(tmp_path), starter)
    assert peak < 2 * 1024
