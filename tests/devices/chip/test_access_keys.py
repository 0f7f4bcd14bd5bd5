"""Keys from the print: fields that no zone has are refused, and a key shows nobody what it is."""

import pytest

from appliance.counter.subject import check_access_number
from data.errors import InputError
from devices.chip.access_keys import CanKey, MrzKey
from ui.commands.kit_bench.chips import access_key

KEY = MrzKey.of("L898902C", "690806", "940623")


def test_keys_of_fields_that_no_zone_has_are_refused() -> None:
    for fields in (("L898902Ö", "690806", "940623"), ("L898902C", "6908", "940623"), ("L898902C", "690806", "")):
        with pytest.raises(InputError):
            MrzKey.of(*fields)


@pytest.mark.parametrize("can", ["", "12 34", "20481", "2048155", "20481a", "ABCDEF", "٢٠٤٨١٥", "²²²²²²"])
def test_a_card_access_number_has_six_digits_whoever_gives_it(can: str) -> None:
    with pytest.raises(InputError, match="six digits"):
        CanKey(can)
    with pytest.raises(InputError, match="six digits"):
        check_access_number(can)
    if can:
        with pytest.raises(InputError, match="six digits"):
            access_key("", can)


def test_a_key_shows_nobody_what_it_is() -> None:
    assert "L898902C" not in repr(KEY)
    assert "123456" not in repr(CanKey("123456"))
