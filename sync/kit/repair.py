"""Repairs a list whose rows are not what was signed: fetches only the parts of the snapshot in which it is wrong.

1. The deltas from here to the newest version are taken on trial; the resulting digest of each key range is
   compared with what headquarters says of the newest version. A range that cannot be read is wrong.
2. For each wrong range the part of the snapshot is fetched, and the deltas from the snapshot on are applied to it.
3. Correct ranges and fetched parts make a new base, whose digest must come out as signed.

Nothing is changed before the third step, which is one transaction.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from data.errors import TrustError
from data.lists.key_ranges import RangeRows
from data.lists.rows import NO_ROWS, Row, concatenate_rows, pack_batch, to_numbers
from data.lists.running_digest import RowChanges
from data.lists.view import merge_packed
from data.log.error_log import log_error
from data.text import _
from sync.formats.download_plan import PlanStep, plan_downloads
from sync.formats.manifest import SealedFile
from sync.formats.parts_directory import PartsDirectory, digests_from_json
from sync.formats.payload import Canary, Header, PayloadKind, RowForm
from sync.kit.apply import ApplyTarget, check_row_sizes
from sync.kit.list_files import PartsReader, check_header, open_payload, read_directory

FetchFile = Callable[[SealedFile], Path]


class _SignedDigests(NamedTuple):
    """What headquarters says of the newest version."""

    header: Header
    digests: list[int]


class ListRepair:
    """One list that is to be repaired."""

    def __init__(self, target: ApplyTarget, have: int, fetch: FetchFile, keys: Mapping[int, bytes]) -> None:
        self._target = target
        self._have = have
        self._fetch = fetch
        self._keys = keys

    @property
    def is_possible(self) -> bool:
        """Whether the manifest names what a repair needs, and the keys are here."""
        manifest = self._target.manifest
        if manifest.digests is None or not {manifest.digests.epoch, manifest.snapshot.file.epoch} <= self._keys.keys():
            return False
        try:
            self._steps(self._have), self._steps(manifest.snapshot.version)
        except TrustError as error:
            log_error(error)
            return False
        return True

    def run(self) -> int:
        """Repair the list; returns how many rows the changes removed.

        Raises:
            LinkError: the connection broke; what was received is kept.
            TrustError: it does not add up to what was signed, or goes beyond its bounds.
            Damaged: more of the list is damaged than a look at it showed.
        """
        header, directory = self._directory()
        signed = self._read_digests(len(directory.parts))
        behind, canaries = self._changes(self._have, header.canaries)
        ahead, _ = self._changes(header.edition.version, ())
        own = self._target.replica.digests(directory.starts, behind)
        wrong = [place for place, digest in enumerate(own) if digest != signed.digests[place]]
        for place in wrong:
            self._fetch(directory.parts[place].file)
        if self._have != header.edition.version and not behind:
            canaries = ()  # those of another version
        accept = self._target.make_acceptance(signed.header, canaries)
        key = self._keys[self._target.manifest.snapshot.file.epoch]
        parts = PartsReader(header.edition, directory, key, lambda part: self._fetch(part.file))
        corrections = _CorrectRanges(self._target, header, parts, directory.starts, wrong, ahead)
        self._target.replica.repair(
            self._target.edition(signed.header), behind, directory.starts, corrections, accept.accept_change
        )
        return sum(len(change.removals) for change in behind)

    def _directory(self) -> tuple[Header, PartsDirectory]:
        manifest = self._target.manifest
        path = self._fetch(manifest.snapshot.file)
        key = self._keys[manifest.snapshot.file.epoch]
        header, directory = read_directory(path, key, manifest, self._target.replica.kind)
        if directory is None:
            raise TrustError(
                _("The snapshot of {list} has no parts", list=manifest.list), means=_("The old list stays in force.")
            )
        return header, directory

    def _read_digests(self, parts: int) -> _SignedDigests:
        manifest = self._target.manifest
        assert manifest.digests is not None  # noqa: S101
        with open_payload(self._fetch(manifest.digests), self._keys[manifest.digests.epoch]) as reader:
            check_header(reader.header, PayloadKind.DIGESTS, manifest, self._target.replica.kind, 0, manifest.version)
            return _SignedDigests(reader.header, digests_from_json(reader.directory(), parts))

    def _steps(self, version: int) -> tuple[PlanStep, ...]:
        """The deltas from a version to the newest."""
        whole = self._target.manifest.snapshot.file
        plan = plan_downloads(
            self._target.manifest, version, lambda file: file.size,
            opens=lambda file: file != whole and file.epoch in self._keys,
        )  # fmt: skip
        return plan.steps

    def _changes(self, version: int, canaries: tuple[Canary, ...]) -> tuple[list[RowChanges], tuple[Canary, ...]]:
        """What those deltas say, and the canaries of the last of them (`canaries` where no delta is needed)."""
        changes = []
        for step in self._steps(version):
            with open_payload(self._fetch(step.file), self._keys[step.file.epoch]) as reader:
                kind = self._target.replica.kind
                check_header(reader.header, PayloadKind.DELTA, self._target.manifest, kind, step.since, step.to)
                changes.append(
                    RowChanges(list(reader.removed_keys()), list(check_row_sizes(self._target.replica, reader.rows())))
                )
                canaries = reader.header.canaries
        return changes, canaries


class _CorrectRanges(Mapping[int, RangeRows]):
    """The wrong ranges as they should be, each made when it is asked for: together they may be the whole list."""

    def __init__(
        self, target: ApplyTarget, header: Header, parts: PartsReader, starts: Sequence[bytes], wrong: Sequence[int],
        changes: Sequence[RowChanges],
    ) -> None:  # fmt: skip
        self._target = target
        self._header = header
        self._parts = parts
        self._bounds = list(zip(starts, [*starts[1:], None], strict=True))
        self._wrong = wrong
        self._changes = changes

    def __iter__(self) -> Iterator[int]:
        return iter(self._wrong)

    def __len__(self) -> int:
        return len(self._wrong)

    def __getitem__(self, place: int) -> RangeRows:
        if place not in self._wrong:
            raise KeyError(place)
        changes = [_within(change, *self._bounds[place]) for change in self._changes]
        if self._header.form is RowForm.COLUMNS:
            rows = concatenate_rows([NO_ROWS, *self._parts.packed_rows([place])])
            for change in changes:
                rows = merge_packed(rows, pack_batch(change.additions), to_numbers(change.removals))
            return rows
        bodies = dict(check_row_sizes(self._target.replica, self._parts.rows([place])))
        for change in changes:
            for key in change.removals:
                bodies.pop(key, None)
            bodies.update(change.additions)
        return [Row(key, bodies[key]) for key in sorted(bodies)]


def _within(change: RowChanges, first: bytes, end: bytes | None) -> RowChanges:
    removals = change.removals[_between(change.removals, first, end)]
    return RowChanges(removals, change.additions[_between([row.key for row in change.additions], first, end)])


def _between(keys: Sequence[bytes], first: bytes, end: bytes | None) -> slice:
    return slice(bisect_left(keys, first), bisect_left(keys, end) if end is not None else len(keys))
