"""What is read before it can be trusted: garbage is a TrustError (in a secret file an InputError), nothing else."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyrage
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, MalformedError, RollbackError, TrustError
from data.kit.enrolment import KitStatus
from data.lists.edition import Edition
from data.lists.rows import PackedRows, Row
from data.policy import policy_from_json
from sync.formats import envelope, payload, sealed_file
from sync.formats.columns import BLOCK, WHOLE, ColumnField, check_fields
from sync.formats.enrolment_file import enrolment_from_json
from sync.formats.envelope import Envelope, ListKey
from sync.formats.manifest import Delta, FileLetter, Manifest, Snapshot, manifest_from_json, manifest_to_json
from sync.formats.manifest import make_sealed_file as named
from sync.formats.parts_directory import (
    PartsDirectory,
    SnapshotPart,
    digests_from_json,
    directory_from_json,
    directory_to_json,
)
from sync.formats.payload import Header, PayloadKind, PayloadReader, RowForm
from sync.limits import SyncLimits

KEY = bytes(range(32))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMALL = SyncLimits(chunk_bytes=64)
keys = st.lists(st.binary(min_size=1, max_size=20), unique=True, max_size=30).map(sorted)


def sealed(content: bytes, key: bytes = KEY, limits: SyncLimits = SMALL) -> bytes:
    file = io.BytesIO()
    sealed_file.seal_file([content], key, file, limits=limits)
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY, limits: SyncLimits = SMALL) -> bytes:
    return sealed_file.unseal_file(io.BytesIO(content), key, limits=limits).read()


# ── sealed files ─────────────────────────────────────────────────────────────────────────────────────────


@given(st.binary(max_size=3000))
def test_what_is_sealed_opens_again_and_shows_nothing(content: bytes) -> None:
    closed = sealed(content)
    assert opened(closed) == content
    assert len(content) < 8 or content not in closed[24:]


@given(st.binary(max_size=300), st.data())
def test_a_sealed_file_that_was_touched_does_not_open(content: bytes, data: st.DataObject) -> None:
    closed = bytearray(sealed(content))
    closed[data.draw(st.integers(0, len(closed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TrustError):
        opened(bytes(closed))


@given(st.binary(min_size=100, max_size=1000), st.data())
def test_a_sealed_file_that_was_cut_does_not_open(content: bytes, data: st.DataObject) -> None:
    closed = sealed(content)
    with pytest.raises(TrustError):
        opened(closed[: data.draw(st.integers(0, len(closed) - 1))])


@given(st.binary(max_size=500))
def test_garbage_is_no_sealed_file(content: bytes) -> None:
    with pytest.raises(TrustError):
        opened(content)
    with pytest.raises(TrustError):
        opened(sealed_file.MAGIC + content)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(TrustError, match="another key"):
        opened(sealed(b"rows"), bytes(32))


def test_chunks_cannot_be_swapped() -> None:
    closed = sealed(bytes(range(256)) * 4)
    head, step = 24, SMALL.chunk_bytes + sealed_file.TAG_BYTES
    swapped = (
        closed[:head] + closed[head + step : head + 2 * step] + closed[head : head + step] + closed[head + 2 * step :]
    )
    assert len(swapped) == len(closed)
    with pytest.raises(TrustError):
        opened(swapped)


def test_a_bomb_is_refused_before_it_fills_anything() -> None:
    tight = SyncLimits(expansion=10, expansion_free_bytes=1000)
    stream = sealed_file.unseal_file(io.BytesIO(sealed(bytes(50_000_000), limits=tight)), KEY, limits=tight)
    with pytest.raises(TrustError, match="unpacks to far more"):
        while stream.read(1000):
            assert stream.tell() < 1_000_000


def test_a_stream_that_asks_for_too_much_memory_is_refused() -> None:
    window = zstandard.ZstdCompressionParameters(window_log=27)
    content = zstandard.ZstdCompressor(compression_params=window).compressobj()
    packed = content.compress(bytes(1000)) + content.flush()
    # Sealed properly, packed by somebody else.
    original = sealed_file._compress
    try:
        sealed_file._compress = lambda *_: iter([packed])  # type: ignore[assignment]
        closed = sealed(b"")
    finally:
        sealed_file._compress = original
    with pytest.raises(TrustError, match="does not unpack"):
        opened(closed)


# ── payloads ─────────────────────────────────────────────────────────────────────────────────────────────


def edition(count: int, version: int = 3) -> Edition:
    return Edition("un", "persons", version, NOW, NOW, "2026-02-27", count, 77, b"salt")


def written(header: Header, removed: list[bytes], rows: list[Row]) -> bytes:
    return b"".join(payload.write_rows(header, removed, rows))


def delta(removed: list[bytes], rows: list[Row]) -> bytes:
    return written(Header(edition(9), PayloadKind.DELTA, 2, len(removed), len(rows)), removed, rows)


def read(content: bytes) -> tuple[Header, list[bytes], list[Row]]:
    reader = PayloadReader(io.BytesIO(content))
    return reader.header, list(reader.removed_keys()), list(reader.rows())


@given(keys, st.dictionaries(st.binary(min_size=1, max_size=20), st.binary(max_size=200), max_size=30))
def test_a_payload_reads_as_it_was_written(removed: list[bytes], bodies: dict[bytes, bytes]) -> None:
    rows = [Row(key, bodies[key]) for key in sorted(bodies)]
    header, keys_read, rows_read = read(delta(removed, rows))
    assert (header.edition, header.since) == (edition(9), 2)
    assert (keys_read, rows_read) == (removed, rows)


@given(st.binary(max_size=400), st.integers(0, 400))
def test_a_payload_that_is_none_is_refused(garbage: bytes, place: int) -> None:
    whole = delta([b"a", b"b"], [Row(b"c", b"body"), Row(b"d", b"body")])
    for content in (garbage, whole[:place] + garbage):
        try:
            _, removed, rows = read(content)
        except TrustError:
            continue
        assert sorted(set(removed)) == removed
        assert sorted({row.key for row in rows}) == [row.key for row in rows]


numbers64 = st.integers(0, (1 << 64) - 1)
fixed = st.dictionaries(numbers64, numbers64, max_size=30)
divided = st.lists(st.integers(1, 63), unique=True, max_size=6).map(lambda cuts: fields_at(sorted(cuts)))


def fields_at(cuts: list[int]) -> tuple[ColumnField, ...]:
    """A body cut at some bits, every other field told against the one before it."""
    edges = [0, *cuts, 64]
    return tuple(
        ColumnField(low, high - low, place - 1 if place % 2 else -1)
        for place, (low, high) in enumerate(pairwise(edges))
    )


def in_columns(bodies: dict[int, int], gone: set[int] = frozenset(), fields: tuple[ColumnField, ...] = WHOLE) -> bytes:  # type: ignore[assignment]
    header = Header(edition(9), PayloadKind.DELTA, 2, len(gone), len(bodies), RowForm.COLUMNS, fields=fields)
    keys, removed = np.array(sorted(bodies), np.uint64), np.array(sorted(gone), np.uint64)
    rows = PackedRows(keys, np.array([bodies[key] for key in sorted(bodies)], np.uint64))
    return b"".join(payload.write_columns(header, [removed] if gone else [], [rows] if bodies else []))


@given(fixed, st.sets(numbers64, max_size=20), divided)
def test_columns_read_as_they_were_written(
    bodies: dict[int, int], gone: set[int], fields: tuple[ColumnField, ...]
) -> None:
    _, removed, rows = read(in_columns(bodies, gone, fields))
    assert removed == [key.to_bytes(8, "big") for key in sorted(gone)]
    assert rows == [Row(key.to_bytes(8, "big"), bodies[key].to_bytes(8, "big")) for key in sorted(bodies)]


def test_columns_of_several_blocks_read_as_they_were_written() -> None:
    keys = np.arange(3 * BLOCK, dtype=np.uint64) * np.uint64(1 << 40) + np.uint64(7)
    rows = PackedRows(keys, keys ^ np.uint64(12345))
    header = Header(edition(len(keys)), PayloadKind.SNAPSHOT, 0, 0, len(keys), RowForm.COLUMNS)
    blocks = [
        PackedRows(keys[start : start + BLOCK], rows.bodies[start : start + BLOCK])
        for start in range(0, len(keys), BLOCK)
    ]
    content = b"".join(payload.write_columns(header, [], blocks))
    reader = PayloadReader(io.BytesIO(content))
    assert list(reader.packed_removed_keys()) == []
    parts = list(reader.packed_rows())
    assert np.array_equal(np.concatenate([part.keys for part in parts]), rows.keys)
    assert np.array_equal(np.concatenate([part.bodies for part in parts]), rows.bodies)


@given(fixed, st.binary(max_size=60), st.integers(0, 700), divided)
def test_columns_that_are_none_are_refused(
    bodies: dict[int, int], garbage: bytes, place: int, fields: tuple[ColumnField, ...]
) -> None:
    whole = in_columns(bodies, fields=fields)
    try:
        _, _, rows = read(whole[:place] + garbage)
    except TrustError:
        return
    assert [row.key for row in rows] == sorted({row.key for row in rows})


@pytest.mark.parametrize("gaps", [[5, 0], [5, (1 << 64) - 2]], ids=["a key twice", "a key that goes back"])
def test_columns_out_of_order_are_refused(gaps: list[int]) -> None:
    whole = in_columns({5: 1, 6: 1})
    header = whole[: -2 * 16]
    planes = np.array(gaps, ">u8").view(np.uint8).reshape(2, 8).T.tobytes()
    with pytest.raises(TrustError, match="out of order"):
        read(header + planes + bytes(16))


def test_columns_with_a_bit_too_many_are_refused() -> None:
    whole = bytearray(in_columns({5: 0}, fields=(ColumnField(0, 60), ColumnField(60, 4))))
    whole[-1] = 0x10
    with pytest.raises(TrustError, match="body that cannot be"):
        read(bytes(whole))


@pytest.mark.parametrize(
    "fields", [[[0, 63]], [[0, 32], [31, 33]], [[0, 64, 0]], [[0, 65]], [[-1, 65]], [[0, True], [1, 63]], "64", [[]]]
)
def test_fields_that_do_not_make_a_body_are_refused(fields: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        check_fields(fields)


def test_in_columns_nothing_may_follow() -> None:
    with pytest.raises(TrustError, match="goes on behind"):
        read(in_columns({1: 2}) + b"0")


@given(st.binary(max_size=60))
def test_a_header_that_is_none_is_refused(garbage: bytes) -> None:
    with pytest.raises(TrustError):
        read(bytes([len(garbage)]) + garbage)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(delta([b"b", b"a"], []), id="removed keys out of order"),
        pytest.param(delta([], [Row(b"a", b""), Row(b"a", b"")]), id="a key twice"),
        pytest.param(delta([], [Row(b"a", b"")]) + b"\0", id="something behind the last row"),
        pytest.param(
            written(Header(edition(9, 2), PayloadKind.DELTA, 2, 0, 0), [], []), id="a delta that leads nowhere"
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
        read(content)


# ── manifests ────────────────────────────────────────────────────────────────────────────────────────────


MANIFEST = Manifest(
    list="un",
    version=3,
    key_epoch=2,
    salt_epoch=1,
    as_of=NOW,
    published=NOW,
    source_date="2026-02-27",
    snapshot=Snapshot(2, named(FileLetter.SNAPSHOT, 2, 2, 0, 5000, "ef" * 32), 70_000),
    deltas=tuple(
        Delta(since, since + 1, named(FileLetter.DELTA, 1, since, since + 1, 1000, "cd" * 32)) for since in (1, 2)
    ),
    digests=named(FileLetter.DIGESTS, 2, 3, 0, 900, "0a" * 32),
)


def test_a_manifest_reads_as_it_was_written() -> None:
    assert manifest_from_json(manifest_to_json(MANIFEST), "un") == MANIFEST


def test_a_manifest_of_another_list_is_refused() -> None:
    with pytest.raises(TrustError, match="another list"):
        manifest_from_json(manifest_to_json(MANIFEST), "ofac")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_a_manifest_with_any_part_replaced_is_refused_or_fits(data: st.DataObject) -> None:
    facts = json.loads(manifest_to_json(MANIFEST))
    part = facts["manifest"]
    where = data.draw(st.sampled_from(["", "snapshot", "deltas", "digests"]))
    if where:
        part = part[where][0] if where == "deltas" else part[where]
    place = data.draw(st.sampled_from(range(len(part)) if isinstance(part, list) else sorted(part)))
    part[place] = data.draw(json_values)
    try:
        read_again = manifest_from_json(json.dumps(facts).encode(), "un")
    except TrustError:
        return
    assert read_again.snapshot.version <= read_again.version
    assert all(delta.since < delta.to <= read_again.version for delta in read_again.deltas)


def test_a_manifest_is_small() -> None:
    """Ten lists with all their deltas are told of in a few KB."""
    deltas = tuple(Delta(n, n + 1, named(FileLetter.DELTA, 12, n, n + 1, 90_000, "cd" * 32)) for n in range(400, 415))
    full = Manifest("documents", 415, 12, 3, NOW, NOW, "2026-02-27", MANIFEST.snapshot, deltas, MANIFEST.digests)
    assert len(manifest_to_json(full)) < 1500


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_no_manifest_policy_or_enrolment(content: bytes) -> None:
    with pytest.raises(TrustError):
        manifest_from_json(content, "un")
    with pytest.raises(TrustError):
        policy_from_json(content)
    with pytest.raises(InputError):
        enrolment_from_json(content)


@pytest.mark.parametrize("text", ["../../etc/passwd", "A" * 42, "A" * 44, "A" * 42 + "/", "x" * 300, 7, None])
def test_a_hash_that_is_none_is_refused(text: object) -> None:
    facts = json.loads(manifest_to_json(MANIFEST))
    facts["manifest"]["snapshot"][3] = text
    with pytest.raises(TrustError):
        manifest_from_json(json.dumps(facts).encode(), "un")


# ── directories ──────────────────────────────────────────────────────────────────────────────────────────


def a_part(first: bytes, rows: int, number: int) -> SnapshotPart:
    return SnapshotPart(first, rows, named(FileLetter.PART, 1, 3, number, 100, "cd" * 32))


@pytest.mark.parametrize(
    ("starts", "rows", "why"),
    [
        ([b"", b"m"], 5, "contradicts"),
        ([b"a", b"m"], 4, "gaps"),
        ([b"", b"m", b"c"], 6, "gaps"),
        ([b"", b"m", b"m"], 6, "gaps"),
        ([], 0, "gaps"),
    ],
)
def test_a_directory_whose_parts_do_not_fit_is_refused(starts: list[bytes], rows: int, why: str) -> None:
    content = directory_to_json(PartsDirectory(tuple(a_part(first, 2, number) for number, first in enumerate(starts))))
    with pytest.raises(TrustError, match=why):
        directory_from_json(content, epoch=1, version=3, rows=rows)


@given(st.binary(max_size=100) | json_values.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_no_directory_and_no_digests(content: bytes) -> None:
    with pytest.raises(TrustError):
        directory_from_json(content, epoch=1, version=3, rows=1)
    with pytest.raises(TrustError):
        digests_from_json(content, 3)


def test_a_directory_reads_as_it_was_written() -> None:
    directory = PartsDirectory((a_part(b"", 2, 0), a_part(b"m", 3, 1)))
    assert directory_from_json(directory_to_json(directory), epoch=1, version=3, rows=5) == directory


# ── policy and envelopes ─────────────────────────────────────────────────────────────────────────────────

SIGNER = Ed25519PrivateKey.generate()
IDENTITY = pyrage.x25519.Identity.generate()
ENVELOPE = Envelope(
    "post-1", "ab" * 16, 4, NOW + timedelta(days=45), (ListKey("un", "persons", True, {1: KEY}),), KitStatus()
)


def mail(content: Envelope = ENVELOPE, signer: Ed25519PrivateKey = SIGNER) -> bytes:
    return envelope.seal_envelope(content, signer, str(IDENTITY.to_public()))


def test_an_envelope_opens_for_its_kit_alone() -> None:
    assert envelope.unseal_envelope(mail(), str(IDENTITY), SIGNER.public_key()) == ENVELOPE
    with pytest.raises(TrustError, match="another kit"):
        envelope.unseal_envelope(mail(), str(pyrage.x25519.Identity.generate()), SIGNER.public_key())


def test_an_envelope_that_headquarters_did_not_sign_is_refused() -> None:
    with pytest.raises(TrustError, match="not signed"):
        envelope.unseal_envelope(mail(signer=Ed25519PrivateKey.generate()), str(IDENTITY), SIGNER.public_key())


def test_the_size_of_an_envelope_does_not_tell_what_is_in_it() -> None:
    many = tuple(ListKey(f"list-{number}", "persons", True, {1: KEY, 2: KEY}) for number in range(20))
    more = replace(ENVELOPE, lists=many)
    room = len(envelope.signed_content(more))
    signer, to = SIGNER, str(IDENTITY.to_public())
    sealed = [
        envelope.seal_envelope(variant, signer, to, room=room) for variant in (more, ENVELOPE, replace(more, lists=()))
    ]
    assert (
        len({len(pyrage.decrypt(sealed_envelope, [IDENTITY])) for sealed_envelope in sealed}) == 1
    )  # age adds some random bytes of its own
    assert (
        envelope.unseal_envelope(
            envelope.seal_envelope(ENVELOPE, signer, to, room=room), str(IDENTITY), signer.public_key()
        )
        == ENVELOPE
    )


@pytest.mark.parametrize("state", ["suspended", "revoked", "a word of a later headquarters"])
def test_a_kit_that_is_not_in_force_is_told_why_and_gets_no_keys(state: str) -> None:
    standing = KitStatus(state, "stolen on the ferry", NOW)
    unsealed = envelope.unseal_envelope(mail(replace(ENVELOPE, status=standing)), str(IDENTITY), SIGNER.public_key())
    assert (unsealed.status, unsealed.status.in_force, unsealed.lists) == (standing, False, ())


@pytest.mark.parametrize(
    ("signed", "lease_until", "erase_after"),
    [
        ("2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z", None),
        ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", None, "1926-04-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "9999-12-31T23:59:59-14:00", None),
        ("2026-03-01T00:00:00", None, None),
    ],
)
def test_a_lease_that_can_only_be_a_slip_is_refused(signed: str, lease_until: str | None, erase_after: str) -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    facts["body"]["status"] |= {"signed": signed, "lease_until": lease_until, "erase_after": erase_after}
    with pytest.raises(MalformedError):
        envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())


def test_a_serial_beyond_all_numbers_is_refused() -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE)) | {"serial": float("inf")}
    with pytest.raises(MalformedError):
        envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())


def test_what_a_later_headquarters_adds_to_an_envelope_is_passed_over() -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    facts["body"]["settings"] = {"brightness": 3}
    facts["body"]["status"]["colour"] = "blue"
    facts["body"]["lists"][0]["note"] = "new"
    assert envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key()) == ENVELOPE


def test_an_envelope_without_a_status_is_refused() -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    del facts["body"]["status"]
    with pytest.raises(TrustError, match="cannot be read"):
        envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())


@given(st.data())
def test_an_envelope_with_any_part_replaced_is_refused_or_fits(data: st.DataObject) -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    part = data.draw(st.sampled_from([facts, facts["body"], facts["body"]["status"], facts["body"]["lists"][0]]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(json_values)
    try:
        read_again = envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())
    except MalformedError:
        return
    assert read_again.expires.tzinfo is not None
    assert all(entry.keys for entry in read_again.lists)


def by_hand(facts: object) -> bytes:
    """Signed and sealed properly, whatever it says."""
    content = json.dumps(facts).encode()
    signed = SIGNER.sign(envelope._DOMAIN + content) + len(content).to_bytes(4, "big") + content
    return bytes(pyrage.encrypt(signed, [IDENTITY.to_public()]))


@given(st.binary(max_size=300))
def test_an_envelope_full_of_garbage_is_refused(garbage: bytes) -> None:
    to_kit = pyrage.encrypt(garbage, [IDENTITY.to_public()])
    signed = SIGNER.sign(envelope._DOMAIN + garbage) + len(garbage).to_bytes(4, "big") + garbage
    for content in (garbage, to_kit, pyrage.encrypt(signed, [IDENTITY.to_public()])):
        with pytest.raises(TrustError):
            envelope.unseal_envelope(content, str(IDENTITY), SIGNER.public_key())


@pytest.mark.parametrize(
    ("kit", "incarnation", "serial", "now", "error"),
    [
        ("post-2", "ab" * 16, 4, NOW, TrustError),
        ("post-1", "cd" * 16, 4, NOW, TrustError),
        ("post-1", "ab" * 16, 5, NOW, RollbackError),
        ("post-1", "ab" * 16, 4, NOW + timedelta(days=46), TrustError),
    ],
)
def test_an_envelope_is_taken_only_by_its_kit_and_in_order(
    kit: str, incarnation: str, serial: int, now: datetime, error: type[TrustError]
) -> None:
    envelope.check_recipient(ENVELOPE, "post-1", "ab" * 16, 4, NOW)
    with pytest.raises(error):
        envelope.check_recipient(ENVELOPE, kit, incarnation, serial, now)
