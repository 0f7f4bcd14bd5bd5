"""The proof of PACE-CAM counts only with a key that the issuer signed, and a signer that somebody vouches for."""

from dataclasses import replace

import pytest

from data.certificates.public_keys import EcKey
from data.certificates.trust_store import TrustStore
from devices.chip.authentication.pace_checks import judge_pace_mapping
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.crypto.groups import EcGroup
from devices.chip.lds.card_security import CONTENT_TYPE, read_card_security
from devices.chip.lds.chip_keys import read_chip_key
from devices.chip.pace.protocol import MappingProof
from devices.simulated.chip.pki.signed_objects import Authority, sign_data
from devices.simulated.chip.profile import ChipProfile
from tests.devices.support.minted import check_of
from tests.support.invented_chips import ISSUED, ISSUER, NOW, STATE, chip, read, trust


def test_pace_cam_proves_the_chip() -> None:
    reading = read(chip(pace=["ecdh-cam-aes-128:13"]))
    assert reading.access.protocol == "PACE-ECDH-CAM with AES-128"
    assert check_of(reading, "mapping").reason is AuthenticityReason.PROVED
    copy = read(chip(pace=["ecdh-cam-aes-128:13"], faults=["cloned_ca"]))
    assert check_of(copy, "mapping").reason is AuthenticityReason.UNPROVED


def test_the_proof_of_pace_cam_counts_only_with_the_issuers_key() -> None:
    stranger = read(chip(pace=["ecdh-cam-aes-128:13"]), store=TrustStore([]))
    assert check_of(stranger, "mapping").reason is AuthenticityReason.NO_CSCA_STATE
    assert stranger.outcome is Authenticity.NO_CSCA
    assert judge_pace_mapping(None, b"", trust(), NOW).reason is AuthenticityReason.PROOF_WITHHELD


MADE = chip(pace=["ecdh-cam-aes-128:13"]).card
SECURITY = MADE.master[0x011D]
KEY = read_chip_key(MADE.ca_keys[0].info)
FACTOR = 12_345


def proof() -> MappingProof:
    assert isinstance(KEY, EcKey)
    group = EcGroup.of(KEY.curve)
    return MappingProof(FACTOR, group.encode(group.agree(FACTOR, KEY.point)))


def judge_proof(security: bytes) -> tuple[AuthenticityAnswer, AuthenticityReason]:
    check = judge_pace_mapping(proof(), security, trust(), NOW)
    assert check.says and not check.says.endswith(".")
    return check.answer, check.reason


def content() -> bytes:
    """What EF.CardSecurity signs."""
    return read_card_security(SECURITY).signed.content


def card_security_by(signer: Authority, kind: str = CONTENT_TYPE) -> bytes:
    return sign_data(content(), kind, signer)


def test_the_issuers_key_is_the_proof() -> None:
    assert judge_proof(SECURITY) == (AuthenticityAnswer.PASS, AuthenticityReason.PROVED)
    assert judge_proof(card_security_by(STATE.signer)) == (AuthenticityAnswer.PASS, AuthenticityReason.PROVED)


@pytest.mark.parametrize("at", [-1, -20])
def test_a_signature_that_does_not_hold_is_no_issuers(at: int) -> None:
    altered = bytearray(SECURITY)
    altered[at] ^= 1
    assert judge_proof(bytes(altered)) == (AuthenticityAnswer.FAIL, AuthenticityReason.SIGNATURE_WRONG)


def test_a_key_that_was_put_in_afterwards_is_not_the_issuers() -> None:
    before = content()
    offer = before.index(bytes.fromhex("04007F00070202040602"))
    altered = SECURITY.replace(before, before[: offer + 12] + b"\x03" + before[offer + 13 :])
    assert altered != SECURITY
    assert judge_proof(altered) == (AuthenticityAnswer.FAIL, AuthenticityReason.SIGNATURE_WRONG)


def test_the_signer_must_be_vouched_for() -> None:
    stranger = replace(STATE, seed="somebody else's").signer
    assert judge_proof(card_security_by(stranger)) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.NO_CSCA_KEY)
    revoked = ISSUER.signer_for(ChipProfile.model_validate({"faults": ["signer_revoked"]}), ISSUED)
    assert judge_proof(card_security_by(revoked)) == (AuthenticityAnswer.FAIL, AuthenticityReason.REVOKED)
    forged = ISSUER.signer_for(ChipProfile.model_validate({"faults": ["signer_forged"]}), ISSUED)
    assert judge_proof(card_security_by(forged)) == (AuthenticityAnswer.FAIL, AuthenticityReason.SIGNER_FORGED)


def test_what_is_no_card_security_is_named() -> None:
    assert judge_proof(b"") == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD)
    assert judge_proof(b"\x30\x03\x02\x01\x01") == (AuthenticityAnswer.FAIL, AuthenticityReason.MALFORMED)
    assert judge_proof(card_security_by(STATE.signer, "2.23.136.1.1.1")) == (
        AuthenticityAnswer.FAIL,
        AuthenticityReason.STRUCTURE,
    )


def test_another_chips_proof_is_none() -> None:
    other = MappingProof(FACTOR + 1, proof().mapping_public)
    assert judge_pace_mapping(other, SECURITY, trust(), NOW).reason is AuthenticityReason.UNPROVED


def test_a_key_that_this_kit_cannot_use_accuses_no_chip() -> None:
    no_curve = content().replace(bytes.fromhex("06072A8648CE3D0201"), bytes.fromhex("06072A8648CE3D0209"))
    assert no_curve != content()
    security = sign_data(no_curve, CONTENT_TYPE, STATE.signer)
    assert judge_proof(security) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)
