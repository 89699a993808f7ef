"""Verdicts accept every stored right answer on fresh inputs, and refuse every wrong one.

A wrong answer that its verdict cannot tell from a right one says so in its cell, with the reason:

    # %% wrong="NAME" says="…" same_values="…"
"""

import os

import asked
import keras
import pytest
from conftest import LABS, ROOT

from tools.answers import Given, given_answers

DRAWS = range(int(os.environ.get("WORKBOOK_DRAWS", 1)))  # nightly 20
GIVEN = [(lab, answer) for lab in LABS for answer in given_answers(ROOT, lab)]


@pytest.fixture(autouse=True)
def forget_networks():
    yield
    keras.backend.clear_session()  # some ten megabytes for each network asked, else


@pytest.mark.parametrize("lab", LABS)
def test_reference_answers_pass(lab):
    for name, code in asked.of_solution(lab)[1].items():
        for draw in DRAWS:
            assert asked.verdict_on(lab, name, code, draw) == "", name


@pytest.mark.parametrize(
    ("lab", "answer"),
    GIVEN,
    ids=lambda value: f"{value.name}-{value.right}" if isinstance(value, Given) else value,
)
def test_stored_answer(lab, answer):
    said = {asked.verdict_on(lab, answer.name, answer.code, draw) for draw in DRAWS}
    if answer.right and answer.unproven:
        assert all(one.startswith("unproven: ") for one in said), said
    elif answer.right or answer.same_values:
        assert said == {""}
    else:
        assert "" not in said, "the verdict takes it for a right answer"
