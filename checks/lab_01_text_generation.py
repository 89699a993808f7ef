"""What right answers to the exercises of lab 01 satisfy."""

import keras
import numpy as np


def clean_text(clean_text):
    assert isinstance(clean_text("Tea"), str), (
        "Return a string, not a list of words (and is `return` there?)."
    )
    assert clean_text("Tea") == "tea", f"Lower case: got {clean_text('Tea')!r}."
    assert clean_text("two cats") == "two cats", f"Keep spaces: got {clean_text('two cats')!r}."
    assert clean_text("don't") == "dont", (
        "Punctuation goes without leaving a space: don't should become dont."
    )
    assert clean_text("Wait, what?") == "wait what", (
        f"Remove all of string.punctuation: 'Wait, what?' became {clean_text('Wait, what?')!r}."
    )
    assert clean_text("A “New” Day") == "a new day", (
        f"Curly quotes are not ASCII, so they go too: got {clean_text('A “New” Day')!r}."
    )
    assert clean_text("Rain — and  sun ") == "rain and sun", (
        "Leave one space between words and none at the ends: ' '.join(text.split()). "
        f"Got {clean_text('Rain — and  sun ')!r}."
    )
    assert clean_text("10 Ways") == "10 ways", "Digits stay."


def ngram_sequences(ngram_sequences):
    made = ngram_sequences([[5, 6, 7], [8, 9], [4]])
    assert isinstance(made, list), "Return a list (and is `return` there?)."
    assert all(isinstance(token, int) for sequence in made for token in sequence), (
        "Return one flat list of prefixes, each a list of tokens: [[5, 6], [5, 6, 7], …]."
    )
    made = [list(sequence) for sequence in made]
    assert [5] not in made, "A prefix of one token has nothing to predict from: start with two."
    assert [5, 6, 7] in made, (
        "The whole headline is a prefix too: the last word is a target as well."
    )
    assert [4] not in made, "A headline of one word gives no sequence."
    assert [6, 7] not in made, "Prefixes start at the first word: [6, 7] is not one of [5, 6, 7]."
    assert made == [[5, 6], [5, 6, 7], [8, 9]], f"Expected [[5, 6], [5, 6, 7], [8, 9]], got {made}."


def pad_prefixes(pad_prefixes):
    predictors, labels = pad_prefixes([[5, 6], [5, 6, 7], [8, 9, 4, 3]], 4)
    assert isinstance(predictors, np.ndarray) and isinstance(labels, np.ndarray), (
        "Return numpy arrays, both of them: np.array(...)."
    )
    assert predictors.shape == (3, 4), (
        f"The predictors should have shape (3, 4), not {predictors.shape}."
    )
    assert labels.shape == (3,), (
        f"One label per sequence: shape (3,) is wanted, not {labels.shape}."
    )
    assert labels.tolist() == [6, 7, 3], (
        f"The label is the last token: [6, 7, 3], not {labels.tolist()}."
    )
    assert predictors[1].tolist() != [5, 6, 7, 0], "The label must not stand among the predictors."
    assert predictors[0].tolist() != [0, 0, 0, 5], (
        "Pad on the right: keras pads on the left by default."
    )
    assert predictors.tolist() == [[5, 0, 0, 0], [5, 6, 0, 0], [8, 9, 4, 0]], (
        f"Expected [[5, 0, 0, 0], [5, 6, 0, 0], [8, 9, 4, 0]], got {predictors.tolist()}."
    )
    assert np.issubdtype(predictors.dtype, np.integer), "Tokens are integers: choose an int dtype."
    assert np.issubdtype(labels.dtype, np.integer), "Labels are tokens too: an int dtype."


def build_model(build_model):
    small = build_model(12)
    assert isinstance(small, keras.Model), "Return a keras model."
    probabilities = np.asarray(small(np.array([[5, 6, 0, 0], [7, 3, 4, 2]])))
    assert probabilities.shape == (2, 12), (
        f"One probability per word: shape (2, 12) is wanted, not {probabilities.shape}. "
        "Only the LSTM's last output is needed."
    )
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-3) and probabilities.min() >= 0, (
        "Each row should be a probability distribution: end with softmax."
    )
    kinds = [type(layer).__name__ for layer in small.layers]
    assert "Embedding" in kinds and "LSTM" in kinds, (
        f"An Embedding and an LSTM, please; found {kinds}."
    )
    assert kinds.count("Dense") == 1, "One Dense layer is enough: from 100 numbers to size."
    by_kind = dict(zip(kinds, small.layers, strict=True))
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
    assert kinds.index("LSTM") < kinds.index("Dropout") < kinds.index("Dense"), (
        "Dropout stands between the LSTM and the Dense layer: it silences some of the 100 numbers, "
        f"not words or probabilities. Yours has {kinds}."
    )


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

    prompt = [2, 3]
    made = [int(token) for token in generate(prompt, 3, count_up)]
    assert made != [4, 5, 6], "Return the prompt too: [2, 3] and what follows."
    assert made != [2, 3, 1, 1, 1], "You took word 1 each time: use np.argmax of the probabilities."
    assert made == [2, 3, 4, 5, 6], f"Greedy should give [2, 3, 4, 5, 6]; you got {made}."
    assert prompt == [2, 3], "Your function changed the prompt it was given: work on a copy."
    assert list(generate([7], 3, by_length)) == [7, 1, 2, 3], (
        "Pass all tokens so far to next_word, not only the last one or the prompt."
    )
    rng = np.random.default_rng(1)
    uneven = lambda so_far: np.array([0.0, 0.2, 0.8])  # noqa: E731
    share = lambda t: np.mean(np.array(generate([1], 2000, uneven, t, rng)[1:]) == 1)  # noqa: E731
    at_one, at_half, at_two = share(1.0), share(0.5), share(2.0)
    assert 0.16 < at_one < 0.24, (
        f"At temperature 1 a word of probability 0.2 came in {at_one:.0%} of draws: "
        "draw at random with the weights as probabilities."
    )
    assert 0.04 < at_half < 0.08 and 0.29 < at_two < 0.38, (
        f"A word of probability 0.2 came in {at_half:.0%} (T = 0.5, should be 6%) and "
        f"{at_two:.0%} (T = 2, should be 33%): the weights are p ** (1 / T)."
    )
    assert 0 not in generate([1], 200, uneven, 2.0, rng), (
        "At T = 2 a word of probability 0 was drawn; 0 ** (1 / 2) is 0. Is the exponent 1 / T, "
        "with / and not with //?"
    )


def perplexity(perplexity):
    assert np.isclose(perplexity(np.array([0.1, 0.1])), 10), (
        "Hesitating among 10 words is perplexity 10: natural logarithm, mean, minus, exp. "
        f"Yours is {perplexity(np.array([0.1, 0.1])):.3g} (2.3 would be H: take exp)."
    )
    uneven = perplexity(np.array([0.5, 0.125]))
    assert not np.isclose(uneven, 3.2), "Take the mean of the logarithms, not of the probabilities."
    assert not np.isclose(uneven, 5.0), "Take the mean of the logarithms, not of 1 / p."
    assert np.isclose(uneven, 4), f"For probabilities 1/2 and 1/8 expect 4, got {uneven:.3g}."
    assert np.isclose(perplexity(np.array([1.0, 1.0, 1.0])), 1), (
        "A model that knows has perplexity 1."
    )
