# Right and wrong answers to lab 03; tests/test_answers.py says how they are used.

# %% right="to_range"
def to_range(pixels):
    return np.float32(pixels) / 255 * 2 - 1


# %% right="to_range"
def to_range(pixels):
    return ((pixels - 127.5) / 127.5).astype(np.float32)


# %% right="to_range"
def to_range(pixels):
    return np.interp(pixels, [0, 255], [-1, 1]).astype("float32")


# %% wrong="to_range" says="That is 0 to 1"
def to_range(pixels):
    return pixels.astype("float32") / 255


# %% wrong="to_range" says="divide by 127.5"
def to_range(pixels):
    return pixels.astype("float32") - 127.5


# %% wrong="to_range" says="float32, not float64"
def to_range(pixels):
    return pixels / 127.5 - 1


# %% wrong="to_range" says="float32, not float16"
def to_range(pixels):
    return (pixels / 127.5 - 1).astype("float16")


# %% wrong="to_range" says="bytes wrap around"
def to_range(pixels):
    return ((pixels - 127) / 127.5).astype("float32")


# %% wrong="to_range" says="bytes wrap around"
def to_range(pixels):
    return ((2 * pixels - 255) / 255).astype("float32")


# %% wrong="to_range" says="Half of 255 is 127.5"
def to_range(pixels):
    return pixels.astype("float32") / 128 - 1


# %% wrong="to_range" says="not the reverse"
def to_range(pixels):
    return (1 - pixels / 127.5).astype("float32")


# %% wrong="to_range" says="wrap around: make them floats"
def to_range(pixels):
    return np.float32(pixels // 127.5 - 1)


# %% wrong="to_range" says="Return a numpy array"
def to_range(pixels):
    return tf.cast(pixels, "float32") / 127.5 - 1


# %% wrong="to_range" says="Return the same shape"
def to_range(pixels):
    return pixels.ravel().astype("float32") / 127.5 - 1


# %% wrong="to_range" says="Cannot cast ufunc"
def to_range(pixels):
    pixels /= 127.5
    pixels -= 1
    return pixels


# %% right="make_batches"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).cache()
    dataset = dataset.shuffle(1000, seed=seed, reshuffle_each_iteration=True)
    return dataset.batch(batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


# %% right="make_batches"
def make_batches(pictures, batch_size, seed):
    numbers = tf.data.Dataset.range(len(pictures)).shuffle(len(pictures), seed=seed)
    batches = numbers.batch(batch_size, drop_remainder=True)
    return batches.map(lambda chosen: tf.gather(pictures, chosen))


# %% right="make_batches"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures)
    batches = dataset.shuffle(len(pictures), seed).batch(batch_size)
    return batches.filter(lambda batch: tf.shape(batch)[0] == batch_size)


# %% wrong="make_batches" says=".shuffle comes before .batch"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures)
    return dataset.batch(batch_size, drop_remainder=True).shuffle(len(pictures), seed=seed)


# %% wrong="make_batches" says="in their old order"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="in their old order"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures)
    dataset.shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="leaves out the rest"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size)


# %% wrong="make_batches" says="leave out .repeat()"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True).repeat()


# %% wrong="make_batches" says="leave out .repeat()"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).repeat()
    return dataset.shuffle(len(pictures), seed=seed).batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="leave out .repeat()"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.repeat(2).batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="reshuffle_each_iteration"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures)
    dataset = dataset.shuffle(len(pictures), seed=seed, reshuffle_each_iteration=False)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="Let .shuffle mix"
def make_batches(pictures, batch_size, seed):
    mixed = np.random.default_rng(seed).permutation(pictures)
    return tf.data.Dataset.from_tensor_slices(mixed).batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="no .cache() after it"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.cache().batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="as large as the set"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(batch_size, seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="hand it to shuffle"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures))
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="not a fixed number"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=1)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="These are single images"
def make_batches(pictures, batch_size, seed):
    return tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)


# %% wrong="make_batches" says="one element for each image"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensors(pictures).shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="a batch of images alone"
def make_batches(pictures, batch_size, seed):
    labels = np.ones(len(pictures))
    dataset = tf.data.Dataset.from_tensor_slices((pictures, labels))
    dataset = dataset.shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="Return the tf.data.Dataset itself"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return list(dataset.batch(batch_size, drop_remainder=True))


# %% wrong="make_batches" says="Return the tf.data.Dataset itself"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    dataset.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="the second never came first"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures) - 1, seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% right="size_after"
def size_after(size, kernel, stride, padding):
    if padding == "same":
        return len(range(0, size, stride))
    return len(range(0, size - kernel + 1, stride))


# %% right="size_after"
def size_after(size, kernel, stride, padding):
    places = size if padding == "same" else size - kernel + 1
    return int(np.ceil(places / stride))


# %% wrong="size_after" says="divide by the stride and round up"
def size_after(size, kernel, stride, padding):
    return size // stride if padding == "same" else (size - kernel) // stride + 1


# %% wrong="size_after" says="The kernel does not matter"
def size_after(size, kernel, stride, padding):
    padded = size + 2 * (kernel // 2) if padding == "same" else size
    return (padded - kernel) // stride + 1


# %% wrong="size_after" says="the first included"
def size_after(size, kernel, stride, padding):
    return -(-size // stride) if padding == "same" else (size - kernel) // stride


# %% wrong="size_after" says="the kernel can start at size - kernel + 1 places"
def size_after(size, kernel, stride, padding):
    return -(-size // stride)


# %% wrong="size_after" says="makes 32 of 32 pixels; yours says 30"
def size_after(size, kernel, stride, padding):
    return (size - kernel) // stride + 1


# %% wrong="size_after" says="of these, every stride-th counts"
def size_after(size, kernel, stride, padding):
    return -(-size // stride) if padding == "same" else -(-(size - kernel) // stride) + 1


# %% wrong="size_after" says="A width is a whole number"
def size_after(size, kernel, stride, padding):
    return np.ceil(size / stride) if padding == "same" else (size - kernel) // stride + 1


# %% wrong="size_after" says="A width is a whole number"
def size_after(size, kernel, stride, padding):
    return -(-size // stride) if padding == "same" else np.floor((size - kernel) / stride) + 1


# %% wrong="size_after" says="yours says None"
def size_after(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)


# %% wrong="size_after" says="Compare words with =="
def size_after(size, kernel, stride, padding):
    known = "same"
    if padding is known:
        return -(-size // stride)
    return (size - kernel) // stride + 1


# %% right="define_generator"
def define_generator(latent_dim, size, width):
    model = keras.Sequential()
    model.add(keras.Input(shape=(latent_dim,)))
    model.add(keras.layers.Dense(4 * 4 * width))
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Reshape((4, 4, -1)))
    for channels in (width, width, width // 2):
        model.add(keras.layers.UpSampling2D())
        model.add(keras.layers.Conv2D(channels, kernel_size=(3, 3), padding="SAME"))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.Activation("relu"))
    if size > 32:
        model.add(keras.layers.UpSampling2D(size=(size // 32, size // 32)))
        model.add(keras.layers.Conv2D(width // 2, 3, padding="same"))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Conv2D(3, 3, padding="same"))
    model.add(keras.layers.Activation("tanh"))
    return model


# %% right="define_generator"
def define_generator(latent_dim, size, width):
    def block(x, factor, channels):
        x = keras.layers.UpSampling2D(factor)(x)
        x = keras.layers.Conv2D(channels, 3, padding="same")(x)
        x = keras.layers.BatchNormalization(momentum=0.8)(x)
        return keras.layers.ReLU()(x)

    latent = keras.Input((latent_dim,))
    x = keras.layers.Dense(16 * width, "relu")(latent)
    x = keras.layers.Reshape((4, 4, width))(x)
    x = block(block(block(x, 2, width), 2, width), 2, width // 2)
    if size != 32:
        x = block(x, size // 32, width // 2)
    x = keras.layers.Conv2D(3, 3, padding="same", activation=keras.activations.tanh)(x)
    return keras.Model(latent, x)


# %% wrong="define_generator" says="three BatchNormalization layers; yours has 0"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    for factor, channels in [(2, width), (2, width), (2, width // 2), (size // 32, width // 2)]:
        if factor > 1:
            layers.append(keras.layers.UpSampling2D(factor))
            layers.append(keras.layers.Conv2D(channels, 3, padding="same", activation="relu"))
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="yours ends in Conv2D(3, 3"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="yours ends in sigmoid"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="yours ends in ReLU"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="relu"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="should be Conv2D(8, 3"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 5, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="should be Conv2D(4, 3"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="every convolution with padding="
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="three times UpSampling2D(2)"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for _, channels in blocks:
        layers += [
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="Conv2DTranspose enlarges too"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.Conv2DTranspose(channels, 4, strides=factor, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="Reshape to (4, 4, width)"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((width, 4, 4)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="expected ndim=4, found ndim=3"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((16, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="total size of the tensor must be unchanged"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="should be ReLU; yours is Reshape"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="yours is BatchNormalization(momentum=0.99)"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="normalizes first and bends then"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same", activation="relu"),
            keras.layers.BatchNormalization(momentum=0.8),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="should be ReLU; yours is LeakyReLU(0.2)"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.LeakyReLU(0.2),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="should be ReLU; yours is UpSampling2D(2)"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="one more block"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="yours has 4. (The Dense"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="The fourth block is like the others"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="yours has 4. (The Dense"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers += [keras.layers.Conv2D(3, 3, padding="same"), keras.layers.BatchNormalization()]
    layers.append(keras.layers.Activation("tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="the last one has 3 channels"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(1, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="begin with keras.Input((latent_dim,))"
def define_generator(latent_dim, size, width):
    layers = [
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says='yours is UpSampling2D(2, "bilinear")'
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor, interpolation="bilinear"),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="use_bias=False"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% wrong="define_generator" says="Return the model"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    keras.Sequential(layers)


# %% wrong="define_generator" says="not into models inside it"
def define_generator(latent_dim, size, width):
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    if size > 32:
        blocks.append((size // 32, width // 2))
    for factor, channels in blocks:
        layers.append(
            keras.Sequential(
                [
                    keras.layers.UpSampling2D(factor),
                    keras.layers.Conv2D(channels, 3, padding="same"),
                    keras.layers.BatchNormalization(momentum=0.8),
                    keras.layers.ReLU(),
                ]
            )
        )
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %% right="numbers_at_the_end"
def numbers_at_the_end(size, width):
    for stride in (2, 2):
        size = int(np.ceil(size / stride))
    return int(np.ceil((size + 1) / 2)) ** 2 * width * 2**4


# %% right="numbers_at_the_end"
def numbers_at_the_end(size, width):
    side = (size // 4 + 2) // 2
    return int(np.prod([side, side, 16 * width]))


# %% right="numbers_at_the_end"
def numbers_at_the_end(size, width):
    side = size // 8 + 1
    return 16 * width * side**2


# %% wrong="numbers_at_the_end" says="4 × 4 places"
def numbers_at_the_end(size, width):
    return (size // 8) ** 2 * 16 * width


# %% wrong="numbers_at_the_end" says="rounds up"
def numbers_at_the_end(size, width):
    return ((size // 4 + 1) // 2) ** 2 * 16 * width


# %% wrong="numbers_at_the_end" says="each place also has"
def numbers_at_the_end(size, width):
    return (size // 8 + 1) ** 2


# %% wrong="numbers_at_the_end" says="16 · width channels, not 16."
def numbers_at_the_end(size, width):
    return (size // 8 + 1) ** 2 * 16


# %% wrong="numbers_at_the_end" says="4 · width is the third"
def numbers_at_the_end(size, width):
    return (size // 8 + 1) ** 2 * 4 * width


# %% wrong="numbers_at_the_end" says="not 32 · width"
def numbers_at_the_end(size, width):
    return (size // 8 + 1) ** 2 * width * 2**5


# %% wrong="numbers_at_the_end" says="5 rows of 5"
def numbers_at_the_end(size, width):
    return (size // 8 + 1) * 16 * width


# %% wrong="numbers_at_the_end" says="they keep the size"
def numbers_at_the_end(size, width):
    side = size // 8 + 1
    for _ in range(2):
        side = -(-side // 2)
    return side * side * 16 * width


# %% wrong="numbers_at_the_end" says="the last one is the bias"
def numbers_at_the_end(size, width):
    return (size // 8 + 1) ** 2 * 16 * width + 1


# %% wrong="numbers_at_the_end" says="not for every `size` and `width`"
def numbers_at_the_end(size, width):
    return 5 * 5 * 256


# %% wrong="numbers_at_the_end" says="as a whole number"
def numbers_at_the_end(size, width):
    return np.ceil((size / 4 + 1) / 2) ** 2 * 16 * width


# %% wrong="numbers_at_the_end" says="yours says 262144"
def numbers_at_the_end(size, width):
    return size * size * 16 * width


# %% right="define_discriminator"
def define_discriminator(size, width, dropout):
    image = keras.Input(shape=(size, size, 3))
    x = keras.layers.Conv2D(width, 3, 2, "same", activation="leaky_relu")(image)
    x = keras.layers.Dropout(dropout)(x)
    for power, stride in ((2, 2), (4, 2), (8, 1), (16, 1)):
        x = keras.layers.Conv2D(power * width, (3, 3), (stride, stride), "same")(x)
        if power == 2:
            x = keras.layers.ZeroPadding2D(padding=((0, 1), (0, 1)))(x)
        x = keras.layers.BatchNormalization(momentum=0.8)(x)
        x = keras.layers.Activation("leaky_relu")(x)
        x = keras.layers.Dropout(dropout)(x)
    return keras.Model(image, keras.layers.Dense(1)(keras.layers.Flatten()(x)))


# %% right="define_discriminator"
def define_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(5):
        strides = 2 if number < 3 else 1
        model.add(keras.layers.Conv2D(2**number * width, 3, strides=strides, padding="same"))
        if number == 1:
            model.add(keras.layers.ZeroPadding2D(padding=((0, 1), (0, 1))))
        if number:
            model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.LeakyReLU(negative_slope=0.2))
        model.add(keras.layers.Dropout(rate=dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1, activation="linear"))
    return model


# %% wrong="define_discriminator" says="without the sigmoid at the end"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="without the sigmoid at the end"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    layers.append(keras.layers.Activation("sigmoid"))
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="not after the first; yours has 5"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="not after the first; yours has 0"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="The strides should be"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 2, 2]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="The strides should be"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number in range(5):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="the channels should be 4, 8, 16, 32, 64"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * (number + 1), 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="the channels should be 4, 8, 16, 32, 64"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="A convolution without padding"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="should be Conv2D(4, 3"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 5, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="a plain ReLU blocks"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.ReLU(), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="Keras takes 0.3"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="Five Dropout layers"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="Five Dropout layers"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(0.25)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="ZeroPadding2D(((0, 1), (0, 1))) is missing"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="yours is ZeroPadding2D(((1, 1), (1, 1)))"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D())
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="should be ZeroPadding2D(((0, 1), (0, 1))); yours"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 2:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="Normalize first and bend then"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        layers.append(keras.layers.LeakyReLU(0.2))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers.append(keras.layers.Dropout(dropout))
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="yours is BatchNormalization(momentum=0.99)"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization())
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="One logit for each image"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="yours is GlobalAveragePooling2D()"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="One logit for each image"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(2)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="begin with keras.Input((size, size, 3))"
def define_discriminator(size, width, dropout):
    layers = []
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="Five Conv2D layers; yours has 4"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)


# %% wrong="define_discriminator" says="Return the model"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    keras.Sequential(layers)


# %% right="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    mean, softplus = keras.ops.mean, keras.ops.softplus
    return [mean(softplus(-fake_logits)), mean(softplus(-real_logits) + softplus(fake_logits))]


# %% right="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    entropy = tf.nn.sigmoid_cross_entropy_with_logits
    on_real = entropy(tf.ones_like(real_logits), real_logits)
    on_fake = entropy(tf.zeros_like(fake_logits), fake_logits)
    for_generator = entropy(tf.ones_like(fake_logits), fake_logits)
    return tf.reduce_mean(for_generator), tf.reduce_mean(on_real) + tf.reduce_mean(on_fake)


# %% right="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.binary_crossentropy
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(real_logits)
    for_real = entropy(ones, real_logits, from_logits=True)
    for_fake = entropy(zeros, fake_logits, from_logits=True)
    for_generator = entropy(ones, fake_logits, from_logits=True)
    return keras.ops.mean(for_generator), keras.ops.mean(for_real + for_fake)


# %% wrong="adversarial_losses" says="The discriminator's labels are swapped"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(zeros, real_logits) + cross_entropy(ones, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="The generator's label is 1"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(zeros, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="say from_logits=True"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy()
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="needs from_logits=True too"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    cross_entropy = keras.losses.BinaryCrossentropy()
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="not their mean"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = (cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)) / 2
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="the generator's comes first"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_discriminator, for_generator


# %% wrong="adversarial_losses" says="That saturates"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = -cross_entropy(zeros, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="the wrong sign"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = -cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="The sigmoid is applied twice"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    real_logits = tf.math.sigmoid(real_logits)
    fake_logits = tf.math.sigmoid(fake_logits)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="discriminator's sigmoid is applied twice"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    real_logits = tf.math.sigmoid(real_logits)
    fake_logits = tf.math.sigmoid(fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="rounds such logits to 0 or 1"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy()
    real_logits = tf.math.sigmoid(real_logits)
    fake_logits = tf.math.sigmoid(fake_logits)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="the mean over the batch, not the sum"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True, reduction="sum")
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="labels first, then the logits"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(fake_logits, ones)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="its own images' logits"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, real_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="the label 1 to both"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones = keras.ops.ones_like(real_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(ones, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="lacks the painted images"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones = keras.ops.ones_like(real_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="lacks the real images"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="with label 1 plus that of the painted"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(0.9 * ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="add them"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) - cross_entropy(zeros, fake_logits)
    return for_generator, for_discriminator


# %% wrong="adversarial_losses" says="Return two losses"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_generator = cross_entropy(ones, fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_generator + for_discriminator


# %% wrong="adversarial_losses" says="Return two losses"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    for_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return for_discriminator


# %% wrong="adversarial_losses" says="Each loss is one number"
def adversarial_losses(real_logits, fake_logits):
    softplus = keras.ops.softplus
    return softplus(-fake_logits), softplus(-real_logits) + softplus(fake_logits)


# %% wrong="adversarial_losses" says="no gradient comes back"
def adversarial_losses(real_logits, fake_logits):
    real, fake = np.asarray(real_logits), np.asarray(fake_logits)
    for_discriminator = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))
    return np.mean(np.logaddexp(0, -fake)), for_discriminator


# %% right="adversarial_step"
def adversarial_step(gan, real, latent):
    with tf.GradientTape(persistent=True) as tape:
        painted = gan.generator(latent, training=True)
        logits = [gan.discriminator(pictures, training=True) for pictures in (real, painted)]
        losses = gan.adversarial_losses(*logits)
    networks = gan.generator, gan.discriminator
    gradients = [
        tape.gradient(loss, network.trainable_weights)
        for loss, network in zip(losses, networks, strict=True)
    ]
    gan.generator_optimizer.apply_gradients(
        zip(gradients[0], gan.generator.trainable_weights, strict=True)
    )
    gan.discriminator_optimizer.apply_gradients(
        zip(gradients[1], gan.discriminator.trainable_weights, strict=True)
    )
    return [*losses, *logits]


# %% right="adversarial_step"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as discriminator_tape:
        real_logits = gan.discriminator(real, training=True)
        with tf.GradientTape() as generator_tape:
            fake_logits = gan.discriminator(gan.generator(latent, training=True), training=True)
            for_generator, for_discriminator = gan.adversarial_losses(real_logits, fake_logits)
    gradients = discriminator_tape.gradient(
        for_discriminator, gan.discriminator.trainable_variables
    )
    gan.discriminator_optimizer.apply(gradients)
    gradients = generator_tape.gradient(for_generator, gan.generator.trainable_variables)
    gan.generator_optimizer.apply(gradients)
    return for_generator, for_discriminator, real_logits, fake_logits


# %% wrong="adversarial_step" says="The discriminator did not learn"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)  # here too
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="The generator did not learn"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)  # here too
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="The generator did not learn"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="got variables of the other network"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="got variables of the other network"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="The discriminator got other gradients"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(generator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="The generator got other gradients"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(discriminator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="The generator got other gradients"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
        total = generator_loss + discriminator_loss
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(total, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(total, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="A tape gives gradients only once"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="generator's gradients have the wrong sign"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply([-g for g in gradients], variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="generator's gradients are None"
def adversarial_step(gan, real, latent):
    fake = gan.generator(latent, training=True)
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="generator's gradients are None"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
    generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="gan.generator with training=True"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="gan.discriminator with training=True"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="gan.discriminator with training=True"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=False)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="takes the real logits first"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(fake_logits, real_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="the generator's first"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        discriminator_loss, generator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="the order is real, painted"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, fake_logits, real_logits


# %% wrong="adversarial_step" says="the real ones first"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return real_logits, fake_logits, generator_loss, discriminator_loss


# %% wrong="adversarial_step" says="Return four tensors"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)


# %% wrong="adversarial_step" says="*losses unpacks it"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return (generator_loss, discriminator_loss), real_logits, fake_logits


# %% wrong="adversarial_step" says="once on the real and once on the painted"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        logits = gan.discriminator(tf.concat([real, fake], axis=0), training=True)
        real_logits, fake_logits = tf.split(logits, 2)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="Calls in yours: 3"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        gan.discriminator(tf.stop_gradient(fake), training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="both networks learn from the same painted images"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as tape:
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(gan.generator(latent, training=True), training=True)
        _, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(discriminator_loss, variables), variables)
    with tf.GradientTape() as tape:
        logits = gan.discriminator(gan.generator(latent, training=True), training=True)
        generator_loss, _ = gan.adversarial_losses(real_logits, logits)
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(generator_loss, variables), variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% wrong="adversarial_step" says="not inside `fit`"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = generator_tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = discriminator_tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return float(generator_loss), float(discriminator_loss), real_logits, fake_logits


# %% wrong="adversarial_step" says="A tape gives gradients only once"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gradients = tape.gradient(generator_loss, variables)
    gan.generator_optimizer.apply(gradients, variables)
    variables = gan.discriminator.trainable_variables
    gradients = tape.gradient(discriminator_loss, variables)
    gan.discriminator_optimizer.apply(gradients, variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% right="walk"
def walk(a, b, steps):
    lengths = np.sqrt(np.sum(a * a) * np.sum(b * b))
    angle = np.arccos(np.clip(a @ b / lengths, -1, 1))
    rows = []
    for i in range(steps):
        t = i / (steps - 1)
        rows.append((a * np.sin(angle - t * angle) + b * np.sin(t * angle)) / np.sin(angle))
    return np.stack(rows)


# %% right="walk"
def walk(a, b, steps):
    length = keras.ops.norm
    cosine = keras.ops.sum(a * b) / (length(a) * length(b))
    angle = keras.ops.arccos(cosine)
    t = keras.ops.linspace(0.0, 1.0, steps, dtype="float32")
    weights = keras.ops.stack([keras.ops.sin((1 - t) * angle), keras.ops.sin(t * angle)], axis=1)
    return weights / keras.ops.sin(angle) @ keras.ops.stack([a, b])


# %% right="walk"
def walk(a, b, steps):
    angle = np.arccos(np.dot(a / np.linalg.norm(a), b / np.linalg.norm(b)))
    t = np.linspace(0, 1, steps)
    return np.outer(np.sin((1 - t) * angle), a / np.sin(angle)) + np.outer(
        np.sin(t * angle), b / np.sin(angle)
    )


# %% wrong="walk" says="That is the straight line"
def walk(a, b, steps):
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (1 - t) * a + t * b


# %% wrong="walk" says="Is ω in radians"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.degrees(np.arccos(cosine))
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="the arccos of a·b"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = cosine
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="divide by sin ω"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return np.sin((1 - t) * angle) * a + np.sin(t * angle) * b


# %% wrong="walk" says="Divide a·b by the length"
def walk(a, b, steps):
    cosine = np.dot(a, b)
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="Give t the shape (steps, 1)"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="goes from b to a"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(1, 0, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="The walk should begin at a"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps, endpoint=False)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="yours has (6, 3)"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps + 1)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="evenly spaced"
def walk(a, b, steps):
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)[:, np.newaxis] ** 2
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="not vectors of length 1"
def walk(a, b, steps):
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    cosine = np.dot(a, b)
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="lengths 2 and 5"
def walk(a, b, steps):
    cosine = np.dot(a, b) / np.linalg.norm(a) ** 2
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


# %% wrong="walk" says="The steps should be equally wide"
def walk(a, b, steps):
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    line = (1 - t) * a + t * b
    return line / np.linalg.norm(line, axis=1, keepdims=True) * np.linalg.norm(a)


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    distances = []
    for picture in pictures:
        squares = np.sum((training_set - picture) ** 2, axis=(1, 2, 3))
        distances.append(np.sqrt(squares.min()))
    return distances


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    a, b = pictures.reshape(len(pictures), -1), training_set.reshape(len(training_set), -1)
    squares = np.sum(a**2, axis=1)[:, None] + np.sum(b**2, axis=1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0).min(axis=1))


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    nearest = np.empty(len(pictures))
    for i, picture in enumerate(pictures):
        nearest[i] = min(np.linalg.norm(picture - known) for known in training_set)
    return nearest


# %% wrong="nearest_distance" says="the farthest training image"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.array([some.max() for some in distances])


# %% wrong="nearest_distance" says="the mean distance to all"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.array([some.mean() for some in distances])


# %% wrong="nearest_distance" says="(argmin)"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.array([some.argmin() for some in distances])


# %% wrong="nearest_distance" says="shape (2,); yours has (2, 3)"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.array(distances)


# %% wrong="nearest_distance" says="shape (2,); yours has ()"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.min(distances)


# %% wrong="nearest_distance" says="shape (2,); yours has (3,)"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.min(distances, axis=0)


# %% wrong="nearest_distance" says="Take the square root"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1), axis=1) for picture in pictures]
    return np.array([some.min() ** 2 for some in distances])


# %% wrong="nearest_distance" says="one distance to all training images together"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    distances = [np.linalg.norm(flat - picture.reshape(1, -1)) for picture in pictures]
    return np.array([some.min() for some in distances])


# %% wrong="nearest_distance" says="That is the mean over the pixels"
def nearest_distance(pictures, training_set):
    gaps = [((training_set - picture) ** 2).mean(axis=(1, 2, 3)) for picture in pictures]
    return np.array([np.sqrt(gap.min()) for gap in gaps])


# %% wrong="nearest_distance" says="the mean of the squares"
def nearest_distance(pictures, training_set):
    gaps = [((training_set - picture) ** 2).mean(axis=(1, 2, 3)) for picture in pictures]
    return np.array([gap.min() for gap in gaps])


# %% wrong="nearest_distance" says="sums of absolute differences"
def nearest_distance(pictures, training_set):
    gaps = [np.abs(training_set - picture).sum(axis=(1, 2, 3)) for picture in pictures]
    return np.array([gap.min() for gap in gaps])


# %% wrong="nearest_distance" says="single pixels"
def nearest_distance(pictures, training_set):
    return np.array([np.abs(training_set - picture).min() for picture in pictures])


# %% wrong="nearest_distance" says="Is each image one row"
def nearest_distance(pictures, training_set):
    return np.array([np.linalg.norm(training_set - picture, axis=1).min() for picture in pictures])


# %% wrong="nearest_distance" says="one by one, in a loop"
def nearest_distance(pictures, training_set):
    gaps = pictures[:, np.newaxis] - training_set
    return np.sqrt((gaps**2).sum(axis=(2, 3, 4))).min(axis=1)
