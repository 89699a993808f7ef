"""A new lab touches its source, its checks and its section of labs.toml: nothing else by hand."""

import csv
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, copy_course, needs

LAB = "98_toy"
FILES = {
    f"solutions/{LAB}.py": '''# %% [markdown]
# # Lab 98 · A toy

# %%
describe_run()

# %% exercise="double"
def double(x: float) -> float:
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Add it to itself.
# </details>

# %% check="double" points=2

# %%
report("98_toy", error=abs(double(2) - 4))
''',
    f"checks/lab_{LAB}.py": '''"""What right answers to the exercises of lab 98 satisfy."""


def double(double):
    assert double(2) == 4, f"2 doubled is 4; yours is {double(2)}."
''',
    f"checks/probes/lab_{LAB}.py": '''"""What the grader asks answers of lab 98."""


def double(double, given):
    return [double(number) for number in given]
''',
    f"checks/hidden/lab_{LAB}.py": '''"""Verdicts of lab 98."""

from checks.verdicts import close


def double(rng):
    numbers = rng.normal(size=9)
    answer, _ = yield numbers
    close(answer, list(2 * numbers))
''',
    f"checks/answers/{LAB}.py": """# %% wrong="double" says="2 doubled is 4"
def double(x):
    return 3 * x
""",
}
SECTION = f"""
[{LAB}]
title = "a toy"
makes = "twice of everything"
track = "more"
family = "adversarial"
theme = "toys"
needs = ["00_start_here"]
minutes = 5
computing = "½"
memory_gb = 0.5
budget_minutes = 1
measured = "error {{error}}"
rules = ["error == 0"]

[{LAB}.exercises]
double = "double a number"
"""


@pytest.fixture
def course():
    """A copy of the course inside this one: a sandbox hides what lies in the temporary folder."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        course = copy_course(Path(folder))
        for name in ("README.md", "INSTRUCTORS.md", "labs.toml"):
            shutil.copy(ROOT / name, course / name)
        yield course


def run(course: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=course, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_lab_is_built_documented_graded_and_taken_away(course):
    needs("bwrap")
    documents = {n: (course / n).read_text() for n in ("README.md", "INSTRUCTORS.md", "labs.toml")}
    for name, text in FILES.items():
        (course / name).write_text(text)
    (course / "labs.toml").write_text(documents["labs.toml"] + SECTION)
    assert f"{LAB}: executed" in run(course, "tools.build", "98")
    page = (course / "README.md").read_text()
    assert "<b>More: toys</b> (lab 98)" in page
    assert "| 98 a toy | twice of everything | [Colab][c98] · [Binder][b98] · [solution](" in page
    assert "| 98 | `double` | 2 | double a number |" in (course / "INSTRUCTORS.md").read_text()

    lab = nbformat.read(course / "labs" / f"{LAB}.ipynb", as_version=4)
    answers = {"right": "return 2 * x", "wrong": "return 3 * x", "lazy": "return abs(2 * x)"}
    for student, answer in answers.items():
        notebook = nbformat.from_dict(lab)
        for cell in notebook.cells:
            if cell.id == "double":
                cell.source = f"# exercise: double\ndef double(x):\n    {answer}"
        path = course / "in" / student / f"{LAB}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    run(course, "tools.grade", "in", "out", "--lab", "98")
    with (course / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        points = {row["student"]: row["points"] for row in csv.DictReader(file)}
    assert points == {"right": "2", "wrong": "0", "lazy": "0"}

    for name in (*FILES, f"solutions/{LAB}.ipynb", f"labs/{LAB}.ipynb"):
        (course / name).unlink()
    (course / "labs.toml").write_text(documents["labs.toml"])
    run(course, "tools.build", "00")
    assert documents == {name: (course / name).read_text() for name in documents}
