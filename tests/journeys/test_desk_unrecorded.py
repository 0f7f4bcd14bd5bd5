"""Where the journal takes nothing, the desk shows what was found and calls nothing recorded that is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import StoreError
from data.journal.journal import Journal
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import at_desk
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, Counter

FALSE_WORDS = ("stays undecided", "Recorded", "F6 admits", "1 undecided")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """It takes nothing, as on a full disk."""

    def refuse(*_: object) -> None:
        raise StoreError("The disk is full")

    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    monkeypatch.setattr(journal, "_write_once", refuse)
    yield journal
    journal.close()


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        (REFER, ("■ REFER: Listed document", "R1234567 is on sltd as stolen", "not recorded")),
        (CHECK, ("◆ CANNOT SAY: The answer cannot be recorded", "The disk is full", "(list updated")),
        (CLEAR, ("◆ CANNOT SAY: The answer cannot be recorded", "The disk is full", "Nothing found; lists updated")),
    ],
)
async def test_nothing_is_called_recorded_that_is_not(journal: Journal, number: str, answer: tuple[str, ...]) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(number, answer[0][:8])
        seen = await officer.sees(*answer, "Next: write traveller and decision down on paper")
        await officer.press("f5")
        seen += await officer.sees("This screening is not in the journal", "The decision was not recorded")
        await officer.press("f2")
        seen += await officer.sees("Nothing about this traveller is in the journal: F9 will not show them")
        await officer.press("enter")
        seen += await officer.sees("○ READY", "is in the journal: write the traveller down on paper")
        assert not [words for words in FALSE_WORDS if words in seen]
    assert journal.read_state().not_entered == 1
