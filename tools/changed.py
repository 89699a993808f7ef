"""A pytest plugin: what changed is tested first, so that a red result comes early.

Changed is what git finds between this folder and the commit CHANGED_SINCE, by default the one
before the newest. Tests of a changed file come first, and all that has a changed lab's name. Then
come the notebooks with the largest budgets, so that none of two processes is left with a long one
at the end. Only the order differs: where git knows nothing, nothing is changed.
"""

import os
import re
import subprocess

import pytest

from helpers.run import ROOT
from tools import register

LAB = re.compile(r"(?<!\d)\d\d_[a-z_]+[a-z]")  # in solutions/02_x.py, lab_02_x.py, test[02_x-y]


def changed_names() -> set[str]:
    """Paths within the course that changed, and the labs that these belong to."""
    since = os.environ.get("CHANGED_SINCE") or "HEAD~1"
    try:
        command = ["git", "diff", "--name-only", "--relative", since, "--"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return set()
    paths = set(done.stdout.splitlines())
    return paths | {name for path in paths for name in LAB.findall(path)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with such tests come first, and in them these tests; then long notebooks."""
    names, labs = changed_names(), register.entries()

    def minutes(item: pytest.Item) -> float:
        return labs[item.path.stem].budget_minutes if item.path.stem in labs else 0

    def is_first(item: pytest.Item) -> bool:
        path = item.path.relative_to(ROOT).as_posix() if item.path.is_relative_to(ROOT) else ""
        return path in names or not names.isdisjoint(LAB.findall(item.nodeid))

    first = {item.nodeid: item.path for item in items if is_first(item)}
    files = {*first.values()}
    items.sort(
        key=lambda item: (
            item.path not in files,
            -minutes(item),
            str(item.path),
            item.nodeid not in first,
        )
    )
