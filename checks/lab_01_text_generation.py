"""What right answers to the exercises of lab 01 satisfy."""

import keras
import numpy as np

from checks.mistakes import refuse
from checks.networks import layers_of


def ngram_sequences(ngram_sequences):
    made = ngram_sequences([[5, 6, 7], [8, 9], [4]])
    assert isinstance(made, list | tuple), "Return a list (and is `return` there?)."
    assert all(np.iterable(s) and not any(map(np.iterable, s)) for s in made), (
        "Return one flat list of prefixes, each a list of tokens: [[5, 6], [5, 6, 7], …]."
    )
    made = [[int(token) for token in sequence] for sequence in made]
    assert [5] not in made, "A prefix of one token has nothing to predict from: start with two."
    assert [5, 6, 7] in made, (
        "The whole headline is a prefix too: its last token is a target as well."
    )
    assert [4] not in made, "A text of one token gives no sequence."
    assert [6, 7] not in made, "Prefixes start at the first token: [6, 7] is not one of [5, 6, 7]."
    assert made == [[5, 6], [5, 6, 7], [8, 9]], f"Expected [[5, 6], [5, 6, 7], [8, 9]], got {made}."


_ASKED = (keras.layers.Embedding, keras.layers.LSTM, keras.layers.Dropout, keras.layers.Dense)


def build_model(build_model):
    small = build_model(12)
    assert isinstance(small, keras.Model), "Return a keras model."
    assert small.built and small.weights, (
        "The model has no weights yet, and its summary would show 0 parameters: begin with "
        "keras.Input((None,), dtype='int32')."
    )
    probabilities = np.asarray(small(np.array([[5, 6, 0, 0], [7, 3, 4, 2]])))
    assert probabilities.shape == (2, 12), (
        f"One probability per word: shape (2, 12) is wanted, not {probabilities.shape}. "
        "Only the LSTM's last output is needed."
    )
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-3) and probabilities.min() >= 0, (
        "Each row should be a probability distribution: end with softmax."
    )
    found = [layer for layer in layers_of(small) if type(layer) in _ASKED]
    kinds = [type(layer).__name__ for layer in found]
    assert "Embedding" in kinds and "LSTM" in kinds, (
        f"An Embedding and an LSTM, please; found {kinds}."
    )
    assert len(set(kinds)) == len(kinds), (
        f"One layer of each kind, with its own activation; yours has {', '.join(kinds)}."
    )
    assert kinds.count("Dense") == 1, "One Dense layer is enough: from 100 numbers to size."
    by_kind = dict(zip(kinds, found, strict=True))
    assert by_kind["Embedding"].output_dim == 10 and by_kind["LSTM"].units == 100, (
        "The embedding has 10 numbers a word, the LSTM 100 units."
    )
    assert by_kind["Embedding"].input_dim == 12, (
        "The embedding should have a row for each of `size` numbers, here 12; yours has "
        f"{by_kind['Embedding'].input_dim}."
    )
    short = np.asarray(small(np.array([[5, 6]])))
    assert np.allclose(short, probabilities[:1], atol=1e-5), (
        "Two more zeros changed the answer: the LSTM reads the padding. Set mask_zero=True."
    )
    assert "Dropout" in kinds and np.isclose(by_kind["Dropout"].rate, 0.1), (
        "Dropout of 0.1 is missing."
    )
    width = by_kind["Dropout"].input.shape[-1]
    assert width == 100 and by_kind["Dense"].input.shape[-1] == 100, (
        "Dropout stands between the LSTM and the Dense layer: it silences some of the 100 numbers, "
        f"not words or probabilities. Yours is given {width} numbers."
    )


def headline_loss(headline_loss):
    tokens = np.array([[2, 5, 1, 4, 2, 0, 0], [2, 4, 3, 0, 0, 0, 0]], dtype="int32")
    scores = np.random.default_rng(1).normal(size=(2, 6, 7)).astype("float32")
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)

    def surprise(targets):
        rows, places = np.indices(targets.shape)
        return -np.log(probabilities[rows, places, targets])

    nats, scored = surprise(tokens[:, 1:]), tokens[:, 1:] > 1
    given = keras.ops.convert_to_tensor(tokens), keras.ops.convert_to_tensor(probabilities)
    loss = headline_loss(*given)
    assert loss is not None, "Return the loss."
    assert np.ndim(loss) == 0, (
        f"Return one number, the mean over all scored positions; yours has shape {np.shape(loss)}."
    )
    loss = float(loss)
    right = nats[scored].mean()
    refuse(
        loss,
        {
            "The sign: minus the logarithm, so that a better model has a lower loss.": -right,
            "Divide by the number of scored positions: this is the sum.": nats[scored].sum(),
            "Padding is scored: leave out positions whose next token is 0.": nats[
                tokens[:, 1:] != 1
            ].mean(),
            "Unknown next words are scored: leave those of number 1 out, too.": nats[
                tokens[:, 1:] != 0
            ].mean(),
            "Padding and unknown words are scored: leave them out.": nats.mean(),
            "Divide by the number of scored positions, not of all: padding would make every loss "
            "smaller.": nats[scored].sum() / nats.size,
            "Every scored position weighs the same: do not average each headline first.": np.mean(
                [row[mask].mean() for row, mask in zip(nats, scored, strict=True)]
            ),
            "Shift: the probabilities at position t are for token t + 1, so the targets are "
            "tokens[:, 1:].": surprise(tokens[:, :-1])[tokens[:, :-1] > 1].mean(),
            "Shift the mask as well: it looks at the *next* token, tokens[:, 1:].": nats[
                tokens[:, :-1] > 1
            ].mean(),
            "Take the logarithm of each probability first, then the mean.": -np.log(
                np.exp(-nats[scored]).mean()
            ),
            "Natural logarithms: this is in bits.": right / np.log(2),
        },
        rtol=1e-4,
    )
    assert np.isclose(loss, right, rtol=1e-4), (
        f"Expected {right:.4f} nats for a made-up batch, got {loss:.4f}: the mean of −log p(next "
        "token) where the next token is 2 or more."
    )
    impossible = keras.ops.convert_to_tensor(np.zeros((2, 6, 7), dtype="float32"))
    assert np.isfinite(float(headline_loss(given[0], impossible))), (
        "A probability of 0 makes the loss infinite: add 1e-9 before the logarithm."
    )
    _gradient(headline_loss, *given)


def _gradient(headline_loss, tokens, probabilities):
    import tensorflow as tf

    tokens, in_integers = (
        keras.ops.cast(tokens, "float32"),
        float(headline_loss(tokens, probabilities)),
    )
    hint = "Keras hands the tokens over as float32: begin with ops.cast(tokens, 'int32')."
    try:
        in_floats = float(headline_loss(tokens, probabilities))
    except Exception:
        raise AssertionError(hint) from None
    assert np.isclose(in_floats, in_integers, rtol=1e-4), hint
    no_gradient = "No gradient passes: compute with `ops`, not with numpy or float()."
    try:
        with tf.GradientTape() as tape:
            tape.watch(probabilities)
            loss = headline_loss(tokens, probabilities)
        gradient = tape.gradient(loss, probabilities)
    except (AttributeError, TypeError, ValueError):
        raise AssertionError(no_gradient) from None
    assert gradient is not None, no_gradient
    try:
        compiled = tf.function(headline_loss)(tokens, probabilities)
    except Exception:
        raise AssertionError(
            "It works on numbers, but Keras compiles a loss, and there it fails: use `ops` "
            "throughout, without numpy and without loops over tokens."
        ) from None
    assert np.isclose(float(compiled), float(loss), rtol=1e-4), "Compiled, it gives another number."


def generate(generate):
    def count_up(so_far):
        """A stand-in for a model: after 3 most likely comes 4; any word may come."""
        assert np.ndim(so_far) == 1, "next_word wants the whole list of tokens, not a single one."
        probabilities = np.full(12, 0.01)
        probabilities[so_far[-1] + 1] = 0.89
        return probabilities

    def by_length(so_far):
        """A stand-in that looks at all tokens: the next one is how many there are."""
        assert np.ndim(so_far) == 1, "next_word wants the whole list of tokens, not a single one."
        return np.eye(12)[len(so_far)]

    def written(*arguments, **options):
        made = generate(*arguments, **options)
        assert made is not None, "Return the tokens (is `return` there?)."
        return [int(token) for token in made]

    prompt = [2, 3]
    try:
        made = written(prompt, count_up, 6, limit=8)
    except ZeroDivisionError:
        raise AssertionError(
            "Temperature 0 is greedy: np.argmax, in a branch of its own."
        ) from None
    assert made != [4, 5, 6], "Return the prompt too: [2, 3] and what follows."
    assert made[:3] != [2, 3, 1], "You took word 1: use np.argmax of the probabilities."
    assert made != [2, 3, 4, 5, 6, 7, 8, 9], "The token `end`, here 6, came, and you wrote on."
    assert made != [2, 3], "Stop at `end`, the argument, here 6; END is 3 in the lab alone."
    assert made != [2, 3, 4, 5], "The token `end`, here 6, belongs to what you return."
    assert made == [2, 3, 4, 5, 6], f"Greedy should give [2, 3, 4, 5, 6]; you got {made}."
    assert prompt == [2, 3], "Your function changed the prompt it was given: work on a copy."
    short = written([2, 3], count_up, 11, limit=6)
    assert short != [2, 3, 4, 5, 6, 7, 8, 9], "`limit` counts the prompt's tokens, too."
    assert short == [2, 3, 4, 5, 6, 7], (
        f"With limit=6 and no end in sight, 6 tokens are wanted in all; you returned {len(short)}."
    )
    assert written([7], by_length, 0, limit=4) == [7, 1, 2, 3], (
        "Pass all tokens so far to next_word, not only the last one or the prompt."
    )
    _temperature(written)


def _temperature(written):
    stored = np.array([0.0, 0.2, 0.8])  # as a row of a table is

    def draw(t, seed, n=2000):
        rng = np.random.default_rng(seed)
        texts = [
            written([1], lambda so_far: stored, 9, temperature=t, rng=rng, limit=101)[1:]
            for _ in range(-(-n // 100))
        ]
        return [token for text in texts for token in text][:n]

    share = {t: np.mean(np.array(draw(t, 1)) == 1) for t in (1.0, 0.5, 2.0)}
    assert np.array_equal(stored, [0.0, 0.2, 0.8]), (
        "Your function changed the probabilities that next_word returned, and so a table that they "
        "come from: make new ones, weights = p ** (1 / temperature)."
    )
    assert 0 < share[1.0] < 1, (
        "All draws above temperature 0 are the same: you take the most probable there, too, or "
        "make a new generator for every word. Draw with the `rng` you are given."
    )
    assert draw(1.0, 5, 60) == draw(1.0, 5, 60), (
        "Two generators with the same seed wrote different texts: draw with the `rng` you are "
        "given, not with np.random."
    )
    assert draw(1.0, 5, 60) != draw(1.0, 6, 60), (
        "Generators with different seeds wrote the same text: draw with the `rng` you are given, "
        "not with one of your own."
    )
    assert 0 not in draw(1.0, 2, 200), (
        "At T = 1 a word of probability 0 was drawn. The weights are p ** (1 / T), divided by "
        "their sum; a softmax of p / T gives every word a chance."
    )
    assert 0.16 < share[1.0] < 0.24, (
        f"At temperature 1 a word of probability 0.2 came in {share[1.0]:.0%} of draws: the "
        "weights, divided by their sum, are the probabilities to draw with."
    )
    assert 0.04 < share[0.5] < 0.08 and 0.29 < share[2.0] < 0.38, (
        f"A word of probability 0.2 came in {share[0.5]:.0%} (T = 0.5, should be 6%) and "
        f"{share[2.0]:.0%} (T = 2, should be 33%): the weights are p ** (1 / T)."
    )
    assert 0 not in draw(2.0, 2, 200), (
        "At T = 2 a word of probability 0 was drawn; 0 ** (1 / 2) is 0. Is the exponent 1 / T, "
        "with / and not with //?"
    )


def perplexity(perplexity):
    one = perplexity(np.array([0.1, 0.1]))
    assert one is not None and np.ndim(one) == 0, (
        f"Return one number (is `return` there, and the mean?); yours is {one!r}."
    )
    assert np.isclose(one, 10), (
        "Hesitating among 10 words is perplexity 10: natural logarithm, mean, minus, exp. "
        f"Yours is {one:.3g} (2.3 is H: take exp; 100 the sum: take the mean; 0.1: a minus is "
        "missing)."
    )
    uneven = perplexity(np.array([0.5, 0.125]))
    assert not np.isclose(uneven, 3.2), "Take the mean of the logarithms, not of the probabilities."
    assert not np.isclose(uneven, 5.0), "Take the mean of the logarithms, not of 1 / p."
    assert np.isclose(uneven, 4), f"For probabilities 1/2 and 1/8 expect 4, got {uneven:.3g}."
    assert np.isclose(perplexity(np.array([1.0, 1.0, 1.0])), 1), (
        "A model that knows has perplexity 1."
    )


def bigram_table(bigram_table):
    counts = np.array([[0, 0, 0, 0], [0, 3, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]], dtype="float32")
    fallback, before = np.array([0.1, 0.2, 0.3, 0.4], dtype="float32"), counts.copy()
    with np.errstate(all="ignore"):
        table = np.asarray(bigram_table(counts, fallback, 0.5))
    assert (counts == before).all(), "Your function changed the counts it was given."
    assert table.shape == (4, 4), f"The table should have shape (4, 4), not {table.shape}."
    assert np.isfinite(table).all(), (
        "The row of a word that nothing followed is not a number: do not divide by its sum of 0."
    )
    total, kinds = counts.sum(axis=1), (counts > 0).sum(axis=1)
    kept = np.maximum(counts - 0.5, 0) / np.maximum(total, 1)[:, None]
    given = np.where(total > 0, 0.5 * kinds / np.maximum(total, 1), 1)
    assert (table >= 0).all(), "A probability is negative: max(c − d, 0), not c − d."
    mistakes = {
        "The second term is missing: what the discount collects goes to the fallback.": kept,
        "This is the share of each pair, undiscounted: unseen pairs stay impossible.": counts
        / np.maximum(total, 1)[:, None],
        "Give away d · t(v) / c(v): t(v) is the number of different words in the row.": kept
        + np.where(total > 0, 0.5 / np.maximum(total, 1), 1)[:, None] * fallback,
        "c(v) is the sum of a row, not of a column: axis=1.": _by_column(counts, fallback),
    }
    for reason, wrong in mistakes.items():
        assert not np.allclose(table[1:], wrong[1:], atol=1e-5), reason
    row = np.maximum(counts - 0.5, 0) / np.maximum(total, 1)  # c(v) and t(v) not as columns
    assert not np.allclose(table, row + given * fallback, atol=1e-5), (
        "c(v) and t(v) must be columns, so that each row is divided by its own sum: keepdims=True."
    )
    assert np.allclose(table[0], fallback, atol=1e-5), (
        "Nothing was counted in the first row, so it should be the fallback; yours is "
        f"{np.round(table[0], 3).tolist()}."
    )
    sums = table.sum(axis=1)
    assert np.allclose(sums, 1, atol=1e-4), (
        f"Each row should sum to 1; the sums are {np.round(sums, 3).tolist()}. What is taken from "
        "the counts must equal what is given to the fallback."
    )
    wanted = kept + given[:, None] * fallback
    off = int(np.argmax(~np.isclose(table, wanted, atol=1e-5).all(axis=1)))
    assert np.allclose(table, wanted, atol=1e-5), (
        f"Row {off} should be {_shown(wanted[off])}, yours is {_shown(table[off])}."
    )
    other = np.asarray(bigram_table(counts, fallback, 0.9))
    assert not np.allclose(other, table), "Another discount gave the same table: use `discount`."


def _shown(row) -> list[float]:
    return np.asarray(row, float).round(3).tolist()


def _by_column(counts, fallback):
    """What sums over columns give for a discount of 0.5."""
    total, kinds = counts.sum(axis=0), (counts > 0).sum(axis=0)
    given = np.where(total > 0, 0.5 * kinds / np.maximum(total, 1), 1)
    return np.maximum(counts - 0.5, 0) / np.maximum(total, 1) + given * fallback


def best_weight(best_weight):
    network, table = np.array([0.9, 0.9, 0.9, 0.1]), np.array([0.1, 0.1, 0.1, 0.9])
    weight = best_weight(network, table)  # by hand: 0.8125
    assert weight is not None and np.ndim(weight) == 0, "Return one number, the weight."
    assert not np.isclose(weight, 0.1875, atol=0.06), (
        "This is the table's weight: return that of the network."
    )
    assert not np.isclose(weight, 1), (
        "All for the network: mix the probabilities first, then take the logarithm and the mean of "
        "that: not the mean of the probabilities, nor a mixture of perplexities."
    )
    assert not np.isclose(weight, 0), (
        "All for the table, the worse one here: the lowest perplexity is the best."
    )
    assert not np.isclose(weight, 0.5), "Try several weights; the best one depends on the data."
    assert not weight > 1, "Return the weight itself, between 0 and 1."
    assert abs(weight - 0.8125) < 0.065, (
        f"For a network that is right in three of four the best weight is 0.81, not {weight:.2f}."
    )
    assert best_weight(np.array([0.5, 0.4]), np.array([0.1, 0.2])) > 0.96, (
        "Where the network is better at every word its weight should be 1: try up to 1."
    )
    assert best_weight(np.array([0.1, 0.2]), np.array([0.5, 0.4])) < 0.06, (
        "Where the table is better at every word the network's weight should be 0: try from 0."
    )


def copied_share(copied_share):
    training = [[4, 5, 6, 7, 8], [9, 10, 11]]
    share = lambda made, **n: float(copied_share(made, training, **n))  # noqa: E731
    assert np.isclose(share([[4, 5, 6, 7, 8]]), 1), (
        f"A training text is copied whole: 1 is wanted, not {share([[4, 5, 6, 7, 8]]):.3g}."
    )
    half = share([[4, 5, 6, 7, 9]])
    assert np.isclose(half, 0.5), (
        "Of the runs 4 5 6 7 and 5 6 7 9 the first one stands in training, so 1/2 is wanted; yours "
        f"is {half:.3g}."
    )
    assert np.isclose(share([[8, 7, 6, 5, 4]]), 0), (
        "The same words in another order are no copy: compare runs, not sets of words."
    )
    assert np.isclose(share([[5, 6, 7, 8]]), 1), (
        "A run may stand anywhere in a training text, 5 6 7 8 at the end of 4 5 6 7 8."
    )
    assert np.isclose(share([[12, 5, 6, 7]]), 0), (
        "All n tokens of a run must match: 12 5 6 7 stands nowhere in training."
    )
    late = share([[20, 21, 22, 23, 24, 4, 5, 6, 7]])
    assert np.isclose(late, 1 / 6), f"The last of six runs is copied: 1/6, not {late:.3g}."
    assert np.isclose(share([[6, 7, 8, 9, 10]]), 0), (
        "A run across two training headlines stands in neither: go text by text."
    )
    twice = share([[4, 5, 6, 7], [4, 5, 6, 7], [5, 6, 7, 9]])
    assert not np.isclose(twice, 0.5), "A run that is made twice counts twice: no set of made runs."
    assert np.isclose(twice, 2 / 3), f"Two of three runs are copied; yours is {twice:.3g}."
    mean = share([[4, 5, 6, 7, 8], [5, 6, 7, 9]])
    assert not np.isclose(mean, 0.5), "Every run weighs the same: do not average text by text."
    assert np.isclose(share([[4, 5, 1, 6, 7], [4, 5, 6, 9]]), 0), (
        "Leave out the runs with an unknown word, not the word itself: 5 and 6 are no neighbors in "
        "4 5 1 6 7."
    )
    unknown = share([[4, 5, 6, 7, 1], [7, 1, 4, 5]])
    assert not np.isclose(unknown, 1 / 3), (
        "Runs with the unknown word, 1, are counted as original: leave them out, they cannot match."
    )
    assert np.isclose(unknown, 1), (
        f"Only the run 4 5 6 7 has no unknown word, and it is copied: 1, not {unknown:.3g}."
    )
    assert np.isclose(share([[9, 10], [4, 5, 6, 7]]), 1), "A text of fewer than n words has no run."
    assert np.isclose(share([[4, 5, 9]], n=2), 0.5), "Use `n`, the length of the runs."
