"""The officer's own name is no second person."""

import pytest

from tests.journeys.support.desk_driver import at_desk
from tests.ui.support.desk_kit import REFER


@pytest.mark.parametrize("name", ["officer-1", "Officer 1", "OFFICER.1"])
async def test_the_own_name_is_no_second_person_and_the_page_stays(name: str) -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f6")
        await officer.type(name)
        await officer.press("enter")
        await officer.sees(f"{name} is you: you are signed in as officer-1", "Nothing was recorded")
        assert officer.counter.decisions == []
