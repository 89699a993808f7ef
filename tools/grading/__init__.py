"""Grades a class: reads submissions, runs their answers in a sandbox, writes grades and feedback.

``tools.grade`` is the command. A submission walks one way: ``submissions`` (what was handed in),
``lab`` (what an answer is checked with), ``grader`` (its answers, one by one), ``session`` (talks
to what runs in a sandbox), ``sandbox`` (the walls). Inside runs ``runner``, which imports none of
them. ``results`` and ``pages`` are what the instructor gets; ``probe`` tries to break out.
"""
