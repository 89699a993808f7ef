"""The full profile's training step runs: three steps of lab 03's DCGAN at 96×96, batch of 32."""

import os
import subprocess
import sys

from conftest import ROOT


def test_three_full_size_steps() -> None:
    # In a process of its own, for it needs about 2 GB.
    command = [sys.executable, "-m", "benchmarks.dcgan", "--steps", "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-2000:]
    losses = [float(line.split("loss ")[1]) for line in done.stdout.splitlines() if "loss" in line]
    assert len(losses) == 3
    assert all(0 < loss < 20 for loss in losses)  # finite and no larger than a young GAN's
