# Right and wrong answers to lab 04; tests/test_answers.py says how they are used.

# %% right="load_or_prepare"
def load_or_prepare(path, prepare):
    try:
        return np.load(path)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        made = prepare()
        np.save(path, made)
        return made


# %% right="load_or_prepare"
def load_or_prepare(path, prepare):
    if not os.path.isfile(path):
        path.parent.mkdir(exist_ok=True, parents=True)
        with open(path, "wb") as file:
            np.save(file, prepare())
    return np.load(path)


# %% wrong="load_or_prepare" says="no folder for it"
def load_or_prepare(path, prepare):
    if not path.exists():
        np.save(path, prepare())
    return np.load(path)


# %% wrong="load_or_prepare" says="look with path.exists()"
def load_or_prepare(path, prepare):
    return np.load(path)


# %% wrong="load_or_prepare" says="look for it first"
def load_or_prepare(path, prepare):
    path.parent.mkdir(exist_ok=True, parents=True)
    array = prepare()
    np.save(path, array)
    return array


# %% wrong="load_or_prepare" says="Nothing was saved"
def load_or_prepare(path, prepare):
    return np.load(path) if path.exists() else prepare()


# %% wrong="load_or_prepare" says="call it once"
def load_or_prepare(path, prepare):
    if path.exists():
        return np.load(path)
    path.parent.mkdir(exist_ok=True, parents=True)
    np.save(path, prepare())
    return prepare()


# %% wrong="load_or_prepare" says="The first time, return"
def load_or_prepare(path, prepare):
    if path.exists():
        return np.load(path)
    path.parent.mkdir(exist_ok=True, parents=True)
    np.save(path, prepare())


# %% wrong="load_or_prepare" says="read the file"
def load_or_prepare(path, prepare, kept={}):  # noqa: B006
    path.parent.mkdir(exist_ok=True, parents=True)
    if path not in kept:
        kept[path] = prepare()
        np.save(path, kept[path])
    return kept[path]


# %% wrong="load_or_prepare" says="mkdir(exist_ok=True)"
def load_or_prepare(path, prepare):
    if not path.exists():
        path.parent.mkdir(parents=True)
        np.save(path, prepare())
    return np.load(path)


# %% wrong="load_or_prepare" says="no folder for it"
def load_or_prepare(path, prepare):
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        np.save(path, prepare())
    return np.load(path)


# %% right="make_batches"
def make_batches(pictures, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(pictures))
    return tf.data.Dataset.from_tensor_slices(pictures[order]).batch(batch_size, True)


# %% right="make_batches"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures).cache()
    slices = slices.shuffle(2 * len(pictures), seed=seed, reshuffle_each_iteration=False)
    return slices.batch(batch_size, drop_remainder=True).prefetch(1)


# %% wrong="make_batches" says="drop_remainder=True"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return slices.batch(batch_size)


# %% wrong="make_batches" says=".shuffle comes before .batch"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures)
    return slices.batch(batch_size, drop_remainder=True).shuffle(100, seed=seed)


# %% wrong="make_batches" says="as large as the set"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures).shuffle(batch_size // 4, seed=seed)
    return slices.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="in their old order"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures)
    return slices.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="hand `seed` to shuffle"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures))
    return slices.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="Another seed gave the same order"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=1)
    return slices.batch(batch_size, drop_remainder=True)


# %% wrong="make_batches" says="repeat() is not needed"
def make_batches(pictures, batch_size, seed):
    slices = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return slices.repeat().batch(batch_size)


# %% wrong="make_batches" says="the second never came first"
def make_batches(pictures, batch_size, seed):
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures) - 1, seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(size // 8 * (size // 8) * 4))
    model.add(keras.layers.Reshape((size // 8, size // 8, 4)))
    for channels in (width, width // 2, width // 2):
        model.add(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.LeakyReLU(0.2))
    model.add(keras.layers.Conv2D(3, 5, padding="same", activation="tanh"))
    return model


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):
    latent = keras.Input((latent_dim,))
    x = keras.layers.Dense(16 * width, activation="gelu")(latent)
    x = keras.layers.Reshape((4, 4, width))(x)
    for factor in (2, 2, size // 16):
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = keras.layers.Activation("relu")(keras.layers.BatchNormalization(momentum=0.8)(x))
        x = keras.layers.UpSampling2D(factor, interpolation="bilinear")(x)
    x = keras.layers.Conv2D(3, 3, padding="same")(x)
    return keras.Model(latent, keras.layers.Activation("tanh")(x))


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):
    blocks = [keras.Input((latent_dim,)), keras.layers.Dense(width), keras.layers.ReLU()]
    blocks += [keras.layers.Reshape((1, 1, width))]
    for factor, channels in ((size // 8, width), (2, width), (2, width), (2, 3)):
        blocks.append(keras.layers.Conv2DTranspose(channels, factor, strides=factor))
        if channels == width:
            blocks.append(keras.layers.BatchNormalization(momentum=0.8))
        blocks.append(keras.layers.Activation("relu" if channels == width else "tanh"))
    return keras.Sequential(blocks)


# %% wrong="dcgan_generator" says="the last layer needs a tanh"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * width, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, width)))
    for factor in (2, 2, size // 16):
        model += [keras.layers.UpSampling2D(factor), keras.layers.Conv2D(width, 3, padding="same")]
        model += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    return keras.Sequential([*model, keras.layers.Conv2D(3, 3, padding="same")])


# %% wrong="dcgan_generator" says="No pixel is dark"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * width, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, width)))
    for factor in (2, 2, size // 16):
        model += [keras.layers.UpSampling2D(factor), keras.layers.Conv2D(width, 3, padding="same")]
        model += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="sigmoid"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="the shape (2, 96, 96, 3)"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * width, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, width)))
    for _ in range(3):
        model += [keras.layers.UpSampling2D(2), keras.layers.Conv2D(width, 3, padding="same")]
        model += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="3 convolutions at least"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model += [keras.layers.Dense(size * size * 3, activation="tanh")]
    return keras.Sequential([*model, keras.layers.Reshape((size, size, 3))])


# %% wrong="dcgan_generator" says="enlarge that step by step"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(size * size * width)]
    model.append(keras.layers.Reshape((size, size, width)))
    for _ in range(3):
        model += [keras.layers.Conv2D(width, 3, padding="same")]
        model += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="Batch normalization is missing"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * width, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, width)))
    for factor in (2, 2, size // 16):
        model.append(keras.layers.UpSampling2D(factor))
        model.append(keras.layers.Conv2D(width, 3, padding="same", activation="relu"))
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="count as 1"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * width)]
    model.append(keras.layers.Reshape((4, 4, width)))
    for factor in (2, 2, size // 16):
        model += [keras.layers.UpSampling2D(factor), keras.layers.Conv2D(width, 3, padding="same")]
        model += [keras.layers.BatchNormalization()]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="use `width`"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * 8, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, 8)))
    for factor in (2, 2, size // 16):
        model += [keras.layers.UpSampling2D(factor), keras.layers.Conv2D(8, 3, padding="same")]
        model += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="begin with keras.Input"
def dcgan_generator(latent_dim, size, width):
    model = [keras.layers.Dense(16 * width, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, width)))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="is there a `return`"
def dcgan_generator(latent_dim, size, width):
    keras.Sequential([keras.Input((latent_dim,)), keras.layers.Dense(16 * width)])


# %% wrong="dcgan_generator" says="Say BatchNormalization(momentum=0.8)"
def dcgan_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(size // 8 * (size // 8) * 4))
    model.add(keras.layers.Reshape((size // 8, size // 8, 4)))
    for channels in (2 * width, width, width):
        model.add(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        model.add(keras.layers.BatchNormalization())
        model.add(keras.layers.LeakyReLU(0.2))
    model.add(keras.layers.Conv2D(3, 5, padding="same", activation="tanh"))
    return model


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(size // 8 * (size // 8) * 4))
    model.add(keras.layers.Reshape((size // 8, size // 8, 4)))
    for channels in (2 * width, width, width):
        model.add(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.LeakyReLU(0.2))
    model.add(keras.layers.Conv2D(3, 5, padding="same", activation="tanh"))
    return model


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for channels in (width, 2 * width, 4 * width):
        model.add(keras.layers.Conv2D(channels, 5, strides=2, padding="same"))
        model.add(keras.layers.LeakyReLU(0.2))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):
    image = keras.Input((size, size, 3))
    x = image
    for number in range(4):
        x = keras.layers.Conv2D(width * 2**number, 4, strides=2, activation="elu", padding="same")(
            x
        )
        if number:
            x = keras.layers.BatchNormalization(momentum=0.8)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(dropout)(x)
    return keras.Model(image, keras.layers.Dense(1, activation="linear")(x))


# %% wrong="dcgan_discriminator" says="without a sigmoid"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    model += [keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    return keras.Sequential(model)


# %% wrong="dcgan_discriminator" says="count as 1"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        model += [keras.layers.BatchNormalization(), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="are still 32"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, padding="same"))
        model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="the rate `dropout`"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(0.25)]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="the shape (2, 1)"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="3 convolutions at least"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Conv2D(width, 3, strides=2)]
    model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="begin with keras.Input"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((32 * 32 * 3,)), keras.layers.Reshape((32, 32, 3))]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="add up to one"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(4):
        model.add(keras.layers.Conv2D(width * 2**number, 4, strides=2, padding="same"))
    model.add(keras.layers.LeakyReLU(0.2))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for channels in (2 * width, 4 * width, 8 * width):
        model.add(keras.layers.Conv2D(channels, 3, strides=2, padding="same", activation="relu"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for channels in (32, 2 * width, 4 * width):
        model.add(keras.layers.Conv2D(channels, 5, strides=2, padding="same", activation="relu"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% wrong="dcgan_discriminator" says="a stride should not be wider than its kernel"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for channels in (width, 2 * width, 4 * width):
        model.add(keras.layers.Conv2D(channels, 2, strides=3, padding="same", activation="elu"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% wrong="dcgan_discriminator" says="shrink step by step"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(3):
        channels, stride = width * 2**number, 2 if number == 1 else 1
        model.add(keras.layers.Conv2D(channels, 3, stride, padding="same", activation="elu"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% right="vanilla_generator"
def vanilla_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(width, activation="relu"))
    model.add(keras.layers.BatchNormalization(momentum=0.8))
    model.add(keras.layers.Dense(2 * width, activation="relu"))
    model.add(keras.layers.Dense(3 * size**2))
    model.add(keras.layers.Reshape((size, size, 3)))
    model.add(keras.layers.Activation("tanh"))
    return model


# %% right="vanilla_generator"
def vanilla_generator(latent_dim, size, width):
    latent = x = keras.Input((latent_dim,))
    for units in (width, width, width, width):
        x = keras.layers.Dense(units, activation="selu")(x)
        x = keras.layers.BatchNormalization(momentum=0.8)(x)
    x = keras.layers.Dense(size * size * 3, activation="tanh")(x)
    return keras.Model(latent, keras.layers.Reshape((size, size, 3))(x))


# %% wrong="vanilla_generator" says="count as 1"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width), keras.layers.Dense(2 * width)]
    model.append(keras.layers.Dense(size * size * 3, activation="tanh"))
    return keras.Sequential([*model, keras.layers.Reshape((size, size, 3))])


# %% wrong="vanilla_generator" says="no convolutions"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model += [keras.layers.Dense(size * size * 3), keras.layers.Reshape((size, size, 3))]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="vanilla_generator" says="3 Dense layers at least"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model.append(keras.layers.Dense(size * size * 3, activation="tanh"))
    return keras.Sequential([*model, keras.layers.Reshape((size, size, 3))])


# %% wrong="vanilla_generator" says="the shape (2, 32, 32, 3)"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model.append(keras.layers.Dense(width, activation="relu"))
    model.append(keras.layers.Dense(size * size * 3, activation="tanh"))
    return keras.Sequential(model)


# %% wrong="vanilla_generator" says="the last layer needs a tanh"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model.append(keras.layers.Dense(width, activation="relu"))
    model.append(keras.layers.Dense(size * size * 3))
    return keras.Sequential([*model, keras.layers.Reshape((size, size, 3))])


# %% wrong="vanilla_generator" says="No pixel is dark"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model.append(keras.layers.Dense(width, activation="relu"))
    model.append(keras.layers.Dense(size * size * 3, activation="sigmoid"))
    return keras.Sequential([*model, keras.layers.Reshape((size, size, 3))])


# %% wrong="vanilla_generator" says="otherwise you would compare normalization"
def vanilla_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(width, activation="relu"))
    model.add(keras.layers.Dense(2 * width, activation="relu"))
    model.add(keras.layers.Dense(3 * size**2, activation="tanh"))
    model.add(keras.layers.Reshape((size, size, 3)))
    return model


# %% wrong="vanilla_generator" says="count as 2"
def vanilla_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(width, activation="relu"))
    model.add(keras.layers.BatchNormalization(momentum=0.8))
    model.add(keras.layers.Dense(2 * width))
    model.add(keras.layers.Dense(3 * size**2, activation="tanh"))
    model.add(keras.layers.Reshape((size, size, 3)))
    return model


# %% right="vanilla_generator"
def vanilla_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    for units in (width, 32):
        model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
    model.add(keras.layers.Dense(3 * size**2, activation="tanh"))
    model.add(keras.layers.Reshape((size, size, 3)))
    return model


# %% right="vanilla_discriminator"
def vanilla_discriminator(size, width, dropout):
    image = keras.Input((size, size, 3))
    x = keras.layers.Reshape((size * size * 3,))(image)
    for units in (2 * width, width, width):
        x = keras.layers.Dropout(dropout)(keras.layers.Dense(units, activation="relu")(x))
    return keras.Model(image, keras.layers.Dense(1)(x))


# %% right="vanilla_discriminator"
def vanilla_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (width, width):
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.LeakyReLU(negative_slope=0.2))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    return model


# %% wrong="vanilla_discriminator" says="Flatten comes first"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for units in (2 * width, width):
        model += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        model.append(keras.layers.Dropout(dropout))
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="vanilla_discriminator" says="without a sigmoid"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Flatten()]
    for units in (2 * width, width):
        model += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
        model.append(keras.layers.Dropout(dropout))
    return keras.Sequential([*model, keras.layers.Dense(1, activation="sigmoid")])


# %% wrong="vanilla_discriminator" says="count as 1"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Flatten()]
    for units in (2 * width, width):
        model += [keras.layers.Dense(units), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="vanilla_discriminator" says="3 Dense layers at least"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Flatten(), keras.layers.Dense(width)]
    model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="vanilla_discriminator" says="the rate `dropout`"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Flatten()]
    for units in (2 * width, width):
        model += [keras.layers.Dense(units), keras.layers.LeakyReLU(0.2)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="vanilla_discriminator" says="no convolutions"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Conv2D(width, 3), keras.layers.Flatten()]
    model += [keras.layers.Dense(width, activation="relu"), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="vanilla_discriminator" says="count as 2"
def vanilla_discriminator(size, width, dropout):
    return keras.Sequential(
        [
            keras.Input((size, size, 3)),
            keras.layers.Flatten(),
            keras.layers.Dense(2 * width),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1),
        ]
    )


# %% wrong="vanilla_discriminator" says="add up to one"
def vanilla_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (2 * width, width):
        model.add(keras.layers.LeakyReLU(0.2))
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    return model


# %% right="vanilla_discriminator"
def vanilla_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (2 * width, width):
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.LeakyReLU(2.0))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    return model


# %% right="save_images"
def save_images(generator, latent, columns, margin, path):
    painted = 0.5 * np.asarray(generator(latent, training=False)) + 0.5
    n, high, wide, _ = painted.shape
    rows = int(np.ceil(n / columns))
    shape = (margin + rows * (high + margin), margin + columns * (wide + margin), 3)
    picture = np.full(shape, 255, dtype=np.uint8)
    for count in range(n):
        r = count // columns * (high + margin) + margin
        c = count % columns * (wide + margin) + margin
        picture[r : r + high, c : c + wide] = painted[count] * 255
    os.makedirs(path.parent, exist_ok=True)
    Image.fromarray(picture).save(path)
    return picture


# %% right="save_images"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(generator.predict(latent, verbose=0), columns, margin)
    path.parent.mkdir(parents=True, exist_ok=True)
    plt.imsave(path, picture)
    return picture


# %% wrong="save_images" says="There is no file"
def save_images(generator, latent, columns, margin, path):
    return images.sheet(np.asarray(generator(latent, training=False)), columns, margin)


# %% wrong="save_images" says="Return the sheet"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=False)), columns, margin)
    images.save_png(picture, path)


# %% wrong="save_images" says="Rows and columns are swapped"
def save_images(generator, latent, columns, margin, path):
    columns = -(-len(latent) // columns)
    picture = images.sheet(np.asarray(generator(latent, training=False)), columns, margin)
    images.save_png(picture, path)
    return picture


# %% wrong="save_images" says="shape (14, 20, 3); yours is"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=False)), columns, 16)
    images.save_png(picture, path)
    return picture


# %% wrong="save_images" says="row by row"
def save_images(generator, latent, columns, margin, path):
    painted = np.asarray(generator(latent, training=False))[::-1]
    picture = images.sheet(painted, columns, margin)
    images.save_png(picture, path)
    return picture


# %% wrong="save_images" says="-1 becomes 0"
def save_images(generator, latent, columns, margin, path):
    painted = np.abs(np.asarray(generator(latent, training=False)))
    picture = images.sheet(painted, columns, margin)
    images.save_png(picture, path)
    return picture


# %% wrong="save_images" says="another picture"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=False)), columns, margin)
    images.save_png(picture[:, ::-1], path)
    return picture


# %% wrong="save_images" says="`columns` does not count"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=False)), 3, margin)
    images.save_png(picture, path)
    return picture


# %% right="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    generator_loss = tf.reduce_mean(tf.nn.softplus(-fake_logits))
    real_part = tf.reduce_mean(tf.nn.softplus(-real_logits))
    return generator_loss, real_part + tf.reduce_mean(tf.nn.softplus(fake_logits))


# %% right="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)

    def discriminator_loss():
        real_loss = cross_entropy(tf.ones_like(real_logits), real_logits)
        return real_loss + cross_entropy(tf.zeros_like(fake_logits), fake_logits)

    return [cross_entropy(tf.ones_like(fake_logits), fake_logits), discriminator_loss()]


# %% wrong="adversarial_losses" says="from_logits=True"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy()
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    return entropy(ones, fake_logits), entropy(ones, real_logits) + entropy(zeros, fake_logits)


# %% wrong="adversarial_losses" says="in the wrong order"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    return entropy(ones, real_logits) + entropy(zeros, fake_logits), entropy(ones, fake_logits)


# %% wrong="adversarial_losses" says="not their mean"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    both = entropy(ones, real_logits) + entropy(zeros, fake_logits)
    return entropy(ones, fake_logits), both / 2


# %% wrong="adversarial_losses" says="The generator's label is 1"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    return entropy(zeros, fake_logits), entropy(ones, real_logits) + entropy(zeros, fake_logits)


# %% wrong="adversarial_losses" says="labels are swapped"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    return entropy(ones, fake_logits), entropy(zeros, real_logits) + entropy(ones, fake_logits)


# %% wrong="adversarial_losses" says="lacks the real images"
def adversarial_losses(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    return entropy(ones, fake_logits), entropy(zeros, fake_logits)


# %% right="train_step"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(latent, training=True)
        fake_logits = discriminator(fake, training=True)
        real_logits = discriminator(pictures, training=True)
        g_loss, d_loss = losses(real_logits, fake_logits)
    g_variables, d_variables = generator.trainable_weights, discriminator.trainable_weights
    g_gradients, d_gradients = (
        tape.gradient(g_loss, g_variables),
        tape.gradient(d_loss, d_variables),
    )
    optimizers[0].apply(g_gradients, g_variables)
    optimizers[1].apply(d_gradients, d_variables)
    return g_loss, d_loss


# %% right="train_step"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        made = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(made, training=True))
    for network, optimizer, tape, loss in zip(
        (generator, discriminator), optimizers, (gen_tape, disc_tape), both, strict=True
    ):
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
    return list(both)


# %% wrong="train_step" says="The generator did not learn"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape() as tape:
        fake = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    variables = discriminator.trainable_variables
    optimizers[1].apply(tape.gradient(both[1], variables), variables)
    return both


# %% wrong="train_step" says="other gradients than those of its own loss"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    for network, optimizer in zip((generator, discriminator), optimizers, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(both[1], variables), variables)
    return both


# %% wrong="train_step" says="gradients are None"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    fake = generator(latent, training=True)
    with tf.GradientTape(persistent=True) as tape:
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    for network, optimizer, loss in zip((generator, discriminator), optimizers, both, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return both


# %% wrong="train_step" says="training=True"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        both = losses(discriminator(pictures), discriminator(generator(latent)))
    for network, optimizer, loss in zip((generator, discriminator), optimizers, both, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return both


# %% wrong="train_step" says="the generator's first; yours are"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    for network, optimizer, loss in zip((generator, discriminator), optimizers, both, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return both[::-1]


# %% wrong="train_step" says="Return two things"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    for network, optimizer, loss in zip((generator, discriminator), optimizers, both, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)


# %% wrong="train_step" says="the wrong sign"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    for network, optimizer, loss in zip((generator, discriminator), optimizers, both, strict=True):
        variables = network.trainable_variables
        optimizer.apply([-one for one in tape.gradient(loss, variables)], variables)
    return both


# %% right="train"
def train(step, batches_of, first, epochs, after_epoch):
    epoch = first
    while epoch < epochs:
        g_losses, d_losses, begun = [], [], time.time()
        for batch in batches_of(epoch):
            g_loss, d_loss = step(batch)
            g_losses.append(g_loss)
            d_losses.append(d_loss)
        row = {"seconds": time.time() - begun}
        row["generator_loss"] = sum(g_losses) / len(g_losses)
        row["discriminator_loss"] = sum(d_losses) / len(d_losses)
        after_epoch(epoch, row)
        epoch += 1


# %% right="train"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(first, epochs):
        batches = batches_of(epoch)
        means = keras.metrics.Mean(), keras.metrics.Mean()
        start = time.monotonic()
        for batch in batches:
            for mean, loss in zip(means, step(batch), strict=True):
                mean.update_state(loss)
        spent = time.monotonic() - start
        names = "generator_loss", "discriminator_loss"
        results = [float(mean.result()) for mean in means]
        after_epoch(epoch, dict(zip(names, results, strict=True)) | {"seconds": spent})


# %% wrong="train" says="until 5 epochs are done"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(epochs):
        start = time.perf_counter()
        losses = [[float(loss) for loss in step(batch)] for batch in batches_of(epoch)]
        g, d = np.mean(losses, axis=0)
        seconds = time.perf_counter() - start
        row = {"generator_loss": g, "discriminator_loss": d, "seconds": seconds}
        after_epoch(epoch, row)


# %% wrong="train" says="take the mean over the epoch"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(first, epochs):
        start = time.perf_counter()
        for batch in batches_of(epoch):
            g, d = step(batch)
        seconds = time.perf_counter() - start
        row = {"generator_loss": g, "discriminator_loss": d, "seconds": seconds}
        after_epoch(epoch, row)


# %% wrong="train" says="start the watch anew"
def train(step, batches_of, first, epochs, after_epoch):
    start = time.perf_counter()
    for epoch in range(first, epochs):
        losses = [[float(loss) for loss in step(batch)] for batch in batches_of(epoch)]
        g, d = np.mean(losses, axis=0)
        seconds = time.perf_counter() - start
        row = {"generator_loss": g, "discriminator_loss": d, "seconds": seconds}
        after_epoch(epoch, row)


# %% wrong="train" says="begin with an empty list"
def train(step, batches_of, first, epochs, after_epoch):
    losses = []
    for epoch in range(first, epochs):
        start = time.perf_counter()
        losses += [[float(loss) for loss in step(batch)] for batch in batches_of(epoch)]
        g, d = np.mean(losses, axis=0)
        seconds = time.perf_counter() - start
        row = {"generator_loss": g, "discriminator_loss": d, "seconds": seconds}
        after_epoch(epoch, row)


# %% wrong="train" says="Call after_epoch once in each epoch"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(first, epochs):
        start = time.perf_counter()
        losses = [[float(loss) for loss in step(batch)] for batch in batches_of(epoch)]
        g, d = np.mean(losses, axis=0)
        seconds = time.perf_counter() - start
    after_epoch(epoch, {"generator_loss": g, "discriminator_loss": d, "seconds": seconds})


# %% wrong="train" says="stop the watch after the last batch"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(first, epochs):
        start = time.perf_counter()
        batches = batches_of(epoch)
        seconds = time.perf_counter() - start
        g, d = np.mean([[float(loss) for loss in step(batch)] for batch in batches], axis=0)
        row = {"generator_loss": g, "discriminator_loss": d, "seconds": seconds}
        after_epoch(epoch, row)


# %% wrong="train" says="should get a dictionary"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(first, epochs):
        losses = [[float(loss) for loss in step(batch)] for batch in batches_of(epoch)]
        after_epoch(epoch, np.mean(losses, axis=0))


# %% wrong="train" says="the end minus the start"
def train(step, batches_of, first, epochs, after_epoch):
    for epoch in range(first, epochs):
        start = time.perf_counter()
        losses = np.array([[float(loss) for loss in step(batch)] for batch in batches_of(epoch)])
        seconds = (time.perf_counter() - start) * 1000
        row = dict(zip(("generator_loss", "discriminator_loss"), losses.mean(axis=0), strict=True))
        after_epoch(epoch, row | {"seconds": seconds})


# %% right="comparison_table"
def comparison_table(columns):
    names = list(columns)
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for quantity in columns[names[0]]:
        cells = [f"{columns[name][quantity]:,.5f}" for name in names]
        lines.append(f"| {quantity} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


# %% right="comparison_table"
def comparison_table(columns):
    text = ",".join(["", *columns])
    for quantity in next(iter(columns.values())):
        text += "\n" + quantity
        for column in columns.values():
            text += f", {column[quantity]:.3e}"
    return text + "\n"


# %% wrong="comparison_table" says="the columns are swapped"
def comparison_table(columns):
    lines = ["quantity   " + "  ".join(columns)]
    for quantity in next(iter(columns.values())):
        values = [f"{column[quantity]:.6g}" for column in columns.values()]
        lines.append(quantity + "  " + "  ".join(values[::-1]))
    return "\n".join(lines)


# %% wrong="comparison_table" says="three significant digits"
def comparison_table(columns):
    lines = ["quantity   " + "  ".join(columns)]
    for quantity in next(iter(columns.values())):
        values = [f"{column[quantity]:.2f}" for column in columns.values()]
        lines.append(quantity + "  " + "  ".join(values))
    return "\n".join(lines)


# %% wrong="comparison_table" says="should name the columns"
def comparison_table(columns):
    lines = []
    for quantity in next(iter(columns.values())):
        values = [f"{column[quantity]:.6g}" for column in columns.values()]
        lines.append(quantity + "  " + "  ".join(values))
    return "\n".join(lines)


# %% wrong="comparison_table" says="Return the text"
def comparison_table(columns):
    return [[name, *column.values()] for name, column in columns.items()]


# %% wrong="comparison_table" says="one line for patches"
def comparison_table(columns):
    lines = ["first and second"]
    for name, column in columns.items():
        lines += [f"{name} {quantity} {value}" for quantity, value in column.items()]
    return "\n".join(lines)


# %% wrong="adversarial_losses" says="saturating loss"
def adversarial_losses(real_logits, fake_logits):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    on_real = cross_entropy(keras.ops.ones_like(real_logits), real_logits)
    on_fake = cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)
    return -on_fake, on_real + on_fake


# %% wrong="train_step" says="in two calls"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    n = keras.ops.shape(pictures)[0]
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = generator(latent, training=True)
        logits = discriminator(keras.ops.concatenate([pictures, fake]), training=True)
        generator_loss, discriminator_loss = losses(logits[:n], logits[n:])
    variables = generator.trainable_variables
    optimizers[0].apply(generator_tape.gradient(generator_loss, variables), variables)
    variables = discriminator.trainable_variables
    optimizers[1].apply(discriminator_tape.gradient(discriminator_loss, variables), variables)
    return generator_loss, discriminator_loss


# %% wrong="comparison_table" says="significant digits"
def comparison_table(columns):
    names = list(columns)
    lines = [" " * 20 + " ".join(names)]
    for quantity in columns[names[0]]:
        values = " ".join(f"{columns[name][quantity]:.3f}" for name in names)
        lines.append(f"{quantity:<20} {values}")
    return "\n".join(lines)


# %% wrong="comparison_table" says="with space between"
def comparison_table(columns):
    lines = ["".join(columns)]
    for quantity in next(iter(columns.values())):
        lines.append(quantity + "".join(f"{c[quantity]:12.4g}" for c in columns.values()))
    return "\n".join(lines)


# ── networks of many kinds, each within the contract ─────────────────────────────────────────────


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):  # mish, as a layer's argument and as a layer
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(16 * width, activation="mish"))
    model.add(keras.layers.Reshape((4, 4, width)))
    for factor in (2, 2, size // 16):
        model.add(keras.layers.UpSampling2D(factor))
        model.add(keras.layers.Conv2D(width, 3, padding="same"))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.Activation(keras.activations.mish))
    model.add(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return model


# %% right="dcgan_generator" unproven="layers of its own"
def dcgan_generator(latent_dim, size, width):  # blocks of one's own
    class Block(keras.layers.Layer):
        def __init__(self, factor, channels):
            super().__init__()
            self.enlarge = keras.layers.UpSampling2D(factor, interpolation="bilinear")
            self.paint = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False)
            self.normal = keras.layers.BatchNormalization(momentum=0.8)

        def build(self, shape):
            self.paint.build((*shape[:-1], shape[-1]))
            self.normal.build((*shape[:-1], self.paint.filters))

        def call(self, x, training=False):
            return keras.ops.silu(self.normal(self.paint(self.enlarge(x)), training=training))

    latent = keras.Input((latent_dim,))
    x = keras.layers.Reshape((4, 4, width))(keras.layers.Dense(16 * width)(latent))
    for factor in (2, 2, size // 16):
        x = Block(factor, max(8, width // factor))(x)
    return keras.Model(latent, keras.layers.Conv2D(3, 3, padding="same", activation="tanh")(x))


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):  # models inside a model, a least number of channels
    def block(channels):
        return keras.Sequential(
            [
                keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"),
                keras.layers.BatchNormalization(momentum=0.8),
                keras.layers.Activation("gelu"),
            ]
        )

    start = size // 8
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(start * start * width),
            keras.layers.Reshape((start, start, width)),
            *(block(max(16, 2 * width // 2**n)) for n in range(3)),
            keras.layers.Conv2D(3, 5, padding="same"),
            keras.layers.Activation("tanh"),
        ]
    )


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):  # residual, and clipped channels
    latent = keras.Input((latent_dim,))
    x = keras.layers.Dense(4 * 4 * width)(latent)
    x = keras.layers.Reshape((4, 4, width))(x)
    for factor in (2, 2, size // 16):
        x = keras.layers.UpSampling2D(factor)(x)
        y = keras.layers.BatchNormalization(momentum=0.8)(x)
        y = keras.layers.Conv2D(min(64, width), 3, padding="same")(keras.ops.relu(y))
        y = keras.layers.BatchNormalization(momentum=0.8)(y)
        y = keras.layers.Conv2D(width, 3, padding="same")(keras.ops.relu(y))
        x = keras.layers.Add()([x, y])
    x = keras.layers.Conv2D(3, 3, padding="same")(keras.layers.PReLU(shared_axes=[1, 2])(x))
    return keras.Model(latent, keras.ops.tanh(x))


# %% right="dcgan_generator"
def dcgan_generator(latent_dim, size, width):  # convolutions taken apart
    latent = keras.Input((latent_dim,))
    x = keras.layers.Reshape((4, 4, width))(keras.layers.Dense(16 * width, "elu")(latent))
    for factor in (2, 2, size // 16):
        x = keras.layers.UpSampling2D(factor)(x)
        x = keras.layers.SeparableConv2D(width, 3, padding="same")(x)
        x = keras.layers.ELU()(keras.layers.BatchNormalization(momentum=0.8)(x))
    x = keras.layers.Conv2D(3, 3, padding="same", activation="tanh")(x)
    return keras.Model(latent, x)


# %% right="dcgan_generator" unproven="a function of its own"
def dcgan_generator(latent_dim, size, width):  # sub-pixel enlarging
    latent = keras.Input((latent_dim,))
    x = keras.layers.Reshape((4, 4, width))(keras.layers.Dense(16 * width, "swish")(latent))
    for factor in (2, 2, size // 16):
        x = keras.layers.Conv2D(width * factor**2, 3, padding="same")(x)
        x = keras.layers.BatchNormalization(momentum=0.8)(x)
        x = keras.layers.Activation("swish")(x)
        x = keras.layers.Lambda(tf.nn.depth_to_space, arguments={"block_size": factor})(x)
    x = keras.layers.Conv2D(3, 3, padding="same", activation="tanh")(x)
    return keras.Model(latent, x)


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):  # a convolutional head, silu
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(3):
        model.add(keras.layers.Conv2D(width * 2**number, 4, strides=2, padding="same"))
        model.add(keras.layers.Activation("silu"))
        model.add(keras.layers.SpatialDropout2D(dropout))
    model.add(keras.layers.Conv2D(1, size // 8))
    model.add(keras.layers.Reshape((1,)))
    return model


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):  # spectral normalization, global pooling
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(4):
        convolution = keras.layers.Conv2D(width * 2**number, 4, strides=2, padding="same")
        model.add(keras.layers.SpectralNormalization(convolution))
        model.add(keras.layers.LeakyReLU(0.1))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.GlobalAveragePooling2D())
    model.add(keras.layers.SpectralNormalization(keras.layers.Dense(1)))
    return model


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):  # a score for each patch, then their mean
    image = x = keras.Input((size, size, 3))
    for channels in (min(64, width), min(64, 2 * width), min(64, 4 * width)):
        x = keras.layers.Conv2D(channels, 5, strides=2, padding="same", activation="gelu")(x)
        x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Conv2D(1, 1)(x)
    return keras.Model(image, keras.ops.mean(x, axis=(1, 2)))


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):  # pooling in place of strides
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(3):
        model.add(keras.layers.Conv2D(max(16, width * 2**number), 3, padding="same"))
        model.add(keras.layers.LeakyReLU(0.2))
        model.add(keras.layers.AveragePooling2D(2))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(2 * width, activation="relu"))
    model.add(keras.layers.Dense(1))
    return model


# %% right="dcgan_discriminator" unproven="layers of its own"
def dcgan_discriminator(size, width, dropout):  # blocks of one's own, noise on the images
    class Look(keras.Model):
        def __init__(self, channels):
            super().__init__()
            self.convolution = keras.layers.Conv2D(channels, 3, strides=2, padding="same")
            self.normal = keras.layers.BatchNormalization(momentum=0.8)
            self.drop = keras.layers.Dropout(dropout)

        def build(self, shape):
            self.convolution.build(shape)
            self.normal.build((*shape[:-1], self.convolution.filters))

        def call(self, x, training=False):
            x = self.normal(self.convolution(x), training=training)
            return self.drop(tf.nn.leaky_relu(x), training=training)

    image = keras.Input((size, size, 3))
    x = keras.layers.GaussianNoise(0.05)(image)
    for number in range(3):
        x = Look(width * 2**number)(x)
    return keras.Model(image, keras.layers.Dense(1)(keras.layers.Flatten()(x)))


# %% right="dcgan_discriminator"
def dcgan_discriminator(size, width, dropout):  # residual, with layer normalization
    image = keras.Input((size, size, 3))
    x = keras.layers.Conv2D(width, 3, padding="same")(image)
    for _ in range(3):
        y = keras.layers.LayerNormalization()(x)
        y = keras.layers.Conv2D(width, 3, padding="same")(keras.ops.leaky_relu(y))
        x = keras.layers.AveragePooling2D(2)(keras.layers.Add()([x, y]))
        x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Conv2D(2 * width, 3, padding="same", activation="tanh")(x)
    return keras.Model(image, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(x)))


# %% right="vanilla_generator"
def vanilla_generator(latent_dim, size, width):  # other hidden sizes, selu
    model = keras.Sequential([keras.Input((latent_dim,))])
    for units in (max(64, width), 100, 3 * width + 1):
        model.add(keras.layers.Dense(units, use_bias=False))
        model.add(keras.layers.BatchNormalization(momentum=0.8))
        model.add(keras.layers.Activation("selu"))
    model.add(keras.layers.Dense(size * size * 3))
    model.add(keras.layers.Activation("tanh"))
    model.add(keras.layers.Reshape((size, size, 3)))
    return model


# %% right="vanilla_generator" unproven="layers of its own"
def vanilla_generator(latent_dim, size, width):  # blocks of one's own, residual
    class Block(keras.layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.dense = keras.layers.Dense(units, "gelu")
            self.normal = keras.layers.BatchNormalization(momentum=0.8)

        def build(self, shape):
            self.dense.build(shape)
            self.normal.build(shape)

        def call(self, x, training=False):
            return x + self.normal(self.dense(x), training=training)

    latent = keras.Input((latent_dim,))
    x = keras.layers.Dense(2 * width, activation=keras.activations.mish)(latent)
    x = Block(2 * width)(Block(2 * width)(x))
    x = keras.layers.Dense(3 * size * size, "tanh")(x)
    return keras.Model(latent, keras.layers.Reshape((size, size, 3))(x))


# %% right="vanilla_generator"
def vanilla_generator(latent_dim, size, width):  # a model inside a model, tanh within
    hidden = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(width, activation="tanh"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.Dense(width, activation="softplus"),
        ]
    )
    shape = (size, size, 3)
    painted = [keras.layers.Dense(int(np.prod(shape))), keras.layers.Reshape(shape)]
    return keras.Sequential([hidden, *painted, keras.layers.Activation(tf.tanh)])


# %% right="vanilla_discriminator"
def vanilla_discriminator(size, width, dropout):  # spectral normalization, swish
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (max(32, width), 50):
        model.add(keras.layers.SpectralNormalization(keras.layers.Dense(units)))
        model.add(keras.layers.Activation("swish"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    return model


# %% right="vanilla_discriminator"
def vanilla_discriminator(size, width, dropout):  # normalized, and dropout at the beginning
    image = keras.Input((size, size, 3))
    x = keras.layers.Dropout(dropout / 2)(keras.layers.Flatten()(image))
    for units in (3 * width, 2 * width, width):
        x = keras.layers.BatchNormalization(momentum=0.8)(keras.layers.Dense(units)(x))
        x = keras.layers.Dropout(dropout)(keras.ops.silu(x))
    return keras.Model(image, keras.layers.Dense(1, name="logit")(x))


# %% right="vanilla_discriminator" unproven="layers of its own"
def vanilla_discriminator(size, width, dropout):  # a class of one's own, residual
    class Hidden(keras.layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.dense = keras.layers.Dense(units, activation="mish")
            self.drop = keras.layers.AlphaDropout(dropout)

        def build(self, shape):
            self.dense.build(shape)

        def call(self, x, training=False):
            return self.drop(self.dense(x), training=training)

        def compute_output_shape(self, shape):
            return (*shape[:-1], self.dense.units)

    image = keras.Input((size, size, 3))
    x = Hidden(2 * width)(keras.layers.Flatten()(image))
    x = keras.layers.Add()([x, Hidden(2 * width)(x)])
    return keras.Model(image, keras.layers.Dense(1)(x))


# %% wrong="dcgan_generator" says="get no gradient"
def dcgan_generator(latent_dim, size, width):
    latent = keras.Input((latent_dim,))
    x = keras.layers.Reshape((4, 4, width))(keras.layers.Dense(16 * width, "relu")(latent))
    x = keras.layers.Lambda(tf.stop_gradient)(x)
    for factor in (2, 2, size // 16):
        x = keras.layers.Conv2D(width, 3, padding="same")(keras.layers.UpSampling2D(factor)(x))
        x = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.8)(x))
    return keras.Model(latent, keras.layers.Conv2D(3, 3, padding="same", activation="tanh")(x))


# %% wrong="dcgan_discriminator" says="on one side of 0"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for channels in (width, 2 * width, 4 * width):
        model.add(keras.layers.Conv2D(channels, 3, 2, padding="same", activation="relu"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1, activation="softplus"))
    return model


# %% wrong="vanilla_discriminator" says="As much is left to chance"
def vanilla_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (2 * width, width):
        model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.Dropout(0.3))
    model.add(keras.layers.Dense(1))
    return model


# ── images, steps, tables, an experiment ─────────────────────────────────────────────────────────


# %% right="save_images"
def save_images(generator, latent, columns, margin, path):  # a margin around each image
    framed = []
    for image in np.asarray(generator(latent, training=False)):
        frame = [(margin, margin), (margin, margin), (0, 0)]
        framed.append(np.pad((image + 1) / 2, frame, constant_values=1))
    while len(framed) % columns:
        framed.append(np.ones_like(framed[0]))
    rows = [np.hstack(framed[i : i + columns]) for i in range(0, len(framed), columns)]
    sheet = np.uint8(np.round(255 * np.vstack(rows)))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(path)
    return sheet


# %% wrong="save_images" says="should be white"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=False)), columns, margin)
    picture[:margin] = 0
    images.save_png(picture, path)
    return picture


# %% right="train_step"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    # A tape for each loss, and both gradients before anybody moves.
    with tf.GradientTape() as tape:
        fake_logits = discriminator(generator(latent, training=True), training=True)
        g_loss, _ = losses(discriminator(pictures, training=True), fake_logits)
    g_gradients = tape.gradient(g_loss, generator.trainable_variables)
    with tf.GradientTape() as tape:
        fake_logits = discriminator(generator(latent, training=True), training=True)
        _, d_loss = losses(discriminator(pictures, training=True), fake_logits)
    d_gradients = tape.gradient(d_loss, discriminator.trainable_variables)
    optimizers[0].apply(g_gradients, generator.trainable_variables)
    optimizers[1].apply(d_gradients, discriminator.trainable_variables)
    return g_loss, d_loss


# %% right="train_step"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    # The discriminator first, then the generator against what it has learned, as in lab 02.
    fake = generator(latent, training=True)
    with tf.GradientTape() as tape:
        real_logits = discriminator(pictures, training=True)
        d_loss = losses(real_logits, discriminator(fake, training=True))[1]
    variables = discriminator.trainable_variables
    optimizers[1].apply(tape.gradient(d_loss, variables), variables)
    with tf.GradientTape() as tape:
        fake_logits = discriminator(generator(latent, training=True), training=True)
        g_loss = losses(real_logits, fake_logits)[0]
    variables = generator.trainable_variables
    optimizers[0].apply(tape.gradient(g_loss, variables), variables)
    return g_loss, d_loss


# %% right="train_step"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    def both():
        fake = generator(latent, training=True)
        return losses(discriminator(pictures, training=True), discriminator(fake, training=True))

    done = []
    for number, network in enumerate((generator, discriminator)):  # the generator first
        with tf.GradientTape() as tape:
            loss = both()[number]
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizers[number].apply(gradients, network.trainable_variables)
        done.append(loss)
    return done


# %% wrong="train_step" says="other gradients than those of its own loss"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(tf.zeros_like(latent), training=True)
        both = losses(discriminator(pictures, training=True), discriminator(fake, training=True))
    for network, optimizer, loss in zip((generator, discriminator), optimizers, both, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return both


# %% right="comparison_table"
def comparison_table(columns):
    def short(value):
        for factor, unit in ((1e6, "M"), (1e3, "k")):
            if abs(value) >= factor:
                return f"{value / factor:.2f}{unit}"
        return f"{value:.4f}"

    lines = [" " * 30 + "".join(f"{name:>12}" for name in columns)]
    for quantity in next(iter(columns.values())):
        shown = "".join(f"{short(column[quantity]):>12}" for column in columns.values())
        lines.append(f"{quantity:<30}{shown}")
    return "\n".join(lines)


# %% right="ablation"
def ablation(recipes):
    def plain():  # without batch normalization
        layers = [keras.Input((SIZE, SIZE, 3))]
        for channels in (16, 32, 64):
            layers.append(keras.layers.Conv2D(channels, 3, 2, "same", activation="leaky_relu"))
        return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(1)])

    changed = dict(recipes["DCGAN"])
    changed["discriminator"] = plain
    return dict(
        base="DCGAN",
        changed=changed,
        score="coverage",
        expected="the same",
        because="The generator is normalized, and that is what counts, I think.",
    )


# %% right="ablation"
def ablation(recipes):
    base = recipes["DCGAN"]
    return {
        "base": "DCGAN",
        "changed": base | {"generator_rate": base["generator_rate"] / 10},
        "score": "density",
        "expected": "lower",
        "because": "In so few epochs it does not get far.",
    }


# %% right="ablation"
def ablation(recipes):
    changed = recipes["vanilla"].copy()
    changed.update(beta_1=0.9)
    because = "Running means that look far back swing more, and so the two never settle."
    return {
        "base": "vanilla",
        "changed": changed,
        "score": "diversity",
        "expected": "lower",
        "because": because,
    }


# %% wrong="ablation" says="2 entries differ"
def ablation(recipes):
    return {
        "base": "DCGAN",
        "changed": {**recipes["DCGAN"], "generator_rate": 0.1, "discriminator_rate": 0.1},
        "score": "swd_scaled",
        "expected": "higher",
        "because": "Steps that are too long jump over the valley.",
    }


# %% wrong="ablation" says="change one entry"
def ablation(recipes):
    return {
        "base": "DCGAN",
        "changed": recipes["DCGAN"],
        "score": "swd_scaled",
        "expected": "the same",
        "because": "Nothing was changed, so nothing will change.",
    }


# %% wrong="ablation" says="The recipe itself was changed"
def ablation(recipes):
    changed = recipes["DCGAN"]
    changed["beta_1"] = 0.9
    return {
        "base": "DCGAN",
        "changed": changed,
        "score": "swd_scaled",
        "expected": "higher",
        "because": "Running means that look far back swing more.",
    }


# %% wrong="ablation" says="makes a discriminator"
def ablation(recipes):
    return {
        "base": "vanilla",
        "changed": {**recipes["vanilla"], "discriminator": recipes["DCGAN"]["generator"]},
        "score": "swd_scaled",
        "expected": "lower",
        "because": "Convolutions look at patches, so they see noise.",
    }


# %% wrong="ablation" says="These are missing: because"
def ablation(recipes):
    changed = {**recipes["vanilla"], "beta_1": 0.9}
    return {"base": "vanilla", "changed": changed, "score": "coverage", "expected": "lower"}


# %% wrong="ablation" says="names one of the scores"
def ablation(recipes):
    return {
        "base": "vanilla",
        "changed": {**recipes["vanilla"], "beta_1": 0.9},
        "score": "quality",
        "expected": "lower",
        "because": "It will be worse, that is my feeling.",
    }


# %% wrong="ablation" says="is a whole recipe"
def ablation(recipes):
    return {
        "base": "vanilla",
        "changed": {"beta_1": 0.9},
        "score": "coverage",
        "expected": "lower",
        "because": "It will be worse, that is my feeling.",
    }


# %% wrong="ablation" says="Return a dictionary"
def ablation(recipes):
    return "vanilla", {**recipes["vanilla"], "beta_1": 0.9}


# %% wrong="make_batches" says="as large as the set"
def make_batches(pictures, batch_size, seed):
    data = tf.data.Dataset.from_tensor_slices(pictures).shuffle(batch_size, seed=seed)
    return data.batch(batch_size, drop_remainder=True)


# %% wrong="save_images" says="training"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=True)), columns, margin)
    images.save_png(picture, path)
    return picture


# %% wrong="adversarial_losses" says="Labels come first"
def adversarial_losses(real_logits, fake_logits):
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(fake_logits)
    return bce(fake_logits, ones), bce(real_logits, ones) + bce(fake_logits, zeros)


# %% wrong="adversarial_losses" says="makes a function; call that on labels and logits"
def adversarial_losses(real_logits, fake_logits):
    bce = keras.losses.BinaryCrossentropy
    real = bce(tf.ones_like(real_logits), real_logits, from_logits=True)
    return bce(tf.ones_like(fake_logits), fake_logits, from_logits=True), real


# %% wrong="train_step" says="got variables of the other network"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        painted = generator(latent, training=True)
        of_generator, of_discriminator = losses(
            discriminator(pictures, training=True), discriminator(painted, training=True)
        )
    for optimizer, network, loss in (
        (optimizers[1], generator, of_generator),
        (optimizers[0], discriminator, of_discriminator),
    ):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return of_generator, of_discriminator


# %% wrong="train_step" says="takes the real logits first"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape(persistent=True) as tape:
        painted = generator(latent, training=True)
        of_generator, of_discriminator = losses(
            discriminator(painted, training=True), discriminator(pictures, training=True)
        )
    for optimizer, network, loss in (
        (optimizers[0], generator, of_generator),
        (optimizers[1], discriminator, of_discriminator),
    ):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return of_generator, of_discriminator


# %% wrong="train_step" says="gives gradients only once"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    with tf.GradientTape() as tape:
        painted = generator(latent, training=True)
        both = losses(discriminator(pictures, training=True), discriminator(painted, training=True))
    for optimizer, network, loss in zip(optimizers, (generator, discriminator), both, strict=True):
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return both


# %% wrong="comparison_table" says="needs a package that is not here"
def comparison_table(columns):
    return pd.DataFrame(columns).to_markdown()


# %% wrong="ablation" says="hand in a function that makes one"
def ablation(recipes):
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    return {
        "base": "vanilla",
        "changed": {**recipes["vanilla"], "generator": network},
        "score": "patch_share",
        "expected": "lower",
        "because": "A smaller network is easier to train.",
    }


# %% wrong="ablation" says="is called without arguments"
def ablation(recipes):
    def wide(latent_dim, size):
        return keras.Sequential([keras.Input((latent_dim,)), keras.layers.Dense(size)])

    return {
        "base": "vanilla",
        "changed": {**recipes["vanilla"], "generator": wide},
        "score": "patch_share",
        "expected": "lower",
        "because": "A wider network holds more than a narrow one.",
    }
