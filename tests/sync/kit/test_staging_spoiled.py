"""A download that came wrong costs the chunks that are wrong, and a power cut what was not forced to the disk yet."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import LinkError, TrustError
from sync.formats.manifest import SealedFile
from sync.formats.sealed_file import HEADER_BYTES, TAG_BYTES, damaged_ranges, seal_file
from sync.headquarters.publishing import file_maker
from sync.kit import courier
from sync.kit.list_sync import SyncMethod
from sync.kit.staging import Staging
from sync.limits import LIMITS
from tests.support.deployment import Deployment, names, one
from tests.support.network.chaos import ChaosServer, Fault

KEY = bytes(range(32))
CHUNK = LIMITS.chunk_bytes + TAG_BYTES
CHUNKS = 6


def sealed() -> bytes:
    """A sealed file of six chunks, the last one short."""
    file = BytesIO()
    seal_file([secrets.token_bytes(LIMITS.chunk_bytes * (CHUNKS - 1) + 999)], KEY, file)
    return file.getvalue()


CONTENT = sealed()
FILE = SealedFile("s-1-1-0-x", len(CONTENT), sha256(CONTENT).hexdigest())


def changed(content: bytes, *places: int) -> bytes:
    """`content` with these bytes changed."""
    other = bytearray(content)
    for place in places:
        other[place] ^= 1
    return bytes(other)


class Lines:
    """One line after another, each to its own copy of one file; the last one stays."""

    def __init__(self, *contents: bytes, breaks_after: int | None = None) -> None:
        self.contents = list(contents)
        self.asked: list[tuple[int, int | None]] = []
        self.given = 0
        self._breaks_after = breaks_after

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        self.asked.append((offset, end))
        content = self.contents.pop(0) if len(self.contents) > 1 else self.contents[0]
        yield self._pieces(content[offset:end])

    def _pieces(self, content: bytes) -> Iterator[bytes]:
        for start in range(0, len(content), 4096):
            if self._breaks_after is not None and self.given >= self._breaks_after:
                raise LinkError("cut")
            piece = content[start : start + 4096]
            self.given += len(piece)
            yield piece


def chunk(number: int) -> range:
    """Where a chunk of `CONTENT` lies."""
    start = HEADER_BYTES + number * CHUNK
    return range(start, min(start + CHUNK, len(CONTENT)))


@given(st.sets(st.integers(HEADER_BYTES, len(CONTENT) - 1), min_size=1, max_size=5))
def test_just_the_chunks_that_were_changed_are_called_wrong(places: set[int]) -> None:
    wrong = damaged_ranges(BytesIO(changed(CONTENT, *places)), KEY)
    expected = {byte for number in range(CHUNKS) if places & set(chunk(number)) for byte in chunk(number)}
    if len(expected) < len(CONTENT) - HEADER_BYTES:
        assert {byte for span in wrong for byte in span} == expected
    else:
        assert wrong == [range(len(CONTENT))], "where nothing opens the head may be wrong as well"


def test_nothing_opens_under_another_key_or_head_or_in_another_place() -> None:
    whole = [range(len(CONTENT))]
    assert damaged_ranges(BytesIO(CONTENT), bytes(32)) == damaged_ranges(BytesIO(changed(CONTENT, 20)), KEY) == whole
    first, second = (CONTENT[chunk(number).start : chunk(number).stop] for number in (0, 1))
    moved = CONTENT[:HEADER_BYTES] + second + first + CONTENT[chunk(2).start :]
    assert damaged_ranges(BytesIO(moved), KEY) == [range(chunk(0).start, chunk(1).stop)]
    assert damaged_ranges(BytesIO(CONTENT), KEY) == []


def test_a_wrong_chunk_is_fetched_again_and_nothing_else(tmp_path: Path) -> None:
    lines = Lines(changed(CONTENT, chunk(1).start + 7, chunk(4).start), CONTENT)
    staging = Staging(tmp_path, lines)
    with pytest.raises(TrustError):
        staging.fetch("s", FILE, KEY)
    assert staging.missing(FILE) == 2 * CHUNK
    assert staging.fetch("s", FILE, KEY).read_bytes() == CONTENT
    assert lines.given == len(CONTENT) + 2 * CHUNK
    assert lines.asked == [(0, None), *((chunk(number).start, chunk(number).stop) for number in (1, 4))]
    assert [path.name for path in tmp_path.iterdir()] == [FILE.sha256]


def test_a_wrong_head_costs_its_24_bytes(tmp_path: Path) -> None:
    (tmp_path / f"{FILE.sha256}.part").write_bytes(changed(CONTENT, 3))
    lines = Lines(CONTENT)
    assert Staging(tmp_path, lines).fetch("s", FILE, KEY).read_bytes() == CONTENT
    assert lines.given == HEADER_BYTES


def test_what_a_power_cut_left_costs_the_chunks_it_spoiled(tmp_path: Path) -> None:
    cut = chunk(3).start + 100
    (tmp_path / f"{FILE.sha256}.part").write_bytes(CONTENT[: cut - 500] + bytes(500))
    lines = Lines(CONTENT)
    assert Staging(tmp_path, lines).fetch("s", FILE, KEY).read_bytes() == CONTENT
    assert lines.given == len(CONTENT) - cut + 2 * CHUNK


def test_a_source_that_lies_again_and_a_line_that_breaks_while_mending_lose_nothing(tmp_path: Path) -> None:
    place = chunk(2).stop - 5
    lies = Lines(changed(CONTENT, place))
    for _ in range(3):
        with pytest.raises(TrustError):
            Staging(tmp_path, lies).fetch("s", FILE, KEY)
    assert lies.given == len(CONTENT) + 2 * CHUNK
    breaking = Lines(CONTENT, breaks_after=8192)
    with pytest.raises(LinkError):
        Staging(tmp_path, breaking).fetch("s", FILE, KEY)
    good = Lines(CONTENT)
    assert Staging(tmp_path, good).fetch("s", FILE, KEY).read_bytes() == CONTENT
    assert good.given == CHUNK


def test_without_the_key_nothing_can_be_told_right(tmp_path: Path) -> None:
    with pytest.raises(TrustError):
        Staging(tmp_path, Lines(changed(CONTENT, 999))).fetch("s", FILE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [500_000, 9_000_000])
def test_a_power_cut_costs_a_hundredth_of_a_file_or_a_chunk(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytes(size)
    file = SealedFile("s-1-1-0-x", size, sha256(content).hexdigest())
    synced, sync = [0], os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    with pytest.raises(LinkError):
        Staging(tmp_path, Lines(content, breaks_after=size - 5000)).fetch("s", file)
    gaps = [later - earlier for earlier, later in zip(synced, [*synced[1:], size - 5000], strict=True)]
    assert max(gaps) <= max(LIMITS.chunk_bytes, size / 100) + 4096
    assert len(synced) <= 102, "and a file is not synced all the time"


# ── the whole courier ────────────────────────────────────────────────────────────────────────────────────

MANY = {f"XXi.{number:04}": f"Testa {secrets.token_hex(40)}" for number in range(6000)}


@pytest.fixture
def long_list(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A list whose snapshot is one file of several chunks."""
    monkeypatch.setattr(file_maker, "LIMITS", replace(file_maker.LIMITS, part_bytes=1 << 30))
    deployment.publish(MANY)
    assert deployment.payload("s").stat().st_size > 4 * CHUNK
    return deployment


def test_a_bad_mirror_costs_a_chunk(long_list: Deployment) -> None:
    size = long_list.payload("s").stat().st_size
    with ChaosServer(long_list.mirror) as bad, ChaosServer(long_list.hq.public) as good:
        kit = long_list.kit(source=bad.url)
        mirrors = kit.settings.courier.model_copy(update={"mirrors": [good.url]})
        kit.settings.model_copy(update={"courier": mirrors}).save(kit.path / "kit.toml")
        bad.fault = Fault(only="/s-", change=lambda content: changed(content, 2 * CHUNK))
        report = courier.run(kit.reopen())
        assert one(report).way is SyncMethod.SNAPSHOT and report.problems[0].what.startswith(bad.url)
        assert one(report).bytes == size + CHUNK, "whole files again were 2 times the size"
        assert [byte_range for path, byte_range in good.asked if "/s-" in path] == [
            f"bytes={HEADER_BYTES + CHUNK}-{HEADER_BYTES + 2 * CHUNK - 1}"
        ]
    assert names(kit) == MANY


def test_a_bad_stick_costs_a_chunk_of_the_line(long_list: Deployment) -> None:
    kit = long_list.kit()
    path = long_list.payload("s")
    path.write_bytes(changed(path.read_bytes(), path.stat().st_size - 3))
    assert one(courier.run(kit)).error is not None
    last = (path.stat().st_size - HEADER_BYTES) % CHUNK
    report = courier.run(kit, source=str(long_list.hq.public))
    assert one(report).way is SyncMethod.SNAPSHOT and one(report).bytes == last
    assert names(kit) == MANY
