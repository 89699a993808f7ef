"""Train the weights that the course ships, as its labs do, with a card for each.

    python -m tools.weights               lab 03's tomatoes, quick: a minute or two
    python -m tools.weights --full        the full profile; killed, it goes on if run again
    python -m tools.weights characters    lab 10's transformer, quick: two to four minutes
    python -m tools.weights diffusion     lab 11's network, quick: two to four minutes
    python -m tools.weights digits        lab 05's VAE of two numbers, quick: half a minute

Run from the course folder. Writes datasets/weights/NAME.weights.h5 and its card (.json); NAME is
dcgan_tomatoes_PROFILE, characters, vae_digits or diffusion_tomatoes_quick, whose weights are
float16. Those that paint tomatoes have a picture of what they paint, too (.png).
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

import h5py
import keras
import numpy as np

from helpers import images, metrics, run, training
from helpers.datasets import load_digits, load_images
from tools.lab_code import lab_code

SEED = 1
OF_ITS_OWN = 7  # the seed of lab 11's network: it is compared with those of seeds 1 to 3


def save_trained(
    model: keras.Model,
    name: str,
    card: Mapping,
    folder: Path = training.WEIGHTS,
    half: bool = False,
) -> tuple[Path, Path]:
    """Keep the weights of a trained network in ``NAME.weights.h5``, and what they are in NAME.json.

    Parameters
    ----------
    model : a network to make samples with, such as a generator.
    name : letters, digits, ``_`` and ``-``.
    card : where the weights come from, as far as JSON can hold it: data, epochs, seed, metrics.
        The file's SHA-256 and the network's `architecture` are added.
    half : keep the numbers as float16, in half of the space. They are rounded, to three digits.

    Returns
    -------
    The paths of both files. They are written whole or not at all, weights first.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise ValueError(f"{name!r} is no name for weights: use letters, digits, _ and -.")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "x.weights.h5"
        model.save_weights(path)
        if half:
            _halve(path)
        content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    about = {**card, "sha256": sha256, "architecture": training.architecture(model)}
    weights, described = folder / f"{name}.weights.h5", folder / f"{name}.json"
    run.write_atomically(weights, content)
    run.write_atomically(
        described, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()
    )
    return weights, described


def _halve(path: Path) -> None:
    """Write a file of weights anew, with its numbers as float16, packed."""
    with tempfile.TemporaryDirectory() as temporary:
        halved = Path(temporary) / "halved.h5"
        with h5py.File(path) as old, h5py.File(halved, "w") as new:

            def copy(name: str, thing: h5py.Group | h5py.Dataset) -> None:
                if isinstance(thing, h5py.Dataset):
                    packed = {"compression": "gzip", "shuffle": True, "chunks": thing.shape}
                    packed = packed if thing.size > 1000 else {}
                    kept = new.create_dataset(name, data=thing[()].astype("float16"), **packed)
                else:
                    kept = new.require_group(name)
                for key, value in thing.attrs.items():
                    kept.attrs[key] = value

            copy("/", old)
            old.visititems(copy)
        path.write_bytes(halved.read_bytes())


def _show(drawn: np.ndarray, name: str) -> None:
    """A sheet of what a network paints, ten in a row, enlarged, beside its weights."""
    picture = images.sheet(drawn, 10, 4).repeat(2, axis=0).repeat(2, axis=1)
    images.save_png(picture, training.WEIGHTS / f"{name}.png")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = {
        "tomatoes": tomatoes,
        "characters": characters,
        "diffusion": diffusion,
        "digits": digits,
    }
    parser.add_argument("what", nargs="?", choices=kinds, default="tomatoes")
    parser.add_argument("--full", action="store_true", help="the full profile, of tomatoes")
    arguments = parser.parse_args()
    if arguments.what == "tomatoes":
        tomatoes("full" if arguments.full else "quick")
    elif arguments.full:
        parser.error(f"{arguments.what} are trained in the quick profile only")
    else:
        kinds[arguments.what]()
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


def diffusion() -> None:
    """The network of lab 11."""
    lab = lab_code("11_diffusion", seed=OF_ITS_OWN)
    settings, size = lab["SETTINGS"], lab["SETTINGS"]["size"]
    real = load_images("tomato", size, part="training")
    held_out = load_images("tomato", size, part="held_out")
    lab["SHAPE"] = real.shape[1:]
    starts = np.random.default_rng(OF_ITS_OWN + 2).normal(size=(500, *real.shape[1:]))
    untrained = lab["tomato_model"](OF_ITS_OWN + 9).network
    untrained = lab["draw"](lab["denoiser"](untrained, clip=1.0), starts, 2)
    model = lab["tomato_model"](OF_ITS_OWN)
    lab["train"](model, settings["steps"], 16, real)
    network = model.averaged
    network.set_weights([weight.astype("float16") for weight in network.get_weights()])
    drawn = lab["draw"](lab["denoiser"](network, clip=1.0), starts)
    scores = metrics.judge_images(drawn, real, held_out, untrained, OF_ITS_OWN)
    name = "diffusion_tomatoes_quick"
    card = {
        "network": "the averaged network of lab 11, which answers clean tomatoes",
        "input": "[noisy pictures (n, 32, 32, 3), times (n, 1)]; 0 is clean, 1 is noise",
        "data": "640 rendered tomatoes of this course (datasets/tomatoes.zip), the training part",
        "licence": "CC BY 4.0",
        "made_by": "python -m tools.weights diffusion",
        "profile": "quick",
        "steps": settings["steps"],
        "seed": OF_ITS_OWN,
        "metrics": {name: round(float(value), 4) for name, value in scores.items()},
    }
    for path in save_trained(network, name, card, half=True):
        print(path.name, f"{path.stat().st_size / 1e6:.2f} MB")
    _show(drawn[:30], name)


def digit_halves(lab: dict) -> tuple[keras.Model, keras.Model, keras.Model]:
    """Lab 05's VAE of two numbers, untrained, as one network, and its encoder and decoder.

    The one network takes pixels, (n, 784), and returns the mean of the code, its log-variance and
    the logits of the image that the decoder makes of the mean. All three share their weights.
    """
    encoder = lab["define_encoder"](2, lab["UNITS"])
    decoder = lab["define_decoder"](2, lab["UNITS"])
    mean, log_variance = encoder.outputs
    whole = keras.Model(encoder.inputs[0], [mean, log_variance, decoder(mean)])
    return whole, encoder, decoder


def digits() -> None:
    """The VAE of lab 05 with a code of two numbers."""
    lab = lab_code("05_vae", seed=SEED)
    settings, data = lab["SETTINGS"], load_digits(seed=SEED)
    x_train, x_test = map(lab["black_and_white"], (data.x_train, data.x_test))
    lab["steps_per_epoch"] = len(x_train) // settings["batch_size"]
    keras.utils.set_random_seed(SEED)
    whole, encoder, decoder = digit_halves(lab)
    vae = lab["VAE"](encoder, decoder, seed=SEED)
    vae.build()
    vae.compile(lab["adam"](settings["epochs"]), steps_per_execution=lab["steps_per_epoch"])
    vae.fit(x_train, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    priced = np.mean([vae.terms(x_test)[1:] for _ in range(10)], axis=(0, 2))
    metrics_of = dict(zip(("reconstruction", "kl"), map(float, priced), strict=True))
    card = {
        "network": "lab 05's VAE with a code of two numbers: encoder, and decoder of the mean",
        "input": "zeros and ones, ink is 1, (n, 784); mean and log-variance of the code, (n, 2) "
        "each, and the logits of ink, (n, 784), come out",
        "data": f"{len(x_train):,} of the 5,000 digits of mnist_5k.npz, in black and white",
        "licence": "CC BY-SA 3.0, as MNIST (Y. LeCun and C. Cortes)",
        "made_by": "python -m tools.weights digits",
        "profile": "quick",
        "epochs": settings["epochs"],
        "seed": SEED,
        "metrics": {name: round(value, 2) for name, value in metrics_of.items()},
    }
    for path in save_trained(whole, "vae_digits", card):
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
    _show(lab["paint"](gan, latent[:30]), f"dcgan_tomatoes_{profile}")


if __name__ == "__main__":
    sys.exit(main())
