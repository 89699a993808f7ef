"""Verdicts of lab 08, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy.special import expit

from checks.verdicts import close, each, numbers


def _value_and_gradients(got, value: float, gradients: list) -> None:
    """Raise unless a probe's [value, [gradient, …]] are these."""
    assert isinstance(got, list) and len(got) == 2
    close(numbers(got[0], ()), value)
    close([*map(numbers, got[1])], gradients)


# ── a ring ───────────────────────────────────────────────────────────────────────────────────────


def modes_and_good(rng):
    drawn = [_cloud(rng, int(extra)) for extra in (0, 0, *rng.integers(1, 12, 3))]
    cases = [case for case, _ in drawn]
    answer, _ = yield {"cases": cases}
    for got, (_, right) in each(answer, drawn):
        close(numbers(got, (2,)), np.array(right), 1e-6, 1e-6)


def _cloud(rng, extra: int) -> tuple[list, list]:
    """Points, centers and sigma, and the answer: modes that just are, or are not, covered.

    extra : by how many points the cloud is larger than 4 · modes · a whole number.
    """
    modes, least, dimensions = (int(rng.integers(*ends)) for ends in ((3, 9), (4, 9), (2, 5)))
    sigma, n = float(rng.uniform(0.05, 0.5)), 4 * modes * least + extra
    places = rng.permutation(9)[:modes, np.newaxis] * 8.0 + rng.normal(0, 0.2, (modes, dimensions))
    centers = sigma * places  # 6 sigma and more from one to the next
    few = [0, least - 1, least, *rng.integers(least + 1, 2 * least, modes - 3)]
    good = rng.permutation(few)
    near = np.repeat(np.arange(modes), good)
    beyond = rng.integers(modes, size=n - len(near))
    beyond[: 2 * least] = np.argmin(good)  # as many as would cover it
    within, outside = rng.uniform(0.1, 2.9, len(near)), rng.uniform(3.1, 3.9, len(beyond))
    distances = sigma * np.append(within, outside)
    ways = rng.normal(size=(n, dimensions))
    ways *= (distances / np.linalg.norm(ways, axis=1))[:, np.newaxis]
    points = rng.permutation(centers[np.append(near, beyond)] + ways)
    covered = int(np.sum(4 * modes * good >= n))
    return [points, centers, sigma], [covered, len(near) / n]


# ── losses ───────────────────────────────────────────────────────────────────────────────────────


def generator_losses(rng):
    names = ["minimax", "non-saturating", "least squares"]
    shapes = [(int(rng.integers(4, 12)), 1), rng.integers(2, 5, 3)]
    cases = [rng.normal(0, 2.5, shape).astype("float32") for shape in shapes]
    cases += [np.array([[sign * rng.uniform(95, 300)]], "float32") for sign in (-1, 1)]
    answer, _ = yield {"names": names, "cases": cases}
    for got, s in each(answer, cases):
        right = {
            "minimax": [-np.logaddexp(0, s).mean(), -expit(s) / s.size],
            "non-saturating": [np.logaddexp(0, -s).mean(), -expit(-s) / s.size],
            "least squares": [np.square(s - 1).mean() / 2, (s - 1) / s.size],
        }
        close(got, right)


def wasserstein_line(rng):
    cases = []
    for n in rng.choice(np.arange(3, 30), 3, replace=False):
        first, second = rng.normal(size=(2, n)) * rng.uniform(1, 5, (2, 1))
        cases.append([first, second + rng.uniform(-2, 2)])
        cases.append([first, rng.permutation(first) + rng.uniform(-9, 9)])
    answer, _ = yield {"cases": cases}
    for got, (first, second) in each(answer, cases):
        right = np.abs(np.sort(first) - np.sort(second)).mean()
        close(numbers(got["distance"], ()), right, 1e-4)
        close(got["given"], [first, second])


def critic_loss(rng):
    cases = []
    for before in ((), (int(rng.integers(2, 4)),)):
        n, m = rng.choice(np.arange(3, 12), 2, replace=False).tolist()
        scores = [rng.normal(-1, 4, (*before, k, 1)).astype("float32") for k in (n, m)]
        cases.append(scores)
    answer, _ = yield {"cases": cases}
    for got, (real, fake) in each(answer, cases):
        slopes = [np.full(real.shape, -1 / real.size), np.full(fake.shape, 1 / fake.size)]
        _value_and_gradients(got, fake.mean() - real.mean(), slopes)


# ── penalties, for critics whose slopes are known ────────────────────────────────────────────────


def gradient_penalty(rng):
    cases = []
    for shape in _shapes(rng):
        real, fake = rng.normal(size=(2, *shape)).astype("float32")
        between = rng.random((*shape[:-1], 1)).astype("float32")
        cases.append([*_critic(rng, shape[-1]), real, fake, between])
    answer, _ = yield {"cases": cases}
    for got, (matrix, vector, real, fake, between) in each(answer, cases):
        places = between * real + (1 - between) * fake
        slopes = _slopes(matrix, vector, places)
        lengths = np.linalg.norm(slopes, axis=-1, keepdims=True)
        pulls = 2 * (lengths - 1) / lengths * slopes  # of each place's own penalty
        _value_and_gradients(got, np.square(lengths - 1).mean(), _for_weights(pulls, places))


def r1_penalty(rng):
    cases = []
    for shape in _shapes(rng):
        cases.append([*_critic(rng, shape[-1]), rng.normal(size=shape).astype("float32")])
    answer, _ = yield {"cases": cases}
    for got, (matrix, vector, real) in each(answer, cases):
        slopes = _slopes(matrix, vector, real)
        right = np.square(slopes).sum(axis=-1).mean() / 2
        _value_and_gradients(got, right, _for_weights(slopes, real))


def _shapes(rng) -> list[tuple]:
    """Of one batch of points, and of a batch for each of several games."""
    games, *n = rng.choice(np.arange(3, 9), 3, replace=False).tolist()
    d = rng.choice(np.arange(2, 6), 2, replace=False).tolist()
    return [(n[0], d[0]), (games, n[1], d[1])]


def _critic(rng, d: int) -> list[np.ndarray]:
    return [rng.normal(size=shape).astype("float32") for shape in ((d, d), (d, 1))]


def _slopes(matrix, vector, places):
    """The gradient of x · matrix x + vector · x at each place."""
    return places @ (matrix + matrix.T) + vector.T


def _for_weights(pulls, places) -> list[np.ndarray]:
    """Gradients for matrix and vector of a mean over places; pulls : those for the slopes."""
    d = places.shape[-1]
    pulls, places = pulls.reshape(-1, d), places.reshape(-1, d)
    crossed = pulls.T @ places / len(places)
    return [crossed + crossed.T, pulls.mean(axis=0)[:, np.newaxis]]


def batch_spread(rng):
    cases = []
    for shape in _shapes(rng):
        scales = rng.uniform(0.5, 4, (*shape[:-2], 1, shape[-1]))
        features = rng.normal(size=shape) * scales + rng.normal(0, 3, shape[-1])
        cases.append([features, rng.normal(size=(*shape[:-1], shape[-1] + 1))])
    n, d = rng.integers(3, 8, 2).tolist()
    cases.append([np.tile(rng.normal(size=d), (n, 1)), np.ones((n, d + 1))])
    cases = [[part.astype("float32") for part in case] for case in cases]
    shape = [int(rng.integers(2, 5)), None, int(rng.integers(2, 7))]
    answer, _ = yield {"cases": cases, "shape": shape}
    assert answer["shape"] == [*shape[:2], shape[2] + 1], "the number of points is not known yet"
    for (spread, gradient), (features, weights) in each(answer["cases"], cases):
        deviations = features.std(axis=-2, keepdims=True)
        column = np.broadcast_to(deviations.mean(axis=-1, keepdims=True), weights[..., :1].shape)
        spread = numbers(spread, weights.shape)
        close(spread[..., :-1], features)
        close(spread[..., -1:], column, 1e-2, 2e-3)
        gradient = numbers(gradient, features.shape)
        if np.all(deviations < 1e-3):  # where all points are alike
            assert np.isfinite(gradient).all(), "a collapsed batch would ruin every weight"
            continue
        n, d = features.shape[-2:]
        steps = (features - features.mean(axis=-2, keepdims=True)) / (deviations * n * d)
        pull = weights[..., -1:].sum(axis=-2, keepdims=True)
        close(gradient, weights[..., :-1] + pull * steps, 1e-2, 2e-3)


# ── an experiment ────────────────────────────────────────────────────────────────────────────────

LOSSES = ("minimax", "non-saturating", "least squares", "Wasserstein")


def experiment(rng):
    """The change, the score and the expectation are free: rules, and recipes that were drawn.

    What is not a number stands as in the lab: a choice of the learner's must stay a change.
    """
    recipe = {
        "loss": "non-saturating",
        "generator_rate": float(rng.uniform(0.0011, 0.0019)),
        "discriminator_rate": float(rng.uniform(0.0006, 0.0009)),
        "beta_1": float(rng.uniform(0.41, 0.49)),
        "discriminator_steps": int(rng.choice((7, 9, 11, 13))),
        "steps": int(rng.choice((1100, 1300, 1700, 1900))),
        "penalty": None,
        "weight": 0.0,
        "clip": None,
        "spread": False,
        "lookahead": 0,
        "head_start": 0,
        "generator_optimizer": "Adam",
    }
    slow = {**recipe, "discriminator_rate": float(rng.uniform(0.00011, 0.00019))}
    recipes = {"normal": recipe, "collapse": slow}
    answer, _ = yield recipes
    assert answer["recipes"] == recipes, "they stay as they are"
    said = answer["answer"]
    base, changed = recipes[said["base"]], said["changed"]
    assert isinstance(changed, dict) and changed.keys() == base.keys()
    differs = [entry for entry in base if changed[entry] != base[entry]]
    assert len(differs) == 1 or differs == ["penalty", "weight"], "one entry is another"
    assert differs != ["steps"], "the control has no more of them"
    _playable(changed)
    assert said["score"] in ("modes", "good", "energy distance")
    assert said["expected"] in ("higher", "lower", "the same")
    assert isinstance(said["because"], str) and len(said["because"].split()) >= 5


def _playable(recipe: dict) -> None:
    """Raise unless `train` of the lab could play it."""
    for entry in ("generator_rate", "discriminator_rate"):
        assert 0 < numbers(recipe[entry], ()) < 1
    assert 0 <= numbers(recipe["beta_1"], ()) < 1
    whole = ("discriminator_steps", "steps", "lookahead", "head_start")
    assert all(type(recipe[entry]) is int for entry in whole)
    assert recipe["discriminator_steps"] >= 1 and recipe["head_start"] >= 0
    assert 0 < recipe["steps"] <= 20_000 and recipe["steps"] % 100 == 0
    assert recipe["lookahead"] >= 0 and 100 % (recipe["lookahead"] or 1) == 0
    assert recipe["loss"] in LOSSES and recipe["penalty"] in (None, "gradient", "R1")
    assert numbers(recipe["weight"], ()) >= 0
    assert (recipe["weight"] == 0) == (recipe["penalty"] is None)
    assert recipe["clip"] is None or numbers(recipe["clip"], ()) > 0
    assert isinstance(recipe["spread"], bool) and recipe["generator_optimizer"] in ("Adam", "SGD")
