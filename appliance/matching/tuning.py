"""Thresholds of the bands for the rate of name alerts that a post can bear, from travellers it has seen.

- Travellers are read back from the journal, each screening once, as it was last recorded. What was purged, or has no
  name, is left out.
- They are replayed on the lists of today: what would have been shown, not what was.
- A rate is only measured by as many travellers as make `LEAST_ALERTS` of it; with fewer the defaults stay.
- Thresholds move within bounds, so that no setting can silence the screening; the floors under exact full names and
  listed document numbers (`matcher`) hold whatever the thresholds.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from appliance.matching.index.person_index import Fetch, IndexedList, IndexSource
from appliance.matching.matcher import Searchable, assign_band, score_persons
from appliance.matching.query import PersonQuery
from appliance.matching.weights import DEFAULT_THRESHOLDS, Thresholds
from data.journal.history import PastEvent, read_events
from data.journal.journal import Journal
from data.persons.person import PartialDate, Sex
from data.screenings import Band, Traveller

MOST_EVENTS = 20_000


def past_travellers(journal: Journal, since: datetime) -> Iterator[tuple[datetime, Traveller, tuple[str, ...]]]:
    """When, who, and the numbers of their documents; newest first."""
    screenings_seen: set[str] = set()
    for event in read_events(journal, "screening", since=since, most=MOST_EVENTS):
        if event.screening is None or event.screening in screenings_seen:
            continue
        screenings_seen.add(event.screening)
        traveller = _traveller(event)
        if traveller is not None:
            yield event.at, traveller, tuple(_numbers(event.detail))


def _traveller(event: PastEvent) -> Traveller | None:
    traveller = event.detail.get("screening", {}).get("traveller")
    if not traveller:
        return None
    return Traveller(
        traveller["surname"],
        traveller["given"],
        traveller["truncated"],
        _birth(traveller["birth"]),
        Sex(traveller["sex"]),
        traveller["nationality"],
    )


def _birth(text: str | None) -> PartialDate | None:
    """A birth date; None where its year was unknown, which is as good as no date here."""
    return PartialDate.parse(text) if text and not text.startswith("?") else None


def _numbers(detail: dict[str, Any]) -> Iterator[str]:
    for document in detail["screening"]["documents"]:
        if document.get("number"):
            yield document["number"]


LEAST_ALERTS = 3
STRONG_SHARE = 0.1
"""Of the tolerable alerts that may be STRONG."""
HIGHEST_POSSIBLE = 1.5
HIGHEST_STRONG = 4.0
LOWEST_POSSIBLE = DEFAULT_THRESHOLDS.weak


@dataclass(frozen=True, slots=True)
class Crossing:
    """One traveller of the past."""

    query: PersonQuery
    day: date


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What a traveller comes to on the lists of today."""

    best: float
    """Score of the best candidate; minus infinity for none."""
    always_alerts: bool
    """A candidate is POSSIBLE or better whatever the thresholds."""


@dataclass(frozen=True, slots=True)
class TuningResult:
    """Thresholds, and what they would have meant."""

    thresholds: Thresholds
    crossings: int
    days: int
    alerts: int
    strong: int
    measured: bool
    """False where there were too few crossings to measure the rate: the defaults."""


_UNREACHABLE = Thresholds(strong=float("inf"), possible=float("inf"), weak=float("inf"))


def replay_crossing(crossing: Crossing, lists: Iterable[tuple[Searchable, Fetch]]) -> ReplayResult:
    """One traveller against every list."""
    best, always_alerts = float("-inf"), False
    for index, fetch in lists:
        for part, hidden in index.parts:
            for scored in score_persons(crossing.query, part, fetch=fetch, hidden=hidden):
                if part.people.is_in_force(scored.person, crossing.day):
                    best = max(best, scored.score)
                    always_alerts |= assign_band(scored, crossing.query, _UNREACHABLE) in (Band.STRONG, Band.POSSIBLE)
    return ReplayResult(best, always_alerts)


@dataclass(frozen=True, slots=True)
class CrossingHistory:
    """What was replayed."""

    crossings: tuple[ReplayResult, ...]
    days: int
    """On which somebody crossed."""


def replay_crossings(journal: Journal, since: datetime, lists: Iterable[IndexedList]) -> CrossingHistory:
    """The crossings from `since` on, each on the lists as they are now."""
    past = list(past_travellers(journal, since))
    with ExitStack() as stack:
        searched = tuple(_open_indexes(lists, stack))
        crossings = tuple(
            replay_crossing(Crossing(PersonQuery.of(traveller, numbers), at.date()), searched)
            for at, traveller, numbers in past
        )
    return CrossingHistory(crossings, len({at.date() for at, _, _ in past}))


def _open_indexes(lists: Iterable[IndexedList], stack: ExitStack) -> Iterator[tuple[Searchable, Fetch]]:
    for listed in lists:
        view = stack.enter_context(listed.read())
        yield IndexSource(listed).of(view), view.get_many


def tune_thresholds(crossings: Sequence[ReplayResult], days: int, rate: float) -> TuningResult:
    """Thresholds at which at most this share of the crossings (0 to 1) would have given an alert."""
    if rate * len(crossings) < LEAST_ALERTS:
        return assess_thresholds(crossings, days, DEFAULT_THRESHOLDS)
    possible = min(HIGHEST_POSSIBLE, max(LOWEST_POSSIBLE, _score_at_share(crossings, rate)))
    strong = min(
        HIGHEST_STRONG, max(possible, DEFAULT_THRESHOLDS.strong, _score_at_share(crossings, rate * STRONG_SHARE))
    )
    chosen = Thresholds(round(strong, 2), round(possible, 2), min(DEFAULT_THRESHOLDS.weak, round(possible, 2)))
    return assess_thresholds(crossings, days, chosen, measured="yes")


def assess_thresholds(
    crossings: Sequence[ReplayResult], days: int, thresholds: Thresholds, measured: str = ""
) -> TuningResult:
    """What these thresholds would have meant; `measured` any text where they come from the crossings."""
    alerts = sum(crossing.always_alerts or crossing.best > thresholds.possible for crossing in crossings)
    strong = sum(crossing.best > thresholds.strong for crossing in crossings)
    return TuningResult(thresholds, len(crossings), days, alerts, strong, bool(measured))


def _score_at_share(crossings: Sequence[ReplayResult], share: float) -> float:
    """The score that at most this share of the crossings exceed."""
    ordered = sorted((crossing.best for crossing in crossings), reverse=True)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def tuning_in_words(tuned: TuningResult) -> str:
    """For a technician: how many alerts to expect."""
    a_day = tuned.crossings / max(1, tuned.days)
    return (
        f"{_count_in_words(tuned.crossings, 'crossing')} in {_count_in_words(tuned.days, 'day')} ({a_day:.0f} a day): "
        f"{_count_in_words(tuned.alerts, 'name alert')}, {_rate_in_words(tuned.alerts, tuned.days)}; "
        f"{tuned.strong} of them strong, {_rate_in_words(tuned.strong, tuned.days)}."
    )


def _count_in_words(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _rate_in_words(count: int, days: int) -> str:
    if not count:
        return "none expected"
    a_day = count / max(1, days)
    if a_day >= 1:
        return f"about {a_day:.0f} a day"
    every = round(1 / a_day)
    return "about one a day" if every == 1 else f"about one every {every} days"
