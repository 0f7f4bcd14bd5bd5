"""Texts that end with a mark: without end, broken off, or of no zone."""

import pytest

from devices.faults import DeviceFault, FaultReason
from devices.framing.port import BROKEN_OFF_S, SILENCE_S
from devices.framing.selection import make_framing
from tests.contract.benches.port import ZONE


@pytest.mark.parametrize("name", ["auto", "stx-etx", "cr"])
def test_a_text_without_end_is_one_fault(name: str) -> None:
    made_framing = make_framing(name)
    start = b"\x02" if name == "stx-etx" else b""
    got = made_framing.feed(start + b"<" * 1_000) + [
        framed for _ in range(500) for framed in made_framing.feed(b"<" * 1_000)
    ]
    assert len(got) == 1
    assert isinstance(got[0], DeviceFault) and "framing" in got[0].hint


def test_a_frame_whose_end_never_came_is_told_when_the_next_begins_or_after_silence() -> None:
    stx_etx = make_framing("stx-etx")
    first, second = stx_etx.feed(b"\x02P<UTO\x02" + ZONE.encode() + b"\x03")
    assert isinstance(first, DeviceFault) and first.reason is FaultReason.BAD_READ
    assert second == ZONE
    stx_etx.feed(b"\x02P<UTO")
    assert stx_etx.silence(SILENCE_S) == []
    (fault,) = stx_etx.silence(BROKEN_OFF_S)
    assert isinstance(fault, DeviceFault) and not stx_etx.has_begun


def test_lines_of_no_zone_end_with_silence_or_an_empty_line() -> None:
    lines = make_framing("cr")
    assert lines.feed(b"ABC\rDEF\r\r") == ["ABC\nDEF"]
    assert lines.feed(b"ABC\rDEF") == []
    assert lines.silence(SILENCE_S) == ["ABC\nDEF"]
