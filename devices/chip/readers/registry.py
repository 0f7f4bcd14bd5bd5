"""The lazy table of drivers of chip readers by URL scheme. Nothing of a driver is imported before it is asked for.

Third parties add a scheme by entry point (group `waypost.chip_drivers`); they cannot take over one of ours. Simulated
drivers are refused in a production profile. `discover()` is cheap and never raises.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol, cast

from devices.chip.readers.port import ChipReader
from devices.faults import DeviceFault, Reason
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

GROUP = "waypost.chip_drivers"
OURS = {
    "pcsc": "devices.chip.readers.pcsc",
    "replay": "devices.chip.readers.replay",
}
"""Modules by scheme."""


class Driver(Protocol):
    """What a driver's module provides."""

    SIMULATED: bool
    SETTINGS: tuple[str, ...]
    """Names it knows in a URL's query; any other is refused."""

    def discover(self, place: Surroundings) -> Iterable[Candidate]:
        """Readers that are there now: no phantoms, the same ones every time."""

    def chip_reader(self, url: DeviceUrl, place: Surroundings) -> ChipReader:
        """A closed reader. DeviceFault SETUP when the URL describes none."""


def schemes() -> tuple[str, ...]:
    """Every scheme there is a driver for, ours first."""
    return (*OURS, *sorted(set(_theirs()) - set(OURS)))


def chip_reader(url: str, place: Surroundings) -> ChipReader:
    """The chip reader named by `url`, closed.

    Raises:
        DeviceFault: SETUP for a URL that is none, NO_DRIVER, DENIED for a simulated device in production.
    """
    parsed = DeviceUrl.parse(url)
    driver = _driver(parsed.scheme)
    if driver.SIMULATED and place.profile == "production":
        what = f"{parsed.scheme} chip readers are simulated; a production kit refuses them"
        raise DeviceFault(Reason.DENIED, what, hint="Name a real reader in kit.toml")
    if unknown := set(parsed.settings) - set(driver.SETTINGS):
        raise DeviceFault(Reason.SETUP, f"{parsed.scheme} knows no {min(unknown)!r}")
    return driver.chip_reader(parsed, place)


def discover(place: Surroundings) -> tuple[Candidate, ...]:
    """Every chip reader that is there now, by id. Never raises."""
    found = {one.info.id: one for scheme in schemes() for one in _discovered(scheme, place)}
    return tuple(found[name] for name in sorted(found))


def _discovered(scheme: str, place: Surroundings) -> list[Candidate]:
    try:
        driver = _driver(scheme)
        return [] if driver.SIMULATED and place.profile == "production" else list(driver.discover(place))
    except Exception:
        return []


def _driver(scheme: str) -> Driver:
    try:
        return cast(Driver, import_module(OURS[scheme]) if scheme in OURS else _theirs()[scheme]())
    except KeyError:
        known = ", ".join(schemes())
        raise DeviceFault(Reason.NO_DRIVER, f"There is no chip driver for {scheme}:// (there are: {known})") from None
    except ImportError as error:
        raise DeviceFault(Reason.NO_DRIVER, f"The driver for {scheme}:// cannot be loaded") from error


def _theirs() -> dict[str, Callable[[], object]]:
    return {point.name: point.load for point in entry_points(group=GROUP)}
