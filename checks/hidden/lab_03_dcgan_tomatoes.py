"""Verdicts of lab 03, on fresh inputs; `checks.verdicts` says how they are used."""

import keras
import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist

from checks.hidden.common import draw_step, learn
from checks.networks import draw_weights, first_difference, layers_of, outline
from checks.verdicts import Unproven, close, each, numbers, rebuild


def size_after(rng):
    cases = []
    for padding in ("same", "valid") * 12:
        size, stride = int(rng.integers(5, 200)), int(rng.integers(1, 6))
        cases.append([size, int(rng.integers(1, min(size, 12) + 1)), stride, padding])
    cases.append([int(rng.integers(20, 200)), 2 * int(rng.integers(1, 6)), 1, "same"])  # even
    answer, _ = yield {"cases": cases}
    for got, (size, kernel, stride, padding) in each(answer, cases):
        places = range(size) if padding == "same" else range(size - kernel + 1)
        width = numbers(got, ())
        assert width.dtype.kind in "iu" and width == len(places[::stride])


def define_generator(rng):
    """By values: what a network computes with weights, drawn anew, that both sides know."""
    seed, asked = int(rng.integers(2**32)), []
    for size in (32, int(rng.choice((64, 96, 128)))):
        latent_dim, width = int(rng.integers(3, 12)), int(rng.integers(5, 10))  # 4 is also a side
        latent = rng.normal(size=(4, latent_dim)).astype("float32")
        asked.append([[latent_dim, size, width], latent])
    answer, _ = yield {"seed": seed, "asked": asked}
    for got, (arguments, latent) in each(answer, asked):
        _computes(got, _generator, arguments, latent, seed)


def define_discriminator(rng):
    """As the generator; the rates of dropout, which outputs hardly tell, by its configuration."""
    seed, asked = int(rng.integers(2**32)), []
    for size in rng.choice((32, 64, 96), 2, replace=False).tolist():
        pictures = rng.uniform(-1, 1, (3, size, size, 3)).astype("float32")
        asked.append([[size, int(rng.integers(2, 5)), 0.0], pictures])
    dropping = [32, int(rng.integers(2, 5)), float(rng.uniform(0.1, 0.6))]
    answer, _ = yield {"seed": seed, "asked": asked, "dropping": dropping}
    assert isinstance(answer["computed"], list) and len(answer["computed"]) == len(asked)
    for got, (arguments, pictures) in zip(answer["computed"], asked, strict=True):
        _computes(got, _discriminator, arguments, pictures, seed)
    network = rebuild(answer["dropping"])
    rates = [layer.rate for layer in layers_of(network) if isinstance(layer, keras.layers.Dropout)]
    close(rates, [dropping[2]] * 5)
    pictures = rng.uniform(-1, 1, (2, 32, 32, 3)).astype("float32")
    kinds, said = _in_use(network, pictures, seed)
    for use_bias in (True, False):
        right_kinds, right = _in_use(_discriminator(*dropping, use_bias), pictures, seed)
        if kinds == right_kinds and np.allclose(said, right, 1e-3, 1e-3):
            return
    _same_layers(network, _discriminator, dropping)


def _in_use(network, inputs: np.ndarray, seed: int) -> tuple[list, np.ndarray]:
    """Kinds of weights, and outputs outside of training with weights drawn from `seed`."""
    kinds = [[weight.name, *weight.shape] for weight in draw_weights(network, seed)]
    return kinds, np.asarray(network(inputs, training=False))


def _computes(got: dict, make, arguments: list, inputs: np.ndarray, seed: int) -> None:
    """AssertionError unless `got`, what the probe says of a network, is what the table computes.

    As the visible check, it takes any network with the table's layers, whatever their epsilon, and
    any with the table's numbers, with or without biases that a normalization takes away again.
    """
    if any(_says(make(*arguments, use_bias), got, inputs, seed) for use_bias in (True, False)):
        return
    try:
        network = rebuild(got["network"])
    except Unproven as error:
        raise AssertionError("another function than that of the table") from error
    _same_layers(network, make, arguments)
    assert _says(network, got, inputs, seed), "its configuration is another one"


def _says(network, got: dict, inputs: np.ndarray, seed: int) -> bool:
    """Whether the probe would say the same of this network."""
    kinds, said = _in_use(network, inputs, seed)
    if kinds != got["kinds"]:
        return False
    weights = draw_weights(network, seed)
    in_training = np.asarray(network(inputs, training=True))
    try:
        close(got["shape"], list(in_training.shape))
        close(got["first"], said[0], 1e-3, 1e-3)
        close(got["first_in_training"], in_training[0], 1e-3, 1e-3)
        close(got["weights"], [np.asarray(weight) for weight in weights], 1e-3, 1e-3)
    except AssertionError:
        return False
    return True


def _same_layers(network, make, arguments: list) -> None:
    right = make(*arguments, True)
    assert network.weights and network.input_shape == right.input_shape, "begins with keras.Input"
    wrong = first_difference(outline(network), outline(right))
    assert wrong == "", wrong


def _generator(latent_dim: int, size: int, width: int, use_bias: bool) -> keras.Model:
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(16 * width, "relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    for number, factor in enumerate([2, 2, 2] + [size // 32] * (size > 32)):
        channels = width if number < 2 else width // 2
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same", use_bias=use_bias),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    return keras.Sequential([*layers, keras.layers.Conv2D(3, 3, 1, "same", activation="tanh")])


def _discriminator(size: int, width: int, dropout: float, use_bias: bool) -> keras.Model:
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate((2, 2, 2, 1, 1)):
        bias, channels = use_bias or number == 0, width * 2**number
        layers.append(keras.layers.Conv2D(channels, 3, stride, "same", use_bias=bias))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(1)])


def adversarial_step(rng):
    asked = draw_step(rng)
    answer, _ = yield asked
    right = learn(asked)
    for got in (answer["eager"], answer["compiled"]):
        close(got["results"], [*right["losses"], *right["logits"]])
        close(got["weights"], [right["generator"], right["discriminator"]])
    painted, judged = (answer["training"][name] for name in ("generator", "discriminator"))
    assert isinstance(painted, list) and set(painted) == {True}, "painted in training"
    assert isinstance(judged, list) and set(judged) == {True} and len(judged) >= 2


def move_average(rng):
    inputs, hidden, outputs = rng.integers(2, 7, 3).tolist()
    shapes = [(inputs, hidden), *[(hidden,)] * 5, (hidden, outputs), (outputs,)]
    old, new = ([rng.uniform(1, 2, shape) for shape in shapes] for _ in range(2))
    keep = float(rng.uniform(0.3, 0.95))
    answer, _ = yield {"averaged": old, "generator": new, "keep": keep}
    for times, moved in enumerate((answer["once"], answer["twice"]), 1):
        share = keep**times
        right = [share * a + (1 - share) * b for a, b in zip(old, new, strict=True)]
        close(moved, {"averaged": right, "generator": new}, 1e-4)


def train_epoch(rng):
    steps, n, latent_dim = (int(rng.integers(*ends)) for ends in ((3, 8), (3, 9), (30, 70)))
    pictures = rng.normal(size=(steps * n, 2, 2, 3)).astype("float32")
    losses = rng.uniform(0.1, 9, (steps, 2)).astype("float32")
    asked = {"pictures": pictures, "batch_size": n, "latent_dim": latent_dim, "losses": losses}
    answer, _ = yield asked
    close([numbers(mean, ()) for mean in answer["means"]], losses.mean(axis=0).tolist())
    assert isinstance(answer["seen"], list) and len(answer["seen"]) == steps
    close([step["pictures"] for step in answer["seen"]], list(pictures.reshape(steps, n, 2, 2, 3)))
    drawn = np.stack([numbers(step["latent"], (n, latent_dim)) for step in answer["seen"]])
    # Standard normal numbers, all drawn anew; each test errs below 1e-8.
    assert np.all(np.abs(drawn) < 9) and len(np.unique(drawn)) > 0.9 * drawn.size
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-8
    assert abs(drawn.std() - 1) < 6 / np.sqrt(2 * drawn.size)


def walk(rng):
    size, steps = int(rng.integers(3, 9)), int(rng.integers(4, 10))
    one, other = np.linalg.qr(rng.normal(size=(size, 2)))[0].T  # of length 1, and orthogonal
    angle, (long, longer) = rng.uniform(0.5, 2.6), rng.uniform(0.5, 9, 2)
    a = (long * one).astype("float32")
    b = (longer * (np.cos(angle) * one + np.sin(angle) * other)).astype("float32")
    answer, _ = yield {"a": a, "b": b, "steps": steps}
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    close(
        answer["way"],
        np.sin((1 - t) * angle) / np.sin(angle) * a + np.sin(t * angle) / np.sin(angle) * b,
        1e-3,
        1e-4,
    )
    close([answer["a"], answer["b"]], [a, b])


def nearest_distance(rng):
    """The memory is measured where the answer runs: the number itself could be forged."""
    n, m = (int(k) for k in rng.integers(4, 12, 2))
    shape = [int(k) for k in (*rng.integers(2, 6, 2), 3)]
    pictures, known = (rng.uniform(-1, 1, (k, *shape)).astype("float32") for k in (n, m))
    asked = {"pictures": pictures, "known": known, "seed": int(rng.integers(2**32))}
    asked |= {"many": [800, 80], "shape": [16, 16, 3]}
    answer, _ = yield asked
    close(answer["few"], _nearest(pictures, known))
    rng = np.random.default_rng(asked["seed"])
    many = [rng.normal(size=(k, *asked["shape"])).astype("float32") for k in asked["many"]]
    close(answer["of_many"], _nearest(*many))
    assert 0 <= numbers(answer["peak"], ()) < 150e6
    close([answer["pictures"], answer["known"]], [pictures, known])


def _nearest(pictures, known):
    return cdist(*(side.reshape(len(side), -1) for side in (pictures, known))).min(axis=1)
