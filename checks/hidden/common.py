"""What verdicts of several labs share; as they are, never where an answer runs."""

import numpy as np
import tensorflow as tf

from checks.toys import tiny_gan


def draw_step(rng) -> dict:
    """Sizes, weights of `tiny_gan`, both learning rates and a batch, for a step of training."""
    latent_dim, n = int(rng.integers(2, 7)), int(rng.integers(5, 12))
    shapes = {
        "generator": [(latent_dim, 4), (4,), (4, 2), (2,)],
        "discriminator": [(2, 4), (4,), (4, 1), (1,)],
    }
    return {
        "latent_dim": latent_dim,
        "weights": {name: [rng.normal(size=s) for s in some] for name, some in shapes.items()},
        "rates": {name: float(rng.uniform(0.2, 0.9)) for name in shapes},
        "points": rng.normal(size=(n, 2)).astype("float32"),
        "latent": rng.normal(size=(n, latent_dim)).astype("float32"),
    }


def learn(asked: dict, **changed) -> dict:
    """Logits and losses of a step, and each network's weights after it, by its own loss.

    changed : weights of a network in place of those asked.
    """
    gan, weights = tiny_gan(asked["latent_dim"]), {**asked["weights"], **changed}
    pair = {"generator": gan.generator, "discriminator": gan.discriminator}
    for name, network in pair.items():
        network.set_weights(weights[name])
    with tf.GradientTape(persistent=True) as tape:
        painted = gan.generator(tf.constant(asked["latent"]))
        logits = [gan.discriminator(points) for points in (tf.constant(asked["points"]), painted)]
        losses = gan.adversarial_losses(*logits)
    after = {}
    for (name, network), loss in zip(pair.items(), losses, strict=True):
        slopes, rate = tape.gradient(loss, network.trainable_variables), asked["rates"][name]
        after[name] = [w - rate * g for w, g in zip(weights[name], slopes, strict=True)]
    return {"logits": [*map(np.asarray, logits)], "losses": [*map(float, losses)], **after}
