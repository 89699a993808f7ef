"""Grades a class: reads submissions, runs their answers in a sandbox, writes grades and feedback.

``tools.grade`` is the command. The parts: ``course`` (what an answer is checked with),
``submissions`` (what students handed in), ``sandbox`` (where it runs), ``runner`` (what runs in
there), ``grader`` (one submission), ``results`` and ``pages`` (what the instructor gets).
"""
