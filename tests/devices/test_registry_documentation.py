"""docs/devices.md says what the registry holds. `WAYPOST_WRITE_DOCS=1` writes the table anew."""

import os
import tomllib
from pathlib import Path

from devices.framing.selection import FRAMINGS
from devices.registry import BUILT_IN_DRIVERS, device_table

TOP = Path(__file__).resolve().parents[2]
PAGE = TOP / "docs" / "devices.md"

BEGINS, ENDS = "test_registry_documentation.py holds it -->\n", "<!-- end of table -->"


def test_the_device_table_is_the_registrys() -> None:
    before, rest = PAGE.read_text("utf-8").split(BEGINS)
    shown, after = rest.split(ENDS)
    if os.environ.get("WAYPOST_WRITE_DOCS"):
        PAGE.write_text(f"{before}{BEGINS}{device_table()}{ENDS}{after}", "utf-8")
        shown = device_table()
    assert shown == device_table()


def test_every_extra_can_be_installed() -> None:
    extras = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {entry.extra for entry in BUILT_IN_DRIVERS.values() if entry.extra} <= set(extras)
    assert all(entry.extra in extras["all"][0] for entry in BUILT_IN_DRIVERS.values())


def test_every_framing_and_setting_is_explained() -> None:
    page = PAGE.read_text("utf-8")
    for name in (*FRAMINGS, *(setting for entry in BUILT_IN_DRIVERS.values() for setting in entry.settings)):
        assert f"`{name}" in page, name
