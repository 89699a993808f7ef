"""What the grader asks answers of lab 01 for fresh inputs."""

import keras
import numpy as np

from checks.toys import fill


def ngram_sequences(ngram_sequences, given):
    return [[int(token) for token in made] for made in ngram_sequences(given["texts"])]


def build_model(build_model, given):
    network = build_model(given["size"])
    tokens = given["tokens"]
    fill(network, given["weights"])
    found = {"padded": network(tokens), "short": network(tokens[:, : given["short"]])}
    fill(network, given["showing"])
    return found | {"quiet": network(tokens), "training": network(tokens, training=True)}


def headline_loss(headline_loss, given):
    import tensorflow as tf

    tokens = keras.ops.convert_to_tensor(given["tokens"])
    in_floats = keras.ops.cast(tokens, "float32")  # as Keras hands them over
    probabilities = keras.ops.convert_to_tensor(given["probabilities"])
    with tf.GradientTape() as tape:
        tape.watch(probabilities)
        loss = headline_loss(in_floats, probabilities)
    gradient = tape.gradient(loss, probabilities)
    return {
        "whole": headline_loss(tokens, probabilities),
        "floats": loss,
        "gradient": None if gradient is None else tf.convert_to_tensor(gradient),
        "compiled": tf.function(headline_loss)(in_floats, probabilities),
        "impossible": headline_loss(tokens, keras.ops.zeros_like(probabilities)),
    }


def generate(generate, given):
    table, start, far = given["table"], [given["start"]], 101  # `far` tokens: no end comes before

    def next_word(so_far):
        """A stand-in for a model: all tokens so far, in their order, choose a row of the table."""
        return table[int(np.arange(1, len(so_far) + 1) @ np.asarray(so_far)) % len(table)]

    def written(prompt, *more, **options):
        return [int(token) for token in generate(prompt, next_word, *more, **options)]

    def drawn(n, seed, temperature, end, **options):
        options |= {"temperature": temperature, "rng": np.random.default_rng(seed)}
        return [written(list(start), end, **options) for _ in range(n)]

    never, seed = given["never"], given["seed"]
    return {
        "greedy": [written(one["prompt"], one["end"], **one["options"]) for one in given["greedy"]],
        "prompts": [one["prompt"] for one in given["greedy"]],
        "drawn": [drawn(20, seed, t, never, limit=far) for t in given["temperatures"]],
        "again": drawn(2, seed, given["temperatures"][0], never, limit=far),
        "other": drawn(2, seed + 1, given["temperatures"][0], never, limit=far),
        "ending": drawn(20, seed, given["temperatures"][0], given["end"]),
        "table": table,
    }


def perplexity(perplexity, given):
    return [perplexity(probabilities) for probabilities in given["probabilities"]]


def bigram_table(bigram_table, given):
    counts, fallback = given["counts"], given["fallback"]
    with np.errstate(all="ignore"):
        tables = [bigram_table(counts, fallback, discount) for discount in given["discounts"]]
    return {"tables": tables, "counts": counts}


def best_weight(best_weight, given):
    return [best_weight(network, table) for network, table in given["pairs"]]


def copied_share(copied_share, given):
    made, training = given["made"], given["training"]
    return [copied_share(made, training), *(copied_share(made, training, n=n) for n in given["n"])]
