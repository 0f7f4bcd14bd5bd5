"""A pcscd of our own with a virtual reader, so that the PC/SC path is tested for real and no real reader is touched.

pcscd knows one folder for its socket: it gets ours mounted there, in a mount namespace of its own. What it takes:
Debian's pcscd and vsmartcard-vpcd, PyPI's pyscard, and a user who may make such a namespace.
"""

import atexit
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from tests.devices.support.vpcd import LIBRARY, VirtualReader, configuration, free_port
from tests.support.waiting import GUARD_S, wait_until

FOLDER = Path(mkdtemp(prefix="pcsc-"))
SOCKET = "PCSCLITE_CSOCK_NAME"
READER = "Simulated reader 00 00"
"""As pcscd names the first slot."""
_RUN = "/run/pcscd"
_START = 'mkdir -p "$1" && mount --bind "$2" "$1" && exec pcscd --foreground --config "$3"'


def aim_at_our_own() -> None:
    """The client library reads this once: before any test, so that none ever reaches the machine's own pcscd."""
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
    os.environ[SOCKET] = str(FOLDER / "pcscd.comm")


def missing() -> str:
    """What is missing for it; empty where nothing is."""
    parts = {
        "pcscd (Debian package pcscd)": shutil.which("pcscd"),
        "a virtual reader (Debian package vsmartcard-vpcd)": LIBRARY.exists(),
        "pyscard (extra pcsc)": find_spec("smartcard"),
        "the right to mount (root)": os.geteuid() == 0 and shutil.which("unshare") and shutil.which("setpriv"),
    }
    return ", ".join(name for name, there in parts.items() if not there)


class VirtualPcsc:
    """The running pcscd and its reader."""

    def __init__(self) -> None:
        settings = FOLDER / "readers"
        settings.mkdir(exist_ok=True)
        port = free_port()
        (settings / "vpcd").write_text(configuration("Simulated reader", port), "utf-8")
        command = [
            "setpriv",
            "--pdeathsig",
            "TERM",
            "unshare",
            "--mount",
            "sh",
            "-c",
            _START,
            "sh",
            _RUN,
            str(FOLDER),
            str(settings),
        ]
        self._log = (FOLDER / "log").open("wb")
        self._process = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT)
        self._wait_until_ready()
        self.reader = VirtualReader(port)

    def stop(self) -> None:
        """End it."""
        self.reader.take_away()
        self._process.terminate()
        self._process.wait(GUARD_S)
        self._log.close()

    def _wait_until_ready(self) -> None:
        listens = FOLDER / "pcscd.comm"
        wait_until(lambda: listens.exists() or self._process.poll() is not None, "pcscd")
        if not listens.exists():
            raise RuntimeError(f"pcscd did not start: {(FOLDER / 'log').read_text('utf-8', 'replace')}")
