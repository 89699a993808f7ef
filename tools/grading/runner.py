"""Runs answers and checks, inside the sandbox; started by `sandbox.start`, by path, not imported.

It imports what the lab needs once, and then forks a process for each exercise, so that no answer
can touch another's. (After TensorFlow's first operation a forked process hangs: this one runs
none.) As process 1 of its namespace it cannot be killed from inside; it ends every process of an
exercise that takes too long or too much memory, and all that an exercise leaves behind.

One line of JSON on stdin for an exercise: ``{"name", "lab", "chunks": [[label, code]…]}``; its
check is the function NAME of ``checks.lab_LAB`` (or none, where the lab is null).
The first reply on stdout: ``{"mark", "comment", "tampered", "output"}``. After ✓ it takes a second
line, ``{"hidden", "wrong", "token"}``, with the hidden test. By then nothing that a student will
see can come out of the exercise's process any more, and no copy stays here for the next one to
inherit. The second reply is ``{"mark", "comment", "tampered", "token"}``: its sender has seen that
line.
"""

import ast
import asyncio
import contextlib
import ctypes
import gc
import importlib
import importlib.util
import inspect
import io
import json
import os
import random
import resource
import select
import signal
import sys
import time
import types

OUTPUT = 20_000  # characters of an exercise's output that are kept
MESSAGE = 2_000  # characters of a comment
PR_SET_DUMPABLE = 4
LIMITS = json.loads(sys.argv[1]) if __name__ == "__main__" else {}


def main() -> None:
    commands, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(null, stream)
    # Nothing in the sandbox may read or write this process's memory.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    sys.path.insert(0, "/course" if os.path.isdir("/course/helpers") else LIMITS["root"])
    for name in ("helpers", "checks", *LIMITS["preload"]):  # helpers first: TensorFlow's log level
        importlib.import_module(name)
    gc.freeze()  # pages that are not collected stay shared with the forks

    def reply(**message) -> None:
        rest = (json.dumps(message) + "\n").encode()
        while rest:
            rest = rest[os.write(replies, rest) :]

    reply(ready=True)
    with os.fdopen(commands, "rb", closefd=False) as lines:
        while line := lines.readline():
            run(json.loads(line), reply, commands, (replies, null))


# ── in the process that watches ─────────────────────────────────────────────────────────────────


def run(job: dict, reply, commands: int, private: tuple[int, ...]) -> None:
    """Run one exercise in a process of its own; send one or two replies."""
    out, out_end = os.pipe()
    verdict, verdict_end = os.pipe()
    go_end, go = os.pipe()
    child = os.fork()
    if child == 0:
        for fd in (*private, commands, out, verdict, go):
            os.close(fd)
        Answer(job, out_end, verdict_end, go_end).run()
    for fd in (out_end, verdict_end, go_end):
        os.close(fd)
    watch = Watch(child, out, verdict)
    try:
        first = watch.next_verdict()
        watch.stop_listening()
        reply(**first, output=watch.text())
        if first["mark"] == "✓":
            _hand_on(commands, go, watch.deadline)
            reply(**watch.next_verdict())
    finally:
        _end_all()
        watch.stop_listening()
        for fd in (verdict, go):
            os.close(fd)


def _hand_on(commands: int, go: int, deadline: float) -> None:
    """Pass one line from `commands` on to `go`, through one buffer that is wiped afterwards."""
    buffer, size = bytearray(1 << 20), 0
    view = memoryview(buffer)
    while not size or buffer[size - 1] != ord("\n"):
        read = os.readv(commands, [view[size:]])
        if not read:
            return
        size += read
    os.set_blocking(go, False)
    sent = 0
    with contextlib.suppress(BrokenPipeError):
        while sent < size and time.monotonic() < deadline:
            if select.select([], [go], [], 0.1)[1]:
                sent += os.write(go, view[sent:size])
    view[:size] = bytes(size)


class Watch:
    """Waits for the verdicts of an exercise's process, and ends it when it goes too far."""

    def __init__(self, child: int, out: int, verdict: int):
        self.child, self.verdict, self.reading = child, verdict, [out, verdict]
        self.kept, self.size, self.lines = [], 0, b""
        for fd in (out, verdict):
            os.set_blocking(fd, False)
        self.deadline = time.monotonic() + LIMITS["wall_seconds"]

    def text(self) -> str:
        text = b"".join(self.kept).decode(errors="replace")
        left_out = self.size - sum(map(len, self.kept))
        return text + (f"\n… and {left_out:,} more characters" if left_out else "")

    def keep(self, data: bytes) -> None:
        room = OUTPUT - sum(map(len, self.kept))
        self.kept += [data[:room]] if room > 0 else []
        self.size += len(data)

    def next_verdict(self) -> dict:
        while True:
            if time.monotonic() > self.deadline:
                return _stopped(f"it ran for more than {LIMITS['wall_seconds']:.0f} seconds")
            if len(others := _others()) > LIMITS["processes_at_once"]:
                most = LIMITS["processes_at_once"]
                return _stopped(f"it started more than {most} processes")
            if _memory_mb(others) > LIMITS["memory_mb"]:
                return _stopped(f"it took more than {LIMITS['memory_mb']:,} MB of memory")
            for ready in select.select(self.reading, [], [], 0.1)[0]:
                data = os.read(ready, 1 << 16)
                if ready != self.verdict:
                    self.keep(data)
                    if not data:
                        self.stop_listening()
                    continue
                self.lines += data
                if b"\n" in self.lines:
                    line, _, self.lines = self.lines.partition(b"\n")
                    return _checked(line)
                if not data or len(self.lines) > 1 << 20:
                    return _stopped(self.how_it_ended())

    def stop_listening(self) -> None:
        """Take what was printed so far, and nothing that comes later."""
        for out in self.reading[:-1]:
            with contextlib.suppress(BlockingIOError):
                for _ in range(64):
                    self.keep(os.read(out, 1 << 16))
            os.close(out)
        self.reading = [self.verdict]

    def how_it_ended(self) -> str:
        for _ in range(50):
            done, status = os.waitpid(self.child, os.WNOHANG)
            if done:
                break
            time.sleep(0.02)
        else:
            return "its process no longer answers"
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            return f"it computed for more than {LIMITS['cpu_seconds']:.0f} seconds"
        if os.WIFSIGNALED(status):
            return f"its process was ended by {signal.Signals(os.WTERMSIG(status)).name}"
        return "its process ended before the check was done"


def _stopped(reason: str) -> dict:
    return {"mark": "■", "comment": f"Stopped: {reason}."}


def _checked(line: bytes) -> dict:
    """A verdict as an exercise's process sent it, or what is usable of it."""
    try:
        said = json.loads(line)
        mark = said["mark"] if said["mark"] in ("✓", "✗", "○") else "✗"
        return {
            "mark": mark,
            "comment": str(said.get("comment", ""))[:MESSAGE],
            "tampered": str(said.get("tampered", ""))[:MESSAGE],
            "token": str(said.get("token", ""))[:100],
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return _stopped("its process sent something that is no verdict")


def _others() -> list[str]:
    """All other processes in the sandbox; none without one (--unsafe)."""
    if not LIMITS["alone"]:
        return []
    return [entry for entry in os.listdir("/proc") if entry.isdigit() and int(entry) != os.getpid()]


def _memory_mb(others: list[str]) -> float:
    """Private memory of these processes, in MB."""
    quick = sum(map(_resident_mb, others))
    if quick <= LIMITS["memory_mb"]:
        return quick
    # Forks share pages, which the quick sum counts for each: now exactly, which takes longer.
    return sum(map(_proportional_mb, others))


def _resident_mb(process: str) -> float:
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{process}/statm") as file:
        size = file.read().split()
        return (int(size[1]) - int(size[2])) * resource.getpagesize() / 2**20
    return 0


def _proportional_mb(process: str) -> float:
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            words = [line.split() for line in file]
        return sum(int(w[1]) for w in words if w[0] in ("Pss_Anon:", "Pss_Shmem:")) / 1024
    except PermissionError:  # it hides: then all of it counts
        return _resident_mb(process)
    except (OSError, ValueError):  # it has ended
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


# ── in the exercise's own process ───────────────────────────────────────────────────────────────


class Answer:
    """The process of one exercise: the answer, its check, and afterwards the hidden tests."""

    def __init__(self, job: dict, out: int, verdict: int, go: int):
        self.job, self.verdict, self.go = job, verdict, go
        for stream in (1, 2):
            os.dup2(out, stream)
        os.close(out)

    def run(self) -> None:
        try:
            self._run()
        finally:
            os._exit(0)

    def _run(self) -> None:
        os.setsid()
        os.nice(10)  # or a swarm of its processes could keep the one that watches waiting
        seconds = int(LIMITS["cpu_seconds"])
        # The kernel ends the process with SIGXCPU, and with SIGKILL if it catches that.
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        # Unbuffered, so that what a process wrote before it was ended is kept.
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), "utf-8", "replace", write_through=True)
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), "utf-8", "replace", write_through=True)
        sys.stdin = io.StringIO()
        from checks import engine, kernel

        lab, name = self.job["lab"], self.job["name"]
        asked = getattr(importlib.import_module(f"checks.lab_{lab}"), name) if lab else _nothing
        self.judge = engine.judge
        self.names = {
            "__name__": "__main__",
            "get_ipython": lambda: NoMagics(),
            "display": _display,
        }
        _without_colab()
        random.seed(1)
        if "keras" in sys.modules:
            sys.modules["keras"].utils.set_random_seed(1)
        before, own_error = Originals(), ""
        for label, code in self.job["chunks"]:
            _remember(label, code)
            try:
                _run_cell(code, label, self.names)
            except BaseException as error:  # as in a notebook, the next cell may still run
                with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError):
                    kernel.remember_unmade_names(code, error)
                own = label == f"<{name}>"
                if own and kernel.exercise_behind(error) is None:
                    own_error = f"Your cell ends in an error. {_in_one_line(error)}"
        mark, comment = self._verdict(asked)
        comment = own_error if own_error and mark != "✓" else comment
        self._send(mark, comment, before.changed())
        if mark != "✓":
            return
        null = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(null, stream)
        with os.fdopen(self.go, "rb") as pipe:
            hidden = json.loads(pipe.readline())
        mark, comment = self._verdict(asked)
        if mark == "✓" and hidden["hidden"]:
            mark, comment = self._verdict(_hidden_test(name, hidden["hidden"]))
        tampered = before.changed()
        if mark == "✓" and not tampered:
            tampered = self._refuses_nothing(hidden["wrong"], asked)
        self._send(mark, comment, tampered, hidden["token"])

    def _verdict(self, asked) -> tuple[str, str]:
        try:
            result, _ = self.judge(self.job["name"], 0, asked, self.names)
        except BaseException as error:
            return "✗", f"The check ended early. {_in_one_line(error)}"
        return result.mark, result.comment

    def _refuses_nothing(self, wrong: str, asked) -> str:
        """Whether checks still refuse; what is amiss, in words, or ""."""
        if abs(-1) == 2 or not _fails("assert False", {}):
            return "assertions do not fail any more"
        if not _fails("import numpy; assert numpy.allclose([0.0], [1.0])", {}):
            return "numpy.allclose no longer compares"
        _remember("<wrong>", wrong)
        try:
            exec(compile(wrong, "<wrong>", "exec"), self.names)
        except Exception:
            return ""  # it cannot pass either
        mark, _ = self._verdict(asked)
        return "the check accepts an answer that is known to be wrong" if mark == "✓" else ""

    def _send(self, mark: str, comment: str, tampered: str, token: str = "") -> None:
        said = {"mark": mark, "comment": comment[:MESSAGE], "tampered": tampered, "token": token}
        os.write(self.verdict, (json.dumps(said) + "\n").encode())


def _run_cell(code: str, label: str, names: dict) -> None:
    """Run code as a notebook does, which may await at its top."""
    compiled = compile(code, label, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if compiled.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(compiled, names))
    else:
        exec(compiled, names)


def _display(*things, **_) -> None:
    print(*things)


def _without_colab() -> None:
    """Where Colab is not, its module is there and does nothing."""
    if importlib.util.find_spec("google") is None:
        sys.modules["google"] = types.ModuleType("google")
    colab = types.ModuleType("google.colab")
    colab.__getattr__ = lambda name: Nothing()
    importlib.import_module("google").colab = sys.modules["google.colab"] = colab


class Nothing:
    """Can be called, and asked for anything."""

    def __getattr__(self, name):
        return Nothing()

    def __call__(self, *_, **__):
        return None


class NoMagics:
    """Stands in for IPython's shell: magics and shell commands of an answer do nothing here."""

    def __getattr__(self, name):
        return lambda *_, **__: None


class Originals:
    """What an answer has no business to change: functions and classes of the tools it is given."""

    NAMES = ("builtins", "math", "numpy", "numpy.linalg", "numpy.testing", "tensorflow", "keras")

    def __init__(self):
        ours = [name for name in sys.modules if name.split(".")[0] in ("helpers", "checks")]
        parts = [f"keras.{name}" for name in ("ops", "losses", "layers", "random", "optimizers")]
        self.modules = {name: sys.modules.get(name) for name in (*self.NAMES, *parts, *ours)}
        self.modules = {name: m for name, m in self.modules.items() if m is not None}
        owners = dict(self.modules)
        if "keras" in self.modules:
            owners["keras.Model"] = self.modules["keras"].Model
            owners["keras.Layer"] = self.modules["keras"].Layer
        kinds = (types.FunctionType, types.BuiltinFunctionType, type)
        self.things = [
            (where, owner, name, thing)
            for where, owner in owners.items()
            for name, thing in vars(owner).items()
            if isinstance(thing, kinds)
            or type(thing).__name__ in ("ufunc", "_ArrayFunctionDispatcher")
        ]
        self.codes = [
            (where, name, thing, thing.__code__)
            for where, _, name, thing in self.things
            if isinstance(thing, types.FunctionType)
        ]

    def changed(self) -> str:
        """The first that is no longer what it was, in words; "" if all are."""
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                return f"the module {name} was replaced"
        for where, owner, name, thing in self.things:
            if vars(owner).get(name) is not thing:
                return f"{where}.{name} was replaced"
        for where, name, thing, code in self.codes:
            if thing.__code__ is not code:
                return f"{where}.{name} was rewritten"
        return ""


def _nothing() -> None:
    """The check of a job without a lab: any answer that runs is right."""


def _hidden_test(name: str, source: str):
    """The function of that name which `source` defines."""
    _remember("<hidden test>", source)
    made: dict = {"__name__": "hidden_test"}
    exec(compile(source, "<hidden test>", "exec"), made)
    return made[name]


def _fails(code: str, names: dict) -> bool:
    try:
        exec(code, names)
    except AssertionError:
        return True
    except BaseException:
        return False
    return False


def _remember(label: str, code: str) -> None:
    """Let tracebacks, Keras and TensorFlow find the source."""
    import linecache

    linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)


def _in_one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    text = error.msg if isinstance(error, SyntaxError) else text
    return f"{type(error).__name__}{where}: {text}"[:MESSAGE]


if __name__ == "__main__":
    main()
