"""The course's grader against `nbgrader autograde`, on the same submissions.

    python -m benchmarks.grading [LAB] [--students 4]

Half of the students have every exercise right, half have every second one. nbgrader executes each
notebook whole, training included; ours runs what each answer leans on. Points are compared too.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from helpers.run import ROOT
from tools.grading.chunks import grade_id
from tools.grading.lab import Lab


def hand_in(lab: Lab, students: int, folder: Path) -> None:
    """Notebooks as STUDENT/NN_name.ipynb."""
    for number in range(students):
        lab = Lab(lab.name)
        names = list(lab.reference)[:: 1 + number % 2]
        for cell in lab.lab.cells:
            if grade_id(cell) in names:
                cell.source = lab.reference[grade_id(cell)]
        path = folder / f"student{number}" / f"{lab.name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(lab.lab, path)


def nbgrader(lab: Lab, submissions: Path, course: Path) -> tuple[float, dict[str, float]]:
    """Seconds of `nbgrader autograde`, and each student's points."""
    source = course / "source" / lab.name
    source.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{lab.name}.ipynb", source)
    for path in submissions.glob("*/*.ipynb"):
        target = course / "submitted" / path.parent.name / lab.name
        target.mkdir(parents=True)
        shutil.copy(path, target)
    command = [sys.executable, "-m", "nbgrader"]
    where = [f"--CourseDirectory.root={course}", "--ClearSolutions.enforce_metadata=False"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # its alembic
    env = os.environ | {"PATH": path, "WORKBOOK_PROFILE": "quick"}
    quiet = {"cwd": course, "capture_output": True, "text": True, "check": True, "env": env}
    subprocess.run([*command, "generate_assignment", lab.name, *where], **quiet)
    start = time.perf_counter()
    subprocess.run(
        [*command, "autograde", lab.name, "--ExecutePreprocessor.timeout=900", *where], **quiet
    )
    seconds = time.perf_counter() - start
    subprocess.run(
        [*command, "export", f"--CsvExportPlugin.to={course / 'n.csv'}", *where], **quiet
    )
    with (course / "n.csv").open() as file:
        return seconds, {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def ours(lab: Lab, submissions: Path, out: Path, workers: int) -> tuple[float, dict[str, float]]:
    """Seconds of `tools.grade`, its test of the sandbox included, and each student's points."""
    command = [sys.executable, "-m", "tools.grade", str(submissions), str(out)]
    start = time.perf_counter()
    subprocess.run([*command, "--workers", str(workers)], cwd=ROOT, check=True)
    seconds = time.perf_counter() - start
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        return seconds, {row["student"]: float(row["points"]) for row in csv.DictReader(file)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lab", nargs="?", default="00_start_here")
    parser.add_argument("--students", type=int, default=4)
    options = parser.parse_args()
    lab = Lab(options.lab)
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as place:  # inside: labs find helpers/
        place = Path(place)
        hand_in(lab, options.students, place / "in")
        old, points = nbgrader(lab, place / "in", place / "course")
        print(f"nbgrader autograde: {old:.0f} s, {old / options.students:.1f} s a notebook")
        for workers in (1, 2):
            new, same = ours(lab, place / "in", place / f"out{workers}", workers)
            print(
                f"ours, {workers} at a time: {new:.0f} s, {new / options.students:.1f} s a notebook"
            )
            print(f"{old / new:.1f} times faster; points {'equal' if same == points else 'DIFFER'}")
        print(points)


if __name__ == "__main__":
    main()
