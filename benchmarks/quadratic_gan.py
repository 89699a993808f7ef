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

from benchmarks.lab_code import lab_code
from benchmarks.quadratic_gan_listing import EPOCHS, Listing
from helpers import metrics

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


def speed() -> None:
    """Steps per second of both, taking turns."""
    listing, ours = Listing(), Ours()
    listing.step()  # compile before the clock runs
    ours.steps(OUR_STEPS)
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(LISTING_STEPS):
            listing.step()
        middle = time.perf_counter()
        ours.steps(OUR_STEPS)
        end = time.perf_counter()
        rates.append((LISTING_STEPS / (middle - start), OUR_STEPS / (end - middle)))
        print(f"listing {rates[-1][0]:8.2f} steps/s   ours {rates[-1][1]:8.0f} steps/s", flush=True)
    old, new = np.array(rates).T
    ratio = new / old
    print(f"listing: median {np.median(old):.2f} steps/s ({old.min():.2f} to {old.max():.2f})")
    print(f"ours:    median {np.median(new):.0f} steps/s ({new.min():.0f} to {new.max():.0f})")
    print(f"ratio:   median {np.median(ratio):.0f}x ({ratio.min():.0f}x to {ratio.max():.0f}x)")


def listing_to_its_end(seed: int = 1) -> None:
    """The listing's own end result, after its own number of steps."""
    keras.utils.set_random_seed(seed)
    listing, started = Listing(), time.perf_counter()
    before = listing.discriminator.get_weights()
    for _ in range(EPOCHS):
        listing.step()
    seconds = time.perf_counter() - started
    points = np.asarray(listing.generator(np.random.randn(10_000, 5)))
    pairs = zip(listing.discriminator.get_weights(), before, strict=True)
    print(f"the listing after {EPOCHS} steps, {seconds:.0f} s, seed {seed}:")
    print(f"  RMSE of y - x²           {metrics.residual_rmse(points, np.square):.3g}")
    print(f"  x in range               {1 - metrics.share_outside(points[:, 0], -0.5, 0.5):.1%}")
    print(f"  bins of x covered        {metrics.coverage(points[:, 0], -0.5, 0.5):.0%}")
    print(f"  discriminator moved by   {max(np.abs(a - b).max() for a, b in pairs):.3g}")


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
