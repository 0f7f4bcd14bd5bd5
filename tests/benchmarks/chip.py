"""Chips: reading one, importing a master list, how much of it can be used, judging a security object.

Data: `../shared/data/chip`, real lists and SODs. Each SOD is judged with a store that has just been opened (so the
state's certificates are decoded then) and again with one that has been used. SIZE= is how often each chip is read and
each SOD judged.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from data.certificates.malformed import Malformed
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import TrustStore
from devices.chip.authentication.passive_authentication import judge_chip_files
from devices.chip.authenticity import Authenticity, AuthenticityAnswer
from devices.chip.lds.dg2 import read_dg2
from sync.headquarters.sources import RefusedRecord, load_reader
from tests.benchmarks import chip_reading
from tests.benchmarks.report import aim, machine, percentile, spread, timed

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "chip"
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_FAILS = {
    "content-digest": "digests",
    "signature": "signature",
    "signed-data-version": "structure",
    "structure": "structure",
}


def run(size: int | None) -> None:
    """Print the figures; without the shared data say so."""
    machine("asn1crypto", "cryptography", "ecdsa")
    chip_reading.run(size or 15)
    if not _SHARED.exists():
        print("shared data not found at ../shared/data: nothing to measure on")
        return
    records = _lists(sorted((_SHARED / "masterlists").glob("*.ml")))
    _sods(records, size or 20)
    picture = (_SHARED / "dg" / "silver" / "EF_DG2.bin").read_bytes()
    print(f"DG2 of {len(picture)} bytes read in {spread([1000 * s for s in timed(lambda: read_dg2(picture), 50)])} ms")


def _lists(paths: Sequence[Path]) -> list[TrustRecord]:
    records: dict[str, TrustRecord] = {}
    refused = 0
    slowest = 0.0
    for path in paths:
        start = perf_counter()
        items = list(load_reader("master-list")([path]))
        seconds = perf_counter() - start
        taken = [item for item in items if isinstance(item, TrustRecord)]
        refusals = sum(isinstance(item, RefusedRecord) for item in items)
        print(f"{path.name}: {len(taken)} taken, {refusals} refused; {seconds:.2f} s")
        records |= {record.identity: record for record in taken}
        refused += refusals
        slowest = max(slowest, seconds)
    usable = _usable(list(records.values()))
    share = 100 * usable / (len(records) + refused)
    print(f"{len(records)} different certificates, {refused} refused, {usable} usable")
    aim("chip.master_list_import_s", slowest, 2.0)
    aim("chip.usable_certificates_percent", share, 99.0, at_least=True)
    return list(records.values())


def _usable(records: Sequence[TrustRecord]) -> int:
    """Certificates that verify something: their own signature, or that of another of their state."""
    store = TrustStore(records)
    kinds: Counter[str] = Counter()
    unproved = 0
    for state in store.states():
        anchors = [anchor.certificate for anchor in store.of_state(state)]
        kinds.update(str(one.key) for one in anchors)
        unproved += sum(not any(one.is_signed_by(other) for other in anchors) for one in anchors)
    print(f"keys: {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}")
    print(f"{unproved} certificates whose own signature no key of their state here made (links from elsewhere)")
    return sum(kinds.values())


def _sods(records: Sequence[TrustRecord], repeat: int) -> None:
    index = json.loads((_SHARED / "sod" / "index.json").read_text())
    used = TrustStore(records)
    start = perf_counter()
    TrustStore(records)
    print(f"trust store opened in {1000 * (perf_counter() - start):.1f} ms")
    cold, warm = [], []
    right = 0
    for item in index:
        sod = (_SHARED / "sod" / item["file"]).read_bytes()
        fresh = TrustStore(records)
        cold += timed(lambda sod=sod, store=fresh: judge_chip_files(sod, {}, store, _NOW))  # type: ignore[misc]
        warm += timed(lambda sod=sod: judge_chip_files(sod, {}, used, _NOW), repeat)  # type: ignore[misc]
        right += _as_indexed(item["class"], sod, used)
    cold_ms, warm_ms = [1000 * one for one in cold], [1000 * one for one in warm]
    print(f"{len(index)} SODs judged: {spread(warm_ms)} ms, p95 {percentile(warm_ms, 95):.1f} ms")
    print(f"the first of its state: {spread(cold_ms)} ms, slowest {max(cold_ms):.1f} ms")
    aim("chip.sods_judged_as_indexed_percent", 100 * right / len(index), 100.0, at_least=True)
    aim("chip.sod_median_ms", percentile(warm_ms, 50), 10.0)


def _as_indexed(kind: str, sod: bytes, store: TrustStore) -> bool:
    try:
        judged = judge_chip_files(sod, {}, store, _NOW)
    except Malformed:
        return False
    if kind in _FAILS:
        return (
            judged.outcome is Authenticity.NOT_GENUINE and judged.check(_FAILS[kind]).answer is AuthenticityAnswer.FAIL
        )
    if kind == "no-csca":
        return judged.outcome is Authenticity.NO_CSCA
    return judged.outcome is Authenticity.INCOMPLETE and judged.check("chain").answer is AuthenticityAnswer.PASS
