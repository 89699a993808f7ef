"""Make the students' copy of the course: no solutions, no verdicts, a repository of its own.

    python -m tools.release OUT [--repository ORGANISATION/NAME] [--ref main]

OUT is a new or empty folder, a fresh clone of a new repository, or an earlier release, whose files
are then renewed (its .git stays).
Put it on the web under the name given (default: `student_repository` in pyproject.toml): Colab and
Binder then fetch that one, and never see this one.
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat

from helpers.run import ROOT
from tools import register
from tools.build.notebooks import make_lab
from tools.build.sources import SourceError, read_source
from tools.students import without_solutions

COPIED = ("checks", "helpers", "figures", "datasets", "binder", "requirements.txt", "LICENSE")
LEFT_OUT = {  # of these folders
    "checks": ("probes", "hidden", "answers"),  # what only graders and tests may see
    "datasets": ("*.py",),  # scripts that made the data: one trains with the solutions' code
    "figures": ("*.py",),
}
TOOLS = ("__init__.py", "lab.py", "jupyter")  # what opens the labs
# What a clone of a new repository, or a system, puts into a folder without being asked.
NOTHING_YET = {".git", ".gitattributes", ".gitignore", "LICENSE", "README.md"}
LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
MARK = ".workbook-release"  # tells a release from a folder with something else in it
README = Path(__file__).with_name("release_readme.md")


class ReleaseError(Exception):
    """The release cannot be made; the message says what to do."""


def release(out: Path, place: tuple[str, str], root: Path = ROOT) -> list[Path]:
    """Write the students' copy of `root` to `out`; return its files.

    Parameters
    ----------
    place : the repository and the branch or tag under which it will be published.

    Raises ReleaseError if `out` holds something else, or if a solution would be handed out.
    """
    try:
        out = out.expanduser().resolve()  # make hands ~ on as it is
    except RuntimeError:
        raise ReleaseError(
            f"{out} names a user that is not known here: give a path without ~."
        ) from None
    if out == root or root.is_relative_to(out):
        raise ReleaseError(f"{out} is this course itself: name another folder.")
    if out.exists() and not out.is_dir():
        raise ReleaseError(f"{out} is a file: name a folder.")
    names = {path.name for path in out.iterdir()} - LEFT_BY_SYSTEMS if out.exists() else set()
    is_new_clone = ".git" in names and names <= NOTHING_YET
    if names and not is_new_clone and MARK not in names:
        raise ReleaseError(f"{out} is not empty: name a new folder, or an earlier release.")
    labs = {}
    for source in sorted((root / "solutions").glob("[0-9][0-9]_*.py")):
        solution = read_source(source, place)
        labs[source.stem] = lab = make_lab(solution)
        for cell in lab.cells:
            cell.source = without_solutions(cell.source)
            if "solutions/" in cell.source:
                raise ReleaseError(f"{source.name} points to solutions/ in: {cell.source[:200]!r}")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("Made by `make release`; it may be made anew over this folder.\n")
    for name in COPIED:
        _copy(root / name, out / name)
    for name in TOOLS:
        _copy(root / "tools" / name, out / "tools" / name)
    for results in (register.SEEDS, register.CONTROLS):  # what labs show of control runs
        _copy(root / results, out / results)
    hide_answers(out / register.CONTROLS, labs)
    shutil.rmtree(out / "labs", ignore_errors=True)
    (out / "labs").mkdir()
    for name, lab in labs.items():
        nbformat.write(lab, out / "labs" / f"{name}.ipynb")
    (out / "README.md").write_text(_readme(labs, place), encoding="utf-8")
    (out / ".gitignore").write_text((root / ".gitignore").read_text())
    inside = (path for path in out.rglob("*") if ".git" not in path.relative_to(out).parts)
    return sorted(path for path in inside if path.is_file())


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        left_out = shutil.ignore_patterns("__pycache__", *LEFT_OUT.get(source.name, ()))
        shutil.copytree(source, target, ignore=left_out)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def hide_answers(controls: Path, labs: dict) -> None:
    """Leave out of a file of results what a control changes inside an answer, not in a blank lab.

    labs : the blank notebooks by name.
    """
    stored = json.loads(controls.read_text(encoding="utf-8"))
    stored = {lab: section for lab, section in stored.items() if lab in labs}
    for lab, section in stored.items():
        seen = [cell.source for cell in labs[lab].cells if cell.cell_type == "code"]
        for control in section["controls"].values():
            control["change"] = [
                pair for pair in control["change"] if any(pair[0] in code for code in seen)
            ]
    controls.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")


def _readme(labs: dict, place: tuple[str, str]) -> str:
    rows = []
    for name, lab in labs.items():
        title = lab.cells[0].source.splitlines()[0].lstrip("# ").partition(" · ")[2]
        colab, binder = register.links(name, place)
        rows.append(f"| {name[:2]} | {title} | [Colab]({colab}) · [Binder]({binder}) |")
    return README.read_text(encoding="utf-8").replace("@LABS@", "\n".join(rows))


def main(arguments: list[str] | None = None) -> int:
    repository, ref = register.places(ROOT, "student_repository", "student_ref")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--repository", default=repository)
    parser.add_argument("--ref", default=ref)
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", options.repository):
        print(f"{options.repository!r} is no repository: ORGANISATION/NAME.", file=sys.stderr)
        return 1
    try:
        files = release(options.out, (options.repository, options.ref))
    except (ReleaseError, SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Could not write: {error.strerror} ({error.filename}).", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{len(files)} files, {size:.1f} MB, for {options.repository}: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
