"""The web book: every link followed, nothing from elsewhere, no answer where none is due."""

import html.parser
import json
import re
import tomllib
from urllib.parse import unquote, urlsplit

import pytest
from conftest import LABS, ROOT

from tools import register
from tools.book import chapters, pages
from tools.book import site as book
from tools.book.words import Words

PAGES = ("index", "06_vae_at_work")


class Page(html.parser.HTMLParser):
    """What a page links to, what it loads, what can be linked to in it."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.loaded, self.ids, self.undescribed = [], [], {""}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        self.ids |= {of.get("id"), of.get("name")}
        if tag == "a" and "href" in of:
            self.links.append(of["href"])
        elif address := of.get("src") or (of.get("href") if tag == "link" else None):
            self.loaded.append(address)
        if tag == "img" and not of.get("alt") and "logo" not in of.get("class", ""):
            self.undescribed.append(of["src"][:80])


def test_every_lab_has_a_chapter_and_every_link_leads_somewhere(site):
    made = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }
    assert {f"{lab}.html" for lab in LABS} <= {path.name for path in made}
    wrong = []
    for path, page in made.items():
        wrong += [
            f"{path.name} loads {address}" for address in page.loaded if is_elsewhere(address)
        ]
        wrong += [f"{path.name} does not describe {picture}" for picture in page.undescribed]
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            there = made.get(target)
            if not target.is_file() or (there and unquote(parts.fragment) not in there.ids):
                wrong.append(f"{path.name} leads to {address}")
    for sheet in site.rglob("*.css"):
        loaded = re.findall(r"(?:url\(|@import )['\"]?([^'\")]+)", sheet.read_text())
        wrong += [f"{sheet.name} loads {some}" for some in loaded if is_elsewhere(some)]
    assert wrong == []


def test_the_bibliography_leads_to_every_paper_with_an_address(site):
    addresses = tomllib.loads((ROOT / "book" / "papers.toml").read_text(encoding="utf-8"))
    page = Page((site / "bibliography.html").read_text(encoding="utf-8"))
    assert [title for title, address in addresses.items() if address not in page.links] == []


def is_elsewhere(address: str) -> bool:
    return bool(re.match(r"(https?:)?//", address))


def solution_lines(lab: str) -> set[str]:
    """Lines of a lab's answers that stand nowhere in the blank lab."""
    source = (ROOT / "solutions" / f"{lab}.py").read_text(encoding="utf-8")
    answers = re.findall(r"### BEGIN SOLUTION(.*?)### END SOLUTION", source, re.DOTALL)
    lines = {line.strip() for answer in answers for line in answer.splitlines()}
    blank = json.loads((ROOT / "labs" / f"{lab}.ipynb").read_text(encoding="utf-8"))
    shown = "".join("".join(cell["source"]) for cell in blank["cells"])
    return {line for line in lines if len(line) > 25 and line not in shown}


def test_a_book_for_a_class_holds_no_answer_and_leads_to_the_students_copy(tmp_path):
    for answers in (True, False):
        folder = tmp_path / str(answers)
        book.write_sources(folder, answers)
        for lab in LABS:
            text = (folder / f"{lab}.ipynb").read_text(encoding="utf-8")
            code = "".join(
                "".join(cell["source"]) + json.dumps(cell.get("outputs"), ensure_ascii=False)
                for cell in json.loads(text)["cells"]
            )
            lines = solution_lines(lab)
            assert lines and {line for line in lines if line in code} == (
                lines if answers else set()
            )
            handed_out = (folder / "_extra" / "labs" / f"{lab}.ipynb").read_text(encoding="utf-8")
            slug = book.published(True)[0]
            assert answers == (f"/{slug}/" in text) == (f"/{slug}" in handed_out)
            assert answers or "solutions/" not in handed_out


@pytest.mark.parametrize("answers", [True, False])
def test_under_the_title_a_chapter_says_that_it_is_a_finished_run(answers):
    words = Words(["no such term"], {})
    head = chapters.chapter(LABS[0], answers, words)["cells"][0]["source"].split("\n\n")
    assert head[1].startswith("[▶ Open in Colab]") and head[1].endswith("▶ Download</a>")
    assert head[2].startswith("*You read a finished run: blanks are shown empty")
    assert ("answers folded below" in head[2]) == answers


def test_the_cover_adds_up_hours_and_knows_a_way_through_an_afternoon():
    labs = register.entries()
    assert pages.hours([labs["00_start_here"], labs["02_quadratic_gan"]]) == "3½"
    route = re.findall(r"\((\w+)\.ipynb\)", pages.afternoon(labs["05_vae"]))
    assert route == ["00_start_here", "02_quadratic_gan", "05_vae"]
    assert "· [▶ Play](playground/x.md)" in pages.listed(
        [labs["05_vae"]], {"05_vae": "playground/x"}
    )


def test_the_bibliography_sorts_as_a_librarian_and_ends_each_entry_once():
    text = (
        "**[References](bibliography.md).** B. Yes (2016), *Why?* A. van den Oord (2016), "
        "*Pixels*. E. Öster (2020), *Nets: A Study*. Z. Pan (2019), *Pans* (all). "
        "Headlines: written for this course, CC BY 4.0. Novels: old ones, in the public domain."
    )
    source = {"cells": [{"cell_type": "markdown", "source": text}]}
    page = pages.bibliography({"05_vae": source}, {"Why?": "https://why", "Nets": "https://no"})
    rows = re.findall(r"^- (.*) Lab \[05\]", page, re.MULTILINE)
    assert rows == [
        "E. Öster (2020). *Nets: A Study*.",
        "Z. Pan (2019). *Pans*.",
        "A. van den Oord (2016). *Pixels*.",
        "B. Yes (2016). *[Why?](https://why)*",
        "Headlines: written for this course, CC BY 4.0.",
        "Novels: old ones, in the public domain.",
    ]


def test_what_a_control_changes_inside_an_answer_is_left_out():
    cells = [{"outputs": [{"text": ["as it is\n", "bug: a → b\n", "small: x = 1 → x = 2\n"]}]}]
    chapters.hide_changes(cells, {"bug": [["a", "b"]], "small": [["x = 1", "x = 2"]]}, "x = 1")
    said = "as it is\nbug: a change inside an answer\nsmall: x = 1 → x = 2\n"
    assert cells[0]["outputs"][0]["text"] == said


def test_terms_are_linked_once_and_only_in_prose():
    words = Words(["GAN", "latent vector"], {"02": "02_gan", "03": "03_more"})
    words.lab = "03_more"
    alone = "# A GAN\n`GAN` $GAN$ [GAN](x) "
    text = "Latent\nvectors of lab\n02: a GAN, GANs; labs 01, 02 and 03, lab 77"
    linked = (
        "{term}`Latent vectors <latent vector>` of [lab 02](02_gan.ipynb): a {term}`GAN <GAN>`, "
        "GANs; labs 01, [02](02_gan.ipynb) and 03, lab 77"
    )
    assert words.linked(alone + text) == alone + linked


def test_without_npm_or_with_another_package_one_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "BUILD", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(book.BookError, match=r"npm is needed to fetch mathjax@3\.2\.2, once"):
        book.from_npm(*book.MATHJAX, {})
    other = tmp_path / "npm" / "mathjax-3.2.2.tgz"
    other.write_bytes(b"something else")
    with pytest.raises(book.BookError, match=r"not the mathjax@3\.2\.2 that we know"):
        book.from_npm(*book.MATHJAX, {})
    assert not other.exists()


def test_pages_in_a_browser(browser):
    """Wide and narrow, light and dark: no error, no request elsewhere, nothing bad for axe."""
    for width, scheme in ((1300, "light"), (390, "dark")):
        for name in PAGES:
            page = browser.open(name, width, scheme)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(300)  # formulas are set
            browser.judge(page)
            page.close()
    assert browser.wrong == []
