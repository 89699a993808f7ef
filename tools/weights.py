"""Train the weights that the course ships, as its labs do, with a card for each.

    python -m tools.weights            quick: a minute or two
    python -m tools.weights --full     the full profile; killed, it goes on if run again

Run from the course folder. Writes datasets/weights/dcgan_tomatoes_PROFILE.weights.h5, its card
(.json) and a picture of what it paints (.png).
"""

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras

from helpers import images, metrics, training
from helpers.datasets import load_images
from tools.lab_code import lab_code

SEED = 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the full profile")
    profile = "full" if parser.parse_args().full else "quick"
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
    generator = lab["define_generator"](
        lab["LATENT_DIM"], settings["size"], settings["generator_width"]
    )
    generator.set_weights(gan.averaged.get_weights())  # unfolded: whoever loads it needs no more
    card = {
        "network": "the averaged generator of lab 03's DCGAN",
        "data": "640 rendered tomatoes of this course (datasets/tomatoes.zip), the training part",
        "licence": "CC BY 4.0",
        "profile": profile,
        "epochs": settings["epochs"],
        "seed": SEED,
        "metrics": {name: round(value, 4) for name, value in scores.items()},
    }
    for path in training.save_trained(generator, f"dcgan_tomatoes_{profile}", card):
        print(path.name, f"{path.stat().st_size / 1e6:.2f} MB")
    picture = (
        images.sheet(lab["paint"](gan, latent[:30]), 10, 4).repeat(2, axis=0).repeat(2, axis=1)
    )
    images.save_png(picture, training.WEIGHTS / f"dcgan_tomatoes_{profile}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
