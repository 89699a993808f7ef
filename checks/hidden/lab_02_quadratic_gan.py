"""Hidden tests of lab 02: what its checks ask of other inputs."""

import keras
import numpy as np
import tensorflow as tf

from checks.toys import tiny_gan


def fake_samples(fake_samples):
    maker = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)])
    assert np.shape(fake_samples(maker, 1, 1, keras.random.SeedGenerator(1))) == (1, 2)


def best_discriminator(best_discriminator):
    p, q = np.array([1.0, 0.2, 5.0]), np.array([3.0, 0.2, 0.1])
    assert np.allclose(best_discriminator(p, q), [0.25, 0.5, 50 / 51], atol=4e-3)


def discriminator_loss(discriminator_loss):
    zeros = tf.zeros((7, 1))
    assert np.isclose(discriminator_loss(zeros, zeros), np.log(2))


def generator_loss(generator_loss):
    assert np.isclose(generator_loss(tf.zeros((7, 1))), np.log(2))
    assert np.isclose(generator_loss(tf.zeros((7, 1)), saturating=True), -np.log(2))


def pull(pull):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    network.set_weights([np.array([[3.0], [0.0]])])
    one = pull(keras.ops.sum, network, tf.constant([[5.0, 7.0]]))
    assert np.allclose(one, [[-3, 0]])


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


def train_epoch(train_epoch):
    seed, points = keras.random.SeedGenerator(1), np.ones((6, 2), "float32")
    real = tf.function(lambda real, latent: (tf.reduce_sum(real), real, latent))
    losses = train_epoch(real, tf.function(lambda latent: tf.constant(2.0)), points, 3, 1, seed)
    assert np.allclose(losses, [[6, 2], [6, 2]])


def coverage(coverage):
    even = np.linspace(-0.499, 0.499, 2000)
    assert np.isclose(coverage(even, bins=7), 1)
    assert np.isclose(coverage(np.repeat([-0.4, 0.0, 0.4], 50), bins=5), 0.6)
