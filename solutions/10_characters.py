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
# "The likeliest next character, please."

# %%
describe_run()

# %%
import keras
import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import log_softmax, softmax


# %% exercise="bits_per_character"
def bits_per_character(logits, targets) -> float:
    """The mean price of the characters that came, in bits: -log2 of the probability of each.

    logits: shape (…, size), scores before the softmax; numbers such as 1,000 may be among them.
    targets: whole numbers, shape (…): which character came. Both are numpy arrays.
    """
    ### BEGIN SOLUTION
    log_probabilities = log_softmax(logits, axis=-1)
    came = np.take_along_axis(log_probabilities, targets[..., None], axis=-1)
    return -came.mean() / np.log(2)
    ### END SOLUTION


# %% check="bits_per_character" points=2


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


# %% check="kneser_ney" points=3


# %% exercise="causal_convolution"
def causal_convolution(x, kernel):
    """At each place, a sum over this and the places before, each times a matrix of its own.

    x: shape (n, length, width). kernel: shape (reach, width, filters); kernel[-1] is the matrix of
    the place itself, kernel[-2] that of the place before, and so on. Before the first place there
    are zeros. Tensors in, a tensor of shape (n, length, filters) out, by keras.ops; reach may be
    more than length.
    """
    ### BEGIN SOLUTION
    reach, length = kernel.shape[0], x.shape[1]
    padded = ops.pad(x, [[0, 0], [reach - 1, 0], [0, 0]])
    return sum(ops.matmul(padded[:, k : k + length], kernel[k]) for k in range(reach))
    ### END SOLUTION


# %% check="causal_convolution" points=2


# %% exercise="causal_attention"
def causal_attention(queries, keys, values, slopes):
    """Each place takes a mean of the values of the places up to itself, weighted by attention.

    queries, keys: shape (n, heads, length, width). values: shape (n, heads, length, depth).
    slopes: shape (heads,). The score of place j for place i is the inner product of query i and
    key j over the square root of width, minus slope · (i − j). Places j > i get weight 0; the
    weights are a softmax over j. Tensors (float32) in, shape (n, heads, length, depth) out, by
    keras.ops.
    """
    ### BEGIN SOLUTION
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-1)
    return ops.matmul(weights, values)
    ### END SOLUTION


# %% check="causal_attention" points=3


# %% exercise="leak"
def leak(predict, codes, position: int) -> float:
    """How far logits move before `position` when the characters from there on are changed.

    predict: whole numbers of shape (1, length) → logits of shape (1, length, size).
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


# %% check="leak" points=2


# %% exercise="residual_block"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    """A block of a transformer: attention, then the feed-forward network.

    Each of the two gets its input normalized, by its own norm, and what it returns is added to
    what had come in before the norm. x: a tensor; the other four are layers: call each once.
    """
    ### BEGIN SOLUTION
    x = x + attention(norm_1(x))
    return x + feed_forward(norm_2(x))
    ### END SOLUTION


# %% check="residual_block" points=2


# %% exercise="next_probabilities"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None) -> np.ndarray:
    """Probabilities to draw the next character from, shape (size,), with sum 1.

    logits: a numpy array, shape (size,), which stays as it is. In this order:
    1. the softmax of logits / temperature (a number above 0);
    2. top_k, unless None: only the k likeliest stay; they are scaled to the sum 1;
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


# %% check="next_probabilities" points=3


# %% exercise="cached_attention"
def cached_attention(query, key, value, cache, slopes, room: int):
    """The attention of one new character, all heads of a layer, in numpy: (answer, new cache).

    query, key, value: shape (heads, width), of the new character. cache: (keys, values) of the
    characters before, each of shape (heads, n, width), the oldest first; n may be 0.
    The new cache has the new key and value at its end, and at most the last `room` of each
    (`room` counts the new one). The answer, shape (heads, width), is the mean of the new cache's
    values by the attention of `causal_attention`: query · key over the square root of width, minus
    slope · distance (0 for the new character, 1 for the one before), softmax. Nothing handed in is
    changed.
    """
    ### BEGIN SOLUTION
    keys = np.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]
    values = np.concatenate([cache[1], value[:, None]], axis=1)[:, -room:]
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)
    ### END SOLUTION


# %% check="cached_attention" points=3
