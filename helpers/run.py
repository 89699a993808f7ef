"""How this run is set up, what machine it runs on, and what came out of it."""

import contextlib
import importlib.metadata
import json
import math
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROFILES = ("quick", "full")
# The oldest and the newest versions with which every lab was run (`make test-colab`, `make test`).
TESTED = {
    "python": ("3.11", "3.13"),
    "tensorflow": ("2.20", "2.21"),
    "keras": ("3.13", "3.15"),
    "numpy": ("2.1", "2.4"),
    "matplotlib": ("3.10", "3.11"),
}

_started = time.perf_counter()
_lab: str | None = None


class Sentence(Exception):
    """An error that says in one sentence what to do; IPython shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def run_profile() -> str:
    """The run profile, ``"quick"`` (the default: two CPU cores) or ``"full"`` (a GPU).

    Set it with the environment variable WORKBOOK_PROFILE before the kernel starts.
    Raises ValueError for any other value.
    """
    profile = os.environ.get("WORKBOOK_PROFILE") or "quick"
    if profile not in PROFILES:
        raise ValueError(f"WORKBOOK_PROFILE is {profile!r}: set it to 'quick' or 'full'.")
    return profile


def run_seed() -> int:
    """The seed of every random draw, from WORKBOOK_SEED (default 1).

    Raises ValueError if it is not a whole number from 0 to 2³² − 1.
    """
    text = os.environ.get("WORKBOOK_SEED") or "1"
    if not (text.isdecimal() and int(text) < 2**32):
        raise ValueError(f"WORKBOOK_SEED is {text!r}: set it to a whole number, such as 1.")
    return int(text)


def announce(lab: str) -> None:
    """Say which lab this run is of, such as ``"00_start_here"``; `checks.begin` does."""
    global _lab
    _lab = lab


def current_lab() -> str | None:
    """The lab that was announced, such as ``"00_start_here"``."""
    return _lab


def strict() -> bool:
    """True where a failed check must stop the notebook: in CI and under nbgrader."""
    return os.environ.get("WORKBOOK_STRICT") == "1" or "NBGRADER_EXECUTION" in os.environ


def shell():
    """The running IPython shell, or None in a plain Python process (IPython is not imported)."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def display(bundle: dict, metadata: dict | None = None) -> None:
    """Show one thing in the notebook, MIME type → content; only where there is a `shell`."""
    sys.modules["IPython"].display.display(bundle, metadata=metadata, raw=True)


def describe_run() -> None:
    """Print versions, hardware, run profile and seed."""
    versions = [f"{package} {_version(package)}" for package in ("tensorflow", "keras", "numpy")]
    print("versions ", ", ".join([f"Python {platform.python_version()}", *versions]))
    machine, memory = f"{platform.system()} {platform.machine()}", _memory_gb()
    space = f"{memory:.1f} GB of memory" if memory else "memory unknown"
    print("machine  ", f"{machine}, {_cores()} CPU cores, {space}, {gpu() or 'no GPU found'}")
    print("run      ", f"profile {run_profile()}, seed {run_seed()}")
    if untested := _outside_the_tested():
        print("note      Not the versions this course is tested with:", "; ".join(untested) + ".")
    if memory and memory < 1.6:
        print("note      This is little memory: shut down other kernels before labs 03 and 04.")
    if not _version("tensorflow")[0].isdigit():
        print("note      Lab 01 and later need TensorFlow: pip install -r requirements.txt")


def _version(package: str) -> str:
    for name in (package, f"{package}-cpu"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return "not installed"


def _outside_the_tested() -> list[str]:
    """For each package outside its range in TESTED, such as ``"numpy 2.0.1 (2.1 to 2.4)"``."""

    def minor(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", version)[:2])

    found = []
    for package, (oldest, newest) in TESTED.items():
        version = platform.python_version() if package == "python" else _version(package)
        if version[0].isdigit() and not minor(oldest) <= minor(version) <= minor(newest):
            found.append(f"{package} {version} ({oldest} to {newest})")
    return found


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_gb() -> float | None:
    """Memory this process may use, in GB: the machine's, or the container's limit if lower."""
    limits = []
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            limits.append(int(Path(path).read_text()))
    return min(limits) / 1e9 if limits else None


def gpu(property: str = "name") -> str | None:
    """A property of NVIDIA's graphics processors, joined by " + "; None where there are none.

    Parameters
    ----------
    property : a field of ``nvidia-smi --query-gpu``, such as "name" or "compute_cap".
    """
    try:
        command = ["nvidia-smi", f"--query-gpu={property}", "--format=csv,noheader"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip().replace("\n", " + ") if done.returncode == 0 else None


def peak_memory_mb() -> float | None:
    """Largest memory this process has held so far, in MB; None where it cannot be told."""
    with contextlib.suppress(OSError, IndexError):
        # VmHWM is this process's own; ru_maxrss starts at the parent's peak on Linux.
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    try:
        import resource  # macOS: bytes
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def report(lab: str, **metrics: float) -> None:
    """Show a lab's numbers and save them in ``build/metrics/LAB.json``.

    Parameters
    ----------
    lab : such as ``"02_quadratic_gan"``.
    metrics : finite numbers by name. Raises ValueError for anything else.
    """
    for name, value in metrics.items():
        try:
            metrics[name] = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"report: {name} is {value!r}, not a number.") from None
        if not math.isfinite(metrics[name]):
            raise ValueError(f"report: {name} is {value}: the run went wrong before this cell.")
    memory = peak_memory_mb()
    record = {
        "lab": lab,
        "profile": run_profile(),
        "seed": run_seed(),
        "seconds": round(time.perf_counter() - _started, 1),
        "peak_memory_mb": round(memory) if memory else None,
        "metrics": metrics,
    }
    _show_table(record)
    path = ROOT / "build" / "metrics" / f"{lab}.json"
    try:
        write_atomically(path, (json.dumps(record, indent=2) + "\n").encode())
    except OSError as error:
        print(f"These numbers could not be saved in {path.parent}: {error.strerror}.")


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all; makes the folder when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave the new name with no content
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _show_table(record: dict) -> None:
    import pandas as pd

    rows = {name: f"{value:.4g}" for name, value in record["metrics"].items()}
    rows |= {"seconds": f"{record['seconds']:.0f}", "peak memory": f"{record['peak_memory_mb']} MB"}
    title = f"{record['lab']} · {record['profile']} · seed {record['seed']}"
    table = pd.Series(rows)
    text = f"{title}\n{table.to_string()}"
    if shell() is None:
        print(text)
    else:
        display({"text/plain": text, "text/html": table.to_frame(title).to_html()})
