"""What right answers to the exercises of lab 05 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import refuse


def define_decoder(define_decoder):
    made = define_decoder(3, 20)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    assert made.built and made.input_shape == (None, 3), (
        "The model should take latent vectors and have its weights already: begin with "
        "keras.Input((latent_dim,))."
    )
    assert made.output_shape == (None, 784), (
        f"One logit for each of 784 pixels: shape (None, 784); yours has {made.output_shape}."
    )
    assert [w.shape for w in made.get_weights()] == [(3, 20), (20,), (20, 784), (784,)], (
        "Expected one hidden layer of `hidden_units` and one output layer, both Dense; your "
        f"weights have the shapes {[w.shape for w in made.get_weights()]}."
    )
    z = keras.random.normal((200, 3), seed=1)
    made.set_weights([50 * weight for weight in made.get_weights()])
    logits = np.asarray(made(z))
    assert logits.min() < 0 or logits.max() > 1, (
        "Your output stays between 0 and 1: return logits, without a sigmoid on the output layer. "
        "The loss applies it."
    )
    assert logits.min() < -1 and logits.max() > 1, (
        "The output layer should be linear, without an activation: a logit can be any number."
    )
    bend = made(z) + made(-z) - 2 * made(0 * z)  # 0 for a straight line
    assert np.abs(bend).max() > 1e-2, "The hidden layer needs its activation, relu."
    assert define_decoder(2, 7).input_shape == (None, 2), (
        "define_decoder(2, 7) should take 2 latent numbers: use `latent_dim`, not a fixed number."
    )


def define_encoder(define_encoder):
    made = define_encoder(3, 20)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Model(pixels, [...])`."
    assert made.input_shape == (None, 784), (
        f"The model takes images of 784 pixels: begin with keras.Input((784,)), not "
        f"{made.input_shape}."
    )
    pixels = (np.random.default_rng(1).random((50, 784)) < 0.2).astype("float32")
    answer = made(pixels)
    assert isinstance(answer, list | tuple) and len(answer) == 2, (
        "The model should have two outputs: keras.Model(pixels, [mean, log_variance])."
    )
    mean, log_variance = map(np.asarray, answer)
    assert mean.shape == log_variance.shape == (50, 3), (
        "Mean and log-variance should both have latent_dim numbers for each image, here (50, 3); "
        f"yours have {mean.shape} and {log_variance.shape}."
    )
    assert not np.allclose(mean, log_variance), (
        "Both outputs are the same: make two Dense layers, one for the mean, one for the "
        "log-variance."
    )
    assert made.count_params() == 785 * 20 + 2 * 21 * 3, (
        f"Expected one hidden layer of hidden_units, shared by both outputs: {785 * 20 + 126} "
        f"weights for define_encoder(3, 20); yours has {made.count_params()}."
    )
    for name, output in (("mean", mean), ("log-variance", log_variance)):
        signs = [np.asarray(define_encoder(3, 20)(pixels)[name != "mean"]) for _ in range(4)]
        assert np.min(signs) < 0 < np.max(signs), (
            f"Your {name} never changes its sign: make its layer linear, without an activation. "
            "(A variance is positive, its logarithm need not be.)"
        )
        assert np.abs(output).max() > 0, (
            f"Your {name} is always 0: compute it from the hidden layer."
        )
    made.set_weights([30 * weight for weight in made.get_weights()])
    assert min(np.abs(output).max() for output in made(pixels)) > 1.5, (
        "An output stays between -1 and 1: both output layers should be linear."
    )
    bend = np.asarray(made(pixels)[0] + made(-pixels)[0] - 2 * made(0 * pixels)[0])
    assert np.abs(bend).max() > 1e-2, "The hidden layer needs its activation, relu."
    assert [tuple(output.shape) for output in define_encoder(2, 7)(pixels)] == [(50, 2)] * 2, (
        "define_encoder(2, 7) should give 2 latent numbers: use `latent_dim`, not a fixed number."
    )


def Sampling(Sampling):
    layer = Sampling(seed=1)
    mean = tf.tile(tf.constant([[2.0, -1.0]]), (5000, 1))
    log_variance = tf.tile(tf.math.log([[9.0, 0.25]]), (5000, 1))
    z = np.asarray(layer(mean, log_variance))
    assert z.shape == (5000, 2), f"Expected the shape of the mean, (5000, 2); yours is {z.shape}."
    assert np.isfinite(z).all(), (
        "Some draws are no numbers: a log-variance may be negative, so its exponential comes first,"
        " then the root."
    )
    assert np.ptp(z[:, 0]) > 0, (
        "All rows got the same noise, or none: draw a number for each entry, with the shape "
        "keras.ops.shape(mean)."
    )
    assert np.allclose(z.mean(axis=0), [2, -1], atol=0.25), (
        f"Draws around the means 2 and -1 should have these means; yours have "
        f"{z.mean(axis=0).round(2)}: add the mean, do not stretch it."
    )
    spread = z.std(axis=0)
    mistakes = {
        "You stretch by the log-variance: take the exponential of half of it.": np.log([9, 1 / 4]),
        "You stretch by the variance, exp(log_variance): the standard deviation is its root, "
        "exp(log_variance / 2).": [9, 0.25],
        "You stretch by exp(2 · log_variance), or by its square: halve it instead.": [81, 1 / 16],
        "The noise is not stretched: multiply it by exp(log_variance / 2).": [1, 1],
    }
    for reason, wrong in mistakes.items():
        assert not np.allclose(spread, np.abs(wrong), rtol=0.06), reason
    assert np.allclose(spread, [3, 0.5], rtol=0.06), (
        "For the variances 9 and 0.25 the standard deviations are 3 and 0.5; yours are "
        f"{spread.round(2)}."
    )
    scaled = (z - [2, -1]) / [3, 0.5]
    assert abs((np.abs(scaled) < 1).mean() - 0.683) < 0.03, (
        "This is not normal noise: use keras.random.normal."
    )
    assert abs(np.corrcoef(scaled.T)[0, 1]) < 0.1, (
        "Each latent number needs noise of its own: draw with the shape keras.ops.shape(mean)."
    )
    with tf.GradientTape() as tape:
        tape.watch([mean, log_variance])
        total = tf.reduce_sum(layer(mean, log_variance))
    assert None not in tape.gradient(total, [mean, log_variance]), (
        "No gradient reaches mean or log_variance: compute with keras.ops, without numpy."
    )
    compiled = tf.function(lambda: layer(mean[:4], log_variance[:4]))
    assert not np.allclose(compiled(), compiled()), (
        "In a compiled step the noise is drawn once and repeated for ever: use keras.random.normal "
        "with seed=self.noise, not numpy and not a fixed number."
    )
    again = [np.asarray(Sampling(seed=7)(mean[:4], log_variance[:4])) for _ in range(2)]
    assert np.allclose(*again), "The same seed should draw the same: use seed=self.noise."


def kl_divergence(kl_divergence):
    m = np.array([[1.0, 0.0, -2.0], [0.5, 0.3, 0.0]], "float32")
    v = np.array([[4.0, 1.0, 0.25], [2.0, 0.5, 3.0]], "float32")
    answer = np.asarray(kl_divergence(tf.constant(m), tf.constant(np.log(v))))
    each = (m**2 + v - 1 - np.log(v)) / 2  # by hand, in numpy
    right = each.sum(axis=1)
    assert answer.shape != (3,), "Sum over the latent numbers, axis=1, not over the images."
    assert answer.shape == (2,), (
        f"Return one number for each image, shape (2,); yours has the shape {answer.shape}."
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        taken_for_variance = ((m**2 + np.log(v) - 1 - np.log(np.log(v))) / 2).sum(axis=1)
    reverse = ((1 + m**2) / v - 1 + np.log(v)).sum(axis=1) / 2
    mistakes = {
        "The sign is turned: KL is at least 0, and 0 only for mean 0 and variance 1.": -right,
        "Halve it: the formula begins with 1/2.": 2 * right,
        "That is the mean over the latent numbers: take their sum. Every latent number has its own "
        "price.": each.mean(axis=1),
        "Twice the mean over the latent numbers, without the half: sum, and halve.": 2
        * each.mean(axis=1),
        "The mean should be squared.": (m + v - 1 - np.log(v)).sum(axis=1) / 2,
        "The - 1 is missing, once for each latent number.": right + 1.5,
        "You took the log-variance for the variance: the variance is its exponential.": (
            taken_for_variance
        ),
        "The variance is exp(log_variance): yours lacks the exponential.": (
            (m**2 + np.log(v) - 1 - np.log(v)).sum(axis=1) / 2
        ),
        "exp(log_variance / 2) is the standard deviation: the formula needs the variance.": (
            (m**2 + v**0.5 - 1 - np.log(v)).sum(axis=1) / 2
        ),
        "That is the divergence the other way round, of the prior from q.": reverse,
    }
    refuse(answer, mistakes, rtol=1e-3, equal_nan=True)
    assert np.isfinite(answer).all(), (
        "Not a finite number: log_variance can be negative, so take its exponential, not its "
        "logarithm or root."
    )
    assert np.allclose(answer, right, rtol=1e-3), (
        f"For means {m[0].tolist()} and variances {v[0].tolist()} expected {right[0]:.3f}, got "
        f"{answer[0]:.3f}."
    )


def vae_loss(vae_loss):
    x = np.array([[1, 0, 1, 0, 0], [0, 0, 1, 1, 0]], "float32")
    s = np.array([[2.0, -1, 0.5, -3, 1], [-2, 0.3, 1, -0.5, -4]], "float32")
    price_of_z = np.array([3.0, 1.5], "float32")
    answer = vae_loss(tf.constant(x), tf.constant(s), tf.constant(price_of_z))
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two things: the loss, and the reconstruction of each image."
    )
    loss, reconstruction = map(np.asarray, answer)
    assert not (loss.shape == (2,) and reconstruction.shape == ()), (
        "The order is: first the loss, one number, then the reconstruction of each image."
    )
    assert reconstruction.shape == (2,), (
        "The reconstruction is one number for each image, shape (2,): sum over the pixels, axis=1; "
        f"yours has the shape {reconstruction.shape}."
    )

    def entropy(logits):  # by hand, in numpy
        return np.where(x == 1, np.log1p(np.exp(-logits)), np.log1p(np.exp(logits)))

    right = entropy(s).sum(axis=1)
    probability = 1 / (1 + np.exp(-s))
    mistakes = {
        "That is the mean over the pixels: take their sum (multiply by the number of pixels). "
        "Otherwise the KL weighs far too much beside it.": right / 5,
        "The sigmoid is applied twice: hand the logits over as they are.": (
            entropy(probability).sum(axis=1)
        ),
        "The sigmoid is applied twice, and pixels are averaged: use the logits, and sum.": (
            entropy(probability).mean(axis=1)
        ),
        "The sign is turned: a price is minus the logarithm of a probability.": -right,
        "Ink and paper are swapped: a high logit should be cheap where the pixel is 1.": (
            entropy(-s).sum(axis=1)
        ),
        "That is a squared error: the price is the cross-entropy.": (
            ((x - probability) ** 2).sum(axis=1)
        ),
        "These are logits, not probabilities: say from_logits=True.": (
            np.asarray(keras.losses.binary_crossentropy(x, s)) * 5
        ),
        "These are logits, not probabilities: say from_logits=True, and sum over the pixels.": (
            np.asarray(keras.losses.binary_crossentropy(x, s))
        ),
        "Images and logits are the other way round: images come first.": (
            np.asarray(keras.losses.binary_crossentropy(s, x, from_logits=True)) * 5
        ),
    }
    refuse(reconstruction, mistakes, rtol=1e-3)
    assert np.allclose(reconstruction, right, rtol=1e-3), (
        f"The reconstruction should be {right.round(3)}; yours is {reconstruction.round(3)}. (The "
        "images of this check have 5 pixels, not 784.)"
    )
    assert loss.shape == (), f"The loss is one number; yours has the shape {loss.shape}."
    mistakes = {
        "The KL is subtracted: both prices are to be made small, so add it.": (
            np.mean(right - price_of_z)
        ),
        "The KL is missing from the loss.": np.mean(right),
        "The reconstruction is missing from the loss.": np.mean(price_of_z),
        "That is the sum over the batch: take the mean over the images.": np.sum(
            right + price_of_z
        ),
        "The sign is turned: that is the ELBO; the loss is minus the ELBO.": -np.mean(
            right + price_of_z
        ),
        "The KL is averaged over the pixels too: add it to each image's sum.": np.mean(
            right + price_of_z / 5
        ),
    }
    refuse(loss, mistakes, rtol=1e-3)
    assert np.isclose(loss, np.mean(right + price_of_z), rtol=1e-3), (
        f"For reconstructions {right.round(2)} and KL {price_of_z} expected "
        f"{np.mean(right + price_of_z):.3f}, got {loss:.3f}."
    )
    far = np.asarray(vae_loss(tf.ones((1, 1)), tf.constant([[-200.0]]), tf.zeros(1))[0])
    assert np.isclose(far, 200), (
        f"A logit of -200 on an inked pixel should cost 200; yours costs {far:.1f}. A sigmoid "
        "rounds to 0 before the logarithm sees it: compute the price from the logits."
    )


def draw_digits(draw_digits):
    seen = []

    class toy_decoder:  # 2 latent numbers to 784 logits, and it notes what it gets
        def __call__(self, z, *_, **__):
            seen.append(np.asarray(z))
            return tf.convert_to_tensor(z)[:, :1] * tf.linspace(-4.0, 4.0, 784)

        predict = predict_on_batch = __call__

    seed = keras.random.SeedGenerator(1)
    drawn = np.asarray(draw_digits(toy_decoder(), 400, 2, seed))
    assert seen, "Call the decoder: it makes images from latent vectors."
    assert len(seen) == 1, (
        f"You called the decoder {len(seen)} times: hand all n latent vectors over in one call. It "
        "is many times faster."
    )
    z = seen[0]
    assert z.shape == (400, 2), (
        f"The decoder should get n latent vectors, shape (400, 2); it got {z.shape}."
    )
    assert abs(z.mean()) < 0.15 and abs(z.std() - 1) < 0.15 and abs(z).max() > 2.5, (
        "The prior is the standard normal: mean 0, standard deviation 1, now and then beyond ±2.5. "
        f"Yours has mean {z.mean():.2f} and standard deviation {z.std():.2f}; use "
        "keras.random.normal."
    )
    assert drawn.shape == (400, 784), f"Expected the shape (400, 784); yours is {drawn.shape}."
    logits = z[:, :1] * np.linspace(-4, 4, 784)
    assert not np.allclose(drawn, logits, atol=1e-4), (
        "These are logits: apply the sigmoid to get probabilities of ink."
    )
    right = 1 / (1 + np.exp(-logits))
    assert not np.allclose(drawn, 1 / (1 + np.exp(-right)), atol=1e-4), "One sigmoid is enough."
    assert not np.isin(drawn, (0, 1)).all(), (
        "Return the probabilities themselves, without rounding and without drawing pixels."
    )
    assert np.allclose(drawn, right, atol=1e-4), (
        "Expected the sigmoid of the decoder's logits for each latent vector."
    )
    other = np.asarray(draw_digits(toy_decoder(), 400, 2, seed))
    assert not np.allclose(drawn, other), (
        "A second call draws the same digits: give keras.random.normal seed=seed."
    )
    same = np.asarray(draw_digits(toy_decoder(), 400, 2, keras.random.SeedGenerator(1)))
    assert np.allclose(drawn, same), "The same seed should draw the same: use seed=seed."


def interpolate(interpolate):
    code = np.zeros((784, 2), "float32")
    code[0, 0] = code[1, 1] = 1  # the toy encoder's mean: the squares of the first two pixels

    def toy_encoder(images, **_):
        assert not isinstance(images, list | tuple), (
            "Keras takes a list for several inputs, the encoder has one: make it one batch, "
            "np.stack([first, second])."
        )
        images = tf.cast(tf.convert_to_tensor(images), "float32")
        assert images.shape.rank == 2, (
            "The encoder takes a batch, shape (n, 784): np.stack([first, second]), or first[None]."
        )
        return [(images @ code) ** 2, tf.fill((len(images), 2), 9.0)]

    def toy_decoder(z, **_):
        z = tf.cast(tf.convert_to_tensor(z), "float32")
        assert z.shape.rank == 2 and z.shape[1] == 2, (
            f"The decoder takes latent vectors, shape (n, latent_dim) with 2 here, not {z.shape}."
        )
        return tf.pad(z**2 - 1, ((0, 0), (0, 782)))

    first, second = np.zeros((2, 784), "float32")
    first[:2], second[:2] = (1.5, 0), (0, 1)
    walk = np.asarray(interpolate(toy_encoder, toy_decoder, first, second, 5))
    assert walk.shape == (5, 784), f"Expected the shape (5, 784); yours is {walk.shape}."

    def sigmoid(logits):
        return 1 / (1 + np.exp(-logits))

    share = np.linspace(0, 1, 5)[:, None]
    line = (1 - share) * [2.25, 0] + share * [0, 1]
    blends = (1 - share) * first[:2] + share * second[:2]
    right, encoded_blends = sigmoid(line**2 - 1), sigmoid(blends**4 - 1)
    ends = right[[0, -1]]
    mistakes = {
        "These are logits: apply the sigmoid to get probabilities of ink.": line**2 - 1,
        "The walk goes the wrong way: begin with the first image.": right[::-1],
        "You blended the two decoded images: blend the latent vectors, and decode each of them.": (
            (1 - share) * ends[0] + share * ends[1]
        ),
        "You blended the two images: encode both, and blend their latent vectors.": blends,
        "You blended the two images and encoded the blends: encode the two images alone, and blend "
        "their latent vectors.": encoded_blends,
        "You walked along the log-variances: the encoder returns mean and log-variance, in this "
        "order; use the mean.": np.full((5, 2), sigmoid(80.0)),
    }
    refuse(walk[:, :2], mistakes, atol=1e-4)
    assert np.allclose(walk[0, :2], right[0], atol=1e-4), (
        "The first step should be the first image's own latent vector, decoded."
    )
    assert np.allclose(walk[-1, :2], right[-1], atol=1e-4), (
        "The last step should be the second image's own latent vector, decoded: np.linspace "
        "includes both ends."
    )
    assert np.allclose(walk[:, :2], right, atol=1e-4), (
        "Both ends are right; in between, the latent vector should move in equal steps."
    )


def anomaly_score(anomaly_score):
    x = np.array([[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], "float32")
    cases = np.array([[0, 1, 2, 3], [3, 3, 0, 1], [0, 0, 0, 0]])
    rate = np.concatenate([[0.1, 0.6, 0.9, 0.3], np.full(12, 0.5)])
    price = np.array([12.0, 5.0, 3.0])
    answer = np.asarray(anomaly_score(x, cases, rate, price))
    assert answer.shape == (3,), (
        "One score for each image, shape (3,): sum over the pixels, axis=1; yours has the shape "
        f"{answer.shape}."
    )
    p = rate[cases]
    each = -(x * np.log(p) + (1 - x) * np.log(1 - p))
    strokes = each.sum(axis=1)
    mistakes = {
        "Upside down: divide the VAE's price by the price of the strokes.": strokes / price,
        "The sign is turned: a price is minus the logarithm of a probability.": -price / strokes,
        "Divide the two prices, do not subtract them: the strokes' price is the unit.": (
            price - strokes
        ),
        "That is the VAE's price alone, the score with the trap: divide it.": price,
        "That is the price of the strokes alone: divide the VAE's price by it.": strokes,
        "You took the mean over the pixels: both prices are sums.": price / each.mean(axis=1),
        "Only the inked pixels count so far: paper has its price too.": price
        / np.maximum(-(x * np.log(p)).sum(axis=1), 1e-9),
        "Ink and paper are swapped: where a pixel is 1, its price is -log p.": (
            price / -((1 - x) * np.log(p) + x * np.log(1 - p)).sum(axis=1)
        ),
        "You divide by the amount of ink: divide by the price of the strokes, from stroke_rate.": (
            price / np.maximum(x.sum(axis=1), 1e-9)
        ),
    }
    for reason, wrong in mistakes.items():
        assert not np.allclose(answer[:2], wrong[:2], rtol=1e-3), reason
    assert np.isfinite(answer).all(), (
        "A score is not a finite number: the blank image has a price too."
    )
    assert np.allclose(answer, price / strokes, rtol=1e-3), (
        f"For prices of the VAE {price} and of the strokes {strokes.round(2)} expected "
        f"{(price / strokes).round(3)}, got {answer.round(3)}."
    )
