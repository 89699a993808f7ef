"""The tables an instructor gets, and the one an instructor fills in."""

from collections import Counter
from pathlib import Path

from tools.grading import tables
from tools.grading.grader import Result
from tools.grading.handins import Delivery
from tools.grading.lab import Lab

ABOUT = ["student", "lab", "status", "points", "max_points", "written_open", "seconds", "flags"]
LEFT_OUT = "left_out"  # the last column: how many files of theirs were not taken
MANUAL = ["student", "lab", "exercise", "max_points", "points", "comment"]
NO_ANSWER = ("0", "No answer was given.")


class Manual:
    """Marks of written answers, in a file that the instructor fills in and that is kept.

    Rows without points and comment, or with those for a blank, are the grader's own. All others are
    the instructor's: they come back as they were written, and each is of one answer of the course.

    Parameters
    ----------
    labs : the course's labs, whose points count, whatever the file says.
    handed_in : students and labs; None to believe the file.

    Raises TableError, naming the line, if a row cannot be used.
    """

    def __init__(self, path: Path, labs: dict[str, Lab], handed_in: set | None = None):
        self.path, self.labs = path, labs
        self.columns, rows = tables.read(path)
        self.rows: dict[tuple[str, str, str], dict[str, str]] = {}
        if rows and (missing := [name for name in MANUAL if name not in self.columns]):
            raise tables.TableError(f"{path}: the column {missing[0]} is missing.")
        known = handed_in and {(tables.key(name), tables.key(lab)): name for name, lab in handed_in}
        times = Counter(_key(row) for _, row in rows)
        for line, row in rows:
            where = f"{path}, line {line}"
            if _graders_own(row):
                if times[_key(row)] == 1:
                    self.rows[_key(row)] = row
                continue
            if times[_key(row)] > 1:
                raise tables.TableError(
                    f"{where}: {row['student']} has more than one row for {row['exercise']} of "
                    f"{row['lab']}; keep one."
                )
            self._refuse(row, where, known)
            self.rows[_key(row)] = row

    def _refuse(self, row: dict[str, str], where: str, known: dict | None) -> None:
        student, lab, exercise = _key(row)
        labs = {tables.key(name): of for name, of in self.labs.items()}
        if lab not in labs:
            raise tables.TableError(f"{where}: there is no lab {row['lab']!r}.")
        if exercise not in {tables.key(name) for name in labs[lab].written}:
            raise tables.TableError(
                f"{where}: {row['exercise']!r} is no written exercise of {row['lab']}."
            )
        if known is not None and (student, lab) not in known:
            names = sorted(
                {n for n in known.values() if tables.spreadsheet_made(n, row["student"])}
            )
            hint = f"a spreadsheet made it of {' or '.join(names)}: write that"
            raise tables.TableError(
                f"{where}: nobody named {row['student']!r} handed in {row['lab']}; "
                f"{hint if names else 'correct the name, or delete the row'}."
            )
        [most] = {w.points for n, w in labs[lab].written.items() if tables.key(n) == exercise}
        points = row["points"].strip().replace(",", ".")
        try:
            usable = not points or 0 <= float(points) <= most
        except ValueError:
            usable = False
        if not usable:
            raise tables.TableError(f"{where}: {points!r} is not a number from 0 to {most:g}.")

    def points(self, student: str, lab: str, exercise: str) -> float | None:
        """The instructor's mark; None if there is none yet."""
        text = self._row(student, lab, exercise).get("points", "").strip().replace(",", ".")
        return float(text) if text else None

    def comment(self, student: str, lab: str, exercise: str) -> str:
        return tables.unguarded(self._row(student, lab, exercise).get("comment", ""))

    def _row(self, *about: str) -> dict[str, str]:
        return self.rows.get(tuple(map(tables.key, about)), {})

    def save(self, results: list[Result]) -> None:
        """Add a row for each written answer that has none; leave every other row as it is.

        What the file held is kept in backups/ before anything changes.
        """
        rows = {key: row for key, row in self.rows.items() if not _graders_own(row)}
        for result in results:
            for written in result.written:
                about = (result.student, result.lab, written["name"])
                given = ("", "") if written["answer"].strip() else NO_ANSWER
                cells = (tables.guarded(about[0]), *about[1:], f"{written['max_points']:g}", *given)
                row = dict(zip(MANUAL, cells, strict=True))
                rows.setdefault(_key(row), row)
        if rows == self.rows:
            return
        self.rows, columns = rows, self.columns or MANUAL
        cells = [[row.get(name, "") for name in columns] for row in rows.values()]
        tables.rewrite(self.path, columns, cells)


def _graders_own(row: dict[str, str]) -> bool:
    given = row["points"].strip(), row.get("comment", "").strip()
    return given in (("", ""), NO_ANSWER)


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    student, lab, exercise = (row.get(name) or "" for name in MANUAL[:3])
    return tables.key(tables.unguarded(student)), tables.key(lab), tables.key(exercise)


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


def write_grades(
    results: list[Result],
    labs: dict[str, Lab],
    manual: Manual,
    path: Path,
    delivery: Delivery | None = None,
) -> None:
    """grades.csv: a row per student and lab, a column per exercise.

    With one lab the columns have the exercises' names, with more ``NN.name``. A cell is empty where
    the row's lab has no such exercise, where nothing was graded, and where a mark is to come.

    Parameters
    ----------
    delivery : tells who handed in no notebook, and how many files were left out.
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
                delivery.left_out(result.student, result.lab) if delivery else 0,
            ]
        )
    for student, what in delivery.without if delivery else ():
        empty = [""] * (len(ABOUT) - 3 + len(columns))
        rows.append([student, "", what, *empty, delivery.left_out(student, "")])
    _write(path, [*ABOUT, *titles, LEFT_OUT], rows)


def write_moodle(results: list[Result], labs: dict[str, Lab], manual: Manual, path: Path) -> None:
    """moodle.csv for Moodle's Grades > Import > CSV: a row per student, a column per lab.

    Moodle finds students by user name, e-mail address or ID number, so this serves where folders
    are named so. What was not graded, or has open written answers, stays empty.
    """
    by_student: dict[str, dict[str, str]] = {}
    for result in results:
        by_student.setdefault(result.student, {})[result.lab] = final(result, manual)
    rows = [[name, *(found.get(lab, "") for lab in labs)] for name, found in by_student.items()]
    _write(path, ["student", *labs], rows)


WORKSHEET = [
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
]


def write_worksheet(results: list[Result], labs, manual: Manual, folder: Path) -> None:
    """Moodle's offline grading worksheet, one per lab: for the assignment's "Upload grading
    worksheet". It names students by the number that Moodle wrote into their folders' names.
    """
    for lab in labs:
        rows = [
            [
                *(f"Participant {result.number}", tables.guarded(result.student), "", ""),
                *(final(result, manual), _number(max_points(labs[lab])), "Yes", "-", "-"),
            ]
            for result in results
            if result.platform == "moodle" and result.lab == lab
        ]
        if rows:
            tables.write(folder / f"moodle-{lab}.csv", WORKSHEET, rows)


def write_canvas(results: list[Result], labs, manual: Manual, path: Path) -> None:
    """Canvas' gradebook, for Grades > Import: students by the number that Canvas gives them."""
    by_student: dict[str, dict[str, Result]] = {}
    for result in results:
        if result.platform == "canvas":
            by_student.setdefault(result.number, {})[result.lab] = result
    used = [lab for lab in labs if any(lab in found for found in by_student.values())]
    rows = [["    Points Possible", *[""] * 4, *(_number(max_points(labs[lab])) for lab in used)]]
    for number, found in by_student.items():
        name = tables.guarded(next(iter(found.values())).student)
        points = [final(found[lab], manual) if lab in found else "" for lab in used]
        rows.append([name, number, "", "", "", *points])
    if used:
        titles = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *used]
        tables.write(path, titles, rows, bom=False)


def final(result: Result, manual: Manual) -> str:
    """All points, as a platform takes them; "" if some are still to come."""
    done = not result.not_graded and not still_open(result, manual)
    return _number(total(result, manual)) if done else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _write(path: Path, titles: list[str], rows: list[list]) -> None:
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    tables.write(path, titles, [[tables.guarded(cell) for cell in row] for row in cells])
