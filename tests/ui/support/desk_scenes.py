"""Every screen, dialog and state of the desk, reached by keys and without reading a word: for tests in any language."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Input

from appliance.chips.reader_service import ChipReaderService
from appliance.counter.subject import Subject
from appliance.screening.run import ScreeningLimits
from data.documents.barcodes import Barcode, Symbology
from data.errors import WaypostError
from data.journal.journal import Journal
from data.people.kit_roster import keep_roster
from data.people.sign_in_tries import MOST_OF_A_KIT
from data.people.staff import StaffRole
from data.store_key import StoreKey
from data.text import _
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.reading import RawReading
from tests.journeys.support.desk_driver import Officer
from tests.support.chip_tray import PATIENT, RIGHT, ChipTray, chip_of, norwegian_trust, reader_service
from tests.support.staff import PIN, STAFF, SUPERVISOR, make_person, make_roster
from tests.ui.support.desk_kit import CHECK, CLEAR, LATE, NOW, REFER, SLOW, WEAK, Counter, PaperReader, zone
from ui.desk import notes, typed_zone
from ui.desk.traveller_session import SessionStage
from ui.desk.waiting import MOST_WAITING
from ui.dialogs.help import HelpDialog
from ui.dialogs.lists import ListsDialog
from ui.dialogs.post_people_page import AddPersonDialog, AdministrationDialog, PeopleDialog, UnlockKitDialog
from ui.dialogs.prompts import EndShiftDialog, TypeInDialog
from ui.dialogs.sign_in import FirstPinPage, ShiftPage, SignInPage
from ui.dialogs.travellers import TravellersDialog
from ui.dialogs.two_people import OpenWorkDialog, OutcomeDialog, TwoPeopleDialog
from ui.dialogs.undecided import CallBackDialog, GoOnDialog
from ui.dialogs.why import WhyDialog
from ui.screens.desk import Desk

Play = Callable[["Stage"], Awaitable[None]]
SIZE = (80, 24)


class Stage:
    """The desk with an officer, and what a scene waits for."""

    def __init__(self, officer: Officer, reader: PaperReader, tray: ChipTray) -> None:
        self.officer = officer
        self.reader = reader
        self.tray = tray
        self.press = officer.press

    @property
    def desk(self) -> Desk:
        return next(screen for screen in self.officer.pilot.app.screen_stack if isinstance(screen, Desk))

    async def until(self, true: Callable[[], bool]) -> None:
        await self.officer.until(true, "what the scene waits for")

    async def meets(self, number: str = CLEAR) -> None:
        """Scan a document and wait for the end of its screening."""
        await self.scan(zone(number))

    async def scan(self, text: str) -> None:
        await self.officer.scan(text)
        await self.until(lambda: bool(self.desk.session and self.desk.session.stage in _ENDED))
        result = self.desk.session.result if self.desk.session else None
        await self.until(lambda: result is None or result.complete)

    async def opens(self, key: str, dialog: type[Screen[Any]]) -> None:
        await self.press(key)
        await self.until(lambda: isinstance(self.officer.top, dialog))

    async def notes(self) -> None:
        """Wait for a note."""
        await self.until(lambda: bool(self.desk.note.text))

    async def reads(self, *deliveries: Any) -> None:
        self.reader.waiting += deliveries

    async def types(self, text: str) -> None:
        """By hand: slowly enough."""
        fastest, typed_zone.FASTEST_HAND_S = typed_zone.FASTEST_HAND_S, 0.0
        try:
            await self.officer.type(text)
        finally:
            typed_zone.FASTEST_HAND_S = fastest
        await self.officer.pilot.pause()


_ENDED = (SessionStage.OPEN, SessionStage.FAILED)


@dataclass(frozen=True)
class Scene:
    """One state of the screen: the counter behind it and the keys that lead there."""

    play: Play
    counter: dict[str, Any] = field(default_factory=dict)
    has_reader: bool = False
    has_chips: bool = False
    has_journal: bool = False
    """A real one, which remembers who is undecided or referred, and what waits."""


@asynccontextmanager
async def staged(scene: Scene, size: tuple[int, int] = SIZE) -> AsyncIterator[Officer]:
    """The desk in that state."""
    reader, tray = PaperReader(), ChipTray()
    async with AsyncExitStack() as stack:
        chips: ChipReaderService | None = None
        if scene.has_chips:
            chips = stack.enter_context(reader_service(tray, PATIENT, norwegian_trust()))
        facts = dict(scene.counter)
        if scene.has_journal:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            facts["journal"] = journal = Journal(folder / "journal.db", StoreKey(bytes(32)), "desk")
            stack.callback(journal.close)
        counter = Counter(reader=reader if scene.has_reader else None, chips=chips, **facts)
        pilot = await stack.enter_async_context(counter.app().run_test(size=size))
        officer = Officer(pilot, counter)
        stage = Stage(officer, reader, tray)
        await stage.until(lambda: stage.desk.post_state is not None)
        await scene.play(stage)
        await pilot.pause()
        yield officer
        counter.go.set()
        reader.waiting.clear()


def _meets(number: str = CLEAR, *keys: str) -> Play:
    async def play(stage: Stage) -> None:
        await stage.meets(number)
        await stage.press(*keys)

    return play


def _opens(key: str, dialog: type[Screen[Any]], *keys: str, number: str = "", quiet: bool = False) -> Play:
    async def play(stage: Stage) -> None:
        if quiet:
            await stage.press("f3")
        if number:
            await stage.meets(number)
        await stage.opens(key, dialog)
        await stage.press(*keys)

    return play


def _presses(*keys: str) -> Play:
    async def play(stage: Stage) -> None:
        await stage.press(*keys)

    return play


def _types(text: str, *keys: str) -> Play:
    async def play(stage: Stage) -> None:
        await stage.types(text)
        await stage.press(*keys)
        await stage.notes()

    return play


def _reads(*deliveries: Any, quiet: bool = False) -> Play:
    async def play(stage: Stage) -> None:
        if quiet:
            await stage.press("f3")
        await stage.reads(*deliveries)
        await stage.until(lambda: stage.desk.session is not None or bool(stage.desk.note.text))
        await stage.until(lambda: stage.desk.session is None or stage.desk.session.stage in _ENDED)

    return play


async def _works(stage: Stage) -> None:
    await stage.officer.scan(zone(SLOW))
    await stage.until(lambda: bool(stage.desk.session and stage.desk.session.progress))


async def _records(stage: Stage, *keys: str, number: str = CLEAR) -> None:
    await stage.meets(number)
    await stage.press(*keys)
    await stage.until(lambda: bool(stage.desk.record_note.text))


async def _faults(stage: Stage) -> None:
    await stage.reads(*[DeviceFault(FaultReason.UNPLUGGED, _("Page reader is unplugged"))] * 1000)
    await stage.until(lambda: bool(stage.desk.device_what))
    await stage.until(lambda: bool(stage.desk.post_state and stage.desk.post_state.conditions))


async def _hangs(stage: Stage) -> None:
    stage.desk.device_hangs = True
    stage.desk.draw()


async def _answers_late(stage: Stage) -> None:
    await stage.officer.scan(zone(LATE))
    await stage.until(lambda: bool(stage.desk.session and stage.desk.session.progress))
    await stage.press("f2", "enter")
    stage.officer.counter.go.set()
    await stage.until(lambda: bool(stage.desk.late_notices))


async def _lists_after_late_answer(stage: Stage) -> None:
    await _answers_late(stage)
    await stage.opens("f9", ListsDialog)


async def _opens_work(stage: Stage) -> None:
    await stage.opens("f9", ListsDialog)
    await stage.opens("1", OpenWorkDialog)


async def _opens_work_without_a_name(stage: Stage) -> None:
    await _opens_work(stage)
    await stage.press("enter")


async def _open(stage: Stage, supervisor: str, second: str) -> None:
    for text in (supervisor, PIN, second, PIN):
        await stage.officer.type(text)
        await stage.press("tab")
    await stage.press("enter")


async def _opens_work_alone(stage: Stage) -> None:
    await _opens_work(stage)
    await _open(stage, "S-1", "S-1")
    await stage.until(lambda: not stage.officer.top.query_one("#second_pin", Input).value)


async def _works_under_condition(stage: Stage) -> None:
    await stage.meets(CLEAR)
    await _opens_work(stage)
    await _open(stage, "S-1", "O-2")
    await stage.until(lambda: bool(stage.desk.post_state and stage.desk.post_state.overrides))


async def _admits_under_condition(stage: Stage) -> None:
    await _works_under_condition(stage)
    await stage.press("f6")
    await stage.until(lambda: bool(stage.desk.record_note.text))


async def _lists_with_open_work(stage: Stage) -> None:
    await _works_under_condition(stage)
    await stage.opens("f9", ListsDialog)


async def _admits_with_second_person(stage: Stage) -> None:
    await stage.meets(REFER)
    await stage.opens("f6", TwoPeopleDialog)
    await stage.officer.signs()
    await stage.until(lambda: bool(stage.desk.record_note.text))


async def _names_nobody_second(stage: Stage) -> None:
    await stage.meets(REFER)
    await stage.opens("f6", TwoPeopleDialog)
    await stage.press("escape")
    await stage.notes()


async def _scans_into_the_name(stage: Stage) -> None:
    await stage.meets(REFER)
    await stage.opens("f6", TwoPeopleDialog)
    await stage.officer.scan(zone(CLEAR).replace("\n", ""))
    await stage.press("enter")


async def _reads_a_chip(stage: Stage) -> None:
    stage.tray.chips.append(chip_of(RIGHT, active_authentication="none"))
    await stage.scan(RIGHT)


async def _why_of_a_chip(stage: Stage) -> None:
    await _reads_a_chip(stage)
    await stage.opens("f4", WhyDialog)


async def _why_of_another_chip(stage: Stage) -> None:
    stage.tray.chips.append(chip_of(RIGHT, can="204815"))
    await stage.opens("f7", TypeInDialog)
    await stage.press("escape")
    await stage.scan(RIGHT.replace("7408122", "7408132"))
    await stage.opens("f4", WhyDialog)


async def _waits_for_a_chip(stage: Stage) -> None:
    await stage.officer.scan(RIGHT)
    await stage.until(lambda: bool(stage.desk.session and stage.desk.session.chip))
    await stage.until(lambda: bool(stage.desk.session and (progress := stage.desk.session.progress) and progress.ended))


async def _asks_for_a_chip_without_a_document(stage: Stage) -> None:
    await stage.opens("f7", TypeInDialog)
    await stage.press(*["down"] * 8)
    await stage.officer.type("204815")
    await stage.press("enter")
    await stage.notes()


async def _types_a_person(stage: Stage) -> None:
    await stage.opens("f7", TypeInDialog)
    await stage.press(*["down"] * 3)
    await stage.officer.type("SAMPLE")
    await stage.press("enter")
    await stage.until(lambda: bool(stage.desk.session and stage.desk.session.stage in _ENDED))


async def _waits(stage: Stage) -> None:
    await stage.meets(REFER)
    for _document in range(3):
        await stage.officer.scan(zone(CLEAR))
        await stage.notes()


async def _waits_too_many(stage: Stage) -> None:
    await _waits(stage)
    for _document in range(MOST_WAITING):
        stage.desk.waiting.add(Subject.from_zone(zone(CLEAR), NOW.date()))
    await stage.officer.scan(zone(CHECK))
    await stage.officer.pilot.pause()


async def _decides_too_soon(stage: Stage) -> None:
    await stage.meets(CLEAR)
    stage.desk.session.shown_at += 1000  # type: ignore[union-attr]
    await stage.press("enter")


async def _leaves_undecided(stage: Stage) -> None:
    await stage.meets(CHECK)
    await stage.press("f2")


async def _goes_on(stage: Stage) -> None:
    await stage.meets(REFER)
    await stage.press("f2", "enter")
    await stage.until(lambda: bool(stage.desk.count_undecided()))


async def _travellers(stage: Stage) -> None:
    """One of each section, and the page that lists them."""
    await stage.meets(CHECK)
    await stage.press("f5")
    await stage.until(lambda: bool(stage.desk.record_note.text))
    await stage.scan(zone("C7654321", "OTHER"))
    await stage.press("f6")
    await stage.until(lambda: bool(stage.desk.record_note.text))
    await _goes_on(stage)
    past = stage.officer.counter.service.past
    past.keep(Subject.from_zone(zone("C1111111"), NOW.date()), "Page reader")
    stage.desk.open_queue()
    await stage.until(lambda: bool(len(stage.desk.waiting)))
    await stage.opens("f9", ListsDialog)
    await stage.opens("right", TravellersDialog)


async def _calls_back(stage: Stage, *keys: str) -> None:
    await _travellers(stage)
    await stage.press(*keys, "enter")
    await stage.until(lambda: bool(stage.desk.session))


async def _settles(stage: Stage) -> None:
    await _calls_back(stage, "down", "down")
    await stage.opens("f5", OutcomeDialog)


async def _names_who_settles(stage: Stage) -> None:
    await stage.meets(CHECK)
    await stage.press("f5")
    await stage.until(lambda: bool(stage.desk.record_note.text))
    await stage.meets(CHECK)
    await stage.opens("f6", TwoPeopleDialog)
    await stage.officer.signs("O-1")
    await stage.until(lambda: "O-1" in str(stage.officer.top.query_one("#number", Input).value))
    await stage.until(lambda: not stage.officer.top.query_one("#own_pin", Input).value)


async def _calls_back_over_an_open_verdict(stage: Stage) -> None:
    await _goes_on(stage)
    await stage.meets(CHECK)
    await stage.opens("f9", ListsDialog)
    await stage.opens("right", TravellersDialog)
    await stage.opens("enter", CallBackDialog)


async def _reads_again(stage: Stage) -> None:
    await stage.meets(CHECK)
    await stage.officer.scan(zone(CHECK))
    await stage.until(lambda: stage.desk.note == notes.READ_AGAIN)


async def _reads_a_refer_again(stage: Stage) -> None:
    await stage.meets(REFER)
    await stage.officer.scan(zone(REFER))
    await stage.until(lambda: stage.desk.note == notes.SAME_DOCUMENT)


async def _is_locked(stage: Stage) -> None:
    await stage.meets(CHECK)
    await stage.opens("f10", SignInPage)


async def _unlocks(stage: Stage, number: str = "O-1", pin: str = PIN) -> None:
    await stage.until(lambda: isinstance(stage.officer.top, SignInPage))
    await stage.officer.type(number)
    await stage.press("tab")
    await stage.officer.type(pin)
    await stage.press("enter")


async def _is_refused(stage: Stage) -> None:
    await _is_locked(stage)
    await _unlocks(stage, "O-1", "111222")
    await stage.until(lambda: not stage.officer.top.query_one("#pin", Input).value)


async def _takes_over(stage: Stage) -> None:
    await _is_locked(stage)
    await _unlocks(stage, "S-1")
    await stage.until(lambda: isinstance(stage.officer.top, ShiftPage))


async def _chooses_a_pin(stage: Stage) -> None:
    people = stage.officer.counter.people
    newcomer = make_person("N-2", "First Day", StaffRole.OFFICER, is_initial=True)
    keep_roster(people.home, make_roster(*STAFF, newcomer, serial=2))
    await _is_locked(stage)
    await _unlocks(stage, "N-2")
    await stage.until(lambda: isinstance(stage.officer.top, FirstPinPage))
    await stage.press("enter")


async def _ends_shift(stage: Stage) -> None:
    await stage.opens("f10", SignInPage)
    await stage.press("f10")
    await _unlocks(stage)
    await stage.until(lambda: isinstance(stage.officer.top, EndShiftDialog))


async def _ends_shift_undecided(stage: Stage) -> None:
    await stage.meets(CHECK)
    await _ends_shift(stage)


async def _leaves_with_documents(stage: Stage) -> None:
    await _waits(stage)
    await _ends_shift(stage)


async def _signs_in(stage: Stage) -> None:
    await _ends_shift(stage)
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.officer.top, SignInPage) and not stage.officer.top.is_lock)


async def _no_travellers(stage: Stage) -> None:
    await stage.opens("f9", ListsDialog)
    await stage.opens("right", TravellersDialog)


async def _scans_half_a_zone(stage: Stage) -> None:
    await stage.officer.send_keys(zone(CLEAR).splitlines()[0] + "\n")
    await stage.until(lambda: stage.desk.note == notes.PART_OF_ZONE)


async def _referred_again(stage: Stage) -> None:
    await stage.meets(CLEAR)
    await stage.press("f5")
    await stage.until(lambda: bool(stage.desk.record_note.text))
    await stage.meets(CLEAR)


async def _finds(stage: Stage) -> None:
    await stage.opens("ctrl+p", CommandPalette)
    await asyncio.sleep(0.3)


async def _finds_nothing(stage: Stage) -> None:
    await _finds(stage)
    await stage.officer.type("zzzz")
    await asyncio.sleep(0.3)


PASS = Barcode(Symbology.AZTEC, f"M1{'SAMPLE/ADA':<20}EABC123 AAABBBXY 0123 183Y012A0025 100".encode())
WRONG = f"{zone(CLEAR).splitlines()[0]}\n{zone(CLEAR).splitlines()[1].replace('900203', '900204')}\n"
EXPIRED: dict[str, Any] = {"expired_after_h": 48}


async def _people(stage: Stage) -> None:
    await stage.press("f9")
    await stage.until(lambda: isinstance(stage.officer.top, ListsDialog))
    await stage.press("right")
    await stage.until(lambda: isinstance(stage.officer.top, TravellersDialog))
    await stage.press("right")
    await stage.until(lambda: isinstance(stage.officer.top, PeopleDialog))


async def _gives_a_pin(stage: Stage) -> None:
    await _people(stage)
    await stage.press("down", "enter")
    await stage.until(lambda: isinstance(stage.officer.top, AdministrationDialog))


async def _unlocks_somebody(stage: Stage) -> None:
    for _time in range(5):
        stage.officer.counter.people.tries.begin("O-1")
    await _people(stage)
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.officer.top, AdministrationDialog))


async def _adds_somebody(stage: Stage) -> None:
    await _people(stage)
    await stage.press("end", "enter")
    await stage.until(lambda: isinstance(stage.officer.top, AddPersonDialog))


async def _unlocks_the_kit(stage: Stage) -> None:
    await _signs_in(stage)
    for number in range(MOST_OF_A_KIT):
        stage.officer.counter.people.tries.begin(f"X-{number}")
    await stage.press("f9")
    await stage.until(lambda: isinstance(stage.officer.top, UnlockKitDialog))


SUPERVISES: dict[str, Any] = {"person": SUPERVISOR}
HOURS = {"sltd": 3, "un": 70, "wanted": 220, "ofac": 300}
AGES: dict[str, Any] = {"ages": {name: timedelta(hours=hours) for name, hours in HOURS.items()}}


SCENES: dict[str, Scene] = {
    "ready": Scene(_presses()),
    "ready, with a reader": Scene(_presses(), has_reader=True),
    "ready, lists of many ages": Scene(_presses(), AGES),
    "ready, quiet": Scene(_presses("f3"), EXPIRED),
    "ready, Esc pressed": Scene(_presses("escape")),
    "device is unplugged": Scene(_faults, has_reader=True),
    "device hangs": Scene(_hangs, has_reader=True),
    "device advises": Scene(_reads(Retry(Guidance.LAY_FLAT)), has_reader=True),
    "working": Scene(_works),
    "waiting for a chip": Scene(_waits_for_a_chip, has_chips=True),
    "clear": Scene(_meets(CLEAR)),
    "clear, weak evidence": Scene(_meets(WEAK)),
    "clear, with a boarding pass": Scene(
        _reads(RawReading(zone(CLEAR), codes=(PASS,))), {"reads_codes": True}, has_reader=True
    ),
    "boarding pass first": Scene(_reads(RawReading("", codes=(PASS,))), {"reads_codes": True}, has_reader=True),
    "clear, with a genuine chip": Scene(_reads_a_chip, has_chips=True),
    "clear, person typed in": Scene(_types_a_person),
    "check": Scene(_meets(CHECK)),
    "check, Enter": Scene(_meets(CHECK, "enter")),
    "refer": Scene(_meets(REFER)),
    "refer, under an expired list": Scene(_meets(REFER), EXPIRED),
    "cannot say, expired list": Scene(_meets(CLEAR), EXPIRED),
    "cannot say, admission refused": Scene(_meets(CLEAR, "f6"), EXPIRED),
    "cannot say, work opened": Scene(_works_under_condition, EXPIRED),
    "cannot say, no answer in time": Scene(_meets(SLOW), {"limits": ScreeningLimits(check_s=0.2)}),
    "cannot say, internal error": Scene(_meets(CLEAR), {"broken": RuntimeError("secret")}),
    "cannot say, an error in three sentences": Scene(
        _meets(CLEAR),
        {"broken": WaypostError(_("The kit is busy"), means=_("Nothing was screened"), do=_("Try again"))},
    ),
    "too soon": Scene(_decides_too_soon),
    "admitted": Scene(lambda stage: _records(stage, "f6")),
    "admitted, quiet": Scene(lambda stage: _records(stage, "f3", "f6")),
    "admitted, with a second person": Scene(_admits_with_second_person),
    "admitted, under a condition": Scene(_admits_under_condition, EXPIRED),
    "referred": Scene(lambda stage: _records(stage, "f5", number=CHECK)),
    "left undecided": Scene(_leaves_undecided),
    "nothing recorded": Scene(_names_nobody_second),
    "left undecided, refer": Scene(_goes_on, has_journal=True),
    "go on without a decision": Scene(_opens("f2", GoOnDialog, number=REFER)),
    "go on without an answer": Scene(_opens("f2", GoOnDialog, number=CLEAR), {"broken": RuntimeError("secret")}),
    "no answer, Enter": Scene(_meets(CLEAR, "enter"), {"broken": RuntimeError("secret")}),
    "travellers": Scene(_travellers, has_journal=True),
    "travellers, none": Scene(_no_travellers),
    "called back, undecided": Scene(_calls_back, has_journal=True),
    "called back, decided": Scene(lambda stage: _calls_back(stage, "down", "down", "down"), has_journal=True),
    "called back, to be settled": Scene(_settles, has_journal=True),
    "referred before": Scene(_referred_again, has_journal=True),
    "referred before, settled by nobody else": Scene(_names_who_settles, has_journal=True),
    "call back over an open verdict": Scene(_calls_back_over_an_open_verdict, has_journal=True),
    "read again": Scene(_reads_again),
    "read again, refer": Scene(_reads_a_refer_again),
    "a key that does nothing": Scene(_opens("f2", GoOnDialog, "f5", number=REFER)),
    "half a zone": Scene(_scans_half_a_zone),
    "documents wait": Scene(_waits),
    "too many documents wait": Scene(_waits_too_many),
    "late answer": Scene(_answers_late),
    "quiet, clear": Scene(_meets(CLEAR, "f3")),
    "quiet, refer": Scene(_meets(REFER, "f3")),
    "quiet, error": Scene(_meets(CLEAR, "f3", "f6"), EXPIRED),
    "one line typed": Scene(_types(zone(CLEAR)[:20])),
    "two lines typed": Scene(_types(f"{zone(CLEAR)[:44]}\n{zone(CLEAR)[45:60]}")),
    "a line of wrong length typed": Scene(_types("KIND\nOF")),
    "lines with a wrong digit typed": Scene(_types(WRONG)),
    "no machine-readable lines typed": Scene(_types("NOTHING\nOF THE\nKIND\n")),
    "access number without a document": Scene(_asks_for_a_chip_without_a_document, has_chips=True),
    "help": Scene(_opens("f1", HelpDialog)),
    "help, quiet": Scene(_opens("f1", HelpDialog, quiet=True)),
    "why, check": Scene(_opens("f4", WhyDialog, number=CHECK)),
    "why, refer": Scene(_opens("f4", WhyDialog, number=REFER)),
    "why, weak evidence": Scene(_opens("f4", WhyDialog, number=WEAK)),
    "why, genuine chip": Scene(_why_of_a_chip, has_chips=True),
    "why, chip not opened": Scene(_why_of_another_chip, has_chips=True),
    "lists": Scene(_opens("f9", ListsDialog)),
    "lists, of many ages": Scene(_opens("f9", ListsDialog), AGES),
    "lists, with open work": Scene(_lists_with_open_work, EXPIRED),
    "lists, after a late answer": Scene(_lists_after_late_answer),
    "open work": Scene(_opens_work, EXPIRED),
    "open work, no name": Scene(_opens_work_without_a_name, EXPIRED),
    "open work, same name twice": Scene(_opens_work_alone, EXPIRED),
    "type in": Scene(_opens("f7", TypeInDialog)),
    "type in, nothing": Scene(_opens("f7", TypeInDialog, "enter")),
    "second person": Scene(_opens("f6", TwoPeopleDialog, number=REFER)),
    "second person, no name": Scene(_opens("f6", TwoPeopleDialog, "enter", number=REFER)),
    "second person, a scan": Scene(_scans_into_the_name),
    "sign in": Scene(_signs_in),
    "people of the post": Scene(_people, SUPERVISES, has_journal=True),
    "people of the post, a new PIN": Scene(_gives_a_pin, SUPERVISES, has_journal=True),
    "people of the post, unlock": Scene(_unlocks_somebody, SUPERVISES, has_journal=True),
    "people of the post, somebody else": Scene(_adds_somebody, SUPERVISES, has_journal=True),
    "sign in, locked kit": Scene(_unlocks_the_kit),
    "locked": Scene(_is_locked),
    "locked, wrong PIN": Scene(_is_refused),
    "first PIN": Scene(_chooses_a_pin),
    "shift, taken over": Scene(_takes_over),
    "leave": Scene(_ends_shift),
    "leave, undecided": Scene(_ends_shift_undecided),
    "leave, with documents": Scene(_leaves_with_documents),
    "palette": Scene(_finds),
    "palette, nothing fits": Scene(_finds_nothing),
}
