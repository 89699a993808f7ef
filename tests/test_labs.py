"""Labs as a student meets them: unfilled, half filled, and in nbgrader's hands."""

import ast
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
import school
from conftest import LABS, ROOT
from nbclient import NotebookClient

from benchmarks import grading
from tools import register
from tools.build import smoke
from tools.cores import pool
from tools.grading.lab import Lab

BLANK = re.compile(r"exercise (\w+): replace this line")
MISSING = re.compile(r"name '\w+' is not defined: it comes from exercise (\w+)")


def read(folder: str, lab: str):
    return nbformat.read(ROOT / folder / f"{lab}.ipynb", as_version=4)


def exercises(notebook) -> list[str]:
    about = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return [a["grade_id"] for a in about if a.get("solution") and not a.get("grade")]


def run(notebook, folder, seconds: float = 600, **settings):
    """The notebook, executed with errors allowed; it runs to its end.

    Three times a kernel and its client each waited for the other. So one that takes longer than
    `seconds` (trainings are cut short: two minutes at most, on a very busy machine) is ended,
    a warning says where it stood, and it is given a second try.
    """
    env = {
        k: v for k, v in os.environ.items() if k not in ("WORKBOOK_STRICT", "NBGRADER_EXECUTION")
    }
    with tempfile.NamedTemporaryFile("r") as said:
        last_words = f"__import__('faulthandler').enable(open({said.name!r}, 'w'))"
        for last in (False, True):
            executed = deepcopy(notebook)
            client = NotebookClient(
                executed,
                timeout=None,
                allow_errors=True,
                resources={"metadata": {"path": str(folder)}},
                extra_arguments=[f"--IPKernelApp.exec_lines={last_words}"],
            )
            abort = threading.Timer(seconds, abort_kernel, [client])
            abort.start()
            try:
                client.execute(env={**env, "WORKBOOK_PROFILE": "quick", **settings})
                return executed
            except RuntimeError:  # it died, or has not even started
                warnings.warn(f"a kernel was ended after {seconds} s; {said.read()}", stacklevel=2)
                if last:
                    raise
            finally:
                abort.cancel()


def abort_kernel(client: NotebookClient) -> None:
    """End it so that it tells where each of its threads stands."""
    if client.km is not None and client.km.provisioner is not None:
        os.kill(client.km.provisioner.pid, signal.SIGABRT)


def errors(notebook) -> list[str]:
    """What each failed cell says."""
    return [
        f"{output.ename}: {output.evalue}"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def printed(notebook) -> str:
    return "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stdout"
    )


def make_place(folder: Path) -> Path:
    """A folder inside a copy of the course, so that runs do not write into this one."""
    (folder / "work").mkdir()
    for name in ("benchmarks", "checks", "helpers", "figures", "solutions", "datasets"):
        (folder / name).symlink_to(ROOT / name)
    return folder / "work"


@pytest.fixture
def place(tmp_path):
    return make_place(tmp_path)


@pytest.fixture(scope="module")
def executed(request, tmp_path_factory):
    """(test, lab) → its notebook, executed; those of all chosen tests run two at a time."""
    makers = {
        "test_unfilled_lab_runs_to_its_end_and_every_error_names_an_exercise": unfilled,
        "test_half_filled_lab_scores_right": half_filled,
    }
    wanted = [
        (item.originalname, item.callspec.params["lab"])
        for item in request.session.items
        if getattr(item, "originalname", None) in makers
    ]
    with pool(2) as threads:
        runs = {
            (name, lab): threads.submit(
                run, makers[name](lab), make_place(tmp_path_factory.mktemp(lab))
            )
            for name, lab in wanted
        }
        yield lambda name, lab: runs[name, lab].result()


def unfilled(lab: str):
    """The lab, with the trainings that need no answer cut short."""
    return smoke.shortened(read("labs", lab), register.entries()[lab].smoke)


def half_filled(lab: str):
    """Every second exercise answered, too."""
    notebook = unfilled(lab)
    answers = {cell.id: cell.source for cell in read("solutions", lab).cells}
    for cell in notebook.cells:
        if cell.id in exercises(notebook)[::2]:
            cell.source = answers[cell.id]
    return notebook


@pytest.mark.parametrize("lab", LABS)
def test_unfilled_lab_runs_to_its_end_and_every_error_names_an_exercise(lab, executed, request):
    known = exercises(read("labs", lab))
    for cell in read("labs", lab).cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
    notebook = executed(request.node.originalname, lab)
    said = errors(notebook)
    assert said, "an unfilled lab should stop a Run All at its first blank"
    for message in said:
        found = BLANK.search(message) or MISSING.search(message)
        assert found and found[1] in known, message
    ends = [f"○ {name} — not done yet" for name in known]
    assert all(line in printed(notebook) for line in ends)
    assert f"Score so far: 0 of {total(notebook):g} points" in printed(notebook)


def total(notebook) -> float:
    about = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return sum(a["points"] for a in about if a.get("locked"))


@pytest.mark.parametrize("lab", LABS)
def test_half_filled_lab_scores_right(lab, executed, request):
    """The score is the sum of the answered exercises' points, in the last cell."""
    notebook = executed(request.node.originalname, lab)
    filled = exercises(notebook)[::2]
    checks = {f"check_{name}" for name in filled}
    earned = sum(c.metadata.nbgrader.points for c in notebook.cells if c.id in checks)
    said = printed(notebook)
    assert f"Score so far: {earned:g} of {total(notebook):g} points, {len(filled)} of " in said


def test_catch_up_lets_the_lab_go_on_for_no_points(place):
    notebook = read("labs", "00_start_here")
    names = exercises(notebook)
    solution = {cell.id: cell.source for cell in read("solutions", "00_start_here").cells}
    for cell in notebook.cells:
        if cell.id in names:  # the first by catch_up, the others by the learner
            cell.source = (
                f'{cell.source}\ncatch_up("{cell.id}")'
                if cell.id == names[0]
                else solution[cell.id]
            )
    notebook = run(notebook, place)
    assert errors(notebook) == []
    said = printed(notebook)
    assert f"✓ {names[0]} (0 of 1 point) — the reference answer, for no points" in said
    assert f"Score so far: {total(notebook) - 1:g} of {total(notebook):g} points" in said


@pytest.mark.parametrize("lab", LABS)
def test_no_solution_or_code_of_a_check_in_a_lab(lab):
    text = "\n".join(cell.source for cell in read("labs", lab).cells)
    assert "BEGIN" not in text and "### END" not in text
    for cell in read("solutions", lab).cells:
        for region in re.findall(r"### BEGIN SOLUTION\n(.*?)### END", cell.source, re.DOTALL):
            assert region.strip() not in text


@pytest.mark.parametrize(("folder", "good"), [("solutions", True), ("labs", False)])
def test_nbgrader_validates_the_solution_and_refuses_the_unfilled_lab(folder, good, place):
    copy = place / "00_start_here.ipynb"
    copy.write_bytes((ROOT / folder / copy.name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", str(copy)],
        capture_output=True,
        text=True,
        cwd=place,
    )
    assert ("Success" in done.stdout + done.stderr) is good, done.stdout + done.stderr


def test_nbgrader_grades_a_lab_inside_the_course():
    """Full points for the reference answers, and none where a check says ✗."""
    lab = Lab(LABS[0])
    wrong = "def standardise(points):\n    return points - points.mean(axis=0)"
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as place:  # inside: labs find checks/
        path = Path(place) / "in" / "wrong" / f"{lab.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(school.notebook(lab, lab.reference | {"standardise": wrong}))
        _, points = grading.nbgrader(lab, Path(place) / "in", Path(place) / "course")
    worth = {exercise.name: exercise.points for exercise in lab.exercises.values()}
    assert points == {"wrong": sum(worth.values()) - worth["standardise"]}
