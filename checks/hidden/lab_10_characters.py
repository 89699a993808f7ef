"""Verdicts of lab 10, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np

from checks.verdicts import close, each, numbers


def _sizes(rng, many: int, least: int = 2) -> list[int]:
    """Different sizes, so that no axis is taken for another."""
    return (least + rng.permutation(many + 2)[:many]).tolist()


def _shares(logits: np.ndarray) -> np.ndarray:
    """The softmax over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


# ── what is measured, and tables ─────────────────────────────────────────────────────────────────


def bits_per_character(rng):
    cases = []
    for shape, scale in ((_sizes(rng, 2, 4), 2), (_sizes(rng, 3), 2), (_sizes(rng, 2, 4), 1000)):
        logits = rng.normal(0, scale, shape)
        targets = rng.integers(shape[-1], size=shape[:-1])
        targets.flat[0] = logits.reshape(-1, shape[-1])[0].argmin()  # a surprise
        cases.append([logits, targets])
    answer, _ = yield {"cases": cases}
    for got, (logits, targets) in each(answer, cases):
        rows, came = logits.reshape(-1, logits.shape[-1]), targets.ravel()
        prices = np.logaddexp2.reduce(rows / np.log(2), axis=1)
        prices -= rows[np.arange(len(rows)), came] / np.log(2)
        close(numbers(got["bits"], ()), prices.mean())
        close(got["given"], [logits, targets])


def kneser_ney(rng):
    cases = []
    for n, size in (_sizes(rng, 2, 6), _sizes(rng, 2, 6)):
        counts = rng.choice([0, 0, 1, 2, 3, 4, 9], (n, size))
        counts[0, :5] = [0, 3, 2, 1, 7]
        counts[1:3] = 0
        counts[2, rng.integers(size)] = rng.integers(1, 3)
        order = [0, *1 + rng.permutation(n - 1)]
        lower = rng.dirichlet(np.ones(size), n)
        discounts = [rng.uniform(*ends) for ends in ((0.2, 0.8), (1.1, 1.5), (1.7, 2.6))]
        cases.append([counts[order], lower, discounts])
    answer, _ = yield {"cases": cases}
    for got, (counts, lower, discounts) in each(answer, cases):
        right = []
        for row, shorter in zip(counts, lower, strict=True):
            off = [discounts[min(count, 3) - 1] if count else 0 for count in row]
            shared = row - off + np.sum(off) * shorter
            right.append(shared / row.sum() if row.any() else shorter)
        close(got["probabilities"], np.array(right))
        close(got["given"], [counts, lower])


# ── networks' parts ──────────────────────────────────────────────────────────────────────────────


def causal_convolution(rng):
    cases = []
    for reach, length in (
        (int(rng.integers(2, 5)), int(rng.integers(6, 10))),
        (int(rng.integers(5, 8)), int(rng.integers(2, 4))),
        (1, int(rng.integers(3, 6))),
    ):
        n, width, filters = _sizes(rng, 3)
        shapes = ((n, length, filters), (n, length, width), (reach, width, filters))
        cases.append([rng.normal(size=shape).astype("float32") for shape in shapes])
    answer, _ = yield {"cases": cases}
    for got, (pull, x, kernel) in each(answer, cases):
        said, for_x, for_kernel = np.zeros_like(pull), np.zeros_like(x), np.zeros_like(kernel)
        for place in range(x.shape[1]):
            for back in range(min(len(kernel), place + 1)):
                matrix, seen = kernel[-1 - back], x[:, place - back]
                said[:, place] += seen @ matrix
                for_x[:, place - back] += pull[:, place] @ matrix.T
                for_kernel[-1 - back] += seen.T @ pull[:, place]
        close([got["said"], got["inside"]], [said, said], 1e-3, 1e-3)
        close([*map(numbers, got["gradients"])], [for_x, for_kernel], 1e-3, 1e-3)


def causal_attention(rng):
    cases = []
    for far in (0, 200):  # from 0, in the second case, are all scores
        n, heads, length, width, depth = _sizes(rng, 5, 3)
        queries, keys = rng.normal(0, 1.5, (2, n, heads, length, width))
        queries[..., 0], keys[..., 0] = -far, np.sqrt(width) + rng.normal(0, 0.01, keys.shape[:-1])
        values, pull = rng.normal(size=(2, n, heads, length, depth))
        slopes = rng.permutation(np.linspace(0.2, 1, heads))
        case = [pull, queries, keys, values, slopes]
        cases.append([part.astype("float32") for part in case])
    answer, _ = yield {"cases": cases}
    for got, (pull, queries, keys, values, slopes) in each(answer, cases):
        root = np.sqrt(queries.shape[-1])
        back = np.subtract.outer(*[np.arange(queries.shape[2])] * 2)
        scores = np.einsum("nhiw,nhjw->nhij", queries, keys) / root
        scores = np.where(back < 0, -np.inf, scores - slopes.reshape(-1, 1, 1) * back)
        weights = _shares(scores)
        close([got["said"], got["inside"]], [weights @ values] * 2, 1e-3, 1e-3)
        for_weights = np.einsum("nhid,nhjd->nhij", pull, values)
        mean = (weights * for_weights).sum(axis=-1, keepdims=True)
        for_scores = weights * (for_weights - mean)
        gradients = [
            for_scores @ keys / root,
            np.einsum("nhij,nhiw->nhjw", for_scores, queries) / root,
            np.einsum("nhij,nhid->nhjd", weights, pull),
            -(for_scores * back).sum(axis=(0, 2, 3)),
        ]
        close([*map(numbers, got["gradients"])], gradients, 1e-3, 5e-3)


def leak(rng):
    kinds = ["honest", "one ahead", "one ahead", "two ahead", "two ahead"]
    cases = [_peeking(rng, kind, last) for last, kind in enumerate(kinds)]
    answer, _ = yield {"cases": cases}
    for got, (behind, ahead, codes, position) in each(answer, cases):
        size = behind.shape[-1]
        changed = np.where(np.arange(len(codes)) < position, codes, (codes + 1) % size)
        moved = _moved(ahead, codes, changed)
        right = np.abs(moved[:position]).max()
        close(numbers(got["leak"], ()), right, 1e-3, 1e-9)
        close(got["codes"], codes)


def _peeking(rng, kind: str, which: int) -> list:
    """Tables of a predict, codes and a position: what leaks most is the last place before it.

    That falls or rises in turn. Every other case has no code size − 1; the others change one.
    """
    size, length = int(rng.integers(4, 9)), int(rng.integers(7, 12))
    position = 1 if which == 2 else int(rng.integers(3, length - 2))
    highest = size - 1 - which % 2
    codes = rng.integers(highest + 1, size=length)
    codes[position : position + 2] = highest
    changed = np.where(np.arange(length) < position, codes, (codes + 1) % size)
    behind = rng.normal(0, 9, (3, size, size))
    if kind == "honest":
        return [behind, np.zeros((0, size, size)), codes, position]
    while True:
        ahead = rng.normal(size=(1 if kind == "one ahead" else 2, size, size))
        moved = _moved(ahead, codes, changed)
        most, last = np.abs(moved[: position - 1]).max(initial=0), moved[position - 1]
        if np.abs(last).max() > 1.2 * most:
            break
    ahead *= (-1) ** which * np.sign(last[np.abs(last).argmax()])
    return [behind, ahead, codes, position]


def _moved(ahead, codes, changed) -> np.ndarray:
    """How far each logit moves by what is ahead of it, shape (length, size)."""
    moved = np.zeros((len(codes), ahead.shape[-1]))
    for d, table in enumerate(ahead, 1):
        moved[:-d] += table[changed[d:]] - table[codes[d:]]
    return moved


def residual_block(rng):
    cases = []
    for before in (_sizes(rng, 1), _sizes(rng, 2)):
        width = int(rng.integers(4, 8))
        x, matrices = rng.normal(size=(*before, width)), rng.normal(0, 0.6, (4, width, width))
        cases.append([part.astype("float32") for part in (x, *matrices)])
    answer, _ = yield {"cases": cases}
    for got, (x, *matrices) in each(answer, cases):
        for first in (0, 2):  # a norm, and the layer that it is for
            part = x
            for which in (first, first + 1):
                part = np.tanh(part @ matrices[which]) + 0.1 * which
            x = x + part
        close(got["said"], x, 1e-3, 1e-3)
        close([got["calls"], got["built"]], [[1, 1, 1, 1], list(x.shape[1:])])


# ── text, character by character ─────────────────────────────────────────────────────────────────


def next_probabilities(rng):
    cases = []
    for _ in range(2):
        cases += _choices(rng)
    answer, _ = yield {"cases": cases}
    for got, (logits, how) in each(answer, cases):
        right = _chosen(logits, **how)
        said = numbers(got["probabilities"], right.shape)
        assert np.all(said[right == 0] < 1e-99), "whatever does not stay"
        close(said, right, 1e-3, 1e-7)
        close(got["logits"], logits)


def _choices(rng) -> list[list]:
    """Logits, and settings that part those who mistake one step or swap two."""
    size = int(rng.integers(6, 11))
    # From one to the next likeliest between 0.3 and 0.8; all so far from 0 that a tiny temperature
    # makes exponentials overflow, or all of them 0.
    logits = np.cumsum(-rng.uniform(0.3, 0.8, size)) + rng.choice((-1, 1)) * rng.uniform(3, 6)
    shares = _shares(logits)
    sums, k = np.cumsum(shares), int(rng.integers(3, size - 1))
    # A sum of the k likeliest, scaled, that m of them reach, and unscaled only m + 1.
    m = int(rng.integers(2, k))
    of_k = sums[:k] / sums[k - 1]
    both = _between(rng, max(of_k[m - 2], sums[m - 1]), of_k[m - 1])
    # A sum that another number of characters reach at another temperature.
    t, stay = float(rng.uniform(0.3, 0.6)), int(rng.integers(2, 4))
    colder = np.cumsum(_shares(logits / t))
    cold = _between(rng, max(colder[stay - 2], sums[stay - 1]), colder[stay - 1])
    alone = _between(rng, sums[stay - 2], sums[stay - 1])
    order = rng.permutation(size)
    return [
        [logits[order], how]
        for how in (
            {},
            {"temperature": t},
            {"temperature": 1 / t},
            {"temperature": 1e-3 * t},
            {"top_k": k},
            {"top_k": 1},
            {"top_k": size + int(rng.integers(3))},
            {"top_p": alone},
            {"top_p": shares[0] * float(rng.uniform(0.1, 0.9))},
            {"top_k": k, "top_p": both},
            {"temperature": t, "top_p": cold},
            {"temperature": 1 / t, "top_k": k},
        )
    ]


def _between(rng, low: float, high: float) -> float:
    return float(low + (high - low) * rng.uniform(0.3, 0.7))


def _chosen(logits, temperature=1.0, top_k=None, top_p=None) -> np.ndarray:
    shares = _shares(logits / temperature)
    likeliest = np.sort(shares)[::-1][:top_k]
    if top_p is not None:
        reached = np.cumsum(likeliest) / likeliest.sum()
        likeliest = likeliest[: 1 + int((reached < top_p).sum())]
    return np.where(shares >= likeliest[-1], shares, 0) / likeliest.sum()


def cached_attention(rng):
    cases = []
    few, some = (int(rng.integers(*ends)) for ends in ((2, 4), (4, 8)))
    # Nothing before; room left; just enough of it; one too many; many too many; room for one.
    for past, room in (
        (0, some),
        (few, some),
        (some - 1, some),
        (some, some),
        (some + few, some),
        (few, 1),
    ):
        heads, width = (int(size) for size in 2 + rng.permutation(7)[:2])
        query, key, value = rng.normal(0, 1.5, (3, heads, width))
        old = rng.normal(0, 1.5, (2, heads, past, width))
        slopes = rng.permutation(np.linspace(0.2, 1, heads))
        case = [part.astype("float32") for part in (query, key, value, old, slopes)]
        cases.append([*case[:3], list(case[3]), case[4], room])
    answer, _ = yield {"cases": cases}
    for got, (query, key, value, old, slopes, room) in each(answer, cases):
        cache = []
        for before, new in zip(old, (key, value), strict=True):
            both = np.dstack([before.swapaxes(1, 2), new]).swapaxes(1, 2)
            cache.append(both[:, max(0, both.shape[1] - room) :])
        close([*map(numbers, got["cache"])], cache)
        scores = np.array([keys @ q for keys, q in zip(cache[0], query, strict=True)])
        back = np.arange(scores.shape[1] - 1, -1, -1)
        weights = _shares(scores / np.sqrt(query.shape[1]) - np.outer(slopes, back))
        close(numbers(got["answer"], query.shape), np.einsum("hn,hnw->hw", weights, cache[1]))
        close(got["given"], [query, key, value, old, slopes])
