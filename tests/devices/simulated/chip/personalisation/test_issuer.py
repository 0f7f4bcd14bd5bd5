"""An invented issuer stands for each state."""

import pytest

from devices.simulated.chip.personalisation.issuer import issuer_of


@pytest.mark.parametrize(("code", "letters"), [("D", "DE"), ("UTO", "UT"), ("RKS", "XK"), ("XOM", "XO")])
def test_an_invented_issuer_stands_for_each_state(code: str, letters: str) -> None:
    assert issuer_of(code).state.country == letters
