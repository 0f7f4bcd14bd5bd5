"""The counter: the one service that every front end calls to screen, decide, open work, read a chip and wait.

- The same request gives the same findings in every front end, because screenings are made only here.
- Whoever acts works in an open session: it is asked at every action, so that headquarters' word ends it at once.
- A decision or a supervisor's override is returned only after it is in the journal. A verdict is shown without one
  where the disk is full or read-only: a REFER as it is, everything else as CANNOT SAY (ADR 39).
- Modules for devices are imported only when a device is used: most callers type or scan their traveller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from appliance.checks.nothing_to_ask import CHIP_CHECK
from appliance.counter.decisions import (
    DecisionKey,
    OfficerDecision,
    SupervisorOverride,
    active_overrides,
    decide,
    open_work,
)
from appliance.counter.kit_lists import SEARCHED_KINDS, VOUCHING_KIND, ListState, post_conditions
from appliance.counter.parts import CounterLists, CounterParts, Lane
from appliance.counter.past_travellers import PastTravellers
from appliance.counter.subject import ScreeningRequest, Subject, check_access_number
from appliance.people.permissions import GuardedAction, require_role
from appliance.screening.check_ports import JournalWriter
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.screening.run import Screener
from appliance.standing_conditions import (
    Condition,
    storage_conditions,
)
from data.clock import Clock
from data.documents.travel_document import find_chip_document
from data.errors import Busy, InputError, StoreError
from data.journal.referrals import Referral
from data.lease.access import ListAccess
from data.log.error_log import log_error
from data.people.staff import Actor
from data.screenings import Decision, Screening
from data.text import Message, _
from devices.ports import DeviceState, DocumentReader
from devices.reading import Reading

if TYPE_CHECKING:
    from appliance.chips.read_job import ChipReadStep
    from appliance.chips.reader_service import ChipReaderService
    from appliance.counter.details_openings import DetailsOpenings
    from appliance.people.post_people import PostPeople
    from devices.chip.reading import ChipReading


_SLACK_S = 1.0
"""By which our deadline is later than the chip's."""


@dataclass(frozen=True, slots=True)
class PostSnapshot:
    """The state of the whole post at one moment."""

    lists: tuple[ListState, ...]
    conditions: tuple[Condition, ...]
    """What the whole post lacks."""
    overrides: tuple[SupervisorOverride, ...]
    """Overrides whose condition still holds."""
    access: ListAccess
    """Whether the lists may be read."""
    last_contact: datetime | None
    """When the kit last heard from headquarters; None if it never did."""
    now: datetime
    undecided: frozenset[str] = frozenset()
    """Screenings at the desk that have no decision."""


class StandingState(NamedTuple):
    """What an answer says of the post beside its verdict, taken at one look."""

    access: ListAccess
    lists: tuple[ListState, ...]
    conditions: tuple[Condition, ...]


class Counter:
    """Screens travellers with the parts of one kit. Thread-safe.

    A front end without a screen::

        subject = Subject.from_zone(text, counter.today())
        result = counter.screen(ScreeningRequest(subject, officer))
        counter.decide(result, Decision.REFER, officer=officer)
    """

    def __init__(self, parts: CounterParts) -> None:
        self._parts = parts
        self._lock = Lock()
        self._screener: Screener | None = None
        self._overrides: tuple[SupervisorOverride, ...] = ()
        self._undecided = frozenset[str]()

    # ── one traveller ────────────────────────────────────────────────────────────────────────────────

    def screen(
        self,
        request: ScreeningRequest,
        on_progress: Callable[[ScreeningProgress], None] = lambda progress: None,
        on_chip_step: Callable[["ChipReadStep"], None] = lambda step: None,
    ) -> ScreeningResult:
        """Screen one traveller; NotAllowed where the officer's role does not allow it.

        `on_progress` is called for each step, as `Screener.screen` says, and `on_chip_step` for each step of the chip.
        """
        require_role(request.officer, GuardedAction.SCREEN)
        self._must_work_here(request.officer)
        screening = request.screening(self.lane, self.clock.now())
        self._start_chip(screening, request.subject, on_chip_step)
        return self.screener.screen(screening, on_progress, request.subject.unscreened)

    @cached_property
    def openings(self) -> "DetailsOpenings":
        """Who opened details of travellers here."""
        from appliance.counter.details_openings import DetailsOpenings

        return DetailsOpenings(self.journal, self.clock.now)

    def decide(
        self,
        result: ScreeningResult | None,
        decision: Decision,
        *,
        officer: Actor,
        key: DecisionKey = DecisionKey.OWN_KEY,
        second: Actor | None = None,
    ) -> OfficerDecision:
        """Record a decision; Denied says why it is not allowed. `result` is None while there is no verdict."""
        self._must_work_here(officer, second)
        try:
            record = decide(
                result,
                decision,
                officer=officer,
                now=self.clock.now(),
                key=key,
                second=second,
                overrides=self._overrides,
                referral=self.find_referral(result.screening) if result else None,
                has_undecided_refer=bool(result and self.past.find_undecided_refer(result.screening)),
            )
            self.journal.record_decision(
                record.screening, decision, record.at, officer, second=second, reason=record.reason
            )
        except Busy:
            raise
        except StoreError as error:
            raise StoreError(
                error.what,
                means=_("The decision was not recorded."),
                do=_("Write traveller and decision down on paper, and tell the technician"),
            ) from error
        return record

    def find_referral(self, screening: Screening) -> Referral | None:
        """The traveller's newest referral here, with its outcome; None where there is none."""
        return self.past.find_referral(screening)

    @cached_property
    def people(self) -> "PostPeople | None":
        """Who works here; None only in tests."""
        return self._parts.people()

    def _must_work_here(self, actor: Actor, second: Actor | None = None) -> None:
        """SessionOver where the actor's session ended, or the second person did not prove who they are for this."""
        if self.people is not None:
            self.people.verify_actor(actor)
            if second is not None:
                self.people.use_proof(second)

    # ── the chip and the reader ──────────────────────────────────────────────────────────────────────

    def _start_chip(self, screening: Screening, subject: Subject, on_step: Callable[["ChipReadStep"], None]) -> None:
        """Read the chip of the first document that may have one, unless the document came from its chip."""
        document = find_chip_document(screening.documents)
        if document is None or self.chips is None:
            return
        if subject.chip is not None:
            self.chips.keep(screening.id, subject.chip)
            return
        from appliance.chips.read_job import ChipReadInput

        self.chips.start_for(screening.id, ChipReadInput(document, subject.can), on_step)

    def read_chip(self, can: str, on_step: Callable[["ChipReadStep"], None] = lambda step: None) -> Subject:
        """The document from its own chip, opened by the access number alone.

        Raises:
            InputError: the access number is not valid, there is no chip reader, or the chip has no zone.
            WaypostError: why the chip was not read.
        """
        from appliance.chips.read_job import ChipReadInput

        check_access_number(can)
        if self.chips is None:
            raise InputError(_("Chips are not read here"), do=_("Name a chip reader in kit.toml, or scan the document"))
        job = self.chips.start(ChipReadInput(None, can), on_step)
        reading = job.wait(self.chips.timeouts.whole_s + _SLACK_S)
        if reading.document is None:
            raise InputError(_("The chip has no zone that can be read"), do=_("Give the printed zone with --mrz"))
        document = Subject.from_document(reading.document, self.today())
        return Subject(document.documents, document.traveller, can=can, chip=job)

    def chip_reading(self, result: ScreeningResult) -> "ChipReading | None":
        """The reading of this screening's chip; None if none was read."""
        job = self.chips.find_job(result.screening.id) if self.chips else None
        if job is None or not job.is_done:
            return None
        try:
            return job.wait(0)
        except Exception:  # a finding says why it was not read
            return None

    def wait_for_document(self, url: str, wait_s: float, guide: Callable[[Message], None]) -> Subject:
        """The document on the reader at `url` within `wait_s`; `guide` is called with what to do.

        Raises:
            InputError: there was no document in time.
            DeviceFault: the reader does not work.
        """
        from appliance.counter import reader_loop

        def make_reader() -> DocumentReader:
            reader = self.reader(url)
            if reader is None:
                raise InputError(_("No document reader is named"), do=_("Name one in kit.toml, or type the document"))
            return reader

        unscreened = str(uuid4())

        def keep(reader: DocumentReader, reading: Reading) -> None:
            subject = replace(Subject.from_reading(reading, self.today()), unscreened=unscreened)
            self.past.keep(subject, reader.info.title)

        reading, codes = reader_loop.wait_for_document(make_reader, wait_s, guide, keep)
        return replace(Subject.from_reading(reading, self.today()).with_codes(codes), unscreened=unscreened)

    def reader(self, url: str = "") -> DocumentReader | None:
        """The document reader at `url`, not opened yet; for an empty `url` the kit's own, None if it has none."""
        return self._parts.reader(url)

    @cached_property
    def chips(self) -> "ChipReaderService | None":
        """The service that reads chips; None if chips are not read."""
        return self._parts.chips()

    # ── the post ─────────────────────────────────────────────────────────────────────────────────────

    def post_snapshot(self, readers: Mapping[str, DeviceState]) -> PostSnapshot:
        """The state of the post, with its readers' states by title. Call it between travellers.

        It also updates what the checks keep in memory, so that no screening waits for a new version.
        """
        access = self.refresh_access()
        self.screener.prepare()
        states, time = self.screened_states(), self.clock.trusted_time()
        undecided = self._read_undecided()
        conditions = post_conditions(states, time, {**readers, **self._chip_readers()}, access)
        conditions += self.storage_conditions()
        self._overrides = active_overrides(self._overrides, conditions, time.now)
        last_contact = self.lists.last_contact()
        return PostSnapshot(states, conditions, self._overrides, access, last_contact, time.now, undecided)

    def _read_undecided(self) -> frozenset[str]:
        """As they were known last, where the journal cannot be read: a condition says so."""
        try:
            self._undecided = self.past.undecided_ids()
        except StoreError as error:
            log_error(error)
        return self._undecided

    def standing_state(self) -> StandingState:
        """What every answer says of the post beside its verdict."""
        access = self.refresh_access()
        states = self.screened_states()
        conditions = post_conditions(states, self.clock.trusted_time(), access=access)
        return StandingState(access, states, conditions + self.storage_conditions())

    def prepare(self) -> None:
        """Load what the checks keep in memory, before the first of many travellers."""
        self.screener.prepare()

    def storage_conditions(self) -> tuple[Condition, ...]:
        """What disk and journal lack for the records of this post."""
        return storage_conditions(self._parts.read_disk(), self._parts.read_journal())

    def _chip_readers(self) -> dict[str, DeviceState]:
        """The chip reader's state under the name of its check; none if it was not opened yet."""
        return {CHIP_CHECK: self.chips.state} if self.chips and self.chips.state.reason else {}

    def open_work(self, condition: Condition, supervisor: Actor, second: Actor | None = None) -> SupervisorOverride:
        """Open work under a standing condition for one shift; Denied says what is missing."""
        self._must_work_here(supervisor, second)
        override = open_work(condition, supervisor=supervisor, now=self.clock.now(), second=second)
        override.append_to(self.journal)
        self._overrides = (*self._overrides, override)
        return override

    @property
    def overrides(self) -> tuple[SupervisorOverride, ...]:
        """Work that is open under conditions which had not ended at the last look."""
        return self._overrides

    def refresh_access(self) -> ListAccess:
        """Whether the lists may be read now; reopens lists that were erased or fetched again. Call it now and then."""
        return self.lists.refresh_access(self._renew_checks)

    def _renew_checks(self) -> None:
        self._screener = screener = self._new_screener()
        screener.prepare()

    def screened_states(self) -> tuple[ListState, ...]:
        """The lists that travellers are looked up in and, if chips are read, those that vouch for chips."""
        return self.lists.states(SEARCHED_KINDS | {VOUCHING_KIND} if self.chips else SEARCHED_KINDS)

    # ── its parts ────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def past(self) -> PastTravellers:
        """Who was screened here lately and who still waits."""
        return PastTravellers(self._parts.records(), lambda: self.clock.now())

    @property
    def screener(self) -> Screener:
        """The screener over the lists that are open now."""
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
        """The trusted clock."""
        return self._parts.clock()

    def now(self) -> datetime:
        """The trusted time (UTC)."""
        return self.clock.now()

    def today(self) -> date:
        """The trusted date, which decides the centuries of two-digit years."""
        return self.clock.now().date()

    def close(self) -> None:
        """Release the chip reader and the kit's files."""
        if "chips" in self.__dict__ and self.chips:
            self.chips.close()
        self._parts.close()
