"""Brings one list of a kit up to date, whatever happens to the others.

A file that does not fit (the list here was damaged, or a delta is wrong though signed) costs one snapshot, not
more; a file that came wrong costs nothing but another try at the next run. The old list serves all the time.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from data.errors import Damaged, LinkError, RollbackError, StoreError, TrustError
from data.home import KitHome
from data.lists.edition import Edition
from data.lists.kinds import kind
from data.lists.replica import Replica
from sync.aftermath import Aftermath, Due
from sync.application import Application
from sync.envelope import ListKey
from sync.manifest import Manifest, file_path, files_of
from sync.planner import Plan, Step, plan
from sync.staging import Staging


class Way(StrEnum):
    """How a list came to where it stands."""

    UNCHANGED = "unchanged"
    NEW_DATES = "new dates"
    """Headquarters looked again and nothing had changed."""
    DELTA = "delta"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did to one list."""

    way: Way
    removed: int


class ListSync:
    """One list about to be brought up to date."""

    def __init__(
        self, home: KitHome, listed: ListKey, manifest: Manifest, staging: Staging, aftermath: Aftermath
    ) -> None:
        self.name = listed.name
        self._manifest = manifest
        self._keys = listed.keys
        self._staging = staging
        self._aftermath = aftermath
        self._replica, self.have = _opened(home, listed)
        if self.have > manifest.version:
            raise RollbackError(
                f"Version {manifest.version} of {listed.name} is older than version {self.have} here",
                means="The newer list stays.",
                do="Tell headquarters",
            )
        self._plan = plan(manifest, self.have, staging.missing)

    @property
    def missing(self) -> int:
        """Bytes still to fetch: small lists go first."""
        return self._plan.missing

    def run(self) -> Synced:
        """Fetch and apply what is missing.

        Raises:
            LinkError: the line broke; what came is kept.
            TrustError: something came that was not signed or does not fit.
            StoreError: the disk or a file of the kit.
        """
        done = self._follow_plan() if self._plan.steps else Synced(self._renew_dates(), 0)
        for file in files_of(self._manifest):
            self._staging.forget(file)
        return done

    def _follow_plan(self) -> Synced:
        try:
            return self._follow(self._plan)
        except _DoesNotFit as error:
            if self._plan.steps[0].since == 0:
                raise error.reason from None
        anew = plan(self._manifest, 0, self._staging.missing)
        try:
            return self._follow(anew)
        except _DoesNotFit as error:
            raise error.reason from None

    def _follow(self, way: Plan) -> Synced:
        removed = sum(self._take(step) for step in way.steps)
        return Synced(Way.DELTA if way.steps[0].since else Way.SNAPSHOT, removed)

    def _take(self, step: Step) -> int:
        path = self._staging.fetch(file_path(self._manifest, step.file), step.file)
        try:
            with Application(self._replica, self._manifest, step, path, self._key()) as application:
                self._aftermath.expect(self._replica.name, Due(step.to, application.removed_at_least))
                removed = application.run()
        except (TrustError, Damaged) as error:
            raise _DoesNotFit(error) from error
        self._aftermath.expect(self._replica.name, Due(step.to, removed))
        self._aftermath.finish(self._replica)
        return removed

    def _key(self) -> bytes:
        epoch = self._manifest.key_epoch
        if epoch not in self._keys:
            raise LinkError(
                f"The key of epoch {epoch} of {self._manifest.list} has not come yet",
                means="The old list stays.",
                do="It comes with a later envelope; otherwise tell headquarters",
            )
        return self._keys[epoch]

    def _renew_dates(self) -> Way:
        edition = self._replica.edition()
        if edition is None:
            return Way.UNCHANGED
        dates = {name: getattr(self._manifest, name) for name in ("as_of", "published", "source_date")}
        newer: Edition = replace(edition, **dates)
        if newer == edition:
            return Way.UNCHANGED
        self._replica.refresh(newer)
        return Way.NEW_DATES


class _DoesNotFit(Exception):
    """A verified file cannot be applied to the list as it is here."""

    def __init__(self, reason: TrustError | Damaged) -> None:
        self.reason = reason
        super().__init__(reason.what)


def _opened(home: KitHome, listed: ListKey) -> tuple[Replica, int]:
    """The list and its version; 0 when there is none yet or its files cannot be used any more."""
    kind(listed.kind)  # one this software does not know must not get a folder
    try:
        replica = home.lists.add(listed.name, listed.kind)
    except Damaged:
        home.lists.discard(listed.name)
        replica = home.lists.add(listed.name, listed.kind)
    if replica.kind != listed.kind:
        raise StoreError(
            f"The list {listed.name} here is of the kind {replica.kind}, not {listed.kind}", means="It stays as it is."
        )
    try:
        with replica.read() as view:
            return replica, view.edition.version if view.edition and not replica.needs_repair else 0
    except Damaged:
        return replica, 0
