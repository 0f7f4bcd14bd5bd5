"""Signed data: content, signature and structure are judged apart."""

from typing import Any

import pytest
from asn1crypto import cms

from data.certificates.malformed import Malformed
from data.certificates.signed_data import PLAIN_DATA, SignedData, SignedDataRule, read_signed_data
from data.text import Message
from tests.support import pki

ROOT = pki.country_signer()
SIGNER = pki.document_signer(ROOT)
CONTENT = "2.23.136.1.1.1"


def _read(data: bytes) -> SignedData:
    return read_signed_data(data, CONTENT, "A test", 10_000)


@pytest.mark.parametrize("key", [pki.EcSigner(), pki.RsaSigner(), pki.RsaSigner(pss=True), pki.EcSigner(hash="sha1")])
@pytest.mark.parametrize("by_key_id", [False, True])
def test_what_was_signed_holds(key: Any, by_key_id: bool) -> None:
    signer = pki.document_signer(ROOT, key)
    read = _read(pki.signed_data(b"content", CONTENT, signer, by_key_id=by_key_id, signing_time=pki.START))
    assert read.faults == () and read.digest_holds
    assert read.signer_certificate is not None and read.signature_holds(read.signer_certificate)
    assert (read.content, read.signer.signing_time) == (b"content", pki.START)


def test_another_content_is_told_from_another_signer() -> None:
    read = _read(pki.signed_data(b"content", CONTENT, SIGNER, signed_content=b"other"))
    assert not read.digest_holds and read.signature_holds(SIGNER.certificate)
    assert not read.signature_holds(pki.document_signer(ROOT).certificate)


@pytest.mark.parametrize("version", [0, 1, 2, 4, 5, 6, 99])
def test_a_wrong_version_is_a_fault_although_the_signature_holds(version: int) -> None:
    read = _read(pki.signed_data(b"content", CONTENT, SIGNER, version=version))
    assert [fault.says for fault in read.faults] == [f"the version of the signed data is {version}, not 3"]
    assert isinstance(read.faults[0].says, Message) and read.faults[0].says.id.endswith("is {version}, not 3")
    assert read.content == b"content" and read.digest_holds and read.signature_holds(SIGNER.certificate)


def test_another_type_of_content_is_a_fault() -> None:
    read = _read(pki.signed_data(b"content", "2.23.136.1.1.2", SIGNER))
    (fault,) = read.faults
    assert (fault.rule, fault.says) == (
        SignedDataRule.CONTENT_TYPE,
        "the content is of the type 2.23.136.1.1.2, not 2.23.136.1.1.1",
    )


@pytest.mark.parametrize("version", [0, 1, 2, 3, 4])
def test_plain_data_have_the_version_that_cms_gives_them_or_the_one_of_travel_documents(version: int) -> None:
    read = _read(pki.signed_data(b"content", PLAIN_DATA, SIGNER, version=version))
    rules = {fault.rule for fault in read.faults}
    assert rules == {SignedDataRule.CONTENT_TYPE} | ({SignedDataRule.VERSION} if version not in (1, 3) else set())
    assert read.content == b"content" and read.digest_holds and read.signature_holds(SIGNER.certificate)


def test_two_signers_and_none_are_refused() -> None:
    parsed = cms.ContentInfo.load(pki.signed_data(b"content", CONTENT, SIGNER))
    signers = parsed["content"]["signer_infos"]
    for count in (0, 2):
        parsed["content"]["signer_infos"] = cms.SignerInfos([signers[0]] * count)
        with pytest.raises(Malformed, match=f"{count} signers"):
            _read(parsed.dump(force=True))
