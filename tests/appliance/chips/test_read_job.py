"""One reading of a chip: laid, lifted, laid back, or never coming; what is tried again and what is a fault."""

import pytest

from appliance.chips.read_job import ChipReadInput, ChipReadStep, NoChip
from appliance.chips.reader_service import ChipTimeouts
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from devices.chip.authenticity import Authenticity
from devices.chip.errors import AccessRefused, ChipGone, ChipMalformed
from devices.faults import DeviceFault, FaultReason
from tests.support.chip_tray import ChipTray, reader_service, stages
from tests.support.invented_chips import NOW, ZONE, chip
from tests.support.waiting import GUARD_S

PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())
OTHER = parse_mrz(ZONE.replace("7408122", "7408132"), capture=Capture.MACHINE, today=NOW.date())


def test_a_document_lifted_too_early_is_asked_for_again_and_read_when_it_is_laid_back() -> None:
    steps: list[ChipReadStep] = []
    torn = chip(faults=["tear_off"], at=14)
    with reader_service(ChipTray(torn, torn)) as service:
        assert service.start(ChipReadInput(PRINTED), steps.append).wait(GUARD_S).outcome is Authenticity.GENUINE
    assert [one for one in stages(steps) if one in ("lay_back", "ended")] == ["lay_back", "ended"]
    assert any("put it back" in step.says for step in steps)


def test_one_that_is_never_laid_back_was_lifted_and_one_that_never_came_is_no_chip() -> None:
    lifted = ChipTimeouts(lay_s=GUARD_S, read_s=0.6)
    with reader_service(ChipTray(chip(faults=["tear_off"], at=2)), lifted) as service, pytest.raises(ChipGone):
        service.start(ChipReadInput(PRINTED)).wait(GUARD_S)
    with reader_service(ChipTray()) as service, pytest.raises(NoChip):
        service.start(ChipReadInput(PRINTED)).wait(GUARD_S)


def test_a_zone_that_does_not_open_the_chip_is_refused_and_its_number_opens_it() -> None:
    laid_chip = chip(can="204815")
    with reader_service(ChipTray(laid_chip, laid_chip)) as service:
        with pytest.raises(AccessRefused):
            service.start(ChipReadInput(OTHER)).wait(GUARD_S)
        reading = service.start(ChipReadInput(OTHER, can="204815")).wait(GUARD_S)
    assert [one.name for one in reading.comparison if one.agreement == "differs"] == ["birth"]


@pytest.mark.parametrize(
    "read_input", [ChipReadInput(TravelDocument("P", "UTO", "X1")), ChipReadInput(None, can="not six digits")]
)
def test_what_opens_no_chip_is_said_before_anybody_lays_a_document(read_input: ChipReadInput) -> None:
    tray = ChipTray()
    with reader_service(tray) as service, pytest.raises(InputError):
        service.start(read_input).wait(GUARD_S)
    assert tray.asked == 0


def test_a_chip_that_lies_askew_is_tried_again_and_a_broken_driver_is_a_fault() -> None:
    with reader_service(ChipTray(DeviceFault(FaultReason.BAD_READ, "no answer to reset"), chip())) as service:
        assert service.start(ChipReadInput(PRINTED)).wait(GUARD_S).outcome is Authenticity.GENUINE
    with (
        reader_service(ChipTray(RuntimeError("SAMPLE, ANNA"))) as service,
        pytest.raises(DeviceFault, match="driver failed") as raised,
    ):
        service.start(ChipReadInput(PRINTED)).wait(GUARD_S)
    assert "SAMPLE" not in str(raised.value)


def test_a_chip_that_answers_nonsense_is_named() -> None:
    with reader_service(ChipTray(chip(faults=["short_answer"], at=14))) as service, pytest.raises(ChipMalformed):
        service.start(ChipReadInput(PRINTED)).wait(GUARD_S)
