"""The composition root: makes one counter from an open kit, its lists, journal, clock and devices.

Modules that only a device needs are imported when it is wired: loading what reads chips takes a third of the start.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.counter.check_set import checks_of
from appliance.counter.counter import Counter
from appliance.counter.kit_lists import KitLists
from appliance.counter.parts import CounterParts, CounterRecords, Lane
from appliance.matching.index.list_index import write_index
from appliance.screening.check_ports import Check
from appliance.screening.run import ScreeningLimits
from data.journal.referrals import ReferralLog
from data.journal.sightings import SightingLog
from data.journal.travellers import TravellerLog
from data.journal.unscreened import UnscreenedLog
from data.kit.disk_space import DiskReserve, DiskState, read_disk_state
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.store_key import StoreKey
from devices.faults import DeviceFault
from devices.ports import ChipReader, DocumentReader, DriverContext

if TYPE_CHECKING:
    from appliance.chips.reader_service import ChipReaderService
    from appliance.people.post_people import PostPeople
    from devices.staff_card.card_reader import StaffCardReader


@dataclass(frozen=True, slots=True)
class ChipReaderChoice:
    """Which chip reader one process uses."""

    url: str | None = None
    """Empty: no chip reader; None: the one in kit.toml."""
    lay_s: float = 0.0
    """Seconds to wait for a chip; 0: as kit.toml says."""


def open_counter(home: Path, passphrase: str, chain: str, chips: ChipReaderChoice = ChipReaderChoice()) -> Counter:
    """The counter of the kit in `home`; `chain` names the process in the audit::

        with closing(open_counter(Path("kit"), passphrase, "desk")) as counter:
            result = counter.screen(ScreeningRequest(subject, officer))

    Raises:
        WaypostError: there is no kit, the passphrase is wrong, or another process uses it.
    """
    return _open_counter(KitHome.open(home, passphrase, chain), chips)


def open_unlocked_counter(
    home: Path, key: StoreKey, chain: str, chips: ChipReaderChoice = ChipReaderChoice()
) -> Counter:
    """The same with the key of the kit's files, which was unlocked before. Raises WaypostError."""
    return _open_counter(KitHome.open_unlocked(home, key, chain), chips)


def _open_counter(kit: KitHome, chips: ChipReaderChoice) -> Counter:
    counter = counter_of(kit, chips)
    counter.refresh_access()
    return counter


def open_kit_for_changes(home: Path, passphrase: str, chain: str) -> KitHome:
    """The kit in `home`, to change its lists: a person list then gets a name index with each new base."""
    kit = KitHome.open(home, passphrase, chain)
    kit.companions["persons"] = write_index
    return kit


def counter_of(kit: KitHome, chips: ChipReaderChoice = ChipReaderChoice()) -> Counter:
    """The counter of an open kit; closing the counter closes the kit."""
    return Counter(_Wiring(kit, chips).parts())


def lists_of(kit: KitHome) -> KitLists:
    """The lists of an open kit."""
    return KitLists(kit, lambda: read_clock(kit))


def people_of(counter: Counter) -> "PostPeople":
    """Who works on the kit of this counter, which was made here."""
    people = counter.people
    if people is None:
        raise AssertionError("a counter that was made here knows its people")
    return people


def post_people_of(kit: KitHome) -> "PostPeople":
    """Who works on an open kit, with its reader of staff cards where kit.toml names one."""
    from appliance.people.post_people import PostPeople

    settings, url = kit.settings, kit.settings.card.url
    if not url:
        return PostPeople(kit)
    from appliance.people.card_sign_in import CardSignIn

    def make_reader() -> "StaffCardReader":
        from devices.registry import staff_card_reader

        return staff_card_reader(url, _driver_context(kit))

    return PostPeople(kit, cards=CardSignIn(make_reader, settings.kit, lambda: read_clock(kit).now()))


def _driver_context(kit: KitHome) -> DriverContext:
    return DriverContext(kit.path, kit.settings.profile, lambda: read_clock(kit).now())


class _Wiring:
    """The concrete parts for one kit."""

    def __init__(self, kit: KitHome, chips: ChipReaderChoice) -> None:
        self._kit = kit
        self._settings = kit.settings
        self._chips = chips
        self._lists = lists_of(kit)
        self._reserve = DiskReserve(kit.path)

    def parts(self) -> CounterParts:
        """The parts of the counter."""
        settings = self._settings
        return CounterParts(
            lane=Lane(settings.kit, settings.post, settings.lane, settings.direction),
            lists=self._lists,
            journal=self._kit.journal,
            records=self._records,
            clock=lambda: read_clock(self._kit),
            checks=self._checks,
            read_disk=self._read_disk,
            read_journal=self._kit.journal.read_state,
            limits=ScreeningLimits(check_s=settings.check_deadline_s),
            chips=self._make_chip_service,
            reader=self._reader,
            people=self._make_people,
            close=self._kit.close,
        )

    def _make_people(self) -> "PostPeople":
        return post_people_of(self._kit)

    def _checks(self, chip_service: "ChipReaderService | None") -> list[Check]:
        return list(
            checks_of(self._lists, SightingLog(self._kit.journal), self._referrals(), self._settings, chip_service)
        )

    def _read_disk(self) -> DiskState | None:
        self._reserve.take()
        return read_disk_state(self._kit.path)

    def _records(self) -> CounterRecords:
        journal = self._kit.journal
        return CounterRecords(self._referrals(), TravellerLog(journal), UnscreenedLog(journal))

    def _referrals(self) -> ReferralLog:
        memory = timedelta(hours=self._settings.referrals_kept_h)
        self._kit.journal.sightings_kept = memory
        return ReferralLog(self._kit.journal, memory)

    # ── devices ──────────────────────────────────────────────────────────────────────────────────────

    def _reader(self, url: str) -> DocumentReader | None:
        """Raises DeviceFault for a wrong `url`; a wrong one in kit.toml fails when the reader is opened."""
        from data.log.foreign_loggers import take_foreign_logs
        from devices.registry import reader
        from devices.unusable_reader import UnusableReader

        take_foreign_logs()
        named = url or self._settings.reader
        try:
            return reader(named, _driver_context(self._kit)) if named else None
        except DeviceFault as fault:
            if url:
                raise
            log_error(fault, device=named)
            return UnusableReader(named, fault)

    def _make_chip_service(self) -> "ChipReaderService | None":
        settings = self._settings.chip
        url = settings.reader if self._chips.url is None else self._chips.url
        if not url:
            return None
        from appliance.chips.reader_service import ChipReaderService, ChipTimeouts
        from data.log.foreign_loggers import take_foreign_logs

        take_foreign_logs()
        waits = ChipTimeouts(self._chips.lay_s or settings.lay_s, settings.read_s)
        return ChipReaderService(self._chip_reader(url), self._lists.trust, waits, lambda: read_clock(self._kit).now())

    def _chip_reader(self, url: str) -> ChipReader:
        from devices.registry import chip_reader
        from devices.unusable_reader import UnusableChipReader

        try:
            return chip_reader(url, _driver_context(self._kit))
        except DeviceFault as fault:
            if self._chips.url:
                raise
            log_error(fault, device=url)
            return UnusableChipReader(url, fault)
