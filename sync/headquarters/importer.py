"""Takes a whole list from its source files into the store: mark every record, insert, remove what stays marked.

- One transaction: a file of the wrong format, a crash or a full disk leaves the list as it was. A list keeps its kind
  and its format for ever, since a file of another source imported by mistake would withdraw everything.
- A record that a reader refuses is reported, the rest is imported, and the record's earlier version stays in force
  (`record_table`). Where a refused row does not say whose it is, nobody is withdrawn.
- Signs that the files are incomplete refuse the import, until somebody accepts them and says why; that is journalled.
  So does a list of certificates for which only the list itself vouches.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.clock import read_system_time
from data.errors import IncompleteSource, InputError, UnvouchedSource
from data.lists.contents import find_fall
from data.lists.edition import check_list_name
from data.lists.kinds import Kind, load_kind
from data.lists.rows import split_batches
from data.text import Message, _, plural
from sync.headquarters import sources
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, digest_row
from sync.headquarters.store import metadata_in_force
from sync.headquarters.store.list_table import StoredList, find_list, open_list
from sync.headquarters.store.record_table import Doubts, ImportRun
from sync.headquarters.store.run_table import PastImport, RunNotes, close_run, past_imports
from sync.limits import LIMITS
from sync.trust.bounds import describe_fall

NAMED_REFUSALS = 20
"""Refusals that are named where nothing was imported."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to a list. Counts are records."""

    list: str
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: tuple[RefusedRecord, ...]
    kept: tuple[str, ...]
    """Identities of records whose earlier version stays in force, because today's could not be read."""
    skipped: dict[Message, int]
    """What the reader left out on purpose, and how often."""
    accepted: tuple[Message, ...]
    """Signs that the files are incomplete, and lists for which no given root vouches, which were accepted."""
    source_date: str
    """The source's own date, in its own words."""
    as_of: datetime
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every record was read."""
        return not (self.refused or self.kept)


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
        loading = ImportRun(connection, run, kind)
        aside = _load(loading, kind, sources.load_reader(format_name)(paths))
        if aside.info.unvouched and not accept_unvouched:
            raise _refuse_unvouched(aside.info.unvouched)
        is_accepted = bool(accept_incomplete)
        aside.refused += _refuse_changed_types(loading, aside.info, is_accepted=is_accepted)
        aside.refused += _refuse_unproved(loading, is_accepted=is_accepted)
        aside.refused += _refuse_shrunk(loading, is_accepted=is_accepted)
        earlier = past_imports(connection, name)[:-1]
        doubts, unread = _find_doubts(loading, aside, earlier, is_accepted=is_accepted)
        removed, retained = loading.withdraw_missing(doubts)
        share = metadata_in_force.read_policy(connection).of(name).bounds.share
        signs = (*_find_signs(loading, share, removed), *_find_missing_parts(earlier, aside.info), *aside.info.signs)
        if signs and not accept_incomplete:
            is_emptied = loading.before.rows.total > 0 and not (aside.refused or aside.info.skipped)
            may_be_right = bool(loading.read) or is_emptied
            raise _refuse_incomplete(signs, aside, may_be_right=may_be_right)
        counts = {
            "added": loading.added,
            "changed": loading.changed,
            "removed": removed,
            "refused": len(aside.refused),
            "kept": len(retained),
        }
        reasons = {
            accept_incomplete: bool(signs or aside.refused or aside.info.partly_read),
            accept_unvouched: bool(aside.info.unvouched),
        }
        reason = "; ".join(reason for reason, is_needed in reasons.items() if reason and is_needed)
        signs = (*signs, *aside.info.unvouched)
        close_run(connection, run, RunNotes(aside.info.date, aside.info.parts, unread, signs, reason, counts))
    return ImportReport(
        list=name,
        added=loading.added,
        changed=loading.changed,
        removed=removed,
        unchanged=loading.unchanged,
        refused=tuple(aside.refused),
        kept=tuple(retained),
        skipped=dict(aside.info.skipped),
        accepted=signs,
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
    same = 0
    for batch in split_batches(_records(items, aside)):
        for repeated in loading.put(batch):
            if repeated.is_same:
                same += 1
            else:
                aside.refused.append(_repetition(kind, repeated.record))
    if same:
        aside.info = replace(aside.info, skipped={**aside.info.skipped, _("records that occur twice"): same})
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
    """One of the two may have been given the identity of the other, so it is anybody's."""
    why = _("the file has another record with this identity; only the first is used")
    return RefusedRecord(kind.identity(record), why, digest=digest_row(kind.to_json(record)))


def _refuse_changed_types(loading: ImportRun, info: SourceInfo, *, is_accepted: bool) -> list[RefusedRecord]:
    """Who was on the list and is in the files as something that this list does not hold: misread, until somebody says
    that the files are right.
    """
    if is_accepted:
        return []
    why = _("it was on the list, and the files have it as something else now")
    return [RefusedRecord(identity, why, identity) for identity in sorted(loading.find_earlier(info.other_types))]


def _refuse_shrunk(loading: ImportRun, *, is_accepted: bool) -> list[RefusedRecord]:
    """Ranges of which the files have a part, or one number: an end of it may be damaged."""
    why = _("the files have a part of this range under another number at its beginning or end")
    return [] if is_accepted else [RefusedRecord(range_, why, range_) for range_ in loading.find_shrunk()]


def _refuse_unproved(loading: ImportRun, *, is_accepted: bool) -> list[RefusedRecord]:
    why = _("its signature does not prove it, and it would replace one that was here")
    return [
        RefusedRecord(record.identity, why, record.replaced)
        for record in loading.refuse_unproved(is_accepted=is_accepted)
    ]


def _find_doubts(
    loading: ImportRun, aside: _Aside, earlier: Sequence[PastImport], *, is_accepted: bool
) -> tuple[Doubts, frozenset[str]]:
    """Whose rows were not read, and the digests of the rows that do not say.

    An identity out of a damaged row counts only where somebody with it was on the list.
    """
    named = {refusal.identity for refusal in aside.refused if refusal.identity}
    uncertain = {refusal.identity for refusal in aside.refused if not refusal.is_certain}
    strangers = uncertain - loading.find_earlier(uncertain)
    anybody = [
        refusal
        for refusal in aside.refused
        if not refusal.identity or refusal.identity in strangers or refusal.hides_others
    ]
    unread = frozenset(refusal.digest for refusal in anybody if refusal.digest)
    known = earlier[-1].notes.unread if earlier else frozenset()
    if len(unread) > LIMITS.unread_rows:  # one digest of all: known if the very same rows are refused again
        unread = frozenset({digest_row("".join(sorted(unread)))})
        new_count = 0 if unread <= known else len(anybody)
    else:
        new_count = sum(refusal.digest not in known for refusal in anybody)
    identities = frozenset(named - strangers)
    if is_accepted:
        return Doubts(identities), unread
    partly_read = identities | aside.info.partly_read
    return Doubts(partly_read, aside.info.free_words, new_count, len(anybody) - new_count), unread


def _find_signs(loading: ImportRun, share: float, removed: int) -> Iterator[Message]:
    """What is wrong with the amount of what was read: the old list may lose so much, whatever comes in its place."""
    before = loading.before
    if not loading.read:
        yield _("no record in them can be used")
    elif fall := find_fall(before, loading.measure_after(), share):
        yield describe_fall(fall, share)
    elif removed > max(share * before.rows.total, 1):
        facts = {"count": removed, "before": before.rows.total, "share": f"{share * 100:.3g}%"}
        yield _("{count} of {before} records are withdrawn, and {share} may be", **facts)
    else:
        yield from _find_losses(loading, share)


def _find_losses(loading: ImportRun, share: float) -> Iterator[Message]:
    """Of persons who stay on the list: each may lose one thing, and all together the share."""
    names, births, documents = loading.count_losses()
    facts = {"share": f"{share * 100:.3g}%"}
    before = loading.before
    if names > max(share * before.names.total, 1):
        yield _(
            "persons who stay lose {count} of {before} names, and {share} may be lost",
            count=names,
            before=before.names.total,
            **facts,
        )
    if births > max(share * before.births.total, 1):
        yield _(
            "persons who stay lose {count} of {before} dates of birth, and {share} may be lost",
            count=births,
            before=before.births.total,
            **facts,
        )
    if documents > max(share * before.documents.total, 1):
        yield _(
            "persons who stay lose {count} of {before} document numbers, and {share} may be lost",
            count=documents,
            before=before.documents.total,
            **facts,
        )


def _find_missing_parts(earlier: Sequence[PastImport], info: SourceInfo) -> Iterator[Message]:
    for part in sorted(earlier[-1].notes.parts - info.parts) if earlier else ():
        yield _("{part} is missing, and the import before had it", part=part)


def _refuse_incomplete(signs: Sequence[Message], aside: _Aside, *, may_be_right: bool) -> IncompleteSource:
    """To accept files of which nothing could be used would withdraw the whole list, so nobody is told to."""
    do = _("Get the files again, in the format that was named; what was refused or left out is listed with why")
    if may_be_right:
        do = _(
            "Get the files again. Only if somebody checked that they are right as they are, import them with "
            "--accept-incomplete and a reason: what they lack is withdrawn then"
        )
    means = _("Nothing was imported; the list stays as it was.")
    return IncompleteSource(signs, means=means, do=do, notes=[*_describe_aside(aside)])


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


def _describe_aside(aside: _Aside) -> Iterator[Message]:
    for refusal in aside.refused[:NAMED_REFUSALS]:
        yield _("refused {place}: {reason}", place=refusal.where, reason=refusal.why)
    if (more := len(aside.refused) - NAMED_REFUSALS) > 0:
        yield plural("… and {count} more was refused", "… and {count} more were refused", more)
    for what, count in aside.info.skipped.items():
        yield _("left out ({count}): {what}", count=count, what=what)


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
