"""The TOML that describes a simulated kit: one table a device, and what is presented to it, in order.

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
```
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.documents.codes import LARGEST_BYTES, MOST_CODES, Code, Symbology
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from data.persons.person import Sex
from devices.faults import DeviceFault, Guidance, Reason
from devices.reading import Seen
from devices.simulated.chip.profile import Profile
from devices.simulated.seals.profile import SealProfile

_STRICT = ConfigDict(extra="forbid", frozen=True)
Script = TypeVar("Script", bound=BaseModel)
_HEX = "hex:"
_ONE_OF = ("mrz", "document", "raw", "retry", "fault")


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
            _ = self.zone
        except InputError as error:
            raise ValueError(str(error)) from error
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
    fault: Literal[Reason.UNPLUGGED, Reason.BAD_READ, Reason.PROTOCOL, Reason.TIMEOUT] | None = None
    after_s: float = Field(0.0, ge=0)
    delay_s: float = Field(0.0, ge=0)
    away_s: float = Field(1.0, ge=0)
    chip: Profile | None = None
    """Of a document: what its chip is like; None where it has none."""
    issued: date | None = None
    codes: tuple[Annotated[str, Field(max_length=2 * LARGEST_BYTES)], ...] = Field((), max_length=MOST_CODES)
    """Bar codes read along with a document, or alone where `raw` is empty: text, or bytes after `hex:`."""
    seal: SealProfile | None = None
    """Of a visa or another paper without a chip: the digital seal that is printed on it."""
    about: str = ""
    """For whoever reads the file."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        given = [name for name in _ONE_OF if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_ONE_OF)}")
        if self.chip is not None and not self.text:
            raise ValueError("only a document has a chip")
        if self.codes and (self.retry or self.fault):
            raise ValueError("only a reading has codes")
        if self.seal is not None and not self.text:
            raise ValueError("only a document has a seal")
        _ = self.seen
        return self

    @property
    def seen(self) -> Seen:
        """What the reader makes of it: the text with its codes."""
        return Seen(self.text, codes=tuple(Code(Symbology.UNKNOWN, _content(code)) for code in self.codes))

    @property
    def text(self) -> str:
        """What the reader sends, for a document."""
        if self.document is not None:
            return self.document.zone
        return "\n".join(self.mrz) if self.mrz is not None else self.raw or ""


def _content(code: str) -> bytes:
    return bytes.fromhex(code.removeprefix(_HEX)) if code.startswith(_HEX) else code.encode()


class ReaderScript(BaseModel):
    """A simulated document reader."""

    model_config = _STRICT

    title: str = "Simulated document reader"
    at_end: Literal["idle", "again"] = "idle"
    presents: tuple[Presentation, ...] = ()


def load(path: Path) -> dict[str, ReaderScript]:
    """Every document reader of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    readers = {name: table for name, table in tables(path).items() if not (isinstance(table, dict) and "kind" in table)}
    return validated(path, readers, ReaderScript)


def tables(path: Path) -> dict[str, Any]:
    """Every table of a simulated kit; one of another device than a document reader says its `kind`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise DeviceFault(Reason.SETUP, f"There is no simulated kit {path.name}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeviceFault(Reason.SETUP, f"{path.name} is not TOML: {error}") from error


def validated(path: Path, given: dict[str, Any], model: type[Script]) -> dict[str, Script]:
    """These tables as scripts; DeviceFault SETUP names each fault."""
    try:
        return {name: model.model_validate(table) for name, table in given.items()}
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise DeviceFault(Reason.SETUP, f"{path.name} describes a kit that cannot be: {faults}") from error
