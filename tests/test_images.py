"""Figures become pixels and small files; frames become an animation."""

import base64
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT
from matplotlib.figure import Figure
from PIL import Image

from helpers import images, kernel


def drawing(height: float) -> Figure:
    figure = Figure(figsize=(2, 1), dpi=50)
    figure.gca().plot([0, 1], [height, height], color="#D55E00")
    figure.gca().set_ylim(0, 1)
    return figure


def test_a_figure_becomes_pixels_of_its_size():
    seen = images.pixels(drawing(0.5))
    assert seen.shape == (50, 100, 3) and seen.dtype == np.uint8
    assert (seen == 255).mean() > 0.5, "mostly white paper"
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 2, "and something drawn on it"


def test_a_flat_png_looks_like_the_figure(tmp_path):
    (tmp_path / "flat.png").write_bytes(images.flat_png(drawing(0.5)))
    with Image.open(tmp_path / "flat.png") as picture:
        assert picture.format == "PNG" and picture.mode == "P"
        got = np.asarray(picture.convert("RGB")).astype(int)
    assert np.abs(got - images.pixels(drawing(0.5))).mean() < 2


def test_frames_come_back_in_order_with_their_times(tmp_path):
    shades = [np.full((20, 30, 3), shade, np.uint8) for shade in (0, 100, 200)]
    path = images.save_gif(shades, tmp_path / "new" / "film.gif", 0.1, seconds_at_end=1.5)
    with Image.open(path) as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (3, (30, 20), 0)
        for number, (shade, time) in enumerate(zip((0, 100, 200), (100, 100, 1500), strict=True)):
            film.seek(number)
            assert film.info["duration"] == time
            assert abs(int(np.asarray(film.convert("RGB")).mean()) - shade) <= 8


def test_figures_and_grey_arrays_are_frames_too(tmp_path):
    images.save_gif([drawing(0.2), drawing(0.8)], tmp_path / "figures.gif")
    images.save_gif(
        [np.zeros((8, 8), np.uint8), np.full((8, 8), 255, np.uint8)], tmp_path / "g.gif"
    )
    with Image.open(tmp_path / "figures.gif") as film:
        assert film.n_frames == 2 and film.size == (100, 50)
    with Image.open(tmp_path / "g.gif") as film:
        assert film.n_frames == 2


def test_fewer_colors_make_a_smaller_file(tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, (4, 60, 60, 3), dtype=np.uint8)
    small = images.save_gif(noise, tmp_path / "small.gif", colors=4).stat().st_size
    assert small < images.save_gif(noise, tmp_path / "large.gif", colors=256).stat().st_size / 2


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        ([], "at least one"),
        ([np.zeros((4, 4), np.uint8), np.zeros((5, 4), np.uint8)], "one size"),
        ([np.zeros((4, 4))], "uint8"),
    ],
)
def test_wrong_frames_are_refused_and_nothing_is_written(frames, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        images.save_gif(frames, tmp_path / "film.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = images.save_gif([np.zeros((4, 4), np.uint8)], tmp_path / "film.gif")
    old = path.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="no space"):
        images.save_gif([np.full((9, 9), 255, np.uint8)], path)
    assert path.read_bytes() == old and [p.name for p in tmp_path.iterdir()] == ["film.gif"]


def test_a_gif_is_shown_embedded_with_words_for_those_who_cannot_see_it(tmp_path, monkeypatch):
    path = images.save_gif([np.zeros((4, 4), np.uint8)], tmp_path / "film.gif")
    shown = []
    ipython = SimpleNamespace(display=SimpleNamespace(display=lambda b, raw: shown.append(b)))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(kernel, "shell", lambda: object())
    images.show_gif(path, 'A "black" square.')
    assert base64.b64encode(path.read_bytes()).decode() in shown[0]["text/html"]
    assert 'alt="A &quot;black&quot; square."' in shown[0]["text/html"]
    assert shown[0]["text/plain"] == 'Animation: A "black" square.'
    with pytest.raises(FileNotFoundError):
        images.show_gif(tmp_path / "missing.gif", "nothing")


def test_outside_a_notebook_the_path_is_printed(tmp_path, monkeypatch, capsys):
    path = images.save_gif([np.zeros((4, 4), np.uint8)], tmp_path / "film.gif")
    monkeypatch.setattr(kernel, "shell", lambda: None)
    images.show_gif(path, "A black square.")
    assert str(path) in capsys.readouterr().out


def test_helpers_of_pictures_and_metrics_do_not_load_tensorflow():
    code = "import sys; from helpers import images, metrics, plots, stand_ins; " + (
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    environment = {**os.environ, "MPLBACKEND": "agg"}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment).returncode == 0
