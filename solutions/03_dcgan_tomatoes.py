# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 03 · A DCGAN that paints tomatoes
#
# You will build a pair of convolutional networks that look at a few hundred pictures of tomatoes,
# play the game of lab 02 for a few minutes, and then paint **tomatoes that never existed**.
#
# **You will learn**
# - to say what a convolution, a stride and an up-sampling do to the shape of an image;
# - to build the generator and the discriminator of a DCGAN;
# - to train both from one painting, by a loop of your own and by `fit`, in a run that survives;
# - to tell learning from copying by numbers, beside rivals made to fool them;
# - to find out by controls what breaks such a pair, and what only looks as if it would.
#
# **Needs** about 190 minutes of yours, three to nine of computing, 1.6 GB of memory. Lab 02.

# %% [markdown]
# ## 1. What will run here
# *4 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {
        "size": 32,
        "generator_width": 64,
        "discriminator_width": 16,
        "dropout": 0.0,
        "learning_rate": 1e-3,
        "average": 0.98,
        "epochs": 40,
        "measure_every": 5,
        "previews": [0, 1, 5, 10, 20, 40],
    },
    "full": {
        "size": 96,
        "generator_width": 256,
        "discriminator_width": 32,
        "dropout": 0.25,
        "learning_rate": 1.5e-4,
        "average": 0.999,
        "epochs": 1000,
        "measure_every": 10,
        "previews": [0, 100, 250, 500, 999],
    },
}[PROFILE]
SIZE, EPOCHS = SETTINGS["size"], SETTINGS["epochs"]
LATENT_DIM, BATCH_SIZE, CHANNELS = 200, 32, 3
ROWS, COLUMNS, MARGIN = 5, 5, 16  # the preview: 25 pictures, 16 pixels between them
SOURCE = "embedded"  # or "fruits360" (downloads photographs), or a folder or zip of your own
SETTINGS

# %% [markdown]
# `full` has the sizes of the lab that this one grew from: 96×96 pixels, 1,000 epochs, for which it
# wants a GPU. `quick` paints 32×32 pixels with networks of a fraction of the width.

# %%
import os

import keras
import numpy as np
import tensorflow as tf

from helpers.run import ROOT

keras.utils.set_random_seed(SEED)
RUNS = Path(os.environ.get("WORKBOOK_RUNS") or ROOT / "build" / "runs") / "03_dcgan_tomatoes"

# %% [markdown]
# ## 2. Pictures as numbers
# *8 minutes*
#
# `load_images` reads pictures in whatever form they come and brings them to one size. Those that
# come with the course are drawn by a program (`datasets/render_fruit.py`), each with its own shape,
# light, ripeness and stalk. With `SOURCE = "fruits360"` you get photographs.
#
# A part of them is **held out**: the networks never see it. It will tell whether the generator
# learned what tomatoes look like, or copied those it saw.
#
# The array is kept in a file, which the next run reads. (If you change pictures of your own, delete
# it.)

# %%
from helpers.datasets import load_images

kept = RUNS / f"tomato-{SIZE}-{Path(SOURCE).name}-training.npy"
if not kept.exists():
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.save(kept, load_images("tomato", SIZE, SOURCE, part="training"))
real = np.load(kept)
held_out = load_images("tomato", SIZE, SOURCE, part="held_out")
print("training", real.shape, "held out", held_out.shape, real.dtype)

# %%
from helpers import images

DESCRIPTION = "A sheet of 25 small pictures of tomatoes on white."
TITLE = "Real tomatoes, from the training set"
images.show_sheet(real[: ROWS * COLUMNS], TITLE, DESCRIPTION, COLUMNS, MARGIN)

# %% [markdown]
# *25 tomatoes on white: round, flat and lobed ones, most of them red, some with a green star where
# the stalk was, each lit from another side.*
#
# Files store pixels as bytes, 0 to 255. `load_images` returns `bytes / 127.5 - 1`: black is −1,
# white is 1. A network works best with small numbers around 0, and the generator's last layer, a
# tanh, paints in that range.
#
# ### Batches
#
# Training takes the images in **batches** of 32, shuffled anew in each epoch. Of 100 images, three
# batches and 4 images are left over. Batch normalization, which both networks use, computes a mean
# and a variance *of the batch*, and those of four images mean little, so the rest sits out, another
# one in each epoch.


# %%
def make_batches(pictures: np.ndarray, batch_size: int, seed: int) -> tf.data.Dataset:
    """Shuffled batches, in another order each time they are gone through; the rest left out."""
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)


# %% [markdown]
# ## 3. Shapes that shrink and grow
# *12 minutes*
#
# A fully connected layer sees an image as a list of numbers: it does not know which pixels are
# neighbors. A **convolution** does. A small kernel, here 3×3, looks at one place of the image, at
# all its channels, and returns one number; then it moves on, and asks the same question everywhere.
# A layer has many kernels, each asking its own question, and so its output has as many *channels*
# as kernels.
#
# Three settings decide how large the output is:
#
# - **kernel size** $k$: how far it sees;
# - **stride** $s$: how far it moves on. With stride 2 it skips every second place, and the output
#   is half as wide and half as high;
# - **padding**: with `"valid"` the kernel stays inside the image; with `"same"` the image gets a
#   border of zeros, so that with stride 1 the size stays what it was.

# %%
images.show_drawing("convolution_steps.png")

# %% [markdown]
# *Left, a 3×3 kernel moves over a 5×5 image by one place at a time; with padding the result is 5×5
# again. Middle, it moves by two places and the result is 3×3. Right, up-sampling by 2: each of 3×3
# numbers becomes a square of four equal ones, 6×6.*
#
# Pen and paper now. How wide is the output of a convolution for an input of width $n$? With
# `"valid"` the kernel starts at places $0, s, 2s, \dots$, as long as its last pixel is still inside
# the image. With `"same"` it starts at every $s$-th pixel of the image.


# %% exercise="size_after"
def size_after(size: int, kernel: int, stride: int, padding: str) -> int:
    """Width of a convolution's output.

    size, kernel: in pixels, kernel at most size. padding: "same" or "valid".
    """
    ### BEGIN SOLUTION
    if padding == "same":
        return -(-size // stride)  # size / stride, rounded up
    return (size - kernel) // stride + 1
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `"same"`: of 5 pixels with stride 2, the pixels 0, 2 and 4 are starting places: 3. `"valid"`: a
# kernel of 3 on 5 pixels can start at 0, 1 and 2; with stride 2 only 0 and 2 remain.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `"same"`: size / stride, rounded up; `-(-size // stride)` rounds up. `"valid"`:
# `(size - kernel) // stride + 1`.
# </details>

# %% check="size_after" points=2

# %% [markdown]
# ## 4. The generator: from a list to a picture
# *20 minutes*
#
# The generator goes the other way: from 200 numbers to an image. It starts with a fully connected
# layer whose output is laid out as a tiny picture of 4×4 with many channels. Then the same block is
# repeated: **enlarge** (`UpSampling2D` makes each pixel a square of equal ones), **repaint** (a
# convolution, which turns the squares into shapes), normalize, bend:
#
# | | output for `size=32`, `width=64` |
# |---|---|
# | `Dense(4 · 4 · width)`, ReLU, `Reshape` | 4×4×64 |
# | `UpSampling2D(2)`, `Conv2D(width, 3)`, normalize, ReLU | 8×8×64 |
# | `UpSampling2D(2)`, `Conv2D(width, 3)`, normalize, ReLU | 16×16×64 |
# | `UpSampling2D(2)`, `Conv2D(width // 2, 3)`, normalize, ReLU | 32×32×32 |
# | if `size > 32`: `UpSampling2D(size // 32)`, `Conv2D(width // 2, 3)`, normalize, ReLU | – |
# | `Conv2D(3, 3)`, tanh | 32×32×3 |
#
# All convolutions have `padding="same"`. "Normalize" is `BatchNormalization(momentum=0.8)`: it
# brings each channel, over the batch, to mean 0 and variance 1, then scales and shifts it by
# numbers that are learned. (0.8: its averages follow fast, since an epoch has 16 steps.) That keeps
# the numbers in deep networks from growing or vanishing layer by layer. (It takes a convolution's
# bias away again, so `use_bias=False` before it is as good.) The output layer has none: its colors
# should be what they are.


# %% exercise="define_generator"
def define_generator(latent_dim: int, size: int, width: int) -> keras.Model:
    """From a latent vector to an image, as in the table above; all layers in their order.

    size: 32 or a multiple of it. Takes (n, latent_dim), returns (n, size, size, 3) in [-1, 1].
    """
    ### BEGIN SOLUTION
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
    return keras.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Make a list of layers, and add the four layers of a block to it in a loop over
# `(factor, channels)`. `keras.Sequential(layers)` takes the list.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# The blocks are `[(2, width), (2, width), (2, width // 2)]`, and for larger images also
# `(size // 32, width // 2)`. Each adds `UpSampling2D(factor)`,
# `Conv2D(channels, 3, padding="same")`, `BatchNormalization(momentum=0.8)` and `ReLU()`, all from
# `keras.layers`. Before them: `keras.Input((latent_dim,))`,
# `Dense(4 * 4 * width, activation="relu")`, `Reshape((4, 4, width))`. After them:
# `Conv2D(3, 3, padding="same", activation="tanh")`.
# </details>

# %% check="define_generator" points=3

# %%
keras.utils.set_random_seed(SEED)
untrained = define_generator(LATENT_DIM, SIZE, SETTINGS["generator_width"])
one = np.asarray(untrained(keras.random.normal((1, LATENT_DIM), seed=SEED)))
print("shape", one.shape, "pixels from", one.min().round(2), "to", one.max().round(2))
images.show_sheet(one, "Painted before training", "A square of dull patches.", zoom=4)

# %% [markdown]
# *A square of dull patches, with no shape in it: nothing has been learned yet.*
#
# ## 5. The discriminator: from a picture to a verdict
# *20 minutes*
#
# The discriminator shrinks the picture, layer by layer, while its channels become more: at each
# step it knows more about fewer places. Five convolutions, all with kernels of 3 and
# `padding="same"`:
#
# | | channels | stride | then |
# |---|---|---|---|
# | 1 | width | 2 | leaky ReLU, dropout |
# | 2 | 2 · width | 2 | pad, normalize, leaky ReLU, dropout |
# | 3 | 4 · width | 2 | normalize, leaky ReLU, dropout |
# | 4 | 8 · width | 1 | normalize, leaky ReLU, dropout |
# | 5 | 16 · width | 1 | normalize, leaky ReLU, dropout |
#
# and then `Flatten` and `Dense(1)`, a logit. The first layer has no batch normalization: it should
# see the colors as they are. A **leaky ReLU**, `LeakyReLU(0.2)`, lets a fifth of negative numbers
# through, so that gradients always find a way back to the generator. "Pad" is `ZeroPadding2D(((0,
# 1), (0, 1)))`, one row of zeros at the bottom and one column on the right (the network that this
# lab is built on has it). "Normalize" is `BatchNormalization(momentum=0.8)` again. The order
# within a row counts. How large is the picture after each row? `size_after` tells.


# %% exercise="define_discriminator"
def define_discriminator(size: int, width: int, dropout: float) -> keras.Model:
    """From an image to a logit of being real, as in the table above; all layers in their order.

    dropout: rate of each Dropout layer. Takes (n, size, size, 3), returns (n, 1).
    """
    ### BEGIN SOLUTION
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, strides=stride, padding="same"))
        if number == 1:
            layers.append(keras.layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential(layers)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# A list of layers and a loop again: `for number, stride in enumerate([2, 2, 2, 1, 1])`. The number
# counts from 0, and the channels double each time: `width * 2**number`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# The list begins with `keras.Input((size, size, 3))`. In the loop, append
# `Conv2D(width * 2**number, 3, strides=stride, padding="same")`; if `number` is 1,
# `ZeroPadding2D(((0, 1), (0, 1)))`; if it is more than 0, `BatchNormalization(momentum=0.8)`; then
# `LeakyReLU(0.2)` and `Dropout(dropout)`, all from `keras.layers`. After the loop `Flatten()` and
# `Dense(1)`.
# </details>

# %% check="define_discriminator" points=3

# %% [markdown]
# What does a new discriminator think of that square, and of a tomato?

# %%
fresh = define_discriminator(SIZE, SETTINGS["discriminator_width"], SETTINGS["dropout"])
for name, picture in {"painted": one, "real": real[:1]}.items():
    probability = float(keras.ops.sigmoid(fresh(picture))[0, 0])
    print(f"{name:<8} probability of being real {probability:.3f}")

# %% [markdown]
# About one half for both: it has no idea yet.
#
# ## 6. One step, both networks
# *20 minutes*
#
# The losses are those of lab 02, on logits, so they are given. One thing follows the original of
# this lab: the discriminator's loss is the *sum* of its two parts, not their mean. So it starts
# near $2\log 2 \approx 1.386$, the price of having no idea. The generator's loss is the
# non-saturating one.


# %%
def adversarial_losses(real_logits, fake_logits):
    """Both losses, the generator's and the discriminator's, from logits of shape (n, 1)."""
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(fake_logits), keras.ops.zeros_like(fake_logits)
    generator_loss = cross_entropy(ones, fake_logits)
    return generator_loss, cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)


# %% [markdown]
# In lab 02 the discriminator learned first, and then the generator painted again. For images,
# painting is the expensive part, so here both learn from **one** painting: it is judged once, both
# losses come from the same logits, and each network gets the gradient of *its own* loss. Both
# gradients belong to the weights before the step. That takes two tapes at a time:
#
# ```python
# with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
#     ...           # everything that both losses depend on
# ```
#
# `gan` holds all you need, as in lab 02: `gan.generator`, `gan.discriminator`, their two
# optimizers, and `gan.adversarial_losses(real_logits, fake_logits)`, the function above.
# A tape gives gradients once, and `optimizer.apply(gradients, variables)` makes the step. Call both
# networks with `training=True`: batch normalization and dropout work differently while training.
# And call the discriminator on real and on painted images *separately*, so that each batch is
# normalized by itself.


# %% exercise="adversarial_step"
def adversarial_step(gan, real, latent):
    """Improve both networks by one step each, from one batch of painted images.

    real: images (n, size, size, 3). latent: (n, latent_dim). Returns four tensors: the generator's
    loss, the discriminator's loss, and the logits of real and of painted images.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = gan.generator(latent, training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        losses = gan.adversarial_losses(real_logits, fake_logits)
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(generator_tape.gradient(losses[0], variables), variables)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(discriminator_tape.gradient(losses[1], variables), variables)
    return *losses, real_logits, fake_logits
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Inside both tapes: paint, judge the real ones, judge the painted ones, compute both losses. After
# them, twice the same: gradients of one loss for one network's variables, to its optimizer.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# ```python
# fake = gan.generator(latent, training=True)
# real_logits = gan.discriminator(real, training=True)
# fake_logits = gan.discriminator(fake, training=True)
# generator_loss, discriminator_loss = gan.adversarial_losses(real_logits, fake_logits)
# ```
#
# come inside. After it, `variables = gan.generator.trainable_variables`, then
# `gan.generator_optimizer.apply(generator_tape.gradient(generator_loss, variables), variables)`,
# and the same for the discriminator with `discriminator_tape`. At the end return
# `generator_loss, discriminator_loss, real_logits, fake_logits`.
# </details>

# %% check="adversarial_step" points=4

# %% [markdown]
# ## 7. A generator that remembers
# *12 minutes*
#
# Step by step the generator dances around what it is after, now too green, now too bright. So we
# keep a third network, the **averaged generator**. It does not learn; after each step every number
# in it moves a little towards the generator's:
#
# $$\text{average} \leftarrow k \cdot \text{average} + (1 - k) \cdot \text{generator},$$
#
# with $k$ just below 1. *Every* number: besides the weights that training moves, batch
# normalization keeps means and variances that it has measured, and uses them when it paints outside
# of training. They belong to their weights, so averaged weights need averaged statistics. (The
# optimizer's `use_ema` of lab 02 averages the weights alone.) In Keras, `network.weights` lists all
# of them, `network.trainable_weights` only those that training moves; `weight.assign(value)` sets
# one.


# %% exercise="move_average"
def move_average(averaged: keras.Model, generator: keras.Model, keep) -> None:
    """Move each number of `averaged` towards `generator`'s; `generator` stays as it is.

    Both have the same layers. keep: the share of the old average, between 0 and 1.
    """
    ### BEGIN SOLUTION
    for old, new in zip(averaged.weights, generator.weights, strict=True):
        old.assign(keep * old + (1 - keep) * new)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Go through both lists at the same time, `zip(averaged.weights, generator.weights)`, and assign.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# In the loop, with `old` of the average and `new` of the generator:
# `old.assign(keep * old + (1 - keep) * new)`.
# </details>

# %% check="move_average" points=2

# %% [markdown]
# The class is that of lab 02 with your two functions in it. The averaged generator paints all
# pictures that we look at.


# %%
class DCGAN(keras.Model):
    """A generator and a discriminator of images, and an average of the generator."""

    def __init__(self, generator, discriminator, averaged, momentum: float, seed: int):
        super().__init__()
        self.generator, self.discriminator, self.averaged = generator, discriminator, averaged
        self.averaged.set_weights(generator.get_weights())
        self.averaged.trainable = False
        self.momentum = momentum
        self.noise = keras.random.SeedGenerator(seed)
        names = ("generator_loss", "discriminator_loss", "accuracy_real", "accuracy_fake")
        self.means = {name: keras.metrics.Mean(name=name) for name in names}

    def build(self, input_shape=None):
        self.built = True

    def call(self, latent, training=False):
        return self.averaged(latent, training=False)

    def compile(self, generator_optimizer, discriminator_optimizer, adversarial_losses, **options):
        super().compile(optimizer=None, **options)
        self.build()
        self.adversarial_losses = adversarial_losses
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        generator_optimizer.build(self.generator.trainable_variables)
        discriminator_optimizer.build(self.discriminator.trainable_variables)

    def train_step(self, real):
        latent = keras.random.normal((keras.ops.shape(real)[0], LATENT_DIM), seed=self.noise)
        *losses, real_logits, fake_logits = adversarial_step(self, real, latent)
        # Young averages move faster: after t steps they remember about t / 10 of them.
        step = keras.ops.cast(self.generator_optimizer.iterations, "float32")
        keep = keras.ops.minimum(self.momentum, step / (step + 10))
        move_average(self.averaged, self.generator, keep)
        seen = (*losses, real_logits > 0, fake_logits < 0)
        for mean, value in zip(self.means.values(), seen, strict=True):
            mean.update_state(value)
        return {name: mean.result() for name, mean in self.means.items()}


# %%
def make_gan(losses=adversarial_losses, prepare=None, **changes) -> DCGAN:
    """A new DCGAN, ready to learn; `changes` of SETTINGS, `prepare` is done to each network."""
    settings, prepare = {**SETTINGS, **changes}, prepare or (lambda network: network)

    def generator():
        return define_generator(LATENT_DIM, settings["size"], settings["generator_width"])

    discriminator = define_discriminator(
        settings["size"], settings["discriminator_width"], settings["dropout"]
    )
    networks = map(prepare, (generator(), discriminator, generator()))
    gan = DCGAN(*networks, settings["average"], SEED)
    rate = settings["learning_rate"]
    rates = (rate, rate)  # the generator's, the discriminator's
    gan.compile(*(keras.optimizers.Adam(rate, beta_1=0.5) for rate in rates), losses)
    return gan


keras.utils.set_random_seed(SEED)
gan = make_gan()
for network in (gan.generator, gan.discriminator):
    print(f"{network.count_params():,} weights")

# %% [markdown]
# ## 8. One epoch by hand
# *14 minutes*
#
# Soon `fit` will run the training. What it does is a loop, and you should have written it once: for
# each batch of images draw as many latent vectors, make a step, note the losses. At the end of the
# epoch, report their means.


# %% exercise="train_epoch"
def train_epoch(step, batches, latent_dim: int) -> tuple[float, float]:
    """One epoch: a step for each batch; returns the mean losses, the generator's first.

    step: (images, latent) → four results, as of `adversarial_step` without `gan`. batches: go
    through them once. latent: standard normal, (images in the batch, latent_dim), new each time.
    """
    ### BEGIN SOLUTION
    losses = []
    for pictures in batches:
        latent = keras.random.normal((len(pictures), latent_dim))
        generator_loss, discriminator_loss, *_ = step(pictures, latent)
        losses.append((float(generator_loss), float(discriminator_loss)))
    of_generator, of_discriminator = np.mean(losses, axis=0)
    return of_generator, of_discriminator
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `for pictures in batches:` gives one batch after the other, and
# `keras.random.normal((len(pictures), latent_dim))` the latent vectors. Collect both losses in
# lists.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# In the loop, `generator_loss, discriminator_loss, *_ = step(pictures, latent)`, and append
# `(float(generator_loss), float(discriminator_loss))` to a list. After it,
# `np.mean(losses, axis=0)` holds both means.
# </details>

# %% check="train_epoch" points=2

# %% [markdown]
# Let it train a pair for one epoch. `tf.function` compiles the step, as `fit` does. Three questions
# before a long run: do both networks move? Do gradients reach the generator's first layer? Does the
# average follow?

# %%
import time


def time_string(seconds: float) -> str:
    """A time as h:mm:ss, such as "0:00:07" for 6.6 seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


# %%
trial = make_gan()


@tf.function
def step(pictures, latent):
    results = adversarial_step(trial, pictures, latent)
    move_average(trial.averaged, trial.generator, 0.9)
    return results


networks = {"generator": trial.generator, "discriminator": trial.discriminator}
networks["average"] = trial.averaged
before = {name: network.get_weights() for name, network in networks.items()}
start = time.perf_counter()
means = train_epoch(step, make_batches(real, BATCH_SIZE, SEED), LATENT_DIM)
print(f"mean losses: generator {means[0]:.2f}, discriminator {means[1]:.2f};", end=" ")
print(f"an epoch by hand took {time_string(time.perf_counter() - start)}")
for name, network in networks.items():
    first, was = network.get_weights()[0], before[name][0]
    print(f"{name}: {np.mean(first != was):.0%} of its first layer's weights moved,", end=" ")
    print(f"on average by {np.abs(first - was).mean():.4f}")

# %% [markdown]
# ## 9. Train
# *12 minutes*
#
# `fit` runs this loop and adds what a long run needs.
#
# **Previews.** We paint the *same* 25 latent vectors before training (epoch 0) and after some
# epochs, and save each sheet as `train-N.png`. Every few epochs we also measure 250 painted images.
# Section 11 explains the numbers; `swd_scaled` should go down to 0, and `diversity` should come to
# 1.
#
# **A run that survives.** Laptops sleep and Colab disconnects. `Resume` saves everything that
# training goes on from after each epoch. Run the cell again, in a new kernel too, and it goes on
# after the last one. If you change settings, data or code, a new run starts; only the number of
# epochs you may raise. To train from scratch, set `START_AGAIN = True`. On Colab, set `FOLDER` to a
# folder in your Drive: then a run survives the machine, too.

# %%
from helpers import metrics, training

START_AGAIN = False
FOLDER = None  # where runs are kept; None is build/runs in the course folder

fixed_latent = keras.random.normal((ROWS * COLUMNS, LATENT_DIM), seed=SEED + 1)
many_latent = keras.random.normal((500, LATENT_DIM), seed=SEED + 2)


def paint(generator: keras.Model, latent) -> np.ndarray:
    """Images for latent vectors, in portions that fit into memory; shape (n, size, size, 3)."""
    portions = [generator(latent[i : i + 50], training=False) for i in range(0, len(latent), 50)]
    return np.concatenate([np.asarray(portion, "float32") for portion in portions])


def save_images(generator: keras.Model, latent, path: Path) -> np.ndarray:
    """Paint latent vectors and save them as one sheet in `path`, a .png; returns the sheet."""
    sheet = images.sheet(paint(generator, latent), COLUMNS, MARGIN)
    images.save_png(sheet, path)
    return sheet


# %%
untrained_images = paint(untrained, many_latent)


def judge(painted: np.ndarray) -> dict[str, float]:
    """Eight numbers for painted images, shape (n, size, size, 3); see section 11."""
    return metrics.judge_images(painted, real, held_out, untrained_images, seed=SEED)


# %%
class Watch(keras.callbacks.Callback):
    """Saves sheets in `folder`, and every few epochs adds to the history what images score."""

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def on_train_begin(self, logs=None):
        if resume.epoch == 0:
            self.preview(0)

    def on_epoch_end(self, epoch, logs):
        done = epoch + 1
        if done in SETTINGS["previews"]:
            self.preview(done)
        if done % SETTINGS["measure_every"] == 0 or done in (1, self.params["epochs"]):
            logs |= {"measured_epoch": done, **judge(paint(self.model, many_latent[:250]))}

    def preview(self, done: int):
        try:
            save_images(self.model, fixed_latent, self.folder / f"train-{done}.png")
        except OSError as error:  # a full disk should not end the training
            print(f"The preview of epoch {done} could not be saved: {error.strerror or error}.")


# %%
resume = training.Resume(gan, real, SETTINGS, folder=FOLDER, start_again=START_AGAIN)
shown = ("generator_loss", "discriminator_loss", "swd_scaled", "diversity")
start = time.perf_counter()
history = gan.fit(
    resume.batches(BATCH_SIZE),
    steps_per_epoch=len(real) // BATCH_SIZE,
    epochs=EPOCHS,
    initial_epoch=resume.epoch,
    callbacks=[
        Watch(resume.folder),
        training.progress(SETTINGS["measure_every"], shown),
        resume.callback,
    ],
    shuffle=False,  # `batches` does it
    verbose=0,
).history
training_seconds = time.perf_counter() - start
print(f"trained for {time_string(training_seconds)} in this session")

# %%
from helpers import plots

plots.lines(
    {"generator": history["generator_loss"], "discriminator": history["discriminator_loss"]},
    title="Both losses",
)

# %% [markdown]
# *Two restless curves. The generator's loss leaps up in the first epochs and then stays well above
# 0.69. The discriminator's is below 1.39, where it would have no idea, most of the time: it keeps
# telling real from painted.*
#
# Unlike in lab 02 they do not come to rest: an image has thousands of numbers, and the
# discriminator always finds something. Neither curve tells how good the pictures are. Look.
#
# ### What it painted

# %%
from PIL import Image

saved = {n: resume.folder / f"train-{n}.png" for n in SETTINGS["previews"] if n < EPOCHS}
frames = {n: np.asarray(Image.open(path)) for n, path in saved.items() if path.exists()}
early = list(frames.items())[1:3]
for number, picture in early:
    images.show_picture(picture, f"After epoch {number}", "25 small rough pictures.", zoom=1)

# %% [markdown]
# *Two sheets of the same 25 latent vectors. After one epoch ragged squares in loud colors; after a
# few, red balls with rough edges.*

# %%
last = save_images(gan, fixed_latent, resume.folder / f"train-{EPOCHS}.png")
images.show_picture(last, f"After epoch {EPOCHS}", DESCRIPTION)

# %% [markdown]
# *The same 25 latent vectors at the end: 25 different tomatoes, round and flat, darker and lighter
# red, lit from different sides, some with a green star.*
#
# As a film:

# %%
film = [*frames.values(), last]
film = images.save_gif(film, resume.folder / "film.gif", seconds_per_frame=0.8, colors=128)
images.show_gif(film, "Dull patches turn into ragged squares, and these into different tomatoes.")

# %% [markdown]
# *The film begins before training, with dull patches. They turn into ragged squares, take on color,
# then shape, then light and detail.*
#
# ## 10. A walk through latent space
# *10 minutes*
#
# What lies between two tomatoes? Take two latent vectors and paint the ones on the way from one to
# the other. Do not look for smoothness: a network turns small changes into small changes, so its
# pictures change smoothly even if it has memorized its training set. Look at the middle: is it a
# tomato of its own, or one shining through another?
#
# On which way? A latent vector of 200 standard normal numbers has a length near $\sqrt{200}
# \approx 14$, hardly ever less than 12. The straight line between two of them passes much closer to
# 0: its middle has a length near 10. The generator has never seen such vectors. So walk on the
# *sphere*: with $\omega$ the angle between $a$ and $b$ in radians, $\cos\omega = a \cdot b /
# (|a|\,|b|)$, and $t$ from 0 to 1,
#
# $$\frac{\sin((1-t)\,\omega)}{\sin\omega}\,a + \frac{\sin(t\,\omega)}{\sin\omega}\,b.$$


# %% exercise="walk"
def walk(a: np.ndarray, b: np.ndarray, steps: int) -> np.ndarray:
    """Latent vectors on the way from a to b along the sphere, both ends included.

    a, b: shape (latent_dim,), not parallel. Returns shape (steps, latent_dim), evenly spaced in t.
    """
    ### BEGIN SOLUTION
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(cosine)
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# First the angle: `np.arccos(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))`. Then `t` as
# a column, and the formula as it stands.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `t = np.linspace(0, 1, steps)[:, np.newaxis]` has the shape (steps, 1); then
# `(np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)`.
# </details>

# %% check="walk" points=2

# %%
corners = np.asarray(fixed_latent)[:4]
ways = [walk(corners[i], corners[i + 1], 8) for i in range(3)]
walked = paint(gan, np.concatenate(ways).astype("float32"))
images.show_sheet(walked, "Three walks", "Rows of tomatoes that change bit by bit.", columns=8)

# %% [markdown]
# *Three rows of eight tomatoes; in each, the first turns into the last by small changes of shape,
# light and color. The pictures in the middle are tomatoes too, not double exposures.*
#
# ## 11. Measure it
# *30 minutes*
#
# Looking, we forgive, and we cannot see what is missing. Eight numbers, each of which can fail:
#
# | | compares | good | fooled by |
# |---|---|---|---|
# | `swd_pixels` | whole images, as clouds of points | 0 | blurred averages, copies |
# | `swd_scaled` | 7×7 patches of them, on the same scale | 0 | copies |
# | `patch_share` | the same patches, on an even scale | 0 | copies |
# | `density` | does a painted image lie where real ones lie? | 1 | a few safe images, copies |
# | `coverage` | does every real image have a painted one nearby? | 1 | copies of many |
# | `nearest_ratio` | distance to the nearest training image | 1 | mirrored copies, blur |
# | `moved_ratio` | the same over flips and small shifts | 1 | other disguises, blur |
# | `diversity` | distance between two painted images | 1 | copies, noise |
#
# The first three are **sliced Wasserstein distances**: look at two clouds of points from many
# random directions, each time sort both, and see how far one must be moved to become the other. On
# the scale of the first two, 0 is what real training images score against held-out ones, 1 is the
# untrained generator. **Between these ends the scale is not even.** Any two samples of tomatoes
# differ by chance; this floor $f$ and a true distance $e$ add up like the sides of a right
# triangle, to $\sqrt{e^2+f^2}$. Where $e$ is small beside $f$, that grows like $e^2$: twice the
# distance, four times the score. `patch_share` takes the floor off the squares: twice the number is
# twice the distance. Use it to compare. Slightly below 0 is chance.
#
# Density and coverage count neighbors among *edge features*, answers of random filters to edges:
# among plain pixels a blurred average lies closer to everything than a real image does. Density may
# exceed 1.
#
# `nearest_ratio` asks whether the generator copies. Write its heart yourself: for each image, the
# distance to the nearest training image. Mind the memory: the differences of all pairs at once
# would take gigabytes.

# %%
painted = paint(gan, many_latent)


# %% exercise="nearest_distance"
def nearest_distance(pictures: np.ndarray, training_set: np.ndarray) -> np.ndarray:
    """Euclidean distance of each picture to its nearest training image, over all its numbers.

    pictures: (n, height, width, channels); training_set: (m, …) of the same size. Returns (n,).
    """
    ### BEGIN SOLUTION
    flat = training_set.reshape(len(training_set), -1)
    return np.array(
        [np.linalg.norm(flat - picture.reshape(1, -1), axis=1).min() for picture in pictures]
    )
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Make each image one long row, `training_set.reshape(len(training_set), -1)`. For one picture,
# `np.linalg.norm(rows - row, axis=1)` is its distance to every training image.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# A loop over the pictures; in it, `np.linalg.norm(flat - picture.reshape(1, -1), axis=1).min()`.
# Collect the results in an array.
# </details>

# %% check="nearest_distance" points=2

# %%
of_copies, of_strangers = nearest_distance(real[:50], real), nearest_distance(held_out, real)
print(f"copies of training images         {of_copies.mean():.2f}")
print(f"held-out images                   {of_strangers.mean():.2f}")
print(f"painted images                    {nearest_distance(painted, real).mean():.2f}")
print(f"mirrored training images          {nearest_distance(real[:, :, ::-1], real).mean():.2f}")

# %% [markdown]
# A copy lies at 0. The painted images lie as far from the training set as tomatoes that were never
# in it. Does that prove that nothing was copied? **No: so do training images that were only
# mirrored.** No light falls from the same side in both, and pixels notice. `moved_ratio` therefore
# takes the nearest over all training images, mirrored or not, moved by up to two pixels or not.
#
# ### Honest rivals, and dishonest ones
#
# The numbers mean something only beside those of rivals that learned little, or that cheat:
#
# - **last weights**: your generator without the average;
# - **mean image**: the average tomato, again and again;
# - **50 components**: a Gaussian along the main directions in which the training images vary;
# - **20 copies**: 20 training images, again and again;
# - **mirrored**, **moved**, **turned**: training images, flipped; flipped or not, and moved by up
#   to two pixels; flipped or not, and turned by 13 to 20 degrees. Three forgers who paint nothing;
# - **untrained**: your generator before training;
# - **real**: the training images themselves. (Each is its own nearest image.)
#
# The table takes one to three minutes, and is silent meanwhile.

# %%
import pandas as pd

from helpers import rivals

rng, n = np.random.default_rng(SEED), len(painted)
turn = keras.layers.RandomRotation((0.035, 0.055), "constant", fill_value=1.0, seed=SEED)
turned = np.array(turn(real, training=True))[:n]
turned[::2] = turned[::2, :, ::-1]

# %%
table = {
    "DCGAN": painted,
    "last weights": paint(gan.generator, many_latent),
    "mean image": rivals.mean_image(real, n),
    "50 components": rivals.pca_gaussian(real, 50, n, rng),
    "20 copies": rivals.copies(real, 20, n, rng),
    "mirrored": rivals.mirrored(real, n, rng),
    "moved": rivals.moved(real, n, rng),
    "turned": turned,
    "untrained": untrained_images,
    "real": real,
}
scores = {name: judge(pictures) for name, pictures in table.items()}
pd.DataFrame(scores).T.round(3)

# %%
few = {name: pictures[:6] for name, pictures in table.items()}
images.show_sheet(few, "The same rows as pictures", "Ten rows of six.")

# %% [markdown]
# *Rows in the order of the table: tomatoes of the DCGAN; nearly the same ones, a little rougher;
# the same blurred tomato six times; ghosts with streaky edges; copies; mirrored, moved
# and turned ones; squares of dull patches; real tomatoes.*
#
# Read the table by columns, after 40 epochs; if yours differs, trust your numbers.
#
# - The Gaussian is not far behind in pixels: it gets the colors right. `density` tells that its
#   edges are not those of tomatoes. The 20 copies are sharp; `coverage` and `nearest_ratio` give
#   them away. The average beats the last weights in `coverage`, with all our seeds; in
#   `patch_share` with two of three.
# - **The mirrored images beat your DCGAN in nearly every column**, and `nearest_ratio` takes them
#   for new. Only `moved_ratio`, 0, convicts them. Without it, the table would crown a machine that
#   paints nothing.
# - Your DCGAN's `coverage` is below that of real images. Some tomatoes it may never paint; or its
#   edges are not quite right, so that what it paints lies just outside; or there are too few
#   painted images. This number cannot tell which.
#
# ## 12. Tomatoes that nobody drew
# *10 minutes*
#
# `moved_ratio` knows two disguises. So look for evidence of the opposite: does the generator
# **combine** what it saw? The program that drew our pictures knows what it drew: how ripe and how
# flat, lit from where, a star or none. `attribute_reader`, a small regression, learns to read that
# from training pictures. On held-out ones an R² of 1 is perfect reading, 0 is guessing the mean.

# %%
from sklearn.metrics import r2_score

from helpers.datasets import load_attributes

if SOURCE == "embedded":
    READ = ["ripeness", "height", "star", "light_side", "light_height"]
    reader = metrics.attribute_reader(real, load_attributes("tomato", "training")[READ].to_numpy())
    truth = load_attributes("tomato", "held_out")[READ].to_numpy()
    trust = r2_score(truth, reader.predict(held_out), multioutput="raw_values")
    print({name: round(float(r2), 2) for name, r2 in zip(READ, trust, strict=True)})

# %% [markdown]
# Now read every painted tomato, and look for the training image, mirrored and moved as above, whose
# reading is nearest. `new_combinations` is that distance, as a share of held-out tomatoes', which
# *are* new.

# %%
new = {}
if SOURCE == "embedded":
    for name in ("DCGAN", "mirrored", "moved", "turned"):
        new[name] = metrics.new_combinations(table[name], real, held_out, reader)
pd.Series(new, name="new_combinations", dtype=float).round(3)

# %% [markdown]
# Your DCGAN scores like tomatoes that are new, two forgers score 0. **Is that the proof? Look at
# *turned*.** It paints nothing new either, and both numbers take it for honest. In the table only
# its density is clearly lower than your DCGAN's, since turning blurs the edges. A number convicts
# the forgeries that it was built for. So say what you know: your generator copies neither pixel by
# pixel, nor mirrored, nor moved by two pixels. Whoever suspects more has to build the forger, and
# the number that sees through it.
#
# How did your generator get there?

# %%
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
when = history["measured_epoch"]
plots.lines(
    {"pixels": history["swd_pixels"], "patches": history["swd_scaled"]},
    "Distance to held-out images",
    ("epoch", "0 = real, 1 = untrained"),
    when,
    ax=left,
)
plots.lines(
    {name: history[name] for name in ("density", "coverage", "diversity")},
    "Quality and variety",
    ("epoch", "1 = real"),
    when,
    level=(1, "real"),
    ax=right,
)
plots.show(figure)

# %% [markdown]
# *Left, both distances fall steeply at first and then slowly towards 0. Right, density and coverage
# start at 0, when the images have colors but not yet the right edges, and climb towards 1; the
# diversity comes to rest a little below 1.*

# %% [markdown]
# ## 13. When it goes wrong
# *12 minutes*
#
# You may read that a **discriminator that is too strong** ruins the training: it refuses every
# picture with certainty, and the generator no longer learns in which direction to improve. Is that
# so? We change one thing at a time, and keep your run as the control.
#
# First the **saturating loss**: the generator minimizes the discriminator's loss with its sign
# turned, as lab 02 warned. Nothing else changes: same networks, same first weights, same number of
# epochs.


# %%
def saturating_losses(real_logits, fake_logits):
    """As `adversarial_losses`, but the generator turns the discriminator's loss around."""
    _, discriminator_loss = adversarial_losses(real_logits, fake_logits)
    zeros = keras.ops.zeros_like(fake_logits)
    of_fakes = keras.losses.BinaryCrossentropy(from_logits=True)(zeros, fake_logits)
    return -of_fakes, discriminator_loss


# %%
short = SETTINGS["measure_every"]
keras.utils.set_random_seed(SEED)
stuck = make_gan(losses=saturating_losses)
batches = make_batches(real, BATCH_SIZE, SEED)
refused = stuck.fit(batches, epochs=short, shuffle=False, verbose=0).history
hopeless = paint(stuck, many_latent[:250])

# %%
at = history["measured_epoch"].index(short)
compared = {
    name: {
        "swd_scaled": patches,
        "discriminator's loss": run["discriminator_loss"][short - 1],
        "painted images refused": run["accuracy_fake"][short - 1],
    }
    for name, run, patches in (
        ("non-saturating", history, history["swd_scaled"][at]),
        ("saturating", refused, judge(hopeless)["swd_scaled"]),
    )
}
pd.DataFrame(compared).T.round(3)

# %%
images.show_sheet(hopeless[:8], "Stuck", "Eight ragged blobs in loud colors.")

# %% [markdown]
# *Eight ragged blobs in loud colors.*
#
# Both rows are after the same few epochs. With the saturating loss the discriminator's loss has
# fallen near 0, far below the 1.386 of having no idea, and nearly every painted image is refused.
# Then the gradient of this loss is near 0 as well. Does it stay so? Each row below changes one
# thing, for all epochs and three seeds:

# %%
from helpers.controls import controls_table

controls_table(
    {
        "swd_scaled": "swd_scaled",
        "coverage": "coverage",
        "refused_at_end": "painted refused",
        "discriminator_loss_at_end": "discriminator's loss",
    }
)

# %% [markdown]
# The saturating loss and a `beta_1` of 0.9, Adam's usual one, each ruin the run: hardly any
# held-out tomato has a painted one nearby. With the saturating loss two of three seeds stayed
# stuck, the loss at 0 and every image refused; in the third the generator came free and found the
# colors, but hardly a tomato. (Hence the large ±.) And look at the first row: the discriminator of
# the run *as it is* refuses nine of ten painted images to the very end. By that it is far "too
# strong", and yet the tomatoes come out well. With the non-saturating loss, strength alone is no
# failure. The losses tell none of this: measure.

# %%
report(
    "03_dcgan_tomatoes",
    **scores["DCGAN"],
    training_seconds=training_seconds,
    patch_share_last_weights=scores["last weights"]["patch_share"],
    coverage_last_weights=scores["last weights"]["coverage"],
    swd_scaled_mean_image=scores["mean image"]["swd_scaled"],
    swd_scaled_50_components=scores["50 components"]["swd_scaled"],
    patch_share_50_components=scores["50 components"]["patch_share"],
    density_mean_image=scores["mean image"]["density"],
    density_50_components=scores["50 components"]["density"],
    coverage_copies=scores["20 copies"]["coverage"],
    nearest_ratio_copies=scores["20 copies"]["nearest_ratio"],
    nearest_ratio_mirrored=scores["mirrored"]["nearest_ratio"],
    moved_ratio_mirrored=scores["mirrored"]["moved_ratio"],
    moved_ratio_moved=scores["moved"]["moved_ratio"],
    moved_ratio_turned=scores["turned"]["moved_ratio"],
    coverage_mirrored=scores["mirrored"]["coverage"],
    **{f"new_combinations_{name}": value for name, value in new.items()},
    refused_at_end=history["accuracy_fake"][-1],
    discriminator_loss_at_end=history["discriminator_loss"][-1],
    swd_scaled_early=compared["non-saturating"]["swd_scaled"],
    swd_scaled_saturating=compared["saturating"]["swd_scaled"],
    density_real=scores["real"]["density"],
    coverage_real=scores["real"]["coverage"],
)

# %% [markdown]
# ## 14. Recap
# *6 minutes*
#
# What is different from a GAN with fully connected layers, a *vanilla* GAN?
#
# | | vanilla GAN | DCGAN |
# |---|---|---|
# | layers | fully connected | convolutions |
# | knows which pixels are neighbors | no | yes |
# | enlarges by | the last layer paints all pixels | up-sampling or transposed convolution |
# | shrinks by | nothing: sees all pixels at once | strides |
# | batch normalization | rarely | nearly everywhere |
# | weights grow with the picture | yes | hardly |
#
# Lab 04 sets the two against each other.
#
# **1. A convolution with stride 2 and "same" sees 25 pixels. How many come out?**
#
# <details><summary>Answer</summary>
#
# 13: the pixels 0, 2, …, 24 are starting places.
# </details>

# %% [markdown]
# **2. Why does the generator's last layer have a tanh and no batch normalization?**
#
# <details><summary>Answer</summary>
#
# The images live in [−1, 1], as tanh does. Batch normalization would force each batch to the same
# mean color and contrast.
# </details>

# %% [markdown]
# **3. A Gaussian of 50 components is not far behind in `swd_pixels`. Why not use that?**
#
# <details><summary>Answer</summary>
#
# It has the colors and the rough shapes, and no sharp edges: its images are mixtures, like double
# exposures. Density and your eyes tell. Its variety is limited to sums of 50 pictures.
# </details>

# %% [markdown]
# **4. A friend's generator has `nearest_ratio` 1 and `moved_ratio` 0.1. What happened?**
#
# <details><summary>Answer</summary>
#
# It memorized: what it paints are training images, mirrored or moved a little. The first number
# compares pixel by pixel and does not notice.
# </details>

# %% [markdown]
# **5. The discriminator refuses 99 % of the painted images. Is the training lost?**
#
# <details><summary>Answer</summary>
#
# Not for that. What counts is whether the generator still learns in which direction to improve. The
# non-saturating loss tells it even then, the saturating one does not. Look at the pictures' scores.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *Photographs.* Set `SOURCE = "fruits360"`: 640 photographs of tomatoes, downloaded once. What
#   does the generator learn that the drawn ones did not have?
# - *Your own.* Photograph one thing a few hundred times in front of something plain, and set
#   `SOURCE` to the folder of the pictures. Ask people before you use pictures of them.
# - *Directions.* Draw many latent vectors, find the principal components of what the first layer
#   answers to them (GANSpace), and walk along one: what changes in the tomato?
# - *Forge.* Build a forger that your numbers take for honest, and then a number that convicts it.
#
# **Next:** lab 04, where you build two GANs with less help and decide by numbers which is better.
#
# **References.** A. Radford, L. Metz and S. Chintala (2016), *Unsupervised Representation Learning
# with Deep Convolutional Generative Adversarial Networks*. A. Odena, V. Dumoulin and C. Olah
# (2016), *Deconvolution and Checkerboard Artifacts*. T. Karras, T. Aila, S. Laine and J. Lehtinen
# (2018), *Progressive Growing of GANs* (averaged generator, sliced Wasserstein distance). M. F.
# Naeem, S. J. Oh, Y. Uh, Y. Choi and J. Yoo (2020), *Reliable Fidelity and Diversity Metrics for
# Generative Models*. T. White (2016), *Sampling Generative Networks* (walking on the sphere). E.
# Härkönen, A. Hertzmann, J. Lehtinen and S. Paris (2020), *GANSpace: Discovering Interpretable GAN
# Controls*. Pictures: drawn for this course, CC BY 4.0. Photographs: Fruits-360, ©
# M. Oltean, CC BY-SA 4.0.

# %% [markdown]
# ## Appendix: a checkerboard
#
# Many generators enlarge by `Conv2DTranspose(…, 3, strides=2)`. It stamps squares of 3×3 two pixels
# apart, so they overlap in every second row and column. Stamp an even area with a kernel of ones,
# and count how often each pixel is hit:

# %%
even = np.ones((1, 8, 8, 1), "float32")
for kernel in (3, 4):
    hits = keras.ops.conv_transpose(even, np.ones((kernel, kernel, 1, 1), "float32"), 2, "same")
    print(f"kernel {kernel}×{kernel}, stride 2: two rows from the middle")
    print(np.asarray(hits)[0, 2:4, :8, 0])
    shades = np.repeat(np.asarray(hits), 3, axis=3) / 2 - 1
    images.show_sheet(shades, f"Kernel {kernel}×{kernel}", "Shades of gray.", zoom=6)

# %% [markdown]
# *Two areas. With kernels of 3 a grid of dark, gray and light squares, although the input was the
# same everywhere; with kernels of 4 an even one, but for its border.*
#
# With a kernel of 3 the generator has to learn to make up for it: until then, there is a pattern of
# squares on everything. A kernel whose size is a multiple of the stride, such as 4, is even inside.
# So is up-sampling followed by a convolution, as here: from an even area. The weave on your early
# tomatoes has other causes. One candidate is the discriminator: its 3×3 kernels with stride 2 see
# some pixels more often than others, and so its gradients do, too.

# %% [markdown]
# ## Appendix: the same layers, less work
#
# *For those who want to train in full size; nothing above needs it.* `UpSampling2D` followed by a
# convolution multiplies equal neighbors with different weights and then adds them up. One could add
# the weights first: enlarging by $n$ and then a 3×3 kernel is *exactly* one transposed convolution
# with a kernel of $(n+2)×(n+2)$ and stride $n$. Per small pixel that takes $(n+2)^2$
# multiplications in place of $9n^2$. And Keras normalizes a batch in a dozen operations, each of
# which reads and writes every number of the layer; TensorFlow has one for all of them. (It returns
# $n/(n-1)$ times the batch's variance; Keras keeps the batch's own.)


# %%
class FoldedConv2D(keras.layers.Layer):
    """`UpSampling2D(factor)` and then `convolution`, 3×3 and "same", as one transposed convolution.

    Takes (n, height, width, channels), returns (n, factor · height, factor · width, filters). It
    has no weights of its own but uses those of `convolution`.
    """

    def __init__(self, factor: int, convolution: keras.layers.Conv2D):
        super().__init__()
        self.factor, self.convolution = factor, convolution

    def call(self, inputs):
        n, kernel = self.factor, keras.ops.cast(self.convolution.kernel, inputs.dtype)
        stamped = sum(  # shape (n + 2, n + 2, channels, filters)
            keras.ops.pad(kernel, ((i, n - 1 - i), (j, n - 1 - j), (0, 0), (0, 0)))
            for i in range(n)
            for j in range(n)
        )
        # A transposed convolution has its kernel turned round, and its channels the other way.
        turned = keras.ops.transpose(stamped[::-1, ::-1], (0, 1, 3, 2))
        enlarged = keras.ops.conv_transpose(inputs, turned, n, "same")
        bias = self.convolution.bias
        return enlarged if bias is None else enlarged + keras.ops.cast(bias, inputs.dtype)


# %%
class FusedBatchNormalization(keras.layers.Layer):
    """A `BatchNormalization` of images with its weights, in training as one operation."""

    def __init__(self, normalization: keras.layers.BatchNormalization):
        super().__init__(autocast=False)
        self.normalization = normalization

    def call(self, inputs, training=False):
        layer = self.normalization
        if not (training and layer.trainable):
            return layer(inputs, training=False)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, layer.gamma, layer.beta, epsilon=layer.epsilon, is_training=True
        )
        count = keras.ops.cast(keras.ops.size(inputs[..., 0]), "float32")
        keep = layer.momentum
        layer.moving_mean.assign(keep * layer.moving_mean + (1 - keep) * mean)
        variance *= (count - 1) / count
        layer.moving_variance.assign(keep * layer.moving_variance + (1 - keep) * variance)
        return outputs


# %%
def fold(network: keras.Model) -> keras.Model:
    """The same network with the same weights, less work: the two classes above put in."""
    layers, factor = [keras.Input(network.input_shape[1:])], None
    for layer in network.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if isinstance(layer, keras.layers.UpSampling2D):
            factor = layer.size[0]
        elif factor:
            layers, factor = [*layers, FoldedConv2D(factor, layer)], None
        elif isinstance(layer, keras.layers.BatchNormalization):
            layers.append(FusedBatchNormalization(layer))
        else:
            layers.append(layer)
    return keras.Sequential(layers)


# %% [markdown]
# Do both paint the same? How long would `full` take here, in 16 bits where the processor has them?

# %%
folded = fold(untrained)
pair = [np.asarray(network(fixed_latent, training=True)) for network in (untrained, folded)]
difference = np.abs(pair[0] - pair[1]).max()
print(f"largest difference of a pixel {difference:.1e}")
assert difference < 1e-3, "both should paint the same"

# %%
few_images, policy = 4, keras.config.dtype_policy()
batch = tf.constant(load_images("tomato", 96, SOURCE, part="training")[:few_images])
keras.config.set_dtype_policy(training.pick_precision())
for name, prepare in {"as written": None, "folded": fold}.items():
    large = make_gan(
        prepare=prepare, size=96, generator_width=256, discriminator_width=32, dropout=0.25
    )
    one_step, times = tf.function(large.train_step), []
    for _ in range(4):
        start = time.perf_counter()
        float(one_step(batch)["generator_loss"])
        times.append(time.perf_counter() - start)
    epoch = min(times[1:]) / few_images * len(real)
    print(f"{name:<10}  an epoch {time_string(epoch)}, 1,000 epochs {time_string(1000 * epoch)}")
    del large, one_step
keras.config.set_dtype_policy(policy)

# %% [markdown]
# That is why `full` wants a GPU, or some nights and `Resume`. On some processors the folded one is
# hardly faster: then leave it. To use the folded networks, run this
# appendix down to `fold` before section 7, and say `gan = make_gan(prepare=fold)` there.
#
# ### Paint without training
#
# The course ships the weights of an averaged generator, for a network exactly as in the table of
# section 4, with a card that says where they come from:

# %%
shipped = define_generator(LATENT_DIM, 32, 64)
card = training.load_trained(shipped, "dcgan_tomatoes_quick")
print({name: card[name] for name in ("data", "epochs", "seed", "metrics")})
eight = paint(shipped, keras.random.normal((8, LATENT_DIM), seed=SEED + 3))
images.show_sheet(eight, "From the shipped weights", "A row of eight tomatoes.")

# %% [markdown]
# *A row of eight tomatoes, painted by weights that were trained for 40 epochs.*
