"""A list as the counter gets it: nobody reads it while headquarters does not let this kit, or has not been heard of.

Checks are given these and never the files themselves, so that a new check cannot forget to ask. What is refused is
`Locked`; `appliance.worker` makes NOT_DONE of it, in its plain words. Whether details of listed persons may be told is
asked here as well (`GuardedList.withheld`); that weakens no hit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from appliance.ports import ListView
from data.access import Access, State
from data.errors import Locked
from data.lists.edition import Edition
from data.lists.replica import Replica
from data.lists.sidecar import Sidecar

_ASKED_EVERY_S = 1.0
Judge = Callable[[Edition, Access], str]
"""Why details of a version stay locked (`data.details`), by what holds for the kit."""


class Gate:
    """Says for all lists of a kit whether they may be read; looks again once a second."""

    def __init__(self, ask: Callable[[], Access]) -> None:
        self._ask = ask
        self._known: tuple[float, Access] | None = None
        self._generation = ask().generation

    def opened_anew(self, generation: int) -> None:
        """The files that are open from now on belong to this life of the lists."""
        self._generation, self._known = generation, None

    def access(self) -> Access:
        """What held a second ago or later."""
        known, now = self._known, monotonic()
        if known is None or now - known[0] >= _ASKED_EVERY_S:
            self._known = known = now, self._ask()
        return known[1]

    def must_be_open(self) -> None:
        """Raise Locked with the plain reason where they may not; whatever keeps us from asking keeps them closed."""
        access = self.access()
        access.must_be_open()
        if access.generation != self._generation:
            raise Locked(
                "The lists were erased and come anew", state=State.ERASED.value, do="Wait until they are opened again"
            )


class GuardedList:
    """One list behind the gate; an `appliance.ports.ListReader`."""

    def __init__(self, name: str, kind: str, opened: Callable[[], Replica], gate: Gate, judged: Judge) -> None:
        self.name = name
        self.kind = kind
        self._opened = opened
        self._gate = gate
        self._judged = judged

    def withheld(self, edition: Edition) -> str:
        """Why the details of whom this version lists stay locked; empty where they may be told."""
        return self._judged(edition, self._gate.access())

    @contextmanager
    def read(self) -> Iterator[ListView]:
        """One version of the list for as long as the block runs; Locked where it may not be read."""
        with self._file.read() as view:
            yield view

    @property
    def needs_repair(self) -> bool:
        """Whether a reader found it damaged."""
        return self._file.needs_repair

    def prepare(self) -> None:
        """Bring its parts in memory up to the version in force."""
        self._file.prepare()

    def base(self) -> str | None:
        """Name of the base in force; inside `read`, of that of the view."""
        return self._file.base()

    def sidecar(self, base: str, form: str) -> Sidecar:
        """The file for what is computed from a base."""
        return self._file.sidecar(base, form)

    @property
    def _file(self) -> Replica:
        self._gate.must_be_open()
        return self._opened()
