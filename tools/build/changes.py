"""What a run of a notebook depends on: its code, the helper modules it uses, its data."""

import ast
import hashlib
import io
import json
import tokenize
from pathlib import Path

FILES = ("datasets", "helpers")  # folders of files that a run may read


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


def hash_of_run(notebook, root: Path) -> str:
    """A hash that changes when a run could come out differently; see `essence`."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    modules, data = dependencies("\n".join(cells), root)
    parts = [*map(essence, cells), *(essence(path.read_text(encoding="utf-8")) for path in modules)]
    digest = hashlib.sha256("\0".join(parts).encode())
    for path in data:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def hash_of_shown(notebook, root: Path) -> str | None:
    """A hash of what a lab shows and no number depends on: drawings, numbers of its controls."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    drawings = sorted((root / "figures").glob("*.png"))
    shown = [path.read_bytes() for path in drawings if f'"{path.name}"' in code]
    if "controls_table(" in code:
        paths = [root / "benchmarks" / name for name in ("controls.json", "seeds.json")]
        stored = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
        lab = notebook.metadata.workbook.lab
        shown.append(json.dumps([results.get(lab) for results in stored]).encode())
    return hashlib.sha256(b"\0".join(shown)).hexdigest()[:16] if shown else None


def dependencies(code: str, root: Path) -> tuple[list[Path], list[Path]]:
    """The helper modules that `code` uses (whole), and the files of FILES that it names.

    A file counts when the code, or what it reaches by name in helpers, holds the file's name.
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
    folders = [(root / name).resolve() for name in FILES]
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    named = {folder / word for folder in folders for word in words if len(word) < 200}
    named |= {path for path in files if path.parent.name == "weights" and _stem(path) in words}
    return sorted(modules), sorted(files & named)


def _stem(path: Path) -> str:
    """What trained weights are called by: all of the name before its first dot."""
    return path.name.partition(".")[0]


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
