"""Turn the trained networks that the course ships into files for the playground of the web book.

    python -m tools.export_models [PAGE …]    all, or such as tomatoes

Run from the course folder, in an environment with what requirements-export.txt names (`make export`
sees to that). Writes book/playground/models/NAME.onnx and its card NAME.json: from which weights
it came, what goes in and comes out, how far it is from Keras on 100 random inputs, one such input
with Keras' answer, and what else a page needs. A VAE stands in two files, encoder and decoder.
"""

import argparse
import base64
import json
import os
import sys
from collections.abc import Iterator

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np
from PIL import Image

from helpers import datasets, images, metrics, training
from tools.lab_code import lab_code
from tools.onnx_files import MODELS, Export, export, rounded
from tools.weights import digit_halves

N, SEED = 100, 1
READ = ["ripeness", "height", "light_side", "star", "tilt", "lean", "size"]  # off a tomato


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=(N, *shape)).astype("float32")


def tomatoes(rng: np.random.Generator) -> Iterator[Export]:
    """Lab 03's generator; directions of latent space; a sheet of what it learned from."""
    lab, name = lab_code("03_dcgan_tomatoes"), "dcgan_tomatoes_quick"
    width = lab["SETTINGS"]["generator_width"]
    network = lab["define_generator"](lab["LATENT_DIM"], lab["SIZE"], width)
    training.load_trained(network, name)
    real = datasets.load_images("tomato", lab["SIZE"], part="training")
    Image.fromarray(images.sheet(real, 32, 0)).save(MODELS / "tomatoes.webp", quality=82, method=6)
    directions = strongest(network)
    reader = metrics.attribute_reader(real, datasets.load_attributes("tomato", "training")[READ])
    latent = normal(rng, lab["LATENT_DIM"])
    spread = datasets.load_attributes("tomato")[READ].std().to_numpy()
    moved = []
    for one in directions:
        ends = [latent + np.outer(to - latent @ one, one) for to in (-2.5, 2.5)]
        low, high = (reader.predict(np.asarray(network(end.astype("float32")))) for end in ends)
        moves = rounded((high - low).mean(axis=0) / spread, 2)
        moved.append(dict(zip(READ, moves, strict=True)))
    both = np.concatenate([real, real[:, :, ::-1]]).reshape(2 * len(real), -1)
    held_out = datasets.load_images("tomato", lab["SIZE"], part="held_out")
    nearest = [np.square(both - one.ravel()).mean(axis=1).min() ** 0.5 for one in held_out]
    more = {"training_images": len(real), "usual_distance": round(float(np.median(nearest)), 3)}
    more |= {"directions": rounded(directions), "moves": moved}
    inputs, weights = {"latent": latent}, f"{name}.weights.h5"
    yield Export(name, weights, "03_dcgan_tomatoes", network, inputs, ["picture"], True, more)


def strongest(network: keras.Model, count: int = 6) -> np.ndarray:
    """Orthonormal directions of latent space, (count, latent_dim), the strongest first.

    The principal components of the first layer's responses, before their relu, to standard normal
    numbers: the singular vectors of its weights.
    """
    kernel = np.asarray(network.layers[0].kernel)
    left, _, _ = np.linalg.svd(kernel, full_matrices=False)
    return left.T[:count]


def digits(rng: np.random.Generator) -> Iterator[Export]:
    """Both halves of lab 05's VAE of two numbers."""
    lab, weights = lab_code("05_vae"), "vae_digits.weights.h5"
    whole, encoder, decoder = digit_halves(lab)
    card = training.load_trained(whole, "vae_digits")
    data = datasets.load_digits(seed=SEED)
    shown = lab["black_and_white"](data.x_test)
    logits = np.asarray(whole(shown)[2])
    price = np.sum(np.logaddexp(0, logits) - shown * logits, axis=1)  # usual ones are examples:
    in_order = [
        np.flatnonzero(data.y_test == d)[np.argsort(price[data.y_test == d])] for d in range(10)
    ]
    chosen = [shown[places[len(places) // 3]] for places in in_order]
    bits = [base64.b64encode(np.packbits(image == 1)).decode() for image in chosen]
    some = {"pixels": shown[:N]}
    more = {"held_out_nats": card["metrics"], "examples": bits}
    told = ["mean", "log_variance"]
    yield Export("vae_digits_encoder", weights, "05_vae", encoder, some, told, more=more)
    latent = {"latent": normal(rng, 2)}
    yield Export("vae_digits_decoder", weights, "05_vae", decoder, latent, ["logits"])


def on_demand(rng: np.random.Generator) -> Iterator[Export]:
    """Lab 09's generators."""
    lab, name = "09_conditional_gan", "conditional_tomatoes"
    measures = ["height", "ripeness", "light_side", "star"]  # in the order of the card's condition
    card = json.loads((training.WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    spans = datasets.load_attributes("tomato", "training")[measures].quantile([0.02, 0.98])
    more = {key: card[key] for key in ("middle", "deviation")}
    more |= {"measures": measures, "spans": rounded(spans.to_numpy().T)}
    asked = {
        "conditional_digits": np.eye(10, dtype="float32")[(np.arange(N) + 3) % 10],
        name: normal(rng, 4),
    }
    for name, conditions in asked.items():
        inputs = {"latent": normal(rng, 32), "condition": conditions}
        network, extra = training.load_model(name), more if "tomatoes" in name else {}
        yield Export(name, f"{name}.keras", lab, network, inputs, ["picture"], True, extra)


def characters(rng: np.random.Generator) -> Iterator[Export]:
    """Lab 10's transformer."""
    lab, name = lab_code("10_characters"), "characters"
    network = lab["make_transformer"]()
    card = training.load_trained(network, name)
    size, window = len(card["alphabet"]), lab["WINDOW"]
    more = {"alphabet": card["alphabet"], "window": window}
    codes = {"codes": rng.integers(0, size, (N, window)).astype("int32")}
    yield Export(
        name,
        f"{name}.weights.h5",
        "10_characters",
        network,
        codes,
        ["logits"],
        more=more,
        seen=lambda answer: answer[0, -1],
    )


def diffusion(rng: np.random.Generator) -> Iterator[Export]:
    """Lab 11's network."""
    lab, name = lab_code("11_diffusion"), "diffusion_tomatoes_quick"
    network = lab["unet"]((32, 32, 3), lab["SETTINGS"]["widths"])
    training.load_trained(network, name)
    times = np.linspace(1, 0.05, N, dtype="float32")[:, None]
    inputs = {"noisy": normal(rng, 32, 32, 3), "time": times}
    weights = f"{name}.weights.h5"
    yield Export(name, weights, "11_diffusion", network, inputs, ["clean"], True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = (tomatoes, digits, on_demand, characters, diffusion)
    of = {kind.__name__: kind for kind in kinds}
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"of {', '.join(of)}; default all")
    pages = parser.parse_args().pages or list(of)
    if unknown := set(pages) - set(of):
        parser.error(f"there is no {min(unknown)}")
    MODELS.mkdir(parents=True, exist_ok=True)
    for page in pages:
        for one in of[page](np.random.default_rng(SEED)):
            export(one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
