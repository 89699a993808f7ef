"""A lab's reference answers, and the right and wrong ones that test its checks."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

# The few lines of py:percent that these files use: to import jupytext and to let it read them takes
# two seconds, for each grading run. A test compares the two.
CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
ABOUT = re.compile(r"""(\w+)=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


@dataclass(frozen=True)
class Given:
    """A cell of checks/answers/NN_name.py."""

    right: bool
    name: str  # of the exercise
    code: str
    says: str = ""  # words that the check of a wrong answer must say
    same_values: str = ""  # why a verdict cannot tell a wrong answer from a right one
    unproven: str = ""  # why a verdict leaves a right answer to its check


def given_answers(root: Path, lab: str) -> list[Given]:
    """The stored answers to a lab's exercises, in their order; none where there is no file."""
    path = root / "checks" / "answers" / f"{lab}.py"
    _, *pieces = CELL.split(path.read_text(encoding="utf-8") if path.exists() else "")
    found = []
    for header, code in zip(pieces[::2], pieces[1::2], strict=True):
        about = {key: ast.literal_eval(value) for key, value in ABOUT.findall(header)}
        if kind := next((k for k in ("right", "wrong") if k in about), None):
            found.append(Given(kind == "right", about.pop(kind), code.strip("\n"), **about))
    return found


def reference_answers(notebook) -> tuple[str, dict[str, str]]:
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
