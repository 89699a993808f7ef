"""A runner in a sandbox, and the talk with it; the proof that the sandbox is in force."""

import contextlib
import json
import os
import selectors
import shutil
import socket
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tools.grading import cgroup, self_test
from tools.grading.lab import ROOT
from tools.grading.sandbox import Limits, SandboxError, start

START_SECONDS = 180  # to import TensorFlow, on a machine that is very busy
END_SECONDS = 10  # for a sandbox that was ended to be gone
MAX_PARTS = 500_000  # lists, objects and strings in a message; each takes far more memory than text


class RunnerError(Exception):
    """The sandbox or the runner failed, not the answer."""


@dataclass(frozen=True)
class Reply:
    """What came of a job, or of the second line to it."""

    said: dict | None  # the message that its process sent; None where it sent none, or was stopped
    stopped: str  # why it had to be stopped, such as "it ran for more than 90 seconds"; or ""
    output: str  # what it printed until its first message, the first 20,000 bytes of it
    more: bool  # it waits for a second line: `go_on`, or `end`


class Runner:
    """A sandbox with a runner in it. Use it as a context; send it jobs of any lab, many.

    Use it in the thread that entered it: the sandbox ends when that thread does.

    Parameters
    ----------
    preload : modules to import once, in a clean process that every job is forked from; not before
        a job comes that runs code, for to read notebooks takes no TensorFlow.
    slot : number of this sandbox among those that run at the same time.
    unsafe : no sandbox: jobs are ordinary processes of this user.

    Every method raises RunnerError if the sandbox or the runner breaks; then make another.
    """

    def __init__(self, limits: Limits, preload: list[str], slot: int = 0, unsafe: bool = False):
        self.limits, self.preload, self.slot, self.unsafe = limits, preload, slot, unsafe
        self.group, self.killed, self.waits, self.loaded = None, 0, False, not preload

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        self.group = None if self.unsafe else cgroup.make()
        waits = self.group is not None
        self.process = start(
            *(self.limits, self.preload, self.slot, self.unsafe, self.log.fileno(), waits)
        )
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.rest = bytearray()
        _running.add(self)
        try:
            if _stopping.is_set():
                raise RunnerError("grading was stopped")
            self._line(START_SECONDS)
            if self.group:
                self.own = _below({self.process.pid})  # all but jobs
                with contextlib.suppress(OSError):  # then the runner's own count has to do
                    self.group.allow(self.limits.memory_mb)
        except BaseException as error:
            reason = self._reason(error)
            self.__exit__()
            if not isinstance(error, RunnerError | OSError):
                raise
            raise reason from None
        return self

    def _reason(self, error: BaseException) -> RunnerError:
        """An error, with the last line that the runner noted."""
        self.log.seek(0)
        said = self.log.read()[-2000:].decode(errors="replace").strip().splitlines()
        return RunnerError(f"{error}{': ' + said[-1] if said else ''}")

    def __exit__(self, *_):
        """End the sandbox and wait until all of it is gone."""
        _running.discard(self)
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # for this the runner ends, too
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(RunnerError):
            while True:  # what lives in there holds the other end
                self._read(END_SECONDS)
        for stream in (self.process.stdout, self.log, self.selector):
            with contextlib.suppress(OSError):
                stream.close()
        if self.group:
            self.group.remove()

    def start(self, job: dict) -> Reply:
        """Run a job; whatever waited before is ended."""
        self.end()
        if not self.loaded and job["role"] != "read":
            try:
                self._write(b"+")
                self._line(START_SECONDS)
            except RunnerError as error:
                raise self._reason(error) from None
            self.loaded = True
        if self.group:
            self.group.settle()
            self.killed = self.group.killed()
        self._write(b"\n")
        if self.group:
            self._line(self.limits.wall_seconds + 30)
            # The runner stays outside: where a job has taken all, it must not be the one to end.
            for process in _below(self.own) - self.own:
                with contextlib.suppress(OSError):  # then it is counted, or has ended
                    self.group.take(process)
        return self._ask(job)

    def go_on(self, message: dict) -> Reply:
        """Send the second line to a job whose reply had `more`."""
        return self._ask(message)

    def end(self) -> None:
        """End a job that waits for a second line; do nothing if there is none."""
        if self.waits:
            self._write(b"\n")
            self._line(END_SECONDS)
            self.waits = False

    def _ask(self, message: dict) -> Reply:
        self.waits = False
        seconds = self.limits.wall_seconds + 30
        self._write((json.dumps(message) + "\n").encode())
        about = json.loads(self._line(seconds))
        if about["trouble"]:
            raise RunnerError(f"a job could not be shut in ({about['trouble']})")
        output = self._bytes(about["output"], seconds).decode(errors="replace")
        if about["left_out"]:
            output += f"\n… and {about['left_out']:,} more characters"
        said, stopped = None, about["stopped"]
        if data := self._bytes(about["said"], seconds):
            said = _parsed(data)
        if said is None and not stopped:
            stopped = "its process sent something that is no message"
        if self.group and self.group.killed() > self.killed:
            said, stopped = None, f"it took more than {self.limits.memory_mb:,} MB of memory"
        self.waits = about["more"]
        if stopped:
            self.end()
        return Reply(said, stopped, output, self.waits)

    def _write(self, data: bytes) -> None:
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except OSError:
            raise RunnerError("the sandbox ended") from None

    def _line(self, seconds: float) -> bytes:
        while b"\n" not in self.rest:
            self._read(seconds)
        return self._bytes(self.rest.index(b"\n") + 1, seconds)

    def _bytes(self, size: int, seconds: float) -> bytes:
        while len(self.rest) < size:
            self._read(seconds)
        data = bytes(self.rest[:size])
        del self.rest[:size]
        return data

    def _read(self, seconds: float) -> None:
        """Take what the runner says next."""
        if not self.selector.select(seconds):
            raise RunnerError(f"the sandbox did not answer for {seconds:.0f} seconds")
        data = self.process.stdout.read1(1 << 20)
        if not data:
            raise RunnerError("the sandbox ended")
        self.rest += data


def _below(processes: set[int]) -> set[int]:
    """These processes and all that they started."""
    found, todo = set(), list(processes)
    while todo:
        found.add(process := todo.pop())
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
            todo += [int(child) for child in children if int(child) not in found]
    return found


def _parsed(data: bytes) -> dict | None:
    """A message as a job's process sent it, who may be anybody; None if it cannot be used."""
    if sum(data.count(mark) for mark in (b"[", b"{", b'"')) > MAX_PARTS:
        return None
    try:
        said = json.loads(data)
    except (ValueError, RecursionError, MemoryError):
        return None
    return said if isinstance(said, dict) else None


# ── stopping all of them ────────────────────────────────────────────────────────────────────────

_running: set[Runner] = set()
_stopping = threading.Event()


@contextlib.contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Give a function that ends every runner at once, in whatever thread it is used.

    Their users get RunnerError, and so does everybody who makes one until the block is left.
    """

    def stop() -> None:
        _stopping.set()
        for runner in list(_running):
            runner.process.kill()

    try:
        yield stop
    finally:
        _stopping.clear()


# ── is it in force? ─────────────────────────────────────────────────────────────────────────────

TEST_MB = 256  # of memory and of files, where it is tried whether limits hold: less takes less time
NO_SANDBOX = (
    "Nothing was graded: the sandbox cannot be made here ({}). Grade as root in a container, see "
    "INSTRUCTORS.md."
)


def verify(limits: Limits) -> list[str]:
    """Try to break out of a fresh sandbox; return what was tried in vain.

    Raises SandboxError if there is no sandbox, or if anything succeeded.
    """
    if sys.platform != "linux":
        raise SandboxError("Grading needs Linux: use a container, see INSTRUCTORS.md.")
    for program in ("bwrap", "prlimit", "setpriv"):
        if shutil.which(program) is None:
            package = "bubblewrap" if program == "bwrap" else "util-linux"
            raise SandboxError(f"{program} is missing: install the package {package}, try again.")
    secret = uuid.uuid4().hex
    os.environ["WORKBOOK_PROBE"] = secret
    try:
        with tempfile.NamedTemporaryFile() as outside, socket.create_server(("127.0.0.1", 0)) as s:
            # The kernel's limit of processes is what is tried, not the runner's lower one.
            most = min(TEST_MB, limits.memory_mb)
            limits = replace(limits, memory_mb=most, scratch_mb=most, processes_at_once=10_000)
            tell = asdict(limits) | {
                "port": s.getsockname()[1],
                "secret": secret,
                "secret_file": outside.name,
                "solutions": str(ROOT / "solutions"),
                "checks": str(ROOT / "checks"),
            }
            with Runner(limits, ["numpy"]) as runner:
                held = _tried(runner, tell)
    except RunnerError as error:
        raise SandboxError(NO_SANDBOX.format(error)) from None
    finally:
        del os.environ["WORKBOOK_PROBE"]
    return held


def _tried(runner: Runner, tell: dict) -> list[str]:
    source = Path(self_test.__file__).read_text(encoding="utf-8")
    held: list[str] = []
    calls = [f"try_to_get_out({tell})", *(f"allocate({w!r}, {tell})" for w in self_test.WAYS)]
    for call in calls:
        reply = runner.start({"role": "code", "code": f"{source}\n{call}\n"})
        lines = reply.output.splitlines()
        ended = call.startswith("allocate") and reply.stopped  # whatever it counted until then
        if not ended and (escaped := [line for line in lines if line.startswith("ESCAPED ")]):
            what = escaped[0].removeprefix("ESCAPED ")
            raise SandboxError(f"The sandbox does not hold, nothing was graded: it {what}.")
        lines = [line.removeprefix("held ") for line in lines if line.startswith("held ")]
        way = call.split("'")[1]
        if ended:
            lines = [self_test.WAYS_IN_WORDS.format(way)]
        elif reply.stopped or not reply.said or reply.said.get("mark") != "✓" or not lines:
            said = reply.stopped or (reply.said or {}).get("comment") or reply.output[-300:]
            raise SandboxError(f"The sandbox could not be verified, nothing was graded: {said}")
        held += lines
    return held
