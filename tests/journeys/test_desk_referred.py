"""What an officer decided comes back to every front end: a referred traveller is CHECK until somebody settles it."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.counter.subject import ScreeningRequest, Subject
from data.journal.journal import Journal
from data.screenings import Decision
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.journeys.support.quiet_words import forbidden_in
from tests.journeys.support.travellers import HONEST
from tests.support.command_line import Waypost
from tests.support.deployment import PASSPHRASE
from tests.support.staff import SECOND_OFFICER, at_work
from tests.ui.support.desk_kit import CLEAR, Counter, zone
from ui.dialogs.travellers import TravellersDialog
from ui.wiring import open_counter


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


async def refers(officer: Officer) -> None:
    await officer.meets(CLEAR, "● CLEAR")
    await officer.press("f5")
    await officer.sees("Recorded: SAMPLE, ADA MARIA referred")


async def test_who_comes_again_is_check_and_a_second_person_settles_it(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await refers(officer)
        await officer.scan(zone(CLEAR))
        await officer.sees("▲ CHECK: Referred here before", "Referred here at 12:00, no outcome yet")
        await officer.press("f6")
        await officer.sees("A second person must agree")
        await officer.signs()
        await officer.sees("admitted at 12:00:00 UTC, second person: M. Example")
        await officer.scan(zone(CLEAR))
        words = await officer.sees(
            "● CLEAR: Nothing found", "Referred here at 12:00; settled at 12:00 by M. Example: admitted"
        )
        assert "no outcome" not in words


async def test_who_referred_cannot_settle_it_alone(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await refers(officer)
        await officer.scan(zone(CLEAR))
        await officer.sees("▲ CHECK")
        await officer.press("f6")
        await officer.sees("A second person must agree")
        await officer.signs("O-1")
        await officer.sees("The second person must be somebody else")
        assert [record.decision for record in officer.counter.decisions] == [Decision.REFER]


async def test_another_officer_is_the_second_person(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await refers(officer)
    async with at_desk(Counter(journal=journal, person=SECOND_OFFICER)) as officer:
        await officer.scan(zone(CLEAR))
        await officer.sees("▲ CHECK", "no outcome yet")
        await officer.press("f6")
        await officer.sees("Recorded: SAMPLE, ADA MARIA admitted")
        await officer.meets(CLEAR, "● CLEAR")


async def call_back(officer: Officer) -> None:
    await officer.press("enter")
    await officer.sees("○ READY")
    await officer.press("f9", "right")
    await officer.until(lambda: isinstance(officer.top, TravellersDialog), "the travellers")
    assert "Referred, no outcome yet" in officer.words and "referred 12:00" in officer.words
    await officer.press("enter")
    await officer.sees("F5 or F6 corrects it")


async def test_referring_again_is_no_outcome(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        for _time in range(2):
            await officer.scan(zone(CLEAR))
            await officer.sees("Next:")
            await officer.press("f5")
            await officer.sees("referred to the second line")
        await officer.scan(zone(CLEAR))
        await officer.sees("▲ CHECK", "no outcome yet")


async def test_the_own_name_is_no_outcome_and_the_page_stays(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await refers(officer)
        await call_back(officer)
        await officer.press("f5")
        await officer.signs("O-1")
        await officer.sees("The second person must be somebody else", "to leave it open")
        await officer.press("escape")
        await officer.sees("Nothing was recorded")
        assert [record.second for record in officer.counter.decisions] == [None]


@pytest.mark.parametrize("size", [(80, 24), (68, 20), (60, 18), (120, 36)])
async def test_a_called_back_traveller_stays_with_the_second_line_by_a_second_person(
    journal: Journal, size: tuple[int, int]
) -> None:
    async with at_desk(Counter(journal=journal), size) as officer:
        await refers(officer)
        await call_back(officer)
        await officer.press("f5")
        await officer.sees("to leave it open")
        await officer.press("enter")
        await officer.sees("That is recorded already")
        await officer.press("f5")
        await officer.signs()
        await officer.sees("second person: M. Example")
        await officer.scan(zone(CLEAR))
        words = await officer.sees(
            "● CLEAR: Stays", "settled at 12:00 by M. Example: stays with the second line", "updated"
        )
        assert "Nothing found" not in words and "Enter admits" not in words
        await officer.looks()
        await officer.press("enter")
        await officer.sees("Enter does not admit who stays with the second line")
        await officer.press("f6")
        await officer.sees("A second person must agree")
        await officer.signs()
        await officer.sees("admitted at 12:00:00 UTC, second person: M. Example")
        await officer.meets(CLEAR, "settled at 12:00 by M. Example: admitted")


async def test_a_referred_traveller_is_listed_and_settled_without_the_document(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await refers(officer)
        await call_back(officer)
        await officer.press("f6")
        await officer.sees("A second person must agree")
        await officer.signs()
        await officer.sees("admitted at 12:00:00 UTC, second person: M. Example")
        await officer.meets(CLEAR, "● CLEAR")


async def test_no_forbidden_word_where_travellers_see_the_question(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await refers(officer)
        await call_back(officer)
        await officer.press("f3", "f5")
        assert forbidden_in(await officer.sees("to leave it open")) == set()


def test_every_front_end_reads_what_the_desk_decided(kit: Path, waypost: Waypost, tmp_path: Path) -> None:
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        result = counter.screen(ScreeningRequest(Subject.from_zone(HONEST, counter.today()), at_work(counter)))
        counter.decide(result, Decision.REFER, officer=at_work(counter))
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps({"mrz": HONEST}) + "\n")
    answers: list[Callable[[], dict[str, object]]] = [
        lambda: dict(waypost("check", "--home", kit, "--mrz", HONEST, "--json").json),
        lambda: dict(json.loads(waypost("check", "--home", kit, "--batch", batch).out)),
    ]
    for answer in answers:
        given = answer()
        assert given["verdict"] == "check", given
        assert "no outcome yet" in str(given["second_line"])
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        result = counter.screen(
            ScreeningRequest(Subject.from_zone(HONEST, counter.today()), at_work(counter, SECOND_OFFICER))
        )
        counter.decide(result, Decision.ADMIT, officer=at_work(counter, SECOND_OFFICER))
    for answer in answers:
        given = answer()
        assert "by M. Example: admitted" in json.dumps(given["findings"])
        assert "no outcome" not in json.dumps(given)
