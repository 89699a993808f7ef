"""When something was handed in, and how many days late.

All is in one time zone, this machine's (the variable TZ sets it): deadlines, and the times that
platforms write into names without saying which zone they mean. A deadline may name its own.
"""

import csv
import datetime
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

from tools.grading import tables

DAY = datetime.timedelta(days=1)
FORM = "write it as 2026-10-01T23:59, or with a time zone as 2026-10-01T23:59+02:00"
MOODLE = ("%A %d %B %Y %I:%M %p", "%A %d %B %Y %H:%M", "%d %B %Y %I:%M %p", "%d %B %Y %H:%M")
BLACKBOARD = "%A %B %d %Y %I:%M:%S %p"


@dataclass(frozen=True)
class HandedIn:
    """When, by whose word, and whether that one says that it is late (None: it does not say)."""

    when: datetime.datetime | None = None  # with its time zone
    source: str = ""
    late: bool | None = None

    def __str__(self) -> str:
        return f"{self.when.astimezone():%Y-%m-%d %H:%M}" if self.when else ""


UNKNOWN = HandedIn()


def local(when: tuple) -> datetime.datetime | None:
    """Year, month, day, hour, … by this machine's clock; None if there is no such time."""
    try:
        return datetime.datetime(*when[:6]).astimezone() if len(when) >= 5 else None
    except (ValueError, OverflowError, OSError):
        return None


def utc(when: tuple) -> datetime.datetime | None:
    try:
        return datetime.datetime(*when[:6], tzinfo=datetime.UTC) if len(when) >= 5 else None
    except ValueError:
        return None


def zone() -> str:
    """This machine's time zone in words."""
    return f"{datetime.datetime.now().astimezone():%Z (UTC%z)}"


# ── what platforms write into files ─────────────────────────────────────────────────────────────


def moodle_worksheet(content: bytes) -> dict[str, datetime.datetime]:
    """By Moodle's number of a hand-in, when it was last changed: from the grading worksheet that
    the assignment lets one download, in English. {} for any other file.
    """
    if b"Last modified (submission)" not in content[:1000]:
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeError, csv.Error):
        return {}
    found = {}
    for row in rows:
        number = re.search(r"(\d+)$", row.get("Identifier") or "")
        when = _read(row.get("Last modified (submission)") or "", *MOODLE)
        if number and when:
            found[number[1]] = when
    return found


def blackboard_receipt(content: bytes) -> datetime.datetime | None:
    """When an attempt was submitted, from the text file that Blackboard puts beside it."""
    text = content[:5000].decode("utf-8-sig", "replace")
    line = re.search(r"(?m)^\s*Date Submitted:\s*(.+?(?:AM|PM))", text)
    return _read(line[1], BLACKBOARD) if line else None


def _read(text: str, *forms: str) -> datetime.datetime | None:
    text = " ".join(text.replace(",", " ").split())
    for form in forms:
        try:
            return datetime.datetime.strptime(text, form).astimezone()
        except (ValueError, OverflowError):
            continue
    return None


# ── deadlines ───────────────────────────────────────────────────────────────────────────────────


class Deadlines:
    """deadlines.csv (columns lab, deadline, and student for those who have longer), and options.

    Parameters
    ----------
    options : "WHEN" for all labs, or "LAB=WHEN"; they count before the file's rows for all.

    `notes` says which rows are of nobody, who may hand in yet. Raises TableError, naming the line,
    for what is no date or no lab.
    """

    def __init__(self, path: Path, labs, handed_in=(), options: list[str] = ()):
        self.all: dict[str, datetime.datetime] = {}
        self.one: dict[tuple[str, str], datetime.datetime] = {}
        self.notes: list[str] = []
        columns, rows = tables.read(path)
        if rows and (missing := [name for name in ("lab", "deadline") if name not in columns]):
            raise tables.TableError(f"{path}: the column {missing[0]} is missing.")
        people = {tables.key(student) for student, _ in handed_in}
        for line, row in rows:
            where = f"{path}, line {line}"
            if not row["deadline"].strip():
                continue
            lab, when = _lab(row["lab"], labs, where), _deadline(row["deadline"], where)
            student = tables.key(tables.unguarded(row.get("student") or ""))
            if student and student not in people:
                self.notes.append(f"{where}: nobody named {row['student']!r} handed in so far.")
            if student:
                self.one[student, lab] = when
            else:
                self.all[lab] = when
        for option in options:
            lab, _, when = option.rpartition("=")
            where = f"--deadline {option}"
            for name in [_lab(lab, labs, where)] if lab else labs:
                self.all[name] = _deadline(when, where)

    def of(self, student: str, lab: str) -> datetime.datetime | None:
        return self.one.get((tables.key(student), lab)) or self.all.get(lab)

    def late_days(self, student: str, lab: str, handed_in: HandedIn) -> str:
        """How many days have begun since the deadline; "late" if only that is known, "" if nothing
        is.
        """
        deadline = self.of(student, lab)
        if deadline and handed_in.when:
            return str(max(0, math.ceil((handed_in.when - deadline) / DAY)))
        return {True: "late", False: "0", None: ""}[handed_in.late]


def _lab(name: str, labs, where: str) -> str:
    name = name.strip()
    fitting = [lab for lab in labs if name and lab.startswith(name)]
    if re.fullmatch("[0-9]+", name):  # a spreadsheet makes 0 of 00
        fitting = [lab for lab in labs if int(lab[:2]) == int(name)]
    if len(fitting) != 1:
        raise tables.TableError(f"{where}: there is no lab {name!r}.")
    return fitting[0]


def _deadline(text: str, where: str) -> datetime.datetime:
    """A deadline lasts to the end of its minute, and one without a time to the end of its day."""
    text = text.strip()
    try:
        when = datetime.datetime.fromisoformat(text)
        if len(text) <= 10:
            when = when.replace(hour=23, minute=59)
        if not when.second:
            when = when.replace(second=59, microsecond=999_999)
        return when.astimezone()
    except (ValueError, OverflowError):
        raise tables.TableError(f"{where}: {text!r} is no date: {FORM}.") from None
