"""A traveller at the desk, from the document to the decision, by keyboard only."""

import asyncio

import pytest

from appliance.screening.run import ScreeningLimits
from data.documents.travel_document import Capture, Confirmation, MrzFormat
from data.screenings import Decision
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.staff import PIN
from tests.support.waiting import GUARD_S
from tests.ui.support.desk_kit import CHECK, CLEAR, LATE, REFER, SLOW, WEAK, Counter, zone
from ui.desk import typed_zone
from ui.screens import desk


async def test_clear_is_admitted_by_enter_and_said_so() -> None:
    async with at_desk() as officer:
        await officer.meets(CLEAR, "● CLEAR")
        await officer.looks()
        assert "Next: Enter admits" in officer.text
        await officer.press("enter")
        await officer.sees("Recorded: SAMPLE, ADA MARIA admitted at 12:00:00 UTC")
        assert [record.decision for record in officer.counter.decisions] == [Decision.ADMIT]
        await officer.press("enter")
        await officer.sees("○ READY")


@pytest.mark.parametrize(("number", "verdict"), [(CHECK, "▲ CHECK"), (REFER, "■ REFER")])
async def test_enter_never_admits_anything_but_clear(number: str, verdict: str) -> None:
    async with at_desk() as officer:
        await officer.meets(number, verdict)
        await officer.looks()
        await officer.press("enter", "enter")
        await officer.sees("Enter admits only on CLEAR")
        assert officer.counter.decisions == []


async def test_the_enter_of_a_scanner_admits_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "SEEN_AFTER_S", GUARD_S)
    async with at_desk() as officer:
        await officer.scan(zone(CLEAR))
        await officer.sees("● CLEAR")
        await officer.press("enter")
        await officer.sees("Too soon")
        assert officer.counter.decisions == []


async def test_a_referral_is_recorded() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f5")
        await officer.sees("Recorded: SAMPLE, ADA MARIA referred to the second line")


async def test_admitting_on_refer_needs_a_second_persons_name() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f6")
        await officer.sees("A second person must agree")
        await officer.signs("O-1")
        await officer.sees("The second person must be somebody else")
        assert officer.counter.decisions == []
        await officer.press("escape", "f6")
        await officer.signs()
        await officer.sees("admitted at 12:00:00 UTC, second person: M. Example")
        second = officer.counter.decisions[0].second
        assert second is not None and second.number == "O-2"


async def test_what_is_no_number_or_no_pin_agrees_to_nothing() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f6")
        await officer.press("enter")
        await officer.sees("Something is missing")
        await officer.signs("P<NOR SAMPLE")
        await officer.sees("This is not a service number")
        await officer.press("escape", "f6")
        await officer.signs(own="111222")
        await officer.sees("Service number or PIN is wrong")
        await officer.press("escape")
        await officer.sees("Nothing was recorded")
        assert officer.counter.decisions == []


async def test_under_an_expired_list_two_people_open_work_and_then_it_is_admitted() -> None:
    async with at_desk(Counter(expired_after_h=48)) as officer:
        await officer.sees("! the list wanted has expired")
        await officer.meets(CLEAR, "◆ CANNOT SAY")
        assert "Nothing found; lists updated 3 hours ago" in officer.text
        await officer.press("f6")
        await officer.sees("No work was opened for this: the list wanted has expired")
        await officer.press("f9")
        await officer.sees("1 the list wanted has expired")
        await officer.press("1")
        await officer.sees("Supervisor's service number")
        await officer.type("S-1")
        await officer.press("enter")
        await officer.sees("Something is missing")
        await officer.until(lambda: officer.top.focused is not None and officer.top.focused.id == "supervisor_pin")
        for text in (PIN, "O-2", PIN):
            await officer.type(text)
            await officer.press("tab")
        await officer.press("enter")
        await officer.sees("Recorded: work opened until", "work is open under this condition")
        await officer.press("f6")
        await officer.sees("admitted at 12:00:00 UTC, under work opened by S. Supervisor")


async def test_a_check_that_never_answers_is_cannot_say_and_seen_as_not_done() -> None:
    async with at_desk(Counter(limits=ScreeningLimits(check_s=0.3))) as officer:
        await officer.scan(zone(SLOW))
        await officer.sees(
            "◆ CANNOT SAY", "? Persons on wanted: no answer", "F5 refers, F6 admits with a second person"
        )


async def test_while_working_nothing_can_be_decided() -> None:
    async with at_desk() as officer:
        await officer.scan(zone(SLOW))
        await officer.sees("WORKING 6/7", "… Persons on wanted")
        assert "F5" not in officer.text and "F6" not in officer.text
        await officer.press("f5", "f6", "enter")
        assert officer.counter.decisions == []
        officer.counter.go.set()
        await officer.sees("● CLEAR")


async def test_the_next_document_waits_until_the_last_traveller_is_decided() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.scan(zone(CLEAR))
        await officer.sees("■ REFER", "The next document has been read")
        await officer.press("f5")
        await officer.sees("■ REFER", "Recorded: SAMPLE, ADA MARIA referred")
        assert "Recorded" not in await officer.sees("● CLEAR")


async def test_going_on_without_a_decision_is_said() -> None:
    async with at_desk() as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f2")
        await officer.sees("○ READY", "SAMPLE, ADA MARIA stays undecided")


async def test_a_late_worse_answer_about_an_earlier_traveller_is_told() -> None:
    async with at_desk(Counter(limits=ScreeningLimits(check_s=0.3))) as officer:
        await officer.meets(LATE, "◆ CANNOT SAY")
        await officer.press("f2", "enter")
        await officer.sees("○ READY")
        officer.counter.go.set()
        await officer.sees("LATE: SAMPLE, ADA MARIA is now REFER")
        await officer.press("f9")
        await officer.sees("Late answers", "is now REFER")


async def test_why_shows_field_by_field_and_the_question_that_decides() -> None:
    async with at_desk() as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f4")
        text = await officer.sees("Why CHECK", "To decide: Where was the traveller born?")
        for words in (
            "~ close",
            "= same",
            "missing",
            "SAMPLER Adda Marie is a possible match",
            "updated 3 hours ago",
            "Against",
        ):
            assert words in text
        await officer.press("f4")
        await officer.sees("Next:")


async def test_weak_and_elsewhere_are_under_why_only() -> None:
    async with at_desk() as officer:
        await officer.meets(WEAK, "● CLEAR")
        assert "SAMPLER" not in officer.text and "stolen" not in officer.text
        await officer.press("f4")
        await officer.sees("same number, other issuer or type, W1234567", "SAMPLER Adda Marie is distantly similar")


async def test_a_failed_screening_is_cannot_say_and_the_next_one_works() -> None:
    counter = Counter(broken=RuntimeError("SAMPLE, ADA: secret"))
    async with at_desk(counter) as officer:
        await officer.scan(zone(CLEAR))
        text = await officer.sees("◆ CANNOT SAY", "An internal error")
        assert "secret" not in text
        counter.broken = None
        await officer.scan(zone(CHECK))
        await officer.sees("◆ CANNOT SAY", "waits 1: NOR S.")
        await officer.press("f2", "enter")
        await officer.sees("▲ CHECK", "unscreened 1")


async def test_a_document_whose_screening_failed_may_be_scanned_again() -> None:
    counter = Counter(broken=RuntimeError("SAMPLE, ADA: secret"))
    async with at_desk(counter) as officer:
        await officer.scan(zone(CHECK))
        await officer.sees("◆ CANNOT SAY")
        counter.broken = None
        await officer.scan(zone(CHECK))
        assert "waits" not in await officer.sees("▲ CHECK")


async def test_a_typed_document_number_is_screened() -> None:
    async with at_desk() as officer:
        await officer.press("f7")
        await officer.type("X1234567")
        await officer.press("tab")
        await officer.type("QQQ")
        await officer.press("enter")
        await officer.sees("The country code is not known")
        await officer.press("backspace", "backspace", "backspace")
        await officer.type("NOR")
        await officer.press("enter")
        await officer.sees("Norway, any type", "place 2: 1 or I, L, V?")
        assert officer.counter.screened == []
        await officer.reads_back()
        await officer.sees("X1234567", "typed, read back")
        (document,) = officer.counter.screened[0].documents
        assert (document.capture, document.confirmation) == (Capture.TYPED, Confirmation.READ_BACK)


async def test_a_typed_person_is_screened() -> None:
    async with at_desk() as officer:
        await officer.press("f7", "down", "down", "down")
        await officer.type("sample")
        await officer.press("down", "down")
        await officer.type("1990-02")
        await officer.press("enter")
        await officer.sees("SAMPLE", "born 1990-02")
        assert officer.counter.screened[0].documents == ()


async def test_typed_lines_with_a_wrong_digit_are_given_back_once() -> None:
    good = zone(CLEAR, layout=MrzFormat.TD2)
    wrong = good.replace("900203", "900204")
    async with at_desk() as officer:
        await _by_hand(officer, wrong)
        await officer.sees("Check digit wrong: birth", "composite")
        assert officer.counter.screened == []
        await officer.press("enter")
        await officer.sees("wrong digit: birth")
        assert officer.counter.screened[0].documents[0].capture is Capture.TYPED


async def _by_hand(officer: Officer, text: str) -> None:
    """As if slowly enough for a hand."""
    fastest, typed_zone.FASTEST_HAND_S = typed_zone.FASTEST_HAND_S, 0.0
    try:
        await officer.type(text + "\n")
    finally:
        typed_zone.FASTEST_HAND_S = fastest


async def test_text_that_is_no_mrz_says_what_was_seen_and_stays_to_be_mended() -> None:
    async with at_desk() as officer:
        await _by_hand(officer, "NOTHING\nOF THE\nKIND")
        await officer.sees("This is not a machine-readable zone", "KIND")
        assert officer.counter.screened == []


@pytest.mark.parametrize("layout", [MrzFormat.TD1, MrzFormat.TD2, MrzFormat.TD3])
async def test_a_scanner_that_sends_keys_with_enter_between_lines(layout: MrzFormat) -> None:
    async with at_desk() as officer:
        await officer.send_keys("".join(f"{line}\n" for line in zone(CLEAR, layout=layout).splitlines()))
        await officer.sees("C1234567")
        assert officer.counter.screened[0].documents[0].format is layout


@pytest.mark.parametrize("layout", [MrzFormat.TD1, MrzFormat.TD3])
@pytest.mark.parametrize("end", ["\n\n", "\n"])
@pytest.mark.parametrize(
    ("before", "label", "after"), [("READY", "", "READY"), ("START", "OCR LINE 1: ", "END"), ("", "", "A")]
)
async def test_what_a_scanner_types_around_a_zone_does_no_harm(
    layout: MrzFormat, end: str, before: str, label: str, after: str
) -> None:
    async with at_desk() as officer:
        for number in (CLEAR, "C7654321"):
            lines = [f"{label}{line}" for line in zone(number, layout=layout).splitlines()]
            await officer.send_keys(end.join([*filter(None, (before, *lines, after)), ""]))
            await officer.sees(number, "● CLEAR")
            await officer.press("f2")
        assert [screening.documents[0].number for screening in officer.counter.screened] == [CLEAR, "C7654321"]


async def test_half_a_scan_is_cannot_say_and_does_not_mix_with_the_next() -> None:
    async with at_desk() as officer:
        first, second = zone(CLEAR).splitlines()
        await officer.scan(f"{first[:-1]}\n{second[:-2]}\n")
        await officer.press("enter")
        await officer.sees("◆ CANNOT SAY", "not a machine-readable zone")
        await officer.press("f2", "enter")
        await officer.meets(CLEAR, "● CLEAR")


async def test_escape_and_a_digit_stand_for_function_keys() -> None:
    async with at_desk() as officer:
        await officer.press("escape", "1")
        await officer.sees("Show every key")
        await officer.press("escape")
        await officer.press("alt+7")
        await officer.sees("Type in")


async def test_keys_can_be_rebound_and_the_footer_says_so() -> None:
    async with at_desk(keymap={"desk.help": "f12"}) as officer:
        assert "F12 help" in officer.text
        await officer.press("f12")
        await officer.sees("Show every key")


async def test_pop_ups_block_every_other_key() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f6")
        await officer.sees("A second person")
        before = officer.lines[:-1]
        await officer.press("f1", "f2", "f3", "f4", "f5", "f7", "f9", "f10")
        assert officer.lines[:-1] == before
        await officer.sees("F10 does nothing here")
        await officer.press("ctrl+p")
        assert officer.lines[:-1] == before
        assert officer.counter.decisions == []


async def test_the_palette_offers_what_works_now() -> None:
    async with at_desk() as officer:
        await officer.press("ctrl+p")
        text = await officer.sees("Show every key")
        assert "Record that" not in text
        await officer.type("type")
        await officer.sees("Screen a document number")
        await officer.press("enter")
        await officer.sees("Document number")


@pytest.mark.parametrize(("number", "verdict"), [(CLEAR, "● CLEAR: "), (CHECK, "▲ CHECK: "), (REFER, "■ REFER: ")])
async def test_a_terminal_of_40_by_10_still_tells_the_verdict(number: str, verdict: str) -> None:
    async with at_desk() as officer:
        await officer.meets(number, verdict)
        await officer.pilot.resize_terminal(40, 10)
        await officer.until(lambda: any(line.strip().startswith(verdict) for line in officer.lines[:10]), verdict)


async def test_leaving_asks_first() -> None:
    async with at_desk() as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f10", "f10")
        await officer.unlocks()
        await officer.sees("End the shift?", "no decision yet", "Enter ends it, Esc stays")
        await officer.press("escape")
        await officer.unlocks()
        await officer.sees("▲ CHECK")
        await officer.press("f10", "f10")
        await officer.unlocks()
        await officer.sees("End the shift?")
        await officer.press("enter")
        await officer.until(lambda: len(officer.pilot.app.screen_stack) == 2, "nobody's desk")
        await officer.press("f10")
        await officer.until(lambda: not officer.pilot.app.is_running or officer.pilot.app._exit, "leaving")


async def test_a_slow_journal_leaves_the_screen_responsive_and_records_once() -> None:
    async with at_desk(Counter(decides_when_told=True)) as officer:
        await officer.meets(CLEAR, "● CLEAR")
        await officer.press("f6", "f6", "f5", "enter", "f2")
        await officer.sees("Writing it to the journal")
        officer.counter.go.set()
        assert "stays undecided" not in await officer.sees("Recorded:")
        await asyncio.sleep(0.5)
        assert len(officer.counter.decisions) == 1


async def test_hostile_names_are_shown_literally() -> None:
    counter = Counter(name="[bold red]EVIL[/]\x1b[2J\u202eNAME")
    async with at_desk(counter) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f4")
        text = await officer.sees("[bold red]EVIL[/][2JNAME")
        assert "\x1b" not in text and "\u202e" not in text
