"""The time that headquarters signs with: its clock, as long as that goes on from the last publication.

A clock that jumped to another year would raise the floor of every kit that hears of it, or sign what is stale at once.
So a jump is refused until somebody has looked at the clock and says so.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection
from tuf.api.metadata import Timestamp

from data.clock import system_time
from data.errors import InputError
from sync.headquarters.store.in_force import metadata_of
from sync.limits import LIMITS


def signing_time(connection: Connection) -> datetime:
    """Now.

    Raises:
        InputError: it is far after the last publication, or before it.
    """
    now, last = system_time().astimezone(UTC), last_signed(connection)
    if last is None or last - LIMITS.clock_back <= now <= last + LIMITS.online_life:
        return now
    raise InputError(
        f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC; the last publication was signed at {last:%Y-%m-%d %H:%M}",
        means="Nothing was signed. Kits take the time that is signed for certain, and a wrong one stays with them.",
        do="Set the clock; if it is right, say so: waypost hq publish --clock-is-right",
    )


def last_signed(connection: Connection) -> datetime | None:
    """When the newest timestamp was signed; None before the first."""
    timestamp = metadata_of(connection, "timestamp", Timestamp)
    return None if timestamp is None else timestamp.signed.expires - LIMITS.online_life
