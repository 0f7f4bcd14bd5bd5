"""The registry of drivers: what a URL opens, what is discovered, and what is refused."""

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from data.installation import install_command
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.isolation import process
from devices.isolation.isolated_reader import IsolatedReader
from devices.ports import Device, DeviceHealth, DeviceInfo, DeviceUrl, DriverContext
from devices.registry import BUILT_IN_DRIVERS
from tests.support.third_party import GOOD, HARMS_WHEN_IMPORTED, install_drivers
from tests.support.waiting import GUARD_S


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
    assert isinstance(registry.reader("acme://simulated/kit.toml#reader", context), IsolatedReader)
    assert isinstance(registry.reader("broken://x", context), IsolatedReader), "it is not loaded here"
    trusted = registry.reader("acme://simulated/kit.toml?isolated=no#reader", context)
    assert not isinstance(trusted, IsolatedReader)
    assert registry.reader("simulated://simulated/kit.toml#reader", context).info.title
    assert reason_of("broken://x?isolated=no", context) is FaultReason.NO_DRIVER
    assert reason_of("acme://x?isolated=perhaps", context) is FaultReason.SETUP


def test_a_third_partys_driver_of_chips_runs_in_the_kit_only_if_its_url_says_so(
    monkeypatch: pytest.MonkeyPatch, context: DriverContext
) -> None:
    point = EntryPoint("acme", "devices.recording.driver", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    with pytest.raises(DeviceFault, match="third party") as fault:
        registry.chip_reader("acme://chip.jsonl", context)
    assert fault.value.reason is FaultReason.SETUP
    assert "isolated=no" in fault.value.hint
    with pytest.raises(DeviceFault, match=r"chip\.jsonl"):
        registry.chip_reader("acme://chip.jsonl?isolated=no", context)


@pytest.mark.parametrize(
    ("value", "words"),
    [("yes", "cannot be isolated"), ("perhaps", "must be yes or no, not perhaps"), ("YES", "must be yes or no")],
)
@pytest.mark.parametrize("url", ["pcsc://A%20reader", "replay://chip.jsonl", "simulated://simulated/kit.toml"])
def test_chips_are_read_in_the_kits_own_process(url: str, value: str, words: str, context: DriverContext) -> None:
    with pytest.raises(DeviceFault, match=words) as fault:
        registry.chip_reader(f"{url}?isolated={value}", context)
    assert fault.value.reason is FaultReason.SETUP and fault.value.hint


def test_a_chip_reader_that_is_not_to_be_isolated_is_one_like_any_other(context: DriverContext) -> None:
    script = '[chip]\nkind = "chip"\n[[chip.presents]]\nraw = "no zone"\n'
    (context.folder / "simulated" / "kit.toml").write_text(script)
    url = "simulated://simulated/kit.toml"
    plain, said = (registry.chip_reader(f"{url}{setting}#chip", context) for setting in ("", "?isolated=no"))
    assert type(plain) is type(said) and plain.info == said.info


# ── third parties' drivers that harm ─────────────────────────────────────────────────────────────────


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, drivers: Mapping[str, str]) -> DriverContext:
    install_drivers(folder, drivers)
    monkeypatch.syspath_prepend(folder)
    return DriverContext(folder, devices=folder)


RETURNS = {scheme: source for scheme, source in HARMS_WHEN_IMPORTED.items() if scheme != "hangs"}


def test_drivers_that_fail_are_named_and_the_others_are_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = installed(tmp_path, monkeypatch, {"good": GOOD, **RETURNS})
    monkeypatch.setattr(process, "DISCOVER_S", GUARD_S)
    faults: dict[str, DeviceFault] = {}
    (device,) = registry.discover(context, faults.__setitem__)
    assert (device.url, device.info.title, device.info.driver) == ("good://1", "A good reader", "good")
    assert faults.keys() == RETURNS.keys()
    assert all(fault.hint and "ZOLTAVERDE" not in f"{fault.what} {fault.hint}" for fault in faults.values())
    assert (faults["fails"].reason, faults["ends"].reason) == (FaultReason.NO_DRIVER, FaultReason.PROTOCOL)


def test_a_driver_that_hangs_has_found_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = installed(tmp_path, monkeypatch, {"hangs": HARMS_WHEN_IMPORTED["hangs"]})
    monkeypatch.setattr(process, "DISCOVER_S", 0.2)
    faults: dict[str, DeviceFault] = {}
    discovered = registry.discover_chips(context, faults.__setitem__)
    assert "hangs" not in {device.info.driver for device in discovered}
    assert faults["hangs"].reason is FaultReason.TIMEOUT
    assert faults["hangs"].what == "The reader's driver did not report what it found in time"


@pytest.mark.parametrize("harmed", ["_spawn", "ThreadPoolExecutor", "parse_message"])
def test_discovery_never_raises_where_no_process_can_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harmed: str
) -> None:
    context = installed(tmp_path, monkeypatch, {"good": GOOD, "better": GOOD})
    errors = {"_spawn": BlockingIOError(11, "?"), "ThreadPoolExecutor": RuntimeError("can't start new thread")}

    def refuse(*_theirs: object) -> None:
        raise errors.get(harmed, ZeroDivisionError())

    monkeypatch.setattr(process, harmed, refuse)
    faults: dict[str, DeviceFault] = {}
    assert registry.discover(context, faults.__setitem__) == ()
    assert faults.keys() == {"good", "better"}
    words = "could not be asked" if harmed == "parse_message" else "could not be started: too many processes"
    assert all(words in fault.what and fault.hint for fault in faults.values())


@pytest.mark.parametrize("scheme", RETURNS)
async def test_a_driver_that_fails_when_it_is_imported_is_a_fault_of_opening(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = registry.reader(f"{scheme}://1", installed(tmp_path, monkeypatch, RETURNS))
    with pytest.raises(DeviceFault):
        await device.open()
    assert device.state.health is DeviceHealth.ABSENT


@pytest.mark.parametrize("make", [registry.reader, registry.chip_reader])
def test_what_a_url_calls_a_device_is_one_short_line(
    make: Callable[[str, DriverContext], Device], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = installed(tmp_path, monkeypatch, {"good": GOOD})
    scheme = "good" if make is registry.reader else "pcsc"
    title = make(f"{scheme}://A%1b%5B2J%0A%E2%80%AEreader" + "x" * 100, context).info.title
    assert "A [2J reader" in title and title.isprintable() and len(title) <= 80


async def test_what_a_device_is_called_its_driver_says_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = installed(tmp_path, monkeypatch, {"good": GOOD})
    device, same = (
        registry.reader(url, context) for url in ("good://name:secret@1", "good://name:secret@1?colour=red")
    )
    assert device.info.title == "good://…@1"
    await device.open()
    assert device.info == DeviceInfo("good:name:secret@1", "A good reader", "good")
    with pytest.raises(DeviceFault) as fault:
        await same.open()
    assert fault.value.reason is FaultReason.BUSY
    await device.close()
    await same.open()
    await same.close()


SAYS_SIMULATED = GOOD.replace('"whatever it says")', '"whatever it says", True)')
SAYS_SIMULATED += "\nchip_reader = reader\n"
CLAIMS_TO_HAVE_OPENED = """
import json, os, sys, time
opened = {"id": "x", "title": "x", "simulated": True}
os.write(int(sys.argv[1]), json.dumps({"opened": opened}).encode() + b"\\n")
time.sleep(1000)
"""


async def test_a_production_kit_refuses_what_a_third_party_opens_as_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its module says that it is not simulated: what was made, opened or found counts."""
    sources = {"says": SAYS_SIMULATED, "claims": CLAIMS_TO_HAVE_OPENED}
    context = installed(tmp_path, monkeypatch, sources)
    assert context.profile == "production"
    for scheme in sources:
        with pytest.raises(DeviceFault, match="production kit refuses") as fault:
            await registry.reader(f"{scheme}://1", context).open()
        assert fault.value.reason is FaultReason.DENIED and fault.value.hint
    assert reason_of("says://1?isolated=no", context) is FaultReason.DENIED
    with pytest.raises(DeviceFault, match="production kit refuses"):
        registry.chip_reader("says://1?isolated=no", context)
    monkeypatch.setattr(registry, "BUILT_IN_DRIVERS", {})
    monkeypatch.setattr(process, "DISCOVER_S", GUARD_S)
    (tmp_path / "claims_driver.py").unlink()
    assert registry.discover(context) == ()
    development = DriverContext(tmp_path, "development", devices=tmp_path)
    (found,) = registry.discover(development)
    assert found.info.simulated
    device = registry.reader("says://1", development)
    await device.open()
    assert device.info.simulated
    await device.close()


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
