"""A trained network as a file that browsers run, with a card, checked against Keras."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime

from helpers import training
from helpers.run import ROOT

MODELS = ROOT / "book" / "playground" / "models"
LARGEST_MB = 3.5
CLOSE = 1e-4  # how far a file with float32 may be from Keras
ONE_LEVEL = 2 / 255  # of a picture in [-1, 1]: as far may one with weights in float16 be


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


def rounded(numbers, digits: int = 4) -> list:
    return np.round(np.asarray(numbers, "float64"), digits).tolist()


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
