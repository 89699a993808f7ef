"""Where submissions run: the outer walls, made by bubblewrap (bwrap), and the limits.

Inside, for as long as a worker lives: no network; a file system that cannot be written to, but for
a small folder of the runner's, and that holds Python, helpers/, datasets/ and the checks that
students have, and no solution, verdict, stored answer or submission; an ordinary user, who can
make no new user namespace; limits of processes, memory and files. The runner, which is ours, keeps
two capabilities in there, to shut every job in once more (see `isolation`): a job has none, and
folders of its own to write to.

As root there are two sandboxes: one that root makes, and in it one that a nobody makes.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.grading.isolation import FRESH, SCRATCH, WRITABLE
from tools.grading.lab import ROOT

RUNNER, ISOLATION, INSIDE = (
    Path(__file__).with_name(f"{name}.py") for name in ("runner", "isolation", "inside")
)
READING = ("reading", "plain", "suspicions", "trees", "chunks")  # what notebooks are read with
COUNTED = 0.95  # of the memory allowed: a job that is seen to have more is ended
RUNNERS_MB = 32  # of files that the runner may write
FIRST_USER = 1_000_000  # ids of nobody; one for each sandbox, so that limits are not shared


class SandboxError(Exception):
    """No sandbox, or one that does not hold; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one job may use."""

    cpu_seconds: int = 30  # of each of its processes
    wall_seconds: int = 90
    memory_mb: int = 3000  # of all its processes together
    scratch_mb: int = 256  # of all files it writes, wherever
    processes: int = 128  # the kernel refuses more; threads count
    processes_at_once: int = 16  # the runner ends a job that has more; threads do not count


def start(
    limits: Limits,
    preload: list[str],
    slot: int = 0,
    unsafe: bool = False,
    log: int = subprocess.DEVNULL,
    waits: bool = False,
) -> subprocess.Popen:
    """Start a runner (see `runner`) in a fresh sandbox; talk to it by its stdin and stdout.

    Parameters
    ----------
    preload : modules to import once, when the runner is told to.
    slot : number of this sandbox among those that run at the same time.
    unsafe : no sandbox: the runner is an ordinary process of this user.
    log : a file descriptor for the runner's own notes.
    waits : the job's process waits to be moved before the job comes.
    """
    about = asdict(limits) | {"alone": not unsafe, "preload": preload, "waits": waits}
    about["course"] = str(ROOT) if unsafe else "/course"
    # Where memory is only counted, it grows between two looks: keep some room.
    about["counted_mb"] = limits.memory_mb if waits else round(COUNTED * limits.memory_mb)
    about["kept"] = [str(folder) for folder in _python() if _hidden(folder)]
    runner = RUNNER if unsafe else "/course/runner.py"
    command = [sys.executable, "-B", str(runner), json.dumps(about)]
    threads = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    settings = {
        **dict.fromkeys(threads, "1"),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "PYTHONUTF8": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "WORKBOOK_PROFILE": "quick",
        "WORKBOOK_SEED": "1",
    }
    if not unsafe:
        command = [*_bwrap(slot, settings), *_rlimits(limits), *command]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=os.environ | settings if unsafe else {"PATH": os.defpath},
        cwd=tempfile.gettempdir() if unsafe else "/",
        start_new_session=True,
    )


def _rlimits(limits: Limits) -> list[str]:
    mb = 2**20
    return [
        "prlimit",
        f"--data={limits.memory_mb * mb}",
        f"--fsize={limits.scratch_mb * mb}",
        f"--nproc={limits.processes}",
        "--nofile=512",
        "--core=0",
    ]


def _python() -> list[Path]:
    """The folders that Python lies in, beside /usr."""
    folders = (Path(sys.base_prefix), Path(sys.base_prefix).resolve(), Path(sys.prefix))
    return [f for f in dict.fromkeys(folders) if not f.is_relative_to("/usr")]


def _hidden(folder: Path) -> bool:
    """Whether a job's own folders hide this one, unless it takes care."""
    return any(folder.is_relative_to(place) for place in WRITABLE)


def _bwrap(slot: int, settings: dict[str, str]) -> list[str]:
    """The command line that makes the sandbox. As root, an outer one that drops to a nobody."""
    root = os.geteuid() == 0
    path = os.pathsep.join([f"{sys.prefix}/bin", "/usr/bin", "/bin"])
    settings = settings | {"PATH": path, "HOME": SCRATCH, "TMPDIR": SCRATCH}
    see = [*("--ro-bind", "/usr", "/usr")]
    for name in ("bin", "lib", "lib64"):
        see += ["--symlink", f"usr/{name}", f"/{name}"]
    for name in ("ld.so.cache", "fonts"):
        see += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for folder in ("/course", *WRITABLE, FRESH):  # a job mounts its own over them
        see += ["--perms", "0755", "--dir", folder]
    # For what the runner imports, such as Matplotlib, which wants to cache its fonts.
    see += ["--perms", "1777", "--size", str(RUNNERS_MB * 2**20), "--tmpfs", SCRATCH]
    for folder in _python():
        see += [*_parents(folder), "--ro-bind", str(folder), str(folder)]
    for name in ("helpers", "figures", "datasets"):
        see += ["--ro-bind", str(ROOT / name), f"/course/{name}"]
    # One by one: what lies in folders of checks/, probes, verdicts and answers, stays outside.
    see += ["--perms", "0755", "--dir", "/course/checks"]
    for path in sorted((ROOT / "checks").glob("*.py")):
        see += ["--ro-bind", str(path), f"/course/checks/{path.name}"]
    see += ["--perms", "0755", "--dir", "/course/tools/grading"]
    for name in ("", "grading/", *(f"grading/{name}.py" for name in READING)):
        name = name if name.endswith(".py") else f"{name}__init__.py"
        see += ["--ro-bind", str(ROOT / "tools" / name), f"/course/tools/{name}"]
    for path in (RUNNER, ISOLATION, INSIDE):
        see += ["--ro-bind", str(path), f"/course/{path.name}"]
    # What is mapped from /dev/zero and shared is memory that no process is charged for; /dev/full
    # reads the same, and cannot be mapped.
    dev = ["--dev", "/dev", "--dev-bind", "/dev/full", "/dev/zero"]
    close = ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    apart = ["--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    common = ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    for name, value in settings.items():
        common += ["--setenv", name, value]
    # The runner is process 1 of its namespace: nothing inside can end it.
    nobody = ["--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]
    nobody += ["--unshare-pid", "--as-pid-1"]
    for capability in ("CAP_SYS_ADMIN", "CAP_SETPCAP"):  # to make a job's walls; jobs have none
        nobody += ["--cap-add", capability]
    if not root:
        return ["bwrap", *nobody, *apart, *common, "--proc", "/proc", *dev, *see, *close, "--"]
    user = str(FIRST_USER + slot)
    drop = ["--reuid", user, "--regid", user, "--clear-groups"]
    # --die-with-parent stops at a change of the user: who dies may not signal the other. But with
    # process 1 of the outer sandbox, which is root's, the kernel ends all that is in it.
    return [
        *(
            "bwrap",
            *apart,
            "--unshare-pid",
            *common,
            "--bind",
            "/proc",
            "/proc",
            *dev,
            *see,
            *close,
            "--",
        ),
        *("setpriv", *drop, "--"),
        *("bwrap", *nobody, "--die-with-parent", "--dev-bind", "/", "/", "--proc", "/proc", "--"),
    ]


def _parents(folder: Path) -> list[str]:
    """Empty folders on the way to `folder`, which anybody may pass."""
    made = []
    for parent in reversed(folder.parents[:-1]):
        made += ["--perms", "0755", "--dir", str(parent)]
    return made
