"""What right answers to the exercises of lab 09 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks import networks
from checks.mistakes import refuse

RNG = np.random.default_rng(1)
LATENT, CONDITION = (RNG.normal(size=(6, size)).astype("float32") for size in (3, 4))


def _joined(latent_dim, conditions, size, use_bias=False) -> keras.Model:
    """As asked; a bias only to recognize a mistake."""
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, use_bias=use_bias)(condition)
    return keras.Model([latent, condition], keras.layers.Concatenate()([latent, embedded]))


def _takes(model, shapes: list, kind: str) -> None:
    """A Keras model with weights that takes a list of two inputs of these shapes."""
    assert model is not None, "Nothing came back: is there a `return`?"
    assert isinstance(model, keras.Model), (
        "Return a keras.Model of inputs and output, not the output itself."
    )
    assert model.built, "The model should have its weights already: begin with two keras.Input."
    assert model.weights, "The model has no weights: embed the condition by a Dense layer."
    taken = getattr(model, "input_shape", None)
    wanted = [(None, *shape) for shape in shapes]
    assert taken is None or [*taken] == wanted, (
        f"It should take the list {kind}, of the shapes {wanted}; yours takes {taken}."
    )


def joined(joined):
    model = joined(3, 4, 5)
    _takes(model, [(3,), (4,)], "[latent, condition]")
    inputs = [tf.constant(LATENT), tf.constant(CONDITION)]
    answer = np.asarray(model(inputs))
    assert answer.shape == (6, 8), (
        f"For 3 latent numbers and 5 of the embedding expected vectors of 8; yours have the shape "
        f"{answer.shape}."
    )
    assert not np.allclose(answer[:, 5:], LATENT), "The latent vector comes first."
    assert np.allclose(answer[:, :3], LATENT, atol=1e-6), (
        "The first numbers should be the latent vector as it is."
    )
    shapes = sorted(tuple(weight.shape) for weight in model.weights)
    assert (3, 5) not in shapes, "Embed the condition, not the latent vector."
    assert (5,) not in shapes, "The embedding has no bias: say use_bias=False."
    assert shapes == [(4, 5)], (
        f"One matrix is enough, of shape (conditions, size), here (4, 5); yours has {shapes}."
    )
    table = RNG.normal(size=(4, 5)).astype("float32")
    model.weights[0].assign(table)
    assert np.allclose(np.asarray(model(inputs))[:, 3:], CONDITION @ table, atol=1e-4), (
        "The embedding should be the condition times its matrix, without an activation."
    )
    other = joined(2, 3, 6)
    _takes(other, [(2,), (3,)], "[latent, condition]")
    assert [tuple(weight.shape) for weight in other.weights] == [(3, 6)], (
        "For other sizes it has other shapes: use latent_dim, conditions and size."
    )


def _features(side: int = 5, f: int = 7) -> keras.Model:
    layers = [keras.Input((side, side, 1)), keras.layers.Flatten(), keras.layers.Dense(f, "tanh")]
    return keras.Sequential(layers)


def _projection(side, f, conditions, use_bias) -> keras.Model:
    features = _features(side, f)
    pictures, condition = keras.Input((side, side, 1)), keras.Input((conditions,))
    seen = features(pictures)
    direction = keras.layers.Dense(f, use_bias=False)(condition)
    agrees = keras.ops.sum(seen * direction, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + agrees)


def projection(projection):
    for side, f, conditions in ((5, 7, 4), (3, 6, 4)):
        model = projection(_features(side, f), conditions)
        _takes(model, [(side, side, 1), (conditions,)], "[pictures, condition]")
        pictures = tf.constant(RNG.uniform(-1, 1, (6, side, side, 1)).astype("float32"))
        condition = tf.constant(CONDITION)
        logits = np.asarray(model([pictures, condition]))
        assert logits.shape != (6, f), "Sum the products over the last axis, keepdims=True."
        assert logits.shape == (6, 1), (
            f"Six pairs have six logits, shape (6, 1); yours have {logits.shape}: keepdims=True."
        )
        assert len(model.trainable_weights) == len(model.weights), (
            "All weights learn, those of the features, too: leave `trainable` as it is."
        )
        if networks.same_function(model, [pictures, condition], _projection, side, f, conditions):
            continue  # in whatever style it was written
        shapes = [tuple(weight.shape) for weight in model.weights]
        assert (side * side, f) in shapes, "Use the features network that you are handed."
        assert (conditions, 1) not in shapes, (
            "The embedded condition has as many numbers as there are features."
        )
        assert (f, 1) in shapes, (
            "The first part is missing: a Dense(1) layer of the features, whatever the condition."
        )
        assert (conditions, f) in shapes, (
            "The condition is embedded by a Dense layer of as many units as there are features; "
            f"here its matrix should have the shape {(conditions, f)}, yours are {shapes}."
        )
        assert shapes.count((f,)) == 1, (
            "The embedding of the condition has no bias: say use_bias=False."
        )
        _straight(model, pictures, condition)
        raise AssertionError(
            "It does not compute w · φ(x) + b + v · φ(x), with v the condition times a matrix: "
            "multiply features and embedded condition, and sum over the last axis."
        )


def _straight(model, pictures, condition) -> None:
    """Each picture's logit is a straight line in its condition, and beyond (0, 1)."""
    weights = networks.random_kernels(model, np.random.default_rng(2), 3)
    assert weights, "The model has no weights."
    at = [np.asarray(model([pictures, k * condition])) for k in (0, 1, 2)]
    assert np.abs(at[1] - at[0]).max() > 1e-3, (
        "The condition changes nothing: add the inner product of features and embedded condition."
    )
    assert np.allclose(at[2] - at[1], at[1] - at[0], rtol=1e-3, atol=1e-3), (
        "Twice the condition should move the logit twice as far: no activation on the embedded "
        "condition, and none at the end."
    )


class _Called:
    """A stand-in for a network that notes how it was called."""

    def __init__(self, function):
        self.function, self.calls = function, []

    def __call__(self, inputs, training=None):
        assert isinstance(inputs, list | tuple) and len(inputs) == 2, (
            "Each network takes a list of two inputs, such as [latent, condition]."
        )
        self.calls.append(([np.asarray(part) for part in inputs], training))
        return self.function(*inputs)


def conditional_losses(conditional_losses):
    rng = np.random.default_rng(3)
    real, condition = rng.normal(0.5, 1, (5, 2)), rng.normal(size=(5, 3))
    latent = rng.normal(size=(5, 2))
    real, condition, latent = (tf.constant(v, "float32") for v in (real, condition, latent))
    weight, slope = tf.Variable(0.7), tf.Variable(1.3)

    def paints(noise, wish):
        assert noise.shape[1] == 2 and wish.shape[1] == 3, "The list is [latent, condition]."
        return weight * noise + wish[:, :2]

    def judges(pictures, wish):
        return slope * tf.reduce_sum(pictures * wish[:, 1:], axis=1, keepdims=True)

    generator, discriminator = _Called(paints), _Called(judges)
    with tf.GradientTape(persistent=True) as tape:
        answer = conditional_losses(generator, discriminator, real, condition, latent)
    assert answer is not None, "Nothing came back: return both losses."
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two losses, the generator's and the discriminator's."
    )
    assert all(np.shape(loss) == () for loss in answer), (
        f"Each loss is one number; yours have the shapes {[np.shape(loss) for loss in answer]}."
    )
    assert len(generator.calls) == 1, (
        f"The generator was called {len(generator.calls)} times: paint once, for both losses."
    )
    painted = generator.calls[0][0]
    assert np.array_equal(painted[0], latent) and np.array_equal(painted[1], condition), (
        "The generator gets [latent, condition], both as they are."
    )
    modes = [training for _, training in generator.calls + discriminator.calls]
    assert all(mode is True for mode in modes), (
        "Call both networks with training=True: this is a training step."
    )
    drawn = paints(latent, condition)
    pairs = (real, condition), (drawn, condition), (drawn, 0 * condition)
    s, t, bare = (np.asarray(judges(*pair)) for pair in pairs)
    up, down = (lambda x: np.log1p(np.exp(-x)).mean()), (lambda x: np.log1p(np.exp(x)).mean())
    right = np.array([up(t), up(s) + down(t)])
    mistakes = {
        "The discriminator comes second: return the generator's loss first.": right[::-1],
        "That is the saturating loss: take the mean of softplus(-s).": ([-down(t), right[1]]),
        "The generator's sign is turned: softplus(-s) of the drawings.": [
            down(t),
            right[1],
        ],
        "The generator's loss asks for the drawings' logits, not for the real ones'.": (
            [up(s), right[1]]
        ),
        "The labels are swapped: real pairs should be accepted, drawn ones refused.": (
            [up(t), down(s) + up(t)]
        ),
        "That is the mean of both parts: asked is their sum.": [up(t), right[1] / 2],
        "The drawn pairs do not count in the discriminator's loss.": [up(t), up(s)],
        "The real pairs do not count in the discriminator's loss.": [up(t), down(t)],
        "The drawings were judged with conditions of 0: each with the one it was asked for.": (
            [up(bare), up(s) + down(bare)]
        ),
    }
    got = np.array([float(loss) for loss in answer])
    refuse(got, mistakes, rtol=1e-4)
    assert len(discriminator.calls) > 1, (
        "Call the discriminator twice, on real pairs and on drawn ones: in one batch, batch "
        "normalization would mix them."
    )
    seen = [call[0][1] for call in discriminator.calls]
    assert all(np.array_equal(wish, condition) for wish in seen), (
        "The discriminator judges pairs: each picture, real or drawn, beside its condition, rows "
        "in the same order."
    )
    assert np.allclose(got, right, rtol=1e-4), (
        f"Expected the losses {right.round(4)}, got {got.round(4)}."
    )
    moves = tape.gradient(answer[0], weight)
    assert moves is not None and abs(float(moves)) > 1e-6, (
        "No gradient of the generator's loss reaches the generator: hand its drawing on as it is."
    )


def _probabilities(named: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Shape (n, 11): the likeliest class of each picture, and the one after it."""
    rng, rows = np.random.default_rng(4), np.arange(len(named))
    found = rng.uniform(0.01, 0.05, (len(named), 11))
    found[rows, second] = rng.uniform(0.1, 0.2, len(named))
    found[rows, named] = rng.uniform(0.3, 0.9, len(named))
    return found / found.sum(axis=1, keepdims=True)


def agreement(agreement):
    asked = np.array([3, 3, 3, 3, 7, 7, 5, 5, 5, 1])
    named = np.array([3, 3, 7, 3, 7, 5, 10, 5, 10, 1])
    probabilities = _probabilities(named, asked)
    answer = agreement(asked.copy(), probabilities.copy())
    assert answer is not None, "Nothing came back: return two shares."
    assert np.shape(answer) == (2,), (
        "Return two numbers, the share of all and that of the worst class; yours have the shape "
        f"{np.shape(answer)}."
    )
    right = named == asked
    by_class = [right[asked == digit].mean() for digit in (1, 3, 5, 7)]
    sure = probabilities[:, :10].argmax(axis=1) == asked
    mistakes = {
        "The share of all comes first, then that of the worst class.": (
            [min(by_class), right.mean()]
        ),
        "That is the mean over classes: every picture counts alike.": (
            [np.mean(by_class), min(by_class)]
        ),
        "That is the best class: return the worst one's share.": [right.mean(), max(by_class)],
        "Digits that nobody asked for do not count: go through np.unique(asked).": (
            [right.mean(), 0]
        ),
        "These are shares of what was drawn: ask, of those asked for, how many agree.": (
            [right.mean(), min(right[named == k].mean() for k in (1, 3, 5, 7))]
        ),
        "These are counts: return shares.": [right.sum(), min(by_class)],
        "These are shares that do not agree.": [1 - right.mean(), 1 - max(by_class)],
    }
    answer = np.asarray(answer, float)
    assert not np.isnan(answer).any(), (
        "A mean over no picture is NaN: go through the digits asked for, np.unique(asked)."
    )
    refuse(answer, mistakes, rtol=1e-6)
    eleven = '"No digit" is an answer, too: take the likeliest of all eleven.'
    refuse(answer[0], {eleven: sure.mean()}, rtol=1e-6)
    assert np.allclose(answer, [right.mean(), min(by_class)]), (
        f"Asked for {asked.tolist()}, named {named.tolist()}: expected "
        f"{right.mean():.3f} and {min(by_class):.3f}, got {answer.round(3).tolist()}."
    )


def _distance(points: np.ndarray) -> float:
    points = points.reshape(len(points), -1)
    every = np.linalg.norm(points[:, None] - points[None], axis=-1)
    return every.sum() / (len(points) ** 2 - len(points))


def diversity_within(diversity_within):
    rng = np.random.default_rng(5)
    asked, shown = np.array([2, 9, 2, 9, 9, 2, 2]), np.array([9, 2, 2, 9, 2, 4, 9, 9, 2, 4])
    images, real = rng.normal(size=(7, 3, 2, 1)), 2 * rng.normal(size=(10, 3, 2, 1))
    images[asked == 9] *= 0.3
    images[asked == 2] += 5
    before = images.copy()
    answer = diversity_within(images, asked.copy(), real.copy(), shown.copy())
    assert answer is not None, "Nothing came back: return the mean ratio."
    assert np.shape(answer) == (), f"Return one number; yours has the shape {np.shape(answer)}."
    assert np.array_equal(images, before), "The images that you were handed were changed."
    pairs = [(images[asked == k], real[shown == k]) for k in (2, 9)]
    spreads = np.array([[_distance(part) for part in pair] for pair in pairs])
    ratios = spreads[:, 0] / spreads[:, 1]
    mistakes = {
        "That compares all images with each other: only those of one class.": (
            _distance(images) / _distance(real)
        ),
        "Divide class by class, and take the mean of these ratios.": (
            spreads[:, 0].mean() / spreads[:, 1].mean()
        ),
        "Divide by the same of the real images: real ones score 1.": spreads[:, 0].mean(),
        "The ratio is turned: the drawings' distance above, the real ones' below.": (
            (1 / ratios).mean()
        ),
        "That is the sum over classes: take the mean.": ratios.sum(),
        "That is the smallest class: take the mean.": ratios.min(),
        "An image is not compared with itself: leave out distances of 0 to itself.": np.mean(
            [
                (len(a) - 1) / len(a) * _distance(a) / ((len(b) - 1) / len(b) * _distance(b))
                for a, b in pairs
            ]
        ),
        "The mean distance to the class' mean is another number: take that of two images.": np.mean(
            [
                np.linalg.norm((a - a.mean(0)).reshape(len(a), -1), axis=1).mean()
                / np.linalg.norm((b - b.mean(0)).reshape(len(b), -1), axis=1).mean()
                for a, b in pairs
            ]
        ),
        "These are squared distances: take their roots first.": np.mean(
            [a.var(0, ddof=1).sum() / b.var(0, ddof=1).sum() for a, b in pairs]
        ),
    }
    refuse(answer, mistakes, rtol=1e-6)
    assert np.isclose(float(answer), ratios.mean(), rtol=1e-4), (
        f"For two classes with the ratios {ratios.round(3)} expected {ratios.mean():.4f}, got "
        f"{float(answer):.4f}."
    )
    same = np.repeat(real[:2], 3, axis=0)
    alone = diversity_within(same, np.repeat([2, 9], 3), real, shown)
    assert np.isclose(float(alone), 0, atol=1e-5), "One image three times has a diversity of 0."


def attribute_agreement(attribute_agreement):
    asked = np.array([[0.2, 8.0], [0.9, 3.0], [0.4, 6.5], [0.8, 1.0]])
    read = np.array([[0.3, 9.0], [0.7, 2.0], [0.1, 4.0], [0.9, 4.5]])
    middle = np.array([0.5, 5.0])
    answer = attribute_agreement(asked.copy(), read.copy(), middle.copy())
    assert answer is not None, "Nothing came back: return a share for each attribute."
    right = (asked > middle) == (read > middle)
    answer = np.asarray(answer, float)
    assert not np.allclose(answer, right.mean()) or answer.shape == (2,), (
        "That is one share of all: return one for each attribute, axis=0."
    )
    assert answer.shape == (2,), (
        f"Return a share for each of two attributes; yours have the shape {answer.shape}."
    )
    asked_3 = np.vstack([asked, [[0.5, 5.0], [0.6, 5.5]]])
    read_3 = np.vstack([read, [[0.4, 6.0], [0.5, 5.5]]])
    middle_3 = middle
    answer = np.asarray(attribute_agreement(asked_3, read_3, middle_3), float)
    right = (asked_3 > middle) == (read_3 > middle)
    own = (asked_3 > np.median(asked_3, 0)) == (read_3 > np.median(read_3, 0))
    mistakes = {
        "These are counts: return shares.": right.sum(axis=0),
        "These are the shares that are read wrongly.": 1 - right.mean(axis=0),
        "That is the share in the upper half of both: two lower halves agree, too.": (
            ((asked_3 > middle) & (read_3 > middle)).mean(axis=0)
        ),
        "The middle itself belongs to the lower half: above it is `>`.": (
            ((asked_3 >= middle) == (read_3 >= middle)).mean(axis=0)
        ),
    }
    if not np.allclose(own.mean(axis=0), right.mean(axis=0)):
        mistakes["Use the `middle` that you are handed."] = own.mean(axis=0)
    refuse(answer, mistakes, rtol=1e-6)
    assert np.allclose(answer, right.mean(axis=0)), (
        f"Asked for {asked_3[:, 0].tolist()}, read {read_3[:, 0].tolist()}, middle 0.5: expected "
        f"{right[:, 0].mean():.3f}, got {answer[0]:.3f}."
    )


def sweep(sweep):
    latent, condition = LATENT[0].copy(), CONDITION[0].copy()
    for which, values in ((2, [-1.0, 0.5, 2.0, 3.0, 9.0]), (0, np.array([4.0, -2.0]))):
        answer = sweep(latent, condition, which, values)
        assert answer is not None, "Nothing came back: return latent vectors and conditions."
        assert isinstance(answer, tuple | list) and len(answer) == 2, (
            "Return two arrays: latent vectors and conditions."
        )
        latents, conditions = (np.asarray(part) for part in answer)
        assert np.array_equal(condition, CONDITION[0]) and np.array_equal(latent, LATENT[0]), (
            "What you were handed was changed: np.tile makes a new array, fill that one."
        )
        k = len(values)
        assert latents.shape != (k, 4) or conditions.shape != (k, 3), (
            "The latent vectors come first, then the conditions."
        )
        assert latents.shape == (k, 3) and conditions.shape == (k, 4), (
            f"For {k} values expected the shapes {(k, 3)} and {(k, 4)}; yours have {latents.shape} "
            f"and {conditions.shape}."
        )
        assert np.allclose(latents, LATENT[:1]), "The noise is the same in each row."
        wanted = np.tile(CONDITION[0], (k, 1))
        wanted[:, which] = values
        added = np.tile(CONDITION[0], (k, 1))
        added[:, which] += values
        refuse(
            conditions,
            {
                "The values replace the entry: you added them to it.": added,
                "All entries move: only the entry `which` does.": np.repeat(
                    np.reshape(values, (-1, 1)), 4, axis=1
                ),
                "The entry `which` has not moved.": np.tile(CONDITION[0], (k, 1)),
            },
        )
        assert np.allclose(conditions, wanted), (
            f"Entry {which} should take the values {list(values)} one after the other, and the "
            f"others stay; yours are {conditions.round(2).tolist()}."
        )
