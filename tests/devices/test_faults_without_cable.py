"""What somebody is told to do about a device fits it: nobody pulls the cable of a folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices import registry
from devices.faults import DeviceFault, FaultReason, driver_fault
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.registry import BUILT_IN_DRIVERS, DeviceKind
from tests.support.command_line import Waypost, runner
from tests.support.waiting import until

CABLE = ("cable", "nplug", "plug it")
WITH_PLUG = {"serial", "wedge", "v4l2", "pcsc", "pkcs11", "acme"}
SCHEMES = [*BUILT_IN_DRIVERS, "acme"]


@pytest.fixture
def waypost(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Waypost:
    return runner(capsys, monkeypatch)


def mentions_cable(hint: str) -> bool:
    return any(word in hint for word in CABLE)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_driver_that_failed_or_hangs(scheme: str) -> None:
    assert mentions_cable(driver_fault(scheme, "x").hint) == (scheme in WITH_PLUG)  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_device_from_which_nothing_came(scheme: str) -> None:
    hint = registry.silence_hint(scheme)
    assert (mentions_cable(hint) == (scheme in ("serial", "wedge")) and "serial mode" in hint) or scheme != "serial"
    if scheme in BUILT_IN_DRIVERS and BUILT_IN_DRIVERS[scheme].device_kind is DeviceKind.DOCUMENTS:
        assert hint != registry.silence_hint("acme"), "it has a hint of its own"


@pytest.mark.parametrize(("driver", "has_cable"), [("folder", False), ("serial", True)])
async def test_a_channel_that_fails_unexpectedly(driver: str, has_cable: bool) -> None:
    class Broken:
        has_begun = False

        def connect(self) -> None: ...

        def disconnect(self) -> None: ...

        async def receive(self) -> list[str]:
            raise ZeroDivisionError

    reader = LiveReader(DeviceInfo("x", "x", driver), Broken(), lambda: datetime.now(UTC))
    await reader.open()
    await until(lambda: reader.state.reason is FaultReason.PROTOCOL)
    assert mentions_cable(reader.state.hint) == has_cable
    await reader.close()


@pytest.mark.parametrize("scheme", ["folder", "pictures"])
def test_the_bench_of_a_folder_in_which_nothing_arrives(tmp_path: Path, waypost: Waypost, scheme: str) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "kit.toml").write_text('kit = "north-1"\nsource = "https://hq.example"\n')
    (tmp_path / "drop").mkdir()
    try:
        done = waypost(
            "kit", "bench", "--home", tmp_path / "kit", "--reader", f"{scheme}://{tmp_path}/drop", "--seconds", 0.3,
            passphrase=None,
        )  # fmt: skip
    except DeviceFault:
        pytest.skip("what reads pictures is not installed")
    assert "arrived: check that the reader's software is running" in done.out and not mentions_cable(done.out)
