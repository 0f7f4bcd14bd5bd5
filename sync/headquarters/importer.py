"""Takes a whole list from its source files into the store: mark every record, insert, remove what stays marked.

- One transaction: a file of the wrong format, a crash or a full disk leaves the list as it was. A list keeps its kind
  and its format for ever, since a file of another source imported by mistake would withdraw everything.
- A record that a reader refuses is reported, the rest is imported, and what was known of the record stays in force
  (`record_table`). Where a refused row does not say whose it is, nobody is withdrawn.
- Signs that the files are incomplete refuse the import, until somebody accepts them and says why; that is journalled.
  So does a list of certificates for which only the list itself vouches.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from data.clock import read_system_time
from data.errors import IncompleteSource, InputError, RefusedFile, UnvouchedSource
from data.lists.edition import AgeBand, AgePolicy, check_list_name
from data.lists.kinds import Kind, load_kind
from data.policy import ListPolicy
from data.text import Message, _, plural
from data.untrusted_text import clean
from sync.headquarters import sources
from sync.headquarters.bulk import is_bulk
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.import_judgement import Judgement, ReaderReport, may_be_right, settle_import
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, digest_row
from sync.headquarters.sources.source_files import report_incomplete
from sync.headquarters.store import metadata_in_force
from sync.headquarters.store.import_run import NAMED_RECORDS, ImportRun
from sync.headquarters.store.list_table import StoredList, find_list, open_list
from sync.headquarters.store.record_table import RecordImport
from sync.headquarters.store.run_table import RunNotes, close_run, notes_before
from sync.limits import LIMITS

_BYTES_A_RECORD = 60
"""Of a line in a list of documents, about."""
NAMED_REFUSALS = 20
"""Refusals that are named where nothing was imported."""
NAMED_INCOMPLETE = 10
"""Records that a line about what was left out names."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to a list. Counts are records."""

    list: str
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: tuple[RefusedRecord, ...]
    """The first `NAMED_RECORDS` of them."""
    refused_count: int
    kept: tuple[str, ...]
    """Identities of records of which something stays in force that these files do not say: it could not be read. At
    most `NAMED_RECORDS`."""
    kept_count: int
    """How many records those are."""
    withdrawn: tuple[str, ...]
    """Identities of the removed records, at most `NAMED_RECORDS`, where a record was refused or kept: a person
    compares them with what could not be read. Empty otherwise."""
    skipped: dict[Message, int]
    """What the reader left out on purpose, and how often."""
    incomplete: dict[Message, tuple[str, ...]]
    """By entry of `skipped`: identities of the records of which this was left out, at most `NAMED_RECORDS` each."""
    accepted: tuple[Message, ...]
    """Signs that the files are incomplete, and lists for which no given root vouches, which were accepted."""
    source_date: str
    """The source's own date, in its own words."""
    as_of: datetime
    total: int
    """Records that the list has now."""
    needs_approval: bool
    """Whether the holder of targets has to approve the next version: it falls by more than the policy allows."""
    is_first: bool
    """Whether there was no import of this list before, with which this one could be compared."""
    is_expired: bool
    """Whether the list is older than the policy in force allows for CLEAR."""
    seconds: float = 0.0
    """Until all of it was on the disk."""

    @property
    def ok(self) -> bool:
        """Whether every record was read."""
        return not (self.refused or self.kept)

    def counts(self) -> dict[str, int]:
        """How many records went which way, as the journal of imports keeps it."""
        return {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "refused": self.refused_count,
            "kept": self.kept_count,
        }


def import_list(
    home: HeadquartersHome,
    name: str,
    format_name: str,
    paths: Sequence[Path],
    as_of: datetime | None = None,
    *,
    accept_incomplete: str = "",
    accept_unvouched: str = "",
    clock_is_right: bool = False,
) -> ImportReport:
    """Make the list `name` what `paths` hold, taken from its source at `as_of` (default: now).

    Args:
        home: of the headquarters.
        name: of the list.
        format_name: one of `sources.FORMATS`.
        paths: the files, which are the whole list.
        as_of: when they were taken from their source.
        accept_incomplete: why the files are right although they seem incomplete, or although rows of them do not say
            whose they are. What they lack is withdrawn then, and persons of whom a part was not understood are taken
            as they are. It is journalled.
        accept_unvouched: why a list of certificates is right although no given root vouches for its signer. Its
            certificates stay marked. It is journalled.
        clock_is_right: somebody looked; an earlier import dated in the future then does not block this one.

    Raises:
        RefusedFile: a file is not of this format.
        UnvouchedSource: no given root vouches for a list of certificates, and nobody accepted that.
        IncompleteSource: the files seem to be incomplete, and nobody accepted that.
        InputError: the list has another kind or format, or `as_of` cannot be.
    """
    start = time.monotonic()
    kind = load_kind(sources.find_kind(format_name))
    as_of = _check_time(as_of)
    with home.changing(), home.store.transaction() as connection:
        before = find_list(connection, check_list_name(name))
        _must_fit(before, name, kind, format_name)
        if before is not None:
            _must_be_newer(before, as_of, clock_is_right=clock_is_right)
        run = open_list(connection, name, kind.NAME, format_name, as_of)
        with closing(_begin_run(home, connection, name, run, paths)) as import_run:
            reported = _load(import_run, kind, sources.load_reader(format_name)(paths))
            policy = metadata_in_force.read_policy(connection).of(name)
            notes = notes_before(connection, run)
            judged, reason = _settle(import_run, reported, notes, policy, accept_incomplete, accept_unvouched)
            _must_not_exceed(kind, judged.total)
            report = _make_report(name, as_of, import_run, reported, judged, policy.ages)
            info, counts = reported.info, report.counts()
            close_run(connection, run, RunNotes(info.date, info.parts, judged.unread, report.accepted, reason, counts))
    return replace(report, seconds=time.monotonic() - start)


def _begin_run(home: HeadquartersHome, connection: Connection, name: str, run: int, paths: Sequence[Path]) -> ImportRun:
    """The import run of a list whose records lie one by one, or of one of documents, which may be very long."""
    entry = find_list(connection, name)
    assert entry is not None  # noqa: S101
    kind = load_kind(entry.kind)
    if not is_bulk(kind):
        return RecordImport(connection, run, kind)
    from sync.headquarters.bulk.bulk_import import BulkImport  # with polars: for lists of documents only

    size = sum(path.stat().st_size for path in paths if path.is_file())
    return BulkImport(connection, entry, run, home.making, size // _BYTES_A_RECORD)


def _settle(
    import_run: ImportRun,
    reported: ReaderReport,
    notes: RunNotes,
    policy: ListPolicy,
    accept_incomplete: str,
    accept_unvouched: str,
) -> tuple[Judgement, str]:
    """What the import does, and those reasons that it needed; UnvouchedSource, IncompleteSource: one was missing."""
    unvouched = reported.info.unvouched
    if unvouched and not accept_unvouched:
        raise _refuse_unvouched(unvouched)
    judged = settle_import(import_run, reported, notes, policy.bounds.share, is_accepted=bool(accept_incomplete))
    if judged.signs and not accept_incomplete:
        raise _refuse_incomplete(judged.signs, reported, may_be_right=may_be_right(import_run, reported))
    reasons = {
        accept_incomplete: bool(judged.signs or reported.refused or reported.info.partly_read),
        accept_unvouched: bool(unvouched),
    }
    return judged, "; ".join(reason for reason, is_needed in reasons.items() if reason and is_needed)


def _make_report(
    name: str,
    as_of: datetime,
    import_run: ImportRun,
    reported: ReaderReport,
    judged: Judgement,
    ages: AgePolicy,
) -> ImportReport:
    is_doubtful = bool(judged.removed and (reported.refused or judged.retained_count))
    return ImportReport(
        list=name,
        added=import_run.added,
        changed=import_run.changed,
        removed=judged.removed,
        unchanged=import_run.unchanged,
        refused=tuple(reported.refused[:NAMED_RECORDS]),
        refused_count=len(reported.refused),
        kept=tuple(import_run.find_kept()),
        kept_count=judged.retained_count,
        withdrawn=tuple(import_run.find_withdrawn()) if is_doubtful else (),
        skipped=dict(reported.info.skipped),
        incomplete={why: tuple(records[:NAMED_RECORDS]) for why, records in reported.info.incomplete.items()},
        accepted=(*judged.signs, *reported.info.unvouched),
        source_date=reported.info.date,
        as_of=as_of,
        total=judged.total,
        needs_approval=judged.needs_approval,
        is_first=not import_run.has_earlier,
        is_expired=ages.band(as_of, read_system_time()) is AgeBand.EXPIRED,
    )


def _load(import_run: ImportRun, kind: Kind, items: Iterator[Item]) -> ReaderReport:
    reported = ReaderReport()
    same, named = 0, dict[str, None]()
    for repeated in import_run.load(_records(items, reported)):
        if repeated.is_same:
            same += repeated.times
            named |= {kind.identity(repeated.record): None} if len(named) < NAMED_RECORDS else {}
        else:
            _refuse(reported, _repetition(kind, repeated.record))
    if same:
        info, why = reported.info, _("records that occur twice")
        skipped, incomplete = {**info.skipped, why: same}, {**info.incomplete, why: tuple(named)}
        reported.info = replace(info, skipped=skipped, incomplete=incomplete)
    return reported


def _records(items: Iterator[Item], reported: ReaderReport) -> Iterator[Any]:
    for item in items:
        if isinstance(item, RefusedRecord):
            _refuse(reported, item)
        elif isinstance(item, SourceInfo):
            reported.info = item
        else:
            yield item


def _refuse(reported: ReaderReport, refusal: RefusedRecord) -> None:
    """Note what is refused; IncompleteSource where that is so much that the files are hardly of this format."""
    reported.refuse(refusal)
    if len(reported.refused) > (most := LIMITS.refused_records):
        sign = _("more than {most} records in them cannot be used", most=most)
        raise _refuse_incomplete([sign], reported, may_be_right=False)


def _repetition(kind: Kind, record: Any) -> RefusedRecord:
    """One of the two may have been given the identity of the other, so it is anybody's."""
    why = _("the file has another record with this identity; only the first is used")
    return RefusedRecord(kind.identity(record), why, digest=digest_row(kind.to_json(record)))


def _refuse_incomplete(signs: Sequence[Message], reported: ReaderReport, *, may_be_right: bool) -> IncompleteSource:
    """To accept files of which nothing could be used would withdraw the whole list, so nobody is told to.

    Files that hold nothing at all may be right: the last record was withdrawn.
    """
    do = _("Get the files again, in the format that was named; what was refused or left out is listed with why")
    if may_be_right:
        do = _(
            "Get the files again. Only if somebody checked that they are right as they are, import them with "
            "--accept-incomplete and a reason: what they lack is withdrawn then"
        )
    return report_incomplete(signs, do, [*_describe_reported(reported)])


def _refuse_unvouched(lists: Sequence[Message]) -> UnvouchedSource:
    return UnvouchedSource(
        lists,
        means=_(
            "Nothing was imported; the list stays as it was. Whoever made such a list also chose who vouches for it."
        ),
        do=_(
            "Get each state's root certificate from that state, not from where the list came from, and name it with "
            "the files. Where there is none to be had, compare the fingerprint with one that the state published, then "
            "import with --accept-unvouched and a reason"
        ),
    )


def describe_left_out(what: Message, count: int, records: Sequence[str]) -> Message:
    """What was left out and how often, with the first `NAMED_INCOMPLETE` of its records."""
    line = _("left out ({count}): {what}", count=count, what=what)
    if not records:
        return line
    names = ", ".join([*map(clean, records[:NAMED_INCOMPLETE]), *(["…"] if len(records) > NAMED_INCOMPLETE else [])])
    return _("{line}, of {records}", line=line, records=names)


def _describe_reported(reported: ReaderReport) -> Iterator[Message]:
    for refusal in reported.refused[:NAMED_REFUSALS]:
        yield _("refused {place}: {reason}", place=refusal.where, reason=refusal.why)
    if (more := len(reported.refused) - NAMED_REFUSALS) > 0:
        yield plural("… and {count} more was refused", "… and {count} more were refused", more)
    for what, count in reported.info.skipped.items():
        yield describe_left_out(what, count, reported.info.incomplete.get(what, ()))


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


def _must_not_exceed(kind: Kind, total: int) -> None:
    """RefusedFile where the list would have more records than its kind may have, kept ones among them."""
    if total > (most := getattr(kind, "MOST_ROWS", total)):
        raise RefusedFile(
            _(
                "The list would have {total} records, with those that are kept; {most} are the most",
                total=total,
                most=most,
            ),
            means=_("Nothing was imported; the list stays as it was."),
            do=_("Correct the rows that cannot be read, or divide the list"),
        )


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
