"""A pytest plugin: test processes that run at the same time keep to cores of their own.

Otherwise each computes with as many threads as there are cores, and they get into each other's way.
What a process starts, such as a notebook's kernel, keeps to them, too.
"""

import os
from concurrent.futures import ThreadPoolExecutor


def available() -> list[int]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def share(cores: list[int], number: int, processes: int) -> list[int]:
    """The cores of the process of this number, or thread; one where there are too few."""
    return cores[number::processes] or [cores[number % len(cores)]]


def keep_to(number: int, processes: int) -> None:
    """From now on this thread, and what it starts, keeps to its share, where the system allows."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, share(available(), number, processes))


def pool(threads: int) -> ThreadPoolExecutor:
    """So many threads, each of which, with what it starts, keeps to cores of its own."""
    numbers = [*range(threads)]
    return ThreadPoolExecutor(threads, initializer=lambda: keep_to(numbers.pop(), threads))


def pytest_load_initial_conftests() -> None:  # before anything that computes is imported
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # such as gw1; empty where there is but one
    if worker.startswith("gw"):
        keep_to(int(worker[2:]), int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))
