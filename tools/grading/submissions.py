"""A file that a student handed in, and a safe name for its results."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tools.grading.times import UNKNOWN, HandedIn


@dataclass(frozen=True)
class Submission:
    """One file that a student handed in; `problem` says why it was not even read.

    Its content is read when its turn comes, so that a class need not fit into memory.
    """

    student: str
    lab: str
    digest: str  # a hash of the content
    read: Callable[[], bytes] = field(compare=False)
    problem: str = ""
    flags: tuple[str, ...] = ()
    platform: str = ""  # that it came from
    number: str = ""  # the platform's, of the student or of the hand-in
    file: str = ""  # its path
    handed_in: HandedIn = UNKNOWN

    @classmethod
    def of(cls, student: str, lab: str, content: bytes, **more):
        """One whose content is at hand."""
        return cls(student, lab, hashlib.sha256(content).hexdigest(), Held(content), **more)

    def held(self):
        """The same with its content, to be sent elsewhere."""
        return replace(self, read=Held(self.read()))

    @property
    def slug(self) -> str:
        """The student's name as a file name: different names give different ones."""
        return slug(self.student)


@dataclass(frozen=True)
class Held:
    """Bytes that are read from memory."""

    content: bytes

    def __call__(self) -> bytes:
        return self.content


def slug(student: str) -> str:
    """`student` as a safe file name; a changed name gets a few digits that keep it unique."""
    plain = re.sub(r"[^\w.@ -]+", "_", student).strip(" .") or "_"
    short = plain.encode(errors="replace")[:80].decode(errors="ignore").strip(" .")  # of bytes
    if short == student:
        return short
    return f"{short}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:6]}"
