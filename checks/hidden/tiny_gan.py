"""The two networks of `checks.toys.tiny_gan` in numpy: what they say, what they lose and learn.

Weights are lists of four arrays, in Keras' order: kernel, bias, kernel, bias.
"""

import numpy as np

STEP = 0.5  # the learning rate of both optimizers


def draw(rng, latent_dim: int) -> dict:
    """Weights of both networks, as numbers that float32 holds."""
    shapes = {
        "generator": [(latent_dim, 4), (4,), (4, 2), (2,)],
        "discriminator": [(2, 4), (4,), (4, 1), (1,)],
    }
    return {
        name: [rng.normal(size=shape).astype("float32") for shape in some]
        for name, some in shapes.items()
    }


def learn(weights: dict, points: np.ndarray, latent: np.ndarray) -> dict:
    """What one step is made of, at these weights.

    Returns
    -------
    "logits" : of the real points and of the painted ones, shapes (n, 1).
    "losses" : the generator's and the discriminator's.
    "generator", "discriminator" : its weights after a step along the gradient of its own loss.
    """
    generator, discriminator = weights["generator"], weights["discriminator"]
    fake = _say(generator, latent)
    real_logits, fake_logits = _say(discriminator, points), _say(discriminator, fake)
    n, m = len(points), len(fake)
    of_discriminator = [
        a + b
        for a, b in zip(
            _back(discriminator, points, (_sigmoid(real_logits) - 1) / n)[0],
            _back(discriminator, fake, _sigmoid(fake_logits) / m)[0],
            strict=True,
        )
    ]
    to_fake = _back(discriminator, fake, (_sigmoid(fake_logits) - 1) / m)[1]
    of_generator = _back(generator, latent, to_fake)[0]
    painted = np.logaddexp(0, -fake_logits).mean()
    told = np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean()
    return {
        "logits": [real_logits, fake_logits],
        "losses": [painted, told],
        "generator": _step(generator, of_generator),
        "discriminator": _step(discriminator, of_discriminator),
    }


def _say(weights, inputs):
    kernel, bias, last, shift = weights
    return np.tanh(inputs @ kernel + bias) @ last + shift


def _back(weights, inputs, slopes):
    """Gradients for the weights and for the inputs, where `slopes` are those for the outputs."""
    kernel, bias, last, _ = weights
    hidden = np.tanh(inputs @ kernel + bias)
    inner = slopes @ last.T * (1 - hidden**2)
    of_weights = [inputs.T @ inner, inner.sum(axis=0), hidden.T @ slopes, slopes.sum(axis=0)]
    return of_weights, inner @ kernel.T


def _step(weights, gradients):
    return [w - STEP * g for w, g in zip(weights, gradients, strict=True)]


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))
