"""Long runs that survive a kill, and trained weights that come with the course.

Keras is imported when a function needs it: importing this module stays cheap.
"""

import ast
import hashlib
import inspect
import io
import json
import os
import re
import textwrap
import time
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers import run
from helpers.datasets import DataError

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

WEIGHTS = run.ROOT / "datasets" / "weights"
# What a layer computes depends on these attributes, in all versions of Keras that we run on.
_COUNTED = """activation alpha axis center dilation_rate epsilon function groups interpolation
max_value momentum negative_slope noise_shape padding pool_size rate recurrent_activation
return_sequences scale size stddev strides target_shape threshold use_bias"""


class Resume:
    """Makes a training run with `fit` go on after a kill, from its last saved epoch.

    After each epoch everything that training goes on from is saved in one file: weights, optimizers
    (with the moving averages that ``use_ema=True`` keeps), random states, epoch and history. ::

        run = training.Resume(gan, images, SETTINGS)
        history = gan.fit(
            run.batches(32), steps_per_epoch=len(images) // 32, epochs=60,
            initial_epoch=run.epoch, shuffle=False, callbacks=[run.callback],
        ).history

    Run the same lines again, in a new kernel too, and they go on where they were; the result is
    that of an uninterrupted run, bit by bit where the machine computes alike. The model must be
    made anew and built, its optimizers too, as for the first run.

    A run is known by the hash of data, configuration, seed, architecture, optimizers and the
    model's Python code (its methods, the functions it holds, and what those call in the same
    module or notebook). Change any of them and training starts anew, in files of its own. What the
    code reads from variables is not seen: put such numbers into `configuration`. Old files stay
    until you remove the folder or say ``start_again=True``.

    A checkpoint is one plain .npz file whose name holds its own hash, put in its place in one step:
    a mounted Google Drive will do. Not ``keras.callbacks.BackupAndRestore``, which a kill ruins
    while it writes, and which leaves out random states and history; not
    ``tf.train.CheckpointManager``, which leaves out the states of SeedGenerators, forgets all
    checkpoints if its list of them is damaged, and never removes what killed writes left.

    Parameters
    ----------
    model : built; its networks and optimizers are attributes of it, the optimizers built as well.
    data : what it learns from, any shape (n, …).
    configuration : settings that JSON can hold, numpy's numbers and arrays, paths. An entry
        ``"epochs"`` does not count: raise it, and a finished run goes on.
    folder : by default ``build/runs/LAB`` of the course, or LAB in the folder WORKBOOK_RUNS.
    seed : of the order of the data; by default `run_seed()`.
    start_again : remove this run's checkpoints first.
    every : save after each `every`-th epoch only; a kill then costs up to so many. For large models
        with short epochs.

    Attributes
    ----------
    epoch : epochs done so far.
    history : name → one value for each of these epochs.
    callback : for `fit`; gives `fit`'s history the epochs that came before.

    Raises
    ------
    ValueError : the model or one of its optimizers is not built; a setting is an object, such as a
        function, that would be another one after a restart.
    DataError : a checkpoint is whole but does not fit the model.
    """

    def __init__(
        self,
        model: "keras.Model",
        data: np.ndarray,
        configuration: Mapping,
        folder: str | os.PathLike | None = None,
        seed: int | None = None,
        start_again: bool = False,
        every: int = 1,
    ):
        import keras

        self.model, self.data, self.every = model, np.asarray(data), every
        self.seed = run.run_seed() if seed is None else seed
        runs = os.environ.get("WORKBOOK_RUNS") or run.ROOT / "build" / "runs"
        folder = Path(folder or Path(runs) / (run.current_lab() or "run"))
        optimizers = [o for o in vars(model).values() if isinstance(o, keras.optimizers.Optimizer)]
        if not (model.built and all(o.built for o in optimizers)):
            raise ValueError("Build the model and its optimizers before you make a Resume.")
        parts = [
            _sha256(np.ascontiguousarray(self.data)),
            [str(self.data.dtype), self.data.shape, self.seed],
            {name: value for name, value in configuration.items() if name != "epochs"},
            [[type(o).__name__, {**o.get_config(), "name": None}] for o in optimizers],
            [architecture(model), _code_of(model)],
        ]
        key = _sha256(json.dumps(parts, sort_keys=True, default=_plain).encode())
        self.folder = folder.expanduser() / key[:16]
        self._variables = [v for holder in (model, *optimizers) for v in holder.variables]
        self.epoch, self.history, self._warned = 0, {}, False
        if start_again:
            for path in self._checkpoints():
                path.unlink()
        self._restore()
        self.callback = keras.callbacks.LambdaCallback(
            on_train_begin=self._on_train_begin, on_epoch_end=self._on_epoch_end
        )

    def batches(self, batch_size: int) -> "tf.data.Dataset":
        """The data in batches, without end, from epoch `self.epoch` on; an order for each epoch.

        The order depends on seed and epoch alone. An epoch has n // batch_size batches; the few
        rows left over, others each time, wait for the next one. Tell `fit` so by
        ``steps_per_epoch``, which ``steps_per_execution`` should divide.

        Raises
        ------
        ValueError : there is less data than one batch.
        """
        import tensorflow as tf

        n = len(self.data)
        if n < batch_size:
            raise ValueError(f"A batch of {batch_size} needs more data than {n}.")
        whole = tf.constant(self.data)

        def in_order(epoch):
            order = tf.random.experimental.stateless_shuffle(tf.range(n), [self.seed, epoch])
            return tf.data.Dataset.from_tensor_slices(order).batch(batch_size, drop_remainder=True)

        epochs = tf.data.Dataset.range(self.epoch, 2**31)
        return epochs.flat_map(in_order).map(lambda rows: tf.gather(whole, rows)).prefetch(1)

    def _on_train_begin(self, logs=None) -> None:
        epochs = self.callback.params["epochs"]
        self.model.history.history.update({name: [*old] for name, old in self.history.items()})
        if self.epoch >= epochs:
            print(f"All {epochs} epochs are trained already; start_again=True trains them anew.")
        elif self.epoch:
            print(f"Resumed after epoch {self.epoch} of {epochs}.")

    def _on_epoch_end(self, epoch: int, logs: Mapping | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        self.epoch = epoch + 1
        if self.epoch % self.every or not np.isfinite([*values.values()]).all():
            return  # to go on from a broken run would help nobody
        try:
            self._save()
        except OSError as error:
            if not self._warned:
                said = f"epoch {self.epoch} could not be saved ({error.strerror or error})"
                print(f"The checkpoint of {said}: training goes on, but make room before you stop.")
            self._warned = True

    def _save(self) -> None:
        content = io.BytesIO()
        values = [variable.numpy() for variable in self._variables]
        np.savez(content, *values, history=json.dumps(self.history))
        name = f"epoch-{self.epoch:05}-{_sha256(content.getbuffer())[:12]}.npz"
        run.write_atomically(self.folder / name, content.getvalue())
        # The last two stay, should the last be damaged; a killed write leaves a part.
        for path in [*self._checkpoints()[2:], *self.folder.glob(".*.part")]:
            path.unlink(missing_ok=True)

    def _checkpoints(self) -> list[Path]:
        """This run's files, the latest epoch first."""
        return sorted(self.folder.glob("epoch-?????-????????????.npz"), reverse=True)

    def _restore(self) -> None:
        for path in self._checkpoints():
            content = path.read_bytes()
            if path.stem.endswith(_sha256(content)[:12]):
                return self._load(path.name, content)
            print(f"{path.name} is damaged: going on from the checkpoint before it, if any.")
            path.unlink()

    def _load(self, name: str, content: bytes) -> None:
        history, *values = np.load(io.BytesIO(content)).values()
        try:
            for variable, value in zip(self._variables, values, strict=True):
                variable.assign(value.view(variable.dtype))
        except ValueError:
            said = f"The checkpoint {name} does not fit the model, perhaps after an update of Keras"
            raise DataError(f"{said}: make the model anew and say start_again=True.") from None
        self.epoch, self.history = int(name.split("-")[1]), json.loads(str(history))


def progress(every: int = 10, show: Sequence[str] = ()) -> "keras.callbacks.Callback":
    """A line on the first epoch, each `every`-th and the last: its values, pace, and time left.

    For ``fit(…, verbose=0)``: shorter than a line for each epoch, and unlike a bar, it can be read
    in a saved notebook or a log.

    Parameters
    ----------
    show : names of the values to print; by default all.
    """
    import keras

    starts: list[float] = []  # of this call of fit, which may go on from an earlier one

    def on_epoch_end(epoch, logs):
        done, epochs = epoch + 1, callback.params["epochs"]
        if done % every and done not in (1, epochs):
            return
        recent = starts[-every:]
        pace = (time.perf_counter() - recent[0]) / len(recent)
        values = [f"{name} {float(logs[name]):.3f}" for name in show or logs if name in logs]
        left = f"{pace * (epochs - done):.0f} s left" if done < epochs else "done"
        place = f"epoch {done:>{len(str(epochs))}}/{epochs}"
        print(place, *values, f"{pace:.2g} s/epoch, {left}", sep="  ")

    callback = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: starts.clear(),
        on_epoch_begin=lambda epoch, logs: starts.append(time.perf_counter()),
        on_epoch_end=on_epoch_end,
    )
    return callback


def load_trained(model: "keras.Model", name: str, folder: Path = WEIGHTS) -> dict:
    """Give a network the weights that `tools.weights` kept under `name`; returns their card.

    Raises
    ------
    DataError : there are none of that name, they are damaged, or belong to another network. The
        model is then as it was.
    """
    weights = Path(folder) / f"{name}.weights.h5"
    described = weights.with_name(f"{name}.json")
    if not (weights.exists() and described.exists()):
        known = ", ".join(sorted(path.stem for path in Path(folder).glob("*.json")))
        choices = f"choose one of {known}" if known else "train the network yourself"
        raise DataError(f"There are no trained weights {name!r}: {choices}.")
    card = _card(described, weights)
    said = f"The trained weights {weights.name}"
    if card is None:
        raise DataError(f"{said} are damaged: fetch them and {described.name} again.")
    if card.get("architecture") != architecture(model):
        raise DataError(f"{said} belong to another network: build yours as its lab does.")
    model.load_weights(weights)
    return card


def load_model(name: str) -> "keras.Model":
    """A whole trained network that comes with the course, such as ``"judge_digits"``.

    Its card, ``datasets/weights/NAME.json``, says what it learned from and how well.

    Raises
    ------
    DataError : a file is missing or damaged.
    """
    import keras

    path = WEIGHTS / f"{name}.keras"
    if _card(path.with_suffix(".json"), path) is None:
        raise DataError(f"{path.name} is missing or damaged: fetch the course again.")
    return keras.models.load_model(path, compile=False)


def _card(described: Path, weights: Path) -> dict | None:
    """The card of a file of weights; None where one of them is missing or damaged."""
    try:
        card = json.loads(described.read_text(encoding="utf-8"))
        return card if card["sha256"] == _sha256(weights.read_bytes()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def architecture(model: "keras.Model") -> str:
    """A fingerprint of a network: its layers, their main settings, connections, weights' shapes.

    Names, precision, initial values and regularization do not count; so it is the same in all
    versions of Keras that the course runs on. Of a layer of your own, its name counts, its
    settings as far as they are called as Keras calls them, and the layers that it holds.

    Returns
    -------
    64 hexadecimal digits.
    """
    import keras

    tensors: dict[int, int] = {}

    def described(part) -> list:
        ends = keras.tree.flatten([getattr(part, "input", None), getattr(part, "output", None)])
        held = [thing for thing in vars(part).values() if isinstance(thing, keras.layers.Layer)]
        inside = getattr(part, "operations", None) or getattr(part, "layers", held)
        return [
            type(part).__name__,
            [getattr(part, name, None) for name in _COUNTED.split()],
            [list(weight.shape) for weight in getattr(part, "weights", ())],
            [tensors.setdefault(id(tensor), len(tensors)) for tensor in ends],
            [described(one) for one in inside],
        ]

    text = json.dumps(described(model), default=lambda x: getattr(x, "__name__", type(x).__name__))
    return _sha256(text.encode())


def pick_precision() -> str:
    """The fastest dtype policy that this machine computes well in, for `set_dtype_policy`; printed.

    ``"mixed_bfloat16"`` where the first graphics processor (NVIDIA, compute capability 8 or more)
    or else the CPU (Linux: avx512_bf16 or amx_bf16) has instructions for it: elsewhere it is slow.
    Otherwise ``"float32"``. Weights stay float32 in both.
    """
    capability, cpu = run.gpu("compute_cap"), Path("/proc/cpuinfo")
    found = re.search("amx_bf16|avx512_bf16", cpu.read_text()) if cpu.exists() else None
    fast = float(capability.split(" + ")[0]) >= 8 if capability else bool(found)
    policy = "mixed_bfloat16" if fast else "float32"
    print(f"precision {policy} (GPU: {capability or 'none'}, CPU: {found[0] if found else 'none'})")
    return policy


def _sha256(content) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(thing: object) -> object:
    """What JSON lacks: numbers and arrays of numpy, paths. Other objects change with a restart."""
    if hasattr(thing, "tolist") or isinstance(thing, os.PathLike):
        return thing.tolist() if hasattr(thing, "tolist") else os.fspath(thing)
    what = getattr(thing, "__name__", type(thing).__name__)
    said = f"After a restart, Resume would not know a setting again that holds an object ({what})"
    raise ValueError(f"{said}: put its name or numbers in its place.")


def _code_of(model) -> list[str]:
    """The functions of a model: those of its class, those it holds, and their callees."""
    todo = [thing for kind in type(model).__mro__ for thing in vars(kind).values()]
    todo += [thing for name, thing in sorted(vars(model).items()) if not name.startswith("_")]
    found: dict[types.FunctionType, str] = {}
    for function in map(inspect.unwrap, todo):  # grows on the way
        if not isinstance(function, types.FunctionType) or function in found:
            continue
        if not (function.__module__ or "").startswith(("keras.", "tensorflow.")):
            found[function] = _source(function)
            called = map(function.__globals__.get, re.findall(r"\w+", found[function]))
            todo += [c for c in called if getattr(c, "__module__", "") == function.__module__]
    return list(found.values())


def _source(function: types.FunctionType) -> str:
    """A function's source without comments, docstrings and formatting, as far as it is known."""
    source = ""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, SyntaxError):  # made by `exec`; a lambda in the middle of an expression
        return source or _compiled(function.__code__)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.unparse(tree)


def _compiled(code: types.CodeType) -> str:
    constants = [sorted(c, key=repr) if isinstance(c, frozenset) else c for c in code.co_consts]
    inside = [_compiled(c) if isinstance(c, types.CodeType) else repr(c) for c in constants]
    return " ".join([code.co_code.hex(), *code.co_names, *inside])
