"""The password that a holder's zone makes."""

import pytest

from data.errors import InputError
from devices.simulated.chip.personalisation.holder import mrz_password
from tests.devices.support.minted import ISSUED


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
