"""Basic access control by the worked example of Doc 9303-11, D.3, and what wrong keys and liars give."""

import pytest

from devices.chip.access_keys import MrzKey
from devices.chip.apdu import CommandApdu
from devices.chip.bac import establish_bac
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessCause, AccessRefused, ChannelBroken, ChipMalformed, ChipRefused
from devices.chip.random_source import RandomSource
from devices.faults import DeviceFault, FaultReason
from tests.devices.support.messaging_example import TALK
from tests.devices.support.spoken import Spoken

KEY = MrzKey.of("L898902C", "690806", "940623")
CHALLENGE = ("0084000008", "4608F919887022129000")
PROOF = ("0082000028"
         "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728")  # fmt: skip
ANSWER = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"


def numbers() -> RandomSource:
    left = [bytes.fromhex("781723860C06C226"), bytes.fromhex("0B795240CB7049B01C19B33E32804F0B")]
    return RandomSource(random=lambda size: left.pop(0))


def card_of(*lines: str) -> Card:
    return Card(BoundedTransport(Spoken(*lines), Deadline(10)))


def test_the_session_of_appendix_d_3_goes_on_as_d_4() -> None:
    sent = (line for _, command, response, _ in TALK for line in (command, response))
    card = card_of(*CHALLENGE, PROOF, f"{ANSWER}9000", *sent)
    card.secure(establish_bac(card, KEY, numbers()))
    assert [card.send(command).data.hex().upper() for command, *_ in TALK] == [data for *_, data in TALK]


@pytest.mark.parametrize(("word", "cause"), [
    ("6300", AccessCause.WRONG_KEY), ("63C2", AccessCause.WRONG_KEY), ("6982", AccessCause.WRONG_KEY),
    ("6988", AccessCause.WRONG_KEY), ("63C0", AccessCause.BLOCKED), ("6983", AccessCause.BLOCKED),
])  # fmt: skip
def test_a_wrong_key_and_a_blocked_one_are_told_apart(word: str, cause: AccessCause) -> None:
    with pytest.raises(AccessRefused) as refused:
        establish_bac(card_of(*CHALLENGE, PROOF, word), KEY, numbers())
    assert refused.value.cause is cause
    assert refused.value.tries_left == (int(word[3]) if word.startswith("63C") else None)
    assert refused.value.do


def test_a_chip_that_keeps_silent_over_a_key_delays() -> None:
    class Silent(Spoken):
        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0x82:
                raise DeviceFault(FaultReason.TIMEOUT, "nothing")
            return super().transmit(command)

    with pytest.raises(AccessRefused) as refused:
        establish_bac(Card(BoundedTransport(Silent(*CHALLENGE), Deadline(10))), KEY)
    assert refused.value.cause is AccessCause.DELAYED


def test_a_chip_without_basic_access_says_so() -> None:
    with pytest.raises(ChipRefused, match="offers no basic access control"):
        establish_bac(card_of("0084000008", "6D00"), KEY)


@pytest.mark.parametrize("answer", [ANSWER[:-2] + "48", "47" + ANSWER[2:], "00" * 40])
def test_a_chip_that_does_not_know_the_zone_is_no_partner(answer: str) -> None:
    with pytest.raises(ChannelBroken):
        establish_bac(card_of(*CHALLENGE, PROOF, f"{answer}9000"), KEY, numbers())


def test_an_answer_to_another_challenge_is_no_proof() -> None:
    with pytest.raises(ChannelBroken, match="challenge"):
        other = [bytes.fromhex("781723860C06C227"), bytes(16)]
        chip = Spoken(*CHALLENGE, PROOF, f"{ANSWER}9000")
        chip.transmit = lambda command: bytes.fromhex(  # type: ignore[method-assign]
            CHALLENGE[1] if command[1] == 0x84 else f"{ANSWER}9000"
        )
        establish_bac(Card(BoundedTransport(chip, Deadline(10))), KEY, RandomSource(random=lambda size: other.pop(0)))


@pytest.mark.parametrize("first", ["6700", "6F00", "9000", "00 9000", f"{ANSWER[:-2]}9000"])
def test_a_chip_that_wants_the_usual_length_is_asked_with_it(first: str) -> None:
    card = card_of(*CHALLENGE, PROOF, first, *CHALLENGE, f"{PROOF[:-2]}00", f"{ANSWER}9000", *TALK[0][1:3])
    card.secure(establish_bac(card, KEY, numbers()))
    assert card.send(TALK[0][0]).status.ok
    card = card_of(CHALLENGE[0], first, "0084000000", CHALLENGE[1], PROOF, f"{ANSWER}9000")
    establish_bac(card, KEY, numbers())


@pytest.mark.parametrize("answer", ["", "00", ANSWER + "00", ANSWER[:-2]])
def test_a_proof_of_another_length_is_no_wrong_proof(answer: str) -> None:
    lines = (*CHALLENGE, PROOF, f"{answer}9000", *CHALLENGE, f"{PROOF[:-2]}00", f"{answer}9000")
    with pytest.raises(ChipMalformed, match="wrong length"):
        establish_bac(card_of(*lines), KEY, numbers())


def test_a_short_challenge_is_refused() -> None:
    with pytest.raises(ChipMalformed):
        establish_bac(card_of("0084000008", "46089000", "0084000000", "46089000"), KEY)


def test_a_broken_channel_stays_broken() -> None:
    card = card_of(*CHALLENGE, PROOF, f"{ANSWER}9000", TALK[0][1], "6988")
    card.secure(establish_bac(card, KEY, numbers()))
    for _ in range(2):
        with pytest.raises(ChannelBroken):
            card.send(TALK[0][0])


def test_the_right_length_is_asked_for_again() -> None:
    card = card_of("00B0000000", "6C04", "00B0000004", "60145F019000")
    assert card.send(CommandApdu(0, 0xB0, 0, 0, expected=256)).data == bytes.fromhex("60145F01")
