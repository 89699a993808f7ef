"""The numbers of tests/thresholds.toml: what labs must reach, what they may use, how fast."""

import tomllib

from helpers.run import ROOT

_ALL = tomllib.loads((ROOT / "tests" / "thresholds.toml").read_text(encoding="utf-8"))
BUDGETS, SPEED = _ALL.pop("budgets"), _ALL.pop("speed")
RULES: dict[str, list[str]] = {lab: section["rules"] for lab, section in _ALL.items()}


def broken_rules(record: dict) -> list[str]:
    """The rules of its lab that a record, written by `helpers.report`, does not keep."""
    numbers = record["metrics"] | {k: record[k] for k in ("peak_memory_mb", "seconds")}
    return [rule for rule in RULES[record["lab"]] if not eval(rule, {"abs": abs}, numbers)]
