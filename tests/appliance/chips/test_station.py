"""The chip station: a chip laid, lifted and laid back, one that never comes, a hung driver, a traveller who goes."""

import pytest

from appliance.chips.read_job import ChipReadInput, ChipReadStep, NoChip
from appliance.chips.reader_service import ChipTimeouts
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from devices.chip.authenticity import Authenticity
from devices.chip.errors import AccessRefused, ChipGone, ChipMalformed, ReadingCancelled
from devices.faults import DeviceFault, FaultReason
from tests.support.chip_tray import PATIENT, ChipTray, stages, station
from tests.support.invented_chips import NOW, ZONE, chip
from tests.support.waiting import GUARD_S, wait_until

PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())
OTHER = parse_mrz(ZONE.replace("7408122", "7408132"), capture=Capture.MACHINE, today=NOW.date())


def test_a_chip_that_lies_there_is_read_with_its_zone_and_its_picture_stays_in_memory() -> None:
    steps: list[ChipReadStep] = []
    with station(ChipTray(chip())) as made:
        reading = made.start(ChipReadInput(PRINTED), steps.append).wait(GUARD_S)
    assert reading.outcome is Authenticity.GENUINE and reading.contents.dg2 is not None
    assert stages(steps) == ["lay", "opening", "reading", "ended"]
    assert any("the picture" in step.says for step in steps) and steps[-1].reading is reading
    percents = [step.percent for step in steps if step.file == "DG2"]
    assert percents == sorted(set(percents)) and percents[-1] == 100


def test_a_document_lifted_too_early_is_asked_for_again_and_read_when_it_is_laid_back() -> None:
    steps: list[ChipReadStep] = []
    torn = chip(faults=["tear_off"], at=14)
    with station(ChipTray(torn, torn)) as made:
        assert made.start(ChipReadInput(PRINTED), steps.append).wait(GUARD_S).outcome is Authenticity.GENUINE
    assert [one for one in stages(steps) if one in ("lay_back", "ended")] == ["lay_back", "ended"]
    assert any("lay it back" in step.says for step in steps)


def test_one_that_is_never_laid_back_was_lifted_and_one_that_never_came_is_no_chip() -> None:
    lifted = ChipTimeouts(lay_s=GUARD_S, read_s=0.6)
    with station(ChipTray(chip(faults=["tear_off"], at=2)), lifted) as made, pytest.raises(ChipGone):
        made.start(ChipReadInput(PRINTED)).wait(GUARD_S)
    with station(ChipTray()) as made, pytest.raises(NoChip):
        made.start(ChipReadInput(PRINTED)).wait(GUARD_S)


def test_a_zone_that_does_not_open_the_chip_is_refused_and_its_number_opens_it() -> None:
    held = chip(can="204815")
    with station(ChipTray(held, held)) as made:
        with pytest.raises(AccessRefused):
            made.start(ChipReadInput(OTHER)).wait(GUARD_S)
        reading = made.start(ChipReadInput(OTHER, can="204815")).wait(GUARD_S)
    assert [one.name for one in reading.comparison if one.agreement == "differs"] == ["birth"]


@pytest.mark.parametrize(
    "asked", [ChipReadInput(TravelDocument("P", "UTO", "X1")), ChipReadInput(None, can="not six digits")]
)
def test_what_opens_no_chip_is_said_before_anybody_lays_a_document(asked: ChipReadInput) -> None:
    tray = ChipTray()
    with station(tray) as made, pytest.raises(InputError):
        made.start(asked).wait(GUARD_S)
    assert tray.asked == 0


def test_a_chip_that_lies_askew_is_tried_again_and_a_broken_driver_is_a_fault() -> None:
    with station(ChipTray(DeviceFault(FaultReason.BAD_READ, "no answer to reset"), chip())) as made:
        assert made.start(ChipReadInput(PRINTED)).wait(GUARD_S).outcome is Authenticity.GENUINE
    with (
        station(ChipTray(RuntimeError("SAMPLE, ANNA"))) as made,
        pytest.raises(DeviceFault, match="driver failed") as told,
    ):
        made.start(ChipReadInput(PRINTED)).wait(GUARD_S)
    assert "SAMPLE" not in str(told.value)


def test_the_next_document_ends_the_reading_of_the_one_before() -> None:
    slow = chip(faults=["slow"], delay_s=0.5)
    with station(ChipTray(slow, chip())) as made:
        first = made.start(ChipReadInput(PRINTED))
        wait_until(lambda: made._current is not None and first._deadline is not None, "the first reading")
        second = made.start(ChipReadInput(PRINTED))
        with pytest.raises(ReadingCancelled):
            first.wait(GUARD_S)
        assert second.wait(GUARD_S).outcome is Authenticity.GENUINE


def test_a_traveller_who_is_done_leaves_nothing_in_memory() -> None:
    from uuid import uuid4

    screening = uuid4()
    with station(ChipTray(), PATIENT) as made:
        visit = made.start_for(screening, ChipReadInput(PRINTED))
        assert made.start_for(screening, ChipReadInput(PRINTED)) is visit
        made.forget()
        assert made.find_job(screening) is None
        with pytest.raises(ReadingCancelled):
            visit.wait(GUARD_S)


def test_a_driver_that_blocks_its_loop_holds_nobody() -> None:
    tray = ChipTray()
    tray.hang.set()
    with station(tray) as made:
        with pytest.raises(TimeoutError):
            made.start(ChipReadInput(PRINTED)).wait(0.3)
        assert not tray.released.is_set(), "the driver still holds its loop"


def test_a_chip_that_answers_nonsense_is_named() -> None:
    with station(ChipTray(chip(faults=["short_answer"], at=14))) as made, pytest.raises(ChipMalformed):
        made.start(ChipReadInput(PRINTED)).wait(GUARD_S)
