"""The chip reader service: who is read, what stays in memory, and that a hung driver holds nobody."""

import subprocess
import sys

import pytest

from appliance.chips.read_job import ChipReadInput, ChipReadStep
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices.chip.authenticity import Authenticity
from devices.chip.errors import ReadingCancelled
from tests.support.chip_tray import PATIENT, ChipTray, reader_service, stages
from tests.support.invented_chips import NOW, ZONE, chip
from tests.support.waiting import GUARD_S, wait_until

PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())


def test_a_chip_that_lies_there_is_read_with_its_zone_and_its_picture_stays_in_memory() -> None:
    steps: list[ChipReadStep] = []
    with reader_service(ChipTray(chip())) as service:
        reading = service.start(ChipReadInput(PRINTED), steps.append).wait(GUARD_S)
    assert reading.outcome is Authenticity.GENUINE and reading.contents.dg2 is not None
    assert stages(steps) == ["lay", "opening", "reading", "ended"]
    assert any("the picture" in step.says for step in steps) and steps[-1].reading is reading
    percents = [step.percent for step in steps if step.file == "DG2"]
    assert percents == sorted(set(percents)) and percents[-1] == 100


def test_the_next_document_ends_the_reading_of_the_one_before() -> None:
    slow = chip(faults=["slow"], delay_s=0.5)
    with reader_service(ChipTray(slow, chip())) as service:
        first = service.start(ChipReadInput(PRINTED))
        wait_until(lambda: service._current is not None and first._deadline is not None, "the first reading")
        second = service.start(ChipReadInput(PRINTED))
        with pytest.raises(ReadingCancelled):
            first.wait(GUARD_S)
        assert second.wait(GUARD_S).outcome is Authenticity.GENUINE


def test_a_traveller_who_is_done_leaves_nothing_in_memory() -> None:
    from uuid import uuid4

    screening = uuid4()
    with reader_service(ChipTray(), PATIENT) as service:
        job = service.start_for(screening, ChipReadInput(PRINTED))
        assert service.start_for(screening, ChipReadInput(PRINTED)) is job
        service.forget()
        assert service.find_job(screening) is None
        with pytest.raises(ReadingCancelled):
            job.wait(GUARD_S)


def test_a_driver_that_blocks_its_loop_holds_nobody() -> None:
    tray = ChipTray()
    tray.hang.set()
    with reader_service(tray) as service:
        with pytest.raises(TimeoutError):
            service.start(ChipReadInput(PRINTED)).wait(0.3)
        assert not tray.released.is_set(), "the driver still holds its loop"


@pytest.mark.parametrize("answers", [0, 1])
def test_a_program_ends_without_a_word_where_the_service_for_chips_hangs(answers: int) -> None:
    command = [sys.executable, "-X", "dev", "-m", "tests.devices.support.hung_pcscd", str(answers)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=GUARD_S, check=True)
    assert (ended.stdout, ended.stderr) == ("closed\n", "")
