"""Which deltas there are: a kit up to twelve weeks behind needs at most three files.

Days, weeks and four weeks are counted from 1 January 1970, UTC. What was the newest version when one of them ended is a
*station*.

    daily     from the stations of the last seven days, and from the version before, to the newest version
    weekly    from the stations of four weeks to that of the last week that ended
    28-day    from three stations to that of the last four weeks that ended

A delta fits every version from where it starts up to where it leads (`row_table`), so a kit between two stations takes
the one from the station before it. The day at which a week ended is among the seven days, and the week at which four
weeks ended among the four, so the three steps always join. Before the first version the first version stands.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from sync.headquarters.store.list_table import Past

_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
_PERIODS = ((timedelta(days=7), 4), (timedelta(days=28), 3))
_DAY, _DAYS = timedelta(days=1), 7


@dataclass(frozen=True, slots=True)
class Way:
    """From version `since` to version `to`."""

    since: int
    to: int


def ways(versions: Sequence[Past], now: datetime) -> tuple[Way, ...]:
    """The deltas that should be there; `versions` ascend, the last is the newest."""
    return tuple(dict.fromkeys(way for way in _ways(versions, now) if way.since < way.to))


def _ways(versions: Sequence[Past], now: datetime) -> Iterator[Way]:
    newest = versions[-1].number
    if len(versions) > 1:
        yield Way(versions[-2].number, newest)
    for back in range(_DAYS):
        yield Way(_station(versions, _ended(now, _DAY) - back * _DAY), newest)
    for period, count in _PERIODS:
        ended = _ended(now, period)
        for back in range(1, count + 1):
            yield Way(_station(versions, ended - back * period), _station(versions, ended))


def _ended(now: datetime, period: timedelta) -> datetime:
    """When the last whole period ended."""
    return _ORIGIN + (now - _ORIGIN) // period * period


def _station(versions: Sequence[Past], at: datetime) -> int:
    """The newest version that was published before `at`; the first where there was none."""
    times = list(accumulate((version.at for version in versions), max))  # a clock that was set back orders nothing anew
    place = bisect_left(times, at)
    return versions[max(place - 1, 0)].number
