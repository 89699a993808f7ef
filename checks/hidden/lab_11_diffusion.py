"""Verdicts of lab 11, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import softmax

from checks.verdicts import close, each, numbers


def _normal(rng, *shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype("float32")


def _alike(got, right: np.ndarray, rtol: float = 1e-3, atol: float = 1e-4) -> None:
    """Raise unless these are the right numbers, none of them complex."""
    got = numbers(got, right.shape)
    assert got.dtype.kind in "iuf", "a root of something negative, by **"
    close(got, right, rtol, atol)


def _shapes(rng) -> list[tuple]:
    """Of rows of numbers, as many as numbers in each of them and not, and of pictures."""
    n, d, side, wide, k = rng.choice(np.arange(2, 8), 5, replace=False).tolist()
    return [(n, d), (k, k), (n, side, wide, 1), (d, side, wide, d)]


def _times(rng, n: int) -> np.ndarray:
    """So many times, 2 at least, some of them below 0.4 and some above 0.6."""
    low = int(rng.integers(1, n))
    some = [*rng.uniform(0.15, 0.4, low), *rng.uniform(0.6, 0.9, n - low)]
    return rng.permutation(some).astype("float32")


def _column(t: np.ndarray, shape: tuple) -> np.ndarray:
    """A time for each row, in float64, as it can be multiplied with the rows."""
    return t.astype(float)[(...,) + (np.newaxis,) * (len(shape) - 1)]


# ── training ─────────────────────────────────────────────────────────────────────────────────────


def add_noise(rng):
    cases = []
    for shape in _shapes(rng):
        cases.append([_normal(rng, *shape), _normal(rng, *shape), _times(rng, shape[0])])
    n = int(rng.integers(4, 8))
    ends = np.array([0, 1, *_times(rng, n - 2)], "float32")  # all data, all noise
    cases.append([_normal(rng, n, 2), _normal(rng, n, 2), rng.permutation(ends)])
    answer, _ = yield {"cases": cases}
    for got, (x0, noise, t) in each(answer, cases):
        share = _column(t, x0.shape)
        for way in ("arrays", "compiled"):
            _alike(got[way], x0 + share * (noise - x0.astype(float)))
        close(got["given"], [x0, noise, t], 0, 0)


def weighted_loss(rng):
    cases = []
    for shape in _shapes(rng):
        t = _times(rng, shape[0])
        clip = float(rng.uniform(3, 5))  # above the weights of times above 0.6, below the others
        cases.append([[_normal(rng, *shape), _normal(rng, *shape), t], clip])
    answer, _ = yield {"cases": cases}
    for got, ((clean, guess, t), clip) in each(answer, cases):
        errors = guess.astype(float) - clean
        weight = np.clip(_column(t, clean.shape) ** -2, 0, clip)
        right = np.average(weight * errors**2)
        assert isinstance(got["learned"], list) and len(got["learned"]) == 2
        for loss in (got["loss"], got["learned"][0]):
            _alike(loss, np.asarray(right))
        _alike(got["learned"][1], 2 * weight * errors / errors.size, 1e-3, 1e-5)
        close(got["given"], [clean, guess, t], 0, 0)


# ── the exact field ──────────────────────────────────────────────────────────────────────────────


def exact_clean(rng):
    cases, tolerances = [], []
    n, m, d, k = rng.choice(np.arange(3, 10), 4, replace=False).tolist()
    for rows, others, size in ((n, m, d), (k, k, k), (m, n, 1)):  # many rows weigh something
        t = float(rng.uniform(0.5, 0.8))
        cases.append([_normal(rng, rows, size), t, 1.5 * _normal(rng, others, size)])
        tolerances.append(1e-3)
    cases.append([_normal(rng, n, d), 1.0, _normal(rng, m, d) + 1])
    tolerances.append(1e-3)
    # Where np.exp rounds every weight to 0: little noise, and points that are far away.
    data, t = 3 * _normal(rng, m, d), float(rng.uniform(0.01, 0.02))
    rows = rng.permutation(m)[: min(n, m)]
    cases.append([(1 - t) * data[rows] + t * (40 + _normal(rng, len(rows), d)), t, data])
    away = rng.choice((-40, 40), (n, d)).astype("float32")
    cases.append([away + _normal(rng, n, d), float(rng.uniform(0.6, 0.8)), data])
    tolerances += [1e-2, 1e-2]
    answer, _ = yield {"cases": cases}
    for got, (case, tolerance) in each(answer, [*zip(cases, tolerances, strict=True)]):
        points, t, data = case
        squares = cdist(points, (1 - t) * data.astype(float), "sqeuclidean")
        _alike(got["mean"], softmax(squares / (-2 * t * t), axis=1) @ data, tolerance, tolerance)
        close(got["given"], case, 0, 0)


# ── sampling ─────────────────────────────────────────────────────────────────────────────────────


def as_clean(rng):
    cases = []
    for target in ("clean", "noise", "velocity", "score"):
        times = [*map(float, _times(rng, 2)), *([1.0] if target in ("clean", "velocity") else [])]
        for t, shape in zip(times, _shapes(rng), strict=False):
            cases.append([_normal(rng, *shape), _normal(rng, *shape), t, target])
    answer, _ = yield {"cases": cases}
    for got, (guess, x_t, t, target) in each(answer, cases):
        if target == "clean":
            right = guess
        elif target == "velocity":
            right = x_t - t * guess
        else:
            right = (x_t - t * guess * (1 if target == "noise" else -t)) / (1 - t)
        _alike(got["clean"], right)
        close(got["given"], [guess, x_t], 0, 0)


def _pairs(rng) -> list[tuple[float, float]]:
    """Times to go from and to: two in between, the first step, and the last."""
    middle = [(rng.uniform(0.6, 0.9), rng.uniform(0.2, 0.45))]
    middle += [(rng.uniform(0.3, 0.45), rng.uniform(0.1, 0.2))]
    ends = [(1, rng.uniform(0.4, 0.9)), (rng.uniform(0.1, 0.4), 0)]
    return [(float(t), float(s)) for t, s in (*middle, *ends)]


def euler_step(rng):
    cases = []
    for (t, s), shape in zip(_pairs(rng), _shapes(rng), strict=True):
        cases.append([_normal(rng, *shape), _normal(rng, *shape), t, s])
    answer, _ = yield {"cases": cases}
    for got, (x_t, clean, t, s) in each(answer, cases):
        _alike(got["x_s"], s / t * x_t + (1 - s / t) * clean)
        close(got["given"], [x_t, clean], 0, 0)


def ddim_step(rng):
    cases = []
    for share in (0.0, float(rng.uniform(0.3, 0.7)), 1.0):
        for (t, s), shape in zip(_pairs(rng), _shapes(rng), strict=True):
            x_t, clean, fresh = (_normal(rng, *shape) for _ in range(3))
            cases.append([x_t, clean, t, s, share, fresh])
    for t, s in _rounded(rng, 3):
        x_t, clean, fresh = (_normal(rng, 3, 2) for _ in range(3))
        cases.append([x_t, clean, t, s, 1.0, fresh])
    answer, _ = yield {"cases": cases}
    for got, (x_t, clean, t, s, share, fresh) in each(answer, cases):
        spread, kept = _spread(t, s, share)
        held = (x_t - (1 - t) * clean) / t
        _alike(got["x_s"], (1 - s) * clean + np.sqrt(np.maximum(kept, 0)) * held + spread * fresh)
        close(got["given"], [x_t, clean, fresh], 0, 0)


def _spread(t: float, s: float, share: float) -> tuple[float, float]:
    """How far fresh noise spreads, and the variance that is left for the old."""
    spread = share * (s / t) * np.sqrt(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2)
    return spread, s**2 - spread**2


def _rounded(rng, n: int) -> list[tuple[float, float]]:
    """Pairs of times for which rounding makes what is left of the variance negative."""
    found: list[tuple[float, float]] = []
    while len(found) < n:
        t, s = float(rng.uniform(0.2, 0.9)), float(rng.uniform(1e-10, 1e-9))
        again = s / t * np.sqrt(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2)  # in another order
        if _spread(t, s, 1)[1] < 0 and s**2 - again**2 < 0:
            found.append((t, s))
    return found


def guide(rng):
    strengths = [0.0, 1.0, float(rng.uniform(0.2, 0.8)), float(rng.uniform(1.5, 8))]
    cases = []
    for strength, shape in zip(strengths, _shapes(rng), strict=True):
        cases.append([_normal(rng, *shape), _normal(rng, *shape), strength])
    answer, _ = yield {"cases": cases}
    for got, (conditional, unconditional, strength) in each(answer, cases):
        _alike(got["guided"], strength * conditional + (1 - strength) * unconditional)
        close(got["given"], [conditional, unconditional], 0, 0)
