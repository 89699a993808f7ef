"""Grades one submission: its answers, one by one, each in a process of its own."""

import base64
import contextlib
import json
import time
from dataclasses import asdict, dataclass, field

from tools.grading.chunks import Chunk
from tools.grading.lab import CourseError, Exercise, Lab
from tools.grading.plain import MAX_CHARACTERS
from tools.grading.reading import Answers, Unreadable, received
from tools.grading.session import Reply, Runner, RunnerError
from tools.grading.submissions import Submission
from tools.grading.suspicions import TO_THE_COURSE

NOT_FOR_ALL = (
    "All that the check shows you is right, but not for every input: try others, such as other "
    "sizes, one row, an odd number, and read the task again."
)


@dataclass
class Mark:
    """What an exercise earned, and why."""

    name: str
    points: float
    max_points: float
    mark: str  # ✓ right, ✗ wrong, ○ not done, ■ stopped
    comment: str = ""
    output: str = ""
    answer: str = ""
    html: str = ""  # the answer in colors
    tree: str = ""  # a hash of its syntax tree, see `trees`
    nodes: int = 0  # of that tree
    lines: dict[str, int] = field(default_factory=dict)  # where in it stands what is flagged


@dataclass
class Result:
    """One graded submission. `status` is "graded", or says why it could not be."""

    student: str
    lab: str
    status: str
    marks: list[Mark] = field(default_factory=list)
    written: list[dict] = field(default_factory=list)  # name, max_points, answer
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0
    platform: str = ""
    number: str = ""  # the platform's

    @property
    def points(self) -> float | None:
        """The sum of the checks' points; None where nothing could be graded."""
        return None if self.not_graded else sum(mark.points for mark in self.marks)

    @property
    def not_graded(self) -> bool:
        return self.status.startswith("not graded")


class Grader:
    """Grades notebooks one after the other, in one sandbox as long as it holds.

    Parameters
    ----------
    sandbox : makes a Runner.
    secret : of a grading run; what is drawn for a verdict depends on it.
    """

    def __init__(self, sandbox, secret: str):
        self.sandbox, self.secret = sandbox, secret
        self.runner: Runner | None = None
        self.expected: dict[tuple[str, str], dict] = {}  # by lab and exercise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close()

    def _close(self) -> None:
        if self.runner is not None:
            self.runner.__exit__()
            self.runner = None

    def grade(self, submission: Submission, lab: Lab) -> Result:
        """Grade a submission. Never raises for what a student handed in."""
        started = time.monotonic()
        result = Result(submission.student, lab.name, "graded", flags=list(submission.flags))
        result.platform, result.number = submission.platform, submission.number
        try:
            if submission.problem:
                raise Unreadable(submission.problem)
            answers = self._read(submission.read(), lab)
            result.flags += answers.flags
            result.written = [
                {"name": w.name, "max_points": w.points, "answer": answers.written.get(w.name, "")}
                for w in lab.written.values()
            ]
            if answers.elsewhere:
                result.status = f"not graded: {answers.elsewhere}"
            else:
                result.marks = self._mark_all(lab, answers, result.flags)
        except Unreadable as error:
            result.status = f"unreadable: {error}"
            result.marks = [
                Mark(e.name, 0, e.points, "○", "The notebook could not be read.")
                for e in lab.exercises.values()
            ]
        except (RunnerError, CourseError) as error:
            result.status = f"not graded: {error}"
            result.marks = []
        result.seconds = round(time.monotonic() - started, 1)
        return result

    # ── in the sandbox ──────────────────────────────────────────────────────────────────────────

    def _start(self, job: dict) -> Reply:
        """Do a job in the sandbox, which is made anew if the last one broke.

        Raises RunnerError if it breaks.
        """
        if self.runner is None:
            self.runner = self.sandbox().__enter__()
        try:
            return self.runner.start(job)
        except RunnerError:
            self._close()
            raise

    def _go_on(self, message: dict) -> Reply:
        try:
            return self.runner.go_on(message)
        except RunnerError:
            self._close()
            raise

    def _read(self, content: bytes, lab: Lab) -> Answers:
        job = {"role": "read", "content": base64.b64encode(content).decode()}
        said = self._start(job | {"handout": asdict(lab.handout)}).said
        if said is None:
            raise Unreadable("reading it took too long, or too much memory; hand in your own copy")
        return received(said)

    def _of_reference(self, lab: Lab, exercise: Exercise) -> dict:
        """An exercise's inputs, and what its probe returns for the reference answer; as texts."""
        key = lab.name, exercise.name
        if key not in self.expected:
            chunks = lab.leans_on(exercise, list(lab.reference_parts.values()))
            job = _job("reference", lab, exercise, chunks) | {"probes": lab.probes}
            reply = self._start(job | self._about_verdicts(lab))
            if reply.said is None:
                why = reply.stopped or "no values"
                raise CourseError(f"the reference answer to {exercise.name} fails its probe: {why}")
            self.expected[key] = reply.said
        return self.expected[key]

    def _verdict(self, lab: Lab, exercise: Exercise, values: str) -> tuple[str, str]:
        """✓, ✗ or ? of a process in which no answer ever ran; and why."""
        expected = self._of_reference(lab, exercise)["expected"]
        job = _job("verdict", lab, exercise, []) | {"got": values, "expected": expected}
        said = self._start(job | self._about_verdicts(lab)).said
        return (said["mark"], said["comment"]) if said else ("✗", "the verdict was stopped")

    def _about_verdicts(self, lab: Lab) -> dict:
        """What no job gets in which an answer runs."""
        return {"verdicts": lab.verdicts, "shared": lab.shared, "secret": self.secret}

    # ── marks ───────────────────────────────────────────────────────────────────────────────────

    def _mark_all(self, lab: Lab, answers: Answers, flags: list[str]) -> list[Mark]:
        marks, waiting = {}, []
        for exercise in lab.exercises.values():
            name, code = exercise.name, answers.code.get(exercise.name, "")
            marks[name] = mark = Mark(name, 0, exercise.points, "○", "Not done yet.", answer=code)
            mark.html = answers.html.get(name, "")
            mark.tree, mark.nodes = answers.trees.get(name, ("", 0))
            mark.lines = answers.suspicions.get(name, {})
            if name not in answers.code:
                mark.comment = "The answer cell is missing from your notebook."
            elif name in answers.too_long:
                mark.mark = "✗"
                mark.comment = (
                    f"Your answer has more than {MAX_CHARACTERS:,} characters: shorten it."
                )
            elif name not in answers.blank:
                waiting.append(exercise)
        broken = 0
        for exercise in waiting:
            try:
                self._mark(lab, exercise, answers, marks[exercise.name], flags)
            except RunnerError as error:
                broken += 1
                if broken > 2:
                    raise
                mark = marks[exercise.name]
                mark.mark, mark.comment = "■", f"Stopped: {error} while this answer ran."
                flags.append(f"{exercise.name}: broke the sandbox ({error})")
        # Last of all, when nothing of this notebook is shown any more.
        for exercise in waiting:
            if marks[exercise.name].mark in "✗○":
                self._mark_with_reference(lab, exercise, answers, marks, flags)
        return list(marks.values())

    def _mark(self, lab, exercise: Exercise, answers: Answers, mark: Mark, flags: list) -> None:
        chunks = lab.leans_on(exercise, answers.parts)
        self._of_reference(lab, exercise)  # now, since an answer's process waits for it
        first = self._start(_job("answer", lab, exercise, chunks))
        mark.output = first.output
        if first.said is None:
            mark.mark, mark.comment = "■", f"Stopped: {first.stopped}."
            return
        mark.mark, mark.comment = _said(first.said)
        if first.more:
            mark.mark, mark.comment = self._second(lab, exercise, answers, flags)
        elif mark.mark == "✓":
            mark.mark, mark.comment = "✗", NOT_FOR_ALL
        mark.points = exercise.points if mark.mark == "✓" else 0

    def _second(self, lab, exercise: Exercise, answers: Answers, flags: list) -> tuple[str, str]:
        """The mark and comment of an answer that passed its visible check, by its values."""
        given = self._of_reference(lab, exercise)["given"]
        reply = self._go_on({"probes": lab.probes, "given": given})
        values = (reply.said or {}).get("values")
        if not isinstance(values, str):
            return "✗", NOT_FOR_ALL
        mark, why = self._verdict(lab, exercise, values)
        if mark == "?":  # the visible check alone decides, and somebody should look
            flags.append(f"{exercise.name}: not proven, {why}")
            flags += [f"{exercise.name}: {what}" for what in answers.suspicions[exercise.name]]
            return "✓", ""
        if mark == "✓":
            seen = [w for w in answers.suspicions[exercise.name] if w.startswith(TO_THE_COURSE)]
            flags += [f"{exercise.name}: {what}" for what in seen]
        return ("✓", "") if mark == "✓" else ("✗", NOT_FOR_ALL)

    def _mark_with_reference(self, lab, exercise, answers, marks, flags) -> None:
        """An answer that leans on others which are blank or wrong, again with their references.

        Nothing but right or wrong comes out of that process, so nothing can be copied.
        """
        mark = marks[exercise.name]
        lent = {
            part.exercise
            for part in lab.leans_on(exercise, answers.parts)
            if part.exercise not in (None, exercise.name) and marks[part.exercise].mark != "✓"
        }
        if not lent:
            return
        parts = [part for part in answers.parts if part.exercise not in lent]
        parts += [lab.reference_parts[name] for name in lent]
        with contextlib.suppress(RunnerError):
            first = self._start(_job("answer", lab, exercise, lab.leans_on(exercise, parts)))
            if first.more and self._second(lab, exercise, answers, flags)[0] == "✓":
                mark.mark, mark.comment, mark.output = "✓", "", ""
                mark.points = exercise.points


def _job(role: str, lab: Lab, exercise: Exercise, chunks: list[Chunk]) -> dict:
    pairs = [[f"<{c.exercise or 'notebook'}>", c.code] for c in chunks]
    return {"role": role, "lab": lab.name, "name": exercise.name, "chunks": pairs}


def _said(message: dict) -> tuple[str, str]:
    """The mark and comment that an answer's process sent, or what is usable of them."""
    mark, comment = message.get("mark"), str(message.get("comment", ""))[:2_000]
    return mark if mark in ("✓", "✗", "○") else "✗", comment[:1].upper() + comment[1:]


def to_json(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False, indent=1)


def from_json(text: str) -> Result:
    data = json.loads(text)
    data["marks"] = [Mark(**mark) for mark in data["marks"]]
    return Result(**data)
