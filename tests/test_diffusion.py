"""Lab 11: exact answers on the ring, one sampler in two forms, an average without bias."""

import numpy as np
import pytest

from helpers import metrics, training
from helpers.datasets import load_images
from tools.lab_code import lab_code


@pytest.fixture(scope="module")
def lab() -> dict:
    """What the lab defines; no part of it is trained."""
    defined = lab_code("11_diffusion")
    defined["rng"] = np.random.default_rng(0)
    return defined


@pytest.mark.parametrize("t", [0.05, 0.3, 0.8])
def test_the_rings_own_answer_is_that_of_very_many_of_its_points(lab, t):
    many, few = lab["ring"](40_000), lab["ring"](50)
    x_t = lab["add_noise"](few, np.random.default_rng(0).normal(size=few.shape), np.full(50, t))
    sampled = lab["exact_clean"](np.asarray(x_t), t, many)
    np.testing.assert_allclose(lab["true_clean"](np.asarray(x_t), t), sampled, atol=0.03)


@pytest.mark.parametrize("t", [0.2, 0.5, 0.9])
def test_tweedie(lab, t):
    """The slope of the noisy ring's log-density is minus the mean noise, divided by t."""
    points, tiny = np.random.default_rng(1).normal(size=(100, 2)), 1e-5 * np.eye(2)
    ways = (lab["log_density"](points + d, t) - lab["log_density"](points - d, t) for d in tiny)
    noise = (points - (1 - t) * lab["true_clean"](points, t)) / t
    np.testing.assert_allclose(np.column_stack([*ways]) / 2e-5, -noise / t, atol=1e-4)


def test_exact_answers_lead_noise_to_the_ring(lab):
    start = np.random.default_rng(2).normal(size=(2000, 2))
    end = lab["sample"](lab["true_clean"], start, lab["moments_of"](100))
    assert lab["good"](end) > 0.97
    nearest = np.linalg.norm(end[:, None] - lab["CENTERS"], axis=2).argmin(axis=1)
    assert np.bincount(nearest, minlength=lab["MODES"]).min() > 150  # of 250: none is left out


def test_without_fresh_noise_a_ddim_step_is_eulers(lab):
    rng = np.random.default_rng(3)
    x_t, clean, fresh = rng.normal(size=(3, 20, 4, 4, 3))
    for t, s in ((1, 0.5), (0.4, 0.3), (0.2, 0)):
        np.testing.assert_allclose(
            lab["ddim_step"](x_t, clean, t, s, 0, fresh), lab["euler_step"](x_t, clean, t, s)
        )


@pytest.mark.parametrize("eta", [0, 0.5, 1])
def test_a_ddim_step_leaves_as_much_noise_as_its_time_says(lab, eta):
    clean, noise, fresh = np.random.default_rng(4).normal(size=(3, 100_000))
    for t, s in ((1, 0.6), (0.6, 0.3)):
        x_t = (1 - t) * clean + t * noise
        left = lab["ddim_step"](x_t, clean, t, s, eta, fresh) - (1 - s) * clean
        assert left.std() == pytest.approx(s, rel=0.02)


def test_folding_loses_nothing(lab):
    pictures = np.random.default_rng(5).normal(size=(3, 8, 6, 5)).astype("float32")
    folded = lab["fold"](pictures)
    assert folded.shape == (3, 4, 3, 20)
    assert set(np.asarray(folded)[0, 0, 0]) == set(pictures[0, :2, :2].ravel())
    np.testing.assert_array_equal(lab["unfold"](folded), pictures)


def test_the_average_of_weights_that_stand_still_is_these_weights(lab):
    """From the first step on: an average begun at zero would be a hundredth of them."""
    network = lab["ring_network"]()
    model = lab["Diffusion"](network, 1e-3, 100, 1)
    for weight in model.averaged.weights:
        weight.assign(0 * weight)
    model.adam.iterations.assign(1)
    model.move_average()
    for kept, weight in zip(model.averaged.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_allclose(kept, weight, rtol=1e-5)


def test_a_filled_picture_keeps_what_was_known(lab):
    lab["SHAPE"] = (32, 32, 3)
    held_out = load_images("tomato", 32, part="held_out")[:4]
    hole = np.zeros((32, 32, 3), bool)
    hole[8:24, 16:] = True
    lab.update(hole=hole, paint=lambda x, t: np.zeros_like(x))
    filled = lab["filled"](held_out, np.random.default_rng(6))
    np.testing.assert_allclose(filled[:, ~hole], held_out[:, ~hole], atol=1e-6)
    assert np.abs(filled[:, hole]).max() < 1e-6  # and the rest is what the network says


def test_the_shipped_network_paints_as_well_as_its_card_says(lab):
    network = lab["unet"]((32, 32, 3), lab["SETTINGS"]["widths"])
    card = training.load_trained(network, "diffusion_tomatoes_quick")
    start = np.random.default_rng(card["seed"] + 2).normal(size=(500, 32, 32, 3))
    drawn = lab["draw"](lab["denoiser"](network, clip=1.0), start)
    parts = (load_images("tomato", 32, part=part) for part in ("training", "held_out"))
    scores = metrics.judge_images(drawn, *parts, -drawn, card["seed"])
    for name in ("coverage", "density", "swd_pixels", "moved_ratio", "diversity"):
        assert scores[name] == pytest.approx(card["metrics"][name], abs=0.02), name
