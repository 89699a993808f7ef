"""The checks notice broken answers: a sample of `make mutants`, and how answers are broken."""

import ast
import re
import subprocess
import sys

from conftest import LABS, ROOT

from tools.mutants.mutations import mutants

SAMPLE = 15  # of each lab; `make mutants`, each night, breaks all answers in all ways

CELL = '''# exercise: halve
def halve(logits: np.ndarray, n: int) -> list[int]:
    """Half of it; from 1 to 2."""
    ### BEGIN SOLUTION
    layer = keras.layers.Dense(n, activation="relu", use_bias=True)
    on_real = keras.ops.ones_like(logits) - logits.mean(axis=0)
    return layer(on_real) / 2
    ### END SOLUTION
'''


def test_mutants_of_an_answer_differ_in_its_solution_only():
    found = mutants(CELL)
    codes = [mutant.code for mutant in found]
    assert len({ast.dump(ast.parse(code)) for code in codes}) == len(codes)
    assert len({mutant.change for mutant in found}) == len(found)
    signature = ast.unparse(ast.parse(CELL)).splitlines()[:2]
    for code in codes:
        assert ast.unparse(ast.parse(code)).splitlines()[:2] == signature


def test_operators_know_how_keras_code_goes_wrong():
    text = "\n".join(mutant.change for mutant in mutants(CELL))
    for change in (
        "⟨'relu' → 'tanh'⟩",  # another activation
        "⟨, activation = 'relu' → ⟩",  # none
        "⟨True → False⟩",
        "⟨mean → sum⟩",
        "⟨0 → 1⟩",  # the axis
        "⟨ones_like → zeros_like⟩",
        "⟨ → 0.9 *⟩",  # smoothed labels
        "⟨n → 3⟩",
        "⟨- → +⟩",
        "- (layer(on_real) / 2)⟩",  # the sign of the result
        "⟨.mean(axis = 0) → ⟩",
    ):
        assert change in text, f"{change} is missing in:\n{text}"


def test_a_sample_of_broken_answers_is_caught():
    # In a process of its own: once TensorFlow has computed anything here, forked ones would hang.
    command = [sys.executable, "-m", "tools.mutants", "--sample", str(SAMPLE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    said = done.stdout + done.stderr[-2000:]
    assert re.findall(r"^(\w+) += all ", done.stdout, re.MULTILINE) == LABS, said
    assert done.returncode == 0, said  # 1 if too few are caught, or a declaration is false
