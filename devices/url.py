"""URLs that name a device: `scheme://where?setting=value#part`."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from devices.faults import DeviceFault, Reason


@dataclass(frozen=True, slots=True)
class DeviceUrl:
    """A device URL in its parts."""

    scheme: str
    where: str
    """Host and path together, unquoted: `/dev/ttyACM0`, `kit.toml`, `127.0.0.1:4501`."""
    settings: dict[str, str] = field(default_factory=dict)
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL; DeviceFault SETUP when it is none."""
        try:
            parts = urlsplit(text.strip())
        except ValueError:
            parts = urlsplit("")
        if not parts.scheme or "://" not in text:
            raise DeviceFault(Reason.SETUP, "A device is named by a URL such as simulated://kit.toml#reader")
        return cls(parts.scheme, unquote(parts.netloc + parts.path), dict(parse_qsl(parts.query)), parts.fragment)
