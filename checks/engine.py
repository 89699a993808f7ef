"""`check` marks an answer, `score_so_far` adds up, `catch_up` lends the reference answer.

What an answer must satisfy stands in ``checks/lab_NN_name.py``: an ordinary function for each
exercise, of the exercise's name, whose parameters are the notebook's names that it asks for.
"""

import difflib
import importlib
import inspect
import json
import linecache
import logging
import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from checks import kernel, surroundings
from checks.surroundings import say
from helpers import run

VERSION = "2.0"  # of the course
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
    ("'SeedGenerator' and 'int'", "keras.random.normal takes a SeedGenerator as its seed"),
    ("SeedGenerator.*unsupported type", "the seed goes by name, seed=seed, after the shape"),
    ("shape must be a vector", "the shape is one argument, a tuple such as (n, latent_dim)"),
    (
        "float.*SymbolicTensor|SymbolicTensor.*numpy",
        "return the tensor as it is: the step is compiled, and has no numbers yet",
    ),
    ("'list' object has no attribute '_unique_id'", "trainable_variables is a list already"),
    (
        r"'[\w.]*EagerTensor' object has no attribute '_unique_id'",
        "apply takes the gradients first, then the variables",
    ),
    ("must have the same rank", "ones_like(logits) and zeros_like(logits) make labels"),
    ("tabulate", "pandas' `.to_markdown()` needs a package that is not here: `.to_string()` does"),
    ("object of type 'zip'", "apply takes two lists; apply_gradients takes zip(…) of them"),
    ("'SimpleNamespace' object is not callable", "here call gan.generator(latent)"),
    ("object has no attribute '_id'", "ask for the gradients of network.trainable_variables"),
    (
        "argument: 'y_pred'|argument 'from_logits'|(type|operand).*BinaryCrossentropy",
        "BinaryCrossentropy(from_logits=True) makes a function; call that on labels and logits",
    ),
)

_results: dict[str, Result] = {}
_caught_up: set[str] = set()  # exercises answered by the reference


def begin(lab: str) -> None:
    """Get the checks of a lab ready, and print the course's version; the setup cell calls it.

    Parameters
    ----------
    lab : such as ``"00_start_here"``.

    Raises RuntimeError where Python strips assertions, for every answer would pass, and where Keras
    runs on something else already.
    """
    if not __debug__:
        raise RuntimeError(
            "This Python leaves out assertions, so every answer would pass: start it without -O, "
            "with PYTHONOPTIMIZE unset, and run this cell again."
        )
    if lab != run.current_lab():
        _results.clear()
        _caught_up.clear()
        surroundings.settle()
    run.announce(lab)
    kernel.install(before_cell=answered)
    say(f"Generative models: a workbook, version {VERSION} · lab {lab}")


def check(name: str, points: float = 1) -> None:
    """Mark the answer to exercise `name`: ✓ right, ✗ wrong and why, ○ not done yet.

    The notebook goes on whatever comes out, but for `run.strict`: then all but ✓ raises.

    Parameters
    ----------
    name : the exercise's name, as in its cell's first line.
    points : what a right answer earns; where the lab is at hand, what the lab says counts.
    """
    asked = _function(_module(), name)
    if asked is None:
        say(f"check: {_unknown(name)}")
        return
    points = _points_of_this_lab().get(name, points)
    # Until the verdict is in, as when the learner presses Stop, the exercise counts as open.
    _results[name] = Result("○", 0, points, "not done yet")
    result, error = judge(name, points, asked, sys._getframe(1).f_globals)
    _results[name] = result
    unit = "point" if points == 1 else "points"
    if result.mark == "✓" and not result.comment:
        say(f"✓ {name} ({points:g} {unit})")
    elif result.mark == "✓":
        say(f"✓ {name} (0 of {points:g} {unit}) — {result.comment}")
    else:
        say(f"{result.mark} {name} — {result.comment}")
    if run.strict() and (error is not None or result.comment):
        raise error or AssertionError(f"{name}: {result.comment}")


def judge(
    name: str, points: float, asked: Callable, names: dict
) -> tuple[Result, BaseException | None]:
    """The verdict on an answer, and the error behind it if it is not ✓.

    Parameters
    ----------
    asked : what a right answer satisfies; it raises for every other.
    names : the notebook's, in which `asked` finds its parameters.
    """
    error = _ask(asked, names)
    if error is None and name in _caught_up:
        return Result("✓", 0, points, "the reference answer, for no points"), None
    if error is None:
        return Result("✓", points, points), None
    waits_for = kernel.exercise_behind(error)
    if waits_for == name:
        return Result("○", 0, points, "not done yet"), error
    if waits_for:
        return Result("○", 0, points, f"not done yet: it needs exercise {waits_for}"), error
    if isinstance(error, AssertionError):
        reason = " ".join(str(error).split()) or f"this is not true: {_line_of_check(error, asked)}"
        return Result("✗", 0, points, reason), error
    comment = f"{type(error).__name__}: {_message(error)}"
    if isinstance(error, NameError) and error.name:
        first = "the exercise's own cell" if error.name in _wanted(asked) else "the cells above it"
        comment += f" (run {first} first, or check the spelling)"
    where = _own_line(error, asked, names)
    return Result("✗", 0, points, f"{comment}\n    {where}" if where else comment), error


def _ask(asked: Callable, names: dict) -> BaseException | None:
    """The error that `asked` ends in, if any. The Stop button goes through.

    Networks draw their first weights from Python's random numbers: a check draws the same ones each
    time, and leaves those of the notebook as they were, however often it is run.
    """
    state, logger = random.getstate(), logging.getLogger("tensorflow")
    level = logger.level
    random.seed(1)
    logger.setLevel(logging.ERROR)  # it warns of steps compiled anew, which a check does each time
    try:
        for name in _wanted(asked):
            if name not in names:
                raise NameError(f"name {name!r} is not defined", name=name)
        with surroundings.usual_errors():
            asked(*(names[name] for name in _wanted(asked)))
    except (Exception, SystemExit) as error:
        return error
    finally:
        random.setstate(state)
        logger.setLevel(level)
    return None


def _wanted(asked: Callable) -> list[str]:
    """The names of the notebook that `asked` takes."""
    return list(inspect.signature(asked).parameters)


def _unknown(name: str) -> str:
    """What to say of an exercise that the lab does not have."""
    if run.current_lab() is None:
        return f"there is no exercise {name!r} yet; run the setup cell at the top first."
    module = _module()
    known = [n for n in vars(module) if _function(module, n)] if module else []
    close = difflib.get_close_matches(str(name), known, 1)
    hint = f"did you mean {close[0]!r}?" if close else "check the spelling."
    return f"there is no exercise {name!r} in {run.current_lab()}; {hint}"


def _module() -> ModuleType | None:
    """The module of this lab in checks/; None where there is none."""
    if run.current_lab() is None:
        return None
    name = f"checks.lab_{run.current_lab()}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            return None
        raise


def _function(module: ModuleType | None, name: str) -> Callable | None:
    found = getattr(module, name, None)
    own = inspect.isfunction(found) and found.__module__ == module.__name__
    return found if own and not name.startswith("_") else None


def _message(error: BaseException) -> str:
    """One line of `error`, without Keras' bold type and list of arguments, and with advice."""
    text = re.sub(r"\x1b\[\d*m", "", str(error)).split("\n\nArguments received by")[0]
    text = " ".join(text.split())
    return text + "".join(f" ({advice})" for known, advice in _ADVICE if re.search(known, text))


def _steps(error: BaseException) -> list:
    """The traceback of `error`, outermost first."""
    found, step = [], error.__traceback__
    while step is not None:
        found.append(step)
        step = step.tb_next
    return found


def _line(step) -> str:
    return linecache.getline(step.tb_frame.f_code.co_filename, step.tb_lineno).strip()


def _line_of_check(error: BaseException, asked: Callable) -> str:
    """The line of `asked` itself in which it went wrong; "" if it did not begin."""
    return next((_line(s) for s in _steps(error) if s.tb_frame.f_code is asked.__code__), "")


def _own_line(error: BaseException, asked: Callable, names: dict) -> str:
    """Where it went wrong in the learner's code, or else in the check; "" if in neither."""
    own = [step for step in _steps(error) if step.tb_frame.f_globals is names]
    if own:
        return f"in your line {own[-1].tb_lineno}: {_line(own[-1])}"
    line = _line_of_check(error, asked)
    return f"when the check ran: {line}" if line else ""


def _source(name: str) -> None:
    """Print what the check of exercise `name` asked, once it was answered with ✓."""
    asked = _function(_module(), name)
    if asked is None:
        say(f"check.source: {_unknown(name)}")
    elif _results.get(name, Result("○", 0, 0)).mark != "✓":
        say(f"check.source: it holds the formulas of {name}, and is shown after ✓.")
    else:
        say(inspect.getsource(asked))


check.source = _source


def score_so_far() -> None:
    """Print the verdict on each exercise of the lab, and the sum of points."""
    not_run = {
        name: Result("○", 0, points, "check not run")
        for name, points in _points_of_this_lab().items()
    }
    results = not_run | _results
    if not results:
        say("No check has run yet: run an exercise's check first.")
        return
    width = max(map(len, results))
    for name, result in results.items():
        comment = result.comment.splitlines()[0] if result.comment else ""
        numbers = f"{result.earned:g} of {result.points:g}"
        say(f"{result.mark} {name:<{width}}  {numbers:<8} {comment}".rstrip())
    earned = sum(result.earned for result in results.values())
    points = sum(result.points for result in results.values())
    done = sum(result.earned > 0 for result in results.values())
    say(f"Score so far: {earned:g} of {points:g} points, {done} of {len(results)} exercises.")


def _points_of_this_lab() -> dict[str, float]:
    """The points of every exercise of the lab that `begin` announced; none without its file."""
    path = run.ROOT / "labs" / f"{run.current_lab()}.ipynb"
    if not path.exists():
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    checks = (cell["metadata"].get("nbgrader", {}) for cell in cells)
    return {
        about["grade_id"].removeprefix("check_"): about["points"]
        for about in checks
        if about.get("locked")
    }


def catch_up(name: str, lab: str | None = None) -> None:
    """Load the reference answer of exercise `name`, for no points, so that the lab can go on.

    To earn the points after all, fill in the exercise's cell, run it, and run its check again.

    Parameters
    ----------
    name : the exercise's name, as in its cell's first line.
    lab : such as ``"00_start_here"``; by default the lab that `begin` announced.
    """
    if not SOLUTIONS.exists():
        say("catch_up: this copy of the course comes without solutions; ask your instructor.")
        return
    lab = lab or run.current_lab()
    found = _reference_answers(name, f"{lab or '*'}.ipynb")
    if len(found) > 1:
        say(f"catch_up: {name} is in several labs; add lab= and one of {sorted(found)}.")
        return
    if not found:
        say(f"catch_up: there is no exercise {name!r} in {lab or 'any lab'}; check the spelling.")
        return
    [(lab, source)] = found.items()
    filename = f"<reference answer of {name}>"
    # Keras and TensorFlow read a function's source: give them some.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    caller = sys._getframe(1).f_globals
    exec(compile(source, filename, "exec"), caller)
    _caught_up.add(name)
    say(f"{name}: the reference answer is loaded, for no points. The lab can go on.")


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
    _caught_up.difference_update(re.findall(r"^# exercise: *(\w+)", code, re.MULTILINE))
