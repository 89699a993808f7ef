"""Names that users rely on change only together with the version, and CHANGELOG.md says how."""

import re

from conftest import ROOT

from checks.engine import VERSION
from tools import public

LISTED = ROOT / public.LISTED


def test_no_name_that_users_rely_on_went_unsaid():
    listed, now = LISTED.read_text(encoding="utf-8").splitlines(), public.names()
    lost = public.gone(listed, now)
    assert not lost, (
        f"gone: {lost}. Users rely on these: bring them back, or raise VERSION in checks/engine.py "
        "and tell in CHANGELOG.md what to do instead; then run python -m tools.public"
    )
    assert listed == now, "new names: run python -m tools.public, and say it in CHANGELOG.md"


def test_the_changelog_begins_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", text, re.MULTILINE)
    assert versions[0] == VERSION
    assert len(versions) == len(set(versions))


def test_all_kinds_of_names_are_listed():
    now = public.names()
    assert {name.split(" ")[0] for name in now} == {
        "version", "command", "import", "exercise", "metric"
    }  # fmt: skip
    for name in (
        "command make grade",
        "import checks.check(name, points=)",
        "import helpers.datasets.load_images(kind, size, source=, part=)",  # defined in photos
        "exercise 02_quadratic_gan discriminator_step(gan, real, latent), points 3",
        "exercise 04_activity_bananas compare, points 12",
        "metric 05_vae elbo",
    ):
        assert name in now


def test_a_name_that_went_needs_another_version(tmp_path, monkeypatch, capsys):
    path, now = tmp_path / public.LISTED, ["version 2.0", "command make lab", "metric 02 rmse"]
    monkeypatch.setattr(public, "names", lambda root: now)
    assert public.main(tmp_path) == 0
    now = now[:-1]
    assert public.main(tmp_path) == 1
    assert "Gone: metric 02 rmse." in capsys.readouterr().err
    assert "metric 02 rmse" in path.read_text()
    now = ["version 2.1", *now[1:]]
    assert public.main(tmp_path) == 0
    assert path.read_text().splitlines() == now
