"""What every committed notebook and helper keeps; part of `make check`, so it stays quick."""

import ast
import importlib
import inspect
import itertools
import json
import re
import socket
from pathlib import Path

import nbformat
import pytest
from conftest import LABS, ROOT

from tools import register

NOTEBOOKS = [f"{folder}/{lab}" for folder in ("labs", "solutions") for lab in LABS]
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("datasets/*.md")})


def read(name: str):
    return nbformat.read(ROOT / f"{name}.ipynb", as_version=4)


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_valid_small_and_tidy(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert (ROOT / f"{name}.ipynb").stat().st_size <= register.budgets()["notebook_kb"] * 1024
    # No state of widgets, no name of a machine's kernel, nothing an editor left behind.
    assert set(notebook.metadata) == {"kernelspec", "language_info", "workbook"}
    assert notebook.metadata.kernelspec.name == "python3"
    text = prose(notebook)
    assert "@LINKS@" not in text and "@REPOSITORY@" not in json.dumps(notebook)
    assert text.count("<details>") == text.count("</details>")
    assert "colab.research.google.com" in notebook.cells[0].source


def wrong_headings(text: str) -> list[str]:
    """What is wrong with the headings of a Markdown text, code blocks aside."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    wrong = [] if levels[:1] == [1] and levels.count(1) == 1 else ["not one title, at the top"]
    skipped = any(b > a + 1 for a, b in itertools.pairwise(levels))
    return wrong + (["a level is skipped"] if skipped else [])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_has_one_title_and_ordered_headings(name):
    assert wrong_headings(prose(read(name))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document_has_one_title_and_ordered_headings(document):
    assert wrong_headings(document.read_text(encoding="utf-8")) == []


def test_wrong_headings_are_found():
    assert wrong_headings("# A\n## B\n```\n# a comment\n```\n### C\n## D") == []
    assert wrong_headings("## B\n# A") and wrong_headings("# A\n# B")
    assert wrong_headings("# A\n### B") == ["a level is skipped"]


def wrong_links(text: str, folder: Path) -> list[str]:
    """Relative targets that do not exist below `folder`, and pictures without a description."""
    links = re.findall(r"(!?)\[((?:[^][]|\[[^]]*\])*)\]\(([^)\s]+)\)", text)
    wrong = [f"no description: {target}" for mark, said, target in links if mark and not said]
    wrong += re.findall(r"<img(?![^>]*alt=.\w)[^>]*>", text)
    for _, _, target in links:
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = folder / path if path else None
        if there and not there.exists():
            wrong.append(f"leads nowhere: {target}")
        elif anchor and (there is None or there.suffix == ".md"):
            titles = re.findall(r"^#+ (.*)$", there.read_text() if there else text, re.MULTILINE)
            known = [re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles]
            wrong += [] if anchor.lower() in known else [f"no such heading: {target}"]
    return wrong


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_in_notebooks_lead_somewhere(name):
    assert wrong_links(prose(read(name)), (ROOT / name).parent) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_in_documents_lead_somewhere(document):
    assert wrong_links(document.read_text(encoding="utf-8"), document.parent) == []


def test_wrong_links_are_found():
    assert wrong_links("[a](README.md) [![b](LICENSE)](README.md) [c](https://x.org/y)", ROOT) == []
    assert wrong_links("# A title\n[a](#a-title)", ROOT) == []
    assert wrong_links("[a](nowhere.md)", ROOT) == ["leads nowhere: nowhere.md"]
    assert wrong_links("[a](README.md#nowhere)", ROOT) == ["no such heading: README.md#nowhere"]
    assert wrong_links("![](LICENSE)", ROOT) == ["no description: LICENSE"]
    assert wrong_links('<img src="LICENSE">', ROOT)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_setup_cell_is_the_same_everywhere_but_for_the_lab(name):
    first = code_cells(read(f"labs/{LABS[0]}"))[0].source
    lab = name.partition("/")[2]
    assert code_cells(read(name))[0].source == first.replace(LABS[0], lab)


@pytest.mark.parametrize("lab", LABS)
def test_saved_outputs_hold_no_error_warning_or_trace_of_a_machine(lab):
    notebook = read(f"solutions/{lab}")
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "saved from one run, top to bottom"
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert all(output.output_type != "error" for output in outputs)
    assert all(output.get("name") != "stderr" for output in outputs)
    assert traces_of_a_machine(json.dumps(outputs)) == []


def traces_of_a_machine(text: str) -> list[str]:
    """Absolute paths of people's machines (so, user names), memory addresses, this one's name."""
    found = re.findall(r"(?<![\w./>])/(?:home|root|tmp|var|Users|work|mnt|opt)/\w+", text)
    found += re.findall(r"\b[A-Z]:\\+\w+|file://|\bat 0x[0-9a-f]{6,}", text)
    host = socket.gethostname()
    distinctive = re.search(r"[\d-]", host)  # not a word such as "data"
    return found + ([host] if distinctive and host in text else [])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_sources_hold_no_absolute_path(name):
    assert traces_of_a_machine("\n".join(cell.source for cell in read(name).cells)) == []


def test_traces_of_a_machine_are_found():
    for text in ("in /home/me/x", '"/tmp/x1.png"', "C:\\Users\\me", "at 0x7f2c00ffee00"):
        assert traces_of_a_machine(text), text
    assert traces_of_a_machine("build/runs/a, https://a.org/home/b, and/or 1/2") == []


def unseeded(code: str) -> list[str]:
    """What draws random numbers that no seed of ours decides, as far as the code shows."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func) for call in calls]
    wrong = [
        f"{name}()"
        for call, name in zip(calls, names, strict=True)
        if re.search(r"\b(default_rng|SeedGenerator|Random)$", name) and not call.args
        if not call.keywords
    ]
    wrong += [name for name in names if re.match(r"(np|numpy)\.random\.(?!default_rng)", name)]
    wrong += [name for name in names if re.match(r"random\.(?!Random)", name)]
    if "run_seed" not in names:
        wrong.append("run_seed is not called")
    if "keras.utils.set_random_seed" not in names:
        wrong.append("keras.utils.set_random_seed is not called")
    return wrong


@pytest.mark.parametrize("lab", LABS)
def test_seeds_are_set(lab):
    assert unseeded((ROOT / "solutions" / f"{lab}.py").read_text(encoding="utf-8")) == []


def test_draws_without_a_seed_are_found():
    good = "keras.utils.set_random_seed(run_seed())\n"
    assert unseeded(f"{good}np.random.default_rng(SEED).normal()") == []
    for bad in ("np.random.default_rng()", "np.random.rand(3)", "random.random()"):
        assert unseeded(good + bad), bad
    assert len(unseeded("x = 1")) == 2


@pytest.mark.parametrize("path", sorted((ROOT / "checks").glob("*.py")), ids=lambda p: p.stem)
def test_every_visible_assert_of_a_check_says_what_is_wrong(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Assert) or node.msg, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("lab", LABS)
def test_a_check_is_one_line_after_its_hints(lab):
    cells = read(f"labs/{lab}").cells
    for before, cell in itertools.pairwise(cells):
        if cell.metadata.get("nbgrader", {}).get("locked"):
            assert re.fullmatch(r'check\("\w+", points=[\d.]+\)', cell.source), cell.source
            assert "<summary>Hint</summary>" in before.source, f"no hint above {cell.source}"


@pytest.mark.parametrize("lab", LABS)
def test_figures_are_described_in_the_next_cell(lab):
    cells = read(f"solutions/{lab}").cells
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if any("image/" in kind for o in cell.get("outputs", []) for kind in o.get("data", {})):
            said = after is not None and after.cell_type == "markdown" and after.source.lstrip()
            assert said and said.startswith("*"), f"no describing sentence after:\n{cell.source}"


def test_every_lab_is_registered_and_its_documents_are_made_from_it():
    """That README.md and INSTRUCTORS.md are fresh is asked by `tools.build.notebooks --check`."""
    assert list(register.entries()) == LABS
    for document, name in (("README.md", "labs"), ("INSTRUCTORS.md", "exercises")):
        assert f"<!-- {name}:begin -->\n" in (ROOT / document).read_text(encoding="utf-8")


def test_public_helpers_are_documented():
    shared = [p for p in (ROOT / "checks").glob("*.py") if not p.stem.startswith("lab_")]
    for path in sorted([*(ROOT / "helpers").glob("*.py"), *shared]):
        name = f"{path.parent.name}.{path.stem}".removesuffix(".__init__")
        module = importlib.import_module(name)
        assert inspect.getdoc(module), path.name
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", "") == module.__name__
            if own and callable(thing) and not name.startswith("_"):
                methods = inspect.getmembers(thing, inspect.isfunction)
                for method, code in [(name, thing), *methods]:
                    here = code.__module__ == module.__name__ and not method.startswith("_")
                    assert not here or code.__doc__, f"{path.name}: {name}, {method}"


def test_slug_stands_in_one_place():
    slug = "ORGANISATION/generative-models" + "-workbook"
    sources = [*ROOT.glob("*/*.py"), *ROOT.glob(".github/**/*"), *ROOT.glob("binder/*")]
    assert [p for p in map(Path, sources) if p.is_file() and slug in p.read_text()] == []
