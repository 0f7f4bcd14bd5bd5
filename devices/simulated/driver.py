"""The driver of `simulated://kit.toml#reader`: page readers, chip readers, cameras and staff cards of a simulated kit.

A camera draws its pages and reads them as a real one does, so only it needs the extra `ocr`.
"""

from collections.abc import Iterator
from pathlib import Path

from data.kit import home_files
from data.text import _
from devices.faults import DeviceFault, FaultReason, missing_extra
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo, DeviceUrl, DiscoveredDevice, DocumentReader, DriverContext
from devices.simulated import kit_file
from devices.simulated.chip.chip_reader import SimulatedChipReader
from devices.simulated.document_reader import SimulatedReader
from devices.simulated.kit_file import CameraScript, ChipReaderScript, ReaderScript, load_cameras, load_chip_readers
from devices.simulated.staff_card import SimulatedCardReader, StaffCardScript, load_staff_cards

SIMULATED = True
_Script = ReaderScript | ChipReaderScript | CameraScript | StaffCardScript
FOLDER = home_files.SIMULATED.path
"""Simulated kits in this folder of the kit's home are discovered."""


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every reader and camera of every simulated kit in the home's folder `simulated`."""
    for path in sorted((context.folder / FOLDER).glob("*.toml")):
        for part, script in (kit_file.load_readers(path) | load_cameras(path)).items():
            yield DiscoveredDevice(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, script))


def discover_chips(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every chip reader of those kits."""
    for path in sorted((context.folder / FOLDER).glob("*.toml")):
        for part, script in load_chip_readers(path).items():
            yield DiscoveredDevice(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, script))


def discover_cards(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every reader of staff cards of those kits."""
    for path in sorted((context.folder / FOLDER).glob("*.toml")):
        for part, script in load_staff_cards(path).items():
            yield DiscoveredDevice(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, script))


def card_reader(url: DeviceUrl, context: DriverContext) -> SimulatedCardReader:
    """A closed reader of staff cards by the kit file; DeviceFault SETUP if the file has no such reader."""
    path = context.folder / url.where
    scripts = load_staff_cards(path)
    if url.part not in scripts:
        known = ", ".join(scripts) or _("none")
        raise DeviceFault(
            FaultReason.SETUP,
            _("{file} has no card reader called {name} (it has: {names})", file=path.name, name=url.part, names=known),
        )
    return SimulatedCardReader(_info(path, url.part, scripts[url.part]), path, url.part)


def reader(url: DeviceUrl, context: DriverContext) -> DocumentReader:
    """A closed reader that presents what the kit file says; DeviceFault SETUP if the file has no such reader."""
    path = context.folder / url.where
    cameras = load_cameras(path)
    if url.part in cameras:
        return _camera(_info(path, url.part, cameras[url.part]), cameras[url.part], context)
    readers = kit_file.load_readers(path)
    if url.part not in readers:
        known = ", ".join((*readers, *cameras)) or _("none")
        raise DeviceFault(
            FaultReason.SETUP,
            _("{file} has no reader called {name} (it has: {names})", file=path.name, name=url.part, names=known),
        )
    script = readers[url.part]
    return SimulatedReader(_info(path, url.part, script), script, str(path.resolve()), context.now)


def chip_reader(url: DeviceUrl, context: DriverContext) -> SimulatedChipReader:
    """A closed chip reader by the kit file; DeviceFault SETUP if the file has no such reader."""
    path = context.folder / url.where
    scripts = load_chip_readers(path)
    if url.part not in scripts:
        known = ", ".join(scripts) or _("none")
        raise DeviceFault(
            FaultReason.SETUP,
            _("{file} has no chip reader called {name} (it has: {names})", file=path.name, name=url.part, names=known),
        )
    script = scripts[url.part]
    return SimulatedChipReader(_info(path, url.part, script), script, str(path.resolve()))


def _camera(info: DeviceInfo, script: CameraScript, context: DriverContext) -> DocumentReader:
    try:
        from devices.simulated.camera.frames import ScriptedCamera
    except ImportError:
        raise missing_extra("ocr", _("a simulated camera")) from None
    return LiveReader(info, ScriptedCamera(info.title, script).channel(), context.now)


def _info(path: Path, part: str, script: _Script) -> DeviceInfo:
    return DeviceInfo(f"simulated:{path.stem}#{part}", script.title, "simulated", simulated=True)
