"""A notebook's cells, and pieces of its code with the names they make and need. Runs none of it."""

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
class Cell:
    """A cell without its outputs, which are not looked at."""

    cell_type: str  # "code" or "markdown"
    source: str
    metadata: dict


@dataclass
class Notebook:
    """What of a notebook is looked at. Plain data: to import nbformat alone takes a second."""

    cells: list[Cell]
    metadata: dict

    @classmethod
    def of(cls, data: dict) -> "Notebook":
        """A notebook from its JSON, format 4, without cells and metadata that are none.

        Raises TypeError or AttributeError where `data` holds no list of cells.
        """
        cells = []
        for cell in data["cells"]:
            kind, source = cell.get("cell_type"), cell.get("source", "")
            source = "".join(source) if isinstance(source, list) else source
            if kind in ("code", "markdown") and isinstance(source, str):
                cells.append(Cell(kind, source, _dict(cell.get("metadata"))))
        return cls(cells, _dict(data.get("metadata")))


def _dict(value) -> dict:
    return value if isinstance(value, dict) else {}


@dataclass
class Chunk:
    """A piece of the notebook, the names it makes and the names it uses."""

    code: str
    position: float  # in the solution notebook
    exercise: str | None = None
    makes: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    own: bool = False  # from a cell that a student added


def grade_id(cell: Cell) -> str | None:
    """An exercise's name, its check's (``check_NAME``), or None for every other cell."""
    about = cell.metadata.get("nbgrader")
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
