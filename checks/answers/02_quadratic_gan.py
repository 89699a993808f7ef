# Right and wrong answers to lab 02; tests/test_answers.py says how they are used.

# %% right="fake_samples"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.normal(shape=[n, latent_dim], mean=0.0, stddev=1.0, seed=seed))


# %% right="fake_samples"
def fake_samples(generator, n, latent_dim, seed):
    z = tf.random.stateless_normal((n, latent_dim), seed=seed.next())
    return generator(z, training=False).numpy()


# %% right="fake_samples"
def fake_samples(generator, n, latent_dim, seed):
    return generator.predict(keras.random.normal((n, latent_dim), seed=seed), verbose=0)


# %% right="fake_samples"
def fake_samples(generator, n, latent_dim, seed):
    numbers = keras.random.normal((n * latent_dim,), seed=seed)
    return np.array(generator(keras.ops.reshape(numbers, (n, latent_dim))))


# %% right="fake_samples"
def fake_samples(generator, n, latent_dim, seed):
    columns = [keras.random.normal((n, 1), seed=seed) for _ in range(latent_dim)]
    return generator(tf.concat(columns, axis=1))


# %% wrong="fake_samples" says="hand `seed` on, not a fixed number"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.normal((n, latent_dim), seed=1))


# %% wrong="fake_samples" says="The same seed should draw the same points"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.normal((n, latent_dim)))


# %% wrong="fake_samples" says="mean 0 and standard deviation 1"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.uniform((n, latent_dim), seed=seed))


# %% wrong="fake_samples" says="not a normal distribution"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.uniform((n, latent_dim), -(3**0.5), 3**0.5, seed=seed))


# %% wrong="fake_samples" says="should be independent"
def fake_samples(generator, n, latent_dim, seed):
    z = keras.random.normal((n, 1), seed=seed)
    return generator(keras.ops.repeat(z, latent_dim, axis=1))


# %% wrong="fake_samples" says="call the generator on them"
def fake_samples(generator, n, latent_dim, seed):
    return keras.random.normal((n, latent_dim), seed=seed)


# %% wrong="fake_samples" says="return generator(latent) as it is"
def fake_samples(generator, n, latent_dim, seed):
    return keras.random.normal((n, 2), seed=seed)


# %% wrong="fake_samples" says="is `return` missing?"
def fake_samples(generator, n, latent_dim, seed):
    generator(keras.random.normal((n, latent_dim), seed=seed))


# %% wrong="fake_samples" says="not fixed numbers"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.normal((1000, latent_dim), seed=seed))


# %% wrong="fake_samples" says="the seed goes by name"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.normal((n, latent_dim), seed))


# %% wrong="fake_samples" says="the shape is one argument, a tuple"
def fake_samples(generator, n, latent_dim, seed):
    return generator(keras.random.normal(n, latent_dim, seed=seed))


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    on_real = keras.ops.mean(keras.ops.softplus(-real_logits))
    return 0.5 * on_real + 0.5 * keras.ops.mean(keras.ops.softplus(fake_logits))


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    labels = tf.concat([tf.ones_like(real_logits), tf.zeros_like(fake_logits)], axis=0)
    logits = tf.concat([real_logits, fake_logits], axis=0)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


# %% wrong="discriminator_loss" says="no gradient comes through it"
def discriminator_loss(real_logits, fake_logits):
    on_real = keras.ops.mean(keras.ops.softplus(-real_logits))
    return float(on_real + keras.ops.mean(keras.ops.softplus(fake_logits))) / 2


# %% wrong="discriminator_loss" says="no gradient comes through it"
def discriminator_loss(real_logits, fake_logits):
    return np.mean(np.logaddexp(0, np.concatenate([-real_logits, fake_logits])))


# %% wrong="discriminator_loss" says="The labels are swapped"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    on_real = cross_entropy(keras.ops.zeros_like(real_logits), real_logits)
    return (on_real + cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)) / 2


# %% wrong="discriminator_loss" says="take the mean, half of it"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    on_real = cross_entropy(keras.ops.ones_like(real_logits), real_logits)
    return on_real + cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)


# %% wrong="discriminator_loss" says="say from_logits=True"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy()
    on_real = cross_entropy(keras.ops.ones_like(real_logits), real_logits)
    return (on_real + cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)) / 2


# %% wrong="discriminator_loss" says="The sigmoid is applied twice"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    real, fake = tf.math.sigmoid(real_logits), tf.math.sigmoid(fake_logits)
    on_real = cross_entropy(keras.ops.ones_like(real), real)
    return (on_real + cross_entropy(keras.ops.zeros_like(fake), fake)) / 2


# %% wrong="discriminator_loss" says="made-up points are 0"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    on_real = cross_entropy(keras.ops.ones_like(real_logits), real_logits)
    return (on_real + cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)) / 2


# %% wrong="discriminator_loss" says="add the made-up ones"
def discriminator_loss(real_logits, fake_logits):
    return keras.ops.mean(keras.ops.softplus(-real_logits))


# %% wrong="discriminator_loss" says="The sign is turned"
def discriminator_loss(real_logits, fake_logits):
    real = keras.ops.mean(keras.ops.log_sigmoid(real_logits))
    return (real + keras.ops.mean(keras.ops.log_sigmoid(-fake_logits))) / 2


# %% wrong="discriminator_loss" says="Return one number"
def discriminator_loss(real_logits, fake_logits):
    return (keras.ops.softplus(-real_logits) + keras.ops.softplus(fake_logits)) / 2


# %% wrong="discriminator_loss" says="rounds to 0 or 1"
def discriminator_loss(real_logits, fake_logits):
    real, fake = keras.ops.sigmoid(real_logits), keras.ops.sigmoid(fake_logits)
    return -keras.ops.mean(keras.ops.log(real) + keras.ops.log(1 - fake)) / 2


# %% wrong="discriminator_loss" says="rounds to 0 or 1"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy()
    real, fake = tf.math.sigmoid(real_logits), tf.math.sigmoid(fake_logits)
    on_real = cross_entropy(keras.ops.ones_like(real), real)
    return (on_real + cross_entropy(keras.ops.zeros_like(fake), fake)) / 2


# %% wrong="discriminator_loss" says="the labels first, then the logits"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    on_real = cross_entropy(real_logits, keras.ops.ones_like(real_logits))
    return (on_real + cross_entropy(fake_logits, keras.ops.zeros_like(fake_logits))) / 2


# %% wrong="discriminator_loss" says="call that on labels and logits"
def discriminator_loss(real_logits, fake_logits):
    labels = keras.ops.ones_like(real_logits)
    return keras.losses.BinaryCrossentropy(labels, real_logits, from_logits=True)


# %% wrong="discriminator_loss" says="call that on labels and logits"
def discriminator_loss(real_logits, fake_logits):
    return keras.losses.BinaryCrossentropy(keras.ops.ones_like(real_logits), real_logits)


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    bce = keras.losses.binary_crossentropy
    on_real = bce(keras.ops.ones_like(real_logits), real_logits, from_logits=True)
    on_fake = bce(keras.ops.zeros_like(fake_logits), fake_logits, from_logits=True)
    return keras.ops.mean(keras.ops.concatenate([on_real, on_fake]))


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    mean = tf.reduce_mean
    return -(mean(tf.math.log_sigmoid(real_logits)) + mean(tf.math.log_sigmoid(-fake_logits))) / 2


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    costs = keras.ops.logaddexp(0.0, keras.ops.concatenate([-real_logits, fake_logits]))
    return keras.ops.sum(costs) / len(costs)


# %% right="best_discriminator"
def best_discriminator(p, q):
    return 1 / (1 + q / p)


# %% right="best_discriminator"
def best_discriminator(p, q):
    logit = np.log(p) - np.log(q)
    return 1 / (1 + np.exp(-logit))


# %% right="best_discriminator"
def best_discriminator(p, q):
    tries = np.linspace(0, 1, 1001)[1:-1]
    gains = p[..., None] * np.log(tries) + q[..., None] * np.log(1 - tries)
    return tries[gains.argmax(axis=-1)]


# %% right="best_discriminator"
def best_discriminator(p, q):
    from scipy.special import expit

    return expit(np.log(p / q))


# %% wrong="best_discriminator" says="being made up"
def best_discriminator(p, q):
    return q / (p + q)


# %% wrong="best_discriminator" says="of how many is that a share?"
def best_discriminator(p, q):
    return p / q


# %% wrong="best_discriminator" says="A sure 0 or 1"
def best_discriminator(p, q):
    return (p > q).astype(float)


# %% wrong="best_discriminator" says="its sigmoid is the probability"
def best_discriminator(p, q):
    return np.log(p) - np.log(q)


# %% wrong="best_discriminator" says="not p - q"
def best_discriminator(p, q):
    return 1 / (1 + np.exp(-(p - q)))


# %% wrong="best_discriminator" says="At the top the slope"
def best_discriminator(p, q):
    return p**2 / (p**2 + q**2)


# %% wrong="best_discriminator" says="A probability lies between 0 and 1"
def best_discriminator(p, q):
    return p - q


# %% wrong="best_discriminator" says="One d for each place"
def best_discriminator(p, q):
    return p.sum() / (p.sum() + q.sum())


# %% wrong="best_discriminator" says="is `return` missing?"
def best_discriminator(p, q):
    p / (p + q)


# %% wrong="best_discriminator" says="Leave the arrays"
def best_discriminator(p, q):
    p /= p + q
    return p


# %% wrong="generator_loss" says="no gradient comes through it"
def generator_loss(fake_logits, saturating=False):
    sign = 1 if saturating else -1
    return -sign * keras.ops.mean(keras.ops.softplus(sign * fake_logits)).numpy()


# %% wrong="generator_loss" says="help the discriminator"
def generator_loss(fake_logits, saturating=False):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="for saturating=True"
def generator_loss(fake_logits, saturating=False):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return -cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="say from_logits=True"
def generator_loss(fake_logits, saturating=False):
    return keras.losses.BinaryCrossentropy()(keras.ops.ones_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="The sigmoid is applied twice"
def generator_loss(fake_logits, saturating=False):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(keras.ops.ones_like(fake_logits), tf.math.sigmoid(fake_logits))


# %% wrong="generator_loss" says="The sign is turned"
def generator_loss(fake_logits, saturating=False):
    return keras.ops.mean(keras.ops.log_sigmoid(fake_logits))


# %% wrong="generator_loss" says="Return one number"
def generator_loss(fake_logits, saturating=False):
    return keras.ops.softplus(-fake_logits)


# %% wrong="generator_loss" says="rounds to 0"
def generator_loss(fake_logits, saturating=False):
    return -keras.ops.mean(keras.ops.log(keras.ops.sigmoid(fake_logits)))


# %% wrong="generator_loss" says="the labels first, then the logits"
def generator_loss(fake_logits, saturating=False):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(fake_logits, keras.ops.ones_like(fake_logits))


# %% wrong="generator_loss" says="call that on labels and logits"
def generator_loss(fake_logits, saturating=False):
    return keras.losses.BinaryCrossentropy(keras.ops.ones_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="call that on labels and logits"
def generator_loss(fake_logits, saturating=False):
    return keras.losses.BinaryCrossentropy(from_logits=True)(fake_logits)


# %% right="generator_loss"
def generator_loss(fake_logits, saturating=False):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    if saturating:
        return -cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)
    return cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)


# %% right="generator_loss"
def generator_loss(fake_logits, saturating=False):
    sign = 1.0 if saturating else -1.0
    return sign * tf.reduce_mean(tf.math.log_sigmoid(-sign * fake_logits))


# %% right="generator_loss"
def generator_loss(fake_logits, saturating=False):
    parts = keras.ops.log_sigmoid(-fake_logits), keras.ops.softplus(-fake_logits)
    return keras.ops.mean(parts[0] if saturating else parts[1])


# %% wrong="generator_loss" says="saturating=True asks for another loss"
def generator_loss(fake_logits, saturating=False):
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% wrong="generator_loss" says="no minus before it"
def generator_loss(fake_logits, saturating=False):
    sign = 1 if saturating else -1
    return keras.ops.mean(keras.ops.softplus(sign * fake_logits))


# %% wrong="generator_loss" says="so log(1 - D)"
def generator_loss(fake_logits, saturating=False):
    loss = keras.ops.mean(keras.ops.softplus(-fake_logits))
    return -loss if saturating else loss


# %% wrong="generator_loss" says="return the mean of -log D"
def generator_loss(fake_logits, saturating=False):
    if not saturating:
        return -keras.ops.mean(keras.ops.softplus(fake_logits))
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% wrong="generator_loss" says="rounds to 1"
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return keras.ops.mean(keras.ops.log(1 - keras.ops.sigmoid(fake_logits)))
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% wrong="generator_loss" says="With saturating=True, too"
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -keras.ops.softplus(fake_logits)
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% wrong="generator_loss" says="With saturating=True expected"
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -keras.ops.sum(keras.ops.softplus(fake_logits))
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% right="pull"
def pull(loss, discriminator, points):
    points = tf.Variable(points)
    with tf.GradientTape() as tape:
        value = loss(discriminator(points))
    return -tape.gradient(value, points)


# %% right="pull"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = -loss(discriminator(points))
    return tape.gradient(value, [points])[0]


# %% right="pull"
def pull(loss, discriminator, points):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(points)
        logits = discriminator(points)
        value = loss(logits)
    on_logits = tape.gradient(value, logits)
    return -tape.gradient(logits, points, output_gradients=on_logits).numpy()


# %% right="pull"
def pull(loss, discriminator, points):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    gradient = tape.gradient(value, points)
    return np.negative(gradient)


# %% wrong="pull" says="the pull is minus it"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    return tape.gradient(value, points)


# %% wrong="pull" says="watch the points first"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        value = loss(discriminator(points))
    return -tape.gradient(value, points)


# %% wrong="pull" says="watch the points first"
def pull(loss, discriminator, points):
    logits = discriminator(points)
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(logits)
    return -tape.gradient(value, points)


# %% wrong="pull" says="That is the pull on the logits"
def pull(loss, discriminator, points):
    logits = discriminator(points)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(logits)
    return -tape.gradient(value, logits)


# %% wrong="pull" says="the slope of the logits alone"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        logits = discriminator(points)
    return tape.gradient(logits, points)


# %% wrong="pull" says="3 times too strong"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    return -len(points) * tape.gradient(value, points)


# %% wrong="pull" says="another loss"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = keras.ops.mean(keras.ops.softplus(-discriminator(points)))
    return -tape.gradient(value, points)


# %% wrong="pull" says="Return the pull"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    -tape.gradient(value, points)


# %% wrong="pull" says="The first point should feel"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    return -tf.math.l2_normalize(tape.gradient(value, points), axis=1)


# %% right="discriminator_step"
def discriminator_step(gan, real, latent):
    weights = gan.discriminator.trainable_weights
    with tf.GradientTape() as tape:
        fake = tf.stop_gradient(gan.generator(latent))
        logits = gan.discriminator(tf.concat([real, fake], axis=0))
        real_logits, fake_logits = tf.split(logits, 2)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    gradients = tape.gradient(loss, weights)
    gan.discriminator_optimizer.apply_gradients(zip(gradients, weights, strict=True))
    return loss, real_logits, fake_logits


# %% right="discriminator_step"
def discriminator_step(gan, real, latent):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([variable.value for variable in gan.discriminator.trainable_variables])
        real_logits = gan.discriminator(real)
        fake_logits = gan.discriminator(gan.generator(latent))
        loss = gan.discriminator_loss(real_logits, fake_logits)
    gradients = tape.gradient(loss, gan.discriminator.trainable_variables)
    gan.discriminator_optimizer.apply(gradients, gan.discriminator.trainable_variables)
    return [loss, real_logits, fake_logits]


# %% wrong="discriminator_step" says="The generator moved too"
def discriminator_step(gan, real, latent):
    with tf.GradientTape() as tape:
        real_logits = gan.discriminator(real)
        fake_logits = gan.discriminator(gan.generator(latent))
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="You used the generator's optimizer"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="The discriminator did not move"
def discriminator_step(gan, real, latent):
    real_logits = gan.discriminator(real)
    fake_logits = gan.discriminator(gan.generator(latent))
    return gan.discriminator_loss(real_logits, fake_logits), real_logits, fake_logits


# %% wrong="discriminator_step" says="Some gradients are None"
def discriminator_step(gan, real, latent):
    real_logits = gan.discriminator(real)
    fake_logits = gan.discriminator(gan.generator(latent))
    with tf.GradientTape() as tape:
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="the real ones first"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(fake_logits, real_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="Return three things"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% wrong="discriminator_step" says="without a change of sign"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gradients = [-gradient for gradient in tape.gradient(loss, variables)]
    gan.discriminator_optimizer.apply(gradients, variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="are not the discriminator's"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, fake_logits, real_logits


# %% right="discriminator_step"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    gan.discriminator_optimizer.apply(tape.gradient(loss, gan.discriminator.trainable_variables))
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="gradients of the generator's variables too"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="gradients of the generator's variables too"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables))
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="trainable_variables is a list already"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = [gan.discriminator.trainable_variables]
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="return the tensor as it is"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return float(loss), real_logits, fake_logits


# %% wrong="discriminator_step" says="gradients of network.trainable_variables"
def discriminator_step(gan, real, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits


# %% wrong="discriminator_step" says="than the gradients of your loss"
def discriminator_step(gan, real, latent):
    with tf.GradientTape() as tape:
        real_logits = gan.discriminator(real)
        fake_logits = gan.discriminator(gan.generator(latent))
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gradients = tape.gradient(loss, variables)
    gan.discriminator_optimizer.apply([g / 100 for g in gradients], variables)
    return loss, real_logits, fake_logits


# %% right="discriminator_step"
def discriminator_step(gan, real, latent):
    D, fake = gan.discriminator, gan.generator(latent, training=False)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        logits = [D(points, training=True) for points in (real, fake)]
        loss = gan.discriminator_loss(*logits)
    gan.discriminator_optimizer.apply(tape.gradient(loss, D.weights), D.weights)
    return (loss, *logits)


# %% right="generator_step"
def generator_step(gan, latent):
    weights = gan.generator.trainable_weights
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    gradients = tape.gradient(loss, weights)
    gan.generator_optimizer.apply_gradients(zip(gradients, weights, strict=True))
    return loss


# %% right="generator_step"
def generator_step(gan, latent):
    with tf.GradientTape(persistent=True) as tape:
        points = gan.generator(latent, training=True)
        logits = gan.discriminator(points, training=False)
        loss = gan.generator_loss(logits)
    for_points = tape.gradient(loss, points)
    variables = gan.generator.trainable_variables
    gradients = tape.gradient(points, variables, output_gradients=for_points)
    gan.generator_optimizer.apply(gradients, variables)
    return loss


# %% wrong="generator_step" says="The discriminator moved too"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% wrong="generator_step" says="make the points inside the tape"
def generator_step(gan, latent):
    fake = gan.generator(latent)
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(fake))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% wrong="generator_step" says="You used the discriminator's optimizer"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% wrong="generator_step" says="Your loss is"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        logits = gan.discriminator(gan.generator(latent))
        loss = -gan.discriminator_loss(logits, logits)
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% wrong="generator_step" says="without a change of sign"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gradients = [-gradient for gradient in tape.gradient(loss, variables)]
    gan.generator_optimizer.apply(gradients, variables)
    return loss


# %% wrong="generator_step" says="Return the loss"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)


# %% wrong="generator_step" says="The generator did not move"
def generator_step(gan, latent):
    return gan.generator_loss(gan.discriminator(gan.generator(latent)))


# %% right="generator_step"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    gan.generator_optimizer.apply(tape.gradient(loss, gan.generator.trainable_variables))
    return loss


# %% wrong="generator_step" says="The sign is turned"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = -gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% wrong="generator_step" says="without the logits"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, gan.discriminator(gan.generator(latent))


# %% wrong="generator_step" says="return the tensor as it is"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return float(loss)


# %% wrong="generator_step" says="return the tensor as it is"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss.numpy()


# %% wrong="generator_step" says="gradients of the discriminator's variables too"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables))
    return loss


# %% wrong="generator_step" says="than the gradients of your loss"
def generator_step(gan, latent):
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    tape.gradient(loss, variables)
    gan.generator_optimizer.apply(variables, variables)
    return loss


# %% right="generator_step"
def generator_step(gan, latent):
    def loss_of(points):
        return gan.generator_loss(gan.discriminator(points, training=False))

    with tf.GradientTape() as tape:
        loss = loss_of(gan.generator(latent, training=True))
    variables = gan.generator.trainable_variables
    gradients = tape.gradient(loss, variables)
    gan.generator_optimizer.apply_gradients(list(zip(gradients, variables, strict=True)))
    return tf.identity(loss)


# %% right="train_epoch"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = np.zeros((len(points) // batch_size, 2))
    for step, real in enumerate(np.split(points, len(losses))):
        first, second = (keras.random.normal((len(real), latent_dim), seed=seed) for _ in range(2))
        losses[step, 0] = discriminator_half(real, first)[0]
        losses[step, 1] = generator_half(second)
    return losses


# %% right="train_epoch"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    history = []
    for real in tf.data.Dataset.from_tensor_slices(points).shuffle(len(points)).batch(batch_size):
        z = keras.random.normal((2, batch_size, latent_dim), seed=seed)
        d_loss = discriminator_half(real, z[0])[0]
        g_loss = generator_half(z[1])
        history.append((d_loss, g_loss))
    return history


# %% right="train_epoch"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    def latent():
        return tf.random.stateless_normal((batch_size, latent_dim), seed=seed.next())

    def step(real):
        return discriminator_half(real, latent())[0], generator_half(latent())

    batches = np.reshape(points, (-1, batch_size, 2))
    return tf.stack([step(real) for real in batches])


# %% right="train_epoch"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    order, d_losses, g_losses, start = np.random.permutation(len(points)), [], [], 0
    while start < len(points):
        chosen = points[order[start : start + batch_size]]
        loss, _, _ = discriminator_half(
            chosen, keras.random.normal((batch_size, latent_dim), seed=seed)
        )
        d_losses.append(loss.numpy())
        g_losses.append(
            generator_half(keras.random.normal((batch_size, latent_dim), seed=seed)).numpy()
        )
        start += batch_size
    return np.stack([d_losses, g_losses], axis=1)


# %% wrong="train_epoch" says="for the generator's half"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        losses.append([float(loss), float(generator_half(latent))])
    return np.array(losses)


# %% wrong="train_epoch" says="inside the loop"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    latent = keras.random.normal((batch_size, latent_dim), seed=seed)
    for start in range(0, len(points), batch_size):
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        losses.append([float(loss), float(generator_half(latent))])
    return np.array(losses)


# %% wrong="train_epoch" says="leave out 350 of 400"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for _ in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(points[:batch_size], latent)
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        losses.append([float(loss), float(generator_half(latent))])
    return np.array(losses)


# %% wrong="train_epoch" says="should have batch_size points"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for point in points:
        latent = keras.random.normal((1, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(point[None], latent)
        latent = keras.random.normal((1, latent_dim), seed=seed)
        losses.append([float(loss), float(generator_half(latent))])
    return np.array(losses)


# %% wrong="train_epoch" says="first the discriminator's half"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for start in range(0, len(points), batch_size):
        second = float(generator_half(keras.random.normal((batch_size, latent_dim), seed=seed)))
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        losses.append([float(loss), second])
    return np.array(losses)


# %% wrong="train_epoch" says="generator_half is never called"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        losses.append(float(loss))
    return np.array(losses)


# %% wrong="train_epoch" says="of shape (8, 2)"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        other = generator_half(latent)
    return float(loss), float(other)


# %% wrong="train_epoch" says="hand `seed` on"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim))
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        latent = keras.random.normal((batch_size, latent_dim))
        losses.append([float(loss), float(generator_half(latent))])
    return np.array(losses)


# %% wrong="train_epoch" says="The discriminator's loss comes first"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        losses.append([float(generator_half(latent)), float(loss)])
    return np.array(losses)


# %% wrong="train_epoch" says="not fixed numbers"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = []
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, 3), seed=seed)
        loss, _, _ = discriminator_half(points[start : start + batch_size], latent)
        latent = keras.random.normal((batch_size, 3), seed=seed)
        losses.append([float(loss), float(generator_half(latent))])
    return np.array(losses)


# %% right="coverage"
def coverage(x, bins=20):
    lows = np.linspace(-0.5, 0.5, bins + 1)[:-1]
    counts = [np.sum((x >= low) & (x < low + 1 / bins)) for low in lows]
    return sum(count >= len(x) / bins / 4 for count in counts) / bins


# %% right="coverage"
def coverage(x, bins=20):
    inside = x[(x >= -0.5) & (x < 0.5)]
    counts = np.bincount(np.floor((inside + 0.5) * bins).astype(int), minlength=bins)
    return np.count_nonzero(counts >= 0.25 * len(x) / bins) / bins


# %% wrong="coverage" says="np.histogram has range="
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins=bins)
    return np.mean(counts >= 0.25 * len(x) / bins)


# %% wrong="coverage" says="A bin needs a quarter"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins=bins, range=(-0.5, 0.5))
    return np.mean(counts > 0)


# %% wrong="coverage" says="return their share"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins=bins, range=(-0.5, 0.5))
    return np.sum(counts >= 0.25 * len(x) / bins)


# %% wrong="coverage" says="count in n"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins=bins, range=(-0.5, 0.5))
    return np.mean(counts >= 0.25 * counts.mean())


# %% wrong="coverage" says="Return one number"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins=bins, range=(-0.5, 0.5))
    return counts >= 0.25 * len(x) / bins


# %% wrong="coverage" says="use `bins`, not a fixed 20"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins=20, range=(-0.5, 0.5))
    return np.mean(counts >= 0.25 * len(x) / 20)


# %% wrong="coverage" says="5 are enough: at least"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins, (-0.5, 0.5))
    return np.mean(counts > len(x) / bins / 4)


# %% wrong="coverage" says="do not round it"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins, (-0.5, 0.5))
    return np.mean(counts >= len(x) // bins / 4)


# %% right="coverage"
def coverage(x, bins=20):
    x = np.asarray(x)
    which = np.digitize(x, np.linspace(-0.5, 0.5, bins + 1))
    full = [b for b in range(1, bins + 1) if np.sum(which == b) >= 0.25 * len(x) / bins]
    return len(full) / bins


# %% right="coverage"
def coverage(x, bins=20):
    import pandas as pd

    cells = pd.cut(pd.Series(x), np.linspace(-0.5, 0.5, bins + 1), include_lowest=True)
    return (cells.value_counts(sort=False) >= 0.25 * len(x) / bins).mean()


# %% wrong="fake_samples" says="keras.random.normal takes a SeedGenerator"
def fake_samples(generator, n, latent_dim, seed):
    return generator(tf.random.normal((n, latent_dim), seed=seed))


# %% right="fake_samples"
def fake_samples(generator, n, latent_dim, seed):
    one_by_one = [keras.random.normal((latent_dim,), seed=seed) for _ in range(n)]
    return generator(tf.stack(one_by_one))


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = np.ones((len(real_logits), 1)), np.zeros((len(fake_logits), 1))
    return (cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)) / 2


# %% wrong="discriminator_loss" says="is `return` missing?"
def discriminator_loss(real_logits, fake_logits):
    (keras.ops.mean(keras.ops.softplus(-real_logits)) + keras.ops.softplus(fake_logits)) / 2


# %% wrong="generator_loss" says="is `return` missing?"
def generator_loss(fake_logits, saturating=False):
    keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% right="best_discriminator"
def best_discriminator(p, q):
    low, high = np.zeros_like(p), np.ones_like(p)
    for _ in range(40):
        d = (low + high) / 2
        rising = p / d > q / (1 - d)
        low, high = np.where(rising, d, low), np.where(rising, high, d)
    return d


# %% wrong="best_discriminator" says="is largest at d = 0.875; yours is 0.8"
def best_discriminator(p, q):
    d = np.linspace(0, 1, 101)[1:-1]
    gains = p[..., None] * np.log(d) + q[..., None] * np.log(1 - d)
    return d[gains.argmax(axis=-1)]


# %% wrong="pull" says="a minus sign included"
def pull(loss, discriminator, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    return tape.gradient(-value, points)


# %% right="pull"
def pull(loss, discriminator, points):
    places = keras.Variable(points)
    with tf.GradientTape() as tape:
        value = loss(discriminator(places))
    return -tape.gradient(value, places)


# %% right="discriminator_step"
def discriminator_step(gan, real, latent):
    fake, n = gan.generator(latent), len(real)
    with tf.GradientTape() as tape:
        logits = gan.discriminator(keras.ops.concatenate([real, fake]))
        loss = gan.discriminator_loss(real_logits=logits[:n], fake_logits=logits[n:])
    gradients = tape.gradient(loss, gan.discriminator.trainable_variables)
    gan.discriminator_optimizer.apply(gradients, gan.discriminator.trainable_variables)
    return loss, logits[:n], logits[n:]


# %% wrong="discriminator_step" says="still frozen"
def discriminator_step(gan, real, latent):
    gan.generator.trainable = False
    with tf.GradientTape() as tape:
        logits = gan.discriminator(real), gan.discriminator(gan.generator(latent))
        loss = gan.discriminator_loss(*logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, *logits


# %% right="generator_step"
def generator_step(gan, latent):
    G, D = gan.generator, gan.discriminator
    D.trainable = False
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(fake_logits=D(G(latent)))
    D.trainable = True
    gan.generator_optimizer.apply(tape.gradient(loss, G.trainable_variables), G.trainable_variables)
    return loss


# %% wrong="generator_step" says="still frozen"
def generator_step(gan, latent):
    gan.discriminator.trainable = False
    with tf.GradientTape() as tape:
        loss = gan.generator_loss(gan.discriminator(gan.generator(latent)))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


# %% right="train_epoch"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    steps, losses = len(points) // batch_size, []
    for step in range(steps):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        loss = discriminator_half(points[step::steps], latent)[0]
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        losses += [[loss, generator_half(latent)]]
    return tf.convert_to_tensor(losses)


# %% wrong="train_epoch" says="makes 16 and begins discriminator, discriminator"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    losses = np.zeros((len(points) // batch_size, 2))
    for step, real in enumerate(np.split(points, len(losses))):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        losses[step, 0] = discriminator_half(real, latent)[0]
    for step in range(len(losses)):
        losses[step, 1] = generator_half(keras.random.normal((batch_size, latent_dim), seed=seed))
    return losses


# %% right="coverage"
def coverage(x, bins=20):
    below = np.searchsorted(np.sort(x), np.linspace(-0.5, 0.5, bins + 1))
    return np.mean(np.diff(below) >= len(x) / bins / 4)


# %% wrong="coverage" says="a share of 1"
def coverage(x, bins=20):
    counts, _ = np.histogram(x, bins, (-0.5, 0.5))
    return 100 * np.mean(counts >= 0.25 * len(x) / bins)
