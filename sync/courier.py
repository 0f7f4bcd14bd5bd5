"""One run of the courier: refresh, envelope, plan, fetch, verify, apply; each list for itself.

Nothing it does can make the kit's lists worse: every file is verified before it is read, every list changes in one
transaction, and whatever fails is reported while the last verified state stays in force.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from data import enrolment, files
from data.clock import Clock
from data.errors import Damaged, LinkError, TrustError, WaypostError
from data.home import KitHome
from sync import envelope, kit_secrets
from sync.aftermath import AfterApply, Aftermath
from sync.connect import link_to
from sync.enrolment_file import EnrolmentFile
from sync.envelope import ListKey, envelope_path
from sync.limits import LIMITS
from sync.link import STAYS, CountingLink, read_whole
from sync.list_sync import ListSync, Way
from sync.manifest import Manifest, files_of, manifest_from_json, target_path
from sync.policy import POLICY, kits_key
from sync.report import CourierReport, ListSynced, Problem
from sync.reporting import Reporting
from sync.staging import Staging
from sync.trust import Trust

LOCK = "courier.lock"


def run(
    home: KitHome,
    *,
    source: str = "",
    after_apply: AfterApply | None = None,
    clock: Clock | None = None,
    valid_at: datetime | None = None,
) -> CourierReport:
    """Bring the kit's lists up to date from `source` (default: the one in kit.toml), and send what it has to report.

    Signatures must not have expired at `valid_at` (default: now); what travelled on a stick is judged by the floor of
    the clock.

    Raises:
        Busy: another courier runs on this kit.
        LinkError: headquarters cannot be reached; the lists stay as they are.
        TrustError: what is offered is not signed by headquarters, expired or rolled back; the lists stay.
    """
    source, clock = source or home.settings.source, clock or enrolment.clock(home)
    with files.held(home.path / LOCK, "syncing this kit"), link_to(source) as link:
        with Reporting(home, source, clock) as reporting:
            report = _Run(home, CountingLink(link), clock, after_apply, valid_at or clock.now()).run()
            sent, problems = reporting.finish(report.complaints())
    return replace(report, sent=sent, problems=report.problems + problems)


class _Run:
    """The state of one run."""

    def __init__(
        self, home: KitHome, link: CountingLink, clock: Clock, after_apply: AfterApply | None, valid_at: datetime
    ) -> None:
        self._home = home
        self._link = link
        self._clock = clock
        self._valid_at = valid_at
        self._aftermath = Aftermath(home, clock, after_apply)
        self._staging = Staging(home.staging, link)
        self._results: list[ListSynced] = []
        self._problems: list[Problem] = []
        self._start = time.monotonic()

    def run(self) -> CourierReport:
        unfinished = self._finish_what_was_left()
        secret = kit_secrets.enrolment_of(self._home)
        trust = Trust(self._home.trust, secret.root, self._link, self._valid_at)
        trust.refresh()
        kit_secrets.keep_contact(self._home, self._valid_at)
        self._read_mail(trust, secret)
        _, lists = kit_secrets.list_keys(self._home)
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

    def _read_mail(self, trust: Trust, secret: EnrolmentFile) -> None:
        """Policy and envelope: what headquarters tells every kit, and this one."""
        policy = trust.target(POLICY, most_bytes=LIMITS.policy_bytes)
        if policy is None:
            raise TrustError("The source has no policy", means=STAYS, do="Tell headquarters")
        signer = kits_key(policy)
        kit_secrets.keep_policy(self._home, policy)
        serial, _ = kit_secrets.list_keys(self._home)
        try:
            sealed = read_whole(self._link, envelope_path(secret.envelope), most_bytes=LIMITS.envelope_bytes)
            mail = envelope.unseal(sealed, secret.identity, signer)
            envelope.must_be_for(mail, secret.kit, secret.incarnation, serial, self._valid_at)
        except WaypostError as error:
            if serial == 0:
                raise
            self._problems.append(Problem.of(error))
            return
        if mail.serial > serial:
            kit_secrets.keep_envelope(self._home, mail)

    def _sync(self, lists: Sequence[ListKey], trust: Trust) -> None:
        manifests = self._manifests(lists, trust)
        self._raise_floor(manifests.values())
        if len(manifests) == len(lists):
            self._staging.keep_only(file for manifest in manifests.values() for file in files_of(manifest))
        ready: list[ListSync] = []
        for entry in lists:
            if entry.name in manifests:
                with self._reporting(entry.name):
                    manifest = manifests[entry.name]
                    ready.append(ListSync(self._home, entry, manifest, self._staging, self._aftermath))
        for sync in sorted(ready, key=lambda sync: sync.missing):
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

    def _raise_floor(self, manifests: Iterable[Manifest]) -> None:
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
            kit_secrets.raise_floor(self._home, newest)

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
