"""Hidden tests of lab 06: what its checks ask of other inputs."""

import keras
import numpy as np
from scipy.special import softmax


def log_likelihood(log_likelihood):
    rng = np.random.default_rng(3)
    every = np.array(list(np.ndindex(2, 2, 2)), "float32")  # all images of three pixels
    logits = rng.normal(0, 2, (5, 3)).astype("float32")
    weights = rng.dirichlet(np.ones(5))
    answer = np.asarray(log_likelihood(every, logits, np.log(weights)))
    assert np.isclose(np.exp(answer).sum(), 1, rtol=1e-3), "Probabilities of all images: 1."
    one = np.asarray(log_likelihood(every[:1], 0 * logits[:1], np.log([0.5])))
    assert np.allclose(one, -4 * np.log(2), rtol=1e-3), "One image, one latent vector."


def importance_weighted(importance_weighted):
    log_r = np.random.default_rng(1).normal(-700, 3, (200, 1))
    assert np.shape(importance_weighted(log_r)) == (1,)
    assert np.allclose(importance_weighted(log_r[:1]), log_r[0]), "One draw is the ELBO itself."
    ratios = np.exp(log_r + 700)
    assert np.allclose(importance_weighted(log_r), np.log(ratios.mean(axis=0)) - 700)


def posterior_weights(posterior_weights):
    x = np.array([[1.0], [0.0]], "float32")
    s = np.array([[0.0], [np.log(3)]], "float32")  # ink with one half, with three quarters
    weights = np.asarray(posterior_weights(x, s))
    assert np.allclose(weights, [[0.4, 0.6], [2 / 3, 1 / 3]], atol=1e-4)
    assert np.allclose(posterior_weights(x, s[:1]), 1), "The only guess gets all the weight."
    alike = np.tile([[0.5, -1.0, 2.0]], (4, 1))
    assert np.allclose(posterior_weights(np.eye(3)[:2], alike), softmax(np.zeros((2, 4)), axis=1))


def anomaly_score(anomaly_score):
    rate = np.concatenate([[0.1, 0.6, 0.9, 0.3], np.full(12, 0.5)])
    one = np.asarray(anomaly_score(np.ones((1, 1)), np.zeros((1, 1), int), rate, np.array([12.0])))
    assert one.shape == (1,)
    strokes = -np.log(0.1)
    assert np.isclose(one[0], 12 / strokes) or np.isclose(one[0], 12 - strokes)
    x, cases = np.array([[0.0, 1.0]] * 2), np.array([[15, 15], [1, 3]])
    strokes = np.array([2 * np.log(2), -np.log(0.4) - np.log(0.3)])
    answer = anomaly_score(x, cases, rate, np.ones(2))
    assert np.allclose(answer, 1 / strokes) or np.allclose(answer, 1 - strokes)


def variations(variations):
    class ToyVAE:  # five latent numbers, nearly without spread; the first one decides on the ink
        def encode(self, images, training=False):
            images = keras.ops.convert_to_tensor(images, "float32")
            return [40 * images[:, :5] - 20, 0 * images[:, :5] - 20]

        def decode(self, z):
            z = keras.ops.convert_to_tensor(z, "float32")
            return keras.ops.tile(z[:, :1], (1, 784))

    images = np.zeros((4, 784), "float32")
    images[[1, 3], 0] = 1
    drawn = np.asarray(variations(ToyVAE(), images, np.random.default_rng(2), 1))
    assert drawn.shape == (4, 784) and np.allclose(drawn.mean(axis=1), images[:, 0])
    drawn = np.asarray(variations(ToyVAE(), images[:1], np.random.default_rng(2), 3))
    assert drawn.shape == (3, 784) and drawn.max() < 0.5
    assert images.sum() == 2, "The images that were handed over are as they were."


def threshold(threshold):
    c = np.random.default_rng(3).normal(0, 5, 1000)  # not only confidences: any numbers
    for share in (0.001, 0.3, 0.999):
        assert abs(np.sum(c > threshold(c.copy(), share)) - 1000 * share) <= 1
    kept = c.copy()
    threshold(kept, 0.5)
    assert np.array_equal(kept, c), "The confidences that were handed over are as they were."
