"""The section [courier] of kit.toml: when and from where this kit fetches its lists, and what it may spend."""

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


class CourierSettings(BaseModel):
    """Every setting of the courier; the defaults suit a kit that is always on line and pays for no byte."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mirrors: list[str] = Field(
        default_factory=list, description="More sources of the same files: folders or URLs, tried in this order."
    )
    every_hours: float = Field(6.0, ge=0.25, le=168, description="How often `waypost courier watch` looks for news.")
    hours: list[str] = Field(
        default_factory=list,
        description="When large files may load and many reports go, by this machine's local time, as "
        '["22:00-06:00"]; empty: always.',
    )
    rate_kbit_s: float = Field(0.0, ge=0, description="Most that loading takes of the line, in kbit/s; 0: all of it.")
    budget_mb_day: float = Field(
        0.0,
        ge=0,
        description="What a day may cost, both ways, before large files and many reports wait, in MB; 0: no bound.",
    )
    budget_mb_month: float = Field(0.0, ge=0, description="The same for a month, in MB; 0: no bound.")
    always_kb: float = Field(
        256.0,
        ge=0,
        description="What lacks no more than this passes at any hour and beyond the budget: removals, nightly changes, "
        "a day's reports. Cases always do.",
    )
    authority: str = Field("", description="File with the certificates (PEM) that sign the server's; empty: the usual.")
    certificate: str = Field("", description="File with this kit's client certificate (PEM), where the server asks.")
    key: str = Field("", description="File with the key of that certificate (PEM), readable by its owner only.")
    sticks: list[str] = Field(
        default_factory=lambda: ["/media", "/run/media", "/mnt"],
        description="Folders under which a stick that is plugged in appears; only Waypost trees on it are read.",
    )
    share: bool = Field(False, description="Whether neighbours on the local network may fetch lists from this kit.")
    share_port: int = Field(8643, ge=0, le=65535, description="Port that neighbours fetch from.")
    share_mb: float = Field(2048.0, gt=0, description="Most disk that files kept for neighbours may take, in MB.")
    neighbours: list[str] = Field(
        default_factory=list, description="Kits on the local network that share, as http://address:port."
    )
    find_neighbours: bool = Field(False, description="Whether kits that share are also found by multicast.")

    @field_validator("hours")
    @classmethod
    def _hours_are_spans(cls, hours: list[str]) -> list[str]:
        for span in hours:
            if not _HOURS.fullmatch(span) or len(set(span_minutes(span))) == 1:
                raise ValueError(f"{span!r} is no span of hours like 22:00-06:00")
        return hours

    @model_validator(mode="after")
    def _key_with_certificate(self) -> Self:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key go together")
        return self


def span_minutes(span: str) -> tuple[int, int]:
    """`22:00-06:00` as minutes of the day: (1320, 360); 24:00 is the end of the day."""
    match = _HOURS.fullmatch(span)
    if match is None:
        raise ValueError(f"{span!r} is no span of hours")
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    return from_hour * 60 + from_minute, min(to_hour * 60 + to_minute, 24 * 60)
