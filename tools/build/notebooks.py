"""Build solutions/NN_name.ipynb (executed) and labs/NN_name.ipynb from solutions/NN_name.py.

    python -m tools.build            build all, execute what changed
    python -m tools.build 02         build only what starts with 02
    python -m tools.build --check    change nothing; fail if a built file is not up to date

A solution is executed again when its code, the helper modules it uses, its data, or the drawings
and results of controls that it shows changed (comments, docstrings and prose do not count). The
cell headers are described in CONTRIBUTING.md.
"""

import argparse
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from tqdm import tqdm

from helpers.run import ROOT, write_atomically
from tools import register
from tools.build.sources import SourceError, answer_line, read_source, stub_for

CELL_SECONDS = 1800
WRITTEN_STUB = "*Write your answer here, in place of this line.*"


class _Blanks(ClearSolutions):
    """nbgrader's ClearSolutions with a stub that names the exercise, and answers marked by name."""

    def preprocess_cell(self, cell, resources, index):
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            name = about["grade_id"]
            self.code_stub = stub_for(name).code_stub
            self.text_stub = answer_line(cell, name) + WRITTEN_STUB
        return super().preprocess_cell(cell, resources, index)


def make_lab(solution: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The student's notebook: blanks for solutions, no outputs."""
    lab = nbformat.from_dict(solution)
    for step in (LockCells, _Blanks, ClearOutput, ComputeChecksums):
        lab, _ = step().preprocess(lab, {})
    lab, _ = CheckCellMetadata().preprocess(lab, {})
    sources = "\0".join(cell.source for cell in lab.cells)
    version = hashlib.sha256(sources.encode()).hexdigest()[:12]
    lab.metadata.workbook = {"lab": solution.metadata.workbook.lab, "version": version}
    return lab


def execute(notebook, folder: Path) -> None:
    """Run every cell in place, strict, quick profile, seed 1; raise at the first failure."""
    settings = {"WORKBOOK_STRICT": "1", "WORKBOOK_PROFILE": "quick", "WORKBOOK_SEED": "1"}
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        record_timing=False,
    )
    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    log = folder.parent / "build" / "kernel.log"  # what the kernel's libraries write of themselves
    log.parent.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as runs,  # so that no run of the author's goes on here
        log.open("w") as stderr,
        tqdm(total=total, unit="cell") as bar,
    ):
        settings["WORKBOOK_RUNS"] = runs
        bar.set_description(notebook.metadata.workbook.lab)
        client.on_cell_executed = lambda **_: bar.update()
        client.execute(env={**os.environ, **settings}, stderr=stderr)
    notebook.metadata.language_info = nbformat.from_dict({"name": "python"})


def build(path: Path, check: bool = False) -> tuple[list[Path], bool]:
    """Build both notebooks of one source; return the files that changed, and whether it ran.

    With `check` nothing is executed or written: the files are those that would change.
    """
    root = path.resolve().parents[1]
    solution = read_source(path)
    lab = make_lab(solution)
    built = path.with_suffix(".ipynb")
    old = nbformat.read(built, as_version=4) if built.exists() else None
    current = old is not None and old.metadata.get("workbook") == solution.metadata.workbook
    # The lab first: an executed solution's score counts the exercises of the lab as it stands.
    blank = root / "labs" / built.name
    before = blank.read_bytes() if blank.exists() else None
    changed = _written(blank, lab, check)
    if current:
        _take_outputs(old, solution)
    elif not check:
        try:
            execute(solution, path.parent)
        except BaseException:
            write_atomically(blank, before) if before else blank.unlink()
            raise
    return _written(built, solution, check) + changed, not current


def _written(target: Path, notebook, check: bool) -> list[Path]:
    """The file, if it is not this notebook; with `check` it stays so."""
    nbformat.validate(notebook)
    content = (nbformat.writes(notebook).rstrip("\n") + "\n").encode()
    if target.exists() and target.read_bytes() == content:
        return []
    if not check:
        write_atomically(target, content)
    return [target]


def _take_outputs(old, new) -> None:
    pairs = ([c for c in nb.cells if c.cell_type == "code"] for nb in (old, new))
    for before, after in zip(*pairs, strict=True):
        after.outputs, after.execution_count = before.outputs, before.execution_count


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 02 or 02_quadratic_gan; default all")
    parser.add_argument("--check", action="store_true", help="only tell what is not up to date")
    options = parser.parse_args(arguments)
    sources = sorted((root / "solutions").glob("[0-9][0-9]_*.py"))
    failures = [
        f"{path.relative_to(root)} has no source: delete it"
        for folder in ("solutions", "labs")
        for path in sorted((root / folder).glob("*.ipynb"))
        if root / "solutions" / f"{path.stem}.py" not in sources
    ]
    for path in sources:
        if options.labs and not path.stem.startswith(tuple(options.labs)):
            continue
        try:
            changed, ran = build(path, options.check)
        except SourceError as error:
            failures.append(str(error))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            story = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
            failures.append(f"solutions/{path.name} failed; the old notebook stays.\n{story}")
        else:
            names = ", ".join(str(p.relative_to(root)) for p in changed)
            if options.check and changed:
                failures.append(f"{names}: not what solutions/{path.name} builds")
            elif not options.check:
                how = "executed" if ran else "not executed, nothing it depends on changed"
                print(f"{path.stem}: {how}; {'wrote ' + names if names else 'no file changed'}")
    if not failures:
        try:
            stale = register.update_documents(register.places(root), root, options.check)
        except register.RegisterError as error:
            failures.append(str(error))
        else:
            what = "not what labs.toml, pyproject.toml and benchmarks/seeds.json make"
            failures += [f"{document}: {what}" for document in stale if options.check]
    if failures:
        print("\n".join(failures), file=sys.stderr)
        if options.check:
            print("Run `make notebooks` and commit what it builds.", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
