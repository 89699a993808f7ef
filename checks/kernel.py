"""Makes an unfilled lab explain itself: errors that come from a blank name the exercise.

A blank raises ``NotImplementedError("exercise NAME: replace this line")``. The cell that meets it
leaves its own names unmade, so later cells meet ``NameError``. We remember which exercise those
names wait for, and say so in place of a traceback.
"""

import ast
import contextlib
import dis
import re
import sys
from collections.abc import Callable

from helpers import run

BLANK = re.compile(r"exercise (?P<name>[\w-]+): replace this line")
MAGICS = ("run_cell_magic", "run_line_magic")  # what IPython makes of % and %%: code comes last

# What TensorFlow writes to stderr whatever its log level: at every start without a GPU, and when it
# cannot simplify a step in bfloat16.
START_UP_NOTE = re.compile(
    r"^(?:WARNING: All log messages before absl::InitializeLog|To enable the following instructions"
    r"|[IWE]\d{4} .*(?:oneDNN (?:custom operations|supports)|cuda drivers|failed call to cuInit"
    r"|remapper failed|cpu_feature_guard)).*\n?",
    re.MULTILINE,
)

_waiting_for: dict[str, str] = {}  # name that was never made -> exercise it waits for


def blank_behind(error: BaseException | None) -> str | None:
    """The exercise whose blank raised `error`, also when Keras or TensorFlow wrapped it."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if found := BLANK.search(str(error)):
            return found["name"]
        error = error.__cause__ or error.__context__
    return None


def exercise_behind(error: BaseException | None) -> str | None:
    """The exercise that `error` waits for: its blank, or the maker of a missing name."""
    missing = error.name if isinstance(error, NameError) else None
    return blank_behind(error) or _waiting_for.get(missing)


def explain(error: BaseException) -> str | None:
    """One sentence for an error that a blank caused; None for every other error."""
    if exercise := blank_behind(error):
        return f"exercise {exercise}: replace this line (its cell is not filled in yet)"
    if exercise := exercise_behind(error):
        return f"name '{error.name}' is not defined: it comes from exercise {exercise}"
    return None


def remember_unmade_names(
    code: str, error: BaseException | None, transform: Callable[[str], str] = str
) -> None:
    """Note that the names `code` would have made wait for the exercise behind `error`.

    `transform` makes Python of a cell: IPython's, where there is one.
    """
    if exercise := exercise_behind(error):
        _waiting_for.update(dict.fromkeys(_names_made_by(transform(code), transform), exercise))


def _names_made_by(code: str, transform: Callable[[str], str]) -> set[str]:
    """The names that Python `code` makes at its top level, and in the cells that magics run."""
    try:
        tree = ast.parse(code)
        compiled = compile(tree, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):  # such as the text below %%bash
        return set()
    steps = dis.get_instructions(compiled)
    names = {step.argval for step in steps if step.opname in ("STORE_NAME", "STORE_GLOBAL")}
    for node in ast.walk(tree):
        if getattr(getattr(node, "func", None), "attr", None) in MAGICS:
            # Such as get_ipython().run_cell_magic("time", "", "model = make_model()").
            names |= _names_made_by(transform(ast.literal_eval(node.args[-1])), transform)
    return names


def install(before_cell) -> None:
    """Hook into the running kernel, once; `before_cell` gets the code of each cell about to run.

    Does nothing outside IPython.
    """
    ipython = run.shell()
    if ipython is None or getattr(ipython, "_workbook_installed", False):
        return
    ipython._workbook_installed = True
    show, shown = ipython.showtraceback, []

    def ahead_of_cell(info):
        shown.clear()
        _drop_start_up_notes()
        before_cell(info.raw_cell)

    def after_cell(result):
        # Colab's %%time shows an error itself: then the cell counts as run without one.
        errors = [*shown, getattr(result, "error_in_exec", None)]
        for error in filter(None, errors):
            remember_unmade_names(result.info.raw_cell, error, ipython.transform_cell)

    def showtraceback(exc_tuple=None, *args, **kwargs):
        error = (exc_tuple or sys.exc_info())[1]
        sentence = explain(error) if isinstance(error, Exception) else None
        if sentence is not None:
            shown.append(error)
            kind = NotImplementedError if blank_behind(error) else NameError
            ipython._showtraceback(kind, kind(sentence), [f"{kind.__name__}: {sentence}"])
            return
        if type(error) is NameError and error.name and len(error.args) == 1:
            error.args = (f"{error.args[0]}: run the cells above it first, or check the spelling",)
        show(exc_tuple, *args, **kwargs)

    ipython.events.register("pre_run_cell", ahead_of_cell)
    ipython.events.register("post_run_cell", after_cell)
    ipython.showtraceback = showtraceback


def _drop_start_up_notes() -> None:
    """Keep START_UP_NOTE off the learner's screen, for one cell: IPython swaps `write` at each."""
    write = getattr(sys.stderr, "write", None)
    if write is None or getattr(write, "drops_start_up_notes", False):
        return

    def filtered(text: str, *args, **kwargs):
        text = START_UP_NOTE.sub("", text)
        return write(text, *args, **kwargs) if text else 0

    filtered.drops_start_up_notes = True
    with contextlib.suppress(AttributeError):  # a stream that cannot be told otherwise
        sys.stderr.write = filtered
