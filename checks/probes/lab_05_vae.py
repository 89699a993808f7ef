"""What the grader asks answers of lab 05 for fresh inputs."""

import keras
import numpy as np
import tensorflow as tf

from checks.toys import fill


def _compiled(answer, *inputs) -> tuple:
    """What `answer` returns in a compiled step, as in `fit`, and its gradients for the inputs."""

    def step(*inputs):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            found = answer(*inputs)
        return found, tape.gradient(found, inputs)

    return tf.function(step, autograph=False)(*map(tf.constant, inputs))


def count_ink(count_ink, given):
    return np.asarray(count_ink(given["images"], given["cases"], given["number_of_cases"]))


def define_encoder(define_encoder, given):
    network, pixels = define_encoder(given["latent_dim"], given["hidden_units"]), given["pixels"]
    network(pixels)  # a class of one's own has its weights from now on
    fill(network, given["weights"])
    outputs, gradients = _compiled(network, pixels)
    return {"outputs": outputs, "gradients": gradients}


def Sampling(Sampling, given):
    mean, log_variance = tf.constant(given["mean"]), tf.constant(given["log_variance"])
    few, seed = (mean[:8], log_variance[:8]), given["seed"]
    layer, same, other = Sampling(seed=seed), Sampling(seed=seed), Sampling(seed=seed + 1)
    step = tf.function(lambda: layer(*few))
    found = {"first": [layer(*few), layer(*few)], "steps": [step(), step()]}
    z, gradients = _compiled(layer, mean, log_variance)
    return found | {
        "again": [same(*few), same(*few)],
        "other": other(*few),
        "z": z,
        "gradients": gradients,
        "eager": layer(mean, log_variance),
    }


def kl_divergence(kl_divergence, given):
    inputs = given["mean"], given["log_variance"]
    nats, gradients = _compiled(kl_divergence, *inputs)
    return {
        "nats": kl_divergence(*map(tf.constant, inputs)),
        "compiled": nats,
        "gradients": gradients,
    }


def vae_loss(vae_loss, given):
    images, logits, kl = (tf.constant(given[name]) for name in ("images", "logits", "kl"))
    loss, reconstruction = vae_loss(images, logits, kl)
    of_loss, gradients = _compiled(lambda *inputs: vae_loss(images, *inputs)[0], logits, kl)
    return {
        "loss": loss,
        "reconstruction": reconstruction,
        "compiled": of_loss,
        "gradients": gradients,
        "far": vae_loss(images, tf.constant(given["far"]), kl),
    }


def interpolate(interpolate, given):
    pixels, z = keras.Input((784,)), keras.Input((given["latent_dim"],))
    mean, log_variance = (pixels @ given[name] for name in ("to_mean", "to_log_variance"))
    encoder = keras.Model(pixels, [keras.ops.tanh(mean), log_variance])
    decoder = keras.Model(z, (z**2) @ given["to_logits"] - 1)
    walk = interpolate(encoder, decoder, given["first"], given["second"], given["steps"])
    return np.asarray(walk)
