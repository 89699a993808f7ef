# Right and wrong answers to lab 05; tests/test_answers.py says how they are used.

# %% right="define_decoder"
def define_decoder(latent_dim, hidden_units):
    z = keras.Input(shape=(latent_dim,))
    hidden = keras.layers.Dense(hidden_units, activation="relu")(z)
    return keras.Model(z, keras.layers.Dense(784, activation="linear")(hidden))


# %% right="define_decoder"
def define_decoder(latent_dim, hidden_units):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(hidden_units))
    model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(28 * 28))
    return model


# %% wrong="define_decoder" says="return logits, without a sigmoid"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu")
    output = keras.layers.Dense(784, "sigmoid")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, output])


# %% wrong="define_decoder" says="The output layer should be linear"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu")
    output = keras.layers.Dense(784, "relu")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, output])


# %% wrong="define_decoder" says="The output layer should be linear"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu")
    output = keras.layers.Dense(784, "tanh")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, output])


# %% wrong="define_decoder" says="The hidden layer needs its activation"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units)
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(784)])


# %% wrong="define_decoder" says="begin with keras.Input((latent_dim,))"
def define_decoder(latent_dim, hidden_units):
    return keras.Sequential([keras.layers.Dense(hidden_units, "relu"), keras.layers.Dense(784)])


# %% wrong="define_decoder" says="begin with keras.Input((latent_dim,))"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu")
    return keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(784)])


# %% wrong="define_decoder" says="Expected one hidden layer of `hidden_units`"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(128, "relu")
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(784)])


# %% wrong="define_decoder" says="One logit for each of 784 pixels"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu")
    shape = keras.layers.Reshape((28, 28))
    return keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(784), shape])


# %% wrong="define_decoder" says="Return the model"
def define_decoder(latent_dim, hidden_units):
    hidden = keras.layers.Dense(hidden_units, "relu")
    keras.Sequential([keras.Input((latent_dim,)), hidden, keras.layers.Dense(784)])


# %% wrong="define_decoder" says="not a fixed number"
def define_decoder(latent_dim, hidden_units):
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(hidden_units, "relu"), keras.layers.Dense(784)]
    )


# %% right="define_encoder"
def define_encoder(latent_dim, hidden_units):
    inputs = keras.layers.Input(shape=(784,))
    x = keras.layers.Dense(hidden_units)(inputs)
    x = keras.layers.Activation("relu")(x)
    outputs = (keras.layers.Dense(latent_dim)(x), keras.layers.Dense(latent_dim)(x))
    return keras.Model(inputs=inputs, outputs=outputs)


# %% right="define_encoder"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, keras.activations.relu)(pixels)
    both = keras.layers.Dense(2 * latent_dim)(hidden)
    return keras.Model(pixels, [both[:, :latent_dim], both[:, latent_dim:]])


# %% wrong="define_encoder" says="make its layer linear"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    mean = keras.layers.Dense(latent_dim)(hidden)
    return keras.Model(pixels, [mean, keras.layers.Dense(latent_dim, "softplus")(hidden)])


# %% wrong="define_encoder" says="Your mean never changes its sign"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    mean = keras.layers.Dense(latent_dim, "relu")(hidden)
    return keras.Model(pixels, [mean, keras.layers.Dense(latent_dim)(hidden)])


# %% wrong="define_encoder" says="An output stays between -1 and 1"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    mean = keras.layers.Dense(latent_dim, "tanh")(hidden)
    return keras.Model(pixels, [mean, keras.layers.Dense(latent_dim)(hidden)])


# %% wrong="define_encoder" says="Both outputs are the same"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    output = keras.layers.Dense(latent_dim)
    return keras.Model(pixels, [output(hidden), output(hidden)])


# %% wrong="define_encoder" says="The model should have two outputs"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    return keras.Model(pixels, keras.layers.Dense(latent_dim)(hidden))


# %% wrong="define_encoder" says="shared by both outputs"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    first = keras.layers.Dense(hidden_units, "relu")(pixels)
    second = keras.layers.Dense(hidden_units, "relu")(pixels)
    outputs = [keras.layers.Dense(latent_dim)(first), keras.layers.Dense(latent_dim)(second)]
    return keras.Model(pixels, outputs)


# %% wrong="define_encoder" says="latent_dim numbers for each image"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    return keras.Model(pixels, [keras.layers.Dense(latent_dim)(hidden), hidden])


# %% wrong="define_encoder" says="The hidden layer needs its activation"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units)(pixels)
    outputs = [keras.layers.Dense(latent_dim)(hidden), keras.layers.Dense(latent_dim)(hidden)]
    return keras.Model(pixels, outputs)


# %% wrong="define_encoder" says="Return the model"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    return keras.layers.Dense(latent_dim)(hidden), keras.layers.Dense(latent_dim)(hidden)


# %% wrong="define_encoder" says="not a fixed number"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    return keras.Model(pixels, [keras.layers.Dense(3)(hidden), keras.layers.Dense(3)(hidden)])


# %% right="Sampling"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        deviation = keras.ops.sqrt(keras.ops.exp(log_variance))
        return mean + deviation * keras.random.normal(tf.shape(mean), seed=self.noise)


# %% right="Sampling"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = tf.random.stateless_normal(tf.shape(mean), seed=self.noise.next())
        return tf.exp(0.5 * log_variance) * epsilon + mean


# %% wrong="Sampling" says="without numpy"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + np.exp(log_variance / 2) * epsilon


# %% wrong="Sampling" says="You stretch by the variance"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(log_variance) * epsilon


# %% wrong="Sampling" says="You stretch by the log-variance"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        return mean + log_variance * keras.random.normal(keras.ops.shape(mean), seed=self.noise)


# %% wrong="Sampling" says="The noise is not stretched"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        return mean + keras.random.normal(keras.ops.shape(mean), seed=self.noise)


# %% wrong="Sampling" says="its exponential comes first"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.sqrt(log_variance) * epsilon


# %% wrong="Sampling" says="the noise is drawn once"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = np.random.default_rng(seed)

    def call(self, mean, log_variance):
        epsilon = self.noise.standard_normal(mean.shape)
        return mean + keras.ops.exp(log_variance / 2) * epsilon.astype("float32")


# %% wrong="Sampling" says="not a fixed number"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.seed = seed

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.seed)
        return mean + keras.ops.exp(log_variance / 2) * epsilon


# %% wrong="Sampling" says="All rows got the same noise"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal((mean.shape[1],), seed=self.noise)
        return mean + keras.ops.exp(log_variance / 2) * epsilon


# %% wrong="Sampling" says="Each latent number needs noise of its own"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal((mean.shape[0], 1), seed=self.noise)
        return mean + keras.ops.exp(log_variance / 2) * epsilon


# %% wrong="Sampling" says="The same seed should draw the same"
class Sampling(keras.layers.Layer):
    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean))
        return mean + keras.ops.exp(log_variance / 2) * epsilon

    def __init__(self, seed, **options):
        super().__init__(**options)


# %% wrong="Sampling" says="This is not normal noise"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        shape, reach = keras.ops.shape(mean), 3**0.5
        epsilon = keras.random.uniform(shape, -reach, reach, seed=self.noise)
        return mean + keras.ops.exp(log_variance / 2) * epsilon


# %% wrong="Sampling" says="add the mean, do not stretch it"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return (mean + epsilon) * keras.ops.exp(log_variance / 2)


# %% right="kl_divergence"
def kl_divergence(mean, log_variance):
    each = 1 + log_variance - keras.ops.square(mean) - keras.ops.exp(log_variance)
    return -0.5 * keras.ops.sum(each, axis=-1)


# %% right="kl_divergence"
def kl_divergence(mean, log_variance):
    deviation = tf.exp(log_variance / 2)
    each = -tf.math.log(deviation) + (deviation**2 + mean**2) / 2 - 1 / 2
    return tf.reduce_sum(each, axis=1)


# %% wrong="kl_divergence" says="The sign is turned"
def kl_divergence(mean, log_variance):
    each = 1 + log_variance - mean**2 - keras.ops.exp(log_variance)
    return 0.5 * keras.ops.sum(each, axis=1)


# %% wrong="kl_divergence" says="You took the log-variance for the variance"
def kl_divergence(mean, log_variance):
    each = mean**2 + log_variance - 1 - keras.ops.log(log_variance)
    return keras.ops.sum(each, axis=1) / 2


# %% wrong="kl_divergence" says="Halve it"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - 1 - log_variance, axis=1)


# %% wrong="kl_divergence" says="take their sum"
def kl_divergence(mean, log_variance):
    return keras.ops.mean(mean**2 + keras.ops.exp(log_variance) - 1 - log_variance, axis=1) / 2


# %% wrong="kl_divergence" says="without the half"
def kl_divergence(mean, log_variance):
    return keras.ops.mean(mean**2 + keras.ops.exp(log_variance) - 1 - log_variance, axis=1)


# %% wrong="kl_divergence" says="yours lacks the exponential"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean**2 + log_variance - 1 - log_variance, axis=1) / 2


# %% wrong="kl_divergence" says="the formula needs the variance"
def kl_divergence(mean, log_variance):
    each = mean**2 + keras.ops.exp(log_variance / 2) - 1 - log_variance
    return keras.ops.sum(each, axis=1) / 2


# %% wrong="kl_divergence" says="The mean should be squared"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean + keras.ops.exp(log_variance) - 1 - log_variance, axis=1) / 2


# %% wrong="kl_divergence" says="The - 1 is missing"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - log_variance, axis=1) / 2


# %% wrong="kl_divergence" says="Sum over the latent numbers"
def kl_divergence(mean, log_variance):
    each = mean**2 + keras.ops.exp(log_variance) - 1 - log_variance
    return keras.ops.sum(each, axis=0) / 2


# %% wrong="kl_divergence" says="Return one number for each image"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - 1 - log_variance) / 2


# %% wrong="kl_divergence" says="the other way round"
def kl_divergence(mean, log_variance):
    each = (1 + mean**2) / keras.ops.exp(log_variance) - 1 + log_variance
    return keras.ops.sum(each, axis=1) / 2


# %% right="vae_loss"
def vae_loss(images, logits, kl):
    price = keras.losses.binary_crossentropy(images, logits, from_logits=True)
    reconstruction = price * images.shape[1]
    return tf.reduce_mean(reconstruction) + tf.reduce_mean(kl), reconstruction


# %% right="vae_loss"
def vae_loss(images, logits, kl):
    each = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
    reconstruction = tf.reduce_sum(each, axis=-1)
    return [keras.ops.mean(kl + reconstruction), reconstruction]


# %% wrong="vae_loss" says="That is the mean over the pixels"
def vae_loss(images, logits, kl):
    reconstruction = keras.losses.binary_crossentropy(images, logits, from_logits=True)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="The sigmoid is applied twice"
def vae_loss(images, logits, kl):
    logits = keras.ops.sigmoid(logits)
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="The KL is subtracted"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction - kl), reconstruction


# %% wrong="vae_loss" says="The KL is missing"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction), reconstruction


# %% wrong="vae_loss" says="take the mean over the images"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.sum(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="that is the ELBO"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return -keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="a price is minus the logarithm"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(images * logits - keras.ops.softplus(logits), axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="Ink and paper are swapped"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(-logits) + images * logits, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="say from_logits=True, and sum"
def vae_loss(images, logits, kl):
    reconstruction = keras.losses.binary_crossentropy(images, logits)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="That is a squared error"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum((images - keras.ops.sigmoid(logits)) ** 2, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="A sigmoid rounds to 0"
def vae_loss(images, logits, kl):
    p = keras.ops.sigmoid(logits)
    each = images * keras.ops.log(p) + (1 - images) * keras.ops.log(1 - p + 1e-9)
    reconstruction = -keras.ops.sum(each, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="The order is"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return reconstruction, keras.ops.mean(reconstruction + kl)


# %% wrong="vae_loss" says="Return two things"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction + kl)


# %% wrong="vae_loss" says="one number for each image"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.mean(keras.ops.softplus(logits) - images * logits)
    return reconstruction + keras.ops.mean(kl), reconstruction


# %% right="draw_digits"
def draw_digits(decoder, n, latent_dim, seed):
    z = keras.random.normal(shape=(n, latent_dim), mean=0.0, stddev=1.0, seed=seed)
    return 1 / (1 + np.exp(-np.asarray(decoder.predict(z, verbose=0))))


# %% right="draw_digits"
def draw_digits(decoder, n, latent_dim, seed):
    z = tf.random.stateless_normal((n, latent_dim), seed=seed.next())
    return tf.nn.sigmoid(decoder(z, training=False))


# %% wrong="draw_digits" says="These are logits"
def draw_digits(decoder, n, latent_dim, seed):
    return decoder(keras.random.normal((n, latent_dim), seed=seed))


# %% wrong="draw_digits" says="You called the decoder 400 times"
def draw_digits(decoder, n, latent_dim, seed):
    z = keras.random.normal((n, latent_dim), seed=seed)
    return keras.ops.sigmoid(keras.ops.stack([decoder(z[i : i + 1])[0] for i in range(n)]))


# %% wrong="draw_digits" says="The prior is the standard normal"
def draw_digits(decoder, n, latent_dim, seed):
    z = keras.random.uniform((n, latent_dim), -1, 1, seed=seed)
    return keras.ops.sigmoid(decoder(z))


# %% wrong="draw_digits" says="The prior is the standard normal"
def draw_digits(decoder, n, latent_dim, seed):
    return keras.ops.sigmoid(decoder(keras.ops.zeros((n, latent_dim))))


# %% wrong="draw_digits" says="without rounding"
def draw_digits(decoder, n, latent_dim, seed):
    z = keras.random.normal((n, latent_dim), seed=seed)
    return np.asarray(keras.ops.sigmoid(decoder(z))) > 0.5


# %% wrong="draw_digits" says="One sigmoid is enough"
def draw_digits(decoder, n, latent_dim, seed):
    z = keras.random.normal((n, latent_dim), seed=seed)
    return keras.ops.sigmoid(keras.ops.sigmoid(decoder(z)))


# %% wrong="draw_digits" says="shape (400, 2); it got (2, 400)"
def draw_digits(decoder, n, latent_dim, seed):
    return keras.ops.sigmoid(decoder(keras.random.normal((latent_dim, n), seed=seed)))


# %% wrong="draw_digits" says="A second call draws the same digits"
def draw_digits(decoder, n, latent_dim, seed):
    return keras.ops.sigmoid(decoder(keras.random.normal((n, latent_dim), seed=1)))


# %% wrong="draw_digits" says="The same seed should draw the same"
def draw_digits(decoder, n, latent_dim, seed):
    return keras.ops.sigmoid(decoder(keras.random.normal((n, latent_dim))))


# %% right="interpolate"
def interpolate(encoder, decoder, first, second, steps):
    start, end = encoder(first[None])[0], encoder(second[None])[0]
    share = np.linspace(0, 1, steps, dtype="float32")[:, None]
    return tf.nn.sigmoid(decoder((1 - share) * start + share * end))


# %% right="interpolate"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.array([first, second]))[0])
    z = np.array([start + i / (steps - 1) * (end - start) for i in range(steps)])
    return keras.ops.sigmoid(decoder(z))


# %% wrong="interpolate" says="encoded the blends"
def interpolate(encoder, decoder, first, second, steps):
    share = np.linspace(0, 1, steps)[:, None]
    means, _ = encoder((1 - share) * first + share * second)
    return keras.ops.sigmoid(decoder(means))


# %% wrong="interpolate" says="You blended the two images"
def interpolate(encoder, decoder, first, second, steps):
    return np.linspace(first, second, steps)


# %% wrong="interpolate" says="You blended the two decoded images"
def interpolate(encoder, decoder, first, second, steps):
    means, _ = encoder(np.stack([first, second]))
    start, end = np.asarray(keras.ops.sigmoid(decoder(means)))
    return np.linspace(start, end, steps)


# %% wrong="interpolate" says="These are logits"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.stack([first, second]))[0])
    return decoder(np.linspace(start, end, steps))


# %% wrong="interpolate" says="np.linspace includes both ends"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.stack([first, second]))[0])
    z = np.array([start + i / steps * (end - start) for i in range(steps)])
    return keras.ops.sigmoid(decoder(z))


# %% wrong="interpolate" says="The walk goes the wrong way"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.stack([first, second]))[0])
    return keras.ops.sigmoid(decoder(np.linspace(end, start, steps)))


# %% wrong="interpolate" says="You walked along the log-variances"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.stack([first, second]))[1])
    return keras.ops.sigmoid(decoder(np.linspace(start, end, steps)))


# %% wrong="interpolate" says="The encoder takes a batch"
def interpolate(encoder, decoder, first, second, steps):
    start, end = encoder(first)[0], encoder(second)[0]
    return keras.ops.sigmoid(decoder(np.linspace(start, end, steps)))


# %% wrong="interpolate" says="Expected the shape (5, 784)"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.stack([first, second]))[0])
    return keras.ops.sigmoid(decoder(np.linspace(start, end, steps + 2)))


# %% wrong="interpolate" says="make it one batch"
def interpolate(encoder, decoder, first, second, steps):
    start, end = encoder([first, second])[0]
    return keras.ops.sigmoid(decoder(np.linspace(start, end, steps)))


# %% right="anomaly_score"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = np.take(stroke_rate, contexts)
    return np.asarray(negative_elbo) / -np.log(np.where(images == 1, p, 1 - p)).sum(axis=1)


# %% right="anomaly_score"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    of_ink, of_paper = -np.log(stroke_rate), -np.log1p(-stroke_rate)
    strokes = (images * of_ink[contexts]).sum(1) + ((1 - images) * of_paper[contexts]).sum(1)
    return np.array([price / s for price, s in zip(negative_elbo, strokes, strict=True)])


# %% wrong="anomaly_score" says="Upside down"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = stroke_rate[contexts]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return strokes / negative_elbo


# %% wrong="anomaly_score" says="do not subtract them"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = stroke_rate[contexts]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return negative_elbo - strokes


# %% wrong="anomaly_score" says="the score with the trap"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    return negative_elbo


# %% wrong="anomaly_score" says="Only the inked pixels count"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    strokes = -np.sum(images * np.log(stroke_rate[contexts]), axis=1)
    return negative_elbo / np.maximum(strokes, 1e-9)


# %% wrong="anomaly_score" says="Ink and paper are swapped"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = stroke_rate[contexts]
    strokes = -np.sum((1 - images) * np.log(p) + images * np.log(1 - p), axis=1)
    return negative_elbo / strokes


# %% wrong="anomaly_score" says="You took the mean over the pixels"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = stroke_rate[contexts]
    strokes = -np.mean(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return negative_elbo / strokes


# %% wrong="anomaly_score" says="The sign is turned"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = stroke_rate[contexts]
    return negative_elbo / np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)


# %% wrong="anomaly_score" says="You divide by the amount of ink"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    return negative_elbo / np.maximum(images.sum(axis=1), 1)


# %% wrong="anomaly_score" says="One score for each image"
def anomaly_score(images, contexts, stroke_rate, negative_elbo):
    p = stroke_rate[contexts]
    return np.mean(negative_elbo) / -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p))
