"""What a simulated chip is like: what it offers, how it answers, what is wrong with it.

A profile is a table of a simulated kit's TOML; every field has a default, so that an empty table is a good chip of
today: PACE and basic access control, chip and active authentication, LDS 1.8.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from devices.simulated.chip.faults import Fault
from devices.simulated.chip.offers import ActiveAuthentication, ChipAuthenticationOffer, PaceOffer

ALL_GROUPS = (1, 2, 3, 7, 11, 12, 14, 15, 16)
_AS_WRITTEN = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _pace(value: object) -> object:
    return PaceOffer.parse(value) if isinstance(value, str) else value


def _chip_authentication(value: object) -> object:
    return ChipAuthenticationOffer.parse(value) if isinstance(value, str) else value


class Profile(BaseModel):
    """One kind of chip."""

    model_config = _AS_WRITTEN

    access: tuple[Literal["pace", "bac"], ...] = ("pace", "bac")
    """What opens it; a chip without any is open to everybody."""
    pace: tuple[Annotated[PaceOffer, BeforeValidator(_pace)], ...] = (PaceOffer.parse("ecdh-gm-aes-128:13"),)
    can: str = Field("", pattern=r"^(\d{6})?$")
    """Card access number; PACE takes it beside the zone."""
    chip_authentication: tuple[Annotated[ChipAuthenticationOffer, BeforeValidator(_chip_authentication)], ...] = (
        ChipAuthenticationOffer.parse("ecdh-aes-128:13"),
    )
    active_authentication: ActiveAuthentication = "ecdsa-sha256"
    groups: tuple[int, ...] = ALL_GROUPS
    """Numbers of the data groups; 14 and 15 are left out by themselves where they would be empty."""
    lds: Literal["1.7", "1.8"] = "1.8"
    digests: Literal["sha1", "sha256", "sha384", "sha512"] = "sha256"
    face: Literal["19794-5", "39794-5"] = "19794-5"
    picture: Literal["jpeg", "jpeg2000"] = "jpeg"

    longest_read: int = Field(65_536, ge=1, le=65_536)
    """Bytes of one answer; a longer Le gets as many, or 6Cxx where `lengths` is exact."""
    extended_length: Literal["yes", "no"] = "yes"
    """Whether commands in the extended form are taken."""
    lengths: Literal["lenient", "exact"] = "lenient"
    """Exact: a plain command that asks for more than there is gets 6Cxx."""
    answers: Literal["whole", "in_parts"] = "whole"
    """In parts: a plain answer beyond 256 bytes comes with 61xx and GET RESPONSE."""
    wrong_password_delay_s: float = Field(0.0, ge=0)
    """After a wrong password the next try waits so long, and twice as long after each further one."""
    blocked_after: int = Field(0, ge=0)
    """Wrong passwords until the chip opens to nobody; 0 for never."""

    faults: frozenset[Fault] = frozenset()
    group: int = Field(2, ge=1, le=16)
    """Which data group a fault of one is about."""
    at: int = Field(5, ge=1)
    """At which command, counted from 1, a fault of one command happens."""
    delay_s: float = Field(0.1, ge=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if "pace" in self.access and not self.pace:
            raise ValueError("a chip that PACE opens offers a PACE protocol")
        if not {1, 2} <= set(self.groups) or not set(self.groups) <= set(range(1, 17)):
            raise ValueError("a chip has DG1 and DG2, and no groups beyond DG16")
        return self

    def has(self, fault: Fault) -> bool:
        """Whether it has this fault."""
        return fault in self.faults
