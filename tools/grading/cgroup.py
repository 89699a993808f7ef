"""A memory cgroup for a worker's jobs, where the kernel lets us have one: as root, or delegated.

With it the kernel itself holds a job to its memory, whatever the memory is: private, shared, files
in memory, buffers of pipes and sockets, page tables. Without it the runner counts (see `runner`).
"""

import contextlib
import itertools
import os
import time
from pathlib import Path

PREFIX = "workbook-"
MB = 2**20
SETTLE_SECONDS = 10
_count = itertools.count()


class Group:
    """One cgroup; make it with `make`."""

    def __init__(self, folder: Path, second_version: bool):
        self.folder, self.second_version = folder, second_version
        self.settled_mb = float("inf")

    def take(self, process: int) -> None:
        """Move a process here; what it starts from then on is here, too."""
        (self.folder / "cgroup.procs").write_text(str(process))

    def allow(self, memory_mb: float) -> None:
        """Let it take as much memory on top of what it has now."""
        used = self._used_mb()
        self.settled_mb = used + memory_mb / 20
        wanted = str(int((used + memory_mb) * MB))
        if self.second_version:
            self._write("memory.max", wanted)
            self._write("memory.swap.max", "0")
        else:
            self._write("memory.limit_in_bytes", wanted)
            self._write("memory.memsw.limit_in_bytes", wanted)

    def settle(self) -> None:
        """Wait until what ended processes had is free again, page tables last; not for ever."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._used_mb() > self.settled_mb and time.monotonic() < deadline:
            time.sleep(0.01)

    def killed(self) -> int:
        """How many of its processes the kernel has ended because they took more."""
        name = "memory.events" if self.second_version else "memory.oom_control"
        return self._numbers(name).get("oom_kill", 0)

    def remove(self) -> None:
        for _ in range(50):  # its last processes may take a moment to go
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.02)

    def _used_mb(self) -> float:
        """What cannot be reclaimed: not the pages of files, which are charged as well."""
        stat = self._numbers("memory.stat")
        if self.second_version:
            used = stat["anon"] + stat["shmem"] + stat.get("kernel", 0)
        else:
            used = stat["total_rss"] + stat["total_shmem"]
            used += int((self.folder / "memory.kmem.usage_in_bytes").read_text())
        return used / MB

    def _numbers(self, name: str) -> dict[str, int]:
        lines = (line.split() for line in (self.folder / name).read_text().splitlines())
        return {words[0]: int(words[1]) for words in lines if len(words) == 2}

    def _write(self, name: str, text: str) -> None:
        with contextlib.suppress(FileNotFoundError):  # kernels without a limit of swap
            (self.folder / name).write_text(text)


def make(mounts: Path = Path("/sys/fs/cgroup"), own: str | None = None) -> Group | None:
    """A new cgroup, or None where there is none to be had.

    Parameters
    ----------
    mounts : where cgroups are mounted.
    own : what /proc/self/cgroup says.
    """
    own = Path("/proc/self/cgroup").read_text() if own is None else own
    name = f"{PREFIX}{os.getpid()}-{next(_count)}"
    for line in own.splitlines():
        _, controllers, path = line.split(":", 2)
        # First version: below our own, so that its limits hold on. Second: only a cgroup without
        # processes may hand on the limit of memory, so below the nearest that does.
        if controllers == "memory":
            places, second_version = [mounts / "memory" / path.lstrip("/")], False
        elif not controllers:
            here = mounts / path.lstrip("/")
            above = [here, *here.parents]
            places = [p for p in above if p.is_relative_to(mounts) and _hands_on_memory(p)]
            second_version = True
        else:
            continue
        for place in places:
            _remove_left_over(place)
            folder = place / name
            with contextlib.suppress(OSError):
                folder.mkdir()
                limit = "memory.max" if second_version else "memory.limit_in_bytes"
                if all(os.access(folder / f, os.W_OK) for f in ("cgroup.procs", limit)):
                    return Group(folder, second_version)
                folder.rmdir()
    return None


def _hands_on_memory(place: Path) -> bool:
    with contextlib.suppress(OSError):
        return "memory" in (place / "cgroup.subtree_control").read_text().split()
    return False


def _remove_left_over(place: Path) -> None:
    """Remove the empty cgroups of graders that were killed."""
    for folder in place.glob(f"{PREFIX}*-*"):
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if not Path(f"/proc/{process}").exists():
            with contextlib.suppress(OSError):
                folder.rmdir()
