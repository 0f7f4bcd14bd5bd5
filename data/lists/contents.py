"""How much a list holds, by what matters in it: rows, and of persons also names, dates of birth and document numbers.

A list may lose much without losing a row: 2,000 persons without their aliases are as many persons as before. So a fall
is looked for in each measure. Withdrawing a single record is never a fall, however short the list is: of each measure
the most that one record holds is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple

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
    rows, totals, largest = 0, [0, 0, 0], [0, 0, 0]
    for body in bodies:
        rows += 1
        for place, count in enumerate(kind.count_contents(body)):
            totals[place] += count
            largest[place] = max(largest[place], count)
    return ListContents(Amount(rows, 1), *map(Amount, totals, largest))


def find_fall(before: ListContents, after: ListContents, share: float) -> Fall | None:
    """The first measure that fell by more than `share` of itself, and by more than one record can explain."""
    for field in fields(ListContents):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old.total - new.total > max(share * old.total + _ROUNDING, old.largest):
            return Fall(Measure(field.name), old.total, new.total)
    return None
