"""The driver behind `simulated://kit.toml#reader`: page readers, chip readers and cameras of a simulated kit.

A camera draws its pages and reads them as a real one does, so it needs the extra `ocr`; nothing else here does.
"""

from collections.abc import Iterator
from pathlib import Path

from devices.faults import DeviceFault, Reason, lacking
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo, DocumentReader
from devices.registry import Candidate
from devices.simulated import script
from devices.simulated.camera.script import CameraScript, load_cameras
from devices.simulated.chip.reader import SimulatedChipReader
from devices.simulated.chip.script import ChipScript, load_chip_readers
from devices.simulated.reader import SimulatedReader
from devices.simulated.script import ReaderScript
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = True
FOLDER = "simulated"
"""Simulated kits in this folder of the kit's home are discovered."""


def discover(place: Surroundings) -> Iterator[Candidate]:
    """Every reader and camera of every simulated kit in the home's folder `simulated`."""
    for path in sorted((place.folder / FOLDER).glob("*.toml")):
        for part, described in (script.load(path) | load_cameras(path)).items():
            yield Candidate(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, described))


def discover_chips(place: Surroundings) -> Iterator[Candidate]:
    """Every chip reader of those kits."""
    for path in sorted((place.folder / FOLDER).glob("*.toml")):
        for part, described in load_chip_readers(path).items():
            yield Candidate(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, described))


def reader(url: DeviceUrl, place: Surroundings) -> DocumentReader:
    """A closed reader that presents what the kit file says; DeviceFault SETUP when it describes none."""
    path = place.folder / url.where
    cameras = load_cameras(path)
    if url.part in cameras:
        return _camera(_info(path, url.part, cameras[url.part]), cameras[url.part], place)
    readers = script.load(path)
    if url.part not in readers:
        known = ", ".join((*readers, *cameras)) or "none"
        raise DeviceFault(Reason.SETUP, f"{path.name} has no reader {url.part!r} (it has: {known})")
    described = readers[url.part]
    return SimulatedReader(_info(path, url.part, described), described, str(path.resolve()), place.now)


def chip_reader(url: DeviceUrl, place: Surroundings) -> SimulatedChipReader:
    """A closed chip reader as the kit file says; DeviceFault SETUP when it describes none."""
    path = place.folder / url.where
    described = load_chip_readers(path)
    if url.part not in described:
        known = ", ".join(described) or "none"
        raise DeviceFault(Reason.SETUP, f"{path.name} has no chip reader {url.part!r} (it has: {known})")
    found = described[url.part]
    return SimulatedChipReader(_info(path, url.part, found), found, str(path.resolve()))


def _camera(info: DeviceInfo, described: CameraScript, place: Surroundings) -> DocumentReader:
    try:
        from devices.simulated.camera.frames import ScriptedCamera
    except ImportError:
        raise lacking("ocr", "A simulated camera") from None
    return LiveReader(info, ScriptedCamera(info.title, described).channel(), place.now)


def _info(path: Path, part: str, described: ReaderScript | ChipScript | CameraScript) -> DeviceInfo:
    return DeviceInfo(f"simulated:{path.stem}#{part}", described.title, "simulated", simulated=True)
