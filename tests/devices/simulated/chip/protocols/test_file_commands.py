"""Selecting and reading: exact lengths, answers in parts, fingers that stay closed."""

from devices.chip.apdu import CommandApdu
from devices.simulated.chip.personalisation.card import COM, GROUP_FILES
from tests.devices.support.minted import card, chip, open_chip, say_to

SELECT = "00A4040C07A0000002471001"


def test_fingers_stay_closed_to_a_password() -> None:
    on_reader = open_chip(chip())
    assert on_reader.send(CommandApdu(0, 0xB0, 0x83, 0, expected=1)).status.word == 0x6982


def test_a_short_answer_leaves_room_for_its_protection() -> None:
    on_reader = open_chip(chip())
    got = on_reader.send(CommandApdu(0, 0xB0, 0x82, 0, expected=256)).data
    assert len(got) == 231 and got == card().application[GROUP_FILES[2]][:231]


def test_exact_lengths_and_answers_in_parts() -> None:
    exact = chip(access=[], lengths="exact")
    assert say_to(exact, SELECT, "00B09E00FF") == ["9000", f"6C{len(card().application[COM]):02X}"]
    parts = chip(access=[], answers="in_parts")
    first, rest = say_to(parts, SELECT, "00B08200000200", "00C0000000")[1:]
    assert first.endswith("61FF") and rest.endswith("9000")
    assert bytes.fromhex(first[:-4] + rest[:-4]) == card().application[GROUP_FILES[2]][:512]
