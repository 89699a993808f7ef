"""What a kernel brings along from elsewhere, set right: its output, its warnings, Keras' settings.

A student's Keras may still be set up as another course wanted it, in ~/.keras/keras.json, in the
environment, or in the same kernel. Most of that changes results without a word.
"""

import codecs
import contextlib
import json
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

# For an output that has no such characters, as in a terminal of Windows.
PLAIN = {"✓": "[right]", "✗": "[wrong]", "○": "[open]", "±": "+/-", "×": "x", "…": "..."}
PLAIN |= dict.fromkeys("—–−·", "-")

# What Keras' settings are in this course: its own defaults.
KERAS = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "dtype_policy": "float32",
    "max_epochs": None,
    "max_steps_per_epoch": None,
}
ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "KERAS_MAX_EPOCHS": "",
    "KERAS_MAX_STEPS_PER_EPOCH": "",
}


def _plain(error: UnicodeError) -> tuple[str, int]:
    return "".join(PLAIN.get(c, "?") for c in error.object[error.start : error.end]), error.end


codecs.register_error("workbook", _plain)


def say(text: str) -> None:
    """Print, also where the output has no ✓: then its words are plain."""
    try:
        print(text)
    except UnicodeEncodeError:
        print(text.encode("ascii", "workbook").decode("ascii"))


def settle() -> None:
    """Set right what a lab relies on, once, before it begins; say in one sentence what was changed.

    Raises RuntimeError where that cannot be done in this kernel.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # for what the lab itself prints
            stream.reconfigure(errors="workbook")
    changed = [*_settle_environment(), *_settle_keras()]
    if changed:
        was = ", ".join(f"{name} was {value!r}" for name, value in dict(changed).items())
        say(f"note: Keras was set up for something else ({was}); in this notebook it is not.")


def _settle_environment() -> Iterator[tuple[str, str]]:
    for name, value in ENVIRONMENT.items():
        old = os.environ.get(name, value)
        if old not in (value, ""):
            yield name, old
        os.environ.pop(name, None)
        if value:
            os.environ[name] = value


def _settle_keras() -> Iterator[tuple[str, object]]:
    if "keras" not in sys.modules and not _has_own_settings():
        return  # it comes with its defaults, when the lab asks for it
    try:
        from keras import config
    except ImportError:
        return
    except ValueError as error:
        raise RuntimeError(
            f"Keras cannot read its settings, keras.json in the folder .keras of your home: rename "
            f"that file, restart the kernel and run this cell again ({error})."
        ) from None
    if config.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {config.backend()} in this kernel, and this course on TensorFlow: "
            "restart the kernel and run this cell first."
        )
    for name, value in KERAS.items():
        old = getattr(config, name)()
        old = getattr(old, "name", old)
        if old != value:
            getattr(config, f"set_{name}")(value)
            yield name, old


def _has_own_settings() -> bool:
    folder = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    try:
        found = json.loads(Path(os.path.expanduser(folder), "keras.json").read_text("utf-8"))
        return any(found.get(name, value) != value for name, value in KERAS.items())
    except (OSError, ValueError, AttributeError):  # none, or not what Keras wrote
        return False


@contextlib.contextmanager
def usual_errors() -> Iterator[None]:
    """Within it, a warning is no error, of Python or numpy, whatever the notebook asked for."""
    with contextlib.ExitStack() as stack:
        if "numpy" in sys.modules:
            usual = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
            stack.enter_context(sys.modules["numpy"].errstate(**usual))
        if any(kind[0] == "error" for kind in warnings.filters):
            stack.enter_context(warnings.catch_warnings())
            warnings.filters[:] = [kind for kind in warnings.filters if kind[0] != "error"]
        yield
