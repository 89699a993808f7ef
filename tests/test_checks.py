"""`check`, `score_so_far`, `catch_up` and `begin`: what the learner reads."""

import linecache
import os
import random
import subprocess
import sys
import textwrap
import types

import pytest
from conftest import ROOT, shown_by_ipython

import checks
import helpers
from checks import engine
from helpers import run as run_settings

LAB = "99_tiny"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv("WORKBOOK_STRICT", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(engine, "_results", {})
    monkeypatch.setattr(engine, "_caught_up", set())
    monkeypatch.setattr(run_settings, "_lab", LAB)


@pytest.fixture
def module(monkeypatch):
    """Put a module of checks for the tiny lab in its place; returns how to."""

    def put(code: str, folder: str = "checks") -> None:
        made = types.ModuleType(f"{folder}.lab_{LAB}")
        execute(f"<{made.__name__}>", code, vars(made))
        monkeypatch.setitem(sys.modules, made.__name__, made)

    return put


@pytest.fixture
def run(module):
    """Check an answer: the body of its check, the answer's cell, and the names of the notebook."""

    def check(body: str, answer: str = "double = None", name: str = "double", points=2, names=None):
        module(f"def {name}({name}):\n" + textwrap.indent(textwrap.dedent(body), "    "))
        names = {"__name__": "__main__"} if names is None else names
        execute("<answer>", answer, names)
        names["check"] = checks.check
        execute("<cell>", f"check({name!r}, points={points})", names)

    return check


def execute(label: str, code: str, names: dict) -> None:
    code = textwrap.dedent(code)
    linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)
    exec(compile(code, label, "exec"), names)


def test_right(run, capsys):
    run("assert True")
    assert capsys.readouterr().out == "✓ double (2 points)\n"


def test_one_point_is_singular(run, capsys):
    run("assert True", points=1)
    assert capsys.readouterr().out == "✓ double (1 point)\n"


def test_wrong_gives_the_reason_and_goes_on(run, capsys):
    run('assert False, "2 doubled\\n is 4."')
    assert capsys.readouterr().out == "✗ double — 2 doubled is 4.\n"


def test_assert_without_a_reason_shows_itself(run, capsys):
    run("assert 1 == 2")
    assert capsys.readouterr().out == "✗ double — this is not true: assert 1 == 2\n"


def test_unexpected_error_shows_type_message_and_the_learners_own_line(run, capsys):
    answer = """
    def double(x):
        import json
        return json.loads(x)
    """
    run('assert double("{") == 4', answer)
    said = capsys.readouterr().out
    assert said.startswith("✗ double — JSONDecodeError: Expecting property name")
    assert said.endswith("\n    in your line 4: return json.loads(x)\n")
    assert "Traceback" not in said and said.count("\n") == 2


def test_keras_errors_lose_their_type_face_and_their_list_of_arguments(run, capsys):
    message = (
        "Calling failed.\n\n\x1b[1mWrong shape\x1b[0m\n\nArguments received by call():\n  • x=1"
    )
    run(f"raise ValueError({message!r})")
    assert capsys.readouterr().out.startswith(
        "✗ double — ValueError: Calling failed. Wrong shape\n"
    )


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("Cannot convert '5' to a shape.", "a shape is a tuple"),
        ("float() argument must be a number, not 'SymbolicTensor'", "return the tensor as it is"),
        ("'list' object has no attribute '_unique_id'", "trainable_variables is a list"),
        ("for %: 'SeedGenerator' and 'int'", "keras.random.normal takes a SeedGenerator"),
        ("something else", None),
    ],
)
def test_advice_beside_errors_that_do_not_say_what_to_change(run, message, advice, capsys):
    run(f'raise TypeError("""{message}""")')
    said = capsys.readouterr().out
    assert f"TypeError: {message}" in said
    assert (f" ({advice}" in said) if advice else " (" not in said


def test_wrong_signature_shows_how_the_check_called(run, capsys):
    run("assert double(1, 2) == 4", "def double(x): return x")
    said = capsys.readouterr().out
    assert "TypeError: double() takes 1 positional argument but 2 were given" in said
    assert said.endswith("when the check ran: assert double(1, 2) == 4\n")


def test_blank_is_not_done_yet(run, capsys):
    blank = 'def double(x): raise NotImplementedError("exercise double: replace this line")'
    run("assert double(1) == 2", blank)
    assert capsys.readouterr().out == "○ double — not done yet\n"


def test_blank_wrapped_by_another_error_is_recognised(run, capsys):
    answer = """
    def double(x):
        try:
            raise NotImplementedError("exercise double: replace this line")
        except NotImplementedError as error:
            raise RuntimeError("layer failed") from error
    """
    run("assert double(1) == 2", answer)
    assert capsys.readouterr().out == "○ double — not done yet\n"


def test_blank_of_another_exercise_is_named(run, capsys):
    blank = 'def double(x): raise NotImplementedError("exercise first: replace this line")'
    run("assert double(1) == 2", blank)
    assert capsys.readouterr().out == "○ double — not done yet: it needs exercise first\n"


def test_answer_cell_not_run(run, capsys):
    run("assert double(1) == 2", "pass")
    said = capsys.readouterr().out
    assert said.startswith("✗ double — NameError: name 'double' is not defined (run the exercise's")
    assert said.count("\n") == 1


def test_another_name_that_is_missing_comes_from_the_cells_above(run, capsys):
    run("assert double(1) == 2", "def double(x): return nq.add(x, x)")
    said = capsys.readouterr().out
    assert "name 'nq' is not defined. Did you mean" not in said
    assert "'nq' is not defined (run the cells above it first, or check the spelling)" in said
    assert said.endswith("in your line 1: def double(x): return nq.add(x, x)\n")


def test_a_lab_at_hand_says_how_many_points_its_exercises_are_worth(capsys):
    checks.begin("00_start_here")
    answer = "def standardise(points): return (points - points.mean(axis=0)) / points.std(axis=0)"
    names = {"check": checks.check}
    exec(f"{answer}\ncheck('standardise', points=50)\ncheck('standardise')", names)
    assert capsys.readouterr().out.count("✓ standardise (1 point)\n") == 2


def test_a_check_says_nothing_of_how_tensorflow_compiles(run, capsys, caplog):
    body = 'import logging\nlogging.getLogger("tensorflow").warning("5 out of the last 9 calls")'
    run(body)
    assert caplog.records == [] and capsys.readouterr().out == "✓ double (2 points)\n"


def test_exit_in_an_answer_does_not_end_the_notebook(run, capsys):
    run('raise SystemExit("bye")')
    assert capsys.readouterr().out.startswith("✗ double — SystemExit: bye")


def test_stop_button_still_stops_and_leaves_the_exercise_open(run):
    with pytest.raises(KeyboardInterrupt):
        run("raise KeyboardInterrupt")
    assert engine._results["double"].mark == "○"


def test_names_of_the_notebook_do_not_reach_a_check(run, capsys):
    run("assert abs(double) == 2", "double = -2\ndef abs(x): return 99")
    assert capsys.readouterr().out == "✓ double (2 points)\n"


def test_a_check_draws_the_same_numbers_each_time_and_leaves_the_notebooks_alone(run, capsys):
    body = "import random; drawn.append(random.random()); assert double"
    random.seed(7)
    expected = [random.random() for _ in range(2)]
    random.seed(7)
    drawn = [random.random()]
    for _ in range(2):
        seen = []
        run(
            f"drawn = double.drawn; {body}", "", names={"double": types.SimpleNamespace(drawn=seen)}
        )
        drawn += seen
    assert drawn[1] == drawn[2]
    assert [drawn[0], random.random()] == expected


def test_an_unknown_exercise_or_no_set_up_is_one_sentence(module, capsys, monkeypatch):
    module("import json\ndef _shared(): ...\ndef double(double): ...")
    for name in ("tripple", "_shared", "json"):
        checks.check(name, points=1)
        assert f"no exercise '{name}' in {LAB}; check the spelling" in capsys.readouterr().out
    checks.check("Double")
    assert f"no exercise 'Double' in {LAB}; did you mean 'double'?" in capsys.readouterr().out
    monkeypatch.setattr(run_settings, "_lab", None)
    checks.check("double", points=1)
    assert "run the setup cell at the top first" in capsys.readouterr().out


@pytest.mark.parametrize("variable", ["WORKBOOK_STRICT=1", "NBGRADER_EXECUTION=autograde"])
@pytest.mark.parametrize("body", ['assert False, "no"', "1 / 0"])
def test_strict_raises(run, monkeypatch, variable, body):
    monkeypatch.setenv(*variable.split("="))
    with pytest.raises((AssertionError, ZeroDivisionError)):
        run(body)


def test_strict_raises_for_a_lent_answer(run, monkeypatch):
    monkeypatch.setenv("WORKBOOK_STRICT", "1")
    engine._caught_up.add("double")
    with pytest.raises(AssertionError, match="for no points"):
        run("assert True")


def test_the_source_of_a_check_is_shown_after_a_right_answer(capsys, monkeypatch):
    monkeypatch.setattr(run_settings, "_lab", "00_start_here")
    checks.check.source("standardise")
    said = capsys.readouterr().out
    assert "is shown after ✓" in said and "assert" not in said
    engine._results["standardise"] = engine.Result("✓", 1, 1)
    checks.check.source("standardise")
    assert capsys.readouterr().out.startswith("def standardise(standardise):\n")
    checks.check.source("tripple")
    assert "no exercise 'tripple'" in capsys.readouterr().out


def test_score_so_far(run, capsys):
    run("assert True", name="a", answer="a = 1")
    run('assert False, "no"', name="long_name", points=0.5, answer="long_name = 1")
    run(
        'raise NotImplementedError("exercise b: replace this line")',
        name="b",
        points=3,
        answer="b = 1",
    )
    run("assert True", name="long_name", points=0.5, answer="long_name = 1")  # the last one counts
    capsys.readouterr()
    checks.score_so_far()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["✓", "a", "2", "of", "2"]
    assert lines[1].split() == ["✓", "long_name", "0.5", "of", "0.5"]
    assert lines[2].split() == ["○", "b", "0", "of", "3", "not", "done", "yet"]
    assert lines[3] == "Score so far: 2.5 of 5.5 points, 2 of 3 exercises."


def test_score_before_any_check(capsys):
    checks.score_so_far()
    assert "No check has run yet" in capsys.readouterr().out


def test_catch_up_loads_the_answer_for_no_points(capsys, monkeypatch):
    checks.begin("00_start_here")
    namespace = {"catch_up": checks.catch_up, "check": checks.check}
    exec('import numpy as np; catch_up("standardise")', namespace)
    assert "standardise" in namespace
    assert "for no points" in capsys.readouterr().out
    exec('check("standardise", points=1)', namespace)
    said = capsys.readouterr().out
    assert said == "✓ standardise (0 of 1 point) — the reference answer, for no points\n"
    engine.answered("# exercise: standardise\ndef standardise(points): ...")
    exec('check("standardise", points=1)', namespace)
    assert capsys.readouterr().out == "✓ standardise (1 point)\n"


def test_catch_up_without_solutions_or_with_a_wrong_name(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(run_settings, "_lab", None)
    checks.catch_up("standardize")
    assert "no exercise 'standardize'" in capsys.readouterr().out
    monkeypatch.setattr(engine, "SOLUTIONS", tmp_path / "none")
    checks.catch_up("standardise")
    assert "comes without solutions" in capsys.readouterr().out


def test_begin_prints_the_version_and_starts_another_lab_anew(capsys):
    checks.begin("00_start_here")
    assert f"version {engine.VERSION} · lab 00_start_here" in capsys.readouterr().out
    engine._results["standardise"] = engine.Result("✓", 1, 1)
    checks.begin("00_start_here")
    assert engine._results, "the setup cell may be run again"
    checks.begin("05_vae")
    assert not engine._results


def plain_python(code: str, *options: str, **settings: str) -> subprocess.CompletedProcess:
    command = [sys.executable, *options, "-c", code]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONOPTIMIZE"} | settings
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_an_interpreter_that_strips_assertions_is_refused():
    begin = "import checks; checks.begin('00_start_here')"
    for done in (plain_python(begin, "-O"), plain_python(begin, PYTHONOPTIMIZE="1")):
        assert done.returncode == 1 and "every answer would pass" in done.stderr.splitlines()[-1]
    assert plain_python(begin).returncode == 0


@pytest.mark.parametrize("name", ["check", "catch_up", "score_so_far"])
def test_an_earlier_notebook_is_told_what_to_do(name):
    with pytest.raises(ImportError, match="earlier version of the course: open the lab anew"):
        exec(f"from helpers import {name}, run_seed")
    with pytest.raises(AttributeError):
        helpers.something_else  # noqa: B018


def test_an_earlier_notebook_finds_the_course_and_shows_one_sentence():
    """Its setup cell looks for helpers/checks.py, and runs in IPython."""
    assert (ROOT / "helpers" / "checks.py").exists()
    lines = shown_by_ipython("from helpers import catch_up, check, describe_run").splitlines()
    assert len(lines) == 1 and "copy your answers into it." in lines[0], lines


def run_in_ipython(*cells: str) -> list[str]:
    """What each cell shows, run one after another in an IPython shell with the checks of lab 00."""
    code = f"""
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
import checks
checks.begin("00_start_here")
for cell in {cells!r}:
    print("<<cell>>", flush=True)
    shell.run_cell(cell)
"""
    done = plain_python(code)
    assert done.returncode == 0, done.stderr
    assert "Error in callback" not in done.stdout + done.stderr
    return [shown.strip() for shown in done.stdout.split("<<cell>>")[1:]]


BLANK_CELL = """# exercise: make
def make():
    raise NotImplementedError("exercise make: replace this line")"""


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\nmodel = make()",
        "%%capture out\nmodel = make()",
        "%%capture\n%%time\nmodel = make()",
        "%time model = make()",
        "!true\nmodel = make()",
        "files = !echo a\nmodel = make()",
        "len?\nmodel = make()",
        "%%time\n!true\nmodel = make()",
        "import asyncio\nawait asyncio.sleep(0)\nmodel = make()",
        "async def later():\n    return make()\n\nmodel = await later()",
        "for model in [make()]:\n    pass",
        "with make() as model:\n    pass",
    ],
)
def test_a_cell_that_is_not_plain_python_names_the_exercise_it_needs(cell):
    _, shown, after = run_in_ipython(BLANK_CELL, cell, "model")
    assert "%%capture" in cell or "NotImplementedError: exercise make: replace this" in shown
    assert "Traceback" not in shown
    assert after == "NameError: name 'model' is not defined: it comes from exercise make"


def test_an_answer_cell_under_a_magic_ends_a_loan():
    cells = ['catch_up("standardise")', "%%time\n# exercise: standardise\nx = 1"]
    shown = run_in_ipython(
        "from checks import *; from checks import engine", *cells, "engine._caught_up"
    )
    assert shown[-1].endswith("set()")


def test_other_errors_and_other_languages_are_shown_as_ever():
    shown = run_in_ipython("%%bash\nx=1; echo $x", "1 / 0", "%%time\n1 / 0", "%time missing")
    assert shown[0] == "1" and all("ZeroDivisionError" in text for text in shown[1:3])
    assert "run the cells above it first" in shown[3]
