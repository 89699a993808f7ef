"""Training goes on after any kill, and weights that are kept come back."""

import errno
import hashlib
import io
import json
import linecache
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from conftest import ROOT

from helpers import run, training
from helpers.datasets import DataError
from tools.weights import save_trained

# A GAN with all that must come back: normalization, dropout, random noise, moving averages, two
# optimizers. A string, because processes that get killed need it too.
MODEL = '''
import os
import keras
import numpy as np
from helpers import training

STRENGTH = 1.0

def half(model, loss, network, optimizer):
    import tensorflow as tf
    with tf.GradientTape() as tape:
        value = loss()
    weights = network.trainable_variables
    optimizer.apply(tape.gradient(value, weights), weights)
    return value

def real_loss(logits):
    """How surprised."""
    return keras.ops.mean(keras.ops.softplus(-logits))

class GAN(keras.Model):
    def __init__(self, generator, discriminator, seed):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.noise = keras.random.SeedGenerator(seed)
        self.real_loss = real_loss

    def build(self, input_shape=None):
        self.built = True

    def call(self, latent, training=False):
        return self.generator(latent, training=training)

    def compile(self, generator_optimizer, discriminator_optimizer):
        super().compile(optimizer=None)
        self.build()
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        generator_optimizer.build(self.generator.trainable_variables)
        discriminator_optimizer.build(self.discriminator.trainable_variables)

    def train_step(self, real):
        latent = keras.random.normal((keras.ops.shape(real)[0], 3), seed=self.noise)
        def judge(points):
            return self.discriminator(points, training=True)
        d = half(
            self,
            lambda: self.real_loss(judge(real)) + self.real_loss(-judge(self.generator(latent))),
            self.discriminator, self.discriminator_optimizer)
        g = half(
            self,
            lambda: self.real_loss(judge(self.generator(latent, training=True))),
            self.generator, self.generator_optimizer)
        return {"d": d, "g": g}

def make(units=4, rate=0.01, slope=0.2):
    keras.utils.set_random_seed(1)
    L = keras.layers
    generator = keras.Sequential(
        [keras.Input((3,)), L.Dense(units), L.BatchNormalization(), L.ReLU(), L.Dense(2)])
    discriminator = keras.Sequential(
        [keras.Input((2,)), L.Dense(units), L.LeakyReLU(slope), L.Dropout(0.3), L.Dense(1)])
    gan = GAN(generator, discriminator, seed=1)
    adam = keras.optimizers.Adam
    gan.compile(adam(rate, beta_1=0.5, use_ema=True, ema_momentum=0.9), adam(rate, beta_1=0.5))
    return gan

DATA = np.random.default_rng(1).normal(size=(70, 2)).astype("float32")

def train(folder, epochs, callbacks=(), model=None, data=DATA, settings=None, **options):
    model = model or make()
    run = training.Resume(model, data, settings or {"a": 1, "epochs": epochs}, folder, **options)
    history = model.fit(
        run.batches(16), steps_per_epoch=4, epochs=epochs, initial_epoch=run.epoch, verbose=0,
        shuffle=False, callbacks=[*callbacks, run.callback]).history
    return model, run, history

def state(model):
    """All numbers that training goes on from."""
    optimizers = model.generator_optimizer.variables + model.discriminator_optimizer.variables
    variables = [*model.variables, *optimizers]
    return np.concatenate([np.ravel(v.numpy()).astype(float) for v in variables])
'''

# Trains in children that are killed at random moments, until one comes to the end. Forked before
# TensorFlow's first operation, so that none of them has to import it again.
KILLER = """
import random, signal, sys, time
folder, seed = sys.argv[1:]
random.seed(int(seed))
import tensorflow

def child(name, slow):
    if pid := os.fork():
        return pid
    if slow:  # most of the time is then spent between writing a file and giving it its name
        fsync = os.fsync
        os.fsync = lambda file: (fsync(file), time.sleep(0.3))
    wait = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: time.sleep(0.1))
    model, run, history = train(f"{folder}/{name}", 12, [wait])
    np.save(f"{folder}/{name}.npy", state(model))
    lengths = {name: len(values) for name, values in history.items()}
    print(name, run.epoch, lengths, flush=True)
    os._exit(0)

os.waitpid(child("whole", False), 0)
kills, done = 0, False
while not done:
    # Two slow children: too short a time, even on a quick machine, to come to the end.
    pid = child("killed", kills < 2 or random.random() < 0.5)
    patience = time.monotonic() + random.uniform(1, 2.2) + 0.6 * kills
    while not done and time.monotonic() < patience:
        done = os.waitpid(pid, os.WNOHANG)[0] == pid
        time.sleep(0.01)
    if not done:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        kills += 1
print("kills", kills)
"""


def notebook(source: str) -> SimpleNamespace:
    """What a cell of a notebook defines; its source is kept where IPython keeps it."""
    label = f"<cell {len(linecache.cache)}>"
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    names = {"__name__": "a_notebook"}
    exec(compile(source, label, "exec"), names)
    return SimpleNamespace(**{k: v for k, v in names.items() if k[0] != "_"})


@pytest.fixture(scope="module")
def lab():
    """The names of MODEL, as a notebook would hold them."""
    return notebook(MODEL)


def changed(old: str, new: str) -> SimpleNamespace:
    assert old in MODEL
    return notebook(MODEL.replace(old, new))


def test_a_run_killed_at_random_moments_ends_like_an_uninterrupted_one(tmp_path):
    script = MODEL + KILLER
    environment = {**os.environ, "TF_NUM_INTRAOP_THREADS": "1", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path, str(int.from_bytes(os.urandom(3)))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = done.stdout.splitlines()
    assert "whole 12 {'d': 12, 'g': 12}" in said and "killed 12 {'d': 12, 'g': 12}" in said
    assert any(line.startswith("Resumed after epoch") for line in said), said
    assert int(said[-1].removeprefix("kills ")) >= 2
    whole, killed = (np.load(tmp_path / f"{name}.npy") for name in ("whole", "killed"))
    assert killed == pytest.approx(whole, rel=1e-4, abs=1e-5)
    names = [path.name for path in (tmp_path / "killed").glob("*/*")]
    assert len(names) == 2 and all(name.startswith("epoch-0001") for name in names)


def test_a_run_goes_on_with_its_history_and_then_has_nothing_to_do(lab, tmp_path, capsys):
    whole, _, history = lab.train(tmp_path / "whole", 5)
    lab.train(tmp_path / "parts", 2)
    assert capsys.readouterr().out == "", "nothing to say about a fresh run"
    parts, run, resumed = lab.train(tmp_path / "parts", 5)
    assert capsys.readouterr().out == "Resumed after epoch 2 of 5.\n"
    assert lab.state(parts) == pytest.approx(lab.state(whole), rel=1e-4, abs=1e-5)
    assert list(resumed) == ["d", "g"] and len(resumed["d"]) == 5 == run.epoch
    for name, values in history.items():
        assert resumed[name] == pytest.approx(values, rel=1e-4, abs=1e-5)
    untrained = lab.state(lab.make())
    assert np.abs(lab.state(whole) - untrained).max() > 0.01, "the comparison can fail"

    finished, _, again = lab.train(tmp_path / "parts", 5)
    assert capsys.readouterr().out.startswith("All 5 epochs are trained already")
    assert (lab.state(finished) == lab.state(parts)).all() and again == resumed

    # The same model once more in the same kernel, for more epochs.
    lab.train(tmp_path / "parts", 6, model=finished)
    assert capsys.readouterr().out == "Resumed after epoch 5 of 6.\n"


def test_a_run_may_be_saved_less_often_and_goes_on_from_what_was_saved(lab, tmp_path):
    whole, _, history = lab.train(tmp_path / "whole", 4)
    _, run, _ = lab.train(tmp_path / "parts", 3, every=2)
    assert run.epoch == 3 and len(run.history["d"]) == 3
    again = training.Resume(lab.make(), lab.DATA, {"a": 1}, tmp_path / "parts", every=2)
    assert again.epoch == 2 and len(again.history["d"]) == 2
    parts, _, resumed = lab.train(tmp_path / "parts", 4, every=2)
    assert lab.state(parts) == pytest.approx(lab.state(whole), rel=1e-4, abs=1e-5)
    assert resumed["g"] == pytest.approx(history["g"], rel=1e-4, abs=1e-5)


def test_epochs_come_in_orders_that_depend_on_seed_and_epoch_alone(lab, tmp_path):
    data = np.arange(10)
    resume = training.Resume(lab.make(), data, {}, tmp_path, seed=3)
    first, second, third = (
        np.concatenate([*resume.batches(3).skip(3 * epoch).take(3)]) for epoch in range(3)
    )
    assert all(len(set(epoch)) == 9 and set(epoch) <= {*data} for epoch in (first, second, third))
    assert list(first) != list(second) != list(third)
    resume.epoch = 1
    assert list(np.concatenate([*resume.batches(3).take(3)])) == list(second)
    other = training.Resume(lab.make(), data, {}, tmp_path, seed=4)
    assert list(np.concatenate([*other.batches(3).take(3)])) != list(first)
    with pytest.raises(ValueError, match="more data than 10"):
        resume.batches(11)


def test_anything_changed_starts_a_run_of_its_own(lab, tmp_path):
    def folder(names=lab, data=lab.DATA, settings=None, seed=1, **changes):
        return training.Resume(names.make(**changes), data, settings or {}, tmp_path, seed).folder

    same = folder()
    assert folder() == same, "though Keras gave the layers other names"
    assert folder(settings={"epochs": 99}) == same
    assert folder(changed('"""How surprised."""', "# a comment")) == same
    assert folder(changed("self.real_loss = real_loss", "self.real_loss = real_loss\n")) == same
    others = [
        folder(data=lab.DATA + 1),
        folder(data=lab.DATA.astype(float)),
        folder(settings={"a": 2}),
        folder(seed=2),
        folder(units=5),
        folder(slope=0.3),
        folder(rate=0.02),
        folder(changed("return keras.ops.mean(", "return 2 * keras.ops.mean(")),
        folder(changed("value = loss()", "value = loss() * 2")),
        folder(changed("real_loss(-judge", "real_loss(judge")),
    ]
    assert len({same, *others}) == 1 + len(others)


def known_as(lab, folder, value) -> str:
    return training.Resume(lab.make(), lab.DATA, {"a": value}, folder).folder.name


@pytest.mark.parametrize(
    "value",
    [len, lambda x: x, object(), {"a", "b"}, [len], {"b": {"c": object()}}, np.random.default_rng],
    ids=["function", "lambda", "object", "set", "in a list", "deep inside", "method"],
)
def test_a_setting_that_would_be_another_one_after_a_restart_is_refused(lab, tmp_path, value):
    with pytest.raises(ValueError, match=r"After a restart, .* its name or numbers in its place"):
        known_as(lab, tmp_path, value)
    assert not any(tmp_path.iterdir())


def test_settings_of_numpy_and_paths_are_known_by_what_they_hold(lab, tmp_path):
    long = np.arange(3000)
    assert known_as(lab, tmp_path, long) == known_as(lab, tmp_path, long.copy())
    assert known_as(lab, tmp_path, long) != known_as(lab, tmp_path, long + (long == 1500))
    assert known_as(lab, tmp_path, np.float64(0.5)) == known_as(lab, tmp_path, 0.5)
    assert known_as(lab, tmp_path, Path("a") / "b") == known_as(
        lab, tmp_path, os.path.join("a", "b")
    )


def test_a_schedule_of_the_learning_rate_is_known_again(lab, tmp_path):
    def folder(steps):
        rate = keras.optimizers.schedules.CosineDecay(0.01, steps)
        return training.Resume(lab.make(rate=rate), lab.DATA, {}, tmp_path).folder

    assert folder(10) == folder(10) != folder(20)


def test_code_without_a_source_is_known_in_every_process():
    code = """
        from helpers import training
        exec("def f(x): return x in {'a', 'b', 'c', 'd'}")
        print(training._source(f))
    """
    printed = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(printed) == 1


def test_code_is_known_in_ipython_and_without_a_source_nothing_breaks():
    """A cell's comments do not count, its numbers do; `exec` keeps no source, but bytes."""
    script = """
        import sys
        from IPython.core.interactiveshell import InteractiveShell
        from helpers import training
        run_cell = InteractiveShell.instance().run_cell
        CELL = '''
        def twice(x):
            return 2 * x
        class Model:
            def step(self, x):
                return [twice(part) for part in x]
        '''
        def code(cell):
            assert run_cell(cell).success
            return training._code_of(run_cell("Model()").result)
        first = code(CELL)
        assert len(first) == 2, first
        assert code(CELL.replace("return 2", "# two\\n    return 2")) == first
        assert code(CELL.replace("return 2", "return 3")) != first
        run_cell(f"exec({CELL!r})")
        bare = training._code_of(run_cell("Model()").result)
        assert len(bare) == 2 and "return" not in str(bare), bare
    """
    lines = textwrap.dedent(script)
    done = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_run_resumes_nothing_and_start_again_forgets(lab, tmp_path, capsys):
    lab.train(tmp_path, 2)
    _, changed_run, history = lab.train(tmp_path, 2, settings={"a": 2})
    assert changed_run.epoch == 2 and len(history["d"]) == 2 and capsys.readouterr().out == ""
    _, again, history = lab.train(tmp_path, 1, start_again=True)
    assert again.epoch == 1 and len(history["d"]) == 1 and capsys.readouterr().out == ""
    assert [path.name[:11] for path in again.folder.iterdir()] == ["epoch-00001"]
    assert len([*changed_run.folder.iterdir()]) == 2, "another run's files are left alone"


def test_a_damaged_checkpoint_is_passed_over(lab, tmp_path, capsys):
    _, run, _ = lab.train(tmp_path, 3)
    _, third = sorted(run.folder.iterdir())
    content = bytearray(third.read_bytes())
    content[len(content) // 2] ^= 1
    third.write_bytes(content)
    _, resumed, history = lab.train(tmp_path, 3)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and said[0].startswith(f"{third.name} is damaged")
    assert said[1] == "Resumed after epoch 2 of 3." and len(history["d"]) == 3
    for path in resumed.folder.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert training.Resume(lab.make(), lab.DATA, {"a": 1}, tmp_path).epoch == 0
    assert capsys.readouterr().out.count("is damaged") == 2


@pytest.mark.parametrize("change", [lambda v: v[:-1], lambda v: [*v[1:], v[0]]])
def test_a_checkpoint_that_does_not_fit_says_what_to_do(lab, tmp_path, change):
    _, run, _ = lab.train(tmp_path, 1)
    [path] = run.folder.iterdir()
    history, *values = np.load(path).values()
    content = io.BytesIO()
    np.savez(content, *change(values), history=history)
    sha256 = hashlib.sha256(content.getvalue()).hexdigest()
    path.unlink()
    path.with_name(f"epoch-00001-{sha256[:12]}.npz").write_bytes(content.getvalue())
    with pytest.raises(DataError, match=r"does not fit the model.*start_again=True"):
        lab.train(tmp_path, 1)
    lab.train(tmp_path, 1, start_again=True)


def test_a_full_disk_is_said_once_and_training_goes_on(lab, tmp_path, monkeypatch, capsys):
    def fail(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    _, run, history = lab.train(tmp_path, 3)
    assert run.epoch == 3 and len(history["d"]) == 3
    [said] = capsys.readouterr().out.splitlines()
    assert "epoch 1 could not be saved (No space left on device)" in said
    assert list(run.folder.iterdir()) == []


def test_a_broken_run_is_not_saved(lab, tmp_path):
    data = lab.DATA.copy()
    data[:] = np.nan
    _, run, history = lab.train(tmp_path, 2, data=data)
    assert np.isnan(history["d"]).all() and run.epoch == 2 and not run.folder.exists()


def test_a_model_that_is_not_built_is_refused(lab, tmp_path):
    with pytest.raises(ValueError, match="Build the model"):
        training.Resume(lab.GAN(None, None, 1), lab.DATA, {}, tmp_path)
    model = lab.make()
    model.generator_optimizer = lab.keras.optimizers.Adam()
    with pytest.raises(ValueError, match="Build the model"):
        training.Resume(model, lab.DATA, {}, tmp_path)


def test_progress_tells_pace_and_time_left_and_starts_from_a_resumed_epoch(
    lab, monkeypatch, capsys
):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(training.time, "perf_counter", lambda: clock.now)
    callback = training.progress(every=10)
    callback.set_params({"epochs": 25})

    def epochs(first, last, seconds):
        callback.on_train_begin({})
        for epoch in range(first, last):
            callback.on_epoch_begin(epoch, {})
            clock.now += seconds
            callback.on_epoch_end(epoch, {"d": 0.5, "g": np.float32(1.25)})
        return capsys.readouterr().out.splitlines()

    assert epochs(0, 10, 2) == [
        "epoch  1/25  d 0.500  g 1.250  2 s/epoch, 48 s left",
        "epoch 10/25  d 0.500  g 1.250  2 s/epoch, 30 s left",
    ]
    clock.now += 1000  # the time between two calls of fit does not count
    assert epochs(17, 25, 3) == [
        "epoch 20/25  d 0.500  g 1.250  3 s/epoch, 15 s left",
        "epoch 25/25  d 0.500  g 1.250  3 s/epoch, done",
    ]


def test_trained_weights_come_back_with_their_card(lab, tmp_path):
    generator = lab.make().generator
    generator.layers[0].bias.assign([1.0, 2, 3, 4])
    weights, card = save_trained(generator, "tiny", {"epochs": 3}, tmp_path / "new")
    assert sorted(p.name for p in weights.parent.iterdir()) == ["tiny.json", "tiny.weights.h5"]
    other = lab.make().generator
    assert training.load_trained(other, "tiny", weights.parent) == json.loads(card.read_text())
    for loaded, kept in zip(other.get_weights(), generator.get_weights(), strict=True):
        assert (loaded == kept).all()
    first = weights.read_bytes()
    save_trained(generator, "tiny", {"epochs": 3}, tmp_path / "new")
    assert weights.read_bytes() == first, "the same weights make the same file"


def test_trained_weights_that_cannot_be_used_say_why(lab, tmp_path):
    def load(name="tiny", **changes):
        with pytest.raises(DataError) as caught:
            training.load_trained(lab.make(**changes).generator, name, tmp_path)
        return str(caught.value)

    assert "no trained weights 'tiny': train the network" in load()
    weights, card = save_trained(lab.make().generator, "tiny", {}, tmp_path)
    assert "no trained weights 'huge': choose one of tiny" in load("huge")
    assert "another network" in load(units=5)
    about = card.read_text()
    for text in ("{", "[]", "{}"):
        card.write_text(text)
        assert "damaged" in load(), text
    card.write_text(about)
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "damaged" in load()
    weights.unlink()
    assert "no trained weights" in load()
    with pytest.raises(ValueError, match="no name"):
        save_trained(lab.make().generator, "../tiny", {}, tmp_path)


def test_architecture_counts_what_is_computed_and_not_names(lab):
    def network(activation="relu", names=("a", "b"), units=3, skip=True, dtype="float32", **more):
        inputs = lab.keras.Input((2,))
        dense = lab.keras.layers.Dense(units, activation, name=names[0], dtype=dtype)
        x = lab.keras.layers.Softmax(**more)(dense(inputs))
        y = lab.keras.layers.Dense(units, name=names[1])(x)
        return lab.keras.Model(inputs, x + y if skip else y + y)

    same = training.architecture(network())
    assert training.architecture(network(names=("b", "z"))) == same
    assert training.architecture(network(dtype="mixed_bfloat16")) == same
    others = [network("tanh"), network(units=4), network(skip=False), network(axis=0)]
    assert len({same, *map(training.architecture, others)}) == 5


def test_architecture_looks_into_layers_of_ones_own(lab):
    class Wrapped(lab.keras.layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def call(self, inputs):
            return self.inner(inputs)

    def network(slope, rate):
        inner = Wrapped(lab.keras.layers.LeakyReLU(slope))
        layers = [lab.keras.Input((3,)), inner, lab.keras.layers.Dropout(rate)]
        return lab.keras.Sequential(layers)

    same = training.architecture(network(0.2, 0.1))
    assert training.architecture(network(0.2, 0.1)) == same
    others = [network(0.3, 0.1), network(0.2, 0.3)]
    assert len({same, *map(training.architecture, others)}) == 3


def test_architecture_is_the_same_in_all_versions_of_keras(lab):
    """Keras 3.15 has settings that 3.13 lacks, such as renorm_momentum of BatchNormalization."""
    layers = lab.keras.layers

    def network(**settings):
        parts = [
            *(lab.keras.Input((8, 8, 3)), layers.Conv2D(4, 3, strides=2, padding="same")),
            *(layers.BatchNormalization(**settings), layers.LeakyReLU(0.2), layers.Dropout(0.3)),
            *(layers.UpSampling2D(), layers.Conv2DTranspose(2, 4, 2), layers.Reshape((18, 36))),
            *(layers.LSTM(3), layers.LayerNormalization(), layers.Dense(1, "sigmoid")),
        ]
        return lab.keras.Sequential(parts)

    same = "3a270ea6cacfaf3de31601bece8b55fcd0eca148fb9a7b78ed7dbe7b273b7695"
    assert training.architecture(network()) == same
    assert training.architecture(network(momentum=0.5)) != same


@pytest.mark.parametrize(
    ("capability", "cpu", "expected"),
    [
        (None, "flags : fpu avx512_bf16 sse", "mixed_bfloat16"),
        (None, "flags : fpu amx_bf16 sse", "mixed_bfloat16"),
        (None, "flags : fpu avx512f sse", "float32"),
        ("7.5", "flags : fpu avx512_bf16 sse", "float32"),  # the usual GPU of Colab
        ("8.0 + 8.0", "flags : fpu", "mixed_bfloat16"),
    ],
)
def test_precision_is_chosen_by_what_the_machine_has(
    capability, cpu, expected, monkeypatch, capsys
):
    monkeypatch.setattr(run, "gpu", lambda _: capability)
    monkeypatch.setattr("pathlib.Path.read_text", lambda *_: cpu)
    assert training.pick_precision() == expected
    assert capsys.readouterr().out.startswith(f"precision {expected} (")


def test_helpers_of_training_do_not_load_tensorflow():
    code = """
        import sys
        from helpers import metrics, rivals, training
        sys.exit("tensorflow" in sys.modules or "keras" in sys.modules or "h5py" in sys.modules)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    assert subprocess.run(command, cwd=ROOT).returncode == 0


def test_a_whole_network_comes_back_and_a_damaged_one_says_so(tmp_path, monkeypatch):
    assert training.load_model("judge_digits").output_shape == (None, 11)
    monkeypatch.setattr(training, "WEIGHTS", tmp_path)
    (tmp_path / "judge_digits.keras").write_bytes(b"not a network")
    (tmp_path / "judge_digits.json").write_text('{"sha256": "0"}')
    with pytest.raises(DataError, match="missing or damaged: fetch the course again"):
        training.load_model("judge_digits")
    with pytest.raises(DataError, match="missing or damaged"):
        training.load_model("no_such")
