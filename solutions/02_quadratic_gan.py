# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 02 · A GAN that learns y = x²
#
# You will build two small networks and let them play against each other. One of them never sees a
# single real point, and still it ends up **drawing the parabola**, to within about a hundredth.
#
# **You will learn**
# - to say what a generator and a discriminator take, return and want;
# - to write both losses on logits, and to explain why the generator's is not simply the other one
#   with its sign turned;
# - to write a training step with two optimizers, and to check that each half moves only its own
#   network;
# - to measure a GAN, whose losses do not tell how good it is;
# - to recognize three ways in which GANs fail, none of which raises an error.
#
# **Needs** 90 to 120 minutes of yours, half a minute to one of computing, 0.9 GB of memory. Lab 00,
# and some Keras: you have seen a `Dense` layer before.

# %% [markdown]
# ## 1. What will run here

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"epochs": 20, "steps_per_epoch": 500, "batch_size": 128, "learning_rate": 0.003},
    "full": {"epochs": 100, "steps_per_epoch": 1000, "batch_size": 128, "learning_rate": 0.001},
}[PROFILE]
LATENT_DIM, GENERATOR_UNITS, DISCRIMINATOR_UNITS = 5, 15, 25
SETTINGS

# %% [markdown]
# The networks are as small in `full` as in `quick`; `full` trains ten times as long, in smaller
# steps.

# %%
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(SEED)

# %% [markdown]
# ## 2. A game for two
#
# A forger prints banknotes. A shopkeeper, who gets genuine notes too, tries to turn the forged ones
# away. At first both are bad at it. But each refused note tells the forger a little about what gave
# it away, and each forgery that slips through makes the shopkeeper look harder. After a long while
# the notes are so good that the shopkeeper can only toss a coin.
#
# A **generative adversarial network** (GAN) is this game between two networks:
#
# | | generator $G$, the forger | discriminator $D$, the shopkeeper |
# |---|---|---|
# | takes | a *latent vector* $z$: random numbers | a data point, real or made up |
# | returns | a made-up data point | one number: how real it looks |
# | wants | that $D$ takes it for real | to tell the two kinds apart |
#
# In our code the made-up points are called `fake`, as in most GAN code.
#
# The generator never sees real data. All it learns comes back to it *through* the discriminator, as
# a gradient: in which direction each of its points should move to look more real.

# %%
from helpers import images

images.show_drawing("gan_game.png")

# %% [markdown]
# *Latent vectors go into the generator, which makes data from them. Made-up and real data both go
# into the discriminator, which returns a logit for each. The discriminator's loss changes the
# discriminator. The generator's loss goes back through the discriminator and the made-up data, and
# changes the generator.*
#
# In this lab a data point is a pair $(x, y)$ with $y = x^2$, so that you can *see* whether the game
# worked. The next labs put photographs in its place, and little else changes.
#
# ## 3. Real points
#
# First the genuine notes: $x$ anywhere between −0.5 and 0.5, each value as likely as any other, and
# $y = x^2$ exactly. Everything random comes from `rng`, a numpy generator, as in lab 00.

# %%
LOW, HIGH = -0.5, 0.5  # the range of x


# %% exercise="real_samples"
def real_samples(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n points of y = x², with x uniform from -0.5 to 0.5.

    Returns shape (n, 2): a row for each point, columns x and y.
    """
    ### BEGIN SOLUTION
    x = rng.uniform(-0.5, 0.5, n)
    return np.column_stack([x, x**2])
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `rng.uniform(low, high, n)` draws n numbers. `np.column_stack([first, second])` makes two arrays
# of length n the columns of one array, of shape (n, 2).
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Draw `x` with `rng.uniform(-0.5, 0.5, n)`; return `np.column_stack([x, x**2])`.
# </details>

# %% check="real_samples" points=1

# %%
from helpers import plots

AXES = ("x", "y")
rng = np.random.default_rng(SEED)
plots.scatter({"real": real_samples(300, rng)}, title="What the generator should learn", axes=AXES)

# %% [markdown]
# *300 real points: a parabola that opens upwards, lowest at (0, 0), with its ends at (−0.5, 0.25)
# and (0.5, 0.25).*
#
# ## 4. Latent points
#
# Now the forger's raw material: random numbers that know nothing of parabolas. A **latent vector**
# holds `latent_dim` independent standard normal numbers (mean 0, standard deviation 1); we take
# five. Lab 00 bent such numbers into tomatoes with a matrix. Here a network does the bending.
#
# We draw them with Keras, not numpy, because Keras will *compile* our training: it runs the Python
# **once**, writes down the operations, and from then on repeats those. See what becomes of a numpy
# draw:

# %%
numpy_rng = np.random.default_rng(SEED)
draw = tf.function(lambda: numpy_rng.normal())
print(f"two compiled numpy draws: {float(draw()):.4f} {float(draw()):.4f}")

# %% [markdown]
# Written down as a fixed number. `keras.random.normal(shape, seed=...)` is an operation, so it
# draws anew each time; a `keras.random.SeedGenerator` given as `seed` makes it repeatable.


# %% exercise="latent_points"
def latent_points(n: int, latent_dim: int, seed: keras.random.SeedGenerator):
    """Draw n latent vectors from a standard normal distribution, with random numbers from `seed`.

    Returns a tensor of shape (n, latent_dim), float32.
    """
    ### BEGIN SOLUTION
    return keras.random.normal((n, latent_dim), seed=seed)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# One call does it all. The shape is a pair: how many vectors, how long each is.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# The shape is `(n, latent_dim)`. Hand the seed generator on by name, `seed=seed`, and return what
# `keras.random.normal` gives you.
# </details>

# %% check="latent_points" points=1

# %% [markdown]
# ## 5. The generator
#
# How much network does it take to turn five random numbers into a point of the parabola? One hidden
# layer of 15 units is enough. Three details matter:
#
# - The **output layer is linear**, with two units, x and y. A sigmoid could not make a negative x.
# - The hidden layer needs an **activation** that bends: without one, the whole network is a
#   straight-line map, and no straight-line map makes a parabola. We take `"tanh"`, which bends
#   smoothly. In our trials over dozens of seeds it kept the game in balance more often than
#   `"leaky_relu"` with its sharp crease.
# - The hidden weights start from **`kernel_initializer="he_uniform"`**, which draws them larger
#   than the default does. Section 6 says why.
#
# In Keras, `keras.Sequential([...])` chains layers; `keras.Input((5,))` as its first element says
# that each example has five numbers (its shape is a tuple, hence the comma), and the weights are
# made at once.


# %% exercise="define_generator"
def define_generator(latent_dim: int, hidden_units: int) -> keras.Model:
    """A network from a latent vector to a point: one hidden layer, linear output.

    The hidden layer has an activation, and weights that start from "he_uniform".
    Takes shape (n, latent_dim), returns shape (n, 2).
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(hidden_units, "tanh", kernel_initializer="he_uniform"),
            keras.layers.Dense(2),
        ]
    )
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Three elements in the list: the `Input`, a hidden `Dense` layer with an activation, an output
# `Dense` layer without one.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `keras.layers.Dense(hidden_units, activation="tanh", kernel_initializer="he_uniform")` is
# the hidden layer and `keras.layers.Dense(2)` the output. Return `keras.Sequential([...])` with
# both after the `keras.Input((latent_dim,))`.
# </details>

# %% check="define_generator" points=2

# %% [markdown]
# What does it make before it has learned anything?

# %%
latent = latent_points(500, LATENT_DIM, keras.random.SeedGenerator(SEED))
untrained = define_generator(LATENT_DIM, GENERATOR_UNITS)
plots.scatter(
    {"real": real_samples(300, rng), "generated": np.asarray(untrained(latent))},
    title="Before training",
    axes=AXES,
)

# %% [markdown]
# *The parabola, small at this scale, and around it the untrained generator's points: a shapeless
# cloud several times as wide.*
#
# ## 6. The discriminator
#
# The shopkeeper is an ordinary classifier, built like the generator, with one hidden layer of 25
# units. It returns one number, a **logit**: above 0 means "rather real", below 0 "rather made up",
# and the sigmoid of it is the probability that point $p$ is real, $D(p) = \sigma(\text{logit})$. We
# leave that sigmoid to the losses, which then stay exact even where it rounds to 0 or 1.
#
# Our points differ by less than 1 from one another, and a network that starts with small weights
# hardly sees such differences. That is what `"he_uniform"` is for.


# %% exercise="define_discriminator"
def define_discriminator(hidden_units: int) -> keras.Model:
    """A network from a point to a logit of being real: one hidden layer, one linear output.

    The hidden layer has an activation, and weights that start from "he_uniform".
    Takes shape (n, 2), returns shape (n, 1).
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(hidden_units, "tanh", kernel_initializer="he_uniform"),
            keras.layers.Dense(1),
        ]
    )
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# It is built like the generator: other numbers of inputs, hidden units and outputs.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `keras.Input((2,))`, then `keras.layers.Dense(hidden_units, activation="tanh",
# kernel_initializer="he_uniform")`, then `keras.layers.Dense(1)`.
# </details>

# %% check="define_discriminator" points=2

# %% [markdown]
# ## 7. What each of them wants
#
# Written as one formula, the game is a *minimax* problem: $D$ makes it large, $G$ makes it small.
#
# $$\min_G \max_D \;\; \mathbb{E}_p \log D(p) + \mathbb{E}_z \log\big(1 - D(G(z))\big)$$
#
# Here $\mathbb{E}_p$ is the mean over real points $p$, and $\mathbb{E}_z$ that over latent vectors.
#
# ### The discriminator's loss
#
# Turn the sign, and the discriminator's part is the **binary cross-entropy** that every two-class
# classifier is trained with. Real points have the label 1, made-up points the label 0. On a logit
# $s$, the cross-entropy is $-\log\sigma(s)$ for label 1 and $-\log(1-\sigma(s))$ for label 0.
#
# A discriminator that has no idea returns the logit 0 for everything. How large is its loss then?
# Both cases give $-\log\frac12$, so it is $\log 2 \approx 0.693$. Keep that number in mind.
#
# `keras.losses.BinaryCrossentropy(from_logits=True)` *makes* a function; that one takes labels and
# logits, in this order, and returns the mean. `keras.ops.ones_like(logits)` makes labels of the
# same shape. (Or write the formula: $-\log\sigma(s)$ is `keras.ops.softplus(-s)`, and
# $-\log(1-\sigma(s))$ is `keras.ops.softplus(s)`.) The cost of two points with logits of −1:

# %%
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
two = tf.constant([[-1.0], [-1.0]])
print(f"if they are real:    {float(cross_entropy(keras.ops.ones_like(two), two)):.3f}")
print(f"if they are made up: {float(cross_entropy(keras.ops.zeros_like(two), two)):.3f}")


# %% exercise="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    """Binary cross-entropy of the discriminator: real points are 1, made-up points 0.

    Both arguments: logits of shape (n, 1). Returns one number (shape ()), the mean over all 2n.
    """
    ### BEGIN SOLUTION
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    on_real = cross_entropy(keras.ops.ones_like(real_logits), real_logits)
    on_fake = cross_entropy(keras.ops.zeros_like(fake_logits), fake_logits)
    return (on_real + on_fake) / 2
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two cross-entropies: `real_logits` against ones, `fake_logits` against zeros. The two batches are
# equally large, so the mean over all points is the mean of the two means.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)`, the real half is
# `cross_entropy(keras.ops.ones_like(real_logits), real_logits)`. The other half is the same with
# `zeros_like` and `fake_logits`. Return half of their sum.
# </details>

# %% check="discriminator_loss" points=2

# %% [markdown]
# ### The generator's loss
#
# In the formula above, the generator makes $\log(1 - D(G(z)))$ small. On paper that is right. But
# on photographs, for one, a discriminator may soon refuse the first, clumsy ones with great
# confidence, and exactly there this loss is flat: the generator gets hardly any gradient when it
# needs it most. It *saturates*.
#
# So one asks for the same thing in another way. Not "make it unlikely that they are called fake",
# but "make it likely that they are called **real**": the generator's loss is $-\log D(G(z))$, the
# cross-entropy of its own points with the label **1**. The best generator stays the same; far from
# it, the gradient is large. This is the *non-saturating* loss.


# %% exercise="generator_loss"
def generator_loss(fake_logits):
    """Non-saturating loss of the generator: its points should be called real.

    fake_logits: the discriminator's logits of made-up points, shape (n, 1). Returns one number
    (shape ()), the mean.
    """
    ### BEGIN SOLUTION
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# It is one half of the discriminator's loss, with the other label.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `cross_entropy(keras.ops.ones_like(fake_logits), fake_logits)`, with `cross_entropy` as before; or
# the mean of `keras.ops.softplus(-fake_logits)`.
# </details>

# %% check="generator_loss" points=2

# %% [markdown]
# How much do the two losses differ? We ask TensorFlow for their gradients. It computes what happens
# inside a `GradientTape` block as usual and keeps a record; `tape.gradient(a, b)` then goes through
# the record backwards and says how $a$ changes with $b$.


# %%
def saturating_loss(fake_logits):
    """The generator's part of the minimax formula: the mean of log(1 - D)."""
    return keras.ops.mean(-keras.ops.softplus(fake_logits))


def pull(loss, logit: float) -> float:
    """How strongly `loss` pushes one logit upwards: minus its gradient."""
    logit = tf.Variable([[logit]])
    with tf.GradientTape() as tape:
        value = loss(logit)
    return -float(tape.gradient(value, logit)[0, 0])


for logit in (-8.0, -4.0, 0.0, 4.0):
    saturating, ours = pull(saturating_loss, logit), pull(generator_loss, logit)
    print(f"logit {logit:4.0f}   pull upwards: minimax {saturating:.4f}, non-saturating {ours:.4f}")

# %%
logits = np.linspace(-8, 8, 65)
plots.lines(
    {
        "minimax": [pull(saturating_loss, logit) for logit in logits],
        "non-saturating": [pull(generator_loss, logit) for logit in logits],
    },
    "How hard a made-up point is pulled towards real",
    ("the discriminator's logit for it", "pull"),
    logits,
)

# %% [markdown]
# *Two S-shaped curves, mirror images of each other. For a point that is easily refused (logit −8)
# the minimax loss pulls with almost 0, the non-saturating loss with almost 1; for a point that
# passes (logit 8) it is the other way round.*
#
# A forgery that fools nobody gets the strongest pull, and one that passes is left alone. That is
# what we want. In *this* lab it matters little: the points are easy and the networks tiny, most
# logits stay near 0, and there both losses pull with 0.5. (Put `saturating_loss` in the place of
# `generator_loss` in `make_gan`, section 9: the parabola comes out as well.)
#
# ## 8. One step of training
#
# A step has two halves. First the discriminator learns from one batch of real and one of made-up
# points; then the generator learns from what the discriminator thinks of new points. Each half is
# the same recipe: compute a loss inside a tape, ask for gradients, hand them to an optimizer.
#
# Here it is on one number. Minimize $(w - 3)^2$ from $w = 0$ by one step of gradient descent with
# learning rate 0.1. The gradient is $2(w - 3) = -6$, so $w$ should become $0.6$.

# %%
weight = keras.Variable(0.0)
optimizer = keras.optimizers.SGD(learning_rate=0.1)
with tf.GradientTape() as tape:
    loss = (weight - 3.0) ** 2
gradients = tape.gradient(loss, [weight])
optimizer.apply(gradients, [weight])
print(f"gradient {float(gradients[0]):.1f}, weight after one step {float(weight):.1f}")

# %% [markdown]
# A network brings its list along: `network.trainable_variables` in place of `[weight]`, without
# brackets. **Whose variables you name here decides who learns.** The discriminator's loss also
# depends on the generator, which made half of the points, but only the discriminator's variables
# get this gradient.
#
# Write the discriminator's half. `gan` holds all you need:
#
# | | |
# |---|---|
# | `gan.generator`, `gan.discriminator` | the networks: call them on a batch |
# | `gan.discriminator_loss(real_logits, fake_logits)` | your loss from section 7 |
# | `gan.generator_loss(fake_logits)` | your other loss |
# | `gan.discriminator_optimizer`, `gan.generator_optimizer` | one optimizer for each network |


# %% exercise="discriminator_step"
def discriminator_step(gan, real, latent):
    """Improve the discriminator by one step of its optimizer; leave the generator as it is.

    real: real points, shape (n, 2); latent: latent vectors for as many made-up points, shape
    (n, latent_dim). Returns three tensors: the loss, shape (), and the logits of the real and of
    the made-up points it was computed from, shapes (n, 1).
    """
    ### BEGIN SOLUTION
    fake = gan.generator(latent, training=True)
    with tf.GradientTape() as tape:
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(fake, training=True)
        loss = gan.discriminator_loss(real_logits, fake_logits)
    variables = gan.discriminator.trainable_variables
    gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss, real_logits, fake_logits
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Make the points before the tape, `gan.generator(latent)`, since nothing about the generator is to
# be learned here. Inside the tape: two calls of the discriminator, then the loss.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Inside: `real_logits = gan.discriminator(real)`, the same for the made-up points, and
# `loss = gan.discriminator_loss(real_logits, fake_logits)`. After it:
# `variables = gan.discriminator.trainable_variables`, then
# `gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)`. Return
# `loss, real_logits, fake_logits`.
# </details>
#
# <details><summary>Still stuck?</summary>
#
# `catch_up("discriminator_step")` in a new cell, or the solution in
# `solutions/02_quadratic_gan.ipynb`. (The solution says `training=True` to both networks. Layers
# such as dropout care about that; these networks have none.)
# </details>

# %% check="discriminator_step" points=3

# %% [markdown]
# Now the generator's half. One thing is different: this time the points must be made **inside** the
# tape. The gradient runs from the loss back through the discriminator, on through the points, into
# the generator.


# %% exercise="generator_step"
def generator_step(gan, latent):
    """Improve the generator by one step of its optimizer; leave the discriminator as it is.

    latent: latent vectors, shape (n, latent_dim). Returns the loss, shape ().
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        fake = gan.generator(latent, training=True)
        loss = gan.generator_loss(gan.discriminator(fake, training=True))
    variables = gan.generator.trainable_variables
    gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
    return loss
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# The same recipe with the other network's variables, loss and optimizer. The discriminator is used,
# but its variables are not named, so it stays as it is.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Inside the tape: `fake = gan.generator(latent)`, then
# `loss = gan.generator_loss(gan.discriminator(fake))`. After it, the gradients of `loss` for
# `gan.generator.trainable_variables` go to `gan.generator_optimizer.apply`. Return `loss`.
# </details>

# %% check="generator_step" points=3

# %% [markdown]
# ## 9. The model
#
# Now both halves go into a `keras.Model`. Its `train_step` is what `fit` calls for each batch, and
# `fit` brings the rest: epochs, progress, callbacks, and many steps compiled into one call. Every
# GAN of this course has this form. Read it once from top to bottom, and look for the two lines in
# which your halves are at work:
#
# - `class GAN(keras.Model)`: our class *is* a Keras model, with everything that models can do; the
#   methods below add to that or replace it. `super().compile(...)` calls the one it replaces.
# - `compile`: **two optimizers, each built on its own network's variables.** An optimizer remembers
#   something about every variable it moves, and refuses variables it was not built on.
# - `train_step`: one step, and the running means that `fit` shows. An accuracy is the share of
#   logits on the right side of 0.


# %%
class GAN(keras.Model):
    """A generator and a discriminator that learn from each other."""

    def __init__(self, generator, discriminator, latent_dim: int, seed: int):
        super().__init__()  # Keras sets up what every model has
        self.generator, self.discriminator = generator, discriminator
        self.latent_dim = latent_dim
        self.noise = keras.random.SeedGenerator(seed)
        names = ("discriminator_loss", "generator_loss", "accuracy_real", "accuracy_fake")
        self.means = {name: keras.metrics.Mean(name=name) for name in names}  # over an epoch

    def build(self, input_shape=None):
        self.built = True  # keras.Input gave both networks their weights already

    def call(self, latent, training=False):  # what gan(latent) does
        return self.generator(latent, training=training)

    def compile(
        self,
        generator_optimizer,
        discriminator_optimizer,
        generator_loss,
        discriminator_loss,
        **options,
    ):
        super().compile(optimizer=None, **options)  # Keras' own place is for one optimizer
        self.build()
        self.generator_loss, self.discriminator_loss = generator_loss, discriminator_loss
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        generator_optimizer.build(self.generator.trainable_variables)
        discriminator_optimizer.build(self.discriminator.trainable_variables)

    def train_step(self, real):
        n = keras.ops.shape(real)[0]
        latent = latent_points(n, self.latent_dim, self.noise)
        loss, real_logits, fake_logits = discriminator_step(self, real, latent)
        latent = latent_points(n, self.latent_dim, self.noise)  # new ones for the generator's half
        self.means["generator_loss"].update_state(generator_step(self, latent))
        self.means["discriminator_loss"].update_state(loss)
        self.means["accuracy_real"].update_state(real_logits > 0)
        self.means["accuracy_fake"].update_state(fake_logits < 0)
        return {name: mean.result() for name, mean in self.means.items()}


# %% [markdown]
# Both optimizers are Adam. `beta_1=0.5` gives each network a shorter memory of past gradients than
# the default 0.9: the opponent keeps changing, so yesterday's direction is soon wrong. (With 0.9
# the points of this lab swing across the parabola and do not settle: section 13 has the
# numbers. Change it below and train.)


# %%
def make_gan(faster_generator: float = 1, seed: int = SEED) -> GAN:
    """A new GAN, ready for `fit`; its generator may take larger steps than its discriminator."""
    generator = define_generator(LATENT_DIM, GENERATOR_UNITS)
    gan = GAN(generator, define_discriminator(DISCRIMINATOR_UNITS), LATENT_DIM, seed)
    adam, rate = keras.optimizers.Adam, SETTINGS["learning_rate"]
    gan.compile(
        adam(faster_generator * rate, beta_1=0.5, use_ema=True, ema_momentum=0.998),  # section 11
        adam(rate, beta_1=0.5),
        generator_loss,
        discriminator_loss,
        steps_per_execution=100,  # compiled together: one call of Python for 100 steps
    )
    return gan


# %% [markdown]
# ### Three questions before a long run
#
# A GAN can be wired wrongly and still run without an error. So ask first, on one step: does each
# half move its own network? Does it leave the other alone? Do gradients reach the generator?


# %%
def weights_of(network) -> list[np.ndarray]:
    """A copy of the weights that training moves."""
    return [weight.numpy().copy() for weight in network.trainable_variables]


def distance(before, after) -> float:
    """The farthest that any single weight has moved."""
    return max(float(np.abs(a - b).max()) for a, b in zip(after, before, strict=True))


trial, batch = make_gan(), tf.constant(real_samples(128, rng), "float32")
latent = latent_points(128, LATENT_DIM, trial.noise)
halves = {
    "discriminator's": lambda: discriminator_step(trial, batch, latent),
    "generator's": lambda: generator_step(trial, latent),
}
for name, half in halves.items():
    before = weights_of(trial.generator), weights_of(trial.discriminator)
    half()
    print(f"the {name} half moves the generator by", end=" ")
    print(f"{distance(before[0], weights_of(trial.generator)):.4f}, the discriminator by", end=" ")
    print(f"{distance(before[1], weights_of(trial.discriminator)):.4f}")

# %% [markdown]
# Two zeros, in the right places.

# %%
with tf.GradientTape() as tape:
    loss = generator_loss(trial.discriminator(trial.generator(latent)))
weights = trial.generator.trainable_variables
for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
    print(f"{weight.path:<28} {weight.shape!s:<9} mean |gradient| {np.abs(gradient).mean():.4f}")

# %% [markdown]
# None of them is zero: the way from the loss through the discriminator into every layer of the
# generator is open.
#
# ## 10. Train
#
# Two small helpers go along. `Watch` keeps what the generator draws from the *same* 500 latent
# vectors as it learns, and the discriminator's weights beside it. `StopOnNaN` ends a run that has
# broken. Their `on_train_batch_end` is called after each *call* of Python: with
# `steps_per_execution=100`, after every 100 steps.


# %%
class Watch(keras.callbacks.Callback):
    """Keeps the generator's points, and the discriminator's weights, as training goes on."""

    def __init__(self, latent):
        super().__init__()
        self.latent, self.points, self.discriminators = latent, {}, {}

    def keep(self):
        step = int(self.model.generator_optimizer.iterations)
        self.points[step] = np.asarray(self.model.generator(self.latent))
        self.discriminators[step] = self.model.discriminator.get_weights()

    def on_train_begin(self, logs=None):
        self.keep()

    def on_train_batch_end(self, batch, logs=None):
        self.keep()


class StopOnNaN(keras.callbacks.Callback):
    """Ends training when a loss is no longer a number, and says where to look."""

    def on_train_batch_end(self, batch, logs=None):
        broken = [name for name, value in logs.items() if not np.isfinite(value)]
        if broken:
            self.model.stop_training = True
            step = int(self.model.generator_optimizer.iterations)
            print(
                f"Stopped at step {step}: {broken[0]} is not a finite number. Look for NaN in the "
                "real points, then for a logarithm in your own loss, then lower the learning rate."
            )


# %% [markdown]
# One epoch is one pass over a set of real points. **A question first:** will the losses go down, as
# in other training? Where will they end?

# %%
steps, batch_size = SETTINGS["steps_per_epoch"], SETTINGS["batch_size"]
training_points = real_samples(steps * batch_size, rng).astype("float32")
gan, watch = make_gan(), Watch(latent_points(500, LATENT_DIM, keras.random.SeedGenerator(SEED)))
history = gan.fit(
    training_points,
    batch_size=batch_size,
    epochs=SETTINGS["epochs"],
    callbacks=[watch, StopOnNaN()],
    verbose=2,
).history

# %% [markdown]
# The means of whole epochs hide the beginning. But `Watch` has kept both sides of the game: ask
# again.

# %%
some_real = real_samples(300, rng)
probe = define_discriminator(DISCRIMINATOR_UNITS)  # takes the weights that `Watch` has kept


def verdicts(step: int) -> tuple[float, ...]:
    """Both losses, and the share judged rightly of real and of made-up points, at this step."""
    probe.set_weights(watch.discriminators[step])
    real, fake = probe(some_real), probe(watch.points[step])
    losses = discriminator_loss(real, fake), generator_loss(fake)
    return (*map(float, losses), np.mean(real > 0), np.mean(fake < 0))


watched = sorted(watch.points)
curves = np.transpose([verdicts(step) for step in watched])

# %%
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
plots.lines(
    {"discriminator": curves[0], "generator": curves[1]},
    "Both losses",
    ("step", "loss"),
    watched,
    level=(np.log(2), "log 2: no idea"),
    ax=left,
)
plots.lines(
    {"real points": curves[2], "made-up points": curves[3]},
    "The discriminator's accuracy",
    ("step", "share judged rightly"),
    watched,
    level=(0.5, "tossing a coin"),
    ax=right,
)
left.set(ylim=(0.6, 0.8))
right.set(ylim=(0, 1))
plots.show(figure)

# %% [markdown]
# *Left, both losses: after a restless start of a thousand steps or two they lie close to the dotted
# line at log 2, and there they stay. Right, the share of points judged rightly: for real and for
# made-up points it swings around one half, and mostly one is high when the other is low.*
#
# If they fall at all, then at the very start. They measure one network against the other, and the
# other improves too: both end at log 2. From the second half of this curve you could not tell
# whether anything was still being learned. **A GAN's losses are no progress bar**: we will need
# other numbers.
#
# And the shopkeeper tosses a coin. That can mean that the forgeries are perfect, or that the
# shopkeeper is not very good. Look at the points.
#
# ### What the generator drew

# %%
LIMITS = ((-0.75, 0.75), (-0.3, 0.5))


def show_moments(watch: Watch, moments: list[int]) -> None:
    """What the generator drew after each of these numbers of steps, in a row."""
    figure, panels = plt.subplots(1, len(moments), figsize=(11, 3.4), sharey=True)
    for ax, step in zip(panels, moments, strict=True):
        drawn, (low, high) = watch.points[step], np.transpose(LIMITS)
        unseen = np.sum(np.any((drawn < low) | (drawn > high), axis=1))
        title = f"after {step:,} steps\n({unseen} of {len(drawn)} outside)"
        legend = "upper center" if ax is panels[-1] else None
        groups = {"real": some_real, "generated": drawn}
        plots.scatter(groups, title, AXES, ax, LIMITS, legend)
        ax.label_outer()
    plots.show(figure)


last = max(watch.points)
show_moments(watch, [0, 300, 1000, last])

# %% [markdown]
# *Four pictures of the same 500 latent vectors. At step 0 a shapeless cloud, much of it out of the
# picture; after 300 and 1,000 steps it has drawn together near the parabola, with at most the
# beginnings of its shape; at the end it is a thin curve on the parabola or close beside it.*
#
# The last curve may lie visibly beside the parabola, or stick out at its ends: it never comes to
# rest. Section 11 repairs that.
#
# ### What the discriminator thinks
#
# Its probability of being real, for every place in the plane: early in the game, and at the end.


# %%
def probability_of_real(points: np.ndarray) -> np.ndarray:
    """What `probe` thinks: shape (n, 2) → (n,), from 0 to 1."""
    return np.asarray(keras.ops.sigmoid(probe(points.astype("float32"))))[:, 0]


figure, panels = plt.subplots(1, 2, figsize=(10.5, 4))
for ax, step in zip(panels, (300, last), strict=True):
    probe.set_weights(watch.discriminators[step])
    plots.surface(
        probability_of_real,
        {"real": some_real[:150], "generated": watch.points[step][:150]},
        f"after {step:,} steps",
        AXES,
        label="probability of being real",
        ax=ax,
        limits=LIMITS,
        center=0.5,
    )
plots.show(figure)

# %% [markdown]
# *Orange where the discriminator takes points for real, blue where it refuses them, a line where it
# has no opinion. Left, early in the game, broad shades that do not follow the parabola. Right, at
# the end, shades that are bent like the parabola, ever bluer away from it; along the parabola they
# are nearly white.*
#
# To judge well, the discriminator had to learn the parabola too. And along it, it has little left
# to say. How often is it right, about 10,000 real points and as many made-up ones?

# %%
many = latent_points(10_000, LATENT_DIM, keras.random.SeedGenerator(SEED + 1))
last_weights = np.asarray(gan.generator(many))
of_real = probability_of_real(real_samples(10_000, rng))
of_fake = probability_of_real(last_weights)
accuracy_real, accuracy_fake = np.mean(of_real > 0.5), np.mean(of_fake < 0.5)
print(f"real points:    {of_real.mean():.3f} real on average, {accuracy_real:.0%} judged rightly")
print(f"made-up points: {of_fake.mean():.3f} real on average, {accuracy_fake:.0%} judged rightly")
print(f"both kinds:     {(accuracy_real + accuracy_fake) / 2:.0%} judged rightly")

# %% [markdown]
# Read the two shares together: they add up to about 100 %. With all probabilities so near one half,
# a hair's breadth decides how many points are called real, of either kind alike.
#
# ## 11. Take the average
#
# The curve keeps moving to the last step, and whether that step is a good one is luck. Why? Each
# network follows the other's latest weakness, and overshoots. So the weights move around a good
# place, as on a circle, and do not stop in it. But the *center* of a circle can be had: average the
# weights over many steps. That is what `use_ema=True` has been doing all along (EMA: exponential
# moving average). After each step it sets
#
# $$\text{average} \leftarrow 0.998 \cdot \text{average} + 0.002 \cdot \text{weights},$$
#
# in which about the last 500 steps count. `finalize_variable_values` writes the average into a list
# of variables: here those of a second generator, so that `gan` stays as it is.

# %%
averaged = define_generator(LATENT_DIM, GENERATOR_UNITS)
gan.generator_optimizer.finalize_variable_values(averaged.trainable_variables)
generated = np.asarray(averaged(many))

# %% [markdown]
# `generated` holds 10,000 points, drawn in one call. Here are 500 of them, beside what the last
# weights make of the same latent vectors:

# %%
plots.panels(
    {
        "last weights": {"real": some_real, "generated": last_weights[:500]},
        "averaged weights": {"real": some_real, "generated": generated[:500]},
    },
    AXES,
    LIMITS,
)

# %% [markdown]
# *Left, points of the last weights: a thin curve on the parabola or close beside it. Right, points
# of the averaged weights: they lie on the real ones or very near them.*
#
# Seeing is one thing; section 12 puts a number on it. (Yours looks bad? Run on from the training
# cell: it starts a new GAN from other weights.)
#
# Now the whole story as a film. Most of the movement is at the start: the first ten pictures are
# 100 steps apart, the later ones further. The last shows the averaged weights.

# %%
from matplotlib.figure import Figure

from helpers.run import ROOT


def frame(drawn: np.ndarray, title: str) -> Figure:
    """One picture of the film: real points and generated ones."""
    figure = Figure(figsize=(6.4, 4.4), dpi=80)
    ax = figure.subplots()
    groups = {"real": some_real, "generated": drawn}
    plots.scatter(groups, title, AXES, ax, LIMITS, legend="upper center")
    return figure


chosen = watched[:10] + watched[10 :: len(watched) // 20]
frames = [frame(watch.points[step], f"step {step:,}") for step in chosen]
frames.append(frame(np.asarray(averaged(watch.latent)), f"step {last:,}, averaged weights"))
film = images.save_gif(frames, ROOT / "build" / "02_quadratic_gan.gif")
images.show_gif(film, "A cloud of generated points shrinks, bends and settles on the parabola.")

# %% [markdown]
# *The film shows the generated cloud shrink and bend until it is a curve. The curve wobbles around
# the parabola and never comes quite to rest; that of the averaged weights lies on it.*
#
# ### Use it
#
# Training is over; the discriminator can go home. To make data you need the generator alone, and
# random numbers:

# %%
for x, y in np.asarray(averaged(latent_points(5, LATENT_DIM, gan.noise))):
    print(f"x {x:6.3f}   y {y:6.3f}   x² {x * x:6.3f}")

# %% [markdown]
# ## 12. Measure it
#
# A GAN is an *implicit* model: it draws points but gives them no density, so there is no
# log-density to compare, as in lab 00. We look at what it draws. The obvious question: how far are
# the points from the parabola? The **residual** of a point is $y - x^2$, and the root mean square
# (RMSE) of all residuals sums them up: $\sqrt{\frac1n \sum_i (y_i - x_i^2)^2}$.


# %% exercise="residual_rmse"
def residual_rmse(points: np.ndarray) -> float:
    """Root mean square of the residuals y - x² of points, shape (n, 2)."""
    ### BEGIN SOLUTION
    x, y = points[:, 0], points[:, 1]
    return float(np.sqrt(np.mean((y - x**2) ** 2)))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `points[:, 0]` is the column of all x. Read the formula from the inside out: residual, square,
# mean, root.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `np.sqrt(np.mean((y - x**2) ** 2))`, with `x` and `y` the two columns.
# </details>

# %% check="residual_rmse" points=1

# %%
print(f"last weights      RMSE {residual_rmse(last_weights):.4f}")
print(f"averaged weights  RMSE {residual_rmse(generated):.4f}")
recent = [residual_rmse(watch.points[step]) for step in watched[-20:]]
print(f"last 20 pictures  RMSE {min(recent):.4f} to {max(recent):.4f}")

# %% [markdown]
# A run that ends on its last weights ends anywhere in that range; the average is near its low end,
# or below.
#
# Is so small an RMSE, on a curve 0.25 high, enough to call the parabola learned? Think of a
# generator that draws the point $(0, 0)$ and nothing else, ten thousand times. Its RMSE is 0,
# better than ours.
#
# So a second number must ask for **variety**. Cut the range of x into 20 bins of equal width. Real
# points fill them evenly: $n/20$ in each, give or take some. A bin counts as *covered* if it holds
# at least a quarter of that. The **coverage** is the share of covered bins, from 0 to 1.


# %% exercise="coverage"
def coverage(x: np.ndarray, bins: int = 20) -> float:
    """Share of equal bins on [-0.5, 0.5] that hold at least a quarter of n / bins values.

    x: shape (n,). Values out of range fill no bin, but they count in n. Returns 0 to 1.
    """
    ### BEGIN SOLUTION
    counts, _ = np.histogram(x, bins=bins, range=(-0.5, 0.5))
    return float(np.mean(counts >= 0.25 * len(x) / bins))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.histogram(x, bins=..., range=(-0.5, 0.5))` returns the counts and the edges of the bins. The
# mean of an array of True and False is the share of True.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `counts, _ = np.histogram(x, bins=bins, range=(-0.5, 0.5))`, then the mean of
# `counts >= 0.25 * len(x) / bins`.
# </details>

# %% check="coverage" points=2

# %% [markdown]
# Two more numbers come ready-made: the share of points **out of range**, and the **energy
# distance**, which compares two clouds as a whole. It is 0 for the same cloud, and grows when the
# points of one lie elsewhere than those of the other *or* are spread differently.
#
# No number means much alone, so three rivals stand beside ours:
#
# - **real again**: 10,000 fresh real points. Nobody can be expected to do better. Its energy
#   distance is not quite 0, because two samples always differ a little; this is the floor.
# - **untrained**: what learning nothing scores.
# - **20 memorized points**: draws 20 training points over and over. Perfectly real, every one.

# %%
from helpers import metrics

reference = real_samples(10_000, rng)


def judge(points: np.ndarray) -> dict[str, float]:
    """Four numbers for generated points, shape (n, 2)."""
    return {
        "rmse": residual_rmse(points),
        "coverage": coverage(points[:, 0]),
        "out_of_range": float(np.mean((points[:, 0] < LOW) | (points[:, 0] > HIGH))),
        "energy_distance": metrics.energy_distance(points[:4000], reference[:4000]),
    }


scores = {
    "our GAN": judge(generated),
    "real again": judge(real_samples(10_000, rng)),
    "untrained": judge(np.asarray(untrained(many))),
    "20 memorized points": judge(rng.choice(training_points[:20], 10_000)),
}
print(f"{'':<20} {'RMSE':>8} {'coverage':>9} {'out of range':>13} {'energy dist.':>13}")
for name, s in scores.items():
    print(
        f"{name:<20} {s['rmse']:8.4f} {s['coverage']:9.0%} {s['out_of_range']:13.1%} "
        f"{s['energy_distance']:13.5f}"
    )

# %% [markdown]
# Read each row as a whole. The memorizer has the RMSE of real points, which is what it draws, and
# nothing out of range; its coverage gives it away. The untrained generator may cover many bins, as
# points scattered everywhere do; its RMSE and its strays give it away. Only the energy distance
# catches both, but it does not say what is wrong.
#
# Ours should have an RMSE of about a hundredth or less, every bin covered, at most a few percent
# out of range, and an energy distance between the floor and some ten times that, far below the
# rivals'. It does not reach the floor: 15 hidden units can only come near a curve, and the ends of
# the range are hard to hit exactly.
#
# These numbers once more, for the record:

# %%
report(
    "02_quadratic_gan",
    **scores["our GAN"],
    rmse_last_weights=residual_rmse(last_weights),
    rmse_untrained=scores["untrained"]["rmse"],
    energy_distance_real=scores["real again"]["energy_distance"],
    energy_distance_untrained=scores["untrained"]["energy_distance"],
    coverage_memorized=scores["20 memorized points"]["coverage"],
    energy_distance_memorized=scores["20 memorized points"]["energy_distance"],
    accuracy_real=accuracy_real,
    accuracy_fake=accuracy_fake,
)

# %% [markdown]
# ## 13. When it goes wrong
#
# ### A hole in the data
#
# One missing value among 12,800 real points. A loss that is not a number makes every gradient and
# then every weight not a number, and nothing brings them back:

# %%
holed = training_points[:12_800].copy()
holed[5000, 1] = np.nan
broken = make_gan()
broken.fit(holed, batch_size=128, epochs=5, callbacks=[StopOnNaN()], verbose=0)
print("weights that are NaN:", f"{np.isnan(broken.generator.get_weights()[0]).mean():.0%}")

# %% [markdown]
# The callback ended the run after the first 100 steps; without it, the rest of the five epochs
# would have been spent on nothing. Start again with a new model: this one is lost.
#
# ### The generator finds a favorite
#
# Here is the same GAN, but the generator learns ten times as fast as the discriminator.

# %%
hasty, watch_hasty = make_gan(faster_generator=10), Watch(watch.latent)
hasty_history = hasty.fit(
    training_points, batch_size=batch_size, epochs=6, callbacks=[watch_hasty], verbose=0
).history
end = max(watch_hasty.points)
show_moments(watch_hasty, [end - 600, end - 400, end - 200, end])

# %% [markdown]
# *Four pictures, 200 steps apart. In most of them the generated points huddle in one stretch of the
# plane, or on a line across it, and leave much of the parabola empty; from picture to picture they
# move elsewhere.*
#
# How would you have noticed? Both GANs in their sixth epoch, on last weights; RMSE and coverage are
# means over the last ten pictures of that epoch:

# %%
for name, kept, past in (("ours", watch, history), ("hasty", watch_hasty, hasty_history)):
    drawn = [kept.points[step] for step in range(end - 900, end + 1, 100)]
    rmse = np.mean([residual_rmse(points) for points in drawn])
    share = np.mean([coverage(points[:, 0]) for points in drawn])
    losses = past["discriminator_loss"][5], past["generator_loss"][5]
    print(
        f"{name:<6} losses {losses[0]:.3f} {losses[1]:.3f}   RMSE {rmse:.3f}   {share:.0%} covered"
    )

# %% [markdown]
# This is **mode collapse**: the generator puts everything where the discriminator is weakest at the
# moment. The discriminator learns to refuse that place, the generator runs on to the next one, and
# the chase never ends. The losses hardly show it, the coverage and a look at the points do. The
# same learning rate for both, or smaller rates, a small `beta_1` and larger batches are the first
# things to try.
#
# That was one short run. Here is the whole lab to its end, over three seeds: as it is, and with one
# thing changed, be it the generator's pace or the `beta_1` of section 9.

# %%
from helpers.controls import controls_table

controls_table({"rmse": "RMSE", "rmse_last_weights": "RMSE, last weights", "coverage": "coverage"})

# %% [markdown]
# With either change the points of the averaged weights lie about ten times as far from the parabola
# as ours, and they cover two to four of the 20 bins, where ours cover all. No run raised an
# error.
#
# ### The recipe that no longer works
#
# Many older listings build three models: a generator, a discriminator with its own `compile`, and a
# chain of the two in which the discriminator is frozen, `trainable = False`, so that training the
# chain moves the generator alone. The freezing was meant to count for the chain only. Let us run 20
# steps of it (`train_on_batch` is one step of training on one batch), and watch the discriminator.

# %%
import warnings

old_generator = define_generator(LATENT_DIM, GENERATOR_UNITS)
old_discriminator = define_discriminator(DISCRIMINATOR_UNITS)
old_discriminator.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
old_discriminator.trainable = False
chain = keras.Sequential([old_generator, old_discriminator])
chain.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))

# %%
ones, zeros = np.ones((128, 1)), np.zeros((128, 1))
before = old_generator.get_weights(), old_discriminator.get_weights()
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    for _ in range(20):
        z = latent_points(128, LATENT_DIM, trial.noise)
        old_discriminator.train_on_batch(real_samples(128, rng), ones)
        old_discriminator.train_on_batch(old_generator(z), zeros)
        chain.train_on_batch(z, ones)

# %%
print("generator moved by    ", distance(before[0], old_generator.get_weights()))
print("discriminator moved by", distance(before[1], old_discriminator.get_weights()))
print("weights it may change: ", len(old_discriminator.trainable_variables))
print("heard on the way:      ", *{str(warning.message) for warning in heard})

# %% [markdown]
# The discriminator has moved by **exactly 0**, although we trained it 40 times. Keras reads which
# weights are trainable when it first *runs* a step, not when you call `compile`; by then, the
# line `trainable = False` had frozen the discriminator for both uses. (In the Keras of those
# listings `compile` kept its own list, and the recipe worked.)
#
# There is one warning, easily lost among progress bars, and then the generator spends all its
# training on pleasing a judge who knows nothing and never learns. With two optimizers and a list of
# variables for each, as in your two halves, nothing needs freezing.
#
# ## 14. Recap
#
# **1. The generator never sees a real point. How does it know where to go?**
#
# <details><summary>Answer</summary>
#
# Through the discriminator. The gradient of its loss goes back through the discriminator to each
# made-up point, and says in which direction the point would look more real; from there it goes on
# into the generator's weights.
# </details>

# %% [markdown]
# **2. Why is the generator's loss not the minimax one?**
#
# <details><summary>Answer</summary>
#
# Where the discriminator is sure that a point is made up, the gradient of $\log(1 - D)$ is almost
# 0. The gradient of $-\log D$ is large there. Both ask for the same thing. (In this lab the
# discriminator is hardly ever that sure.) </details>

# %% [markdown]
# **3. Both losses stand at 0.69 and the accuracy at one half. Is the generator good?**
#
# <details><summary>Answer</summary>
#
# You cannot tell. The discriminator cannot tell the points apart: because they are good, or because
# it is bad itself. Look at the points, and measure them without the discriminator.
# </details>

# %% [markdown]
# **4. A generator scores RMSE 0. What do you ask next?**
#
# <details><summary>Answer</summary>
#
# What its coverage is. Memorized points, or one real point drawn again and again, score 0 as well.
# </details>

# %% [markdown]
# **5. A listing sets `D.trainable = False` between two calls of `compile`. What do you do?**
#
# <details><summary>Answer</summary>
#
# Run one step and look whether the discriminator's weights move. In Keras 3 they do not; write a
# `train_step` with two optimizers in its place.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.** All of these need only a change in section 3 or in one setting, and a run:
#
# - *Another function.* Put $\sin(5x)$ or $|x|$ in place of $x^2$, in `real_samples` and in
#   `residual_rmse`. Which corners come out rounded?
# - *A ring, or two moons.* A ring is $(\cos t, \sin t)$ with $t$ from 0 to $2\pi$: measure the
#   distance from the circle, and the coverage in bins of the angle. Two moons are two half rings,
#   pushed into each other: does the generator leave the gap between them empty?
# - *Latent dimensions.* Set `LATENT_DIM` to 1, 2 and 20. The parabola is a line: is one dimension
#   the best choice then?
#
# **Next:** lab 03, where the same `GAN` class makes photographs of tomatoes.
#
# **References.** I. Goodfellow et al. (2014), *Generative Adversarial Nets* (the game, and the
# non-saturating loss). A. Radford, L. Metz and S. Chintala (2016), *Unsupervised Representation
# Learning with Deep Convolutional Generative Adversarial Networks* (Adam with 0.5). Y. Yazıcı et
# al. (2019), *The Unusual Effectiveness of Averaging in GAN Training*. G. J. Székely and M. L.
# Rizzo (2013), *Energy statistics: A class of statistics based on distances*.
