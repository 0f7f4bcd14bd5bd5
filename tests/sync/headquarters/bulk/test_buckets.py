"""Records are dealt by key, wait in the order they came, and lie nowhere in clear."""

import tempfile
from pathlib import Path

import pytest

from data.documents.document_record import DocumentRecord, Fraud
from data.documents.sealed_keys import Sealer
from data.errors import StoreError
from sync.headquarters.bulk import buckets
from sync.headquarters.bulk.record_columns import READ, keys, to_columns

SEALER = Sealer(bytes(range(32)))
RECORDS = [DocumentRecord(f"AB{number:05}", "FRA", "PAS", Fraud.LOST, note=f"note {number}") for number in range(500)]
BLANK = DocumentRecord("AB10000", "FRA", "PAS", Fraud.STOLEN_BLANK, number_to="AB19999")


def test_the_first_bits_of_a_key_tell_the_bucket_and_ranges_have_their_own() -> None:
    dealt = buckets.deal(to_columns([*RECORDS, BLANK]), SEALER, 3)
    for bucket, frame in buckets.split(dealt):
        if bucket == buckets.RANGES:
            assert frame["number"].to_list() == [BLANK.number]
        else:
            assert {int(key) >> 61 for key in keys(frame, SEALER).tolist()} == {bucket}
    assert {bucket for bucket, _frame in buckets.split(dealt)} == {buckets.RANGES, *range(8)}


@pytest.mark.parametrize(("count", "bits"), [(0, 0), (399_999, 0), (400_000, 1), (10_000_000, 5), (120_000_000, 9)])
def test_a_bucket_holds_some_hundred_thousand_records(count: int, bits: int) -> None:
    assert buckets.bits_for(count) == bits


def test_what_waits_comes_back_in_its_order_and_is_not_in_clear_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "_DEALT_TOGETHER", 60)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: (dir / "spill").open("w+b"))
    dealt = buckets.deal(to_columns(RECORDS), SEALER, 2)
    with buckets.Spill(tmp_path, READ) as spill:
        for start in range(0, len(dealt), 50):
            spill.add(dealt[start : start + 50])
        assert spill.count == len(RECORDS)
        for bucket, frame in buckets.split(dealt):
            assert spill.take(bucket).equals(frame)
        content = (tmp_path / "spill").read_bytes()
    assert len(content) > 1000
    assert not any(text in content for text in (b"ARROW", b"number", b"AB000", b"note "))


@pytest.mark.parametrize("count", [1, len(RECORDS)])
def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Path("/dev/full").open("w+b"))
    with buckets.Spill(tmp_path, READ) as spill, pytest.raises(StoreError, match="No space left on device"):
        spill.add(buckets.deal(to_columns(RECORDS[:count]), SEALER, 0))
        spill.buckets()


def test_a_folder_that_takes_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        buckets.Spill(tmp_path / "nothing", READ)
