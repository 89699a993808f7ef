"""How near the held-out pictures of lab 03 are to the training pictures, beside a random split.

    python -m benchmarks.split

The photographs are downloaded (1,130 files, 5 MB) or come from WORKBOOK_DATA_MIRROR.
"""

import sys

import numpy as np
from sklearn.metrics import pairwise_distances_argmin

from helpers.datasets import DataError, load_images

SIZE = 32


def nearest(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Of each held-out picture, the distance to the nearest training picture.

    Distance: the root mean square difference of pixels from −1 to 1; so 0 to 2.
    """
    flat = (images.reshape(len(images), -1) for images in (held_out, training))
    differences = held_out - training[pairwise_distances_argmin(*flat)]
    return np.sqrt(np.square(differences).mean(axis=(1, 2, 3)))


def random_split(images: np.ndarray, held_out: int, training: int) -> tuple[np.ndarray, np.ndarray]:
    """Held-out and training pictures, as many as asked for, drawn at random."""
    order = np.random.default_rng(1).permutation(len(images))
    return images[order[:held_out]], images[order[held_out : held_out + training]]


def main() -> None:
    """Print a table in Markdown."""
    print("| pictures | split | held out | training | nearest: smallest | 5 % | median |")
    print("|---|---|---|---|---|---|---|")
    for source in ("fruits360", "embedded"):
        for kind in ("tomato", "banana"):
            parts = [load_images(kind, SIZE, source, part) for part in ("held_out", "training")]
            shuffled = random_split(load_images(kind, SIZE, source), *map(len, parts))
            for name, (held_out, training) in (("ours", parts), ("random", shuffled)):
                found = np.quantile(nearest(held_out, training), [0, 0.05, 0.5])
                row = [f"{source} {kind}", name, len(held_out), len(training)]
                print("|", *(f"{cell} |" for cell in row), *(f"{value:.3f} |" for value in found))


if __name__ == "__main__":
    try:
        main()
    except DataError as error:
        sys.exit(str(error))
