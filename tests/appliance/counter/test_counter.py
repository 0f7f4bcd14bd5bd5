"""The counter over fakes: what it gives back is in the journal, and what was presented is screened whole."""

from datetime import date

import pytest

from appliance.counter.counter import Counter
from appliance.counter.parts import Lane
from appliance.counter.reader_loop import is_chip_reader
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.standing_conditions import Condition, ConditionKind
from data.documents.barcodes import Barcode, Symbology
from data.errors import Denied, InputError
from data.persons.person import PartialDate
from data.screenings import Decision, Direction, Screening, Traveller, Verdict
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.reading import RawReading
from tests.support.sample import NOW
from tests.ui.support.desk_kit import CLEAR, REFER, PaperReader, zone
from tests.ui.support.desk_kit import Counter as Fakes

CODES = tuple(Barcode(Symbology.AZTEC, bytes([number])) for number in range(6))
MISREAD = zone(CLEAR, "ZOLTA", "OSIS").replace("ZOLTA", "20LTA").replace("OSIS", "0S1S")


def request_for(number: str, officer: str = "officer-1") -> ScreeningRequest:
    return ScreeningRequest(Subject.from_zone(zone(number), NOW.date()), officer)


def test_a_decision_is_given_back_once_the_journal_has_it() -> None:
    fakes = Fakes()
    result = fakes.service.screen(request_for(REFER))
    with pytest.raises(Denied):
        fakes.service.decide(result, Decision.ADMIT, officer="officer-1")
    assert fakes.journal.decisions == []
    fakes.service.decide(result, Decision.REFER, officer="officer-1")
    assert [one["decision"] for one in fakes.journal.decisions] == [Decision.REFER]


def test_work_opened_under_a_condition_lasts_as_long_as_the_condition() -> None:
    fakes = Fakes(expired_after_h=48)
    counter = fakes.service
    result = counter.screen(request_for(CLEAR))
    assert result.verdict is Verdict.CANNOT_SAY
    with pytest.raises(Denied, match="not opened"):
        counter.decide(result, Decision.ADMIT, officer="officer-1")
    (expired,) = counter.post_snapshot({}).conditions
    override = counter.open_work(expired, "Kim", "Lee")
    assert counter.post_snapshot({}).overrides == (override,) and len(fakes.journal.acts) == 1
    assert counter.decide(result, Decision.ADMIT, officer="officer-1").overrides == (override,)
    counter.open_work(Condition(ConditionKind.LIST_EXPIRED, "another"), "Kim", "Lee")
    assert counter.post_snapshot({}).overrides == (override,)


def test_a_screening_has_the_lane_of_the_post_unless_the_request_says_otherwise() -> None:
    lane = Lane("kit-1", "North Gate", "2", Direction.EXIT)
    subject = Subject.from_zone(zone(CLEAR), NOW.date())
    alone = ScreeningRequest(subject, "officer-1").screening(lane, NOW)
    assert (alone.lane, alone.direction, alone.party, alone.officer) == ("2", Direction.EXIT, "", "officer-1")
    other = ScreeningRequest(subject, "officer-1", Direction.TRANSIT, "bus 7").screening(lane, NOW)
    assert (other.direction, other.party) == (Direction.TRANSIT, "bus 7")


def test_the_person_is_taken_as_meant_and_the_document_stays_as_read() -> None:
    subject = Subject.from_zone(MISREAD, NOW.date())
    assert subject.traveller is not None and subject.traveller.surname == "ZOLTA"
    assert subject.documents[0].name is not None and subject.documents[0].name.surname == "20LTA"


def test_whoever_is_typed_beside_a_misread_zone_everybody_is_searched() -> None:
    typed = Subject(traveller=Traveller("NOBODY", birth=PartialDate(1990)))
    subject = Subject.from_zone(MISREAD, NOW.date()).with_entry(typed)
    screening = ScreeningRequest(subject, "officer-1").screening(Lane("kit-1"), NOW)
    assert [one.surname for one in screening.people] == ["NOBODY", "ZOLTA", "20LTA"]
    bare = Screening(subject.documents, None, NOW, "officer-1")
    assert "ZOLTA" in {one.surname for one in bare.people}


def test_codes_are_kept_once_each_and_the_newest_of_too_many() -> None:
    subject = Subject(codes=CODES[:1]).with_codes((*CODES, CODES[0]))
    assert subject.codes == CODES[2:] and subject.is_only_codes
    assert ScreeningRequest(Subject(codes=CODES), "o").screening(Lane("kit-1"), NOW).codes == CODES[2:]


def test_what_was_laid_on_a_reader_before_the_document_belongs_to_it() -> None:
    reader, guidance = PaperReader(), list[str]()
    reader.waiting += [
        RawReading("", codes=CODES[:1]),
        Retry(Guidance.LAY_FLAT),
        DeviceFault(FaultReason.BAD_READ, "Page reader: bad read"),
        RawReading(zone(CLEAR), codes=CODES[1:2]),
    ]
    subject = Fakes(reader=reader).service.wait_for_document("paper:1", 5.0, guidance.append)
    assert subject.codes == CODES[:2] and subject.documents[0].number == CLEAR
    assert guidance[0] == "Lay the document on the reader" and "Lay it flat" in guidance[1] and len(guidance) == 3


def test_a_reader_that_nothing_is_laid_on_is_said_and_one_that_fails_raises() -> None:
    counter = Fakes(reader=PaperReader()).service
    with pytest.raises(InputError, match="No document was laid on the reader"):
        counter.wait_for_document("paper:1", 0.1, lambda says: None)
    reader = PaperReader()
    reader.waiting.append(DeviceFault(FaultReason.UNPLUGGED, "Page reader is unplugged"))
    with pytest.raises(DeviceFault):
        Fakes(reader=reader).service.wait_for_document("paper:1", 5.0, lambda says: None)
    with pytest.raises(InputError, match="No document reader"):
        Fakes().service.wait_for_document("", 0.1, lambda says: None)


@pytest.mark.parametrize("can", ["", "20481", "20481a", "٢٠٤٨١٥"])
def test_an_access_number_has_six_digits_whoever_gives_it(can: str) -> None:
    with pytest.raises(InputError, match="six digits"):
        Fakes().service.read_chip(can)


def test_where_no_chips_are_read_it_is_said() -> None:
    counter: Counter = Fakes().service
    with pytest.raises(InputError, match="Chips are not read here"):
        counter.read_chip("204815")
    assert counter.chip_reading(counter.screen(request_for(CLEAR))) is None


def test_a_url_of_a_chip_reader_is_known_by_its_scheme() -> None:
    assert is_chip_reader("pcsc://Its%20Name") and not is_chip_reader("serial:///dev/ttyS0") and not is_chip_reader("")


def test_the_day_is_the_trusted_one() -> None:
    assert Fakes().service.today() == date(2026, 7, 1)
