"""Cards of softhsm2, filled by softhsm2-util and pkcs11-tool, and a library around softhsm2 that fails on request.

What it takes: Debian's softhsm2, opensc and gcc, and PyPI's python-pkcs11.
"""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
CONFIGURED_BY = "SOFTHSM2_CONF"
PIN = "493817"
"""Planted: it may be nowhere but in the request to the library."""
WRONG_PIN = "602915"


def missing() -> str:
    """What is missing for it; empty where nothing is."""
    parts = {
        "softhsm2-util (Debian package softhsm2)": shutil.which("softhsm2-util"),
        "its library (Debian package softhsm2)": SOFTHSM.exists(),
        "pkcs11-tool (Debian package opensc)": shutil.which("pkcs11-tool"),
        "gcc (Debian package gcc)": shutil.which("gcc"),
        "python-pkcs11 (extra card)": find_spec("pkcs11"),
    }
    return ", ".join(name for name, there in parts.items() if not there)


class CardMaker:
    """Makes cards in a folder; `library` is softhsm2 behind a switchboard: `order` makes it fail."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._orders = folder / "orders"
        for each in (folder / "tokens", self._orders):
            each.mkdir(parents=True)
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n", "utf-8")
        monkeypatch.setenv(CONFIGURED_BY, str(configuration))
        self.library = folder / "switchboard.so"
        source = Path(__file__).with_name("card_switchboard.c")
        names = [f'-DORDERS="{self._orders}"', f'-DSOFTHSM="{SOFTHSM}"']
        _run("gcc", "-shared", "-fPIC", "-O1", *names, "-o", str(self.library), str(source), "-ldl")

    @property
    def url(self) -> str:
        """The card reader, for the registry."""
        return card_url(self.library)

    def make(self, label: str = "A. Karim", *key_types: str) -> None:
        """A card with keys of these types, as pkcs11-tool names them."""
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN]
        _run(*command)
        for number, key_type in enumerate(key_types, start=1):
            keys = ["--keypairgen", "--key-type", key_type, "--id", f"{number:02}", "--label", key_type]
            self.fill(label, *keys)

    def fill(self, label: str, *arguments: str) -> str:
        """What pkcs11-tool says, logged in."""
        tool = ["pkcs11-tool", "--module", str(SOFTHSM), "--token-label", label, "--login", "--pin", PIN]
        return _run(*tool, *arguments)

    def order(self, *failures: str) -> None:
        """From now on the library fails in these ways (tests/support/card_switchboard.c), and in no others."""
        for order in self._orders.iterdir():
            order.unlink()
        for name in failures:
            (self._orders / name).touch()

    def is_ordered(self, failure: str) -> bool:
        """Whether it fails so; the library withdraws orders that it carries out once."""
        return (self._orders / failure).exists()


def card_url(library: Path) -> str:
    """The URL of the cards that a library shows."""
    return f"pkcs11://?module={quote(str(library))}"


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (command[0], done.stdout, done.stderr)
    return done.stdout
