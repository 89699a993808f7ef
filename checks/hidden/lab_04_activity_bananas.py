"""Verdicts of lab 04, on fresh inputs; `checks.verdicts` says how they are used."""

import re

import numpy as np

from checks import networks
from checks.hidden.common import draw_step, learn
from checks.verdicts import close, each, numbers, rebuild


def load_or_prepare(rng):
    shape = rng.integers(2, 5, 4)
    array, another = (rng.uniform(-1, 1, shape).astype("float32") for _ in range(2))
    folders = [f"folder {number}" for number in rng.integers(1000, size=2)]
    answer, _ = yield {"array": array, "another": another, "folders": folders}
    right = [array, array, array, another, array]
    assert isinstance(answer["arrays"], list) and len(answer["arrays"]) == len(right)
    for got, expected in zip(answer["arrays"], right, strict=True):
        assert numbers(got, expected.shape).dtype == expected.dtype
        assert np.array_equal(got, expected)
    assert answer["calls"] == [1, 1, 2]


def make_batches(rng):
    n, batch_size = int(rng.integers(20, 31)), int(rng.integers(4, 8))
    n += n % batch_size == 0  # some pictures are left over, to be dropped
    pictures = rng.permutation(n * 6).reshape(n, 2, 3).astype("float32")
    seeds, m = rng.choice(2**31, 24, replace=False).tolist(), n // batch_size * batch_size
    asked = {"pictures": pictures, "batch_size": batch_size, "seeds": seeds}
    answer, _ = yield {**asked, "most": n // batch_size + 2}
    orders = _orders(answer["epochs"], pictures, batch_size, m // batch_size)
    assert len(orders) == len(seeds) and len({tuple(order) for order in orders}) > len(seeds) // 2
    again = _orders([answer["again"]], pictures, batch_size, m // batch_size)
    assert np.array_equal(again, orders[:1]), "the same seed gives the same order"
    # Of random orders, each of these fails less often than once in a million times.
    related = np.mean([np.corrcoef(order, np.arange(m))[0, 1] for order in orders])
    assert abs(related) < 6 / np.sqrt(len(seeds) * (m - 1)), "old neighbors stay near"
    neighbors = np.mean(np.abs(np.diff(orders, axis=1)) == 1)
    assert neighbors < 2 / n + 6 * np.sqrt(2 / n / (len(seeds) * (m - 1))), "whole batches moved"
    pairs = _orders(answer["pairs"], pictures[:2], 2, 1)
    assert len(pairs) == len(seeds) and set(pairs[:, 0].tolist()) == {0, 1}


def _orders(epochs: list, pictures: np.ndarray, batch_size: int, count: int) -> np.ndarray:
    """Which picture is where in each epoch, shape (epochs, count · batch_size)."""
    orders = []
    for batches in epochs:
        assert isinstance(batches, list) and len(batches) == count
        seen = [numbers(batch, (batch_size, *pictures.shape[1:])) for batch in batches]
        seen = np.concatenate(seen).reshape(count * batch_size, -1)
        flat = pictures.reshape(len(pictures), -1)
        order = np.argmin(np.abs(seen[:, :1] - flat[:, 0]), axis=1)
        assert np.array_equal(seen, flat[order]) and len(set(order.tolist())) == len(order)
        orders.append(order)
    return np.array(orders)


# ── networks: rebuilt from their configuration, and asked what the visible checks ask ────────────


def dcgan_generator(rng):
    asked = _for_generator(rng, 64)
    answer, _ = yield asked
    sides = _generator(answer, asked, rng, "convolutions").sides
    assert len(set(sides)) > 1, "it enlarges step by step"


def vanilla_generator(rng):
    asked = _for_generator(rng, 128)
    answer, _ = yield asked
    assert not _generator(answer, asked, rng, "Dense layers").sides, "it has no convolutions"


def dcgan_discriminator(rng):
    asked = _for_discriminator(rng, 16)
    answer, _ = yield asked
    sides = _discriminator(answer, asked, rng, "convolutions").sides
    assert min(sides) <= 8, "it shrinks to a quarter or less"


def vanilla_discriminator(rng):
    asked = _for_discriminator(rng, 128)
    answer, _ = yield asked
    found = _discriminator(answer, asked, rng, "Dense layers")
    assert not found.sides, "it has no convolutions"
    assert found.inputs and found.inputs[0] == 32 * 32 * 3, "it flattens first"


def _for_generator(rng, quick: int) -> dict:
    """Arguments of two networks, with the shape of their inputs, and of two that are counted.

    quick : width in the quick profile.
    """
    latent_dim, width = int(rng.integers(4, 13)), int(rng.integers(6, 11))
    asked = [[[latent_dim, size, width], [latent_dim]] for size in (32, int(rng.choice((64, 96))))]
    counted = [[latent_dim, 32, int(rng.integers(64, 73))], [200, 32, quick]]
    return {"asked": asked, "counted": counted, "seed": int(rng.integers(2**32))}


def _for_discriminator(rng, quick: int) -> dict:
    """Arguments of three networks, with the shape of their inputs, and of two that are counted."""
    width, size, rate = int(rng.integers(4, 8)), int(rng.choice((64, 96))), rng.uniform(0.5, 0.7)
    asked = [[32, width, 0.0], [32, width, float(rate)], [size, width, float(rate)]]
    asked = [[arguments, [arguments[0], arguments[0], 3]] for arguments in asked]
    counted = [[32, int(rng.integers(64, 73)), 0.0], [32, quick, 0.3]]
    return {"asked": asked, "counted": counted, "seed": int(rng.integers(2**32))}


def _generator(answer: dict, asked: dict, rng, kind: str) -> networks.Products:
    """What both generators are asked; returns what the first multiplies. kind : of its layers."""
    shapes = [(size, size, 3) for (_, size, _), _ in asked["asked"]]
    one, large = _networks(answer, shapes, 1.0001)
    latent_dim = asked["asked"][0][1]
    networks.made(large, latent_dim, shapes[1], "latent vectors")
    networks.enough(one, latent_dim, kind, least=3)
    latent = rng.normal(size=(8, *latent_dim)).astype("float32")
    networks.random_kernels(one, rng)
    networks.gradients_arrive(one, latent)
    painted = np.asarray(one(latent, training=True))
    assert np.abs(painted[0] - painted[1]).max() > 1e-6, "images depend on latent vectors"
    lowest, highest = _range(one, latent, rng, 0.3)
    assert -1.0001 <= lowest < -0.3 and 0.3 < highest <= 1.0001, "images fill [-1, 1]"
    networks.batch_normalized(one, least=1, momentum=0.8)
    return networks.products(one, latent_dim)


def _discriminator(answer: dict, asked: dict, rng, kind: str) -> networks.Products:
    """What both discriminators are asked; returns what the first multiplies."""
    one, noisy, large = _networks(answer, [(1,)] * 3, np.inf)
    networks.made(large, asked["asked"][2][1], (1,), "images")
    networks.enough(one, (32, 32, 3), kind, least=3)
    pictures = rng.normal(size=(8, 32, 32, 3)).astype("float32")
    networks.random_kernels(one, rng)
    networks.gradients_arrive(one, pictures)
    networks.sees_all(one, pictures)
    noisy.set_weights(one.get_weights())
    quiet, loud = (_spread(network, pictures) for network in (one, noisy))
    assert loud > 1e-6 and loud > 1.5 * quiet, "the rate says how much is left to chance"
    lowest, highest = _range(one, pictures, rng, 1)
    assert -np.inf < lowest < -1 and 1 < highest < np.inf, "logits are any numbers"
    networks.batch_normalized(one, least=0, momentum=0.8)
    return networks.products(one, (32, 32, 3))


def _networks(answer: dict, shapes: list, most: float) -> list:
    """The networks of an answer, the first with first weights, the others with zeros.

    What they said, and how many weights there are, is judged first: of layers of one's own as well.

    shapes : of one output of each network; most : how large an output may be.
    """
    seen = answer["seen"]
    assert isinstance(seen, list) and len(seen) == len(shapes)
    for part, shape in zip(seen, shapes, strict=True):
        assert part["output_shape"] == [2, *shape]
        lowest, highest = numbers(part["range"], (2,))
        assert -most <= lowest <= highest <= most
    wide, quick = numbers(answer["counts"], (2,))
    assert 0 < sum(np.prod(shape) for shape in seen[0]["shapes"]) < wide and 0 < quick < 5e6
    new, *others = (_rebuilt(part) for part in seen)
    return [type(new).from_config(new.get_config()), *others]


def _rebuilt(part: dict):
    """A network by its configuration; its weights are 0."""
    weights = [np.broadcast_to(np.float32(0), shape) for shape in part["shapes"]]
    return rebuild({"config": part["config"], "weights": weights})


def _spread(network, pictures: np.ndarray) -> float:
    """How much a network in training leaves to chance, from 40 copies of each picture.

    Of two networks of the same rate, one is 1.5 times the other by 9 standard deviations.
    """
    said = np.asarray(network(np.repeat(pictures, 40, axis=0), training=True))
    return np.std(said.reshape(len(pictures), 40), axis=1).mean()


def _range(network, inputs: np.ndarray, rng, enough: float) -> tuple[float, float]:
    """The lowest and the highest output with weights that make outputs large.

    They are drawn anew until both are beyond ±`enough`, 32 times at most: even a network whose
    outputs all have the same sign, by chance one or the other, then errs once in a billion times.
    """
    lowest, highest = np.inf, -np.inf
    for _ in range(32):
        networks.random_kernels(network, rng, factor=10)
        said = np.asarray(network(inputs, training=False))
        lowest, highest = np.minimum(lowest, said.min()), np.maximum(highest, said.max())
        if lowest < -enough and highest > enough:
            break
    return lowest, highest


# ── images, steps, tables, an experiment ─────────────────────────────────────────────────────────


def save_images(rng):
    size, n = int(rng.integers(2, 6)), int(rng.integers(5, 8))
    colors = rng.uniform(-1, 1, (n, 3)).astype("float32")
    columns, margins = (rng.choice(some, 2, replace=False).tolist() for some in (range(2, 5), 5))
    layouts = [[k, 1 + margin] for k, margin in zip(columns, margins, strict=True)]
    folders = [f"folder {number}" for number in rng.integers(1000, size=2)]
    answer, _ = yield {"colors": colors, "size": size, "layouts": layouts, "folders": folders}
    for got, (columns, margin) in each(answer, layouts):
        sheet = numbers(got["returned"])
        assert sheet.dtype == np.uint8 and np.array_equal(sheet, got["kept"])
        assert any(_is_sheet(sheet, colors, size, columns, margin, k) for k in (1, 2))


def _is_sheet(sheet, colors, size: int, columns: int, margin: int, between: int) -> bool:
    """Squares of these colors on white; between two are `between` margins, 1 or 2."""
    step, rows = size + between * margin, -(-len(colors) // columns)
    right = np.full((*(step * k + (2 - between) * margin for k in (rows, columns)), 3), 255.0)
    paper = np.ones(right.shape, bool)
    for number, color in enumerate(colors):
        top, left = (margin + step * place for place in divmod(number, columns))
        square = slice(top, top + size), slice(left, left + size)
        right[square], paper[square] = (color + 1) * 127.5, False
    if sheet.shape != right.shape:
        return False
    return bool(np.all(sheet[paper] == 255) and np.abs(sheet - right).max() <= 1)


def adversarial_losses(rng):
    n = int(rng.integers(3, 30))
    real, fake = rng.normal(0, 3, (2, n, 1))
    # Means away from 0 and from each other: else turned or swapped labels would hardly change it.
    for logits, low in ((real, 2.0), (fake, 0.5)):
        logits += rng.choice((-1, 1)) * rng.uniform(low, low + 1) - logits.mean()
    real, fake = real.astype("float32"), fake.astype("float32")
    answer, _ = yield {"real": real, "fake": fake}
    of_generator = np.logaddexp(0, -fake).mean()
    of_discriminator = np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()
    close([numbers(loss, ()) for loss in answer], [of_generator, of_discriminator])


def train_step(rng):
    asked = draw_step(rng)
    answer, _ = yield asked
    names = "generator", "discriminator"
    at_once = learn(asked)
    later = {  # where the other network has learned already
        name: learn(asked, **{other: at_once[other]}) for name, other in (names, names[::-1])
    }
    orders = [(at_once, at_once), (at_once, later[names[1]]), (later[names[0]], at_once)]
    got = [answer["weights"][name] for name in names]
    learned = [
        _alike(got, [step[name] for name, step in zip(names, steps, strict=True)])
        for steps in orders
    ]
    assert sum(learned) > 0, "each network learns from its own loss"
    assert isinstance(answer["losses"], list) and len(answer["losses"]) == 2
    for number, name in enumerate(names):
        possible = [step["losses"][number] for step in (at_once, later[name])]
        assert np.any(np.isclose(numbers(answer["losses"][number], ()), possible, rtol=1e-3))
    painted, judged = (answer["training"][name] for name in names)
    assert isinstance(painted, list) and set(painted) == {True}, "painted in training"
    assert isinstance(judged, list) and set(judged) == {True} and len(judged) >= 2


def _alike(got, expected) -> bool:
    try:
        close(got, expected)
    except AssertionError:
        return False
    return True


NAMES = ["generator_loss", "discriminator_loss", "seconds"]


def train(rng):
    """Seconds are measured where the answer runs, against naps whose lengths are drawn."""
    first, steps = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    epochs = first + 3
    losses = rng.uniform(0.1, 9, (epochs * steps, 2)).astype("float32")
    naps = rng.uniform(0.005, 0.02, epochs * steps)
    asked = {"first": first, "epochs": epochs, "steps": steps, "losses": losses, "naps": naps}
    answer, _ = yield {**asked, "pause": 0.05, "names": NAMES}
    assert answer["epochs"] == list(range(first, epochs))
    batches, started, ended = numbers(answer["stepped"], (3 * steps, 3)).T
    assert batches.tolist() == list(range(first * steps, epochs * steps))
    assert answer["counts_then"] == [3, 3 * steps, 3], "nothing is left to do"
    assert isinstance(answer["rows"], list) and len(answer["rows"]) == 3
    for number, seen in enumerate(answer["rows"]):
        assert seen["epoch"] == first + number and seen["steps"] == (number + 1) * steps
        own = slice((first + number) * steps, (first + number + 1) * steps)
        right = [*losses[own].mean(axis=0).tolist(), seen["row"]["seconds"]]
        close(seen["row"], dict(zip(NAMES, right, strict=True)))
        spent = ended[number * steps + steps - 1] - started[number * steps]
        # Two clocks may differ by a millisecond; the naps and the pause are longer.
        assert spent - 0.004 <= seen["row"]["seconds"] <= seen["window"] + 0.004


UNITS = {"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}  # as in 3.86M


def comparison_table(rng):
    letters = rng.permutation(list("abcdefghijlnopqrstuvwxyz"))
    words = ["".join(letters[k : k + 3]) + "".join(rng.choice(letters, 4)) for k in range(0, 24, 3)]
    names, quantities = words[:2], words[2:]
    small = [(k + 0.4) * 1e-3 for k in rng.choice(range(11, 20), 2, replace=False)]  # as 0.0114
    large = 10 ** rng.uniform([[-1.8], [0], [2], [5]], [[0], [2], [5], [7]], (4, 2))
    values = [small, *large.tolist(), [float(rng.uniform(0.1, 1)), 0.0]]
    order = rng.permutation(len(quantities))
    columns = {
        name: {quantities[k]: values[k][number] for k in order} for number, name in enumerate(names)
    }
    answer, _ = yield {"columns": columns}
    lines = answer.splitlines()
    heads = [line for line in lines if set(names) <= set(re.findall(r"\w+", line))]
    assert heads and heads[0].index(names[0]) < heads[0].index(names[1])
    for quantity, right in zip(quantities, values, strict=True):
        [line] = [line for line in lines if quantity in line]
        after = re.sub(r"(?<=\d)[,_'\u202f](?=\d{3})", "", line.split(quantity, 1)[1])
        written = re.findall(r"(-?\d+\.?\d*(?:[eE][-+]?\d+)?) ?([kKMG]?)(?![^\W\d_])", after)
        shown = [float(number) * UNITS[unit] for number, unit in written]
        close(shown, right, 6e-3, 1e-9)  # three significant digits


def ablation(rng):
    """The change, the score and the expectation are free: rules, and a recipe that was drawn."""
    parts = ["generator", "discriminator"]
    rates = ["generator_rate", "discriminator_rate", "beta_1"]
    given = {
        name: dict(zip(rates, [*rng.uniform(2e-4, 7e-4, 2), rng.uniform(0.2, 0.45)], strict=True))
        for name in ("DCGAN", "vanilla")
    }
    answer, _ = yield given
    recipes = {
        name: {"makers": {part: f"{name} {part}" for part in parts}, "numbers": own}
        for name, own in given.items()
    }
    assert answer["recipes"] == recipes, "they stay as they are"
    base, changed = recipes[answer["base"]], answer["changed"]
    assert changed.keys() == base.keys()
    assert all(changed[kind].keys() == base[kind].keys() for kind in base)
    differs = [changed[kind][part] != base[kind][part] for kind in base for part in base[kind]]
    assert sum(differs) == 1, "one entry is another"
    for part, maker in changed["makers"].items():
        assert maker in ("a maker of their own", *(f"{name} {part}" for name in recipes))
    for rate, value in changed["numbers"].items():
        assert 0 <= numbers(value, ()) < 1 and (rate == "beta_1" or value > 0)
    assert answer["score"] in SCORES and answer["expected"] in ("higher", "lower", "the same")
    assert isinstance(answer["because"], str) and len(answer["because"].split()) >= 5


SCORES = (
    *("swd_pixels", "swd_scaled", "patch_share", "density"),
    *("coverage", "nearest_ratio", "moved_ratio", "diversity"),
)
