# Right and wrong answers to lab 07; tests/test_answers.py says how they are used.

# %% right="class_distance"
def class_distance(drawn, real):
    total = 0
    for digit in range(10):
        total += abs(np.mean(np.asarray(drawn) == digit) - np.mean(np.asarray(real) == digit))
    return total / 2


# %% right="class_distance"
def class_distance(drawn, real):
    one = np.histogram(drawn, bins=np.arange(11))[0] / np.size(drawn)
    other = np.histogram(real, bins=np.arange(11))[0] / np.size(real)
    return np.maximum(one - other, 0).sum()


# %% right="class_distance"
def class_distance(drawn, real):
    one = tf.math.bincount(tf.cast(drawn, "int32"), minlength=10)
    other = tf.math.bincount(tf.cast(real, "int32"), minlength=10)
    return tf.reduce_sum(tf.abs(one / len(drawn) - other / len(real))) / 2


# %% wrong="class_distance" says="take half of it"
def class_distance(drawn, real):
    s, t = (np.bincount(d, minlength=10) / len(d) for d in (drawn, real))
    return np.abs(s - t).sum()


# %% wrong="class_distance" says="differences of counts"
def class_distance(drawn, real):
    return np.abs(np.bincount(drawn, minlength=10) - np.bincount(real, minlength=10)).sum() / 2


# %% wrong="class_distance" says="each by its own number of images"
def class_distance(drawn, real):
    s, t = np.bincount(drawn, minlength=10), np.bincount(real, minlength=10)
    return np.abs(s - t).sum() / len(drawn) / 2


# %% wrong="class_distance" says="The differences cancel"
def class_distance(drawn, real):
    s, t = (np.bincount(d, minlength=10) / len(d) for d in (drawn, real))
    return (s - t).sum() / 2


# %% wrong="class_distance" says="the root of the summed squares"
def class_distance(drawn, real):
    s, t = (np.bincount(d, minlength=10) / len(d) for d in (drawn, real))
    return np.linalg.norm(s - t)


# %% wrong="class_distance" says="what both have in common"
def class_distance(drawn, real):
    s, t = (np.bincount(d, minlength=10) / len(d) for d in (drawn, real))
    return np.minimum(s, t).sum()


# %% wrong="class_distance" says="minlength=10"
def class_distance(drawn, real):
    s, t = (np.bincount(d) / len(d) for d in (drawn, real))
    return np.abs(s - t).sum() / 2


# %% wrong="class_distance" says="You took the mean over the ten digits"
def class_distance(drawn, real):
    s, t = (np.bincount(d, minlength=10) / len(d) for d in (drawn, real))
    return np.abs(s - t).mean()


# %% wrong="class_distance" says="Return one number"
def class_distance(drawn, real):
    s, t = (np.bincount(d, minlength=10) / len(d) for d in (drawn, real))
    return np.abs(s - t) / 2


# %% right="dense_networks"
def dense_networks(widths, latent_dim, dropout):
    generator = keras.Sequential([keras.Input(shape=(latent_dim,))])
    for units in widths:
        generator.add(keras.layers.Dense(units))
        generator.add(keras.layers.LeakyReLU(negative_slope=0.2))
    generator.add(keras.layers.Dense(28 * 28))
    generator.add(keras.layers.Activation("tanh"))
    generator.add(keras.layers.Reshape((28, 28, 1)))
    discriminator = keras.Sequential([keras.Input(shape=(28, 28, 1)), keras.layers.Flatten()])
    for units in widths[::-1]:
        discriminator.add(keras.layers.Dense(units, activation=keras.layers.LeakyReLU(0.2)))
        discriminator.add(keras.layers.Dropout(dropout))
    discriminator.add(keras.layers.Dense(1))
    return generator, discriminator


# %% right="dense_networks"
def dense_networks(widths, latent_dim, dropout):
    latent, images = keras.Input((latent_dim,)), keras.Input((28, 28, 1))
    x = latent
    for units in widths:
        x = keras.ops.leaky_relu(keras.layers.Dense(units)(x), 0.2)
    x = keras.layers.Dense(784, activation="tanh")(x)
    generator = keras.Model(latent, keras.ops.reshape(x, (-1, 28, 28, 1)))
    x = keras.layers.Flatten()(images)
    for units in reversed(widths):
        x = keras.layers.Dropout(dropout)(keras.layers.LeakyReLU(0.2)(keras.layers.Dense(units)(x)))
    return [generator, keras.Model(images, keras.layers.Dense(1)(x))]


# %% right="dense_networks"
def dense_networks(widths, latent_dim, dropout):
    layers = keras.layers

    def block(units, *more):
        return [layers.Dense(units), layers.LeakyReLU(0.2), *more]

    g = [layer for u in widths for layer in block(u)]
    d = [layer for u in tuple(widths)[::-1] for layer in block(u, layers.Dropout(dropout))]
    g = [keras.Input((latent_dim,)), *g, layers.Dense(784, "tanh"), layers.Reshape((28, 28, 1))]
    d = [keras.Input((28, 28, 1)), layers.Reshape((784,)), *d, layers.Dense(1, "linear")]
    return keras.Sequential(g), keras.Sequential(d)


# %% right="dense_networks"
def dense_networks(widths, latent_dim, dropout):
    class Stack(keras.Model):
        def __init__(self, widths, last, rate):
            super().__init__()
            self.hidden = [keras.layers.Dense(units) for units in widths]
            self.drop, self.last = [keras.layers.Dropout(rate) for _ in widths], last

        def call(self, x, training=False):
            x = keras.ops.reshape(x, (len(x), -1))
            for hidden, drop in zip(self.hidden, self.drop, strict=True):
                x = drop(keras.ops.leaky_relu(hidden(x), 0.2), training=training)
            return self.last(x)

    last = keras.Sequential([keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))])
    generator = Stack(widths, last, 0.0)
    generator(np.zeros((1, latent_dim), "float32"))
    discriminator = Stack(widths[::-1], keras.layers.Dense(1), dropout)
    discriminator(np.zeros((1, 28, 28, 1), "float32"))
    return generator, discriminator


# %% wrong="dense_networks" says="widths come in reverse order"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        discriminator.append(keras.layers.Dropout(dropout))
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    return keras.Sequential(generator), keras.Sequential([*discriminator, keras.layers.Dense(1)])


# %% wrong="dense_networks" says="no sigmoid at its end"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        discriminator.append(keras.layers.Dropout(dropout))
    discriminator.append(keras.layers.Dense(1, "sigmoid"))
    return keras.Sequential(generator), keras.Sequential(discriminator)


# %% wrong="dense_networks" says="ends in a tanh"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    generator += [keras.layers.Dense(784, "sigmoid"), keras.layers.Reshape((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        discriminator.append(keras.layers.Dropout(dropout))
    return keras.Sequential(generator), keras.Sequential([*discriminator, keras.layers.Dense(1)])


# %% wrong="dense_networks" says="The generator comes first"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        discriminator.append(keras.layers.Dropout(dropout))
    discriminator.append(keras.layers.Dense(1))
    return keras.Sequential(discriminator), keras.Sequential(generator)


# %% wrong="dense_networks" says="LeakyReLU(0.2); yours is LeakyReLU(0.3)"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU()]
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU()]
        discriminator.append(keras.layers.Dropout(dropout))
    return keras.Sequential(generator), keras.Sequential([*discriminator, keras.layers.Dense(1)])


# %% wrong="dense_networks" says="With dropout=0.6 and training=True nothing is dropped"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    return keras.Sequential(generator), keras.Sequential([*discriminator, keras.layers.Dense(1)])


# %% wrong="dense_networks" says="One Dropout(dropout) after each of three hidden layers"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    discriminator.append(keras.layers.Flatten())
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    discriminator += [keras.layers.Dropout(dropout), keras.layers.Dense(1)]
    return keras.Sequential(generator), keras.Sequential(discriminator)


# %% wrong="dense_networks" says="not (None, 784)"
def dense_networks(widths, latent_dim, dropout):
    generator, discriminator = [keras.Input((latent_dim,))], [keras.Input((28, 28, 1))]
    for units in widths:
        generator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    generator += [keras.layers.Dense(784, "tanh"), keras.layers.Reshape((28, 28, 1))]
    discriminator = [keras.Input((784,))]
    for units in reversed(widths):
        discriminator += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        discriminator.append(keras.layers.Dropout(dropout))
    return keras.Sequential(generator), keras.Sequential([*discriminator, keras.layers.Dense(1)])


# %% right="smoothed_loss"
def smoothed_loss(real_logits, fake_logits, label):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    of_real = cross_entropy(label * tf.ones_like(real_logits), real_logits)
    return of_real + cross_entropy(tf.zeros_like(fake_logits), fake_logits)


# %% right="smoothed_loss"
def smoothed_loss(real_logits, fake_logits, label):
    of_real = tf.nn.sigmoid_cross_entropy_with_logits(
        tf.fill(tf.shape(real_logits), tf.cast(label, tf.float32)), real_logits
    )
    return tf.reduce_mean(of_real) + tf.reduce_mean(tf.nn.softplus(fake_logits))


# %% right="smoothed_loss"
def smoothed_loss(real_logits, fake_logits, label):
    softplus = keras.ops.softplus
    of_real = keras.ops.mean(softplus(real_logits) - label * real_logits)
    return of_real + keras.ops.mean(softplus(fake_logits))


# %% right="smoothed_loss"
def smoothed_loss(real_logits, fake_logits, label):
    certain = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=2 * (1 - label))
    plain = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    return certain(ones, real_logits) + plain(zeros, fake_logits)


# %% wrong="smoothed_loss" says="`label` is not used"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return mean(softplus(-real_logits)) + mean(softplus(fake_logits))


# %% wrong="smoothed_loss" says="The rest is missing"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return mean(label * softplus(-real_logits)) + mean(softplus(fake_logits))


# %% wrong="smoothed_loss" says="Only the real images' label is smoothed"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    of_real = label * softplus(-real_logits) + (1 - label) * softplus(real_logits)
    of_fake = label * softplus(fake_logits) + (1 - label) * softplus(-fake_logits)
    return mean(of_real) + mean(of_fake)


# %% wrong="smoothed_loss" says="That is the mean of both parts"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    of_real = label * softplus(-real_logits) + (1 - label) * softplus(real_logits)
    return (mean(of_real) + mean(softplus(fake_logits))) / 2


# %% wrong="smoothed_loss" says="The labels are swapped"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    of_fake = label * softplus(-fake_logits) + (1 - label) * softplus(fake_logits)
    return mean(softplus(real_logits)) + mean(of_fake)


# %% wrong="smoothed_loss" says="The two parts of the real images are swapped"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    of_real = label * softplus(real_logits) + (1 - label) * softplus(-real_logits)
    return mean(of_real) + mean(softplus(fake_logits))


# %% wrong="smoothed_loss" says="A sigmoid came first"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    real_logits, fake_logits = keras.ops.sigmoid(real_logits), keras.ops.sigmoid(fake_logits)
    of_real = label * softplus(-real_logits) + (1 - label) * softplus(real_logits)
    return mean(of_real) + mean(softplus(fake_logits))


# %% wrong="smoothed_loss" says="exp(100) is beyond"
def smoothed_loss(real_logits, fake_logits, label):
    exp, log, mean = keras.ops.exp, keras.ops.log, keras.ops.mean
    of_real = label * log(1 + exp(-real_logits)) + (1 - label) * log(1 + exp(real_logits))
    return mean(of_real) + mean(log(1 + exp(fake_logits)))


# %% wrong="smoothed_loss" says="exp(100) is beyond"
def smoothed_loss(real_logits, fake_logits, label):
    cross_entropy = keras.losses.BinaryCrossentropy()
    real, fake = 1 / (1 + tf.exp(-real_logits)), 1 / (1 + tf.exp(-fake_logits))
    of_real = cross_entropy(label * tf.ones_like(real), real)
    return of_real + cross_entropy(tf.zeros_like(fake), fake)


# %% wrong="smoothed_loss" says="The loss is one number"
def smoothed_loss(real_logits, fake_logits, label):
    softplus = keras.ops.softplus
    real_logits, fake_logits = real_logits[:4], fake_logits[:4]
    of_real = label * softplus(-real_logits) + (1 - label) * softplus(real_logits)
    return of_real + softplus(fake_logits)


# %% wrong="smoothed_loss" says="The drawings are pulled towards label 1"
def smoothed_loss(real_logits, fake_logits, label):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    of_real = label * softplus(-real_logits) + (1 - label) * softplus(real_logits)
    return mean(of_real) + mean(softplus(-fake_logits))


# %% right="best_logit"
def best_logit(p, q, label):
    return np.log(label * p / ((1 - label) * p + q))


# %% right="best_logit"
def best_logit(p, q, label):
    sigma = label * p / (p + q)
    return np.log(sigma) - np.log1p(-sigma)


# %% right="best_logit"
def best_logit(p, q, label):
    from scipy.special import logit

    return logit(label * p / (p + q))


# %% right="best_logit"
def best_logit(p, q, label):
    sigma = label / (1 + q / p)
    return -np.log(1 / sigma - 1)


# %% wrong="best_logit" says="That is the probability: return its logit"
def best_logit(p, q, label):
    return label * p / (p + q)


# %% wrong="best_logit" says="the logarithm of the probability"
def best_logit(p, q, label):
    return np.log(label * p / (p + q))


# %% wrong="best_logit" says="without smoothing"
def best_logit(p, q, label):
    return np.log(p / q)


# %% wrong="best_logit" says="You smoothed p alone"
def best_logit(p, q, label):
    return np.log(label * p / q)


# %% wrong="best_logit" says="The sign is turned"
def best_logit(p, q, label):
    return np.log(((1 - label) * p + q) / (label * p))


# %% wrong="best_logit" says="The drawings are smoothed, too"
def best_logit(p, q, label):
    sigma = (label * p + (1 - label) * q) / (p + q)
    return np.log(sigma / (1 - sigma))


# %% wrong="best_logit" says="p and q are swapped"
def best_logit(p, q, label):
    return np.log(label * q / ((1 - label) * q + p))


# %% wrong="best_logit" says="take its logarithm"
def best_logit(p, q, label):
    return label * p / ((1 - label) * p + q)


# %% wrong="best_logit" says="the perfect logit is minus infinity"
def best_logit(p, q, label):
    return np.log((label * p + 1e-12) / ((1 - label) * p + q))


# %% wrong="best_logit" says="Return an array of the shape of p"
def best_logit(p, q, label):
    return np.log(label * p / ((1 - label) * p + q)).ravel()


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, width):
    model = keras.Sequential()
    model.add(keras.Input(shape=(latent_dim,)))
    model.add(keras.layers.Dense(49 * width, use_bias=False))
    model.add(keras.layers.BatchNormalization(momentum=0.8))
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Reshape((7, 7, -1)))
    for part in (2, 4):
        model.add(
            keras.layers.Conv2DTranspose(
                width // part, (4, 4), strides=(2, 2), padding="same", use_bias=False
            )
        )
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Conv2D(1, kernel_size=3, padding="same", activation="tanh"))
    return model


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, width):
    def bend(x):
        return keras.ops.relu(keras.layers.BatchNormalization(momentum=0.8)(x))

    latent = keras.Input((latent_dim,))
    x = bend(keras.layers.Dense(7 * 7 * width)(latent))
    x = keras.layers.Reshape((7, 7, width))(x)
    x = bend(keras.layers.Conv2DTranspose(width // 2, 4, 2, padding="same")(x))
    x = bend(keras.layers.Conv2DTranspose(width // 4, 4, 2, padding="same")(x))
    return keras.Model(latent, keras.ops.tanh(keras.layers.Conv2D(1, 3, padding="same")(x)))


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, width):
    class Generator(keras.Model):
        def __init__(self):
            super().__init__()
            kinds = keras.layers
            self.start = kinds.Dense(49 * width)
            self.even = [kinds.BatchNormalization(momentum=0.8) for _ in range(3)]
            self.grow = [kinds.Conv2DTranspose(width // k, 4, 2, padding="same") for k in (2, 4)]
            self.last = kinds.Conv2D(1, 3, padding="same", activation="tanh")

        def call(self, latent, training=False):
            x = keras.ops.relu(self.even[0](self.start(latent), training=training))
            x = keras.ops.reshape(x, (-1, 7, 7, width))
            for grow, even in zip(self.grow, self.even[1:], strict=True):
                x = keras.ops.relu(even(grow(x), training=training))
            return self.last(x)

    generator = Generator()
    generator(np.zeros((1, latent_dim), "float32"))
    return generator


# %% wrong="dcgan_generator" says="UpSampling2D enlarges too"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width)]
    layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Reshape((7, 7, width)))
    for channels in (width // 2, width // 4):
        layers.append(keras.layers.UpSampling2D(2))
        layers.append(keras.layers.Conv2D(channels, 3, padding="same"))
        layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="dcgan_generator" says="Three rows of the table normalize"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width, "relu")]
    layers.append(keras.layers.Reshape((7, 7, width)))
    for channels in (width // 2, width // 4):
        layers.append(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="dcgan_generator" says="the last layer ends in a tanh"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width)]
    layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Reshape((7, 7, width)))
    for channels in (width // 2, width // 4):
        layers.append(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    return keras.Sequential(layers)


# %% wrong="dcgan_generator" says="Conv2DTranspose(4, 4, strides=2"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width)]
    layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Reshape((7, 7, width)))
    for channels in (width // 2, width // 4):
        layers.append(keras.layers.Conv2DTranspose(channels, 3, strides=2, padding="same"))
        layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="dcgan_generator" says="Normalize first and bend then"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width, "relu")]
    layers.append(keras.layers.BatchNormalization(momentum=0.8))
    layers.append(keras.layers.Reshape((7, 7, width)))
    for channels in (width // 2, width // 4):
        layers.append(
            keras.layers.Conv2DTranspose(channels, 4, 2, padding="same", activation="relu")
        )
        layers.append(keras.layers.BatchNormalization(momentum=0.8))
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="dcgan_generator" says="momentum=0.8"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width)]
    layers += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    layers.append(keras.layers.Reshape((7, 7, width)))
    for channels in (width // 2, width // 4):
        layers.append(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        layers += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="dcgan_generator" says="should return the shape (2, 28, 28, 1), not (2, 14, 14, 1)"
def dcgan_generator(latent_dim, width):
    layers = [keras.Input((latent_dim,)), keras.layers.Dense(7 * 7 * width)]
    layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Reshape((7, 7, width)))
    layers.append(keras.layers.Conv2DTranspose(width // 2, 4, strides=2, padding="same"))
    layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% right="suspicious"
def suspicious(generator_losses, discriminator_losses, label):
    def softplus(x):
        return np.log1p(np.exp(x))

    real = [label * softplus(-s) + (1 - label) * softplus(s) for s in (0, 1)]
    ends = min(real) + softplus(0), max(real) + softplus(1)
    for of_generator, of_discriminator in zip(generator_losses, discriminator_losses, strict=True):
        if not softplus(-1) - 1e-3 <= of_generator <= softplus(0) + 1e-3:
            return False
        if not ends[0] - 1e-3 <= of_discriminator <= ends[1] + 1e-3:
            return False
    return True


# %% right="suspicious"
def suspicious(generator_losses, discriminator_losses, label):
    g, d = np.array(generator_losses), np.array(discriminator_losses)
    least = float(
        smooth(1.0, label) + np.log(2) if (smooth := lambda s, a: np.logaddexp(0, s) - a * s) else 0
    )
    inside = (g > 0.3133 - 0.001) & (g < 0.6931 + 0.001)
    return np.all(inside) & np.all((d > least - 0.001) & (d < 2.0064 + 0.001))


# %% right="suspicious"
def suspicious(generator_losses, discriminator_losses, label):
    s = np.linspace(0, 1, 11)
    of_real = label * np.logaddexp(0, -s) + (1 - label) * np.logaddexp(0, s)
    of_fake = np.logaddexp(0, s)
    lowest, highest = of_real.min() + of_fake.min(), of_real.max() + of_fake.max()
    g = np.clip(generator_losses, np.logaddexp(0, -1), np.log(2))
    d = np.clip(discriminator_losses, lowest, highest)
    return np.allclose(g, generator_losses, rtol=0, atol=1e-3) and np.allclose(
        d, discriminator_losses, rtol=0, atol=1e-3
    )


# %% wrong="suspicious" says="With this label a discriminator whose outputs"
def suspicious(generator_losses, discriminator_losses, label):
    lies_in = np.min(generator_losses) > 0.312 and np.max(generator_losses) < 0.694
    return lies_in and np.min(discriminator_losses) > 1.005 and np.max(discriminator_losses) < 2.01


# %% wrong="suspicious" says="at most softplus(0)"
def suspicious(generator_losses, discriminator_losses, label):
    lowest = label * np.logaddexp(0, -1) + (1 - label) * np.logaddexp(0, 1) + np.log(2)
    return np.min(discriminator_losses) > lowest - 0.001


# %% wrong="suspicious" says="One epoch beyond is enough"
def suspicious(generator_losses, discriminator_losses, label):
    lowest = label * np.logaddexp(0, -1) + (1 - label) * np.logaddexp(0, 1) + np.log(2)
    g, d = generator_losses[-1], discriminator_losses[-1]
    return bool(0.312 < g < 0.695 and lowest - 0.001 < d < 2.0075)


# %% wrong="suspicious" says="expected True"
def suspicious(generator_losses, discriminator_losses, label):
    near = np.abs(np.array(generator_losses) - np.log(2)) < 0.05
    return bool(near.all())


# %% wrong="suspicious" says="Nothing came back"
def suspicious(generator_losses, discriminator_losses, label):
    if np.max(generator_losses) > 0.694:
        return False


# %% wrong="suspicious" says="One answer for the whole run"
def suspicious(generator_losses, discriminator_losses, label):
    return np.array(generator_losses) < 0.695


# %% wrong="suspicious" says="expected True"
def suspicious(generator_losses, discriminator_losses, label):
    g, d = np.array(generator_losses), np.array(discriminator_losses)
    return bool(g.min() > 0 and g.max() < 1 and d.min() > 0 and d.max() < 1)


# %% right="experiment"
def experiment(run, settings, change, seeds):
    with_it = np.array([run({**settings, **change}, seed) for seed in seeds])
    without = np.array([run(settings, seed) for seed in seeds])
    difference = with_it - without
    return difference.mean(), difference.std(ddof=1) / len(seeds) ** 0.5


# %% right="experiment"
def experiment(run, settings, change, seeds):
    changed = settings | change
    d = []
    for seed in seeds:
        before = run(dict(settings), seed)
        d.append(run(dict(changed), seed) - before)
    mean = sum(d) / len(d)
    variance = sum((one - mean) ** 2 for one in d) / (len(d) - 1)
    return mean, (variance / len(d)) ** 0.5


# %% right="experiment"
def experiment(run, settings, change, seeds):
    from scipy.stats import sem

    changed = settings.copy()
    changed.update(change)
    found = [np.subtract(run(changed, seed), run(settings, seed)) for seed in seeds]
    return [np.mean(found), sem(found)]


# %% wrong="experiment" says="`settings` itself was changed"
def experiment(run, settings, change, seeds):
    before = [run(settings, seed) for seed in seeds]
    settings.update(change)
    d = np.subtract([run(settings, seed) for seed in seeds], before)
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


# %% wrong="experiment" says="These are not pairs"
def experiment(run, settings, change, seeds):
    after = [run({**settings, **change}, seed) for seed in seeds]
    before = [run(settings, seed) for seed in seeds]
    error = np.sqrt((np.var(after, ddof=1) + np.var(before, ddof=1)) / len(after))
    return np.mean(after) - np.mean(before), error


# %% wrong="experiment" says="divide by √n"
def experiment(run, settings, change, seeds):
    d = [run({**settings, **change}, seed) - run(settings, seed) for seed in seeds]
    return np.mean(d), np.std(d, ddof=1)


# %% wrong="experiment" says="n - 1, ddof=1"
def experiment(run, settings, change, seeds):
    d = [run({**settings, **change}, seed) - run(settings, seed) for seed in seeds]
    return np.mean(d), np.std(d) / np.sqrt(len(d))


# %% wrong="experiment" says="The sign is turned"
def experiment(run, settings, change, seeds):
    d = [run(settings, seed) - run({**settings, **change}, seed) for seed in seeds]
    return np.mean(d), np.std(d, ddof=1) / np.sqrt(len(d))


# %% wrong="experiment" says="Both sides run with each of the seeds"
def experiment(run, settings, change, seeds):
    control = run(settings, seeds[0])
    d = [run({**settings, **change}, seed) - control for seed in seeds]
    return np.mean(d), np.std(d, ddof=1) / np.sqrt(len(d))


# %% wrong="experiment" says="A run had the settings"
def experiment(run, settings, change, seeds):
    d = [run(change, seed) - run(settings, seed) for seed in seeds]
    return np.mean(d), np.std(d, ddof=1) / np.sqrt(len(d))


# %% wrong="experiment" says="run each side once a seed"
def experiment(run, settings, change, seeds):
    d = [run({**settings, **change}, seed) - run(settings, seed) for seed in seeds]
    again = [run({**settings, **change}, seed) - run(settings, seed) for seed in seeds]
    return np.mean(d), np.std(again, ddof=1) / np.sqrt(len(d))


# %% wrong="experiment" says="divided by √n"
def experiment(run, settings, change, seeds):
    d = [run({**settings, **change}, seed) - run(settings, seed) for seed in seeds]
    return np.mean(d), np.std(d, ddof=1) / len(d)
