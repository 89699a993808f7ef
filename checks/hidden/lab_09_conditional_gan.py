"""Verdicts of lab 09, on fresh inputs; `checks.verdicts` says how they are used."""

import keras
import numpy as np
from scipy.spatial.distance import pdist
from scipy.special import expit

from checks.networks import draw_weights
from checks.verdicts import close, each, numbers

# ── networks: what they compute with weights, drawn anew, that both sides know ───────────────────


def joined(rng):
    asked = []
    for n in (4, 6):
        sizes = rng.choice(np.arange(2, 12), 3, replace=False).tolist()
        inputs = [rng.normal(size=(n, size)).astype("float32") for size in sizes[:2]]
        asked.append([sizes, inputs])
    seed = int(rng.integers(2**32))
    answer, _ = yield {"seed": seed, "asked": asked}
    for got, (sizes, inputs) in each(answer, asked):
        _says(_joined(*sizes), got, inputs, seed)


def _joined(latent_dim: int, conditions: int, size: int) -> keras.Model:
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, use_bias=False)(condition)
    return keras.Model([latent, condition], keras.layers.Concatenate()([latent, embedded]))


def projection(rng):
    asked = []
    for n in (4, 6):
        side, (f, conditions) = int(rng.integers(3, 7)), rng.choice(np.arange(2, 9), 2, False)
        pictures = rng.uniform(-1, 1, (n, side, side, 1)).astype("float32")
        condition = rng.normal(size=(n, conditions)).astype("float32")
        asked.append([[side, int(f), int(conditions)], [pictures, condition]])
    seed = int(rng.integers(2**32))
    answer, _ = yield {"seed": seed, "asked": asked}
    for got, (sizes, inputs) in each(answer, asked):
        _says(_projection(*sizes), got, inputs, seed)


def _projection(side: int, f: int, conditions: int) -> keras.Model:
    pictures, condition = keras.Input((side, side, 1)), keras.Input((conditions,))
    seen = keras.layers.Dense(f, "tanh")(keras.layers.Flatten()(pictures))
    direction = keras.layers.Dense(f, use_bias=False)(condition)
    agrees = keras.ops.sum(seen * direction, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + agrees)


def _says(network, got: dict, inputs: list, seed: int) -> None:
    """Raise unless the probe would say the same of this network."""
    weights = draw_weights(network, seed)
    takes = [[None, *part.shape[1:]] for part in inputs]
    assert got["takes"] in (None, takes), "a class of one's own may not know, others must"
    assert got["kinds"] == [[weight.name, *weight.shape, weight.trainable] for weight in weights]
    right = np.asarray(network(inputs))
    for mode in ("said", "in_training"):
        close(numbers(got[mode], right.shape), right, 1e-3, 1e-3)


# ── a step ───────────────────────────────────────────────────────────────────────────────────────


def conditional_losses(rng):
    cases = []
    for n in rng.choice(np.arange(3, 9), 2, replace=False):
        pixels, c, latent_dim = rng.choice(np.arange(2, 7), 3, replace=False)
        shapes = {"real": (n, pixels), "condition": (n, c), "latent": (n, latent_dim)}
        case = {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}
        for name, sizes in (
            ("painting", [(latent_dim, pixels), (c, pixels)]),
            ("judging", [(pixels, 1), (pixels, c)]),
        ):
            case[name] = [(0.5 * rng.normal(size=size)).astype("float32") for size in sizes]
        cases.append(case)
    answer, _ = yield {"cases": cases}
    for got, case in each(answer, cases):
        real, wish, latent = case["real"], case["condition"], case["latent"]
        drawn = latent @ case["painting"][0] + wish @ case["painting"][1]
        s, t = (_logits(pictures, wish, *case["judging"]) for pictures in (real, drawn))
        right = [np.logaddexp(0, -t).mean(), (np.logaddexp(0, -s) + np.logaddexp(0, t)).mean()]
        close([*map(numbers, got["losses"])], right)
        n = len(real)
        pull = -expit(-t) / n * (case["judging"][0].T + wish @ case["judging"][1].T)
        of_generator = [latent.T @ pull, wish.T @ pull]
        of_real, of_drawn = -expit(-s) / n, expit(t) / n
        of_discriminator = [
            real.T @ of_real + drawn.T @ of_drawn,
            real.T @ (of_real * wish) + drawn.T @ (of_drawn * wish),
        ]
        close(got["gradients"], [of_generator, of_discriminator])
        _pairs(got["calls"], real, wish, latent, drawn)


def _logits(pictures, wish, straight, crossed):
    return pictures @ straight + ((pictures @ crossed) * wish).sum(axis=-1, keepdims=True)


def _pairs(calls, real, wish, latent, drawn) -> None:
    """Raise unless one painting was asked for, and each picture judged beside its condition."""
    assert isinstance(calls, list)
    assert [call[0] for call in calls].count("generator") == 1
    for name, first, second, training in calls:
        assert training is True, "a training step"
        close(second, wish)
        if name == "generator":
            close(first, latent)
    judged = [numbers(call[1]) for call in calls if call[0] == "discriminator"]
    # Real and drawn pictures in two calls, in either order, or in more of them.
    for pictures in (real, drawn):
        assert any(np.allclose(one, pictures, 1e-3, 1e-4) for one in judged)


# ── measures ─────────────────────────────────────────────────────────────────────────────────────


def agreement(rng):
    cases = []
    for _ in range(4):
        some = rng.choice(10, int(rng.integers(2, 6)), replace=False)
        asked = np.append(some, rng.choice(some, int(rng.integers(15, 40))))
        named = np.where(rng.random(len(asked)) < 0.6, asked, rng.integers(0, 11, len(asked)))
        named[0], rows = 10, np.arange(len(asked))
        probabilities = rng.uniform(0, 0.1, (len(asked), 11))
        probabilities[rows, asked] = rng.uniform(0.11, 0.2, len(asked))  # the second likeliest
        probabilities[rows, named] = rng.uniform(0.21, 2, len(asked))
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        cases.append([asked, probabilities])
    answer, _ = yield {"cases": cases}
    for got, (asked, probabilities) in each(answer, cases):
        right = probabilities.argmax(axis=1) == asked
        worst = min(right[asked == digit].mean() for digit in np.unique(asked))
        close(numbers(got, (2,)), np.array([right.mean(), worst]))


def diversity_within(rng):
    cases = []
    for shape in ((int(rng.integers(2, 9)),), tuple(rng.integers(2, 5, 3).tolist())):
        kinds = rng.choice(10, int(rng.integers(2, 5)), replace=False)
        others = np.setdiff1d(np.arange(10), kinds)[:2]  # real ones that nobody asked for
        asked = rng.permutation(np.repeat(kinds, rng.integers(2, 6, len(kinds))))
        shown = np.append(kinds, others)
        shown = rng.permutation(np.repeat(shown, rng.integers(2, 7, len(shown))))
        scale, place = rng.uniform(0.2, 2, 10), rng.normal(0, 3, 10)
        images, real = (rng.normal(size=(len(labels), *shape)) for labels in (asked, shown))
        wide = (-1, *[1] * len(shape))
        images = images * scale[asked].reshape(wide) + place[asked].reshape(wide)
        cases.append([images, asked, real, shown])
    # One image again and again.
    images, asked, real, shown = cases[0]
    firsts = np.array([np.argmax(asked == kind) for kind in asked])
    cases.append([images[firsts], asked, real, shown])
    answer, _ = yield {"cases": cases}
    for got, case in each(answer, cases):
        images, asked, real, shown = case
        ratios = [
            _spread(images[asked == kind]) / _spread(real[shown == kind])
            for kind in np.unique(asked)
        ]
        close(numbers(got["diversity"], ()), np.mean(ratios))
        close(got["given"], case)


def _spread(images: np.ndarray) -> float:
    return pdist(images.reshape(len(images), -1)).mean()


def attribute_agreement(rng):
    cases = []
    for _ in range(3):
        n, a = int(rng.integers(12, 30)), int(rng.integers(2, 6))
        middle = rng.normal(0, 4, a)
        asked, read = middle + rng.normal(0.3, 1, (2, n, a)) * rng.uniform(0.5, 5, a)
        asked[0], read[1] = middle, middle  # the middle itself is of the lower half
        cases.append([asked, read, middle])
    answer, _ = yield {"cases": cases}
    for got, (asked, read, middle) in each(answer, cases):
        right = ((asked > middle) == (read > middle)).mean(axis=0)
        close(numbers(got, right.shape), right)


def sweep(rng):
    cases = []
    for k in rng.choice(np.arange(2, 12), 3, replace=False):
        sizes = rng.choice(np.arange(2, 9), 2, replace=False)
        latent, condition = (rng.normal(size=size).astype("float32") for size in sizes)
        which, values = int(rng.integers(sizes[1])), rng.normal(0, 3, k)
        cases.append([latent, condition, which, values.tolist()])
    answer, _ = yield {"cases": cases}
    for got, (latent, condition, which, values) in each(answer, cases):
        assert isinstance(got["rows"], list) and len(got["rows"]) == 2
        wanted = np.tile(condition, (len(values), 1))
        wanted[:, which] = values
        close(got["rows"], [np.tile(latent, (len(values), 1)), wanted])
        close(got["given"], [latent, condition])
