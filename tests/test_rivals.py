"""Rivals on cases whose answer is known."""

import itertools

import numpy as np
import pytest

from helpers import rivals
from helpers.rivals import BernoulliMixture, fit_bernoulli_mixture

TEXTS = [[2, 3, 4], [2, 3, 5], [2, 4]]
TWO = BernoulliMixture(np.array([[0.9, 0.1, 0.5], [0.2, 0.8, 0.5]]), np.array([0.25, 0.75]))


def test_log_likelihood_by_hand():
    image = np.array([[1.0, 0.0, 1.0]])
    by_hand = np.log(0.25 * 0.9 * 0.9 * 0.5 + 0.75 * 0.2 * 0.2 * 0.5)
    assert TWO.log_likelihood(image) == pytest.approx([by_hand])


def test_all_images_together_have_probability_one():
    every = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], dtype=float)
    assert np.exp(TWO.log_likelihood(every)).sum() == pytest.approx(1)


def test_one_component_is_independent_pixels():
    images = (np.random.default_rng(1).random((500, 6)) < 0.3).astype(float)
    one = fit_bernoulli_mixture(images, 1, smoothing=1e-6)
    rate = images.mean(axis=0)
    assert one.ink[0] == pytest.approx(rate, abs=1e-3)
    expected = (images @ np.log(rate) + (1 - images) @ np.log(1 - rate)).mean()
    assert one.log_likelihood(images).mean() == pytest.approx(expected, abs=1e-3)


def test_fit_finds_the_stencils_that_made_the_images():
    rng = np.random.default_rng(1)
    made_by = rng.choice(2, 3000, p=TWO.weights)
    ink = np.repeat(TWO.ink, [1, 1], axis=0)[made_by].repeat(5, axis=1)
    images = (rng.random(ink.shape) < ink).astype(float)
    found = fit_bernoulli_mixture(images, 2, rounds=60)
    order = np.argsort(-found.ink[:, 0])
    assert found.weights[order] == pytest.approx([0.25, 0.75], abs=0.05)
    assert found.ink[order] == pytest.approx(TWO.ink.repeat(5, axis=1), abs=0.08)


def test_more_rounds_never_make_the_training_images_less_likely():
    images = (np.random.default_rng(2).random((300, 20)) < 0.4).astype(float)
    likelihood = [
        fit_bernoulli_mixture(images, 5, rounds=n, smoothing=1e-3).log_likelihood(images).mean()
        for n in (0, 1, 2, 5, 20)
    ]
    assert likelihood == sorted(likelihood) and likelihood[-1] > likelihood[0] + 0.1


def test_no_pixel_is_impossible():
    images = np.zeros((50, 4))
    mixture = fit_bernoulli_mixture(images, 3)
    assert np.isfinite(mixture.log_likelihood(np.ones((1, 4)))).all()
    assert mixture.weights.sum() == pytest.approx(1)


def test_drawings_are_stencils_as_often_as_their_weights_say():
    drawn = TWO.draw(4000, np.random.default_rng(1))
    assert drawn.shape == (4000, 3)
    assert (drawn[:, 0] == 0.9).mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("images", [np.zeros((0, 3)), np.zeros(3), np.full((2, 3), 0.5)])
def test_what_is_no_black_and_white_image_is_refused(images):
    with pytest.raises(ValueError, match="zeros and ones"):
        fit_bernoulli_mixture(images, 2)


@pytest.mark.parametrize("wrong", [{"components": 0}, {"components": 2, "smoothing": 0}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match="at least one component"):
        fit_bernoulli_mixture(np.zeros((4, 3)), **wrong)


def test_mirrored_and_moved_images_are_those_of_training():
    rng = np.random.default_rng(3)
    training = rng.uniform(-1, 0.9, (30, 6, 7, 3)).astype(np.float32)
    flipped = rivals.mirrored(training, 30, rng)
    as_rows = np.sort(flipped[:, :, ::-1].reshape(30, -1), axis=0)
    assert np.array_equal(as_rows, np.sort(training.reshape(30, -1), axis=0)), "each once"
    assert rivals.mirrored(training, 70, rng).shape == (70, 6, 7, 3)

    possible = {}
    for way, row, column in itertools.product((1, -1), range(3), range(3)):
        flipped = training[:, :, ::way]
        for wide in np.pad(flipped, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=1):
            possible[wide[row : row + 6, column : column + 7].tobytes()] = way, row, column
    drawn = rivals.moved(training, 400, rng, pixels=1)
    assert drawn.shape == (400, 6, 7, 3) and drawn.dtype == np.float32
    seen = {possible[image.tobytes()] for image in drawn}
    assert len(seen) == 18, "both ways, each shift"


def test_unigram_adds_one_and_leaves_out_padding_and_unknown():
    assert np.allclose(rivals.unigram_probabilities(TEXTS, 7) * 13, [0, 0, 4, 3, 3, 2, 1])


def test_bigram_by_hand():
    table = rivals.bigram_probabilities(TEXTS, 7)
    unigram = rivals.unigram_probabilities(TEXTS, 7)
    assert table.dtype == np.float32
    assert np.allclose(table.sum(axis=1), 1, atol=1e-6) and np.all(table[:, :2] == 0)
    given_away = 0.75 * 2 / 3  # after 2 came 3 twice and 4 once
    assert np.isclose(table[2, 3], (2 - 0.75) / 3 + given_away * unigram[3])
    assert np.isclose(table[2, 4], (1 - 0.75) / 3 + given_away * unigram[4])
    assert np.isclose(table[2, 6], given_away * unigram[6])
    for never_followed in (0, 1, 5, 6):
        assert np.allclose(table[never_followed], unigram)
