"""What the thin line may cost: hours in which much may pass, a budget a day and a month, and what is spent.

Pure but for `SpendingLog`, which survives restarts in a small file. Both ways count into one budget. Removals, nightly
changes, a day's reports and whatever is as small pass at any hour and beyond the budget, for a withdrawn person must
not stay wanted to save a kilobyte; they are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Annotated

from data.durable_files import read_regular, write_durably
from data.errors import Postponed
from data.json_codec import complete_in_json, decode, encode_canonical, within
from data.json_errors import JsonError
from data.kit.settings import CourierSettings, parse_hour_span
from data.log.error_log import log_error
from data.text import THE_VALUE, Message, _

_MB = 1_000_000
_KB = 1000
_Bytes = Annotated[int, within(0, (1 << 60) - 1, _("{field} is out of bounds", field=THE_VALUE))]


class TransferKind(Enum):
    """What is to cross the metered link."""

    FILES = auto()
    REPORTS = auto()


@complete_in_json
@dataclass(frozen=True, slots=True)
class Spending:
    """Bytes spent in a day and in a month of the kit's local calendar."""

    day: str = ""
    month: str = ""
    day_bytes: _Bytes = 0
    month_bytes: _Bytes = 0

    def at(self, now: datetime) -> "Spending":
        """The same, from zero where the day or the month has changed."""
        day, month = now.strftime("%Y-%m-%d"), now.strftime("%Y-%m")
        return Spending(
            day, month, self.day_bytes if day == self.day else 0, self.month_bytes if month == self.month else 0
        )

    def plus(self, spent: int, now: datetime) -> "Spending":
        """With `spent` bytes more."""
        begun = self.at(now)
        return Spending(begun.day, begun.month, begun.day_bytes + spent, begun.month_bytes + spent)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What kit.toml allows."""

    hours: tuple[str, ...] = ()
    day_bytes: int = 0
    """0: no bound."""
    month_bytes: int = 0
    always_bytes: int = 256 * _KB

    @classmethod
    def of(cls, settings: CourierSettings) -> "Allowance":
        """The allowance of a kit."""
        return cls(
            tuple(settings.hours),
            int(settings.budget_mb_day * _MB),
            int(settings.budget_mb_month * _MB),
            int(settings.always_kb * _KB),
        )

    def refusal(
        self, spending: Spending, now: datetime, missing: int, load: TransferKind = TransferKind.FILES
    ) -> Postponed | None:
        """Why a transfer with `missing` bytes left is postponed (`now` in local time), or None."""
        if missing <= self.always_bytes:
            return None
        begun = spending.at(now)
        if self.opens(now) > now:
            what = _LATER[load](f"{self.opens(now):%H:%M}")
            return _postponement(load, what, _("The kit continues within its hours"))
        if self.month_bytes and begun.month_bytes >= self.month_bytes:
            what = _("This month's budget of {size} MB is used up", size=_mb(self.month_bytes))
            return _postponement(load, what, _("The kit continues next month"))
        if self.day_bytes and begun.day_bytes >= self.day_bytes:
            what = _("Today's budget of {size} MB is used up", size=_mb(self.day_bytes))
            return _postponement(load, what, _("The kit continues tomorrow"))
        return None

    def opens(self, now: datetime) -> datetime:
        """When large files may load next: `now` while they may (local time)."""
        if not self.hours:
            return now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        starts = []
        for span in self.hours:
            start, end = parse_hour_span(span)
            minute = now.hour * 60 + now.minute
            if (start <= minute < end) if start < end else (minute >= start or minute < end):
                return now
            opening = midnight + timedelta(minutes=start)
            starts.append(opening if opening > now else opening + timedelta(days=1))
        return min(starts)

    def renews(self, spending: Spending, now: datetime) -> datetime:
        """When something that is refused now may load (local time)."""
        begun, midnight = spending.at(now), now.replace(hour=0, minute=0, second=0, microsecond=0)
        at = now
        if self.month_bytes and begun.month_bytes >= self.month_bytes:
            at = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        elif self.day_bytes and begun.day_bytes >= self.day_bytes:
            at = midnight + timedelta(days=1)
        return self.opens(at)


class SpendingLog:
    """The spending of one kit, kept in a file that holds nothing secret."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.spending = _read_spending(path)

    def add(self, spent: int, now: datetime) -> None:
        """Count `spent` bytes, durably."""
        if spent:
            self.spending = self.spending.plus(spent, now)
            write_durably(self._path, encode_canonical(self.spending))


_LATER: dict[TransferKind, Callable[[str], Message]] = {
    TransferKind.FILES: lambda time: _("Large files are not downloaded before {time}", time=time),
    TransferKind.REPORTS: lambda time: _("This many reports are not sent before {time}", time=time),
}
_STAYS = {
    TransferKind.FILES: _("What was downloaded is kept; the list stays as it is."),
    TransferKind.REPORTS: _("They stay on this kit until then; cases are sent at any time."),
}


def _read_spending(path: Path) -> Spending:
    try:
        return decode(Spending, read_regular(path))
    except FileNotFoundError:
        pass
    except (OSError, JsonError) as error:
        log_error(error)  # counting from zero is the worst that comes of it
    return Spending()


def _postponement(load: TransferKind, what: Message, do: Message) -> Postponed:
    return Postponed(what, means=_STAYS[load], do=do)


def _mb(count: int) -> str:
    return f"{count / _MB:g}"
