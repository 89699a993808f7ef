# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 08 · Losses and failures
#
# GANs are said to be moody: their gradients vanish, their generators collapse, and each new loss is
# said to cure it. Here you find out what of this is true, on a ring of eight heaps of points where
# everything can be **counted**, and with every experiment played three times.
#
# **You will learn**
# - to count what a generator leaves out;
# - to write four losses and two penalties, and to compare them fairly;
# - to see why Wasserstein's distance has a slope where Jensen–Shannon's is flat;
# - to measure a vanishing gradient, and when it does any harm;
# - to make a GAN collapse by one change, and to tell cures from hopes.
#
# **Needs** two to two and a half hours of yours, two to four minutes of computing, 1.4 GB of
# memory, and labs 02 and 05. Minutes stand under each heading.

# %% [markdown]
# ## 1. What will run here
# *3 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"steps": 4000, "source": "embedded"},
    "full": {"steps": 20_000, "source": "mnist"},
}[PROFILE]
GAMES, BATCH = 3, 128
SETTINGS

# %%
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf

from helpers import datasets, images, metrics, plots, training
from helpers.run import ROOT

# Our networks are tiny: to share each small product between cores costs more than it saves.
tf.config.threading.set_intra_op_parallelism_threads(1)
keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)

# %% [markdown]
# ## 2. A ring where all can be counted
# *15 minutes*
#
# Eight heaps lie on a circle of radius 1. Each is a Gaussian with standard deviation 0.05, and all
# are equally frequent. Such heaps are the **modes** of a distribution.

# %%
MODES, SIGMA = 8, 0.05
angles = 2 * np.pi * np.arange(MODES) / MODES
CENTERS = np.column_stack([np.cos(angles), np.sin(angles)]).astype("float32")


def ring(n: int) -> np.ndarray:
    """Draw n real points, shape (n, 2)."""
    return CENTERS[rng.integers(MODES, size=n)] + rng.normal(0, SIGMA, (n, 2))


# %% [markdown]
# How good is a cloud of made-up points? A point is **good** if it lies closer than three standard
# deviations, $3\sigma$, to the nearest center. Of $n$ points, each of $m$ modes should get $n/m$.
# We call a mode **covered** if it has at least a quarter of that, *good points only*.


# %% exercise="modes_and_good"
def modes_and_good(points, centers, sigma: float) -> tuple[int, float]:
    """How many modes a cloud covers, and which share of its points is good.

    points: shape (n, d); centers: shape (m, d); sigma: the width of a mode. A point belongs to the
    center nearest to it, and is good if that is closer than 3 sigma. A mode is covered if at least
    n / m / 4 good points belong to it. Returns a number from 0 to m, and one from 0 to 1.
    """
    ### BEGIN SOLUTION
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    good = distances.min(axis=1) < 3 * sigma
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= len(points) / len(centers) / 4)), float(good.mean())
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# All distances at once, shape (n, m): `np.linalg.norm(points[:, None] - centers, axis=2)`. Their
# `argmin` over the centers says where a point belongs, their `min` whether it is good.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `np.bincount(nearest[good], minlength=len(centers))` counts the good points of each mode. Compare
# with `len(points) / len(centers) / 4`, and add up.
# </details>

# %% check="modes_and_good" points=2

# %% [markdown]
# Before it judges a GAN, let it judge clouds made to fool it. The third number is lab 02's energy
# distance from fresh real points.

# %%
REFERENCE = ring(2000)


def judge(points) -> tuple[int, float, float]:
    """Modes, share of good points, and energy distance of one cloud, shape (n, 2)."""
    if not np.isfinite(points).all():  # the game has broken down
        return 0, 0.0, np.nan
    return *modes_and_good(points, CENTERS, SIGMA), metrics.energy_distance(points, REFERENCE)


# %%
turn = rng.uniform(0, 2 * np.pi, 2000)
CLOUDS = {
    "real": ring(2000),
    "one mode": CENTERS[0] + rng.normal(0, SIGMA, (2000, 2)),
    "a circle": np.column_stack([np.cos(turn), np.sin(turn)]) + rng.normal(0, SIGMA, (2000, 2)),
    "the centers": np.repeat(CENTERS, 250, axis=0),
}

# %%
rivals = {name: judge(points) for name, points in CLOUDS.items()}
pd.DataFrame(rivals, ["modes", "good", "energy distance"]).T.round(4)

# %%
AXES, LIMITS = ("x", "y"), ((-1.8, 1.8), (-1.8, 1.8))
plots.panels({name: {"": CLOUDS[name]} for name in list(CLOUDS)[:3]}, AXES, LIMITS)

# %% [markdown]
# *Three clouds: eight round heaps on a circle; one heap, far right; an even ring without heaps.*
#
# No number is enough alone. An even circle "covers" all eight modes, and only its share of good
# points tells. One mode alone has as good a share of these as the real points. The energy distance
# tells a collapse at once, but is coarse near its end: the circle and the copies are not far. And
# eight copied points pass all three; only a look at the width of the heaps would tell.
#
# ## 3. Three losses, three games each
# *22 minutes*
#
# One run of a GAN says little: another seed, another story. So each experiment of this lab is
# **three games** at once: three generators, each against its own discriminator, with weights and
# random numbers of their own. `Stack` is a `Dense` layer that holds the weights of all three. A
# batch has the shape (3, 128, 2): the games, their points, the coordinates. What is computed of
# *one* game's points never meets another's.


# %%
class Stack(keras.layers.Layer):
    """Dense layers side by side, one for each game: (GAMES, n, inputs) → (GAMES, n, units)."""

    def __init__(self, units: int, activation=None):
        super().__init__()
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, shape):
        limit = np.sqrt(6 / (shape[-1] + self.units))  # Glorot's start, as Dense has it
        start = keras.initializers.RandomUniform(-limit, limit)
        self.kernel = self.add_weight((GAMES, shape[-1], self.units), start)
        self.bias = self.add_weight((GAMES, 1, self.units), "zeros")

    def call(self, inputs):
        return self.activation(keras.ops.matmul(inputs, self.kernel) + self.bias)


# %%
def network(inputs: int, outputs: int, activation: str, extra=()) -> keras.Model:
    """Two hidden layers of 64 units, in each of the games; `extra` layers before the second."""
    layers = [Stack(64, activation), *extra, Stack(64, activation), Stack(outputs)]
    return keras.Sequential([keras.Input(batch_shape=(GAMES, None, inputs)), *layers])


# %% [markdown]
# In lab 02 you wrote two losses for the generator. With $s$ the logits of made-up points and
# $D=\sigma(s)$:
#
# - **minimax**: make the mean of $\log(1-D)$ small;
# - **non-saturating**: make the mean of $-\log D$ small.
#
# A third one leaves the logarithm out. **Least squares** (Mao et al. 2017) has the discriminator
# return plain *scores*: real points should score 1, made-up ones 0, and each miss costs half its
# square. The generator wants its points to score 1:
#
# - **least squares**: make the mean of $\tfrac12 (s-1)^2$ small.
#
# Where $D$ is sure that a point is made up, $s \ll 0$, minimax pulls a score by $D$, next to
# nothing; non-saturating by $1-D$, almost 1; least squares by $1-s$, the more the farther.


# %% exercise="generator_losses"
def generator_losses(fake_logits) -> dict:
    """Three losses for a generator, from what its discriminator says of made-up points.

    fake_logits: logits, or scores, of any shape. Returns a dictionary of three numbers (shape ()),
    means over all of them: "minimax", "non-saturating", "least squares".
    """
    ### BEGIN SOLUTION
    softplus, mean = keras.ops.softplus, keras.ops.mean
    return {
        "minimax": -mean(softplus(fake_logits)),
        "non-saturating": mean(softplus(-fake_logits)),
        "least squares": mean((fake_logits - 1) ** 2) / 2,
    }
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# $-\log\sigma(s)$ is `keras.ops.softplus(-s)`, and $\log(1-\sigma(s))$ is `-keras.ops.softplus(s)`.
# A mean over all numbers: `keras.ops.mean`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `{"minimax": -mean(softplus(fake_logits)), "non-saturating": mean(softplus(-fake_logits)), "least
# squares": mean((fake_logits - 1) ** 2) / 2}`, with `mean` and `softplus` of `keras.ops`.
# </details>

# %% check="generator_losses" points=2


# %% [markdown]
# The discriminator's side: cross-entropy for the first two (lab 02), squares for the third.


# %%
def cross_entropy(real, fake):
    """The sum of both halves: real points have the label 1, made-up ones the label 0."""
    return keras.ops.mean(keras.ops.softplus(-real)) + keras.ops.mean(keras.ops.softplus(fake))


# %%
def least_squares(real, fake):
    """Half the squared misses: real points should score 1, made-up ones 0."""
    return (keras.ops.mean((real - 1) ** 2) + keras.ops.mean(fake**2)) / 2


# %%
DISCRIMINATOR_LOSSES = {
    "minimax": cross_entropy,
    "non-saturating": cross_entropy,
    "least squares": least_squares,
}
GENERATOR_LOSSES = {
    name: lambda fake, name=name: generator_losses(fake)[name] for name in DISCRIMINATOR_LOSSES
}
PENALTIES = {}  # section 4 fills it

# %% [markdown]
# All games of this lab have the same networks, and a **recipe** that says everything else.

# %%
RECIPE = {
    "loss": "non-saturating",
    "generator_rate": 0.001,  # of Adam
    "discriminator_rate": 0.001,
    "beta_1": 0.5,
    "discriminator_steps": 1,  # for each step of the generator
    "steps": SETTINGS["steps"],  # of the generator
    "penalty": None,  # a name in PENALTIES, added to the discriminator's loss with this weight
    "weight": 0.0,
    "clip": None,  # the discriminator's weights are kept from −clip to clip
    "spread": False,  # the discriminator sees how varied a batch is
    "lookahead": 0,  # every so many steps, all weights go halfway back
    "head_start": 0,  # steps of the discriminator alone, before the generator's first
    "generator_optimizer": "Adam",
}

# %% [markdown]
# A game holds the networks and an optimizer for each; `draw_real` draws a batch of real points.


# %%
class Game:
    """GAMES generators, each against a discriminator of its own, side by side by one recipe."""

    def __init__(self, recipe: dict, draw_real, numbers: int, latent_dim: int):
        keras.utils.set_random_seed(SEED)
        self.recipe, self.draw_real, self.points, self.scores = recipe, draw_real, {}, {}
        self.shape, self.noise = (GAMES, BATCH, latent_dim), keras.random.SeedGenerator(SEED)
        self.generator = network(latent_dim, numbers, "relu")
        extra = [Spread()] if recipe["spread"] else []
        self.discriminator = network(numbers, 1, "leaky_relu", extra)
        adam, rate, beta_1 = keras.optimizers.Adam, recipe["generator_rate"], recipe["beta_1"]
        self.discriminator_optimizer = adam(recipe["discriminator_rate"], beta_1)
        self.generator_optimizer = adam(rate, beta_1)
        if recipe["generator_optimizer"] == "SGD":
            self.generator_optimizer = keras.optimizers.SGD(rate * GAMES)  # losses are means of all
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.generator_optimizer.build(self.generator.trainable_variables)

    def make(self):
        """A batch of made-up points."""
        return self.generator(keras.random.normal(self.shape, seed=self.noise))


# %% [markdown]
# The two halves of lab 02, with three additions that section 4 explains: a penalty, clipped
# weights, and several steps of the discriminator for one of the generator.


# %%
def discriminator_step(game: Game) -> None:
    """Improve all discriminators by one step."""
    recipe, discriminator = game.recipe, game.discriminator
    real, fake = game.draw_real(game.noise), game.make()
    between = keras.random.uniform((GAMES, BATCH, 1), seed=game.noise)
    with tf.GradientTape() as tape:
        loss = DISCRIMINATOR_LOSSES[recipe["loss"]](discriminator(real), discriminator(fake))
        if recipe["penalty"]:
            penalty = PENALTIES[recipe["penalty"]](discriminator, real, fake, between)
            loss += recipe["weight"] * penalty
    variables = discriminator.trainable_variables
    game.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    if recipe["clip"]:
        for variable in variables:
            variable.assign(keras.ops.clip(variable, -recipe["clip"], recipe["clip"]))


# %%
def generator_step(game: Game) -> None:
    """Improve all generators by one step."""
    with tf.GradientTape() as tape:
        loss = GENERATOR_LOSSES[game.recipe["loss"]](game.discriminator(game.make()))
    variables = game.generator.trainable_variables
    game.generator_optimizer.apply(tape.gradient(loss, variables), variables)


# %% [markdown]
# `train` plays a recipe: `steps` of the generator, 100 of them in one call of a `tf.function`
# (`fori_loop` is a loop inside of it). It keeps what 2,000 fixed latent vectors become, and how the
# discriminator scores these points and 2,000 real ones.


# %%
def repeat(steps, step) -> None:
    """Call step() so often; inside a tf.function."""

    def body(number, nothing):
        step()
        return nothing

    keras.ops.fori_loop(0, steps, body, 0)


# %%
def compiled(game: Game):
    """Two functions of a number of steps: the discriminator alone, and the whole game."""

    def one_step():
        repeat(game.recipe["discriminator_steps"], lambda: discriminator_step(game))
        generator_step(game)

    def graph(step):
        return tf.function(lambda n: repeat(n, step), autograph=False, jit_compile=critic)

    critic = game.recipe["discriminator_steps"] > 1  # long enough to be made machine code
    return graph(lambda: discriminator_step(game)), graph(one_step)


# %%
def draw_ring(noise):
    """A batch of real points of the ring for each game, shape (GAMES, BATCH, 2)."""
    mode = keras.random.randint((GAMES, BATCH), 0, MODES, seed=noise)
    return keras.ops.take(CENTERS, mode, axis=0) + SIGMA * keras.random.normal(
        (GAMES, BATCH, 2), seed=noise
    )


# %%
def train(recipe: dict, draw_real=draw_ring, numbers: int = 2, latent_dim: int = 2) -> Game:
    """Play a recipe; the game keeps its `seconds`, `points` and `scores`, by step."""
    game, start = Game(recipe, draw_real, numbers, latent_dim), time.perf_counter()
    alone, play = compiled(game)
    if recipe["head_start"]:
        alone(tf.constant(recipe["head_start"]))
    latent = keras.random.normal((GAMES, 2000, latent_dim), seed=SEED)
    real = keras.ops.concatenate([draw_real(game.noise) for _ in range(16)], axis=1)
    weights = [*game.generator.variables, *game.discriminator.variables]
    slow, chunk = [w.numpy() for w in weights], recipe["lookahead"] or 100
    for step in range(0, recipe["steps"] + 1, chunk):
        if step:
            play(tf.constant(chunk))
        if step and recipe["lookahead"]:  # halfway back to where all weights stood before
            slow = [(before + w.numpy()) / 2 for before, w in zip(slow, weights, strict=True)]
            for weight, value in zip(weights, slow, strict=True):
                weight.assign(value)
        if step % 100 == 0:
            game.points[step] = np.asarray(game.generator(latent))
            sides = real, game.points[step]
            game.scores[step] = [np.asarray(game.discriminator(side)) for side in sides]
    game.seconds = time.perf_counter() - start
    return game


# %%
games = {"minimax": train({**RECIPE, "loss": "minimax"}), "non-saturating": train(RECIPE)}
games["least squares"] = train({**RECIPE, "loss": "least squares"})


# %%
def verdicts(game: Game, step: int | None = None) -> np.ndarray:
    """Modes, good share and energy distance of each game, shape (GAMES, 3); default: at the end."""
    return np.array([judge(points) for points in game.points[step or max(game.points)]])


# %%
def table(games: dict, at=lambda game: None) -> pd.DataFrame:
    """A row for each game: the three numbers, three times each; `at` says at which step."""
    rows = {}
    for name, game in games.items():
        columns = verdicts(game, at(game)).T
        texts = [" ".join(f"{v:.{d}f}" for v in c) for c, d in zip(columns, (0, 2, 4), strict=True)]
        rows[name] = [max(game.points) if at(game) is None else at(game), *texts]
    return pd.DataFrame.from_dict(
        rows, "index", columns=["generator steps", "modes", "good", "energy distance"]
    )


# %%
table(games)


# %%
def show_games(games: dict, number: int = 0) -> None:
    """What one of the three games of each recipe drew in the end."""
    last = {name: game.points[max(game.points)][number][:800] for name, game in games.items()}
    real = REFERENCE[:400]
    plots.panels({n: {"real": real, "made up": points} for n, points in last.items()}, AXES, LIMITS)


show_games(games)

# %% [markdown]
# *Three rings of eight heaps. In each, the made-up points lie on the real ones, with some thin
# threads of points from heap to heap.*
#
# All three losses find all modes in all three games. Look closely: the made-up heaps are thinner
# than the real ones, which none of our numbers punishes. The threads are the price of a continuous
# generator: neighboring latent vectors become neighboring points, so between two heaps it must
# cross. **On an easy problem with well-chosen rates the choice of the loss hardly matters.**
#
# ## 4. A distance with a slope
# *32 minutes*
#
# Lab 02 showed what minimax makes small against the best discriminator: the Jensen–Shannon
# divergence. Take the smallest example. All real points lie at 0, all made-up ones at $\theta$. As
# long as $\theta \ne 0$, the best discriminator tells them apart without fail, and the divergence
# is $\log 2$, near or far.
#
# Suppose the points are heaps of earth. **Wasserstein's distance** is the work of carrying one heap
# to where the other is: mass times way, by the best plan. On a line no plan is better than one
# without crossings: the smallest to the smallest, and so on.


# %% exercise="wasserstein_line"
def wasserstein_line(first, second) -> float:
    """Wasserstein's distance of two samples on a line: the mean way of the best plan.

    first, second: shape (n,) each, in any order; each value carries 1/n of the mass. Returns a
    number, at least 0.
    """
    ### BEGIN SOLUTION
    return float(np.mean(np.abs(np.sort(first) - np.sort(second))))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.sort` puts each sample in order. Then pair by pair: how far apart?
# </details>
#
# <details><summary>A fuller hint</summary>
#
# The mean of `np.abs(np.sort(first) - np.sort(second))`.
# </details>

# %% check="wasserstein_line" points=2

# %%
from scipy.special import rel_entr

places = np.linspace(-2, 2, 41)  # where the made-up points lie; the real ones lie at 0


def jensen_shannon(place: float) -> float:
    """Of points that all lie at 0, and points that all lie at this place."""
    p = np.array([1.0, 0.0])  # the shares of real points at 0 and elsewhere
    q = p if np.isclose(place, 0) else p[::-1]
    return np.sum(rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2)) / 2


divergence = [jensen_shannon(place) for place in places]
way = [wasserstein_line(np.zeros(10), np.full(10, place)) for place in places]

# %%
plots.lines(
    {"Jensen–Shannon": divergence, "Wasserstein": way},
    "All real points at 0, all made-up ones elsewhere",
    ("where the made-up points lie", "distance"),
    places,
)

# %% [markdown]
# *Jensen–Shannon is a flat line at log 2, with one dip to 0 at the place 0. Wasserstein is a V with
# its tip there.*
#
# Nobody who stands on the flat line knows which way to go. The V has a slope of 1 everywhere.
#
# How does a network find the best plan? It need not. Take any function $f$ with a **slope of at
# most 1**: between two points it changes by no more than their distance. So for each pair that a
# plan joins, $f(\text{real}) - f(\text{made up})$ is at most the way, and on average
#
# $$\mathbb{E} f(\text{real}) - \mathbb{E} f(\text{made up}) \le \text{Wasserstein's distance}.$$
#
# The best $f$ reaches it (Kantorovich and Rubinstein). So let a network look for that $f$: a
# **critic**. It returns scores, without a sigmoid, and makes the left side as large as it can. The
# generator then makes it small: it wants high scores.


# %% exercise="critic_loss"
def critic_loss(real_scores, fake_scores):
    """What a critic makes small: minus (mean score of real points - mean score of made-up ones).

    Both: tensors of any shape. Returns one number (shape ()).
    """
    ### BEGIN SOLUTION
    return keras.ops.mean(fake_scores) - keras.ops.mean(real_scores)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two means and a difference. Made small, it should push the scores of real points *up*.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `keras.ops.mean(fake_scores) - keras.ops.mean(real_scores)`.
# </details>

# %% check="critic_loss" points=1

# %% [markdown]
# Without a bound on the slope, twice the scores would be twice the gain, for ever. Two ways to
# bound it:
#
# - **by force** (Arjovsky et al. 2017): after each step of the critic, clip all its weights to
#   $[-c, c]$. Then its slope is bounded by *something*.
# - **by a penalty** (Gulrajani et al. 2017): the best critic has the slope 1 on the ways from
#   made-up to real points. So pick places between the two, and let each cost the square of (slope −
#   1).
#
# The slope at a point is the length of the gradient of the score with respect to that point: your
# `pull` of lab 02, of the score alone.


# %% exercise="gradient_penalty"
def gradient_penalty(critic, real, fake, between):
    """The mean over all places of (slope - 1)², at places between real and made-up points.

    critic: from points to scores; real, fake: tensors of shape (..., n, d); between: numbers from 0
    to 1, shape (..., n, 1): a place lies at between · real + (1 - between) · fake. The slope at a
    place is the length of the gradient of its score, over the d numbers of the last axis.
    Returns one number (shape ()) that a tape can differentiate.
    """
    ### BEGIN SOLUTION
    places = between * real + (1 - between) * fake
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1)
    return keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# A tape inside the tape of the training step: watch the places, score them, ask for the gradient.
# (Each score depends on its own place only, so the gradient of their sum holds all of them.) Its
# length is the root of the sum of its squares over `axis=-1`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# After the tape: `squares = keras.ops.sum(tape.gradient(scores, places) ** 2, axis=-1)`. Return
# `keras.ops.mean((keras.ops.sqrt(squares + 1e-12) - 1) ** 2)`. The tiny number keeps the root's own
# slope finite where the gradient is 0.
# </details>

# %% check="gradient_penalty" points=3

# %% [markdown]
# A critic must be near its best before it is worth following, so both get five steps for each of
# the generator (that is the half minute now).

# %%
DISCRIMINATOR_LOSSES["Wasserstein"] = critic_loss
GENERATOR_LOSSES["Wasserstein"] = lambda scores: -keras.ops.mean(scores)
PENALTIES["gradient"] = gradient_penalty
CRITIC = {**RECIPE, "loss": "Wasserstein", "discriminator_steps": 5}

# %%
games["clipping"] = train({**CRITIC, "clip": 0.1})
games["gradient penalty"] = train({**CRITIC, "penalty": "gradient", "weight": 1.0})
table(games)

# %%
show_games({name: games[name] for name in ("clipping", "gradient penalty")})

# %% [markdown]
# *Left, by clipping: a smear along the ring that hits hardly any heap. Right, by penalty: eight
# heaps, and threads between them.*
#
# Clipped weights make a critic that bends too little to see heaps: it settles for a blurred ring
# with hardly a good point. The penalty does as well as the plain losses did. As well, not better,
# and at what cost? One step of *those* takes two gradients, one for each network; here six are
# needed. Stop all at an equal number of **gradient evaluations**:


# %%
def at_equal_cost(game: Game) -> int:
    """The step, in hundreds, until which a game took no more gradients than the plain ones."""
    evaluations = 2 * RECIPE["steps"]
    return evaluations // (1 + game.recipe["discriminator_steps"]) // 100 * 100


fair = table(games, at_equal_cost)
equal_cost = {name: verdicts(game, at_equal_cost(game)) for name, game in games.items()}
fair["seconds for all steps"] = [round(game.seconds, 1) for game in games.values()]
fair

# %% [markdown]
# At equal cost the gradient penalty is behind: all modes, fewer good points. And its gradients are
# dearer, since a penalty on a gradient needs the gradient of a gradient. (Do not divide the
# seconds, which are those of all 4,000 steps: only the critics' games are compiled to machine
# code.)
#
# ### Is the critic's loss the distance?
#
# It is often said: the critic's loss tells how good the generator is. In theory, with its sign
# turned, it *is* Wasserstein's distance. In the plane that distance can be computed: pair 500
# made-up points with 500 real ones by the best of all plans.

# %%
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist


def wasserstein_plane(first, second) -> float:
    """Wasserstein's distance of two equally large samples of points: the best plan's mean way."""
    ways = cdist(first, second)
    return ways[linear_sum_assignment(ways)].mean()


# %%
def said_and_true(game: Game, step: int) -> np.ndarray:
    """Minus the critic's loss, and the distance, in each of the games; shape (2, GAMES)."""
    real, fake = game.scores[step]
    said = [-float(critic_loss(*pair)) for pair in zip(real, fake, strict=True)]
    true = [wasserstein_plane(points[:500], REFERENCE[:500]) for points in game.points[step]]
    return np.array([said, true])


# %%
floor = wasserstein_plane(ring(500), REFERENCE[:500])
watched = range(200, RECIPE["steps"] + 1, 200)

# %%
figure, row = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
by_critic = {}
for ax, name in zip(row, ("clipping", "gradient penalty"), strict=True):
    said, true = np.moveaxis([said_and_true(games[name], step) for step in watched], 1, 0)
    by_critic[name] = said / true  # shape (steps, GAMES)
    series = {"the distance": true[:, 0], "minus the critic's loss": said[:, 0]}
    plots.lines(series, name, ("step", "distance"), watched, (floor, "of real points"), ax)
plots.show(figure)

# %% [markdown]
# *Left, by clipping: the critic's line stays far below the distance, and goes its own ways. Right,
# by penalty: both lines begin together; then the critic's falls to 0, while the distance stays
# above that of two real samples, the dotted line.*

# %%
for name, ratio in by_critic.items():
    first, late = ratio[0].mean(), ratio[len(ratio) // 2 :].mean()
    print(f"{name}: after 200 steps the critic says {first:.2f} of the distance, late {late:.2f}")

# %% [markdown]
# In the beginning the penalized critic says the distance nearly exactly, as the theory promises.
# The clipped one says some fraction of it, since nobody knows its slope. And late in the game
# neither can be trusted. Two samples of 500 real points are as far apart as the dotted line, so not
# much of the distance is left to be seen, and the critic says less than that, next to nothing. **A
# falling critic's loss may mean a
# better generator, or a worse critic.** Measure the points themselves.
#
# ## 5. The vanishing gradient
# *14 minutes*
#
# In section 3 minimax did well, although its pull fades where the discriminator is sure. Let us
# make it as sure as can be: the generators stay as they are at their start, and the discriminators
# alone learn. How long is the gradient that each loss would give the generator, over all its
# weights?

# %%
frozen = Game(RECIPE, draw_ring, 2, 2)
alone, _ = compiled(frozen)
latent = keras.random.normal((GAMES, 2000, 2), seed=SEED)


# %%
def gradient_lengths(name: str) -> np.ndarray:
    """Length of the gradient of this loss for each frozen generator, shape (GAMES,)."""
    with tf.GradientTape() as tape:
        loss = GAMES * GENERATOR_LOSSES[name](frozen.discriminator(frozen.generator(latent)))
    gradients = tape.gradient(loss, frozen.generator.trainable_variables)
    return np.sqrt(sum(np.sum(np.square(gradient), axis=(1, 2)) for gradient in gradients))


# %%
moments, found = [10, 30, 100, 300, 1000, 3000], []
for before, moment in zip([0, *moments], moments, strict=False):
    alone(tf.constant(moment - before))
    found.append([gradient_lengths(name) for name in ("minimax", "non-saturating")])
lengths = dict(zip(("minimax", "non-saturating"), np.swapaxes(found, 0, 1), strict=True))

# %%
ax = plt.figure().gca()
axes = ("steps of the discriminator alone", "length of the gradient")
for (name, of), color in zip(lengths.items(), plots.COLORS, strict=False):
    labels = [name, *(f"_{name} {game}" for game in range(1, GAMES))]  # "_": not in the legend
    series = dict(zip(labels, np.transpose(of), strict=True))
    plots.lines(series, "A frozen generator's gradient", axes, moments, ax=ax, log=True)
    for line in ax.lines[-GAMES:]:
        line.set(color=color, linestyle="-")
ax.set_yscale("log")
ax.legend(loc="upper left")
plots.show(ax.figure)

# %% [markdown]
# *At first all six lines run together. Then the three of the non-saturating loss rise on and on;
# those of minimax stay behind, and in the end fall, one game's much more than another's.*

# %%
ratios = lengths["non-saturating"][-1] / lengths["minimax"][-1]
print("non-saturating / minimax, at the end:", *(f"{ratio:,.0f}" for ratio in ratios))

# %% [markdown]
# Minimax falls far behind, as told, though not evenly: in some games its gradient shrinks to next
# to nothing, in others it only stays as short as it was. What is left of the minimax gradient comes
# from the few points that still pass for real:

# %%
passing = keras.ops.sigmoid(frozen.discriminator(frozen.generator(latent)))
print("points with D above 0.1, of 2,000:", *np.sum(passing[..., 0] > 0.1, axis=1))

# %% [markdown]
# Now the question that is seldom asked: **does that stop the learning?** Give the discriminators
# this head start, and then play on: minimax with Adam; minimax with plain gradient steps (SGD); and
# the non-saturating loss with these, as a control.

# %%
AHEAD = {**RECIPE, "head_start": 3000, "steps": RECIPE["steps"] // 2}
PLAIN = {**AHEAD, "generator_optimizer": "SGD", "generator_rate": 0.01}
ahead = {
    "minimax, Adam": train({**AHEAD, "loss": "minimax"}),
    "minimax, SGD": train({**PLAIN, "loss": "minimax"}),
    "non-saturating, SGD": train(PLAIN),
}

# %%
table(ahead)

# %% [markdown]
# With Adam minimax finds nearly all modes or all, with somewhat fewer good points after half as
# many steps: Adam divides each gradient by its own usual size, so that a gradient which is always
# small makes steps as long as any. Plain steps are as long as the gradient, and with these whole
# games are lost (`nan` where even the numbers broke down). How? As long as hardly a point passes,
# nothing moves. When some do at last, the gradient is large again at once, and a step or two throws
# all points out of the picture, to where the discriminator is quite sure and no pull brings them
# back. We played the games of seed 1 again. Without the head start minimax with the same plain
# steps found 6, 7 and 7 modes. With it and a third of the rate no game was lost, but they came
# late: 2, 2 and 7 modes after 2,000 steps. (The non-saturating control, too, misses modes here and
# there: plain steps do not suit this game.) **The vanishing gradient is real; whether it does harm
# depends on the optimizer.**
#
# ## 6. Collapse, and what cures it
# *32 minutes*
#
# One change to our recipe: the discriminator learns ten times more slowly. (Lab 02 had its
# generator run away with ten times the rate.) We let it play twice as long, too, so that nobody can
# say it had too little time; the table compares after equally many steps.

# %%
SLOW = {**RECIPE, "discriminator_rate": 0.0001, "steps": 2 * RECIPE["steps"]}
games["collapse"] = train(SLOW)
half = RECIPE["steps"]
table({"as it was": games["non-saturating"], "slow": games["collapse"]}, lambda game: half)

# %%
points = games["collapse"].points
steps = [half // 2 + later for later in (0, 200, 400)]
show = {f"after {step:,} steps": points[step][0][:500] for step in steps}
plots.panels({k: {"real": REFERENCE[:400], "made up": v} for k, v in show.items()}, AXES, LIMITS)

# %% [markdown]
# *Three moments, 200 steps apart: all made-up points sit together in one clump, each time in
# another place.*
#
# The generator has found one spot that the slow discriminator takes for real, and puts everything
# there. When the spot is refused at last, it moves on, with everything. That is **mode collapse**.
#
# What is said to help? Two remedies are yours to write.
#
# **R1** (Mescheder et al. 2018) asks the discriminator to be flat where the *real* points are: half
# the mean *squared* slope there, no square root, no 1.


# %% exercise="r1_penalty"
def r1_penalty(discriminator, real):
    """Half the mean over real points of the squared slope of the discriminator's score.

    discriminator: from points to scores; real: a tensor of shape (..., n, d). The squared slope at
    a point is the sum of the squares of the gradient of its score, over the d numbers of the last
    axis. Returns one number (shape ()) that a tape can differentiate.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    squares = keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1)
    return keras.ops.mean(squares) / 2
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# As in your gradient penalty, at the real points themselves: watch, score, gradient, squares.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `squares = keras.ops.sum(tape.gradient(scores, real) ** 2, axis=-1)`, then half of their
# `keras.ops.mean`.
# </details>

# %% check="r1_penalty" points=2

# %% [markdown]
# **Minibatch standard deviation** (Karras et al. 2018) lets the discriminator see the whole batch:
# if all points of a batch are alike, it must be a forger's. After the first hidden layer, each
# point gets one more number, the same for all points of its batch: how much the features vary.


# %% exercise="batch_spread"
def batch_spread(features):
    """Add a number to each point of a batch: how much the batch varies.

    features: a tensor of shape (..., n, d), n points of each batch. The number is the standard
    deviation of each feature over the n points, averaged over the d features: one for a batch. Add
    1e-8 to each variance before its root, whose slope is infinite at 0.
    Returns shape (..., n, d + 1), the features with that number behind them.
    """
    ### BEGIN SOLUTION
    deviations = keras.ops.sqrt(keras.ops.var(features, axis=-2, keepdims=True) + 1e-8)
    spread = keras.ops.mean(deviations, axis=-1, keepdims=True)
    column = keras.ops.broadcast_to(spread, (*keras.ops.shape(features)[:-1], 1))
    return keras.ops.concatenate([features, column], axis=-1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# The variance over the points: `keras.ops.var(features, axis=-2, keepdims=True)`, shape (..., 1,
# d). Its root, with 1e-8 added under it, then a mean over `axis=-1`, shape (..., 1, 1).
# `keras.ops.broadcast_to` repeats it for all points.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `spread` of shape (..., 1, 1): `column = keras.ops.broadcast_to(spread,
# (*keras.ops.shape(features)[:-1], 1))`. Return `keras.ops.concatenate([features, column],
# axis=-1)`.
# </details>

# %% check="batch_spread" points=2

# %%
PENALTIES["R1"] = lambda discriminator, real, fake, between: r1_penalty(discriminator, real)


class Spread(keras.layers.Layer):
    """Your `batch_spread` as a layer; each game is a batch of its own."""

    def call(self, features):
        return batch_spread(features)


# %% [markdown]
# **Which of these will cure it?** Write down what you expect, "yes" or "no", before you run them.
# They are six times three games, the longest wait of this lab: about a minute.

# %%
SLOW_HALF = {**SLOW, "steps": RECIPE["steps"]}
REMEDIES = {
    "rates swapped": {**SLOW_HALF, "discriminator_rate": 0.001, "generator_rate": 0.0001},
    "R1": {**SLOW_HALF, "penalty": "R1", "weight": 10.0},
    "spread": {**SLOW, "spread": True},
    "gradient penalty": {**SLOW_HALF, "penalty": "gradient", "weight": 1.0},
    "Wasserstein": {**SLOW_HALF, "loss": "Wasserstein", "penalty": "gradient", "weight": 1.0},
    "lookahead": {**SLOW_HALF, "lookahead": 10},
}

# %%
expected = {name: "?" for name in REMEDIES}
expected["rates swapped"] = "?"  # "yes" or "no"; and so on

# %%
remedies = {name: train(recipe) for name, recipe in REMEDIES.items()}
cured = table({"collapse": games["collapse"], **remedies})
cured["expected"] = ["", *expected.values()]
saved = ["yes" if verdicts(game)[:, 0].min() >= MODES - 1 else "no" for game in remedies.values()]
cured["found"] = ["", *saved]  # "yes": no game misses more than one mode
cured

# %%
show_games({name: remedies[name] for name in ("R1", "spread", "Wasserstein")})

# %% [markdown]
# *R1 and spread: eight heaps, with threads between them. Wasserstein: one clump.*
#
# How many of your guesses were right? Over the nine games of seeds 1 to 3 we found:
#
# - **R1**, at the collapsing rates, cures it in all nine. So does **swapping the rates**, the
#   *discriminator* being the fast one, but for one mode in one game. The **spread**, given 8,000
#   steps, does in seven; two games had come to about half of the modes. (Its control is the first
#   row, 8,000 steps without it: there one game of nine found all modes by itself in the end.)
# - The **gradient penalty** on cross-entropy does not, though it looks like R1. It asks for the
#   slope 1 on the ways between the points; R1 asks for the slope 0 at the real ones, so that a
#   generator which has arrived there is not chased away again.
# - **Wasserstein**, with its penalty, does not. "Wasserstein cures mode collapse" leaves out: with
#   a critic that keeps up. This one is as slow as the discriminator was.
# - **Lookahead** (Zhang et al. 2019), which pulls all weights halfway back every ten steps, found
#   all modes in one game, and some or none in the others.
#
# ### The film

# %%
from matplotlib.figure import Figure


def frame(step: int) -> Figure:
    """One picture of the film: collapse and cure side by side."""
    figure = Figure(figsize=(8, 4.2), dpi=80)
    pair = {"slow discriminator": games["collapse"], "the same, with R1": remedies["R1"]}
    for ax, (name, game) in zip(figure.subplots(1, 2), pair.items(), strict=True):
        groups = {"real": REFERENCE[:300], "made up": game.points[step][0][:400]}
        plots.scatter(groups, f"{name}, step {step:,}", AXES, ax, LIMITS, legend=None)
    return figure


shown = sorted(remedies["R1"].points)
shown = shown[:: max(1, len(shown) // 20)]
path = ROOT / "build" / "08_losses_and_failures.gif"
film = images.save_gif([frame(step) for step in shown], path, seconds_per_frame=0.4)
images.show_gif(film, "Left a clump jumps from place to place; right a cloud becomes eight heaps.")

# %% [markdown]
# *Left a clump of points jumps from heap to heap, to places between and out of the picture; right,
# from a similar start, the cloud opens, and eight heaps fill one after the other.*
#
# ## 7. An experiment of your own
# *12 minutes*
#
# There are entries in the recipe that nobody has touched yet, and remedies that nobody has turned
# up or down. Choose **one** entry (a penalty and its weight count as one), of the normal recipe or
# of the collapsing one, and say beforehand what will come of it. The three games of that recipe as
# it was, which you have seen, are the control.


# %% exercise="experiment"
def experiment(recipes: dict[str, dict]) -> dict:
    """One change to one recipe, and what you expect of it.

    recipes: "normal" and "collapse", a recipe each; they stay as they are. Returns
    "base": the name of the recipe to change; "changed": that recipe with one entry different;
    "score": the number that should show it, "modes", "good" or "energy distance";
    "expected": what it will be, "higher", "lower" or "the same";
    "because": a sentence, of five words or more.
    """
    ### BEGIN SOLUTION
    return {
        "base": "collapse",
        "changed": {**recipes["collapse"], "beta_1": 0.0},
        "score": "modes",
        "expected": "higher",
        "because": "Without a memory the generator cannot run past the spots that it finds.",
    }
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `{**recipe, "beta_1": 0.9}` copies a recipe and changes one entry of the copy. Other entries:
# `"generator_rate"`, `"loss"`, `"discriminator_steps"`, `"generator_optimizer"`, `"head_start"`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Return `{"base": "collapse", "changed": {**recipes["collapse"], …}, "score": "modes", "expected":
# …, "because": …}`.
# </details>

# %% check="experiment" points=3

# %%
trial = experiment({"normal": RECIPE, "collapse": SLOW_HALF})
control = {"normal": games["non-saturating"], "collapse": games["collapse"]}[trial["base"]]
changed = train(trial["changed"])
pair = {trial["base"]: control, "changed": changed}
place = ["modes", "good", "energy distance"].index(trial["score"])

# %%
old, new = verdicts(control, half)[:, place], verdicts(changed)[:, place]
difference = "higher" if min(new) > max(old) else "lower" if max(new) < min(old) else "the same"
print(f"You expected {trial['score']} {trial['expected']}. Found: {difference}.")
table(pair, lambda game: min(half, max(game.points)))

# %% [markdown]
# "Higher" and "lower" count here only if *every* changed game is above, or below, *every* game of
# the control. One that we tried does not pass that test: the collapsing recipe with a `beta_1` of
# 0, that is, without Adam's memory. Two of nine games (seeds 1 to 3) found all eight modes, and
# seven stayed collapsed. From one game you might have reported either.
#
# ## 8. The same with digits
# *8 minutes*
#
# Heaps on a ring are a toy. Do digits collapse by the same change, and does the same remedy cure
# them? So that our small networks will do, we let them make not 784 pixels but 30 numbers: the
# first **principal components** of a digit, that is, how far it goes from the mean digit along the
# 30 directions in which digits vary most. From them it can be drawn again. Lab 05's judge, which
# learned from other digits, names what was drawn. Two thousand steps each.

# %%
from scipy.special import entr, softmax
from sklearn.decomposition import PCA

data = datasets.load_digits(SETTINGS["source"], seed=SEED)
pca = PCA(30, random_state=SEED).fit(data.x_train.reshape(-1, 784) / 255)
codes = pca.transform(data.x_train.reshape(-1, 784) / 255).astype("float32")
scale = codes.std()

# %%
judge_digits = training.load_model("judge_digits")


def draw_digits(noise):
    """A batch of real codes for each game, shape (GAMES, BATCH, 30)."""
    number = keras.random.randint((GAMES, BATCH), 0, len(codes), seed=noise)
    return keras.ops.take(codes / scale, number, axis=0)


# %%
def drawn(codes) -> np.ndarray:
    """Black and white digits of codes, shape (n, 30) → (n, 28, 28, 1), ink is 1."""
    return (pca.inverse_transform(codes * scale) >= 0.5).reshape(-1, 28, 28, 1).astype("float32")


# %%
def judged(codes) -> tuple[float, float]:
    """The share of drawn codes that is recognized as digits, and their variety, 1 to 10."""
    seen = np.array_split(2 * drawn(codes) - 1, 4)
    logits = np.concatenate([judge_digits(part) for part in seen])
    probabilities = softmax(logits.astype(float), axis=1)[:, :10]
    shares = np.bincount(probabilities.argmax(axis=1), minlength=10) / len(codes)
    return np.mean(probabilities.max(axis=1) > 0.9), np.exp(entr(shares).sum())


# %%
DIGITS = {"normal": RECIPE, "slow": SLOW_HALF}
DIGITS |= {name: REMEDIES[name] for name in ("R1", "rates swapped")}
digits = {
    name: train({**recipe, "steps": half // 2}, draw_digits, 30, 30)
    for name, recipe in DIGITS.items()
}

# %%
held_out = pca.transform(data.x_test.reshape(-1, 784) / 255)[:1000] / scale
verdict = {"real digits": [judged(held_out)] * GAMES}
verdict |= {
    name: [judged(made) for made in game.points[half // 2]] for name, game in digits.items()
}
for name, found in verdict.items():
    recognized, variety = np.transpose(found)
    print(f"{name:<12} recognized {np.round(recognized, 2)}   variety {np.round(variety, 1)}")

# %%
rows = {name: drawn(game.points[half // 2][0][:12]) for name, game in digits.items()}
rows = {name: 1 - 2 * ink for name, ink in {"real digits": drawn(held_out[:12]), **rows}.items()}
images.show_sheet(rows, "Digits, drawn from 30 numbers", "Digits, a row for each", paper=0.8)

# %% [markdown]
# *Rows of twelve: real digits, a little broken by their 30 numbers; shapes of which some are
# digits; with the slow discriminator one and the same blot twelve times; with R1 two or three kinds
# of blot; with the rates swapped different shapes again, some of them digits.*
#
# The same change makes digits collapse, too: into one or a few kinds of blot, or, in one game of
# seed 2, into one digit over and over, of which the judge recognizes 74 %: look at both numbers.
# (The normal recipe is no good painter, either: it is small, and had 2,000 steps. But the judge
# guesses about eight kinds.) Swapping the rates helps here as there. **R1 with the same weight does
# not**, in these 2,000 steps: 30 numbers have other slopes than two. What cures a ring is a good
# guess for your data, no more.
#
# ## 9. Measure it
# *2 minutes*

# %% [markdown]
# A generator that jumps about covers some more modes now and then. So that no number hangs on one
# lucky moment, each is the middle one of **ten looks** at a game, 100 steps apart, the last of them
# at its end.


# %%
def usual(game: Game, end: int | None = None) -> np.ndarray:
    """Modes and good share of each game, the medians of ten looks, shape (GAMES, 2)."""
    steps = [step for step in sorted(game.points) if step <= (end or max(game.points))][-10:]
    looks = [np.clip(np.nan_to_num(game.points[step]), -99, 99) for step in steps]
    return np.median([[modes_and_good(x, CENTERS, SIGMA) for x in look] for look in looks], axis=0)


# %%
final = {name: usual(game) for name, game in games.items()}
final |= {"collapse": usual(games["collapse"], half), "collapse, longer": usual(games["collapse"])}
final |= {f"slow, {name}": usual(game) for name, game in remedies.items()}
final |= {f"ahead, {name}": usual(game) for name, game in ahead.items()}


# %%
def fewest(name: str) -> float:
    """The fewest modes that a recipe covers in any of its games."""
    return final[name][:, 0].min()


def most(name: str) -> float:
    """The most modes that a recipe covers in any of its games."""
    return final[name][:, 0].max()


LOSS_NAMES = {name: name.replace("-", "_").replace(" ", "_") for name in list(games)[:5]}

# %%
report(
    "08_losses_and_failures",
    **{f"modes_{key}": fewest(name) for name, key in LOSS_NAMES.items()},
    **{f"good_{key}": final[name][:, 1].mean() for name, key in LOSS_NAMES.items()},
    **{f"energy_distance_{key}": verdicts(games[n])[:, 2].mean() for n, key in LOSS_NAMES.items()},
    modes_gradient_penalty_equal_cost=equal_cost["gradient penalty"][:, 0].min(),
    good_gradient_penalty_equal_cost=equal_cost["gradient penalty"][:, 1].mean(),
    good_clipping_equal_cost=equal_cost["clipping"][:, 1].mean(),
    energy_distance_real=rivals["real"][2],
    good_circle=rivals["a circle"][1],
    modes_circle=rivals["a circle"][0],
    gradient_ratio=np.median(ratios),
    gradient_ratio_smallest=min(ratios),
    modes_minimax_ahead_adam=fewest("ahead, minimax, Adam"),
    modes_minimax_ahead_sgd=fewest("ahead, minimax, SGD"),
    modes_non_saturating_ahead_sgd=fewest("ahead, non-saturating, SGD"),
    modes_collapsed=most("collapse"),
    modes_cured=fewest("slow, R1"),
    modes_collapsed_twice_as_long=most("collapse, longer"),
    **{
        f"modes_slow_{name.replace(' ', '_')}".lower(): fewest(f"slow, {name}") for name in remedies
    },
    modes_slow_penalties_most=max(most(f"slow, {n}") for n in ("gradient penalty", "Wasserstein")),
    **{f"critic_says_{LOSS_NAMES[name]}": ratio[0].mean() for name, ratio in by_critic.items()},
    critic_says_late=by_critic["gradient penalty"][len(watched) // 2 :].mean(),
    **{
        f"digits_{what}_{name.replace(' ', '_').lower()}": value
        for name, found in verdict.items()
        for what, value in zip(("recognized", "variety"), np.mean(found, axis=0), strict=True)
    },
)

# %% [markdown]
# ## 10. Recap
# *5 minutes*
#
# **1. A cloud covers eight of eight modes. Is it good?**
#
# <details><summary>Answer</summary>
#
# Not yet: an even circle covers them, too. Ask for the share of good points, for a distance from
# fresh real points, and whether the points are copies.
# </details>

# %% [markdown]
# **2. The minimax gradient is a hundredth of the other one's. Why does Adam not care?**
#
# <details><summary>Answer</summary>
#
# Adam divides each gradient by its own usual size. A gradient that is small all the time makes
# steps as long as a large one does; only its direction counts. A plain step is as short as the
# gradient.
# </details>

# %% [markdown]
# **3. Somebody replaces cross-entropy by Wasserstein with a penalty and five critic steps, and gets
# a better GAN after equally many generator steps. What do you ask?**
#
# <details><summary>Answer</summary>
#
# How the old GAN does with three times as many steps, which cost as many gradients; over several
# seeds; and with which rates, since these decide more here than the loss does.
# </details>

# %% [markdown]
# **4. A GAN collapses. What would you try first, and what would you look at?**
#
# <details><summary>Answer</summary>
#
# Rates: a discriminator that learns no more slowly than the generator. Then R1, at several weights.
# Look at the points, not at the losses, and keep a control.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *Unrolling* (Metz et al. 2017): let the generator's gradient look through five steps of the
#   discriminator. Does it cure the collapse in three of three games?
# - *25 modes on a grid*, or heaps of unequal size: put them into `CENTERS` and `draw_ring`. Which
#   modes are lost first?
# - *More games.* Set `GAMES` to 10. How often does five discriminator steps cure the collapse?
#
# **References.** I. Goodfellow et al. (2014), *Generative Adversarial Nets*. X. Mao et al. (2017),
# *Least Squares Generative Adversarial Networks*. M. Arjovsky, S. Chintala and L. Bottou (2017),
# *Wasserstein GAN*. I. Gulrajani et al. (2017), *Improved Training of Wasserstein GANs*. L.
# Mescheder, A. Geiger and S. Nowozin (2018), *Which Training Methods for GANs do actually
# Converge?* T. Karras et al. (2018), *Progressive Growing of GANs*. L. Metz et al. (2017),
# *Unrolled Generative Adversarial Networks*. M. R. Zhang et al. (2019), *Lookahead Optimizer*. M.
# Lucic et al. (2018), *Are GANs Created Equal?* Digits: MNIST, © Y. LeCun and C. Cortes, CC BY-SA
# 3.0.
