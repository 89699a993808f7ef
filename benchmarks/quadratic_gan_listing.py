"""The old listing of lab 02's GAN, as literally as Keras 3 lets it run: the baseline, not a model.

Written from its description: three models, the discriminator frozen inside the chain, labels made
by hand, `predict` in the loop, one `train_on_batch` at a time. In Keras 3 its discriminator never
learns; lab 02 shows why.
"""

import keras
import numpy as np

LATENT_DIM, EPOCHS, BATCH = 5, 1000, 128  # an "epoch" of the listing is one step


def define_generator() -> keras.Sequential:
    return keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            keras.layers.Dense(15, activation="relu", kernel_initializer="he_uniform"),
            keras.layers.Dense(2, activation="linear"),
        ]
    )


def define_discriminator() -> keras.Sequential:
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(25, activation="relu", kernel_initializer="he_uniform"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def define_chain(generator: keras.Model, discriminator: keras.Model) -> keras.Sequential:
    discriminator.trainable = False
    model = keras.Sequential([generator, discriminator])
    model.compile(loss="binary_crossentropy", optimizer="adam")
    return model


def real_points(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of y = x², shape (n, 2), and their labels, ones of shape (n, 1)."""
    x = np.random.rand(n, 1) - 0.5
    return np.hstack([x, x * x]), np.ones((n, 1))


def latent_points(n: int) -> np.ndarray:
    return np.random.randn(n, LATENT_DIM)


def fake_points(generator: keras.Model, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Generated points, shape (n, 2), and their labels, zeros of shape (n, 1)."""
    return generator.predict(latent_points(n), verbose=0), np.zeros((n, 1))


class Listing:
    """The three models and one step of their training."""

    def __init__(self):
        self.generator, self.discriminator = define_generator(), define_discriminator()
        self.chain = define_chain(self.generator, self.discriminator)

    def step(self) -> None:
        self.discriminator.train_on_batch(*real_points(BATCH // 2))
        self.discriminator.train_on_batch(*fake_points(self.generator, BATCH // 2))
        self.chain.train_on_batch(latent_points(BATCH), np.ones((BATCH, 1)))
