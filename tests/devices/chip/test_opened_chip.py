"""Honest chips over a bad link: lost, cut, changed and repeated answers, and passing failures, accuse nobody."""

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.errors import ChipError
from devices.chip.reading import ChipReading
from devices.simulated.chip.personalisation.card import SimulatedCard
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.randomness import seeded_randomness
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.minted import check_of
from tests.support.invented_chips import HOLDER, ISSUER, chip, read

Change = Callable[[bytes], bytes]

CHANGES: dict[str, Change] = {
    "lost": lambda answer: b"",
    "single byte": lambda answer: answer[:1],
    "cut": lambda answer: answer[:-2],
    "without its first byte": lambda answer: answer[1:],
    "longer": lambda answer: b"abc" + answer,
    "longer at its end": lambda answer: answer[:-2] + b"abc" + answer[-2:],
    "a bit changed": lambda answer: bytes([answer[0] ^ 4]) + answer[1:],
    "a bit changed within": lambda answer: (
        answer[: len(answer) // 3] + bytes([answer[len(answer) // 3] ^ 4]) + answer[len(answer) // 3 + 1 :]
    ),
}

PROFILES: dict[str, dict[str, object]] = {
    "usual": {},
    "BAC": {"access": ["bac"]},
    "DH": {"pace": ["dh-gm-aes-128:1"], "chip_authentication": ["dh-aes-128:1"]},
    "CAM": {"pace": ["ecdh-cam-aes-128:12"]},
    "plain errors": {"errors": "plain"},
    "signs in one form": {"signs": "exact", "signs_otherwise": "6985"},
    "active only": {"chip_authentication": []},
    "chip only": {"active_authentication": "none"},
    "in parts": {"answers": "in_protected_parts"},
    "open": {"access": [], "longest_read": 231},
    "open, RSA": {"access": [], "active_authentication": "rsa-sha256"},
    "open, 3DES": {"access": [], "chip_authentication": ["ecdh-3des:12"]},
}

FAST: dict[str, object] = {"pace": ["ecdh-gm-aes-128:12"], "chip_authentication": ["ecdh-aes-128:12"]}
"""Of those that say nothing else. OpenSSL is much faster on P-256 than on the usual curve, and a link knows neither."""


class BadLink:
    """A chip whose answers to some commands, counted from 1, are changed; it may get each command twice."""

    def __init__(self, profile: str, changes: Mapping[int, Change], twice_from: int = 0, **more: object) -> None:
        card = issued_card(ChipProfile.model_validate(FAST | PROFILES[profile] | more))
        self.chip = SimulatedChip(card, seeded_randomness("bad link"))
        self.changes, self.twice_from, self.commands = changes, twice_from, 0

    def transmit(self, command: bytes) -> bytes:
        self.commands += 1
        if self.twice_from and self.commands >= self.twice_from:
            self.chip.transmit(command)
        answer = self.chip.transmit(command)
        change = self.changes.get(self.commands)
        return change(answer) if change else answer


@cache
def issued_card(profile: ChipProfile) -> SimulatedCard:
    """Signed once: a test reads the same chip dozens of times."""
    return personalise(HOLDER, profile, ISSUER)


def status(word: str) -> Change:
    return lambda answer: bytes.fromhex(word)


def accusations(link: BadLink) -> list[tuple[str, str]]:
    """The checks that fail; none if the chip was not read at all, which is an error with its own words."""
    try:
        reading = read(link)
    except ChipError:
        return []
    return [
        (check.name, check.reason.value)
        for check in (*reading.passive.checks, *reading.proofs)
        if check.answer is AuthenticityAnswer.FAIL
    ]


@cache
def length_of(profile: str) -> int:
    link = BadLink(profile, {})
    assert read(link).outcome is Authenticity.GENUINE
    return link.commands


@pytest.mark.parametrize(("profile", "change"), [
    ("usual", "lost"), ("usual", "single byte"), ("usual", "cut"), ("BAC", "lost"), ("DH", "cut"), ("CAM", "lost"),
    ("plain errors", "lost"), ("signs in one form", "cut"), ("active only", "lost"),
])  # fmt: skip
@pytest.mark.parametrize("distance", [1, 4, 5])
def test_two_lost_answers_make_no_copy(profile: str, change: str, distance: int) -> None:
    for first in range(length_of(profile) - 8, length_of(profile) + 1):
        changes = {first: CHANGES[change], first + distance: CHANGES[change]}
        assert accusations(BadLink(profile, changes)) == []


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("profile", "step"), [("open, RSA", 1), ("open, 3DES", 4), ("usual", 2), ("CAM", 4)])
def test_one_changed_answer_accuses_nobody(profile: str, step: int, change: str) -> None:
    for at in range(1, length_of(profile) + 1, step):
        assert accusations(BadLink(profile, {at: CHANGES[change]})) == []


@pytest.mark.parametrize("change", ["longer", "without its first byte", "a bit changed within"])
def test_one_changed_answer_of_a_chip_that_is_read_in_pieces_accuses_nobody(change: str) -> None:
    for at in range(8, length_of("open"), 6):
        assert accusations(BadLink("open", {at: CHANGES[change]})) == []


@pytest.mark.parametrize(("profile", "begins", "word"), [
    ("open, RSA", 8, "6400"), ("open, RSA", 8, "6985"), ("open, RSA", 8, "6C10"), ("open, 3DES", 8, "6F00"),
    ("open, 3DES", 8, "6982"), ("chip only", 8, "6581"), ("chip only", 8, "9000"), ("in parts", 48, "9000"),
    ("signs in one form", 16, "6700"), ("signs in one form", 16, "6110"),
])  # fmt: skip
def test_two_passing_failures_are_no_refusal(profile: str, begins: int, word: str) -> None:
    for first in range(begins, length_of(profile) + 1):
        assert accusations(BadLink(profile, {first: status(word), first + 1: status(word)})) == []


@pytest.mark.parametrize("word", ["6400", "6581", "6F00", "6700", "6C10"])
@pytest.mark.parametrize("profile", ["usual", "open, RSA"])
def test_lasting_failures_are_no_refusal(profile: str, word: str) -> None:
    for first in range(12, length_of(profile) + 1, 2):
        always = dict.fromkeys(range(first, 400), status(word))
        assert accusations(BadLink(profile, always)) == []


@pytest.mark.parametrize("profile", ["active only", "chip only"])
@pytest.mark.parametrize(("first", "second"), [(13, 16), (9, 12), (16, 19), (11, 14)])
def test_offers_of_which_a_part_was_received_are_not_hidden(profile: str, first: int, second: int) -> None:
    assert accusations(BadLink(profile, {first: status("6700"), second: CHANGES["cut"]})) == []


@pytest.mark.parametrize(("profile", "step"), [("usual", 1), ("open", 20), ("open, RSA", 3), ("open, 3DES", 3)])
def test_a_reader_that_sends_commands_twice_makes_no_copy(profile: str, step: int) -> None:
    for first in range(1, length_of(profile) + 1, step):
        assert accusations(BadLink(profile, {}, twice_from=first)) == []


def test_a_file_without_a_channel_that_comes_right_the_second_time_is_right() -> None:
    link = BadLink("open, RSA", {11: CHANGES["a bit changed within"]})
    assert read(link).outcome is Authenticity.GENUINE


FORGERIES: list[tuple[dict[str, object], str, AuthenticityReason]] = [
    ({"faults": ["cloned_aa"]}, "active", AuthenticityReason.UNPROVED),
    ({"faults": ["cloned_ca"]}, "chip", AuthenticityReason.UNPROVED),
    ({"signs": "never", "signs_otherwise": "6985"}, "active", AuthenticityReason.PROOF_WITHHELD),
    ({"faults": ["missing_group"], "group": 15}, "active", AuthenticityReason.PROOF_WITHHELD),
    ({"faults": ["missing_group"], "group": 14}, "chip", AuthenticityReason.PROOF_WITHHELD),
]


@pytest.mark.parametrize("profile", ["usual", "BAC", "open, RSA", "open, 3DES"])
@pytest.mark.parametrize(("forged", "name", "reason"), FORGERIES)
def test_copies_are_caught_as_before(
    forged: dict[str, object], name: str, reason: AuthenticityReason, profile: str
) -> None:
    reading: ChipReading = read(BadLink(profile, {}, **forged))
    assert check_of(reading, name).reason is reason
    assert reading.outcome is Authenticity.NOT_GENUINE


@pytest.mark.parametrize(("forged", "name", "reason"), FORGERIES[:3])
def test_copies_that_leave_their_channel_over_a_refusal_are_caught(
    forged: dict[str, object], name: str, reason: AuthenticityReason
) -> None:
    assert check_of(read(BadLink("plain errors", {}, **forged)), name).reason is reason


def test_offers_that_were_removed_are_missed_each_time() -> None:
    reading = read(chip(faults=["no_card_access"]))
    assert check_of(reading, "offers").reason is AuthenticityReason.OFFERS_HIDDEN


@pytest.mark.parametrize("fault", ["tampered_group", "signature_wrong", "signer_forged", "sod_cut", "sod_garbage"])
def test_forged_files_are_caught_without_a_channel(fault: str) -> None:
    assert read(BadLink("open", {}, faults=[fault])).outcome is Authenticity.NOT_GENUINE
