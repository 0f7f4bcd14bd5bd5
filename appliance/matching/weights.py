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
    "met": 0.20,
    "share_query": 4.23,
    "share_listed": 3.21,
    "half_unmet": -1.93,
    "left_query": -0.05,
    "left_listed": -0.06,
    "joined": -0.51,
    "low_quality": -1.75,
}
"""Per bit that met; per share (0 to 1) of the traveller's and of the listed bits that met; where nothing of the
surname, or nothing of the given names, met; per bit of the traveller's parts and of the listed parts that found
none; per joining; where the list itself calls the alias weak."""

CUT_OFF = 0.3
"""Of the bits of listed parts that found none, where the traveller's name was cut off: they may be in what is gone."""

BIRTH: dict[Birth, float] = {
    Birth.SAME: 7.82,
    Birth.SAME_NEW_YEAR: 5.74,
    Birth.FLIPPED: 1.30,
    Birth.NEAR: 1.56,
    Birth.MONTH_FITS: 4.01,
    Birth.MONTH: 0.98,
    Birth.YEAR_SLIP: 2.66,
    Birth.YEAR_FITS: 1.46,
    Birth.SPAN_FITS: 1.80,
    Birth.ABOUT_FITS: 1.41,
    Birth.YEAR: -2.10,
    Birth.BESIDE: -3.06,
    Birth.NOT_LISTED: -1.82,
    Birth.NOT_SHOWN: -1.82,
    Birth.DIFFERENT: -8.67,
}
"""NOT_SHOWN (a name typed alone) is held equal to NOT_LISTED: all the fitting queries have a date, and the prior
counts on hearing something about it."""

SEX = {"same": 0.00, "differs": -3.12}
NATIONALITY = {"same": 2.85, "differs": -1.33}
NUMBER = {"same": 12.0}
"""A document number of the traveller is one the listed person is known to hold."""

PRIOR = -8.51
"""What any traveller starts with."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Log-odds from which a candidate is in a band."""

    strong: float
    possible: float
    weak: float


DEFAULT = Thresholds(strong=0.66, possible=-1.63, weak=-4.17)
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
