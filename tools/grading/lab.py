"""What a lab's answers are checked with, and the part of the notebook that an answer leans on."""

import ast
import hashlib
import re
import symtable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat

from helpers.run import ROOT
from tools import register
from tools.answers import given_answers

HINT = re.compile(r"<details><summary>Hint</summary>\n(.*?)</details>", re.DOTALL)


class CourseError(Exception):
    """The course itself cannot be graded with; the message says what to do."""


@dataclass(frozen=True)
class Exercise:
    """An exercise that a check marks."""

    name: str
    points: float
    position: int  # of its answer cell in the solution notebook
    asks: frozenset[str]  # names of the notebook that its check and its hidden test ask for
    hidden: str  # the source of its hidden test; "" where there is none
    wrong: str  # an answer that the check must refuse, whatever else runs in the process


@dataclass(frozen=True)
class Written:
    """An exercise that the instructor marks."""

    name: str
    points: float
    stub: str  # the unanswered cell
    rubric: dict[str, float] = field(default_factory=dict)  # points of each criterion, if any


@dataclass
class Chunk:
    """A piece of the notebook, the names it makes and the names it uses."""

    code: str
    position: int
    exercise: str | None = None
    makes: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)


class Lab:
    """One lab of the course, from its two built notebooks.

    Raises CourseError if a notebook is missing or an exercise has no wrong answer to test with.
    """

    def __init__(self, name: str, root: Path = ROOT):
        self.name, self.root = name, root
        try:
            self.solution = nbformat.read(root / "solutions" / f"{name}.ipynb", as_version=4)
            self.lab = nbformat.read(root / "labs" / f"{name}.ipynb", as_version=4)
        except FileNotFoundError as error:
            raise CourseError(f"{error.filename} is missing: run `make notebooks`.") from None
        self.cells = {grade_id(cell): cell for cell in self.lab.cells if grade_id(cell)}

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        given = given_answers(self.root, self.name)
        wrong = {a.name: a.code for a in reversed(given) if not a.right}  # the first of each
        positions = {grade_id(cell): i for i, cell in enumerate(self.solution.cells)}
        visible, hidden = (
            _questions(self.root / folder / f"lab_{self.name}.py")
            for folder in ("checks", "checks/hidden")
        )
        found = {}
        for name, cell in self.cells.items():
            if not name.startswith("check_"):
                continue
            name = name.removeprefix("check_")
            if name not in wrong:
                raise CourseError(
                    f"checks/answers/{self.name}.py has no wrong answer for {name}: the grader "
                    "needs one to see that a check still refuses."
                )
            if name not in visible:
                raise CourseError(f"checks/lab_{self.name}.py has no function {name}.")
            source, asks = hidden.get(name, ("", frozenset()))
            found[name] = Exercise(
                name,
                float(cell.metadata.nbgrader.points),
                positions[name],
                visible[name][1] | asks,
                source,
                wrong[name],
            )
        return found

    @cached_property
    def written(self) -> dict[str, Written]:
        rubrics = self._rubrics()
        about = ((cell, cell.metadata.get("nbgrader", {})) for cell in self.cells.values())
        found = {
            name: Written(name, float(a["points"]), cell.source, rubrics.get(name, {}))
            for cell, a in about
            if a.get("grade") and a.get("solution") and (name := a["grade_id"])
        }
        for written in found.values():
            if written.rubric and sum(written.rubric.values()) != written.points:
                raise CourseError(
                    f"labs.toml, {self.name}.rubric: the criteria of {written.name} do not add up "
                    f"to its {written.points:g} points."
                )
        return found

    def _rubrics(self) -> dict[str, dict[str, float]]:
        try:
            entry = register.entries(self.root).get(self.name)
        except register.RegisterError as error:
            raise CourseError(str(error)) from None
        return entry.rubric if entry else {}

    @cached_property
    def reference(self) -> dict[str, str]:
        """The reference answers by exercise."""
        cells = {grade_id(cell): cell.source for cell in self.solution.cells}
        return {name: cells[name] for name in self.exercises}

    @cached_property
    def written_reference(self) -> dict[str, str]:
        """The solution's written answers by exercise."""
        cells = {grade_id(cell): cell.source for cell in self.solution.cells}
        return {name: cells[name] for name in self.written if name in cells}

    @cached_property
    def hints(self) -> dict[str, str]:
        """The first hint to each exercise, as it is folded between its blank and its check."""
        found, last = {}, None
        for cell in self.lab.cells:
            last = (grade_id(cell) or "").removeprefix("check_") or last
            hint = HINT.search(cell.source) if cell.cell_type == "markdown" else None
            if hint and last:
                found.setdefault(last, " ".join(hint[1].split()))
        return found

    @cached_property
    def version(self) -> str:
        """A hash of all that decides the points of a given submission."""
        digest = hashlib.sha256()
        for folder in ("helpers", "checks", "tools/grading"):
            for path in sorted((self.root / folder).glob("*.py")):
                digest.update(path.read_bytes())
        for notebook in (self.solution, self.lab):
            digest.update("\0".join(cell.source for cell in notebook.cells).encode())
        digest.update("\0".join(e.hidden + e.wrong for e in self.exercises.values()).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def skeleton(self) -> list[Chunk]:
        """The notebook's own statements, without answers and checks."""
        return [
            chunk(ast.unparse(node), position)
            for position, cell in enumerate(self.solution.cells)
            if cell.cell_type == "code" and not grade_id(cell)
            for node in ast.parse(cell.source).body
        ]

    @cached_property
    def modules(self) -> list[str]:
        """The lab's checks, and the modules that the reference answers lean on."""
        found = {f"checks.lab_{self.name}": None}
        for exercise in self.exercises.values():
            for part in self.leans_on(exercise, self.reference):
                for node in ast.parse(part.code).body:
                    if isinstance(node, ast.Import):
                        found |= dict.fromkeys(alias.name for alias in node.names)
                    elif isinstance(node, ast.ImportFrom):
                        found[node.module] = None
        return [name for name in found if name.split(".")[0] != "helpers"]

    def leans_on(self, exercise: Exercise, answers: dict[str, str]) -> list[Chunk]:
        """What must run before an exercise's check, in the order of the notebook.

        The answer, and from what stands before its check every statement and every other answer
        that makes a name which the answer uses or the check asks for, and so on: imports,
        constants, data and functions, and no training unless an answer asks for what it returns.

        Parameters
        ----------
        answers : the student's code by exercise; an answer that does not parse is its own chunk.
        """
        chunks = [c for c in self.skeleton if c.position <= exercise.position]
        for name, code in answers.items():
            position = self.exercises[name].position
            if position <= exercise.position:
                chunks.append(chunk(code, position, name))
        chunks.sort(key=lambda c: c.position)
        chosen = {id(c) for c in chunks if c.exercise == exercise.name}
        wanted = set(exercise.asks).union(*(c.uses for c in chunks if id(c) in chosen))
        grown = True
        while grown:
            more = [c for c in chunks if id(c) not in chosen and c.makes & wanted]
            wanted |= set().union(*(c.uses for c in more))
            chosen |= {id(c) for c in more}
            grown = bool(more)
        return [c for c in chunks if id(c) in chosen]


def _questions(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """For each function of a module: its source after the module's imports, and its parameters."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    nodes = ast.parse(text).body
    imports = [ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    return {
        node.name: (
            "\n".join([*imports, ast.get_source_segment(text, node)]),
            frozenset(argument.arg for argument in node.args.args),
        )
        for node in nodes
        if isinstance(node, ast.FunctionDef)
    }


def grade_id(cell) -> str | None:
    """An exercise's name, its check's (``check_NAME``), or None for every other cell."""
    about = cell.get("metadata", {}).get("nbgrader")
    return about.get("grade_id") if isinstance(about, dict) else None


def chunk(code: str, position: int, exercise: str | None = None) -> Chunk:
    """`code` with the names it makes and those it needs from elsewhere."""
    try:
        table = symtable.symtable(code, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The exercise's own name at least: who needs it shall meet the error, not a riddle.
        return Chunk(code, position, exercise, {exercise} if exercise else set())
    made = {
        s.get_name()
        for s in table.get_symbols()
        if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    return Chunk(code, position, exercise, made, _global_names(table) - made)


def _global_names(table: symtable.SymbolTable) -> set[str]:
    """Names that a scope or one within it looks up among the notebook's own."""
    outermost = table.get_type() == "module"
    found = {
        s.get_name()
        for s in table.get_symbols()
        if s.is_referenced() and (outermost or s.is_global())
    }
    return found.union(*map(_global_names, table.get_children()))
