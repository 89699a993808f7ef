"""What right answers to the exercises of lab 11 satisfy."""

import numpy as np
import tensorflow as tf

from checks.mistakes import differentiable, refuse

SHAPES = ((4, 3), (5, 3, 2, 1))


def _rows(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _times(n: int) -> np.ndarray:
    return np.linspace(0.15, 0.9, n, dtype="float32")


def _array(answer, shape: tuple, what: str) -> np.ndarray:
    """The answer as an array of this shape, without NaN."""
    assert answer is not None, "Nothing came back: is there a `return`?"
    array = np.asarray(answer)
    assert array.shape == shape, f"Expected {what} of the shape {shape}, got {array.shape}."
    assert not np.isnan(array).any(), "Some numbers are NaN: 0 divided by 0, or a negative root."
    return array


def _unchanged(function, *inputs):
    """The answer for copies of these arrays, after a look at whether they stayed as they were."""
    copies = [np.copy(one) if isinstance(one, np.ndarray) else one for one in inputs]
    answer = function(*copies)
    same = all(np.array_equal(a, b) for a, b in zip(inputs, copies, strict=True))
    assert same, "The arrays that you were handed were changed: make new ones."
    return answer


def _compiles(function, arrays, advice: str) -> None:
    """Refuse what works on arrays, but not on the tensors of a compiled step."""
    try:
        tf.function(function)(*map(tf.constant, arrays))
    except (TypeError, ValueError, NotImplementedError, AttributeError) as error:
        raise AssertionError(
            "It works on arrays, but not in a compiled step, where tensors have no numbers yet: "
            f"{advice}. ({type(error).__name__})"
        ) from None


def _last_axes(t: np.ndarray, x0: np.ndarray) -> np.ndarray:
    return t.reshape(-1, *[1] * (x0.ndim - 1))


def add_noise(add_noise):
    for shape in SHAPES:
        x0, noise, t = _rows(*shape), _rows(*shape, seed=2), _times(shape[0])
        try:
            answer = _unchanged(add_noise, x0, noise, t)
        except (ValueError, tf.errors.InvalidArgumentError):
            raise AssertionError(
                f"x0 of shape {shape} and t of shape {t.shape} do not go together yet: give t one "
                "axis of length 1 for each axis of x0 behind the first, by keras.ops.reshape."
            ) from None
        found, at = _array(answer, shape, "noisy data"), _last_axes(t, x0)
        mistakes = {
            "Time runs the other way: at t = 0 the data are clean, at t = 1 all is noise.": (
                at * x0 + (1 - at) * noise
            ),
            "That is another mixture, with roots: asked is (1 - t) x0 + t noise.": (
                np.sqrt(1 - at) * x0 + np.sqrt(at) * noise
            ),
            "That adds noise and keeps the data whole: they fade by 1 - t.": x0 + at * noise,
            "All rows got one time: each row has its own.": (1 - t[0]) * x0 + t[0] * noise,
        }
        refuse(found, mistakes, atol=1e-5)
        assert np.allclose(found, (1 - at) * x0 + at * noise, atol=1e-5), (
            "Expected (1 - t) x0 + t noise, row by row."
        )
    square = _rows(3, 3), _rows(3, 3, seed=2), _times(3)
    found = _array(add_noise(*square), (3, 3), "noisy data")
    at = square[2][:, None]
    assert np.allclose(found, (1 - at) * square[0] + at * square[1], atol=1e-5), (
        "The times went along the last axis: each row has one."
    )
    _compiles(add_noise, square, "use operators and keras.ops")


def _posterior(points, t, data, divide=2.0, fade=None) -> np.ndarray:
    fade = 1 - t if fade is None else fade
    squares = ((points[:, None].astype(float) - fade * data) ** 2).sum(axis=2)
    return _softmax(-squares / (divide * t**2)) @ data


def exact_clean(exact_clean):
    points, data, t = _rows(5, 2), 2 * _rows(7, 2, seed=3), 0.6
    answer = _array(_unchanged(exact_clean, points, t, data), (5, 2), "one mean for each point")
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    raw = np.exp(-squares / (2 * t**2))
    mistakes = {
        "The data fade, too: compare x_t with (1 - t) times each row.": (
            _posterior(points, t, data, fade=1)
        ),
        "The exponent is -|…|² / (2 t²): a 2 is missing.": _posterior(points, t, data, divide=1),
        "The distances are squared, and divided by 2 t².": (
            _softmax(-np.sqrt(squares) / (2 * t**2)) @ data
        ),
        "Divide by t squared.": _softmax(-squares / (2 * t)) @ data,
        "The nearest row takes all: weigh all of them, by a softmax.": data[squares.argmin(axis=1)],
        "The sign is turned: the nearest row weighs most.": _softmax(squares / (2 * t**2)) @ data,
        "The weights of a point must add up to 1: divide by their sum.": raw @ data,
        "The softmax goes over the rows of data, axis 1, not over the points.": (
            _softmax((-squares / (2 * t**2)).T).T @ data
        ),
        "Say axis=1: else the softmax goes over all numbers, not over each point's own.": (
            _softmax((-squares / (2 * t**2)).reshape(1, -1)).reshape(squares.shape) @ data
        ),
        "That is the mean of the faded rows: weigh the clean ones.": (
            (1 - t) * _posterior(points, t, data)
        ),
    }
    refuse(answer, mistakes, atol=1e-5)
    assert np.allclose(answer, _posterior(points, t, data), atol=1e-5), (
        "Expected the mean of the rows, weighed by a softmax of -|x_t - (1 - t) row|² / (2 t²)."
    )
    answer = exact_clean(points, 1.0, data)
    assert np.allclose(answer, data.mean(axis=0), atol=1e-5), (
        "At t = 1 a point says nothing of where it came from: expected the mean of the data."
    )
    with np.errstate(all="ignore"):
        answer = np.asarray(exact_clean(points, 0.01, data))
    assert np.isfinite(answer).all(), (
        "For t = 0.01 it is not finite: all weights are rounded to 0. Subtract each point's "
        "largest exponent before np.exp, or use scipy.special.softmax."
    )
    assert np.allclose(answer, _posterior(points, 0.01, data), atol=1e-4), (
        "For t = 0.01 the nearest faded row should take nearly all."
    )


def _softmax(exponents: np.ndarray) -> np.ndarray:
    weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def weighted_loss(weighted_loss):
    for shape in SHAPES:
        clean, answer, t = _rows(*shape), _rows(*shape, seed=2), _times(shape[0])
        clip = 6.0  # of the weights 1 / t², some are larger and some smaller
        try:
            loss = _unchanged(weighted_loss, clean, answer, t, clip)
        except (ValueError, tf.errors.InvalidArgumentError) as error:
            raise AssertionError(
                f"For data of shape {shape} and t of shape {t.shape} it fails "
                f"({type(error).__name__}). Give the weights one axis of length 1 for each axis of "
                "the data behind the first."
            ) from None
        loss = float(_array(loss, (), "one number"))
        squares = ((answer - clean).astype(float) ** 2).reshape(len(t), -1).mean(axis=1)
        weight, plain = np.minimum(1 / t**2, clip), squares.mean()
        mistakes = {
            "The weight is missing: min(1 / t², clip).": plain,
            "The weight is not cut off: min(1 / t², clip).": (squares / t**2).mean(),
            "That keeps the larger of both: the weight is at most clip.": (
                squares * np.maximum(1 / t**2, clip)
            ).mean(),
            "Divide by t squared.": (squares * np.minimum(1 / t, clip)).mean(),
            "That cuts off the weighted errors: cut off the weights alone.": (
                np.minimum(((answer - clean) ** 2).reshape(len(t), -1).T / t**2, clip).mean()
            ),
            "The largest weight is the argument clip, not always 10.": (
                squares * np.minimum(1 / t**2, 10)
            ).mean(),
            "That weighs absolute errors: square them.": (
                np.abs(answer - clean).reshape(len(t), -1).mean(axis=1) * weight
            ).mean(),
            "The weight is 1 / t², large for little noise.": (
                squares * np.minimum(t**2, clip)
            ).mean(),
            "That weighs by 1 / (1 - t)²: the weight is min(1 / t², clip).": (
                squares * np.minimum(1 / (1 - t) ** 2, clip)
            ).mean(),
            "That is the sum: take the mean over all entries.": (
                (squares * weight).sum() * clean[0].size
            ),
            "That is the sum over each row: take the mean over all entries.": (
                (squares * weight).mean() * clean[0].size
            ),
            "That divides by the sum of the weights: take the mean over all entries.": (
                (squares * weight).sum() / weight.sum()
            ),
            "That is the mean error times the mean weight: each row has its own weight.": (
                plain * weight.mean()
            ),
            "That weighs the errors before they are squared.": (squares * weight**2).mean(),
        }
        refuse(loss, mistakes, rtol=1e-4)
        right = (squares * weight).mean()
        assert np.isclose(loss, right, rtol=1e-4), f"Expected {right:.4f}, got {loss:.4f}."
    clean, answer, t = _rows(3, 3), _rows(3, 3, seed=2), _times(3)
    right = (np.minimum(1 / t**2, 5.0)[:, None] * (answer - clean) ** 2).mean()
    assert np.isclose(float(weighted_loss(clean, answer, t, 5.0)), right, rtol=1e-4), (
        "The weights went along the last axis: each row has one."
    )
    differentiable(lambda given: weighted_loss(clean, given, t, 5.0), answer)
    _compiles(
        lambda *tensors: weighted_loss(*tensors, 5.0),
        (clean, answer, t),
        "use operators and keras.ops, for the weights, too",
    )


def as_clean(as_clean):
    x0, noise, t = _rows(4, 3, 2), _rows(4, 3, 2, seed=2), 0.7
    x_t = (1 - t) * x0 + t * noise
    answers = {
        "clean": x0,
        "noise": noise,
        "velocity": noise - x0,
        "score": -noise / t,
    }
    for target, answer in answers.items():
        found = _array(_unchanged(as_clean, answer, x_t, t, target), x0.shape, "clean data")
        mistakes = {
            f'For target "{target}" the answer came back as it was: translate it.': answer,
            f'For target "{target}" x_t came back as it was.': x_t,
            f'For target "{target}" that is the noise: asked for are the clean data.': noise,
            f'For target "{target}" the clean data are still faded: divide by 1 - t.': (1 - t) * x0,
        }
        if target == "clean":
            mistakes = {}
        if target == "noise":
            mistakes.pop(next(reason for reason in mistakes if "that is the noise" in reason))
        if target == "velocity":
            mistakes["The velocity leads from data to noise: clean data are x_t - t velocity."] = (
                x_t + t * answer
            )
            mistakes["From x_t to the clean data the way is t long, not 1 - t."] = (
                x_t - (1 - t) * answer
            )
        if target == "score":
            mistakes["The score is -ε / t: mind its sign."] = (x_t - t**2 * answer) / (1 - t)
            mistakes["The score is no noise: ε is -t times the score."] = (x_t - t * answer) / (
                1 - t
            )
            mistakes["The score is -ε / t, so ε is -t times the score, with the t."] = (
                x_t + t * answer
            ) / (1 - t)
        refuse(found, mistakes, atol=1e-4)
        assert np.allclose(found, x0, atol=1e-4), (
            f'For target "{target}" expected x0: solve x_t = (1 - t) x0 + t ε for it.'
        )
    for target in ("clean", "velocity"):
        found = _array(as_clean(answers[target], noise, 1.0, target), x0.shape, "clean data")
        assert np.allclose(found, x0, atol=1e-4), (
            f'For target "{target}" the time 1 is allowed: there x_t is all noise.'
        )
    t, answers["score"] = 0.3, -noise / 0.3
    for target, answer in answers.items():
        copied = "".join([*target])  # another object, with the same text
        found = as_clean(answer, (1 - t) * x0 + t * noise, t, copied)
        assert np.allclose(_array(found, x0.shape, "clean data"), x0, atol=1e-4), (
            f'For target "{target}" expected x0 for t = {t}, too; compare texts by ==, not by `is`.'
        )


def euler_step(euler_step):
    for shape in SHAPES:
        x_t, clean = _rows(*shape), _rows(*shape, seed=2)
        for t, s in ((1.0, 0.8), (0.6, 0.25)):
            velocity = (x_t - clean) / t
            found = _array(_unchanged(euler_step, x_t, clean, t, s), shape, "x_s")
            mistakes = {
                "The step went towards more noise: from t to s time goes by s - t, below 0.": (
                    x_t + (t - s) * velocity
                ),
                "That goes all the way, in one step: only by s - t.": clean,
                "That is the velocity: add (s - t) times it to x_t.": velocity,
                "Divide by t: (x_t - clean) is t times the velocity.": x_t
                + (s - t) * (x_t - clean),
                "The velocity is (x_t - clean) / t: divide by t, where x_t is, and not by s.": (
                    x_t + (s - t) * (x_t - clean) / s
                ),
                "That noises the clean data with x_t: x_t is no pure noise.": (
                    (1 - s) * clean + s * x_t
                ),
            }
            if t == 1:  # there two of these are right
                right = x_t + (s - t) * velocity
                mistakes = {k: v for k, v in mistakes.items() if not np.allclose(v, right)}
            refuse(found, mistakes, atol=1e-5)
            assert np.allclose(found, x_t + (s - t) * velocity, atol=1e-5), (
                f"From t = {t} to s = {s}: expected x_t + (s - t) (x_t - clean) / t."
            )
        found = _array(euler_step(x_t, clean, 0.3, 0.0), shape, "x_s")
        assert np.allclose(found, clean, atol=1e-5), "A step to time 0 ends at the clean data."


def _ddim(x_t, clean, t, s, eta, fresh, power=1.0) -> np.ndarray:
    """As asked; with other powers only to recognize a mistake."""
    spread = eta * (s / t) ** power * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh


def ddim_step(ddim_step):
    x_t, clean, fresh = (_rows(4, 3, 2, seed=seed) for seed in (1, 2, 3))
    t, s = 0.7, 0.45
    found = _array(_unchanged(ddim_step, x_t, clean, t, s, 0.0, fresh), x_t.shape, "x_s of eta = 0")
    noise = (x_t - (1 - t) * clean) / t
    full = s / t * np.sqrt(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2)
    refuse(
        found,
        {
            "For eta = 0 no fresh noise comes in.": _ddim(x_t, clean, t, s, 1, fresh),
            "The noise that x_t holds is (x_t - (1 - t) clean) / t, not x_t.": (
                (1 - s) * clean + s * x_t
            ),
            "The clean data fade by 1 - s, the time of arrival.": (1 - t) * clean + s * noise,
            "The noise weighs s, the time of arrival.": (1 - s) * clean + t * noise,
        },
        atol=1e-5,
    )
    assert np.allclose(found, (1 - s) * clean + s * noise, atol=1e-5), (
        "For eta = 0 expected Euler's step: (1 - s) clean + s times the noise that x_t holds."
    )
    for eta in (1.0, 0.5):
        found = _array(_unchanged(ddim_step, x_t, clean, t, s, eta, fresh), x_t.shape, "x_s")
        spread, kept = eta * full, np.sqrt(s**2 - (eta * full) ** 2)
        right = (1 - s) * clean + kept * noise + spread * fresh
        mistakes = {
            "No fresh noise came in: add spread times fresh.": (1 - s) * clean + kept * noise,
            "eta changes nothing: it scales the spread, whose quotient is (1 - t) / (1 - s).": (
                _ddim(x_t, clean, t, s, 0.0, fresh),
                _ddim(x_t, clean, t, s, 1.0, fresh),
            )[int(eta < 1)],
            "The old noise must give way, or there is too much: it weighs sqrt(s² - spread²).": (
                (1 - s) * clean + s * noise + spread * fresh
            ),
            "The old noise weighs the root of s² - spread²: both squared.": (
                (1 - s) * clean + (s - spread) * noise + spread * fresh
            ),
            "All noise is fresh: keep sqrt(s² - spread²) of the old.": (1 - s) * clean + s * fresh,
            "The spread has a root: it is no variance.": (
                (1 - s) * clean
                + np.sqrt(s**2 - (spread * full * t / s) ** 2) * noise
                + spread * full * t / s * fresh
            ),
            "Under the root of the old noise, the spread is squared, too.": (
                (1 - s) * clean + np.sqrt(max(s**2 - spread, 0)) * noise + spread * fresh
            ),
            "The old noise weighs the root of s² - spread².": (
                (1 - s) * clean + kept**2 * noise + spread * fresh
            ),
            "The spread has a factor s / t, not (s / t)².": (
                _ddim(x_t, clean, t, s, eta, fresh, power=2)
            ),
            "The spread lacks its factor s / t.": _ddim(x_t, clean, t, s, eta, fresh, power=0),
            "Old and fresh noise changed places.": (1 - s) * clean + kept * fresh + spread * noise,
        }
        refuse(found, mistakes, atol=1e-5)
        assert np.allclose(found, right, atol=1e-5), (
            f"For eta = {eta} expected (1 - s) clean + sqrt(s² - spread²) noise + spread fresh, "
            f"with a spread of {spread:.4f} for t = {t}, s = {s}."
        )
    found = _array(ddim_step(x_t, clean, 0.4, 0.15, 0.5, fresh), x_t.shape, "x_s")
    assert np.allclose(found, _ddim(x_t, clean, 0.4, 0.15, 0.5, fresh), atol=1e-4), (
        "Right for t = 0.7, but not for t = 0.4 and s = 0.15."
    )
    found = _array(ddim_step(x_t, clean, 1.0, 0.45, 1.0, fresh), x_t.shape, "x_s from t = 1")
    assert np.allclose(found, _ddim(x_t, clean, 1.0, 0.45, 1.0, fresh), atol=2e-3), (
        "From t = 1 with eta = 1 expected (1 - s) clean + s fresh: all noise is fresh."
    )
    found = _array(ddim_step(x_t, clean, 0.3, 0.0, 1.0, fresh), x_t.shape, "x_s for s = 0")
    assert np.allclose(found, clean, atol=1e-5), "A step to time 0 ends at the clean data."
    t, s = 0.7, 1e-10  # by rounding, s² - spread² falls below 0
    with np.errstate(all="ignore"):
        found = _array(ddim_step(x_t, clean, t, s, 1.0, fresh), x_t.shape, "x_s for s close to 0")
    assert not np.iscomplexobj(found), (
        "The numbers are complex: under a root stood a number below 0. Cut it off, by max(…, 0)."
    )
    assert np.allclose(found, clean, atol=1e-5), (
        "A step to a time close to 0 ends close to the clean data."
    )


def guide(guide):
    for shape in SHAPES:
        with_label, without = _rows(*shape), _rows(*shape, seed=2)
        for strength in (2.5, 1.0, 0.0):  # at 0 and 1, some mistakes look alike
            found = _array(
                _unchanged(guide, with_label, without, strength), shape, "guided answers"
            )
            right = without + strength * (with_label - without)
            mistakes = {
                "Strength 1 should give the conditional answer, not go beyond it.": (
                    with_label + strength * (with_label - without)
                ),
                "The difference is conditional minus unconditional.": (
                    without + strength * (without - with_label)
                ),
                "Both answers changed places: 0 gives the unconditional one.": (
                    with_label + strength * (without - with_label)
                ),
                "Add to the unconditional answer.": strength * (with_label - without),
                "More than 1 goes on along the line, beyond the conditional answer.": with_label,
            }
            mistakes = {k: v for k, v in mistakes.items() if not np.allclose(v, right)}
            refuse(found, mistakes, atol=1e-5)
            assert np.allclose(found, right, atol=1e-4), (
                f"For strength {strength} expected unconditional + strength · (conditional - "
                "unconditional)."
            )
