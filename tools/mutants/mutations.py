"""Ways to get an answer wrong: cosmic-ray's operators, and our own for Keras and numpy code.

Each of our operators takes a node of the answer's syntax tree and yields what could stand in its
place: a node, or a list of statements. `mutants` applies one change at a time, inside the solution
only: what the learner is given (signature, docstring) stays as it is.
"""

import ast
import copy
import difflib
import functools
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code


@dataclass(frozen=True)
class Mutant:
    operator: str  # such as "keras/activation" or "core/NumberReplacer"
    change: str  # what differs, as text: "… padding = ⟨'same' → 'valid'⟩ …"
    code: str


OPERATORS: dict[str, Callable[[ast.AST], Iterator]] = {}

_STRINGS = {
    "relu": ("tanh", "sigmoid", "linear"),
    "tanh": ("relu", "sigmoid", "linear"),
    "softmax": ("sigmoid", "linear"),
    "same": ("valid",),
    "valid": ("same",),
    "he_uniform": ("glorot_uniform", "zeros"),
    "float32": ("float64", "int32"),
    "float64": ("float32", "int32"),
    "int32": ("float32",),
}
_FUNCTIONS = {
    "mean": ("sum", "max"),
    "sum": ("mean", "max"),
    "std": ("var",),
    "min": ("max", "mean"),
    "max": ("min",),
    "argmax": ("argmin",),
    "ones_like": ("zeros_like",),
    "zeros_like": ("ones_like",),
    "log": ("log2", "log1p"),
    "exp": ("expm1", "sqrt"),
    "sqrt": ("square",),
    "round": ("int",),
    "sin": ("cos",),
    "arccos": ("arcsin",),
    "uniform": ("normal",),
    "normal": ("uniform", "truncated_normal"),
    "standard_normal": ("random",),
    "softplus": ("relu",),
    "sigmoid": ("tanh", "relu", "hard_sigmoid"),
    "cholesky": ("inv",),
    "inv": ("cholesky",),
    "linspace": ("arange",),
    "lower": ("upper",),
    "perf_counter": ("process_time",),
    "ReLU": ("LeakyReLU",),
    "LeakyReLU": ("ReLU",),
    "LSTM": ("GRU", "SimpleRNN"),
    "UpSampling2D": ("MaxPooling2D",),
    "Conv2D": ("Conv2DTranspose", "SeparableConv2D"),
    "BatchNormalization": ("LayerNormalization",),
    "Adam": ("SGD", "RMSprop"),
}
_SIBLINGS = (
    ("real", "fake"),
    ("generator", "discriminator"),
    ("first", "second"),
    ("start", "end"),
    ("ones", "zeros"),
    ("images", "logits"),
    ("mean", "variance"),
    ("mean", "log_variance"),
    ("variance", "log_variance"),
    ("minutes", "rest"),
    ("x", "y"),
    ("a", "b"),
)
_MODULES = {"np", "tf", "keras", "layers"}


def operator(name: str):
    def register(function):
        OPERATORS[name] = function
        return function

    return register


# ── small tools ─────────────────────────────────────────────────────────────────────────────────


def _with(node: ast.AST, **fields) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _name(node: ast.AST) -> str:
    """The last part of a name: "mean" of np.mean and of x.mean."""
    return getattr(node, "attr", getattr(node, "id", ""))


def _of_module(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in _MODULES


def _plus(node: ast.expr, step: int) -> ast.expr:
    return ast.BinOp(node, ast.Add() if step > 0 else ast.Sub(), ast.Constant(abs(step)))


def _without(items: list, index: int) -> list:
    return items[:index] + items[index + 1 :]


def _swapped(items: list, index: int) -> list:
    return [*items[:index], items[index + 1], items[index], *items[index + 2 :]]


# ── operators ───────────────────────────────────────────────────────────────────────────────────


@operator("keras/word")  # activation, padding, initializer, dtype
def _word(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for other in _STRINGS.get(node.value, ()):
            yield ast.Constant(other)


@operator("keras/function")  # mean ↔ sum, ones ↔ zeros, ReLU ↔ LeakyReLU, …
def _function(node):
    if isinstance(node, ast.Attribute):
        for other in _FUNCTIONS.get(node.attr, ()):
            yield _with(node, attr=other)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == "round":
        yield _with(node, id="int")


@operator("keras/drop_keyword")  # from_logits, axis, training, seed, padding, momentum, strides, …
def _drop_keyword(node):
    if isinstance(node, ast.Call):
        for index in range(len(node.keywords)):
            yield _with(node, keywords=_without(node.keywords, index))


@operator("keras/drop_argument")  # the activation in Dense(5, "relu"), the 0.2 in LeakyReLU(0.2)
def _drop_argument(node):
    if isinstance(node, ast.Call) and (len(node.args) > 1 or _name(node.func)[:1].isupper()):
        for index in range(len(node.args)):
            yield _with(node, args=_without(node.args, index))


@operator("keras/swap_arguments")
def _swap_arguments(node):
    if isinstance(node, ast.Call):
        for index in range(len(node.args) - 1):
            yield _with(node, args=_swapped(node.args, index))


@operator("keras/smooth_labels")
def _smooth_labels(node):
    if isinstance(node, ast.Call) and _name(node.func) == "ones_like":
        yield ast.BinOp(ast.Constant(0.9), ast.Mult(), node)
    if isinstance(node, ast.Call) and _name(node.func) == "zeros_like":
        yield ast.BinOp(ast.Constant(0.1), ast.Add(), node)


@operator("keras/fixed_seed")
def _fixed_seed(node):
    if isinstance(node, ast.keyword) and node.arg == "seed":
        yield _with(node, value=ast.Constant(1))


@operator("keras/drop_call")  # f(x) → x, x.f() → x
def _drop_call(node):
    if not isinstance(node, ast.Call):
        return
    plain = isinstance(node.func, ast.Name) and node.func.id in {"list", "round", "abs"}
    if (plain or _of_module(node.func)) and node.args and not _name(node.func)[:1].isupper():
        yield node.args[0]
    elif isinstance(node.func, ast.Attribute) and not _of_module(node.func):
        yield node.func.value


@operator("keras/item")  # a missing layer or term, or one too early
def _item(node):
    if isinstance(node, ast.List | ast.Tuple):
        for index in range(len(node.elts)):
            if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
                yield _with(node, elts=_without(node.elts, index))
            if index + 1 < len(node.elts):
                yield _with(node, elts=_swapped(node.elts, index))
    elif isinstance(node, ast.Dict):
        for index in range(len(node.keys)):
            keys, values = _without(node.keys, index), _without(node.values, index)
            yield _with(node, keys=keys, values=values)


@operator("keras/statement")
def _statement(node):
    if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield ast.Pass()
    if isinstance(node, ast.With) and len(node.body) > 1:  # what should stand inside the tape
        yield [_with(node, body=node.body[:-1]), node.body[-1]]
    if isinstance(node, ast.If):
        yield node.body
        yield node.orelse or [ast.Pass()]
    if isinstance(node, ast.For):
        yield _with(node, body=[*node.body, ast.Break()])


@operator("keras/number")  # cosmic-ray has + 1 and - 1
def _other_number(node):
    if _number(node) and node.value not in (0, 1):
        yield ast.Constant(node.value * 2)
        if isinstance(node.value, float):
            for factor in (0.5, 0.1, 10):
                yield ast.Constant(float(f"{node.value * factor:.6g}"))


@operator("keras/off_by_one")
def _off_by_one(node):
    if isinstance(node, ast.Slice):
        for field in ("lower", "upper"):
            bound = getattr(node, field)
            if bound is not None:
                yield _with(node, **{field: None})
                yield _with(node, **{field: _plus(bound, 1)})
                yield _with(node, **{field: _plus(bound, -1)})
    is_range = isinstance(node, ast.Call) and _name(node.func) in {"range", "linspace", "len"}
    for index in range(len(node.args) if is_range else 0):
        if _name(node.func) != "len":
            for step in (1, -1):
                args = [*node.args]
                args[index] = _plus(args[index], step)
                yield _with(node, args=args)
        else:
            yield from (_plus(node, 1), _plus(node, -1))


@operator("keras/size")  # a parameter `n: int` used as n + 1, n - 1 or a fixed number
def _size(node):
    if isinstance(node, ast.Name) and getattr(node, "is_size", False):
        yield from (_plus(node, 1), _plus(node, -1), ast.Constant(3))


@operator("keras/result")  # wrong sign, wrong factor
def _result(node):
    if not isinstance(node, ast.Return) or node.value is None:
        return
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    for index, part in enumerate(parts):
        if not isinstance(part, ast.Name | ast.BinOp | ast.Call | ast.UnaryOp):
            continue
        if isinstance(part, ast.Call) and _name(part.func) in {"Sequential", "Model", "join"}:
            continue
        for new in (ast.UnaryOp(ast.USub(), part), ast.BinOp(ast.Constant(2), ast.Mult(), part)):
            if isinstance(node.value, ast.Tuple):
                elts = [*parts[:index], new, *parts[index + 1 :]]
                yield _with(node, value=_with(node.value, elts=elts))
            else:
                yield _with(node, value=new)


@operator("keras/term")  # one side alone, or the sides swapped
def _term(node):
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
        if not isinstance(node.op, ast.Add | ast.Mult):
            yield _with(node, left=node.right, right=node.left)
        if isinstance(node.op, ast.MatMult | ast.Mult):
            yield _with(node, op=ast.Mult() if isinstance(node.op, ast.MatMult) else ast.MatMult())
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse, _with(node, body=node.orelse, orelse=node.body))
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        for index, loop in enumerate(node.generators):
            if loop.ifs:
                new = [*node.generators]
                new[index] = _with(loop, ifs=[])
                yield _with(node, generators=new)


@operator("keras/sibling")  # the other network's, the other column, …
def _sibling(node):
    for field in ("id", "attr"):
        name = getattr(node, field, "")
        if isinstance(getattr(node, "ctx", None), ast.Load) and name:
            for pair in _SIBLINGS:
                for one, other in (pair, pair[::-1]):
                    new = re.sub(rf"(?<![a-z]){one}(?![a-z])", other, name)
                    if new != name and new in getattr(node, "known", ()):
                        yield _with(node, **{field: new})


@operator("keras/text")  # a missing separator, a missing or other format
def _text(node):
    if isinstance(node, ast.Constant) and node.value and not str(node.value).strip(" \n:,"):
        yield ast.Constant("")
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        yield _with(node, format_spec=None)
        if all(isinstance(part, ast.Constant) for part in node.format_spec.values):
            spec = "".join(part.value for part in node.format_spec.values)
            for number in re.finditer(r"\d+", spec):
                for step in (1, -1):
                    new = str(int(number[0]) + step).zfill(len(number[0]))
                    new = spec[: number.start()] + new + spec[number.end() :]
                    yield _with(node, format_spec=ast.JoinedStr([ast.Constant(new)]))


# ── all mutants of an answer ────────────────────────────────────────────────────────────────────


def mutants(cell: str) -> list[Mutant]:
    """Every different mutant of an answer cell that is valid Python, in a fixed order.

    Mutants that are the same program (`_normal`) count once.
    """
    seen, found, changes = {_normal(cell)}, [], set()
    for name, code in [*_of_cosmic_ray(cell), *_of_ours(cell)]:
        try:
            program = _normal(code)
            compile(code, "<mutant>", "exec")
        except (SyntaxError, ValueError):
            continue
        if program not in seen:
            seen.add(program)
            change = described = describe(cell, code)
            again = 1
            while change in changes:
                again += 1
                change = f"{described} ({again})"
            changes.add(change)
            found.append(Mutant(name, change, code))
    return found


def _region(cell: str) -> tuple[int, int]:
    """The lines of BEGIN SOLUTION and END SOLUTION, from 1."""
    lines = cell.splitlines()
    begin, end = (
        next(n for n, line in enumerate(lines, 1) if f"### {word} SOLUTION" in line)
        for word in ("BEGIN", "END")
    )
    return begin, end


def _of_cosmic_ray(cell: str) -> Iterator[tuple[str, str]]:
    begin, end = _region(cell)
    nodes = list(ast_nodes(get_ast(cell)))
    for name in sorted(plugins.operator_names()):
        try:
            one = plugins.get_operator(name)()
        except TypeError:  # an operator that asks for settings
            continue
        places = [place for node in nodes for place in one.mutation_positions(node)]
        for occurrence, ((first, _), (last, _)) in enumerate(places):
            if begin < first and last < end:
                yield name, mutate_code(cell, one, occurrence)


def _of_ours(cell: str) -> Iterator[tuple[str, str]]:
    begin, end = _region(cell)
    tree = ast.parse(cell)
    nodes = list(ast.walk(tree))
    known = {_name(node) for node in nodes} | {n.arg for n in nodes if isinstance(n, ast.arg)}
    sizes = {
        node.arg
        for node in nodes
        if isinstance(node, ast.arg) and node.annotation and ast.unparse(node.annotation) == "int"
    }
    for node in nodes:
        node.known = known
        node.is_size = isinstance(getattr(node, "ctx", None), ast.Load) and _name(node) in sizes
    for node in nodes:
        if not begin < getattr(node, "lineno", 0) < end:
            continue
        for name, change in OPERATORS.items():
            for new in change(node):
                yield name, ast.unparse(_replaced(tree, node, new))


def _replaced(tree: ast.AST, old: ast.AST, new) -> ast.AST:
    """A copy of the tree with `new`, a node or a list of statements, in the place of `old`."""
    if tree is old:
        return new
    fields = {}
    for name, value in ast.iter_fields(tree):
        if isinstance(value, ast.AST):
            fields[name] = _replaced(value, old, new)
        elif isinstance(value, list):
            fields[name] = []
            for item in value:
                item = _replaced(item, old, new) if isinstance(item, ast.AST) else item
                fields[name] += item if isinstance(item, list) else [item]
    return _with(tree, **fields)


class _Normal(ast.NodeTransformer):
    """Same programs, same tree: +x is x, -(1) is -1, zip's strict guards but changes nothing."""

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.UAdd):
            return node.operand
        if isinstance(node.op, ast.USub) and _number(node.operand):
            return ast.Constant(-node.operand.value)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if _name(node.func) == "zip":
            node.keywords = [word for word in node.keywords if word.arg != "strict"]
        return node


def _normal(code: str) -> str:
    return ast.dump(_Normal().visit(ast.parse(code)))


def describe(old: str, new: str) -> str:
    """What differs, with some words around it: ``… return mean ⟨+ → -⟩ z @ …``."""
    old, new = _words(old), _words(new)
    around, near = 5, 6  # words shown beside a change; changes as close as this are shown as one
    spans: list[list[int]] = []
    for kind, *span in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            if spans and span[0] - spans[-1][1] <= near:
                spans[-1][1::2] = span[1::2]
            else:
                spans.append(span)
    shown, done = [], 0
    for a, b, c, d in spans:
        if a - done > 2 * around or (not done and a > around):
            shown += [_code(old[done : done + around])] if done else []
            shown += ["…", _code(old[a - around : a])]
        else:
            shown.append(_code(old[done:a]))
        shown.append(f"⟨{_code(old[a:b])} → {_code(new[c:d])}⟩")
        done = b
    rest = [_code(old[done : done + around]), *["…"][: len(old) - done - around]]
    return " ".join(text for text in [*shown, *rest] if text)


def _code(words: list[str]) -> str:
    text = re.sub(r"(?<=[(\[.{]) | (?=[)\],.:}])", "", " ".join(words))
    return re.sub(r"(?<=[\w)]) (?=[(\[])", "", text)


@functools.lru_cache(maxsize=8)
def _words(code: str) -> list[str]:
    """The tokens of a program, its docstrings left out."""
    code = ast.unparse(ast.parse(code))
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    words = (token.string for token in tokens if token.string.strip())
    return [word for word in words if not word.startswith('"""')]
