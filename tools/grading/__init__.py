"""Grades a class: reads submissions, runs their answers in a sandbox, writes grades and feedback.

``tools.grade`` is the command. A submission walks one way: ``files`` (what lies there),
``platforms`` (what names mean), ``times`` (when it was handed in), ``handins`` (who handed in
what), ``submissions`` (the file that counts), ``lab`` (what an answer is checked with), ``grader``
(its answers, one by one), ``session`` (talks to what runs in a sandbox), ``sandbox`` (the outer
walls), ``cgroup`` (a limit of memory that the kernel keeps).
Inside run ``runner``, which forks a process for every job, ``isolation`` (its walls) and ``inside``
(what it does: answers, verdicts, and ``reading``: the answers in a notebook, with ``plain``,
``chunks``, ``trees`` and ``suspicions``); ``self_test`` tries to break out.
What comes out goes with ``manual`` (the instructor's marks), ``roster`` and ``similar`` into
``gradebook``, and from there into ``results`` (tables), ``pages`` and ``anonymous``.
"""
