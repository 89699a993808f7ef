"""Run a solution without Jupyter: every code cell that the builder makes of it, checks included.

    python -m tools.build.script solutions/02_quadratic_gan.py

WORKBOOK_STRICT=1 stops at the first check that is not ✓.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.build.smoke import shortened
from tools.build.sources import SourceError, read_source


def code_of(path: Path, changes: Sequence[Sequence[str]] = ()) -> str:
    """The code cells of the source `path`, as one script, with these pairs of text exchanged."""
    cells = shortened(read_source(path), changes, "controls").cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "code")


def run(
    path: Path, changes: Sequence[Sequence[str]] = (), **options
) -> subprocess.CompletedProcess:
    """Run the source `path` in a process of its own, which holds nothing of the builder.

    changes : pairs of text of its code, old and new, see `code_of`.
    options : of `subprocess.run`; by default it runs in the folder of the source.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.name
        file.write_text(code_of(path, changes), encoding="utf-8")
        return subprocess.run([sys.executable, file], **{"cwd": path.parent, **options})


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    try:
        return run(parser.parse_args(arguments).source).returncode
    except (SourceError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
