"""Old rows and changes laid together, also where there are no old rows any more."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.lists.rows import PackedRows
from data.lists.view import merge_packed

KEYS = st.integers(0, 12)


def packed(content: dict[int, int]) -> PackedRows:
    keys = sorted(content)
    return PackedRows(np.array(keys, np.uint64), np.array([content[key] for key in keys], np.uint64))


@given(st.dictionaries(KEYS, KEYS), st.dictionaries(KEYS, KEYS), st.sets(KEYS))
def test_what_came_replaces_and_what_went_is_gone(old: dict[int, int], fresh: dict[int, int], gone: set[int]) -> None:
    gone -= fresh.keys()
    merged = merge_packed(packed(old), packed(fresh), np.array(sorted(gone), np.uint64))
    left = {key: body for key, body in old.items() if key not in gone} | fresh
    assert merged.keys.tolist() == sorted(left)
    assert merged.bodies.tolist() == [left[key] for key in sorted(left)]
