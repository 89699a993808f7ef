"""Only for notebooks of version 1, whose setup cell looks for this file.

Checks have moved to ``checks/``; ``helpers/__init__.py`` tells such a notebook what to do.
"""
