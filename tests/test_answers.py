"""Every check accepts different right answers and refuses plausible wrong ones, with a reason.

The answers stand in checks/answers/NN_name.py, one cell each:

    # %% right="NAME"              must pass
    # %% wrong="NAME" says="…"     must fail, and the reason must hold these words

An answer and its check run alone, with the notebook's imports and nothing else: a check needs no
earlier answer. tests/test_verdicts.py asks the same of the verdicts.
"""

import importlib
import linecache
import warnings

import jupytext
import pytest
from asked import of_solution
from conftest import LABS, ROOT

from checks import engine
from tools.answers import Given, given_answers


def run_check(lab: str, answer: str, name: str, capsys) -> str:
    """What the learner reads when `answer` meets its check."""
    namespace: dict = {"__name__": "__main__", "check": engine.check}
    engine.begin(lab)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check = f"check({name!r}, points=1)"
        for label, code in (
            ("<imports>", of_solution(lab)[0]),
            ("<answer>", answer),
            ("<check>", check),
        ):
            linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)
            capsys.readouterr()
            exec(compile(code, label, "exec"), namespace)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    monkeypatch.delenv("WORKBOOK_STRICT", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    engine._caught_up.clear()


@pytest.mark.parametrize("lab", LABS)
def test_every_exercise_has_right_and_wrong_answers(lab):
    names = set(of_solution(lab)[1])
    given = [(answer.right, answer.name) for answer in given_answers(ROOT, lab)]
    assert {name for _, name in given} <= names, "answers to an unknown exercise"
    for name in names:
        assert given.count((True, name)) >= 2, f"{name}: two right answers are asked for"
        assert given.count((False, name)) >= 3, f"{name}: three wrong answers are asked for"


@pytest.mark.parametrize("lab", LABS)
def test_stored_answers_are_read_as_jupytext_reads_them(lab):
    cells = jupytext.read(ROOT / "checks" / "answers" / f"{lab}.py", fmt="py:percent").cells
    theirs = [
        (kind == "right", c.metadata[kind], c.metadata.get("says", ""), c.source.strip("\n"))
        for c in cells
        for kind in ("right", "wrong")
        if kind in c.metadata
    ]
    assert theirs == [(a.right, a.name, a.says, a.code) for a in given_answers(ROOT, lab)]


@pytest.mark.parametrize("lab", LABS)
def test_each_exercise_has_a_check_a_probe_and_a_verdict(lab):
    names = set(of_solution(lab)[1])
    for folder in ("checks", "checks.probes", "checks.hidden"):
        module = importlib.import_module(f"{folder}.lab_{lab}")
        assert {name for name in vars(module) if engine._function(module, name)} == names


@pytest.mark.parametrize("lab", LABS)
def test_reference_answers_pass_alone(lab, capsys, monkeypatch):
    monkeypatch.setenv("WORKBOOK_STRICT", "1")  # raises if not ✓
    for name, answer in of_solution(lab)[1].items():
        assert run_check(lab, answer, name, capsys).startswith("✓ "), name


@pytest.mark.parametrize(
    ("lab", "answer"),
    [(lab, answer) for lab in LABS for answer in given_answers(ROOT, lab)],
    ids=lambda value: f"{value.name}-{value.right}" if isinstance(value, Given) else value,
)
def test_answer(lab, answer, capsys):
    said = run_check(lab, answer.code, answer.name, capsys)
    if answer.right:
        assert said.startswith(f"✓ {answer.name}"), said
    else:
        assert said.startswith(f"✗ {answer.name} — "), said
        assert answer.says and answer.says in said, f"the reason should hold {answer.says!r}"
