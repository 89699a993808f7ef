# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 06 · A VAE at work
#
# Lab 05 ended with a surprise: a table of neighbors prices digits better than a variational
# autoencoder (VAE), and yet we wanted the VAE. Now both go to work: on the half of a digit that is
# covered, on things that are no digits, on more training data out of nothing. Each job has a trap.
#
# **You will learn**
# - to see, exactly, how much a bound gives away, and to make it tighter;
# - to ask a model for what is missing, by Bayes' rule;
# - to find what does not belong, and why the price alone is no judge of it;
# - to make new training data, and to measure whether they help;
# - to tell what a judge of pictures can be trusted with.
#
# **Needs** two to two and a half hours of yours, one to two minutes of computing, 1.3 GB of memory,
# and lab 05. Minutes stand under each heading.

# %% [markdown]
# ## 1. What will run here
# *10 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"source": "embedded", "epochs": 50, "batch_size": 100, "learning_rate": 0.01},
    "full": {"source": "mnist", "epochs": 100, "batch_size": 500, "learning_rate": 0.005},
}[PROFILE]
LARGER = {"quick": (16, 256), "full": (24, 512)}[PROFILE]  # latent numbers, hidden units
PIXELS = 784
SETTINGS

# %%
import keras
import numpy as np
import tensorflow as tf
from scipy.special import entr, logsumexp, softmax
from sklearn.metrics import pairwise_distances_argmin

from helpers import datasets
from helpers.images import show_sheet

keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)
data = datasets.load_digits(SETTINGS["source"], seed=SEED)


def black_and_white(images: np.ndarray) -> np.ndarray:
    """Bytes, shape (n, 28, 28), to zeros and ones, float32 of shape (n, 784)."""
    return (images >= 128).reshape(-1, PIXELS).astype("float32")


x_train, x_test = black_and_white(data.x_train), black_and_white(data.x_test)
y_train, y_test = data.y_train, data.y_test


def show_digits(rows: dict, title: str) -> None:
    """Show name → ink, shape (n, 784), a row for each."""
    pictures = {name: 1 - 2 * np.reshape(ink, (-1, 28, 28, 1)) for name, ink in rows.items()}
    show_sheet(pictures, title, title, paper=0.8)


# %% [markdown]
# The digits and their split are those of lab 05 (quick), and so is the VAE, in one cell; `encode`
# and `decode` are all that we need of it. It is trained anew, with other random numbers, so that
# its prices differ from lab 05's by a nat or so. There are three, with 2, 4 and 16 latent numbers.


# %%
class VAE(keras.Model):
    """Encoder and decoder with one hidden layer each; learns the negative ELBO in nats."""

    def __init__(self, latent_dim: int, hidden_units: int, dropout: float = 0.0):
        super().__init__()
        self.latent_dim, self.noise = latent_dim, keras.random.SeedGenerator(SEED)
        dense = keras.layers.Dense
        self.encoder = keras.Sequential(
            [keras.layers.Dropout(dropout), dense(hidden_units, "relu"), dense(2 * latent_dim)]
        )
        self.decoder = keras.Sequential([dense(hidden_units, "relu"), dense(PIXELS)])
        self.encoder.build((None, PIXELS))
        self.decoder.build((None, latent_dim))

    def encode(self, images, training=False):
        """Mean and log-variance of q(z|x), shape (n, latent_dim) each."""
        return keras.ops.split(self.encoder(images, training=training), 2, axis=1)

    def decode(self, z):
        """Logits, shape (n, 784)."""
        return self.decoder(z)

    def terms(self, images, training=False):
        """Reconstruction and KL of each image in nats, shape (n,) each, with one draw of z."""
        mean, log_variance = self.encode(images, training)
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        logits = self.decode(mean + keras.ops.exp(log_variance / 2) * noise)
        reconstruction = keras.ops.sum(keras.ops.softplus(logits) - images * logits, axis=1)
        kl = keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - 1 - log_variance, axis=1) / 2
        return reconstruction, kl

    def train_step(self, images):
        with tf.GradientTape() as tape:
            loss = keras.ops.mean(sum(self.terms(images, training=True)))
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        return {"negative_elbo": loss}


# %%
def train_vae(latent_dim: int, hidden_units: int, dropout: float) -> VAE:
    """A VAE that has learned the training digits."""
    vae = VAE(latent_dim, hidden_units, dropout)
    steps = len(x_train) // SETTINGS["batch_size"]
    schedule = keras.optimizers.schedules.CosineDecay
    rate = schedule(SETTINGS["learning_rate"], SETTINGS["epochs"] * steps)
    vae.compile(keras.optimizers.Adam(rate), steps_per_execution=steps)
    vae.fit(x_train, batch_size=SETTINGS["batch_size"], epochs=SETTINGS["epochs"], verbose=0)
    return vae


print("half a minute of training …")
flat, small, large = train_vae(2, 128, 0.0), train_vae(4, 128, 0.0), train_vae(*LARGER, 0.2)

# %% [markdown]
# And its rival, the table of ten neighbors: how often a pixel is inked, in each of 1,024 cases of
# what lies above and to the left of it.

# %%
NEIGHBORS = [
    (0, -1), (0, -2), (-1, -2), (-1, -1), (-1, 0), (-1, 1), (-1, 2), (-2, -1), (-2, 0), (-2, 1)
]  # fmt: skip
CASES = 2 ** len(NEIGHBORS)


def cases_of(images) -> np.ndarray:
    """The case of each pixel, 0 to CASES − 1, from its neighbors' ink; (n, 784) → (n, 784)."""
    padded = np.pad(np.reshape(images, (-1, 28, 28)).astype(int), ((0, 0), (2, 0), (2, 2)))
    number = sum(
        padded[:, 2 + down : 30 + down, 2 + right : 30 + right] << bit
        for bit, (down, right) in enumerate(NEIGHBORS)
    )
    return number.reshape(-1, PIXELS)


found = cases_of(x_train)
inked = np.bincount(found[x_train == 1], minlength=CASES)
table = (inked + 0.5) / (np.bincount(found.ravel(), minlength=CASES) + 1)


def pixel_prices(images, p) -> np.ndarray:
    """What each pixel costs if p is its probability of ink, in nats; shape (n, 784)."""
    return -np.log(np.where(images == 1, p, 1 - p))


def table_prices(images) -> np.ndarray:
    """What images cost by the table, exactly; shape (n,)."""
    return pixel_prices(images, table[cases_of(images)]).sum(axis=1)


# %% [markdown]
# ## 2. What a bound gives away
# *30 minutes*
#
# The table's price is exact, the VAE's is a bound. Perhaps the bound is so loose that the VAE is
# the better model after all?
#
# ### Exactly, in two dimensions
#
# With two latent numbers we can add up over *all* $z$. Lay a fine grid over the plane. Each cell
# has a weight $w_k$, the prior's density times the cell's area, and $\log p(x) = \log \sum_k w_k\,
# p(x|z_k)$.
#
# Every $p(x|z_k)$ is a product of 784 numbers and rounds to 0. So stay with logarithms:
# `scipy.special.logsumexp(a, axis=1)` is $\log\sum_k e^{a_k}$, computed safely.


# %% exercise="log_likelihood"
def log_likelihood(images, logits, log_weights) -> np.ndarray:
    """log p(x) of each image, by a sum over k latent vectors.

    images: zeros and ones, shape (n, d); logits: what the decoder makes of the k latent vectors,
    shape (k, d); log_weights: the logarithm of each one's weight, shape (k,). Returns shape (n,).

    log p(x|z) is the sum over pixels of x·s − softplus(s), with s the logits: minus the price.
    """
    ### BEGIN SOLUTION
    softplus = np.logaddexp(0, logits)
    log_given_z = images @ logits.T - softplus.sum(axis=1)
    return logsumexp(log_given_z + log_weights, axis=1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# All pairs of images and latent vectors at once: `images @ logits.T` has the shape (n, k) and is
# the sum over pixels of x·s. `np.logaddexp(0, logits)` is softplus; its sum over `axis=1` has the
# shape (k,). Add the log-weights, then `logsumexp` over the k.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `log_given_z = images @ logits.T - np.logaddexp(0, logits).sum(axis=1)`, then return
# `logsumexp(log_given_z + log_weights, axis=1)`.
# </details>

# %% check="log_likelihood" points=3

# %%
side = np.linspace(-6, 6, 81)
fine = np.array([[x, y] for x in side for y in side], "float32")
log_weights = -np.sum(fine**2, axis=1) / 2 - np.log(2 * np.pi) + 2 * np.log(side[1] - side[0])
grid_logits = np.asarray(flat.decode(fine))
some = x_test[:300]
exact = log_likelihood(some, grid_logits, log_weights)
bound = -np.mean([sum(flat.terms(some)) for _ in range(20)], axis=0)

# %% [markdown]
# The gap should be the KL of the encoder's guess from the true posterior. That can be added up on
# the same grid:

# %%
# Bayes: each cell's share of the true posterior, log p(x|z) + log p(z) − log p(x); (300, 6561).
log_given_z = some @ grid_logits.T - np.logaddexp(0, grid_logits).sum(axis=1)
log_posterior = log_given_z + log_weights - exact[:, None]
# The same of q: a normal density at each cell, divided by the sum over all cells.
mean, log_variance = (np.asarray(part)[:, None] for part in flat.encode(some))
log_q = -np.sum((fine - mean) ** 2 / np.exp(log_variance), axis=2) / 2
log_q -= logsumexp(log_q, axis=1, keepdims=True)

gap = np.sum(np.exp(log_q) * (log_q - log_posterior), axis=1).mean()
print(f"price exactly {-exact.mean():.1f} nats, by the bound {-bound.mean():.1f}")
give_away = (exact - bound).mean()
print(f"the difference {give_away:.2f}, the KL of q from the posterior {gap:.2f}")

# %% [markdown]
# Both agree (up to the 20 draws of the bound): it gives away what the encoder guesses wrongly, and
# nothing else.
#
# ### Tighter, in any dimension
#
# No grid covers sixteen dimensions. But the bound can be made tighter: draw $z$ from $q(z|x)$ many
# times, and average the ratio **before** you take the logarithm:
#
# $$\log p(x) \;\ge\; \mathbb{E}\left[\log \frac1K \sum_{k=1}^K r_k\right],
# \qquad r_k = \frac{p(z_k)\, p(x|z_k)}{q(z_k|x)}$$
#
# With $K = 1$ this is the ELBO. The more draws, the closer the mean gets to $p(x)$, and the tighter
# the bound: the **importance-weighted** bound. The cell makes $\log r_k$; you take the logarithm of
# the mean. The $r_k$ themselves lie near $e^{-100}$ and far below, where 32-bit numbers end, so
# keep to logarithms.


# %%
def log_ratios(vae: VAE, images, draws: int) -> np.ndarray:
    """log r of each draw and image, shape (draws, n)."""
    mean, log_variance = vae.encode(images)
    found = []
    for _ in range(draws):
        noise = keras.random.normal(keras.ops.shape(mean), seed=vae.noise)
        z = mean + keras.ops.exp(log_variance / 2) * noise
        logits = vae.decode(z)
        log_given_z = keras.ops.sum(images * logits - keras.ops.softplus(logits), axis=1)
        prior_over_q = keras.ops.sum(noise**2 - z**2 + log_variance, axis=1) / 2
        found.append(np.asarray(log_given_z + prior_over_q))
    return np.array(found)


# %% exercise="importance_weighted"
def importance_weighted(log_r) -> np.ndarray:
    """The importance-weighted bound on log p(x): the log of the mean over draws of r.

    log_r: logarithms of the ratios, shape (draws, n). Returns shape (n,).
    """
    ### BEGIN SOLUTION
    return logsumexp(log_r, axis=0) - np.log(len(log_r))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `logsumexp(a, axis=0)` is the logarithm of the sum over draws of $e^{a}$, computed safely. A mean
# is a sum divided by how many there are; a quotient becomes a difference of logarithms.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `logsumexp(log_r, axis=0)` minus `np.log` of the number of draws, `len(log_r)`.
# </details>

# %% check="importance_weighted" points=2

# %%
some = x_test[:500]
DRAWS = (1, 10, 100, 500)
ratios = {"VAE, 4 numbers": log_ratios(small, some, 500)}
ratios[f"VAE, {LARGER[0]} numbers"] = log_ratios(large, some, 500)
tighter = [[-importance_weighted(log_r[:k]).mean() for k in DRAWS] for log_r in ratios.values()]
print(f"{'number of draws':<20}" + "".join(f"{k:>8}" for k in DRAWS))
for name, nats in zip(ratios, tighter, strict=True):
    print(f"{name:<20}" + "".join(f"{price:8.1f}" for price in nats))
print(f"table of neighbors, exactly: {table_prices(some).mean():.1f}")

# %% [markdown]
# The bound gives a few nats back, less and less the more draws there are, and stays far above the
# exact price of the table. The table is the better model of pixels. Price is not what we need a VAE
# for.
#
# ## 3. Fill in the lower half
# *22 minutes*
#
# Somebody covers the lower half of a digit. What was there? Draw 10,000 latent vectors from the
# prior, decode them to guesses at whole digits, and weigh each guess by how well its *upper* half
# explains what we see. That is Bayes' rule: all guesses had equal chances beforehand, so the
# probability of each is proportional to the one that it gives to the visible pixels,
#
# $$w_k = \frac{p(x_\text{above}|z_k)}{\sum_j p(x_\text{above}|z_j)}$$
#
# Most guesses explain nothing. In four dimensions a handful of 10,000 does, as we will see; in
# sixteen next to none would, so the VAE of four numbers does this job.


# %% exercise="posterior_weights"
def posterior_weights(above, logits) -> np.ndarray:
    """How probable each of k guesses is, given the visible pixels of n images.

    above: zeros and ones, shape (n, d), the pixels that we see; logits: of the k guesses at these
    pixels, shape (k, d). Returns shape (n, k); each row sums to 1.

    log p(above|z) is the sum over pixels of x·s − softplus(s), with s the logits.
    """
    ### BEGIN SOLUTION
    log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)
    return np.exp(log_given_z - logsumexp(log_given_z, axis=1, keepdims=True))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# As in section 2: `above @ logits.T` has the shape (n, k), and `np.logaddexp(0, logits)` is
# softplus.
# To divide by the sum over guesses, subtract `logsumexp(..., axis=1, keepdims=True)`; then
# `np.exp`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `log_given_z = above @ logits.T - np.logaddexp(0, logits).sum(axis=1)`. Return `np.exp(log_given_z
# - logsumexp(log_given_z, axis=1, keepdims=True))`.
# </details>

# %% check="posterior_weights" points=3

# %% [markdown]
# Four fillers: the VAE's most probable guess; **the table**, which goes on drawing pixel by pixel
# from the last row that it sees; the lower half of the **nearest** training digit, by the upper
# half; and the mean of all lower halves, black where more than half of them are.

# %%
HALF = PIXELS // 2  # the first 14 rows of pixels
z = rng.standard_normal((10_000, 4)).astype("float32")
guesses = np.asarray(small.decode(z))
weights = posterior_weights(some[:, :HALF], guesses[:, :HALF])
effective = 1 / np.sum(weights**2, axis=1)  # 1 if one guess has all the weight
print(f"guesses that count, for the digit in the middle: {np.median(effective):.1f}")
below = {"VAE": guesses[weights.argmax(axis=1), HALF:] > 0}
blend = weights @ (1 / (1 + np.exp(-guesses[:, HALF:])))


def draw_below(images) -> np.ndarray:
    """The lower halves, drawn from the table, row by row; shape (n, 392)."""
    drawn = np.pad(images.reshape(-1, 28, 28).astype(int), ((0, 0), (2, 0), (2, 2)))
    powers = 1 << np.arange(len(NEIGHBORS))
    for row in range(16, 30):
        for column in range(2, 30):
            near = [drawn[:, row + down, column + right] for down, right in NEIGHBORS]
            drawn[:, row, column] = rng.random(len(drawn)) < table[powers @ near]
    return drawn[:, 16:, 2:30].reshape(-1, HALF)


below["table of neighbors"] = draw_below(some)
nearest = pairwise_distances_argmin(some[:, :HALF], x_train[:, :HALF])
below["nearest training digit"] = x_train[nearest, HALF:]
below["mean of all"] = np.repeat(x_train[:, HALF:].mean(axis=0)[None] > 0.5, len(some), axis=0)
filled = {name: np.hstack([some[:, :HALF], lower]) for name, lower in below.items()}
rows = {"covered": np.hstack([some[:, :HALF], 0 * some[:, HALF:]])}
rows |= {"VAE, blend": np.hstack([some[:, :HALF], blend])} | filled | {"true": some}
filled["true"] = some
show_digits({name: images[:12] for name, images in rows.items()}, "The lower half, guessed")

# %% [markdown]
# *Rows of twelve: digits with nothing below; the VAE's blend of all guesses, in grey; its most
# probable guess, mostly whole digits; by the table, strokes that go on and wander off; by the
# nearest training digit, clear digits that do not always fit at the seam; by the mean, two specks;
# the true digits.*
#
# Two numbers. What the **true** lower half costs, given the upper one; and how often the filled
# digit is **right**: named by the judge (lab 05; section 6 looks into it) as what it was.

# %%
from helpers import training

judge = training.load_model("judge_digits")


def ask_judge(images) -> np.ndarray:
    """The judge's probabilities, shape (n, 11): ten digits and "no digit"."""
    seen = 2 * (np.reshape(images, (-1, 28, 28, 1)) >= 0.5).astype("float32") - 1
    logits = np.concatenate([judge(part) for part in np.array_split(seen, 4)])
    return softmax(logits.astype(float), axis=1)


right = {
    name: np.mean(ask_judge(images).argmax(axis=1) == y_test[:500])
    for name, images in filled.items()
}
lower, upper = some[:, HALF:], guesses[:, HALF:]
log_below = lower @ upper.T - np.logaddexp(0, upper).sum(axis=1)
lower_half = {
    "VAE": -logsumexp(log_below + np.log(weights + 1e-30), axis=1).mean(),
    "table of neighbors": pixel_prices(some, table[cases_of(some)])[:, HALF:].sum(axis=1).mean(),
}
for name, share in right.items():
    nats = f"{lower_half[name]:5.1f} nats" if name in lower_half else ""
    print(f"{name:<22} {share:4.0%} right   {nats}")

# %% [markdown]
# Again the table has the better price, by far: it knows the row above, and a stroke goes on as it
# came. And again it does not know *which digit* it is drawing: it is right half as often as the
# VAE. But look at the **nearest training digit**. A lookup that learns nothing does this job at
# least as well as the network: before you praise a generative model, try the nearest neighbor.
# (And our VAE was asked for its likeliest pixels. With a coin tossed for each it would do worse.)
#
# What the network has, and the lookup has not, is the blend: all answers that fit, each with its
# probability. Where the upper half fits two digits, it is grey: "either this or that".
#
# ## 4. What does not belong
# *22 minutes*
#
# A model that puts a price on every image should notice when something is no digit: it should be
# expensive. We try five kinds of strangers.

# %%
letters, names, bananas = datasets.load_not_digits()
strangers = {
    "blank": np.zeros((10, PIXELS), "float32"),
    "bananas": black_and_white(bananas),
    "letters": black_and_white(letters),
    "upside down": x_test[:, ::-1],
    "noise": (rng.random((500, PIXELS)) < x_train.mean()).astype("float32"),
}
show_digits({name: images[:10] for name, images in strangers.items()}, "Strangers")

# %% [markdown]
# *Five rows of ten: empty images, crescents, capital letters, digits turned by half a circle, and
# scattered dots.*
#
# How well does a score tell strangers from digits? The **ROC AUC** is the share of all pairs, one
# stranger and one held-out digit, in which the stranger scores higher: 1 is perfect, one half is
# tossing a coin, 0 is always wrong. The first score is the larger VAE's price itself.

# %%
from sklearn.metrics import roc_auc_score


def auc(strange, normal) -> float:
    """How often a stranger scores higher than a normal image, from 0 to 1."""
    labels = np.repeat([1, 0], [len(strange), len(normal)])
    return roc_auc_score(labels, np.concatenate([strange, normal]))


def vae_prices(images) -> np.ndarray:
    """The larger VAE's negative ELBO of each image, shape (n,), over ten draws."""
    return np.mean([np.sum(large.terms(images), axis=0) for _ in range(10)], axis=0)


cost = {name: vae_prices(images) for name, images in strangers.items()}
usual = vae_prices(x_test)
print(f"held-out digits  {usual.mean():6.1f} nats")
for name, nats in cost.items():
    print(f"{name:<16} {nats.mean():6.1f} nats   AUC {auc(nats, usual):.2f}")

# %% [markdown]
# **The trap.** A blank image is *cheaper* than any real digit: an AUC of 0. By its price it would
# be the best digit of all. Nothing is broken. A density says how probable an image is, pixel for
# pixel, and 784 times "paper" is easy to predict; a real digit has edges whose place nobody can
# know exactly. A low price means *easy to predict*, not *looks like a digit*. The same was found
# with large models of photographs, which gave pictures of house numbers a lower price than the
# pictures of things that they had learned (Nalisnick et al. 2019).
#
# What we want to ask is: does an image cost more than its strokes alone would? So compare with a
# model that knows strokes and nothing else. We have one: a table, here of only the four nearest
# neighbors. Two ways to compare prices: their **difference**, which is a ratio of likelihoods (Ren
# et al. 2019), or their **quotient**, nats that the VAE charges for each nat of strokes. Write one
# of them; the cell after the check shows both.

# %%
NEAREST = [0, 3, 4, 5]  # left, and the three above: bits of the case that stay


def few_cases(images) -> np.ndarray:
    """The case of each pixel by its four nearest neighbors, 0 to 15; shape (n, 784)."""
    cases = cases_of(images)
    return sum(((cases >> bit) & 1) << place for place, bit in enumerate(NEAREST))


found = few_cases(x_train)
inked = np.bincount(found[x_train == 1], minlength=16)
stroke_rate = (inked + 0.5) / (np.bincount(found.ravel(), minlength=16) + 1)
print("no neighbor inked:", stroke_rate[0].round(3), "  all four:", stroke_rate[15].round(3))


# %% exercise="anomaly_score"
def anomaly_score(images, cases, stroke_rate, negative_elbo) -> np.ndarray:
    """The VAE's price beside that of the strokes alone: exactly their difference or their quotient.

    images: zeros and ones, shape (n, d); cases: whole numbers, shape (n, d), the case that each
    pixel's neighbors are in; stroke_rate: the probability of ink in each case, shape (16,);
    negative_elbo: the VAE's price of each image, shape (n,). Returns shape (n,).
    """
    ### BEGIN SOLUTION
    p = stroke_rate[cases]
    strokes = -np.sum(images * np.log(p) + (1 - images) * np.log(1 - p), axis=1)
    return negative_elbo - strokes
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `stroke_rate[cases]` looks up every pixel's probability of ink, shape (n, d). A pixel costs $-\log
# p$ if there is ink and $-\log(1-p)$ if not; the price of the strokes is the sum over pixels.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `p = stroke_rate[cases]`: minus the sum over `axis=1` of `images * np.log(p) + (1 - images) *
# np.log(1 - p)`. Subtract it from `negative_elbo`, or divide `negative_elbo` by it.
# </details>

# %% check="anomaly_score" points=3

# %%
strokes = {
    name: pixel_prices(images, stroke_rate[few_cases(images)]).sum(axis=1)
    for name, images in {**strangers, "usual": x_test}.items()
}
scores = {
    "price": (cost, usual),
    "difference": (
        {name: nats - strokes[name] for name, nats in cost.items()},
        usual - strokes["usual"],
    ),
    "quotient": (
        {name: nats / strokes[name] for name, nats in cost.items()},
        usual / strokes["usual"],
    ),
}
areas = {
    score: {name: auc(strange[name], normal) for name in strangers}
    for score, (strange, normal) in scores.items()
}
print(f"{'AUC by':<12}" + "".join(f"{score:>12}" for score in areas))
for name in strangers:
    print(f"{name:<12}" + "".join(f"{of[name]:12.2f}" for of in areas.values()))
yours = {
    name: anomaly_score(images, few_cases(images), stroke_rate, {**cost, "usual": usual}[name])
    for name, images in {**strangers, "usual": x_test}.items()
}
print("your score: ", ", ".join(f"{n} {auc(yours[n], yours['usual']):.2f}" for n in strangers))

# %% [markdown]
# Your row is one of the last two columns. Both put the blank image back among the strangers. The
# **quotient** is best for what has little ink: a blank costs few nats by either model, but many
# times what its strokes would. The **difference** is better than the quotient for noise, where both
# prices are huge, and it has a meaning, a ratio of likelihoods, though no natural zero: real digits
# lie on both sides of 0. But by price alone noise was found without fail, and letters nearly as
# well as by either. No one score sees everything: choose one for the strangers that you expect, on
# other examples than those that you then measure it on.
#
# Which letters pass for digits?

# %%
strange, normal = scores["difference"]
by_letter = {c: auc(strange["letters"][names == c], normal) for c in sorted(set(names))}
hardest = sorted(by_letter, key=by_letter.get)
print("most like digits: ", ", ".join(f"{c} {by_letter[c]:.2f}" for c in hardest[:6]))
print("least like digits:", ", ".join(f"{c} {by_letter[c]:.2f}" for c in hardest[-6:]))

# %% [markdown]
# Before you call an O, an S or a G an error, say how you would tell it from a digit. Turned upside
# down, a 0, 1 or 8 is itself, and a 6 is a 9.
#
# ## 5. More training data out of nothing?
# *22 minutes*
#
# Imagine that only 200 digits had labels, twenty of each. A classifier learns from them. Could a
# VAE make more? Encode each labeled digit, draw from its distribution, decode, draw the pixels, and
# keep the label. (The VAE itself learned from all digits, without labels.)


# %% exercise="variations"
def variations(vae, images, rng, copies: int) -> np.ndarray:
    """New versions of images: for each, `copies` draws from q(z|x), decoded, their pixels drawn.

    vae.encode(images) gives mean and log-variance, vae.decode(z) logits; rng is a numpy generator.
    Returns zeros and ones, float32, shape (copies · n, 784): first a version of every image, then a
    second of every image, and so on.
    """
    ### BEGIN SOLUTION
    mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))
    z = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
    logits = np.asarray(vae.decode(z.astype("float32")))
    return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype("float32")
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.tile(images, (copies, 1))` repeats the whole set. A draw from $q$ is $\mu +
# \sigma\varepsilon$, with $\sigma$ = `np.exp(log_variance / 2)`. A pixel is inked where
# `rng.random(...)` is below the sigmoid of its logit.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `mean, log_variance = map(np.asarray, vae.encode(np.tile(images, (copies, 1))))`, then `z = mean +
# np.exp(log_variance / 2) * rng.standard_normal(mean.shape)`. With `logits =
# np.asarray(vae.decode(z.astype("float32")))`, return `(rng.random(logits.shape) < 1 / (1 +
# np.exp(-logits))).astype("float32")`.
# </details>

# %% check="variations" points=3

# %%
show_digits(
    {
        "images": x_train[:12],
        "VAE, 4 numbers": variations(small, x_train[:12], rng, 1),
        "VAE, 16 numbers": variations(large, x_train[:12], rng, 1),
    },
    "Variations",
)

# %% [markdown]
# *Three rows of twelve: training digits; ragged versions of them through four numbers, some of them
# another digit; ragged but closer versions through sixteen.*
#
# Rivals: the 200 digits alone; an old trick, **moving** each digit by up to two pixels; and another
# use of the same VAE, its **code** in place of the pixels: with sixteen numbers a linear classifier
# may do, so we set it beside the same classifier of pixels. Each on three draws of 200 digits.


# %%
def moved(images, rng, copies: int) -> np.ndarray:
    """The images moved by up to two pixels, (copies · n, 784)."""
    images = np.tile(images, (copies, 1)).reshape(-1, 28, 28)
    steps = rng.integers(-2, 3, (len(images), 2))
    pairs = zip(images, steps, strict=True)
    return np.stack([np.roll(image, step, (0, 1)) for image, step in pairs]).reshape(-1, PIXELS)


def make_pupil(steps: int) -> keras.Model:
    """A small classifier, from an image to ten logits."""
    layers = [keras.layers.Dense(128, "relu"), keras.layers.Dropout(0.3), keras.layers.Dense(10)]
    model = keras.Sequential([keras.Input((PIXELS,)), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    adam = keras.optimizers.Adam(0.002)
    model.compile(adam, loss, metrics=["accuracy"], steps_per_execution=steps)
    return model


# %% [markdown]
# One network is compiled once and set back to the same start for each set of images, and it gets
# the same 660 steps whatever their number.

# %%
pupil = make_pupil(steps=660)
pupil.optimizer.build(pupil.trainable_variables)
state = [*pupil.variables, *pupil.optimizer.variables]
at_start = [variable.numpy() for variable in state]


def accuracy(images, labels) -> float:
    """Held-out accuracy of a fresh classifier after 660 steps on these images."""
    for variable, value in zip(state, at_start, strict=True):
        variable.assign(value)
    pairs = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images), seed=SEED)
    pupil.fit(pairs.repeat(33_000 // len(images)).batch(50), shuffle=False, verbose=0)
    return pupil.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1]


# %%
from sklearn.linear_model import LogisticRegression


def code(images) -> np.ndarray:
    """The larger VAE's means, shape (n, 16)."""
    return np.asarray(large.encode(images)[0])


def accuracy_of_linear(inputs, labels, test_inputs) -> float:
    """Held-out accuracy of logistic regression, a classifier with one linear layer."""
    return LogisticRegression(max_iter=500).fit(inputs, labels).score(test_inputs, y_test)


COPIES = 10
results = {
    name: []
    for name in ("200 digits alone", "moved", "VAE, 4", "VAE, 16", "linear, pixels", "linear, code")
}
for _ in range(3):
    chosen = [rng.choice(np.flatnonzero(y_train == d), 20, replace=False) for d in range(10)]
    few, labels = x_train[np.concatenate(chosen)], np.repeat(np.arange(10), 20)
    more = {
        "moved": moved(few, rng, COPIES),
        "VAE, 4": variations(small, few, rng, COPIES),
        "VAE, 16": variations(large, few, rng, COPIES),
    }
    results["200 digits alone"].append(accuracy(few, labels))
    results["linear, pixels"].append(accuracy_of_linear(few, labels, x_test))
    results["linear, code"].append(accuracy_of_linear(code(few), labels, code(x_test)))
    for name, images in more.items():
        both = np.concatenate([few, images]), np.tile(labels, COPIES + 1)
        results[name].append(accuracy(*both))
alone = np.array(results["200 digits alone"])
for name, shares in results.items():
    gains = 100 * (np.array(shares) - alone)
    print(f"{name:<18} {np.mean(shares):.1%} ± {np.std(shares, ddof=1):.1%}", end="   ")
    print(f"gain {gains.mean():+.1f} ± {gains.std(ddof=1):.1f} points")

# %% [markdown]
# Look at the **gains**: each is over the same 200 digits alone, so that it does not matter whether
# these were easy ones. Through four numbers digits come back as other digits under the old label:
# the classifier gets **worse**. Through sixteen it gains a point, or hardly anything: look at the
# spread. Moving digits by hand gains five: that a moved 7 is a 7 is something that *we* know and
# that 200 digits do not show, and a model can only add what it knows better than its pupil. And the
# code is no better to a linear classifier than the pixels are.
#
# Two rules for making data: look at what was made before you learn from it, and let real, held-out
# data decide whether it helped.
#
# ## 6. The judge
# *15 minutes*
#
# Labs 05 and 06 trusted a judge. Two numbers come from its probabilities, as in lab 05: the share
# of images that it **recognizes**, naming a digit with a confidence above 90 %; and their
# **variety**, $e^H$, where $H$ is the entropy of the shares of the ten digits that it names: 10 if
# all are equally frequent, 1 if it is always the same. Is it to be trusted? Beside it stands a
# naive one: a network that learned from digits only, and cannot say "none of these".


# %%
def recognition(probabilities) -> tuple[float, float]:
    """The share of images recognized, 0 to 1, and their variety, 1 to 10; takes shape (n, 11)."""
    digits = probabilities[:, :10]
    shares = np.bincount(digits.argmax(axis=1), minlength=10) / len(digits)
    return np.mean(digits.max(axis=1) > 0.9), np.exp(entr(shares).sum())


naive = make_pupil(steps=40)
naive.fit(x_train, y_train, batch_size=100, epochs=20, verbose=0)


def ask_naive(images) -> np.ndarray:
    """As `ask_judge`, shape (n, 11); "no digit" is never said."""
    logits = np.asarray(naive(np.asarray(images, "float32")), float)
    return np.pad(softmax(logits, axis=1), ((0, 0), (0, 1)))


# %%
to_judge = {
    "held-out digits": x_test,
    "drawn, VAE of 4": np.asarray(small.decode(z[:1000])) > 0,
    "drawn, larger VAE": np.asarray(large.decode(rng.standard_normal((1000, LARGER[0])))) > 0,
    "one digit, 500 times": np.repeat(x_test[:1], 500, axis=0),
    **strangers,
    "uniform noise": (rng.random((500, PIXELS)) < 0.5).astype("float32"),
}
print(f"{'recognized by':<22} {'judge':>8} {'naive':>8}   variety")
verdicts = {}
for name, images in to_judge.items():
    verdicts[name] = recognition(ask_judge(images))
    by_naive = recognition(ask_naive(images))[0]
    print(f"{name:<22} {verdicts[name][0]:8.0%} {by_naive:8.0%}   {verdicts[name][1]:.1f}")

# %% [markdown]
# Of noise of either kind the naive judge takes part for a digit: it can only choose among ten. Ours
# was shown noise, blends and patchwork as "no digit", and refuses them. But letters and bananas it
# has never seen, and it calls many of them digits, of the letters hardly fewer than the naive one,
# of digits upside down even more. And no share of recognized images sees that all of them are one
# and the same: that is what the variety is for, which in turn does not see a thousand copies of
# training digits.
#
# ### A higher bar?
#
# Why above 90 %, of all numbers? Put the bar where it does some good: so high that only a chosen
# share of some strangers still passes. How high is that?


# %% exercise="threshold"
def threshold(confidences, share: float) -> float:
    """The bar that this share of the images passes, up to one image.

    confidences: of images, shape (n,), all different, in any order; an image passes if its
    confidence is above the bar. share: above 0 and below 1. Returns a number.
    """
    ### BEGIN SOLUTION
    return float(np.quantile(confidences, 1 - share))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Put the confidences in order. The largest `share` of them should lie above the bar, all others
# below it. `np.quantile(numbers, q)` is the number below which a share `q` of the numbers lies.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# If 5 % should pass, 95 % should not: `np.quantile(confidences, 1 - share)`.
# </details>

# %% check="threshold" points=2

# %% [markdown]
# Split each kind in two. Set the bar on one half, of noise or of letters, so that 5 % pass; measure
# on the other half.

# %%
kinds = ("held-out digits", "noise", "letters", "bananas")
passing = {}
for who, ask in (("judge", ask_judge), ("naive", ask_naive)):
    sure = {kind: ask(rng.permutation(to_judge[kind]))[:, :10].max(axis=1) for kind in kinds}
    for chosen in ("noise", "letters"):
        bar = threshold(sure[chosen][::2], 0.05)
        passing[who, chosen] = {k: np.mean(sure[k][1::2] > bar) for k in kinds}
        shares = "   ".join(f"{k} {s:4.0%}" for k, s in passing[who, chosen].items())
        print(f"{who}, bar set on {chosen:<8} {bar:.6f}   {shares}")

# %% [markdown]
# Set on noise, the naive judge's bar keeps such noise out, and a third or more of the letters pass.
# Ours knows noise already, so the bar drops to nearly 0, and everything else passes. Set on
# letters, no bar helps: both judges are as sure of many a letter as of a digit, and most digits
# fail with the letters. **A judge can be trusted with what it was tested on**, and with nothing
# else: `datasets/weights/judge_digits.json` says what that was.
#
# (A third thing would be worse than both: a judge that learned from the very digits that the
# generator learned from. It would take the generator's memories for good drawings.)
#
# ## 7. Measure it
# *1 minute*

# %%
gains = {name: np.mean(shares) - alone.mean() for name, shares in results.items()}
report(
    "06_vae_at_work",
    price_4=tighter[0][0],
    price_4_tighter=tighter[0][-1],
    price_16=tighter[1][0],
    price_16_tighter=tighter[1][-1],
    price_table=table_prices(some).mean(),
    gap_2_numbers=give_away,
    gap_by_posterior=gap,
    guesses_that_count=np.median(effective),
    lower_half_vae=lower_half["VAE"],
    lower_half_table=lower_half["table of neighbors"],
    **{f"right_{name.split()[0].lower()}": share for name, share in right.items()},
    **{
        f"auc_{name.replace(' ', '_')}_by_{score}": area
        for score, of in areas.items()
        for name, area in of.items()
    },
    accuracy_200=alone.mean(),
    gain_moved=gains["moved"],
    gain_vae_4=gains["VAE, 4"],
    gain_vae_16=gains["VAE, 16"],
    gain_code=gains["linear, code"],
    gain_linear_pixels=gains["linear, pixels"],
    recognized_real=verdicts["held-out digits"][0],
    recognized_4=verdicts["drawn, VAE of 4"][0],
    recognized_16=verdicts["drawn, larger VAE"][0],
    recognized_noise=verdicts["uniform noise"][0],
    recognized_letters=verdicts["letters"][0],
    recognized_naive_noise=recognition(ask_naive(to_judge["uniform noise"]))[0],
    letters_pass_noise_bar=passing["naive", "noise"]["letters"],
    digits_pass_letters_bar=passing["judge", "letters"]["held-out digits"],
    digits_pass_letters_bar_naive=passing["naive", "letters"]["held-out digits"],
)

# %% [markdown]
# ## 8. When it goes wrong
# *3 minutes*
#
# - *A bound that gets worse with more draws.* The mean was taken over logarithms: that is the ELBO
#   again, with less noise. Or the logarithm of the number of draws was added instead of subtracted.
# - *NaN among the weights.* `np.exp` of $-500$ is 0, and a row of zeros has no sum to divide by.
#   Subtract `logsumexp` before you take the exponential.
# - *A detector that is perfect.* It was tuned on the strangers that it is then measured on. Keep
#   some kinds of strangers for the measurement, as we kept held-out digits.
# - *Augmentation that helps by 0.3 points.* Compare gains over the same digits, and their spread.
#
# ## 9. Recap
# *5 minutes*
#
# **1. With 500 draws the bound of the larger VAE moved by seven nats. What does that say about its
# encoder?**
#
# <details><summary>Answer</summary>
#
# That its guess $q(z|x)$ differs from the true posterior: the gap of the ELBO is their KL
# divergence, and importance weighting makes up for part of it.
# </details>

# %% [markdown]
# **2. The table has the better price for the lower half, the VAE draws the right digit twice as
# often. How can both be?**
#
# <details><summary>Answer</summary>
#
# Nearly all of the price is in pixels along edges, which the row above predicts. Which digit it
# is, is worth a few nats only: the price hardly sees it, and we look at nothing else.
# </details>

# %% [markdown]
# **3. Why is a blank image cheap, and what is to be done about it?**
#
# <details><summary>Answer</summary>
#
# Paper is easy to predict. Compare the price with that of a model that knows only what is common to
# all images of strokes, and be aware of what that comparison misses in turn.
# </details>

# %% [markdown]
# **4. Somebody reports that 97 % of a generator's digits are "recognized". What do you ask?**
#
# <details><summary>Answer</summary>
#
# What the judge says to noise, what it learned from, how many different digits there are among the
# drawings, and whether they are copies of training digits.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *The middle, not the lower half.* Cover a square in the middle of each digit. The VAE needs one
#   changed line; can the table still be asked?
# - *A better detector.* Divide by the price of a VAE that learned from digits with pixels flipped
#   at random (Ren et al. 2019), instead of by the table's.
# - *Only what fits.* Make variations, keep those that a classifier of the 200 digits still names
#   rightly, and learn from these. Does it beat moving?
# - *All of MNIST.* WORKBOOK_PROFILE=full before you start.
#
# **References.** Y. Burda, R. Grosse and R. Salakhutdinov (2016), *Importance Weighted
# Autoencoders*. E. Nalisnick et al. (2019), *Do Deep Generative Models Know What They Don't Know?*
# J. Ren et al. (2019), *Likelihood Ratios for Out-of-Distribution Detection*. Digits: MNIST, © Y.
# LeCun and C. Cortes, CC BY-SA 3.0.
