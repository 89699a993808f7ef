"""Long runs that survive a kill, and trained weights that come with the course.

Keras is imported when a function needs it: importing this module stays cheap.
"""

import contextlib
import hashlib
import inspect
import json
import os
import re
import tempfile
import time
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers import run
from helpers.datasets import DataError

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

WEIGHTS = run.ROOT / "datasets" / "weights"
_KEPT = 2  # checkpoints of one run: the last, and the one before should that be damaged
_NAME = re.compile(r"epoch-(?P<epoch>\d+)-(?P<sha256>[0-9a-f]{12})\.weights\.h5")


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

    Why not ``keras.callbacks.BackupAndRestore`` alone: it writes into its file in place, so that a
    kill while it writes ruins the backup, leaves out random states and history, restores whatever
    it finds, and deletes it all when training ends. Here Keras' own `save_weights` and
    `load_weights` do the work too, in a temporary folder; one more group in the same HDF5 file
    holds what they leave out. The whole file is then copied under a name with its own hash and
    put in its place in one step. Only plain files are used: a mounted Google Drive will do.

    Parameters
    ----------
    model : built; its networks and optimizers are attributes of it, the optimizers built as well.
    data : what it learns from, any shape (n, …).
    configuration : settings that JSON can hold. An entry ``"epochs"`` does not count: raise it, and
        a finished run goes on.
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
    ValueError : the model or one of its optimizers is not built.
    DataError : a checkpoint is whole but Keras cannot use it.
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
        folder = folder or _runs() / (run.current_lab() or "run")
        optimizers = [
            thing for thing in vars(model).values() if isinstance(thing, keras.optimizers.Optimizer)
        ]
        if not (model.built and all(optimizer.built for optimizer in optimizers)):
            raise ValueError("Build the model and its optimizers before you make a Resume.")
        parts = [
            hashlib.sha256(np.ascontiguousarray(self.data)).hexdigest(),
            [str(self.data.dtype), self.data.shape, self.seed],
            {name: value for name, value in configuration.items() if name != "epochs"},
            architecture(model),
            [_plain(keras.saving.serialize_keras_object(optimizer)) for optimizer in optimizers],
            _code_of(model),
        ]
        key = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
        self.folder = Path(folder).expanduser() / key[:16]
        self.epoch, self.history, self._warned = 0, {}, False
        if start_again:
            self._remove(0)
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
        if self.epoch % self.every:
            return
        if not np.isfinite(list(values.values())).all():
            return  # a broken run: going on from it would help nobody
        try:
            self._save()
        except OSError as error:
            if not self._warned:
                print(
                    f"The checkpoint of epoch {self.epoch} could not be saved "
                    f"({error.strerror or error}): training goes on, but make room before you stop."
                )
            self._warned = True

    def _save(self) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            content = self._file(Path(temporary) / "state.weights.h5")
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"epoch-{self.epoch:05}-{sha256[:12]}.weights.h5"
        run.write_atomically(self.folder / name, content)
        self._remove(_KEPT)

    def _file(self, path: Path) -> bytes:
        import h5py

        self.model.save_weights(path)
        with h5py.File(path, "a") as file:
            group = file.create_group("resume")
            group.attrs["history"] = json.dumps({"epoch": self.epoch, "history": self.history})
            for number, variable in enumerate(self._random_states()):
                group[str(number)] = variable.numpy()
        return path.read_bytes()

    def _random_states(self) -> list:
        """What `weights` leaves out of `variables`: the states of SeedGenerators."""
        weights = {id(weight) for weight in self.model.weights}
        return [variable for variable in self.model.variables if id(variable) not in weights]

    def _checkpoints(self) -> list[Path]:
        """This run's files, the latest epoch first."""
        return sorted(
            (path for path in self.folder.glob("epoch-*") if _NAME.fullmatch(path.name)),
            key=lambda path: (int(_NAME.fullmatch(path.name)["epoch"]), path.stat().st_mtime),
            reverse=True,
        )

    def _remove(self, kept: int) -> None:
        """Remove all checkpoints but the latest ones, and what killed writes left."""
        for path in [*self._checkpoints()[kept:], *self.folder.glob(".*.part")]:
            with contextlib.suppress(OSError):
                path.unlink()

    def _restore(self) -> None:
        for path in self._checkpoints():
            try:
                whole = _sha256(path).startswith(_NAME.fullmatch(path.name)["sha256"])
            except OSError:
                whole = False
            if whole:
                return self._load(path)
            print(f"{path.name} is damaged: going on from the checkpoint before it, if any.")
            with contextlib.suppress(OSError):
                path.unlink()

    def _load(self, path: Path) -> None:
        import h5py

        try:
            self.model.load_weights(path)
            with h5py.File(path) as file:
                group = file["resume"]
                kept = json.loads(group.attrs["history"])
                for number, variable in enumerate(self._random_states()):
                    variable.assign(group[str(number)][()])
        except (OSError, ValueError, KeyError) as error:
            reason = " ".join(str(error).split())[:200]
            raise DataError(
                f"Keras cannot use the checkpoint {path.name} ({reason}): make the model anew and "
                "say start_again=True."
            ) from None
        self.epoch, self.history = kept["epoch"], kept["history"]


def _runs() -> Path:
    return Path(os.environ.get("WORKBOOK_RUNS") or run.ROOT / "build" / "runs").expanduser()


def progress(every: int = 10, show: Sequence[str] = ()) -> "keras.callbacks.Callback":
    """A line on the first epoch, each `every`-th and the last: its values, pace, and time left.

    For ``fit(…, verbose=0)``: shorter than a line for each epoch, and unlike a bar, it can be read
    in a saved notebook or a log.

    Parameters
    ----------
    show : names of the values to print; by default all.
    """
    import keras

    since = {"epoch": 0, "time": 0.0}

    def begin(epoch: int) -> None:
        since.update(epoch=epoch, time=time.perf_counter())

    def on_epoch_begin(epoch, logs=None):
        if not since["time"]:
            begin(epoch)  # the first epoch of this call of fit, which may go on from an earlier one

    def on_epoch_end(epoch, logs=None):
        done, epochs = epoch + 1, callback.params["epochs"]
        if done % every and done not in (1, epochs):
            return
        pace = (time.perf_counter() - since["time"]) / (done - since["epoch"])
        shown = {name: logs[name] for name in show or logs or () if name in logs}
        values = "  ".join(f"{name} {float(value):.3f}" for name, value in shown.items())
        left = f"{pace * (epochs - done):.0f} s left" if done < epochs else "done"
        print(f"epoch {done:>{len(str(epochs))}}/{epochs}  {values}  {pace:.2g} s/epoch, {left}")
        begin(done)

    callback = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: since.update(time=0.0),
        on_epoch_begin=on_epoch_begin,
        on_epoch_end=on_epoch_end,
    )
    return callback


def previews(
    generator: "keras.Model",
    latent: np.ndarray,
    folder: str | os.PathLike,
    every: int = 10,
    columns: int = 8,
    margin: int = 4,
) -> "keras.callbacks.Callback":
    """Keep what a generator draws as it learns: a sheet train-N.png after epoch N.

    Parameters
    ----------
    generator : shape (n, latent_dim) → (n, height, width, 3) in [−1, 1].
    latent : the same latent vectors each time, so that the sheets can be compared.
    every : after the first epoch, each `every`-th and the last.
    columns, margin : see `images.sheet`.
    """
    import keras

    from helpers import images

    def on_epoch_end(epoch, logs=None):
        done = epoch + 1
        if done % every and done not in (1, callback.params["epochs"]):
            return
        drawn = keras.ops.convert_to_numpy(generator(latent, training=False))
        if np.isfinite(drawn).all():  # nothing to see of a broken run
            try:
                picture = images.sheet(drawn, columns, margin)
                images.save_png(picture, Path(folder) / f"train-{done}.png")
            except OSError as error:
                print(f"The preview of epoch {done} could not be saved: {error.strerror or error}.")

    callback = keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)
    return callback


def save_trained(
    model: "keras.Model", name: str, card: Mapping, folder: Path = WEIGHTS
) -> tuple[Path, Path]:
    """Keep the weights of a trained network in ``NAME.weights.h5``, and what they are in NAME.json.

    Parameters
    ----------
    model : a network to make samples with, such as a generator.
    name : letters, digits, ``_`` and ``-``.
    card : where the weights come from, as far as JSON can hold it: data, epochs, seed, metrics.
        The file's SHA-256 and the network's `architecture` are added.

    Returns
    -------
    The paths of both files. They are written whole or not at all, weights first.
    """
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "x.weights.h5"
        model.save_weights(path)
        content = path.read_bytes()
    about = {
        **card,
        "sha256": hashlib.sha256(content).hexdigest(),
        "architecture": architecture(model),
    }
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    weights, described = _places(name, folder)
    run.write_atomically(weights, content)
    run.write_atomically(described, text.encode())
    return weights, described


def load_trained(model: "keras.Model", name: str, folder: Path = WEIGHTS) -> dict:
    """Give a network the weights that `save_trained` kept under `name`; returns their card.

    Raises
    ------
    DataError : there are none of that name, they are damaged, or belong to another network. The
        model is then as it was.
    """
    weights, described = _places(name, folder)
    try:
        card = json.loads(described.read_text(encoding="utf-8"))
        sha256 = _sha256(weights)
    except FileNotFoundError:
        known = sorted(path.stem for path in Path(folder).glob("*.json"))
        choices = f"choose one of {', '.join(known)}" if known else "train the network yourself"
        raise DataError(f"There are no trained weights {name!r}: {choices}.") from None
    except (OSError, ValueError):
        card, sha256 = None, ""
    if not isinstance(card, dict) or card.get("sha256") != sha256:
        raise DataError(
            f"The trained weights {weights.name} are damaged: fetch that file and {described.name} "
            "again, or train the network yourself."
        )
    if card.get("architecture") != architecture(model):
        raise DataError(
            f"The trained weights {weights.name} belong to another network: build yours as in the "
            "solution of its lab."
        )
    model.load_weights(weights)
    return card


def architecture(model: "keras.Model") -> str:
    """A fingerprint of a network: its layers, their settings, connections and weights' shapes.

    Names, precision, initial values and regularization do not count, nor do settings that are unset
    or at their defaults; so it is the same in all versions of Keras that the course runs on.

    Returns
    -------
    64 hexadecimal digits.
    """
    described = json.dumps(_described(model), sort_keys=True, default=str)
    return hashlib.sha256(described.encode()).hexdigest()


def pick_precision() -> str:
    """The fastest dtype policy that this machine computes well in, for `set_dtype_policy`; printed.

    ``"mixed_bfloat16"`` where the first graphics processor (NVIDIA, compute capability 8 or more)
    or else the CPU (Linux: avx512_bf16 or amx_bf16) has instructions for it: elsewhere it is slow.
    Otherwise ``"float32"``. Weights stay float32 in both.
    """
    policy, reason = _precision()
    print(f"precision {policy} ({reason})")
    return policy


def _precision() -> tuple[str, str]:
    capability = run.gpu("compute_cap")
    if capability:
        modern = float(capability.split(" + ")[0]) >= 8
        return ("mixed_bfloat16" if modern else "float32"), f"GPU of capability {capability}"
    with contextlib.suppress(OSError):
        found = set(Path("/proc/cpuinfo").read_text().split())
        for instructions in ("amx_bf16", "avx512_bf16"):
            if instructions in found:
                return "mixed_bfloat16", f"the CPU has {instructions}"
    return "float32", "no fast bfloat16 found"


def _places(name: str, folder: Path) -> tuple[Path, Path]:
    if not re.fullmatch(r"[\w-]+", name):
        raise ValueError(f"{name!r} is no name for weights: use letters, digits, _ and -.")
    return Path(folder) / f"{name}.weights.h5", Path(folder) / f"{name}.json"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Differ between versions of Keras or machines, and not in what a trained network computes.
_NOT_COUNTED = re.compile(
    r"name|dtype|trainable|registered_name|module|build_config|shared_object_id|build_input_shape"
    r"|seed|\w+_(initializer|regularizer|constraint)"
)


def _described(layer) -> list:
    if not type(layer).__module__.startswith("keras.") and hasattr(layer, "layers"):
        inside = [_described(part) for part in layer.layers]
        return [type(layer).__name__, inside]
    try:
        config = layer.get_config()
    except NotImplementedError:  # it, or a layer in it, is the reader's own: look inside
        inside = getattr(layer, "layers", None) or _layers_held(layer)
        config = {"layers": [_described(part) for part in inside]}
    shapes = [list(weight.shape) for weight in layer.weights]
    return [_plain({"class_name": type(layer).__name__, "config": config}), shapes]


def _layers_held(layer) -> list:
    import keras

    return [part for part in vars(layer).values() if isinstance(part, keras.layers.Layer)]


def _plain(config):
    """A configuration without what does not count, and with numbers in place of layers' names."""
    import keras

    names: dict[str, str] = {}

    def defaults(class_name: str | None) -> dict:
        kind = getattr(keras.layers, class_name or "", None)
        parameters = inspect.signature(kind).parameters.values() if kind else ()
        return {parameter.name: parameter.default for parameter in parameters}

    def collect(value) -> None:
        if isinstance(value, Mapping):
            if isinstance(value.get("name"), str):
                names.setdefault(value["name"], f"layer {len(names)}")
            for key, part in value.items():
                if not _NOT_COUNTED.fullmatch(key):
                    collect(part)
        elif isinstance(value, list | tuple):
            for part in value:
                collect(part)

    def counted(value):
        if isinstance(value, Mapping):
            if isinstance(value.get("config"), Mapping):
                # A newer Keras has more settings: one left at its default means nothing new.
                usual = defaults(value.get("class_name"))
                chosen = {k: v for k, v in value["config"].items() if v != usual.get(k)}
                value = {**value, "config": chosen}
            kept = {k: counted(v) for k, v in value.items() if not _NOT_COUNTED.fullmatch(k)}
            return {k: v for k, v in kept.items() if v is not None and v != [] and v != {}}
        if isinstance(value, list | tuple):
            return [counted(part) for part in value]
        return names.get(value, value) if isinstance(value, str) else value

    collect(config)
    return counted(config)


def _code_of(model) -> list:
    """What the Python functions of a model do: those of its class, those it holds, their callees.

    Comments, docstrings and line numbers do not count.
    """
    kinds = [k for k in type(model).__mro__ if not k.__module__.startswith(("keras.", "builtins"))]
    things = [thing for kind in kinds for thing in vars(kind).values()]
    things += [thing for name, thing in sorted(vars(model).items()) if not name.startswith("_")]
    todo = [inspect.unwrap(thing) for thing in things]
    seen, found = set(), []
    while todo:
        function = todo.pop(0)
        if not isinstance(function, types.FunctionType) or function in seen:
            continue
        if function.__module__.startswith(("keras.", "tensorflow.")):
            continue
        seen.add(function)
        for code in _codes(function.__code__):
            constants = [
                repr(sorted(value, key=repr) if isinstance(value, frozenset) else value)
                for value in code.co_consts
                if not isinstance(value, types.CodeType) and value != function.__doc__
            ]
            found.append([code.co_name, code.co_code.hex(), code.co_names, constants])
            called = (inspect.unwrap(function.__globals__.get(name)) for name in code.co_names)
            todo += [c for c in called if getattr(c, "__module__", "") == function.__module__]
    return found


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code and that of the functions inside it."""
    yield code
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            yield from _codes(value)
