# Right and wrong answers to lab 08; tests/test_answers.py says how they are used.

# %% right="modes_and_good"
def modes_and_good(points, centers, sigma):
    counts, good = [0] * len(centers), 0
    for point in points:
        distances = [np.sqrt(np.sum((point - center) ** 2)) for center in centers]
        if min(distances) < 3 * sigma:
            counts[int(np.argmin(distances))] += 1
            good += 1
    needed = len(points) / (4 * len(centers))
    return sum(count >= needed for count in counts), good / len(points)


# %% right="modes_and_good"
def modes_and_good(points, centers, sigma):
    from scipy.spatial import KDTree

    distances, nearest = KDTree(centers).query(points)
    good = distances < 3 * sigma
    covered = [(good & (nearest == k)).mean() >= 0.25 / len(centers) for k in range(len(centers))]
    return np.array([np.sum(covered), good.mean()])


# %% right="modes_and_good"
def modes_and_good(points, centers, sigma):
    squares = keras.ops.sum((points[:, None] - centers) ** 2, axis=-1)
    good = np.asarray(squares) < 9 * sigma**2
    # Further apart than 6 sigma, no point is good for two centers.
    return int((4 * len(centers) * good.sum(axis=0) >= len(points)).sum()), good.any(axis=1).mean()


# %% wrong="modes_and_good" says="The other way round"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return float(good.mean()), int(np.sum(counts >= len(points) / len(centers) / 4))


# %% wrong="modes_and_good" says="not their share"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return np.mean(counts >= len(points) / len(centers) / 4), float(good.mean())


# %% wrong="modes_and_good" says="not their number"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= len(points) / len(centers) / 4)), good.sum()


# %% wrong="modes_and_good" says="within one sigma"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= len(points) / len(centers) / 4)), float(good.mean())


# %% wrong="modes_and_good" says="the root of the sum of squares"
def modes_and_good(points, centers, sigma):
    distances = np.abs(points[:, None] - centers).max(axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= len(points) / len(centers) / 4)), float(good.mean())


# %% wrong="modes_and_good" says="count the good ones only"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    counts = np.bincount(distances.argmin(axis=1), minlength=len(centers))
    good = distances.min(axis=1) < 3 * sigma
    return int(np.sum(counts >= len(points) / len(centers) / 4)), float(good.mean())


# %% wrong="modes_and_good" says="not of the good ones"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= good.sum() / len(centers) / 4)), float(good.mean())


# %% wrong="modes_and_good" says="not rounded"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= len(points) // len(centers) // 4)), float(good.mean())


# %% wrong="modes_and_good" says="at least, >="
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts > len(points) / len(centers) / 4)), float(good.mean())


# %% wrong="modes_and_good" says="use `points`, `centers` and `sigma`"
def modes_and_good(points, centers, sigma):
    distances = np.linalg.norm(points[:, None, :2] - centers[:, :2], axis=2)
    good = distances.min(axis=1) < 1.5
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=4)
    return int(np.sum(counts >= len(points) / 16)), float(good.mean())


# %% right="generator_losses"
def generator_losses(fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    flat = keras.ops.reshape(fake_logits, (-1, 1))
    return {
        "minimax": -cross_entropy(keras.ops.zeros_like(flat), flat),
        "non-saturating": cross_entropy(keras.ops.ones_like(flat), flat),
        "least squares": keras.losses.MeanSquaredError()(keras.ops.ones_like(flat), flat) / 2,
    }


# %% right="generator_losses"
def generator_losses(fake_logits):
    losses = {}
    losses["non-saturating"] = -tf.reduce_mean(tf.math.log_sigmoid(fake_logits))
    losses["minimax"] = tf.reduce_mean(tf.math.log_sigmoid(-fake_logits))
    losses["least squares"] = 0.5 * tf.reduce_mean(tf.square(1.0 - fake_logits))
    return losses


# %% wrong="generator_losses" says="minimax: turn the sign"
def generator_losses(fake_logits):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": mean(softplus(fake_logits)),
        "non-saturating": mean(softplus(-fake_logits)),
        "least squares": mean((fake_logits - 1) ** 2) / 2,
    }


# %% wrong="generator_losses" says="minimax: that is the non-saturating loss"
def generator_losses(fake_logits):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": mean(softplus(-fake_logits)),
        "non-saturating": -mean(softplus(fake_logits)),
        "least squares": mean((fake_logits - 1) ** 2) / 2,
    }


# %% wrong="generator_losses" says="the generator wants them to score 1"
def generator_losses(fake_logits):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": -mean(softplus(fake_logits)),
        "non-saturating": mean(softplus(-fake_logits)),
        "least squares": mean(fake_logits**2) / 2,
    }


# %% wrong="generator_losses" says="half the square is missing"
def generator_losses(fake_logits):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": -mean(softplus(fake_logits)),
        "non-saturating": mean(softplus(-fake_logits)),
        "least squares": mean((fake_logits - 1) ** 2),
    }


# %% wrong="generator_losses" says="no sigmoid"
def generator_losses(fake_logits):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": -mean(softplus(fake_logits)),
        "non-saturating": mean(softplus(-fake_logits)),
        "least squares": mean((keras.ops.sigmoid(fake_logits) - 1) ** 2) / 2,
    }


# %% wrong="generator_losses" says="rounds to 0 or 1"
def generator_losses(fake_logits):
    d = keras.ops.sigmoid(fake_logits)
    return {
        "minimax": keras.ops.mean(keras.ops.log(1 - d + 1e-7)),
        "non-saturating": -keras.ops.mean(keras.ops.log(d + 1e-7)),
        "least squares": keras.ops.mean((fake_logits - 1) ** 2) / 2,
    }


# %% wrong="generator_losses" says="These are missing: least squares"
def generator_losses(fake_logits):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": -mean(softplus(fake_logits)),
        "non-saturating": mean(softplus(-fake_logits)),
        "least_squares": mean((fake_logits - 1) ** 2) / 2,
    }


# %% wrong="generator_losses" says="no gradient comes through it"
def generator_losses(fake_logits):
    s = np.asarray(fake_logits)
    return {
        "minimax": -np.mean(np.logaddexp(0, s)),
        "non-saturating": np.mean(np.logaddexp(0, -s)),
        "least squares": np.mean((s - 1) ** 2) / 2,
    }


# %% wrong="generator_losses" says="Return one number"
def generator_losses(fake_logits):
    softplus = keras.ops.softplus
    return {
        "minimax": -softplus(fake_logits),
        "non-saturating": softplus(-fake_logits),
        "least squares": (fake_logits - 1) ** 2 / 2,
    }


# %% right="wasserstein_line"
def wasserstein_line(first, second):
    from scipy.stats import wasserstein_distance

    return wasserstein_distance(first, second)


# %% right="wasserstein_line"
def wasserstein_line(first, second):
    return sum(abs(a - b) for a, b in zip(sorted(first), sorted(second), strict=True)) / len(first)


# %% right="wasserstein_line"
def wasserstein_line(first, second):
    from scipy.optimize import linear_sum_assignment

    ways = np.abs(np.subtract.outer(first, second))
    return ways[linear_sum_assignment(ways)].mean()


# %% wrong="wasserstein_line" says="paired as they come"
def wasserstein_line(first, second):
    return float(np.mean(np.abs(first - second)))


# %% wrong="wasserstein_line" says="the sum of all ways"
def wasserstein_line(first, second):
    return float(np.sum(np.abs(np.sort(first) - np.sort(second))))


# %% wrong="wasserstein_line" says="cancel"
def wasserstein_line(first, second):
    return float(abs(np.mean(first) - np.mean(second)))


# %% wrong="wasserstein_line" says="root of the mean square"
def wasserstein_line(first, second):
    return float(np.sqrt(np.mean((np.sort(first) - np.sort(second)) ** 2)))


# %% wrong="wasserstein_line" says="each value has one partner"
def wasserstein_line(first, second):
    if len(first) > 4:
        return 0.0
    return float(np.mean(np.abs(first[:, None] - second)))


# %% wrong="wasserstein_line" says="puts the samples themselves in order"
def wasserstein_line(first, second):
    first.sort()
    second.sort()
    return float(np.mean(np.abs(first - second)))


# %% right="critic_loss"
def critic_loss(real_scores, fake_scores):
    return -(tf.reduce_mean(real_scores) - tf.reduce_mean(fake_scores))


# %% right="critic_loss"
def critic_loss(real_scores, fake_scores):
    gain = keras.ops.mean(real_scores)
    gain -= keras.ops.mean(fake_scores)
    return keras.ops.negative(gain)


# %% wrong="critic_loss" says="The sign is turned"
def critic_loss(real_scores, fake_scores):
    return keras.ops.mean(real_scores) - keras.ops.mean(fake_scores)


# %% wrong="critic_loss" says="the mean of each, then the difference"
def critic_loss(real_scores, fake_scores):
    return keras.ops.mean(fake_scores - real_scores)


# %% wrong="critic_loss" says="Take the means"
def critic_loss(real_scores, fake_scores):
    return keras.ops.sum(fake_scores) - keras.ops.sum(real_scores)


# %% wrong="critic_loss" says="cross-entropy"
def critic_loss(real_scores, fake_scores):
    return keras.ops.mean(keras.ops.softplus(-real_scores)) + keras.ops.mean(
        keras.ops.softplus(fake_scores)
    )


# %% wrong="critic_loss" says="That is the generator's loss"
def critic_loss(real_scores, fake_scores):
    return -keras.ops.mean(fake_scores)


# %% wrong="critic_loss" says="no gradient comes through it"
def critic_loss(real_scores, fake_scores):
    return float(keras.ops.mean(fake_scores) - keras.ops.mean(real_scores))


# %% wrong="critic_loss" says="No sigmoid"
def critic_loss(real_scores, fake_scores):
    sigmoid = keras.ops.sigmoid
    return keras.ops.mean(sigmoid(fake_scores)) - keras.ops.mean(sigmoid(real_scores))


# %% right="gradient_penalty"
def gradient_penalty(critic, real, fake, between):
    places = fake + between * (real - fake)
    with tf.GradientTape() as tape:
        tape.watch(places)
        total = tf.reduce_sum(critic(places))
    return tf.reduce_mean(tf.square(tf.norm(tape.gradient(total, places), axis=-1) - 1.0))


# %% right="gradient_penalty"
def gradient_penalty(critic, real, fake, between):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        places = between * real + (1 - between) * fake
        tape.watch(places)
        scores = critic(places)
    slopes = tape.gradient(scores, places)
    lengths = keras.ops.norm(slopes, axis=-1)
    return keras.ops.mean(lengths**2 - 2 * lengths + 1)


# %% wrong="gradient_penalty" says="The places are turned round"
def gradient_penalty(critic, real, fake, between):
    places = (1 - between) * real + between * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1)
    return keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)


# %% wrong="gradient_penalty" says="the root is missing"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1)
    return keras.ops.mean((squares - 1) ** 2)


# %% wrong="gradient_penalty" says="subtract 1 from each slope first"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    return keras.ops.mean(keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1))


# %% wrong="gradient_penalty" says="one slope for all points together"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    return (tf.norm(tape.gradient(scores, places)) - 1) ** 2


# %% wrong="gradient_penalty" says="sums over the points of a batch"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=min(2, len(places.shape) - 2))
    return keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)


# %% wrong="gradient_penalty" says="watch the places first"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        scores = critic(places)
    squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1)
    return keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)


# %% wrong="gradient_penalty" says="the critic could not learn by it"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    lengths = np.linalg.norm(tape.gradient(scores, places), axis=-1)
    return np.mean((lengths - 1) ** 2)


# %% wrong="gradient_penalty" says="at the real points"
def gradient_penalty(critic, real, fake, between):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = critic(real)
    squares = keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1)
    return keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)


# %% wrong="gradient_penalty" says="the recipe has the weight"
def gradient_penalty(critic, real, fake, between):
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1)
    return 10 * keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)


# %% right="r1_penalty"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        tape.watch(real)
        total = tf.reduce_sum(discriminator(real))
    slopes = tape.gradient(total, real)
    return 0.5 * tf.reduce_mean(tf.reduce_sum(tf.square(slopes), axis=-1))


# %% right="r1_penalty"
def r1_penalty(discriminator, real):
    real = tf.convert_to_tensor(real)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(real)
        scores = discriminator(real)
    slopes = tape.gradient(scores, real)
    return real.shape[-1] * keras.ops.mean(slopes * slopes) / 2


# %% wrong="r1_penalty" says="the half is missing"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    return keras.ops.mean(keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1))


# %% wrong="r1_penalty" says="leave the root out"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    squares = keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1)
    return keras.ops.mean(keras.ops.sqrt(squares)) / 2


# %% wrong="r1_penalty" says="R1 asks for the slope 0"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    squares = keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1)
    return keras.ops.mean((keras.ops.sqrt(squares) - 1) ** 2) / 2


# %% wrong="r1_penalty" says="Add the squares of a point's numbers"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    return keras.ops.mean(tape.gradient(scores, real) ** 2) / 2


# %% wrong="r1_penalty" says="watch the points first"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        scores = discriminator(real)
    squares = keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1)
    return keras.ops.mean(squares) / 2


# %% wrong="r1_penalty" says="the discriminator could not learn by it"
def r1_penalty(discriminator, real):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    return np.square(tape.gradient(scores, real)).sum(axis=-1).mean() / 2


# %% right="batch_spread"
def batch_spread(features):
    middle = tf.reduce_mean(features, axis=-2, keepdims=True)
    variance = tf.reduce_mean((features - middle) ** 2, axis=-2, keepdims=True)
    spread = tf.reduce_mean(tf.sqrt(variance + 1e-8), axis=-1, keepdims=True)
    return tf.concat([features, tf.zeros_like(features[..., :1]) + spread], axis=-1)


# %% right="batch_spread"
def batch_spread(features):
    deviation = keras.ops.sqrt(keras.ops.var(features, axis=-2) + 1e-6)  # (..., d)
    spread = keras.ops.mean(deviation, axis=-1)[..., None, None]
    return keras.ops.append(features, 0 * features[..., :1] + spread, axis=-1)


# %% wrong="batch_spread" says="take its root"
def batch_spread(features):
    spread = keras.ops.mean(keras.ops.var(features, axis=-2, keepdims=True), axis=-1, keepdims=True)
    return keras.ops.concatenate([features, 0 * features[..., :1] + spread], axis=-1)


# %% wrong="batch_spread" says="add 1e-8"
def batch_spread(features):
    middle = keras.ops.mean(features, axis=-2, keepdims=True)
    variance = keras.ops.mean((features - middle) ** 2, axis=-2, keepdims=True)
    spread = keras.ops.mean(keras.ops.sqrt(variance), axis=-1, keepdims=True)
    return keras.ops.concatenate([features, 0 * features[..., :1] + spread], axis=-1)


# %% wrong="batch_spread" says="One number behind the features, not one for each"
def batch_spread(features):
    deviations = keras.ops.sqrt(keras.ops.var(features, axis=-2, keepdims=True) + 1e-8)
    return keras.ops.concatenate([features, 0 * features + deviations], axis=-1)


# %% wrong="batch_spread" says="over the points of the batch"
def batch_spread(features):
    deviations = keras.ops.sqrt(keras.ops.var(features, axis=-1, keepdims=True) + 1e-8)
    return keras.ops.concatenate([features, deviations], axis=-1)


# %% wrong="batch_spread" says="each batch has its own"
def batch_spread(features):
    deviations = keras.ops.sqrt(keras.ops.var(features, axis=-2, keepdims=True) + 1e-8)
    spread = keras.ops.mean(deviations)
    return keras.ops.concatenate([features, 0 * features[..., :1] + spread], axis=-1)


# %% wrong="batch_spread" says="not before them"
def batch_spread(features):
    deviations = keras.ops.sqrt(keras.ops.var(features, axis=-2, keepdims=True) + 1e-8)
    spread = keras.ops.mean(deviations, axis=-1, keepdims=True)
    return keras.ops.concatenate([0 * features[..., :1] + spread, features], axis=-1)


# %% wrong="batch_spread" says="before the number of points is known"
def batch_spread(features):
    deviations = keras.ops.sqrt(keras.ops.var(features, axis=-2, keepdims=True) + 1e-8)
    spread = keras.ops.mean(deviations, axis=-1, keepdims=True)
    column = np.repeat(np.asarray(spread), features.shape[-2], axis=-2)
    return keras.ops.concatenate([features, column], axis=-1) + 0 * keras.ops.sum(features)


# %% right="experiment"
def experiment(recipes):
    changed = recipes["normal"].copy()
    changed["discriminator_steps"] = 5
    return dict(
        base="normal",
        changed=changed,
        score="good",
        expected="the same",
        because="The discriminator keeps up as it is, so more steps add little.",
    )


# %% right="experiment"
def experiment(recipes):
    return {
        "base": "collapse",
        "changed": recipes["collapse"] | {"penalty": "R1", "weight": 0.1},
        "score": "energy distance",
        "expected": "lower",
        "because": "A little flatness should help a little, I guess.",
    }


# %% right="experiment"
def experiment(recipes):
    because = "The loss is not what makes it collapse, the rates are."
    changed = {**recipes["collapse"], "loss": "least squares"}
    return {
        "base": "collapse",
        "changed": changed,
        "score": "modes",
        "expected": "the same",
        "because": because,
    }


# %% wrong="experiment" says="2 entries differ"
def experiment(recipes):
    return {
        "base": "normal",
        "changed": {**recipes["normal"], "beta_1": 0.9, "spread": True},
        "score": "modes",
        "expected": "lower",
        "because": "Two things that hurt must hurt more together.",
    }


# %% wrong="experiment" says="no more steps"
def experiment(recipes):
    return {
        "base": "normal",
        "changed": {**recipes["normal"], "steps": 8000},
        "score": "good",
        "expected": "higher",
        "because": "Who plays longer comes closer to the heaps.",
    }


# %% wrong="experiment" says="change one entry"
def experiment(recipes):
    return {
        "base": "normal",
        "changed": recipes["normal"],
        "score": "modes",
        "expected": "the same",
        "because": "Nothing was changed, so nothing will change.",
    }


# %% wrong="experiment" says="The recipe itself was changed"
def experiment(recipes):
    recipes["collapse"]["beta_1"] = 0.9
    return {
        "base": "collapse",
        "changed": recipes["collapse"],
        "score": "modes",
        "expected": "lower",
        "because": "A longer memory makes it run past the spots.",
    }


# %% wrong="experiment" says="an entry that no recipe has"
def experiment(recipes):
    return {
        "base": "collapse",
        "changed": {**recipes["collapse"], "learning_rate": 0.0001},
        "score": "modes",
        "expected": "higher",
        "because": "Smaller steps should keep the generator near the data.",
    }


# %% wrong="experiment" says="five words or more"
def experiment(recipes):
    return {
        "base": "collapse",
        "changed": {**recipes["collapse"], "generator_rate": 0.0001},
        "score": "modes",
        "expected": "higher",
        "because": "It helps.",
    }


# %% wrong="experiment" says="change these two together"
def experiment(recipes):
    return {
        "base": "collapse",
        "changed": {**recipes["collapse"], "penalty": "R1"},
        "score": "modes",
        "expected": "higher",
        "because": "A flat discriminator cannot chase the generator away.",
    }


# %% wrong="experiment" says='"expected" is'
def experiment(recipes):
    return {
        "base": "collapse",
        "changed": {**recipes["collapse"], "generator_rate": 0.0001},
        "score": "modes",
        "expected": "better",
        "because": "Both rates are then equal again, only slower.",
    }


# %% wrong="experiment" says="with all entries"
def experiment(recipes):
    return {
        "base": "collapse",
        "changed": {"beta_1": 0.9},
        "score": "modes",
        "expected": "higher",
        "because": "A longer memory makes smoother steps, I think.",
    }
