"""What labs 05 and 06 define, against values computed by hand and by Monte Carlo."""

from unittest import mock

import numpy as np
import pytest

from tools.lab_code import lab_code

N, D = 6, 784


@pytest.fixture(scope="module")
def lab() -> dict:
    """What the lab defines; no part of it is trained."""
    return lab_code("05_vae")


@pytest.fixture(scope="module")
def at_work() -> dict:
    """What lab 06 defines; no part of it is trained."""
    return lab_code("06_vae_at_work")


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


def grid() -> tuple[np.ndarray, np.ndarray]:
    """Latent vectors all over the plane, shape (k, 2), and the logarithms of their weights."""
    side = np.linspace(-6, 6, 81)
    points = np.array([[x, y] for x in side for y in side], "float32")
    return points, log_normal(points, 0, 1).sum(axis=1) + 2 * np.log(side[1] - side[0])


def test_the_bound_gives_away_the_kl_from_the_posterior(lab, at_work, images):
    """With two latent numbers, by a sum over a grid: exactly what section 2 of lab 06 says."""
    lab["keras"].utils.set_random_seed(1)
    vae = lab["VAE"](lab["define_encoder"](2, 16), lab["define_decoder"](2, 16), seed=1)
    vae.build()
    z, log_weights = grid()
    logits = np.asarray(vae.decoder(z), float)
    exact = at_work["log_likelihood"](images, logits, log_weights)
    elbo = -np.sum(lab["price_of"](vae, images, draws=2000), axis=0)
    assert (exact > elbo).all()
    log_joint = images @ logits.T - np.logaddexp(0, logits).sum(axis=1) + log_weights
    mean, log_variance = (np.asarray(part)[:, None] for part in vae.encoder(images))
    q = np.exp(log_normal(z, mean, np.exp(log_variance)).sum(axis=2))
    q /= q.sum(axis=1, keepdims=True)
    gap = np.sum(q * (np.log(q + 1e-300) - log_joint), axis=1) + exact
    assert exact - elbo == pytest.approx(gap, abs=0.3)


def test_bounds_where_the_likelihood_is_known(lab, at_work, vae, images):
    """A decoder that ignores z: log p(x) is the reconstruction, and the KL is all that is lost."""
    first, *rest = vae.decoder.get_weights()
    vae.decoder.set_weights([0 * first, *rest])
    logits = np.asarray(vae.decoder(np.zeros((1, 3), "float32")))[0]
    exact = (images * logits - np.logaddexp(0, logits)).sum(axis=1)
    reconstruction, kl = lab["price_of"](vae, images)
    assert -reconstruction == pytest.approx(exact, rel=1e-4)
    assert (kl > 0).all()
    _, log_weights = grid()
    same = np.repeat(logits[None], len(log_weights), axis=0)
    assert at_work["log_likelihood"](images, same, log_weights) == pytest.approx(exact, rel=1e-4)


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


def test_price_by_hand(lab):
    images, p = np.array([[1, 0, 1], [0, 0, 0]], "float32"), np.array([0.5, 0.2, 0.9])
    by_hand = [-np.log(0.5 * 0.8 * 0.9), -np.log(0.5 * 0.8 * 0.1)]
    assert lab["price"](images, p) == pytest.approx(by_hand)
    assert lab["price"](images, np.array([p, p])) == pytest.approx(by_hand)


@pytest.mark.parametrize("name", ["lab", "at_work"])
def test_cases_see_neighbors_that_came_before(name, request):
    lab = request.getfixturevalue(name)
    cases_of, neighbors = lab["cases_of"], lab["NEIGHBORS"]
    image = np.zeros((28, 28), "float32")
    image[10, 10] = 1
    cases = cases_of(image.reshape(1, D)).reshape(28, 28)
    assert cases.sum() == lab["CASES"] - 1 == 2 ** len(neighbors) - 1
    for bit, (down, right) in enumerate(neighbors):
        assert (down, right) < (0, 0), "read row by row, a neighbor comes before"
        assert cases[10 - down, 10 - right] == 2**bit
    image[:], image[5, 27] = 0, 1
    cases = cases_of(image.reshape(1, D)).reshape(28, 28)
    seen = [2**bit for bit, (down, right) in enumerate(neighbors) if right >= 0]
    assert cases.sum() == sum(seen), "nothing wraps round an edge"


def test_the_table_draws_from_its_own_cases(lab):
    """A table of zeros and ones leaves nothing to chance: each pixel is what its case says."""
    rng = np.random.default_rng(4)
    table = (rng.random(lab["CASES"]) < 0.5).astype(float)
    table[0] = 1
    with mock.patch.dict(lab, table=table, rng=rng):
        drawn = lab["draw_from_table"](2)
    assert drawn.shape == (2, D) and 0 < drawn.mean() < 1
    assert (drawn == table[lab["cases_of"](drawn)]).all()


# ── lab 06 ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(at_work):
    """Untrained, 3 latent numbers."""
    at_work["keras"].utils.set_random_seed(1)
    return at_work["VAE"](3, 16)


def elbo_of(vae, images, draws: int) -> np.ndarray:
    return -np.mean([np.sum(vae.terms(images), axis=0) for _ in range(draws)], axis=0)


def test_importance_weighted_bound_is_at_least_the_elbo(at_work, small, images):
    tighter = at_work["importance_weighted"](at_work["log_ratios"](small, images, 400))
    assert (tighter > elbo_of(small, images, 400)).all()


def test_importance_weighted_bound_of_one_draw_is_the_elbo_on_average(at_work, small, images):
    ratios = at_work["log_ratios"](small, images, 600)
    ones = [at_work["importance_weighted"](one[None]) for one in ratios]
    error = np.std(ones, axis=0) / 600**0.5
    elbo = elbo_of(small, images, 600)
    assert (np.abs(np.mean(ones, axis=0) - elbo) < 6 * error + 0.05).all()


def test_importance_weighted_bound_where_the_likelihood_is_known(at_work, small, images):
    """A decoder that ignores z."""
    first, *rest = small.decoder.get_weights()
    small.decoder.set_weights([0 * first, *rest])
    logits = np.asarray(small.decode(np.zeros((1, 3), "float32")))[0]
    exact = (images * logits - np.logaddexp(0, logits)).sum(axis=1)
    tighter = at_work["importance_weighted"](at_work["log_ratios"](small, images, 3000))
    assert tighter == pytest.approx(exact, abs=0.2)


def test_weighing_guesses_by_hand(at_work):
    """Two guesses, one of which fits the upper half far better: the weight is its."""
    logits = np.repeat([[2.0], [-2.0]], D // 2, axis=1)
    weights = at_work["posterior_weights"](np.ones((1, D // 2), "float32"), logits)
    assert weights == pytest.approx(np.array([[1.0, 0.0]]))
    few = at_work["posterior_weights"](np.ones((1, 1), "float32"), logits[:, :1])
    assert few == pytest.approx(np.array([[1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))]]))


def test_auc_on_known_cases(at_work):
    auc, low = at_work["auc"], np.array([1.0, 2, 3])
    assert auc(low + 5, low) == 1 and auc(low - 5, low) == 0 and auc(low, low) == 0.5
    assert auc(np.array([2.0]), low) == 0.5 and auc(np.array([2.5]), low) == pytest.approx(2 / 3)
