import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from devices import registry
from devices.drivers import OURS
from devices.faults import DeviceFault, Reason
from devices.registry import Surroundings
from devices.url import DeviceUrl


def reason_of(url: str, place: Surroundings) -> Reason:
    with pytest.raises(DeviceFault) as fault:
        registry.reader(url, place)
    assert fault.value.hint
    return fault.value.reason


@pytest.fixture
def place(tmp_path: Path) -> Surroundings:
    (tmp_path / "simulated").mkdir()
    (tmp_path / "simulated" / "kit.toml").write_text("[reader]\n[other]\n")
    return Surroundings(tmp_path, "development")


@pytest.mark.parametrize("text", ["", "kit.toml", "simulated:kit.toml", "://x", "http://[::1"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(DeviceFault) as fault:
        DeviceUrl.parse(text)
    assert fault.value.reason is Reason.SETUP


def test_a_url_in_its_parts() -> None:
    url = DeviceUrl.parse("serial:///dev/serial/by%20id?framing=stx-etx#left")
    assert url == DeviceUrl("serial", "/dev/serial/by id", {"framing": "stx-etx"}, "left")


def test_a_production_kit_refuses_simulated_devices_and_does_not_discover_them(place: Surroundings) -> None:
    production = Surroundings(place.folder)
    assert production.profile == "production"
    assert reason_of("simulated://simulated/kit.toml#reader", production) is Reason.DENIED
    assert registry.discover(production) == ()
    assert len(registry.discover(place)) == 2


def test_a_scheme_without_a_driver(place: Surroundings) -> None:
    assert reason_of("carrier-pigeon://loft", place) is Reason.NO_DRIVER


@pytest.mark.parametrize("url", ["simulated://simulated/kit.toml#absent", "simulated://absent.toml#reader"])
def test_a_url_that_describes_no_device(url: str, place: Surroundings) -> None:
    assert reason_of(url, place) is Reason.SETUP


def test_discovery_never_raises(place: Surroundings) -> None:
    (place.folder / "simulated" / "kit.toml").write_text("not TOML at all [")
    assert registry.discover(place) == ()


def test_a_third_party_adds_a_driver_but_takes_over_none(monkeypatch: pytest.MonkeyPatch, place: Surroundings) -> None:
    points = [
        EntryPoint("acme", "devices.simulated.driver", registry.GROUP),
        EntryPoint("broken", "there.is.no.such.module", registry.GROUP),
        EntryPoint("simulated", "there.is.no.such.module", registry.GROUP),
    ]

    def entry_points(group: str) -> Any:
        return points

    monkeypatch.setattr(registry, "entry_points", entry_points)
    assert registry.schemes() == (*OURS, "acme", "broken")
    assert registry.reader("acme://simulated/kit.toml#reader", place).info.title
    assert registry.reader("simulated://simulated/kit.toml#reader", place).info.title
    assert reason_of("broken://x", place) is Reason.NO_DRIVER
    assert len(registry.discover(place)) == 2


@pytest.mark.parametrize(("scheme", "extra"), [(name, one.extra) for name, one in OURS.items() if one.extra == "ocr"])
def test_a_part_that_is_not_installed_is_named_with_how_to_add_it(
    scheme: str, extra: str, place: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name == OURS[scheme].module or name.startswith("devices.camera")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(DeviceFault) as fault:
        registry.reader(f"{scheme}:///x", place)
    assert fault.value.reason is Reason.NO_DRIVER
    assert f"waypost[{extra}]" in fault.value.hint
