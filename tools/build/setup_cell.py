# Setup: find the course folder (on Colab, fetch it once). The same cell opens every lab.
import shutil
import subprocess
import sys
from pathlib import Path

here = Path.cwd()
places = (here, *here.parents, *map(Path, sys.path))
root = next((p for p in places if (p / "checks" / "engine.py").exists()), None)
if root is None and "google.colab" in sys.modules:
    root, part = here / "generative-models-workbook", here / "generative-models-workbook.part"
    if not (root / "tools" / "lab.py").exists():  # what a fetch brings last
        shutil.rmtree(part, ignore_errors=True)  # what one that was stopped left
        url = "https://github.com/@REPOSITORY@"
        fetch = ["git", "clone", "--quiet", "--depth", "1", "--branch", "@REF@", url, str(part)]
        if subprocess.run(fetch).returncode != 0:
            raise RuntimeError(f"Could not fetch {url}: check the connection, run this cell again.")
        if root.exists():
            root.rename(here / f"{root.name}.half")
        part.rename(root)
if root is None:
    raise RuntimeError("Open this notebook inside the course folder, the one that holds checks/.")
if str(root) not in sys.path:
    sys.path.insert(0, str(root))

import checks
from checks import catch_up, check, score_so_far
from helpers import describe_run, report, run_profile, run_seed

checks.begin("@LAB@")
