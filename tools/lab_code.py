"""What a lab defines, without running the lab: benchmarks measure the labs' own code."""

import ast
import contextlib
import linecache
import os
from unittest import mock

import nbformat

from helpers.run import ROOT


def lab_code(name: str, profile: str = "quick", seed: int = 1) -> dict:
    """A lab's imports, functions, classes and CONSTANTS, as a namespace.

    Constants, and functions with defaults, that need what only a run of the lab computes are left
    out.

    Parameters
    ----------
    name : such as ``"02_quadratic_gan"``.
    profile, seed : what the lab's constants are set from.
    """

    def is_constant(node: ast.stmt) -> bool:
        targets = ast.walk(node.targets[0]) if isinstance(node, ast.Assign) else ()
        names = [n.id for n in targets if isinstance(n, ast.Name)]
        return bool(names) and all(name.isupper() for name in names)

    defines = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    cells = nbformat.read(ROOT / "solutions" / f"{name}.ipynb", as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    label, namespace = f"<{name}>", {"__name__": "lab"}
    linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)
    with mock.patch.dict(os.environ, WORKBOOK_PROFILE=profile, WORKBOOK_SEED=str(seed)):
        for node in ast.parse(code).body:
            if isinstance(node, defines) or is_constant(node):
                with contextlib.suppress(NameError):
                    exec(compile(ast.Module([node], []), label, "exec"), namespace)
    return namespace
