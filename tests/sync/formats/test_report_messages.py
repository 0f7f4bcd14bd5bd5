"""A segment of a report is exactly one zstd frame."""

import pytest

from data.errors import MalformedError
from data.journal.chains import Position, Stream
from data.journal.outgoing import OutboxEntry
from sync.formats import report_messages
from tests.sync.support.format_examples import ODD


def packed(odd: bytes) -> bytes:
    entries = (OutboxEntry("drill", b'{"event":"e-1"}'),)
    after = Position(0, bytes(32))
    end = report_messages.chain_positions(Stream.AUDIT, after, entries)[-1]
    place = {
        name: {"seq": position.seq, "hash": position.hash.hex()} for name, position in (("after", after), ("end", end))
    }
    facts = {"format": 1, "kit": "post-1", "enrolment": "0" * 32, "incarnation": "0" * 32, "stream": "audit"}
    header = report_messages.encode_canonical({**facts, "begins": place["after"], **place})
    return len(header).to_bytes(4, "big") + header + report_messages._pack_entries(entries) + odd


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_segment_is_one_frame_as_well(odd: bytes) -> None:
    assert len(report_messages.read_segment(packed(b"")).batch.entries) == 1
    with pytest.raises(MalformedError, match="Report: the compressed data continues after its end"):
        report_messages.read_segment(packed(odd))
