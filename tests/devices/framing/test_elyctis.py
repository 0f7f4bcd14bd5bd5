"""An inquired reader: a document that stays is read once, answers out of step are told once."""

from devices.framing.selection import make_framing
from tests.contract.benches.port import ZONE


def test_a_document_that_stays_on_an_inquired_reader_is_read_once() -> None:
    elyctis = make_framing("elyctis")
    answer = b"\x49" + len(ZONE).to_bytes(2) + ZONE.encode()
    assert elyctis.ask == b"\x49\0\0"
    assert elyctis.feed(answer * 3) == [ZONE]
    assert elyctis.feed(b"\x49\0\0") == []
    assert elyctis.feed(answer) == [ZONE], "taken away and laid down again"


def test_answers_out_of_step_are_told_once() -> None:
    elyctis = make_framing("elyctis")
    assert len(elyctis.feed(b"?") + elyctis.feed(b"?") + elyctis.feed(b"?")) == 1
    assert elyctis.feed(b"\x49\0\x03ABC") == ["ABC"]
