"""What every committed notebook and helper keeps; part of `make check`, so it stays quick."""

import ast
import importlib
import inspect
import itertools
import json
import re
from pathlib import Path

import nbformat
import pytest
from conftest import LABS, ROOT

NOTEBOOKS = [f"{folder}/{lab}" for folder in ("labs", "solutions") for lab in LABS]
KB = 600


def read(name: str):
    return nbformat.read(ROOT / f"{name}.ipynb", as_version=4)


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_valid_small_and_tidy(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert (ROOT / f"{name}.ipynb").stat().st_size <= KB * 1024
    assert "widgets" not in notebook.metadata
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1, "one title"
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), "headings skip a level"
    assert "@LINKS@" not in text and "@REPOSITORY@" not in json.dumps(notebook)
    assert text.count("<details>") == text.count("</details>")
    assert "colab.research.google.com" in notebook.cells[0].source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_setup_cell_is_the_same_everywhere(name):
    assert code_cells(read(name))[0].source == code_cells(read(f"labs/{LABS[0]}"))[0].source


@pytest.mark.parametrize("lab", LABS)
def test_saved_outputs_hold_no_error_warning_or_trace_of_a_machine(lab):
    notebook = read(f"solutions/{lab}")
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "saved from one run, top to bottom"
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert all(output.output_type != "error" for output in outputs)
    assert all(output.get("name") != "stderr" for output in outputs)
    text = "".join(
        str(output.get("text", output.get("data", {}).get("text/plain"))) for output in outputs
    )
    assert not re.search(r"/(home|root|tmp|Users|work)/", text)


@pytest.mark.parametrize("lab", LABS)
def test_every_visible_assert_of_a_check_says_what_is_wrong(lab):
    for cell in code_cells(read(f"labs/{lab}")):
        if cell.metadata.get("nbgrader", {}).get("locked"):
            for node in ast.walk(ast.parse(cell.source)):
                assert not isinstance(node, ast.Assert) or node.msg, f"{cell.id}: {node.lineno}"


@pytest.mark.parametrize("lab", LABS)
def test_figures_are_described_in_the_next_cell(lab):
    cells = read(f"solutions/{lab}").cells
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if any("image/" in kind for o in cell.get("outputs", []) for kind in o.get("data", {})):
            said = after is not None and after.cell_type == "markdown" and after.source.lstrip()
            assert said and said.startswith("*"), f"no describing sentence after:\n{cell.source}"


def test_instructors_see_every_exercise_with_its_points():
    table = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d\d) \| `(\w+)` \| ([\d.]+) \|", table, re.MULTILINE)
    built = [
        (lab[:2], about["grade_id"].removeprefix("check_"), f"{about['points']:g}")
        for lab in LABS
        for about in (cell.metadata.get("nbgrader", {}) for cell in read(f"labs/{lab}").cells)
        if about.get("grade")
    ]
    assert listed == built


def test_links_in_the_documents_lead_somewhere():
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (ROOT / target).exists(), f"{document.name}: {target}"


def test_public_helpers_are_documented():
    for path in sorted((ROOT / "helpers").glob("*.py")):
        module = importlib.import_module(f"helpers.{path.stem}".removesuffix(".__init__"))
        assert inspect.getdoc(module), path.name
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", "") == module.__name__
            if own and callable(thing) and not name.startswith("_"):
                assert inspect.getdoc(thing), f"{path.name}: {name}"


def test_slug_stands_in_one_place():
    slug = "ORGANISATION/generative-models" + "-workbook"
    sources = [*ROOT.glob("*/*.py"), *ROOT.glob(".github/**/*"), *ROOT.glob("binder/*")]
    assert [p for p in map(Path, sources) if p.is_file() and slug in p.read_text()] == []
