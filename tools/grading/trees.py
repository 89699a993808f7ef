"""An answer's syntax tree without what its author may write as they like. Runs none of it."""

import ast
import hashlib

USUAL = {"np": "numpy", "tf": "tensorflow", "pd": "pandas", "plt": "matplotlib.pyplot"}
LEFT_OUT = {"ctx", "annotation", "returns", "type_comment", "type_params", "kind"}


def normal(code: str) -> tuple[str, int]:
    """A hash of what stays of an answer's syntax tree, and its number of nodes; "" and 0 if it has
    no tree.
    """
    try:
        tree = ast.parse(code)
        parts = list(_parts(tree, _Names(tree)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "", 0
    digest = hashlib.sha256(repr(parts).encode(errors="replace")).hexdigest()
    return digest, sum(part[0] == "node" for part in parts)


class _Names:
    """Names that code makes itself, and may call as it likes: they become numbers."""

    def __init__(self, tree: ast.AST):
        self.made: set[str] = set()
        self.attributes: set[str] = set()  # made by the code's own classes
        self.modules = dict(USUAL)  # names of imported things → what they are
        self.numbers: dict[str, int] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self.made.add(node.id)
            elif isinstance(node, ast.arg):
                self.made.add(node.arg)
            elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                self.attributes.add(node.attr)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.made.add(node.name)
                if isinstance(node, ast.ClassDef):
                    self.attributes |= {part.name for part in node.body if hasattr(part, "name")}
            elif isinstance(node, ast.ExceptHandler) and node.name:
                self.made.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                for alias in node.names:
                    self.modules[alias.asname or alias.name] = f"{module}{alias.name}"

    def shown(self, name: str, node: ast.AST) -> object:
        """What a name of `node` is compared by."""
        if isinstance(node, ast.Attribute):
            own = name in self.attributes
        else:
            own = name in self.made and not isinstance(node, ast.keyword)
        if own:
            return self.numbers.setdefault(name, len(self.numbers))
        return self.modules.get(name, name) if isinstance(node, ast.Name) else name


def _parts(node: ast.AST, names: _Names):
    """A tree in the order of its code as ("node", kind), ("value", …) and ("end",)."""
    if isinstance(node, ast.AnnAssign) and node.value:
        node = ast.Assign([node.target], node.value)
    yield "node", type(node).__name__
    for name, value in ast.iter_fields(node):
        if name in LEFT_OUT:
            continue
        if isinstance(node, ast.Call) and name == "keywords":
            value = sorted(value, key=lambda keyword: keyword.arg or "")
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                if not _says_nothing(part):
                    yield from _parts(part, names)
            elif isinstance(part, str) and not isinstance(node, ast.Constant):
                yield "value", names.shown(part, node)
            else:
                yield "value", type(part).__name__, part
    yield ("end",)


def _says_nothing(node: ast.AST) -> bool:
    """Docstrings and texts that stand alone; imports, which notebooks have above already."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    bare = isinstance(node, ast.AnnAssign) and node.value is None
    return text or bare or isinstance(node, ast.Import | ast.ImportFrom)
