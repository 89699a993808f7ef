"""Rivals and measures for word models, on cases whose answer is known."""

import numpy as np
import pytest

from helpers import text

TEXTS = [[2, 3, 4], [2, 3, 5], [2, 4]]


def test_unigram_adds_one_and_leaves_out_padding_and_unknown():
    assert np.allclose(text.unigram_probabilities(TEXTS, 7) * 13, [0, 0, 4, 3, 3, 2, 1])


def test_bigram_by_hand():
    table = text.bigram_probabilities(TEXTS, 7)
    unigram = text.unigram_probabilities(TEXTS, 7)
    assert table.dtype == np.float32
    assert np.allclose(table.sum(axis=1), 1, atol=1e-6) and np.all(table[:, :2] == 0)
    given_away = 0.75 * 2 / 3  # after 2 came 3 twice and 4 once
    assert np.isclose(table[2, 3], (2 - 0.75) / 3 + given_away * unigram[3])
    assert np.isclose(table[2, 4], (1 - 0.75) / 3 + given_away * unigram[4])
    assert np.isclose(table[2, 6], given_away * unigram[6])
    for never_followed in (0, 1, 5, 6):
        assert np.allclose(table[never_followed], unigram)


def test_copied_share():
    training = [[1, 2, 3, 4, 5]]
    assert text.copied_share([[1, 2, 3, 4, 5]], training) == 1
    assert text.copied_share([[1, 2, 3, 4, 9]], training) == 0.5
    assert text.copied_share([[5, 4, 3, 2, 1]], training) == 0
    assert text.copied_share([[2, 3, 9]], training, n=2) == 0.5
    with pytest.raises(ValueError, match="has 4 words"):
        text.copied_share([[1, 2, 3]], training)


def test_nearest():
    found = text.nearest("best way to fold", ["a day at sea", "the best way to sing", "best"])
    assert found == ("the best way to sing", 0.5)
