"""The time from which the ages of lists count for a verdict, whatever anybody does to the clock.

- It is the latest of the clock, the newest signed time with what the machine ran since, and the latest time at which
  this kit wrote something. A clock that was set back makes no expired list fresh.
- A time that is later than the clock counts until a signed time is verified that is newer than those which the kit
  knew when it wrote. Then it was the clock that had jumped: the time is forgotten, and the jump is said for a week.
- That a source has nothing newer ends no jump: a folder, a stick or a mirror may stand still, and last month's files
  would look as if they were new.
- Nothing else counts by it: not the floor, not the lease, and nothing is erased.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from data.clock import MAX_SIGNED_AHEAD, Clock
from data.errors import StoreError
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.witness.witness_record import ClockJump, LatestTime, WitnessRecord

JUMP = timedelta(hours=1)
"""A clock that goes back by less was only corrected."""
SHOWN_FOR = timedelta(days=7)
"""By signed times: so long people are told of a jump that no longer counts."""
_WRITTEN_EVERY = timedelta(minutes=5)


def find_latest_time(home: KitHome, now: datetime) -> datetime:
    """The latest time that counts; `now` where none is later."""
    record = home.witness.read()
    later = [known.at for known in _known_times(home, record) if not known.is_superseded_by(record)]
    return max([now, *later])


def find_clock_jump(home: KitHome, now: datetime) -> datetime | None:
    """A time in this kit's records that the clock has not reached again, whether or not it counts; None without one."""
    record, latest = home.witness.read(), find_latest_time(home, now)
    if latest > now + JUMP:
        return latest
    jump = record.jump
    is_shown = jump is not None and (record.signed is None or record.signed < jump.ended + SHOWN_FOR)
    return jump.at if jump and is_shown and jump.at > now + JUMP else None


def note_signed_time(home: KitHome, signed: datetime, clock: Clock) -> None:
    """A signed time was verified: what was written under a clock that had jumped no longer counts."""
    known, now = home.witness.read().signed, clock.not_before(signed).now()
    if signed > clock.now() + MAX_SIGNED_AHEAD or (known is not None and signed <= known):
        return
    times = tuple(_known_times(home, home.witness.read()))
    home.witness.change(partial(_with_signed, signed, now, times))


def note_time(home: KitHome, now: datetime) -> None:
    """Somebody looked at this kit at `now`."""
    latest = home.witness.read().latest
    if latest is None or now - latest.at >= _WRITTEN_EVERY:
        home.witness.change(lambda record: record.with_time(LatestTime(now, record.signed)))


def _known_times(home: KitHome, record: WitnessRecord) -> tuple[LatestTime, ...]:
    return tuple(known for known in (record.latest, _journal_latest(home)) if known is not None)


def _journal_latest(home: KitHome) -> LatestTime | None:
    try:
        return home.journal.latest()
    except StoreError as error:  # the witness file has it too
        log_error(error)
        return None


def _with_signed(
    signed: datetime, now: datetime, times: tuple[LatestTime, ...], record: WitnessRecord
) -> WitnessRecord:
    after = replace(record, signed=signed)
    open_times = [known for known in times if not known.is_superseded_by(record)]
    jumped = [known.at for known in open_times if known.at > now + JUMP and known.is_superseded_by(after)]
    return replace(after, jump=ClockJump(max(jumped), signed) if jumped else record.jump)
