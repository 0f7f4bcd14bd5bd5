"""The name index of a list on disk: made once a base by whoever builds the base, loaded by whoever searches.

- It lies encrypted beside its base (`data.lists.sidecar`) and is in place before the base comes into force, so a
  counter goes from one version to the next without waiting for it.
- Where it is missing or damaged it is computed from the list, and kept for the next start where that is possible.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Protocol

from appliance.matching import index_layout
from appliance.matching.index import PersonIndex
from appliance.matching.live import LiveIndex
from appliance.ports import ListView
from data.errors import Damaged
from data.lists.kinds import persons
from data.lists.replica import Replica
from data.lists.row import Row
from data.lists.sidecar import Contents, Sidecar
from data.persons.notice import Notice

FORM = "person names 4"
"""Goes up when the arrays, or the reading of names, change: older files are then computed anew."""


def write(replica: Replica, base: str, rows: Iterable[Row]) -> None:
    """Lay out the rows of a base and keep the index beside it (a `data.lists.replica.Companion`)."""
    _keep(replica, base, _laid_out(rows))


def _laid_out(rows: Iterable[Row]) -> Contents:
    arrays, countries, _ = index_layout.lay_out(_notices(rows))
    return Contents(arrays, tuple(countries))


def _keep(replica: "Indexed", base: str, contents: Contents) -> None:
    replica.sidecar(base, FORM).write(contents.arrays, contents.words)


def _notices(rows: Iterable[Row]) -> Iterator[Notice]:
    return (persons.from_json(row.body.decode()) for row in rows)


class Indexed(Protocol):
    """A list with a place for its index: `data.lists.replica.Replica`, or one behind the counter's gate."""

    @property
    def name(self) -> str:
        """The list's name."""

    def base(self) -> str | None:
        """Name of the base in force."""

    def sidecar(self, base: str, form: str) -> Sidecar:
        """The file beside it."""


class IndexSource:
    """Gives the index of each version of one list; the part that is the same for many versions is loaded once."""

    def __init__(self, replica: Indexed) -> None:
        self._replica = replica
        self._base: tuple[str | None, PersonIndex] | None = None

    def of(self, view: ListView) -> LiveIndex:
        """The index of the version that `view` shows."""
        name = self._replica.base()
        if self._base is None or self._base[0] != name:
            self._base = None  # the old one goes before the new one needs its memory
            self._base = (name, self._load(name, view))
        added, gone = view.changes()
        return LiveIndex(self._base[1], _notices(added), [key.decode() for key in gone])

    def _load(self, base: str | None, view: ListView) -> PersonIndex:
        if base is None:
            return PersonIndex((), self._replica.name)
        try:
            contents = self._replica.sidecar(base, FORM).read()
        except Damaged:
            contents = None
        if contents is None:
            contents = _laid_out(view.base_rows())
            with suppress(OSError):  # a full disk costs the next start its time, and this one nothing
                _keep(self._replica, base, contents)
        return PersonIndex.of_arrays(contents.arrays, contents.words, self._replica.name)
