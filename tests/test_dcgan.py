"""Lab 03's folded networks against the networks as written."""

import numpy as np
import pytest

from helpers import training
from tools.lab_code import lab_code


@pytest.fixture(scope="module")
def lab() -> dict:
    """What the lab defines; no part of it is trained."""
    return lab_code("03_dcgan_tomatoes")


def trained_a_step(lab, network, inputs):
    """Output, gradients and statistics of a pass in training; the weights are left alone."""
    before = network.get_weights()
    with lab["tf"].GradientTape() as tape:
        output = network(inputs, training=True)
        loss = lab["keras"].ops.mean(output**2)
    gradients = tape.gradient(loss, network.trainable_variables)
    moved = [weight for weight in network.non_trainable_variables if "moving" in weight.path]
    parts = {"output": [output], "gradients": gradients, "statistics": moved}
    arrays = {
        part: [np.asarray(value).copy() for value in values] for part, values in parts.items()
    }
    network.set_weights(before)
    return arrays


@pytest.mark.parametrize("size", [32, 96])
@pytest.mark.parametrize("which", ["generator", "discriminator"])
def test_folding_changes_nothing(lab, which, size):
    keras, rng = lab["keras"], np.random.default_rng(1)
    keras.utils.set_random_seed(1)
    if which == "generator":
        network = lab["define_generator"](20, size, 8)
        inputs = rng.normal(size=(4, 20)).astype("float32")
    else:
        network = lab["define_discriminator"](size, 4, 0.0)
        inputs = rng.uniform(-1, 1, size=(4, size, size, 3)).astype("float32")
    for weight in network.weights:  # no weight as it starts, or a lost bias would not be seen
        if "seed" not in weight.path:
            weight.assign(weight + rng.uniform(-0.05, 0.05, weight.shape))
    folded = lab["fold"](network)
    assert [w.shape for w in folded.trainable_variables] == [
        w.shape for w in network.trainable_variables
    ]
    np.testing.assert_allclose(folded(inputs), network(inputs), rtol=1e-3, atol=1e-5)
    found, expected = (trained_a_step(lab, either, inputs) for either in (folded, network))
    for part, tolerance in zip(found, (1e-4, 1e-3, 1e-4), strict=True):
        assert len(found[part]) == len(expected[part])
        # Of the largest number: a bias in front of a normalization has no gradient but rounding.
        largest = max(np.abs(value).max() for value in expected[part])
        for one, other in zip(found[part], expected[part], strict=True):
            np.testing.assert_allclose(one, other, atol=tolerance * largest, err_msg=part)


def test_folded_layers_keep_their_numbers_in_32_bits(lab):
    keras = lab["keras"]
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        folded = lab["fold"](lab["define_generator"](20, 32, 8))
        output = folded(np.ones((4, 20), "float32"), training=True)
    finally:
        keras.config.set_dtype_policy(policy)
    assert output.dtype == "bfloat16"
    assert {str(weight.dtype) for weight in folded.trainable_variables} == {"float32"}
    statistics = [w for w in folded.non_trainable_variables if "moving_variance" in w.path]
    assert len(statistics) == 3
    assert all(np.isfinite(w).all() and not np.allclose(w, 1) for w in statistics)


def test_the_shipped_weights_fit_the_network_of_the_lab(lab):
    shipped = lab["define_generator"](lab["LATENT_DIM"], 32, 64)
    before = shipped.get_weights()[0].copy()
    assert training.load_trained(shipped, "dcgan_tomatoes_quick")["profile"] == "quick"
    assert (shipped.get_weights()[0] != before).any()
