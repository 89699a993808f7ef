"""What labs define can be had without running them: weights are trained by their own code."""

import pytest
from conftest import LABS, ROOT

from tools.answers import given_answers
from tools.lab_code import lab_code


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_hands_out_its_answers_untrained(lab):
    names = {answer.name for answer in given_answers(ROOT, lab)}
    assert names <= set(lab_code(lab))
