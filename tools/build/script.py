"""Run a solution without Jupyter: every code cell that the builder makes of it, checks included.

    python -m tools.build.script solutions/02_quadratic_gan.py

WORKBOOK_STRICT=1 stops at the first check that is not ✓.
"""

import argparse
import linecache
import sys
from pathlib import Path

from tools.build.sources import SourceError, read_source


def run(path: Path) -> dict:
    """Run the cells of the source `path` in one namespace, and return it."""
    names: dict = {"__name__": "__main__"}
    for number, cell in enumerate(read_source(path).cells, 1):
        if cell.cell_type == "code":
            label = f"<{path.name}, cell {number}>"
            # Tracebacks, Keras and TensorFlow read the source.
            lines = cell.source.splitlines(keepends=True)
            linecache.cache[label] = (len(cell.source), None, lines, label)
            exec(compile(cell.source, label, "exec"), names)
    return names


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    try:
        run(parser.parse_args(arguments).source)
    except (SourceError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
