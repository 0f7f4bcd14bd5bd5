"""What a command must not load: parts of other commands make every start slower, and the core is headless.

Deferred imports escape the static graph, so each case is a process of its own.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.support.deployment import PASSPHRASE, TOP
from ui.cli import COMMANDS

_COMMAND_MODULES = {where.partition(":")[0] for where, _ in COMMANDS.values()}
_OF_ANSWERS = {"numpy", "pydantic", "sqlcipher3", "cryptography", "data.kit.settings"}
"""What only a command that answers something needs."""
_OF_SCREEN_AND_LINE = {"textual", "ui.screens", "asyncio", "ssl", "httpx", "tuf", "sqlalchemy", "starlette", "sync"}
_OF_DEVICES = {"cv2", "smartcard", "devices.registry", "devices.chip.lds", "devices.chip.reading"}
_OF_CERTIFICATES = {"asn1crypto", "ecdsa", "data.certificates.certificate", "appliance.chips.reader_service"}
_OF_MAKING_A_KIT = {"sqlite_utils", "defusedxml", "provisioning"}


def test_help_loads_no_command() -> None:
    loaded = _loaded("from ui.cli import run; run(['--help'])")
    assert "click" in loaded
    assert not _among(loaded, _COMMAND_MODULES | _OF_ANSWERS | _OF_SCREEN_AND_LINE)


def test_a_check_loads_only_what_it_asks(kit: Path) -> None:
    """A whole one, on a kit with lists: what is loaded on the way counts as well."""
    asked = [
        "check",
        "--home",
        str(kit),
        "--number",
        "24FV38617",
        "--country",
        "FRA",
        "--name",
        "Doe, Jane",
    ]
    loaded = _loaded(f"from ui.cli import run; assert run({asked!r}) == 10")
    assert {"ui.commands.check", "data.documents.lookup", "appliance.matching.matcher"} <= loaded
    others = _COMMAND_MODULES - {"ui.commands.check"}
    assert not _among(loaded, others | _OF_SCREEN_AND_LINE | _OF_DEVICES | _OF_CERTIFICATES | _OF_MAKING_A_KIT)


def test_headless_commands_never_load_the_screen() -> None:
    assert "textual" not in _loaded("import ui.commands.lists, ui.commands.courier, ui.commands.journal")


def _among(loaded: set[str], names: Iterable[str]) -> set[str]:
    return {one for one in loaded for name in names if one == name or one.startswith(f"{name}.")}


def _loaded(script: str) -> set[str]:
    """The modules that a process has after this script."""
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\nimport sys; print('loaded', *sys.modules)"],
        cwd=TOP,
        env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("loaded ")[2].split())
