"""Who handed in what: files → claims → people → decisions.

A *claim* is what one file says of itself: the names on its way, the lab in it, how much of it is
filled in. The claims together tell on which level of folders people's names stand. A *person* is a
name without what typed, packed or exported it (`tables.key`). Of each person's claims on a lab one
is taken. Where names leave open whose a file is, nobody is graded until the instructor has said it
in submissions.csv, which has a row for each file.
"""

import datetime
import hashlib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from tools.grading import platforms, tables, times
from tools.grading.files import File, SubmissionsError, all_files
from tools.grading.lab import Lab
from tools.grading.reading import Look, Unreadable, look
from tools.grading.submissions import Submission

TOLD = ("told",)  # by the instructor, who may give several files to one student
SEVERAL = "its folder may be one student's or hold several's: say whose it is, write yes or no"
NO_LAB = "(no lab)"
COLUMNS = ["file", "student", "lab", "taken", "why", "read_as"]
NOTEBOOK = (".ipynb", ".json", ".txt", ".crdownload", ".download", ".part", ".tmp", ".bak", "")
INSTEAD = {  # of a notebook; what to ask for
    ".html": "a web page: ask for the notebook (.ipynb)",
    ".pdf": "a printout: ask for the notebook (.ipynb)",
    ".py": "a script: ask for the notebook (.ipynb)",
    ".zip": "an archive that cannot be opened: ask for the notebook (.ipynb)",
}


@dataclass(frozen=True)
class Name:
    """A name on the way to a file: a folder's, or one within the file's own name."""

    text: str
    place: tuple[str, ...]  # the folders down to it
    mark: platforms.Mark | None = None
    kind: str = "folder"  # or "file", a name after "__"; or "rest", of a file's name


@dataclass
class Claim:
    """One file, what it says of itself, and what was decided."""

    file: File
    names: list[Name]
    lab: str = ""
    look: Look | None = None  # None: it is no notebook that can be read
    problem: str = ""  # why it could not even be read
    digest: str = ""  # a hash of its content
    other_lab: bool = False  # its name names one lab, its cells another
    copy: int = 0
    handed_in: times.HandedIn = times.UNKNOWN
    level: int = -1  # which of its names is the owner's; -1: none
    below: set[str] = field(default_factory=set)  # names that may be of other people
    question: str = ""  # that its path leaves open
    student: str = ""
    taken: str = "no"
    why: str = ""
    flags: list[str] = field(default_factory=list)
    corrected: bool = False  # the instructor changed its row
    told: bool = False  # and gave it a student

    @property
    def owner(self) -> Name | None:
        return self.names[self.level] if self.level >= 0 else None

    @property
    def identity(self) -> tuple:
        """Tells two people of one name apart; the platform's number, or the folder."""
        if self.told or self.owner is None:
            return TOLD
        mark = self.owner.mark
        return (mark.platform, mark.number) if mark else self.owner.place

    @property
    def in_solutions(self) -> bool:
        below = self.file.parts[len(self.owner.place) if self.owner else 0 : -1]
        return any(tables.key(part).startswith("solution") for part in below)

    @property
    def spare(self) -> bool:
        """An editor's own copy."""
        return any("checkpoint" in part.lower() for part in self.file.parts)

    @property
    def rank(self) -> tuple:
        """Of a person's files of one lab the highest is graded."""
        mark = self.owner.mark if self.owner else None
        filled = self.look is not None and self.look.filled > 0
        in_hand_in = any(tables.key(p).replace("-", "") == "handin" for p in self.file.parts)
        return (
            *(self.look is not None and not self.other_lab, filled, not self.spare),
            *(mark.when if mark else (), in_hand_in, not self.copy, self.copy, self.file.path),
        )


@dataclass
class Delivery:
    """What was handed in: what is graded, who handed in no notebook, what is to be asked."""

    claims: list[Claim]
    submissions: list[Submission]
    without: list[tuple[str, str]]  # students, and what they handed in instead of a notebook
    questions: list[Claim]
    automatic: dict[str, list[tuple[str, str, str]]]  # by file: lab, taken, student, uncorrected
    notes: list[str]

    def left_out(self, student: str, lab: str) -> int:
        """How many files of a student on a lab, or on none, were not taken."""
        theirs = [c for c in self.claims if c.student == student and c.lab in (lab, "")]
        return sum(claim.taken == "no" for claim in theirs)

    @property
    def handed_in(self) -> set[tuple[str, str]]:
        """Students and labs."""
        return {(claim.student, claim.lab) for claim in self.claims}


def find(place: Path, labs: dict[str, Lab], out: Path | None = None, only: str = "") -> Delivery:
    """All that was handed in.

    Parameters
    ----------
    out : the folder with the instructor's submissions.csv, if there is one.
    only : the beginning of the names of the labs to grade.

    Raises SubmissionsError if there is nothing, TableError if submissions.csv cannot be used.
    """
    claims = _claims(all_files(place, out), labs)
    _find_owners(claims)
    plain = _decide([replace(c, flags=[]) for c in claims], labs, only)
    automatic = defaultdict(list)
    for claim in plain:
        automatic[_path(claim)].append((claim.lab, claim.taken, claim.student))
    changes = _corrections(out, automatic, labs) if out else {}
    decided = _decide(claims, labs, only, changes) if changes else plain
    graded = [_submission(claim) for claim in decided if claim.taken == "yes"]
    if not any(claim.taken != "no" for claim in decided):
        example = next(iter(labs), "NN_name")
        raise SubmissionsError(
            f"No submission found in {place}: expected STUDENT/{example}.ipynb or "
            f"{example}__STUDENT.ipynb."
        )
    return Delivery(
        decided,
        sorted(graded, key=lambda s: (s.student, s.lab)),
        _without(decided),
        [claim for claim in decided if claim.taken == "?"],
        automatic,
        [f"{c.file.path}: {c.why}" for c in decided if c.taken == "no"],
    )


# ── claims ──────────────────────────────────────────────────────────────────────────────────────


def _claims(files: list[File], labs: dict[str, Lab]) -> list[Claim]:
    behind = {}  # Gradescope's folders
    told: dict[tuple, datetime.datetime] = {}  # by folder and what a platform calls it: when
    read = set()  # files that are nobody's, and serve
    for file in files:
        name, folder = file.parts[-1], file.parts[:-1]
        mark = platforms.mark(name)
        if name == "submission_metadata.yml":
            people = platforms.gradescope(file.read()[0])
            behind |= {(*folder, part): marks for part, marks in people.items()}
        elif name.lower().endswith(".csv") and not any(map(platforms.mark, folder)):
            if sheet := times.moodle_worksheet(file.read()[0]):
                told |= {(folder, "moodle", number): when for number, when in sheet.items()}
                read.add(file.path)
        elif (
            mark
            and mark.platform == "blackboard"
            and not mark.file
            and (when := times.blackboard_receipt(file.read()[0]))
        ):
            told[folder, "blackboard", (mark.number, mark.when)] = when
    found = []
    for file in files:
        folder = next((p for n in range(len(file.parts)) if (p := file.parts[:n]) in behind), None)
        for mark in behind[folder] if folder else [None]:  # a team's file is each one's
            claim = _claim(file, labs, mark and Name(mark.name, folder, mark))
            claim.handed_in = _handed_in(claim, told)
            if file.path in read:
                claim.names, claim.why = [], "Moodle's grading worksheet: times were read from it"
            found.append(claim)
    return found


def _handed_in(claim: Claim, told: dict) -> times.HandedIn:
    """When a file was handed in, by its platform's word; else by its own time, as a last resort.

    Moodle and Canvas give the files in their zips the time of the download: these say nothing.
    """
    mark = next((name.mark for name in claim.names if name.mark), None)
    above = [claim.file.parts[:depth] for depth in range(len(claim.file.parts))]

    def said(*about) -> datetime.datetime | None:
        """By a file in a folder above; one among a student's own files says nothing of others."""
        return next((told[folder, *about] for folder in above if (folder, *about) in told), None)

    match mark.platform if mark else "":
        case "":
            return times.HandedIn(times.local(claim.file.time), claim.file.time_from)
        case "gradescope":
            return times.HandedIn(times.utc(mark.when), "Gradescope")
        case "brightspace":
            return times.HandedIn(times.local(mark.when), "Brightspace")
        case "blackboard":
            when = said("blackboard", (mark.number, mark.when))
            return times.HandedIn(when or times.local(mark.when), "Blackboard")
        case "moodle":
            when = said("moodle", mark.number)
            return times.HandedIn(when, "Moodle" if when else "")
    return times.HandedIn(None, "Canvas", mark.late)


def _claim(file: File, labs: dict[str, Lab], owner: Name | None) -> Claim:
    uploaded, names = file.parts[-1], []
    for depth, part in enumerate(file.parts, 1):
        if mark := platforms.mark(part):
            place = file.parts[:depth]
            names.append(Name(mark.name, place, mark))
            uploaded = mark.file or uploaded if depth == len(file.parts) else uploaded
        elif depth < len(file.parts) and not platforms.is_course(part, labs) and part[0] != ".":
            text = part[:-4] if part.lower().endswith(".zip") else part
            names.append(Name(_shown(platforms.without_lab(text) or text), file.parts[:depth]))
    bare, copy = platforms.bare(uploaded)
    lab, rest = platforms.lab_in(bare, labs)
    person = _shown(platforms.person_in(uploaded, lab) if lab else "")
    if not lab and (rest := platforms.without_lab(bare)) == bare:
        rest = ""  # nothing says what of it is a name
    rest = "" if person else _shown(rest)
    if person or rest:
        place = (*file.parts[:-1], "", person or rest)
        names.append(Name(person or rest, place, kind="file" if person else "rest"))
    people = [n for n in names if n.mark or not platforms.is_sorting(n.text)]
    names = people or [n for n in names if n.kind != "rest"]
    claim = Claim(file, [owner] if owner else names, lab, copy=copy)
    if _ending(uploaded) in NOTEBOOK or _ending(uploaded).startswith(".ipynb"):
        _look_into(claim, labs)
    else:
        claim.lab, claim.why = "", INSTEAD.get(_ending(uploaded), "not a notebook")
    return claim


def _look_into(claim: Claim, labs: dict[str, Lab]) -> None:
    """Read a file that may be a notebook: which lab it holds, and how much of it is filled in."""
    content, claim.problem = claim.file.read()
    claim.digest = hashlib.sha256(content).hexdigest()
    named = ".ipynb" in claim.file.parts[-1].lower()
    try:
        if not claim.problem:
            claim.look = look(content, {name: lab.handout for name, lab in labs.items()})
            claim.other_lab = bool(claim.lab and claim.look.lab and claim.look.lab != claim.lab)
            claim.lab = claim.lab or claim.look.lab
    except Unreadable as error:
        claim.why = str(error) if named else ""
    if not named and not (claim.look and claim.look.lab):
        claim.lab, claim.look, claim.why = "", None, "not a notebook"
        if b"colab.research.google" in content or b"drive.google" in content:
            claim.why = "a link: ask for the notebook (.ipynb) itself"
    elif not claim.lab:
        claim.why = claim.why or claim.problem or "no lab's notebook, by its name or by its cells"


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


def _shown(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def _path(claim: Claim) -> str:
    return claim.file.path.encode("utf-8", "replace").decode()


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def _find_owners(claims: list[Claim]) -> None:
    """Find out which of the names on the way to each file is its owner's."""
    notebooks = [claim for claim in claims if claim.lab and claim.names]
    if all(any(name.mark for name in claim.names) for claim in notebooks):
        for claim in claims:  # a platform wrote all of it
            claim.level = next((i for i, n in enumerate(claim.names) if n.mark), -1)
        return
    _open_boxes(claims)
    level = _level_of_people(notebooks)
    for claim in claims:
        claim.level = level if level < len(claim.names) else -1
    direct = {c.owner.place for c in notebooks if c.owner and len(c.names) == level + 1}
    for claim in claims:
        claim.below = _names_below(claim, sure=bool(direct - {claim.owner and claim.owner.place}))
    if len({tables.key(c.owner.text) for c in notebooks}) == 1 and not direct:
        for claim in notebooks:
            if (inner := claim.names[level + 1]).kind == "folder":
                claim.question = f"whose is it, {claim.owner.text}'s or {inner.text}'s? write it"


def _open_boxes(claims: list[Claim]) -> None:
    """Drop the names of folders in which a platform's download lies beside what came otherwise."""
    boxes: dict[tuple, list[Claim]] = defaultdict(list)
    for claim in claims:
        if len(claim.names) > 1 and not claim.names[0].mark:
            boxes[claim.names[0].place].append(claim)
    marked = [group for group in boxes.values() if all(c.names[1].mark for c in group)]
    opened = [group for group in marked if len({c.names[1].mark.number for c in group}) > 1]
    for claim in (claim for group in opened for claim in group):
        claim.names = claim.names[1:]
    for claim in (claim for group in marked if group not in opened for claim in group):
        box, inner = claim.names[0].text, claim.names[1].text
        claim.question = f"whose is it, {box}'s or {inner}'s? write it" if opened else ""


def _names_below(claim: Claim, sure: bool) -> set[str]:
    """Names below the owner's that may be those of other people.

    sure : whether another owner's file lies right in their folder, so that words in a file's name
        are no person's.
    """
    return {
        name.text
        for name in claim.names[claim.level + 1 : claim.level + 2]
        if name.kind != "rest" or not sure
    }


def _level_of_people(claims: list[Claim]) -> int:
    """How many names on the way belong to folders that hold people: what all files share, or what
    holds two people or more for one lab everywhere.
    """
    level = 0
    while claims and all(len(claim.names) > level + 1 for claim in claims):
        within: dict[str, dict[str, set]] = defaultdict(lambda: defaultdict(set))
        for claim in claims:
            here, below = (tables.key(name.text) for name in claim.names[level : level + 2])
            within[here][claim.lab].add(below)
        people = {name for labs in within.values() for names in labs.values() for name in names}
        weak = any(claim.names[level + 1].kind == "rest" for claim in claims)
        shared = len(within) == 1 and len(people) > (2 if weak else 1)
        everywhere = all(max(map(len, labs.values())) > 1 for labs in within.values())
        if any(claim.names[level].mark for claim in claims) or not (
            shared or (everywhere and not weak)
        ):
            break
        level += 1
    return level


def _differ(one: str, other: str) -> bool:
    """Whether two names are of two people; "Ada" and "Ada Lovelace" need not be."""
    first, second = (set(tables.key(name).split()) for name in (one, other))
    return not (first <= second or second <= first)


# ── decisions ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Change:
    """A row that the instructor changed; "" where lab or taken was not."""

    student: str = ""  # as it stands there, changed or not
    lab: str = ""
    taken: str = ""
    line: int = 0


def _decide(claims: list[Claim], labs, only: str, changes: dict | None = None) -> list[Claim]:
    """Give each claim its student, and take one for each student and lab."""
    seen: dict[str, int] = defaultdict(int)
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    told: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        claim.student = _shown(claim.owner.text) if claim.owner else ""
        path = _path(claim)
        change = (changes or {}).get((path, seen[path]), Change())
        seen[path] += 1
        claim.corrected = change != Change()
        claim.told = claim.corrected and tables.key(change.student) != tables.key(claim.student)
        claim.student = change.student or claim.student
        claim.lab = change.lab or claim.lab
        claim.taken = change.taken or claim.taken
        if claim.corrected:
            claim.why = "as you corrected it"
        person = tables.key(claim.student), claim.lab
        if change.taken == "yes":
            if person in told:
                raise tables.TableError(
                    f"submissions.csv, line {change.line}: another file is taken for "
                    f"{claim.student} and {claim.lab} as well; write no for one of them."
                )
            told[person] = claim
        elif claim.lab and not claim.lab.startswith(only):
            claim.why = f"{claim.lab} was not asked for"
        elif claim.lab and change.taken != "no":
            groups[person].append(claim)
    spelled = {}
    for claim in claims:  # one spelling for each person
        claim.student = spelled.setdefault(tables.key(claim.student), claim.student)
    for person, group in groups.items():
        _choose(group, told.get(person))
    if any(claim.why == SEVERAL for claim in claims):  # then these are no better known
        alike = [c for c in claims if c.taken == "yes" and c.below and not c.told]
        _ask([claim for claim in alike if not claim.owner.mark], SEVERAL)
    return claims


def _choose(group: list[Claim], told: Claim | None) -> None:
    """Take one of a student's claims on a lab, unless the instructor did, or ask."""
    aside = [claim for claim in group if claim.in_solutions and not claim.told]
    for claim in aside:
        claim.why = "it lies in a folder of solutions, which is never graded"
    group = [claim for claim in group if claim not in aside]
    if not group:
        return
    everybody = [*group, told] if told else group
    people = {claim.identity for claim in everybody} - {TOLD}
    others = {name for c in group if c.look and c.look.filled for name in c.below}
    others = {n for n in others if _differ(n, group[0].student) and not platforms.is_sorting(n)}
    if not group[0].student:
        for claim in group:
            filled = claim.look and claim.look.filled
            claim.taken = "?" if filled else "no"
            claim.why = "nothing on its way names a student: write whose it is, or no"
            claim.why = claim.why if filled else "it has no answers, and no student's name"
    elif len(people) > 1:
        _ask(group, "two hand-ins of this name: give each student a name of their own, or write no")
    elif group[0].question and not (told or group[0].told):
        _ask(group, group[0].question)
    elif len(others) > 1 and not told:
        _ask(group, SEVERAL)
    else:
        best = told or max(group, key=lambda claim: claim.rank)
        _take(best, group)
        if aside:
            best.flags.append("a folder of solutions was handed in as well; it was left out")


def _ask(group: list[Claim], question: str) -> None:
    for claim in group:
        claim.taken, claim.why = "?", question
        if question == SEVERAL and len(claim.names) > claim.level + 1:
            claim.student = claim.names[claim.level + 1].text  # a proposal


def _take(best: Claim, group: list[Claim]) -> None:
    if best in group:
        best.taken = "yes"
        best.flags += [f"{len(group)} files, graded {best.file.path}"] if len(group) > 1 else []
    for claim in group:
        if claim is best:
            continue
        claim.why = f"another file of this student was taken: {best.file.path}"
        if claim.other_lab:
            claim.why = f"it has the name of {claim.lab} and holds {claim.look.lab}"
        elif claim.look and not claim.look.filled:
            claim.why = "it has no answers"
        elif claim.look and best.look and claim.look.digest == best.look.digest:
            claim.why = f"the same answers as in {best.file.path}"
    for name in best.names[best.level + 1 :]:
        if (
            not best.told
            and (name.mark or name.kind == "file")
            and _differ(name.text, best.student)
        ):
            best.flags.append(f"its name says {name.text}; it counts for its folder's owner")


def _submission(claim: Claim) -> Submission:
    mark = claim.owner.mark if claim.owner else None
    number = (mark.platform, mark.number) if mark else ("", "")
    return Submission(
        claim.student,
        claim.lab,
        claim.digest,
        lambda: claim.file.read()[0],
        claim.problem,
        tuple(claim.flags),
        *number,
        claim.file.path,
        claim.handed_in,
    )


def _without(claims: list[Claim]) -> list[tuple[str, str]]:
    """Who handed in files and no notebook of a lab, each with what it was."""
    theirs: dict[tuple, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.student:
            theirs[tables.key(claim.student), claim.identity].append(claim)
    found = []
    for group in theirs.values():
        if not any(c.taken != "no" or (c.lab and not c.in_solutions) for c in group):
            first = min(group, key=lambda c: (c.why == "not a notebook", c.file.path))
            one_of = f"one of {len(group)} files, " if len(group) > 1 else ""
            what = f"no notebook: {one_of}{first.file.parts[-1]}: {first.why}"
            found.append((first.student, what))
    return found


# ── submissions.csv ─────────────────────────────────────────────────────────────────────────────


def write(delivery: Delivery, out: Path) -> None:
    """submissions.csv: a row for each file, those first that the instructor has to decide.

    The last column says how the file is read without the instructor's correction, if there is one:
    by that the next run knows a correction.
    """
    by_file = defaultdict(list)
    for claim in delivery.claims:
        by_file[_path(claim)].append(claim)
    rows = []
    for file, claims in by_file.items():
        urgency = min(("?", "yes", "no").index(claim.taken) for claim in claims)
        for c, read_as in zip(claims, delivery.automatic[file], strict=True):
            lab, taken, student = read_as if c.corrected else (c.lab, c.taken, c.student)
            about = f"{lab or NO_LAB} | {taken} | {student}"
            rows.append((urgency, file, c.student, c.lab, c.taken, c.why, about))
    rows.sort(key=lambda row: row[:2])  # the order of one file's rows stays
    cells = [[tables.guarded(cell) for cell in row[1:]] for row in rows]
    tables.rewrite(out / "submissions.csv", COLUMNS, cells)


def _corrections(out: Path, automatic: dict, labs) -> dict[tuple[str, int], Change]:
    """What the instructor changed in submissions.csv: by file, and its how-manieth row."""
    path = out / "submissions.csv"
    columns, rows = tables.read(path)
    if rows and (missing := [name for name in COLUMNS[:4] if name not in columns]):
        raise tables.TableError(f"{path}: the column {missing[0]} is missing.")
    changes, seen = {}, defaultdict(int)
    for line, row in rows:
        where = f"{path}, line {line}"
        row = {name: tables.unguarded(row.get(name) or "") for name in COLUMNS}
        file, number = row["file"], seen[row["file"]]
        seen[file] += 1
        read_as = tuple(f"{row['read_as'].strip()} ".split(" | ", 2))
        here = automatic.get(file, [])[number : number + 1]
        before = read_as if len(read_as) == 3 else here[0] if here else ("", "", "")
        change = _change(before, row, where, labs)
        if change != Change():
            if not here:
                raise tables.TableError(f"{where}: no file {file} was handed in; delete the row.")
            changes[file, number] = replace(change, line=line)
    return changes


def _change(before: tuple[str, str, str], row: dict, where: str, labs) -> Change:
    was_lab, was_taken, was = (text.strip().replace(NO_LAB, "") for text in before)
    student, lab, taken = row["student"].strip(), row["lab"].strip(), row["taken"].strip().lower()
    if tables.spreadsheet_made(was, student):
        raise tables.TableError(
            f"{where}: a spreadsheet made {student} of {was}; write {was} again."
        )
    change = Change()
    if lab != was_lab:
        fitting = [name for name in labs if lab and name.startswith(lab)]
        if len(fitting) != 1:
            raise tables.TableError(f"{where}: there is no lab {lab!r}.")
        change.lab = fitting[0]
    if taken != was_taken:
        if taken not in ("yes", "no", "?"):
            raise tables.TableError(f"{where}: taken is {row['taken']!r}; write yes or no.")
        change.taken = taken.replace("?", "")
    if change != Change() or tables.key(student) != tables.key(was):
        change.student = _shown(student)
    return change
