"""What a copy of the course without solutions says where this one names them."""

import re

STUCK = re.compile(r"(<details><summary>Still stuck\?</summary>\n\n).*?(</details>)", re.DOTALL)
NO_SOLUTIONS = (
    "Ask your instructor: this copy of the course comes without solutions. You can go on in any "
    "case: cells that need this answer say so, and the exercises after it stand alone.\n"
)


def without_solutions(text: str) -> str:
    """A cell of a lab that names no solution."""
    return STUCK.sub(rf"\g<1>{NO_SOLUTIONS}\g<2>", text)
