"""What a command must not load: parts of other commands make every start slower, and the core is headless.

Deferred imports escape the static graph, so each case is a process of its own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.journeys.support.travellers import HONEST
from tests.structure.product import PACKAGES
from tests.support.deployment import PASSPHRASE, TOP
from ui.cli import COMMANDS

_COMMAND_MODULES = {where.partition(":")[0] for where, _ in COMMANDS.values()}
_OF_ANSWERS = {"numpy", "pydantic", "sqlcipher3", "cryptography", "data.kit.settings"}
"""What only a command that answers something needs."""
_OF_SCREEN_AND_LINE = {"textual", "ui.screens", "asyncio", "ssl", "httpx", "tuf", "sqlalchemy", "starlette", "sync"}
_OF_DEVICES = {"cv2", "smartcard", "devices.registry", "devices.chip.lds", "devices.chip.reading"}
_OF_CERTIFICATES = {"asn1crypto", "ecdsa", "data.certificates.certificate", "appliance.chips.reader_service"}
_OF_MAKING_A_KIT = {"sqlite_utils", "defusedxml", "provisioning"}
_OF_SCREENING = {"numpy", "rapidfuzz", "sqlcipher3", "appliance", "devices", "data.kit.home", "ui.wiring"}
_FEW_NEED = {"numpy.ma", "japanese_personal_name_dataset", "sqlite_utils", "pydantic.networks"}
_FOREIGN_OF_A_CHECK = {
    "annotated_types", "anyascii", "click", "cryptography", "cython_runtime", "numpy", "pydantic", "pydantic_core",
    "rapidfuzz", "sqlcipher3", "typing_extensions", "typing_inspection", "zstandard",
}  # fmt: skip
"""Every package that others wrote and that a check of a zone loads; the standard library apart."""
_MOST_OF_OURS = 241
"""Modules, packages included."""


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


def test_a_check_of_a_zone_loads_few_modules(kit: Path) -> None:
    """As it is called: from the main function, in a process of its own."""
    asked = ["waypost", "check", "--home", str(kit), "--mrz", HONEST]
    loaded = _loaded(
        f"import sys, ui.cli; sys.argv = {asked!r}\n"
        "try:\n    ui.cli.main()\nexcept SystemExit as ended:\n    assert ended.code in (0, 10, 30), ended"
    )
    ours = {name for name in loaded if name.partition(".")[0] in PACKAGES}
    assert {"ui.commands.check_answers", "appliance.matching.matcher"} <= ours
    assert len(ours) <= _MOST_OF_OURS
    assert not _among(loaded, _FEW_NEED | _OF_SCREEN_AND_LINE)
    foreign = {name.partition(".")[0] for name in loaded} - set(PACKAGES) - set(sys.stdlib_module_names)
    assert {name for name in foreign if not name.startswith("_")} <= _FOREIGN_OF_A_CHECK


def test_the_options_of_a_check_load_nothing_that_screens() -> None:
    """It is loaded while the key is derived from the passphrase."""
    loaded = _loaded("import ui.commands.check")
    assert {"data.store_key", "cryptography"} <= loaded
    assert not _among(loaded, _OF_SCREENING)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_what_is_installed_is_compiled() -> None:
    """A kit's user, or its file system, may not write what Python compiles."""
    asked = ["make", "--dry-run", "--always-make", "install"]
    steps = subprocess.run(asked, cwd=TOP, capture_output=True, text=True, check=True).stdout.splitlines()
    assert all("--compile-bytecode" in step for step in steps if "uv pip install" in step)
    (ours,) = (step for step in steps if "compileall" in step)
    assert set(PACKAGES) <= set(ours.split())


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
