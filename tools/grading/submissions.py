"""A notebook that was handed in, and the answers in it. Runs none of it."""

import hashlib
import json
import re
from dataclasses import dataclass, field

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from checks.kernel import BLANK
from tools.grading.lab import Lab, chunk, grade_id

CHECK = re.compile(r"""\bcheck\(\s*["'](\w+)["']""")
ANSWER = re.compile(r"\s*(?:#|<!--)\s*exercise:\s*(\w+)")


class Unreadable(Exception):
    """A submission that is no notebook of the lab; the message is for the student."""


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

    @property
    def slug(self) -> str:
        """The student's name as a file name: different names give different ones."""
        return slug(self.student)


@dataclass
class Answers:
    """What is graded of a notebook: the student's code and texts by exercise."""

    code: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    other_names: set[str] = field(default_factory=set)  # made in cells that are not graded


@dataclass(frozen=True)
class Look:
    """What a notebook is at first sight."""

    lab: str  # "" if it is none of the labs
    filled: int  # how many of its answers are neither as handed out nor still a blank
    digest: str  # of its answers


def slug(student: str) -> str:
    """`student` as a safe file name; a changed name gets a few digits that keep it unique."""
    plain = re.sub(r"[^\w.@ -]+", "_", student).strip(" .") or "_"
    short = plain.encode(errors="replace")[:80].decode(errors="ignore").strip(" .")  # of bytes
    if short == student:
        return short
    return f"{short}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:6]}"


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def read_answers(content: bytes, lab: Lab) -> Answers:
    """The answers in a notebook file: found by metadata, else by their first line.

    Raises Unreadable, with a sentence for the student, for anything that is no notebook of `lab`.
    """
    notebook = _parse(content)
    _refuse_other_lab(notebook, lab)
    answers = Answers()
    seen_checks: dict[str, list[str]] = {}
    known = set(lab.exercises) | set(lab.written)
    found: dict[str, list[str]] = {}
    for cell in notebook.cells:
        name = _exercise_of(cell, known)
        if name is not None:
            found.setdefault(name, []).append(cell.source)
        elif tested := _check_of(cell, known):
            seen_checks.setdefault(tested, []).append(cell)
        elif cell.cell_type == "code":
            answers.other_names |= chunk(cell.source, 0).makes
    for name, sources in found.items():
        stub = lab.cells[name].source.strip()
        given = [source for source in sources if source.strip() != stub] or sources
        if len(sources) > 1:
            answers.flags.append(f"{name}: {len(sources)} answer cells, graded the last one filled")
        if name in lab.exercises:
            answers.code[name] = _plain_python(given[-1])
        else:
            answers.written[name] = "" if given[-1].strip() == stub else given[-1]
    if not found:
        raise Unreadable("it holds no answer cell of this lab; hand in your own copy of the lab")
    answers.flags += _changed_checks(seen_checks, lab)
    language = notebook.metadata.get("kernelspec", {})
    language = language.get("language", "python") if isinstance(language, dict) else "python"
    if str(language).lower() not in ("python", "python3", ""):
        answers.flags.append(f"its kernel is {str(language)[:40]}, graded with Python")
    return answers


def look(content: bytes, labs: dict[str, Lab]) -> Look:
    """Which of `labs` a notebook holds, by its metadata, else by its answer cells.

    Raises Unreadable if it is no notebook.
    """
    notebook = _parse(content)
    about = notebook.metadata.get("workbook")
    claimed = about.get("lab") if isinstance(about, dict) else None
    answers = {}
    for name, lab in labs.items():
        known = {exercise for exercise in lab.cells if not exercise.startswith("check_")}
        found = ((_exercise_of(cell, known), cell.source.strip()) for cell in notebook.cells)
        answers[name] = [(exercise, source) for exercise, source in found if exercise]
    counts = {name: len({exercise for exercise, _ in found}) for name, found in answers.items()}
    most = max(counts.values(), default=0)
    likely = [name for name, count in counts.items() if count == most > 0]
    name = claimed if claimed in labs else likely[0] if len(likely) == 1 else ""
    theirs = answers.get(name, [])
    filled = sum(
        source != labs[name].cells[exercise].source.strip() and not BLANK.search(source)
        for exercise, source in theirs
    )
    return Look(name, filled, hashlib.sha256(repr(theirs).encode(errors="replace")).hexdigest())


def _parse(content: bytes):
    if not content.strip():
        raise Unreadable("the file is empty; hand it in again")
    try:
        data = json.loads(content)
        if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
            raise Unreadable("it is no notebook of format 4; save it in JupyterLab or Colab again")
        cells = []
        for cell in data["cells"]:
            kind, source = cell.get("cell_type"), cell.get("source", "")
            source = "".join(source) if isinstance(source, list) else source
            metadata = cell.get("metadata", {})
            if kind in ("code", "markdown") and isinstance(source, str):
                metadata = metadata if isinstance(metadata, dict) else {}
                about = {"cell_type": kind, "source": source, "metadata": metadata}
                cells.append(nbformat.from_dict(about))  # no outputs: they are not looked at
        metadata = data.get("metadata", {})
        return nbformat.from_dict(
            {"cells": cells, "metadata": metadata if isinstance(metadata, dict) else {}}
        )
    except (ValueError, RecursionError, TypeError, AttributeError) as error:
        kind = type(error).__name__
        raise Unreadable(
            f"it is no valid notebook ({kind}); save it and hand it in again"
        ) from None


def _refuse_other_lab(notebook, lab: Lab) -> None:
    about = notebook.metadata.get("workbook")
    claimed = about.get("lab") if isinstance(about, dict) else None
    if isinstance(claimed, str) and claimed != lab.name:
        raise Unreadable(f"the file is named {lab.name} but holds lab {claimed[:60]}")


def _exercise_of(cell, known: set[str]) -> str | None:
    name = grade_id(cell)
    if isinstance(name, str) and name in known:
        return name
    line = ANSWER.match(cell.source)
    return line[1] if line and line[1] in known else None


def _check_of(cell, known: set[str]) -> str | None:
    name = grade_id(cell)
    if isinstance(name, str) and name.removeprefix("check_") in known:
        return name.removeprefix("check_")
    call = CHECK.search(cell.source) if cell.cell_type == "code" else None
    return call[1] if call and call[1] in known else None


def _changed_checks(seen: dict[str, list], lab: Lab) -> list[str]:
    """Checks that are not as handed out. The lab's own are used, so this is only said."""
    flags = []
    for name, exercise in lab.exercises.items():
        cells = seen.get(name, [])
        original = _squeezed(lab.cells[f"check_{name}"].source)
        if not cells:
            flags.append(f"{name}: its check was deleted (the original was used)")
        elif all(_squeezed(cell.source) != original for cell in cells):
            flags.append(f"{name}: its check was edited (the original was used)")
        for cell in cells:
            about = cell.metadata.get("nbgrader")
            points = about.get("points") if isinstance(about, dict) else None
            if points is not None and points != exercise.points:
                flags.append(f"{name}: its points were changed (the original's count)")
    return flags


def _squeezed(source: str) -> str:
    return " ".join(source.split())


def _plain_python(source: str) -> str:
    """Code without IPython's magics, which become calls; as it is if that fails."""
    if not re.search(r"^\s*[%!?]|\?\s*$", source, re.MULTILINE):
        return source
    try:
        return TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError):
        return source
