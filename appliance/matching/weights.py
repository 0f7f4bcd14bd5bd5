"""The weight of each kind of evidence, in log-odds, and the thresholds of the bands.

Fitted by `python -m tests.benchmarks.names_fit` on half of the development data; the other half is for reporting. The
signs of the names' weights, and of what agrees or differs altogether, are held, so that no fitted figure can turn an
agreement against a traveller. A date that agrees only in part (MONTH, YEAR) may weigh against them: most people of that
name and nationality are born in those years.
"""

from dataclasses import dataclass
from hashlib import sha256

from appliance.matching.comparison import BirthComparison, TokenSimilarity

SIMILARITY_SHARES: dict[TokenSimilarity, float] = {
    TokenSimilarity.SAME: 1.00,
    TokenSimilarity.SOUND: 0.98,
    TokenSimilarity.VOWELS: 0.88,
    TokenSimilarity.SCRIPT: 0.90,
    TokenSimilarity.SLIP: 0.80,
    TokenSimilarity.VARIANT: 0.75,
    TokenSimilarity.CONSONANTS: 0.65,
    TokenSimilarity.ROMANISED: 0.65,
    TokenSimilarity.SLIPS: 0.55,
    TokenSimilarity.SCRIPT_SLIP: 0.55,
    TokenSimilarity.SHORT_SLIP: 0.45,
    TokenSimilarity.PREFIX: 0.90,
    TokenSimilarity.INITIAL: 0.60,
}
"""Share of a name part's bits that a match keeps, by how alike the parts are; the rest counts as not matched."""

NAME_WEIGHTS: dict[str, float] = {
    "matched": 0.22,
    "full": 0.14,
    "share_query": 4.87,
    "share_listed": 4.36,
    "half_unmatched": -1.62,
    "left_query": -0.03,
    "left_listed": -0.01,
    "differs": -1.00,
    "differing": -0.40,
    "joined": -0.28,
    "low_quality": -1.83,
}
"""What each is an amount of:

- matched: matched bits; full: the same again where the name is the full name by spelling or sound
- share_query, share_listed: the share (0 to 1) of the traveller's and of the listed bits that match
- half_unmatched: 1 where nothing of the surname, or nothing of the given names, matches
- left_query, left_listed: bits of the traveller's parts and of the listed parts without a match
- differs: 1 where no birth date is shown and both sides have real parts without a match (a missing part may have been
  left out, a differing one is somebody else's); differing: the bits of the lesser side of these
- joined: the number of joinings; low_quality: 1 where the list itself calls the alias weak
"""

CUT_OFF_SHARE = 0.3
"""Share of the bits of unmatched listed parts that counts if the traveller's name was cut off."""

BIRTH_WEIGHTS: dict[BirthComparison, float] = {
    BirthComparison.SAME: 7.80,
    BirthComparison.SAME_NEW_YEAR: 5.74,
    BirthComparison.FLIPPED: 1.96,
    BirthComparison.NEAR: 0.15,
    BirthComparison.MONTH_FITS: 4.01,
    BirthComparison.MONTH: -1.96,
    BirthComparison.YEAR_SLIP: 3.32,
    BirthComparison.YEAR_FITS: 0.97,
    BirthComparison.SPAN_FITS: 1.30,
    BirthComparison.ABOUT_FITS: 0.58,
    BirthComparison.YEAR: -2.65,
    BirthComparison.ONE_YEAR_OFF: -4.68,
    BirthComparison.NOT_LISTED: -1.61,
    BirthComparison.NOT_SHOWN: -1.61,
    BirthComparison.DIFFERENT: -10.50,
}
"""SAME_NEW_YEAR and MONTH_FITS are too rare in the fitting half, so they are fixed. NOT_SHOWN (a name typed alone) is
fixed to the value of NOT_LISTED: all the fitting queries have a date, and the prior assumes one."""

SEX_WEIGHTS = {"same": 0.00, "differs": -4.24}
NATIONALITY_WEIGHTS = {"same": 0.61, "differs": -2.33}
NUMBER_WEIGHTS = {"same": 12.0}
"""The traveller has a document number that the listed person is known to hold."""

PRIOR = -10.54
"""The log-odds of any traveller without evidence."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Log-odds above which a candidate is in a band."""

    strong: float
    possible: float
    weak: float


DEFAULT_THRESHOLDS = Thresholds(strong=0.85, possible=-1.99, weak=-4.24)
"""STRONG at 0.1 %, POSSIBLE at 1 % false alerts among correlated negatives (`tests/benchmarks/names_data.py`).

Their names are made of listed people's own, with the nationality, decade of birth and sex that go with these. That is
a higher rate than in any real queue. WEAK is shown under Why only.
"""


def all_weights() -> dict[str, float]:
    """Every weight by the name of its amount (`appliance.matching.evidence`)."""
    return {
        **{f"name.{kind}": weight for kind, weight in NAME_WEIGHTS.items()},
        **{f"birth.{kind.name.lower()}": weight for kind, weight in BIRTH_WEIGHTS.items()},
        **{f"sex.{kind}": weight for kind, weight in SEX_WEIGHTS.items()},
        **{f"nationality.{kind}": weight for kind, weight in NATIONALITY_WEIGHTS.items()},
        **{f"number.{kind}": weight for kind, weight in NUMBER_WEIGHTS.items()},
        "prior": PRIOR,
    }


def _identify_weights() -> str:
    shares = {similarity.name: share for similarity, share in SIMILARITY_SHARES.items()}
    return sha256(repr((sorted(all_weights().items()), sorted(shares.items()), CUT_OFF_SHARE)).encode()).hexdigest()[:8]


WEIGHTS_ID = _identify_weights()
"""Tells these weights from any others: a threshold means something only with the weights that it was found for."""
