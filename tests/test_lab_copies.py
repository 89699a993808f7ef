"""`make lab` keeps the learner's own copies."""

import json

import pytest

from tools import lab
from tools.lab import make_copies


@pytest.fixture
def course(tmp_path):
    (tmp_path / "labs").mkdir()
    publish(tmp_path, "v1")
    return tmp_path


def publish(root, version):
    lab = {"cells": [], "metadata": {"workbook": {"lab": "00_a", "version": version}}}
    (root / "labs/00_a.ipynb").write_text(json.dumps(lab))


def test_copy_is_made_when_absent_and_never_overwritten(course):
    assert make_copies(course) == ["work/00_a.ipynb is your own copy of this lab."]
    copy = course / "work/00_a.ipynb"
    assert copy.read_bytes() == (course / "labs/00_a.ipynb").read_bytes()
    copy.write_text(copy.read_text().replace('"cells": []', '"cells": [1]'))
    assert make_copies(course) == []
    assert "[1]" in copy.read_text()


def test_newer_version_is_put_beside_once(course):
    make_copies(course)
    publish(course, "v2")
    [said] = make_copies(course)
    assert "newer version" in said and "work/00_a.new-v2.ipynb" in said
    assert '"v1"' in (course / "work/00_a.ipynb").read_text()
    assert '"v2"' in (course / "work/00_a.new-v2.ipynb").read_text()
    assert make_copies(course) == []


def test_broken_copy_is_left_alone(course):
    make_copies(course)
    (course / "work/00_a.ipynb").write_text("half a note")
    [said] = make_copies(course)
    assert "stays as it is" in said
    assert (course / "work/00_a.ipynb").read_text() == "half a note"


def test_a_work_folder_may_be_a_link(course, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("another disk")
    (course / "work").symlink_to(elsewhere)
    assert make_copies(course) == ["work/00_a.ipynb is your own copy of this lab."]
    assert [path.name for path in elsewhere.iterdir()] == ["00_a.ipynb"]


def test_a_work_folder_that_cannot_be_used_is_one_sentence(course, monkeypatch, capsys):
    (course / "work").symlink_to(course / "a disk that is not there")
    monkeypatch.setattr(lab, "make_copies", lambda: make_copies(course))
    monkeypatch.setattr("sys.argv", ["lab", "--only-copy"])
    with pytest.raises(SystemExit, match="make work/ a folder, or a link to one"):
        lab.main()
