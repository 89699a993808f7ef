"""The tables an instructor gets."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

from helpers.run import write_atomically
from tools.grading import tables
from tools.grading.gradebook import Class, changes, counted, final, max_points, still_open, total
from tools.grading.grader import Result
from tools.grading.handins import Delivery
from tools.grading.lab import Lab
from tools.grading.manual import Manual
from tools.grading.roster import Person
from tools.grading.submissions import slug

ABOUT = [
    *("student", "lab", "status", "points", "max_points", "written_open", "seconds", "flags"),
    *("handed_in", "time_from", "late_days", "similar", "changed"),
]
LEFT_OUT = "left_out"  # the last column: how many files of theirs were not taken
NOTHING = "nothing handed in"


def write_grades(
    results: list[Result],
    labs: dict[str, Lab],
    manual: Manual,
    path: Path,
    delivery: Delivery | None = None,
    of: Class | None = None,
) -> None:
    """grades.csv: a row per student and lab, a column per exercise.

    With one lab the columns have the exercises' names, with more ``NN.name``. A cell is empty where
    the row's lab has no such exercise, where nothing was graded, and where a mark is to come.

    Parameters
    ----------
    delivery : tells who handed in no notebook, and how many files were left out.
    of : adds when it was handed in, what is alike, who is missing, and columns of the roster.
    """
    of = of or Class()
    known = of.roster.columns if of.roster else []
    columns = [(lab, name) for lab in labs for name in (*labs[lab].exercises, *labs[lab].written)]
    titles = [name if len(labs) == 1 else f"{lab[:2]}.{name}" for lab, name in columns]
    rows = []
    for result in results:
        given = counted(result, manual)
        points = [given.get(name) if lab == result.lab else None for lab, name in columns]
        person = of.person(result)
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
                *of.when(result.student, result.lab),
                of.similar(result.student, result.lab),
                "; ".join(changes(result, manual)),
                *map(_number, points),
                *(person.cell(column) for column in known),
                delivery.left_out(result.student, result.lab) if delivery else 0,
            ]
        )
    without = [(student, "", what) for student, what in (delivery.without if delivery else ())]
    for student, lab, what in [*without, *((*about, NOTHING) for about in of.missing)]:
        empty = [""] * (len(ABOUT) - 3 + len(columns))
        person = of.person(Result(student, lab, what))
        cells = [person.cell(column) for column in known]
        left_out = delivery.left_out(student, lab) if delivery else 0
        rows.append([student, lab, what, *empty, *cells, left_out])
    _write(path, [*ABOUT, *titles, *known, LEFT_OUT], rows)


def write_moodle(
    results: list[Result], labs: dict[str, Lab], manual: Manual, path: Path, of: Class | None = None
) -> None:
    """moodle.csv for Moodle's Grades > Import > CSV: a row per student, a column per lab.

    Moodle finds students by user name, e-mail address or ID number: those of the roster, or the
    names of folders. What was not graded, or has open written answers, stays empty.
    """
    of = of or Class()
    titles = {"user": "Username", "email": "Email address", "id": "ID number"}
    known = [column for column in titles if of.roster and column in of.roster.columns]
    by_student: dict[tuple[str, ...], dict[str, str]] = {}
    for result in results:
        person = of.person(result)
        about = (result.student, *(person.cell(column) for column in known))
        by_student.setdefault(about, {})[result.lab] = final(result, manual)
    rows = [[*about, *(found.get(lab, "") for lab in labs)] for about, found in by_student.items()]
    _write(path, ["student", *(titles[column] for column in known), *labs], rows)


WORKSHEET = [
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
]


def write_worksheet(
    results: list[Result], labs, manual: Manual, folder: Path, of: Class | None = None
) -> None:
    """Moodle's offline grading worksheet, one per lab: for the assignment's "Upload grading
    worksheet". It names students by the number that Moodle wrote into their folders' names.
    """
    of = of or Class()
    for lab in labs:
        rows = [
            [
                *(f"Participant {result.number}", tables.guarded(result.student)),
                *(tables.guarded(of.person(result).email), ""),
                *(final(result, manual), _number(max_points(labs[lab])), "Yes", "-", "-"),
            ]
            for result in results
            if result.platform == "moodle" and result.lab == lab
        ]
        if rows:
            tables.write(folder / f"moodle-{lab}.csv", WORKSHEET, rows)


def write_feedback_zips(results: list[Result], labs, out: Path) -> None:
    """Pages as Moodle takes them back, a zip per lab: for the assignment's "Upload multiple
    feedback files in a zip". Moodle reads the second of the words between underscores, its number.
    """
    for lab in labs:
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for result in results:
                page = out / "feedback" / slug(result.student) / f"{lab}.html"
                if result.platform == "moodle" and result.lab == lab:
                    name = slug(re.sub(r"[\W_]+", " ", result.student).strip() or "student")
                    folder = f"{name}_{result.number}_assignsubmission_file_"
                    entry = zipfile.ZipInfo(f"{folder}/{lab}.html")  # always of the same time
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, page.read_bytes())
            used = bool(archive.namelist())
        if used:
            write_atomically(out / f"feedback-moodle-{lab}.zip", content.getvalue())


def write_canvas(
    results: list[Result], labs, manual: Manual, path: Path, of: Class | None = None
) -> None:
    """Canvas' gradebook, for Grades > Import: students by the number that Canvas gives them, or by
    what a roster that Canvas exported says of them.
    """
    of = of or Class()
    by_student: dict[tuple[str, Person], dict[str, Result]] = {}
    for result in results:
        person = of.person(result)
        ours = result.platform == "canvas"
        if ours or (of.roster and of.roster.of_canvas and person.line):
            number = result.number if ours else person.canvas
            by_student.setdefault((number, person), {})[result.lab] = result
    used = [lab for lab in labs if any(lab in found for found in by_student.values())]
    rows = [["    Points Possible", *[""] * 4, *(_number(max_points(labs[lab])) for lab in used)]]
    for (number, person), found in by_student.items():
        points = [final(found[lab], manual) if lab in found else "" for lab in used]
        cells = (person.name, number, person.id, person.user, person.section)
        rows.append([*map(tables.guarded, cells), *points])
    if used:
        titles = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *used]
        tables.write(path, titles, rows, bom=False)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _write(path: Path, titles: list[str], rows: list[list]) -> None:
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    tables.write(path, titles, [[tables.guarded(cell) for cell in row] for row in cells])
