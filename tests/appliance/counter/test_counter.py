"""The counter over fakes: what it gives back is in the journal, and what was presented is screened whole."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from appliance.counter.counter import Counter
from appliance.counter.decisions import NeedsSecondPerson
from appliance.counter.kit_lists import list_states, post_conditions
from appliance.counter.parts import Lane
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.standing_conditions import Condition, ConditionKind
from data.clock import TrustedTime
from data.documents.barcodes import MOST_CODES, Barcode, Symbology
from data.errors import Denied, InputError
from data.journal.journal import Journal
from data.lists.edition import AgePolicy
from data.screenings import Decision, Direction, Traveller, Verdict
from data.store_key import StoreKey
from data.text import _
from devices.faults import FaultReason
from devices.ports import READY, DeviceHealth, DeviceState
from tests.appliance.support.check_doubles import LISTS
from tests.support.sample import NOW
from tests.support.staff import make_actor, make_supervisor
from tests.ui.support.desk_kit import CLEAR, REFER, zone
from tests.ui.support.desk_kit import Counter as Fakes

CODES = tuple(Barcode(Symbology.AZTEC, bytes([number])) for number in range(6))


def request_for(number: str, officer: str = "officer-1") -> ScreeningRequest:
    return ScreeningRequest(Subject.from_zone(zone(number), NOW.date()), make_actor(officer))


def test_a_decision_is_given_back_once_the_journal_has_it() -> None:
    fakes = Fakes(asks_who=False)
    result = fakes.service.screen(request_for(REFER))
    with pytest.raises(Denied):
        fakes.service.decide(result, Decision.ADMIT, officer=make_actor("officer-1"))
    assert fakes.journal.decisions == []
    fakes.service.decide(result, Decision.REFER, officer=make_actor("officer-1"))
    assert [one["decision"] for one in fakes.journal.decisions] == [Decision.REFER]


def test_work_opened_under_a_condition_lasts_as_long_as_the_condition() -> None:
    fakes = Fakes(asks_who=False, expired_after_h=48)
    counter = fakes.service
    result = counter.screen(request_for(CLEAR))
    assert result.verdict is Verdict.CANNOT_SAY
    with pytest.raises(Denied, match="No work was opened"):
        counter.decide(result, Decision.ADMIT, officer=make_actor("officer-1"))
    (expired,) = counter.post_snapshot({}).conditions
    override = counter.open_work(expired, make_supervisor("Kim"), make_actor("Lee"))
    assert counter.post_snapshot({}).overrides == (override,) and len(fakes.journal.acts) == 1
    assert counter.decide(result, Decision.ADMIT, officer=make_actor("officer-1")).overrides == (override,)
    counter.open_work(Condition(ConditionKind.LIST_EXPIRED, "another"), make_supervisor("Kim"), make_actor("Lee"))
    assert counter.post_snapshot({}).overrides == (override,)


def test_a_screening_has_the_lane_of_the_post_unless_the_request_says_otherwise() -> None:
    lane = Lane("kit-1", "North Gate", "2", Direction.EXIT)
    subject = Subject.from_zone(zone(CLEAR), NOW.date())
    alone = ScreeningRequest(subject, make_actor("officer-1")).screening(lane, NOW)
    assert (alone.lane, alone.direction, alone.party, alone.officer) == ("2", Direction.EXIT, "", "officer-1")
    other = ScreeningRequest(subject, make_actor("officer-1"), Direction.TRANSIT, "bus 7").screening(lane, NOW)
    assert (other.direction, other.party) == (Direction.TRANSIT, "bus 7")


def test_codes_count_once_each_and_none_is_left_out() -> None:
    """A changed seal must not hide behind codes that were read after it."""
    assert len(CODES) > MOST_CODES
    subject = Subject(codes=CODES[:1]).with_codes((*CODES, CODES[0]))
    assert subject.codes == CODES and subject.is_only_codes
    assert ScreeningRequest(Subject(codes=CODES), make_actor("o")).screening(Lane("kit-1"), NOW).codes == CODES


def test_where_no_chips_are_read_it_is_said() -> None:
    counter: Counter = Fakes(asks_who=False).service
    with pytest.raises(InputError, match="Chips are not read here"):
        counter.read_chip("204815")
    assert counter.chip_reading(counter.screen(request_for(CLEAR))) is None


def test_the_day_is_the_trusted_one() -> None:
    assert Fakes(asks_who=False).service.today() == date(2026, 7, 1)


def test_what_the_post_lacks_is_told_once() -> None:
    readers = {
        "good": READY,
        "gone": DeviceState(DeviceHealth.ABSENT, FaultReason.UNPLUGGED),
        "ill": DeviceState(DeviceHealth.FAULTED, FaultReason.PROTOCOL, _("Start the service")),
    }
    states = list_states(LISTS, NOW, {"un": AgePolicy(1, 24)})
    ill = next(each for each in post_conditions((), TrustedTime(NOW, False), readers) if each.subject == "ill")
    assert ill.do == "Start the service" and ill == Condition(ConditionKind.READER_DEAD, "ill")
    assert [condition.says for condition in post_conditions((*states, *states), TrustedTime(NOW, True), readers)] == [
        "the list un has expired",
        "the list never was never received",
        "the list broken is damaged",
        "the reader gone does not work",
        "the reader ill does not work",
        "the clock is behind signed time",
    ]


def test_a_post_that_lacks_nothing() -> None:
    assert post_conditions(list_states(LISTS[:1], NOW), TrustedTime(NOW, False), {"good": READY}) == ()


def test_whoever_the_check_says_may_be_undecided_is_admitted_by_two(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")) as journal:
        counter = Fakes(asks_who=False, journal=journal).service
        listed = Subject.from_zone(zone(REFER), NOW.date())
        assert counter.screen(ScreeningRequest(listed, make_actor("kim"))).verdict is Verdict.REFER
        typed = Subject(traveller=Traveller("SAMPLE", "ADA MARIA"))
        result = counter.screen(ScreeningRequest(typed, make_actor("kim")))
        assert "refer_undecided" in [finding.reason for finding in result.findings]
        with pytest.raises(NeedsSecondPerson):
            counter.decide(result, Decision.ADMIT, officer=make_actor("kim"))
        counter.decide(result, Decision.ADMIT, officer=make_actor("kim"), second=make_actor("lee"))
