"""The lists of a kit's enrolment as they are open now: behind their guard for checks, with their age for people.

- Lists that were erased or fetched again while the counter runs are opened again (`KitLists.refresh_access`).
- The state of the lists is read between travellers, with one short read of each.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial

from appliance.screening.check_ports import ListReader
from appliance.screening.list_access import GuardedList, ListAccessGuard, TrustLists, make_lost_files_error
from appliance.standing_conditions import (
    Condition,
    ConditionKind,
    access_condition,
    distinct_conditions,
    record_conditions,
)
from data.clock import Clock, TrustedTime
from data.errors import Locked, StoreError, UnusableList, WaypostError
from data.kit.headquarters_word import (
    CarriedList,
    read_carried_lists,
    read_last_contact,
    read_list_contact,
    read_list_version,
)
from data.kit.home import KitHome
from data.lease.access import AccessState, ListAccess, find_withholding_reason
from data.lease.enforcement import enforce_access, read_access
from data.lists.edition import AgeBand, AgePolicy, Edition, format_age
from data.lists.kinds import KINDS, holds_personal_data
from data.lists.replica import Replica
from data.lists.storage.overlay import RolledBackVersion
from data.log.error_log import log_error
from data.policy import needs_approval, read_age_policy, read_bounds, read_erase_within_h
from data.text import EMPTY, Message, _, in_context, join
from devices.ports import DeviceHealth, DeviceState

SEARCHED_KINDS = frozenset({"documents", "persons"})
"""Kinds of list that a traveller is looked up in."""
VOUCHING_KIND = "trust"
"""Kind of list that vouches for chips."""
DEFAULT_AGE_POLICY = AgePolicy()
_FETCH_ADVICE = _("Fetch the lists with `waypost courier run`, or with a stick from headquarters")

_KEPT_PER_GENERATION = ("carried", "readers", "policies", "_files", "_is_erased")
"""Cached attributes that belong to one generation of the lists."""


@dataclass(frozen=True, slots=True)
class ListState:
    """One list as the status line shows it."""

    name: str
    edition: Edition | None
    """None if the list was never received or cannot be read."""
    age: AgeBand | None
    words: Message
    """`3 hours ago`, `never received`, `damaged`."""
    condition: Condition | None = None
    """What is wrong, if anything."""
    held_back: Condition | None = None
    """That somebody took a newer version back on this kit."""


@dataclass
class KitLists:
    """The lists that one kit carries.

    Whether they may be read, and how old each is::

        lists = KitLists(kit, lambda: clock)
        access, states = lists.refresh_access(), lists.states()
    """

    kit: KitHome
    clock: Callable[[], Clock]
    _open_generation: tuple[int, bool] | None = field(default=None, init=False)
    """The generation of the lists whose files are open, and whether they are erased."""

    @cached_property
    def carried(self) -> tuple[CarriedList, ...]:
        """The lists of this kit's enrolment."""
        return read_carried_lists(self.kit)

    @cached_property
    def readers(self) -> dict[str, GuardedList]:
        """The lists behind their guard, by name, without those that cannot be opened."""
        return {
            carried.name: GuardedList(
                carried.name,
                carried.kind,
                partial(self._file, carried.name),
                self.guard,
                self._find_withholding_reason,
                partial(read_bounds, self.kit, carried.name),
                partial(self._was_received, carried.name),
            )
            for carried in self.carried
            if carried.kind in KINDS and (carried.name in self._files or self._is_erased)
        }

    def of_kind(self, kind: str) -> list[GuardedList]:
        """The readers of the lists of this kind."""
        return [reader for reader in self.readers.values() if reader.kind == kind]

    @cached_property
    def trust(self) -> TrustLists:
        """The lists that vouch for chips and seals, together."""
        return TrustLists(self.of_kind(VOUCHING_KIND), self.age_time)

    @property
    def broken(self) -> list[str]:
        """Names of the lists that cannot be opened."""
        return [carried.name for carried in self.carried if carried.kind in KINDS and carried.name not in self.readers]

    @cached_property
    def policies(self) -> dict[str, AgePolicy]:
        """How old each list may be."""
        return {carried.name: read_age_policy(self.kit, carried.name) for carried in self.carried}

    @cached_property
    def guard(self) -> ListAccessGuard:
        """The guard of all lists, which knows whether they may be read."""
        return ListAccessGuard(lambda: read_access(self.kit, self.clock()))

    def refresh_access(self, reopened: Callable[[], None] = lambda: None) -> ListAccess:
        """Whether the lists may be read now. Lists that were erased or fetched again meanwhile are opened again.

        Then `reopened` runs before anybody may read them, because checks read from threads of their own. This also
        counts the time without headquarters, and locks or erases the lists when it is over: call it now and then.
        """
        try:
            access = enforce_access(self.kit, self.clock())
        except (StoreError, OSError) as error:  # a disk that cannot be written: what holds can still be read
            log_error(error)
            access = read_access(self.kit, self.clock())
        generation = access.generation, access.state is AccessState.ERASED
        if self._open_generation not in (None, generation):
            self._reopen()
            reopened()
            self.guard.accept_generation(access.generation)
        self._open_generation = generation
        return access

    def age_time(self, at: datetime) -> datetime:
        """The time from which the ages of the lists count at `at` (`data.lease.verdict_time`)."""
        return max(at, self.guard.access().ages_from or at)

    def _reopen(self) -> None:
        for name in _KEPT_PER_GENERATION:
            self.__dict__.pop(name, None)
        self.kit.close_lists()
        _ = self.readers  # opens the files

    def states(self, kinds: Collection[str] | None = None) -> tuple[ListState, ...]:
        """Each list of these kinds with its age now; of every kind by default.

        The age is shown even while a list is locked, since nobody is looked up for that.
        """
        kinds = KINDS if kinds is None else kinds
        if self._is_erased:
            return tuple(erased_list_state(carried.name) for carried in self.carried if carried.kind in kinds)
        broken = [name for name in self.broken if self.kind_of(name) in kinds]
        return (
            *self._states(file for file in self._files.values() if file.kind in kinds),
            *map(damaged_list_state, broken),
        )

    def kind_of(self, list_name: str) -> str:
        """The kind of a carried list."""
        return next(carried.kind for carried in self.carried if carried.name == list_name)

    def find_held_back(self, list_name: str) -> RolledBackVersion | None:
        """The version that somebody rolled back here; None if there is none."""
        return self._files[list_name].held_back if list_name in self._files else None

    def last_contact(self) -> datetime | None:
        """When this kit last heard from headquarters; None if it never did."""
        return read_last_contact(self.kit)

    @cached_property
    def _files(self) -> dict[str, Replica]:
        """The files of the lists, even of those that were never received."""
        files: dict[str, Replica] = {}
        for carried in self.carried if not self._is_erased else ():
            if carried.kind in KINDS:
                try:
                    file = self.kit.lists.add(carried.name, carried.kind)
                except WaypostError as error:  # a check reports it; the other lists answer
                    log_error(error, list_name=carried.name)
                else:
                    if file.kind == carried.kind:
                        files[carried.name] = file
        return files

    def _file(self, name: str) -> Replica:
        return self._files[name]

    @cached_property
    def _is_erased(self) -> bool:
        return read_access(self.kit, self.clock()).state is AccessState.ERASED

    def _find_withholding_reason(self, edition: Edition, access: ListAccess) -> str:
        within_h = read_erase_within_h(self.kit, edition.list)
        return find_withholding_reason(read_list_contact(self.kit, edition), within_h, access, self.clock().now())

    def _states(self, files: Iterable[Replica]) -> Iterator[ListState]:
        access = self.guard.access()
        for state in list_states(files, self.age_time(self.clock().now()), self.policies):
            words = state.words
            rolled_back = None if state.edition is None else self.find_held_back(state.name)
            notes = [_("version {version} held back", version=rolled_back.version)] if rolled_back else []
            held_back = _describe_held_back(state.name, rolled_back) if rolled_back else None
            if state.edition and holds_personal_data(self.kind_of(state.name)):
                notes += [_("details locked")] if self._find_withholding_reason(state.edition, access) else []
            condition = self._find_unapproved(state.edition) or state.condition
            if condition and condition.kind is ConditionKind.LIST_MISSING and self._was_received(state.name):
                condition, words = _describe_lost(state.name), _("its files are gone")
            elif state.name in access.unconfirmed:
                notes.append(_("not searched: it may be an older copy"))
                condition = Condition(ConditionKind.LIST_UNCONFIRMED, state.name, _FETCH_ADVICE)
            words = join((words, *notes), ", ") if notes else words
            yield replace(state, words=words, condition=condition, held_back=held_back)

    def _was_received(self, list_name: str) -> bool:
        """Whether a version of the list is known to have been here, and the kit itself removed none of its files."""
        record = self.kit.witness.read()
        head = record.lists.get(list_name)
        is_removed = head is not None and head.is_discarded and list_name not in record.unconfirmed
        return read_list_version(self.kit, list_name) is not None and not is_removed

    def _find_unapproved(self, edition: Edition | None) -> Condition | None:
        if edition and not edition.count and needs_approval(read_bounds(self.kit, edition.list), edition):
            return Condition(ConditionKind.LIST_EMPTY, edition.list)
        return None


def _describe_lost(name: str) -> Condition:
    error = make_lost_files_error(name)
    return Condition(ConditionKind.LIST_DAMAGED, name, join([error.what, error.do], ". "))


def _describe_held_back(name: str, version: RolledBackVersion) -> Condition:
    facts = {"version": version.version, "who": version.who, "why": version.why}
    do = _(
        "{who} took back version {version}: {why}. What is new in it is not searched until a newer one comes", **facts
    )
    return Condition(ConditionKind.LIST_HELD_BACK, name, do)


def list_states(
    lists: Iterable[ListReader], now: datetime, policies: Mapping[str, AgePolicy] | None = None
) -> tuple[ListState, ...]:
    """The states of these lists. A list that cannot be read is `damaged`, never left out."""
    return tuple(_list_state(listed, (policies or {}).get(listed.name, DEFAULT_AGE_POLICY), now) for listed in lists)


def _list_state(listed: ListReader, policy: AgePolicy, now: datetime) -> ListState:
    name = listed.name
    try:
        with listed.read() as view:
            edition, damaged = view.edition, listed.needs_repair
    except Locked:
        edition, damaged = None, True
    except WaypostError as error:
        log_error(error, list_name=name)
        cause = join([error.what, error.do], ". ") if error.do else error.what
        state = damaged_list_state(name, cause)
        return replace(state, words=cause) if isinstance(error, UnusableList) else state
    if damaged:
        return damaged_list_state(name)
    if edition is None:
        return ListState(name, None, None, _("never received"), Condition(ConditionKind.LIST_MISSING, name))
    return edition_state(edition, policy, now)


def edition_state(edition: Edition, policy: AgePolicy, now: datetime) -> ListState:
    """The state of a list of which this version can be read."""
    age = policy.band(edition.as_of, now)
    expired = Condition(ConditionKind.LIST_EXPIRED, edition.list) if age is AgeBand.EXPIRED else None
    return ListState(edition.list, edition, age, format_age(now - edition.as_of), expired)


def damaged_list_state(name: str, cause: Message = EMPTY) -> ListState:
    """The state of a list that is damaged, or whose files cannot be opened; `cause` says why, and what ends it."""
    condition = Condition(ConditionKind.LIST_DAMAGED, name, cause)
    return ListState(name, None, None, in_context("state of a list", "damaged"), condition)


def erased_list_state(name: str) -> ListState:
    """The state of a list that was erased."""
    return ListState(name, None, None, in_context("state of a list", "erased"), Condition(ConditionKind.LISTS_ERASED))


def post_conditions(
    lists: Iterable[ListState],
    time: TrustedTime,
    readers: Mapping[str, DeviceState] | None = None,
    access: ListAccess | None = None,
) -> tuple[Condition, ...]:
    """The standing conditions of the post now, each once."""
    all_lists = access_condition(access) if access else None
    conditions = [all_lists] if all_lists else []
    states = list(lists)
    conditions += [state.condition for state in states if state.condition]
    conditions += [state.held_back for state in states if state.held_back]
    dead = (DeviceHealth.ABSENT, DeviceHealth.FAULTED)
    conditions += [
        Condition(ConditionKind.READER_DEAD, name, state.hint)
        for name, state in (readers or {}).items()
        if state.health in dead
    ]
    if time.is_behind:
        conditions.append(Condition(ConditionKind.CLOCK_BEHIND))
    conditions += record_conditions(access) if access else ()
    return distinct_conditions(conditions)
