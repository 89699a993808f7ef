"""What an instructor gets and gives: hints, times, roster, changed points, copies without names."""

import csv
import datetime
import html
import io
import os
import re
import shlex
import subprocess
import time
import unicodedata
import urllib.parse
import zipfile

import pytest
import school
from conftest import LABS, ROOT

from tools import grade, register
from tools.answers import given_answers
from tools.grading import (
    anonymous,
    gradebook,
    handins,
    manual,
    pages,
    results,
    roster,
    similar,
    suspicions,
    tables,
    times,
)
from tools.grading.grader import Mark, Result
from tools.grading.lab import CourseError, Lab
from tools.grading.trees import normal

EVERY = {name: Lab(name) for name in LABS}
FIRST, GANS, WRITTEN = "00_start_here", "02_quadratic_gan", "04_activity_bananas"
BLANK = {name: school.notebook(EVERY[name], {}) for name in (FIRST, WRITTEN)}
ESSAY = school.notebook(EVERY[WRITTEN], {"compare": "The DCGAN: 0.02 < 0.17."})


def packed(entries: dict[str, bytes], when=(2026, 10, 2, 12, 0, 0)) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, when), content)
    return file.getvalue()


def table(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def graded(student: str, answers: dict[str, str], lab: str = FIRST, **more) -> Result:
    """A result with these answers, all of them right."""
    marks = [
        Mark(e.name, e.points if e.name in answers else 0, e.points, "✓○"[e.name not in answers])
        for e in EVERY[lab].exercises.values()
    ]
    for mark in marks:
        mark.answer = answers.get(mark.name, EVERY[lab].cells[mark.name].source)
        mark.tree, mark.nodes = normal(mark.answer)
        mark.lines = suspicions.lines_of(mark.answer)
    return Result(student, lab, "graded", marks, **more)


@pytest.fixture
def hand_in(tmp_path):
    """Grade a zip with these files, again and again; nothing in them has to be run."""
    place, out = tmp_path / "class.zip", tmp_path / "out"

    def run(entries: dict[str, bytes], *options: str, status: int = 0) -> list[dict]:
        place.write_bytes(packed(entries))
        out.mkdir(exist_ok=True)
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        assert grade.main([str(place), str(out), "--unsafe", *options]) == status
        if status:
            assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
            return []
        return table(out / "grades.csv")

    run.out = out
    return run


# ── answers that are alike ──────────────────────────────────────────────────────────────────────

CODE = '''# exercise: f
def f(points, rate=0.5):
    """Some text."""
    total = 0
    for number, point in enumerate(points):
        total += rate * np.sum(point, axis=1, keepdims=True) + number  # add
    return [total for total in points], keras.layers.Dense(3, name="x", use_bias=False)
'''
SAME = {
    "other names": lambda code: re.sub(r"\b(points?|total|number|rate|f)\b", r"my_\1", code),
    "no comment, no docstring": lambda code: re.sub(r'(?m)^.*""".*\n| +# add$', "", code),
    "keywords in another order": lambda code: code.replace(
        "axis=1, keepdims=True", "keepdims=True, axis=1"
    ).replace('name="x", use_bias=False', 'use_bias=False, name="x"'),
    "blank lines and other quotes": lambda code: code.replace("\n", "\n\n").replace('"x"', "'x'"),
    "annotations": lambda code: code.replace("(points,", "(points: np.ndarray,").replace(
        "total = 0", "total: float = 0"
    ),
    "imports of its own": lambda code: "import numpy as mine\n" + code.replace("np.", "mine."),
    "brackets that mean nothing": lambda code: code.replace("+ number", "+ (number)"),
}
OTHER = {
    "a number": lambda code: code.replace("0.5", "0.4"),
    "a function": lambda code: code.replace("np.sum", "np.mean"),
    "a module": lambda code: code.replace("np.sum", "tf.sum"),
    "the order of arguments": lambda code: code.replace("points, rate=0.5", "rate, points=0.5"),
    "the use of names": lambda code: code.replace("+ number", "+ total"),
    "a keyword": lambda code: code.replace("axis=1", "initial=1"),
    "a step": lambda code: code.replace("total = 0", "total = 0\n    total = total"),
}


@pytest.mark.parametrize("change", SAME)
def test_what_is_only_written_otherwise_is_the_same(change):
    changed = SAME[change](CODE)
    assert changed != CODE and normal(changed) == normal(CODE) != ("", 0)


@pytest.mark.parametrize("change", OTHER)
def test_what_does_something_else_is_not(change):
    changed = OTHER[change](CODE)
    assert changed != CODE and normal(changed)[0] != normal(CODE)[0] != ""


def test_attributes_and_methods_of_an_answers_own_class_may_have_any_name():
    one = "class A:\n    def go(self):\n        self.x = np.mean(self.x)\n    call = go"
    other = one.replace("go", "walk").replace("x", "kept").replace("self", "me")
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    "code", ["def f(:", "\0", "x = " + "-" * 5000 + "1", "x" + "()" * 5000, ""]
)
def test_what_has_no_tree_is_like_nothing(code):
    found = similar.find([graded(n, {"log_density": code}) for n in "AB"], EVERY[FIRST])
    assert not found.groups and not found.notes


@pytest.mark.parametrize("lab", LABS)
def test_the_courses_own_answers_hardly_ever_coincide(lab):
    """What the shortest comparable answer rests on: right answers of different authors."""
    for name in EVERY[lab].exercises:
        own = [a.code for a in given_answers(ROOT, lab) if a.right and a.name == name]
        trees = [normal(code)[0] for code in (*own, EVERY[lab].reference[name])]
        assert "" not in trees and len(set(trees)) == len(trees), name


def test_the_courses_own_answers_and_blanks_are_like_nobodys():
    lab = EVERY[GANS]
    for answers in (lab.reference, school.given(lab, "right", 0), {}):
        found = similar.find([graded(n, answers, GANS) for n in "AB"], lab)
        assert found.groups == [] and found.notes == {}


def variants(lab: Lab, student: str, changed) -> dict[str, str]:
    """The reference answers, those in `changed` by a student's own long way round."""
    return lab.reference | {
        name: f"{lab.reference[name]}\nspare = {{'{student}': [1, 2, 3], 'more': (4, 5, (6, 7))}}"
        for name in changed
    }


def test_thirteen_copies_among_sixty_are_found_and_counted_by_pairs():
    lab = EVERY[GANS]
    long = [name for name in lab.exercises if normal(variants(lab, "x", [name])[name])[1] > 45]
    long = long[:6]
    assert len(long) == 6
    others = [graded(f"S{n}", variants(lab, f"s{n}", long), GANS) for n in range(47)]
    copies = [graded(f"C{n}", variants(lab, "copied", long), GANS) for n in range(12)]
    half = variants(lab, "half", long) | variants(lab, "copied", long[:4])
    half = half | {name: variants(lab, "half", [name])[name] for name in long[4:]}
    half = graded("Half", half, GANS)
    found = similar.find([*others, *copies, half], lab)
    twelve, thirteen = found.groups
    assert len(twelve.students) == 12 and twelve.exercises == long and twelve.compared == 6
    assert len(thirteen.students) == 13 and thirteen.exercises == long[:4]
    assert found.notes["Half"] == "4 of 6 like C0, C1, C2 and 9 more"
    assert found.notes["C0"].startswith("6 of 6 like C1,") and "S1" not in found.notes


def test_written_answers_with_the_same_words_are_alike():
    lab = EVERY[WRITTEN]
    text = "The DCGAN is better. " * 10
    texts = {"A": text, "B": text.upper().replace(".", "!\n"), "C": f"{text}, I think"}
    texts |= {"D": "Too short", "E": "Too short"}
    own = lab.written_reference["compare"]
    texts |= {"F": own, "G": own, "H": lab.written["compare"].stub}
    everybody = [
        Result(n, WRITTEN, "graded", written=[{"name": "compare", "answer": t, "max_points": 12}])
        for n, t in texts.items()
    ]
    found = similar.find(everybody, lab)
    assert found.notes == {"A": "1 of 1 like B", "B": "1 of 1 like A"}


def test_a_team_that_handed_in_one_file_is_like_nobody():
    two = [graded(n, variants(EVERY[FIRST], "x", ["log_density"])) for n in ("A", "B")]
    assert similar.find(two, EVERY[FIRST]).notes["A"] == "1 of 1 like B"
    assert similar.find(two, EVERY[FIRST], {"A": "t.ipynb", "B": "t.ipynb"}).notes == {}


# ── times ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


RECEIPT = (
    b"Name: Ada (ada12)\nAssignment: Lab 00\n"
    b"Date Submitted: Friday, October 2, 2026 9:05:30 PM CEST\nCurrent Grade: Not Graded\n"
)
SHEET = (
    b"Identifier,Full name,Status,Grade,Last modified (submission),Last modified (grade)\n"
    b'Participant 7,Ada Lo,Submitted,-,"Friday, 2 October 2026, 9:05 PM",-\n'
    b"Participant 8,Bo,No submission,-,-,-\n"
)
YAML = b"""---
submission_9:
  :submitters:
  - :name: Ada Lo
    :sid: '12'
    :email: ada@example.org
  :created_at: 2026-10-02 19:05:00.327110000 Z
"""
BLACKBOARD = "Lab 00_ada12_attempt_2026-10-02-"
TIMES = {
    "Moodle's worksheet": (
        {"Ada Lo_7_assignsubmission_file_/00_start_here.ipynb": None, "Grades-CS-7.csv": SHEET},
        ("2026-10-02 21:05", "Moodle", "1"),
    ),
    "Moodle's zip, whose times are the download's": (
        {"Ada Lo_7_assignsubmission_file_/00_start_here.ipynb": None},
        ("", "", ""),
    ),
    "Canvas, late": ({"loada_LATE_11_22_00_start_here.ipynb": None}, ("", "Canvas", "late")),
    "Canvas, in time": ({"loada_11_22_my_LATE_lab-1.ipynb": None}, ("", "Canvas", "0")),
    "Canvas without names": ({"LATE_anon_7aB1c_32_x.ipynb": None}, ("", "Canvas", "late")),
    "Brightspace": (
        {"14-26 - Ada Lo - Oct 3, 2026 1205 AM/00_start_here.ipynb": None},
        ("2026-10-03 00:05", "Brightspace", "2"),
    ),
    "Blackboard's file name": (
        {f"{BLACKBOARD}21-05-30_00_start_here.ipynb": None},
        ("2026-10-02 21:05", "Blackboard", "1"),
    ),
    "Blackboard's text file": (
        {f"{BLACKBOARD}20-00-00_x.ipynb": None, f"{BLACKBOARD}20-00-00.txt": RECEIPT},
        ("2026-10-02 21:05", "Blackboard", "1"),
    ),
    "Gradescope, in another time zone": (
        {"submission_9/00_start_here.ipynb": None, "submission_metadata.yml": YAML},
        ("2026-10-02 21:05", "Gradescope", "1"),
    ),
    "a zip by mail": ({"Ada Lo/00_start_here.ipynb": None}, ("2026-10-02 12:00", "zip", "1")),
}


@pytest.mark.parametrize("form", TIMES)
def test_when_it_was_handed_in(hand_in, berlin, form):
    files, expected = TIMES[form]
    [row] = hand_in(
        {path: content or BLANK[FIRST] for path, content in files.items()},
        *("--deadline", "2026-10-01T23:59"),
    )
    assert (row["handed_in"], row["time_from"], row["late_days"]) == expected
    assert row["points"] == "0" and row["status"] == "graded", "no points are taken"


def test_the_time_of_a_file_is_the_last_resort(tmp_path):
    for student in ("Ada", "Bo"):
        path = tmp_path / "in" / student / f"{FIRST}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(BLANK[FIRST])
        os.utime(path, (1_790_000_000, 1_790_000_000))
    [ada, _] = handins.find(tmp_path / "in", EVERY).submissions
    assert ada.handed_in.source == "file" and ada.handed_in.when.timestamp() == 1_790_000_000


def test_a_deadline_without_times_is_not_silent(hand_in, capsys):
    files = {f"A{n}_{n}_assignsubmission_file_/x.ipynb": BLANK[FIRST] for n in (1, 2)}
    hand_in(files, "--deadline", "2026-10-01")
    assert "No time is known for 2 submissions" in capsys.readouterr().out
    hand_in(files)
    assert "No time" not in capsys.readouterr().out


def test_the_makefile_passes_all_on():
    said = ["SUBMISSIONS=a b.zip", "OUT=o", "ROSTER=my class.csv", "ANONYMOUS=copy"]
    said += ["DEADLINE=00=2026-10-01 05=2026-10-08T12:00", "ARGS=--lab 05"]
    make = ["make", "--dry-run", "--always-make", "grade", *said]
    text = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [line] = [line for line in text.replace("\\\n", " ").splitlines() if "tools.grade" in line]
    assert shlex.split(line)[2:] == [
        *("tools.grade", "a b.zip", "o", "--roster", "my class.csv"),
        *("--deadline", "00=2026-10-01", "--deadline", "05=2026-10-08T12:00"),
        *("--anonymous", "copy", "--lab", "05"),
    ]


def test_a_worksheet_is_nobodys(hand_in):
    folder = "GM-Start-4711/"
    rows = hand_in(
        {f"{folder}Ada Lo_7_assignsubmission_file_/x.ipynb": BLANK[FIRST], f"{folder}G.csv": SHEET}
    )
    assert [row["student"] for row in rows] == ["Ada Lo"]
    read = {row["file"]: row["why"] for row in table(hand_in.out / "submissions.csv")}
    assert "times were read" in read[f"{folder}G.csv"]


@pytest.mark.parametrize(
    ("deadline", "late"),
    [
        ("2026-10-02T12:00", "0"),  # to the end of its minute
        ("2026-10-02", "0"),  # and of its day
        ("2026-10-02 11:59", "1"),
        ("2026-10-01T12:00", "1"),
        ("2026-10-01T11:59", "2"),
        ("2026-10-02T12:00+02:00", "0"),
        ("2026-10-02T12:00+03:00", "1"),
        ("2026-10-02T10:00Z", "0"),
        ("00=2026-10-01", "1"),
        ("05=2026-10-01", ""),
    ],
)
def test_days_late_are_those_begun(hand_in, berlin, deadline, late):
    [row] = hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]}, "--deadline", deadline)
    assert row["late_days"] == late


def test_deadlines_by_lab_and_for_those_who_have_longer(hand_in, berlin):
    files = {f"{name}/{lab}.ipynb": BLANK[lab] for name in ("Ada", "Bo") for lab in BLANK}
    hand_in.out.mkdir()
    (hand_in.out / "deadlines.csv").write_text(
        "lab;deadline;student\n0;2026-10-01T23:59;\n04_activity_bananas;2026-10-09;\n"
        "00;2026-10-05 08:00;bo \n"
    )
    rows = {(row["student"], row["lab"]): row["late_days"] for row in hand_in(files)}
    assert rows == {
        ("Ada", FIRST): "1",
        ("Ada", WRITTEN): "0",
        ("Bo", FIRST): "0",
        ("Bo", WRITTEN): "0",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lab,deadline\n00,1.10.2026\n", "line 2: '1.10.2026' is no date: write it as 2026-10-01T"),
        ("lab,deadline\n00,2026-13-01T23:59\n", "line 2: '2026-13-01T23:59' is no date"),
        ("lab,deadline\n00,2026-10-01\n99,2026-10-01\n", "line 3: there is no lab '99'"),
        ("lab,date\n00,2026-10-01\n", "the column deadline is missing"),
    ],
)
def test_a_wrong_deadline_is_one_sentence(hand_in, capsys, text, said):
    hand_in.out.mkdir()
    (hand_in.out / "deadlines.csv").write_text(text)
    hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]}, status=1)
    error = capsys.readouterr().err
    assert "deadlines.csv" in error and said in error and len(error.splitlines()) == 1


def test_who_has_longer_may_hand_in_later(hand_in, capsys):
    hand_in.out.mkdir()
    text = "lab,deadline,student\n00,2026-10-01,\n00,2026-12-01,Eve\n"
    (hand_in.out / "deadlines.csv").write_text(text)
    hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]})
    said = capsys.readouterr().out
    assert "deadlines.csv, line 3: nobody named 'Eve' handed in so far" in said
    rows = hand_in({f"{name}/00_start_here.ipynb": BLANK[FIRST] for name in ("Ada", "Eve")})
    assert [row["late_days"] for row in rows] == ["1", "0"]
    assert "so far" not in capsys.readouterr().out


def test_nobody_changes_the_time_of_a_hand_in_by_what_is_in_it(hand_in, berlin):
    """A grading worksheet among a student's own files is a file like any other."""
    forged = SHEET.replace(b"2 October", b"1 September")
    box = "GM/Ada Lo_7_assignsubmission_file_/"
    files = {f"{box}x.ipynb": BLANK[FIRST], f"{box}Grades.csv": forged, "GM/Grades.csv": SHEET}
    files |= {box.replace("Ada Lo_7", "Bo_8") + "x.ipynb": BLANK[FIRST]}
    files |= {"mail/Eve/Grades.csv": forged, "mail/Eve/00_start_here.ipynb": BLANK[FIRST]}
    when = {row["student"]: row["handed_in"] for row in hand_in(files)}
    assert when == {"Ada Lo": "2026-10-02 21:05", "Bo": "", "Eve": "2026-10-02 12:00"}


def test_a_wrong_option_is_one_sentence(hand_in, capsys):
    hand_in({"A/00_start_here.ipynb": BLANK[FIRST]}, "--deadline", "00=tomorrow", status=1)
    assert "--deadline 00=tomorrow: 'tomorrow' is no date" in capsys.readouterr().err


def test_the_report_says_which_time_zone(hand_in, berlin):
    hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]}, "--deadline", "2026-10-01")
    report = (hand_in.out / "report.html").read_text(encoding="utf-8")
    assert times.zone() in html.unescape(report) and "1 day late (?)" in report


# ── points by hand ──────────────────────────────────────────────────────────────────────────────

HEAD = "student,lab,exercise,max_points,points,comment\n"


def test_points_of_a_checked_exercise_are_changed_and_stay(hand_in):
    moodle = "Ada Lo_7_assignsubmission_file_/00_start_here.ipynb"
    files = {moodle: BLANK[FIRST], "bo_11_22_00_start_here.ipynb": BLANK[FIRST]}
    hand_in.out.mkdir()
    (hand_in.out / "manual.csv").write_text(
        HEAD + f'ADA LO,{FIRST},log_density,,"1,5",a <good> idea\nbo,{FIRST},draw_points,,2,\n'
    )
    before = (hand_in.out / "manual.csv").read_text(encoding="utf-8-sig")
    for _ in range(3):
        ada, bo = hand_in(files)
        assert (ada["log_density"], ada["points"]) == ("1.5", "1.5")
        assert ada["changed"] == "log_density: 0 to 1.5 (a <good> idea)"
        assert (bo["draw_points"], bo["points"]) == ("2", "2")
        assert (hand_in.out / "manual.csv").read_text(encoding="utf-8-sig") == before
    assert table(hand_in.out / f"moodle-{FIRST}.csv")[0]["Grade"] == "1.5"
    assert table(hand_in.out / "canvas.csv")[1][FIRST] == "2"
    page = (hand_in.out / "feedback/Ada Lo" / f"{FIRST}.html").read_text(encoding="utf-8")
    assert "1.5 of 8 points" in page
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Changed by your instructor, from 0 to 1.5 points: a &lt;good&gt; idea" in words


def test_a_comment_alone_changes_no_points(hand_in):
    hand_in.out.mkdir()
    (hand_in.out / "manual.csv").write_text(HEAD + f"Ada,{FIRST},log_density,,,see me\n")
    [row] = hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]})
    assert (row["points"], row["changed"]) == ("0", "")
    page = (hand_in.out / "feedback/Ada" / f"{FIRST}.html").read_text(encoding="utf-8")
    assert "Your instructor:</b> see me" in page


def test_what_could_not_be_graded_counts_when_all_of_it_was_marked_by_hand(tmp_path):
    lost = Result("Ada", FIRST, "not graded: no module", [])
    rows = [f"Ada,{FIRST},{name},,1,\n" for name in EVERY[FIRST].exercises]
    for count in (len(rows) - 1, len(rows)):
        (tmp_path / "m.csv").write_text(HEAD + "".join(rows[:count]))
        by_hand = manual.Manual(tmp_path / "m.csv", EVERY)
        whole = count == len(rows)
        assert gradebook.changes(lost, by_hand)[0] == "standardise: 1"
        assert gradebook.total(lost, by_hand) == (count if whole else None)
        assert gradebook.final(lost, by_hand) == (f"{count}" if whole else "")
        page = pages.feedback(lost, EVERY[FIRST], by_hand)
        assert ("Not graded yet" in page) != whole and ("4 of 8 points" in page) == whole


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"Ada,{FIRST},log_density,,3.5,", "'3.5' is not a number from 0 to 3"),
        (f"Ada,{FIRST},log_density,,-1,", "'-1' is not a number from 0 to 3"),
        (f"Ada,{FIRST},log_density,,nan,", "'nan' is not a number from 0 to 3"),
        (f"Ada,{FIRST},log_densities,,1,", "'log_densities' is no exercise of 00_start_here"),
        (f"Ada,{WRITTEN},train_step,,1,", f"nobody named 'Ada' handed in {WRITTEN}"),
        (f"Eve,{FIRST},log_density,,1,", f"nobody named 'Eve' handed in {FIRST}"),
        (
            f"Ada,{FIRST},log_density,,1,\nada,{FIRST},log_density,,2,",
            "Ada has more than one row for log_density",
        ),
    ],
)
def test_a_change_that_cannot_be_stops_the_run_with_its_line(hand_in, capsys, row, said):
    hand_in.out.mkdir()
    (hand_in.out / "manual.csv").write_text(HEAD + row + "\n")
    hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]}, status=1)
    assert f"manual.csv, line 2: {said}" in capsys.readouterr().err


def test_an_unreadable_file_can_be_given_points_by_hand(hand_in):
    files = {"Ada/00_start_here.ipynb": b"{", "Bo/00_start_here.ipynb": b"{"}
    hand_in.out.mkdir()
    (hand_in.out / "manual.csv").write_text(HEAD + f"Ada,{FIRST},standardise,,1,on paper\n")
    assert [row["points"] for row in hand_in(files)] == ["1", "0"]
    page, other = (
        (hand_in.out / "feedback" / name / f"{FIRST}.html").read_text(encoding="utf-8")
        for name in ("Ada", "Bo")
    )
    assert "could not be graded" in page and "could not be graded" in other
    assert "on paper" in page and "of 8 points" in page and "of 8 points" not in other


CRITERIA = ("Evidence", "Reading", "Why", "Fairness")


def mark(path, student: str, **cells: str) -> None:
    """Fill in cells of a student's row, as a spreadsheet would."""
    rows = table(path)
    for row in rows:
        if row["student"] == student:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_criteria_add_up_to_the_points(hand_in):
    files = {f"{name}/{WRITTEN}.ipynb": ESSAY for name in ("Ada", "Bo", "Cy")}
    hand_in(files)
    path = hand_in.out / "manual.csv"
    assert list(table(path)[0]) == [*HEAD.strip().split(",")[:4], *CRITERIA, "points", "comment"]
    mark(path, "Ada", Evidence="3", Reading="2", Why="1,5", Fairness="0")
    mark(path, "Bo", Evidence="3", Reading="2")
    mark(path, "Cy", Evidence="3", Reading="3", Why="3", Fairness="3", points="10")
    marked = path.read_bytes()
    for _ in range(2):
        rows = {row["student"]: row for row in hand_in(files)}
        assert {name: row["compare"] for name, row in rows.items()} == {
            **{"Ada": "6.5", "Bo": "", "Cy": "10"},
        }
        assert rows["Bo"]["written_open"] == "1", "half marked is not marked"
        assert table(path) == list(csv.DictReader(io.StringIO(marked.decode())))
    page = (hand_in.out / "feedback/Ada" / f"{WRITTEN}.html").read_text(encoding="utf-8")
    assert '<td>Why</td><td class="n">1.5 of 3</td>' in page
    half = (hand_in.out / "feedback/Bo" / f"{WRITTEN}.html").read_text(encoding="utf-8")
    assert "Evidence" not in half and "to be read" in half
    assert "Why 1.5 of 3" in (hand_in.out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Why": "4"}, "line 2, Why: '4' is not a number from 0 to 3"),
        ({"Fairness": "good"}, "line 2, Fairness: 'good' is not a number"),
        ({"exercise": "train_step", "Why": "1"}, "line 2: train_step has no criterion Why"),
    ],
)
def test_a_mark_that_a_criterion_cannot_have_is_refused(hand_in, capsys, cells, said):
    files = {f"Ada/{WRITTEN}.ipynb": ESSAY}
    hand_in(files)
    mark(hand_in.out / "manual.csv", "Ada", **cells)
    hand_in(files, status=1)
    assert said in capsys.readouterr().err


def test_an_older_table_gets_the_columns_and_is_kept(hand_in):
    hand_in.out.mkdir()
    old = HEAD + f"Ada,{WRITTEN},compare,12,7,good\n"
    (hand_in.out / "manual.csv").write_text(old)
    hand_in({f"Ada/{WRITTEN}.ipynb": ESSAY})
    [row] = table(hand_in.out / "manual.csv")
    assert row["points"] == "7" and set(CRITERIA) < set(row)
    [kept] = (hand_in.out / "backups").iterdir()
    assert kept.read_text() == old


def test_the_rubric_stands_in_one_place_and_is_explained():
    text = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
    section = text.split("## Rubric of lab 04")[1].split("\n## ")[0]
    assert re.findall(r"(?m)^\| \*\*(\w+)\*\*", section) == list(CRITERIA)
    rubric = {lab: entry.rubric for lab, entry in register.entries().items() if entry.rubric}
    assert rubric == {WRITTEN: {"compare": dict.fromkeys(CRITERIA, 3)}}


def test_criteria_that_do_not_add_up_are_the_courses_mistake(monkeypatch):
    monkeypatch.setitem(register.entries()[WRITTEN].rubric["compare"], "Why", 4)
    with pytest.raises(CourseError, match="compare do not add up to its 12 points"):
        _ = Lab(WRITTEN).written


# ── a roster ────────────────────────────────────────────────────────────────────────────────────


def on_roster(tmp_path, text: str) -> roster.Roster:
    (tmp_path / "class.csv").write_text(text, encoding="utf-8")
    return roster.Roster(tmp_path / "class.csv")


@pytest.mark.parametrize(
    ("student", "number", "text"),
    [
        ("Ada Lovelace", "", "name\nada  LOVELACE\n"),
        ("Jo\u0308rg", "", "name\nJ\u00f6rg\n"),
        ("Ada Lovelace", "", "Name;E-Mail\nLovelace, Ada;a@b.org\n"),
        ("Lovelace Ada", "", "First name,Last name,Email address\nAda,Lovelace,a@b.org\n"),
        ("lovelaceada", "11", "Student,ID,SIS User ID,SIS Login ID,Section\n"
         "    Points Possible,,,,\n\"Lovelace, Ada\",11,0012,ada,A\n"),
        ("delacruzana", "", "name\nAna de la Cruz\n"),
        ("O'Neil-Šimek, Zoë", "", "name\nZoë O'Neil-Šimek\n"),
        ("00123456", "", "name,id\nAda,123456\n"),
        ("ada@example.org", "", "name,e-mail\nX Y,ADA@example.org\n"),
        ("ada12", "", "name,user name\nX Y,ada12\n"),
        ("=Ada", "", "name\n'=Ada\n"),
        ("A. Lo", "0012", "name,id\nAda Lo,12\n"),
    ],
)  # fmt: skip
def test_people_are_found_on_the_roster(tmp_path, student, number, text):
    people = on_roster(tmp_path, text)
    [person] = people.find(student, number)
    assert person in people.people
    assert people.missing([(student, number)]) == []
    assert people.missing([("Somebody Else", "")]) == people.people


def test_somebody_in_two_sections_is_one(tmp_path):
    people = on_roster(tmp_path, "name,id,section\nAda,1,A\nada,1,B\nBo,,A\nBo,,B\n")
    assert [person.name for person in people.people] == ["Ada", "Bo", "Bo"]


def test_two_of_one_name_are_told_apart_by_number_only(tmp_path):
    people = on_roster(tmp_path, "name,id\nIda Ito,21\nIda Ito,22\nBo,23\n")
    assert [person.id for person in people.find("Ida Ito", "22")] == ["22"]
    assert len(people.find("Ida Ito")) == 2
    assert people.find("Eve", "") == [] and people.find("Bo", "21")[0].id == "23"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,mail\n1,a@b\n", "is no roster: it needs a column name"),
        ("name,id\nAda,1\n,2\n", "line 3: the name is missing"),
        ("name\n", "names nobody"),
        ("", "is no roster"),
        ("name\nLo, Ada\n", "line 2: it has more cells"),
    ],
)
def test_a_roster_that_is_none_is_refused(tmp_path, text, said):
    with pytest.raises(tables.TableError, match=said):
        on_roster(tmp_path, text)
    with pytest.raises(tables.TableError, match=r"There is no roster .*none\.csv"):
        roster.Roster(tmp_path / "none.csv")


def test_who_is_missing_and_who_is_not_on_it(hand_in, tmp_path):
    files = {f"{name}/00_start_here.ipynb": BLANK[FIRST] for name in ("Ada Lo", "Eve")}
    files |= {f"Ada Lo/{WRITTEN}.ipynb": ESSAY, "Cy Dee/lab.pdf": b"%PDF"}
    text = "name,id,section\nLo Ada,007,A\n=Bo Ek,8,B\nCy Dee,9,B\n"
    (tmp_path / "class.csv").write_text(text)
    rows = hand_in(files, "--roster", str(tmp_path / "class.csv"))
    flags = {(row["student"], row["lab"]): row["flags"] for row in rows}
    assert flags["Eve", FIRST] == "not on the roster" and flags["Ada Lo", FIRST] == ""
    status = {(row["student"], row["lab"]): row["status"] for row in rows}
    assert status["'=Bo Ek", FIRST] == status["'=Bo Ek", WRITTEN] == "nothing handed in"
    assert status["Cy Dee", ""].startswith("no notebook") and ("Cy Dee", FIRST) not in status
    [bo, _] = [row for row in rows if row["student"] == "'=Bo Ek"]
    assert (bo["points"], bo["id"], bo["section"]) == ("", "8", "B")
    assert {row["id"] for row in rows if row["student"] == "Ada Lo"} == {"007"}
    report = (hand_in.out / "report.html").read_text(encoding="utf-8")
    missing = report.split('<h2 id="missing">')[1].split("<h2")[0]
    assert "=Bo Ek" in missing and "Ada" not in missing and "Cy" not in missing


def test_a_roster_in_the_folder_of_results_is_taken(hand_in):
    hand_in.out.mkdir()
    (hand_in.out / "roster.csv").write_text("name\nBo\n")
    rows = hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]})
    assert [(row["student"], row["status"]) for row in rows] == [
        *(("Ada", "graded"), ("Bo", "nothing handed in"))
    ]


def test_what_the_roster_knows_goes_to_the_platforms(hand_in):
    hand_in.out.mkdir()
    (hand_in.out / "roster.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section\n"
        '"Lo, Ada",11,0012,ada12,A\n"Ek, Bo",12,0013,bo13,B\n',
    )
    hand_in({"loada_11_22_x.ipynb": BLANK[FIRST], "Bo Ek/x.ipynb": BLANK[FIRST]})
    rows = table(hand_in.out / "canvas.csv")[1:]
    about = [[row[c] for c in ("Student", "ID", "SIS User ID", "SIS Login ID")] for row in rows]
    assert about == [["Ek, Bo", "12", "0013", "bo13"], ["Lo, Ada", "11", "0012", "ada12"]]
    moodle = table(hand_in.out / "moodle.csv")
    assert {row["student"]: (row["Username"], row["ID number"]) for row in moodle} == {
        "Bo Ek": ("bo13", "0013"),
        "loada": ("ada12", "0012"),
    }


# ── a copy without names ────────────────────────────────────────────────────────────────────────

NAME = "Zoë Quandt-Adam"
TOLD = {
    "compare": "By Zoë Quandt-Adam (zoe.quandt@example.org, 4711007), with Uma Vex. Quandt, Z.",
    "train": "# written by Zoë on /home/zquandt/lab\nimport keras\n\ndef train():\n"
    '    quandt_adam_zoë = "adam"  # Quandt\n    return quandt_adam_zoë, max(1, 2)\n',
}


@pytest.fixture
def without_names(tmp_path):
    """Write a copy of two students' answers; its folder, and what writes it again."""
    (tmp_path / "class.csv").write_text(f"name,id,e-mail\n{NAME},4711007,zoe.quandt@example.org\n")
    written = [{"name": "compare", "max_points": 12, "answer": TOLD["compare"]}]
    zoe = graded(NAME, {"train": TOLD["train"]}, WRITTEN, written=written, flags=[NAME])
    everybody = [zoe, graded("Uma Vex", {"train": "def train():\n    pass"}, WRITTEN)]
    of = gradebook.Class(roster.Roster(tmp_path / "class.csv"))
    by_hand = manual.Manual(tmp_path / "manual.csv", EVERY)

    def write():
        labs = {WRITTEN: EVERY[WRITTEN]}
        anonymous.write(everybody, labs, by_hand, of, tmp_path / "copy", tmp_path / "out")
        return tmp_path / "copy"

    return write


def test_no_name_is_left(without_names):
    copy = without_names()
    files = [path for path in copy.rglob("*") if path.is_file()]
    assert len(files) == 3
    everything = "".join(f"{path.relative_to(copy)}\n{path.read_text()}" for path in files)
    everything = unicodedata.normalize("NFC", everything).casefold()
    for word in ("zoë", "zoe", "quandt", "uma", "vex", "4711007", "example.org"):
        assert not re.search(rf"(?<![^\W_]){word}(?![^\W_])", everything), word
    assert {path.stat().st_mtime for path in copy.rglob("*")} == {anonymous.TIME[0]}


def test_what_is_left_is_the_answer(without_names):
    copy = without_names()
    texts = [path.read_text() for path in copy.rglob("*.ipynb")]
    [zoe] = [text for text in texts if "compare" in text]
    for kept in (r"\"adam\"", "max(1, 2)", "# exercise: train", "import keras", "# written by"):
        assert kept in zoe, kept
    assert zoe.count("Somebody") >= 5 and "raise NotImplementedError" not in zoe
    rows = {row["id"]: row for row in table(copy / "marks.csv")}
    [path] = [path for path in copy.rglob("*.ipynb") if path.read_text() == zoe]
    assert (rows[path.parent.name]["train"], rows[path.parent.name]["compare"]) == ("2", "")
    assert all(re.fullmatch("p[a-z2-7]{8}", one) for one in rows) and len(rows) == 2


def test_ids_stay_and_rest_on_a_secret(without_names, tmp_path):
    before = {path.name for path in without_names().rglob("*")}
    assert {path.name for path in without_names().rglob("*")} == before
    secret = tmp_path / "out" / anonymous.SECRET
    assert secret.stat().st_mode & 0o077 == 0
    secret.unlink()
    assert len({path.name for path in without_names().rglob("p*")} - before) == 2


def test_a_copy_can_be_read_by_the_grader(without_names):
    delivery = handins.find(without_names() / "answers", EVERY)
    assert {s.lab for s in delivery.submissions} == {WRITTEN} and not delivery.questions
    assert len({s.student for s in delivery.submissions}) == 2


def test_only_a_new_folder_elsewhere_is_used(hand_in, tmp_path, capsys):
    files = {"Ada/00_start_here.ipynb": BLANK[FIRST]}
    hand_in(files, "--anonymous", str(tmp_path / "copy"))
    assert [row["points"] for row in table(tmp_path / "copy/marks.csv")] == ["0"]
    (tmp_path / "copy/marks.csv").write_text("with marks of the second marker")
    hand_in(files, "--anonymous", str(tmp_path / "copy"), status=1)
    hand_in(files, "--anonymous", str(hand_in.out / "copy"), status=1)
    hand_in(files, "--anonymous", str(tmp_path / "class.zip"), status=1)
    said = capsys.readouterr().err.splitlines()
    assert "is not empty" in said[0] and "lies in" in said[1] and "is not empty" in said[2]
    assert (tmp_path / "copy/marks.csv").read_text() == "with marks of the second marker"


# ── back to Moodle, and the report ──────────────────────────────────────────────────────────────


def test_feedback_goes_back_as_moodle_reads_it(hand_in):
    """mod/assign/feedback/file/importziplib.php: the second of the words between underscores is
    the participant's number, the third and the fourth are the plugin's type and name.
    """
    people = {"Ada Lo": 7, "O_Neil / Zoë": 8, "Participant": 9, "山" * 60: 10}
    files = {
        f"{name.replace('/', '-')}_{number}_assignsubmission_file_/00_start_here.ipynb": BLANK[
            FIRST
        ]
        for name, number in people.items()
    }
    hand_in(files | {f"GM/Ada Lo_17_assignsubmission_file_/{WRITTEN}.ipynb": ESSAY})
    read = {}
    for lab in (FIRST, WRITTEN):
        with zipfile.ZipFile(hand_in.out / f"feedback-moodle-{lab}.zip") as archive:
            for path in archive.namelist():
                folder, file = path.split("/")
                words = folder.split("_", 4)
                assert words[2:4] == ["assignsubmission", "file"] and file == f"{lab}.html"
                assert len(folder.encode()) < 256
                read[lab, int(words[1])] = archive.read(path).decode()
    assert set(read) == {(FIRST, n) for n in people.values()} | {(WRITTEN, 17)}
    assert "Feedback for Ada Lo" in read[FIRST, 7] and "Participant 9" in read[FIRST, 9]


def test_no_zip_where_moodle_was_not_used(hand_in):
    hand_in({"Ada/00_start_here.ipynb": BLANK[FIRST]})
    assert not list(hand_in.out.glob("*.zip"))


@pytest.fixture(scope="module")
def big_report(tmp_path_factory):
    """A report on two hundred, and its folder."""
    out = tmp_path_factory.mktemp("big")
    lab = EVERY[FIRST]
    odd = "import gc, socket\nx = '<script>alert(1)</script>'; socket.socket()\n" + "y = 1\n" * 3
    code = {"log_density": odd + "z = eval('2') + " + "1 + " * 100 + "1"}
    flags = [f"log_density: {what}" for what in ("imports gc", "calls eval")]
    everybody = [graded(f"Student <{n}> & Co", lab.reference) for n in range(199)]
    everybody += [graded("#1? 100%/Müller", code, flags=[*flags, "2 files, graded x.ipynb"])]
    by_hand = manual.Manual(out / "m.csv", EVERY)
    for result in everybody:
        pages.write_feedback(result, lab, by_hand, out / "feedback")
    labs, notes = {FIRST: lab}, ["a.pdf: <b>not a notebook</b>"]
    text = pages.report(everybody, labs, by_hand, [Result("Cy", "", "no notebook")], notes, False)
    return text, out


def test_every_link_of_the_report_leads_somewhere(big_report):
    text, out = big_report
    links = {html.unescape(link) for link in re.findall(r'href="([^"]+)"', text)}
    pages_linked = {urllib.parse.unquote(link) for link in links if not link.startswith("#")}
    assert len(pages_linked) == 200 and all((out / page).is_file() for page in pages_linked)
    anchors = {link[1:] for link in links if link.startswith("#")}
    assert anchors == set(re.findall(r'<h2 id="([^"]+)"', text))
    assert {"students", FIRST, "failed", "flagged", "alike", "notes"} == anchors


def test_flags_show_the_line_of_code(big_report):
    text, out = big_report
    flagged = text.split('<h2 id="flagged">')[1].split("<h2")[0]
    assert "<code>line 1: import gc, socket</code>" in flagged
    assert re.search(r"<code>line 6: z = eval\(&#39;2&#39;\) .{100,160}…</code>", flagged)
    assert "2 files, graded x.ipynb" in flagged and "<script>" not in text
    page = next((out / "feedback").glob("*Müller*/*.html")).read_text(encoding="utf-8")
    assert "line 6" not in page and "imports gc" not in page


def test_two_hundred_are_folded(big_report):
    text, _ = big_report
    assert "<details><summary>200 students and their points" in text
    assert "<b>not" not in text and "Student &lt;5&gt; &amp; Co" in text


def test_a_class_without_anything_extra_has_the_old_columns(tmp_path):
    by_hand = manual.Manual(tmp_path / "m.csv", EVERY)
    one = graded("Ada", EVERY[FIRST].reference)
    results.write_grades([one], {FIRST: EVERY[FIRST]}, by_hand, tmp_path / "g.csv")
    [row] = table(tmp_path / "g.csv")
    assert list(row)[:8] == results.ABOUT[:8] and list(row)[-1] == results.LEFT_OUT
    assert row["points"] == "8" and row["handed_in"] == row["similar"] == row["changed"] == ""


def test_times_that_are_none_are_none():
    assert times.local((2026, 2, 31, 0, 0)) is None and times.local(()) is None
    assert times.moodle_worksheet(b"\xff\xfe") == {} and times.blackboard_receipt(b"") is None
    assert times.utc((2026, 1, 1, 0, 0)) == datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
