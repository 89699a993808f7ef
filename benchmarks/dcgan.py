"""Lab 03's full-size training step against the listing it replaces, side by side.

    python -m benchmarks.dcgan              the listing, ours in float32, ours in bfloat16
    python -m benchmarks.dcgan --steps 3    three steps of ours, and nothing else: does it run?

All take turns in one process, so that a noisy machine troubles all. Beside each time stands the
rate of floating-point operations, and the rate of this machine's own matrix product.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np
import tensorflow as tf

from benchmarks.dcgan_listing import BATCH, SIZE, Listing
from benchmarks.measures import in_turn, measure
from helpers import training
from tools.lab_code import lab_code

ROUNDS, PRODUCT = 7, 2048
LISTING = "listing"


def our_step(policy: str = "float32"):
    """The compiled training step of lab 03's full profile, folded: images → results."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        lab = lab_code("03_dcgan_tomatoes", "full")
        gan = lab["make_gan"](prepare=lab["fold"])
    finally:
        keras.config.set_dtype_policy(before)
    step = tf.function(gan.train_step)
    return lambda images: float(step(images)["generator_loss"])


def operations(network: keras.Model) -> int:
    """Multiplications and additions of one forward pass for one image, convolutions and dense."""
    total = 0
    for layer in network.layers:
        inner = getattr(layer, "convolution", layer)  # a folded one
        if isinstance(layer, keras.layers.Dense):
            total += 2 * layer.kernel.shape[0] * layer.kernel.shape[1]
        elif hasattr(inner, "filters"):
            _, height, width, _ = layer.output.shape
            taps = 9.0
            if inner is not layer:  # (n + 2)² for each small pixel, n² of the large ones
                taps = (layer.factor + 2) ** 2 / layer.factor**2
            total += round(2 * height * width * taps * inner.kernel.shape[2] * inner.filters)
    return total


def operations_of_step(generator: keras.Model, discriminator: keras.Model) -> float:
    """Of a training step on BATCH images: each network forward and twice that backward.

    The discriminator goes forward on real and on painted images, and backward for its own weights
    on both and once more, for the images alone, on the painted ones.
    """
    return BATCH * (3 * operations(generator) + (2 + 4 + 1) * operations(discriminator))


def matrix_product(dtype: str):
    """One large matrix product, compiled: PRODUCT³ multiplications and as many additions."""
    a = tf.cast(tf.random.normal((PRODUCT, PRODUCT)), dtype)
    product = tf.function(lambda: tf.reduce_sum(tf.cast(a @ a, "float32")))
    return lambda: float(product())


def listing_step():
    """The compiled training step of the listing: images → loss."""
    listing = Listing()
    return lambda images: float(listing.train_step(images)[0])


def some_images() -> tf.Tensor:
    return tf.random.uniform((BATCH, SIZE, SIZE, 3), -1, 1)


def side_by_side(rounds: int = ROUNDS) -> dict:
    """Seconds of a step and floating-point rates, the ways and a matrix product taking turns."""
    lab = lab_code("03_dcgan_tomatoes", "full")
    written = lab["define_generator"](200, SIZE, 256)
    judge = lab["define_discriminator"](SIZE, 32, 0.25)
    images = some_images()
    steps = {LISTING: listing_step(), "float32": our_step()}
    if training.pick_precision() == "mixed_bfloat16":
        steps["bfloat16"] = our_step("mixed_bfloat16")
    work = {name: operations_of_step(lab["fold"](written), judge) for name in steps}
    work[LISTING] = operations_of_step(written, judge)
    ways = {name: lambda step=step: step(images) for name, step in steps.items()}
    products = {name: matrix_product(name) for name in steps if name != LISTING}
    ways |= {f"matrix product, {name}": call for name, call in products.items()}
    for way in ways.values():
        way()  # compiles
        way()
    seconds = {name: np.array(taken) for name, taken in in_turn(ways, rounds).items()}
    measures, notes = {}, []
    for name in products:
        product = 2 * PRODUCT**3 / seconds[f"matrix product, {name}"]
        rates = {side: work[side] / seconds[side] for side in (LISTING, name)}
        measures[f"one training step, {name}"] = measure(seconds[LISTING], seconds[name])
        shares = [rates[side] / product * 100 for side in (LISTING, name)]
        measures[f"its rate, of a {name} matrix product's"] = measure(*shares, unit="%")
        notes.append(
            f"A step of the listing is {work[LISTING] / 1e9:.0f} GFLOP at "
            f"{np.median(rates[LISTING]) / 1e9:.0f} GFLOP/s; the lab's in {name} "
            f"{work[name] / 1e9:.0f} GFLOP at {np.median(rates[name]) / 1e9:.0f} GFLOP/s; "
            f"a {name} matrix product beside them ran at {np.median(product) / 1e9:.0f} GFLOP/s."
        )
        ratio = seconds[LISTING] / seconds[name]
        print(notes[-1], f"{np.median(ratio):.2f}x ({ratio.min():.2f} to {ratio.max():.2f})")
    if "bfloat16" not in steps:
        notes.append("This processor does not compute in bfloat16, so that was not measured.")
    return {"measures": measures, "notes": notes}


def two_steps(step) -> None:
    images = some_images()
    step(images)
    step(images)


SIDES = {"listing": lambda: two_steps(listing_step()), "lab": lambda: two_steps(our_step())}


def run(small: bool = False) -> dict:
    """All that `make bench` measures here."""
    return side_by_side(2 if small else ROUNDS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, help="only run so many steps of ours")
    options = parser.parse_args()
    if options.steps:
        step, images = our_step(), some_images()
        for number in range(options.steps):
            start = time.perf_counter()
            loss = step(images)
            print(f"step {number + 1}: {time.perf_counter() - start:.1f} s, loss {loss:.3f}")
        return 0
    side_by_side()
    return 0


if __name__ == "__main__":
    sys.exit(main())
