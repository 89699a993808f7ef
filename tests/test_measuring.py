"""The commands that measure: `make bench`, `make seeds`, budgets, and what they write in README."""

import json
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from conftest import ROOT

from benchmarks import bench, measures, seeds
from helpers.run import peak_memory_mb
from tools import kernels, readme, register


def test_sides_take_turns():
    order = []
    seconds = measures.in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert order == list("ababab")
    assert {name: len(taken) for name, taken in seconds.items()} == {"a": 3, "b": 3}


def test_seconds_to_a_target_read_no_further_than_needed():
    curve = iter([(1.0, 9.0), (2.0, 5.0), (3.0, 4.0)])
    assert measures.seconds_to(curve, 5) == 2.0
    assert next(curve) == (3.0, 4.0)
    assert measures.seconds_to([(1.0, 9.0)], 5) is None


def test_a_new_process_does_not_inherit_the_peak():
    held = np.ones(80_000_000)  # 640 MB
    here = peak_memory_mb()
    del held
    assert bench.in_a_new_process(peak_memory_mb) < here - 300


def results(old, new) -> dict:
    numbers = measures.measure(old, new)
    return {
        "measures": {"one training step": numbers},
        "notes": ["So."],
        "machine": "M",
        "date": "",
    }


def tiny_lab(**about) -> register.Entry:
    """A lab 02_a of the register."""
    text = dict.fromkeys(("title", "makes", "measured"), "a")
    numbers = dict.fromkeys(("minutes", "memory_gb", "budget_minutes"), 1)
    rest = {
        "track": "core",
        "family": "adversarial",
        "needs": [],
        "computing": "1",
        "rules": [],
        "exercises": {},
    }
    return register.Entry("02_a", **{**text, **numbers, **rest, **about})


def test_table_of_a_benchmark_says_what_was_aimed_at(monkeypatch):
    aims = {"one training step": 100, "another": 3}
    monkeypatch.setattr(register, "entries", lambda *_: {"02_a": tiny_lab(faster=aims)})
    shown = bench.table({"02_a": results([0.1, 0.2, 0.3], [0.001, 0.001, 0.001])})
    row = "| 02 | one training step | 200 ms | 1 ms | 200× (100 to 300) | 100× or more: met |"
    assert row in shown and "- So." in shown
    assert "| 02 | another | – | – | – | 3× or more: not measured |" in shown
    assert "**missed**" in bench.table({"02_a": results([0.1], [0.01])})
    assert "| never | 0× | 100× or more: **missed** |" in bench.table(
        {"02_a": results([1], [None])}
    )


@pytest.fixture
def no_readme(monkeypatch):
    for module in (bench, seeds):
        monkeypatch.setattr(module, "fill", lambda *a, **_: None)
    monkeypatch.setattr(register, "update_documents", lambda *a, **_: [])


def test_finished_benchmarks_are_kept_when_another_fails(monkeypatch, tmp_path, no_readme, capsys):
    def one(module, small):
        if module == "dcgan":
            raise MemoryError("too large")
        return results([2], [1])

    monkeypatch.setattr(bench, "bench", one)
    stored = tmp_path / "results.json"
    stored.write_text(json.dumps({"03_dcgan_tomatoes": results([4], [1])}))
    assert bench.main(["02", "03", "05"], stored) == 1
    kept = json.loads(stored.read_text())
    assert list(kept) == ["02_quadratic_gan", "03_dcgan_tomatoes", "05_vae"]
    assert kept["03_dcgan_tomatoes"] == results([4], [1])
    assert "03_dcgan_tomatoes: MemoryError: too large" in capsys.readouterr().err


def test_seeds_go_on_where_they_were(monkeypatch, tmp_path, no_readme, capsys):
    ran, rmse = [], {1: 0.001, 2: 0.002, 3: 0.003}

    def one(lab, seed):
        if seed == 3 and not ran.count((lab, 3)):
            ran.append((lab, 3))
            raise subprocess.CalledProcessError(1, lab, stderr="killed")
        ran.append((lab, seed))
        return {"seconds": 1, "peak_memory_mb": 1, "metrics": {"rmse": rmse[seed]}}

    monkeypatch.setattr(seeds, "run", one)
    lab = tiny_lab(measured="RMSE {1000 * rmse}", rules=["rmse < 0.0025"])
    monkeypatch.setattr(register, "entries", lambda *_: {"02_a": lab})
    monkeypatch.setattr(seeds, "hash_of", lambda lab: "one code")
    stored = tmp_path / "seeds.json"
    assert seeds.main([], stored) == 1  # seed 3 was killed
    assert "killed" in capsys.readouterr().out
    assert seeds.main([], stored) == 1  # only seed 3 runs again, and breaks a rule
    assert ran == [("02_a", seed) for seed in (1, 2, 3, 3)]
    assert "02_a, seed 3: not true: rmse < 0.0025" in capsys.readouterr().out
    runs = json.loads(stored.read_text())["02_a"]
    assert register.measured(lab, runs) == "RMSE 2.0 ± 1.0 (seeds 1, 2, 3)"
    assert "| 02 | `rmse` | 1, 2, 3 | 0.0020 ± 0.0010 |" in seeds.table(
        json.loads(stored.read_text())
    )
    monkeypatch.setattr(seeds, "hash_of", lambda lab: "another code")
    seeds.main([], stored)
    assert len(ran) == 7


def test_mean_and_standard_deviation():
    assert register.mean_and_sd([0.1, 0.2, 0.3]) == "0.20 ± 0.10"
    assert register.mean_and_sd([1234.5, 1234.5]) == "1,234"
    assert register.mean_and_sd([0.0, 0.0]) == "0"
    assert register.mean_and_sd([0.9, 0.9 + 1e-16, 0.9 - 1e-16]) == "0.9", "rounding is no spread"


def test_readme_is_filled_between_its_marks(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# A\n| x | <!-- a:begin -->old<!-- a:end --> |\nend\n")
    assert readme.fill("a", "new \\1", page, check=True)
    assert "old" in page.read_text()
    assert readme.fill("a", "new \\1", page) and not readme.fill("a", "new \\1", page)
    assert page.read_text() == "# A\n| x | <!-- a:begin -->new \\1<!-- a:end --> |\nend\n"
    readme.fill("a", "| a |\n|---|", page)
    assert "begin -->\n\n| a |\n|---|\n\n<!-- a:end" in page.read_text()
    with pytest.raises(ValueError, match="b:begin"):
        readme.fill("b", "", page)


def test_usage_of_a_notebook_is_recorded(tmp_path):
    cells = [
        "import time; kept = bytearray(300 * 2**20)",
        "begin = time.process_time()\nwhile time.process_time() < begin + 1: pass",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(notebook, tmp_path / "usage_test.ipynb")
    plugins = ["-p", "tools.kernels", "-p", "tools.usage"]
    command = [sys.executable, "-m", "pytest", "--nbval-lax", *plugins, tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    record = ROOT / "build" / "usage" / "usage_test.json"
    used = json.loads(record.read_text())
    record.unlink()
    assert 300 < used["peak_memory_mb"] < 600
    assert 1 < used["cpu_seconds"] < used["wall_seconds"] + 1
    assert min(used["gflops"]) > 0.1


def test_a_kernel_that_does_not_start_is_started_once_more(monkeypatch):
    calls = []

    def start(**options):
        calls.append(options)
        if len(calls) == 1:
            raise RuntimeError("Kernel didn't respond in 60 seconds")
        return "manager", "client"

    monkeypatch.setattr(kernels, "_start", start)
    with pytest.warns(UserWarning, match="once more: Kernel didn't respond"):
        assert kernels.start_new_kernel(kernel_name="python3") == ("manager", "client")
    assert calls[0]["kernel_name"] == "python3"
    assert calls[0] == calls[1]
