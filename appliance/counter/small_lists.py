"""Asks the small lists of a kit (vehicles, operations): each answer comes with the state of its list.

    vehicles = SmallLists(lists).find("vehicles", RowQuestion("plate", "AB 123 CD", "FRA"))

- A list that cannot be searched gives no rows at all (`records` is None), which is never the same as finding none.
- Personal data of a row stays out of the answer while details of its list are locked.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.counter.kit_lists import KitLists, ListState, edition_state
from appliance.screening.check_ports import ListView
from appliance.screening.list_access import GuardedList
from data.errors import Denied, StoreError
from data.lists.kinds import load_small_list_kind
from data.lists.small_lists.list_schema import SmallListRecord
from data.lists.small_lists.row_search import RowQuestion, SmallListSearch
from data.log.error_log import log_error
from data.text import EMPTY, Message

_Read = Callable[[SmallListSearch, ListView, datetime], Iterable[SmallListRecord]]


@dataclass(frozen=True, slots=True)
class SmallListAnswer:
    """What one list says."""

    state: ListState
    """Of the version that answered, or of the list where it cannot be searched."""
    records: tuple[SmallListRecord, ...] | None
    """None where the list cannot be searched."""
    fault: Message = EMPTY
    """Why it cannot be searched, where `state` does not say."""
    withheld: str = ""
    """Why personal data is left out of the rows (`data.lease.access`); empty where it is not."""


class SmallLists:
    """The small lists that a kit carries."""

    def __init__(self, lists: KitLists) -> None:
        self._lists = lists
        self._searches: dict[str, SmallListSearch] = {}

    def find(self, kind: str, question: RowQuestion) -> tuple[SmallListAnswer, ...]:
        """What each list of this kind has in answer to a question; empty where the kit carries none of them.

        InputError: the question has nothing to search by.
        """
        return tuple(self._ask(kind, lambda search, view, at: search.find(view, question, at)))

    def read_all(self, kind: str) -> tuple[SmallListAnswer, ...]:
        """Every row of each list of this kind, 100,000 at most of each."""
        return tuple(self._ask(kind, lambda search, view, at: search.read_all(view, at)))

    def _ask(self, kind: str, read: _Read) -> Iterator[SmallListAnswer]:
        states = {state.name: state for state in self._lists.states({kind})}
        readers = {reader.name: reader for reader in self._lists.of_kind(kind)}
        for name, state in states.items():
            reader = readers.get(name)
            yield self._answer(kind, reader, state, read) if reader else SmallListAnswer(state, None)

    def _answer(self, kind: str, reader: GuardedList, state: ListState, read: _Read) -> SmallListAnswer:
        kind_of_list = load_small_list_kind(kind)
        search = self._searches.setdefault(reader.name, SmallListSearch(kind_of_list))
        now = self._lists.clock().now()
        try:
            with reader.read() as view:
                edition = view.edition
                if edition is None or reader.needs_repair or reader.needs_approval(edition):
                    return SmallListAnswer(state, None)
                records = tuple(read(search, view, now))
        except (StoreError, Denied) as error:
            log_error(error, list_name=reader.name)
            return SmallListAnswer(state, None, error.message)
        policy, ages_from = self._lists.policies[reader.name], self._lists.age_time(now)
        state = replace(edition_state(edition, policy, ages_from), held_back=state.held_back)
        why = reader.withheld(edition)
        shown = tuple(map(kind_of_list.schema.withhold, records)) if why else records
        return SmallListAnswer(state, shown, withheld=why)
