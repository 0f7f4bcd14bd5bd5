"""The TOML file of a simulated kit: one table per device, with what is presented to it, in order.

```toml
[reader]
title = "Page reader"
at_end = "idle"                       # nothing more to read; "again" starts over

[[reader.presents]]                   # a document
mrz = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
after_s = 2.0                         # until somebody lays it down
delay_s = 0.3                         # how long the reading takes

[[reader.presents]]                   # a document by its fields; the zone is written from them
document = { format = "TD3", code = "P", issuer = "UTO", number = "L898902C3", surname = "ERIKSSON" }
issued = 2024-05-06
chip = { access = ["bac"], faults = ["tampered_group"] }    # devices/simulated/chip/profile.py has every switch
codes = ["M1ERIKSSON/ANNA       EABC123 AAABBBXY 0123 183Y012A0025 100"]   # read along; bytes as "hex:dc03…"

[[reader.presents]]                   # a paper with a digital seal (devices/simulated/seals/profile.py)
document = { format = "MRV-B", code = "V", issuer = "UTO", number = "V1234567", surname = "ERIKSSON" }
seal = { passport = "L898902C3", faults = ["changed"] }

[[reader.presents]]
retry = "lay_flat"                    # guidance instead of a reading

[[reader.presents]]
fault = "unplugged"                   # or bad_read, protocol, timeout
away_s = 1.0                          # until it is plugged in again

[[reader.presents]]
raw = "what a broken reader sends"

[chip]
kind = "chip"
of = "reader"                         # the chip of whatever document was laid on that reader last

[camera]
kind = "camera"
title = "Desk camera"

[[camera.presents]]                   # as at a simulated reader: documents, codes, seals, faults, about, after_s
document = { format = "TD3", code = "P", issuer = "UTO", number = "L898902C3", surname = "ERIKSSON" }
harms = ["held", "upside_down"]       # how it lies there (PictureDefect has every one)
frames = 8                            # that are looked at before it is taken away

[[camera.presents]]
document = { format = "TD3", code = "P", issuer = "UTO", number = "L898902C3", surname = "ERIKSSON" }
harms = ["too_dark"]                  # cannot be read: the officer is told what would help
```

- A chip reader without `of` has documents of its own, `[[chip.presents]]`, one after another.
- Nothing here needs the extra `ocr`: drawing a camera's pictures is apart (`devices.simulated.camera`).
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.documents.barcodes import LARGEST_BYTES, MOST_CODES, Barcode, Symbology
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from data.json_codec import convert
from data.json_errors import JsonError
from data.persons.person import Sex
from data.text import THE_VALUE, _
from devices.faults import DeviceFault, FaultReason, Guidance
from devices.reading import RawReading
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.seals.profile import SealProfile

_STRICT = ConfigDict(extra="forbid", frozen=True)
Script = TypeVar("Script", bound=BaseModel)
_HEX = "hex:"
_ONE_OF = ("mrz", "document", "raw", "retry", "fault")

CAMERA_KIND = "camera"

CHIP_KIND = "chip"


class WrittenDocument(BaseModel):
    """A document by its fields (`data.documents.mrz.MrzFields`)."""

    model_config = _STRICT

    format: MrzFormat
    code: str
    issuer: str
    number: str
    surname: str
    given: str = ""
    nationality: str = ""
    birth: date | None = None
    sex: Sex = Sex.UNKNOWN
    expiry: date | None = None
    optional: str = ""

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        try:
            self.zone  # noqa: B018  raises what is wrong with it
        except InputError as error:
            raise ValueError(error.what) from error
        return self

    @property
    def zone(self) -> str:
        """Its machine-readable zone, lines joined by line feeds."""
        fields = self.model_dump(exclude={"format"})
        return write_mrz(MrzFields(**fields), self.format)


class Presentation(BaseModel):
    """One thing that happens at a reader: exactly one of `mrz`, `document`, `raw`, `retry`, `fault`."""

    model_config = _STRICT

    mrz: tuple[str, ...] | None = None
    document: WrittenDocument | None = None
    raw: str | None = None
    retry: Guidance | None = None
    fault: Literal[FaultReason.UNPLUGGED, FaultReason.BAD_READ, FaultReason.PROTOCOL, FaultReason.TIMEOUT] | None = None
    after_s: float = Field(0.0, ge=0)
    delay_s: float = Field(0.0, ge=0)
    away_s: float = Field(1.0, ge=0)
    chip: ChipProfile | None = None
    """The chip of a document; None if it has none."""
    issued: date | None = None
    codes: tuple[Annotated[str, Field(max_length=2 * LARGEST_BYTES)], ...] = Field((), max_length=MOST_CODES)
    """Bar codes that are read with a document, or alone if `raw` is empty: text, or bytes after `hex:`."""
    seal: SealProfile | None = None
    """The digital seal on a visa or another paper without a chip."""
    about: str = ""
    """A comment."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        present = [name for name in _ONE_OF if getattr(self, name) is not None]
        if len(present) != 1:
            raise ValueError(_("{field} must have exactly one of {names}", names=", ".join(_ONE_OF), field=THE_VALUE))
        if self.chip is not None and not self.text:
            raise ValueError(_("{field} must have `text` if it has a chip", field=THE_VALUE))
        if self.codes and (self.retry or self.fault):
            raise ValueError(_("{field} must not have codes if it is a retry or a fault", field=THE_VALUE))
        if self.seal is not None and not self.text:
            raise ValueError(_("{field} must have `text` if it has a seal", field=THE_VALUE))
        self.reading  # noqa: B018  raises what is wrong with it
        return self

    @property
    def reading(self) -> RawReading:
        """The text with its codes, as a reader reads them."""
        return RawReading(
            self.text, codes=tuple(Barcode(Symbology.UNKNOWN, _code_content(code)) for code in self.codes)
        )

    @property
    def text(self) -> str:
        """The text that the reader sends, for a document."""
        if self.document is not None:
            return self.document.zone
        return "\n".join(self.mrz) if self.mrz is not None else self.raw or ""


class ReaderScript(BaseModel):
    """A simulated document reader."""

    model_config = _STRICT

    title: str = _("Simulated document reader")
    at_end: Literal["idle", "again"] = "idle"
    presents: tuple[Presentation, ...] = ()


def load_readers(path: Path) -> dict[str, ReaderScript]:
    """Every document reader of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    readers = {
        name: table for name, table in read_tables(path).items() if not (isinstance(table, dict) and "kind" in table)
    }
    return validate_tables(path, readers, ReaderScript)


def read_tables(path: Path) -> dict[str, Any]:
    """Every table of a simulated kit; the table of another device than a document reader has a `kind`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise DeviceFault(FaultReason.SETUP, _("There is no simulated kit {name}", name=path.name)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeviceFault(
            FaultReason.SETUP, _("{name} is not TOML: {error}", name=path.name, error=str(error))
        ) from error


def validate_tables(path: Path, tables: dict[str, Any], model: type[Script]) -> dict[str, Script]:
    """These tables as scripts; DeviceFault SETUP names each fault."""

    def refuse(why: JsonError) -> DeviceFault:
        return DeviceFault(
            FaultReason.SETUP, _("{name} is not a valid simulated kit: {faults}", name=path.name, faults=why.says)
        )

    return {name: convert(model, table, refuse, keys_shown=True) for name, table in tables.items()}


class PictureDefect(StrEnum):
    """What is wrong with a picture; some of it can be read anyway, and some gives guidance."""

    TOO_DARK = "too_dark"
    GLARE = "glare"
    TOO_FAR = "too_far"
    BLURRED = "blurred"
    UPSIDE_DOWN = "upside_down"
    SLANTED = "slanted"
    HELD = "held"
    """In a hand: slightly turned and noisy, and different in every frame."""


def _code_content(code: str) -> bytes:
    return bytes.fromhex(code.removeprefix(_HEX)) if code.startswith(_HEX) else code.encode()


class CameraPresentation(Presentation):
    """One thing that happens in front of a camera."""

    harms: frozenset[PictureDefect] = frozenset()
    frames: int = Field(8, ge=1, le=1_000)

    @model_validator(mode="after")
    def _can_be_seen(self) -> Self:
        if self.retry is not None or (self.raw and not self.codes):
            raise ValueError(
                _("{field} must be a document or codes; `harms` make a camera give guidance", field=THE_VALUE)
            )
        if self.fault not in (None, FaultReason.UNPLUGGED):
            raise ValueError(
                _(
                    "{field} must not have a fault but `unplugged`; `harms` make others",
                    field=THE_VALUE,
                )
            )
        return self


class CameraScript(BaseModel):
    """A simulated camera."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["camera"]
    title: str = _("Simulated camera")
    presents: tuple[CameraPresentation, ...] = ()


def load_cameras(path: Path) -> dict[str, CameraScript]:
    """Every camera of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    chosen = {
        name: table
        for name, table in read_tables(path).items()
        if isinstance(table, dict) and table.get("kind") == CAMERA_KIND
    }
    return validate_tables(path, chosen, CameraScript)


class ChipReaderScript(BaseModel):
    """A simulated chip reader."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["chip"]
    title: str = _("Simulated chip reader")
    of: str = ""
    presents: tuple[Presentation, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.of) == bool(self.presents):
            raise ValueError(_("{field} must have either `of` or `presents`", field=THE_VALUE))
        return self


def load_chip_readers(path: Path) -> dict[str, ChipReaderScript]:
    """Every chip reader of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    chosen = {
        name: table
        for name, table in read_tables(path).items()
        if isinstance(table, dict) and table.get("kind") == CHIP_KIND
    }
    return validate_tables(path, chosen, ChipReaderScript)


def all_presentations(path: Path) -> Iterator[Presentation]:
    """All presentations of a simulated kit; DeviceFault SETUP says what is wrong with the file."""
    for reader in load_readers(path).values():
        yield from reader.presents
    for chip_reader in load_chip_readers(path).values():
        yield from chip_reader.presents
    for camera in load_cameras(path).values():
        yield from camera.presents
