"""What right answers to the exercises of lab 05 satisfy."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import refuse


def _compiled(answer: Callable, *inputs) -> tuple:
    """What `answer` returns in a compiled step, as in `fit`, and its gradients for the inputs."""

    def step(*inputs):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            found = answer(*inputs)
        return found, tape.gradient(found, inputs)

    try:
        return tf.function(step, autograph=False)(*inputs)
    except Exception as error:
        raise AssertionError(
            "The numbers are right, but `fit` compiles its steps, and compiled yours ends in a "
            f"{type(error).__name__}: compute with keras.ops, without numpy, .numpy() and float()."
        ) from error


def count_ink(count_ink):
    x = np.array([[1, 0, 1, 0, 1], [0, 0, 0, 1, 1], [1, 0, 0, 0, 1]], "float32")
    cases = np.array([[0, 2, 2, 4, 4], [0, 0, 2, 4, 4], [4, 4, 4, 0, 2]])
    answer = count_ink(x.copy(), cases.copy(), 7)
    assert answer is not None, "Nothing came back: return the rates."
    answer = np.asarray(answer)
    assert answer.shape != (5,), (
        "Cases that never come up are missing at the end: yours has 5 rates, number_of_cases is 7. "
        "np.bincount needs minlength=number_of_cases."
    )
    assert answer.shape != (3,), (
        "Only cases that come up have a rate so far: every case from 0 to number_of_cases - 1 "
        "needs one."
    )
    assert answer.shape == (7,), (
        "Return one rate for each case, counted in all images together: shape (7,) for 7 cases; "
        f"yours has the shape {answer.shape}."
    )
    pixels = np.array([(cases == case).sum() for case in range(7)])
    inked = np.array([x[cases == case].sum() for case in range(7)])
    right = (inked + 0.5) / (pixels + 1)
    in_each = [[x[i, cases[i] == c].sum() for c in range(7)] for i in range(3)]
    of_each = [[(cases[i] == c).sum() for c in range(7)] for i in range(3)]
    mistakes = {
        "The smoothing is missing: add 0.5 to the inked pixels and 1 to the pixels. Otherwise a "
        "case without ink makes ink impossible.": inked / np.maximum(pixels, 1),
        "These are counts of ink: divide by the number of pixels of each case.": inked,
        "These are counts of ink plus one half: divide by the number of pixels of each case, "
        "plus 1.": inked + 0.5,
        "These are the numbers of pixels of each case: count the inked ones too, and divide.": (
            pixels
        ),
        "The 0.5 is missing above the line: (inked pixels + 0.5) / (pixels + 1).": (
            inked / (pixels + 1)
        ),
        "Below the line stands pixels + 1, not pixels + 0.5.": (inked + 0.5) / (pixels + 0.5),
        "The 1 is missing below the line: (inked pixels + 0.5) / (pixels + 1).": (
            (inked + 0.5) / np.maximum(pixels, 1e-300)
        ),
        "Add 0.5 and 1, as for ink_rate, not 1 and 2.": (inked + 1) / (pixels + 2),
        "Add 0.5 above the line, not 1.": (inked + 1) / (pixels + 1),
        "Add brackets: (inked + 0.5) / (pixels + 1) is not inked + 0.5 / (pixels + 1).": (
            inked + 0.5 / (pixels + 1)
        ),
        "Ink and paper are swapped: count the pixels that are 1.": (
            (pixels - inked + 0.5) / (pixels + 1)
        ),
        "You divide ink by paper: divide by all pixels of the case.": (
            (inked + 0.5) / (pixels - inked + 1)
        ),
        "You divide by all pixels of the images: divide by those of each case.": (
            (inked + 0.5) / (x.size + 1)
        ),
        "That is each case's share of the ink: divide by the pixels of the case.": (
            inked / inked.sum()
        ),
        "Only the first image is counted: count in all of them, cases.ravel().": (
            (np.array(in_each[0]) + 0.5) / (np.array(of_each[0]) + 1)
        ),
        "You took the rates of each image and their mean: count in all images together, then "
        "divide.": np.mean((np.array(in_each) + 0.5) / (np.array(of_each) + 1), axis=0),
    }
    seen = pixels > 0  # where nothing was seen, a missing smoothing may give anything
    for reason, wrong in mistakes.items():
        assert not np.allclose(answer[seen], wrong[seen], rtol=1e-4), reason
    assert np.allclose(answer[~seen], 0.5), (
        f"A case that never came up should have the rate 0.5 / 1: yours has {answer[~seen][0]:.3g}."
    )
    for case in np.flatnonzero(seen):
        assert np.isclose(answer[case], right[case], rtol=1e-4), (
            f"Case {case} has {pixels[case]} pixels, {inked[case]:.0f} of them inked: expected "
            f"{right[case]:.4f}, got {answer[case]:.4f}."
        )


def define_encoder(define_encoder):
    rng = np.random.default_rng(1)
    pixels = (rng.random((50, 784)) < 0.2).astype("float32")
    made = define_encoder(3, 20)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Model(pixels, [...])`."
    takes = getattr(made, "input_shape", (None, 784))
    assert takes == (None, 784), (
        f"The model takes images of 784 pixels: begin with keras.Input((784,)), not {takes}."
    )
    answer = made(pixels)
    assert isinstance(answer, list | tuple) and len(answer) == 2, (
        "The model should have two outputs: keras.Model(pixels, [mean, log_variance])."
    )
    assert [tuple(output.shape) for output in answer] == [(50, 3)] * 2, (
        "Mean and log-variance should both have latent_dim numbers for each image, here (50, 3); "
        f"yours have {tuple(answer[0].shape)} and {tuple(answer[1].shape)}."
    )
    # However its first weights were chosen: from here on they are ours, and biases are 0.
    kernels = [rng.normal(size=w.shape) * (w.ndim > 1) for w in made.get_weights()]
    made.set_weights(kernels)
    outputs = mean, log_variance = [np.asarray(output) for output in made(pixels)]
    assert not np.allclose(mean, log_variance), (
        "Both outputs are the same: make two Dense layers, one for the mean, one for the "
        "log-variance."
    )
    assert made.count_params() == 785 * 20 + 2 * 21 * 3, (
        f"Expected one hidden layer of hidden_units, shared by both outputs: {785 * 20 + 126} "
        f"weights for define_encoder(3, 20); yours has {made.count_params()}."
    )
    twice = [np.asarray(output) for output in made(2 * pixels)]
    for name, output, of_twice in zip(("mean", "log-variance"), outputs, twice, strict=True):
        assert np.abs(output).max() > 0, f"Your {name} is always 0: compute it from the pixels."
        assert output.min() < 0 < output.max(), (
            f"Your {name} never changes its sign: make its layer linear, without an activation. "
            "(A variance is positive, its logarithm need not be.)"
        )
        assert np.abs(output).max() > 1.5, (
            f"An output stays between -1 and 1, your {name}: make its layer linear, without an "
            "activation."
        )
        others = np.asarray(made(-pixels)[name != "mean"])
        assert np.abs(output + others).max() > 1e-2, (
            "The hidden layer needs its activation, relu: without one, two layers add up to one."
        )
        assert np.allclose(of_twice, 2 * output, rtol=1e-3, atol=1e-3), (
            f"With relu in the hidden layer and a linear output, doubled pixels double the {name} "
            "(biases are 0 here); yours does not: look at both activations."
        )
    made.set_weights([-np.abs(k) if len(k) == 784 else k for k in kernels])  # all hidden units off
    assert np.allclose(made(pixels)[0], 0, atol=1e-5), (
        "The hidden layer's activation should be relu, which is 0 wherever its input is below 0."
    )
    made.set_weights(kernels)
    _, [gradient] = _compiled(made, tf.constant(pixels))
    assert gradient is not None, "No gradient gets through your model: build it from Keras layers."
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
    off = (z.mean(axis=0) - [2, -1]) / [3, 0.5]
    assert not (np.allclose(off, 0.5, atol=0.1) and (z > [2, -1]).all()), (
        "Your noise is uniform, from 0 to 1: use keras.random.normal."
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
    _, gradients = _compiled(layer, mean, log_variance)
    assert None not in gradients, (
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
    v = np.array([[4.0, 1.0, 0.5], [2.0, 0.5, 3.0]], "float32")
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
        "The log-variance is subtracted, not added.": (m**2 + v - 1 + np.log(v)).sum(axis=1) / 2,
        "The log-variance is missing: subtract it.": (m**2 + v - 1).sum(axis=1) / 2,
        "Subtract the whole log-variance inside the brackets; the half stands before them.": (
            (m**2 + v - 1 - np.log(v) / 2).sum(axis=1) / 2
        ),
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
    _, gradients = _compiled(kl_divergence, tf.constant(m), tf.constant(np.log(v)))
    assert None not in gradients, (
        "The numbers are right, but no gradient reaches mean or log_variance: compute with "
        "keras.ops, without numpy."
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
        "You multiply the mean by 784: the images of this check have 5 pixels, so multiply by "
        "images.shape[1], or sum.": 784 / 5 * right,
        "These are logits, not probabilities: say from_logits=True; and multiply the mean by "
        "images.shape[1], not by 784.": (np.asarray(keras.losses.binary_crossentropy(x, s)) * 784),
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
    far = vae_loss(tf.constant([[1.0, 0]]), tf.constant([[-200.0, 200]]), tf.zeros(1))[1]
    assert np.allclose(far, 400), (
        "A logit of -200 on an inked pixel and one of 200 on paper should cost 200 each; yours "
        f"cost {np.asarray(far)[0]:.1f}. A sigmoid rounds to 0 or 1 before the logarithm sees it, "
        "an exponential overflows: compute the price with softplus or from_logits=True."
    )
    inputs = tf.constant(s), tf.constant(price_of_z)
    _, gradients = _compiled(lambda s, kl: vae_loss(tf.constant(x), s, kl), *inputs)
    assert None not in gradients, (
        "The numbers are right, but no gradient reaches logits or kl: compute with keras.ops, "
        "without numpy."
    )


class Toy(keras.Model):
    """A small network that says what is wrong with its inputs, and otherwise is as all are."""

    def look(self, inputs) -> None:
        width = self.input_shape[1]
        of = {784: "an image each, (n, 784)", 2: "a latent vector each, (n, latent_dim)"}[width]
        assert not isinstance(inputs, list | tuple), (
            "Keras takes a list for several inputs, these networks have one: make it one batch, "
            "with np.stack, such as np.stack([first, second])."
        )
        assert len(inputs.shape) == 2 and inputs.shape[1] == width, (
            f"{'The encoder' if width == 784 else 'The decoder'} takes a batch, {of}, here with "
            f"{width} columns: first[None] or np.stack([first, second]) makes one of images. "
            f"Yours has the shape {tuple(inputs.shape)}."
        )

    def __call__(self, inputs, *more, **options):
        self.look(inputs)
        return super().__call__(inputs, *more, **options)

    def predict(self, x, *more, **options):
        self.look(x)
        return super().predict(x, *more, **options)


def interpolate(interpolate):
    # Means are the squares of the first two pixels, logits the squares of both numbers minus 1.
    pixels, z = keras.Input((784,)), keras.Input((2,))
    toy_encoder = Toy(pixels, [pixels[:, :2] ** 2, 0 * pixels[:, :2] + 9])
    toy_decoder = Toy(z, keras.ops.pad(z**2 - 1, ((0, 0), (0, 782))))

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
