"""Build solutions/NN_name.ipynb (executed) and labs/NN_name.ipynb from solutions/NN_name.py.

    python -m tools.notebooks            build all, execute what changed
    python -m tools.notebooks 02         build only what starts with 02
    python -m tools.notebooks --check    change nothing; fail if a built file is not up to date

A solution is executed again when its code, the helper modules it uses or its data changed
(comments, docstrings and prose do not count). The cell headers are described in CONTRIBUTING.md.
"""

import argparse
import ast
import hashlib
import io
import os
import re
import sys
import tokenize
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from tqdm import tqdm

from helpers.run import write_atomically

ROOT = Path(__file__).resolve().parents[1]
ROLES = {"exercise", "check", "written"}
CELL_SECONDS = 1800
WRITTEN_STUB = "*Write your answer here, in place of this line.*"


class SourceError(Exception):
    """A solution's source breaks a rule of the course; the message names file and cell."""


# ── from source to notebook ──────────────────────────────────────────────────────────────────────


def read_source(path: Path) -> nbformat.NotebookNode:
    """The solution notebook that `path` describes: not executed, with nbgrader's metadata."""
    root = path.resolve().parents[1]
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "workbook": {"lab": path.stem},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.source = _publish(cell.source, path.stem, root)
    _mark_cells(notebook.cells, f"solutions/{path.name}")
    _derive_ids(notebook.cells)
    notebook.metadata.workbook["hash"] = _hash_of_run(notebook, root)
    return notebook


def _publish(text: str, lab: str, root: Path) -> str:
    """Fill in where the course is published: @LINKS@, @REPOSITORY@ and @REF@."""
    place = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["workbook"]
    repository, ref = place["repository"], place["ref"]
    colab = f"https://colab.research.google.com/github/{repository}/blob/{ref}/labs/{lab}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/{ref}?urlpath=lab/tree/labs/{lab}.ipynb"
    text = text.replace("@LINKS@", f"[▶ Open in Colab]({colab}) · [▶ Open in Binder]({binder})")
    return text.replace("@REPOSITORY@", repository).replace("@REF@", ref)


def _mark_cells(cells: list, file: str) -> None:
    """Turn the course's cell headers into nbgrader metadata; refuse what breaks a rule."""
    problems, exercises, checked = [], {}, set()
    for number, cell in enumerate(cells, 1):
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
            if "BEGIN SOLUTION" in cell.source or "BEGIN HIDDEN TESTS" in cell.source:
                refuse("a solution or hidden test outside an exercise or check")
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
            points = _check_points(cell.source, name, refuse)
        elif name in exercises:
            refuse(f"the name is a duplicate: cell {exercises[name][0]} has it already")
            continue
        else:
            exercises[name] = (number, role)
            points = about.get("points", 0)
            cell.source = _answer_line(cell, name) + cell.source
        if role == "exercise":
            _refuse_bad_blank(cell, name, refuse)
        if role == "written" and not _is_number(points):
            refuse(f"points={points!r} is not a number")
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


def _answer_line(cell, name: str) -> str:
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


def _blanked(source: str, name: str) -> str:
    cell = nbformat.v4.new_code_cell(source)
    _stub_for(name)._replace_solution_region(cell, "python")
    return cell.source


def _check_points(code: str, name: str, refuse) -> float:
    """The points in ``with check(NAME, points=…)``: the kernel cannot see cell metadata."""
    calls = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check"
    ]
    if len(calls) != 1 or not calls[0].args or ast.unparse(calls[0].args[0]) != repr(name):
        refuse(f'a check needs one `with check("{name}", points=…):`')
        return 0
    visible = nbformat.v4.new_code_cell(code)
    ClearHiddenTests()._remove_hidden_test_region(visible)
    if not _parses(visible.source) or not _asserts(visible.source):
        refuse("a check with hidden tests only: learners need an assert that they can see")
    given = [word.value for word in calls[0].keywords if word.arg == "points"] + calls[0].args[1:]
    points = given[0].value if given and isinstance(given[0], ast.Constant) else None
    if not _is_number(points):
        refuse(f"points={ast.unparse(given[0]) if given else 'nothing'} is not a number")
        return 0
    return points


def _asserts(code: str) -> bool:
    calls = (n.func for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call))
    names = (getattr(func, "attr", getattr(func, "id", "")) for func in calls)
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(code))) or any(
        name.startswith("assert") for name in names
    )


def _derive_ids(cells: list) -> None:
    """Ids from names, else from content, so that a build gives the same file every time."""
    seen: dict[str, int] = {}
    for cell in cells:
        content = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", content)
        seen[cell.id] = seen.get(cell.id, 0) + 1
        if seen[cell.id] > 1:
            cell.id += f"-{seen[cell.id]}"


# ── from solution to lab ─────────────────────────────────────────────────────────────────────────


def _stub_for(name: str) -> ClearSolutions:
    stub = f'raise NotImplementedError("exercise {name}: replace this line")'
    return ClearSolutions(code_stub={"python": stub})


class _Blanks(ClearSolutions):
    """nbgrader's ClearSolutions with a stub that names the exercise, and answers marked by name."""

    def preprocess_cell(self, cell, resources, index):
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            name = about["grade_id"]
            self.code_stub = _stub_for(name).code_stub
            self.text_stub = _answer_line(cell, name) + WRITTEN_STUB
        return super().preprocess_cell(cell, resources, index)


def make_lab(solution: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The student's notebook: blanks for solutions, no outputs, no hidden tests."""
    lab = nbformat.from_dict(solution)
    for step in (LockCells, _Blanks, ClearOutput, ClearHiddenTests, ComputeChecksums):
        lab, _ = step().preprocess(lab, {})
    lab, _ = CheckCellMetadata().preprocess(lab, {})
    sources = "\0".join(cell.source for cell in lab.cells)
    version = hashlib.sha256(sources.encode()).hexdigest()[:12]
    lab.metadata.workbook = {"lab": solution.metadata.workbook.lab, "version": version}
    return lab


# ── what a run depends on ────────────────────────────────────────────────────────────────────────


def essence(code: str) -> str:
    """`code` without comments, docstrings and blank lines: what decides the outcome of a run."""
    lines = code.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            first, last = node.body[0].lineno, node.body[0].end_lineno
            lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _hash_of_run(notebook, root: Path) -> str:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    modules, data = dependencies("\n".join(cells), root)
    parts = [*map(essence, cells), *(essence(path.read_text(encoding="utf-8")) for path in modules)]
    digest = hashlib.sha256("\0".join(parts).encode())
    for path in data:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def dependencies(code: str, root: Path) -> tuple[list[Path], list[Path]]:
    """The helper modules that `code` uses (whole), and the files of datasets/ that it names.

    Data counts when the code, or a helper function that it reaches by name, holds the file's name.
    """
    package, modules, waiting = root / "helpers", {}, [code]
    init = package / "__init__.py"
    exported = _imports(init.read_text(encoding="utf-8")) if init.exists() else {}
    if exported:
        modules[init] = ast.parse(init.read_text(encoding="utf-8"))
        waiting.append(init.read_text(encoding="utf-8"))
    while waiting:
        for name, origin in _imports(waiting.pop()).items():
            for candidate in (name, origin, exported.get(name)):
                path = package / f"{candidate}.py"
                if path.exists() and path not in modules:
                    modules[path] = ast.parse(path.read_text(encoding="utf-8"))
                    waiting.append(path.read_text(encoding="utf-8"))
    reached, words, names = [ast.parse(code)], set(), set()
    definitions = [node for tree in modules.values() for node in tree.body]
    while reached:
        for node in ast.walk(reached.pop()):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            names.add(getattr(node, "id", getattr(node, "attr", None)))
        if not reached:
            reached = [node for node in definitions if names & _defines(node)]
            definitions = [node for node in definitions if node not in reached]
    data = (root / "datasets" / word for word in words if re.fullmatch(r"[\w./-]{1,100}", word))
    return sorted(modules), sorted(path for path in data if path.is_file())


def _imports(code: str) -> dict[str, str]:
    """Names that `code` imports from helpers, each with the module it names (or "")."""
    found = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            found |= {alias.name: node.module.partition(".")[2] for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                package, _, module = alias.name.partition(".")
                found |= {package: module} if package == "helpers" else {}
    return found


def _defines(node: ast.stmt) -> set[str]:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return {getattr(node, "name", None), *(getattr(t, "id", None) for t in targets)} - {None}


# ── building ─────────────────────────────────────────────────────────────────────────────────────


def execute(notebook, folder: Path) -> None:
    """Run every cell in place, strict, quick profile, seed 1; raise at the first failure."""
    settings = {"WORKBOOK_STRICT": "1", "WORKBOOK_PROFILE": "quick", "WORKBOOK_SEED": "1"}
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        record_timing=False,
    )
    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=total, unit="cell", desc=notebook.metadata.workbook.lab) as bar:
        client.on_cell_executed = lambda **_: bar.update()
        client.execute(env={**os.environ, **settings})
    notebook.metadata.language_info = nbformat.from_dict({"name": "python"})


def build(path: Path, check: bool = False) -> tuple[list[Path], bool]:
    """Build both notebooks of one source; return the files that changed, and whether it ran.

    With `check` nothing is executed or written: the files are those that would change.
    """
    root = path.resolve().parents[1]
    solution = read_source(path)
    lab = make_lab(solution)
    built = path.with_suffix(".ipynb")
    old = nbformat.read(built, as_version=4) if built.exists() else None
    current = old is not None and old.metadata.get("workbook", {}).get("hash") == (
        solution.metadata.workbook.hash
    )
    if current:
        _take_outputs(old, solution)
    elif not check:
        execute(solution, path.parent)
    changed = []
    for target, notebook in ((built, solution), (root / "labs" / built.name, lab)):
        nbformat.validate(notebook)
        content = (nbformat.writes(notebook).rstrip("\n") + "\n").encode()
        if not target.exists() or target.read_bytes() != content:
            changed.append(target)
            if not check:
                write_atomically(target, content)
    return changed, not current


def _take_outputs(old, new) -> None:
    pairs = ([c for c in nb.cells if c.cell_type == "code"] for nb in (old, new))
    for before, after in zip(*pairs, strict=True):
        after.outputs, after.execution_count = before.outputs, before.execution_count


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 02 or 02_quadratic_gan; default all")
    parser.add_argument("--check", action="store_true", help="only tell what is not up to date")
    options = parser.parse_args(arguments)
    sources = sorted((root / "solutions").glob("[0-9][0-9]_*.py"))
    failures = [
        f"{path.relative_to(root)} has no source: delete it"
        for folder in ("solutions", "labs")
        for path in sorted((root / folder).glob("*.ipynb"))
        if root / "solutions" / f"{path.stem}.py" not in sources
    ]
    for path in sources:
        if options.labs and not path.stem.startswith(tuple(options.labs)):
            continue
        try:
            changed, ran = build(path, options.check)
        except SourceError as error:
            failures.append(str(error))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            story = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
            failures.append(f"solutions/{path.name} failed; the old notebook stays.\n{story}")
        else:
            names = ", ".join(str(p.relative_to(root)) for p in changed)
            if options.check and changed:
                failures.append(f"{names}: not what solutions/{path.name} builds")
            elif not options.check:
                how = "executed" if ran else "not executed, nothing it depends on changed"
                print(f"{path.stem}: {how}; {'wrote ' + names if names else 'no file changed'}")
    if failures:
        print("\n".join(failures), file=sys.stderr)
        if options.check:
            print("Run `make notebooks` and commit what it builds.", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
