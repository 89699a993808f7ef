"""What a kernel brings along from elsewhere does not change what a check says."""

import contextlib
import io
import json
import os
import subprocess
import sys
import types
import warnings

import keras
import numpy as np
import pytest
from conftest import ROOT

import checks
from checks import engine, surroundings
from helpers import run as run_settings

ANSWERED = """
import numpy as np
import checks
checks.begin("00_start_here")
checks.catch_up("standardise")
checks.check("standardise")
checks.score_so_far()
print("± done")
"""


@pytest.fixture(autouse=True)
def another_lab(monkeypatch):
    monkeypatch.setattr(run_settings, "_lab", None)
    for name in surroundings.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    yield
    for name, value in surroundings.KERAS.items():
        getattr(keras.config, f"set_{name}")(value)
    engine._results.clear()


@pytest.fixture
def asked(monkeypatch):
    """Let the check of exercise `a` be the given function."""

    def become(question):
        module = types.ModuleType("checks.lab_00_start_here")
        question.__module__ = module.__name__
        module.a = question
        monkeypatch.setitem(sys.modules, module.__name__, module)
        checks.begin("00_start_here")

    return become


def right():
    """Asks nothing."""


def run_with(code: str, **settings: str) -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode(settings.get("PYTHONIOENCODING", "utf-8"))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_screen_without_the_marks_shows_words(encoding):
    shown = run_with(ANSWERED, PYTHONIOENCODING=encoding)
    assert "[right] standardise" in shown and "[open] log_density" in shown
    assert "Score so far: " in shown and "done" in shown, "what the lab itself prints, too"


def test_a_screen_that_has_the_marks_shows_them():
    assert "✓ standardise" in run_with(ANSWERED, PYTHONIOENCODING="utf-8")


def test_an_output_put_in_place_of_the_screen_later_may_lack_the_marks(asked):
    asked(right)
    raw = io.BytesIO()
    output = io.TextIOWrapper(raw, "ascii", write_through=True)
    with contextlib.redirect_stdout(output):
        checks.check("a")
        checks.score_so_far()
    shown = raw.getvalue().decode()
    assert shown.startswith("[right] a (1 point)\n") and "[open] standardise" in shown


def test_settings_left_over_from_another_course_are_undone(tmp_path):
    settings = {"floatx": "float16", "image_data_format": "channels_first", "backend": "jax"}
    (tmp_path / "keras.json").write_text(json.dumps(settings | {"epsilon": 1e-3}))
    code = (
        "import checks; checks.begin('05_vae'); import keras; c = keras.config\n"
        "print(c.backend(), c.floatx(), c.image_data_format(), c.epsilon(), c.max_epochs())"
    )
    left = {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": "torch", "KERAS_MAX_EPOCHS": "1"}
    *_, note, _, found = ["", *run_with(code, **left).splitlines()]
    assert found == "tensorflow float32 channels_last 1e-07 None"
    assert note.startswith("note: Keras was set up for something else")
    for name in ("KERAS_BACKEND was 'torch'", "KERAS_MAX_EPOCHS was '1'", "floatx was 'float16'"):
        assert name in note


def test_settings_of_the_same_kernel_are_undone_once_and_a_labs_own_stay(capsys):
    keras.config.set_image_data_format("channels_first")
    keras.config.set_dtype_policy("mixed_float16")
    checks.begin("05_vae")
    assert keras.config.image_data_format() == "channels_last"
    assert keras.config.dtype_policy().name == "float32"
    said = capsys.readouterr().out
    assert "image_data_format was 'channels_first', dtype_policy was 'mixed_float16'" in said
    keras.config.set_dtype_policy("mixed_bfloat16")  # as a lab may
    checks.begin("05_vae")
    assert keras.config.dtype_policy().name == "mixed_bfloat16"
    assert "note" not in capsys.readouterr().out


def test_nothing_is_said_where_nothing_was_left(capsys):
    checks.begin("05_vae")
    assert capsys.readouterr().out.count("\n") == 1


def test_another_backend_at_work_is_refused_until_the_kernel_is_restarted(monkeypatch):
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="restart the kernel and run this cell first"):
            checks.begin("05_vae")


def test_settings_that_keras_cannot_read_are_one_sentence(monkeypatch):
    class Broken(types.ModuleType):
        def __getattr__(self, name):
            raise ValueError("Invalid `epsilon` configuration")

    monkeypatch.setitem(sys.modules, "keras", Broken("keras"))
    with pytest.raises(RuntimeError, match=r"rename that file, restart the kernel"):
        checks.begin("05_vae")


def test_warnings_that_a_notebook_made_errors_are_none_in_a_check(asked, capsys):
    def small(_=None):
        warnings.warn("of a library", DeprecationWarning, stacklevel=1)
        assert np.exp(np.float32(-200)) == 0 and np.isinf(np.divide(1.0, np.zeros(1)))

    asked(lambda: small())
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        checks.check("a")
        assert np.geterr()["under"] == "raise" and warnings.filters[0][0] == "error", "as it was"
    assert "✓ a" in capsys.readouterr().out
