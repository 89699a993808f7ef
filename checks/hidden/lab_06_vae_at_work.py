"""Verdicts of lab 06, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy import stats
from scipy.special import expit, logsumexp, softmax

from checks.verdicts import close, each, numbers

BITS = 16  # of each latent number that the probe's ink shows


def _sizes(rng, low, high, count):
    """Different numbers, so that a turned array has another shape."""
    return (int(size) for size in rng.choice(np.arange(low, high), count, replace=False))


def _ink(rng, *shape):
    return (rng.random(shape) < 0.5).astype("float32")


def _log_given_z(x, s):
    """log p(x|z) of n images for k latent vectors with the logits s, shape (n, k)."""
    x, s = x.astype(float), s.astype(float)
    return x @ s.T - np.logaddexp(0, s).sum(axis=1)


def _all_close(answer, expected, **tolerance):
    for got, right in each(answer, expected):
        close(numbers(got), right, **tolerance)


def log_likelihood(rng):
    n, k, d = _sizes(rng, 3, 9, 3)
    far = rng.uniform(50, 80, (1, 2))
    cases = [
        [_ink(rng, n, d), rng.normal(0, 1.5, (k, d)), rng.normal(-1, 1, k)],
        [_ink(rng, 2, 784), rng.normal(0, 3, (3, 784)), rng.normal(0, 1, 3)],  # below -1000
        [np.array([[1, 0]], "float32"), far * [-1, 1], np.zeros(1)],
    ]
    cases = [[x, s.astype("float32"), w] for x, s, w in cases]
    answer, _ = yield {"cases": cases}
    _all_close(answer, [logsumexp(_log_given_z(x, s) + w, axis=1) for x, s, w in cases], atol=1e-3)


def importance_weighted(rng):
    draws, n = _sizes(rng, 3, 12, 2)
    near = rng.normal(-2, 2, (draws, n)).astype("float32")
    cases = [near, near - 1000, rng.normal(-100, 5, (300, 2)).astype("float32"), near[:1]]
    answer, _ = yield {"cases": cases}
    right = [logsumexp(case.astype(float), axis=0) - np.log(len(case)) for case in cases]
    _all_close(answer, right, rtol=0, atol=0.01)


def posterior_weights(rng):
    n, k, d = _sizes(rng, 3, 9, 3)
    # With 392 pixels of which each guess explains about half, p(above|z) is near exp(-1200).
    sure = np.tile(rng.choice([-6.0, 6.0], 392), (4, 1))
    sure[:, :3] = rng.normal(0, 1, (4, 3))
    cases = [[_ink(rng, n, d), rng.normal(0, 1, (k, d))], [_ink(rng, 3, 392), sure]]
    cases = [[x, s.astype("float32")] for x, s in cases]
    answer, _ = yield {"cases": cases}
    right = [softmax(_log_given_z(x, s), axis=1) for x, s in cases]
    _all_close(answer[:1], right[:1], atol=1e-4)
    _all_close(answer[1:], right[1:], rtol=0, atol=0.01)  # 32-bit numbers near 1200


def anomaly_score(rng):
    n, d = _sizes(rng, 4, 9, 2)
    rate = rng.uniform(0.05, 0.95, 16)
    images, cases = _ink(rng, n, d), rng.integers(0, 16, (n, d))
    images[0] = 0
    strokes = -np.log(np.where(images == 1, rate[cases], 1 - rate[cases])).sum(axis=1)
    price = strokes * rng.uniform(1.2, 1.8, n) ** np.where(np.arange(n) % 2, 1, -1)
    every = [slice(0, n), slice(0, 1)]
    answer, _ = yield {"cases": [[images[a], cases[a], rate, price[a]] for a in every]}
    compared = price - strokes, price / strokes
    which = [np.allclose(numbers(answer[0], (n,)), scores, rtol=1e-3) for scores in compared]
    assert any(which), "neither the difference nor the quotient"
    scores = compared[which.index(True)]
    _all_close(answer, [scores[a] for a in every])


def variations(rng):
    n, latent_dim, copies = int(rng.integers(2, 4)), int(rng.integers(2, 4)), 150
    means = rng.uniform(-4, 4, (n, latent_dim)).astype("float32")
    # Far from 1, so that a deviation is told from its square and from its logarithm.
    deviations = rng.uniform(1.5, 2, (n, latent_dim)) ** rng.choice([-1, 1], (n, latent_dim))
    logits = rng.uniform(-1.5, 1.5, 784 - BITS * latent_dim)
    images = _ink(rng, n, 784)
    images[:, :n] = np.eye(n)
    same, other = (int(seed) for seed in rng.integers(2**31, size=2))
    answer, _ = yield {
        "images": images,
        "bits": BITS,
        "means": means,
        "log_variances": (2 * np.log(deviations)).astype("float32"),
        "logits": logits.astype("float32"),
        "copies": copies,
        "seeds": [same, same, other],
    }
    first, again, *later = [_drawn(made, n * copies, latent_dim) for made in answer]
    assert len(later) == 2, "the rng goes on, and another seed"
    close(list(again), list(first))
    for one, two in ((first, later[0]), (first, later[1]), later):
        assert not any(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    drawn, rest = (np.concatenate(parts) for parts in zip(first, *later, strict=True))
    noise = ((drawn.reshape(-1, n, latent_dim) - means) / deviations).reshape(3 * copies, -1)
    # Up to nine independent columns of standard normal numbers; each test errs below 1e-7.
    assert stats.kstest(noise.ravel(), "norm").pvalue > 1e-8
    near = np.mean(np.abs(noise) < 1)  # 0.683 of normal numbers, 0.577 of evenly spread ones
    assert abs(near - 0.6827) < 6 * np.sqrt(0.2166 / noise.size)
    squares = np.sum(noise**2, axis=0)
    for tail in (stats.chi2.cdf(squares, len(noise)), stats.chi2.sf(squares, len(noise))):
        assert np.all(tail > 1e-9)
    above = np.triu_indices(n * latent_dim, 1)
    assert np.all(np.abs(np.corrcoef(noise.T)[above]) < 6 / np.sqrt(len(noise)))
    assert np.all(np.abs(noise.mean(axis=0)) < 6.5 / np.sqrt(len(noise)))
    # Each pixel over all images, and each image over all pixels: sums of independent tosses, in
    # units of their deviation; 3,000 of them beyond 7 err below 1e-6.
    p = expit(logits)
    surprise = rest - p
    assert np.all(np.abs(surprise.sum(axis=0)) < 7 * np.sqrt(len(rest) * p * (1 - p)))
    assert np.all(np.abs(surprise.sum(axis=1)) < 7 * np.sqrt(np.sum(p * (1 - p))))


def _drawn(made, rows, latent_dim):
    """The z that were decoded, shape (rows, latent_dim), and the pixels that do not tell them."""
    assert made["type"] == "float32", "not 32-bit numbers"
    close(made["shape"], [rows, 784])
    close(made["values"], [0, 1])
    ink = np.unpackbits(numbers(made["ink"], (rows, 98)), axis=1)
    bits = ink[:, : BITS * latent_dim].reshape(rows, latent_dim, BITS)
    z = (bits @ 2.0 ** np.arange(BITS) + 0.5) / 2 ** (BITS - 6) - 32
    return z, ink[:, BITS * latent_dim :].astype(float)


def threshold(rng):
    cases = []
    for power in rng.permutation([0.2, 0.3, 3.0, 4.0, 5.0]):
        share, n = float(rng.uniform(0.25, 0.9)), int(rng.integers(60, 400))
        cases.append([rng.random(n) ** power, share])
    cases.append([1 - rng.random(500) ** 3, float(rng.uniform(0.01, 0.1))])
    answer, _ = yield {"cases": cases}
    for bar, (confidences, share) in each(answer, cases):
        passes = np.sum(confidences > numbers(bar, ()))
        assert abs(passes - share * len(confidences)) < 1 + 1e-9, "another share passes"
