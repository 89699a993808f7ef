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
from benchmarks.lab_code import lab_code
from helpers import training

ROUNDS = 7


def our_step(policy: str = "float32"):
    """The compiled training step of lab 03's full profile: images → results."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        gan = lab_code("03_dcgan_tomatoes", "full")["make_gan"]()
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


def matrix_product_rate(dtype: str, n: int = 2048) -> float:
    """Floating-point operations per second of one large matrix product, the best of five."""
    a = tf.cast(tf.random.normal((n, n)), dtype)
    product = tf.function(lambda: tf.reduce_sum(tf.cast(a @ a, "float32")))
    product()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        float(product())
        times.append(time.perf_counter() - start)
    return 2 * n**3 / min(times)


def side_by_side() -> None:
    listing = Listing()
    lab = lab_code("03_dcgan_tomatoes", "full")
    written = lab["define_generator"](200, SIZE, 256)
    judge = lab["define_discriminator"](SIZE, 32, 0.25)
    images = tf.random.uniform((BATCH, SIZE, SIZE, 3), -1, 1)
    ways = {
        "listing": (lambda x: float(listing.train_step(x)[0]), written, "float32"),
        "ours, float32": (our_step(), lab["fold"](written), "float32"),
    }
    if training.pick_precision() == "mixed_bfloat16":
        ways["ours, bfloat16"] = (our_step("mixed_bfloat16"), lab["fold"](written), "bfloat16")
    for step, *_ in ways.values():
        step(images)  # compiles
        step(images)
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (step, *_) in ways.items():
            start = time.perf_counter()
            step(images)
            times[name].append(time.perf_counter() - start)
        print(*(f"{name} {values[-1]:.2f} s " for name, values in times.items()), flush=True)
    listed = np.array(times["listing"])
    for name, (_, generator, dtype) in ways.items():
        seconds, work = np.median(times[name]), operations_of_step(generator, judge)
        ratio = listed / np.array(times[name])
        print(
            f"{name:<15} {seconds:.2f} s a step, {work / 1e9:.0f} GFLOP, "
            f"{work / seconds / 1e9:.0f} GFLOP/s (matrix product {dtype} "
            f"{matrix_product_rate(dtype) / 1e9:.0f}), "
            f"{np.median(ratio):.2f}x ({ratio.min():.2f} to {ratio.max():.2f})"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, help="only run so many steps of ours")
    options = parser.parse_args()
    if options.steps:
        step, images = our_step(), tf.random.uniform((BATCH, SIZE, SIZE, 3), -1, 1)
        for number in range(options.steps):
            start = time.perf_counter()
            loss = step(images)
            print(f"step {number + 1}: {time.perf_counter() - start:.1f} s, loss {loss:.3f}")
        return 0
    side_by_side()
    return 0


if __name__ == "__main__":
    sys.exit(main())
