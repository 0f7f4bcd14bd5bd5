"""Reading zones: time to parse and judge one, and who judges rightly, beside PyPI `mrz` in the same run.

Zones are generated, honest ones and ones with a planted fault that a check digit tells; the specimens of
`../shared/data/mrz` come on top where they are. The rival reads the formats of Doc 9303 only, so both are timed and
counted on those. SIZE= is the number of honest zones.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from os import environ
from pathlib import Path
from statistics import median
from time import perf_counter

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, MrzFormat, TravelDocument
from data.errors import InputError
from tests.benchmarks.report import aim, machine, percentile, spread
from tests.data.support.mrz_faults import Fault, plant
from tests.data.support.mrz_spellings import likely_spellings
from tests.data.support.mrz_zones import Zone, zones

TODAY = date(2026, 6, 1)
_SHARED = Path(environ.get("WAYPOST_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
_RIVAL = {
    MrzFormat.TD1: "td1.TD1CodeChecker",
    MrzFormat.TD2: "td2.TD2CodeChecker",
    MrzFormat.TD3: "td3.TD3CodeChecker",
    MrzFormat.MRV_A: "mrva.MRVACodeChecker",
    MrzFormat.MRV_B: "mrvb.MRVBCodeChecker",
}
_TOLD_BY_DIGITS = (Fault.NUMBER, Fault.BIRTH, Fault.EXPIRY, Fault.COMPOSITE)
_ROUNDS = 9
Accepts = Callable[[str], bool]


def run(size: int | None) -> None:
    """Print the figures."""
    rival = find_spec("mrz") is not None
    machine(*(["mrz"] if rival else []))
    honest = list(islice(zones(1, TODAY, list(_RIVAL)), size or 2000))
    faulty = list(_faulty(honest))
    print(f"{len(honest)} honest zones, {len(faulty)} with a fault that a check digit tells")
    ours_us = _time("Waypost", honest, lambda zone: _read(zone.text))
    _count("Waypost", honest, faulty, lambda zone: _accepted(_read(zone.text)))
    if rival:
        checkers = {format: _checker(path) for format, path in _RIVAL.items()}
        _time("PyPI mrz", honest, lambda zone: checkers[zone.format](zone.text))
        _count("PyPI mrz", honest, faulty, lambda zone: checkers[zone.format](zone.text))
    else:
        print("PyPI mrz is not installed: it is in the group `bench`")
    _spellings(honest)
    _specimens()
    aim("documents.mrz_us", ours_us, 50)


def _read(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


def _accepted(document: TravelDocument) -> bool:
    return all(digit.ok for digit in document.digits)


def _faulty(honest: Sequence[Zone]) -> Iterator[Zone]:
    for seed, zone in enumerate(honest):
        planted = plant(zone, _TOLD_BY_DIGITS[seed % len(_TOLD_BY_DIGITS)], seed)
        if planted:
            yield planted


def _checker(path: str) -> Accepts:
    module, name = path.split(".")
    checker = getattr(import_module(f"mrz.checker.{module}"), name)

    def accepts(text: str) -> bool:
        try:
            return bool(checker(text))
        except Exception:  # it raises on letters in dates and on unknown codes: refused is what that means
            return False

    return accepts


def _time(name: str, honest: Sequence[Zone], read: Callable[[Zone], object]) -> float:
    """The median over rounds of the mean time of one zone, in microseconds."""
    rounds, single = [], []
    for _ in range(_ROUNDS):
        start = perf_counter()
        for zone in honest:
            before = perf_counter()
            read(zone)
            single.append((perf_counter() - before) * 1e6)
        rounds.append((perf_counter() - start) / len(honest) * 1e6)
    print(f"{name:9} {spread(rounds)} µs a zone, p99 {percentile(single, 99):.3g} µs")
    return median(rounds)


def _count(name: str, honest: Sequence[Zone], faulty: Sequence[Zone], accepts: Callable[[Zone], bool]) -> None:
    accepted = sum(map(accepts, honest))
    refused = sum(not accepts(zone) for zone in faulty)
    print(f"{name:9} accepts {accepted} of {len(honest)} honest, refuses {refused} of {len(faulty)} faulty")


def _spellings(honest: Sequence[Zone]) -> None:
    words = [
        (word, zone.fields.issuer) for zone in honest if (name := _read(zone.text).name) for word in [name.surname]
    ]
    taken = []
    for word, issuer in words:
        start = perf_counter()
        likely_spellings(word, issuer)
        taken.append((perf_counter() - start) * 1e6)
    print(f"Waypost   {spread(taken)} µs for the likely spellings of a surname, p99 {percentile(taken, 99):.3g} µs")


def _specimens() -> None:
    path = _SHARED / "mrz" / "specimens.json"
    if not path.exists():
        print("shared data not found at ../shared/data: no specimens")
        return
    items = json.loads(path.read_text("utf-8"))
    right = sum(_judged_right(item["mrz"], item["checks"]) for item in items)
    print(f"Waypost   judges every digit of {right} of {len(items)} specimens rightly")
    aim("documents.mrz_specimens", right, len(items), at_least=True)


def _judged_right(text: str, checks: dict[str, bool]) -> bool:
    try:
        return {digit.field: digit.ok for digit in _read(text).digits} == checks
    except InputError:
        return False


if __name__ == "__main__":
    run(None)
