"""The registry of drivers: what a URL opens, what is discovered, and what is refused."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from data.installation import install_command
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.isolation.isolated_reader import IsolatedReader
from devices.ports import DeviceUrl, DriverContext
from devices.registry import BUILT_IN_DRIVERS


def reason_of(url: str, context: DriverContext) -> FaultReason:
    with pytest.raises(DeviceFault) as fault:
        registry.reader(url, context)
    assert fault.value.hint
    return fault.value.reason


@pytest.fixture
def context(tmp_path: Path) -> DriverContext:
    (tmp_path / "simulated").mkdir()
    (tmp_path / "simulated" / "kit.toml").write_text("[reader]\n[other]\n")
    return DriverContext(tmp_path, "development")


@pytest.mark.parametrize("text", ["", "kit.toml", "simulated:kit.toml", "://x", "http://[::1"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(DeviceFault) as fault:
        DeviceUrl.parse(text)
    assert fault.value.reason is FaultReason.SETUP


def test_a_url_in_its_parts() -> None:
    url = DeviceUrl.parse("serial:///dev/serial/by%20id?framing=stx-etx#left")
    assert url == DeviceUrl("serial", "/dev/serial/by id", {"framing": "stx-etx"}, "left")


def test_a_production_kit_refuses_simulated_devices_and_does_not_discover_them(context: DriverContext) -> None:
    production = DriverContext(context.folder)
    assert production.profile == "production"
    assert reason_of("simulated://simulated/kit.toml#reader", production) is FaultReason.DENIED
    assert registry.discover(production) == ()
    assert len(registry.discover(context)) == 2


def test_a_scheme_without_a_driver(context: DriverContext) -> None:
    assert reason_of("carrier-pigeon://loft", context) is FaultReason.NO_DRIVER


@pytest.mark.parametrize("url", ["simulated://simulated/kit.toml#absent", "simulated://absent.toml#reader"])
def test_a_url_that_describes_no_device(url: str, context: DriverContext) -> None:
    assert reason_of(url, context) is FaultReason.SETUP


def test_discovery_never_raises(context: DriverContext) -> None:
    (context.folder / "simulated" / "kit.toml").write_text("not TOML at all [")
    assert registry.discover(context) == ()


def test_a_third_party_adds_a_driver_but_takes_over_none(
    monkeypatch: pytest.MonkeyPatch, context: DriverContext
) -> None:
    points = [
        EntryPoint("acme", "devices.simulated.driver", registry.GROUP),
        EntryPoint("broken", "there.is.no.such.module", registry.GROUP),
        EntryPoint("simulated", "there.is.no.such.module", registry.GROUP),
    ]

    def entry_points(group: str) -> Any:
        return points

    monkeypatch.setattr(registry, "entry_points", entry_points)
    assert registry.schemes() == (*BUILT_IN_DRIVERS, "acme", "broken")
    assert registry.reader("acme://simulated/kit.toml#reader", context).info.title
    assert isinstance(registry.reader("acme://simulated/kit.toml#reader", context), IsolatedReader)
    trusted = registry.reader("acme://simulated/kit.toml?isolated=no#reader", context)
    assert not isinstance(trusted, IsolatedReader)
    assert registry.reader("simulated://simulated/kit.toml#reader", context).info.title
    assert reason_of("broken://x", context) is FaultReason.NO_DRIVER
    assert len(registry.discover(context)) == 2


@pytest.mark.parametrize(
    ("scheme", "extra"), [(name, entry.extra) for name, entry in BUILT_IN_DRIVERS.items() if entry.extra == "ocr"]
)
def test_a_part_that_is_not_installed_is_named_with_how_to_add_it(
    scheme: str, extra: str, context: DriverContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        name for name in sys.modules if name == BUILT_IN_DRIVERS[scheme].module or name.startswith("devices.camera")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(DeviceFault) as fault:
        registry.reader(f"{scheme}:///x", context)
    assert fault.value.reason is FaultReason.NO_DRIVER
    assert fault.value.hint == f"Install it with: {install_command(extra)}"
