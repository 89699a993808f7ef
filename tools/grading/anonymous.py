"""A class without names, for a second marker or for research.

Everybody gets an id that stays the same from run to run and that nobody can compute without a
secret, which is kept beside the grades. Names are looked for in what students wrote as well, but a
text can tell who wrote it in many ways: read it before you give it away.
"""

import base64
import hashlib
import hmac
import io
import os
import re
import secrets
import tokenize
import unicodedata
from pathlib import Path

from helpers.run import write_atomically
from tools.grading import tables
from tools.grading.gradebook import Class, counted, max_points, total
from tools.grading.grader import Result
from tools.grading.lab import Lab
from tools.grading.manual import Manual

SECRET = "anonymous-secret.txt"
TABLE = "marks.csv"
SOMEBODY = "Somebody"  # a name in code as well
PATHS = re.compile(r"(?i)((?:/home/|/Users/|[A-Z]:\\+Users\\+))[^/\\\s\"']+")
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TIME = (1_600_000_000, 1_600_000_000)  # of every file, so that none tells when it was made


class AnonymousError(Exception):
    """The folder cannot be used; the message says what to do."""


def refuse(folder: Path, *others: Path) -> None:
    """Raise AnonymousError for a folder with anything in it, which might be somebody's work, and
    for one within one of the others.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AnonymousError(f"{folder} is not empty: name a new folder for the anonymous copy.")
    for other in others:
        if folder.resolve().is_relative_to(other.resolve()):
            raise AnonymousError(f"{folder} lies in {other}: name a folder elsewhere.")


def write(
    results: list[Result],
    labs: dict[str, Lab],
    manual: Manual,
    of: Class,
    folder: Path,
    out: Path,
) -> None:
    """answers/ID/NN_name.ipynb, the answers alone, and a table: id → points.

    Parameters
    ----------
    folder : for the copy.
    out : the folder that keeps the secret.
    """
    secret = _secret(out / SECRET)
    ids = {result.student: name_of(result.student, secret) for result in results}
    if len(set(ids.values())) < len({tables.key(student) for student in ids}):
        raise AnonymousError(f"Two ids are equal: delete {out / SECRET} and run it again.")
    everybody = _pattern([form for student in ids for form in _whole_names(student)])
    columns = [(lab, name) for lab in labs for name in (*labs[lab].exercises, *labs[lab].written)]
    rows = []
    for result in sorted(results, key=lambda result: (ids[result.student], result.lab)):
        one, person = ids[result.student], of.person(result)
        clean = _Cleaner(everybody, [result.student, person.name], [*_ids(person), *_ids(result)])
        points = counted(result, manual)
        cells = [points.get(name) if lab == result.lab else None for lab, name in columns]
        numbers = (total(result, manual), max_points(labs[result.lab]), *cells)
        rows.append([one, result.lab, *("" if n is None else f"{n:g}" for n in numbers)])
        if answers := _answers(result, labs[result.lab], clean):
            path = folder / "answers" / one / f"{result.lab}.ipynb"
            write_atomically(path, answers.encode("utf-8", "replace"))
    titles = [name if len(labs) == 1 else f"{lab[:2]}.{name}" for lab, name in columns]
    tables.write(folder / TABLE, ["id", "lab", "points", "max_points", *titles], rows)
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, TIME)


def name_of(student: str, secret: bytes) -> str:
    """An id that says nothing of the name, and that no spreadsheet takes for a number or a date."""
    digest = hmac.new(secret, tables.key(student).encode(errors="replace"), hashlib.sha256)
    return "p" + base64.b32encode(digest.digest())[:8].decode().lower()


def _secret(path: Path) -> bytes:
    if not path.exists():
        write_atomically(path, secrets.token_hex(32).encode())
        path.chmod(0o600)
    return path.read_bytes().strip()


def _answers(result: Result, lab: Lab, clean: "_Cleaner") -> str:
    """A notebook of the answers in their order, without anything else; "" if there are none."""
    import nbformat  # takes a second, and few ask for the copy

    stubs = {name: cell.source.strip() for name, cell in lab.cells.items()}
    code = {
        mark.name: clean.code(mark.answer)
        for mark in result.marks
        if mark.answer.strip() not in ("", stubs[mark.name])
    }
    text = {w["name"]: clean.text(w["answer"]) for w in result.written if w["answer"].strip()}
    cells = []
    for name, cell in lab.cells.items():
        if name in code and not code[name].lstrip().lower().startswith("# exercise"):
            code[name] = f"# exercise: {name}\n{code[name]}"
        if name in code:
            cells.append(nbformat.v4.new_code_cell(code[name], id=f"answer-{len(cells)}"))
        elif name in text:
            cells.append(nbformat.v4.new_markdown_cell(text[name], id=f"answer-{len(cells)}"))
        else:
            continue
        cells[-1].metadata = nbformat.from_dict({"nbgrader": cell.metadata["nbgrader"]})
    about = {"workbook": {"lab": lab.name}, "language_info": {"name": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=about)) if cells else ""


# ── names in what students wrote ────────────────────────────────────────────────────────────────


class _Cleaner:
    """Takes names away: whole ones, ids and addresses everywhere, parts of one's own name in texts
    and comments only, as code may need a word such as "max" or "adam".
    """

    def __init__(self, everybody: re.Pattern, own: list[str], ids: list[str]):
        spelled = " ".join([*own, *map(_without_accents, own)])
        parts = set(re.findall(r"[^\W\d_]{3,}", spelled))
        self.whole = [everybody, _pattern([*(f for n in own for f in _whole_names(n)), *ids])]
        self.parts = _pattern(list(parts))

    def text(self, text: str) -> str:
        return self.parts.sub(SOMEBODY, self._everywhere(text))

    def code(self, code: str) -> str:
        lines = self._everywhere(code).split("\n")
        for row, column, comment in reversed(_comments("\n".join(lines))):
            line = lines[row - 1]
            if not comment.lstrip("# ").startswith("exercise:"):
                lines[row - 1] = line[:column] + self.parts.sub(SOMEBODY, line[column:])
        return "\n".join(lines)

    def _everywhere(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        text = PATHS.sub(r"\1somebody", E_MAIL.sub("[e-mail]", text))
        for pattern in self.whole:
            text = pattern.sub(SOMEBODY, text)
        return text


def _comments(code: str) -> list[tuple[int, int, str]]:
    """Comments by line and column; those above where code ends to be Python."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                found.append((*token.start, token.string))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


def _whole_names(name: str) -> list[str]:
    """A name of several words from any of them on, joined in any way; one word only if it is long.

    With accents and without.
    """
    forms = []
    for spelled in (name, _without_accents(name)):
        words = re.findall(r"[^\W_]+", spelled)
        turned = [words[i:] + words[:i] for i in range(len(words))]
        if len(words) > 1 or len(spelled) > 5:
            forms += [r"[\W_]{0,2}".join(map(re.escape, order)) for order in turned]
    return forms


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _ids(about) -> list[str]:
    """What else names somebody, if it is long enough to be told from other words."""
    fields = [getattr(about, name, "") for name in ("id", "email", "user", "canvas", "number")]
    return [re.escape(text) for text in fields if len(text) > 3]


def _pattern(forms: list[str]) -> re.Pattern:
    """Any of these as words of their own; of none, what matches nowhere."""
    joined = "|".join(sorted(set(forms), key=lambda form: (-len(form), form))) or r"(?!)"
    return re.compile(rf"(?i)(?<![^\W_])(?:{joined})(?![^\W_])")
