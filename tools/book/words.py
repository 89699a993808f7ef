"""Links from words to the glossary, and from numbers of labs to their chapters."""

import re

LEFT_ALONE = re.compile(  # no word becomes a link in …
    r"(\A\*[^*].*?\*(?=\n\n|\s*\Z)"  # descriptions of figures,
    r"|\*\*References\.\*\*.*?(?=^#|\Z)|^#+ .*?$"  # references, headings,
    r"|^```.*?^```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$"  # code, formulas,
    r"|!?\[[^]]*\]\([^)]*\)|<[^>]+>)",  # links, tags
    re.DOTALL | re.MULTILINE,
)


class Words:
    """Links terms of the glossary, at their first use in a chapter, and the numbers of labs."""

    def __init__(self, terms: list[str], labs: dict[str, str]):
        self.labs, self.used, self.lab = labs, {term: [] for term in terms}, ""
        known = "|".join(
            re.escape(term).replace(r"\ ", r"\s+") for term in sorted(terms, key=len, reverse=True)
        )
        self.pattern = re.compile(
            rf"(?<!-)\b(?:({known})(?:e?s)?|(labs?\s+\d\d(?:(?:,|\s+and|,\s+and)\s+\d\d)*))\b(?!-)",
            re.IGNORECASE,
        )
        self.terms = {term.lower(): term for term in terms}

    def linked(self, text: str) -> str:
        parts = LEFT_ALONE.split(text)
        parts[::2] = [self.pattern.sub(self._link, part) for part in parts[::2]]
        return "".join(parts)

    def _link(self, match: re.Match) -> str:
        said = " ".join(match[0].split())
        if match[2]:
            number = r"\d\d" if "s" in said[3:4] else r".+"  # "lab 02", "labs 02 and 03"
            return re.sub(number, self._link_to_lab, said)
        term = self.terms[" ".join(match[1].lower().split())]
        is_name = term[1:] != term[1:].lower() and not said.startswith(term)  # "Gan", "elbo"
        if is_name or self.lab in self.used[term]:
            return match[0]
        self.used[term].append(self.lab)
        return f"{{term}}`{said} <{term}>`"

    def _link_to_lab(self, match: re.Match) -> str:
        lab = self.labs.get(match[0][-2:])
        return f"[{match[0]}]({lab}.ipynb)" if lab and lab != self.lab else match[0]
