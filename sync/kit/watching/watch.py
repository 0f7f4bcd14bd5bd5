"""`waypost courier watch`: syncs whenever a line, a stick or a neighbour appears, and by the clock.

- One thing at a time: runs in this thread, observers in threads of their own only say what happened.
- A stick goes before a line: a run over the metered link stops, and continues from there later.
- A stop is obeyed within a second: a run ends between two pieces; one that cannot is cut off as a kill would, which no
  list minds.
- Nothing ends it but a stop: whatever fails in a run is reported, and tried again when `retry_schedule` says.
"""

import os
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from data import durable_files
from data.clock import read_system_time
from data.errors import Busy, Problem, StoreError, WaypostError
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.lease import enforcement, erasure
from data.log.error_log import log_error
from data.text import EMPTY, Message, _
from sync.formats.stick import is_stick
from sync.kit import courier, sticks
from sync.kit.connections.mirrors import Connections
from sync.kit.post_apply import AfterApply, erase_due
from sync.kit.reports.uplink_refusal import AskUplink
from sync.kit.run_report import CourierReport
from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import (
    RetryIntervals,
    RetrySchedule,
    RetryWait,
    RunEnding,
    RunOutcome,
    WakeCause,
    run_ending,
)
from sync.kit.watching.status_reporter import StatusReporter, SystemdNotifier
from sync.kit.watching.watchers import WakeEvent, Watchers
from sync.link import Source, SourceKind

_LONGEST_NAP_S = 30.0
"""The machine may sleep, or its clock be set, while we do: we look this often whether it is time."""
_ASKED_FOR = (WakeCause.START, WakeCause.REQUEST)
"""A person wants this run."""
_LAST_WORDS_S = 0.7
_ERASES_EVERY_S = 600.0
"""Between two looks at what was withdrawn (`sync.kit.post_apply`)."""


def boot_seconds() -> float:
    """Seconds since this machine started, asleep or not: nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class RunJob:
    """One run to make."""

    cause: WakeCause
    source: Source | None = None
    """None for headquarters and whatever else kit.toml names."""


class Watch:
    """The service of one kit.

    watch = Watch(kit, say=lambda text: print(text))
    watch.run()  # until `stop`, from another thread or a signal handler
    """

    def __init__(
        self,
        kit: KitHome,
        *,
        after_apply: AfterApply | None = None,
        notifier: SystemdNotifier | None = None,
        pacing: RetryIntervals | None = None,
        say: Callable[[Message], None] = lambda text: None,
    ) -> None:
        """`kit` is kept for its key only; every run opens the kit again, with kit.toml as it is then.

        `say` is called with a sentence when a run begins and ends.
        """
        self._kit = kit
        self._after_apply = after_apply
        self._notifier = notifier or SystemdNotifier()
        self._waits = RetrySchedule(pacing or RetryIntervals(every_s=kit.settings.courier.every_hours * 3600))
        self._connections = Connections(must_stop=self._must_step_aside)
        self._events: SimpleQueue[WakeEvent] = SimpleQueue()
        self._sticks: deque[Path] = deque()
        self._neighbour_waits: dict[str, RetryWait] = {}
        self._due_neighbours: deque[str] = deque()
        self._stopping = Event()
        self._now: RunJob | None = None
        self._woken_by = WakeCause.START
        self._say, self._erases_s = say, 0.0
        self._status = StatusReporter(kit.path, self._notifier, boot_seconds, say)
        self._wait = self._status.restore_wait(boot_seconds())

    def run(self) -> None:
        """Serve until `stop`.

        Raises:
            Busy: another service watches this kit.
        """
        with ExitStack() as running:
            running.enter_context(
                durable_files.hold_lock(self._kit.path / watch_state.WATCH_LOCK, _("watching this kit"))
            )
            watchers = running.enter_context(closing(Watchers(self._kit, self._events.put)))
            self._status.neighbours = lambda: watchers.neighbours
            self._notifier.ready()
            while not self._stopping.is_set():
                job = self._due()
                if job is None:
                    self._update_access()
                    self._nap()
                else:
                    self._do(job, watchers)
            self._status.report_stop()

    def stop(self) -> None:
        """End soon; callable from any thread, also twice."""
        self._stopping.set()
        self._events.put(WakeEvent(WakeCause.REQUEST))

    def stop_at_once(self, ended: Event) -> None:
        """End within a second, whatever is running; the caller sets `ended` when `run` has returned."""
        self.stop()
        if not ended.wait(_LAST_WORDS_S):
            self._status.report_stop()
            os._exit(0)  # what is being applied is rolled back when it is opened next, as after a kill

    def request(self) -> None:
        """Look for news now; callable from any thread."""
        self._events.put(WakeEvent(WakeCause.REQUEST))

    def _due(self) -> RunJob | None:
        if self._sticks:
            return RunJob(WakeCause.STICK, Source(str(self._sticks.popleft()), SourceKind.STICK))
        if boot_seconds() >= self._wait.until_s:
            return RunJob(self._woken_by)
        if self._due_neighbours:
            return RunJob(WakeCause.NEIGHBOUR, Source(self._due_neighbours.popleft(), SourceKind.NEIGHBOUR))
        return None

    def _nap(self) -> None:
        self._status.report_wait(self._wait)
        left = self._wait.until_s - boot_seconds()
        try:
            self._take(self._events.get(timeout=min(max(left, 0.01), _LONGEST_NAP_S)))
            while True:
                self._take(self._events.get_nowait())
        except Empty:
            pass

    def _update_access(self) -> None:
        """Without contact the kit still locks its lists in time, and erases them in time."""
        try:
            with closing(self._kit.reopen()) as kit:
                access = enforcement.enforce_access(kit, headquarters_word.read_clock(kit))
                self._status.access_facts = enforcement.AccessFacts.of(access)
                self._erase(kit)
        except WaypostError as error:
            log_error(error)
            self._status.access_facts = enforcement.AccessFacts("unknown", error.what, do=error.do)

    def _erase(self, kit: KitHome) -> None:
        """What was withdrawn leaves this disk in its time, though no run may begin for days."""
        if boot_seconds() < self._erases_s:
            return
        self._erases_s = boot_seconds() + _ERASES_EVERY_S
        with suppress(Busy), erasure.hold_courier_lock(kit):  # the process that holds the lock does it
            for error in erase_due(kit, headquarters_word.read_clock(kit)):
                self._say(replace(Problem.of(error), means=EMPTY).message)

    def _take(self, event: WakeEvent) -> None:
        now = boot_seconds()
        if event.cause is WakeCause.STICK:
            self._sticks.append(Path(event.where))
        elif event.cause is WakeCause.NEIGHBOUR:
            if (
                self._neighbour_waits.get(event.where, RetryWait(0)).until_s <= now
                and event.where not in self._due_neighbours
            ):
                self._due_neighbours.append(event.where)
        else:
            woken = self._waits.wake(self._wait, event.cause, now, random.random())  # noqa: S311 (no secret)
            if woken != self._wait:
                self._wait, self._woken_by = woken, event.cause

    def _do(self, job: RunJob, watchers: Watchers) -> None:
        self._now = job
        self._status.report_run(job.source, job.cause)
        ending = self._make_run(job, watchers)
        self._now = None
        now, rand = boot_seconds(), random.random()  # noqa: S311 (no secret)
        times = {"asked_s": ending.asked_s, "renews_in_s": ending.renews_in_s}
        if job.source is None:
            self._wait, self._woken_by = (
                self._waits.wait_after(self._wait, ending.outcome, now, rand, **times),
                WakeCause.CLOCK,
            )
        elif job.source.kind is SourceKind.NEIGHBOUR:
            before = self._neighbour_waits.get(job.source.words, RetryWait(0))
            self._neighbour_waits[job.source.words] = self._waits.wait_after(before, ending.outcome, now, rand, **times)
        elif ending.outcome is RunOutcome.BUSY:
            self._sticks.append(Path(job.source.words))
            self._stopping.wait(_LONGEST_NAP_S)
        watchers.announce_version()

    def _make_run(self, job: RunJob, watchers: Watchers) -> RunEnding:
        """Make the run and report how it ended; no error of it ends the service."""
        near = [Source(url, SourceKind.NEIGHBOUR) for url in watchers.neighbours]
        options = courier.RunOptions(
            connections=self._connections,
            on_progress=self._status.report_progress,
            neighbours=near,
            ask_uplink=AskUplink.AT_ONCE if job.cause in _ASKED_FOR else AskUplink.WHEN_DUE,
        )
        try:
            with closing(self._kit.reopen()) as kit:
                report = self._run(kit, job, options)
        except WaypostError as error:
            log_error(error)
            return self._status.report_ending(job.source, error, run_ending(error))
        except Exception as error:  # a service that ends at the first surprise serves nobody
            log_error(error)
            strange = StoreError(
                _("Waypost ran into an unexpected error"),
                means=_("This run ended; the lists stay as they are."),
                do=_("The kit tries again; `waypost kit logs` shows where it happened"),
            )
            return self._status.report_ending(job.source, strange, run_ending(strange))
        return self._status.report_ending(job.source, report, run_ending(report, _seconds_until_renewed(report)))

    def _run(self, kit: KitHome, job: RunJob, options: courier.RunOptions) -> CourierReport:
        if job.source and job.source.kind is SourceKind.STICK and is_stick(Path(job.source.words)):
            return sticks.stick_in(kit, Path(job.source.words), self._after_apply, options).report
        return courier.run(kit, source=job.source or "", after_apply=self._after_apply, options=options)

    def _must_step_aside(self) -> bool:
        """Whether the run that is on its way should end between two pieces."""
        if self._stopping.is_set():
            return True
        if self._now and self._now.source is None and not self._events.empty():
            for event in _drain(self._events):
                self._take(event)
        return bool(self._now and self._now.source is None and self._sticks)


def _drain(queue: "SimpleQueue[WakeEvent]") -> list[WakeEvent]:
    events = []
    try:
        while True:
            events.append(queue.get_nowait())
    except Empty:
        return events


def _seconds_until_renewed(report: CourierReport) -> float:
    if report.renews is None:
        return 0.0
    return max(0.0, (report.renews - read_system_time()).total_seconds())
