"""Read it back: a typed document number in large characters, before anybody is screened.

- Under each character stands whether it is a letter or a digit, in short words that the page explains; those that are
  easily taken for others are marked and named. Nothing is looked up before Enter.
- Enter counts only once the page has been seen, and not after a key that means nothing here: a scanner that sends a
  document to this page must not confirm the number. The desk gets that document.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from appliance.counter.subject import Subject
from data.documents.code_tables import country_name
from data.documents.number import clean_number
from data.documents.tables.confusable import CONFUSABLE
from data.text import EMPTY, Message, _, in_context, join
from ui.dialogs.dialog import Dialog
from ui.text.sanitize import safe, shorten
from ui.text.translation import translate
from ui.widgets.banner import draw_large

SEEN_AFTER_S = 0.5
"""Enter counts only after so long: it may still be the one that submitted the form."""
PLACES_IN_A_ROW = 12
CELL = 6
"""Columns for each character: the widest has five."""
_LETTER, _DIGIT = in_context("kind of a character", "ltr"), in_context("kind of a character", "dig")


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The officer's answer."""

    place: int = 0
    """The place to type again, counted from 1; 0: the number is as in the document."""


class ReadBackDialog(Dialog[ReadBack]):
    """Ends with a `ReadBack`, or None to go back to the fields."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._number = clean_number(subject.documents[0].number)
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        """The number, the places to look at twice, and who holds it."""
        with VerticalScroll(classes="page") as page:
            keys = _("Enter: it is the same · 1-9 type that place again · Esc back")
            self.title_page(page, _("Read it back, then press Enter"), keys)
            yield Static(Content("\n").join(self._lines()))
            yield Static("", markup=False, classes="error")

    def on_mount(self) -> None:
        """Focus the page, which takes the keys."""
        self._shown_at = monotonic()
        self.query_one(VerticalScroll).focus()

    def on_key(self, event: events.Key) -> None:
        """Enter confirms, a digit goes back to that place; anything else that a scanner sends goes to the desk."""
        self.take_back_digit(event.time)
        is_enter, is_after_stray = event.key in ("enter", "ctrl+j"), self.is_after_stray(event.time)
        if is_enter and is_after_stray:
            self._say(_("What was scanned or typed here confirms nothing: compare the number, then press Enter"))
            self._stray_at = event.time
        elif is_enter:
            event.prevent_default()
            event.stop()
            self._enter(event.time)
        elif not is_after_stray and event.key in "123456789" and int(event.key) <= len(self._number):
            self.answer_by_digit(event, partial(self.dismiss, ReadBack(int(event.key))))

    def _enter(self, at: float) -> None:
        if at < self._shown_at + SEEN_AFTER_S:
            self._say(_("Too soon: compare the number with the document, then press Enter"))
        else:
            self.dismiss(ReadBack())

    def _say(self, says: Message) -> None:
        self.query_one(".error", Static).update(translate(says))

    def _lines(self) -> Iterator[Content]:
        yield Content(translate(_("Compare it character by character with the document in your hand.")))
        yield Content("")
        yield Content.styled(translate(self._kind()), "bold")
        for start in range(0, len(self._number), PLACES_IN_A_ROW):
            yield Content("")
            yield from map(Content, draw_places(self._number[start : start + PLACES_IN_A_ROW], start + 1))
        yield Content("")
        yield Content(translate(describe_kinds(self._number)))
        if doubts := [_describe_doubt(place, char) for place, char in find_doubtful_places(self._number)]:
            yield Content(translate(_("Look twice: {places}", places=join(doubts, " · "))))
        if self._subject.traveller:
            yield Content(translate(_person(self._subject)))
        yield Content(translate(_("Nothing is looked up before Enter. The journal says: typed, read back.")))

    def _kind(self) -> Message:
        document = self._subject.documents[0]
        values = {"type": safe(document.code, 10), "country": country_name(document.issuer)}
        if document.code:
            return _("{type} {country} · typed", **values)
        return _("{country}, any type · typed", **values)


def draw_places(characters: str, first: int) -> list[str]:
    """The characters in half blocks, with number and kind of each place below; marked ones in capitals."""
    glyphs = [draw_large(character) for character in characters]
    rows = ["".join(glyph[row].ljust(CELL) for glyph in glyphs) for row in range(3)]
    places = "".join(str(place).center(CELL - 1).ljust(CELL) for place in range(first, first + len(characters)))
    return [line.rstrip() for line in (*rows, places, "".join(map(_kind_cell, characters)))]


def _kind_cell(character: str) -> str:
    word = shorten(translate(_kind_of(character)), CELL - 1)
    return (word.upper() if character in CONFUSABLE else word).center(CELL - 1).ljust(CELL)


def describe_kinds(number: str) -> Message:
    """What the words below the characters of this number mean."""
    kinds = _("{letter}: a letter · {digit}: a digit", letter=_LETTER, digit=_DIGIT)
    doubtful = find_doubtful_places(number)
    if not doubtful:
        return kinds
    word = translate(_kind_of(doubtful[0][1])).upper()
    return _("{kinds} · in capitals ({example}): easily taken for another", kinds=kinds, example=word)


def _kind_of(character: str) -> Message:
    return _DIGIT if character.isdecimal() else _LETTER


def find_doubtful_places(number: str) -> Sequence[tuple[int, str]]:
    """Places, counted from 1, whose character is easily taken for another."""
    return [(place, character) for place, character in enumerate(number, start=1) if character in CONFUSABLE]


def _describe_doubt(place: int, character: str) -> Message:
    return _("place {place}: {read} or {others}?", place=place, read=character, others=", ".join(CONFUSABLE[character]))


def _person(subject: Subject) -> Message:
    traveller = subject.traveller
    if traveller is None:
        return EMPTY
    name = safe(f"{traveller.surname}, {traveller.given}" if traveller.given else traveller.surname, 60)
    born = _("born {date}", date=traveller.birth) if traveller.birth else EMPTY
    return join(filter(None, (name, born, safe(traveller.nationality, 10))), " · ")
