"""Train the judge of digits that labs 05 to 09 and 11 share, with its card.

    python -m tools.judge    a minute; needs MNIST, so a network or WORKBOOK_DATA_MIRROR

It names a digit, or says that an image is none. It learns from the 65,000 digits of MNIST that
are *not* among the course's 5,000, grey or black and white by chance, and from five kinds of images
that are no digits; it is measured on the course's 5,000. Run it on the oldest version of Keras that
the course supports: a newer one may write what an older one cannot read.

Writes datasets/weights/judge_digits.keras and its card (.json).
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from helpers.datasets import load_digits
from tools.generators import save_network

SEED, EPOCHS, BATCH_SIZE = 1, 12, 128
NO_DIGIT = 10  # the eleventh class
NAME = "judge_digits"


def split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """MNIST without our digits, and our digits; images from 0 to 1."""
    mnist, ours = load_digits("mnist"), load_digits()
    images = np.concatenate([mnist.x_train, mnist.x_test])
    labels = np.concatenate([mnist.y_train, mnist.y_test])
    x_test, y_test = (
        np.concatenate([ours.x_train, ours.x_test]),
        np.append(ours.y_train, ours.y_test),
    )
    known = {image.tobytes() for image in x_test}
    others = np.array([image.tobytes() not in known for image in images])
    return images[others] / 255, labels[others], x_test / 255, y_test


def no_digits(images: np.ndarray, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """n images of each kind that are no digits, made from nothing or from digits."""
    tops, blends = images[rng.integers(len(images), size=(n, 4))], []
    for several in rng.integers(2, 20, n):
        blend = images[rng.integers(len(images), size=several)].mean(axis=0)
        blends.append(blend if rng.random() < 0.5 else blend >= rng.uniform(0.2, 0.6))
    mosaic = tops[:, 0].copy()
    mosaic[:, :14, 14:], mosaic[:, 14:, :14] = tops[:, 1, :14, 14:], tops[:, 2, 14:, :14]
    mosaic[:, 14:, 14:] = tops[:, 3, 14:, 14:]
    flat = rng.random((n, 1, 1)) * (rng.random((n, 1, 1)) < 0.5)
    rate = images.mean(axis=0) * rng.uniform(0.5, 1.5, (n, 1, 1))
    return {
        "uniform noise": rng.random((n, 28, 28)),
        "pixels drawn independently": (rng.random((n, 28, 28)) < rate) * 1.0,
        "mean of several digits": np.array(blends, float),
        "quarters of four digits": mosaic,
        "an even area with dots": np.clip(flat + (rng.random((n, 28, 28)) < 0.02), 0, 1),
    }


def make_judge() -> keras.Model:
    """From images (n, 28, 28, 1) in [−1, 1], ink is 1, to 11 logits."""
    layers = [keras.Input((28, 28, 1))]
    for filters in (16, 32, 48):
        layers.append(keras.layers.Conv2D(filters, 3, 2, "same", activation="relu"))
    layers += [keras.layers.Flatten(), keras.layers.Dropout(0.3)]
    layers += [keras.layers.Dense(48, "relu"), keras.layers.Dense(NO_DIGIT + 1)]
    return keras.Sequential(layers)


def seen(images: np.ndarray) -> np.ndarray:
    return (2 * images - 1).astype("float32")[..., None]


def fit(judge: keras.Model, images: np.ndarray, labels: np.ndarray, rng) -> None:
    """Train, with other strangers and other digits made black and white in each epoch."""
    strangers = len(images) // 25
    steps = (len(images) + 5 * strangers) // BATCH_SIZE
    judge.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=steps,
    )
    for epoch in range(EPOCHS):
        sharp = rng.random((len(images), 1, 1)) < 0.5
        digits = np.where(sharp, images >= 0.5, images)
        none = np.concatenate([*no_digits(images, strangers, rng).values()])
        answers = np.concatenate([labels, np.full(len(none), NO_DIGIT)])
        order = rng.permutation(len(answers))[: steps * BATCH_SIZE]
        pictures = seen(np.concatenate([digits, none])[order])
        past = judge.fit(pictures, answers[order], batch_size=BATCH_SIZE, shuffle=False, verbose=0)
        print(f"epoch {epoch + 1}/{EPOCHS}  loss {past.history['loss'][0]:.3f}")


def recognized(judge: keras.Model, images: np.ndarray) -> tuple[float, np.ndarray]:
    """The share named as a digit with a confidence above 0.9, and the likeliest digit of each."""
    sure = np.asarray(keras.ops.softmax(judge.predict(seen(images), verbose=0)))[:, :NO_DIGIT]
    return float(np.mean(sure.max(axis=1) > 0.9)), sure.argmax(axis=1)


def main() -> None:
    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    images, labels, x_test, y_test = split()
    judge = make_judge()
    fit(judge, images, labels, rng)
    measured = {}
    for name, ours in (("grey", x_test), ("black and white", (x_test >= 0.5) * 1.0)):
        share, answers = recognized(judge, ours)
        measured[f"our digits, {name}"] = {
            "right": round(float(np.mean(answers == y_test)), 4),
            "recognized": round(share, 4),
        }
    for name, strangers in no_digits(x_test, 1000, rng).items():
        measured[name] = {"recognized": round(recognized(judge, strangers)[0], 4)}
    bare = make_judge()
    bare.set_weights(judge.get_weights())  # without the optimizer's state
    card = {
        "network": "a convolutional classifier: ten digits, and an eleventh class, no digit",
        "input": "(n, 28, 28, 1) in [-1, 1], ink is 1, grey or black and white; logits come out",
        "data": f"{len(images):,} digits of MNIST, none of them among the 5,000 of mnist_5k.npz",
        "licence": "CC BY-SA 3.0, as MNIST (Y. LeCun and C. Cortes)",
        "made_by": "python -m tools.judge",
        "epochs": EPOCHS,
        "seed": SEED,
        "measured": measured,
    }
    path = save_network(bare, NAME, card)
    print(path.with_suffix(".json").read_text(encoding="utf-8"), end="")


if __name__ == "__main__":
    main()
