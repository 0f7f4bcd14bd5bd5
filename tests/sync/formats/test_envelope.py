"""Envelopes open for their kit alone, in order, and tell nobody else what they hold."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from data.errors import MalformedError, RollbackError, TrustError
from data.kit.headquarters_word import KitStatus
from sync.formats import envelope
from sync.formats.envelope import Envelope, ListKey
from tests.sync.support.format_examples import NOW, json_values

KEY = bytes(range(32))


SIGNER = Ed25519PrivateKey.generate()
IDENTITY = pyrage.x25519.Identity.generate()
ENVELOPE = Envelope(
    "post-1", "ab" * 16, 4, NOW + timedelta(days=45), (ListKey("un", "persons", True, {1: KEY}),), KitStatus()
)


def mail(content: Envelope = ENVELOPE, signer: Ed25519PrivateKey = SIGNER) -> bytes:
    return envelope.seal_envelope(content, signer, str(IDENTITY.to_public()))


def test_an_envelope_opens_for_its_kit_alone() -> None:
    assert envelope.unseal_envelope(mail(), str(IDENTITY), SIGNER.public_key()) == ENVELOPE
    with pytest.raises(TrustError, match="another kit"):
        envelope.unseal_envelope(mail(), str(pyrage.x25519.Identity.generate()), SIGNER.public_key())


def test_an_envelope_that_headquarters_did_not_sign_is_refused() -> None:
    with pytest.raises(TrustError, match="did not sign"):
        envelope.unseal_envelope(mail(signer=Ed25519PrivateKey.generate()), str(IDENTITY), SIGNER.public_key())


def test_the_size_of_an_envelope_does_not_tell_what_is_in_it() -> None:
    many = tuple(ListKey(f"list-{number}", "persons", True, {1: KEY, 2: KEY}) for number in range(20))
    more = replace(ENVELOPE, lists=many)
    room = len(envelope.signed_content(more))
    signer, to = SIGNER, str(IDENTITY.to_public())
    sealed = [
        envelope.seal_envelope(variant, signer, to, room=room) for variant in (more, ENVELOPE, replace(more, lists=()))
    ]
    assert (
        len({len(pyrage.decrypt(sealed_envelope, [IDENTITY])) for sealed_envelope in sealed}) == 1
    )  # age adds some random bytes of its own
    assert (
        envelope.unseal_envelope(
            envelope.seal_envelope(ENVELOPE, signer, to, room=room), str(IDENTITY), signer.public_key()
        )
        == ENVELOPE
    )


@pytest.mark.parametrize("state", ["suspended", "revoked", "a word of a later headquarters"])
def test_a_kit_that_is_not_in_force_is_told_why_and_gets_no_keys(state: str) -> None:
    standing = KitStatus(state, "stolen on the ferry", NOW)
    unsealed = envelope.unseal_envelope(mail(replace(ENVELOPE, status=standing)), str(IDENTITY), SIGNER.public_key())
    assert (unsealed.status, unsealed.status.in_force, unsealed.lists) == (standing, False, ())


@pytest.mark.parametrize(
    ("signed", "lease_until", "erase_after"),
    [
        ("2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z", None),
        ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", None, "1926-04-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "9999-12-31T23:59:59-14:00", None),
        ("2026-03-01T00:00:00", None, None),
    ],
)
def test_a_lease_that_can_only_be_a_slip_is_refused(signed: str, lease_until: str | None, erase_after: str) -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    facts["body"]["status"] |= {"signed": signed, "lease_until": lease_until, "erase_after": erase_after}
    with pytest.raises(MalformedError):
        envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())


def test_a_serial_beyond_all_numbers_is_refused() -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE)) | {"serial": float("inf")}
    with pytest.raises(MalformedError):
        envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())


def test_what_a_later_headquarters_adds_to_an_envelope_is_passed_over() -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    facts["body"]["settings"] = {"brightness": 3}
    facts["body"]["status"]["colour"] = "blue"
    facts["body"]["lists"][0]["note"] = "new"
    assert envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key()) == ENVELOPE


def test_an_envelope_without_a_status_is_refused() -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    del facts["body"]["status"]
    with pytest.raises(TrustError, match="cannot be read"):
        envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())


@given(st.data())
def test_an_envelope_with_any_part_replaced_is_refused_or_fits(data: st.DataObject) -> None:
    facts = json.loads(envelope.signed_content(ENVELOPE))
    part = data.draw(st.sampled_from([facts, facts["body"], facts["body"]["status"], facts["body"]["lists"][0]]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(json_values)
    try:
        read_again = envelope.unseal_envelope(by_hand(facts), str(IDENTITY), SIGNER.public_key())
    except MalformedError:
        return
    assert read_again.expires.tzinfo is not None
    assert all(entry.keys for entry in read_again.lists)


def by_hand(facts: object) -> bytes:
    """Signed and sealed properly, whatever it says."""
    content = json.dumps(facts).encode()
    signed = SIGNER.sign(envelope._FORM.domain + content) + len(content).to_bytes(4, "big") + content
    return bytes(pyrage.encrypt(signed, [IDENTITY.to_public()]))


@given(st.binary(max_size=300))
def test_an_envelope_full_of_garbage_is_refused(garbage: bytes) -> None:
    to_kit = pyrage.encrypt(garbage, [IDENTITY.to_public()])
    signed = SIGNER.sign(envelope._FORM.domain + garbage) + len(garbage).to_bytes(4, "big") + garbage
    for content in (garbage, to_kit, pyrage.encrypt(signed, [IDENTITY.to_public()])):
        with pytest.raises(TrustError):
            envelope.unseal_envelope(content, str(IDENTITY), SIGNER.public_key())


@pytest.mark.parametrize(
    ("kit", "incarnation", "serial", "now", "error"),
    [
        ("post-2", "ab" * 16, 4, NOW, TrustError),
        ("post-1", "cd" * 16, 4, NOW, TrustError),
        ("post-1", "ab" * 16, 5, NOW, RollbackError),
        ("post-1", "ab" * 16, 4, NOW + timedelta(days=46), TrustError),
    ],
)
def test_an_envelope_is_taken_only_by_its_kit_and_in_order(
    kit: str, incarnation: str, serial: int, now: datetime, error: type[TrustError]
) -> None:
    envelope.check_recipient(ENVELOPE, "post-1", "ab" * 16, 4, NOW)
    with pytest.raises(error):
        envelope.check_recipient(ENVELOPE, kit, incarnation, serial, now)
