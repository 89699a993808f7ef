"""What the benchmarks share: timing sides in turn, reading what they took, naming the machine."""

import importlib.metadata
import platform
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tools.cores import available


def in_turn(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each call; the sides take turns, so that a noisy machine troubles all of them.

    Parameters
    ----------
    sides : what to call, by name. Call each once before, if its first call compiles.
    rounds : how often to call each; so many seconds are returned for each.
    """
    seconds = {name: [] for name in sides}
    for _ in range(rounds):
        for name, call in sides.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
        print(*(f"{name} {taken[-1]:.3g} s " for name, taken in seconds.items()), flush=True)
    return seconds


def seconds_to(curve: Iterable[tuple[float, float]], target: float) -> float | None:
    """Seconds until a loss is at most `target`; None if it never is.

    Parameters
    ----------
    curve : (seconds of training so far, loss) after each epoch; read no further than needed.
    """
    return next((seconds for seconds, loss in curve if loss <= target), None)


def measure(listing: Iterable[float], lab: Iterable[float | None], unit: str = "s") -> dict:
    """One line of a benchmark's result: what each side took, round by round, to four digits.

    The smaller, the better. None in `lab` says that it never came so far.
    """

    def rounded(values):
        return [None if value is None else float(f"{value:.4g}") for value in values]

    return {"unit": unit, "listing": rounded(listing), "lab": rounded(lab)}


def machine() -> str:
    """Processor, cores and versions; no name and no path."""
    model = platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), model)
    cores = len(available())
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("tensorflow", "keras")]
    return f"{model}, {cores} cores, Python {platform.python_version()}, {', '.join(versions)}"
