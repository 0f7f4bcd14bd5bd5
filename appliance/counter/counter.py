"""The counter: the one service that every front end calls to screen, decide, open work, read a chip and wait.

- Whatever the front end, the same request gives the same findings: the screening is made here and nowhere else.
- A decision and a supervisor's override count once the journal has them, and only then they are given back.
- What only a device needs is imported when a device is asked: most callers type or scan their traveller.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from appliance.checks.nothing_to_ask import CHIP_CHECK
from appliance.counter.decisions import (
    DecisionKey,
    DecisionRecord,
    SupervisorOverride,
    active_overrides,
    decide,
    open_work,
)
from appliance.counter.kit_lists import SEARCHED_KINDS, VOUCHING_KIND, ListState
from appliance.counter.parts import CounterLists, CounterParts, Lane
from appliance.counter.subject import ScreeningRequest, Subject, check_access_number
from appliance.screening.check_ports import JournalWriter
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.screening.run import Screener
from appliance.standing_conditions import Condition, ConditionKind, access_condition, distinct_conditions
from data.clock import Clock, TrustedTime
from data.documents.travel_document import find_chip_document
from data.errors import InputError
from data.lease.access import ListAccess
from data.screenings import Decision, Screening
from devices.ports import DeviceHealth, DeviceState, DocumentReader

if TYPE_CHECKING:
    from appliance.chips.read_job import ChipReadStep
    from appliance.chips.reader_service import ChipReaderService
    from devices.chip.reading import ChipReading


_SLACK_S = 1.0
"""The chip's own deadline passes before ours."""


@dataclass(frozen=True, slots=True)
class PostSnapshot:
    """The state of the whole post at one moment."""

    lists: tuple[ListState, ...]
    conditions: tuple[Condition, ...]
    """What the whole post lacks."""
    overrides: tuple[SupervisorOverride, ...]
    """Overrides of conditions that still stand."""
    access: ListAccess
    """Whether the lists may be read."""
    last_contact: datetime | None
    """When the kit last heard of headquarters."""
    now: datetime


class Counter:
    """Screens travellers with the parts of one kit. Safe to use from several threads.

    A front end without a screen::

        subject = Subject.from_zone(text, counter.today())
        result = counter.screen(ScreeningRequest(subject, officer="I. Sample"))
        counter.decide(result, Decision.REFER, officer="I. Sample")
    """

    def __init__(self, parts: CounterParts) -> None:
        self._parts = parts
        self._lock = Lock()
        self._screener: Screener | None = None
        self._overrides: tuple[SupervisorOverride, ...] = ()

    # ── one traveller ────────────────────────────────────────────────────────────────────────────────

    def screen(
        self,
        request: ScreeningRequest,
        on_progress: Callable[[ScreeningProgress], None] = lambda progress: None,
        on_chip_step: Callable[["ChipReadStep"], None] = lambda step: None,
    ) -> ScreeningResult:
        """Screen one traveller. `on_progress` hears each step as `Screener.screen` says, `on_chip_step` each
        of the chip.
        """
        screening = request.screening(self.lane, self.clock.now())
        self._start_chip(screening, request.subject, on_chip_step)
        return self.screener.screen(screening, on_progress)

    def decide(
        self,
        result: ScreeningResult | None,
        decision: Decision,
        *,
        officer: str,
        key: DecisionKey = DecisionKey.OWN_KEY,
        second: str = "",
    ) -> DecisionRecord:
        """Record a decision; Denied says why not. `result` is None while there is no verdict."""
        record = decide(
            result,
            decision,
            officer=officer,
            now=self.clock.now(),
            key=key,
            second=second,
            overrides=self._overrides,
        )
        record.append_to(self.journal)
        return record

    # ── the chip and the reader ──────────────────────────────────────────────────────────────────────

    def _start_chip(self, screening: Screening, subject: Subject, on_step: Callable[["ChipReadStep"], None]) -> None:
        """Read the chip of the first document that may have one, unless that was how the document came."""
        document = find_chip_document(screening.documents)
        if document is None or self.chips is None:
            return
        if subject.chip is not None:
            self.chips.keep(screening.id, subject.chip)
            return
        from appliance.chips.read_job import ChipReadInput

        self.chips.start_for(screening.id, ChipReadInput(document, subject.can), on_step)

    def read_chip(self, can: str, on_step: Callable[["ChipReadStep"], None] = lambda step: None) -> Subject:
        """The document as its own chip gives it, opened by the access number alone.

        Raises:
            InputError: that is no access number, no chip reader is at hand, or the chip has no zone.
            WaypostError: why the chip was not read.
        """
        from appliance.chips.read_job import ChipReadInput

        check_access_number(can)
        if self.chips is None:
            raise InputError("Chips are not read here", do="Name a chip reader in kit.toml, or scan the document")
        job = self.chips.start(ChipReadInput(None, can), on_step)
        reading = job.wait(self.chips.timeouts.whole_s + _SLACK_S)
        if reading.document is None:
            raise InputError("The chip gives no zone that can be read", do="Give the printed zone with --mrz")
        document = Subject.from_document(reading.document, self.today())
        return Subject(document.documents, document.traveller, can=can, chip=job)

    def chip_reading(self, result: ScreeningResult) -> "ChipReading | None":
        """What the chip of this screening said; None where none was read."""
        job = self.chips.find_job(result.screening.id) if self.chips else None
        if job is None or not job.is_done:
            return None
        try:
            return job.wait(0)
        except Exception:  # why it was not read is a finding already
            return None

    def wait_for_document(self, url: str, wait_s: float, guide: Callable[[str], None]) -> Subject:
        """What is laid on the reader at `url` in time; `guide` hears what to do.

        Raises:
            InputError: no document came.
            DeviceFault: the reader does not work.
        """
        import asyncio

        from appliance.counter.reader_loop import read_document

        reader = self.reader(url)
        if reader is None:
            raise InputError("No document reader is named", do="Name one in kit.toml, or type the document")
        reading, codes = asyncio.run(read_document(reader, wait_s, guide))
        return Subject.from_reading(reading, self.today()).with_codes(codes)

    def reader(self, url: str = "") -> DocumentReader | None:
        """The document reader at `url`, not opened yet; for an empty one the kit's own, None where it has none."""
        return self._parts.reader(url)

    @cached_property
    def chips(self) -> "ChipReaderService | None":
        """Where chips are read; None where they are not."""
        return self._parts.chips()

    # ── the post ─────────────────────────────────────────────────────────────────────────────────────

    def post_snapshot(self, readers: Mapping[str, DeviceState]) -> PostSnapshot:
        """The state of the post, given those of its readers by title. Call it between travellers.

        It brings what the checks keep in memory up to date, so that no screening waits for a new version.
        """
        access = self.refresh_access()
        self.screener.prepare()
        states, time = self.screened_states(), self.clock.trusted_time()
        conditions = post_conditions(states, time, {**readers, **self._chip_readers()}, access)
        self._overrides = active_overrides(self._overrides, conditions, time.now)
        return PostSnapshot(states, conditions, self._overrides, access, self.lists.last_contact(), time.now)

    def _chip_readers(self) -> dict[str, DeviceState]:
        """The chip reader, as its check calls it; one that was not opened yet is not away."""
        return {CHIP_CHECK: self.chips.state} if self.chips and self.chips.state.reason else {}

    def open_work(self, condition: Condition, supervisor: str, second: str = "") -> SupervisorOverride:
        """Open work under a standing condition for one shift; Denied says what is missing."""
        override = open_work(condition, supervisor=supervisor, now=self.clock.now(), second=second)
        override.append_to(self.journal)
        self._overrides = (*self._overrides, override)
        return override

    def refresh_access(self) -> ListAccess:
        """Whether the lists may be read now; lists that were erased or came anew are opened anew. Ask now and then."""
        return self.lists.refresh_access(self._renew_checks)

    def _renew_checks(self) -> None:
        self._screener = screener = self._new_screener()
        screener.prepare()

    def screened_states(self) -> tuple[ListState, ...]:
        """The lists that travellers are looked up in, and where chips are read those that vouch for them."""
        return self.lists.states(SEARCHED_KINDS | {VOUCHING_KIND} if self.chips else SEARCHED_KINDS)

    # ── its parts ────────────────────────────────────────────────────────────────────────────────────

    @property
    def screener(self) -> Screener:
        """The pipeline over the lists that are open now."""
        with self._lock:
            if self._screener is None:
                self._screener = self._new_screener()
            return self._screener

    def _new_screener(self) -> Screener:
        return Screener(self._parts.checks(self.chips), self.journal, self._parts.limits)

    @property
    def lane(self) -> Lane:
        """Where travellers are screened."""
        return self._parts.lane

    @property
    def lists(self) -> CounterLists:
        """The lists of the kit."""
        return self._parts.lists

    @property
    def journal(self) -> JournalWriter:
        """Where screenings are kept."""
        return self._parts.journal

    @property
    def clock(self) -> Clock:
        """The time that is trusted now."""
        return self._parts.clock()

    def today(self) -> date:
        """The trusted day, which settles the centuries of two-digit years."""
        return self.clock.now().date()

    def close(self) -> None:
        """Let go of the chip reader and of the kit's files."""
        if "chips" in self.__dict__ and self.chips:
            self.chips.close()
        self._parts.close()


def post_conditions(
    lists: Iterable[ListState],
    time: TrustedTime,
    readers: Mapping[str, DeviceState] | None = None,
    access: ListAccess | None = None,
) -> tuple[Condition, ...]:
    """What the whole post lacks now, each once."""
    all_lists = access_condition(access) if access else None
    conditions = [all_lists] if all_lists else []
    conditions += [state.condition for state in lists if state.condition]
    dead = (DeviceHealth.ABSENT, DeviceHealth.FAULTED)
    conditions += [
        Condition(ConditionKind.READER_DEAD, name) for name, state in (readers or {}).items() if state.health in dead
    ]
    if time.is_behind:
        conditions.append(Condition(ConditionKind.CLOCK_BEHIND))
    return distinct_conditions(conditions)
