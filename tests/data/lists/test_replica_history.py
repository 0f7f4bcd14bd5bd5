"""Whatever versions come in whatever order, a list is always exactly the last one that was taken."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest
from data.store_key import StoreKey

NOW = datetime(2026, 11, 21, tzinfo=UTC)
keys = st.integers(-3, 8).map(lambda number: number.to_bytes(8, "big", signed=True))
bodies = st.integers(0, 3).map(lambda number: number.to_bytes(8, "big"))


class History(RuleBasedStateMachine):
    """A replica beside a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.model: dict[bytes, bytes] = {}
        self.version = 0
        self.replica = self.opened()

    def opened(self) -> Replica:
        return Replica(Path(self.folder.name) / "sltd", "documents", StoreKey(bytes(32)))

    def edition(self) -> Edition:
        rows = [Row(*item) for item in self.model.items()]
        return Edition("sltd", "documents", self.version, NOW, NOW, "", len(rows), add_to_digest(0, rows))

    @rule(content=st.dictionaries(keys, bodies))
    def replace(self, content: dict[bytes, bytes]) -> None:
        self.version += 1
        self.model = dict(content)
        self.replica.replace(self.edition(), [Row(*item) for item in content.items()])

    @rule(gone=st.sets(keys), come=st.dictionaries(keys, bodies))
    def apply(self, gone: set[bytes], come: dict[bytes, bytes]) -> None:
        if self.version == 0:
            return
        gone &= self.model.keys()
        for key in gone:
            del self.model[key]
        self.model.update(come)
        self.version += 1
        self.replica.apply(self.edition(), self.version - 1, sorted(gone), [Row(*item) for item in come.items()])

    @rule()
    def fold(self) -> None:
        self.replica.compact()

    @rule()
    def prepare(self) -> None:
        self.replica.prepare()

    @rule()
    def reopen(self) -> None:
        self.replica.close()
        self.replica = self.opened()

    @invariant()
    def is_the_last_version(self) -> None:
        with self.replica.read() as view:
            rows = list(view.rows())
            assert dict(rows) == self.model
            assert [row.key for row in rows] == sorted(self.model)
            probes = [number.to_bytes(8, "big", signed=True) for number in range(-5, 12)]
            assert view.search(probes) == view.get_many(probes)
            assert view.get_many(probes) == {key: self.model[key] for key in probes if key in self.model}
            assert (view.edition.version if view.edition else 0) == self.version

    @invariant()
    def digests_by_stretch_add_up(self) -> None:
        edition = self.replica.edition()
        starts = [b"", *(number.to_bytes(8, "big", signed=True) for number in (1, 3, 4, -4, -1))]
        digests = self.replica.digests(starts)
        assert None not in digests
        assert sum(digest or 0 for digest in digests) % (1 << 256) == (edition.digest if edition else 0)

    def teardown(self) -> None:
        self.replica.close()
        self.folder.cleanup()


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
