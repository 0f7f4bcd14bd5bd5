"""Our own reader reads every kind of good chip as genuine, and names what is wrong with one that was issued wrongly.

Which fault ends how over which protocol is a table of docs/chips.md (tests/devices/chip/test_reading_faults.py).
"""

from typing import Any

import pytest
from pydantic import ValidationError

from devices.chip.access_keys import AccessKey, CanKey, MrzKey
from devices.chip.authenticity import Authenticity, AuthenticityAnswer
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessRefused
from devices.chip.inspection import read_chip
from devices.chip.lds.chip_keys import read_chip_key
from devices.chip.reading import ChipReading
from devices.simulated.chip.personalisation.issuer import Issuer
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.pki.invented_state import InventedState, KeyKind
from devices.simulated.chip.profile import ChipFault
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.minted import HOLDER, MRZ_KEY, NOW, card, chip, profile, trust

KINDS: dict[str, dict[str, Any]] = {
    "no key asked": {"access": []},
    "BAC": {"access": ["bac"]},
    "PACE-ECDH-GM with 3DES": {"pace": ["ecdh-gm-3des:12"]},
    "PACE-ECDH-GM with AES-192": {"pace": ["ecdh-gm-aes-192:15"]},
    "PACE-ECDH-GM with AES-256": {"pace": ["ecdh-gm-aes-256:17"]},
    "PACE-ECDH-IM with AES-128": {"pace": ["ecdh-im-aes-128:13"]},
    "PACE-ECDH-CAM with AES-128": {"pace": ["ecdh-cam-aes-128:13"]},
    "PACE-DH-GM with AES-128": {"pace": ["dh-gm-aes-128:0"]},
    "PACE-DH-IM with AES-256": {"pace": ["dh-im-aes-256:2"]},
}
"""Profiles by what the reader says it was opened with."""
OTHERS: dict[str, dict[str, Any]] = {
    "AA none": {"active_authentication": "none"},
    "AA RSA SHA-1": {"active_authentication": "rsa-sha1"},
    "AA RSA SHA-256": {"active_authentication": "rsa-sha256"},
    "AA RSA SHA-512": {"active_authentication": "rsa-sha512"},
    "AA ECDSA SHA-384": {"active_authentication": "ecdsa-sha384"},
    "CA ECDH 3DES": {"chip_authentication": ["ecdh-3des:12"]},
    "CA ECDH AES-256": {"chip_authentication": ["ecdh-aes-256:17"]},
    "CA DH AES-128": {"chip_authentication": ["dh-aes-128:1"]},
    "CA two keys": {"chip_authentication": ["ecdh-aes-128:12", "ecdh-aes-256:16"]},
    "LDS 1.7, SHA-1": {"lds": "1.7", "digests": "sha1"},
    "CA named curve": {"key_curves": "named"},
    "CA named curves": {"key_curves": "named", "chip_authentication": ["ecdh-3des:8", "ecdh-aes-256:18"]},
    "CAM named curve": {
        "key_curves": "named",
        "pace": ["ecdh-cam-aes-256:15"],
        "chip_authentication": ["ecdh-aes-128:15"],
    },
    "finger 39794-4": {"fingers": "39794-4"},
    "face 39794-5, JPEG 2000": {"face": "39794-5", "picture": "jpeg2000"},
    "no extended length": {"extended_length": "no"},
    "exact lengths (6Cxx)": {"lengths": "exact", "access": []},
    "answers in parts (61xx)": {"answers": "in_parts", "access": []},
    "at most 100 bytes a read": {"longest_read": 100},
}
NAMED = {
    ChipFault.TAMPERED_GROUP: ("digests", "group_altered"),
    ChipFault.UNSIGNED_GROUP: ("digests", "group_unsigned"),
    ChipFault.SIGNATURE_WRONG: ("signature", "signature_wrong"),
    ChipFault.SIGNER_EXPIRED: ("validity", "not_valid_at_issue"),
    ChipFault.SIGNER_NOT_YET_VALID: ("validity", "not_valid_at_issue"),
    ChipFault.SIGNER_REVOKED: ("revocation", "revoked"),
    ChipFault.SIGNER_FORGED: ("chain", "signer_forged"),
    ChipFault.UNKNOWN_CSCA: ("chain", "no_csca_key"),
    ChipFault.SOD_VERSION: ("structure", "structure"),
    ChipFault.SOD_GARBAGE: ("structure", "malformed"),
    ChipFault.SOD_CUT: ("structure", "malformed"),
    ChipFault.CLONED_AA: ("active", "unproved"),
    ChipFault.CLONED_CA: ("chip", "unproved"),
}
"""The check that says what the issuer, or a forger, did."""


def _read(key: AccessKey = MRZ_KEY, **switches: Any) -> ChipReading:
    return read_chip(chip(**switches), key, trust(), deadline=Deadline(60), now=NOW, printed=HOLDER.document)


@pytest.mark.parametrize("protocol", KINDS)
def test_a_chip_is_opened_by_what_it_offers(protocol: str) -> None:
    reading = _read(**KINDS[protocol])
    assert (reading.outcome, reading.original) == (Authenticity.GENUINE, AuthenticityAnswer.PASS)
    assert reading.access.protocol == protocol and not reading.access.downgrades


@pytest.mark.parametrize("kind", OTHERS)
def test_a_good_chip_of_any_kind_is_genuine(kind: str) -> None:
    reading = _read(**OTHERS[kind])
    assert (reading.outcome, reading.original) == (Authenticity.GENUINE, AuthenticityAnswer.PASS)
    assert set(reading.unread) <= {"DG3"}


@pytest.mark.parametrize("keys", ["rsa", "rsa_pss", "ec_explicit", "ec_named"])
def test_an_issuer_may_have_keys_of_any_kind(keys: KeyKind) -> None:
    issuer = Issuer(InventedState("UT", keys))
    transport = SimulatedChip(personalise(HOLDER, profile(pace=["ecdh-cam-aes-128:13"]), issuer))
    reading = read_chip(transport, MRZ_KEY, trust(issuer), deadline=Deadline(60), now=NOW)
    assert (reading.outcome, reading.original) == (Authenticity.GENUINE, AuthenticityAnswer.PASS)


@pytest.mark.parametrize("fault", NAMED, ids=str)
def test_what_is_wrong_with_a_chip_is_named(fault: ChipFault) -> None:
    name, reason = NAMED[fault]
    reading = _read(faults=[fault])
    assert next(check.reason.value for check in reading.checks if check.name == name) == reason
    assert reading.outcome is not Authenticity.GENUINE


def test_the_card_access_number_opens_a_chip_too_and_a_wrong_one_does_not() -> None:
    assert _read(CanKey("123456"), can="123456").outcome is Authenticity.GENUINE
    for wrong in (CanKey("654321"), MrzKey.of("X00000000", "900203", "310101")):
        with pytest.raises(AccessRefused):
            _read(wrong, can="123456")


@pytest.mark.parametrize(
    "switches",
    [
        {"pace": []},
        {"groups": [1]},
        {"groups": [1, 2, 17]},
        {"pace": ["ecdh-gm-aes-128:0"]},
        {"pace": ["dh-cam-aes-128:0"]},
        {"pace": ["ecdh-cam-3des:13"]},
        {"pace": ["ecdh-gm-aes-512:13"]},
        {"pace": ["anything"]},
        {"pace": ["ecdh-cam-aes-128:12"]},
        {"pace": ["ecdh-cam-aes-128:13"], "chip_authentication": []},
        {"pace": ["ecdh-im-aes-128:10"]},
        {"can": "12345"},
        {"chip_authentication": ["dh-aes-128:13"]},
        {"chip_authentication": ["ecdh-aes-128:99"]},
        {"faults": ["nothing"]},
        {"longest_read": 0},
        {"colour": "red"},
    ],
)
def test_a_profile_that_cannot_be_is_refused(switches: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        profile(**switches)


def test_a_profile_that_can_never_work_says_what_is_missing() -> None:
    with pytest.raises(ValidationError, match="add ecdh-aes-128:12 to chip_authentication"):
        profile(pace=["ecdh-cam-aes-128:12"])
    assert profile(pace=["ecdh-cam-aes-128:12"], chip_authentication=["ecdh-aes-128:12"]).pace
    assert profile(access=["bac"], pace=["ecdh-cam-aes-128:12"]).pace, "it is not offered"
    with pytest.raises(ValidationError, match="no integrated mapping"):
        profile(pace=["ecdh-im-aes-128:10"])


@pytest.mark.parametrize("number", [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18])
def test_a_key_names_its_curve_or_spells_it_out(number: int) -> None:
    named, explicit = (
        card(key_curves=curves, chip_authentication=[f"ecdh-aes-128:{number}"]).ca_keys[0].info
        for curves in ("named", "explicit")
    )
    assert len(named) < len(explicit)
    assert read_chip_key(named) == read_chip_key(explicit)
