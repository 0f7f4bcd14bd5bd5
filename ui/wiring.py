"""The composition root: concrete lists, journal, clock, checks and devices made into one counter.

What only a device needs is imported when the device is wired: loading all that reads chips takes a third of a start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.checks.boarding_pass import BoardingPassCheck
from appliance.checks.document_list import DocumentListCheck
from appliance.checks.list_state import ListAgeCheck
from appliance.checks.nothing_to_ask import (
    BrokenListCheck,
    ChipNotAskedCheck,
    NoListCheck,
    NotCarriedCheck,
    UnknownKindCheck,
)
from appliance.checks.person_list import PersonListCheck
from appliance.checks.printed_data import MrzCheck, NumberCheck, ValidityCheck
from appliance.checks.seal import SealCheck
from appliance.checks.seen_again import SeenAgainCheck
from appliance.counter.counter import Counter
from appliance.counter.kit_lists import KitLists
from appliance.counter.parts import SEARCHED_KINDS, VOUCHING_KIND, CounterParts, Lane
from appliance.matching.index.person_index import IndexSource, LiveIndex, write_index
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from appliance.matching.weights import DEFAULT_THRESHOLDS, Thresholds
from appliance.screening.check_ports import Check, ListView
from appliance.screening.list_access import GuardedList, TrustLists
from appliance.screening.run import ScreeningLimits
from data.journal.journal import SightingLog
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.kit.settings import ChipExpectation, Settings
from data.lists.kinds import KINDS
from data.screenings import PersonCandidate, Screening
from devices.faults import DeviceFault
from devices.ports import ChipReader, DocumentReader, DriverContext

if TYPE_CHECKING:
    from appliance.chips.reader_service import ChipReaderService

SEEN_WITHIN, SEEN_SOON = timedelta(hours=24), timedelta(hours=2)
"""How far back a document's crossings at this post are compared, and how soon one after another is odd by itself."""


@dataclass(frozen=True, slots=True)
class ChipReaderChoice:
    """Where one process reads chips."""

    url: str | None = None
    """Empty: no chip reader is at hand; None: the one of kit.toml."""
    lay_s: float = 0.0
    """How long a chip is waited for; 0: as kit.toml says."""


def open_counter(home: Path, passphrase: str, chain: str, chips: ChipReaderChoice = ChipReaderChoice()) -> Counter:
    """The counter of the kit in `home`; `chain` names the process in the audit."""
    counter = counter_of(KitHome.open(home, passphrase, chain), chips)
    counter.refresh_access()
    return counter


def open_kit_for_changes(home: Path, passphrase: str, chain: str) -> KitHome:
    """The kit in `home`, for whatever may change its lists: a new base of a person list gets its name index."""
    kit = KitHome.open(home, passphrase, chain)
    kit.companions["persons"] = write_index
    return kit


def counter_of(kit: KitHome, chips: ChipReaderChoice = ChipReaderChoice()) -> Counter:
    """The counter of an open kit, which it closes."""
    return Counter(_Wiring(kit, chips).parts())


def lists_of(kit: KitHome) -> KitLists:
    """The lists of an open kit."""
    return KitLists(kit, lambda: read_clock(kit))


def thresholds_of(settings: Settings) -> Thresholds:
    """Where this post's bands of names begin."""
    return Thresholds(
        settings.name_strong, settings.name_possible, min(DEFAULT_THRESHOLDS.weak, settings.name_possible)
    )


class _Wiring:
    """The concrete parts for one kit."""

    def __init__(self, kit: KitHome, chips: ChipReaderChoice) -> None:
        self._kit = kit
        self._settings = kit.settings
        self._chips = chips
        self._lists = lists_of(kit)

    def parts(self) -> CounterParts:
        """What the counter is made of."""
        settings = self._settings
        return CounterParts(
            lane=Lane(settings.kit, settings.post, settings.lane, settings.direction),
            lists=self._lists,
            journal=self._kit.journal,
            clock=lambda: read_clock(self._kit),
            checks=lambda chip_service: list(self._checks(chip_service)),
            limits=ScreeningLimits(check_s=settings.check_deadline_s),
            chips=self._make_chip_service,
            reader=self._reader,
            close=self._kit.close,
        )

    # ── devices ──────────────────────────────────────────────────────────────────────────────────────

    def _reader(self, url: str) -> DocumentReader | None:
        """DeviceFault where `url` can be none; one of kit.toml that cannot be had says so when it is opened."""
        from devices.registry import reader
        from devices.unusable_reader import UnusableReader

        named = url or self._settings.reader
        try:
            return reader(named, self._driver_context) if named else None
        except DeviceFault as fault:
            if url:
                raise
            return UnusableReader(named, fault)

    def _make_chip_service(self) -> "ChipReaderService | None":
        settings = self._settings.chip
        url = settings.reader if self._chips.url is None else self._chips.url
        if not url:
            return None
        from appliance.chips.reader_service import ChipReaderService, ChipTimeouts

        waits = ChipTimeouts(self._chips.lay_s or settings.lay_s, settings.read_s)
        return ChipReaderService(self._chip_reader(url), self._trust, waits, lambda: read_clock(self._kit).now())

    def _chip_reader(self, url: str) -> ChipReader:
        from devices.registry import chip_reader
        from devices.unusable_reader import UnusableChipReader

        try:
            return chip_reader(url, self._driver_context)
        except DeviceFault as fault:
            if self._chips.url:
                raise
            return UnusableChipReader(url, fault)

    @property
    def _driver_context(self) -> DriverContext:
        return DriverContext(self._kit.path, self._settings.profile, lambda: read_clock(self._kit).now())

    @cached_property
    def _trust(self) -> TrustLists:
        return TrustLists(self._lists.of_kind(VOUCHING_KIND))

    # ── checks ───────────────────────────────────────────────────────────────────────────────────────

    def _checks(self, chip_service: "ChipReaderService | None") -> Iterator[Check]:
        yield SeenAgainCheck(SightingLog(self._kit.journal), within=SEEN_WITHIN, soon=SEEN_SOON)
        yield MrzCheck(self._settings.profile)
        yield NumberCheck(self._settings.profile)
        yield ValidityCheck()
        yield SealCheck(self._trust)
        yield BoardingPassCheck()
        yield from self._list_checks()
        yield from self._chip_checks(
            chip_service
        )  # last: where list and chip are equally serious, the list comes first

    def _list_checks(self) -> Iterator[Check]:
        if not any(reader.kind in SEARCHED_KINDS for reader in self._lists.readers.values()):
            yield NoListCheck()
        for carried in self._lists.carried:
            if carried.kind not in KINDS:
                yield UnknownKindCheck(carried.name)
            elif carried.kind in SEARCHED_KINDS and carried.name in self._lists.broken:
                yield BrokenListCheck(carried.kind, carried.name)
        for kind in sorted(SEARCHED_KINDS):
            for reader in self._lists.of_kind(kind):
                yield DocumentListCheck(reader) if kind == "documents" else self._person_check(reader)
                yield ListAgeCheck(reader, self._lists.policies[reader.name])
            if not any(carried.kind == kind for carried in self._lists.carried):
                yield NotCarriedCheck(kind, required=kind in self._settings.required_kinds)

    def _person_check(self, reader: GuardedList) -> Check:
        source, thresholds = IndexSource(reader), thresholds_of(self._settings)

        def search(screening: Screening, index: LiveIndex, view: ListView) -> tuple[PersonCandidate, ...]:
            if screening.traveller is None:
                return ()
            numbers = tuple(document.number for document in screening.documents)
            query = PersonQuery.of(screening.traveller, numbers)
            signed = view.edition.published.date() if view.edition else None
            return find_candidates(
                query, index, thresholds, today=screening.at.date(), signed=signed, fetch=view.get_many
            )

        return PersonListCheck(reader, source.of, search, reader.withheld)

    def _chip_checks(self, chip_service: "ChipReaderService | None") -> Iterator[Check]:
        """The age of what vouches counts where chips are expected; elsewhere it is shown with the rest."""
        expected = self._settings.chip.expected
        if chip_service is None:
            if self._settings.chip.reader:
                yield ChipNotAskedCheck(expected)
            return
        from appliance.checks.chip_check import ChipCheck, ChipPrintCheck

        yield ChipCheck(chip_service, expected)
        yield ChipPrintCheck(chip_service)
        if expected is not ChipExpectation.NEVER:
            yield from self._vouching_checks()

    def _vouching_checks(self) -> Iterator[Check]:
        for carried in self._lists.carried:
            if carried.kind == VOUCHING_KIND and carried.name in self._lists.broken:
                yield BrokenListCheck(carried.kind, carried.name)
            elif carried.kind == VOUCHING_KIND:
                yield ListAgeCheck(self._lists.readers[carried.name], self._lists.policies[carried.name])
