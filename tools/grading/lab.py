"""What a lab's answers are checked with, and the part of the notebook that an answer leans on."""

import ast
import builtins
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path

from helpers.run import ROOT
from tools import register
from tools.grading.chunks import Chunk, Handout, Notebook, chunk, grade_id

HINT = re.compile(r"<details><summary>Hint</summary>\n(.*?)</details>", re.DOTALL)


class CourseError(Exception):
    """The course itself cannot be graded with; the message says what to do."""


@dataclass(frozen=True)
class Exercise:
    """An exercise that a check marks."""

    name: str
    points: float
    position: int  # of its check in the solution notebook
    asks: frozenset[str]  # names of the notebook that its check and its probe ask for


@dataclass(frozen=True)
class Written:
    """An exercise that the instructor marks."""

    name: str
    points: float
    stub: str  # the unanswered cell
    rubric: dict[str, float] = field(default_factory=dict)  # points of each criterion, if any


class Lab:
    """One lab of the course, from its two built notebooks.

    Raises CourseError if a notebook is missing, or an exercise's check, probe or verdict.
    """

    def __init__(self, name: str, root: Path = ROOT):
        self.name, self.root = name, root
        try:
            self.solution, self.lab = (
                Notebook.of(json.loads((root / folder / f"{name}.ipynb").read_bytes()))
                for folder in ("solutions", "labs")
            )
        except FileNotFoundError as error:
            raise CourseError(f"{error.filename} is missing: run `make notebooks`.") from None
        self.cells = {grade_id(cell): cell for cell in self.lab.cells if grade_id(cell)}

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        checks = _parameters((self.root / "checks" / f"lab_{self.name}.py").read_text("utf-8"))
        probes, verdicts = _parameters(self.probes), _parameters(self.verdicts)
        found = {}
        for name, cell in self.cells.items():
            if not name.startswith("check_"):
                continue
            name = name.removeprefix("check_")
            for what, made in ("check", checks), ("probe", probes), ("verdict", verdicts):
                if name not in made:
                    raise CourseError(f"The exercise {name} of lab {self.name} has no {what}.")
            points = float(cell.metadata["nbgrader"]["points"])
            asks = (checks[name] | probes[name]) - {"given"}
            found[name] = Exercise(name, points, self.positions[f"check_{name}"], asks)
        return found

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where answer cells and checks stand in the solution notebook."""
        return {grade_id(c): i for i, c in enumerate(self.solution.cells) if grade_id(c)}

    @cached_property
    def probes(self) -> str:
        """The source of what the grader asks answers; no secret."""
        return self._source("probes")

    @cached_property
    def verdicts(self) -> str:
        """The source of what decides on the values that come back; never where an answer runs."""
        return self._source("hidden")

    @cached_property
    def shared(self) -> dict[str, str]:
        """By name the sources of the modules of checks/hidden that its verdicts import."""
        modules = re.findall(r"^from (checks\.hidden\.\w+) import", self.verdicts, re.MULTILINE)
        paths = {module: self.root / f"{module.replace('.', '/')}.py" for module in modules}
        return {module: path.read_text(encoding="utf-8") for module, path in paths.items()}

    def _source(self, folder: str) -> str:
        path = self.root / "checks" / folder / f"lab_{self.name}.py"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @cached_property
    def handout(self) -> Handout:
        """What of it must be known to read a notebook that was handed in."""
        return Handout(
            self.name,
            {name: cell.source for name, cell in self.cells.items()},
            {name: exercise.points for name, exercise in self.exercises.items()},
            self.positions,
            list(self.written),
        )

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
    def reference_parts(self) -> dict[str, Chunk]:
        """The reference answers with the names they make and use."""
        return {
            name: chunk(code, self.positions[name], name) for name, code in self.reference.items()
        }

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
        digest.update(f"{self.probes}\0{self.verdicts}\0{self.shared}".encode())
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
        """What a runner imports once: the lab's checks, what its probes, verdicts and reference
        answers lean on, and what notebooks are read with."""
        found = dict.fromkeys(
            (f"checks.lab_{self.name}", "checks.verdicts", "tools.grading.reading")
        )
        answers = list(self.reference_parts.values())
        parts = (p for e in self.exercises.values() for p in self.leans_on(e, answers))
        for code in (self.probes, self.verdicts, *self.shared.values(), *(p.code for p in parts)):
            for node in ast.parse(code).body:
                if isinstance(node, ast.Import):
                    found |= dict.fromkeys(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module not in self.shared:
                    names = (f"{node.module}.{alias.name}" for alias in node.names)
                    found |= dict.fromkeys(_module_of(name) or node.module for name in names)
        return [name for name in found if name.split(".")[0] != "helpers"]

    def leans_on(self, exercise: Exercise, parts: list[Chunk]) -> list[Chunk]:
        """What must run before an exercise's check, in the order of the notebook.

        The answer, and from what stands before its check every statement and every other answer
        that makes a name which the answer uses or the check asks for, and so on: imports,
        constants, data and functions, and no training unless an answer asks for what it returns.
        A name that none of these makes comes from a cell that the student added, if one does.

        Parameters
        ----------
        parts : the student's answers, and what stands in cells of the student's own.
        """
        known = [c for c in (*self.skeleton, *parts) if c.position <= exercise.position]
        made = set(dir(builtins)).union(*(c.makes for c in known if not c.own))
        chosen = {id(c) for c in known if c.exercise == exercise.name}
        wanted = set(exercise.asks).union(*(c.uses for c in known if id(c) in chosen))
        grown = True
        while grown:
            asked = {False: wanted, True: wanted - made}
            more = [c for c in known if id(c) not in chosen and c.makes & asked[c.own]]
            wanted = wanted.union(*(c.uses for c in more))
            chosen |= {id(c) for c in more}
            grown = bool(more)
        return sorted((c for c in known if id(c) in chosen), key=lambda c: c.position)


def _module_of(name: str) -> str:
    """The module that has this name, or that holds what has it, looked for without an import."""
    found, places = "", None
    for part in name.split("."):
        spec = PathFinder.find_spec(f"{found}.{part}" if found else part, places)
        if spec is None:
            break
        found, places = spec.name, spec.submodule_search_locations
        if places is None:
            break
    return found


def _parameters(source: str) -> dict[str, frozenset[str]]:
    """The parameters of each function of a module."""
    return {
        node.name: frozenset(argument.arg for argument in node.args.args)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
