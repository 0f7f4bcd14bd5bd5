"""A reading becomes what is screened, with its provenance and its doubts."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from appliance.checks.printed_data import MrzCheck
from appliance.counter.subject import LONGEST_RAW, document_from_reading, document_from_zone
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import Capture, MrzFormat
from data.screenings import State
from devices.reading import RawReading, make_reading
from tests.support.sample import screening

TODAY = date(2026, 7, 1)


def test_a_reading_becomes_a_document_with_its_provenance() -> None:
    zone = write_mrz(MrzFields("P", "UTO", "L1234567A", "SAMPLE", "ADA"), MrzFormat.TD3)
    reading = make_reading("simulated:kit#reader", "simulated", datetime(2026, 7, 1, tzinfo=UTC), zone, simulated=True)
    document = document_from_reading(reading, TODAY)
    assert (document.number, document.capture, document.provenance) == (
        "L1234567A",
        Capture.MACHINE,
        reading.provenance,
    )
    assert document.number_is_certain


def test_a_number_that_the_reader_was_not_sure_of_is_to_be_compared_with_the_page() -> None:
    zone = write_mrz(MrzFields("P", "UTO", "L1234567A", "SAMPLE", "ADA"), MrzFormat.TD3)
    raw = RawReading(zone, doubts=(46, 6))
    document = document_from_reading(
        make_reading("camera", "v4l2", datetime(2026, 7, 1, tzinfo=UTC), raw, simulated=False), TODAY
    )
    assert document.doubtful == ("name", "number")
    assert not document.number_is_certain
    finding = MrzCheck().run(screening(document))
    assert (finding.state, finding.reason) == (State.NOTICE, "doubtful")


@given(st.text(max_size=3 * LONGEST_RAW))
def test_text_that_is_no_zone_is_a_finding_and_no_error(text: str) -> None:
    document = document_from_zone(text, capture=Capture.MACHINE, today=TODAY)
    if document.format is None:
        assert MrzCheck().run(screening(document)).state is State.NOT_DONE
        assert document.number == ""
        assert len(document.raw) <= LONGEST_RAW
