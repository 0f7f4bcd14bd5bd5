"""An edition, a payload read whole, and what is no format of ours."""

import io
from datetime import UTC, datetime

import zstandard
from hypothesis import strategies as st

from data.lists.edition import Edition
from data.lists.rows import Row
from sync.formats.payload import Header, PayloadReader

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ODD = {
    "another frame": zstandard.compress(b"more"),
    "an empty frame": zstandard.compress(b""),
    "a skippable frame": b"\x50\x2a\x4d\x18\x01\x00\x00\x00x",
    "one byte": b"\0",
}


def edition(count: int, version: int = 3) -> Edition:
    return Edition("un", "persons", version, NOW, NOW, "2026-02-27", count, 77, b"salt")


def read_payload(content: bytes) -> tuple[Header, list[bytes], list[Row]]:
    reader = PayloadReader(io.BytesIO(content))
    return reader.header, list(reader.removed_keys()), list(reader.rows())
