"""The labs against the old listings they replace, side by side: `make bench`.

    python -m benchmarks.bench            all: benchmarks/results.json and its table in README.md
    python -m benchmarks.bench 02 05      these labs; of the others the stored numbers stay
    python -m benchmarks.bench --small    a few rounds only, printed and not stored: does it work?
    python -m benchmarks.bench --table    measure nothing, write the table from what is stored
    python -m benchmarks.bench --check    fail if README.md does not show what is stored

Each benchmark runs in a process of its own, and so does each side whose peak memory is read. What
is finished is stored at once, whatever becomes of the rest.
"""

import argparse
import datetime
import importlib
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.measures import machine
from helpers.run import ROOT, peak_memory_mb
from tools import register
from tools.readme import fill
from tools.runs import results_in, store

BENCHMARKS = {
    "01_text_generation": "text_generation",
    "02_quadratic_gan": "quadratic_gan",
    "03_dcgan_tomatoes": "dcgan",
    "05_vae": "vae",
}
STORED = ROOT / "benchmarks" / "results.json"
MEMORY = "peak memory of a short training"


def run(module: str, small: bool) -> dict:
    return importlib.import_module(f"benchmarks.{module}").run(small)


def peak_of(module: str, side: str) -> float:
    """Peak memory of a process that only trains one side for a moment, in MB."""
    importlib.import_module(f"benchmarks.{module}").SIDES[side]()
    return peak_memory_mb()


def in_a_new_process(function, *arguments):
    """What `function` returns; a process that dies raises here. Spawned: it inherits no peak."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def bench(module: str, small: bool = False) -> dict:
    """All numbers of one benchmark."""
    found = in_a_new_process(run, module, small)
    peaks = {side: [in_a_new_process(peak_of, module, side)] for side in ("listing", "lab")}
    found["measures"][MEMORY] = {"unit": "MB", **peaks}
    return found | {"machine": machine(), "date": datetime.date.today().isoformat()}


def table(stored: dict) -> str:
    """What README.md shows of the stored results, in Markdown."""
    if not stored:
        return "Not measured yet."
    rows = ["| lab | what | old listing | this course | ratio | aim |", "|---|---|---|---|---|---|"]
    for lab, found in stored.items():
        aims = dict(register.entries()[lab].faster)
        for what, numbers in found["measures"].items():
            rows.append(f"| {lab[:2]} | {what} | {_cells(numbers, aims.pop(what, None))} |")
        for what, aim in aims.items():
            rows.append(f"| {lab[:2]} | {what} | – | – | – | {aim:g}× or more: not measured |")
    notes = [note for found in stored.values() for note in found["notes"]]
    places = sorted({f"{found['machine']} ({found['date']})" for found in stored.values()})
    return "\n".join([*rows, "", *(f"- {note}" for note in notes), "", f"On {'; '.join(places)}."])


def _cells(numbers: dict, aim: float | None) -> str:
    """Medians of both sides, the ratio round by round, and whether it is what we aim at."""
    listing, lab, unit = numbers["listing"], numbers["lab"], numbers["unit"]
    ratios = [old / new if new else 0 for old, new in zip(listing, lab, strict=True)]
    low, middle, high = (
        f"{x:,.0f}" if x >= 100 else f"{x:.3g}" for x in (min(ratios), median(ratios), max(ratios))
    )
    ratio = f"{middle}× ({low} to {high})" if len(ratios) > 1 else f"{middle}×"
    if unit == "%":
        ratio = "–"
    reached = [value for value in lab if value is not None]
    shown = [_amount(median(listing), unit), _amount(median(reached), unit) if reached else "never"]
    said = ""
    if aim is not None:
        said = f"{aim:g}× or more: {'met' if median(ratios) >= aim else '**missed**'}"
    return " | ".join([*shown, ratio, said])


def _amount(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s" if unit == "s" else f"{value:,.0f} {unit}"


def main(arguments: list[str] | None = None, path: Path = STORED) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 02; default all")
    parser.add_argument("--small", action="store_true", help="try it: few rounds, not stored")
    parser.add_argument("--table", action="store_true", help="measure nothing, write README.md")
    parser.add_argument("--check", action="store_true", help="measure nothing, compare README.md")
    options = parser.parse_args(arguments)
    stored = results_in(path)
    if options.table or options.check:
        if fill("bench", table(stored), check=options.check) and options.check:
            sys.exit("README.md is not what `python -m benchmarks.bench --table` makes")
        return 0
    failed = []
    for lab, module in BENCHMARKS.items():
        if options.labs and not lab.startswith(tuple(options.labs)):
            continue
        start = time.monotonic()
        print(f"── {lab}", flush=True)
        try:
            found = bench(module, options.small)
        except Exception as error:  # whatever it was, the others are still wanted
            failed.append(f"{lab}: {type(error).__name__}: {error}")
            continue
        print(f"── {lab}: {time.monotonic() - start:.0f} s", flush=True)
        if options.small:
            print(table({lab: found}))
            continue
        stored = store(path, {**stored, lab: found})
        fill("bench", table(stored))
    if not options.small:
        print(table(stored))
    if failed:
        print("failed:", *failed, sep="\n  ", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
