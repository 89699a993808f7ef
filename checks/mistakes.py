"""Ways of telling a learner which likely mistake a wrong number comes from."""

from collections.abc import Mapping

import numpy as np


def refuse(answer, mistakes: Mapping[str, object], **tolerance) -> None:
    """Raise the reason of the first mistake whose outcome `answer` is.

    Parameters
    ----------
    mistakes : reason, for the learner → the numbers that this mistake would give.
    tolerance : `rtol`, `atol` or `equal_nan` of `numpy.allclose`.
    """
    for reason, wrong in mistakes.items():
        assert not np.allclose(answer, wrong, **tolerance), reason


def differentiable(function, *inputs) -> None:
    """Refuse a number that no network could learn by, since no gradient comes through it.

    Parameters
    ----------
    function : takes tensors of the shapes of `inputs`, numpy arrays, and returns one number.
    """
    import tensorflow as tf  # only here: labs without networks do not need it

    inputs = [tf.constant(values) for values in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = function(*inputs)
    gradients = tape.gradient(value, inputs) if tf.is_tensor(value) else [None]
    assert all(gradient is not None for gradient in gradients), (
        "The number is right, but no gradient comes through it: return the tensor, made by "
        "keras.ops, Keras or TensorFlow, without float(), .numpy() or numpy's functions."
    )


def entropy(logits: np.ndarray, label: int) -> float:
    """Mean binary cross-entropy of logits that all have this label (0 or 1), by hand.

    −log σ(l) for label 1, −log(1 − σ(l)) for label 0: Goodfellow et al. (2014), section 3.
    """
    return np.mean(np.log1p(np.exp(-logits if label else logits)))
