"""The sandbox that answers run in: nobody gets out, nothing survives, limits hold."""

import contextlib
import ctypes
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, copy_course, needs

from tools.grading import cgroup, isolation, sandbox, self_test, session

QUICK = sandbox.Limits(cpu_seconds=10, wall_seconds=30)
LONG = 60  # seconds within which something must have happened that takes two


@pytest.fixture(scope="module")
def bwrap():
    needs("bwrap")


@pytest.fixture(scope="module")
def runner(bwrap):
    with session.Runner(QUICK, ["numpy"]) as made:
        yield made


def code(text: str) -> dict:
    return {"role": "code", "code": textwrap.dedent(text)}


def works(runner, text: str) -> session.Reply:
    reply = runner.start(code(text))
    assert reply.said == {"mark": "✓"}, (reply.said, reply.stopped, reply.output)
    return reply


# ── no way out ──────────────────────────────────────────────────────────────────────────────────


def test_no_way_out_of_the_sandbox(bwrap):
    held = session.verify(QUICK)
    assert len(held) == len(set(held)) >= 90
    assert {
        "reads the solutions",
        "reads verdicts or stored answers",
        "has a route to the network",
        "calls memfd_create",
        "ends the runner",
    } <= set(held)
    assert {self_test.WAYS_IN_WORDS.format(way) for way in self_test.WAYS} <= set(held)


INNER = [  # a wall of `isolation`, what stands in its place, what is possible then
    (
        '_mount("proc", "/proc", "proc"',
        '_mount("none", "/dev/pts", "tmpfs"',
        "sees other processes",
    ),
    ("\n        _drop_rights()", "\n        prctl(PR_SET_NO_NEW_PRIVS, 1)", "has capabilities"),
    ("\n        _forbid_calls()", "", "asks the kernel by netlink"),
    ('"memfd_create": (319, 279),', "", "takes more memory than allowed, by memfd"),
    ("MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)", "MS_NOSUID)", "writes /proc/self/oom_score"),
    (
        'f"size={scratch_mb}m,',
        'f"size={4 * scratch_mb}m,',
        "takes more memory than allowed, by files",
    ),
]


@pytest.mark.parametrize(("wall", "hole", "escape"), INNER)
def test_a_hole_in_an_inner_wall_is_found(bwrap, monkeypatch, tmp_path, wall, hole, escape):
    monkeypatch.setattr(cgroup, "make", lambda: None)  # it would close some of the holes
    whole = sandbox.ISOLATION.read_text()
    assert whole.count(wall) == 1
    broken = tmp_path / "isolation.py"
    broken.write_text(whole.replace(wall, hole))
    monkeypatch.setattr(sandbox, "ISOLATION", broken)
    with pytest.raises(sandbox.SandboxError, match=f"nothing was graded: it {escape}"):
        session.verify(QUICK)


@pytest.mark.parametrize(
    ("change", "escape"),
    [
        (["--remount-ro", "/"], "writes /x"),
        (["--ro-bind", str(ROOT / "checks" / "engine.py")], "reads verdicts or stored answers"),
        (["--clearenv"], "sees what is set outside"),
    ],
)
def test_a_hole_in_an_outer_wall_is_found(bwrap, monkeypatch, change, escape):
    whole, popen = sandbox._bwrap, subprocess.Popen

    def leaky(*arguments):
        words = whole(*arguments)
        if change[0] == "--ro-bind":  # the whole folder in place of its files
            start = words.index(change[1]) - 1
            words[start : start + 3] = ["--ro-bind", str(ROOT / "checks"), "/course/checks"]
        if change[0] == "--remount-ro":  # and what was to be protected is everybody's
            words[words.index("--") : words.index("--")] = ["--chmod", "0777", "/"]
        for start in reversed(range(len(words) - len(change) + 1)):
            if words[start : start + len(change)] == change:
                del words[start : start + len(change)]
        return words

    def with_our_settings(command, **options):
        return popen(command, **(options | {"env": dict(os.environ)}))

    monkeypatch.setattr(sandbox, "_bwrap", leaky)
    if change == ["--clearenv"]:
        monkeypatch.setattr(sandbox.subprocess, "Popen", with_our_settings)
    with pytest.raises(sandbox.SandboxError, match=f"nothing was graded: it {escape}"):
        session.verify(QUICK)


def test_where_no_sandbox_can_be_made_one_sentence_says_what_to_do(bwrap, monkeypatch):
    monkeypatch.setattr(sandbox, "_bwrap", lambda *_: ["false"])
    with pytest.raises(sandbox.SandboxError, match=r"cannot be made here .* container, see"):
        session.verify(QUICK)


def test_walls_that_cannot_be_built_are_no_zero(bwrap, monkeypatch, tmp_path):
    broken = tmp_path / "isolation.py"
    broken.write_text(sandbox.ISOLATION.read_text().replace('"/dev/pts", "tmpfs"', '"/x", "tmpfs"'))
    monkeypatch.setattr(sandbox, "ISOLATION", broken)
    with (
        session.Runner(QUICK, []) as runner,
        pytest.raises(session.RunnerError, match=r"could not be shut in \(.*mount tmpfs /x"),
    ):
        runner.start(code("pass"))


def test_numbers_of_calls_are_those_of_the_kernel():
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("libseccomp is not here to ask")
    ask = library.seccomp_syscall_resolve_name_arch
    ask.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    for machine, (_, arch) in isolation.MACHINES.items():
        for name in isolation.FORBIDDEN | isolation.UNKNOWN | isolation.LOOKED_AT:
            number = isolation.call_number(name, machine)
            assert ask(arch, name.encode()) == number or (number is None), (machine, name)


def test_the_filter_decides_as_it_says():
    """A walk through the program, for processors that are not at hand, too."""

    def verdict(machine, name_or_number, arguments=(), arch=None):
        number = name_or_number
        if isinstance(number, str):
            number = isolation.call_number(number, machine)
        data = {0: number, 4: arch or isolation.MACHINES[machine][1]}
        data |= {16 + 8 * i: value for i, value in enumerate(arguments)}
        steps, at, value = isolation.call_filter(machine), 0, 0
        while True:
            operation, yes, no, constant = steps[at]
            at += 1
            if operation == isolation.RETURN:
                return constant
            if operation == isolation.LOAD:
                value = data[constant]
            elif operation == isolation.AND:
                value &= constant
            else:
                true = {
                    isolation.EQUAL: value == constant,
                    isolation.GREATER: value > constant,
                    isolation.ANY_BIT: bool(value & constant),
                }[operation]
                at += yes if true else no

    refuse, allow = isolation.REFUSE, isolation.ALLOW
    for machine in isolation.MACHINES:
        for name in isolation.FORBIDDEN:
            if isolation.call_number(name, machine) is not None:
                assert verdict(machine, name) == refuse | errno.EPERM, name
        assert verdict(machine, "clone3") == refuse | errno.ENOSYS
        assert verdict(machine, "clone", [0x3D0F00]) == allow  # a thread
        assert verdict(machine, "clone", [0x10000000]) == refuse | errno.EPERM
        assert verdict(machine, "mmap", [0, 0, 0, 0x22]) == allow
        assert verdict(machine, "mmap", [0, 0, 0, 0x1]) == allow
        assert verdict(machine, "mmap", [0, 0, 0, 0x21]) == refuse | errno.EPERM
        assert verdict(machine, "mmap", [0, 0, 0, 0x23]) == refuse | errno.EPERM
        assert verdict(machine, "mmap", [0, 0, 0, 0x40022]) == refuse | errno.EPERM
        assert verdict(machine, "socket", [1]) == allow
        assert verdict(machine, "socket", [40]) == refuse | errno.EAFNOSUPPORT
        assert verdict(machine, "setsockopt", [0, 1, 7]) == refuse | errno.EPERM
        assert verdict(machine, "setsockopt", [0, 1, 8]) == allow
        assert verdict(machine, "setsockopt", [0, 6, 7]) == allow
        assert verdict(machine, 451) == refuse | errno.ENOSYS
        assert verdict(machine, 2**30 + 1) == refuse | errno.ENOSYS, "x32"
        assert verdict(machine, 1, arch=0x40000003) == isolation.KILL, "i386"
        assert verdict(machine, 4) == allow


# ── nothing survives ────────────────────────────────────────────────────────────────────────────


def test_nothing_that_a_job_leaves_is_there_for_the_next(runner):
    first = works(
        runner,
        """
        import builtins, linecache, os, socket, sys, checks.engine, numpy
        for folder in ("/course/work", "/tmp", "/dev/shm", os.environ["HOME"]):
            open(f"{folder}/left", "w").write("x")
        sys.modules["left"] = sys
        builtins.left = linecache.cache["left"] = checks.engine.left = numpy.left = 1
        os.environ["LEFT"] = "1"
        left = socket.socket(socket.AF_UNIX)
        left.bind("\\0left")
        left.listen()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True:
                    pass
        """,
    )
    assert first.output == ""
    works(
        runner,
        """
        import builtins, linecache, os, socket, sys, checks.engine, numpy
        for folder in ("/course/work", "/tmp", "/dev/shm"):
            assert os.listdir(folder) == [], folder
        assert "left" not in sys.modules and "left" not in linecache.cache
        for thing in (builtins, checks.engine, numpy):
            assert not hasattr(thing, "left")
        assert "LEFT" not in os.environ
        try:
            socket.socket(socket.AF_UNIX).connect("\\0left")
        except ConnectionRefusedError:
            pass
        else:
            raise AssertionError("still listens")
        assert {p for p in os.listdir("/proc") if p.isdigit()} == {str(os.getpid())}
        """,
    )


# Looks for a word in all memory of the process, without having it there itself.
LOOK = """
import re
from pathlib import Path
first, second = (bytes(letter + 1 for letter in half) for half in (b"{0}", b"{1}"))
found = []
with open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in Path("/proc/self/maps").read_text().splitlines():
        start, end = (int(n, 16) for n in line.split()[0].split("-"))
        if "r" not in line.split()[1] or "[v" in line:
            continue
        for at in range(start, end, 1 << 22):
            try:
                memory.seek(at)
                block = memory.read(min(1 << 22, end - at))
            except OSError:
                continue
            for match in re.finditer(first, block):
                if block[match.end() : match.end() + len(second)] == second:
                    found.append((line, match.start()))
            del block
print(len(found))
"""


def test_memory_holds_no_trace_of_the_job_before(runner):
    word = "qwxyzplughsecretword"
    before = "".join(chr(ord(letter) - 1) for letter in word)
    look = LOOK.format(before[:10], before[10:])
    own = works(runner, f"mine = {word!r} * 3\n" + look)
    assert int(own.output) > 0, "the search finds what is there"
    reply = runner.start(code(f"print({word!r} * 50)\nraise ValueError({word!r} * 50)"))
    assert word in reply.output and word in reply.said["comment"]
    after = works(runner, look)
    assert after.output.strip() == "0"


def test_what_verdicts_share_is_there_for_them_alone(runner):
    word = "qwxyzsharedwithverdicts"
    job = {
        "role": "verdict",
        "lab": "00_start_here",
        "name": "spell",
        "verdicts": "from checks.hidden.common import WORD\n"
        "def spell(rng):\n    answer, _ = yield None\n    assert answer == WORD",
        "shared": {"checks.hidden.common": f"WORD = {word!r}"},
        "secret": "a secret",
        "expected": "null",
    }
    for got, mark in ((word, "✓"), ("another", "✗")):
        assert runner.start(job | {"got": json.dumps(got)}).said["mark"] == mark
    before = "".join(chr(ord(letter) - 1) for letter in word)
    assert works(runner, LOOK.format(before[:10], before[10:])).output.strip() == "0"
    works(
        runner,
        """
        import sys
        assert not [name for name in sys.modules if name.startswith("checks.hidden")]
        try:
            import checks.hidden.common
        except ImportError:
            pass
        else:
            raise AssertionError("can be imported")
        """,
    )


def test_files_of_python_stay_where_it_lies_in_the_temporary_folder(bwrap, tmp_path):
    """The course and its .venv below /tmp, in a path with blanks."""
    place = tmp_path if tmp_path.is_relative_to("/tmp") else Path("/tmp") / tmp_path.name
    course = copy_course(place / "a course")
    (course / ".venv").symlink_to(sys.prefix)
    script = """
        from tools.grading import sandbox, session
        limits = sandbox.Limits(10, 30)
        held = session.verify(limits)
        with session.Runner(limits, ["numpy"]) as runner:
            said = runner.start({"role": "code", "code":
                "import sys, json, colorsys, os\\nassert sys.prefix.startswith('/tmp/')"
                "\\nopen('/tmp/x', 'w').close()\\nprint(sorted(os.listdir('/tmp')))"})
        print(len(held), said)
    """
    python = str(course / ".venv/bin/python")
    try:
        done = subprocess.run(
            [python, "-c", textwrap.dedent(script)], cwd=course, capture_output=True, text=True
        )
    finally:
        if place != tmp_path:
            shutil.rmtree(place)
    assert done.returncode == 0, done.stderr
    assert "'mark': '✓'" in done.stdout and "'x'" in done.stdout, done.stdout


# ── jobs, messages ──────────────────────────────────────────────────────────────────────────────

TALKS = """
import os, time
def run(job, talk):
    if job["role"] == "code":
        exec(job["code"], {"talk": talk, "job": job})
"""


@pytest.fixture(scope="module")
def talker(bwrap, tmp_path_factory):
    """A runner whose jobs do what they want with `talk`."""
    path = tmp_path_factory.mktemp("talks") / "inside.py"
    path.write_text(TALKS)
    with contextlib.ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sandbox, "INSIDE", path)
            made = stack.enter_context(session.Runner(replace(QUICK, wall_seconds=8), []))
        yield made


def test_a_job_that_waits_is_answered(talker):
    reply = talker.start(
        code(
            """
            print("before")
            talk.send({"one": "é" * 300_000}, more=True)
            print("between")
            asked = talk.receive()
            print("after")
            os = __import__("os")
            os.write(1, b"after")
            talk.send({"two": asked["number"] + 1, "size": len(asked["long"])})
            """
        )
    )
    assert reply == session.Reply({"one": "é" * 300_000}, "", "before\n", True)
    time.sleep(9)  # the grader's own time is not the job's
    reply = talker.go_on({"number": 41, "long": "x" * 3_000_000})
    assert reply == session.Reply({"two": 42, "size": 3_000_000}, "", "", False)


def test_a_job_that_waits_can_be_ended(talker):
    waits = code("talk.send({}, more=True)\ntalk.receive()")
    assert talker.start(waits).more
    talker.end()
    assert talker.start(waits).more
    done = talker.start(code("talk.send({'other': 1})"))  # ends what waited
    assert done.said == {"other": 1} and not done.more


def test_a_job_is_watched_while_it_waits(talker):
    assert talker.start(
        code(
            """
            import os, time
            talk.send({}, more=True)
            for _ in range(30):
                if os.fork() == 0:
                    time.sleep(1000)
            time.sleep(1000)
            """
        )
    ).more
    time.sleep(1)
    reply = talker.go_on({"x": "x" * 1_000_000})
    assert "more than 16 processes" in reply.stopped and reply.said is None


def test_a_second_line_that_nobody_reads_is_no_harm(talker):
    assert talker.start(code("talk.send({}, more=True)\n__import__('time').sleep(1000)")).more
    reply = talker.go_on({"long": "x" * 1_000_000})
    assert "more than 8 seconds" in reply.stopped
    assert talker.start(code("talk.send({'fine': 1})")).said == {"fine": 1}


@pytest.mark.parametrize(
    "raw",
    [
        b"-[]\n",
        b"-1\n",
        b"-\n",
        b"\n",
        b"\xff\xfe\n",
        b'-{"a": \n',
        b"-" + b"[" * 100_000 + b"\n",
        b"-" + b'{"a":' * 100_000 + b"\n",
        b"-[" + b"[]," * 1_000_000 + b"1]\n",
        b"-" + b"1" * 10_000 + b"\n",
    ],
)
def test_what_is_no_message_stops_the_job(talker, raw):
    reply = talker.start(
        code(f"import os\nos.write(talk._say, {raw[:40]!r})")
        if len(raw) < 40
        else code(f"""
        import os
        rest = {raw[:5]!r} * {len(raw) // 5} + b"\\n"
        while rest:
            rest = rest[os.write(talk._say, rest):]
        """)
    )
    assert reply.said is None and "no message" in reply.stopped and not reply.more
    assert talker.start(code("talk.send({'fine': 1})")).said == {"fine": 1}


def test_large_messages_have_an_end(talker):
    much = "import os\nwhile True:\n    os.write(talk._say, b'x' * 1_000_000)"
    assert "more than 24 MB" in talker.start(code(much)).stopped
    almost = talker.start(code("talk.send({'x': 'y' * 23_000_000})"))
    assert len(almost.said["x"]) == 23_000_000


def test_output_is_kept_up_to_its_limit(runner):
    reply = works(runner, "print('é' * 9_000)\nfor _ in range(100):\n    print('x' * 1_000_000)")
    kept, _, rest = reply.output.rpartition("\n")
    assert kept.startswith("é" * 9_000 + "\nx") and 10_000 < len(kept) <= 20_000
    assert "more characters" in rest


# ── limits ──────────────────────────────────────────────────────────────────────────────────────

STOPPED = {
    "while True:\n    pass": "computed for more than 1 seconds",
    "import os\nwhile True:\n    os.fork()": "more than 16 processes",
    "import os\nos.abort()": "ended by SIG",
    "import os\nos._exit(0)": "ended before the check was done",
    "import os\nos.closerange(0, 512)\nwhile True:\n    pass": "ended before|computed|no longer",
    "import ctypes\nctypes.string_at(0)": "ended by SIGSEGV",
}


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_job_that_misbehaves_costs_itself(bwrap, unsafe):
    limits = replace(QUICK, cpu_seconds=1, wall_seconds=LONG)
    with session.Runner(limits, [], unsafe=unsafe) as runner:
        for text, why in STOPPED.items():
            if unsafe and "fork" in text:
                continue  # nothing holds it then
            reply = runner.start(code(text))
            assert reply.said is None, text
            assert any(words in reply.stopped for words in why.split("|")), (text, reply.stopped)
            works(runner, "import os\nassert os.getpid() > 0")
    with session.Runner(replace(QUICK, wall_seconds=4), [], unsafe=unsafe) as runner:
        reply = runner.start(code("import time\ntime.sleep(1000)"))
        assert reply == session.Reply(None, "it ran for more than 4 seconds", "", False)


HARMS_THE_RUNNER = {
    "signals": """
        import os, signal
        for number in range(1, 65):
            for target in (1, os.getppid(), -1):
                if number not in (9, 19) or target != -1:
                    try:
                        os.kill(target, number)
                    except OSError:
                        pass
        """,
    "limits": """
        import resource, os
        for kind in range(16):
            try:
                resource.prlimit(1, kind, (0, 0))
            except (OSError, ValueError):
                pass
        os.setpriority(os.PRIO_PROCESS, 1, 19)
        """,
    "stops": "import os, signal\nos.kill(0, signal.SIGSTOP)",
    "floods": """
        import os, threading
        def flood(fd):
            while True:
                os.write(fd, b"x" * 65536)
        for fd in range(16):
            threading.Thread(target=flood, args=(fd,)).start()
        """,
    "closes": "import os\nos.closerange(0, 512)",
}


@pytest.mark.parametrize("kind", HARMS_THE_RUNNER)
def test_the_runner_cannot_be_harmed(talker, kind):
    talker.start(code("import signal\nsignal.signal(1, signal.SIG_IGN)" + "\n"))
    reply = talker.start(code(HARMS_THE_RUNNER[kind]))
    assert reply.stopped
    assert talker.start(code("talk.send({'fine': 1})")).said == {"fine": 1}


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize(
    "way", ["private maps", "children", "page tables", "socket pairs", "files"]
)
def test_memory_has_a_limit(bwrap, monkeypatch, way, counted):
    """With a cgroup, where there is one, and by counting."""
    if counted:
        monkeypatch.setattr(cgroup, "make", lambda: None)
    limits = replace(QUICK, memory_mb=300, scratch_mb=100)
    source = Path(self_test.__file__).read_text()
    tell = {"memory_mb": 300, "scratch_mb": 100}
    with session.Runner(limits, []) as runner:
        reply = runner.start(code(f"{source}\nallocate({way!r}, {tell})\n"))
        # Its processes may be ended one after the other: then it counts more than there was.
        if "MB of memory" not in reply.stopped:
            assert "ESCAPED" not in reply.output and "held" in reply.output, reply
        works(runner, "bytearray(100_000_000)")


def test_a_cgroup_is_found_where_there_is_one(tmp_path):
    first = "4:memory:/mine\n3:cpu:/\n0::/\n"
    (tmp_path / "memory/mine").mkdir(parents=True)
    assert cgroup.make(tmp_path, first) is None, "no files appear in a folder that is no cgroup"
    assert list((tmp_path / "memory/mine").iterdir()) == []
    second = "0::/user/session\n"
    (tmp_path / "user/session").mkdir(parents=True)
    assert cgroup.make(tmp_path, second) is None
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory")
    assert cgroup.make(tmp_path, second) is None


STAT = {  # of a version each; 6 MB in all
    1: "total_rss 1048576\ntotal_shmem 2097152\nrss 1\n",
    2: "anon 1048576\nshmem 2097152\nkernel 3145728\nfile 99\n",
}


@pytest.mark.parametrize("version", [1, 2])
def test_a_cgroup_allows_as_much_more_as_is_asked(tmp_path, monkeypatch, version):
    place = tmp_path / "memory/mine" if version == 1 else tmp_path
    (tmp_path / "memory/mine").mkdir(parents=True)
    (tmp_path / "user/session").mkdir(parents=True)
    (place / "cgroup.subtree_control").write_text("cpu memory")
    make_folder = Path.mkdir

    def make_cgroup(folder):
        make_folder(folder)
        for name in ("memory.max", "memory.swap.max", "memory.limit_in_bytes", "cgroup.procs"):
            (folder / name).touch()
        (folder / "memory.kmem.usage_in_bytes").write_text("3145728\n")
        (folder / "memory.stat").write_text(STAT[version])
        (folder / "memory.oom_control").write_text("under_oom 0\noom_kill 2\n")
        (folder / "memory.events").write_text("max 7\noom_kill 2\n")

    monkeypatch.setattr(Path, "mkdir", make_cgroup)
    group = cgroup.make(tmp_path, "4:memory:/mine\n" if version == 1 else "0::/user/session\n")
    group.allow(100)
    limit = "memory.limit_in_bytes" if version == 1 else "memory.max"
    assert (group.folder / limit).read_text() == str(106 * 2**20)
    assert group.folder.parent == place and group.killed() == 2


def test_a_cgroup_ends_with_its_worker(bwrap):
    with session.Runner(QUICK, []) as runner:
        if runner.group is None:
            pytest.skip("no cgroup to be had here")
        assert runner.group.folder.exists()
    assert not runner.group.folder.exists()


# ── nothing lives on ────────────────────────────────────────────────────────────────────────────

GRADER = """
import sys
from tools.grading import sandbox, session
with session.Runner(sandbox.Limits(60, 60), []) as runner:
    print("ready", flush=True)
    runner.start({"role": "code", "code": sys.argv[1]})
"""
BUSY = """
import os, time
if os.fork() == 0:
    os.setsid()
    os.fork()
    while True:
        pass
time.sleep(1000)
"""


def descendants(process: int) -> set[tuple[int, str]]:
    """All processes below this one, with the time of their start."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = (int(words[1]), words[19])
    found: set[tuple[int, str]] = set()
    todo = [process]
    while todo:
        above = todo.pop()
        for number, (parent, start) in parents.items():
            if parent == above:
                found.add((number, start))
                todo.append(number)
    return found


def alive(processes: set[tuple[int, str]]) -> set[int]:
    left = set()
    for number, start in processes:
        try:
            words = Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if words[19] == start and words[0] != "Z":
            left.add(number)
    return left


def wait_until(condition) -> None:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() < started + LONG
        time.sleep(0.02)


@pytest.mark.parametrize("busy", [BUSY, "import time\ntime.sleep(1000)"])
def test_nothing_outlives_a_grader_that_is_killed(bwrap, busy):
    grader = subprocess.Popen([sys.executable, "-c", GRADER, busy], cwd=ROOT, stdout=-1)
    assert grader.stdout.readline() == b"ready\n"
    below: set = set()
    wait_until(lambda: below.update(descendants(grader.pid)) or len(below) >= 4)
    time.sleep(0.5)
    below |= descendants(grader.pid)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    wait_until(lambda: not alive(below))


def test_all_runners_can_be_stopped_at_once(bwrap):
    caught, ready = [], threading.Semaphore(0)
    others = descendants(os.getpid())  # of other tests

    def work():
        try:
            with session.Runner(QUICK, []) as runner:
                ready.release()
                runner.start(code(BUSY))
        except session.RunnerError as error:
            caught.append(str(error))

    with session.stoppable() as stop:
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert ready.acquire(timeout=LONG)
        time.sleep(0.5)
        below = descendants(os.getpid()) - others
        stop()
        for thread in threads:
            thread.join(LONG)
        with pytest.raises(session.RunnerError, match="stopped"), session.Runner(QUICK, []):
            pass
    assert caught == ["the sandbox ended"] * 2
    wait_until(lambda: not alive(below))
    with session.Runner(QUICK, []) as runner:
        works(runner, "pass")
