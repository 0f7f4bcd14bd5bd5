"""Recorded travellers put to today's person lists, without a trace in the journal of who they were."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from appliance.counter.kit_lists import KitLists
from appliance.matching.index import Fetch
from appliance.matching.matcher import Searchable
from appliance.matching.query import PersonQuery
from appliance.matching.stored import IndexSource
from appliance.matching.tuning import Crossing, Replayed, replay
from appliance.recorded import travellers


@dataclass(frozen=True, slots=True)
class History:
    """What was replayed."""

    crossings: tuple[Replayed, ...]
    days: int
    """On which somebody crossed."""


def replayed(lists: KitLists, days: int) -> History:
    """The crossings of the last `days` days on the lists as they are now."""
    since = lists.clock().now() - timedelta(days=days)
    past = list(travellers(lists.kit.journal, since))
    with ExitStack() as stack:
        searched = tuple(_searched(lists, stack))
        crossings = tuple(
            replay(Crossing(PersonQuery.of(traveller, numbers), at.date()), searched) for at, traveller, numbers in past
        )
    return History(crossings, len({at.date() for at, _, _ in past}))


def _searched(lists: KitLists, stack: ExitStack) -> Iterator[tuple[Searchable, Fetch]]:
    for reader in lists.of_kind("persons"):
        view = stack.enter_context(reader.read())
        yield IndexSource(reader).of(view), view.get_many
