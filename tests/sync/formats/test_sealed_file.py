"""Sealed files: what was touched, cut, swapped or packed to burst does not open."""

import io

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TrustError
from sync.formats import sealed_file
from sync.limits import SyncLimits

KEY = bytes(range(32))

SMALL = SyncLimits(chunk_bytes=64)


def sealed(content: bytes, key: bytes = KEY, limits: SyncLimits = SMALL) -> bytes:
    file = io.BytesIO()
    sealed_file.seal_file([content], key, file, limits=limits)
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY, limits: SyncLimits = SMALL) -> bytes:
    return sealed_file.unseal_file(io.BytesIO(content), key, limits=limits).read()


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
    with pytest.raises(TrustError, match="cut off or changed"):  # by its seal, not because it cannot be decompressed
        opened(swapped)


def test_a_bomb_is_refused_before_it_fills_anything() -> None:
    tight = SyncLimits(expansion=10, expansion_free_bytes=1000)
    stream = sealed_file.unseal_file(io.BytesIO(sealed(bytes(50_000_000), limits=tight)), KEY, limits=tight)
    with pytest.raises(TrustError, match="decompresses to far more"):
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
    with pytest.raises(TrustError, match="cannot be decompressed"):
        opened(closed)
