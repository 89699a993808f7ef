"""What a probe sends out of an answer's process, and how a verdict compares it.

A **probe** (``checks/probes/lab_NN_name.py``, a function for each exercise) runs beside the answer:
it feeds it with inputs that were drawn outside, and returns plain values. A **verdict**
(``checks/hidden/lab_NN_name.py``) is a generator of the same name, which never runs where an answer
does: it draws the inputs, yields them, gets what the probe returned for the answer and for the
reference answer, and raises unless the first is right. Both are sent as text: numbers, strings,
lists, dictionaries and arrays, and nothing that runs.
"""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Generator, Sequence

import numpy as np

MOST = 16_000_000  # characters of what a probe sends
_DEEPEST = 20  # lists within lists

Verdict = Callable[[np.random.Generator], Generator]


class Unproven(Exception):
    """What values cannot prove, such as a network with layers of one's own; the message says it.

    The visible check then decides alone, and the answer is flagged.
    """


# ── values as text ──────────────────────────────────────────────────────────────────────────────


def encode(values) -> str:
    """`values` as JSON: None, numbers, strings, arrays and tensors, and lists and dicts of them.

    Raises TypeError for all else, ValueError where it takes more than `MOST` characters.
    """
    text = json.dumps(_plain(values, 0))
    if len(text) > MOST:
        raise ValueError(f"{len(text):,} characters are too many: {MOST:,} at most")
    return text


def _plain(value, depth: int):
    if depth > _DEEPEST:
        raise TypeError("lists too deep in each other")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {"dict": {str(key): _plain(part, depth + 1) for key, part in value.items()}}
    if isinstance(value, list | tuple):
        return [_plain(part, depth + 1) for part in value]
    array = np.asarray(value)
    if array.dtype.kind not in "biufcU":
        raise TypeError(f"{type(value).__name__} is neither a number nor an array of numbers")
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return {"npy": base64.b64encode(file.getvalue()).decode()}


def decode(text: str):
    """What `encode` made a text of; tuples are lists, tensors arrays.

    Raises ValueError for any other text. Nothing in it is run or unpickled.
    """
    if len(text) > MOST:
        raise ValueError("too long")
    try:
        return _value(json.loads(text))
    except (KeyError, TypeError, AttributeError, RecursionError, EOFError) as error:
        raise ValueError(f"no values: {error}") from None


def _value(part):
    if isinstance(part, list):
        return [_value(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "npy" in part:
        return np.load(io.BytesIO(base64.b64decode(part["npy"])), allow_pickle=False)
    return {key: _value(one) for key, one in part["dict"].items()}


# ── a verdict ───────────────────────────────────────────────────────────────────────────────────


def random_numbers(secret: str, lab: str, name: str) -> np.random.Generator:
    """The random numbers of an exercise's verdict in a grading run that keeps `secret`."""
    return np.random.default_rng(list(hashlib.sha256(f"{secret} {lab} {name}".encode()).digest()))


def inputs(verdict: Verdict, rng: np.random.Generator):
    """What a verdict wants an answer to be asked."""
    return next(verdict(rng))


def judge(verdict: Verdict, rng: np.random.Generator, got, expected) -> None:
    """Raise unless `got` is right.

    Parameters
    ----------
    rng : in the same state as for `inputs`.
    got, expected : what the probe returned for the answer and for the reference answer.
    """
    asked = verdict(rng)
    next(asked)
    try:
        asked.send((got, expected))
    except StopIteration:
        return
    raise RuntimeError("a verdict yields once")


def close(got, expected, rtol: float = 1e-3, atol: float = 1e-5) -> None:
    """Raise AssertionError unless both are alike: the same lists, names and shapes, close numbers.

    A number may come as an array of shape (), a list of numbers as an array. Infinite is close to
    infinite, NaN to nothing.
    """
    if isinstance(expected, dict):
        assert isinstance(got, dict) and got.keys() == expected.keys(), "other names"
        for key, value in expected.items():
            close(got[key], value, rtol, atol)
    elif expected is None or isinstance(expected, str):
        assert type(got) is type(expected) and got == expected, "another text"
    elif isinstance(expected, list) and not _is_numbers(expected):
        assert isinstance(got, list) and len(got) == len(expected), "another number of parts"
        for ours, theirs in zip(got, expected, strict=True):
            close(ours, theirs, rtol, atol)
    else:
        ours, theirs = numbers(got), numbers(expected)
        assert ours.shape == theirs.shape, "another shape"
        assert np.allclose(ours, theirs, rtol, atol), "other numbers"


def _is_numbers(value: list) -> bool:
    return all(isinstance(part, bool | int | float) for part in value)


def each(answer, cases: Sequence) -> list[tuple]:
    """What a probe returned for each case, with the case.

    Raises AssertionError unless it is a list of as many.
    """
    assert isinstance(answer, list) and len(answer) == len(cases), "not one for each case"
    return list(zip(answer, cases, strict=True))


def numbers(got, shape: tuple | None = None) -> np.ndarray:
    """`got` as an array of numbers; AssertionError if it is none, or of another shape."""
    array = np.asarray(got)
    assert array.dtype.kind in "biufc", "no numbers"
    assert shape is None or array.shape == shape, "another shape"
    return array


def describe(network) -> dict:
    """A Keras network for a verdict: its configuration as text, and its weights, or why not."""
    try:
        return {"config": network.to_json(), "weights": [np.asarray(w) for w in network.weights]}
    except Exception as error:
        return {"config": None, "why": f"{type(error).__name__}: {error}"[:300]}


def rebuild(described):
    """The Keras network that `describe` described, made of Keras' own layers, with its weights.

    Raises Unproven where it has layers or code of its own, AssertionError where it is none.
    """
    import keras

    assert isinstance(described, dict), "no network"
    if not isinstance(described.get("config"), str):
        raise Unproven("its network cannot be written as a configuration")
    config = json.loads(described["config"])
    _refuse_own_code(config, 0)
    network = keras.saving.deserialize_keras_object(config, safe_mode=True)
    assert isinstance(network, keras.Model), "no network"
    network.set_weights([numbers(weight) for weight in described["weights"]])
    return network


_OWN_CODE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}


def _refuse_own_code(config, depth: int) -> None:
    """Raise Unproven where a configuration names a class or a function that is not Keras' own."""
    assert depth < 100, "too deep"
    for part in config if isinstance(config, list) else config.values():
        if isinstance(part, dict | list):
            _refuse_own_code(part, depth + 1)
    if isinstance(config, dict) and "class_name" in config:
        # What a notebook defines has the module null; what is no class of anybody's has none.
        module, name = config.get("module", "keras"), config["class_name"]
        keras_own = module == "builtins" or str(module).split(".")[0] == "keras"
        if not keras_own or name in _OWN_CODE or config.get("registered_name") not in (None, name):
            raise Unproven("its network has layers or functions of its own")
