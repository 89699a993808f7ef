"""Notebook Python as plain Python: magics taken away, the code under them kept. Runs none of it."""

import ast
import importlib.util
import re
import sys
import warnings

from IPython.core.inputtransformer2 import TransformerManager

MAX_CHARACTERS = 100_000  # of one answer; the longest of the course has 3,000
MAX_MAGICS, MAX_LINE = 200, 1000  # IPython starts anew for each, and is slow on long lines
BODY_RUNS = {"time", "timeit", "capture", "prun", "mypy", "memit", "mprun", "lprun"}
HEADER = re.compile(r"%%(\w+)[^\n]*")
TIMED = re.compile(r"([^%]{0,200}?)%time[ \t]+(?=\S)")


def parses(code: str) -> bool:
    """Whether this Python reads it; a cell may await at its top."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(code, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def plain(source: str) -> tuple[str, str]:
    """Code without magics, as it is if that fails; and what of it cannot run here, in words.

    What stands under ``%%time``, ``%%capture`` and the like runs as if they were not there, on the
    same lines. Shell commands and other magics do nothing.
    """
    code = source.removeprefix("\ufeff")
    if parses(code):
        return code, ""
    lines = code.split("\n")
    for number, line in enumerate(lines):
        if header := HEADER.fullmatch(line.strip()):
            if header[1] not in BODY_RUNS:
                return code, f"begins with %%{header[1]}, under which nothing runs here"
            lines[number] = f"# {line}"
        elif line.strip() and not line.lstrip().startswith("#"):
            break  # headers stand above the code
    lines = [_without_time(line) for line in lines]
    code = "\n".join(lines)
    magics = [n for n, line in enumerate(lines) if _is_magic(line.strip())]
    if parses(code) or not magics:
        return code, ""
    if len(magics) <= MAX_MAGICS and all(len(lines[number]) <= MAX_LINE for number in magics):
        try:
            return TransformerManager().transform_cell(code), ""
        except (SyntaxError, ValueError, RecursionError, RuntimeError):
            return code, ""
    for number in magics:  # all at once; a text within quotes may lose a line
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        lines[number] = f"{indent}pass"
    return "\n".join(lines), ""


def _without_time(line: str) -> str:
    """``x = %time f()`` runs ``x = f()``."""
    timed = TIMED.match(line)
    before = timed[1].strip() if timed else "?"
    return timed[1] + line[timed.end() :] if not before or before.endswith("=") else line


def _is_magic(line: str) -> bool:
    return line[:1] in ("%", "!", "?") or line.endswith("?") or "= !" in line or "=!" in line


def needs_newer(code: str) -> bool:
    """Whether code that this Python does not read has marks of a later one's syntax."""
    old = re.sub(r"(?m)^([ \t]*(?:async[ ]+def|def|class)[ ]+\w+)\[[^\n(:]*\](?=[(:])", r"\1", code)
    old = re.sub(r"(?m)^([ \t]*)type[ ]+(\w+)(?:\[[^\n=]*\])?[ ]*=(?!=)", r"\1\2 =", old)
    old = re.sub(r"(?m)^([ \t]*except\*?[ ]+)([\w.]+(?:[ ]*,[ ]*[\w.]+)+)[ ]*:", r"\1(\2):", old)
    old = re.sub(r"""(?i)\br?[ft]r?(["'])(?:[^{}\n"']|\{[^{}]{0,500}\})*\1""", "''", old)
    return not parses(code) and parses(old)


def missing_modules(code: str) -> list[str]:
    """Modules that code imports and this machine does not have, but those it only tries to."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    tried = {id(n) for t in ast.walk(tree) if isinstance(t, ast.Try) for n in ast.walk(t)}
    names = []
    for node in ast.walk(tree):
        if id(node) in tried:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    tops = dict.fromkeys(name.split(".")[0] for name in names)
    return [top for top in tops if top != "google" and not _is_here(top)]


def _is_here(module: str) -> bool:
    if module in sys.modules or module in sys.stdlib_module_names:
        return True
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
