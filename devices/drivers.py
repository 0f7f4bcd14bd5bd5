"""Our own drivers of readers, a line each: where they are, what they have been proven on, what they need.

docs/devices.md shows this table; a test holds them together, and another that every driver stands on a bench of
the conformance suite over the channel that is claimed here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """The best that a driver has been proven on. Technicians see it."""

    SIMULATED = "simulated"
    """On a peer that behaves as the makers' papers say; on no maker's device yet."""
    REPLAYED = "replayed"
    """On traffic recorded from real devices."""
    FIELD_TESTED = "field-tested"


class Sense(StrEnum):
    """What a driver is there for: which port it keeps, and which conformance suite it stands in."""

    DOCUMENTS = "documents"
    CHIPS = "chips"


@dataclass(frozen=True, slots=True)
class DriverEntry:
    """One driver."""

    module: str
    reads: str
    channel: str
    """Through what the tests exercise it."""
    tier: Tier
    settings: tuple[str, ...]
    """Names it knows in a URL's query; any other is refused."""
    extra: str
    """The extra it needs to be installed; empty when none."""
    technician: str
    """What a technician does."""
    sense: Sense = Sense.DOCUMENTS


OURS: dict[str, DriverEntry] = {
    "simulated": DriverEntry(
        "devices.simulated.driver",
        "what a TOML file presents",
        "in process",
        Tier.SIMULATED,
        (),
        "",
        "writes `simulated://kit.toml#reader`; a production kit refuses it",
    ),
    "serial": DriverEntry(
        "devices.documents.serial_port",
        "swipes and page readers on a serial port or USB CDC-ACM",
        "pseudo-terminal",
        Tier.SIMULATED,
        ("framing", "baud"),
        "serial",
        "puts the user into group `dialout`; takes the name in `/dev/serial/by-id`; finds `framing` with `kit bench`",
    ),
    "wedge": DriverEntry(
        "devices.documents.wedge",
        "readers that pose as a keyboard",
        "named pipe with recorded key events",
        Tier.SIMULATED,
        ("framing", "layout"),
        "",
        "puts the user into group `input`; takes the name in `/dev/input/by-id`; sets `layout`",
    ),
    "folder": DriverEntry(
        "devices.documents.folder",
        "text files that a reader's own software drops",
        "a real folder",
        Tier.SIMULATED,
        ("settle", "after"),
        "",
        "sets that software to export the zone as .txt into the folder",
    ),
    "pictures": DriverEntry(
        "devices.documents.pictures",
        "images of pages that a reader's own software drops",
        "a real folder of images",
        Tier.SIMULATED,
        ("settle", "after"),
        "ocr",
        "sets that software to export each page as .jpg or .png into the folder",
    ),
    "v4l2": DriverEntry(
        "devices.documents.camera",
        "documents laid under or held to a camera",
        "named pipe with MJPEG in the camera's place",
        Tier.SIMULATED,
        (),
        "ocr",
        "puts the user into group `video`; takes the name in `/dev/v4l/by-id`; sees to even light",
    ),
    "replay": DriverEntry(
        "devices.recording.driver",
        "a recording of any reader, again",
        "recording file",
        Tier.SIMULATED,
        ("speed", "framing"),
        "",
        "records a fault with `kit bench --record`, sends the file; a production kit refuses it",
    ),
    "pcsc": DriverEntry(
        "devices.chip.readers.pcsc",
        "chips of travel documents",
        "pcscd with a virtual reader",
        Tier.SIMULATED,
        (),
        "pcsc",
        "installs Debian's `pcscd`; takes the name that `kit bench` lists, without the numbers at its end",
        Sense.CHIPS,
    ),
}
"""By URL scheme."""


def table() -> str:
    """The device table of docs/devices.md, in Markdown."""
    rows = [
        "| driver | reads | exercised over | tier | extra | settings | a technician |",
        "|---|---|---|---|---|---|---|",
    ]
    for scheme, one in OURS.items():
        settings = ", ".join(f"`{name}`" for name in one.settings) or "none"
        extra = f"`{one.extra}`" if one.extra else "none"
        rows.append(
            f"| `{scheme}://` | {one.reads} | {one.channel} | {one.tier} | {extra} | {settings} | {one.technician} |"
        )
    return "\n".join(rows) + "\n"
