# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 09 · The digit or fruit you ask for
#
# "A seven, please." So far your generators drew what they liked. Here you hand them a **condition**
# beside the noise, first which digit, then which tomato: flat or tall, orange or red, lit from
# where, with a star or without. You measure whether you get what you asked for, and whether you get
# more than one picture of it.
#
# **You will learn**
# - to hand a label to a generator, and to let a discriminator judge picture and label as a pair;
# - to write the training step of a conditional GAN;
# - to measure agreement and variety, and why either alone is worth nothing;
# - to ask for combinations that were never shown, and to find out how well that works;
# - to recognize a generator that ignores its label, and one that ignores its noise.
#
# **Needs** two and three quarter hours of yours, two to four minutes of computing, 1.6 GB of
# memory, and labs 02, 03 and 07. Minutes stand under each heading.

# %% [markdown]
# ## 1. What will run here
# *5 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"source": "embedded", "epochs": 12, "early": 4, "fruit_epochs": 60},
    "full": {"source": "mnist", "epochs": 10, "early": 3, "fruit_epochs": 300},
}[PROFILE]

# %%
LATENT_DIM, EMBEDDING, BATCH_SIZE, RATE = 32, 16, 32, 1e-3
SETTINGS

# %%
import keras
import numpy as np
import tensorflow as tf
from scipy.spatial.distance import pdist
from scipy.special import softmax

from helpers import datasets, metrics, training
from helpers.images import show_sheet

# %%
tf.get_logger().setLevel("ERROR")  # it warns of each network that is compiled anew
keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)
data = datasets.load_digits(SETTINGS["source"], seed=SEED)


# %%
def as_pictures(digits: np.ndarray) -> np.ndarray:
    """Bytes, shape (n, 28, 28), to float32 of shape (n, 28, 28, 1) in [-1, 1]; ink is 1."""
    return (digits[..., None] / 127.5 - 1).astype("float32")


# %%
x_train, x_test = as_pictures(data.x_train), as_pictures(data.x_test)
print("learned from", x_train.shape, "held out", x_test.shape)


# %% [markdown]
# A condition will always be a vector of numbers. For a digit it is **one-hot**: ten numbers, a 1 in
# the place of the digit and 0 elsewhere. For a tomato it will be four measures.


# %%
def one_hot(digits) -> np.ndarray:
    """Whole numbers 0 to 9, shape (n,), to conditions: float32, shape (n, 10)."""
    return np.eye(10, dtype="float32")[digits]


# %%
print("a three:", one_hot(3))

# %% [markdown]
# ## 2. A generator with two inputs
# *14 minutes*
#
# The generator of lab 07 takes noise. Let it take noise *and* a condition: turn the condition into
# a few numbers, put them behind the latent vector, and go on as before. "Turn into a few numbers"
# is a dense layer without bias, a matrix $E$ of one row for each entry of the condition:
# $e = c\,E$.

# %%
table = rng.normal(size=(10, 3)).round(1)  # 10 labels, 3 numbers each
print("one-hot times table:", one_hot(3) @ table, "  row 3 of the table:", table[3])

# %% [markdown]
# For a one-hot condition the product looks up a row. This is an **embedding**: each label has a row
# of numbers of its own, and training moves the rows. (`keras.layers.Embedding` does the same from
# the whole number 3. Our way also takes conditions that are measures, which we will need.)


# %% exercise="joined"
def joined(latent_dim: int, conditions: int, size: int) -> keras.Model:
    """Latent vector and embedded condition in one vector, the latent vector first.

    Takes a list [latent, condition] of shapes (n, latent_dim) and (n, conditions); returns
    (n, latent_dim + size). The embedding is a Dense layer of `size` units without bias.
    """
    ### BEGIN SOLUTION
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, use_bias=False)(condition)
    return keras.Model([latent, condition], keras.layers.Concatenate()([latent, embedded]))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two times `keras.Input`. Call the Dense layer on the condition, and
# `keras.layers.Concatenate()` on the list of what is to stand side by side. A `keras.Model` may
# have a list of inputs.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))`, then
# `embedded = keras.layers.Dense(size, use_bias=False)(condition)`. Return
# `keras.Model([latent, condition], keras.layers.Concatenate()([latent, embedded]))`.
# </details>

# %% check="joined" points=2

# %% [markdown]
# The rest paints as in lab 07: a dense layer, then transposed convolutions that double the picture.


# %%
def paint_layers(side: int, widths: tuple, colors: int) -> keras.Sequential:
    """From a vector to a picture: side × side at first, doubled for each of `widths` but the
    first."""
    layers = [keras.layers.Dense(side * side * widths[0])]
    layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Reshape((side, side, widths[0])))
    for channels in widths[1:]:
        layers.append(keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same"))
        layers += [keras.layers.BatchNormalization(momentum=0.8), keras.layers.ReLU()]
    layers.append(keras.layers.Conv2D(colors, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


# %%
def make_generator(conditions, side, widths, colors, embedding=EMBEDDING) -> keras.Model:
    """[latent (n, LATENT_DIM), condition (n, conditions)] → pictures in [-1, 1]."""
    joint = joined(LATENT_DIM, conditions, embedding)
    inputs = [keras.Input((LATENT_DIM,)), keras.Input((conditions,))]
    return keras.Model(inputs, paint_layers(side, widths, colors)(joint(inputs)))


# %% [markdown]
# ## 3. A discriminator that judges pairs
# *22 minutes*
#
# Nothing yet makes the generator *use* the label. That is the discriminator's part: it has to
# refuse a good seven when a three was asked for. So it judges **pairs**, a picture $x$ and its
# condition $c$. In lab 02 you found the perfect discriminator, $p/(p+q)$ for the densities $p$ of
# real points and $q$ of made-up ones; its logit is $\log(p/q)$. Now with densities of pairs, where
# $p(c \mid x)$ says how likely the condition $c$ is, given the picture $x$:
#
# $$s(x, c) \;=\; \log\frac{p(x, c)}{q(x, c)} \;=\; \underbrace{\log\frac{p(x)}{q(x)}}_{\text{is
# it a digit at all?}} \;+\; \underbrace{\log\frac{p(c \mid x)}{q(c \mid x)}}_{\text{is it the one
# asked for?}}$$
#
# The first part is a discriminator as you know it: a dense layer of some features $\phi(x)$, that
# is, $w \cdot \phi(x) + b$. The second compares two classifiers. A classifier gives each class $c$
# a score, the inner product of the features with a vector $v_c$ of that class, and takes a softmax.
# The logarithm of its answer is that score minus something that depends on $x$ alone. The
# difference of two such scores is one inner product again, and what depends on $x$ alone goes into
# the first part. So build the logit just like that:
#
# $$s(x, c) \;=\; w \cdot \phi(x) + b \;+\; v_c \cdot \phi(x).$$
#
# This is the **projection discriminator** (Miyato and Koyama 2018): the label is not one more
# input among 784 pixels, it decides in which direction the features are looked at.


# %% exercise="projection"
def projection(features: keras.Model, conditions: int) -> keras.Model:
    """A discriminator of pairs on top of a network that returns features.

    features: pictures → (n, f). Takes a list [pictures, condition], the second of shape
    (n, conditions), two `keras.Input`; returns logits (n, 1): a Dense(1) layer of the features,
    plus the inner product of the features with the embedded condition, a Dense layer of f units
    without bias.
    """
    ### BEGIN SOLUTION
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    direction = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    agrees = keras.ops.sum(seen * direction, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + agrees)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `features.input_shape[1:]` is the shape of one picture. Call `features` once, and use what it
# returns twice. An inner product for each row: multiply, then
# `keras.ops.sum(…, axis=-1, keepdims=True)`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `seen = features(pictures)`,
# `direction = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)`,
# `agrees = keras.ops.sum(seen * direction, axis=-1, keepdims=True)`. The logit is
# `keras.layers.Dense(1)(seen) + agrees`, of a `keras.Model([pictures, condition], …)`.
# </details>

# %% check="projection" points=3


# %%
def make_features(shape: tuple, width: int) -> keras.Model:
    """The discriminator of lab 07 up to its features: pictures → (n, 64)."""
    layers = [keras.Input(shape)]
    for number, stride in enumerate((2, 2, 2, 1)):
        layers.append(keras.layers.Conv2D(width * 2**number, 3, stride, padding="same"))
        if number > 0:
            layers.append(keras.layers.BatchNormalization(momentum=0.8))
        layers.append(keras.layers.LeakyReLU(0.2))
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(64)])


# %% [markdown]
# ## 4. The conditional step
# *18 minutes*
#
# In each step there is one batch of real pictures with **their own** conditions. The generator is
# asked for the same conditions, and the discriminator sees both kinds of pairs: each picture,
# real or drawn, beside the condition that it came with or was asked for.


# %% exercise="conditional_losses"
def conditional_losses(generator, discriminator, real, condition, latent):
    """The losses of one step, (generator's, discriminator's), two scalar tensors.

    real: pictures. condition: (n, conditions), theirs, and what the generator is asked for.
    latent: (n, latent_dim). Both networks are called with training=True: the generator once, the
    discriminator twice (on one batch of both, its batch normalization would mix them).
    Non-saturating: the mean of softplus(-s) over drawings; the discriminator's is the mean of
    softplus(-s) over real pairs plus the mean of softplus(s) over drawn ones.
    """
    ### BEGIN SOLUTION
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = generator([latent, condition], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, condition], training=True)
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Three calls: the generator on `[latent, condition]`, the discriminator on `[real, condition]` and
# on `[drawn, condition]`. Then the two losses of lab 02.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `drawn = generator([latent, condition], training=True)`; `of_real` and `of_drawn` are
# `discriminator([…, condition], training=True)`. Return
# `mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))`, with `mean` and
# `softplus` of `keras.ops`.
# </details>

# %% check="conditional_losses" points=3


# %%
class ConditionalGAN(keras.Model):
    """A generator, a discriminator of pairs, and an average of the generator."""

    def __init__(self, generator, discriminator, rate: float, seed: int):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.averaged = keras.models.clone_model(generator)
        self.averaged.set_weights(generator.get_weights())
        self.noise = keras.random.SeedGenerator(seed)
        self.of_generator, self.of_discriminator = (
            keras.optimizers.Adam(rate, beta_1=0.5) for _ in range(2)
        )
        self.of_generator.build(generator.trainable_variables)
        self.of_discriminator.build(discriminator.trainable_variables)
        names = ("generator_loss", "discriminator_loss")
        self.means = {name: keras.metrics.Mean(name=name) for name in names}

    def train_step(self, batch):
        real, condition = batch
        latent = keras.random.normal((keras.ops.shape(real)[0], LATENT_DIM), seed=self.noise)
        with tf.GradientTape() as tape, tf.GradientTape() as other_tape:
            losses = conditional_losses(self.generator, self.discriminator, real, condition, latent)
        variables = self.generator.trainable_variables
        self.of_generator.apply(tape.gradient(losses[0], variables), variables)
        variables = self.discriminator.trainable_variables
        self.of_discriminator.apply(other_tape.gradient(losses[1], variables), variables)
        self.move_average()
        for mean, loss in zip(self.means.values(), losses, strict=True):
            mean.update_state(loss)
        return {name: mean.result() for name, mean in self.means.items()}

    def move_average(self):
        step = keras.ops.cast(self.of_generator.iterations, "float32")
        keep = keras.ops.minimum(0.99, step / (step + 10))
        for old, new in zip(self.averaged.weights, self.generator.weights, strict=True):
            old.assign(keep * old + (1 - keep) * new)


# %%
def digit_gan(rate=RATE, embedding=EMBEDDING, widths=(64, 32, 16)) -> ConditionalGAN:
    """A new conditional GAN for digits."""
    keras.utils.set_random_seed(SEED)
    generator = make_generator(10, 7, widths, 1, embedding)
    return ConditionalGAN(generator, projection(make_features((28, 28, 1), 16), 10), rate, SEED)


# %%
def draw(generator, conditions, latent) -> np.ndarray:
    """What a generator paints for conditions and latent vectors, in portions of 250."""
    portions = np.array_split(np.arange(len(latent)), -(-len(latent) // 250))
    pairs = [[tf.constant(latent[rows]), tf.constant(conditions[rows])] for rows in portions]
    return np.concatenate([generator(pair, training=False) for pair in pairs])


# %%
asked = np.arange(1000) % 10  # each digit a hundred times
latent = np.asarray(keras.random.normal((1000, LATENT_DIM), seed=SEED + 1))


# %%
def train(gan: ConditionalGAN, images, conditions, batch_size: int, epochs: int, after=None):
    """Train a conditional GAN; `after` is called with the number of each epoch that is done."""
    gan.compile(optimizer=None, steps_per_execution=len(images) // batch_size)
    pairs = tf.data.Dataset.from_tensor_slices((images, conditions))
    pairs = pairs.shuffle(len(images), seed=SEED).batch(batch_size, drop_remainder=True)
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: after and after(epoch + 1))
    gan.fit(pairs.prefetch(1), epochs=epochs, shuffle=False, verbose=0, callbacks=[keep])


# %%
gan, drawn = digit_gan(), {}


def keep_some(epoch: int) -> None:
    if epoch in (1, SETTINGS["early"], SETTINGS["epochs"]):
        drawn[epoch] = draw(gan.averaged, one_hot(asked), latent)


print(f"{gan.generator.count_params():,} weights draw, {gan.discriminator.count_params():,} judge")
print("a minute of training …")
train(gan, x_train, one_hot(data.y_train), BATCH_SIZE, SETTINGS["epochs"], keep_some)


# %%
def show_digits(rows: dict, title: str, description: str) -> None:
    """Show name → images, shape (n, 28, 28, 1), a row for each, ink dark."""
    show_sheet({name: -images for name, images in rows.items()}, title, description, paper=0.8)


rows = {f"epoch {epoch}": images[:20] for epoch, images in drawn.items()}
show_digits(
    rows, "Asked for 0 to 9, twice", "Three rows of twenty: ragged digits, rough ones, clear ones."
)

# %% [markdown]
# *Three rows of twenty drawings, asked for 0 to 9 and 0 to 9 again: ragged
# strokes in fog; rough digits; clear ones, nearly all of them those asked for.*
#
# ## 5. Did you get what you asked for?
# *28 minutes*
#
# The judge of lab 07 shall say: it names a digit, or says "no digit", and it has learned from none
# of the digits that your GAN knows. An answer counts if the likeliest of its eleven classes is the
# digit asked for. Beside the mean, look at the **worst class**: a mean of 0.9 may hide that nobody
# ever gets an eight.

# %%
judge = training.load_model("judge_digits")
look = keras.Model(judge.inputs[0], [judge.layers[-2].output, judge.outputs[0]])


# %%
def ask(images) -> tuple[np.ndarray, np.ndarray]:
    """The judge's features, shape (n, 48), and its probabilities, shape (n, 11)."""
    parts = np.array_split(np.asarray(images, "float32"), -(-len(images) // 250))
    features, logits = zip(*(look(part) for part in parts), strict=True)
    return np.concatenate(features), softmax(np.concatenate(logits).astype(float), axis=1)


# %% exercise="agreement"
def agreement(asked, probabilities) -> tuple[float, float]:
    """The share of pictures that show what was asked for, of all and of the worst class.

    asked: whole numbers, shape (n,); some digits may be missing, and do not count then.
    probabilities: the judge's, shape (n, 11); it names the likeliest class.
    """
    ### BEGIN SOLUTION
    right = probabilities.argmax(axis=1) == asked
    return right.mean(), min(right[asked == digit].mean() for digit in np.unique(asked))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `probabilities.argmax(axis=1)` names a class for each picture; "no digit" is class 10, and equals
# no digit asked for. `np.unique(asked)` lists the digits that were asked for.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `right = probabilities.argmax(axis=1) == asked`. Return `right.mean()` and the smallest of
# `right[asked == digit].mean()` for `digit in np.unique(asked)`.
# </details>

# %% check="agreement" points=2

# %% [markdown]
# Now a rival who beats every GAN in this number. He keeps **one** training digit of each class, and
# whoever asks for a three gets *the* three. So ask a second question: how different are the
# pictures of one class from each other? Take the mean distance between two of them, and compare
# with real, held-out digits of that class.


# %% exercise="diversity_within"
def diversity_within(images, asked, real, shown) -> float:
    """How different pictures of one class are from each other; real ones score 1.

    images, real: shapes (n, …) and (m, …). asked, shown: their classes, shapes (n,) and (m,).
    For each class asked for: the mean Euclidean distance between two different ones of its
    images, divided by that of its real ones. Returns the mean over these classes.
    """
    ### BEGIN SOLUTION
    ratios = []
    for digit in np.unique(asked):
        drawn, true = images[asked == digit], real[shown == digit]
        spread = [pdist(group.reshape(len(group), -1)).mean() for group in (drawn, true)]
        ratios.append(spread[0] / spread[1])
    return np.mean(ratios)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# A loop over `np.unique(asked)`. Flatten each group to (k, pixels); `scipy.spatial.distance.pdist`
# gives the distances of all pairs, each pair once, and none of a picture to itself. Pixels of the
# judge's features, or of points: any shape will do.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `from scipy.spatial.distance import pdist`, then for each `digit`:
# `pdist(images[asked == digit].reshape(k, -1)).mean()`, with `k` the number of these images,
# divided by the same of `real[shown == digit]`. Append to a list, and return its mean.
# </details>

# %% check="diversity_within" points=3

# %% [markdown]
# Four numbers more, all from lab 07: `recognized`, `feature_distance`, `coverage` and
# `moved_ratio`, which convicts copies.

# %%
of_test, edges_of_test = ask(x_test[:1000])[0], metrics.edge_features(x_test[:1000])
usual_distance = metrics.nearest_moved(x_test[:200], x_train).mean()


# %%
def scores_of(images, asked=asked) -> dict[str, float]:
    """Seven numbers on images, (n, 28, 28, 1), that were asked for."""
    features, probabilities = ask(images)
    agree, worst = agreement(asked, probabilities)
    return {
        "agreement": agree,
        "worst_class": worst,
        "diversity_within": diversity_within(images, asked, x_test, data.y_test),
        "recognized": (probabilities[:, :10].max(axis=1) > 0.9).mean(),
        "feature_distance": metrics.energy_distance(features, of_test),
        "coverage": metrics.density_and_coverage(edges_of_test, metrics.edge_features(images))[1],
        "moved_ratio": metrics.nearest_moved(images[:200], x_train).mean() / usual_distance,
    }


# %% [markdown]
# Rivals:
#
# - **one each**: one training digit of each class, a hundred times;
# - **class mean**: the average training digit of the class asked for;
# - **moved**: other training digits of that class, moved by up to two pixels;
# - **no label**: the very same GAN, trained as long, but every condition is ten zeros.

# %%
of_class = [x_train[data.y_train == digit] for digit in range(10)]
one_each = np.stack([of_class[digit][0] for digit in asked])
class_mean = np.stack([of_class[digit].mean(axis=0) for digit in asked])


# %%
def moved(image: np.ndarray) -> np.ndarray:
    """The image moved by up to two pixels."""
    return np.roll(image, rng.integers(-2, 3, 2), (0, 1))


copies = np.stack([moved(of_class[digit][n // 10]) for n, digit in enumerate(asked)])


# %%
no_label, zeros = digit_gan(), np.zeros_like(one_hot(data.y_train))
print("another minute of training …")
train(no_label, x_train, zeros, BATCH_SIZE, SETTINGS["epochs"])

# %%
drawings = {
    "your GAN": drawn[SETTINGS["epochs"]],
    "no label": draw(no_label.averaged, 0 * one_hot(asked), latent),
    "class mean": class_mean,
    "one each": one_each,
    "moved": copies,
}

# %%
import pandas as pd

scores = {name: scores_of(images) for name, images in drawings.items()}
scores["real"] = scores_of(x_train[:1000], data.y_train[:1000])
pd.DataFrame(scores).T.round(3)

# %%
few = {name: images[:20] for name, images in drawings.items()}
show_digits(few, "Asked for 0 to 9, twice", "Five rows of twenty drawings.")

# %% [markdown]
# *Rows in the order of the table: the digits asked for; digits, but not those; grey ghosts;
# the same ten twice; digits.*
#
# Read the table by columns again.
#
# - **`agreement`** asks whether you get what you want. Without labels the GAN is right one time in
#   ten, as chance has it; with them more than nine times in ten. *One each* is better still.
#   (*Moved* loses some: the judge has never seen a digit off its place.)
#   *Class mean* has 0: to the judge a ghost is "no digit".
# - **`diversity_within`** asks whether you get more than one of it. *One each* and *class mean*
#   give the same again and again. Your GAN's digits are nearly as varied as real ones of their
#   class. More than 1 is no praise: without labels each group holds all sorts of digits. And bad
#   drawings differ from each other, too, so look at it beside agreement.
# - **`moved_ratio`** convicts those who copy: 0 for training digits, moved or not (the row *real*,
#   too, is of training digits).
# - **Labels help.** Compare the first two rows in `recognized`, `feature_distance` and `coverage`:
#   the same networks, the same steps, the same digits, and ten numbers more with each of them. The
#   GAN that was told what it sees draws better digits, not only the right ones. So whoever has
#   labels should use them, even for a generator of any digits.
#
# Could you not take the GAN without labels, draw until the judge names the digit you want, and keep
# that? You could, ten drawings and more for each one kept. But then the judge has chosen, and
# cannot be asked any more how well that went.
#
# ## 6. Two ways to fail
# *8 minutes*
#
# A conditional GAN has two inputs, and can ignore either of them.
#
# **It ignores the label** if nothing punishes that. Shuffle the pictures and forget to shuffle the
# labels along: then real pairs go together no better than chance, and $p(c \mid x)$ is the same for
# all $x$. A link between condition and drawing would now give a drawing away, so the generator does
# best to ignore the condition; then the second part of the perfect logit is 0. The game goes on as
# it would without labels, and the pictures alone do not tell; agreement does.
#
# **It ignores the noise** if something pays for that. A popular addition to the generator's loss
# pulls each drawing to a real picture of the same condition, by the mean squared difference. What
# is nearest to *all* threes that it may be compared with is the mean three, whatever the noise.
#
# Both as controls, each by one change in this whole lab:

# %%
from helpers.controls import controls_table

controls_table(
    {
        "agreement": "agreement",
        "diversity_within": "diversity within",
        "recognized": "recognized",
        "attribute_agreement": "tomatoes",
    }
)

# %% [markdown]
# Labels that lost their pictures bring agreement down to chance, for digits and for the tomatoes of
# section 7, and nothing else tells. Pulled (with a weight of 300), the GAN loses half of its
# variety: it still hears its noise, but faintly, and a greater weight would silence it. The digits
# turn into blurs, too, of which the judge recognizes fewer, and tomatoes, which are mostly alike,
# even obey better. With a weight of 30, which we tried first, agreement stayed above 0.97 while
# variety fell from 0.96 to 0.84: a loss that nobody sees who does not measure it.
#
# ## 7. A tomato to order
# *28 minutes*
#
# A digit has ten labels, a tomato none: it is more or less tall, more or less red. The tomatoes
# that come with the course were drawn by a program, which noted what it drew each of them with
# (`datasets/attributes.csv`). Four of these measures become the condition.

# %%
WORDS = {
    "height": ("flat", "tall"),
    "ripeness": ("orange", "red"),
    "light_side": ("from the left", "from the right"),
    "star": ("bare", "with a star"),
}
PARTS = ("training", "held_out")
TABLES = [datasets.load_attributes("tomato", part)[[*WORDS]].to_numpy() for part in PARTS]
TOMATOES = [datasets.load_images("tomato", 32, part=part) for part in PARTS]
MIDDLE = np.append(np.median(TABLES[0][:, :3], axis=0), 0.5)  # a star is there, 1, or not, 0
DEVIATION = TABLES[0].std(axis=0)


# %%
def as_conditions(attributes) -> np.ndarray:
    """Attributes, shape (n, 4), as distances from the middle in standard deviations, float32."""
    return ((attributes - MIDDLE) / DEVIATION).astype("float32")


# %% [markdown]
# The middle of each measure cuts the tomatoes into halves: flat or tall (for a tomato), orange or
# red, and so on, sixteen **combinations** in all. Four of them your GAN shall never see:


# %%
UNSEEN = [(1, 0, 0, 0), (0, 1, 1, 0), (1, 1, 0, 1), (0, 0, 1, 1)]


def in_words(halves: tuple) -> str:
    """Such as "tall, orange, from the left, bare" for (1, 0, 0, 0)."""
    return ", ".join(both[half] for both, half in zip(WORDS.values(), halves, strict=True))


for halves in UNSEEN:
    print("never shown:", in_words(halves))


# %%
def unseen(attributes) -> np.ndarray:
    """Whether each tomato, a row of attributes, is of a combination in UNSEEN, shape (n,)."""
    halves = attributes > MIDDLE
    return np.any([(halves == one).all(axis=1) for one in UNSEEN], axis=0)


# %% [markdown]
# Without these four, 399 of the 512 training tomatoes are left. A mirrored tomato is a tomato, too,
# lit from the other side: its third measure changes its sign, and with it the half that it belongs
# to. So leave out unseen combinations **after** mirroring; left out before, the mirror images of
# *other* tomatoes would bring them back.


# %%
def shown_tomatoes() -> tuple[np.ndarray, np.ndarray]:
    """Training tomatoes and their mirror images, of the other combinations; attributes, too."""
    attributes = np.concatenate([TABLES[0], TABLES[0] * [1, 1, -1, 1]])
    images = np.concatenate([TOMATOES[0], TOMATOES[0][:, :, ::-1]])
    return images[~unseen(attributes)], attributes[~unseen(attributes)]


# %%
def tomato_gan() -> ConditionalGAN:
    """A new conditional GAN for tomatoes."""
    keras.utils.set_random_seed(SEED)
    generator = make_generator(4, 4, (64, 64, 32, 16), 3)
    return ConditionalGAN(generator, projection(make_features((32, 32, 3), 24), 4), RATE, SEED)


# %%
pictures, attributes = shown_tomatoes()
conditions = as_conditions(attributes)
print(f"{len(pictures)} pictures to learn from, none of them of the four combinations")
fruit_gan = tomato_gan()
print("a minute of training …")
train(fruit_gan, pictures, conditions, BATCH_SIZE, SETTINGS["fruit_epochs"])


# %% [markdown]
# ### Who reads tomatoes?
#
# The judge of digits cannot. `attribute_reader` of lab 03, a small regression, learns to read the
# four measures from a picture. It learns from **all** training tomatoes, those of the four
# combinations too: the reader shall know them, only the painter shall not. How well it reads,
# held-out tomatoes tell. Count an attribute as right if what is read lies in the half asked for.


# %% exercise="attribute_agreement"
def attribute_agreement(asked, read, middle) -> np.ndarray:
    """For each attribute, the share of pictures in which it is read in the half asked for.

    asked, read: shapes (n, a), in the same units. middle: shape (a,); the upper half is above it.
    Returns shape (a,), each from 0 to 1.
    """
    ### BEGIN SOLUTION
    return ((asked > middle) == (read > middle)).mean(axis=0)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `asked > middle` tells the half of each number, `read > middle` the half that was read. Where are
# both equal? A mean along the pictures, `axis=0`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `((asked > middle) == (read > middle)).mean(axis=0)`.
# </details>

# %% check="attribute_agreement" points=2

# %%
reader = metrics.attribute_reader(TOMATOES[0], TABLES[0])
names = [*WORDS]
found = attribute_agreement(TABLES[1], reader.predict(TOMATOES[1]), MIDDLE)
print("read rightly in held-out tomatoes:", dict(zip(names, found.round(2).tolist(), strict=True)))

# %% [markdown]
# So much is possible at all. Now ask: for the measures of all 640 tomatoes, those of the twelve
# combinations that were shown and those of the four that were not. Rivals:
#
# - **nearest** training tomato, of those that the GAN learned from, by the four measures;
# - **mean picture**: a linear regression from measures to pixels;
# - **shuffled**: the GAN's own tomatoes, compared with what somebody else asked for.

# %%
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import NearestNeighbors

wanted = np.concatenate(TABLES)
new = unseen(wanted)
fruit_latent = np.asarray(keras.random.normal((len(wanted), LATENT_DIM), seed=SEED + 2))

# %%
fruit_drawings = {"your GAN": draw(fruit_gan.averaged, as_conditions(wanted), fruit_latent)}
nearest = NearestNeighbors(n_neighbors=1).fit(conditions).kneighbors(as_conditions(wanted))[1]
fruit_drawings["nearest"] = pictures[nearest[:, 0]]
line = LinearRegression().fit(conditions, pictures.reshape(len(pictures), -1))


def mean_picture(attributes) -> np.ndarray:
    """The straight line's picture for attributes, (n, 4) → (n, 32, 32, 3)."""
    return line.predict(as_conditions(attributes)).reshape(-1, 32, 32, 3).clip(-1, 1)


fruit_drawings["mean picture"] = mean_picture(wanted)

# %% [markdown]
# The four measures say nothing of ribs, leaves, tilt and grain. So ask twice for the same, with
# other noise: **variety** is how different both tomatoes are, as root mean square over the pixels,
# divided by the same of real ones: a held-out tomato and the training tomato nearest to it by the
# four measures. It is 0 if whoever asks twice gets the same tomato twice.

# %%
edges_of_real = metrics.edge_features(TOMATOES[1])
usual_step = metrics.nearest_moved(TOMATOES[1], pictures).mean()
by_measures = NearestNeighbors(n_neighbors=1).fit(as_conditions(TABLES[0]))
twins = TOMATOES[0][by_measures.kneighbors(as_conditions(TABLES[1]))[1][:, 0]]
usual_variety = np.square(TOMATOES[1] - twins).mean() ** 0.5
asked_twice = draw(fruit_gan.averaged, as_conditions(wanted), np.roll(fruit_latent, 1, axis=0))


# %%
def fruit_scores(images, again, wanted=wanted) -> dict[str, float]:
    """Attributes read rightly in shown and in unseen combinations, and four numbers more."""
    read = reader.predict(images)
    some = rng.permutation(len(images))[:250]
    edges = metrics.edge_features(images)
    return {
        "shown": attribute_agreement(wanted[~new], read[~new], MIDDLE).mean(),
        "unseen": attribute_agreement(wanted[new], read[new], MIDDLE).mean(),
        "unseen_error": (np.abs(read[new] - wanted[new]) / DEVIATION).mean(),
        "variety": np.square(images - again).mean() ** 0.5 / usual_variety,
        "coverage": metrics.density_and_coverage(edges_of_real, edges)[1],
        "moved_ratio": metrics.nearest_moved(images[some], pictures).mean() / usual_step,
    }


# %%
mixed = wanted.copy()
for part in (new, ~new):
    mixed[part] = rng.permutation(wanted[part])
again = fruit_drawings | {"your GAN": asked_twice}  # the rivals always answer the same
fruit_table = {name: fruit_scores(images, again[name]) for name, images in fruit_drawings.items()}
shuffled = fruit_scores(fruit_drawings["your GAN"], asked_twice, mixed)
fruit_table["shuffled"] = {key: shuffled[key] for key in ("shown", "unseen", "unseen_error")}
pd.DataFrame(fruit_table).T.round(3)

# %%
read = reader.predict(fruit_drawings["your GAN"])
for part, which in (("shown", ~new), ("unseen", new)):
    shares = attribute_agreement(wanted[which], read[which], MIDDLE)
    print(f"{part:<7}", "   ".join(f"{n} {v:.2f}" for n, v in zip(names, shares, strict=True)))

# %%
halves, rows = wanted > MIDDLE, {}
for one in UNSEEN:
    rows[in_words(one)] = fruit_drawings["your GAN"][(halves == one).all(axis=1)][:12]
show_sheet(rows, "Combinations that were never shown", "Four rows of tomatoes.", paper=0.8)

# %% [markdown]
# *Four rows of twelve tomatoes, most of them as their row says: two rows without a star and two
# with one; yellowish or dark red; broad or nearly as tall as wide.*
#
# Shuffled, half of the attributes are right by chance. Yours are right far more often, also in
# combinations that were never shown, though there about twice as many are wrong as in the others.
# So the GAN has learned four measures that it can put together anew, mostly; the lines below the
# table tell which one suffers. What that is worth, the rivals tell.
#
# - **nearest** paints nothing: `moved_ratio` 0, variety 0. In unseen combinations it has to take a
#   neighbor, and is in the wrong half more often than your GAN. But it is wrong by little, just
#   across the middle: in `unseen_error`, standard deviations of a measure, it comes out even.
# - **mean picture** obeys best of all in unseen combinations. A straight line from measures to
#   pixels is enough for that! But whoever asks twice gets the same tomato twice, and its coverage
#   says that real tomatoes look different: it is a blur.
#
# So agreement alone is worth nothing here, either. Only your GAN has all of it: mostly the tomato
# asked for, nearly as varied as real ones, and no copy.
#
# ## 8. Turn one knob
# *14 minutes*
#
# Keep the noise, move one number of the condition, and leave the others: what changes in the
# picture is what that number means to the generator.


# %% exercise="sweep"
def sweep(latent, condition, which: int, values) -> tuple[np.ndarray, np.ndarray]:
    """Latent vectors and conditions for one row of pictures, in which one knob turns.

    latent: shape (latent_dim,). condition: shape (c,). which: the entry of the condition that
    takes each of the `values`, k numbers; the others stay. Returns shapes (k, latent_dim) and
    (k, c). What is handed in stays as it is.
    """
    ### BEGIN SOLUTION
    conditions = np.tile(condition, (len(values), 1))
    conditions[:, which] = values
    return np.tile(latent, (len(values), 1)), conditions
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.tile(row, (k, 1))` repeats a row k times, in a new array. Then fill one column.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `conditions = np.tile(condition, (len(values), 1))`, `conditions[:, which] = values`. Return
# `np.tile(latent, (len(values), 1)), conditions`.
# </details>

# %% check="sweep" points=2

# %%
usual = as_conditions(np.array([[0.9, 0.6, 0.0, 1.0]]))[0]
spans = [np.linspace(*np.quantile(conditions[:, k], (0.02, 0.98)), 9) for k in range(4)]
rows = {}
for k, (low, high) in enumerate(WORDS.values()):
    latents, turning = sweep(fruit_latent[0], usual, k, spans[k])
    rows[f"{low} … {high}"] = draw(fruit_gan.averaged, turning, latents)
show_sheet(rows, "One knob a row", "Four rows of nine tomatoes, one measure moving.", paper=0.8)

# %% [markdown]
# *Four rows of nine tomatoes from the same noise: from flat to tall; from orange to dark red; the
# bright spot wanders from left to right; a green star comes.*
#
# Does a knob turn anything but its own measure? Turn each from end to end with a hundred latent
# vectors, and read all four, in standard deviations. A perfect table has numbers on its diagonal
# only.

# %%
knobs = np.zeros((4, 4))
for k in range(4):
    ends = [sweep(one, usual, k, spans[k][[0, -1]]) for one in fruit_latent[:100]]
    latents, turning = (np.concatenate(part) for part in zip(*ends, strict=True))
    both = reader.predict(draw(fruit_gan.averaged, turning, latents)) / DEVIATION
    knobs[k] = (both[1::2] - both[::2]).mean(axis=0) / np.ptp(spans[k])
pd.DataFrame(knobs, [f"turn {name}" for name in names], names).round(2)

# %% [markdown]
# Each knob turns its own measure, nearly as far as asked, and the others hardly. (Some of what is
# missing on the diagonal is the reader's doing: what it cannot read surely, it reads as nearer to
# the mean.)
#
# A digit has no knobs, but what lies between two one-hot conditions can be asked for, too: nobody
# ever showed it. The noise is kept at its middle, zeros.

# %%
share = np.linspace(0, 1, 9, dtype="float32")[:, None]
rows = {}
for first, second in ((3, 8), (4, 9), (1, 7)):
    blend = (1 - share) * one_hot(first) + share * one_hot(second)
    rows[f"{first} … {second}"] = draw(gan.averaged, blend, np.zeros((9, LATENT_DIM), "float32"))
show_digits(rows, "Between two labels", "Three rows of nine digits, from one label to another.")

# %% [markdown]
# *Three rows of nine digits: a three closes to an eight, a four closes its top to a nine, a one
# grows the bar of a seven.*
#
# ### Choose and see
#
# In a notebook with `ipywidgets` you get buttons and sliders; elsewhere a sheet of examples. The
# generators may be yours, or those that come with the course, trained by this very lab.

# %%
from importlib.util import find_spec

from helpers import run

SHIPPED = False  # True: the course's own generators
digits_by, tomatoes_by = gan.averaged, fruit_gan.averaged
if SHIPPED:
    digits_by = training.load_model("conditional_digits")
    tomatoes_by = training.load_model("conditional_tomatoes")


# %%
def show_digit(digit: int = 3, noise: int = 1) -> None:
    """Eight drawings of a digit; another `noise`, other drawings."""
    some = np.random.default_rng(noise).normal(size=(8, LATENT_DIM)).astype("float32")
    show_digits({str(digit): draw(digits_by, one_hot([digit] * 8), some)}, "Digit", "Eight digits.")


def show_tomato(height=-1.0, ripeness=-1.5, light_side=1.0, star=True, noise: int = 1) -> None:
    """Eight tomatoes; the measures in standard deviations from the middle."""
    some = np.random.default_rng(noise).normal(size=(8, LATENT_DIM)).astype("float32")
    condition = [height, ripeness, light_side, (star - 0.5) / DEVIATION[3]]
    pictures = draw(tomatoes_by, np.array([condition] * 8, "float32"), some)
    show_sheet({"tomato": pictures}, "Tomato", "Eight tomatoes.", paper=0.8)


# %%
if find_spec("ipywidgets") and run.shell() and not run.strict():
    from ipywidgets import interact

    interact(show_digit, digit=(0, 9), noise=(1, 20))
    interact(show_tomato, noise=(1, 20), **{name: (-2.0, 2.0, 0.1) for name in names[:3]})
else:
    show_digit()
    show_tomato()
    print("No sliders here: run this cell yourself, in a notebook with ipywidgets.")

# %% [markdown]
# *A row of eight threes; a row of eight tomatoes, flat, orange, lit from the right, with a star.*
#
# ## 9. Photographs
# *6 minutes*
#
# Photographs come without measures. Those of Fruits-360 come with a **variety**: eight of them, 80
# views of each, on white (© Mihai Oltean, CC BY-SA 4.0; downloaded, never part of the course). A
# variety is a label, so the recipe of the digits should do. Set `PHOTOS = True` to try: 640
# photographs, downloaded once, and a minute or two more.

# %%
PHOTOS = False


def varieties() -> np.ndarray:
    """The variety of each photograph, in the order of `load_images`, shape (640,)."""
    listed = (run.ROOT / "datasets" / "fruits360_tomatoes.sha256").read_text(encoding="utf-8")
    folders = sorted(line[66:].rsplit("/", 1)[0] for line in listed.splitlines())
    return np.array([folder.removeprefix("Test/").removeprefix("Training/") for folder in folders])


# %%
def photographs(epochs: int) -> dict[str, np.ndarray]:
    """Train on photographs by variety; returns variety → 80 drawings, and prints what came out."""
    photos, kinds = datasets.load_images("tomato", 32, "fruits360"), varieties()
    names, labels = np.unique(kinds, return_inverse=True)
    keras.utils.set_random_seed(SEED)
    features = make_features((32, 32, 3), 24)
    of_photos = ConditionalGAN(
        make_generator(8, 4, (64, 64, 32, 16), 3), projection(features, 8), RATE, SEED
    )
    conditions = np.eye(8, dtype="float32")[labels]
    train(of_photos, photos, conditions, BATCH_SIZE, epochs)
    latents = np.asarray(keras.random.normal((640, LATENT_DIM), seed=SEED + 3))
    images = draw(of_photos.averaged, conditions, latents)
    flat = [part.reshape(len(part), -1) for part in (photos, images)]
    named = NearestNeighbors(n_neighbors=1).fit(flat[0]).kneighbors(flat[1])[1][:, 0]
    print(f"looks most like a photograph of its variety: {(labels[named] == labels).mean():.3f}")
    print(f"diversity within: {diversity_within(images, labels, photos, labels):.2f}")
    return {name: images[labels == number] for number, name in enumerate(names)}


# %%
if PHOTOS:
    by_variety = photographs(SETTINGS["fruit_epochs"])
    few = {name.split("/")[-1]: images[:12] for name, images in by_variety.items()}
    show_sheet(few, "By variety", "Eight rows of twelve photographs that nobody took.", paper=0.8)

# %% [markdown]
# What transfers: the networks, the step and the measures of section 5, without a change. With seed
# 1, 92 % of 640 drawings look most like a photograph of their variety, 0.64 times as different from
# each other as the photographs are. Outlines and colors are right, ribs and stems are missing, and
# the skin is grainy. What does not transfer: a variety here is one fruit, or a few, turned about in
# front of a camera. So variety within a class means other views of the same fruit, never a new one,
# and a drawing that looks most like a photograph of its variety may be little more than that
# photograph. Nobody noted height, ripeness or light, so there is nothing to turn the knobs of
# section 8 by; and the reader has learned from drawings, so what it says of photographs is a guess.
#
# ## 10. Yours
# *10 minutes*
#
# Choose a change, say what you expect, and run it: another `rate`, a smaller or larger `embedding`,
# other `widths`. Your run of section 4 is the control, after as many epochs; a pair of runs is one
# pair, so believe a difference only if it is large, or comes again with other seeds (lab 07).

# %%
MINE, EXPECTED = {"rate": 3e-4}, "lower agreement"
mine = digit_gan(**MINE)
train(mine, x_train, one_hot(data.y_train), BATCH_SIZE, SETTINGS["early"])
trial = {
    "as it is": scores_of(drawn[SETTINGS["early"]]),
    str(MINE): scores_of(draw(mine.averaged, one_hot(asked), latent)),
}
print("expected:", EXPECTED)
pd.DataFrame(trial).T.round(3)

# %% [markdown]
# ## 11. Measure it
# *1 minute*

# %%
short_names = {"your GAN": "", "no label": "_no_label", "class mean": "_class_mean"}
short_names |= {"one each": "_one_each", "moved": "_moved", "real": "_real"}
fruit_names = {"your GAN": "", "nearest": "_nearest", "mean picture": "_mean_picture"}
fruit_names |= {"shuffled": "_shuffled"}

# %%
report(
    "09_conditional_gan",
    **{f"{key}{short_names[of]}": v for of in scores for key, v in scores[of].items()},
    **{f"attribute_agreement{fruit_names[of]}": fruit_table[of]["unseen"] for of in fruit_table},
    **{f"attribute_error{fruit_names[of]}": fruit_table[of]["unseen_error"] for of in fruit_table},
    **{f"shown_agreement{fruit_names[of]}": fruit_table[of]["shown"] for of in fruit_table},
    **{
        f"fruit_{key}{fruit_names[of]}": fruit_table[of][key]
        for of in ("your GAN", "nearest", "mean picture")
        for key in ("variety", "coverage", "moved_ratio")
    },
    reader_agreement=found.mean(),
    own_knob=np.diag(knobs).min(),
    other_knobs=np.abs(knobs - np.diag(np.diag(knobs))).max(),
    agreement_early=trial["as it is"]["agreement"],
    agreement_mine=trial[str(MINE)]["agreement"],
)

# %% [markdown]
# ## 12. When it goes wrong
# *3 minutes*
#
# - *Good digits, but never the ones asked for.* Are pictures and labels still in the same order?
#   Shuffle them together, or not at all.
# - *Each digit looks the same every time.* Is the noise handed on? Does some part of the loss
#   compare the drawing with a picture?
# - *"You cannot mix tensors and non-tensors."* A list of two inputs holds a tensor and a numpy
#   array: make tensors of both, by `tf.constant`.
# - *One class fails.* Look at the worst class before you look at the mean, and give it more epochs.
#
# ## 13. Recap
# *5 minutes*
#
# **1. A dense layer without bias on a one-hot vector: what is it, and why no bias?**
#
# <details><summary>Answer</summary>
#
# It looks up a row of a table, an embedding. A bias would be added to all rows alike, which the
# next layer's own bias can do.
# </details>

# %% [markdown]
# **2. Why is the discriminator handed the label, too? The generator has it already.**
#
# <details><summary>Answer</summary>
#
# Only the discriminator can make the generator use it. One that sees pictures alone accepts every
# good digit, whatever was asked for, and so the label is worth nothing to the generator.
# </details>

# %% [markdown]
# **3. Somebody reports an agreement of 1.00. What do you ask?**
#
# <details><summary>Answer</summary>
#
# How different the pictures of one class are from each other, how far they are from training
# pictures, what the judge has learned from, and what the worst class is.
# </details>

# %% [markdown]
# **4. Why were unseen combinations left out after mirroring, and not before?**
#
# <details><summary>Answer</summary>
#
# The mirror image of a tomato lit from the right is lit from the left: it belongs to another
# combination, and that may be one that shall stay unseen.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *Join the label to the picture.* Instead of the projection, give the discriminator the embedded
#   condition as a second channel of the picture. Which agrees sooner, in equal seconds?
#   Ten channels, one of them all ones, do as well; look at them before you train. A well-known
#   recipe makes them by `repeat`, without an `axis`, and `reshape`: what comes out is a band of
#   three rows or so, much the same in all ten channels.
# - *Fewer labels.* Replace half of the conditions by zeros. How much agreement is lost?
# - *More knobs.* `datasets/README.md` lists what else the tomatoes were drawn with. Which measures
#   can be asked for, and which cannot even be read?
# - *Your own pictures.* A folder for each class will do: `load_images` reads it.
#
# **Next:** lab 10, where text is written one character at a time, in the end by a transformer.
#
# **References.** M. Mirza and S. Osindero (2014), *Conditional Generative Adversarial Nets*. T.
# Miyato and M. Koyama (2018), *cGANs with Projection Discriminator*. P. Isola et al. (2017),
# *Image-to-Image Translation with Conditional Adversarial Networks* (noise that is ignored).
# Digits: MNIST, © Y. LeCun and C. Cortes, CC BY-SA 3.0. Pictures: drawn for this course, CC BY 4.0.
# Photographs: Fruits-360, © M. Oltean, CC BY-SA 4.0.
