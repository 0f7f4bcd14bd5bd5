"""Refreshes a kit's metadata with the kit's trusted time, and takes that time back when the root says so.

Only headquarters' online keys sign the times that raise a floor. If one of them, or headquarters' clock, was wrong by a
year, everything signed afterwards would look expired to the kit. The way out is the one TUF has for versions that were
driven ahead: a root signed since then, by two of three people. The floor falls to the time of that root, no further.
"""

from dataclasses import replace
from pathlib import Path

from data.clock import Clock
from data.errors import ExpiredError
from data.home import KitHome
from sync import kit_secrets
from sync.limits import LIMITS
from sync.lines.link import Link
from sync.trust.metadata import Trust, Via, reference_time


def refreshed(home: KitHome, root: bytes, link: Link, clock: Clock, via: Via = Via.LINE) -> tuple[Trust, Clock]:
    """Verified metadata that is in force, and the clock to go on with.

    Raises:
        TrustError: what is offered is not signed by headquarters, expired or rolled back.
        LinkError: it does not come.
    """
    trust = _trust(home.trust, root, link, clock, via)
    try:
        trust.refresh()
    except ExpiredError:
        signed, since = trust.root_expires - LIMITS.root_life, kit_secrets.floor_root(home)
        if since is None or trust.root_version <= since or signed >= clock.floor:
            raise
        lower = replace(clock, floor=signed)
        trust = _trust(home.trust, root, link, lower, via)
        trust.refresh()
        kit_secrets.raise_floor(home, signed, trust.root_version)
        return trust, lower
    return trust, clock


def _trust(folder: Path, root: bytes, link: Link, clock: Clock, via: Via) -> Trust:
    return Trust(folder, root, link, reference_time(clock, via))
