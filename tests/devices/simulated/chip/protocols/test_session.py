"""A session with the chip: what is closed before access, what opens it, and what closes it again."""

import pytest

from tests.devices.support.minted import chip, open_chip, say_to

SELECT = "00A4040C07A0000002471001"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("", "6700"),
        ("00A404", "6700"),
        ("00B0000000000000", "6700"),
        ("00A4040C07A0", "6700"),
        ("80A4040C", "6E00"),
        ("01A4040C", "6881"),
        ("00200000", "6D00"),
        ("10A40000", "6883"),
        ("00A4040C07A0000002471002", "6A82"),
        ("00A4040C04A0000002", "6A82"),
        ("00A4040C05A000000247", "9000"),
        ("00A4010C02011C", "6A86"),
        ("00A4020C020199", "6A82"),
        ("00A4020C02011C", "9000"),
        ("00A40200 02011C 00", "6F0A8004000000168302011C9000"),
        ("00A4000C", "9000"),
        ("00A4000C023F00", "9000"),
        ("00B0000000", "6986"),
        ("00B09F0000", "6A82"),
        ("00B09C00", "6700"),
        ("00B09C00", "6700"),
        ("00B09C1600", "6B00"),
        ("00B09C0002", "31149000"),
        ("00B09C14FF", "010D6282"),
        ("00B09C1400", "010D9000"),
        ("00B1011C 03540114 05", "5302010D6282"),
        ("00B1001C 03540114 00", "5302010D9000"),
        ("00B1001C 03550114 05", "6A80"),
        ("0084000008", "6985"),
        ("0088000008000000000000000000", "6982"),
        ("0CB0000000", "6988"),
        ("0022C1A400", "6A80"),
        ("002241A400", "6982"),
        ("002200000100", "6A86"),
        ("10860000027C0000", "6985"),
        ("0022C1A40F800A04007F00070202049902830101", "6A80"),
        ("0022C1A40F800A04007F00070202040202830103", "6A88"),
        ("0022C1A40F800A04007F00070202040202830102", "6A88"),
        ("00C0000000", "6985"),
    ],
)
def test_a_command_to_a_fresh_chip(command: str, answer: str) -> None:
    assert say_to(chip(), command) == [answer]


@pytest.mark.parametrize("command", ["00A4020C020101", "00B0810001", "00B09E0000", "00B1000103540100 10"])
def test_the_application_is_closed_before_access(command: str) -> None:
    assert say_to(chip(), SELECT, command) == ["9000", "6982"]


def test_what_was_opened_closes_with_a_plain_command_and_with_a_wrong_one() -> None:
    for spoil in ("00B0810001", "0CB08100 0D 970101 8E080000000000000000 00"):
        simulated = chip()
        open_chip(simulated)
        assert say_to(simulated, spoil, "00B0810001")[1] == "6982"


def test_the_commands_of_bac_and_pace_are_refused_where_they_are_not_offered() -> None:
    assert say_to(chip(access=["pace"]), SELECT, "0084000008") == ["9000", "6D00"]
    assert say_to(chip(access=["bac"]), "0022C1A40F800A04007F00070202040202830101") == ["6A80"]
    assert say_to(chip(access=["bac"]), "00B09C0000") == ["6A82"]


def test_a_challenge_is_good_for_one_try() -> None:
    simulated = chip()
    assert say_to(simulated, SELECT, "0082000028" + "00" * 40)[1] == "6985"
    assert say_to(simulated, "0084000008", "0082000028" + "00" * 40, "0082000028" + "00" * 40)[1:] == ["6300", "6985"]
