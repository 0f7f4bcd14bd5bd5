"""Payloads read as they were written; what contradicts itself is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TrustError
from data.lists.rows import Row
from sync.formats import payload
from sync.formats.payload import Header, PayloadKind
from sync.trust.bounds import VersionStep
from tests.sync.support.format_examples import edition, read_payload

keys = st.lists(st.binary(min_size=1, max_size=20), unique=True, max_size=30).map(sorted)


def written(header: Header, removed: list[bytes], rows: list[Row]) -> bytes:
    return b"".join(payload.write_rows(header, removed, rows))


def delta(removed: list[bytes], rows: list[Row]) -> bytes:
    return written(Header(edition(9), PayloadKind.DELTA, 2, len(removed), len(rows)), removed, rows)


@given(keys, st.dictionaries(st.binary(min_size=1, max_size=20), st.binary(max_size=200), max_size=30))
def test_a_payload_reads_as_it_was_written(removed: list[bytes], bodies: dict[bytes, bytes]) -> None:
    rows = [Row(key, bodies[key]) for key in sorted(bodies)]
    header, keys_read, rows_read = read_payload(delta(removed, rows))
    assert (header.edition, header.since) == (edition(9), 2)
    assert (keys_read, rows_read) == (removed, rows)


STEPS = (VersionStep(3, 5, 0), VersionStep(9, 0, 2))


def test_the_versions_that_a_file_leads_over_read_as_they_were_written() -> None:
    header, *_ = read_payload(written(Header(edition(9, 9), PayloadKind.DELTA, 2, 0, 0, steps=STEPS), [], []))
    assert header.steps == STEPS
    header, *_ = read_payload(delta([], []))
    assert header.steps == (), "a file of an older headquarters"


@pytest.mark.parametrize(
    "steps",
    [
        (VersionStep(2, 1, 1),),
        (VersionStep(10, 1, 1),),
        (VersionStep(5, 1, 1), VersionStep(5, 1, 1)),
        (VersionStep(6, 1, 1), VersionStep(5, 1, 1)),
        (VersionStep(5, -1, 1),),
        (VersionStep(5, 1, 1 << 62),),
    ],
)
def test_versions_that_a_file_cannot_lead_over_are_refused(steps: tuple[VersionStep, ...]) -> None:
    with pytest.raises(TrustError):
        read_payload(written(Header(edition(9, 9), PayloadKind.DELTA, 2, 0, 0, steps=steps), [], []))


@given(st.binary(max_size=400), st.integers(0, 400))
def test_a_payload_that_is_none_is_refused(garbage: bytes, place: int) -> None:
    whole = delta([b"a", b"b"], [Row(b"c", b"body"), Row(b"d", b"body")])
    for content in (garbage, whole[:place] + garbage):
        try:
            _, removed, rows = read_payload(content)
        except TrustError:
            continue
        assert sorted(set(removed)) == removed
        assert sorted({row.key for row in rows}) == [row.key for row in rows]


@given(st.binary(max_size=60))
def test_a_header_that_is_none_is_refused(garbage: bytes) -> None:
    with pytest.raises(TrustError):
        read_payload(bytes([len(garbage)]) + garbage)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(delta([b"b", b"a"], []), id="removed keys out of order"),
        pytest.param(delta([], [Row(b"a", b""), Row(b"a", b"")]), id="a key twice"),
        pytest.param(delta([], [Row(b"a", b"")]) + b"\0", id="something behind the last row"),
        pytest.param(
            written(Header(edition(9, 2), PayloadKind.DELTA, 2, 0, 0), [], []),
            id="a delta that does not lead to a later version",
        ),
        pytest.param(
            written(Header(edition(9), PayloadKind.SNAPSHOT, 0, 0, 1), [], [Row(b"a", b"")]), id="another count"
        ),
        pytest.param(
            written(Header(edition(0), PayloadKind.SNAPSHOT, 2, 0, 0), [], []), id="a snapshot since a version"
        ),
        pytest.param(delta([], [Row(b"k" * 513, b"")]), id="a key too long"),
    ],
)
def test_a_payload_that_contradicts_itself_is_refused(content: bytes) -> None:
    with pytest.raises(TrustError):
        read_payload(content)
