"""Run a solution without Jupyter: every code cell that the builder makes of it, checks included.

    python -m tools.build.script solutions/02_quadratic_gan.py

WORKBOOK_STRICT=1 stops at the first check that is not ✓.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.build.sources import SourceError, read_source


def code_of(path: Path) -> str:
    """The code cells of the source `path`, as one script."""
    return "\n\n".join(c.source for c in read_source(path).cells if c.cell_type == "code")


def run(path: Path, **options) -> subprocess.CompletedProcess:
    """Run the source `path` in a process of its own, which holds nothing of the builder.

    options : of `subprocess.run`; by default it runs in the folder of the source.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.name
        file.write_text(code_of(path), encoding="utf-8")
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
