"""What may vouch for the signer of a chip or a seal, from every trust list of the kit, and how old each of them is.

The store is made anew when a list has another version. A record that this version cannot read is passed over: it
vouches for nobody.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from appliance.ports import ListReader
from data.certificates.trust_record import TrustRecord
from data.errors import Damaged, InputError
from data.lists.age import age_in_words
from data.lists.edition import Edition
from data.lists.kinds import trust as kind

if TYPE_CHECKING:
    from data.certificates.trust_store import TrustStore


@dataclass(frozen=True, slots=True)
class Trusted:
    """A store, and the versions of the lists it was made from."""

    store: "TrustStore"
    editions: tuple[Edition, ...] = ()

    def ages(self, now: datetime) -> str:
        """`signers as of 3 hours ago, revoked as of 2 days ago`; empty where there is no list."""
        return ", ".join(f"{one.list} as of {age_in_words(now - one.as_of)}" for one in self.editions)


class TrustLists:
    """The trust lists of one kit."""

    def __init__(self, lists: Sequence[ListReader] = ()) -> None:
        self._lists = tuple(lists)
        self._lock = Lock()
        self._made: Trusted | None = None

    def trusted(self) -> Trusted:
        """The store as the lists are now; Damaged where one of them cannot be read."""
        from data.certificates.trust_store import TrustStore  # with all that reads certificates: for chips and seals

        with self._lock:
            editions = tuple(self._editions())
            if self._made is None or self._made.editions != editions:
                self._made = Trusted(TrustStore(self._records()), editions)
            return self._made

    def _editions(self) -> Iterator[Edition]:
        for listed in self._lists:
            with listed.read() as view:
                edition, hurt = view.edition, listed.needs_repair
            if hurt:
                raise Damaged(f"The list {listed.name} is damaged", do="Run `waypost courier run`")
            if edition is not None:
                yield edition

    def _records(self) -> Iterator[TrustRecord]:
        for listed in self._lists:
            with listed.read() as view:
                bodies = [row.body for row in view.rows()]
            for body in bodies:
                with suppress(InputError):
                    yield kind.from_json(body.decode("utf-8", "replace"))
