"""PACE by the worked examples of Doc 9303-11, and what wrong keys and hostile chips give."""

from dataclasses import replace

import pytest

from data.certificates.curves import named_curve
from data.certificates.public_keys import EcKey
from devices.chip.card import BoundedTransport, Card
from devices.chip.crypto.ciphers import SessionKeys
from devices.chip.crypto.groups import standard_group
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessCause, AccessRefused, ChannelBroken, ChipMalformed, ChipRefused, OfferUnusable
from devices.chip.pace.protocol import PaceResult, establish_pace
from devices.chip.random_source import RandomSource
from tests.devices.support.pace_examples import EXAMPLES, G_1, G_2, I_1, I_1_CHIP_KEY, Example
from tests.devices.support.spoken import Spoken

NAMED = "0022C1A412800A0400 7F00070202040202 830101 84010D"


def talk(example: Example, *lines: str) -> PaceResult:
    private = [int(number, 16) for number in example.private]
    random_source = RandomSource(lambda group: private.pop(0), lambda size: bytes.fromhex(example.nonce))
    card = Card(BoundedTransport(Spoken(*(lines or example.lines)), Deadline(20)))
    return establish_pace(card, example.key, example.offer, random_source)


def keys_of(established: PaceResult) -> SessionKeys:
    return established.channel._keys


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_worked_example(name: str) -> None:
    example = EXAMPLES[name]
    keys = keys_of(talk(example))
    assert (keys.encryption.hex().upper(), keys.mac.hex().upper()) == (example.encryption, example.mac)


def test_the_chip_of_appendix_i_proves_itself_and_no_other_does() -> None:
    proof = talk(I_1).proof
    assert proof is not None
    curve = named_curve("1.3.36.3.3.2.8.1.1.7")
    assert proof.holds(EcKey(curve, I_1_CHIP_KEY))
    assert not proof.holds(EcKey(curve, curve.generator))


@pytest.mark.parametrize("answer", ["7C0A86088596CF055C67C1A3", "7C0D86088596CF055C67C1A38A01FF",
                                    "7C1C86088596CF055C67C1A38A10" + "00" * 16])  # fmt: skip
def test_a_chip_without_a_proof_has_not_proved_itself(answer: str) -> None:
    assert talk(I_1, *I_1.lines[:-1], f"{answer}9000").proof is None


@pytest.mark.parametrize(("word", "cause", "left"), [
    ("6300", AccessCause.WRONG_KEY, None), ("63C1", AccessCause.WRONG_KEY, 1), ("6982", AccessCause.WRONG_KEY, None),
    ("6988", AccessCause.WRONG_KEY, None), ("6983", AccessCause.BLOCKED, None), ("63C0", AccessCause.BLOCKED, 0),
])  # fmt: skip
def test_a_wrong_key_is_told_at_the_last_step(word: str, cause: AccessCause, left: int | None) -> None:
    with pytest.raises(AccessRefused) as refused:
        talk(G_1, *G_1.lines[:-1], word)
    assert (refused.value.cause, refused.value.tries_left) == (cause, left)


def test_a_chip_that_has_no_such_key_says_so_at_once() -> None:
    with pytest.raises(AccessRefused) as refused:
        talk(G_1, G_1.lines[0], "6A88", NAMED, "6A88")
    assert refused.value.cause is AccessCause.NOT_OFFERED


def test_a_chip_that_does_not_take_its_own_offer_is_no_wrong_key() -> None:
    with pytest.raises(ChipRefused, match="6A80"):
        talk(G_1, G_1.lines[0], "6A80", NAMED, "6A80")


@pytest.mark.parametrize("word", ["6A87", "6A80", "6A86", "6A88", "6700"])
def test_a_chip_that_wants_its_only_group_named_gets_the_name(word: str) -> None:
    assert keys_of(talk(G_1, G_1.lines[0], word, NAMED, *G_1.lines[1:])).suite is G_1.offer.suite


def test_a_warning_of_few_tries_is_no_refusal() -> None:
    assert keys_of(talk(G_1, G_1.lines[0], "63C1", *G_1.lines[2:])).suite is G_1.offer.suite


def test_the_group_is_named_where_there_are_several() -> None:
    several = replace(G_1, offer=replace(G_1.offer, is_only_group=False))
    assert talk(several, NAMED, *G_1.lines[1:]).offer.domain == 13


def test_a_chip_that_does_not_know_the_key_is_found_out() -> None:
    for answer in ("7C0A86083ABB9674BCE93C09", "7C00", "7C0A8508C2B0BD78D94BA866"):
        with pytest.raises(ChannelBroken, match="did not prove"):
            talk(G_1, *G_1.lines[:-1], f"{answer}9000")


def _bad_points() -> list[str]:
    size = 64
    good = (
        "9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
        "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F095"
    )
    return ["7C0384 0100", f"7C438441 04{'00' * size}", f"7C438441 04{good}", "7C2384 2102" + good[:64], "7C00", ""]


@pytest.mark.parametrize("point", _bad_points())
@pytest.mark.parametrize("place", [5, 7])
def test_points_off_the_curve_or_at_infinity_are_refused(place: int, point: str) -> None:
    answer = point.replace("84", "82", 1) if place == 5 else point
    with pytest.raises(ChipMalformed):
        talk(G_1, *G_1.lines[:place], f"{answer}9000")


def test_the_readers_own_key_is_not_taken_back() -> None:
    for place in (5, 7):
        own = G_1.lines[place - 1][10:-2].replace("7C4381", "7C4382", 1).replace("7C4383", "7C4384", 1)
        with pytest.raises(ChipMalformed, match="own key"):
            talk(G_1, *G_1.lines[:place], f"{own}9000")


@pytest.mark.parametrize("number", [0, 1, 2, -1])
def test_numbers_outside_the_group_are_refused(number: int) -> None:
    group = standard_group(0)
    sent = number % int(group.prime)  # type: ignore[union-attr]
    with pytest.raises(ChipMalformed):
        talk(G_2, *G_2.lines[:5], f"7C8183828180{sent:0256X}9000")


@pytest.mark.parametrize(
    "nonce",
    [
        "7C00",
        "7C028000",
        "7C09800795A3A016522EE9",
        "7C21801F00" + "00" * 30,
        "7C8193818190" + "00" * 144,
        "8000",
        "7C12",
    ],
)
def test_a_nonce_that_is_not_whole_blocks_and_what_is_no_answer_leave_the_offer_unusable(nonce: str) -> None:
    with pytest.raises(OfferUnusable):
        talk(G_1, *G_1.lines[:3], f"{nonce}9000")
