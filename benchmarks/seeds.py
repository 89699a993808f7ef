"""Every solution for several seeds, as a script and strict: `make seeds`.

    python -m benchmarks.seeds            what is missing in benchmarks/seeds.json, or out of date
    python -m benchmarks.seeds 02 05      of these labs only
    python -m benchmarks.seeds --table    run nothing, write README.md from what is stored
    python -m benchmarks.seeds --check    fail if README.md does not show what is stored

Each finished run is stored at once, with the hash of what it depends on: stopped at any moment,
the command goes on where it was. A run is out of date when the lab's code, the helpers it uses or
its data changed.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measures import machine
from helpers.run import ROOT
from tools import register
from tools.readme import fill
from tools.runs import SEEDS, hash_of, results_in, run, store, with_run

STORED = ROOT / "benchmarks" / "seeds.json"


def table(stored: dict) -> str:
    """Mean ± standard deviation of every reported number, in Markdown."""
    if not stored:
        return "Not measured yet."
    rows = ["| lab | number | seeds | mean ± standard deviation |", "|---|---|---|---|"]
    for lab, runs in stored.items():
        numbers: dict[str, dict[str, float]] = {}  # name → seed → value; older code lacks some
        for seed, record in runs.items():
            both = {name: record[name] for name in ("seconds", "peak_memory_mb")}
            for name, value in (both | record["metrics"]).items():
                numbers.setdefault(name, {})[seed] = value
        for name, values in numbers.items():
            found = register.mean_and_sd([*values.values()])
            rows.append(f"| {lab[:2]} | `{name}` | {', '.join(values)} | {found} |")
    places = sorted({record["machine"] for runs in stored.values() for record in runs.values()})
    return "\n".join([*rows, "", f"On {'; '.join(places)}."])


def fill_readme(stored: dict, check: bool) -> bool:
    """Bring README.md up to date; return whether it was not."""
    changed = fill("seeds", table(stored), check=check)
    return bool(register.update_documents(register.places(ROOT), check=check)) or changed


def main(arguments: list[str] | None = None, path: Path = STORED) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 02; default all")
    parser.add_argument("--table", action="store_true", help="run nothing, write README.md")
    parser.add_argument("--check", action="store_true", help="run nothing, compare README.md")
    options = parser.parse_args(arguments)
    stored = results_in(path)
    if options.table or options.check:
        if fill_readme(stored, options.check) and options.check:
            sys.exit("README.md is not what `python -m benchmarks.seeds --table` makes")
        return 0
    failed = []
    labs = [
        lab for lab in register.entries() if not options.labs or lab.startswith(tuple(options.labs))
    ]
    hashes = {lab: hash_of(lab) for lab in labs}
    for seed in SEEDS:
        for lab in labs:
            if stored.get(lab, {}).get(str(seed), {}).get("hash") == hashes[lab]:
                continue
            start = time.monotonic()
            try:
                record = run(lab, seed)
            except subprocess.CalledProcessError as error:
                failed.append(f"{lab}, seed {seed}: {error.stderr[-1500:]}")
                print(f"{lab}, seed {seed}: failed", flush=True)
                continue
            print(f"{lab}, seed {seed}: {time.monotonic() - start:.0f} s", flush=True)
            kept = {name: record[name] for name in ("seconds", "peak_memory_mb", "metrics")}
            kept |= {"hash": hashes[lab], "machine": machine()}
            stored = store(path, with_run(stored, lab, seed, kept))
    fill_readme(stored, check=False)
    for lab in labs:
        for seed, record in stored.get(lab, {}).items():
            broken = register.broken_rules(record | {"lab": lab})
            failed += [f"{lab}, seed {seed}: not true: {rule}" for rule in broken]
    print(*failed or ["every seed keeps the rules of labs.toml"], sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
