"""What every process of Waypost does before it reads anything secret (docs/threats.md, "Processes").

- No core dump: not of a crash (a limit of nothing) and not by way of a program that collects them (not dumpable). What
  is not dumpable can also not be read or traced by other programs of the same user: neither its memory nor the
  environment that it was started with.
- Whatever file it makes is its user's own. What others are meant to read says so (`data.durable_files.PUBLIC_MODE`).
- Nothing that happens to be installed sees what is decoded: pydantic would load plug-ins of any package.
- The passphrase leaves the environment at once, whether this command needs it or not: nothing that starts later has it.
"""

import ctypes
import os
import resource
import signal

PASSPHRASE_VARIABLE = "WAYPOST_PASSPHRASE"  # noqa: S105  (a name)
PRIVATE_MASK = 0o077
"""What the user's group and everybody else may not do with a new file: anything."""
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_from_environment: list[str] = []


def harden_process() -> None:
    """Harden this process. The passphrase of its environment waits for `take_passphrase`."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    os.umask(PRIVATE_MASK)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    passphrase = os.environ.pop(PASSPHRASE_VARIABLE, None)
    _from_environment[:] = () if passphrase is None else (passphrase,)


def take_passphrase() -> str | None:
    """The passphrase of the environment, once: neither the environment nor this module has it any more."""
    passphrase = os.environ.pop(PASSPHRASE_VARIABLE, None)
    if passphrase is None and _from_environment:
        passphrase = _from_environment[0]
    _from_environment.clear()
    return passphrase


def end_with_parent(parent: int) -> None:
    """The kernel kills this process when the one that started it, process `parent`, ends; it ends here if that has."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
