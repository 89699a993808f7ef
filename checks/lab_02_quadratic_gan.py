"""What right answers to the exercises of lab 02 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import differentiable, entropy, refuse
from checks.toys import tiny_gan

FROZEN = (
    "The other network is still frozen (trainable = False), so its own half could not train it any "
    "more. Nothing needs freezing: the variables you name decide who learns."
)


def fake_samples(fake_samples):
    maker = keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)])
    first_and_last, far_away = np.eye(5)[:, [0, 4]], np.array([100.0, -50.0])
    maker.set_weights([first_and_last, far_away])  # shows two of its five numbers, moved
    seed = keras.random.SeedGenerator(1)
    answer = fake_samples(maker, 1000, 5, seed)
    assert answer is not None, "Return the points (is `return` missing?)."
    assert np.shape(answer) != (1000, 5), (
        "These are the latent vectors: call the generator on them, and return what it makes."
    )
    drawn = np.asarray(answer)
    assert drawn.shape == (1000, 2), (
        f"Expected 1000 points, shape (1000, 2); yours has {drawn.shape}."
    )
    drawn = drawn - far_away
    assert abs(drawn).max() < 20, (
        "These are not the points that the generator makes: return generator(latent) as it is."
    )
    assert abs(drawn.mean()) < 0.12 and abs(drawn.std() - 1) < 0.08, (
        "The latent numbers should have mean 0 and standard deviation 1; yours have mean "
        f"{drawn.mean():.2f} and standard deviation {drawn.std():.2f}."
    )
    assert abs(drawn).max() > 2.5, (
        f"None of 2000 latent numbers is beyond ±{abs(drawn).max():.2f}: that is not a normal "
        "distribution, which has about 25 of them beyond ±2.5."
    )
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.2, (
        "The numbers of one latent vector should be independent: draw all (n, latent_dim) anew."
    )
    again = np.asarray(fake_samples(maker, 1000, 5, seed)) - far_away
    assert not np.allclose(drawn, again), (
        "Two calls draw the same points: hand `seed` on, not a fixed number."
    )
    first, second = (
        np.asarray(fake_samples(maker, 3, 5, keras.random.SeedGenerator(7))) for _ in range(2)
    )
    assert np.allclose(first, second), (
        "The same seed should draw the same points: hand `seed` on to keras.random.normal."
    )
    short = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    fewer = np.shape(fake_samples(short, 7, 3, seed))
    assert fewer == (7, 2), (
        f"7 points of a generator that takes 3 numbers should have the shape (7, 2), not {fewer}: "
        "use `n` and `latent_dim`, not fixed numbers."
    )


def discriminator_loss(discriminator_loss):
    real, fake = np.array([[2.0], [-1.0]], "float32"), np.array([[-3.0], [0.5]], "float32")

    answer = discriminator_loss(tf.constant(real), tf.constant(fake))
    assert not isinstance(answer, keras.losses.Loss), (
        "BinaryCrossentropy(from_logits=True) makes a function first; call that on labels and "
        "logits."
    )
    assert answer is not None, "Return the loss (is `return` missing?)."
    answer = np.asarray(answer)
    assert answer.shape == (), f"Return one number, the mean; yours has the shape {answer.shape}."
    right = (entropy(real, 1) + entropy(fake, 0)) / 2
    as_probability = keras.losses.BinaryCrossentropy()
    as_logits = keras.losses.BinaryCrossentropy(from_logits=True)
    squashed = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-fake))
    mistakes = {
        "The labels are swapped: real points are 1, made-up points 0.": (
            (entropy(real, 0) + entropy(fake, 1)) / 2
        ),
        "That is the sum for real and for made-up points: take the mean, half of it.": 2 * right,
        "Both got the label 1: made-up points are 0.": (entropy(real, 1) + entropy(fake, 1)) / 2,
        "Only the real points count so far: add the made-up ones.": entropy(real, 1),
        "Only the made-up points count so far: add the real ones.": entropy(fake, 0),
        "These are logits, not probabilities: say from_logits=True.": (
            as_probability(np.ones_like(real), real) + as_probability(np.zeros_like(fake), fake)
        )
        / 2,
        "The sigmoid is applied twice: hand the logits over as they are.": (
            (entropy(squashed[0], 1) + entropy(squashed[1], 0)) / 2
        ),
        "The cross-entropy takes the labels first, then the logits.": (
            as_logits(real, np.ones_like(real)) + as_logits(fake, np.zeros_like(fake))
        )
        / 2,
        "The sign is turned: a loss is made small, so it is minus the logarithm.": -right,
        "That is what the discriminator makes large: turn the sign, and halve it.": -2 * right,
    }
    refuse(answer, mistakes, rtol=1e-3)
    assert np.isclose(answer, right, rtol=1e-3), (
        f"For real logits [2, -1] and made-up logits [-3, 0.5] expected {right:.3f}, "
        f"got {answer:.3f}."
    )
    differentiable(discriminator_loss, real, fake)
    far = np.asarray(discriminator_loss(tf.constant([[-200.0]]), tf.constant([[200.0]])))
    assert np.isclose(far, 200), (
        f"Logits that are wrong by 200 should cost 200; yours cost {far:.1f}. A sigmoid rounds to "
        "0 or 1 before the logarithm sees it: compute the loss from the logits."
    )


def best_discriminator(best_discriminator):
    p, q = np.array([[0.1, 0.4, 3.0], [0.7, 0.2, 0.02]]), np.array([[0.3, 0.4, 1.0], [0.1, 2.0, 1]])
    given = p.copy(), q.copy()
    answer = best_discriminator(p, q)
    assert answer is not None, "Return the d of each place (is `return` missing?)."
    assert np.shape(answer) == p.shape, (
        f"One d for each place: expected the shape {p.shape}, yours is {np.shape(answer)}."
    )
    answer, (p, q) = np.asarray(answer), given
    right = p / (p + q)
    mistakes = {
        "That is the probability of being made up: take the other one.": 1 - right,
        "These are not between 0 and 1: p / q says how many real points there are for each made-up "
        "one; of how many is that a share?": p / q,
        "That is the logit of the best answer: its sigmoid is the probability.": np.log(p / q),
        "A sure 0 or 1 costs endlessly much where it is wrong: the d that makes p log d + "
        "q log(1 - d) largest lies between.": p > q,
        "The best logit is log p - log q, not p - q: set the slope p/d - q/(1 - d) to 0.": (
            1 / (1 + np.exp(q - p))
        ),
        "The slope of log(1 - d) is minus 1/(1 - d): mind its sign.": p / (p - q + (p == q)),
    }
    refuse(answer, mistakes, atol=1e-3)
    assert answer.min() >= 0 and answer.max() <= 1, (
        f"A probability lies between 0 and 1; yours go from {answer.min():.2f} to "
        f"{answer.max():.2f}."
    )
    worst = np.unravel_index(np.argmax(abs(answer - right)), p.shape)
    assert np.allclose(answer, right, atol=4e-3), (
        f"Where p = {p[worst]} and q = {q[worst]}, p log d + q log(1 - d) is largest at "
        f"d = {right[worst]:.3f}; yours is {answer[worst]:.3f}. At the top the slope "
        "p/d - q/(1 - d) is 0."
    )
    again = np.array([0.5, 0.5])
    best_discriminator(again, np.array([0.5, 1.5]))
    assert np.allclose(again, 0.5), "Leave the arrays you were given as they were: make a new one."


def generator_loss(generator_loss):
    fake = np.array([[-3.0], [0.5]], "float32")
    answer = generator_loss(tf.constant(fake))
    assert not isinstance(answer, keras.losses.Loss), (
        "BinaryCrossentropy(from_logits=True) makes a function first; call that on labels and "
        "logits."
    )
    assert answer is not None, "Return the loss (is `return` missing?)."
    answer = np.asarray(answer)
    assert answer.shape == (), f"Return one number, the mean; yours has the shape {answer.shape}."
    right, called_fake = np.mean(np.log1p(np.exp(-fake))), np.mean(np.log1p(np.exp(fake)))
    squashed = 1 / (1 + np.exp(-fake))
    mistakes = {
        "With the label 0 the generator would help the discriminator: its points should be called "
        "real, label 1.": called_fake,
        "That is log(1 - D), for saturating=True: without it, return the mean of -log D.": (
            -called_fake
        ),
        "The sign is turned: a loss is made small, so it is minus the logarithm.": -right,
        "Nothing is halved here: there is one batch, and its mean.": right / 2,
        "These are logits, not probabilities: say from_logits=True.": (
            keras.losses.BinaryCrossentropy()(np.ones_like(fake), fake)
        ),
        "The sigmoid is applied twice: hand the logits over as they are.": np.mean(
            np.log1p(np.exp(-squashed))
        ),
        "The cross-entropy takes the labels first, then the logits.": (
            keras.losses.BinaryCrossentropy(from_logits=True)(fake, np.ones_like(fake))
        ),
    }
    refuse(answer, mistakes, rtol=1e-3)
    assert np.isclose(answer, right, rtol=1e-3), (
        f"For the logits [-3, 0.5] expected {right:.3f}, got {answer:.3f}."
    )
    differentiable(generator_loss, fake)
    far = np.asarray(generator_loss(tf.constant([[-200.0]])))
    assert np.isclose(far, 200), (
        f"A logit of -200 should cost 200; yours costs {far:.1f}. A sigmoid rounds to 0 before the "
        "logarithm sees it: compute the loss from the logits."
    )
    minimax = generator_loss(tf.constant(fake), saturating=True)
    assert minimax is not None, (
        "With saturating=True your function returns nothing: `return` the loss in both cases."
    )
    minimax = np.asarray(minimax)
    assert minimax.shape == (), (
        f"With saturating=True, too, return one number; yours has the shape {minimax.shape}."
    )
    mistakes = {
        "saturating=True asks for another loss, the mean of log(1 - D): yours is the same.": right,
        "With saturating=True the sign is turned: log(1 - D) itself is made small, no minus before "
        "it.": called_fake,
        "With saturating=True that is log D: its points are made up, so log(1 - D).": -right,
    }
    refuse(minimax, mistakes, rtol=1e-3)
    assert np.isclose(minimax, -called_fake, rtol=1e-3), (
        f"With saturating=True expected {-called_fake:.3f} for the logits [-3, 0.5], got "
        f"{minimax:.3f}."
    )
    differentiable(lambda logits: generator_loss(logits, saturating=True), fake)
    near = np.asarray(generator_loss(tf.constant([[200.0]]), saturating=True))
    assert np.isclose(near, -200), (
        f"With saturating=True a logit of 200 should give -200; yours gives {near:.1f}. A sigmoid "
        "rounds to 1 before the logarithm sees it: compute the loss from the logits."
    )


def pull(pull):
    points = np.array([[0.1, 0.4], [-0.3, 0.2], [0.5, -1.0]], "float32")
    slope = np.array([[2.0], [-3.0]], "float32")

    def loss(logits):
        return keras.ops.mean(keras.ops.softplus(-logits))

    def straight(places):
        return keras.ops.matmul(places, slope)

    try:
        answer = pull(loss, straight, tf.constant(points))
    except TypeError as error:
        if "NoneType" not in str(error):
            raise
        raise AssertionError(
            "tape.gradient returned None: watch the points first, tape.watch(points), and compute "
            "both the logits and the loss inside the tape."
        ) from None
    assert answer is not None, (
        "Return the pull. (If you do: tape.gradient returned None, since it knows only what was "
        "computed inside the tape, a minus sign included.)"
    )
    right = (1 - 1 / (1 + np.exp(-points @ slope))) @ slope.T / 3
    assert np.shape(answer) != (3, 1), (
        "That is the pull on the logits: ask the tape for the gradient with respect to the points."
    )
    assert np.shape(answer) == (3, 2), (
        f"Three points of two numbers feel a pull of shape (3, 2); yours has {np.shape(answer)}."
    )
    mistakes = {
        "That is the gradient, in whose direction the loss grows: the pull is minus it.": -right,
        "Each pull is 3 times too strong, for 3 points: take the gradient of the loss as it is.": (
            3 * right
        ),
        "That is the slope of the logits alone: take the gradient of the loss of them.": (
            np.broadcast_to(slope.T, (3, 2))
        ),
    }
    refuse(answer, mistakes, atol=1e-5)
    assert np.allclose(answer, right, atol=1e-4), (
        f"The first point should feel {right[0].round(3)}, yours feels {np.round(answer[0], 3)}: "
        "minus the gradient of loss(discriminator(points)) with respect to the points."
    )
    column = tf.constant([[1.0], [-2.0]])
    answer = pull(lambda logits: keras.ops.sum(logits**2), lambda same: same, column)
    assert np.shape(answer) == (2, 1) and np.allclose(answer, [[-2], [4]]), (
        "Right for points of two numbers and a mean; with points of one number and another loss "
        "not: use `loss`, `discriminator` and `points` as they come."
    )


def discriminator_step(discriminator_step):
    toy = tiny_gan(latent_dim=3)
    real, latent = keras.random.normal((8, 2), seed=1), keras.random.normal((8, 3), seed=2)
    with tf.GradientTape() as tape:
        logits = toy.discriminator(real), toy.discriminator(toy.generator(latent))
        loss = toy.discriminator_loss(*logits)
    right, expected = tape.gradient(loss, toy.discriminator.trainable_variables), float(loss)
    answer = discriminator_step(toy, real, latent)
    moved, gradients = toy.moved(), toy.discriminator_optimizer.given
    assert toy.generator.trainable_variables, FROZEN
    assert moved[0] == 0, (
        f"The generator moved too, by {moved[0]:.2g}: ask the tape for gradients of "
        "gan.discriminator.trainable_variables, and of nothing else."
    )
    assert gradients is not None or toy.generator_optimizer.given is None, (
        "You used the generator's optimizer: this half belongs to gan.discriminator_optimizer."
    )
    assert gradients is not None, (
        "The discriminator did not move: hand its gradients to gan.discriminator_optimizer.apply."
    )
    assert len(gradients) == len(toy.discriminator.trainable_variables), (
        "You asked for gradients of the generator's variables too: ask for those of "
        "gan.discriminator.trainable_variables, and of nothing else."
    )
    assert all(gradient is not None for gradient in gradients), (
        "Some gradients are None: compute both logits and the loss inside the tape, from "
        "gan.discriminator."
    )
    assert isinstance(answer, tuple | list) and len(answer) == 3, (
        "Return three things: the loss, the real logits, the made-up logits."
    )
    assert np.shape(answer[0]) == () and np.isclose(float(answer[0]), expected, rtol=1e-3), (
        f"Your loss is {float(np.ravel(answer[0])[0]):.3f}, expected {expected:.3f}: call "
        "gan.discriminator_loss(real_logits, fake_logits), the real ones first."
    )
    for got, logit, kind in zip(answer[1:], logits, ("real", "made-up"), strict=True):
        assert np.shape(got) == (8, 1) and np.allclose(got, logit, atol=1e-4), (
            f"The logits of the {kind} points are not the discriminator's: the order is loss, "
            "real, made-up, and the logits are those the loss was computed from."
        )
    pairs = list(zip(gradients, right, strict=True))
    assert not all(np.allclose(a, -b, atol=1e-5) for a, b in pairs), (
        "The gradients have the wrong sign: hand them to optimizer.apply as they are, without a "
        "change of sign."
    )
    assert all(np.shape(a) == b.shape and np.allclose(a, b, atol=1e-5) for a, b in pairs), (
        "gan.discriminator_optimizer got other numbers than the gradients of your loss: hand it "
        "what tape.gradient(loss, variables) returns, and compute both logits inside the tape, by "
        "calling gan.discriminator(…)."
    )
    compiled = tf.function(lambda: discriminator_step(toy, real, latent), autograph=False)
    for _ in range(20):
        later = compiled()
    assert float(later[0]) < expected, (
        "After 20 steps the loss on the same points has not gone down: hand the gradients to "
        "optimizer.apply as they are, without a change of sign."
    )


def generator_step(generator_step):
    toy = tiny_gan(latent_dim=3)
    latent = keras.random.normal((8, 3), seed=2)
    with tf.GradientTape() as tape:
        loss = toy.generator_loss(toy.discriminator(toy.generator(latent)))
    right, expected = tape.gradient(loss, toy.generator.trainable_variables), float(loss)
    answer = generator_step(toy, latent)
    moved, gradients = toy.moved(), toy.generator_optimizer.given
    assert toy.discriminator.trainable_variables, FROZEN
    assert moved[1] == 0, (
        f"The discriminator moved too, by {moved[1]:.2g}: ask the tape for gradients of "
        "gan.generator.trainable_variables, and of nothing else."
    )
    assert gradients is not None or toy.discriminator_optimizer.given is None, (
        "You used the discriminator's optimizer: this half belongs to gan.generator_optimizer."
    )
    assert gradients is not None, (
        "The generator did not move: hand its gradients to gan.generator_optimizer.apply."
    )
    assert len(gradients) == len(toy.generator.trainable_variables), (
        "You asked for gradients of the discriminator's variables too: ask for those of "
        "gan.generator.trainable_variables, and of nothing else."
    )
    assert all(gradient is not None for gradient in gradients), (
        "Some gradients are None, so the generator cannot learn: make the points inside the tape, "
        "with gan.generator, and the loss too."
    )
    assert not isinstance(answer, tuple | list), "Return the loss alone, without the logits."
    assert answer is not None and np.shape(answer) == (), "Return the loss, one number."
    assert not np.isclose(float(answer), -expected, rtol=1e-3), (
        "The sign is turned: gan.generator_loss is small already when the points look real; "
        "minimize it as it is."
    )
    assert np.isclose(float(answer), expected, rtol=1e-3), (
        f"Your loss is {float(answer):.3f}, expected {expected:.3f}: gan.generator_loss of the "
        "discriminator's logits for gan.generator(latent)."
    )
    pairs = list(zip(gradients, right, strict=True))
    assert not all(np.allclose(a, -b, atol=1e-5) for a, b in pairs), (
        "The gradients have the wrong sign: hand them to optimizer.apply as they are, without a "
        "change of sign."
    )
    assert all(np.shape(a) == b.shape and np.allclose(a, b, atol=1e-5) for a, b in pairs), (
        "gan.generator_optimizer got other numbers than the gradients of your loss: hand it what "
        "tape.gradient(loss, variables) returns, and nothing else."
    )
    compiled = tf.function(lambda: generator_step(toy, latent), autograph=False)
    for _ in range(20):
        later = compiled()
    assert float(later) < expected, (
        "After 20 steps the loss on the same latent vectors has not gone down: hand the gradients "
        "to optimizer.apply as they are, without a change of sign."
    )


def train_epoch(train_epoch):
    points = np.random.default_rng(1).normal(size=(400, 2)).astype("float32")
    calls, seen, latents = [], [], []

    def discriminator_half(real, latent):
        calls.append("discriminator")
        seen.append(np.array(real))
        latents.append(np.array(latent))
        return tf.constant(float(len(seen))), tf.zeros((50, 1)), tf.ones((50, 1))

    def generator_half(latent):
        calls.append("generator")
        latents.append(np.array(latent))
        return tf.constant(100.0 + len(seen))

    answer = train_epoch(
        discriminator_half, generator_half, points, 50, 3, keras.random.SeedGenerator(1)
    )
    assert "discriminator" in calls, "discriminator_half is never called: it trains on each batch."
    assert "generator" in calls, "generator_half is never called: each step has both halves."
    other = [batch.shape for batch in seen if batch.shape != (50, 2)]
    assert not other, (
        "Each batch should have batch_size points, here 50, shape (50, 2); one of yours has the "
        f"shape {other[0]}: points[start : start + batch_size]."
    )
    counts = [int((np.concatenate(seen) == point).all(axis=1).sum()) for point in points]
    assert min(counts) > 0, (
        f"Each real point should be seen once; yours leave out {counts.count(0)} of 400. Go on "
        "from where the last batch ended, to the end of the points. Is `return` inside the loop?"
    )
    assert max(counts) == 1, (
        "Each real point should be seen once in an epoch; yours see some more often."
    )
    assert calls == ["discriminator", "generator"] * 8, (
        "For each batch first the discriminator's half, then the generator's, 16 calls for 8 "
        f"batches; yours makes {len(calls)} and begins {', '.join(calls[:4])} …"
    )
    shapes = {batch.shape for batch in latents}
    assert shapes == {(50, 3)}, (
        f"Each half gets latent vectors of shape (batch_size, latent_dim), here (50, 3); yours "
        f"got {', '.join(map(str, sorted(shapes)))}."
    )
    assert not np.allclose(latents[0], latents[2]), (
        "All batches get the same latent vectors: draw them inside the loop, and hand `seed` on."
    )
    assert len({batch.tobytes() for batch in latents}) == 16, (
        "Draw new latent vectors for the generator's half: it gets those of the discriminator's."
    )
    for drawn in np.concatenate(latents[::2]), np.concatenate(latents[1::2]):
        assert abs(drawn.mean()) < 0.15 and abs(drawn.std() - 1) < 0.1 < abs(drawn).max() - 2, (
            "Latent numbers should be standard normal, mean 0 and standard deviation 1; yours have "
            f"mean {drawn.mean():.2f}, standard deviation {drawn.std():.2f}, and go up to "
            f"{abs(drawn).max():.1f}."
        )
    assert answer is not None, "Return the losses of all steps (is `return` missing?)."
    assert np.shape(answer) != (2, 8), (
        "A row for each step, a column for each loss: yours is the other way round (np.transpose)."
    )
    assert np.shape(answer) == (8, 2), (
        f"8 batches of 50 points make losses of shape (8, 2); yours has {np.shape(answer)}."
    )
    losses = np.asarray(answer, float)
    expected = np.column_stack([np.arange(1, 9), np.arange(101, 109)])
    assert not np.allclose(losses, expected[:, ::-1]), (
        "The discriminator's loss comes first, then the generator's."
    )
    assert np.allclose(losses, expected), (
        "The losses are not those that the halves returned: of the discriminator's three results "
        "keep the first, of the generator's the only one."
    )
    before = latents[:]
    train_epoch(discriminator_half, generator_half, points, 50, 3, keras.random.SeedGenerator(1))
    assert all(np.allclose(*pair) for pair in zip(before, latents[16:], strict=True)), (
        "The same seed should draw the same latent vectors: hand `seed` on to keras.random.normal."
    )
    other = keras.random.SeedGenerator(2)
    short = train_epoch(discriminator_half, generator_half, points[:100], 20, 2, other)
    assert len(short) == 5 and latents[-1].shape == (20, 2), (
        "100 points in batches of 20, with 2 latent numbers, make 5 steps: use `batch_size`, "
        "`latent_dim` and len(points), not fixed numbers."
    )


def coverage(coverage):
    even = np.linspace(-0.499, 0.499, 2000)
    answer = coverage(even)
    assert answer is not None, "Return the share (is `return` missing?)."
    assert np.shape(answer) == (), f"Return one number; yours has the shape {np.shape(answer)}."
    assert not np.isclose(answer, 20), "That is the number of bins: return their share, 0 to 1."
    assert np.isclose(answer, 1), (
        f"Evenly spread values cover all bins, a share of 1; yours is {answer:.2f}. A bin is "
        "covered by a quarter of n / bins. (np.histogram makes 10 bins unless told: bins=bins.)"
    )
    left = coverage(even / 2 - 0.25)
    assert not np.isclose(left, 1), (
        "Values in the left half only should cover half of the bins, not all: the bins lie on "
        "[-0.5, 0.5], wherever the values are. np.histogram has range=."
    )
    assert np.isclose(left, 0.5), f"Values in the left half cover half; yours is {left:.2f}."
    few = np.concatenate([np.full(1900, 0.01), np.linspace(-0.499, 0.499, 100)])
    assert np.isclose(coverage(few), 0.05), (
        f"With 95 % of the values in one bin and 5 in each of the others, 1 of 20 bins is covered; "
        f"yours is {coverage(few):.2f}. A bin needs a quarter of its n / bins values, here 25."
    )
    outside = np.concatenate([even, np.full(8000, 3.0)])
    assert np.isclose(coverage(outside), 0), (
        "Values out of range count in n: of 10000 values, 8000 of them at x = 3, no bin has its "
        f"quarter of 500; yours is {coverage(outside):.2f}."
    )
    two_places = np.repeat([-0.4, 0.4], 50)
    assert np.isclose(coverage(two_places, bins=4), 0.5), (
        "With bins=4, values at -0.4 and 0.4 cover 2 of 4 bins; yours is "
        f"{coverage(two_places, bins=4):.2f}: use `bins`, not a fixed 20."
    )
    places = [-0.4, -0.1, 0.1, 0.4]  # the middles of 4 bins, more or less
    exact = coverage(np.repeat(places, [5, 4, 71, 0]), bins=4)
    assert np.isclose(exact, 0.5), (
        "Of 80 values in 4 bins a quarter of n / bins is 5, and 5 are enough: at least, >=. With "
        f"5, 4, 71 and 0 values 2 of 4 bins are covered; yours is {exact:.2f}."
    )
    short = coverage(np.repeat(places, [5, 76, 0, 0]), bins=4)
    assert np.isclose(short, 0.25), (
        "Of 81 values in 4 bins a quarter of n / bins is 5.06, so 5 are too few: do not round it. "
        f"With 5, 76, 0 and 0 values 1 of 4 bins is covered; yours is {short:.2f}."
    )
