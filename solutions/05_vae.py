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
# - to build an autoencoder, and to say why it is not yet a generative model;
# - to let an encoder answer with a distribution, and to draw from it so that gradients pass;
# - to derive the loss of a variational autoencoder (VAE), and to compute both of its terms;
# - to draw digits, to walk from one to another, and to read a latent map;
# - to compare a bound on the likelihood with honest rivals;
# - to use a VAE to fill gaps and to find what does not belong, and to know the trap in it.
#
# **Needs** two hours of yours, one to three minutes of computing, 1.2 GB of memory. Lab 00, and
# some Keras: you have seen a `Dense` layer and `fit` before. Lab 02 explains `GradientTape`.

# %% [markdown]
# ## 1. What will run here

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
SETTINGS

# %% [markdown]
# `quick` learns from 4,000 digits that come with the course, `full` from the 60,000 of MNIST. The
# learning rate of `quick` was chosen on 500 of the 4,000, set aside for that; the held-out digits
# below had no say in it.

# %%
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(SEED)

# %% [markdown]
# ## 2. Digits, and what they cost
#
# The digits were written by hand, scanned and scaled to 28×28 pixels, each from 0 (paper) to 255
# (full ink). We split them in two: some to learn from, and others, *held out*, that no model sees
# until it is judged.

# %%
from helpers import datasets, run
from helpers.images import show_sheet

data = datasets.load_digits(SETTINGS["source"], seed=SEED)
print(f"to learn from: {data.x_train.shape}, held out: {data.x_test.shape}")

# %% [markdown]
# We make every pixel **0 or 1**: ink where it is 128 or more. Little is lost to the eye, and much
# is won. An image is now 784 answers to a yes-or-no question, and a model can say for each how
# probable "yes" is. Then the *probability of the whole image* is well defined.


# %%
def black_and_white(images: np.ndarray) -> np.ndarray:
    """Bytes, shape (n, 28, 28), to zeros and ones, float32 of shape (n, 784)."""
    return (images >= 128).reshape(-1, PIXELS).astype("float32")


x_train, x_test = black_and_white(data.x_train), black_and_white(data.x_test)
y_train, y_test = data.y_train, data.y_test


def show_digits(rows, title: str, columns: int | None = None) -> None:
    """Ink from 0 to 1, shape (n, 784), as dark digits on white; or name → ink, a row for each."""

    def pictures(ink) -> np.ndarray:
        return 1 - 2 * np.reshape(ink, (-1, 28, 28, 1))

    if isinstance(rows, dict):
        show_sheet({name: pictures(ink) for name, ink in rows.items()}, title, title)
    else:
        show_sheet(pictures(rows), title, title, columns)


show_digits(x_test[:30], "Held-out digits, in black and white", columns=15)

# %% [markdown]
# *Two rows of fifteen handwritten digits, black on white.*
#
# How good is a model of such images? Lab 00 scored a point by its log-density. Here we do the same,
# with the sign turned: the price of an image is $-\log p(\text{image})$, in **nats**, and lower is
# better. A pixel that a model gives the probability $p$ of ink costs $-\log p$ if there is ink and
# $-\log(1-p)$ if not; independent pixels' prices add up.
#
# **A question first:** what does an image cost a model that knows nothing and says one half for
# every pixel?

# %%
ink_rate = (x_train.sum(axis=0) + 0.5) / (len(x_train) + 1)  # how often each pixel is inked
coin = PIXELS * np.log(2)
independent = -(x_test @ np.log(ink_rate) + (1 - x_test) @ np.log(1 - ink_rate)).mean()
print(f"a coin for every pixel         {coin:6.1f} nats for each held-out image")
print(f"a fitted rate for every pixel  {independent:6.1f} nats")

# %% [markdown]
# A coin pays $784 \cdot \log 2$. Counting how often each pixel is inked saves more than half of
# that, and yet such a model draws only clouds of dots: it knows nothing of how pixels hang
# together. All that follows is about getting below this second number.
#
# > **Grey pixels** are often scored with the same formula, as if a grey of 0.3 were "30 % yes".
# > Then even a model that predicts every grey exactly has to pay. Here is how much:

# %%
grey = np.clip(data.x_test.reshape(-1, PIXELS) / 255, 1e-9, 1 - 1e-9)
floor = -(grey * np.log(grey) + (1 - grey) * np.log(1 - grey)).sum(axis=1).mean()
print(f"a perfect reconstruction of grey pixels still costs {floor:.0f} nats")

# %% [markdown]
# Nothing can go below that floor, and a score with it is no likelihood of anything. Numbers found
# elsewhere for "MNIST in nats" may be for grey, for thresholded or for randomly drawn pixels: they
# cannot be compared with each other, nor with ours. Ours are all for the same black and white ones.
#
# ## 3. An autoencoder
#
# Now to a network. An **autoencoder** is two of them in a row. The *encoder* squeezes an image into
# a few numbers, its **latent vector** $z$, here four. The *decoder* makes an image from them. Both
# are trained together on one task: give back the image that went in. Four numbers cannot hold 784
# pixels, so they have to find out what digits have in common.
#
# $$784 \to 128 \to 4 \to 128 \to 784$$
#
# Write the decoder, the right half. Two details:
#
# - The hidden layer has the activation `"relu"`.
# - The output layer is linear: one **logit** for each pixel. The sigmoid of a logit is the
#   probability of ink. The loss will take logits, which stay exact where a probability rounds to 0
#   or 1.


# %% exercise="define_decoder"
def define_decoder(latent_dim: int, hidden_units: int) -> keras.Model:
    """A network from a latent vector to an image: one hidden layer with relu, one linear output.

    Takes shape (n, latent_dim), returns logits of shape (n, 784).
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(hidden_units, "relu"),
            keras.layers.Dense(784),
        ]
    )
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Three elements in a `keras.Sequential`: an `Input` of shape `(latent_dim,)`, a hidden `Dense`
# layer with an activation, an output `Dense` layer without one.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# After the `keras.Input((latent_dim,))` come `keras.layers.Dense(hidden_units, "relu")` and
# `keras.layers.Dense(784)`.
# </details>

# %% check="define_decoder" points=1

# %% [markdown]
# The encoder of this first model is a mirror image, and the two are chained. The loss is the price
# of an image from section 2, which Keras knows as binary cross-entropy. It reports the mean over
# pixels, so we multiply by 784.

# %%
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

# %%
autoencoder.fit(x_train, x_train, batch_size=SETTINGS["batch_size"], epochs=30, verbose=0)
price = PIXELS * autoencoder.evaluate(x_test, x_test, batch_size=1000, verbose=0)
print(f"reconstructing a held-out digit from {LATENT_DIM} numbers: {price:.0f} nats")


# %%
def ink(decoder, z) -> np.ndarray:
    """What a decoder makes of latent vectors z: the probability of ink, shape (n, 784)."""
    return np.asarray(keras.ops.sigmoid(decoder(z)))


codes = np.asarray(plain_encoder(x_test))
rows = {"image": x_test[:12], "reconstruction": ink(plain_decoder, codes[:12])}
show_digits(rows, "Through four numbers and back")

# %% [markdown]
# *Above, twelve held-out digits; below, what the autoencoder makes of each: blurred at the edges,
# most of them still the same digit.*
#
# Four numbers say a lot about a digit. Note what that price leaves out: somebody has to tell the
# decoder those four numbers. We come back to that.
#
# ### Why we cannot draw from it
#
# A decoder turns numbers into digits. So feed it random numbers, as we fed a GAN's generator?

# %%
rng = np.random.default_rng(SEED)
random_codes = rng.standard_normal((1000, LATENT_DIM)).astype("float32")
show_digits(ink(plain_decoder, random_codes[:30]), "The decoder on standard normal numbers", 15)

# %% [markdown]
# *Thirty shapes, many of them alike: one or a few digits again and again, and smudges.*
#
# Where do real digits lie? We look at the first two of the four numbers.

# %%
from helpers import plots

plots.scatter(
    {"digits": codes[:, :2], "standard normal": random_codes[:, :2]},
    title="Latent vectors of the autoencoder",
    axes=("first latent number", "second latent number"),
)
print("mean of each number:   ", codes.mean(axis=0).round(1))
print("standard deviation:    ", codes.std(axis=0).round(1))

# %% [markdown]
# *The held-out digits form a cloud many units wide, anywhere in the plane; the standard normal
# points are a small blot inside or beside it.*
#
# Nothing in the loss said where latent vectors should lie, so they lie anywhere. One could fit a
# distribution to them afterwards (section 9 tries it). But the model still could not say how
# *probable* an image is, and nothing made the places between two digits mean anything. We will now
# put both into the loss.
#
# ## 4. From points to distributions
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
# random draw? "Draw from a normal distribution with mean $\mu$" is no formula that one can
# differentiate by $\mu$.
#
# The way out: draw noise that does not depend on anything, and *shift and stretch* it.
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
#
# **What we want.** The probability of an image: over all latent vectors, how often each occurs,
# times how probable the image is when the decoder gets it.
#
# $$p(x) = \int p(z)\, p(x|z)\, dz$$
#
# **Why it is hard.** Draw $z$ from the prior and average $p(x|z)$: nearly every draw makes some
# *other* digit, and contributes nothing.
#
# **The way out.** Let the encoder guess which $z$ matter for this $x$. Draw from its $q(z|x)$, and
# correct for having cheated:
#
# $$\log p(x) = \log \mathbb{E}_{z \sim q}\!\left[\frac{p(z)\,p(x|z)}{q(z|x)}\right]
# \;\ge\; \mathbb{E}_{z \sim q}\!\left[\log \frac{p(z)\,p(x|z)}{q(z|x)}\right]$$
#
# The logarithm of a mean is at least the mean of the logarithms (Jensen's inequality: the logarithm
# bends down). The right side is the **evidence lower bound**, ELBO. Split it up and turn the sign:
#
# $$-\text{ELBO} \;=\;
# \underbrace{\mathbb{E}_{z \sim q}\big[-\log p(x|z)\big]}_{\text{reconstruction}} \;+\;
# \underbrace{\mathbb{E}_{z \sim q}\!\left[\log \frac{q(z|x)}{p(z)}\right]}_{
# \text{KL divergence of } q \text{ from the prior}}$$
#
# Both terms are prices in nats. The first is what the image costs once the decoder knows $z$, as
# for the autoencoder. The second is what $z$ costs: a $q$ far from the prior, or much narrower,
# takes many nats to tell. **Both are to be made small**, and their sum is never less than
# $-\log p(x)$. So whatever the sum is, the image's true price is at most that.
#
# ### What $z$ costs
#
# For a normal $q$ and a standard normal prior, the KL divergence is a formula:
#
# $$\text{KL} = \frac12 \sum_{j} \left(\mu_j^2 + \sigma_j^2 - 1 - \log\sigma_j^2\right)$$
#
# with a sum over latent numbers. It is 0 if every $\mu_j = 0$ and $\sigma_j = 1$, and above 0
# otherwise. The network returns $\log\sigma_j^2$, so $\sigma_j^2$ is its exponential.


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
# A feeling for the numbers, with one latent number:

# %%
for m, s in ((0, 1), (2, 1), (0, 0.1), (2, 0.1)):
    nats = float(
        kl_divergence(tf.constant([[float(m)]]), tf.constant([[2 * np.log(s)]], "float32"))[0]
    )
    print(f"mean {m}, standard deviation {s:<4}  {nats:5.2f} nats")

# %% [markdown]
# The prior itself costs nothing. Saying where on the line to a tenth costs about two nats, and more
# the farther out it is. The network pays this for every latent number of every image, and it will
# only pay where the reconstruction gains at least as much.
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
#
# All parts go into a `keras.Model`, as in lab 02, this time with one optimizer for encoder and
# decoder together. `terms` is the whole VAE in six lines: encode, sample, decode, and the prices.
# The argument `kl_weight` is 1 in a VAE; section 11 needs it, to show what happens if it is not.


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
vae = make_vae(LATENT_DIM, UNITS, EPOCHS)
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
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
plots.lines(
    {"training": history["negative_elbo"], "held out": history["val_negative_elbo"]},
    title="Negative ELBO",
    axes=("epoch", "nats per image"),
    level=(independent, "independent pixels"),
    ax=left,
)
plots.lines(
    {"KL": history["val_kl"]}, "KL of held-out digits", axes=("epoch", "nats per image"), ax=right
)
plots.show(figure)

# %% [markdown]
# *Left, the price of a digit in nats: it falls fast below the dotted line of independent pixels and
# then slowly; held-out digits end some ten nats above training digits. Right, the KL: about seven
# nats after the first epoch, close to nine after a few, and creeping up to nearly ten.*
#
# Unlike a GAN's, these losses mean something. The held-out curve tells how good the model is, and
# it would tell if it overfitted. And we see the two prices at work: the network *buys* nearly
# ten nats of information on each digit, because they save many more in the reconstruction.
#
# The reconstruction comes out somewhat worse than the autoencoder's: the decoder gets blurred
# vectors, and every bit of sharpness in them has to be paid for. That is the rent for a latent
# space in which one can live.

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
#
# Now drawing is easy, because we know where latent vectors come from. Draw $z$ from the prior,
# decode it, done. The encoder stays at home.


# %% exercise="draw_digits"
def draw_digits(decoder, n: int, latent_dim: int, seed: keras.random.SeedGenerator):
    """Draw n new images: latent vectors from the prior, decoded in one call.

    decoder: takes shape (n, latent_dim), returns logits of shape (n, 784).
    Returns the probability of ink of each pixel, shape (n, 784).
    """
    ### BEGIN SOLUTION
    z = keras.random.normal((n, latent_dim), seed=seed)
    return keras.ops.sigmoid(decoder(z))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Lab 02's `latent_points` drew such vectors: `keras.random.normal(shape, seed=seed)`. The decoder
# returns logits; `keras.ops.sigmoid` makes probabilities of them.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `z = keras.random.normal((n, latent_dim), seed=seed)`. Return the sigmoid of `decoder(z)`.
# </details>

# %% check="draw_digits" points=2

# %%
dice = keras.random.SeedGenerator(SEED)
drawn = np.asarray(draw_digits(vae.decoder, 100, LATENT_DIM, dice))
show_digits(drawn, "A hundred digits that nobody wrote", columns=10)

# %% [markdown]
# *Ten rows of ten new digits, soft at the edges. Many can be read at once; others lie between two
# digits, such as 4 and 9, or are none.*
#
# What we show is each pixel's *probability* of ink. The model's images are black and white: to draw
# one, toss a coin with that probability for every pixel. Then it looks like this:

# %%
tossed = rng.random((10, PIXELS)) < drawn[:10]
show_digits({"probability": drawn[:10], "drawn": tossed}, "Ten of them, and pixels drawn")

# %% [markdown]
# *Above, ten of these digits in shades of grey; below, the same with pixels drawn: ragged, with
# stray dots, and harder to read.*
#
# The ragged edges are honest. Given $z$, this decoder says for each pixel on its own whether it is
# inked, so neighbors do not agree on where the edge is. Most pictures of VAE samples you will see
# show probabilities.
#
# **One call, not a hundred.** Many listings draw such a sheet with one `predict` for each digit.
# Here is what that costs, on ten digits:

# %%
import time

vectors = rng.standard_normal((100, LATENT_DIM)).astype("float32")
vae.decoder.predict(vectors[:1], verbose=0)  # the first call compiles
start = time.perf_counter()
for vector in vectors[:10]:
    vae.decoder.predict(vector[None], verbose=0)
one_by_one = 10 * (time.perf_counter() - start)
start = time.perf_counter()
ink(vae.decoder, vectors)
at_once = time.perf_counter() - start
print(f"100 digits one by one: about {one_by_one:.1f} s; in one batch: {1000 * at_once:.1f} ms")

# %% [markdown]
# ## 8. The map
#
# With two latent numbers in place of four, the whole latent space fits on a page.

# %%
flat_vae = make_vae(2, UNITS, EPOCHS)
flat_vae.fit(x_train, batch_size=SETTINGS["batch_size"], epochs=EPOCHS, verbose=0)
where = np.asarray(flat_vae.encoder(x_test)[0])[:1000]
figure, ax = plt.subplots(figsize=(6.4, 6))
for digit in range(10):
    points = where[y_test[:1000] == digit]
    ax.scatter(*points.T, s=26, lw=0.2, color=plt.cm.tab10(digit), marker=f"${digit}$")
ax.set(title="Where digits lie", xlabel="first latent number", ylabel="second latent number")
plots.show(figure)

# %% [markdown]
# *A map of up to a thousand held-out digits, each drawn as its numeral at the mean of its
# distribution. Digits of one kind lie together; some kinds, such as 0 and 1, have a region of their
# own, and look-alikes such as 4 and 9, or 3, 5 and 8, are mixed.*
#
# **Nobody told the model what the digits mean.** It never saw a label; the regions formed because
# it is cheap to keep alike images together.
#
# Now the other way: lay a grid over the map and decode every point. The steps are wider far out, so
# that each cell holds the same share of the prior.

# %%
from statistics import NormalDist

ticks = [NormalDist().inv_cdf((i + 0.5) / 15) for i in range(15)]
grid = np.array([[x, y] for y in reversed(ticks) for x in ticks], dtype="float32")
show_digits(ink(flat_vae.decoder, grid), "What lies where", columns=15)

# %% [markdown]
# *A sheet of 15×15 decoded points of that map. Neighbors are alike, and one digit changes smoothly
# into the next, through shapes in between.*
#
# ### From one digit to another
#
# If neighbors are alike, a walk from one digit to another should pass through things like digits.
# Blending the *pixels* of two images does not: it shows both, one fading. Write the walk through
# latent space.


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
# *Above, the walk through latent space: what four numbers keep of a 0 changes its shape step by
# step into a 7, by way of other strokes. Below, the blend of pixels: both digits at once, one
# fading out.*
#
# ### What each number does
#
# Back to four latent numbers. We start from the middle of the latent space and move one number at a
# time; the KL of each number says how many nats of information it carries.

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
# *Four rows. In each, one latent number goes from −2.5 to 2.5 while the others stay 0, and the
# shape changes smoothly, often from one digit into another.*
#
# All four carry two to three nats each. They do not have names such as "slant" or "which digit":
# nothing in the loss asks for that. With ipywidgets installed, the next cell gives you a slider for
# each number; the sheet above is the same without them.

# %%
from importlib.util import find_spec


def turn(**numbers: float) -> None:
    """Show what the decoder makes of the latent numbers."""
    show_digits(ink(vae.decoder, np.array([[*numbers.values()]], "float32")), str(numbers))


if find_spec("ipywidgets") and not run.strict():
    from ipywidgets import interact

    interact(turn, **{f"z{i}": (-3.0, 3.0, 0.1) for i in range(LATENT_DIM)})
else:
    print("No sliders here: run this cell yourself, with ipywidgets installed.")

# %% [markdown]
# ## 9. Measure it
#
# ### Prices, against honest rivals
#
# Is 135 nats good, or 90, or 150? A number means something beside rivals on the **same pixels of
# the same held-out digits**. *Independent pixels* is the one that knows nothing. A fair rival, a
# "bigram" for images, is a **mixture of Bernoullis**: a set of stencils, each with its own rate for
# every pixel. An image is explained by the stencils it fits. They are fitted by counting alone
# (expectation-maximization, in `helpers/rivals.py`), and their price is exact, no bound.

# %%
from helpers import rivals

stencils = {k: rivals.fit_bernoulli_mixture(x_train, k, seed=SEED) for k in (20, 100, 200)}
prices = {f"mixture of {k}": -m.log_likelihood(x_test).mean() for k, m in stencils.items()}
show_digits(stencils[20].ink, "The stencils of a mixture of 20", columns=10)
print({name: round(float(price), 1) for name, price in prices.items()})

# %% [markdown]
# *Twenty stencils: blurred digits, several styles of some.*
#
# Our own price, over several draws of $z$ for each digit:


# %%
def price_of(vae, images, draws: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Reconstruction and KL of each image in nats, shapes (n,); their sum is the negative ELBO."""
    found = [vae.terms(images)[1:] for _ in range(draws)]
    return tuple(np.mean(found, axis=0))


reconstruction, kl = (float(np.mean(part)) for part in price_of(vae, x_test))
print(f"reconstruction {reconstruction:.1f} + KL {kl:.1f} = {reconstruction + kl:.1f} nats")

# %% [markdown]
# And with more latent numbers? A larger VAE learns 4,000 digits by heart if one lets it, so it gets
# a layer of **dropout** in front of its encoder, which wipes a fifth of the pixels at random in
# training: the encoder must not rely on any one of them.


# %%
def larger_vae(epochs: int) -> VAE:
    """More latent numbers and hidden units, and dropout on the encoder's pixels."""
    pixels = keras.Input((PIXELS,))
    encoder = keras.Model(pixels, define_encoder(*LARGER)(keras.layers.Dropout(0.2)(pixels)))
    vae = VAE(encoder, define_decoder(*LARGER), seed=SEED)
    vae.build()
    vae.compile(adam(epochs), steps_per_execution=steps_per_epoch)
    return vae


large = larger_vae(EPOCHS)
large.fit(x_train, batch_size=SETTINGS["batch_size"], epochs=EPOCHS, verbose=0)
for name, model in {"four numbers": vae, f"{LARGER[0]} numbers": large}.items():
    print(f"{name}: {model.count_params():,} weights")
print(f"mixture of 200: {stencils[200].ink.size:,} rates")

# %% [markdown]
# One more number, to see how much the *bound* gives away. Average $p(z)\,p(x|z)/q(z|x)$ over many
# draws **before** taking the logarithm, and the bound gets tighter: the *importance-weighted*
# bound.


# %%
def importance_weighted_bound(vae, images, draws: int = 100) -> np.ndarray:
    """A tighter bound on log p(x) of each image in nats, shape (n,)."""
    mean, log_variance = vae.encoder(images)
    free = np.zeros(len(images), "float32")
    total = np.full(len(images), -np.inf)
    for _ in range(draws):
        z = vae.sampling(mean, log_variance)
        noise = (z - mean) / keras.ops.exp(log_variance / 2)
        log_prior_over_q = keras.ops.sum(noise**2 - z**2 + log_variance, axis=1) / 2
        price = vae_loss(images, vae.decoder(z), free)[1]
        total = np.logaddexp(total, log_prior_over_q - price)
    return total - np.log(draws)


# %%
models = {"VAE, 2 numbers": flat_vae, "VAE, 4 numbers": vae, f"VAE, {LARGER[0]} numbers": large}
bounds = {name: sum(map(np.mean, price_of(model, x_test))) for name, model in models.items()}
table = {"independent pixels": independent, **prices, **bounds}
for name, nats in table.items():
    line = f"{name:<20} {nats:6.1f} nats"
    if name in models:
        tighter = -importance_weighted_bound(models[name], x_test).mean()
        line += f" at most; importance-weighted {tighter:6.1f}"
    print(line)

# %%
plots.bars(table, "What a held-out digit costs (lower is better)", "nats per image")

# %% [markdown]
# *Bars of nats per image: independent pixels highest, then the VAE with two numbers and the mixture
# of 20; the VAE with four numbers among the larger mixtures; the larger VAE lowest by far.*
#
# Four numbers do about as well as two hundred stencils, which is no more than a draw:
# looking an image up in a good catalog is a strong rival. With more latent numbers the VAE leaves
# all mixtures far behind. A catalog needs a new page for every combination of slant, thickness and
# shape; latent numbers combine.
#
# Principal components (PCA) also go through a few numbers and back. They put no probability on
# black and white pixels (a Gaussian's *density* is no price in these nats), so they can only be
# compared by their squared error:

# %%
average = x_train.mean(axis=0)
directions = np.linalg.eigh((x_train - average).T @ (x_train - average))[1][:, ::-1]
for numbers, model in ((2, flat_vae), (4, vae), (LARGER[0], large)):
    basis = directions[:, :numbers]
    pca = average + (x_test - average) @ basis @ basis.T
    ours = ink(model.decoder, model.encoder(x_test)[0])
    errors = (np.sqrt(np.mean((x_test - image) ** 2)) for image in (pca, ours))
    print("{:2d} numbers: RMS error of a pixel, PCA {:.3f}, VAE {:.3f}".format(numbers, *errors))

# %% [markdown]
# ### What is drawn, against a judge
#
# Prices say how well a model *covers* real digits, not whether its drawings are good. For those we
# train a judge, a small classifier, and look first at how good it is itself.


# %%
def make_classifier(hidden_units: int, steps_per_execution: int) -> keras.Model:
    """From an image to ten logits, one for each digit."""
    model = keras.Sequential(
        [
            keras.Input((PIXELS,)),
            keras.layers.Dense(hidden_units, "relu"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        keras.optimizers.Adam(0.002),
        loss,
        metrics=["accuracy"],
        steps_per_execution=steps_per_execution,
    )
    return model


judge = make_classifier(256, steps_per_epoch)
judge.fit(x_train, y_train, batch_size=SETTINGS["batch_size"], epochs=20, verbose=0)
accuracy = judge.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1]
print(f"the judge is right about {accuracy:.1%} of held-out digits")

# %% [markdown]
# Two numbers for a set of drawings, made black and white at one half: the share that the judge
# **recognizes**, with a confidence above 90 %; and their **variety**, the number of digits that
# would give the same entropy if all were equally frequent: 10 if all ten come up equally often, 1
# if always the same.


# %%
def verdict(drawings: np.ndarray) -> tuple[float, float]:
    """The share of drawings (n, 784) that the judge recognizes, and their variety, 1 to 10."""
    confidence = np.asarray(keras.ops.softmax(judge((drawings >= 0.5).astype("float32"))))
    shares = np.bincount(confidence.argmax(axis=1), minlength=10) / len(drawings)
    entropy = -np.sum(shares * np.log(np.maximum(shares, 1e-9)))
    return float(np.mean(confidence.max(axis=1) > 0.9)), float(np.exp(entropy))


near = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), 1000).astype("float32")
drawings = {
    "held-out digits": x_test[:1000],
    "pixels drawn independently": rng.random((1000, PIXELS)) < ink_rate,
    "mixture of 200 (stencils)": stencils[200].draw(1000, rng),
    "autoencoder, standard normal": ink(plain_decoder, random_codes),
    "autoencoder, fitted Gaussian": ink(plain_decoder, near),
    **{
        name: np.asarray(draw_digits(model.decoder, 1000, model.encoder.output[0].shape[1], dice))
        for name, model in models.items()
    },
}
verdicts = {name: verdict(images) for name, images in drawings.items()}
for name, (recognized, variety) in verdicts.items():
    print(f"{name:<30} recognized {recognized:4.0%}   variety {variety:4.1f}")

# %% [markdown]
# Read both columns together, and with care:
#
# - The autoencoder on standard normal numbers falls short in one column or in both: smudges, or the
#   same few digits over and over. Where its cloud of digits lies is luck, and so is what it draws.
# - With a Gaussian *fitted* to its latent vectors it draws as well as the VAE with four numbers, or
#   a little better. For drawing alone, that would do. It still cannot price an image, and four
#   numbers are few: a Gaussian fits a cloud worse, the more dimensions it has.
# - The mixture is recognized as often as real digits, and it draws nothing new: each drawing is one
#   of 200 stencils, the mean of some twenty training digits.
# - The larger VAE has the best price by far and *not* the best drawings. It has to cover all real
#   digits; what lies between them in its many dimensions, and what the prior draws there, costs it
#   little. A good price and good drawings are two different things.

# %% [markdown]
# ## 10. Put it to use
#
# ### Fill in the lower half
#
# Somebody covers the lower half of a digit. What was there? A model with a density can be asked:
# draw 10,000 latent vectors from the prior, weigh each by how well its *upper* half explains what
# we see, and average their lower halves by these weights. That is Bayes' rule, with nothing left
# out. It works for stencils as well, weighed by how often they occur.


# %%
HALF = PIXELS // 2  # the first 14 rows of pixels


def fill_in(logits, log_weights, images) -> tuple[np.ndarray, np.ndarray]:
    """Guess the lower halves of images (n, 784) from the upper ones.

    logits: of k guesses at the whole image, (k, 784); log_weights: how probable each is beforehand.
    Returns the probability of ink below, (n, 392), and what the true lower half costs, (n,) nats.
    """
    paper = -np.logaddexp(0, logits)  # log probability of paper; of ink it is paper + logits
    above, below = images[:, :HALF], images[:, HALF:]
    fit = above @ logits[:, :HALF].T + paper[:, :HALF].sum(axis=1) + log_weights
    weights = np.exp(fit - fit.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    true = below @ logits[:, HALF:].T + paper[:, HALF:].sum(axis=1)
    best = true.max(axis=1)
    price = -best - np.log((weights * np.exp(true - best[:, None])).sum(axis=1) + 1e-30)
    return weights @ np.exp(paper[:, HALF:] + logits[:, HALF:]), price


# %%
guesses = np.asarray(vae.decoder(rng.standard_normal((10_000, LATENT_DIM)).astype("float32")))
catalog = stencils[200]
some = x_test[:300]
filled, price_vae = fill_in(guesses, 0.0, some)
_, price_mixture = fill_in(
    np.log(catalog.ink) - np.log1p(-catalog.ink), np.log(catalog.weights), some
)
pixel_logits = (np.log(ink_rate) - np.log1p(-ink_rate))[None]
_, price_independent = fill_in(pixel_logits, 0.0, some)
print("price of the true lower half, given the upper one:")
print(f"independent pixels {price_independent.mean():6.1f} nats")
print(f"mixture of 200     {price_mixture.mean():6.1f} nats")
print(f"VAE, 4 numbers     {price_vae.mean():6.1f} nats")

# %%
seen = np.concatenate([some[:, :HALF], np.zeros_like(some[:, HALF:])], axis=1)
guess = np.concatenate([some[:, :HALF], filled], axis=1)
rows = {"image": some[:12], "we see": seen[:12], "filled in": guess[:12]}
show_digits(rows, "The lower half, guessed")

# %% [markdown]
# *Twelve digits, their upper halves, and upper halves with guessed lower ones. Many guesses are
# right; where the upper half fits two digits, the guess is a grey blend of both.*
#
# A grey blend is the right answer to an open question: it says "either this or that". The price
# shows that the guesses are worth something: the upper half tells a good deal about the lower one,
# and the VAE makes more of it than 200 stencils do.
#
# ### What does not belong
#
# A model that puts a price on every image should notice when something is no digit: it should be
# expensive. We try five kinds of strangers.

# %%
letters, names, bananas = datasets.load_not_digits()
rows = {
    "blank": np.zeros((10, PIXELS)),
    "bananas": black_and_white(bananas),
    "letters": black_and_white(letters),
    "upside down": x_test[:, ::-1],
    "noise": (rng.random((500, PIXELS)) < x_train.mean()).astype("float32"),
}
show_digits({name: images[:10] for name, images in rows.items()}, "Strangers")

# %% [markdown]
# *Five rows of ten: empty images, crescents, capital letters, digits turned by half a circle, and
# scattered dots.*
#
# How well does a score tell strangers from digits? The **ROC AUC** is the share of all pairs, one
# stranger and one held-out digit, in which the stranger scores higher: 1 is perfect, one half is
# tossing a coin, 0 is always wrong. The first score is the price itself, from the larger VAE, which
# knows digits best.

# %%
strangers = {name: images.astype("float32") for name, images in rows.items()}
strangers["held-out digits"] = x_test
cost = {name: sum(price_of(large, images)) for name, images in strangers.items()}


def roc_auc(strange: np.ndarray, normal: np.ndarray) -> float:
    """How often a stranger scores higher than a normal image, from 0 to 1; ties count half."""
    strange = strange[:, None]
    return float(np.mean(strange > normal) + np.mean(strange == normal) / 2)


for name, nats in cost.items():
    area = roc_auc(nats, cost["held-out digits"])
    print(f"{name:<16} {np.mean(nats):6.1f} nats   ROC AUC {area:.2f}")

# %% [markdown]
# **The trap.** A blank image is *cheaper* than any real digit: an AUC of about 0. By its price it
# would be the best digit of all. Nothing is broken. A density says how probable an image is, pixel
# for pixel, and 784 times "paper" is easy to predict; a real digit has edges whose place nobody can
# know exactly, and each such pixel costs. A low price means *easy to predict*, not *looks like a
# digit*. The same holds for image models of every size (Nalisnick et al. 2019).
#
# What we want to ask is: does an image cost more than its strokes alone would explain? So compare
# with a model that knows strokes and nothing else. Ours looks at four neighbors of a pixel, those
# to the left and above, and counts how often there is ink in each of the 16 cases.


# %%
def contexts(images: np.ndarray) -> np.ndarray:
    """For each pixel a number, 0 to 15: which of its four earlier neighbors are inked; (n, 784)."""
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (1, 0), (1, 1))).astype("uint8")
    left, upper = padded[:, 1:, :28], padded[:, :28]
    number = left + 2 * upper[..., :28] + 4 * upper[..., 1:29] + 8 * upper[..., 2:]
    return number.reshape(-1, PIXELS)


found = contexts(x_train)
inked, all_pixels = (
    np.bincount(found[mask], minlength=16) for mask in (x_train == 1, x_train >= 0)
)
stroke_rate = (inked + 0.5) / (all_pixels + 1)
print("no neighbor inked:", stroke_rate[0].round(3), "  all four:", stroke_rate[15].round(3))

# %% [markdown]
# The score: what the VAE charges, *divided by* what this stroke model charges. The price of an
# image under the stroke model is that of independent pixels again, with each pixel's own
# probability.


# %% exercise="anomaly_score"
def anomaly_score(images, contexts, stroke_rate, negative_elbo) -> np.ndarray:
    """How many nats the VAE charges for each nat that the strokes alone would cost.

    images: zeros and ones, shape (n, d); contexts: whole numbers, shape (n, d), the case that
    each pixel's neighbors are in; stroke_rate: the probability of ink in each case, shape (16,);
    negative_elbo: the VAE's price of each image, shape (n,). Returns shape (n,).
    """
    ### BEGIN SOLUTION
    p = stroke_rate[contexts]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return negative_elbo / strokes
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `stroke_rate[contexts]` looks up every pixel's probability of ink, shape (n, d). The price of the
# strokes is then the formula of section 2.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `p = stroke_rate[contexts]`: minus the sum over `axis=1` of
# `images * np.log(p) + (1 - images) * np.log(1 - p)`. Divide `negative_elbo` by it.
# </details>

# %% check="anomaly_score" points=3

# %%
scores = {
    name: anomaly_score(images, contexts(images), stroke_rate, cost[name])
    for name, images in strangers.items()
}
areas = {name: roc_auc(score, scores["held-out digits"]) for name, score in scores.items()}
print(f"{'ROC AUC by':<16} {'price':>6} {'score':>6}")
for name, area in areas.items():
    by_price = roc_auc(cost[name], cost["held-out digits"])
    print(f"{name:<16} {by_price:6.2f} {area:6.2f}")

# %% [markdown]
# Blank images now stand out at once, and bananas, letters and upside-down digits all score well
# above real digits. **Noise** is the price of this score: scattered dots are so expensive as
# strokes that the VAE's price looks ordinary beside it, and the AUC drops from 1 to about one half,
# more or less by seed. No one score sees everything; the price alone catches noise without fail, so
# a careful watchman looks at both.
#
# Which letters pass for digits?

# %%
by_letter = {
    letter: roc_auc(scores["letters"][names == letter], scores["held-out digits"])
    for letter in sorted(set(names))
}
hardest = sorted(by_letter, key=by_letter.get)
print("most like digits: ", ", ".join(f"{c} {by_letter[c]:.2f}" for c in hardest[:6]))
print("least like digits:", ", ".join(f"{c} {by_letter[c]:.2f}" for c in hardest[-6:]))

# %% [markdown]
# An O is a zero, an S is nearly a five, a G or C is not far from a six: whoever calls that an error
# should first say how they would tell. Turned upside down, a 0, 1 or 8 is itself, and a 6 is a 9.
#
# ### More training data out of nothing?
#
# Imagine that only 200 digits had labels, twenty of each. A classifier learns from them. Could a
# VAE make more? Encode each labeled digit, draw ten times from its distribution, decode, draw the
# pixels, and keep the label. (The VAE itself learned from all digits, without labels.) An older
# trick for comparison: move each digit by up to two pixels. Three draws of 200 digits:


# %%
def variations(model, images, rng, copies: int = 10) -> np.ndarray:
    """New versions of images: posterior samples, decoded, with drawn pixels; (copies · n, 784)."""
    mean, log_variance = model.encoder(np.tile(images, (copies, 1)))
    drawn = ink(model.decoder, model.sampling(mean, log_variance))
    return (rng.random(drawn.shape) < drawn).astype("float32")


def moved(images, rng, copies: int = 10) -> np.ndarray:
    """The images moved by up to two pixels, (copies · n, 784)."""
    images = np.tile(images, (copies, 1)).reshape(-1, 28, 28)
    return np.stack(
        [np.roll(image, rng.integers(-2, 3, 2), axis=(0, 1)) for image in images]
    ).reshape(-1, PIXELS)


# %%
student = make_classifier(128, steps_per_execution=660)
student.optimizer.build(student.trainable_variables)
state = [*student.variables, *student.optimizer.variables]
at_start = [variable.numpy() for variable in state]


def accuracy_of(images, labels) -> float:
    """Held-out accuracy of a fresh classifier after 660 steps on these images."""
    for variable, value in zip(state, at_start, strict=True):
        variable.assign(value)
    pairs = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images), seed=SEED)
    student.fit(pairs.repeat(33_000 // len(images)).batch(50), shuffle=False, verbose=0)
    return student.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1]


# %%
large_name = f"VAE, {LARGER[0]} numbers"
results = {"200 digits alone": [], "moved": [], "VAE, 4 numbers": [], large_name: []}
for _ in range(3):
    chosen = [rng.choice(np.flatnonzero(y_train == d), 20, replace=False) for d in range(10)]
    few, labels = x_train[np.concatenate(chosen)], np.repeat(np.arange(10), 20)
    more = {
        "moved": moved(few, rng),
        "VAE, 4 numbers": variations(vae, few, rng),
        large_name: variations(large, few, rng),
    }
    results["200 digits alone"].append(accuracy_of(few, labels))
    for name, images in more.items():
        results[name].append(accuracy_of(np.concatenate([few, images]), np.tile(labels, 11)))
for name, found in results.items():
    print(f"{name:<18} {np.mean(found):.1%}   (" + ", ".join(f"{x:.1%}" for x in found) + ")")

# %% [markdown]
# Look at the four means. Through four numbers the digits come back with strokes missing or changed,
# some as another digit under the old label: the classifier gets **worse**. The larger VAE changes
# little, and rather for the better. Moving digits by hand helps much more. A model can only add
# what it knows better than its pupil, and what a classifier lacks here is what we know and the 200
# digits do not show: that a moved 7 is a 7.
#
# ### The report

# %%
gains = {
    name: np.mean(found) - np.mean(results["200 digits alone"]) for name, found in results.items()
}
recognized, variety = verdicts["VAE, 4 numbers"]
report(
    "05_vae",
    elbo=-(reconstruction + kl),
    reconstruction=reconstruction,
    kl=kl,
    elbo_2_numbers=-bounds["VAE, 2 numbers"],
    elbo_larger=-bounds[large_name],
    log_likelihood_independent=-independent,
    **{f"log_likelihood_mixture_{k}": -prices[f"mixture of {k}"] for k in stencils},
    accuracy_judge=accuracy,
    recognized_real=verdicts["held-out digits"][0],
    recognized=recognized,
    recognized_larger=verdicts[large_name][0],
    recognized_independent=verdicts["pixels drawn independently"][0],
    recognized_autoencoder=verdicts["autoencoder, standard normal"][0],
    variety=variety,
    variety_autoencoder=verdicts["autoencoder, standard normal"][1],
    lower_half=price_vae.mean(),
    lower_half_mixture=price_mixture.mean(),
    lower_half_independent=price_independent.mean(),
    auc_blank_by_price=roc_auc(cost["blank"], cost["held-out digits"]),
    **{f"auc_{name.replace(' ', '_')}": area for name, area in areas.items() if name in rows},
    accuracy_200=np.mean(results["200 digits alone"]),
    gain_moved=gains["moved"],
    gain_vae=gains["VAE, 4 numbers"],
    gain_larger_vae=gains[large_name],
)

# %% [markdown]
# The report gives the ELBO itself, minus the price: higher is better. `auc_blank_by_price` is the
# trap, the other numbers of `auc_` are those of your score; the gains are differences of accuracy.
#
# ## 11. When it goes wrong
#
# ### The wrong weight
#
# A VAE that disappoints has often lost the *balance* of the two terms, and mostly by accident. The
# commonest way is a mean where a sum should be: Keras' `binary_crossentropy` averages
# over pixels, so the reconstruction shrinks 784-fold and the KL weighs 784 times too much. Another
# listing averages too, notices that nothing works, and multiplies the KL by $10^{-4}$. Averaged
# over four latent numbers and without the half, that makes
#
# $$784 \cdot 10^{-4} \cdot \tfrac{2}{4} \approx 0.04$$
#
# of the KL's due weight. (Its text says that the KL is to be *maximized*, "hence the minus sign".
# Not so: that minus belongs to the formula, $-\frac12\sum(1 + \log\sigma^2 - \mu^2 - \sigma^2)$,
# which is never negative, and the loss makes it small.) Both, side by side with ours:

# %%
wrong = {"KL weighs 784": 784.0, "KL weighs 0.04": 784 * 1e-4 * 2 / 4}
failed = {"KL weighs 1 (ours)": vae}
for name, weight in wrong.items():
    failed[name] = make_vae(LATENT_DIM, UNITS, 30, kl_weight=weight)
    failed[name].fit(x_train, batch_size=SETTINGS["batch_size"], epochs=30, verbose=0)

# %%
for name, model in failed.items():
    r, k = (np.mean(part) for part in price_of(model, x_test))
    made = np.asarray(draw_digits(model.decoder, 1000, LATENT_DIM, dice))
    recognized, variety = verdict(made)
    print(f"{name:<19} reconstruction {r:5.1f} + KL {k:4.1f} = {r + k:5.1f} nats   ", end="")
    print(f"recognized {recognized:4.0%}   variety {variety:4.1f}")
rows = {
    name: np.asarray(draw_digits(model.decoder, 12, LATENT_DIM, dice))
    for name, model in failed.items()
}
show_digits(rows, "Drawn from three models")

# %% [markdown]
# *Three rows of twelve drawings. Ours: digits of many kinds. KL too heavy: the same grey blur
# twelve times. KL too light: fewer kinds of digits, and smudges.*
#
# - **Too heavy.** Telling the decoder anything about an image costs 784 times what it saves, so the
#   encoder says nothing: the KL is 0, $q$ is the prior for every image, and the decoder returns the
#   mean of all digits, the price of independent pixels. This is **posterior collapse**. The sign to
#   look for is a KL near 0.
# - **Too light.** The reconstruction gains a few nats at most, and the KL is about four times as
#   high: latent vectors spread far beyond the prior, almost as in the plain autoencoder. The sum is
#   much worse, and the prior sees only the small middle of the cloud: little variety. The sign to
#   look for is a KL that makes up a large part of the sum.
#
# The second one's reconstructions look fine, and so does the loss that it minimizes. **Look at
# draws from the prior, and at the sum.**
#
# ### Three more
#
# - *Taken for another quantity.* A listing that calls the second output "standard deviation" and
#   then writes `exp(std / 2)` has a log-variance by another name. Name it `log_variance`.
# - *A KL of thousands, then NaN.* Early in training the exponential of a large log-variance
#   overflows. Look whether pixels are 0 to 1, not 0 to 255; then lower the learning rate.
# - *A score for another set of pixels.* Before you compare nats, ask: binarized, and how? Sum or
#   mean? Held out or training? A bound or exact?
#
# ## 12. Recap
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
# **5. Why is a blank image cheap, and what is to be done about it?**
#
# <details><summary>Answer</summary>
#
# Paper is easy to predict. Compare the price with that of a model that knows only what is common to
# all images of strokes, and be aware of what that comparison misses in turn.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *β-VAE.* Give `make_vae` a `kl_weight` of 2, 4 and 10, with eight latent numbers. How many of
#   them keep a KL above 0.1 nats? Does each then do something that you can name? What does it cost
#   in ELBO?
# - *One VAE for each digit.* Train ten small VAEs, and classify an image by the lowest price. How
#   many of the 1,000 held-out digits are right, without a classifier?
# - *The code instead of the pixels.* Train the classifier of section 10 on the larger VAE's means
#   instead of on pixels, with 200 labels.
# - *All of MNIST.* `load_digits("mnist")`, or WORKBOOK_PROFILE=full before you start.
#
# **References.** D. P. Kingma and M. Welling (2014), *Auto-Encoding Variational Bayes*. D. J.
# Rezende, S. Mohamed and D. Wierstra (2014), *Stochastic Backpropagation and Approximate Inference
# in Deep Generative Models*. Y. Burda, R. Grosse and R. Salakhutdinov (2016), *Importance Weighted
# Autoencoders*. E. Nalisnick et al. (2019), *Do Deep Generative Models Know What They Don't Know?*
# J. Ren et al. (2019), *Likelihood Ratios for Out-of-Distribution Detection* (a second model to
# divide by). I. Higgins et al. (2017), *beta-VAE*. C. M. Bishop (2006), *Pattern Recognition and
# Machine Learning*, section 9.3.3 (mixtures of Bernoullis). Digits: MNIST, © Y. LeCun and C.
# Cortes, CC BY-SA 3.0.
