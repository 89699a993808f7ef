"""Embedded headlines against the real ones, side by side, and 20 random embedded ones.

    python -m benchmarks.headlines

The real ones are downloaded (429 kB) or come from WORKBOOK_DATA_MIRROR. It takes seconds.
"""

import math
import random
import string
import sys
from collections import Counter, defaultdict
from itertools import pairwise

from helpers import datasets

Words = list[str]  # one headline, cleaned
DROP_PUNCTUATION = str.maketrans("", "", string.punctuation)
SPLITS = 100  # into nine tenths to count in and one tenth to predict
DISCOUNT = 0.75


def clean(headline: str) -> Words:
    """Lower case, without punctuation, ASCII only: what lab 01 trains on."""
    return headline.lower().translate(DROP_PUNCTUATION).encode("ascii", "ignore").decode().split()


def repeated(headlines: list[Words], n: int) -> float:
    """The share of all runs of `n` words that occur more than once."""
    runs = Counter(tuple(h[i : i + n]) for h in headlines for i in range(len(h) - n + 1))
    return sum(count for count in runs.values() if count > 1) / runs.total()


def bigram_perplexity(headlines: list[Words]) -> float:
    """Perplexity of held-out words under a bigram model, mean of SPLITS random splits.

    Absolute discounting, interpolated with add-one word frequencies (Ney, Essen and Kneser, 1994,
    "On structuring probabilistic dependences in stochastic language modelling"). First words and
    words that the training part lacks are not predicted.
    """
    perplexities = []
    for seed in range(SPLITS):
        shuffled = random.Random(seed).sample(headlines, len(headlines))
        size = len(shuffled) // 10
        held_out, training = shuffled[:size], shuffled[size:]
        words = Counter(word for headline in training for word in headline)
        after = defaultdict(Counter)
        for first, second in (pair for headline in training for pair in pairwise(headline)):
            after[first][second] += 1
        nats = []
        for first, second in (pair for headline in held_out for pair in pairwise(headline)):
            if second in words:
                p = (words[second] + 1) / (words.total() + len(words))
                if first in after:
                    seen = after[first]
                    p = max(seen[second] - DISCOUNT, 0) + DISCOUNT * len(seen) * p
                    p /= seen.total()
                nats.append(-math.log(p))
        perplexities.append(math.exp(sum(nats) / len(nats)))
    return sum(perplexities) / SPLITS


def statistics(headlines: list[str]) -> dict[str, float]:
    """What the table shows, by name."""
    cleaned = [clean(headline) for headline in headlines]
    lengths = [len(words) for words in cleaned]
    return {
        "usable headlines": len(cleaned),
        "distinct headlines": len({tuple(words) for words in cleaned}),
        "distinct words": len({word for words in cleaned for word in words}),
        "n-gram sequences": sum(length - 1 for length in lengths),
        "mean length": sum(lengths) / len(lengths),
        "longest": max(lengths),
        "bigram perplexity": bigram_perplexity(cleaned),
        "repeated 2-grams": repeated(cleaned, 2),
        "repeated 3-grams": repeated(cleaned, 3),
        "repeated 4-grams": repeated(cleaned, 4),
    }


def main() -> None:
    embedded = datasets.load_headlines()
    try:
        real = datasets.load_headlines("nyt")
    except datasets.DataError as error:
        sys.exit(f"{error}")
    print(f"{'':20}{'embedded':>10}{'real':>10}{'ratio':>8}")
    theirs = statistics(real)
    for name, ours in statistics(embedded).items():
        form = "10.4f" if "repeated" in name else "10" if isinstance(ours, int) else "10.2f"
        print(f"{name:20}{ours:{form}}{theirs[name]:{form}}{ours / theirs[name]:8.2f}")
    print("\n20 random embedded headlines:")
    print(*random.Random(1).sample(embedded, 20), sep="\n")


if __name__ == "__main__":
    main()
