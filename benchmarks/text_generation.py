"""The classic headline writer against lab 01's way, side by side in one run.

    python -m benchmarks.text_generation [--source nyt] [--epochs 20] [--repeats 1]

The classic listing (written from its description): padded prefixes of every headline, padding read
as words, one-hot labels, and `predict` for every generated word. Lab 01's own code: each headline
once, a target at every position, sparse labels, padding not scored, a compiled writer. Both train
the same layers on the same headlines; the time is that of training alone, the loss is evaluated on
all next words of the training headlines, after each epoch and without dropout.
"""

import argparse
import itertools
import os
import string
import time
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np
from keras import layers

from benchmarks.measures import in_turn, measure, seconds_to
from helpers import datasets
from tools.lab_code import lab_code

EPOCHS, REPEATS, WORDS = 20, 3, 10
LISTING_RATE, LAB_RATE = 0.001, 0.01  # Adam's own; the lab's


def tokens_of(source: str) -> tuple[list[list[int]], int]:
    """Headlines as numbers from 2 (0 is padding, 1 unknown), and how many numbers there are."""
    table = str.maketrans("", "", string.punctuation)
    cleaned = [
        h.lower().translate(table).encode("ascii", "ignore").decode().split()
        for h in datasets.load_headlines(source)
    ]
    frequency = Counter(word for words in cleaned for word in words)
    rank = {word: 2 + i for i, (word, _) in enumerate(frequency.most_common())}
    return [[rank[word] for word in words] for words in cleaned], 2 + len(rank)


def classic_network(size: int) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(size, 10),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


def classic(texts, size: int, rate: float, epochs: int):
    """Yield (training seconds so far, evaluated loss) after each epoch of the listing."""
    prefixes = [text[:end] for text in texts for end in range(2, len(text) + 1)]
    padded = keras.utils.pad_sequences(prefixes)  # on the left, to the longest
    x, y = padded[:, :-1], keras.utils.to_categorical(padded[:, -1], size)
    model = classic_network(size)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="categorical_crossentropy")
    yield from epoch_by_epoch(model, x, y, epochs, batch_size=32)


def every_position(
    texts, size: int, rate: float, epochs: int, batch_size: int = 32, steps_per_execution: int = 1
):
    """The same for lab 01's way; with the defaults, as the lab trains."""
    lab = lab_code("01_text_generation")
    padded = keras.utils.pad_sequences(texts, padding="post")
    model = lab["build_every_position"](size)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=lab["headline_loss"],
        steps_per_execution=steps_per_execution,
    )
    yield from epoch_by_epoch(model, padded[:, :-1], padded, epochs, batch_size)


def epoch_by_epoch(model, x, y, epochs: int, batch_size: int):
    """Compile first, on weights that are then put back; evaluate all in equal batches."""
    start = model.get_weights()
    model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0)
    model.set_weights(start)
    for variable in model.optimizer.variables:
        if variable is not model.optimizer._learning_rate:
            variable.assign(keras.ops.zeros_like(variable))
    seconds = 0.0
    for _ in range(epochs):
        begin = time.perf_counter()
        model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0)
        seconds += time.perf_counter() - begin
        yield seconds, model.evaluate(x, y, batch_size=len(x), verbose=0)


def to_an_equal_loss(texts, size: int, seed: int, epochs: int = EPOCHS) -> tuple[float, float]:
    """Seconds of the listing, and of the lab until it has its evaluated loss; taking turns."""
    keras.utils.set_random_seed(seed)
    listing = classic(texts, size, LISTING_RATE, epochs)
    keras.utils.set_random_seed(seed)
    lab = every_position(texts, size, LAB_RATE, 2 * epochs)
    curve = []
    for old, loss in listing:
        curve.append(next(lab))
        print(f"listing {old:.1f} s, loss {loss:.3f}; lab {curve[-1][0]:.1f} s, {curve[-1][1]:.3f}")
    new = seconds_to(itertools.chain(curve, lab), loss)
    print(f"seed {seed}, loss {loss:.3f}: listing {old:.1f} s,", f"lab {new} s", flush=True)
    return old, new


def seconds_per_word(size: int, length: int, rounds: int = 10) -> dict:
    """A word of a headline, batch 1, warm: `predict` on the listing's model, the lab's writer."""
    lab = lab_code("01_text_generation")
    lab["LENGTH"] = length
    row, old = np.ones((1, length), dtype="int32"), classic_network(size)
    next_word = lab["writer"](lab["build_every_position"](size))
    calls = {
        "listing": lambda: [old.predict(row, verbose=0) for _ in range(WORDS)],
        "lab": lambda: [next_word(row[0]) for _ in range(WORDS)],
    }
    for call in calls.values():
        call()  # compile
    taken = {name: np.array(s) / WORDS for name, s in in_turn(calls, rounds).items()}
    return measure(taken["listing"], taken["lab"])


def one_epoch(train, rate: float) -> None:
    """The first, which compiles; nothing is evaluated."""
    texts, size = tokens_of("embedded")
    list(train(texts, size, rate, 0))


SIDES = {
    "listing": lambda: one_epoch(classic, LISTING_RATE),
    "lab": lambda: one_epoch(every_position, LAB_RATE),
}


def run(small: bool = False) -> dict:
    """All that `make bench` measures here; the rounds of training are seeds."""
    texts, size = tokens_of("embedded")
    repeats, epochs = (1, 3) if small else (REPEATS, EPOCHS)
    pairs = [to_an_equal_loss(texts, size, seed, epochs) for seed in range(1, 1 + repeats)]
    return {
        "measures": {
            "training to an equal evaluated loss": measure(*zip(*pairs, strict=True)),
            "one generated word": seconds_per_word(size, max(map(len, texts)) - 1),
        },
        "notes": [
            f"Headlines: the listing trains {epochs} epochs at Adam's own rate of {LISTING_RATE}, "
            f"the lab at its {LAB_RATE}."
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="embedded")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    texts, size = tokens_of(options.source)
    print(
        f"{options.source}: {len(texts)} headlines, {size} numbers,",
        f"{sum(len(t) - 1 for t in texts)} sequences, longest {max(map(len, texts))}",
    )
    word = seconds_per_word(size, max(map(len, texts)) - 1)
    old, new = np.median(word["listing"]), np.median(word["lab"])
    print(f"a word: predict {old * 1e3:.1f} ms, writer {new * 1e3:.2f} ms: {old / new:.0f}× faster")
    for repeat in range(options.repeats):
        for rate in (LISTING_RATE, 0.005):
            keras.utils.set_random_seed(1 + repeat)
            *_, (seconds, loss) = classic(texts, size, rate, options.epochs)
            print(
                f"classic, rate {rate}: loss {loss:.3f} after {options.epochs} epochs,",
                f"{seconds:.1f} s",
                flush=True,
            )
            for own_rate, batch_size, steps in ((LAB_RATE, 32, 1), (0.02, 32, 8), (0.02, 64, 8)):
                keras.utils.set_random_seed(1 + repeat)
                runs = every_position(texts, size, own_rate, 200, batch_size, steps)
                reached = seconds_to(runs, loss)
                said = f"{reached:.1f} s: {seconds / reached:.1f}× faster" if reached else "never"
                print(f"  every position, rate {own_rate}, batch {batch_size}: {said}", flush=True)


if __name__ == "__main__":
    main()
