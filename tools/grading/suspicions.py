"""What in an answer's code an instructor should look at. It changes no points.

All of it where values cannot prove an answer; else only what may fetch one from the course's code.
"""

import ast

# Modules that no exercise of the course needs, and that reach beyond the answer.
MODULES = {
    *("atexit", "builtins", "checks", "ctypes", "gc", "google", "helpers", "importlib", "inspect"),
    *("IPython", "marshal", "multiprocessing", "pickle", "pytest", "requests", "signal", "socket"),
    *("subprocess", "threading", "unittest", "urllib"),
}
CALLS = {"compile", "eval", "exec", "globals", "vars", "__import__", "setattr", "delattr"}
OS = {
    *("_exit", "abort", "dup", "dup2", "environ", "execv", "fdopen", "fork", "kill", "popen"),
    *("read", "spawnl", "system", "write"),
}
NAMES = {"check", "score_so_far", "__builtins__"}
PLAIN = {
    *("__init__", "__call__", "__name__", "__doc__", "__file__", "__len__", "__getitem__"),
    *("__iter__", "__next__", "__repr__", "__str__", "__enter__", "__exit__", "__post_init__"),
}


# Where right answers may lie: worth a look even where values prove an answer.
TO_THE_COURSE = (
    "imports checks",
    "imports importlib",
    "calls __import__",
    "calls exec",
    "calls eval",
)


def lines_of(code: str) -> dict[str, int]:
    """Short descriptions, each with its first line, counted from 1; none if it does not parse."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    } | {"np", "tf", "keras", "numpy", "tensorflow"}
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        for what in _in_node(node, imported):
            found.setdefault(what, node.lineno)
    return found


def _in_node(node: ast.AST, imported: set[str]):
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names]
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
        yield from (f"imports {n}" for n in names if n.split(".")[0] in MODULES)
    elif isinstance(node, ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        if not isinstance(node.ctx, ast.Load) and owner in imported:
            yield f"assigns {owner}.{node.attr}"
        elif owner == "os" and node.attr in OS:
            yield f"uses os.{node.attr}"
        elif owner == "sys" and node.attr in ("_getframe", "modules", "settrace", "setprofile"):
            yield f"uses sys.{node.attr}"
        elif _is_special(node.attr):
            yield f"reads .{node.attr}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield f"calls {node.func.id}"
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield f"names {node.id}"
    elif isinstance(node, ast.FunctionDef | ast.ClassDef) and (
        node.name in NAMES or _is_special(node.name)
    ):
        yield f"defines {node.name}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "/proc" in node.value:
        yield "names /proc"


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in PLAIN
