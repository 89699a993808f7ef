"""The register of labs, and what documents say from it."""

import json
import re

import pytest
from conftest import ROOT

from tools import register

SECTION = """
[{name}]
title = "tiny"
makes = "twice of everything"
track = "{track}"
family = "adversarial"
needs = [{needs}]
minutes = 10
computing = "½–1"
memory_gb = 0.8
budget_minutes = 1
measured = "error {{100 * error}} %"
rules = ["error < 0.1"]
{more}
[{name}.exercises]
double = "double"
"""


def section(name="07_tiny", track="core", needs="", more="") -> str:
    return SECTION.format(name=name, track=track, needs=needs, more=more)


@pytest.fixture
def course(tmp_path):
    """A course with a register, and a lab with one exercise of 2 points for each of `names`."""

    def make(*sections: str, names=("07_tiny",)):
        (tmp_path / "labs.toml").write_text("[budgets]\nnotebook_kb = 600\n" + "".join(sections))
        (tmp_path / "labs").mkdir(exist_ok=True)
        (tmp_path / "README.md").write_text("<!-- labs:begin --><!-- labs:end -->")
        (tmp_path / "INSTRUCTORS.md").write_text("<!-- exercises:begin --><!-- exercises:end -->")
        for name in names:
            about = {"nbgrader": {"grade_id": "check_double", "grade": True, "points": 2}}
            lab = {"cells": [{"metadata": about}, {"metadata": {}}]}
            (tmp_path / "labs" / f"{name}.ipynb").write_text(json.dumps(lab))
        register._read.cache_clear()
        return tmp_path

    yield make
    register._read.cache_clear()


def test_documents_are_made_from_it(course):
    more = section("08_more", "more", '"07_tiny"', 'theme = "GANs"')
    root = course(section(), more, names=("07_tiny", "08_more"))
    stored = {"07_tiny": {"1": {"metrics": {"error": 0.01}}, "2": {"metrics": {"error": 0.03}}}}
    (root / "benchmarks").mkdir()
    (root / "benchmarks" / "seeds.json").write_text(json.dumps(stored))
    stale = ["README.md", "INSTRUCTORS.md"]
    assert register.update_documents(("me/it", "v1"), root, check=True) == stale
    assert register.update_documents(("me/it", "v1"), root) == stale
    assert register.update_documents(("me/it", "v1"), root, check=True) == []
    page = (root / "README.md").read_text()
    core, more = page.split("<details>")
    assert "| 07 tiny | twice of everything | [Colab][c07] · [Binder][b07] · [solution](" in core
    assert "| 10 (computing ½–1) | 0.8 GB | error 2.0 ± 1.4 % (seeds 1, 2) |" in core
    assert "<b>More: GANs</b> (lab 08)" in more and "| not measured yet |" in more
    assert "[c08]: https://colab.research.google.com/github/me/it/blob/v1/labs/08_more.ip" in page
    assert "[b07]: https://mybinder.org/v2/gh/me/it/v1?urlpath=lab/tree/labs/07_tiny.ipynb" in page
    assert "| 08 | `double` | 2 | double |" in (root / "INSTRUCTORS.md").read_text()


def test_rules_are_held_against_a_record(course):
    root = course(section())
    record = {"lab": "07_tiny", "peak_memory_mb": 1, "seconds": 1, "metrics": {"error": 0.05}}
    assert register.broken_rules(record, root) == []
    record["metrics"]["error"] = 0.2
    assert register.broken_rules(record, root) == ["error < 0.1"]
    assert register.entries(root)["07_tiny"].computing_minutes == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("minutes = 10", "minuets = 10", "07_tiny: unknown key minuets"),
        ("minutes = 10\n", "", "07_tiny: minutes is missing"),
        ("core", "more", 'track is "core", or "more" with a theme'),
        ("core", "extra", 'track is "core", or "more" with a theme'),
        ("needs = []", 'needs = ["99_later"]', "it needs 99_later, which is not before"),
        ("[07_tiny]", "[07_tiny", "is not valid TOML"),
        ("double = ", "triple = ", "07_tiny.exercises: double is not in both"),
        ("07_tiny", "09_absent", "there is no 09_absent.ipynb in labs/"),
    ],
)
def test_what_breaks_a_rule_is_refused(course, old, new, reason):
    root = course(section().replace(old, new))
    with pytest.raises(register.RegisterError, match=reason):
        register.update_documents(("me/it", "v1"), root, check=True)


def test_a_course_without_a_register_has_no_labs(tmp_path):
    assert register.entries(tmp_path) == {}
    assert register.update_documents(("me/it", "v1"), tmp_path) == []


def test_every_lab_stands_in_the_words_under_the_map_of_the_field():
    source = (ROOT / "solutions" / "00_start_here.py").read_text(encoding="utf-8")
    caption = source.partition('show_drawing("field_map.png")')[2].partition("## ")[0]
    said = re.findall(r"\d\d", caption)
    assert sorted(said) == [lab.number for lab in register.entries().values()]


def test_every_lab_of_ours_stands_in_the_readme():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, lab in register.entries().items():
        assert f"| {lab.number} {lab.title} |" in page
        assert (ROOT / "solutions" / f"{name}.py").exists()
