"""Grades one submission: its answers, one by one, in a sandbox of its own."""

import json
import re
import secrets
import sys
import time
from dataclasses import asdict, dataclass, field

from checks import kernel
from checks.engine import HIDDEN
from tools.grading import suspicions
from tools.grading.lab import Exercise, Lab
from tools.grading.plain import MAX_CHARACTERS, missing_modules, needs_newer
from tools.grading.sandbox import Limits
from tools.grading.session import Runner, RunnerError
from tools.grading.submissions import Answers, Submission, Unreadable, read_answers


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


def grade(
    submission: Submission,
    lab: Lab,
    limits: Limits,
    slot: int = 0,
    unsafe: bool = False,
) -> Result:
    """Grade a submission. Never raises for what a student handed in.

    Parameters
    ----------
    slot : number of this sandbox among those that run at the same time.
    unsafe : run answers without a sandbox.
    """
    started = time.monotonic()
    result = Result(submission.student, lab.name, "graded", flags=list(submission.flags))
    result.platform, result.number = submission.platform, submission.number
    try:
        if submission.problem:
            raise Unreadable(submission.problem)
        answers = read_answers(submission.content, lab)
    except Unreadable as error:
        result.status = f"unreadable: {error}"
        result.marks = [
            Mark(e.name, 0, e.points, "○", "The notebook could not be read.")
            for e in lab.exercises.values()
        ]
        return result
    result.flags += answers.flags
    result.written = [
        {"name": w.name, "max_points": w.points, "answer": answers.written.get(w.name, "")}
        for w in lab.written.values()
    ]
    if reason := _other_surroundings(answers, submission.content):
        result.status = f"not graded: {reason}"
        return result
    try:
        result.marks = _mark_all(lab, answers, limits, slot, unsafe, result.flags)
    except RunnerError as error:
        result.status = f"not graded: {error}"
        result.marks = []
    result.seconds = round(time.monotonic() - started, 1)
    return result


def _other_surroundings(answers: Answers, content: bytes) -> str:
    """Why answers that may well be right cannot run on this machine, and what to do; or ""."""
    for name, code in answers.code.items():
        for module in missing_modules(code):
            # Where the student's own notebook says that it is missing, it is the student's error.
            if f"No module named '{module}".encode() not in content:
                return (
                    f"{name} needs the module {module}, which the grader does not have: install it "
                    f"into .venv, or ask for an answer without it"
                )
        if answers.python > sys.version_info[:2] and needs_newer(code):
            theirs, ours = (".".join(map(str, v)) for v in (answers.python, sys.version_info[:2]))
            return (
                f"{name} is written in Python {theirs}, the grader runs {ours}: grade with a .venv "
                f"of Python {theirs}, or ask for an answer in older Python"
            )
    return ""


def _mark_all(lab, answers: Answers, limits, slot, unsafe, flags) -> list[Mark]:
    """A sandbox for all exercises; a fresh one for the rest if an exercise breaks it."""
    marks: dict[str, Mark] = {}
    waiting = []
    for exercise in lab.exercises.values():
        code = answers.code.get(exercise.name, "")
        marks[exercise.name] = mark = Mark(
            exercise.name, 0, exercise.points, "○", "Not done yet.", answer=code
        )
        if exercise.name not in answers.code:
            mark.comment = "The answer cell is missing from your notebook."
        elif exercise.name in answers.too_long:
            mark.mark = "✗"
            mark.comment = f"Your answer has more than {MAX_CHARACTERS:,} characters: shorten it."
        elif code.strip() != lab.cells[exercise.name].source.strip():
            waiting.append(exercise)
            flags += [f"{exercise.name}: {what}" for what in suspicions.in_code(code)]
    broke = 0
    while waiting:
        with Runner(limits, lab.modules, slot, unsafe) as runner:
            while waiting:
                exercise = waiting[0]
                try:
                    _mark(exercise, lab, answers, runner, marks[exercise.name], flags)
                except RunnerError as error:
                    broke += 1
                    if broke > 2:
                        raise
                    mark = marks[exercise.name]
                    mark.mark, mark.points = "■", 0
                    mark.comment = f"Stopped: {error} while this answer ran."
                    flags.append(f"{exercise.name}: broke the sandbox ({error})")
                    waiting.pop(0)
                    break
                waiting.pop(0)
    return list(marks.values())


def _mark(exercise: Exercise, lab: Lab, answers: Answers, runner, mark: Mark, flags) -> None:
    chunks = lab.leans_on(exercise, answers.code)
    first = runner.first(_job(exercise, lab, chunks))
    mark.mark, mark.output = first["mark"], first["output"]
    mark.comment = first["comment"][:1].upper() + first["comment"][1:]
    lent = _blanks_among(chunks, exercise)
    if mark.mark == "✓":
        second = _hidden_tests(exercise, runner)
    elif mark.mark == "○" and lent:
        # An answer that needs another exercise which was left out: lend the reference answer of
        # that one. What comes out is a verdict and nothing else, so it cannot be copied.
        second = _with_reference(exercise, lab, answers, runner, lent)
        if second["mark"] != "✓":
            return
        mark.output = ""
    else:
        _explain_lost_name(mark, answers)
        if first.get("tampered"):
            flags.append(f"{exercise.name}: {first['tampered']}")
        return
    if second.get("tampered"):
        mark.mark = "✗"
        mark.comment = "Your code changes the tools that check it: it earns no points."
        flags.append(f"{exercise.name}: {second['tampered']}")
    elif second["mark"] != "✓":
        mark.mark, mark.comment = "✗", HIDDEN
    else:
        mark.mark, mark.comment, mark.points = "✓", "", exercise.points


def _job(exercise: Exercise, lab: Lab, chunks) -> dict:
    pairs = [[f"<{c.exercise or 'notebook'}>", c.code] for c in chunks]
    return {"name": exercise.name, "lab": lab.name, "chunks": pairs}


def _blanks_among(chunks, exercise: Exercise) -> list[str]:
    return [
        c.exercise
        for c in chunks
        if c.exercise and c.exercise != exercise.name and kernel.BLANK.search(c.code)
    ]


def _with_reference(exercise, lab, answers, runner, lent: list[str]) -> dict:
    borrowed = {name: lab.reference[name] for name in lent}
    chunks = lab.leans_on(exercise, answers.code | borrowed)
    first = runner.first(_job(exercise, lab, chunks))
    if first["mark"] != "✓":
        return first
    return _hidden_tests(exercise, runner)


def _hidden_tests(exercise: Exercise, runner: Runner) -> dict:
    """The second verdict on an answer that passed its visible check."""
    token = secrets.token_hex(16)
    second = runner.second({"hidden": exercise.hidden, "wrong": exercise.wrong, "token": token})
    if second["mark"] == "✓" and second["token"] != token:
        second["tampered"] = "sent a verdict of its own"
    return second


def _explain_lost_name(mark: Mark, answers: Answers) -> None:
    """An answer that leans on a cell the student added, which is not graded."""
    missing = re.search(r"name '(\w+)' is not defined", mark.comment)
    if missing and missing[1] in answers.other_names:
        mark.comment = (
            f"It uses {missing[1]}, which you made in another cell. Only answer cells are graded: "
            f"put it into the cell of {mark.name} itself."
        )


def to_json(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False, indent=1)


def from_json(text: str) -> Result:
    data = json.loads(text)
    data["marks"] = [Mark(**mark) for mark in data["marks"]]
    return Result(**data)
