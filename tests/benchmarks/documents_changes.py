"""A sealed list changes: a night's delta, the fold-in, digests by bucket; and a process starts on it."""

import subprocess
import sys
from time import perf_counter

import numpy as np

from data.lists.replica import Replica
from data.lists.rows import PackedRows, digest_packed, unpack_rows
from data.lists.view import PackedView
from tests.benchmarks.documents_data import FULL, document, edition, listed, night
from tests.benchmarks.documents_search import KEY, Subject, ask
from tests.benchmarks.documents_timing import forget, recall
from tests.benchmarks.report import aim
from tests.benchmarks.synthetic_sltd.numbers import Series

_ADDITIONS = 94_500
"""Nine in ten of 105,000."""


def changes(subject: Subject) -> None:
    """A night's changes by a fresh process on cold files, another night's by one that is warm; then the fold-in."""
    half = len(subject.kept.keys) // 2
    _night(subject, "cold", PackedRows(subject.kept.keys[:half], subject.kept.bodies[:half]), 5)
    _night(subject, "warm", PackedRows(subject.kept.keys[half:], subject.kept.bodies[half:]), 6)
    began = perf_counter()
    subject.replica.compact()
    seconds = perf_counter() - began
    edition_now = subject.replica.edition()
    assert edition_now is not None
    print(f"folded in: {seconds:.1f} s")
    aim("documents.fold_s_for_120m", seconds * FULL / edition_now.count, 60)
    began = perf_counter()
    starts = [b"", *(bytes([first]) + bytes(7) for first in range(1, 256))]
    digests = subject.replica.digests(starts)
    assert sum(digest or 0 for digest in digests) % (1 << 256) == edition_now.digest
    print(f"digests of 256 stretches of keys: {perf_counter() - began:.1f} s")


def _night(subject: Subject, name: str, kept: PackedRows, seed: int) -> None:
    gone, come = night(subject.listing, kept, _ADDITIONS, seed)
    before = subject.replica.edition()
    assert before is not None
    with subject.replica.read() as view:
        assert isinstance(view, PackedView)
        bodies = view.find(gone)
    old = PackedRows(gone, np.array([bodies[key] for key in gone.tolist()], np.uint64))
    digest = before.digest - digest_packed(old) + digest_packed(come)
    after = edition(before.version + 1, before.count - len(gone) + len(come.keys), digest)
    removals, additions = [row.key for row in unpack_rows(old)], list(unpack_rows(come))
    fresh = Replica(subject.folder, "documents", KEY)
    replica = fresh if name == "cold" else subject.replica
    (forget if name == "cold" else recall)(subject.folder)
    began = perf_counter()
    replica.apply(after, before.version, removals, additions)
    seconds = perf_counter() - began
    fresh.close()
    began = perf_counter()
    subject.replica.prepare()
    print(f"\n{len(gone) + len(come.keys):,} changes applied, {name}: {seconds:.2f} s; ", end="")
    print(f"then taken into the filter: {perf_counter() - began:.2f} s")
    aim(f"documents.apply_{name}_s", seconds, 2 if name == "cold" else 0.5)


def _still_listed(subject: Subject) -> tuple[Series, str]:
    """A document that no night took away: at a small size that is most of them."""
    with subject.replica.read() as view:
        return next(
            (series, number) for series, number in listed(subject.listing, 5000) if ask(view, document(series, number))
        )


def start(subject: Subject) -> None:
    """A new process, the list's files cold: the first answer, then with the filter."""
    series, number = _still_listed(subject)
    command = [sys.executable, "-m", "tests.benchmarks.documents_start", str(subject.folder), number]
    forget(subject.folder)
    began = perf_counter()
    told = subprocess.run([*command, series.country, series.type], capture_output=True, text=True, check=True)
    whole = perf_counter() - began
    found, first, prepared, last, peak_mb = map(float, told.stdout.split())
    assert found
    started = whole - last
    print(f"\nnew process: Python and modules {started:.2f} s, first answer at {started + first:.2f} s, ", end="")
    print(f"filter loaded at {started + prepared:.2f} s, {peak_mb:.0f} MB")
    aim("documents.start_cold_s", started + first, 0.5)
    aim("documents.rss_mb", peak_mb, 300)
