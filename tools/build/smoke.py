"""Copies of the solutions whose trainings are cut short: every cell and every check still runs.

    python -m tools.build.smoke OUT

OUT lies inside the course, such as build/smoke, so that the notebooks find it. What is cut stands
in labs.toml, `smoke`: pairs of text, as the lab has it and as its copy shall have it. A pair whose
text the lab does not hold exactly once is refused, so that the register cannot go stale in silence.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from helpers.run import ROOT
from tools import register


class SmokeError(Exception):
    """A cut does not fit its lab; the message names both."""


def shortened(
    notebook: nbformat.NotebookNode, pairs: Sequence[Sequence[str]], key: str = "smoke"
) -> nbformat.NotebookNode:
    """A copy of `notebook` with these texts of its code exchanged, and no outputs.

    pairs : old and new text. Raises SmokeError if the code does not hold the old exactly once.
    key : what of labs.toml holds them.
    """
    copy = nbformat.from_dict(notebook)
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    for old, new in pairs:
        holders = [cell for cell in code if old in cell.source]
        if sum(cell.source.count(old) for cell in holders) != 1:
            lab = copy.metadata.workbook.lab
            raise SmokeError(f"labs.toml, {key}: {lab} should hold {old!r} exactly once.")
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
        for lab, path in sorted(solutions.items()):
            notebook = nbformat.read(path, as_version=4)
            cuts = register.entries()[lab].smoke
            nbformat.write(shortened(notebook, cuts), out / path.name)
    except SmokeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
