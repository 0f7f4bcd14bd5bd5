"""Codes that were read before the document they belong to: a boarding pass laid down first.

They go to the next document, and are forgotten after a minute: they may be those of a traveller who has gone on.
"""

from time import monotonic

from appliance.counter.subject import joined_codes
from data.documents.codes import Code

KEPT_S = 60.0


class KeptCodes:
    """Codes that wait for a document."""

    def __init__(self) -> None:
        self._codes: tuple[Code, ...] = ()
        self._until = 0.0

    def keep(self, codes: tuple[Code, ...]) -> None:
        """Wait for a document from now on."""
        self._codes = joined_codes(self._here, codes)
        self._until = monotonic() + KEPT_S

    def taken(self, codes: tuple[Code, ...]) -> tuple[Code, ...]:
        """Those that waited and those that came with the document; nothing waits any more."""
        joined = joined_codes(self._here, codes)
        self._codes = ()
        return joined

    def forget(self) -> None:
        """The traveller they belonged to has gone."""
        self._codes = ()

    @property
    def waiting(self) -> bool:
        """Whether any code waits."""
        return bool(self._here)

    @property
    def _here(self) -> tuple[Code, ...]:
        return self._codes if monotonic() < self._until else ()
