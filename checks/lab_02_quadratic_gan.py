"""What right answers to the exercises of lab 02 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import entropy, refuse
from checks.toys import tiny_gan


def real_samples(real_samples):
    drawn = real_samples(4000, np.random.default_rng(1))
    assert not isinstance(drawn, tuple), "Return the points alone: labels come in with the losses."
    assert isinstance(drawn, np.ndarray), (
        f"Return a numpy array, not a {type(drawn).__name__}: np.column_stack makes one."
    )
    assert np.shape(drawn) == (4000, 2), (
        f"Expected shape (4000, 2), one row for each point; yours has {np.shape(drawn)}."
    )
    x, y = drawn.T
    assert np.allclose(y, x**2, atol=1e-6), (
        f"The second column should be the square of the first; for x = {x[0]:.3f} you have "
        f"y = {y[0]:.3f}, not {x[0] ** 2:.3f}."
    )
    assert x.min() >= -0.5 and x.max() <= 0.5, (
        f"x should lie between -0.5 and 0.5; yours goes from {x.min():.2f} to {x.max():.2f}."
    )
    assert x.min() < -0.49 and x.max() > 0.49, (
        f"x should fill the range from -0.5 to 0.5; yours goes from {x.min():.2f} to {x.max():.2f}."
    )
    quarters = np.histogram(x, bins=4, range=(-0.5, 0.5))[0]
    assert quarters.min() > 800, (
        "Every x should be equally likely: of 4000 points about 1000 in each quarter of the range, "
        f"not {quarters.tolist()}. Use rng.uniform."
    )
    same = np.asarray(real_samples(4000, np.random.default_rng(1)))
    assert np.allclose(drawn, same), "The same rng should draw the same points: use `rng` alone."
    other = np.asarray(real_samples(4000, np.random.default_rng(2)))
    assert not np.allclose(drawn, other), "Another rng draws the same points: use the one you get."


def latent_points(latent_points):
    seed = keras.random.SeedGenerator(1)
    drawn = np.asarray(latent_points(4000, 5, seed))
    assert drawn.shape == (4000, 5), f"Expected the shape (4000, 5); yours is {drawn.shape}."
    assert abs(drawn.mean()) < 0.05 and abs(drawn.std() - 1) < 0.05, (
        "A standard normal has mean 0 and standard deviation 1; yours has mean "
        f"{drawn.mean():.2f} and standard deviation {drawn.std():.2f}."
    )
    assert abs(drawn).max() > 2.5, (
        f"None of 20000 numbers is beyond ±{abs(drawn).max():.2f}: that is not a normal "
        "distribution, which has about 250 of them beyond ±2.5."
    )
    compiled = tf.function(lambda: latent_points(3, 5, seed))
    assert not np.allclose(compiled(), compiled()), (
        "In a compiled step you draw the same vectors again and again: use keras.random.normal "
        "with seed=seed, not numpy and not a fixed number as seed."
    )
    first, second = (latent_points(3, 5, keras.random.SeedGenerator(7)) for _ in range(2))
    assert np.allclose(first, second), (
        "The same seed should draw the same vectors: hand `seed` on to keras.random.normal."
    )
    assert np.shape(latent_points(2, 3, seed)) == (2, 3), (
        "latent_points(2, 3, seed) should have the shape (2, 3): use `n` and `latent_dim`, not "
        "fixed numbers."
    )


def define_generator(define_generator):
    made = define_generator(5, 15)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    assert made.built and made.input_shape == (None, 5), (
        "The model should take latent vectors of length 5 and have its weights already: begin with "
        "keras.Input((latent_dim,))."
    )
    assert made.output_shape == (None, 2), (
        f"The output is a point, 2 numbers: x and y; yours has the shape {made.output_shape}."
    )
    assert any(15 in weight.shape for weight in made.get_weights()), (
        "No layer has 15 units: use `hidden_units`."
    )
    assert np.std(made.get_weights()[0]) > 0.45, (
        "The hidden weights start too small: say kernel_initializer='he_uniform'."
    )
    z = keras.random.normal((300, 5), seed=1)
    bend = made(z) + made(z[::-1]) - made(z + z[::-1]) - made(0 * z)  # 0 for a straight line
    assert np.abs(bend).max() > 1e-4, (
        "This network is a straight-line map: its hidden layer needs an activation."
    )
    made.set_weights([100 * weight for weight in made.get_weights()])
    x_and_y = np.asarray(made(z))
    assert np.abs(x_and_y).max() > 1 and x_and_y.min() < 0, (
        "The output layer should be linear, without an activation: x can be negative, and nothing "
        "should limit x and y from the outset."
    )
    other = define_generator(3, 8)
    assert other.input_shape == (None, 3) and any(8 in w.shape for w in other.get_weights()), (
        "define_generator(3, 8) should take 3 numbers and have 8 hidden units: use `latent_dim` "
        "and `hidden_units`, not fixed numbers."
    )


def define_discriminator(define_discriminator):
    made = define_discriminator(25)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    assert made.built and made.input_shape == (None, 2), (
        "The model should take points, 2 numbers each, and have its weights already: begin with "
        "keras.Input((2,))."
    )
    assert made.output_shape == (None, 1), (
        f"One logit for each point: shape (None, 1); yours has {made.output_shape}."
    )
    assert any(25 in weight.shape for weight in made.get_weights()), (
        "No layer has 25 units: use `hidden_units`."
    )
    assert np.std(made.get_weights()[0]) > 0.6, (
        "The hidden weights start too small: say kernel_initializer='he_uniform'."
    )
    somewhere = keras.random.normal((300, 2), seed=1)
    elsewhere = somewhere[::-1]
    bend = made(somewhere) + made(elsewhere) - made(somewhere + elsewhere) - made(0 * elsewhere)
    assert np.abs(bend).max() > 1e-4, (
        "This network can only draw a straight border: its hidden layer needs an activation."
    )
    made.set_weights([100 * weight for weight in made.get_weights()])
    assert np.abs(made(somewhere)).max() > 1, (
        "Your output never leaves the range from -1 to 1. Return the logit, without a sigmoid or "
        "any other activation on the output layer: the loss applies the sigmoid."
    )
    other = define_discriminator(8)
    assert any(8 in weight.shape for weight in other.get_weights()), (
        "define_discriminator(8) should have 8 hidden units: use `hidden_units`, not a number."
    )


def discriminator_loss(discriminator_loss):
    real, fake = np.array([[2.0], [-1.0]], "float32"), np.array([[-3.0], [0.5]], "float32")

    answer = discriminator_loss(tf.constant(real), tf.constant(fake))
    assert not isinstance(answer, keras.losses.Loss), (
        "BinaryCrossentropy(from_logits=True) makes a function first; call that on labels and "
        "logits."
    )
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
    }
    refuse(answer, mistakes, rtol=1e-3)
    assert np.isclose(answer, right, rtol=1e-3), (
        f"For real logits [2, -1] and made-up logits [-3, 0.5] expected {right:.3f}, "
        f"got {answer:.3f}."
    )
    far = np.asarray(discriminator_loss(tf.constant([[-200.0]]), tf.constant([[200.0]])))
    assert np.isclose(far, 200), (
        f"Logits that are wrong by 200 should cost 200; yours cost {far:.1f}. A sigmoid rounds to "
        "0 or 1 before the logarithm sees it: compute the loss from the logits."
    )


def generator_loss(generator_loss):
    fake = np.array([[-3.0], [0.5]], "float32")
    answer = generator_loss(tf.constant(fake))
    assert not isinstance(answer, keras.losses.Loss), (
        "BinaryCrossentropy(from_logits=True) makes a function first; call that on labels and "
        "logits."
    )
    answer = np.asarray(answer)
    assert answer.shape == (), f"Return one number, the mean; yours has the shape {answer.shape}."
    right, called_fake = np.mean(np.log1p(np.exp(-fake))), np.mean(np.log1p(np.exp(fake)))
    squashed = 1 / (1 + np.exp(-fake))
    mistakes = {
        "With the label 0 the generator would help the discriminator: its points should be called "
        "real, label 1.": called_fake,
        "That is the minimax loss, log(1 - D): right in direction, but it saturates. Use the "
        "cross-entropy with label 1.": -called_fake,
        "The sign is turned: a loss is made small, so it is minus the logarithm.": -right,
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
    far = np.asarray(generator_loss(tf.constant([[-200.0]])))
    assert np.isclose(far, 200), (
        f"A logit of -200 should cost 200; yours costs {far:.1f}. A sigmoid rounds to 0 before the "
        "logarithm sees it: compute the loss from the logits."
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
        f"Your loss is {np.round(answer[0], 3)}, expected {expected:.3f}: call "
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
        "what tape.gradient(loss, variables) returns, and nothing else."
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


def residual_rmse(residual_rmse):
    four = np.array([[0.0, 0.3], [0.5, 0.25], [-0.5, -0.15], [0.2, 0.04]])
    answer = residual_rmse(four)
    assert np.shape(answer) == (), f"Return one number; yours has the shape {np.shape(answer)}."
    residuals = np.array([0.3, 0.0, -0.4, 0.0])
    mistakes = {
        "Take the root at the end.": np.mean(residuals**2),
        "Square the residuals before you average them: otherwise those above and below the curve "
        "cancel.": np.mean(residuals),
        "That is the mean distance; RMSE squares the residuals, averages, and takes the root.": (
            np.mean(np.abs(residuals))
        ),
        "Divide by n: take the mean of the squares, not their sum.": np.sqrt(np.sum(residuals**2)),
        "The residual is y - x²: you forgot to square x.": (
            np.sqrt(np.mean((four[:, 1] - four[:, 0]) ** 2))
        ),
        "x and y are the other way round: the first column is x.": (
            np.sqrt(np.mean((four[:, 0] - four[:, 1] ** 2) ** 2))
        ),
    }
    refuse(answer, mistakes)
    assert np.isclose(answer, 0.25), (
        f"For residuals of {residuals.tolist()} expected 0.25, got {answer:.4f}."
    )


def coverage(coverage):
    even = np.linspace(-0.499, 0.499, 2000)
    answer = coverage(even)
    assert np.shape(answer) == (), f"Return one number; yours has the shape {np.shape(answer)}."
    assert not np.isclose(answer, 20), "That is the number of bins: return their share, 0 to 1."
    assert np.isclose(answer, 1), f"Evenly spread values cover all; yours is {answer:.2f}, not 1."
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
