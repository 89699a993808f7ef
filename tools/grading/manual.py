"""What the instructor gives by hand: marks of written answers, and changed points of any other."""

from collections import Counter
from pathlib import Path

from tools.grading import tables
from tools.grading.grader import Result
from tools.grading.lab import Exercise, Lab, Written

COLUMNS = ["student", "lab", "exercise", "max_points", "points", "comment"]
NEEDED = ["student", "lab", "exercise", "points"]
NO_ANSWER = ("0", "No answer was given.")


class Manual:
    """manual.csv, a file that the instructor fills in and that is kept.

    It has a row for each written answer, with a column for each criterion of its rubric: where
    `points` is blank, they add up to the points once all are filled in. A row that the instructor
    adds for an exercise with a check takes the place of the check's points.

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
        if rows and (missing := [name for name in NEEDED if name not in self.columns]):
            raise tables.TableError(f"{path}: the column {missing[0]} is missing.")
        self._criteria = {tables.key(c): c for c in _criteria(labs.values())}
        known = handed_in and {(tables.key(name), tables.key(lab)): name for name, lab in handed_in}
        times = Counter(_key(row) for _, row in rows)
        for line, row in rows:
            where = f"{path}, line {line}"
            if self._graders_own(row):
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
        student, lab, name = _key(row)
        if lab not in {tables.key(of) for of in self.labs}:
            raise tables.TableError(f"{where}: there is no lab {row['lab']!r}.")
        exercise = self._exercise(lab, name)
        if exercise is None:
            raise tables.TableError(f"{where}: {row['exercise']!r} is no exercise of {row['lab']}.")
        if known is not None and (student, lab) not in known:
            names = sorted(
                {n for n in known.values() if tables.spreadsheet_made(n, row["student"])}
            )
            hint = f"a spreadsheet made it of {' or '.join(names)}: write that"
            raise tables.TableError(
                f"{where}: nobody named {row['student']!r} handed in {row['lab']}; "
                f"{hint if names else 'correct the name, or delete the row'}."
            )
        _refuse_number(row["points"], exercise.points, where)
        most = getattr(exercise, "rubric", {})
        for criterion, cell in self._given(row).items():
            if cell and criterion not in most:
                raise tables.TableError(f"{where}: {exercise.name} has no criterion {criterion}.")
            _refuse_number(cell, most.get(criterion, 0), f"{where}, {criterion}")

    def _exercise(self, lab: str, name: str) -> Exercise | Written | None:
        """An exercise by the keys of its lab's and its own name."""
        for of in (self.labs[of] for of in self.labs if tables.key(of) == lab):
            for exercise in (*of.exercises.values(), *of.written.values()):
                if tables.key(exercise.name) == name:
                    return exercise
        return None

    def _given(self, row: dict[str, str]) -> dict[str, str]:
        """The cells of a row in the columns of criteria, however these are capitalised."""
        named = {self._criteria.get(tables.key(column), ""): cell for column, cell in row.items()}
        return {name: cell.strip() for name, cell in named.items() if name}

    def _graders_own(self, row: dict[str, str]) -> bool:
        given = row["points"].strip(), row.get("comment", "").strip()
        return given in (("", ""), NO_ANSWER) and not any(self._given(row).values())

    def points(self, student: str, lab: str, exercise: str) -> float | None:
        """The instructor's mark; None if there is none yet, or not one for each criterion."""
        if text := self._row(student, lab, exercise).get("points", "").strip():
            return _number(text)
        marks = self.rubric(student, lab, exercise).values()
        return None if not marks or None in marks else sum(marks)

    def rubric(self, student: str, lab: str, exercise: str) -> dict[str, float | None]:
        """The instructor's mark by criterion; {} for an exercise without a rubric."""
        about = self.labs[lab].written.get(exercise) if lab in self.labs else None
        cells = self._given(self._row(student, lab, exercise))
        return {
            name: _number(cells[name]) if cells.get(name) else None
            for name in (about.rubric if about else {})
        }

    def comment(self, student: str, lab: str, exercise: str) -> str:
        return tables.unguarded(self._row(student, lab, exercise).get("comment", ""))

    def _row(self, *about: str) -> dict[str, str]:
        return self.rows.get(tuple(map(tables.key, about)), {})

    def save(self, results: list[Result]) -> None:
        """Add a row for each written answer that has none; leave every other row as it is.

        What the file held is kept in backups/ before anything changes.
        """
        rows = {key: row for key, row in self.rows.items() if not self._graders_own(row)}
        for result in results:
            for written in result.written:
                about = (result.student, result.lab, written["name"])
                given = ("", "") if written["answer"].strip() else NO_ANSWER
                cells = (tables.guarded(about[0]), *about[1:], f"{written['max_points']:g}", *given)
                row = dict(zip(COLUMNS, cells, strict=True))
                rows.setdefault(_key(row), row)
        used = {result.lab for result in results}
        criteria = _criteria(lab for name, lab in self.labs.items() if name in used)
        there = {tables.key(column) for column in self.columns}
        more = [name for name in (*COLUMNS, *criteria) if tables.key(name) not in there]
        columns = [*self.columns, *more] if self.columns else [*COLUMNS[:4], *criteria]
        columns += [] if self.columns else COLUMNS[4:]
        if rows == self.rows and columns == self.columns:
            return
        self.rows, self.columns = rows, columns
        cells = [[row.get(name, "") for name in columns] for row in rows.values()]
        tables.rewrite(self.path, columns, cells)


def _criteria(labs) -> list[str]:
    """The criteria of all written exercises, each once."""
    return list(dict.fromkeys(c for lab in labs for w in lab.written.values() for c in w.rubric))


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    student, lab, exercise = (row.get(name) or "" for name in COLUMNS[:3])
    return tables.key(tables.unguarded(student)), tables.key(lab), tables.key(exercise)


def _number(cell: str) -> float:
    return float(cell.strip().replace(",", "."))


def _refuse_number(cell: str, most: float, where: str) -> None:
    try:
        usable = not cell.strip() or 0 <= _number(cell) <= most
    except ValueError:
        usable = False
    if not usable:
        raise tables.TableError(f"{where}: {cell.strip()!r} is not a number from 0 to {most:g}.")
