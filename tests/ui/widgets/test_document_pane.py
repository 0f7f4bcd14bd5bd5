"""What the desk shows of a document: a card without an end of validity does not expire in the year 9999."""

import pytest

from appliance.counter.subject import Subject
from tests.data.support.deviating_zones import deviating_zone
from tests.support.sample import NOW
from ui.desk.actions import Privacy
from ui.widgets.document_pane import DocumentPane


@pytest.mark.parametrize(
    ("issuer", "expiry", "words"),
    [
        ("ESP", "990101", "no end of validity · machine-read"),
        ("FRA", "990101", "expires 1999-01-01 · machine-read"),
        ("ESP", "301231", "expires 2030-12-31 · machine-read"),
        ("MDA", "<<<<<<", "no expiry date · machine-read"),
    ],
)
def test_the_expiry_of_a_document(issuer: str, expiry: str, words: str) -> None:
    pane = DocumentPane()
    pane.show(Subject.from_zone(deviating_zone(issuer, expiry=expiry), NOW.date()), Privacy.OPEN)
    assert words in [line.plain for line in pane._lines]
