"""Labs with one thing changed: the register's pairs, `make controls`, and the table in the lab."""

import json
import shutil

import nbformat
import pytest
from conftest import ROOT

from helpers import controls as tables
from tools import controls, register, release, runs
from tools.build.sources import read_source

LAB = "07_tiny"
COMMAND = "make seeds controls LABS=07"
SOURCE = """
# %% [markdown]
# # Lab 07

# %%
rate = 1
report("07_tiny", error=rate / run_seed(), rate=rate)

# %%
from helpers.controls import controls_table

print(controls_table({"error": "the error"}, "07_tiny").to_string())
"""
SETUP = 'from helpers import report, run_seed\n\nlab = "@LAB@"\n'
SECTION = """
[07_tiny]
title = "tiny"
makes = "nothing"
track = "core"
family = "adversarial"
needs = []
minutes = 10
computing = "½"
memory_gb = 0.8
budget_minutes = 1
measured = "error {error}"
rules = []

[07_tiny.controls]
"rate × 10" = [["rate = 1", "rate = 10"]]

[07_tiny.exercises]
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with our helpers and a lab that runs in a moment."""
    shutil.copytree(
        ROOT / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, text in {
        "labs.toml": SECTION,
        "pyproject.toml": '[tool.workbook]\nrepository = "me/it"\nref = "v1"\n',
        "tools/build/setup_cell.py": SETUP,
        f"solutions/{LAB}.py": SOURCE.lstrip(),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    register._read.cache_clear()
    yield tmp_path
    register._read.cache_clear()


@pytest.fixture
def ran(monkeypatch):
    """(lab, seed, changes) of each run; it takes no process."""
    calls = []

    def one(lab, seed, changes, **_):
        calls.append((lab, seed, changes))
        rate = int(changes[0][1].split()[-1])
        metrics = {"error": rate / seed, "rate": rate}
        return {"lab": lab, "seconds": 1, "peak_memory_mb": 2, "metrics": metrics}

    monkeypatch.setattr(controls, "run", one)
    return calls


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    register._read.cache_clear()


def results(root) -> dict:
    return json.loads((root / register.CONTROLS).read_text(encoding="utf-8"))[LAB]


def store_seeds(root, code):
    """What `make seeds` would have left."""
    record = {"metrics": {"error": 0.5}, "hash": code}
    text = json.dumps({LAB: {str(seed): record for seed in runs.SEEDS}})
    (root / register.SEEDS).write_text(text)


@pytest.mark.parametrize(
    "change", ["[]", '"rate = 1"', '["a", "b"]', '[["a"]]', '[["a", 2]]', '[["", "b"]]']
)
def test_malformed_pairs_are_refused(course, capsys, change):
    edit(course / "labs.toml", '[["rate = 1", "rate = 10"]]', change)
    assert controls.main([], course) == 1
    said = capsys.readouterr().err
    assert (
        said == f"labs.toml, {LAB}.controls: 'rate × 10' needs pairs, [[old text, new text], …].\n"
    )


def test_a_text_that_the_lab_does_not_hold_once_is_refused(course, capsys):
    edit(course / "labs.toml", '"rate = 1"', '"report"')
    assert controls.main([], course) == 1
    said = capsys.readouterr().err
    assert said == f"labs.toml, controls: {LAB} should hold 'report' exactly once.\n"
    edit(course / "labs.toml", "[07_tiny.controls]\n", "controls = 3\n#")
    edit(course / "labs.toml", '"rate ×', '# "rate ×')
    assert controls.main([], course) == 1
    assert f"controls is a section, [{LAB}.controls]" in capsys.readouterr().err


def test_a_control_runs_as_a_script_and_the_lab_shows_it(course, capsys):
    assert controls.main(["07"], course) == 0
    out = capsys.readouterr().out
    assert "07 · rate × 10 · seed 2 (2 of 3): " in out
    control = results(course)["controls"]["rate × 10"]
    assert control["change"] == [["rate = 1", "rate = 10"]]
    assert [run["metrics"]["error"] for run in control["runs"]] == [10, 5, 10 / 3]
    assert set(control["runs"][0]) == {"seed", "seconds", "peak_memory_mb", "metrics"}
    record = runs.run(LAB, 2, root=course)  # and unchanged
    assert record["metrics"] == {"error": 0.5, "rate": 1}


def test_it_goes_on_where_it_was(course, ran, monkeypatch, capsys):
    one = controls.run

    def stopped(lab, seed, *rest, **options):
        if seed == 2:
            raise KeyboardInterrupt
        return one(lab, seed, *rest, **options)

    monkeypatch.setattr(controls, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        controls.main([], course)
    monkeypatch.setattr(controls, "run", one)
    assert controls.main([], course) == 0
    assert [seed for _, seed, _ in ran] == [1, 2, 3]
    assert "seed 3 (3 of 3)" in capsys.readouterr().out
    assert controls.main([], course) == 0 and len(ran) == 3


def test_only_what_changed_runs_again(course, ran):
    more = '"rate × 10" = [["rate = 1", "rate = 10"]]\n"rate × 3" = [["rate = 1", "rate = 3"]]'
    edit(course / "labs.toml", more.split("\n")[0], more)
    controls.main([], course)
    edit(course / "labs.toml", "rate = 3", "rate = 4")
    controls.main([], course)
    assert [changes[0][1] for _, _, changes in ran[6:]] == ["rate = 4"] * 3
    edit(course / "labs.toml", more.split("\n")[0], "")
    controls.main([], course)
    assert len(ran) == 9 and list(results(course)["controls"]) == ["rate × 3"]
    edit(course / f"solutions/{LAB}.py", "rate = 1\n", "rate = 1\nother = 2\n")
    controls.main([], course)
    assert len(ran) == 12


def test_what_is_missing_or_stale_fails_the_check(course, ran, capsys):
    def said():
        assert controls.main(["--check"], course) == 1
        return capsys.readouterr().err

    both = "run `make controls LABS=07` and `make seeds LABS=07`."
    assert said() == f"{LAB}: its controls are missing or out of date, {both}\n"
    controls.main([], course)
    store_seeds(course, runs.hash_of(LAB, course))
    assert controls.main(["--check"], course) == 0
    edit(course / "labs.toml", "rate = 10", "rate = 11")
    assert "run `make controls LABS=07`." in said()
    controls.main([], course)
    assert controls.main(["--check"], course) == 0
    edit(course / f"solutions/{LAB}.py", "rate = 1\n", "rate = 1\nother = 2\n")
    assert both in said()
    edit(course / f"solutions/{LAB}.py", "other = 2\n", "# a comment\n")
    assert controls.main(["--check"], course) == 0


def test_a_crash_is_told_and_the_others_go_on(course, capsys):
    crash = '"rate × 10" = [["rate = 1", "rate = 1 / (run_seed() - 2)"]]'
    silent = """"silent" = [['report("07_tiny", error=rate / run_seed(), rate=rate)', "rate"]]"""
    edit(course / "labs.toml", '"rate × 10" = [["rate = 1", "rate = 10"]]', f"{crash}\n{silent}")
    assert controls.main([], course) == 1
    said = capsys.readouterr().err
    assert "07 · rate × 10 · seed 2 failed, exit code 1; its last lines:\n" in said
    assert "    ZeroDivisionError" in said
    assert "07 · silent · seed 3 failed, it reported nothing; its last lines:\n" in said
    stored = results(course)["controls"]
    assert [run["seed"] for run in stored["rate × 10"]["runs"]] == [1, 3]
    assert stored["silent"]["runs"] == []
    assert controls.main(["--check"], course) == 1


def test_labs_without_controls_are_named(course, capsys):
    assert controls.main(["08"], course) == 1
    assert capsys.readouterr().err == "labs.toml gives no controls to 08.\n"


def test_table(course, ran, capsys):
    tables.controls_table(["error"], LAB)
    assert capsys.readouterr().out == f"not run yet: {COMMAND}\n"
    controls.main([], course)
    capsys.readouterr()
    store_seeds(course, runs.hash_of(LAB, course))
    table = tables.controls_table({"error": "the error", "absent": "absent"}, LAB)
    said = f"rate × 10: rate = 1 → rate = 10\nThe course's authors run them by: {COMMAND}\n"
    assert capsys.readouterr().out == said
    assert [*table.columns] == ["seeds", "the error", "absent"]
    assert [*table.loc["as it is"]] == [3, "0.5", "–"]
    assert [*table.loc["rate × 10"]] == [3, "6.1 ± 3.5", "–"]
    assert tables.mean_and_sd([4e-6, 6e-6]) == "0.0000 ± 0.0000", "four decimals are enough"
    store_seeds(course, "another code")
    assert [*tables.controls_table(["error"], LAB).loc["as it is"]] == [0, "–"]


def test_results_decide_what_the_notebook_shows_and_not_what_keys_them(course, ran):
    def about():
        return read_source(course / f"solutions/{LAB}.py").metadata.workbook

    before = about()
    controls.main([], course)
    after = about()
    assert before["hash"] == after["hash"] == results(course)["code"]
    assert before["shown"] != after["shown"] == about()["shown"]
    edit(course / f"solutions/{LAB}.py", "controls_table({", "dict({")
    assert "controls" not in about()


def test_a_release_does_not_say_what_a_control_changes_in_an_answer(tmp_path):
    lab = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("rate = 1")])
    changes = [["rate = 1", "rate = 2"], ["return 2 * x", "return x"]]
    stored = {LAB: {"code": "c", "controls": {"half": {"change": changes, "runs": []}}}}
    path = tmp_path / "controls.json"
    path.write_text(json.dumps(stored))
    release.hide_answers(path, {LAB: lab})
    kept = json.loads(path.read_text())[LAB]["controls"]["half"]
    assert kept == {"change": changes[:1], "runs": []}
