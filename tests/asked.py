"""An answer, its probe and its verdict in one process, for tests; the grader keeps them apart."""

import functools
import importlib
import inspect
import linecache
import random

import nbformat
from conftest import ROOT

from checks import verdicts
from tools.answers import reference_answers

SECRET = "a secret of the tests"


@functools.cache
def of_solution(lab: str) -> tuple[str, dict[str, str]]:
    """The imports of a solution, and its answers."""
    return reference_answers(nbformat.read(ROOT / "solutions" / f"{lab}.ipynb", as_version=4))


def verdict_on(lab: str, name: str, code: str, draw: int = 0) -> str:
    """ "" for an answer that its verdict accepts, else what is wrong or cannot be proven.

    `code` runs with the solution's imports and nothing else.
    """
    verdict = getattr(importlib.import_module(f"checks.hidden.lab_{lab}"), name)
    given, expected = _of_reference(lab, name, draw)
    try:
        got = verdicts.decode(_values(lab, name, code, given))
    except (Exception, SystemExit) as error:
        return f"the probe ended in {type(error).__name__}: {error}"
    try:
        verdicts.judge(verdict, _rng(lab, name, draw), got, verdicts.decode(expected))
    except verdicts.Unproven as error:
        return f"unproven: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _rng(lab: str, name: str, draw: int):
    return verdicts.random_numbers(f"{SECRET} {draw}", lab, name)


@functools.cache
def _of_reference(lab: str, name: str, draw: int) -> tuple[str, str]:
    verdict = getattr(importlib.import_module(f"checks.hidden.lab_{lab}"), name)
    given = verdicts.encode(verdicts.inputs(verdict, _rng(lab, name, draw)))
    return given, _values(lab, name, of_solution(lab)[1][name], given)


def _values(lab: str, name: str, code: str, given: str) -> str:
    names: dict = {"__name__": "__main__", "given": verdicts.decode(given)}
    for label, text in (("<imports>", of_solution(lab)[0]), ("<answer>", code)):
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
        exec(compile(text, label, "exec"), names)
    random.seed(1)
    probe = getattr(importlib.import_module(f"checks.probes.lab_{lab}"), name)
    return verdicts.encode(probe(*(names[n] for n in inspect.signature(probe).parameters)))
