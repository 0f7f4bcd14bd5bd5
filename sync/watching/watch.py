"""`waypost courier watch`: syncs whenever a line, a stick or a neighbour appears, and by the clock.

- One thing at a time: runs in this thread, observers beside it only say what happened.
- A stick goes before a line: a run over the thin line steps aside, and goes on where it was.
- A stop is obeyed within a second: a run ends between two pieces; one that cannot is cut off as a kill would, which no
  list minds.
- Nothing ends it but a stop: whatever a run meets is told, and tried again when `sync.watching.waits` says.
"""

import os
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from data import enrolment, erasure, files, standing
from data.clock import system_time
from data.errors import Busy, StoreError, WaypostError
from data.home import KitHome
from sync import courier
from sync.aftermath import AfterApply
from sync.erasing import erase_due
from sync.lines.connect import Lines
from sync.lines.source import Source, SourceKind
from sync.report import CourierReport
from sync.sticks import kit as stick_kit
from sync.sticks.stick import is_stick
from sync.watching import state as watch_state
from sync.watching.ending import Ending, ending_of
from sync.watching.notify import Notifier
from sync.watching.telling import Telling
from sync.watching.waits import Cause, Outcome, Pacing, Wait, Waits
from sync.watching.watchers import Happened, Watchers

_LONGEST_NAP_S = 30.0
"""The machine may sleep, or its clock be set, while we do: we look this often whether it is time."""
_LAST_WORDS_S = 0.7
_ERASES_EVERY_S = 600.0
"""Between two looks at what was withdrawn (`sync.erasing`)."""


def boot_seconds() -> float:
    """Seconds since this machine started, asleep or not: nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Job:
    """One run to make."""

    cause: Cause
    source: Source | None = None
    """None for headquarters and whatever else kit.toml names."""


class Watch:
    """The service of one kit."""

    def __init__(
        self,
        kit: KitHome,
        *,
        after_apply: AfterApply | None = None,
        notifier: Notifier | None = None,
        pacing: Pacing | None = None,
        say: Callable[[str], None] = lambda words: None,
    ) -> None:
        """`kit` is kept for its key only; every run opens the kit anew, with kit.toml as it is then.

        `say` hears a sentence when a run begins and ends.
        """
        self._kit = kit
        self._after_apply = after_apply
        self._notifier = notifier or Notifier()
        self._waits = Waits(pacing or Pacing(every_s=kit.settings.courier.every_hours * 3600))
        self._lines = Lines(stopped=self._must_step_aside)
        self._happened: SimpleQueue[Happened] = SimpleQueue()
        self._sticks: deque[Path] = deque()
        self._near: dict[str, Wait] = {}
        self._near_due: deque[str] = deque()
        self._stopping = Event()
        self._now: Job | None = None
        self._woken_by = Cause.START
        self._say, self._erases_s = say, 0.0
        self._told = Telling(kit.path, self._notifier, boot_seconds, say)
        self._wait = self._told.restored(boot_seconds())

    def run(self) -> None:
        """Serve until `stop`.

        Raises:
            Busy: another service watches this kit.
        """
        with ExitStack() as running:
            running.enter_context(files.held(self._kit.path / watch_state.LOCK, "watching this kit"))
            watchers = running.enter_context(closing(Watchers(self._kit, self._happened.put)))
            self._told.neighbours = lambda: watchers.neighbours
            self._notifier.ready()
            while not self._stopping.is_set():
                job = self._due()
                if job is None:
                    self._look()
                    self._nap()
                else:
                    self._do(job, watchers)
            self._told.stopped()

    def stop(self) -> None:
        """End soon; callable from any thread, also twice."""
        self._stopping.set()
        self._happened.put(Happened(Cause.REQUEST))

    def stop_at_once(self, ended: Event) -> None:
        """End within a second, whatever runs; `ended` is set by whoever waits for `run` to return."""
        self.stop()
        if not ended.wait(_LAST_WORDS_S):
            self._told.stopped()
            os._exit(0)  # what is being applied is rolled back when it is opened next, as after a kill

    def request(self) -> None:
        """Look for news now; callable from any thread."""
        self._happened.put(Happened(Cause.REQUEST))

    def _due(self) -> Job | None:
        if self._sticks:
            return Job(Cause.STICK, Source(str(self._sticks.popleft()), SourceKind.STICK))
        if boot_seconds() >= self._wait.until_s:
            return Job(self._woken_by)
        if self._near_due:
            return Job(Cause.NEIGHBOUR, Source(self._near_due.popleft(), SourceKind.NEIGHBOUR))
        return None

    def _nap(self) -> None:
        self._told.waiting(self._wait)
        left = self._wait.until_s - boot_seconds()
        try:
            self._take(self._happened.get(timeout=min(max(left, 0.01), _LONGEST_NAP_S)))
            while True:
                self._take(self._happened.get_nowait())
        except Empty:
            pass

    def _look(self) -> None:
        """A kit that nobody reaches is told that its lists lock, and erases them when that is due."""
        try:
            with closing(self._kit.again()) as kit:
                self._told.standing = standing.facts_of(standing.look(kit, enrolment.clock(kit)))
                self._erase(kit)
        except WaypostError as error:
            self._told.standing = {"state": "unknown", "says": error.what, "do": error.do}

    def _erase(self, kit: KitHome) -> None:
        """What was withdrawn leaves this disk in its time, though no run may begin for days."""
        if boot_seconds() < self._erases_s:
            return
        self._erases_s = boot_seconds() + _ERASES_EVERY_S
        kit.lists.companions.update(self._kit.lists.companions)
        with suppress(Busy), erasure.alone(kit):  # whoever is at work does it
            for error in erase_due(kit, enrolment.clock(kit)):
                self._say(f"{error.what}. {error.do}".strip())

    def _take(self, happened: Happened) -> None:
        now = boot_seconds()
        if happened.cause is Cause.STICK:
            self._sticks.append(Path(happened.where))
        elif happened.cause is Cause.NEIGHBOUR:
            if self._near.get(happened.where, Wait(0)).until_s <= now and happened.where not in self._near_due:
                self._near_due.append(happened.where)
        else:
            woken = self._waits.woken(self._wait, happened.cause, now, random.random())  # noqa: S311 (no secret)
            if woken != self._wait:
                self._wait, self._woken_by = woken, happened.cause

    def _do(self, job: Job, watchers: Watchers) -> None:
        self._now = job
        self._told.syncing(job.source, job.cause)
        ending = self._ended(job, watchers)
        self._now = None
        now, rand = boot_seconds(), random.random()  # noqa: S311 (no secret)
        times = {"asked_s": ending.asked_s, "renews_in_s": ending.renews_in_s}
        if job.source is None:
            self._wait, self._woken_by = self._waits.after(self._wait, ending.outcome, now, rand, **times), Cause.CLOCK
        elif job.source.kind is SourceKind.NEIGHBOUR:
            before = self._near.get(job.source.words, Wait(0))
            self._near[job.source.words] = self._waits.after(before, ending.outcome, now, rand, **times)
        elif ending.outcome is Outcome.BUSY:
            self._sticks.append(Path(job.source.words))
            self._stopping.wait(_LONGEST_NAP_S)
        watchers.renewed()

    def _ended(self, job: Job, watchers: Watchers) -> Ending:
        """Make the run; whatever comes of it is told, nothing of it ends the service."""
        near = [Source(url, SourceKind.NEIGHBOUR) for url in watchers.neighbours]
        means = courier.Means(lines=self._lines, told=self._told.progress, neighbours=near)
        try:
            with closing(self._kit.again()) as kit:
                kit.lists.companions.update(self._kit.lists.companions)
                report = self._run(kit, job, means)
        except WaypostError as error:
            return self._told.ended(job.source, error, ending_of(error))
        except Exception:  # a service that ends at the first surprise serves nobody
            strange = StoreError(
                "Something happened that Waypost did not foresee",
                means="This run ended; what was in force stays in force.",
                do="It is tried again; if it stays so, run `waypost courier run` with WAYPOST_DEBUG=1 and tell us",
            )
            return self._told.ended(job.source, strange, ending_of(strange))
        return self._told.ended(job.source, report, ending_of(report, _seconds_until_renewed(report)))

    def _run(self, kit: KitHome, job: Job, means: courier.Means) -> CourierReport:
        if job.source and job.source.kind is SourceKind.STICK and is_stick(Path(job.source.words)):
            return stick_kit.stick_in(kit, Path(job.source.words), self._after_apply, means).report
        return courier.run(kit, source=job.source or "", after_apply=self._after_apply, means=means)

    def _must_step_aside(self) -> bool:
        """Whether the run that is on its way should end between two pieces."""
        if self._stopping.is_set():
            return True
        if self._now and self._now.source is None and not self._happened.empty():
            for happened in _drained(self._happened):
                self._take(happened)
        return bool(self._now and self._now.source is None and self._sticks)


def _drained(queue: "SimpleQueue[Happened]") -> list[Happened]:
    found = []
    try:
        while True:
            found.append(queue.get_nowait())
    except Empty:
        return found


def _seconds_until_renewed(report: CourierReport) -> float:
    if report.renews is None:
        return 0.0
    return max(0.0, (report.renews - system_time()).total_seconds())
