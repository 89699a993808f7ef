"""Did each model learn? Compares build/metrics/*.json, written by the solutions, with thresholds.

Not collected by a plain `pytest`: it needs the solutions' run, see `make solutions`.
"""

import json
import tomllib

import pytest
from conftest import LABS, ROOT

THRESHOLDS = tomllib.loads((ROOT / "tests" / "thresholds.toml").read_text(encoding="utf-8"))


def test_every_lab_has_thresholds():
    assert sorted(THRESHOLDS) == LABS


@pytest.mark.parametrize("lab", LABS)
def test_numbers_hold(lab):
    path = ROOT / "build" / "metrics" / f"{lab}.json"
    assert path.exists(), f"no report of {lab}: run `make solutions`"
    record = json.loads(path.read_text())
    numbers = record["metrics"] | {k: record[k] for k in ("peak_memory_mb", "seconds")}
    for rule in THRESHOLDS[lab]["rules"]:
        assert eval(rule, {"abs": abs}, numbers), f"{rule} is not true of {numbers}"
