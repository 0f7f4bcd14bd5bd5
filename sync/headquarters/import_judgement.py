"""Settles what an import read: which records must not replace what is listed, what stays, what seems to be missing.

What cannot be read is not absent (docs/adr/0032-unread-is-not-absent.md).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from data.lists.contents import Fall, ListContents, find_fall
from data.text import EMPTY, Message, _, join
from sync.headquarters.sources import RefusedRecord, SourceInfo, digest_row
from sync.headquarters.sources.source_parts import describe_part
from sync.headquarters.store.import_run import NAMED_RECORDS, Doubts, ImportRun
from sync.headquarters.store.run_table import RunNotes
from sync.limits import LIMITS
from sync.trust.bounds import describe_fall

_NAMED_PARTS = 10
"""Missing parts that a sign names."""


@dataclass(slots=True)
class ReaderReport:
    """What a reader reports besides its records."""

    refused: list[RefusedRecord] = field(default_factory=list)
    """The first `NAMED_RECORDS` as they came; the others without place and reason, four fifths of what each takes."""
    info: SourceInfo = field(default_factory=SourceInfo)

    def refuse(self, *refusals: RefusedRecord) -> None:
        """Add what is refused."""
        for refusal in refusals:
            is_named = len(self.refused) < NAMED_RECORDS
            self.refused.append(refusal if is_named else replace(refusal, where="", why=EMPTY))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an import does to the list, and why the files seem to be incomplete."""

    removed: int
    retained_count: int
    """Records of which something stays in force that the files do not say."""
    unread: Mapping[str, int]
    """By digest: how often a row that does not say whose it is occurs."""
    signs: tuple[Message, ...]
    total: int
    """Records that the list has then."""
    needs_approval: bool
    """Whether the next version falls by more than the policy allows, compared with the one that is published."""


def settle_import(
    import_run: ImportRun, reported: ReaderReport, before: RunNotes, share: float, *, is_accepted: bool
) -> Judgement:
    """Take back what must not replace anything, withdraw what is missing, and judge whether the files seem complete.

    `before` are the notes of the last import; the list may lose `share` of what it held (0 to 1).
    """
    info = reported.info
    reported.refuse(*_refuse_changed_types(import_run, info, is_accepted=is_accepted))
    reported.refuse(*_refuse_unproved(import_run, is_accepted=is_accepted))
    reported.refuse(*_refuse_moved(import_run, is_accepted=is_accepted))
    reported.refuse(*_refuse_shrunk(import_run, is_accepted=is_accepted))
    doubts, unread = _find_doubts(import_run, reported, before.unread, is_accepted=is_accepted)
    removed, retained_count = import_run.withdraw_missing(doubts)
    has_unused = bool(reported.refused or info.skipped)
    absent = _find_missing_parts(before.parts, info) if import_run.has_earlier else _find_never_given(info)
    after = import_run.measure_after()
    signs = (
        *_find_signs(import_run, after, share, removed, has_unused=has_unused, may_be_empty=info.may_be_empty),
        *absent,
        *info.signs,
    )
    published = (import_run.measure_published() or import_run.before) if import_run.is_published() else None
    needs_approval = published is not None and find_fall(published, after, share) is not None
    return Judgement(removed, retained_count, unread, signs, after.rows.total, needs_approval)


def may_be_right(import_run: ImportRun, reported: ReaderReport) -> bool:
    """Whether the files may be right as they are: they have a record, or are empty and nothing in them was refused."""
    is_emptied = import_run.before.rows.total > 0 and not (reported.refused or reported.info.skipped)
    return bool(import_run.read) or is_emptied


def _refuse_changed_types(import_run: ImportRun, info: SourceInfo, *, is_accepted: bool) -> list[RefusedRecord]:
    """Who was on the list and is in the files as something that this list does not hold: misread, until somebody says
    that the files are right.
    """
    if is_accepted:
        return []
    why = _("it was on the list, and the files have it as something else now")
    return [RefusedRecord(identity, why, identity) for identity in sorted(import_run.find_earlier(info.other_types))]


def _refuse_moved(import_run: ImportRun, *, is_accepted: bool) -> list[RefusedRecord]:
    """Persons who lost a name or a document number to another one of the list: the reference may be damaged."""
    why = _("a name or document number that it had is in another record now")
    return [] if is_accepted else [RefusedRecord(moved, why, moved) for moved in import_run.find_moved()]


def _refuse_shrunk(import_run: ImportRun, *, is_accepted: bool) -> list[RefusedRecord]:
    """Ranges of which the files have a part, or one number: an end of it may be damaged."""
    why = _("the files have a part of this range under another number at its beginning or end")
    return [] if is_accepted else [RefusedRecord(range_, why, range_) for range_ in import_run.find_shrunk()]


def _refuse_unproved(import_run: ImportRun, *, is_accepted: bool) -> list[RefusedRecord]:
    why = _("its signature does not prove it, and it would replace one that was here")
    return [
        RefusedRecord(record.identity, why, record.replaced, hides_others=True, digest=digest_row(record.identity))
        for record in import_run.refuse_unproved(is_accepted=is_accepted)
    ]


def _find_doubts(
    import_run: ImportRun, reported: ReaderReport, known: Mapping[str, int], *, is_accepted: bool
) -> tuple[Doubts, Mapping[str, int]]:
    """Whose rows were not read, and by digest how often those occur that do not say.

    An identity out of a damaged row counts only where somebody with it was on the list.
    """
    named = {refusal.identity for refusal in reported.refused if refusal.identity}
    uncertain = {refusal.identity for refusal in reported.refused if not refusal.is_certain}
    strangers = uncertain - import_run.find_earlier(uncertain)
    anybody = [
        refusal
        for refusal in reported.refused
        if refusal.is_of_list and (not refusal.identity or refusal.identity in strangers or refusal.hides_others)
    ]
    unread, new_count = _count_rows(anybody, known)
    identities = frozenset(named - strangers)
    if is_accepted:
        return Doubts(identities), unread
    partly_read = identities | reported.info.partly_read
    return Doubts(partly_read, reported.info.free_words, new_count, len(anybody) - new_count), unread


def _count_rows(anybody: Sequence[RefusedRecord], known: Mapping[str, int]) -> tuple[Mapping[str, int], int]:
    """By digest how often each row occurs, and how many of them the import before did not meet.

    Of a row that occurs more often than it did then, the excess is new; a row without a digest always is.
    """
    unread = Counter(refusal.digest for refusal in anybody if refusal.digest)
    if len(unread) > LIMITS.unread_rows:  # one digest of all: known if the very same rows are refused again
        lines = (f"{digest} {count}\n" for digest, count in sorted(unread.items()))
        unread = Counter({digest_row("".join(lines)): unread.total()})
    return unread, len(anybody) - (unread & Counter(known)).total()


def _find_signs(
    import_run: ImportRun,
    after: ListContents,
    share: float,
    removed: int,
    *,
    has_unused: bool,
    may_be_empty: bool,
) -> Iterator[Message]:
    """What is wrong with the amount of what was read: the old list may lose so much, whatever comes in its place.

    `after`: what the list holds then; `has_unused`: something in the files was refused or left out; `may_be_empty`: a
    list without a record is nothing strange.
    """
    before = import_run.before
    accounted = import_run.measure_accounted_for(after)
    if not import_run.read and (has_unused or not may_be_empty):
        yield _("no record in them can be used") if has_unused else _("they hold no record at all")
    elif fall := find_fall(before, accounted, share):
        yield describe_fall(fall, share)
    elif fall := _find_fall_since_published(import_run, accounted, share):
        yield _("counted from what is published, {fall}", fall=describe_fall(fall, share))
    elif removed > max(share * before.rows.total, 1):
        facts = {"count": removed, "before": before.rows.total, "share": f"{share * 100:.3g}%"}
        yield _("{count} of {before} records are withdrawn, and {share} may be", **facts)
    elif (numbers := import_run.count_lost_numbers(share))[0] > share * numbers[1]:
        facts = {"count": numbers[0], "before": numbers[1], "share": f"{share * 100:.3g}%"}
        yield _("{count} of {before} document numbers are withdrawn with their ranges, and {share} may be", **facts)
    else:
        yield from _find_losses(import_run, share)


def _find_fall_since_published(import_run: ImportRun, after: ListContents, share: float) -> Fall | None:
    """A fall that a shorter draft hides; none where the files are like that draft, which somebody accepted."""
    published = import_run.measure_published()
    if published is None:
        return None
    return find_fall(published, after, share) if find_fall(after, import_run.before, share) else None


def _find_losses(import_run: ImportRun, share: float) -> Iterator[Message]:
    """Of persons who stay on the list: each may lose one thing, and all together the share."""
    names, births, documents = import_run.count_losses()
    facts = {"share": f"{share * 100:.3g}%"}
    before = import_run.before
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


def _find_never_given(info: SourceInfo) -> Iterator[Message]:
    for part in sorted(info.expected - info.parts):
        yield _("{part} is missing, and the format has it", part=describe_part(part))


def _find_missing_parts(before: frozenset[str], info: SourceInfo) -> Iterator[Message]:
    """One sign for each kind of part; a file that is missing also lacks its end mark, which is no second cause."""
    missing = before - info.parts
    missing -= {part.replace("file ", "end-mark ", 1) for part in missing if part.startswith("file ")}
    for _kind, group in groupby(sorted(missing), key=lambda part: part.partition(" ")[0]):
        parts = [*group]
        names = join([*map(describe_part, parts[:_NAMED_PARTS]), *(["…"] if len(parts) > _NAMED_PARTS else [])], ", ")
        if len(parts) == 1:
            yield _("{part} is missing, and the import before had it", part=names)
        else:
            facts = {"count": len(parts), "parts": names}
            yield _("{count} parts are missing, and the import before had them: {parts}", **facts)
