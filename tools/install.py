"""Install what the course needs into the environment of this Python; `make` calls it.

    python -m tools.install requirements.txt [more of pip's arguments]

It needs nothing but Python itself, of any version. Where the libraries cannot be had, it says so in
one sentence.
"""

from __future__ import annotations

import importlib.util
import platform
import shutil
import subprocess
import sys
import sysconfig

NO_PIP = (
    "This environment has no pip, and its Python cannot bring one: install it (Debian and Ubuntu: "
    "sudo apt install python3-venv; Fedora: sudo dnf install python3-pip) and call again."
)
ELSEWHERE = "open the labs in Colab or Binder (links in README.md), or in a Linux container"


def problem() -> str | None:
    """Why the libraries cannot be installed for this Python, and what to do; None if they can."""
    python = "{}.{}".format(*sys.version_info)
    if python not in ("3.11", "3.12", "3.13"):
        return (
            f"The course needs Python 3.11, 3.12 or 3.13, and this environment has {python}: make "
            "it anew with another one (make clean, then make lab PYTHON=python3.12)."
        )
    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        return (
            "TensorFlow has had no version for Macs with an Intel processor since 2.17 (on a newer "
            f"Mac, use a Python made for Apple's processors): {ELSEWHERE}."
        )
    kind = sysconfig.get_config_var("SOABI") or sysconfig.get_platform()
    if sys.maxsize < 2**32 or sysconfig.get_platform() == "win-arm64" or "musl" in kind:
        return f"There is no TensorFlow for this Python ({kind}): {ELSEWHERE}."
    return None


def installer() -> list[str] | None:
    """The command that installs packages here: pip, brought by ensurepip where missing, or uv."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if importlib.util.find_spec("pip"):
        return pip
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    brought = subprocess.run([sys.executable, "-m", "ensurepip"], capture_output=True)
    return pip if brought.returncode == 0 else None


def main(arguments: list[str]) -> int:
    if said := problem():
        sys.exit(said)
    command = installer()
    if command is None:
        sys.exit(NO_PIP)
    return subprocess.run([*command, *map(option, arguments)]).returncode


def option(argument: str) -> str:
    """A file of requirements as pip wants it; everything else as it is."""
    is_file = argument.endswith(".txt") and not argument.startswith("-")
    return f"--requirement={argument}" if is_file else argument


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
