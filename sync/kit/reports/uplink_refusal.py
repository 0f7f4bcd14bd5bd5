"""What a kit remembers of an uplink where nobody takes reports: a static server, or headquarters without `--uplink`.

Asking costs up to a whole segment, so the service asks again after `uplink_asked_first`, then after twice as long each
time, `uplink_asked_every` at most. A person who starts a run, or the service, asks at once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated

from pydantic import Field

from data.errors import Problem
from data.json_codec import ZonedTime, decode_or_none, encode_canonical
from data.kit.home import KitHome
from data.text import _
from data.untrusted_text import hide_credentials
from sync.kit.reports.uplink import REPORTS_STAY, WHERE_REPORTS_GO
from sync.limits import LIMITS

_ENTRY = "uplink_refused"


class AskUplink(Enum):
    """When an uplink where nobody took reports is asked again."""

    WHEN_DUE = "when due"
    AT_ONCE = "at once"


@dataclass(frozen=True, slots=True)
class UplinkRefusal:
    """Nobody took reports at `url`, so many `times` in a row."""

    url: str
    at: ZonedTime
    """The last time."""
    times: Annotated[int, Field(ge=1)]

    @property
    def asked_again(self) -> datetime:
        """When the service asks again."""
        doubled = LIMITS.uplink_asked_first * (1 << min(self.times - 1, 10))
        return self.at + min(doubled, LIMITS.uplink_asked_every)

    def is_in_force(self, now: datetime) -> bool:
        """Whether it is too early to ask; not where the clock was set back before it."""
        return self.at <= now < self.asked_again

    @property
    def problem(self) -> Problem:
        """As a problem, for a run that does not ask."""
        time = f"{self.asked_again:%Y-%m-%d %H:%M} UTC"
        return Problem(
            _("No service accepted reports at {url} when this kit last asked", url=hide_credentials(self.url)),
            REPORTS_STAY,
            _(
                "{where_reports_go}. The kit asks again after {time}, or now with `waypost courier run`",
                where_reports_go=WHERE_REPORTS_GO,
                time=time,
            ),
        )


def read_refusal(home: KitHome, url: str) -> UplinkRefusal | None:
    """What is remembered of `url`; None for nothing, or nothing that can be read: then it is asked once more."""
    content = home.vault.get(_ENTRY)
    refusal = decode_or_none(UplinkRefusal, content) if content else None
    return refusal if refusal and url and refusal.url == url else None


def note_refusal(home: KitHome, url: str, now: datetime) -> None:
    """Nobody took reports at `url` just now."""
    before = read_refusal(home, url)
    home.vault.put({_ENTRY: encode_canonical(UplinkRefusal(url, now, before.times + 1 if before else 1))})


def forget_refusal(home: KitHome, url: str) -> None:
    """Somebody takes reports at `url`."""
    if read_refusal(home, url):
        home.vault.put({_ENTRY: b""})
