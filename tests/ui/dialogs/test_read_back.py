"""Reading a typed number back: what is shown, and which keys confirm it."""

from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import Confirmation
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.waiting import GUARD_S
from tests.ui.support.desk_kit import zone
from ui.dialogs import read_back
from ui.dialogs.prompts import TypeInDialog
from ui.dialogs.read_back import (
    CELL,
    PLACES_IN_A_ROW,
    ReadBackDialog,
    draw_places,
    find_doubtful_places,
)
from ui.widgets.tables.glyphs import GLYPHS

NUMBER = "CG7LH5V21"


async def typed(officer: Officer, number: str = NUMBER) -> None:
    await officer.press("f7")
    for name, text in {"number": number, "country": "D", "surname": "Sample"}.items():
        officer.top.query_one(f"#{name}", Input).value = text
    await officer.press("enter")
    await officer.sees("Read it back", "Compare it character by character")


async def test_the_number_is_shown_with_its_kinds_and_the_places_to_look_at_twice() -> None:
    async with at_desk() as officer:
        await typed(officer)
        text = await officer.sees("Germany, any type · typed", "SAMPLE", "Nothing is looked up before Enter")
        assert "place 2: G or 6?" in text and "place 6: 5 or S?" in text
        assert "ltr LTR dig LTR ltr DIG LTR DIG DIG" in text
        assert officer.counter.screened == []


async def test_the_short_words_below_the_characters_are_explained_on_the_page() -> None:
    async with at_desk() as officer:
        await typed(officer)
        await officer.sees("ltr: a letter · dig: a digit · in capitals (LTR): easily taken for another")
        await officer.press("escape")
        officer.top.query_one("#number", Input).value = "CFHJK3749"
        await officer.press("enter")
        text = await officer.sees("ltr: a letter · dig: a digit")
        assert "in capitals" not in text


async def test_enter_confirms_and_the_document_says_so() -> None:
    async with at_desk() as officer:
        await typed(officer)
        officer.compares()
        await officer.press("enter")
        await officer.sees("typed, read back")
        assert officer.counter.screened[0].documents[0].confirmation is Confirmation.READ_BACK


async def test_an_enter_that_comes_too_soon_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_back, "SEEN_AFTER_S", GUARD_S)
    async with at_desk() as officer:
        await typed(officer)
        await officer.press("enter")
        await officer.sees("Too soon")
        assert officer.counter.screened == [] and isinstance(officer.top, ReadBackDialog)


@pytest.mark.parametrize("sent", ["keys", "paste"])
async def test_a_scan_confirms_nothing_and_goes_to_the_desk(sent: str) -> None:
    async with at_desk() as officer:
        await typed(officer)
        officer.compares()
        if sent == "keys":
            await officer.send_keys(zone("L1234567A") + "\n")
        else:
            await officer.scan(zone("L1234567A"))
            await officer.press("enter")
        await officer.sees("What was scanned or typed here confirms nothing")
        assert isinstance(officer.top, ReadBackDialog)
        await officer.until(lambda: len(officer.counter.screened) == 1)
        assert officer.counter.screened[0].documents[0].raw == zone("L1234567A")
        officer.waits()
        await officer.press("enter")
        await officer.sees("waits 1")


async def test_a_scan_that_begins_with_a_digit_goes_back_to_no_place() -> None:
    first, second = zone("L1234567A").split("\n")
    swapped = f"{second.replace('L1234567A', '412345674')}\n{first}"
    async with at_desk() as officer:
        await typed(officer)
        officer.compares()
        await officer.send_keys(swapped + "\n")
        await officer.until(lambda: len(officer.counter.screened) == 1)
        assert officer.counter.screened[0].documents[0].number == "412345674"
        assert isinstance(officer.top, ReadBackDialog)


async def test_a_digit_goes_back_to_that_place_and_what_was_typed_is_read_back_again() -> None:
    async with at_desk() as officer:
        await typed(officer, "cg7 lh5-v21")
        await officer.press("6")
        await officer.until(lambda: isinstance(officer.top, TypeInDialog))
        await officer.type("s")
        assert officer.top.query_one("#number", Input).value == "cg7 lhs-v21"
        await officer.press("enter")
        await officer.sees("place 6: S or 5?")
        officer.compares()
        await officer.press("enter")
        await officer.sees("typed, read back")
        assert officer.counter.screened[0].documents[0].number == "CG7 LHS-V21"


async def test_escape_goes_back_to_the_fields() -> None:
    async with at_desk() as officer:
        await typed(officer)
        await officer.press("escape")
        assert isinstance(officer.top, TypeInDialog)
        assert officer.top.query_one("#number", Input).value == NUMBER
        assert officer.counter.screened == []


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (68, 20)])
async def test_the_longest_number_fits_the_width(size: tuple[int, int]) -> None:
    async with at_desk(size=size) as officer:
        await typed(officer, (ascii_uppercase + digits)[:25])
        assert all(len(line) == size[0] for line in officer.lines)
        assert "▄" in officer.text or "█" in officer.text


def test_every_character_of_a_number_has_a_glyph_that_fits_its_cell_and_is_its_own() -> None:
    characters = ascii_uppercase + digits
    assert set(characters) <= GLYPHS.keys()
    assert all(len(row) < CELL for character in characters for row in GLYPHS[character])
    shapes = [GLYPHS[character] for character in characters]
    same = {a + b for a in characters for b in characters if a < b and GLYPHS[a] == GLYPHS[b]}
    assert same == {"0O"}, (same, len(shapes))  # told apart by their kind, below


@given(st.text(ascii_uppercase + digits, min_size=1, max_size=PLACES_IN_A_ROW))
def test_places_stand_under_their_characters(number: str) -> None:
    rows = draw_places(number, 1)
    assert len(rows) == 5 and all(len(row) <= CELL * len(number) for row in rows)
    kinds = [rows[4][at * CELL : (at + 1) * CELL].strip() for at in range(len(number))]
    for character, kind in zip(number, kinds, strict=True):
        assert kind.lower() == ("dig" if character in digits else "ltr")
        assert kind.isupper() == (character in CONFUSABLE)
    assert [place for place, _ in find_doubtful_places(number)] == [
        place for place, character in enumerate(number, 1) if character in CONFUSABLE
    ]
