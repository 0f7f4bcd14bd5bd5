"""Takes a whole list from its source files into the store: mark every record, insert, remove what stays marked.

One transaction: a file of the wrong format, a crash or a full disk leaves the list as it was. A record that a
reader refuses is reported and the import continues. A list keeps its kind and its format for ever, since a
file of another source imported by mistake would withdraw everything.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.clock import read_system_time
from data.errors import InputError
from data.lists.edition import check_list_name
from data.lists.kinds import Kind, load_kind
from data.lists.rows import split_batches
from data.text import Message, _
from sync.headquarters import sources
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo
from sync.headquarters.store.list_table import StoredList, find_list, open_list
from sync.headquarters.store.record_table import ImportRun
from sync.limits import LIMITS


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to a list. Counts are records."""

    list: str
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: tuple[RefusedRecord, ...]
    skipped: dict[Message, int]
    """What the reader left out on purpose, and how often."""
    source_date: str
    """The source's own date, in its own words."""
    as_of: datetime
    seconds: float


def import_list(
    home: HeadquartersHome,
    name: str,
    format_name: str,
    paths: Sequence[Path],
    as_of: datetime | None = None,
    *,
    allow_mass_removal: bool = False,
    clock_is_right: bool = False,
) -> ImportReport:
    """Make the list `name` what `paths` hold, taken from its source at `as_of` (default: now).

    `clock_is_right` says that somebody looked: an earlier import dated in the future then does not block this one.

    Raises:
        RefusedFile: a file is not of this format.
        InputError: the list has another kind or format, `as_of` cannot be, or most of the list would go
            (more than half of it, or all) or nothing is in it, and `allow_mass_removal` was not given.
    """
    start = time.monotonic()
    kind = load_kind(sources.find_kind(format_name))
    as_of = _check_time(as_of)
    with home.changing(), home.store.transaction() as connection:
        before = find_list(connection, check_list_name(name))
        _must_fit(before, name, kind, format_name)
        if before is not None:
            _must_be_newer(before, as_of, clock_is_right=clock_is_right)
        loading = ImportRun(connection, open_list(connection, name, kind.NAME, format_name, as_of), kind)
        aside = _load(loading, kind, sources.load_reader(format_name)(paths))
        removed = loading.finalise(aside.info.date)
        if not allow_mass_removal:
            _must_be_plausible(name, loading, removed)
    return ImportReport(
        list=name,
        added=loading.added,
        changed=loading.changed,
        removed=removed,
        unchanged=loading.unchanged,
        refused=tuple(aside.refused),
        skipped=dict(aside.info.skipped),
        source_date=aside.info.date,
        as_of=as_of,
        seconds=time.monotonic() - start,
    )


@dataclass(slots=True)
class _Aside:
    """What a reader reports besides its records."""

    refused: list[RefusedRecord] = field(default_factory=list)
    info: SourceInfo = field(default_factory=SourceInfo)


def _load(loading: ImportRun, kind: Kind, items: Iterator[Item]) -> _Aside:
    aside = _Aside()
    for batch in split_batches(_records(items, aside)):
        aside.refused += (_repetition(kind, record) for record in loading.put(batch))
    return aside


def _records(items: Iterator[Item], aside: _Aside) -> Iterator[Any]:
    for item in items:
        if isinstance(item, RefusedRecord):
            aside.refused.append(item)
        elif isinstance(item, SourceInfo):
            aside.info = item
        else:
            yield item


def _repetition(kind: Kind, record: Any) -> RefusedRecord:
    return RefusedRecord(
        kind.identity(record), _("the file has another record with this identity; only the first is used")
    )


def _check_time(as_of: datetime | None) -> datetime:
    now = read_system_time()
    as_of = now if as_of is None else as_of
    if as_of.tzinfo is None:
        raise InputError(_("The time given with --as-of has no time zone"), do=_("Write it like 2026-03-01T12:00:00Z"))
    if as_of > now + LIMITS.future_as_of:
        raise InputError(
            _("The time given with --as-of is in the future"), do=_("Give the time at which the list was taken")
        )
    return as_of.astimezone(UTC)


def _must_fit(before: StoredList | None, name: str, kind: Kind, format_name: str) -> None:
    if before is None:
        return
    if (before.kind, before.format) != (kind.NAME, format_name):
        raise InputError(
            _(
                "The list {name} is made from {known} files, not {format} files",
                name=name,
                known=before.format,
                format=format_name,
            ),
            means=_("Nothing was changed."),
            do=_("Import under another name"),
        )


def _must_be_newer(before: StoredList, as_of: datetime, *, clock_is_right: bool) -> None:
    if as_of >= before.as_of:
        return
    in_future = before.as_of > read_system_time() + LIMITS.future_as_of
    if in_future and clock_is_right:
        return
    asks = _("Set the clock. If it is right now and was wrong then, add --clock-is-right")
    raise InputError(
        _(
            "The list {name} was already taken from its source at {time} UTC",
            name=before.name,
            time=f"{before.as_of:%Y-%m-%d %H:%M}",
        ),
        means=_("An older state would bring withdrawn records back. Nothing was changed."),
        do=asks if in_future else _("Import the newer file, or correct --as-of"),
    )


def _must_be_plausible(name: str, loading: ImportRun, removed: int) -> None:
    if removed > LIMITS.mass_removal_share * loading.count_before:
        what = _(
            "This import would remove {removed} of the {total} records of {name}",
            removed=removed,
            total=loading.count_before,
            name=name,
        )
        means = _("This usually means that the file is wrong or incomplete. Nothing was changed.")
    elif not loading.added + loading.changed + loading.unchanged:
        what = _("The files have no usable record, so {name} would be empty", name=name)
        means = _("An empty list answers “nothing found” for everybody. Nothing was changed.")
    else:
        return
    raise InputError(
        what,
        means=means,
        do=_("Check the files. If they are right, import again with --allow-mass-removal"),
    )
