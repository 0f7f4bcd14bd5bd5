"""Recorded travellers put to today's person lists, without a trace in the journal of who they were."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from appliance.matching.index import Fetch
from appliance.matching.matcher import Searchable
from appliance.matching.query import PersonQuery
from appliance.matching.stored import IndexSource
from appliance.matching.tuning import Crossing, Replayed, replay
from appliance.recorded import travellers
from ui.wiring import Counter


@dataclass(frozen=True, slots=True)
class History:
    """What was replayed."""

    crossings: tuple[Replayed, ...]
    days: int
    """On which somebody crossed."""


def replayed(counter: Counter, days: int) -> History:
    """The crossings of the last `days` days on the lists as they are now."""
    since = counter.clock.now() - timedelta(days=days)
    past = list(travellers(counter.kit.journal, since))
    with ExitStack() as stack:
        lists = tuple(_lists(counter, stack))
        crossings = tuple(
            replay(Crossing(PersonQuery.of(traveller, numbers), at.date()), lists) for at, traveller, numbers in past
        )
    return History(crossings, len({at.date() for at, _, _ in past}))


def _lists(counter: Counter, stack: ExitStack) -> Iterator[tuple[Searchable, Fetch]]:
    for replica in counter.replicas.values():
        if replica.kind == "persons":
            view = stack.enter_context(replica.read())
            yield IndexSource(replica).of(view), view.get_many
