"""What the labs share: run settings, data, pictures and metrics.

Importing this package is cheap (no TensorFlow, no matplotlib): the submodules
``datasets``, ``figures``, ``images``, ``metrics`` and ``plots`` load when a lab asks for them.
"""

import os

# Set before TensorFlow is first imported: its start-up notes would fill a learner's screen.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

from helpers.run import Sentence, describe_run, report, run_profile, run_seed

__all__ = ["describe_run", "report", "run_profile", "run_seed"]


class EarlierNotebook(Sentence, ImportError):
    """A notebook of an earlier version asks for what has moved."""


def __getattr__(name: str):
    if name in ("catch_up", "check", "score_so_far"):
        said = "This notebook was made with an earlier version of the course: open the lab anew"
        where = "from labs/ (`make lab` puts it into work/ beside yours)"
        raise EarlierNotebook(f"{said} {where}, and copy your answers into it.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
