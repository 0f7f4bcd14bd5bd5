"""The kit's lists as checks get them: behind a guard, and the trust lists together as one store.

- Nobody reads a list while headquarters does not allow it, or has been silent for too long. Checks get guarded lists,
  never the files, so that a new check cannot forget to ask. A refusal is `Locked`; `screening.run` makes it NOT_DONE,
  with the same text.
- Whether details of listed persons may be shown is asked here as well (`GuardedList.withheld`); that weakens no hit.
- The certificates that may vouch for a chip or a seal come from every trust list of the kit, with the age of each. The
  store is rebuilt when a list has another version. A record that this version of the software cannot read is skipped:
  it vouches for nobody.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from appliance.screening.check_ports import ListReader, ListView, ReadState
from data.certificates.trust_record import TrustRecord
from data.errors import Damaged, InputError, Locked
from data.lease.access import UNCONFIRMED, AccessState, ListAccess, refuse_unconfirmed
from data.lists.edition import Edition, format_age
from data.lists.kinds import trust
from data.lists.replica import Replica
from data.lists.storage.immutable_files import ArrayFile
from data.policy import Bounds, needs_approval
from data.text import Message, _, join

if TYPE_CHECKING:
    from data.certificates.trust_store import TrustStore


_REFRESH_S = 1.0
WithholdingRule = Callable[[Edition, ListAccess], str]
"""Why details of an edition stay locked under this access (`data.lease.enforcement`); empty where they do not."""


class ListAccessGuard:
    """Says for all lists of a kit whether they may be read; looks again once a second."""

    def __init__(self, read_access: Callable[[], ListAccess]) -> None:
        self._read_access = read_access
        self._last_answer: tuple[float, ListAccess] | None = None
        self._generation = read_access().generation

    def accept_generation(self, generation: int) -> None:
        """Allow reading: the files that are open from now on belong to this generation of the lists."""
        self._generation, self._last_answer = generation, None

    def access(self) -> ListAccess:
        """The kit's access to its lists, at most a second old."""
        answer, now = self._last_answer, monotonic()
        if answer is None or now - answer[0] >= _REFRESH_S:
            self._last_answer = answer = now, self._read_access()
        return answer[1]

    def must_be_open(self, list_name: str) -> None:
        """Raise Locked, with the reason, where a list may not be read; it stays closed if that cannot be found out."""
        access = self.access()
        access.must_be_open()
        refuse_unconfirmed(list_name, access)
        if access.generation != self._generation:
            raise Locked(
                _("The lists were erased and are being fetched again"),
                state=AccessState.ERASED.value,
                do=_("Wait until they are opened again"),
            )


class GuardedList:
    """One list behind the guard; an `appliance.screening.check_ports.SearchedList`."""

    def __init__(
        self,
        name: str,
        kind: str,
        open_file: Callable[[], Replica],
        guard: ListAccessGuard,
        rule: WithholdingRule,
        read_bounds: Callable[[], Bounds],
        was_received: Callable[[], bool],
    ) -> None:
        self.name = name
        self._was_received = was_received
        self.kind = kind
        self._open_file = open_file
        self._guard = guard
        self._rule = rule
        self._read_bounds = read_bounds
        self._last_read: tuple[float, ReadState] | None = None

    def withheld(self, edition: Edition) -> str:
        """Why the details of persons in this edition stay locked; empty where they may be shown."""
        return self._rule(edition, self._guard.access())

    def needs_approval(self, edition: Edition) -> bool:
        """Whether this version has no row, and the policy in force does not approve that."""
        return not edition.count and needs_approval(self._read_bounds(), edition)

    @contextmanager
    def read(self) -> Iterator[ListView]:
        """One version of the list for as long as the block runs; Locked where it may not be read.

        Damaged where its files are gone: it is not a list that was never received.
        """
        file = self._file
        try:
            with file.read() as view:
                if view.edition is None and self._was_received():
                    raise make_lost_files_error(self.name)
                yield view
                state = ReadState(view.edition, file.needs_repair)
        except BaseException:
            self._last_read = None
            raise
        self._last_read = monotonic(), state

    def read_state(self) -> ReadState:
        """What the list was for the last reader, at most a second ago: its age is asked right after it was searched."""
        file, last_read = self._file, self._last_read
        if last_read is not None and monotonic() - last_read[0] < _REFRESH_S:
            return last_read[1]
        with self.read() as view:
            return ReadState(view.edition, file.needs_repair)

    @property
    def needs_repair(self) -> bool:
        """Whether a reader found it damaged."""
        return self._file.needs_repair

    def prepare(self) -> None:
        """Bring its parts in memory up to the version in force."""
        self._file.prepare()

    def base(self) -> str | None:
        """Name of the base in force; inside `read`, of the view's base."""
        return self._file.base()

    def index_file(self, base: str, form: str) -> ArrayFile:
        """The file for an index computed from a base."""
        return self._file.index_file(base, form)

    @property
    def _file(self) -> Replica:
        try:
            self._guard.must_be_open(self.name)
        except Locked as error:
            if error.state == UNCONFIRMED and self._open_file().edition() is None and self._was_received():
                raise make_lost_files_error(self.name) from error
            raise
        return self._open_file()


def make_lost_files_error(list_name: str) -> Damaged:
    """A version of the list was here, and its files are gone."""
    return Damaged(
        _("The files of the list {list} are gone", list=list_name),
        means=_("It cannot be searched"),
        do=_("Fetch the lists with `waypost courier run`, or with a stick from headquarters"),
    )


@dataclass(frozen=True, slots=True)
class TrustSnapshot:
    """A store, and the versions of the lists it was made from."""

    store: "TrustStore"
    editions: tuple[Edition, ...] = ()

    def ages(self, now: datetime) -> Message:
        """`signers (updated 3 hours ago), revoked (updated 2 days ago)`; empty where there is no list."""
        ages = ((edition.list, format_age(now - edition.as_of)) for edition in self.editions)
        return join([_("{list} (updated {age})", list=name, age=age) for name, age in ages], ", ")


class TrustLists:
    """The trust lists of one kit."""

    def __init__(
        self, lists: Sequence[ListReader] = (), age_time: Callable[[datetime], datetime] = lambda at: at
    ) -> None:
        self._lists = tuple(lists)
        self.age_time = age_time
        """The time from which ages of lists count, for a screening at a time."""
        self._lock = Lock()
        self._snapshot: TrustSnapshot | None = None

    def snapshot(self) -> TrustSnapshot:
        """The store as the lists are now; Damaged where one of them cannot be read."""
        from data.certificates.trust_store import TrustStore  # with all that reads certificates: for chips and seals

        with self._lock:
            editions = tuple(self._editions())
            if self._snapshot is None or self._snapshot.editions != editions:
                self._snapshot = TrustSnapshot(TrustStore(self._records()), editions)
            return self._snapshot

    def _editions(self) -> Iterator[Edition]:
        for listed in self._lists:
            with listed.read() as view:
                edition, is_damaged = view.edition, listed.needs_repair
            if is_damaged:
                raise Damaged(_("The list {list} is damaged", list=listed.name), do=_("Run `waypost courier run`"))
            if edition is not None:
                yield edition

    def _records(self) -> Iterator[TrustRecord]:
        for listed in self._lists:
            with listed.read() as view:
                bodies = [row.body for row in view.rows()]
            for body in bodies:
                with suppress(InputError):
                    yield trust.from_json(body.decode("utf-8", "replace"))
