"""What right answers to the exercises of lab 00 satisfy."""

import numpy as np

LEAVE = "Leave the array you were given as it was: later cells need it. Make a new one."


def _an_array(answer, what: str = "a numpy array") -> None:
    """Refuse what is no numpy array, with a word about why."""
    assert answer is not None, f"Return {what} (is `return` missing?)."
    kind = type(answer).__name__
    assert isinstance(answer, np.ndarray), f"Return {what}, not {kind}: np.asarray makes one."


def standardise(standardise):
    example = np.array([[1.0, 200, 0], [2, 400, 4], [3, 500, 1], [6, 900, 5]])
    answer = standardise(example)
    _an_array(answer)
    assert answer.shape == (4, 3), (
        f"Four points of three columns keep their shape, (4, 3); yours is {answer.shape}."
    )
    assert np.allclose(answer.mean(axis=0), 0), (
        f"The columns should have mean 0; yours have {answer.mean(axis=0).round(2)}. "
        "Take the mean of each column, axis=0, and put (points - mean) in parentheses."
    )
    assert not np.allclose(answer.std(axis=0, ddof=1), 1), (
        "Divide by the standard deviation with 1/n, numpy's own: pandas and ddof=1 take 1/(n - 1)."
    )
    assert np.allclose(answer.std(axis=0), 1), (
        f"The columns should have standard deviation 1; yours have {answer.std(axis=0).round(2)}."
    )
    assert np.all(answer[0] < answer[3]), (
        "What was large should stay large: take the points minus the mean, not the reverse."
    )
    assert example[0, 1] == 200.0, LEAVE


def fit_gaussian(fit_gaussian):
    four = np.array([[0.0, 0.0], [2.0, 2.0], [4.0, 1.0], [2.0, 1.0]])
    answer = fit_gaussian(four)
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two things: `return mean, covariance`."
    )
    mean, covariance = answer
    assert np.shape(covariance) == (2, 2), (
        f"The covariance is a 2 by 2 matrix; yours has the shape {np.shape(covariance)}. "
        "Multiply the transposed deviations with the deviations, or sum np.outer(x, x)."
    )
    assert isinstance(mean, np.ndarray) and isinstance(covariance, np.ndarray), (
        "Mean and covariance should be numpy arrays; the mean has one entry per column."
    )
    assert np.shape(mean) == (2,), f"The mean should have shape (2,); yours has {np.shape(mean)}."
    assert np.allclose(mean, [2.0, 1.0]), f"The mean of these points is [2, 1]; yours is {mean}."
    expected = np.array([[8.0, 2.0], [2.0, 2.0]]) / 4
    assert not np.allclose(covariance, expected * 4 / 3), (
        "Divide by n, not by n - 1: the formula of maximum likelihood has 1/n."
    )
    assert not np.allclose(covariance, expected * 4), "You have the sum; divide it by n."
    assert np.allclose(covariance, expected), (
        f"Expected {expected.round(2).tolist()}, got {np.round(covariance, 2).tolist()}. "
        "Subtract the mean before you multiply, sum over all points, divide by n."
    )
    assert four[2, 0] == 4.0, LEAVE
    corners = np.array([[0.0, 0, 0], [3, 0, 0], [0, 3, 0], [0, 0, 3]])
    shapes = [np.shape(part) for part in fit_gaussian(corners)]
    assert shapes == [(3,), (3, 3)], (
        "With three columns the mean has the shape (3,) and the covariance (3, 3); yours have "
        f"{shapes[0]} and {shapes[1]}: do not count on two columns."
    )


def draw_points(draw_points):
    asked_mean, asked = np.array([3.0, -1.0]), np.array([[4.0, -1.5], [-1.5, 1.0]])
    drawn = draw_points(asked_mean, asked, 20_000, np.random.default_rng(1))
    _an_array(drawn)
    assert drawn.shape == (20_000, 2), f"Expected the shape (20000, 2); yours is {drawn.shape}."
    assert not np.allclose(drawn, drawn[0]), "All your points are the same: draw a z for each."
    assert np.allclose(drawn.mean(axis=0), asked_mean, atol=0.1), (
        f"The points should scatter around {asked_mean}, "
        f"not {drawn.mean(axis=0).round(2)}. "
        "Add the mean, and draw z from rng.standard_normal."
    )
    got = np.cov(drawn.T)
    assert np.allclose(got, asked, atol=0.15), (
        f"The points should have the covariance {asked.tolist()}, not {got.round(1).tolist()}. "
        "With one point per row, x = z @ L.T, and L is the Cholesky factor, not the covariance."
    )
    away = np.linalg.solve(np.linalg.cholesky(asked), (drawn - asked_mean).T)
    assert abs(away).max() > 3, (
        f"None of 40000 numbers z is beyond ±{abs(away).max():.2f}: those are not standard normal, "
        "which has about 100 of them beyond ±3."
    )
    twice = np.random.default_rng(2)
    first, second = (draw_points(asked_mean, asked, 3, twice) for _ in range(2))
    assert not np.allclose(first, second), (
        "Two calls drew the same points: use the rng you are given."
    )
    same = draw_points(asked_mean, asked, 3, np.random.default_rng(2))
    assert np.allclose(first, same), "The same seed should draw the same points: use `rng` alone."
    try:
        shape = np.shape(draw_points(np.zeros(3), np.eye(3), 5, twice))
    except ValueError:
        shape = "an error"
    assert shape == (5, 3), (
        f"5 points in three dimensions have the shape (5, 3); yours gives {shape}: use `n` and "
        "len(mean), not fixed numbers."
    )


def log_density(log_density):
    where = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    unit = log_density(where, np.zeros(2), np.eye(2))
    assert unit is None or np.ndim(unit) > 0, (
        "One number per point, not one for all: sum along axis=1 alone, and take no mean."
    )
    _an_array(unit, "a number for each point, a numpy array")
    assert unit.shape == (3,), (
        f"One number per point: the shape should be (3,), yours is {unit.shape}. "
        "(Of a 3 by 3 matrix of products you need the diagonal.)"
    )
    expected = -np.log(2 * np.pi) - np.array([0.0, 0.5, 2.0])
    assert not np.allclose(unit, np.exp(expected)), "That is the density: return its logarithm."
    assert np.isfinite(unit).all(), (
        "Some are not numbers: the inverse of a matrix is np.linalg.inv, not 1 / covariance."
    )
    assert np.allclose(unit - unit[0], expected - expected[0]), (
        "With mean 0 and unit covariance, a point at distance r lies r²/2 nats below the center. "
        f"Yours lie {(unit[0] - unit[1:]).round(2)} below, expected [0.5, 2]."
    )
    assert np.allclose(unit, expected), (
        f"At the center of a unit Gaussian in 2-D, -log(2π) = -1.84; yours is {unit[0]:.2f}. "
        "Look at the term d·log 2π and at the ½ before the bracket."
    )
    stretched = log_density(where, np.array([1.0, 0.0]), np.array([[4.0, 1.0], [1.0, 1.0]]))
    assert np.allclose(stretched, [-2.5539, -2.3872, -5.8872], atol=1e-3), (
        "Right for a round Gaussian, not for a stretched one: use the inverse of the covariance "
        "and the logarithm of its determinant (np.linalg.slogdet), and subtract the mean."
    )
    assert np.array_equal(where, [[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]]), LEAVE
    one = log_density(where[:1], np.zeros(2), np.eye(2))
    assert np.shape(one) == (1,), (
        "For a single point, shape (1, 2), return one number in an array of shape (1,); yours has "
        f"the shape {np.shape(one)}. np.atleast_1d mends that."
    )
    three = log_density(np.zeros((1, 3)), np.zeros(3), np.eye(3))
    assert np.allclose(three, -1.5 * np.log(2 * np.pi)), (
        "At the center of a unit Gaussian in 3-D it is -1.5 log(2π) = -2.76; yours is "
        f"{np.ravel(three)[0]:.2f}: d is len(mean), not always 2."
    )
    far = log_density(np.array([[60.0, 0.0]]), np.zeros(2), np.eye(2))
    assert np.allclose(far, -1800 - np.log(2 * np.pi)), (
        f"60 standard deviations away it is -1802 nats; yours is {far[0]:.0f}. The density itself "
        "rounds to 0 there: compute its logarithm without it."
    )
