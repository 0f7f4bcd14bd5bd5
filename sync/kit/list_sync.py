"""Brings one list of a kit up to date, whatever happens to the others.

A file that does not fit (the list here was damaged, or a delta is wrong though signed) is followed by a repair, which
fetches only the parts that differ, and only then by a whole snapshot; a file that came wrong costs nothing but another
try at the next run. Where no source has a file, or none has it as it was signed, other files that lead to the newest
version come in its place. A change beyond its bounds is refused and nothing else is tried. The old list serves all
the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from data.errors import (
    BoundsError,
    Damaged,
    LinkError,
    NotOffered,
    RollbackError,
    StoreError,
    TrustError,
)
from data.kit.headquarters_word import read_list_version
from data.kit.home import KitHome
from data.lists.edition import Edition
from data.lists.kinds import load_kind, must_be_usable
from data.lists.replica import Replica
from data.log.error_log import log_error
from data.policy import read_bounds
from data.text import _
from sync.formats.download_plan import DownloadPlan, PlanStep, plan_downloads
from sync.formats.envelope import ListKey
from sync.formats.manifest import Manifest, SealedFile, file_path, files_of
from sync.formats.parts_directory import PartsDirectory
from sync.formats.payload import Header, PayloadKind, RowForm
from sync.kit.apply import ApplyTarget, apply_delta, apply_snapshot
from sync.kit.list_files import PartsReader, check_header, open_payload, read_directory
from sync.kit.post_apply import PendingSteps, PostApply
from sync.kit.repair import ListRepair
from sync.kit.staging import Staging

_ROW_BYTES = 16


class SyncMethod(StrEnum):
    """How a list reached its version."""

    UNCHANGED = "unchanged"
    NEW_DATES = "new dates"
    """Headquarters looked again and nothing had changed."""
    DELTA = "delta"
    SNAPSHOT = "snapshot"
    REPAIR = "repair"
    """Only those parts of the snapshot were fetched in which the list here was wrong."""
    HELD_BACK = "held back"
    """Somebody took the newest version back here; only a newer one comes in its place."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did to one list."""

    way: SyncMethod
    removed: int


class ListSync:
    """One list about to be brought up to date."""

    def __init__(
        self, home: KitHome, listed: ListKey, manifest: Manifest, staging: Staging, post_apply: PostApply
    ) -> None:
        self.name = listed.name
        self._manifest = manifest
        self._keys = listed.keys
        self._staging = staging
        self._post_apply = post_apply
        must_be_usable(load_kind(listed.kind), listed.name, manifest.schema)
        self._replica, self.have, self._damaged = _open_list(home, listed)
        known = read_list_version(home, listed.name)
        self.was_lost = known is not None and not self.have
        self._target = ApplyTarget(self._replica, manifest, read_bounds(home, listed.name), known)
        newest = max(self.have, known.version if known else 0)
        if newest > manifest.version:
            raise RollbackError(
                _(
                    "Version {version} of {list} is older than version {known}, which this kit already has",
                    version=manifest.version,
                    list=listed.name,
                    known=newest,
                ),
                means=_("The newer list stays in force."),
                do=_("Tell headquarters"),
            )
        self._not_to_be_had: set[SealedFile] = set()
        self._plan = self._make_plan(0 if self._damaged else self.have)

    @property
    def missing(self) -> int:
        """Bytes still to fetch: small lists go first."""
        return self._plan.missing

    @property
    def order(self) -> tuple[bool, int]:
        """Ascending, what goes first: urgent removals, then small lists."""
        return not self._manifest.urgent, self.missing

    @property
    def files(self) -> tuple[SealedFile, ...]:
        """Every file that may be wanted for this list, as far as they are known by name."""
        return (*files_of(self._manifest), *self._known_parts())

    def run(self) -> SyncResult:
        """Fetch and apply what is missing.

        Raises:
            LinkError: the connection broke; what was received is kept.
            BoundsError: the change wants a second signature.
            TrustError: a file was not signed or does not fit.
            StoreError: the disk or a file of the kit.
        """
        try:
            result = self._update()
        except BoundsError:
            raise
        except (TrustError, StoreError):
            self._staging.forget_spoiled(self.files)
            raise
        for file in self.files:
            self._staging.forget(file)
        return result

    def find_other_way(self) -> bool:
        """Whether other files lead to the newest version, after `run` could not have one; `missing` is their cost."""
        if self._not_to_be_had.isdisjoint(step.file for step in self._plan.steps):
            return False
        edition = self._replica.edition()
        try:
            self._plan = self._make_plan(edition.version if edition and not self._damaged else 0)
        except (TrustError, LinkError) as error:
            log_error(error, list_name=self.name)
            return False
        return True

    def _update(self) -> SyncResult:
        if self._damaged or not self.have:
            self._require_not_held_back()
        if self._damaged:
            return self._repair_or_reload()
        held_back = self._replica.held_back
        if held_back is not None and held_back.version == self._manifest.version:
            return SyncResult(SyncMethod.HELD_BACK, 0)
        if not self._plan.steps:
            return SyncResult(self._renew_dates(), 0)
        try:
            return self._follow(self._plan)
        except _DoesNotFit as error:
            if self._plan.steps[0].since == 0:
                raise error.reason from None
        return self._repair_or_reload()

    def _require_not_held_back(self) -> None:
        """StoreError where the only version that could mend the list is one that somebody took back here.

        The journal says so as well: the list's own note lies in the file that may be damaged.
        """
        if self._post_apply.newest_rollback(self.name) == self._manifest.version:
            raise StoreError(
                _(
                    "Headquarters offers only version {version} of {name}, which is held back here",
                    name=self.name,
                    version=self._manifest.version,
                ),
                means=_("The list here is damaged or missing. It cannot be searched before a newer version comes."),
                do=_("Tell headquarters that this kit has rolled this version back and needs another one"),
            )

    def _repair_or_reload(self) -> SyncResult:
        repair = ListRepair(self._target, self.have, self._fetch, self._keys)
        if self.have and repair.is_possible:
            try:
                return SyncResult(SyncMethod.REPAIR, self._repair(repair))
            except BoundsError:
                raise
            except (TrustError, Damaged, NotOffered) as error:
                log_error(error, list_name=self.name)  # the parts do not make the list whole: only the whole list will
        try:
            return self._follow(self._make_plan(0))
        except _DoesNotFit as error:
            raise error.reason from None

    def _repair(self, repair: ListRepair) -> int:
        self._post_apply.expect(self.name, PendingSteps(self._manifest.version, 0))
        removed = repair.run()
        self._post_apply.expect(self.name, PendingSteps(self._manifest.version, removed))
        self._post_apply.finish(self._replica)
        return removed

    # ── the steps of a plan ──────────────────────────────────────────────────────────────────────────────

    def _make_plan(self, have: int) -> DownloadPlan:
        try:
            return plan_downloads(self._manifest, have, self._missing_of, opens=self._may_fetch)
        except TrustError:
            for step in plan_downloads(self._manifest, have, self._missing_of).steps:
                self._key(step.file)
            raise

    def _may_fetch(self, file: SealedFile) -> bool:
        return file.epoch in self._keys and file not in self._not_to_be_had

    def _follow(self, plan: DownloadPlan) -> SyncResult:
        removed = sum(self._take(step) for step in plan.steps)
        return SyncResult(SyncMethod.DELTA if plan.steps[0].since else SyncMethod.SNAPSHOT, removed)

    def _take(self, step: PlanStep) -> int:
        try:
            path = self._fetch(step.file)
            removed = self._take_delta(step, path) if step.since else self._take_snapshot(step, path)
        except BoundsError:
            raise
        except (NotOffered, TrustError):
            self._not_to_be_had.add(step.file)
            raise
        self._post_apply.expect(self.name, PendingSteps(step.to, removed))
        self._post_apply.finish(self._replica)
        return removed

    def _take_delta(self, step: PlanStep, path: Path) -> int:
        with _mismatch_raised(), open_payload(path, self._key(step.file)) as reader:
            check_header(reader.header, PayloadKind.DELTA, self._manifest, self._replica.kind, step.since, step.to)
            self._post_apply.expect(self.name, PendingSteps(step.to, reader.header.removed))
            return apply_delta(self._target, reader)

    def _take_snapshot(self, step: PlanStep, path: Path) -> int:
        key = self._key(step.file)
        header, directory = self._directory(path)
        before = self._replica.edition()
        self._post_apply.expect(self.name, PendingSteps(step.to, max(0, (before.count if before else 0) - header.rows)))
        if directory is None:
            with _mismatch_raised(), open_payload(path, key) as reader:
                return apply_snapshot(self._target, header, reader)
        self._must_have_room(header, directory)
        for part in directory.parts:
            self._fetch(part.file)
        with _mismatch_raised():
            parts = PartsReader(header.edition, directory, key, lambda part: self._fetch(part.file))
            return apply_snapshot(self._target, header, parts)

    def _directory(self, path: Path) -> tuple[Header, PartsDirectory | None]:
        """The snapshot's header, and the directory of its parts; None if the file itself holds the rows."""
        with _mismatch_raised():
            return read_directory(path, self._key(self._manifest.snapshot.file), self._manifest, self._replica.kind)

    def _renew_dates(self) -> SyncMethod:
        edition = self._replica.edition()
        if edition is None:
            return SyncMethod.UNCHANGED
        dates = {name: getattr(self._manifest, name) for name in ("as_of", "published", "source_date")}
        newer: Edition = replace(edition, **dates)
        if newer == edition:
            return SyncMethod.UNCHANGED
        self._replica.refresh(newer)
        return SyncMethod.NEW_DATES

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────

    def _fetch(self, file: SealedFile) -> Path:
        return self._staging.fetch(file_path(self._manifest, file), file, self._keys.get(file.epoch))

    def _missing_of(self, file: SealedFile) -> int:
        missing = self._staging.missing(file)
        if file != self._manifest.snapshot.file:
            return missing
        parts = self._known_parts()
        return missing + (sum(map(self._staging.missing, parts)) if parts else self._manifest.snapshot.parts_bytes)

    def _known_parts(self) -> tuple[SealedFile, ...]:
        """The parts of the snapshot, once its directory is here."""
        file = self._manifest.snapshot.file
        path = self._staging.whole(file) if self._manifest.snapshot.parts_bytes and file.epoch in self._keys else None
        if path is None:
            return ()
        try:
            _, directory = read_directory(path, self._keys[file.epoch], self._manifest, self._replica.kind)
        except TrustError as error:
            log_error(error, list_name=self.name)
            return ()  # it says so again when it is used
        return tuple(part.file for part in directory.parts) if directory else ()

    def _must_have_room(self, header: Header, directory: PartsDirectory) -> None:
        """StoreError unless parts and the base made of them fit on the disk, before the first is fetched."""
        missing = sum(self._staging.missing(part.file) for part in directory.parts)
        base = header.rows * _ROW_BYTES if header.form is RowForm.COLUMNS else directory.size
        self._staging.must_have_room(missing + base)

    def _key(self, file: SealedFile) -> bytes:
        if file.epoch not in self._keys:
            raise LinkError(
                _("This kit does not have the key for epoch {epoch} of {name} yet", epoch=file.epoch, name=self.name),
                means=_("The old list stays in force."),
                do=_("The key will come with a later envelope. If it does not, tell headquarters"),
            )
        return self._keys[file.epoch]


@contextmanager
def _mismatch_raised() -> Iterator[None]:
    """What goes wrong inside the block does not fit the list here; a change beyond its bounds is another matter."""
    try:
        yield
    except BoundsError:
        raise
    except (TrustError, Damaged) as error:
        raise _DoesNotFit(error) from error


class _DoesNotFit(Exception):
    """A verified file cannot be applied to the list as it is here."""

    def __init__(self, reason: TrustError | Damaged) -> None:
        self.reason = reason
        super().__init__(reason.what)


def _open_list(home: KitHome, listed: ListKey) -> tuple[Replica, int, bool]:
    """The list, its version (0 when there is none yet), and whether its rows have become unusable."""
    load_kind(listed.kind)  # one this software does not know must not get a folder
    try:
        replica = home.lists.add(listed.name, listed.kind)
    except StoreError as error:
        if not home.lists.needs_new_files(listed.name, error):
            raise
        log_error(error, list_name=listed.name)
        home.lists.discard(listed.name)
        replica = home.lists.add(listed.name, listed.kind)
    try:
        with replica.read():
            damaged = replica.needs_repair
    except StoreError as error:
        if not home.lists.needs_new_files(listed.name, error):
            raise
        log_error(error, list_name=listed.name)
        replica.discard_unreadable_overlay()
        damaged = True
    edition = replica.edition()
    return replica, edition.version if edition else 0, damaged
