"""The generators of lab 09 that come with the course draw what they are asked for."""

import keras
import numpy as np
import pytest

from helpers import datasets, metrics, training
from tools.generators import save_network


def test_the_shipped_generator_draws_the_digit_asked_for():
    generator = training.load_model("conditional_digits")
    asked = np.arange(200) % 10
    latent = np.random.default_rng(1).normal(size=(200, 32)).astype("float32")
    drawn = np.asarray(generator([latent, np.eye(10, dtype="float32")[asked]], training=False))
    assert drawn.shape == (200, 28, 28, 1)
    logits = np.asarray(training.load_model("judge_digits")(drawn))
    assert np.mean(logits.argmax(axis=1) == asked) > 0.85


def test_the_shipped_generator_draws_the_tomato_asked_for():
    generator = training.load_model("conditional_tomatoes")
    columns = ["height", "ripeness", "light_side", "star"]
    table = datasets.load_attributes("tomato", "training")[columns].to_numpy()
    reader = metrics.attribute_reader(datasets.load_images("tomato", 32, part="training"), table)
    latent = np.random.default_rng(1).normal(size=(100, 32)).astype("float32")
    condition = np.zeros((100, 4), "float32")
    for which in range(3):  # the star is there or not: the middle of it is neither
        condition[:50, which], condition[50:, which] = -1.2, 1.2
        read = reader.predict(np.asarray(generator([latent, condition], training=False)))
        low, high = read[:50, which].mean(), read[50:, which].mean()
        assert high - low > 0.8 * table[:, which].std(), columns[which]
        condition[:, which] = 0


def test_a_kept_network_comes_back_whole(tmp_path, monkeypatch):
    first, second = keras.Input((2,)), keras.Input((3,))
    joined = keras.layers.Concatenate()([first, keras.layers.Dense(4)(second)])
    network = keras.Model([first, second], joined)
    path = save_network(network, "tiny", {"epochs": 3}, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tiny.json", "tiny.keras"]
    monkeypatch.setattr(training, "WEIGHTS", tmp_path)
    inputs = [np.ones((2, 2), "float32"), np.ones((2, 3), "float32")]
    again = training.load_model("tiny")
    np.testing.assert_allclose(again(inputs), network(inputs), rtol=1e-6)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(datasets.DataError, match="missing or damaged"):
        training.load_model("tiny")
