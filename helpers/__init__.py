"""What the labs share: checks, run settings, data, pictures and metrics.

Importing this package is cheap (no TensorFlow, no matplotlib): the submodules
``datasets``, ``figures``, ``images``, ``metrics`` and ``plots`` load when a lab asks for them.
"""

import os

# Set before TensorFlow is first imported: its start-up notes would fill a learner's screen.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

from helpers import kernel
from helpers.checks import answered, catch_up, check, score_so_far
from helpers.run import describe_run, report, run_profile, run_seed

kernel.install(before_cell=answered)

__all__ = [
    "catch_up",
    "check",
    "describe_run",
    "report",
    "run_profile",
    "run_seed",
    "score_so_far",
]
