"""What right answers to the exercises of lab 06 satisfy."""

import keras
import numpy as np
from scipy.special import logsumexp, softmax

from checks.mistakes import refuse


def _log_given_z(x, s):
    """log p(x|z) of n images for k latent vectors with the logits s, shape (n, k)."""
    return x @ s.T - np.logaddexp(0, s).sum(axis=1)


def log_likelihood(log_likelihood):
    x = np.array([[1, 0, 1, 0, 0], [0, 0, 1, 1, 0], [1, 1, 0, 1, 0]], "float32")
    s = np.array(
        [[2, -1, 0.5, -3, 1], [-2, 0.3, 1, -0.5, -4], [0.2, 1, -1, 2, 0.1], [3, 2, -2, -1, 0.4]],
        "float32",
    )
    w = np.log([0.1, 0.4, 0.2, 0.6])  # they need not add up to 1
    answer = np.asarray(log_likelihood(x.copy(), s.copy(), w.copy()))
    assert answer.shape != (3, 4), (
        "These are still numbers for each pair of image and latent vector, shape (n, k): "
        "logsumexp(..., axis=1) adds up over the k."
    )
    assert answer.shape != (3, 1), "One axis too many, (3, 1) for (3,): leave out keepdims."
    assert answer.shape != (4,), (
        "Yours has a number for each latent vector: add up over them, and keep the images. With "
        "shape (n, k) that is axis=1."
    )
    assert answer.shape == (3,), (
        f"Return one number for each image, shape (3,); yours has the shape {answer.shape}."
    )

    def over_k(log_given_z, log_weights=w):  # by hand, without logsumexp
        return np.log(np.exp(log_given_z + log_weights).sum(axis=1))

    softplus, ink = np.log1p(np.exp(s)), x @ s.T
    given = ink - softplus.sum(axis=1)
    right = over_k(given)
    mistakes = {
        "These are probabilities: take the logarithm of the sum.": np.exp(right),
        "The sign is turned: that is the price. log p(x) is at most 0 here.": -right,
        "That is the mean over the latent vectors: add up, their shares are in log_weights.": (
            right - np.log(4)
        ),
        "That is the mean over the latent vectors, without log_weights: add these, then "
        "logsumexp.": over_k(given, 0) - np.log(4),
        "log_weights are missing: add them to log p(x|z) before the logsumexp.": over_k(given, 0),
        "log_weights are logarithms already: add them as they are.": over_k(given, np.exp(w)),
        "log_weights are subtracted: add them.": over_k(given, -w),
        "Take the weights as they are: they need not add up to 1.": right - np.log(1.3),
        "The softplus is missing: log p(x|z) is x·s - softplus(s), summed over pixels.": over_k(
            ink
        ),
        "softplus is added: subtract it, log p(x|z) is x·s - softplus(s), summed over pixels.": (
            over_k(ink + softplus.sum(axis=1))
        ),
        "That is softplus(-s): log p(x|z) is x·s - softplus(s), summed over pixels.": (
            over_k(ink - np.log1p(np.exp(-s)).sum(axis=1))
        ),
        "Only inked pixels count so far: softplus(s) is subtracted for paper, too.": (
            over_k(ink - x @ softplus.T)
        ),
        "That is the sigmoid: softplus(s) is log(1 + exp(s)), np.logaddexp(0, s).": (
            over_k(ink - (1 / (1 + np.exp(-s))).sum(axis=1))
        ),
        "Add up the pixels, do not take their mean.": over_k(given / 5),
        "That is the best latent vector alone: add up over all of them, logsumexp.": (
            (given + w).max(axis=1)
        ),
        "That is a sum of logarithms, where the logarithm of a sum is asked: logsumexp.": (
            (given + w).sum(axis=1)
        ),
        "That is a mean of logarithms, where the logarithm of a sum is asked: logsumexp.": (
            (given + w).mean(axis=1)
        ),
        "That is the weighted mean of log p(x|z), where the logarithm of the weighted mean of "
        "p(x|z) is asked: logsumexp(log_given_z + log_weights, axis=1).": given @ np.exp(w),
    }
    refuse(answer, mistakes, rtol=1e-3)
    assert np.allclose(answer, right, rtol=1e-3), (
        f"Expected log p(x) = {right.round(3)}, got {answer.round(3)}. (The images of this check "
        "have 5 pixels, and there are 4 latent vectors.)"
    )
    rng = np.random.default_rng(1)
    x = (rng.random((2, 784)) < 0.5).astype("float32")
    s = rng.normal(0, 3, (3, 784)).astype("float32")
    given = _log_given_z(x, s.astype(float))  # below -1000
    answer = np.asarray(log_likelihood(x, s, np.zeros(3)))
    assert np.isfinite(answer).all(), (
        "With 784 pixels yours is no finite number: p(x|z) rounds to 0. Stay with logarithms, and "
        "add up by logsumexp."
    )
    assert np.allclose(answer, given.max(axis=1), rtol=1e-3), (
        f"With 784 pixels expected {given.max(axis=1).round(1)}, got {answer.round(1)}."
    )
    inked_and_paper, far = np.array([[1, 0]], "float32"), np.array([[-60, 60]], "float32")
    answer = np.asarray(log_likelihood(inked_and_paper, far, np.zeros(1)))
    assert np.allclose(answer, -120, rtol=1e-3), (
        "A logit of -60 on an inked pixel and one of 60 on paper should give -120; yours give "
        f"{answer[0]:.1f}. A sigmoid rounds to 0 or 1 before the logarithm sees it: softplus is "
        "np.logaddexp(0, logits)."
    )


def importance_weighted(importance_weighted):
    log_r = np.array([[-1, -2], [-3, -0.5], [-2.5, -4], [-0.2, -1.5], [-5, -3]], "float32")
    answer = np.asarray(importance_weighted(log_r))
    assert answer.shape != (5,), "Average over the draws, axis=0, not over the images."
    assert answer.shape == (2,), (
        "Return one number for each image, shape (2,) here: average over the draws, axis=0; yours "
        f"has the shape {answer.shape}."
    )
    total = logsumexp(log_r, axis=0)
    right = total - np.log(5)
    mistakes = {
        "That is the mean of the logarithms, which is the ELBO: average the ratios first, then "
        "take the logarithm.": log_r.mean(axis=0),
        "The number of draws is multiplied in: to divide by it, subtract its logarithm.": (
            total + np.log(5)
        ),
        "That is the logarithm of the sum: for the mean subtract np.log of the number of draws.": (
            total
        ),
        "You divide by the number of images: divide by that of the draws, len(log_r).": (
            total - np.log(2)
        ),
        "You divide the logarithm by the number of draws: that is no mean. Subtract its logarithm "
        "instead.": total / 5,
        "Subtract the logarithm of the number of draws, not the number itself.": total - 5,
        "That is the mean of the ratios: the logarithm of it is missing.": np.exp(right),
        "That is the sum of the logarithms: average the ratios, then take the logarithm.": (
            log_r.sum(axis=0)
        ),
        "The sign is turned: this is a bound on log p(x), not a price.": -right,
        "That is the best draw alone: all draws count.": log_r.max(axis=0),
    }
    refuse(answer, mistakes, rtol=1e-3)
    assert np.allclose(answer, right, rtol=1e-3), (
        f"For the log-ratios {log_r[:, 0].tolist()} of an image expected {right[0]:.3f}, got "
        f"{answer[0]:.3f}."
    )
    with np.errstate(all="ignore"):
        far = np.asarray(importance_weighted(log_r - 1000))
    assert np.isfinite(far).all(), (
        "Ratios near e^-1000 round to 0, whose logarithm is not finite: stay with logarithms, by "
        "logsumexp."
    )
    assert np.allclose(far, right - 1000, atol=0.01), (
        "With all log-ratios smaller by 1000, the bound should be smaller by 1000, too."
    )
    assert np.allclose(importance_weighted(log_r[:3]), logsumexp(log_r[:3], 0) - np.log(3)), (
        "With 3 draws instead of 5 the result is wrong: divide by len(log_r), not a fixed number."
    )


def posterior_weights(posterior_weights):
    x = np.array([[1, 0, 1, 0], [0, 0, 1, 1]], "float32")
    s = np.array([[1.0, -1, 0.5, -2], [-2, 0.3, 1, -0.5], [0.4, 2, -1.5, 1.2]], "float32")
    with np.errstate(all="ignore"):
        answer = np.asarray(posterior_weights(x, s))
    assert answer.shape != (3, 2), "A row for each image, a column for each guess: turn it round."
    assert answer.shape == (2, 3), (
        "Expected a weight for each of 2 images and 3 guesses, shape (2, 3); yours has the shape "
        f"{answer.shape}."
    )

    log_p, ink = _log_given_z(x, s), x @ s.T
    right = softmax(log_p, axis=1)
    mistakes = {
        "These are the probabilities of the pixels, not yet divided by their sum over the guesses: "
        "subtract logsumexp(..., axis=1, keepdims=True) before np.exp.": np.exp(log_p),
        "Each column sums to 1: each row should, for the guesses compete for an image, axis=1.": (
            softmax(log_p, axis=0)
        ),
        "All weights together sum to 1: each row should, axis=1.": softmax(log_p),
        "These are logarithms of probabilities: divide by their sum and take np.exp.": log_p,
        "These are the logarithms of the weights: np.exp is missing.": np.log(right),
        "The softplus is missing: a guess that inks everything would explain every image.": (
            softmax(ink, axis=1)
        ),
        "The softplus is added: subtract it.": softmax(ink + np.logaddexp(0, s).sum(1), axis=1),
        "The softplus is averaged: sum it over the pixels.": (
            softmax(ink - np.logaddexp(0, s).mean(axis=1), axis=1)
        ),
        "You took the mean over the pixels: the logarithm of a product is a sum.": (
            softmax(log_p / 4, axis=1)
        ),
        "Only the inked pixels count so far: the paper that we see tells something, too.": (
            softmax(x @ (s - np.logaddexp(0, s)).T, axis=1)
        ),
        "These are logits already: no sigmoid before the formula.": (
            softmax(_log_given_z(x, 1 / (1 + np.exp(-s))), axis=1)
        ),
        "Ink and paper are swapped: a high logit explains a pixel that is 1.": (
            softmax(_log_given_z(x, -s), axis=1)
        ),
        "The sign is turned: the guess that explains the pixels best gets the largest weight.": (
            softmax(-log_p, axis=1)
        ),
        "Return the weights of all guesses, not only which one is best.": (
            log_p == log_p.max(axis=1, keepdims=True)
        ),
        "You divide by the largest weight: divide by their sum.": (
            right / right.max(axis=1, keepdims=True)
        ),
        "You divide probabilities by the sum of their logarithms: take both from the same scale.": (
            np.exp(log_p) / log_p.sum(axis=1, keepdims=True)
        ),
    }
    refuse(answer, mistakes, atol=1e-4, equal_nan=True)
    assert np.allclose(answer.sum(axis=1), 1, atol=1e-3), (
        f"The weights of an image should sum to 1; yours sum to {answer.sum(axis=1).round(3)}."
    )
    assert np.allclose(answer, right, atol=1e-4), (
        f"For the first image expected the weights {right[0].round(3)}, got {answer[0].round(3)}."
    )
    rng = np.random.default_rng(1)
    half = (rng.random((2, 392)) < 0.3).astype("float32")
    guess = rng.choice([-6.0, 6.0], 392)  # explains about half of the pixels: log p near -1200
    guesses = np.stack([guess, guess, -guess]).astype("float32")
    guesses[1, :2] = 0, 0
    with np.errstate(all="ignore"):
        weights = np.asarray(posterior_weights(half, guesses))
    assert np.isfinite(weights).all(), (
        "With 392 pixels a weight is no number: np.exp of -1000 rounds to 0, and 0 / 0 is NaN. "
        "Subtract logsumexp first, and take np.exp last."
    )
    expected = softmax(_log_given_z(half.astype(float), guesses.astype(float)), axis=1)
    assert np.allclose(weights, expected, atol=0.01), (
        "With 392 pixels the weights are wrong: np.exp of -1000 rounds to 0. Subtract logsumexp "
        "first, and take np.exp last."
    )


def anomaly_score(anomaly_score):
    x = np.array([[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], "float32")
    cases = np.array([[0, 1, 2, 3], [3, 3, 0, 1], [0, 0, 0, 0]])
    rate = np.concatenate([[0.1, 0.6, 0.9, 0.3], np.full(12, 0.5)])
    price = np.array([12.0, 5.0, 0.2])
    with np.errstate(all="ignore"):
        try:
            answer = np.asarray(anomaly_score(x, cases, rate, price))
        except (ValueError, IndexError) as error:
            raise AssertionError(
                f"This check's images have 4 pixels, and yours ends with: {error}. Use the four "
                "arguments alone, not the lab's images and tables."
            ) from None
    assert answer.shape == (3,), (
        "One score for each image, shape (3,): sum over the pixels, axis=1; yours has the shape "
        f"{answer.shape}."
    )
    p = rate[cases]
    each = -(x * np.log(p) + (1 - x) * np.log(1 - p))
    strokes = each.sum(axis=1)
    mistakes = {
        "The sign is turned: subtract the strokes' price from the VAE's, so that a stranger scores "
        "high.": strokes - price,
        "Upside down: divide the VAE's price by the price of the strokes.": strokes / price,
        "The strokes' price has the wrong sign: it is minus the logarithm of a probability.": (
            price + strokes
        ),
        "The strokes' price is negative: it is minus the logarithm of a probability.": (
            -price / strokes
        ),
        "That is the VAE's price alone, the score with the trap: compare it with that of the "
        "strokes.": price,
        "That is the price of the strokes alone: compare the VAE's price with it.": strokes,
        "Difference or quotient: yours is the difference, divided once more.": (
            (price - strokes) / strokes
        ),
        "Keep the sign of the difference: real digits cost less than their strokes as often as "
        "more.": np.abs(price - strokes),
        "The logarithm of the quotient tells strangers, too, but asked is the quotient itself.": (
            np.log(price / strokes)
        ),
        "Subtract the two prices or divide them: yours are multiplied.": price * strokes,
    }
    compared = {
        "You took the mean over the pixels: both prices are sums.": each.mean(axis=1),
        "Only the inked pixels count so far: paper has its price, too.": -(x * np.log(p)).sum(1),
        "Only the paper counts so far: ink has its price, too.": -((1 - x) * np.log(1 - p)).sum(1),
        "Ink and paper are swapped: where a pixel is 1, its price is -log p.": (
            -((1 - x) * np.log(p) + x * np.log(1 - p)).sum(axis=1)
        ),
        "You took the price for all pixels inked: where a pixel is 0, it is -log(1 - p).": (
            -np.log(p).sum(axis=1)
        ),
        "You compare with the amount of ink: compare with the price of the strokes, from "
        "stroke_rate.": x.sum(axis=1),
        "That is no price yet: take -log of the probability of each pixel, then the sum.": (
            np.where(x == 1, p, 1 - p).sum(axis=1)
        ),
    }
    for reason, wrong in compared.items():
        refuse(answer[:2], {reason: (price - wrong)[:2]}, rtol=1e-3)
        refuse(answer[:2], {reason: price[:2] / wrong[:2]}, rtol=1e-3)
    refuse(answer, mistakes, rtol=1e-3)
    assert np.isfinite(answer).all(), (
        "A score is not a finite number: the blank image has a price, too."
    )
    asked = price - strokes, price / strokes
    assert any(np.allclose(answer, right, rtol=1e-3) for right in asked), (
        f"For prices of the VAE {price} and of the strokes {strokes.round(2)} expected the "
        f"differences {asked[0].round(3)} or the quotients {asked[1].round(3)}, got "
        f"{answer.round(3)}."
    )


def variations(variations):
    means = np.array([[1, -1], [-0.5, 0.5], [2, -2]], "float32")
    deviations = np.array([[0.5, 1.5], [1.5, 0.5], [1e-3, 1e-3]], "float32")
    steps = np.linspace(-9, 9, 300, dtype="float32")
    levels = np.array([-1, 0.5, 2, 40], "float32")
    flat = np.repeat(levels, 46)

    class ToyVAE:
        """Image i has the mean and the deviations of row i; the pixels drawn show which z it was.

        Of the 784 pixels, 300 are inked up to the first number of z, 300 up to the second; the
        others have the same logits whatever z is.
        """

        def encode(self, images, training=False):
            images = keras.ops.convert_to_tensor(images, "float32")
            assert len(images.shape) == 2 and images.shape[1] == 784, (
                f"encode takes whole images, shape (n, 784), not {tuple(images.shape)}: np.tile "
                "with (copies, 1) leaves their pixels as they are."
            )
            which = images[:, :3]
            return [which @ means, which @ (2 * np.log(deviations))]

        def decode(self, z):
            z = keras.ops.convert_to_tensor(z, "float32")
            assert len(z.shape) == 2 and z.shape[1] == 2, (
                f"decode takes draws of z, shape (n, latent_dim) with 2 here, not {tuple(z.shape)}."
            )
            bars = keras.ops.clip(1000 * (z[:, :, None] - steps), -40, 40)
            rest = keras.ops.tile(flat[None], (z.shape[0], 1))
            return keras.ops.concatenate([bars[:, 0], bars[:, 1], rest], axis=1)

    toy, copies = ToyVAE(), 400
    images = np.eye(3, 784, dtype="float32")
    made = variations(toy, images, np.random.default_rng(1), copies)
    drawn = np.asarray(made)
    assert drawn.shape == (3 * copies, 784), (
        f"{copies} copies of 3 images are {3 * copies} rows, shape ({3 * copies}, 784); yours has "
        f"the shape {drawn.shape}."
    )
    assert drawn.min() >= 0 and drawn.max() <= 1, (
        "These are logits: take their sigmoid, and draw the pixels."
    )
    assert np.isin(drawn, (0, 1)).all(), (
        "These are probabilities: draw the pixels, rng.random(...) < probability."
    )
    assert drawn.dtype == np.float32, (
        f'Return float32, as the images are: .astype("float32"). Yours is {drawn.dtype}.'
    )
    drawn = drawn.astype(float)
    assert np.ptp(drawn.reshape(copies, 3, 784), axis=0).any(), (
        "All copies of an image are one and the same picture: repeat the images first, by np.tile, "
        "and draw for each."
    )
    rest = drawn[:, 600:].reshape(-1, 4, 46)
    rates, inked = rest.mean(axis=(0, 2)), 1 / (1 + np.exp(-levels))
    mistakes = {
        "The pixels are rounded: draw them, rng.random(...) < probability.": levels > 0,
        "You compare with the logit: take its sigmoid, the probability of ink.": levels.clip(0, 1),
        "Ink and paper are swapped: ink where rng.random(...) is below the probability.": 1 - inked,
        "The sigmoid is taken twice.": 1 / (1 + np.exp(-inked)),
        "You took the exponential of the logit, not its sigmoid.": np.exp(levels).clip(0, 1),
    }
    refuse(rates, mistakes, atol=0.02)
    assert np.ptp(rest[:, 0], axis=0).all(), (
        "All images got the same numbers when their pixels were drawn: rng.random(logits.shape)."
    )
    assert rest[:, 0].mean(axis=1).max() < 0.9, (
        "All pixels of an image got the same number when they were drawn: rng.random(logits.shape)."
    )
    assert np.allclose(rates, inked, atol=0.03), (
        f"For the logits {levels.tolist()} ink should be in {inked.round(2)} of the pixels; in "
        f"yours it is in {rates.round(2)}. Ink where rng.random(...) is below the sigmoid."
    )
    bars = drawn[:, :600].reshape(-1, 2, 300).mean(axis=2) * 18 - 9  # the z that was decoded
    z = bars.reshape(copies, 3, 2)
    first, last = z[:, 2].mean(axis=0), bars.reshape(3, copies, 2)[2]
    assert np.allclose(first, means[2], atol=0.1) or not np.allclose(last, means[2], atol=0.1), (
        "The order is: first a version of every image, then a second of every image. np.repeat "
        "puts all versions of one image together: use np.tile(images, (copies, 1))."
    )
    spread = z.std(axis=0)
    assert not (np.abs(z.mean(axis=0)) < 0.2).all(), (
        "Your z lie around 0, whatever the image: that is the prior. Draw around the image's mean, "
        "stretched by its standard deviation."
    )
    alone = np.allclose(z[:, :2], means[:2], atol=0.1)
    assert not alone, "There is no noise: draw z around the mean, do not take the mean alone."
    assert spread[:2].max() > 0.1, (
        "Every copy got the same noise, so all copies of an image are alike: draw a number for "
        "each copy, after np.tile."
    )
    mistakes = {
        "The noise is stretched by exp(log_variance), the variance: the standard deviation is its "
        "root, exp(log_variance / 2).": deviations[:2] ** 2,
        "The noise is stretched by the log-variance: take exp(log_variance / 2).": (
            np.abs(2 * np.log(deviations[:2]))
        ),
        "The noise is stretched by half of the log-variance: take its exponential.": (
            np.abs(np.log(deviations[:2]))
        ),
        "The noise is not stretched: multiply it by exp(log_variance / 2).": np.ones((2, 2)),
        "The noise is too wide: halve the log-variance before the exponential.": (
            deviations[:2] ** 4
        ),
        "The noise is stretched by exp(-log_variance / 2): there is no minus.": 1 / deviations[:2],
    }
    refuse(spread[:2], mistakes, rtol=0.12)
    assert np.allclose(z.mean(axis=0), means, atol=0.3), (
        f"The versions of an image should lie around its mean, {means[0]} for the first; yours lie "
        f"around {z[:, 0].mean(axis=0).round(2)}."
    )
    assert np.allclose(spread, deviations, rtol=0.15, atol=0.04), (
        f"For the standard deviations {deviations[0]} those of z should be the same; yours are "
        f"{spread[0].round(2)}: multiply normal noise by exp(log_variance / 2)."
    )
    noise = ((z - means) / deviations)[:, :2].reshape(copies, 4)
    assert abs((np.abs(noise) < 1).mean() - 0.683) < 0.05, (
        "This is not normal noise: use rng.standard_normal."
    )
    assert np.abs(np.corrcoef(noise.T) - np.eye(4)).max() < 0.25, (
        "The same noise is used more than once: each image and each latent number needs its own, "
        "rng.standard_normal(mean.shape)."
    )
    again, other = (variations(toy, images, np.random.default_rng(seed), 2) for seed in (5, 5))
    assert np.array_equal(again, other), (
        "The same seed should make the same versions: take all random numbers from `rng`."
    )
    rng = np.random.default_rng(5)
    generators = rng, rng, np.random.default_rng(6)
    other = [np.asarray(variations(toy, images, each, 2)) for each in generators]
    assert not any(np.array_equal(a, b) for a, b in (other[:2], other[1:])), (
        "Another call, or another seed, makes the same versions: take the random numbers from "
        "`rng`, as it is handed over."
    )
    for part in (slice(0, 600), slice(600, 784)):
        assert not np.array_equal(other[0][:, part], other[2][:, part]), (
            "Another seed should change both, the draw of z and that of the pixels: take both from "
            "`rng`."
        )


def threshold(threshold):
    rng = np.random.default_rng(1)
    c = np.array([0.31, 0.93, 0.12, 0.86, 0.55, 0.99, 0.74, 0.43, 0.68, 0.21])
    answer = threshold(c.copy(), 0.2)
    assert answer is not None, "Nothing came back: return the bar."
    answer = np.asarray(answer)
    assert answer.shape == (), (
        f"The bar is one number for all images; yours has the shape {answer.shape}."
    )
    mistakes = {
        "The wrong end: above your bar lie 80 % of the images, and 20 % should pass. Of the "
        "confidences, 1 - share lie below the bar.": np.quantile(c, 0.2),
        "np.percentile takes percent, 0 to 100: use np.quantile, or 100 * (1 - share).": (
            np.percentile(c, 0.8)
        ),
        "That is a share, not a confidence: return the number that the confidences are compared "
        "with.": 0.8,
    }
    refuse(answer, mistakes, rtol=1e-6)
    for n, share in ((10, 0.2), (10, 0.5), (200, 0.05), (201, 0.9), (500, 0.01)):
        c = c if n == 10 else (1 - rng.random(n) ** 3 if n == 200 else rng.random(n) ** 4)
        bar = threshold(c.copy(), share)
        passes = int(np.sum(c > bar))
        assert abs(passes - share * n) < 1 + 1e-9, (
            f"Of {n} images with different confidences {share * n:.4g} should pass a bar for "
            f"{share:.0%}; above yours, {float(bar):.3f}, lie {passes}."
        )
