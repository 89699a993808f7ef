"""A lab as a plain script, for several seeds: what `make seeds` and `make controls` share."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from helpers.run import ROOT, write_atomically

SEEDS = (1, 2, 3)


def run(
    lab: str,
    seed: int,
    changes: Sequence[Sequence[str]] = (),
    strict: bool = True,
    root: Path = ROOT,
) -> dict:
    """The record that `report` writes in a run of one solution, in quick.

    Parameters
    ----------
    lab : such as ``"02_quadratic_gan"``.
    changes : pairs of text, as the lab has it and as this run has it; see tools/build/smoke.py.
    strict : stop at the first check that is not ✓.

    Raises CalledProcessError, with what was printed, if the script fails or reports nothing, and
    SmokeError for a change that does not fit.
    """
    from tools.build import script  # takes seconds, which importing this should not

    path = root / "build" / "metrics" / f"{lab}.json"
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as runs:  # so that no earlier training goes on here
        settings = {
            "PYTHONPATH": str(root),
            "MPLBACKEND": "agg",
            "WORKBOOK_PROFILE": "quick",
            "WORKBOOK_SEED": str(seed),
            "WORKBOOK_STRICT": str(int(strict)),
            "WORKBOOK_RUNS": runs,
        }
        done = script.run(
            root / "solutions" / f"{lab}.py",
            changes,
            env=os.environ | settings,
            capture_output=True,
            text=True,
        )
    if done.returncode or not path.exists():
        raise subprocess.CalledProcessError(done.returncode, lab, done.stdout, done.stderr)
    return json.loads(path.read_text(encoding="utf-8"))


def hash_of(lab: str, root: Path = ROOT) -> str:
    """The hash of what a run of the lab depends on: its code, the helpers it uses, its data."""
    from tools.build.sources import read_source

    return read_source(root / "solutions" / f"{lab}.py").metadata.workbook.hash


def results_in(path: Path) -> dict:
    """The results in a JSON file, by lab; none where there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def with_run(results: dict, name: str, seed: int, record: dict) -> dict:
    """Results by name and seed, with one run more, or anew."""
    return {**results, name: dict(sorted({**results.get(name, {}), str(seed): record}.items()))}


def store(path: Path, results: dict) -> dict:
    """Write results into a JSON file, sorted by name; return them so."""
    results = dict(sorted(results.items()))
    write_atomically(path, (json.dumps(results, indent=1, ensure_ascii=False) + "\n").encode())
    return results
