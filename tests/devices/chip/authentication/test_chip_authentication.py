"""Chip authentication in every kind, its copies, and keys that must not be used."""

from collections.abc import Callable
from itertools import count

import pytest

from devices.chip.authentication.chip_authentication import ChipOffer, chip_offers
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.lds.chip_keys import DhKey
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import SecurityInfo
from devices.chip.random_source import RandomSource
from devices.simulated.chip.personalisation.card import AgreementKey
from devices.simulated.chip.protocols import chip_authentication as chip_side
from devices.simulated.chip.protocols.apdu import SimulatedCommand, SimulatedRefusal, SimulatedResponse
from devices.simulated.chip.protocols.session import SimulatedSession
from tests.devices.support.agreement_groups import modp
from tests.devices.support.minted import check_of
from tests.support.invented_chips import chip, read

_KEY, _CHIP = "0.4.0.127.0.7.2.2.1", "0.4.0.127.0.7.2.2.3"


@pytest.mark.parametrize("offer", [
    "ecdh-3des:12", "ecdh-aes-128:13", "ecdh-aes-192:15", "ecdh-aes-256:17", "ecdh-aes-128:14",
    "dh-3des:0", "dh-aes-128:1", "dh-aes-256:2",
])  # fmt: skip
@pytest.mark.parametrize("access", ["pace", "bac"])
def test_an_original_and_its_copy(offer: str, access: str) -> None:
    original = check_of(read(chip(chip_authentication=[offer], access=[access])), "chip")
    assert (original.answer, original.reason) == (AuthenticityAnswer.PASS, AuthenticityReason.PROVED)
    copy = read(chip(chip_authentication=[offer], access=[access], faults=["cloned_ca"]))
    assert (check_of(copy, "chip").answer, check_of(copy, "chip").reason) == (
        AuthenticityAnswer.FAIL,
        AuthenticityReason.UNPROVED,
    )
    assert copy.outcome is Authenticity.NOT_GENUINE and copy.original is AuthenticityAnswer.FAIL
    assert copy.contents.dg2 is not None, "a copy costs nothing that was read"


def test_numbers_that_begin_with_zeros_are_short_and_secrets_whole() -> None:
    group = modp(0)
    static = AgreementKey.from_seed("dh", 0, "somebody")
    key = DhKey(group, group.public(static.private))
    offer = ChipOffer(f"{_CHIP}.1.2", CipherSuite.AES_128, key, None)
    for short in (lambda private: group.public(private), lambda private: group.public(private * static.private)):
        private = next(number for number in count(2) if short(number).bit_length() <= 1016)
        public, secret = offer.agree(RandomSource(lambda group, private=private: private))
        assert public == group.public(private).to_bytes(128, "big").lstrip(b"\x00")
        assert secret == pow(group.generator, private * static.private, group.prime).to_bytes(128, "big")


def test_keys_that_must_not_be_used_are_not() -> None:
    reading = read(chip(faults=["invalid_key"]))
    assert check_of(reading, "chip").reason is AuthenticityReason.KEY_UNUSABLE
    assert reading.outcome is Authenticity.INCOMPLETE


def test_a_chip_that_takes_no_long_command_is_not_blamed_for_its_long_key() -> None:
    check = check_of(read(chip(chip_authentication=["dh-aes-256:2"], extended_length="no")), "chip")
    assert (check.answer, check.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


def test_a_key_goes_with_its_protocol_by_number_and_a_key_alone_means_3des() -> None:
    info = AgreementKey.from_seed("ecdh", 13, "somebody").info
    key = SecurityInfo(f"{_KEY}.2", parameter=7, key_info=info)
    chosen = chip_offers(Dg14((key, SecurityInfo(f"{_CHIP}.2.2", 1, 8), SecurityInfo(f"{_CHIP}.2.4", 1, 7))))
    assert [(offer.suite.title, offer.key_id) for offer in chosen] == [("AES-256", 7)]
    assert [offer.suite.title for offer in chip_offers(Dg14((key,)))] == ["3DES"]
    assert chip_offers(Dg14((key, SecurityInfo(f"{_CHIP}.1.2", 1, 7)))) == ()


def _refuse(word: int) -> Callable[..., SimulatedResponse]:
    def refuse(*_arguments: object) -> SimulatedResponse:
        raise SimulatedRefusal(word)

    return refuse


@pytest.mark.parametrize("errors", ["protected", "plain"])
@pytest.mark.parametrize("word", [0x6700, 0x6A80, 0x6A86, 0x6D00])
def test_a_chip_that_takes_the_key_in_one_form_alone_is_an_original(
    word: int, errors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chip_side, "agree_at_once", _refuse(word))
    check = check_of(read(chip(chip_authentication=["ecdh-3des:12"], errors=errors)), "chip")
    assert check.reason is AuthenticityReason.PROVED


def test_any_of_the_offers_proves_the_chip(monkeypatch: pytest.MonkeyPatch) -> None:
    choose = chip_side.choose_key

    def only_the_weaker(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
        if choose(session, command) and session.chosen_key and session.chosen_key[0].suite is CipherSuite.AES_256:
            raise SimulatedRefusal(0x6A80)
        return SimulatedResponse()

    monkeypatch.setattr(chip_side, "choose_key", only_the_weaker)
    reading = read(chip(chip_authentication=["ecdh-aes-256:13", "ecdh-aes-128:13"]))
    assert check_of(reading, "chip").reason is AuthenticityReason.PROVED


@pytest.mark.parametrize("errors", ["protected", "plain"])
@pytest.mark.parametrize("offer", ["ecdh-3des:12", "ecdh-aes-128:13"])
@pytest.mark.parametrize(("word", "answer", "reason"), [
    (0x6700, AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
    (0x6F00, AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE),
    (0x6985, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD),
    (0x6A80, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD),
])  # fmt: skip
def test_only_refusal_in_every_form_counts(
    word: int,
    answer: AuthenticityAnswer,
    reason: AuthenticityReason,
    offer: str,
    errors: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for command in ("agree_at_once", "choose_key"):
        monkeypatch.setattr(chip_side, command, _refuse(word))
    check = check_of(read(chip(chip_authentication=[offer], errors=errors)), "chip")
    assert (check.answer, check.reason) == (answer, reason)


@pytest.mark.parametrize("answer", ["6A86", "6700", "9000", "01", "990290008E0812"])
@pytest.mark.parametrize("forms", [1, 2])
def test_an_answer_in_the_new_channel_that_shows_nothing_is_asked_for_in_another_form(forms: int, answer: str) -> None:
    class Leaving:
        """It leaves the new channel over its first command, in so many forms."""

        def __init__(self) -> None:
            self.chip, self.agreed, self.begun = chip(), False, set[bytes]()

        def transmit(self, command: bytes) -> bytes:
            is_first, self.agreed = self.agreed, command[:2] == b"\x0c\x86"
            if is_first:
                self.begun.add(command[1:4])
                if len(self.begun) <= forms:
                    self.chip.transmit(bytes.fromhex("00A4000C023F00"))
                    return bytes.fromhex(answer)
            return self.chip.transmit(command)

    leaving = Leaving()
    assert check_of(read(leaving), "chip").reason is AuthenticityReason.PROVED
    assert len(leaving.begun) == forms + 1


@pytest.mark.parametrize(("answer", "expected"), [
    ("6A86", (AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED)),
    ("9000", (AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED)),
    ("01", (AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE)),
    ("8701", (AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE)),
    ("990290008E08129000", (AuthenticityAnswer.NOT_DONE, AuthenticityReason.PROOF_INCOMPLETE)),
])  # fmt: skip
def test_a_chip_that_never_speaks_in_the_new_channel(
    answer: str, expected: tuple[AuthenticityAnswer, AuthenticityReason]
) -> None:
    class Silent:
        def __init__(self) -> None:
            self.chip, self.agreed = chip(), False

        def transmit(self, command: bytes) -> bytes:
            if self.agreed and command[0] == 0x0C:
                self.agreed = False
                self.chip.transmit(bytes.fromhex("00A4000C023F00"))
                return bytes.fromhex(answer)
            self.agreed = command[:2] == b"\x0c\x86"
            return self.chip.transmit(command)

    check = check_of(read(Silent()), "chip")
    assert (check.answer, check.reason) == expected
