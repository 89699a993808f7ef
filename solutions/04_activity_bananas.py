# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 04 · Activity: two GANs paint bananas
#
# A DCGAN and a vanilla GAN, the same bananas, the same number of steps. You build both, train both,
# and decide **by numbers** which one paints better. Then you design an experiment that asks why.
#
# **You will learn**
# - to plan and build a GAN on your own, from data to samples;
# - to compare two models so that the comparison means something;
# - to test an explanation: one change, a prediction, three seeds;
# - to defend a conclusion with measured numbers.
#
# **Needs** about four hours of yours, three to eight minutes of computing, 1.6 GB of memory. Lab
# 03. Minutes stand under each heading.
#
# **How it is graded.** 40 points: 28 by the checks, which you see at once, and 12 for the written
# answer in section 10, which a person reads. Every check makes its own small inputs: a mistake in
# one exercise costs no points in another.
#
# **How it differs from a lab.** Each exercise states its task and what the function takes and
# returns. How to get there is up to you, and so are the networks: any that keep to the contract
# pass. Look up in lab 03 whatever you like. The hints are folded. If you are stuck all the same,
# "Still stuck?" under them says what is left.

# %% [markdown]
# ## 1. What will run here
# *5 minutes*

# %%
describe_run()

# %%
import gc
import os
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from PIL import Image

from helpers import images, metrics, plots, rivals, training
from helpers.controls import mean_and_sd
from helpers.datasets import load_images
from helpers.run import ROOT, peak_memory_mb

PROFILE, SEED = run_profile(), run_seed()
keras.utils.set_random_seed(SEED)

# %% [markdown]
# All constants stand in one place, so that nothing below holds a number of its own.

# %%
RESOLUTION = {"quick": 1, "full": 3}[PROFILE]  # side of an image, in units of 32 pixels
SETTINGS = {
    "size": 32 * RESOLUTION,  # width and height of an image
    "rows": 5,  # the preview: 25 images,
    "columns": 5,
    "margin": 16,  # this many pixels apart
    "latent_dim": 200,  # length of a latent vector
    "batch_size": 32,
    "dense_width": 128,  # of the vanilla GAN
} | {
    "quick": {
        "epochs": 40,  # times that each GAN sees all bananas
        "view": 8,  # a first look after this many
        "trial_epochs": 10,  # in your experiment, section 9
        "generator_width": 64,  # of the DCGAN, as in lab 03
        "discriminator_width": 16,
        "dropout": 0.0,  # in both discriminators
        "learning_rate": 1e-3,  # of all four optimizers
        "average": 0.98,  # momentum of the averaged generators, as in lab 03
    },
    "full": {
        "epochs": 500,
        "view": 100,
        "trial_epochs": 100,
        "generator_width": 256,
        "discriminator_width": 32,
        "dropout": 0.25,
        "learning_rate": 1.5e-4,
        "average": 0.999,
    },
}[PROFILE]
SIZE, LATENT_DIM, EPOCHS = SETTINGS["size"], SETTINGS["latent_dim"], SETTINGS["epochs"]
EARLY = min(SETTINGS["view"], EPOCHS)
for name, value in SETTINGS.items():
    print(f"{name:<20} {value}")


# %%
def time_string(seconds: float) -> str:
    """Hours, minutes and seconds, such as "1:02:05"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


# %% [markdown]
# ## 2. Data
# *20 minutes*
#
# `load_images("banana", size, source, part=…)` returns pictures in [−1, 1], as in lab 03. A part is
# held out again: no network sees it. Those that come with the course are drawn by a program;
# `SOURCE = "fruits360"` downloads photographs, and a folder of your own will do too.
#
# Large sets take minutes to read, scale and crop. So this is done **once**, and what came out is
# kept in a file. (Ours is read in a moment; with your own photographs it pays.)
#
# **Task.** Return the array in the file at `path`, if there is one. If not, call `prepare()`, which
# returns the array, save it at `path` with numpy, and return it. The folder may be missing, too.


# %% exercise="load_or_prepare"
def load_or_prepare(path: Path, prepare) -> np.ndarray:
    """The array kept in `path`, a file whose name ends in .npy; made and kept if there is none.

    prepare: a function without arguments that returns the array.
    """
    ### BEGIN SOLUTION
    if path.exists():
        return np.load(path)
    array = prepare()
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array)
    return array
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `path.exists()` tells whether the file is there. `np.save(path, array)` and `np.load(path)`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `path.parent.mkdir(parents=True, exist_ok=True)` makes the folder, and minds neither if it is
# there nor if folders above it are missing.
# </details>

# %% check="load_or_prepare" points=2

# %% [markdown]
# A kept file is a trap as well: it stays as it is when the pictures change. So everything that the
# array depends on belongs into its name; of pictures of your own, delete the file when you add
# some.

# %%
SOURCE = "embedded"  # or "fruits360" (downloads photographs), or a folder or zip of your own
RUNS = Path(os.environ.get("WORKBOOK_RUNS") or ROOT / "build" / "runs") / "04_activity_bananas"

name = f"banana-{SIZE}-{Path(SOURCE).name}-training.npy"
real = load_or_prepare(RUNS / name, lambda: load_images("banana", SIZE, SOURCE, part="training"))
held_out = load_images("banana", SIZE, SOURCE, part="held_out")
print("training", real.shape, "held out", held_out.shape, real.dtype)

# %%
DESCRIPTION = "A sheet of 25 small pictures of bananas on white."
TITLE = "Real bananas, from the training set"
images.show_sheet(real[:25], TITLE, DESCRIPTION, SETTINGS["columns"], SETTINGS["margin"])

# %% [markdown]
# *25 bananas on white, yellow to green, some with brown spots: more or less bent and tilted, each
# lit in another way, all with the stalk at the upper right.*
#
# **Task.** Make the batches of **one epoch** with `tf.data`: shuffled, the rest left out. The order
# should depend on `seed` alone. Then we can hand both GANs the same batches in the same order, by
# giving epoch 7 of both the same seed.


# %% exercise="make_batches"
def make_batches(pictures: np.ndarray, batch_size: int, seed: int) -> tf.data.Dataset:
    """One epoch of shuffled batches; the same seed gives the same order, another one another.

    pictures: shape (n, …). The elements of the result have the shape (batch_size, …).
    """
    ### BEGIN SOLUTION
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Three calls in a row, as in lab 03. Their order matters.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `from_tensor_slices`, `.shuffle(buffer, seed=seed)` with a buffer as large as the set,
# `.batch(…, drop_remainder=True)`.
# </details>

# %% check="make_batches" points=2

# %% [markdown]
# ## 3. Four networks
# *45 minutes*
#
# Both GANs take the same latent vectors and return the same kind of image. What is between is what
# we compare. Build what you find sensible, from Keras' layers or your own; the checks ask for the
# contract:
#
# - **Generators** take latent vectors (n, latent_dim) and return images (n, size, size, 3) in
#   [−1, 1], by a tanh at the end.
# - **Discriminators** take images (n, size, size, 3) and return logits (n, 1): any number, without
#   a sigmoid. Each pixel has a say.
# - **DCGAN**: at least three convolutions in each network. The generator begins with a small
#   picture and enlarges it step by step; the discriminator shrinks the image step by step, to a
#   quarter or less.
# - **Vanilla GAN**: fully connected layers (`Dense`), at least three in each network, the last one
#   included, and no convolution. The discriminator flattens **first**: a `Dense` layer on an image
#   that is not flattened works on each pixel alone, and in full size what it returns fills a
#   gigabyte.
# - **Activations** of your choice come after hidden layers. Layers without one between them add up
#   to one, and count as one.
# - **Batch normalization** in both generators, or you would compare normalization, not
#   convolutions; in discriminators as you like. Say `BatchNormalization(momentum=0.8)`, as in lab
#   03: an epoch has only 12 steps here, and with Keras' 0.99 the early previews would be painted
#   with statistics that are not learned yet.
# - **Dropout** with the rate `dropout` in both discriminators.
#
# All begin with `keras.Input`, work for images of 32, 64 and 96 pixels, and have no weight that is
# never used. `width` scales a network as you like: much more width, more weights. For the quick
# profile you should stay below five million weights in each network. That is ample, and it keeps
# you within memory and minutes.
#
# Sizes that work, if you want a place to start: for the DCGAN those of lab 03; for the vanilla GAN
# hidden layers of `width`, 2 · `width` and 4 · `width` in the generator, and of 4 · `width` and
# 2 · `width` in the discriminator.


# %% exercise="dcgan_generator"
def dcgan_generator(latent_dim: int, size: int, width: int) -> keras.Model:
    """From latent vectors (n, latent_dim) to images (n, size, size, 3), with convolutions.

    size: a multiple of 32. width scales the numbers of channels.
    """

    ### BEGIN SOLUTION
    def convolution(channels, activation=None):
        return keras.layers.Conv2D(channels, 3, padding="same", activation=activation)

    def enlarge(factor):
        return [
            keras.layers.UpSampling2D(factor),
            convolution(width),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]

    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(16 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
        *enlarge(2),
        *enlarge(2),
    ]
    width //= 2
    layers += enlarge(2)
    if size > 32:
        layers += enlarge(size // 32)
    layers.append(convolution(3, "tanh"))
    return keras.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Section 4 of lab 03 has it as a table: `Dense` and `Reshape` to 4×4, then blocks of enlarging, a
# convolution, normalization and ReLU. How often must 4 be doubled to make 32? What is left for 96?
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Enlarge by `UpSampling2D(2)` and `Conv2D`, or by `Conv2DTranspose(…, 4, strides=2,
# padding="same")`, three times; if `size` is more than 32, once more by `size // 32`. The last
# layer is `Conv2D(3, 3, padding="same", activation="tanh")`.
# </details>

# %% check="dcgan_generator" points=3


# %% exercise="dcgan_discriminator"
def dcgan_discriminator(size: int, width: int, dropout: float) -> keras.Model:
    """From images (n, size, size, 3) to logits of being real (n, 1), with convolutions.

    width scales the numbers of channels. dropout: rate after hidden layers, 0 for none.
    """
    ### BEGIN SOLUTION
    layers = [keras.Input((size, size, 3))]
    for stride in (2, 2, 2, 1, 1):
        layers += [
            keras.layers.Conv2D(width, 3, strides=stride, padding="same"),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.Activation("leaky_relu"),
            keras.layers.Dropout(dropout),
        ]
        width *= 2
    del layers[2]  # no normalization right after the image
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Section 5 of lab 03 has it as a table: five convolutions, the first three with stride 2, and the
# channels double each time.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# In a loop `Conv2D(…, 3, strides=…, padding="same")`, `BatchNormalization` (not after the first),
# `LeakyReLU(0.2)`, `Dropout(dropout)`; after it `Flatten()` and `Dense(1)` without an activation.
# </details>

# %% check="dcgan_discriminator" points=3


# %% exercise="vanilla_generator"
def vanilla_generator(latent_dim: int, size: int, width: int) -> keras.Model:
    """From latent vectors (n, latent_dim) to images (n, size, size, 3), fully connected.

    width scales the hidden layers.
    """
    ### BEGIN SOLUTION
    layers = [keras.Input((latent_dim,))]
    for _ in range(3):
        layers += [
            keras.layers.Dense(width),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.Activation("leaky_relu"),
        ]
        width *= 2
    layers += [
        keras.layers.Dense(size * size * 3, activation="tanh"),
        keras.layers.Reshape((size, size, 3)),
    ]
    return keras.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Hidden layers that grow, then one unit for each number of the image: how many is that?
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `Dense`, `BatchNormalization(momentum=0.8)` and `LeakyReLU(0.2)` in a loop over the sizes,
# then `Dense(size * size * 3, activation="tanh")` and `Reshape((size, size, 3))`.
# </details>

# %% check="vanilla_generator" points=2


# %% exercise="vanilla_discriminator"
def vanilla_discriminator(size: int, width: int, dropout: float) -> keras.Model:
    """From images (n, size, size, 3) to logits of being real (n, 1), fully connected.

    width scales the hidden layers. dropout: rate after them, 0 for none.
    """
    ### BEGIN SOLUTION
    layers = [keras.Input((size, size, 3)), keras.layers.Flatten()]
    for factor in (4, 2):
        layers.append(keras.layers.Dense(factor * width, activation="leaky_relu"))
        layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(1))
    return keras.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# The mirror image of the generator: `Flatten`, hidden layers that shrink, one number.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# After `keras.Input((size, size, 3))` and `Flatten()`: `Dense`, `LeakyReLU(0.2)` and
# `Dropout(dropout)` for each hidden layer, then `Dense(1)` without an activation.
# </details>

# %% check="vanilla_discriminator" points=2

# %% [markdown]
# ## 4. Before training
# *12 minutes*
#
# Two small tools. Latent vectors are drawn from a `seed`: a whole number gives the *same* ones each
# time (to watch the same images grow), a `keras.random.SeedGenerator` new ones at each call, also
# inside compiled code (to train with). And a discriminator's **decision**: its logit can be any
# number; the sigmoid makes a probability of it.


# %%
def latent_vectors(n: int, latent_dim: int, seed):
    """Standard normal latent vectors, shape (n, latent_dim), drawn from `seed` alone."""
    return keras.random.normal((n, latent_dim), seed=seed)


def decision(discriminator, pictures) -> np.ndarray:
    """Probability that each picture is real, shape (n,), from a discriminator's logits."""
    return np.asarray(keras.ops.sigmoid(discriminator(pictures, training=False)))[:, 0]


# %% [markdown]
# **Task.** Paint latent vectors, lay the images out on white paper, row by row, and save the sheet
# as a PNG. Build it by hand, or with what `helpers.images` offers.


# %% exercise="save_images"
def save_images(generator, latent, columns: int, margin: int, path: Path) -> np.ndarray:
    """Paint `latent`, shape (n, latent_dim), and save the images as one sheet.

    columns: images in a row. margin: white pixels around each image. path: ends in .png; its folder
    is made when missing. Returns the sheet: bytes (uint8), shape (height, width, 3).
    """
    ### BEGIN SOLUTION
    picture = images.sheet(generator(latent, training=False), columns, margin)
    images.save_png(picture, path)
    return picture
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `images.sheet` and `images.save_png`: lab 03 used both, and `help(images.save_png)` tells more.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Paint with `generator(latent, training=False)`, hand that to `images.sheet`, save and return the
# sheet.
# </details>

# %% check="save_images" points=2

# %%
FIXED = latent_vectors(SETTINGS["rows"] * SETTINGS["columns"], LATENT_DIM, SEED + 1)


def save_sheet(generator: keras.Model, path: Path) -> np.ndarray:
    """The 25 fixed latent vectors, painted and saved; returns the sheet."""
    return save_images(generator, FIXED, SETTINGS["columns"], SETTINGS["margin"], path)


def side_by_side(left: np.ndarray, right: np.ndarray, title: str, description: str) -> None:
    """Two sheets next to each other: the DCGAN's and the vanilla GAN's."""
    both = np.concatenate([left, right], axis=1)
    title = f"{title}: DCGAN (left), vanilla GAN (right)"
    images.show_picture(both, title, description, zoom=max(1, 64 // SIZE))


new_dcgan = dcgan_generator(LATENT_DIM, SIZE, SETTINGS["generator_width"])
new_vanilla = vanilla_generator(LATENT_DIM, SIZE, SETTINGS["dense_width"])
side_by_side(
    save_images(new_dcgan, FIXED[:4], 4, SETTINGS["margin"], RUNS / "untrained-dcgan.png"),
    save_images(new_vanilla, FIXED[:4], 4, SETTINGS["margin"], RUNS / "untrained-vanilla.png"),
    "Untrained",
    "Four squares of soft blots, four of fine specks.",
)

# %% [markdown]
# *Squares without any banana. In our networks the DCGAN's hold soft colored blots, which run over
# many pixels; the vanilla GAN's are gray, with a speck in each single pixel.*

# %%
for name, judge_of, painter in (
    (
        "DCGAN",
        dcgan_discriminator(SIZE, SETTINGS["discriminator_width"], SETTINGS["dropout"]),
        new_dcgan,
    ),
    (
        "vanilla",
        vanilla_discriminator(SIZE, SETTINGS["dense_width"], SETTINGS["dropout"]),
        new_vanilla,
    ),
):
    painted = painter(FIXED[:3], training=False)
    print(f"{name:<8} painted {decision(judge_of, painted).round(3)}", end="  ")
    print(f"real {decision(judge_of, real[:3]).round(3)}")

# %% [markdown]
# Painted images get about one half: nothing has been learned. Real ones may get more or less, for a
# white background makes large numbers, but without any meaning: another seed gives others.
#
# ## 5. How they learn
# *30 minutes*
#
# **Task.** Both GANs use the same two losses, on logits: for the generator the non-saturating
# cross-entropy; for the discriminator the **sum** of the mean cross-entropies on real images
# (label 1) and on painted ones (label 0).


# %% exercise="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    """Losses from the discriminator's logits of real and of painted images, shapes (n, 1).

    Returns (generator's loss, discriminator's loss), two numbers, as described above.
    """
    ### BEGIN SOLUTION
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    generator_loss = cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)
    return generator_loss, cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `keras.losses.BinaryCrossentropy(from_logits=True)` makes the function; it takes labels first,
# then logits.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Labels are made with `keras.ops.ones_like(…)` and `zeros_like(…)` of the logits they belong to.
# Three cross-entropies: one for the generator, two that are added for the discriminator.
# </details>

# %% check="adversarial_losses" points=2

# %% [markdown]
# **Task.** One step of training, for whichever GAN is handed over: paint `latent`, judge the real
# and the painted images, in two calls, and improve each network by the gradient of its own loss.
# Both at once, from the same images, as in lab 03, or one after the other, as in lab 02: both are
# right.


# %% exercise="train_step"
def train_step(generator, discriminator, optimizers, losses, pictures, latent):
    """Improve both networks by one step; returns the generator's loss, the discriminator's loss.

    optimizers: (the generator's, the discriminator's). losses: a function (real_logits,
    fake_logits) → (generator's loss, discriminator's loss). pictures: real ones, shape
    (n, size, size, 3). latent: shape (n, latent_dim).
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = generator(latent, training=True)
        real_logits = discriminator(pictures, training=True)
        fake_logits = discriminator(fake, training=True)
        generator_loss, discriminator_loss = losses(real_logits, fake_logits)
    variables = generator.trainable_variables
    optimizers[0].apply(generator_tape.gradient(generator_loss, variables), variables)
    variables = discriminator.trainable_variables
    optimizers[1].apply(discriminator_tape.gradient(discriminator_loss, variables), variables)
    return generator_loss, discriminator_loss
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Lab 03's step, with its parts handed over one by one: two tapes at a time, everything that both
# losses depend on inside them.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Inside `with tf.GradientTape() as a, tf.GradientTape() as b:` paint, judge real and painted images
# in two calls, call `losses`. After it, for each network: gradients of its loss from its tape, for
# its `trainable_variables`, to its optimizer's `apply(gradients, variables)`.
# </details>

# %% check="train_step" points=4

# %% [markdown]
# **Task.** The loop: epochs, and in each the batches. After every epoch hand over how it went. The
# step is compiled already; the previews and the checkpoints are made by `after_epoch`, and do not
# belong to the time of training.


# %% exercise="train"
def train(step, batches_of, first: int, epochs: int, after_epoch) -> None:
    """Train from epoch `first` (0 is the very first) until `epochs` epochs are done.

    step: a function, one batch → (generator's loss, discriminator's loss).
    batches_of: a function, number of an epoch, from 0 → its batches.
    after_epoch: a function to call after each epoch with its number, from 0, and a dictionary of
        three numbers: "generator_loss" and "discriminator_loss", the means over its batches, and
        "seconds", the time from its first batch to its last.
    """
    ### BEGIN SOLUTION
    for epoch in range(first, epochs):
        start = time.perf_counter()
        losses = [[float(loss) for loss in step(batch)] for batch in batches_of(epoch)]
        seconds = time.perf_counter() - start
        of_generator, of_discriminator = np.mean(losses, axis=0)
        done = {"generator_loss": of_generator, "discriminator_loss": of_discriminator}
        after_epoch(epoch, {**done, "seconds": seconds})
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two loops, one inside the other. `time.perf_counter()` before and after; `float(…)` makes a number
# of a loss.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `for epoch in range(first, epochs)`: note the time, make a list of losses from
# `for batch in batches_of(epoch)`, note the time again, then
# `after_epoch(epoch, {"generator_loss": …, "discriminator_loss": …, "seconds": …})`.
# </details>

# %% check="train" points=2

# %% [markdown]
# ## 6. Train both
# *13 minutes*
#
# From here to the comparison there is little to write: your pieces are put together. A **recipe**
# says how a GAN is made: two functions that make its networks, the learning rates of their
# optimizers, and Adam's $\beta_1$. `GAN` makes it, with an **averaged generator**, as in lab 03: it
# follows the generator's weights, paints all pictures that we look at, and evens out how they jump
# from step to step.

# %%
RECIPES = {
    "DCGAN": {
        "generator": lambda: dcgan_generator(LATENT_DIM, SIZE, SETTINGS["generator_width"]),
        "discriminator": lambda: dcgan_discriminator(
            SIZE, SETTINGS["discriminator_width"], SETTINGS["dropout"]
        ),
    },
    "vanilla": {
        "generator": lambda: vanilla_generator(LATENT_DIM, SIZE, SETTINGS["dense_width"]),
        "discriminator": lambda: vanilla_discriminator(
            SIZE, SETTINGS["dense_width"], SETTINGS["dropout"]
        ),
    },
}
for recipe in RECIPES.values():
    recipe["generator_rate"] = recipe["discriminator_rate"] = SETTINGS["learning_rate"]
    recipe["beta_1"] = 0.5

# %% [markdown]
# An optimizer keeps running means for each weight, so each network has one of its own. It is built
# at once: compiled code may not make new variables later on.


# %%
def adam(network: keras.Model, rate: float, beta_1: float) -> keras.optimizers.Adam:
    """An optimizer for one network, with all that it keeps for each weight."""
    optimizer = keras.optimizers.Adam(rate, beta_1=beta_1)
    optimizer.build(network.trainable_variables)
    return optimizer


class GAN(keras.Model):
    """Two networks, an average of the generator, optimizers, random numbers: one thing to save."""

    def __init__(self, recipe: dict, seed: int):
        super().__init__()
        keras.utils.set_random_seed(seed)
        self.discriminator = recipe["discriminator"]()
        self.generator, self.averaged = recipe["generator"](), recipe["generator"]()
        self.averaged.set_weights(self.generator.get_weights())
        self.averaged.trainable = False
        beta_1 = recipe["beta_1"]
        self.generator_optimizer = adam(self.generator, recipe["generator_rate"], beta_1)
        self.discriminator_optimizer = adam(
            self.discriminator, recipe["discriminator_rate"], beta_1
        )
        self.noise = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, latent, training=False):
        return self.averaged(latent, training=False)

    @tf.function
    def step(self, pictures):
        latent = latent_vectors(SETTINGS["batch_size"], LATENT_DIM, self.noise)
        pair = self.generator_optimizer, self.discriminator_optimizer
        networks = self.generator, self.discriminator
        losses = train_step(*networks, pair, adversarial_losses, pictures, latent)
        done = keras.ops.cast(pair[0].iterations, "float32")
        keep = keras.ops.minimum(SETTINGS["average"], done / (done + 10))
        for old, new in zip(self.averaged.weights, self.generator.weights, strict=True):
            old.assign(keep * old + (1 - keep) * new)
        return losses


def batches_of(epoch: int, seed: int = SEED) -> tf.data.Dataset:
    """The batches of an epoch; the same for both GANs."""
    return make_batches(real, SETTINGS["batch_size"], 1000 * seed + epoch)


# %% [markdown]
# `train_gan` hands the compiled step to your loop; every few epochs it saves a sheet and a
# checkpoint, so that a run that was killed goes on where it was. To train from scratch on purpose,
# set `START_AGAIN = True`. Both GANs get the same 25 fixed latent vectors, the same batches in the
# same order, and in each step the same latent vectors, because their seeds are the same.

# %%
START_AGAIN = False


def train_gan(gan: GAN, name: str) -> training.Resume:
    """Train a GAN, or go on with it; returns its history and the folder of its sheets."""
    every = SETTINGS["view"]
    resume = training.Resume(
        gan, real, {**SETTINGS, "name": name}, start_again=START_AGAIN, every=every
    )
    if resume.epoch:
        print(f"Resumed after epoch {resume.epoch} of {EPOCHS}.")
    start = time.perf_counter()

    def after_epoch(epoch: int, row: dict) -> None:
        done = epoch + 1
        if done % every == 0 or done in (1, EPOCHS):
            save_sheet(gan.averaged, resume.folder / f"train-{done}.png")
            losses = f"generator {row['generator_loss']:.2f}, "
            losses += f"discriminator {row['discriminator_loss']:.2f}"
            passed = time_string(time.perf_counter() - start)
            print(f"{name} epoch {done:>3}/{EPOCHS}  losses: {losses}  {passed}")
        resume.callback.on_epoch_end(epoch, row)

    train(gan.step, batches_of, resume.epoch, EPOCHS, after_epoch)
    return resume


# %%
many_latent = latent_vectors(500, LATENT_DIM, SEED + 2)


def paint(generator: keras.Model, latent) -> np.ndarray:
    """Images for latent vectors, in portions that fit into memory; shape (n, size, size, 3)."""
    portions = [generator(latent[i : i + 50], training=False) for i in range(0, len(latent), 50)]
    return np.concatenate([np.asarray(portion, "float32") for portion in portions])


dcgan = GAN(RECIPES["DCGAN"], SEED)
untrained = paint(dcgan.averaged, many_latent)
dcgan_run = train_gan(dcgan, "DCGAN")

# %%
vanilla = GAN(RECIPES["vanilla"], SEED)
vanilla_run = train_gan(vanilla, "vanilla")

# %% [markdown]
# ## 7. Look
# *5 minutes*
#
# The same 25 latent vectors, early and at the end:

# %%
for done in (EARLY, EPOCHS):
    left, right = (
        np.asarray(Image.open(run.folder / f"train-{done}.png").convert("RGB"))
        for run in (dcgan_run, vanilla_run)
    )
    side_by_side(left, right, f"After epoch {done}", "Two sheets of 25 bananas each.")

# %% [markdown]
# *Early, the DCGAN's are blurred smears on white, the vanilla GAN's speckled ones, many on gray. At
# the end the DCGAN paints smooth yellow bananas with dark tips on white; the vanilla GAN's have the
# shape and the colors, but noise in single pixels, and often a gray background.*

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 3.2))
for ax, name, run in zip(axes, ("DCGAN", "Vanilla GAN"), (dcgan_run, vanilla_run), strict=True):
    curves = {who: run.history[f"{who}_loss"] for who in ("generator", "discriminator")}
    plots.lines(curves, f"{name}: losses", ax=ax)
plots.show(figure)

# %% [markdown]
# *In our run: left, the DCGAN's generator's loss rises steeply in the first epochs, then falls
# slowly to about 3, and its discriminator's is below 1.4 in nearly every epoch. Right, after some
# restless epochs the vanilla GAN's generator comes to rest near 1, its discriminator near 1.4.*
#
# Do not compare the two panels: each generator's loss is measured by its own discriminator. A GAN
# whose discriminator is weak can have low losses and bad pictures.
#
# ## 8. Compare
# *28 minutes*
#
# The numbers of lab 03, for 500 images of each GAN, from the same latent vectors, beside rivals
# that learn little or nothing:
#
# | | asks | good |
# |---|---|---|
# | `swd_pixels`, `swd_scaled` | are images, and 7×7 patches, distributed as real ones? | 0 |
# | `patch_share` | the same of patches, on an even scale | 0 |
# | `density` | do painted images lie where real ones lie? | 1 |
# | `coverage` | has every held-out image a painted one nearby? | 1 |
# | `nearest_ratio` | how far from the training images, compared with unseen ones? (copies: 0) | 1 |
# | `moved_ratio` | the same, if flips and small shifts do not count (moved copies: 0) | 1 |
# | `diversity` | how different are they from each other, compared with real ones? | 1 |
#
# The distances are 0 for real images and 1 for those of *your untrained DCGAN*, for both of your
# GANs the same. Your 0.1 is not your neighbor's 0.1. Near 0 the scale of both `swd` is not even:
# compare small ones by `patch_share`, where twice the number is twice the distance. Slightly below
# 0 is chance. And a `density` above 1 is not "better than real": painted images crowd where real
# ones are common.


# %%
def judge(painted: np.ndarray) -> dict[str, float]:
    """All scores of painted images."""
    return metrics.judge_images(painted, real, held_out, untrained, seed=SEED)


rng = np.random.default_rng(SEED)
n = len(many_latent)
samples = {
    "DCGAN": paint(dcgan.averaged, many_latent),
    "vanilla": paint(vanilla.averaged, many_latent),
    "mean image": rivals.mean_image(real, n),
    "50 components": rivals.pca_gaussian(real, 50, n, rng),
    "20 copies": rivals.copies(real, 20, n, rng),
    "mirrored": rivals.mirrored(real, n, rng),
    "moved": rivals.moved(real, n, rng),
    "real": real,
}
scores = {name: judge(painted) for name, painted in samples.items()}
pd.DataFrame(scores).T.round(3)

# %%
few = {name: pictures[:8] for name, pictures in samples.items()}
images.show_sheet(few, "The same rows as pictures", "Eight rows of eight.")

# %% [markdown]
# *Rows in the order of the table: the DCGAN's smooth bananas; the vanilla GAN's speckled ones; one
# blurred mean banana eight times; bananas with ghosts around them; copies, sharp; mirrored ones,
# with the stalk at the left; copies moved by a pixel or two, some mirrored; real ones.*
#
# Mirrored and moved training images hold nothing new, and yet `nearest_ratio` takes them for new
# ones: compare the rows. Here other numbers notice them as well, because all real bananas point to
# the same side and lie in the middle; on pictures that look alike from both sides they would not.
#
# And what each GAN costs: weights; multiplications for one image; seconds of training; memory for
# weights and optimizers (Adam keeps two running means for each weight, all in 4 bytes). The first
# epoch also compiles, so leave it out of the seconds.


# %%
def multiplications(network: keras.Model, one) -> int:
    """How many multiplications its convolutions and Dense layers make for one input."""
    computing = tf.function(lambda one: network(one, training=False)).get_concrete_function(one)
    total = 0
    for step in computing.graph.get_operations():
        if step.type in ("Conv2D", "MatMul"):
            kernel = step.inputs[1].shape
            total += step.outputs[0].shape.num_elements() * kernel.num_elements() // kernel[-1]
        elif step.type == "Conv2DBackpropInput":  # a transposed convolution
            kernel, small = step.inputs[1].shape, step.inputs[2].shape
            total += small.num_elements() * kernel.num_elements() // kernel[-1]
    return total


columns = {}
for name, gan, run in (("DCGAN", dcgan, dcgan_run), ("vanilla", vanilla, vanilla_run)):
    weights = gan.generator.count_params() + gan.discriminator.count_params()
    columns[name] = {
        **scores[name],
        "generator weights": gan.generator.count_params(),
        "discriminator weights": gan.discriminator.count_params(),
        "generator multiplications": multiplications(gan.generator, FIXED[:1]),
        "discriminator multiplications": multiplications(gan.discriminator, real[:1]),
        "training seconds": sum(run.history["seconds"][1:]),
        "memory MB": 3 * 4 * weights / 2**20,
    }

# %% [markdown]
# **Task.** Make one table of it, as text: a line for each quantity, a column for each GAN.


# %% exercise="comparison_table"
def comparison_table(columns: dict[str, dict[str, float]]) -> str:
    """A table as text: a header with the names of the columns, a line for each quantity.

    columns: name of a GAN → name of a quantity → value, the same quantities in each. Values may be
    0.0173 or 3864320: at least three significant digits of each are shown; 3.86M will do.
    """

    ### BEGIN SOLUTION
    return pd.DataFrame(columns).map("{:,.4g}".format).to_string()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `pd.DataFrame(columns)` is a table already, and `.to_string()` makes text of it. Or build a list
# of lines and join them with `"\n".join(lines)`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `.map("{:.3g}".format)` makes text of each value of a DataFrame, with three significant digits. It
# writes 3864320 as 3.86e+06; a function of your own in its place may write 3,864,320 or 3.86M.
# </details>

# %% check="comparison_table" points=1

# %%
print(comparison_table(columns))
print(f"\npeak memory of this notebook {peak_memory_mb() or 0:.0f} MB")

# %%
two = pd.DataFrame({name: scores[name] for name in ("DCGAN", "vanilla")})
figure, ax = plt.subplots(figsize=(8, 4))
two.plot.barh(ax=ax, width=0.8)
for bars in ax.containers:
    ax.bar_label(bars, fmt=" %.2f")
ax.invert_yaxis()
ax.set(title="Two GANs after the same number of steps", xlabel="score", xmargin=0.1)
plots.show(figure)

# %% [markdown]
# *In our run: two bars for each score. The DCGAN's are short for the three distances and long for
# density and coverage; the vanilla GAN's are the other way round, next to nothing for density and
# coverage, and twice as long for the nearest and the moved ratio. In diversity they hardly differ.*

# %% [markdown]
# ### Is it a fair comparison?
#
# | equal in both | not equal (in our networks) |
# |---|---|
# | training images, batches and their order | weights |
# | number of steps, for generator and discriminator | multiplications, and so seconds |
# | latent vectors, in training and for the samples | depth: layers with weights |
# | losses, optimizer, learning rate, dropout, averaging | activations: ReLU or LeakyReLU |
# | batch normalization in the generators | batch normalization in the discriminators |
# | metrics, scale, rivals | how long people have worked on such networks |
#
# So "convolutions against Dense layers" is not the only thing that differs, and what explains the
# difference is still open. "The same number of epochs" is one way to be fair. The same seconds, or
# the same number of weights, would be others, and the answer could be another one. Nor is the
# learning rate neutral: if you tune it for one model and take it over for the other, you have
# favored the first. The DCGAN has the settings of lab 03. For the vanilla GAN we looked for good
# ones before we fixed them: learning rates of 2e-4, 5e-4 and 1e-3, from 64 to 1,024 units, with and
# without batch normalization and dropout. The settings above were the best, or as good as the best.
#
# And one run is one run: another seed gives other numbers. Trust differences that are much larger
# than those between seeds.
#
# ## 9. An experiment of your own
# *28 minutes*
#
# Why does one GAN paint better? The table above holds too many differences to tell. An **ablation**
# changes **one** of them, keeps all others, and looks what becomes of the scores. Three rules make
# it worth something: one change; a prediction written down *before* the run; several seeds, so that
# you see how much numbers jump by chance.
#
# **Task.** Design one. Take a copy of one GAN's recipe and change one entry: take a network from
# the other GAN; or hand in a maker of your own, such as a discriminator without batch
# normalization; or another learning rate for one of the two. Say which score should show it, and in
# which direction. (Choose one that can move: after these few epochs density and coverage of the
# vanilla GAN are still 0, whatever you change.) "The same" holds where the difference is no larger
# than the spread between seeds. A prediction that fails costs no points, and often teaches more.


# %% exercise="ablation"
def ablation(recipes: dict[str, dict]) -> dict:
    """One change to one GAN, and what you expect of it.

    recipes: "DCGAN" and "vanilla", a recipe each, as in section 6; they stay as they are. Returns
    "base": the name of the GAN to change; "changed": its recipe, with one entry different;
    "score": the score that should show it, such as "patch_share"; "expected": what it will be for
    the changed GAN, "higher", "lower" or "the same"; "because": a sentence, of five words or more.
    """
    ### BEGIN SOLUTION
    return {
        "base": "vanilla",
        "changed": {**recipes["vanilla"], "discriminator": recipes["DCGAN"]["discriminator"]},
        "score": "swd_scaled",
        "expected": "lower",
        "because": "Convolutions look at patches, so they should punish noise in single pixels.",
    }
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `{**recipe, "beta_1": 0.9}` copies a recipe and changes one entry of the copy. A maker is a
# function without arguments: `lambda: dcgan_discriminator(SIZE, 32, 0.0)`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Return `{"base": "DCGAN", "changed": {**recipes["DCGAN"], …}, "score": …, "expected": …,
# "because": …}`. Which line of the table do you suspect most? A maker that copies your network with
# one line less is an entry, too.
# </details>

# %% check="ablation" points=3

# %%
trial = ablation(RECIPES)
base, changed = RECIPES[trial["base"]], trial["changed"]
entries = [entry for entry in base if changed[entry] != base[entry]]
print(f"{trial['base']} with another {' and '.join(entries)}: {trial['score']} will be", end=" ")
print(f"{trial['expected']}. {trial['because']}")

# %% [markdown]
# Now both GANs, as it is and changed, for three seeds each: first weights, latent vectors and the
# order of the batches are drawn anew. The runs are short, together a minute, or two if you changed
# the DCGAN. So they say what happens early, and the scores are worse than those above.


# %%
def short_run(recipe: dict, seed: int) -> dict[str, float]:
    """The scores of a GAN that was trained for a few epochs."""
    gc.collect()  # of the run before, what is not needed any more
    gan = GAN(recipe, seed)
    epochs = SETTINGS["trial_epochs"]
    train(gan.step, lambda epoch: batches_of(epoch, seed), 0, epochs, lambda epoch, row: None)
    return judge(paint(gan.averaged, many_latent))


start = time.perf_counter()
SEEDS = [SEED, SEED + 1, SEED + 2]
pair = {"as it is": base, "changed": changed}
trials = {name: [short_run(recipe, seed) for seed in SEEDS] for name, recipe in pair.items()}
print(f"{2 * len(SEEDS)} runs in {time_string(time.perf_counter() - start)}")

# %%
names = list(scores["DCGAN"])
rows = {
    name: [mean_and_sd([run[score] for run in runs]) for score in names]
    for name, runs in trials.items()
}
pd.DataFrame.from_dict(rows, "index", columns=names)

# %%
old, new = ([run[trial["score"]] for run in runs] for runs in trials.values())
for seed, before, after in zip(SEEDS, old, new, strict=True):
    print(f"seed {seed}: {trial['score']} as it is {before:.3f}, changed {after:.3f}")
difference = np.subtract(new, old)
found = "higher" if min(difference) > 0 else "lower" if max(difference) < 0 else "now up, now down"
found = found if np.any(difference) else "the same"
print(f"You expected: {trial['expected']}. In {len(SEEDS)} seeds: {found}.")

# %%
report(
    "04_activity_bananas",
    **{
        f"{name}_{key}".lower().replace(" ", "_"): value
        for name, column in columns.items()
        for key, value in column.items()
    },
    **{
        f"{score}_{rival.lower().replace(' ', '_')}": scores[rival][score]
        for rival in list(scores)[2:]
        for score in ("patch_share", "density", "coverage", "nearest_ratio", "moved_ratio")
    },
    trial_as_it_is=np.mean(old),
    trial_changed=np.mean(new),
    trial_lowest_change=min(difference),
    trial_highest_change=max(difference),
)

# %% [markdown]
# Three seeds that agree are a hint: without any effect they would do so one time in four. Compare
# the difference with the spread (±) as well. And one entry may still be a bundle: another
# discriminator brings its depth and its normalization along.
#
# ## 10. Your conclusion
# *40 minutes*

# %% [markdown]
# **Task** (12 points, graded by hand). Write 250 to 350 words, **with your own numbers**, in four
# parts of up to 3 points each. A small table of numbers does not count as words.
#
# 1. **Evidence.** Which GAN paints better bananas? Give numbers of both for likeness
#    (`patch_share`, a `swd`, density), variety (coverage, diversity) and copying (`nearest_ratio`,
#    `moved_ratio`), and what you see.
# 2. **Reading.** What do the rivals' numbers say about these? Which decide, which could be fooled?
# 3. **Why.** What in the architectures explains it? Report your experiment: the change, the
#    prediction, the three seeds, what it supports and what it leaves open.
# 4. **Fairness.** What was not equal, and in whose favor? Which experiment would tell, and which
#    result would change your conclusion?

# %% [markdown] written="compare" points=12
# **Evidence.** The DCGAN. Likeness: `swd_pixels` 0.011 against 0.125 for the vanilla GAN,
# `swd_scaled` 0.011 against 0.149, `density` 1.62 against 0.00. Variety: `coverage` 0.95 against
# 0.00; `diversity` 0.93 and 0.95. Copying: `nearest_ratio` 1.10 and 2.22, `moved_ratio` 1.10 and
# 2.29. Neither copies, but the vanilla GAN's images are far from everything real, as their speckles
# show.
#
# **Reading.** By `patch_share` the vanilla GAN (0.165) is hardly better than the mean image
# (0.179), and worse than a Gaussian of 50 components (0.089). 20 copies equal the DCGAN there
# (0.029 and 0.024); their coverage of 0.57 and `moved_ratio` of 0 give them away. Moved copies fool
# `nearest_ratio` (2.66). Diversity decides nothing: noise differs from noise. Nor is the DCGAN more
# alike than real images (density 1.03): it crowds where bananas are common.
#
# **Why.** In the vanilla generator each pixel has weights of its own, and nothing says that
# neighbors belong together: I see noise in single pixels. The DCGAN shares its kernels among all
# places. I gave the vanilla GAN the DCGAN's discriminator and expected a lower `swd_scaled`,
# because convolutions should notice noise. It rose in all three seeds, on average from 0.35 to
# 0.75. So convolutions in the discriminator alone do not help; perhaps this generator cannot keep
# up with them. The swap also brought depth and normalization, and ten epochs are early: which of
# these did it stays open.
#
# **Fairness.** Data, order, steps and learning rate were equal. Painting takes the DCGAN 31.8
# million multiplications against 1.8, which favors it; so may its normalized discriminator. The
# vanilla generator has 1.77 million weights against 0.30. I would train the vanilla GAN for as many
# seconds, with three seeds each: if its `patch_share` came near 0.024, I would call convolutions a
# faster way, not a better one.

# %% [markdown]
# ## 11. When it goes wrong
# *4 minutes*
#
# Look for a mistake first:
#
# - **Losses near 0.69 and 1.39 for ever**: all logits stay at 0. Look at the labels, at
#   `from_logits`, at the discriminator's optimizer.
# - **The pictures never change**: do the generator's gradients go to its own optimizer?
# - **NaN**: too high a learning rate, or images that are not in [−1, 1].
# - **The kernel dies**: memory. Shut down other notebooks. Does `Flatten` come first?
#
# No mistake, and yet **one banana 25 times** (`diversity` near 0) or clouds of color that stay?
# Then you have a suspicion, and section 9 has the tool: one change, one control, three seeds.
#
# ### Your score
#
# The checks add up to 28 points. The written answer's 12 come by hand.

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *Photographs.* Set `SOURCE = "fruits360"`. Does the same GAN win? Density and coverage will be 0
#   for everything, 20 copies included, and so tell nothing: the held-out photographs are views from
#   neighboring sides, so alike that no other picture comes as near to them. The rivals gave
#   that away.
# - *The same time.* Give the vanilla GAN as many seconds as the DCGAN took.
# - *What matters most?* Go on with section 9: walk from one GAN to the other, one entry at a time.
# - *Full size.* `WORKBOOK_PROFILE=full` before you start Jupyter, on a machine with a GPU: 96×96
#   pixels, 500 epochs.
#
# **Next:** lab 05, where a model learns without an opponent, and draws a map of digits.
#
# **References.** I. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A.
# Courville and Y. Bengio (2014), *Generative Adversarial Nets*. A. Radford, L. Metz and S. Chintala
# (2016), *Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
# Networks*. M. Lucic, K. Kurach, M. Michalski, S. Gelly and O. Bousquet (2018), *Are GANs Created
# Equal? A Large-Scale Study*. Pictures: drawn for this course, CC BY 4.0.
# Photographs: Fruits-360, © M. Oltean, CC BY-SA 4.0.
