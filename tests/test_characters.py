"""Lab 10: tables whose chances sum to 1, a mask without a leak, a cache equal to the network."""

import numpy as np
import pytest

from helpers import training
from tools.lab_code import lab_code


@pytest.fixture(scope="module")
def lab() -> dict:
    """What the lab defines; no part of it is trained."""
    return lab_code("10_characters")


@pytest.fixture(scope="module")
def shipped(lab):
    network = lab["make_transformer"]()
    card = training.load_trained(network, "characters")
    return network, card


@pytest.mark.parametrize("order", [1, 2, 5])
def test_chances_sum_to_1_after_every_context_of_the_text(lab, order):
    text = lab["TRAINING"][:4000]
    chances = lab["by_counts"](lab["count_all"](text, order), text, order)
    assert chances.shape == (len(text) - order, lab["SIZE"])
    assert chances.min() > 0
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)


def test_a_context_never_seen_falls_back_to_shorter_ones(lab):
    text = lab["encode"]("abababababac" * 9)
    tables = lab["count_all"](text, 3)
    known = lab["by_counts"](tables, lab["encode"]("bab"), 2)[0]
    unseen = lab["by_counts"](tables, lab["encode"]("zab"), 2)[0]  # nothing came after "za"
    [shorter] = lab["by_counts"](tables[:2], lab["encode"]("zab"), 2)
    assert known.argmax() == lab["encode"]("b")[0]
    np.testing.assert_allclose(unseen, shorter)
    assert not np.allclose(known, shorter)


def test_a_character_that_the_novel_lacks_is_named(lab):
    with pytest.raises(ValueError, match="The novel has no é ö: leave it out"):
        lab["encode"]("Zoé, schön".lower())


def test_no_gradient_reaches_a_place_from_an_earlier_answer(lab, shipped):
    tf, network = lab["tf"], shipped[0]
    embedding = next(
        layer for layer in network.layers if isinstance(layer, lab["keras"].layers.Embedding)
    )
    rest = lab["keras"].Model(embedding.output, network.output)
    x = embedding(lab["HELD_OUT"][None, : lab["WINDOW"]])
    for place in (0, 1, 31, 62):
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = tf.reduce_sum(rest(x)[0, place] ** 2)
        sizes = np.abs(tape.gradient(logits, x)[0]).max(axis=1)
        assert np.all(sizes[place + 1 :] == 0)
        assert sizes[place] > 0


def test_the_cache_is_the_network(lab, shipped):
    codes = lab["HELD_OUT"][: lab["WINDOW"]]
    writer = lab["Writer"](shipped[0])
    mine = np.stack([writer.read(code) for code in codes])
    theirs = np.asarray(shipped[0](codes[None]))[0]
    np.testing.assert_allclose(mine, theirs, atol=1e-5 * np.abs(theirs).max())


def test_the_shipped_transformer_has_the_price_on_its_card(lab, shipped):
    network, card = shipped
    assert card["alphabet"] == "".join(lab["ALPHABET"])
    bits = lab["bits_per_character"](lab["by_network"](network), lab["HELD_OUT"])
    assert bits == pytest.approx(card["metrics"]["bits"], abs=2e-3)
    assert bits < 1.9
