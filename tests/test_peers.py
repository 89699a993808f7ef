"""The labs against public recipes: equal quality, the table, going on."""

import json

import numpy as np
import pytest

from benchmarks import peers, recipes

MORE = peers.PAIRS[0]
LESS = next(pair for pair in peers.PAIRS if not pair.more_is_better)


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when told to; both clocks agree."""
    now = [0.0]
    for name in ("process_time", "perf_counter"):
        monkeypatch.setattr(peers.time, name, lambda: now[0])
    return now


def test_quality_is_asked_from_time_to_time_and_judging_takes_no_time(clock):
    watch = peers.Watch(limit=40)

    def quality() -> float:
        clock[0] += 100  # a slow judge
        return 0.5

    with pytest.raises(peers.Stopped):
        for _ in range(100):
            clock[0] += 4
            watch(quality)
    assert [cpu for cpu, *_ in watch.curve] == [12, 16, 24, 36, 40]


def test_the_end_of_a_training_is_judged_once(clock):
    watch = peers.Watch(limit=1000)
    clock[0] = 7
    watch(lambda: 0.25)
    assert watch.curve == []
    watch.end()
    watch.end()
    assert watch.curve == [(7, 7, 0.25)]


def test_equal_quality_is_the_worse_of_both_bests():
    peer = [(10, 9, 0.1), (20, 18, 0.3), (40, 35, 0.2)]
    ours = [(5, 5, 0.3), (10, 9, 0.7)]
    assert peers.compare(MORE, peer, ours) == {
        "peer_best": 0.3,
        "our_best": 0.7,
        "peer_seconds": 20,
        "our_seconds": 5,
    }
    found = peers.compare(LESS, [(10, 9, 2.4), (20, 9, 1.8)], [(5, 5, 2.5), (10, 9, 2.0)])
    assert (found["peer_seconds"], found["our_seconds"]) == (20, 10)  # where the recipe wins
    stuck = peers.compare(MORE, [(10, 9, 0.0), (99, 90, 0.0)], [(5, 5, 0.0), (10, 9, 0.4)])
    assert (stuck["peer_seconds"], stuck["our_seconds"]) == (99, 10)  # it never left the start


def record(*curve) -> dict:
    return {"curve": curve, "peak_memory_mb": 900, "machine": "M", "hash": "h"}


def test_the_table_says_what_is_not_measured_and_shows_spreads():
    peer = {
        "1": record((5, 4, 0.0), (10, 9, 0.1)),
        "2": record((5, 4, 0.0), (30, 9, 0.2)),
    }
    ours = {"1": record((5, 9, 0.5)), "2": record((5, 9, 0.6))}
    text = peers.table({MORE.recipe: peer, MORE.ours: ours})
    first = next(line for line in text.splitlines() if MORE.peer in line)
    assert "0.15 (0.1 to 0.2) | 0.55 (0.5 to 0.6) | 20, 5 | 4× (2 to 6) | 900 / 900 MB" in first
    assert text.count("not measured") == len(peers.PAIRS) - 1
    assert text.endswith("4 of 30 trainings so far, on M.")
    both = {"1": record((5, 4, 0.0)), "2": record((5, 4, 0.5)), "3": record((5, 4, 0.5))}
    names = {name for pair in peers.PAIRS for name in (pair.recipe, pair.ours)}
    assert peers.table(dict.fromkeys(names, both)).endswith("\nOn M.")


def test_what_is_stored_is_not_run_again_and_a_failure_does_not_stop_the_rest(
    monkeypatch, tmp_path, capsys
):
    ran, path = [], tmp_path / "peers.json"

    def train(function, name, lab, seed, limit):
        ran.append((name, seed))
        if name == MORE.recipe:
            raise MemoryError("full")
        return {"curve": [(1.0, 1.0, 0.5)], "peak_memory_mb": 900}

    monkeypatch.setattr(peers, "in_a_new_process", train)
    monkeypatch.setattr(peers, "fill", lambda *_, **__: False)
    assert peers.main(["07"], path) == 1
    assert sorted(ran) == [(name, seed) for name in (MORE.recipe, MORE.ours) for seed in (1, 2, 3)]
    assert "dcgan_tutorial, seed 1: MemoryError: full" in capsys.readouterr().out
    assert list(json.loads(path.read_text())) == [MORE.ours]
    ran.clear()
    peers.main(["07"], path)
    assert {name for name, _ in ran} == {MORE.recipe}


def test_labels_fill_whole_planes():
    planes = np.asarray(recipes.label_planes(np.eye(10, dtype="float32")[[3, 7]]))
    assert planes.shape == (2, 28, 28, 10)
    assert (planes[0, ..., 3] == 1).all()
    assert planes[1].sum() == 28 * 28


@pytest.mark.parametrize("start", [0.0, 0.5, 1.0])
def test_the_cosine_schedule_keeps_the_variance(start):
    noise, signal = (float(rate) for rate in recipes.rates(start))
    assert noise**2 + signal**2 == pytest.approx(1, abs=1e-6)
    assert float(recipes.rates(0.0)[1]) == pytest.approx(0.95)
    assert float(recipes.rates(1.0)[1]) == pytest.approx(0.02)


def test_a_run_is_out_of_date_when_what_its_recipe_uses_changes(monkeypatch, tmp_path):
    (tmp_path / "benchmarks").mkdir()
    source = (peers.ROOT / "benchmarks" / "recipes.py").read_text()
    names = ("dcgan_tutorial", "ddim_example")
    before = [peers.code_hash(name) for name in names]
    monkeypatch.setattr(peers, "ROOT", tmp_path)
    for old, new, changed in (
        ("# ── what they learn from", "# ── what all learn from", [False, False]),
        ("The digits of labs 07 and 09", "Digits", [False, False]),
        ('datasets.load_images("tomato", 32', 'datasets.load_images("banana", 32', [False, True]),
        ("drop_remainder=True", "drop_remainder=False", [True, True]),
    ):
        assert old in source
        (tmp_path / "benchmarks" / "recipes.py").write_text(source.replace(old, new))
        assert [a != b for a, b in zip(before, map(peers.code_hash, names), strict=True)] == changed
