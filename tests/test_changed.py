"""What changed is tested first."""

import subprocess
from types import SimpleNamespace

from tools import changed, cores


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_changes_since_a_commit_and_their_labs(tmp_path, monkeypatch):
    monkeypatch.setattr(changed, "ROOT", tmp_path)
    monkeypatch.delenv("CHANGED_SINCE", raising=False)
    assert changed.changed_names() == set(), "no repository"
    git(tmp_path, "init", "-q")
    for name in ("a.py", "lab_02_quadratic_gan.py", "b.py"):
        (tmp_path / name).write_text("")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", name)
    (tmp_path / "a.py").write_text("1")
    assert changed.changed_names() == {"a.py", "b.py"}, "the newest commit, and what is in none"
    monkeypatch.setenv("CHANGED_SINCE", "HEAD~2")
    assert changed.changed_names() > {"lab_02_quadratic_gan.py", "02_quadratic_gan"}
    monkeypatch.setenv("CHANGED_SINCE", "0" * 40)  # of a branch that is new
    assert changed.changed_names() == set()


def test_they_come_first_and_all_others_in_order(monkeypatch):
    nodes = ("a.py::t", "b.py::t[03_xx]", "b.py::t[02_yy-1]", "b.py::u", "c.py::t", "d.py::t")
    items = [
        SimpleNamespace(path=changed.ROOT / "tests" / node.split(":")[0], nodeid=node)
        for node in nodes
    ]
    monkeypatch.setattr(changed, "changed_names", lambda: {"tests/d.py", "02_yy"})
    changed.pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == [nodes[k] for k in (2, 1, 3, 5, 0, 4)]


def test_long_notebooks_come_before_short_ones(monkeypatch):
    labs = ("00_start_here", "02_quadratic_gan", "10_characters")
    items = [
        SimpleNamespace(path=changed.ROOT / "solutions" / f"{lab}.ipynb", nodeid=f"{lab}::Cell 0")
        for lab in labs
    ]
    monkeypatch.setattr(changed, "changed_names", lambda: {"00_start_here"})
    changed.pytest_collection_modifyitems(items)
    assert [item.path.stem for item in items] == [labs[k] for k in (0, 2, 1)]


def test_processes_at_the_same_time_have_cores_of_their_own():
    assert [cores.share([0, 1, 4, 5], k, 2) for k in (0, 1)] == [[0, 4], [1, 5]]
    assert [cores.share([2, 7], k, 2) for k in (0, 1)] == [[2], [7]]
    assert [cores.share([3], k, 2) for k in (0, 1)] == [[3], [3]]
    assert cores.share([0, 1], 2, 4) == [0]
