"""The lazy table of drivers by URL scheme. Nothing of a driver is imported before its scheme is asked for.

- Third parties add a scheme by entry point (group `waypost.drivers`, name = scheme, value = a module that is a
  `Driver`); they cannot take over one of ours.
- A simulated driver is refused in a production profile, at the only door there is.
- A driver of foreign native code (`NATIVE = True`), and any driver with `isolated=yes` in its URL, runs in a process of
  its own (`devices.isolation`).
- `discover()` is cheap and never raises: a driver that fails to look has found nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol, cast

from devices.drivers import OURS
from devices.faults import DeviceFault, Reason, lacking
from devices.isolation.reader import IsolatedReader
from devices.ports import ChipReader, DeviceInfo, DocumentReader
from devices.surroundings import Surroundings as Surroundings
from devices.url import DeviceUrl

GROUP = "waypost.drivers"
ISOLATED = "isolated"
"""Setting of any device URL: yes or no."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that is there now, ready for `reader(candidate.url, …)`."""

    url: str
    info: DeviceInfo


class Driver(Protocol):
    """What a driver's module provides. It may also have `NATIVE = True`.

    One of chip readers has `chip_reader` like `reader`, and `discover_chips` like `discover`, beside these or instead.
    """

    SIMULATED: bool

    def discover(self, place: Surroundings) -> Iterable[Candidate]:
        """Devices that are there now: no phantoms, the same ones every time."""

    def reader(self, url: DeviceUrl, place: Surroundings) -> DocumentReader:
        """A closed reader. DeviceFault SETUP when the URL describes none."""


def schemes() -> tuple[str, ...]:
    """Every scheme there is a driver for, ours first."""
    return (*OURS, *sorted(set(_theirs()) - set(OURS)))


def reader(url: str, place: Surroundings) -> DocumentReader:
    """The document reader named by `url`, closed.

    Raises:
        DeviceFault: SETUP for a URL that is none, NO_DRIVER, DENIED for a simulated device in production.
    """
    parsed, driver = _allowed(url, place)
    isolated = parsed.settings.pop(ISOLATED, "yes" if getattr(driver, "NATIVE", False) else "no")
    if isolated not in ("yes", "no"):
        raise DeviceFault(Reason.SETUP, f"A device is isolated=yes or isolated=no, not {isolated!r}")
    if not hasattr(driver, "reader"):
        raise DeviceFault(Reason.SETUP, f"{parsed.scheme} devices read chips, not machine-readable zones")
    made = driver.reader(parsed, place)
    return IsolatedReader(made.info, url, place) if isolated == "yes" else made


def chip_reader(url: str, place: Surroundings) -> ChipReader:
    """The chip reader named by `url`, closed. DeviceFault as `reader` raises it; SETUP where the driver has none."""
    parsed, driver = _allowed(url, place)
    make = getattr(driver, "chip_reader", None)
    if make is None:
        raise DeviceFault(Reason.SETUP, f"{parsed.scheme} devices read no chips")
    return cast(ChipReader, make(parsed, place))


def reader_here(url: str, place: Surroundings) -> DocumentReader:
    """The same, in this process whatever `url` says: what the process of an isolated driver runs."""
    parsed, driver = _allowed(url, place)
    parsed.settings.pop(ISOLATED, None)
    return driver.reader(parsed, place)


def discover(place: Surroundings) -> tuple[Candidate, ...]:
    """Every device that is there now, by id. Simulated ones only in a development profile. Never raises."""
    return _all_discovered("discover", place)


def discover_chips(place: Surroundings) -> tuple[Candidate, ...]:
    """Every chip reader that is there now, as `discover`."""
    return _all_discovered("discover_chips", place)


def _all_discovered(by: str, place: Surroundings) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for scheme in schemes():
        for candidate in _discovered(scheme, by, place):
            found.setdefault(candidate.info.id, candidate)
    return tuple(found[name] for name in sorted(found))


def _discovered(scheme: str, by: str, place: Surroundings) -> list[Candidate]:
    try:
        driver = _driver(scheme)
        look = getattr(driver, by, None)
        return [] if look is None or (driver.SIMULATED and place.profile == "production") else list(look(place))
    except Exception:
        return []


def _allowed(url: str, place: Surroundings) -> tuple[DeviceUrl, Driver]:
    parsed = DeviceUrl.parse(url)
    driver = _driver(parsed.scheme)
    if driver.SIMULATED and place.profile == "production":
        raise DeviceFault(
            Reason.DENIED,
            f"{parsed.scheme} devices are simulated; a production kit refuses them",
            hint="Name a real reader in kit.toml",
        )
    if parsed.scheme in OURS:
        known = (*OURS[parsed.scheme].settings, ISOLATED)
        if unknown := set(parsed.settings) - set(known):
            raise DeviceFault(Reason.SETUP, f"{parsed.scheme} knows no {min(unknown)!r} (it knows: {', '.join(known)})")
    return parsed, driver


def _driver(scheme: str) -> Driver:
    try:
        if scheme in OURS:
            return cast(Driver, import_module(OURS[scheme].module))
        return cast(Driver, _theirs()[scheme]())
    except KeyError:
        known = ", ".join(schemes())
        raise DeviceFault(Reason.NO_DRIVER, f"There is no driver for {scheme}:// (there are: {known})") from None
    except ImportError as error:
        if scheme in OURS and OURS[scheme].extra:
            raise lacking(OURS[scheme].extra, f"A {scheme}:// device") from None
        raise DeviceFault(Reason.NO_DRIVER, f"The driver for {scheme}:// cannot be loaded") from error


def _theirs() -> dict[str, Callable[[], object]]:
    return {point.name: point.load for point in entry_points(group=GROUP)}
