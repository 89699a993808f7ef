"""Verdicts of lab 01, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy import stats

from checks.verdicts import close, numbers


def ngram_sequences(rng):
    texts = [rng.integers(2, 2000, n).tolist() for n in rng.permutation([1, 1, 2, 2, 5, 8, 11])]
    answer, _ = yield {"texts": texts}
    prefixes = [text[:end] for text in texts for end in range(2, len(text) + 1)]
    close(answer, prefixes, rtol=0, atol=0)


# The weights are the grader's, so the outputs tell of all layers; those of other sizes are refused.
def build_model(rng):
    size, length, short = int(rng.integers(102, 140)), 6, int(rng.integers(2, 5))
    tokens = rng.integers(1, size, (64, length))
    tokens[:32, short:] = 0
    shapes = [(size, 10), (10, 400), (100, 400), (400,), (100, size), (size,)]
    scales = [1, 0.3, 0.1, 0.5, 0.5, 0.5]
    pairs = zip(scales, shapes, strict=True)
    weights = [(scale * rng.normal(size=shape)).astype("float32") for scale, shape in pairs]
    # The same, but the logits of the first 100 words are the LSTM's numbers, all others are 0.
    showing = [*weights[:4], np.eye(100, size, dtype="float32"), np.zeros(size, "float32")]
    answer, expected = yield {
        "size": size,
        "tokens": tokens,
        "short": short,
        "weights": weights,
        "showing": showing,
    }
    for name in ("padded", "short", "quiet"):
        close(answer[name], expected[name])
    close(numbers(answer["short"])[:32], numbers(answer["padded"])[:32])
    outputs, seen = (
        np.log(p[:, :100] / p[:, 100:101])
        for p in (numbers(answer[name], (64, size)) for name in ("quiet", "training"))
    )
    large = np.abs(outputs) > 0.02  # what tells apart dropped numbers from others
    outputs, seen = outputs[large], seen[large]
    dropped = np.abs(seen) < 0.01
    assert np.allclose(seen, np.where(dropped, 0, outputs / 0.9), atol=2e-3), "dropout, elsewhere"
    # Errs below 1e-8.
    assert stats.binomtest(int(dropped.sum()), len(seen), 0.1).pvalue > 1e-8, "dropout of 0.1"


def headline_loss(rng):
    length, size = int(rng.integers(7, 10)), int(rng.integers(7, 12))
    tokens = np.zeros((3, length + 1), "int32")
    for row, n in zip(tokens, rng.choice(np.arange(2, length), 3, replace=False), strict=True):
        row[: n + 2] = [2, *rng.integers(4, size, n), 3]
        row[rng.integers(1, n + 1)] = 1
    scores = rng.normal(size=(3, length, size))
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    answer, _ = yield {"tokens": tokens, "probabilities": probabilities.astype("float32")}
    targets, scored = tokens[:, 1:, None], tokens[:, 1:] > 1
    chosen = np.take_along_axis(probabilities, targets, axis=-1)[..., 0]
    loss = -np.log(chosen[scored]).mean()
    for name in ("whole", "floats", "compiled"):
        close(answer[name], loss, rtol=1e-4)
    gradient = np.zeros(probabilities.shape)
    np.put_along_axis(gradient, targets, (-1 * scored / chosen / scored.sum())[..., None], axis=-1)
    # Probabilities sum to 1, and a formula may divide by their sum: ask along such ones alone.
    found = numbers(answer["gradient"], probabilities.shape)
    close(*(g - g.mean(axis=-1, keepdims=True) for g in (found, gradient)), atol=1e-4)
    assert np.isfinite(numbers(answer["impossible"], ()))


# Each row of the table holds the same probabilities, those of the ranks, in another order. So the
# ranks of drawn words are independent draws, whatever came before them.
def generate(rng):
    ratio = rng.uniform(0.55, 0.7)
    of_rank = np.array([0, *ratio ** np.arange(7)])
    of_rank /= of_rank.sum()
    ranks = rng.permuted(np.tile(np.arange(8), (11, 1)), axis=1)
    start, end = (int(token) for token in rng.choice(8, 2, replace=False))
    given = {
        "table": of_rank[ranks],
        "greedy": _greedy_cases(rng, of_rank[ranks]),
        "start": start,
        "end": end,
        "never": int(rng.integers(8, 30)),
        "temperatures": [1.0, float(rng.uniform(0.4, 0.7)), float(rng.uniform(1.6, 2.5))],
        "seed": int(rng.integers(2**31)),
    }
    answer, _ = yield given
    for got, one in zip(answer["greedy"], given["greedy"], strict=True):
        limit = one["options"].get("limit", 20)
        close(got, _greedy(one["prompt"], given["table"], one["end"], limit), rtol=0, atol=0)
    close(answer["prompts"], [one["prompt"] for one in given["greedy"]], rtol=0, atol=0)
    close(answer["table"], given["table"])
    for texts, temperature in zip(answer["drawn"], given["temperatures"], strict=True):
        texts = numbers(texts, (20, 101))
        assert np.all((texts >= 0) & (texts < 8)) and np.all(texts[:, 0] == start)
        assert np.any(texts[0] != texts[1]), "the rng goes on"
        counts = np.bincount(np.ravel([_ranks_of(text, ranks) for text in texts]), minlength=8)
        weights = of_rank ** (1 / temperature)
        for count, share in zip(counts, weights / weights.sum(), strict=True):  # errs below 1e-6
            assert stats.binomtest(int(count), 2000, share).pvalue > 1e-8
    close(answer["again"], answer["drawn"][0][:2], rtol=0, atol=0)
    assert np.any(numbers(answer["other"], (2, 101)) != numbers(answer["again"])), "another seed"
    assert len(answer["ending"]) == 20
    for text in answer["ending"]:
        text = numbers(text, (len(text),))
        assert np.all((text >= 0) & (text < 8)) and text[0] == start
        assert len(text) <= 20 and end not in text[:-1] and (text[-1] == end or len(text) == 20)
        assert np.all(_ranks_of(text, ranks) > 0)


def _row(so_far, table) -> np.ndarray:
    """As the probe's stand-in for a model."""
    return table[int(np.arange(1, len(so_far) + 1) @ np.asarray(so_far)) % len(table)]


def _ranks_of(text, ranks) -> np.ndarray:
    return np.array([_row(text[:i], ranks)[text[i]] for i in range(1, len(text))])


def _greedy(prompt, table, end, limit) -> list[int]:
    text = list(prompt)
    while len(text) < limit and text[-1] != end:
        text.append(int(np.argmax(_row(text, table))))
    return text


def _greedy_cases(rng, table) -> list[dict]:
    """Prompts that end at the limit of 20, at another one, at once, and at a token."""
    never = int(rng.integers(8, 30))
    prompts = [rng.integers(0, 8, n).tolist() for n in rng.integers(1, 5, 3)]
    limits = [None, int(rng.integers(6, 18)), len(prompts[2])]
    cases = [
        {"prompt": prompt, "end": never, "options": {} if limit is None else {"limit": limit}}
        for prompt, limit in zip(prompts, limits, strict=True)
    ]
    while len(cases) < 6:
        prompt = rng.integers(0, 8, 2).tolist()
        made = _greedy(prompt, table, never, 20)
        late = [token for token in set(made) - {3} if 4 <= made.index(token) < 18]
        if late:
            cases.append({"prompt": prompt, "end": int(rng.choice(late)), "options": {}})
    return cases


def perplexity(rng):
    probabilities = [rng.uniform(0.01, 1, n) for n in rng.integers(2, 60, 3)]
    answer, _ = yield {"probabilities": probabilities}
    close(answer, [float(np.exp(-np.log(p).mean())) for p in probabilities], rtol=1e-4)


def bigram_table(rng):
    size = int(rng.integers(7, 13))
    counts = rng.poisson(0.8, (size, size)).astype("float32")
    counts[rng.choice(size, 2, replace=False)] = 0
    fallback = rng.dirichlet(np.ones(size)).astype("float32")
    discounts = [float(discount) for discount in rng.uniform([0.1, 0.6], [0.5, 0.95])]
    answer, _ = yield {"counts": counts, "fallback": fallback, "discounts": discounts}
    total, kinds = counts.sum(axis=1), (counts > 0).sum(axis=1)
    right = np.array([[fallback] * size] * 2, float)
    for table, discount in zip(right, discounts, strict=True):
        for v in np.flatnonzero(total):
            kept = np.maximum(counts[v] - discount, 0) / total[v]
            table[v] = kept + discount * kinds[v] / total[v] * fallback
    close(answer["tables"], list(right))
    close(answer["counts"], counts)


# The best weight of each pair is next to a tenth, so that coarse trials find it, too.
def best_weight(rng):
    wanted = [0, 10, *rng.integers(1, 10, 7)]
    pairs = [_with_best_weight(rng, tenths) for tenths in rng.permutation(wanted)]
    answer, _ = yield {"pairs": pairs}
    best = [_grid()[np.argmax(_mean_logarithms(*pair))] for pair in pairs]
    got = numbers(answer, (len(pairs),))
    assert np.all((got >= 0) & (got <= 1)) and np.all(np.abs(got - best) < 0.055)


def _grid() -> np.ndarray:
    return np.linspace(0, 1, 101)


def _mean_logarithms(network, table) -> np.ndarray:
    """Of the mixtures with the weights of the grid."""
    weights = _grid()[:, None]
    return np.log(weights * network + (1 - weights) * table).mean(axis=1)


def _with_best_weight(rng, tenths: int) -> list[np.ndarray]:
    """Probabilities of a network and of a table, where the network's best weight is tenths / 10."""
    while True:
        first = rng.random(100) < rng.uniform(-0.3, 1.3)  # where the network is better
        low, surer = (
            rng.uniform(0.02, 0.1, 100),
            rng.uniform(1, rng.uniform(2, 10, (2, 1)), (2, 100)),
        )
        pair = [low * np.where(first, surer[0], 1), low * np.where(first, 1, surer[1])]
        if np.argmax(_mean_logarithms(*pair)) == 10 * tenths:
            return pair


def copied_share(rng):
    tokens = np.arange(2, 40)
    training = [rng.choice(tokens, n).tolist() for n in rng.integers(3, 12, 12)]
    answer, expected = yield {
        "made": [_nearly_copied(rng, training) for _ in range(25)],
        "training": training,
        "n": [2, 3, int(rng.integers(5, 7))],
    }
    close(answer, expected, rtol=1e-5)


def _nearly_copied(rng, training) -> list[int]:
    """A text of the training part, whole, joined to another, turned round or with other words."""
    place = int(rng.integers(1, len(training)))
    text = list(training[place])
    kind = rng.integers(7)
    if kind == 0:
        text = training[place - 1] + text
    elif kind == 1:
        text.reverse()
    elif kind == 2:
        text.insert(int(rng.integers(len(text))), 1)
    elif kind in (3, 4):
        text[int(rng.integers(len(text)))] = int(rng.choice([1, 60]))
    elif kind == 5:
        text = text[int(rng.integers(len(text))) :]
    return text
