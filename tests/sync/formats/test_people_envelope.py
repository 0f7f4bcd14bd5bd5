"""The people of a post open for their kit alone, in order, and whatever else comes is refused."""

from dataclasses import replace

import pyrage
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from data.errors import MalformedError, MismatchError, OversizeError, RollbackError, SignatureError, TrustError
from data.json_codec import encode_canonical
from data.people.roster import Roster, encode_roster
from data.people.staff import Credential, StaffMember, StaffRole
from sync.formats import people_envelope
from sync.formats.people_envelope import PeopleEnvelope, check_recipient, people_path, seal_people, unseal_people
from sync.limits import LIMITS

SIGNER = Ed25519PrivateKey.generate()
IDENTITY = pyrage.x25519.Identity.generate()
ANA = StaffMember(
    "A-17", "Ana Kovač", "0123456789abcdef", (StaffRole.OFFICER,), Credential(1, f"sha256:{'0' * 64}", is_initial=True)
)
ROSTER = Roster(serial=4, post="north", has_duress=False, countersign_key=bytes(range(32)), people=(ANA,))
PEOPLE = PeopleEnvelope("lane-1", "ab" * 16, ROSTER)


def seal(people: PeopleEnvelope = PEOPLE, signer: Ed25519PrivateKey = SIGNER) -> bytes:
    return seal_people(people, signer, str(IDENTITY.to_public()))


def unseal(sealed: bytes, identity: str = str(IDENTITY)) -> PeopleEnvelope:
    return unseal_people(sealed, identity, SIGNER.public_key())


def seal_content(content: bytes, domain: bytes = people_envelope._FORM.domain) -> bytes:
    """Whatever headquarters' key may ever sign, sealed to the kit."""
    signed = SIGNER.sign(domain + content) + len(content).to_bytes(4, "big") + content
    return bytes(pyrage.encrypt(signed, [IDENTITY.to_public()]))


def content_of(packed: bytes, serial: int = 4) -> bytes:
    head = encode_canonical({"kit": "lane-1", "incarnation": "ab" * 16, "serial": serial})
    return len(head).to_bytes(4, "big") + head + packed


def pack(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def test_people_open_for_their_kit() -> None:
    assert unseal(seal()) == PEOPLE
    check_recipient(PEOPLE, "lane-1", "ab" * 16, 4)
    assert people_path("f0") == "kits/f0/people"


def test_the_identity_of_another_kit_opens_nothing() -> None:
    with pytest.raises(MismatchError, match="another kit"):
        unseal(seal(), str(pyrage.x25519.Identity.generate()))


def test_a_changed_byte_is_refused() -> None:
    sealed = bytearray(seal())
    sealed[-1] ^= 1
    with pytest.raises(MismatchError, match="were changed"):
        unseal(bytes(sealed))


def test_people_of_another_headquarters_are_refused() -> None:
    with pytest.raises(SignatureError, match="did not sign"):
        unseal(seal(signer=Ed25519PrivateKey.generate()))


def test_a_signature_for_something_else_does_not_serve() -> None:
    content = content_of(pack(encode_roster(ROSTER)))
    assert unseal(seal_content(content)) == PEOPLE
    with pytest.raises(SignatureError):
        unseal(seal_content(content, b"waypost/envelope/v1\n"))


@pytest.mark.parametrize(("kit", "enrolment"), [("lane-2", "ab" * 16), ("lane-1", "cd" * 16)])
def test_people_of_another_kit_or_enrolment_are_refused(kit: str, enrolment: str) -> None:
    with pytest.raises(MismatchError, match="meant for another kit"):
        check_recipient(PEOPLE, kit, enrolment, 0)


def test_older_people_are_refused() -> None:
    with pytest.raises(RollbackError, match="Roster 4 is older than roster 5"):
        check_recipient(PEOPLE, "lane-1", "ab" * 16, 5)


def test_what_is_too_large_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(OversizeError):
        unseal(bytes(LIMITS.people_bytes + 1))
    with pytest.raises(OversizeError):
        unseal(seal_content(content_of(pack(b" " * (LIMITS.roster_bytes + 1)))))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        content_of(b""),
        content_of(b"no frame"),
        content_of(pack(encode_roster(ROSTER))[:-1]),
        content_of(pack(encode_roster(ROSTER)) + b"\0"),
        content_of(pack(b"{}")),
        content_of(pack(encode_roster(ROSTER)), serial=5),
        content_of(pack(encode_roster(replace(ROSTER, people=(ANA, ANA))))),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        unseal(seal_content(content))


def test_cut_off_content_is_refused() -> None:
    for size in (0, 10, 64, 70):
        with pytest.raises(TrustError):
            unseal(bytes(pyrage.encrypt(bytes(size), [IDENTITY.to_public()])))


def test_one_person_more_does_not_show_in_the_size() -> None:
    two = replace(ROSTER, people=(ANA, replace(ANA, number="A-18", name="Bo Li")))
    steps = {len(sealed) // 4096 for sealed in (seal(replace(PEOPLE, roster=two)), seal())}  # age adds some bytes
    assert steps == {1}
