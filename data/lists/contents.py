"""How much a list holds, by what matters in it: rows, and of persons also names, dates of birth and document numbers.

A list may lose much without losing a row: 2,000 persons without their aliases are as many persons as before. So a fall
is looked for in each measure. Withdrawing a single record is never a fall, however short the list is: of each measure
the most that one record holds is known.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple, Self

from data.json_codec import complete_in_json
from data.lists.kinds import Kind, counts_contents

_ROUNDING = 1e-6
"""A tenth of 100 is 10, whatever a sum of binary fractions makes of it."""


class Measure(StrEnum):
    """What is counted."""

    ROWS = "rows"
    NAMES = "names"
    BIRTHS = "births"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Amount:
    """Of one measure: the sum over all records, and the most that one record holds."""

    total: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True)
class ListContents:
    """What a list holds."""

    rows: Amount = Amount()
    names: Amount = Amount()
    births: Amount = Amount()
    documents: Amount = Amount()


class Fall(NamedTuple):
    """A measure that fell further than it may."""

    measure: Measure
    before: int
    after: int


def count_rows(count: int) -> ListContents:
    """A list of which only the number of rows is known."""
    return ListContents(rows=Amount(count, 1))


def measure_contents(kind: Kind, bodies: Iterable[bytes]) -> ListContents:
    """What a list with these bodies of rows holds; rows alone where the kind says nothing of its contents."""
    if not counts_contents(kind):
        return count_rows(sum(1 for _body in bodies))
    return ContentsTally.of(kind, bodies).contents()


@complete_in_json
@dataclass(frozen=True, slots=True)
class TalliedContents:
    """What a list with this digest holds, so that a change of it need not count the rest again.

    For each measure but rows: how many of it a record holds, and how many such records there are; ascending.
    """

    digest: str
    names: tuple[tuple[int, int], ...]
    births: tuple[tuple[int, int], ...]
    documents: tuple[tuple[int, int], ...]


class ContentsTally:
    """What a list holds while rows come and go."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._counts = Counter[int](), Counter[int](), Counter[int]()

    @classmethod
    def of(cls, kind: Kind, bodies: Iterable[bytes]) -> Self:
        """The tally of these bodies of rows, of a kind that counts its contents."""
        tally = cls(kind)
        tally.add(bodies)
        return tally

    @classmethod
    def resume(cls, kind: Kind, tallied: TalliedContents) -> Self:
        """The tally that was noted."""
        tally = cls(kind)
        for counts, pairs in zip(tally._counts, (tallied.names, tallied.births, tallied.documents), strict=True):
            counts.update(dict(pairs))
        return tally

    def add(self, bodies: Iterable[bytes]) -> None:
        """Rows came in."""
        self._count(bodies, 1)

    def take(self, bodies: Iterable[bytes]) -> None:
        """Rows went out."""
        self._count(bodies, -1)

    def _count(self, bodies: Iterable[bytes], step: int) -> None:
        for body in bodies:
            for counts, held in zip(self._counts, self._kind.count_contents(body), strict=True):
                counts[held] += step

    def contents(self) -> ListContents:
        """What the list holds now."""
        return ListContents(Amount(self._counts[0].total(), 1), *map(_sum_up, self._counts))

    def tallied(self, digest: str) -> TalliedContents:
        """What to note with a list of this digest."""
        pairs = (tuple(sorted((held, records) for held, records in each.items() if records)) for each in self._counts)
        return TalliedContents(digest, *pairs)


def _sum_up(counts: Counter[int]) -> Amount:
    held = [(each, records) for each, records in counts.items() if records]
    return Amount(sum(each * records for each, records in held), max((each for each, _ in held), default=0))


def find_fall(before: ListContents, after: ListContents, share: float) -> Fall | None:
    """The first measure that fell by more than `share` of itself, and by more than one record can explain."""
    for field in fields(ListContents):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old.total - new.total > max(share * old.total + _ROUNDING, old.largest):
            return Fall(Measure(field.name), old.total, new.total)
    return None
