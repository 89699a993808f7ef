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
# play the game of lab 02 for about a minute, and then paint **tomatoes that never existed**.
#
# **You will learn**
# - to say what a convolution, a stride and an up-sampling do to the shape of an image;
# - to build the generator and the discriminator of a DCGAN;
# - to train them in a run that can be killed at any moment and goes on where it was;
# - to judge pictures by numbers, beside rivals that learn nothing;
# - to recognize a collapsed generator, a checkerboard, and a discriminator that is too strong.
#
# **Needs** two to three hours of yours, two to four minutes of computing, 1.5 GB of memory. Lab 02.

# %% [markdown]
# ## 1. What will run here

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
        "preview_every": 5,
    },
    "full": {
        "size": 96,
        "generator_width": 256,
        "discriminator_width": 32,
        "dropout": 0.25,
        "learning_rate": 1.5e-4,
        "average": 0.999,
        "epochs": 1000,
        "preview_every": 10,
    },
}[PROFILE]
SIZE, EPOCHS = SETTINGS["size"], SETTINGS["epochs"]
LATENT_DIM, BATCH_SIZE, CHANNELS = 200, 32, 3
ROWS, COLUMNS, MARGIN = 5, 5, 16  # the preview: 25 pictures, 16 pixels between them
SOURCE = "embedded"  # or "fruits360" (downloads photographs), or a folder or zip of your own
SETTINGS

# %% [markdown]
# `full` has the sizes of the lab that this one grew from: 96×96 pixels, 1,000 epochs. (Older
# listings write `gen_res = 3` for that. The generator starts from a square of 4×4, doubles it three
# times, which makes 32, and enlarges it `gen_res` times at the end: 3 × 32 = 96.) `quick` paints
# 32×32 pixels with networks of a fraction of the width. Section 12 measures what `full` would take
# on this machine.

# %%
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(SEED)

# %% [markdown]
# ## 2. Pictures as numbers
#
# `load_images` reads pictures in whatever form they come, brings them to one size, and returns them
# as one array. Those that come with the course are drawn by a program (`datasets/render_fruit.py`),
# each with its own shape, light, ripeness and stalk. With `SOURCE = "fruits360"` you get
# photographs.
#
# A part of them is **held out**: the networks never see it. With it we will ask later whether the
# generator learned what tomatoes look like, or only copied the ones it saw.

# %%
from helpers.datasets import load_images

real = load_images("tomato", SIZE, SOURCE, part="training")
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
# Pixels are stored as bytes, 0 to 255. A network works best with small numbers around 0, and the
# generator's last layer, a tanh, returns numbers between −1 and 1. So that is the range in which
# all our images live: black is −1, white is 1. `load_images` did that for you. Do it once yourself,
# in both directions.


# %% exercise="to_range"
def to_range(pixels: np.ndarray) -> np.ndarray:
    """Bytes, 0 to 255 (uint8), to numbers from -1 to 1 (float32), of the same shape."""
    ### BEGIN SOLUTION
    return pixels.astype("float32") / 127.5 - 1
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Half of 255 is 127.5. Which two steps take 0, 127.5 and 255 to −1, 0 and 1?
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Make them floats with `.astype("float32")`, divide by 127.5, subtract 1.
# </details>

# %% check="to_range" points=1

# %% [markdown]
# ### Batches
#
# Training takes the images in **batches** of 32, shuffled anew in each epoch. `tf.data` makes such
# a stream: `tf.data.Dataset.from_tensor_slices(array)` has one element for each image,
# `.shuffle(buffer, seed=seed)` mixes them in an order that the seed decides (a buffer as large as
# the set mixes perfectly), `.batch(n)` joins n elements into one. Each call returns a new dataset.
#
# How many batches are there in 100 images? Three of 32, and 4 images are left over. Batch
# normalization, which both networks use, computes a mean and a variance *of the batch*, and those
# of four images mean little. So leave the rest out: `drop_remainder=True`. With another order in
# each epoch, other images sit out each time.


# %% exercise="make_batches"
def make_batches(pictures: np.ndarray, batch_size: int, seed: int) -> tf.data.Dataset:
    """Shuffled batches, in another order each time they are gone through; the rest left out.

    pictures: shape (n, …). The elements of the result have the shape (batch_size, …).
    """
    ### BEGIN SOLUTION
    dataset = tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures), seed=seed)
    return dataset.batch(batch_size, drop_remainder=True)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Three calls in a row: `from_tensor_slices`, `shuffle`, `batch`. Their order matters. `shuffle`
# takes the buffer's size and `seed=seed`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `tf.data.Dataset.from_tensor_slices(pictures)`, then `.shuffle(len(pictures), seed=seed)`, then
# `.batch(batch_size, drop_remainder=True)`. Each returns a new dataset: return the last.
# </details>

# %% check="make_batches" points=2

# %% [markdown]
# ## 3. Shapes that shrink and grow
#
# A fully connected layer sees an image as a list of numbers: it does not know which pixels are
# neighbors. A **convolution** does. A small kernel, here 3×3, looks at one place of the image and
# returns one number; then it moves on, and asks the same question everywhere. A layer has many
# kernels, each asking its own question, and so its output has as many *channels* as kernels.
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
# numbers that are learned. That keeps the numbers in deep networks from growing or vanishing layer
# by layer. The output layer has none: its colors should be what they are.


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
# ### The same layers, less than half of the work
#
# (The code of this part is the hardest of the lab, and no exercise needs it: you may go straight to
# what it saves.)
#
# `UpSampling2D` followed by a convolution wastes effort: the kernel multiplies equal neighbors with
# different weights and then adds them up. One could add the weights first. Enlarging by $n$ and
# then a 3×3 kernel is *exactly* one **transposed convolution** with a kernel of $(n+2)×(n+2)$ and
# stride $n$: it takes each small pixel, multiplies a whole kernel by it, and stamps the result onto
# the large image, where stamps overlap and add up. The large kernel is the small one, stamped $n×n$
# times.
#
# Per pixel of the small image that takes $(n+2)^2$ multiplications in place of $9n^2$, for each
# pair of channels: 16 instead of 36 for $n=2$, 25 instead of 81 for $n=3$.


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
        return enlarged + keras.ops.cast(self.convolution.bias, inputs.dtype)


# %% [markdown]
# The other waste is in training, and not one of multiplications. A processor's cores wait for its
# memory, and Keras normalizes a batch in a dozen operations (means, differences, squares …), each
# of which reads and writes every number of the layer. TensorFlow has **one operation** for all of
# them, and one for their gradients. It returns $n/(n-1)$ times the batch's variance, the best guess
# at that of all images; Keras keeps the batch's own.


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
# Nobody needs to be convinced, we can compare, in training:

# %%
import time


def milliseconds(network: keras.Model, latent) -> float:
    """Time of a compiled pass through a network and back, the best of five."""

    @tf.function
    def there_and_back():
        with tf.GradientTape() as tape:
            painted = network(latent, training=True)
        return tape.gradient(painted, network.trainable_variables)

    there_and_back()  # compiles
    times = []
    for _ in range(5):
        start = time.perf_counter()
        np.asarray(there_and_back()[0])
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


written = define_generator(LATENT_DIM, SIZE, SETTINGS["generator_width"])
folded = fold(written)
latent = keras.random.normal((BATCH_SIZE, LATENT_DIM), seed=SEED)
painted = [np.asarray(network(latent, training=True)) for network in (written, folded)]
difference = np.abs(painted[0] - painted[1]).max()
print(f"largest difference of a pixel {difference:.1e}")
print(f"as written {milliseconds(written, latent):.0f} ms")
print(f"folded     {milliseconds(folded, latent):.0f} ms")
assert difference < 1e-3, "both should paint the same"

# %% [markdown]
# The same picture, up to rounding, in less time. In section 8 we train both networks folded.
#
# ## 5. The discriminator: from a picture to a verdict
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
# through, so that gradients always find a way back to the generator. "Pad" is
# `ZeroPadding2D(((0, 1), (0, 1)))`, one row and one column of zeros at the bottom and on the right:
# the original has it, and so do we. "Normalize" is `BatchNormalization(momentum=0.8)` again. The
# order within a row counts.
#
# Before you build it: **how many numbers reach `Dense(1)`?** Go through the table with a pencil,
# for 32×32 pixels and width 16. Then write it down for any size and width.


# %% exercise="numbers_at_the_end"
def numbers_at_the_end(size: int, width: int) -> int:
    """How many numbers `Flatten` hands to the discriminator's last layer.

    size: width of the image in pixels, a multiple of 32; width: channels of the first layer.
    """
    ### BEGIN SOLUTION
    padded = size // 4 + 1  # two strides of 2, one more row and column
    last = -(-padded // 2)  # the third stride, rounded up; the last two layers keep the size
    return last * last * 16 * width
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Follow the width of the picture: 32, then half, then half, then one more, then half of that,
# rounded up (your `size_after` knows it). Height is the same. What about the channels?
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `size // 4 + 1` after the padding; half of it, rounded up, after the third convolution; squared,
# times `16 * width`.
# </details>

# %% check="numbers_at_the_end" points=2


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
print("numbers that reach the last layer:", fresh.layers[-1].get_weights()[0].shape[0])

# %% [markdown]
# About one half for both: it has no idea yet.
#
# ## 6. Losses
#
# They are those of lab 02, on logits. One thing follows the original of this lab: the
# discriminator's loss is the *sum* of the cross-entropy on real images and of that on painted ones,
# not their mean. So it starts near $2\log 2 \approx 1.386$. The generator's loss is the
# non-saturating one.


# %% exercise="adversarial_losses"
def adversarial_losses(real_logits, fake_logits):
    """Both losses from the discriminator's logits of real and of painted images, shapes (n, 1).

    Returns (generator's loss, discriminator's loss), two numbers (shape ()): the non-saturating
    loss, and the sum of the mean cross-entropies on real (label 1) and on painted images (label 0).
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
# Lab 02's two losses in one function. `keras.losses.BinaryCrossentropy(from_logits=True)` makes the
# function; it takes labels first, then logits.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `cross_entropy` as above: the generator's loss is
# `cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)`; the discriminator's is
# `cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)`, where `ones` is
# `keras.ops.ones_like(real_logits)` and `zeros` is `keras.ops.zeros_like(fake_logits)`. Return
# both, the generator's first.
# </details>

# %% check="adversarial_losses" points=2

# %% [markdown]
# ## 7. One step, both networks
#
# In lab 02 the discriminator learned first, and then the generator painted again. For images,
# painting is the expensive part, so here both learn from **one** painting: the images are painted
# once and judged once, both losses are computed from the same logits, and each network gets the
# gradient of *its own* loss. That takes two tapes at a time:
#
# ```python
# with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
#     ...           # everything that both losses depend on
# ```
#
# `gan` holds all you need, as in lab 02: `gan.generator`, `gan.discriminator`, their two
# optimizers, and `gan.adversarial_losses(real_logits, fake_logits)`, your function from above.
# A tape gives gradients once, and `optimizer.apply(gradients, variables)` makes the step, as in lab
# 02. Call both networks with `training=True`: batch normalization and dropout work differently
# while training. And call the discriminator on real and on painted images *separately*, so that
# each batch is normalized by itself.


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
# ## 8. The model
#
# The class is that of lab 02 with your step in it. New is the **averaged generator**: a third
# network, which never learns by itself. After each step it moves a little towards the generator, so
# that it holds a moving average of the weights *and* of what batch normalization has measured. (The
# optimizer's `use_ema` of lab 02 would average the weights alone, and old statistics do not fit new
# weights.) It paints all pictures that we look at.


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
        shape = (keras.ops.shape(real)[0], self.generator.input_shape[1])
        latent = keras.random.normal(shape, seed=self.noise)
        *losses, real_logits, fake_logits = adversarial_step(self, real, latent)
        self.move_average()
        seen = (*losses, real_logits > 0, fake_logits < 0)
        for mean, value in zip(self.means.values(), seen, strict=True):
            mean.update_state(value)
        return {name: mean.result() for name, mean in self.means.items()}

    def move_average(self):
        # Young averages move faster: after t steps they remember about t / 10 of them.
        step = keras.ops.cast(self.generator_optimizer.iterations, "float32")
        keep = keras.ops.minimum(self.momentum, step / (step + 10))
        for old, new in zip(self.averaged.weights, self.generator.weights, strict=True):
            old.assign(keep * old + (1 - keep) * new)


# %%
def make_gan(generator_rate: float = 1, discriminator_rate: float = 1, **changes) -> DCGAN:
    """A new DCGAN, ready for `fit`; the rates multiply each network's learning rate."""
    settings = {**SETTINGS, **changes}

    def generator():
        return fold(define_generator(LATENT_DIM, settings["size"], settings["generator_width"]))

    discriminator = fold(
        define_discriminator(settings["size"], settings["discriminator_width"], settings["dropout"])
    )
    gan = DCGAN(generator(), discriminator, generator(), settings["average"], SEED)
    rate = settings["learning_rate"]
    gan.compile(
        keras.optimizers.Adam(generator_rate * rate, beta_1=0.5),
        keras.optimizers.Adam(discriminator_rate * rate, beta_1=0.5),
        adversarial_losses,
    )
    return gan


keras.utils.set_random_seed(SEED)
gan = make_gan()
for network in (gan.generator, gan.discriminator):
    print(f"{network.count_params():,} weights")

# %% [markdown]
# ### Three questions before a long run
#
# Does each network move in a step? Do gradients reach the generator's first layer? Does the average
# follow?

# %%
trial = make_gan()
latent = keras.random.normal((BATCH_SIZE, LATENT_DIM), seed=SEED)


def weights_of(network) -> list[np.ndarray]:
    """A copy of the weights that training moves."""
    return [weight.numpy().copy() for weight in network.trainable_variables]


def distance(before, network) -> float:
    """The farthest that any single weight has moved."""
    after = weights_of(network)
    return max(float(np.abs(a - b).max()) for a, b in zip(after, before, strict=True))


before = {name: weights_of(getattr(trial, name)) for name in ("generator", "discriminator")}
first_layer = trial.generator.trainable_variables[0].numpy().copy()
adversarial_step(trial, tf.constant(real[:BATCH_SIZE]), latent)
for name, weights in before.items():
    print(f"the {name} moved by {distance(weights, getattr(trial, name)):.4f}")
moved = np.abs(trial.generator.trainable_variables[0].numpy() - first_layer)
print(f"of the generator's first layer {np.mean(moved > 0):.0%} of the weights moved")
at_average = trial.averaged.weights[0].numpy().copy()
trial.move_average()
print(f"the average followed by {np.abs(trial.averaged.weights[0].numpy() - at_average).max():.5f}")

# %% [markdown]
# ## 9. Train
#
# **Previews.** Every few epochs we paint the *same* 25 latent vectors and save the sheet as
# `train-N.png`, and we measure 250 painted images against the held-out ones. Section 10 explains
# the numbers; `swd_scaled` should go down to 0, and `diversity` should come to 1.
#
# **A run that survives.** Laptops sleep and Colab disconnects. `Resume` saves everything that
# training goes on from after each epoch: weights, both optimizers, random numbers, history. Run the
# cell again, in a new kernel too, and it goes on after the last epoch. It tells runs apart by their
# settings, data and code: if you change any of these, it starts a new run and never mixes them up.
# Only the number of epochs you may raise, and a finished run goes on. To train from scratch on
# purpose, set `START_AGAIN = True`, and back to `False` afterwards. On Colab, mount your Drive and
# set `FOLDER` to a folder in it: then a run survives the machine, too.

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


untrained_images = paint(untrained, many_latent)


def judge(painted: np.ndarray) -> dict[str, float]:
    """Six numbers for painted images, shape (n, size, size, 3); see section 10."""
    return metrics.judge_images(painted, real, held_out, untrained_images, seed=SEED)


class Watch(keras.callbacks.Callback):
    """Every few epochs: a sheet in `folder`, and what the images score added to the history."""

    def __init__(self, every: int, folder: Path):
        super().__init__()
        self.every, self.folder = every, folder

    def on_epoch_end(self, epoch, logs):
        done = epoch + 1
        if done % self.every and done not in (1, self.params["epochs"]):
            return
        logs |= {"measured_epoch": done, **judge(paint(self.model, many_latent[:250]))}
        sheet = images.sheet(paint(self.model, fixed_latent), COLUMNS, MARGIN)
        try:
            images.save_png(sheet, self.folder / f"train-{done}.png")
        except OSError as error:  # a full disk should not end the training
            print(f"The preview of epoch {done} could not be saved: {error.strerror or error}.")


# %%
resume = training.Resume(gan, real, SETTINGS, folder=FOLDER, start_again=START_AGAIN)
every = SETTINGS["preview_every"]
shown = ("generator_loss", "discriminator_loss", "swd_scaled", "diversity")
start = time.perf_counter()
history = gan.fit(
    resume.batches(BATCH_SIZE),
    steps_per_epoch=len(real) // BATCH_SIZE,
    epochs=EPOCHS,
    initial_epoch=resume.epoch,
    callbacks=[
        Watch(every, resume.folder),
        training.progress(every, shown),
        resume.callback,
    ],
    shuffle=False,  # `batches` does it
    verbose=0,
).history
training_seconds = time.perf_counter() - start
print(f"trained for {training_seconds:.0f} s in this session")

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
# In lab 02 both losses came to rest. Here the discriminator always finds something: an image has
# thousands of numbers, and no painted one is perfect. Neither curve tells how good the pictures
# are. Look.
#
# ### What it painted

# %%
from PIL import Image

for name in (1, min(every, EPOCHS)):
    picture = np.asarray(Image.open(resume.folder / f"train-{name}.png"))
    images.show_picture(picture, f"After epoch {name}", DESCRIPTION, zoom=1)

# %% [markdown]
# *Two sheets of the same 25 latent vectors. After one epoch ragged squares in loud colors; after a
# few, red balls with rough edges.*

# %%
final = paint(gan, fixed_latent)
images.show_sheet(final, f"After epoch {EPOCHS}", DESCRIPTION, COLUMNS, MARGIN)

# %% [markdown]
# *The same 25 latent vectors at the end: 25 different tomatoes, round and flat, darker and lighter
# red, lit from different sides, some with a green star.*
#
# None of these was ever drawn by anyone. As a film:

# %%
names = sorted(n for n in {1, every, 2 * every, 4 * every, EPOCHS} if n <= EPOCHS)
frames = [np.asarray(Image.open(resume.folder / f"train-{name}.png")) for name in names]
film = images.save_gif(frames, resume.folder / "film.gif", seconds_per_frame=0.8, colors=64)
images.show_gif(film, "Ragged squares turn into twenty-five different tomatoes.")

# %% [markdown]
# *The film shows ragged squares take on color, then shape, then light and detail.*
#
# ### A walk through latent space
#
# What lies between two tomatoes? Take two latent vectors and paint the ones on the way from one to
# the other. If the generator has memorized pictures, the images should jump; if it has learned what
# tomatoes have in common, they should change smoothly.
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
# light and color, and every picture on the way is a tomato.*
#
# ## 10. Measure it
#
# "They look good" is no measurement: looking, we forgive, and we cannot see what is missing. Six
# numbers, each of which can fail:
#
# | | compares | good | fooled by |
# |---|---|---|---|
# | `swd_pixels` | whole images, as clouds of points | 0 | blurred averages |
# | `swd_scaled` | 7×7 patches of them, on the same scale | 0 | copies |
# | `density` | does a painted image lie where real ones lie? | 1 | a few safe images |
# | `coverage` | does every real image have a painted one nearby? | 1 | copies of many |
# | `nearest_ratio` | distance to the nearest training image | 1 | blur |
# | `diversity` | distance between two painted images | 1 | noise |
#
# Density may exceed 1. A `nearest_ratio` above 1 means far from every training image; that is not
# yet original.
#
# The first two are **sliced Wasserstein distances**: look at two clouds of points from many random
# directions, each time sort both, and see how far one must be moved to become the other. The scale:
# 0 is what real training images score against held-out ones, 1 is the untrained generator. Density
# and coverage count neighbors among *edge features*, answers of random filters to edges, because
# among plain pixels a blurred average lies closer to everything than a real image does.
#
# The fifth asks whether the generator copies. Write it yourself: for each image, the distance to
# the nearest training image. Go through the images one at a time: all pairs at once would take
# gigabytes.


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
painted = paint(gan, many_latent)
print(f"painted to nearest training image  {nearest_distance(painted, real).mean():.2f}")
print(f"held out to nearest training image {nearest_distance(held_out, real).mean():.2f}")

# %% [markdown]
# A copy would have a distance of 0. If the painted images lie as far from the training set as
# tomatoes that were never in it, the generator is not copying. See for yourself: above, a painted
# tomato; below it, the nearest one among the training images.

# %%
nearest = metrics.nearest_images(painted[:10], real)
images.show_sheet(
    {"painted": painted[:10], "nearest": nearest},
    "Painted tomatoes, and the training image nearest to each",
    "Ten pairs of tomatoes, alike but not the same.",
)

# %% [markdown]
# *Ten pairs: the lower tomato has about the color, shape and light of the upper one, and differs in
# outline, stalk or shine.*
#
# ### Honest rivals
#
# White backgrounds flatter: most pixels are right before anything is learned. So the numbers mean
# something only beside those of rivals that learn little or nothing:
#
# - **mean image**: the average tomato, again and again;
# - **10 and 50 components**: a Gaussian along the main directions in which the training images
#   vary. The best of the cheap methods, and blurred;
# - **20 copies**: 20 training images, again and again;
# - **untrained**: your generator before training;
# - **real**: the training images themselves. Nobody can be expected to do better. (Their
#   `nearest_ratio` is 0, of course: each is its own nearest image.)

# %%
from helpers import rivals

rng = np.random.default_rng(SEED)
n = len(painted)
table = {
    "DCGAN": painted,
    "mean image": rivals.mean_image(real, n),
    "10 components": rivals.pca_gaussian(real, 10, n, rng),
    "50 components": rivals.pca_gaussian(real, 50, n, rng),
    "20 copies": rivals.copies(real, 20, n, rng),
    "untrained": untrained_images,
    "real": real,
}
scores = {name: judge(pictures) for name, pictures in table.items()}
print(f"{'':<14}" + "".join(f"{name:>14}" for name in scores["DCGAN"]))
for name, row in scores.items():
    print(f"{name:<14}" + "".join(f"{value:14.3f}" for value in row.values()))

# %%
few = {name: pictures[:6] for name, pictures in table.items()}
images.show_sheet(few, "The same rows as pictures", "Seven rows of six.")

# %% [markdown]
# *Rows in the order of the table: the DCGAN's tomatoes; the same blurred tomato six times; two
# rows of ghosts with soft and with streaky edges; copies, sharp; squares of dull patches; real
# tomatoes.*
#
# Read the table by columns, after 40 epochs; if yours differs, trust your numbers. In pixels and in
# patches the Gaussians are not far behind the DCGAN:
# they get the colors right. `density` tells them apart: their edges are not those of tomatoes. The
# copies are sharp, and about as dense as real images; `coverage` and `nearest_ratio` give them
# away. Apart from the real images, only the DCGAN has no bad column. It is not perfect: look at its
# coverage beside that of the real ones. Some tomatoes it never paints.
#
# How did it get there?

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

# %%
report(
    "03_dcgan_tomatoes",
    **scores["DCGAN"],
    training_seconds=training_seconds,
    swd_pixels_10_components=scores["10 components"]["swd_pixels"],
    swd_scaled_mean_image=scores["mean image"]["swd_scaled"],
    swd_scaled_10_components=scores["10 components"]["swd_scaled"],
    swd_scaled_50_components=scores["50 components"]["swd_scaled"],
    density_mean_image=scores["mean image"]["density"],
    density_10_components=scores["10 components"]["density"],
    density_50_components=scores["50 components"]["density"],
    coverage_copies=scores["20 copies"]["coverage"],
    nearest_ratio_copies=scores["20 copies"]["nearest_ratio"],
    density_real=scores["real"]["density"],
    coverage_real=scores["real"]["coverage"],
)

# %% [markdown]
# ## 11. Paint without training
#
# The course ships the weights of an averaged generator, with a card that says where they come from.
# `load_trained` checks that the file is whole and fits the network. So you can paint in any
# notebook, in a second:

# %%
shipped = define_generator(LATENT_DIM, 32, 64)
card = training.load_trained(shipped, "dcgan_tomatoes_quick")
print({name: card[name] for name in ("data", "epochs", "seed", "metrics")})
new = paint(shipped, keras.random.normal((8, LATENT_DIM), seed=SEED + 3))
images.show_sheet(new, "From the shipped weights", "A row of eight tomatoes.")

# %% [markdown]
# *A row of eight tomatoes, painted by weights that were trained for 40 epochs.*
#
# ## 12. What helps, and what it costs
#
# We trained the same network with one thing changed at a time, all for as many steps, three seeds
# (`benchmarks/dcgan_remedies.py` does it again, and stores what it found):

# %%
import json

from helpers.run import ROOT

stored = json.loads((ROOT / "benchmarks" / "dcgan_remedies.json").read_text(encoding="utf-8"))
for name, runs in stored["remedies"].items():
    print(f"{name:<44}", end="")
    for key in ("swd_scaled", "coverage", "nearest_ratio"):
        values = [run[key] for run in runs]
        print(f"  {key} {np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}", end="")
    print(f"  {np.mean([run['seconds'] for run in runs]):.0f} s")

# %% [markdown]
# **The average** costs hardly anything and helps most: without it both the patches and the coverage
# are worse. **Augmentation** shows the discriminator its images mirrored and moved, so that
# it cannot learn them by heart. In runs as short as ours it does more harm than good: there is more
# to learn, and no more time. **With 100 images** the `nearest_ratio` sinks below 1: the painted
# tomatoes lie closer to the training images than unseen ones do, the beginning of memorizing.
# Augmentation prevents that, at the price of coverage. **16 bits** in place of 32 are as good; how
# much faster they are depends on the processor and on the size of the images.
#
# ### The full size
#
# What would `full` take here? One step of the networks of full size, on a few images, tells. The
# precision is chosen to fit the machine: where the processor can multiply numbers of 16 bits, it
# does so, and keeps the weights in 32.

# %%
precision = training.pick_precision()
few_images = 4
policy = keras.config.dtype_policy()
keras.config.set_dtype_policy(precision)
large = make_gan(size=96, generator_width=256, discriminator_width=32, dropout=0.25)
keras.config.set_dtype_policy(policy)
batch = load_images("tomato", 96, SOURCE, part="training")[:few_images]
one_step = tf.function(large.train_step)
times = []
for _ in range(4):
    start = time.perf_counter()
    float(one_step(tf.constant(batch))["generator_loss"])
    times.append(time.perf_counter() - start)
seconds = min(times[1:]) / few_images * (len(real) // BATCH_SIZE * BATCH_SIZE)
print(f"an epoch of {len(real)} images: {seconds:.0f} s; 1,000 epochs: {seconds / 3.6:.1f} hours")
del large, one_step

# %% [markdown]
# That is why `full` wants a GPU, or a night or two and `Resume`. Set `WORKBOOK_PROFILE=full` before
# you start Jupyter.
#
# ## 13. When it goes wrong
#
# ### One picture for everything
#
# If the generator learns much faster than the discriminator, it finds what fools it at the moment,
# and paints that alone. Here the generator takes five times as large steps as usual, and the
# discriminator a twentieth:

# %%
keras.utils.set_random_seed(SEED)
broken = make_gan(generator_rate=5, discriminator_rate=0.05)
batches = make_batches(real, BATCH_SIZE, SEED)
fooled = broken.fit(batches, epochs=6, shuffle=False, verbose=0).history
collapsed = paint(broken.generator, many_latent)
print(f"diversity {metrics.diversity(collapsed, real):.2f}", end="   losses: ")
print(f"generator {fooled['generator_loss'][-1]:.2f}, ", end="")
print(f"discriminator {fooled['discriminator_loss'][-1]:.2f}")
images.show_sheet(collapsed[:8], "Collapsed", "Eight mottled discs, all alike.")

# %% [markdown]
# *Eight mottled discs that look nearly the same, although their latent vectors differ.*
#
# This is **mode collapse**, as in lab 02. `diversity` shows it at once; the losses look harmless.
# What helps: equal learning rates, and a discriminator that is wide enough.
#
# ### A discriminator that is too strong
#
# Now the other way round: the discriminator takes four times as large steps, the generator a tenth.

# %%
keras.utils.set_random_seed(SEED)
strict = make_gan(generator_rate=0.1, discriminator_rate=4)
lost = strict.fit(batches, epochs=6, shuffle=False, verbose=0).history
hopeless = paint(strict.generator, many_latent)
print(f"losses: generator {lost['generator_loss'][-1]:.1f}, discriminator", end=" ")
print(f"{lost['discriminator_loss'][-1]:.3f}")
print(f"patches {judge(hopeless)['swd_scaled']:.3f}")
images.show_sheet(hopeless[:8], "Overpowered", "Eight ragged squares in loud colors.")

# %% [markdown]
# *Eight ragged squares in loud colors, with no outline of a fruit.*
#
# The discriminator's loss is near 0 and the generator's is huge: every picture is refused with
# certainty, whatever it looks like, and the gradient no longer says in which direction to improve.
# What helps: a smaller discriminator, dropout in it, a smaller learning rate for it.
#
# ### A checkerboard
#
# Many generators enlarge by `Conv2DTranspose(…, 3, strides=2)`. Its stamps of 3×3 are set two
# pixels apart, so they overlap in every second row and column. Stamp an even area with a kernel of
# ones, and count how often each pixel is hit:

# %%
even = np.ones((1, 4, 4, 1), "float32")
for kernel in (3, 4):
    hits = keras.ops.conv_transpose(even, np.ones((kernel, kernel, 1, 1), "float32"), 2, "same")
    print(f"kernel {kernel}×{kernel}, stride 2: two rows from the middle")
    print(np.asarray(hits)[0, 2:4, :, 0])

# %% [markdown]
# With a kernel of 3, neighboring pixels get 1, 2 or 4 stamps in turn, and the generator has to
# learn to make up for it: until then, there is a pattern of squares on everything. A kernel whose
# size is a multiple of the stride, such as 4, is even inside. Ours, n + 2 wide for a stride of n,
# is even for every n, because it was made from an up-sampling.

# %%
pattern = np.repeat(
    np.asarray(
        keras.ops.conv_transpose(
            np.ones((1, 8, 8, 1), "float32"), np.ones((3, 3, 1, 1), "float32"), 2, "same"
        )
    ),
    3,
    axis=3,
)
images.show_sheet(pattern / 4 * 2 - 1, "A checkerboard from an even area", "Squares.", zoom=8)

# %% [markdown]
# *A grid of dark, gray and light squares, although the input was the same everywhere.*
#
# ## 14. Recap
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
# (You may read that a DCGAN replaces the *pooling* of vanilla GANs. These have no pooling layers;
# it is convolutional classifiers that do, and there strides take their place.) Lab 04 sets the two
# against each other.
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
# **3. A Gaussian of 50 components is nearly as good in `swd_pixels`. Why not use that?**
#
# <details><summary>Answer</summary>
#
# It has the colors and the rough shapes, and no sharp edges: its images are mixtures, like double
# exposures. Density and your eyes tell. Its variety is limited to sums of 50 pictures.
# </details>

# %% [markdown]
# **4. `nearest_ratio` is 0.2. What happened?**
#
# <details><summary>Answer</summary>
#
# The painted images lie much closer to the training set than unseen real ones do: the generator
# has memorized, which few images and long training make likely.
# </details>

# %% [markdown]
# **5. Why are the *averaged* generator's batch statistics averaged as well?**
#
# <details><summary>Answer</summary>
#
# Without training, batch normalization uses the means and variances it has measured. They belong to
# the weights before them; averaged weights need averaged statistics.
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
# - *Your own.* Photograph one thing a few hundred times in front of something plain, put the
#   pictures into a folder, and set `SOURCE` to its path. All image formats, sizes and orientations
#   will do; broken files are named and left out. Ask people before you use pictures of them.
# - *Bananas.* `load_images("banana", …)`; lab 04 does this.
# - *Transposed convolutions.* Replace `UpSampling2D` and `Conv2D` by `Conv2DTranspose` with kernels
#   of 4. Is it faster? Are the pictures better?
#
# **Next:** lab 04, where you build two GANs with less help and decide by numbers which is better.
#
# **References.** A. Radford, L. Metz and S. Chintala (2016), *Unsupervised Representation Learning
# with Deep Convolutional Generative Adversarial Networks*. A. Odena, V. Dumoulin and C. Olah
# (2016), *Deconvolution and Checkerboard Artifacts*. T. Karras, T. Aila, S. Laine and J. Lehtinen
# (2018), *Progressive Growing of GANs* (averaged generator, sliced Wasserstein distance). M. F.
# Naeem, S. J. Oh, Y. Uh, Y. Choi and J. Yoo (2020), *Reliable Fidelity and Diversity Metrics for
# Generative Models*. S. Zhao, Z. Liu, J. Lin, J.-Y. Zhu and S. Han (2020), *Differentiable
# Augmentation for Data-Efficient GAN Training*. T. White (2016), *Sampling Generative Networks*
# (walking on the sphere).
