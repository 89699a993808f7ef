"""Makes an unfilled lab explain itself: errors that come from a blank name the exercise.

A blank raises ``NotImplementedError("exercise NAME: replace this line")``. The cell that meets it
leaves its own names unmade, so later cells meet ``NameError``. We remember which exercise those
names wait for, and say so in place of a traceback.
"""

import re
import symtable
import sys

from helpers import run

BLANK = re.compile(r"exercise (?P<name>[\w-]+): replace this line")

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


def remember_unmade_names(code: str, error: BaseException | None) -> None:
    """Note that the names `code` would have made wait for the exercise behind `error`."""
    if exercise := exercise_behind(error):
        for symbol in symtable.symtable(code, "cell", "exec").get_symbols():
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                _waiting_for[symbol.get_name()] = exercise


def install(before_cell) -> None:
    """Hook into the running kernel, once; `before_cell` gets the code of each cell about to run.

    Does nothing outside IPython.
    """
    ipython = run.shell()
    if ipython is None or getattr(ipython, "_workbook_installed", False):
        return
    ipython._workbook_installed = True

    def after_cell(result):
        if result.error_in_exec is not None:
            remember_unmade_names(result.info.raw_cell, result.error_in_exec)

    def show(ipython, kind, error, traceback, tb_offset=None):
        sentence = explain(error)
        if sentence is not None:
            kind = NotImplementedError if blank_behind(error) else NameError
            ipython._showtraceback(kind, kind(sentence), [f"{kind.__name__}: {sentence}"])
            return
        if type(error) is NameError and error.name and len(error.args) == 1:
            error.args = (f"{error.args[0]}: run the cells above it first, or check the spelling",)
        ipython.showtraceback((kind, error, traceback), tb_offset=tb_offset)

    def ahead_of_cell(info):
        _drop_start_up_notes()
        before_cell(info.raw_cell)

    ipython.events.register("pre_run_cell", ahead_of_cell)
    ipython.events.register("post_run_cell", after_cell)
    ipython.set_custom_exc((Exception,), show)


def _drop_start_up_notes() -> None:
    """Keep START_UP_NOTE off the learner's screen, for one cell: IPython swaps `write` at each."""
    write = sys.stderr.write
    if getattr(write, "drops_start_up_notes", False):
        return

    def filtered(text: str, *args, **kwargs):
        text = START_UP_NOTE.sub("", text)
        return write(text, *args, **kwargs) if text else 0

    filtered.drops_start_up_notes = True
    sys.stderr.write = filtered
