"""The table of drivers by URL scheme, and the only way to get a reader. A driver is imported when it is needed.

- Each built-in driver has a row: its module, what it was tested on, what it needs. docs/devices.md shows this table;
  one test keeps them equal, and another checks that the conformance suite tests every driver over the channel here.
- Third parties add a scheme by entry point (group `waypost.drivers`, name = scheme, value = a module that is a
  `Driver`); they cannot take over one of ours.
- A production profile refuses simulated drivers, and simulated devices of whatever driver: here, and where the process
  of an isolated driver says what it has opened (`devices.isolation.process`).
- A driver of foreign native code (`NATIVE = True`), every driver of a third party, and any driver with `isolated=yes`
  in its URL, runs in a process of its own (`devices.isolation`), unless the URL says `isolated=no`: code that nobody
  here has read can hang a process or end it, whatever it declares, and as soon as it is imported.
- `discover()` never raises: a driver that fails has found nothing, and neither has a third party's that hangs. The
  built-in ones, isolated or not, look for devices in the kit's own process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from data.log.error_log import log_error
from data.text import Message, _
from data.untrusted_text import clean, hide_credentials
from devices.faults import DeviceFault, FaultReason, missing_extra, refuse_simulated
from devices.framing.selection import advice
from devices.isolation.isolated_reader import IsolatedReader
from devices.isolation.process import Discovery, discover_isolated
from devices.ports import (
    LONGEST_NAME,
    ChipReader,
    DeviceInfo,
    DeviceUrl,
    DiscoveredDevice,
    DocumentReader,
    Driver,
    DriverContext,
)
from devices.staff_card.card_reader import StaffCardReader

GROUP = "waypost.drivers"
ISOLATED = "isolated"
"""Setting of any device URL: yes or no. Drivers of chips run in the kit, so theirs is not yes."""

OnFault = Callable[[str, DeviceFault], None]
"""Called with the scheme of a driver and why it could not be asked."""

_SILENT = _("Nothing was read: check that the device is switched on and connected")


class DriverTier(StrEnum):
    """The best that a driver has been tested on. Technicians see it."""

    SIMULATED = "simulated"
    """On a peer that follows the makers' documentation; on no maker's device yet."""
    REPLAYED = "replayed"
    """On traffic recorded from real devices."""
    FIELD_TESTED = "field-tested"


class DeviceKind(StrEnum):
    """What a driver reads: decides its port, and the conformance suite that tests it."""

    DOCUMENTS = "documents"
    CHIPS = "chips"
    STAFF_CARDS = "staff cards"


@dataclass(frozen=True, slots=True)
class DriverEntry:
    """One driver."""

    module: str
    reads: str
    channel: Message
    """What the tests exercise it over."""
    tier: DriverTier
    settings: tuple[str, ...]
    """Names that it accepts in a URL's query; any other is refused."""
    extra: str
    """The extra that it needs; empty if none."""
    technician: str
    """What a technician does."""
    device_kind: DeviceKind = DeviceKind.DOCUMENTS
    when_silent: Message = _SILENT
    """What a technician checks when nothing arrives at all."""


BUILT_IN_DRIVERS: dict[str, DriverEntry] = {
    "simulated": DriverEntry(
        "devices.simulated.driver",
        "what a TOML file presents",
        _("in process"),
        DriverTier.SIMULATED,
        (),
        "",
        "writes `simulated://kit.toml#reader`; a production kit refuses it",
        when_silent=_("The file presents no document"),
    ),
    "serial": DriverEntry(
        "devices.documents.serial_port",
        "swipes and page readers on a serial port or USB CDC-ACM",
        _("pseudo-terminal"),
        DriverTier.SIMULATED,
        ("framing", "baud"),
        "serial",
        "puts the user into group `dialout`; takes the name in `/dev/serial/by-id`; finds `framing` with `kit bench`",
        when_silent=advice(b"", ""),
    ),
    "wedge": DriverEntry(
        "devices.documents.wedge",
        "readers that pose as a keyboard",
        _("named pipe with recorded key events"),
        DriverTier.SIMULATED,
        ("framing", "layout"),
        "",
        "puts the user into group `input`; takes the name in `/dev/input/by-id`; sets `layout`",
        when_silent=_("The reader sent nothing: check the cable, and that the reader is in its keyboard mode"),
    ),
    "folder": DriverEntry(
        "devices.documents.folder",
        "text files that a reader's own software drops",
        _("a real folder"),
        DriverTier.SIMULATED,
        ("settle", "after"),
        "",
        "sets that software to export the zone as .txt into the folder",
        when_silent=_(
            "No file arrived: check that the reader's software is running and exports .txt or .mrz files into it"
        ),
    ),
    "pictures": DriverEntry(
        "devices.documents.pictures",
        "images of pages that a reader's own software drops",
        _("a real folder of images"),
        DriverTier.SIMULATED,
        ("settle", "after"),
        "ocr",
        "sets that software to export each page as .jpg or .png into the folder",
        when_silent=_(
            "No picture arrived: check that the reader's software is running and exports .jpg or .png files into it"
        ),
    ),
    "v4l2": DriverEntry(
        "devices.documents.camera",
        "documents laid under or held to a camera",
        _("named pipe with MJPEG in place of the camera"),
        DriverTier.SIMULATED,
        (),
        "ocr",
        "puts the user into group `video`; takes the name in `/dev/v4l/by-id`; sees to even light",
        when_silent=_("No document was seen: check the light, and that the whole page is in the picture"),
    ),
    "replay": DriverEntry(
        "devices.recording.driver",
        "a recording of any reader, again",
        _("recording file"),
        DriverTier.SIMULATED,
        ("speed", "framing"),
        "",
        "records a fault with `kit bench --record`, sends the file; a production kit refuses it",
        when_silent=_("The recording has no document"),
    ),
    "pcsc": DriverEntry(
        "devices.chip.readers.pcsc",
        "chips of travel documents",
        _("pcscd with a virtual reader"),
        DriverTier.SIMULATED,
        (),
        "pcsc",
        "installs Debian's `pcscd`; takes the name that `kit bench` lists, without the numbers at its end",
        DeviceKind.CHIPS,
    ),
    "pkcs11": DriverEntry(
        "devices.staff_card.pkcs11_reader",
        "cards that prove who works here",
        _("softhsm2, and a library around it that fails on request"),
        DriverTier.SIMULATED,
        ("module",),
        "card",
        "installs the card maker's PKCS #11 library; names it under `[card]` in kit.toml",
        DeviceKind.STAFF_CARDS,
    ),
}
"""By URL scheme."""


def device_table() -> str:
    """The device table of docs/devices.md, in Markdown."""
    rows = [
        "| driver | reads | exercised over | tier | extra | settings | a technician |",
        "|---|---|---|---|---|---|---|",
    ]
    for scheme, entry in BUILT_IN_DRIVERS.items():
        settings = ", ".join(f"`{name}`" for name in entry.settings) or "none"
        extra = f"`{entry.extra}`" if entry.extra else "none"
        cells = (f"`{scheme}://`", entry.reads, entry.channel, entry.tier, extra, settings, entry.technician)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def silence_hint(scheme: str) -> Message:
    """What a technician checks when nothing arrives from a device of this scheme."""
    entry = BUILT_IN_DRIVERS.get(scheme)
    return entry.when_silent if entry else _SILENT


def schemes() -> tuple[str, ...]:
    """Every scheme with a driver, the built-in ones first."""
    return (*BUILT_IN_DRIVERS, *sorted(_third_party_drivers()))


def reader(url: str, context: DriverContext) -> DocumentReader:
    """The document reader named by `url`, closed.

    A reader on a serial port, for a kit in `folder`::

        device = reader("serial:///dev/ttyACM0?framing=stx-etx", DriverContext(folder))

    Raises:
        DeviceFault: SETUP for a URL that is not valid, NO_DRIVER, DENIED for a simulated device in production. A third
            party's driver, which is not asked before, raises the same when its reader is opened.
    """
    parsed = DeviceUrl.parse(url)
    _must_have_driver(parsed.scheme)
    isolated = _isolated_setting(parsed) or ("yes" if _is_foreign(parsed.scheme) else "no")
    if isolated == "yes" and parsed.scheme not in BUILT_IN_DRIVERS:
        return IsolatedReader(_unasked_info(parsed), url, context)
    document_reader = reader_in_process(url, context)
    return IsolatedReader(document_reader.info, url, context) if isolated == "yes" else document_reader


def chip_reader(url: str, context: DriverContext) -> ChipReader:
    """The chip reader named by `url`, closed. DeviceFault as `reader` raises it; SETUP if the driver has none.

    A driver of chips runs in this process, a third party's only if its URL says that it may.
    """
    parsed = DeviceUrl.parse(url)
    _must_have_driver(parsed.scheme)
    isolated = _isolated_setting(parsed)
    if parsed.scheme not in BUILT_IN_DRIVERS and isolated != "no":
        raise DeviceFault(
            FaultReason.SETUP,
            _(
                "{scheme}:// is a third party's driver: it would read chips in the kit's own process",
                scheme=parsed.scheme,
            ),
            hint=_("Where its maker is trusted, write isolated=no in its URL"),
        )
    if isolated == "yes":
        raise DeviceFault(
            FaultReason.SETUP,
            _("A driver of chips runs in the kit's own process: {scheme}:// cannot be isolated", scheme=parsed.scheme),
            hint=_("Remove isolated=yes from its URL"),
        )
    parsed, driver = _check_url(url, context)
    make = getattr(driver, "chip_reader", None)
    if make is None:
        raise DeviceFault(FaultReason.SETUP, _("{scheme} devices do not read chips", scheme=parsed.scheme))
    made = cast(ChipReader, make(parsed, context))
    refuse_simulated(parsed.scheme, context.profile, simulated=made.info.simulated)
    return made


def staff_card_reader(url: str, context: DriverContext) -> StaffCardReader:
    """The reader of staff cards named by `url`, closed. DeviceFault as `reader` raises it; SETUP if it is none."""
    parsed, driver = _check_url(url, context)
    make = getattr(driver, "card_reader", None)
    if make is None or parsed.scheme not in BUILT_IN_DRIVERS:
        raise DeviceFault(FaultReason.SETUP, _("{scheme} devices do not read staff cards", scheme=parsed.scheme))
    return cast(StaffCardReader, make(parsed, context))


def reader_in_process(url: str, context: DriverContext) -> DocumentReader:
    """The document reader named by `url`, always in this process: for the process of an isolated driver."""
    parsed, driver = _check_url(url, context)
    if not hasattr(driver, "reader"):
        raise DeviceFault(
            FaultReason.SETUP, _("{scheme} devices do not read machine-readable zones", scheme=parsed.scheme)
        )
    made = driver.reader(parsed, context)
    refuse_simulated(parsed.scheme, context.profile, simulated=made.info.simulated)
    return made


def discover(context: DriverContext, on_fault: OnFault = lambda scheme, fault: None) -> tuple[DiscoveredDevice, ...]:
    """Every device that is connected now, by id. Simulated ones only in a development profile. Never raises.

    `on_fault` hears of each third party's driver that could not be asked.
    """
    return _discover_all("discover", context, on_fault)


def discover_chips(
    context: DriverContext, on_fault: OnFault = lambda scheme, fault: None
) -> tuple[DiscoveredDevice, ...]:
    """Every chip reader that is connected now, like `discover`."""
    return _discover_all("discover_chips", context, on_fault)


def discover_cards(context: DriverContext) -> tuple[DiscoveredDevice, ...]:
    """Every reader of staff cards that its driver can find without being told, like `discover`."""
    return _discover_all("discover_cards", context, lambda scheme, fault: None)


def discover_in_process(scheme: str, by: Discovery, context: DriverContext) -> list[DiscoveredDevice]:
    """What one driver discovers, always in this process. Raises what the driver raises."""
    driver = _load_driver(scheme)
    look = getattr(driver, by, None)
    return [] if look is None or (driver.SIMULATED and context.profile == "production") else list(look(context))


def _discover_all(by: Discovery, context: DriverContext, on_fault: OnFault) -> tuple[DiscoveredDevice, ...]:
    foreign = () if by == "discover_cards" else sorted(_third_party_drivers())  # only ours drive cards
    devices: list[DiscoveredDevice] = []
    for scheme in BUILT_IN_DRIVERS:
        try:
            devices += discover_in_process(scheme, by, context)
        except Exception as error:
            log_error(error, device=scheme)
    for scheme, outcome in discover_isolated(foreign, by, context).items():
        if isinstance(outcome, DeviceFault):
            on_fault(scheme, outcome)
        else:
            devices += outcome
    by_id: dict[str, DiscoveredDevice] = {}
    for device in devices:
        if device.info.simulated and context.profile == "production":
            continue
        by_id.setdefault(device.info.id, device)
    return tuple(by_id[name] for name in sorted(by_id))


def _unasked_info(url: DeviceUrl) -> DeviceInfo:
    """What a URL says of a device whose driver has not been asked."""
    where = hide_credentials(f"{url.scheme}://{url.where}")
    return DeviceInfo(f"{where}#{url.part}", clean(where, LONGEST_NAME), url.scheme)


def _must_have_driver(scheme: str) -> None:
    if scheme not in (known := schemes()):
        raise DeviceFault(
            FaultReason.NO_DRIVER,
            _("There is no driver for {scheme}:// (known: {names})", scheme=scheme, names=", ".join(known)),
        )


def _isolated_setting(url: DeviceUrl) -> str:
    """`yes`, `no`, or nothing where the URL leaves it open. DeviceFault SETUP if it says anything else."""
    value = url.settings.get(ISOLATED, "")
    if value not in ("", "yes", "no"):
        raise DeviceFault(FaultReason.SETUP, _("The setting isolated must be yes or no, not {value}", value=value))
    return value


def _is_foreign(scheme: str) -> bool:
    """Whether nobody here has read the code that runs: a third party's, or native code that one of ours loads."""
    return scheme not in BUILT_IN_DRIVERS or getattr(_load_driver(scheme), "NATIVE", False)


def _check_url(url: str, context: DriverContext) -> tuple[DeviceUrl, Driver]:
    """The URL for its driver, without the settings that are not the driver's, and the driver, loaded here."""
    parsed = DeviceUrl.parse(url)
    driver = _load_driver(parsed.scheme)
    refuse_simulated(parsed.scheme, context.profile, simulated=driver.SIMULATED)
    parsed.settings.pop(ISOLATED, None)
    if parsed.scheme in BUILT_IN_DRIVERS:
        known = (*BUILT_IN_DRIVERS[parsed.scheme].settings, ISOLATED)
        if unknown := set(parsed.settings) - set(known):
            raise DeviceFault(
                FaultReason.SETUP,
                _(
                    "{scheme} devices have no setting {name} (known: {names})",
                    scheme=parsed.scheme,
                    name=min(unknown),
                    names=", ".join(known),
                ),
            )
    return parsed, driver


def _load_driver(scheme: str) -> Driver:
    _must_have_driver(scheme)
    ours = BUILT_IN_DRIVERS.get(scheme)
    try:
        return cast(Driver, import_module(ours.module) if ours else _third_party_drivers()[scheme].load())
    except Exception as error:  # a third party's may raise anything
        if ours and ours.extra and isinstance(error, ImportError):
            raise missing_extra(ours.extra, _("a {scheme}:// device", scheme=scheme)) from None
        raise DeviceFault(
            FaultReason.NO_DRIVER, _("The driver for {scheme}:// cannot be loaded", scheme=scheme)
        ) from error


def _third_party_drivers() -> dict[str, EntryPoint]:
    """By scheme; looking does not load them."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    return {scheme: point for scheme, point in points.items() if scheme not in BUILT_IN_DRIVERS}
