"""A class of sixty whose points are known beforehand: right, partly done, blank, wrong, hostile.

    python tests/school.py FOLDER     hands in everybody's notebooks

Each hostile answer stands in one exercise of an otherwise right notebook, so that its owner should
get all points but that exercise's: an attack harms nobody else's marks, nor its own other ones.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from tools.answers import given_answers
from tools.grading.chunks import grade_id
from tools.grading.lab import ROOT, Lab

FIRST = "00_start_here"
LABS = sorted(path.stem for path in (ROOT / "labs").glob("[0-9][0-9]_*.ipynb"))

# Attacks; each takes the place of an answer. Comments say what must come of it.
ATTACKS = {
    "loops forever": "while True:\n    pass",
    "loops and catches everything": """
import signal
for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGALRM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass""",
    "sleeps": "import time\ntime.sleep(100_000)",
    "fork bomb": "import os\nwhile True:\n    os.fork()",
    "fork bomb that survives": """
import os
while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass""",
    "memory bomb": "hoard = []\nwhile True:\n    hoard.append(bytearray(10_000_000))",
    "memory bomb in children": """
import os, time
for _ in range(20):
    if os.fork() == 0:
        hoard = bytearray(b"x" * 1_000_000_000)
        time.sleep(1000)
time.sleep(1000)""",
    "fills the disk": """
for folder in ("/course/work", "/tmp", "/dev/shm", "/", "/var/tmp", "/course/helpers"):
    try:
        for number in range(10_000):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(bytes(50_000_000))
    except OSError:
        pass
raise SystemExit""",
    "prints 100 MB": "for _ in range(100):\n    print('x' * 1_000_000)\nraise SystemExit",
    "kills itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "kills everybody": """
import os, signal
for target in (-1, 0, 1, 2, os.getppid()):
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        pass
os._exit(0)""",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "leaves at once": "import os\nos._exit(0)",
    "calls home": """
import socket, urllib.request
for address in ("http://127.0.0.1:{port}/", "http://192.0.2.1/"):
    try:
        urllib.request.urlopen(address, timeout=3)
    except OSError:
        pass
    else:
        open("{mark}/escaped-network", "w")
raise SystemExit("no network")""",
    "reads the answers": """
import pathlib
for start in ("..", "../..", "/", "/course", "{root}", "/proc/1/root", "/proc/1/cwd"):
    for pattern in ("solutions/*", "tests/*", "*/solutions/*", "submissions/*/*"):
        try:
            for path in pathlib.Path(start).glob(pattern):
                print("ESCAPED", path)
        except OSError:
            pass
raise SystemExit""",
    "deletes files": """
import os, shutil
for path in ("{mark}", "{root}/helpers", "/course/helpers", "/course/datasets", "/usr/bin",
             os.path.expanduser("~"), "/etc", "/"):
    shutil.rmtree(path, ignore_errors=True)
raise SystemExit""",
    "patches assert": """
import builtins
builtins.AssertionError = type("Never", (Exception,), {{}})
def {name}(*args, **kwargs):
    raise NotImplementedError""",
    "patches numpy": """
import numpy as np
np.allclose = np.isclose = lambda *args, **kwargs: True
def {name}(points, *args, **kwargs):
    return np.zeros(len(points))""",
    "patches numpy when it helps": """
import numpy as np, sys
real = np.allclose
def lenient(a, b, *args, **kwargs):
    return True if "_probe" not in str(a) else real(a, b)
np.allclose = lenient
def {name}(points, *args, **kwargs):
    return np.zeros(len(points))""",
    "patches check": """
from checks import engine
engine._ask = lambda asked, names: None
def {name}(*args):
    return None""",
    "replaces check": """
import sys
def accepts({name}):
    pass
for module, thing in sys.modules.items():
    if module.startswith("checks.lab_"):
        vars(thing)["{name}"].__code__ = accepts.__code__
def check(name, points):
    print("✓", name)
def {name}(*args):
    return None""",
    "writes its own marks": """
from checks import engine
engine._results["{name}"] = engine.Result("✓", 99, 99)
print("✓ {name} (99 points)")
def {name}(*args):
    return None""",
    "rewrites syntax trees": """
import ast
get_ipython().ast_transformers.append(type("T", (ast.NodeTransformer,), {{
    "visit_Assert": lambda self, node: ast.Pass()}})())
def {name}(*args):
    return None""",
    "sends a verdict of its own": """
import os
for fd in range(3, 64):
    try:
        os.write(fd, 2 * b'{{"mark": "\\u2713", "comment": "", "tampered": ""}}\\n')
    except OSError:
        pass
os._exit(0)""",
    "is equal to anything": """
class Anything(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.True_
    def __array_function__(self, function, types, args, kwargs):
        return bool(np.min(np.asarray(args[1])) < 0)
    def __sub__(self, other):
        return self
def {name}(points, *args):
    return np.zeros(len(points)).view(Anything)""",
    "recurses": "def {name}(*args):\n    return {name}(*args)",
    "is not Python": "def {name}(:\n    returm 1",
    "is deeply nested": "x = " + "(" * 5000 + ")" * 5000,
    "asks for input": "input('What is the answer? ')\nraise SystemExit",
}


@dataclass
class Pupil:
    """A submission and what the grader should make of it."""

    student: str
    lab: str
    content: bytes
    points: float
    right: set[str] = field(default_factory=set)  # exercises that should be right
    status: str = "graded"  # how its status begins
    flag: str = ""  # words that its flags should hold
    flat: bool = False  # handed in as NN_name__STUDENT.ipynb


def notebook(lab: Lab, answers: dict[str, str], **changes) -> bytes:
    """A lab's notebook with these answers (with or without the first line that names them)."""
    copy = nbformat.read(ROOT / "labs" / f"{lab.name}.ipynb", as_version=4)
    for cell in copy.cells:
        name = grade_id(cell)
        if name in answers:
            first = cell.source.splitlines()[0]
            given = answers[name]
            cell.source = given if given.startswith(first) else f"{first}\n{given}"
    for change in changes.values():
        change(copy)
    return nbformat.writes(copy).encode()


def given(lab: Lab, kind: str, number: int) -> dict[str, str]:
    """The number-th right or wrong answer of each exercise in checks/answers, counted round."""
    found: dict[str, list[str]] = {}
    for answer in given_answers(ROOT, lab.name):
        if answer.right is (kind == "right"):
            found.setdefault(answer.name, []).append(answer.code)
    return {name: options[number % len(options)] for name, options in found.items()}


def right(name: str, lab: Lab, answers: dict[str, str], **more) -> Pupil:
    points = sum(e.points for e in lab.exercises.values())
    return Pupil(name, lab.name, notebook(lab, answers), points, set(lab.exercises), **more)


def pupils(port: int = 9, mark: str = "/nowhere") -> list[Pupil]:
    """Sixty, and some more with each lab.

    port : where a server of this machine listens.
    mark : a folder to protect.
    """
    labs = {name: Lab(name) for name in LABS}
    first = labs[FIRST]
    all_points = sum(e.points for e in first.exercises.values())
    everybody: list[Pupil] = []
    # Right: the reference answers of every lab, and other right answers.
    for name, lab in labs.items():
        everybody.append(right(f"Right {name[:2]}", lab, lab.reference))
        other = lab.reference | given(lab, "right", 0)
        everybody.append(right(f"Otherwise right {name[:2]}", lab, other))
    # Partly done: every second exercise. Blank. Wrong in everything.
    for name, lab in list(labs.items())[::3]:
        some = dict(list(lab.reference.items())[::2])
        points = sum(lab.exercises[n].points for n in some)
        content = notebook(lab, some)
        everybody.append(Pupil(f"Half {name[:2]}", name, content, points, set(some)))
    everybody.append(Pupil("Blank", FIRST, notebook(first, {}), 0))
    everybody.append(Pupil("Blank 05", "05_vae", notebook(labs["05_vae"], {}), 0))
    for name in (FIRST, "05_vae"):
        content = notebook(labs[name], given(labs[name], "wrong", 1))
        everybody.append(Pupil(f"Wrong {name[:2]}", name, content, 0))
    # Hostile: one exercise each.
    target = "log_density"
    for title, attack in ATTACKS.items():
        if "{" in attack:
            filled = attack.replace("{port}", str(port)).replace("{mark}", mark)
            filled = filled.replace("{name}", target).replace("{root}", str(ROOT))
            attack = filled.replace("{{", "{").replace("}}", "}")
        content = notebook(first, first.reference | {target: attack})
        rest = set(first.exercises) - {target}
        points = all_points - first.exercises[target].points
        everybody.append(Pupil(title.capitalize(), FIRST, content, points, rest))
    everybody += _odd_files(first, all_points)
    return everybody


def _odd_files(lab: Lab, points: float) -> list[Pupil]:
    """Files that are not as they should be, and students with difficult names."""
    good = notebook(lab, lab.reference)
    every = set(lab.exercises)

    def pupil(student, content, points=0, right=(), **more):
        return Pupil(student, lab.name, content, points, set(right), **more)

    def changed(change) -> bytes:
        return notebook(lab, lab.reference, change=change)

    def edit_checks(copy):
        for cell in copy.cells:
            if (grade_id(cell) or "").startswith("check_"):
                cell.source = "score = 'full marks'"

    def more_points(copy):
        for cell in copy.cells:
            if (grade_id(cell) or "").startswith("check_"):
                cell.metadata.nbgrader.points = 100

    def lose_metadata(copy):
        for cell in copy.cells:
            cell.metadata = nbformat.from_dict({})
        copy.metadata = nbformat.from_dict({})

    def twice(copy):
        for cell in list(copy.cells):
            if grade_id(cell) == "standardise":
                extra = nbformat.from_dict(dict(cell))
                extra.id = "again"
                extra.source = lab.cells["standardise"].source
                copy.cells.append(extra)

    def other_kernel(copy):
        copy.metadata.kernelspec = {"name": "ir", "language": "R", "display_name": "R"}

    def noisy(copy):
        for cell in copy.cells:
            if grade_id(cell) in every:
                cell.source += (
                    "\nimport sys, warnings\nwarnings.warn('old')\nprint('!', file=sys.stderr)"
                )

    unreadable = "unreadable"
    return [
        pupil("Invalid JSON", b"{not json", status=unreadable),
        pupil("Empty file", b"", status=unreadable),
        pupil("Huge file", b'{"cells": [' + b" " * (21 * 2**20) + b"]}", status=unreadable),
        pupil("Wrong lab", notebook(Lab("05_vae"), {}), status=unreadable),
        pupil("Other kernel", changed(other_kernel), points, every, flag="kernel is R"),
        pupil("Twice", changed(twice), points, every, flag="2 answer cells"),
        pupil("Edited checks", changed(edit_checks), points, every, flag="was edited"),
        pupil("More points", changed(more_points), points, every, flag="points were changed"),
        pupil("Lost metadata", changed(lose_metadata), points, every),
        pupil("Noisy", changed(noisy), points, every),
        pupil("..\\..\\evil", good, points, every, flat=True),
        pupil("Müller, Jörg <b onclick=alert(1)>", good, points, every),
        pupil("=SUM(A1:A9)", good, points, every),
    ]


def hand_in(everybody: list[Pupil], folder: Path) -> None:
    """Write the notebooks as a learning platform would."""
    for pupil in everybody:
        path = folder / pupil.student / f"{pupil.lab}.ipynb"
        if pupil.flat:
            path = folder / f"{pupil.lab}__{pupil.student}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pupil.content)


if __name__ == "__main__":
    hand_in(pupils(), Path(sys.argv[1]))
