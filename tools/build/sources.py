"""Read a solution's source, refuse what breaks a rule of the course, and make its blanks."""

import ast
import hashlib
import itertools
import re
from pathlib import Path

import jupytext
import nbformat
from nbgrader.preprocessors import ClearSolutions

from tools import register
from tools.build.changes import hash_of_run, hash_of_shown

ROLES = {"exercise", "check", "written"}
HINT = "<summary>Hint</summary>"


class SourceError(Exception):
    """A solution's source breaks a rule of the course; the message names file and cell."""


def read_source(path: Path, place: tuple[str, str] | None = None) -> nbformat.NotebookNode:
    """The solution notebook that `path` describes: not executed, with nbgrader's metadata.

    `place`: the repository and the branch or tag that its links name; default `register.places`.
    """
    root = path.resolve().parents[1]
    place = place or register.places(root)
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "workbook": {"lab": path.stem},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    _add_what_all_have(notebook.cells, path, place)
    _mark_cells(notebook.cells, path)
    _derive_ids(notebook.cells)
    notebook.metadata.workbook["hash"] = hash_of_run(notebook, root)
    if shown := hash_of_shown(notebook, root):
        notebook.metadata.workbook["shown"] = shown
    return notebook


SETUP = "tools/build/setup_cell.py"  # every notebook's first code cell, but for its @WORDS@
STUCK = """

<details><summary>Still stuck?</summary>

`catch_up("{exercise}")` in a new cell, or the solution in `solutions/{lab}.ipynb`.
</details>"""


def _add_what_all_have(cells: list, path: Path, place: tuple[str, str]) -> None:
    """The badges below the title, the setup cell after the head, the last fold of each hint."""
    head = cells[0] if cells else None
    if head is None or head.cell_type != "markdown" or not head.source.startswith("# "):
        raise SourceError(f"solutions/{path.name}: it should begin with a title, `# # Lab …`.")
    title, _, rest = head.source.partition("\n")
    colab, binder = register.links(path.stem, place)
    badges = f"[▶ Open in Colab]({colab}) · [▶ Open in Binder]({binder})"
    head.source = f"{title}\n\n{badges}\n{rest}"
    setup = (path.resolve().parents[1] / SETUP).read_text(encoding="utf-8").rstrip()
    words = {"@LAB@": path.stem, "@REPOSITORY@": place[0], "@REF@": place[1]}
    for word, text in words.items():
        setup = setup.replace(word, text)
    for before, cell in itertools.pairwise(cells):
        exercise = cell.metadata.get("check")
        if exercise and HINT in before.source and "Still stuck?" not in before.source:
            before.source += STUCK.format(exercise=exercise, lab=path.stem)
    cells.insert(1, nbformat.v4.new_code_cell(setup))


def _mark_cells(cells: list, path: Path) -> None:
    """Turn the cell headers into nbgrader metadata and checks; refuse what breaks a rule."""
    problems, exercises, checked, file = [], {}, set(), f"solutions/{path.name}"
    asked = questions(path.resolve().parents[1] / "checks" / f"lab_{path.name}")
    for number, (before, cell) in enumerate(itertools.pairwise([None, *cells]), 1):
        about = {k: v for k, v in cell.metadata.items() if k != "lines_to_next_cell"}
        cell.metadata = nbformat.from_dict({k: v for k, v in about.items() if k == "tags"})
        role = next((role for role in ROLES if role in about), None)
        name = str(about.get(role, ""))

        def refuse(reason, where=f"{file}, cell {number}", name=name):
            problems.append(f"{where}{f' ({name})' if name else ''}: {reason}")

        if unknown := set(about) - ROLES - {"points", "tags"}:
            refuse(f"unknown cell header {', '.join(sorted(unknown))}")
        if cell.cell_type == "code" and not _parses(cell.source):
            refuse("this is not valid Python (magics and ! commands are not used in this course)")
            continue
        if role is None:
            if "BEGIN SOLUTION" in cell.source:
                refuse("a solution outside an exercise")
            if cell.cell_type == "code" and _calls_check(cell.source):
                refuse("a check that no header announces: the builder writes the line")
            continue
        if not re.fullmatch(r"[A-Za-z]\w{0,50}", name):
            refuse(f"{name!r} is not a usable name: letters, digits and underscores only")
            continue
        if role == "check":
            if name not in exercises:
                refuse("a check of an unknown exercise (the exercise must come before it)")
            if name in checked:
                refuse("a second check of the same exercise: the name is a duplicate")
            checked.add(name)
            points = about.get("points")
            if cell.source.strip():
                refuse(f"the cell of a check is empty: its code belongs to checks/lab_{path.name}")
            if before.cell_type != "markdown" or HINT not in before.source:
                refuse("a check comes after its hints: a cell of text with <summary>Hint</summary>")
            if name not in asked:
                refuse(f"checks/lab_{path.name} has no function {name}")
            elif not _asserts(asked[name]):
                refuse(f"the function {name} of checks/lab_{path.name} asserts nothing")
            cell.source = f'check("{name}", points={points})'
        elif name in exercises:
            refuse(f"the name is a duplicate: cell {exercises[name][0]} has it already")
            continue
        else:
            exercises[name] = (number, role)
            points = about.get("points", 0)
            cell.source = answer_line(cell, name) + cell.source
        if role == "exercise":
            _refuse_bad_blank(cell, name, refuse)
        if role != "exercise" and not _is_number(points):
            refuse(f"points={'nothing' if points is None else repr(points)} is not a number")
        cell.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": f"check_{name}" if role == "check" else name,
            "grade": role != "exercise",
            "solution": role != "check",
            "locked": role == "check",
            "task": False,
            **({} if role == "exercise" else {"points": points if _is_number(points) else 0}),
        }
    for name, (number, role) in exercises.items():
        if role == "exercise" and name not in checked:
            problems.append(f"{file}, cell {number} ({name}): an exercise without a check")
    if problems:
        raise SourceError("\n".join(problems))


def answer_line(cell, name: str) -> str:
    comment = "# exercise: {}\n" if cell.cell_type == "code" else "<!-- exercise: {} -->\n"
    return comment.format(name)


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _refuse_bad_blank(cell, name: str, refuse) -> None:
    begins, ends = (cell.source.count(f"### {word} SOLUTION") for word in ("BEGIN", "END"))
    if begins != 1 or ends != 1:
        refuse("an exercise needs one ### BEGIN SOLUTION and one ### END SOLUTION")
    elif not _parses(_blanked(cell.source, name)):
        refuse("the blank would not parse: move BEGIN/END SOLUTION")


def stub_for(name: str) -> ClearSolutions:
    """nbgrader's ClearSolutions with a blank that names the exercise."""
    stub = f'raise NotImplementedError("exercise {name}: replace this line")'
    return ClearSolutions(code_stub={"python": stub})


def _blanked(source: str, name: str) -> str:
    cell = nbformat.v4.new_code_cell(source)
    stub_for(name)._replace_solution_region(cell, "python")
    return cell.source


def questions(path: Path) -> dict[str, ast.FunctionDef]:
    """The functions of a module of checks, by name; none where there is no such file."""
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _asserts(question: ast.FunctionDef) -> bool:
    nodes = list(ast.walk(question))
    calls = (node.func for node in nodes if isinstance(node, ast.Call))
    names = (getattr(func, "attr", getattr(func, "id", "")) for func in calls)
    return any(isinstance(node, ast.Assert) for node in nodes) or any(
        name.startswith("assert") for name in names
    )


def _calls_check(code: str) -> bool:
    calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == "check" for call in calls)


def _derive_ids(cells: list) -> None:
    """Ids from names, else from content, so that a build gives the same file every time."""
    seen: dict[str, int] = {}
    for cell in cells:
        content = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", content)
        seen[cell.id] = seen.get(cell.id, 0) + 1
        if seen[cell.id] > 1:
            cell.id += f"-{seen[cell.id]}"
