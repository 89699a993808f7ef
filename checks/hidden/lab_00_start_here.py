"""Verdicts of lab 00, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy import stats

from checks.verdicts import close, numbers


def _covariance(rng, columns):
    root = rng.normal(size=(columns, columns))
    return root @ root.T + np.diag(rng.uniform(0.2, 2, columns))


def standardise(rng):
    points = rng.normal(rng.normal(5, 3, 4), rng.uniform(1, 9, 4), (50, 4))
    answer, _ = yield {"points": points}
    close(answer["scaled"], (points - points.mean(axis=0)) / points.std(axis=0))
    close(answer["given"], points)


def fit_gaussian(rng):
    points = rng.normal(3, 2, (40, 3)) @ rng.normal(size=(3, 3))
    answer, _ = yield {"points": points}
    close(answer["fit"], [points.mean(axis=0), np.cov(points.T, bias=True)])
    close(answer["given"], points)


def draw_points(rng):
    n, mean, covariance = 20_000, rng.normal(0, 3, 3), _covariance(rng, 3)
    seed = int(rng.integers(2**32))
    answer, _ = yield {"mean": mean, "covariance": covariance, "n": n, "seed": seed}
    first, again = (numbers(few, (3, 3)) for few in answer["few"])
    assert np.allclose(first, again), "the same seed draws the same points"
    assert not np.allclose(numbers(answer["more"], (5, 3))[:3], first), "the rng goes on"
    z = np.linalg.solve(np.linalg.cholesky(covariance), (numbers(answer["many"], (n, 3)) - mean).T)
    for row in z:  # three independent standard normal numbers; each test errs below 1e-8
        assert stats.kstest(row, "norm").pvalue > 1e-8
    assert np.all(np.abs(np.corrcoef(z)[np.triu_indices(3, 1)]) < 6 / np.sqrt(n))


def log_density(rng):
    points, mean, covariance = rng.normal(size=(6, 3)), rng.normal(size=3), _covariance(rng, 3)
    answer, _ = yield {"points": points, "mean": mean, "covariance": covariance}
    right = stats.multivariate_normal(mean, covariance).logpdf
    close(answer["all"], right(points))
    close(answer["one"], right(points[:1]).reshape(1))
    close(answer["far"], right(points + 100))
    close(answer["given"], points)
