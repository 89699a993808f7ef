"""A pytest plugin for nbval: what each notebook used, into build/usage/NAME.json.

Wall seconds from before the kernel starts to the end of the last cell; the kernel's CPU seconds and
peak memory, read from the living kernel; and the rate of a matrix product, timed before and after,
which tells how fast the machine was in that moment. See tests/quality.py.
"""

import json
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from helpers.run import ROOT, write_atomically

_started: dict[Path, tuple[float, float]] = {}  # notebook → wall clock, GFLOP/s


def gflops(n: int = 2048, times: int = 3) -> float:
    """Billions of floating-point operations a second of a float32 matrix product, on all cores."""
    a = np.ones((n, n), dtype="float32")
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        a @ a
        seconds.append(time.perf_counter() - start)
    return 2 * n**3 / float(np.median(seconds)) / 1e9


@pytest.hookimpl(tryfirst=True)  # before nbval starts the kernel
def pytest_runtest_setup(item) -> None:
    if item.path not in _started:
        rate = gflops()
        _started[item.path] = (time.perf_counter(), rate)


@pytest.hookimpl(tryfirst=True)  # before nbval stops the kernel
def pytest_runtest_teardown(item, nextitem) -> None:
    if nextitem is not None and nextitem.path == item.path:
        return
    start, rate = _started[item.path]
    wall = time.perf_counter() - start
    used = {"wall_seconds": round(wall, 1), "gflops": [round(rate, 1), round(gflops(), 1)]}
    if item.parent.kernel is not None:  # it started
        used |= _used(item.parent.kernel.km.provisioner.pid)
    path = ROOT / "build" / "usage" / f"{item.path.stem}.json"
    write_atomically(path, (json.dumps(used) + "\n").encode())


def _used(pid: int) -> dict:
    """CPU seconds and peak memory in MB of a living process; empty if it has died."""
    try:
        times = psutil.Process(pid).cpu_times()
        status = Path(f"/proc/{pid}/status").read_text()  # Linux
    except (psutil.NoSuchProcess, OSError):
        return {}
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    cpu = times.user + times.system + times.children_user + times.children_system
    return {"cpu_seconds": round(cpu, 1), "peak_memory_mb": round(peak)}
