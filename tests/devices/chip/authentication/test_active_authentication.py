"""Active authentication: the worked example of Doc 9303-11, F, real chips' kinds of keys, copies and refusals."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.certificates.public_keys import RsaKey
from devices.chip.authentication.active_authentication import (
    _rsa_signature_holds,
    make_representative,
    perform_active_authentication,
    recover_message,
)
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.lds.dg15 import Dg15
from devices.chip.random_source import RandomSource
from devices.ports import Transport
from tests.devices.support.spoken import Spoken
from tests.support.invented_chips import chip, read


@pytest.mark.parametrize("name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_what_was_represented_is_recovered(name: str) -> None:
    recovered = recover_message(make_representative(b"nonce", b"challenge", name))
    assert (recovered.message, recovered.hash) == (b"nonce", name)
    assert recovered.covers(b"challenge")
    assert not recovered.covers(b"challengf")


def test_the_short_trailer_stands_for_sha1() -> None:
    representative = make_representative(b"nonce", b"challenge", "sha1", long_trailer=False)
    assert representative.endswith(b"\xbc")
    assert recover_message(representative).covers(b"challenge")


@given(st.binary(max_size=80))
def test_any_other_bytes_are_refused_or_cover_nothing(junk: bytes) -> None:
    try:
        recovered = recover_message(junk)
    except Malformed:
        return
    assert not recovered.covers(b"challenge")


@pytest.mark.parametrize("broken", ["", "6A", "6ABC", "6A33CC", "4B" + "00" * 30 + "BC", "6A" + "00" * 60 + "40CC"])
def test_representatives_that_are_none_are_refused(broken: str) -> None:
    with pytest.raises(Malformed):
        recover_message(bytes.fromhex(broken))


CHALLENGE = bytes.fromhex("F173589974BF40C6")
RECOVERABLE = bytes.fromhex(
    "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98599F40B7"
    "9F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E7292E2DCDA3024B47DA8"
)
DIGEST = "C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127"


def test_the_representative_of_appendix_f() -> None:
    representative = make_representative(RECOVERABLE, CHALLENGE, "sha1", long_trailer=False)
    assert len(representative) == 128
    assert representative[-21:-1].hex().upper() == DIGEST
    assert recover_message(representative).covers(CHALLENGE)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateNumbers:
    return rsa.generate_private_key(65537, 1024).private_numbers()  # noqa: S505 (chips have such keys)


def make_signature(key: rsa.RSAPrivateNumbers, representative: bytes) -> int:
    return pow(int.from_bytes(representative, "big"), key.d, key.public_numbers.n)


def test_a_signature_and_its_complement_open(key: rsa.RSAPrivateNumbers) -> None:
    modulus = key.public_numbers.n
    public = RsaKey(modulus, 65537)
    signature = make_signature(key, make_representative(RECOVERABLE, CHALLENGE, "sha1", long_trailer=False))
    for number in (signature, modulus - signature):
        assert _rsa_signature_holds(public, number.to_bytes(128, "big"), CHALLENGE)
        assert not _rsa_signature_holds(public, number.to_bytes(128, "big"), bytes(8))
    altered, whole = (signature + 1).to_bytes(128, "big"), modulus.to_bytes(128, "big")
    for wrong in (b"", bytes(128), b"\x01", altered, whole, b"\xff" * 200):
        assert not _rsa_signature_holds(public, wrong, CHALLENGE)


def active(transport: Transport) -> AuthenticityCheck:
    return next(check for check in read(transport).proofs if check.name == "active")


@pytest.mark.parametrize("kind", ["rsa-sha1", "rsa-sha256", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384"])
def test_an_original_and_its_copy(kind: str) -> None:
    for faults, answer, reason in (
        ([], AuthenticityAnswer.PASS, AuthenticityReason.PROVED),
        (["cloned_aa"], AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED),
    ):
        check = active(chip(active_authentication=kind, faults=faults))
        assert (check.answer, check.reason) == (answer, reason)


def test_a_chip_that_does_not_sign_is_no_original(key: rsa.RSAPrivateNumbers) -> None:
    info = key.public_numbers.public_key()
    dg15 = Dg15(info.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    silent = Card(BoundedTransport(Spoken("0088000008" + CHALLENGE.hex() + "00", "6985"), Deadline(5)))
    check = perform_active_authentication(silent, dg15, None, RandomSource(random=lambda size: CHALLENGE))
    assert (check.answer, check.reason) == (AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD)
    unusable = perform_active_authentication(Card(BoundedTransport(Spoken(), Deadline(5))), Dg15(b"\x30\x00"), None)
    assert (unusable.answer, unusable.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


def test_a_chip_without_the_key_offers_no_proof_and_one_that_lost_it_fails() -> None:
    without = active(chip(active_authentication="none"))
    assert (without.answer, without.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.NOT_OFFERED)
    lost = active(chip(faults=["missing_group"], group=15))
    assert (lost.answer, lost.reason) == (AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD)
