"""The reader of tag-length-value data: what fits, what lies about its length, what is too deep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.certificates.tlv import MOST_DEPTH, Element, by_tag, check_bounds, elements, only


def test_elements_have_tags_of_several_bytes_and_lengths_of_every_form() -> None:
    long = b"\x04\x82\x01\x00" + bytes(256)
    parsed = list(elements(b"\x5f\x1f\x02AB" + b"\x61\x81\x01\x00" + long))
    assert parsed[0] == Element(0x5F1F, b"AB", b"\x5f\x1f\x02AB")
    assert [(element.tag, len(element.value)) for element in parsed] == [
        (0x5F1F, 2),
        (0x61, 1),
        (0x04, 256),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\x61",
        b"\x61\x05abcd",
        b"\x61\x81",
        b"\x61\x85\x00\x00\x00\x00\x01a",
        b"\x61\x84\xff\xff\xff\xffa",
        b"\x61\x80a\x00\x00",
        b"\x5f",
        b"\x7f\xff\xff\xff\x01\x00",
    ],
    ids=["no length", "cut", "half a length", "long length", "huge", "indefinite", "half a tag", "endless tag"],
)
def test_what_lies_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(elements(data))


def test_an_element_that_is_there_twice_or_followed_by_more_is_refused() -> None:
    assert by_tag(b"\x01\x01a\x02\x01b", "A test") == {1: b"a", 2: b"b"}
    with pytest.raises(Malformed, match="twice"):
        by_tag(b"\x01\x01a\x01\x01b", "A test")
    assert only(b"\x01\x01a", 1, "A test") == b"a"
    for more in (b"", b"\x01\x01a\x02\x00", b"\x02\x01a"):
        with pytest.raises(Malformed):
            only(more, 1, "A test")


def _nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        size = len(data)
        data = b"\x30" + (bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")) + data
    return data


def test_a_bomb_is_refused_before_anything_decodes_it() -> None:
    check_bounds(_nested(MOST_DEPTH), "A test", 10_000)
    with pytest.raises(Malformed, match="deep"):
        check_bounds(_nested(MOST_DEPTH + 1), "A test", 10_000)
    with pytest.raises(Malformed, match="deep"):
        check_bounds(b"\x30\x80" * 5000, "A test", 10_000)
    with pytest.raises(Malformed, match="at most 5 are allowed"):
        check_bounds(b"\x04\x04abcd", "A test", 5)
    many = b"\x05\x00" * 400_001
    with pytest.raises(Malformed, match="elements"):
        check_bounds(b"\x30\x84" + len(many).to_bytes(4, "big") + many, "A test", 10**7)


def test_the_indefinite_form_of_ber_is_bounded_but_allowed() -> None:
    check_bounds(b"\x30\x80\x04\x01a\x00\x00", "A test", 100)
    for broken in (b"\x30\x80\x04\x01a", b"\x04\x80\x00\x00", b"\x30\x02\x00\x00", b"\x30\x80\x00\x00\x01\x00"):
        with pytest.raises(Malformed):
            check_bounds(broken, "A test", 100)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for reader in (lambda: list(elements(data)), lambda: check_bounds(data, "A test", 150)):
        try:
            reader()
        except Malformed:
            pass


@given(st.lists(st.tuples(st.sampled_from([0x04, 0x5F1F, 0x80]), st.binary(max_size=300)), max_size=5))
def test_what_was_written_is_read_back(parts: list[tuple[int, bytes]]) -> None:
    data = b"".join(
        tag.to_bytes(1 + (tag > 255), "big") + b"\x82" + len(value).to_bytes(2, "big") + value for tag, value in parts
    )
    assert [(element.tag, element.value) for element in elements(data)] == parts
    assert b"".join(element.raw for element in elements(data)) == data
