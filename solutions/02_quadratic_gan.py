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
# Two small networks play against each other. One of them never sees a real point, and still it ends
# up **drawing the parabola**, to within about a hundredth.
#
# **You will learn**
# - to say what a generator and a discriminator take, return and want;
# - what the best discriminator would say, and what a generator does that plays against it;
# - to write both losses on logits, and to see how hard each of them pulls at a point;
# - to write a training step with two optimizers, and the loop around it;
# - to measure a GAN, whose losses do not tell how good it is, and to catch one that only copies.
#
# **Needs** about two and a half hours of yours, half a minute to one of computing, 1 GB of
# memory. Lab 00, and some Keras: you have seen a `Dense` layer before. Minutes stand under each
# heading.

# %% [markdown]
# ## 1. What will run here
# *2 minutes*

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
# `full` trains the same small networks ten times as long, in smaller steps.

# %%
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(SEED)

# %% [markdown]
# ## 2. A game for two
# *4 minutes*
#
# A forger prints banknotes. A shopkeeper, who gets genuine notes too, tries to turn the forged ones
# away. At first both are bad at it. But each refused note tells the forger what gave it away, and
# each forgery that slips through makes the shopkeeper look harder. In the end the notes are so good
# that the shopkeeper can only toss a coin.
#
# A **generative adversarial network** (GAN) is this game between two networks:
#
# | | generator $G$, the forger | discriminator $D$, the shopkeeper |
# |---|---|---|
# | takes | a *latent vector* $z$: random numbers | a data point, real or made up |
# | returns | a made-up data point | one number: how real it looks |
# | wants | that $D$ takes it for real | to tell the two kinds apart |
#
# In code made-up points are `fake`.
#
# The generator never sees real data. All it learns comes *through* the discriminator, as a
# gradient: in which direction each of its points should move to look more real.

# %%
from helpers import images

images.show_drawing("gan_game.png")

# %% [markdown]
# *Latent vectors go into the generator, which makes data from them. Made-up and real data both go
# into the discriminator, which returns a logit for each. The discriminator's loss changes the
# discriminator. The generator's loss goes back through the discriminator and the made-up data, and
# changes the generator.*
#
# ## 3. Real points and made-up ones
# *9 minutes*
#
# A data point is a pair $u = (x, y)$ with $y = x^2$, so that you can *see* whether the game worked;
# $x$ is drawn evenly from −0.5 to 0.5.

# %%
LOW, HIGH = -0.5, 0.5  # the range of x


def real_samples(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n points of y = x²: shape (n, 2), columns x and y."""
    x = rng.uniform(LOW, HIGH, n)
    return np.column_stack([x, x**2])


rng = np.random.default_rng(SEED)

# %% [markdown]
# The generator turns a **latent vector**, five independent standard normal numbers, into a point.
# Lab 00 bent such numbers into tomatoes with a matrix; here a network does the bending. One hidden
# layer of 15 units is enough:
#
# - The **output layer is linear**, with two units, x and y. A sigmoid could not make a negative x.
# - The hidden layer needs an **activation** that bends: a network without one is a straight-line
#   map, and none of those makes a parabola. We take `"tanh"`, which goes smoothly from −1 to 1.
# - Its weights start from **`kernel_initializer="he_uniform"`**, larger than by default. The
#   discriminator, built alike, needs that: our points lie close together, and small weights hardly
#   tell them apart. (Section 11 tries it.)


# %%
def define_generator(latent_dim: int, hidden_units: int) -> keras.Model:
    """From latent vectors, shape (n, latent_dim), to points, shape (n, 2)."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(hidden_units, "tanh", kernel_initializer="he_uniform"),
            keras.layers.Dense(2),
        ]
    )


# %% [markdown]
# Now make fake points with it. `keras.random.normal(shape, seed=seed)` draws standard normal
# numbers of a shape such as `(n, latent_dim)`. With a `keras.random.SeedGenerator` as its `seed` it
# draws other ones in each call. A network is called like a function: `generator(latent)`.


# %% exercise="fake_samples"
def fake_samples(generator, n: int, latent_dim: int, seed: keras.random.SeedGenerator):
    """Draw n latent vectors, with random numbers from `seed`, and make a point of each.

    generator: from shape (n, latent_dim) to shape (n, 2). Returns its points, shape (n, 2).
    """
    ### BEGIN SOLUTION
    latent = keras.random.normal((n, latent_dim), seed=seed)
    return generator(latent)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two steps: the latent vectors, all n in one call, then the generator on all of them at once.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `latent = keras.random.normal((n, latent_dim), seed=seed)`; hand the seed on by name. Return
# `generator(latent)`.
# </details>

# %% check="fake_samples" points=1

# %% [markdown]
# What does it make untrained?

# %%
from helpers import plots

AXES = ("x", "y")
untrained = define_generator(LATENT_DIM, GENERATOR_UNITS)
drawn = fake_samples(untrained, 500, LATENT_DIM, keras.random.SeedGenerator(SEED))
groups = {"real": real_samples(300, rng), "generated": np.asarray(drawn)}
plots.scatter(groups, "Before training", AXES)

# %% [markdown]
# *The real points: a parabola that opens upwards, small at this scale, lowest at (0, 0). Around it
# the untrained generator's points: a shapeless cloud several times as wide.*
#
# ## 4. The discriminator, and the best there can be
# *28 minutes*
#
# The shopkeeper is an ordinary classifier. It returns one number, a **logit** $s$: above 0 means
# "rather real", below 0 "rather made up". The sigmoid of it is the probability that point $u$ is
# real, $D(u) = \sigma(s)$. We leave that sigmoid to the losses, which then stay exact even where it
# rounds to 0 or 1.


# %%
def define_discriminator(hidden_units: int, numbers: int = 2) -> keras.Model:
    """From points, each of so many numbers, to logits of being real, shape (n, 1)."""
    start = "he_uniform"
    return keras.Sequential(
        [
            keras.Input((numbers,)),
            keras.layers.Dense(hidden_units, "tanh", kernel_initializer=start),
            keras.layers.Dense(1),
        ]
    )


# %% [markdown]
# ### Its loss
#
# Written as one formula, the game is a *minimax* problem: $D$ makes it large, $G$ makes it small.
#
# $$\min_G \max_D \;\; \mathbb{E}_{\text{real } u} \log D(u) + \mathbb{E}_z \log\big(1 -
# D(G(z))\big)$$
#
# Here $\mathbb{E}$ is a mean: over real points $u$, and over latent vectors $z$. Turn the sign and
# halve it, and $D$'s side is the **binary cross-entropy** of every two-class classifier. Real
# points have the label 1, made-up ones the label 0. A logit $s$ costs $-\log\sigma(s)$ under the
# label 1 and $-\log(1-\sigma(s))$ under the label 0.
#
# A discriminator that has no idea says the logit 0, which costs $-\log\frac12 = \log 2 \approx
# 0.693$ under both labels. Keep that number in mind.
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
# ### The best discriminator
#
# How small can that loss become? Suppose we knew how densely real points lie at each place, $p(u)$,
# and made-up ones, $q(u)$. At one place the discriminator answers one number $d$, a probability.
# What the formula above gains there is
#
# $$p \log d + q \log(1 - d).$$
#
# Which $d$ between 0 and 1 makes it largest? Find it with pen and paper.


# %% exercise="best_discriminator"
def best_discriminator(p, q):
    """The probability of being real that a perfect discriminator answers at each place.

    p, q: arrays of one shape, the densities of real and of made-up points at these places, above 0.
    Returns that shape: the d between 0 and 1 that makes p log d + q log(1 - d) largest.
    """
    ### BEGIN SOLUTION
    return p / (p + q)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# At the top of a curve its slope is 0. The slope of $\log d$ is $1/d$, that of $\log(1-d)$ is
# $-1/(1-d)$.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# $p/d = q/(1-d)$, so $p(1-d) = qd$. Solve for $d$.
# </details>

# %% check="best_discriminator" points=2

# %% [markdown]
# Is it true? Take two Gaussian densities that we know, on a line: of real values, with mean 0 and
# standard deviation 1, and of made-up ones, with mean 1 and standard deviation 0.5. A network that
# sees only samples of both, and learns by your loss, should find your curve:

# %%
from scipy.stats import norm

line = np.linspace(-2.5, 2.5, 101)
p, q = norm.pdf(line, 0, 1), norm.pdf(line, 1, 0.5)

# %%
shopkeeper = define_discriminator(DISCRIMINATOR_UNITS, numbers=1)
adam = keras.optimizers.Adam(0.01)
adam.build(shopkeeper.trainable_variables)


# %%
@tf.function
def learn(real, fake):
    """One step of training a discriminator alone."""
    with tf.GradientTape() as tape:
        loss = discriminator_loss(shopkeeper(real), shopkeeper(fake))
    adam.apply(tape.gradient(loss, shopkeeper.trainable_variables), shopkeeper.trainable_variables)


# %%
for _ in range(1500):
    real, fake = rng.normal(0, 1, (256, 1)), rng.normal(1, 0.5, (256, 1))
    learn(tf.constant(real, "float32"), tf.constant(fake, "float32"))

# %%
import matplotlib.pyplot as plt

learned = np.asarray(keras.ops.sigmoid(shopkeeper(line[:, None].astype("float32"))))[:, 0]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
densities = {"real, p": p, "made up, q": q}
plots.lines(densities, "Two densities", ("value", "density"), line, ax=left)
answers = {"your best": best_discriminator(p, q), "a network's": learned}
coin = (0.5, "p = q")
plots.lines(answers, "Probability of being real", ("value", "D"), line, coin, right)
plots.show(figure)
apart = np.average(np.abs(answers["your best"] - learned), weights=p + q)
print(f"on average over all values, real and made up, they are {apart:.3f} apart")

# %% [markdown]
# *Left, two bells: the real one wide around 0, the made-up one narrow and tall around 1. Right, the
# best discriminator: almost 1 on the left, down to 0.2 just right of the made-up bell's top, and up
# again on the far right, where the wide bell is higher. It crosses one half where the bells cross.
# The network's curve lies close to it, but for the right edge, where it saw hardly any values.*
#
# Put your $d$ back into the loss. What remains is $\log 2 - \mathrm{JS}(p, q)$, with the
# **Jensen–Shannon divergence**
#
# $$\mathrm{JS}(p, q) = \tfrac12 \int p \log\frac{p}{m} + \tfrac12 \int q \log\frac{q}{m},
# \qquad m = \tfrac12 (p + q).$$
#
# It is 0 if $p = q$, and at most $\log 2$, where the two have no place in common. Let the made-up
# bell come nearer:

# %%
from scipy.special import rel_entr  # rel_entr(p, m) = p log(p / m)

wide = np.linspace(-5, 13, 1801)
p = norm.pdf(wide)
for shift in (8, 6, 4, 2, 1, 0):
    q = norm.pdf(wide, shift)
    real, made_up = best_discriminator(p, q), best_discriminator(q, p)  # d and 1 - d
    loss = -np.trapezoid(p * np.log(real) + q * np.log(made_up), wide) / 2
    m = (p + q) / 2
    js = np.trapezoid(rel_entr(p, m) + rel_entr(q, m), wide) / 2
    print(f"shift {shift}   best loss {loss:.3f}   JS {js:.3f}   log 2 - JS {np.log(2) - js:.3f}")

# %% [markdown]
# So a generator that plays this formula against the *best* discriminator makes the Jensen–Shannon
# divergence small. At $q = p$ the answer is one half everywhere and the loss $\log 2$, and neither
# side can do better on its own: an **equilibrium**. That is what GANs aim at.
#
# Two warnings. From shift 8 to 6 the divergence hardly changes: far away, there is nothing to
# follow. And all this holds for the *best* discriminator. On our parabola that one would always
# win, since a made-up point is never exactly on the curve; 25 hidden units see nothing that fine.
#
# ## 5. What the generator wants
# *21 minutes*
#
# In the minimax formula, the generator makes the mean of $\log(1 - D(G(z)))$ small. But a
# discriminator may soon refuse the first, clumsy forgeries with great confidence, and exactly there
# this loss is flat: it *saturates*, and the generator gets hardly any gradient when it needs it
# most.
#
# So one asks for the same in another way. Not "make it unlikely that they are called fake", but
# "make it likely that they are called **real**": the mean of $-\log D(G(z))$ should be small, the
# cross-entropy of its own points with the label **1**. This is the *non-saturating* loss. (Its
# equilibrium is the same; what it makes small on the way there is another divergence.) Write both.


# %% exercise="generator_loss"
def generator_loss(fake_logits, saturating: bool = False):
    """What the generator makes small: the mean of -log D, or, if saturating, of log(1 - D).

    fake_logits: the discriminator's logits of made-up points, shape (n, 1), so that D is their
    sigmoid. Returns one number (shape ()).
    """
    ### BEGIN SOLUTION
    if saturating:
        return -keras.ops.mean(keras.ops.softplus(fake_logits))
    return keras.ops.mean(keras.ops.softplus(-fake_logits))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# $-\log D$ is one of the two parts of the discriminator's loss, with the other label. And
# $\log(1-D)$ is the half for made-up points with its sign turned.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `keras.ops.mean(keras.ops.softplus(-fake_logits))` is the mean of $-\log D$, and
# `-keras.ops.mean(keras.ops.softplus(fake_logits))` that of $\log(1-D)$. Choose with
# `if saturating:`.
# </details>

# %% check="generator_loss" points=2

# %% [markdown]
# ### The pull
#
# What does a made-up point feel of this? A pull: minus the gradient of the loss with respect to the
# point. TensorFlow computes it from a record, a *tape*:

# %%
w = tf.constant(0.0)
with tf.GradientTape() as tape:
    tape.watch(w)  # a plain tensor must be watched; a network's weights are, without a word
    loss = (w - 3) ** 2
print(f"loss {float(loss):.0f}, gradient {float(tape.gradient(loss, w)):.0f}")

# %% [markdown]
# The loss falls as w grows: the pull is 6, upwards. Now for points.


# %% exercise="pull"
def pull(loss, discriminator, points):
    """How a loss of the discriminator's logits pulls each point: minus its gradient.

    loss: from logits, shape (n, 1), to one number; discriminator: from points to logits;
    points: a tensor of shape (n, d). Returns that shape: in which direction, and how strongly.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(discriminator(points))
    return -tape.gradient(value, points)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# As above: watch `points`, and compute the loss of the discriminator's logits inside the tape. Mind
# the sign.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Inside the tape: `tape.watch(points)`, then `value = loss(discriminator(points))`. After it,
# return `-tape.gradient(value, points)`.
# </details>

# %% check="pull" points=2

# %% [markdown]
# By the chain rule a point's pull is a product: the pull on its *logit*, times the **slope**, how
# the logit changes as the point moves. First the logits alone (a discriminator that returns its
# input makes "points" of them):

# %%
logits = np.linspace(-8, 8, 65)
column = tf.constant(logits[:, None], "float32")


def minimax(fake_logits):
    """The saturating loss, as a function of the logits alone."""
    return generator_loss(fake_logits, saturating=True)


def on_logits(loss) -> np.ndarray:
    """The pull of a loss on each of the logits, were it alone."""
    return np.asarray(pull(loss, lambda same: same, column))[:, 0] * len(column)


# %%
plots.lines(
    {"minimax": on_logits(minimax), "non-saturating": on_logits(generator_loss)},
    "How hard a logit is pulled towards real",
    ("the discriminator's logit of a made-up point", "pull"),
    logits,
)

# %% [markdown]
# *Two S-shaped curves, mirror images of each other. Where a point is easily refused (logit −8) the
# minimax loss pulls with almost 0, the non-saturating one with almost 1; where it passes (logit 8)
# it is the other way round.*
#
# The minimax loss pulls a logit with $D$, the other with $1 - D$: a forgery that fools nobody gets
# the strongest pull. But what moves is the point, and there the slope has its say. Take a
# discriminator made by hand, and three points above the parabola:


# %%
def by_hand(points):
    """Logits that fall with the square of the height above the parabola."""
    x, y = points[:, :1], points[:, 1:]
    return 3 - 50 * (y - x**2) ** 2


def length(loss, point) -> float:
    """How strongly a loss pulls one point."""
    return float(np.linalg.norm(pull(loss, by_hand, point)))


# %%
for height in (0.02, 0.2, 0.5):
    point = tf.constant([[0.0, height]])
    print(
        f"at {height:4}: logit {float(by_hand(point)[0, 0]):5.1f}, "
        f"slope {length(lambda s: keras.ops.mean(s), point):4.1f}, "
        f"pull: minimax {length(minimax, point):6.3f}, "
        f"non-saturating {length(generator_loss, point):6.3f}"
    )

# %% [markdown]
# At 0.5 the slope is largest, and still the minimax loss leaves the point almost where it is. In
# *this* lab that matters little: most logits stay near 0, where both losses pull with 0.5. (Section
# 11 tries this, too.)
#
# ## 6. One step of training
# *21 minutes*
#
# A step has two halves. First the discriminator learns from one batch of real and one of made-up
# points; then the generator learns from what the discriminator thinks of new ones. Each half
# computes a loss inside a tape, asks for gradients, and hands them to an optimizer, which moves the
# weights against them:

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
# | `gan.discriminator_loss(real_logits, fake_logits)` | your loss from section 4 |
# | `gan.generator_loss(fake_logits)` | your loss from section 5 |
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
# tape. The gradient runs from the loss back through the discriminator, on through the points (your
# pull), into the generator.


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
# ## 7. The model, and a loop of your own
# *22 minutes*
#
# Now both halves go into a `keras.Model`, the form of every GAN of this course. Look for the two
# lines in which your halves are at work:
#
# - `class GAN(keras.Model)`: our class *is* a Keras model; its methods add to what models can do,
#   or replace it. `super().compile(...)` calls the one it replaces.
# - `compile`: **two optimizers, each built on its own network's variables.** An optimizer remembers
#   something about every variable it moves, and refuses others.
# - `train_step`, which Keras' `fit` calls for each batch: one step, and the running means that
#   `fit` shows. An accuracy is the share of logits on the right side of 0.


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
        shape = keras.ops.shape(real)[0], self.latent_dim
        latent = keras.random.normal(shape, seed=self.noise)
        loss, real_logits, fake_logits = discriminator_step(self, real, latent)
        latent = keras.random.normal(shape, seed=self.noise)  # new ones for the generator's half
        self.means["generator_loss"].update_state(generator_step(self, latent))
        self.means["discriminator_loss"].update_state(loss)
        self.means["accuracy_real"].update_state(real_logits > 0)
        self.means["accuracy_fake"].update_state(fake_logits < 0)
        return {name: mean.result() for name, mean in self.means.items()}


# %% [markdown]
# Both optimizers are Adam. `beta_1=0.5` gives each network a shorter memory of past gradients than
# the default 0.9: the opponent keeps changing, so yesterday's direction is soon wrong. (Section 11
# again.)


# %%
def make_gan(faster_generator: float = 1, seed: int = SEED) -> GAN:
    """A new GAN, ready for `fit`; its generator may take larger steps than its discriminator."""
    generator = define_generator(LATENT_DIM, GENERATOR_UNITS)
    gan = GAN(generator, define_discriminator(DISCRIMINATOR_UNITS), LATENT_DIM, seed)
    adam, rate = keras.optimizers.Adam, SETTINGS["learning_rate"]
    gan.compile(
        adam(faster_generator * rate, beta_1=0.5, use_ema=True, ema_momentum=0.998),  # section 9
        adam(rate, beta_1=0.5),
        generator_loss,
        discriminator_loss,
        steps_per_execution=100,  # compiled together: one call of Python for 100 steps
    )
    return gan


# %% [markdown]
# A GAN can be wired wrongly and still run. So ask first: does each half move its own network, and
# leave the other alone?


# %%
def weights_of(network) -> list[np.ndarray]:
    """A copy of the weights that training moves."""
    return [weight.numpy().copy() for weight in network.trainable_variables]


def distance(before, after) -> float:
    """The farthest that any single weight has moved."""
    return max(float(np.abs(a - b).max()) for a, b in zip(after, before, strict=True))


# %%
trial, batch = make_gan(), tf.constant(real_samples(128, rng), "float32")
latent = keras.random.normal((128, LATENT_DIM), seed=trial.noise)
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
#
# ### The loop
#
# Around the step goes a loop. `fit` has one; write it once yourself. An **epoch** is one pass over
# a set of real points, in batches.


# %% exercise="train_epoch"
def train_epoch(discriminator_half, generator_half, points, batch_size, latent_dim, seed):
    """Train on every real point once, batch by batch: for each batch, one half after the other.

    discriminator_half: (real, latent) → loss, real logits, made-up logits; generator_half: latent →
    loss. Each moves its own network when it is called.
    points: real points, shape (n, 2), n a multiple of batch_size. Each half of each step gets
    batch_size new latent vectors, standard normal, drawn with `seed`.
    Returns the losses, shape (steps, 2): the discriminator's and the generator's.
    """
    ### BEGIN SOLUTION
    losses = []
    for start in range(0, len(points), batch_size):
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        of_discriminator, *_ = discriminator_half(points[start : start + batch_size], latent)
        latent = keras.random.normal((batch_size, latent_dim), seed=seed)
        losses.append([float(of_discriminator), float(generator_half(latent))])
    return np.array(losses)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `range(0, len(points), batch_size)` counts through the first places of all batches, and
# `points[start : start + batch_size]` is one of them. Latent vectors as in `fake_samples`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# In the loop: draw `latent`; `loss, real_logits, fake_logits = discriminator_half(batch, latent)`;
# draw `latent` anew; call `generator_half(latent)`; append both losses, as `float`, to a list.
# Return `np.array` of that list.
# </details>

# %% check="train_epoch" points=2

# %% [markdown]
# `tf.function` *compiles* a half: it runs the Python **once**, writes down the operations, and from
# then on repeats those, many times faster. (So what draws inside must be an operation, too: a numpy
# draw would be written down as fixed numbers.)

# %%
steps, batch_size = SETTINGS["steps_per_epoch"], SETTINGS["batch_size"]
training_points = real_samples(steps * batch_size, rng).astype("float32")
# %%
mine = make_gan()
losses = train_epoch(
    tf.function(lambda real, latent: discriminator_step(mine, real, latent)),
    tf.function(lambda latent: generator_step(mine, latent)),
    training_points,
    batch_size,
    LATENT_DIM,
    mine.noise,
)
# %%
drawn = fake_samples(mine.generator, 500, LATENT_DIM, keras.random.SeedGenerator(SEED))
groups = {"real": real_samples(300, rng), "generated": np.asarray(drawn)}
plots.scatter(groups, f"After {len(losses)} steps of your own loop", AXES)

# %% [markdown]
# *The cloud of generated points has shrunk to less than twice the parabola's width, and lies around
# it or across it; at most it begins to bend.*
#
# ## 8. Train
# *12 minutes*
#
# `fit` repeats that loop, 100 compiled steps in each call of Python. The callback `Watch` keeps
# what the generator draws from the *same* 500 latent vectors as it learns, and the discriminator's
# weights.


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

    def on_train_batch_end(self, batch, logs=None):  # after each call of Python: 100 steps
        self.keep()


# %% [markdown]
# **A question first:** will the losses go down, as in other training? Where will they end?

# %%
gan = make_gan()
watch = Watch(keras.random.normal((500, LATENT_DIM), seed=SEED))
history = gan.fit(
    training_points,
    batch_size=batch_size,
    epochs=SETTINGS["epochs"],
    callbacks=[watch],
    verbose=2,
).history

# %% [markdown]
# The means of whole epochs hide the beginning. `Watch` has kept it:

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
# other improves too. **A GAN's losses are no progress bar.**
#
# And the shopkeeper tosses a coin. For the *best* discriminator that would mean equilibrium;
# perhaps this is just not a good one. Look at the points.
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


# %%
last = steps * len(history["generator_loss"])
show_moments(watch, [0, 300, 1000, last])

# %% [markdown]
# *Four pictures of the same 500 latent vectors. At step 0 a shapeless cloud, much of it out of the
# picture; after 300 and 1,000 steps it has drawn together near the parabola; at the end it is a
# thin curve on the parabola or close beside it.*
#
# ### What the discriminator thinks
#
# Its probability of being real, for every place in the plane, and your `pull` on some of the
# generated points: early in the game, and at the end.


# %%
def probability_of_real(points: np.ndarray) -> np.ndarray:
    """What `probe` thinks: shape (n, 2) → (n,), from 0 to 1."""
    return np.asarray(keras.ops.sigmoid(probe(points.astype("float32"))))[:, 0]


# %%
figure, panels = plt.subplots(1, 2, figsize=(10.5, 4))
for ax, step in zip(panels, (300, last), strict=True):
    probe.set_weights(watch.discriminators[step])
    drawn = watch.points[step][:60]
    plots.surface(
        probability_of_real,
        {"real": some_real[:100], "generated": drawn},
        f"after {step:,} steps",
        AXES,
        label="probability of being real",
        ax=ax,
        limits=LIMITS,
        center=0.5,
    )
    ax.quiver(*drawn.T, *np.transpose(pull(generator_loss, probe, tf.constant(drawn))), width=0.004)
plots.show(figure)

# %% [markdown]
# *Orange where the discriminator takes points for real, blue where it refuses them, a line where it
# has no opinion; an arrow at each generated point, scaled anew in each picture. Left, early in the
# game, broad shades that do not follow the parabola, and arrows that point from blue towards
# orange. Right, at the end, shades that are bent like the parabola, mostly bluer away from it;
# along the parabola they are nearly white.*
#
# The discriminator had to learn the parabola too. How often is it right?

# %%
n = 4000
many = keras.random.normal((n, LATENT_DIM), seed=SEED + 1)
last_weights = np.asarray(gan.generator(many))
of_real = probability_of_real(real_samples(n, rng))
of_fake = probability_of_real(last_weights)
accuracy_real, accuracy_fake = np.mean(of_real > 0.5), np.mean(of_fake < 0.5)
print(f"real points:    {of_real.mean():.3f} real on average, {accuracy_real:.0%} judged rightly")
print(f"made-up points: {of_fake.mean():.3f} real on average, {accuracy_fake:.0%} judged rightly")
print(f"both kinds:     {(accuracy_real + accuracy_fake) / 2:.0%} judged rightly")

# %% [markdown]
# With all probabilities so near one half, a hair's breadth decides how many points of either kind
# are called real: the two shares add up to about 100 %.
#
# ## 9. Take the average
# *6 minutes*
#
# The last curve may lie visibly beside the parabola: each network follows the other's latest
# weakness, and overshoots. The smallest such game has one number on each side. $a$ wants $a \cdot
# b$ small, $b$ wants it large; they take small steps, in turns. Neither can gain at $a = b = 0$,
# the equilibrium. Do they find it?


# %%
def small_game(steps: int, rate: float = 0.1) -> np.ndarray:
    """Where a and b stand after each step, from (1, 0): shape (steps, 2)."""
    a, b, path = 1.0, 0.0, []
    for _ in range(steps):
        b += rate * a  # makes a·b larger
        a -= rate * b  # then this makes it smaller
        path.append((a, b))
    return np.array(path)


# %%
path = small_game(630)
groups = {"each step": path, "average of all": path.mean(axis=0, keepdims=True)}
plots.scatter(groups, "A game that goes round", ("a", "b"), limits=((-1.2, 2.4), (-1.2, 1.2)))
print(f"distance from (0, 0): last step {np.linalg.norm(path[-1]):.2f}, ", end="")
print(f"average {np.linalg.norm(path.mean(axis=0)):.3f}")

# %% [markdown]
# *The steps go round and round on one closed curve, nearly a circle, and never inwards. Their
# average lies in its middle, at (0, 0).*
#
# Our GAN has over 200 weights and no such tidy orbit. But if it, too, moves *around* a good place,
# an average helps. `use_ema=True` has averaged the generator's weights all along (EMA: exponential
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
# of the averaged weights: they lie on the real ones or very near them; the tips may be missing.*
#
# (Yours looks bad? Run the cell with `fit` again, and all cells after it: it starts a new GAN from
# other weights.) To make data you need the generator alone:

# %%
for x, y in np.asarray(fake_samples(averaged, 5, LATENT_DIM, gan.noise)):
    print(f"x {x:6.3f}   y {y:6.3f}   x² {x * x:6.3f}")

# %% [markdown]
# ## 10. Measure it
# *15 minutes*
#
# A GAN is an *implicit* model: it draws points but gives them no density to compare, as in lab 00.
# How far is what it draws from the parabola? The **residual** of a point is $y - x^2$, and the root
# mean square (RMSE) of all residuals sums them up.


# %%
def residual_rmse(points: np.ndarray) -> float:
    """Root mean square of the residuals y - x² of points, shape (n, 2)."""
    x, y = points.T
    return float(np.sqrt(np.mean((y - x**2) ** 2)))


# %%
print(f"last weights      RMSE {residual_rmse(last_weights):.4f}")
print(f"averaged weights  RMSE {residual_rmse(generated):.4f}")
recent = [residual_rmse(watch.points[step]) for step in watched[-20:]]
print(f"last 20 pictures  RMSE {min(recent):.4f} to {max(recent):.4f}")

# %% [markdown]
# A run that ends on its last weights ends anywhere in that range; the average is near its low end,
# or below.
#
# But a generator that draws the point $(0, 0)$ and nothing else has an RMSE of 0, better than ours.
# So a second number must ask for **variety**. Cut the range of x into 20 bins of equal width. Real
# points fill them evenly: about $n/20$ in each. A bin counts as *covered* if it holds at least a
# quarter of that. The **coverage** is the share of covered bins, from 0 to 1.


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
# Three more numbers: the share of points **out of range**; the **energy distance** of two clouds (0
# for the same cloud, more when the points of one lie elsewhere *or* are spread differently); and
# the distance to the **nearest training point**, in multiples of a fresh real point's: 0 for a
# copy.
#
# No number means much alone, so rivals stand beside ours. "Memorized" draws so many training points
# over and over; "blurred" moves each of these along the curve by about 0.001.

# %%
import pandas as pd
from scipy.spatial import KDTree

from helpers import metrics

# %%
reference, fresh = real_samples(n, rng), real_samples(n, rng)
to_training = KDTree(training_points).query  # the distance to the nearest, and which one it is


def judge(points: np.ndarray) -> dict[str, float]:
    """Five numbers for generated points, shape (n, 2)."""
    return {
        "rmse": residual_rmse(points),
        "coverage": coverage(points[:, 0]),
        "out_of_range": float(np.mean((points[:, 0] < LOW) | (points[:, 0] > HIGH))),
        "energy_distance": metrics.energy_distance(points, reference),
        "nearest_training": to_training(points)[0].mean() / to_training(fresh)[0].mean(),
    }


def on_curve(x: np.ndarray) -> np.ndarray:
    """Points of the parabola: shape (n,) → (n, 2)."""
    return np.column_stack([x, x**2])


# %%
copies = rng.choice(training_points[:1000], n)
scores = {
    "our GAN": judge(generated),
    "fresh real points": judge(fresh),
    "evenly spaced points": judge(on_curve((np.arange(n) + 0.5) / n + LOW)),
    "untrained": judge(np.asarray(untrained(many))),
    "20 memorized points": judge(rng.choice(training_points[:20], n)),
    "1,000 memorized points": judge(copies),
    "1,000 blurred": judge(on_curve(copies[:, 0] + rng.normal(0, 0.001, n))),
}
# %%
formats = {
    "rmse": "{:.4f}",
    "coverage": "{:.0%}",
    "out_of_range": "{:.1%}",
    "energy_distance": "{:.5f}",
    "nearest_training": "{:,.2f} ×",
}
pd.DataFrame(scores).T.apply(lambda column: column.map(formats[column.name].format))

# %% [markdown]
# Read each row as a whole.
#
# - **Ours** has an RMSE of about a hundredth or less, every bin covered, few strays. It copies
#   nothing: it lies hundreds of times farther from the training points than fresh ones do, because
#   it *misses* the curve a little. 15 hidden units can only come near it.
# - **Untrained** points, scattered everywhere, may cover every bin; the RMSE gives them away. The
#   coverage gives away 20 memorized ones.
# - **Fresh points are no limit.** Evenly spaced ones have a smaller energy distance: they lack the
#   heaps and gaps of a random draw.
# - **1,000 memorized points** pass the first four numbers as ours does: nothing off the curve, no
#   bin empty, and an energy distance of the same order, now smaller, now larger. Only the last
#   number sees them.
# - **Blurred**, they pass that one, too. There is not much to tell, either: on a curve little
#   longer than 1, a thousand points lie about a thousandth apart, so that memorizing with a little
#   width *is* a good model. A thousand photographs, of thousands of numbers each, lie far apart;
#   lab 03 asks again.
#
# For the record:

# %%
report(
    "02_quadratic_gan",
    **scores["our GAN"],
    rmse_last_weights=residual_rmse(last_weights),
    rmse_untrained=scores["untrained"]["rmse"],
    energy_distance_real=scores["fresh real points"]["energy_distance"],
    energy_distance_even=scores["evenly spaced points"]["energy_distance"],
    energy_distance_untrained=scores["untrained"]["energy_distance"],
    coverage_memorized_20=scores["20 memorized points"]["coverage"],
    energy_distance_memorized_20=scores["20 memorized points"]["energy_distance"],
    coverage_memorized_1000=scores["1,000 memorized points"]["coverage"],
    energy_distance_memorized_1000=scores["1,000 memorized points"]["energy_distance"],
    nearest_training_memorized_1000=scores["1,000 memorized points"]["nearest_training"],
    energy_distance_blurred=scores["1,000 blurred"]["energy_distance"],
    nearest_training_blurred=scores["1,000 blurred"]["nearest_training"],
    network_from_best=apart,
    accuracy_real=accuracy_real,
    accuracy_fake=accuracy_fake,
)

# %% [markdown]
# ## 11. When it goes wrong
# *6 minutes*
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
# How would you have noticed? Both GANs in their sixth epoch; RMSE and coverage are means over its
# last ten pictures:

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
# The generator **collapses**: it puts everything where the discriminator is weakest at the moment,
# and runs on when it is refused there. The losses hardly show it, coverage and a look at the points
# do. Try equal or smaller learning rates, a small `beta_1`, larger batches. (Where data fall into
# groups, or *modes*, such as ten kinds of digits, a generator may keep some and forget the others:
# **mode collapse**. A parabola has no groups.)
#
# Here is the whole lab over three seeds: as it is, and with one thing changed.

# %%
from helpers.controls import controls_table

controls_table({"rmse": "RMSE", "rmse_last_weights": "RMSE, last weights", "coverage": "coverage"})

# %% [markdown]
# The minimax loss does as well here. With each of the other changes the points of the averaged
# weights lie about ten to twenty times as far from the parabola as ours, and mostly more than half
# of the bins stay empty. No run raised an error.
#
# ## 12. Recap
# *4 minutes*
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
# Because a clumsy forgery would hardly be pulled.
# Where the discriminator is sure that a point is made up, $D$ is almost 0, and the minimax loss
# pulls its logit with $D$; the other pulls with $1 - D$. What the point feels is that, times the
# slope of the logit. (In this lab the discriminator is hardly ever that sure.) </details>

# %% [markdown]
# **3. Both losses stand at 0.69 and the accuracy at one half. Is the generator good?**
#
# <details><summary>Answer</summary>
#
# If the discriminator is the best there can be, yes: then $p/(p+q)$ is one half, so $q = p$. But a
# weak discriminator says the same. Look at the points, and measure them without it.
# </details>

# %% [markdown]
# **4. A generator scores RMSE 0 and covers every bin. What do you ask next?**
#
# <details><summary>Answer</summary>
#
# How near its points lie to the training points. A thousand memorized ones score as well.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further:**
#
# - Put $\sin(5x)$ or $|x|$ in place of $x^2$, in `real_samples`, `residual_rmse` and `on_curve`.
#   Which corners come out rounded?
# - Set `LATENT_DIM` to 1, 2 and 20. The parabola is a line: is one dimension the best choice then?
#
# **Next:** lab 03, where the same `GAN` class makes pictures of tomatoes.
#
# **References.** I. Goodfellow et al. (2014), *Generative Adversarial Nets* (the best
# discriminator, the non-saturating loss). A. Radford et al. (2016), *Unsupervised Representation
# Learning with Deep Convolutional GANs* (Adam with 0.5). L. Mescheder et al. (2018), *Which
# Training Methods for GANs do actually Converge?* (games that go round). Y. Yazıcı et al. (2019),
# *The Unusual Effectiveness of Averaging in GAN Training*. G. J. Székely and M. L. Rizzo (2013),
# *Energy statistics*.
#
# ## Appendix
# *10 minutes, if you like*
#
# ### The film
#
# The first ten pictures are 100 steps apart, the others further.

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


# %%
chosen = [*watched[:10], *range(1000, last, last // 10)]
frames = [frame(watch.points[step], f"step {step:,}") for step in chosen]
frames.append(frame(np.asarray(averaged(watch.latent)), f"step {last:,}, averaged weights"))
film = images.save_gif(frames, ROOT / "build" / "02_quadratic_gan.gif")
images.show_gif(film, "A cloud of generated points shrinks, bends and settles on the parabola.")

# %% [markdown]
# *The generated cloud shrinks and bends until it is a curve. It wobbles and
# never comes quite to rest; that of the averaged weights lies on it.*
#
# ### A hole in the data
#
# One missing value among 12,800 real points. A loss that is not a number (NaN) makes every weight
# not a number, for good. A callback can end such a run:


# %%
class StopOnNaN(keras.callbacks.Callback):
    """Ends training when a loss is no longer a number."""

    def on_train_batch_end(self, batch, logs=None):
        if not np.all(np.isfinite(list(logs.values()))):
            self.model.stop_training = True
            print("Stopped: a loss is not a finite number. Look for NaN in the real points first.")


# %%
holed = training_points[:12_800].copy()
holed[5000, 1] = np.nan
broken = make_gan()
broken.fit(holed, batch_size=128, epochs=5, callbacks=[StopOnNaN()], verbose=0)
print("weights that are NaN:", f"{np.isnan(broken.generator.get_weights()[0]).mean():.0%}")

# %% [markdown]
# ### The recipe that no longer works
#
# Many older listings freeze the discriminator, `trainable = False`, in a chain of both networks, so
# that training the chain moves the generator alone. 20 steps of it:

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
        z = keras.random.normal((128, LATENT_DIM), seed=trial.noise)
        old_discriminator.train_on_batch(real_samples(128, rng), ones)
        old_discriminator.train_on_batch(old_generator(z), zeros)
        chain.train_on_batch(z, ones)

# %%
print("generator moved by    ", distance(before[0], old_generator.get_weights()))
print("discriminator moved by", distance(before[1], old_discriminator.get_weights()))
print("heard on the way:      ", *{str(warning.message) for warning in heard})

# %% [markdown]
# The discriminator has moved by **exactly 0**, although we trained it 40 times. Keras reads which
# weights are trainable when it first *runs* a step; by then, `trainable = False` had frozen the
# discriminator for both uses. One warning, easily lost. With a list of variables for each
# optimizer, as in your two halves, nothing needs freezing.
