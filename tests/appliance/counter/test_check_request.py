"""What a check may be asked: an access number has six digits."""

import pytest

from data.errors import InputError
from tests.ui.support.desk_kit import Counter as Fakes


@pytest.mark.parametrize("can", ["", "20481", "20481a", "٢٠٤٨١٥"])
def test_an_access_number_has_six_digits_whoever_gives_it(can: str) -> None:
    with pytest.raises(InputError, match="six digits"):
        Fakes().service.read_chip(can)
