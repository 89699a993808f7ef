"""Labs with one thing changed, for several seeds: `make controls`.

    python -m tools.controls            what is missing in benchmarks/controls.json, or out of date
    python -m tools.controls 02 05      of these labs only
    python -m tools.controls --check    run nothing, fail if something is

What is changed stands in labs.toml, `controls`. Each finished run is stored at once: stopped at any
moment, the command goes on where it was. A run is out of date when the lab's code, the helpers it
uses or its data changed, or what the control changes. Checks do not stop a run: a control may break
what they ask.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from helpers.run import ROOT
from tools import register
from tools.build.smoke import SmokeError
from tools.runs import SEEDS, hash_of, results_in, run, store

Changes = dict[str, list[list[str]]]  # name of a control → pairs of old and new text


def kept(section: dict, code: str, controls: Changes) -> dict:
    """A lab's section of the results: what still holds for this code and these changes."""
    old = section.get("controls", {}) if section.get("code") == code else {}
    new = {name: {"change": change, "runs": []} for name, change in controls.items()}
    same = {name: old[name] for name in new if old.get(name, {}).get("change") == controls[name]}
    return {"code": code, "controls": new | same}


def missing(section: dict) -> list[tuple[int, str, int]]:
    """(number from 1, control, seed) of each run that a lab's section does not hold."""
    runs = [(name, seed) for name in section["controls"] for seed in SEEDS]
    return [
        (number, name, seed)
        for number, (name, seed) in enumerate(runs, 1)
        if seed not in [done["seed"] for done in section["controls"][name]["runs"]]
    ]


def stale(lab: str, controls: Changes, root: Path) -> list[str]:
    """What `make check` says of one lab."""
    code, number = hash_of(lab, root), lab[:2]
    section = results_in(root / register.CONTROLS).get(lab, {})
    seeds = results_in(root / register.SEEDS).get(lab, {})
    commands = {
        f"make controls LABS={number}": kept(section, code, controls) != section
        or missing(section),
        f"make seeds LABS={number}": any(
            seeds.get(str(seed), {}).get("hash") != code for seed in SEEDS
        ),
    }
    needed = " and ".join(f"`{command}`" for command, wanted in commands.items() if wanted)
    return [f"{lab}: its controls are missing or out of date, run {needed}."] if needed else []


def run_lab(lab: str, controls: Changes, root: Path) -> list[str]:
    """Run what one lab lacks, and store it; return a sentence for each control that failed."""
    path, failed = root / register.CONTROLS, []
    section = kept(results_in(path).get(lab, {}), hash_of(lab, root), controls)
    store(path, results_in(path) | {lab: section})
    for number, name, seed in missing(section):
        title, start = f"{lab[:2]} · {name} · seed {seed}", time.monotonic()
        runs = section["controls"][name]["runs"]
        try:
            record = run(lab, seed, controls[name], strict=False, root=root)
        except SmokeError as error:
            failed.append(str(error))
        except subprocess.CalledProcessError as error:
            what = f"exit code {error.returncode}" if error.returncode else "it reported nothing"
            said = (error.stderr if error.returncode else error.stdout).splitlines()[-5:]
            failed.append("\n    ".join([f"{title} failed, {what}; its last lines:", *said]))
        else:
            record = {key: record[key] for key in ("seconds", "peak_memory_mb", "metrics")}
            runs[:] = sorted([*runs, {"seed": seed, **record}], key=lambda done: done["seed"])
            store(path, results_in(path) | {lab: section})
            total = len(controls) * len(SEEDS)
            print(f"{title} ({number} of {total}): {time.monotonic() - start:.0f} s", flush=True)
    return list(dict.fromkeys(failed))


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 02; default all that have controls")
    parser.add_argument("--check", action="store_true", help="run nothing, tell what is missing")
    options = parser.parse_args(arguments)
    try:
        controls = {lab: entry.controls for lab, entry in register.entries(root).items()}
    except register.RegisterError as error:
        print(error, file=sys.stderr)
        return 1
    chosen = [lab for lab in controls if not options.labs or lab.startswith(tuple(options.labs))]
    one = stale if options.check else run_lab
    problems = [
        problem for lab in chosen if controls[lab] for problem in one(lab, controls[lab], root)
    ]
    if options.labs and not any(controls[lab] for lab in chosen):
        problems = [f"labs.toml gives no controls to {', '.join(options.labs)}."]
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
