"""One run of the courier: refresh, envelope, plan, fetch, verify, apply; each list for itself.

Nothing it does can make the kit's lists worse: every file is verified before it is read, every list changes in one
transaction, and whatever fails is reported while the last verified state stays in force.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from data import durable_files
from data.clock import Clock
from data.errors import AskedToWait, Interrupted, LinkError, NotOffered, Postponed, Problem, TrustError, WaypostError
from data.kit import headquarters_word, home_files
from data.kit.headquarters_word import record_list_contact, record_list_version
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.erasure import COURIER_LOCK
from data.lease.verdict_time import note_signed_time
from data.log.error_log import log_error
from data.text import _
from data.witness.alarms import confirm_list
from data.witness.comparison import read_metadata_heads
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.envelope import ListKey
from sync.formats.manifest import Manifest, manifest_from_json, manifest_target
from sync.kit import vault_entries
from sync.kit.connections.data_budget import SpendingLog
from sync.kit.connections.mirrors import Connections, Mirrors, open_mirrors
from sync.kit.connections.transfer_limiter import LimitMode, TransferLimiter
from sync.kit.connections.transport import Traffic
from sync.kit.envelopes import find_restrictions, refresh_metadata, take_envelope, take_policy
from sync.kit.list_sync import ListSync, SyncMethod, SyncResult
from sync.kit.neighbours.share import Share
from sync.kit.post_apply import AfterApply, PostApply, erase_due, find_unapproved
from sync.kit.reports.report_sender import ReportSender
from sync.kit.reports.uplink import NO_ADDRESS, NOT_ASKED
from sync.kit.reports.uplink_refusal import AskUplink
from sync.kit.run_report import CourierReport, ListSyncResult, ProgressMeter, SyncProgress
from sync.kit.staging import MirroredStaging
from sync.limits import LIMITS
from sync.link import CountingLink, Delivery, Source, SourceKind, is_url
from sync.trust.metadata import Trust

USAGE = home_files.USAGE.path
"""What the thin line cost this day and this month; nothing secret."""


@dataclass(frozen=True)
class RunOptions:
    """What a run works with besides the kit; the defaults are those of a single run."""

    connections: Connections = field(default_factory=Connections)
    on_progress: Callable[[SyncProgress], None] = lambda progress: None
    limit_mode: LimitMode = LimitMode.KEEP
    neighbours: Sequence[Source] = ()
    """Kits on the local network that help with large files."""
    ask_uplink: AskUplink = AskUplink.WHEN_DUE


def run(
    home: KitHome,
    *,
    source: str | Source = "",
    after_apply: AfterApply | None = None,
    clock: Clock | None = None,
    options: RunOptions | None = None,
) -> CourierReport:
    """Bring the kit's lists up to date from `source` (default: kit.toml's, its mirrors and neighbours).

        report = run(KitHome.open(Path("kit"), "a sentence"))
        versions = {result.name: result.after for result in report.lists}

    Where headquarters itself is asked, the kit's reports are sent at the same time.

    Raises:
        Busy: another courier runs on this kit.
        LinkError: headquarters cannot be reached; the lists stay as they are.
        TrustError: what is offered is not signed by headquarters, expired or rolled back; the lists stay.
        StoreError: a file of the kit cannot be read or written.
    """
    options = options or RunOptions()
    clock = clock or headquarters_word.read_clock(home)
    sources = _sources(home, source, options)
    limiter = TransferLimiter(
        home.settings.courier, SpendingLog(home.path / USAGE), lambda: clock.now().astimezone(), options.limit_mode
    )
    options.connections.configure(home, sources)
    with durable_files.translate_os_errors(), durable_files.hold_lock(home.path / COURIER_LOCK, _("syncing this kit")):
        fetcher = _Fetcher(home, clock, after_apply, limiter, options)
        with ReportSender(
            home,
            _uplink_url(home, sources),
            clock,
            limiter,
            options.connections.tls,
            options.ask_uplink,
            options.connections.uplink_waits,
            NO_ADDRESS if _asks_headquarters(sources) else NOT_ASKED,
        ) as reporting:
            report = fetcher.fetch(sources, reporting)
            sent, problems = reporting.finish(report.complaints())
    report = replace(report, sent=sent, problems=report.problems + problems)
    wire_bytes = report.wire_bytes + (sent.wire_bytes if sent else 0)
    return replace(report, wire_bytes=wire_bytes, renews=limiter.renews() if report.is_postponed else None)


def _uplink_url(home: KitHome, sources: Sequence[Source]) -> str:
    """Where reports go; empty when only sticks and neighbours are asked, or nobody takes any."""
    live = next((source.words for source in sources if source.kind is SourceKind.HEADQUARTERS), "")
    return (home.settings.uplink or (live if is_url(live) else "")) if live else ""


def _asks_headquarters(sources: Sequence[Source]) -> bool:
    return any(source.kind is SourceKind.HEADQUARTERS for source in sources)


@dataclass(frozen=True)
class _Fetcher:
    """Fetches from one set of sources, or from another where none of the first is reached."""

    home: KitHome
    clock: Clock
    after_apply: AfterApply | None
    limiter: TransferLimiter
    options: RunOptions

    def fetch(self, sources: Sequence[Source], reporting: ReportSender) -> CourierReport:
        """From headquarters and its mirrors; where none of them is reached, from neighbours."""
        try:
            return self._fetch_from(sources, reporting)
        except LinkError as error:
            near = [source for source in sources if source.kind is SourceKind.NEIGHBOUR]
            if isinstance(error, Interrupted) or len(near) in (0, len(sources)):
                raise
            log_error(error)
            report = self._fetch_from(near, reporting)
            asked_s = error.wait_s if isinstance(error, AskedToWait) else 0.0
            return replace(report, unreached=Problem.of(error), asked_wait_s=asked_s)

    def _fetch_from(self, sources: Sequence[Source], reporting: ReportSender) -> CourierReport:
        lines = self.options.connections
        lines.traffic = Traffic()
        trusted = False
        try:
            with open_mirrors(sources, lines, self.limiter.limit) as mirrors:
                meter = ProgressMeter(self.options.on_progress, reporting.send_again)
                report = _Run(self.home, mirrors, self.clock, self.after_apply, self.limiter, meter).perform()
            trusted = not report.problems
        finally:
            if not trusted and lines.answers:
                lines.answers.forget()  # what was refused may be an answer that was kept
            self.limiter.settle(lines.traffic)
        return replace(
            report,
            wire_bytes=lines.traffic.total,
            asked_wait_s=mirrors.asked_wait_s,
        )


def _sources(home: KitHome, source: str | Source, options: RunOptions) -> list[Source]:
    if isinstance(source, Source):
        return [source]
    if source:
        return [Source.of(source)]
    settings = home.settings
    mirrors = [Source.of(words, SourceKind.MIRROR) for words in settings.courier.mirrors]
    known = [Source.of(words, SourceKind.NEIGHBOUR) for words in settings.courier.neighbours]
    return list(dict.fromkeys([Source.of(settings.source), *mirrors, *known, *options.neighbours]))


class _Run:
    """The state of one run."""

    def __init__(
        self,
        home: KitHome,
        mirrors: Mirrors,
        clock: Clock,
        after_apply: AfterApply | None,
        limiter: TransferLimiter,
        meter: ProgressMeter,
    ) -> None:
        self._home = home
        self._mirrors = mirrors
        self._link = CountingLink(mirrors, meter.count_received)
        self._clock = clock
        self._limiter = limiter
        self._meter = meter
        self._post_apply = PostApply(home, clock, after_apply)
        self._share = Share.of(home)
        self._staging = MirroredStaging(home.staging, self._link, mirrors, self._share.keep)
        self._results: list[ListSyncResult] = []
        self._problems: list[Problem] = []
        self._start = time.monotonic()

    def perform(self) -> CourierReport:
        self._update_access()  # before a connection is tried: what is due does not wait for one
        unfinished = self._finish_pending()
        self._erase()
        enrolment = vault_entries.read_enrolment(self._home)
        trust = self._refresh_metadata(enrolment)
        self._take_envelopes(trust, enrolment)
        self._update_access()
        _, lists = vault_entries.read_list_keys(self._home)
        if not headquarters_word.read_status(self._home).in_force:
            return self._report({entry.name for entry in lists})
        for entry in lists:
            if entry.name in unfinished:
                self._note_failure(entry.name, unfinished[entry.name])
        self._sync_lists([entry for entry in lists if entry.name not in unfinished], trust)
        return self._report({entry.name for entry in lists})

    def _refresh_metadata(self, enrolment: EnrolmentFile) -> Trust:
        """The metadata of the first source whose signatures are right."""
        while True:
            try:
                trust, self._clock = refresh_metadata(
                    self._home, enrolment.root, self._link, self._clock, self._mirrors.via
                )
            except TrustError as error:
                if not self._mirrors.drop_givers("metadata/"):
                    raise
                log_error(error)
            else:
                self._record_trust()
                note_signed_time(self._home, trust.signed_at, self._clock)
                return trust

    def _record_trust(self) -> None:
        heads = read_metadata_heads(self._home.trust)
        self._home.witness.sync(lambda record: replace(record, trust=heads))

    def _take_envelopes(self, trust: Trust, enrolment: EnrolmentFile) -> None:
        """What headquarters says to every kit, and to this one. A neighbour passes on only what is for every kit."""
        if self._mirrors.via is Delivery.LINE:
            vault_entries.keep_contact(self._home, self._clock.now())
        policy = take_policy(self._home, trust)
        if not self._mirrors.is_neighbours_only:
            self._problems += take_envelope(self._home, self._link, enrolment, policy, self._clock, self._mirrors.via)

    def _finish_pending(self) -> dict[str, WaypostError]:
        """Consequences that a kill cut off; a list whose consequences fail again gets no newer version."""
        failed: dict[str, WaypostError] = {}
        for name in self._home.lists.names():
            try:
                self._post_apply.finish(self._home.lists.open(name))
            except WaypostError as error:
                log_error(error, list_name=name)
                if not self._home.lists.needs_new_files(name, error):  # else it is fetched again below
                    failed[name] = error
        return failed

    def _sync_lists(self, lists: Sequence[ListKey], trust: Trust) -> None:
        manifests = self._manifests(lists, trust)
        self._record_trust()
        self._raise_floor(manifests.values(), trust)
        ready: list[ListSync] = []
        for entry in lists:
            if entry.name in manifests:
                with self._errors_noted(entry.name):
                    manifest = manifests[entry.name]
                    ready.append(ListSync(self._home, entry, manifest, self._staging, self._post_apply))
        if len(ready) == len(lists):
            self._staging.keep_only(file for sync in ready for file in sync.files)
        ready.sort(key=lambda sync: sync.order)
        self._meter.expect({sync.name: sync.missing for sync in ready})
        for sync in ready:
            self._meter.begin(sync.name)
            with self._errors_noted(sync.name):
                self._sync_list(sync, trust)

    def _manifests(self, lists: Sequence[ListKey], trust: Trust) -> dict[str, Manifest]:
        manifests = {}
        for entry in lists:
            with self._errors_noted(entry.name):
                content = trust.target(manifest_target(entry.name), most_bytes=LIMITS.manifest_bytes)
                if content is None:
                    raise LinkError(
                        _("The list {name} has not been published yet", name=entry.name),
                        means=_("A later run will fetch it."),
                    )
                manifests[entry.name] = manifest_from_json(content, entry.name)
        return manifests

    def _sync_list(self, sync: ListSync, trust: Trust) -> None:
        received = self._link.received
        result = self._run_sync(sync)
        if result.way is not SyncMethod.HELD_BACK:
            record_list_contact(self._home, sync.name, enforcement.cap_signed(trust.signed_at, self._clock))
            self._record_version(sync.name)
            confirm_list(self._home, sync.name, self._version(sync.name))
        self._results.append(
            ListSyncResult(
                name=sync.name,
                before=sync.have,
                after=self._version(sync.name),
                way=result.way,
                bytes=self._link.received - received,
                removed=result.removed,
                was_lost=sync.was_lost,
            )
        )

    def _run_sync(self, sync: ListSync) -> SyncResult:
        """By the cheapest files, or by others where one of these cannot be had."""
        while True:
            try:
                with self._limiter.loading(sync.missing):
                    return sync.run()
            except (NotOffered, TrustError) as error:
                if not sync.find_other_way():
                    raise
                log_error(error, list_name=sync.name)

    def _update_access(self) -> None:
        """We hold the courier's lock ourselves: nobody need be kept away from an erasure."""
        enforcement.enforce_access(self._home, self._clock, alone=lambda home: nullcontext())

    def _raise_floor(self, manifests: Iterable[Manifest], trust: Trust) -> None:
        newest = max((manifest.published for manifest in manifests), default=self._clock.floor)
        if newest > self._clock.now() + LIMITS.signed_ahead:
            self._problems.append(
                Problem(
                    _("Headquarters signed at {day}, far ahead of this kit's clock", day=f"{newest:%Y-%m-%d}"),
                    _("The lists are accepted; the kit's own time stays as it is."),
                    _("Set this machine's clock"),
                )
            )
        elif newest > self._clock.floor:
            note_signed_time(self._home, newest, self._clock)
            vault_entries.raise_floor(self._home, newest, trust.root_version)
            self._clock = self._clock.not_before(newest)  # from here on running time counts, to the age of lists

    @contextmanager
    def _errors_noted(self, name: str) -> Iterator[None]:
        """An error inside the block is this list's result; the other lists go on."""
        received = self._link.received
        try:
            with durable_files.translate_os_errors():
                yield
        except Interrupted:
            raise
        except Postponed as error:
            self._note_failure(name, error, self._link.received - received)
        except WaypostError as error:
            log_error(error, list_name=name)
            self._note_failure(name, error, self._link.received - received)

    def _note_failure(self, name: str, error: WaypostError, received: int = 0) -> None:
        version, problem = self._version(name), Problem.of(error)
        words = {"postponed": problem} if isinstance(error, Postponed) else {"error": problem}
        goes_on = received > 0 and isinstance(error, LinkError)
        self._results.append(
            ListSyncResult(
                name, version, version, SyncMethod.UNCHANGED, received, 0, was_lost=False, goes_on=goes_on, **words
            )
        )

    def _record_version(self, name: str) -> None:
        edition = self._home.lists.open(name).edition()
        if edition is not None:
            record_list_version(self._home, edition)

    def _version(self, name: str) -> int:
        try:
            edition = self._home.lists.open(name).edition()
        except WaypostError as error:
            log_error(error, list_name=name)
            return 0
        return edition.version if edition else 0

    def _erase(self) -> None:
        """What was withdrawn leaves this disk in its time, with or without a line."""
        self._problems += map(Problem.of, erase_due(self._home, self._clock))

    def _report(self, carried: set[str]) -> CourierReport:
        self._update_access()
        self._erase()
        self._problems += find_restrictions(self._home, self._clock)
        self._problems += find_unapproved(self._home)
        self._problems += [_set_aside_problem(source) for source in self._mirrors.set_aside]
        return CourierReport(
            lists=tuple(sorted(self._results, key=lambda result: result.name)),
            no_longer_carried=tuple(name for name in self._home.lists.names() if name not in carried),
            problems=tuple(self._problems),
            bytes=self._link.received,
            seconds=time.monotonic() - self._start,
        )


def _set_aside_problem(source: Source) -> Problem:
    return Problem(
        _("{source} sent something that headquarters did not sign", source=source),
        _("Nothing from it was used; this run ignores it from now on."),
        _("Tell whoever runs it, and headquarters if it happens again"),
    )
