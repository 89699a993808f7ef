"""Where submissions run: bubblewrap (bwrap), limits, and the proof that both are in force.

Inside: no network; a file system that cannot be written to but for one private folder in memory,
and that holds Python, helpers/, datasets/ and the checks that students have, and no solution,
hidden test, stored answer or submission; an ordinary user
without capabilities, who can make no new user namespace; process, memory, file and time limits.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.grading.lab import ROOT

RUNNER = Path(__file__).with_name("runner.py")
SCRATCH = "/course/work"
FIRST_USER = 1_000_000  # ids of nobody; one for each sandbox, so that limits are not shared


class SandboxError(Exception):
    """No sandbox, or one that does not hold; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one exercise may use; the sandbox as a whole may use as much scratch and processes."""

    cpu_seconds: int = 30
    wall_seconds: int = 90
    memory_mb: int = 3000
    scratch_mb: int = 256
    processes: int = 128  # the kernel refuses more; threads count
    processes_at_once: int = 16  # the runner ends an exercise that has more; threads do not count


def start(
    limits: Limits,
    preload: list[str],
    slot: int = 0,
    unsafe: bool = False,
    log: int = subprocess.DEVNULL,
) -> subprocess.Popen:
    """Start a runner (see `runner`) in a fresh sandbox; talk to it by its stdin and stdout.

    Parameters
    ----------
    preload : modules to import once, before the first exercise.
    slot : number of this sandbox among those that run at the same time.
    unsafe : no sandbox: the runner is an ordinary process of this user.
    log : a file descriptor for the runner's own notes.
    """
    about = asdict(limits) | {"alone": not unsafe, "root": str(ROOT), "preload": preload}
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
        command = [*_bwrap(limits, slot, settings), *_rlimits(limits), *command]
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


def _bwrap(limits: Limits, slot: int, settings: dict[str, str]) -> list[str]:
    """The command line that makes the sandbox. As root, an outer one that drops to a nobody."""
    root = os.geteuid() == 0
    size = str(limits.scratch_mb * 2**20)
    environment = Path(sys.prefix)
    base = Path(sys.base_prefix)
    path = os.pathsep.join([f"{environment}/bin", "/usr/bin", "/bin"])
    settings = settings | {"PATH": path, "HOME": SCRATCH, "TMPDIR": SCRATCH}
    see = [*("--ro-bind", "/usr", "/usr")]
    for name in ("bin", "lib", "lib64"):
        see += ["--symlink", f"usr/{name}", f"/{name}"]
    for name in ("ld.so.cache", "fonts"):
        see += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for folder in dict.fromkeys((base, base.resolve(), environment)):
        if not folder.is_relative_to("/usr"):
            see += [*_parents(folder), "--ro-bind", str(folder), str(folder)]
    see += ["--perms", "0755", "--dir", "/course"]
    for name in ("helpers", "figures", "datasets"):
        see += ["--ro-bind", str(ROOT / name), f"/course/{name}"]
    # One by one: what lies in folders of checks/, hidden tests and answers, stays outside.
    see += ["--perms", "0755", "--dir", "/course/checks"]
    for path in sorted((ROOT / "checks").glob("*.py")):
        see += ["--ro-bind", str(path), f"/course/checks/{path.name}"]
    see += ["--ro-bind", str(RUNNER), "/course/runner.py"]
    write = []
    for folder in (SCRATCH, "/tmp", "/dev/shm"):
        write += ["--perms", "1777", "--size", size, "--tmpfs", folder]
    close = ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SCRATCH]
    apart = ["--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    common = ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    for name, value in settings.items():
        common += ["--setenv", name, value]
    # The runner is process 1 of its namespace: nothing inside can end it.
    nobody = ["--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]
    nobody += ["--unshare-pid", "--as-pid-1"]
    if not root:
        inside = ["--proc", "/proc", "--dev", "/dev"]
        return ["bwrap", *nobody, *apart, *common, *inside, *see, *write, *close, "--"]
    user = str(FIRST_USER + slot)
    outside = ["--bind", "/proc", "/proc", "--dev", "/dev"]
    return [
        *("bwrap", *apart, *common, *outside, *see, *write, *close, "--"),
        *("setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"),
        *("bwrap", *nobody, "--die-with-parent", "--dev-bind", "/", "/", "--proc", "/proc", "--"),
    ]


def _parents(folder: Path) -> list[str]:
    """Empty folders on the way to `folder`, which anybody may pass."""
    made = []
    for parent in reversed(folder.parents[:-1]):
        made += ["--perms", "0755", "--dir", str(parent)]
    return made
