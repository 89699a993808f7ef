"""Tries to break out of the sandbox; run in it as an answer is, by `session.verify`.

Each line tries what must not work, and prints "ESCAPED" and its name if it did. TELL is made
before: what only somebody outside can know or reach.
"""

# ruff: noqa: F821

import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys

TELL  # noqa: B018  outside of the sandbox it is not there, and nothing below may be tried

SECRET = ("hidden", "answers", "solutions", "tests")  # folders of the course


def works(name, attempt):
    try:
        print("ESCAPED" if attempt() else "held", name)
    except BaseException:
        print("held", name)


def text(path):
    return pathlib.Path(path).read_text()


def writes(path):
    pathlib.Path(path).write_text("x")
    return True


def connects():
    socket.create_connection(("127.0.0.1", TELL["port"]), 2).close()
    return True


def reaches_out():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("192.0.2.1", 9))  # sends nothing; fails where there is no route
    return True


def fills(folder):
    written = 0
    try:
        for number in range(64):
            with open(f"{folder}/fill{number}", "wb") as file:
                written += file.write(bytes(1 << 23))
    except OSError:
        pass
    for path in pathlib.Path(folder).glob("fill*"):
        path.unlink()
    return written > TELL["scratch_mb"] * 2**20


def forks():
    children = []
    try:
        while len(children) < TELL["processes"] + 50:
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children) >= TELL["processes"] + 50


def big_file():
    with open("/course/work/big", "wb") as file:
        file.truncate((TELL["scratch_mb"] + 1) * 2**20)
    return True


def kills_the_watcher():
    os.kill(1, signal.SIGKILL)
    os.kill(1, signal.SIGTERM)
    return False  # that this verdict arrives is the proof


def reads_the_watcher():
    return bool(open("/proc/1/mem", "rb")) or bool(os.listdir("/proc/1/fd"))


def processes():
    return len([p for p in os.listdir("/proc") if p.isdigit()]) > 4


works("reads the solutions", lambda: os.path.exists(TELL["solutions"]))
works("reads the course outside", lambda: os.path.exists(TELL["secret_file"]))
works("sees what is set outside", lambda: TELL["secret"] in str(dict(os.environ)))
works("finds solutions or tests", lambda: any(pathlib.Path("/course").rglob("*.ipynb")))
works(
    "reads hidden tests or stored answers",
    lambda: (
        any(path.name in SECRET for path in pathlib.Path("/course").rglob("*"))
        or any(os.path.exists(os.path.join(TELL["checks"], name)) for name in SECRET)
        or __import__("checks.hidden")
    ),
)
works("is root", lambda: os.getuid() == 0 or os.geteuid() == 0)
works("becomes root", lambda: os.setuid(0) is None)
works("has capabilities", lambda: "CapEff:\t0000000000000000" not in text("/proc/self/status"))
works("makes a user namespace", lambda: subprocess.run(["unshare", "-Ur", "true"]).returncode == 0)
works("connects to this machine", connects)
works("has a route to the network", reaches_out)
works("sees other processes", processes)
works("reads the runner's memory", reads_the_watcher)
for path in (
    "/x",
    "/usr/x",
    "/etc/x",
    "/dev/x",
    "/course/x",
    "/course/helpers/x",
    "/course/datasets/x",
    "/proc/sys/kernel/hostname",
    sys.prefix + "/x",
):
    works(f"writes {path}", lambda path=path: writes(path))
works("fills the scratch folder", lambda: fills("/course/work"))
works("fills shared memory", lambda: fills("/dev/shm"))
works("writes a file over the limit", big_file)
works("takes more memory than allowed", lambda: len(bytearray((TELL["memory_mb"] + 64) << 20)))
works("starts processes without end", forks)
works(
    "raises its limit of time",
    lambda: resource.setrlimit(resource.RLIMIT_CPU, (9999, 9999)) is None,
)
works("ends the runner", kills_the_watcher)
print("PROBED")
