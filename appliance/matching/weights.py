"""What each piece of evidence adds, in log-odds: the one table of weights, and the thresholds of the bands.

Fitted by `python -m tests.benchmarks.names_fit` on half of the development queries; the other half is for
reporting. A positive sign is fixed for what agrees, a negative one for what disagrees, so that no fitted
figure can turn an agreement against a traveller.
"""

from dataclasses import dataclass

from appliance.matching.births import Birth
from appliance.matching.likeness import Likeness

NAME_BIT: dict[Likeness, float] = {
    Likeness.SAME: 0.21,
    Likeness.SOUND: 0.20,
    Likeness.VOWELS: 0.10,
    Likeness.SCRIPT: 0.30,
    Likeness.SLIP: 0.02,
    Likeness.CONSONANTS: 0.00,
    Likeness.SLIPS: 0.00,
    Likeness.SCRIPT_SLIP: 0.00,
    Likeness.PREFIX: 0.00,
    Likeness.INITIAL: 0.00,
}
"""Per bit of rarity of a matched name part, by how alike the parts are."""

NAME: dict[str, float] = {
    "left_query": -0.01,
    "left_listed": -0.02,
    "left_listed_truncated": -0.09,
    "contradiction": 0.00,
    "share_query": 3.60,
    "share_listed": 3.13,
    "half_unmet": -2.19,
    "joined": -0.22,
    "one_part": 0.00,
    "low_quality": -0.99,
}
"""Per bit of the traveller's parts that found none; of the listed parts that found none (apart where the
traveller's name was cut off); of both together, part against part; per joining; where only one real part
matched; where the list itself calls the alias weak."""

BIRTH: dict[Birth, float] = {
    Birth.SAME: 7.80,
    Birth.SAME_NEW_YEAR: 4.43,
    Birth.FLIPPED: 1.26,
    Birth.NEAR: 1.63,
    Birth.MONTH_FITS: 3.06,
    Birth.MONTH: 1.17,
    Birth.YEAR_SLIP: 1.95,
    Birth.YEAR_FITS: 1.94,
    Birth.SPAN_FITS: 2.13,
    Birth.ABOUT_FITS: 1.46,
    Birth.YEAR: -1.59,
    Birth.BESIDE: -2.61,
    Birth.NOT_LISTED: -1.45,
    Birth.DIFFERENT: -7.77,
}

SEX = {"same": 0.00, "differs": -2.73}
NATIONALITY = {"same": 2.52, "differs": -1.35}
NUMBER = {"same": 12.0}
"""A document number of the traveller is one the listed person is known to hold."""

PRIOR = -8.19
"""What any traveller starts with."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Log-odds from which a candidate is in a band."""

    strong: float
    possible: float
    weak: float


DEFAULT = Thresholds(strong=6.0, possible=2.0, weak=-1.0)
"""STRONG at .1 %, POSSIBLE at 1 % false alerts among travellers made of listed people's own names (`local`
false-alert rate: harsher than any real queue); WEAK is for the reader of Why only."""


def flat() -> dict[str, float]:
    """Every weight by the name of its amount (`appliance.matching.evidence`)."""
    return {
        **{f"name.{grade.name.lower()}": weight for grade, weight in NAME_BIT.items()},
        **{f"name.{what}": weight for what, weight in NAME.items()},
        **{f"birth.{kind.name.lower()}": weight for kind, weight in BIRTH.items()},
        **{f"sex.{what}": weight for what, weight in SEX.items()},
        **{f"nationality.{what}": weight for what, weight in NATIONALITY.items()},
        **{f"number.{what}": weight for what, weight in NUMBER.items()},
        "prior": PRIOR,
    }
