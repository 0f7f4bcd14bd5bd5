"""What a boarding pass says, and whether it is made out to the holder of the document.

Told to the officer, and no more: a pass proves nothing, airlines cut and bend names, and a borrowed pass is no ground
to stop anybody by itself. So a name that differs plainly is a NOTICE, and nothing here is a hit.
"""

from collections.abc import Iterator
from datetime import date

from appliance.booking_names import agree
from appliance.checks.observation import Observation, aside
from data.documents.boarding_pass import BoardingPass, Leg, parse_boarding_pass
from data.documents.codes import CodeKind
from data.errors import InputError
from data.findings import Finding, State
from data.screenings import Screening

_NONE = Observation(State.NOT_APPLICABLE, "no_boarding_pass", "No boarding pass was read")


class BoardingPassCheck:
    """Every boarding pass that was read along with the documents."""

    name = "boarding_pass"
    mandatory = False

    def run(self, screening: Screening) -> Finding:
        """PASS `name_agrees`; NOTICE `name_differs`; NOT_DONE `unreadable`, `no_name`."""
        facts: dict[str, str] = {}
        passes = [code.content for code in screening.codes if code.kind is CodeKind.BOARDING_PASS]
        seen = [one for content in passes for one in _look(content, screening, facts)]
        return aside(self.name, seen, _NONE, facts)


def _look(content: bytes, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
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
    elif any(agree(presented, one) for one in screening.people):
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
