"""What the grader asks answers of lab 02 for fresh inputs."""

import keras
import numpy as np
import tensorflow as tf

from checks.toys import tiny_gan


def fake_samples(fake_samples, given):
    latent_dim = given["latent_dim"]

    def network(*layers):
        return keras.Sequential([keras.Input((latent_dim,)), *layers])

    def shows_two(first):  # of the latent numbers, moved
        pair = network(keras.layers.Dense(2))
        pair.set_weights([np.eye(latent_dim)[:, first : first + 2], given["moved"]])
        return pair

    bent = network(keras.layers.Dense(4, "tanh"), keras.layers.Dense(2))
    bent.set_weights(given["weights"])

    def draw(generator, seed=None):
        seed = seed or keras.random.SeedGenerator(given["seed"])
        return fake_samples(generator, given["n"], latent_dim, seed)

    seed = keras.random.SeedGenerator(given["seed"])
    return {
        "pairs": [draw(shows_two(0), seed)]
        + [draw(shows_two(first)) for first in range(2, latent_dim, 2)],
        "bent": draw(bent),
        "second_call": draw(shows_two(0), seed),
    }


def discriminator_loss(discriminator_loss, given):
    far = tf.constant(given["far"])
    return {
        "near": _loss_and_slope(discriminator_loss, given["real"], given["fake"]),
        "far": discriminator_loss(-far, far),
    }


def generator_loss(generator_loss, given):
    def saturating(logits):
        return generator_loss(logits, saturating=True)

    far = tf.constant(given["far"])
    return {
        "near": _loss_and_slope(generator_loss, given["fake"]),
        "far": generator_loss(-far),
        "near_saturating": _loss_and_slope(saturating, given["fake"]),
        "far_saturating": saturating(far),
    }


def _loss_and_slope(loss, *logits):
    """A loss and its gradients for logits."""
    logits = [tf.constant(values) for values in logits]
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(*logits)
    return [value, *tape.gradient(value, logits)]


def best_discriminator(best_discriminator, given):
    p, q = given["p"], given["q"]
    return {"d": best_discriminator(p, q), "given": [p, q]}


def pull(pull, given):
    a, b, c = (tf.constant(given[name]) for name in "abc")

    def network(points):
        return keras.ops.matmul(keras.ops.tanh(keras.ops.matmul(points, a)), b)

    def largest(logits):
        return keras.ops.logsumexp(c * logits)

    def same(points):
        return points

    points, column = tf.constant(given["points"]), tf.constant(given["column"])
    return {
        "bent": pull(largest, network, points),
        "same": pull(lambda logits: keras.ops.sum(c * logits**2), same, column),
    }


def discriminator_step(discriminator_step, given):
    toy = _toy(given)
    real, latent = tf.constant(given["real"]), tf.constant(given["latent"])
    return _steps(toy, lambda: discriminator_step(toy, real, latent))


def generator_step(generator_step, given):
    toy, latent = _toy(given), tf.constant(given["latent"])
    return _steps(toy, lambda: generator_step(toy, latent))


def _toy(given):
    toy = tiny_gan(given["latent"].shape[1])
    toy.generator.set_weights(given["generator"])
    toy.discriminator.set_weights(given["discriminator"])
    for optimizer in (toy.generator_optimizer, toy.discriminator_optimizer):
        optimizer.learning_rate = given["rate"]
    return toy


def _steps(toy, step):
    """What a step returns and leaves behind, and three more steps, compiled."""
    networks = toy.generator, toy.discriminator
    first = {
        "returned": step(),
        "weights": [network.get_weights() for network in networks],
        "handed_over": [
            None if optimizer.given is None else list(map(np.asarray, optimizer.given))
            for optimizer in (toy.generator_optimizer, toy.discriminator_optimizer)
        ],
    }
    compiled = tf.function(step, autograph=False)
    return {
        "first": first,
        "later": [compiled() for _ in range(3)],
        "weights": [network.get_weights() for network in networks],
        "trainable": [len(network.trainable_variables) for network in networks],
    }


def train_epoch(train_epoch, given):
    seed = keras.random.SeedGenerator(given["seed"])
    again = keras.random.SeedGenerator(given["seed"])
    return [_epoch(train_epoch, given, one) for one in (seed, again, seed)]


def _epoch(train_epoch, given, seed):
    calls, seen, latents, losses = [], [], [], [0.0]

    def called(half, latent, of_real=0.0):  # a loss that depends on all that was handed over so far
        calls.append(half)
        latents.append(np.array(latent))
        losses.append(np.cos(losses[-1] + of_real + np.sum(latents[-1] @ given["of_latent"])))
        return tf.constant(losses[-1], "float32")

    def discriminator_half(real, latent):
        seen.append(np.array(real))
        logits = tf.constant(seen[-1][:, :1])
        return called("discriminator", latent, np.sum(seen[-1] @ given["of_real"])), logits, -logits

    def generator_half(latent):
        return called("generator", latent)

    sizes = given["batch_size"], given["latent_dim"]
    answer = train_epoch(discriminator_half, generator_half, given["points"].copy(), *sizes, seed)
    return {
        "losses": np.asarray(answer, float),
        "calls": calls,
        "seen": seen,
        "latents": latents,
    }


def coverage(coverage, given):
    def ask(case):
        return coverage(case["x"].copy(), bins=case["bins"])

    return {"cases": [ask(case) for case in given["cases"]], "of_20": coverage(given["of_20"])}
