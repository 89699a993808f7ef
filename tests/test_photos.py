"""Pictures: what the sets hold, every kind of file, and many downloads at once."""

import _thread
import hashlib
import importlib.util
import io
import itertools
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from conftest import REAL, ROOT, files, refused
from PIL import Image, ImageFile

from benchmarks.split import nearest, random_split
from helpers import downloads, photos
from helpers.datasets import load_attributes, load_images

COUNTS = {"tomato": 640, "banana": 490}
RED, BLUE = (220, 30, 20), (20, 40, 230)


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path) -> Path:
    """An empty cache and no mirror; a warning that a test does not expect is an error."""
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("WORKBOOK_DATA_MIRROR", raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        yield tmp_path / "cache"


@pytest.fixture
def own(tmp_path) -> Path:
    """A folder of the learner's own, still empty."""
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def halves(width: int = 40, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def plain(path: Path, color=RED, size=(40, 40)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path)
    return path


def color_at(image: np.ndarray, row: int, column: int) -> np.ndarray:
    """Red, green and blue from 0 to 255 at a place given in quarters: 1 or 3."""
    size = len(image)
    return (image[row * size // 4, column * size // 4] + 1) * 127.5


def near(color, expected, by: float = 12) -> bool:
    return bool(np.abs(np.subtract(color, expected)).max() <= by)


def encoded(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


# ── what the sets hold ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", COUNTS)
def test_embedded_pictures(kind):
    images = load_images(kind, 32)
    assert images.shape == (COUNTS[kind], 32, 32, 3) and images.dtype == np.float32
    assert images.min() >= -1 and images.max() == 1 and images.min() < -0.8
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)
    corners = images[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners > 0.9).mean() > 0.97, "on white"
    red, green, blue = np.moveaxis(images[(images < 0.8).any(-1)], -1, 0)
    if kind == "tomato":
        assert (red > green).mean() > 0.9
    else:
        assert (np.minimum(red, green) > blue).mean() > 0.9
    assert np.array_equal(images, load_images(kind, 32, part="all"))


@pytest.mark.parametrize("kind", COUNTS)
def test_embedded_fruit_fills_the_frame(kind):
    fruit = (load_images(kind, 96) < 0.8).any(-1)
    width, height = fruit.any(1).sum(-1), fruit.any(2).sum(-1)
    assert (np.maximum(width, height) >= 0.85 * 96).mean() > 0.99
    if kind == "banana":
        share = fruit.mean((1, 2))
        assert share.max() < 0.5 and (share / (width * height / 96**2)).mean() < 0.75, "long, bent"


def test_archives_are_small_and_plain():
    paths = [ROOT / "datasets" / name for name in photos.EMBEDDED.values()]
    assert sum(path.stat().st_size for path in paths) <= 8e6
    for kind, path in zip(photos.EMBEDDED, paths, strict=True):
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            assert [m.filename for m in members] == [
                f"{kind}_{i:03}.jpg" for i in range(len(members))
            ]
            assert {m.date_time for m in members} == {(1980, 1, 1, 0, 0, 0)}
            with Image.open(archive.open(members[0])) as picture:
                assert (picture.format, picture.size, picture.mode) == ("JPEG", (96, 96), "RGB")


def renderer():
    spec = importlib.util.spec_from_file_location("r", ROOT / "datasets/render_fruit.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.mark.parametrize("kind", COUNTS)
def test_the_script_draws_what_the_archives_hold(kind):
    script = renderer()
    first = script.archive(kind, 1)
    assert first == script.archive(kind, 1)
    with zipfile.ZipFile(ROOT / "datasets" / script.ARCHIVES[kind]) as archive:
        kept = np.asarray(Image.open(archive.open(f"{kind}_300.jpg"))).astype(int)
    assert np.abs(kept - script.render(kind, 300)).mean() < 2, "but for JPEG's losses"
    assert not (ROOT / "datasets/__init__.py").exists(), "it would hide the package `datasets`"


def test_attributes_are_those_that_the_script_draws_with():
    script = renderer()
    kept = (ROOT / "datasets" / "attributes.csv").read_text(encoding="utf-8")
    assert script.attribute_table() == kept and len(kept) < 200_000
    for kind in COUNTS:  # as the pictures are drawn, on grids that are not coarse
        drawn = script.arranged(kind, 7, script.SEED)[2]
        for name, value in load_attributes(kind).loc[7].items():
            assert value == pytest.approx(float(drawn.pop(name)), rel=1e-3, abs=1e-3)
        assert not drawn


@pytest.mark.parametrize("part", [None, *photos.PARTS])
@pytest.mark.parametrize("kind", COUNTS)
def test_attributes_stand_in_the_order_of_the_pictures(kind, part):
    table = load_attributes(kind, part)
    assert {str(dtype) for dtype in table.dtypes} <= {"float64", "int64"} and "ripeness" in table
    images = load_images(kind, 32, part=part or "all")
    where = list(photos._split(COUNTS[kind], part)) if part in photos.PARTS[1:] else None
    assert list(table.index) == (where or list(range(COUNTS[kind]))) and len(table) == len(images)
    # What can be measured in the pictures: a lamp on the right makes the right half brighter, a
    # ripe fruit is less green, and a star is green on red.
    fruit = (images < 0.8).any(-1)
    halves = [
        (images.mean(-1) * half).sum((1, 2)) / half.sum((1, 2))
        for half in (fruit & (np.arange(32) >= 16), fruit & (np.arange(32) < 16))
    ]
    brighter = np.corrcoef(halves[0] - halves[1], table["light_side"])[0, 1]
    red = images[..., 0] - images[..., 1]
    redder = np.array([np.median(r[f]) for r, f in zip(red, fruit, strict=True)])
    riper = np.corrcoef(redder, table["ripeness"])[0, 1]
    assert brighter > (0.9 if kind == "tomato" else 0.3) and riper > 0.5
    if kind == "tomato":
        green = ((images[..., 1] - images[..., 0] > 0.05) & fruit).sum((1, 2)) > 3
        assert np.mean(green == table["star"]) > 0.9


@pytest.mark.parametrize("wrong", [("apple", None), ("tomato", "test"), ("tomatoes", "all")])
def test_attributes_that_are_not_there_are_refused(wrong):
    assert '"tomato" or "banana"' in refused(load_attributes, *wrong)


def test_lists_of_photographs():
    for kind, name in photos.FRUITS360.items():
        lines = (ROOT / "datasets" / name).read_text().splitlines()
        assert len({line[:64] for line in lines}) == len(lines) == COUNTS[kind]
        assert all(int(line[:64], 16) >= 0 and line[64:66] == "  " for line in lines)
        assert lines == sorted(lines, key=lambda line: photos._view(line[66:]))


def test_real_photographs(monkeypatch, cache):
    if not REAL.is_dir():
        pytest.skip("no mirror of the real files: WORKBOOK_TEST_MIRROR names none")
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(REAL))
    for kind, count in COUNTS.items():
        images = load_images(kind, 32, "fruits360")
        assert images.shape == (count, 32, 32, 3) and images.max() == 1 and images.min() < -0.8
        training, held_out = (load_images(kind, 32, "fruits360", p) for p in photos.PARTS[1:])
        ours = nearest(held_out, training)
        shuffled = nearest(*random_split(images, len(held_out), len(training)))
        assert np.quantile(ours, 0.05) > 1.5 * np.quantile(shuffled, 0.05), "neighbors in both"
        assert np.median(ours) > 1.5 * np.median(shuffled)
    assert len(files(cache)) == 1130


# ── training and held-out pictures ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", COUNTS)
def test_neighboring_views_are_never_in_both_parts(kind):
    listed = (ROOT / "datasets" / photos.FRUITS360[kind]).read_text().splitlines()
    names = [line[66:] for line in listed]
    training, held_out = (set(photos._split(names, part)) for part in photos.PARTS[1:])
    assert not training & held_out
    assert 0.18 < len(held_out) / len(names) < 0.22 and len(training) > 0.72 * len(names)
    for place in held_out:
        for other in (place - 1, place + 1):
            if other in training:
                assert photos._view(names[place])[0] != photos._view(names[other])[0]
    turns = {photos._view(name)[0] for name in names}
    assert {photos._view(names[place])[0] for place in held_out} == turns, "every turn is tested"


def test_parts_of_embedded_and_own_pictures(own):
    for number in range(10):
        plain(own / f"{number}.png", (20 * number, 0, 0))
    for arguments, count in ((("tomato", 8), 512), (("cup", 8, own), 8)):
        both = [load_images(*arguments, part=part) for part in ("training", "held_out")]
        assert len(both[0]) == count
        assert np.array_equal(np.concatenate(both), load_images(*arguments))


def test_too_few_pictures_for_a_part(own):
    plain(own / "1.png")
    said = refused(load_images, "cup", 8, own, "held_out")
    assert "too few pictures" in said and "at least three" in said
    assert len(load_images("cup", 8, own)) == 1
    for number in (2, 3):
        plain(own / f"{number}.png")
    assert len(load_images("cup", 8, own, "held_out")) == 1


# ── pictures of one's own ────────────────────────────────────────────────────────────────────────


def clear_half(mode: str) -> Image.Image:
    """Red on the left, clear on the right (with black below, which must not show)."""
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 20, 40))
    return picture.convert(mode)


def grey_half(mode: str, dark, bright) -> Image.Image:
    values = np.full((40, 40), bright, dtype={"I;16": np.uint16, "F": np.float32}[mode])
    values[:, :20] = dark
    return Image.fromarray(values)


def palette_with_a_clear_color() -> bytes:
    picture = Image.new("P", (40, 40), 0)
    picture.putpalette([*RED, 0, 0, 0])
    picture.paste(1, (20, 0, 40, 40))
    return encoded(picture, "PNG", transparency=1)


WHITE, GREY = (255, 255, 255), lambda value: (value, value, value)
KINDS = {
    "RGB.png": (lambda: encoded(halves()), RED, BLUE),
    "RGB.jpg": (lambda: encoded(halves(), "JPEG", quality=95), RED, BLUE),
    "RGB.bmp": (lambda: encoded(halves(), "BMP"), RED, BLUE),
    "RGB.webp": (lambda: encoded(halves(), "WEBP", lossless=True), RED, BLUE),
    "RGB.tif": (lambda: encoded(halves(), "TIFF"), RED, BLUE),
    "CMYK.jpg": (lambda: encoded(halves().convert("CMYK"), "JPEG", quality=95), RED, BLUE),
    "CMYK.tif": (lambda: encoded(halves().convert("CMYK"), "TIFF"), RED, BLUE),
    "palette.png": (lambda: encoded(halves().quantize(8)), RED, BLUE),
    "palette.gif": (lambda: encoded(halves(), "GIF"), RED, BLUE),
    "clear palette.png": (palette_with_a_clear_color, RED, WHITE),
    "RGBA.png": (lambda: encoded(clear_half("RGBA")), RED, WHITE),
    "RGBA.webp": (lambda: encoded(clear_half("RGBA"), "WEBP", lossless=True), RED, WHITE),
    "LA.png": (lambda: encoded(clear_half("LA")), GREY(86), WHITE),
    "grey.png": (lambda: encoded(halves().convert("L")), GREY(86), GREY(56)),
    "grey.jpg": (lambda: encoded(halves().convert("L"), "JPEG", quality=95), GREY(86), GREY(56)),
    "1 bit.png": (
        lambda: encoded(Image.fromarray(np.arange(40)[None] >= 20 * np.ones((40, 1)))),
        GREY(0),
        WHITE,
    ),
    "16 bit.png": (lambda: encoded(grey_half("I;16", 10_000, 50_000)), GREY(39), GREY(195)),
    "float.tif": (lambda: encoded(grey_half("F", 0.25, 1.0), "TIFF"), GREY(64), WHITE),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_picture(own, name):
    make, left, right = KINDS[name]
    (own / name).write_bytes(make())
    (image,) = load_images("cup", 16, own)
    assert image.dtype == np.float32 and image.shape == (16, 16, 3)
    for row in (1, 3):
        assert near(color_at(image, row, 1), left) and near(color_at(image, row, 3), right)


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, "left"), (2, "right"), (3, "right"), (6, "top"), (8, "bottom")],
)
def test_pictures_are_turned_as_the_camera_was_held(own, orientation, red_at):
    exif = Image.Exif()
    exif[0x0112] = orientation
    halves(60, 40).save(own / "a.jpg", exif=exif, quality=95)
    (image,) = load_images("cup", 16, own)
    row, column = {"left": (2, 1), "right": (2, 3), "top": (1, 2), "bottom": (3, 2)}[red_at]
    assert near(color_at(image, row, column), RED)
    assert near(color_at(image, 4 - row, 4 - column), BLUE)


def test_middle_square_of_any_shape(own):
    for name, box, size in (
        ("wide", (40, 0, 80, 40), (120, 40)),
        ("tall", (0, 40, 40, 80), (40, 120)),
    ):
        picture = Image.new("RGB", size, BLUE)
        picture.paste(RED, box)
        picture.save(own / f"{name}.png")
    plain(own / "tiny.png", RED, (1, 1))
    plain(own / "line.png", RED, (300, 1))
    images = load_images("cup", 12, own)
    assert len(images) == 4 and near((images + 1) * 127.5, RED, by=20)


def test_large_photograph_is_scaled_smoothly(own):
    x, y = np.meshgrid(np.linspace(0, 1, 1600), np.linspace(0, 1, 1200))
    waves = np.stack([x, y, 0.5 + 0.5 * np.sin(40 * x * y)], -1)
    photograph = Image.fromarray((waves * 255).astype(np.uint8))
    photograph.save(own / "a.jpg", quality=95)
    square = photograph.crop((200, 0, 1400, 1200)).resize((32, 32), Image.Resampling.LANCZOS)
    (image,) = load_images("cup", 32, own)
    assert np.abs((image + 1) * 127.5 - np.asarray(square)).mean() < 2


def test_order_folders_below_and_files_that_systems_leave(own):
    for place, name in enumerate(("b.png", "a/z.png", "c/d/e.png")):
        plain(own / name, (80 * place, 0, 0))
    for name in ("Thumbs.db", ".DS_Store", "__MACOSX/._b.png", ".hidden/x.png", "a/desktop.ini"):
        (own / name).parent.mkdir(exist_ok=True)
        (own / name).write_bytes(b"no picture")
    images = load_images("cup", 4, own)
    assert np.allclose((images[:, 0, 0, 0] + 1) * 127.5, [80, 0, 160], atol=1)
    assert np.array_equal(images, load_images("cup", 4, str(own)))


LEFT_BEHIND = [
    *("~$a.png", "a.png~", "#a.png#", ".a.png.swp", "a.png.part", "a.png.crdownload", "a.tmp"),
    *("ehthumbs.db", "Icon\r", "@eaDir/a.png", "$RECYCLE.BIN/a.png", "a.aae", "a.png.bak"),
]


def test_what_editors_browsers_and_cameras_leave_is_passed_over(own):
    plain(own / "a.png")
    for name in LEFT_BEHIND:
        (own / name).parent.mkdir(exist_ok=True)
        (own / name).write_bytes(b"no picture")
    assert len(load_images("cup", 4, own)) == 1  # a warning would be an error here
    archive = shutil.make_archive(str(own.parent / "zipped"), "zip", own)
    assert len(load_images("cup", 4, archive)) == 1


def test_names_that_are_not_utf_8_are_read_and_can_be_shown(own):
    folder = os.path.join(os.fsencode(own), b"f\xe9te")
    os.mkdir(folder)
    plain(own / "a.png")
    os.rename(own / "a.png", os.path.join(folder, b"caf\xe9.png"))
    assert len(load_images("cup", 4, own)) == len(load_images("cup", 4, os.fsdecode(folder))) == 1
    Path(os.fsdecode(os.path.join(folder, b"br\xf6ken.png"))).write_bytes(b"no picture")
    with pytest.warns(UserWarning, match=r"f\?te/br\?ken.png is no picture") as caught:
        load_images("cup", 4, own)
    str(caught[0].message).encode()  # as a notebook does
    os.remove(os.path.join(folder, b"caf\xe9.png"))
    refused(load_images, "cup", 4, os.fsdecode(folder)).encode()


def with_chunk(content: bytes, name: bytes, data: bytes, ahead: bool, whole: bool = True) -> bytes:
    """A PNG with one more chunk, ahead of its pixels or after them, its checksum right or not."""
    checksum = struct.pack(">I", zlib.crc32(name + data) ^ (not whole))
    chunk = struct.pack(">I", len(data)) + name + data + checksum
    place = 33 if ahead else len(content) - 12
    return content[:place] + chunk + content[place:]


BROKEN_NOTES = {
    "no TIFF": (b"eXIf", b"garbage"),
    "cut off": (b"eXIf", b"MM\0*\0\0\0\x08\0\x05\x01"),
    "empty": (b"eXIf", b""),
    "leads nowhere": (b"eXIf", b"II*\0\xff\xff\xff\x7f"),
    "text": (b"tEXt", b"a\0b"),
}


@pytest.mark.parametrize("note", BROKEN_NOTES)
@pytest.mark.parametrize("ahead", [True, False])
@pytest.mark.parametrize("whole", [True, False])
def test_a_good_picture_with_a_broken_note_is_read(own, note, ahead, whole):
    (own / "a.png").write_bytes(with_chunk(encoded(halves()), *BROKEN_NOTES[note], ahead, whole))
    (image,) = load_images("cup", 16, own)
    assert near(color_at(image, 1, 1), RED) and near(color_at(image, 1, 3), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_broken_notes_of_other_kinds_of_files(own, kind):
    halves(60, 40).save(own / "a", kind, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12")
    (image,) = load_images("cup", 16, own)
    assert near(color_at(image, 2, 1), RED, by=20) and near(color_at(image, 2, 3), BLUE, by=20)


def test_pillows_own_settings_stay_as_they_were(own, monkeypatch):
    plain(own / "a.png")
    for setting in (True, False):
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", setting)
        load_images("cup", 4, own)
        assert ImageFile.LOAD_TRUNCATED_IMAGES is setting


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("kind", ["png", "tif"])
def test_grey_of_few_bits_in_16_is_as_bright_as_it_was(own, bits, kind):
    white = 2**bits - 1
    grey_half("I;16", 0, white).save(own / f"a.{kind}")
    grey_half("I;16", white // 16, white // 8).save(own / f"dark.{kind}")
    bright, dark = load_images("cup", 16, own)
    assert near(color_at(bright, 1, 1), GREY(0)) and near(color_at(bright, 1, 3), WHITE)
    assert near(color_at(dark, 1, 3), GREY(31)), "as dark beside the others as it is"


@pytest.mark.parametrize("width, height", [(12_000, 9_000), (16_320, 12_240)])
def test_a_phones_photograph_of_very_many_pixels_is_read_smaller(own, width, height):
    picture = Image.new("L", (width, height), 200)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.paste(20, (0, 0, width // 2, height))
    picture.save(own / "a.jpg", quality=30, exif=exif)
    start = time.monotonic()
    (image,) = load_images("cup", 16, own)
    assert near(color_at(image, 1, 2), GREY(20)) and near(color_at(image, 3, 2), GREY(200))
    assert time.monotonic() - start < 10


def test_a_scan_of_very_many_pixels_is_read(own):
    Image.new("L", (12_000, 9_000), 200).save(own / "a.png", compress_level=1)
    (image,) = load_images("cup", 16, own)
    assert near(color_at(image, 1, 1), GREY(200))


def damaged(name: str) -> bytes:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    return {
        "half.jpg": encoded(noise, "JPEG")[:2000],
        "half.png": encoded(noise)[:2000],
        "empty.jpg": b"",
        "text.jpg": b"This is no picture.",
        "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "huge.png": png_that_claims(20_000, 10_000),
        "large.png": png_that_claims(12_000, 10_000),
    }[name]


def png_that_claims(width: int, height: int) -> bytes:
    """A small file whose head says that it unpacks to so many pixels."""
    content = encoded(halves())
    head = content[12:16] + struct.pack(">II", width, height) + content[24:29]
    return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("half.jpg", "cannot be read"),
        ("half.png", "cannot be read"),
        ("empty.jpg", "is no picture in JPEG"),
        ("text.jpg", "is no picture in JPEG"),
        ("script.eps", "is no picture in JPEG"),
        ("huge.png", "too many pixels"),
        ("large.png", "too many pixels"),
    ],
)
def test_broken_picture_is_skipped_and_named(own, name, reason):
    (own / name).write_bytes(damaged(name))
    said = refused(load_images, "cup", 8, own)
    assert name in said and reason in said and "no usable picture" in said
    plain(own / "good.png")
    for _ in range(2):  # the second call, too
        with pytest.warns(UserWarning, match=f"{name} .*{reason}") as caught:
            assert len(load_images("cup", 8, own)) == 1
        assert caught[0].filename == __file__, "the warning points at the learner's line"
    (own / name).unlink()
    assert len(load_images("cup", 8, own)) == 1


def test_a_camera_that_keeps_two_views_in_one_file(own):
    halves().save(own / "a.mpo", "MPO", save_all=True, append_images=[halves()], quality=95)
    (image,) = load_images("cup", 16, own)
    assert near(color_at(image, 1, 1), RED) and near(color_at(image, 1, 3), BLUE)


def test_many_broken_pictures_make_one_short_warning(own):
    plain(own / "good.png")
    for number in range(50):
        (own / f"{number:02}.jpg").write_bytes(b"no")
    with pytest.warns(UserWarning, match=r"04\.jpg is no .* and 45 more\.$") as caught:
        load_images("cup", 8, own)
    assert len(caught) == 1


@pytest.mark.parametrize("content", [None, ".DS_Store"])
def test_empty_folder(own, content):
    if content:
        (own / content).write_bytes(b"")
    said = refused(load_images, "cup", 8, own)
    assert str(own) in said and "holds no picture: put pictures into it" in said
    plain(own / "good.png")
    assert len(load_images("cup", 8, own)) == 1


def test_too_many_files(own, monkeypatch):
    for number in range(4):
        plain(own / f"{number}.png")
    monkeypatch.setattr(photos, "MAX_PICTURES", 3)
    assert "holds 4 files: give at most 3" in refused(load_images, "cup", 8, own)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tomatoes", 32), ["'tomatoes'", '"tomato" or "banana"']),
        (("cup", 32, "fruits360"), ["'cup'", "fruits360", "folder of your own"]),
        ((None, 32), ["None", '"tomato"']),
        (("tomato", 0), ["size is 0", "1 to 1024"]),
        (("tomato", 2000), ["size is 2000"]),
        (("tomato", 32.0), ["size is 32.0"]),
        (("tomato", (32, 32)), ["(32, 32)"]),
        (("tomato", 32, "embedded", "test"), ["'test'", '"held_out"']),
        (("tomato", 32, "fruits"), ['"fruits"', '"embedded", "fruits360" or the path']),
        (("tomato", 32, ""), ['""', "the path of a folder"]),
        (("tomato", 32, None), ['"None"', "the path of a folder"]),
        (("tomato", 32, "no/such/folder"), ['"no/such/folder"', "a relative path starts at"]),
    ],
)
def test_wrong_arguments_are_explained(arguments, words):
    said = refused(load_images, *arguments)
    assert all(word in said for word in words), said


# ── zip files ────────────────────────────────────────────────────────────────────────────────────


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_zip_gives_what_its_folder_gives(own, tmp_path):
    members = {}
    for number, name in enumerate(("a/b.png", "c.png", "__MACOSX/._c.png", "a/")):
        members[name] = (
            encoded(Image.new("RGB", (9, 9), (90 * number, 0, 0))) if number < 2 else b""
        )
        if number < 2:
            (own / name).parent.mkdir(exist_ok=True)
            (own / name).write_bytes(members[name])
    archive = zipped(tmp_path / "own.zip", members)
    assert np.array_equal(load_images("cup", 8, archive), load_images("cup", 8, own))
    assert len(load_images("cup", 8, str(archive))) == 2


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png", "c:evil.png"],
)
def test_zip_that_climbs_out_is_refused(tmp_path, cache, name):
    good = encoded(halves())
    archive = zipped(tmp_path / "own.zip", {"good.png": good, name: good})
    said = refused(load_images, "cup", 8, archive)
    assert "own.zip is refused" in said and "evil.png" in said and "points outside" in said
    assert files(tmp_path) == ["own.zip"] and not (tmp_path.parent / "evil.png").exists()
    zipped(archive, {"good.png": good, "a..b/c..png": good})
    assert len(load_images("cup", 8, archive)) == 2


def test_zip_with_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "'link.png' points outside" in refused(load_images, "cup", 8, tmp_path / "own.zip")


@pytest.mark.parametrize("content", [b"", b"Rar!\x1a\x07\x01\x00", encoded(halves())])
def test_file_that_is_no_zip(tmp_path, content):
    (tmp_path / "own.rar").write_bytes(content)
    said = refused(load_images, "cup", 8, tmp_path / "own.rar")
    assert "own.rar is neither a folder nor a whole zip file" in said


def test_cut_off_zip(tmp_path):
    archive = zipped(tmp_path / "own.zip", {"good.png": encoded(halves())})
    archive.write_bytes(archive.read_bytes()[:-30])
    assert "nor a whole zip file" in refused(load_images, "cup", 8, archive)


def test_empty_zip(tmp_path):
    said = refused(load_images, "cup", 8, zipped(tmp_path / "own.zip", {}))
    assert "own.zip holds no picture" in said


def test_members_that_are_locked_damaged_or_bombs_are_skipped(tmp_path, monkeypatch):
    good = encoded(halves())
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(3_000_000))
        archive.writestr("good.png", good)
        archive.writestr("locked.png", good)
        archive.filelist[-1].flag_bits |= 1
        archive.writestr("rotten.png", b"R" * 50, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"R" * 50, b"S" * 50))
    monkeypatch.setattr(photos, "MAX_BYTES", 2_000_000)
    with pytest.warns(UserWarning, match="bomb") as caught:
        assert len(load_images("cup", 8, path)) == 1
    said = str(caught[0].message)
    assert "bomb.png is too large, locked.png is locked with a password, rotten.png cannot" in said
    assert path.stat().st_size < 10_000


def test_too_large_file_in_a_folder(own, monkeypatch):
    plain(own / "good.png")
    (own / "big.png").write_bytes(bytes(3000))
    monkeypatch.setattr(photos, "MAX_BYTES", 2000)
    with pytest.warns(UserWarning, match=r"big\.png is too large"):
        assert len(load_images("cup", 8, own)) == 1


# ── many downloads ───────────────────────────────────────────────────────────────────────────────

PREFIX = photos.FRUITS360_PREFIX["tomato"].removeprefix("https://")
VIEWS = [f"Test/Tomato/Tomato 1/{turn}{i * 11}_100.jpg" for turn in ("", "r_") for i in range(12)]
PHOTOGRAPHS = {
    name: encoded(Image.new("RGB", (100, 100), (200, 8 * place, 0)), "JPEG", quality=95)
    for place, name in enumerate(VIEWS)
}


@pytest.fixture
def listed(monkeypatch, tmp_path) -> Path:
    """A short list in place of the 640 tomatoes."""
    path = tmp_path / "list.sha256"
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in PHOTOGRAPHS.items()]
    path.write_text("".join(reversed(lines)))
    monkeypatch.setitem(photos.FRUITS360, "tomato", str(path))
    return path


def content_for(handler) -> bytes | None:
    place = urllib.parse.unquote(handler.path).removeprefix("/")
    return PHOTOGRAPHS.get(place.removeprefix(PREFIX)) if place.startswith(PREFIX) else None


def send(handler, content=None):
    content = content or content_for(handler)
    handler.send_response(200 if content else 404)
    handler.send_header("Content-Length", str(len(content or b"")))
    handler.end_headers()
    handler.wfile.write(content or b"")


def photographs_are_right():
    images = load_images("tomato", 16, "fruits360")
    assert np.allclose((images[:, 8, 8, 1] + 1) * 127.5, 8 * np.arange(24), atol=4), "in order"
    training = load_images("tomato", 16, "fruits360", "training")
    assert len(training) == 16 and len(load_images("tomato", 16, "fruits360", "held_out")) == 4


def test_photographs_come_side_by_side_with_one_bar(listed, serve, cache, monkeypatch, capsys):
    together = threading.Barrier(downloads.SIDE_BY_SIDE, timeout=120)

    def send_when_many_wait(handler):
        together.wait()  # 24 files are three rounds of eight
        time.sleep(0.4)
        send(handler)

    serve(send_when_many_wait)
    photographs_are_right()
    shown = capsys.readouterr().err
    assert "tomato photographs: 100%" in shown and "24/24" in shown and "_100.jpg" not in shown
    assert len(files(cache)) == 24
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", "http://127.0.0.1:9")
    photographs_are_right()
    assert load_images("tomato", 8, "fruits360").shape == (24, 8, 8, 3), "no new download"
    assert capsys.readouterr().err == ""


def test_photographs_from_a_mirror_folder(listed, cache, monkeypatch, tmp_path):
    for name, content in PHOTOGRAPHS.items():
        path = tmp_path / "mirror" / PREFIX / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", str(tmp_path / "mirror"))
    path.unlink()
    said = refused(load_images, "tomato", 16, "fruits360")
    assert "does not give" in said and Path(path).name in said
    path.write_bytes(content)
    photographs_are_right()


def test_wrong_hash_among_the_photographs(listed, serve, cache):
    wrong = VIEWS[13]
    right = PHOTOGRAPHS[wrong]
    serve(lambda handler: send(handler, right + b"!" if content_for(handler) == right else None))
    said = refused(load_images, "tomato", 16, "fruits360")
    assert f"What came as {Path(wrong).name} is not the expected file" in said
    assert "only what is missing" in said and 'source="embedded"' in said
    assert not (cache / PREFIX / wrong).exists()
    assert not any(Path(name).name.startswith("tmp") for name in files(cache))
    serve(send)
    photographs_are_right()


def test_no_network_for_the_photographs(listed, serve, cache, monkeypatch):
    monkeypatch.setenv("WORKBOOK_DATA_MIRROR", "http://127.0.0.1:9")
    start = time.perf_counter()
    said = refused(load_images, "tomato", 16, "fruits360")
    assert "no connection" in said and "only what is missing" in said
    assert time.perf_counter() - start < 5
    assert load_images("tomato", 16).shape == (640, 16, 16, 3), "embedded works"
    serve(send)
    photographs_are_right()


LOAD = """
import sys
from helpers import downloads, photos
from helpers.datasets import load_images
photos.FRUITS360["tomato"] = sys.argv[1]
load_images("tomato", 16, "fruits360")
"""


def test_killed_download_goes_on(listed, serve, cache):
    served, stopped = [], threading.Event()

    def send_ten(handler):
        served.append(handler.path)
        if len(served) > 10:
            stopped.wait(20)
        else:
            send(handler)

    serve(send_ten)
    command = [sys.executable, "-c", LOAD, str(listed)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(served) < 11 or len([n for n in files(cache) if n.endswith(".jpg")]) < 10:
        assert time.monotonic() < deadline and process.poll() is None, served
        time.sleep(0.02)
    process.kill()
    process.wait()
    stopped.set()

    asked = []
    serve(lambda handler: (asked.append(handler.path), send(handler)))
    photographs_are_right()
    assert len(asked) == 14 and not set(asked) & set(served[:10]), "only what was missing"


@pytest.fixture
def interruptible():
    """As in a terminal: a program that was started in the background ignores Ctrl+C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupted_download_stops_soon(listed, serve, cache):
    asked, number = [], itertools.count(1)  # `next` hands each number to one thread only

    def interrupt_and_send_slowly(handler):
        asked.append(handler.path)
        if next(number) == downloads.SIDE_BY_SIDE:
            _thread.interrupt_main()
        time.sleep(0.4)
        send(handler)

    serve(interrupt_and_send_slowly)
    with pytest.raises(KeyboardInterrupt):
        load_images("tomato", 16, "fruits360")
    assert len(asked) <= 2 * downloads.SIDE_BY_SIDE, "no download begins after the interruption"
    assert not any(Path(name).name.startswith("tmp") for name in files(cache))
    serve(send)
    photographs_are_right()


def test_pictures_need_no_tensorflow():
    code = (
        "import sys; from helpers.datasets import load_images; load_images('banana', 8);"
        "print({'tensorflow', 'keras', 'requests', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
