"""The shift of docs/simulated-kits.md runs as it stands there, and the page names every switch there is."""

from pathlib import Path

import pytest

from devices import registry
from devices.faults import DeviceFault, FaultReason, Retry
from devices.ports import DriverContext
from devices.reading import Reading
from devices.simulated.kit_file import PictureDefect
from devices.simulated.seals.profile import SealFault
from tests.support.waiting import GUARD_S

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "simulated-kits.md").read_text("utf-8")


@pytest.fixture
def context(tmp_path: Path) -> DriverContext:
    (tmp_path / "simulated").mkdir()
    (tmp_path / "simulated" / "shift.toml").write_text(PAGE.split("```toml\n")[1].split("```")[0])
    return DriverContext(tmp_path, "development")


async def happenings(part: str, context: DriverContext, count: int) -> list[object]:
    device = registry.reader(f"simulated://simulated/shift.toml#{part}", context)
    await device.open()
    events: list[object] = []
    while len(events) < count:
        try:
            events.append(await device.read(GUARD_S))
        except DeviceFault as fault:
            if fault.reason not in events:
                events.append(fault.reason)
    await device.close()
    return events


async def test_the_shift_at_the_reader(context: DriverContext) -> None:
    passport, visa, retry, away, slow = await happenings("reader", context, 5)
    assert isinstance(passport, Reading) and len(passport.codes) == 1
    assert isinstance(visa, Reading) and visa.codes[0].kind.value == "seal"
    assert isinstance(retry, Retry) and away is FaultReason.UNPLUGGED and isinstance(slow, Reading)


async def test_the_shift_at_the_camera(context: DriverContext) -> None:
    dark, in_hand, alone = await happenings("camera", context, 3)
    assert isinstance(dark, Retry) and dark.says.startswith("Too dark")
    assert isinstance(in_hand, Reading) and in_hand.raw.startswith("P<UTOERIKSSON<<ANNA<MARIA<")
    assert isinstance(alone, Reading) and (alone.raw, len(alone.codes)) == ("", 1)


def test_every_device_of_it_is_discovered(context: DriverContext) -> None:
    assert {device.url.partition("#")[2] for device in registry.discover(context)} == {"reader", "camera"}
    chips = {device.url for device in registry.discover_chips(context) if device.info.simulated}
    assert chips == {"simulated://simulated/shift.toml#chip"}


@pytest.mark.parametrize("switch", [*PictureDefect, *SealFault])
def test_every_switch_is_explained(switch: str) -> None:
    assert f"`{switch}`" in PAGE
