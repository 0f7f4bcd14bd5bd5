from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.faults import DeviceFault, FaultReason
from devices.framing.port import BROKEN_OFF_S, LONGEST_BYTES, SILENCE_S, FramedText, Framing
from devices.framing.selection import FRAMINGS, advice, framing_named, guess_framing
from tests.contract.benches.port import ZONE

TD1 = "\n".join(["I<UTO" + "<" * 25, "9001011F3001012UTO" + "<" * 12, "SAMPLE<<ADA" + "<" * 19])
SELF_ENDING = {
    "stx-etx": lambda text: b"\x02" + text.replace("\n", "\r").encode() + b"\r\x03",
    "cr": lambda text: text.replace("\n", "\r").encode() + b"\r",
    "crlf": lambda text: text.replace("\n", "\r\n").encode() + b"\r\n",
    "elyctis": lambda text: b"\x49\0\0\x49" + len(text).to_bytes(2) + text.replace("\n", "\r").encode(),
}
CASES = [*SELF_ENDING, "auto/stx-etx", "auto/cr", "auto/crlf"]


def made(case: str, text: str) -> bytes:
    return SELF_ENDING[case.split("/")[-1]](text)


def framing(case: str) -> Framing:
    return framing_named(case.split("/")[0])


@pytest.mark.parametrize("case", CASES)
@settings(deadline=None, max_examples=50)
@given(cuts=st.lists(st.integers(0, 400), max_size=12), count=st.integers(1, 3))
def test_documents_come_whole_however_the_stream_is_cut(case: str, cuts: list[int], count: int) -> None:
    texts = [ZONE, TD1, ZONE][:count]
    stream = b"".join(made(case, text) for text in texts)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    one = framing(case)
    got = [framed for start, end in pairwise(edges) for framed in one.feed(stream[start:end])]
    assert got == texts
    assert not one.begun


@pytest.mark.parametrize("name", FRAMINGS)
@settings(deadline=None, max_examples=50)
@given(pieces=st.lists(st.binary(max_size=3_000), max_size=8))
def test_any_bytes_are_bounded_and_forgotten_after_silence(name: str, pieces: list[bytes]) -> None:
    one = framing_named(name)
    got: list[FramedText] = []
    for piece in pieces:
        got += one.feed(piece)
    got += one.silence(BROKEN_OFF_S)
    for framed in got:
        if isinstance(framed, str):
            assert len(framed) <= LONGEST_BYTES + 3_000
        else:
            assert framed.reason in (FaultReason.BAD_READ, FaultReason.PROTOCOL)
    assert not one.begun
    case = {"auto": "stx-etx"}.get(name, name)
    if name == "elyctis":
        one.feed(b"\x49\0\0")  # what lay there is taken away
    assert one.feed(made(case, ZONE)) == [ZONE]


@pytest.mark.parametrize("name", ["auto", "stx-etx", "cr"])
def test_a_text_without_end_is_one_fault(name: str) -> None:
    one = framing_named(name)
    start = b"\x02" if name == "stx-etx" else b""
    got = one.feed(start + b"<" * 1_000) + [framed for _ in range(500) for framed in one.feed(b"<" * 1_000)]
    assert len(got) == 1
    assert isinstance(got[0], DeviceFault) and "framing" in got[0].hint


def test_a_frame_whose_end_never_came_is_told_when_the_next_begins_or_after_silence() -> None:
    one = framing_named("stx-etx")
    first, second = one.feed(b"\x02P<UTO\x02" + ZONE.encode() + b"\x03")
    assert isinstance(first, DeviceFault) and first.reason is FaultReason.BAD_READ
    assert second == ZONE
    one.feed(b"\x02P<UTO")
    assert one.silence(SILENCE_S) == []
    (fault,) = one.silence(BROKEN_OFF_S)
    assert isinstance(fault, DeviceFault) and not one.begun


def test_lines_of_no_zone_end_with_silence_or_an_empty_line() -> None:
    one = framing_named("cr")
    assert one.feed(b"ABC\rDEF\r\r") == ["ABC\nDEF"]
    assert one.feed(b"ABC\rDEF") == []
    assert one.silence(SILENCE_S) == ["ABC\nDEF"]


def test_a_document_that_stays_on_an_inquired_reader_is_read_once() -> None:
    one = framing_named("elyctis")
    answer = b"\x49" + len(ZONE).to_bytes(2) + ZONE.encode()
    assert one.ask == b"\x49\0\0"
    assert one.feed(answer * 3) == [ZONE]
    assert one.feed(b"\x49\0\0") == []
    assert one.feed(answer) == [ZONE], "taken away and laid down again"


def test_answers_out_of_step_are_told_once() -> None:
    one = framing_named("elyctis")
    assert len(one.feed(b"?") + one.feed(b"?") + one.feed(b"?")) == 1
    assert one.feed(b"\x49\0\x03ABC") == ["ABC"]


def test_there_is_no_other_framing() -> None:
    with pytest.raises(DeviceFault) as fault:
        framing_named("morse")
    assert fault.value.reason is FaultReason.SETUP and "stx-etx" in fault.value.what


@pytest.mark.parametrize("case", SELF_ENDING)
def test_the_framing_is_guessed_from_what_came(case: str) -> None:
    stream = made(case, ZONE).removeprefix(b"\x49\0\0")
    assert guess_framing(stream) == case
    assert f"framing={case}" in advice(stream, "other")
    assert advice(stream, case) == "" or case == "elyctis"


def test_bytes_at_a_wrong_speed_are_told_from_text() -> None:
    assert "baud=" in advice(bytes(range(128, 255)), "cr")
    assert "cable" in advice(b"", "cr")
