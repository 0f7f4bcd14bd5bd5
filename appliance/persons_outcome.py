"""How a search among listed persons ended, in a state, a reason code and a sentence.

One place, because a lane's copy of a finding must read exactly like a finding that never held the
discreet record.
"""

from collections.abc import Sequence

from data.findings import Band, PersonCandidate, State
from data.persons.names import readable
from data.persons.person import NameQuality

Outcome = tuple[State, str, str]


def outcome(list_name: str, candidates: Sequence[PersonCandidate]) -> Outcome:
    """State, reason code and sentence for these candidates, best first."""
    bands = {one.band for one in candidates}
    if Band.STRONG in bands:
        return State.HIT, "person_strong", f"Fits a person on {list_name}: {_named(candidates, Band.STRONG)}"
    if Band.POSSIBLE in bands:
        return State.HIT, "person_possible", f"May be a person on {list_name}: {_named(candidates, Band.POSSIBLE)}"
    if candidates:
        return State.PASS, "person_weak", f"Nobody on {list_name} fits; some names are distantly alike"
    return State.PASS, "not_listed", f"Nobody on {list_name} fits"


def _named(candidates: Sequence[PersonCandidate], band: Band) -> str:
    best, *rest = [one for one in candidates if one.band is band]
    more = f" and {len(rest)} more" if rest else ""
    name = best.primary_name if best.quality == NameQuality.ORIGINAL and best.primary_name else best.name
    return f"{readable(name) or f'record {best.record}'}{more}"
