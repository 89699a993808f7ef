"""Digits: what the sets hold, every bad input, pictures and sliders."""

import hashlib
import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from test_datasets import refused

from helpers import datasets
from helpers.datasets import load_digits

MNIST = Path(os.environ.get("WORKBOOK_TEST_MNIST", ROOT.parent / "shared/datasets/mnist/mnist.npz"))


def arrays(n: int = 20) -> dict[str, np.ndarray]:
    """Something that has MNIST's names and types."""
    x, y = np.arange(n * 784).reshape(n, 28, 28).astype("uint8"), np.arange(n).astype("uint8")
    return dict(zip(datasets.Digits._fields, (x, y, x[:5], y[:5]), strict=True))


@pytest.fixture
def pretend(monkeypatch):
    """Take `arrays()` for MNIST."""
    monkeypatch.setattr(datasets, "MNIST_SHA256", datasets.content_hash(list(arrays().values())))


@pytest.fixture
def mirrored(monkeypatch, tmp_path) -> Path:
    """`arrays()` in a mirror, as what there is to download."""
    content = packed(**arrays())
    remote = datasets.MNIST._replace(sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(datasets, "MNIST", remote)
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(tmp_path / "mirror"))
    path = tmp_path / "mirror" / remote.url.removeprefix("https://")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


# ── what the sets hold ───────────────────────────────────────────────────────────────────────────


def test_embedded_digits():
    x_train, y_train, x_test, y_test = data = load_digits()
    assert x_train.shape == (4000, 28, 28) and x_test.shape == (1000, 28, 28)
    assert y_train.shape == (4000,) and y_test.shape == (1000,)
    assert {array.dtype for array in data} == {np.dtype("uint8")}
    assert np.bincount(np.concatenate([y_train, y_test])).tolist() == [500] * 10
    assert x_train.min() == 0 and x_train.max() == 255


def test_no_digit_is_both_learned_from_and_held_out():
    data = load_digits()
    assert not {x.tobytes() for x in data.x_train} & {x.tobytes() for x in data.x_test}


def test_digits_are_shuffled_and_split_by_the_seed():
    first, again, other = load_digits(seed=1), load_digits(seed=1), load_digits(seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.x_test, other.x_test)
    assert np.abs(np.bincount(first.y_test) - 100).max() < 40, "all kinds in both parts"
    assert len(set(first.y_train[:50])) == 10


def test_a_label_stays_with_its_digit():
    with np.load(ROOT / "datasets/mnist_5k.npz") as file:
        known = {x.tobytes(): y for x, y in zip(file["x"], file["y"], strict=True)}
    data = load_digits(seed=3)
    assert all(known[x.tobytes()] == y for x, y in zip(data.x_train, data.y_train, strict=True))


def test_all_of_mnist_by_path():
    if not MNIST.is_file():
        pytest.skip("no MNIST: WORKBOOK_TEST_MNIST names none")
    data = load_digits(MNIST)
    assert data.x_train.shape == (60_000, 28, 28) and data.x_test.shape == (10_000, 28, 28)
    assert np.bincount(data.y_train)[[0, 1, 9]].tolist() == [5923, 6742, 5949]
    ours = load_digits()
    known = {x.tobytes() for x in data.x_train}
    assert all(x.tobytes() in known for x in ours.x_test), "the embedded ones are of its training"


@pytest.mark.usefixtures("pretend")
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_the_arrays_are_hashed_however_a_file_packs_them(tmp_path, save):
    save(tmp_path / "mine.npz", **dict(reversed(arrays().items())), another=np.zeros(3))
    data = load_digits(str(tmp_path / "mine.npz"))
    assert np.array_equal(data.x_train, arrays()["x_train"]) and len(data.y_test) == 5


@pytest.mark.usefixtures("pretend")
def test_mnist_is_downloaded_once(mirrored):
    assert np.array_equal(load_digits("mnist").x_test, arrays()["x_test"])
    mirrored.unlink()
    assert len(load_digits("mnist").x_train) == 20, "from the cache"


def test_the_download_is_the_file_that_keras_pins():
    source = importlib.util.find_spec("keras").submodule_search_locations[0]
    theirs = (Path(source) / "src/datasets/mnist.py").read_text(encoding="utf-8")
    folder, name = datasets.MNIST.url.rsplit("/", 1)
    assert all(part in theirs for part in (folder, name, datasets.MNIST.sha256))


def test_hash_tells_types_and_shapes_apart():
    a = np.arange(6, dtype="uint8")
    hashes = {datasets.content_hash([b]) for b in (a, a.reshape(2, 3), a.view("int8"), a[::-1])}
    assert len(hashes) == 4
    assert datasets.content_hash([a[::2]]) == datasets.content_hash([a[::2].copy()])


def test_embedded_digits_do_not_need_tensorflow():
    code = (
        "import sys; from helpers import datasets as d; d.load_digits(); d.load_not_digits();"
        "print({'keras', 'tensorflow', 'pooch', 'pandas', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


# ── what cannot be used ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", ["mnits", "no/such/mnist.npz"])
def test_unknown_source_or_path_is_explained(source):
    said = refused(load_digits, source)
    assert source in said and '"embedded", "mnist" or the path of a mnist.npz' in said


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_unusable_seed_is_explained(seed):
    assert "whole number" in refused(load_digits, "embedded", seed)


def packed(**named) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **named)
    return file.getvalue()


def other_digits() -> bytes:
    return packed(**{**arrays(), "y_test": np.zeros(5, "uint8")})


@pytest.mark.usefixtures("pretend")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no file of numpy arrays"),
        (b"x,y\n1,2\n", "no file of numpy arrays"),
        (b"PK\x03\x04 not really", "no file of numpy arrays"),
        (packed(**arrays())[:-400], "no file of numpy arrays"),
        (packed(x=np.zeros(3), y=np.zeros(3)), 'no array "x_train"'),
        (packed(**{**arrays(), "x_train": np.array([{}, []], object)}), "no file of numpy arrays"),
        (other_digits(), "other digits"),
    ],
)
def test_unusable_files_are_explained(tmp_path, content, words):
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    said = refused(load_digits, path)
    assert "mine.npz" in said and words in said and 'use source="embedded"' in said
    path.write_bytes(packed(**arrays()))
    assert len(load_digits(path).x_train) == 20, "the next try works"


def test_a_single_array_is_explained(tmp_path):
    np.save(tmp_path / "mine.npy", np.zeros(3))
    assert "no file of numpy arrays" in refused(load_digits, tmp_path / "mine.npy")


def test_a_bit_that_flipped_on_the_disk_is_explained(tmp_path):
    content = bytearray(packed(**arrays()))
    content[200] ^= 1
    (tmp_path / "mine.npz").write_bytes(content)
    refused(load_digits, tmp_path / "mine.npz")


def test_folder_in_place_of_a_file_is_explained(tmp_path):
    assert "cannot be read" in refused(load_digits, tmp_path)


def test_damaged_copy_of_the_course_is_explained(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "ROOT", tmp_path)
    (tmp_path / "datasets").mkdir()
    assert "fetch the course again" in refused(load_digits)
    (tmp_path / "datasets/mnist_5k.npz").write_bytes(packed(x=np.zeros(2), y=np.zeros(2)))
    assert "fetch the course again" in refused(load_digits)


@pytest.mark.usefixtures("pretend")
def test_wrong_mnist_from_the_mirror_is_explained(mirrored):
    content = mirrored.read_bytes()
    mirrored.write_bytes(other_digits())
    said = refused(load_digits, "mnist")
    assert "mnist.npz is not the expected file" in said and 'use source="embedded"' in said
    mirrored.unlink()
    assert "does not give" in refused(load_digits, "mnist")
    assert len(load_digits().x_train) == 4000, "embedded works"
    mirrored.write_bytes(content)
    assert len(load_digits("mnist").x_train) == 20, "the next try works"


def test_no_network_is_explained(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path))
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", "http://127.0.0.1:9")
    said = refused(load_digits, "mnist")
    assert "mnist.npz" in said and "no connection" in said and 'source="embedded"' in said


# ── strangers ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("d", ROOT / "datasets/draw_not_digits.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_draws_what_the_file_holds(script):
    letters, names, bananas = datasets.load_not_digits()
    drawn, drawn_names = script.letters(script.COUNT)
    assert np.array_equal(names, drawn_names)
    for kept, anew in ((letters, drawn), (bananas, script.bananas(script.COUNT))):
        assert kept.shape == (500, 28, 28) and kept.dtype == np.uint8
        assert np.abs(kept.astype(int) - anew).mean() < 2, "but for another matplotlib's letters"
    assert script.FILE.stat().st_size < 150_000


@pytest.mark.parametrize("kind", ["letters", "bananas"])
def test_strangers_are_as_large_and_as_black_as_digits(script, kind):
    def draw(n, seed):
        found = getattr(script, kind)(n, seed)
        return found[0] if kind == "letters" else found

    kept = datasets.load_not_digits()[0 if kind == "letters" else 2]
    for drawn in (kept, draw(60, 1)):
        ink = drawn >= 128
        rows, columns = ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1)
        assert np.maximum(rows, columns).min() >= 18 and np.maximum(rows, columns).max() <= 21
        assert 0.02 < ink.mean() < 0.3
        assert not drawn[:, 0].any() and not drawn[:, :, -1].any(), "a margin"
        assert len({image.tobytes() for image in drawn}) > 40, "variety"
    assert np.array_equal(drawn, draw(60, 1)) and not np.array_equal(drawn, draw(60, 2))


def test_letters_stand_upright_and_are_named():
    drawn, names, _ = datasets.load_not_digits()
    assert len(names) == len(drawn) and set(names) == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ink = drawn[names == "L"].astype(float).sum(axis=2)
    assert (ink[:, 14:].sum(axis=1) > ink[:, :14].sum(axis=1)).all(), "an L stands on its bar"


def test_damaged_strangers_are_explained(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "ROOT", tmp_path)
    assert "fetch the course again" in refused(datasets.load_not_digits)
