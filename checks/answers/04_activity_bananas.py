# Right and wrong answers to lab 04; tests/test_answers.py says how they are used.

# %% right="time_string"
def time_string(seconds):
    whole = int(seconds + 0.5)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return str(hours) + ":" + f"{minutes:02d}:{rest:02d}"


# %% right="time_string"
def time_string(seconds):
    seconds = int(np.rint(seconds))
    return f"{seconds // 3600}:{str(seconds // 60 % 60).zfill(2)}:{str(seconds % 60).zfill(2)}"


# %% wrong="time_string" says="have two digits"
def time_string(seconds):
    seconds = round(seconds)
    return f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}"


# %% wrong="time_string" says="there is no second 60"
def time_string(seconds):
    return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02}:{seconds % 60:02.0f}"


# %% wrong="time_string" says="Round to whole seconds"
def time_string(seconds):
    seconds = int(seconds)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


# %% wrong="time_string" says="a long run is no time of day"
def time_string(seconds):
    import datetime

    return str(datetime.timedelta(seconds=round(seconds)))


# %% wrong="time_string" says="minutes are what is left of it"
def time_string(seconds):
    seconds = round(seconds)
    return f"{seconds // 3600}:{seconds // 60:02}:{seconds % 60:02}"


# %% wrong="time_string" says="with two colons"
def time_string(seconds):
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


# %% right="constants"
def constants(profile):
    both = dict(rows=5, columns=5, margin=16, latent_dim=200, batch_size=32, dense_width=128)
    quick = dict(resolution=1, epochs=40, view=8, generator_width=64, discriminator_width=16)
    quick.update(dropout=0, learning_rate=0.001, average=0.98)
    full = dict(resolution=3, epochs=500, view=100, generator_width=256, discriminator_width=32)
    full.update(dropout=0.25, learning_rate=0.00015, average=0.999)
    chosen = {**{"quick": quick, "full": full}[profile], **both}
    chosen["size"] = 32 * chosen["resolution"]
    print("\n".join(f"{name} = {value}" for name, value in chosen.items()))
    return chosen


# %% right="constants"
def constants(profile):
    full = profile == "full"
    result = {"resolution": 3 if full else 1, "size": 96 if full else 32, "extra": "mine"}
    result["epochs"], result["view"] = (500, 100) if full else (40, 8)
    result["generator_width"], result["discriminator_width"] = (256, 32) if full else (64, 16)
    result["dense_width"], result["dropout"] = 128, 0.25 if full else 0.0
    result["learning_rate"], result["average"] = (1.5e-4, 0.999) if full else (1e-3, 0.98)
    result["rows"] = result["columns"] = 5
    result["margin"], result["latent_dim"], result["batch_size"] = 16, 200, 32
    for name in result:
        print(name, result[name])
    return result


# %% wrong="constants" says="compare size with the table"
def constants(profile):
    full = profile == "full"
    result = {"resolution": 3 if full else 1, "size": 96}
    result["epochs"], result["view"] = (500, 100) if full else (40, 8)
    result["generator_width"], result["discriminator_width"] = (256, 32) if full else (64, 16)
    result["dense_width"], result["dropout"] = 128, 0.25 if full else 0.0
    result["learning_rate"], result["average"] = (1.5e-4, 0.999) if full else (1e-3, 0.98)
    result["rows"] = result["columns"] = 5
    result["margin"], result["latent_dim"], result["batch_size"] = 16, 200, 32
    for name in result:
        print(name, result[name])
    return result


# %% wrong="constants" says="stand on no line together"
def constants(profile):
    full = profile == "full"
    result = {"resolution": 3 if full else 1, "size": 96 if full else 32}
    result["epochs"], result["view"] = (500, 100) if full else (40, 8)
    result["generator_width"], result["discriminator_width"] = (256, 32) if full else (64, 16)
    result["dense_width"], result["dropout"] = 128, 0.25 if full else 0.0
    result["learning_rate"], result["average"] = (1.5e-4, 0.999) if full else (1e-3, 0.98)
    result["rows"] = result["columns"] = 5
    result["margin"], result["latent_dim"], result["batch_size"] = 16, 200, 32
    return result


# %% wrong="constants" says="These are missing"
def constants(profile):
    result = {"resolution": 1 if profile == "quick" else 3, "epochs": 500}
    print(result)
    return result


# %% wrong="constants" says="Return a dictionary"
def constants(profile):
    print("resolution", 3)


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


# %% wrong="dcgan_generator" says="For size 96 it should return"
def dcgan_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(16 * width, activation="relu")]
    model.append(keras.layers.Reshape((4, 4, width)))
    for _ in range(3):
        model += [keras.layers.UpSampling2D(2), keras.layers.Conv2D(width, 3, padding="same")]
        model += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    model.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(model)


# %% wrong="dcgan_generator" says="At least three convolutions"
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


# %% wrong="dcgan_generator" says="too few activations"
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


# %% wrong="dcgan_generator" says="the widest convolution"
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


# %% wrong="dcgan_discriminator" says="straight-line map"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        model += [keras.layers.BatchNormalization(), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="Nothing shrinks the picture"
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


# %% wrong="dcgan_discriminator" says="One logit for each image"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3))]
    for channels in (width, 2 * width, 4 * width):
        model.append(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="At least three convolutions"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Conv2D(width, 3, strides=2)]
    model += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="begin with keras.Input"
def dcgan_discriminator(size, width, dropout):
    model = [keras.Input((32 * 32 * 3,)), keras.layers.Reshape((32, 32, 3))]
    return keras.Sequential([*model, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% wrong="dcgan_discriminator" says="too few activations"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for number in range(4):
        model.add(keras.layers.Conv2D(width * 2**number, 4, strides=2, padding="same"))
    model.add(keras.layers.LeakyReLU(0.2))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% wrong="dcgan_discriminator" says="how many channels the first convolution has"
def dcgan_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for channels in (2 * width, 4 * width, 8 * width):
        model.add(keras.layers.Conv2D(channels, 3, strides=2, padding="same", activation="relu"))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    return model


# %% wrong="dcgan_discriminator" says="twice the channels"
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


# %% wrong="dcgan_discriminator" says="shrink by strides"
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


# %% wrong="vanilla_generator" says="straight-line map"
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


# %% wrong="vanilla_generator" says="Two hidden layers or more"
def vanilla_generator(latent_dim, size, width):
    model = [keras.Input((latent_dim,)), keras.layers.Dense(width, activation="relu")]
    model.append(keras.layers.Dense(size * size * 3, activation="tanh"))
    return keras.Sequential([*model, keras.layers.Reshape((size, size, 3))])


# %% wrong="vanilla_generator" says="it should return (None, 32, 32, 3)"
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


# %% wrong="vanilla_generator" says="too few activations"
def vanilla_generator(latent_dim, size, width):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.add(keras.layers.Dense(width, activation="relu"))
    model.add(keras.layers.BatchNormalization(momentum=0.8))
    model.add(keras.layers.Dense(2 * width))
    model.add(keras.layers.Dense(3 * size**2, activation="tanh"))
    model.add(keras.layers.Reshape((size, size, 3)))
    return model


# %% wrong="vanilla_generator" says="twice the units"
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


# %% wrong="vanilla_discriminator" says="straight-line map"
def vanilla_discriminator(size, width, dropout):
    model = [keras.Input((size, size, 3)), keras.layers.Flatten()]
    for units in (2 * width, width):
        model += [keras.layers.Dense(units), keras.layers.Dropout(dropout)]
    return keras.Sequential([*model, keras.layers.Dense(1)])


# %% wrong="vanilla_discriminator" says="Two hidden layers or more"
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


# %% wrong="vanilla_discriminator" says="too few activations"
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


# %% wrong="vanilla_discriminator" says="without an activation between them"
def vanilla_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (2 * width, width):
        model.add(keras.layers.LeakyReLU(0.2))
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    return model


# %% wrong="vanilla_discriminator" says="between 0 and 1"
def vanilla_discriminator(size, width, dropout):
    model = keras.Sequential([keras.Input((size, size, 3)), keras.layers.Flatten()])
    for units in (2 * width, width):
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.LeakyReLU(2.0))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    return model


# %% right="latent_vectors"
def latent_vectors(n, latent_dim, seed):
    return keras.random.normal(shape=[n, latent_dim], mean=0.0, stddev=1.0, seed=seed)


# %% right="latent_vectors"
def latent_vectors(n, latent_dim, seed):
    flat = keras.random.normal((n * latent_dim,), seed=seed)
    return tf.reshape(flat, (n, latent_dim))


# %% wrong="latent_vectors" says="should give new vectors"
def latent_vectors(n, latent_dim, seed):
    number = seed if isinstance(seed, int) else 1
    return tf.constant(np.random.default_rng(number).normal(size=(n, latent_dim)), "float32")


# %% wrong="latent_vectors" says="mean 0 and standard deviation 1"
def latent_vectors(n, latent_dim, seed):
    return keras.random.uniform((n, latent_dim), seed=seed)


# %% wrong="latent_vectors" says="not a normal distribution"
def latent_vectors(n, latent_dim, seed):
    return keras.random.uniform((n, latent_dim), -(3**0.5), 3**0.5, seed=seed)


# %% wrong="latent_vectors" says="hand `seed` on"
def latent_vectors(n, latent_dim, seed):
    return keras.random.normal((n, latent_dim))


# %% wrong="latent_vectors" says="Another seed gave the same"
def latent_vectors(n, latent_dim, seed):
    return keras.random.normal((n, latent_dim), seed=1)


# %% wrong="latent_vectors" says="Expected the shape (2000, 5)"
def latent_vectors(n, latent_dim, seed):
    return keras.random.normal((latent_dim, n), seed=seed)


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


# %% wrong="save_images" says="not fixed numbers"
def save_images(generator, latent, columns, margin, path):
    picture = images.sheet(np.asarray(generator(latent, training=False)), 3, margin)
    images.save_png(picture, path)
    return picture


# %% right="decision"
def decision(discriminator, pictures):
    logits = np.asarray(discriminator(pictures, training=False), "float64")
    return (1 / (1 + np.exp(-logits))).ravel()


# %% right="decision"
def decision(discriminator, pictures):
    return tf.squeeze(tf.nn.sigmoid(discriminator.predict(pictures, verbose=0)), axis=1).numpy()


# %% wrong="decision" says="A probability lies between 0 and 1"
def decision(discriminator, pictures):
    return np.asarray(discriminator(pictures))[:, 0]


# %% wrong="decision" says="here there is one"
def decision(discriminator, pictures):
    return np.asarray(keras.ops.softmax(discriminator(pictures)))[:, 0]


# %% wrong="decision" says="being painted"
def decision(discriminator, pictures):
    return 1 - np.asarray(keras.ops.sigmoid(discriminator(pictures)))[:, 0]


# %% wrong="decision" says="take column 0"
def decision(discriminator, pictures):
    return np.asarray(keras.ops.sigmoid(discriminator(pictures)))


# %% wrong="decision" says="apply the sigmoid once"
def decision(discriminator, pictures):
    return np.asarray(keras.ops.sigmoid(keras.ops.sigmoid(discriminator(pictures))))[:, 0]


# %% wrong="decision" says="One probability for each"
def decision(discriminator, pictures):
    return np.asarray(keras.ops.sigmoid(discriminator(pictures[:1])))[:, 0]


# %% wrong="decision" says="Return a numpy array"
def decision(discriminator, pictures):
    return keras.ops.sigmoid(discriminator(pictures, training=False))[:, 0]


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


# %% right="make_optimizers"
def make_optimizers(generator, discriminator, learning_rate):
    first = keras.optimizers.Adam(learning_rate=learning_rate, beta_1=0.5)
    second = keras.optimizers.Adam(learning_rate=learning_rate, beta_1=0.5)
    first.build(generator.trainable_variables)
    second.build(discriminator.trainable_variables)
    return first, second


# %% right="make_optimizers"
def make_optimizers(generator, discriminator, learning_rate):
    made = []
    for network in (generator, discriminator):
        made.append(keras.optimizers.Adam(learning_rate, 0.5, 0.99, epsilon=1e-8))
        made[-1].build(network.trainable_weights)
    return made


# %% wrong="make_optimizers" says="make two"
def make_optimizers(generator, discriminator, learning_rate):
    one = keras.optimizers.Adam(learning_rate, beta_1=0.5)
    one.build(generator.trainable_variables + discriminator.trainable_variables)
    return one, one


# %% wrong="make_optimizers" says="beta_1 should be 0.5"
def make_optimizers(generator, discriminator, learning_rate):
    first, second = (keras.optimizers.Adam(learning_rate) for _ in range(2))
    first.build(generator.trainable_variables)
    second.build(discriminator.trainable_variables)
    return first, second


# %% wrong="make_optimizers" says="Build it at once"
def make_optimizers(generator, discriminator, learning_rate):
    return [keras.optimizers.Adam(learning_rate, beta_1=0.5) for _ in range(2)]


# %% wrong="make_optimizers" says="was not built on generator.trainable_variables"
def make_optimizers(generator, discriminator, learning_rate):
    first, second = (keras.optimizers.Adam(learning_rate, beta_1=0.5) for _ in range(2))
    first.build(generator.trainable_variables)
    second.build(discriminator.trainable_variables)
    return second, first


# %% wrong="make_optimizers" says="learning rate should be `learning_rate`"
def make_optimizers(generator, discriminator, learning_rate):
    first, second = (keras.optimizers.Adam(1.5e-4, beta_1=0.5) for _ in range(2))
    first.build(generator.trainable_variables)
    second.build(discriminator.trainable_variables)
    return first, second


# %% wrong="make_optimizers" says="Both should be keras.optimizers.Adam"
def make_optimizers(generator, discriminator, learning_rate):
    first, second = (keras.optimizers.SGD(learning_rate) for _ in range(2))
    first.build(generator.trainable_variables)
    second.build(discriminator.trainable_variables)
    return first, second


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
    for quantity in columns["first"]:
        text += "\n" + quantity
        for column in columns.values():
            text += f", {column[quantity]:.3e}"
    return text + "\n"


# %% wrong="comparison_table" says="the columns are swapped"
def comparison_table(columns):
    lines = ["quantity   " + "  ".join(columns)]
    for quantity in columns["first"]:
        values = [f"{column[quantity]:.6g}" for column in columns.values()]
        lines.append(quantity + "  " + "  ".join(values[::-1]))
    return "\n".join(lines)


# %% wrong="comparison_table" says="three significant digits"
def comparison_table(columns):
    lines = ["quantity   " + "  ".join(columns)]
    for quantity in columns["first"]:
        values = [f"{column[quantity]:.2f}" for column in columns.values()]
        lines.append(quantity + "  " + "  ".join(values))
    return "\n".join(lines)


# %% wrong="comparison_table" says="should name the columns"
def comparison_table(columns):
    lines = []
    for quantity in columns["first"]:
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


# %% right="comparison_figure"
def comparison_figure(scores):
    names = list(next(iter(scores.values())))
    figure, axes = plt.subplots(1, len(names), figsize=(9, 3))
    for ax, name in zip(axes, names, strict=True):
        ax.bar(list(scores), [row[name] for row in scores.values()], color=["C0", "C1"])
        ax.set_title(name)
        ax.set_ylabel("score")
    figure.suptitle("Comparison")
    return figure


# %% right="comparison_figure"
def comparison_figure(scores):
    figure = matplotlib.figure.Figure(figsize=(6, 4), layout="constrained")
    ax = figure.subplots()
    for (gan, row), marker in zip(scores.items(), "o^", strict=True):
        ax.scatter(list(row.values()), range(len(row)), marker=marker, label=gan)
    ax.set_yticks(range(len(row)), list(row))
    ax.set_xlabel("value")
    ax.set_title("Scores")
    ax.legend()
    return figure


# %% right="comparison_figure"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    for gan, row in scores.items():
        ax.plot(list(row), list(row.values()), "o", label=gan)
    ax.set(title="Scores of two GANs", ylabel="score")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="It has no title"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    for gan, row in scores.items():
        ax.plot(list(row), list(row.values()), "o", label=gan)
    ax.set(ylabel="score")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="No axis has a name"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    for gan, row in scores.items():
        ax.plot(list(row), list(row.values()), "o", label=gan)
    ax.set(title="Scores")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="does not find alpha"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    for gan, row in scores.items():
        ax.plot(list(row), list(row.values()), "o", label=gan)
    ax.set(title="Scores", ylabel="score")
    return figure


# %% wrong="comparison_figure" says="of omega"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    row = scores["alpha"]
    ax.bar(list(row), list(row.values()), label="alpha and omega")
    ax.set(title="Scores", ylabel="score")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="does not find patches"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    for gan, row in scores.items():
        ax.plot(range(3), list(row.values()), "o", label=gan)
    ax.set(title="Scores", ylabel="score")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="Return the figure"
def comparison_figure(scores):
    for gan, row in scores.items():
        plt.plot(list(row), list(row.values()), "o", label=gan)
    plt.title("Scores")
    plt.ylabel("score")
    plt.legend()
    plt.show()


# %% wrong="comparison_figure" says="hide one another"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    for gan, row in scores.items():
        ax.bar(list(row), list(row.values()), label=gan)
    ax.set(title="Two GANs", ylabel="score")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="is drawn beside the name"
def comparison_figure(scores):
    figure, ax = plt.subplots()
    names = list(next(iter(scores.values())))
    for number, (gan, row) in enumerate(scores.items()):
        ax.bar(np.arange(len(names)) + number / 2, list(row.values()), 0.4, label=gan)
    ax.set_xticks(np.arange(len(names)) - 0.3, names)
    ax.set(title="Two GANs", ylabel="score")
    ax.legend()
    return figure


# %% wrong="comparison_figure" says="does not fit a page"
def comparison_figure(scores):
    figure, ax = plt.subplots(figsize=(8, 1))
    for gan, row in scores.items():
        ax.plot(list(row), list(row.values()), "o", label=gan)
    ax.set(title="Two GANs", ylabel="score")
    ax.legend()
    return figure


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
    for quantity in columns["first"]:
        lines.append(quantity + "".join(f"{c[quantity]:12.4g}" for c in columns.values()))
    return "\n".join(lines)
