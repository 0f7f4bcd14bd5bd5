"""A proof is one signature over one challenge by the roster's key, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from data.people.card_proof import (
    CHALLENGE_LASTS,
    MOST_OPEN,
    CardChallenge,
    CardChallenges,
    CardProof,
    SignatureScheme,
    load_card_key,
    verify_card_proof,
)

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
CHALLENGE = CardChallenge("kit-1", "4711", "sign-in", NOW, bytes(range(32)))
KINDS = ["rsa-pss", "rsa-pkcs1", "p256", "p384"]


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def ec_key(curve: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1() if curve == "p256" else ec.SECP384R1())


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(kind: str, challenge: CardChallenge) -> tuple[CardProof, str]:
    """A proof, and the fingerprint of its key as `sha256sum` of the DER file gives it."""
    content = challenge.encode()
    if kind.startswith("rsa"):
        key = rsa_key()
        scheme = SignatureScheme(kind)
        pad = padding.PSS(padding.MGF1(SHA256()), 32) if scheme is SignatureScheme.RSA_PSS else padding.PKCS1v15()
        proof = CardProof(public(key), scheme, key.sign(content, pad, SHA256()))
    else:
        curve_key, size = ec_key(kind), 32 if kind == "p256" else 48
        digest = SHA256() if kind == "p256" else SHA384()
        halves = decode_dss_signature(curve_key.sign(content, ec.ECDSA(digest)))
        raw = b"".join(half.to_bytes(size, "big") for half in halves)
        proof = CardProof(public(curve_key), SignatureScheme.ECDSA, raw)
    return proof, sha256(proof.public_key).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_proves(kind: str) -> None:
    proof, fingerprint = sign(kind, CHALLENGE)
    assert verify_card_proof(CHALLENGE, proof, fingerprint)


@pytest.mark.parametrize(
    "change",
    [
        {"kit": "kit-2"},
        {"number": "4712"},
        {"purpose": "second/settle/1"},
        {"at": NOW + timedelta(seconds=1)},
        {"nonce": bytes(32)},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_for_anything_else_proves_nothing(kind: str, change: dict[str, object]) -> None:
    proof, fingerprint = sign(kind, CHALLENGE)
    assert not verify_card_proof(replace(CHALLENGE, **change), proof, fingerprint)  # type: ignore[arg-type]


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_no_two_challenges_read_the_same(kit: str, number: str, other_kit: str, other_number: str) -> None:
    challenges = [replace(CHALLENGE, kit=kit, number=number), replace(CHALLENGE, kit=other_kit, number=other_number)]
    encoded = [challenge.encode() for challenge in challenges]
    assert (encoded[0] == encoded[1]) == (challenges[0] == challenges[1])
    assert encoded[0].startswith(b"waypost/card-proof/v1\n")


@given(st.sampled_from(KINDS), st.data())
def test_a_proof_with_any_bit_changed_is_none(kind: str, data: st.DataObject) -> None:
    proof, fingerprint = sign(kind, CHALLENGE)
    part = data.draw(st.sampled_from(["signature", "public_key"]))
    value = bytearray(getattr(proof, part))
    bit = data.draw(st.integers(0, 8 * len(value) - 1))
    value[bit // 8] ^= 1 << bit % 8
    assert not verify_card_proof(CHALLENGE, replace(proof, **{part: bytes(value)}), fingerprint)  # type: ignore[arg-type]


@given(st.binary(max_size=200), st.sampled_from(SignatureScheme), st.binary(max_size=200), st.text(max_size=64))
def test_whatever_a_card_says_is_no_proof_and_no_error(
    public_key: bytes, scheme: SignatureScheme, signature: bytes, fingerprint: str
) -> None:
    assert not verify_card_proof(CHALLENGE, CardProof(public_key, scheme, signature), fingerprint)
    for kind in KINDS:
        proof, right = sign(kind, CHALLENGE)
        assert not verify_card_proof(CHALLENGE, replace(proof, signature=signature, scheme=scheme), right)


@pytest.mark.parametrize("kind", KINDS)
def test_another_card_or_none_in_the_roster_is_no_proof(kind: str) -> None:
    proof, fingerprint = sign(kind, CHALLENGE)
    for other in ("", "0" * 64, fingerprint.upper(), fingerprint[:-1]):
        assert not verify_card_proof(CHALLENGE, proof, other)


def test_keys_that_are_too_weak_or_of_another_kind_are_none() -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505  (too weak, on purpose)
    others = [weak, ec.generate_private_key(ec.SECP521R1()), ed25519.Ed25519PrivateKey.generate()]
    assert [load_card_key(public(key)) for key in others] == [None] * 3
    content = CHALLENGE.encode()
    proof = CardProof(public(weak), SignatureScheme.RSA_PKCS1, weak.sign(content, padding.PKCS1v15(), SHA256()))
    assert not verify_card_proof(CHALLENGE, proof, sha256(proof.public_key).hexdigest())


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_challenge_serves_once() -> None:
    challenges = CardChallenges("kit-1", Clock())
    challenge = challenges.issue("4711", "sign-in")
    proof, fingerprint = sign("p256", challenge)
    assert challenges.accept(challenge, proof, fingerprint)
    assert not challenges.accept(challenge, proof, fingerprint)


def test_a_wrong_proof_uses_the_challenge_up_too() -> None:
    challenges = CardChallenges("kit-1", Clock())
    challenge = challenges.issue("4711", "sign-in")
    proof, fingerprint = sign("p256", challenge)
    assert not challenges.accept(challenge, replace(proof, signature=bytes(64)), fingerprint)
    assert not challenges.accept(challenge, proof, fingerprint)


def test_a_challenge_that_was_not_issued_here_or_was_altered_is_none() -> None:
    challenges, others = CardChallenges("kit-1", Clock()), CardChallenges("kit-1", Clock())
    challenge = others.issue("4711", "sign-in")
    proof, fingerprint = sign("p256", challenge)
    assert not challenges.accept(challenge, proof, fingerprint)
    altered = replace(challenges.issue("4711", "sign-in"), purpose="second/settle/1")
    proof, fingerprint = sign("p256", altered)
    assert not challenges.accept(altered, proof, fingerprint)


@pytest.mark.parametrize("by", [CHALLENGE_LASTS + timedelta(seconds=1), timedelta(seconds=-1)])
def test_a_proof_comes_in_time(by: timedelta) -> None:
    clock = Clock()
    challenges = CardChallenges("kit-1", clock)
    challenge = challenges.issue("4711", "sign-in")
    proof, fingerprint = sign("p256", challenge)
    clock.now = NOW + by
    assert not challenges.accept(challenge, proof, fingerprint)


def test_challenges_that_nobody_answers_take_no_memory() -> None:
    challenges = CardChallenges("kit-1", Clock())
    first, *_rest, last = [challenges.issue("4711", "sign-in") for _each in range(MOST_OPEN + 1)]
    assert len({challenge.nonce for challenge in [first, *_rest, last]}) == MOST_OPEN + 1
    for challenge, accepted in ((first, False), (last, True)):
        proof, fingerprint = sign("p256", challenge)
        assert challenges.accept(challenge, proof, fingerprint) is accepted
