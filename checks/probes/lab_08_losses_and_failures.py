"""What the grader asks answers of lab 08 for fresh inputs."""

import copy

import keras
import tensorflow as tf


def modes_and_good(modes_and_good, given):
    return [list(modes_and_good(*case)) for case in given["cases"]]


def generator_losses(generator_losses, given):
    return [_losses(generator_losses, logits, given["names"]) for logits in given["cases"]]


def _losses(generator_losses, logits, names):
    logits = tf.constant(logits)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        losses = generator_losses(logits)
    return {name: [losses[name], tape.gradient(losses[name], logits)] for name in names}


def wasserstein_line(wasserstein_line, given):
    return [
        {"distance": wasserstein_line(first, second), "given": [first, second]}
        for first, second in given["cases"]
    ]


def critic_loss(critic_loss, given):
    return [_with_gradients(critic_loss, *map(tf.constant, case)) for case in given["cases"]]


def _with_gradients(function, *inputs):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = function(*inputs)
    return [value, list(tape.gradient(value, inputs))]


def gradient_penalty(gradient_penalty, given):
    return [_learned(gradient_penalty, *case) for case in given["cases"]]


def r1_penalty(r1_penalty, given):
    return [_learned(r1_penalty, *case) for case in given["cases"]]


def _learned(penalty, matrix, vector, *inputs):
    """A penalty for the critic score = x · matrix x + vector · x, and the gradients of its weights.

    vector : shape (d, 1).
    """
    weights = tf.Variable(matrix), tf.Variable(vector)

    def critic(points):
        bent = keras.ops.sum((points @ weights[0]) * points, axis=-1, keepdims=True)
        return bent + points @ weights[1]

    with tf.GradientTape() as tape:
        value = penalty(critic, *map(tf.constant, inputs))
    return [value, list(tape.gradient(value, weights))]


def batch_spread(batch_spread, given):
    class Around(keras.layers.Layer):
        def call(self, features):
            return batch_spread(features)

    def ask(features, weights):
        features = tf.constant(features)
        with tf.GradientTape() as tape:
            tape.watch(features)
            spread = batch_spread(features)
            total = tf.reduce_sum(spread * weights)
        return [spread, tape.gradient(total, features)]

    before_known = Around()(keras.Input(batch_shape=given["shape"]))
    return {"cases": [ask(*case) for case in given["cases"]], "shape": list(before_known.shape)}


def experiment(experiment, given):
    recipes = copy.deepcopy(given)
    answer = experiment(recipes)
    parts = ("base", "changed", "score", "expected", "because")
    return {"answer": {part: answer[part] for part in parts}, "recipes": recipes}
