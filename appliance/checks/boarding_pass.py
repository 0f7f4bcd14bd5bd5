"""What a boarding pass says, and whether it is made out to the holder of the document.

- A pass proves nothing, airlines cut and bend names, and a borrowed pass is no ground to stop anybody by itself. So a
  name that differs plainly is a NOTICE, and nothing here is a hit.
- Names differ only where they differ plainly: airlines write them without marks and hyphens, join them, cut them at
  twenty characters, put a title behind the given name, and leave given names out; travellers book under one of several
  names, or with the two swapped.
"""

import re
from collections.abc import Iterator
from datetime import date

from anyascii import anyascii
from rapidfuzz.distance import OSA

from appliance.verdict import Observation, optional_finding
from data.documents.barcodes import BarcodeKind
from data.documents.boarding_pass import BoardingPass, Leg, parse_boarding_pass
from data.errors import InputError
from data.screenings import Finding, Screening, State, Traveller

_NAME_TITLES = re.compile(r"(MSTR|MISS|PROF|MRS|MR|MS|DR|CHD|INF)$")
_MIN_SIMILARITY = 0.75
"""Of letters that are the same: a slip or another transliteration, and not another name."""
_MIN_LETTERS = 2
"""Letters by which one name may begin another."""


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
    """A part in common, one the beginning of the other, or nearly the same letters."""
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
    """Without the title at its end; a name that is nothing but a title's letters stays."""
    if not parts:
        return parts
    last = _NAME_TITLES.sub("", parts[-1])
    return (*parts[:-1], last) if last else parts[:-1] or parts


_NO_BOARDING_PASS = Observation(State.NOT_APPLICABLE, "no_boarding_pass", "No boarding pass was read")


class BoardingPassCheck:
    """Every boarding pass that was read along with the documents."""

    name = "boarding_pass"
    mandatory = False

    def run(self, screening: Screening) -> Finding:
        """PASS `name_agrees`; NOTICE `name_differs`; NOT_DONE `unreadable`, `no_name`."""
        facts: dict[str, str] = {}
        passes = [code.content for code in screening.codes if code.kind is BarcodeKind.BOARDING_PASS]
        observations = [observation for content in passes for observation in _look_at_pass(content, screening, facts)]
        return optional_finding(self.name, observations, _NO_BOARDING_PASS, facts)


def _look_at_pass(content: bytes, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
    try:
        presented = parse_boarding_pass(content)
    except InputError as problem:
        yield Observation(State.NOT_DONE, "unreadable", f"{problem.what}: read it by eye")
        return
    today = screening.at.date()
    flights = "; then ".join(_flight(leg, today) for leg in presented.legs)
    facts |= {"passenger": str(presented), "flights": flights} | _booking(presented)
    if not screening.people:
        yield Observation(State.NOT_DONE, "no_name", f"Boarding pass of {presented}, {flights}: no name to compare")
    elif any(names_agree(presented, person) for person in screening.people):
        yield Observation(State.PASS, "name_agrees", f"Boarding pass of {presented}, {flights}")
    else:
        says = f"The boarding pass is made out to {presented}, {flights}: ask whose it is"
        yield Observation(State.NOTICE, "name_differs", says)


def _flight(leg: Leg, today: date) -> str:
    day = leg.date(today)
    flight = f"{leg.carrier} {leg.flight}".strip() or "an open flight"
    route = f"{leg.origin or '?'} to {leg.destination or '?'}"
    return " ".join(filter(None, (flight, route, f"on {day}" if day else "", f"seat {leg.seat}" if leg.seat else "")))


def _booking(presented: BoardingPass) -> dict[str, str]:
    codes = dict.fromkeys(leg.booking for leg in presented.legs if leg.booking)
    return {"booking": " ".join(codes)} if codes else {}
