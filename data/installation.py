"""How this installation of Waypost gets what an optional part of it needs.

- The command names the packages of the extra, not `waypost[extra]`: Waypost may have been installed from a checkout, a
  wheel or with pipx, and no index has it.
- It names this Python, so that it is right whatever is on the path and whichever environment is active.
"""

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

_PIPX_NOTE = "pipx_metadata.json"
"""pipx keeps this file in each environment that it makes."""


def install_command(extra: str) -> str:
    """A shell command that installs the packages of `extra` for this Waypost."""
    return f"{installer()} {shlex.join(_packages(extra))}"


def installer() -> str:
    """What goes before the names of packages to install them for this Waypost."""
    prefix = Path(sys.prefix)
    if (prefix / _PIPX_NOTE).is_file():
        return f"pipx runpip {shlex.quote(prefix.name)} install"
    python = shlex.quote(sys.executable)
    if find_spec("pip") is None:
        return f"uv pip install --python {python}"
    return f"{python} -m pip install"


def _packages(extra: str) -> list[str]:
    from importlib.metadata import PackageNotFoundError, requires  # slow to load, and rarely needed

    try:
        lines = requires("waypost") or []
    except PackageNotFoundError:  # run from a checkout that was never installed
        return [f"{Path(__file__).parents[1]}[{extra}]"]
    marker = f"extra == '{extra}'"
    return [line.partition(";")[0].strip() for line in lines if line.replace('"', "'").endswith(marker)]
