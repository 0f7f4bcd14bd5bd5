"""One run of the courier: refresh, envelope, plan, fetch, verify, apply; each list for itself.

Nothing it does can make the kit's lists worse: every file is verified before it is read, every list changes in one
transaction, and whatever fails is reported while the last verified state stays in force.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from data import enrolment, files
from data.clock import Clock
from data.errors import Damaged, LinkError, WaypostError
from data.home import KitHome
from sync import kit_secrets
from sync.aftermath import AfterApply, Aftermath
from sync.connect import link_to
from sync.envelope import ListKey
from sync.limits import LIMITS
from sync.link import CountingLink
from sync.list_sync import ListSync, Way
from sync.mail import take_envelope, take_policy
from sync.manifest import Manifest, manifest_from_json, target_path
from sync.refresh import refreshed
from sync.report import CourierReport, ListSynced, Problem
from sync.reporting import Reporting
from sync.staging import Staging
from sync.trust import Trust, Via, reference_time

LOCK = "courier.lock"


def run(
    home: KitHome,
    *,
    source: str = "",
    after_apply: AfterApply | None = None,
    clock: Clock | None = None,
    via: Via = Via.LINE,
) -> CourierReport:
    """Bring the kit's lists up to date from `source` (default: the one in kit.toml), and send what it has to report.

    `via` says how the source came: what travelled on a stick is judged by the floor of the clock.

    Raises:
        Busy: another courier runs on this kit.
        LinkError: headquarters cannot be reached; the lists stay as they are.
        TrustError: what is offered is not signed by headquarters, expired or rolled back; the lists stay.
    """
    source, clock = source or home.settings.source, clock or enrolment.clock(home)
    with files.held(home.path / LOCK, "syncing this kit"), link_to(source) as link:
        with Reporting(home, source, clock) as reporting:
            report = _Run(home, CountingLink(link), clock, after_apply, via).run()
            sent, problems = reporting.finish(report.complaints())
    return replace(report, sent=sent, problems=report.problems + problems)


class _Run:
    """The state of one run."""

    def __init__(
        self, home: KitHome, link: CountingLink, clock: Clock, after_apply: AfterApply | None, via: Via
    ) -> None:
        self._home = home
        self._link = link
        self._clock = clock
        self._via = via
        self._aftermath = Aftermath(home, clock, after_apply)
        self._staging = Staging(home.staging, link)
        self._results: list[ListSynced] = []
        self._problems: list[Problem] = []
        self._start = time.monotonic()

    def run(self) -> CourierReport:
        unfinished = self._finish_what_was_left()
        secret = kit_secrets.enrolment_of(self._home)
        trust, self._clock = refreshed(self._home, secret.root, self._link, self._clock, self._via)
        now = reference_time(self._clock, self._via)
        kit_secrets.keep_contact(self._home, now)
        policy = take_policy(self._home, trust)
        self._problems += take_envelope(self._home, self._link, secret, policy, now)
        _, lists = kit_secrets.list_keys(self._home)
        if not enrolment.standing(self._home).in_force:
            return self._report({entry.name for entry in lists})
        for entry in lists:
            if entry.name in unfinished:
                self._failed(entry.name, unfinished[entry.name])
        self._sync([entry for entry in lists if entry.name not in unfinished], trust)
        return self._report({entry.name for entry in lists})

    def _finish_what_was_left(self) -> dict[str, WaypostError]:
        """Consequences that a kill cut off; a list whose consequences fail again gets no newer version."""
        failed: dict[str, WaypostError] = {}
        for name in self._home.lists.names():
            try:
                self._aftermath.finish(self._home.lists.open(name))
            except Damaged:
                continue  # it is fetched anew below
            except WaypostError as error:
                failed[name] = error
        return failed

    def _sync(self, lists: Sequence[ListKey], trust: Trust) -> None:
        manifests = self._manifests(lists, trust)
        self._raise_floor(manifests.values(), trust)
        ready: list[ListSync] = []
        for entry in lists:
            if entry.name in manifests:
                with self._reporting(entry.name):
                    manifest = manifests[entry.name]
                    ready.append(ListSync(self._home, entry, manifest, self._staging, self._aftermath))
        if len(ready) == len(lists):
            self._staging.keep_only(file for sync in ready for file in sync.files)
        for sync in sorted(ready, key=lambda sync: sync.order):
            with self._reporting(sync.name):
                self._sync_one(sync)

    def _manifests(self, lists: Sequence[ListKey], trust: Trust) -> dict[str, Manifest]:
        manifests = {}
        for entry in lists:
            with self._reporting(entry.name):
                content = trust.target(target_path(entry.name), most_bytes=LIMITS.manifest_bytes)
                if content is None:
                    raise LinkError(f"The list {entry.name} is not published yet", means="It comes with a later run.")
                manifests[entry.name] = manifest_from_json(content, entry.name)
        return manifests

    def _sync_one(self, sync: ListSync) -> None:
        received = self._link.received
        done = sync.run()
        self._results.append(
            ListSynced(
                name=sync.name,
                before=sync.have,
                after=self._version(sync.name),
                way=done.way,
                bytes=self._link.received - received,
                removed=done.removed,
            )
        )

    def _raise_floor(self, manifests: Iterable[Manifest], trust: Trust) -> None:
        newest = max((manifest.published for manifest in manifests), default=self._clock.floor)
        if newest > self._clock.now() + LIMITS.signed_ahead:
            self._problems.append(
                Problem(
                    f"Headquarters signed at {newest:%Y-%m-%d}, far ahead of this kit's clock",
                    "The kit's time stays as it is; the lists are taken.",
                    "Set the clock of this machine",
                )
            )
        elif newest > self._clock.floor:
            kit_secrets.raise_floor(self._home, newest, trust.root_version)

    @contextmanager
    def _reporting(self, name: str) -> Iterator[None]:
        """An error inside the block is this list's result; the other lists go on."""
        received = self._link.received
        try:
            yield
        except WaypostError as error:
            self._failed(name, error, self._link.received - received)

    def _failed(self, name: str, error: WaypostError, received: int = 0) -> None:
        version = self._version(name)
        self._results.append(ListSynced(name, version, version, Way.UNCHANGED, received, 0, Problem.of(error)))

    def _version(self, name: str) -> int:
        try:
            edition = self._home.lists.open(name).edition()
        except WaypostError:
            return 0
        return edition.version if edition else 0

    def _report(self, carried: set[str]) -> CourierReport:
        return CourierReport(
            lists=tuple(sorted(self._results, key=lambda result: result.name)),
            no_longer_carried=tuple(name for name in self._home.lists.names() if name not in carried),
            problems=tuple(self._problems),
            bytes=self._link.received,
            seconds=time.monotonic() - self._start,
        )
