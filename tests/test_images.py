"""Figures become pixels and small files; frames become an animation."""

import base64
import io
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT
from matplotlib.figure import Figure
from PIL import Image

from helpers import images, run


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
    ipython = SimpleNamespace(display=SimpleNamespace(display=lambda b, **_: shown.append(b)))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(run, "shell", lambda: object())
    images.show_gif(path, 'A "black" square.')
    assert base64.b64encode(path.read_bytes()).decode() in shown[0]["text/html"]
    assert 'alt="A &quot;black&quot; square."' in shown[0]["text/html"]
    assert shown[0]["text/plain"] == 'Animation: A "black" square.'
    with pytest.raises(FileNotFoundError):
        images.show_gif(tmp_path / "missing.gif", "nothing")


def test_outside_a_notebook_the_path_is_printed(tmp_path, monkeypatch, capsys):
    path = images.save_gif([np.zeros((4, 4), np.uint8)], tmp_path / "film.gif")
    monkeypatch.setattr(run, "shell", lambda: None)
    images.show_gif(path, "A black square.")
    assert str(path) in capsys.readouterr().out


def test_helpers_of_pictures_and_metrics_do_not_load_tensorflow():
    code = "import sys; from checks import networks, toys; from helpers import images, plots; " + (
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    environment = {**os.environ, "MPLBACKEND": "agg"}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment).returncode == 0


def shades(*values: float, size: tuple[int, int] = (4, 6), channels: int = 3) -> np.ndarray:
    return np.repeat(values, np.prod(size) * channels).reshape(-1, *size, channels)


def test_a_sheet_holds_each_image_in_its_place_on_white_paper():
    made = images.sheet(shades(-1, 0, 1, -0.5, 0.5), columns=3, margin=2)
    assert made.shape == (2 * (4 + 2) + 2, 3 * (6 + 2) + 2, 3) and made.dtype == np.uint8
    for (top, left), value in {(2, 2): 0, (2, 10): 128, (8, 2): 64, (8, 10): 191}.items():
        assert (made[top : top + 4, left : left + 6] == value).all()
        made[top : top + 4, left : left + 6] = 255
    assert (made == 255).all(), "white elsewhere, as the third image and the unfilled place"


def test_grey_paper_frames_white_images_and_fills_short_rows(shown):
    made = images.sheet(shades(1), columns=1, margin=2, paper=0.8)
    assert (made[:2] == 204).all() and (made[2:6, 2:8] == 255).all()
    images.show_sheet({"one": shades(1, 1), "two": shades(1)}, "Rows", "Two.", paper=0.8)
    right = shown[0][:, -20:]
    assert (right[len(right) // 2 + 4 :] == 204).all(), "no image there"


def test_a_sheet_has_wide_margins_by_default_and_takes_grey_images():
    made = images.sheet(shades(-1, channels=1), columns=1)
    assert made.shape == (4 + 32, 6 + 32, 3)
    assert (made[16:20, 16:22] == 0).all() and (made == 0).sum() == 4 * 6 * 3


def test_a_saved_picture_comes_back_pixel_by_pixel(tmp_path):
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    path = images.save_png(picture, tmp_path / "new" / "picture.png")
    with Image.open(path) as found:
        assert (np.asarray(found) == picture).all()
    with pytest.raises(ValueError, match="uint8"):
        images.save_png(picture / 255, path)
    assert [p.name for p in path.parent.iterdir()] == ["picture.png"]


def test_a_picture_is_shown_enlarged_sharp_and_with_words(tmp_path, monkeypatch, capsys):
    shown = []

    def display(bundle, metadata=None, raw=False):
        shown.append((bundle, metadata))

    ipython = SimpleNamespace(display=SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(run, "shell", lambda: object())
    picture = images.sheet(shades(-1, 0.2), columns=2, margin=3)
    images.show_picture(picture, "Two shades", "A dark and a light tile.", zoom=3)
    (title, _), (bundle, metadata) = shown
    assert title == {"text/plain": "Two shades", "text/markdown": "**Two shades**"}
    (tmp_path / "shown.png").write_bytes(bundle["image/png"])
    with Image.open(tmp_path / "shown.png") as found:
        assert (np.asarray(found.convert("RGB")) == picture.repeat(3, 0).repeat(3, 1)).all()
    assert bundle["text/plain"] == "Picture: A dark and a light tile."
    assert metadata["image/png"]["alt"] == "A dark and a light tile."
    assert capsys.readouterr().out == ""


def test_outside_a_notebook_a_picture_is_described(monkeypatch, capsys):
    monkeypatch.setattr(run, "shell", lambda: None)
    images.show_picture(images.sheet(shades(0), columns=1), "One shade", "A grey tile.")
    assert capsys.readouterr().out == "One shade: A grey tile.\n"


@pytest.fixture
def shown(monkeypatch) -> list:
    """Pictures shown in a notebook, as arrays."""
    pictures = []

    def display(bundle, metadata=None, raw=False):
        if "image/png" in bundle:
            picture = Image.open(io.BytesIO(bundle["image/png"])).convert("RGB")
            pictures.append(np.asarray(picture))

    ipython = SimpleNamespace(display=SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(run, "shell", lambda: object())
    return pictures


def test_rows_of_a_sheet_have_their_names_on_the_left_and_white_where_one_is_shorter(shown):
    rows = {"one": shades(-1, -1, -1), "two": shades(0)}
    images.show_sheet(rows, "Rows", "Two rows.", margin=2, zoom=2)
    plain = images.sheet(np.concatenate([shades(-1, -1, -1, 0), shades(1, 1)]), 3, 2)
    plain = plain.repeat(2, 0).repeat(2, 1)
    left = shown[0].shape[1] - plain.shape[1]
    assert (shown[0][:, left:] == plain).all()
    names = shown[0][:, :left].min(axis=(1, 2)) < 100
    middle = len(names) // 2
    assert left > 20 and names[:middle].any() and names[middle:].any() and not names[middle]


def test_shades_of_grey_become_sixteen_colors_stay(shown):
    ramp = np.linspace(-1, 1, 64).reshape(1, 8, 8, 1).astype("float32")
    images.show_sheet(ramp, "Grey", "A ramp.", zoom=1)
    assert len(np.unique(shown[0])) == 16 and {0, 255} <= set(np.unique(shown[0]))
    images.show_sheet(ramp * np.array([1, -1, 1], "float32"), "Color", "A ramp.", zoom=1)
    assert len(np.unique(shown[1])) > 30


def test_a_drawing_is_shown_in_a_notebook_only(shown, monkeypatch):
    images.show_drawing("gan_game.png")
    monkeypatch.setattr(run, "shell", lambda: None)
    images.show_drawing("gan_game.png")
    assert len(shown) == 1 and shown[0].shape[1] > 500
