"""The section [chip] of kit.toml: the chip reader, which documents must have a chip read, how long that may take."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Expected(StrEnum):
    """Of which documents this post expects a chip that can be read."""

    NEVER = "never"
    """A chip that is there is read and judged; a document without one is an ordinary document."""
    PASSPORTS = "passports"
    ALWAYS = "always"
    """Every document but visas, which have none."""


class ChipSettings(BaseModel):
    """Every setting of the chip reader. Without a reader chips are no part of a screening."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reader: str = Field("", description="The chip reader, as a URL like pcsc://Its%20Name; empty: chips are not read.")
    expected: Expected = Field(
        Expected.PASSPORTS,
        description="With a reader: documents whose chip must be read before this kit says CLEAR: never, passports or "
        "always.",
    )
    lay_s: float = Field(4.0, gt=0, le=60, description="How long a chip is waited for after the zone was read.")
    read_s: float = Field(20.0, gt=0, le=120, description="How long reading may take, with a document laid back.")
