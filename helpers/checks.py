"""`check` marks an answer, `score_so_far` adds up, `catch_up` lends the reference answer."""

import json
import linecache
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from helpers import kernel, run

SOLUTIONS = run.ROOT / "solutions"


@dataclass
class Result:
    mark: str  # ✓ right, ✗ wrong, ○ not done yet
    earned: float
    points: float
    comment: str = ""


# Errors of Keras and TensorFlow that do not say what to change, and what to say beside them.
_ADVICE = (
    ("Cannot convert '\\d+' to a shape", "a shape is a tuple, with a comma even for one: (5,)"),
    ("SeedGenerator.*unsupported type", "the seed goes by name, seed=seed, after the shape"),
    ("shape must be a vector", "the shape is one argument, a tuple such as (n, latent_dim)"),
    (
        "float.*SymbolicTensor|SymbolicTensor.*numpy",
        "return the tensor as it is: the step is compiled, and has no numbers yet",
    ),
    ("'list' object has no attribute '_unique_id'", "trainable_variables is a list already"),
    ("object has no attribute '_id'", "ask for the gradients of network.trainable_variables"),
    (
        "argument: 'y_pred'|multiple values for argument 'from_logits'",
        "BinaryCrossentropy(from_logits=True) makes a function; call that on labels and logits",
    ),
)

_results: dict[str, Result] = {}
_caught_up: set[str] = set()  # exercises answered by the reference


def strict() -> bool:
    """True where a failed check must stop the notebook: in CI and under nbgrader."""
    return os.environ.get("WORKBOOK_STRICT") == "1" or "NBGRADER_EXECUTION" in os.environ


class check:
    """Marks one exercise: ``with check("NAME", points=2): assert …, "what is wrong"``.

    Prints ``✓`` for a right answer, ``✗`` with the reason for a wrong one and ``○`` for a blank,
    and lets the notebook go on. Where `strict` holds, everything but ``✓`` raises.

    Parameters
    ----------
    name : the exercise's name, as in its cell's first line.
    points : what a right answer earns, at least 0.
    """

    def __init__(self, name: str, points: float):
        self.name, self.points = name, points

    def __enter__(self) -> None:
        # Until the verdict is in, the exercise counts as open.
        _results[self.name] = Result("○", 0, self.points, "not done yet")

    def __exit__(self, kind, error, traceback) -> bool:
        if error is not None and not isinstance(error, Exception | SystemExit):
            return False  # the learner pressed Stop
        result = _results[self.name] = self._judge(error, traceback)
        unit = "point" if self.points == 1 else "points"
        if result.mark == "✓" and not result.comment:
            print(f"✓ {self.name} ({self.points:g} {unit})")
        elif result.mark == "✓":
            print(f"✓ {self.name} (0 of {self.points:g} {unit}) — {result.comment}")
        else:
            print(f"{result.mark} {self.name} — {result.comment}")
        if strict() and error is None and result.comment:
            raise AssertionError(f"{self.name}: {result.comment}")
        return not strict()

    def _judge(self, error, traceback) -> Result:
        if error is None:
            if self.name in _caught_up:
                return Result("✓", 0, self.points, "the reference answer, for no points")
            return Result("✓", self.points, self.points)
        waits_for = kernel.exercise_behind(error)
        if waits_for == self.name:
            return Result("○", 0, self.points, "not done yet")
        if waits_for:
            return Result("○", 0, self.points, f"not done yet: it needs exercise {waits_for}")
        if isinstance(error, AssertionError):
            reason = " ".join(str(error).split()) or f"this is not true: {_line(traceback)}"
            return Result("✗", 0, self.points, reason)
        comment = f"{type(error).__name__}: {_message(error)}"
        if isinstance(error, NameError) and error.name:
            comment += " (run the exercise's own cell first, or check the spelling)"
        return Result("✗", 0, self.points, f"{comment}\n    {_own_line(traceback)}")


def _message(error: BaseException) -> str:
    """One line of `error`, without Keras' bold type and list of arguments, and with advice."""
    text = re.sub(r"\x1b\[\d*m", "", str(error)).split("\n\nArguments received by")[0]
    text = " ".join(text.split())
    return text + "".join(f" ({advice})" for known, advice in _ADVICE if re.search(known, text))


def _line(traceback) -> str:
    return linecache.getline(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno).strip()


def _own_line(traceback) -> str:
    """Where it went wrong in the learner's code: the innermost notebook line outside the check."""
    check_frame, last, step = traceback.tb_frame, None, traceback.tb_next
    while step is not None:
        frame = step.tb_frame
        same_file = frame.f_code.co_filename == check_frame.f_code.co_filename
        if frame.f_globals is check_frame.f_globals and not same_file:
            last = step
        step = step.tb_next
    if last is None:
        return f"when the check ran: {_line(traceback)}"
    return f"in your line {last.tb_lineno}: {_line(last)}"


def score_so_far() -> None:
    """Print the verdict on each exercise of the lab, and the sum of points."""
    results = _of_this_lab() | _results
    if not results:
        print("No check has run yet: run an exercise's check first.")
        return
    width = max(map(len, results))
    for name, result in results.items():
        comment = result.comment.splitlines()[0] if result.comment else ""
        numbers = f"{result.earned:g} of {result.points:g}"
        print(f"{result.mark} {name:<{width}}  {numbers:<8} {comment}".rstrip())
    earned = sum(result.earned for result in results.values())
    points = sum(result.points for result in results.values())
    done = sum(result.earned > 0 for result in results.values())
    print(f"Score so far: {earned:g} of {points:g} points, {done} of {len(results)} exercises.")


def _of_this_lab() -> dict[str, Result]:
    """Every exercise of the lab that `describe_run` announced, as if its check had not run."""
    path = run.ROOT / "labs" / f"{run.current_lab()}.ipynb"
    if not path.exists():
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    checks = (cell["metadata"].get("nbgrader", {}) for cell in cells)
    return {
        about["grade_id"].removeprefix("check_"): Result("○", 0, about["points"], "check not run")
        for about in checks
        if about.get("locked")
    }


def catch_up(name: str, lab: str | None = None) -> None:
    """Load the reference answer of exercise `name`, for no points, so that the lab can go on.

    To earn the points after all, fill in the exercise's cell, run it, and run its check again.

    Parameters
    ----------
    name : the exercise's name, as in its cell's first line.
    lab : such as ``"00_start_here"``; by default the lab that `describe_run` announced.
    """
    if not SOLUTIONS.exists():
        print("catch_up: this copy of the course comes without solutions; ask your instructor.")
        return
    lab = lab or run.current_lab()
    found = _reference_answers(name, f"{lab or '*'}.ipynb")
    if len(found) > 1:
        print(f"catch_up: {name} is in several labs; add lab= and one of {sorted(found)}.")
        return
    if not found:
        print(f"catch_up: there is no exercise {name!r} in {lab or 'any lab'}; check the spelling.")
        return
    [(lab, source)] = found.items()
    filename = f"<reference answer of {name}>"
    # Keras and TensorFlow read a function's source: give them some.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    caller = sys._getframe(1).f_globals
    exec(compile(source, filename, "exec"), caller)
    _caught_up.add(name)
    print(f"{name}: the reference answer is loaded, for no points. The lab can go on.")


def _reference_answers(name: str, pattern: str) -> dict[str, str]:
    answers = {}
    for path in SOLUTIONS.glob(pattern):
        for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
            about = cell["metadata"].get("nbgrader", {})
            if cell["cell_type"] == "code" and about.get("solution") and about["grade_id"] == name:
                answers[path.stem] = "".join(cell["source"])
    return answers


def answered(code: str) -> None:
    """The learner ran an answer cell: a lent reference answer no longer stands in for it."""
    first = code.lstrip().splitlines()[:1]
    if first and first[0].startswith("# exercise:"):
        _caught_up.discard(first[0].removeprefix("# exercise:").strip())
