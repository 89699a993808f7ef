"""Pieces of a notebook's code, with the names that they make and need. Runs none of it."""

import symtable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Handout:
    """What of a lab must be known to find the answers in a notebook: nothing that is secret."""

    lab: str
    sources: dict[str, str]  # of answer cells and of checks (``check_NAME``), as handed out
    points: dict[str, float]  # of the exercises that a check marks
    positions: dict[str, int]  # of answer cells and checks in the solution notebook
    written: list[str]  # exercises that the instructor marks


@dataclass
class Chunk:
    """A piece of the notebook, the names it makes and the names it uses."""

    code: str
    position: float  # in the solution notebook
    exercise: str | None = None
    makes: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    own: bool = False  # from a cell that a student added


def grade_id(cell) -> str | None:
    """An exercise's name, its check's (``check_NAME``), or None for every other cell."""
    about = cell.get("metadata", {}).get("nbgrader")
    return about.get("grade_id") if isinstance(about, dict) else None


def chunk(code: str, position: float, exercise: str | None = None) -> Chunk:
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
