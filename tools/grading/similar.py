"""Which students' answers are alike: a hint where to look, and no proof of anything.

Two answers are alike when their syntax trees are the same after names that the answer makes itself,
comments, docstrings, imports, annotations and the order of keyword arguments are put aside. What
the course itself holds, blanks, reference and stored right answers, is like nobody's; so are
answers too short for independent students to differ in.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.answers import given_answers
from tools.grading.grader import Result
from tools.grading.lab import Lab
from tools.grading.trees import normal

# Nodes of an answer's tree beyond those of the blank. One-line answers have 10 to 25, and the
# longest in which an independent reader's answer was seen to equal the reference has 26; of 795
# pairs of right answers that the course stores, all of them written to differ, none coincide.
MIN_NODES = 30
MIN_WORDS = 30  # of a written answer


@dataclass
class Group:
    """Students who all have the same answers to these exercises."""

    students: list[str]
    exercises: list[str]
    compared: int  # of how many exercises their answers can be compared


@dataclass
class Alike:
    """What is alike among the answers of one lab."""

    groups: list[Group] = field(default_factory=list)  # with most exercises first
    notes: dict[str, str] = field(default_factory=dict)  # by student: whose are most like theirs


def find(results: Iterable[Result], lab: Lab, same_file: dict[str, str] | None = None) -> Alike:
    """What is alike in one lab; takes time linear in the answers.

    Parameters
    ----------
    results : of this lab.
    same_file : by student the file that was graded; a team's answers are one person's.
    """
    trees: dict[tuple[str, str], list[str]] = defaultdict(list)  # by exercise and tree: students
    compared: dict[str, set[str]] = defaultdict(set)
    files = set()
    own = _of_the_course(lab)
    own_texts = {
        name: {normal_text(text)[0] for text in (written.stub, lab.written_reference.get(name, ""))}
        for name, written in lab.written.items()
    }
    for result in results:
        file = (same_file or {}).get(result.student, result.student)
        if file in files:
            continue
        files.add(file)
        for mark in result.marks:
            trees_of_course, blank = own[mark.name]
            if mark.tree and mark.nodes - blank >= MIN_NODES and mark.tree not in trees_of_course:
                trees[mark.name, mark.tree].append(result.student)
                compared[result.student].add(mark.name)
        for written in result.written:
            text, words = normal_text(written["answer"])
            if words >= MIN_WORDS and text not in own_texts[written["name"]]:
                trees[written["name"], text].append(result.student)
                compared[result.student].add(written["name"])
    shared: dict[tuple[str, ...], list[str]] = defaultdict(list)  # by students: exercises
    for (exercise, _), students in trees.items():
        if len(students) > 1:
            shared[tuple(students)].append(exercise)
    theirs: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for students in shared:
        for student in students:
            theirs[student].append(students)
    alike = Alike()
    for students in shared:
        wider = [others for others in theirs[students[0]] if set(students) <= set(others)]
        exercises = {exercise for others in wider for exercise in shared[others]}
        every = set.intersection(*(compared[student] for student in students))
        in_order = [n for n in (*lab.exercises, *lab.written) if n in exercises]
        alike.groups.append(Group(list(students), in_order, len(every)))
    alike.groups.sort(key=lambda group: (-len(group.exercises), -len(group.students)))
    ranked: dict[tuple, dict[int, list[str]]] = {}  # by groups: how many alike → with whom
    for student, groups in theirs.items():
        if (about := tuple(groups)) not in ranked:
            counts = Counter(other for group in groups for _ in shared[group] for other in group)
            ranked[about] = defaultdict(list)
            for other, count in sorted(counts.items(), key=lambda pair: -pair[1]):
                ranked[about][count].append(other)
        alike.notes[student] = _note(student, ranked[about], compared)
    return alike


def _note(student: str, ranked: dict[int, list[str]], compared: dict[str, set[str]]) -> str:
    most = next(count for count, others in ranked.items() if others != [student])
    others = [other for other in ranked[most][:4] if other != student][:3]
    of = max(len(compared[student] & compared[other]) for other in others)
    left = len(ranked[most]) - len(others) - (student in ranked[most])
    return f"{most} of {of} like {', '.join(others)}{f' and {left} more' if left else ''}"


def _of_the_course(lab: Lab) -> dict[str, tuple[set[str], int]]:
    """By exercise the course's own trees, and how many nodes the blank has."""
    right = [answer for answer in given_answers(lab.root, lab.name) if answer.right]
    found = {}
    for name, reference in lab.reference.items():
        blank, nodes = normal(lab.cells[name].source)
        own = [reference, *(answer.code for answer in right if answer.name == name)]
        found[name] = {blank, *(normal(code)[0] for code in own)}, nodes
    return found


def normal_text(text: str) -> tuple[str, int]:
    """A hash of a written answer's words, whatever stands between them, and their number."""
    words = re.findall(r"\w+", text.casefold())
    return hashlib.sha256(" ".join(words).encode(errors="replace")).hexdigest(), len(words)
