"""Pages for people: one of feedback for each submission, and the instructor's report."""

import re
import statistics
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape
from pygments.formatters import HtmlFormatter

from helpers.run import write_atomically
from tools.grading.gradebook import Class, changes, max_points, still_open, total
from tools.grading.grader import Mark, Result
from tools.grading.lab import Lab
from tools.grading.manual import Manual
from tools.grading.submissions import slug
from tools.grading.times import zone

LONG = 160  # characters of a line of code that are shown

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
_templates.filters["url"] = quote


def _marked_up(text: str) -> Markup:
    """A hint of the course, with its code and its formulas set apart."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\$([^$]+)\$", r"<i>\1</i>", text))


_templates.filters["hint"] = _marked_up


def feedback(result: Result, lab: Lab, manual: Manual) -> str:
    """A page for the student: each exercise's mark, why, and what to do."""
    key = (result.student, result.lab)
    given = {name: manual.points(*key, name) for name in lab.exercises}
    return _templates.get_template("feedback.html").render(
        result=result,
        marks=result.marks or [Mark(e.name, 0, e.points, "○") for e in lab.exercises.values()],
        title=_title(lab),
        hints=lab.hints,
        written=[w | _marked(result, w, manual) for w in result.written],
        given={name: points for name, points in given.items() if points is not None},
        comments={name: manual.comment(*key, name) for name in lab.exercises},
        total=total(result, manual),
        maximum=max_points(lab),
        still_open=still_open(result, manual),
    )


def _marked(result: Result, written: dict, manual: Manual) -> dict:
    """What the instructor gave for a written answer."""
    key = (result.student, result.lab, written["name"])
    lab = manual.labs.get(result.lab)
    most = lab.written[written["name"]].rubric if lab else {}
    rubric = [(name, points, most[name]) for name, points in manual.rubric(*key).items()]
    return {
        "points": manual.points(*key),
        "comment": manual.comment(*key),
        "rubric": rubric,
        "begun": any(points is not None for _, points, _ in rubric),
    }


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
    of: Class | None = None,
) -> str:
    """A page for the instructor: points, hardest exercises, failures, what to look at."""
    of = of or Class()
    return _templates.get_template("report.html").render(
        labs=[_summary(lab, results, manual, of) for lab in labs.values()],
        failed=[*(r for r in results if r.status != "graded"), *without],
        flagged=[(r, [_shown_flag(flag, r) for flag in r.flags]) for r in results if r.flags],
        written=[
            {"result": r, **w, **_marked(r, w, manual)}
            for r in results
            for w in r.written
            if w["answer"].strip()
        ],
        people=_people(results, labs, manual, of),
        students=len({r.student for r in results}),
        roster=len(of.roster.people) if of.roster else None,
        missing=of.missing,
        links={r.student: slug(r.student) for r in results},
        zone=zone(),
        sources={s.handed_in.source for s in of.submissions.values()},
        notes=notes,
        unsafe=unsafe,
    )


def _people(results: list[Result], labs, manual: Manual, of: Class) -> list[dict]:
    """A row for each student: by lab the points, and how late."""
    rows: dict[str, dict] = {}
    for result in results:
        row = rows.setdefault(result.student, {"student": result.student, "labs": {}, "flags": 0})
        _, source, late = of.when(result.student, result.lab)
        row["labs"][result.lab] = {
            "points": total(result, manual),
            "open": still_open(result, manual),
            "late": "" if late == "0" else late,
            "weak": source in ("file", "zip"),
            "changed": bool(changes(result, manual)),
        }
        row["flags"] += len(result.flags)
    return sorted(rows.values(), key=lambda row: row["student"].casefold())


def _shown_flag(flag: str, result: Result) -> dict:
    """A flag, with the line of code that it is about where it names one."""
    name, _, what = flag.partition(": ")
    mark = next((mark for mark in result.marks if mark.name == name), None)
    number = mark.lines.get(what, 0) if mark else 0
    line = mark.answer.splitlines()[number - 1].strip() if number else ""
    return {"text": flag, "number": number, "line": line[:LONG] + "…" * (len(line) > LONG)}


def _summary(lab: Lab, results: list[Result], manual: Manual, of: Class) -> dict:
    mine = [r for r in results if r.lab == lab.name]
    graded = [r for r in mine if total(r, manual) is not None]
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
        "alike": of.alike[lab.name].groups if lab.name in of.alike else [],
    }


def _title(lab: Lab) -> str:
    return lab.lab.cells[0].source.splitlines()[0].lstrip("# ")
