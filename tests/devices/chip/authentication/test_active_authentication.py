"""Active authentication: the worked example of Doc 9303-11, F, real chips' kinds of keys, copies and refusals."""

import hashlib

import ecdsa
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ecdsa.util import sigencode_der, sigencode_string
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.certificates.public_keys import RsaKey, read_public_key
from devices.chip.authentication.active_authentication import (
    SignatureJudgement,
    judge_signature,
    make_representative,
    perform_active_authentication,
    recover_message,
)
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.dg15 import Dg15
from devices.chip.lds.security_infos import ACTIVE_AUTHENTICATION, SecurityInfo
from devices.chip.random_source import RandomSource
from devices.faults import DeviceFault, FaultReason
from devices.ports import Transport
from tests.devices.support.minted import check_of
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
        encoded = number.to_bytes(128, "big")
        assert judge_signature(public, None, encoded, CHALLENGE) is SignatureJudgement.HOLDS
        assert judge_signature(public, None, encoded, bytes(8)) is SignatureJudgement.FAILS
        for length in (0, 1, 27, 127):
            assert judge_signature(public, None, encoded[:length], CHALLENGE) is SignatureJudgement.INCOMPLETE
    altered, whole = (signature + 1).to_bytes(128, "big"), modulus.to_bytes(128, "big")
    for wrong in (bytes(128), altered, whole):
        assert judge_signature(public, None, wrong, CHALLENGE) is SignatureJudgement.FAILS
    assert judge_signature(public, None, b"\xff" * 200, CHALLENGE) is SignatureJudgement.INCOMPLETE


def test_a_hash_that_is_not_known_here_is_no_wrong_signature(key: rsa.RSAPrivateNumbers) -> None:
    representative = make_representative(RECOVERABLE[:-1], CHALLENGE, "sha1")[:-2] + b"\x31\xcc"
    signature = make_signature(key, representative).to_bytes(128, "big")
    public = RsaKey(key.public_numbers.n, 65537)
    assert judge_signature(public, None, signature, CHALLENGE) is SignatureJudgement.UNKNOWN_HASH


_POINT = ecdsa.SigningKey.generate(ecdsa.NIST256p)
_EC_KEY = read_public_key(_POINT.verifying_key.to_der())
_RIPEMD = Dg14((SecurityInfo(ACTIVE_AUTHENTICATION, 1, algorithm="0.4.0.127.0.7.1.1.4.1.6"),))


@given(st.binary(min_size=8, max_size=8), st.integers(0, 80))
def test_the_beginning_of_an_ecdsa_signature_is_incomplete_in_either_format(challenge: bytes, length: int) -> None:
    for encode in (sigencode_string, sigencode_der):
        whole = _POINT.sign(challenge, hashfunc=hashlib.sha256, sigencode=encode)
        judged = judge_signature(_EC_KEY, None, whole[:length], challenge)
        assert judged is (SignatureJudgement.HOLDS if length >= len(whole) else SignatureJudgement.INCOMPLETE)
        other = _POINT.sign(challenge + b"x", hashfunc=hashlib.sha256, sigencode=encode)
        assert judge_signature(_EC_KEY, None, other, challenge) is SignatureJudgement.FAILS


def test_an_ecdsa_hash_that_is_named_wrongly_or_not_known_here_accuses_nobody() -> None:
    signature = _POINT.sign(CHALLENGE, hashfunc=hashlib.sha256, sigencode=sigencode_string)
    named_wrongly = Dg14((SecurityInfo(ACTIVE_AUTHENTICATION, 1, algorithm="0.4.0.127.0.7.1.1.4.1.1"),))
    assert judge_signature(_EC_KEY, named_wrongly, signature, CHALLENGE) is SignatureJudgement.HOLDS
    assert judge_signature(_EC_KEY, _RIPEMD, signature, CHALLENGE) is SignatureJudgement.HOLDS
    assert judge_signature(_EC_KEY, _RIPEMD, bytes(63) + b"\x01", CHALLENGE) is SignatureJudgement.UNKNOWN_HASH


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


@pytest.mark.parametrize(("words", "answer", "reason"), [
    (("6985", "6A81", "6D00"), AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD),
    (("6985", "6700", "6D00"), AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
    (("6400", "6400", "6400"), AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
])  # fmt: skip
def test_a_chip_that_does_not_sign_is_no_original(
    words: tuple[str, ...], answer: AuthenticityAnswer, reason: AuthenticityReason, key: rsa.RSAPrivateNumbers
) -> None:
    info = key.public_numbers.public_key()
    dg15 = Dg15(info.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    sent = "0088000008" + CHALLENGE.hex()
    forms = (f"{sent}80", f"{sent}00", f"008800000000 08{CHALLENGE.hex()}0000")
    silent = Spoken(*(line for form, status in zip(forms, words, strict=True) for line in (form, status)))
    card = Card(BoundedTransport(silent, Deadline(5)))
    check = perform_active_authentication(lambda: card, dg15, None, RandomSource(random=lambda size: CHALLENGE))
    assert silent.is_over, "it was asked in every form"
    assert (check.answer, check.reason) == (answer, reason)
    unusable = perform_active_authentication(lambda: card, Dg15(b"\x30\x00"), None)
    assert (unusable.answer, unusable.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


def test_a_chip_without_the_key_offers_no_proof_and_one_that_lost_it_fails() -> None:
    without = active(chip(active_authentication="none"))
    assert (without.answer, without.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.NOT_OFFERED)
    lost = active(chip(faults=["missing_group"], group=15))
    assert (lost.answer, lost.reason) == (AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD)


@pytest.mark.parametrize("errors", ["protected", "plain"])
@pytest.mark.parametrize("otherwise", ["6700", "6985", "empty", "cut_off"])
@pytest.mark.parametrize("form", ["exact", "short", "extended"])
@pytest.mark.parametrize("kind", ["rsa-sha256", "ecdsa-sha256"])
def test_a_chip_that_signs_in_one_form_alone_is_an_original(kind: str, form: str, otherwise: str, errors: str) -> None:
    switches = {"active_authentication": kind, "signs": form, "signs_otherwise": otherwise, "errors": errors}
    reading = read(chip(**switches))
    assert reading.outcome is Authenticity.GENUINE
    copy = active(chip(**switches, faults=["cloned_aa"]))
    assert (copy.answer, copy.reason) == (AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED)


@pytest.mark.parametrize("errors", ["protected", "plain"])
@pytest.mark.parametrize(("otherwise", "answer", "reason"), [
    ("6700", AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
    ("6985", AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD),
    ("empty", AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
    ("cut_off", AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
])  # fmt: skip
def test_only_refusal_in_every_form_counts(
    otherwise: str, answer: AuthenticityAnswer, reason: AuthenticityReason, errors: str
) -> None:
    for kind in ("rsa-sha256", "ecdsa-sha256"):
        reading = read(chip(active_authentication=kind, signs="never", signs_otherwise=otherwise, errors=errors))
        check = check_of(reading, "active")
        assert (check.answer, check.reason) == (answer, reason)
        assert check_of(reading, "chip").reason is AuthenticityReason.PROVED, "the chip is opened again"
        assert reading.outcome is not Authenticity.GENUINE


def test_a_reader_that_fails_over_long_commands_accuses_no_chip() -> None:
    class ShortReader:
        """It takes no extended command, and the chip signs in no other form."""

        def __init__(self) -> None:
            self.chip = chip(active_authentication="rsa-sha256", signs="extended")

        def transmit(self, command: bytes) -> bytes:
            if len(command) > 5 and command[4] == 0:
                self.chip.lay_down()
                raise DeviceFault(FaultReason.PROTOCOL, "too long")
            return b"\x6a\x82" if command[:3] == b"\x00\xb0\x81" else self.chip.transmit(command)

    check = active(ShortReader())
    assert (check.answer, check.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE)
