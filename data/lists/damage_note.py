"""A note beside a list that a reader found its base damaged: the courier fetches the list anew, which ends it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data import files
from data.errors import Damaged, StoreError

REPAIR = "repair"


class DamageNote:
    """The note of one list, which names the base that it is about."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / REPAIR

    def names(self, base: str | None) -> bool:
        """Whether it is about the base in force."""
        return self._file.exists() and self._file.read_text() == (base or "")

    @contextmanager
    def taken(self, base: Callable[[], str | None]) -> Iterator[None]:
        """Take it where the block meets damage; `base` names the base in force."""
        try:
            yield
        except Damaged:
            with suppress(StoreError, OSError):  # what is wrong is already on its way to whoever asked
                files.write_durably(self._file, (base() or "").encode())
            raise

    def clear(self) -> None:
        """The base it was about is gone."""
        self._file.unlink(missing_ok=True)
