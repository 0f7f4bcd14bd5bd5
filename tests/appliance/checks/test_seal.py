"""A seal passes only when it is verified to the top and says what is printed; everything else says what it is."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from appliance.answer.wording import SEAL_ADVICE, advice_for_finding
from appliance.checks.seal import SealCheck
from appliance.counter.subject import document_from_zone
from appliance.screening.list_access import TrustLists
from appliance.verdict import verdict_of_finding
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import certificate_record, revocations_record, signer_record
from data.documents.barcodes import Barcode, Symbology
from data.documents.travel_document import Capture, MrzFormat, Provenance
from data.lists.kinds import trust
from data.screenings import Finding, Screening, State, Verdict
from data.text import Message
from tests.support.pki import Authority, country_signer, revocation_list
from tests.support.sealed import SERIAL, authorities, c40, features, header, open_seal, seal, seal_signer, visa, zone

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ROOT, SIGNER = authorities()


class Lists:
    """A list of trust in memory."""

    name, needs_repair = "signers", False

    def __init__(self, *records: TrustRecord) -> None:
        self.records: tuple[TrustRecord, ...] = records
        self.version = 1
        self.asked = 0

    def read(self) -> Any:
        return nullcontext(self)

    @property
    def edition(self) -> Any:
        return self

    @property
    def digest(self) -> int:
        return 0

    def rows(self) -> Any:
        self.asked += 1
        return trust.rows(self.records, b"")

    def prepare(self) -> None: ...


def store(*, root: Authority | None = ROOT, signer: Authority | None = SIGNER, revoked: bool = False) -> Lists:
    finding = [certificate_record(root.certificate, "a test")] if root else []
    finding += [signer_record(signer.certificate, "a test")] if signer else []
    if revoked:
        finding.append(revocations_record(read_revocation_list(revocation_list(ROOT, [SERIAL])), "a test"))
    return Lists(*finding)


def screened(content: bytes, *zones: str, doubts: tuple[int, ...] = ()) -> Screening:
    provenance = Provenance("camera", "v4l2", NOW, "", doubts=doubts)
    documents = tuple(
        document_from_zone(one, capture=Capture.MACHINE, today=NOW.date(), provenance=provenance)
        for one in zones or (zone(),)
    )
    return Screening(documents, None, NOW, "officer-1", codes=(Barcode(Symbology.DATA_MATRIX, content),))


def look(screening: Screening, lists: Lists | None = None) -> Finding:
    return SealCheck(TrustLists([lists or store()])).run(screening)


def test_a_genuine_seal_of_the_printed_document_passes() -> None:
    finding = look(screened(visa(SIGNER)))
    assert (finding.state, finding.reason, finding.mandatory) == (State.PASS, "seal_genuine", False)
    assert finding.evidence.facts["seal"] == "visa of Norway"
    assert finding.evidence.facts["stay"] == "90 days"
    assert finding.evidence.facts["seal signature"].startswith("in order: ")
    assert all(isinstance(finding.evidence.facts[name], Message) for name in ("seal", "seal signature"))


def test_a_seal_that_rests_on_a_list_that_nobody_vouches_for_says_so() -> None:
    lists = store()
    lists.records = tuple(replace(record, vouched=False) for record in lists.records)
    finding = look(screened(visa(SIGNER)), lists)
    assert (finding.state, finding.reason) == (State.PASS, "seal_genuine_unvouched")
    assert "only the list" in finding.says


def test_without_a_seal_nothing_is_said() -> None:
    nothing = replace(screened(b""), codes=(Barcode(Symbology.QR, b"hello"),))
    assert look(nothing).state is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("lists", "reason"),
    [
        (store(signer=None), "no certificate for the signer NOTS"),
        (store(root=None), "no signing certificate of Norway"),
        (store(root=country_signer(country="NO")), None),
        (Lists(), "no certificate for the signer"),
    ],
)
def test_what_no_certificate_here_vouches_for_is_not_done_and_never_a_pass(lists: Lists, reason: str | None) -> None:
    finding = look(screened(visa(SIGNER)), lists)
    assert finding.state is State.NOT_DONE
    assert finding.reason == "seal_unverified"
    assert reason is None or reason in finding.says
    assert verdict_of_finding(finding) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("content", "lists"),
    [
        (visa(SIGNER).replace(b"\x5a\x00\x00", b"\x5a\x00\x01"), store()),
        (visa(seal_signer(ROOT)), store()),
        (visa(SIGNER), store(revoked=True)),
        (visa(SIGNER, issuer="SWE"), store()),
    ],
    ids=["changed", "another key", "revoked", "for another state"],
)
def test_a_false_seal_is_for_the_second_line(content: bytes, lists: Lists) -> None:
    finding = look(screened(content), lists)
    assert (finding.state, finding.reason) == (State.HIT, "seal_false")
    assert verdict_of_finding(finding) is Verdict.REFER
    assert advice_for_finding(finding) is SEAL_ADVICE


@pytest.mark.parametrize("signed", [date(2019, 1, 1), date(2026, 7, 2)], ids=["before the signer", "in future"])
def test_a_date_that_cannot_be_is_looked_at(signed: date) -> None:
    finding = look(screened(visa(SIGNER, signed=signed)))
    assert (finding.state, finding.reason) == (State.NOTICE, "seal_doubtful")


def test_a_genuine_seal_of_another_paper_is_for_the_second_line() -> None:
    finding = look(screened(visa(SIGNER), zone("V7654321")))
    assert (finding.state, finding.reason) == (State.HIT, "seal_of_another")
    assert "document number: printed V7654321, sealed V1234567" in finding.says


def test_a_field_that_may_be_misread_is_scanned_again() -> None:
    printed = zone("V7654321")
    finding = look(screened(visa(SIGNER), printed, doubts=(36,)))
    assert (finding.state, finding.reason) == (State.NOTICE, "seal_differs")


def test_what_differs_is_not_hidden_by_what_could_not_be_verified() -> None:
    finding = look(screened(visa(SIGNER), zone(surname="OTHER")), Lists())
    assert (finding.state, finding.reason) == (State.NOTICE, "seal_differs")
    assert finding.evidence.facts["reasons"] == "seal_unverified seal_differs"
    assert verdict_of_finding(finding) is Verdict.CHECK


def test_the_passport_beside_the_visa_is_compared() -> None:
    passport = zone("L1234567A", format=MrzFormat.TD3)
    assert look(screened(visa(SIGNER), zone(), passport)).state is State.PASS
    assert look(screened(visa(SIGNER), passport)).reason == "seal_not_compared"
    another = look(screened(visa(SIGNER), zone(), zone("L7654321B", format=MrzFormat.TD3)))
    assert (another.state, another.reason) == (State.HIT, "seal_of_another")


def test_a_sticker_without_a_zone_belongs_to_the_passport_it_names() -> None:
    sticker = seal(SIGNER, header(0xF80A) + features((1, c40("L1234567A")), (3, c40("21614"))))
    assert look(screened(sticker, zone("L1234567A", format=MrzFormat.TD3))).state is State.PASS
    assert look(screened(sticker, zone("L7654321B", format=MrzFormat.TD3))).reason == "seal_of_another"


def test_a_seal_alone_is_not_compared_so_it_does_not_pass() -> None:
    finding = look(replace(screened(visa(SIGNER)), documents=()))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "seal_not_compared")


def test_a_seal_that_cannot_be_read_is_not_done() -> None:
    finding = look(screened(visa(SIGNER)[:-5]))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "seal_unreadable")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda data: data, State.PASS),
        (lambda data: data.replace(b"SAMPLE", b"OTHER0"), State.HIT),
        (lambda data: data.replace(b'"cer": "MII', b'"cer": "MIJ'), State.NOTICE),
    ],
    ids=["genuine", "changed", "broken certificate"],
)
def test_seals_in_json(change: Callable[[bytes], bytes], state: State) -> None:
    data = open_seal(SIGNER, {"pid": {"n": "SAMPLE ADA", "dn": "L1234567A"}})
    passport = zone("L1234567A", format=MrzFormat.TD3)
    assert look(screened(change(data), passport)).state is state
    assert look(screened(data, zone("L7654321B", format=MrzFormat.TD3))).reason == "seal_of_another"
