"""`check`, `score_so_far` and `catch_up`: what the learner reads."""

import linecache
import textwrap

import pytest

from helpers import checks


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv("WORKBOOK_STRICT", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(checks, "_results", {})
    monkeypatch.setattr(checks, "_caught_up", set())


def run(check: str, answer: str = "") -> dict:
    """Execute two cells, an answer and its check, in one namespace."""
    namespace = {"check": checks.check, "__name__": "__main__"}
    for name, code in (("<answer>", answer), ("<check>", check)):
        code = textwrap.dedent(code)
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        exec(compile(code, name, "exec"), namespace)
    return namespace


def test_right(capsys):
    run('with check("double", points=2): assert True')
    assert capsys.readouterr().out == "✓ double (2 points)\n"


def test_one_point_is_singular(capsys):
    run('with check("double", points=1): assert True')
    assert capsys.readouterr().out == "✓ double (1 point)\n"


def test_wrong_gives_the_reason_and_goes_on(capsys):
    run('with check("double", points=2): assert False, "2 doubled\\n is 4."\nprint("on")')
    assert capsys.readouterr().out == "✗ double — 2 doubled is 4.\non\n"


def test_assert_without_a_reason_shows_itself(capsys):
    run('with check("double", points=2):\n    assert 1 == 2')
    assert capsys.readouterr().out == "✗ double — this is not true: assert 1 == 2\n"


def test_unexpected_error_shows_type_message_and_the_learners_own_line(capsys):
    answer = """
    def double(x):
        import json
        return json.loads(x)
    """
    run('with check("double", points=2): assert double("{") == 4', answer)
    said = capsys.readouterr().out
    assert said.startswith("✗ double — JSONDecodeError: Expecting property name")
    assert said.endswith("\n    in your line 4: return json.loads(x)\n")
    assert "Traceback" not in said and said.count("\n") == 2


def test_keras_errors_lose_their_type_face_and_their_list_of_arguments(capsys):
    message = (
        "Calling failed.\n\n\x1b[1mWrong shape\x1b[0m\n\nArguments received by call():\n  • x=1"
    )
    run(f'with check("double", points=2): raise ValueError({message!r})')
    assert capsys.readouterr().out.startswith(
        "✗ double — ValueError: Calling failed. Wrong shape\n"
    )


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("Cannot convert '5' to a shape.", "a shape is a tuple"),
        ("float() argument must be a number, not 'SymbolicTensor'", "return the tensor as it is"),
        ("'list' object has no attribute '_unique_id'", "trainable_variables is a list"),
        ("something else", None),
    ],
)
def test_advice_beside_errors_that_do_not_say_what_to_change(message, advice, capsys):
    run(f'with check("double", points=2): raise TypeError("""{message}""")')
    said = capsys.readouterr().out
    assert f"TypeError: {message}" in said
    assert (f" ({advice}" in said) if advice else " (" not in said


def test_wrong_signature_shows_how_the_check_called(capsys):
    run('with check("double", points=2):\n    assert double(1, 2) == 4', "def double(x): return x")
    said = capsys.readouterr().out
    assert "TypeError: double() takes 1 positional argument but 2 were given" in said
    assert said.endswith("when the check ran: assert double(1, 2) == 4\n")


def test_blank_is_not_done_yet(capsys):
    blank = 'def double(x): raise NotImplementedError("exercise double: replace this line")'
    run('with check("double", points=2): assert double(1) == 2', blank)
    assert capsys.readouterr().out == "○ double — not done yet\n"


def test_blank_wrapped_by_another_error_is_recognised(capsys):
    answer = """
    def double(x):
        try:
            raise NotImplementedError("exercise double: replace this line")
        except NotImplementedError as error:
            raise RuntimeError("layer failed") from error
    """
    run('with check("double", points=2): assert double(1) == 2', answer)
    assert capsys.readouterr().out == "○ double — not done yet\n"


def test_blank_of_another_exercise_is_named(capsys):
    blank = 'def double(x): raise NotImplementedError("exercise first: replace this line")'
    run('with check("double", points=2): assert double(1) == 2', blank)
    assert capsys.readouterr().out == "○ double — not done yet: it needs exercise first\n"


def test_answer_cell_not_run(capsys):
    run('with check("double", points=2): assert double(1) == 2')
    assert "name 'double' is not defined (run the exercise's own cell" in capsys.readouterr().out


def test_exit_in_an_answer_does_not_end_the_notebook(capsys):
    run('with check("double", points=2): raise SystemExit("bye")')
    assert capsys.readouterr().out.startswith("✗ double — SystemExit: bye")


def test_stop_button_still_stops():
    with pytest.raises(KeyboardInterrupt):
        run('with check("double", points=2): raise KeyboardInterrupt')


@pytest.mark.parametrize("variable", ["WORKBOOK_STRICT=1", "NBGRADER_EXECUTION=autograde"])
@pytest.mark.parametrize("body", ['assert False, "no"', "1 / 0"])
def test_strict_raises(monkeypatch, variable, body):
    monkeypatch.setenv(*variable.split("="))
    with pytest.raises((AssertionError, ZeroDivisionError)):
        run(f'with check("double", points=2): {body}')


def test_strict_raises_for_a_lent_answer(monkeypatch):
    monkeypatch.setenv("WORKBOOK_STRICT", "1")
    checks._caught_up.add("double")
    with pytest.raises(AssertionError, match="for no points"):
        run('with check("double", points=2): assert True')


def test_score_so_far(capsys):
    run('with check("a", points=2): assert True')
    run('with check("long_name", points=0.5): assert False, "no"')
    run('with check("b", points=3): raise NotImplementedError("exercise b: replace this line")')
    run('with check("long_name", points=0.5): assert True')  # the last verdict counts
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


def test_catch_up_loads_the_answer_for_no_points(capsys):
    namespace = {"catch_up": checks.catch_up}
    exec('import numpy as np; catch_up("standardise", lab="00_start_here")', namespace)
    assert "standardise" in namespace
    assert "for no points" in capsys.readouterr().out
    assert checks._caught_up == {"standardise"}
    run('with check("standardise", points=1): assert True')
    said = capsys.readouterr().out
    assert said == "✓ standardise (0 of 1 point) — the reference answer, for no points\n"
    checks.answered("# exercise: standardise\ndef standardise(points): ...")
    run('with check("standardise", points=1): assert True')
    assert capsys.readouterr().out == "✓ standardise (1 point)\n"


def test_catch_up_without_solutions_or_with_a_wrong_name(capsys, monkeypatch, tmp_path):
    checks.catch_up("standardize")
    assert "no exercise 'standardize'" in capsys.readouterr().out
    monkeypatch.setattr(checks, "SOLUTIONS", tmp_path / "none")
    checks.catch_up("standardise")
    assert "comes without solutions" in capsys.readouterr().out
