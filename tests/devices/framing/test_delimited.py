"""Texts that end with a mark: without end, broken off, or of no zone."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices.faults import DeviceFault, FaultReason
from devices.framing.port import BROKEN_OFF_S, SILENCE_S, FramedText
from devices.framing.selection import make_framing
from tests.contract.benches.port import ZONE

CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TEXTS = (ZONE, CARD)
_STATUS = [b"", b"READY\r\n", b"\n\r", b"\0\0", b"START\r", b"  \r\n", b"\x06", b"DEVICE 1: READY TO READ A DOCUMENT\r"]
status = st.lists(st.sampled_from(_STATUS), max_size=3).map(b"".join)


def _rte(text: str, flag: bytes = b" ", length: bytes = b"a\0", checksum: bytes = b"A") -> bytes:
    lines = ["", *text.split("\n")][-3:]
    return b"\x01" + length + b"OU\x02" + flag + "\r".join(lines).encode() + b"\r\x03" + checksum


def _feed(name: str, stream: bytes, cuts: list[int]) -> list[FramedText]:
    """What a framing makes of the stream in pieces, and of the silence after it."""
    framing = make_framing(name)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    got = [framed for start, end in pairwise(edges) for framed in framing.feed(stream[start:end])]
    return [*got, *framing.silence(SILENCE_S), *framing.silence(BROKEN_OFF_S)]


def _zones(framed: list[FramedText]) -> list[str]:
    return [parse_mrz(str(text), capture=Capture.MACHINE, today=date(2026, 6, 1)).raw for text in framed]


cuts = st.lists(st.integers(0, 300), max_size=8)
byte = st.binary(min_size=1, max_size=1)


@given(
    st.sampled_from(TEXTS), byte, st.binary(min_size=2, max_size=2).filter(lambda two: b"\x02" not in two), byte, cuts
)
def test_a_swipe_in_an_rte_frame_is_one_document(
    text: str, flag: bytes, length: bytes, checksum: bytes, cuts: list[int]
) -> None:
    stream = _rte(text, flag, length, checksum)
    assert _zones(_feed("auto", stream * 2, cuts)) == [text, text]


@given(st.sampled_from(TEXTS), byte, cuts)
def test_an_rte_frame_is_a_frame_of_stx_and_etx(text: str, checksum: bytes, cuts: list[int]) -> None:
    assert _zones(_feed("stx-etx", _rte(text, checksum=checksum) * 2, cuts)) == [text, text]


@given(
    st.sampled_from(["auto", "cr", "crlf"]),
    st.sampled_from(TEXTS),
    st.sampled_from([b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n", b"\r\n\r\n"]),
    status,
    status,
    cuts,
)
def test_what_a_reader_sends_around_bare_lines_is_no_document(
    name: str, text: str, end: bytes, before: bytes, after: bytes, cuts: list[int]
) -> None:
    stream = before + text.encode().replace(b"\n", end) + end + after
    assert _zones(_feed(name, stream, cuts)) == [text]


@given(st.sampled_from(TEXTS), status, status, cuts)
def test_what_a_reader_sends_around_a_frame_is_no_document(
    text: str, before: bytes, after: bytes, cuts: list[int]
) -> None:
    stream = before + b"\x02" + text.encode().replace(b"\n", b"\r") + b"\r\x03" + after
    assert _zones(_feed("auto", stream, cuts)) == [text]


def test_labels_of_a_swipe_that_types_are_no_part_of_the_lines() -> None:
    first, second = ZONE.split("\n")
    stream = f"START\nOCR LINE 1: {first}\nOCR LINE 2: {second}\nOCR LINE 3:\nMSR LINE 1:\nEND\n".encode()
    assert _zones(_feed("auto", stream, [])) == [ZONE]


def test_a_status_alone_and_half_a_zone_are_given_out() -> None:
    assert _feed("auto", b"NO READ\r\n", []) == ["NO READ"]
    half = ZONE.split("\n")[0]
    assert _feed("auto", ZONE.replace("\n", "\r").encode() + b"\r" + half.encode() + b"\r", []) == [ZONE, half]


def test_a_start_of_header_without_a_frame_loses_nothing() -> None:
    assert _zones(_feed("auto", b"\x01" + ZONE.replace("\n", "\r").encode() + b"\r\x04", [])) == [ZONE]


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


def test_lines_of_no_zone_end_with_silence() -> None:
    lines = make_framing("cr")
    assert lines.feed(b"ABC\rDEF\r\r") == []
    assert lines.silence(SILENCE_S) == ["ABC\nDEF"]
    assert lines.feed(b"ABC\rDEF") == []
    assert lines.silence(SILENCE_S) == ["ABC\nDEF"]
