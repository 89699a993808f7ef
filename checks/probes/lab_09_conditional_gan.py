"""What the grader asks answers of lab 09 for fresh inputs."""

import keras
import numpy as np
import tensorflow as tf

from checks.networks import draw_weights


def joined(joined, given):
    return [
        _computed(joined(*arguments), inputs, given["seed"]) for arguments, inputs in given["asked"]
    ]


def projection(projection, given):
    computed = []
    for (side, f, conditions), inputs in given["asked"]:
        layers = [keras.Input((side, side, 1)), keras.layers.Flatten()]
        features = keras.Sequential([*layers, keras.layers.Dense(f, "tanh")])
        computed.append(_computed(projection(features, conditions), inputs, given["seed"]))
    return computed


def _computed(network, inputs, seed):
    """What it computes with weights drawn from `seed`."""
    weights, takes = draw_weights(network, seed), getattr(network, "input_shape", None)
    inputs = [tf.constant(part) for part in inputs]
    return {
        "takes": None if takes is None else [list(shape) for shape in takes],
        "kinds": [[weight.name, *weight.shape, weight.trainable] for weight in weights],
        "said": network(inputs, training=False),
        "in_training": network(inputs, training=True),
    }


def conditional_losses(conditional_losses, given):
    return [_step(conditional_losses, **case) for case in given["cases"]]


def _step(conditional_losses, real, condition, latent, painting, judging):
    """Losses, their gradients, and the calls of two networks made of these weights.

    painting : [for the noise, for the condition]. judging : [for the picture, of the pair].
    """
    calls = []
    weights = [tf.Variable(one) for one in (*painting, *judging)]

    def generator(inputs, training=None):
        latent, wish = inputs
        calls.append(["generator", np.asarray(latent), np.asarray(wish), training])
        return latent @ weights[0] + wish @ weights[1]

    def discriminator(inputs, training=None):
        pictures, wish = inputs
        calls.append(["discriminator", np.asarray(pictures), np.asarray(wish), training])
        agrees = tf.reduce_sum((pictures @ weights[3]) * wish, axis=-1, keepdims=True)
        return pictures @ weights[2] + agrees

    handed = [tf.constant(part) for part in (real, condition, latent)]
    with tf.GradientTape(persistent=True) as tape:
        losses = list(conditional_losses(generator, discriminator, *handed))
    gradients = [tape.gradient(losses[0], weights[:2]), tape.gradient(losses[1], weights[2:])]
    return {"losses": losses, "gradients": gradients, "calls": calls}


def agreement(agreement, given):
    return [list(agreement(*case)) for case in given["cases"]]


def diversity_within(diversity_within, given):
    return [{"diversity": diversity_within(*case), "given": list(case)} for case in given["cases"]]


def attribute_agreement(attribute_agreement, given):
    return [attribute_agreement(*case) for case in given["cases"]]


def sweep(sweep, given):
    return [{"rows": list(sweep(*case)), "given": list(case[:2])} for case in given["cases"]]
