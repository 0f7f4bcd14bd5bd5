"""`waypost kit logs` and `waypost hq logs`: what went wrong on this machine, for its technician; no passphrase."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from data.clock import read_system_time
from data.errors import NoHome
from data.homes import HomeKind, find_home_kind, refuse_other_home
from data.log.error_log import LogEntry, read_log
from data.log.error_origin import is_own_place
from data.store_key import KEYS_FILE
from data.text import Message, _, join, plural
from ui.options import emit, json_option
from ui.text.help import Command, command, option
from ui.text.sanitize import safe
from ui.text.translation import say

_SPAN = re.compile(r"(\d{1,6})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class _Since(click.ParamType[datetime]):
    """`30m`, `12h`, `2d`, or a date or time in ISO 8601 (UTC unless it says otherwise)."""

    name = "since"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time that is meant, in UTC."""
        text = str(value).strip()
        try:
            if span := _SPAN.fullmatch(text):
                return read_system_time() - timedelta(**{_UNITS[span[2]]: int(span[1])})
            time = datetime.fromisoformat(text)
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(_("'{value}' is not a time like 12h, 2d or 2026-03-01.", value=text), param, ctx)


def make_logs_command(
    kind: HomeKind, home_option: Callable[[Callable[..., None]], Callable[..., None]], example: str
) -> Command:
    """`logs` of a kit or of headquarters, whose folder `home_option` takes."""

    @command(
        "logs",
        help=_(
            "Show what went wrong on this machine, and where in the program.\n\n"
            "The log has no names and no other personal data. Needs no passphrase."
        ),
        examples=[example],
    )
    @home_option
    @option(
        "--since",
        type=_Since(),
        help=_("Only what is newer than this: an age such as 30m, 12h or 2d, or a date or time in UTC."),
    )
    @option(
        "--lines",
        default=50,
        show_default=True,
        type=click.IntRange(min=1),
        help=_("How many entries to show, the newest ones."),
    )
    @json_option
    def logs(home: Path, since: datetime | None, lines: int, as_json: bool) -> None:
        refuse_other_home(home, kind)
        _show(home, since, lines, as_json=as_json)

    return logs


def _show(home: Path, since: datetime | None, lines: int, *, as_json: bool) -> None:
    """Print the newest entries, oldest first."""
    if find_home_kind(home) is None and not (home / KEYS_FILE).is_file():
        raise NoHome(_("There is no kit and no headquarters in {folder}", folder=str(home)), do=_("Check --home"))
    entries = [entry for entry in read_log(home) if since is None or entry.at >= _as_logged(since)][-lines:]
    if as_json:
        emit({"entries": [entry.to_json() for entry in entries]})
        return
    if not entries and since is not None:
        say(_("Nothing has been logged since {time:%Y-%m-%d %H:%M} UTC.", time=since), to_stderr=True)
    elif not entries:
        say(_("Nothing has been logged."), to_stderr=True)
    for entry in entries:
        for line in _entry_lines(entry):
            say(line)


def _as_logged(time: datetime) -> str:
    """Times in the log have one length and end in Z, so that they sort as text."""
    return time.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _entry_lines(entry: LogEntry) -> Iterator[Message]:
    own_places = [place for error in entry.errors[:1] for place in error.places if is_own_place(place)]
    place = own_places[-1] if own_places else entry.place  # where it happened, rather than where it was caught
    head = (entry.at, entry.process, entry.logger, place)
    yield join([safe(part, 120) for part in head if part], "  ")
    details = [_("list {name}", name=_word(entry.list_name))] if entry.list_name else []
    details += [_("device {name}", name=_word(entry.device))] if entry.device else []
    details += [plural("{count} time", "{count} times", entry.times)] if entry.times > 1 else []
    if details:
        yield join(["   ", join(details, ", ")], " ")
    for number, error in enumerate(entry.errors):
        name = _word(" ".join(filter(None, (error.name, error.code))))
        yield join(["   ", _("because of {error}", error=name) if number else name], " ")
        yield from (join(["       ", _word(place)], " ") for place in error.places)


def _word(text: str) -> str:
    return safe(text, 200)
