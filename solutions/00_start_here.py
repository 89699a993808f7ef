# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 00 · Start here
#
# In an hour you will have taught a model what ripe and unripe tomatoes are like, had it **invent
# tomatoes that nobody ever picked**, and proved with a number that it learned.
#
# **You will learn**
# - to work through a lab: exercises, checks, hints and your score;
# - to tell a *generative* model from a *discriminative* one;
# - to fit a density by maximum likelihood, to draw new points from it and to score points with it;
# - to find each model of this course on a map of the field;
# - to say what such models should not be used for.
#
# **Needs** about an hour of yours, half a minute of computing, 1 GB of memory.
# Python and a little numpy; no earlier lab. Minutes stand under each heading.

# %% [markdown]
# ## 1. What will run here
# *1 minute*
#
# Click into the cell above and press **Shift + Enter** to run it, then go on downwards, cell by
# cell. The next one tells you what you are working with.

# %%
describe_run()

# %% [markdown]
# The **profile** decides how large the models are. `quick` is the default: every lab learns
# something you can see on two CPU cores, within a few minutes and 1.6 GB. `full` trains at the
# size of the original experiments and wants a GPU. The **seed** fixes all random draws, so that
# running a lab twice gives the same numbers. Each lab sets its sizes from the profile in one cell
# like this one:

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"training_points": 400, "epochs": 30},
    "full": {"training_points": 4000, "epochs": 100},
}[PROFILE]
SETTINGS

# %% [markdown]
# ## 2. How an exercise works
# *6 minutes*
#
# An exercise is a cell with a blank: the line `raise NotImplementedError(...)`. You replace that
# line. Below it come folded hints, for when you want them, and then a **check**. It answers with
# one of three marks:
#
# | mark | means |
# |:-:|---|
# | ○ | not done yet |
# | ✗ | not right, with the reason |
# | ✓ | right, with the points you earned |
#
# Nothing breaks when a check says ✗: change your answer, run its cell, run the check again. Once it
# says ✓, `check.source("NAME")` shows what it asked. If you choose *Run All*, the notebook stops at
# the first cell that needs a blank filled in.
#
# Here is a small one to practice on. Fruit is measured in grams and in centimeters, and a model
# should not care which. So we give every column the mean 0 and the standard deviation 1. (This
# one is only for practice: the rest of the lab does not need it.)

# %%
import numpy as np


# %% exercise="standardise"
def standardise(points: np.ndarray) -> np.ndarray:
    """Shift and scale each column of `points` to mean 0 and standard deviation 1.

    points: shape (n, d), n points with d measurements each. Returns the same shape.
    """
    ### BEGIN SOLUTION
    mean, spread = points.mean(axis=0), points.std(axis=0)
    return (points - mean) / spread
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# An array can be averaged along one axis: `points.mean(axis=0)` gives one mean per column.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Compute two arrays of length d, the column means and the column standard deviations
# (`points.std(axis=0)`). Subtract the first from `points`, divide by the second. numpy applies
# both to every row.
# </details>
#
# <details><summary>Still stuck?</summary>
#
# Add a cell with `catch_up("standardise")` and run it: it loads the reference answer, for no
# points, so that you can go on. Come back later, fill in the blank and earn them after all. The
# answer with everything around it stands in `solutions/00_start_here.ipynb`.
# </details>

# %% check="standardise" points=1

# %% [markdown]
# At any time you can ask how far you are:

# %%
score_so_far()

# %% [markdown]
# ## 3. A basket of tomatoes
# *3 minutes*
#
# A market stall measures two things about each tomato: how much force it takes to dent it
# (*firmness*, in newtons) and how sweet its juice is (*sugar*, in degrees Brix: grams of sugar
# in 100 g of juice). Somebody has sorted them into ripe and unripe by taste.
#
# We made these measurements up, from two bell-shaped clouds whose true centers and shapes we
# know. That is a luxury real data never offers: it lets us say exactly how close a model came.

# %%
TRUE_MEAN = {"ripe": np.array([11.0, 5.9]), "unripe": np.array([23.0, 4.2])}
TRUE_COVARIANCE = {
    "ripe": np.array([[9.0, -1.0], [-1.0, 0.36]]),
    "unripe": np.array([[16.0, -0.8], [-0.8, 0.25]]),
}
KINDS = ("ripe", "unripe")


def pick_tomatoes(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Half ripe, half unripe: for each kind an array (n // 2, 2) of firmness and sugar."""
    return {
        kind: rng.multivariate_normal(TRUE_MEAN[kind], TRUE_COVARIANCE[kind], n // 2)
        for kind in KINDS
    }


rng = np.random.default_rng(SEED)
training = pick_tomatoes(SETTINGS["training_points"], rng)
held_out = pick_tomatoes(2000, rng)  # never used for fitting, only for measuring
{kind: points.shape for kind, points in training.items()}

# %%
from helpers import plots

AXES = ("firmness (N)", "sugar (°Brix)")
plots.scatter(training, title="The training tomatoes", axes=AXES)

# %% [markdown]
# *Two clouds that overlap a little: ripe tomatoes lie to the left and higher (soft and sweet),
# unripe ones to the right and lower (firm and less sweet). In both clouds firmer means less sweet.*
#
# ## 4. Tell them apart: a discriminative model
# *4 minutes*
#
# What is the chance that a tomato with these two measurements is ripe? A model that answers this,
# and only this, is **discriminative**: it learns $p(y \mid x)$, the label given the measurements.
# The simplest is *logistic regression*: one weight for each measurement, a number added to their
# sum (the *bias*), and a *sigmoid*, $1/(1+e^{-s})$, which turns any number $s$ into one between 0
# and 1. In Keras that is a single unit.

# %%
import keras

keras.utils.set_random_seed(SEED)
everything = np.concatenate([training[kind] for kind in KINDS])
center, spread = everything.mean(axis=0), everything.std(axis=0)
labels = np.repeat([1.0, 0.0], len(training["ripe"]))  # 1 = ripe

classifier = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
classifier.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
scaled = (everything - center) / spread
classifier.fit(scaled, labels, epochs=SETTINGS["epochs"], verbose=0)


def ripe_by_classifier(points: np.ndarray) -> np.ndarray:
    """Probability that each tomato is ripe: shape (n, 2) → (n,), from 0 to 1."""
    return np.asarray(classifier((points - center) / spread))[:, 0]


# %% [markdown]
# Does it work on tomatoes it has not seen?


# %%
def accuracy(probability_of_ripe) -> float:
    """Share of held-out tomatoes sorted rightly by a function (n, 2) → (n,)."""
    right = [
        probability_of_ripe(held_out["ripe"]) > 0.5,
        probability_of_ripe(held_out["unripe"]) <= 0.5,
    ]
    return float(np.mean(right))


print(f"logistic regression sorts {accuracy(ripe_by_classifier):.1%} of new tomatoes correctly")

# %% [markdown]
# Good at its task. Now ask it for a new ripe tomato. You cannot: it knows where the border runs
# between the kinds, and nothing about what lies on either side. Its three numbers say
# nothing about how sweet a ripe tomato usually is.
#
# ## 5. Learn how they are made: a generative model
# *32 minutes*
#
# A **generative** model learns the data themselves: $p(x)$, or here $p(x \mid y)$, the measurements
# given the kind. Then you can *draw* from it, and you can *score* how plausible any point is.
# Sorting comes along for free, as you will see.
#
# ### Fit
#
# We describe each kind by a two-dimensional Gaussian with mean $\mu$ and covariance $\Sigma$.
# Which $\mu$ and $\Sigma$? **Maximum likelihood**: those under which the training points are the
# most probable. For a Gaussian one can solve this with pen and paper:
#
# $$\hat\mu = \frac1n \sum_i x_i \qquad
# \hat\Sigma = \frac1n \sum_i (x_i - \hat\mu)(x_i - \hat\mu)^\top$$


# %% exercise="fit_gaussian"
def fit_gaussian(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit a Gaussian to `points` by maximum likelihood.

    points: shape (n, d). Returns the mean, shape (d,), and the covariance, shape (d, d).
    """
    ### BEGIN SOLUTION
    mean = points.mean(axis=0)
    centered = points - mean
    return mean, centered.T @ centered / len(points)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# With the deviations `centered = points - mean` of shape (n, d), the sum over $i$ in the formula
# is one matrix product of shape (d, d).
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `centered.T @ centered` is that sum; divide it by `len(points)`. `np.cov` can do it too, but
# mind two defaults: it expects one *row* per measurement, and it divides by n − 1.
# </details>

# %% check="fit_gaussian" points=2

# %% [markdown]
# How close did 200 tomatoes of each kind bring us to the truth?

# %%
model = {kind: fit_gaussian(training[kind]) for kind in KINDS}
for kind, (mean, covariance) in model.items():
    print(f"{kind:>6}  mean fitted {mean.round(2)}, true {TRUE_MEAN[kind]}")
    print(f"        covariance fitted {covariance.round(2).tolist()}")
    print(f"                     true {TRUE_COVARIANCE[kind].tolist()}")

# %% [markdown]
# ### Draw
#
# A computer can draw standard normal numbers: mean 0, standard deviation 1, independent. To turn
# a vector $z$ of them into a draw from our Gaussian, stretch and shift it: $x = \mu + Lz$. The
# covariance of $Lz$ is $L L^\top$, so we need a matrix $L$ with $L L^\top = \Sigma$. The *Cholesky
# factor* is one, and `np.linalg.cholesky(covariance)` computes it.
#
# Remember this picture: **random numbers in, data out**. The generator of a GAN does the same, with
# a neural network in place of $L$.


# %% exercise="draw_points"
def draw_points(
    mean: np.ndarray, covariance: np.ndarray, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw n points from a Gaussian, with random numbers from `rng`.

    mean: shape (d,); covariance: shape (d, d). Returns shape (n, d).
    """
    ### BEGIN SOLUTION
    z = rng.standard_normal((n, len(mean)))
    return mean + z @ np.linalg.cholesky(covariance).T
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `rng.standard_normal((n, d))` draws all the $z$ at once, one per row. The formula $Lz$ is for one
# column vector; for rows it reads `z @ L.T`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Two lines: draw `z` with the shape `(n, len(mean))`; return `mean + z @ L.T`, where `L` is
# `np.linalg.cholesky(covariance)`.
# </details>

# %% check="draw_points" points=2

# %% [markdown]
# Now fill a basket with tomatoes that never grew:

# %%
imagined = {
    kind: draw_points(mean, covariance, len(training[kind]), rng)
    for kind, (mean, covariance) in model.items()
}
plots.panels({"Real": training, "Generated": imagined}, AXES)

# %% [markdown]
# *Left the training tomatoes, right as many drawn from the fitted model, on the same axes: the two
# clouds have the same places, widths and tilts, but no single point is repeated.*
#
# ### Score
#
# How plausible is a tomato? The Gaussian gives every point a **log-density**, measured in *nats*:
#
# $$\log p(x) = -\tfrac12 \Big[ (x-\mu)^\top \Sigma^{-1} (x-\mu) + \log\det\Sigma
# + d \log 2\pi \Big]$$
#
# One nat more means $e \approx 2.7$ times as dense. Labs 01 and 05 judge their models by the same
# quantity.


# %% exercise="log_density"
def log_density(points: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Log-density of a Gaussian at each point, in nats.

    points: shape (n, d); mean: (d,); covariance: (d, d). Returns shape (n,).
    """
    ### BEGIN SOLUTION
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    log_det = np.linalg.slogdet(covariance)[1]
    return -0.5 * (distance + log_det + len(mean) * np.log(2 * np.pi))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Build the three terms in the bracket one by one. The last two are single numbers; only the first
# differs from point to point.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `centered = points - mean`, the first term for all points at once is
# `np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)`. The second is
# `np.linalg.slogdet(covariance)[1]`.
# </details>

# %% check="log_density" points=3

# %% [markdown]
# Together the two Gaussians make up a density of *all* tomatoes, half the weight each: $p(x) =
# \tfrac12\, p(x \mid \text{ripe}) + \tfrac12\, p(x \mid \text{unripe})$. And **Bayes' rule** turns
# them into a probability of being ripe, the ripe part of that sum: $p(\text{ripe} \mid x) =
# \tfrac12\, p(x \mid \text{ripe}) \,/\, p(x)$.


# %%
def log_density_of_all(points: np.ndarray, model: dict) -> np.ndarray:
    """Log-density, in nats, of tomatoes of either kind: shape (n, 2) → (n,)."""
    of_each = [log_density(points, *model[kind]) for kind in KINDS]
    return np.logaddexp(*of_each) + np.log(0.5)


def ripe_by_bayes(points: np.ndarray) -> np.ndarray:
    """Probability that each tomato is ripe, by Bayes' rule: shape (n, 2) → (n,)."""
    ripe = np.log(0.5) + log_density(points, *model["ripe"])
    return np.exp(ripe - log_density_of_all(points, model))


print(f"the generative model sorts {accuracy(ripe_by_bayes):.1%} of new tomatoes correctly")
plots.surface(
    lambda points: np.exp(log_density_of_all(points, model)),
    training,
    "What the model thinks tomatoes are like",
    AXES,
    label="density",
)

# %% [markdown]
# *Two hills of density, one over each cloud, both sloping from top left to bottom right; darker is
# denser. The training points sit where the model is dark.*
#
# ### What a border does not know
#
# Somebody puts a grape on the scale: soft (3 N) and very sweet (17 °Brix). What do both models say?

# %%
grape = np.array([[3.0, 17.0]])
typical = np.median(log_density_of_all(held_out["ripe"], model))
print(f"logistic regression: ripe with probability {ripe_by_classifier(grape)[0]:.4f}")
print(f"Bayes' rule:         ripe with probability {ripe_by_bayes(grape)[0]:.4f}")
print(f"generative model: log-density {log_density_of_all(grape, model)[0]:.0f} nats,")
print(f"                  where a typical ripe tomato has {typical:.1f}")

# %% [markdown]
# Both probabilities are all but certain, because they only ask *which of the two*. The density
# alone says: nothing like this has been seen. That is how generative models find the odd one out.
# (It is not always this easy: in lab 06 a density is fooled, and you will repair it.)
#
# ## 6. Measure it
# *5 minutes*
#
# Pictures flatter. Here is a number that can fail: the mean log-density of the 2,000 **held-out**
# tomatoes. Higher is better. We set our model between rivals that learned less and the truth, which
# no model beats except by luck. One rival learned nothing but the training tomatoes: it
# **memorizes**, with a density that is a little heap of width 0.05 on each of them and next to
# nothing elsewhere.

# %%
from sklearn.neighbors import KernelDensity

new = np.concatenate([held_out[kind] for kind in KINDS])
low, high = everything.min(axis=0), everything.max(axis=0)
inside = np.all((new > low) & (new < high), axis=1)
one_gaussian = fit_gaussian(everything)
truth = {kind: (TRUE_MEAN[kind], TRUE_COVARIANCE[kind]) for kind in KINDS}

memorizer = KernelDensity(bandwidth=0.05).fit(everything)  # a narrow Gaussian on each point

# %%
nats = {
    "memorized training tomatoes": memorizer.score(new) / len(new),
    "uniform in the training range": -np.log(np.prod(high - low)),  # generous: strays not counted
    "one Gaussian for all": log_density(new, *one_gaussian).mean(),
    "our model, one Gaussian per kind": log_density_of_all(new, model).mean(),
    "the truth": log_density_of_all(new, truth).mean(),
}
for name, value in nats.items():
    print(f"{name:<34} {value:6.2f} nats per tomato")
print(f"({np.mean(~inside):.1%} of the held-out tomatoes lie outside the training range)")
# %%
seen = memorizer.score(everything) / len(everything), log_density_of_all(everything, model).mean()
print(f"on the training tomatoes themselves: memorized {seen[0]:.2f}, our model {seen[1]:.2f}")

# %% [markdown]
# Ours should lie within a few hundredths of a nat of the truth: about 200 examples are enough to
# fit five numbers. One Gaussian for all is clearly worse: it puts much of its weight *between* the
# clouds, where tomatoes are rare.
#
# On the tomatoes it saw the memorizer beats us by far, and its draws would look perfect. On new
# ones it is worse than the uniform density, which knows nothing but a range. That is what
# *held-out* is for.
#
# Many models draw without scoring. Against them a second number helps: the share of drawn points
# that are exact copies of training points. (A copy that was moved by a hair escapes it.)

# %%
copies = np.mean([np.isin(imagined[k], training[k]).all(axis=1).mean() for k in KINDS])
report(
    "00_start_here",
    log_density=nats["our model, one Gaussian per kind"],
    log_density_one_gaussian=nats["one Gaussian for all"],
    log_density_truth=nats["the truth"],
    log_density_memorized=nats["memorized training tomatoes"],
    log_density_uniform=nats["uniform in the training range"],
    log_density_memorized_training=seen[0],
    log_density_training=seen[1],
    accuracy_generative=accuracy(ripe_by_bayes),
    accuracy_discriminative=accuracy(ripe_by_classifier),
    copied=copies,
)

# %% [markdown]
# ## 7. When it goes wrong
# *2 minutes*
#
# **Too few points.** Two points always lie on a line, so their fitted Gaussian has no width across
# it. Its covariance has no meaningful inverse, and the density would be all but infinite:

# %%
mean, covariance = fit_gaussian(training["ripe"][:2])
print("determinant of the covariance:", f"{np.linalg.det(covariance):.1e}")
print("width across the line:", f"{np.sqrt(abs(np.linalg.eigvalsh(covariance)[0])):.1e}")

# %% [markdown]
# A model that puts all its faith in the points it saw has *memorized*. You will meet this again in
# labs 01 and 03, with networks. The remedies are the same: more data, a simpler model, or a little
# extra width.
#
# **A shape that does not fit.** Maximum likelihood returns the best Gaussian even if the data are
# no Gaussian at all, and does not complain. Only a held-out number or a picture tells you.
#
# ## 8. A map of the field
# *2 minutes*
#
# All models of this course learn what data are like; they differ in what they let you ask.
# **Explicit** models give a point's density, exactly or as a bound. **Implicit** models only draw.

# %%
from helpers import images

images.show_drawing("field_map.png")

# %% [markdown]
# *A tree. Generative models split into explicit ones, which score points, and implicit ones, which
# only draw. Explicit and exact: Gaussians and mixtures (lab 00, this one), autoregressive models of
# text (labs 01 and 10). Explicit with a bound: variational autoencoders (labs 05 and 06), diffusion
# models (lab 11). Implicit: GANs on points and pictures (labs 02, 03, 04, 07, 08 and 09).*
#
# ## 9. What they are for, and what not
# *3 minutes*
#
# Generative models fill in what is missing (a scratched photograph, a lost word), find the odd one
# out (a faulty part, a forged payment), stretch small data sets, propose molecules and melodies,
# and let people write and draw with a tool that answers. In each case a person decides what to
# keep.
#
# They copy the ways of what they were shown, so three questions come before every use:
#
# - **Consent.** Did the people behind the data agree? A face, a voice or a diary that can be found
#   is not thereby free to be learned from. Someone who says no must be left out.
# - **Copyright.** Who made the training data, and under what licence? A model can repeat its
#   examples word for word: in lab 01 you will measure how often. This course ships only data that
#   may be shared, and says whose it is.
# - **Deception.** A made-up picture or voice of a real person who never did or said that (a
#   *deepfake*) can ruin a life. Do not make one without that person's clear agreement, and never
#   pass generated work off as a record of something that happened. Label it.
#
# And one about yourself: a sample looks sure of itself and knows nothing about truth. Do not let
# it decide about someone's health, money or freedom.
#
# ## 10. Recap
# *3 minutes*
#
# **1. What can a generative model do that a classifier cannot?**
#
# <details><summary>Answer</summary>
#
# Draw new data, and score how plausible a point is. Logistic regression gave a probability of
# *ripe* even to a grape; the density said that nothing like it had been seen.
# </details>

# %% [markdown]
# **2. Why do we measure on held-out tomatoes?**
#
# <details><summary>Answer</summary>
#
# A model can score its own training points as high as you like by memorizing them, as ours in
# section 6 did. Only points it has not seen tell whether it learned the clouds or the points.
# </details>

# %% [markdown]
# **3. In $x = \mu + Lz$, where does the randomness come from, and what did the model learn?**
#
# <details><summary>Answer</summary>
#
# All randomness is in $z$, which knows nothing of tomatoes. The model learned $\mu$ and $L$: how to
# bend noise into data. A GAN's generator is the same idea with a network.
# </details>

# %% [markdown]
# **4. A GAN is implicit. Which number of this lab could you not compute for it?**
#
# <details><summary>Answer</summary>
#
# The log-density. A GAN draws but does not score, so lab 02 measures its draws in other ways.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.** Set `"training_points"` to 20 and run the lab again: how far does our model
# fall behind the truth now? Give the two kinds a common covariance: what does the border by Bayes'
# rule look like then, and which of the two models in this lab does it remind you of?
#
# **Next:** lab 01, where a network writes headlines, one word at a time.
#
# **References.** A. Y. Ng and M. I. Jordan (2001), *On Discriminative vs. Generative Classifiers*.
# I. Goodfellow (2016), *NIPS 2016 Tutorial: Generative Adversarial Networks* (the map follows its
# family tree). R. Chesney and D. K. Citron (2019), *Deep Fakes: A Looming Challenge for Privacy,
# Democracy, and National Security*.
