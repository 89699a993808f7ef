"""Lab 05's own functions against values computed by hand and by Monte Carlo."""

import numpy as np
import pytest

from tools.lab_code import lab_code

N, D = 6, 784


@pytest.fixture(scope="module")
def lab() -> dict:
    """What the lab defines; no part of it is trained."""
    return lab_code("05_vae")


@pytest.fixture
def images() -> np.ndarray:
    return (np.random.default_rng(1).random((N, D)) < 0.2).astype("float32")


@pytest.fixture
def vae(lab):
    """Untrained, 3 latent numbers; the encoder's answers are not the prior."""
    lab["keras"].utils.set_random_seed(1)
    made = lab["VAE"](lab["define_encoder"](3, 16), lab["define_decoder"](3, 16), seed=1)
    made.build()
    return made


def log_normal(z, mean, variance):
    return -0.5 * ((z - mean) ** 2 / variance + np.log(2 * np.pi * variance))


def test_kl_by_hand(lab):
    mean, variance = np.array([[1.0, 0.0]], "float32"), np.array([[1.0, 4.0]], "float32")
    by_hand = 0.5 * 1 + 0.5 * (4 - 1 - np.log(4))
    assert np.asarray(lab["kl_divergence"](mean, np.log(variance))) == pytest.approx([by_hand])


def test_kl_by_monte_carlo(lab):
    rng = np.random.default_rng(1)
    mean, variance = np.array([0.7, -1.2, 0.0]), np.array([0.3, 2.0, 0.05])
    z = rng.normal(mean, np.sqrt(variance), (400_000, 3))
    ratio = (log_normal(z, mean, variance) - log_normal(z, 0, 1)).sum(axis=1)
    exact = lab["kl_divergence"](
        mean[None].astype("float32"), np.log(variance)[None].astype("float32")
    )
    assert np.asarray(exact) == pytest.approx([ratio.mean()], abs=4 * ratio.std() / 400_000**0.5)


def test_loss_pixel_by_pixel(lab):
    rng = np.random.default_rng(2)
    x, logits = (rng.random((2, 3)) < 0.5).astype("float32"), rng.normal(0, 3, (2, 3)).astype("f4")
    kl = np.array([2.0, 5.0], "float32")
    by_hand = []
    for row in range(2):
        price = 0.0
        for pixel, logit in zip(x[row], logits[row], strict=True):
            p = 1 / (1 + np.exp(-float(logit)))
            price -= np.log(p) if pixel else np.log(1 - p)
        by_hand.append(price)
    loss, reconstruction = lab["vae_loss"](x, logits, kl)
    assert np.asarray(reconstruction) == pytest.approx(by_hand, rel=1e-4)
    assert float(loss) == pytest.approx(np.mean(np.array(by_hand) + kl), rel=1e-4)


def test_elbo_by_monte_carlo(lab, vae, images):
    """The ELBO is the mean of log p(z) + log p(x|z) - log q(z|x) over q: no formula for the KL."""
    mean, log_variance = (np.asarray(part, float) for part in vae.encoder(images))
    rng, found = np.random.default_rng(3), []
    for _ in range(2000):
        z = rng.normal(mean, np.exp(log_variance / 2))
        logits = np.asarray(vae.decoder(z.astype("float32")), float)
        log_p = (images * logits - np.logaddexp(0, logits)).sum(axis=1)
        log_q = log_normal(z, mean, np.exp(log_variance)).sum(axis=1)
        found.append(log_normal(z, 0, 1).sum(axis=1) + log_p - log_q)
    error = np.std(found, axis=0) / 2000**0.5
    ours = -np.sum(lab["price_of"](vae, images, draws=400), axis=0)
    assert (np.abs(ours - np.mean(found, axis=0)) < 6 * error + 0.05).all()


def test_importance_weighted_bound_is_at_least_the_elbo(lab, vae, images):
    elbo = -np.sum(lab["price_of"](vae, images, draws=400), axis=0)
    tighter = lab["importance_weighted_bound"](vae, images, draws=400)
    assert (tighter > elbo).all()


def test_importance_weighted_bound_of_one_draw_is_the_elbo_on_average(lab, vae, images):
    elbo = -np.sum(lab["price_of"](vae, images, draws=600), axis=0)
    ones = [lab["importance_weighted_bound"](vae, images, draws=1) for _ in range(600)]
    error = np.std(ones, axis=0) / 600**0.5
    assert (np.abs(np.mean(ones, axis=0) - elbo) < 6 * error + 0.05).all()


def test_bounds_where_the_likelihood_is_known(lab, vae, images):
    """A decoder that ignores z: log p(x) is the reconstruction, and the KL is all that is lost."""
    first, *rest = vae.decoder.get_weights()
    vae.decoder.set_weights([0 * first, *rest])
    logits = np.asarray(vae.decoder(np.zeros((1, 3), "float32")))[0]
    exact = (images * logits - np.logaddexp(0, logits)).sum(axis=1)
    reconstruction, kl = lab["price_of"](vae, images)
    assert -reconstruction == pytest.approx(exact, rel=1e-4)
    assert (kl > 0).all()
    tighter = lab["importance_weighted_bound"](vae, images, draws=3000)
    assert tighter == pytest.approx(exact, abs=0.2)


def test_noise_is_new_in_every_compiled_step(lab, vae, images):
    step = lab["tf"].function(lambda: vae.terms(images)[1])
    assert not np.allclose(step(), step())


def test_kl_weight_changes_the_loss_and_not_the_reported_bound(lab, images):
    make = lab["define_encoder"], lab["define_decoder"]
    heavy = lab["VAE"](make[0](3, 16), make[1](3, 16), seed=1, kl_weight=10)
    heavy.build()
    loss, reconstruction, kl = (np.asarray(part) for part in heavy.terms(images))
    assert float(loss) == pytest.approx(np.mean(reconstruction + 10 * kl), rel=1e-4)
    noted = heavy.note(reconstruction, kl)
    assert float(noted["negative_elbo"]) == pytest.approx(np.mean(reconstruction + kl), rel=1e-4)


def test_filling_in_by_hand(lab):
    """Two guesses, one of which fits the upper half far better: the lower half is its."""
    logits = np.zeros((2, D), "float32")
    logits[0, :392], logits[0, 392:] = 2.0, 1.0
    logits[1, :392], logits[1, 392:] = -2.0, -1.0
    image = np.ones((1, D), "float32")
    ink, price = lab["fill_in"](logits, 0.0, image)
    assert ink == pytest.approx(1 / (1 + np.exp(-1)))
    assert price == pytest.approx([392 * np.log1p(np.exp(-1))], rel=1e-3)


def test_roc_auc_on_known_cases(lab):
    auc, low = lab["roc_auc"], np.array([1.0, 2, 3])
    assert auc(low + 5, low) == 1 and auc(low - 5, low) == 0 and auc(low, low) == 0.5
    assert auc(np.array([2.0]), low) == 0.5 and auc(np.array([2.5]), low) == pytest.approx(2 / 3)


def test_contexts_see_left_and_upper_neighbors(lab):
    image = np.zeros((28, 28), "float32")
    image[10, 10] = 1
    cases = lab["contexts"](image.reshape(1, D)).reshape(28, 28)
    assert cases[10, 11] == 1 and cases[11, 11] == 2 and cases[11, 10] == 4 and cases[11, 9] == 8
    assert cases.sum() == 15, "nothing wraps round an edge"
    image[:], image[5, 27] = 0, 1
    cases = lab["contexts"](image.reshape(1, D)).reshape(28, 28)
    assert cases[6, 27] == 4 and cases[6, 26] == 8 and cases.sum() == 12
