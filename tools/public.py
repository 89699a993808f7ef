"""What users rely on by name, one line each: `public_names.txt`.

    python -m tools.public    write it anew; refused while a name has gone and the version has not

Commands, what notebooks import, exercises with their arguments and points, and the metrics that a
lab reports. A name that goes breaks somebody's notebook, script or table of marks: CHANGELOG.md
tells them what to do instead, under the version that checks/engine.py names.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from checks.engine import VERSION
from helpers.run import ROOT, write_atomically
from tools import register

LISTED = "public_names.txt"
# Of tools/: those that README, another document or a card names.
COMMANDS = ("book", "export_models", "generators", "grade", "lab", "release", "weights")
CELL = re.compile(r'^# %%.*\b(exercise|written|check)="(\w+)"(?: points=(\d+))?', re.MULTILINE)
# What the setup cell imports.
GIVEN = dict.fromkeys(("catch_up", "check", "score_so_far"), "checks") | dict.fromkeys(
    ("describe_run", "report", "run_profile", "run_seed"), "helpers"
)


def names(root: Path = ROOT) -> list[str]:
    """The course's version, and everything that has a name for users, in order."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    found = [f"command make {name}" for name in re.findall(r"^([a-z-]+):.*##", makefile, re.M)]
    found += [f"command python -m tools.{name}" for name in COMMANDS]
    found += [f"import {name}" for name in _imported(root)]
    reported = json.loads((root / register.SEEDS).read_text(encoding="utf-8"))
    for lab in register.entries(root):
        found += [f"exercise {lab} {said}" for said in _exercises(root, lab)]
        newest = list(reported.get(lab, {}).values())[:1]
        found += [f"metric {lab} {name}" for record in newest for name in record["metrics"]]
    return [f"version {VERSION}", *sorted(found)]


def _imported(root: Path) -> set[str]:
    """What the labs take from checks and helpers, functions with their arguments."""
    paths = [*(root / "helpers").glob("*.py"), *(root / "checks").glob("engine.py")]
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    defined = {}  # by module and name; and by name, for what a module hands on
    for module, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                defined[module, node.name] = defined[node.name] = node
    known = {module: {*_bound(tree)} for module, tree in trees.items()}
    used = {("checks", "begin"), *((module, name) for name, module in GIVEN.items())}
    for source in (root / "solutions").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.attr in known.get(node.value.id, ()):
                    used.add((f"helpers.{node.value.id}", node.attr))
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
                used |= {(node.module, alias.name) for alias in node.names}
    said = set()
    for module, name in used:
        node = defined.get((module.split(".")[-1], name), defined.get(name))
        takes = f"({_arguments(node)})" if isinstance(node, ast.FunctionDef) else ""
        said.add(f"{module}.{name}{takes}")
    return said


def _bound(tree: ast.Module) -> Iterator[str]:
    """The names that a module binds at its top."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _arguments(function: ast.FunctionDef) -> str:
    """Names in order; with = those that may be left out, behind * those given by name only."""
    of = function.args
    needed = len(of.args) - len(of.defaults)
    parts = [a.arg + "=" * (k >= needed) for k, a in enumerate(of.args)]
    parts += [f"*{of.vararg.arg}"] if of.vararg else ["*"] if of.kwonlyargs else []
    given = zip(of.kwonlyargs, of.kw_defaults, strict=True)
    parts += [a.arg + "=" * (default is not None) for a, default in given]
    return ", ".join(parts + ([f"**{of.kwarg.arg}"] if of.kwarg else []))


def _exercises(root: Path, lab: str) -> list[str]:
    source = (root / "solutions" / f"{lab}.py").read_text(encoding="utf-8")
    defined = {n.name: n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)}
    points = {name: n for kind, name, n in CELL.findall(source) if kind != "exercise"}
    return [
        name
        + (f"({_arguments(defined[name])})" if name in defined else "")
        + (f", points {points[name]}" if points.get(name) else "")
        for kind, name, _ in CELL.findall(source)
        if kind != "check"
    ]


def gone(listed: list[str], now: list[str]) -> list[str]:
    """What `listed` promises and the course no longer has."""
    return sorted({name for name in listed if not name.startswith("version ")} - {*now})


def main(root: Path = ROOT) -> int:
    path, now = root / LISTED, names(root)
    listed = path.read_text(encoding="utf-8").splitlines() if path.exists() else now
    if (lost := gone(listed, now)) and listed[0] == now[0]:
        print(f"Gone: {'; '.join(lost)}.", file=sys.stderr)
        print(
            "Users rely on these. Bring them back, or raise VERSION in checks/engine.py, tell in "
            "CHANGELOG.md, under that version, what to do instead, and run this again.",
            file=sys.stderr,
        )
        return 1
    write_atomically(path, ("\n".join(now) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
