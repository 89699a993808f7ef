"""What the grader asks answers of lab 04 for fresh inputs."""

import inspect
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from checks.toys import tiny_gan
from checks.verdicts import describe


def load_or_prepare(load_or_prepare, given):
    calls = []

    def prepare():
        calls.append(1)
        return given["array"].copy()

    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary).joinpath(*given["folders"], "kept.npy")
        first = load_or_prepare(path, prepare)
        kept, after_first = np.load(path), len(calls)
        second = load_or_prepare(path, prepare)
        after_second = len(calls)
        np.save(path, given["another"])
        replaced = load_or_prepare(path, prepare)
        beside = path.with_name("beside.npy")
        load_or_prepare(beside, prepare)
        return {
            "arrays": [first, kept, second, replaced, np.load(beside)],
            "calls": [after_first, after_second, len(calls)],
        }


def make_batches(make_batches, given):
    def epoch(pictures, batch_size, seed):
        made = make_batches(pictures, batch_size, seed)
        return [np.asarray(batch) for batch in made.take(given["most"])]

    asked = given["pictures"], given["batch_size"]
    return {
        "epochs": [epoch(*asked, seed) for seed in given["seeds"]],
        "again": epoch(*asked, given["seeds"][0]),
        "pairs": [epoch(given["pictures"][:2], 2, seed) for seed in given["seeds"]],
    }


def dcgan_generator(dcgan_generator, given):
    return _networks(dcgan_generator, given)


def dcgan_discriminator(dcgan_discriminator, given):
    return _networks(dcgan_discriminator, given)


def vanilla_generator(vanilla_generator, given):
    return _networks(vanilla_generator, given)


def vanilla_discriminator(vanilla_discriminator, given):
    return _networks(vanilla_discriminator, given)


def _networks(make, given):
    """What networks are, and what they say as they are; of others, how many weights they have."""
    return {
        "seen": [
            _seen(make(*arguments), shape, given["seed"]) for arguments, shape in given["asked"]
        ],
        "counts": [make(*arguments).count_params() for arguments in given["counted"]],
    }


def _seen(network, shape, seed):
    seen = {
        "config": describe(network)["config"],
        "shapes": [list(weight.shape) for weight in network.weights],  # all would be megabytes
    }
    inputs = np.random.default_rng(seed).normal(size=(2, *shape)).astype("float32")
    outputs = np.asarray(network(inputs, training=False))
    return {**seen, "output_shape": list(outputs.shape), "range": [outputs.min(), outputs.max()]}


def save_images(save_images, given):
    painter = [keras.Input((3,)), keras.layers.Reshape((1, 1, 3))]
    painter.append(keras.layers.UpSampling2D(given["size"]))
    in_range = keras.layers.Activation(lambda values: keras.ops.clip(values, -1, 1))
    painter = keras.Sequential([*painter, keras.layers.Dropout(0.9, seed=1), in_range])
    sheets = []
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary).joinpath(*given["folders"], "sheet.png")
        for columns, margin in given["layouts"]:
            sheet = save_images(painter, tf.constant(given["colors"]), columns, margin, path)
            with Image.open(path) as file:
                sheets.append({"returned": sheet, "kept": np.asarray(file.convert("RGB"))})
    return sheets


def adversarial_losses(adversarial_losses, given):
    real, fake = tf.constant(given["real"]), tf.constant(given["fake"])
    return list(adversarial_losses(real, fake))


def train_step(train_step, given):
    gan = tiny_gan(given["latent_dim"])
    networks = {"generator": gan.generator, "discriminator": gan.discriminator}
    optimizers = gan.generator_optimizer, gan.discriminator_optimizer
    for (name, network), optimizer in zip(networks.items(), optimizers, strict=True):
        network.set_weights(given["weights"][name])
        gan.called_with_training[name].clear()
        optimizer.learning_rate = given["rates"][name]
    points, latent = tf.constant(given["points"]), tf.constant(given["latent"])
    losses = train_step(*networks.values(), optimizers, gan.adversarial_losses, points, latent)
    return {
        "losses": list(losses),
        "weights": {name: network.get_weights() for name, network in networks.items()},
        "training": {
            name: [bool(mode) for mode in seen] for name, seen in gan.called_with_training.items()
        },
    }


def train(train, given):
    epochs, stepped, rows = [], [], []
    ended = time.perf_counter()  # of what belongs to no epoch

    def step(batch):
        started = time.perf_counter()
        time.sleep(given["naps"][batch])
        stepped.append([batch, started, time.perf_counter()])
        return tuple(map(tf.constant, given["losses"][batch]))

    def batches_of(epoch):
        epochs.append(epoch)
        return range(epoch * given["steps"], (epoch + 1) * given["steps"])

    def after_epoch(epoch, row):
        nonlocal ended
        window = time.perf_counter() - ended
        row = {name: float(row[name]) for name in given["names"]}
        rows.append({"epoch": epoch, "row": row, "window": window, "steps": len(stepped)})
        time.sleep(given["pause"])
        ended = time.perf_counter()

    train(step, batches_of, given["first"], given["epochs"], after_epoch)
    seen = {"epochs": list(epochs), "stepped": list(stepped), "rows": list(rows)}
    train(step, batches_of, given["epochs"], given["epochs"], after_epoch)
    return {**seen, "counts_then": [len(epochs), len(stepped), len(rows)]}


def comparison_table(comparison_table, given):
    return comparison_table(given["columns"])


def ablation(ablation, given):
    makers, recipes = {}, {}

    def maker(label):
        def make():
            raise RuntimeError("ablation only hands makers on: it need not call one.")

        makers[make] = label
        return make

    for name, numbers in given.items():
        own = {part: maker(f"{name} {part}") for part in ("generator", "discriminator")}
        recipes[name] = {**own, **numbers}
    answer = ablation(recipes)
    said = {part: answer[part] for part in ("base", "score", "expected", "because")}
    told = {name: _told(recipe, makers) for name, recipe in recipes.items()}
    return {**said, "changed": _told(answer["changed"], makers), "recipes": told}


def _told(recipe, makers):
    """A recipe in words and numbers: a word for each function, and what is none as it is."""
    return {
        "makers": {part: _word(own, makers) for part, own in recipe.items() if callable(own)},
        "numbers": {part: own for part, own in recipe.items() if not callable(own)},
    }


def _word(value, makers):
    if isinstance(value, keras.Model):
        return "a network"
    try:
        inspect.signature(value).bind()
    except TypeError:
        return "a function that needs arguments"
    return makers.get(value, "a maker of their own")
