"""Messages between processes: bounded, and nonsense is none."""

from dataclasses import replace

import pytest

from data.clock import read_system_time
from data.documents.barcodes import LARGEST_BYTES, Barcode, Symbology
from data.text import Message, _
from devices.faults import DeviceFault, FaultReason
from devices.isolation import messages
from devices.isolation.messages import encode_answer, encode_fault, encode_message, parse_message
from devices.reading import RawReading, make_reading
from tests.contract.benches.port import ZONE
from tests.devices.support.codes import SEAL


def test_codes_cross_to_another_process_and_too_many_or_too_long_ones_do_not() -> None:
    seen = RawReading(ZONE, codes=(Barcode(Symbology.DATA_MATRIX, SEAL),))
    reading = make_reading("x", "pictures", read_system_time(), seen, simulated=False)
    message = parse_message(encode_message({"answer": encode_answer(reading)}))
    assert message is not None
    assert message.answer is not None
    assert [code.to_barcode() for code in message.answer.codes] == list(reading.codes)
    assert not message.answer.held
    held = parse_message(encode_message({"answer": encode_answer(replace(reading, is_held=True))}))
    assert held is not None and held.answer is not None and held.answer.held
    long = {"symbology": "qr", "content": "00" * (LARGEST_BYTES + 1)}
    assert parse_message(encode_message({"answer": {"raw": "", "codes": [long]}})) is None
    assert (
        parse_message(encode_message({"answer": {"raw": "", "codes": [{"symbology": "qr", "content": "00"}] * 5}}))
        is None
    )
    assert (
        parse_message(encode_message({"answer": {"raw": "", "codes": [{"symbology": "qr", "content": "0g"}]}})) is None
    )


def test_texts_cross_to_another_process_as_messages() -> None:
    title = "x" * 600
    fault = DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device="a reader"), hint=_("{t}", t=title))
    message = parse_message(encode_message({"fault": encode_fault(fault)}))
    assert message is not None
    assert message.fault is not None
    back = message.fault.to_fault()
    assert isinstance(back.what, Message)
    assert (back.what.id, back.what.values) == ("{device} is unplugged", {"device": "a reader"})
    assert back.hint == "x" * 500
    assert parse_message(encode_message({"state": {"health": "ready", "reason": None, "hint": title}})) is None
    hostile = {"id": "{a:>9999999}", "values": {"a": ""}}
    assert parse_message(encode_message({"state": {"health": "ready", "reason": None, "hint": hostile}})) is None


HOSTILE = "Reader\r\n \x1b[2J\x9b2J\u202eesrever\u2066 " + "x" * 400


def test_a_hostile_title_of_a_device_is_one_short_line() -> None:
    device = {"id": "x", "title": HOSTILE, "simulated": False}
    message = parse_message(encode_message({"opened": device, "discovered": [{"url": "x://1", "device": device}]}))
    assert message is not None and message.opened is not None and message.discovered is not None
    for info in (message.opened.to_info("x"), message.discovered[0].to_discovered("x").info):
        assert info.title.startswith("Reader [2J 2J esrever xxx") and info.title.isprintable()
        assert len(info.title) == messages.LONGEST_TITLE
    told = {"id": "Camera {name}", "values": {"name": "front"}}
    message = parse_message(encode_message({"opened": {**device, "title": told}}))
    assert message is not None and message.opened is not None
    title = message.opened.to_info("x").title
    assert isinstance(title, Message) and (title, title.id) == ("Camera front", "Camera {name}")
    message = parse_message(encode_message({"opened": {**device, "title": "\x1b\u202e"}}))
    assert message is not None and message.opened is not None
    assert message.opened.to_info("acme").title == "acme"


def test_the_words_of_a_foreign_fault_or_state_move_nothing_on_the_screen() -> None:
    told = {"id": "{device} fails\nBadly", "values": {"device": "\x1b[2JA\u202e reader"}}
    fault = {"reason": "protocol", "what": told, "hint": HOSTILE}
    state = {"health": "faulted", "reason": "protocol", "hint": told}
    message = parse_message(encode_message({"fault": fault, "state": state, "answer": {"fault": fault}}))
    assert message is not None and message.fault and message.state and message.answer and message.answer.fault
    for back in (message.fault.to_fault(), message.answer.fault.to_fault()):
        assert back.what == "[2JA reader fails Badly"
        assert back.hint.startswith("Reader [2J") and back.hint.isprintable()
    assert message.state.to_state().hint == "[2JA reader fails Badly"


@pytest.mark.parametrize(
    "line",
    [b"", b"null", b"{", b'{"opened": true, "more": 1}', b'{"answer": {"raw": "%s"}}' % (b"A" * 5_000), b"\xff"],
)
def test_nonsense_from_over_there_is_no_message(line: bytes) -> None:
    assert messages.parse_message(line) is None
