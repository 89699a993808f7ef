"""Lab 02's GAN against the listing it replaces, side by side: steps per second and end results.

    python -m benchmarks.quadratic_gan             speed, and the listing to its end (some minutes)
    python -m benchmarks.quadratic_gan --no-end    speed only

Both take turns in one process, so that a noisy machine troubles both. A step is one update of the
discriminator and one of the generator. Ours is the code of solutions/02_quadratic_gan.py itself.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np

from benchmarks.measures import in_turn, measure
from benchmarks.quadratic_gan_listing import EPOCHS, Listing
from tools.lab_code import lab_code

ROUNDS, LISTING_STEPS, OUR_STEPS = 9, 20, 2000  # ours in whole epochs


class Ours:
    """The lab's GAN, trained as the lab trains it."""

    def __init__(self, seed: int = 1):
        lab = lab_code("02_quadratic_gan")
        keras.utils.set_random_seed(seed)
        self.gan = lab["make_gan"](seed=seed)
        self.batch_size = lab["SETTINGS"]["batch_size"]
        n = lab["SETTINGS"]["steps_per_epoch"] * self.batch_size
        self.points = lab["real_samples"](n, np.random.default_rng(seed)).astype("float32")

    def steps(self, n: int) -> None:
        epochs = n * self.batch_size // len(self.points)
        self.gan.fit(self.points, batch_size=self.batch_size, epochs=epochs, verbose=0)


def listing_steps(listing: Listing) -> None:
    for _ in range(LISTING_STEPS):
        listing.step()


def speed(rounds: int = ROUNDS) -> dict:
    """Seconds of one step of both, taking turns."""
    listing, ours = Listing(), Ours()
    listing.step()  # compile before the clock runs
    ours.steps(OUR_STEPS)
    sides = {"listing": lambda: listing_steps(listing), "ours": lambda: ours.steps(OUR_STEPS)}
    taken = in_turn(sides, rounds)
    old, new = np.array(taken["listing"]) / LISTING_STEPS, np.array(taken["ours"]) / OUR_STEPS
    ratio = old / new
    print(f"listing: median {1 / np.median(old):.2f} steps/s")
    print(f"ours:    median {1 / np.median(new):.0f} steps/s")
    print(f"ratio:   median {np.median(ratio):.0f}x ({ratio.min():.0f}x to {ratio.max():.0f}x)")
    return measure(old, new)


def listing_to_its_end(seed: int = 1, steps: int = EPOCHS) -> str:
    """The listing's own end result, after its own number of steps, in a sentence."""
    keras.utils.set_random_seed(seed)
    listing, started = Listing(), time.perf_counter()
    before = listing.discriminator.get_weights()
    for _ in range(steps):
        listing.step()
    seconds = time.perf_counter() - started
    points = np.asarray(listing.generator(np.random.randn(10_000, 5)))
    pairs = zip(listing.discriminator.get_weights(), before, strict=True)
    x, y = points.T
    inside = x[(x >= -0.5) & (x <= 0.5)]
    counts = np.histogram(inside, bins=20, range=(-0.5, 0.5))[0]
    said = (
        f"The listing after its {steps} steps ({seconds:.0f} s, seed {seed}): "
        f"RMSE of y - x² {np.sqrt(np.mean((y - x**2) ** 2)):.3g}, "
        f"{len(inside) / len(x):.1%} of x in range, "
        f"{np.mean(counts >= 0.25 * len(x) / 20):.0%} of the bins covered; "
        f"its discriminator's weights moved by {max(np.abs(a - b).max() for a, b in pairs):.3g}."
    )
    print(said)
    return said


SIDES = {
    "listing": lambda: listing_steps(Listing()),
    "lab": lambda: Ours().steps(OUR_STEPS),
}


def run(small: bool = False) -> dict:
    """All that `make bench` measures here."""
    return {
        "measures": {"one training step": speed(2 if small else ROUNDS)},
        "notes": [listing_to_its_end(steps=20 if small else EPOCHS)],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-end", action="store_true", help="leave out the listing's end result")
    options = parser.parse_args()
    speed()
    if not options.no_end:
        listing_to_its_end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
