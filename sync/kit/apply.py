"""Applies one verified step to a list in one transaction, after comparing it with the state of the list.

- What does not add up, goes beyond its bounds or hides one of its canaries leaves the list as it was.
- Canaries are rows that headquarters knows to be listed. They are looked up as a screening would, so a list whose
  digest adds up but whose rows cannot be found is kept out.
"""

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace

from data.errors import Damaged, StoreError, TrustError
from data.json_codec import decode
from data.json_errors import JsonError
from data.kit.headquarters_word import ListVersion
from data.lists.contents import ListContents, measure_contents
from data.lists.edition import Edition
from data.lists.kinds import Kind, counts_contents, load_kind
from data.lists.replica import Replica
from data.lists.rows import PackedRows, Row, SharedKeyCounter, split_batches
from data.lists.running_digest import ChangeCounts
from data.lists.view import PackedView, View
from data.log.error_log import log_error
from data.policy import Bounds
from data.text import _
from sync.formats.manifest import Manifest
from sync.formats.payload import Canary, Header, PayloadReader, RowForm
from sync.kit.list_files import PartsReader
from sync.limits import LIMITS
from sync.trust.bounds import Drift, ListChange, VersionStep, must_be_within

_INTEGER_BYTES = 8


class Acceptance:
    """What holds for one change of one list."""

    def __init__(
        self,
        bounds: Bounds,
        before: Edition | None,
        after: Edition,
        drift: str,
        canaries: Sequence[Canary],
        kind: Kind,
        contents: ListContents | None = None,
        lost: ListVersion | None = None,
        steps: Sequence[VersionStep] = (),
    ) -> None:
        """`contents`: what the list held, if its kind says more than its rows and the old files can be read.

        `lost`: the version that was here, where its files are gone: a list falls from that, not from nothing.
        `steps`: the versions that the file leads over.
        """
        self._bounds = bounds
        self._before = before
        self._after = after
        self._drift = decode(Drift, drift, _damaged_drift) if drift else None
        self._canaries = canaries
        self._kind = kind
        self._contents = contents
        self._steps = tuple(steps)
        self._known = before or lost
        """The version from which the list goes on."""

    def accept_change(self, view: View, moves: ChangeCounts) -> str:
        """An `Accept` for a delta, which knows what was added and removed."""
        self._must_find_canaries(view)
        before, known, after = self._before, self._known, self._after
        change = ListChange(
            list=after.list,
            since=known.version if known else 0,
            rows_before=known.count if known else 0,
            to=after.version,
            rows=after.count,
            digest=after.digest,
            came=moves.rows_added,
            went=moves.rows_removed,
            resealed=before is not None and before.salt != after.salt,
            contents=(self._contents, moves.contents or _measure(self._kind, view)) if self._contents else None,
            steps=self._steps,
        )
        drift = must_be_within(self._bounds, change, self._drift)
        return json.dumps(asdict(drift)) if drift else ""

    def accept_whole(self, view: View, kept_count: int | None, contents: ListContents | None) -> str:
        """The same for a whole version, of which `kept_count` keys were here before (None: nobody knows).

        `contents`: what it holds, if its kind says more than its rows.
        """
        if self._known is None:
            return self.accept_change(view, ChangeCounts(0, 0))
        came = max(0, self._after.count - self._known_count(kept_count))
        return self.accept_change(view, ChangeCounts(came, self.count_removed(kept_count), contents=contents))

    def count_removed(self, kept_count: int | None) -> int:
        """How many rows were removed, as far as that is known."""
        return max(0, self._known.count - self._known_count(kept_count)) if self._known else 0

    def _known_count(self, kept_count: int | None) -> int:
        if kept_count is None or self._before is None:  # where the files are gone nobody knows whose rows came again
            return min(self._known.count if self._known else 0, self._after.count)
        return kept_count

    def _must_find_canaries(self, view: View) -> None:
        bodies = view.get_many([canary.key for canary in self._canaries])
        if not all(canary.is_body(bodies.get(canary.key)) for canary in self._canaries):
            raise TrustError(
                _(
                    "Version {version} of {list} lacks a row that headquarters knows to be on it",
                    version=self._after.version,
                    list=self._after.list,
                ),
                means=_("It was not applied; the old list stays in force."),
                do=_("Tell headquarters if it happens again"),
            )


def _measure(kind: Kind, view: View) -> ListContents:
    return measure_contents(kind, (row.body for row in view.rows()))


def _measure_replica(replica: Replica) -> ListContents | None:
    """What a list holds; None where there is none yet, or where it is damaged: then its row count alone is compared."""
    if replica.edition() is None:
        return None
    try:
        return replica.contents()
    except StoreError as error:
        log_error(error, list_name=replica.name)
        return None


def _damaged_drift(_why: JsonError) -> Damaged:
    return Damaged(
        _("The record of a list's changes since its baseline cannot be read"), do=_("Run `waypost courier run`")
    )


@dataclass(frozen=True, slots=True)
class ApplyTarget:
    """A list of this kit, and what its manifest and policy say of it."""

    replica: Replica
    manifest: Manifest
    bounds: Bounds
    known: ListVersion | None = None
    """The newest version that was here, whatever became of its files."""

    def edition(self, header: Header) -> Edition:
        """The edition a payload leads to, with the newest dates."""
        edition, manifest = header.edition, self.manifest
        if edition.version != manifest.version:
            return edition
        # The manifest is newer than the file where headquarters looked again and nothing had changed.
        return replace(edition, as_of=manifest.as_of, published=manifest.published, source_date=manifest.source_date)

    def make_acceptance(self, header: Header, canaries: tuple[Canary, ...]) -> Acceptance:
        """Who looks at the list before it comes into force."""
        replica, kind = self.replica, load_kind(self.replica.kind)
        contents = _measure_replica(replica) if counts_contents(kind) else None
        before, after = replica.edition(), self.edition(header)
        return Acceptance(self.bounds, before, after, replica.drift, canaries, kind, contents, self.known, header.steps)


def apply_delta(target: ApplyTarget, reader: PayloadReader) -> int:
    """Apply a delta; returns how many rows it took away.

    Raises:
        TrustError: it does not add up to what was signed, or goes beyond its bounds.
        StoreError: it does not fit the version in force.
    """
    header, before = reader.header, target.replica.edition()
    if before is not None and header.edition.salt != before.salt:
        raise TrustError(
            _("A delta of {list} is sealed with a different salt", list=before.list),
            means=_("The old list stays in force."),
        )
    rows = check_row_sizes(target.replica, reader.rows())
    accept = target.make_acceptance(header, header.canaries)
    edition = target.edition(header)
    return target.replica.apply(edition, header.since, reader.removed_keys(), rows, accept.accept_change).removed


def apply_snapshot(target: ApplyTarget, header: Header, source: PayloadReader | PartsReader) -> int:
    """Take a whole version; returns how many rows are no longer there.

    Raises:
        TrustError: it does not add up to what was signed, or goes beyond its bounds.
    """
    accept, edition = target.make_acceptance(header, header.canaries), target.edition(header)
    counter = _KeptCounter(target.replica)
    if header.form is RowForm.COLUMNS:
        with closing(counter.counting_packed(source.packed_rows())) as parts:
            target.replica.replace_packed(
                edition, parts, lambda view, counts: accept.accept_whole(view, counter.count, counts.contents)
            )
    else:
        rows = counter.counting(check_row_sizes(target.replica, source.rows()))
        target.replica.replace(
            edition, rows, lambda view, counts: accept.accept_whole(view, counter.count, counts.contents)
        )
    return accept.count_removed(counter.count)


def check_row_sizes(replica: Replica, rows: Iterable[Row]) -> Iterator[Row]:
    """`rows`; TrustError for one of another size than the list's kind has."""
    module = load_kind(replica.kind)
    key_bytes, body_bytes = (
        _INTEGER_BYTES if sql_type == "INTEGER" else None for sql_type in (module.KEY_TYPE, module.BODY_TYPE)
    )
    for row in rows:
        if key_bytes not in (None, len(row.key)) or body_bytes not in (None, len(row.body)):
            raise TrustError(
                _("A row of {name} has a size that its kind of list does not allow", name=replica.name),
                means=_("The old list stays in force."),
            )
        yield row


def must_compact(replica: Replica, removed: int) -> bool:
    """Whether the overlay has to become a new base now.

    Rows that say who somebody is are erased, not only hidden, when they are withdrawn, where that takes seconds.
    Of a longer list they are erased within its time (`sync.kit.post_apply.erase_due`), those of many nights at once.
    """
    waiting = replica.overlay_rows()
    edition = replica.edition()
    count = edition.count if edition else 0
    readable = not load_kind(replica.kind).SEALED
    most = LIMITS.overlay_persons if readable else LIMITS.overlay_most
    bound = min(max(LIMITS.overlay_rows, int(LIMITS.overlay_share * count)), most)
    return waiting > bound or (readable and 0 < removed and 0 < waiting and count <= LIMITS.erased_at_once_rows)


class _KeptCounter:
    """Counts rows of a snapshot whose keys were here before; None where the old files cannot say."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self.count: int | None = 0

    def counting(self, rows: Iterator[Row]) -> Iterator[Row]:
        """`rows`, counted as they come by."""
        for batch in split_batches(rows):
            if self.count is not None:
                self.count = self._more(self.count, [row.key for row in batch])
            yield from batch

    def counting_packed(self, parts: Iterable[PackedRows]) -> Generator[PackedRows, None, None]:
        """`parts`, counted as they come by."""
        with ExitStack() as reading:
            shared = self._open_shared_counter(reading)
            for part in parts:
                shared = _count_part(shared, part)
                yield part
        self.count = shared.count if shared else None

    def _more(self, count: int, keys: list[bytes]) -> int | None:
        try:
            with self._replica.read() as view:
                return count + len(view.get_many(keys))
        except StoreError as error:
            log_error(error, list_name=self._replica.name)
            return None  # the new files replace the damaged ones

    def _open_shared_counter(self, reading: ExitStack) -> SharedKeyCounter | None:
        try:
            view = reading.enter_context(self._replica.read())
        except StoreError as error:
            log_error(error, list_name=self._replica.name)
            return None
        return SharedKeyCounter(view.packed_rows()) if isinstance(view, PackedView) else None


def _count_part(shared: SharedKeyCounter | None, part: PackedRows) -> SharedKeyCounter | None:
    try:
        if shared:
            shared.add(part)
    except StoreError as error:
        log_error(error)
        return None
    return shared
