# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 10 · Characters: from a table to a transformer
#
# *The sky was blu…* You know what comes next, and so does a model that writes. Here it is Jane
# Austen's *Northanger Abbey*, character by character: first a table of counts, then an LSTM, then a
# small **transformer**, of the kind that nearly all large language models are, and you write its
# essential parts. One number holds them together: how many **bits** each pays for a text that it
# has never seen. What buys bits is context.
#
# **You will learn**
# - to price a text in bits, and to compare models with compressors;
# - to build a counting model that is hard to beat, Kneser and Ney's;
# - to write causal attention, its mask, positions by distance, and a residual block;
# - to prove that a network does not look ahead;
# - to write text by temperature, top-k and nucleus, fast, with a cache of keys and values;
# - to compare models fairly, and to catch four ways of fooling yourself.
#
# **Needs** three and a half hours of yours, five to seven minutes of computing, 1.6 GB of
# memory, and lab 01. Minutes stand under each heading.

# %% [markdown]
# ## 1. What will run here
# *5 minutes*

# %%
describe_run()

# %%
PROFILE, SEED = run_profile(), run_seed()
SETTINGS = {
    "quick": {"steps": 1800, "lstm_steps": 1800, "width": 96, "blocks": 2, "window": 64},
    "full": {"steps": 12_000, "lstm_steps": 12_000, "width": 256, "blocks": 4, "window": 128},
}[PROFILE]

# %%
NOVEL = "embedded"  # or "frankenstein", or the path of a text file of your own
WINDOW, WIDTH, BLOCKS = (SETTINGS[key] for key in ("window", "width", "blocks"))
BATCH, HEADS, REACH, PIECES = 32, 4, 4, 6
RATE, LSTM_RATE = 1e-2, 2e-2
SETTINGS

# %%
import bz2
import gc
import gzip
import lzma
import time

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import ops
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax

from helpers import datasets, plots, training

# %%
tf.get_logger().setLevel("ERROR")  # it warns of each network that is compiled anew
keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)

# %% [markdown]
# A character becomes a whole number, its **code**: its place in the sorted alphabet of the novel.
# The last tenth of the novel is **held out**: nothing learns from it, and nothing is chosen by it.
# Where we choose, we do so by the ninth tenth, the **validation** part, with models that have seen
# the first eight.

# %%
TEXT = datasets.load_novel(NOVEL)
ALPHABET = sorted(set(TEXT))
SIZE, PLACE = len(ALPHABET), {character: code for code, character in enumerate(ALPHABET)}


# %%
def encode(text: str) -> np.ndarray:
    """The codes of a text, int32. ValueError for a character that is not in the novel."""
    if unknown := set(text) - set(ALPHABET):
        raise ValueError(f"The novel has no {' '.join(sorted(unknown))}: leave it out.")
    return np.array([PLACE[character] for character in text], "int32")


# %%
def decode(codes) -> str:
    """The text of codes."""
    return "".join(ALPHABET[code] for code in codes)


# %%
CODES = encode(TEXT)
CUT, CUT_VALIDATION = len(CODES) * 9 // 10, len(CODES) * 8 // 10
TRAINING, HELD_OUT = CODES[:CUT], CODES[CUT:]
print(f"{SIZE} characters; {CUT:,} to learn from, {len(HELD_OUT):,} held out, which begin:")
print(TEXT[CUT : CUT + 150])

# %% [markdown]
# ## 2. The price of a character
# *22 minutes*
#
# A model that reads along gives each possible next character a probability. The one that comes had
# the probability $p$: its **price** is $-\log_2 p$ bits. It is what an ideal compressor,
# built on that model, would spend on it (Shannon 1948). Surprise is expensive: $p = 1/2$ costs one
# bit, $p = 1/1024$ ten, and $p = 0$ infinitely many. In lab 01 you took the mean in nats, to the
# power of e, and called it perplexity; here we stay with bits a character. Whoever knows nothing
# but the alphabet pays $\log_2$ of its size.
#
# Networks end in **logits**, scores of any size; the softmax makes probabilities of them.


# %% exercise="bits_per_character"
def bits_per_character(logits, targets) -> float:
    """The mean price of the characters that came, in bits: -log2 of the probability of each.

    logits: shape (…, size), scores before the softmax; numbers such as 1,000 may be among them.
    targets: whole numbers, shape (…): which character came. Both are numpy arrays, and stay as they
    are.
    """
    ### BEGIN SOLUTION
    log_probabilities = log_softmax(logits, axis=-1)
    came = np.take_along_axis(log_probabilities, targets[..., None], axis=-1)
    return -came.mean() / np.log(2)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `scipy.special.log_softmax(logits, axis=-1)` has the logarithms of all probabilities, also where a
# logit is 1,000. `np.take_along_axis` picks one of each row; it wants indices with as many axes:
# `targets[..., None]`. Bits are nats divided by the logarithm of 2.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `log_probabilities = log_softmax(logits, axis=-1)`,
# `came = np.take_along_axis(log_probabilities, targets[..., None], axis=-1)`. Return
# `-came.mean() / np.log(2)`.
# </details>

# %% check="bits_per_character" points=2

# %% [markdown]
# The first model with context is a table: how often did each character follow each other one? To
# every count add a little, so that nothing is impossible, and divide by the sum of the row.

# %%
follows = np.zeros((SIZE, SIZE))
np.add.at(follows, (TRAINING[:-1], TRAINING[1:]), 1)

# %%
table = (follows + 0.05) / (follows + 0.05).sum(axis=1, keepdims=True)
before, after = CODES[CUT - 1 : -1], HELD_OUT
pairs_bits = bits_per_character(np.log(table)[before], after)
print(f"alphabet only {np.log2(SIZE):.3f}, table of pairs {pairs_bits:.3f}")

# %% [markdown]
# Many tutorials train an LSTM on pairs, one character in, the next one out. What can it learn? It
# has no past to remember, so to each character it answers with one row of probabilities: it *is* a
# table of pairs, at best. Its whole training set even fits into one small batch: each character
# once, with its row of counts as the answer that is asked for, and weighted by how often it comes.
# The mean loss is the same, and so is its gradient.

# %%
pairs_lstm = keras.Sequential(
    [
        keras.Input((1,), dtype="int32"),
        keras.layers.Embedding(SIZE, 64),
        keras.layers.LSTM(128),
        keras.layers.Dense(SIZE),
    ]
)
often = follows.sum(axis=1)
rows = follows / np.maximum(often, 1)[:, None]
batch = (np.arange(SIZE)[:, None], rows.astype("float32"), (often / often.mean()).astype("float32"))

# %%
loss = keras.losses.CategoricalCrossentropy(from_logits=True)
pairs_lstm.compile(keras.optimizers.Adam(1e-2), loss, steps_per_execution=100)
pairs_lstm.fit(tf.data.Dataset.from_tensors(batch).repeat(500), shuffle=False, verbose=0)
logits = pairs_lstm.predict(batch[0], verbose=0)
pairs_lstm_bits = bits_per_character(logits[before], after)
print("in the mean over the text, its probabilities are off the table's by", end=" ")
print(
    f"{(np.abs(softmax(logits, axis=1) - table).sum(axis=1) * often).sum() / often.sum() / 2:.3f}"
)
print(f"table of pairs {pairs_bits:.3f}, LSTM of one character {pairs_lstm_bits:.3f}")

# %% [markdown]
# About a hundred thousand weights, and the price of a table that a line of numpy counts. Context
# is what both lack.
#
# ## 3. Counting well
# *28 minutes*
#
# So count longer contexts. The trouble: of the contexts of six characters in the held-out part, one
# in six never came before, and as many came only once or twice. A count of 1 is hardly a
# probability. Kneser and Ney (1995) found a way that is hard to beat: take something off every
# count, a **discount**, and hand it out by what the context one character *shorter* says. That one
# does the same, and so on, down to the alphabet. A rich row is hardly changed; a poor row leaves
# the decision to the shorter context; an unknown one has nothing to say.
#
# $$p(c \mid \text{context}) \;=\; \frac{\text{count}_c - d(\text{count}_c)}{n} \;+\; \frac{\sum_k
# d(\text{count}_k)}{n} \; p(c \mid \text{shorter}), \qquad n = \sum_k \text{count}_k$$
#
# Chen and Goodman (1998) take off different amounts from counts of 1, of 2, and of 3 or more:
# *modified* Kneser–Ney.


# %% exercise="kneser_ney"
def kneser_ney(counts, lower, discounts) -> np.ndarray:
    """Probabilities of the next character after n contexts, shape (n, size); rows sum to 1.

    counts: whole numbers, shape (n, size): how often each character followed each context.
    lower: shape (n, size), the probabilities after the contexts that are one character shorter.
    discounts: three numbers; taken off each count of 1, each of 2, and each of 3 or more.
    What is taken off in a row is handed out again as `lower` says, and the row divided by the sum
    of its counts. A row without counts is `lower`. Nothing handed in is changed.
    """
    ### BEGIN SOLUTION
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    total = counts.sum(axis=1, keepdims=True)
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return np.where(total > 0, seen / np.maximum(total, 1), lower)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.array([0, *discounts])[np.minimum(counts, 3)]` is what is taken off each count, nothing off a
# 0. Its sums over the rows, `keepdims=True`, times `lower` is what is handed out.
# `np.where(total > 0, …, lower)` for the empty rows, with `np.maximum(total, 1)` below the line.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With `taken` from the hint and `total = counts.sum(axis=1, keepdims=True)`:
# `seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower`. Return
# `np.where(total > 0, seen / np.maximum(total, 1), lower)`.
# </details>

# %% check="kneser_ney" points=3

# %% [markdown]
# One more idea is in it. *Francisco* may be frequent, yet it comes after *San* only: as a
# fallback it should be rare. So the shorter contexts do not count how often a character came after
# them, but in how many *different* longer contexts it did. A run of characters is kept as one whole
# number, digits to the base of the alphabet's size, which makes counting fast.


# %%
def runs(codes, length: int) -> np.ndarray:
    """Every run of `length` characters as one whole number, shape (len(codes) - length + 1,)."""
    places = np.arange(len(codes) - length + 1)
    found = np.zeros(len(places), np.int64)
    for k in range(length):
        found = found * SIZE + codes[places + k]
    return found


# %%
def followers(codes, length: int, longest: bool) -> tuple:
    """Contexts of `length` characters, sorted, and a sparse table of what followed each."""
    if longest:
        found, counts = np.unique(runs(codes, length + 1), return_counts=True)
    else:  # in how many different contexts, one character longer
        longer = np.unique(runs(codes, length + 2))
        found, counts = np.unique(longer % SIZE ** (length + 1), return_counts=True)
    contexts, row = np.unique(found // SIZE, return_inverse=True)
    return contexts, csr_array((counts, (row, found % SIZE)), (len(contexts), SIZE))


# %% [markdown]
# The discounts follow from how many counts are 1, 2, 3 and 4 (Chen and Goodman's formula). In a
# small text it may come out below 0, so it gets a floor.


# %%
def discounts_of(counts) -> list[float]:
    """Three discounts, for counts of 1, of 2, and of 3 or more."""
    n = [max(1, (counts == k).sum()) for k in range(5)]
    ratio = n[1] / (n[1] + 2 * n[2])
    return [max(0.1, k - (k + 1) * ratio * n[k + 1] / n[k]) for k in (1, 2, 3)]


# %%
def count_all(codes, order: int) -> list:
    """Tables for contexts of 0 to order - 1 characters, the shortest first, with discounts."""
    tables = [followers(codes, k, longest=k == order - 1) for k in range(order)]
    return [(contexts, table, discounts_of(table.data)) for contexts, table in tables]


# %%
def by_counts(tables, codes, begin: int) -> np.ndarray:
    """Probabilities for the characters of `codes` from place `begin` on, each given its past."""
    portions = np.array_split(np.arange(begin, len(codes)), 1 + (len(codes) - begin) // 8000)
    found = []
    for places in portions:
        probabilities = np.full((len(places), SIZE), 1 / SIZE)
        for k, (contexts, table, discounts) in enumerate(tables):
            asked = runs(codes[places[0] - k : places[-1]], k)
            row = np.minimum(np.searchsorted(contexts, asked), len(contexts) - 1)
            counts = table[row].toarray() * (contexts[row] == asked)[:, None]
            probabilities = kneser_ney(counts, probabilities, discounts)
        found.append(probabilities.astype("float32"))
    return np.concatenate(found)


# %% [markdown]
# How many characters of context? An *order* of n means n − 1 of them. It is chosen on the
# validation part; five countings take some seconds.

# %%
tried = {}
for order in range(4, 9):
    tables = count_all(CODES[:CUT_VALIDATION], order)
    probabilities = by_counts(tables, TRAINING, CUT_VALIDATION)
    tried[order] = bits_per_character(np.log(probabilities), TRAINING[CUT_VALIDATION:])
ORDER = min(tried, key=tried.get)
print({f"order {order}": round(float(price), 3) for order, price in tried.items()})

# %%
started = time.perf_counter()
tables = count_all(TRAINING, ORDER)
counted = by_counts(tables, CODES, CUT)
counted_bits = bits_per_character(np.log(counted), HELD_OUT)
print(f"order {ORDER}, {ORDER - 1} characters of context: {counted_bits:.3f} bits, in")
print(f"{time.perf_counter() - started:.1f} s; sums from {counted.sum(1).min():.6f}", end=" ")
print(f"to {counted.sum(1).max():.6f}")

# %% [markdown]
# From more than six bits to less than two, by counting, in seconds. The sums say that this is an
# honest price: the probabilities of all characters sum to 1, in every context.
#
# Compressors are models, too. Give each the training part first, and see how much longer its file
# becomes by the held-out part: bits for each of its characters.

# %%
shrink = {"gzip": lambda text: gzip.compress(text, 9), "bz2": lambda text: bz2.compress(text, 9)}
shrink["xz"] = lambda text: lzma.compress(text, preset=9 | lzma.PRESET_EXTREME)
known, whole = TEXT[:CUT].encode(), TEXT.encode()
shrunk = {
    name: 8 * (len(compress(whole)) - len(compress(known))) / len(HELD_OUT)
    for name, compress in shrink.items()
}
print({name: round(price, 3) for name, price in shrunk.items()})

# %% [markdown]
# gzip looks back 32,768 characters only. ppmd, a compressor of counting models, pays 1.83 bits for
# this part of *Northanger Abbey* (measured elsewhere, with pyppmd): it learns on while it reads,
# which none of our models may.
#
# ## 4. A network with a memory
# *22 minutes*
#
# An LSTM (lab 01) reads on and on and keeps a state. We hand it one thing more, and the transformer
# will get the same: a **causal convolution**, which joins each character with the three before it.
# Pieces of words, *ing* or *the*, are then there to be seen at a glance. Causal means: a place
# sees itself and what is before it. A place that sees what comes after it sees the answer.


# %% exercise="causal_convolution"
def causal_convolution(x, kernel):
    """At each place, a sum over this and the places before, each times a matrix of its own.

    x: shape (n, length, width). kernel: shape (reach, width, filters); kernel[-1] is the matrix of
    the place itself, kernel[-2] that of the place before, and so on. Before the first place there
    are zeros. Tensors in, a tensor of shape (n, length, filters) out, by keras.ops; reach may be
    more than length, n may be None, not known yet, and kernel a weight: it has a shape, no len.
    """
    ### BEGIN SOLUTION
    reach, length = kernel.shape[0], x.shape[1]
    padded = ops.pad(x, [[0, 0], [reach - 1, 0], [0, 0]])
    return sum(ops.matmul(padded[:, k : k + length], kernel[k]) for k in range(reach))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Put reach − 1 zeros before the first place: `ops.pad(x, [[0, 0], [reach - 1, 0], [0, 0]])`. Then
# the slice of `length` places from `k` on goes with `kernel[k]`.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `reach, length = kernel.shape[0], x.shape[1]`, `padded` as in the hint, and the sum of
# `ops.matmul(padded[:, k : k + length], kernel[k])` for `k in range(reach)`.
# </details>

# %% check="causal_convolution" points=2

# %% [markdown]
# The layer adds what the convolution finds to what came in. Both networks begin alike: an
# embedding, a row of numbers for each character, then this layer.


# %%
class Convolution(keras.layers.Layer):
    """x plus a causal convolution of x."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(REACH, shape[-1], shape[-1]), name="kernel")

    def call(self, x):
        return x + causal_convolution(x, self.kernel)


# %%
def begin_network(length: int) -> tuple:
    """The input, (n, length) codes, and what the first two layers make of it."""
    inputs = keras.Input((length,), dtype="int32")
    start = keras.initializers.RandomNormal(stddev=0.3)
    x = keras.layers.Embedding(SIZE, WIDTH, embeddings_initializer=start)(inputs)
    return inputs, Convolution()(x)


def make_lstm(length: int = WINDOW) -> keras.Model:
    """Codes (n, length) → logits (n, length, SIZE)."""
    inputs, x = begin_network(length)
    x = keras.layers.LSTM(2 * WIDTH, return_sequences=True)(x)
    return keras.Model(inputs, keras.layers.Dense(SIZE)(x))


# %% [markdown]
# Training takes windows from random places of the training part. At each place of a window the
# next character is asked for, so a window of 64 has 64 answers to learn from. The rate climbs for
# 40 steps and then falls along a cosine to nearly 0. Six times on the way we ask for the
# price of the held-out part, to draw a curve; nothing is chosen by it.


# %%
def train(network, codes, rate: float, steps: int, after=None) -> None:
    """Train on windows from random places; `after` is called six times, with the steps done."""
    warm = min(40, steps // 4)
    falling = keras.optimizers.schedules.CosineDecay(
        rate / 20, steps - warm, alpha=0.02, warmup_target=rate, warmup_steps=warm
    )
    adam = keras.optimizers.AdamW(falling, weight_decay=0.02, beta_2=0.98, global_clipnorm=1.0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(adam, loss, steps_per_execution=10)
    starts = np.random.default_rng(SEED).integers(0, len(codes) - WINDOW, (steps * BATCH, 1))
    done = 0
    for part in np.array_split(starts, PIECES):
        windows = codes[part + np.arange(WINDOW + 1)]
        network.fit(windows[:, :-1], windows[:, 1:], BATCH, shuffle=False, verbose=0)
        done += len(part) / BATCH
        if after:
            after(done)
    network.train_function = None  # the graph of a training takes 100 MB
    gc.collect()


# %% [markdown]
# How to price 40,000 characters with a window of 64? Side by side, the first character of each
# window would be priced after a single one. So windows overlap by half, and only the second half of
# each counts: every character is priced once, with 33 to 64 characters before it, for both networks
# alike.


# %%
def windows_of(codes, begin: int, window: int, past: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows that price the characters from place `begin` on once each, after more than `past`.

    Returns windows, shape (n, window + 1), and which of their last `window` count.
    """
    starts = np.arange(begin - 1 - past, len(codes) - 1 - past, window - past)
    places = starts[:, None] + np.arange(window + 1)
    counts = (places[:, 1:] < len(codes)) & (np.arange(window) >= past)
    return codes[np.minimum(places, len(codes) - 1)], counts


# %%
def by_network(network, codes=CODES, begin=CUT, past=None) -> np.ndarray:
    """Logits for the characters of `codes` from place `begin` on, shape (n, SIZE)."""
    window = network.input_shape[1]
    windows, counts = windows_of(codes, begin, window, window // 2 if past is None else past)
    return network.predict(windows[:, :-1], batch_size=4096 // window, verbose=0)[counts]


# %%
lstm, lstm_curve = make_lstm(), []
print(f"LSTM: {lstm.count_params():,} weights; about a minute of training …")

# %%
started = time.perf_counter()
train(
    lstm,
    TRAINING,
    LSTM_RATE,
    SETTINGS["lstm_steps"],
    lambda _: lstm_curve.append(bits_per_character(by_network(lstm), HELD_OUT)),
)
lstm_bits, lstm_seconds = lstm_curve[-1], time.perf_counter() - started
print(f"LSTM {lstm_bits:.3f} bits, Kneser–Ney {counted_bits:.3f}")

# %% [markdown]
# The rate, 0.02, was searched: 600 steps on the first eight tenths, priced on the ninth. The
# transformer's was, in the same way, on as many steps:
#
# | rate | 0.005 | 0.01 | 0.02 | 0.03 |
# |---|---|---|---|---|
# | LSTM | 2.255 | 2.123 | **2.105** | 2.209 |
# | transformer | 2.005 | **1.991** | 2.035 | – |
#
# Whoever tunes one of two rivals only, has measured his own patience.
#
# ## 5. Attention
# *42 minutes*
#
# All an LSTM knows of the past must squeeze through its state. A transformer (Vaswani et al. 2017)
# keeps every place of the past, and each place asks for what it needs. It makes three vectors of
# itself: a **query** (what I look for), a **key** (what I have to offer), a **value** (what I hand
# over). Where my query and your key point the same way, your value counts much:
#
# $$w_{ij} = \underset{j \le i}{\operatorname{softmax}}\Big(\frac{q_i \cdot k_j}{\sqrt{d}} - m\,(i -
# j)\Big), \qquad \text{answer}_i = \sum_{j \le i} w_{ij}\, v_j .$$
#
# - $\sqrt d$, with $d$ the width of a query: inner products of random vectors grow like it, and
#   without it the softmax would look almost only at one place, where its gradient is nearly 0.
# - $m\,(i-j)$: a sum over places does not know their order. So each place far away
#   pays for its distance (ALiBi, Press et al. 2022). There are several **heads**, each with queries
#   and a slope $m$ of its own: some look near, others far.
# - $j \le i$ is the **mask**. Without it, the network reads the answer.


# %% exercise="causal_attention"
def causal_attention(queries, keys, values, slopes):
    """Each place takes a mean of the values of the places up to itself, weighted by attention.

    queries, keys: shape (n, heads, length, width). values: shape (n, heads, length, depth).
    slopes: shape (heads,). The score of place j for place i is the inner product of query i and
    key j over the square root of width, minus slope · (i − j). Places j > i get weight 0; the
    weights are a softmax over j. Tensors (float32) in, shape (n, heads, length, depth) out, by
    keras.ops; n may be None, not known yet.
    """
    ### BEGIN SOLUTION
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-1)
    return ops.matmul(weights, values)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `ops.matmul(queries, ops.swapaxes(keys, -1, -2))` has the inner products, (n, heads, length,
# length). `ops.arange(length)[:, None] - ops.arange(length)` is i − j; as numbers to multiply:
# `ops.cast(…, "float32")`. Where it is below 0, put −1e9 before the softmax, by `ops.where`.
# `slopes[:, None, None]` gives each head its own.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5`, minus
# `slopes[:, None, None] * ops.cast(distance, "float32")`. Then
# `weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-1)`, and return
# `ops.matmul(weights, values)`.
# </details>

# %% check="causal_attention" points=3

# %% [markdown]
# By hand, on small numbers: three places, equal queries and keys, one head with slope 1. Identity
# as values hands back the weights themselves.

# %%
same = tf.zeros((1, 1, 3, 2))
print(np.round(causal_attention(same, same, tf.eye(3)[None, None], tf.ones(1)), 3)[0, 0])

# %% [markdown]
# Each place looks at itself most, and at the future not at all. Now the layer: one matrix makes
# queries, keys and values of all heads, the learned mixture goes through another.


# %%
class Attention(keras.layers.Layer):
    """Causal self-attention of HEADS heads: (n, length, WIDTH) → the same shape."""

    slopes = 2.0 ** -np.linspace(1, 6, HEADS).astype("float32")
    mix = staticmethod(causal_attention)

    def build(self, shape):
        self.project = keras.layers.Dense(3 * WIDTH, use_bias=False, name="project")
        self.join = keras.layers.Dense(WIDTH, name="join")
        self.project.build(shape)
        self.join.build(shape)

    def parts(self, x):
        """Queries, keys and values, each of shape (n, HEADS, length, WIDTH / HEADS)."""
        parts = ops.reshape(self.project(x), (-1, x.shape[1], 3, HEADS, WIDTH // HEADS))
        return ops.unstack(ops.transpose(parts, (2, 0, 3, 1, 4)), 3)

    def call(self, x):
        answer = self.mix(*self.parts(x), ops.convert_to_tensor(self.slopes))
        answer = ops.transpose(answer, (0, 2, 1, 3))
        return self.join(ops.reshape(answer, (-1, x.shape[1], WIDTH)))


# %% [markdown]
# Attention moves things between places; what to make of them is the work of a **feed-forward**
# network, two dense layers that see each place alone. Both *add* to what is there, a
# **residual** connection: the gradient finds its way through many blocks by the sums. And before
# each goes a **layer norm**, which brings the numbers of each place to mean 0 and deviation 1.


# %% exercise="residual_block"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    """A block of a transformer: attention, then the feed-forward network.

    Each of the two gets its input normalized, by its own norm, and what it returns is added to
    what had come in before the norm. x: a tensor, perhaps a keras.Input: add by + or keras.ops. The
    other four are layers: call each once.
    """
    ### BEGIN SOLUTION
    x = x + attention(norm_1(x))
    return x + feed_forward(norm_2(x))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Two lines, both of the form x + layer(norm(x)). The second starts from what the first came to.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `x = x + attention(norm_1(x))`, and return `x + feed_forward(norm_2(x))`.
# </details>

# %% check="residual_block" points=2


# %%
def make_transformer(length: int = WINDOW, attention=Attention) -> keras.Model:
    """Codes (n, length) → logits (n, length, SIZE), each place sees itself and what is before."""
    inputs, x = begin_network(length)
    for _ in range(BLOCKS):
        norms = [keras.layers.LayerNormalization() for _ in range(2)]
        wide = keras.layers.Dense(4 * WIDTH, activation="relu")
        feed_forward = keras.Sequential([wide, keras.layers.Dense(WIDTH)])
        x = residual_block(x, norms[0], attention(), norms[1], feed_forward)
    return keras.Model(inputs, keras.layers.Dense(SIZE)(keras.layers.LayerNormalization()(x)))


# %% [markdown]
# Before you train it, prove that it does not look ahead. Change the future, and see if the past
# moves: the logits before a place must not depend on that place or any after it. The test knows
# nothing of masks and layers, so it holds for whatever you build.


# %% exercise="leak"
def leak(predict, codes, position: int) -> float:
    """How far logits move before `position` when the characters from there on are changed.

    predict: whole numbers of shape (1, length) → logits, a tensor of shape (1, length, size).
    codes: whole numbers from 0 to size − 1, shape (length,). Each from `position` on (which is at
    least 1) becomes (code + 1) % size; `codes` itself stays as it is. Returns the largest absolute
    difference of a logit at the places 0 to position − 1: 0 for a network without a leak.
    """
    ### BEGIN SOLUTION
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % before.shape[-1]
    after = np.asarray(predict(changed[None]))
    return np.abs(after - before)[0, :position].max()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# Ask twice, for `codes[None]` and for a changed copy. The number of logits at a place,
# `.shape[-1]`, is the size. Compare `[0, :position]` of both.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `before = np.asarray(predict(codes[None]))`; `changed = codes.copy()`, then
# `changed[position:] = (codes[position:] + 1) % before.shape[-1]`; `after` as `before`. Return
# `np.abs(after - before)[0, :position].max()`.
# </details>

# %% check="leak" points=2

# %%
keras.utils.set_random_seed(SEED)
transformer, transformer_curve = make_transformer(), []
leaks = [leak(transformer, HELD_OUT[:WINDOW], place) for place in range(1, WINDOW, 6)]
print(f"{transformer.count_params():,} weights, largest leak {max(leaks):.1e}; a minute …")

# %%
started = time.perf_counter()
train(
    transformer,
    TRAINING,
    RATE,
    SETTINGS["steps"],
    lambda _: transformer_curve.append(bits_per_character(by_network(transformer), HELD_OUT)),
)
transformer_bits, transformer_seconds = transformer_curve[-1], time.perf_counter() - started
print(f"transformer {transformer_bits:.3f} bits, LSTM {lstm_bits:.3f}")

# %% [markdown]
# ## 6. Who wins, and when
# *12 minutes*
#
# Both had equal **seconds**: here a step of either costs about the same, so equal seconds are equal
# numbers of steps. (On two quiet cores: 0.07 seconds a step of the LSTM, 0.06 of the transformer,
# so the LSTM has a little more. Your own seconds are below.) How *many* steps was chosen by the
# transformer's passing the table in tries on this very part of the novel: so that it passes is no
# finding. When it does, and by how much the LSTM trails, is one.

# %%
print(f"LSTM {lstm_seconds:.0f} s, transformer {transformer_seconds:.0f} s")

# %%
curves = {"LSTM": lstm_curve, "transformer": transformer_curve}
share = np.arange(1, PIECES + 1) / PIECES
plots.lines(
    curves,
    "Price of the held-out part",
    ("share of the training time", "bits a character"),
    x=share,
    level=(counted_bits, "Kneser–Ney"),
)

# %% [markdown]
# *Two falling curves, the transformer's below the LSTM's, and a dotted line near 1.86, which only
# the transformer comes down to, near the end.*

# %%
for name, curve in curves.items():
    won = [part for part, price in zip(share, curve, strict=True) if price < counted_bits]
    print(f"{name}: better than Kneser–Ney", f"after {won[0]:.0%} of its time" if won else "never")

# %% [markdown]
# For most of the time counting wins, and it needed seconds. (A run that was planned to be shorter
# would lower its rate sooner, so the curve is not what such runs come to.) So here are whole labs
# with a sixth and with half of the steps: some 20 and 60 seconds for each network, where yours had
# 120.

# %%
from helpers.controls import controls_table

prices = ("Kneser–Ney", "LSTM", "transformer", "mixture")
controls_table({f"bits_{name.lower().replace('–', '_')}": name for name in prices})

# %% [markdown]
# Up to a minute counting wins: by more than a quarter of a bit after 20 seconds, by a twentieth
# after 60. Two minutes put the transformer ahead, by a hundredth. The LSTM never gets there.
#
# Table and network err in different ways: the one knows by heart, the other has rules. Half of the
# one's probabilities and half of the other's is a model again, since they still sum to 1. The
# half is fixed beforehand, so nothing is chosen by the held-out part. (The table's last column is
# that model: with a network of 20 seconds it is no better than the table of counts alone.)

# %%
read = softmax(by_network(transformer), axis=-1)
mixture_bits = bits_per_character(np.log((counted + read) / 2), HELD_OUT)
bits = {
    "alphabet only": np.log2(SIZE),
    "table of pairs": pairs_bits,
    "LSTM of one character": pairs_lstm_bits,
    "Kneser–Ney": counted_bits,
    "LSTM": lstm_bits,
    "transformer": transformer_bits,
    "half Kneser–Ney, half transformer": mixture_bits,
}
# %%
in_order = pd.Series(bits | shrunk).sort_values(ascending=False).round(3)
in_order.to_frame("bits a character")

# %% [markdown]
# The last line is better than either, by more than the two are apart: a network of a minute does
# not replace counting, it completes it.
#
# ## 7. What the heads look at
# *8 minutes*
#
# The weights of attention can be looked at. Take a piece of the held-out part and ask each head of
# each block where it looks.


# %%
def attention_maps(network, codes) -> list[np.ndarray]:
    """For each block the weights of attention, shape (HEADS, len(codes), len(codes))."""
    layers = [layer for layer in network.layers if isinstance(layer, Attention)]
    inner = keras.Model(network.inputs[0], [layer.input for layer in layers])
    ahead = np.pad(codes, (0, network.input_shape[1] - len(codes)))  # the mask hides the padding
    eye, n = ops.eye(network.input_shape[1])[None, None], len(codes)
    maps = []
    for layer, x in zip(layers, inner(ahead[None]), strict=True):
        queries, keys, _ = layer.parts(x)
        slopes = ops.convert_to_tensor(layer.slopes)
        maps.append(np.asarray(causal_attention(queries, keys, eye, slopes))[0, :, :n, :n])
    return maps


# %%
snippet = TEXT[CUT + 204 : CUT + 228].replace("\n", " ")
maps = attention_maps(transformer, encode(snippet))

# %%
shape, n, named = (BLOCKS, HEADS), range(len(snippet)), snippet.replace(" ", "_")
figure, panels = plt.subplots(*shape, figsize=(11, 2.8 * BLOCKS), layout="constrained")
for place, panel in enumerate(panels.flat):
    block, head = divmod(place, HEADS)
    panel.imshow(maps[block][head], cmap="Greys", vmin=0, vmax=1)
    panel.set_xticks(n, named, fontsize=7)
    panel.set_yticks(n, named, fontsize=7)
    panel.set(title=f"block {block + 1}, head {head + 1}", xlabel="looks at", ylabel="place")
    panel.label_outer()
plots.show(figure)

# %% [markdown]
# *Eight square maps, spaces written as underlines, of dark spots on and below the diagonal, with
# nothing above it: the first heads keep near the diagonal, the last ones have dark columns far to
# its left.*
#
# Above the diagonal all is white: the mask. The first heads have the steepest slopes and look at
# what is near; the last have room to search. Dark columns are places that many later ones go back
# to. That a head looks somewhere does not say what it does with what it finds, though.

# %%
for block, of_block in enumerate(maps):
    distance = (of_block * np.maximum(np.subtract.outer(*[np.arange(len(snippet))] * 2), 0)).sum(-1)
    print(f"block {block + 1}: mean distance a head looks back", distance.mean(axis=1).round(1))

# %% [markdown]
# ## 8. Write
# *38 minutes*
#
# Draw a character, append it, ask again. Drawn as the model says, a text holds all its doubts: a
# wrong turn of probability 0.01 comes once in a hundred characters, and the model, which has never
# seen such a past, goes astray. Three ways to hold back, in this order:
#
# 1. **temperature** divides the logits: below 1 the likely becomes likelier;
# 2. **top-k** keeps the k likeliest;
# 3. the **nucleus**, top-p (Holtzman et al. 2020), keeps as many of the likeliest as are needed to
#    reach the sum p: one where the model is sure, many where it is not.


# %% exercise="next_probabilities"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None) -> np.ndarray:
    """Probabilities to draw the next character from, shape (size,), with sum 1.

    logits: a numpy array, shape (size,), which stays as it is. In this order:
    1. the softmax of logits / temperature (above 0, perhaps tiny);
    2. top_k, unless None: only the k likeliest stay (all, if k is more than size); they are scaled
       to the sum 1;
    3. top_p, unless None: of these the likeliest stay, as few as reach the sum top_p together (at
       least one); they are scaled to the sum 1.
    Whatever does not stay has probability 0.
    """
    ### BEGIN SOLUTION
    probabilities = softmax(logits / temperature)
    order = np.argsort(-probabilities)
    if top_k is not None:
        probabilities[order[top_k:]] = 0
        probabilities /= probabilities.sum()
    if top_p is not None:
        likelier = np.cumsum(probabilities[order]) - probabilities[order]
        probabilities[order[likelier >= top_p]] = 0
    return probabilities / probabilities.sum()
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `order = np.argsort(-probabilities)` lists the places, the likeliest first: those from `order[k:]`
# on go. For the nucleus, ask of each how much all *likelier* ones have together, by `np.cumsum`
# minus its own: where that has reached top_p, it goes.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# `probabilities = softmax(logits / temperature)`. If top_k is not None:
# `probabilities[order[top_k:]] = 0`, and divide by the sum. If top_p is not None:
# `likelier = np.cumsum(probabilities[order]) - probabilities[order]`, then
# `probabilities[order[likelier >= top_p]] = 0`. Return it divided by its sum.
# </details>

# %% check="next_probabilities" points=3

# %%
past = CODES[CUT + 300 - WINDOW : CUT + 300]
logits = np.asarray(transformer(past[None]))[0, -1]
ways = {
    "as it is": {},
    "temperature 0.5": {"temperature": 0.5},
    "top_k 3": {"top_k": 3},
    "top_p 0.9": {"top_p": 0.9},
}

# %%
likeliest = np.argsort(-logits)[:12]
names = [repr(character)[1:-1].replace(" ", "_") for character in ALPHABET]
print("after", repr(decode(past[-30:])), "came", repr(ALPHABET[CODES[CUT + 300]]))

# %%
figure, panels = plt.subplots(1, 4, figsize=(11, 2.6), sharey=True)
for panel, (name, how) in zip(panels, ways.items(), strict=True):
    chances = next_probabilities(logits, **how)[likeliest]
    panel.bar(range(12), chances, color=plots.COLORS[1])
    panel.set_xticks(range(12), [names[code] for code in likeliest], fontsize=8)
    panel.set(title=name, xlabel="next character", ylabel="probability")
    panel.label_outer()
plots.show(figure)

# %% [markdown]
# *Four rows of bars, the same twelve likeliest characters in each: as it is, they fall off with a
# long tail; at temperature 0.5 the first is taller; top-k leaves three, the nucleus a few.*
#
# Each new character asks about the whole window again, though keys and values of the old ones have
# not changed, as long as the window only grows: thanks to the mask, no place ever depends on what
# comes after it. So keep them, in a
# **cache**, and compute only the newcomer's: its query against all keys. This is how every chat
# program writes. The cache has a size, `room`; what is oldest falls out.


# %% exercise="cached_attention"
def cached_attention(query, key, value, cache, slopes, room: int):
    """The attention of one new character, all heads of a layer, in numpy: (answer, new cache).

    query, key, value: shape (heads, width), of the new character. cache: (keys, values) of the
    characters before, each of shape (heads, n, width), the oldest first; n may be 0.
    The new cache, again a tuple of two arrays, has the new key and value at its end, and at most
    the last `room` of each (`room` counts the new one). The answer, shape (heads, width), is the
    mean of the new cache's values by the attention of `causal_attention`: query · key over the
    square root of width, minus slope · distance (0 for the new character, 1 for the one before),
    softmax. Nothing handed in is changed.
    """
    ### BEGIN SOLUTION
    keys = np.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]
    values = np.concatenate([cache[1], value[:, None]], axis=1)[:, -room:]
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]` appends, and keeps the last.
# Distances are `np.arange(n)[::-1]`, with n the number of keys now. `np.einsum("hw,hnw->hn", query,
# keys)` has the inner products, `"hn,hnw->hw"` takes the mean of the values.
# </details>
#
# <details><summary>A fuller hint</summary>
#
# With keys and values from the hint: `scores = np.einsum("hw,hnw->hn", query, keys)`, divided by
# `np.sqrt(query.shape[1])`, minus `slopes[:, None] * distance`;
# `weights = softmax(scores, axis=1)`. Return
# `np.einsum("hn,hnw->hw", weights, values), (keys, values)`.
# </details>

# %% check="cached_attention" points=3

# %% [markdown]
# The rest of the network in numpy, for one character at a time: the same weights, in the order in
# which Keras keeps them.


# %%
def normalized(x, scale, shift) -> np.ndarray:
    """A layer norm of one place."""
    return (x - x.mean()) / np.sqrt(x.var() + 1e-3) * scale + shift


class Writer:
    """The transformer, one character at a time; remembers at most `room` places."""

    def __init__(self, network, room: int = WINDOW):
        weights = iter(network.get_weights())
        self.embedding, self.kernel = next(weights), next(weights)
        self.blocks = [[next(weights) for _ in range(11)] for _ in range(BLOCKS)]
        self.last, self.room = list(weights), room
        self.recent = np.zeros((REACH, WIDTH), "float32")
        empty = np.zeros((HEADS, 0, WIDTH // HEADS), "float32")
        self.caches = [(empty, empty) for _ in range(BLOCKS)]

    def read(self, code: int) -> np.ndarray:
        """Takes one more character; returns the logits of the next, shape (SIZE,)."""
        self.recent = np.concatenate([self.recent[1:], self.embedding[[code]]])
        x = self.recent[-1] + np.einsum("rw,rwf->f", self.recent, self.kernel)
        for number, block in enumerate(self.blocks):
            scale, shift, project, join, bias, scale_2, shift_2, wide, b_1, narrow, b_2 = block
            parts = (normalized(x, scale, shift) @ project).reshape(3, HEADS, -1)
            answer, self.caches[number] = cached_attention(
                *parts, self.caches[number], Attention.slopes, self.room
            )
            x = x + answer.reshape(-1) @ join + bias
            x = x + np.maximum(normalized(x, scale_2, shift_2) @ wide + b_1, 0) @ narrow + b_2
        scale, shift, out, bias = self.last
        return normalized(x, scale, shift) @ out + bias


# %% [markdown]
# Is it the same network? Compare all logits of a window; then go on for two thousand characters,
# where the cache overflows again and again, and compare the price with the network's. (Not the
# logits: a cached value of the second block still knows of characters that have left the window.)

# %%
writer = Writer(transformer)
mine = np.stack([writer.read(code) for code in HELD_OUT[:WINDOW]])
theirs = np.asarray(transformer(HELD_OUT[None, :WINDOW]))[0]
cache_difference = np.abs(mine - theirs).max() / np.abs(theirs).max()
print(f"largest difference of a logit, as a share of the largest logit: {cache_difference:.1e}")

# %%
started = time.perf_counter()
on = np.stack([writer.read(code) for code in HELD_OUT[WINDOW:2000]])
speeds = {"numpy with a cache": len(on) / (time.perf_counter() - started)}
cache_bits = bits_per_character(on[:-1], HELD_OUT[WINDOW + 1 : 2000])
network_bits = bits_per_character(np.log(read[WINDOW + 1 : 2000]), HELD_OUT[WINDOW + 1 : 2000])
print(f"price of the same characters: cache {cache_bits:.3f}, network {network_bits:.3f}")

# %% [markdown]
# Its rivals in speed: the whole window for each character, compiled; and what most tutorials do,
# `predict` in a loop. All three in this run.

# %%
ending = keras.Model(transformer.input, transformer.output[:, -1])
compiled = tf.function(ending, jit_compile=True)
window = tf.constant(HELD_OUT[None, :WINDOW])
ways = {
    "compiled window": (lambda: compiled(window).numpy(), 200),
    "predict in a loop": (lambda: transformer.predict(window, verbose=0), 10),
}
for name, (ask, times) in ways.items():
    ask()  # the first call compiles
    started = time.perf_counter()
    for _ in range(times):
        ask()
    speeds[name] = times / (time.perf_counter() - started)
plots.bars(speeds, "Writing, one text at a time", "characters a second", log=True)

# %% [markdown]
# *Three bars on a logarithmic scale: the cache is several times as fast as the compiled
# window, which is many times as fast as predict.*

# %%
print({name: f"{speed:,.0f}" for name, speed in speeds.items()}, "characters a second")


# %% [markdown]
# Now it may write. The author is your transformer, or the one that comes with the course, trained
# by this very lab.

# %%
SHIPPED, author = False, transformer  # True: the course's own weights
if SHIPPED:
    author = make_transformer()
    print(training.load_trained(author, "characters")["metrics"])


# %%
def write(start: str, n: int, seed: int = SEED, **how) -> str:
    """`n` characters that the author writes after `start`; `how` as for next_probabilities."""
    writer, dice, text = Writer(author), np.random.default_rng(seed), ""
    for code in encode(start):
        logits = writer.read(code)
    for _ in range(n):
        code = dice.choice(SIZE, p=next_probabilities(logits.astype(float), **how))
        text, logits = text + ALPHABET[code], writer.read(code)
    return text


# %%
START = TEXT[CUT - 60 : CUT]
for how in ({"temperature": 1.0}, {"temperature": 0.5}, {"top_k": 5}, {"top_p": 0.9}):
    print(f"--- {how}\n{write(START, 300, **how)}\n")

# %% [markdown]
# Words, most of them English; sentences without a story. At temperature 0.5 it is cautious and
# repeats itself. A minute of training does not buy meaning.
#
# Has it copied? Take every run of 20 characters it writes: does it stand in the training part?
# Compare with the table of counts, whose text is drawn in the same way, and with the held-out part
# itself, which nobody copied.


# %%
def write_by_counts(start: str, n: int, seed: int = SEED) -> str:
    """`n` characters that the table of counts writes after `start`."""
    codes, dice = list(encode(start)), np.random.default_rng(seed)
    for _ in range(n):
        chances = by_counts(tables, np.array([*codes[-ORDER:], 0]), min(len(codes), ORDER))[0]
        codes.append(dice.choice(SIZE, p=chances / chances.sum(dtype=float)))
    return decode(codes[len(start) :])


# %%
RUN, AMOUNT = 20, 1500
stands = {TEXT[k : k + RUN] for k in range(CUT - RUN + 1)}


# %%
def copied(text: str) -> float:
    """The share of its runs of 20 characters that stand in the training part."""
    return np.mean([text[k : k + RUN] in stands for k in range(len(text) - RUN + 1)])


# %%
shares = {"transformer": copied(write(START, AMOUNT)), "held-out part": copied(TEXT[CUT:])}
shares["transformer, temperature 0.5"] = copied(write(START, AMOUNT, temperature=0.5))
shares["Kneser–Ney"] = copied(write_by_counts(START, AMOUNT))
pd.Series(shares).to_frame("copied runs of 20").round(3)

# %% [markdown]
# Next to none, as in the held-out part itself, where a phrase comes again now and then. Not even
# the table copies: 20 characters are far more than it remembers. And the network has read the book
# about nine times, too few to know it by heart.
#
# ## 9. Four ways to fool yourself
# *18 minutes*
#
# **A mask that is off by one.** Let each place see one character too far. One change in your
# attention: scores for $j \le i + 1$.


# %%
def one_too_far(queries, keys, values, slopes):
    """Attention with a wrong mask: place i sees place i + 1, too."""
    length, width = queries.shape[-2:]
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    scores -= slopes[:, None, None] * ops.cast(ops.abs(distance + 1), "float32")
    return ops.matmul(ops.softmax(ops.where(distance >= -1, scores, -1e9), axis=-1), values)


class Peeking(Attention):
    """Attention that sees one place of the future."""

    mix = staticmethod(one_too_far)


# %%
keras.utils.set_random_seed(SEED)
peeking = make_transformer(attention=Peeking)
train(peeking, TRAINING, RATE, SETTINGS["steps"] // 15)
peeking_bits = bits_per_character(by_network(peeking), HELD_OUT)
peeking_leak = leak(peeking, HELD_OUT[:WINDOW], WINDOW // 2)
print(f"{peeking_bits:.3f} bits after a fifteenth of the steps; leak {peeking_leak:.1f}")

# %%
last_place = by_network(peeking, CODES[: CUT + 500], past=WINDOW - 1)
peeking_last = bits_per_character(last_place, HELD_OUT[:500])
honest = by_network(transformer, CODES[: CUT + 500], past=WINDOW - 1)
print(f"at the last place of a window, where nothing follows: {peeking_last:.3f} bits;", end=" ")
print(f"the honest network there {bits_per_character(honest, HELD_OUT[:500]):.3f}")

# %% [markdown]
# A triumph, by the number: far below everything above, on held-out text, in seconds. It has learned
# to copy the answer. Whoever writes stands at the last place, where there is no answer to copy, and
# there it is lost. No loss and no usual price finds this; `leak` does. **A price that is too good
# is a bug until proven otherwise.**
#
# **Windows split at random.** Cut the novel into windows at random places, 90 % to learn from, 10 %
# to check by: it looks fair. But windows overlap.

# %%
starts = rng.integers(0, len(CODES) - WINDOW, 30_000)
seen = np.zeros(len(CODES), bool)
seen[(starts[:27_000, None] + np.arange(WINDOW)).ravel()] = True

# %%
covered = seen[(starts[27_000:, None] + np.arange(WINDOW)).ravel()].mean()
leaky = by_counts(count_all(CODES, ORDER), CODES, CUT)
split_bits = bits_per_character(np.log(leaky), HELD_OUT)
print(f"{covered:.1%} of the characters checked by stand in a training window")
print(f"Kneser–Ney that has counted them: {split_bits:.3f} bits, not {counted_bits:.3f}")

# %% [markdown]
# Split a text by place, in large pieces, before you cut windows.
#
# **Unequal contexts.** The same two networks, priced by windows side by side: the first character
# of each window is priced after a single one, as if the novel began there.

# %%
bits_side = {
    name: bits_per_character(by_network(network, past=0), HELD_OUT)
    for name, network in (("LSTM", lstm), ("transformer", transformer))
}
by_past = pd.DataFrame({"1 to 64": bits_side, "33 to 64, as above": bits}).loc[list(bits_side)]
by_past.round(3)

# %% [markdown]
# The same weights, and other prices. Say how much past a price had, and give all rivals the same.
# Unequal *seconds* fool in the same way, and so do rates that were searched for one of them only.
#
# **Positions that never learn.** Transformers often *learn* a vector for each place,
# with an embedding of the numbers 0, 1, 2, …. Written like this, it is dead:

# %%
inputs = keras.Input((WINDOW,), dtype="int32")
places = keras.layers.Embedding(WINDOW, WIDTH)
x = keras.layers.Embedding(SIZE, WIDTH)(inputs) + places(np.arange(WINDOW))
model = keras.Model(inputs, keras.layers.Dense(SIZE)(x))
print("its weights:", [tuple(weight.shape) for weight in model.trainable_weights])
print("among them the places?", any(weight is places.weights[0] for weight in model.weights))

# %% [markdown]
# `places(np.arange(WINDOW))` does not depend on the input, so Keras computes it once, while the
# model is built, and keeps a constant: random positions forever. Nothing warns. Make it a layer
# with a weight of its own, or count the weights as here.
#
# ## 10. Measure it
# *1 minute*

# %%
report(
    "10_characters",
    bits_uniform=np.log2(SIZE),
    bits_pairs=pairs_bits,
    bits_pairs_lstm=pairs_lstm_bits,
    bits_kneser_ney=counted_bits,
    **{f"bits_{name}": price for name, price in shrunk.items()},
    bits_lstm=lstm_bits,
    bits_transformer=transformer_bits,
    bits_mixture=mixture_bits,
    seconds_lstm=lstm_seconds,
    seconds_transformer=transformer_seconds,
    bits_third=transformer_curve[1],
    bits_peeking=peeking_bits,
    bits_random_split=split_bits,
    bits_side_by_side=bits_side["transformer"],
    bits_peeking_last=peeking_last,
    leak=max(leaks),
    leak_peeking=peeking_leak,
    cache_difference=cache_difference,
    bits_cache=cache_bits,
    bits_no_cache=network_bits,
    copied=shares["transformer"],
    copied_held_out=shares["held-out part"],
    copied_kneser_ney=shares["Kneser–Ney"],
    speed_cache=speeds["numpy with a cache"],
    speed_compiled=speeds["compiled window"],
    speed_predict=speeds["predict in a loop"],
)

# %% [markdown]
# ## 11. When it goes wrong
# *3 minutes*
#
# - *The loss goes to nearly 0.* It looks ahead: ask `leak`. Or targets are not shifted by one.
# - *The price stays near that of short contexts.* Attention adds nothing: is `join` fed with the
#   answers of all heads, are the slopes far too steep?
# - *Cache and network differ from the second character on.* Distances are turned round. *It fails
#   at the first character*: the new key has to be appended before attention, not after.
#
# ## 12. Recap
# *5 minutes*
#
# **1. Why can an LSTM that sees one character not beat a table of pairs?**
#
# <details><summary>Answer</summary>
#
# Its answer depends on one character, so it has one row of probabilities for each of them: a table
# of pairs. The best such table for the training text is the counted one.
# </details>

# %% [markdown]
# **2. What does the discount of Kneser and Ney do for a context that came once?**
#
# <details><summary>Answer</summary>
#
# It takes a large part off its only count, and the shorter context hands that out. A context that
# came a thousand times loses next to nothing.
# </details>

# %% [markdown]
# **3. Why may keys and values be cached, but not in a network without a mask?**
#
# <details><summary>Answer</summary>
#
# With a mask, what a place computes depends on itself and what is before it: a new character
# changes nothing there. Without one, every new character would change all places.
# </details>

# %% [markdown]
# **4. Top-k or nucleus: which keeps more where the model is unsure?**
#
# <details><summary>Answer</summary>
#
# The nucleus: it needs many characters to reach its sum where probabilities are spread, and one
# where the model is sure. Top-k keeps as many in either case.
# </details>

# %% [markdown]
# **5. Somebody reports 0.4 bits a character. What do you ask?**
#
# <details><summary>Answer</summary>
#
# Whether it looks ahead (change the future, see if the past moves); how the text was split; how
# much past each price had; whether probabilities sum to 1.
# </details>

# %% [markdown]
# ### Your score

# %%
score_so_far()

# %% [markdown]
# **Going further.**
#
# - *Your change.* `REACH = 1` takes the convolution's look back away; change `BLOCKS`, `HEADS` or
#   `RATE`. Say first what you expect; believe a difference that comes again with other seeds.
# - *Another novel.* Set `NOVEL = "frankenstein"` (downloaded once), or a text file of yours.
# - *A mixture that learns.* Let the weight of table and network follow what each has earned over
#   the last characters, by Bayes' rule with forgetting.
# - *The full profile.* `WORKBOOK_PROFILE=full`: four blocks, 256 wide, windows of 128, on a GPU.
#
# **Next:** lab 11, where a network learns to undo noise, and paints tomatoes with it.
#
# **References.** C. Shannon (1948), *A Mathematical Theory of Communication*. R. Kneser and H. Ney
# (1995), *Improved Backing-off for M-gram Language Modeling*. S. Chen and J. Goodman (1998), *An
# Empirical Study of Smoothing Techniques for Language Modeling*. S. Hochreiter and J. Schmidhuber
# (1997), *Long Short-Term Memory*. A. Vaswani et al. (2017), *Attention Is All You Need*. A.
# Holtzman et al. (2020), *The Curious Case of Neural Text Degeneration*. O. Press et al. (2022),
# *Train Short, Test Long: Attention with Linear Biases*.
# Novels: Northanger Abbey by Jane Austen, as the R package janeaustenr has it, and Frankenstein by
# Mary Shelley, from Project Gutenberg, both 1818 and in the public domain.
