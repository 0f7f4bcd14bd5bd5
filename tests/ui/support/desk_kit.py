"""The real counter over fakes for the desk's tests: scripted answers, a journal in memory, invented people.

What a traveller meets is decided by the document number: see `ANSWERS`.
"""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import Any

from appliance.checks.boarding_pass import BoardingPassCheck
from appliance.checks.chip_check import ChipCheck, ChipPrintCheck
from appliance.checks.list_state import ListAgeCheck
from appliance.checks.nothing_to_ask import NotCarriedCheck
from appliance.checks.printed_data import MrzCheck, ValidityCheck
from appliance.checks.referrals import ReferralCheck
from appliance.checks.seen_again import SeenAgainCheck
from appliance.chips.read_job import ChipReadStep
from appliance.chips.reader_service import ChipReaderService
from appliance.counter.counter import Counter as Service
from appliance.counter.decisions import DecisionKey, OfficerDecision
from appliance.counter.kit_lists import ListState, list_states
from appliance.counter.parts import CounterParts, CounterRecords, Lane
from appliance.counter.subject import Subject
from appliance.people.post_people import PostPeople
from appliance.screening.check_ports import Check
from appliance.screening.result import ScreeningProgress, ScreeningResult
from appliance.screening.run import ScreeningLimits
from data.clock import Clock
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.journal.journal import Journal
from data.journal.referrals import ReferralLog
from data.journal.sightings import SightingLog
from data.journal.travellers import TravellerLog
from data.journal.unscreened import UnscreenedLog
from data.kit.home import KitHome
from data.kit.settings import ChipExpectation, Settings
from data.lease.access import AccessState, ListAccess
from data.lists.edition import AgePolicy
from data.people.kit_roster import keep_roster
from data.people.sessions import Session
from data.people.staff import Actor, StaffMember
from data.persons.person import PartialDate, Sex
from data.screenings import (
    Agreement,
    Band,
    Decision,
    DocumentMatch,
    Evidence,
    FieldComparison,
    Finding,
    Grade,
    PersonCandidate,
    Screening,
)
from data.screenings import State as FindingState
from data.text import _
from devices.ports import READY, DeviceInfo, DeviceState
from devices.reading import RawReading, make_reading
from tests.support.notebook_records import records_of
from tests.support.sample import Notebook, PaperList
from tests.support.sample import edition as an_edition
from tests.support.staff import OFFICER, at_work, make_roster
from tests.support.waiting import GUARD_S
from ui.commands.desk import make_desk_port, make_desk_start
from ui.desk.desk_port import DeskPort, PostState
from ui.desk.desk_start import DeskStart, IdleLimits
from ui.screens.app import DeskApp

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def zone(number: str, surname: str = "SAMPLE", given: str = "ADA MARIA", layout: MrzFormat = MrzFormat.TD3) -> str:
    code = "P" if layout is MrzFormat.TD3 else "I"
    fields = MrzFields(code, "NOR", number, surname, given, "", date(1990, 2, 3), Sex.FEMALE, date(2030, 1, 1))
    return write_mrz(fields, layout)


CLEAR, CHECK, REFER, WEAK = "C1234567", "K1234567", "R1234567", "W1234567"
SLOW, LATE, DISCREET, TIMEOUT = "S1234567", "T1234567", "D1234567", "U1234567"


def _fields(*rows: tuple[str, str, str, Agreement]) -> tuple[FieldComparison, ...]:
    return tuple(FieldComparison(*row) for row in rows)


def candidate(band: Band, action: str = "detain", name: str = "SAMPLER ADDA") -> PersonCandidate:
    return PersonCandidate(
        list="wanted",
        record="2026/10001",
        band=band,
        score=7.5,
        name=name,
        primary_name="SAMPLER Adda Marie",
        quality="good",
        action=action,
        colour="red",
        owner="NCB Norland",
        reason="Forgery of invented papers",
        fields=_fields(
            ("name", "SAMPLE ADA MARIA", name, Agreement.CLOSE),
            ("birth", "1990-02-03", "1990", Agreement.CLOSE),
            ("nationality", "NOR", "NOR", Agreement.SAME),
            ("sex", "F", "", Agreement.MISSING),
            ("birth place", "", "Old Harbour", Agreement.MISSING),
        ),
        against=(_("The given names are two here, one there"),),
        ask=_("Where was the traveller born?"),
        says=_("SAMPLE = SAMPLER (same sound)"),
    )


def match(number: str, grade: Grade = Grade.EXACT) -> DocumentMatch:
    return DocumentMatch("sltd", grade, number, "NOR", "PAS", "stolen", "2025-03-02", "XOM", "2031-01-01", certain=True)


@dataclass
class Scripted:
    """A list check that answers by the document's number."""

    name: str
    answers: Callable[[str], Finding]
    mandatory: bool = True

    def run(self, screening: Screening) -> Finding:
        number = screening.documents[0].number if screening.documents else ""
        finding = self.answers(number)
        facts = {"as_of": (NOW - timedelta(hours=3)).isoformat(), "version": "12", "list": "x"}
        return replace(finding, evidence=replace(finding.evidence, facts=facts))


def _documents(number: str) -> Finding:
    if number == REFER:
        says = _("{number} is on {list} as stolen", number=number, list="sltd")
        return Finding("", FindingState.HIT, "document_exact", says, evidence=Evidence((match(number),)))
    if number == WEAK:
        evidence = Evidence((match(number, Grade.ELSEWHERE),))
        return Finding(
            "",
            FindingState.PASS,
            "document_elsewhere",
            _("{list} has this number elsewhere only", list="sltd"),
            evidence=evidence,
        )
    return Finding("", FindingState.PASS, "not_listed", _("No document presented is on {list}", list="sltd"))


@dataclass
class Counter:
    """The real counter over fakes, to be looked at and changed by a test."""

    ages: dict[str, timedelta] = field(default_factory=lambda: {"sltd": timedelta(hours=3), "wanted": timedelta(9)})
    reader: Any = None
    name: str = "SAMPLER ADDA"
    """Name of the listed person."""
    go: Event = field(default_factory=Event)
    """A slow check waits for it."""
    journal: Notebook | Journal = field(default_factory=Notebook)
    """A real one remembers referrals, the undecided and what waits."""
    limits: ScreeningLimits = field(default_factory=lambda: ScreeningLimits(check_s=GUARD_S))
    expired_after_h: float = 240
    screened: list[Subject] = field(default_factory=list)
    decisions: list[OfficerDecision] = field(default_factory=list)
    broken: Exception | None = None
    decides_when_told: bool = False
    """Decisions wait for `go` too."""
    chips: ChipReaderService | None = None
    expected: ChipExpectation = ChipExpectation.PASSPORTS
    reads_codes: bool = False
    now: datetime = NOW
    person: StaffMember = OFFICER
    """Who works at the desk."""
    asks_who: bool = True
    """Whether whoever acts must have signed in."""
    folder: Path | None = None
    """Of the kit; one of its own in memory where there is none."""
    idle: IdleLimits = field(default_factory=lambda: IdleLimits(600, 900))
    seconds: Callable[[], float] = time.monotonic
    """The clock by which the desk is idle."""

    @cached_property
    def service(self) -> Service:
        return Service(
            CounterParts(
                lane=Lane("kit-1", "North Gate", "2"),
                lists=self,
                journal=self.journal,
                clock=lambda: Clock(floor=self.now, read=lambda: self.now),
                checks=self._checks,
                limits=self.limits,
                chips=lambda: self.chips,
                reader=lambda url: self.reader,
                people=lambda: self.people if self.asks_who else None,
                records=lambda: self.records,
            )
        )

    @cached_property
    def records(self) -> CounterRecords:
        journal = self.journal
        if isinstance(journal, Notebook):
            return records_of(journal)
        return CounterRecords(ReferralLog(journal), TravellerLog(journal), UnscreenedLog(journal))

    @cached_property
    def people(self) -> PostPeople:
        """The people of tests/support/staff.py, on a small kit."""
        folder = self.folder or Path(mkdtemp(prefix="desk-"))
        kit = KitHome.create(folder / "kit", "seven lanterns on the bridge", Settings(kit="kit-1", source="nowhere"))
        keep_roster(kit, make_roster())
        return PostPeople(kit, lambda: Clock(read=lambda: self.now))

    def start(self) -> DeskStart:
        """What the desk asks before somebody works at it."""
        start = make_desk_start(self.service)
        return replace(
            start,
            make_port=self.port,
            post_state=lambda: self._with_status(start.post_state()),
            now=lambda: self.now,
            idle=self.idle,
            clock_s=self.seconds,
        )

    def app(self, keymap: Mapping[str, str] | None = None) -> DeskApp:
        """The desk at which the person works already."""
        return DeskApp(self.start(), keymap, self.session())

    def session(self) -> Session:
        """The person works at the desk, without a PIN."""
        actor = at_work(self.service, self.person)
        return self.people.sessions.get(actor.session)

    def port(self, session: Session) -> DeskPort:
        """The desk's own, over this counter; slow and broken where a test wants it so."""
        self._real = make_desk_port(self.service, session)
        return replace(
            self._real,
            screen=self.screen,
            decide=self.decide,
            post_state=lambda readers: self.post_state(readers),
            simulated=False,
        )

    def screen(
        self, subject: Subject, tell: Callable[[ScreeningProgress], None], tell_chip: Callable[[ChipReadStep], None]
    ) -> ScreeningResult:
        self.screened.append(subject)
        if self.broken:
            raise self.broken
        return self._real.screen(subject, tell, tell_chip)

    def decide(
        self, result: ScreeningResult | None, decision: Decision, pressed: DecisionKey, second: Actor | None
    ) -> OfficerDecision:
        if self.decides_when_told:
            assert self.go.wait(GUARD_S)
        record = self._real.decide(result, decision, pressed, second)
        self.decisions.append(record)
        return record

    def post_state(self, readers: Mapping[str, DeviceState]) -> PostState:
        return self._with_status(self._real.post_state(readers))

    @staticmethod
    def _with_status(state: PostState) -> PostState:
        return replace(state, kit_status=())

    # ── the lists, as `appliance.counter.parts.CounterLists` ─────────────────────────────────────────

    def refresh_access(self, reopened: Callable[[], None] = lambda: None) -> ListAccess:
        return ListAccess(AccessState.GOOD)

    def states(self, kinds: Collection[str] | None = None) -> tuple[ListState, ...]:
        return list_states(self._lists, NOW, self._policies)

    def last_contact(self) -> datetime | None:
        return NOW - timedelta(minutes=5)

    @property
    def _lists(self) -> list[PaperList]:
        return [PaperList(name, an_edition_of(name, age)) for name, age in self.ages.items()]

    @property
    def _policies(self) -> dict[str, AgePolicy]:
        return {name: AgePolicy(48, self.expired_after_h) for name in self.ages}

    # ── the checks ───────────────────────────────────────────────────────────────────────────────────

    def _checks(self, chips: ChipReaderService | None) -> list[Check]:
        checks: list[Check] = [
            MrzCheck(),
            ValidityCheck(),
            *(ListAgeCheck(paper_list, self._policies[paper_list.name]) for paper_list in self._lists),
            Scripted("documents:sltd", _documents),
            Scripted("persons:wanted", self._persons),
            NotCarriedCheck("vehicles", required=False),
        ]
        if isinstance(self.journal, Journal):
            checks += [
                ReferralCheck(self.records.referrals),
                SeenAgainCheck(SightingLog(self.journal), self.records.referrals),
            ]
        if self.reads_codes:
            checks.append(BoardingPassCheck())
        if chips:
            checks += [ChipCheck(chips, self.expected), ChipPrintCheck(chips)]
        return checks

    def _persons(self, number: str) -> Finding:
        if number in (SLOW, LATE):
            self.go.wait(GUARD_S)
        bands = {CHECK: Band.POSSIBLE, WEAK: Band.WEAK, DISCREET: Band.STRONG, LATE: Band.STRONG}
        if number == "" or number not in bands:
            return Finding("", FindingState.PASS, "not_listed", _("No match on {list}", list="wanted"))
        listed = candidate(bands[number], "discreet" if number == DISCREET else "detain", self.name)
        if listed.band is Band.WEAK:
            says = _("No match on {list}; some names are distantly similar", list="wanted")
        else:
            says = _("May be a person on {list}: {name}", list="wanted", name=self.name)
        state = FindingState.PASS if listed.band is Band.WEAK else FindingState.HIT
        return Finding("", state, f"person_{listed.band}", says, evidence=Evidence(candidates=(listed,)))


def desk_app(
    counter: Service,
    home: Path | None = None,
    person: StaffMember = OFFICER,
    change: Callable[[DeskPort], DeskPort] = lambda port: port,
) -> DeskApp:
    """The desk of a counter at which somebody works already; `change` makes another port of its own."""
    start = make_desk_start(counter, home)
    session = start.people.sessions.get(at_work(counter, person).session)
    return DeskApp(replace(start, make_port=lambda session: change(start.make_port(session))), session=session)


def an_edition_of(name: str, age: timedelta) -> Any:
    kind = "documents" if name == "sltd" else "persons"
    return replace(an_edition(name, 12), kind=kind, as_of=NOW - age, count=1_204_311)


class PaperReader:
    """A reader that delivers what a test puts into `waiting`: text, a Seen, a Retry, or an exception to raise."""

    def __init__(self) -> None:
        self.info = DeviceInfo("paper:1", "Page reader", "paper", simulated=True)
        self.state = READY
        self.waiting: list[Any] = []
        self.hang = Event()
        self.opened = 0

    async def events(self) -> AsyncIterator[DeviceState]:
        yield self.state

    async def open(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        pass

    async def read(self, timeout_s: float) -> Any:
        import asyncio

        await asyncio.sleep(0.02)
        if self.hang.is_set():
            time.sleep(30)  # noqa: ASYNC251  (a driver that blocks its loop)
        if not self.waiting:
            return None
        delivery = self.waiting.pop(0)
        if isinstance(delivery, Exception):
            raise delivery
        is_reading = isinstance(delivery, (str, RawReading))
        return make_reading(self.info.id, "paper", NOW, delivery, simulated=True) if is_reading else delivery


TYPED_BIRTH = PartialDate(1990, 2, 3)
