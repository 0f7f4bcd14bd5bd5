"""A driver in its own process inherits no passphrase, and dies alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.log.error_log import destination, read_log
from devices.faults import DeviceFault, FaultReason
from devices.isolation.isolated_reader import IsolatedReader
from devices.ports import DeviceHealth, DocumentReader
from tests.devices.support.harmful_driver import ask_process, is_running, survivors
from tests.support.command_line import TOP
from tests.support.third_party import FORKS, install_drivers
from tests.support.waiting import wait_until


async def test_it_runs_elsewhere_and_inherits_no_passphrase(device: DocumentReader, tmp_path: Path) -> None:
    assert isinstance(device, IsolatedReader)
    await device.open()
    pid, passphrase, _dumpable, began_with = (await ask_process(device, tmp_path)).split()
    assert int(pid) != os.getpid() and (passphrase, began_with) == ("None", "False")
    await device.close()
    assert not is_running(pid)


async def test_a_driver_that_dies_over_its_device_is_a_fault_of_opening(device: DocumentReader, tmp_path: Path) -> None:
    (tmp_path / "refuse").touch()
    with pytest.raises(DeviceFault) as fault:
        await device.open()
    assert fault.value.reason is FaultReason.PROTOCOL
    assert device.state.health is DeviceHealth.ABSENT
    (tmp_path / "refuse").unlink()
    await device.open()
    await device.close()


KIT = """
import asyncio, sys
from pathlib import Path
from devices import registry
from devices.ports import DriverContext

async def main(folder):
    await registry.reader("forks://1", DriverContext(folder)).open()
    print("open", flush=True)
    await asyncio.sleep(1000)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_what_a_driver_started_ends_with_a_kit_that_is_killed(tmp_path: Path) -> None:
    """The kernel ends only the driver itself, and nobody is left to ask."""
    install_drivers(tmp_path, {"forks": FORKS})
    path = os.pathsep.join([str(tmp_path), str(TOP)])
    kit = subprocess.Popen(
        [sys.executable, "-c", KIT, str(tmp_path)], env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE
    )
    assert kit.stdout is not None
    assert kit.stdout.readline() == b"open\n"
    forks = [tmp_path / name for name in ("first", "second")]
    wait_until(lambda: all(file.exists() and file.read_text() for file in forks), "the forks")
    kit.kill()
    kit.communicate()
    assert not survivors(forks)


async def test_what_fails_there_is_in_the_kits_log_without_its_words(
    device: DocumentReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys.json").touch()
    monkeypatch.setattr(destination, "home", tmp_path)
    await device.open()
    (tmp_path / "stumble").touch()
    with pytest.raises(DeviceFault):
        while True:
            await device.read(0.2)
    await device.close()
    entry, *_ = [entry for entry in read_log(tmp_path) if entry.errors[0].name == "ZeroDivisionError"]
    assert entry.device == "bad"
    (place,) = [place for place in entry.errors[0].places if place.startswith("bad_driver:")]
    assert place.endswith(" stumble")
    assert "ZOLTAVERDE" not in (tmp_path / "log" / "errors.jsonl").read_text()
