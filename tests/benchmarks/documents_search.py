"""Lookups of a sealed list: one key, everything about a document, slips of a hand, honest travellers."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.documents.code_tables import canonical_country, group_of
from data.documents.lookup import LookupDates, find_matches, near_rows
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import Capture, CheckDigit, TravelDocument
from data.lists.replica import Replica
from data.lists.rows import PackedRows
from data.lists.view import PackedView, View
from data.screenings import Grade
from data.store_key import StoreKey
from tests.benchmarks.documents_data import NOW, SALT, document, keys_of, listed, unlisted
from tests.benchmarks.documents_timing import cold, recall, warm
from tests.benchmarks.report import aim, percentile
from tests.benchmarks.synthetic_sltd.listing import Listing

SEALER = Sealer(SALT)
KEY = StoreKey(bytes(32))
_DAY = LookupDates(NOW.date(), NOW.date())
_UNLISTED = 10_000_000
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Subject:
    """The list that is measured."""

    replica: Replica
    folder: Path
    listing: Listing
    kept: PackedRows
    """Some of its rows."""


def ask(view: View, each: TravelDocument) -> set[Grade]:
    """Everything about a document."""
    return {match.grade for match in find_matches(view, each, SEALER, "sltd", _DAY)}


def exact(subject: Subject) -> None:
    """One listed key, hashing included."""
    keys = [key.to_bytes(8, "big") for key in np.random.default_rng(6).choice(subject.kept.keys, 6000).tolist()]

    with subject.replica.read() as view:

        def one(key: bytes) -> None:
            SEALER.key("L898902C3", "UTO", "P")
            assert view.get(key) is not None

        recall(subject.folder)
        p50, p99 = warm(one, keys)
        c50, c99, pages = cold(subject.folder, one, keys[:300])
    print(f"\nexact lookup: warm CPU {p50:.1f} / {p99:.1f} µs; cold {c50:.2f} / {c99:.2f} ms, {pages:.0f} pages")
    aim("documents.exact_warm_p99_us", p99, 30)
    aim("documents.exact_cold_p99_ms", c99, 2)


def near(subject: Subject) -> None:
    """The search for every similar number of a typed one: variants, seals, filter, list."""
    typed = unlisted(subject.listing, 3000, Capture.TYPED)
    places = [(str(canonical_country(each.issuer)), group_of(each.code)) for each in typed]
    asked = list(zip(typed, places, strict=True))
    counts = [len(near_rows(each, each.number, [place])) for each, place in asked]
    with subject.replica.read() as view:

        def one(pair: tuple[TravelDocument, tuple[str, str]]) -> None:
            rows = near_rows(pair[0], pair[0].number, [pair[1]])
            view.find(SEALER.keys_of_rows(rows).view(np.uint64))

        recall(subject.folder)
        p50, p99 = warm(one, asked)
        c50, c99, pages = cold(subject.folder, one, asked[:200])
    print(f"near search, {percentile(counts, 50):.0f} numbers: warm CPU {p50:.0f} / {p99:.0f} µs; ", end="")
    print(f"cold {c50:.2f} / {c99:.2f} ms, {pages:.0f} pages")
    aim("documents.near_warm_p50_us", p50, 300)
    aim("documents.near_warm_p99_us", p99, 800)
    aim("documents.near_cold_p50_ms", c50, 2)
    aim("documents.near_cold_p99_ms", c99, 10)
    aim("documents.near_cold_pages", pages, 12)


def whole(subject: Subject) -> None:
    """Everything about a document: itself, ranges, near, the same number in every other country and group."""
    typed = unlisted(subject.listing, 3000, Capture.TYPED)
    digits = (CheckDigit("number", "0", "0", True),)
    read = [replace(each, capture=Capture.MACHINE, digits=digits) for each in typed]
    with subject.replica.read() as view:
        for says, asked in (("typed", typed), ("machine-read", read)):
            recall(subject.folder)
            p50, p99 = warm(lambda each: ask(view, each), asked)
            c50, c99, pages = cold(subject.folder, lambda each: ask(view, each), asked[:150])
            print(f"everything about a document, {says}: warm CPU {p50:.0f} / {p99:.0f} µs; ", end="")
            print(f"cold {c50:.2f} / {c99:.2f} ms, {pages:.0f} pages")
    bare = Replica(subject.folder, "documents", KEY)
    recall(subject.folder)
    with bare.read() as view:
        p50, p99 = warm(lambda each: ask(view, each), typed[:300])
    bare.close()
    print(f"  typed, without the filter: {p50 / 1e3:.1f} / {p99 / 1e3:.1f} ms")


def honest(subject: Subject) -> None:
    """Travellers who are not listed: false exact hits among ten million, CHECK by similar numbers among a sample."""
    with subject.replica.read() as view:
        assert isinstance(view, PackedView)
        false, asked = _false_exact(view, subject.listing)
        grades = [ask(view, each) for each in unlisted(subject.listing, 10_000, Capture.MACHINE)]
        typed = [ask(view, each) for each in unlisted(subject.listing, 2000, Capture.TYPED)]
    flagged = _share(grades, Grade.NEAR)
    print(f"\n{asked:,} unlisted documents: {false} false exact hits; of {len(grades):,} machine-read:")
    print(f"  CHECK by a similar number {flagged:.3f} %; same number elsewhere {_share(grades, Grade.ELSEWHERE):.2f} %")
    print(f"  inside a range of blanks {_share(grades, Grade.IN_RANGE):.2f} % (rightly: they were drawn blind)")
    print(f"  typed: some similar number, under Why only, {_share(typed, Grade.NEAR):.1f} %")
    aim("documents.false_exact_in_10m", false, 0)
    aim("documents.honest_check_percent", flagged, 1)


def _false_exact(view: PackedView, listing: Listing) -> tuple[int, int]:
    false = asked = 0
    for series, numbers in listing.unlisted(_UNLISTED, seed=11):
        for start in range(0, len(numbers), 1 << 17):
            keys = keys_of(SEALER, series, numbers[start : start + (1 << 17)])
            false += len(view.find(keys))
            asked += len(keys)
    return false, asked


def slips(subject: Subject) -> None:
    """Listed numbers with one slip of a hand, typed: is the listed one among the similar ones?"""
    chance = np.random.default_rng(8)
    found, tried = 0, 0
    with subject.replica.read() as view:
        for series, number in listed(subject.listing, 5000):
            slip = _slip(number, chance)
            matches = find_matches(view, document(series, slip, Capture.TYPED), SEALER, "sltd", _DAY)
            found += any(match.number == number for match in matches)
            tried += 1
    print(f"\n{tried:,} listed numbers with one slip of a hand: {found:,} found")
    aim("documents.slips_found_percent", 100 * found / tried, 100, at_least=True)


def _share(found: list[set[Grade]], grade: Grade) -> float:
    return 100 * sum(grade in each for each in found) / len(found)


def _slip(number: str, chance: np.random.Generator) -> str:
    at, char = int(chance.integers(len(number))), _ALPHABET[int(chance.integers(36))]
    return (
        number[:at] + char + number[at + 1 :],
        number[:at] + char + number[at:],
        number[:at] + number[at + 1 :],
        number[:at] + number[at + 1 : at + 2] + number[at] + number[at + 2 :],
    )[int(chance.integers(4))]
