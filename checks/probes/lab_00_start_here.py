"""What the grader asks answers of lab 00 for fresh inputs."""

import numpy as np


def standardise(standardise, given):
    points = given["points"]
    return {"scaled": standardise(points), "given": points}


def fit_gaussian(fit_gaussian, given):
    points = given["points"]
    return {"fit": fit_gaussian(points), "given": points}


def draw_points(draw_points, given):
    def draw(n, rng):
        return draw_points(given["mean"], given["covariance"], n, rng)

    seed, rng = given["seed"], np.random.default_rng(given["seed"])
    return {"many": draw(given["n"], rng), "more": draw(5, rng), "few": _few(draw, seed)}


def _few(draw, seed):
    return [draw(3, np.random.default_rng(seed)) for _ in range(2)]


def log_density(log_density, given):
    points, mean, covariance = given["points"], given["mean"], given["covariance"]
    return {
        "all": log_density(points, mean, covariance),
        "one": log_density(points[:1], mean, covariance),
        "far": log_density(points + 100, mean, covariance),
        "given": points,
    }
