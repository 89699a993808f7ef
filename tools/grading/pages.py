"""Pages for people: one of feedback for each submission, and the instructor's report."""

import re
import statistics
from collections import Counter
from pathlib import Path

import jinja2
from markupsafe import Markup, escape
from pygments.formatters import HtmlFormatter

from helpers.run import write_atomically
from tools.grading.grader import Result
from tools.grading.lab import Lab
from tools.grading.results import Manual, max_points, still_open, total
from tools.grading.submissions import slug

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,  # names, answers and outputs are strangers' texts
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["code_style"] = HtmlFormatter(style="friendly").get_style_defs(".code")
_templates.filters["number"] = lambda value: f"{value:g}"
_templates.filters["colored"] = Markup  # what pygments wrote is escaped


def _marked_up(text: str) -> Markup:
    """A hint of the course, with its code and its formulas set apart."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\$([^$]+)\$", r"<i>\1</i>", text))


_templates.filters["hint"] = _marked_up


def feedback(result: Result, lab: Lab, manual: Manual) -> str:
    """A page for the student: each exercise's mark, why, and what to do."""
    key = (result.student, result.lab)
    written = [
        w | {"points": manual.points(*key, w["name"]), "comment": manual.comment(*key, w["name"])}
        for w in result.written
    ]
    return _templates.get_template("feedback.html").render(
        result=result,
        title=_title(lab),
        hints=lab.hints,
        written=written,
        total=total(result, manual),
        maximum=max_points(lab),
        still_open=still_open(result, manual),
    )


def write_feedback(result: Result, lab: Lab, manual: Manual, folder: Path) -> None:
    """feedback/STUDENT/NN_name.html; the student's name made safe for a file system."""
    page = feedback(result, lab, manual).encode("utf-8", "replace")
    write_atomically(folder / slug(result.student) / f"{result.lab}.html", page)


def report(
    results: list[Result],
    labs: dict[str, Lab],
    manual: Manual,
    without: list[Result],
    notes: list[str],
    unsafe: bool,
) -> str:
    """A page for the instructor: points, hardest exercises, failures, what to look at."""
    return _templates.get_template("report.html").render(
        labs=[_summary(lab, results, manual) for lab in labs.values()],
        failed=[*(r for r in results if r.status != "graded"), *without],
        flagged=[r for r in results if r.flags],
        written=[
            {"result": r, **w, "points": manual.points(r.student, r.lab, w["name"])}
            for r in results
            for w in r.written
            if w["answer"].strip()
        ],
        students=len({r.student for r in results}),
        notes=notes,
        unsafe=unsafe,
    )


def _summary(lab: Lab, results: list[Result], manual: Manual) -> dict:
    mine = [r for r in results if r.lab == lab.name]
    graded = [r for r in mine if not r.not_graded]
    totals = [total(r, manual) for r in graded]
    maximum = max_points(lab)
    bins = [0] * 10
    for points in totals:
        bins[min(9, int(10 * points / maximum))] += 1
    exercises = []
    for exercise in lab.exercises.values():
        marks = [m for r in graded for m in r.marks if m.name == exercise.name]
        reasons = Counter(m.comment for m in marks if m.mark in "✗■" and m.comment)
        exercises.append(
            {
                "name": exercise.name,
                "share": sum(m.mark == "✓" for m in marks) / len(marks) if marks else 0,
                "counts": {kind: sum(m.mark == kind for m in marks) for kind in "✓✗○■"},
                "reasons": reasons.most_common(3),
            }
        )
    return {
        "name": lab.name,
        "title": _title(lab),
        "submissions": len(mine),
        "graded": len(graded),
        "maximum": maximum,
        "mean": statistics.mean(totals) if totals else 0,
        "median": statistics.median(totals) if totals else 0,
        "bins": bins,
        "highest_bin": max(1, *bins),
        "exercises": sorted(exercises, key=lambda e: e["share"]),
        "seconds": sum(r.seconds for r in mine),
    }


def _title(lab: Lab) -> str:
    return lab.lab.cells[0].source.splitlines()[0].lstrip("# ")
