"""Public recipes that a learner would copy today: their layer sizes and settings, our own code.

Each recipe is a function `(lab, watch, seed) -> None`, as is what this course has in its place: it
trains until `watch` stops it. `watch(quality)` is called after each portion of training; it decides
when to ask for the quality, and does not count the seconds of that. Recipes learn from what the lab
learns from, and are judged as the lab is.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from helpers import datasets, metrics, training

ops, layers = keras.ops, keras.layers
Watch = Callable[[Callable[[], float]], None]


# ── what they learn from, and how they are judged ────────────────────────────────────────────────


class Digits:
    """The digits of labs 07 and 09, and the judgements of drawings."""

    def __init__(self, seed: int):
        data = datasets.load_digits("embedded", seed=seed)
        self.y_train = data.y_train
        self.x_train = (data.x_train[..., None] / 127.5 - 1).astype("float32")
        held_out = (data.x_test[:1000, ..., None] / 127.5 - 1).astype("float32")
        self.edges = metrics.edge_features(held_out)
        self.asked = np.arange(1000) % 10
        self.judge = training.load_model("judge_digits")

    def coverage(self, drawn) -> float:
        """The share of held-out digits with one of 1,000 drawings nearby."""
        return metrics.density_and_coverage(self.edges, metrics.edge_features(drawn))[1]

    def agreement(self, drawn) -> float:
        """The share of 1,000 drawings that the judge reads as the digit asked for."""
        named = self.judge.predict(drawn, batch_size=250, verbose=0).argmax(axis=1)
        return float((named == self.asked).mean())


def in_portions(network, *inputs: np.ndarray, size: int = 250) -> np.ndarray:
    """What a network makes of 1,000 inputs, not in training."""
    parts = range(0, len(inputs[0]), size)
    pieces = ([tf.constant(x[k : k + size]) for x in inputs] for k in parts)
    found = (network(p if len(p) > 1 else p[0], training=False) for p in pieces)
    return np.concatenate([np.asarray(pictures) for pictures in found])


def batches(size: int, seed: int, *data: np.ndarray) -> tf.data.Dataset:
    rows = tf.data.Dataset.from_tensor_slices(data if len(data) > 1 else data[0])
    rows = rows.shuffle(len(data[0]), seed=seed, reshuffle_each_iteration=True)
    return rows.batch(size, drop_remainder=True).prefetch(2)


def watched_fit(model: keras.Model, watch: Watch, quality: Callable[[], float]) -> None:
    """From now on `model.fit` calls `watch` after each epoch."""
    fit = model.fit
    after = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: watch(quality))

    def watched(*arguments, callbacks=(), **settings):
        return fit(*arguments, callbacks=[*callbacks, after], **settings)

    model.fit = watched


def real_or_fake(real_logits, fake_logits):
    """The two losses of the tutorials: binary cross-entropy on logits; its means are added."""
    softplus, mean = ops.softplus, ops.mean
    of_critic = mean(softplus(-real_logits)) + mean(softplus(fake_logits))
    return mean(softplus(-fake_logits)), of_critic


# ── lab 07 ───────────────────────────────────────────────────────────────────────────────────────


def dcgan_tutorial(lab: dict, watch: Watch, seed: int) -> None:
    """The DCGAN of TensorFlow's tutorials: Adam at 1e-4, batches of 256."""
    keras.utils.set_random_seed(seed)
    digits, latent = Digits(seed), np.random.default_rng(seed).normal(size=(1000, 100))
    generator = keras.Sequential([keras.Input((100,)), layers.Dense(7 * 7 * 256, use_bias=False)])
    generator.add(layers.BatchNormalization())
    generator.add(layers.LeakyReLU(0.3))
    generator.add(layers.Reshape((7, 7, 256)))
    for width, stride in ((128, 1), (64, 2)):
        generator.add(layers.Conv2DTranspose(width, 5, stride, padding="same", use_bias=False))
        generator.add(layers.BatchNormalization())
        generator.add(layers.LeakyReLU(0.3))
    generator.add(
        layers.Conv2DTranspose(1, 5, 2, padding="same", use_bias=False, activation="tanh")
    )
    judge = keras.Sequential([keras.Input((28, 28, 1))])
    for width in (64, 128):
        judge.add(layers.Conv2D(width, 5, 2, padding="same"))
        judge.add(layers.LeakyReLU(0.3))
        judge.add(layers.Dropout(0.3))
    judge.add(layers.Flatten())
    judge.add(layers.Dense(1))
    adams = [keras.optimizers.Adam(1e-4) for _ in range(2)]

    @tf.function
    def step(real):
        noise = tf.random.normal((256, 100))
        with tf.GradientTape() as tape, tf.GradientTape() as other:
            fake = generator(noise, training=True)
            losses = real_or_fake(judge(real, training=True), judge(fake, training=True))
        for adam, network, loss, t in zip(
            adams, (generator, judge), losses, (tape, other), strict=True
        ):
            adam.apply(t.gradient(loss, network.trainable_variables), network.trainable_variables)

    for adam, network in zip(adams, (generator, judge), strict=True):
        adam.build(network.trainable_variables)
    rows = batches(256, seed, digits.x_train)
    while True:
        for real in rows:
            step(real)
        watch(lambda: digits.coverage(in_portions(generator, latent.astype("float32"))))


def lab_07(lab: dict, watch: Watch, seed: int) -> None:
    """Lab 07's DCGAN as the lab trains it."""
    digits = Digits(seed)
    lab["x_train"] = digits.x_train
    gan = lab["dcgan"](seed)
    latent = np.asarray(keras.random.normal((1000, lab["LATENT_DIM"]), seed=seed + 1))
    watched_fit(gan, watch, lambda: digits.coverage(in_portions(gan.averaged, latent)))
    lab["train"](gan, lab["SETTINGS"]["dcgan_epochs"])


# ── lab 08 ───────────────────────────────────────────────────────────────────────────────────────


def wgan_gp_example(lab: dict, watch: Watch, seed: int) -> None:
    """The WGAN-GP of Keras' examples: three steps of the critic, penalty 10, batches of 512."""
    keras.utils.set_random_seed(seed)
    digits, latent = Digits(seed), np.random.default_rng(seed).normal(size=(1000, 128))
    critic = keras.Sequential([keras.Input((28, 28, 1)), layers.ZeroPadding2D(2)])
    for width, dropout in ((64, 0), (128, 0.3), (256, 0.3), (512, 0)):
        critic.add(layers.Conv2D(width, 5, 2, padding="same"))
        critic.add(layers.LeakyReLU(0.2))
        critic.add(layers.Dropout(dropout))
    for layer in (layers.Flatten(), layers.Dropout(0.2), layers.Dense(1)):
        critic.add(layer)
    generator = keras.Sequential([keras.Input((128,)), layers.Dense(4 * 4 * 256, use_bias=False)])
    generator.add(layers.BatchNormalization())
    generator.add(layers.LeakyReLU(0.2))
    generator.add(layers.Reshape((4, 4, 256)))
    for width in (128, 64, 1):
        generator.add(layers.UpSampling2D(2))
        generator.add(layers.Conv2D(width, 3, padding="same", use_bias=False))
        generator.add(layers.BatchNormalization())
        generator.add(layers.Activation("tanh") if width == 1 else layers.LeakyReLU(0.2))
    generator.add(layers.Cropping2D(2))
    adams = [keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.9) for _ in range(2)]
    for adam, network in zip(adams, (generator, critic), strict=True):
        adam.build(network.trainable_variables)

    @tf.function
    def step(real):
        for _ in range(3):
            fake = generator(tf.random.normal((512, 128)), training=True)
            between = real + tf.random.uniform((512, 1, 1, 1)) * (fake - real)
            with tf.GradientTape() as tape:
                with tf.GradientTape() as inner:
                    inner.watch(between)
                    scores = critic(between, training=True)
                slopes = tf.norm(tf.reshape(inner.gradient(scores, between), (512, -1)), axis=1)
                loss = ops.mean(critic(fake, training=True)) - ops.mean(critic(real, training=True))
                loss += 10 * ops.mean((slopes - 1) ** 2)
            variables = critic.trainable_variables
            adams[1].apply(tape.gradient(loss, variables), variables)
        with tf.GradientTape() as tape:
            fake = generator(tf.random.normal((512, 128)), training=True)
            loss = -ops.mean(critic(fake, training=True))
        variables = generator.trainable_variables
        adams[0].apply(tape.gradient(loss, variables), variables)

    rows = batches(512, seed, digits.x_train)
    while True:
        for real in rows:
            step(real)
            watch(lambda: digits.coverage(in_portions(generator, latent.astype("float32"))))


# ── lab 09 ───────────────────────────────────────────────────────────────────────────────────────


def label_planes(condition) -> tf.Tensor:
    """One-hot labels, (n, 10), as planes of a picture, (n, 28, 28, 10), as the recipe means them.

    (Its own repeat-and-reshape fills bands of rows, not planes.)
    """
    return tf.tile(condition[:, None, None], (1, 28, 28, 1))


def conditional_example(lab: dict, watch: Watch, seed: int) -> None:
    """The conditional GAN of Keras' examples: labels as planes, Adam at 3e-4, batches of 64."""
    keras.utils.set_random_seed(seed)
    digits, noise = Digits(seed), np.random.default_rng(seed).normal(size=(1000, 128))
    one_hot = np.eye(10, dtype="float32")
    judge = keras.Sequential([keras.Input((28, 28, 11))])
    for width in (64, 128):
        judge.add(layers.Conv2D(width, 3, 2, padding="same"))
        judge.add(layers.LeakyReLU(0.2))
    judge.add(layers.GlobalMaxPooling2D())
    judge.add(layers.Dense(1))
    generator = keras.Sequential([keras.Input((138,)), layers.Dense(7 * 7 * 138)])
    generator.add(layers.LeakyReLU(0.2))
    generator.add(layers.Reshape((7, 7, 138)))
    for _ in range(2):
        generator.add(layers.Conv2DTranspose(128, 4, 2, padding="same"))
        generator.add(layers.LeakyReLU(0.2))
    generator.add(layers.Conv2D(1, 7, padding="same", activation="sigmoid"))
    adams = [keras.optimizers.Adam(3e-4) for _ in range(2)]
    for adam, network in zip(adams, (generator, judge), strict=True):
        adam.build(network.trainable_variables)

    @tf.function
    def step(real, condition):
        inputs = tf.concat([tf.random.normal((64, 128)), condition], axis=1)
        planes = label_planes(condition)
        with tf.GradientTape() as tape, tf.GradientTape() as other:
            fake = generator(inputs, training=True)
            pairs = (tf.concat([pictures, planes], axis=-1) for pictures in (real, fake))
            losses = real_or_fake(*(judge(pair, training=True) for pair in pairs))
        for adam, network, loss, t in zip(
            adams, (generator, judge), losses, (tape, other), strict=True
        ):
            adam.apply(t.gradient(loss, network.trainable_variables), network.trainable_variables)

    inputs = np.concatenate([noise, one_hot[digits.asked]], axis=1).astype("float32")
    rows = batches(64, seed, (digits.x_train + 1) / 2, one_hot[digits.y_train])
    while True:
        for real, condition in rows:
            step(real, condition)
        watch(lambda: digits.agreement(2 * in_portions(generator, inputs) - 1))


def lab_09(lab: dict, watch: Watch, seed: int) -> None:
    """Lab 09's conditional GAN as the lab trains it."""
    digits = Digits(seed)
    gan, asked = lab["digit_gan"](), lab["one_hot"](digits.asked)
    latent = np.asarray(keras.random.normal((1000, lab["LATENT_DIM"]), seed=seed + 1))

    def quality() -> float:
        return digits.agreement(in_portions(gan.averaged, latent, asked))

    lab["train"](
        gan,
        digits.x_train,
        lab["one_hot"](digits.y_train),
        lab["BATCH_SIZE"],
        lab["SETTINGS"]["epochs"],
        lambda _: watch(quality),
    )


# ── lab 10 ───────────────────────────────────────────────────────────────────────────────────────


def bits(lab: dict, network, window: int) -> float:
    """Held-out bits a character of a network of windows, by the later half of each."""
    codes, cut = lab["CODES"], lab["CUT"]
    windows, counts = lab["windows_of"](codes, cut, window, window // 2)
    logits = network.predict(windows[:, :-1], batch_size=50, verbose=0)[counts]
    return lab["bits_per_character"](logits, lab["HELD_OUT"])


def character_lstm_example(lab: dict, watch: Watch, seed: int) -> None:
    """The character LSTM of Keras' examples: 40 characters, the next one, RMSprop at 0.01."""
    keras.utils.set_random_seed(seed)
    codes, cut, size, length = lab["CODES"], lab["CUT"], lab["SIZE"], 40
    model = keras.Sequential([keras.Input((length, size)), layers.LSTM(128)])
    model.add(layers.Dense(size, activation="softmax"))
    model.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy")
    starts = np.arange(0, cut - length, 3)
    one_hot = np.eye(size, dtype="float32")
    asked = np.arange(cut, len(codes), 7)  # every seventh held-out character, each after 40

    def quality() -> float:
        before = one_hot[codes[asked[:, None] - np.arange(length, 0, -1)]]
        chances = model.predict(before, batch_size=512, verbose=0)
        return float(-np.log2(chances[np.arange(len(asked)), codes[asked]] + 1e-30).mean())

    rng = np.random.default_rng(seed)
    while True:
        for part in np.array_split(rng.permutation(starts), 40):
            x = one_hot[codes[part[:, None] + np.arange(length)]]
            model.fit(x, codes[part + length], 128, shuffle=False, verbose=0)
            watch(quality)


class Block(layers.Layer):
    """A block of the miniature GPT: attention of two heads, dropout, norms behind the sums."""

    def __init__(self, width: int = 256):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, width)
        self.dense = keras.Sequential([layers.Dense(width, "relu"), layers.Dense(width)])
        self.norms = [layers.LayerNormalization(epsilon=1e-6) for _ in range(2)]
        self.dropouts = [layers.Dropout(0.1) for _ in range(2)]

    def call(self, x, training=None):
        seen = self.attention(x, x, use_causal_mask=True, training=training)
        x = self.norms[0](x + self.dropouts[0](seen, training=training))
        return self.norms[1](x + self.dropouts[1](self.dense(x), training=training))


class Embedded(layers.Layer):
    """An embedding of what stands at a place, plus one of the place."""

    def __init__(self, size: int, length: int, width: int = 256):
        super().__init__()
        self.of_character = layers.Embedding(size, width)
        self.of_place = layers.Embedding(length, width)

    def call(self, x):
        return self.of_character(x) + self.of_place(ops.arange(x.shape[1]))


def small_gpt_example(lab: dict, watch: Watch, seed: int) -> None:
    """The miniature GPT of Keras' examples, on characters: one block, 80 places, batches of 128."""
    keras.utils.set_random_seed(seed)
    codes, cut, size, length = lab["CODES"], lab["CUT"], lab["SIZE"], 80
    inputs = keras.Input((length,), dtype="int32")
    x = Block()(Embedded(size, length)(inputs))
    model = keras.Model(inputs, layers.Dense(size)(x))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(seed)
    while True:
        starts = rng.integers(0, cut - length - 1, 128 * 20)
        windows = codes[starts[:, None] + np.arange(length + 1)]
        model.fit(windows[:, :-1], windows[:, 1:], 128, shuffle=False, verbose=0)
        watch(lambda: bits(lab, model, length))


def lab_10(lab: dict, watch: Watch, seed: int) -> None:
    """Lab 10's transformer as the lab trains it."""
    keras.utils.set_random_seed(seed)
    network = lab["make_transformer"]()
    watched_fit(network, watch, lambda: bits(lab, network, lab["WINDOW"]))
    lab["train"](network, lab["TRAINING"], lab["RATE"], lab["SETTINGS"]["steps"])


# ── lab 11 ───────────────────────────────────────────────────────────────────────────────────────


class Tomatoes:
    """The tomatoes of lab 11, and what share of the held-out ones as many drawings cover."""

    def __init__(self):
        self.real = datasets.load_images("tomato", 32, part="training")
        self.edges = metrics.edge_features(datasets.load_images("tomato", 32, part="held_out"))

    def coverage(self, drawn) -> float:
        """Of 500 drawings, in portions as large as the held-out part, as `judge_images` does."""
        n = len(self.edges)
        parts = np.array_split(metrics.edge_features(drawn), len(drawn) // n)
        found = (metrics.density_and_coverage(self.edges, part[:n])[1] for part in parts)
        return float(np.mean([*found]))


def ddim_block(x, width: int):
    residual = x if x.shape[-1] == width else layers.Conv2D(width, 1)(x)
    x = layers.BatchNormalization(center=False, scale=False)(x)
    x = layers.Conv2D(width, 3, padding="same", activation="swish")(x)
    return layers.Conv2D(width, 3, padding="same")(x) + residual


def ddim_network(size: int = 32, widths=(32, 64, 96, 128), depth: int = 2) -> keras.Model:
    """[noisy pictures, noise variances] → noise; the variance as 32 sines, on all places."""
    pictures, variance = keras.Input((size, size, 3)), keras.Input((1, 1, 1))
    turns = 2 * np.pi * np.exp(np.linspace(0, np.log(1000), 16)).astype("float32")
    waves = ops.concatenate([ops.sin(variance * turns), ops.cos(variance * turns)], axis=-1)
    x = layers.Concatenate()(
        [layers.Conv2D(widths[0], 1)(pictures), layers.UpSampling2D(size)(waves)]
    )
    skips = []
    for width in widths[:-1]:
        for _ in range(depth):
            x = ddim_block(x, width)
            skips.append(x)
        x = layers.AveragePooling2D(2)(x)
    for _ in range(depth):
        x = ddim_block(x, widths[-1])
    for width in widths[-2::-1]:
        x = layers.UpSampling2D(2, interpolation="bilinear")(x)
        for _ in range(depth):
            x = ddim_block(layers.Concatenate()([x, skips.pop()]), width)
    noise = layers.Conv2D(3, 1, kernel_initializer="zeros")(x)
    return keras.Model([pictures, variance], noise)


def rates(times):
    """Noise and signal rates of the cosine schedule, from 0.95 to 0.02 of signal."""
    first, last = np.arccos(0.95), np.arccos(0.02)
    angles = first + times * (last - first)
    return ops.sin(angles), ops.cos(angles)


def ddim_example(lab: dict, watch: Watch, seed: int) -> None:
    """The DDIM of Keras' examples: answers noise, AdamW at 1e-3, batches of 64, EMA of 0.999."""
    keras.utils.set_random_seed(seed)
    tomatoes = Tomatoes()
    mean, deviation = tomatoes.real.mean((0, 1, 2)), tomatoes.real.std((0, 1, 2))
    network = ddim_network()
    averaged = keras.models.clone_model(network)
    averaged.set_weights(network.get_weights())
    adam = keras.optimizers.AdamW(1e-3, weight_decay=1e-4)
    adam.build(network.trainable_variables)

    @tf.function
    def step(real):
        noise, times = tf.random.normal((64, 32, 32, 3)), tf.random.uniform((64, 1, 1, 1))
        of_noise, of_signal = rates(times)
        with tf.GradientTape() as tape:
            answer = network([of_signal * real + of_noise * noise, of_noise**2], training=True)
            loss = ops.mean(ops.abs(answer - noise))
        variables = network.trainable_variables
        adam.apply(tape.gradient(loss, variables), variables)
        for old, new in zip(averaged.weights, network.weights, strict=True):
            old.assign(0.999 * old + 0.001 * new)

    start = np.random.default_rng(seed).normal(size=(500, 32, 32, 3)).astype("float32")

    def drawn(model) -> np.ndarray:
        answer = tf.function(lambda x, of_noise: model([x, of_noise**2], training=False))
        parts = []
        for part in np.split(start, 4):
            x = part
            for k in range(20):
                (of_noise, of_signal), after = rates(1 - k / 20), rates(1 - (k + 1) / 20)
                noise = answer(x, tf.fill((125, 1, 1, 1), tf.cast(of_noise, "float32"))).numpy()
                clean = (x - float(of_noise) * noise) / float(of_signal)
                x = (float(after[1]) * clean + float(after[0]) * noise).astype("float32")
            parts.append(clean)
        return np.clip(np.concatenate(parts) * deviation + mean, -1, 1)

    def quality() -> float:
        """Of the averaged weights, as the recipe draws, or of the last ones if these do better."""
        return max(tomatoes.coverage(drawn(model)) for model in (averaged, network))

    rows = batches(64, seed, ((tomatoes.real - mean) / deviation).astype("float32"))
    while True:
        for real in rows:
            step(real)
        watch(quality)


def lab_11(lab: dict, watch: Watch, seed: int) -> None:
    """Lab 11's network as the lab trains it, 20 steps of sampling."""
    tomatoes = Tomatoes()
    lab["SHAPE"] = tomatoes.real.shape[1:]
    model = lab["tomato_model"](seed)
    start = np.random.default_rng(seed + 2).normal(size=(500, *lab["SHAPE"])).astype("float32")
    draw = lab["denoiser"](model.averaged, clip=1.0)
    watched_fit(model, watch, lambda: tomatoes.coverage(lab["draw"](draw, start)))
    lab["train"](model, lab["SETTINGS"]["steps"], 16, tomatoes.real)
