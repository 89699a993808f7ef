"""Rivals and measures for word models; texts are lists of word numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

FIRST_WORD = 2  # 0 is padding, 1 stands for unknown words


def unigram_probabilities(texts: Iterable[Sequence[int]], size: int) -> np.ndarray:
    """How often each word occurs, whatever stands before it.

    Parameters
    ----------
    texts : word numbers, from FIRST_WORD to size - 1.
    size : how many numbers there are, padding and unknown included.

    Returns
    -------
    Shape (size,), sums to 1; 0 for padding and unknown. Each word counts once more than it
    occurs ("add one"), so that no word is impossible.
    """
    counts = np.bincount([word for text in texts for word in text], minlength=size) + 1.0
    counts[:FIRST_WORD] = 0
    return counts / counts.sum()


def bigram_probabilities(
    texts: Iterable[Sequence[int]], size: int, discount: float = 0.75
) -> np.ndarray:
    """How often each word follows each other word, smoothed by absolute discounting.

    p(w | v) = max(c(v, w) - d, 0) / c(v) + d · t(v) / c(v) · unigram(w), where c counts pairs, t(v)
    is how many different words follow v, and d is the discount. After a word never seen before
    another, it is the unigram. Source: Ney, Essen and Kneser (1994), "On structuring probabilistic
    dependences in stochastic language modelling".

    Parameters
    ----------
    texts, size : as for `unigram_probabilities`.
    discount : what each count gives away, between 0 and 1.

    Returns
    -------
    Shape (size, size), float32; row v sums to 1.
    """
    texts = list(texts)
    counts = np.zeros((size, size), dtype=np.float32)
    for text in texts:
        np.add.at(counts, (text[:-1], text[1:]), 1)
    unigram = unigram_probabilities(texts, size).astype(np.float32)
    total, kinds = counts.sum(axis=1), (counts > 0).sum(axis=1)
    kept = np.maximum(counts - discount, 0) / np.maximum(total, 1)[:, None]
    given_away = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1).astype("float32")
    return kept + given_away[:, None] * unigram


def copied_share(generated: Iterable[Sequence], training: Iterable[Sequence], n: int = 4) -> float:
    """Share of the n-grams in `generated` that stand somewhere in `training`, from 0 to 1.

    Raises ValueError if no generated text has n words.
    """
    known = set().union(*(_ngrams(text, n) for text in training))
    made = Counter(gram for text in generated for gram in _ngrams(text, n))
    if not made:
        raise ValueError(f"No generated text has {n} words.")
    return sum(count for gram, count in made.items() if gram in known) / made.total()


def _ngrams(text: Sequence, n: int) -> list[tuple]:
    return [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]


def nearest(text: str, training: Iterable[str]) -> tuple[str, float]:
    """The training text that shares most words with `text`, and the share they have in common.

    The share is |A ∩ B| / |A ∪ B| of the two sets of words (Jaccard), from 0 to 1.
    """
    words = set(text.split())
    shares = {
        other: len(words & set(other.split())) / len(words | set(other.split()))
        for other in training
    }
    best = max(shares, key=shares.get)
    return best, shares[best]
