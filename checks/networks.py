"""What checks expect of a learner's network, and which of its layers is not as asked.

Each function without a result raises an AssertionError whose message is for the learner.
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np


def layers_of(model) -> list:
    """All layers of a Keras model in their order; in place of a model inside it, its layers."""
    import keras  # only here: the helpers themselves do not need TensorFlow

    found = model._flatten_layers(include_self=False)
    return [layer for layer in found if not isinstance(layer, keras.Model)]


def activations(model, layers: Sequence, between: Sequence, needed: int) -> None:
    """One activation after each hidden layer.

    Parameters
    ----------
    model : the network. Whether an activation is missing between two neighbors is asked of a
        Sequential model only, whose layers stand in the order in which they compute.
    layers : those to look at, in their order.
    between : the convolutions or Dense layers among them.
    needed : how many activations there should be at least.
    """
    import keras

    named = [f"{type(n).__name__} {n.get_config().get('activation')}".lower() for n in layers]
    bends = [any(part in text for part in ("lu", "swish", "tanh")) for text in named]
    assert sum(bends) >= needed, (
        f"There are too few activations: {needed} are needed, one after each hidden layer and, in "
        f"a generator, a tanh at its end; yours has {sum(bends)}. Without one between them, two "
        "layers add up to one."
    )
    order = "".join("L" * (n in between) + "a" * a for n, a in zip(layers, bends, strict=True))
    assert "LL" not in order or not isinstance(model, keras.Sequential), (
        "Two layers follow one another without an activation between them: it comes after each "
        "hidden layer."
    )


def settings(layers: Sequence, momentum: float, dropout: float | None = None) -> None:
    """Batch normalization of this momentum, sensible slopes, dropout (if asked) of this rate."""

    def of(kind: str) -> list:
        return [layer for layer in layers if kind in type(layer).__name__]

    found = [layer.momentum for layer in of("BatchNormalization")]
    assert np.allclose(found, momentum), (
        f"Say BatchNormalization(momentum={momentum}), each time; yours have {found}."
    )
    slopes = [layer.negative_slope for layer in of("LeakyReLU")]
    assert all(0 < slope < 1 for slope in slopes), (
        f"The slope of a LeakyReLU lies between 0 and 1, such as 0.2; yours have {slopes}."
    )
    rates = [layer.rate for layer in of("Dropout")]
    assert dropout is None or (rates and set(rates) == {dropout}), (
        f"Dropout layers should have the rate `dropout`, here {dropout}; yours have {rates}."
    )


def pixels(generator, latent) -> None:
    """A generator whose output depends on its input and ends with a tanh; its weights are changed.

    latent : at least two different latent vectors, shape (n, latent_dim).
    """
    generator(latent, training=True)  # lets batch normalization measure something
    painted = np.asarray(generator(latent, training=False))
    assert np.abs(painted[0] - painted[1]).max() > 1e-6, "Two latent vectors gave the same image."
    last = [layer for layer in layers_of(generator) if layer.weights][-1]
    assert "Normalization" not in type(last).__name__, (
        "The output layer is normalized: its colors should be what they are."
    )
    last.set_weights([300 * weight + 1 for weight in last.get_weights()])
    bright = np.asarray(generator(latent))
    last.set_weights([-weight for weight in last.get_weights()])
    dark = np.asarray(generator(latent))
    assert max(np.abs(bright).max(), np.abs(dark).max()) <= 1.0001, (
        "Some pixels are beyond [-1, 1]: the last layer needs a tanh."
    )
    assert min(bright.min(), dark.min()) < -0.3, (
        "No pixel is dark: a sigmoid or ReLU at the end cannot go below 0. Use tanh."
    )


def logits(discriminator, images) -> None:
    """A discriminator that bends and ends without a sigmoid; its last weights are changed.

    images : at least two different ones, shape (n, size, size, 3).
    """
    last = [layer for layer in layers_of(discriminator) if layer.weights][-1]
    last.set_weights([1000 * weight for weight in last.get_weights()])
    logits = np.asarray(discriminator(images))
    assert np.abs(logits).max() > 1, (
        "The output never leaves [-1, 1]: return the logit, without a sigmoid. The loss applies it."
    )
    between = np.asarray(discriminator((images + images[::-1]) / 2))
    assert not np.allclose(between, (logits + logits[::-1]) / 2, rtol=1e-3, atol=1e-3), (
        "Without activations the layers add up to a straight-line map: LeakyReLU(0.2) after each."
    )


def twice_the_width(
    make: Callable[[int], object], width: int, size: str, all_but_last: bool = False
) -> list[int]:
    """Twice the width gives each layer twice the size; returns the sizes for `width`.

    Parameters
    ----------
    make : width → network.
    size : what counts, ``"filters"`` of convolutions or ``"units"`` of Dense layers.
    all_but_last : the last one is the output, whose size does not depend on the width.
    """
    sizes, wider = (
        [getattr(layer, size) for layer in layers_of(make(w)) if hasattr(layer, size)]
        for w in (width, 2 * width)
    )
    counted = slice(None, -1 if all_but_last else None)
    word = {"filters": "channels"}.get(size, size)
    assert wider[counted] == [2 * number for number in sizes[counted]], (
        f"Twice the width should give each hidden layer twice the {word}; yours have "
        f"{sizes} for width {width} and {wider} for width {2 * width}."
    )
    return sizes


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
