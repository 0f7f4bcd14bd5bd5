"""Fixtures for the tests of drivers in their own process."""

import sys
from importlib import invalidate_caches
from pathlib import Path

import pytest

from devices import registry
from devices.isolation import isolated_reader, process
from devices.ports import DocumentReader, DriverContext
from tests.devices.support.harmful_driver import DRIVER
from tests.support.waiting import GUARD_S


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentReader:
    (tmp_path / "bad_driver.py").write_text(DRIVER)
    info = tmp_path / "bad-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[waypost.drivers]\nbad = bad_driver\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_driver", raising=False)
    monkeypatch.setenv("WAYPOST_PASSPHRASE", "secret")
    monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", GUARD_S)
    monkeypatch.setattr(isolated_reader, "BACK_OFF_S", (0.05,))
    monkeypatch.setattr(process, "START_S", GUARD_S)
    invalidate_caches()
    return registry.reader(f"bad://{tmp_path}", DriverContext(tmp_path))
