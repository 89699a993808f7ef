"""Tiny stand-ins for the models of a lab, so that a check needs no earlier answer."""

from types import SimpleNamespace

import numpy as np


def tiny_gan(latent_dim: int = 3, seed: int = 1) -> SimpleNamespace:
    """What a half of a GAN's training step may use, on two networks of four hidden units.

    Returns
    -------
    generator, discriminator : shapes (n, latent_dim) → (n, 2) → (n, 1); logits.
    generator_optimizer, discriminator_optimizer : plain gradient descent. Each keeps the gradients
        it was last handed in `given` (None before); if one of those is None it changes nothing.
    generator_loss, discriminator_loss : as in lab 02, on logits.
    trainable_variables : those of both networks.
    moved : () → how far the weights of (generator, discriminator) have moved since the start.
    """
    import keras  # only here: the helpers themselves do not need TensorFlow

    class Recorder(keras.optimizers.SGD):
        given = None

        def apply(self, grads, trainable_variables=None):
            self.given = list(grads)
            if all(gradient is not None for gradient in self.given):
                super().apply(grads, trainable_variables)

    def network(inputs: int, outputs: int, seed: int) -> keras.Model:
        def weights(add: int):
            return keras.initializers.GlorotUniform(seed + add)

        return keras.Sequential(
            [
                keras.Input((inputs,)),
                keras.layers.Dense(4, "tanh", kernel_initializer=weights(0)),
                keras.layers.Dense(outputs, kernel_initializer=weights(1)),
            ]
        )

    softplus, mean = keras.ops.softplus, keras.ops.mean
    networks = generator, discriminator = network(latent_dim, 2, seed), network(2, 1, seed + 2)
    at_start = [network.get_weights() for network in networks]

    def moved() -> tuple[float, float]:
        return tuple(
            max(
                float(np.abs(new - old).max())
                for new, old in zip(n.get_weights(), was, strict=True)
            )
            for n, was in zip(networks, at_start, strict=True)
        )

    return SimpleNamespace(
        generator=generator,
        discriminator=discriminator,
        generator_optimizer=Recorder(0.5),
        discriminator_optimizer=Recorder(0.5),
        generator_loss=lambda fake: mean(softplus(-fake)),
        discriminator_loss=lambda real, fake: (mean(softplus(-real)) + mean(softplus(fake))) / 2,
        trainable_variables=[*generator.trainable_variables, *discriminator.trainable_variables],
        moved=moved,
    )
