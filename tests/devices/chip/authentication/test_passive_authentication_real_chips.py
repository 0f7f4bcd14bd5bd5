"""Real SODs, where this machine has them: each judged as its index says, over the real master lists."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import TrustStore
from devices.chip.authentication.passive_authentication import DocumentExpectation, judge_chip_files
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.lds.com import read_com
from sync.headquarters.sources import load_reader

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_FAILS = {
    "content-digest": "digests",
    "signature": "signature",
    "signed-data-version": "structure",
    "structure": "structure",
}


@pytest.fixture(scope="module")
def trust(shared_data: Path) -> TrustStore:
    lists = sorted((shared_data / "chip/masterlists").glob("*.ml"))
    items = list(load_reader("master-list")(lists))
    return TrustStore(item for item in items if isinstance(item, TrustRecord))


def test_every_sod_is_judged_as_its_index_says(shared_data: Path, trust: TrustStore) -> None:
    folder = shared_data / "chip/sod"
    index = json.loads((folder / "index.json").read_text())
    assert len(index) == 18
    for item in index:
        judged = judge_chip_files((folder / item["file"]).read_bytes(), {}, trust, _NOW)
        failed = {check.name for check in judged.checks if check.answer is AuthenticityAnswer.FAIL}
        if item["class"] in _FAILS:
            assert _FAILS[item["class"]] in failed and judged.outcome is Authenticity.NOT_GENUINE, item["file"]
        else:
            assert not failed, item["file"]
        if item["class"] == "chain":
            # No data group goes with these, so only their digests are open.
            assert (
                judged.outcome is Authenticity.INCOMPLETE
                and judged.check("digests").reason is AuthenticityReason.NO_GROUPS
            )
            assert judged.check("chain").answer is judged.check("validity").answer is AuthenticityAnswer.PASS, item[
                "file"
            ]
        if item["class"] == "no-csca":
            assert judged.outcome is Authenticity.NO_CSCA, item["file"]


@pytest.mark.parametrize("name", ["DE_ML_2024-08-07-07-38-24.ml", "ICAO_ml_September2023.ml"])
def test_a_sod_is_chained_by_each_list_that_holds_its_root(shared_data: Path, name: str) -> None:
    items = load_reader("master-list")([shared_data / "chip/masterlists" / name])
    trust = TrustStore(item for item in items if isinstance(item, TrustRecord))
    folder = shared_data / "chip/sod"
    for item in json.loads((folder / "index.json").read_text()):
        if item["class"] in ("chain", "no-csca"):
            judged = judge_chip_files((folder / item["file"]).read_bytes(), {}, trust, _NOW)
            assert (judged.check("chain").answer is AuthenticityAnswer.PASS) == (name in item["csca_in"]), item["file"]


def test_the_silver_chip(shared_data: Path, trust: TrustStore) -> None:
    folder = shared_data / "chip/dg/silver"
    numbers = read_com((folder / "EF_COM.bin").read_bytes()).groups
    groups = {number: (folder / f"EF_DG{number}.bin").read_bytes() for number in numbers}
    sod = (folder / "EF_SOD.bin").read_bytes()
    judged = judge_chip_files(sod, groups, trust, _NOW, DocumentExpectation("D"))
    assert judged.check("digests").reason is AuthenticityReason.DIGESTS_MATCH and judged.outcome is Authenticity.NO_CSCA
    for number in numbers:
        altered = {**groups, number: groups[number][:-1] + bytes([groups[number][-1] ^ 1])}
        assert judge_chip_files(sod, altered, trust, _NOW).check("digests").reason is AuthenticityReason.GROUP_ALTERED
    other = {**groups, 7: (folder / "EF_DG7.bin").read_bytes()}
    assert judge_chip_files(sod, other, trust, _NOW).check("digests").reason is AuthenticityReason.GROUP_UNSIGNED
