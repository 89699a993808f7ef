"""What the grader asks answers of lab 07 for fresh inputs."""

import numpy as np
import tensorflow as tf

from checks.networks import draw_weights


def class_distance(class_distance, given):
    return [class_distance(drawn, real) for drawn, real in given["cases"]]


def dense_networks(dense_networks, given):
    computed = []
    for arguments, *inputs in given["asked"]:
        generator, discriminator = dense_networks(*_as_tuple(arguments))
        pair = zip((generator, discriminator), inputs, strict=True)
        computed.append([_computed(network, values, given["seed"]) for network, values in pair])
    _, discriminator = dense_networks(*_as_tuple(given["dropping"]))
    draw_weights(discriminator, given["seed"])
    copies = np.repeat(given["picture"], given["copies"], axis=0)
    return {
        "computed": computed,
        "usual": discriminator(given["picture"], training=False),
        "dropped": discriminator(copies, training=True),
    }


def _as_tuple(arguments):
    widths, *rest = arguments
    return [tuple(widths), *rest]


def smoothed_loss(smoothed_loss, given):
    def ask(real, fake, label):
        logits = [tf.constant(real), tf.constant(fake)]
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = smoothed_loss(*logits, label)
        compiled = tf.function(lambda: smoothed_loss(*logits, label), autograph=False)
        return {"loss": loss, "compiled": compiled(), "gradients": tape.gradient(loss, logits)}

    far = [smoothed_loss(tf.constant(a), tf.constant(b), label) for a, b, label in given["far"]]
    return {"near": [ask(*case) for case in given["near"]], "far": far}


def best_logit(best_logit, given):
    with np.errstate(all="ignore"):
        return [best_logit(p.copy(), q.copy(), label) for p, q, label in given["cases"]]


def dcgan_generator(dcgan_generator, given):
    return [
        _computed(dcgan_generator(*arguments), latent, given["seed"])
        for arguments, latent in given["asked"]
    ]


def _computed(network, inputs, seed):
    """What it computes with weights drawn from `seed`, and what it measures while training."""
    weights, takes = draw_weights(network, seed), getattr(network, "input_shape", None)
    return {
        "takes": None if takes is None else list(takes),
        "kinds": [[weight.name, *weight.shape] for weight in weights],
        "said": network(inputs, training=False),
        "in_training": network(inputs, training=True),
        "weights": [np.asarray(weight) for weight in weights],
    }


def suspicious(suspicious, given):
    return [suspicious(list(g), list(d), label) for g, d, label in given["cases"]]


def experiment(experiment, given):
    return [_experiment(experiment, **case) for case in given["cases"]]


def _experiment(experiment, settings, change, seeds, scores):
    """`scores`: what a run returns, of `settings` and of the changed ones, for each seed."""
    sides, calls, own = [dict(settings), {**settings, **change}], [], dict(settings)

    def run(of, seed):
        side = sides.index(of) if of in sides else -1
        calls.append([side, seed])
        return scores[side][seeds.index(seed)]

    answer = experiment(run, own, dict(change), list(seeds))
    return {"answer": list(answer), "calls": calls, "settings": own}
