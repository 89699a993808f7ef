"""The classic headline writer against lab 01's way, side by side in one run.

    python -m benchmarks.text_generation [--source nyt] [--epochs 20] [--repeats 1]

The classic listing (written from its description): padded prefixes of every headline, padding read
as words, one-hot labels, and `predict` for every generated word. Lab 01: each headline once, a
target at every position, sparse labels, padding masked, a compiled writer. Both train the same
layers on the same headlines; the time is that of training alone, the loss is evaluated on all
next words of the training headlines, after each epoch and without dropout.
"""

import argparse
import string
import time
from collections import Counter

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from helpers import datasets


def tokens_of(source: str) -> tuple[list[list[int]], int]:
    """Headlines as numbers from 1 (0 is padding), and how many numbers there are."""
    table = str.maketrans("", "", string.punctuation)
    cleaned = [
        h.lower().translate(table).encode("ascii", "ignore").decode().split()
        for h in datasets.load_headlines(source)
    ]
    frequency = Counter(word for words in cleaned for word in words)
    rank = {word: 1 + i for i, (word, _) in enumerate(frequency.most_common())}
    return [[rank[word] for word in words] for words in cleaned], 1 + len(rank)


def network(size: int, masked: bool, sequences: bool) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(size, 10, mask_zero=masked),
            layers.LSTM(100, return_sequences=sequences),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


def classic(texts, size: int, rate: float, epochs: int):
    """Yield (training seconds so far, evaluated loss) after each epoch of the listing."""
    prefixes = [text[:end] for text in texts for end in range(2, len(text) + 1)]
    padded = keras.utils.pad_sequences(prefixes)  # on the left, to the longest
    x, y = padded[:, :-1], keras.utils.to_categorical(padded[:, -1], size)
    model = network(size, masked=False, sequences=False)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="categorical_crossentropy")
    yield from epoch_by_epoch(model, x, y, epochs, batch_size=32)


def every_position(texts, size: int, rate: float, epochs: int, batch_size: int = 32):
    """The same for lab 01's way."""
    padded = keras.utils.pad_sequences(texts, padding="post")
    model = network(size, masked=True, sequences=True)
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=0)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, steps_per_execution=8)
    yield from epoch_by_epoch(model, padded[:, :-1], padded[:, 1:], epochs, batch_size)


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


def time_to(runs, target: float) -> tuple[float, int] | None:
    """Seconds and epochs until the evaluated loss is at most `target`; None if it never is."""
    for epoch, (seconds, loss) in enumerate(runs, 1):
        if loss <= target:
            return seconds, epoch
    return None


def seconds_per_word(size: int, length: int) -> tuple[float, float]:
    """A word of a headline, batch 1, warm: `predict` on the listing's model, the lab's writer."""
    row = np.ones((1, length), dtype="int32")
    old, new = network(size, False, False), network(size, True, True)
    run = tf.function(
        lambda x: new(x, training=False),
        input_signature=[tf.TensorSpec((1, length), "int32")],
        jit_compile=True,
    )
    calls = {"old": lambda: old.predict(row, verbose=0), "new": lambda: run(row).numpy()}
    taken = {name: [] for name in calls}
    for call in calls.values():
        call()  # compile
    for _ in range(10):  # headlines of ten words, in turn
        for name, call in calls.items():
            begin = time.perf_counter()
            for _ in range(10):
                call()
            taken[name].append((time.perf_counter() - begin) / 10)
    return float(np.median(taken["old"])), float(np.median(taken["new"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="embedded")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    texts, size = tokens_of(options.source)
    print(
        f"{options.source}: {len(texts)} headlines, {size} numbers,",
        f"{sum(len(t) - 1 for t in texts)} sequences, longest {max(map(len, texts))}",
    )
    old, new = seconds_per_word(size, max(map(len, texts)) - 1)
    print(f"a word: predict {old * 1e3:.1f} ms, writer {new * 1e3:.2f} ms: {old / new:.0f}× faster")
    for repeat in range(options.repeats):
        for rate in (0.001, 0.005):
            keras.utils.set_random_seed(1 + repeat)
            *_, (seconds, loss) = classic(texts, size, rate, options.epochs)
            print(
                f"classic, rate {rate}: loss {loss:.3f} after {options.epochs} epochs,",
                f"{seconds:.1f} s",
                flush=True,
            )
            for own_rate, batch_size in ((0.01, 32), (0.02, 32), (0.02, 64)):
                keras.utils.set_random_seed(1 + repeat)
                runs = every_position(texts, size, own_rate, 200, batch_size)
                reached = time_to(runs, loss)
                said = "never"
                if reached is not None:
                    ratio = seconds / reached[0]
                    said = f"{reached[0]:.1f} s, {reached[1]} epochs: {ratio:.1f}× faster"
                print(f"  every position, rate {own_rate}, batch {batch_size}: {said}", flush=True)


if __name__ == "__main__":
    main()
