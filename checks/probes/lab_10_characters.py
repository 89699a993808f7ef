"""What the grader asks answers of lab 10 for fresh inputs."""

import numpy as np
import tensorflow as tf


def bits_per_character(bits_per_character, given):
    return [{"bits": bits_per_character(*case), "given": case} for case in given["cases"]]


def kneser_ney(kneser_ney, given):
    found = []
    for counts, lower, discounts in given["cases"]:
        with np.errstate(all="ignore"):
            probabilities = kneser_ney(counts, lower, tuple(discounts))
        found.append({"probabilities": probabilities, "given": [counts, lower]})
    return found


def causal_convolution(causal_convolution, given):
    return [_learned(causal_convolution, *case) for case in given["cases"]]


def causal_attention(causal_attention, given):
    return [_learned(causal_attention, *case) for case in given["cases"]]


def _learned(function, pull, *inputs):
    """What comes out, and the gradients for the inputs of its sum weighted by `pull`."""
    inputs = [tf.constant(part) for part in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        said = function(*inputs)
        pulled = tf.reduce_sum(tf.convert_to_tensor(said) * pull)
    return {"said": said, "gradients": tape.gradient(pulled, inputs)}


def leak(leak, given):
    found = []
    for behind, ahead, codes, position in given["cases"]:

        def predict(some, behind=behind, ahead=ahead):
            return np.stack([_logits(np.asarray(row), behind, ahead) for row in some])

        found.append({"leak": leak(predict, codes, position), "codes": codes})
    return found


def _logits(codes, behind, ahead):
    """By tables (…, size, size): behind[d] for the code d places back, ahead[d] d + 1 further."""
    length = len(codes)
    logits = np.zeros((length, behind.shape[-1]))
    for d, table in enumerate(behind[:length]):
        logits[d:] += table[codes[: length - d]]
    for d, table in enumerate(ahead[: length - 1], 1):
        logits[:-d] += table[codes[d:]]
    return logits


def residual_block(residual_block, given):
    found = []
    for x, *matrices in given["cases"]:
        calls = [0, 0, 0, 0]

        def layer(which, matrix, calls=calls):
            def call(some, *_, **__):
                calls[which] += 1
                return tf.tanh(some @ matrix) + 0.1 * which

            return call

        layers = [layer(which, matrix) for which, matrix in enumerate(matrices)]
        found.append({"said": residual_block(tf.constant(x), *layers), "calls": calls})
    return found


def next_probabilities(next_probabilities, given):
    found = []
    for logits, how in given["cases"]:
        found.append({"probabilities": next_probabilities(logits, **how), "logits": logits})
    return found


def cached_attention(cached_attention, given):
    found = []
    for query, key, value, old, slopes, room in given["cases"]:
        answer, (keys, values) = cached_attention(query, key, value, tuple(old), slopes, room)
        handed = [query, key, value, old, slopes]
        found.append({"answer": answer, "cache": [keys, values], "given": handed})
    return found
