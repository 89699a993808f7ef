"""Tables of control runs: a lab as it is, beside itself with one thing changed."""

import json
import math
from collections.abc import Mapping, Sequence
from statistics import mean, stdev
from typing import TYPE_CHECKING

from helpers.run import ROOT, current_lab

if TYPE_CHECKING:
    import pandas


def controls_table(
    metrics: Mapping[str, str] | Sequence[str], lab: str | None = None
) -> "pandas.DataFrame":
    """What a lab and its control runs came to, as `make seeds` and `make controls` stored it.

    Parameters
    ----------
    metrics : names given to `report`; as a mapping, each with the title of its column.
    lab : such as ``"02_quadratic_gan"``; default: the lab that runs.

    Prints what each control changes, and the command that runs them; where none ran yet, a sentence
    that says so. Returns a row for the lab as it is and one for each control. Columns: the number
    of seeds, and of each metric the mean ± standard deviation, "–" where nothing is stored.
    """
    import pandas

    lab = lab or current_lab()
    command = f"make seeds controls LABS={lab[:2]}"
    titles = metrics if isinstance(metrics, Mapping) else {name: name for name in metrics}
    section = _stored("controls", lab)
    if not section:
        print(f"not run yet: {command}")
    seeds, code = _stored("seeds", lab).values(), section.get("code")
    unchanged = [run for run in seeds if run["hash"] == code]
    controls = {"as it is": {"runs": unchanged, "change": []}} | section.get("controls", {})
    rows = {}
    for name, control in controls.items():
        runs = [run["metrics"] for run in control["runs"]]
        numbers = [mean_and_sd([run[key] for run in runs if key in run]) for key in titles]
        changes = [" ".join(f"{old} → {new}".split()) for old, new in control["change"]]
        rows[name] = [len(runs), *numbers]
        if control["change"]:
            print(f"{name}: {'; '.join(changes)}")
    if section:
        print(f"The course's authors run them by: {command}")
    return pandas.DataFrame.from_dict(rows, "index", columns=["seeds", *titles.values()])


def mean_and_sd(values: Sequence[float]) -> str:
    """Such as "0.0063 ± 0.0012": two digits of the standard deviation, at most four decimals.

    "–" for no values.
    """
    if not values:
        return "–"
    if math.isclose(min(values), max(values), rel_tol=1e-9):
        return f"{values[0]:,.0f}" if abs(values[0]) >= 1000 else f"{values[0]:.4g}"
    sd = stdev(values)
    digits = min(4, max(0, 1 - math.floor(math.log10(sd))))
    return f"{mean(values):,.{digits}f} ± {sd:,.{digits}f}"


def _stored(name: str, lab: str) -> dict:
    path = ROOT / "benchmarks" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")).get(lab, {}) if path.exists() else {}
