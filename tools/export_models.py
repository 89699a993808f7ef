"""Turn the trained networks that the course ships into files for the playground of the web book.

    python -m tools.export_models [PAGE …]    all, or such as tomatoes

Run from the course folder, in an environment with what requirements-export.txt names (`make export`
sees to that). Writes book/playground/models/NAME.onnx and its card NAME.json: from which weights
it came, what goes in and comes out, how far it is from Keras on 100 random inputs, one such input
with Keras' answer, and what else a page needs. A VAE stands in two files, encoder and decoder.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np
import onnx
import onnxruntime
from PIL import Image

from helpers import datasets, images, metrics, training
from helpers.run import ROOT
from tools.lab_code import lab_code
from tools.weights import digit_halves

MODELS = ROOT / "book" / "playground" / "models"
N, SEED, LARGEST_MB = 100, 1, 3.5
CLOSE = 1e-4  # how far a file with float32 may be from Keras
ONE_LEVEL = 2 / 255  # of a picture in [-1, 1]: as far may one with weights in float16 be
READ = ["ripeness", "height", "light_side", "star", "tilt", "lean", "size"]  # off a tomato
RNG = np.random.default_rng(SEED)


@dataclass
class Export:
    """A network to turn into a file: what it takes and gives by name, and what its page needs."""

    name: str
    weights: str  # the file in datasets/weights
    lab: str
    network: keras.Model
    inputs: dict[str, np.ndarray]  # N random ones
    outputs: list[str]
    half: bool = False  # weights as float16: for pictures, which look the same, not for numbers
    more: dict = field(default_factory=dict)
    seen: Callable = lambda answer: answer[0]  # what the anchor keeps of the first answer


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=(N, *shape)).astype("float32")


def rounded(numbers, digits: int = 4) -> list:
    return np.round(np.asarray(numbers, "float64"), digits).tolist()


def tomatoes() -> Iterator[Export]:
    """Lab 03's generator; directions of latent space; a sheet of what it learned from."""
    lab, name = lab_code("03_dcgan_tomatoes"), "dcgan_tomatoes_quick"
    width = lab["SETTINGS"]["generator_width"]
    network = lab["define_generator"](lab["LATENT_DIM"], lab["SIZE"], width)
    training.load_trained(network, name)
    real = datasets.load_images("tomato", lab["SIZE"], part="training")
    Image.fromarray(images.sheet(real, 32, 0)).save(MODELS / "tomatoes.webp", quality=82, method=6)
    directions = strongest(network)
    reader = metrics.attribute_reader(real, datasets.load_attributes("tomato", "training")[READ])
    latent = normal(lab["LATENT_DIM"])
    moved = []
    for one in directions:
        ends = [latent + np.outer(to - latent @ one, one) for to in (-2.5, 2.5)]
        low, high = (reader.predict(np.asarray(network(end.astype("float32")))) for end in ends)
        spread = datasets.load_attributes("tomato")[READ].std().to_numpy()
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


def digits() -> Iterator[Export]:
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
    latent = {"latent": normal(2)}
    yield Export("vae_digits_decoder", weights, "05_vae", decoder, latent, ["logits"])


def on_demand() -> Iterator[Export]:
    """Lab 09's generators."""
    lab, name = "09_conditional_gan", "conditional_tomatoes"
    measures = ["height", "ripeness", "light_side", "star"]  # in the order of the card's condition
    card = json.loads((training.WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    spans = datasets.load_attributes("tomato", "training")[measures].quantile([0.02, 0.98])
    more = {key: card[key] for key in ("middle", "deviation")}
    more |= {"measures": measures, "spans": rounded(spans.to_numpy().T)}
    asked = {
        "conditional_digits": np.eye(10, dtype="float32")[(np.arange(N) + 3) % 10],
        name: normal(4),
    }
    for name, conditions in asked.items():
        inputs = {"latent": normal(32), "condition": conditions}
        network, extra = training.load_model(name), more if "tomatoes" in name else {}
        yield Export(name, f"{name}.keras", lab, network, inputs, ["picture"], True, extra)


def characters() -> Iterator[Export]:
    """Lab 10's transformer."""
    lab, name = lab_code("10_characters"), "characters"
    network = lab["make_transformer"]()
    card = training.load_trained(network, name)
    size, window = len(card["alphabet"]), lab["WINDOW"]
    more = {"alphabet": card["alphabet"], "window": window}
    codes = {"codes": RNG.integers(0, size, (N, window)).astype("int32")}
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


def diffusion() -> Iterator[Export]:
    """Lab 11's network."""
    lab, name = lab_code("11_diffusion"), "diffusion_tomatoes_quick"
    network = lab["unet"]((32, 32, 3), lab["SETTINGS"]["widths"])
    training.load_trained(network, name)
    times = np.linspace(1, 0.05, N, dtype="float32")[:, None]
    inputs = {"noisy": normal(32, 32, 3), "time": times}
    weights = f"{name}.weights.h5"
    yield Export(name, weights, "11_diffusion", network, inputs, ["clean"], True)


def export(one: Export) -> None:
    """Write the file and the card, or raise ValueError if the file does not answer as Keras."""
    keras_inputs = list(one.inputs.values())
    answers = one.network(keras_inputs if len(keras_inputs) > 1 else keras_inputs[0])
    answers = [np.asarray(a) for a in (answers if len(one.outputs) > 1 else [answers])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.onnx"
        one.network.export(path, format="onnx", verbose=False)
        model = onnx.load(path)
    rename(model.graph, [*one.inputs], one.outputs)
    differences = {"float32": difference(model, one.inputs, answers)}
    if one.half:
        halve(model.graph)
        differences["float16"] = difference(model, one.inputs, answers)
    content = model.SerializeToString()
    card = {
        "what": describe(one),
        "lab": one.lab,
        "weights": one.weights,
        "weights_sha256": sha256((training.WEIGHTS / one.weights).read_bytes()),
        "sha256": sha256(content),
        "made_by": "python -m tools.export_models",
        "inputs": signature(model.graph.input),
        "outputs": signature(model.graph.output),
        "largest_difference": {kind: float(f"{d:.2g}") for kind, d in differences.items()},
        **one.more,
        "anchor": {key: rounded(value[0].ravel(), 6) for key, value in one.inputs.items()}
        | {"answer": rounded(one.seen(answers[0]).ravel())},
    }
    if differences["float32"] > CLOSE or differences.get("float16", 0) > ONE_LEVEL:
        raise ValueError(f"{one.name} is {differences} from Keras.")
    if len(content) > LARGEST_MB * 1e6:
        raise ValueError(f"{one.name}.onnx has {len(content) / 1e6:.1f} MB.")
    (MODELS / f"{one.name}.onnx").write_bytes(content)
    lines = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in card.items()
    )
    (MODELS / f"{one.name}.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(one.name, f"{len(content) / 1e6:.2f} MB", card["largest_difference"])


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def describe(one: Export) -> str:
    card = training.WEIGHTS / f"{one.weights.split('.')[0]}.json"
    return json.loads(card.read_text(encoding="utf-8"))["network"]


def signature(values) -> dict:
    """Name → shape (null where any number may stand) and type."""
    return {
        value.name: {
            "shape": [d.dim_value or None for d in value.type.tensor_type.shape.dim],
            "type": onnx.TensorProto.DataType.Name(value.type.tensor_type.elem_type).lower(),
        }
        for value in values
    }


def rename(graph: onnx.GraphProto, inputs: list[str], outputs: list[str]) -> None:
    """Call inputs and outputs by names that a page can say."""
    both = zip([*graph.input, *graph.output], inputs + outputs, strict=True)
    new = {value.name: name for value, name in both}
    for value in [*graph.input, *graph.output]:
        value.name = new[value.name]
    for node in graph.node:
        node.input[:] = [new.get(name, name) for name in node.input]
        node.output[:] = [new.get(name, name) for name in node.output]


def halve(graph: onnx.GraphProto) -> None:
    """Keep large weights as float16; they become float32 again when the file is loaded."""
    casts = []
    for weight in graph.initializer:
        numbers = onnx.numpy_helper.to_array(weight)
        if numbers.dtype == np.float32 and numbers.size > 500:
            kept = onnx.numpy_helper.from_array(numbers.astype("float16"), f"{weight.name}_half")
            cast = onnx.helper.make_node("Cast", [kept.name], [weight.name], to=1)
            casts.append(cast)
            weight.CopyFrom(kept)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def difference(model, inputs: dict, answers: list) -> float:
    """The largest difference from Keras' answers."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    found = session.run(None, inputs)
    return max(float(np.abs(a - b).max()) for a, b in zip(found, answers, strict=True))


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
        for one in of[page]():
            export(one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
