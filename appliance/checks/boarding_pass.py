"""What a boarding pass says, and whether it is made out to the holder of the document.

- A pass proves nothing, airlines shorten and change names, and a borrowed pass is no ground to stop anybody by itself.
  So a name that clearly differs is a NOTICE, and nothing here is a hit.
- Only a clear difference counts: airlines write names without marks and hyphens, join them, cut them at twenty
  characters, put a title after the given name, and leave given names out; travellers book under one of several names,
  or with surname and given name swapped.
"""

import re
from collections.abc import Iterator
from datetime import date

from anyascii import anyascii
from rapidfuzz.distance import OSA

from appliance.checks.printed_data import CODE_MISSING
from appliance.verdict import Observation, optional_finding
from data.documents.barcodes import Barcode, BarcodeKind
from data.documents.boarding_pass import BoardingPass, Leg, parse_boarding_pass
from data.errors import InputError
from data.screenings import Finding, Screening, State, Traveller
from data.text import Message, _, join

_NAME_TITLES = re.compile(r"(MSTR|MISS|PROF|MRS|MR|MS|DR|CHD|INF)$")
_MIN_SIMILARITY = 0.75
"""Share of letters that are the same: below it, this is another name and no misspelling or transliteration."""
_MIN_LETTERS = 2
"""A shorter name is compared by its first letter only."""


def names_agree(presented: BoardingPass, person: Traveller) -> bool:
    """Whether the pass may be this person's."""
    theirs, ours = _tokens(presented.surname), _tokens(person.surname)
    given_parts = _without_title(_tokens(presented.given))
    if _parts_fit(theirs, ours):
        return not given_parts or not person.given or _parts_fit(given_parts, _tokens(person.given))
    return (
        bool(given_parts and person.given)
        and _parts_fit(theirs, _tokens(person.given))
        and _parts_fit(given_parts, ours)
    )


def _parts_fit(parts: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether they share a part, one begins the other, or their letters are nearly the same."""
    if set(parts) & set(others):
        return True
    name, other = "".join(parts), "".join(others)
    if min(len(name), len(other)) < _MIN_LETTERS:
        return name[:1] == other[:1]
    if name.startswith(other) or other.startswith(name):
        return True
    pairs = [(name, other), *((a, b) for a in parts for b in others if min(len(a), len(b)) > _MIN_LETTERS)]
    return any(OSA.normalized_similarity(a, b) >= _MIN_SIMILARITY for a, b in pairs)


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(re.findall("[A-Z]+", anyascii(name).upper()))


def _without_title(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts without a title at their end; a name that is only a title's letters stays."""
    if not parts:
        return parts
    last = _NAME_TITLES.sub("", parts[-1])
    return (*parts[:-1], last) if last else parts[:-1] or parts


_NO_BOARDING_PASS = Observation(State.NOT_APPLICABLE, "no_boarding_pass", _("No boarding pass was read"))


class BoardingPassCheck:
    """Every boarding pass that was read along with the documents."""

    name = "boarding_pass"
    mandatory = False

    def run(self, screening: Screening) -> Finding:
        """PASS `name_agrees`; NOTICE `name_differs`, `code_missing`; NOT_DONE `unreadable`, `no_name`."""
        facts: dict[str, str] = {}
        passes = [code for code in screening.codes if code.kind is BarcodeKind.BOARDING_PASS]
        observations = [observation for code in passes for observation in _look_at_code(code, screening, facts)]
        return optional_finding(self.name, observations, _NO_BOARDING_PASS, facts)


def _look_at_code(code: Barcode, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
    if code.missing:
        yield Observation(State.NOTICE, "code_missing", CODE_MISSING)
    else:
        yield from _look_at_pass(code.content, screening, facts)


def _look_at_pass(content: bytes, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
    try:
        presented = parse_boarding_pass(content)
    except InputError as problem:
        yield Observation(State.NOT_DONE, "unreadable", _("{problem}: read it by eye", problem=problem.what))
        return
    today = screening.at.date()
    name = str(presented)
    flights = join([_describe_flight(leg, today) for leg in presented.legs], "; ")
    facts |= {"passenger": name, "flights": flights} | _booking(presented)
    if not screening.people:
        says = _("Boarding pass of {name} ({flights}): there is no name to compare", name=name, flights=flights)
        yield Observation(State.NOT_DONE, "no_name", says)
    elif any(names_agree(presented, person) for person in screening.people):
        says = _("Boarding pass of {name} ({flights})", name=name, flights=flights)
        yield Observation(State.PASS, "name_agrees", says)
    else:
        says = _("The boarding pass is made out to {name} ({flights}): ask whose it is", name=name, flights=flights)
        yield Observation(State.NOTICE, "name_differs", says)


def _describe_flight(leg: Leg, today: date) -> Message:
    """`XY 123, AAA to BBB, 2026-07-02, seat 12A`, without what the pass leaves blank."""
    day = leg.date(today)
    parts = [
        f"{leg.carrier} {leg.flight}".strip() or _("open flight"),
        _("{origin} to {destination}", origin=leg.origin or "?", destination=leg.destination or "?"),
        str(day) if day else "",
        _("seat {seat}", seat=leg.seat) if leg.seat else "",
    ]
    return join(filter(None, parts), ", ")


def _booking(presented: BoardingPass) -> dict[str, str]:
    codes = dict.fromkeys(leg.booking for leg in presented.legs if leg.booking)
    return {"booking": " ".join(codes)} if codes else {}
