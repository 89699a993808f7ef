"""A pytest plugin for nbval: kernels that neither share a history nor are lost at their start.

One that does not answer within a minute, as when another program took one of the ports that were
chosen for it, is started once more. And two that start at the same time would wait for each other's
lock on IPython's history, a file in the user's home: theirs is kept in memory.
"""

import warnings

import nbval.kernel

_start = nbval.kernel.start_new_kernel


def start_new_kernel(**options):
    """As nbval's own, with a second try."""
    options["extra_arguments"] = ["--HistoryManager.hist_file=:memory:"]
    try:
        return _start(**options)
    except RuntimeError as error:
        warnings.warn(f"a kernel is started once more: {error}", stacklevel=2)
        return _start(**options)


nbval.kernel.start_new_kernel = start_new_kernel
