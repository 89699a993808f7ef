"""The answers in a notebook that was handed in. Runs none of them.

The grader does this in a limited process (`grader.read`), since no file may keep it from others.
"""

import ast
import base64
import hashlib
import json
import re
import sys
from dataclasses import asdict, dataclass, field

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from checks.kernel import BLANK
from tools.grading import plain, suspicions
from tools.grading.chunks import Cell, Chunk, Handout, Notebook, chunk, grade_id
from tools.grading.trees import normal

CHECK = re.compile(r"""\bcheck\(\s*["'](\w+)["']""")
MAX_CELLS = 2_000  # of a notebook; labs have 100
MAX_HALVES = 10  # of one answer
OWN_CELLS = 500_000  # characters of cells that are not graded, in which names are looked for
ANSWER = re.compile(r"(?i)[ \t\ufeff]*(?:#+|<!--)[ \t]*exercise[ \t]*:[ \t]*(\w+)")


class Unreadable(Exception):
    """A submission that is no notebook of the lab; the message is for the student."""


@dataclass
class Answers:
    """What is graded of a notebook: the student's code and texts by exercise."""

    code: dict[str, str] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)  # of the code, in colors
    written: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    trees: dict[str, tuple[str, int]] = field(default_factory=dict)  # of the code, see `trees`
    suspicions: dict[str, dict[str, int]] = field(default_factory=dict)  # by exercise, with lines
    blank: set[str] = field(default_factory=set)  # answers as they were handed out
    parts: list[Chunk] = field(default_factory=list)  # answers, and cells of the student's own
    too_long: set[str] = field(default_factory=set)  # answers that are not read
    elsewhere: str = ""  # why answers that may be right cannot run here, and what to do


@dataclass(frozen=True)
class Look:
    """What a notebook is at first sight."""

    lab: str  # "" if it is none of the labs
    filled: int  # how many of its answers are neither as handed out nor still a blank
    digest: str  # of its answers


def read(content: str, handout: dict) -> dict:
    """`read_answers` of a notebook in base64, as plain lists and dicts; for `received`."""
    try:
        answers = read_answers(base64.b64decode(content), Handout(**handout))
    except Unreadable as error:
        return {"unreadable": str(error)}
    lists = {"blank": sorted(answers.blank), "too_long": sorted(answers.too_long)}
    parts = [asdict(p) | {"makes": sorted(p.makes), "uses": sorted(p.uses)} for p in answers.parts]
    return {"answers": vars(answers) | lists | {"parts": parts}}


def received(message: dict) -> Answers:
    """The answers that `read` made a message of.

    Raises Unreadable, with a sentence for the student, where there are none.
    """
    if "unreadable" in message:
        raise Unreadable(str(message["unreadable"]))
    about = message["answers"]
    parts = [
        Chunk(**p | {"makes": set(p["makes"]), "uses": set(p["uses"])}) for p in about["parts"]
    ]
    sets = {"blank": set(about["blank"]), "too_long": set(about["too_long"])}
    return Answers(**about | sets | {"parts": parts})


def read_answers(content: bytes, handout: Handout) -> Answers:
    """The answers in a notebook file: found by metadata, else by their first line.

    Raises Unreadable, with a sentence for the student, for anything that is no notebook of the lab.
    """
    notebook = _parse(content)
    _refuse_other_lab(notebook, handout)
    cells = _sorted_cells(notebook, handout)
    answers = Answers()
    answers.flags += dict.fromkeys(cells.flags)
    for name, sources in cells.answers.items():
        stub = handout.sources[name].strip()
        given = [source for source in sources if source.strip() != stub] or sources
        if len(sources) > 1:
            answers.flags.append(f"{name}: {len(sources)} answer cells, graded the last one filled")
        if len(given[-1]) > plain.MAX_CHARACTERS:
            answers.too_long.add(name)
            answers.flags.append(f"{name}: has {len(given[-1]):,} characters, left out")
            given[-1] = given[-1][:1000]
        if name in handout.points:
            _take(answers, name, given[-1], given[-1].strip() == stub, handout.positions[name])
        else:
            answers.written[name] = "" if given[-1].strip() == stub else given[-1]
    if not cells.answers:
        raise Unreadable("it holds no answer cell of this lab; hand in your own copy of the lab")
    answers.parts += _own_parts(cells.own)
    answers.elsewhere = _elsewhere(answers.code, _python(notebook), content)
    answers.flags += _changed_checks(cells.checks, handout)
    language = notebook.metadata.get("kernelspec", {})
    language = language.get("language") if isinstance(language, dict) else None
    if isinstance(language, str) and language.lower() not in ("python", "python3", ""):
        answers.flags.append(f"its kernel is {language[:40]}, graded with Python")
    return answers


def _take(answers: Answers, name: str, source: str, blank: bool, position: int) -> None:
    code, trouble = plain.plain(source)
    answers.code[name] = code
    answers.flags += [f"{name}: {trouble}"] if trouble else []
    answers.parts.append(chunk(code, position, name))
    answers.trees[name] = normal(code)
    answers.html[name] = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))
    if blank:
        answers.blank.add(name)
    else:
        answers.suspicions[name] = suspicions.lines_of(code)


def _own_parts(cells: list[tuple[float, str]]) -> list[Chunk]:
    """The statements of cells that a student added, as far as there is time to look."""
    parts, left = [], OWN_CELLS
    for position, source in cells:
        left -= len(source)
        if left < 0:
            break
        code = plain.plain(source)[0]
        if plain.parses(code):
            statements = map(ast.unparse, ast.parse(code).body)
            parts += [chunk(statement, position) for statement in statements]
    for part in parts:
        part.own = True
    return [part for part in parts if part.makes]


def _elsewhere(answers: dict[str, str], python: tuple[int, ...], content: bytes) -> str:
    """Why answers that may well be right cannot run on this machine, and what to do; or ""."""
    for name, code in answers.items():
        for module in plain.missing_modules(code):
            # Where the student's own notebook says that it is missing, it is the student's error.
            if f"No module named '{module}".encode() not in content:
                return (
                    f"{name} needs the module {module}, which the grader does not have: install it "
                    f"into .venv, or ask for an answer without it"
                )
        if python > sys.version_info[:2] and plain.needs_newer(code):
            theirs, ours = (".".join(map(str, v)) for v in (python, sys.version_info[:2]))
            return (
                f"{name} is written in Python {theirs}, the grader runs {ours}: grade with a .venv "
                f"of Python {theirs}, or ask for an answer in older Python"
            )
    return ""


@dataclass
class _Cells:
    """A notebook's cells by what they are for."""

    answers: dict[str, list[str]] = field(default_factory=dict)  # by exercise
    checks: dict[str, list[Cell]] = field(default_factory=dict)  # by exercise
    own: list[tuple[float, str]] = field(default_factory=list)  # position, code not graded
    flags: list[str] = field(default_factory=list)


def _sorted_cells(notebook: Notebook, handout: Handout) -> _Cells:
    """Which cell is whose answer; what an editor split is joined, what it merged is cut apart."""
    cells, known = _Cells(), {*handout.points, *handout.written}
    above = None  # the exercise whose answer cell stands right above
    position = 0.0  # in the solution, of the last cell that it has
    for cell in notebook.cells:
        pieces = _pieces(cell, known)
        code = cell.cell_type == "code"
        unnamed = not pieces or (pieces[0][0] == above and not _named(cell.source, known))
        flag = f"{above}: its answer stands in several cells, graded as one"
        if not pieces and (tested := _check_of(cell, known)):
            cells.checks.setdefault(tested, []).append(cell)
            position, above = handout.positions[f"check_{tested}"], None
        elif (
            above
            and code
            and unnamed
            and cells.flags.count(flag) < MAX_HALVES
            and _belongs(cells.answers[above][-1], cell.source, bool(pieces))
        ):
            cells.answers[above][-1] += f"\n{cell.source}"
            cells.flags.append(flag)
        elif pieces:
            for name, source in pieces:
                cells.answers.setdefault(name, []).append(source)
            if len(pieces) > 1:
                both = " and ".join(name for name, _ in pieces)
                cells.flags.append(f"{both}: their answers stand in one cell, cut apart")
            above = pieces[-1][0] if pieces[-1][0] in handout.points else None
            position = max(position, handout.positions[pieces[-1][0]])
        elif code and cell.source.strip():
            cells.own.append((position + 0.5, cell.source))
            above = None
    return cells


def look(content: bytes, labs: dict[str, Handout]) -> Look:
    """Which of `labs` a notebook holds, by its metadata, else by its answer cells.

    Raises Unreadable if it is no notebook.
    """
    notebook = _parse(content)
    claimed = _claimed(notebook)
    answers = {}
    for name, lab in labs.items():
        known = {exercise for exercise in lab.sources if not exercise.startswith("check_")}
        found = ((_exercise_of(cell, known), cell.source.strip()) for cell in notebook.cells)
        answers[name] = [(exercise, source) for exercise, source in found if exercise]
    counts = {name: len({exercise for exercise, _ in found}) for name, found in answers.items()}
    most = max(counts.values(), default=0)
    likely = [name for name, count in counts.items() if count == most > 0]
    name = claimed if claimed in labs else likely[0] if len(likely) == 1 else ""
    theirs = answers.get(name, [])
    filled = sum(
        source != labs[name].sources[exercise].strip() and not BLANK.search(source)
        for exercise, source in theirs
    )
    return Look(name, filled, hashlib.sha256(repr(theirs).encode(errors="replace")).hexdigest())


def _parse(content: bytes) -> Notebook:
    if not content.strip():
        raise Unreadable("the file is empty; hand it in again")
    try:
        data = json.loads(content)
        if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
            raise Unreadable("it is no notebook of format 4; save it in JupyterLab or Colab again")
        if len(data["cells"]) > MAX_CELLS:
            raise Unreadable(
                f"it has more than {MAX_CELLS:,} cells; hand in your own copy of the lab"
            )
        return Notebook.of(data)
    except (ValueError, RecursionError, TypeError, AttributeError) as error:
        kind = type(error).__name__
        raise Unreadable(
            f"it is no valid notebook ({kind}); save it and hand it in again"
        ) from None


def _claimed(notebook: Notebook) -> str:
    """The lab that a notebook says it is; "" if it does not say."""
    about = notebook.metadata.get("workbook")
    claimed = about.get("lab") if isinstance(about, dict) else None
    return claimed if isinstance(claimed, str) else ""


def _refuse_other_lab(notebook: Notebook, handout: Handout) -> None:
    claimed = _claimed(notebook)
    if claimed and claimed != handout.lab:
        raise Unreadable(f"the file is named {handout.lab} but holds lab {claimed[:60]}")


def _exercise_of(cell: Cell, known: set[str]) -> str | None:
    name = grade_id(cell)
    if named := _named(cell.source, known):
        return named
    return name if isinstance(name, str) and name in known else None


def _named(source: str, known: set[str]) -> str | None:
    """The exercise that a cell's first comments name, whatever their capitals."""
    for line in source[:2000].splitlines():
        if found := ANSWER.match(line):
            return _like(found[1], known)
        if line.strip(" \t\ufeff") and not line.lstrip(" \t\ufeff").startswith(("#", "%%", "<!--")):
            return None
    return None


def _like(name: str, known: set[str]) -> str | None:
    return next((k for k in known if k.casefold() == name.casefold()), None)


def _pieces(cell: Cell, known: set[str]) -> list[tuple[str, str]]:
    """The answers in a cell by exercise; several if it was merged of several cells."""
    name = _exercise_of(cell, known)
    if name is None or cell.cell_type != "code" or len(cell.source) > plain.MAX_CHARACTERS:
        return [(name, cell.source)] if name else []
    pieces: list[tuple[str, list[str]]] = [(name, [])]
    for line in cell.source.splitlines():
        here = ANSWER.match(line)
        other = _like(here[1], known) if here else None
        if other and other != pieces[-1][0]:
            pieces.append((other, []))
        pieces[-1][1].append(line)
    cut = [(name, "\n".join(lines)) for name, lines in pieces]
    if len(cut) > 1 and all(plain.parses(plain.plain(source)[0]) for _, source in cut):
        return cut
    return [(name, cell.source)]


def _belongs(first: str, second: str, same: bool) -> bool:
    """Whether a cell below an answer is its second half: cut off by an editor, which copies the
    first half's metadata (`same`) or drops it, and then one of the halves makes no sense alone.
    """
    if not second.strip() or len(first) + len(second) > plain.MAX_CHARACTERS:
        return False
    parse = [plain.parses(plain.plain(source)[0]) for source in (first, second)]
    return (same or not all(parse)) and plain.parses(plain.plain(f"{first}\n{second}")[0])


def _python(notebook: Notebook) -> tuple[int, ...]:
    """The version of Python that a notebook was last run with; () if it does not say."""
    about = notebook.metadata.get("language_info")
    version = about.get("version") if isinstance(about, dict) else None
    numbers = re.match(r"(\d{1,3})\.(\d{1,3})", version) if isinstance(version, str) else None
    return tuple(map(int, numbers.groups())) if numbers else ()


def _check_of(cell: Cell, known: set[str]) -> str | None:
    name = grade_id(cell)
    if isinstance(name, str) and name.removeprefix("check_") in known:
        return name.removeprefix("check_")
    call = CHECK.search(cell.source) if cell.cell_type == "code" else None
    return call[1] if call and call[1] in known else None


def _changed_checks(seen: dict[str, list[Cell]], handout: Handout) -> list[str]:
    """Checks that are not as handed out. The lab's own are used, so this is only said."""
    flags = []
    for name, most in handout.points.items():
        cells = seen.get(name, [])
        original = _squeezed(handout.sources[f"check_{name}"])
        if not cells:
            flags.append(f"{name}: its check was deleted (the original was used)")
        elif all(_squeezed(cell.source) != original for cell in cells):
            flags.append(f"{name}: its check was edited (the original was used)")
        for cell in cells:
            about = cell.metadata.get("nbgrader")
            points = about.get("points") if isinstance(about, dict) else None
            if points is not None and points != most:
                flags.append(f"{name}: its points were changed (the original's count)")
    return flags


def _squeezed(source: str) -> str:
    return " ".join(source.split())
