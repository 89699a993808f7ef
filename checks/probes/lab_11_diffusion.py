"""What the grader asks answers of lab 11 for fresh inputs."""

import tensorflow as tf


def add_noise(add_noise, given):
    return [_on_arrays_and_compiled(add_noise, case) for case in given["cases"]]


def _on_arrays_and_compiled(add_noise, case):
    compiled = tf.function(add_noise, input_signature=_like(case))
    return {
        "arrays": add_noise(*case),
        "compiled": compiled(*map(tf.constant, case)),
        "given": list(case),
    }


def _like(arrays):
    """Of tensors in a step whose batches have a known size, as in the lab."""
    return [tf.TensorSpec(array.shape, array.dtype) for array in arrays]


def exact_clean(exact_clean, given):
    return [{"mean": exact_clean(*case), "given": list(case)} for case in given["cases"]]


def weighted_loss(weighted_loss, given):
    return [_learned(weighted_loss, arrays, clip) for arrays, clip in given["cases"]]


def _learned(weighted_loss, arrays, clip):
    """The loss of arrays, and in a compiled step the loss and its gradient for the answer."""

    def step(clean, answer, t):
        with tf.GradientTape() as tape:
            tape.watch(answer)
            loss = weighted_loss(clean, answer, t, clip)
        return loss, tape.gradient(loss, answer)

    loss = weighted_loss(*arrays, clip)
    compiled = tf.function(step, input_signature=_like(arrays))
    learned = compiled(*map(tf.constant, arrays))
    return {"loss": loss, "learned": list(learned), "given": list(arrays)}


def as_clean(as_clean, given):
    return [{"clean": as_clean(*case), "given": list(case[:2])} for case in given["cases"]]


def euler_step(euler_step, given):
    return [{"x_s": euler_step(*case), "given": list(case[:2])} for case in given["cases"]]


def ddim_step(ddim_step, given):
    return [{"x_s": ddim_step(*case), "given": [*case[:2], case[-1]]} for case in given["cases"]]


def guide(guide, given):
    return [{"guided": guide(*case), "given": list(case[:2])} for case in given["cases"]]
