"""Keys from the print: fields that no zone has are refused, and a key shows nobody what it is."""

import pytest

from data.errors import InputError
from devices.chip.access_keys import CanKey, MrzKey

KEY = MrzKey.of("L898902C", "690806", "940623")


def test_keys_of_fields_that_no_zone_has_are_refused() -> None:
    for fields in (("L898902Ö", "690806", "940623"), ("L898902C", "6908", "940623"), ("L898902C", "690806", "")):
        with pytest.raises(InputError):
            MrzKey.of(*fields)
    with pytest.raises(InputError):
        CanKey("12 34")


def test_a_key_shows_nobody_what_it_is() -> None:
    assert "L898902C" not in repr(KEY)
    assert "123456" not in repr(CanKey("123456"))
