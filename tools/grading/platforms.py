"""How learning platforms, browsers and people name what is handed in."""

import contextlib
import datetime
import re
from dataclasses import dataclass

import yaml

from tools.grading.tables import key


@dataclass(frozen=True)
class Mark:
    """A name that a platform gave to a folder or a file.

    `number` tells people of one name apart within an assignment, `when` the later from the earlier,
    and `file` is the name under which the student uploaded it ("" for a folder).
    """

    platform: str
    name: str
    number: str
    when: tuple = ()
    file: str = ""
    late: bool | None = None  # whether it says so; None: it never does


# Moodle (folders, or flat files): Ada Lovelace_123_assignsubmission_file_
# Brightspace (folders or flat files): 123-456 - Ada Lovelace - Jan 15, 2024 1015 AM - lab.ipynb
# Blackboard: Lab 00_ada_attempt_2024-02-01-10-15-30_lab.ipynb
# Canvas: lovelaceada_LATE_123_456_lab-1.ipynb, or without names anon_5xY2z_456_lab.ipynb
FORMS = [
    (platform, re.compile(pattern, re.DOTALL))
    for platform, pattern in {
        "moodle": r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)",
        "brightspace": (
            r"(?P<number>\d+)-\d+ ?- ?(?P<name>.+?) ?- ?(?P<when>[^-]*\d{4}[^-]*?)"
            r"(?: ?- (?P<file>.+))?"
        ),
        "blackboard": (
            r"(?P<number>.+_(?P<name>[^_]+))_attempt_(?P<when>\d{4}(?:-\d\d){5})"
            r"(?:_(?P<file>.+)|\.txt)"
        ),
        "anonymous canvas": r"(?:LATE_)?(?P<name>(?P<number>anon_\w+?))_(?P<when>\d+)_(?P<file>.+)",
        "canvas": (
            r"(?P<name>(?=[\W\d_]*[^\W\d_]).+?)(?i:_LATE)?_(?P<number>\d+)_(?P<when>\d+)_(?P<file>.+)"
        ),
    }.items()
]
HIDDEN_NAMES = {"participant", "teilnehmer/in", "participante", "partecipante", "deelnemer"}

# Folders that are nobody's: of the course itself, and those that people sort files into.
COURSE = re.compile(
    r"(?:lab|solution|notebook|hand[ -]?in|submission|submitted|assignment)s?[ .-]*\d{0,3}"
)
WORD = (
    r"(?:class|course|week|day|homework|hw|exercise|sheet|section|group|team|cohort|student|work"
    r"|attempt|try|version|v|final|old|new|backup|draft|done|late|resubmission|file|download|my"
    r"|desktop|document|moodle|canvas|brightspace|blackboard|gradescope|classroom|e-?mail|mail|inbox|copy"
    r"|last|latest|first|second|third|go|run|part|corrected|of|the|lab|notebook)(?:s|es)?"
)
SORTING = re.compile(rf"{WORD}(?:[ .#-]*(?:{WORD}|\d+|[a-z]\b))*")

COPIED_BEFORE = re.compile(
    r"(?i)(?:copy of|kopie von|kopie van|copie de|copia de|copia di|c[oó]pia de)[ _]+"
)
COPIED_AFTER = re.compile(
    r"(?i)(?:[ _]?\((?P<a>\d+)\)|-Copy(?P<b>\d+)|-(?P<c>\d{1,2})|(?: -)? copy(?: (?P<d>\d+))?"
    r"| \((?:another )?copy\)|[-_. ]checkpoint)$"
)
ENDINGS = re.compile(r"(?i)(?:\.(?:ipynb|json|txt|zip|html?|pdf|py|docx?|crdownload|part))+$")


def mark(name: str) -> Mark | None:
    """What a platform wrote into the name of a folder or file; None if it is none of theirs."""
    for platform, form in FORMS:
        if found := form.fullmatch(name):
            part = {"when": "", "file": "", **{k: v or "" for k, v in found.groupdict().items()}}
            person = part["name"].strip()
            if key(person) in HIDDEN_NAMES:
                person = f"{person} {part['number']}"
            if COURSE.fullmatch(key(person)):
                continue
            head = f"_{name.removesuffix(part['file'])}".lower()
            late = "_late_" in head if "canvas" in platform else None
            return Mark(platform, person, part["number"], _when(part["when"]), part["file"], late)
    return None


def _when(text: str) -> tuple:
    """A platform's number or time, so that the later one is the greater."""
    if re.fullmatch(r"[\d-]+", text):
        return tuple(int(part) for part in text.split("-"))
    text = re.sub(r"\b(\d)(\d\d)(?= ?[AP]M)", r"0\1\2", " ".join(text.replace(",", " ").split()))
    for form in ("%b %d %Y %I%M %p", "%B %d %Y %I%M %p", "%d %b %Y %H%M", "%d %B %Y %H%M"):
        with contextlib.suppress(ValueError):
            return datetime.datetime.strptime(text, form).timetuple()[:6]
    return ()


def gradescope(metadata: bytes) -> dict[str, list[Mark]]:
    """Who is behind each folder of a Gradescope export, from its submission_metadata.yml."""
    try:
        data = yaml.safe_load(metadata)
        found = {}
        for folder, about in data.items():
            when = _seconds(about.get(":created_at"))
            found[str(folder)] = [
                Mark(
                    "gradescope",
                    str(person.get(":name") or person.get(":email") or person[":sid"]),
                    str(person.get(":sid") or person.get(":email") or person[":name"]),
                    when,
                )
                for person in about[":submitters"]
            ]
        return found
    except (yaml.YAMLError, UnicodeError, AttributeError, KeyError, TypeError, RecursionError):
        return {}


def _seconds(when) -> tuple:
    if isinstance(when, datetime.datetime):
        return when.utctimetuple()[:6]
    return tuple(int(part) for part in re.findall(r"\d+", str(when or ""))[:6])


def bare(name: str) -> tuple[str, int]:
    """A file's or folder's name without endings and marks of a copy, and the copy's number."""
    number, before = 0, None
    while name != before:
        before = name
        name = ENDINGS.sub("", name)
        name = COPIED_BEFORE.sub("", name) if COPIED_BEFORE.match(name) else name
        if copy := COPIED_AFTER.search(name):
            digits = next((d for d in copy.groups() if d), "1")
            name, number = name[: copy.start()], max(number, int(digits[:9]))
    return name, number


def person_in(name: str, lab: str) -> str:
    """STUDENT of NN_name__STUDENT.ipynb, or ""."""
    found = re.fullmatch(rf"{lab}__(.+)", ENDINGS.sub("", name), re.DOTALL)
    return re.sub(r"[ _]?\(\d+\)$", "", found[1]) if found else ""


def lab_in(name: str, labs) -> tuple[str, str]:
    """The lab whose name stands in a file's bare name, and what else stands there."""
    for lab in labs:
        pattern = r"(?i)(?<![^\W_])" + lab.replace("_", "[ _+.-]*") + r"(?![^\W_])"
        if found := re.search(pattern, name):
            before, after = name[: found.start()], name[found.end() :]
            if copied := re.search(COPIED_BEFORE.pattern + "$", before):
                before = before[: copied.start()]
            return lab, f"{before} {after}".strip(" _-+.,()[]")
    return "", name


def without_lab(name: str) -> str:
    """A person's name without a word for a lab: "Ada lab00", "lab-00-ada"."""
    less, times = re.subn(r"(?i)(?<![^\W_])lab[ _-]?\d{1,2}(?![^\W_])", " ", name)
    return less.strip(" _-+.,()[]") if times else name


def is_sorting(folder: str) -> bool:
    """Whether a folder's name says that it sorts files, and is no person's."""
    return bool(SORTING.fullmatch(key(bare(folder)[0])))


def is_course(folder: str, labs) -> bool:
    """Whether a folder is a part of the course, or is named after a lab."""
    name = key(bare(folder)[0])
    return bool(COURSE.fullmatch(name)) or name in {part for lab in labs for part in _names(lab)}


def _names(lab: str) -> tuple[str, ...]:
    number, title = lab.split("_", 1)
    return key(lab), key(title), f"lab {number} {key(title)}", number
