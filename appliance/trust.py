"""The trust store of a kit, from its lists of signers' certificates, always of the versions in force."""

from collections.abc import Sequence
from threading import Lock

from appliance.ports import ListReader
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import TrustStore
from data.errors import InputError
from data.lists.kinds import trust

Versions = tuple[tuple[int, int] | None, ...]


class TrustSource:
    """Makes the store when it is first asked for, and again when a list has come to a new version."""

    def __init__(self, lists: Sequence[ListReader]) -> None:
        self._lists = tuple(lists)
        self._lock = Lock()
        self._made: tuple[Versions, TrustStore] | None = None

    def store(self) -> TrustStore:
        """What vouches for signers now. Records that this software is too old for are passed over."""
        with self._lock:
            versions = tuple(map(_version, self._lists))
            if self._made is None or self._made[0] != versions:
                self._made = (versions, TrustStore(record for one in self._lists for record in _records(one)))
            return self._made[1]


def _version(reader: ListReader) -> tuple[int, int] | None:
    with reader.read() as view:
        return (view.edition.version, view.edition.digest) if view.edition else None


def _records(reader: ListReader) -> list[TrustRecord]:
    found = []
    with reader.read() as view:
        for row in view.rows():
            try:
                found.append(trust.from_json(row.body.decode()))
            except InputError:
                continue
    return found
