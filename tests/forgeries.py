"""Answers that solve nothing and try to be taken for right, and such as try to learn secrets.

NAME stands for the exercise. Each forgery is of another kind: what it attacks stands in its title.
"""

FORGERIES = {
    "an object equal to anything": """
class Any:
    shape, dtype, ndim, size = (3, 3), np.dtype(float), 2, 9
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, dtype=None, copy=None): return np.zeros((3, 3))
    def __getattr__(self, name): return lambda *a, **k: self
    def __getitem__(self, key): return self
    def __len__(self): return 2
    def __iter__(self): return iter([self, self])
def NAME(*args): return Any()""",
    "__array_function__": """
class Any(np.ndarray):
    def __array_function__(self, function, types, args, kwargs): return True
    def __array_ufunc__(self, *args, **kwargs): return np.True_
def NAME(*args): return np.zeros((4, 3)).view(Any)""",
    "comparisons that are lists of truth": """
class Any(np.ndarray):
    def __lt__(self, other): return np.ones(self.shape, bool)
    __le__ = __gt__ = __ge__ = __eq__ = __lt__
    def mean(self, *a, **k): return np.zeros(3)
    def std(self, *a, **k): return np.ones(3)
def NAME(*args): return np.zeros((4, 3)).view(Any)""",
    "numpy's comparison replaced": """
np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
def NAME(*args): return np.zeros((4, 3))""",
    "numpy's C functions replaced": """
import numpy.core.numeric as numeric
numeric.isclose = numeric.allclose = lambda *a, **k: np.True_
np.linalg.solve = lambda a, b: np.random.default_rng(1).normal(size=b.shape)
def NAME(*args): return np.zeros((20_000, 2))""",
    "a patch that undoes itself": """
import threading, time
real = np.allclose
np.allclose = lambda *a, **k: True
def mend():
    time.sleep(2); np.allclose = real
threading.Thread(target=mend, daemon=True).start()
def NAME(*args): return np.zeros((4, 3))""",
    "the check's code replaced": """
import importlib
module = importlib.import_module("checks.lab_00_start_here")
def accept(NAME): pass
vars(module)["NAME"].__code__ = accept.__code__
def NAME(*args): return None""",
    "the check's module replaced": """
import sys, types
fake = types.ModuleType("checks.lab_00_start_here")
exec("def NAME(NAME): pass", vars(fake))
sys.modules["checks.lab_00_start_here"] = fake
def NAME(*args): return None""",
    "the engine replaced": """
from checks import engine
engine.judge = lambda name, points, asked, names: (engine.Result("✓", points, points), None)
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "a method of the engine's result": """
from checks import engine
engine.Result.mark = property(lambda self: "✓", lambda self, value: None)
def NAME(*args): return None""",
    "the surroundings swallow errors": """
import contextlib
from checks import surroundings
surroundings.usual_errors = lambda: contextlib.suppress(BaseException)
def NAME(*args): return None""",
    "a check that is asked for nothing": """
import inspect
from checks import engine
real = inspect.signature
engine._wanted = lambda asked: []
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "errors that are no errors": """
import builtins
builtins.AssertionError = type("Never", (Exception,), {})
builtins.Exception = builtins.AssertionError
def NAME(*args): raise ValueError""",
    "isinstance, len and any replaced": """
import builtins
builtins.isinstance = lambda *a: True
builtins.len = lambda x: 2
builtins.all = builtins.any = lambda x: True
def NAME(*args): return None""",
    "a metaclass that knows everybody": """
class Meta(type):
    def __instancecheck__(cls, other): return True
    def __eq__(cls, other): return True
    def __hash__(cls): return 1
class Any(metaclass=Meta): pass
np.ndarray = Any
def NAME(*args): return Any()""",
    "a trace function that turns results": """
import sys
def trace(frame, event, arg):
    if event == "exception" and arg[0] is AssertionError:
        frame.f_locals.clear()
    return trace
sys.settrace(trace)
def NAME(*args): return None""",
    "a profile function that jumps": """
import sys
def profile(frame, event, arg):
    if frame.f_code.co_name == "NAME" and event == "call":
        try: frame.f_lineno += 100
        except ValueError: pass
sys.setprofile(profile)
def NAME(*args): return None""",
    "an audit hook": """
import sys
def hook(event, args):
    if event == "compile":
        raise SystemExit
sys.addaudithook(hook)
def NAME(*args): return None""",
    "the grader's own functions through __main__": """
import sys
for name in ("__main__", "inside", "tools.grading.inside", "runner"):
    module = sys.modules.get(name)
    for part in ("_verdict", "_answer", "_values", "_send", "_checked", "run"):
        if module is not None and hasattr(module, part):
            setattr(module, part, lambda *a, **k: ("✓", ""))
def NAME(*args): return None""",
    "frames of the callers": """
import sys
def NAME(*args):
    frame = sys._getframe()
    while frame is not None:
        for thing in list(frame.f_locals.values()):
            if hasattr(thing, "send") and hasattr(thing, "receive"):
                thing.send({"mark": "✓", "comment": ""}, more=True)
                thing.send({"values": "[]"})
        frame = frame.f_back""",
    "frames through a traceback": """
def NAME(*args):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame:
        for name in ("mark", "result"):
            if name in frame.f_locals:
                frame.f_locals[name] = "✓"
        frame = frame.f_back""",
    "frames through a generator": """
def NAME(*args):
    def generator(): yield
    made = generator()
    next(made)
    frame = made.gi_frame.f_back or made.gi_frame
    import ctypes
    ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), 0)""",
    "objects that the garbage collector knows": """
import gc
for thing in gc.get_objects():
    try:
        if hasattr(thing, "send") and hasattr(thing, "receive") and not hasattr(thing, "throw"):
            thing.send({"mark": "✓", "comment": "", "values": "[[1, 2], [3, 4]]"}, more=True)
            said = thing.receive()
            thing.send({"values": said["given"], "mark": "✓"})
    except BaseException:
        pass
import os
os._exit(0)""",
    "messages on every pipe": """
import os
for fd in range(3, 64):
    try: os.write(fd, 2 * b'{"mark": "\\\\u2713", "comment": "", "more": true}\\n')
    except OSError: pass
os._exit(0)""",
    "messages with more in them": """
import json, os
line = json.dumps({"mark": "✓", "said": {"mark": "✓"}, "more": True, "values": "1", "points": 99})
for fd in range(3, 64):
    try: os.write(fd, (line + "\\n").encode())
    except OSError: pass
import time
time.sleep(1)
os._exit(0)""",
    "two answers in one message": """
import os
for fd in range(3, 64):
    try: os.write(fd, b'[{"mark": "\\\\u2713"}, true]\\n[{"values": "[]"}, false]\\n')
    except OSError: pass
os._exit(0)""",
    "the inputs as values": """
from checks import verdicts
verdicts.encode = lambda values: verdicts.GIVEN
real = verdicts.decode
def decode(text):
    verdicts.GIVEN = text
    return real(text)
verdicts.decode = decode
from checks import engine
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "values with an object to unpickle": """
from checks import verdicts, engine
import base64, io, pickle
class Evil:
    def __reduce__(self): return (print, ("unpickled",))
file = io.BytesIO()
np.save(file, np.array([Evil()], dtype=object), allow_pickle=True)
text = '{"npy": "' + base64.b64encode(file.getvalue()).decode() + '"}'
verdicts.encode = lambda values: text
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "values too deep": """
from checks import verdicts, engine
verdicts.encode = lambda values: "[" * 100_000 + "]" * 100_000
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "values too large": """
from checks import verdicts, engine
verdicts.encode = lambda values: "[" + "1," * 6_000_000 + "1]"
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "an array of a terabyte": """
from checks import verdicts, engine
import base64
head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10**11,), }"
head += b" " * (117 - len(head)) + b"\\n"
raw = b"\\x93NUMPY\\x01\\x00" + len(head).to_bytes(2, "little") + head
verdicts.encode = lambda values: '{"npy": "' + base64.b64encode(raw).decode() + '"}'
engine._ask = lambda asked, names: None
def NAME(*args): return None""",
    "not a number anywhere": """
from checks import engine
engine._ask = lambda asked, names: None
def NAME(points, *args):
    nan = np.full(np.shape(points), np.nan)
    return (nan, nan) if "NAME" == "fit_gaussian" else nan""",
    "infinite everywhere": """
from checks import engine
engine._ask = lambda asked, names: None
def NAME(points, *args): return np.full(np.shape(points), np.inf)""",
    "nothing at all, with the right names": """
from checks import engine, verdicts
engine._ask = lambda asked, names: None
real = verdicts.encode
verdicts.encode = lambda values: real({key: [] for key in values})
def NAME(*args): return []""",
    "one number for all": """
from checks import engine
engine._ask = lambda asked, names: None
def NAME(*args): return np.zeros(1)""",
    "a masked array": """
from checks import engine
engine._ask = lambda asked, names: None
def NAME(points, *args): return np.ma.masked_all(np.shape(points))""",
    "texts in place of numbers": """
from checks import engine
engine._ask = lambda asked, names: None
def NAME(*args): return "nan" """,
    "the check's own expectations": """
from checks import engine
import re, inspect, importlib
engine._ask = lambda asked, names: None
source = inspect.getsource(getattr(importlib.import_module("checks.lab_00_start_here"), "NAME"))
numbers = [float(n) for n in re.findall(r"-?\\d+\\.\\d+", source)] or [0.0]
def NAME(points, *args): return np.resize(numbers, np.shape(points))""",
    "what worked for other inputs": """
from checks import engine
engine._ask = lambda asked, names: None
known = {(4, 3): np.zeros((4, 3)), (4, 2): (np.array([2.0, 1]), np.eye(2))}
def NAME(points, *args): return known.get(np.shape(points), np.zeros(3))""",
    "another numpy under the notebook's name": """
class Fake:
    def __getattr__(self, name): return lambda *a, **k: 0
real, np = np, Fake()
import sys
sys.modules["numpy"] = np
def NAME(*args): return 0""",
    "a finalizer that acts late": """
import weakref
from checks import engine
class Late:
    def __del__(self): engine._ask = lambda asked, names: None
def NAME(*args): return Late()""",
    "a child that answers for its parent": """
import os, time
if os.fork() == 0:
    from checks import engine
    engine._ask = lambda asked, names: None
else:
    time.sleep(5)
def NAME(*args): return None""",
    "signals in the middle of a check": """
import signal
def handler(number, frame):
    while frame:
        frame.f_locals.update(mark="✓", comment="")
        frame = frame.f_back
    signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.01)
def NAME(*args): return None""",
    "an import hook": """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("checks"): raise ImportError
sys.meta_path.insert(0, Finder())
for name in [n for n in sys.modules if n.startswith("checks.")]:
    del sys.modules[name]
def NAME(*args): return None""",
    "lines that a traceback shows": """
import linecache
linecache.getline = lambda *a: "✓"
linecache.cache.clear()
def NAME(*args): raise SystemExit(0)""",
    "json that says what it should": """
import json
real = json.dumps
json.dumps = lambda thing, **k: real(thing, **k).replace("\\\\u2717", "\\\\u2713").replace("✗", "✓")
def NAME(*args): return None""",
    "a callable that passes for a function": """
class NAME:
    __signature__ = None
    def __new__(cls, *args): return np.zeros(3)
    def __class_getitem__(cls, key): return True""",
    "memory of its own process": """
import ctypes
text = open("/proc/self/maps").read()
found = 0
for line in text.splitlines():
    if "rw" in line and "heap" in line:
        a, b = (int(n, 16) for n in line.split()[0].split("-"))
        found += ctypes.string_at(a, min(b - a, 10_000_000)).count(b"expected")
def NAME(*args): return found""",
    "the parent's memory": """
import os
for pid in (1, os.getppid()):
    try:
        with open(f"/proc/{pid}/mem", "r+b") as file: file.write(b"x")
    except OSError: pass
def NAME(*args): return None""",
    "code in a second process of Python": """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import os; [os.write(f, b'{}') for f in range(3, 9)]"])
def NAME(*args): return None""",
}

# What each leaks or prints must hold no line of a verdict or of a reference answer. {names}: the
# exercises of lab 00; the first is answered by NAME, those after it are blank or lean on it.
LEAKS = {
    "reads the verdicts' files": """
import pathlib
for path in (*pathlib.Path("/").glob("*/checks/**/*.py"), *pathlib.Path("..").glob("**/*.py")):
    if "hidden" in str(path) or "answers" in str(path): print(path.read_text())""",
    "imports the verdicts": """
import importlib
for name in ("checks.hidden.common", "checks.hidden.lab_00_start_here", "checks.answers",
             "solutions"):
    try: print(vars(importlib.import_module(name)))
    except ImportError: pass""",
    "strings that the garbage collector knows": """
import gc
for thing in gc.get_objects():
    if isinstance(thing, (dict, list, tuple)):
        try:
            print(*[t for t in (thing.values() if isinstance(thing, dict) else thing)
                    if isinstance(t, str) and ("yield" in t or "multivariate_normal" in t)])
        except Exception: pass""",
    "sources that tracebacks keep": """
import linecache
for name, entry in linecache.cache.items():
    if name.startswith("<") and len(entry) > 2: print(name, "".join(entry[2]))""",
    "prints what it is sent": """
import gc, sys
for thing in gc.get_objects():
    if hasattr(thing, "receive") and hasattr(thing, "send") and not hasattr(thing, "throw"):
        try:
            thing.send({"mark": "✓", "comment": ""}, more=True)
            said = thing.receive()
            print(said); print(said, file=sys.stderr)
            thing.send({"values": "1", "comment": str(said), "error": str(said)})
        except BaseException: pass""",
    "says what it was sent as a reason": """
from checks import verdicts
real = verdicts.decode
def decode(text):
    raise ValueError(text)
verdicts.decode = decode""",
    "keeps things for the next exercise": """
import os, pathlib
for place in ("/tmp", "/dev/shm", "/course/work", "/var/tmp", "."):
    try:
        for path in pathlib.Path(place).glob("note*"): print(path, path.read_text())
        pathlib.Path(place, f"note{os.getpid()}").write_text("a note from NAME")
    except OSError: pass""",
    "keeps things in shared memory": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
shm = libc.shmget(0x5EED, 4096, 0o1666)
libc.shmat.restype = ctypes.c_void_p
if shm >= 0:
    where = libc.shmat(shm, None, 0)
    print("found", ctypes.string_at(where, 16)); ctypes.memmove(where, b"a note from NAME", 16)""",
    "keeps things in a message queue": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
queue = libc.msgget(0x5EED, 0o1666)
if queue >= 0:
    text = ctypes.create_string_buffer(64)
    if libc.msgrcv(queue, text, 32, 0, 0o4000) > 0: print("found", text.raw)
    libc.msgsnd(queue, (1).to_bytes(8, "little") + b"a note from NAME", 16, 0o4000)""",
    "keeps things in the kernel's keyring": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for ring in (-3, -4, -5):
    key = libc.syscall(248, b"user", b"note", b"a note from NAME", 16, ring)
    found = libc.syscall(250, 10, ring, b"user", b"note", 0)
    text = ctypes.create_string_buffer(64)
    if found > 0 and key < 0 and libc.syscall(250, 11, found, text, 64) > 0: print(text.raw)""",
    "leaves a process behind": """
import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(0.2); print("a note from NAME", flush=True)""",
    "listens on an abstract socket": """
import socket
try:
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("\\0note")
except OSError: pass""",
    "environment and arguments of others": """
import pathlib
for path in pathlib.Path("/proc").glob("[0-9]*"):
    for name in ("environ", "cmdline", "maps"):
        try: print((path / name).read_text()[:2000])
        except OSError: pass""",
    "the reference answer of a blank, when it is lent": """
import inspect
def tell(thing):
    import linecache
    for name, entry in linecache.cache.items():
        if name.startswith("<") and len(entry) > 2: print(name, "".join(entry[2]))
    try: open("/tmp/note", "w").write(inspect.getsource(thing))
    except Exception: pass
    raise AssertionError(str(linecache.cache))
BLANK_CALLED = True""",
    "the reference answer by its bytes": """
import marshal
def tell(thing):
    print(thing.__code__.co_consts, thing.__code__.co_names, marshal.dumps(thing.__code__))
    raise ValueError(thing.__code__.co_code.hex())
BLANK_CALLED = True""",
}
