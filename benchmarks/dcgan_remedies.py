"""What helps lab 03's DCGAN, each thing with and without, over three seeds.

    python -m benchmarks.dcgan_remedies            about 15 minutes on two cores
    python -m benchmarks.dcgan_remedies --full     the full profile: days, unless there is a GPU

Writes benchmarks/dcgan_remedies.json, after each run; the lab shows it.
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np
import tensorflow as tf

from helpers import metrics
from helpers.datasets import load_images
from helpers.run import ROOT, write_atomically
from tools.lab_code import lab_code

LAB, SEEDS, FEW = "03_dcgan_tomatoes", (1, 2, 3), 100
STORED = ROOT / "benchmarks" / "dcgan_remedies.json"
AS_IN_LAB, LAST = "as in this lab", "without the average: the last weights"
WAYS = {  # name → (few images, augmented, precision)
    AS_IN_LAB: (False, False, "float32"),
    "with augmentation": (False, True, "float32"),
    "in mixed bfloat16": (False, False, "mixed_bfloat16"),
    f"{FEW} training images": (True, False, "float32"),
    f"{FEW} training images, with augmentation": (True, True, "float32"),
}


class Augment(keras.layers.Layer):
    """While training, mirrors images at random and moves them by up to an eighth of their size.

    Real and painted images alike, and so that gradients pass (S. Zhao et al. (2020),
    "Differentiable Augmentation for Data-Efficient GAN Training").
    """

    def call(self, images, training=False):
        if not training:
            return images
        n, size = tf.shape(images)[0], images.shape[1]
        images = tf.convert_to_tensor(images)
        images = tf.where(tf.random.uniform((n, 1, 1, 1)) < 0.5, images, images[:, :, ::-1])
        most = size // 8
        padded = tf.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), constant_values=1)
        first = tf.random.uniform((n, 2, 1), 0, 2 * most + 1, tf.int32) + tf.range(size)
        padded = tf.gather(padded, first[:, 0], axis=1, batch_dims=1)
        return tf.gather(padded, first[:, 1], axis=2, batch_dims=1)


def train(profile: str, seed: int, few: bool, augmented: bool, precision: str) -> dict[str, dict]:
    """One run; the scores of the averaged and of the last weights."""
    lab = lab_code(LAB, profile, seed)
    settings, batch = lab["SETTINGS"], lab["BATCH_SIZE"]
    real = load_images("tomato", settings["size"], part="training")
    held_out = load_images("tomato", settings["size"], part="held_out")
    steps = settings["epochs"] * (len(real) // batch)
    real = real[:FEW] if few else real
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(precision)
    if augmented:
        plain = lab["define_discriminator"]
        lab["define_discriminator"] = lambda *sizes: keras.Sequential([Augment(), plain(*sizes)])
    gan = lab["make_gan"]()
    keras.config.set_dtype_policy("float32")
    latent = keras.random.normal((500, lab["LATENT_DIM"]), seed=seed + 2)
    untrained = lab["paint"](gan.averaged, latent)
    start = time.perf_counter()
    epochs = round(steps / (len(real) // batch))
    gan.fit(lab["make_batches"](real, batch, seed), epochs=epochs, shuffle=False, verbose=0)
    seconds = time.perf_counter() - start
    networks = {"averaged": gan.averaged, "last": gan.generator}
    return {
        name: {
            "seed": seed,
            "seconds": round(seconds, 1),
            **metrics.judge_images(lab["paint"](network, latent), real, held_out, untrained, seed),
        }
        for name, network in networks.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the full profile")
    profile = "full" if parser.parse_args().full else "quick"
    found: dict[str, list] = {AS_IN_LAB: [], LAST: [], **{name: [] for name in WAYS}}
    for seed in SEEDS:  # all ways in turn, so that a noisy hour troubles all
        for name, way in WAYS.items():
            scores = train(profile, seed, *way)
            found[name].append(scores["averaged"])
            if name == AS_IN_LAB:
                found[LAST].append(scores["last"])
            shown = {k: round(v, 3) for k, v in scores["averaged"].items()}
            print(name, shown, flush=True)
            stored = {"profile": profile, "remedies": found}
            write_atomically(STORED, (json.dumps(stored, indent=1) + "\n").encode())
    for name, runs in found.items():
        values = np.array([run["swd_scaled"] for run in runs])
        print(f"{name:<44} swd_scaled {values.mean():.3f} ± {values.std(ddof=1):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
