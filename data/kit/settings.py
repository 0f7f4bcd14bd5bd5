"""kit.toml: who this kit is and every setting, validated, one documented default each.

The sections have models of their own: [chip] (the chip reader, which documents must have a chip read, how long it may
take), [card] (cards of the people who work here), [desk] (when the officer's screen locks itself), [courier] (when and
from where this kit fetches its lists, and what it may spend).
"""

import json
import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from data.documents.code_tables import document_group
from data.documents.travel_document import TravelDocument
from data.durable_files import read_regular, write_durably
from data.errors import NoHome, SettingsError, describe_os_error
from data.json_codec import convert
from data.kit import home_files
from data.screenings import Direction
from data.text import _

_HOUR_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")

SETTINGS_FILE = home_files.SETTINGS.path
_STRICT = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


Profile = Literal["development", "production"]


class ChipExpectation(StrEnum):
    """Of which documents this post expects a chip that can be read."""

    NEVER = "never"
    """A chip that is there is read and judged; a document without one is an ordinary document."""
    PASSPORTS = "passports"
    ALWAYS = "always"
    """Every document but visas, which have none."""

    def applies_to(self, document: TravelDocument) -> bool:
        """Whether the chip of this document must be read before this post says CLEAR; an unknown type may be any."""
        if self is ChipExpectation.PASSPORTS:
            return document_group(document) in ("P", "")
        return self is ChipExpectation.ALWAYS


class ChipSettings(BaseModel):
    """Every setting of the chip reader. Without a reader chips are no part of a screening."""

    model_config = _STRICT

    reader: str = Field("", description="The chip reader, as a URL like pcsc://Its%20Name; empty: chips are not read.")
    expected: ChipExpectation = Field(
        ChipExpectation.PASSPORTS,
        description="With a reader: documents whose chip must be read before this kit says CLEAR: never, passports or "
        "always.",
    )
    lay_s: float = Field(4.0, gt=0, le=60, description="Seconds to wait for a chip after the zone has been read.")
    read_s: float = Field(
        20.0, gt=0, le=120, description="Seconds that reading may take, including putting a lifted document back."
    )


class CardSettings(BaseModel):
    """Every setting of the cards that prove who works here. Without a reader nobody can prove it by card."""

    model_config = _STRICT

    module: str = Field(
        "", description="The card maker's PKCS #11 library, with its whole path; empty: no cards are read by one."
    )
    reader: str = Field(
        "", description="In place of module: the card reader as a URL, like simulated://simulated/cards.toml#desk-card."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.module and self.reader:
            raise ValueError(_("module and reader must not be set together"))
        return self

    @property
    def url(self) -> str:
        """The reader of staff cards; empty where there is none."""
        return f"pkcs11://?{urlencode({'module': self.module}, quote_via=quote)}" if self.module else self.reader


class DeskSettings(BaseModel):
    """Every setting of the desk."""

    model_config = _STRICT

    warn_after_min: float = Field(
        10.0, gt=0, le=240, description="Minutes without a key, a scan or a document after which the desk warns."
    )
    lock_after_min: float = Field(
        15.0, gt=0, le=240, description="Minutes after which the desk locks itself; whoever works there types the PIN."
    )

    @model_validator(mode="after")
    def _warns_before(self) -> Self:
        if self.warn_after_min >= self.lock_after_min:
            raise ValueError(_("warn_after_min must be less than lock_after_min"))
        return self


class CourierSettings(BaseModel):
    """Every setting of the courier; the defaults suit a kit that is always on line and pays for no byte."""

    model_config = _STRICT

    mirrors: list[str] = Field(
        default_factory=list, description="More sources of the same files: folders or URLs, tried in this order."
    )
    every_hours: float = Field(6.0, ge=0.25, le=168, description="How often `waypost courier watch` looks for news.")
    hours: list[str] = Field(
        default_factory=list,
        description="When large files and bulk reports may be sent or fetched, by this machine's local time, as "
        '["22:00-06:00"]; empty: always.',
    )
    rate_kbit_s: float = Field(
        0.0, ge=0, description="Highest transfer rate, both directions together, in kbit/s; 0: no limit."
    )
    budget_mb_day: float = Field(
        0.0,
        ge=0,
        description="Daily data limit, both directions, beyond which large files and bulk reports wait, in MB; "
        "0: no limit.",
    )
    budget_mb_month: float = Field(0.0, ge=0, description="The same for a month, in MB; 0: no limit.")
    always_kb: float = Field(
        256.0,
        ge=0,
        description="Transfers up to this size (KB) are allowed at any hour and beyond the limits: removals, nightly "
        "changes, a day's reports. Cases always are.",
    )
    authority: str = Field(
        "", description="File with the certificates (PEM) that sign the server's. If empty: the usual ones."
    )
    certificate: str = Field("", description="File with this kit's client certificate (PEM), where the server asks.")
    key: str = Field("", description="File with the key of that certificate (PEM), readable by its owner only.")
    sticks: list[str] = Field(
        default_factory=lambda: ["/media", "/run/media", "/mnt"],
        description="Folders under which a stick that is plugged in appears; only Waypost trees on it are read.",
    )
    share: bool = Field(False, description="Whether neighbours on the local network may fetch lists from this kit.")
    share_port: int = Field(8643, ge=0, le=65535, description="Port that neighbours fetch from.")
    share_mb: float = Field(2048.0, gt=0, description="Most disk space that files kept for neighbours may take, in MB.")
    neighbours: list[str] = Field(
        default_factory=list, description="Kits on the local network that share, as http://address:port."
    )
    find_neighbours: bool = Field(False, description="Whether kits that share are also found by multicast.")

    @field_validator("hours")
    @classmethod
    def _hours_are_spans(cls, hours: list[str]) -> list[str]:
        for span in hours:
            if not _HOUR_SPAN.fullmatch(span) or len(set(parse_hour_span(span))) == 1:
                raise ValueError(_("{value} is not a span of hours like 22:00-06:00", value=repr(span)))
        return hours

    @model_validator(mode="after")
    def _key_with_certificate(self) -> Self:
        if bool(self.certificate) != bool(self.key):
            raise ValueError(_("certificate and key must be set together"))
        return self


def parse_hour_span(span: str) -> tuple[int, int]:
    """`22:00-06:00` as minutes of the day: (1320, 360); 24:00 is the end of the day."""
    match = _HOUR_SPAN.fullmatch(span)
    if match is None:
        raise ValueError(_("{value} is not a span of hours", value=repr(span)))
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    return from_hour * 60 + from_minute, min(to_hour * 60 + to_minute, 24 * 60)


class Settings(BaseModel):
    """The settings of one kit. Only the file counts: an environment variable must not change what a kit checks."""

    model_config = _STRICT

    kit: str = Field(min_length=1, max_length=64, description="Name of this kit, as headquarters knows it.")
    source: str = Field(min_length=1, description="Where lists come from: a folder or the URL of headquarters.")
    uplink: str = Field("", description="URL that takes this kit's reports. If empty: `source`, if that is a URL.")
    outbox_keep_days: int = Field(
        30, ge=1, le=3650, description="Days a report stays on this kit after headquarters has acknowledged it."
    )
    details_keep_days: int = Field(
        90,
        ge=30,
        le=3650,
        description="Days for which the journal keeps whom it screened, what was found and who decided why. What "
        "happened, when and with which verdict stays.",
    )
    profile: Profile = Field(
        "production",
        description="production, or development: a kit for trials, which takes simulated devices and specimens.",
    )
    post: str = Field("", description="The crossing this kit stands at.")
    lane: str = Field("", description="The lane, where a post has several.")
    direction: Direction = Field(Direction.ENTRY, description="Which way travellers go: entry, exit or transit.")
    reader: str = Field("", description="The passport reader, as a URL; empty when documents are typed.")
    required_kinds: list[Literal["documents", "persons"]] = Field(
        default_factory=list,
        description="Kinds of list without which this kit cannot say CLEAR, even if it carries none.",
    )
    name_strong: float = Field(
        0.85,
        ge=-6.0,
        le=4.0,
        description="Evidence (log-odds) above which a listed person fits strongly; `waypost kit tune` finds it.",
    )
    name_possible: float = Field(
        -1.99,
        ge=-6.0,
        le=1.5,
        description="Evidence above which a listed person may be the traveller; not above name_strong.",
    )
    name_weights: str = Field(
        "",
        max_length=64,
        description="The weights that name_strong and name_possible were found for, as `waypost kit tune --write` "
        "writes it. With any others the limits of this version count, not those two.",
    )
    referrals_kept_h: float = Field(
        72.0,
        ge=1,
        le=720,
        description="Hours for which a traveller who was referred here is CHECK at every screening, until somebody "
        "settles it.",
    )
    check_deadline_s: float = Field(5.0, gt=0, le=60, description="A check that takes longer counts as not done.")
    chip: ChipSettings = Field(default_factory=ChipSettings, description="Chips of travel documents.")
    card: CardSettings = Field(default_factory=CardSettings, description="Cards of the people who work here.")
    desk: DeskSettings = Field(default_factory=DeskSettings, description="The officer's screen.")
    courier: CourierSettings = Field(default_factory=CourierSettings, description="Fetching of lists.")

    @model_validator(mode="after")
    def _bands_in_order(self) -> Self:
        if self.name_possible > self.name_strong:
            raise ValueError(_("name_possible must not be greater than name_strong"))
        return self

    @classmethod
    def load(cls, path: Path) -> "Settings":
        """Read and check a kit.toml; SettingsError names each setting that cannot be."""
        if not path.exists():
            raise NoHome(
                _("{parent} has no {name}", parent=path.parent, name=path.name),
                do=_("Make the kit with `waypost kit init`"),
            )
        try:
            values = tomllib.loads(_read_text(path))
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(
                _("{name} is not TOML: {error}", name=path.name, error=error), do=_("Correct the line named above")
            ) from error
        return convert(
            cls,
            values,
            lambda why: SettingsError(
                _("{file} has settings that cannot be used: {why}", file=path.name, why=why.says), do=_("Correct them")
            ),
            keys_shown=True,
        )

    def save(self, path: Path) -> None:
        """Write every setting with its description above it."""
        values = self.model_dump(mode="json")
        sections: dict[str, type[BaseModel]] = {
            "chip": ChipSettings,
            "card": CardSettings,
            "desk": DeskSettings,
            "courier": CourierSettings,
        }
        sections_values = {name: values.pop(name) for name in sections}
        lines = _format_settings(Settings, values)
        for name, model in sections.items():
            lines += [f"[{name}]\n", *_format_settings(model, sections_values[name])]
        write_durably(path, "\n".join(lines).encode())


def _read_text(path: Path) -> str:
    try:
        content = read_regular(path)
    except OSError as error:
        raise SettingsError(
            _("{name} cannot be read ({reason})", name=path.name, reason=describe_os_error(error)),
            do=_("Restore it from the technician's copy, or write one with the settings `kit` and `source`"),
        ) from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            _("Line {line} of {name} is not text in UTF-8", name=path.name, line=line),
            do=_("Correct that line, or put back a copy of the file"),
        ) from error


def _format_settings(model: type[BaseModel], values: dict[str, Any]) -> list[str]:
    return [
        f"# {model.model_fields[name].description}\n{name} = {_format_value(value)}\n" for name, value in values.items()
    ]


def _format_value(value: Any) -> str:
    """In TOML, which writes text, numbers and arrays as JSON does but must have DEL escaped."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007f")
