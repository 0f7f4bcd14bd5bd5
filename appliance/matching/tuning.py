"""Thresholds of the bands for the rate of name alerts that a post can handle, from travellers that it has seen.

- Travellers are read from the journal, each screening once, as it was last recorded. Purged ones, and those without a
  name, are left out.
- They are replayed on today's lists: the result is what would be shown today.
- A rate is measured only with enough travellers for `LEAST_ALERTS`; with fewer, the defaults stay.
- Thresholds have bounds, so that no setting can silence the screening. The floors for exact full names and listed
  document numbers (`matcher`) do not depend on the thresholds.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from appliance.matching.index.list_index import IndexedList, IndexSource
from appliance.matching.index.person_index import Fetch
from appliance.matching.matcher import Searchable, assign_band, score_persons
from appliance.matching.query import PersonQuery
from appliance.matching.weights import DEFAULT_THRESHOLDS, Thresholds
from data.journal.history import PastEvent, read_events
from data.journal.journal import Journal
from data.persons.person import PartialDate, Sex
from data.screenings import Band, Traveller
from data.text import Message, _, plural

MOST_EVENTS = 20_000


def past_travellers(journal: Journal, since: datetime) -> Iterator[tuple[datetime, Traveller, tuple[str, ...]]]:
    """Time, traveller, and document numbers of each past screening; newest first."""
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
    """A birth date; None if its year is unknown, which counts as no date here."""
    return PartialDate.parse(text) if text and not text.startswith("?") else None


def _numbers(detail: dict[str, Any]) -> Iterator[str]:
    for document in detail["screening"]["documents"]:
        if document.get("number"):
            yield document["number"]


LEAST_ALERTS = 3
STRONG_SHARE = 0.1
"""Share of the acceptable alerts that may be STRONG."""
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
    """The result of one traveller on today's lists."""

    best: float
    """Score of the best candidate; minus infinity if there is none."""
    always_alerts: bool
    """Whether a candidate is POSSIBLE or better at any thresholds."""


@dataclass(frozen=True, slots=True)
class TuningResult:
    """Thresholds, and the alerts that they would have caused."""

    thresholds: Thresholds
    crossings: int
    days: int
    alerts: int
    strong: int
    measured: bool
    """False if there were too few crossings to measure the rate, so that these are the defaults."""


_UNREACHABLE = Thresholds(strong=float("inf"), possible=float("inf"), weak=float("inf"))


def replay_crossing(crossing: Crossing, lists: Iterable[tuple[Searchable, Fetch]]) -> ReplayResult:
    """Compare one traveller with every list."""
    best, always_alerts = float("-inf"), False
    for index, fetch in lists:
        for part in index.parts:
            for scored in score_persons(crossing.query, part, fetch=fetch):
                if part.people.is_in_force(scored.person, crossing.day):
                    best = max(best, scored.score)
                    always_alerts |= assign_band(scored, crossing.query, _UNREACHABLE) in (Band.STRONG, Band.POSSIBLE)
    return ReplayResult(best, always_alerts)


@dataclass(frozen=True, slots=True)
class CrossingHistory:
    """The crossings that were replayed."""

    crossings: tuple[ReplayResult, ...]
    days: int
    """Days with at least one crossing."""


def replay_crossings(journal: Journal, since: datetime, lists: Iterable[IndexedList]) -> CrossingHistory:
    """Replay the crossings since `since` on today's lists."""
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
    """The alerts that these thresholds would have caused; `measured` is any text if they come from the crossings."""
    alerts = sum(crossing.always_alerts or crossing.best > thresholds.possible for crossing in crossings)
    strong = sum(crossing.best > thresholds.strong for crossing in crossings)
    return TuningResult(thresholds, len(crossings), days, alerts, strong, bool(measured))


def _score_at_share(crossings: Sequence[ReplayResult], share: float) -> float:
    """The score that at most this share of the crossings exceed."""
    ordered = sorted((crossing.best for crossing in crossings), reverse=True)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def tuning_in_words(tuned: TuningResult) -> Message:
    """For a technician: how many alerts to expect."""
    return _(
        "{crossings} in {days} ({rate} a day): {alerts}, {alert_rate}; {strong} of them strong, {strong_rate}.",
        crossings=plural("{count} crossing", "{count} crossings", tuned.crossings),
        days=plural("{count} day", "{count} days", tuned.days),
        rate=f"{tuned.crossings / max(1, tuned.days):.0f}",
        alerts=plural("{count} name alert", "{count} name alerts", tuned.alerts),
        alert_rate=_rate_in_words(tuned.alerts, tuned.days),
        strong=tuned.strong,
        strong_rate=_rate_in_words(tuned.strong, tuned.days),
    )


def _rate_in_words(count: int, days: int) -> Message:
    if not count:
        return _("none expected")
    a_day = count / max(1, days)
    if a_day >= 1:
        return _("about {number} a day", number=f"{a_day:.0f}")
    every = round(1 / a_day)
    return _("about one a day") if every == 1 else _("about one every {number} days", number=every)
