"""A lab's reference answers, and the right and wrong ones that test its checks."""

import ast
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat


@dataclass(frozen=True)
class Given:
    """A cell of checks/answers/NN_name.py."""

    right: bool
    name: str  # of the exercise
    says: str  # words that the check of a wrong answer must say
    code: str
    same_values: str = ""  # why a verdict cannot tell a wrong answer from a right one
    unproven: str = ""  # why a verdict leaves a right answer to its check


def given_answers(root: Path, lab: str) -> list[Given]:
    """The stored answers to a lab's exercises, in their order; none where there is no file."""
    path = root / "checks" / "answers" / f"{lab}.py"
    cells = jupytext.read(path, fmt="py:percent").cells if path.exists() else []
    return [
        Given(
            kind == "right",
            cell.metadata[kind],
            cell.metadata.get("says", ""),
            cell.source,
            cell.metadata.get("same_values", ""),
            cell.metadata.get("unproven", ""),
        )
        for cell in cells
        for kind in ("right", "wrong")
        if kind in cell.metadata
    ]


def reference_answers(notebook: nbformat.NotebookNode) -> tuple[str, dict[str, str]]:
    """The imports of a solution notebook, and its answers that a check marks, by exercise."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    imports = [
        ast.unparse(node)
        for cell in code
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    about = ((cell, cell.metadata.get("nbgrader", {})) for cell in code)
    answers = {a["grade_id"]: cell.source for cell, a in about if a.get("solution")}
    return "\n".join(imports), answers
