"""Files that are not well-formed, taken apart into their members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.headquarters.sources.xml_fragments import find_encoding, split_members

HEAD = b'<?xml version="1.0"?><!-- a remark -->\n<LIST date="1"><ROWS>'
TAIL = b"</ROWS></LIST>\n"


def members(content: bytes) -> list[tuple[str, bytes, bool]]:
    fragments = split_members(content, ("ROW", "OTHER"), ("LIST", "ROWS"))
    return [(fragment.tag, fragment.content, not fragment.fault) for fragment in fragments]


def test_members_are_found_between_their_marks_and_the_frame_is_none() -> None:
    assert members(HEAD + b"<ROW>1</ROW>\n<OTHER>2</OTHER>" + TAIL) == [
        ("ROW", b"<ROW>1</ROW>", True),
        ("OTHER", b"<OTHER>2</OTHER>", True),
    ]
    assert members(HEAD + TAIL) == members(b"") == []


@pytest.mark.parametrize(
    ("broken", "tag"),
    [(b"<ROW>1</RO>", "ROW"), (b"<RO>1</ROW>", ""), (b"1", ""), (b"<ROW>1</OTHER>", "ROW"), (b"<ROWS_>1</ROWS_>", "")],
)
def test_a_broken_member_is_one_fragment_and_its_neighbours_are_whole(broken: bytes, tag: str) -> None:
    whole = ("ROW", b"<ROW>0</ROW>", True)
    first, second, last = members(HEAD + whole[1] + broken + whole[1] + TAIL)
    assert (first, last) == (whole, whole)
    assert (second[0], second[2]) == (tag, False) and broken in second[1]


def test_the_last_one_may_lack_its_end() -> None:
    assert members(HEAD + b"<ROW>0</ROW><ROW>1") == [("ROW", b"<ROW>0</ROW>", True), ("ROW", b"<ROW>1", False)]


@given(
    st.binary(max_size=80), st.lists(st.sampled_from([b"<ROW>", b"</ROW>", b"<OTHER>", b"x", b"<LIST>"]), max_size=8)
)
def test_nothing_that_is_no_frame_is_lost(noise: bytes, marks: list[bytes]) -> None:
    content = b"".join(marks) + noise
    fragments = members(content)
    assert all(fragment in content for _tag, fragment, _is_whole in fragments)
    assert sum(fragment.count(b"x") for _tag, fragment, _is_whole in fragments) >= marks.count(b"x")


def test_an_encoding_in_which_tags_are_no_ascii_is_none() -> None:
    assert find_encoding(b"<LIST/>") == "utf-8"
    assert find_encoding(b'\xef\xbb\xbf<?xml version="1.0" encoding="ISO-8859-1"?>') == "iso-8859-1"
    assert find_encoding(b'<?xml version="1.0" encoding="utf-16"?>') == ""
