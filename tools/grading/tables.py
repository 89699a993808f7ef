"""Tables as CSV files that people open in a spreadsheet, and what a spreadsheet does to them."""

import csv
import io
import re
import unicodedata
from itertools import zip_longest
from pathlib import Path

from helpers.run import write_atomically

FORMULA = re.compile(r"'*[=+\-@\t\r]")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = re.compile(rf"(?i)\d{{1,4}}[-/. ]?{MONTH}|{MONTH}[-/. ]?\d{{1,4}}|\d+([-/.]\d+){{1,2}}")


class TableError(Exception):
    """A table that was filled in holds something unusable; the message names the line."""


def key(name: str) -> str:
    """What stays of a name whatever typed, packed or exported it: Unicode form, case, blanks."""
    name = unicodedata.normalize("NFKC", name).casefold().replace("_", " ")
    return " ".join(unicodedata.normalize("NFKC", name).split())


def read(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns of a table, and its rows with the lines on which they begin.

    Raises TableError if it is no CSV file in UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
        columns, rows, line = next(reader, []), [], reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells[len(columns) :]):
                raise TableError(
                    f"{path}, line {line}: it has more cells than the table has columns; put a "
                    'text with commas into "quotes".'
                )
            if any(cell.strip() for cell in cells):
                rows.append((line, dict(zip_longest(columns, cells[: len(columns)], fillvalue=""))))
            line = reader.line_num + 1
        return columns, rows
    except (UnicodeError, csv.Error, OSError) as error:
        raise TableError(f"{path} cannot be read ({error}): save it as CSV in UTF-8.") from None


def delimiter(text: str) -> str:
    """A spreadsheet may have saved it with semicolons."""
    return max(",;\t", key=text.partition("\n")[0].count)


def write(path: Path, titles: list[str], rows: list[list], bom: bool = True) -> None:
    """Write a table whole or not at all. Cells are taken as they are: see `guarded`.

    bom : with a byte order mark, or Excel takes names for another encoding.
    """
    write_atomically(path, _rendered(titles, rows, ",", bom))


def rewrite(path: Path, titles: list[str], rows: list[list]) -> None:
    """Write a table that a person may have changed, with the separator that it has.

    What it held is kept in the folder backups/ beside it. What needs no change is left alone.
    """
    before = path.read_bytes() if path.exists() else b""
    after = _rendered(titles, rows, delimiter(before.decode("utf-8-sig")) if before else ",")
    folder = path.parent / "backups"
    copies = sorted(folder.glob(f"{path.stem}-*{path.suffix}"))
    if before and before != after and all(copy.read_bytes() != before for copy in copies):
        write_atomically(folder / f"{path.stem}-{len(copies) + 1}{path.suffix}", before)
    if before != after:
        write_atomically(path, after)


def _rendered(titles: list[str], rows: list[list], separator: str, bom: bool = True) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows([titles, *rows])
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace")


def guarded(cell) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(str(cell)) else str(cell)


def unguarded(cell: str) -> str:
    """What was guarded, as it was."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def spreadsheet_made(before: str, after: str) -> bool:
    """Whether a spreadsheet makes `after` of `before`: 00123 → 123, long ids → 1.23E+11, dates."""
    if before == after:
        return False
    if DATE.fullmatch(before.strip()) and DATE.fullmatch(after.strip()):
        return True
    try:
        old, new = float(before), float(after.replace(",", "."))
    except ValueError:
        return False
    return old == new or ("e" in after.lower() and abs(old - new) <= 0.06 * abs(old))
