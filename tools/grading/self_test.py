"""Tries to break out of the sandbox; run in it as an answer is, by `session.verify`.

Nothing is tried where this is imported. `try_to_get_out` prints a line for each thing that must not
work: "held" and its name, or "ESCAPED" if it did. `allocate` takes memory in one way until it has
more than is allowed, and prints the same, if it lives to do so. ``tell`` is what only somebody
outside can know or reach, and the limits.
"""

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

SECRET = ("hidden", "answers", "solutions", "tests")  # folders of the course
MB = 2**20
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
LIBC.shmat.restype = ctypes.c_void_p


def works(name, attempt):
    try:
        print("ESCAPED" if attempt() else "held", name)
    except BaseException:
        print("held", name)


# ── ways out ────────────────────────────────────────────────────────────────────────────────────


def text(path):
    return pathlib.Path(path).read_text()


def writes(path):
    pathlib.Path(path).write_text("0")
    return True


def connects(port):
    socket.create_connection(("127.0.0.1", port), 2).close()
    return True


def reaches_out():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("192.0.2.1", 9))  # sends nothing; fails where there is no route
    return True


def opens_socket(family):
    socket.socket(family, socket.SOCK_STREAM if family == 40 else socket.SOCK_RAW).close()
    return True


def forks(most):
    children = []
    try:
        while len(children) < most + 50:
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children) >= most + 50


def big_file(mb):
    with open("/course/work/big", "wb") as file:
        file.truncate((mb + 1) * MB)
    return True


def ends_the_runner():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGINT):
        for process in (1, os.getppid(), -1):
            with contextlib.suppress(OSError, KeyboardInterrupt):
                os.kill(process, number)
    return False  # that this verdict arrives is the proof


def sees_others():
    return [p for p in os.listdir("/proc") if p.isdigit()] != [str(os.getpid())]


def calls(name):
    """Whether the kernel does what the call of this name asks; EPERM and ENOSYS are refusals."""
    import isolation

    number = isolation.call_number(name, os.uname().machine)
    # Arguments that are wrong for each: where it is not refused, the kernel says so by EFAULT, …
    LIBC.syscall(number, *(ctypes.c_long(-1) for _ in range(6)))
    return ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS)


def makes_namespaces():
    pid = LIBC.syscall(
        ctypes.c_long({"x86_64": 56, "aarch64": 220}[os.uname().machine]),
        *(ctypes.c_long(flag) for flag in (0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)),
    )
    if pid == 0:
        os._exit(0)
    return pid > 0


def try_to_get_out(tell):
    works("reads the solutions", lambda: os.path.exists(tell["solutions"]))
    works("reads the course outside", lambda: os.path.exists(tell["secret_file"]))
    works("sees what is set outside", lambda: tell["secret"] in str(dict(os.environ)))
    works("finds solutions or tests", lambda: any(pathlib.Path("/course").rglob("*.ipynb")))
    works(
        "reads verdicts or stored answers",
        lambda: (
            any(path.name in SECRET for path in pathlib.Path("/course").rglob("*"))
            or any(os.path.exists(os.path.join(tell["checks"], name)) for name in SECRET)
            or __import__("checks.hidden")
        ),
    )
    works("is root", lambda: os.getuid() == 0 or os.geteuid() == 0)
    works("becomes root", lambda: os.setuid(0) is None)
    status = text("/proc/self/status")
    for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb"):
        works(f"has capabilities ({kind})", lambda k=kind: f"Cap{k}:\t{'0' * 16}" not in status)
    works("can gain rights", lambda: "NoNewPrivs:\t1" not in status)
    shell = ["unshare", "-Ur", "true"]
    works("makes a user namespace", lambda: subprocess.run(shell).returncode == 0)
    works("makes a namespace by clone", makes_namespaces)
    works("connects to this machine", lambda: connects(tell["port"]))
    works("has a route to the network", reaches_out)
    works("asks the kernel by netlink", lambda: opens_socket(socket.AF_NETLINK))
    works("reaches a virtual machine's host", lambda: opens_socket(40))  # AF_VSOCK
    works("sees other processes", sees_others)
    for path in (
        "/x",
        "/usr/x",
        "/etc/x",
        "/dev/x",
        "/course/x",
        "/course/helpers/x",
        "/course/datasets/x",
        "/proc/sys/kernel/hostname",
        "/proc/self/oom_score_adj",
        sys.prefix + "/x",
    ):
        works(f"writes {path}", lambda path=path: writes(path))
    works("writes a file over the limit", lambda: big_file(tell["scratch_mb"]))
    works("starts processes without end", lambda: forks(tell["processes"]))
    limit = (resource.RLIMIT_CPU, (9999, 9999))
    works("raises its limit of time", lambda: resource.setrlimit(*limit) is None)
    import isolation

    for name in isolation.FORBIDDEN | isolation.UNKNOWN:
        if isolation.call_number(name, os.uname().machine) is not None:
            works(f"calls {name}", lambda name=name: calls(name))
    works("ends the runner", ends_the_runner)


# ── ways to take memory ─────────────────────────────────────────────────────────────────────────
# Each takes steps of at most 8 MB, forever, and yields the MB of each.


def bytearrays(tell):
    hoard = []
    while True:
        hoard.append(bytearray(b"x" * 8 * MB))
        yield 8


def arrays(tell):
    import numpy as np

    hoard = []
    while True:
        hoard.append(np.ones(MB))
        yield 8


def mapped(flags, fd=-1, step=8):
    hoard = []
    while True:
        hoard.append(mmap.mmap(fd, step * MB, flags))
        for place in range(0, step * MB, 4096):
            hoard[-1][place] = 1
        yield step


def shared_and_forgotten(tell):
    """Shared memory that is mapped, filled, and dropped from the process's own page tables."""
    hoard = []
    while True:
        hoard.append(mmap.mmap(-1, 8 * MB, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        hoard[-1].write(b"x" * 8 * MB)
        hoard[-1].madvise(mmap.MADV_DONTNEED)
        yield 8


def dev_zero(tell):
    yield from mapped(mmap.MAP_SHARED, os.open("/dev/zero", os.O_RDWR))


def memfd(tell):
    hoard = []
    while True:
        hoard.append(os.memfd_create("x"))
        yield os.write(hoard[-1], b"x" * 8 * MB) / MB


def system_v(tell):
    while True:
        number = LIBC.shmget(0, ctypes.c_size_t(8 * MB), 0o1600)
        place = LIBC.shmat(number, None, 0) if number >= 0 else None
        if place is None:
            raise OSError("refused")
        ctypes.memset(place, 1, 8 * MB)
        yield 8


def system_v_messages(tell):
    while True:
        queue = LIBC.msgget(0, 0o1600)
        if queue < 0 or LIBC.msgsnd(queue, ctypes.c_char_p(b"\1" * 8200), 8192, 0o4000) < 0:
            raise OSError("refused")
        yield 8192 / MB


def posix_messages(tell):
    rt = ctypes.CDLL("librt.so.1", use_errno=True)
    for number in range(10**6):
        if rt.mq_open(f"/{number}".encode(), os.O_CREAT | os.O_RDWR, 0o600, None) < 0:
            raise OSError("refused")
        yield 0.1


def keys(tell):
    number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
    for name in range(10**6):
        said = LIBC.syscall(number, b"user", f"{name}".encode(), b"x" * 32000, 32000, -3)
        if said < 0:
            raise OSError("refused")
        yield 32000 / MB


def files(tell):
    """In all three folders; the limit is that of files."""
    for number in range(10**6):
        for folder in ("/course/work", "/tmp", "/dev/shm"):
            with open(f"{folder}/{number}", "wb") as file:
                yield file.write(b"x" * 8 * MB) / MB


def empty_files(tell):
    """A kilobyte of the kernel's each, and as much again for a link's long target."""
    for number in range(10**7):
        os.symlink("x" * 4000, f"/tmp/{number}")
        yield 5000 / MB


def pipes(tell):
    hoard = []
    while True:
        hoard.append(os.pipe())
        with contextlib.suppress(OSError):  # of all of a user's together there is a limit
            fcntl.fcntl(hoard[-1][1], 1031, MB)  # F_SETPIPE_SZ
        os.set_blocking(hoard[-1][1], False)
        yield os.write(hoard[-1][1], b"x" * MB) / MB


def socket_pairs(tell):
    """As many as a process may have, in one process after the other."""
    yield from in_children(tell, socket_pairs_of_one)


def socket_pairs_of_one(tell):
    hoard = []
    while True:
        hoard.append(socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
        for one in hoard[-1]:
            one.setblocking(False)
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * MB)
            with contextlib.suppress(OSError):
                while True:
                    yield one.send(b"x" * 3000) / MB


def in_children(tell, way):
    """The way in ten processes at once, each with at most a third of what is allowed."""
    told, tells = os.pipe()
    for _ in range(10):
        if os.fork() == 0:
            taken = 0.0
            with contextlib.suppress(BaseException):
                for mb in way(tell):
                    os.write(tells, b"x" * (int(taken + mb) - int(taken)))
                    taken += mb
                    if taken > tell["memory_mb"] / 3:
                        break
            time.sleep(60)
            os._exit(0)
    os.close(tells)
    while data := os.read(told, 8):
        yield len(data)


def children(tell):
    yield from in_children(tell, bytearrays)


def hidden_children(tell):
    """Children that do not let anybody look at what they share."""
    LIBC.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    yield from in_children(tell, bytearrays)


def threads(tell):
    """Deep in recursion, each in a stack of its own."""
    sys.setrecursionlimit(10**7)
    threading.stack_size(64 * MB)
    depth = 40_000  # about 40 MB
    went = threading.Semaphore(0)

    def deep(left):
        if not left:
            went.release()
            time.sleep(60)
        return max((left - 1,), key=deep)

    while True:
        threading.Thread(target=deep, args=(depth,), daemon=True).start()
        went.acquire()
        yield 20


def page_tables(tell):
    """A page of tables for every 2 MB that are read, and no memory behind them."""
    hoard = []
    while True:
        hoard.append(mmap.mmap(-1, 4096 * MB, mmap.MAP_PRIVATE | 0x4020, mmap.PROT_READ))
        hoard[-1].madvise(mmap.MADV_NOHUGEPAGE)
        for place in range(0, 4096 * MB, 2 * MB):
            hoard[-1][place]
        yield 8


def pinned_pages(tell):
    """Large pages that a pipe holds on to when the process has let go of them."""
    number = {"x86_64": 278, "aarch64": 75}[os.uname().machine]
    hoard = []
    while True:
        hoard.append(os.pipe())
        block = mmap.mmap(-1, 8 * MB, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        block.madvise(mmap.MADV_HUGEPAGE)
        block.write(b"x" * 8 * MB)
        place = ctypes.addressof(ctypes.c_char.from_buffer(block))
        vector = (ctypes.c_size_t * 8)(*(n for i in range(4) for n in (place + i * 2 * MB, 4096)))
        if LIBC.syscall(number, hoard[-1][1], vector, 4, 0) < 0:
            raise OSError("refused")
        yield 8


def huge_pages(tell):
    yield from mapped(mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)


WAYS = {
    "bytearrays": bytearrays,
    "arrays": arrays,
    "private maps": lambda tell: mapped(mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
    "shared maps": lambda tell: mapped(mmap.MAP_SHARED | mmap.MAP_ANONYMOUS),
    "shared maps that are let go": shared_and_forgotten,
    "/dev/zero": dev_zero,
    "memfd": memfd,
    "System V memory": system_v,
    "System V messages": system_v_messages,
    "POSIX messages": posix_messages,
    "keys": keys,
    "files": files,
    "empty files": empty_files,
    "pipes": pipes,
    "socket pairs": socket_pairs,
    "children": children,
    "children that hide": hidden_children,
    "threads": threads,
    "page tables": page_tables,
    "pinned pages": pinned_pages,
    "huge pages": huge_pages,
}
WAYS_IN_WORDS = "takes more memory than allowed, by {}"


def allocate(way, tell):
    """Take memory until there is none; print how it ended, and the MB that were reached."""
    taken, why = 0.0, "it has enough"
    most = tell["scratch_mb"] if way == "files" else tell["memory_mb"]
    try:
        for mb in WAYS[way](tell):
            taken += mb
            if taken > 1.1 * most:
                time.sleep(0.5)  # it must last
                print("ESCAPED", WAYS_IN_WORDS.format(way))
                break
    except BaseException as error:
        why = str(error) or type(error).__name__
    print("held", WAYS_IN_WORDS.format(way))
    print(f"reached {taken:.0f} MB: {why}")
