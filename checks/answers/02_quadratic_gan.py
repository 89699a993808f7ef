# Right and wrong answers to lab 02; tests/test_answers.py says how they are used.

# %% right="real_samples"
def real_samples(n, rng):
    x = rng.random((n, 1)) - 0.5
    return np.hstack([x, x * x]).astype("float32")


# %% right="real_samples"
def real_samples(n, rng):
    points = np.empty((n, 2))
    points[:, 0] = rng.uniform(-0.5, 0.5, size=n)
    points[:, 1] = np.square(points[:, 0])
    return points


# %% wrong="real_samples" says="should be the square"
def real_samples(n, rng):
    x = rng.uniform(-0.5, 0.5, n)
    return np.column_stack([x, x])


# %% wrong="real_samples" says="between -0.5 and 0.5"
def real_samples(n, rng):
    x = rng.random(n)
    return np.column_stack([x, x**2])


# %% wrong="real_samples" says="should fill the range"
def real_samples(n, rng):
    x = rng.uniform(0, 0.5, n)
    return np.column_stack([x, x**2])


# %% wrong="real_samples" says="Use rng.uniform"
def real_samples(n, rng):
    x = np.clip(0.2 * rng.standard_normal(n), -0.5, 0.5)
    return np.column_stack([x, x**2])


# %% wrong="real_samples" says="one row for each point"
def real_samples(n, rng):
    x = rng.uniform(-0.5, 0.5, n)
    return np.stack([x, x**2])


# %% wrong="real_samples" says="Return the points alone"
def real_samples(n, rng):
    x = rng.uniform(-0.5, 0.5, n)
    return np.column_stack([x, x**2]), np.ones((n, 1))


# %% wrong="real_samples" says="use `rng` alone"
def real_samples(n, rng):
    x = np.random.uniform(-0.5, 0.5, n)
    return np.column_stack([x, x**2])


# %% wrong="real_samples" says="Another rng draws the same"
def real_samples(n, rng):
    x = np.random.default_rng(0).uniform(-0.5, 0.5, n)
    return np.column_stack([x, x**2])


# %% wrong="real_samples" says="Return a numpy array, not a list"
def real_samples(n, rng):
    return [[x, x**2] for x in rng.uniform(-0.5, 0.5, n)]


# %% right="latent_points"
def latent_points(n, latent_dim, seed):
    return keras.random.normal(shape=[n, latent_dim], mean=0.0, stddev=1.0, seed=seed)


# %% right="latent_points"
def latent_points(n, latent_dim, seed):
    return tf.random.stateless_normal((n, latent_dim), seed=seed.next())


# %% wrong="latent_points" says="again and again"
def latent_points(n, latent_dim, seed):
    return tf.constant(np.random.standard_normal((n, latent_dim)), "float32")


# %% wrong="latent_points" says="a fixed number as seed"
def latent_points(n, latent_dim, seed):
    return keras.random.normal((n, latent_dim), seed=1)


# %% wrong="latent_points" says="hand `seed` on"
def latent_points(n, latent_dim, seed):
    return keras.random.normal((n, latent_dim))


# %% wrong="latent_points" says="mean 0 and standard deviation 1"
def latent_points(n, latent_dim, seed):
    return keras.random.uniform((n, latent_dim), seed=seed)


# %% wrong="latent_points" says="not a normal distribution"
def latent_points(n, latent_dim, seed):
    return keras.random.uniform((n, latent_dim), -(3**0.5), 3**0.5, seed=seed)


# %% wrong="latent_points" says="Expected the shape (4000, 5)"
def latent_points(n, latent_dim, seed):
    return keras.random.normal((latent_dim, n), seed=seed)


# %% wrong="latent_points" says="Expected the shape (4000, 5)"
def latent_points(n, latent_dim, seed):
    return keras.random.normal((latent_dim * n,), seed=seed)


# %% wrong="latent_points" says="not fixed numbers"
def latent_points(n, latent_dim, seed):
    return keras.random.normal((n, 5), seed=seed)


# %% wrong="latent_points" says="the seed goes by name"
def latent_points(n, latent_dim, seed):
    return keras.random.normal((n, latent_dim), seed)


# %% wrong="latent_points" says="the shape is one argument, a tuple"
def latent_points(n, latent_dim, seed):
    return keras.random.normal(n, latent_dim, seed=seed)


# %% right="define_generator"
def define_generator(latent_dim, hidden_units):
    latent = keras.Input((latent_dim,))
    hidden = keras.layers.Dense(hidden_units, kernel_initializer="he_uniform")(latent)
    hidden = keras.layers.LeakyReLU(negative_slope=0.1)(hidden)
    return keras.Model(latent, keras.layers.Dense(2, activation="linear")(hidden))


# %% right="define_generator"
def define_generator(latent_dim, hidden_units):
    model = keras.Sequential()
    model.add(keras.Input((latent_dim,)))
    model.add(keras.layers.Dense(hidden_units, activation="tanh", kernel_initializer="he_normal"))
    model.add(keras.layers.Dense(2))
    return model


# %% wrong="define_generator" says="begin with keras.Input((latent_dim,))"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    return keras.Sequential([hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="2 numbers: x and y"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(1)])


# %% wrong="define_generator" says="needs an activation"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="The output layer should be linear"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    output = keras.layers.Dense(2, activation="sigmoid")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, output])


# %% wrong="define_generator" says="The output layer should be linear"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    output = keras.layers.Dense(2, activation="relu")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, output])


# %% wrong="define_generator" says="start too small"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "leaky_relu")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="use `hidden_units`"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(8, "leaky_relu", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="Return the model"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "leaky_relu", kernel_initializer="he_uniform")
    keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="a shape is a tuple"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "tanh", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input(latent_dim), hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="not fixed numbers"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "tanh", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((5,)), hidden, keras.layers.Dense(2)])


# %% wrong="define_generator" says="not fixed numbers"
def define_generator(latent_dim, hidden_units):
    hidden = keras.layers.Dense(15, "tanh", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(2)])


# %% right="define_discriminator"
def define_discriminator(hidden_units):
    point = keras.Input(shape=(2,))
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_normal")(point)
    return keras.Model(point, keras.layers.Dense(1)(hidden))


# %% right="define_discriminator"
def define_discriminator(hidden_units):
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(hidden_units, kernel_initializer="he_uniform"))
    model.add(keras.layers.LeakyReLU(0.2))
    model.add(keras.layers.Dropout(0.1))
    model.add(keras.layers.Dense(1, activation=None))
    return model


# %% wrong="define_discriminator" says="Return the logit, without a sigmoid"
def define_discriminator(hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    output = keras.layers.Dense(1, activation="sigmoid")
    return keras.Sequential([keras.Input((2,)), hidden, output])


# %% wrong="define_discriminator" says="One logit for each point"
def define_discriminator(hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(2)])


# %% wrong="define_discriminator" says="a straight border"
def define_discriminator(hidden_units):
    hidden = keras.layers.Dense(hidden_units, kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])


# %% wrong="define_discriminator" says="begin with keras.Input((2,))"
def define_discriminator(hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((5,)), hidden, keras.layers.Dense(1)])


# %% wrong="define_discriminator" says="start too small"
def define_discriminator(hidden_units):
    hidden = keras.layers.Dense(hidden_units, "leaky_relu")
    return keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])


# %% wrong="define_discriminator" says="use `hidden_units`, not a number"
def define_discriminator(hidden_units):
    hidden = keras.layers.Dense(25, "tanh", kernel_initializer="he_uniform")
    return keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    on_real = keras.ops.mean(keras.ops.softplus(-real_logits))
    return 0.5 * on_real + 0.5 * keras.ops.mean(keras.ops.softplus(fake_logits))


# %% right="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    labels = tf.concat([tf.ones_like(real_logits), tf.zeros_like(fake_logits)], axis=0)
    logits = tf.concat([real_logits, fake_logits], axis=0)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


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


# %% right="generator_loss"
def generator_loss(fake_logits):
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


# %% right="generator_loss"
def generator_loss(fake_logits):
    return -tf.reduce_mean(tf.math.log_sigmoid(fake_logits))


# %% wrong="generator_loss" says="help the discriminator"
def generator_loss(fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="it saturates"
def generator_loss(fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return -cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="say from_logits=True"
def generator_loss(fake_logits):
    return keras.losses.BinaryCrossentropy()(keras.ops.ones_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="The sigmoid is applied twice"
def generator_loss(fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(keras.ops.ones_like(fake_logits), tf.math.sigmoid(fake_logits))


# %% wrong="generator_loss" says="The sign is turned"
def generator_loss(fake_logits):
    return keras.ops.mean(keras.ops.log_sigmoid(fake_logits))


# %% wrong="generator_loss" says="Return one number"
def generator_loss(fake_logits):
    return keras.ops.softplus(-fake_logits)


# %% wrong="generator_loss" says="rounds to 0"
def generator_loss(fake_logits):
    return -keras.ops.mean(keras.ops.log(keras.ops.sigmoid(fake_logits)))


# %% wrong="generator_loss" says="the labels first, then the logits"
def generator_loss(fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(fake_logits, keras.ops.ones_like(fake_logits))


# %% wrong="generator_loss" says="call that on labels and logits"
def generator_loss(fake_logits):
    return keras.losses.BinaryCrossentropy(keras.ops.ones_like(fake_logits), fake_logits)


# %% wrong="generator_loss" says="call that on labels and logits"
def generator_loss(fake_logits):
    return keras.losses.BinaryCrossentropy(from_logits=True)(fake_logits)


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


# %% right="residual_rmse"
def residual_rmse(points):
    x, y = np.asarray(points).T
    return np.linalg.norm(y - x**2) / len(x) ** 0.5


# %% right="residual_rmse"
def residual_rmse(points):
    return sum((y - x * x) ** 2 / len(points) for x, y in points) ** 0.5


# %% wrong="residual_rmse" says="you forgot to square x"
def residual_rmse(points):
    return np.sqrt(np.mean((points[:, 1] - points[:, 0]) ** 2))


# %% wrong="residual_rmse" says="Take the root"
def residual_rmse(points):
    return np.mean((points[:, 1] - points[:, 0] ** 2) ** 2)


# %% wrong="residual_rmse" says="cancel"
def residual_rmse(points):
    return np.mean(points[:, 1] - points[:, 0] ** 2)


# %% wrong="residual_rmse" says="mean distance"
def residual_rmse(points):
    return np.mean(np.abs(points[:, 1] - points[:, 0] ** 2))


# %% wrong="residual_rmse" says="Divide by n"
def residual_rmse(points):
    return np.sqrt(np.sum((points[:, 1] - points[:, 0] ** 2) ** 2))


# %% wrong="residual_rmse" says="Return one number"
def residual_rmse(points):
    return np.sqrt((points[:, 1] - points[:, 0] ** 2) ** 2)


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
