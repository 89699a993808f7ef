"""Verdicts of lab 02, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy import stats
from scipy.special import expit, softmax

from checks.verdicts import close, numbers


def _normal(rng, *shape, scale=1.0):
    return rng.normal(0, scale, shape).astype("float32")


def _seed(rng):
    return int(rng.integers(2**31))


def fake_samples(rng):
    n, latent_dim = int(rng.integers(250, 350)), 2 * int(rng.integers(2, 4))
    shapes = (latent_dim, 4), (4,), (4, 2), (2,)
    moved, weights = _normal(rng, 2, scale=5), [_normal(rng, *shape) for shape in shapes]
    answer, _ = yield {
        "n": n,
        "latent_dim": latent_dim,
        "moved": moved,
        "weights": weights,
        "seed": _seed(rng),
    }
    pairs = answer["pairs"]  # the same seed, so all show the same latent vectors
    assert isinstance(pairs, list) and len(pairs) == latent_dim / 2
    z = np.hstack([numbers(pair, (n, 2)) - moved for pair in pairs])
    close(answer["bent"], np.tanh(z @ weights[0] + weights[1]) @ weights[2] + weights[3], atol=1e-3)
    # Independent standard normal numbers, of 1,000 or more some beyond ±2.3; each of these tests
    # errs below 1e-8.
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-8
    assert np.max(np.abs(z)) > 2.3
    assert np.all(np.abs(np.corrcoef(z.T)[np.triu_indices(latent_dim, 1)]) < 6.5 / np.sqrt(n))
    assert np.all(np.abs(z.mean(axis=0)) < 6.5 / np.sqrt(n))
    assert len(np.unique(z, axis=0)) == n, "each latent vector is another one"
    later = numbers(answer["second_call"], (n, 2)) - moved
    assert stats.kstest(later.ravel(), "norm").pvalue > 1e-8
    assert len(np.unique(np.vstack([z[:, :2], later]), axis=0)) == 2 * n, "the seed goes on"


def discriminator_loss(rng):
    n = int(rng.integers(3, 12))
    real, fake = _normal(rng, n, 1, scale=2), _normal(rng, n, 1, scale=2)
    far = rng.uniform(100, 300, (n, 1)).astype("float32")
    answer, _ = yield {"real": real, "fake": fake, "far": far}
    loss = np.mean([np.logaddexp(0, -real), np.logaddexp(0, fake)])
    close(answer["near"], [loss, -expit(-real) / (2 * n), expit(fake) / (2 * n)])
    close(answer["far"], np.mean(far, dtype=float))


def generator_loss(rng):
    n = int(rng.integers(3, 12))
    fake, far = _normal(rng, n, 1, scale=2), rng.uniform(100, 300, (n, 1)).astype("float32")
    answer, _ = yield {"fake": fake, "far": far}
    close(answer["near"], [np.logaddexp(0, -fake).mean(), -expit(-fake) / n])
    close(answer["near_saturating"], [-np.logaddexp(0, fake).mean(), -expit(fake) / n])
    close(answer["far"], np.mean(far, dtype=float))
    close(answer["far_saturating"], -np.mean(far, dtype=float))


def best_discriminator(rng):
    shape = int(rng.integers(2, 5)), int(rng.integers(10, 20))
    p, q = rng.uniform(0.05, 3, (2, *shape))
    # The first row lies in the middle between hundredths, where a coarse search is 0.005 off.
    middles = (rng.integers(10, 90, shape[1]) + 0.5) / 100
    q[0] = p[0] * (1 - middles) / middles
    answer, _ = yield {"p": p, "q": q}
    close(answer["d"], p / (p + q), rtol=0, atol=4e-3)
    close(answer["given"], [p, q])


def pull(rng):
    n, d, units = (int(size) for size in rng.integers(3, 7, 3))
    points, column = _normal(rng, n, d), _normal(rng, n, 1)
    a, b = _normal(rng, d, units), _normal(rng, units, 1)
    c = rng.uniform(0.5, 2, (n, 1)).astype("float32")
    answer, _ = yield {"points": points, "column": column, "a": a, "b": b, "c": c}
    hidden = np.tanh(points @ a)
    on_logits = c * softmax(c * (hidden @ b))  # of log Σ exp(c·logits)
    close(answer["bent"], -on_logits * (b.T * (1 - hidden**2)) @ a.T, atol=1e-4)
    close(answer["same"], -2 * c * column)


def discriminator_step(rng):
    given = _given_gan(rng)
    answer, expected = yield given | {"real": _normal(rng, len(given["latent"]), 2)}
    close(answer, expected)


def generator_step(rng):
    answer, expected = yield _given_gan(rng)
    close(answer, expected)


def _given_gan(rng):
    """Weights to start from, for `tiny_gan`, with latent vectors and a learning rate."""
    n, latent_dim = (int(size) for size in rng.integers(4, 9, 2))

    def network(inputs, outputs):
        shapes = (inputs, 4), (4,), (4, outputs), (outputs,)
        return [_normal(rng, *shape) for shape in shapes]

    return {
        "latent": _normal(rng, n, latent_dim),
        "generator": network(latent_dim, 2),
        "discriminator": network(2, 1),
        "rate": float(rng.uniform(0.1, 0.4)),
    }


def train_epoch(rng):
    steps, batch_size = int(rng.integers(4, 7)), int(rng.integers(51, 70))
    latent_dim = int(rng.choice([4, 6, 7]))  # not the lab's 5, nor the visible check's 2 or 3
    points = _normal(rng, steps * batch_size, 2)
    of_real, of_latent = rng.normal(size=2), rng.normal(size=latent_dim)
    answer, _ = yield {
        "points": points,
        "batch_size": batch_size,
        "latent_dim": latent_dim,
        "seed": _seed(rng),
        "of_real": of_real,
        "of_latent": of_latent,
    }
    assert isinstance(answer, list) and len(answer) == 3
    shape = 2 * steps, batch_size, latent_dim
    first, again, next_epoch = (numbers(epoch["latents"], shape) for epoch in answer)
    close(again, first)
    for epoch, latents in zip(answer, (first, again, next_epoch), strict=True):
        assert epoch["calls"] == ["discriminator", "generator"] * steps
        seen = numbers(epoch["seen"], (steps, batch_size, 2))
        close(_sorted(seen.reshape(-1, 2)), _sorted(points))  # each once, in any order
        phases = np.sum(latents @ of_latent, axis=1)
        phases[::2] += np.sum(seen @ of_real, axis=1)
        losses = [0.0]
        for phase in phases:  # the halves' losses, as the probe makes them
            losses.append(np.cos(losses[-1] + phase))
        close(epoch["losses"], np.reshape(losses[1:], (steps, 2)), atol=1e-3)
    drawn = np.concatenate([first, next_epoch]).reshape(-1, latent_dim)
    assert len(np.unique(drawn, axis=0)) == len(drawn), "every latent vector is another one"
    for z in (first[::2], first[1::2], next_epoch[::2], next_epoch[1::2]):
        # Standard normal, of 800 or more numbers some beyond ±2.1; both tests err below 1e-8.
        assert stats.kstest(z.ravel(), "norm").pvalue > 1e-8
        assert np.max(np.abs(z)) > 2.1


def _sorted(points):
    return points[np.lexsort(points.T)]


def coverage(rng):
    def case(bins, more):
        """Values of which `enough`, a quarter of n / bins or a little less, lie in some bins."""
        enough = int(rng.integers(3, 9))
        n = 4 * bins * enough + more
        counts = rng.choice([0, 1, enough - 1, enough, enough + 1, 2 * enough], bins)
        counts[rng.permutation(bins)[:4]] = 1, enough - 1, enough, 2 * enough
        low = np.repeat(np.arange(bins), counts) / bins - 0.5
        inside = low + rng.uniform(0.1, 0.9, len(low)) / bins
        sides = rng.choice([-1, 1], n - len(inside))
        outside = sides * rng.uniform(0.6, 3, len(sides))
        x = rng.permutation(np.concatenate([inside, outside]))
        return {"x": x, "bins": bins}, np.mean(counts >= n / bins / 4)

    cases = [case(int(rng.integers(5, 16)), more) for more in (0, 1, 0, 2, 3)]
    of_20, share_of_20 = case(20, 0)
    answer, _ = yield {"cases": [x for x, _ in cases], "of_20": of_20["x"]}
    shares = answer["cases"]
    assert isinstance(shares, list) and len(shares) == len(cases)
    for got, (_, share) in zip(shares, cases, strict=True):
        close(got, float(share))
    close(answer["of_20"], float(share_of_20))
