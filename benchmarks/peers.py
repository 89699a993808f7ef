"""The labs against public recipes of today, on the same data: `make bench`, its second half.

    python -m benchmarks.peers            what is missing in benchmarks/peers.json, or out of date
    python -m benchmarks.peers 07 10      of these labs only
    python -m benchmarks.peers --small    half a minute of each, printed and not stored
    python -m benchmarks.peers --table    measure nothing, write the table in README.md
    python -m benchmarks.peers --check    fail if README.md does not show what is stored

The recipe trains until it has used LIMIT seconds of processor time, the lab's model as long as the
lab trains it; both are asked for their quality on the way. Each run has a process and a core of its
own, so that as many run at a time as there are cores. It is stored when it ends: stopped, the
command goes on where it was. Processor time, not time of day, decides: it hardly changes when other
programs run beside.
"""

import argparse
import ast
import hashlib
import sys
import time
from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.bench import in_a_new_process
from benchmarks.measures import machine, seconds_to
from helpers.run import ROOT, peak_memory_mb
from tools.cores import available, pool
from tools.readme import fill
from tools.runs import SEEDS, hash_of, results_in, store, with_run

STORED = ROOT / "benchmarks" / "peers.json"
LIMIT = 900.0  # processor seconds: a quarter of an hour of one core
FIRST, FACTOR = 10.0, 1.5  # it is asked after 10 processor seconds, and after 1.5 times as many


@dataclass(frozen=True)
class Pair:
    """A public recipe, and what this course has in its place; both are functions of recipes.py."""

    lab: str
    peer: str
    recipe: str
    ours: str
    number: str
    more_is_better: bool = True


PAIRS = (
    Pair(
        "07_gans_on_digits",
        "DCGAN, TensorFlow's tutorials (2019)",
        "dcgan_tutorial",
        "lab_07",
        "coverage",
    ),
    Pair(
        "08_losses_and_failures",
        "WGAN-GP, Keras' examples (2020), beside lab 07's DCGAN",
        "wgan_gp_example",
        "lab_07",
        "coverage",
    ),
    Pair(
        "09_conditional_gan",
        "conditional GAN, Keras' examples (2021)",
        "conditional_example",
        "lab_09",
        "agreement",
    ),
    Pair(
        "10_characters",
        "character LSTM, Keras' examples (2015)",
        "character_lstm_example",
        "lab_10",
        "bits",
        False,
    ),
    Pair(
        "10_characters",
        "miniature GPT, Keras' examples (2020)",
        "small_gpt_example",
        "lab_10",
        "bits",
        False,
    ),
    Pair("11_diffusion", "DDIM, Keras' examples (2022)", "ddim_example", "lab_11", "coverage"),
)


class Stopped(Exception):
    """The time of a training is over."""


class Watch:
    """Notes the quality of a training from time to time, and ends it; judging takes no time here.

    Attributes
    ----------
    curve : (processor seconds, seconds by the clock, quality), one for each time it asked.
    """

    def __init__(self, limit: float):
        self.curve: list[tuple[float, float, float]] = []
        self._limit, self._next, self._quality = limit, FIRST, None
        self._begin = time.process_time(), time.perf_counter()

    def _now(self) -> tuple[float, float]:
        return time.process_time() - self._begin[0], time.perf_counter() - self._begin[1]

    def __call__(self, quality: Callable[[], float]) -> None:
        """To be called after each portion of training. Raises Stopped when the time is over."""
        self._quality, (used, _) = quality, self._now()
        if used >= min(self._next, self._limit):
            self._ask()
            while self._next <= used:
                self._next *= FACTOR
        if used >= self._limit:
            raise Stopped

    def _ask(self) -> None:
        now = self._now()
        self.curve.append((*(round(seconds, 1) for seconds in now), round(self._quality(), 4)))
        after = self._now()
        self._begin = tuple(b + a - n for b, a, n in zip(self._begin, after, now, strict=True))

    def end(self) -> None:
        """Ask once more, if the training went on since it was asked last."""
        if self._quality and (not self.curve or self._now()[0] > self.curve[-1][0] + 1):
            self._ask()


def train(function: str, lab: str, seed: int, limit: float) -> dict:
    """Curve and peak memory of a training in this process."""
    from benchmarks import recipes
    from tools.lab_code import lab_code

    watch = Watch(limit)
    try:
        getattr(recipes, function)(lab_code(lab, seed=seed), watch, seed)
    except Stopped:
        pass
    else:
        watch.end()
    return {"curve": watch.curve, "peak_memory_mb": round(peak_memory_mb())}


def code_hash(function: str) -> str:
    """Of a recipe and what it uses of recipes.py: its code, not its comments and docstrings."""
    tree = ast.parse((ROOT / "benchmarks" / "recipes.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            del node.body[0]
    parts = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    used, waiting = set(), {function}
    while waiting:
        used |= waiting
        names = (node for part in waiting for node in ast.walk(parts[part]))
        waiting = {n.id for n in names if isinstance(n, ast.Name)} & parts.keys() - used
    code = "".join(ast.dump(parts[name]) for name in sorted(used))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def run_hash(function: str, lab: str) -> str:
    """Of what a training depends on: a recipe's code, or a lab's with how it is run here."""
    return code_hash(function) + (f" {hash_of(lab)}" if function.startswith("lab_") else "")


def compare(pair: Pair, peer: list, ours: list) -> dict[str, float]:
    """Of one seed: the best of both, and the processor seconds of each to the worse of these.

    A recipe that was never better than at first has the seconds of all its training, for after
    these it still is not; the course's are those until it is better.
    """
    sign = -1 if pair.more_is_better else 1
    losses = [[(cpu, sign * value) for cpu, _, value in curve] for curve in (peer, ours)]
    bests = [min(loss for _, loss in curve) for curve in losses]
    target = max(bests)
    if losses[0][0][1] == target > bests[1]:
        seconds = [peer[-1][0], next(cpu for cpu, loss in losses[1] if loss < target)]
    else:
        seconds = [seconds_to(curve, target) for curve in losses]
    names = ("peer_best", "our_best", "peer_seconds", "our_seconds")
    return dict(zip(names, (*(sign * best for best in bests), *seconds), strict=True))


def table(stored: dict) -> str:
    """What README.md shows of the stored runs, in Markdown."""
    rows = [
        "| lab | public recipe | held out | its best | this course | "
        "seconds to an equal value: recipe, course | ratio | peak memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for pair in PAIRS:
        runs = [
            [stored.get(name, {}).get(str(seed)) for name in (pair.recipe, pair.ours)]
            for seed in SEEDS
        ]
        runs = [both for both in runs if all(both)]
        cells = [pair.lab[:2], pair.peer, pair.number]
        if not runs:
            rows.append(f"| {' | '.join(cells)} | not measured | | | | |")
            continue
        found = [compare(pair, *(run["curve"] for run in both)) for both in runs]
        cells += [_span([f[name] for f in found], ".3g") for name in ("peer_best", "our_best")]
        seconds = (median(f[name] for f in found) for name in ("peer_seconds", "our_seconds"))
        cells.append(", ".join(f"{value:,.0f}" for value in seconds))
        ratios = [f["peer_seconds"] / f["our_seconds"] for f in found]
        cells.append(f"{median(ratios):.2g}× ({min(ratios):.2g} to {max(ratios):.2g})")
        peaks = (median(run["peak_memory_mb"] for run in side) for side in zip(*runs, strict=True))
        cells.append(" / ".join(f"{peak:,.0f}" for peak in peaks) + " MB")
        rows.append(f"| {' | '.join(cells)} |")
    done = [run for runs in stored.values() for run in runs.values()]
    places = "; ".join(sorted({run["machine"] for run in done})) or "no machine yet"
    wanted = len(SEEDS) * len({name for pair in PAIRS for name in (pair.recipe, pair.ours)})
    some = f"{len(done)} of {wanted} trainings so far, o" if len(done) < wanted else "O"
    return "\n".join([*rows, "", f"{some}n {places}."])


def _span(values: list[float], form: str) -> str:
    """The median, with the smallest and the largest."""
    low, middle, high = (f"{v:{form}}" for v in (min(values), median(values), max(values)))
    return f"{middle} ({low} to {high})"


def main(arguments: list[str] | None = None, path: Path = STORED) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 07; default all")
    parser.add_argument("--small", action="store_true", help="try it: half a minute, not stored")
    parser.add_argument("--table", action="store_true", help="measure nothing, write README.md")
    parser.add_argument("--check", action="store_true", help="measure nothing, compare README.md")
    options = parser.parse_args(arguments)
    stored = results_in(path)
    if options.table or options.check:
        if fill("peers", table(stored), check=options.check) and options.check:
            sys.exit("README.md is not what `python -m benchmarks.peers --table` makes")
        return 0
    seeds, limit = (SEEDS[:1], 30.0) if options.small else (SEEDS, LIMIT)
    stored, failed = {} if options.small else stored, []
    labs = {
        name: "07_gans_on_digits" if name == "lab_07" else pair.lab
        for pair in PAIRS
        if not options.labs or pair.lab.startswith(tuple(options.labs))
        for name in (pair.recipe, pair.ours)
    }
    hashes = {name: run_hash(name, lab) for name, lab in labs.items()}
    threads = pool(len(available()))
    running = {
        threads.submit(in_a_new_process, train, name, lab, seed, limit): (name, seed)
        for seed in seeds
        for name, lab in labs.items()
        if stored.get(name, {}).get(str(seed), {}).get("hash") != hashes[name]
    }
    try:
        for run in as_completed(running):
            name, seed = running[run]
            if error := run.exception():  # whatever it was, the others are still wanted
                failed.append(f"{name}, seed {seed}: {type(error).__name__}: {error}")
                print(failed[-1], flush=True)
                continue
            cpu, clock, value = run.result()["curve"][-1]
            print(f"{name}, seed {seed}: {cpu:.0f} s ({clock:.0f} s): {value}", flush=True)
            found = run.result() | {"hash": hashes[name], "machine": machine()}
            stored = with_run(stored, name, seed, found)
            if not options.small:
                store(path, stored)
    finally:
        threads.shutdown(cancel_futures=True)
    print(table(stored))
    if not options.small:
        fill("peers", table(stored))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
