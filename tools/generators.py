"""Train the two generators of lab 09 that the course ships, as the lab does, with a card for each.

    python -m tools.generators    some minutes

Run from the course folder, on the oldest version of Keras that the course supports: a newer one may
write what an older one cannot read. Writes datasets/weights/conditional_digits.keras,
conditional_tomatoes.keras and their cards (.json).
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np

from helpers import datasets, metrics, training
from helpers.run import write_atomically
from tools.lab_code import lab_code

SEED = 1


def save_network(
    network: keras.Model, name: str, card: Mapping, folder: Path = training.WEIGHTS
) -> Path:
    """Keep a whole network in ``NAME.keras``, and what it is in NAME.json; returns the first.

    Parameters
    ----------
    card : as JSON can hold it. The version of Keras and the file's SHA-256 are added.
    """
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / f"{name}.keras"
        network.save(path)
        content = path.read_bytes()
    about = {**card, "keras": keras.__version__, "sha256": hashlib.sha256(content).hexdigest()}
    write_atomically(folder / f"{name}.keras", content)
    write_atomically(folder / f"{name}.json", (json.dumps(about, indent=2) + "\n").encode())
    return folder / f"{name}.keras"


def digits(lab: dict) -> tuple[keras.Model, dict]:
    """The generator of digits, and its card."""
    data, epochs = datasets.load_digits(seed=SEED), lab["SETTINGS"]["epochs"]
    gan = lab["digit_gan"]()
    conditions = lab["one_hot"](data.y_train)
    lab["train"](gan, lab["as_pictures"](data.x_train), conditions, lab["BATCH_SIZE"], epochs)
    asked = np.arange(1000) % 10
    images = lab["draw"](gan.averaged, lab["one_hot"](asked), _latent(lab, 1000))
    logits = training.load_model("judge_digits").predict(images, verbose=0)
    agree, worst = lab["agreement"](asked, logits)
    measured = {"agreement": round(float(agree), 4), "worst_class": round(float(worst), 4)}
    return gan.averaged, {
        "network": "the averaged generator of lab 09's GAN for digits",
        "input": "[latent (n, 32), one-hot digit (n, 10)]; (n, 28, 28, 1) in [-1, 1] comes out",
        "data": "4,000 of the 5,000 digits of mnist_5k.npz",
        "licence": "CC BY-SA 3.0, as MNIST (Y. LeCun and C. Cortes)",
        "epochs": epochs,
        "measured": measured,
    }


def tomatoes(lab: dict) -> tuple[keras.Model, dict]:
    """The generator of tomatoes, and its card."""
    epochs, gan = lab["SETTINGS"]["fruit_epochs"], lab["tomato_gan"]()
    images, attributes = lab["shown_tomatoes"]()
    lab["train"](gan, images, lab["as_conditions"](attributes), lab["BATCH_SIZE"], epochs)
    wanted = np.concatenate(lab["TABLES"])
    wanted = wanted[lab["unseen"](wanted)]
    latent = _latent(lab, len(wanted))
    drawn = lab["draw"](gan.averaged, lab["as_conditions"](wanted), latent)
    reader = metrics.attribute_reader(lab["TOMATOES"][0], lab["TABLES"][0])
    shares = lab["attribute_agreement"](wanted, reader.predict(drawn), lab["MIDDLE"])
    return gan.averaged, {
        "network": "the averaged generator of lab 09's GAN for tomatoes",
        "input": "[latent (n, 32), condition (n, 4)]; (n, 32, 32, 3) in [-1, 1] comes out",
        "condition": "height, ripeness, light_side and star: (value - middle) / deviation",
        "middle": lab["MIDDLE"].round(5).tolist(),
        "deviation": lab["DEVIATION"].round(5).tolist(),
        "data": f"{len(images)} rendered tomatoes (datasets/tomatoes.zip), half of them mirrored",
        "licence": "CC BY 4.0",
        "epochs": epochs,
        "measured": {"attribute_agreement_unseen": round(float(shares.mean()), 4)},
    }


def _latent(lab: dict, n: int) -> np.ndarray:
    return np.asarray(keras.random.normal((n, lab["LATENT_DIM"]), seed=SEED + 1))


def main() -> None:
    lab = lab_code("09_conditional_gan", seed=SEED)
    for name, make in (("conditional_digits", digits), ("conditional_tomatoes", tomatoes)):
        network, card = make(lab)
        made_by = {"made_by": "python -m tools.generators", "profile": "quick", "seed": SEED}
        path = save_network(network, name, card | made_by)
        print(path.name, f"{path.stat().st_size / 1e6:.2f} MB", card["measured"])


if __name__ == "__main__":
    main()
