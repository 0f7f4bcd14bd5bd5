"""Thresholds of the bands for the rate of name alerts that a post can bear, from travellers it has seen.

- Replayed on the lists of today: what would have been shown, not what was.
- A rate is only measured by as many travellers as make `LEAST_ALERTS` of it; with fewer the defaults stay.
- Thresholds move within bounds, so that no setting can silence the screening; the floors under exact full names and
  listed document numbers (`bands`) hold whatever the thresholds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from appliance.matching.bands import band
from appliance.matching.index import Fetch
from appliance.matching.matcher import Searchable
from appliance.matching.query import PersonQuery
from appliance.matching.scoring import score
from appliance.matching.weights import DEFAULT, Thresholds
from data.findings import Band

LEAST_ALERTS = 3
STRONG_SHARE = 0.1
"""Of the tolerable alerts that may be STRONG."""
HIGHEST_POSSIBLE = 1.5
HIGHEST_STRONG = 4.0
LOWEST_POSSIBLE = DEFAULT.weak


@dataclass(frozen=True, slots=True)
class Crossing:
    """One traveller of the past."""

    query: PersonQuery
    day: date


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a traveller comes to on the lists of today."""

    best: float
    """Score of the best candidate; minus infinity for none."""
    floored: bool
    """A candidate is POSSIBLE or better whatever the thresholds."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """Thresholds, and what they would have meant."""

    thresholds: Thresholds
    crossings: int
    days: int
    alerts: int
    strong: int
    measured: bool
    """False where there were too few crossings to measure the rate: the defaults."""


_NEVER = Thresholds(strong=float("inf"), possible=float("inf"), weak=float("inf"))


def replay(crossing: Crossing, lists: Iterable[tuple[Searchable, Fetch]]) -> Replayed:
    """One traveller against every list."""
    best, floored = float("-inf"), False
    for index, fetch in lists:
        for part, hidden in index.parts:
            for one in score(crossing.query, part, fetch=fetch, hidden=hidden):
                if part.people.in_force(one.person, crossing.day):
                    best = max(best, one.score)
                    floored |= band(one, crossing.query, _NEVER) in (Band.STRONG, Band.POSSIBLE)
    return Replayed(best, floored)


def tune(crossings: Sequence[Replayed], days: int, rate: float) -> Tuned:
    """Thresholds at which at most this share of the crossings (0 to 1) would have given an alert."""
    if rate * len(crossings) < LEAST_ALERTS:
        return told(crossings, days, DEFAULT)
    possible = min(HIGHEST_POSSIBLE, max(LOWEST_POSSIBLE, _exceeded_by(crossings, rate)))
    strong = min(HIGHEST_STRONG, max(possible, DEFAULT.strong, _exceeded_by(crossings, rate * STRONG_SHARE)))
    chosen = Thresholds(round(strong, 2), round(possible, 2), min(DEFAULT.weak, round(possible, 2)))
    return told(crossings, days, chosen, measured="yes")


def told(crossings: Sequence[Replayed], days: int, thresholds: Thresholds, measured: str = "") -> Tuned:
    """What these thresholds would have meant; `measured` any text where they come from the crossings."""
    alerts = sum(one.floored or one.best > thresholds.possible for one in crossings)
    strong = sum(one.best > thresholds.strong for one in crossings)
    return Tuned(thresholds, len(crossings), days, alerts, strong, bool(measured))


def _exceeded_by(crossings: Sequence[Replayed], share: float) -> float:
    """The score that at most this share of the crossings exceed."""
    ordered = sorted((one.best for one in crossings), reverse=True)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def in_words(tuned: Tuned) -> str:
    """For a technician: how many alerts to expect."""
    a_day = tuned.crossings / max(1, tuned.days)
    return (
        f"{_many(tuned.crossings, 'crossing')} in {_many(tuned.days, 'day')} ({a_day:.0f} a day): "
        f"{_many(tuned.alerts, 'name alert')}, {_how_often(tuned.alerts, tuned.days)}; "
        f"{tuned.strong} of them strong, {_how_often(tuned.strong, tuned.days)}."
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _how_often(count: int, days: int) -> str:
    if not count:
        return "none expected"
    a_day = count / max(1, days)
    if a_day >= 1:
        return f"about {a_day:.0f} a day"
    every = round(1 / a_day)
    return "about one a day" if every == 1 else f"about one every {every} days"
