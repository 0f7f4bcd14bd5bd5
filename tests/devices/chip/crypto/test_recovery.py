"""Signatures that carry part of their message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from devices.chip.authentication.active_authentication import make_representative, recover_message


@pytest.mark.parametrize("name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_what_was_represented_is_recovered(name: str) -> None:
    recovered = recover_message(make_representative(b"nonce", b"challenge", name))
    assert (recovered.message, recovered.hash) == (b"nonce", name)
    assert recovered.covers(b"challenge")
    assert not recovered.covers(b"challengf")


def test_the_short_trailer_stands_for_sha1() -> None:
    representative = make_representative(b"nonce", b"challenge", "sha1", long_trailer=False)
    assert representative.endswith(b"\xbc")
    assert recover_message(representative).covers(b"challenge")


@given(st.binary(max_size=80))
def test_any_other_bytes_are_refused_or_cover_nothing(junk: bytes) -> None:
    try:
        recovered = recover_message(junk)
    except Malformed:
        return
    assert not recovered.covers(b"challenge")


@pytest.mark.parametrize("broken", ["", "6A", "6ABC", "6A33CC", "4B" + "00" * 30 + "BC", "6A" + "00" * 60 + "40CC"])
def test_representatives_that_are_none_are_refused(broken: str) -> None:
    with pytest.raises(Malformed):
        recover_message(bytes.fromhex(broken))
