from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.faults import DeviceFault, FaultReason
from devices.framing.port import BROKEN_OFF_S, LONGEST_BYTES, SILENCE_S, FramedText, Framing
from devices.framing.selection import FRAMINGS, advice, guess_framing, make_framing
from tests.contract.benches.port import ZONE

TD1 = "\n".join(["I<UTO" + "<" * 25, "9001011F3001012UTO" + "<" * 12, "SAMPLE<<ADA" + "<" * 19])
SELF_ENDING = {
    "stx-etx": lambda text: b"\x02" + text.replace("\n", "\r").encode() + b"\r\x03",
    "cr": lambda text: text.replace("\n", "\r").encode() + b"\r",
    "crlf": lambda text: text.replace("\n", "\r\n").encode() + b"\r\n",
    "elyctis": lambda text: b"\x49\0\0\x49" + len(text).to_bytes(2) + text.replace("\n", "\r").encode(),
}
CASES = [*SELF_ENDING, "auto/stx-etx", "auto/cr", "auto/crlf"]


def frame_text(case: str, text: str) -> bytes:
    return SELF_ENDING[case.split("/")[-1]](text)


def framing(case: str) -> Framing:
    return make_framing(case.split("/")[0])


@pytest.mark.parametrize("case", CASES)
@settings(deadline=None, max_examples=50)
@given(cuts=st.lists(st.integers(0, 400), max_size=12), count=st.integers(1, 3))
def test_documents_come_whole_however_the_stream_is_cut(case: str, cuts: list[int], count: int) -> None:
    texts = [ZONE, TD1, ZONE][:count]
    stream = b"".join(frame_text(case, text) for text in texts)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    framing_used = framing(case)
    got = [framed for start, end in pairwise(edges) for framed in framing_used.feed(stream[start:end])]
    assert got == texts
    assert not framing_used.has_begun


@pytest.mark.parametrize("name", FRAMINGS)
@settings(deadline=None, max_examples=50)
@given(pieces=st.lists(st.binary(max_size=3_000), max_size=8))
def test_any_bytes_are_bounded_and_forgotten_after_silence(name: str, pieces: list[bytes]) -> None:
    made_framing = make_framing(name)
    got: list[FramedText] = []
    for piece in pieces:
        got += made_framing.feed(piece)
    got += made_framing.silence(BROKEN_OFF_S)
    for framed in got:
        if isinstance(framed, str):
            assert len(framed) <= LONGEST_BYTES + 3_000
        else:
            assert framed.reason in (FaultReason.BAD_READ, FaultReason.PROTOCOL)
    assert not made_framing.has_begun
    case = {"auto": "stx-etx"}.get(name, name)
    if name == "elyctis":
        made_framing.feed(b"\x49\0\0")  # what lay there is taken away
    assert made_framing.feed(frame_text(case, ZONE)) == [ZONE]


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


def test_there_is_no_other_framing() -> None:
    with pytest.raises(DeviceFault) as fault:
        make_framing("morse")
    assert fault.value.reason is FaultReason.SETUP and "stx-etx" in fault.value.what


@pytest.mark.parametrize("case", SELF_ENDING)
def test_the_framing_is_guessed_from_what_came(case: str) -> None:
    stream = frame_text(case, ZONE).removeprefix(b"\x49\0\0")
    assert guess_framing(stream) == case
    assert f"framing={case}" in advice(stream, "other")
    assert advice(stream, case) == "" or case == "elyctis"


def test_bytes_at_a_wrong_speed_are_told_from_text() -> None:
    assert "baud=" in advice(bytes(range(128, 255)), "cr")
    assert "cable" in advice(b"", "cr")
