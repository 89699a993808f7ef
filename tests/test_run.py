"""Run profile, seed, `describe_run` and `report`."""

import json
import re
import subprocess
import sys

import pytest
from conftest import ROOT

from helpers import run


def test_profile_and_seed_come_from_the_environment(monkeypatch):
    monkeypatch.delenv("WORKBOOK_PROFILE", raising=False)
    monkeypatch.delenv("WORKBOOK_SEED", raising=False)
    assert (run.run_profile(), run.run_seed()) == ("quick", 1)
    monkeypatch.setenv("WORKBOOK_PROFILE", "full")
    monkeypatch.setenv("WORKBOOK_SEED", "42")
    assert (run.run_profile(), run.run_seed()) == ("full", 42)


@pytest.mark.parametrize("text", ["fast", "QUICK"])
def test_unknown_profile_is_refused(monkeypatch, text):
    monkeypatch.setenv("WORKBOOK_PROFILE", text)
    with pytest.raises(ValueError, match="set it to 'quick' or 'full'"):
        run.run_profile()


@pytest.mark.parametrize("text", ["-1", "1.5", "one", str(2**32)])
def test_unusable_seed_is_refused(monkeypatch, text):
    monkeypatch.setenv("WORKBOOK_SEED", text)
    with pytest.raises(ValueError, match="whole number"):
        run.run_seed()


def test_describe_run_names_what_matters(capsys):
    run.describe_run()
    said = capsys.readouterr().out
    for word in (
        "Python 3.",
        "tensorflow 2.",
        "keras 3.",
        "CPU cores",
        "memory",
        "profile",
        "seed",
    ):
        assert word in said


def test_untested_versions_are_named_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(run, "TESTED", {"python": ("3.0", "3.99"), "keras": ("3.0", "3.99")})
    run.describe_run()
    assert "Not the versions" not in capsys.readouterr().out
    monkeypatch.setattr(run, "TESTED", {"python": ("3.0", "3.99"), "keras": ("4.0", "4.1")})
    run.describe_run()
    [line] = [line for line in capsys.readouterr().out.splitlines() if "Not the versions" in line]
    assert line.endswith(" (4.0 to 4.1).") and "keras 3." in line and "python" not in line


def test_versions_are_compared_by_their_first_two_numbers(monkeypatch):
    monkeypatch.setattr(run, "TESTED", {"keras": ("3.13", "3.15"), "numpy": ("2.1", "2.4")})
    for versions, wrong in (
        ({"keras": "3.13.0", "numpy": "2.4.6"}, []),
        ({"keras": "3.9.1", "numpy": "2.10.0rc1"}, ["keras 3.9.1", "numpy 2.10.0rc1"]),
        ({"keras": "not installed", "numpy": "2.1"}, []),
    ):
        monkeypatch.setattr(run, "_version", versions.get)
        assert [said.partition(" (")[0] for said in run._outside_the_tested()] == wrong


def test_report_writes_the_record(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    run.report("02_test", rmse=0.0123, coverage=1)
    record = json.loads((tmp_path / "build/metrics/02_test.json").read_text())
    assert set(record) == {"lab", "profile", "seed", "seconds", "peak_memory_mb", "metrics"}
    assert record["metrics"] == {"rmse": 0.0123, "coverage": 1.0}
    assert record["peak_memory_mb"] > 10
    assert re.search(r"rmse +0.0123\n", capsys.readouterr().out)
    assert [p.name for p in (tmp_path / "build/metrics").iterdir()] == ["02_test.json"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "good", None])
def test_report_refuses_what_is_no_result(monkeypatch, tmp_path, value):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="rmse"):
        run.report("02_test", rmse=value)
    assert not (tmp_path / "build").exists()


def test_report_that_cannot_be_saved_says_so(monkeypatch, tmp_path, capsys):
    (tmp_path / "build").write_text("a file where the folder should be")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    run.report("02_test", rmse=1)
    assert "could not be saved" in capsys.readouterr().out


def test_atomic_write_leaves_the_old_file_when_it_fails(monkeypatch, tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    monkeypatch.setattr(run.Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        run.write_atomically(target, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["file"] and target.read_bytes() == b"old"


def test_importing_helpers_and_checks_is_quick_and_light():
    code = (
        "import sys, time; t = time.perf_counter();"
        "import helpers, checks; s = time.perf_counter() - t;"
        "heavy = {'tensorflow', 'keras', 'matplotlib', 'numpy', 'IPython'};"
        "print(s, sorted(heavy & set(sys.modules)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        for _ in range(3)
    ]
    seconds = min(float(done.stdout.split()[0]) for done in runs)
    assert runs[0].stdout.split(maxsplit=1)[1].strip() == "[]"
    assert seconds < 0.25
