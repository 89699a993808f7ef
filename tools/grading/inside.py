"""What runs in a process of its own inside the sandbox: `run` does one job, by its role.

An **answer** and its visible check; after ✓ the exercise's probe, whose values are the second and
last message. The **reference**: the same probe on the reference answer. A **verdict** on values,
where no answer runs. **Reading** a notebook. Only an answer's process ever runs a student's code,
and nothing that decides on it is in there: no verdict, no expected value, no reference answer but
one that is lent, which comes last, and of which only right or wrong is told.
"""

import ast
import asyncio
import contextlib
import importlib
import importlib.util
import inspect
import random
import sys
import types

MESSAGE = 2_000  # characters of a comment


def run(job: dict, talk) -> None:
    """Do a job, and send its result by `talk`: `send(message, more)`, `receive()`."""
    {
        "code": _code,
        "answer": _answer,
        "reference": _reference,
        "verdict": _verdict,
        "read": _read,
    }[job["role"]](job, talk)


def _code(job: dict, talk) -> None:
    """Any code; ✓ if it ends without an error."""
    try:
        exec(compile(job["code"], "<code>", "exec"), {"__name__": "__main__"})
    except BaseException as error:
        talk.send({"mark": "✗", "comment": _in_one_line(error)})
    else:
        talk.send({"mark": "✓"})


# ── a student's answer ──────────────────────────────────────────────────────────────────────────


def _answer(job: dict, talk) -> None:
    """Send the visible check's mark; after ✓ receive a probe, and send its values.

    Parameters
    ----------
    job : ``lab``, ``name``, and ``chunks``, pairs of a label and code.
    """
    from checks import engine

    asked = getattr(importlib.import_module(f"checks.lab_{job['lab']}"), job["name"])
    names, own_error = _run_chunks(job)
    try:
        result, _ = engine.judge(job["name"], 0, asked, names)
        mark, comment = result.mark, result.comment
    except BaseException as error:
        mark, comment = "✗", f"The check ended early. {_in_one_line(error)}"
    if own_error and mark != "✓":
        comment = own_error
    talk.send({"mark": mark, "comment": comment[:MESSAGE]}, more=mark == "✓")
    if mark == "✓":
        second = talk.receive()
        try:
            talk.send({"values": _values(job["name"], second["probes"], second["given"], names)})
        except BaseException as error:
            talk.send({"error": _in_one_line(error)})


def _reference(job: dict, talk) -> None:
    """Draw an exercise's inputs; send them and what its probe returns for the reference answer.

    Parameters
    ----------
    job : as an answer's, with the reference in ``chunks``; ``probes``, and as a verdict's
        ``verdicts``, ``shared``, ``secret``.
    """
    from checks import verdicts

    lab, name = job["lab"], job["name"]
    verdict = _function("verdicts", job["verdicts"], name, job["shared"])
    given = verdicts.encode(
        verdicts.inputs(verdict, verdicts.random_numbers(job["secret"], lab, name))
    )
    names, _ = _run_chunks(job)
    talk.send({"given": given, "expected": _values(name, job["probes"], given, names)})


def _verdict(job: dict, talk) -> None:
    """✓ if the values are right, ✗ if not, ? if values cannot prove it, with the reason."""
    from checks import verdicts

    verdict = _function("verdicts", job["verdicts"], job["name"], job["shared"])
    rng = verdicts.random_numbers(job["secret"], job["lab"], job["name"])
    mark, comment = "✓", ""
    _same_chance()
    try:
        got, expected = (verdicts.decode(job[part]) for part in ("got", "expected"))
        verdicts.judge(verdict, rng, got, expected)
    except verdicts.Unproven as error:
        mark, comment = "?", str(error)[:MESSAGE]
    except Exception as error:
        mark, comment = "✗", _in_one_line(error)
    talk.send({"mark": mark, "comment": comment})


def _read(job: dict, talk) -> None:
    """The answers in a notebook, parsed here and not where all are graded."""
    from tools.grading import reading

    talk.send(reading.read(job["content"], job["handout"]))


def _values(name: str, probes: str, given: str, names: dict) -> str:
    from checks import verdicts

    probe = _function("probes", probes, name)
    names = names | {"given": verdicts.decode(given)}
    asked = [names[parameter] for parameter in inspect.signature(probe).parameters]
    random.seed(1)
    return verdicts.encode(probe(*asked))


def _function(label: str, source: str, name: str, shared: dict[str, str] | None = None):
    """The function of that name in a module's source.

    shared : sources of modules that it imports, which are no files in the sandbox.
    """
    for module, text in (shared or {}).items():
        remember(f"<{module}>", text)
        sys.modules[module] = types.ModuleType(module)
        exec(compile(text, f"<{module}>", "exec"), vars(sys.modules[module]))
    remember(f"<{label}>", source)
    made: dict = {"__name__": label}
    exec(compile(source, f"<{label}>", "exec"), made)
    return made[name]


def _run_chunks(job: dict) -> tuple[dict, str]:
    """The notebook's names after all chunks have run; the error in the answer itself, in words."""
    from checks import kernel

    names = {"__name__": "__main__", "get_ipython": NoMagics, "display": _display}
    _without_colab()
    _same_chance()
    own_error = ""
    for label, code in job["chunks"]:
        remember(label, code)
        try:
            _run_cell(code, label, names)
        except BaseException as error:  # as in a notebook, the next cell may still run
            with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError):
                kernel.remember_unmade_names(code, error)
            if label == f"<{job['name']}>" and kernel.exercise_behind(error) is None:
                own_error = f"Your cell ends in an error. {_in_one_line(error)}"
    return names, own_error


def _same_chance() -> None:
    """Seed what draws by chance, as weights and dropout do."""
    random.seed(1)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(1)


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


def remember(label: str, code: str) -> None:
    """Let tracebacks, Keras and TensorFlow find the source."""
    import linecache

    linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)


def _in_one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    text = error.msg if isinstance(error, SyntaxError) else text
    return f"{type(error).__name__}{where}: {text}"[:MESSAGE]
