"""Chips with known deviations: genuine if all else holds, and as wrong as ever one step beside what is known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from appliance.checks.chip_judgement import judge_authenticity
from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import TrustStore, certificate_record, revocations_record
from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.screenings import State
from devices.chip.access_keys import CanKey
from devices.chip.authentication.passive_authentication import DocumentExpectation, judge_chip_files
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.lds.sod import CONTENT_TYPE
from devices.chip.reading import ChipReading
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.issuer import issuer_of
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.issued import ROOT, SIGNER, security_object, sod, store
from tests.support.invented_chips import NOW, read

ID_DATA, OLD_TYPE = "1.2.840.113549.1.7.1", "1.3.27.1.1.1"
CIE = {"state": "ITA", "code": "C", "issued": date(2017, 12, 4), "expiry": date(2028, 3, 7)}
DG12 = {"faults": ["tampered_group"], "group": 12}


def trust_in(*states: str, vouched: bool = True) -> TrustStore:
    records = list[TrustRecord]()
    for state in states:
        csca, revocations = issuer_of(state).publish(datetime(2026, 5, 20, tzinfo=UTC))
        records += [
            certificate_record(read_certificate(csca), "a test"),
            revocations_record(read_revocation_list(revocations), "a test"),
        ]
    return TrustStore(replace(record, vouched=vouched) for record in records)


def read_issued(
    state: str,
    code: str = "P",
    *,
    signer: str = "",
    issued: date = date(2024, 3, 5),
    expiry: date = date(2033, 3, 4),
    trusted: Iterable[str] | None = None,
    vouched: bool = True,
    **profile: Any,
) -> ChipReading:
    """A chip of that state, or of a signer of another one, as the kit reads it; all states are trusted if None."""
    format = MrzFormat.TD3 if code.startswith("P") else MrzFormat.TD1
    fields = MrzFields(code, state, "CA12345AA", "Esempio", "Anna", birth=date(1980, 5, 6), expiry=expiry)
    holder = Holder(write_mrz(fields, format), issued)
    made = personalise(holder, ChipProfile.model_validate({"can": "123456", **profile}), issuer_of(signer or state))
    trust = trust_in(*{state, signer or state} if trusted is None else trusted, vouched=vouched)
    return read(SimulatedChip(made), CanKey("123456"), trust)


def keys(reading: ChipReading) -> list[str]:
    return [deviation.key for deviation in reading.passive.deviations]


GENUINE: dict[str, tuple[dict[str, Any], str]] = {
    "chn-content-type": ({"state": "CHN", "code": "PO", "content_type": ID_DATA}, "structure"),
    "bel-content-type": ({"state": "BEL", "code": "ID", "content_type": OLD_TYPE}, "structure"),
    "fra-content-type": ({"state": "FRA", "content_type": OLD_TYPE}, "structure"),
    "any-sha512-ecdsa-sha256": ({"state": "LTU", "content_digest": "sha512"}, "structure"),
    "ita-2017-dg12": ({**CIE, **DG12}, "digests"),
}


@pytest.mark.parametrize("key", GENUINE)
def test_a_known_deviation_stands_beside_genuine(key: str) -> None:
    changes, check = GENUINE[key]
    reading = read_issued(**changes)
    assert reading.outcome is Authenticity.GENUINE and keys(reading) == [key]
    assert reading.passive.check(check).answer is AuthenticityAnswer.PASS
    assert reading.passive.check(check).reason is AuthenticityReason.KNOWN_DEVIATION
    observation = judge_authenticity(reading)
    assert (observation.state, observation.reason) == (State.PASS, "genuine")
    assert "genuine and not a copy" in observation.says and "known deviation" in observation.says


@pytest.mark.parametrize("key", GENUINE)
def test_without_the_issuers_certificate_nothing_is_decided(key: str) -> None:
    changes, check = GENUINE[key]
    reading = read_issued(**changes, trusted=("NOR",))
    assert reading.outcome is Authenticity.NO_CSCA and keys(reading) == []
    assert reading.passive.check(check).reason is AuthenticityReason.DEVIATION_UNPROVED
    assert judge_authenticity(reading).reason == "no_csca"


@pytest.mark.parametrize("key", GENUINE)
def test_a_list_that_nobody_vouches_for_excuses_nothing(key: str) -> None:
    changes, check = GENUINE[key]
    reading = read_issued(**changes, vouched=False)
    assert reading.passive.check("chain").reason is AuthenticityReason.CHAINED_UNVOUCHED
    assert reading.passive.check(check).reason is AuthenticityReason.DEVIATION_UNPROVED
    assert judge_authenticity(reading).state is State.NOT_DONE


@pytest.mark.parametrize("key", GENUINE)
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("signature_wrong", AuthenticityReason.SIGNATURE_WRONG),
        ("signer_forged", AuthenticityReason.SIGNER_FORGED),
        ("signer_revoked", AuthenticityReason.REVOKED),
        ("signer_expired", AuthenticityReason.NOT_VALID_AT_ISSUE),
    ],
)
def test_a_known_deviation_excuses_no_signer(key: str, fault: str, reason: AuthenticityReason) -> None:
    changes, check = GENUINE[key]
    reading = read_issued(**{**changes, "faults": [*changes.get("faults", ()), fault]})
    assert reading.outcome is Authenticity.NOT_GENUINE
    assert reason in {answer.reason for answer in reading.checks if answer.answer is AuthenticityAnswer.FAIL}
    if fault in ("signature_wrong", "signer_forged"):
        assert reading.passive.check(check).answer is AuthenticityAnswer.FAIL and keys(reading) == []


BESIDE: dict[str, dict[str, Any]] = {
    "id-data of another state": {"state": "NOR", "content_type": ID_DATA},
    "id-data on a card": {"state": "CHN", "code": "ID", "content_type": ID_DATA},
    "the old type of another state": {"state": "NLD", "content_type": OLD_TYPE},
    "the old type in China": {"state": "CHN", "content_type": OLD_TYPE},
    "the type of Sdu": {"state": "BEL", "content_type": "1.2.528.1.1006.1.20.1"},
    "the type of a master list": {"state": "BEL", "content_type": "2.23.136.1.1.2"},
    "the type of EF.CardSecurity": {"state": "CHN", "content_type": "0.4.0.127.0.7.3.2.1"},
    "id-data of a signer of Hong Kong": {"state": "CHN", "signer": "HKG", "content_type": ID_DATA},
    "the old type of a signer of another state": {"state": "BEL", "signer": "NOR", "content_type": OLD_TYPE},
    "the old type of a document of another state": {"state": "NOR", "signer": "BEL", "content_type": OLD_TYPE},
    "SHA-384 under SHA-256": {"state": "LTU", "content_digest": "sha384"},
    "SHA-1 under SHA-256": {"state": "LTU", "content_digest": "sha1"},
    "DG12 of another state": {**CIE, **DG12, "state": "ESP"},
    "DG12 of a passport": {**CIE, **DG12, "code": "P"},
    "DG12 signed before": {**CIE, **DG12, "issued": date(2017, 9, 30)},
    "DG12 signed after": {**CIE, **DG12, "issued": date(2018, 3, 1)},
    "DG12 that expires too early": {**CIE, **DG12, "expiry": date(2027, 9, 30)},
    "DG12 that expires too late": {**CIE, **DG12, "expiry": date(2029, 3, 1)},
    **{f"DG{number} of the series": {**CIE, **DG12, "group": number} for number in (1, 2, 11, 14, 15)},
    "DG12 never signed": {**CIE, "faults": ["unsigned_group"], "group": 12},
}


@pytest.mark.parametrize("name", BESIDE)
def test_one_step_beside_it_is_as_wrong_as_ever(name: str) -> None:
    reading = read_issued(**BESIDE[name])
    assert reading.outcome is Authenticity.NOT_GENUINE and keys(reading) == []
    assert judge_authenticity(reading).state in (State.NOTICE, State.HIT)
    if "DG" in name:
        assert judge_authenticity(reading).state is State.HIT


def test_a_further_fault_in_the_same_check_is_not_excused() -> None:
    two = read_issued("BEL", content_type=OLD_TYPE, faults=["sod_version"])
    assert two.passive.check("structure").reason is AuthenticityReason.STRUCTURE and keys(two) == []
    both = read_issued("BEL", content_type=OLD_TYPE, content_digest="sha512")
    assert both.outcome is Authenticity.GENUINE and len(keys(both)) == 2
    group = read_issued("BEL", content_type=OLD_TYPE, faults=["tampered_group"], group=2)
    assert group.outcome is Authenticity.NOT_GENUINE and judge_authenticity(group).state is State.HIT


@pytest.mark.parametrize(
    "others",
    [
        {},
        {11: b"\x6b\x00"},
        {2: b"\x75\x00", 11: b"\x6b\x00"},
        {13: b"\x6d\x00"},  # never signed
    ],
)
def test_a_second_wrong_group_is_not_excused(others: dict[int, bytes]) -> None:
    card = read_issued(**CIE, **DG12)
    expectation = DocumentExpectation("ITA", None, card.document)
    groups = {**card.contents.groups, **others}
    judged = judge_chip_files(card.contents.sod, groups, trust_in("ITA"), NOW, expectation)
    expected = AuthenticityReason.GROUP_ALTERED if others else AuthenticityReason.KNOWN_DEVIATION
    assert judged.check("digests").reason is expected
    assert judged.outcome is (Authenticity.NOT_GENUINE if others else Authenticity.GENUINE)


def test_the_zone_decides_the_series_so_it_has_to_be_read() -> None:
    card = read_issued(**CIE, **DG12)
    groups = {12: card.contents.groups[12]}
    judged = judge_chip_files(card.contents.sod, groups, trust_in("ITA"), NOW)
    assert judged.check("digests").reason is AuthenticityReason.GROUP_ALTERED and judged.deviations == ()


def test_the_type_that_was_not_signed_cannot_be_put_there_later() -> None:
    """The content type outside the signature is changed to one that is known; the signed one is the standard's."""
    genuine = read_issued("CHN")
    wrong = genuine.contents.sod.replace(b"\x06\x06\x67\x81\x08\x01\x01\x01", b"\x06\x06\x2b\x1b\x01\x01\x01\x00", 1)
    assert wrong != genuine.contents.sod and CONTENT_TYPE == "2.23.136.1.1.1"
    expectation = DocumentExpectation("CHN", None, genuine.document)
    judged = judge_chip_files(wrong, genuine.contents.groups, trust_in("CHN"), NOW, expectation)
    assert judged.check("structure").answer is AuthenticityAnswer.FAIL and judged.deviations == ()


def test_a_date_of_issue_whose_digest_is_wrong_proves_nothing() -> None:
    groups = {12: b"\x6c\x00"}
    data = sod(SIGNER, security_object(groups))
    early = DocumentExpectation("UT", date(2019, 12, 31))
    as_signed = judge_chip_files(data, groups, store(ROOT), NOW, early)
    assert as_signed.check("validity").reason is AuthenticityReason.NOT_VALID_AT_ISSUE
    altered = judge_chip_files(data, {12: b"\x6c\x01\x00"}, store(ROOT), NOW, early)
    assert altered.check("validity").reason is AuthenticityReason.VALID_NOW
    assert altered.check("digests").reason is AuthenticityReason.GROUP_ALTERED


def test_a_deviation_does_not_hide_a_weaker_way_to_open_the_chip() -> None:
    reading = read_issued("FRA", content_type=OLD_TYPE)
    access = replace(reading.access, downgrades=("PACE failed",))
    says = judge_authenticity(replace(reading, access=access)).says
    assert "known deviation of France" in says and "weaker protocol" in says
