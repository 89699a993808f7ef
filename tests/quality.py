"""Did each model learn, and did it stay in its budget? Numbers are those of the solutions' run.

Not collected by a plain `pytest`: see `make solutions`. build/metrics/*.json come from `report`,
build/usage/*.json from tools/usage.py; what they are held against stands in labs.toml.
"""

import json
from statistics import mean

import pytest
from conftest import LABS, ROOT

from tools import register

BUDGETS = register.budgets()


def record_of(lab: str, kind: str = "metrics") -> dict:
    path = ROOT / "build" / kind / f"{lab}.json"
    assert path.exists(), f"no numbers of {lab}: run `make solutions`"
    return json.loads(path.read_text())


def slowness(lab: str) -> float:
    """How many times slower than the budgets' machine this one was, beside the lab.

    At least 1, times the tolerance: a shared machine's speed also changes within a lab, and two
    labs run side by side. A lab that takes a machine minutes too long is found, a slow day is not.
    """
    rates = record_of(lab, "usage")["gflops"]
    return max(1.0, BUDGETS["matrix_product_gflops"] / mean(rates)) * BUDGETS["tolerance"]


def seconds(lab: str) -> float:
    """Wall seconds, but none of those in which the notebook only waited for other programs."""
    used = record_of(lab, "usage")
    return min(used["wall_seconds"], used["cpu_seconds"])


def minutes(lab: str) -> float:
    return register.entries()[lab].budget_minutes


def test_every_lab_is_registered():
    assert list(register.entries()) == LABS


@pytest.mark.parametrize("lab", LABS)
def test_numbers_hold(lab):
    record = record_of(lab)
    assert not register.broken_rules(record), record


def test_usage_table(capsys):
    with capsys.disabled():
        print(f"\n{'lab':<22} wall s   CPU s  peak MB  budget s  machine slower by")
        for lab in LABS:
            used, factor = record_of(lab, "usage"), slowness(lab)
            print(
                f"{lab:<22} {used['wall_seconds']:6.0f} {used['cpu_seconds']:7.0f} "
                f"{used['peak_memory_mb']:8.0f}  {60 * minutes(lab) * factor:8.0f}  {factor:.2f}"
            )


@pytest.mark.parametrize("lab", LABS)
def test_lab_stays_in_its_budget(lab):
    assert seconds(lab) <= 60 * minutes(lab) * slowness(lab)
    assert record_of(lab, "usage")["peak_memory_mb"] <= BUDGETS["peak_memory_mb"]


def test_all_labs_together_stay_in_their_budget():
    assert sum(seconds(lab) / slowness(lab) for lab in LABS) <= 60 * BUDGETS["minutes_together"]


@pytest.mark.parametrize("lab", LABS)
def test_readme_promises_no_less_than_the_lab_needs(lab):
    """Its minutes of computing, the larger number, and gigabytes."""
    promised = register.entries()[lab]
    assert record_of(lab, "usage")["peak_memory_mb"] <= 1024 * promised.memory_gb
    assert seconds(lab) <= 60 * promised.computing_minutes * slowness(lab)
