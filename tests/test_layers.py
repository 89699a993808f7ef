"""Imports run one way, benchmarks, figures → tools → checks → helpers, and nowhere in a circle."""

import ast
import graphlib
import re
import subprocess
import sys

import grimp
import pytest
from conftest import ROOT

from tools.build.changes import essence

LAYERS = ("benchmarks", "figures", "tools", "checks", "helpers")  # each may import those after it
# A submission walks one way; what runs inside the sandbox stands apart from all of them.
GRADING = (
    *("tools.grade", "anonymous", "pages", "results", "gradebook", "roster", "manual"),
    *("similar", "grader", "session", "cgroup", "sandbox", "handins", "platforms", "files"),
    *("submissions", "times", "reading", "plain", "suspicions", "trees", "lab", "chunks", "tables"),
)
INSIDE = [f"tools.grading.{name}" for name in ("runner", "inside", "isolation", "self_test")]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*LAYERS, cache_dir=None)


def imported(graph, module: str) -> set[str]:
    return graph.find_modules_directly_imported_by(module)


def test_no_room_imports_one_above_it(graph):
    wrong = [
        f"{module} imports {other}"
        for module in graph.modules
        for other in imported(graph, module)
        if LAYERS.index(module.split(".")[0]) > LAYERS.index(other.split(".")[0])
    ]
    assert wrong == []


def test_no_circle(graph):
    modules = graph.modules - set(LAYERS)  # a package stands for all in it
    graphlib.TopologicalSorter({m: imported(graph, m) - set(LAYERS) for m in modules}).prepare()


def test_a_circle_would_be_found():
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def test_a_submission_walks_one_way(graph):
    order = [name if "." in name else f"tools.grading.{name}" for name in GRADING]
    for position, module in enumerate(order):
        assert not imported(graph, module) & set(order[:position]), module
    for module in INSIDE:
        ours = {m for m in imported(graph, module) if m.startswith("tools")}
        assert ours <= {"tools.grading.reading"}, module


def test_a_grading_run_that_grades_nothing_imports_nothing_slow():
    code = "import sys, tools.grade; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert not {"jupytext", "keras", "nbformat", "tensorflow"} & set(done.stdout.decode().split())


def test_no_private_name_is_imported_from_another_room(graph):
    wrong = [
        detail["line_contents"]
        for module in graph.modules
        for other in imported(graph, module)
        for detail in graph.get_import_details(importer=module, imported=other)
        if " import _" in detail["line_contents"] or ", _" in detail["line_contents"]
    ]
    assert wrong == []


def test_no_private_name_of_another_module_is_used():
    wrong = []
    for folder in LAYERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            modules = {
                alias.asname or alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LAYERS
                for alias in node.names
            }
            wrong += [
                f"{path.relative_to(ROOT)} uses {node.value.id}.{node.attr}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and re.match("_[a-z]", node.attr)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ]
    assert wrong == []


def test_helpers_are_thin():
    files = sorted((ROOT / "helpers").rglob("*.py"))
    lines = {
        path.name: len(essence(path.read_text(encoding="utf-8")).splitlines()) for path in files
    }
    assert len(files) <= 12 and sum(lines.values()) <= 1400, lines
