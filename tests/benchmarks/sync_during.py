"""How long a screening's look at the list takes while the courier applies a large change beside it."""

import os
from collections.abc import Callable, Sequence
from time import perf_counter

from data.documents.travel_document import TravelDocument
from data.lists.replica import Replica
from tests.benchmarks.documents_search import ask
from tests.benchmarks.report import aim, percentile
from ui.commands.courier import COURTESY

_LOOKS = 1000


def during(replica: Replica, documents: Sequence[TravelDocument], apply: Callable[[], None]) -> None:
    """1,000 looks when nothing else happens, then as long as `apply` runs: in a process of its own, as the courier."""
    replica.prepare()
    _looks(replica, documents, lambda place: place < _LOOKS)
    idle = _looks(replica, documents, lambda place: place < _LOOKS)
    child = os.fork()
    if child == 0:
        try:
            os.nice(COURTESY)  # as `courier watch` does
            apply()
        finally:
            os._exit(0)
    busy = _looks(replica, documents, lambda place: os.waitpid(child, os.WNOHANG) == (0, 0))
    p99_idle, p99_busy = percentile(idle, 99), percentile(busy, 99)
    print(
        f"a document looked up, p50 / p99: idle {percentile(idle, 50):.2f} / {p99_idle:.2f} ms; while 100,000 changes "
        f"came and were applied {percentile(busy, 50):.2f} / {p99_busy:.2f} ms ({len(busy):,} looks)"
    )
    aim("sync.screening_p99_ratio", p99_busy / p99_idle, 2)


def _looks(replica: Replica, documents: Sequence[TravelDocument], goes_on: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each look."""
    samples: list[float] = []
    while goes_on(len(samples)):
        replica.prepare()  # as the desk does between two travellers
        began = perf_counter()
        with replica.read() as view:
            ask(view, documents[len(samples) % len(documents)])
        samples.append((perf_counter() - began) * 1e3)
    return samples
