"""Grades a class: reads submissions, runs their answers in a sandbox, writes grades and feedback.

``tools.grade`` is the command. A submission walks one way: ``files`` (what lies there),
``platforms`` (what names mean), ``handins`` (who handed in what), ``submissions`` and ``plain``
(the answers in a notebook), ``lab`` (what an answer is checked with), ``grader`` (its answers, one
by one), ``session`` (talks to what runs in a sandbox), ``sandbox`` (the outer walls), ``cgroup``
(a limit of memory that the kernel keeps). Inside run ``runner``, which forks a process for every
job, ``isolation`` (its walls) and ``inside`` (what it does), which import none of them;
``self_test`` tries to break out. ``results`` and ``pages`` are what the instructor gets, by way of
``tables``.
"""
