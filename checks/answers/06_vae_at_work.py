# Right and wrong answers to lab 06; tests/test_answers.py says how they are used.

# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    found = []
    for image in images:
        given = [np.sum(image * s - np.logaddexp(0, s)) for s in logits]
        found.append(logsumexp(np.array(given) + log_weights))
    return found


# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    pairs = images[:, None] * logits[None] - tf.nn.softplus(logits)[None]
    log_weights = tf.cast(log_weights, tf.float32)
    return tf.reduce_logsumexp(tf.reduce_sum(pairs, axis=2) + log_weights, axis=1)


# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    given = keras.ops.matmul(images, keras.ops.transpose(logits))
    given = given - keras.ops.sum(keras.ops.softplus(logits), axis=1)
    return keras.ops.logsumexp(given + keras.ops.cast(log_weights, "float32"), axis=1)


# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    softplus = np.log1p(np.exp(-np.abs(logits))) + np.maximum(logits, 0)
    terms = images @ logits.T - softplus.sum(axis=1) + log_weights
    largest = terms.max(axis=1, keepdims=True)
    return (largest + np.log(np.exp(terms - largest).sum(axis=1, keepdims=True)))[:, 0]


# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    price = tf.nn.sigmoid_cross_entropy_with_logits(
        labels=np.repeat(images[:, None], len(logits), axis=1),
        logits=np.repeat(logits[None], len(images), axis=0),
    )
    given = -np.sum(price, axis=2)
    return logsumexp(given, b=np.exp(log_weights), axis=1).astype("float32")


# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    total = np.full(len(images), -np.inf)
    for s, log_weight in zip(logits.astype("float64"), log_weights, strict=True):
        total = np.logaddexp(total, images @ s - np.sum(np.logaddexp(0, s)) + log_weight)
    return total


# %% wrong="log_likelihood" says="With 784 pixels yours is no finite number"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.log(np.sum(np.exp(given + log_weights), axis=1))


# %% wrong="log_likelihood" says="The softplus is missing"
def log_likelihood(images, logits, log_weights):
    return logsumexp(images @ logits.T + log_weights, axis=1)


# %% wrong="log_likelihood" says="softplus is added"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T + np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="That is softplus(-s)"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, -logits).sum(axis=1)
    return logsumexp(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="That is the sigmoid"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - (1 / (1 + np.exp(-logits))).sum(axis=1)
    return logsumexp(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="Only inked pixels count"
def log_likelihood(images, logits, log_weights):
    given = images @ (logits - np.logaddexp(0, logits)).T
    return logsumexp(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="That is the mean over the latent vectors: add up"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given + log_weights, axis=1) - np.log(len(logits))


# %% wrong="log_likelihood" says="mean over the latent vectors, without log_weights"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given, axis=1) - np.log(len(logits))


# %% wrong="log_likelihood" says="log_weights are missing"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given, axis=1)


# %% wrong="log_likelihood" says="log_weights are logarithms already"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given + np.exp(log_weights), axis=1)


# %% wrong="log_likelihood" says="log_weights are subtracted"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given - log_weights, axis=1)


# %% wrong="log_likelihood" says="they need not add up to 1"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    log_weights = log_weights - logsumexp(log_weights)
    return logsumexp(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="These are probabilities"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.sum(np.exp(given + log_weights), axis=1)


# %% wrong="log_likelihood" says="The sign is turned"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return -logsumexp(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="Add up the pixels, do not take their mean"
def log_likelihood(images, logits, log_weights):
    pairs = images[:, None] * logits - np.logaddexp(0, logits)
    return logsumexp(pairs.mean(axis=2) + log_weights, axis=1)


# %% wrong="log_likelihood" says="That is the best latent vector alone"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.max(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="That is a sum of logarithms"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.sum(given + log_weights, axis=1)


# %% wrong="log_likelihood" says="That is the weighted mean of log p(x|z)"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return given @ np.exp(log_weights)


# %% wrong="log_likelihood" says="leave out keepdims"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given + log_weights, axis=1, keepdims=True)


# %% wrong="log_likelihood" says="Yours has a number for each latent vector"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given + log_weights, axis=0)


# %% wrong="log_likelihood" says="Return one number for each image"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return logsumexp(given + log_weights)


# %% wrong="log_likelihood" says="numbers for each pair of image and latent vector"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return given + log_weights


# %% wrong="log_likelihood" says="rounds to 0 or 1 before the logarithm sees it"
def log_likelihood(images, logits, log_weights):
    p = np.clip(1 / (1 + np.exp(-logits)), 1e-9, 1 - 1e-9)
    given = images @ np.log(p).T + (1 - images) @ np.log(1 - p).T
    return logsumexp(given + log_weights, axis=1)


# %% right="log_likelihood"
def log_likelihood(images, logits, log_weights):
    given = images @ logits.T - np.log(1 + np.exp(logits)).sum(axis=1)
    return logsumexp(given + log_weights, axis=1)


# %% right="importance_weighted"
def importance_weighted(log_r):
    largest = log_r.max(axis=0)
    return largest + np.log(np.mean(np.exp(log_r - largest), axis=0))


# %% right="importance_weighted"
def importance_weighted(log_r):
    return tf.reduce_logsumexp(log_r - np.log(log_r.shape[0]), axis=0)


# %% right="importance_weighted"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=0, b=1 / len(log_r))


# %% wrong="importance_weighted" says="That is the mean of the logarithms"
def importance_weighted(log_r):
    return np.mean(log_r, axis=0)


# %% wrong="importance_weighted" says="subtract its logarithm"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=0) + np.log(len(log_r))


# %% wrong="importance_weighted" says="That is the logarithm of the sum"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=0)


# %% wrong="importance_weighted" says="That is the logarithm of the sum"
def importance_weighted(log_r):
    return np.log(np.sum(np.exp(log_r), axis=0))


# %% wrong="importance_weighted" says="over the draws, axis=0, not over the images"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=1) - np.log(log_r.shape[1])


# %% wrong="importance_weighted" says="one number for each image"
def importance_weighted(log_r):
    return logsumexp(log_r) - np.log(len(log_r))


# %% wrong="importance_weighted" says="round to 0"
def importance_weighted(log_r):
    return np.log(np.mean(np.exp(log_r), axis=0))


# %% wrong="importance_weighted" says="round to 0"
def importance_weighted(log_r):
    return np.log(np.mean(np.exp(np.asarray(log_r, "float64")), axis=0))


# %% wrong="importance_weighted" says="You divide by the number of images"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=0) - np.log(log_r.shape[1])


# %% wrong="importance_weighted" says="You divide the logarithm"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=0) / len(log_r)


# %% wrong="importance_weighted" says="not a price"
def importance_weighted(log_r):
    return np.log(len(log_r)) - logsumexp(log_r, axis=0)


# %% wrong="importance_weighted" says="not a fixed number"
def importance_weighted(log_r):
    return logsumexp(log_r, axis=0) - np.log(5)


# %% right="posterior_weights"
def posterior_weights(above, logits):
    above, logits = np.asarray(above)[:, None], np.asarray(logits)[None]
    log_given_z = (above * logits - np.logaddexp(0, logits)).sum(axis=2)
    weights = np.exp(log_given_z - log_given_z.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


# %% right="posterior_weights"
def posterior_weights(above, logits):
    logits = tf.convert_to_tensor(logits)
    log_given_z = above @ tf.transpose(logits) - tf.reduce_sum(tf.nn.softplus(logits), axis=1)
    return tf.nn.softmax(log_given_z, axis=1)


# %% right="posterior_weights"
def posterior_weights(above, logits):
    p = 1 / (1 + np.exp(-logits.astype("float64")))
    log_given_z = above @ np.log(p).T + (1 - above) @ np.log(1 - p).T
    log_given_z -= logsumexp(log_given_z, axis=1)[:, None]
    return np.exp(log_given_z)


# %% wrong="posterior_weights" says="not yet divided by their sum"
def posterior_weights(above, logits):
    return np.exp(above @ logits.T - np.logaddexp(0, logits).sum(axis=1))


# %% wrong="posterior_weights" says="Each column sums to 1"
def posterior_weights(above, logits):
    log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.exp(log_given_z - logsumexp(log_given_z, axis=0))


# %% wrong="posterior_weights" says="All weights together sum to 1"
def posterior_weights(above, logits):
    log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.exp(log_given_z - logsumexp(log_given_z))


# %% wrong="posterior_weights" says="With 392 pixels a weight is no number"
def posterior_weights(above, logits):
    weights = np.exp(above @ logits.T - np.logaddexp(0, logits).sum(axis=1))
    return weights / weights.sum(axis=1, keepdims=True)


# %% wrong="posterior_weights" says="With 392 pixels the weights are wrong"
def posterior_weights(above, logits):
    weights = np.exp(above @ logits.T - np.logaddexp(0, logits).sum(axis=1))
    return weights / (weights.sum(axis=1, keepdims=True) + 1e-12)


# %% wrong="posterior_weights" says="The softplus is missing"
def posterior_weights(above, logits):
    return np.asarray(tf.nn.softmax(above @ logits.T, axis=1))


# %% wrong="posterior_weights" says="The softplus is added"
def posterior_weights(above, logits):
    log_given_z = above @ logits.T + np.logaddexp(0, logits).sum(axis=1)
    return np.exp(log_given_z - logsumexp(log_given_z, axis=1, keepdims=True))


# %% wrong="posterior_weights" says="You took the mean over the pixels"
def posterior_weights(above, logits):
    log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.asarray(tf.nn.softmax(log_given_z / above.shape[1], axis=1))


# %% wrong="posterior_weights" says="np.exp is missing"
def posterior_weights(above, logits):
    log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return log_given_z - logsumexp(log_given_z, axis=1, keepdims=True)


# %% wrong="posterior_weights" says="no sigmoid before the formula"
def posterior_weights(above, logits):
    p = 1 / (1 + np.exp(-logits))
    log_given_z = above @ p.T - np.logaddexp(0, p).sum(axis=1)
    return np.exp(log_given_z - logsumexp(log_given_z, axis=1, keepdims=True))


# %% wrong="posterior_weights" says="Only the inked pixels count"
def posterior_weights(above, logits):
    log_given_z = above @ np.log(1 / (1 + np.exp(-logits))).T
    return np.exp(log_given_z - logsumexp(log_given_z, axis=1, keepdims=True))


# %% wrong="posterior_weights" says="The sign is turned"
def posterior_weights(above, logits):
    price = np.logaddexp(0, logits).sum(axis=1) - above @ logits.T
    return np.exp(price - logsumexp(price, axis=1, keepdims=True))


# %% wrong="posterior_weights" says="turn it round"
def posterior_weights(above, logits):
    log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.exp(log_given_z - logsumexp(log_given_z, axis=1, keepdims=True)).T


# %% right="anomaly_score"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = np.take(stroke_rate, cases)
    return np.asarray(negative_elbo) / -np.log(np.where(images == 1, p, 1 - p)).sum(axis=1)


# %% right="anomaly_score"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    of_ink, of_paper = -np.log(stroke_rate), -np.log1p(-stroke_rate)
    strokes = (images * of_ink[cases]).sum(1) + ((1 - images) * of_paper[cases]).sum(1)
    return np.array([price - s for price, s in zip(negative_elbo, strokes, strict=True)])


# %% right="anomaly_score"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = tf.gather(stroke_rate, cases)
    log_p = tf.math.log(tf.where(images > 0.5, p, 1 - p))
    return negative_elbo + tf.reduce_sum(log_p, axis=1)


# %% wrong="anomaly_score" says="Upside down"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return strokes / negative_elbo


# %% wrong="anomaly_score" says="so that a stranger scores high"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return strokes - negative_elbo


# %% wrong="anomaly_score" says="has the wrong sign"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return negative_elbo - np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)


# %% wrong="anomaly_score" says="The strokes' price is negative"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return negative_elbo / np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)


# %% wrong="anomaly_score" says="the score with the trap"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    return negative_elbo


# %% wrong="anomaly_score" says="the price of the strokes alone"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)


# %% wrong="anomaly_score" says="Only the inked pixels count"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    return negative_elbo + np.sum(images * np.log(stroke_rate[cases]), axis=1)


# %% wrong="anomaly_score" says="Only the inked pixels count"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    strokes = -np.sum(images * np.log(stroke_rate[cases]), axis=1)
    return negative_elbo / np.maximum(strokes, 1e-9)


# %% wrong="anomaly_score" says="Ink and paper are swapped"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    strokes = -np.sum((1 - images) * np.log(p) + images * np.log(1 - p), axis=1)
    return negative_elbo / strokes


# %% wrong="anomaly_score" says="You took the mean over the pixels"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return negative_elbo + np.mean(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)


# %% wrong="anomaly_score" says="You took the mean over the pixels"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    strokes = -np.mean(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return negative_elbo / strokes


# %% wrong="anomaly_score" says="You compare with the amount of ink"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    return negative_elbo / np.maximum(images.sum(axis=1), 1)


# %% wrong="anomaly_score" says="divided once more"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return (negative_elbo - strokes) / strokes


# %% wrong="anomaly_score" says="One score for each image"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return np.mean(negative_elbo) + np.sum(images * np.log(p) + (1 - images) * np.log(1 - p))


# %% wrong="anomaly_score" says="expected the differences"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return 2 * (negative_elbo - strokes)


# %% right="variations"
def variations(vae, images, rng, copies):
    mean, log_variance = vae.encode(images)
    mean = np.tile(np.asarray(mean), (copies, 1))
    deviation = np.tile(np.asarray(keras.ops.exp(0.5 * log_variance)), (copies, 1))
    probabilities = np.asarray(keras.ops.sigmoid(vae.decode(rng.normal(mean, deviation))))
    return rng.binomial(1, probabilities).astype(np.float32)


# %% right="variations"
def variations(vae, images, rng, copies):
    made = []
    for _ in range(copies):
        mean, log_variance = vae.encode(images)
        noise = rng.standard_normal(mean.shape, dtype="float32")
        p = tf.sigmoid(vae.decode(mean + tf.sqrt(tf.exp(log_variance)) * noise)).numpy()
        made.append(np.where(p > rng.random(p.shape), 1.0, 0.0))
    return np.concatenate(made).astype("float32")


# %% right="variations"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.concatenate([images] * copies)))
    z = mean - np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return np.float32(rng.logistic(size=logits.shape) < logits)


# %% wrong="variations" says="exp(log_variance), the variance"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z.astype("float32")))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="stretched by the log-variance"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + log_variance * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z.astype("float32")))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="The noise is not stretched"
def variations(vae, images, rng, copies):
    mean, _ = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    logits = np.asarray(vae.decode((mean + rng.standard_normal(mean.shape)).astype("float32")))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="do not take the mean alone"
def variations(vae, images, rng, copies):
    mean, _ = vae.encode(np.tile(images, (copies, 1)))
    logits = np.asarray(vae.decode(mean))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="These are probabilities"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    return np.asarray(keras.ops.sigmoid(vae.decode(z)))


# %% wrong="variations" says="These are logits"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    return np.asarray(vae.decode(z))


# %% wrong="variations" says="The pixels are rounded"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    return (np.asarray(vae.decode(z)) > 0).astype("float32")


# %% wrong="variations" says="You compare with the logit"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) < logits).astype("float32")


# %% wrong="variations" says="Ink and paper are swapped"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) > 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="np.repeat"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.repeat(images, copies, axis=0)))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="Every copy got the same noise"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(images))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.tile(np.asarray(vae.decode(z)), (copies, 1))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="when their pixels were drawn"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    return (rng.random(784) < np.asarray(keras.ops.sigmoid(vae.decode(z)))).astype("float32")


# %% wrong="variations" says="each latent number needs its own"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal((len(mean), 1))
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="The same seed should make the same"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * np.random.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="Another call, or another seed"
def variations(vae, images, rng, copies):
    rng = np.random.default_rng(0)
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="Return float32"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return rng.random(logits.shape) < 1 / (1 + np.exp(-logits))


# %% wrong="variations" says="copies of 3 images are"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(images))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="that is the prior"
def variations(vae, images, rng, copies):
    mean, _ = vae.encode(np.tile(images, (copies, 1)))
    logits = np.asarray(vae.decode(rng.standard_normal(mean.shape).astype("float32")))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")


# %% wrong="variations" says="one and the same picture"
def variations(vae, images, rng, copies):
    mean, log_variance = map(np.asarray, vae.encode(images))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z.astype("float32")))
    drawn = (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")
    return np.tile(drawn, (copies, 1))


# %% right="threshold"
def threshold(confidences, share):
    ordered = sorted(confidences, reverse=True)
    return ordered[int(share * len(ordered))]


# %% right="threshold"
def threshold(confidences, share):
    return np.percentile(confidences, 100 * (1 - share), method="lower")


# %% right="threshold"
def threshold(confidences, share):
    k = round(len(confidences) * (1 - share)) - 1
    return np.partition(confidences, k)[k]


# %% right="threshold"
def threshold(confidences, share):
    import pandas as pd

    return pd.Series(confidences).quantile(1 - share)


# %% right="threshold"
def threshold(confidences, share):
    for bar in np.sort(confidences):
        if np.mean(confidences > bar) <= share:
            return bar


# %% wrong="threshold" says="The wrong end"
def threshold(confidences, share):
    return np.quantile(confidences, share)


# %% wrong="threshold" says="np.percentile takes percent"
def threshold(confidences, share):
    return np.percentile(confidences, 1 - share)


# %% wrong="threshold" says="That is a share, not a confidence"
def threshold(confidences, share):
    return 1 - share


# %% wrong="threshold" says="one number for all images"
def threshold(confidences, share):
    return np.sort(confidences)[-int(share * len(confidences)) :]


# %% wrong="threshold" says="should pass a bar for"
def threshold(confidences, share):
    return np.sort(confidences)[-int(share * len(confidences)) * 2]


# %% wrong="threshold" says="should pass a bar for"
def threshold(confidences, share):
    return np.quantile(confidences, 0.8)


# %% wrong="threshold" says="should pass a bar for"
def threshold(confidences, share):
    return (1 - share) * np.max(confidences)


# %% wrong="anomaly_score" says="Keep the sign of the difference"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return np.abs(negative_elbo + np.sum(np.log(np.where(images == 1, p, 1 - p)), axis=1))


# %% wrong="anomaly_score" says="asked is the quotient itself"
def anomaly_score(images, cases, stroke_rate, negative_elbo):
    p = stroke_rate[cases]
    return np.log(negative_elbo / -np.sum(np.log(np.where(images == 1, p, 1 - p)), axis=1))
