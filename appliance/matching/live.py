"""A person list as it stands now: the index of its base, and a small one of what changed since, searched as one.

A record that changed or was withdrawn since the base is hidden there; only its newest form hits.
"""

from collections.abc import Collection, Iterable

from appliance.matching.index import PersonIndex
from data.persons.notice import Notice


class LiveIndex:
    """Searched like a `PersonIndex`. Never changed: a new version makes a new one over the same base."""

    def __init__(self, base: PersonIndex, added: Iterable[Notice], gone: Collection[str]) -> None:
        changes = PersonIndex(added, base.list_name, beside=base)
        hidden = frozenset(gone) | {notice.record for notice in changes.notices}
        self.list_name = base.list_name
        self.base = base
        parts = (base, hidden), (changes, frozenset[str]())
        self.parts = parts if len(changes) else parts[:1]
