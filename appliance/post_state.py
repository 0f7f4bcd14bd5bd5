"""The state of the whole post, for the status line: each list with its age in words, and what is amiss.

Looked at between travellers; costs one short read a list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.ports import ListReader
from appliance.standing import Condition, ConditionKind, of_access, told_once
from data.access import Access
from data.clock import TrustedTime
from data.errors import WaypostError
from data.lists.age import Age, AgePolicy, age_in_words
from data.lists.edition import Edition
from devices.states import DeviceState, Health

DEFAULT_POLICY = AgePolicy()


@dataclass(frozen=True, slots=True)
class ListState:
    """One list as the status line shows it."""

    name: str
    edition: Edition | None
    """None when the list never came or cannot be read."""
    age: Age | None
    words: str
    """`3 hours ago`, `never received`, `damaged`."""
    condition: Condition | None = None
    """What is amiss, if anything."""


def list_states(
    lists: Iterable[ListReader], now: datetime, policies: Mapping[str, AgePolicy] | None = None
) -> tuple[ListState, ...]:
    """Every list of the kit. A list that cannot be read is `damaged`, never left out."""
    return tuple(_state(listed, (policies or {}).get(listed.name, DEFAULT_POLICY), now) for listed in lists)


def _state(listed: ListReader, policy: AgePolicy, now: datetime) -> ListState:
    name = listed.name
    try:
        with listed.read() as view:
            edition, damaged = view.edition, listed.needs_repair
    except WaypostError:
        edition, damaged = None, True
    if damaged:
        return unopened(name)
    if edition is None:
        return ListState(name, None, None, "never received", Condition(ConditionKind.LIST_MISSING, name))
    age = policy.band(edition.as_of, now)
    expired = Condition(ConditionKind.LIST_EXPIRED, name) if age is Age.EXPIRED else None
    return ListState(name, edition, age, age_in_words(now - edition.as_of), expired)


def unopened(name: str) -> ListState:
    """A list that is damaged, or whose files cannot even be opened."""
    return ListState(name, None, None, "damaged", Condition(ConditionKind.LIST_DAMAGED, name))


def erased(name: str) -> ListState:
    """A list that this kit had."""
    return ListState(name, None, None, "erased", Condition(ConditionKind.LISTS_ERASED))


def conditions(
    lists: Iterable[ListState],
    time: TrustedTime,
    readers: Mapping[str, DeviceState] | None = None,
    access: Access | None = None,
) -> tuple[Condition, ...]:
    """What the whole post lacks now, each told once."""
    all_lists = of_access(access) if access else None
    found = [all_lists] if all_lists else []
    found += [one.condition for one in lists if one.condition]
    dead = (Health.ABSENT, Health.FAULTED)
    found += [
        Condition(ConditionKind.READER_DEAD, name) for name, state in (readers or {}).items() if state.health in dead
    ]
    if time.behind:
        found.append(Condition(ConditionKind.CLOCK_BEHIND))
    return told_once(found)
