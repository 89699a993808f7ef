"""What is read of a notebook: magics, split and merged cells, other Pythons, endless answers."""

import json
import sys
import time
from functools import partial

import nbformat
import pytest
import school
from conftest import LABS, needs

from tools.grading import plain, reading, sandbox, session, submissions
from tools.grading.chunks import grade_id
from tools.grading.grader import Grader
from tools.grading.lab import Lab

QUICK = sandbox.Limits(cpu_seconds=10, wall_seconds=30)
LAB = Lab(LABS[0])
NAMES = list(LAB.exercises)  # standardise, fit_gaussian, draw_points, log_density
BODY = {name: LAB.reference[name].split("\n", 1)[1] for name in NAMES}


def read(content: bytes) -> reading.Answers:
    return reading.read_answers(content, LAB.handout)


def graded(answers: dict[str, str], **changes):
    content = school.notebook(LAB, answers, **changes)
    with Grader(partial(session.Runner, QUICK, LAB.modules), "a secret") as grader:
        return grader.grade(submissions.Submission.of("a", LAB.name, content), LAB)


def right(result) -> list[str]:
    return [mark.name for mark in result.marks if mark.mark == "✓"]


def cells(change):
    """A change of a notebook that gets the position and cell of the first exercise."""

    def changed(copy):
        position = next(i for i, c in enumerate(copy.cells) if grade_id(c) == NAMES[0])
        change(copy.cells, position)

    return changed


# ── 4. notebook Python ──────────────────────────────────────────────────────────────────────────


def test_what_stands_under_a_magic_is_graded():
    needs("bwrap")
    result = graded(
        {
            NAMES[0]: f"%%time\n{BODY[NAMES[0]]}\ndisplay('shown', 1)",
            NAMES[1]: f"%%capture out\n%%timeit\n{BODY[NAMES[1]]}\n!ls\n%matplotlib inline",
            NAMES[2]: f"import asyncio\nawait asyncio.sleep(0)\n{BODY[NAMES[2]]}\n{NAMES[2]}?",
            NAMES[3]: f"from google.colab import drive\ndrive.mount('/x')\n{BODY[NAMES[3]]}\n"
            "%time done = 1 + 1\nassert done == 2",
        }
    )
    assert right(result) == NAMES and not any("%" in flag for flag in result.flags)


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile answer.py", "%%html", "%%script false"])
def test_what_cannot_run_is_flagged(magic):
    answers = read(school.notebook(LAB, {NAMES[0]: f"{magic}\n{BODY[NAMES[0]]}"}))
    assert (
        f"{NAMES[0]}: begins with {magic.split()[0]}, under which nothing runs here"
        in answers.flags
    )


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("%%time\nx = 1", "# %%time\nx = 1"),
        ("# exercise: a\n\n%%prun -q\nx = 1", "# exercise: a\n\n# %%prun -q\nx = 1"),
        ("x = %time f()", "x = f()"),
        ('s = """\n%d of\n!ls\nwhat?\n"""', 's = """\n%d of\n!ls\nwhat?\n"""'),
        ("def f(:\n    pass", "def f(:\n    pass"),
        ("\ufeffx = 1", "x = 1"),
    ],
)
def test_lines_stay_where_they_are(source, code):
    assert plain.plain(source) == (code, "")


# ── 5. other surroundings ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("line", ["import nosuchmodule", "from nosuchmodule.sub import x"])
def test_a_missing_module_is_no_zero(line):
    result = graded({NAMES[0]: f"{line}\n{BODY[NAMES[0]]}"})
    assert result.status.startswith(f"not graded: {NAMES[0]} needs the module nosuchmodule")
    assert "install it" in result.status and result.points is None


def test_a_module_that_the_student_missed_too_is_the_students_error():
    needs("bwrap")

    def ran(copy):
        output = {"output_type": "error", "ename": "ModuleNotFoundError", "traceback": []}
        cell = next(c for c in copy.cells if grade_id(c) == NAMES[0])
        cell.outputs = [nbformat.from_dict(output | {"evalue": "No module named 'numpyy'"})]

    result = graded({NAMES[0]: f"import numpyy\n{BODY[NAMES[0]]}"}, ran=ran)
    assert result.status == "graded" and right(result) == []
    assert plain.missing_modules("try:\n    import nosuch\nexcept ImportError:\n    pass") == []


NEWER = [
    "def f[T](x: T) -> T:\n    return x",
    "type Pair[T] = tuple[T, T]",
    "class A[T]:\n    pass",
]
NEWER += ['x = f"{d["a"]}"', "try:\n    pass\nexcept KeyError, OSError:\n    pass", 'x = t"{a}"']


@pytest.mark.parametrize("code", NEWER)
def test_syntax_of_a_newer_python_is_no_zero(code):
    if plain.parses(code):
        pytest.skip("this Python reads it")

    def newest(copy):
        copy.metadata.language_info = {"name": "python", "version": "3.99.1"}

    result = graded({NAMES[0]: f"{code}\n{BODY[NAMES[0]]}"}, newest=newest)
    assert result.status.startswith(f"not graded: {NAMES[0]} is written in Python 3.99")


@pytest.mark.parametrize("code", ["def f(:\n    pass", "x = = 1", "returm [1", 'x = "', "f(a b)"])
def test_what_no_python_reads_is_the_students_error(code):
    needs("bwrap")

    def newest(copy):
        copy.metadata.language_info = {"name": "python", "version": "3.99.1"}

    result = graded({NAMES[0]: code}, newest=newest)
    assert result.status == "graded" and result.marks[0].mark == "✗"


# ── 6. edited cells ─────────────────────────────────────────────────────────────────────────────


def halves(metadata: bool, at: int = -2):
    def split(notebook, position):
        whole = notebook[position]
        lines = whole.source.split("\n")
        second = nbformat.v4.new_code_cell("\n".join(lines[at:]))
        if metadata:
            second.metadata = nbformat.from_dict(dict(whole.metadata))
        whole.source = "\n".join(lines[:at])
        notebook.insert(position + 1, second)

    return cells(split)


@pytest.mark.parametrize("metadata", [True, False])
def test_an_answer_split_in_two_is_graded_whole(metadata):
    answers = read(school.notebook(LAB, LAB.reference, split=halves(metadata)))
    assert answers.code[NAMES[0]] == LAB.reference[NAMES[0]]
    assert f"{NAMES[0]}: its answer stands in several cells, graded as one" in answers.flags


def test_an_answer_split_between_two_functions_is_graded_whole():
    code = {NAMES[0]: f"def help_(x):\n    return x\n{BODY[NAMES[0]]}"}
    answers = read(school.notebook(LAB, code, split=halves(True, at=3)))
    assert "def help_" in answers.code[NAMES[0]] and BODY[NAMES[0]] in answers.code[NAMES[0]]


def test_a_cell_of_ones_own_below_an_answer_is_not_drawn_in():
    def add(notebook, position):
        notebook.insert(position + 1, nbformat.v4.new_code_cell("mine = 1"))

    answers = read(school.notebook(LAB, LAB.reference, add=cells(add)))
    assert answers.code[NAMES[0]] == LAB.reference[NAMES[0]] and any(
        "mine" in p.makes for p in answers.parts
    )


def test_two_answers_merged_into_one_cell_are_cut_apart():
    def merge(notebook, position):
        other = next(c for c in notebook if grade_id(c) == NAMES[1])
        notebook[position].source += f"\n\n{other.source}"
        notebook.remove(other)

    answers = read(school.notebook(LAB, LAB.reference, merge=cells(merge)))
    assert {n: answers.code[n].strip() for n in NAMES} == LAB.reference
    assert f"{NAMES[0]} and {NAMES[1]}: their answers stand in one cell, cut apart" in answers.flags


FIRST_LINES = [
    "# my comment\n# exercise: {}",
    "#@title Solve it\n# exercise: {}",
    "\ufeff# exercise: {}",
    "#Exercise: {}",
    "# EXERCISE : {}",
    "## exercise: {}",
    "%%time\n# exercise: {}",
    "\n\n  # exercise: {}",
    '#@title x { display-mode: "form" }\n\n# Exercise: {}',
]


@pytest.mark.parametrize("first", FIRST_LINES)
def test_the_line_that_names_an_exercise(first):
    def lose(copy):
        for cell in copy.cells:
            if grade_id(cell) == NAMES[0]:
                cell.source = f"{first.replace('{}', NAMES[0])}\n{BODY[NAMES[0]]}"
            cell.metadata = nbformat.from_dict({})

    answers = read(school.notebook(LAB, LAB.reference, lose=lose))
    assert BODY[NAMES[0]] in answers.code[NAMES[0]] and set(answers.code) == set(NAMES)


# ── metadata of any shape ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("odd", ["null", "1", "[]", "{}", "[[], []]", "[" * 800 + "]" * 800])
@pytest.mark.parametrize("where", ["workbook", "kernelspec", "language_info"])
def test_metadata_of_any_shape_keep_nobody_from_being_graded(odd, where):
    whole = json.loads(school.notebook(LAB, LAB.reference))
    inner = {"workbook": "lab", "kernelspec": "language", "language_info": "version"}[where]
    for value in (json.loads(odd), {inner: json.loads(odd)}):
        whole["metadata"][where] = value
        content = json.dumps(whole).encode()
        assert list(read(content).code) == NAMES
        assert reading.look(content, {LAB.name: LAB.handout}).lab == LAB.name


# ── 14. answers without end ─────────────────────────────────────────────────────────────────────

ENDLESS = {
    "blank lines": "\n" * 2_000_000,
    "numbers": "x = " + "1," * 1_000_000,
    "nested and a magic": "if 1:\n" * 9_000 + "!ls",
    "magics": "%a\n" * 501 + BODY[NAMES[0]],
    "blanks before a question": " " * 99_000 + "?x",
    "questions": "?" * 99_000,
    "brackets": "(" * 99_000 + "\n!ls",
    "blank lines that fit": "\n" * 99_000 + "x = =",
    "quotes": "f'" * 45_000,
    "names of exercises": "# exercise: standardise\n# exercise: log_density\n" * 2_000,
}


@pytest.mark.parametrize("case", ENDLESS)
def test_no_answer_takes_long_to_read(case):
    content = school.notebook(LAB, {NAMES[0]: ENDLESS[case]})
    started = time.process_time()
    answers = read(content)
    reading.look(content, {LAB.name: LAB.handout})
    plain.needs_newer(answers.code[NAMES[0]])
    plain.missing_modules(answers.code[NAMES[0]])
    assert time.process_time() - started < 5
    too_long = len(ENDLESS[case]) > plain.MAX_CHARACTERS
    assert (NAMES[0] in answers.too_long) is too_long
    assert any("left out" in flag for flag in answers.flags) is too_long


def test_no_notebook_takes_long_to_read():
    def many(copy):
        position = next(i for i, c in enumerate(copy.cells) if grade_id(c) == NAMES[0])
        about = copy.cells[position].metadata
        copy.cells[position + 1 : position + 1] = code("x = " + "1," * 400, 900, about)
        copy.cells += code("y = " + "1," * 4_000, 900)

    def more(copy):
        copy.cells += code("y = 1", reading.MAX_CELLS)

    def code(source, times, metadata=None):
        return [nbformat.v4.new_code_cell(source, metadata=metadata or {}) for _ in range(times)]

    content = school.notebook(LAB, {}, many=many)
    started = time.process_time()
    read(content)
    assert time.process_time() - started < 10
    with pytest.raises(reading.Unreadable, match="more than 2,000 cells"):
        read(school.notebook(LAB, {}, more=more))


def test_an_answer_too_long_is_a_mark_and_not_the_end():
    needs("bwrap")
    result = graded(LAB.reference | {NAMES[0]: ENDLESS["numbers"]})
    assert result.status == "graded" and right(result) == NAMES[1:]
    assert "more than 100,000 characters: shorten it" in result.marks[0].comment


def test_the_graders_python_is_not_the_students():
    assert read(school.notebook(LAB, LAB.reference)).elsewhere == ""
    assert sys.version_info >= (3, 11)
