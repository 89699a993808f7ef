# Right and wrong answers to lab 05; tests/test_answers.py says how they are used.

# %% right="count_ink"
def count_ink(images, cases, number_of_cases):
    rates = []
    for case in range(number_of_cases):
        of_case = images[cases == case]
        rates.append((sum(of_case) + 0.5) / (len(of_case) + 1))
    return rates


# %% right="count_ink"
def count_ink(images, cases, number_of_cases):
    inked, pixels = np.full(number_of_cases, 0.5), np.ones(number_of_cases)
    np.add.at(inked, cases, images)
    np.add.at(pixels, cases, 1)
    return inked / pixels


# %% right="count_ink"
def count_ink(images, cases, number_of_cases):
    inked = np.bincount(cases.ravel(), weights=images.ravel(), minlength=number_of_cases)
    pixels = np.bincount(cases.flatten(), minlength=number_of_cases)
    return ((inked + 0.5) / (pixels + 1)).astype("float32")


# %% right="count_ink"
def count_ink(images, cases, number_of_cases):
    flat = tf.reshape(tf.cast(cases, tf.int32), [-1])
    inked = tf.math.unsorted_segment_sum(tf.reshape(images, [-1]), flat, number_of_cases)
    pixels = tf.math.bincount(flat, minlength=number_of_cases, dtype=tf.float32)
    return (inked + 0.5) / (pixels + 1)


# %% right="count_ink"
def count_ink(images, cases, number_of_cases):
    edges = np.arange(number_of_cases + 1)
    pixels, _ = np.histogram(cases, edges)
    inked, _ = np.histogram(cases[images > 0], edges)
    return np.divide(inked + 1 / 2, pixels + 1)


# %% right="count_ink"
def count_ink(images, cases, number_of_cases):
    inked, pixels = [0.5] * number_of_cases, [1] * number_of_cases
    for image, of_image in zip(images, cases, strict=True):
        for pixel, case in zip(image, of_image, strict=True):
            inked[case] += pixel
            pixels[case] += 1
    return [ink / all_of_it for ink, all_of_it in zip(inked, pixels, strict=True)]


# %% wrong="count_ink" says="The smoothing is missing"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    return np.bincount(cases[images == 1], minlength=number_of_cases) / pixels


# %% wrong="count_ink" says="The smoothing is missing"
def count_ink(images, cases, number_of_cases):
    return [np.mean(images[cases == case]) for case in range(number_of_cases)]


# %% wrong="count_ink" says="needs minlength=number_of_cases"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel())
    return (np.bincount(cases[images == 1], minlength=len(pixels)) + 0.5) / (pixels + 1)


# %% wrong="count_ink" says="Only cases that come up"
def count_ink(images, cases, number_of_cases):
    come_up = [images[cases == case] for case in np.unique(cases)]
    return [(some.sum() + 0.5) / (some.size + 1) for some in come_up]


# %% wrong="count_ink" says="These are counts of ink: divide"
def count_ink(images, cases, number_of_cases):
    return np.bincount(cases[images == 1], minlength=number_of_cases)


# %% wrong="count_ink" says="counts of ink plus one half"
def count_ink(images, cases, number_of_cases):
    return np.bincount(cases[images == 1], minlength=number_of_cases) + 0.5


# %% wrong="count_ink" says="not pixels + 0.5"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    inked = np.bincount(cases[images == 1], minlength=number_of_cases)
    return (inked + 0.5) / (pixels + 0.5)


# %% wrong="count_ink" says="not 1 and 2"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    inked = np.bincount(cases[images == 1], minlength=number_of_cases)
    return (inked + 1) / (pixels + 2)


# %% wrong="count_ink" says="The 0.5 is missing above the line"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    return np.bincount(cases[images == 1], minlength=number_of_cases) / (pixels + 1)


# %% wrong="count_ink" says="The 1 is missing below the line"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    return (np.bincount(cases[images == 1], minlength=number_of_cases) + 0.5) / pixels


# %% wrong="count_ink" says="Add brackets"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    return np.bincount(cases[images == 1], minlength=number_of_cases) + 0.5 / (pixels + 1)


# %% wrong="count_ink" says="Ink and paper are swapped"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    return (np.bincount(cases[images == 0], minlength=number_of_cases) + 0.5) / (pixels + 1)


# %% wrong="count_ink" says="You divide ink by paper"
def count_ink(images, cases, number_of_cases):
    paper = np.bincount(cases[images == 0], minlength=number_of_cases)
    return (np.bincount(cases[images == 1], minlength=number_of_cases) + 0.5) / (paper + 1)


# %% wrong="count_ink" says="divide by those of each case"
def count_ink(images, cases, number_of_cases):
    inked = np.bincount(cases[images == 1], minlength=number_of_cases)
    return (inked + 0.5) / (images.size + 1)


# %% wrong="count_ink" says="Only the first image is counted"
def count_ink(images, cases, number_of_cases):
    pixels = np.bincount(cases[0], minlength=number_of_cases)
    inked = np.bincount(cases[0], images[0], minlength=number_of_cases)
    return (inked + 0.5) / (pixels + 1)


# %% wrong="count_ink" says="rates of each image and their mean"
def count_ink(images, cases, number_of_cases):
    of_case = [cases == case for case in range(number_of_cases)]
    inked = np.array([(images * here).sum(axis=1) for here in of_case])
    pixels = np.array([here.sum(axis=1) for here in of_case])
    return ((inked + 0.5) / (pixels + 1)).mean(axis=1)


# %% wrong="count_ink" says="counted in all images together"
def count_ink(images, cases, number_of_cases):
    of_case = [cases == case for case in range(number_of_cases)]
    inked = np.array([(images * here).sum(axis=0) for here in of_case])
    return (inked + 0.5) / (np.array([here.sum(axis=0) for here in of_case]) + 1)


# %% wrong="count_ink" says="A case that never came up"
def count_ink(images, cases, number_of_cases):
    rates = np.zeros(number_of_cases)
    for case in np.unique(cases):
        rates[case] = (images[cases == case].sum() + 0.5) / ((cases == case).sum() + 1)
    return rates


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


# %% right="define_encoder"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    mean = keras.layers.Dense(latent_dim)(hidden)
    log_variance = keras.layers.Dense(latent_dim, kernel_initializer="zeros")(hidden)
    return keras.Model(pixels, [mean, log_variance])


# %% right="define_encoder"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,), name="pixels")
    hidden = keras.layers.Dense(hidden_units, activation="relu", name="hidden")(pixels)
    options = {"activation": "linear", "kernel_initializer": "zeros"}
    mean = keras.layers.Dense(latent_dim, name="mean", **options)(hidden)
    log_variance = keras.layers.Dense(latent_dim, name="log_variance", **options)(hidden)
    return keras.Model(pixels, [mean, log_variance], name="encoder")


# %% right="define_encoder"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.ReLU()(keras.layers.Dense(hidden_units)(pixels))
    both = keras.layers.Dense(2 * latent_dim)(hidden)
    mean = keras.layers.Lambda(lambda both: both[:, :latent_dim])(both)
    log_variance = keras.layers.Lambda(lambda both: both[:, latent_dim:])(both)
    return keras.Model(pixels, [mean, log_variance])


# %% right="define_encoder"
def define_encoder(latent_dim, hidden_units):
    body = keras.Sequential([keras.layers.Dense(hidden_units), keras.layers.Activation("relu")])
    pixels = keras.Input(shape=(784,))
    both = keras.layers.Dense(2 * latent_dim)(body(pixels))
    return keras.Model(pixels, keras.ops.split(both, 2, axis=1))


# %% right="define_encoder"
class Encoder(keras.Model):
    def __init__(self, latent_dim, hidden_units):
        super().__init__()
        self.hidden = keras.layers.Dense(hidden_units, "relu")
        self.mean, self.log_variance = (keras.layers.Dense(latent_dim) for _ in range(2))

    def call(self, pixels):
        hidden = self.hidden(pixels)
        return self.mean(hidden), self.log_variance(hidden)


def define_encoder(latent_dim, hidden_units):
    return Encoder(latent_dim, hidden_units)


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


# %% wrong="define_encoder" says="should be relu, which is 0"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.LeakyReLU()(keras.layers.Dense(hidden_units)(pixels))
    outputs = [keras.layers.Dense(latent_dim)(hidden), keras.layers.Dense(latent_dim)(hidden)]
    return keras.Model(pixels, outputs)


# %% wrong="define_encoder" says="doubled pixels double the mean"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "elu")(pixels)
    outputs = [keras.layers.Dense(latent_dim)(hidden), keras.layers.Dense(latent_dim)(hidden)]
    return keras.Model(pixels, outputs)


# %% wrong="define_encoder" says="Your log-variance never changes its sign"
def define_encoder(latent_dim, hidden_units):
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    mean = keras.layers.Dense(latent_dim)(hidden)
    variance = keras.layers.Dense(latent_dim)(hidden)
    return keras.Model(pixels, [mean, keras.ops.exp(variance)])


# %% wrong="define_encoder" says="without numpy"
class NumpyEncoder(keras.Model):
    def __init__(self, latent_dim, hidden_units):
        super().__init__()
        self.hidden = keras.layers.Dense(hidden_units)
        self.mean, self.log_variance = (keras.layers.Dense(latent_dim) for _ in range(2))

    def call(self, pixels):
        hidden = np.maximum(self.hidden(pixels), 0)
        return self.mean(hidden), self.log_variance(hidden)


def define_encoder(latent_dim, hidden_units):
    return NumpyEncoder(latent_dim, hidden_units)


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


# %% right="Sampling"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        return keras.random.normal(mean.shape, seed=self.noise) * tf.exp(log_variance / 2) + mean


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


# %% wrong="Sampling" says="compute with keras.ops, without numpy"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        deviation = keras.ops.exp(log_variance / 2)
        return mean + deviation * np.asarray(epsilon)


# %% wrong="Sampling" says="No gradient reaches mean or log_variance"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.stop_gradient(keras.ops.exp(log_variance / 2)) * epsilon


# %% right="kl_divergence"
def kl_divergence(mean, log_variance):
    each = 1 + log_variance - keras.ops.square(mean) - keras.ops.exp(log_variance)
    return -0.5 * keras.ops.sum(each, axis=-1)


# %% right="kl_divergence"
def kl_divergence(mean, log_variance):
    deviation = tf.exp(log_variance / 2)
    each = -tf.math.log(deviation) + (deviation**2 + mean**2) / 2 - 1 / 2
    return tf.reduce_sum(each, axis=1)


# %% right="kl_divergence"
def kl_divergence(mean, log_variance):
    total = 0
    for j in range(mean.shape[1]):
        m, v = mean[:, j], log_variance[:, j]
        total = total + (m * m + tf.exp(v) - 1.0 - v) / 2
    return total


# %% right="kl_divergence"
def kl_divergence(mean, log_variance):
    each = tf.square(mean) + tf.math.expm1(log_variance) - log_variance
    return 0.5 * tf.einsum("ij->i", each)


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


# %% wrong="kl_divergence" says="`fit` compiles its steps"
def kl_divergence(mean, log_variance):
    return np.sum(mean**2 + np.exp(log_variance) - 1 - log_variance, axis=1) / 2


# %% wrong="kl_divergence" says="compute with keras.ops, without numpy"
def kl_divergence(mean, log_variance):
    mean, log_variance = mean.numpy(), log_variance.numpy()
    return (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1) / 2


# %% wrong="kl_divergence" says="compute with keras.ops, without numpy"
def kl_divergence(mean, log_variance):
    prices = []
    for means, log_variances in zip(mean, log_variance, strict=True):
        each = [m**2 + np.exp(v) - 1 - v for m, v in zip(means, log_variances, strict=True)]
        prices.append(float(sum(each)) / 2)
    return prices


# %% wrong="kl_divergence" says="no gradient reaches mean or log_variance"
def kl_divergence(mean, log_variance):
    variance = keras.ops.stop_gradient(keras.ops.exp(log_variance))
    each = keras.ops.stop_gradient(mean) ** 2 + variance - 1 - log_variance
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


# %% right="vae_loss"
def vae_loss(images, logits, kl):
    price = keras.ops.binary_crossentropy(images, logits, from_logits=True)
    reconstruction = keras.ops.sum(price, axis=-1)
    return keras.ops.sum(reconstruction + kl) / keras.ops.shape(images)[0], reconstruction


# %% right="vae_loss"
def vae_loss(images, logits, kl):
    price = keras.losses.BinaryCrossentropy(from_logits=True, reduction="none")
    reconstruction = price(images, logits) * images.shape[-1]
    return tf.reduce_mean(tf.add(reconstruction, kl)), reconstruction


# %% right="vae_loss"
def vae_loss(images, logits, kl):
    ink, paper = -tf.math.log_sigmoid(logits), -tf.math.log_sigmoid(-logits)
    reconstruction = tf.reduce_sum(tf.where(images > 0.5, ink, paper), axis=1)
    return tf.reduce_mean(reconstruction + kl), reconstruction


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


# %% wrong="vae_loss" says="`fit` compiles its steps"
def vae_loss(images, logits, kl):
    reconstruction = np.sum(np.logaddexp(0, logits) - images * logits, axis=1)
    return np.mean(reconstruction + kl), reconstruction


# %% wrong="vae_loss" says="compute with keras.ops, without numpy"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return float(keras.ops.mean(reconstruction + kl)), reconstruction


# %% wrong="vae_loss" says="compute with keras.ops, without numpy"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction.numpy()


# %% wrong="vae_loss" says="no gradient reaches logits or kl"
def vae_loss(images, logits, kl):
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction + keras.ops.stop_gradient(kl)), reconstruction


# %% wrong="vae_loss" says="an exponential overflows"
def vae_loss(images, logits, kl):
    price = keras.ops.log(1 + keras.ops.exp(logits)) - images * logits
    reconstruction = keras.ops.sum(price, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction


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


# %% right="interpolate"
def interpolate(encoder, decoder, first, second, steps):
    means, _ = encoder.predict(np.stack([first, second]), verbose=0)
    z = np.linspace(means[0], means[1], steps)
    return keras.ops.sigmoid(decoder.predict(z, verbose=0))


# %% right="interpolate"
def interpolate(encoder, decoder, first, second, steps):
    start = encoder.predict(first[None, :], verbose=0)[0][0]
    end = encoder.predict_on_batch(second.reshape(1, -1))[0][0]
    walk = []
    for share in np.linspace(0, 1, steps):
        z = ((1 - share) * start + share * end)[None]
        walk.append(keras.activations.sigmoid(decoder(z, training=False))[0])
    return walk


# %% right="interpolate"
def interpolate(encoder, decoder, first, second, steps):
    means = encoder(tf.stack([first, second]), training=False)[0]
    z = tf.linspace(means[0], means[1], steps)
    return 1 / (1 + np.exp(-decoder(z).numpy()))


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


# %% wrong="interpolate" says="The encoder takes a batch"
def interpolate(encoder, decoder, first, second, steps):
    start, end = (encoder.predict(image, verbose=0)[0] for image in (first, second))
    return keras.ops.sigmoid(decoder(np.linspace(start, end, steps)))


# %% wrong="interpolate" says="The decoder takes a batch"
def interpolate(encoder, decoder, first, second, steps):
    start, end = np.asarray(encoder(np.stack([first, second]))[0])
    walk = [decoder(start + share * (end - start)) for share in np.linspace(0, 1, steps)]
    return keras.ops.sigmoid(np.stack(walk))


# %% wrong="vae_loss" says="You multiply the mean by 784"
def vae_loss(images, logits, kl):
    mean = keras.losses.binary_crossentropy(images, logits, from_logits=True)
    return keras.ops.mean(784 * mean + kl), 784 * mean


# %% wrong="vae_loss" says="say from_logits=True; and multiply the mean by images.shape[1]"
def vae_loss(images, logits, kl):
    mean = keras.losses.binary_crossentropy(images, logits)
    return keras.ops.mean(784 * mean + kl), 784 * mean


# %% wrong="kl_divergence" says="The log-variance is subtracted, not added"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - 1 + log_variance, axis=1) / 2


# %% wrong="kl_divergence" says="The log-variance is missing"
def kl_divergence(mean, log_variance):
    return keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - 1, axis=1) / 2


# %% wrong="kl_divergence" says="Subtract the whole log-variance"
def kl_divergence(mean, log_variance):
    variance = keras.ops.exp(log_variance)
    return keras.ops.sum(mean**2 + variance - 1 - log_variance / 2, axis=1) / 2


# %% wrong="Sampling" says="Your noise is uniform"
class Sampling(keras.layers.Layer):
    def __init__(self, seed, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        epsilon = keras.random.uniform(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(log_variance / 2) * epsilon
