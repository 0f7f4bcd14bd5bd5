"""The driver behind `simulated://kit.toml#reader`."""

from collections.abc import Iterator
from pathlib import Path

from devices.faults import DeviceFault, Reason
from devices.ports import DeviceInfo
from devices.registry import Candidate
from devices.simulated import script
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
    """Every reader of every simulated kit in the home's folder `simulated`."""
    for path in sorted((place.folder / FOLDER).glob("*.toml")):
        for part, described in script.load(path).items():
            yield Candidate(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, described))


def discover_chips(place: Surroundings) -> Iterator[Candidate]:
    """Every chip reader of those kits."""
    for path in sorted((place.folder / FOLDER).glob("*.toml")):
        for part, described in load_chip_readers(path).items():
            yield Candidate(f"simulated://{FOLDER}/{path.name}#{part}", _info(path, part, described))


def reader(url: DeviceUrl, place: Surroundings) -> SimulatedReader:
    """A closed reader that presents what the kit file says; DeviceFault SETUP when it describes none."""
    path = place.folder / url.where
    readers = script.load(path)
    if url.part not in readers:
        known = ", ".join(readers) or "none"
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


def _info(path: Path, part: str, described: ReaderScript | ChipScript) -> DeviceInfo:
    return DeviceInfo(f"simulated:{path.stem}#{part}", described.title, "simulated", simulated=True)
