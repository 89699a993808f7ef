"""Verdicts of lab 07, on fresh inputs; `checks.verdicts` says how they are used."""

import keras
import numpy as np
from scipy.special import expit
from scipy.stats import binom

from checks.networks import draw_weights
from checks.verdicts import close, each, numbers


def class_distance(rng):
    cases = []
    for kind in ("int64", "uint8", "int64", "uint8"):
        some = [rng.choice(10, int(rng.integers(3, 10)), replace=False) for _ in range(2)]
        sizes = rng.choice(np.arange(15, 40), 2, replace=False)
        cases.append([rng.choice(d, n).astype(kind) for d, n in zip(some, sizes, strict=True)])
    low, high = (rng.integers(*ends, 12) for ends in ((0, 6), (4, 10)))
    split = rng.permutation(10)
    cases += [[low, np.append(high, 9)], [np.append(high, 9), low], [low, np.tile(low, 3)]]
    cases += [[rng.choice(split[:4], 9), rng.choice(split[4:], 14)]]
    answer, _ = yield {"cases": cases}
    for got, both in each(answer, cases):
        s, t = (np.bincount(digits, minlength=10) / len(digits) for digits in both)
        close(numbers(got, ()), np.abs(s - t).sum() / 2)


# ── networks: what they compute with weights, drawn anew, that both sides know ───────────────────


def dense_networks(rng):
    asked = []
    for count in (3, int(rng.choice((1, 2, 4)))):
        widths = rng.choice(np.arange(2, 12), count, replace=False).tolist()
        latent_dim = int(rng.integers(3, 12))
        latent = rng.normal(size=(4, latent_dim)).astype("float32")
        asked.append([[widths, latent_dim, 0.0], latent, _pictures(rng, 3)])
    rate = float(rng.choice([rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.7)]))
    picture, copies = _pictures(rng, 1), 4000
    dropping = _discriminator([1, 1, 1], 0.0)
    while True:  # until its four outputs are told from each other
        seed = int(rng.integers(2**32))
        draw_weights(dropping, seed)
        outputs = _dropped(dropping.get_weights(), picture, rate)
        if np.diff(np.sort(outputs)).min() > 0.05:
            break
    answer, _ = yield {
        "seed": seed,
        "asked": asked,
        "dropping": [[1, 1, 1], 2, rate],
        "picture": picture,
        "copies": copies,
    }
    assert isinstance(answer["computed"], list) and len(answer["computed"]) == len(asked)
    for got, ((widths, latent_dim, _), latent, pictures) in zip(
        answer["computed"], asked, strict=True
    ):
        made = _dense_generator(widths, latent_dim), _discriminator(widths, 0.0)
        assert isinstance(got, list) and len(got) == 2
        for one, network, inputs in zip(got, made, (latent, pictures), strict=True):
            assert _says(network, one, inputs, seed), "another function than that of the task"
    close(answer["usual"], np.asarray(dropping(picture, training=False)), 1e-3, 1e-3)
    # Three hidden units in a row: which of them is dropped last decides the output.
    logits = numbers(answer["dropped"], (copies, 1))
    near = np.abs(logits - outputs) < 1e-3 + 1e-3 * np.abs(outputs)
    assert np.all(near.sum(axis=1) == 1), "no output of three dropouts of this rate"
    shares = rate * (1 - rate) ** np.arange(3)
    for count, share in zip(near.sum(axis=0), [*shares, (1 - rate) ** 3], strict=True):
        assert binom.cdf(count, copies, share) > 1e-8 and binom.sf(count - 1, copies, share) > 1e-8


def _dropped(weights: list, picture: np.ndarray, rate: float) -> np.ndarray:
    """Logits where the last of three hidden units is dropped, else the middle, the first, none."""
    found = []
    for last_dropped in (2, 1, 0, None):
        x = picture.reshape(1, -1)
        for number in range(3):
            x = x @ weights[2 * number] + weights[2 * number + 1]
            x = np.where(x > 0, x, 0.2 * x) / (1 - rate)
            x = 0 * x if number == last_dropped else x
        found.append((x @ weights[6] + weights[7]).item())
    return np.array(found)


def _pictures(rng, n: int) -> np.ndarray:
    return rng.uniform(-1, 1, (n, 28, 28, 1)).astype("float32")


def _dense_generator(widths: list, latent_dim: int) -> keras.Model:
    layers = [keras.Input((latent_dim,))]
    for units in widths:
        layers += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    return keras.Sequential(
        [*layers, keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    )


def _discriminator(widths: list, dropout: float) -> keras.Model:
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten()]
    for units in widths[::-1]:
        layers += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        layers.append(keras.layers.Dropout(dropout))
    return keras.Sequential([*layers, keras.layers.Dense(1)])


def _says(network, got: dict, inputs: np.ndarray, seed: int) -> bool:
    """Whether the probe would say the same of this network."""
    weights = draw_weights(network, seed)
    right = {
        "said": np.asarray(network(inputs, training=False)),
        "in_training": np.asarray(network(inputs, training=True)),
        "weights": [np.asarray(weight) for weight in weights],
    }
    if got["takes"] not in (None, [None, *inputs.shape[1:]]):  # a class of one's own may not know
        return False
    if got["kinds"] != [[weight.name, *weight.shape] for weight in weights]:
        return False
    try:
        close({name: got[name] for name in right}, right, 1e-3, 1e-3)
    except AssertionError:
        return False
    return True


def dcgan_generator(rng):
    seed, asked = int(rng.integers(2**32)), []
    for width in rng.choice((4, 8, 12, 16), 2, replace=False).tolist():
        latent_dim = int(rng.integers(3, 12))
        latent = rng.normal(size=(8, latent_dim)).astype("float32")
        asked.append([[latent_dim, width], latent])
    answer, _ = yield {"seed": seed, "asked": asked}
    for got, (arguments, latent) in each(answer, asked):
        # With or without biases that a normalization takes away again.
        with_bias, without = (_dcgan_generator(*arguments, use_bias) for use_bias in (True, False))
        said = _says(with_bias, got, latent, seed) or _says(without, got, latent, seed)
        assert said, "another function than that of the table"


def _dcgan_generator(latent_dim: int, width: int, use_bias: bool) -> keras.Model:
    kinds = keras.layers
    layers = [keras.Input((latent_dim,)), kinds.Dense(7 * 7 * width, use_bias=use_bias)]
    layers += [kinds.BatchNormalization(momentum=0.8), kinds.ReLU(), kinds.Reshape((7, 7, width))]
    for channels in (width // 2, width // 4):
        layers.append(kinds.Conv2DTranspose(channels, 4, 2, padding="same", use_bias=use_bias))
        layers += [kinds.BatchNormalization(momentum=0.8), kinds.ReLU()]
    return keras.Sequential([*layers, kinds.Conv2D(1, 3, padding="same", activation="tanh")])


# ── losses, an alarm, an experiment ──────────────────────────────────────────────────────────────


def smoothed_loss(rng):
    near, far = [], []
    for label in (rng.uniform(0.15, 0.45), rng.uniform(0.6, 0.95), 1.0):
        n, m = rng.choice(np.arange(3, 12), 2, replace=False)
        logits = [rng.normal(0, 2, (size, 1)).astype("float32") for size in (n, m)]
        near.append([*logits, float(label)])
        signs = [rng.choice((-1, 1), size=(2, 1)), np.ones((2, 1))]  # fakes taken for real
        logits = [(rng.uniform(95, 300, (2, 1)) * sign).astype("float32") for sign in signs]
        far.append([*logits, float(label)])
    answer, _ = yield {"near": near, "far": far}
    assert isinstance(answer["near"], list) and isinstance(answer["far"], list)
    assert len(answer["near"]) == len(near) and len(answer["far"]) == len(far)
    for got, (real, fake, label) in zip(answer["near"], near, strict=True):
        right = _smoothed(real, fake, label)
        close([numbers(got["loss"], ()), numbers(got["compiled"], ())], [right, right])
        slopes = [(expit(real) - label) / len(real), expit(fake) / len(fake)]
        close([*map(numbers, got["gradients"])], slopes)
    for got, case in zip(answer["far"], far, strict=True):
        close(numbers(got, ()), _smoothed(*case))


def _smoothed(real: np.ndarray, fake: np.ndarray, label: float) -> float:
    of_real = label * np.logaddexp(0, -real) + (1 - label) * np.logaddexp(0, real)
    return of_real.mean() + np.logaddexp(0, fake).mean()


def best_logit(rng):
    cases = []
    for label in (rng.uniform(0.15, 0.45), rng.uniform(0.6, 0.95), 1.0):
        shape = (int(rng.integers(2, 5)), int(rng.integers(5, 8)))
        p, q = rng.uniform(0.02, 4, (2, *shape))
        ends = rng.choice(shape[1], 2, replace=False)
        p[0, ends[0]] = 0
        if label < 1:
            q[1, ends[1]] = 0
        cases += [[p, q, float(label)], [p[0], q[0], float(label)]]
    answer, _ = yield {"cases": cases}
    for got, (p, q, label) in each(answer, cases):
        with np.errstate(divide="ignore"):
            close(numbers(got), np.log(label * p) - np.log((1 - label) * p + q))


def suspicious(rng):
    cases, right = [], []

    def softplus(x):
        return np.logaddexp(0, x)

    for label in (rng.uniform(0.75, 0.83), rng.uniform(0.86, 0.95), rng.uniform(0.95, 0.99), 1.0):
        lowest = label * softplus(-1) + (1 - label) * softplus(1) + softplus(0)
        ends = [[softplus(-1), softplus(0)], [lowest, softplus(0) + softplus(1)]]
        epochs = int(rng.integers(3, 8))

        def inside(ends=ends, epochs=epochs):
            return [rng.uniform(*both, epochs) for both in ends]

        sure = [np.append(losses, both) for losses, both in zip(inside(), ends, strict=True)]
        good = [rng.uniform(low, low + 0.03, epochs) for low, _ in ends]
        bad = [rng.uniform(high - 0.03, high, epochs) for _, high in ends]
        told = [inside(), inside(), sure, good, bad]
        cases += [[*losses, float(label)] for losses in told]
        right += [True] * len(told)
        for which, end in np.ndindex(2, 2):  # one epoch beyond one of the four ends
            for beyond in (rng.uniform(0.025, 0.04), rng.uniform(0.05, 0.25)):
                losses = inside()
                losses[which][rng.integers(epochs)] = ends[which][end] + (2 * end - 1) * beyond
                cases.append([*losses, float(label)])
                right.append(False)
    order = rng.permutation(len(cases))
    cases = [[list(map(float, g)), list(map(float, d)), label] for g, d, label in cases]
    answer, _ = yield {"cases": [cases[k] for k in order]}
    for got, k in each(answer, order):
        said = numbers(got, ())
        assert said.dtype == bool and bool(said) is right[k]


def experiment(rng):
    cases = []
    for n in (2, int(rng.integers(3, 8))):
        letters = rng.permutation(list("abcdefghijklmnopqrstuvwxyz"))
        names = ["".join(letters[k : k + 4]) for k in range(0, 16, 4)]
        before, after = rng.permutation(8).reshape(2, 4) / 4
        settings = dict(zip(names, before.tolist(), strict=True))
        change = {name: float(after[k]) for k, name in enumerate(names) if k < 1 + n % 3}
        seeds = rng.choice(1000, n, replace=False).tolist()
        as_it_is = rng.normal(0, 20, n)
        changed = as_it_is + rng.choice((-3, 3)) + rng.normal(0, 1, n)
        scores = [as_it_is.tolist(), changed.tolist()]
        cases.append({"settings": settings, "change": change, "seeds": seeds, "scores": scores})
    answer, _ = yield {"cases": cases}
    for got, case in each(answer, cases):
        differences = np.subtract(*case["scores"][::-1])
        error = differences.std(ddof=1) / np.sqrt(len(differences))
        close(numbers(got["answer"], (2,)), np.array([differences.mean(), error]))
        once = [[side, seed] for side in (0, 1) for seed in case["seeds"]]
        assert isinstance(got["calls"], list) and sorted(got["calls"]) == sorted(once)
        assert got["settings"] == case["settings"], "they stay as they are"
