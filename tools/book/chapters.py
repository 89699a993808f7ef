"""A chapter of the book from an executed solution and its blank lab."""

import json
import re

from helpers.run import ROOT
from tools import register
from tools.book.words import Words
from tools.students import without_solutions

READING = (
    "*You read a finished run: blanks are shown empty{answers}, outputs are those of the filled-in "
    "notebook. To run it, take Colab, Binder or the download, which does not run alone: it belongs "
    "into `labs/` of the [course folder](https://github.com/{repository}).*"
)
STUCK = re.compile(r"<details><summary>Still stuck\?</summary>.*?</details>\n*", re.DOTALL)


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


def chapter(lab: str, answers: bool, words: Words, play: str | None = None) -> dict:
    """The executed solution as a chapter: blanks, folded hints and answers, described figures.

    Its head leads to the page of the playground `play`, if there is one.
    """
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
    download += f" · [▶ Play]({play}.md)" if play else ""
    reading = READING.format(
        answers=", their answers folded below" * answers, repository=register.places(ROOT)[0]
    )
    head["source"] = re.sub(
        r"(▶ Open in Binder\]\(.*?\))", rf"\1 · {download}\n\n{reading}", head["source"]
    )
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
