"""What a right answer must satisfy, and the engine that asks.

``lab_NN_name.py`` holds one function for each exercise of a lab; ``networks``, ``toys`` and
``mistakes`` are ways of asking that several share. For graders alone, and not handed out with the
labs: ``probes/`` ask an answer for its values on fresh inputs, ``hidden/`` holds the verdicts on
them (``verdicts`` says how), and ``answers/`` right and wrong answers that test all three.
Importing this package is cheap; a lab's module loads at its first check.
"""

from checks.engine import begin, catch_up, check, score_so_far

__all__ = ["begin", "catch_up", "check", "score_so_far"]
