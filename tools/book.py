"""Make the web book, build/book, from the executed solutions and the pages in book/.

    python -m tools.book [--no-answers]

It needs what requirements-book.txt names (`make book` sees to that), and npm, once, for MathJax.
Nothing is executed. --no-answers makes a class's book: it shows the blanks, and leads to the
students' copy of the course.
"""

import argparse
import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

from checks.engine import VERSION
from helpers.run import ROOT
from tools import register
from tools.students import without_solutions

BUILD = ROOT / "build"
MATHJAX = (
    "mathjax@3.2.2",
    "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
)
PICTURE = "dcgan_tomatoes_quick.png"

STUCK = re.compile(r"<details><summary>Still stuck\?</summary>.*?</details>\n*", re.DOTALL)
LEFT_ALONE = re.compile(  # no word becomes a link in …
    r"(\*\*References\.\*\*.*?(?=^#|\Z)|^#+ .*?$"  # references, headings,
    r"|^```.*?^```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$"  # code, formulas,
    r"|!?\[[^]]*\]\([^)]*\)|<[^>]+>)",  # links, tags
    re.DOTALL | re.MULTILINE,
)
REFERENCE = re.compile(r"([A-Z][^*()]*?) \((\d{4})\), \*(.+?)\*")
CREDIT = re.compile(r"[A-Z][\w ]*: [^*:]*?© .*?CC BY[\w-]* \d\.\d")
TERM = re.compile(r"^(\S.*)\n((?:  .+\n)+)", re.MULTILINE)


class BookError(Exception):
    """The book cannot be made; the message says what to do."""


def text_of(value: str | list[str]) -> str:
    """A text as notebooks store it: whole, or line by line."""
    return "".join(value)


def read(folder: str, lab: str) -> dict:
    notebook = json.loads((ROOT / folder / f"{lab}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = text_of(cell["source"])
    return notebook


def about(cell: dict) -> dict:
    return cell["metadata"].get("nbgrader", {})


# ── a chapter ───────────────────────────────────────────────────────────────────────────────────


def chapter(lab: str, answers: bool, words: "Words") -> dict:
    """The executed solution as a chapter: blanks, folded hints and answers, described figures."""
    notebook = read("solutions", lab)
    blanks = {cell["id"]: cell["source"] for cell in read("labs", lab)["cells"]}
    cells, waiting = [], {}
    for cell, after in zip(notebook["cells"], [*notebook["cells"][1:], None], strict=True):
        is_code, name = cell["cell_type"] == "code", about(cell).get("grade_id")
        if about(cell).get("solution"):
            answer = answer_of(cell)
            cell = {**cell, "id": f"blank-{name}", "source": blanks[name], "metadata": {}}
            if is_code:
                cell["outputs"] = []
            else:
                cell["source"] = cell["source"].partition("\n")[2]  # its mark
            waiting |= {f"check_{name}": answer} if answers and is_code else {}
            cells.append(cell if is_code or not answers else answer)
            continue
        if answer := waiting.pop(name, None):
            cells.append(answer)
        if is_code:
            describe(cell, after)
            if "checks.begin(" in cell["source"]:
                fold(cell, "the setup, the same in every lab")
        else:
            text = cell["source"]
            if answers:  # which stand under the hints
                text = STUCK.sub("", text).replace('"Still stuck?"', '"Show the answer"')
            cell["source"] = words.linked(text if answers else without_solutions(text))
        cells.append(cell)
    if not answers:
        hide_changes(cells, register.entries()[lab].controls, "\n".join(blanks.values()))
    head = cells[0]
    download = f'<a href="labs/{lab}.ipynb" download>▶ Download</a>'
    head["source"] = re.sub(r"(▶ Open in Binder\]\(.*?\))", rf"\1 · {download}", head["source"])
    for cell in cells:
        cell["source"] = cell["source"].replace(
            "**References.**", "**[References](bibliography.md).**"
        )
    return notebook | {"cells": cells}


def answer_of(cell: dict) -> dict:
    """A solution's cell, folded; a written one as a fold of text."""
    source = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", cell["source"]).partition("\n")[2]
    answer = {**cell, "source": source.rstrip(), "metadata": {}}
    if cell["cell_type"] == "code":
        fold(answer, "the answer")
    else:
        answer["source"] = f"<details><summary>Show an answer</summary>\n\n{source}\n\n</details>"
    return answer


def fold(cell: dict, what: str) -> None:
    prompts = {"code_prompt_show": f"Show {what}", "code_prompt_hide": f"Hide {what}"}
    cell["metadata"] = {"tags": ["hide-input"], "mystnb": prompts}


def describe(cell: dict, after: dict | None) -> None:
    """Give figures the description that follows them, and make tables fit for a dark page."""
    said = re.match(r"\*(?!\*)(.+?)\*(?=\n\n|\s*$)", after["source"], re.S) if after else None
    if said:
        words = " ".join(re.sub(r"[`$*]", "", said[1]).split())
        cell["metadata"] = {"mystnb": {"image": {"alt": words}}}
    for output in cell["outputs"]:
        if page := text_of(output.get("data", {}).get("text/html", "")):
            page = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
            output["data"]["text/html"] = re.sub(r"(?<=[\";])\s*color: #\w+;?", "", page)


def hide_changes(cells: list[dict], controls: dict, blank: str) -> None:
    """Leave out of the tables of controls what a control changes inside an answer."""
    secret = [name for name, pairs in controls.items() if any(p[0] not in blank for p in pairs)]
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        if "text" in output:
            for name in secret:
                change = rf"^{re.escape(name)}: .* → .*$"
                hidden = f"{name}: a change inside an answer"
                text = text_of(output["text"])
                output["text"] = re.sub(change, hidden, text, flags=re.MULTILINE)


class Words:
    """Links terms of the glossary, at their first use in a chapter, and the numbers of labs."""

    def __init__(self, terms: list[str], labs: dict[str, str]):
        self.labs, self.used, self.lab = labs, {term: [] for term in terms}, ""
        known = "|".join(
            re.escape(term).replace(r"\ ", r"\s+") for term in sorted(terms, key=len, reverse=True)
        )
        self.pattern = re.compile(
            rf"\b(?:({known})(?:e?s)?|(labs?\s+\d\d(?:(?:,|\s+and|,\s+and)\s+\d\d)*))\b(?!-)",
            re.IGNORECASE,
        )
        self.terms = {term.lower(): term for term in terms}

    def linked(self, text: str) -> str:
        parts = LEFT_ALONE.split(text)
        parts[::2] = [self.pattern.sub(self._link, part) for part in parts[::2]]
        return "".join(parts)

    def _link(self, match: re.Match) -> str:
        said = " ".join(match[0].split())
        if match[2]:
            number = r"\d\d" if "s" in said[3:4] else r".+"  # "lab 02", "labs 02 and 03"
            return re.sub(number, self._link_to_lab, said)
        term = self.terms[" ".join(match[1].lower().split())]
        is_name = term[1:] != term[1:].lower() and not said.startswith(term)  # "Gan", "elbo"
        if is_name or self.lab in self.used[term]:
            return match[0]
        self.used[term].append(self.lab)
        return f"{{term}}`{said} <{term}>`"

    def _link_to_lab(self, match: re.Match) -> str:
        lab = self.labs.get(match[0][-2:])
        return f"[{match[0]}]({lab}.ipynb)" if lab and lab != self.lab else match[0]


# ── the other pages ─────────────────────────────────────────────────────────────────────────────


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(labs: list[register.Entry]) -> str:
    """A list of labs with links to their chapters."""
    rows = [
        f"- [{lab.number} · {sentence(lab.title)}]({lab.name}.ipynb) {sentence(lab.makes)}. "
        f"*{lab.minutes} minutes*"
        for lab in labs
    ]
    return "\n".join(["::::{container} labs", *rows, "::::"]) if rows else "*(later)*"


def links(labs: list[str]) -> str:
    """Short links to chapters."""
    numbers = ", ".join(f"[{lab[:2]}]({lab}.ipynb)" for lab in labs)
    return f"{'Labs' if len(labs) > 1 else 'Lab'} {numbers}."


def cover(text: str, answers: bool, repository: str) -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    opening = readme.partition("\n")[2].partition("\n```")[0].strip()
    labs, groups = list(register.entries().values()), {}
    for lab in labs:
        groups.setdefault(lab.theme or "The core", []).append(lab)
    groups = {
        name if name == "The core" else f"More: {name}": some for name, some in groups.items()
    }
    trees = {name: [f"{lab.name}.ipynb" for lab in some] for name, some in groups.items()}
    trees["To look up"] = ["map.md", "glossary.md", "bibliography.md"]
    parts = {
        "@opening@": opening.replace(f"datasets/weights/{PICTURE}", PICTURE),
        "@answers@": " and answers" if answers else "",
        "@repository@": f"(https://github.com/{repository})",
        "@labs@": "\n\n".join(f"## {name}\n\n{listed(some)}" for name, some in groups.items()),
        "@toctrees@": "\n\n".join(
            "\n".join([":::{toctree}", ":hidden:", f":caption: {name}", "", *pages, ":::"])
            for name, pages in trees.items()
        ),
    }
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def field(text: str) -> str:
    families = {lab.family for lab in register.entries().values()}
    if missing := [family for family in families if f"@{family}@" not in text]:
        raise BookError(f"book/map.md has no place for @{min(missing)}@, a family of labs.toml.")
    return re.sub(
        r"@(\w+)@",
        lambda m: listed([lab for lab in register.entries().values() if lab.family == m[1]]),
        text,
    )


def glossary(text: str, words: Words) -> str:
    """The glossary, with the labs that use each term. Raises BookError if none does."""

    def with_labs(match: re.Match) -> str:
        if not (used := words.used[match[1]]):
            raise BookError(f"book/glossary.md: no lab uses {match[1]!r}.")
        return f"{match[1]}\n{match[2].rstrip()}\n  {links(used)}\n"

    return TERM.sub(with_labs, text)


def bibliography(chapters: dict[str, dict]) -> str:
    """All references of the labs, by author, each with the labs that name it."""
    found, credits = {}, {}
    for lab, notebook in chapters.items():
        prose = "\n".join(c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown")
        for part in re.findall(r"\*\*\[References\].*?\*\*(.*?)(?=\n#|\Z)", prose, re.DOTALL):
            part = " ".join(part.split())
            for credit in CREDIT.findall(part):
                credits.setdefault(credit, []).append(lab)
            part = CREDIT.sub("", part)
            for names, year, title in REFERENCE.findall(part):
                family = re.sub(r"^(\S+\. ?)+", "", names).split(",")[0].split(" and ")[0]
                family = family.removesuffix(" et al.")
                key = (family, year, *title.lower().split()[:2])
                entry = found.setdefault(key, ["", []])
                entry[0] = max(entry[0], f"{names} ({year}). *{title}*", key=len)
                entry[1] += [lab] if lab not in entry[1] else []

    def rows(entries: Iterable[tuple[str, list[str]]]) -> str:
        return "\n".join(f"- {text}. {links(labs)}" for text, labs in entries)

    intro = "What the labs build on, by first author, with the labs that name it."
    by_author = rows(entry for _, entry in sorted(found.items()))
    return (
        f"# Bibliography\n\n{intro}\n\n{by_author}\n\n## Data\n\n{rows(sorted(credits.items()))}\n"
    )


# ── all of it ───────────────────────────────────────────────────────────────────────────────────


def write_sources(folder: Path, answers: bool) -> str:
    """Write the sources of all pages into a new folder; return the line for the foot."""
    handed_out = folder / "_extra" / "labs"
    handed_out.mkdir(parents=True)
    labs = register.entries()
    page = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md")}
    terms = [term for term, _ in TERM.findall(page["glossary"])]
    words = Words(terms, {lab.number: lab.name for lab in labs.values()})
    here, there = published(True), published(answers)
    chapters = {}
    for lab in labs:
        words.lab = lab
        chapters[lab] = chapter(lab, answers, words)
        blank = read("labs", lab)
        if not answers:
            for cell in blank["cells"]:
                cell["source"] = without_solutions(cell["source"])
        for place, notebook in ((folder, chapters[lab]), (handed_out, blank)):
            text = moved(json.dumps(notebook, ensure_ascii=False, indent=1), here, there, lab)
            (place / f"{lab}.ipynb").write_text(text, encoding="utf-8")
    page["index"] = cover(page["index"], answers, there[0])
    page["map"] = field(page["map"])
    page["glossary"] = glossary(page["glossary"], words)
    page["bibliography"] = bibliography(chapters)
    for name, text in page.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "datasets" / "weights" / PICTURE, folder)
    shutil.copy(ROOT / "figures" / "field_map.png", folder)
    versions = re.findall(r"versions  (.*?)\\n", "".join(map(json.dumps, chapters.values())))
    git = ["git", "log", "-1", "--format=%cs"]
    date = subprocess.run(git, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    foot = [f"Version {VERSION}{' of ' * bool(date)}{date}."]
    foot.append(f"The labs ran on {'; '.join(sorted(set(versions)))}.")
    return html.escape(" ".join(foot))


def published(answers: bool) -> tuple[str, str]:
    """The course that a book leads to: this one, or the students' copy."""
    keys = () if answers else ("student_repository", "student_ref")
    return register.places(ROOT, *keys)


def moved(text: str, here: tuple[str, str], there: tuple[str, str], lab: str) -> str:
    """A notebook, as JSON, that leads to another copy of the course."""
    for old, new in zip(register.links(lab, here), register.links(lab, there), strict=True):
        text = text.replace(old, new)
    branch = r"\"--branch\", \"{}\""  # as the setup cell stands in JSON
    return text.replace(here[0], there[0]).replace(branch.format(here[1]), branch.format(there[1]))


def from_npm(package: str, sha512: str, files: dict[str, Path]) -> None:
    """Write files of a package of npm, fetched once. Raises BookError if it is not that package."""
    folder = BUILD / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    packed = folder / f"{package.replace('@', '-')}.tgz"
    if not packed.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise BookError(f"npm is needed to fetch {package}, once: install it (with Node.js).")
        command = [npm, "pack", "--silent", f"--pack-destination={folder}", package]
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode != 0:
            raise BookError(f"npm could not fetch {package}: check the connection, and try again.")
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if digest != sha512:
        packed.unlink()
        raise BookError(f"What npm gave is not the {package} that we know; it has been removed.")
    with tarfile.open(packed) as archive:
        for name, target in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.extractfile(f"package/{name}").read())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-answers", action="store_true", help="for a class: blanks only")
    answers = not parser.parse_args(arguments).no_answers
    # Two folders: no page with answers is ever left over in a class's book.
    source, trees = BUILD / "book-source", BUILD / "book-trees"
    target = BUILD / ("book" if answers else "book-no-answers")
    for folder in (source, trees, target):
        shutil.rmtree(folder, ignore_errors=True)
    mathjax = "tex-svg-full.js"
    try:
        foot = write_sources(source, answers)
        from_npm(*MATHJAX, {f"es5/{mathjax}": source / "_static" / "mathjax" / mathjax})
    except (BookError, register.RegisterError) as error:
        print(error, file=sys.stderr)
        return 1
    repository = published(answers)[0]
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    command += ["-c", ROOT / "book", "-d", trees]
    command += [f"-Dhtml_theme_options.extra_footer=<p>{foot}</p>"]
    command += [f"-Dhtml_theme_options.repository_url=https://github.com/{repository}"]
    done = subprocess.run([*command, source, target])
    if done.returncode == 0:
        size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
        pages = len(list(target.glob("*.html")))
        print(f"{pages} pages, {size:.1f} MB: {target.relative_to(ROOT)}/index.html")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
