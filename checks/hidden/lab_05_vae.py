"""Verdicts of lab 05, on fresh inputs; `checks.verdicts` says how they are used."""

import numpy as np
from scipy import stats

from checks.verdicts import close, numbers


def count_ink(rng):
    number_of_cases = int(rng.integers(20, 60))
    seen = rng.choice(number_of_cases - 2, 12, replace=False)  # the last ones never come up
    cases = rng.choice(seen, (int(rng.integers(3, 30)), int(rng.integers(5, 40))))
    images = (rng.random(cases.shape) < rng.uniform(0, 1, number_of_cases)[cases]).astype("float32")
    answer, _ = yield {"images": images, "cases": cases, "number_of_cases": number_of_cases}
    pixels = np.array([(cases == case).sum() for case in range(number_of_cases)])
    inked = np.array([images[cases == case].sum() for case in range(number_of_cases)])
    close(answer, (inked + 0.5) / (pixels + 1), rtol=1e-4)


# The weights are the grader's, so the outputs tell of all layers; those of other sizes are refused.
def define_encoder(rng):
    latent_dim, hidden_units = int(rng.integers(2, 6)), int(rng.integers(11, 30))
    hidden = rng.normal(0, 0.1, (784, hidden_units)), rng.normal(size=hidden_units)
    pixels = (rng.random((100, 784)) < 0.2).astype("float32")
    clear = np.abs(pixels @ hidden[0] + hidden[1]).min(axis=1) > 0.01  # no relu at its bend
    pixels = pixels[clear][:20]
    kernel = rng.normal(size=(hidden_units, 2 * latent_dim))
    bias = rng.normal(size=2 * latent_dim)
    # Mean and log-variance may have a layer each, or a layer together.
    halves = [half for both in (kernel, bias) for half in np.split(both, 2, axis=-1)]
    answer, _ = yield {
        "latent_dim": latent_dim,
        "hidden_units": hidden_units,
        "pixels": pixels,
        "weights": [*hidden, *halves, kernel, bias],
    }
    inputs = pixels @ hidden[0] + hidden[1]
    outputs = np.maximum(inputs, 0) @ kernel + bias
    got = [numbers(output, (20, latent_dim)) for output in answer["outputs"]]
    assert len(got) == 2
    # Which output got which column of the weights is a matter of taste.
    close(*(o[:, np.argsort(o[0])] for o in (np.hstack(got), outputs)), rtol=1e-3, atol=1e-3)
    [gradient] = answer["gradients"]
    close(gradient, ((inputs > 0) * kernel.sum(axis=1)) @ hidden[0].T, rtol=1e-3, atol=1e-3)


def Sampling(rng):
    n, columns = 4000, int(rng.integers(2, 5))
    mean = rng.normal(0, 3, (n, columns)).astype("float32")
    log_variance = rng.uniform(-3, 3, (n, columns)).astype("float32")
    seed = int(rng.integers(2**30))
    answer, _ = yield {"mean": mean, "log_variance": log_variance, "seed": seed}

    def noise_of(z, rows):
        noise = (numbers(z, (rows, columns)) - mean[:rows]) / np.exp(log_variance[:rows] / 2)
        assert np.all(np.abs(noise) < 7)
        return noise

    # Independent standard normal numbers; all tests together err below 1e-6.
    for noise in (noise_of(answer["z"], n), noise_of(answer["eager"], n)):
        for column in noise.T:
            assert stats.kstest(column, "norm").pvalue > 1e-8
            assert 1e-8 < stats.chi2.cdf(column @ column, n) < 1 - 1e-8
            assert abs(np.corrcoef(column[1:], column[:-1])[0, 1]) < 6 / np.sqrt(n)
        assert np.all(np.abs(np.corrcoef(noise.T)[np.triu_indices(columns, 1)]) < 6 / np.sqrt(n))
    close(answer["gradients"], [np.ones(mean.shape), (answer["z"] - mean) / 2], atol=1e-4)
    close(answer["again"], answer["first"])
    one, two, step, next_step, other = (
        noise_of(z, 8) for z in (*answer["first"], *answer["steps"], answer["other"])
    )
    for first, second in ((one, two), (step, next_step), (one, other)):
        assert np.any(np.abs(first - second) > 1e-3), "the same noise again"


def kl_divergence(rng):
    shape = int(rng.integers(7, 12)), int(rng.integers(3, 7))
    mean = rng.normal(0, 2, shape).astype("float32")
    log_variance = rng.uniform(-2.5, 2.5, shape).astype("float32")
    answer, _ = yield {"mean": mean, "log_variance": log_variance}
    variance = np.exp(log_variance)
    right = (mean**2 + variance - 1 - log_variance).sum(axis=1) / 2
    close(answer["nats"], right)
    close(answer["compiled"], right)
    close(answer["gradients"], [mean, (variance - 1) / 2], atol=1e-4)


def vae_loss(rng):
    shape = n, _ = int(rng.integers(3, 7)), int(rng.integers(8, 20))
    images = rng.integers(0, 2, shape).astype("float32")
    logits = rng.normal(0, 2, shape).astype("float32")
    kl = rng.uniform(1, 9, n).astype("float32")
    # Wrong by hundreds of nats: a sigmoid rounds to 0 or 1, an exponential overflows.
    far = ((1 - 2 * images) * rng.uniform(100, 300, shape)).astype("float32")
    answer, _ = yield {"images": images, "logits": logits, "kl": kl, "far": far}
    right = (np.log1p(np.exp(logits)) - images * logits).sum(axis=1)
    close(answer["reconstruction"], right)
    close(answer["loss"], np.mean(right + kl))
    close(answer["compiled"], np.mean(right + kl))
    probability = 1 / (1 + np.exp(-logits))
    close(answer["gradients"], [(probability - images) / n, np.full(n, 1 / n)], atol=1e-4)
    right = np.abs(far).sum(axis=1)
    close(answer["far"], [np.mean(right + kl), right])


def interpolate(rng):
    latent_dim, steps = int(rng.integers(2, 5)), int(rng.integers(4, 8))
    to_mean, to_log_variance = rng.normal(0, 0.1, (2, 784, latent_dim)).astype("float32")
    to_logits = rng.normal(0, 1.5, (latent_dim, 784)).astype("float32")
    first, second = (rng.random((2, 784)) < 0.2).astype("float32")
    answer, _ = yield {
        "latent_dim": latent_dim,
        "to_mean": to_mean,
        "to_log_variance": to_log_variance,
        "to_logits": to_logits,
        "first": first,
        "second": second,
        "steps": steps,
    }
    z = np.linspace(np.tanh(first @ to_mean), np.tanh(second @ to_mean), steps)
    close(answer, 1 / (1 + np.exp(1 - z**2 @ to_logits)), atol=1e-4)
