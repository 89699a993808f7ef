"""A class of forty as it really arrives: Moodle's zips, Canvas' zip and what came by mail, in one.

    python tests/class40.py FOLDER     writes FOLDER/class.zip

Everybody's points are known beforehand. What is handed in under odd names is odd in its name only:
right answers get all points. Lab 00 is run; of lab 04 only the written answer is given.
"""

import io
import sys
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import school

from tools.grading.chunks import grade_id
from tools.grading.lab import Lab

FIRST, WRITTEN = "00_start_here", "04_activity_bananas"


@dataclass
class Pupil:
    """Somebody, the files that came from them by their paths, and what must come of it."""

    student: str
    files: dict[str, bytes]
    points: float | None = None  # None: no notebook, so none can be entered
    lab: str = FIRST
    status: str = "graded"  # how it begins
    flag: str = ""  # words that its flags hold; "" for no flag at all


def kinds() -> dict[str, bytes]:
    """Notebooks of lab 00 by what they are worth, and what is handed in instead of one."""
    lab, written = Lab(FIRST), Lab(WRITTEN)
    half = dict(list(lab.reference.items())[:2])
    magic = {name: f"%%time\n{code}\ndisplay(1)" for name, code in lab.reference.items()}

    def split(copy):
        """An editor cut an answer in two, and copied what is known of the cell."""
        place = _place(copy, "fit_gaussian")
        lines = copy.cells[place].source.split("\n")
        second = nbformat.from_dict(dict(copy.cells[place]) | {"id": "second"})
        copy.cells[place].source, second.source = "\n".join(lines[:-2]), "\n".join(lines[-2:])
        copy.cells.insert(place + 1, second)

    def merge(copy):
        other = copy.cells.pop(_place(copy, "draw_points"))
        copy.cells[_place(copy, "fit_gaussian")].source += f"\n\n{other.source}"

    text = {"compare": "The DCGAN: 0.02 < 0.17, and the rivals say why."}
    return {
        "right": school.notebook(lab, lab.reference),
        "other": school.notebook(lab, lab.reference | school.given(lab, "right", 1)),
        "magic": school.notebook(lab, {}, change=lambda copy: _fill(copy, magic)),
        "split": school.notebook(lab, lab.reference, change=split),
        "merged": school.notebook(lab, lab.reference, change=merge),
        "half": school.notebook(lab, half),
        "wrong": school.notebook(lab, school.given(lab, "wrong", 0)),
        "blank": school.notebook(lab, {}),
        "written": school.notebook(written, text),
        "broken": b'{"cells": [',
        "nothing": nbformat.writes(nbformat.v4.new_notebook()).encode(),
        "pdf": b"%PDF-1.7",
        "html": b"<!doctype html><title>00_start_here</title>",
        "script": b"# exercise: standardise\nprint(1)\n",
        "link": b"https://colab.research.google.com/drive/1AbC?usp=sharing",
    }


def _place(copy, name: str) -> int:
    return next(i for i, cell in enumerate(copy.cells) if grade_id(cell) == name)


def _fill(copy, answers: dict[str, str]) -> None:
    for name, code in answers.items():
        copy.cells[_place(copy, name)].source = code


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return content.getvalue()


def pupils() -> list[Pupil]:
    """Forty people: sixteen in Moodle, twelve in Canvas, twelve by mail; three with lab 04 too."""
    some = kinds()
    worth = {"half": 3.0} | dict.fromkeys(("wrong", "blank", "broken"), 0.0)
    worth |= dict.fromkeys(("right", "other", "magic", "split", "merged"), 8.0)
    everybody: list[Pupil] = []
    lab = f"{FIRST}.ipynb"

    def add(student, path, files: dict[str, str | bytes], **more):
        """`files`: the name under which each was uploaded → its kind; the first is to be graded."""
        content = {path.format(name): some.get(kind, kind) for name, kind in files.items()}
        first = next(iter(files.values()))
        more.setdefault("points", worth.get(first, 8.0 if isinstance(first, bytes) else None))
        if more["points"] is None:
            more |= {"status": "no notebook: ", "lab": ""}
        everybody.append(Pupil(student, content, **more))

    def moodle(name, number, files, **more):
        student = unicodedata.normalize("NFC", " ".join(name.split()))
        add(
            student,
            f"GM-Start here-4711/{name}_{number}_assignsubmission_file_/{{}}",
            files,
            **more,
        )

    def canvas(name, number, files, **more):
        add(name.removesuffix("_LATE"), f"canvas/{name}_{number}_{{}}", files, **more)

    def mail(name, files, **more):
        add(name, f"mail/{name}/{{}}", files, **more)

    two = "2 files, graded"
    moodle("Ada Lovelace", 901, {lab: "right"})
    moodle("Jo\u0308rg Mu\u0308ller", 902, {f"Copy of {lab}": "right"})
    moodle("Ana  María de la Cruz", 903, {lab: "half"})
    moodle("山" * 60, 904, {"00_start_here.IPYNB": "right"})
    moodle("Bo Ek", 905, {"Untitled0.ipynb": "other"})
    moodle("Cy Dee", 906, {f"labs/{lab}": "half", f"solutions/{lab}": "right"}, flag="solutions")
    moodle("Di Fox", 907, {f"w-main/handin/{lab}": "half", f"w-main/labs/{lab}": "blank"}, flag=two)
    moodle("Ed Gee", 908, {"00_start_here__Ada Lovelace.ipynb": "blank"}, flag="name says Ada")
    moodle("Fay Hu", 909, {"00_start_here.ipynb - Colab.pdf": "pdf"})
    moodle("Gil Ito", 910, {"00_start_here.html": "html", "shot.png": b""})
    moodle("Hal Jo", 911, {lab: "broken"}, status="unreadable")
    moodle(
        "Ida Kim",
        912,
        {"00_start_here (10).ipynb": "right", lab[:-6] + " (9).ipynb": "half"},
        flag=two,
    )
    moodle("O'Neil-Šimek, Zoë", 913, {f"{lab}.txt": "right"})
    moodle("00123456", 914, {lab: "wrong"})
    moodle(
        "Lee Wu",
        915,
        {lab: "half", f".ipynb_checkpoints/{lab[:-6]}-checkpoint.ipynb": "blank"},
        flag=two,
    )
    moodle("Mia Ng", 916, {"my lab.zip": zipped({f"labs/{lab}": some["right"]})})

    canvas("baranora", 21, {f"501_{lab}": "right"})
    canvas("chenwei_LATE", 22, {f"502_{lab}": "half"})
    canvas(
        "doejane",
        23,
        {f"9{n}_{lab[:-6]}-{n}.ipynb": k for n, k in ((12, "right"), (2, "wrong"))},
        flag=two,
    )
    canvas("eklundbo", 24, {f"504_Copy of {lab}": "merged"}, flag="cut apart")
    canvas("fischerjörg_LATE", 25, {f"505_{lab[:-6]}-1.ipynb": "right"})
    canvas("garciaana", 26, {"506_lab.py": "script"})
    canvas("hossainrafi", 27, {"507_my notebook.ipynb": "half"})
    canvas("itoken", 28, {f"508_{lab}": "right", "509_report.pdf": "pdf"})
    canvas("jonesamy", 29, {f"510_{lab}": "blank"})
    canvas("kaurdev", 30, {f"511_{lab}.json": "right"})
    canvas("limin", 31, {"512_link.txt": "link"})
    canvas("novakeva", 32, {"513_other.ipynb": "nothing"})

    mail("Pia Quist", {lab: "magic"})
    mail("Quentin", {f"week 1/{lab}": "wrong"})
    mail("Ria Roe", {f"{lab[:-6]}-Copy1.ipynb": "half"})
    mail("=Sam", {lab: "right"})
    mail("tom@example.org", {f"{lab[:-6]} (1).ipynb": "right"})
    mail("Uma-2", {f"new/{lab}": "right", f"old/{lab}": "blank"}, flag=two)
    mail("Val", {f"{lab[:-6]}__Wim.ipynb": "half"}, flag="name says Wim")
    add("Wim", "mail/{}", {"00_start_here__Wim.ipynb": "right"})
    add("Xi Yu", "mail/{}", {"Xi Yu - Copy of 00_start_here.ipynb": "right"})
    add("Yan", "mail/{}", {"Yan.zip": zipped({f"wb-main/labs/{lab}": some["half"]})}, points=3.0)
    mail("Zed", {f"solutions/{lab}": "right"}, points=None)
    mail("Zoe", {lab: "split", "data/labels.csv": b"a,b"}, flag="stands in several cells")

    for name, number in (("Ada Lovelace", 31), ("J\u00f6rg M\u00fcller", 32), ("Bo  Ek", 33)):
        path = f"GM-Bananas-4712/{name}_{number}_assignsubmission_file_/{WRITTEN}.ipynb"
        student = " ".join(name.split())
        everybody.append(Pupil(student, {path: some["written"]}, 0.0, WRITTEN))
    return everybody


def hand_in(everybody: list[Pupil], place: Path) -> None:
    """One zip with all of it, as an instructor makes it of what was downloaded."""
    place.write_bytes(
        zipped({path: data for pupil in everybody for path, data in pupil.files.items()})
    )


if __name__ == "__main__":
    hand_in(pupils(), Path(sys.argv[1]) / "class.zip")
