"""What the grader asks answers of lab 03 for fresh inputs."""

import tracemalloc

import keras
import numpy as np
import tensorflow as tf

from checks.networks import draw_weights
from checks.toys import tiny_gan
from checks.verdicts import describe


def size_after(size_after, given):
    return [
        size_after(size, kernel, stride, "".join(padding))  # a word read at run time
        for size, kernel, stride, padding in given["cases"]
    ]


def define_generator(define_generator, given):
    return [
        _computed(define_generator(*arguments), latent, given["seed"])
        for arguments, latent in given["asked"]
    ]


def define_discriminator(define_discriminator, given):
    return {
        "computed": [
            _computed(define_discriminator(*arguments), pictures, given["seed"])
            for arguments, pictures in given["asked"]
        ],
        "dropping": describe(define_discriminator(*given["dropping"])),
    }


def _computed(network, inputs, seed):
    """What it computes with weights drawn from `seed`, and what it measures while training."""
    described, weights = describe(network), draw_weights(network, seed)
    said = network(inputs, training=False)[0]
    in_training = network(inputs, training=True)
    return {
        "network": described,
        "kinds": [[weight.name, *weight.shape] for weight in weights],
        "shape": list(in_training.shape),
        "first": said,
        "first_in_training": in_training[0],
        "weights": [np.asarray(weight) for weight in weights],
    }


def adversarial_step(adversarial_step, given):
    gan = tiny_gan(given["latent_dim"])
    points, latent = tf.constant(given["points"]), tf.constant(given["latent"])

    def begin():
        for name in ("generator", "discriminator"):
            getattr(gan, name).set_weights(given["weights"][name])
            getattr(gan, f"{name}_optimizer").learning_rate = given["rates"][name]

    def learned(results):
        weights = [getattr(gan, n).get_weights() for n in ("generator", "discriminator")]
        return {"results": list(results), "weights": weights}

    begin()
    for calls in gan.called_with_training.values():
        calls.clear()
    eager = learned(adversarial_step(gan, points, latent))
    modes = {name: [bool(mode) for mode in seen] for name, seen in gan.called_with_training.items()}
    begin()
    step = tf.function(lambda: adversarial_step(gan, points, latent), autograph=False)
    return {"eager": eager, "training": modes, "compiled": learned(step())}


def move_average(move_average, given):
    def network(weights):
        made = keras.Sequential(
            [
                keras.Input((len(weights[0]),)),
                keras.layers.Dense(len(weights[1])),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(len(weights[-1])),
            ]
        )
        made.set_weights(weights)
        return made

    averaged, generator = network(given["averaged"]), network(given["generator"])
    averaged.trainable = False  # as in the lab

    def numbers():
        return {"averaged": averaged.get_weights(), "generator": generator.get_weights()}

    move_average(averaged, generator, given["keep"])
    once = numbers()

    def move(keep):
        move_average(averaged, generator, keep)

    tf.function(move, autograph=False)(tf.constant(given["keep"], "float32"))
    return {"once": once, "twice": numbers()}


def train_epoch(train_epoch, given):
    seen = []

    def step(pictures, latent):
        seen.append({"pictures": np.asarray(pictures), "latent": np.asarray(latent)})
        logits = tf.zeros((len(pictures), 1))
        return *map(tf.constant, given["losses"][len(seen) - 1]), logits, logits

    batches = tf.data.Dataset.from_tensor_slices(given["pictures"]).batch(given["batch_size"])
    means = train_epoch(step, batches, given["latent_dim"])
    return {"means": list(means), "seen": seen}


def walk(walk, given):
    a, b = np.copy(given["a"]), np.copy(given["b"])
    return {"way": walk(a, b, given["steps"]), "a": a, "b": b}


def nearest_distance(nearest_distance, given):
    pictures, known = np.copy(given["pictures"]), np.copy(given["known"])
    few = nearest_distance(pictures, known)
    rng = np.random.default_rng(given["seed"])
    many, others = (rng.normal(size=(n, *given["shape"])).astype("float32") for n in given["many"])
    tracemalloc.start()
    try:
        of_many = nearest_distance(many, others)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return {"few": few, "of_many": of_many, "peak": peak, "pictures": pictures, "known": known}
