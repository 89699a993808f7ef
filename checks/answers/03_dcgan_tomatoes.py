# Right and wrong answers to lab 03; tests/test_answers.py says how they are used.

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


# %% right="define_generator"
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


# %% right="define_generator"
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


# %% right="define_generator"
def define_generator(latent_dim, size, width):
    class Generator(keras.Model):
        def __init__(self):
            super().__init__()
            self.start = keras.layers.Dense(16 * width)
            channels = [width, width, width // 2] + ([width // 2] if size > 32 else [])
            self.grow = [keras.layers.UpSampling2D(2) for _ in range(3)]
            self.grow += [keras.layers.UpSampling2D(size // 32)] if size > 32 else []
            self.paint = [keras.layers.Conv2D(c, 3, padding="same") for c in channels]
            self.even = [keras.layers.BatchNormalization(momentum=0.8) for _ in channels]
            self.last = keras.layers.Conv2D(3, 3, padding="same")

        def call(self, latent, training=False):
            x = keras.ops.reshape(keras.ops.relu(self.start(latent)), (-1, 4, 4, width))
            for grow, paint, even in zip(self.grow, self.paint, self.even, strict=True):
                x = keras.ops.relu(even(paint(grow(x)), training=training))
            return keras.ops.tanh(self.last(x))

    generator = Generator()
    generator(np.zeros((1, latent_dim), "float32"))  # makes its weights
    return generator


# %% right="define_generator"
def define_generator(latent_dim, size, width):
    inputs = keras.Input((latent_dim,))
    x = keras.ops.relu(keras.layers.Dense(16 * width)(inputs))
    x = keras.ops.reshape(x, (-1, 4, 4, width))
    factors = [2, 2, 2] + [size // 32] * (size > 32)
    for number, factor in enumerate(factors):
        x = keras.ops.repeat(keras.ops.repeat(x, factor, axis=1), factor, axis=2)
        channels = width if number < 2 else width // 2
        x = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
        x = keras.ops.relu(keras.layers.BatchNormalization(momentum=0.8)(x))
    return keras.Model(inputs, keras.layers.Conv2D(3, 3, padding="same", activation="tanh")(x))


# %% right="define_generator"
def define_generator(latent_dim, size, width):
    options = {"padding": "same", "kernel_initializer": keras.initializers.RandomNormal(0, 0.02)}
    blocks = [(2, width), (2, width), (2, width // 2), (size // 32, width // 2)]
    generator = keras.Sequential(name="painter")
    generator.add(keras.Input((latent_dim,)))
    generator.add(keras.layers.Dense(4 * 4 * width, "relu"))
    generator.add(keras.layers.Reshape((4, 4, width)))
    for factor, channels in blocks[: 3 if size == 32 else 4]:
        generator.add(keras.layers.UpSampling2D((factor, factor), interpolation="nearest"))
        generator.add(keras.layers.Conv2D(channels, 3, **options))
        generator.add(keras.layers.BatchNormalization(momentum=0.8))
        generator.add(keras.layers.LeakyReLU(0.0))
    generator.add(keras.layers.Conv2D(3, 3, activation="tanh", **options))
    return generator


# %% right="define_generator"
def define_generator(latent_dim, size, width):
    generator = keras.Sequential([keras.Input((latent_dim,))])
    generator.add(keras.layers.Dense(4 * 4 * width, activation="relu"))
    generator.add(keras.layers.Reshape((4, 4, width)))
    for number, factor in enumerate([2, 2, 2] + [size // 32] * (size > 32)):
        channels = width if number < 2 else width // 2
        generator.add(keras.layers.UpSampling2D(factor))
        generator.add(keras.layers.Conv2D(channels, 3, padding="same", use_bias=number == 0))
        generator.add(keras.layers.BatchNormalization(momentum=0.8, epsilon=1e-5))
        generator.add(keras.layers.Activation("relu"))
    generator.add(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return generator


# %% wrong="define_generator" says="have its weights already"
def define_generator(latent_dim, size, width):
    class Generator(keras.Model):
        def __init__(self):
            super().__init__()
            self.start = keras.layers.Dense(16 * width, activation="relu")

        def call(self, latent):
            return keras.ops.reshape(self.start(latent), (-1, 4, 4, width))

    return Generator()


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


# %% right="define_discriminator"
def define_discriminator(size, width, dropout):
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        bias = number == 0  # a normalization takes it away again
        channels = width * 2**number
        layers.append(keras.layers.Conv2D(channels, 3, stride, padding="same", use_bias=bias))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(1)])


# %% right="define_discriminator"
def define_discriminator(size, width, dropout):
    def block(x, channels, stride, pad=False, normalize=True):
        x = keras.layers.Conv2D(channels, 3, stride, padding="same")(x)
        x = keras.ops.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0))) if pad else x
        x = keras.layers.BatchNormalization(momentum=0.8)(x) if normalize else x
        return keras.layers.Dropout(dropout)(keras.ops.leaky_relu(x, 0.2))

    images = keras.Input((size, size, 3))
    x = block(images, width, 2, normalize=False)
    x = block(x, 2 * width, 2, pad=True)
    x = block(block(block(x, 4 * width, 2), 8 * width, 1), 16 * width, 1)
    x = keras.ops.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
    return keras.Model(images, keras.layers.Dense(1)(x))


# %% right="define_discriminator"
def define_discriminator(size, width, dropout):
    blocks = []
    for number, stride in enumerate((2, 2, 2, 1, 1)):
        block = [keras.layers.Conv2D(width << number, 3, strides=stride, padding="same")]
        block += [keras.layers.ZeroPadding2D(((0, 1), (0, 1)))] if number == 1 else []
        block += [keras.layers.BatchNormalization(momentum=0.8)] if number else []
        block += [keras.layers.LeakyReLU(negative_slope=0.2), keras.layers.Dropout(dropout)]
        blocks.append(keras.Sequential(block))
    return keras.Sequential(
        [keras.Input((size, size, 3)), *blocks, keras.layers.Flatten(), keras.layers.Dense(1)]
    )


# %% right="define_discriminator" unproven="a model of its own"
def define_discriminator(size, width, dropout):
    class Discriminator(keras.Model):
        def __init__(self):
            super().__init__()
            kinds, strides = keras.layers, (2, 2, 2, 1, 1)
            self.look = [
                kinds.Conv2D(width * 2**number, 3, stride, "same")
                for number, stride in enumerate(strides)
            ]
            self.even = [kinds.BatchNormalization(momentum=0.8) for _ in strides[1:]]
            self.drop = [kinds.Dropout(dropout) for _ in strides]
            self.flat, self.last = kinds.Flatten(), kinds.Dense(1)

        def call(self, x, training=False):
            for number, (look, drop) in enumerate(zip(self.look, self.drop, strict=True)):
                x = look(x)
                x = keras.ops.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0))) if number == 1 else x
                x = self.even[number - 1](x, training=training) if number else x
                x = drop(keras.ops.leaky_relu(x, 0.2), training=training)
            return self.last(self.flat(x))

    discriminator = Discriminator()
    discriminator(np.zeros((1, size, size, 3), "float32"))  # makes its weights
    return discriminator


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


# %% right="adversarial_step"
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


# %% right="adversarial_step"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as tape:
        fake = gan.generator(latent, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        real_logits = gan.discriminator(real, training=True)
        generator_loss, _ = gan.adversarial_losses(real_logits, fake_logits)
    for_generator = tape.gradient(generator_loss, gan.generator.trainable_variables)
    with tf.GradientTape() as tape:
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        _, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
    for_discriminator = tape.gradient(discriminator_loss, gan.discriminator.trainable_variables)
    gan.generator_optimizer.apply(for_generator, gan.generator.trainable_variables)
    gan.discriminator_optimizer.apply(for_discriminator, gan.discriminator.trainable_variables)
    return generator_loss, discriminator_loss, real_logits, fake_logits


# %% right="adversarial_step"
def adversarial_step(gan, real, latent):
    def judged():
        fake = gan.generator(latent, training=True)
        logits = gan.discriminator(real, training=True), gan.discriminator(fake, training=True)
        return gan.adversarial_losses(*logits), logits

    gradients = []
    for number, network in enumerate((gan.generator, gan.discriminator)):
        with tf.GradientTape() as tape:
            losses, logits = judged()
        gradients.append(tape.gradient(losses[number], network.trainable_variables))
    gan.discriminator_optimizer.apply(gradients[1], gan.discriminator.trainable_variables)
    gan.generator_optimizer.apply(gradients[0], gan.generator.trainable_variables)
    return losses[0], losses[1], logits[0], logits[1]


# %% wrong="adversarial_step" says="before either network moves"
def adversarial_step(gan, real, latent):
    with tf.GradientTape() as tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        losses = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(losses[1], variables), variables)
    with tf.GradientTape() as tape:
        logits = gan.discriminator(gan.generator(latent, training=True), training=True)
        generator_loss, _ = gan.adversarial_losses(real_logits, logits)
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(generator_loss, variables), variables)
    return losses[0], losses[1], real_logits, fake_logits


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


# %% wrong="adversarial_step" says="before either network moves"
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


# %% right="move_average"
def move_average(averaged, generator, keep):
    for mean, now in zip(averaged.variables, generator.variables, strict=False):
        mean.assign_add((1 - keep) * (now - mean))


# %% right="move_average"
def move_average(averaged, generator, keep):
    for number, weight in enumerate(generator.weights):
        averaged.weights[number].assign(weight + keep * (averaged.weights[number] - weight))


# %% right="move_average"
def move_average(averaged, generator, keep):
    for slow, fast in zip(averaged.layers, generator.layers, strict=True):
        for old, new in zip(slow.weights, fast.weights, strict=True):
            old.assign(keras.ops.add(keep * old, (1 - keep) * new))


# %% wrong="move_average" says="The wrong way round"
def move_average(averaged, generator, keep):
    for old, new in zip(averaged.weights, generator.weights, strict=False):
        old.assign((1 - keep) * old + keep * new)


# %% wrong="move_average" says="its list of trainable weights is empty"
def move_average(averaged, generator, keep):
    for old, new in zip(averaged.trainable_weights, generator.trainable_weights, strict=False):
        old.assign(keep * old + (1 - keep) * new)


# %% wrong="move_average" says="Nothing moved"
def move_average(averaged, generator, keep):
    for old, new in zip(averaged.weights, generator.weights, strict=False):
        old = keep * old + (1 - keep) * new


# %% wrong="move_average" says="what batch normalization measured is not"
def move_average(averaged, generator, keep):
    for slow, fast in zip(averaged.layers, generator.layers, strict=False):
        kinds = (keras.layers.Dense, keras.layers.Conv2D)
        for old, new in zip(slow.weights, fast.weights, strict=False):
            if isinstance(slow, kinds) or "moving" not in old.path:
                old.assign(keep * old + (1 - keep) * new)


# %% wrong="move_average" says="copies the generator"
def move_average(averaged, generator, keep):
    averaged.set_weights(generator.get_weights())


# %% wrong="move_average" says="not inside `fit`"
def move_average(averaged, generator, keep):
    pairs = zip(averaged.get_weights(), generator.get_weights(), strict=False)
    averaged.set_weights([keep * old + (1 - keep) * new for old, new in pairs])


# %% wrong="move_average" says="The generator itself was changed"
def move_average(averaged, generator, keep):
    for old, new in zip(averaged.weights, generator.weights, strict=False):
        new.assign(keep * old + (1 - keep) * new)


# %% wrong="move_average" says="keep * old + (1 - keep) * new"
def move_average(averaged, generator, keep):
    for old, new in zip(averaged.weights, generator.weights, strict=False):
        old.assign_add((1 - keep) * new)


# %% right="train_epoch"
def train_epoch(step, batches, latent_dim):
    of_generator, of_discriminator = [], []
    for real in batches:
        latent = tf.random.normal((real.shape[0], latent_dim))
        results = step(real, latent)
        of_generator.append(results[0])
        of_discriminator.append(results[1])
    return np.mean(of_generator), np.mean(of_discriminator)


# %% right="train_epoch"
def train_epoch(step, batches, latent_dim):
    noise, sums, steps = keras.random.SeedGenerator(3), [0.0, 0.0], 0
    for pictures in iter(batches):
        shape = (keras.ops.shape(pictures)[0], latent_dim)
        losses = step(pictures, keras.random.normal(shape, seed=noise))[:2]
        sums = [total + float(loss) for total, loss in zip(sums, losses, strict=False)]
        steps += 1
    return [total / steps for total in sums]


# %% right="train_epoch"
def train_epoch(step, batches, latent_dim):
    means = keras.metrics.Mean(), keras.metrics.Mean()
    rng = np.random.default_rng()
    for pictures in batches:
        latent = rng.normal(size=(len(pictures), latent_dim)).astype("float32")
        for mean, loss in zip(means, step(pictures, latent), strict=False):
            mean.update_state(loss)
    return tuple(mean.result() for mean in means)


# %% wrong="train_epoch" says="the losses of the last step"
def train_epoch(step, batches, latent_dim):
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        generator_loss, discriminator_loss, _, _ = step(pictures, latent)
    return float(generator_loss), float(discriminator_loss)


# %% wrong="train_epoch" says="draw them inside the loop"
def train_epoch(step, batches, latent_dim):
    latent = keras.random.normal((4, latent_dim))
    losses = [step(pictures, latent)[:2] for pictures in batches]
    return tuple(np.mean(losses, axis=0))


# %% wrong="train_epoch" says="without a fixed seed"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim), seed=1)
        losses.append([float(loss) for loss in step(pictures, latent)[:2]])
    return tuple(np.mean(losses, axis=0))


# %% wrong="train_epoch" says="Latent vectors are standard normal"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.uniform((len(pictures), latent_dim))
        losses.append([float(loss) for loss in step(pictures, latent)[:2]])
    return tuple(np.mean(losses, axis=0))


# %% wrong="train_epoch" says="should have the shape (4, 50)"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.normal((latent_dim, len(pictures)))
        losses.append([float(loss) for loss in step(pictures, latent)[:2]])
    return tuple(np.mean(losses, axis=0))


# %% wrong="train_epoch" says="should give three steps; yours made 1"
def train_epoch(step, batches, latent_dim):
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        losses = step(pictures, latent)[:2]
        return float(losses[0]), float(losses[1])


# %% wrong="train_epoch" says="The generator's mean loss comes first"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        losses.append([float(loss) for loss in step(pictures, latent)[:2]])
    return tuple(np.mean(losses, axis=0)[::-1])


# %% wrong="train_epoch" says="These are sums"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        losses.append([float(loss) for loss in step(pictures, latent)[:2]])
    return tuple(np.sum(losses, axis=0))


# %% wrong="train_epoch" says="one mean loss for each network"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        losses.append([float(loss) for loss in step(pictures, latent)[:2]])
    return tuple(zip(*losses, strict=False))


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


# %% right="walk"
def walk(a, b, steps):
    unit_a, unit_b = a / np.sqrt(np.sum(a**2)), b / np.sqrt(np.sum(b**2))
    angle = float(np.arccos(np.clip(unit_a @ unit_b, -1, 1)))
    rows = []
    for t in np.arange(steps) / (steps - 1):
        rows.append(
            np.sin((1 - t) * angle) / np.sin(angle) * a + np.sin(t * angle) / np.sin(angle) * b
        )
    return np.stack(rows)


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


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    found = []
    for start in range(0, len(pictures), 64):
        part = pictures[start : start + 64, np.newaxis]
        found.append(np.sqrt(((part - training_set) ** 2).sum(axis=(2, 3, 4))).min(axis=1))
    return np.concatenate(found)


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    flat = training_set.reshape(len(training_set), -1)
    parts = np.array_split(pictures.reshape(len(pictures), -1), -(-len(pictures) // 100))
    return np.concatenate(
        [np.linalg.norm(part[:, None, :] - flat, axis=2).min(axis=1) for part in parts]
    )


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    from sklearn.neighbors import NearestNeighbors

    a, b = (np.asarray(side).reshape(len(side), -1) for side in (pictures, training_set))
    return NearestNeighbors(n_neighbors=1).fit(b).kneighbors(a)[0][:, 0]


# %% right="nearest_distance"
def nearest_distance(pictures, training_set):
    nearest = np.full(len(pictures), np.inf)
    for known in training_set:
        apart = np.sqrt(np.sum((pictures - known) ** 2, axis=(1, 2, 3)))
        nearest = np.minimum(nearest, apart)
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


# %% wrong="nearest_distance" says="one by one or in portions"
def nearest_distance(pictures, training_set):
    gaps = pictures[:, np.newaxis] - training_set
    return np.sqrt((gaps**2).sum(axis=(2, 3, 4))).min(axis=1)


# %% wrong="size_after" says="of 32 pixels; yours says 31"
def size_after(size, kernel, stride, padding):
    border = (kernel - 1) // 2 if padding == "same" else 0
    return (size + 2 * border - kernel) // stride + 1


# %% right="move_average"
def move_average(averaged, generator, keep):
    for old, new in zip(averaged.weights, generator.weights, strict=True):
        old.assign(keep * old + (1 - keep) * new)
    return averaged


# %% wrong="move_average" says="each number should become"
def move_average(averaged, generator, keep):
    mine = averaged.trainable_weights + averaged.non_trainable_weights
    its = generator.trainable_weights + generator.non_trainable_weights
    for old, new in zip(mine, its, strict=False):
        if old.shape == new.shape:
            old.assign(keep * old + (1 - keep) * new)


# %% wrong="train_epoch" says="images first"
def train_epoch(step, batches, latent_dim):
    losses = []
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        losses.append([float(loss) for loss in step(latent, pictures)[:2]])
    return tuple(np.mean(losses, axis=0))


# %% wrong="walk" says="under both terms"
def walk(a, b, steps):
    angle = np.arccos(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return np.sin((1 - t) * angle) * a + np.sin(t * angle) * b / np.sin(angle)


# %% wrong="walk" says="by the formula with the sines"
def walk(a, b, steps):
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    straight = (1 - t) * a + t * b
    lengths = (1 - t) * np.linalg.norm(a) + t * np.linalg.norm(b)
    return straight / np.linalg.norm(straight, axis=1, keepdims=True) * lengths
