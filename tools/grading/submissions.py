"""Finds what students handed in, and takes their answers out of it. Runs none of it."""

import hashlib
import json
import re
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from tools.grading.lab import Lab, chunk, grade_id

MAX_MB = 20  # of one notebook; labs have 0.1, executed ones 0.6
MAX_FILES = 20_000  # in an archive
CHECK = re.compile(r"""\bcheck\(\s*["'](\w+)["']""")
ANSWER = re.compile(r"\s*(?:#|<!--)\s*exercise:\s*(\w+)")


class Unreadable(Exception):
    """A submission that is no notebook of the lab; the message is for the student."""


class SubmissionsError(Exception):
    """The folder or archive of submissions cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Submission:
    """One file that a student handed in; `problem` says why it was not even read."""

    student: str
    lab: str
    content: bytes
    problem: str = ""
    flags: tuple[str, ...] = ()

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


def slug(student: str) -> str:
    """`student` as a safe file name; a changed name gets a few digits that keep it unique."""
    plain = re.sub(r"[^\w.@ -]+", "_", student).strip(" .")[:80] or "_"
    if plain == student:
        return plain
    return f"{plain}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:6]}"


# ── finding ─────────────────────────────────────────────────────────────────────────────────────


def find(place: Path, labs: list[str]) -> tuple[list[Submission], list[str]]:
    """All submissions in a folder or a zip, and notes on the files that are none.

    Known forms, at any depth: ``STUDENT/…/NN_name.ipynb``, flat ``NN_name__STUDENT.ipynb``,
    Moodle's ``Name_12345_assignsubmission_file/NN_name.ipynb`` and Canvas'
    ``name_123_456_NN_name.ipynb``. A file name may end in " (1)", "-Copy1" and the like.

    Raises SubmissionsError if there is no such place, or nothing in it.
    """
    if place.is_dir():
        files = list(_in_folder(place))
    elif place.is_file() and zipfile.is_zipfile(place):
        files = list(_in_zip(place))
    elif place.exists():
        raise SubmissionsError(f"{place} is neither a folder nor a zip file.")
    else:
        raise SubmissionsError(f"There is no folder or zip file {place}.")
    named, notes = [], []
    for parts, read in files:
        who = _who_and_what(parts, labs)
        if who is None:
            notes.append(f"{'/'.join(parts)}: not the name of a lab's notebook, left out")
        else:
            named.append((who, "/".join(parts), read))
    people: dict[str, set[str]] = {}  # two people of one name are told apart by their ids
    for who, _, _ in named:
        people.setdefault(who.name, set()).add(who.identity)
    found: dict[tuple[str, str], list] = {}
    for who, path, read in named:
        student = who.name if len(people[who.name]) == 1 else who.identity
        found.setdefault((student, who.lab), []).append((who.exact, path, read))
    chosen = []
    for (student, lab), candidates in sorted(found.items(), key=lambda item: item[0]):
        _, path, read = max(candidates, key=lambda c: c[:2])
        flags = (f"{len(candidates)} files, graded {path}",) if len(candidates) > 1 else ()
        chosen.append(Submission(student, lab, *read(), flags))
    if not chosen:
        example = labs[0] if labs else "NN_name"
        raise SubmissionsError(
            f"No submission found in {place}: expected STUDENT/{example}.ipynb or "
            f"{example}__STUDENT.ipynb."
        )
    return chosen, notes


@dataclass(frozen=True)
class _Who:
    """Whose file it is, by its path: the name to show, with the platform's id, and the lab."""

    name: str
    identity: str
    lab: str
    exact: bool  # the file name is the lab's, not "… (1)" or "…-Copy1"


def _who_and_what(parts: list[str], labs: list[str]) -> _Who | None:
    """None if it is no lab's notebook."""
    name = parts[-1].removesuffix(".ipynb")
    folder = parts[0] if len(parts) > 1 else ""
    person = re.sub(r"_\d+_assignsubmission_\w+$", "", folder)
    for lab in labs:
        if match := re.fullmatch(rf"{lab}__(.+)", name, re.DOTALL):
            return _Who(match[1], match[1], lab, True)
        if match := re.fullmatch(rf"(.+?)_(\d+)_\d+_{lab}(?:[- (].*)?", name, re.DOTALL):
            return _Who(match[1], f"{match[1]}_{match[2]}", lab, True)
        if folder and re.fullmatch(rf"{lab}([-_ .(].*)?", name, re.DOTALL):
            return _Who(person, folder, lab, name == lab)
    return None


def _in_folder(place: Path):
    for path in sorted(place.rglob("*.ipynb")):
        parts = list(path.relative_to(place).parts)
        if ".ipynb_checkpoints" not in parts:
            yield parts, lambda path=path: _read_file(path, place)


def _read_file(path: Path, place: Path) -> tuple[bytes, str]:
    try:
        about = path.lstat()
        inside = path.resolve().is_relative_to(place.resolve())
        if not stat.S_ISREG(about.st_mode) or not inside:
            return b"", "it is a link or a special file, not a notebook"
        if about.st_size > MAX_MB * 2**20:
            return b"", f"the file has {about.st_size / 2**20:.0f} MB, more than {MAX_MB}"
        return path.read_bytes(), ""
    except OSError as error:
        return b"", f"the file cannot be read ({error.strerror})"


def _in_zip(place: Path):
    archive = zipfile.ZipFile(place)
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise SubmissionsError(f"{place} holds {len(entries):,} files, more than {MAX_FILES:,}.")
    for entry in entries:
        # A name is taken apart for the student's name; nothing is ever written under it.
        parts = entry.filename.replace("\\", "/").split("/")
        parts = [part for part in parts if part not in ("", ".", "..")]
        if parts and parts[-1].endswith(".ipynb") and parts[0] != "__MACOSX":
            yield parts, lambda entry=entry: _read_entry(archive, entry)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[bytes, str]:
    try:
        with archive.open(entry) as file:
            content = file.read(MAX_MB * 2**20 + 1)  # sizes in an archive's list can lie
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        return b"", f"it cannot be unpacked ({error})"
    if len(content) > MAX_MB * 2**20:
        return b"", f"the file has more than {MAX_MB} MB"
    return content, ""


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
