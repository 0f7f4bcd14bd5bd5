"""Manifests: small, read as they were written, and refused with any part replaced."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, TrustError
from data.policy import policy_from_json
from sync.formats.enrolment_file import enrolment_from_json
from sync.formats.manifest import Delta, FileLetter, Manifest, Snapshot, manifest_from_json, manifest_to_json
from sync.formats.manifest import make_sealed_file as named
from tests.sync.support.format_examples import NOW, json_values

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
