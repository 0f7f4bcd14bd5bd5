"""From comparisons to log-odds: named amounts, each times its weight, added.

`amounts` says how much there is of each kind of evidence; `weights` says what each is worth. Evidence
about the person (birth, sex, nationality, number) is the same for all their names.
"""

from collections.abc import Mapping, Sequence

from appliance.matching.alignment import Alignment, Left
from appliance.matching.births import compare
from appliance.matching.facts import nationality, sex
from appliance.matching.people import Facts
from appliance.matching.query import PersonQuery
from appliance.matching.weights import ALIKE, CUT_OFF, flat
from data.findings import Agreement
from data.persons.person import NameQuality

WEIGHTS: Mapping[str, float] = flat()


def of_name(alignment: Alignment, quality: NameQuality, query: PersonQuery) -> dict[str, float]:
    """Amounts of the evidence in a name: bits that met and that are left, shares, joinings, quality."""
    met = sum(ALIKE[pair.likeness] * pair.bits for pair in alignment.pairs)
    lost = sum(pair.bits for pair in alignment.pairs) - met
    left = lost + sum(part.bits for part in alignment.left_traveller)
    listed = lost + sum(part.bits for part in alignment.left_listed) * (CUT_OFF if query.truncated else 1)
    amounts = {
        "name.met": met,
        "name.share_query": met / (met + left) if met else 0.0,
        "name.share_listed": met / (met + listed) if met else 0.0,
        "name.left_query": left,
        "name.left_listed": listed,
    }
    if query.birth is None and not query.truncated:
        differs = min(_real(alignment.left_traveller), _real(alignment.left_listed))
        amounts["name.differs"] = float(differs > 0)
        amounts["name.differing"] = differs
    amounts["name.half_unmet"] = float(alignment.half_unmet)
    amounts["name.joined"] = sum(pair.joined for pair in alignment.pairs)
    amounts["name.low_quality"] = float(quality is NameQuality.LOW)
    return amounts


def _real(left: Sequence[Left]) -> float:
    """Bits of the parts that found none, particles apart."""
    return sum(part.bits for part in left if not part.particle)


def of_person(query: PersonQuery, person: Facts, *, numbers_met: bool = False) -> dict[str, float]:
    """Amounts of the evidence beside the name: 1 for each class that holds."""
    keys = [f"birth.{compare(query.birth, person.births)[0].name.lower()}"]
    for what, agreement in (
        ("sex", sex(query.sex, person.sex)),
        ("nationality", nationality(query.nationality, person.nationalities)),
    ):
        if agreement is not Agreement.MISSING:
            keys.append(f"{what}.{'differs' if agreement is Agreement.DIFFERS else 'same'}")
    if numbers_met:
        keys.append("number.same")
    return dict.fromkeys(keys, 1.0)


def log_odds(amounts: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The sum of amounts times weights, without the prior."""
    return sum(weights[kind] * amount for kind, amount in amounts.items())
