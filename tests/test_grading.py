"""Grading a class: points as they should be, and nobody harmed."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from functools import partial

import nbformat
import pytest
import school
from conftest import LABS, ROOT, needs

from tools import grade
from tools.grading import (
    handins,
    reading,
    results,
    sandbox,
    session,
    submissions,
    suspicions,
    tables,
)
from tools.grading.chunks import chunk, grade_id
from tools.grading.grader import NOT_FOR_ALL, Grader, Result
from tools.grading.lab import CourseError, Lab
from tools.grading.manual import Manual
from tools.grading.session import Reply

FIRST = LABS[0]
EVERY = {name: Lab(name) for name in LABS}
QUICK = sandbox.Limits(cpu_seconds=10, wall_seconds=30)


@pytest.fixture
def bwrap():
    needs("bwrap")


def grade_one(submission, lab):
    with Grader(partial(session.Runner, QUICK, lab.modules), "a secret") as grader:
        return grader.grade(submission, lab)


def table(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def without_seconds(path) -> list[dict]:
    return [{k: v for k, v in row.items() if k != "seconds"} for row in table(path)]


def test_no_sandbox_no_grades(tmp_path, monkeypatch, capsys):
    school.hand_in([school.right("a", Lab(FIRST), {})], tmp_path / "in")
    monkeypatch.setattr(session.shutil, "which", lambda name: None)
    assert grade.main([str(tmp_path / "in"), str(tmp_path / "out")]) == 1
    assert "install the package bubblewrap" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# ── a class ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def everybody(tmp_path_factory):
    """A third of the class, graded: pupils, results, and what they tried to reach."""
    needs("bwrap")
    place = tmp_path_factory.mktemp("class")
    protected = place / "protected"
    protected.mkdir()
    (protected / "thesis.txt").write_text("three years of work")
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=count_calls, args=(server, calls), daemon=True).start()
        pupils = school.pupils(server.getsockname()[1], str(protected))
        assert len(pupils) >= 60
        chosen = pupils[::3]
        school.hand_in(chosen, place / "in")
        status = grade.main(
            [str(place / "in"), str(place / "out"), "--workers", "2", "--seconds", "10"]
        )
    assert status == 0
    return chosen, place / "out", protected, calls


def count_calls(server, calls) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        calls.append(1)
        connection.close()


def test_everybody_gets_the_expected_points(everybody):
    pupils, out, _, _ = everybody
    rows = {(row["student"].lstrip("'"), row["lab"]): row for row in table(out / "grades.csv")}
    expected, got = {}, {}
    for pupil in pupils:
        row = rows[pupil.student, pupil.lab]
        maximum = {e.name: e.points for e in Lab(pupil.lab).exercises.values()}
        right = {n for n in maximum if row.get(f"{pupil.lab[:2]}.{n}") == f"{maximum[n]:g}"}
        expected[pupil.student] = (pupil.points, pupil.right, True)
        flagged = row["status"].startswith(pupil.status) and pupil.flag in row["flags"]
        got[pupil.student] = (float(row["points"]), right, flagged)
    assert got == expected
    assert len(rows) == len(pupils) >= 20


def test_nothing_outside_was_reached(everybody):
    _, out, protected, calls = everybody
    assert calls == []
    assert [p.name for p in protected.iterdir()] == ["thesis.txt"]
    results = [json.loads(p.read_text()) for p in (out / "results").glob("*.json")]
    said = [m["comment"] + m["output"] for result in results for m in result["marks"]]
    assert said and "ESCAPED" not in "".join(said)  # an answer may hold the word


def test_feedback_tells_the_reason_and_no_verdict(everybody):
    pupils, out, _, _ = everybody
    secrets = []
    for path in (ROOT / "checks" / "hidden").glob("*.py"):
        secrets += [line.strip() for line in path.read_text().splitlines() if line[:4].isspace()]
    known = "".join(path.read_text() for path in (ROOT / "checks").glob("*.py"))
    for pupil in pupils:  # in their own answers, too, may stand what a verdict says
        if pupil.status == "graded":
            known += "\n".join(c.source for c in nbformat.reads(pupil.content, 4).cells)
    secrets = [line for line in secrets if len(line) > 20 and line not in known]
    assert len(secrets) > 50
    pages = list((out / "feedback").rglob("*.html"))
    assert len(pages) == len(pupils)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        plain = re.sub(r"<[^>]*>", "", text)
        assert not [line for line in secrets if line in plain], page
        assert "<script" not in text and "onclick=alert(1)>" not in text
        assert page.resolve().is_relative_to(out.resolve())
    unreadable = [p for p in pupils if p.status == "unreadable"]
    assert unreadable
    for pupil in unreadable:
        page = out / "feedback" / submissions.slug(pupil.student) / f"{pupil.lab}.html"
        assert "could not be graded" in page.read_text()


def test_report_and_import_file(everybody):
    pupils, out, _, _ = everybody
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "hardest first" in report and "To look at" in report
    rows = table(out / "moodle.csv")
    assert [next(iter(row)) for row in rows] == ["student"] * len(rows)
    assert len(rows) == len({p.student for p in pupils})


def test_a_second_run_grades_nothing_again(everybody, capsys):
    pupils, out, _, _ = everybody
    before = (out / "grades.csv").read_bytes()
    arguments = [str(out.parent / "in"), str(out), "--seconds", "10"]
    assert grade.main(arguments) == 0
    assert f"{len(pupils)} of {len(pupils)} are graded already" in capsys.readouterr().out
    assert (out / "grades.csv").read_bytes() == before


# ── interruptions ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small_class(tmp_path):
    """Five submissions, two of them half done; the folder they were handed in to."""
    lab = Lab(FIRST)
    some = dict(list(lab.reference.items())[::2])
    for number in range(5):
        content = school.notebook(lab, lab.reference if number % 2 else some)
        school.hand_in([school.Pupil(f"student {number}", FIRST, content, 0)], tmp_path / "in")
    return tmp_path


def test_killed_half_way_it_goes_on_and_ends_the_same(bwrap, small_class):
    place = small_class
    command = [sys.executable, "-m", "tools.grade", str(place / "in")]
    limits = ["--workers", "1", "--seconds", "10"]
    killed = subprocess.Popen([*command, str(place / "a"), *limits], cwd=ROOT)
    deadline = time.monotonic() + 300
    while len(list((place / "a").glob("results/*.json"))) < 2:
        assert killed.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    done = {p: p.stat().st_mtime_ns for p in (place / "a").glob("results/*.json")}
    assert len(done) < 5 and not (place / "a" / "grades.csv").exists()
    for out in ("a", "b"):
        subprocess.run([*command, str(place / out), *limits], cwd=ROOT, check=True)
    assert without_seconds(place / "a/grades.csv") == without_seconds(place / "b/grades.csv")
    assert {p: p.stat().st_mtime_ns for p in done} == done, "finished ones were run again"


def test_a_cluster_survives_a_lost_worker(bwrap, small_class):
    distributed = pytest.importorskip("dask.distributed")
    place = small_class
    common = [str(place / "in"), str(place / "alone"), "--seconds", "10"]
    assert grade.main(common) == 0
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        victim = next(iter(cluster.workers.values()))

        def kill_one():
            time.sleep(12)
            os.kill(victim.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_one)
        killer.start()
        address = cluster.scheduler_address
        status = grade.main([common[0], str(place / "many"), "--scheduler", address, *common[2:]])
        killer.join()
    assert status == 0
    assert without_seconds(place / "many/grades.csv") == without_seconds(place / "alone/grades.csv")


def test_the_graders_own_failure_is_no_zero(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "_bwrap", lambda *_: ["false"])
    lab = Lab(FIRST)
    pupil = school.right("a", lab, lab.reference)
    result = grade_one(submissions.Submission.of("a", FIRST, pupil.content), lab)
    assert result.status.startswith("not graded: the sandbox ended") and result.points is None
    results.write_grades([result], {FIRST: lab}, Manual(tmp_path / "m", {}), tmp_path / "g.csv")
    [row] = table(tmp_path / "g.csv")
    assert row["points"] == "" and row["standardise"] == ""


def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch, capsys):
    school.hand_in([school.right("a", Lab(FIRST), {})], tmp_path / "in")
    out = tmp_path / "out"
    out.mkdir()

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(grade, "write_atomically", full)
    assert grade.main([str(tmp_path / "in"), str(out), "--unsafe"]) == 1
    assert "No space left on device" in capsys.readouterr().err


# ── what an answer leans on ─────────────────────────────────────────────────────────────────────


def marks(lab: Lab, answers: dict[str, str], **changes) -> dict:
    content = school.notebook(lab, answers, **changes)
    result = grade_one(submissions.Submission.of("a", lab.name, content), lab)
    assert result.status == "graded", result.status
    return {mark.name: mark for mark in result.marks}


def test_an_answer_may_use_what_the_notebook_makes(bwrap):
    """Constants, data and functions of other cells, other answers; and no training for that."""
    lab = Lab("05_vae")
    answers = dict(lab.reference)
    answers["vae_loss"] = (
        "def vae_loss(images, logits, kl):\n"
        "    assert len(x_train) and PIXELS == 784 and define_encoder\n"
        "    rate = keras.ops.softplus(logits) - images * logits\n"
        "    r = keras.ops.sum(rate, axis=1)\n"
        "    return keras.ops.mean(r + kl), r"
    )
    parts = [chunk(answers[name], lab.positions[name], name) for name in answers]
    code = "\n".join(c.code for c in lab.leans_on(lab.exercises["vae_loss"], parts))
    assert "x_train, x_test =" in code and "define_encoder" in code and ".fit(" not in code
    assert marks(lab, answers)["vae_loss"].points == 3


NEEDS_ANOTHER = {
    "log_density": "def log_density(points, mean, covariance):\n"
    "    assert np.allclose(standardise(np.array([[1.0], [3.0]])), [[-1], [1]])\n"
    "    print('secret')\n" + Lab(FIRST).reference["log_density"].split('"""')[-1].lstrip("\n")
}


@pytest.mark.parametrize("other", ["", "def standardise(points):\n    return points"])
def test_an_answer_that_needs_a_blank_or_wrong_one_is_tried_with_the_reference(bwrap, other):
    answers = NEEDS_ANOTHER | ({"standardise": other} if other else {})
    found = marks(Lab(FIRST), answers)
    assert found["log_density"].points == 3 and found["standardise"].points == 0
    assert found["log_density"].output == "", "nothing that ran beside the reference is shown"


def test_an_answer_that_is_wrong_itself_gets_no_help(bwrap):
    answers = {"log_density": NEEDS_ANOTHER["log_density"].replace("-0.5", "0.5")}
    assert marks(Lab(FIRST), answers)["log_density"].points == 0


@pytest.mark.parametrize("place", ["above", "between", "constant"])
def test_an_answer_may_use_what_the_student_made_in_another_cell(bwrap, place):
    def add(copy):
        ids = [grade_id(cell) for cell in copy.cells]
        where = ids.index("standardise") + (1 if place == "between" else 0)
        code = "from math import sqrt\nFACTOR = sqrt(4)\ndef mine(x):\n    return x / FACTOR"
        copy.cells.insert(where, nbformat.v4.new_code_cell(code))

    uses = "FACTOR * mine(points)" if place == "constant" else "2 * mine(points)"
    answer = f"def standardise(points):\n    points = {uses}\n"
    answer += "    return (points - points.mean(axis=0)) / points.std(axis=0)"
    assert marks(Lab(FIRST), {"standardise": answer}, add=add)["standardise"].points == 1


def test_magics_and_leftovers_do_no_harm(bwrap):
    lab = Lab(FIRST)
    answer = "%matplotlib inline\n" + lab.reference["standardise"] + "\n!ls\nstandardise?\n"
    answer += "\nprint(undefined_later)"
    assert marks(lab, {"standardise": answer})["standardise"].points == 1


def test_right_for_the_checks_inputs_alone(bwrap):
    lab = Lab(FIRST)
    lazy = (
        "def standardise(points):\n    print('secret', points)\n"
        "    done = (points - points.mean(axis=0)) / points.std(axis=0)\n"
        "    return done if len(points) == 4 else points"
    )
    said = marks(lab, {"standardise": lazy})["standardise"]
    assert (said.mark, said.comment, said.points) == ("✗", NOT_FOR_ALL, 0)
    assert said.output.count("secret") == 1, "nothing printed after the check is kept"


# ── finding and reading ─────────────────────────────────────────────────────────────────────────


def test_every_form_of_handing_in(tmp_path):
    names = [
        f"Ada/{FIRST}.ipynb",
        f"Bob/week 1/{FIRST}.ipynb",
        f"{FIRST}__Cleo.ipynb",
        f"Dora Diaz_12345_assignsubmission_file/{FIRST}.ipynb",
        f"emileevans_123_456_{FIRST}-1.ipynb",
        f"Finn/{FIRST} (1).ipynb",
        f"Gus/{FIRST}-Copy1.ipynb",
        f"Gus/{FIRST}.ipynb",
        f"../../etc/{FIRST}.ipynb",
        f"Ida Ito_7_assignsubmission_file/{FIRST}.ipynb",
        f"Ida Ito_8_assignsubmission_file/{FIRST}.ipynb",
        f"__MACOSX/x/{FIRST}.ipynb",
        "Hal/notes.ipynb",
        "Hal/readme.txt",
    ]
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, name)
    found = handins.find(archive, EVERY)
    assert [s.student for s in found.submissions] == [
        *("Ada", "Bob", "Cleo", "Dora Diaz", "Finn", "Gus", "emileevans", "etc")
    ]
    gus = next(s for s in found.submissions if s.student == "Gus")
    assert gus.read() == f"Gus/{FIRST}.ipynb".encode() and "2 files" in gus.flags[0]
    assert {claim.student for claim in found.questions} == {"Ida Ito"}, "two people: asked for"
    [(hal, why)] = found.without
    assert hal == "Hal" and why.startswith("no notebook: one of 2 files, notes.ipynb: it is no")
    assert not (tmp_path.parent / "etc").exists()


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("{}")
    (tmp_path / "in/Eve").mkdir(parents=True)
    (tmp_path / f"in/Eve/{FIRST}.ipynb").symlink_to(secret)
    [only] = handins.find(tmp_path / "in", EVERY).submissions
    assert only.read() == b"" and "a link" in only.problem


@pytest.mark.parametrize("place", ["missing", "empty", "file"])
def test_no_submissions_is_one_sentence(tmp_path, capsys, place):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    assert grade.main([str(tmp_path / place), str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1 and said.endswith(".") and "Traceback" not in said


def test_slugs_stay_apart_and_in_their_folder():
    names = ["..", ".", "", "a/b", "a_b", "a\\b", "a,b", "<b>", "x" * 300, "Jörg", "a\nb", "a ."]
    names += ["山" * 80, "山" * 81, "é" * 300, "\u200b" * 90]
    slugs = [submissions.slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch(r"[\w@ -][\w.@ -]*", s) and len(s.encode()) < 100 for s in slugs)
    assert submissions.slug("Jörg") == "Jörg"


def test_suspicions_name_what_to_look_at():
    plain = Lab("04_activity_bananas").reference.values()
    assert [suspicions.lines_of(code) for code in plain if suspicions.lines_of(code)] == []
    assert suspicions.lines_of("np.mean = 1") == {"assigns np.mean": 1}
    found = suspicions.lines_of("import gc, sys\nsys._getframe()")
    assert found == {"imports gc": 1, "uses sys._getframe": 2}
    assert suspicions.lines_of("def f(:") == {}


@pytest.mark.parametrize("lab", LABS)
def test_reference_answers_raise_no_suspicion(lab):
    assert [s for code in Lab(lab).reference.values() for s in suspicions.lines_of(code)] == []


# ── written answers ─────────────────────────────────────────────────────────────────────────────


def test_marks_of_written_answers_are_merged(tmp_path):
    lab = Lab("04_activity_bananas")
    content = school.notebook(lab, {"compare": "The DCGAN, because 0.02 < 0.17. <script>"})
    school.hand_in([school.Pupil("Ada, Dr.", lab.name, content, 0)], tmp_path / "in")
    arguments = [str(tmp_path / "in"), str(tmp_path / "out"), "--unsafe", "--lab", "04"]
    assert grade.main(arguments) == 0
    [row] = table(tmp_path / "out/grades.csv")
    assert (row["points"], row["max_points"], row["written_open"]) == ("0", "40", "1")
    assert table(tmp_path / "out/moodle.csv")[0][lab.name] == ""
    marked = tmp_path / "out/manual.csv"
    text = marked.read_text(encoding="utf-8-sig")
    marked.write_text(text.rstrip("\n").removesuffix(",,") + ',"9,5",Well argued\n')
    assert grade.main(arguments) == 0
    [row] = table(tmp_path / "out/grades.csv")
    assert (row["points"], row["compare"], row["written_open"]) == ("9.5", "9.5", "0")
    page = (tmp_path / f"out/feedback/{submissions.slug('Ada, Dr.')}/{lab.name}.html").read_text()
    assert "Well argued" in page and "&lt;script&gt;" in page
    marked.write_text(text.rstrip("\n").removesuffix(",,") + ",13,\n")
    assert grade.main(arguments) == 1, "more points than there are"


MANUAL = "student,lab,exercise,max_points,points,comment\n"
WRITTEN = "04_activity_bananas,compare"


def test_a_bad_mark_is_refused_with_its_line(tmp_path):
    path = tmp_path / "manual.csv"
    for points in ("-1", "13", "six", "nan", "5-Mar"):
        path.write_text(f"{MANUAL}A,{WRITTEN},99,{points},\n")
        with pytest.raises(tables.TableError, match=rf"line 2: '{points}' is not a number from 0"):
            Manual(path, EVERY)
    path.write_text(f"{MANUAL}A,{WRITTEN},6,4.5,\n".replace(",", ";"))
    assert Manual(path, EVERY).points("A", "04_activity_bananas", "compare") == 4.5


def test_no_cell_is_a_formula(tmp_path):
    lab = Lab(FIRST)
    result = Result("=HYPERLINK(1)", FIRST, "graded", seconds=1)
    results.write_grades([result], {FIRST: lab}, Manual(tmp_path / "m", {}), tmp_path / "g.csv")
    assert table(tmp_path / "g.csv")[0]["student"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("folder", ["checks/probes", "checks/hidden"])
def test_an_exercise_that_cannot_be_graded_is_named(tmp_path, folder):
    for path in ("labs", "solutions", "checks", "checks/probes", "checks/hidden"):
        (tmp_path / path).mkdir()
        for file in (ROOT / path).glob(f"*{FIRST}.*"):
            text = file.read_text().replace("def standardise", "def other")
            (tmp_path / path / file.name).write_text(text if path == folder else file.read_text())
    what = "probe" if folder.endswith("probes") else "verdict"
    with pytest.raises(CourseError, match=f"standardise of lab {FIRST} has no {what}"):
        Lab(FIRST, tmp_path).exercises  # noqa: B018


class Listener:
    """A runner that does no job but reading, and keeps what it is asked for."""

    def __init__(self):
        self.jobs = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self, job):
        self.jobs.append(job)
        said = {
            "read": lambda: reading.read(job["content"], job["handout"]),
            "reference": lambda: {"given": "null", "expected": "null"},
            "answer": lambda: {"mark": "✓"},
            "verdict": lambda: {"mark": "✗", "comment": ""},
        }[job["role"]]()
        return Reply(said, "", "", more=job["role"] == "answer")

    def go_on(self, message):
        self.jobs.append({"role": "answer"} | message)
        return Reply({"values": "null"}, "", "", more=False)


def test_no_verdict_and_nothing_that_verdicts_share_is_sent_to_an_answer():
    lab, listener = Lab("04_activity_bananas"), Listener()
    with Grader(lambda: listener, "a secret") as grader:
        content = school.notebook(lab, lab.reference)
        grader.grade(submissions.Submission.of("a", lab.name, content), lab)
    assert [*lab.shared] == ["checks.hidden.common"]
    roles = {
        role: [j for j in listener.jobs if j["role"] == role] for role in ("answer", "verdict")
    }
    assert len(roles["answer"]) == 2 * len(roles["verdict"]) == 2 * len(lab.exercises)
    for job in roles["verdict"]:
        assert job["shared"] == lab.shared and job["verdicts"] == lab.verdicts
    secret = {line for text in (lab.verdicts, *lab.shared.values()) for line in text.splitlines()}
    secret = {line.strip() for line in secret if line.startswith("    ")} | {"a secret"}
    told = lab.probes + content.decode()
    secret = {line for line in (json.dumps(s)[1:-1] for s in secret) if line not in told}
    everything = json.dumps(roles["answer"])
    assert len(secret) > 100 and not [line for line in secret if line in everything]


def test_a_results_file_that_is_broken_is_made_anew(tmp_path):
    lab = Lab(FIRST)
    store = grade.Store(tmp_path, {FIRST: lab}, QUICK, True)
    one = submissions.Submission.of("a", FIRST, b"{}")
    store.save(one, Result("a", FIRST, "graded"))
    [path] = tmp_path.iterdir()
    assert store.load(one).status == "graded"
    path.write_text(json.dumps({"half": 1})[:-2])
    assert store.load(one) is None
    store.save(one, Result("a", FIRST, "not graded: x"))
    assert store.load(one) is None, "what failed is tried again"
    assert grade_id(lab.lab.cells[0]) is None
