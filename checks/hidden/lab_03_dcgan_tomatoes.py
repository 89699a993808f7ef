"""Hidden tests of lab 03: what its checks ask of other inputs."""

import numpy as np


def size_after(size_after):
    assert size_after(96, 5, 3, "same") == 32 and size_after(5, 5, 1, "valid") == 1


def define_generator(define_generator):
    assert define_generator(7, 64, 4)(np.zeros((2, 7), "float32")).shape == (2, 64, 64, 3)


def define_discriminator(define_discriminator):
    made = define_discriminator(32, 2, 0.0)
    assert [w.shape for w in made.trainable_variables if len(w.shape) == 2] == [(5 * 5 * 32, 1)]


def train_epoch(train_epoch):
    def step(pictures, latent):
        return 0.5, 2.0, pictures, latent

    batches = [np.zeros((n, 2), "float32") for n in (3, 3)]
    assert np.allclose(train_epoch(step, batches, 4), [0.5, 2])


def walk(walk):
    b, c = np.float32([1, np.sqrt(3), 0]), np.float32([3, 4, 0])
    assert np.allclose(walk(b, 3 * c, 4)[-1], 3 * c)


def nearest_distance(nearest_distance):
    known = np.zeros((3, 2, 2, 3), "float32")
    assert np.allclose(nearest_distance(known, known), 0)
