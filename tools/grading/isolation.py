"""The walls around one job, inside of the sandbox: imported by `runner`, by path.

A worker is one sandbox (see `sandbox`) with one clean runner, and every job is a fork of it, made
by `Forks`, that first calls `enter`. What is promised, and what keeps the promise:

- A job sees and reaches no process but its own: a pid namespace, whose process 1 it is. When that
  ends, the kernel ends all the others.
- Nothing that a job writes is there for the next: a mount namespace with one new tmpfs, of limited
  size and number of files, behind the scratch folder, /tmp and /dev/shm; new IPC and network
  namespaces; no keyrings and no message queues at all (FORBIDDEN).
- No memory is taken that the watcher cannot see: what is held by a descriptor or by the kernel, and
  not by a process, is forbidden or has a limit (`call_filter`; for /dev/zero see `sandbox`).
- No rights: all capabilities are dropped, for good (no_new_privs), and calls that make, enter or
  change namespaces, mounts or other processes fail.
- /proc can be read and not written, so that a job stays first in line when memory runs out.
"""

import ctypes
import errno
import os
import platform
import struct
from pathlib import Path

SCRATCH = "/course/work"
FRESH = "/course/fresh"  # where the new tmpfs is put together
WRITABLE = {SCRATCH: "work", "/tmp": "tmp", "/dev/shm": "shm"}
MAX_FILES = 20_000  # an empty one takes a kilobyte of the kernel's memory

# ── what the kernel is asked for ────────────────────────────────────────────────────────────────

LIBC = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x1000, 0x4000, 0x40000, 2
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x8000000, 0x20000000, 0x40000000
ANY_NAMESPACE = 0x7E020080  # CLONE_NEW… in all
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522


def prctl(option: int, *values) -> None:
    """Change this process; raises OSError."""
    _call("prctl", option, *(ctypes.c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]))


def _call(name: str, *arguments) -> None:
    if getattr(LIBC, name)(*arguments) < 0:
        number = ctypes.get_errno()
        words = [a.decode() for a in arguments if isinstance(a, bytes)]
        raise OSError(number, f"{' '.join([name, *words])}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    _call(
        *("mount", source.encode(), target.encode(), kind and kind.encode()),
        *(ctypes.c_ulong(flags), options.encode()),
    )


# ── one job's own world ─────────────────────────────────────────────────────────────────────────


class Forks:
    """Makes processes that are each the first of a pid namespace of their own.

    A process may come back from there only where its own pid namespace belongs to its own user
    namespace, which bubblewrap's does not: so one is made first. The calls return in another
    process than they were made in, and its parent only waits for its end: call this early.
    """

    def __init__(self):
        _call("unshare", CLONE_NEWPID)
        if child := os.fork():
            os.closerange(0, 1024)
            os.waitpid(child, 0)
            os._exit(0)
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY)

    def fork(self) -> int:
        """As os.fork."""
        _call("unshare", CLONE_NEWPID)
        child = os.fork()
        if child:
            _call("setns", self.own, CLONE_NEWPID)
        else:
            os.close(self.own)
        return child


def enter(scratch_mb: int, kept: list[str], ready: int) -> None:
    """Shut this process in: a fork of the runner, with one thread.

    Parameters
    ----------
    scratch_mb : size of all that can be written to, in MB.
    kept : folders below a writable one that must stay in sight (Python, where it lies in /tmp).
    ready : a pipe that gets "ok", or a sentence on what failed, and is closed.
    """
    try:
        _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET)
        prctl(PR_SET_DUMPABLE, 1)  # as the runner is, it may not write there
        Path("/proc/self/oom_score_adj").write_text("1000")
        _mount_all(scratch_mb, kept)
        _drop_rights()
        _forbid_calls()
        os.write(ready, b"ok")
    except BaseException as error:
        os.write(ready, f"{error}"[:500].encode(errors="replace"))
        os._exit(1)
    os.close(ready)


def _mount_all(scratch_mb: int, kept: list[str]) -> None:
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    size = f"size={scratch_mb}m,nr_inodes={MAX_FILES},mode=0755"
    _mount("tmpfs", FRESH, "tmpfs", MS_NOSUID | MS_NODEV, size)
    for place, name in WRITABLE.items():
        new = f"{FRESH}/{name}"
        os.mkdir(new)
        for folder in kept:
            if Path(folder).is_relative_to(place):
                there = f"{new}/{Path(folder).relative_to(place)}"
                os.makedirs(there, exist_ok=True)
                _mount(folder, there, None, MS_BIND | MS_REC)
        _mount(new, place, None, MS_BIND | MS_REC)
    _call("umount2", FRESH.encode(), MNT_DETACH)
    _mount("tmpfs", "/dev/pts", "tmpfs", MS_RDONLY, "size=4k")  # terminals hold memory, too
    _mount("proc", "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
    os.chdir(SCRATCH)


def _drop_rights() -> None:
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        prctl(PR_CAPBSET_DROP, capability)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    _call("capset", header, bytes(24))
    prctl(PR_SET_NO_NEW_PRIVS, 1)


# ── what a job may ask the kernel for ───────────────────────────────────────────────────────────

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column below, AUDIT_ARCH_…
NEWEST = 450  # calls with a higher number are unknown here; so are those of x32, from 2**30

# Numbers on x86_64 and aarch64; one number where they are the same, None where there is none.
FORBIDDEN = {
    # memory that belongs to no process
    "memfd_create": (319, 279),
    "memfd_secret": 447,
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "vmsplice": (278, 75),
    "io_setup": (206, 0),
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "fanotify_init": (300, 262),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": 440,
    "pidfd_getfd": 438,
    "kcmp": (312, 272),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # parts of the kernel where flaws are found most often
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "modify_ldt": (154, None),
}
# Refused as unknown, so that the C library takes the older call, whose flags can be looked at.
UNKNOWN = {"clone3": 435}
# Refused or not by their arguments, see `call_filter`.
LOOKED_AT = {
    "mmap": (9, 222),
    "clone": (56, 220),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "setsockopt": (54, 208),
}

MAP_SHARED_ANONYMOUS, MAP_HUGETLB = 0x21, 0x40000
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; others reach hosts, or hold memory
SOL_SOCKET, SO_SNDBUF = 1, 7  # more than the usual buffers are not to be had
LOAD, AND, EQUAL, GREATER, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x25, 0x45, 0x06  # BPF
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000


def call_number(name: str, machine: str) -> int | None:
    """The number of a call in the tables above."""
    numbers = (FORBIDDEN | UNKNOWN | LOOKED_AT)[name]
    return numbers if isinstance(numbers, int) else numbers[MACHINES[machine][0]]


def call_filter(machine: str) -> list[tuple[int, int, int, int]]:
    """A seccomp program: (operation, jump if true, jump if false, constant) a step."""

    def refuse(error: int) -> tuple:
        return (RETURN, 0, 0, REFUSE | error)

    def load(argument: int) -> tuple:
        return (LOAD, 0, 0, ARGUMENTS + 8 * argument)

    allow = (RETURN, 0, 0, ALLOW)
    steps = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, MACHINES[machine][1]), (RETURN, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, NUMBER), (GREATER, 0, 1, NEWEST), refuse(errno.ENOSYS)]
    looked_at = {
        "mmap": [
            *(load(3), (ANY_BIT, 0, 1, MAP_HUGETLB), refuse(errno.EPERM)),
            (AND, 0, 0, MAP_SHARED_ANONYMOUS),
            *((EQUAL, 0, 1, MAP_SHARED_ANONYMOUS), refuse(errno.EPERM)),
            allow,
        ],
        "clone": [load(0), (ANY_BIT, 0, 1, ANY_NAMESPACE), refuse(errno.EPERM), allow],
    }
    looked_at["setsockopt"] = [
        *(load(1), (EQUAL, 1, 0, SOL_SOCKET), allow),
        *(load(2), (EQUAL, 0, 1, SO_SNDBUF), refuse(errno.EPERM)),
        allow,
    ]
    for name in ("socket", "socketpair"):
        looked_at[name] = [load(0)]
        for family in FAMILIES:
            looked_at[name] += [(EQUAL, 0, 1, family), allow]
        looked_at[name] += [refuse(errno.EAFNOSUPPORT)]
    for name in FORBIDDEN:
        looked_at[name] = [refuse(errno.EPERM)]
    for name in UNKNOWN:
        looked_at[name] = [refuse(errno.ENOSYS)]
    for name, then in looked_at.items():
        number = call_number(name, machine)
        if number is not None:
            steps += [(EQUAL, 0, len(then), number), *then]
    return [*steps, allow]


def _forbid_calls() -> None:
    machine = platform.machine()
    if machine not in MACHINES:
        raise OSError(f"no list of calls for a processor of the kind {machine}")
    steps = call_filter(machine)
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    about = ctypes.create_string_buffer(
        struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(buffer))
    )
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(about))
