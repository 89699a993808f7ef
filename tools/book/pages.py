"""The pages that are no lab: cover, map, glossary, bibliography, playground."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from helpers.run import ROOT
from tools import register
from tools.book.words import Words

PICTURE = "dcgan_tomatoes_quick.png"
REFERENCE = re.compile(r"([A-Z][^*()]*?) \((\d{4})\), \*(.+?)\*")
CREDIT = re.compile(r"[A-Z][\w ]*: [^*:]*?(?:CC BY[\w-]* \d\.\d|public domain)")
DESCRIBED = re.compile(r"---\n(.+\n)*? +description: (?P<does>.+)\n---\n# (?P<title>.+)\n")
TERM = re.compile(r"^(\S.*)\n((?:  .+\n)+)", re.MULTILINE)


class BookError(Exception):
    """The book cannot be made; the message says what to do."""


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(labs: list[register.Entry], play: dict[str, str]) -> str:
    """A list of labs with links to their chapters, and to their pages of the playground."""
    rows = [
        f"- [{lab.number} · {sentence(lab.title)}]({lab.name}.ipynb) {sentence(lab.makes)}. "
        f"*About {lab.minutes} minutes of your time, {lab.computing} of computing*"
        + (f" · [▶ Play]({play[lab.name]}.md)" if lab.name in play else "")
        for lab in labs
    ]
    return "\n".join(["::::{container} labs", *rows, "::::"]) if rows else "*(later)*"


def links(labs: list[str]) -> str:
    """Short links to chapters."""
    numbers = ", ".join(f"[{lab[:2]}]({lab}.ipynb)" for lab in labs)
    return f"{'Labs' if len(labs) > 1 else 'Lab'} {numbers}."


def hours(labs: Iterable[register.Entry]) -> str:
    """How long labs take together, such as "3½"."""
    halves = round(sum(lab.minutes for lab in labs) / 30)
    return f"{halves // 2}{'½' * (halves % 2)}"


def afternoon(lab: register.Entry) -> str:
    """A lab after those that it needs, with the hours that they take."""
    labs = register.entries()
    route, waiting = {lab.name}, [lab.name]
    while waiting:
        waiting += set(labs[waiting.pop()].needs) - route
        route.update(waiting)
    some = [entry for name, entry in labs.items() if name in route]
    steps = ", then ".join(f"[lab {entry.number}]({entry.name}.ipynb)" for entry in some)
    return f"Take {steps}: {hours(some)} hours, from a first density to {lab.makes}"


def cover(text: str, answers: bool, repository: str, play: dict[str, str]) -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    opening = readme.partition("\n")[2].partition("\n```")[0].strip()
    opening, _, picture = opening.partition("![")
    labs, groups = list(register.entries().values()), {}
    for lab in labs:
        groups.setdefault(lab.theme or "The core", []).append(lab)
    groups = {
        name if name == "The core" else f"More: {name}": some for name, some in groups.items()
    }
    trees = {name: [f"{lab.name}.ipynb" for lab in some] for name, some in groups.items()}
    trees["Playground"] = [f"{page}.md" for page in ("playground/index", *play.values())]
    trees["To look up"] = ["map.md", "glossary.md", "bibliography.md"]
    parts = {
        "@opening@": opening.strip(),
        "@picture@": f"![{picture}".replace(f"datasets/weights/{PICTURE}", PICTURE),
        "@answers@": " and answers" if answers else "",
        "@repository@": f"(https://github.com/{repository})",
        "@core hours@": hours(lab for lab in labs if lab.track == "core"),
        "@hours@": hours(labs),
        "@afternoon@": afternoon(next(lab for lab in labs if lab.family == "adversarial")),
        "@labs@": "\n\n".join(
            f"## {name}\n\n{listed(some, play)}" for name, some in groups.items()
        ),
        "@toctrees@": "\n\n".join(
            "\n".join([":::{toctree}", ":hidden:", f":caption: {name}", "", *pages, ":::"])
            for name, pages in trees.items()
        ),
    }
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def playground(folder: Path) -> dict[str, str]:
    """Lab → its page of the playground, in the order of labs: a page's first link leads to its lab.

    Pages of labs that the register does not have are left out.
    """
    found = {}
    for path in folder.glob("*.md"):
        if first := re.search(r"\]\(\.\./(\w+)\.ipynb\)", path.read_text(encoding="utf-8")):
            found[first[1]] = f"playground/{path.stem}"
    return {lab: found[lab] for lab in register.entries() if lab in found}


def playground_pages(folder: Path, play: dict[str, str]) -> dict[str, str]:
    """The texts of the playground's pages; the first of them lists the others.

    What one does on a page is its description, at its head. Raises BookError if it has none.
    """
    names = ["playground/index", *play.values()]
    texts = {page: (folder.parent / f"{page}.md").read_text(encoding="utf-8") for page in names}
    rows = []
    for lab, page in play.items():
        if not (head := DESCRIBED.match(texts[page])):
            raise BookError(f"book/{page}.md does not begin with a description: see the others.")
        number = register.entries()[lab].number
        rows.append(f"- [{head['title']}]({Path(page).name}.md) {head['does']} *Lab {number}*")
    listing = "\n".join(["::::{container} labs", *rows, "::::"])
    texts["playground/index"] = texts["playground/index"].replace("@pages@", listing)
    return texts


def field(text: str, play: dict[str, str]) -> str:
    labs = register.entries().values()
    families = {lab.family for lab in labs}
    if missing := [family for family in families if f"@{family}@" not in text]:
        raise BookError(f"book/map.md has no place for @{min(missing)}@, a family of labs.toml.")
    return re.sub(
        r"@(\w+)@", lambda m: listed([lab for lab in labs if lab.family == m[1]], play), text
    )


def glossary(text: str, words: Words) -> str:
    """The glossary, with the labs that use each term. Raises BookError if none does."""

    def with_labs(match: re.Match) -> str:
        if not (used := words.used[match[1]]):
            raise BookError(f"book/glossary.md: no lab uses {match[1]!r}.")
        return f"{match[1]}\n{match[2].rstrip()}\n  {links(used)}\n"

    return TERM.sub(with_labs, text)


def bibliography(chapters: dict[str, dict], addresses: dict[str, str]) -> str:
    """All references of the labs, by author, each with the labs that name it.

    Parameters
    ----------
    addresses : title → where one can read it, of as many as are known.
    """
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

    def linked(text: str) -> str:
        title = text.partition("*")[2].rstrip("*")
        return text.replace(title, f"[{title}]({addresses[title]})") if title in addresses else text

    def rows(entries: Iterable[tuple[str, list[str]]]) -> str:
        return "\n".join(
            f"- {linked(text)}{'' if text.rstrip('*').endswith(('.', '?', '!')) else '.'} "
            f"{links(labs)}"
            for text, labs in entries
        )

    def place(entry: tuple[tuple[str, ...], list]) -> tuple[str, ...]:
        """As a librarian sorts: neither case nor accents count."""
        letters = unicodedata.normalize("NFKD", entry[0][0].casefold())
        return "".join(filter(str.isalpha, letters)), *entry[0]

    intro = "What the labs build on, by first author, with the labs that name it."
    by_author = rows(entry for _, entry in sorted(found.items(), key=place))
    return (
        f"# Bibliography\n\n{intro}\n\n{by_author}\n\n## Data\n\n{rows(sorted(credits.items()))}\n"
    )
