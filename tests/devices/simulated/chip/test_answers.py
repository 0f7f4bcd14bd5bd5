"""How the chip answers single commands: selecting, reading, lengths, access, wrong passwords."""

import pytest

from data.errors import InputError
from devices.chip.access_keys import MrzKey
from devices.chip.apdu import CommandApdu
from devices.chip.bac import establish_bac
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessRefused
from devices.simulated.chip.personalisation.card import COM, GROUP_FILES
from devices.simulated.chip.personalisation.holder import mrz_password
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.minted import ISSUED, MRZ_KEY, card, chip

_SELECT = "00A4040C07A0000002471001"
_WRONG = MrzKey.of("X00000000", "900203", "310101")


def _say(simulated: SimulatedChip, *commands: str) -> list[str]:
    return [simulated.transmit(bytes.fromhex(command)).hex().upper() for command in commands]


def _open(simulated: SimulatedChip) -> Card:
    on_reader = Card(BoundedTransport(simulated, Deadline(60)))
    on_reader.select_application()
    on_reader.secure(establish_bac(on_reader, MRZ_KEY))
    return on_reader


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
    assert _say(chip(), command) == [answer]


@pytest.mark.parametrize("command", ["00A4020C020101", "00B0810001", "00B09E0000", "00B1000103540100 10"])
def test_the_application_is_closed_before_access(command: str) -> None:
    assert _say(chip(), _SELECT, command) == ["9000", "6982"]


def test_what_was_opened_closes_with_a_plain_command_and_with_a_wrong_one() -> None:
    for spoil in ("00B0810001", "0CB08100 0D 970101 8E080000000000000000 00"):
        simulated = chip()
        _open(simulated)
        assert _say(simulated, spoil, "00B0810001")[1] == "6982"


def test_fingers_stay_closed_to_a_password() -> None:
    on_reader = _open(chip())
    assert on_reader.send(CommandApdu(0, 0xB0, 0x83, 0, expected=1)).status.word == 0x6982


def test_a_short_answer_leaves_room_for_its_protection() -> None:
    on_reader = _open(chip())
    got = on_reader.send(CommandApdu(0, 0xB0, 0x82, 0, expected=256)).data
    assert len(got) == 231 and got == card().application[GROUP_FILES[2]][:231]


def test_exact_lengths_and_answers_in_parts() -> None:
    exact = chip(access=[], lengths="exact")
    assert _say(exact, _SELECT, "00B09E00FF") == ["9000", f"6C{len(card().application[COM]):02X}"]
    parts = chip(access=[], answers="in_parts")
    first, rest = _say(parts, _SELECT, "00B08200000200", "00C0000000")[1:]
    assert first.endswith("61FF") and rest.endswith("9000")
    assert bytes.fromhex(first[:-4] + rest[:-4]) == card().application[GROUP_FILES[2]][:512]


def test_the_commands_of_bac_and_pace_are_refused_where_they_are_not_offered() -> None:
    assert _say(chip(access=["pace"]), _SELECT, "0084000008") == ["9000", "6D00"]
    assert _say(chip(access=["bac"]), "0022C1A40F800A04007F00070202040202830101") == ["6A80"]
    assert _say(chip(access=["bac"]), "00B09C0000") == ["6A82"]


def test_a_challenge_is_good_for_one_try() -> None:
    simulated = chip()
    assert _say(simulated, _SELECT, "0082000028" + "00" * 40)[1] == "6985"
    assert _say(simulated, "0084000008", "0082000028" + "00" * 40, "0082000028" + "00" * 40)[1:] == ["6300", "6985"]


def test_wrong_passwords_make_the_chip_slow_and_then_close_it() -> None:
    waited: list[float] = []
    simulated = SimulatedChip(card(wrong_password_delay_s=0.5, blocked_after=4), wait=waited.append)
    _try_keys(simulated, _WRONG, 3)
    assert waited == [0.5, 1.0]
    _open(simulated)
    assert waited == [0.5, 1.0, 2.0]
    simulated.lay_down()
    _try_keys(simulated, _WRONG, 4)
    simulated.lay_down()
    _try_keys(simulated, MRZ_KEY, 1)


def _try_keys(simulated: SimulatedChip, key: MrzKey, times: int) -> None:
    for _ in range(times):
        on_reader = Card(BoundedTransport(simulated, Deadline(60)))
        on_reader.select_application()
        with pytest.raises(AccessRefused):
            establish_bac(on_reader, key)


@pytest.mark.parametrize(
    ("zone", "password"),
    [
        ("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
         "D23145890774081221204159"),
        ("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
         "D23145890734934071279507122"),
        ("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8",
         "D23145890734934071279507122"),
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
         "L898902C3674081221204159"),
    ],
    ids=["TD1", "TD1, long number", "TD2, long number", "TD3"],
)  # fmt: skip
def test_the_password_of_a_zone(zone: str, password: str) -> None:
    """Doc 9303-11, appendix D.2."""
    assert mrz_password(zone, ISSUED).decode() == password


def test_a_zone_without_dates_opens_no_chip() -> None:
    with pytest.raises(InputError):
        mrz_password("IDFRADOUEL<<<<<<<<<<<<<<<<<<<<932013\n0506932020438CHRISTIANE<<NI2906209F3", ISSUED)
