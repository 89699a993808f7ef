# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 01 · Text generation
#
# A network reads 831 headlines and writes its own, one word at a time. Then comes the question that
# most text labs leave out: **did it learn the language of headlines, or the headlines by heart?**
# You will measure it, beat the network with a table of counts, and then build a network that beats
# the table.
#
# **You will learn**
# - to turn text into numbers a network can train on, and to keep padding out of what it reads;
# - to build an LSTM language model, to train it and to write with it;
# - to train on every word of a headline at once, which is faster;
# - to judge a language model by its *perplexity* on headlines it has not seen, beside honest
#   rivals;
# - to notice memorising, and to do something about it.
#
# **Needs** 90 minutes of yours, 2 to 3 minutes of computing, 1.5 GB of memory. Lab 00.

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"prefix_epochs": 2, "epochs": 25, "patience": 6, "novel_epochs": 8},
    "full": {"prefix_epochs": 20, "epochs": 200, "patience": 8, "novel_epochs": 30},
}[PROFILE]
SOURCE = "embedded"  # or "nyt" (downloads real headlines), or the path of a CSV of your own
SETTINGS

# %% [markdown]
# ## 1. Order matters
#
# The simplest way to describe a text is a *bag of words*: which words, how often. Do these two
# headlines mean the same?

# %%
from collections import Counter

one, other = "dog bites man, not bread", "man bites bread, not dog"
bags = [Counter(text.replace(",", "").split()) for text in (one, other)]
print("the same bag of words:", bags[0] == bags[1])

# %% [markdown]
# For a bag of words they are one and the same. To *write*, we need order: the probability of the
# next word given all the words before it. Multiplied together, these give the probability of a
# whole headline, so such a model is generative and explicit (the map in lab 00 has it at the left):
#
# $$p(w_1, \dots, w_n) = p(w_1)\, p(w_2 \mid w_1)\, p(w_3 \mid w_1 w_2) \cdots
# p(w_n \mid w_1 \dots w_{n-1})$$
#
# ### A network that reads
#
# A **recurrent network** reads one word after the other. At each step it mixes the new word with a
# *state* $h$, its summary of everything before, and from the new state it guesses the next word.
# (The first word we take as given: a prompt.)

# %%
from helpers import images

images.show_drawing("recurrent_network.png")

# %% [markdown]
# *Three words go in from below, one a step; each step passes its state to the next and guesses the
# following word: critics, warn, of, cheap. The weights are the same at every step.*
#
# To learn, the gradient travels back through all steps and is multiplied at each one. Factors below
# one make it vanish, factors above one make it explode. The **LSTM** (long short-term memory) adds
# a second line, the memory, along which it travels almost undisturbed. Gates, numbers between 0 and
# 1 computed from the word and the last output, decide what happens to it.

# %%
images.show_drawing("lstm_step.png")

# %% [markdown]
# *One step: the forget gate scales the old memory, the input gate lets new content in by adding it,
# and the output gate decides how much of the memory shows as output.*
#
# ## 2. The headlines

# %%
import numpy as np

from helpers import datasets

headlines = datasets.load_headlines(SOURCE)
print(len(headlines), "headlines, such as")
for headline in headlines[:6]:
    print("  ", headline)

# %% [markdown]
# These were written for this course; no newspaper printed them. With `SOURCE = "nyt"` you run the
# same lab on real ones.
#
# ### Clean
#
# *Best*, *best* and *“Best”* should count as one word. So we clean: everything in lower case, no
# punctuation, and only ASCII characters, because quotes and dashes come in many shapes. (The price:
# *café* loses its last letter.)

# %%
import string

string.punctuation


# %% exercise="clean_text"
def clean_text(text: str) -> str:
    """Lower case, without punctuation and non-ASCII characters, one space between words.

    "A “New” Day, at Last!" → "a new day at last"
    """
    ### BEGIN SOLUTION
    kept = (c for c in text.lower() if c.isascii() and c not in string.punctuation)
    return " ".join("".join(kept).split())
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Go through the characters of `text.lower()` and keep those that are neither in
# `string.punctuation` nor outside ASCII; `c.isascii()` tells.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `"".join(c for c in text.lower() if …)` glues the kept characters together; then
# `" ".join(kept.split())` leaves single spaces.
# </details>

# %% check="clean_text" points=1

# %%
corpus = [clean_text(headline) for headline in headlines]
longest = max(len(text.split()) for text in corpus)
distinct = {word for text in corpus for word in text.split()}
print(f"{len(distinct):,} distinct words, longest headline {longest} words")

# %% [markdown]
# ### Three parts
#
# We train on most headlines. Two smaller parts are never trained on: with the *validation* part we
# choose (when to stop, how to mix), the *test* part we touch only to report.

# %%
order = np.random.default_rng(SEED).permutation(len(corpus))
tenth = len(corpus) // 10
parts = {
    "test": order[:tenth],
    "validation": order[tenth : 2 * tenth],
    "training": order[2 * tenth :],
}
texts = {name: [corpus[i] for i in chosen] for name, chosen in parts.items()}
{name: len(chosen) for name, chosen in texts.items()}

# %% [markdown]
# ### Numbers for words
#
# Each word of the **training** part gets a number, the most frequent first. Two numbers are taken:
# 0 is padding, 1 stands for any **unknown** word. A held-out headline may hold words that never
# occurred in training. As context they enter as 1. As the *next* word they cannot be guessed by any
# of our models, so those positions are not scored, for no model.

# %%
PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2
frequency = Counter(word for text in texts["training"] for word in text.split())
vocabulary = {word: FIRST_WORD + rank for rank, (word, _) in enumerate(frequency.most_common())}
words = ["", "▢", *vocabulary]
SIZE = len(words)


def encode(text: str) -> list[int]:
    """The numbers of the words of a cleaned text."""
    return [vocabulary.get(word, UNKNOWN) for word in text.split()]


def decode(tokens: list[int]) -> str:
    """The words behind numbers."""
    return " ".join(words[token] for token in tokens)


tokens = {name: [encode(text) for text in part] for name, part in texts.items()}
unknown = np.mean([token == UNKNOWN for text in tokens["test"] for token in text])
print(f"{SIZE:,} numbers; unknown in the test part: {unknown:.0%} of words")
print(texts["test"][0], "→", tokens["test"][0], "→", decode(tokens["test"][0]))

# %% [markdown]
# That many unknown words is what 831 headlines are like: most words of a language are rare.
#
# ### Prefixes
#
# The classic recipe makes one training example from each *prefix* of a headline: from the words so
# far, predict the next. A headline of n words gives n − 1 of these **n-gram sequences**:
#
# | sequence | predict |
# |---|---|
# | *best way* | *way* after *best* |
# | *best way to* | *to* after *best way* |
# | *best way to fold* | *fold* after *best way to* |


# %% exercise="ngram_sequences"
def ngram_sequences(texts: list[list[int]]) -> list[list[int]]:
    """All prefixes of at least two tokens, text by text, shortest first.

    [[5, 6, 7], [8, 9]] → [[5, 6], [5, 6, 7], [8, 9]]
    """
    ### BEGIN SOLUTION
    return [text[:end] for text in texts for end in range(2, len(text) + 1)]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `text[:end]` is the prefix with `end` tokens. Which values can `end` take for a text of n tokens?
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Two loops: over the texts, and over `end` in `range(2, len(text) + 1)`. Collect `text[:end]`.
# </details>

# %% check="ngram_sequences" points=2

# %%
sequences = ngram_sequences(tokens["training"])
print(f"{len(sequences):,} sequences from the training part;")
print(f"{sum(len(text.split()) - 1 for text in corpus):,} from all headlines")
for sequence in sequences[:4]:
    print("  ", decode(sequence[:-1]), "→", words[sequence[-1]])

# %% [markdown]
# ### Padding
#
# A batch is a rectangle, so shorter sequences are filled up with 0. We pad on the **right**: the
# fast LSTM of a GPU insists on it. All but the last token of a sequence are the input (the
# *predictors*), the last one is the *label*.

# %%
import keras


# %% exercise="pad_prefixes"
def pad_prefixes(sequences: list[list[int]], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Split sequences into padded predictors and labels.

    length: how many tokens the predictors have room for, at least that of the longest sequence - 1.
    Returns predictors, int, shape (n, length), padded with 0 on the right, and labels, shape (n,).

    [[5, 6], [5, 6, 7]], length 3 → [[5, 0, 0], [5, 6, 0]], [6, 7]
    """
    ### BEGIN SOLUTION
    predictors = np.zeros((len(sequences), length), dtype="int32")
    for row, sequence in zip(predictors, sequences, strict=True):
        row[: len(sequence) - 1] = sequence[:-1]
    return predictors, np.array([sequence[-1] for sequence in sequences], dtype="int32")
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Begin with an array of zeros of shape `(len(sequences), length)` and write each sequence into its
# row; or use `keras.utils.pad_sequences`, and look at its argument `padding`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `row[: len(sequence) - 1] = sequence[:-1]` fills one row. The labels are `sequence[-1]` of each.
# </details>

# %% check="pad_prefixes" points=2

# %%
LENGTH = longest - 1  # the longest headline, without its last word
predictors, labels = pad_prefixes(sequences, LENGTH)
print("predictors", predictors.shape, "labels", labels.shape)
print(predictors[:3])

# %% [markdown]
# ## 3. The model
#
# Four layers, as in the classic recipe:
#
# - `Embedding` looks up a vector of 10 learned numbers for each word;
# - `LSTM` reads them in order; its last output has 100 numbers;
# - `Dropout` sets a tenth of them to zero while training;
# - `Dense` with softmax turns them into one probability for each of the words.
#
# And one thing the recipe forgot. The LSTM would read the padding as if it were words. With
# `mask_zero=True` the embedding tells later layers which positions to skip.

# %%
from keras import layers, ops


# %% exercise="build_model"
def build_model(size: int) -> keras.Model:
    """Embedding of 10 numbers a word (mask_zero=True), LSTM(100), Dropout(0.1), Dense with softmax.

    size: how many numbers there are. Input: tokens, shape (batch, length), any length.
    Output: probabilities of the next word, shape (batch, size). Not compiled.
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# A `keras.Sequential` of `keras.Input((None,), dtype="int32")` and the four layers will do.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `layers.Embedding(size, 10, mask_zero=True)`, `layers.LSTM(100)`, `layers.Dropout(0.1)`,
# `layers.Dense(size, activation="softmax")`.
# </details>

# %% check="build_model" points=3

# %% [markdown]
# The loss is the cross-entropy: minus the logarithm of the probability that the model gave the true
# next word. *Sparse* means that the label is the word's number; writing it as a row of zeros with
# a single one would take tens of megabytes and change nothing.

# %%
keras.utils.set_random_seed(SEED)
model = build_model(SIZE)
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss=keras.losses.SparseCategoricalCrossentropy()
)
model.summary()

# %%
import time


class Stopwatch(keras.callbacks.Callback):
    """Median seconds of training an epoch: without the first, which compiles, and validation."""

    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.last = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(self.last - self.start)

    def median(self) -> float:
        return float(np.median(self.seconds[1:]))


by_prefix = Stopwatch()
model.fit(
    predictors,
    labels,
    batch_size=32,
    epochs=SETTINGS["prefix_epochs"],
    callbacks=[by_prefix],
    verbose=2,
)
print(f"{by_prefix.median():.1f} s an epoch")

# %% [markdown]
# ## 4. Every position at once
#
# The prefixes of one headline are nearly the same, and the LSTM reads the first word again for each
# of them. Wasteful: on its way through the headline *once*, it passes every prefix anyway. So we
# ask for its output at every step (`return_sequences=True`) and give it a target at every step: the
# headline shifted by one word. Where the target is padding there is nothing to predict, and
# `ignore_class=0` leaves it out of the mean.


# %%
def shifted(texts: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets at every position, both (n, LENGTH): the target is the next token.

    A target of 0 is not scored: where the headline has ended, or the next word is unknown.
    """
    padded = keras.utils.pad_sequences(texts, LENGTH + 1, padding="post", truncating="post")
    targets = np.where(padded[:, 1:] == UNKNOWN, PADDING, padded[:, 1:])
    return padded[:, :-1], targets


def build_every_position(size: int, dropout: float = 0.1) -> keras.Model:
    """The same layers as `build_model`, with an output at every step: (batch, length, size)."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100, return_sequences=True),
            layers.Dropout(dropout),
            layers.Dense(size, activation="softmax"),
        ]
    )


inputs, targets = shifted(tokens["training"])
print("inputs ", decode(inputs[0]))
print("targets", decode(targets[0]))

# %% [markdown]
# Is that really the same training? Both models have the same layers, so we can copy the weights and
# compare the loss on the same words, without dropout:

# %%
every = build_every_position(SIZE)
every.set_weights(model.get_weights())
EVERY_POSITION = keras.losses.SparseCategoricalCrossentropy(ignore_class=PADDING)
every.compile(optimizer=keras.optimizers.Adam(0.01), loss=EVERY_POSITION)

loss_of_prefixes = model.evaluate(predictors, labels, batch_size=1024, verbose=0)
loss_of_positions = every.evaluate(inputs, targets, batch_size=len(inputs), verbose=0)
print(f"prefixes {loss_of_prefixes:.5f}, every position {loss_of_positions:.5f} nats a word")
assert abs(loss_of_prefixes - loss_of_positions) < 1e-3, "the two ways should agree"

# %% [markdown]
# The same loss on the same words, to the fourth digit. What differs is the work: one pass over a
# headline in place of one for each word. And since each step now learns from whole headlines, it
# can be a larger one: the learning rate doubles.
#
# The curves below also follow the validation part. Watch what happens.

# %%
import tempfile

from helpers import plots

keras.utils.set_random_seed(SEED)
every = build_every_position(SIZE)
every.compile(optimizer=keras.optimizers.Adam(0.01), loss=EVERY_POSITION)
best_file = Path(tempfile.mkdtemp()) / "best.weights.h5"  # this run's own
keep_best = keras.callbacks.ModelCheckpoint(
    best_file, monitor="val_loss", save_best_only=True, save_weights_only=True
)
history = every.fit(
    inputs,
    targets,
    validation_data=shifted(tokens["validation"]),
    batch_size=32,
    epochs=SETTINGS["epochs"],
    callbacks=[keep_best, by_position := Stopwatch()],
    verbose=0,
).history
ratio = by_prefix.median() / by_position.median()
print(f"{by_position.median():.2f} s an epoch: {ratio:.1f} times faster")

# %%
plots.lines(
    {"training": history["loss"], "validation": history["val_loss"]},
    title="The classic model, epoch by epoch",
    axes=("epoch", "loss (nats a word)"),
)

# %% [markdown]
# *The training loss falls steadily; the validation loss turns round after a few epochs and climbs
# above where it began. From there on the model learns these headlines, not headlines.*
#
# The classic recipe trains for 200 epochs and never looks at the second curve.
#
# ## 5. Write
#
# To write, ask the model for the next word, append it, ask again. **Greedy** takes the most
# probable word each time. Or draw the word at random, each with its probability $p$, sharpened or
# flattened by a **temperature** $T$: with weights $p^{1/T}$. $T = 1$ leaves $p$ as it is, a smaller
# $T$ plays safe, a larger one is daring; $T \to 0$ is greedy. (The weights must be divided by their
# sum to be probabilities.)
#
# Your function is given the model as a function `next_word`: call it with the list of all tokens so
# far, and it returns the probabilities of the next one.


# %% exercise="generate"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None) -> list[int]:
    """Continue `tokens` by `n_words` words.

    tokens: list of int, the prompt. next_word: function, all tokens so far → probabilities of the
    next one, shape (size,). temperature: 0 takes the most probable word; above 0, draw one with
    weights p ** (1 / temperature), by `rng` (np.random.Generator). Returns prompt and new tokens.
    """
    ### BEGIN SOLUTION
    tokens = list(tokens)
    for _ in range(n_words):
        probabilities = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(probabilities)))
        else:
            weights = probabilities ** (1 / temperature)
            tokens.append(int(rng.choice(len(weights), p=weights / weights.sum())))
    return tokens
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Copy the prompt into a new list, then loop `n_words` times: ask `next_word` for the probabilities,
# choose a token, append it.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# Greedy: `int(np.argmax(probabilities))`. At random: `weights = probabilities ** (1 /
# temperature)`, then `rng.choice(len(weights), p=weights / weights.sum())`.
# </details>

# %% check="generate" points=3

# %% [markdown]
# Asking `model.predict` for one word at a time is slow: each call sets up a data pipeline. A
# compiled function with a fixed input shape does the same work, much faster.

# %%
import tensorflow as tf


def writer(model: keras.Model):
    """A compiled function: tokens → probabilities of the next one, (size,).

    Padding and unknown get probability 0.
    """
    shape = [tf.TensorSpec((1, LENGTH), "int32")]
    run = tf.function(lambda x: model(x, training=False), input_signature=shape, jit_compile=True)

    def next_word(tokens: list[int]) -> np.ndarray:
        recent = tokens[-LENGTH:]
        padded = np.zeros((1, LENGTH), dtype="int32")
        padded[0, : len(recent)] = recent
        probabilities = run(padded).numpy()[0, len(recent) - 1]
        probabilities[:FIRST_WORD] = 0
        return probabilities / probabilities.sum()

    return next_word


PROMPTS = {
    "10 ways": 11,
    "europe looks to": 8,
    "best way": 10,
    "homeless in": 10,
    "unexpected results": 10,
    "critics warn": 10,
}


def write_headlines(next_word, temperature=0.0) -> list[str]:
    """One headline for each prompt."""
    rng = np.random.default_rng(SEED)
    made = [generate(encode(p), n, next_word, temperature, rng) for p, n in PROMPTS.items()]
    return [decode(tokens) for tokens in made]


for text in write_headlines(writer(every)):
    print(text.title())

# %%
next_word = writer(every)
next_word(encode("best way"))  # compile
start = time.perf_counter()
generate(encode("best way"), 50, next_word)
ours = (time.perf_counter() - start) / 50
start = time.perf_counter()
generate(encode("best way"), 5, lambda so_far: every.predict(np.array([so_far]), verbose=0)[0, -1])
print(
    f"{ours * 1000:.2f} ms a word; with predict {(time.perf_counter() - start) / 5 * 1000:.0f} ms"
)

# %% [markdown]
# They begin like headlines and often fall apart further on: nobody taught the network where to
# stop. Did it write them, or remember them? Look for the training headline that shares most words
# with each.

# %%
from helpers import metrics, rivals


def shared_words(one: str, other: str) -> float:
    """The share of their words that two texts have in common (Jaccard), from 0 to 1."""
    words = set(one.split()), set(other.split())
    return len(words[0] & words[1]) / len(words[0] | words[1])


for text in write_headlines(writer(every)):
    twin = max(texts["training"], key=lambda other: shared_words(text, other))
    print(f"{shared_words(text, twin):4.0%}  {text}\n      {twin}")

# %% [markdown]
# Much of it is learned by heart. We need a number.
#
# ## 6. Did it learn?
#
# **Perplexity** is the usual one. Take the model's probability of each true next word of headlines
# it has not seen; the mean of minus their logarithms is the cross-entropy $H$, in nats a word; the
# perplexity is $e^H$. It says among how many equally likely words the model still hesitates: with
# perplexity 100 it is as unsure as if it had to pick among 100.


# %% exercise="perplexity"
def perplexity(probabilities: np.ndarray) -> float:
    """Perplexity of a model that gave these probabilities to the words that really came.

    probabilities: shape (n,), each above 0 and at most 1. Returns at least 1; lower is better.
    """
    ### BEGIN SOLUTION
    return float(np.exp(-np.mean(np.log(probabilities))))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Follow the sentence from the inside: `np.log`, then the mean, then the sign, then `np.exp`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# One line: `np.exp(-np.mean(np.log(probabilities)))`.
# </details>

# %% check="perplexity" points=2

# %% [markdown]
# ### Rivals that only count
#
# A number needs company. Three models without any network, all scored on the same words:
#
# - **uniform**: every word is equally likely;
# - **unigram**: each word as often as in training, whatever came before;
# - **bigram**: how often this word followed the word before, mixed with the unigram so that pairs
#   never seen are not impossible (*absolute discounting*: every count gives 0.75 away).

# %%
unigram = rivals.unigram_probabilities(tokens["training"], SIZE)
bigram = rivals.bigram_probabilities(tokens["training"], SIZE)


def of_targets(probabilities: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Pick the scored targets' probabilities: (n, length, size) and (n, length) → (scored,)."""
    probabilities[:, :, :FIRST_WORD] = 0  # as for the rivals: never padding or unknown
    probabilities /= probabilities.sum(axis=-1, keepdims=True)
    chosen = np.take_along_axis(probabilities, targets[:, :, None], axis=-1)[:, :, 0]
    return chosen[targets >= FIRST_WORD]


def of_network(model: keras.Model, part: str) -> np.ndarray:
    """The network's probability of each scored word in a part, shape (n,)."""
    inputs, targets = shifted(tokens[part])
    return of_targets(np.array(model(inputs, training=False)), targets)


def of_table(table: np.ndarray, part: str) -> np.ndarray:
    """A bigram table's probability of each scored word in a part, shape (n,)."""
    inputs, targets = shifted(tokens[part])
    return table[inputs, targets][targets >= FIRST_WORD]


scores = {
    "uniform": float(SIZE - FIRST_WORD),
    "unigram": perplexity(of_table(np.tile(unigram, (SIZE, 1)), "test")),
    "bigram": perplexity(of_table(bigram, "test")),
    "classic LSTM, all epochs": perplexity(of_network(every, "test")),
}
for name, value in scores.items():
    print(f"{name:<28} {value:8.0f}")
print(f"the same LSTM on its training headlines {perplexity(of_network(every, 'training')):.1f}")

# %% [markdown]
# On its training headlines the network hesitates among a handful of words; on new ones it does
# worse than a table that only counts single words. That is memorising, in one pair of numbers.
#
# Stopped at its best epoch, it is less bad. We kept those weights: `ModelCheckpoint` saved them
# each time the validation loss reached a new low. (Chosen on the validation part: choosing on the
# test part would be cheating.)

# %%
stopped = build_every_position(SIZE)
stopped.load_weights(best_file)
scores["classic LSTM, best epoch"] = perplexity(of_network(stopped, "test"))
best_epoch = 1 + int(np.argmin(history["val_loss"]))
print(f"after epoch {best_epoch}: {scores['classic LSTM, best epoch']:.0f}")

# %% [markdown]
# Still behind the bigram table: a few thousand words are very little for a network that
# must learn from scratch what a word is.
#
# ## 7. Make it better
#
# Four ideas, each small. (The code is longer than what you have written so far. On a first reading,
# take in the ideas and the numbers, and pass over the three code cells.)
#
# 1. **Start from the frequencies.** The output's bias begins at the logarithm of the unigram
#    probabilities, so that epoch 1 need not discover that *the* is frequent.
# 2. **One table of words.** The score of a word is the match between the LSTM's output and that
#    word's own *input* vector (*weight tying*): one table in place of two, and a rare word's vector
#    learns from both ends.
# 3. **Drop more.** Half of all numbers, and a fifth of the input *words*, which become "unknown":
#    so the network learns not to lean on any single word, and what to do with unknown ones.
# 4. **A teacher who counts.** The true next word is a harsh teacher: this one, and nothing else.
#    The bigram table knows that others would have been possible too. So the target becomes four
#    fifths the table's distribution and one fifth the true word (*soft targets*). The table is
#    needed for training only: afterwards the network works alone.


# %%
class WordDropout(layers.Layer):
    """While training, replace a share of the words by "unknown"; (batch, length) → the same."""

    def __init__(self, rate: float):
        super().__init__()
        self.rate, self.seed = rate, keras.random.SeedGenerator(SEED)

    def call(self, tokens, training=False):
        if not training:
            return tokens
        dropped = keras.random.uniform(ops.shape(tokens), seed=self.seed) < self.rate
        return ops.where(dropped & (tokens != PADDING), UNKNOWN, tokens)


class TiedWords(layers.Layer):
    """Softmax over how well each word's input vector matches: (…, d) → (…, size)."""

    def __init__(self, embedding: layers.Embedding, log_frequency: np.ndarray):
        super().__init__()
        self.embedding, self.log_frequency = embedding, log_frequency
        self.supports_masking = True  # it works at each position alone

    def build(self, shape):
        start = keras.initializers.Constant(self.log_frequency)
        self.bias = self.add_weight(shape=self.log_frequency.shape, initializer=start)

    def call(self, vectors):
        matches = ops.matmul(vectors, ops.transpose(self.embedding.embeddings))
        return ops.softmax(matches + self.bias)


# %%
class Taught(keras.Model):
    """A model whose targets are part true word, part a teacher's distribution."""

    def learn_from(self, teacher: np.ndarray, share: float) -> None:
        """teacher: row v holds the probabilities after word v; share: its weight, from 0 to 1."""
        self.teacher, self.share = ops.convert_to_tensor(teacher), share

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        surprise = -ops.log(y_pred + 1e-9)
        loss = ops.take_along_axis(surprise, ops.expand_dims(y, -1), axis=-1)[..., 0]
        if training:  # validation is scored on the true words alone
            lesson = ops.sum(ops.take(self.teacher, x, axis=0) * surprise, axis=-1)
            loss = (1 - self.share) * loss + self.share * lesson
        scored = ops.cast(y >= FIRST_WORD, loss.dtype)
        return ops.sum(loss * scored) / ops.sum(scored)


def build_better(size: int, log_frequency: np.ndarray, width: int = 64) -> Taught:
    """Word dropout → embedding → LSTM(100) → tied softmax: (batch, length) → (…, size)."""
    tokens = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(size, width, mask_zero=True)
    x = layers.Dropout(0.5)(embedding(WordDropout(0.2)(tokens)))
    x = layers.Dropout(0.5)(layers.LSTM(100, return_sequences=True)(x))
    return Taught(tokens, TiedWords(embedding, log_frequency)(layers.Dense(width)(x)))


# %%
def train_better(share: float) -> Taught:
    """Train until the validation part gets no better; share: the teacher's weight."""
    keras.utils.set_random_seed(SEED)
    better = build_better(SIZE, np.log(np.maximum(unigram, 1e-4)).astype("float32"))
    better.learn_from(bigram, share)
    better.compile(optimizer=keras.optimizers.Adam(0.01))
    better.fit(
        inputs,
        targets,
        validation_data=shifted(tokens["validation"]),
        batch_size=32,
        epochs=40,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=SETTINGS["patience"], restore_best_weights=True)
        ],
        verbose=0,
    )
    return better


better = train_better(share=0.8)
scores["better network, no teacher"] = perplexity(of_network(train_better(share=0.0), "test"))
scores["better network, taught"] = perplexity(of_network(better, "test"))
for name in ("bigram", "better network, no teacher", "better network, taught"):
    print(f"{name:<28} {scores[name]:8.0f}")

# %% [markdown]
# ### Mix
#
# The network looks further back than one word; the table remembers pairs exactly. Where they err
# differently, their mean can be better than either. The weight is chosen on the validation part.

# %%
weights = np.linspace(0, 1, 21)
on_validation = [of_network(better, "validation"), of_table(bigram, "validation")]
tried = [perplexity(w * on_validation[0] + (1 - w) * on_validation[1]) for w in weights]
weight = weights[int(np.argmin(tried))]
mixed = weight * of_network(better, "test") + (1 - weight) * of_table(bigram, "test")
scores["network and bigram mixed"] = perplexity(mixed)

# %%
ranked = sorted(scores, key=scores.get)
plots.bars(
    {f"{name}  {scores[name]:.0f}": scores[name] for name in ranked},
    title="Perplexity on headlines never seen (lower is better)",
    axis="perplexity, on a logarithmic scale",
    log=True,
)

# %% [markdown]
# *A bar for each model. Shortest, so best, is the mixture, then the taught network, then the bigram
# table; the classic network trained through all epochs is far worse than counting single
# words.*
#
# ### And what does it write?
#
# The mixture is a distribution like any other, so it can write too.

# %%
network_alone = writer(better)


def mixture(tokens: list[int]) -> np.ndarray:
    """Network and table together: tokens → probabilities of the next one, (size,)."""
    return weight * network_alone(tokens) + (1 - weight) * bigram[tokens[-1]]


def show_headlines(name: str, next_word_of, temperature: float) -> None:
    print(f"{name}, temperature {temperature:g}")
    for text in write_headlines(next_word_of, temperature):
        print("  ", text.title())


show_headlines("network", network_alone, 0.0)
show_headlines("network", network_alone, 0.5)
show_headlines("mixture", mixture, 0.5)

# %% [markdown]
# Greedy tends to stumble into *the the the*: a model that is honest about how little it knows finds
# the most frequent word the safest bet every time. With some temperature it is livelier. A good
# perplexity does not make good prose: it makes honest probabilities.
#
# How much is copied? The share of runs of four words that stand in a training headline, in a
# hundred headlines of eight words each, drawn at temperature 0.5 after the first two words of a
# training headline:


# %%
def copied_share(next_word_of, n: int = 100, length: int = 8) -> float:
    """Share of copied 4-grams in n headlines."""
    rng = np.random.default_rng(SEED)
    starts = rng.permutation(len(tokens["training"]))[:n]
    made = [generate(tokens["training"][i][:2], length - 2, next_word_of, 0.5, rng) for i in starts]
    return metrics.copied_share(made, tokens["training"])


copied = {
    "classic LSTM, all epochs": copied_share(writer(every)),
    "better network, taught": copied_share(network_alone),
    "mixture": copied_share(mixture),
    "real headlines (test part)": metrics.copied_share(tokens["test"], tokens["training"]),
}
for name, share in copied.items():
    print(f"{name:<28} {share:5.1%} copied")

# %% [markdown]
# Real headlines that were never seen share almost no run of four words with the training part, the
# taught network and the mixture a few; the classic network, trained through all epochs, repeats
# about half.
#
# ## 8. What would more text do?
#
# Networks are said to need much text. We can test that on a novel: Jane Austen's *Northanger
# Abbey*. Two models, bigram table and the better network without its teacher, learn from its first
# 4,000, 16,000 and 64,000 words and are tested on its last 6,000. Only the 1,500 most frequent
# words are scored.

# %%
novel = clean_text(datasets.load_novel().replace("--", " ")).split()
novel_ranks = {
    word: FIRST_WORD + rank for rank, (word, _) in enumerate(Counter(novel).most_common(1500))
}
story = np.array([novel_ranks.get(word, UNKNOWN) for word in novel])
NOVEL_SIZE = FIRST_WORD + len(novel_ranks)


def in_rows(text: np.ndarray, length: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """Cut a text into rows: inputs and targets, both (n, length); unknown targets become 0."""
    n = (len(text) - 1) // length
    inputs, targets = (text[i : i + n * length].reshape(n, length) for i in (0, 1))
    return inputs, np.where(targets == UNKNOWN, PADDING, targets)


novel_test, novel_validation = in_rows(story[-6000:]), in_rows(story[-12000:-6000])


# %%
def novel_bigram(text: np.ndarray) -> float:
    """Perplexity on the end of the novel of a bigram table that learned from `text`."""
    known = text >= FIRST_WORD
    runs = np.split(text, np.flatnonzero(~known))
    runs = [run[run >= FIRST_WORD].tolist() for run in runs]
    table = rivals.bigram_probabilities([run for run in runs if run], NOVEL_SIZE)
    x, y = novel_test
    return perplexity(table[x, y][y >= FIRST_WORD])


def novel_lstm(text: np.ndarray) -> float:
    """The same for the better network, without a teacher, stopped at its best epoch."""
    keras.utils.set_random_seed(SEED)
    counts = rivals.unigram_probabilities([text[text >= FIRST_WORD]], NOVEL_SIZE)
    network = build_better(NOVEL_SIZE, np.log(np.maximum(counts, 1e-5)).astype("float32"))
    network.learn_from(np.zeros((NOVEL_SIZE, NOVEL_SIZE), dtype="float32"), share=0.0)
    network.compile(optimizer=keras.optimizers.Adam(0.01))
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    network.fit(
        *in_rows(text),
        validation_data=novel_validation,
        batch_size=32,
        epochs=SETTINGS["novel_epochs"],
        callbacks=[stop],
        verbose=0,
    )
    x, y = novel_test
    return perplexity(of_targets(np.array(network(x, training=False)), y))


amounts = (4_000, 16_000, 64_000)
by_amount = {
    "bigram table": [novel_bigram(story[:n]) for n in amounts],
    "LSTM": [novel_lstm(story[:n]) for n in amounts],
}
for n, table, network in zip(amounts, *by_amount.values(), strict=True):
    print(f"{n:>7,} words: bigram {table:4.0f}, LSTM {network:4.0f}, ratio {network / table:.2f}")

# %%
plots.lines(
    by_amount,
    "Perplexity on the end of the novel",
    ("words of training text (logarithmic)", "perplexity"),
    amounts,
    log=True,
)

# %% [markdown]
# *Two falling lines over the number of training words. The network begins above the table, falls
# faster, and ends below it.*
#
# With 4,000 words counting wins, with 64,000 the network does, alone and untaught. A network shares
# what it learns between similar words; a table of counts cannot. The models that write whole pages
# today read a hundred million times more than this novel.
#
# ## 9. Measure it

# %%
report(
    "01_text_generation",
    perplexity=scores["better network, taught"],
    perplexity_mixed=scores["network and bigram mixed"],
    perplexity_untaught=scores["better network, no teacher"],
    perplexity_classic=scores["classic LSTM, best epoch"],
    perplexity_classic_all_epochs=scores["classic LSTM, all epochs"],
    perplexity_bigram=scores["bigram"],
    perplexity_unigram=scores["unigram"],
    perplexity_uniform=scores["uniform"],
    copied=copied["better network, taught"],
    copied_classic=copied["classic LSTM, all epochs"],
    novel_ratio_first=by_amount["LSTM"][0] / by_amount["bigram table"][0],
    novel_ratio_last=by_amount["LSTM"][-1] / by_amount["bigram table"][-1],
)

# %% [markdown]
# These are numbers of one split and one seed. With only 83 test headlines they move by a tenth and
# more from split to split, for all models alike (try `WORKBOOK_SEED=2`). The order is steadier: the
# mixture comes first; the taught network lies near the table or below it; the rest follow.
#
# ## 10. When it goes wrong
#
# **The network reads its padding.** Without `mask_zero`, the same weights give another loss on the
# same words:

# %%
unmasked = keras.Sequential(
    [
        keras.Input((None,), dtype="int32"),
        layers.Embedding(SIZE, 10),
        layers.LSTM(100),
        layers.Dropout(0.1),
        layers.Dense(SIZE, activation="softmax"),
    ]
)
unmasked.set_weights(model.get_weights())
unmasked.compile(loss=keras.losses.SparseCategoricalCrossentropy())
loss_unmasked = unmasked.evaluate(predictors, labels, batch_size=1024, verbose=0)
print(f"masked {loss_of_prefixes:.2f}, reading the padding {loss_unmasked:.2f} nats a word")

# %% [markdown]
# **Every word is the same.** The old version of this lab chose the next word by the line below. Can
# you see why it always takes word number 1?

# %%
probabilities = next_word(encode("best way"))
[index for index in range(SIZE) if index == probabilities.any()]

# %% [markdown]
# `probabilities.any()` is the single value `True`, and `1 == True`. Nothing fails, nothing warns:
# only a look at the output tells. You wanted `np.argmax(probabilities)`.
#
# **Greedy goes in circles.** The most probable word after *the* is followed by the most probable
# word after that, and soon you are back where you were. Draw with a temperature.
#
# ## 11. Recap
#
# **1. A model has perplexity 2 on its training headlines and 5,000 on new ones. What happened?**
#
# <details><summary>Answer</summary>
#
# It memorised. On the headlines it knows it hardly hesitates; on others it is surer than it should
# be, and pays for each surprise. Stop earlier, drop more, get more text.
# </details>

# %% [markdown]
# **2. Why may we choose the stopping epoch on the validation part, but not on the test part?**
#
# <details><summary>Answer</summary>
#
# Whatever we choose by looks better there than it is. If the test part had a say, its number would
# no longer tell how the model does on headlines nobody has looked at.
# </details>

# %% [markdown]
# **3. Two models have different vocabularies. May you compare their perplexities?**
#
# <details><summary>Answer</summary>
#
# No. The one with fewer words hesitates among fewer. Score the same words, by the same rule for
# unknown ones, as we did for all rows of the table.
# </details>

# %% [markdown]
# **4. The taught network learned from a bigram table. Why can it beat its teacher?**
#
# <details><summary>Answer</summary>
#
# One fifth of each target is the true word, and the network sees the whole headline so far, where
# the table sees one word. It also places similar words near each other, so that it can guess
# pairs the table never counted.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.** Set `SOURCE = "nyt"` and run the lab on 831 real headlines. Make the teacher's
# share 0.5 or 0.95. Replace the bigram teacher by the *mixture*. Train on characters instead of
# words: how many numbers do you need then, and what does a perplexity per character mean?
#
# **Next:** lab 02, where two networks play against each other.
#
# **References.** S. Hochreiter and J. Schmidhuber (1997), *Long Short-Term Memory*. Y. Bengio, R.
# Ducharme, P. Vincent and C. Jauvin (2003), *A Neural Probabilistic Language Model*. H. Ney, U.
# Essen and R. Kneser (1994), *On Structuring Probabilistic Dependences in Stochastic Language
# Modelling*. O. Press and L. Wolf (2017), *Using the Output Embedding to Improve Language Models*.
# G. Hinton, O. Vinyals and J. Dean (2015), *Distilling the Knowledge in a Neural Network*. Z. Xie
# et al. (2017), *Data Noising as Smoothing in Neural Network Language Models*.
