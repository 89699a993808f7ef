"""Copies of the solutions whose trainings are cut short: every cell and every check still runs.

    python -m tools.smoke OUT

OUT lies inside the course, such as build/smoke, so that the notebooks find it. What is cut stands
in tests/smoke.toml: pairs of text, as the lab has it and as its copy shall have it. A pair whose
text the lab does not hold exactly once is refused, so that the file cannot go stale in silence.
"""

import argparse
import sys
import tomllib
from pathlib import Path

import nbformat

from helpers.run import ROOT

CUTS = ROOT / "tests" / "smoke.toml"


class SmokeError(Exception):
    """A cut does not fit its lab; the message names both."""


def cuts(lab: str) -> list[list[str]]:
    """What is cut in a lab: pairs of its text and what stands in its place."""
    return _all_cuts().get(lab, [])


def _all_cuts() -> dict[str, list[list[str]]]:
    return tomllib.loads(CUTS.read_text(encoding="utf-8"))


def shortened(notebook: nbformat.NotebookNode, pairs: list[list[str]]) -> nbformat.NotebookNode:
    """A copy of `notebook` with these texts of its code exchanged, and no outputs."""
    copy = nbformat.from_dict(notebook)
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    for old, new in pairs:
        holders = [cell for cell in code if old in cell.source]
        if sum(cell.source.count(old) for cell in holders) != 1:
            lab = copy.metadata.workbook.lab
            raise SmokeError(f"tests/smoke.toml: {lab} should hold {old!r} exactly once.")
        holders[0].source = holders[0].source.replace(old, new)
    return copy


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    out = parser.parse_args(arguments).out
    solutions = {path.stem: path for path in (ROOT / "solutions").glob("[0-9][0-9]_*.ipynb")}
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.ipynb"):
        old.unlink()
    try:
        if unknown := set(_all_cuts()) - set(solutions):
            raise SmokeError(f"tests/smoke.toml: there is no lab {', '.join(sorted(unknown))}.")
        for lab, path in sorted(solutions.items()):
            notebook = nbformat.read(path, as_version=4)
            nbformat.write(shortened(notebook, cuts(lab)), out / path.name)
    except SmokeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
