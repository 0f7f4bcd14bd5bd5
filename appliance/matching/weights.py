"""What each piece of evidence adds, in log-odds: the one table of weights, and the thresholds of the bands.

Fitted by `python -m tests.benchmarks.names_fit` on half of the development queries; the other half is for
reporting. A positive sign is fixed for what agrees, a negative one for what disagrees, so that no fitted
figure can turn an agreement against a traveller.
"""

from dataclasses import dataclass

from appliance.matching.births import Birth
from appliance.matching.likeness import Likeness

ALIKE: dict[Likeness, float] = {
    Likeness.SAME: 1.00,
    Likeness.SOUND: 0.98,
    Likeness.VOWELS: 0.88,
    Likeness.SCRIPT: 0.90,
    Likeness.SLIP: 0.80,
    Likeness.CONSONANTS: 0.65,
    Likeness.SLIPS: 0.55,
    Likeness.SCRIPT_SLIP: 0.55,
    Likeness.PREFIX: 0.90,
    Likeness.INITIAL: 0.60,
}
"""Share of a name part's bits that a meeting keeps, by how alike the parts are; the rest counts as not met."""

NAME: dict[str, float] = {
    "met": 0.19,
    "share_query": 4.21,
    "share_listed": 3.31,
    "half_unmet": -1.58,
    "left_query": -0.04,
    "left_listed": -0.04,
    "left_listed_truncated": -0.06,
    "contradiction": 0.00,
    "joined": -0.37,
    "one_part": 0.00,
    "low_quality": -1.57,
}
"""Per bit that met; per share (0 to 1) of the traveller's and of the listed bits that met; where nothing of the
surname, or nothing of the given names, met; per bit of the traveller's parts that found none, of the listed parts
that found none (apart where the traveller's name was cut off), and of both together, part against part; per
joining; where only one real part met; where the list itself calls the alias weak."""

BIRTH: dict[Birth, float] = {
    Birth.SAME: 7.64,
    Birth.SAME_NEW_YEAR: 5.47,
    Birth.FLIPPED: 1.27,
    Birth.NEAR: 1.53,
    Birth.MONTH_FITS: 3.79,
    Birth.MONTH: 1.05,
    Birth.YEAR_SLIP: 2.80,
    Birth.YEAR_FITS: 1.78,
    Birth.SPAN_FITS: 1.84,
    Birth.ABOUT_FITS: 1.26,
    Birth.YEAR: -2.02,
    Birth.BESIDE: -2.86,
    Birth.NOT_LISTED: -1.70,
    Birth.DIFFERENT: -8.48,
}

SEX = {"same": 0.00, "differs": -2.97}
NATIONALITY = {"same": 2.59, "differs": -1.05}
NUMBER = {"same": 12.0}
"""A document number of the traveller is one the listed person is known to hold."""

PRIOR = -8.23
"""What any traveller starts with."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Log-odds from which a candidate is in a band."""

    strong: float
    possible: float
    weak: float


DEFAULT = Thresholds(strong=1.85, possible=-0.75, weak=-3.3)
"""STRONG at .1 %, POSSIBLE at 1 % false alerts among travellers made of listed people's own names (`local`
false-alert rate: harsher than any real queue); WEAK is for the reader of Why only."""


def flat() -> dict[str, float]:
    """Every weight by the name of its amount (`appliance.matching.evidence`)."""
    return {
        **{f"name.{what}": weight for what, weight in NAME.items()},
        **{f"birth.{kind.name.lower()}": weight for kind, weight in BIRTH.items()},
        **{f"sex.{what}": weight for what, weight in SEX.items()},
        **{f"nationality.{what}": weight for what, weight in NATIONALITY.items()},
        **{f"number.{what}": weight for what, weight in NUMBER.items()},
        "prior": PRIOR,
    }
