"""What a lab defines, without running the lab: benchmarks measure the labs' own code."""

import ast

from helpers.run import ROOT


def lab_code(name: str, **values) -> dict:
    """A lab's imports, functions, classes and CONSTANTS, as a namespace.

    Parameters
    ----------
    name : such as ``"02_quadratic_gan"``.
    values : CONSTANTS that get another value than the lab gives them.
    """

    def wanted(node: ast.stmt) -> bool:
        if isinstance(node, ast.Assign):
            names = [n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)]
            return all(name.isupper() and name not in values for name in names)
        return isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)

    path = ROOT / "solutions" / f"{name}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if wanted(node)]
    namespace = {"__name__": "lab", **values}
    exec(compile(tree, str(path), "exec"), namespace)
    return namespace
