"""Train the weights that the course ships, as its labs do, with a card for each.

    python -m tools.weights               lab 03's tomatoes, quick: a minute or two
    python -m tools.weights --full        the full profile; killed, it goes on if run again
    python -m tools.weights characters    lab 10's transformer, quick: a minute or two

Run from the course folder. Writes datasets/weights/NAME.weights.h5 and its card (.json): NAME is
characters, or dcgan_tomatoes_PROFILE, with a picture of what it paints (.png).
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras

from helpers import images, metrics, run, training
from helpers.datasets import load_images
from tools.lab_code import lab_code

SEED = 1


def save_trained(
    model: keras.Model, name: str, card: Mapping, folder: Path = training.WEIGHTS
) -> tuple[Path, Path]:
    """Keep the weights of a trained network in ``NAME.weights.h5``, and what they are in NAME.json.

    Parameters
    ----------
    model : a network to make samples with, such as a generator.
    name : letters, digits, ``_`` and ``-``.
    card : where the weights come from, as far as JSON can hold it: data, epochs, seed, metrics.
        The file's SHA-256 and the network's `architecture` are added.

    Returns
    -------
    The paths of both files. They are written whole or not at all, weights first.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise ValueError(f"{name!r} is no name for weights: use letters, digits, _ and -.")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "x.weights.h5"
        model.save_weights(path)
        content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    about = {**card, "sha256": sha256, "architecture": training.architecture(model)}
    weights, described = folder / f"{name}.weights.h5", folder / f"{name}.json"
    run.write_atomically(weights, content)
    run.write_atomically(
        described, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()
    )
    return weights, described


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("tomatoes", "characters"), default="tomatoes")
    parser.add_argument("--full", action="store_true", help="the full profile, of tomatoes")
    arguments = parser.parse_args()
    if arguments.what == "tomatoes":
        tomatoes("full" if arguments.full else "quick")
    elif arguments.full:
        parser.error("characters are trained in the quick profile only")
    else:
        characters()
    return 0


def characters() -> None:
    """The transformer of lab 10."""
    lab = lab_code("10_characters", seed=SEED)
    keras.utils.set_random_seed(SEED)
    network = lab["make_transformer"]()
    lab["train"](network, lab["TRAINING"], lab["RATE"], lab["SETTINGS"]["steps"])
    bits = lab["bits_per_character"](lab["by_network"](network), lab["HELD_OUT"])
    card = {
        "network": "the transformer of lab 10, which writes characters",
        "input": "places in the alphabet, (n, 64); logits (n, 64, 75) come out",
        "alphabet": "".join(lab["ALPHABET"]),
        "data": "the first nine tenths of Northanger Abbey (datasets/northanger_abbey.txt)",
        "licence": "CC BY 4.0",
        "made_by": "python -m tools.weights characters",
        "profile": "quick",
        "steps": lab["SETTINGS"]["steps"],
        "seed": SEED,
        "metrics": {"bits": round(float(bits), 4)},
    }
    bare = lab["make_transformer"]()  # the trained one would bring its optimizer along
    bare.set_weights(network.get_weights())
    for path in save_trained(bare, "characters", card):
        print(path.name, f"{path.stat().st_size / 1e6:.2f} MB", card["metrics"])


def tomatoes(profile: str) -> None:
    """The generator of lab 03."""
    lab = lab_code("03_dcgan_tomatoes", profile, SEED)
    settings, batch = lab["SETTINGS"], lab["BATCH_SIZE"]
    real = load_images("tomato", settings["size"], part="training")
    held_out = load_images("tomato", settings["size"], part="held_out")
    keras.utils.set_random_seed(SEED)
    gan = lab["make_gan"]()
    latent = keras.random.normal((500, lab["LATENT_DIM"]), seed=SEED + 2)
    untrained = lab["paint"](gan, latent)
    resume = training.Resume(gan, real, settings)
    gan.fit(
        resume.batches(batch),
        steps_per_epoch=len(real) // batch,
        epochs=settings["epochs"],
        initial_epoch=resume.epoch,
        callbacks=[training.progress(), resume.callback],
        shuffle=False,
        verbose=0,
    )
    scores = metrics.judge_images(lab["paint"](gan, latent), real, held_out, untrained, SEED)
    card = {
        "network": "the averaged generator of lab 03's DCGAN",
        "data": "640 rendered tomatoes of this course (datasets/tomatoes.zip), the training part",
        "licence": "CC BY 4.0",
        "profile": profile,
        "epochs": settings["epochs"],
        "seed": SEED,
        "metrics": {name: round(value, 4) for name, value in scores.items()},
    }
    for path in save_trained(gan.averaged, f"dcgan_tomatoes_{profile}", card):
        print(path.name, f"{path.stat().st_size / 1e6:.2f} MB")
    picture = (
        images.sheet(lab["paint"](gan, latent[:30]), 10, 4).repeat(2, axis=0).repeat(2, axis=1)
    )
    images.save_png(picture, training.WEIGHTS / f"dcgan_tomatoes_{profile}.png")


if __name__ == "__main__":
    sys.exit(main())
