"""Parts of README.md that are made by commands, from stored results."""

import re
from pathlib import Path

from helpers.run import ROOT, write_atomically


def fill(name: str, text: str, readme: Path = ROOT / "README.md", check: bool = False) -> bool:
    """Put `text` between ``<!-- name:begin -->`` and ``<!-- name:end -->``; with `check` only look.

    Lines stand in lines of their own; less than a line stays in its line, such as a table's cell.

    Returns whether the file had another text there. Raises ValueError if it lacks the marks.
    """
    old = readme.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    pattern = re.compile(f"{begin}.*?{end}", re.DOTALL)
    if not pattern.search(old):
        raise ValueError(f"{readme.name} has no {begin} … {end}")
    space = "\n\n" if "\n" in text else ""
    new = pattern.sub(lambda _: f"{begin}{space}{text}{space}{end}", old)
    if new != old and not check:
        write_atomically(readme, new.encode())
    return new != old
