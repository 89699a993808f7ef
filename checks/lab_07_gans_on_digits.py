"""What right answers to the exercises of lab 07 satisfy."""

import keras
import numpy as np
import tensorflow as tf
from scipy.special import logit

from checks import networks
from checks.mistakes import refuse


def class_distance(class_distance):
    for dtype in ("int64", "uint8"):
        drawn = np.array([0, 0, 1, 1, 1, 1, 7, 7], dtype)
        real = np.array([0, 1, 1, 3, 9], dtype)
        try:
            answer = class_distance(drawn.copy(), real.copy())
        except ValueError as error:
            assert "broadcast" not in str(error), (
                "Your two lists of counts differ in length: count all ten digits, those that never "
                "occur included, minlength=10."
            )
            raise
        assert answer is not None, "Nothing came back: return the distance."
        answer = np.asarray(answer, float)
        assert answer.shape == (), f"Return one number; yours has the shape {answer.shape}."
        counts = [np.bincount(digits, minlength=10) for digits in (drawn, real)]
        s, t = counts[0] / 8, counts[1] / 5
        right = np.abs(s - t).sum() / 2
        mistakes = {
            "That is the sum of all differences: take half of it, so that the largest is 1.": (
                2 * right
            ),
            "These are differences of counts: divide each list of counts by its own number of "
            "images.": np.abs(counts[0] - counts[1]).sum() / 2,
            "You divide the counts of both by one number: each by its own number of images.": [
                np.abs(counts[0] - counts[1]).sum() / n / 2 for n in (8, 5, 13)
            ],
            "The differences cancel: take their absolute values before you add them up.": 0,
            "You took the mean over the ten digits: take half the sum.": right / 5,
            "You took the root of the summed squares: take half the sum of absolute "
            "differences.": np.sqrt(np.square(s - t).sum()),
            "You squared the differences: take their absolute values.": (
                np.square(s - t).sum() / 2
            ),
            "That is the largest difference: take half the sum over all digits.": (
                np.abs(s - t).max()
            ),
            "That is what both have in common: the distance is 1 minus it.": 1 - right,
        }
        for reason, wrong in mistakes.items():
            for one in np.atleast_1d(wrong):
                refuse(answer, {reason: one}, rtol=1e-6)
        assert np.isclose(answer, right), (
            f"For the digits {drawn.tolist()} and {real.tolist()} expected {right:.3f}, got "
            f"{float(answer):.3f}."
        )
    nines = np.full(4, 9)
    assert np.isclose(class_distance(nines, nines[:2]), 0), "Equal shares should be 0 apart."
    assert np.isclose(class_distance(nines, np.arange(9)), 1), (
        "Nothing but nines, and no nine at all: they have no digit in common, and should be 1 "
        "apart. All ten digits count, those that never occur included: minlength=10."
    )


IMAGES = np.random.default_rng(1).uniform(-1, 1, (6, 28, 28, 1)).astype("float32")
LATENT = np.random.default_rng(2).normal(size=(6, 3)).astype("float32")


def _dense_generator(widths, use_bias=True) -> keras.Model:
    layers = [keras.Input((3,))]
    for units in widths:
        layers += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    layers += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    return keras.Sequential(layers)


def _dense_discriminator(widths, use_bias=True) -> keras.Model:
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten()]
    for units in widths[::-1]:
        layers += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        layers += [keras.layers.Dropout(0.0)]
    return keras.Sequential([*layers, keras.layers.Dense(1)])


def _without_dropout(layers: list[str]) -> list[str]:
    return [layer for layer in layers if not layer.startswith("Dropout")]


def dense_networks(dense_networks):
    widths = (9, 6, 5)
    both = dense_networks(widths, 3, 0.0)
    assert both is not None, "Nothing came back: return both networks."
    assert isinstance(both, tuple | list) and len(both) == 2, (
        "Return two networks: `return generator, discriminator`."
    )
    shapes = [getattr(network, "input_shape", None) for network in both]
    assert shapes != [(None, 28, 28, 1), (None, 3)], "The generator comes first."
    networks.made(both[0], (3,), (28, 28, 1), "latent vectors of length 3")
    networks.made(both[1], (28, 28, 1), (1,), "images of 28×28×1")
    for name, network, reference, inputs in (
        ("generator", both[0], _dense_generator, LATENT),
        ("discriminator", both[1], _dense_discriminator, IMAGES),
    ):
        layers = _without_dropout(networks.outline(network))
        if networks.same_function(network, inputs, reference, widths):
            continue  # in whatever style it was written
        if name == "generator":
            assert "sigmoid" not in layers, "Pixels lie in [-1, 1]: the generator ends in a tanh."
        else:
            assert layers[-1] not in ("sigmoid", "tanh"), (
                f"The discriminator returns a logit: no {layers[-1]} at its end. The loss applies "
                "the sigmoid."
            )
            units = [weight.shape[1] for weight in network.weights if len(weight.shape) == 2]
            assert units != [*widths, 1], (
                "The discriminator mirrors the generator: its widths come in reverse order."
            )
        wrong = networks.first_difference(
            layers, _without_dropout(networks.outline(reference(widths)))
        )
        assert not wrong, f"For the widths {widths}, in the {name}, {wrong}."
        raise AssertionError(f"The {name} does not compute what the task says, layer by layer.")
    noisy = dense_networks(widths, 3, 0.6)
    painted = [np.asarray(noisy[0](LATENT, training=True)) for _ in range(2)]
    assert np.array_equal(*painted), "Only the discriminator drops out: the generator has none."
    networks.drops_out(both[1], noisy[1], IMAGES)
    rates = [n.rate for n in networks.layers_of(noisy[1]) if isinstance(n, keras.layers.Dropout)]
    assert rates == [0.6] * 3, (
        f"One Dropout(dropout) after each of three hidden layers; yours have the rates {rates}."
    )
    other = dense_networks((4,), 5, 0.0)
    networks.made(other[0], (5,), (28, 28, 1), "latent vectors of length 5")
    units = [[w.shape[1] for w in network.weights if len(w.shape) == 2] for network in other]
    assert units == [[4, 784], [4, 1]], (
        f"For widths=(4,) there is one hidden layer of 4 units in each; yours have {units}: use "
        "`widths`, however many they are."
    )


def smoothed_loss(smoothed_loss):
    rng = np.random.default_rng(1)
    real, fake = rng.normal(0.5, 2, (6, 1)), rng.normal(-0.5, 2, (4, 1))
    up, down = (lambda s: np.log1p(np.exp(-s))), (lambda s: np.log1p(np.exp(s)))
    for label in (0.9, 0.7, 0.4, 1.0):
        tensors = [tf.constant(logits, "float32") for logits in (real, fake)]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            answer = smoothed_loss(*tensors, label)
        assert answer is not None, "Nothing came back: return the loss."
        shape = tuple(np.shape(answer))
        assert shape == (), f"The loss is one number, a mean over images; yours has shape {shape}."
        smooth = label * up(real) + (1 - label) * down(real)
        right = smooth.mean() + down(fake).mean()
        mistakes = {
            "The labels are swapped: real images have `label`, drawings 0.": (
                down(real).mean() + (label * up(fake) + (1 - label) * down(fake)).mean()
            ),
            "The two parts of the real images are swapped: `label` goes with softplus(-s).": (
                (1 - label) * up(real) + label * down(real)
            ).mean()
            + down(fake).mean(),
            "`label` is not used: real images have the label `label`, not 1.": (
                up(real).mean() + down(fake).mean()
            ),
            "The rest is missing: besides label · softplus(-s) real images pay "
            "(1 - label) · softplus(s).": label * up(real).mean() + down(fake).mean(),
            "Only the real images' label is smoothed: the drawings keep the label 0.": (
                smooth.mean() + (label * down(fake) + (1 - label) * up(fake)).mean()
            ),
            "That is the mean of both parts: asked is their sum.": right / 2,
            "You added up over the images: take the mean of each part.": (
                smooth.sum() + down(fake).sum()
            ),
            "The means are taken over all ten logits together: take the mean of each part.": (
                np.concatenate([smooth, down(fake)]).mean()
            ),
            "The sign is turned: a loss is what is to become small.": -right,
            "The drawings do not count so far: add the mean of softplus(s) of their logits.": (
                smooth.mean()
            ),
            "The real images do not count so far.": down(fake).mean(),
            "A sigmoid came first: softplus takes the logits as they are.": (
                label * up(1 / (1 + np.exp(-real))) + (1 - label) * down(1 / (1 + np.exp(-real)))
            ).mean()
            + down(1 / (1 + np.exp(-fake))).mean(),
            "The drawings are pulled towards label 1: of label 0 the cost is softplus(s).": (
                smooth.mean() + up(fake).mean()
            ),
        }
        if label == 1:
            mistakes = {k: v for k, v in mistakes.items() if not np.isclose(v, right)}
        refuse(float(answer), mistakes, rtol=1e-4)
        assert np.isclose(float(answer), right, rtol=1e-4), (
            f"For the label {label} expected a loss of {right:.4f}, got {float(answer):.4f}."
        )
        gradients = tape.gradient(answer, tensors)
        assert all(gradient is not None for gradient in gradients), (
            "No gradient passes: use keras.ops or tf on the tensors, not numpy."
        )
    sure = tf.constant([[100.0]])
    far = float(smoothed_loss(sure, sure, 0.9))
    assert np.isclose(far, 110, rtol=1e-3), (
        f"For logits of 100 the loss should be 110; yours is {far}: exp(100) is beyond a 32-bit "
        "number, and a sigmoid rounds to 1. Use softplus."
    )
    compiled = tf.function(lambda: smoothed_loss(tf.ones((2, 1)), tf.ones((2, 1)), 0.9))
    assert np.isfinite(float(compiled())), "In a compiled step the loss is no finite number."


def best_logit(best_logit):
    p = np.array([[0.3, 1.2], [2.0, 0.05]])
    q = np.array([[0.7, 0.4], [0.0, 3.0]])
    for label in (0.9, 0.75, 0.4):
        with np.errstate(all="ignore"):
            answer = np.asarray(best_logit(p.copy(), q.copy(), label), float)
            sigma = label * p / (p + q)
            right = logit(sigma)
            mistakes = {
                "That is the probability: return its logit, log(σ / (1 - σ)).": sigma,
                "That is the logarithm of the probability: the logit is log(σ / (1 - σ)).": (
                    np.log(sigma)
                ),
                "That is the best logit without smoothing, log(p / q).": np.log(p / q),
                "You smoothed p alone: what is left of it, (1 - label) · p, pulls down, beside "
                "q.": np.log(label * p / q),
                "The sign is turned: more real images, a higher logit.": -right,
                "That is σ / (1 - σ): take its logarithm.": sigma / (1 - sigma),
                "The drawings are smoothed, too: their label stays 0.": (
                    logit((label * p + (1 - label) * q) / (p + q))
                ),
                "p and q are swapped: p is the density of real images.": logit(label * q / (p + q)),
            }
        assert answer.shape == p.shape, (
            f"Return an array of the shape of p, {p.shape}; yours has {answer.shape}."
        )
        refuse(answer, mistakes, rtol=1e-6)
        assert np.allclose(answer, right, rtol=1e-6), (
            f"For p = {p[0, 0]}, q = {q[0, 0]} and the label {label} expected the logit "
            f"{right[0, 0]:.3f}, got {answer[0, 0]:.3f}."
        )
    with np.errstate(all="ignore"):
        ends = np.asarray(best_logit(np.array([0.0, 1.0]), np.array([1.0, 0.0]), 0.9), float)
    assert ends[0] == -np.inf, (
        f"Where no real image is, the perfect logit is minus infinity; yours is {ends[0]:.3f}."
    )
    assert np.isclose(ends[1], np.log(9)), "Where only real images are, it is log 9 for label 0.9."


def _dcgan_generator(latent_dim: int, width: int, use_bias: bool) -> keras.Model:
    """The network of the table, with or without biases in front of the normalizations."""
    kinds = keras.layers
    layers = [keras.Input((latent_dim,)), kinds.Dense(7 * 7 * width, use_bias=use_bias)]
    layers += [kinds.BatchNormalization(momentum=0.8), kinds.ReLU(), kinds.Reshape((7, 7, width))]
    for channels in (width // 2, width // 4):
        layers.append(kinds.Conv2DTranspose(channels, 4, 2, padding="same", use_bias=use_bias))
        layers += [kinds.BatchNormalization(momentum=0.8), kinds.ReLU()]
    layers.append(kinds.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


def dcgan_generator(dcgan_generator):
    made = dcgan_generator(3, 8)
    networks.made(made, (3,), (28, 28, 1), "latent vectors of length 3")
    if all(
        networks.same_function(dcgan_generator(3, width), LATENT, _dcgan_generator, 3, width)
        for width in (8, 12)
    ):
        return  # in whatever style it was written
    layers = networks.outline(made)
    assert not any(layer.startswith("UpSampling2D") for layer in layers), (
        "UpSampling2D enlarges too, but here a Conv2DTranspose with strides=2 does it."
    )
    assert layers[-1] == "tanh", (
        f"Pixels lie in [-1, 1]: the last layer ends in a tanh; yours ends in {layers[-1]}."
    )
    normalizing = sum(layer.startswith("BatchNormalization") for layer in layers)
    assert normalizing == 3, (
        "Three rows of the table normalize: the dense one and both transposed convolutions, and "
        f"not the last; yours has {normalizing} BatchNormalization layers."
    )
    assert "ReLU → BatchNormalization" not in " → ".join(layers), (
        "Normalize first and bend then: ReLU comes after BatchNormalization."
    )
    for width in (8, 12):
        wrong = networks.first_difference(
            networks.outline(dcgan_generator(3, width)),
            networks.outline(_dcgan_generator(3, width, True)),
        )
        assert not wrong, f"For width {width}, {wrong}. Compare with the table, row by row."
    raise AssertionError("It does not compute what the table says, row by row.")


def suspicious(suspicious):
    def softplus(x):
        return float(np.logaddexp(0, x))

    def asked(generator, discriminator, label, right, reason):
        answer = suspicious(list(generator), list(discriminator), label)
        assert answer is not None, "Nothing came back: return True or False."
        assert np.ndim(answer) == 0, "One answer for the whole run: all losses have to lie inside."
        assert np.asarray(answer).dtype == bool, f"Return True or False; yours is {answer!r}."
        assert bool(answer) == right, (
            f"Generator's losses {[round(v, 3) for v in generator]}, discriminator's "
            f"{[round(v, 3) for v in discriminator]}, label {label:g}: expected {right}. {reason}"
        )

    within = (
        "All of them lie where probabilities taken for logits would put them: the discriminator's "
        "highest is where real images give 0 and drawings 1."
    )
    asked([0.5, 0.6, 0.69], [1.6, 1.3, 1.12], 0.9, True, within)
    asked([0.5, 0.6, 0.69], [1.6, 1.3, 1.02], 1.0, True, within)
    low = (
        "With this label a discriminator whose outputs lie from 0 to 1 cannot have so low a loss: "
        "at best real images give 1 and drawings 0."
    )
    for label, loss in ((0.9, 1.09), (1.0, 0.99), (0.8, 1.19)):
        asked([0.5, 0.69], [1.5, loss], label, False, low)
    high = "The generator's loss is softplus(-s), at most softplus(0) = 0.693 for s from 0 to 1."
    asked([0.5, 0.71, 0.6], [1.5, 1.3, 1.3], 0.9, False, f"{high} One epoch beyond is enough.")
    asked([0.5, 0.295, 0.6], [1.5, 1.3, 1.3], 0.9, False, "Softplus(-1) = 0.313 is the least.")
    top = "At worst real images give 0 and drawings 1: softplus(0) + softplus(1) = 2.006."
    asked([0.5, 0.6, 0.6], [1.5, 2.025, 1.3], 0.9, False, top)
    asked([0.5, 0.6, 0.6], [1.5, 1.9, 1.3], 0.9, True, top)
    asked([0.5, 0.35, 0.6], [1.5, 1.9, 1.3], 0.9, True, within)
    for label in (1.0, 0.9, 0.8):
        least = label * softplus(-1) + (1 - label) * softplus(1) + softplus(0)
        edge = "A discriminator that is perfect, or always wrong, lies on the border: it counts."
        ends = [least, softplus(0) + softplus(1)]
        asked([softplus(-1), softplus(0)], ends, label, True, edge)


def experiment(experiment):
    for seeds in ([4, 5, 6], (11, 3, 8, 20)):
        settings = {"rate": 1.0, "width": 8, "label": 0.9}
        change, calls = {"rate": 2.0, "label": 1.0}, []

        def run(of, seed, calls=calls):
            calls.append((tuple(sorted(of.items())), seed))
            rate, label = of.get("rate", 0), of.get("label", 0)
            return 10 * np.cos(seed) + (rate - 1) * (1.5 + 0.3 * np.sin(9 * seed)) + label

        as_it_is, changed = dict(settings), {**settings, **change}
        answer = experiment(run, settings, dict(change), seeds)
        assert settings == as_it_is, (
            "`settings` itself was changed: make a copy, {**settings, **change}."
        )
        assert answer is not None, "Nothing came back: return the mean and its standard error."
        answer = np.asarray(answer, float)
        assert answer.shape == (2,), (
            "Return two numbers, the mean difference and its standard error; yours have the shape "
            f"{answer.shape}."
        )
        made = [{seed for of, seed in calls if dict(of) == side} for side in (as_it_is, changed)]
        strange = [dict(of) for of, _ in calls if dict(of) not in (as_it_is, changed)]
        assert not strange, (
            f"A run had the settings {strange[:1]}: one side is {as_it_is}, the other {changed}."
        )
        assert made == [set(seeds)] * 2, (
            f"Both sides run with each of the seeds {list(seeds)}; as it is ran with "
            f"{sorted(made[0])}, changed with {sorted(made[1])}."
        )
        n = len(seeds)
        assert len(calls) == 2 * n, (
            f"{n} seeds make {2 * n} runs; yours made {len(calls)}: run each side once a seed."
        )
        after, before = ([run(side, seed, []) for seed in seeds] for side in (changed, as_it_is))
        d = np.subtract(after, before)
        error = d.std(ddof=1) / np.sqrt(n)
        refuse(answer[0], {"The sign is turned: changed minus as it is.": -d.mean()}, rtol=1e-6)
        refuse(
            answer[0],
            {
                "That is the sum of the differences: take their mean.": d.sum(),
                "That is the median: take the mean.": np.median(d),
                "That is the mean of the changed runs: subtract those as it is.": np.mean(after),
            },
            rtol=1e-6,
        )
        assert np.isclose(answer[0], d.mean(), rtol=1e-6), (
            f"For the differences {d.round(3)} expected the mean {d.mean():.3f}, got "
            f"{answer[0]:.3f}."
        )
        mistakes = {
            "That is the standard deviation of the differences: divide by √n.": d.std(ddof=1),
            "You divide by n inside the root: n - 1, ddof=1.": d.std() / np.sqrt(n),
            "That is the standard deviation, with n inside the root: ddof=1, and divide by √n.": (
                d.std()
            ),
            "You divide by n: the standard error is the standard deviation divided by √n.": (
                d.std(ddof=1) / n
            ),
            "That is the variance: take its root.": d.var(ddof=1),
            "That is the variance divided by n: take the root of it.": d.var(ddof=1) / n,
            "These are not pairs: take the difference for each seed first, and the standard error "
            "of these.": np.sqrt((np.var(after, ddof=1) + np.var(before, ddof=1)) / n),
        }
        refuse(answer[1], mistakes, rtol=1e-6)
        assert np.isclose(answer[1], error, rtol=1e-6), (
            f"For the differences {d.round(3)} expected the standard error {error:.3f}, got "
            f"{answer[1]:.3f}."
        )
