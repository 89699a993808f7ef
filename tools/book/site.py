"""Make the web book, build/book, from the executed solutions and the pages in book/.

    python -m tools.book [--no-answers]

It needs what requirements-book.txt names (`make book` sees to that), and npm, once, for MathJax and
ONNX Runtime, which runs the networks of the playground.
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
import tomllib
from pathlib import Path

from checks.engine import VERSION
from helpers.run import ROOT
from tools import register
from tools.book import pages
from tools.book.chapters import chapter, read
from tools.book.pages import BookError
from tools.book.words import Words
from tools.students import without_solutions

BUILD = ROOT / "build"
MATHJAX = (
    "mathjax@3.2.2",
    "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
)
ONNX_RUNTIME = (
    "onnxruntime-web@1.30.0",
    "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
)
ON_ONE_THREAD = (
    *("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs"),
    "ort-wasm-simd-threaded.wasm",
)
PLAYGROUND = ROOT / "book" / "playground"


def write_sources(folder: Path, answers: bool) -> str:
    """Write the sources of all pages into a new folder; return the line for the foot."""
    handed_out = folder / "_extra" / "labs"
    handed_out.mkdir(parents=True)
    labs = register.entries()
    page = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md")}
    terms = [term for term, _ in pages.TERM.findall(page["glossary"])]
    words = Words(terms, {lab.number: lab.name for lab in labs.values()})
    here, there = published(True), published(answers)
    chapters = {}
    play = pages.playground(PLAYGROUND)
    for lab in labs:
        words.lab = lab
        chapters[lab] = chapter(lab, answers, words, play.get(lab))
        blank = read("labs", lab)
        if not answers:
            for cell in blank["cells"]:
                cell["source"] = without_solutions(cell["source"])
        for place, notebook in ((folder, chapters[lab]), (handed_out, blank)):
            text = moved(json.dumps(notebook, ensure_ascii=False, indent=1), here, there, lab)
            (place / f"{lab}.ipynb").write_text(text, encoding="utf-8")
    page["index"] = pages.cover(page["index"], answers, there[0], play)
    page["map"] = pages.field(page["map"], play)
    page["glossary"] = pages.glossary(page["glossary"], words)
    addresses = tomllib.loads((ROOT / "book" / "papers.toml").read_text(encoding="utf-8"))
    page["bibliography"] = pages.bibliography(chapters, addresses)
    for name, text in (page | pages.playground_pages(PLAYGROUND, play)).items():
        (folder / f"{name}.md").parent.mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    shutil.copytree(
        PLAYGROUND, folder / "_static" / "playground", ignore=shutil.ignore_patterns("*.md")
    )
    shutil.copy(ROOT / "datasets" / "weights" / pages.PICTURE, folder)
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
        command = [npm, "pack", "--silent", "--prefer-offline", "--fetch-retries=1"]
        command += [f"--pack-destination={folder}", package]
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
        static = source / "_static"
        from_npm(*MATHJAX, {f"es5/{mathjax}": static / "mathjax" / mathjax})
        runtime = {f"dist/{name}": static / "playground" / "ort" / name for name in ON_ONE_THREAD}
        from_npm(*ONNX_RUNTIME, runtime)
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
        count = len([*target.glob("*.html"), *target.glob("playground/*.html")])
        print(f"{count} pages, {size:.1f} MB: {target.relative_to(ROOT)}/index.html")
    return done.returncode
