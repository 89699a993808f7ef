"""Whoever has not solved an exercise gets nothing for it, and learns nothing of what decides."""

import re
from itertools import pairwise

import pytest
import school
from conftest import LABS, needs
from forgeries import FORGERIES, LEAKS

from tools import grade
from tools.grading.grader import from_json
from tools.grading.lab import Lab

LAB = Lab(LABS[0])
NAMES = list(LAB.exercises)


def graded(notebooks: dict[str, dict[str, str]], place) -> dict:
    """What the grader says of notebooks of lab 00, by their owners."""
    needs("bwrap")
    pupils = [
        school.Pupil(name, LAB.name, school.notebook(LAB, answers), 0)
        for name, answers in notebooks.items()
    ]
    school.hand_in(pupils, place / "in")
    options = ["--lab", "00", "--workers", "2", "--seconds", "20"]
    assert grade.main([str(place / "in"), str(place / "out"), *options]) == 0
    found = [from_json(path.read_text()) for path in (place / "out/results").glob("*.json")]
    return {result.student: result for result in found}


@pytest.fixture(scope="module")
def forged(tmp_path_factory):
    """The mark of each forgery. Four share a notebook, each in an exercise of its own."""
    titles, step = list(FORGERIES), len(NAMES)
    groups = {
        f"group {start}": dict(zip(NAMES, titles[start : start + step], strict=False))
        for start in range(0, len(titles), step)
    }
    notebooks = {
        who: {name: FORGERIES[title].replace("NAME", name) for name, title in group.items()}
        for who, group in groups.items()
    }
    results = graded(notebooks, tmp_path_factory.mktemp("forged"))
    return {
        title: (next(m for m in results[who].marks if m.name == name), results[who].flags)
        for who, group in groups.items()
        for name, title in group.items()
    }


@pytest.mark.parametrize("title", FORGERIES)
def test_a_forgery_earns_nothing(forged, title):
    mark, flags = forged[title]
    assert mark.points == 0 and mark.mark in "✗○■", mark
    assert not [flag for flag in flags if "not proven" in flag]


@pytest.fixture(scope="module")
def leaked(tmp_path_factory):
    """What each leak's owner reads, by exercise, and all that was written for anybody."""
    place = tmp_path_factory.mktemp("leaked")
    notebooks = {}
    for number, code in enumerate(LEAKS.values()):
        if "BLANK_CALLED" in code:  # the first stays blank, the others call it: so it is lent
            notebooks[f"leak {number}"] = {
                name: f"{code}\ndef {name}(*args):\n    tell({NAMES[0]})" for name in NAMES[1:]
            }
        else:
            notebooks[f"leak {number}"] = {name: code.replace("NAME", name) for name in NAMES}
    results = graded(notebooks, place)
    written = [p for p in (place / "out").rglob("*") if p.is_file() and p.name != "secret"]
    return results, {p: p.read_text(errors="replace") for p in written}, place / "out"


def test_no_line_of_a_verdict_or_of_a_reference_answer_is_told(leaked):
    _, written, _ = leaked
    secret = LAB.verdicts.splitlines()
    for cell in LAB.solution.cells:
        for region in re.findall(r"### BEGIN SOLUTION\n(.*?)### END", cell.source, re.DOTALL):
            secret += region.splitlines()
    secret = {line.strip() for line in secret if len(line.strip()) > 24 and "import" not in line}
    assert len(secret) > 30
    for path, text in written.items():
        assert [line for line in secret if line in text] == [], path


@pytest.mark.parametrize("number", range(len(LEAKS)), ids=list(LEAKS))
def test_nothing_passes_from_one_exercise_to_the_next(leaked, number):
    results, _, _ = leaked
    marks = results[f"leak {number}"].marks
    assert all(mark.points == 0 for mark in marks)
    for before, after in pairwise(marks):
        assert f"a note from {before.name}" not in after.output + after.comment


def test_what_verdicts_draw_from_stays_with_the_instructor(leaked):
    _, written, out = leaked
    secret = (out / "results/secret").read_text()
    assert len(secret) >= 32 and not any(secret in text for text in written.values())
    assert (out / "results/secret").stat().st_mode & 0o077 == 0
