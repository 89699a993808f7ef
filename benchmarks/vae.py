"""Lab 05's VAE against the settings of the listing it replaces, and bounds on all of MNIST.

    python -m benchmarks.vae                    speed, on the embedded digits
    python -m benchmarks.vae mnist.npz          the same on all of MNIST (some minutes)
    python -m benchmarks.vae mnist.npz --bounds held-out bounds there, against mixtures (long)
    python -m benchmarks.vae --validate --learning-rate 0.02    try a setting: no test digit is used

Both sides are the code of solutions/05_vae.py itself, with the right loss. The listing's settings:
RMSprop, batches of 100, one step in a call; a sheet of digits by one `predict` for each. Ours for
speed: Adam with larger steps that warm up and then shrink, a hundred of them in a call, and output
biases that start at each pixel's own rate of ink, all chosen on 5,000 training digits set aside, as
--validate does.
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "agg")

import numpy as np

from benchmarks.measures import measure, seconds_to
from helpers import datasets, rivals
from tools.lab_code import lab_code

LISTING_EPOCHS, OUR_EPOCHS = 20, 6
BATCH_SIZE, LEARNING_RATE = 100, 0.015


class Bench:
    """The lab's functions on one set of digits."""

    def __init__(self, source: str, seed: int, validate: bool = False):
        self.lab = lab_code("05_vae", seed=seed)
        data = datasets.load_digits(source, seed)
        self.train, self.test = map(self.lab["black_and_white"], (data.x_train, data.x_test))
        if validate:  # hold out some of the training digits in place of the test digits
            shuffled = np.random.default_rng(seed).permutation(self.train)
            self.test, self.train = np.split(shuffled, [500 if len(shuffled) < 5000 else 5000])
        self.lab["keras"].utils.set_random_seed(seed)
        self.seed = seed

    def settings(self, batch_size: int, learning_rate: float) -> None:
        self.lab["SETTINGS"] = {"batch_size": batch_size, "learning_rate": learning_rate}
        self.lab["steps_per_epoch"] = len(self.train) // batch_size

    def fit(self, vae, epochs: int, batch_size: int) -> float:
        """Train; return the seconds it took."""
        start = time.perf_counter()
        vae.fit(self.train, batch_size=batch_size, epochs=epochs, verbose=0)
        return time.perf_counter() - start

    def cost(self, vae) -> tuple[float, float]:
        """Held-out reconstruction and KL in nats per image."""
        blocks = np.array_split(self.test, max(1, len(self.test) // 1000))
        found = [np.mean(self.lab["price_of"](vae, block), axis=1) for block in blocks]
        return tuple(np.mean(found, axis=0))


def to_the_same_bound(
    bench: Bench, learning_rate: float = LEARNING_RATE
) -> tuple[float, float | None]:
    """Seconds of the listing's settings, and of ours until it has their bound; taking turns."""
    listing, ours = listing_vae(bench), our_vae(bench, learning_rate)
    for vae, batch in ((listing, 100), (ours, BATCH_SIZE)):  # compile before the clock runs
        weights = vae.get_weights()
        vae.fit(bench.train[:batch], batch_size=batch, verbose=0)
        vae.set_weights(weights)
    old = new = 0.0
    reached = []
    for epoch in range(LISTING_EPOCHS):
        old += bench.fit(listing, 1, 100)
        if epoch < OUR_EPOCHS:
            new += bench.fit(ours, 1, BATCH_SIZE)
            reached.append((new, sum(bench.cost(ours))))
            print(f"epoch {epoch + 1}: listing {old:6.1f} s, ours {new:6.1f} s", flush=True)
    target = sum(bench.cost(listing))
    print(f"listing's settings: {target:.1f} nats after {LISTING_EPOCHS} epochs, {old:.1f} s")
    seconds = seconds_to(reached, target)
    if seconds is None:
        print(f"ours does not reach it: {reached[-1][1]:.1f} nats after {reached[-1][0]:.1f} s")
    else:
        print(f"ours: in {seconds:.1f} s, {old / seconds:.1f} times faster")
    return old, seconds


def sheet_of_digits(bench: Bench) -> tuple[float, float]:
    """Seconds of a hundred digits: one `predict` for each, and all at once."""
    lab, draws = bench.lab, []
    decoder, lab["rng"] = lab["define_decoder"](4, 128), np.random.default_rng(1)
    vectors = np.random.default_rng(1).normal(size=(100, 1, 4)).astype("float32")
    decoder.predict(vectors[0], verbose=0)
    start = time.perf_counter()
    for vector in vectors:
        decoder.predict(vector, verbose=0)
    old = time.perf_counter() - start
    for _ in range(9):
        start = time.perf_counter()
        lab["draw_digits"](decoder, 100)
        draws.append(time.perf_counter() - start)
    new = float(np.median(draws))
    print(f"100 digits: one by one {old:.2f} s, at once {1000 * new:.1f} ms, {old / new:.0f} times")
    return old, new


def listing_vae(bench: Bench):
    """The lab's VAE with the listing's settings."""
    lab = bench.lab
    vae = lab["VAE"](lab["define_encoder"](4, 128), lab["define_decoder"](4, 128), bench.seed)
    vae.build()
    vae.compile(lab["keras"].optimizers.RMSprop())
    return vae


def our_vae(bench: Bench, learning_rate: float = LEARNING_RATE):
    """The lab's VAE with our settings for speed."""
    lab = bench.lab
    bench.settings(BATCH_SIZE, learning_rate)
    vae = lab["make_vae"](4, 128, OUR_EPOCHS)
    ink_rate = (bench.train.sum(axis=0) + 0.5) / (len(bench.train) + 1)
    vae.decoder.layers[-1].bias.assign(np.log(ink_rate) - np.log1p(-ink_rate))
    steps = len(bench.train) // BATCH_SIZE
    schedule = lab["keras"].optimizers.schedules.CosineDecay(
        learning_rate / 10,
        OUR_EPOCHS * steps - steps // 4,
        warmup_target=learning_rate,
        warmup_steps=steps // 4,
    )
    vae.compile(lab["keras"].optimizers.Adam(schedule), steps_per_execution=min(steps, 100))
    return vae


def train_one_epoch(make_vae, batch_size: int) -> None:
    bench = Bench("embedded", 1)
    bench.fit(make_vae(bench), 1, batch_size)


SIDES = {
    "listing": lambda: train_one_epoch(listing_vae, 100),
    "lab": lambda: train_one_epoch(our_vae, BATCH_SIZE),
}


def run(small: bool = False) -> dict:
    """All that `make bench` measures here; the rounds are seeds."""
    trained, drawn = [], []
    for seed in (1,) if small else (1, 2, 3):
        bench = Bench("embedded", seed)
        drawn.append(sheet_of_digits(bench))
        trained.append(to_the_same_bound(bench))
    return {
        "measures": {
            "training to an equal held-out bound": measure(*zip(*trained, strict=True)),
            "a sheet of 100 digits": measure(*zip(*drawn, strict=True)),
        },
        "notes": [],
    }


def bounds(bench: Bench, epochs: int) -> None:
    """Held-out bounds at 2 and 4 latent numbers and of a larger VAE, against mixtures."""
    lab = bench.lab
    for components in (20, 100, 200):
        start = time.perf_counter()
        mixture = rivals.fit_bernoulli_mixture(bench.train, components, seed=bench.seed)
        nats = -mixture.log_likelihood(bench.test).mean()
        print(
            f"mixture of {components}: {nats:.1f} ({time.perf_counter() - start:.0f} s)", flush=True
        )
    bench.settings(200, 0.005)
    lab["LARGER"] = (24, 512)
    for name, make in {
        "VAE, 2 numbers": lambda: lab["make_vae"](2, 128, epochs),
        "VAE, 4 numbers": lambda: lab["make_vae"](4, 128, epochs),
        "VAE, 24 numbers, 512 hidden units": lambda: lab["larger_vae"](epochs),
    }.items():
        vae = make()
        seconds = bench.fit(vae, epochs, 200)
        reconstruction, kl = bench.cost(vae)
        total = reconstruction + kl
        print(f"{name}: {reconstruction:.1f} + {kl:.1f} = {total:.1f} nats ({seconds:.0f} s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", nargs="?", default="embedded", help="as for load_digits")
    parser.add_argument(
        "--bounds", action="store_true", help="bounds and mixtures in place of speed"
    )
    parser.add_argument("--epochs", type=int, default=30, help="of each VAE with --bounds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validate", action="store_true", help="judge by some training digits")
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE, help="of ours")
    options = parser.parse_args()
    bench = Bench(options.source, options.seed, options.validate)
    if options.bounds:
        bounds(bench, options.epochs)
    else:
        sheet_of_digits(bench)
        to_the_same_bound(bench, options.learning_rate)


if __name__ == "__main__":
    main()
