"""Shared by all tests."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"
LABS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.py"))


def needs(program: str) -> None:
    """Skip the test if `program` is missing; in CI, which installs it, fail instead."""
    if shutil.which(program) is None:
        message = f"{program} is not installed"
        pytest.fail(message) if IN_CI else pytest.skip(message)
