"""What counts of a class: points with what the instructor changed, times, roster, what is alike."""

from dataclasses import dataclass, field
from pathlib import Path

from tools.grading import similar
from tools.grading.grader import Result
from tools.grading.handins import Delivery
from tools.grading.lab import Lab
from tools.grading.manual import Manual
from tools.grading.roster import Person, Roster
from tools.grading.submissions import Submission
from tools.grading.times import Deadlines


@dataclass
class Class:
    """What is known of a class besides its answers; all of it may be missing."""

    roster: Roster | None = None
    deadlines: Deadlines | None = None
    submissions: dict[tuple[str, str], Submission] = field(default_factory=dict)  # student, lab
    alike: dict[str, similar.Alike] = field(default_factory=dict)  # by lab
    missing: list[tuple[str, str]] = field(default_factory=list)  # on the roster: name, lab

    @classmethod
    def read(
        cls,
        out: Path,
        labs: dict[str, Lab],
        delivery: Delivery,
        roster: Path | None = None,
        deadlines: list[str] = (),
    ) -> "Class":
        """Who should hand in and when, as the options say, else roster.csv and deadlines.csv.

        Raises TableError, naming the line, for what cannot be used.
        """
        path = roster or out / "roster.csv"
        return cls(
            Roster(path) if roster or path.exists() else None,
            Deadlines(out / "deadlines.csv", labs, delivery.handed_in, deadlines),
            {(s.student, s.lab): s for s in delivery.submissions},
        )

    def compare(self, results: list[Result], labs: dict[str, Lab], delivery: Delivery) -> None:
        """Find what is alike; flag who is not on the roster, and note who on it is missing."""
        for name, lab in labs.items():
            theirs = [result for result in results if result.lab == name]
            same_file = {s.student: s.file for s in delivery.submissions if s.lab == name}
            self.alike[name] = similar.find(theirs, lab, same_file)
        if self.roster is None:
            return
        for result in results:
            people = self.roster.find(*who(result))
            if len(people) != 1:
                many = "more than one on the roster has this name"
                result.flags.append(many if people else "not on the roster")
        other = [(student, "") for student, _ in delivery.without]
        for lab in labs:
            here = [who(result) for result in results if result.lab == lab]
            self.missing += [(p.name, lab) for p in self.roster.missing([*here, *other])]

    def when(self, student: str, lab: str) -> tuple[str, str, str]:
        """When it was handed in, by whose word, and how many days late."""
        submission = self.submissions.get((student, lab))
        if submission is None:
            return "", "", ""
        handed_in = submission.handed_in
        late = self.deadlines.late_days(student, lab, handed_in) if self.deadlines else ""
        return str(handed_in), handed_in.source, late

    def without_time(self) -> int:
        """How many submissions have a deadline, and nothing that says whether they are late."""
        late = {about: self.when(*about)[2] for about in self.submissions}
        return sum(not late[about] and bool(self.deadlines.of(*about)) for about in late)

    def similar(self, student: str, lab: str) -> str:
        return self.alike[lab].notes.get(student, "") if lab in self.alike else ""

    def person(self, result: Result) -> Person:
        """Who this is on the roster, as far as that is clear."""
        found = self.roster.find(*who(result)) if self.roster else []
        return found[0] if len(found) == 1 else Person(result.student)


def who(result: Result) -> tuple[str, str]:
    """A student's name, and a platform's number if it is theirs and not of the hand-in."""
    theirs = result.platform in ("canvas", "gradescope")
    return result.student, result.number if theirs else ""


def counted(result: Result, manual: Manual) -> dict[str, float | None]:
    """The points that count, by exercise: the instructor's before the check's; None where they
    are to come.
    """
    points = {mark.name: mark.points for mark in result.marks}
    if result.not_graded and result.lab in manual.labs:
        points = dict.fromkeys(manual.labs[result.lab].exercises)
    points |= dict.fromkeys(written["name"] for written in result.written)
    for name in points:
        given = manual.points(result.student, result.lab, name)
        points[name] = points[name] if given is None else given
    return points


def changes(result: Result, manual: Manual) -> list[str]:
    """What the instructor changed of the checks' points, in words."""
    before = {mark.name: f"{mark.points:g} to " for mark in result.marks}
    written = {about["name"] for about in result.written}
    said = []
    for name in counted(result, manual):
        points = manual.points(result.student, result.lab, name)
        comment = manual.comment(result.student, result.lab, name)
        if points is not None and name not in written:
            why = f" ({comment})" if comment.strip() else ""
            said.append(f"{name}: {before.get(name, '')}{points:g}{why}")
    return said


def total(result: Result, manual: Manual) -> float | None:
    """All points of a submission so far; None if it was not graded."""
    points = counted(result, manual)
    written = {about["name"] for about in result.written}
    checks = [points[name] for name in points if name not in written]
    if result.not_graded and (not checks or None in checks):
        return None  # unless the instructor marked all of it
    return sum(given or 0 for given in points.values())


def still_open(result: Result, manual: Manual) -> int:
    """How many written answers the instructor has still to mark."""
    points = counted(result, manual)
    return sum(points[written["name"]] is None for written in result.written)


def max_points(lab: Lab) -> float:
    return sum(e.points for e in (*lab.exercises.values(), *lab.written.values()))


def final(result: Result, manual: Manual) -> str:
    """All points, as a platform takes them; "" if some are still to come."""
    points = total(result, manual)
    return "" if points is None or still_open(result, manual) else f"{points:g}"
