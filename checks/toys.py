"""Tiny stand-ins for the models of a lab, so that a check needs no earlier answer."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np


def fill(network, weights: Sequence[np.ndarray]) -> None:
    """Give each weight of a network the first of these arrays that has its size; each is used once.

    So a network may keep its weights in any order, and ask for less than all of these. Raises
    ValueError where none of that size is left.
    """
    left = list(weights)
    for weight in network.weights:
        size = int(np.prod(weight.shape))
        place = next((i for i, array in enumerate(left) if array.size == size), None)
        if place is None:
            raise ValueError(f"no weights left for {weight.path} of shape {tuple(weight.shape)}")
        weight.assign(left.pop(place).reshape(weight.shape))


def tiny_gan(latent_dim: int = 3, seed: int = 1) -> SimpleNamespace:
    """What a half of a GAN's training step may use, on two networks of four hidden units.

    Returns
    -------
    generator, discriminator : shapes (n, latent_dim) → (n, 2) → (n, 1); logits.
    generator_optimizer, discriminator_optimizer : plain gradient descent. Each keeps the gradients
        it was last handed in `given` (None before), and in `foreign` whether it was ever handed
        variables of the other network. It changes nothing if a gradient is None, or if it gets no
        variables and their number is not that of its own network.
    generator_loss, discriminator_loss : as in lab 02, on logits.
    adversarial_losses : as in lab 03: (real logits, fake logits) → (generator's, discriminator's).
    called_with_training : name of a network → the `training` of each of its calls so far.
    trainable_variables : those of both networks.
    moved : () → how far the weights of (generator, discriminator) have moved since the start.
    """
    import keras  # only here: the helpers themselves do not need TensorFlow

    class Recorder(keras.optimizers.SGD):
        given, foreign = None, False

        def __init__(self, network: keras.Model):
            super().__init__(0.5)
            self.own = lambda: network.trainable_variables  # a list would be tracked by Keras

        def apply(self, grads, trainable_variables=None):
            own = self.own()
            variables = list(own if trainable_variables is None else trainable_variables)
            self.given = list(grads)
            if not {id(v) for v in variables} <= {id(v) for v in own}:
                self.foreign = True
            if self.foreign and self.built:
                return  # Keras would raise; the check tells what went wrong
            whole = all(gradient is not None for gradient in self.given)
            if whole and (trainable_variables is not None or len(self.given) == len(own)):
                super().apply(grads, variables)

    called: dict[str, list] = {"generator": [], "discriminator": []}

    class Mode(keras.layers.Layer):
        """Hands its input on and notes how it was called."""

        def __init__(self, seen: list):
            super().__init__()
            self.note = seen.append  # the list itself would be copied by Keras

        def call(self, inputs, training=False):
            self.note(training)
            return inputs

    def network(inputs: int, outputs: int, seed: int, name: str) -> keras.Model:
        def weights(add: int):
            return keras.initializers.GlorotUniform(seed + add)

        return keras.Sequential(
            [
                keras.Input((inputs,)),
                keras.layers.Dense(4, "tanh", kernel_initializer=weights(0)),
                keras.layers.Dense(outputs, kernel_initializer=weights(1)),
                Mode(called[name]),
            ]
        )

    softplus, mean = keras.ops.softplus, keras.ops.mean
    generator = network(latent_dim, 2, seed, "generator")
    discriminator = network(2, 1, seed + 2, "discriminator")
    networks = generator, discriminator
    at_start = [network.get_weights() for network in networks]

    def moved() -> tuple[float, float]:
        return tuple(
            max(
                float(np.abs(new - old).max())
                for new, old in zip(n.get_weights(), was, strict=True)
            )
            for n, was in zip(networks, at_start, strict=True)
        )

    def generator_loss(fake_logits):
        return mean(softplus(-fake_logits))

    def discriminator_loss(real_logits, fake_logits):
        return both_parts(real_logits, fake_logits) / 2

    def both_parts(real, fake):
        return mean(softplus(-real)) + mean(softplus(fake))

    return SimpleNamespace(
        generator=generator,
        discriminator=discriminator,
        generator_optimizer=Recorder(generator),
        discriminator_optimizer=Recorder(discriminator),
        generator_loss=generator_loss,
        discriminator_loss=discriminator_loss,
        adversarial_losses=lambda real, fake: (generator_loss(fake), both_parts(real, fake)),
        called_with_training=called,
        trainable_variables=[*generator.trainable_variables, *discriminator.trainable_variables],
        moved=moved,
    )
