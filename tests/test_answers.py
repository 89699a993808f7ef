"""Every check accepts different right answers and refuses plausible wrong ones, with a reason.

The answers stand in tests/answers/NN_name.py, one cell each:

    # %% right="NAME"              must pass
    # %% wrong="NAME" says="…"     must fail, and the reason must hold these words

An answer and its check run alone, with the notebook's imports and nothing else: a check needs no
earlier answer.
"""

import functools
import linecache
import warnings

import jupytext
import pytest
from conftest import LABS, ROOT

from helpers import checks
from tools.sources import parts, read_source

SECONDS = 2  # a check's limit on a quiet machine; ten times as much on a noisy one


@functools.cache
def notebook_parts(lab: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """The imports of a solution, its answers and its checks, hidden tests included."""
    return parts(read_source(ROOT / "solutions" / f"{lab}.py"))


def given_answers(lab: str) -> list[tuple[str, str, str, str]]:
    """(right or wrong, exercise, words of the reason, code) for each cell of tests/answers."""
    path = ROOT / "tests" / "answers" / f"{lab}.py"
    cells = jupytext.read(path, fmt="py:percent").cells if path.exists() else []
    kinds = ((kind, cell) for cell in cells for kind in ("right", "wrong") if kind in cell.metadata)
    return [(k, c.metadata[k], c.metadata.get("says", ""), c.source) for k, c in kinds]


def run_check(imports: str, answer: str, test: str, capsys) -> str:
    """What the learner reads when `answer` meets its check."""
    namespace: dict = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, code in (("<imports>", imports), ("<answer>", answer), ("<check>", test)):
            linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
            capsys.readouterr()
            exec(compile(code, name, "exec"), namespace)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    monkeypatch.delenv("WORKBOOK_STRICT", raising=False)
    checks._caught_up.clear()


@pytest.mark.parametrize("lab", LABS)
def test_every_exercise_has_right_and_wrong_answers(lab):
    tests = notebook_parts(lab)[2]
    given = [(kind, name) for kind, name, _, _ in given_answers(lab)]
    assert {name for _, name in given} <= set(tests), "answers to an unknown exercise"
    for name in tests:
        assert given.count(("right", name)) >= 2, f"{name}: two right answers are asked for"
        assert given.count(("wrong", name)) >= 3, f"{name}: three wrong answers are asked for"


@pytest.mark.parametrize("lab", LABS)
def test_reference_answers_pass_alone(lab, capsys):
    imports, answers, tests = notebook_parts(lab)
    for name, test in tests.items():
        assert run_check(imports, answers[name], test, capsys).startswith("✓ "), name


@pytest.mark.parametrize(
    ("lab", "kind", "name", "says", "code"),
    [(lab, *answer) for lab in LABS for answer in given_answers(lab)],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_answer(lab, kind, name, says, code, capsys):
    imports, _, tests = notebook_parts(lab)
    said = run_check(imports, code, tests[name], capsys)
    if kind == "right":
        assert said.startswith(f"✓ {name}"), said
    else:
        assert said.startswith(f"✗ {name} — "), said
        assert says and says in said, f"the reason should hold {says!r}: {said}"
