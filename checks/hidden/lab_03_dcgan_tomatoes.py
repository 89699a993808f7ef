"""Hidden tests of lab 03: what its checks ask of other inputs."""

import numpy as np


def to_range(to_range):
    assert to_range(np.full((2, 3, 3, 3), 127, "uint8")).shape == (2, 3, 3, 3)


def make_batches(make_batches):
    numbered = np.arange(100, dtype="float32").reshape(100, 1)
    [only] = make_batches(numbered[:5], 5, seed=2).take(2)
    assert only.shape == (5, 1)


def size_after(size_after):
    assert size_after(96, 5, 3, "same") == 32 and size_after(5, 5, 1, "valid") == 1


def define_generator(define_generator):
    assert define_generator(7, 64, 4).output_shape == (None, 64, 64, 3)


def numbers_at_the_end(numbers_at_the_end):
    assert numbers_at_the_end(64, 4) == 9 * 9 * 64


def define_discriminator(define_discriminator):
    assert define_discriminator(32, 2, 0.0).layers[-1].get_weights()[0].shape == (5 * 5 * 32, 1)


def walk(walk):
    b, c = np.float32([1, np.sqrt(3), 0]), np.float32([3, 4, 0])
    assert np.allclose(walk(b, 3 * c, 4)[-1], 3 * c)


def nearest_distance(nearest_distance):
    known = np.zeros((3, 2, 2, 3), "float32")
    assert np.allclose(nearest_distance(known, known), 0)
