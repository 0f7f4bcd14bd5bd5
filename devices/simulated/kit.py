"""Everything that a simulated kit presents, at whichever of its devices."""

from collections.abc import Iterator
from pathlib import Path

from devices.simulated import script
from devices.simulated.camera.script import load_cameras
from devices.simulated.chip.script import load_chip_readers
from devices.simulated.script import Presentation


def presentations(path: Path) -> Iterator[Presentation]:
    """One after another; DeviceFault SETUP says what is wrong with the file."""
    for reader in script.load(path).values():
        yield from reader.presents
    for chip_reader in load_chip_readers(path).values():
        yield from chip_reader.presents
    for camera in load_cameras(path).values():
        yield from camera.presents
