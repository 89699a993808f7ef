"""What checks expect of a learner's network, however it is built, and where an outline differs.

A network is asked what it computes, not how it was written: nested models, layers of one's own and
any activation look alike. Each function without a result raises an AssertionError whose message is
for the learner.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

import numpy as np

_CONVOLUTIONS = ("Conv2D", "Conv2DBackpropInput", "DepthwiseConv2dNative")  # as TensorFlow says


class Products(NamedTuple):
    """What a network multiplies with its weights, in the order of computing."""

    sides: list[int]  # of each convolution's picture, the longer side
    inputs: list[int]  # of each matrix product, how many numbers each row holds


def products(model, shape: Sequence[int]) -> Products:
    """The convolutions and matrix products that a network makes for one input of this shape."""
    import tensorflow as tf  # only here: the helpers themselves do not need TensorFlow

    traced = tf.function(lambda one: model(one, training=False))
    found = Products([], [])
    for step in traced.get_concrete_function(tf.TensorSpec((1, *shape))).graph.get_operations():
        if step.type in _CONVOLUTIONS:
            found.sides.append(max(side or 0 for side in step.outputs[0].shape[1:3]))
        elif step.type == "MatMul":
            found.inputs.append(step.inputs[0].shape[-1])
    return found


def enough(model, shape: Sequence[int], kind: str, least: int) -> None:
    """At least so many layers; those without an activation between them count as one.

    If −2 times a layer's weights and −1/2 times those of the next one leave the output as it was,
    nothing bends between them. The model must be new: batch normalization that has learned nothing
    is a straight line. Its weights are changed.

    Parameters
    ----------
    shape : of one input.
    kind : "convolutions", whose weights have 4 dimensions, or "Dense layers", whose have 2.
    """
    rng, dimensions = np.random.default_rng(1), {"convolutions": 4, "Dense layers": 2}[kind]
    examples = rng.normal(size=(8, *shape)).astype("float32")
    kernels = [kernel for kernel in random_kernels(model, rng) if len(kernel.shape) == dimensions]
    assert len(kernels) >= least, f"There should be {least} {kind} at least, not {len(kernels)}."
    usual, count = np.asarray(model(examples, training=False)), len(kernels)
    small = 1e-3 * np.abs(usual).max()
    for first, second in pairwise(kernels):
        before = first.numpy(), second.numpy()
        first.assign(-2 * before[0])
        second.assign(-0.5 * before[1])
        count -= np.allclose(model(examples, training=False), usual, rtol=0, atol=small)
        first.assign(before[0])
        second.assign(before[1])
    assert count >= least, (
        f"Your {len(kernels)} {kind} count as {count}, and {least} are asked for: without an "
        "activation between them, two layers add up to one."
    )


def random_kernels(model, rng: np.random.Generator, factor: float = 1) -> list:
    """Draw a network's kernels anew, and return them: its trainable weights of 2 or 4 dimensions.

    factor : 1 keeps the size of numbers from layer to layer; more makes outputs large.
    """
    kernels = [w for w in model.trainable_weights if len(w.shape) in (2, 4)]
    for kernel in kernels:
        scale = factor * np.sqrt(2 / np.prod(kernel.shape[:-1]))
        kernel.assign(scale * rng.normal(size=kernel.shape))
    return kernels


def layers_of(model) -> list:
    """All layers of a Keras model in their order; in place of a model inside it, its layers."""
    import keras

    found = model._flatten_layers(include_self=False)
    return [layer for layer in found if not isinstance(layer, keras.Model)]


def made(model, inputs: Sequence[int], outputs: Sequence[int], kind: str) -> None:
    """A Keras model whose weights exist, and whose outputs have the right shape.

    Parameters
    ----------
    inputs, outputs : shapes of one input and one output.
    kind : what goes in, such as "images of 32×32×3".
    """
    import keras

    assert isinstance(model, keras.Model), "Return the model: is there a `return`?"
    assert model.built and model.weights, (
        f"It should take {kind} and have its weights already: begin with keras.Input."
    )
    taken = getattr(model, "input_shape", None)  # a class of one's own may not know
    assert taken in (None, (None, *inputs)), (
        f"It should take {kind}, shape (None, {', '.join(map(str, inputs))}), and not {taken}: "
        "begin with keras.Input, with the sizes that you are handed."
    )
    got = tuple(model(np.zeros((2, *inputs), "float32"), training=False).shape)
    assert got == (2, *outputs), (
        f"For two {kind} it should return the shape {(2, *outputs)}, not {got}."
    )


def gradients_arrive(model, examples: np.ndarray) -> None:
    """Each weight that should learn gets a gradient."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        answers = model(examples, training=True)
        weights = np.random.default_rng(1).normal(size=answers.shape)
        total = tf.reduce_sum(answers * weights.astype("float32"))
    variables = model.trainable_weights
    for variable, gradient in zip(variables, tape.gradient(total, variables), strict=True):
        # Batch normalization takes a bias before it away again: its gradient is 0.
        idle = gradient is None or (len(variable.shape) > 1 and not np.any(gradient))
        assert not idle, (
            f"The weights {variable.name} of shape {tuple(variable.shape)} get no gradient, so "
            "they never learn: is their layer used, and nothing cut off from the tape?"
        )


def batch_normalized(model, least: int, momentum: float) -> None:
    """At least so many layers of batch normalization, and all of them of this momentum."""
    found = [n for n in layers_of(model) if "BatchNormalization" in type(n).__name__]
    assert len(found) >= least, (
        "Batch normalization is missing. Both generators have it, after hidden layers: otherwise "
        "you would compare normalization."
    )
    momenta = [layer.momentum for layer in found]
    assert np.allclose(momenta, momentum), (
        f"Say BatchNormalization(momentum={momentum}), each time; yours have {momenta}."
    )


def drops_out(quiet, noisy, images: np.ndarray) -> None:
    """Of two networks alike but for the rate of dropout, 0 and 0.6, chance rules the second one."""
    noisy.set_weights(quiet.get_weights())
    spread = []
    for model in (quiet, noisy):
        answers = [np.asarray(model(images, training=True)) for _ in range(5)]
        spread.append(float(np.std(answers[1:], axis=0).mean()))
    assert spread[1] > 1e-6, (
        "With dropout=0.6 and training=True nothing is dropped: put Dropout layers of the rate "
        "`dropout` after hidden layers."
    )
    assert spread[1] > 1.5 * spread[0], (
        "As much is left to chance with dropout=0 as with dropout=0.6: the rate `dropout` should "
        "say how much."
    )


def grows(narrow, wide) -> None:
    """Of two networks, that of a much larger width has more weights."""
    assert wide.count_params() > narrow.count_params(), (
        "A larger width should give more weights: use `width` for the sizes of hidden layers."
    )


def small_enough(model, arguments: str) -> None:
    """Fewer than five million weights; `arguments` says what the model was made with."""
    assert model.count_params() < 5e6, (
        f"More than five million weights in the quick profile, {arguments}: "
        f"{model.count_params():,}. Fewer channels or units will do."
    )


def pixels(generator, latent: np.ndarray) -> None:
    """A generator whose images depend on its input and fill [−1, 1]; its weights are changed.

    latent : at least two different latent vectors, shape (n, latent_dim).
    """
    painted = np.asarray(generator(latent, training=True))
    assert np.abs(painted[0] - painted[1]).max() > 1e-6, "Two latent vectors gave the same image."
    random_kernels(generator, np.random.default_rng(1), factor=10)
    loud = np.asarray(generator(latent, training=False))
    assert np.abs(loud).max() <= 1.0001, (
        "Some pixels are beyond [-1, 1]: the last layer needs a tanh."
    )
    assert loud.min() < -0.3, (
        "No pixel is dark: a sigmoid or ReLU at the end cannot go below 0. Use tanh."
    )
    assert loud.max() > 0.3, "No pixel is bright: images fill the range from -1 to 1. Use tanh."


def logits(discriminator, images: np.ndarray) -> None:
    """A discriminator that ends without a sigmoid or its like; its weights are changed."""
    rng, lowest, highest = np.random.default_rng(1), 0.0, 0.0
    for _ in range(16):
        random_kernels(discriminator, rng, factor=10)
        answers = np.asarray(discriminator(images, training=False))
        lowest, highest = min(lowest, answers.min()), max(highest, answers.max())
        if lowest < -1 and highest > 1:
            return
    assert max(-lowest, highest) > 1, (
        "The output never leaves [-1, 1]: return the logit, without a sigmoid. The loss applies it."
    )
    raise AssertionError(
        "The output stays on one side of 0, whatever the weights: return the logit, any number, "
        "without an activation."
    )


def sees_all(discriminator, images: np.ndarray) -> None:
    """Each pixel of an image changes the logit."""
    import tensorflow as tf

    images = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = tf.reduce_sum(discriminator(images, training=False))
    unseen = np.abs(tape.gradient(total, images)).max(axis=(0, 3)) == 0
    assert not unseen.any(), (
        f"{unseen.sum()} of {unseen.size} pixels do not change the logit, so a generator may paint "
        'anything there. padding="same" keeps the border, and a stride should not be wider than '
        "its kernel."
    )


def same_function(model, inputs, make: Callable, *arguments) -> bool:
    """Whether a network computes what a reference does, both with the same weights.

    In training and outside of it, and what it measures on the way, however it was written.

    Parameters
    ----------
    model : the network. It gets other weights.
    inputs : what both are called with, shape (n, …).
    make, arguments : ``make(*arguments, use_bias)`` → the reference, with the biases that a
        normalization takes away again, or without.
    """
    rng = np.random.default_rng(1)
    for use_bias in (True, False):
        reference = make(*arguments, use_bias)
        ours, theirs = _by_kind(model), _by_kind(reference)
        if {kind: len(found) for kind, found in ours.items()} != {
            kind: len(found) for kind, found in theirs.items()
        }:
            continue
        pairs = [pair for kind in ours for pair in zip(ours[kind], theirs[kind], strict=True)]
        for one, other in pairs:
            drawn = rng.uniform(0.05, 0.3, one.shape)
            signs = rng.choice((-1, 1), one.shape) if len(one.shape) > 1 else 1
            one.assign(drawn * signs)
            other.assign(drawn * signs)
        outputs = [(model(inputs), reference(inputs))]
        outputs += [(model(inputs, training=True), reference(inputs, training=True))]
        return all(
            np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-3, atol=1e-4)
            for a, b in [*outputs, *pairs]
        )
    return False


def draw_weights(model, seed: int) -> list:
    """Draw all weights of a network anew; the n-th of a kind (name and shape) depends on `seed`.

    So two networks that compute the same hold the same numbers, however they were written. Returns
    the weights, ordered by name, shape and number.
    """
    kinds = sorted(_by_kind(model).items())
    for (name, shape), found in kinds:
        rng = np.random.default_rng([seed, *name.encode(), 0, *shape])
        for weight in found:
            if len(shape) > 1:
                weight.assign(rng.normal(size=shape) * np.sqrt(2 / np.prod(shape[:-1])))
            elif name in ("gamma", "moving_variance"):
                weight.assign(rng.uniform(0.5, 1.5, shape))
            else:
                weight.assign(rng.normal(0, 0.3, shape))
    return [weight for _, found in kinds for weight in found]


def _by_kind(model) -> dict[tuple, list]:
    """(such as "kernel", shape) → the weights of that kind, in their order."""
    found: dict[tuple, list] = {}
    for weight in model.weights:
        found.setdefault((weight.name, tuple(weight.shape)), []).append(weight)
    return found


def outline(model) -> list[str]:
    """The layers of a Keras model in their order, as code; each activation counts as a layer.

    However a layer was made, its text is the same: ``Conv2D(8, 3, activation="relu")`` gives two
    entries, ``Conv2D(8, 3)`` and ``ReLU``, and so does a ``ReLU`` or ``Activation`` layer after it.
    """
    return [text for layer in layers_of(model) for text in _texts(layer)]


def first_difference(yours: list[str], expected: list[str]) -> str:
    """Where two outlines differ first, as a sentence without its full stop; "" if nowhere."""
    before = "the input"
    for number, (got, wanted) in enumerate(zip_longest(yours, expected), 1):
        if got != wanted:
            asked = f"should be {wanted}" if wanted else "should not be there"
            return (
                f"layer {number} (activations counted), after {before}, {asked}; yours "
                f"{'is ' + got if got else 'is missing'}"
            )
        before = got
    return ""


def _texts(layer) -> list[str]:
    kind = type(layer).__name__
    if kind == "InputLayer":
        return []
    if kind == "Activation":
        return _activation(layer.activation)
    if kind in ("ReLU", "LeakyReLU"):
        return [f"LeakyReLU({layer.negative_slope:g})" if layer.negative_slope else "ReLU"]
    if kind == "Dense":
        about = [layer.units]
    elif kind in ("Conv2D", "Conv2DTranspose"):
        about = [layer.filters, _side(layer.kernel_size)]
        about += [f"strides={_side(layer.strides)}"] if _side(layer.strides) != 1 else []
        about += ['padding="same"'] if layer.padding == "same" else []
    elif kind == "UpSampling2D":
        about = [_side(layer.size)]
        about += [f'"{layer.interpolation}"'] if layer.interpolation != "nearest" else []
    elif kind == "BatchNormalization":
        about = [f"momentum={layer.momentum:g}"]
    elif kind == "Dropout":
        about = [f"{layer.rate:g}"]
    elif kind == "Reshape":
        about = [tuple(layer.output.shape[1:])]
    elif kind == "ZeroPadding2D":
        about = [layer.padding]
    else:
        about = []
    text = f"{kind}({', '.join(map(str, about))})"
    return [text, *_activation(getattr(layer, "activation", None))]


def _activation(function) -> list[str]:
    if hasattr(function, "get_config"):  # a layer in the place of a function
        return _texts(function)
    name = getattr(function, "__name__", "linear" if function is None else "an activation")
    known = {"linear": [], "relu": ["ReLU"], "leaky_relu": ["LeakyReLU(0.2)"]}
    return known.get(name, [name])


def _side(pair):
    """3 for (3, 3), which is how one writes it."""
    return pair[0] if len(set(pair)) == 1 else tuple(pair)
