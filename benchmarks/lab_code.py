"""What a lab defines, without running the lab: benchmarks measure the labs' own code."""

import ast
import os
from unittest import mock

from helpers.run import ROOT


def lab_code(name: str, profile: str = "quick", seed: int = 1) -> dict:
    """A lab's imports, functions, classes and CONSTANTS, as a namespace.

    Parameters
    ----------
    name : such as ``"02_quadratic_gan"``.
    profile, seed : what the lab's constants are set from.
    """

    def wanted(node: ast.stmt) -> bool:
        if isinstance(node, ast.Assign):
            names = [n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)]
            return all(name.isupper() for name in names)
        return isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)

    path = ROOT / "solutions" / f"{name}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if wanted(node)]
    namespace = {"__name__": "lab"}
    with mock.patch.dict(os.environ, WORKBOOK_PROFILE=profile, WORKBOOK_SEED=str(seed)):
        exec(compile(tree, str(path), "exec"), namespace)
    return namespace
