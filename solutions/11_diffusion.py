# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 11 · Diffusion
#
# To destroy a picture is easy: add noise until nothing else is left. A **diffusion model** learns
# to go back. Here you train one, first on points in the plane, where the perfect answer is known,
# then on tomatoes, beside the GAN of lab 03.
#
# **You will learn**
# - to add noise by degrees, and to say exactly what a noisy point was on average before;
# - to train a network on that question, and to see why it does not copy its training data;
# - to walk from noise to data, and how many steps that takes;
# - to translate between flow matching, DDPM, DDIM and the score;
# - to fill holes, to edit pictures, and to ask for a digit, with the same sampler.
#
# **Needs** three and a half hours of yours, three to six minutes of computing, 1.6 GB of memory,
# and labs 03 and 05. Minutes stand under each heading.

# %% [markdown]
# ## 1. What will run here
# *3 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"size": 32, "widths": (32, 64, 128), "ring_steps": 2000, "digit_steps": 1000}
    | {"steps": 1200, "digits": "embedded"},
    "full": {"size": 64, "widths": (64, 128, 256), "ring_steps": 5000, "digit_steps": 8000}
    | {"steps": 20_000, "digits": "mnist"},
}[PROFILE]
SOURCE = "embedded"  # or "fruits360" (downloads photographs), or a folder or zip of your own
SETTINGS

# %%
import gc
import time
from itertools import pairwise

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from scipy.spatial.distance import pdist
from scipy.special import softmax

from helpers import datasets, images, metrics, plots, rivals, training

# %%
tf.get_logger().setLevel("ERROR")  # it warns of each network that is compiled anew
keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)

# %% [markdown]
# ## 2. Noise, by degrees
# *10 minutes*
#
# Eight heaps of points lie on a circle of radius 1, each a Gaussian with standard deviation 0.05.
# Two hundred of these points are the training set.

# %%
MODES, SIGMA = 8, 0.05
ANGLES = 2 * np.pi * np.arange(MODES) / MODES
CENTERS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])


# %%
def ring(n: int) -> np.ndarray:
    """Draw n points of the ring, float32, shape (n, 2)."""
    points = CENTERS[rng.integers(MODES, size=n)] + rng.normal(0, SIGMA, (n, 2))
    return points.astype("float32")


# %%
ring_points = ring(200)

# %% [markdown]
# Time runs from 0, clean data, to 1, nothing but noise. Between them, mix:
#
# $$x_t = (1 - t)\,x_0 + t\,\varepsilon, \qquad \varepsilon \sim \mathcal N(0, I).$$
#
# The data fade, the noise grows. Whoever rides on such a point for its whole life moves along a
# straight line from $x_0$ to $\varepsilon$, with the **velocity** $\varepsilon - x_0$.


# %% exercise="add_noise"
def add_noise(x0, noise, t):
    """Mix clean data with noise, each row at a time of its own: (1 - t) x0 + t noise.

    x0, noise: float32, both of shape (n, …), with any number of axes behind n. t: float32, shape
    (n,), from 0 (clean) to 1 (noise). All three may be numpy arrays or tensors: use operators and
    `keras.ops`, since the training step is compiled. Returns the shape of x0.
    """
    ### BEGIN SOLUTION
    t = keras.ops.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))
    return (1 - t) * x0 + t * noise
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Each row has one time, so `t` must become a column, with as many axes as `x0`: (n, 1) for points,
# (n, 1, 1, 1) for pictures. Then arrays of both shapes multiply row by row.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `t = keras.ops.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))`, then `(1 - t) * x0 + t * noise`.
# </details>

# %% check="add_noise" points=2

# %%
noise = rng.normal(size=ring_points.shape).astype("float32")
moments = (0, 0.3, 0.6, 1)
noisy = {t: np.array(add_noise(ring_points, noise, np.full(200, t, "float32"))) for t in moments}
cloud = {f"t = {t}": {"": points} for t, points in noisy.items()}
plots.panels(cloud, ("x", "y"), ((-3.6, 3.6), (-2.5, 2.5)), height=3.6)

# %% [markdown]
# *Four panels: eight small heaps on a circle; a cloud as wide as the circle; two rounder and wider
# clouds.*
#
# ## 3. What was it before?
# *20 minutes*
#
# You see a noisy point $x_t$. Where did it come from? Many clean points may have ended here, so the
# best you can say is their mean, $E[x_0 \mid x_t]$: no other answer has a smaller squared error. If
# the clean data are $m$ known points, each as likely, the mean can be computed. Given a point $y$
# of the data, $x_t$ is Gaussian around $(1-t)\,y$ with standard deviation $t$. By Bayes' rule,
#
# $$E[x_0 \mid x_t] = \sum_y w_y\, y, \qquad
# w_y = \frac{\exp(-|x_t - (1-t)\,y|^2 / 2t^2)}{\sum_z \exp(-|x_t - (1-t)\,z|^2 / 2t^2)}.$$


# %% exercise="exact_clean"
def exact_clean(points, t: float, data):
    """What a noisy point was on average before noise came, E[x0 | x_t], for a finite data set.

    points: x_t, shape (n, d). t: one time for all, 0 < t <= 1. data: shape (m, d), each row as
    likely as any other. Weighs the rows by a softmax over m of -|x_t - (1 - t) row|² / (2 t²), and
    returns the weighted means, shape (n, d). Safe for a small t: no exponent overflows, and the
    weights of a point always add up to 1.
    """
    ### BEGIN SOLUTION
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t**2), axis=1) @ data
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# All differences at once, shape (n, m, d): `points[:, None] - (1 - t) * data`. Square them and sum
# over the last axis. `softmax` of `scipy.special` takes an `axis`, and is safe.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)`. The weights are
# `softmax(-squares / (2 * t**2), axis=1)`, shape (n, m); times `data`, by `@`, they make the means.
# </details>

# %% check="exact_clean" points=4

# %%
here = np.array([[0.6, 0.3]])
nearest_point = ring_points[np.linalg.norm(ring_points - here, axis=1).argmin()]
for t in (1.0, 0.5, 0.2, 0.02):
    print(f"t = {t:<4}  before: {np.round(exact_clean(here, t, ring_points)[0], 3)}")
print("mean of all points:", ring_points.mean(axis=0).round(3), " nearest:", nearest_point.round(3))

# %% [markdown]
# At $t = 1$ the point says nothing, and the answer is the mean of all data. With less noise, the
# answer moves to the heaps nearby; with hardly any, it is **one training point**. Remember that.
#
# The ring itself has more points than any training set. Its own mean is known as well, because each
# heap is a Gaussian:


# %%
def true_clean(points, t: float) -> np.ndarray:
    """E[x0 | x_t] of the ring itself, not of a sample of it; shape (n, 2)."""
    spread = (1 - t) ** 2 * SIGMA**2 + t**2
    gap = points[:, None] - (1 - t) * CENTERS
    weights = softmax(-(gap**2).sum(axis=2) / (2 * spread), axis=1)
    means = CENTERS + (1 - t) * SIGMA**2 / spread * gap  # of each heap alone
    return (weights[..., None] * means).sum(axis=1)


# %% [markdown]
# ## 4. A network that answers
# *40 minutes*
#
# For pictures nobody knows the true mean. But a squared error finds it: train a network on pairs
# $(x_t, t)$ to answer $x_0$, and its best answer is $E[x_0 \mid x_t]$. No game, no second network.
#
# **Which target?** The network may just as well answer the noise, or the velocity: from any of them
# and $x_t$, the others follow. They are the same knowledge, but not equally easy to learn. We let
# it answer the **clean** data. Whatever it answers, translate:


# %% exercise="as_clean"
def as_clean(answer, x_t, t: float, target: str):
    """The clean data that a network means, whatever it was trained to answer.

    answer, x_t: shape (n, …). t: one time for all, 0 < t < 1; for "clean" and "velocity" 1, too.
    target: what the answer is: "clean" (x0), "noise" (ε), "velocity" (ε - x0) or "score" (-ε / t).
    Returns x0, of the shape of x_t, from x_t = (1 - t) x0 + t ε.
    """
    ### BEGIN SOLUTION
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t - t * answer
    noise = answer if target == "noise" else -t * answer
    return (x_t - t * noise) / (1 - t)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Put what the answer stands for into $x_t = (1-t)\,x_0 + t\,\varepsilon$, and solve for $x_0$. With
# the velocity $v = \varepsilon - x_0$, that is $x_t = x_0 + t\,v$.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Clean: `answer`. Velocity: `x_t - t * answer`. The score is $-\varepsilon/t$, so the noise is
# `-t * answer`; and from the noise, `(x_t - t * noise) / (1 - t)`. Do the cases apart: at $t = 1$
# the last one divides by zero.
# </details>

# %% check="as_clean" points=3

# %%
TARGET = "clean"  # what the networks answer: "clean", "noise" or "velocity"
CLIP = 10.0  # the largest weight of a squared error

# %% [markdown]
# **Which loss?** A velocity is off by the error of the clean data divided by $t$, since
# $v = (x_t - x_0)/t$. So a squared error with the weight $1/t^2$ *is* the squared error of the
# velocity. Near $t = 0$ that weight has no bound, so cut it off, at 10: there, for $t$ below
# 0.32, the network answers for the clean data rather than for the velocity.


# %% exercise="weighted_loss"
def weighted_loss(clean, answer, t, clip: float):
    """The weighted mean squared error of a network that answers clean data: one number, a tensor.

    clean, answer: float32, shape (n, …). t: float32, shape (n,), above 0. The squared errors of row
    i weigh min(1 / t_i², clip); the loss is the mean over all entries of weight times squared
    error. A gradient comes through it: use operators and `keras.ops`.
    """
    ### BEGIN SOLUTION
    weight = keras.ops.minimum(1 / t**2, clip)
    weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# The weights, shape (n,), are `keras.ops.minimum(1 / t**2, clip)`. Reshape them as you reshaped `t`
# in `add_noise`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))`, then
# `keras.ops.mean(weight * (answer - clean) ** 2)`.
# </details>

# %% check="weighted_loss" points=3


# %%
def loss_of(answer, x0, noise, t):
    """The loss of a batch, for any TARGET."""
    if TARGET == "clean":
        return weighted_loss(x0, answer, t, CLIP)
    target = {"noise": noise, "velocity": noise - x0}[TARGET]
    return keras.ops.mean((answer - target) ** 2)


# %% [markdown]
# **How is it told the time?** As one number among many, $t$ would hardly be heard. So it is spread
# out, as sines and cosines of many frequencies, slow ones that tell early from late and fast ones
# that tell 0.02 from 0.05: a **time embedding**. (The points are multiplied by 4: so the heaps
# lie farther apart for the network.)


# %%
def time_embedding(t):
    """Times, shape (n, 1), as 32 sines and cosines, shape (n, 32)."""
    angles = t * np.exp(np.linspace(0, np.log(200), 16)).astype("float32")
    return keras.ops.concatenate([keras.ops.sin(angles), keras.ops.cos(angles)], axis=-1)


# %%
def ring_network() -> keras.Model:
    """[points (n, 2), times (n, 1)] → answers (n, 2)."""
    inputs = [keras.Input((2,)), keras.Input((1,))]
    x = keras.layers.Concatenate()([4 * inputs[0], time_embedding(inputs[1])])
    for _ in range(3):
        x = keras.layers.Dense(128, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(2)(x))


# %% [markdown]
# **Which times?** A batch of 16 random times may by chance hold hardly any late ones, and the loss
# jumps about with them. So **stratify**: cut the time into 16 equal parts, and draw one from each.

# %%
uniform = rng.uniform(size=(10_000, 16))
stratified = (np.arange(16) + uniform) / 16
for name, times in (("random", uniform), ("stratified", stratified)):
    print(f"{name:<10} mean of 16 times: {times.mean():.3f} ± {times.mean(axis=1).std():.4f}")

# %% [markdown]
# **Which weights?** An **exponential moving average** (EMA) of the weights $w_1, w_2, \dots$ is
# steadier than the last ones: $b_n = 0.99\,b_{n-1} + 0.01\,w_n$. Begun at $b_0 = 0$ it is too
# small at first, by the factor $1 - 0.99^n$. Divided by that, $a_n = b_n / (1 - 0.99^n)$ is a
# proper weighted mean from the first step on. (Adam corrects its own averages so.) Both in one
# step:
#
# $$a_n = a_{n-1} + \frac{0.01}{1 - 0.99^n}\,(w_n - a_{n-1}).$$
#
# (Many recipes start their average at the untrained weights instead, and keep 0.999 of it at each
# step, for they train for hours. Copied into a short training that is a trap: after 333 steps
# $0.999^{333}$, which is 72 %, of the average is untrained still, and it paints noise.)


# %%
class Diffusion(keras.Model):
    """A network that is trained to see through noise, and an average of its weights."""

    def __init__(self, network, rate: float, steps: int, seed: int):
        super().__init__()
        self.network, self.averaged = network, keras.models.clone_model(network)
        falling = keras.optimizers.schedules.CosineDecay(
            rate / 10, steps, alpha=0.02, warmup_target=rate, warmup_steps=20
        )
        self.adam = keras.optimizers.Adam(falling, beta_2=0.99, global_clipnorm=1.0)
        self.adam.build(network.trainable_variables)
        self.draws = keras.random.SeedGenerator(seed)
        self.mean = keras.metrics.Mean(name="loss")

    def train_step(self, batch):
        x0, *label = batch
        n = x0.shape[0]
        uniform = keras.random.uniform((n,), seed=self.draws)
        t = (keras.ops.arange(n, dtype="float32") + uniform) / n  # stratified
        noise = keras.random.normal(x0.shape, seed=self.draws)
        if label:  # sometimes it is not told, see section 10
            told = keras.random.uniform((n, 1), seed=self.draws) > 0.15
            label = [label[0] * keras.ops.cast(told, "float32")]
        with tf.GradientTape() as tape:
            answer = self.network([add_noise(x0, noise, t), t[:, None], *label], training=True)
            loss = loss_of(answer, x0, noise, t)
        variables = self.network.trainable_variables
        self.adam.apply(tape.gradient(loss, variables), variables)
        self.move_average()
        self.mean.update_state(loss)
        return {"loss": self.mean.result()}

    def move_average(self):
        share = 0.01 / (1 - 0.99 ** keras.ops.cast(self.adam.iterations, "float32"))
        for old, new in zip(self.averaged.weights, self.network.weights, strict=True):
            old.assign_add(share * (new - old))


# %%
def train(model: Diffusion, steps: int, batch_size: int, *data: np.ndarray) -> list[float]:
    """Train on data, or on data and labels; returns the mean loss of each 100 steps."""
    rows = tf.data.Dataset.from_tensor_slices(data).shuffle(len(data[0]), seed=SEED).repeat()
    rows = rows.batch(batch_size, drop_remainder=True).prefetch(2)
    model.compile(optimizer=None, steps_per_execution=100)
    settings = {"steps_per_epoch": 100, "epochs": steps // 100, "shuffle": False, "verbose": 0}
    losses = model.fit(rows, **settings).history["loss"]
    model.train_function = None  # the graph of a training takes 100 MB
    gc.collect()
    return losses


# %%
of_ring = Diffusion(ring_network(), 3e-3, SETTINGS["ring_steps"], SEED)
ring_losses = train(of_ring, SETTINGS["ring_steps"], 256, ring_points)
print(f"loss {ring_losses[0]:.3f} … {ring_losses[-1]:.3f}")


# %%
def denoiser(network, label=None, clip=np.inf):
    """A function (x_t, t) → clean data within ±clip, as numpy arrays, from a trained network."""
    told = [] if label is None else [tf.constant(label)]
    answers = tf.function(network)

    def clean(x, t: float) -> np.ndarray:
        x = np.asarray(x, "float32")
        times = tf.fill((len(x), 1), np.float32(t))
        answer = answers([tf.constant(x), times, *told]).numpy()
        return np.clip(as_clean(answer, x, t, TARGET), -clip, clip)

    return clean


# %% [markdown]
# The loss does not go to 0, and cannot: which way each point came, nobody can know.
#
# Now lay the learned answers (thin, black) on the exact ones (broad, orange). Arrows lead from a
# point to what it was before.

# %%
learned, grid = denoiser(of_ring.averaged), np.linspace(-1.5, 1.5, 9)
grid = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
# %%
figure, row = plt.subplots(1, 3, figsize=(9, 3.3), sharey=True)
for ax, t in zip(row, (0.7, 0.4, 0.2), strict=True):
    for clean, color, width in ((true_clean, plots.COLORS[4], 0.009), (learned, "#222222", 0.003)):
        arrows = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": width, "color": color}
        ax.quiver(*grid.T, *(clean(grid, t) - grid).T, **arrows)
    ax.set(title=f"t = {t}", xlabel="x", ylabel="y", aspect="equal")
plots.show(figure)

# %% [markdown]
# *Three panels of arrows, broad orange ones that are exact and thin black ones on top that are
# learned. At t = 0.7 all arrows meet near the middle, at 0.4 they end near a circle, at 0.2 in
# eight heaps.*
#
# Which of both exact answers has it learned, that of its 200 training points or that of the ring,
# which it never saw? Noise fresh points, and take the root mean square of the differences. In the
# last column there is no network: the noisy point itself, $x_t / (1-t)$, is the answer.

# %%
fresh, rows = ring(1000), {}
for t in (0.01, 0.02, 0.05, 0.1, 0.4, 0.8):
    x_t = (1 - t) * fresh + t * rng.normal(size=fresh.shape)
    answers = learned(x_t, t), np.asarray(exact_clean(x_t, t, ring_points)), true_clean(x_t, t)
    answers = *answers, x_t / (1 - t)
    pairs = (0, 2), (0, 1), (1, 2), (3, 2)
    rows[f"t = {t}"] = [np.square(answers[i] - answers[k]).mean() ** 0.5 for i, k in pairs]
# %%
columns = ["network to ring", "network to training set", "training set to ring", "point to ring"]
fields = pd.DataFrame.from_dict(rows, "index", columns=columns)
fields.round(4)

# %% [markdown]
# With much noise the network follows its training set, as it should: that one heap has more points
# than another, it cannot know from elsewhere. With little noise the training set's exact answer
# jumps from training point to training point. There the network leans towards it, but misses it by
# more than the ring itself does: a smooth function, trained for a short while, cannot jump two
# hundred times. It is no master of little noise either: with hardly any, the noisy point itself is
# the better answer. What its misses are good for, you will see at once.
#
# ## 5. Walk back
# *18 minutes*
#
# You cannot know which way a noisy point came, but you know the velocity that such points have on
# average: $v = (x_t - E[x_0 \mid x_t])/t$. Start from pure noise at $t = 1$, follow that velocity
# backwards in time, ask again at every step, and the cloud of points passes through the very same
# distributions as on its way there (Lipman et al. 2023). Following a velocity in small straight
# steps is **Euler's method**.


# %% exercise="euler_step"
def euler_step(x_t, clean, t: float, s: float):
    """One step of Euler's method along the velocity, from time t to an earlier time s.

    x_t: shape (n, …). clean: what the network believes to be the clean data, same shape. t, s: two
    times, 0 <= s < t <= 1. The velocity, noise minus clean data, is (x_t - clean) / t. Returns
    x_s, same shape.
    """
    ### BEGIN SOLUTION
    return x_t + (s - t) * (x_t - clean) / t
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# New place = old place + time that goes by × velocity. Back in time, $s - t$ is below 0.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `x_t + (s - t) * (x_t - clean) / t`.
# </details>

# %% check="euler_step" points=2


# %%
def moments_of(steps: int, start: float = 1.0) -> list[float]:
    """The times of so many equal steps, from `start` to 0."""
    start = min(start, 0.98) if TARGET == "noise" else start  # there, noise at 1 tells nothing
    return np.linspace(start, 0, steps + 1).tolist()


# %%
def sample(clean, x, times, film=None) -> np.ndarray:
    """Walk from noise x along the times; `film`, a list, gets each x and its clean guess."""
    for t, s in pairwise(times):
        guess = clean(x, t)
        if film is not None:
            film.append((x, guess))
        x = np.asarray(euler_step(x, guess, t, s))
    return x


# %% [markdown]
# A point is **good** if it lies closer than $3\sigma$ to a center of the ring. How many steps are
# enough? One number from one draw of noise may be luck, so draw the noise three times.


# %%
def good(points) -> float:
    """The share of points closer than 3 sigma to the nearest center."""
    distances = np.linalg.norm(points[:, None] - CENTERS, axis=2)
    return (distances.min(axis=1) < 3 * SIGMA).mean()


# %%
def three(clean, steps: int, n: int = 1000) -> list[float]:
    """The share of good points of three walks from other noise."""
    starts = np.random.default_rng(SEED + 1).normal(size=(3, n, 2))
    return [good(sample(clean, start, moments_of(steps))) for start in starts]


# %%
shares = {}
for steps in (1, 2, 5, 10, 20, 50):
    both = three(learned, steps), three(true_clean, steps)
    shares[steps] = [value for found in both for value in (np.mean(found), np.ptp(found))]
# %%
columns = ["learned", "largest − smallest", "exact", "largest − smallest "]
steps_table = pd.DataFrame.from_dict(shares, "index", columns=columns)
print(f"real points: {good(ring(1000)):.3f}")
steps_table.rename_axis("steps").round(3)

# %% [markdown]
# **One step lands on the mean of all data**, where no point of the ring is: at $t = 1$ the mean is
# all that can be known. Each further step decides a little more. The exact answers do better than
# the learned ones from some steps on: what is missing then is the network's, not the sampler's.

# %%
film = []
end = sample(learned, np.random.default_rng(SEED).normal(size=(600, 2)), moments_of(50), film)
stages = {f"t = {1 - k / 50:g}": {"": film[k][0]} for k in (0, 20, 35)} | {"t = 0": {"": end}}
plots.panels(stages, ("x", "y"), ((-3.6, 3.6), (-2.5, 2.5)), height=3.6)

# %% [markdown]
# *Four panels: a round cloud; a narrower one; a broad ring; eight small heaps, with a few points on
# the circle between them.*
#
# And if the network were perfect, on its training set? Walk by `exact_clean`, and measure how far
# the points end from the nearest training point; fresh points of the ring are the unit.


# %%
def nearest_to(points) -> float:
    """The mean distance to the nearest training point."""
    return np.linalg.norm(points[:, None] - ring_points, axis=2).min(axis=1).mean()


# %%
def memorizing(points, t: float) -> np.ndarray:
    """The exact answer for the training set."""
    return np.asarray(exact_clean(points, t, ring_points))


# %%
start, unit = np.random.default_rng(SEED).normal(size=(300, 2)), nearest_to(fresh)
finer = [t * t for t in moments_of(50)]  # small steps at the end
copied, ours = (nearest_to(sample(f, start, finer)) / unit for f in (memorizing, learned))
print(f"distance to the nearest training point: exact {copied:.3f}, learned {ours:.2f}, fresh 1")

# %% [markdown]
# The perfect answer to the training question **returns training points**, and nothing else: the
# loss asks for a copying machine. Yours is drawn towards its data as well, and ends nearer to them
# than fresh points lie, but it does not land on them: it is too smooth, too small or too briefly
# trained. **That failure is what makes it a generative model.** So a lower loss is not always
# better, and copying must be measured.
#
# ## 6. Tomatoes
# *18 minutes*
#
# Now the same code with pictures. Only the network changes: it must look at a picture at several
# sizes and answer with one of the same size. A **U-Net** (Ronneberger et al. 2015) shrinks it,
# widens the channels, and grows it again; at each size what was seen on the way down is laid beside
# what comes up, so that no detail has to pass through the narrow middle.

# %%
real = datasets.load_images("tomato", SETTINGS["size"], SOURCE, part="training")
held_out = datasets.load_images("tomato", SETTINGS["size"], SOURCE, part="held_out")
print("training", real.shape, "held out", held_out.shape)


# %% [markdown]
# Convolutions at full size cost most. So each 2×2 square of pixels is folded into one place with
# four times the channels, and unfolded at the end. No number is lost.


# %%
def fold(x):
    """(n, h, w, c) → (n, h/2, w/2, 4c), 2×2 squares into channels."""
    h, w, c = x.shape[1:]
    squares = keras.ops.reshape(x, (-1, h // 2, 2, w // 2, 2, c))
    squares = keras.ops.transpose(squares, (0, 1, 3, 2, 4, 5))
    return keras.ops.reshape(squares, (-1, h // 2, w // 2, 4 * c))


# %%
def unfold(x):
    """Undoes `fold`: (n, h, w, 4c) → (n, 2h, 2w, c)."""
    h, w, c = x.shape[1:]
    squares = keras.ops.reshape(x, (-1, h, w, 2, 2, c // 4))
    squares = keras.ops.transpose(squares, (0, 1, 3, 2, 4, 5))
    return keras.ops.reshape(squares, (-1, 2 * h, 2 * w, c // 4))


# %% [markdown]
# A block adds two convolutions to what comes in. Between them the time has its say: it scales and
# shifts each channel, behind the normalization, which would undo that. The last convolution starts
# at zero, so a new block that keeps the number of channels changes nothing.


# %%
def block(x, told, width: int):
    """A residual block; `told`, shape (n, 64), says the time, and perhaps a label."""
    normed = [keras.layers.GroupNormalization(8) for _ in range(2)]
    skip = x if x.shape[-1] == width else keras.layers.Conv2D(width, 1)(x)
    scale, shift = (
        keras.layers.Reshape((1, 1, width))(keras.layers.Dense(width)(told)) for _ in range(2)
    )
    h = keras.layers.Conv2D(width, 3, padding="same")(keras.ops.silu(normed[0](x)))
    h = keras.ops.silu(normed[1](h) * (1 + scale) + shift)
    last = keras.layers.Conv2D(width, 3, padding="same", kernel_initializer="zeros")
    return skip + last(h)


# %%
def told_of(inputs):
    """What all blocks are told, shape (n, 64): the time, and the label if there is one."""
    told = keras.layers.Dense(64)(time_embedding(inputs[1]))
    if len(inputs) > 2:
        loud = keras.initializers.RandomNormal(stddev=1.0)
        told += keras.layers.Dense(64, use_bias=False, kernel_initializer=loud)(inputs[2])
    return keras.layers.Dense(64, activation="silu")(keras.ops.silu(told))


# %%
def unet(shape: tuple, widths: tuple, labels: int = 0) -> keras.Model:
    """[pictures (n, h, w, c), times (n, 1)] and perhaps labels (n, labels) → (n, h, w, c)."""
    sizes = [shape, (1,), (labels,)] if labels else [shape, (1,)]
    inputs = [keras.Input(size) for size in sizes]
    told, seen = told_of(inputs), []
    x = keras.layers.Conv2D(widths[0], 3, padding="same")(fold(inputs[0]))
    for width in widths:  # down
        x = keras.layers.Conv2D(width, 2, strides=2, padding="same")(x) if seen else x
        x = block(x, told, width)
        seen.append(x)
    x = block(x, told, widths[-1])
    for width in widths[::-1]:  # and up again
        if x.shape[1] < seen[-1].shape[1]:
            x = keras.layers.UpSampling2D(2)(keras.layers.Conv2D(width, 1)(x))
        if x.shape[1] > seen[-1].shape[1]:  # 7 became 4, and 4 becomes 8
            x = x[:, : seen[-1].shape[1], : seen[-1].shape[2]]
        x = block(keras.layers.Concatenate()([x, seen.pop()]), told, width)
    last = keras.layers.Conv2D(4 * shape[-1], 3, padding="same", kernel_initializer="zeros")
    return keras.Model(inputs, unfold(last(keras.ops.silu(x))))


# %%
def tomato_model(seed: int) -> Diffusion:
    """A new model of tomatoes."""
    keras.utils.set_random_seed(seed)
    network = unet((SETTINGS["size"],) * 2 + (3,), SETTINGS["widths"])
    return Diffusion(network, 2e-3, SETTINGS["steps"], seed)


# %%
model = tomato_model(SEED)
print(f"{model.network.count_params():,} weights; two minutes or more of training …")
losses = train(model, SETTINGS["steps"], 16, real)
# %%
plots.lines({"loss": losses}, "Training on tomatoes", ("hundreds of steps", "weighted loss"))

# %% [markdown]
# *A curve that falls steeply at first and hardly at all later.*
#
# The loss tells little. Look at pictures.

# %%
N, SHAPE = 500, real.shape[1:]
starts = np.random.default_rng(SEED + 2).normal(size=(N, *SHAPE)).astype("float32")


# %%
def draw(clean, x, steps: int = 20) -> np.ndarray:
    """Tomatoes from noise, in portions of 125, cut off to [-1, 1]."""
    parts = np.array_split(x, -(-len(x) // 125))
    return np.concatenate([sample(clean, part, moments_of(steps)) for part in parts]).clip(-1, 1)


# %%
paint, film = denoiser(model.averaged, clip=1.0), []
end = sample(paint, starts[:1], moments_of(20), film)
rows = {"x": [x for x, _ in film[::3]], "answer": [guess for _, guess in film[::3]]}
rows = {name: np.concatenate(parts).clip(-1, 1) for name, parts in rows.items()}
images.show_sheet(rows, "Every third of twenty steps", "Noise becomes a tomato, in two rows.")

# %% [markdown]
# *Two rows of seven. Above, noise in which a tomato appears from left to right. Below, what the
# network takes it for: a blurred tomato at first, then one with an edge, a stalk and a light.*

# %%
begin = time.perf_counter()
tomatoes = draw(paint, starts)
seconds = (time.perf_counter() - begin) * 100 / N
print(f"{N} tomatoes in 20 steps: {seconds:.1f} s for a hundred of them")

# %% [markdown]
# ## 7. Beside a GAN
# *20 minutes*
#
# Lab 03's numbers, on held-out tomatoes: `swd_pixels` and `swd_scaled` (patches), distances, 0 for
# real; `density` and `coverage` of edges; `nearest_ratio`, how far from the nearest training image,
# with held-out ones as 1, and `moved_ratio`, from mirrored and moved ones, too; `diversity`. The
# rivals:
#
# - **DCGAN**: lab 03's, by the weights that come with the course;
# - **mirrored**: training images, flipped left to right;
# - **moved**: training images, half of them flipped, all moved by up to two pixels.


# %%
def dcgan() -> np.ndarray:
    """500 pictures by lab 03's generator, with the course's own weights."""
    layers = [keras.Input((200,)), keras.layers.Dense(4 * 4 * 64, activation="relu")]
    layers.append(keras.layers.Reshape((4, 4, 64)))
    for width in (64, 64, 32):
        layers += [keras.layers.UpSampling2D(2), keras.layers.Conv2D(width, 3, padding="same")]
        layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    generator = keras.Sequential(layers)
    training.load_trained(generator, "dcgan_tomatoes_quick")
    latent = keras.random.normal((N, 200), seed=SEED + 2)
    return np.concatenate([generator(part, training=False) for part in tf.split(latent, 4)])


# %%
untrained = draw(denoiser(tomato_model(SEED + 9).network, clip=1.0), starts, 2)
# %%
table = {
    "diffusion": tomatoes,
    "mirrored": rivals.mirrored(real, N, rng),
    "moved": rivals.moved(real, N, rng),
    "real": real,
}
if SOURCE == "embedded" and SETTINGS["size"] == 32:
    table["DCGAN"] = dcgan()

# %%
scores = {
    name: metrics.judge_images(pictures, real, held_out, untrained, seed=SEED)
    for name, pictures in table.items()
}
pd.DataFrame(scores).T.drop(columns="patch_share").round(3)

# %%
few = {name: pictures[:8] for name, pictures in table.items() if name != "real"}
images.show_sheet(few, "The same rows as pictures", "Rows of eight tomatoes.")

# %% [markdown]
# *Rows of eight: tomatoes of the diffusion model, round and flat, some with a blurred stalk;
# mirrored training images; moved ones, some cut off by the frame; the DCGAN's, with grainier skin.*
#
# Read by columns. Coverage: about as many held-out tomatoes have one of yours nearby as have one of
# the DCGAN's, or more. Density: yours is near 1, as real ones are. Patches: both are close to real,
# the DCGAN mostly closer. The mirrored training images beat both, and `moved_ratio` convicts them.
# So it does the moved ones, which also give themselves away by coverage. Is yours near 1? A blurred
# copy would be, too (lab 03). So look at those of yours that are nearest to training images, beside
# the training image, mirrored or not, that is nearest without being moved:

# %%
every = np.concatenate([real, real[:, :, ::-1]])
distances = metrics.nearest_moved(tomatoes, real)
closest = np.argsort(distances)[:8]
# %%
gaps = [np.square(every - tomatoes[k]).sum(axis=(1, 2, 3)) for k in closest]
pairs = {"drawn": tomatoes[closest], "nearest": np.stack([every[gap.argmin()] for gap in gaps])}
images.show_sheet(pairs, "The eight most suspicious", "Two rows of eight tomatoes.")

# %% [markdown]
# *Two rows of eight tomatoes: plain ones above, and below each of them a training image of much the
# same outline and color, with another stalk, light or ribs.*
#
# Plain tomatoes look like each other anyway; held-out ones have such neighbors as well, which is
# why they are the unit.
#
# **How many steps?** More cost more. Three draws of noise, 125 tomatoes each; ± is the standard
# deviation of the three:

# %%
edges = metrics.edge_features(held_out)
cut = metrics.patches(held_out, seed=1)


# %%
def quickly(pictures) -> list[float]:
    """Density, coverage and the plain distance of patches, of 125 pictures."""
    found = metrics.density_and_coverage(edges, metrics.edge_features(pictures))
    return [*found, metrics.sliced_wasserstein(metrics.patches(pictures, seed=2), cut)]


# %%
parts, rows = np.split(tomatoes, 4)[:3], {}
for steps in (2, 5, 10, 20):
    drawn = parts if steps == 20 else np.split(draw(paint, starts[:375], steps), 3)
    found = np.array([quickly(part) for part in drawn])
    rows[steps] = [f"{found[:, k].mean():.3f} ± {found[:, k].std(ddof=1):.3f}" for k in range(3)]
columns = ["density", "coverage", "distance of patches"]
pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("steps")

# %% [markdown]
# A few steps already make tomatoes, but blurred ones: an average of what is still possible. From
# ten steps to twenty, little is left to gain: in coverage no more than another draw of noise
# changes.
#
# **The target decides.** The same lab with one line changed each: the networks answer noise or
# velocity; or all squared errors weigh 1.

# %%
from helpers.controls import controls_table

controls_table(
    {
        "loss_at_end": "loss",
        "swd_scaled": "patches",
        "density": "density",
        "coverage": "coverage",
        "ring_good": "ring, good",
    }
)

# %% [markdown]
# Noise and velocity jump from pixel to pixel, and an answer must be right in each of them; what the
# network misses of it stays in the picture as speckle. Clean pictures are smooth, as what a
# small network answers by itself. And the losses cannot be compared: each target has its own unit,
# and a weight of 1 has the smallest loss because it asks for less. **A loss compares trainings with
# one target and one weight only; of quality it says little.**
#
# ## 8. In other words
# *26 minutes*
#
# You will read of diffusion in other words. All of them have $x_t = \alpha\,x_0 + \sigma\,
# \varepsilon$, and choose $\alpha$ and $\sigma$ by time. Ours, **flow matching**, takes
# $\alpha = 1-t$, $\sigma = t$. **DDPM** (Ho et al. 2020) and its heirs keep $\alpha^2 + \sigma^2 =
# 1$, such as $\alpha = \cos(\pi t/2)$. Only the quotient $\sigma/\alpha$ counts: at equal
# quotients, one is the other times a number.
#
# | answer | from $x_0$ and $\varepsilon$ | in flow matching | clean data from it |
# |---|---|---|---|
# | clean | $x_0$ | $x_0$ | itself |
# | noise | $\varepsilon$ | $\varepsilon$ | $(x_t - \sigma \varepsilon)/\alpha$ |
# | velocity | $\alpha' x_0 + \sigma' \varepsilon$ | $\varepsilon - x_0$ | here $x_t - t\,v$ |
# | score $s$ | $-\varepsilon/\sigma$ | $-\varepsilon/t$ | $(x_t + \sigma^2 s)/\alpha$ |
#
# (Where papers keep $\alpha^2 + \sigma^2 = 1$, their velocity is $\alpha\,\varepsilon -
# \sigma\,x_0$, the third row up to a factor: Salimans and Ho 2022.)
#
# **The score** is the slope of the log-density of noisy data, $\nabla \log p_t(x_t)$. That it is
# $-E[\varepsilon \mid x_t]/\sigma$ is Tweedie's formula (Efron 2011): whoever removes noise knows
# uphill. On the ring both sides can be computed:


# %%
def log_density(points, t: float) -> np.ndarray:
    """log p_t of the noisy ring, up to a constant, shape (n,)."""
    spread = (1 - t) ** 2 * SIGMA**2 + t**2
    squares = ((points[:, None] - (1 - t) * CENTERS) ** 2).sum(axis=2)
    return np.log(np.exp(-squares / (2 * spread)).sum(axis=1))


# %%
t, tiny = 0.5, 1e-4 * np.eye(2)
slope = [(log_density(grid + d, t) - log_density(grid - d, t)) / 2e-4 for d in tiny]
score = -(grid - (1 - t) * true_clean(grid, t)) / t**2  # minus the noise, divided by t
print("largest difference:", np.abs(np.column_stack(slope) - score).max().round(6))

# %% [markdown]
# **The bound** (you may skip it). DDPM was derived as a VAE whose encoder only adds noise, by steps
# $q$, and whose decoder takes steps $p$ back (lab 05). Its bound, in nats,
#
# $$-\log p(x_0) \le \underbrace{\mathrm{KL}(q(x_1 | x_0) \,\|\, \mathcal N)}_{\text{nothing to
# learn}} + \sum \underbrace{E\,\mathrm{KL}(q(x_s | x_t, x_0) \,\|\, p(x_s | x_t))}_{\text{two
# Gaussians of one width}} + \dots,$$
#
# has in each term $\tfrac12 (\mathrm{SNR}_s - \mathrm{SNR}_t)\,|x_0 - \hat x_0|^2$, with the ratio
# of signal to noise, $\mathrm{SNR} = \alpha^2/\sigma^2$: a **weighted squared error of the clean
# data** once more. (The dots are the last step, to $t = 0$.) In
# small steps the weight becomes $(1-t)/t^3$ (Kingma et al. 2021). Ours grows less near $t = 0$,
# where it is about the last invisible noise: the bound pays for nats, ours for looks.
#
# **The step.** DDPM's step does not follow the velocity. It goes to the clean guess, and noises it
# again to time $s$, mostly by **fresh** noise. DDIM (Song et al. 2021) puts back only the noise
# that is in $x_t$ already. One number $\eta$ leads from one to the other. The share of fresh noise
# is chosen such that $x_s$ has neither too much noise nor too little:
#
# $$x_s = (1-s)\,\hat x_0 + \sqrt{s^2 - \text{spread}^2}\;\hat\varepsilon + \text{spread} \cdot z,
# \qquad \text{spread} = \eta\, \frac{s}{t} \sqrt{t^2 - \Big(\frac{1-t}{1-s}\Big)^2 s^2}.$$


# %% exercise="ddim_step"
def ddim_step(x_t, clean, t: float, s: float, eta: float, fresh):
    """A step from time t to s that may replace some of the noise by fresh noise.

    x_t, clean, fresh: shape (n, …); fresh is standard normal. t, s: 0 <= s < t <= 1. eta: from 0
    (DDIM, no fresh noise) to 1 (DDPM). With noise = (x_t - (1 - t) clean) / t, what x_t holds, and
    spread = eta · (s / t) · sqrt(t² - ((1 - t) / (1 - s))² s²), returns the sum of
    (1 - s) · clean, sqrt(s² - spread²) · noise and spread · fresh, same shape. What stands under a
    root is cut off at 0: rounding may make it negative.
    """
    ### BEGIN SOLUTION
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Three lines: the spread, the noise that `x_t` holds, and the sum of three terms. `max(…, 0)` keeps
# a root from rounding errors.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))`,
# `noise = (x_t - (1 - t) * clean) / t`. Return
# `(1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh`.
# </details>

# %% check="ddim_step" points=3


# %%
def walk(clean, x, times, eta: float, noise) -> np.ndarray:
    """As `sample`, by `ddim_step`; `noise` draws the fresh noise."""
    for t, s in pairwise(times):
        x = np.asarray(ddim_step(x, clean(x, t), t, s, eta, noise.normal(size=x.shape)))
    return x


# %%
start = np.random.default_rng(SEED + 1).normal(size=(1000, 2))
ends = {eta: walk(learned, start, moments_of(50), eta, rng) for eta in (0, 0.5, 1)}
by_euler = sample(learned, start, moments_of(50))
print(f"DDIM against Euler, largest difference: {np.abs(ends[0] - by_euler).max():.0e}")
print("good, by eta:", *(f"{eta}: {good(points):.3f}" for eta, points in ends.items()), sep="  ")

# %% [markdown]
# With $\eta = 0$ it *is* Euler's step: put $\hat\varepsilon = \hat x_0 + v$ into it. Fresh noise
# may make up for errors of earlier steps, at a price: the same start no longer leads to the same
# picture.
#
# ## 9. What the sampler can do
# *18 minutes*
#
# **The same noise, another training.** The exact walk depends on nothing but the data, and two
# networks that are trained from other first weights, in another order, come near to the same
# answers. Do they lead the same noise to the same tomato? The course ships such a network, trained
# by this lab with a seed of its own.

# %%
twins = {}
if (PROFILE, SOURCE, TARGET) == ("quick", "embedded", "clean"):
    shipped = unet(SHAPE, SETTINGS["widths"])
    training.load_trained(shipped, "diffusion_tomatoes_quick")
    theirs = draw(denoiser(shipped, clip=1.0), starts[:125])
    pairs = (theirs, tomatoes[:125]), (theirs, np.roll(tomatoes[:125], 1, axis=0))
    names = ("twin_gap", "twin_gap_unrelated")
    twins = {
        name: np.square(a - b).mean() ** 0.5 for name, (a, b) in zip(names, pairs, strict=True)
    }
    print({name: round(float(gap), 3) for name, gap in twins.items()})
    rows = {"yours": tomatoes[:8], "the course's": theirs[:8]}
    images.show_sheet(rows, "From the same noise", "Two rows of eight, nearly the same.")

# %% [markdown]
# *Two rows of eight tomatoes: below each of yours one of the same outline, color and light, with
# small differences.*
#
# Nothing of the kind holds for a GAN: what a latent vector means there, training makes up.
#
# **On the way between two.** Noise has a length, about the root of how many numbers it has. A
# straight line between two noises passes through shorter ones, which the network never met at
# $t = 1$ (section 11 shows what they do). Lab 03's walk on the sphere does not.

# %%
share = np.linspace(0, 1, 8, dtype="float32").reshape(-1, 1, 1, 1)
first, second = starts[:2]
cosine = (first * second).sum() / np.linalg.norm(first) / np.linalg.norm(second)
angle = np.arccos(cosine)
arc = (np.sin((1 - share) * angle) * first + np.sin(share * angle) * second) / np.sin(angle)
images.show_sheet(draw(paint, arc), "Between two noises", "A row of eight tomatoes.")

# %% [markdown]
# *A row of eight, from one tomato to another; its stalk, light and outline change little by
# little.*
#
# **A hole.** The network was never trained to fill holes. But the sampler can be told what is
# known (Lugmayr et al. 2022): after each step, replace the known pixels by the true ones, noised to
# the time of that step. The network sees both, and makes the rest fit.

# %%
hole = np.zeros(SHAPE, bool)
quarter = SETTINGS["size"] // 4
hole[quarter:-quarter, 2 * quarter :] = True


# %%
def filled(pictures, noise) -> np.ndarray:
    """Pictures whose hole is filled by the sampler."""
    x = noise.normal(size=pictures.shape).astype("float32")
    for t, s in pairwise(moments_of(20)):
        x = np.asarray(euler_step(x, paint(x, t), t, s))
        known = (1 - s) * pictures + s * noise.normal(size=pictures.shape)
        x = np.where(hole, x, known)
    return x.clip(-1, 1)


# %%
some = held_out[:32]
fills = [filled(some, np.random.default_rng(SEED + k)) for k in range(2)]
# %%
shown = {"held out": some[:8], "with a hole": np.where(hole, 0, some[:8])}
shown |= {f"filled, {k + 1}": fills[k][:8] for k in range(2)}
images.show_sheet(shown, "Filled without training for it", "Four rows of eight tomatoes.")
off = [np.square(some - other)[:, hole].mean() ** 0.5 for other in (fills[0], tomatoes[:32])]
print(f"error in the hole {off[0]:.3f}; with pixels of any other drawn tomato {off[1]:.3f}")

# %% [markdown]
# *Four rows of eight: held-out tomatoes; the same with a grey square over a part of the right half;
# two rows in which it is filled with skin, light and edge that fit, in two ways.*
#
# **Half-way back.** Paint a crude picture, noise it to some time $t$, and walk back from there
# (SDEdit, Meng et al. 2022). With little noise your painting stays; with much, only its color and
# its outline do, roughly.

# %%
size = SETTINGS["size"]
y, x = np.mgrid[:size, :size] / (size - 1) * 2 - 1
crude = np.ones((4, *SHAPE), "float32")
for picture, wide in zip(crude, (0.7, 0.8, 0.92, 0.92), strict=True):
    picture[(x / wide) ** 2 + ((y - 0.05) / 0.8) ** 2 < 1] = (0.7, -0.6, -0.8)
crude[3][(np.abs(x) < 0.25) & (np.abs(y + 0.55) < 0.12)] = (-0.5, 0.1, -0.7)
# %%
rows = {"painted": crude}
for t in (0.3, 0.6, 0.8):
    noisy = (1 - t) * crude + t * starts[:4]
    rows[f"from t = {t}"] = sample(paint, noisy, moments_of(20, t)).clip(-1, 1)
images.show_sheet(rows, "From a crude painting", "Four rows of four, from disks to tomatoes.")

# %% [markdown]
# *Four rows of four: red disks, the last with a green bar; nearly the same with softer edges; with
# light and shade on them; tomatoes of about that width and color, some with leaves.*
#
# ### Choose and see
#
# In a notebook with `ipywidgets` you get sliders; elsewhere a sheet of examples.

# %%
from importlib.util import find_spec

from helpers import run


# %%
def show_steps(steps: int = 5, noise: int = 1) -> None:
    """Eight tomatoes by so many steps; another `noise`, other tomatoes."""
    x = np.random.default_rng(noise).normal(size=(8, *SHAPE)).astype("float32")
    images.show_sheet(draw(paint, x, steps), f"{steps} steps", "A row of eight tomatoes.")


# %%
if find_spec("ipywidgets") and run.shell() and not run.strict():
    from ipywidgets import interact

    interact(show_steps, steps=(1, 50), noise=(1, 20))
else:
    show_steps()
    print("No sliders here: run this cell yourself, in a notebook with ipywidgets.")

# %% [markdown]
# *A row of eight tomatoes, soft ones after five steps.*
#
# ## 10. Ask for a digit
# *18 minutes*
#
# Tell the network the label, ten numbers with one 1, and it answers the mean of what $x_0$ was,
# *given* that label. **Classifier-free guidance** (Ho and Salimans 2022) makes the label louder.
# In training, 15 % of the labels are replaced by ten zeros, so the same network also answers
# without a label. The difference of both answers is what the label says. Go further in that
# direction than the network itself would.


# %% exercise="guide"
def guide(conditional, unconditional, strength: float):
    """Go from the answer without a label towards the answer with it, and further.

    Both answers: same shape. strength 0 gives the unconditional answer, 1 the conditional one, and
    more goes on along the straight line through both. Returns the same shape.
    """
    ### BEGIN SOLUTION
    return unconditional + strength * (conditional - unconditional)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# A straight line through two points: start at one, add `strength` times the way to the other.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `unconditional + strength * (conditional - unconditional)`.
# </details>

# %% check="guide" points=1

# %%
data = datasets.load_digits(SETTINGS["digits"], seed=SEED)
x_train, x_test = (
    (digits[..., None] / 127.5 - 1).astype("float32") for digits in (data.x_train, data.x_test)
)
# %%
ONE_HOT = np.eye(10, dtype="float32")
of_digits = Diffusion(
    unet((28, 28, 1), SETTINGS["widths"], 10), 3e-3, SETTINGS["digit_steps"], SEED
)
print("a minute of training …")
digit_losses = train(of_digits, SETTINGS["digit_steps"], 16, x_train, ONE_HOT[data.y_train])


# %%
asked = np.arange(200) % 10
digit_noise = np.random.default_rng(SEED + 3).normal(size=(200, 28, 28, 1))
told = denoiser(of_digits.averaged, ONE_HOT[asked], clip=1.0)
untold = denoiser(of_digits.averaged, 0 * ONE_HOT[asked], clip=1.0)


# %%
def digits_by(strength: float) -> np.ndarray:
    """The 200 digits asked for, from the same noise, shape (200, 28, 28, 1)."""

    def clean(x, t: float) -> np.ndarray:
        return np.clip(guide(told(x, t), untold(x, t), strength), -1, 1)

    return sample(clean, digit_noise, moments_of(20)).clip(-1, 1)


# %% [markdown]
# Two questions, always together. **Right**: the share of digits that a judge reads as the one asked
# for. The judge comes with the course, and has learned from none of the 5,000 digits of the quick
# profile. **Diversity**: how different two digits of one class are, with real ones of that class as
# 1 (lab 09). Whoever has one fixed picture for each digit is always right.

# %%
judge = training.load_model("judge_digits")


def scores_of(pictures, labels) -> dict[str, float]:
    """Which share is right, and how different digits of one class are from each other."""
    named = judge.predict(pictures, batch_size=100, verbose=0).argmax(axis=1)
    ratios = []
    for digit in range(10):
        pair = pictures[labels == digit], x_test[data.y_test == digit][:100]
        spread = [pdist(group.reshape(len(group), -1)).mean() for group in pair]
        ratios.append(spread[0] / spread[1])
    return {"right": (named == labels).mean(), "diversity": np.mean(ratios)}


# %%
guided = {strength: digits_by(strength) for strength in (1, 2, 4)}
guidance = {f"strength {strength}": scores_of(digits, asked) for strength, digits in guided.items()}
guidance["real"] = scores_of(x_train[:300], data.y_train[:300])
pd.DataFrame(guidance).T.round(3)

# %%
rows = {f"strength {strength}": -digits[:20] for strength, digits in guided.items()}
images.show_sheet(rows, "Asked for 0 to 9, twice", "Three rows of twenty digits.", paper=0.8)

# %% [markdown]
# *Three rows of twenty digits: many of them those asked for, some broken; clearer ones; clear and
# bold ones, those of a class alike.*
#
# More guidance means more right digits and less variety: it moves each digit to where the label is
# loudest, the middle of its class and beyond. **Right alone would tell you to turn it up for
# ever.**
#
# ## 11. When it goes wrong
# *8 minutes*
#
# Each of these is one change in sampling, with the network that you have. No error is raised, and
# the loss was fine.
#
# - **The noise at the start is not $\mathcal N(0, I)$**: fainter by a factor, or off its mean.
# - **The network is told another time** than that of the data, again by a factor.

# %%
wrong = {
    "as it is": draw(paint, starts[:125]),
    "start × 0.7": draw(paint, 0.7 * starts[:125]),
    "start + 0.3": draw(paint, starts[:125] + 0.3),
    "time × 0.7": draw(lambda x, t: paint(x, 0.7 * t), starts[:125]),
}
rows = {
    name: [*quickly(found)[:2], metrics.diversity(found, real)] for name, found in wrong.items()
}
mistakes = pd.DataFrame.from_dict(rows, "index", columns=["density", "coverage", "diversity"])
mistakes.round(3)

# %%
few = {name: found[:8] for name, found in wrong.items()}
images.show_sheet(few, "One mistake each", "Four rows of eight tomatoes.")

# %% [markdown]
# *Four rows of eight: tomatoes; nearly the same ones, smoother and with paler leaves; small yellow
# ones with frayed edges; brownish, grainy ones with leaves in the wrong places.*
#
# A fainter start makes tomatoes smoother and more like each other: density goes up, diversity down,
# and coverage alone would not have told you. The other two nobody can miss.
#
# - *The loss is fine, the pictures are noisy.* Does the sampler tell the network the same times as
#   training did? Did it end at 0?
# - *Colors are off, or all is smooth.* Look at the start: mean 0, standard deviation 1?
# - *NaN at the first step.* Some target is divided by $1 - t$: start a little below 1.
#
# ## 12. Measure it
# *1 minute*

# %%
names = {"DCGAN": "_dcgan", "mirrored": "_mirrored", "moved": "_moved", "real": "_real"}
report(
    "11_diffusion",
    **scores["diffusion"],
    **{f"{key}{names[of]}": v for of in names if of in scores for key, v in scores[of].items()},
    **twins,
    label_right=guidance["strength 1"]["right"],
    diversity_unguided=guidance["strength 1"]["diversity"],
    label_right_guided=guidance["strength 4"]["right"],
    diversity_guided=guidance["strength 4"]["diversity"],
    label_right_real=guidance["real"]["right"],
    ring_one_step=shares[1][0],
    ring_good=shares[50][0],
    ring_exact=shares[50][2],
    ring_nearest=ours,
    ring_nearest_exact=copied,
    field_to_ring=fields["network to ring"].iloc[0],
    field_to_training=fields["network to training set"].iloc[0],
    field_between=fields["training set to ring"].iloc[0],
    hole_error=off[0],
    hole_error_other=off[1],
    coverage_wrong_time=mistakes["coverage"]["time × 0.7"],
    coverage_small=mistakes["coverage"]["as it is"],
    density_wrong_start=mistakes["density"]["start × 0.7"],
    density_small=mistakes["density"]["as it is"],
    diversity_wrong_start=mistakes["diversity"]["start × 0.7"],
    diversity_small=mistakes["diversity"]["as it is"],
    loss_at_end=losses[-1],
    seconds_for_100=seconds,
)

# %% [markdown]
# ## 13. Recap
# *5 minutes*
#
# **1. What does one step from pure noise give, and why?**
#
# <details><summary>Answer</summary>
#
# The mean of the training data: at $t = 1$ nothing else can be known, and a squared error asks for
# the mean.
# </details>

# %% [markdown]
# **2. The loss has a perfect answer for any training set. Why do we not want it?**
#
# <details><summary>Answer</summary>
#
# Walking by it returns training points. What is new comes from the network's not reaching it.
# </details>

# %% [markdown]
# **3. A paper's network answers noise, yours clean data. Can one sampler serve both?**
#
# <details><summary>Answer</summary>
#
# Yes: translate the answer, as `as_clean` does. But what they learned may differ in quality: the
# target decides which errors are cheap.
# </details>

# %% [markdown]
# **4. Why the weight $1/t^2$, and why cut it off?**
#
# <details><summary>Answer</summary>
#
# It makes the error of the clean data that of the velocity, which the sampler follows. Near $t = 0$
# it has no bound, and single pictures would decide each step.
# </details>

# %% [markdown]
# **5. Somebody reports 99 % right digits with guidance 8. What do you ask?**
#
# <details><summary>Answer</summary>
#
# How different digits of one class still are, what the judge has learned from, and how far the
# digits are from training digits.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *Photographs.* Set `SOURCE = "fruits360"`: 640 photographs of tomatoes, downloaded once. Do the
#   same in lab 03, whose table has the same numbers, for a rival. Or give a folder of your own.
# - *Copies.* Train on 20 tomatoes instead of 512. When does `moved_ratio` fall?
# - *A better step.* Heun's method asks twice a step and takes the mean of both velocities. Is it
#   better at equal numbers of questions?
# - *Nats.* Weigh the loss by $(1-t)/t^3$, cut off. What happens to the pictures?
#
# **References.** J. Ho, A. Jain and P. Abbeel (2020), *Denoising Diffusion Probabilistic Models*.
# J. Song, C. Meng and S. Ermon (2021), *Denoising Diffusion Implicit Models*. Y. Lipman et al.
# (2023), *Flow Matching for Generative Modeling*. D. Kingma et al. (2021), *Variational Diffusion
# Models*. T. Salimans and J. Ho (2022), *Progressive Distillation for Fast Sampling of Diffusion
# Models* (the velocity as target). J. Ho and T. Salimans (2022), *Classifier-Free Diffusion
# Guidance*. C. Meng et al. (2022), *SDEdit*. A. Lugmayr et al. (2022), *RePaint*. B. Efron (2011),
# *Tweedie's Formula and Selection Bias*. O. Ronneberger et al. (2015), *U-Net*. Digits: MNIST, © Y.
# LeCun and C. Cortes, CC BY-SA 3.0. Pictures: drawn for this course, CC BY 4.0.
