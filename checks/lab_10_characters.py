"""What right answers to the exercises of lab 10 satisfy."""

import keras
import numpy as np
import tensorflow as tf
from scipy.special import log_softmax, softmax

from checks.mistakes import differentiable, refuse


def _array(answer, shape: tuple, what: str) -> np.ndarray:
    """The answer as an array of floats of this shape."""
    assert answer is not None, "Nothing came back: is there a `return`?"
    assert np.shape(answer) == shape, (
        f"Expected {what}, shape {shape}; yours has the shape {np.shape(answer)}."
    )
    answer = np.asarray(answer, float)
    assert np.isfinite(answer).all(), (
        "There are numbers that are not finite in it: look for a division by 0, the logarithm of "
        "0, or an exponential that is too large."
    )
    return answer


def _numpy(answer) -> None:
    assert answer is not None, "Nothing came back: is there a `return`?"
    assert isinstance(answer, np.ndarray), (
        f"Return a numpy array; yours is of the type {type(answer).__name__}."
    )


def _untouched(handed: list, as_before: list) -> None:
    pairs = zip(handed, as_before, strict=True)
    assert all(np.array_equal(now, before) for now, before in pairs), (
        "What was handed in has changed: work on a copy."
    )


def bits_per_character(bits_per_character):
    rng = np.random.default_rng(1)
    logits, targets = rng.normal(0, 2, (4, 5, 6)), rng.integers(0, 6, (4, 5))
    prices = -np.take_along_axis(log_softmax(logits, -1), targets[..., None], -1)
    bits = prices.mean() / np.log(2)
    given = [logits.copy(), targets.copy()]
    answer = _array(bits_per_character(*given), (), "one number")
    _untouched(given, [logits, targets])
    likeliest = -log_softmax(logits, -1).max(axis=-1).mean() / np.log(2)
    raw = -np.take_along_axis(logits, targets[..., None], -1).mean() / np.log(2)
    entropy = -(softmax(logits, -1) * log_softmax(logits, -1)).sum(-1).mean() / np.log(2)
    chance = np.take_along_axis(softmax(logits, -1), targets[..., None], -1)
    mistakes = {
        "These are nats: divide by the logarithm of 2.": prices.mean(),
        "A price is minus the logarithm: above 0.": -bits,
        "That is multiplied by the logarithm of 2: divide by it.": prices.mean() * np.log(2),
        "That is the sum: asked is the mean over all characters.": prices.sum() / np.log(2),
        "That is the price of the likeliest character: take the one that came.": likeliest,
        "These are logits as they are: first take their softmax over the last axis.": raw,
        "That is the mean over all characters that could come: take the one that came.": entropy,
        "First the logarithm of each probability, then the mean.": -np.log2(chance.mean()),
        "The softmax goes over the last axis, not over all at once: say axis=-1.": (
            -np.take_along_axis(log_softmax(logits), targets[..., None], -1).mean() / np.log(2)
        ),
        "The softmax goes over the last axis.": (
            -np.take_along_axis(log_softmax(logits, 0), targets[..., None], -1).mean() / np.log(2)
        ),
    }
    refuse(answer, mistakes, rtol=1e-6)
    assert np.allclose(answer, bits, rtol=1e-5), (
        f"Expected {bits:.4f} bits a character for these logits, got {answer:.4f}."
    )
    even = float(bits_per_character(np.zeros((3, 8)), np.array([0, 5, 7])))
    assert np.isclose(even, 3), f"Eight equal logits should cost 3 bits, not {even:.4f}."
    large = float(bits_per_character(np.array([[1000.0, 0.0]]), np.array([1])))
    assert np.isclose(large, 1000 / np.log(2), rtol=1e-4), (
        f"Logits of 1,000 and 0, and the second comes: {1000 / np.log(2):.1f} bits, not {large}. "
        "Use scipy.special.log_softmax, or subtract the largest logit before the exponential."
    )


def _kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    total = counts.sum(axis=1, keepdims=True)
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return np.where(total > 0, seen / np.maximum(total, 1), lower)


def kneser_ney(kneser_ney):
    rng = np.random.default_rng(2)
    counts = np.array(
        [[5, 1, 0, 2, 0, 3], [0, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [9, 4, 1, 1, 2, 0]]
    )
    lower = rng.dirichlet(np.ones(6), 4)
    discounts = (0.6, 0.9, 1.4)
    given = [counts.copy(), lower.copy(), discounts]
    with np.errstate(all="ignore"):
        answer = kneser_ney(*given)
    _numpy(answer)
    assert np.shape(answer) == (4, 6), (
        f"Expected a probability for each count, shape (4, 6); yours has {np.shape(answer)}."
    )
    answer = np.asarray(answer, float)
    _untouched(given[:2], [counts, lower])
    unseen = counts.sum(axis=1) == 0
    assert np.isfinite(answer[unseen]).all(), (
        "A row without counts was divided by 0: such a row is `lower`."
    )
    right, total = _kneser_ney(counts, lower, discounts), counts.sum(axis=1, keepdims=True)
    once = _kneser_ney(np.minimum(counts, 1), lower, discounts)
    seen = ~unseen
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    kinds = (counts > 0).sum(axis=1, keepdims=True)
    some = np.maximum(total, 1)
    left = (counts - taken) / some
    of_zeros = np.array([*discounts])[np.minimum(counts, 3) - 1]
    cut = _kneser_ney(counts, lower, [int(discount) for discount in discounts])
    mistakes = {
        "Nothing is taken off: these are the plain shares.": counts / some,
        "What was taken off is not handed out again: the rows do not sum to 1.": left,
        "What was taken off is handed out evenly: hand it out as `lower` says.": (
            left + taken.sum(axis=1, keepdims=True) / some / 6
        ),
        "One discount was taken off every count: the first off 1, the second off 2, the third off "
        "3 or more.": _kneser_ney(counts, lower, (discounts[0],) * 3),
        "The third discount was taken off every count: it is for those of 3 or more.": (
            _kneser_ney(counts, lower, (discounts[2],) * 3)
        ),
        "Every zero had something taken off, too: a count of 0 stays 0.": (
            (counts - np.array([discounts[0], *discounts])[np.minimum(counts, 3)]) / some
            + np.array([discounts[0], *discounts])[np.minimum(counts, 3)].sum(1, keepdims=True)
            / some
            * lower
        ),
        "The last discount was taken off every zero, too: a count of 0 stays 0.": (
            (counts - of_zeros + of_zeros.sum(axis=1, keepdims=True) * lower) / some
        ),
        "The discounts were cut to whole numbers: an array made like `counts` holds no fractions; "
        "make one of floats.": cut,
        "What is taken off in a row is handed out in that row: sum over axis 1.": (
            left + taken.sum() / some * lower
        ),
        "That is Witten and Bell's rule: here discounts are taken off.": (
            (counts + kinds * lower) / (some + kinds)
        ),
        "How often a character came does not count any more: keep counts as they are.": once,
        "`lower` comes in only where the count is 0: add its part to every character.": (
            np.where(counts > 0, left, taken.sum(axis=1, keepdims=True) / some * lower)
        ),
    }
    for reason, wrong in mistakes.items():
        refuse(answer[seen], {reason: wrong[seen]}, rtol=1e-6)
    assert np.allclose(answer[unseen], lower[unseen]), (
        f"A row without counts should be `lower`, {lower[unseen][0].round(3).tolist()}; yours is "
        f"{answer[unseen][0].round(3).tolist()}."
    )
    assert np.allclose(answer.sum(axis=1), 1), (
        f"Each row should sum to 1; yours sum to {answer.sum(axis=1).round(3).tolist()}."
    )
    assert np.allclose(answer, right, rtol=1e-6), (
        f"For the counts {counts[0].tolist()} expected {right[0].round(3).tolist()}, got "
        f"{answer[0].round(3).tolist()}."
    )


def _convolution(x, kernel):
    reach, length = len(kernel), x.shape[1]
    padded = np.pad(x, [(0, 0), (reach - 1, 0), (0, 0)])
    return sum(padded[:, k : k + length] @ kernel[k] for k in range(reach))


def causal_convolution(causal_convolution):
    rng = np.random.default_rng(3)
    for reach, length in ((3, 6), (4, 2), (1, 5)):
        x = rng.normal(size=(2, length, 4)).astype("float32")
        kernel = rng.normal(size=(reach, 4, 5)).astype("float32")
        answer = _array(
            causal_convolution(tf.constant(x), tf.constant(kernel)),
            (2, length, 5),
            "a row of 5 filters for each place",
        )
        right = _convolution(x, kernel)
        later = np.pad(x, [(0, 0), (0, reach - 1), (0, 0)])
        shifted = np.pad(right, [(0, 0), (1, 0), (0, 0)])[:, :-1]
        mistakes = {
            "It looks ahead: pad zeros before the first place, not behind the last.": (
                sum(later[:, k : k + length] @ kernel[k] for k in range(reach))
            ),
            "The matrices come in the wrong order: kernel[-1] is for the place itself.": (
                _convolution(x, kernel[::-1])
            ),
            "Each place should see itself, too: pad reach − 1 zeros, not reach.": shifted,
            "That is the mean: take the sum.": right / reach,
            "Before the first place there are zeros, not the last places once more.": (
                sum(np.roll(x, reach - 1 - k, axis=1) @ kernel[k] for k in range(reach))
            ),
        }
        if reach == 3:
            middle = np.pad(x, [(0, 0), (1, 1), (0, 0)])
            mistakes["Half of it looks ahead: all zeros go before the first place."] = sum(
                middle[:, k : k + length] @ kernel[k] for k in range(reach)
            )
        if reach > 1:
            refuse(answer, mistakes, atol=1e-4)
        assert np.allclose(answer, right, atol=1e-4), (
            f"For a reach of {reach} and {length} places the sum is not right: at place t, add "
            "x[:, t − j] @ kernel[reach − 1 − j] for j from 0 to reach − 1, zeros before place 0."
        )
    _learns(causal_convolution, x, kernel)
    _builds(causal_convolution, x, weights=[kernel])


def _builds(function, *inputs, weights=()) -> None:
    """Refuse an answer that Keras cannot build a network with, where n is not known yet."""
    shapes = [tf.TensorSpec((None, *part.shape[1:])) for part in inputs]
    weights = [keras.Variable(part) for part in weights]
    traced = tf.function(lambda *parts: function(*parts, *weights), autograph=False)
    try:
        traced.get_concrete_function(*shapes)
    except Exception as error:
        raise AssertionError(
            "The numbers are right, but Keras could not build a network with it: n is not known "
            "then, shape[0] is None, and a weight is a variable, which has a shape but no len. "
            f"{type(error).__name__}: {str(error)[:200]}"
        ) from None


def _learns(function, *inputs) -> None:
    """Refuse an answer that no gradient comes through."""

    def one_number(*tensors):
        return tf.reduce_sum(tf.convert_to_tensor(function(*tensors)) ** 2)

    differentiable(one_number, *inputs)


def _weights(q, k, slopes, scale=True, mask=True, sign=-1.0, axis=-1):
    """Attention as asked, or with one thing changed, for arrays (n, heads, length, width)."""
    scores = q @ np.swapaxes(k, -1, -2) / (np.sqrt(q.shape[-1]) if scale else 1)
    place = np.arange(q.shape[-2])
    distance = place[:, None] - place
    scores = scores + sign * slopes[:, None, None] * distance
    if mask:
        scores = np.where(distance >= 0, scores, -np.inf)
    return np.nan_to_num(softmax(scores, axis=axis))


def causal_attention(causal_attention):
    rng = np.random.default_rng(4)
    q, k = (rng.normal(0, 2, (2, 3, 5, 7)).astype("float32") for _ in range(2))
    v = rng.normal(size=(2, 3, 5, 6)).astype("float32")
    slopes = np.array([0.5, 0.1, 1.0], "float32")
    given = [tf.constant(part) for part in (q, k, v, slopes)]
    answer = _array(causal_attention(*given), (2, 3, 5, 6), "a mean of values for each place")
    right = _weights(q, k, slopes) @ v
    place = np.arange(5)
    strict = np.where(place[:, None] > place, _weights(q, k, slopes), 0)
    strict = strict / np.maximum(strict.sum(-1, keepdims=True), 1e-9)
    zeroed = np.where(place[:, None] >= place, _weights(q, k, slopes, mask=False), 0)
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(7) - slopes[:, None, None] * (
        place[:, None] - place
    )
    mistakes = {
        "The mask is missing: each place sees what comes after it. Give the places j > i a weight "
        "of 0.": _weights(q, k, slopes, mask=False) @ v,
        "The mask is the wrong way round: place i may see the places j ≤ i.": (
            _weights(q[:, :, ::-1], k[:, :, ::-1], -slopes)[:, :, ::-1, ::-1] @ v
        ),
        "Divide the inner products by the square root of width before the softmax.": (
            _weights(q, k, slopes, scale=False) @ v
        ),
        "The slopes count for nothing: subtract slope · (i − j) from each score.": (
            _weights(q, k, 0 * slopes) @ v
        ),
        "The slope is added: subtract it, so that what is far away counts less.": (
            _weights(q, k, slopes, sign=1.0) @ v
        ),
        "The softmax goes over j, the last axis of the scores.": (
            _weights(q, k, slopes, axis=-2) @ v
        ),
        "A place sees itself, too: only the places j > i get weight 0.": strict @ v,
        "A score of 0 is no weight of 0: give the places j > i a score such as −1e9.": (
            softmax(np.tril(scores), axis=-1) @ v
        ),
        "Only the inner products are divided: subtract slope · (i − j) after that.": (
            _weights(q, k, slopes / np.sqrt(7)) @ v
        ),
        "Mask before the softmax, so that the weights that are left sum to 1.": zeroed @ v,
        "Queries and keys are swapped: row i of the scores is for query i.": (
            _weights(k, q, slopes) @ v
        ),
    }
    refuse(answer, mistakes, atol=1e-4)
    by_width = _weights(q / np.sqrt(7), k, slopes) @ v  # divided by width instead of its root
    refuse(answer, {"Divide by the square root of width, not by width.": by_width}, atol=1e-4)
    by_length = _weights(q * np.sqrt(7 / 5), k, slopes) @ v
    refuse(answer, {"The width is the last axis: divide by its root.": by_length}, atol=1e-4)
    assert np.allclose(answer[:, :, 0], v[:, :, 0], atol=1e-4), (
        "The first place sees only itself: its answer should be its own value. The places j > i "
        "get the weight 0, not just a small one: −1e9 is a score that is low enough."
    )
    tens = tf.fill(q.shape, 10.0)  # all scores are -265, but for the slopes
    low = causal_attention(tens, -tens, *given[2:])
    assert np.allclose(_array(low, answer.shape, "a mean")[:, :, 0], v[:, :, 0], atol=1e-4), (
        "Where all scores are far below 0, the places j > i still get a weight: it should be 0. A "
        "score of −1e9 is low enough."
    )
    assert np.allclose(answer, right, atol=1e-4), (
        "The means are not right: softmax over j ≤ i of (query i · key j) / √width − "
        "slope · (i − j), times the values; each head has a slope of its own."
    )
    _learns(causal_attention, q, k, v, slopes)
    _builds(lambda *parts: causal_attention(*parts, tf.constant(slopes)), q, k, v)


def leak(leak):
    rng = np.random.default_rng(5)
    table, codes = rng.normal(size=(7, 7)), np.array([3, 6, 0, 2, 5, 1, 4, 6])
    asked = []

    def honest(some):
        some = np.asarray(some)
        assert some.ndim == 2, "predict takes shape (1, length): hand it codes[None]."
        assert some.min() >= 0 and some.max() < 7, (
            "A code outside of 0 to size − 1 was asked for: take (code + 1) % size."
        )
        asked.append(some.copy())
        return tf.constant(np.cumsum(table[some], axis=1))  # as a network does

    def cheat(some):  # each place peeks at the one after it
        logits = honest(some).numpy()
        logits[:, :-1] += 3 * table[np.asarray(some)[:, 1:]]
        return tf.constant(logits)

    def falls(some):  # its logits only fall
        return honest(some) - np.abs(np.roll(table[np.asarray(some)], -1, axis=1)) * 0.1

    given = codes.copy()
    answer = _array(leak(honest, given, 4), (), "one number")
    _untouched([given], [codes])
    changed = np.where(np.arange(8) < 4, codes, (codes + 1) % 7)
    seen = [row for some in asked for row in some]
    assert any(np.array_equal(row, codes) for row in seen), (
        "Ask predict for the codes as they are, too: on a copy, change the places from position on."
    )
    assert answer < 1e-9, (
        f"This predict never looks ahead, and yours says {answer:.3f}: compare only the places 0 "
        "to position − 1, and change only those from position on."
    )
    assert any(np.array_equal(row, changed) for row in seen), (
        "From position on, and position itself, each code becomes (code + 1) % size."
    )
    few = np.array([1, 2, 0, 3, 3, 2])
    asked.clear()
    leak(honest, few.copy(), 3)
    assert any(np.array_equal(row, [1, 2, 0, 4, 4, 3]) for some in asked for row in some), (
        "The size is the number of logits for a place, not the largest of these codes + 1: take it "
        "from the shape of what predict returns."
    )
    for predict in (cheat, falls):
        for position in (4, 1):
            altered = np.where(np.arange(8) < position, codes, (codes + 1) % 7)
            differs = np.asarray(predict(altered[None]) - predict(codes[None]))[0]
            right = np.abs(differs[:position]).max()
            answer = _array(leak(predict, codes.copy(), position), (), "one number")
            mistakes = {
                "The leak goes unnoticed: the place right before `position` counts, too.": (
                    np.abs(differs[: position - 1]).max(initial=0)
                ),
                "Take absolute differences before the largest: some fall.": (
                    differs[:position].max()
                ),
                "Take absolute differences before the largest: some rise.": (
                    -differs[:position].min()
                ),
                "That is the mean: return the largest difference.": np.abs(
                    differs[:position]
                ).mean(),
                "The places from position on count, too: only those before should.": np.abs(
                    differs
                ).max(),
            }
            wrong = {why: value for why, value in mistakes.items() if not np.isclose(value, right)}
            refuse(answer, wrong, rtol=1e-6)
            assert np.isclose(answer, right, rtol=1e-4), (
                f"For a predict that peeks, and position {position}, expected {right:.4f}, got "
                f"{answer:.4f}."
            )


class _Layer:
    """A stand-in for a layer that notes what it was called with."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, x, **_):
        self.calls += 1
        return self.function(x)


def residual_block(residual_block):
    x = np.random.default_rng(6).normal(size=(2, 3, 4)).astype("float32")
    functions = [
        lambda x: 0.5 * x + 1,
        lambda x: 2 * x**2,
        lambda x: x - 3,
        lambda x: 0.3 * x**3,
    ]
    layers = [_Layer(function) for function in functions]
    answer = _array(residual_block(tf.constant(x), *layers), x.shape, "as many numbers as x has")
    norm_1, attend, norm_2, feed = functions
    first = x + attend(norm_1(x))
    right = first + feed(norm_2(first))
    after = norm_1(x + attend(x))
    inner = norm_1(x)
    both = norm_2(inner + attend(inner))
    mistakes = {
        "What came in is not added: a block is x + attention(…), then that + feed_forward(…).": (
            feed(norm_2(attend(norm_1(x))))
        ),
        "Only the attention is there: the feed-forward network comes after it.": first,
        "Add what the attention returned before the feed-forward network gets it.": (
            x + attend(norm_1(x)) + feed(norm_2(x))
        ),
        "The second sum adds x again: add what the first sum came to.": x + feed(norm_2(first)),
        "The norms come after the sums: here each comes before its layer.": (
            norm_2(after + feed(after))
        ),
        "What is added is x as it came in, not its norm.": (
            norm_1(x) + attend(norm_1(x)) + feed(norm_2(norm_1(x) + attend(norm_1(x))))
        ),
        "Both sums add a norm: add what had come in before it.": both + feed(both),
        "The second norm is missing.": first + feed(first),
        "The first norm is missing.": (x + attend(x)) + feed(norm_2(x + attend(x))),
        "No norm is used.": (x + attend(x)) + feed(x + attend(x)),
        "First the attention, then the feed-forward network.": (
            (x + feed(norm_2(x))) + attend(norm_1(x + feed(norm_2(x))))
        ),
        "The norms are swapped: norm_1 is for the attention.": (
            (x + attend(norm_2(x))) + feed(norm_1(x + attend(norm_2(x))))
        ),
        "The same norm was used twice: norm_2 is for the feed-forward network.": (
            first + feed(norm_1(first))
        ),
        "The sum around the feed-forward network is missing.": feed(norm_2(first)),
    }
    refuse(answer, mistakes, rtol=1e-4, atol=1e-3)
    assert np.allclose(answer, right, rtol=1e-3, atol=1e-2), (
        "It does not compute y = x + attention(norm_1(x)), then y + feed_forward(norm_2(y))."
    )
    names = ("norm_1", "attention", "norm_2", "feed_forward")
    for name, layer in zip(names, layers, strict=True):
        assert layer.calls == 1, f"{name} was called {layer.calls} times: once is enough."
    try:
        built = residual_block(keras.Input((3, 4)), *[keras.layers.Dense(4) for _ in range(4)])
        assert built.shape == (None, 3, 4), f"it has the shape {built.shape}"
    except Exception as error:
        raise AssertionError(
            "The numbers are right, but Keras could not build a network with it: add by + or by "
            f"keras.ops, not by TensorFlow or numpy. {type(error).__name__}: {str(error)[:200]}"
        ) from None


def _kept(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


def next_probabilities(next_probabilities):
    shares = np.array([0.1, 0.4, 0.05, 0.3, 0.15])
    logits = np.log(shares) + 2.5
    given = logits.copy()

    def ask(**how):
        said = ", ".join(f"{key}={value}" for key, value in how.items()) or "no further argument"
        answer = next_probabilities(given, **how)
        _numpy(answer)
        answer = _array(answer, (5,), "a probability for each character")
        _untouched([given], [logits])
        return answer, said

    answer, _ = ask()
    refuse(answer, {"These are logits: take their softmax.": logits}, atol=1e-6)
    assert np.allclose(answer, shares, atol=1e-5), (
        f"Without arguments expected the softmax, {shares.tolist()}, got "
        f"{answer.round(3).tolist()}."
    )
    answer, _ = ask(temperature=0.5)
    wrong = {
        "Divide the logits by the temperature: this multiplies.": softmax(logits * 0.5),
        "The temperature changes nothing: divide the logits by it.": shares,
        "Divide the logits by the temperature, not the probabilities.": softmax(shares / 0.5),
    }
    refuse(answer, wrong, atol=1e-5)
    for how in ({"top_k": 3}, {"top_k": 1}, {"top_k": 9}, {"top_k": 2, "temperature": 2.0}):
        answer, said = ask(**how)
        k = how["top_k"]
        assert (answer > 0).sum() == min(k, 5), (
            f"{said}: the {min(k, 5)} likeliest should stay; in yours {(answer > 0).sum()} have a "
            "probability above 0."
        )
        assert np.isclose(answer.sum(), 1), f"{said}: divide what stays by its sum."
        assert np.allclose(answer, _kept(logits, **how), atol=1e-5), (
            f"{said}: expected {_kept(logits, **how).round(3).tolist()}, got "
            f"{answer.round(3).tolist()}. The likeliest stay, in their places."
        )
    for p, stay in ((0.6, 2), (0.35, 1), (0.8, 3), (0.97, 5), (1.0, 5), (0.01, 1)):
        answer, said = ask(top_p=p)
        found = (answer > 0).sum()
        assert found != stay - 1, (
            f"{said}: the likeliest that stay should reach {p} together; yours stop one too early"
            " (at least one stays)."
        )
        assert found == stay, f"{said}: {stay} of the five should stay; in yours {found} do."
        assert np.isclose(answer.sum(), 1), f"{said}: divide what stays by its sum."
        assert np.allclose(answer, _kept(logits, top_p=p), atol=1e-5), (
            f"{said}: expected {_kept(logits, top_p=p).round(3).tolist()}, got "
            f"{answer.round(3).tolist()}."
        )
    # the order: 0.4, 0.3, 0.15 of 0.85 are 0.47, 0.35, 0.18
    answer, said = ask(top_k=3, top_p=0.8)
    refuse(
        answer,
        {
            f"{said}: after top_k scale to the sum 1, then top_p chooses.": (
                np.array([0, 0.4, 0, 0.3, 0.15]) / 0.85
            )
        },
        atol=1e-5,
    )
    assert np.allclose(answer, _kept(logits, 1.0, 3, 0.8), atol=1e-5), (
        f"{said}: first top_k, scaled to the sum 1, then top_p of that: expected "
        f"{_kept(logits, 1.0, 3, 0.8).round(3).tolist()}, got {answer.round(3).tolist()}."
    )
    answer, said = ask(temperature=0.4, top_p=0.8)
    assert np.allclose(answer, _kept(logits, 0.4, None, 0.8), atol=1e-5), (
        f"{said}: the temperature comes first, then top_p chooses from its probabilities: expected "
        f"{_kept(logits, 0.4, None, 0.8).round(3).tolist()}, got {answer.round(3).tolist()}."
    )
    answer, said = ask(temperature=0.001)  # the logits become thousands
    assert np.allclose(answer, _kept(logits, 0.001), atol=1e-5), (
        f"{said}: expected all of it for the likeliest, {_kept(logits, 0.001).tolist()}, got "
        f"{answer.round(3).tolist()}."
    )


def _cached(query, key, value, cache, slopes, room):
    keys = np.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]
    values = np.concatenate([cache[1], value[:, None]], axis=1)[:, -room:]
    return _mean(query, keys, values, slopes), (keys, values)


def _mean(query, keys, values, slopes, scale=True, distance=None):
    distance = np.arange(keys.shape[1])[::-1] if distance is None else distance
    scores = np.einsum("hw,hnw->hn", query, keys) / (np.sqrt(query.shape[1]) if scale else 1)
    return np.einsum("hn,hnw->hw", softmax(scores - slopes[:, None] * distance, axis=1), values)


def cached_attention(cached_attention):
    rng = np.random.default_rng(7)
    slopes = np.array([0.5, 0.2], "float32")
    for past, room in ((3, 9), (0, 4), (4, 5), (4, 4), (4, 3), (2, 1)):
        query, key, value = (rng.normal(0, 2, (2, 7)).astype("float32") for _ in range(3))
        cache = tuple(rng.normal(0, 2, (2, past, 7)).astype("float32") for _ in range(2))
        given = [query, key, value, *cache, slopes]
        before = [part.copy() for part in given]
        found = cached_attention(query, key, value, cache, slopes, room)
        _untouched(given, before)
        assert isinstance(found, tuple | list) and len(found) == 2, (
            "Return two things: the answer, and the new cache (keys, values)."
        )
        right, (keys, values) = _cached(query, key, value, cache, slopes, room)
        answer, made = found
        assert isinstance(made, tuple | list) and len(made) == 2, (
            "The new cache is a pair, (keys, values)."
        )
        for part in (answer, *made):
            _numpy(part)
        for new, old, added, expected, name in zip(
            made, cache, (key, value), (keys, values), ("keys", "values"), strict=True
        ):
            kept = min(past + 1, room)
            assert np.shape(new) != (2, past + 1, 7) or kept == past + 1, (
                f"With room for {room}, {past + 1} {name} are too many: keep the last {room}."
            )
            new = _array(new, (2, kept, 7), f"with {past} in the cache and room for {room}, {name}")
            wrong = {
                f"Too many {name}: throw away the oldest, those at the beginning.": (
                    np.concatenate([old, added[:, None]], axis=1)[:, :room]
                ),
                f"The newest of the {name} belongs at the end.": (
                    np.concatenate([added[:, None], old], axis=1)[:, -room:]
                ),
            }
            refuse(new, {} if np.allclose(new, expected) else wrong)
            assert np.allclose(new, expected), (
                f"The {name} of the cache should be those before and the new one at the end."
            )
        answer = _array(answer, (2, 7), "a mean of values for each head")
        pairs = zip(cache, (key, value), strict=True)
        everything = [np.concatenate([old, new[:, None]], axis=1) for old, new in pairs]
        mistakes = {
            "Divide the inner products by the square root of width.": (
                _mean(query, keys, values, slopes, scale=False)
            ),
            "The slopes count for nothing: subtract slope · distance.": (
                _mean(query, keys, values, 0 * slopes)
            ),
            "What is far away counts more in yours: subtract slope · distance, with the distance 0 "
            "for the new character, the last one of the cache.": (
                _mean(query, keys, values, -slopes)
            ),
            "The answer still sees what was thrown away: attend over the new cache.": (
                _mean(query, *everything, slopes)
            ),
        }
        if past:
            mistakes["The new character sees itself, too: append first, then attend."] = _mean(
                query, *cache, slopes
            )
            mistakes["The new character's own distance is 0, not 1."] = _mean(
                query, *cache, slopes, distance=np.arange(past)[::-1] + 1
            )
        wrong = {why: value for why, value in mistakes.items() if not np.allclose(value, right)}
        refuse(answer, wrong, atol=1e-5)
        assert np.allclose(answer, right, atol=1e-4), (
            f"With {past} in the cache and room for {room} the answer is not right: softmax of "
            "query · key / √width − slope · distance over the new cache, times its values."
        )
