"""The register of labs, labs.toml, and what README.md and INSTRUCTORS.md say from it.

A section a lab, of the name of its source:

    title, makes      what it is called, and what a learner makes in it
    track             "core", or "more": then `theme` names the group that README.md folds it into
    family            its place on the map of the field that figures/draw.py draws
    needs             the labs to do before
    minutes           of a learner's time
    computing         of these in quick, such as "½" or "2–3"
    memory_gb         what README.md promises to be enough
    budget_minutes    what its solution may take in CI, see [budgets]
    measured          README.md's last column; in braces, what is computed from a run's metrics
    rules             what the numbers of `report` must satisfy, for every seed
    faster            how many times faster than the old listing, by what `make bench` measures
    smoke             pairs of text: how its trainings are cut short, see tools/build/smoke.py
    controls          name → pairs of text: one change each, which `make controls` runs the lab with
    exercises         exercise → what the student can do then
    rubric            written exercise → criterion → its points, as INSTRUCTORS.md explains them
"""

import json
import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path

from helpers.controls import mean_and_sd
from helpers.run import ROOT
from tools.readme import fill

SEEDS = "benchmarks/seeds.json"  # what the labs reported, by lab and seed; benchmarks/seeds.py
CONTROLS = "benchmarks/controls.json"  # the same with one thing changed; tools/controls.py
COLAB = "https://colab.research.google.com/github/{}/blob/{}/labs/{}.ipynb"
BINDER = "https://mybinder.org/v2/gh/{}/{}?urlpath=lab/tree/labs/{}.ipynb"


class RegisterError(Exception):
    """labs.toml breaks a rule; the message names the section and the key."""


@dataclass(frozen=True)
class Entry:
    """What the register says of a lab; see the module's own description."""

    name: str
    title: str
    makes: str
    track: str
    family: str
    needs: list[str]
    minutes: int
    computing: str
    memory_gb: float
    budget_minutes: float
    measured: str
    rules: list[str]
    exercises: dict[str, str]
    theme: str = ""
    faster: dict[str, float] = field(default_factory=dict)
    smoke: list[list[str]] = field(default_factory=list)
    controls: dict[str, list[list[str]]] = field(default_factory=dict)
    rubric: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def computing_minutes(self) -> float:
        """The larger of the minutes of computing that are promised."""
        return float(self.computing.replace("½", ".5").split("–")[-1])


def entries(root: Path = ROOT) -> dict[str, Entry]:
    """All labs of the register in their order. Raises RegisterError."""
    return _read(root)[0]


def budgets(root: Path = ROOT) -> dict[str, float]:
    """The budgets that hold for every lab."""
    return _read(root)[1]


@cache
def _read(root: Path) -> tuple[dict[str, Entry], dict[str, float]]:
    try:
        sections = tomllib.loads((root / "labs.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        sections = {}
    except tomllib.TOMLDecodeError as error:
        raise RegisterError(f"labs.toml is not valid TOML: {error}.") from None
    of_all = sections.pop("budgets", {})
    found = {name: _entry(name, about) for name, about in sections.items()}
    for name, entry in found.items():
        before = list(found)[: list(found).index(name)]
        if strangers := [need for need in entry.needs if need not in before]:
            raise RegisterError(f"labs.toml, {name}: it needs {strangers[0]}, which is not before.")
    return found, of_all


def _entry(name: str, about: dict) -> Entry:
    known = {f.name: f for f in fields(Entry) if f.name != "name"}
    if unknown := sorted(set(about) - set(known)):
        raise RegisterError(f"labs.toml, {name}: unknown key {unknown[0]}.")
    required = [
        key for key, f in known.items() if f.default is MISSING and f.default_factory is MISSING
    ]
    if missing := [key for key in required if key not in about]:
        raise RegisterError(f"labs.toml, {name}: {missing[0]} is missing.")
    if about["track"] not in ("core", "more") or (about["track"] == "more") != ("theme" in about):
        raise RegisterError(f'labs.toml, {name}: track is "core", or "more" with a theme.')
    controls = about.get("controls", {})
    if not isinstance(controls, dict):
        raise RegisterError(f"labs.toml, {name}: controls is a section, [{name}.controls].")
    for control, pairs in controls.items():
        if not (isinstance(pairs, list) and pairs and all(map(_is_change, pairs))):
            raise RegisterError(
                f"labs.toml, {name}.controls: {control!r} needs pairs, [[old text, new text], …]."
            )
    return Entry(name, **about)


def _is_change(pair: object) -> bool:
    match pair:
        case [str(old), str(new)]:
            return old not in ("", new)
    return False


def broken_rules(record: dict, root: Path = ROOT) -> list[str]:
    """The rules of its lab that a record, written by `helpers.report`, does not keep."""
    numbers = record["metrics"] | {k: record[k] for k in ("peak_memory_mb", "seconds")}
    rules = entries(root)[record["lab"]].rules
    return [rule for rule in rules if not eval(rule, {"abs": abs}, numbers)]


# ── where the course is published ───────────────────────────────────────────────────────────────


def places(root: Path, repository: str = "repository", ref: str = "ref") -> tuple[str, str]:
    """Where the course is published, from pyproject.toml: repository slug, branch or tag."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    place = settings["tool"]["workbook"]
    return place[repository], place[ref]


def links(lab: str, place: tuple[str, str]) -> tuple[str, str]:
    """The addresses that open a lab in Colab and in Binder."""
    return COLAB.format(*place, lab), BINDER.format(*place, lab)


# ── README.md and INSTRUCTORS.md ────────────────────────────────────────────────────────────────


def update_documents(place: tuple[str, str], root: Path = ROOT, check: bool = False) -> list[str]:
    """Bring both documents up to date; return the names of those that were not.

    Parameters
    ----------
    place : the repository and the branch or tag under which the course is published.
    check : change nothing.
    """
    labs = entries(root)
    if not labs:
        return []
    parts = {
        "README.md": ("labs", readme_rows(labs, place, root)),
        "INSTRUCTORS.md": ("exercises", exercise_rows(labs, root)),
    }
    return [
        document
        for document, (name, text) in parts.items()
        if fill(name, text, root / document, check=check)
    ]


def readme_rows(labs: dict[str, Entry], place: tuple[str, str], root: Path = ROOT) -> str:
    """README.md's table: the core, and the others folded by theme; then their links."""
    path = root / SEEDS
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    core = [entry for entry in labs.values() if entry.track == "core"]
    blocks = [_table(core, stored)]
    for theme in dict.fromkeys(entry.theme for entry in labs.values() if entry.theme):
        of_theme = [entry for entry in labs.values() if entry.theme == theme]
        numbers = "labs " if len(of_theme) > 1 else "lab "
        numbers += ", ".join(entry.number for entry in of_theme)
        blocks.append(
            f"<details><summary><b>More: {theme}</b> ({numbers})</summary>\n\n"
            f"{_table(of_theme, stored)}\n\n</details>"
        )
    addresses = [
        f"[{letter}{entry.number}]: {address}"
        for entry in labs.values()
        for letter, address in zip("cb", links(entry.name, place), strict=True)
    ]
    return "\n\n".join([*blocks, "\n".join(addresses)])


def _table(labs: list[Entry], stored: dict) -> str:
    rows = [
        "| lab | you make | open | minutes | memory | measured (quick) |",
        "|---|---|---|---|---|---|",
    ]
    for lab in labs:
        n, solution = lab.number, f"[solution](solutions/{lab.name}.ipynb)"
        rows.append(
            f"| {n} {lab.title} | {lab.makes} | [Colab][c{n}] · [Binder][b{n}] · {solution} | "
            f"{lab.minutes} (computing {lab.computing}) | {lab.memory_gb:g} GB | "
            f"{measured(lab, stored.get(lab.name, {}))} |"
        )
    return "\n".join(rows)


def measured(lab: Entry, runs: dict) -> str:
    """The lab's sentence in README.md, each pair of braces with its mean ± standard deviation."""
    if not runs:
        return "not measured yet"

    def numbers(match: re.Match) -> str:
        return mean_and_sd([eval(match[1], {}, record["metrics"]) for record in runs.values()])

    seeds = f"seed{'s' if len(runs) > 1 else ''} {', '.join(runs)}"
    try:
        return f"{re.sub(r'{(.+?)}', numbers, lab.measured)} ({seeds})"
    except NameError:  # the stored runs are from before the lab reported this
        return "not measured yet"


def exercise_rows(labs: dict[str, Entry], root: Path = ROOT) -> str:
    """INSTRUCTORS.md's table of exercises, with the points of the built labs."""
    rows = ["| lab | exercise | points | the student can |", "|---|---|---:|---|"]
    for lab in labs.values():
        path = root / "labs" / f"{lab.name}.ipynb"
        if not path.exists():
            raise RegisterError(f"labs.toml, {lab.name}: there is no {path.name} in labs/.")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        about = (cell["metadata"].get("nbgrader", {}) for cell in cells)
        points = {
            a["grade_id"].removeprefix("check_"): a["points"] for a in about if a.get("grade")
        }
        if wrong := set(points) ^ set(lab.exercises):
            raise RegisterError(
                f"labs.toml, {lab.name}.exercises: {min(wrong)} is not in both, lab and register."
            )
        rows += [
            f"| {lab.number} | `{name}` | {worth:g} | {lab.exercises[name]} |"
            for name, worth in points.items()
        ]
    return "\n".join(rows)
