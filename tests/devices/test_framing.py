"""Every framing: documents come whole however the stream is cut, and any bytes are bounded."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.faults import FaultReason
from devices.framing.port import BROKEN_OFF_S, LONGEST_BYTES, FramedText, Framing
from devices.framing.selection import FRAMINGS, make_framing
from tests.contract.benches.port import ZONE
from tests.devices.support.framed import SELF_ENDING, frame_text

TD1 = "\n".join(["I<UTO" + "<" * 25, "9001011F3001012UTO" + "<" * 12, "SAMPLE<<ADA" + "<" * 19])

CASES = [*SELF_ENDING, "auto/stx-etx", "auto/cr", "auto/crlf"]


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
