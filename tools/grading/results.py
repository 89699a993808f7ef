"""The tables an instructor gets, and the one an instructor fills in."""

import csv
import io
from pathlib import Path

from helpers.run import write_atomically
from tools.grading.grader import Result
from tools.grading.lab import Lab

ABOUT = ["student", "lab", "status", "points", "max_points", "written_open", "seconds", "flags"]
MANUAL = ["student", "lab", "exercise", "max_points", "points", "comment"]


class ManualError(Exception):
    """manual.csv holds something that is no mark; the message names the line."""


class Manual:
    """Marks of written answers, in a file that the instructor fills in and that is kept.

    Raises ManualError if a row cannot be used.
    """

    def __init__(self, path: Path):
        self.path, self.rows = path, {}
        if path.exists():
            for number, row in enumerate(_read(path), 2):
                self._add(row, f"{path}, line {number}")

    def _add(self, row: dict, where: str) -> None:
        if missing := [name for name in MANUAL if row.get(name) is None]:
            raise ManualError(f"{where}: the column {missing[0]} is missing.")
        points = row["points"].strip().replace(",", ".")
        try:
            usable = not points or 0 <= float(points) <= float(row["max_points"])
        except ValueError:
            usable = False
        if not usable:
            raise ManualError(
                f"{where}: {row['points']!r} is not a number from 0 to {row['max_points']}."
            )
        key = (_without_guard(row["student"]), row["lab"], row["exercise"])
        self.rows[key] = row | {"student": key[0], "points": points}

    def points(self, student: str, lab: str, exercise: str) -> float | None:
        """The instructor's mark; None if there is none yet."""
        text = self.rows.get((student, lab, exercise), {}).get("points", "")
        return float(text) if text else None

    def comment(self, student: str, lab: str, exercise: str) -> str:
        return self.rows.get((student, lab, exercise), {}).get("comment", "")

    def save(self, results: list[Result]) -> None:
        """Add a row for each written answer that has none; leave every other row as it is."""
        for result in results:
            for written in result.written:
                key = (result.student, result.lab, written["name"])
                row = dict(zip(MANUAL, (*key, f"{written['max_points']:g}", "", ""), strict=True))
                if not written["answer"].strip():
                    row |= {"points": "0", "comment": "No answer was given."}
                self.rows.setdefault(key, row)
        if self.rows:
            rows = [[row[name] for name in MANUAL] for row in self.rows.values()]
            _write(self.path, MANUAL, rows)


def total(result: Result, manual: Manual) -> float | None:
    """All points of a submission so far; None if it was not graded."""
    if result.not_graded:
        return None
    marks = (manual.points(result.student, result.lab, w["name"]) for w in result.written)
    return (result.points or 0) + sum(mark or 0 for mark in marks)


def still_open(result: Result, manual: Manual) -> int:
    """How many written answers the instructor has still to mark."""
    keys = ((result.student, result.lab, w["name"]) for w in result.written)
    return sum(manual.points(*key) is None for key in keys)


def max_points(lab: Lab) -> float:
    return sum(e.points for e in (*lab.exercises.values(), *lab.written.values()))


def write_grades(results: list[Result], labs: dict[str, Lab], manual: Manual, path: Path) -> None:
    """grades.csv: a row per student and lab, a column per exercise.

    With one lab the columns have the exercises' names, with more ``NN.name``. A cell is empty where
    the row's lab has no such exercise, where nothing was graded, and where a mark is to come.
    """
    columns = [(lab, name) for lab in labs for name in (*labs[lab].exercises, *labs[lab].written)]
    titles = [name if len(labs) == 1 else f"{lab[:2]}.{name}" for lab, name in columns]
    rows = []
    for result in results:
        given = {mark.name: mark.points for mark in result.marks}
        for written in result.written:
            given[written["name"]] = manual.points(result.student, result.lab, written["name"])
        points = [given.get(name) if lab == result.lab else None for lab, name in columns]
        rows.append(
            [
                result.student,
                result.lab,
                result.status,
                _number(total(result, manual)),
                _number(max_points(labs[result.lab])),
                still_open(result, manual),
                f"{result.seconds:.1f}",
                "; ".join(result.flags),
                *map(_number, points),
            ]
        )
    _write(path, [*ABOUT, *titles], rows)


def write_moodle(results: list[Result], labs: dict[str, Lab], manual: Manual, path: Path) -> None:
    """moodle.csv for Moodle's Grades > Import > CSV: a row per student, a column per lab.

    Map ``student`` to the full name, the e-mail address or the user name, whichever it is, and each
    lab to its grade item. What was not graded, or has open written answers, stays empty.
    """
    by_student: dict[str, dict[str, str]] = {}
    for result in results:
        done = not result.not_graded and not still_open(result, manual)
        points = _number(total(result, manual)) if done else ""
        by_student.setdefault(result.student, {})[result.lab] = points
    rows = [[name, *(found.get(lab, "") for lab in labs)] for name, found in by_student.items()]
    _write(path, ["student", *labs], rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _write(path: Path, titles: list[str], rows: list[list]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([[_guarded(cell) for cell in row] for row in rows])
    # With a byte order mark, or Excel takes names for another encoding.
    write_atomically(path, text.getvalue().encode("utf-8-sig", "replace"))


def _read(path: Path) -> list[dict]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.readline()
            file.seek(0)
            # A spreadsheet may have saved it with semicolons.
            delimiter = max(",;\t", key=sample.count)
            return list(csv.DictReader(file, delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise ManualError(f"{path} cannot be read ({error}): save it as CSV in UTF-8.") from None


def _guarded(cell) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = " ".join(str(cell).split()) if isinstance(cell, str) else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _without_guard(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
