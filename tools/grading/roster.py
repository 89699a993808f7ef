"""The list of a class: who should hand in, and what platforms call them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.grading import tables

# Columns as people and platforms name them; of several the first counts.
COLUMNS = {
    "name": ("name", "full name", "student", "student name", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "id": ("sis user id", "id number", "student id", "student number", "sid", "orgdefinedid", "id"),
    "canvas": ("id",),
    "email": ("e-mail", "email", "email address", "e-mail address", "mail"),
    "user": ("user name", "username", "sis login id", "login id", "login", "user"),
    "section": ("section", "sections", "group", "groups", "class", "tutorial"),
}
NOBODY = ("points possible", "student, test", "test student")  # rows of Canvas' own


@dataclass(frozen=True)
class Person:
    """Somebody on the roster; `canvas` is Canvas' own number of them."""

    name: str
    id: str = ""
    email: str = ""
    user: str = ""
    section: str = ""
    canvas: str = ""
    line: int = 0  # on the roster; 0: not on it

    def cell(self, column: str) -> str:
        return getattr(self, column)


class Roster:
    """A table with a column for names (or first and last names), and any of id, e-mail, user name
    and section; also as Canvas' gradebook or Moodle's list of participants.

    Raises TableError, naming the line, if it cannot be used.
    """

    def __init__(self, path: Path):
        if not path.is_file():
            raise tables.TableError(f"There is no roster {path}.")
        columns, rows = tables.read(path)
        named = {tables.key(column): column for column in reversed(columns)}
        found = {
            what: next((named[name] for name in names if name in named), None)
            for what, names in COLUMNS.items()
        }
        if not found["name"] and not (found["first"] and found["last"]):
            raise tables.TableError(
                f"{path} is no roster: it needs a column name, or first name and last name, and "
                "may have id, e-mail, user name and section."
            )
        self.of_canvas = "sis login id" in named or "sis user id" in named
        self.columns = [c for c in ("id", "email", "user", "section") if found[c]]
        self.people: list[Person] = []
        for line, row in rows:
            cell = {c: (row[title] or "").strip() if title else "" for c, title in found.items()}
            cell = {c: tables.unguarded(text) for c, text in cell.items()}
            name = " ".join((cell["name"] or f"{cell['first']} {cell['last']}").split())
            if tables.key(name) in NOBODY:
                continue
            if not name:
                raise tables.TableError(f"{path}, line {line}: the name is missing.")
            about = {c: cell[c] for c in ("id", "email", "user", "section")}
            canvas = cell["canvas"] if self.of_canvas else ""
            person = Person(name, **about, canvas=canvas, line=line)
            if not any(_is_same(person, other) for other in self.people):
                self.people.append(person)
        if not self.people:
            raise tables.TableError(f"{path} names nobody.")
        self._by_form: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            ids = (person.id, person.email, person.user, person.canvas)
            for form in {*_forms(person.name), *(_form(i) for i in ids if i)}:
                self._by_form[form].append(person)

    def find(self, student: str, number: str = "") -> list[Person]:
        """Who it may be, by a platform's number, else by the name under which one handed in."""
        by_number = self._by_form.get(_form(number), []) if number else []
        if len(by_number) == 1 and by_number[0] in self._named(student):
            return by_number
        return self._named(student) or by_number

    def _named(self, student: str) -> list[Person]:
        found = {p: None for form in _forms(student) for p in self._by_form.get(form, ())}
        return list(found)

    def missing(self, seen: Iterable[tuple[str, str]]) -> list[Person]:
        """Who is none of those that were seen, by their names and numbers."""
        here = {person for student, number in seen for person in self.find(student, number)}
        return [person for person in self.people if person not in here]


def _is_same(one: Person, other: Person) -> bool:
    """Whether two rows are of one person, as in two sections; not without anything but the name."""
    ids = [(p.id, p.email, p.user) for p in (one, other)]
    same_name = tables.key(one.name) == tables.key(other.name)
    return same_name and ids[0] == ids[1] and any(ids[0])


def _form(text: str) -> str:
    """An id, an e-mail address or a user name, as it is compared; a spreadsheet drops zeros."""
    key = tables.key(text)
    return key.lstrip("0") if key.isdigit() else key


def _forms(name: str) -> set[str]:
    """A name as it is compared: its words in any order, or run together as Canvas does."""
    words = re.findall(r"\w+", tables.key(name))
    together = {"".join(words[i:] + words[:i]) for i in range(len(words))}
    return {_form(name), " ".join(sorted(words)), *together} - {""}
