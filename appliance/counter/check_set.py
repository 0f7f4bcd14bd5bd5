"""Which checks a kit runs for each traveller.

- They are in the order in which an officer sees them. The checks of a chip are last: if a list and the chip are equally
  serious, the list is reported first.
- A list that cannot be searched, or that the kit does not carry, has a check in its place that says so.
- Modules for chips are imported only if chips are read: loading them takes a third of the start.
"""

from collections.abc import Iterator
from datetime import timedelta
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
from appliance.checks.person_list import PersonListCheck, PersonLists
from appliance.checks.printed_data import MrzCheck, NumberCheck, ValidityCheck
from appliance.checks.referrals import ReferralCheck
from appliance.checks.seal import SealCheck
from appliance.checks.seen_again import SeenAgainCheck
from appliance.checks.typed_fields import TypedFieldsCheck
from appliance.counter.kit_lists import SEARCHED_KINDS, VOUCHING_KIND, KitLists
from appliance.matching.weights import DEFAULT_THRESHOLDS, WEIGHTS_ID, Thresholds
from appliance.screening.check_ports import Check, ReferralsReader, SightingsReader
from data.kit.settings import ChipExpectation, Settings
from data.lists.kinds import KINDS

if TYPE_CHECKING:
    from appliance.chips.reader_service import ChipReaderService

SEEN_WITHIN, SEEN_SOON = timedelta(hours=24), timedelta(hours=2)
"""How far back a document's crossings at this post are compared, and how soon a second one is odd by itself."""


def checks_of(
    lists: KitLists,
    sightings: SightingsReader,
    referrals: ReferralsReader,
    settings: Settings,
    chip_service: "ChipReaderService | None",
) -> Iterator[Check]:
    """The checks over the lists that are open now; `chip_service` is None if chips are not read."""
    yield ReferralCheck(referrals)
    yield SeenAgainCheck(sightings, referrals, within=SEEN_WITHIN, soon=SEEN_SOON)
    yield MrzCheck(settings.profile)
    yield TypedFieldsCheck()
    yield NumberCheck(settings.profile)
    yield ValidityCheck()
    yield SealCheck(lists.trust)
    yield BoardingPassCheck()
    yield from _list_checks(lists, settings)
    yield from _chip_checks(lists, settings, chip_service)


def thresholds_of(settings: Settings) -> Thresholds:
    """The scores at which the bands of this post begin: its own, if they were found for the weights of this version."""
    if settings.name_weights != WEIGHTS_ID:
        return DEFAULT_THRESHOLDS
    return Thresholds(
        settings.name_strong, settings.name_possible, min(DEFAULT_THRESHOLDS.weak, settings.name_possible)
    )


def _list_checks(lists: KitLists, settings: Settings) -> Iterator[Check]:
    if not any(reader.kind in SEARCHED_KINDS for reader in lists.readers.values()):
        yield NoListCheck()
    for carried in lists.carried:
        if carried.kind not in KINDS:
            yield UnknownKindCheck(carried.name)
        elif carried.kind in SEARCHED_KINDS and carried.name in lists.broken:
            yield BrokenListCheck(carried.kind, carried.name)
    thresholds, person_lists = thresholds_of(settings), PersonLists()
    for kind in sorted(SEARCHED_KINDS):
        for reader in lists.of_kind(kind):
            if kind == "documents":
                yield DocumentListCheck(reader)
            else:
                yield PersonListCheck(reader, thresholds, shared=person_lists)
            yield ListAgeCheck(reader, lists.policies[reader.name], lists.age_time)
        if not any(carried.kind == kind for carried in lists.carried):
            yield NotCarriedCheck(kind, required=kind in settings.required_kinds)


def _chip_checks(lists: KitLists, settings: Settings, chip_service: "ChipReaderService | None") -> Iterator[Check]:
    """The checks of a chip; the age of the trust lists counts only if chips are expected."""
    expected = settings.chip.expected
    if chip_service is None:
        if settings.chip.reader:
            yield ChipNotAskedCheck(expected)
        return
    from appliance.checks.chip_check import ChipCheck, ChipPrintCheck

    yield ChipCheck(chip_service, expected)
    yield ChipPrintCheck(chip_service)
    if expected is not ChipExpectation.NEVER:
        yield from _vouching_checks(lists)


def _vouching_checks(lists: KitLists) -> Iterator[Check]:
    for carried in lists.carried:
        if carried.kind == VOUCHING_KIND and carried.name in lists.broken:
            yield BrokenListCheck(carried.kind, carried.name)
        elif carried.kind == VOUCHING_KIND:
            yield ListAgeCheck(lists.readers[carried.name], lists.policies[carried.name], lists.age_time)
