"""Runs jobs, inside the sandbox; started by `sandbox.start`, by path, not imported.

It imports what answers need once, when it is told to, and forks a process for each job, which shuts
itself in (see `isolation`) and then calls ``inside.run(job, talk)``. It runs nothing of a student
itself, and holds nothing of one: jobs, messages and output pass through memory that goes back to
the kernel when a job ends, so no later fork can find a trace. (After TensorFlow's first operation a
forked process hangs: this one runs none.) Jobs cannot see it, nor reach it by signals. It ends
every process of a job that takes too long or too much memory, and all that a job leaves behind. It
ends, and all with it, when its stdin is closed: when the grader is gone.

On stdin: an empty line and one for a job; after a reply that has `more`, a line for the same job,
or an empty one that ends it. Lines are passed on, not read. On stdout, for a job and for a second
line: a line of JSON, ``{"trouble", "stopped", "more", "output", "left_out", "said"}``, then as many
bytes as `output` and `said` say: what was printed until the first message, and the message, as the
job's process sent it. `trouble`: what of the isolation failed, in words; then nothing was run. The
line that ends a job is answered by ``{}``. So is the empty line before a job, where its process is
moved to a cgroup before it runs (`waits`): it is there then. And so is, between jobs, a ``+``: all
that answers need is imported then.
"""

import contextlib
import gc
import importlib
import io
import json
import mmap
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable

import isolation

OUTPUT = 20_000  # bytes of a job's output that are kept
MESSAGE = 24 << 20  # bytes of a message
CHUNK = 1 << 16
GLANCE = 0.02  # seconds between two looks at what a job uses
SOCKET_MB = 0.5  # what a socket may hold, at the kernel's usual settings: twice 208 KiB, and itself
LIMITS = json.loads(sys.argv[1]) if __name__ == "__main__" else {}


def main() -> None:
    commands, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(null, stream)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # of a process 1: it is not delivered
    fork = isolation.Forks().fork if LIMITS["alone"] else os.fork
    isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
    isolation.prctl(isolation.PR_SET_DUMPABLE, 0)  # nobody may read or write its memory
    sys.path.insert(0, LIMITS["course"])
    # helpers first: TensorFlow's log level
    _import(["helpers", "checks", "inside"])
    os.write(replies, b"{}\n")
    while True:
        begin = os.read(commands, 1)
        if not begin:
            raise GraderGone
        if begin == b"+":
            _import(LIMITS["preload"])
            os.write(replies, b"{}\n")
            continue
        with Job(fork, commands, replies) as job:
            if LIMITS["waits"]:  # its process is there, and moved to where its memory is limited
                os.write(replies, b"{}\n")
            job.run()


def _import(names: list[str]) -> None:
    for name in names:
        importlib.import_module(name)
    gc.freeze()  # pages that are not collected stay shared with the forks


class GraderGone(SystemExit):
    """Nobody is there to work for."""


class Stopped(Exception):
    """The job went too far; the message says how."""


class Buffer:
    """Bytes of a job, in memory that goes back to the kernel with them."""

    def __init__(self, size: int):
        self.memory, self.size = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), 0

    def read(self, fd: int, most: int = CHUNK) -> int:
        """Add what can be read, at most as much as there is room; return how much it was."""
        with memoryview(self.memory) as view, view[self.size : self.size + most] as room:
            read = os.readv(fd, [room]) if len(room) else 0
        self.size += read
        return read

    def write(self, fd: int, start: int, end: int) -> int:
        """Write this part; return how much was taken."""
        with memoryview(self.memory) as view, view[start:end] as rest:
            return os.write(fd, rest)


class Job:
    """A job and the processes that it runs in, which end with the context."""

    def __init__(self, fork: Callable[[], int], commands: int, replies: int):
        self.fork, self.commands, self.replies = fork, commands, replies
        self.output, self.left_out = Buffer(OUTPUT + CHUNK), 0
        self.looked = 0.0
        self.trouble = self.stopped = ""  # what of the isolation failed; why the job had to end

    def __enter__(self):
        self.out, out = os.pipe()
        self.say, say = os.pipe()
        listen, self.tell = os.pipe()
        ready, ready_end = os.pipe()
        if self.fork() == 0:
            for fd in (self.commands, self.replies, self.out, self.say, self.tell, ready):
                os.close(fd)
            _become_a_job(out, say, listen, ready_end)
        for fd in (out, say, listen, ready_end):
            os.close(fd)
        for fd in (self.out, self.say, self.tell):
            os.set_blocking(fd, False)
        if LIMITS["alone"]:
            self.trouble = os.read(ready, 1000).decode(errors="replace") or "it ended early"
            self.trouble = self.trouble.removeprefix("ok")
        os.close(ready)
        self.deadline = time.monotonic() + LIMITS["wall_seconds"]
        return self

    def __exit__(self, *_):
        _end_all()
        self.stop_listening()
        for fd in (self.say, self.tell):
            os.close(fd)
        self.output.memory.close()

    def run(self) -> None:
        """Pass the job on, and reply; then pass the second line on, if there is one, and reply."""
        self.hand_on()
        if self.reply(last=False):
            self.watch_until_told()
            if self.hand_on():
                self.reply(last=True)
            else:
                _end_all()
                os.write(self.replies, b"{}\n")

    def reply(self, last: bool) -> bool:
        """Wait for a message and reply with it; return whether the job goes on after that."""
        message, more = Buffer(MESSAGE + CHUNK), False
        if not (self.stopped or self.trouble):
            try:
                more = self.read_message(message) and not last
            except Stopped as error:
                self.stopped = str(error)
        if not more:
            _end_all()  # before the reply, so that all is done when it arrives
        self.stop_listening()
        about = {"trouble": self.trouble, "stopped": self.stopped, "more": more}
        about |= {"output": self.output.size, "left_out": self.left_out}
        usable = not (self.stopped or self.trouble)
        about["said"] = max(0, message.size - 1) if usable else 0  # without the sign before it
        os.write(self.replies, (json.dumps(about) + "\n").encode())
        for buffer, start, size in ((self.output, 0, about["output"]), (message, 1, about["said"])):
            end = start + size
            while start < end:
                start += buffer.write(self.replies, start, end)
        self.output.size = self.left_out = 0
        message.memory.close()
        return more

    def read_message(self, message: Buffer) -> bool:
        """Wait until a whole message is there; return whether its sender waits for an answer."""
        while True:
            self.look()
            for ready in select.select(self.reading(), [], [], GLANCE)[0]:
                if ready == self.commands:  # nothing is due from there
                    raise GraderGone
                if ready == self.out:
                    if not self.keep():
                        self.stop_listening()
                    continue
                start = message.size
                read = message.read(self.say)
                end = message.memory.find(b"\n", start, message.size)
                if end >= 0:
                    message.size = end
                    return message.memory[:1] == b"+"
                if message.size > MESSAGE:
                    raise Stopped(f"it sent more than {MESSAGE >> 20} MB")
                if not read:
                    raise Stopped(self.how_it_ended())

    def reading(self) -> list[int]:
        return [fd for fd in (self.commands, self.say, self.out) if fd is not None]

    def keep(self) -> int:
        """Take what was printed, as far as there is room for it."""
        read = self.output.read(self.out)
        if self.output.size > OUTPUT:
            self.left_out += self.output.size - OUTPUT
            self.output.size = OUTPUT
        return read

    def stop_listening(self) -> None:
        """Take what was printed so far, and nothing that comes later."""
        if self.out is None:
            return
        with contextlib.suppress(BlockingIOError):
            for _ in range(64):
                if not self.keep():
                    break
        os.close(self.out)
        self.out = None

    def hand_on(self) -> bool:
        """Pass a line on to the job's process; return False if it is the line that ends the job.

        What cannot be passed on, because the job was stopped or does not listen, is left out.
        """
        listens, passed = not (self.stopped or self.trouble), 0
        while True:
            chunk = Buffer(CHUNK)
            if not chunk.read(self.commands):
                raise GraderGone
            sent, last = 0, chunk.memory[chunk.size - 1] == ord("\n")
            passed += chunk.size
            try:
                while listens and sent < chunk.size:
                    self.look()
                    if select.select([], [self.tell], [], GLANCE)[1]:
                        sent += chunk.write(self.tell, sent, chunk.size)
            except Stopped as error:
                self.stopped, listens = str(error), False
            except BrokenPipeError:
                listens = False
            chunk.memory.close()
            if last:
                return passed > 1

    def watch_until_told(self) -> None:
        """Watch the job while it waits; the time that the grader takes is not the job's."""
        left = self.deadline - time.monotonic()
        while not select.select([self.commands], [], [], GLANCE)[0]:
            self.deadline = time.monotonic() + left
            if not self.stopped:
                try:
                    self.look()
                except Stopped as error:
                    self.stopped = str(error)
                    _end_all()

    def look(self) -> None:
        """Raise Stopped if the job uses too much."""
        now = time.monotonic()
        if now > self.deadline:
            raise Stopped(f"it ran for more than {LIMITS['wall_seconds']:.0f} seconds")
        if now < self.looked + GLANCE or not LIMITS["alone"]:
            return
        self.looked = now
        processes = _others()
        most = LIMITS["processes_at_once"]
        if len(processes) > most:
            raise Stopped(f"it started more than {most} processes")
        if _memory_mb(processes) > LIMITS["counted_mb"]:
            raise Stopped(f"it took more than {LIMITS['counted_mb']:,} MB of memory")

    def how_it_ended(self) -> str:
        for _ in range(50):
            done, status, used = os.wait4(-1, os.WNOHANG)
            if done:
                return _in_words(status, used.ru_utime + used.ru_stime)
            time.sleep(0.02)
        return "its process no longer answers"


def _in_words(status: int, cpu_seconds: float) -> str:
    if not os.WIFSIGNALED(status):
        return "its process ended before the check was done"
    if cpu_seconds > LIMITS["cpu_seconds"] - 0.5:
        return f"it computed for more than {LIMITS['cpu_seconds']:.0f} seconds"
    return f"its process was ended by {signal.Signals(os.WTERMSIG(status)).name}"


def _others() -> list[str]:
    """All processes in the sandbox but this one and its parent, which only waits."""
    own = {os.readlink("/proc/self"), "1"}  # as /proc counts, which was there before both
    return [entry for entry in os.listdir("/proc") if entry.isdigit() and entry not in own]


def _memory_mb(processes: list[str]) -> float:
    """What these processes hold, in MB: private and shared memory, page tables, sockets."""
    kernel = sum(_kernel_mb(process) for process in processes) + _sockets_mb(processes)
    quick = sum(_resident_mb(process) for process in processes)
    if quick + kernel <= LIMITS["counted_mb"]:
        return quick + kernel
    # Forks share pages, which the quick sum counts for each: now exactly, which takes longer.
    return sum(_proportional_mb(process) for process in processes) + kernel


def _kilobytes(path: str, *names: str) -> float:
    """The sum of these lines of a file in /proc, in MB; 0 for a process that has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(path) as file:
        words = [line.split() for line in file]
        return sum(int(w[1]) for w in words if w[0].rstrip(":") in names) / 1024
    return 0


def _resident_mb(process: str) -> float:
    return _kilobytes(f"/proc/{process}/status", "RssAnon", "RssShmem", "VmSwap")


def _kernel_mb(process: str) -> float:
    return _kilobytes(f"/proc/{process}/status", "VmPTE")


def _proportional_mb(process: str) -> float:
    try:
        return _kilobytes(f"/proc/{process}/smaps_rollup", "Pss_Anon", "Pss_Shmem", "SwapPss")
    except PermissionError:  # it hides: then all of it counts
        return _resident_mb(process)


def _sockets_mb(processes: list[str]) -> float:
    """What the sockets of the job's network may hold."""
    for process in processes:
        with contextlib.suppress(OSError), open(f"/proc/{process}/net/sockstat") as file:
            return int(file.readline().split()[-1]) * SOCKET_MB
    return 0


def _end_all() -> None:
    """End every process in the sandbox but this one, and wait for them."""
    if LIMITS["alone"]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # all that this namespace holds; forks cannot slip through
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
    else:  # --unsafe: only the process itself
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            while os.waitpid(-1, os.WNOHANG)[0] == 0:
                for child in _children():
                    os.kill(child, signal.SIGKILL)
                time.sleep(0.02)


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(word) for word in file.read().split()]


# ── in the job's own process ────────────────────────────────────────────────────────────────────


class Talk:
    """How `inside` talks to the grader."""

    def __init__(self, say: int, listen):
        self._say, self._listen = say, listen

    def send(self, message: dict, more: bool = False) -> None:
        """Send a message that JSON can hold; `more` says that an answer is awaited.

        From then on nothing that is printed reaches anybody.
        """
        if more:  # the runner no longer listens either, but a write to it would be an error
            with open(os.devnull, "r+b", buffering=0) as null:
                for stream in (1, 2):
                    os.dup2(null.fileno(), stream)
        rest = (b"+" if more else b"-") + json.dumps(message).encode() + b"\n"
        while rest:
            rest = rest[os.write(self._say, rest) :]

    def receive(self) -> dict:
        """Wait for the second line."""
        return json.loads(self._listen.readline())


def _become_a_job(out: int, say: int, listen: int, ready: int) -> None:
    """Shut this process in, and run the job in it; never returns."""
    try:
        if LIMITS["alone"]:
            isolation.enter(LIMITS["scratch_mb"], LIMITS["kept"], ready)
        else:
            os.close(ready)
            isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
        for stream in (1, 2):
            os.dup2(out, stream)
        first, second = sorted((say, listen))
        for start, end in ((3, first), (first + 1, second), (second + 1, 1024)):
            os.closerange(start, end)
        os.setsid()
        os.nice(10)  # or a swarm of its processes could keep the one that watches waiting
        signal.signal(signal.SIGINT, signal.default_int_handler)
        seconds = int(LIMITS["cpu_seconds"])
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # then it is killed
        isolation.prctl(isolation.PR_SET_DUMPABLE, 1)
        # Unbuffered, so that what a process wrote before it was ended is kept.
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), "utf-8", "replace", write_through=True)
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), "utf-8", "replace", write_through=True)
        sys.stdin = io.StringIO()
        lines = os.fdopen(listen, "rb")
        import inside

        inside.run(json.loads(lines.readline()), Talk(say, lines))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
