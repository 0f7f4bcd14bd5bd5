"""The composition root: concrete lists, journal, clock, checks and devices made into one counter.

What only a device needs is imported when the device is wired: loading all that reads chips takes a third of a start.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.checks.boarding_pass import BoardingPassCheck
from appliance.checks.broken_list import BrokenListCheck
from appliance.checks.chip_not_asked import ChipNotAskedCheck
from appliance.checks.document_list import DocumentListCheck
from appliance.checks.list_age import ListAgeCheck
from appliance.checks.mrz import MrzCheck
from appliance.checks.no_list import NoListCheck
from appliance.checks.not_carried import NotCarriedCheck
from appliance.checks.number import NumberCheck
from appliance.checks.person_list import PersonListCheck
from appliance.checks.seal import SealCheck
from appliance.checks.seen_again import SeenAgainCheck
from appliance.checks.unknown_kind import UnknownKindCheck
from appliance.checks.validity import ValidityCheck
from appliance.guarded_list import Gate, GuardedList
from appliance.limits import Limits
from appliance.matching.live import LiveIndex
from appliance.matching.matcher import match
from appliance.matching.query import PersonQuery
from appliance.matching.stored import IndexSource
from appliance.matching.weights import DEFAULT, Thresholds
from appliance.ports import Check, ListView
from appliance.post_state import ListState, erased, list_states, unopened
from appliance.screening import Screener
from appliance.trust_lists import TrustLists
from data.access import Access, State
from data.chip_settings import Expected
from data.clock import Clock
from data.details import why_withheld, word_about
from data.enrolment import CarriedList, age_policy, carried, clock, erase_within_h
from data.errors import Damaged
from data.findings import PersonCandidate
from data.home import KitHome
from data.journal.sightings import Sightings
from data.lists.age import AgePolicy
from data.lists.edition import Edition
from data.lists.kinds import KINDS
from data.lists.notes import HeldBack
from data.lists.replica import Replica
from data.screenings import Screening
from data.settings import FILE_NAME
from data.standing import access, look
from devices.faults import DeviceFault
from devices.ports import ChipReader, DocumentReader
from devices.surroundings import Surroundings

if TYPE_CHECKING:
    from appliance.chips.station import ChipStation

_SEARCHED = ("documents", "persons")
"""Kinds of list that a traveller is looked up in."""
_OF_PERSONS = "persons"
_VOUCHING = "trust"
"""Kind of list that vouches for chips."""
SEEN_WITHIN, SEEN_SOON = timedelta(hours=24), timedelta(hours=2)
"""How far back a document's crossings at this post are compared, and how soon one after another is odd by itself."""


_OF_LISTS = ("lists", "replicas", "_files", "_erased", "_policies", "screener")
"""What a counter keeps that belongs to one life of its lists."""


@dataclass
class Counter:
    """Everything one kit needs to screen travellers."""

    kit: KitHome
    chip_url: str | None = None
    """The chip reader of this process; empty: none is at hand; None: the one of kit.toml."""
    chip_wait_s: float = 0.0
    """With it: how long a chip is waited for; 0: as kit.toml says."""
    _looked: tuple[int, bool] | None = field(default=None, init=False)
    """Which life of the lists the files that are open belong to, and whether it is over."""

    @cached_property
    def lists(self) -> tuple[CarriedList, ...]:
        """The lists of this kit's enrolment."""
        return carried(self.kit)

    @cached_property
    def replicas(self) -> dict[str, GuardedList]:
        """Those lists for whoever looks somebody up; without those that cannot be opened."""
        return {
            one.name: GuardedList(one.name, one.kind, partial(self._file, one.name), self._gate, self._withheld)
            for one in self.lists
            if one.kind in KINDS and (one.name in self._files or self._erased)
        }

    def _file(self, name: str) -> Replica:
        return self._files[name]

    @cached_property
    def _gate(self) -> Gate:
        return Gate(lambda: access(self.kit, self.clock))

    def _withheld(self, edition: Edition, found: Access) -> str:
        within_h = erase_within_h(self.kit, edition.list)
        return why_withheld(word_about(self.kit, edition), within_h, found.silence, self.clock.now())

    @cached_property
    def _files(self) -> dict[str, Replica]:
        """Those lists as they are here, also where nothing of them arrived yet."""
        opened: dict[str, Replica] = {}
        for one in self.lists if not self._erased else ():
            if one.kind in KINDS:
                with suppress(Damaged):  # `_checks` answers for it, the courier fetches it anew
                    opened[one.name] = self.kit.lists.add(one.name, one.kind)
        return opened

    @cached_property
    def _erased(self) -> bool:
        return access(self.kit, self.clock).state is State.ERASED

    def look(self) -> Access:
        """Whether the lists may be read now. Lists that were erased or came anew meanwhile are opened anew.

        The time without headquarters is counted and what it comes to is done: ask now and then.
        """
        found = look(self.kit, self.clock)
        life = found.generation, found.state is State.ERASED
        if self._looked not in (None, life):
            self._open_anew(found.generation)
        self._looked = life
        return found

    def _open_anew(self, generation: int) -> None:
        """Before anybody is let in: checks ask from threads of their own."""
        for name in _OF_LISTS:
            self.__dict__.pop(name, None)
        self.kit.forget_lists()
        self.screener.prepare()  # opens the files
        self._gate.opened_anew(generation)

    @cached_property
    def screener(self) -> Screener:
        """The pipeline with this kit's checks."""
        limits = Limits(check_s=self.kit.settings.check_deadline_s)
        return Screener(list(self._checks()), self.kit.journal, limits)

    @property
    def clock(self) -> Clock:
        """The time this kit trusts now; a sync beside us may have raised its floor."""
        return clock(self.kit)

    def list_states(self) -> tuple[ListState, ...]:
        """Each carried list with its age, as it stands now."""
        return self._states_of(frozenset(KINDS))

    def screened_states(self) -> tuple[ListState, ...]:
        """Those that travellers are looked up in, and where chips are read those that vouch for them."""
        return self._states_of(frozenset((*_SEARCHED, _VOUCHING) if self.chips else _SEARCHED))

    def _states_of(self, kinds: frozenset[str]) -> tuple[ListState, ...]:
        """How old a list is may be told while it is locked: nobody is looked up for that."""
        if self._erased:
            return tuple(erased(one.name) for one in self.lists if one.kind in kinds)
        broken = [name for name in self._broken if self.kind_of(name) in kinds]
        return (*self._states(one for one in self._files.values() if one.kind in kinds), *map(unopened, broken))

    def held_back(self, list_name: str) -> HeldBack | None:
        """The version that somebody took back here."""
        return self._files[list_name].held_back if list_name in self._files else None

    def _states(self, replicas: Iterable[Replica]) -> Iterator[ListState]:
        for state in list_states(replicas, self.clock.now(), self._policies):
            held = None if state.edition is None else self.held_back(state.name)
            beside = [f"version {held.version} held back"] if held else []
            if state.edition and self.kind_of(state.name) == _OF_PERSONS:
                locked = self._withheld(state.edition, self._gate.access())
                beside += ["details locked"] if locked else []
            yield replace(state, words=", ".join((state.words, *beside)))

    def kind_of(self, list_name: str) -> str:
        """The kind of a carried list."""
        return next(one.kind for one in self.lists if one.name == list_name)

    @property
    def _broken(self) -> list[str]:
        return [one.name for one in self.lists if one.kind in KINDS and one.name not in self.replicas]

    @property
    def _screened(self) -> list[GuardedList]:
        return [replica for replica in self.replicas.values() if replica.kind in _SEARCHED]

    def reader(self) -> DocumentReader | None:
        """The passport reader of kit.toml, closed; None where documents are typed. DeviceFault for a wrong URL."""
        from devices.registry import reader

        named = self.kit.settings.reader
        return reader(named, self.surroundings) if named else None

    @property
    def surroundings(self) -> Surroundings:
        """Where this kit's drivers work."""
        return Surroundings(self.kit.path, self.kit.settings.profile, lambda: self.clock.now())

    @cached_property
    def chips(self) -> "ChipStation | None":
        """Where chips are read; None where kit.toml names no chip reader."""
        settings = self.kit.settings.chip
        url = settings.reader if self.chip_url is None else self.chip_url
        if not url:
            return None
        from appliance.chips.station import ChipStation, Waits

        waits = Waits(self.chip_wait_s or settings.lay_s, settings.read_s)
        return ChipStation(self._chip_reader(url), self._trust, waits, lambda: self.clock.now())

    def _chip_reader(self, url: str) -> ChipReader:
        from devices.registry import chip_reader
        from devices.unusable import UnusableChipReader

        try:
            return chip_reader(url, self.surroundings)
        except DeviceFault as fault:
            if self.chip_url:
                raise
            return UnusableChipReader(url, fault)

    @cached_property
    def _trust(self) -> TrustLists:
        return TrustLists([one for one in self.replicas.values() if one.kind == _VOUCHING])

    def close(self) -> None:
        """Let go of the chip reader and of the kit's files."""
        if "chips" in self.__dict__ and self.chips:
            self.chips.close()
        self.kit.close()

    @property
    def thresholds(self) -> Thresholds:
        """Where this post's bands of names begin."""
        settings = self.kit.settings
        return Thresholds(settings.name_strong, settings.name_possible, min(DEFAULT.weak, settings.name_possible))

    def keep_thresholds(self, thresholds: Thresholds) -> None:
        """Put them into kit.toml; they count from the next start."""
        chosen = {"name_strong": thresholds.strong, "name_possible": thresholds.possible}
        self.kit.settings.model_copy(update=chosen).save(self.kit.path / FILE_NAME)

    @cached_property
    def _policies(self) -> dict[str, AgePolicy]:
        return {one.name: age_policy(self.kit, one.name) for one in self.lists}

    def _checks(self) -> Iterator[Check]:
        yield SeenAgainCheck(Sightings(self.kit.journal), within=SEEN_WITHIN, soon=SEEN_SOON)
        yield MrzCheck(self.kit.settings.profile)
        yield NumberCheck(self.kit.settings.profile)
        yield ValidityCheck()
        yield SealCheck(self._trust)
        yield BoardingPassCheck()
        if not self._screened:
            yield NoListCheck()
        for one in self.lists:
            if one.kind not in KINDS:
                yield UnknownKindCheck(one.name)
            elif one.kind in _SEARCHED and one.name in self._broken:
                yield BrokenListCheck(one.kind, one.name)
        for kind in _SEARCHED:
            of_kind = [replica for replica in self._screened if replica.kind == kind]
            for replica in of_kind:
                yield DocumentListCheck(replica) if kind == "documents" else _person_check(replica, self.thresholds)
                yield ListAgeCheck(replica, self._policies[replica.name])
            if not any(one.kind == kind for one in self.lists):
                yield NotCarriedCheck(kind, required=kind in self.kit.settings.required_kinds)
        yield from self._chip_checks()  # last: where a list and a chip are equally serious, the list is told first

    def _chip_checks(self) -> Iterator[Check]:
        """The age of what vouches counts where chips are expected; elsewhere it is told beside."""
        expected = self.kit.settings.chip.expected
        if self.chips is None:
            if self.kit.settings.chip.reader:
                yield ChipNotAskedCheck(expected)
            return
        from appliance.checks.chip import ChipCheck
        from appliance.checks.chip_print import ChipPrintCheck

        yield ChipCheck(self.chips, expected)
        yield ChipPrintCheck(self.chips)
        if expected is not Expected.NEVER:
            for one in self.lists:
                if one.kind == _VOUCHING and one.name in self._broken:
                    yield BrokenListCheck(one.kind, one.name)
                elif one.kind == _VOUCHING:
                    yield ListAgeCheck(self.replicas[one.name], self._policies[one.name])


def open_counter(home: Path, passphrase: str, chain: str) -> Counter:
    """The counter of the kit in `home`; `chain` names the process in the audit."""
    counter = Counter(KitHome.open(home, passphrase, chain))
    counter.look()
    return counter


def _person_check(replica: GuardedList, thresholds: Thresholds) -> Check:
    source = IndexSource(replica)

    def search(screening: Screening, index: LiveIndex, view: ListView) -> tuple[PersonCandidate, ...]:
        if screening.traveller is None:
            return ()
        numbers = tuple(document.number for document in screening.documents)
        query = PersonQuery.of(screening.traveller, numbers)
        signed = view.edition.published.date() if view.edition else None
        return match(query, index, thresholds, today=screening.at.date(), signed=signed, fetch=view.get_many)

    return PersonListCheck(replica, source.of, search, replica.withheld)
