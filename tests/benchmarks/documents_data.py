"""The made-up list as sealed rows in bulk, as headquarters would publish it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.documents.code_tables import canonical_country, type_group, type_index
from data.documents.document_record import FACTS_EPOCHS, FACTS_LAYOUT
from data.documents.sealed_keys import NUMBER_AT, ROW_BYTES, Rows, Sealer
from data.documents.travel_document import Capture, CheckDigit, TravelDocument
from data.lists.edition import Edition
from data.lists.kinds import documents
from data.lists.rows import Numbers, PackedRows, concatenate_rows, digest_packed, pack_rows, to_row_bytes
from data.lists.storage import external_sort
from tests.benchmarks.synthetic_sltd.listing import UNTIL, Chunk, Listing
from tests.benchmarks.synthetic_sltd.numbers import Characters, Series

SALT = bytes(range(32))
NOW = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)
FULL = 120_000_000
"""Records at the true size."""

_LAST = (1 << 15) - 1


class Published:
    """Sealed rows of a list, ascending, in memory that does not grow with them; its edition once all are dealt."""

    def __init__(self, listing: Listing, ranges: int, folder: Path) -> None:
        self._sealer = Sealer(SALT)
        self._digest = self._count = 0
        rows = chain(self._of_documents(listing), self._of_ranges(listing, ranges))
        ordered = external_sort.sort_rows(rows, folder)
        self.parts = chain([next(ordered)], ordered)

    @property
    def edition(self) -> Edition:
        """What headquarters would sign."""
        return edition(1, self._count, self._digest)

    def _of_documents(self, listing: Listing) -> Iterator[PackedRows]:
        for chunk in listing.chunks():
            yield self._told(PackedRows(keys_of(self._sealer, chunk.series, chunk.numbers), facts_of(chunk)))

    def _of_ranges(self, listing: Listing, ranges: int) -> Iterator[PackedRows]:
        rows = concatenate_rows(list(pack_rows(documents.rows(listing.ranges(ranges), SALT))))
        order = np.argsort(rows.keys, kind="stable")
        keys, bodies = rows.keys[order], rows.bodies[order]
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        merged = bodies[starts]
        for place in np.flatnonzero(np.diff(starts, append=len(keys)) > 1).tolist():
            end = starts[place + 1] if place + 1 < len(starts) else len(keys)
            merged[place] = int.from_bytes(documents.merge(to_row_bytes(bodies[starts[place] : end])), "big")
        yield self._told(PackedRows(keys[starts], merged))

    def _told(self, rows: PackedRows) -> PackedRows:
        self._digest += digest_packed(rows)
        self._count += len(rows.keys)
        return rows


def edition(version: int, count: int, digest: int) -> Edition:
    """A version of the benchmark's list."""
    return Edition("sltd", "documents", version, NOW, NOW, "", count, digest % (1 << 256), SALT)


def keys_of(sealer: Sealer, series: Series, numbers: Characters) -> Numbers:
    """Sealed keys of numbers of one series."""
    return sealer.keys_of_rows(rows_of(series, numbers)).view(np.uint64)


def rows_of(series: Series, numbers: Characters) -> Rows:
    """Canonical rows of numbers of one series."""
    rows = np.zeros((len(numbers), ROW_BYTES), np.uint8)
    place = f"{canonical_country(series.country)}{type_group(series.type)}"
    rows[:, :NUMBER_AT] = np.frombuffer(place.encode(), np.uint8)
    rows[:, NUMBER_AT : NUMBER_AT + numbers.shape[1]] = numbers
    return rows


def facts_of(chunk: Chunk) -> Numbers:
    """`data.documents.document_record.pack_facts`, in bulk."""
    fields = {
        "expiry": _days(chunk.expires, "expiry"),
        "review": _days(chunk.review, "review"),
        "theft": _days(chunk.theft, "theft"),
        "country": chunk.theft_country,
        "type": np.full(len(chunk.numbers), type_index(chunk.series.type)),
        "fraud": chunk.fraud + 1,
    }
    packed = np.zeros(len(chunk.numbers), np.uint64)
    for name, values in fields.items():
        packed |= values.astype(np.uint64) << np.uint64(FACTS_LAYOUT[name][0])
    return packed


def night(listing: Listing, kept: PackedRows, additions: int, seed: int) -> tuple[Numbers, PackedRows]:
    """A night's change: keys of listed rows that go, and rows that come, ascending; nine in ten are additions."""
    sealer, chance = Sealer(SALT), np.random.default_rng(seed)
    keys = np.unique(np.concatenate([keys_of(sealer, *some) for some in listing.unlisted(2 * additions, seed)]))
    come = np.sort(chance.choice(keys, additions, replace=False))
    gone = np.sort(chance.choice(kept.keys, additions // 9, replace=False))
    return gone, PackedRows(come, come >> np.uint64(3) | np.uint64(1 << 61))


def unlisted(listing: Listing, count: int, capture: Capture) -> list[TravelDocument]:
    """Documents like the listed ones that are not listed."""
    found = [
        document(series, number, capture)
        for series, numbers in listing.unlisted(count * 2, seed=21)
        for number in texts(numbers)
    ]
    return [found[place] for place in np.random.default_rng(9).permutation(len(found))[:count].tolist()]


def listed(listing: Listing, count: int) -> list[tuple[Series, str]]:
    """Some listed documents of every series."""
    each = count // len(listing.shares()) + 1
    found = [
        (series, number)
        for series, places in listing.shares()
        for number in texts(series.numbers(series.serials(0, min(places, 2 * each), listing.seed)))[:each]
    ]
    return found[:count]


def document(series: Series, number: str, capture: Capture = Capture.MACHINE) -> TravelDocument:
    """A document with this number: machine-read with a right digit, or typed."""
    digits = (CheckDigit("number", "0", "0", True),) if capture is Capture.MACHINE else ()
    return TravelDocument(code=series.type, issuer=series.country, number=number, digits=digits, capture=capture)


def texts(numbers: Characters) -> list[str]:
    """Numbers as text."""
    return [row.tobytes().decode("ascii") for row in numbers]


def _days(ordinals: NDArray[np.int64], field: str) -> NDArray[np.int64]:
    return np.where(ordinals == 0, 0, np.clip(ordinals - FACTS_EPOCHS[field].toordinal(), 1, _LAST))
