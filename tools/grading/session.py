"""A runner in a sandbox, and the talk with it; the proof that the sandbox is in force."""

import contextlib
import json
import os
import selectors
import shutil
import socket
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, replace
from pathlib import Path

from tools.grading.lab import ROOT
from tools.grading.sandbox import Limits, SandboxError, start

START_SECONDS = 180  # to import TensorFlow, on a machine that is very busy


class RunnerError(Exception):
    """The sandbox or the runner failed, not the answer."""


class Runner:
    """A sandbox with a runner in it. Use it as a context; then send it exercises."""

    def __init__(self, limits: Limits, preload: list[str], slot: int = 0, unsafe: bool = False):
        self.limits, self.preload, self.slot, self.unsafe = limits, preload, slot, unsafe

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        self.process = start(self.limits, self.preload, self.slot, self.unsafe, self.log.fileno())
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.rest = b""
        try:
            self._reply(START_SECONDS)
        except RunnerError as error:
            self.log.seek(0)
            said = self.log.read()[-2000:].decode(errors="replace").strip().splitlines()
            self.__exit__()
            raise RunnerError(f"{error}{': ' + said[-1] if said else ''}") from None
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.log, self.selector):
            with contextlib.suppress(OSError):
                stream.close()

    def first(self, job: dict) -> dict:
        """Run an exercise up to its visible check."""
        self._send(job)
        return self._reply(self.limits.wall_seconds + 30)

    def second(self, hidden: dict) -> dict:
        """After ✓: its hidden tests."""
        self._send(hidden)
        return self._reply(self.limits.wall_seconds + 30)

    def _send(self, message: dict) -> None:
        try:
            self.process.stdin.write((json.dumps(message) + "\n").encode())
            self.process.stdin.flush()
        except OSError:
            raise RunnerError("the sandbox ended") from None

    def _reply(self, seconds: float) -> dict:
        deadline = time.monotonic() + seconds
        while b"\n" not in self.rest:
            if not self.selector.select(max(0, deadline - time.monotonic())):
                raise RunnerError(f"the sandbox did not answer for {seconds:.0f} seconds")
            data = self.process.stdout.read1(1 << 16)
            if not data:
                raise RunnerError("the sandbox ended")
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\n")
        return json.loads(line)


# ── is it in force? ─────────────────────────────────────────────────────────────────────────────

PROBE = Path(__file__).with_name("probe.py")


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
            tell = asdict(limits) | {
                "port": s.getsockname()[1],
                "secret": secret,
                "secret_file": outside.name,
                "solutions": str(ROOT / "solutions"),
                "checks": str(ROOT / "checks"),
            }
            # The kernel's limit of processes is what is tried, not the runner's lower one.
            with Runner(replace(limits, processes_at_once=10_000), []) as runner:
                chunks = [["<tell>", f"TELL = {tell!r}"], ["<probe>", PROBE.read_text()]]
                told = runner.first({"name": "probe", "lab": None, "chunks": chunks})
                lines = told["output"].splitlines()
    finally:
        del os.environ["WORKBOOK_PROBE"]
    escaped = [line.removeprefix("ESCAPED ") for line in lines if line.startswith("ESCAPED ")]
    if escaped:
        raise SandboxError(f"The sandbox does not hold, nothing was graded: it {escaped[0]}.")
    if "PROBED" not in lines or told["mark"] != "✓":
        said = told["comment"] or told["output"][-300:]
        raise SandboxError(f"The sandbox could not be verified, nothing was graded: {said}")
    return [line.removeprefix("held ") for line in lines if line.startswith("held ")]
