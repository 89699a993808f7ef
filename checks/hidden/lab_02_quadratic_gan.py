"""Hidden tests of lab 02: what its checks ask of other inputs."""

import keras
import numpy as np
import tensorflow as tf

from checks.toys import tiny_gan


def real_samples(real_samples):
    assert np.shape(real_samples(1, np.random.default_rng(3))) == (1, 2)


def latent_points(latent_points):
    seed = keras.random.SeedGenerator(1)
    assert np.shape(latent_points(7, 20, seed)) == (7, 20)


def define_generator(define_generator):
    assert define_generator(20, 7).output_shape == (None, 2)


def define_discriminator(define_discriminator):
    somewhere = keras.random.normal((300, 2), seed=1)
    signs = np.sign([define_discriminator(8)(somewhere) for _ in range(5)])
    assert signs.min() < 0 < signs.max(), "The logit should be able to take either sign."


def discriminator_loss(discriminator_loss):
    zeros = tf.zeros((7, 1))
    assert np.isclose(discriminator_loss(zeros, zeros), np.log(2))


def generator_loss(generator_loss):
    assert np.isclose(generator_loss(tf.zeros((7, 1))), np.log(2))


def discriminator_step(discriminator_step):
    toy = tiny_gan(latent_dim=3)
    discriminator_step(
        toy, keras.random.normal((8, 2), seed=1), keras.random.normal((8, 3), seed=2)
    )
    assert toy.moved()[0] == 0 and toy.generator_optimizer.given is None


def generator_step(generator_step):
    toy = tiny_gan(latent_dim=3)
    generator_step(toy, keras.random.normal((8, 3), seed=2))
    assert toy.moved()[1] == 0 and toy.discriminator_optimizer.given is None


def residual_rmse(residual_rmse):
    assert np.isclose(residual_rmse(np.array([[2.0, 5.0], [-1.0, 1.0]])), np.sqrt(0.5))


def coverage(coverage):
    even = np.linspace(-0.499, 0.499, 2000)
    assert np.isclose(coverage(even, bins=7), 1)
    assert np.isclose(coverage(np.repeat([-0.4, 0.0, 0.4], 50), bins=5), 0.6)
