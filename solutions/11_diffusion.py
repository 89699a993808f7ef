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
# **Needs**

# %%
import keras
import numpy as np
from scipy.special import softmax


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


# %% check="add_noise" points=2


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


# %% check="exact_clean" points=4


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


# %% check="weighted_loss" points=3


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


# %% check="as_clean" points=3


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


# %% check="euler_step" points=2


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


# %% check="ddim_step" points=3


# %% exercise="guide"
def guide(conditional, unconditional, strength: float):
    """Go from the answer without a label towards the answer with it, and further.

    Both answers: same shape. strength 0 gives the unconditional answer, 1 the conditional one, and
    more goes on along the straight line through both. Returns the same shape.
    """
    ### BEGIN SOLUTION
    return unconditional + strength * (conditional - unconditional)
    ### END SOLUTION


# %% check="guide" points=1
