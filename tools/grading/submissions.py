"""A file that a student handed in, and a safe name for its results."""

import hashlib
import re
from dataclasses import dataclass

from tools.grading.times import UNKNOWN, HandedIn


@dataclass(frozen=True)
class Submission:
    """One file that a student handed in; `problem` says why it was not even read."""

    student: str
    lab: str
    content: bytes
    problem: str = ""
    flags: tuple[str, ...] = ()
    platform: str = ""  # that it came from
    number: str = ""  # the platform's, of the student or of the hand-in
    file: str = ""  # its path
    handed_in: HandedIn = UNKNOWN

    @property
    def slug(self) -> str:
        """The student's name as a file name: different names give different ones."""
        return slug(self.student)


def slug(student: str) -> str:
    """`student` as a safe file name; a changed name gets a few digits that keep it unique."""
    plain = re.sub(r"[^\w.@ -]+", "_", student).strip(" .") or "_"
    short = plain.encode(errors="replace")[:80].decode(errors="ignore").strip(" .")  # of bytes
    if short == student:
        return short
    return f"{short}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:6]}"
