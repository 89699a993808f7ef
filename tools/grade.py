"""Grade a class: answers run in a sandbox, grades and feedback come out.

    python -m tools.grade SUBMISSIONS OUT [--workers 2] [--scheduler tcp://HOST:8786]

SUBMISSIONS is a folder or a zip: STUDENT/NN_name.ipynb, NN_name__STUDENT.ipynb, or what Moodle,
Canvas, Brightspace, Blackboard or Gradescope let you download. OUT gets grades.csv, tables for
Moodle and Canvas, submissions.csv (which file is whose), manual.csv (for written answers and for
points that you change), feedback/ and report.html. It may hold roster.csv (who should hand in) and
deadlines.csv (lab, deadline, and student for those who have longer). Run the same command again to
go on after an interruption, to grade what is new or changed, or to merge what you wrote into any of
these: what is finished is not run again.

Exit status: 0 all graded; 1 nothing could be, the message says why; 2 some notebooks could not be;
3 nothing was, because you have to say in submissions.csv whose some files are.
"""

import argparse
import contextlib
import hashlib
import os
import queue
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tqdm import tqdm

from helpers.run import write_atomically
from tools.grading import (
    anonymous,
    files,
    handins,
    pages,
    results,
    sandbox,
    session,
    submissions,
    tables,
)
from tools.grading.gradebook import Class
from tools.grading.grader import Grader, Result, from_json, to_json
from tools.grading.lab import ROOT, CourseError, Lab
from tools.grading.manual import Manual

VERSION_CHANGED = "not graded: this worker has another version of the course"


class Store:
    """Finished results, a file each, so that nothing finished is run twice."""

    def __init__(self, folder: Path, labs: dict[str, Lab], limits: sandbox.Limits, unsafe: bool):
        self.folder, self.labs = folder, labs
        self.settings = f"{limits} {unsafe}"

    def _path(self, submission: submissions.Submission) -> Path:
        digest = hashlib.sha256(submission.digest.encode())
        about = (submission.student, submission.problem, submission.flags)
        about = (*about, submission.platform, submission.number, self.settings)
        digest.update(repr(about).encode(errors="replace"))
        digest.update(self.labs[submission.lab].version.encode())
        return self.folder / f"{submission.lab}__{submission.slug}.{digest.hexdigest()[:16]}.json"

    def load(self, submission: submissions.Submission) -> Result | None:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            return from_json(self._path(submission).read_text(encoding="utf-8"))
        return None

    def secret(self) -> str:
        """What the inputs of verdicts are drawn from, made once, so that a grade stays the same."""
        path = self.folder / "secret"
        with contextlib.suppress(OSError, ValueError):
            return path.read_text(encoding="utf-8")
        write_atomically(path, secrets.token_hex(16).encode())
        path.chmod(0o600)
        return path.read_text(encoding="utf-8")

    def save(self, submission: submissions.Submission, result: Result) -> bool:
        """Keep a result, but one that has to be tried again."""
        if not result.not_graded:
            content = to_json(result).encode("utf-8", "replace")
            write_atomically(self._path(submission), content)
        return not result.not_graded


def grade_all(
    waiting: list, labs: dict[str, Lab], grader: Callable[[int], Grader], workers: int
) -> Iterator[tuple[submissions.Submission, Result]]:
    """Grade on this machine, `workers` submissions at a time; yield each as it is done.

    Parameters
    ----------
    grader : makes the grader of a worker, 0, 1, …
    """
    with contextlib.ExitStack() as stack:
        stop = stack.enter_context(session.stoppable())
        free: queue.SimpleQueue[Grader] = queue.SimpleQueue()
        for slot in range(workers):
            free.put(stack.enter_context(grader(slot)))

        def one(submission):
            mine = free.get()
            try:
                return mine.grade(submission, labs[submission.lab])
            except Exception as error:  # ours, not the student's: say so, and grade the others
                return failed(submission, f"{type(error).__name__}: {error}")
            finally:
                free.put(mine)

        # The work is done by the sandboxes' processes; threads only wait for them.
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        futures = {pool.submit(one, submission): submission for submission in waiting}
        try:
            for future in as_completed(list(futures)):
                yield futures.pop(future), future.result()
        except BaseException:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def grade_on_cluster(
    waiting: list, labs: dict[str, Lab], about: tuple, scheduler: str
) -> Iterator[tuple[submissions.Submission, Result]]:
    """Grade on the workers of a dask scheduler, which have the same course at hand.

    Parameters
    ----------
    about : limits, modules to preload, and the secret of this grading run.
    """
    try:
        from dask import distributed
    except ImportError:
        sys.exit("--scheduler needs dask: python -m pip install distributed")
    try:
        client = distributed.Client(scheduler, timeout=20)
    except (OSError, ValueError) as error:
        sys.exit(f"No dask scheduler answers at {scheduler}: {error}")
    with client:
        futures = {
            client.submit(
                grade_here, s.held(), labs[s.lab].version, about, pure=False, retries=3
            ): s
            for s in waiting
        }
        for future in distributed.as_completed(list(futures)):
            submission = futures[future]
            error = future.exception()
            if error is None:
                yield submission, future.result()
            else:
                yield submission, failed(submission, f"{type(error).__name__}: {error}")


def grade_here(submission, version: str, about: tuple) -> Result:
    """Grade one submission on a worker of a cluster."""
    lab = Lab(submission.lab)
    if lab.version != version:
        return Result(submission.student, lab.name, VERSION_CHANGED)
    if getattr(_here, "about", None) != about:
        limits, preload, secret = about
        session.verify(limits)
        runner = partial(session.Runner, limits, preload, threading.get_native_id() % 60_000)
        _here.grader, _here.about = Grader(runner, secret), about
    return _here.grader.grade(submission, lab)


_here = threading.local()  # the grader of a worker's thread, whose sandbox has been seen to hold


def failed(submission: submissions.Submission, reason: str) -> Result:
    """A result that says that the grader failed; it is no zero."""
    about = {"platform": submission.platform, "number": submission.number}
    return Result(submission.student, submission.lab, f"not graded: {reason}", **about)


@dataclass
class ByHand:
    """What the instructor says, in files and options. Raises TableError, naming the line."""

    options: argparse.Namespace
    labs: dict[str, Lab]
    delivery: handins.Delivery

    def read(self) -> tuple[Manual, Class]:
        """Done anew when it is needed: somebody may have marked while answers ran."""
        out, about = self.options.out, (self.options.roster, self.options.deadline)
        return (
            Manual(out / "manual.csv", self.labs, self.delivery.handed_in),
            Class.read(out, self.labs, self.delivery, *about),
        )


def write_all(by_hand: ByHand, store: Store, fresh: dict) -> tuple[list[Result], Class]:
    """Write every table and page from what is finished; return all results in their order."""
    options, delivery = by_hand.options, by_hand.delivery
    manual, of = by_hand.read()
    graded = []
    for submission in delivery.submissions:
        result = fresh.get(submission) or store.load(submission)
        graded.append(result or failed(submission, "its turn did not come"))
    used = {result.lab for result in graded}
    labs, out = {name: lab for name, lab in store.labs.items() if name in used}, options.out
    of.compare(graded, labs, delivery)
    manual.save(graded)
    results.write_grades(graded, labs, manual, out / "grades.csv", delivery, of)
    results.write_moodle(graded, labs, manual, out / "moodle.csv", of)
    results.write_worksheet(graded, labs, manual, out, of)
    results.write_canvas(graded, labs, manual, out / "canvas.csv", of)
    for result in graded:
        pages.write_feedback(result, labs[result.lab], manual, out / "feedback")
    results.write_feedback_zips(graded, labs, out)
    without = [Result(student, "", what) for student, what in delivery.without]
    report = pages.report(graded, labs, manual, without, delivery.notes, options.unsafe, of)
    write_atomically(out / "report.html", report.encode("utf-8", "replace"))
    if options.anonymous:
        anonymous.write(graded, labs, manual, of, options.anonymous, out)
    return graded, of


def ask(questions: list, out: Path) -> int:
    """Say what the instructor has to decide before anybody is graded."""
    print("Nothing was graded: for some files it is not clear whose they are.")
    for claim in questions[:20]:
        print(f"  {claim.file.path}: {claim.why}")
    if len(questions) > 20:
        print(f"  and {len(questions) - 20} more")
    print(
        f"Correct the columns student or taken (yes or no) of these rows in "
        f"{out / 'submissions.csv'}, save it, run the same command again."
    )
    return 3


def say_what_was_left_out(delivery: handins.Delivery, out: Path) -> None:
    for student, what in delivery.without[:20]:
        print(f"{student}: {what}")
    if delivery.without:
        who = _count(len(delivery.without), "student")
        print(f"No notebook from {who}; grades.csv has a row for each.")
    if delivery.notes:
        left = _count(len(delivery.notes), "file")
        print(f"Left out: {left}; {out / 'submissions.csv'} says why.")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


def place(text: str) -> Path:
    """A path as people write it: not every shell reads ``OUT=~/grades``."""
    return Path(text).expanduser()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("submissions", type=place, help="a folder or a zip")
    parser.add_argument("out", type=place, help="a folder for the results; made when missing")
    parser.add_argument("--lab", help="only this one, such as 05 or 05_vae")
    parser.add_argument("--roster", type=Path, help="a CSV file of who should hand in")
    parser.add_argument(
        "--deadline",
        action="append",
        default=[],
        metavar="[LAB=]WHEN",
        help="such as 2026-10-01T23:59 or 05=2026-10-08, in this machine's time zone",
    )
    parser.add_argument(
        "--anonymous", type=Path, metavar="FOLDER", help="a copy of answers and marks without names"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scheduler", help="of a dask cluster, such as tcp://10.0.0.1:8786")
    parser.add_argument("--seconds", type=int, default=30, help="of CPU time for an exercise")
    parser.add_argument("--memory", type=int, default=3000, help="MB for an exercise")
    parser.add_argument(
        "--unsafe", action="store_true", help="without a sandbox: only for code that you trust"
    )
    options = parser.parse_args(arguments)
    limits = sandbox.Limits(options.seconds, 3 * options.seconds, options.memory)
    names = sorted(path.stem for path in (ROOT / "labs").glob("[0-9][0-9]_*.ipynb"))
    try:
        if options.anonymous:
            anonymous.refuse(options.anonymous, options.submissions, options.out)
        labs = {name: Lab(name) for name in names}
        delivery = handins.find(options.submissions, labs, options.out, options.lab or "")
        if delivery.questions:
            handins.write(delivery, options.out)
            return ask(delivery.questions, options.out)
        found = delivery.submissions
        by_hand = ByHand(options, labs, delivery)
        by_hand.read()  # refuse it now
        store = Store(options.out / "results", labs, limits, options.unsafe)
        waiting = [s for s in found if store.load(s) is None]
        if len(waiting) < len(found):
            print(f"{len(found) - len(waiting)} of {len(found)} are graded already.")
        if options.unsafe:
            print("No sandbox (--unsafe): submissions can read and change anything here.")
        elif waiting:
            held = session.verify(limits)
            print(f"The sandbox holds: {len(held)} ways out of it were tried in vain.", flush=True)
    except (
        CourseError,
        anonymous.AnonymousError,
        session.RunnerError,
        files.SubmissionsError,
        tables.TableError,
        sandbox.SandboxError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    fresh: dict = {}
    try:
        handins.write(delivery, options.out)
        secret = store.secret()
        preload = list(dict.fromkeys(m for s in waiting for m in labs[s.lab].modules))
        if options.scheduler:
            about = (limits, preload, secret)
            steps = grade_on_cluster(waiting, labs, about, options.scheduler)
        else:

            def grader(slot):
                sandboxed = partial(session.Runner, limits, preload, slot, options.unsafe)
                return Grader(sandboxed, secret)

            workers = max(1, min(options.workers, len(waiting)))
            steps = grade_all(waiting, labs, grader, workers)
        for submission, result in tqdm(steps, total=len(waiting), unit="notebook", disable=None):
            if not store.save(submission, result):
                fresh[submission] = result
        graded, of = write_all(by_hand, store, fresh)
    except (tables.TableError, anonymous.AnonymousError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(
            f"Could not write: {error.strerror}{where}. What is graded so far is kept: make room, "
            "run the same command again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    lost = [r for r in graded if r.not_graded]
    unreadable = [r for r in graded if r.status.startswith("unreadable")]
    flagged = sum(bool(r.flags) for r in graded)
    print(
        f"{len(graded) - len(lost)} of {len(graded)} submissions graded, {len(unreadable)} of them "
        f"unreadable, {flagged} flagged. See {options.out / 'report.html'}."
    )
    for note in of.deadlines.notes:
        print(note)
    if unknown := of.without_time():
        print(
            f"Late or not? No time is known for {_count(unknown, 'submission')}; INSTRUCTORS.md, "
            "'When it was handed in', says where to get it."
        )
    if of.missing:
        who = _count(len({name for name, _ in of.missing}), "student")
        print(f"On the roster and missing in a lab: {who}; the report names them.")
    say_what_was_left_out(delivery, options.out)
    if lost:
        print(f"{len(lost)} could not be graded; the first: {lost[0].status}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
