"""Exactly one zstd frame: what any writer of ours makes passes, in pieces of any size; nothing else does."""

import io
import secrets

import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from data.errors import MalformedError
from sync.formats import sealed_file
from sync.formats.sealed_file import Compression, ZstdFrame, seal_file, unseal_file
from sync.limits import LIMITS
from tests.sync.support.format_examples import ODD

KEY = bytes(range(32))
PIECES = st.lists(st.binary(max_size=400) | st.builds(bytes, st.integers(0, 300_000)), max_size=6)


def watched(content: bytes, size: int) -> None:
    frame = ZstdFrame("It")
    for start in range(0, len(content), size):
        frame.passes(content[start : start + size])
    frame.must_be_over()


def sealed(compressed: bytes) -> io.BytesIO:
    """A sealed file around bytes that no writer of ours made."""
    header = sealed_file.MAGIC + secrets.token_bytes(sealed_file.ID_BYTES)
    cipher: AESGCM = sealed_file._cipher(KEY, header)
    chunks = [compressed[at : at + LIMITS.chunk_bytes] for at in range(0, len(compressed), LIMITS.chunk_bytes)] or [b""]
    content = [
        cipher.encrypt(sealed_file._nonce(number, last=number == len(chunks) - 1), chunk, header)
        for number, chunk in enumerate(chunks)
    ]
    return io.BytesIO(header + b"".join(content))


@given(PIECES, st.sampled_from(Compression))
def test_what_is_sealed_by_us_comes_back(pieces: list[bytes], packing: Compression) -> None:
    file = io.BytesIO()
    seal_file(pieces, KEY, file, packing=packing)
    file.seek(0)
    assert unseal_file(file, KEY).read() == b"".join(pieces)


@given(
    st.binary(max_size=3000) | st.builds(bytes, st.integers(0, 400_000)),
    st.integers(1, 19),
    st.booleans(),
    st.booleans(),
    st.integers(1, 70_000),
)
def test_any_one_frame_passes_however_it_is_cut(content: bytes, level: int, sums: bool, sized: bool, size: int) -> None:
    packer = zstandard.ZstdCompressor(level=level, write_checksum=sums, write_content_size=sized)
    compressed = packer.compress(content)
    watched(compressed, max(size, len(compressed) // 500 + 1))
    for cut in {1, len(compressed) // 2, len(compressed) - 1}:
        with pytest.raises(MalformedError, match="breaks off"):
            watched(compressed[:cut], size)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("size", [0, 10, 65_536, 200_000])
@pytest.mark.parametrize("cut", [1, 7, 1 << 20])
def test_anything_behind_the_frame_is_refused(odd: bytes, size: int, cut: int) -> None:
    compressed = zstandard.compress(secrets.token_bytes(size))
    with pytest.raises(MalformedError, match="after its end"):
        watched(compressed + odd, cut)
    with pytest.raises(MalformedError, match="List file: the compressed data continues after its end"):
        unseal_file(sealed(compressed + odd), KEY).read()
    assert len(unseal_file(sealed(compressed), KEY).read()) == size


def test_a_sealed_frame_that_breaks_off_or_is_none_is_refused() -> None:
    compressed = zstandard.compress(secrets.token_bytes(1000))
    for broken in (compressed[:-1], compressed[:3], b"", ODD["a skippable frame"] + compressed):
        with pytest.raises(MalformedError):
            unseal_file(sealed(broken), KEY).read()
