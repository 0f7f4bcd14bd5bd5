"""Travellers of the past, read back from the journal: each screening once, as it was last recorded.

What was purged, or has no name, is left out.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from data.journal.history import Remembered, events
from data.journal.journal import Journal
from data.persons.partial_date import PartialDate
from data.persons.person import Sex
from data.screenings import Traveller

MOST = 20_000


def travellers(journal: Journal, since: datetime) -> Iterator[tuple[datetime, Traveller, tuple[str, ...]]]:
    """When, who, and the numbers of their documents; newest first."""
    seen: set[str] = set()
    for event in events(journal, "screening", since=since, most=MOST):
        if event.screening is None or event.screening in seen:
            continue
        seen.add(event.screening)
        traveller = _traveller(event)
        if traveller is not None:
            yield event.at, traveller, tuple(_numbers(event.detail))


def _traveller(event: Remembered) -> Traveller | None:
    found = event.detail.get("screening", {}).get("traveller")
    if not found:
        return None
    return Traveller(
        found["surname"],
        found["given"],
        found["truncated"],
        _birth(found["birth"]),
        Sex(found["sex"]),
        found["nationality"],
    )


def _birth(text: str | None) -> PartialDate | None:
    """A birth date; None where its year was unknown, which is as good as no date here."""
    return PartialDate.parse(text) if text and not text.startswith("?") else None


def _numbers(detail: dict[str, Any]) -> Iterator[str]:
    for document in detail["screening"]["documents"]:
        if document.get("number"):
            yield document["number"]
