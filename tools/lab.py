"""Open JupyterLab on the learner's own copies of the labs, in work/.

    python -m tools.lab [--port 8888] [--browser yes|no] [--only-copy]

A copy is made when absent and never overwritten. When a lab has a newer version than the copy
was made from, the new one is put beside it under another name.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.run import write_atomically

ROOT = Path(__file__).resolve().parents[1]


def make_copies(root: Path = ROOT) -> list[str]:
    """Bring work/ up to date with labs/; return one sentence for each thing worth saying."""
    said = []
    for lab in sorted((root / "labs").glob("*.ipynb")):
        copy = root / "work" / lab.name
        version = _version(lab)
        newer = copy.with_name(f"{lab.stem}.new-{version}.ipynb")
        if not copy.exists():
            write_atomically(copy, lab.read_bytes())
            said.append(f"work/{copy.name} is your own copy of this lab.")
        elif _version(copy) is None:
            said.append(f"work/{copy.name} is not a notebook of this course; it stays as it is.")
        elif _version(copy) != version and not newer.exists():
            write_atomically(newer, lab.read_bytes())
            said.append(
                f"{lab.stem} has a newer version: it is work/{newer.name}. "
                f"Your work/{copy.name} stays as it is."
            )
    return said


def _version(path: Path) -> str | None:
    """The version of the lab that a notebook was copied from; None if it cannot be told."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"]["workbook"]["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8888)
    parser.add_argument("--browser", choices=("yes", "no"), default="yes")
    parser.add_argument("--only-copy", action="store_true", help="make the copies, open nothing")
    options = parser.parse_args()
    try:
        said = make_copies()
    except OSError as error:
        why = f"{error.strerror} ({error.filename})"
        advice = "make work/ a folder, or a link to one, that you can write to"
        sys.exit(f"The copies in work/ could not be made, {why}: {advice}.")
    print("\n".join(said))
    if options.only_copy:
        return
    if shutil.which("jupyter-lab", path=os.path.dirname(sys.executable)) is None:
        sys.exit("JupyterLab is not installed here: python -m pip install -r requirements.txt")
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--port={options.port}",
        f"--ServerApp.root_dir={ROOT}",
        "--LabApp.default_url=/lab/tree/work/00_start_here.ipynb",
    ]
    command += ["--no-browser"] if options.browser == "no" else []
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # Our settings switch off JupyterLab's question about news at the first start.
    paths = [str(ROOT / "tools" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    # For notebooks in a work/ that is a link: there, no folder above them is the course.
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    sys.stdout.flush()
    if os.name == "nt":  # where exec splits what holds a blank, and returns before the program ends
        sys.exit(wait_for(command))
    os.execv(sys.executable, command)


def wait_for(command: list[str]) -> int:
    """Run a program to its end, and return its exit code; Ctrl-C is for the program to answer."""
    with subprocess.Popen(command) as program:
        while program.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):
                program.wait()
    return program.returncode


if __name__ == "__main__":
    main()
