"""What right answers to the exercises of lab 08 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import differentiable, refuse

# A critic of one's own whose slope is known: score = x² + 3xy, so the slope is (2x + 3y, 3x).
LOSSES = ("minimax", "non-saturating", "least squares", "Wasserstein")


def _bent(points):
    x, y = points[..., :1], points[..., 1:]
    return x**2 + 3 * x * y


def _slopes(points):
    """The gradient of `_bent`'s score at each point, of the points' shape."""
    x, y = points[..., :1], points[..., 1:]
    return np.concatenate([2 * x + 3 * y, 3 * x], axis=-1)


def _number(answer, what: str) -> float:
    """One number, as a tensor or not; anything else is refused."""
    assert answer is not None, f"Return {what} (is `return` missing?)."
    assert np.shape(answer) == (), (
        f"Return one number, {what}; yours has the shape {np.shape(answer)}."
    )
    return float(answer)


def modes_and_good(modes_and_good):
    centers = np.array([[0, 0], [10, 0], [0, 10], [10, 10]], float)
    at = np.repeat(centers, [40, 30, 24, 6], axis=0)  # 100 points: a quarter of a share is 6.25
    answer = modes_and_good(at.copy(), centers.copy(), 0.5)
    assert answer is not None, "Return both numbers (is `return` missing?)."
    assert isinstance(answer, tuple | list | np.ndarray) and np.shape(answer) == (2,), (
        "Return two numbers: how many modes are covered, and the share of good points."
    )
    modes, good = answer
    assert not (np.isclose(modes, 1) and np.isclose(good, 3)), (
        "The other way round: first the number of modes, then the share of good points."
    )
    assert not np.isclose(good, 100), "Return the share of good points, 0 to 1, not their number."
    assert np.isclose(good, 1), (
        f"100 points that lie on centers are all good, a share of 1; yours is {good:.3f}."
    )
    assert not np.isclose(modes, 0.75), "Return how many modes are covered, not their share."
    assert not np.isclose(modes, 4), (
        "Of 100 points, each of 4 modes should get 25, so 6.25 cover it; you count the one with 6 "
        "as covered, too. It is n / m / 4, not rounded."
    )
    assert np.isclose(modes, 3), (
        "With 40, 30, 24 and 6 points on the 4 centers 3 modes are covered, which have at least "
        f"25 / 4 = 6.25 of 100 points; yours counts {modes:g}."
    )
    # 3σ = 1.5: at distance 1.4 good, at 1.6 not, also where each coordinate is below 1.5.
    offsets = np.array([[1.4, 0], [0, -1.4], [1.2, 1.2], [0, 1.6]])
    cloud = np.repeat(centers, [8, 8, 8, 8], axis=0) + np.tile(offsets, (8, 1))
    modes, good = modes_and_good(cloud, centers, 0.5)
    reasons = {
        "A point is good within 3 sigma of its center: yours are good within one sigma.": 0,
        "At (1.2, 1.2) from its center a point is not good: its distance, the root of the sum of "
        "squares, is 1.7 here, beyond 3 sigma = 1.5.": 0.75,
        "That is the share of points beyond 3 sigma: the good ones lie within.": 0.5,
    }
    assert np.isclose(good, 0.5), next(
        (reason for reason, share in reasons.items() if np.isclose(good, share)),
        f"Half of these points lie within 3 sigma of their center; your share is {good:.3f}.",
    )
    far = np.repeat(centers, [25, 25, 25, 25], axis=0)
    far[25:50] += [4, 0]  # nearest to the second center, but beyond 3 sigma
    modes, good = modes_and_good(far, centers, 0.5)
    assert not np.isclose(modes, 4), (
        "Points beyond 3 sigma do not cover a mode: count the good ones only."
    )
    assert np.isclose(good, 0.75) and np.isclose(modes, 3), (
        "With a quarter of all points beyond 3 sigma of their center, 3 of 4 modes are covered and "
        f"0.75 are good; yours says {modes:g} and {good:.2f}."
    )
    # 60 of 64 points are nowhere: 4 good ones are the least that cover one of 4 modes.
    few = np.full((64, 2), 100.0)
    few[:4] = centers[2]
    few[4:7] = centers[1]
    modes, good = modes_and_good(few, centers, 0.5)
    assert not np.isclose(modes, 2), (
        "A mode needs a quarter of its share of *all* points, n / m / 4, not of the good ones."
    )
    assert np.isclose(modes, 1), (
        "4 good points of 64 are n / m / 4 = 4, enough for one of 4 modes: at least, >=. 3 are not "
        f"enough. So here 1 mode is covered; yours counts {modes:g}."
    )
    modes, good = modes_and_good(np.concatenate([few, few[-1:]]), centers, 0.5)
    assert np.isclose(modes, 0), (
        "Of 65 points, n / m / 4 is 4.06 for 4 modes, and 4 good ones are too few: do not round."
    )
    line = np.array([[0.0, 0, 0], [0, 0, 9], [0.1, 0, 0], [0, 0, 8.5]])
    modes, good = modes_and_good(line, line[:2], 0.1)
    assert np.isclose(modes, 2) and np.isclose(good, 0.75), (
        "Right for points of two numbers and 4 centers; with 3 numbers and 2 centers not: use "
        "`points`, `centers` and `sigma` as they come."
    )


def generator_losses(generator_losses):
    logits = np.array([[-3.0], [0.5], [2.0]], "float32")
    answer = generator_losses(tf.constant(logits))
    assert answer is not None, "Return the dictionary (is `return` missing?)."
    assert isinstance(answer, dict), f"Return a dictionary; yours is a {type(answer).__name__}."
    missing = [name for name in LOSSES[:3] if name not in answer]
    assert not missing, f"These are missing: {', '.join(missing)}."
    called_real = np.mean(np.log1p(np.exp(-logits)))
    called_fake = np.mean(np.log1p(np.exp(logits)))
    minimax = _number(answer["minimax"], "the minimax loss")
    refuse(
        minimax,
        {
            "minimax: turn the sign. log(1 - D) itself is made small, no minus before it.": (
                called_fake
            ),
            "minimax: that is the non-saturating loss, -log D. Here it is log(1 - D).": called_real,
            "minimax: that is log D. Its points are made up, so log(1 - D).": -called_real,
            "minimax: take the mean, not the sum.": -3 * called_fake,
        },
        rtol=1e-3,
    )
    assert np.isclose(minimax, -called_fake, rtol=1e-3), (
        f"minimax: for the logits [-3, 0.5, 2] expected {-called_fake:.3f}, got {minimax:.3f}."
    )
    saturates_not = _number(answer["non-saturating"], "the non-saturating loss")
    refuse(
        saturates_not,
        {
            "non-saturating: turn the sign. It is -log D, made small.": -called_real,
            "non-saturating: with the label 0 the generator would help the discriminator.": (
                called_fake
            ),
            "non-saturating: that is log(1 - D), the minimax loss.": -called_fake,
            "non-saturating: take the mean, not the sum.": 3 * called_real,
        },
        rtol=1e-3,
    )
    assert np.isclose(saturates_not, called_real, rtol=1e-3), (
        f"non-saturating: for the logits [-3, 0.5, 2] expected {called_real:.3f}, got "
        f"{saturates_not:.3f}."
    )
    squares = _number(answer["least squares"], "the least-squares loss")
    squashed = 1 / (1 + np.exp(-logits))
    right = np.mean((logits - 1) ** 2) / 2
    refuse(
        squares,
        {
            "least squares: half the square is missing.": 2 * right,
            "least squares: 0 is what the discriminator wants of made-up points; the generator "
            "wants them to score 1.": np.mean(logits**2) / 2,
            "least squares: no sigmoid, the scores themselves should be 1.": (
                np.mean((squashed - 1) ** 2) / 2
            ),
            "least squares: the mean of the squares, not the square of the mean.": (
                (logits.mean() - 1) ** 2 / 2
            ),
            "least squares: take the mean, not the sum.": 3 * right,
        },
        rtol=1e-3,
    )
    assert np.isclose(squares, right, rtol=1e-3), (
        f"least squares: for the scores [-3, 0.5, 2] expected {right:.3f}, got {squares:.3f}."
    )
    for name in LOSSES[:3]:
        differentiable(lambda scores, name=name: generator_losses(scores)[name], logits)
    far = generator_losses(tf.constant([[-200.0]]))["non-saturating"]
    near = generator_losses(tf.constant([[200.0]]))["minimax"]
    assert np.isclose(far, 200) and np.isclose(near, -200), (
        "A logit of -200 should cost 200 by the non-saturating loss, one of 200 should give -200 "
        f"by minimax; yours give {float(far):.1f} and {float(near):.1f}. A sigmoid rounds to 0 or "
        "1 before the logarithm sees it: use softplus of the logits."
    )
    cube = np.arange(12, dtype="float32").reshape(2, 3, 2) / 6
    squares = generator_losses(tf.constant(cube))["least squares"]
    assert np.shape(squares) == () and np.isclose(squares, np.mean((cube - 1) ** 2) / 2), (
        "Right for shape (n, 1); with logits of shape (2, 3, 2) not: a mean over all numbers."
    )


def wasserstein_line(wasserstein_line):
    first, second = np.array([3.0, -1.0, 0.5, 7.0]), np.array([2.0, 9.0, -4.0, 1.5])
    given = first.copy(), second.copy()
    answer = _number(wasserstein_line(first, second), "the distance")
    assert np.array_equal(first, given[0]) and np.array_equal(second, given[1]), (
        "Your function puts the samples themselves in order: `np.sort` makes a sorted copy, "
        "`.sort()` does not."
    )
    ways = np.sort(first) - np.sort(second)
    right = np.abs(ways).mean()
    refuse(
        answer,
        {
            "Values are paired as they come: put both samples in order first.": (
                np.abs(first - second).mean()
            ),
            "That is the sum of all ways: each value carries 1/n of the mass, so take the mean.": (
                np.abs(ways).sum()
            ),
            "Ways to the left and to the right cancel: take the length of each, np.abs.": (
                ways.mean()
            ),
            "Ways to the left and to the right cancel: take the length of each way, then the "
            "mean.": abs(ways.mean()),
            "That is the mean of squares: the work is mass times way, not the square.": (
                np.square(ways).mean()
            ),
            "That is the root of the mean square: the work is mass times way, not the square.": (
                np.sqrt(np.square(ways).mean())
            ),
            "That is the longest way: take the mean of all.": np.abs(ways).max(),
            "That is the mean over all pairs: in a plan each value has one partner.": (
                np.abs(first[:, None] - second).mean()
            ),
        },
        rtol=1e-6,
    )
    assert np.isclose(answer, right), (
        f"For {first} and {second} expected {right:.3f}, got {answer:.3f}."
    )
    moved = _number(wasserstein_line(first, first[::-1] - 2.5), "the distance")
    assert np.isclose(moved, 2.5), (
        f"A sample and the same moved by 2.5 are 2.5 apart; yours says {moved:.3f}."
    )


def critic_loss(critic_loss):
    real, fake = np.array([[2.0], [-1.0], [0.5]], "float32"), np.array([[-3.0], [6.5]], "float32")
    try:
        answer = _number(critic_loss(tf.constant(real), tf.constant(fake)), "the loss")
    except (tf.errors.InvalidArgumentError, ValueError) as error:
        assert "shape" not in str(error), (
            "Here are 3 real scores and 2 made-up ones: take the mean of each, then the difference."
        )
        raise
    right = fake.mean() - real.mean()
    refuse(
        answer,
        {
            "The sign is turned: made small, that would push the scores of real points down.": (
                -right
            ),
            "Take the means, not the sums.": fake.sum() - real.sum(),
            "That is the generator's loss: the critic compares with the real points.": (
                -fake.mean()
            ),
            "The made-up points count only half of it: subtract the mean of the real scores.": (
                fake.mean()
            ),
            "The real points are only half of it: add the mean of the made-up scores.": (
                -real.mean()
            ),
            "That is the sum of both means: it is their difference.": fake.mean() + real.mean(),
            "Nothing is halved here.": right / 2,
            "No sigmoid: a critic returns plain scores.": (
                np.mean(1 / (1 + np.exp(-fake))) - np.mean(1 / (1 + np.exp(-real)))
            ),
            "That is cross-entropy, on logits; a critic compares two means of scores.": (
                np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake)))
            ),
        },
        rtol=1e-3,
    )
    assert np.isclose(answer, right, rtol=1e-4), (
        f"For real scores [2, -1, 0.5] and made-up ones [-3, 6.5] expected {right:.3f}, got "
        f"{answer:.3f}."
    )
    differentiable(critic_loss, real, fake)


def gradient_penalty(gradient_penalty):
    rng = np.random.default_rng(1)
    real, fake = rng.normal(size=(2, 2, 3, 2)).astype("float32")  # two games of three points
    between = rng.uniform(0.05, 0.4, (2, 3, 1)).astype("float32")
    asked = [tf.constant(part) for part in (real, fake, between)]
    answer = _number(_penalty_of(gradient_penalty, *asked), "the mean")
    slopes = _slopes(between * real + (1 - between) * fake)
    lengths = np.linalg.norm(slopes, axis=-1)
    right = np.mean((lengths - 1) ** 2)
    swapped = np.linalg.norm(_slopes(between * fake + (1 - between) * real), axis=-1)
    over_points = np.sqrt(np.square(slopes).sum(axis=-2))
    refuse(
        answer,
        {
            "The places are turned round: between · real + (1 - between) · fake.": np.mean(
                (swapped - 1) ** 2
            ),
            "That is the mean of (slope² - 1)²: the root is missing.": np.mean(
                (lengths**2 - 1) ** 2
            ),
            "That is the mean of slope²: subtract 1 from each slope first.": np.mean(lengths**2),
            "That is the mean of slope - 1: square it.": np.mean(lengths - 1),
            "That is the mean of |slope - 1|: square it.": np.mean(np.abs(lengths - 1)),
            "Square each (slope - 1), then take the mean.": (lengths.mean() - 1) ** 2,
            "The slope is a length: the root of the *sum* of the squares over the last axis, not "
            "the mean.": np.mean((lengths / np.sqrt(2) - 1) ** 2),
            "That sums over the points of a batch: the slope of one point is over the last axis, "
            "axis=-1.": np.mean((over_points - 1) ** 2),
            "That is one slope for all points together: each point has its own, over axis=-1.": (
                (np.linalg.norm(slopes) - 1) ** 2
            ),
            "Take the mean over all places, not the sum.": np.sum((lengths - 1) ** 2),
            "That is the penalty at the real points: take places between real and made-up "
            "ones.": np.mean((np.linalg.norm(_slopes(real), axis=-1) - 1) ** 2),
            "That is the penalty at the made-up points: take places between real and made-up "
            "ones.": np.mean((np.linalg.norm(_slopes(fake), axis=-1) - 1) ** 2),
            "Nothing is halved here, and no weight comes in: the recipe has that.": right / 2,
            "Nothing is weighted here: the recipe has the weight.": 10 * right,
        },
        rtol=1e-3,
    )
    assert np.isclose(answer, right, rtol=1e-3), (
        f"For a critic whose slopes are {np.round(lengths.ravel(), 2)} at these places expected "
        f"{right:.3f}, got {answer:.3f}."
    )
    plain = [tf.constant(part[0]) for part in (real, fake, between)]
    alone = _number(_penalty_of(gradient_penalty, *plain), "the mean")
    assert np.isclose(alone, np.mean((lengths[0] - 1) ** 2), rtol=1e-3), (
        "Right for batches of shape (2, 3, 2), not for one of shape (3, 2): sum over the last "
        "axis, axis=-1."
    )
    weight = tf.Variable([[2.0], [1.0]])
    with tf.GradientTape() as tape:
        value = gradient_penalty(lambda points: points @ weight, *plain)
    gradient = tape.gradient(value, weight) if tf.is_tensor(value) else None
    assert gradient is not None, (
        "The number is right, but the critic could not learn by it: return the tensor, without "
        "float(), .numpy() or numpy's functions."
    )
    expected = 2 * (np.sqrt(5) - 1) * np.array([[2], [1]]) / np.sqrt(5)
    assert np.allclose(gradient, expected, atol=1e-3), (
        "The number is right, its own gradient for the critic's weights is not: compute all of it "
        "from tape.gradient(scores, places), with keras.ops or TensorFlow."
    )


def _penalty_of(gradient_penalty, real, fake, between):
    """The answer for a critic of known slopes; what goes wrong inside the tape gets a reason."""
    try:
        return gradient_penalty(_bent, real, fake, between)
    except (TypeError, ValueError, AttributeError) as error:
        if "None" not in str(error):
            raise
        raise AssertionError(
            "tape.gradient returned None: watch the places first, tape.watch(places), and score "
            "them inside the tape."
        ) from None


def r1_penalty(r1_penalty):
    rng = np.random.default_rng(2)
    real = rng.normal(size=(2, 3, 2)).astype("float32")
    try:
        answer = _number(r1_penalty(_bent, tf.constant(real)), "the penalty")
    except (TypeError, ValueError, AttributeError) as error:
        if "None" not in str(error):
            raise
        raise AssertionError(
            "tape.gradient returned None: watch the points first, tape.watch(real), and score "
            "them inside the tape."
        ) from None
    squares = np.square(_slopes(real)).sum(axis=-1)
    right = squares.mean() / 2
    refuse(
        answer,
        {
            "Half of it: the half is missing.": 2 * right,
            "That is half the mean of the slope: leave the root out, it is the square that "
            "counts.": np.sqrt(squares).mean() / 2,
            "That is the mean of the slope: no root here, and half of it.": np.sqrt(squares).mean(),
            "Nothing is subtracted here: R1 asks for the slope 0, not 1.": (
                np.mean((np.sqrt(squares) - 1) ** 2) / 2
            ),
            "That is the gradient penalty: R1 asks for the slope 0, no root, and half of it.": (
                np.mean((np.sqrt(squares) - 1) ** 2)
            ),
            "Add the squares of a point's numbers, over axis=-1, and take the mean over points.": (
                right / 2
            ),
            "Take the mean over the points, not the sum.": squares.sum() / 2,
            "Square first, then take the mean.": np.sqrt(squares).mean() ** 2 / 2,
        },
        rtol=1e-3,
    )
    assert np.isclose(answer, right, rtol=1e-3), (
        f"For squared slopes {np.round(squares.ravel(), 2)} expected {right:.3f}, got {answer:.3f}."
    )
    alone = _number(r1_penalty(_bent, tf.constant(real[0])), "the penalty")
    assert np.isclose(alone, squares[0].mean() / 2, rtol=1e-3), (
        "Right for points of shape (2, 3, 2), not for shape (3, 2): sum over the last axis."
    )
    weight = tf.Variable([[2.0], [1.0]])
    with tf.GradientTape() as tape:
        value = r1_penalty(lambda points: points @ weight, tf.constant(real[0]))
    gradient = tape.gradient(value, weight) if tf.is_tensor(value) else None
    assert gradient is not None, (
        "The number is right, but the discriminator could not learn by it: return the tensor, "
        "without float(), .numpy() or numpy's functions."
    )
    assert np.allclose(gradient, [[2], [1]], atol=1e-3), (
        "The number is right, its own gradient for the discriminator's weights is not: compute "
        "all of it from tape.gradient(scores, real), with keras.ops or TensorFlow."
    )


def batch_spread(batch_spread):
    rng = np.random.default_rng(3)
    features = rng.normal(size=(2, 5, 3)).astype("float32") * [[[1.0]], [[4.0]]]
    features = features.astype("float32") + np.array([0, 5, -2], "float32")
    answer = batch_spread(tf.constant(features))
    assert answer is not None, "Return the features with the new number (is `return` missing?)."
    answer = np.asarray(answer)
    assert answer.shape != (2, 5, 6), (
        "One number behind the features, not one for each: take the mean of the deviations over "
        "the d features."
    )
    assert answer.shape != (2, 5, 1), (
        "Put the new number behind the features: keras.ops.concatenate."
    )
    assert answer.shape == (2, 5, 4), (
        "Two batches of 5 points with 3 features should come back with 4, shape (2, 5, 4); yours "
        f"has {answer.shape}."
    )
    if np.allclose(answer[..., 1:], features, atol=1e-5):
        raise AssertionError("The new number stands behind the features, not before them.")
    assert np.allclose(answer[..., :3], features, atol=1e-5), (
        "The features themselves should come back as they were, with the number behind them."
    )
    column = answer[..., 3]
    right = np.broadcast_to(features.std(axis=1).mean(axis=1)[:, None], (2, 5))
    refuse(
        column,
        {
            "That is the variance: take its root, the standard deviation.": np.broadcast_to(
                features.var(axis=1).mean(axis=1)[:, None], (2, 5)
            ),
            "Take the root of each feature's variance first, then the mean.": np.broadcast_to(
                np.sqrt(features.var(axis=1).mean(axis=1))[:, None], (2, 5)
            ),
            "That is the deviation of each point's own features: it should be over the points of "
            "the batch, axis=-2.": features.std(axis=2),
            "That is one deviation over all points and features: one for each feature over the "
            "points, axis=-2, then their mean.": np.broadcast_to(
                features.std(axis=(1, 2))[:, None], (2, 5)
            ),
            "All games got the same number: each batch has its own. Average over the last axis "
            "only.": np.full((2, 5), right.mean()),
            "That is over the games, the first axis: the points of a batch are axis=-2.": (
                np.broadcast_to(features.std(axis=0).mean(axis=-1)[None], (2, 5))
            ),
        },
        rtol=1e-3,
        atol=1e-4,
    )
    assert np.allclose(column, right, rtol=1e-2, atol=1e-3), (
        f"For the first batch the number should be {right[0, 0]:.3f} at each point; yours is "
        f"{column[0].round(3)}."
    )
    alone = np.asarray(batch_spread(tf.constant(features[1])))
    assert alone.shape == (5, 4) and np.allclose(alone[:, 3], right[1], rtol=1e-2), (
        "Right for shape (2, 5, 3), not for one batch of shape (5, 3): count axes from the end, "
        "axis=-2 and axis=-1."
    )
    same = tf.constant(np.ones((4, 2), "float32"))
    with tf.GradientTape() as tape:
        tape.watch(same)
        total = tf.reduce_sum(batch_spread(same)) if tf.is_tensor(batch_spread(same)) else None
    gradient = None if total is None else tape.gradient(total, same)
    assert gradient is not None, (
        "No gradient comes through it: return the tensor, made by keras.ops, Keras or TensorFlow."
    )
    assert np.isfinite(gradient).all(), (
        "Where all points are alike the gradient is not a number, and a collapsed batch would "
        "ruin every weight: add 1e-8 to the variance before the root."
    )
    shape_unknown = keras.Input(batch_shape=(2, None, 3))
    try:
        outcome = _shape_in_a_network(batch_spread, shape_unknown)
    except Exception as error:
        raise AssertionError(
            "It should work before the number of points is known, as in a network that is only "
            f"being built: use keras.ops, not fixed numbers ({type(error).__name__})."
        ) from error
    assert outcome == (2, None, 4), (
        f"In a network the shape (2, None, 3) should become (2, None, 4), not {outcome}."
    )


def _shape_in_a_network(batch_spread, symbolic):
    """The shape that a layer around the answer says it returns."""

    class Around(keras.layers.Layer):
        def call(self, features):
            return batch_spread(features)

    return tuple(Around()(symbolic).shape)


def experiment(experiment):
    """Stand-in recipes, whose numbers are no lab's: what is not changed must come from them."""
    recipe = {
        "loss": "non-saturating",
        "generator_rate": 0.0013,
        "discriminator_rate": 0.0007,
        "beta_1": 0.45,
        "discriminator_steps": 2,
        "steps": 1700,
        "penalty": None,
        "weight": 0.0,
        "clip": None,
        "spread": False,
        "lookahead": 0,
        "head_start": 0,
        "generator_optimizer": "Adam",
    }
    recipes = {"normal": recipe, "collapse": {**recipe, "discriminator_rate": 0.00013}}
    before = {name: dict(entries) for name, entries in recipes.items()}
    answer = experiment(recipes)
    assert isinstance(answer, dict), f"Return a dictionary; yours is a {type(answer).__name__}."
    parts = ["base", "changed", "score", "expected", "because"]
    missing = [part for part in parts if part not in answer]
    assert not missing, f"These are missing: {', '.join(missing)}."
    base, changed = answer["base"], answer["changed"]
    assert base in list(recipes), (
        f'"base" names the recipe to change, "normal" or "collapse", not {base!r}.'
    )
    assert recipes == before, (
        "The recipe itself was changed, so there is nothing left to compare with: change a copy, "
        '{**recipes["collapse"], …}.'
    )
    assert isinstance(changed, dict), f'"changed" is a whole recipe, not {changed!r}.'
    unknown = sorted(set(changed) - set(recipe))
    assert not unknown, f'"changed" has an entry that no recipe has: {unknown[0]}.'
    assert set(changed) == set(recipe), (
        f'"changed" is a whole recipe, with all entries: {{**recipes["{base}"], …}}.'
    )
    differs = [entry for entry in recipe if changed[entry] != before[base][entry]]
    with_penalty = sorted(differs) == ["penalty", "weight"]  # neither says anything alone
    assert differs, f'"changed" is the same as the recipe "{base}": change one entry.'
    assert len(differs) == 1 or with_penalty, (
        f'{len(differs)} entries differ from the recipe "{base}": {", ".join(differs)}. Change '
        "one alone, or you cannot tell which of them did it."
    )
    assert differs != ["steps"], (
        "The control has played no more steps than its recipe says, so there is nothing to compare "
        "with: change another entry."
    )
    _playable(changed)
    assert answer["score"] in ("modes", "good", "energy distance"), (
        f'"score" is "modes", "good" or "energy distance", not {answer["score"]!r}.'
    )
    assert answer["expected"] in ("higher", "lower", "the same"), (
        f'"expected" is "higher", "lower" or "the same", not {answer["expected"]!r}.'
    )
    because = answer["because"]
    assert isinstance(because, str) and len(because.split()) >= 5, (
        '"because" is a sentence, of five words or more: why do you expect that?'
    )


def _playable(recipe: dict) -> None:
    """Refuse entries that `train` could not play, or that would change nothing."""
    for entry in ("generator_rate", "discriminator_rate"):
        assert isinstance(recipe[entry], int | float) and 0 < recipe[entry] < 1, (
            f'"{entry}" is a number between 0 and 1, not {recipe[entry]!r}.'
        )
    assert isinstance(recipe["beta_1"], int | float) and 0 <= recipe["beta_1"] < 1, (
        f'"beta_1" is a number from 0 to below 1, not {recipe["beta_1"]!r}.'
    )
    for entry, least in (("discriminator_steps", 1), ("lookahead", 0), ("head_start", 0)):
        whole = isinstance(recipe[entry], int) and not isinstance(recipe[entry], bool)
        assert whole and recipe[entry] >= least, (
            f'"{entry}" is a whole number, at least {least}, not {recipe[entry]!r}.'
        )
    steps = recipe["steps"]
    assert isinstance(steps, int) and 0 < steps <= 20_000 and steps % 100 == 0, (
        f'"steps" is a multiple of 100, at most 20,000, not {steps!r}.'
    )
    assert recipe["lookahead"] == 0 or 100 % recipe["lookahead"] == 0, (
        f'"lookahead" divides 100, such as 5, 10 or 50, or is 0; yours is {recipe["lookahead"]}.'
    )
    assert recipe["loss"] in LOSSES, (
        f'"loss" is one of {", ".join(LOSSES)}, not {recipe["loss"]!r}.'
    )
    penalties = (None, "gradient", "R1")
    assert recipe["penalty"] in penalties, (
        f'"penalty" is None, "gradient" or "R1", not {recipe["penalty"]!r}.'
    )
    assert isinstance(recipe["weight"], int | float) and recipe["weight"] >= 0, (
        f'"weight" is a number, at least 0, not {recipe["weight"]!r}.'
    )
    assert (recipe["penalty"] is None) == (recipe["weight"] == 0), (
        "A penalty needs a weight, and a weight a penalty: change these two together."
    )
    assert recipe["clip"] is None or recipe["clip"] > 0, (
        f'"clip" is None or a number above 0, not {recipe["clip"]!r}.'
    )
    assert isinstance(recipe["spread"], bool), (
        f'"spread" is True or False, not {recipe["spread"]!r}.'
    )
    assert recipe["generator_optimizer"] in ("Adam", "SGD"), (
        f'"generator_optimizer" is "Adam" or "SGD", not {recipe["generator_optimizer"]!r}.'
    )
