"""How good are the checks? Break every answer in many small ways; its check should see each.

    python -m tools.mutants              every mutant of every lab, and a table
    python -m tools.mutants 02 03        labs 02 and 03
    python -m tools.mutants 02 --exercise coverage
    python -m tools.mutants --sample 25  about 25 mutants of each lab, always the same ones
    python -m tools.mutants --list       the mutants, without running them

Each mutant meets the check as learners see it in a process of its own; one
that takes longer than SECONDS counts as caught, and is listed as a timeout. A mutant is wrong on
purpose, but not always in effect: those that do the same as the answer, or something equally right,
stand in tests/mutants.toml, each with its reason.
"""

import argparse
import contextlib
import fnmatch
import hashlib
import importlib
import io
import linecache
import os
import resource
import signal
import sys
import tempfile
import time
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from checks import engine
from helpers.run import ROOT
from tools.answers import reference_answers
from tools.mutants.mutations import Mutant, mutants

DECLARED = ROOT / "tests" / "mutants.toml"
CAUGHT = 0.9  # at least, of the mutants of a lab that are not declared equivalent
SAMPLED = 0.8  # of a lab's sample: of 25 mutants, two or three more may happen to survive
EQUIVALENT = 0.1  # at most, of the mutants of a lab
SECONDS = 10  # a mutant's limit: some never end
MEMORY = 3 << 30  # of data, in bytes: some ask for all there is
WORKERS = 2


@dataclass
class Exercise:
    lab: str
    name: str
    imports: str
    answer: str
    mutants: list[Mutant]
    equivalent: dict[str, str]  # pattern of changes → reason


@dataclass
class Outcome:
    exercise: Exercise
    mutant: Mutant | None  # None: the answer itself
    said: str  # what the check said; "" if it passed
    timeout: bool
    seconds: float


@dataclass
class Row:
    name: str
    caught: int = 0
    timeouts: int = 0
    equivalent: int = 0
    survivors: list[Outcome] = field(default_factory=list)
    seconds: float = 0

    @property
    def mutants(self) -> int:
        return self.caught + self.equivalent + len(self.survivors)

    @property
    def share(self) -> float:
        """Caught, of those that are not declared equivalent."""
        return self.caught / max(self.caught + len(self.survivors), 1)


def matches(mutant: Mutant, pattern: str) -> bool:
    """A pattern is a change, word by word; "*" stands for any words, as in a shell."""
    return fnmatch.fnmatchcase(mutant.change, pattern.replace("[", "[[]"))


def reason(one: Exercise, mutant: Mutant) -> str | None:
    """Why a mutant is declared equivalent, if it is."""
    return next((why for what, why in one.equivalent.items() if matches(mutant, what)), None)


def exercises(path: Path, only: str | None = None) -> list[Exercise]:
    """The exercises of one built solution, with their mutants and what is declared about them."""
    imports, answers = reference_answers(nbformat.read(path, as_version=4))
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8")).get("equivalent", [])
    found = []
    for name, answer in answers.items():
        if only not in (None, name):
            continue
        about = [d for d in declared if (d["lab"], d["exercise"]) == (path.stem, name)]
        patterns = {change: d["reason"] for d in about for change in d["changes"]}
        found.append(Exercise(path.stem, name, imports, answer, mutants(answer), patterns))
    return found


def sample(found: list[Exercise], size: int) -> None:
    """Keep about `size` mutants of these exercises: the same ones in every run, some of each."""
    total = sum(len(one.mutants) for one in found)
    for one in found:
        keep = max(1, round(size * len(one.mutants) / total))
        key = {m: hashlib.sha256(f"{one.name} {m.change}".encode()).digest() for m in one.mutants}
        one.mutants = sorted(one.mutants, key=key.get)[:keep]


# ── running ─────────────────────────────────────────────────────────────────────────────────────


def run(found: list[Exercise]) -> Iterator[Outcome]:
    """Try each answer and its mutants, WORKERS at a time, in forked processes.

    The imports of the labs are done once, here. No TensorFlow operation may have run before: after
    one, forked processes hang.
    """
    spaces: dict[str, dict] = {}
    for one in found:
        if one.lab not in spaces:
            spaces[one.lab] = {"__name__": "__main__"}
            exec(one.imports, spaces[one.lab])
            importlib.import_module(f"checks.lab_{one.lab}")
    jobs = [(one, mutant) for one in found for mutant in (None, *one.mutants)]
    waiting, running = iter(jobs), {}
    with tempfile.TemporaryDirectory() as folder:
        while True:
            while len(running) < WORKERS and (job := next(waiting, None)):
                start, (pid, pipe) = time.monotonic(), _start(*job, spaces[job[0].lab], folder)
                running[pid] = (job, pipe, start)
            if not running:
                return
            for pid, (job, pipe, start) in list(running.items()):
                seconds = time.monotonic() - start
                if timeout := seconds > SECONDS:
                    os.kill(pid, signal.SIGKILL)
                done, status = os.waitpid(pid, 0 if timeout else os.WNOHANG)
                if done:
                    del running[pid]
                    with open(pipe, "rb") as end:
                        said = end.read().decode(errors="replace")
                    if timeout:
                        said = f"no end within {SECONDS} seconds"
                    elif status:
                        said = f"the process died: {status}"
                    yield Outcome(*job, said, timeout, seconds)
            time.sleep(0.005)


def _start(one: Exercise, mutant: Mutant | None, space: dict, folder: str) -> tuple[int, int]:
    """Start a process; what it says comes out of the pipe, nothing if the check passed."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        os.chdir(folder)
        said = verdict(one, mutant.code if mutant else one.answer, space)
        os.write(writer, said[:2000].encode())
        status = 0
    finally:
        os._exit(status)  # no clean-up of what belongs to the parent


def verdict(one: Exercise, answer: str, space: dict) -> str:
    """What the check of an exercise says of an answer; nothing if it passes."""
    os.environ.pop("WORKBOOK_STRICT", None)
    os.environ.pop("NBGRADER_EXECUTION", None)
    engine.begin(one.lab)
    space["check"] = engine.check
    if "keras" in space:
        space["keras"].utils.set_random_seed(1)
    shown = io.StringIO()
    warnings.simplefilter("ignore")
    try:
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(io.StringIO()):
            for name, code in (("<answer>", answer), ("<check>", f"check({one.name!r}, points=1)")):
                # Keras and TensorFlow read a function's source.
                linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
                exec(compile(code, name, "exec"), space)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    said = [line for line in shown.getvalue().splitlines() if line[:1] in "✓✗○"]
    return "" if said and said[-1].startswith(f"✓ {one.name} (") else "\n".join(said) or "nothing"


# ── telling ─────────────────────────────────────────────────────────────────────────────────────


def tally(outcomes: Iterator[Outcome]) -> tuple[dict[str, dict[str, Row]], list[str]]:
    """Rows by lab and exercise, and what is wrong: answers that fail, false declarations."""
    labs: dict[str, dict[str, Row]] = {}
    problems = []
    for outcome in outcomes:
        one = outcome.exercise
        row = labs.setdefault(one.lab, {}).setdefault(one.name, Row(one.name))
        row.seconds += outcome.seconds
        if outcome.mutant is None:
            if outcome.said:
                problems.append(f"{one.lab} {one.name}: the answer itself fails: {outcome.said}")
        elif outcome.said:
            row.caught += 1
            row.timeouts += outcome.timeout
            if reason(one, outcome.mutant):
                problems.append(
                    f"{one.lab} {one.name}: declared equivalent, and yet its check sees it: "
                    f"{outcome.mutant.change}\n    {outcome.said}"
                )
        elif reason(one, outcome.mutant):
            row.equivalent += 1
        else:
            row.survivors.append(outcome)
    return labs, problems


def false_declarations(found: list[Exercise]) -> list[str]:
    """Declarations that fit no mutant, as after a change of the answer; labs with too many."""
    problems = [
        f"{one.lab} {one.name}: declared equivalent, but there is no such mutant: {pattern}"
        for one in found
        for pattern in one.equivalent
        if not any(matches(mutant, pattern) for mutant in one.mutants)
    ]
    every = [m for one in found for m in one.mutants]
    declared = [m for one in found for m in one.mutants if reason(one, m)]
    if len(declared) > EQUIVALENT * len(every):
        problems.append(f"{found[0].lab}: {len(declared)} of {len(every)} declared equivalent")
    return problems


def total(lab: str, rows: dict[str, Row]) -> Row:
    """The sum of a lab's rows."""
    row = Row(lab)
    for other in rows.values():
        row.caught += other.caught
        row.timeouts += other.timeouts
        row.equivalent += other.equivalent
        row.survivors += other.survivors
        row.seconds += other.seconds
    return row


def table(labs: dict[str, dict[str, Row]]) -> str:
    head = ("lab", "exercise", "mutants", "caught", "timeouts", "equiv.", "survive", "", "sec")
    lines = ["{:<23} {:<23} {:>7}{:>8}{:>10}{:>8}{:>9}{:>6}{:>6}".format(*head)]
    for lab, rows in labs.items():
        for row in (*rows.values(), total("= all", rows)):
            lines.append(
                f"{lab:<23} {row.name:<23} {row.mutants:>7}{row.caught:>8}{row.timeouts:>10}"
                f"{row.equivalent:>8}{len(row.survivors):>9}{row.share:>6.0%}{row.seconds:>6.0f}"
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as 02 or 02_quadratic_gan; default all")
    parser.add_argument("--exercise", help="only the exercise of this name")
    parser.add_argument("--sample", type=int, help="about this many mutants of each lab")
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    parser.add_argument("--said", action="store_true", help="also what each check said")
    options = parser.parse_args(arguments)
    begin = time.monotonic()
    found, problems = [], []
    for path in sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb")):
        if not options.labs or path.stem.startswith(tuple(options.labs)):
            of_lab = exercises(path, options.exercise)
            problems += false_declarations(of_lab) if not options.exercise else []
            if options.sample:
                sample(of_lab, options.sample)
            found += of_lab
    if options.list:
        for one in found:
            for mutant in one.mutants:
                print(one.lab, one.name, mutant.operator, mutant.change, sep="\t")
        return 0

    def told(outcomes):
        for outcome in outcomes:
            if options.said and outcome.mutant:
                about = f"{outcome.exercise.name}\t{outcome.mutant.change}"
                print(about, outcome.said.replace("\n", " "), sep="\t")
            yield outcome

    labs, more = tally(told(run(found)))
    problems += more
    print(table(labs))
    for lab, rows in labs.items():
        for row in rows.values():
            for outcome in row.survivors:
                print(f"survives: {lab} {row.name}: {outcome.mutant.change}")
    needed = SAMPLED if options.sample else CAUGHT
    problems += [
        f"{lab}: fewer than {needed:.0%} caught: make its checks stronger"
        for lab, rows in labs.items()
        if total(lab, rows).share < needed
    ]
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{time.monotonic() - begin:.0f} seconds")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
