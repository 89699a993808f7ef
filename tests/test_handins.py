"""Who handed in what, as learning platforms, browsers, mail and people deliver it."""

import contextlib
import csv
import io
import zipfile

import class40
import nbformat
import pytest
import school
from conftest import LABS, needs

from tools import grade
from tools.grading import handins, results, tables
from tools.grading.grader import Result
from tools.grading.lab import Lab
from tools.grading.manual import Manual

EVERY = {name: Lab(name) for name in LABS}
FIRST, VAE, WRITTEN = "00_start_here", "05_vae", "04_activity_bananas"
FILLED = {name: school.notebook(lab, lab.reference) for name, lab in EVERY.items()}
BLANK = {name: school.notebook(lab, {}) for name, lab in EVERY.items()}


def answer(text: str, lab: str = FIRST) -> bytes:
    """A notebook of this lab with one answer, told from others by `text`."""
    return school.notebook(EVERY[lab], {next(iter(EVERY[lab].exercises)): f"mine = {text!r}"})


def packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def deliver(tmp_path):
    """Hand in a zip with these paths: the lab named on the way, filled in, or the given bytes."""

    def deliver(entries, **more) -> handins.Delivery:
        if not isinstance(entries, dict):
            entries = {
                n: FILLED[VAE if "05" in n or "vae" in n.lower() else FIRST] for n in entries
            }
        (tmp_path / "all.zip").write_bytes(packed(entries))
        return handins.find(tmp_path / "all.zip", EVERY, **more)

    return deliver


def taken(delivery: handins.Delivery) -> dict[tuple[str, str], str]:
    """By student and the lab's number: the file that is graded."""
    return {(c.student, c.lab[:2]): c.file.path for c in delivery.claims if c.taken == "yes"}


def who(delivery: handins.Delivery) -> list[str]:
    return sorted(f"{student} {lab}" for student, lab in taken(delivery))


# ── 1. who handed in ────────────────────────────────────────────────────────────────────────────

MOODLE = "{}_{}_assignsubmission_file_/00_start_here.ipynb"
PEOPLE = {
    "one folder on top": (
        ["class/Ada/00_start_here.ipynb", "class/Bob/00_start_here.ipynb"],
        ["Ada 00", "Bob 00"],
    ),
    "a folder on top that is no word for one": (
        ["CS 101 spring/Ada/00_start_here.ipynb", "CS 101 spring/Bob/05_vae.ipynb"],
        ["Ada 00", "Bob 05"],
    ),
    "a folder for each lab, from Moodle": (
        [
            "lab00/Ada Lo_7_assignsubmission_file/00_start_here.ipynb",
            "lab00/Bob_8_assignsubmission_file/00_start_here.ipynb",
            "lab05/Ada Lo_17_assignsubmission_file/05_vae.ipynb",
        ],
        ["Ada Lo 00", "Ada Lo 05", "Bob 00"],
    ),
    "Moodle's own names of zips, unpacked side by side": (
        [
            "CS1-Start-991/Ada Lo_7_assignsubmission_file_/00_start_here.ipynb",
            "CS1-Start-991/Bob_8_assignsubmission_file_/00_start_here.ipynb",
            "CS1-VAE-993/ada lo_17_assignsubmission_file_/05_vae.ipynb",
        ],
        ["Ada Lo 00", "Ada Lo 05", "Bob 00"],
    ),
    "Canvas marks the late": (
        ["lovelaceada_LATE_11_22_00_start_here.ipynb", "lovelaceada_11_29_05_vae.ipynb"],
        ["lovelaceada 00", "lovelaceada 05"],
    ),
    "Canvas without names": (
        ["anon_5xY2z_31_00_start_here.ipynb", "LATE_anon_7aB1c_32_00_start_here.ipynb"],
        ["anon_5xY2z 00", "anon_7aB1c 00"],
    ),
    "Moodle without names": (
        [MOODLE.format("Participant", 7), MOODLE.format("Participant", 8)],
        ["Participant 7 00", "Participant 8 00"],
    ),
    "sections of a class": (
        [f"Sec {s}/{n}/00_start_here.ipynb" for s, n in ("A1", "A2", "B3", "B4")],
        ["1 00", "2 00", "3 00", "4 00"],
    ),
    "macOS takes letters apart, others write capitals": (
        ["Jo\u0308rg/00_start_here.ipynb", "J\u00d6RG /05_vae.ipynb"],
        ["Jörg 00", "Jörg 05"],
    ),
    "blanks and lines under": (
        ["Ada  Lo/00_start_here.ipynb", "Ada_Lo/05_vae.ipynb"],
        ["Ada Lo 00", "Ada Lo 05"],
    ),
    "nbgrader's folders": (
        [f"submitted/{n}/00_start_here/00_start_here.ipynb" for n in ("ada", "bob")],
        ["ada 00", "bob 00"],
    ),
    "all kinds in one": (
        [
            "moodle/Ada_7_assignsubmission_file_/00_start_here.ipynb",
            "canvas/cy_7_8_00_start_here.ipynb",
            "e-mail/Bob/00_start_here.ipynb",
            "00_start_here__Di.ipynb",
        ],
        ["Ada 00", "Bob 00", "Di 00", "cy 00"],
    ),
    "names of students before or after the lab's, in one folder": (
        [f"cs101/{n}.ipynb" for n in ("Ada Lo - 00_start_here", "Bob 00_start_here")]
        + ["cs101/00_start_here (Cy).ipynb"],
        ["Ada Lo 00", "Bob 00", "Cy 00"],
    ),
    "the lab in the folder's name, as GitHub Classroom or a mail program has it": (
        ["lab-00-ada/x.ipynb", "Ada lab05/y.ipynb", "bob_lab00/z.ipynb", "lab 00 (Cy)/z.ipynb"],
        ["Ada 00", "Ada 05", "Cy 00", "bob 00"],
    ),
    "the lab's number in the file's": (
        ["ada_lab00.ipynb", "bob-lab 0.ipynb", "Lab05 ada.ipynb"],
        ["ada 00", "ada 05", "bob 00"],
    ),
    "folders that are called students": (
        [f"class/student {n}/00_start_here.ipynb" for n in (1, 2)],
        ["student 1 00", "student 2 00"],
    ),
}


@pytest.mark.parametrize("form", PEOPLE)
def test_people_are_found(deliver, form):
    paths, people = PEOPLE[form]
    delivery = deliver(paths)
    assert who(delivery) == people and not delivery.questions and not delivery.without


def test_names_in_a_zip_that_macos_made(deliver, monkeypatch):
    """The Finder writes UTF-8 and does not say so; zipfile then reads another alphabet."""
    monkeypatch.setattr(
        zipfile.ZipInfo,
        "_encodeFilenameFlags",
        lambda self: (self.filename.encode("utf-8"), self.flag_bits),
    )
    assert who(deliver([f"{n}/00_start_here.ipynb" for n in ("Jörg", "Zoë")])) == [
        *("Jörg 00", "Zoë 00")
    ]


UNCLEAR = {
    "two of one name in Moodle": [MOODLE.format("Ida Ito", n) for n in (7, 8)],
    "in Canvas": [f"itoida_{n}_9{n}_00_start_here.ipynb" for n in (1, 2)],
    "in Brightspace": [
        f"{n}-5 - Ida Ito - Jan 17, 2022 1126 PM/00_start_here.ipynb" for n in (1, 2)
    ],
    "in two forms of one letter": [f"J{o}rg/00_start_here.ipynb" for o in ("o\u0308", "\u00f6")],
    "in capitals and small": ["Ada/00_start_here.ipynb", "ADA/00_start_here.ipynb"],
    "by mail and by Moodle": [MOODLE.format("Ada", 7), "Ada/00_start_here.ipynb"],
    "nobody's": ["Ada/00_start_here.ipynb", "00_start_here.ipynb", "Untitled3.ipynb"],
    "one student, two folders": ["y2026/Ada/00_start_here.ipynb"],
    "one folder, two names": [
        *("Box/Ada/00_start_here.ipynb", "Box/Bob/00_start_here.ipynb", "VAE/Ada/05_vae.ipynb")
    ],
}


@pytest.mark.parametrize("form", UNCLEAR)
def test_what_is_unclear_is_asked_and_nothing_graded(tmp_path, capsys, form):
    place, out = tmp_path / "all.zip", tmp_path / "out"
    place.write_bytes(packed({p: FILLED[VAE if "05" in p else FIRST] for p in UNCLEAR[form]}))
    assert grade.main([str(place), str(out)]) == 3
    said = capsys.readouterr().out
    rows = table(out / "submissions.csv")
    assert {row["file"] for row in rows} == set(UNCLEAR[form])
    unclear = [row for row in rows if row["taken"] == "?"]
    assert unclear and all(f"{row['file']}: {row['why']}" in said for row in unclear)
    assert "submissions.csv" in said and not (out / "grades.csv").exists()


def table(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def corrected(path, change) -> None:
    """Rewrite submissions.csv as a spreadsheet would, with each row given to `change`."""
    rows = table(path)
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def two_idas(tmp_path):
    """An unclear delivery, and what grades it by taking it in only."""
    place, out = tmp_path / "all.zip", tmp_path / "out"
    files = {MOODLE.format("Ida Ito", n): answer(f"ida {n}") for n in (7, 8)}
    place.write_bytes(packed(files | {MOODLE.format("Bo", 9): answer("bo")}))

    def take_in(**more):
        delivery = handins.find(place, EVERY, out, **more)
        handins.write(delivery, out)
        return delivery

    assert len(take_in().questions) == 2
    return take_in, out / "submissions.csv"


def test_a_corrected_table_is_read_and_stays(two_idas):
    take_in, path = two_idas

    def rename(row):
        if "_8_" in row["file"]:
            row["student"] = "Ida Ito (8)"

    corrected(path, rename)
    before = path.read_bytes()
    for _ in range(3):
        delivery = take_in()
        assert who(delivery) == ["Bo 00", "Ida Ito (8) 00", "Ida Ito 00"]
        assert delivery.questions == []
    [kept] = (path.parent / "backups").glob("submissions-*.csv")
    assert kept.read_bytes() == before


@pytest.mark.parametrize("names", [["Jo\u0308rg", "J\u00f6rg"], ["Ada", "ADA"], ["A  b", "A b"]])
def test_a_correction_is_of_its_own_file(tmp_path, names):
    """Of two paths that differ in the form of a letter, its case or a blank."""
    place, out = tmp_path / "all.zip", tmp_path / "out"
    files = [f"{name}/00_start_here.ipynb" for name in names]
    place.write_bytes(packed({file: answer(file) for file in files}))
    handins.write(handins.find(place, EVERY, out), out)
    corrected(
        out / "submissions.csv",
        lambda row: row.update(student="Zoe") if row["file"] == files[1] else None,
    )
    found = taken(handins.find(place, EVERY, out))
    assert found["Zoe", "00"] == files[1] and files[0] in found.values() and len(found) == 2


def test_without_the_grader_s_own_column_changes_are_seen(two_idas):
    take_in, path = two_idas
    corrected(
        path, lambda row: row.update(read_as="", taken="no") if "_8_" in row["file"] else None
    )
    assert taken(take_in())["Ida Ito", "00"] == MOODLE.format("Ida Ito", 7)


def test_no_in_a_corrected_table_leaves_a_file_out(two_idas):
    take_in, path = two_idas
    corrected(path, lambda row: row.update(taken="no") if "_8_" in row["file"] else None)
    assert taken(take_in())["Ida Ito", "00"] == MOODLE.format("Ida Ito", 7)


def test_yes_for_one_of_two_people_still_asks_for_the_other(two_idas):
    take_in, path = two_idas
    corrected(path, lambda row: row.update(taken="yes") if "_8_" in row["file"] else None)
    assert [claim.file.path for claim in take_in().questions] == [MOODLE.format("Ida Ito", 7)]


def test_folders_that_may_hold_people_are_answered_with_yes(tmp_path):
    """Whose names stand there is proposed: the instructor has only to say yes."""
    place, out = tmp_path / "all.zip", tmp_path / "out"
    names = ["Monday/Ada", "Tuesday/Bob", "Tuesday/Cy"]
    place.write_bytes(packed({f"{n}/00_start_here.ipynb": answer(n) for n in names}))
    delivery = handins.find(place, EVERY, out)
    assert [claim.student for claim in delivery.questions] == ["Ada", "Bob", "Cy"]
    handins.write(delivery, out)
    corrected(out / "submissions.csv", lambda row: row.update(taken="yes"))
    delivery = handins.find(place, EVERY, out)
    assert who(delivery) == ["Ada 00", "Bob 00", "Cy 00"] and not delivery.questions


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"taken": "maybe"}, "taken is 'maybe'; write yes or no"),
        ({"lab": "99"}, "there is no lab '99'"),
        ({"file": "x.ipynb", "taken": "no"}, "no file x.ipynb was handed in"),
        ({"taken": "yes"}, "another file is taken for"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_with_its_line(two_idas, change, said):
    take_in, path = two_idas
    corrected(path, lambda row: row.update(change) if "Ida" in row["file"] else None)
    with pytest.raises(tables.TableError, match=rf"submissions.csv, line \d: .*{said}"):
        take_in()


@pytest.mark.parametrize(
    ("name", "mangled"),
    [
        ("00123456", "123456"),
        ("200123456789012", "2.0E+14"),
        ("200123456789012", "2,00123E+14"),
        ("Mar-5", "05-Mar"),
        ("MAR5", "5-Mar"),
        ("1-2", "02.01.2026"),
        ("0.50", "0.5"),
    ],
)
def test_ids_that_a_spreadsheet_changed_are_no_corrections(tmp_path, name, mangled):
    place = tmp_path / "in"
    for student in (name, "Ada"):
        school.hand_in([school.Pupil(student, FIRST, FILLED[FIRST], 0)], place)
    handins.write(handins.find(place, EVERY, tmp_path / "out"), tmp_path / "out")
    path = tmp_path / "out/submissions.csv"
    corrected(path, lambda row: row.update(student=mangled) if row["student"] == name else None)
    with pytest.raises(tables.TableError, match=r"line \d: a spreadsheet made .* of"):
        handins.find(place, EVERY, tmp_path / "out")


def test_a_new_file_after_a_correction_is_seen(tmp_path):
    place, out = tmp_path / "in", tmp_path / "out"
    school.hand_in([school.Pupil("Ada", FIRST, answer("a"), 0)], place)
    handins.write(handins.find(place, EVERY, out), out)
    corrected(out / "submissions.csv", lambda row: row.update(student="Ada Lovelace"))
    school.hand_in([school.Pupil("Bob", FIRST, answer("b"), 0)], place)
    assert who(handins.find(place, EVERY, out)) == ["Ada Lovelace 00", "Bob 00"]
    (place / "Bob" / f"{FIRST}.ipynb").rename(place / "Bob" / f"Copy of {FIRST}.ipynb")
    assert who(handins.find(place, EVERY, out)) == ["Ada Lovelace 00", "Bob 00"]


# ── 2. whatever the file is called ──────────────────────────────────────────────────────────────

CALLED = [
    *("00_start_here.IPYNB", "00_start_here.ipynb.txt", "00_start_here.ipynb.json"),
    *("Copy of 00_start_here.ipynb", "Copy of Copy of 00_start_here.ipynb", "Untitled0.ipynb"),
    *("00_start_here (1).ipynb", "00_start_here-Copy1.ipynb", "00_start_here copy 2.ipynb"),
    *("Kopie von 00_start_here.ipynb", "00 start here.ipynb", "mein Labor.ipynb", "notebook"),
    *("00_start_here_final_v2.ipynb", "00_start_here.ipynb.zip", "lab.json", "00_START_HERE.Ipynb"),
    ".ipynb_checkpoints/00_start_here-checkpoint.ipynb",
]


@pytest.mark.parametrize("name", CALLED)
def test_a_lab_is_known_by_its_notebook(deliver, name):
    content = packed({"00_start_here.ipynb": FILLED[FIRST]}) if "zip" in name else FILLED[FIRST]
    delivery = deliver({f"Ada/{name}": content, "Bob/05_vae.ipynb": FILLED[VAE]})
    assert who(delivery) == ["Ada 00", "Bob 05"]


def test_a_lab_is_known_by_its_answer_cells_alone(deliver):
    def lose_metadata(copy):
        copy.metadata = nbformat.from_dict({})
        for cell in copy.cells:
            cell.metadata = nbformat.from_dict({})

    lab = EVERY["03_dcgan_tomatoes"]  # some of whose exercises lab 02 has as well
    content = school.notebook(lab, lab.reference, change=lose_metadata)
    assert who(deliver({"Ada/x.ipynb": content, "Bob/00_start_here.ipynb": b""})) == [
        *("Ada 03", "Bob 00")
    ]


INSTEAD = {
    "lab.py": (b"# exercise: x", "a script: ask for the notebook"),
    "00_start_here.html": (b"<html>", "a web page: ask for the notebook"),
    "00_start_here.ipynb - Colab.pdf": (b"%PDF", "a printout: ask for the notebook"),
    "link.txt": (b"https://colab.research.google.com/drive/1x", "a link: ask for the notebook"),
    "notes.ipynb": (b"{}", "it is no notebook of format 4"),
    "lab.zip": (b"PK\x03\x04 half", "an archive that cannot be opened: ask for the notebook"),
    "00_start_here.docx": (b"PK", "not a notebook"),
    "other.ipynb": (nbformat.writes(nbformat.v4.new_notebook()).encode(), "no lab's notebook"),
}


@pytest.mark.parametrize("name", INSTEAD)
def test_who_handed_in_no_notebook_is_told_of(deliver, tmp_path, name):
    content, why = INSTEAD[name]
    delivery = deliver({f"Ada/{name}": content, "Bob/00_start_here.ipynb": FILLED[FIRST]})
    assert who(delivery) == ["Bob 00"] and not delivery.questions
    [(student, said)] = delivery.without
    assert student == "Ada" and f"{name}: {why}" in said
    results.write_grades([], {}, Manual(tmp_path / "m", {}), tmp_path / "g.csv", delivery)
    [row] = table(tmp_path / "g.csv")
    assert (row["student"], row["points"], row["status"]) == ("Ada", "", said)
    assert row["left_out"] == "1"


def test_every_file_is_a_row(deliver, tmp_path):
    names = ["Ada/00_start_here.ipynb", "Ada/shot.png", "Bob/lab.pdf", "roster.csv", "Cy/05.ipynb"]
    junk = [
        "__MACOSX/Ada/._00_start_here.ipynb",
        "Ada/.DS_Store",
        "Ada/Thumbs.db",
        "Ada/~$notes.docx",
    ]
    delivery = deliver(dict.fromkeys([*names, *junk], b"") | {names[0]: FILLED[FIRST]})
    handins.write(delivery, tmp_path / "out")
    rows = table(tmp_path / "out/submissions.csv")
    assert sorted(row["file"] for row in rows) == sorted(names)
    assert all(row["why"] or row["taken"] == "yes" for row in rows)
    assert {student for student, _ in delivery.without} == {"Bob", "Cy"}


def test_results_within_the_folder_are_no_hand_ins(tmp_path):
    school.hand_in([school.Pupil(n, FIRST, FILLED[FIRST], 0) for n in ("Ada", "Bob")], tmp_path)
    out = tmp_path / "grades"
    for _ in range(2):
        delivery = handins.find(tmp_path, EVERY, out)
        handins.write(delivery, out)
        assert who(delivery) == ["Ada 00", "Bob 00"] and not delivery.notes


def test_who_of_two_namesakes_handed_in_a_printout_is_not_lost(deliver):
    names = [MOODLE.format("Ida Ito", 7), "Ida Ito_8_assignsubmission_file_/lab.pdf"]
    delivery = deliver({name: FILLED[FIRST] for name in names})
    assert who(delivery) == ["Ida Ito 00"] and delivery.without[0][0] == "Ida Ito"


def test_the_screen_and_the_report_count_what_was_left_out(tmp_path, capsys):
    place, out = tmp_path / "all.zip", tmp_path / "out"
    blank = nbformat.writes(nbformat.v4.new_notebook()).encode()
    place.write_bytes(
        packed({"A/00_start_here.ipynb": b"{}", "B/lab.pdf": b"", "C/x.ipynb": blank})
    )
    assert grade.main([str(place), str(out), "--unsafe"]) == 0
    said = capsys.readouterr().out
    assert "No notebook from 2 students" in said and "Left out: 2 files" in said
    assert [row["student"] for row in table(out / "grades.csv")] == ["A", "B", "C"]
    assert "B/lab.pdf" in (out / "report.html").read_text(encoding="utf-8")


# ── 7. which of several files ───────────────────────────────────────────────────────────────────

MINE, OLD = answer("mine"), answer("old")
WHICH = {
    "solutions beside a blank": (
        {"solutions/{}": FILLED[FIRST], "labs/{}": BLANK[FIRST]},
        "labs/{}",
    ),
    "a filled one in handin": ({"handin/{}": MINE, "labs/{}": BLANK[FIRST]}, "handin/{}"),
    "a whole course folder": (
        {"wb-main/labs/{}": MINE, "wb-main/Solutions/{}": FILLED[FIRST], "wb-main/x.py": b""},
        "wb-main/labs/{}",
    ),
    "a zip of it": ({"wb.zip": packed({"w/labs/00_start_here.ipynb": MINE})}, "wb.zip/w/labs/{}"),
    "numbers are no texts": (
        {"00_start_here (9).ipynb": OLD, "00_start_here (10).ipynb": MINE},
        "00_start_here (10).ipynb",
    ),
    "an editor's own copy": (
        {".ipynb_checkpoints/00_start_here-checkpoint.ipynb": OLD, "{}": MINE},
        "{}",
    ),
    "a blank later copy": ({"00_start_here (2).ipynb": BLANK[FIRST], "{}": MINE}, "{}"),
    "a broken one": ({"{}": b"{", "00_start_here (1).ipynb": MINE}, "00_start_here (1).ipynb"),
    "another lab under its name": ({"{}": FILLED[VAE], "mine.ipynb": MINE}, "mine.ipynb"),
    "old and new": ({"old version/{}": BLANK[FIRST], "final/{}": MINE}, "final/{}"),
}


@pytest.mark.parametrize("case", WHICH)
def test_which_file_is_graded(deliver, case):
    entries, right = WHICH[case]
    lab = f"{FIRST}.ipynb"
    files = {f"Ada/{name.format(lab)}": content for name, content in entries.items()}
    delivery = deliver(files | {f"Bob/{lab}": FILLED[FIRST]})
    assert taken(delivery)["Ada", "00"] == f"Ada/{right.format(lab)}"
    solved = [c for c in delivery.claims if "olutions/" in c.file.path]
    assert all("never graded" in claim.why for claim in solved)
    if solved:
        assert "solutions was handed in as well" in delivery.submissions[0].flags[-1]
    if len([c for c in delivery.claims if c.student == "Ada" and c.lab and c not in solved]) > 1:
        assert any(right.format(lab) in flag for flag in delivery.submissions[0].flags)


def test_only_solutions_is_no_hand_in(deliver):
    delivery = deliver(["Ada/solutions/00_start_here.ipynb", "Bob/00_start_here.ipynb"])
    assert who(delivery) == ["Bob 00"] and delivery.without[0][0] == "Ada"


def test_a_folder_of_solutions_that_all_share_is_a_place_like_any(deliver):
    paths = [f"Solutions of students/{n}/00_start_here.ipynb" for n in ("Ada", "Bob")]
    assert who(deliver(paths)) == ["Ada 00", "Bob 00"]


# ── 8. platforms ────────────────────────────────────────────────────────────────────────────────


def test_downloads_of_platforms_beside_mail(deliver):
    """A folder in which a platform's download lies is nobody's, whatever stands beside it."""
    start, vae = (
        "GM-Start-4711/{}_{}_assignsubmission_file_",
        "GM-VAE-4712/{}_{}_assignsubmission_file_",
    )
    names = [
        start.format("Ada", 7),
        start.format("Bo", 8),
        vae.format("Ada", 9),
        vae.format("Bo", 10),
    ]
    paths = [f"{n}/{VAE if 'VAE' in n else FIRST}.ipynb" for n in names]
    assert who(deliver([*paths, "mail/Cy/00_start_here.ipynb"])) == [
        *("Ada 00", "Ada 05", "Bo 00", "Bo 05", "Cy 00")
    ]
    delivery = deliver([*paths[:3], "Cy/00_start_here.ipynb"])
    assert [c.file.path for c in delivery.questions] == [paths[2]], "one alone may be a student's"


def test_moodle_without_folders(deliver):
    delivery = deliver(
        {
            "Ada Lo_7_assignsubmission_file_00_start_here.ipynb": MINE,
            "Bo_8_assignsubmission_file_Copy of 00_start_here (1).ipynb": MINE,
            "Bo_8_assignsubmission_onlinetext_onlinetext.html": b"<p>please see the file",
            "Cy_9_assignsubmission_file_00_start_here.pdf": b"%PDF",
        }
    )
    assert who(delivery) == ["Ada Lo 00", "Bo 00"]
    assert [student for student, _ in delivery.without] == ["Cy"]


def test_canvas_resubmissions(deliver):
    files = {
        "loada_11_21_00_start_here.ipynb": OLD,
        "loada_11_9_00_start_here-9.ipynb": OLD,
        "loada_LATE_11_122_00_start_here-10.ipynb": MINE,
        "bobuilder_12_5_00_start_here-1.ipynb": MINE,
    }
    delivery = deliver(files)
    assert taken(delivery)["loada", "00"] == "loada_LATE_11_122_00_start_here-10.ipynb"
    assert who(delivery) == ["bobuilder 00", "loada 00"]


@pytest.mark.parametrize("flat", [False, True])
def test_brightspace(deliver, flat):
    between = " - " if flat else "/"
    when = ["Jan 17, 2022 1126 PM", "Jan 18, 2022 126 AM", "Jan 18, 2022 12 AM"]
    files = {
        f"141568-263886 - Mary-Jane Doe - {w}{between}00_start_here.ipynb": answer(w) for w in when
    }
    other = f"141569-263886 - Bob X- Feb 1, 2022 826 AM{between}00_start_here.ipynb"
    delivery = deliver(files | {other: MINE, "index.html": b"<html>"})
    assert who(delivery) == ["Bob X 00", "Mary-Jane Doe 00"]
    assert when[1] in taken(delivery)["Mary-Jane Doe", "00"]


def test_blackboard(deliver):
    start = "Lab 00_ada12_attempt_2024-02-"
    files = {
        f"{start}01-10-15-30_00_start_here.ipynb": OLD,
        f"{start}11-09-15-30_my lab.ipynb": MINE,
        f"{start}11-09-15-30.txt": b"Name: Ada (ada12)",
        "Lab 00_bob_attempt_2024-02-01-10-15-30_00_start_here.ipynb": MINE,
    }
    delivery = deliver(files)
    assert taken(delivery) == {
        ("ada12", "00"): f"{start}11-09-15-30_my lab.ipynb",
        ("bob", "00"): "Lab 00_bob_attempt_2024-02-01-10-15-30_00_start_here.ipynb",
    }


GRADESCOPE = """---
submission_92811:
  :submitters:
  - :name: Ada Lo
    :sid: '0012'
    :email: ada@example.org
  :created_at: 2020-05-21 22:22:19.327110000 Z
  :score: 0.0
submission_92812:
  :submitters:
  - :name: Bob
    :sid: '13'
    :email: bob@example.org
  - :name: Cy
    :sid: '14'
    :email: cy@example.org
  :created_at: 2020-05-21 22:22:19.327110000 Z
"""


def test_gradescope_and_its_teams(deliver):
    top = "assignment_4711_export/"
    files = {f"{top}submission_{n}/00_start_here.ipynb": answer(str(n)) for n in (92811, 92812)}
    delivery = deliver(files | {f"{top}submission_metadata.yml": GRADESCOPE.encode()})
    assert who(delivery) == ["Ada Lo 00", "Bob 00", "Cy 00"]
    assert who(deliver(files)) == ["submission_92811 00", "submission_92812 00"], "without names"


def test_google_classroom_and_zips_by_mail(deliver):
    files = {
        "Lab 00/Ada Lo - 00_start_here.ipynb": MINE,
        "Lab 00/Bob - Copy of 00_start_here.ipynb": MINE,
        "Lab 00/Cy.zip": packed({"my lab/00_start_here.ipynb": MINE}),
    }
    assert who(deliver(files)) == ["Ada Lo 00", "Bob 00", "Cy 00"]


def results_of(delivery: handins.Delivery) -> list[Result]:
    return [
        Result(s.student, s.lab, "graded", platform=s.platform, number=s.number)
        for s in delivery.submissions
    ]


def test_moodle_worksheet_is_as_moodle_reads_it(deliver, tmp_path):
    """It needs the columns Identifier, Grade and Last modified (grade), with its own numbers."""
    delivery = deliver([MOODLE.format("Ada Lo", 7), "Bob_18_assignsubmission_file_/05_vae.ipynb"])
    manual = Manual(tmp_path / "m", {})
    results.write_worksheet(results_of(delivery), EVERY, manual, tmp_path)
    [row] = table(tmp_path / f"moodle-{FIRST}.csv")
    assert row["Identifier"] == "Participant 7" and row["Full name"] == "Ada Lo"
    assert (row["Grade"], row["Maximum Grade"], row["Last modified (grade)"]) == ("0", "8", "-")
    assert table(tmp_path / f"moodle-{VAE}.csv")[0]["Identifier"] == "Participant 18"


def test_canvas_gradebook_is_as_canvas_reads_it(deliver, tmp_path):
    delivery = deliver(
        ["loada_11_22_00_start_here.ipynb", "loada_11_29_05_vae.ipynb", "Bo/05.ipynb"]
    )
    results.write_canvas(
        results_of(delivery), EVERY, Manual(tmp_path / "m", {}), tmp_path / "canvas.csv"
    )
    text = (tmp_path / "canvas.csv").read_text(encoding="utf-8")
    assert text.splitlines() == [
        f"Student,ID,SIS User ID,SIS Login ID,Section,{FIRST},{VAE}",
        "    Points Possible,,,,,8,13",
        "loada,11,,,,0,0",
    ]


def test_no_table_of_a_platform_that_was_not_used(deliver, tmp_path):
    found = results_of(deliver(["Ada/00_start_here.ipynb", "Bob/00_start_here.ipynb"]))
    manual = Manual(tmp_path / "m", {})
    results.write_worksheet(found, EVERY, manual, tmp_path / "x")
    results.write_canvas(found, EVERY, manual, tmp_path / "x" / "canvas.csv")
    assert not (tmp_path / "x").exists()


# ── 13. one file harms nobody else ──────────────────────────────────────────────────────────────

HARM = {
    "by our own form": ("A/00_start_here__B.ipynb", "B/00_start_here.ipynb"),
    "in Moodle's folders": (
        "A_1_assignsubmission_file_/00_start_here__B.ipynb",
        MOODLE.format("B", 2),
    ),
    "in Moodle's flat files": (
        "A_1_assignsubmission_file_00_start_here__B.ipynb",
        "B_2_assignsubmission_file_00_start_here.ipynb",
    ),
    "by a folder like Moodle's": ("A/B_2_assignsubmission_file_/x.ipynb", "B/00_start_here.ipynb"),
    "by Moodle's folder in Moodle's folder": (
        "A_1_assignsubmission_file_/B_2_assignsubmission_file_/x.ipynb",
        MOODLE.format("B", 2),
    ),
    "by Canvas' form": ("A/b_12_13_00_start_here.ipynb", "B/00_start_here.ipynb"),
}


@pytest.mark.parametrize("form", HARM)
def test_a_name_inside_never_makes_it_another_students(deliver, form):
    foul, fair = HARM[form]
    delivery = deliver({foul: BLANK[FIRST], fair: MINE, fair.replace("B", "C", 1): MINE})
    assert taken(delivery)["B", "00"] == fair and taken(delivery)["A", "00"] == foul
    [flag] = next(s.flags for s in delivery.submissions if s.student == "A")
    assert flag.startswith("its name says ") and not delivery.questions


@pytest.mark.parametrize("name", ["山" * 80, "é" * 120, "x" * 250, "👩‍🔬" * 20, "a" * 79 + "山"])
def test_a_long_name_ends_no_run(tmp_path, name):
    place, out = tmp_path / "all.zip", tmp_path / "out"
    place.write_bytes(packed({f"{n}/00_start_here.ipynb": b"{}" for n in (name, "B")}))
    assert grade.main([str(place), str(out), "--unsafe"]) == 0
    assert {row["student"] for row in table(out / "grades.csv")} == {name, "B"}
    pages = list((out / "feedback").rglob("*.html"))
    assert len(pages) == 2 and all(len(p.encode()) < 256 for page in pages for p in page.parts)


# ── 3. the instructor's marks ───────────────────────────────────────────────────────────────────

HEAD = "student,lab,exercise,max_points,points,comment\n"


@pytest.fixture
def marked(tmp_path):
    """A written answer of each of these students; what merges manual.csv and returns grades.csv."""
    place, out = tmp_path / "in", tmp_path / "out"
    lab = EVERY[WRITTEN]
    content = school.notebook(lab, {"compare": "The DCGAN: 0.02 < 0.17."})

    def hand_in(*students):
        for student in students:
            (place / student).mkdir(parents=True, exist_ok=True)
            (place / student / f"{WRITTEN}.ipynb").write_bytes(content)

    def merge(text: str | None = None, status: int = 0) -> dict[str, str]:
        if text is not None:
            out.mkdir(exist_ok=True)
            (out / "manual.csv").write_text(HEAD + text, encoding="utf-8")
        before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
        assert grade.main([str(place), str(out), "--unsafe"]) == status
        if status:
            assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
        return {row["student"]: row["compare"] for row in table(out / "grades.csv")}

    return hand_in, merge, out / "manual.csv"


@pytest.mark.parametrize(
    ("folder", "row"),
    [
        ("Ada  Lo", "Ada  Lo"),
        ("Ada  Lo", "ada lo "),
        ("Jo\u0308rg", "J\u00f6rg"),
        ("=Ada", "'=Ada"),
        ("-Ada-", "-Ada-"),
        ("00123456", "00123456"),
    ],
)
def test_a_mark_is_merged_and_never_erased(marked, folder, row):
    hand_in, merge, path = marked
    hand_in(folder, "Bob")
    text = f"{row},{WRITTEN},compare,12,7.5,good\n"
    for _ in range(3):
        [given] = [points for name, points in merge(text).items() if name != "Bob"]
        assert given == "7.5" and f"{row},{WRITTEN},compare,12,7.5,good" in path.read_text(
            "utf-8-sig"
        )
        text = None


@pytest.mark.parametrize(
    ("student", "cell", "said"),
    [
        ("00123456", "123456", "a spreadsheet made it of 00123456: write that"),
        ("200123456789012", "2.0E+14", "a spreadsheet made it of 200123456789012"),
        ("Mar-5", "05-Mar", "a spreadsheet made it of Mar-5"),
        ("1-2", "01.02.2026", "a spreadsheet made it of 1-2"),
        ("Eve", "Ada", "nobody named 'Ada' handed in"),
        ("Ada", "", "nobody named ''"),
    ],
)
def test_a_mark_of_nobody_stops_the_run_with_its_line(marked, capsys, student, cell, said):
    hand_in, merge, _ = marked
    hand_in(student, "Bob")
    merge()
    merge(f"Bob,{WRITTEN},compare,12,,\n{cell},{WRITTEN},compare,12,5,\n", status=1)
    error = capsys.readouterr().err
    assert "manual.csv, line 3: " in error and said in error and len(error.splitlines()) == 1


def test_a_mangled_id_that_is_another_students_is_found(marked, capsys):
    hand_in, merge, _ = marked
    hand_in("00123456", "123456")
    merge()
    row = f"123456,{WRITTEN},compare,12,{{}},\n"
    merge(row.format(5) + row.format(""), status=1)
    assert "line 2: 123456 has more than one row" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"Ada,{WRITTEN},compare,12,5,\nADA ,{WRITTEN},compare,12,6,", "line 2: Ada has more than"),
        (f"Ada,{WRITTEN},compare,99,13,", "'13' is not a number from 0 to 12"),
        (f"Ada,{WRITTEN},comparison,12,5,", "'comparison' is no exercise of 04"),
        (f"Ada,{WRITTEN},train_step,4,4.5,", "'4.5' is not a number from 0 to 4"),
        ("Ada,04_bananas,compare,12,5,", "there is no lab '04_bananas'"),
        (f"Ada,{FIRST},compare,12,5,", f"no exercise of {FIRST}"),
        (f"Ada,{WRITTEN},compare,12,5,well, done", "line 2: it has more cells than"),
    ],
)
def test_rows_that_cannot_be_are_errors(marked, capsys, row, said):
    hand_in, merge, _ = marked
    hand_in("Ada", "Bob")
    merge()
    merge(row + "\n", status=1)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "comment",
    ["- a list\n- of  two\ttabs", "=great", "  blanks  ", 'he said "why, not"', "'quoted'", "@you"],
)
def test_comments_come_back_as_they_were_written(marked, comment):
    hand_in, merge, path = marked
    hand_in("Ada", "Bob")
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(["Ada", WRITTEN, "compare", "12", "5", comment])
    merge(file.getvalue())
    [row] = [row for row in table(path) if row["student"] == "Ada"]
    assert row["comment"] == comment and len(table(path)) == 2
    assert Manual(path, EVERY).comment("ada", WRITTEN, "compare") == comment


def test_the_instructors_file_is_kept_before_it_changes(marked):
    hand_in, merge, path = marked
    hand_in("Ada", "Bob")
    text = f"Ada;{WRITTEN};compare;12;5,5;gut;seen by me\n"
    path.parent.mkdir()
    path.write_text(HEAD.replace(",", ";").replace("comment", "comment;seen") + text)
    before = path.read_bytes()
    assert merge()["Ada"] == "5.5"
    [kept] = (path.parent / "backups").glob("manual-*.csv")
    assert kept.read_bytes() == before
    assert text.strip() in path.read_text("utf-8-sig"), "its form and its own columns stay"
    after = path.read_bytes()
    merge()
    assert path.read_bytes() == after, "what needs no change is left alone"


def test_a_blank_that_is_answered_later_is_open_again(marked):
    hand_in, merge, path = marked
    hand_in("Ada", "Bob")
    place = path.parent.parent / "in/Ada" / f"{WRITTEN}.ipynb"
    place.write_bytes(BLANK[WRITTEN])
    assert merge()["Ada"] == "0"
    hand_in("Ada")
    assert merge()["Ada"] == ""


# ── a class of forty ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def forty(tmp_path_factory):
    """The class of forty, graded: its pupils, the results, and what the screen said."""
    needs("bwrap")
    place = tmp_path_factory.mktemp("forty")
    pupils = class40.pupils()
    class40.hand_in(pupils, place / "class.zip")
    with contextlib.redirect_stdout(io.StringIO()) as screen:
        assert grade.main([str(place / "class.zip"), str(place / "out"), "--workers", "2"]) == 0
    return pupils, place / "out", screen.getvalue()


def test_forty_get_the_expected_points(forty):
    pupils, out, _ = forty
    rows = table(out / "grades.csv")
    given = {(tables.unguarded(row["student"]), row["lab"]): row for row in rows}
    assert len({pupil.student for pupil in pupils}) == 40
    assert set(given) == {(pupil.student, pupil.lab) for pupil in pupils}, "nobody lost or added"
    assert len(given) == len(rows) == len(pupils)
    expected = {(p.student, p.lab): (p.points, True, True) for p in pupils}
    got = {}
    for pupil in pupils:
        row = given[pupil.student, pupil.lab]
        points = float(row["points"]) if row["points"] else None
        flags = pupil.flag in row["flags"] if pupil.flag else not row["flags"]
        got[pupil.student, pupil.lab] = points, row["status"].startswith(pupil.status), flags
    assert got == expected


def test_nothing_of_forty_is_silent(forty):
    pupils, out, screen = forty
    rows = table(out / "submissions.csv")
    handed_in = {path for pupil in pupils for path in pupil.files}
    named = {row["file"].split(".zip/")[0] for row in rows}
    assert {path.removesuffix(".zip") for path in handed_in} == named
    assert all(row["why"] or row["taken"] == "yes" for row in rows)
    without = [pupil.student for pupil in pupils if pupil.points is None]
    assert f"No notebook from {len(without)} students" in screen
    assert all(f"{student}: no notebook: " in screen for student in without)
    left = sum(row["taken"] == "no" for row in rows)
    assert f"Left out: {left} files" in screen


def test_forty_go_back_to_their_platforms(forty):
    _, out, _ = forty
    moodle = {row["Identifier"]: row["Grade"] for row in table(out / f"moodle-{FIRST}.csv")}
    assert moodle["Participant 901"] == "8" and moodle["Participant 903"] == "3"
    assert len(moodle) == 14 and "Participant 909" not in moodle
    canvas = {row["ID"]: row[FIRST] for row in table(out / "canvas.csv")}
    assert canvas[""] == "8" and canvas["22"] == "3" and len(canvas) == 1 + 9
    assert [row["Grade"] for row in table(out / f"moodle-{WRITTEN}.csv")] == ["", "", ""]


def test_marks_of_the_forty_are_merged_by_a_second_run(forty, capsys):
    pupils, out, _ = forty
    marks = {"Ada Lovelace": "9", "Bo Ek": "10,5", "Jörg Müller": "12"}
    corrected(out / "manual.csv", lambda row: row.update(points=marks[row["student"]]))
    assert grade.main([str(out.parent / "class.zip"), str(out)]) == 0
    count = sum(pupil.points is not None for pupil in pupils)
    assert f"{count} of {count} are graded already" in capsys.readouterr().out
    assert {r["Identifier"]: r["Grade"] for r in table(out / f"moodle-{WRITTEN}.csv")} == {
        "Participant 31": "9",
        "Participant 32": "12",
        "Participant 33": "10.5",
    }
