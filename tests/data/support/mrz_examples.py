"""Reading a zone as a machine does, changed in one place or not."""

from datetime import date

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument

TODAY = date(2026, 6, 1)
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD1_LONG = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
FR_ID = "IDFRAMODELE<<<<<<<<<<<<<<<<<<<750123\n0804750123451CAMILLE<ROSE<<7903041F3"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def read_zone(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


def read_changed(text: str, old: str, new: str) -> TravelDocument:
    assert text.count(old) == 1 and len(old) == len(new)
    return read_zone(text.replace(old, new))


def judged_digits(document: TravelDocument) -> dict[str, bool]:
    return {digit.field: digit.ok for digit in document.digits}
