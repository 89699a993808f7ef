# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 05 · A variational autoencoder: a map of digits
#
# You will squeeze handwritten digits through **four numbers** and back, turn those numbers into a
# map from which new digits can be drawn, and put an honest price on every image, in nats.
#
# **You will learn**
# - to price an image with a table of neighbors, the rival that every model here has to face;
# - to let an encoder answer with a distribution, and to draw from it so that gradients pass;
# - to derive the loss of a variational autoencoder (VAE), and to compute both of its terms;
# - to draw digits, to walk from one to another, and to read a latent map.
#
# **Needs** two and a half to three hours of yours, one to three minutes of computing, 1.2 GB of
# memory. Labs 00 and 02: the model has a training step of its own, as the GAN had. Minutes stand
# under each heading. Lab 06 puts the model to work.

# %% [markdown]
# ## 1. What will run here
# *2 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"source": "embedded", "epochs": 50, "batch_size": 100, "learning_rate": 0.01},
    "full": {"source": "mnist", "epochs": 100, "batch_size": 500, "learning_rate": 0.005},
}[PROFILE]
LARGER = {"quick": (16, 256), "full": (24, 512)}[PROFILE]  # latent numbers, hidden units
LATENT_DIM, UNITS, PIXELS = 4, 128, 784
KL_WEIGHT = 1.0  # of the main model; section 10 tells what other weights do
SETTINGS

# %% [markdown]
# `quick` learns from 4,000 digits that come with the course, `full` from the 60,000 of MNIST. The
# learning rate of `quick` was chosen on 500 of the 4,000, set aside for that; the held-out digits
# below had no say in it.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)

# %% [markdown]
# ## 2. Digits, and what they cost
# *20 minutes*
#
# The digits were written by hand, scanned and scaled to 28×28 pixels, each from 0 (paper) to 255
# (full ink). We split them in two: some to learn from, and others, *held out*, that no model sees
# until it is judged. We make every pixel **0 or 1**: ink where it is 128 or more. An image is now
# 784 answers to a yes-or-no question, and a model can say for each how probable "yes" is.

# %%
from helpers import datasets, run
from helpers.images import show_sheet

data = datasets.load_digits(SETTINGS["source"], seed=SEED)
print(f"to learn from: {data.x_train.shape}, held out: {data.x_test.shape}")


def black_and_white(images: np.ndarray) -> np.ndarray:
    """Bytes, shape (n, 28, 28), to zeros and ones, float32 of shape (n, 784)."""
    return (images >= 128).reshape(-1, PIXELS).astype("float32")


x_train, x_test = black_and_white(data.x_train), black_and_white(data.x_test)
y_train, y_test = data.y_train, data.y_test


# %%
def pictures(ink) -> np.ndarray:
    """Ink from 0 to 1, shape (n, 784), as dark digits on white, (n, 28, 28, 1) in [−1, 1]."""
    return 1 - 2 * np.reshape(ink, (-1, 28, 28, 1))


def show_digits(rows, title: str, columns: int | None = None) -> None:
    """Show ink, shape (n, 784); or name → ink, a row for each."""
    if isinstance(rows, dict):
        show_sheet({name: pictures(ink) for name, ink in rows.items()}, title, title, paper=0.8)
    else:
        show_sheet(pictures(rows), title, title, columns, paper=0.8)


show_digits(x_test[:100], "A hundred held-out digits, in black and white", columns=20)

# %% [markdown]
# *Five rows of twenty handwritten digits, black on white, thin and thick, upright and slanted.*
#
# How good is a model of such images? Lab 00 scored a point by its log-density. Here we do the same,
# with the sign turned: the price of an image is $-\log p(\text{image})$, in **nats**, and lower is
# better. A pixel that a model gives the probability $p$ of ink costs $-\log p$ if there is ink and
# $-\log(1-p)$ if not; the prices of an image's pixels add up.
#
# **A question first:** what does an image cost a model that knows nothing and says one half for
# every pixel?


# %%
def price(images, p) -> np.ndarray:
    """What images (n, 784) cost if p, (784,) or (n, 784), is the probability of ink; (n,) nats."""
    return -np.sum(np.log(np.where(images == 1, p, 1 - p)), axis=1)


ink_rate = (x_train.sum(axis=0) + 0.5) / (len(x_train) + 1)  # how often each pixel is inked
prices = {"independent pixels": price(x_test, ink_rate).mean()}
print(f"a coin for every pixel         {PIXELS * np.log(2):6.1f} nats for each held-out image")
print(f"a fitted rate for every pixel  {prices['independent pixels']:6.1f} nats")

# %% [markdown]
# A coin pays $784 \cdot \log 2$. Counting how often each pixel is inked saves more than half of
# that, and yet such a model draws only clouds of dots: it knows nothing of how pixels hang
# together.
#
# > **Grey pixels** are often scored with the same formula; then even a model that predicts every
# > grey exactly pays about 46 nats a digit. Ask of every "MNIST in nats" which pixels it is for.
#
# ### The rival: a table of neighbors
#
# Lab 01 began with a table that knew one word back. Its counterpart for images: read pixels row by
# row,
# and let a pixel's probability of ink depend on **ten neighbors that came before it**, above and to
# the left. That makes $2^{10} = 1024$ cases. Count in the training digits how often a pixel of each
# case is inked, and the table is done.

# %%
NEIGHBORS = [
    (0, -1),
    (0, -2),
    (-1, -2),
    (-1, -1),
    (-1, 0),
    (-1, 1),
    (-1, 2),
    (-2, -1),
    (-2, 0),
    (-2, 1),
]
CASES = 2 ** len(NEIGHBORS)


def cases_of(images) -> np.ndarray:
    """The case of each pixel, 0 to CASES − 1, from its neighbors' ink; (n, 784) → (n, 784)."""
    padded = np.pad(images.reshape(-1, 28, 28).astype(int), ((0, 0), (2, 0), (2, 2)))
    number = sum(
        padded[:, 2 + down : 30 + down, 2 + right : 30 + right] << bit
        for bit, (down, right) in enumerate(NEIGHBORS)
    )
    return number.reshape(-1, PIXELS)


print("the cases of one row of a digit:", cases_of(x_train[:1])[0, 280:308])

# %% [markdown]
# Write the counting. A case that never came up must not make ink impossible: as for `ink_rate`,
# half a pixel of ink and one pixel in all are added to each count.


# %% exercise="count_ink"
def count_ink(images, cases, number_of_cases: int) -> np.ndarray:
    """How often a pixel of each case is inked: (inked pixels + 0.5) / (pixels + 1).

    images: zeros and ones, shape (n, d); cases: whole numbers from 0, shape (n, d).
    Returns shape (number_of_cases,).
    """
    ### BEGIN SOLUTION
    pixels = np.bincount(cases.ravel(), minlength=number_of_cases)
    inked = np.bincount(cases[images == 1], minlength=number_of_cases)
    return (inked + 0.5) / (pixels + 1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.bincount(numbers, minlength=k)` counts how often each of 0 … k − 1 occurs in a flat array. You
# need it twice: for all pixels, and for those with ink.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `cases.ravel()` are the cases of all pixels, `cases[images == 1]` those of the inked ones. Give
# both to `np.bincount` with `minlength=number_of_cases`.
# </details>

# %% check="count_ink" points=2

# %%
table = count_ink(x_train, cases_of(x_train), CASES)
table_price = price(x_test, table[cases_of(x_test)]).mean()
print(f"a table of neighbors           {table_price:6.1f} nats")

# %% [markdown]
# By the chain rule the probabilities of pixels, each given those before it, multiply to the
# probability of the image: this price is **exact**. Remember it. The table can also draw, pixel by
# pixel:


# %%
def draw_from_table(n: int) -> np.ndarray:
    """n images, (n, 784), each pixel drawn from its case's rate: 784 steps one after the other."""
    drawn = np.zeros((n, 32, 32), int)  # two pixels of paper above, to the left and to the right
    powers = 1 << np.arange(len(NEIGHBORS))
    for row in range(2, 30):
        for column in range(2, 30):
            near = [drawn[:, row + down, column + right] for down, right in NEIGHBORS]
            drawn[:, row, column] = rng.random(n) < table[powers @ near]
    return drawn[:, 2:30, 2:30].reshape(n, PIXELS)


show_digits(draw_from_table(40), "Drawn from the table", columns=20)

# %% [markdown]
# *Two rows of twenty drawings: strokes and blots that wander, some nearly empty, and hardly a
# digit.*
#
# It has learned strokes and nothing of digits. Keep both in mind, the price and the drawings.
#
# ## 3. An autoencoder
# *12 minutes*
#
# Now to a network. An **autoencoder** is two of them in a row. The *encoder* squeezes an image into
# a few numbers, its **latent vector** $z$, here four. The *decoder* makes an image from them. Both
# are trained together on one task: give back the image that went in. (Four numbers *could* name
# each of 4,000 digits. Small, smooth networks cannot use them so: they have to find out what digits
# have in common.)
#
# $$784 \to 128 \to 4 \to 128 \to 784$$
#
# The output layer of the decoder is linear: one **logit** for each pixel, whose sigmoid is the
# probability of ink. The loss is the price of section 2; Keras calls it binary cross-entropy, and
# takes the mean over the pixels, not their sum. (Here that does not matter. In section 5 it does.)


# %%
def define_decoder(latent_dim: int, hidden_units: int) -> keras.Model:
    """A network from a latent vector, (n, latent_dim), to the logits of an image, (n, 784)."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(hidden_units, "relu"),
            keras.layers.Dense(PIXELS),
        ]
    )


steps_per_epoch = len(x_train) // SETTINGS["batch_size"]


def adam(epochs: int) -> keras.optimizers.Optimizer:
    """Adam, with steps that get smaller and smaller until they end at 0 after these epochs."""
    schedule = keras.optimizers.schedules.CosineDecay
    return keras.optimizers.Adam(schedule(SETTINGS["learning_rate"], epochs * steps_per_epoch))


# %%
plain_decoder = define_decoder(LATENT_DIM, UNITS)
plain_encoder = keras.Sequential(
    [
        keras.Input((PIXELS,)),
        keras.layers.Dense(UNITS, "relu"),
        keras.layers.Dense(LATENT_DIM),
    ]
)
autoencoder = keras.Sequential([plain_encoder, plain_decoder])
autoencoder.compile(
    adam(30), keras.losses.BinaryCrossentropy(from_logits=True), steps_per_execution=steps_per_epoch
)
plain_encoder.summary()

# %%
autoencoder.fit(x_train, x_train, batch_size=SETTINGS["batch_size"], epochs=30, verbose=0)


def ink(decoder, z) -> np.ndarray:
    """What a decoder makes of latent vectors z: the probability of ink, shape (n, 784)."""
    return np.asarray(keras.ops.sigmoid(decoder(z)))


codes = np.asarray(plain_encoder(x_test))
given_code = price(x_test, ink(plain_decoder, codes).clip(1e-6, 1 - 1e-6)).mean()
print(f"a held-out digit, once its {LATENT_DIM} numbers are known: {given_code:.0f} nats")
show_digits({"image": x_test[:12], "back": ink(plain_decoder, codes[:12])}, "Through four numbers")

# %% [markdown]
# *Above, twelve held-out digits; below, what the autoencoder makes of each: blurred at the edges,
# most of them still the same digit.*
#
# Four numbers say a lot about a digit. Note what that price leaves out: somebody has to tell the
# decoder those four numbers.
#
# So feed the decoder random numbers, as we fed a GAN's generator? And where do real digits lie? We
# look at two of their four numbers.

# %%
from helpers import plots

random_codes = rng.standard_normal((1000, LATENT_DIM)).astype("float32")
show_digits(ink(plain_decoder, random_codes[:30]), "The decoder on standard normal numbers", 15)


def show_map(points, labels, title: str) -> None:
    """Digits in a plane, (n, 2), each drawn as its numeral."""
    figure, ax = plt.subplots(figsize=(6.4, 6))
    for digit in range(10):
        place = points[labels == digit].T
        ax.scatter(*place, s=36, lw=0.2, color=plt.cm.tab10(digit), marker=f"${digit}$")
    ax.set(title=title, xlabel="first latent number", ylabel="second latent number")
    plots.show(figure)


show_map(codes[:600, :2], y_test[:600], "Latent vectors of the autoencoder")
print("mean", codes.mean(axis=0).round(1), "  standard deviation", codes.std(axis=0).round(1))

# %% [markdown]
# *Thirty shapes, many of them alike, and smudges. Then a map: digits of one kind lie together, in a
# cloud many units wide, in no particular place.*
#
# Nothing in the loss said where latent vectors should lie, so they lie anywhere. One could fit a
# distribution to them afterwards (section 9 does). But the model still could not say how *probable*
# an image is. We will now put that into the loss.
#
# ## 4. From points to distributions
# *20 minutes*
#
# Two changes make an autoencoder *variational*:
#
# 1. We say beforehand where latent vectors come from: the **prior** $p(z)$, a standard normal.
# 2. For an image $x$ the encoder does not answer with a point but with a **distribution** $q(z|x)$:
#    for each latent number a normal distribution, with a mean $\mu$ and a variance $\sigma^2$.
#    "This image belongs about here, give or take so much."
#
# A decoder that gets a random $z$ from that little cloud, and must still give back the image, has
# to make *neighboring* vectors mean similar images.
#
# The encoder gets two output layers of `latent_dim` units each, both linear. A variance must be
# positive, but a linear layer can return any number. So we let it return the **log-variance**
# $\log\sigma^2$, which may be any number.
#
# A model with two outputs needs Keras' functional style: call layers on tensors, then
# `keras.Model(inputs, [first, second])`.


# %% exercise="define_encoder"
def define_encoder(latent_dim: int, hidden_units: int) -> keras.Model:
    """A network from an image to a normal distribution: one hidden layer with relu, two outputs.

    Takes shape (n, 784), returns a list of two tensors, mean and log-variance, each of shape
    (n, latent_dim). Both come from the same hidden layer and are linear.
    """
    ### BEGIN SOLUTION
    pixels = keras.Input((784,))
    hidden = keras.layers.Dense(hidden_units, "relu")(pixels)
    mean = keras.layers.Dense(latent_dim)(hidden)
    log_variance = keras.layers.Dense(latent_dim)(hidden)
    return keras.Model(pixels, [mean, log_variance])
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `pixels = keras.Input((784,))`, then `hidden = keras.layers.Dense(..., "relu")(pixels)`: a layer
# is made, then called on a tensor. Two more `Dense` layers are called on `hidden`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `mean = keras.layers.Dense(latent_dim)(hidden)`, and a second layer of the same size, called on
# the same `hidden`, for `log_variance`. Return `keras.Model(pixels, [mean, log_variance])`.
# </details>

# %% check="define_encoder" points=2

# %% [markdown]
# ### The reparameterization trick
#
# The decoder needs a $z$ drawn from that distribution. But how should a gradient pass through a
# random draw? (There is a way that weighs each draw by its outcome; its gradients are very noisy.)
# Draw noise that does not depend on anything, and *shift and stretch* it.
#
# $$z = \mu + \sigma \cdot \varepsilon, \qquad \varepsilon \sim \mathcal N(0, 1)$$
#
# The result has the same distribution, and now $z$ is an ordinary function of $\mu$ and $\sigma$,
# with gradients for both. From the log-variance, $\sigma = \exp(\tfrac12 \log\sigma^2)$. On
# numbers:

# %%
mean, log_variance = np.array([2.0, -1.0]), np.log([9.0, 0.25])  # standard deviations 3 and 0.5
noise = rng.standard_normal((10_000, 2))
z = mean + np.exp(log_variance / 2) * noise
print("mean", z.mean(axis=0).round(2), "  standard deviation", z.std(axis=0).round(2))

# %% [markdown]
# Write it as a Keras layer. The layer owns a `keras.random.SeedGenerator`, made in `__init__`: it
# gives *new* noise in every call, also inside a compiled training step, and the same sequence again
# for the same seed. (Lab 02 met the alternative: a numpy draw in a compiled step is drawn once and
# then repeated for ever.)


# %% exercise="Sampling"
class Sampling(keras.layers.Layer):
    """Draws latent vectors from normal distributions, with gradients for mean and log-variance."""

    def __init__(self, seed: int, **options):
        super().__init__(**options)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_variance):
        """Both: shape (n, latent_dim). Returns one draw for each number, the same shape.

        keras.random.normal(shape, seed=self.noise) draws; keras.ops.shape(mean) is the shape.
        """
        ### BEGIN SOLUTION
        epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(log_variance / 2) * epsilon
        ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two lines: draw the noise, with the shape of `mean`; return the formula, with
# `keras.ops.exp(log_variance / 2)` for $\sigma$.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `epsilon = keras.random.normal(keras.ops.shape(mean), seed=self.noise)`. Return `mean` plus the
# standard deviation times `epsilon`.
# </details>

# %% check="Sampling" points=2

# %% [markdown]
# ## 5. The loss, step by step
# *40 minutes*
#
# ### One pixel, two latent values
#
# A model so small that everything can be computed: $z$ is 0 or 1, each half of the time; the image
# is a single pixel, inked with probability 0.9 if $z = 0$ and 0.2 if $z = 1$. We see ink. What does
# it cost? Ink comes up with probability $0.5 \cdot 0.9 + 0.5 \cdot 0.2 = 0.55$, so $-\log 0.55 =
# 0.598$ nats. Now suppose that we could not add up over all $z$, and let somebody **guess** which
# $z$ it was, by a distribution $q$:

# %%
prior, p_ink = np.array([0.5, 0.5]), np.array([0.9, 0.2])
posterior = prior * p_ink / (prior @ p_ink)  # Bayes: which z was it, given ink?
print(f"true price {-np.log(prior @ p_ink):.3f}")
for q in (np.array([0.5, 0.5]), np.array([0.7, 0.3]), posterior):
    bound = q @ -np.log(prior * p_ink / q)
    guess = q @ np.log(q / posterior)
    print(f"q = {q.round(2)}: bound {bound:.3f} = true price + {guess:.3f}")

# %% [markdown]
# Each line takes the mean, over $z$ drawn from $q$, of $-\log\frac{p(z)\,p(x|z)}{q(z)}$. It is
# never below the true price; the excess is exactly the **KL divergence** of $q$ from the true
# posterior, the last number, and it vanishes if the guess is right. Now the same in general.
#
# ### The bound
#
# $$p(x) = \int p(z)\, p(x|z)\, dz
# = \mathbb{E}_{z \sim q}\!\left[\frac{p(z)\,p(x|z)}{q(z|x)}\right]$$
#
# Left, what we want: how probable an image is over all $z$. It is hard to compute: with many latent
# numbers, nearly all draws from the prior make some *other* digit. Right, the same number: multiply
# and divide by $q$ under the integral, and it is a mean over draws from the encoder's guess;
# dividing by $q$ makes up for drawing some $z$ more often than the prior does. The logarithm bends
# down, so the logarithm of a mean is at least the mean of the logarithms (Jensen's inequality):
#
# $$\log p(x) \;\ge\; \mathbb{E}_{z \sim q}\!\left[\log \frac{p(z)\,p(x|z)}{q(z|x)}\right]
# = \text{ELBO}, \qquad \log p(x) - \text{ELBO} = \text{KL}\big(q(z|x)\,\|\,p(z|x)\big)$$
#
# This is the **evidence lower bound**. (The equation on the right: put $p(x)\,p(z|x)$ for
# $p(z)\,p(x|z)$, which is the same, and take $\log p(x)$ out of the mean.) It holds for the mean; a
# single draw may come out on the wrong side. Split it up and turn the sign:
#
# $$-\text{ELBO} \;=\;
# \underbrace{\mathbb{E}_{z \sim q}\big[-\log p(x|z)\big]}_{\text{reconstruction}} \;+\;
# \underbrace{\mathbb{E}_{z \sim q}\!\left[\log \frac{q(z|x)}{p(z)}\right]}_{
# \text{KL of } q \text{ from the prior}}$$
#
# Both are prices in nats, both are to be made small. The first is what the image costs once the
# decoder knows $z$. The second is what $z$ costs: the narrower $q$ is, and the farther from where
# the prior expects it, the more it tells, and telling has a price.
#
# ### What $z$ costs
#
# For a normal $q$ and a standard normal prior, the KL divergence is a formula:
#
# $$\text{KL} = \frac12 \sum_{j} \left(\mu_j^2 + \sigma_j^2 - 1 - \log\sigma_j^2\right)$$
#
# with a sum over latent numbers. It is 0 if every $\mu_j = 0$ and $\sigma_j = 1$, and above 0
# otherwise. The network returns $\log\sigma_j^2$, so $\sigma_j^2$ is its exponential. Use
# `keras.ops`, not numpy: the answer will run inside a compiled training step.


# %% exercise="kl_divergence"
def kl_divergence(mean, log_variance):
    """KL divergence of normal distributions from the standard normal, in nats.

    Both: tensors of shape (n, latent_dim). Returns shape (n,): one number for each image.
    """
    ### BEGIN SOLUTION
    variance = keras.ops.exp(log_variance)
    return keras.ops.sum(mean**2 + variance - 1 - log_variance, axis=1) / 2
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Write down what stands in the brackets, with `keras.ops.exp(log_variance)` for $\sigma^2$. Then
# `keras.ops.sum(..., axis=1)` adds up the latent numbers of each image.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Half of `keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - 1 - log_variance, axis=1)`.
# </details>

# %% check="kl_divergence" points=2

# %% [markdown]
# A feeling for the numbers, with one latent number. The last column is no formula but the mean of
# $\log q(z) - \log p(z)$ over 100,000 draws from $q$:

# %%
for m, s in ((0, 1), (2, 1), (0, 0.1), (2, 0.1)):
    nats = kl_divergence(tf.constant([[m]], "float32"), tf.constant([[2 * np.log(s)]], "float32"))
    noise = rng.standard_normal(100_000)
    drawn = np.mean((m + s * noise) ** 2 - noise**2) / 2 - np.log(s)
    print(
        f"mean {m}, standard deviation {s:<4}  {float(nats[0]):5.2f} nats   by draws {drawn:5.2f}"
    )

# %% [markdown]
# The prior itself costs nothing. A standard deviation of 0.1 costs about two nats, and more the
# farther out it lies. The network will pay this only where the reconstruction gains at least as
# much.
#
# ### What the image costs
#
# The reconstruction is the price from section 2: for each pixel $-\log p$ or $-\log(1 - p)$,
# **added up over the 784 pixels**. With a logit $s$ and a pixel $x$ of 0 or 1 it is
# $\text{softplus}(s) - x\,s$, which is exact for any logit; or use
# `keras.losses.binary_crossentropy(images, logits, from_logits=True)`, which returns the *mean*
# over the pixels of each image: multiply it by their number, `images.shape[1]`, to get the sum.
#
# Now put the loss together: for each image reconstruction plus KL, then the mean over the images of
# the batch.


# %% exercise="vae_loss"
def vae_loss(images, logits, kl):
    """The negative ELBO in nats per image, and the reconstruction in it.

    images: zeros and ones, shape (n, d); logits: the decoder's, shape (n, d); kl: shape (n,).
    Returns two tensors: the loss, shape (), and the reconstruction of each image, shape (n,).
    """
    ### BEGIN SOLUTION
    reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
    return keras.ops.mean(reconstruction + kl), reconstruction
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# First the reconstruction: `keras.ops.softplus(logits) - images * logits` is the price of every
# pixel; `keras.ops.sum(..., axis=1)` adds it up. Then the mean of `reconstruction + kl`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `reconstruction` of shape (n,), return `keras.ops.mean(reconstruction + kl), reconstruction`.
# </details>

# %% check="vae_loss" points=3

# %% [markdown]
# ## 6. The model, and training
# *20 minutes*
#
# All parts go into a `keras.Model`, as in lab 02, this time with one optimizer for encoder and
# decoder together. `terms` is the whole VAE in six lines: encode, sample, decode, and the prices.
# The argument `kl_weight` is 1 in a VAE; section 10 tells what happens if it is not.


# %%
class VAE(keras.Model):
    """An encoder and a decoder that learn the negative ELBO, in nats per image."""

    def __init__(self, encoder, decoder, seed: int, kl_weight: float = 1):
        super().__init__()
        self.encoder, self.decoder, self.kl_weight = encoder, decoder, kl_weight
        self.sampling = Sampling(seed)
        names = ("negative_elbo", "reconstruction", "kl")
        self.means = {name: keras.metrics.Mean(name=name) for name in names}

    def build(self, input_shape=None):
        self.built = True

    @property
    def metrics(self):
        return list(self.means.values())

    def terms(self, images, training=False):
        mean, log_variance = self.encoder(images, training=training)
        z = self.sampling(mean, log_variance)
        logits = self.decoder(z, training=training)
        kl = kl_divergence(mean, log_variance)
        loss, reconstruction = vae_loss(images, logits, self.kl_weight * kl)
        return loss, reconstruction, kl

    def train_step(self, images):
        with tf.GradientTape() as tape:
            loss, reconstruction, kl = self.terms(images, training=True)
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return self.note(reconstruction, kl)

    def test_step(self, images):
        _, reconstruction, kl = self.terms(images)
        return self.note(reconstruction, kl)

    def note(self, reconstruction, kl):
        """Running means over the epoch, which `fit` shows; the bound counts the KL in full."""
        values = (reconstruction + kl, reconstruction, kl)
        for mean, value in zip(self.means.values(), values, strict=True):
            mean.update_state(value)
        return {name: mean.result() for name, mean in self.means.items()}


# %%
def make_vae(latent_dim: int, hidden_units: int, epochs: int, **options) -> VAE:
    """A new VAE, ready for `fit` with this many epochs."""
    encoder = define_encoder(latent_dim, hidden_units)
    vae = VAE(encoder, define_decoder(latent_dim, hidden_units), seed=SEED, **options)
    vae.build()
    vae.compile(adam(epochs), steps_per_execution=steps_per_epoch)  # an epoch in one call of Python
    return vae


# %% [markdown]
# **A question first.** The autoencoder paid nothing for its four numbers. Will the VAE's
# reconstruction be better or worse than the autoencoder's?

# %%
EPOCHS = SETTINGS["epochs"]
vae = make_vae(LATENT_DIM, UNITS, EPOCHS, kl_weight=KL_WEIGHT)
history = vae.fit(
    x_train,
    validation_data=(x_test,),
    batch_size=SETTINGS["batch_size"],
    validation_batch_size=1000,
    epochs=EPOCHS,
    verbose=0,
).history
for epoch in (1, 5, 20, EPOCHS):
    parts = [f"{name} {history['val_' + name][epoch - 1]:6.1f}" for name in vae.means]
    print(f"epoch {epoch:3d}, held-out digits:  " + "   ".join(parts))

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
plots.lines(
    {"training": history["negative_elbo"], "held out": history["val_negative_elbo"]},
    title="Negative ELBO",
    axes=("epoch", "nats per image"),
    level=(table_price, "table of neighbors"),
    ax=left,
)
plots.lines(
    {"KL": history["val_kl"]}, "KL of held-out digits", axes=("epoch", "nats per image"), ax=right
)
plots.show(figure)

# %% [markdown]
# *Left, the price of a digit: it falls fast, then slowly, and stays far above the dotted line of
# the table; held-out digits end eight to ten nats above training digits. Right, the KL: it rises
# within a few epochs above eight nats and zigzags up to nearly ten.*
#
# Unlike a GAN's, these losses mean something. (In the first epochs the held-out curve lies *below*
# the training curve: that one is a mean over the epoch, while the weights were still getting
# better.) The network *pays* nearly ten nats for the $z$ of each digit, because they save many more
# in the reconstruction.
#
# The reconstruction comes out somewhat worse than the autoencoder's: the decoder gets blurred
# vectors, and every bit of sharpness in them has to be paid for.

# %%
mean, log_variance = map(np.asarray, vae.encoder(x_test))
rows = {
    "image": x_test[:12],
    "autoencoder": ink(plain_decoder, codes[:12]),
    "VAE": ink(vae.decoder, mean[:12]),
}
show_digits(rows, "Through four numbers and back")

# %% [markdown]
# *Twelve held-out digits and two rows of reconstructions. Both are readable for most digits, and
# blurred; the VAE's are a little smoother.*
#
# ## 7. New digits
# *5 minutes*
#
# Now drawing is easy, because we know where latent vectors come from. Draw $z$ from the prior,
# decode it, done. The encoder stays at home, and all digits are drawn in one call, not in 784
# steps.


# %%
def draw_digits(decoder, n: int) -> np.ndarray:
    """The probability of ink, (n, 784), of n images decoded from the prior."""
    return ink(decoder, rng.standard_normal((n, decoder.input_shape[1])).astype("float32"))


drawn = draw_digits(vae.decoder, 100)
show_digits(drawn, "A hundred digits that nobody wrote", columns=20)

# %% [markdown]
# *Five rows of twenty new digits, soft at the edges. Many can be read at once; others lie between
# two digits, such as 4 and 9, or are none.*
#
# Look again:

# %%
tossed = rng.random((10, PIXELS)) < drawn[:10]
middle = ink(vae.decoder, np.zeros((1, LATENT_DIM), "float32"))
show_digits({"probability": drawn[:10], "drawn": tossed, "z = 0": middle}, "Look again")

# %% [markdown]
# *New digits in shades of grey; the same with pixels drawn, ragged, with stray dots; and a grey
# smudge.*
#
# - We show each pixel's *probability* of ink. The model's images are black and white: toss a coin
#   for every pixel, and you see them. Given $z$, this decoder speaks for each pixel on its own, so
#   neighbors do not agree on where an edge is.
# - $z = 0$, where the prior's density is highest, decodes to a smudge between the digits. The
#   likeliest latent vector is no typical one.
# - Some drawings are no digits. Sections 8 and 9 tell why.
#
# ## 8. The map
# *20 minutes*
#
# With two latent numbers in place of four, the whole latent space fits on a page.

# %%
flat_vae = make_vae(2, UNITS, EPOCHS)
flat_vae.fit(x_train, batch_size=SETTINGS["batch_size"], epochs=EPOCHS, verbose=0)
where, log_width = map(np.asarray, flat_vae.encoder(x_test))
show_map(where[:600], y_test[:600], "Where digits lie")

# %% [markdown]
# *A map of held-out digits, each drawn as its numeral at the mean of its distribution. Some kinds,
# such as 0 and 1, have a region of their own; look-alikes such as 4 and 9 are mixed, and many kinds
# are heaped near the origin.*
#
# **Nobody told the model what the digits mean.** It never saw a label; the regions formed because
# it is cheap to keep alike images together. Now decode the same plane, point by point:

# %%
from helpers.images import sheet

ticks = np.linspace(-3, 3, 15)
plane = np.array([[x, y] for y in ticks[::-1] for x in ticks], "float32")
figure, ax = plt.subplots(figsize=(6.4, 6.2))
ax.imshow(sheet(pictures(ink(flat_vae.decoder, plane)), 15, 1), extent=(-3.2, 3.2, -3.2, 3.2))
ax.set(title="What lies where", xlabel="first latent number", ylabel="second latent number")
plots.show(figure)

# %% [markdown]
# *15×15 decoded points of that plane, from −3 to 3 both ways. Neighbors are alike, and one digit
# changes smoothly into the next. The worst smudges lie near the middle, where many kinds meet.*
#
# All digits together, each drawn from its own $q(z|x)$, make the **aggregate posterior**. Where it
# differs from the prior, drawing from the prior goes wrong:

# %%
spread = where + np.exp(log_width / 2) * rng.standard_normal(where.shape)
plots.panels(
    {
        "Aggregate posterior: digits, as encoded": {"": spread[:1000]},
        "Prior: what we draw from": {"": rng.standard_normal((1000, 2))},
    },
    ("first latent number", "second latent number"),
)

# %% [markdown]
# *Left, a cloud with gaps and arms that reach farther out than the prior's; right, the prior's
# round cloud, denser in the middle.*
#
# The mean KL is the sum of two things: how much $z$ tells about the image (their mutual
# information), and the KL of this cloud from the prior. So the mean KL is an upper limit of the
# information, and the second part is paid for nothing: section 9 measures what it does to drawings.
#
# ### From one digit to another
#
# If neighbors are alike, a walk from one digit to another should pass through things like digits.
# Blending the *pixels* of two images does not: it shows both, one fading. Write the walk through
# latent space, in a straight line. (Lab 03 walked along a sphere, because in hundreds of dimensions
# a straight line passes through a middle where the prior hardly ever draws. In four dimensions it
# often does.)


# %% exercise="interpolate"
def interpolate(encoder, decoder, first, second, steps: int):
    """Walk in a straight line from one image's latent vector to another's, decoding on the way.

    encoder: shape (n, 784) → mean and log-variance, (n, latent_dim) each; we use the means.
    decoder: shape (n, latent_dim) → logits, shape (n, 784).
    first, second: one image each, shape (784,).
    Returns the probability of ink, shape (steps, 784), in equal steps, both ends included.
    """
    ### BEGIN SOLUTION
    means, _ = encoder(np.stack([first, second]))
    start, end = np.asarray(means)
    z = np.linspace(start, end, steps)
    return keras.ops.sigmoid(decoder(z))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `encoder(np.stack([first, second]))` returns means and log-variances; the means have the shape
# (2, latent_dim). `np.linspace(start, end, steps)` also works with vectors.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `means, _ = encoder(np.stack([first, second]))`, then `start, end = np.asarray(means)`. Return the
# sigmoid of `decoder(np.linspace(start, end, steps))`.
# </details>

# %% check="interpolate" points=2

# %%
one, other = (x_test[y_test == digit][0] for digit in (0, 7))
share = np.linspace(0, 1, 11)[:, None]
rows = {
    "latent vectors": interpolate(vae.encoder, vae.decoder, one, other, 11),
    "pixels": (1 - share) * one + share * other,
}
show_digits(rows, "From a 0 to a 7")

# %% [markdown]
# *Above, the walk through latent space: a 0 changes its shape step by step into a 7. Below, the
# blend of pixels: both digits at once, one fading out.*
#
# ### What each number does
#
# Start from the middle and move one latent number at a time; the KL of each says how many nats at
# most it carries.

# %%
mean, log_variance = vae.encoder(x_test)
per_number = [
    float(np.mean(kl_divergence(mean[:, i : i + 1], log_variance[:, i : i + 1])))
    for i in range(LATENT_DIM)
]
rows = {}
for i in np.argsort(per_number)[::-1]:
    z = np.zeros((11, LATENT_DIM), "float32")
    z[:, i] = np.linspace(-2.5, 2.5, 11)
    rows[f"z[{i}], {per_number[i]:.1f} nats"] = ink(vae.decoder, z)
show_digits(rows, "One latent number at a time, from −2.5 to 2.5")

# %% [markdown]
# *Four rows. In each, one latent number moves while the others stay 0, and the shape changes
# smoothly, often from one digit into another.*
#
# They have no names such as "slant": nothing in the loss asks for that. Turn them yourself:

# %%
from importlib.util import find_spec


def turn(**numbers: float) -> None:
    """Show what the decoder makes of the latent numbers."""
    show_digits(ink(vae.decoder, np.array([[*numbers.values()]], "float32")), str(numbers))


if find_spec("ipywidgets") and run.shell() and not run.strict():
    from ipywidgets import interact

    interact(turn, **{f"z{i}": (-3.0, 3.0, 0.1) for i in range(LATENT_DIM)})
else:
    print("No sliders here: run this cell yourself, in a notebook with ipywidgets.")

# %% [markdown]
# ## 9. Measure it
# *27 minutes*
#
# ### Prices
#
# A price means something only beside those of rivals, on the **same pixels of the same held-out
# digits**. Two more join. A **mixture of Bernoullis** is a set of stencils, each with its own rate
# for every pixel; an image is explained by the stencils it fits (fitted by
# expectation-maximization, in `helpers/rivals.py`; its price is exact). And a **larger VAE**, with
# dropout in front of its encoder, which wipes a fifth of the pixels in training: it would learn
# 4,000 digits by heart otherwise.

# %%
from helpers import rivals

stencils = rivals.fit_bernoulli_mixture(x_train, 200, seed=SEED)
prices["mixture of 200"] = -stencils.log_likelihood(x_test).mean()
prices["table of 10 neighbors"] = table_price


def larger_vae(epochs: int) -> VAE:
    """More latent numbers and hidden units, and dropout on the encoder's pixels."""
    pixels = keras.Input((PIXELS,))
    encoder = keras.Model(pixels, define_encoder(*LARGER)(keras.layers.Dropout(0.2)(pixels)))
    vae = VAE(encoder, define_decoder(*LARGER), seed=SEED)
    vae.build()
    vae.compile(adam(epochs), steps_per_execution=steps_per_epoch)
    return vae


print("half a minute of training …")
large = larger_vae(EPOCHS)
large.fit(x_train, batch_size=SETTINGS["batch_size"], epochs=EPOCHS, verbose=0)
print(f"{large.count_params():,} weights, the VAE of four numbers {vae.count_params():,}")


# %%
def price_of(vae, images, draws: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Reconstruction and KL of each image in nats, shapes (n,); their sum is the negative ELBO."""
    found = [vae.terms(images)[1:] for _ in range(draws)]
    return tuple(np.mean(found, axis=0))


models = {"VAE, 2 numbers": flat_vae, "VAE, 4 numbers": vae, f"VAE, {LARGER[0]} numbers": large}
bounds = {name: sum(map(np.mean, price_of(model, x_test))) for name, model in models.items()}
labelled = {f"{name} (exact)": nats for name, nats in prices.items()}
labelled |= {f"{name} (at most)": nats for name, nats in bounds.items()}
plots.bars(
    dict(sorted(labelled.items(), key=lambda item: -item[1])),
    "What a held-out digit costs (lower is better)",
    "nats per image",
)
for name, nats in labelled.items():
    print(f"{name:<30} {nats:6.1f} nats")

# %% [markdown]
# *Bars: independent pixels highest, then the VAE with two numbers; the VAE with four beside the
# mixture of 200; the larger VAE well below; the table lowest.*
#
# **The table wins.** 1,024 counts, made in a fraction of a second, price unseen digits lower than
# all our networks, and by more than a bound gives away (lab 06 measures how much). Most of an
# image's price lies in its edges, and about edges the nearest neighbors know most; a decoder that
# speaks for each pixel on its own cannot use them.
#
# **Why then a VAE?** Look at what each of them draws.

# %%
near = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), 1000).astype("float32")
drawings = {
    "held-out digits": x_test[:1000],
    "table of neighbors": draw_from_table(1000),
    "mixture of 200": stencils.draw(1000, rng),
    "autoencoder, normal": ink(plain_decoder, random_codes),
    "autoencoder, fitted": ink(plain_decoder, near),
    **{name: draw_digits(model.decoder, 1000) for name, model in models.items()},
}
show_digits({name: some[:12] for name, some in drawings.items()}, "Drawn by each")

# %% [markdown]
# *Rows of twelve. Real digits; strokes that make no digit; stencils, clear and a little blurred;
# smudges, many alike; three rows of soft digits, and one, of the larger VAE, with more broken
# shapes.*
#
# Looking is not measuring. A judge comes with the course: a small network that learned from 65,000
# digits of MNIST, none of them among our 5,000, to name a digit *or to say that it is none* (lab 06
# looks into it). Two numbers: the share of drawings that it **recognizes** with a confidence above
# 90 %; and the **variety** of all drawings, recognized or not: the number of digits that would give
# the same entropy if all were equally frequent, 10 if all come up equally often, 1 if always the
# same. (In `full` it has met many of the held-out digits before.)
#
# One thing to be fair about: the table's drawings are *samples*. Of the others we show
# probabilities, and judge the likeliest picture, ink where $p \ge \frac12$. So look at their
# samples too, a coin tossed for each pixel.

# %%
from helpers import training

judge = training.load_model("judge_digits")


def verdict(drawings: np.ndarray) -> tuple[float, float]:
    """The share of drawings (n, 784) that the judge recognizes, and their variety, 1 to 10."""
    seen = 2 * (drawings >= 0.5).reshape(-1, 28, 28, 1).astype("float32") - 1
    sure = np.asarray(keras.ops.softmax(judge(seen)))[:, :10]
    shares = np.bincount(sure.argmax(axis=1), minlength=10) / len(drawings)
    entropy = -np.sum(shares * np.log(np.maximum(shares, 1e-9)))
    return float(np.mean(sure.max(axis=1) > 0.9)), float(np.exp(entropy))


verdicts = {name: verdict(some) for name, some in drawings.items()}
samples = {name: verdict(rng.random(some.shape) < some) for name, some in drawings.items()}
for name, (recognized, variety) in verdicts.items():
    print(f"{name:<22} recognized {recognized:4.0%}   variety {variety:4.1f}", end="   ")
    print(f"as samples {samples[name][0]:4.0%}")

# %% [markdown]
# And why are so many drawings of the VAEs no digits? Draw $z$ from the aggregate posterior instead,
# which is easy: encode real digits, and draw.

# %%
from_codes = {}
for name, model in models.items():
    mean, log_variance = map(np.asarray, model.encoder(x_test))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    from_codes[name] = verdict(ink(model.decoder, z.astype("float32")))[0]
    print(f"{name:<16} recognized {from_codes[name]:4.0%}, from the prior {verdicts[name][0]:4.0%}")

# %% [markdown]
# Read all of it together:
#
# - **The table** has the best price and draws hardly a digit.
# - **A VAE's samples** are hardly digits either, with the dots of each pixel's own coin. But its
#   decoder can be asked for the likeliest picture, and that is often a digit: the latent numbers
#   hold what is common to the *whole* shape, which costs little in nats and is what the eye looks
#   for. The table has nothing like that to ask.
# - **The mixture** draws well and nothing new: each drawing is one of 200 stencils, a mean of some
#   twenty training digits.
# - **The autoencoder** with a Gaussian *fitted* to its codes draws as well as the VAE of the same
#   size, or better. For drawing alone, that would do. But it puts no price on an image, so nobody
#   can say how good a model it is, and nothing keeps its codes where one expects them.
# - **The larger VAE** has the better price and *not* better drawings. From codes of real digits it
#   draws best of all. What fails is the prior: in sixteen dimensions most of what it draws lies
#   where no digit was ever encoded. (With two numbers both clouds are much alike, and what fails is
#   the crowd in the middle.)
#
# So a VAE buys a **code**: few numbers that say what an image is like, in a space where one can
# walk, draw in one step, and ask. For the lowest price alone, let pixels look at their neighbors.

# %%
reconstruction, kl = (float(np.mean(part)) for part in price_of(vae, x_test))
recognized, variety = verdicts["VAE, 4 numbers"]
codes_of_all = np.asarray(vae.encoder(x_test)[0])
report(
    "05_vae",
    elbo=-(reconstruction + kl),
    reconstruction=reconstruction,
    kl=kl,
    elbo_2_numbers=-bounds["VAE, 2 numbers"],
    elbo_larger=-bounds[f"VAE, {LARGER[0]} numbers"],
    log_likelihood_independent=-prices["independent pixels"],
    log_likelihood_table=-prices["table of 10 neighbors"],
    log_likelihood_mixture_200=-prices["mixture of 200"],
    spread=codes_of_all.std(),
    recognized=recognized,
    variety=variety,
    recognized_samples=samples["VAE, 4 numbers"][0],
    recognized_codes=from_codes["VAE, 4 numbers"],
    recognized_codes_larger=from_codes[f"VAE, {LARGER[0]} numbers"],
    **{
        f"{what}_{key}": verdicts[name][place]
        for key, name in (
            ("real", "held-out digits"),
            ("table", "table of neighbors"),
            ("autoencoder", "autoencoder, normal"),
            ("fitted", "autoencoder, fitted"),
            ("larger", f"VAE, {LARGER[0]} numbers"),
        )
        for place, what in enumerate(("recognized", "variety"))
    },
)

# %% [markdown]
# ## 10. When it goes wrong
# *5 minutes*
#
# ### The wrong weight
#
# A VAE that disappoints has often lost the *balance* of its two terms, and mostly by accident:
# Keras' `binary_crossentropy` averages over pixels, so that the reconstruction shrinks 784-fold and
# the KL weighs 784 times too much; multiplied by some small number until "it works", it weighs too
# little. We ran this lab with other values of `KL_WEIGHT`, three seeds each, and nothing else
# changed:

# %%
from helpers.controls import controls_table

controls_table(["reconstruction", "kl", "elbo", "spread", "recognized", "variety"])

# %% [markdown]
# `kl` is the rate, the price of the latent vector; `reconstruction` is the distortion that is left.
# One buys the other; `elbo` is minus their sum, and of these weights 1 has the best, which is what
# the bound is for. (With 4 it is a few nats worse, and the drawings are as good: price and drawings
# are two things.)
#
# - **Too heavy.** The KL is 0: $q$ is the prior for every image, the decoder returns the mean of
#   all digits, the reconstruction is the price of independent pixels. This is **posterior
#   collapse**. The sign to look for is a KL near 0.
# - **Too light.** The reconstruction is a few nats better, and latent vectors spread far beyond the
#   prior: the sign to look for is a `spread` (their standard deviation) far above that in the first
#   row. The prior then sees only the middle of the cloud.
#
# Both minimize the loss that they were given. **Look at draws from the prior, and at the sum.**
#
# *A KL of thousands, then NaN:* the exponential of a large log-variance overflows. Look whether
# pixels are 0 to 1, not 0 to 255; then lower the learning rate.
#
# ## 11. Recap
# *5 minutes*
#
# **1. Why can one not draw from a plain autoencoder?**
#
# <details><summary>Answer</summary>
#
# Nothing says where latent vectors lie, so one does not know which ones to decode. A VAE says it
# beforehand, with the prior, and pays for straying from it.
# </details>

# %% [markdown]
# **2. What do the two terms of the loss cost, and why does neither vanish?**
#
# <details><summary>Answer</summary>
#
# The reconstruction is the price of the image when $z$ is known, the KL is the price of $z$. More
# nats spent on $z$ save nats on the image, up to a point: training finds the point where one more
# nat no longer pays.
# </details>

# %% [markdown]
# **3. Your VAE shows a KL of 0.0. What happened?**
#
# <details><summary>Answer</summary>
#
# Posterior collapse: $z$ carries nothing. Look first for a reconstruction that is averaged over
# pixels, so that the KL weighs too much.
# </details>

# %% [markdown]
# **4. Model A costs 141 nats on MNIST, model B 90. Which is better?**
#
# <details><summary>Answer</summary>
#
# You cannot tell before you know that both are for the same pixels: grey ones alone put a floor of
# about 46 nats under every score. And "better" at covering digits need not mean better drawings.
# </details>

# %% [markdown]
# **5. A table of neighbors has a lower price than your VAE. What is the VAE good for?**
#
# <details><summary>Answer</summary>
#
# A few numbers that say what the whole image is like: one can draw in one step, walk between
# images, and compare them. Price is mostly a matter of edges, and neighbors know those best.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *β-VAE.* Give `make_vae` a `kl_weight` of 2, 4 and 10, with eight latent numbers. How many of
#   them keep a KL above 0.1 nats? Does each then do something that you can name?
# - *PixelCNN.* A convolution that sees only earlier pixels (multiply its kernel by a mask) is a
#   table that can generalize.
# - *One VAE for each digit.* Train ten small VAEs, and classify an image by the lowest price.
#
# Where such models are used: a portrait is changed along a direction in latent space; a scan that a
# model of healthy organs finds expensive is shown to a doctor first; images too rare to collect are
# drawn. Lab 06 tries the last two, and finds a trap in each.
#
# **References.** D. P. Kingma and M. Welling (2014), *Auto-Encoding Variational Bayes*. D. J.
# Rezende, S. Mohamed and D. Wierstra (2014), *Stochastic Backpropagation and Approximate Inference
# in Deep Generative Models*. M. D. Hoffman and M. J. Johnson (2016), *ELBO surgery* (the two parts
# of the mean KL). I. Higgins et al. (2017), *beta-VAE*. A. van den Oord, N. Kalchbrenner and K.
# Kavukcuoglu (2016), *Pixel Recurrent Neural Networks*. C. M. Bishop (2006), *Pattern Recognition
# and Machine Learning*, section 9.3.3 (mixtures of Bernoullis). Digits: MNIST, © Y. LeCun and C.
# Cortes, CC BY-SA 3.0.
