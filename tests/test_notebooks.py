"""The builder, on tiny sources made here."""

import ast
import textwrap

import nbformat
import pytest

from tools.build import changes, notebooks

GOOD = """
# %% [markdown]
# # Lab 07
#
# What it is about.

# %%
from helpers import answer
base = 20

# %% exercise="double"
def double(x: int) -> int:
    \"\"\"Twice x.\"\"\"
    ### BEGIN SOLUTION
    return 2 * x  # the secret
    ### END SOLUTION

# %% [markdown]
# <details><summary>Hint</summary>
#
# Add it to itself.
# </details>

# %% check="double" points=2

# %%
print(double(base) + answer())

# %% [markdown] written="compare" points=3
# The model answer.
"""
SETUP = """
import sys

sys.path.insert(0, "..")
from helpers import check

lab = "@LAB@"  # @REPOSITORY@ @REF@
"""
CHECKS = '''
"""Checks."""


def double(double):
    assert double(2) == 4, "2 doubled is 4."
'''
HELPER = '''
"""A helper."""


def check(name, points):
    print(name, points)


def answer():
    """The answer."""
    return 2
'''


@pytest.fixture
def course(tmp_path):
    for folder in ("solutions", "labs", "checks", "helpers", "datasets", "tools/build"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tools/build/setup_cell.py").write_text(SETUP)
    (tmp_path / "checks/lab_07_tiny.py").write_text(CHECKS)
    (tmp_path / "pyproject.toml").write_text('[tool.workbook]\nrepository = "me/it"\nref = "v1"\n')
    (tmp_path / "helpers/__init__.py").write_text("from helpers.tiny import answer, check\n")
    (tmp_path / "helpers/tiny.py").write_text(HELPER)
    (tmp_path / "helpers/unused.py").write_text("x = 1\n")
    write(tmp_path, GOOD)
    return tmp_path


def write(root, text, name="07_tiny"):
    (root / f"solutions/{name}.py").write_text(textwrap.dedent(text).lstrip())


def build(root, *arguments):
    return notebooks.main(list(arguments), root)


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def contents(root):
    return {path: path.read_bytes() for path in root.glob("*/*.ipynb")}


def test_build_makes_an_executed_solution_and_a_blank_lab(course):
    assert build(course) == 0
    solution = nbformat.read(course / "solutions/07_tiny.ipynb", as_version=4)
    lab = nbformat.read(course / "labs/07_tiny.ipynb", as_version=4)
    nbformat.validate(solution)
    nbformat.validate(lab)
    assert solution.cells[5].source == lab.cells[5].source == 'check("double", points=2)'
    assert solution.cells[5].outputs[0].text == "double 2\n"
    assert solution.cells[6].outputs[0].text == "42\n"
    source = "\n".join(cell.source for cell in lab.cells)
    for secret in ("secret", "BEGIN SOLUTION", "model answer"):
        assert secret not in source
    assert 'raise NotImplementedError("exercise double: replace this line")' in source
    assert lab.cells[3].source.startswith("# exercise: double\ndef double")
    assert lab.cells[7].source.startswith("<!-- exercise: compare -->\n")
    assert lab.cells[0].source.startswith("# Lab 07\n\n[▶ Open in Colab](https://colab.")
    assert "github/me/it/blob/v1/labs/07_tiny.ipynb" in lab.cells[0].source
    assert 'lab = "07_tiny"  # me/it v1' in lab.cells[1].source
    assert lab.cells[4].source.endswith(
        '<details><summary>Still stuck?</summary>\n\n`catch_up("double")` in a new cell, or the '
        "solution in `solutions/07_tiny.ipynb`.\n</details>"
    )
    for cell in lab.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert cell.outputs == [] and cell.execution_count is None
    about = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in lab.cells[3:] if c.metadata}
    assert about["double"].solution and not about["double"].grade
    assert about["check_double"].points == 2 and about["check_double"].locked
    assert about["compare"].points == 3 and about["compare"].grade and about["compare"].solution


def test_second_build_executes_nothing_and_changes_no_byte(course, monkeypatch):
    build(course)
    before = contents(course)
    monkeypatch.setattr(notebooks, "execute", lambda *_: pytest.fail("executed again"))
    assert build(course) == 0 and contents(course) == before
    assert build(course, "--check") == 0


def test_two_builds_of_one_source_are_identical(course):
    build(course)
    before = contents(course)
    for path in before:
        path.unlink()
    build(course)
    assert contents(course) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("solutions/07_tiny.py", "# # Lab 07", "# # Lab seven"),
        ("solutions/07_tiny.py", "# the secret", "# a secret"),
        ("solutions/07_tiny.py", '"""Twice x."""', '"""Two times x."""'),
        ("helpers/tiny.py", '"""The answer."""', '"""An answer."""'),
        ("helpers/unused.py", "x = 1", "x = 2"),
        ("checks/lab_07_tiny.py", "2 doubled is 4.", "Twice 2 is 4."),
        ("checks/lab_07_tiny.py", "double(2) == 4", "double(3) == 6"),
        ("pyproject.toml", "me/it", "you/it"),
    ],
)
def test_prose_comments_checks_and_unused_helpers_execute_nothing(
    course, monkeypatch, file, old, new
):
    build(course)
    edit(course / file, old, new)
    monkeypatch.setattr(notebooks, "execute", lambda *_: pytest.fail("executed again"))
    assert build(course) == 0
    solution = nbformat.read(course / "solutions/07_tiny.ipynb", as_version=4)
    assert solution.cells[6].outputs[0].text == "42\n"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("solutions/07_tiny.py", "base = 20", "base = 30"),
        ("helpers/tiny.py", "return 2", "return 3"),
    ],
)
def test_changed_code_is_stale_and_only_it_is_executed(course, monkeypatch, capsys, file, old, new):
    write(course, "# %% [markdown]\n# # Lab 08\n\n# %%\nx = 1\n", name="08_other")
    build(course)
    edit(course / file, old, new)
    assert build(course, "--check") == 1
    assert "07_tiny.ipynb: not what solutions/07_tiny.py builds" in capsys.readouterr().err
    ran, execute = [], notebooks.execute
    monkeypatch.setattr(
        notebooks, "execute", lambda nb, f: (ran.append(nb.metadata.workbook.lab), execute(nb, f))
    )
    assert build(course) == 0
    assert "07_tiny" in ran and ("helpers" in file or ran == ["07_tiny"])
    assert build(course, "--check") == 0


def test_data_counts_where_a_reached_helper_names_it(course):
    (course / "datasets/words.csv").write_text("a\n")
    loader = 'def load_words():\n    return open("words.csv")\n\n\ndef other():\n    return 1\n'
    (course / "helpers/data.py").write_text(loader)
    uses = "from helpers import data\ndata.load_words()"
    assert changes.dependencies(uses, course)[1] == [course / "datasets/words.csv"]
    assert changes.dependencies(uses.replace("load_words", "other"), course)[1] == []
    outside = uses + "\nopen('/proc/self/status'), open('../pyproject.toml')"
    assert changes.dependencies(outside, course)[1] == [course / "datasets/words.csv"]


def test_failed_execution_keeps_the_old_file_and_shows_the_cell(course, capsys):
    build(course)
    before = contents(course)
    edit(course / "solutions/07_tiny.py", "base = 20", "base = 1 / 0")
    assert build(course) == 1
    said = capsys.readouterr().err
    assert "solutions/07_tiny.py failed" in said and "base = 1 / 0" in said
    assert "ZeroDivisionError" in said and "\x1b" not in said
    assert contents(course) == before


def test_typed_into_built_file_or_orphan_fails_the_check(course, capsys):
    build(course)
    edit(course / "labs/07_tiny.ipynb", "Twice x.", "Thrice x.")
    (course / "labs/09_old.ipynb").write_text("{}")
    assert build(course, "--check") == 1
    said = capsys.readouterr().err
    assert "labs/07_tiny.ipynb: not what" in said
    assert "labs/09_old.ipynb has no source" in said
    assert "make notebooks" in said


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('# %% check="double" points=2', "# %%", "(double): an exercise without a check"),
        ('# %% check="double"', '# %% check="triple"', "a check of an unknown exercise"),
        ('# %% check="double" points=2', '# %%\ncheck("double", 2)', "that no header announces"),
        ("points=2\n", "points=2\nassert double(2) == 4\n", "the cell of a check is empty"),
        ('written="compare"', 'written="double"', "the name is a duplicate"),
        ("    ### BEGIN SOLUTION\n", "", "one ### BEGIN SOLUTION and one ### END SOLUTION"),
        ("    ### END SOLUTION\n", "", "one ### BEGIN SOLUTION and one ### END SOLUTION"),
        ('    """Twice x."""\n    ### BEGIN', "### BEGIN", "the blank would not parse"),
        ("points=2", 'points="two"', "points='two' is not a number"),
        (" points=2", "", "points=nothing is not a number"),
        ("points=3", 'points="three"', "points='three' is not a number"),
        ('exercise="double"', 'exercise="my double"', "not a usable name"),
        ('# %% exercise="double"', '# %% exercize="double"', "unknown cell header exercize"),
        ("base = 20", "%matplotlib inline", "not valid Python"),
        ("base = 20", "### BEGIN SOLUTION", "outside an exercise"),
        ("<summary>Hint</summary>", "", "a check comes after its hints"),
        ("def double(double)", "def other(double)", "lab_07_tiny.py has no function double"),
        ("    assert double(2) == 4, ", "    _ = ", "of checks/lab_07_tiny.py asserts nothing"),
    ],
)
def test_refusals_name_file_and_cell(course, capsys, old, new, reason):
    file = "checks/lab_07_tiny.py" if old in CHECKS else "solutions/07_tiny.py"
    edit(course / file, old, new)
    assert build(course) == 1
    said = capsys.readouterr().err
    assert reason in said, said
    assert "solutions/07_tiny.py, cell " in said
    assert not list(course.glob("*/*.ipynb"))


def test_essence_ignores_words_and_keeps_code():
    code = '"""Doc."""\nx = "# kept"  # dropped\n\ndef f():\n    """Doc\n    doc."""\n    y\n'
    assert changes.essence(code) == 'x = "# kept"\ndef f():\n    y'


def test_trained_weights_count_by_the_name_they_are_called_by(tmp_path):
    weights = tmp_path / "datasets" / "weights"
    weights.mkdir(parents=True)
    (tmp_path / "helpers").mkdir()
    for name in ("judge.keras", "judge.json", "other.weights.h5"):
        (weights / name).write_text("x")
    _, data = changes.dependencies('load_model("judge")', tmp_path)
    assert [path.name for path in data] == ["judge.json", "judge.keras"]
