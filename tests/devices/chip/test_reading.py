"""A chip read whole: what it gives, deadlines and cancellation that hold, tear-off, privacy of what Python shows."""

import asyncio
import threading
from dataclasses import replace

import pytest

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices.chip.authenticity import Authenticity, AuthenticityAnswer
from devices.chip.deadline import Deadline
from devices.chip.errors import AccessCause, AccessRefused, ChipError, ChipSlow, ReadingCancelled
from devices.chip.file_reader import FileReadProgress
from devices.chip.lds.picture import PictureType
from devices.chip.reading import PrintAgreement, compare_with_print, differing_fields
from tests.support.invented_chips import NOW, WRONG, ZONE, chip, read
from tests.support.waiting import GUARD_S, within

PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())


def test_a_good_chip_gives_everything() -> None:
    reading = read(chip(), printed=PRINTED)
    contents = reading.contents
    assert reading.outcome is Authenticity.GENUINE and reading.original is AuthenticityAnswer.PASS
    assert not reading.unread and not contents.faults
    assert set(contents.groups) == {1, 2, 7, 11, 12, 14, 15, 16}
    assert reading.document is not None and reading.document.number == "L898902C3"
    assert contents.dg2 is not None and contents.dg2.faces[0].picture.type is PictureType.JPEG
    assert {comparison.agreement for comparison in reading.comparison} == {PrintAgreement.SAME}
    assert {"access", "DG2", "proofs", "judging"} <= set(reading.stages_ms)


def test_what_differs_from_the_print_is_named_and_not_decided() -> None:
    reading = read(chip(faults=["other_zone"]), printed=PRINTED)
    assert differing_fields(reading.comparison) == ("name",)
    assert reading.outcome is Authenticity.GENUINE
    typed = replace(PRINTED, name=None, birth=None, optional="", raw="", format=None)
    compared = {comparison.name: comparison.agreement for comparison in compare_with_print(PRINTED, typed)}
    assert compared["number"] is PrintAgreement.SAME
    assert (
        compared["name"] is compared["birth"] is compared["sex"] is compared["optional"] is PrintAgreement.NOT_COMPARED
    )


def test_a_slow_chip_ends_at_the_deadline() -> None:
    with pytest.raises(ChipSlow, match=r"within 0.3 seconds"):
        read(chip(faults=["slow"], delay_s=0.2), deadline=Deadline(0.3))


class Stuck:
    """A reader whose driver never comes back."""

    def __init__(self) -> None:
        self.asked, self.released = threading.Event(), threading.Event()
        self.came_back = False

    def transmit(self, command: bytes) -> bytes:
        self.asked.set()
        self.released.wait(GUARD_S)
        self.came_back = True
        return b"\x90\x00"


def test_a_driver_that_hangs_does_not_hold_the_caller() -> None:
    stuck = Stuck()
    with pytest.raises(ChipSlow):
        read(stuck, deadline=Deadline(0.2))
    assert not stuck.came_back
    stuck.released.set()


async def test_a_reading_is_cancelled_from_outside_while_the_driver_hangs() -> None:
    stuck, patience = Stuck(), Deadline(GUARD_S)
    reading = asyncio.create_task(asyncio.to_thread(read, stuck, deadline=patience))
    await asyncio.to_thread(stuck.asked.wait, GUARD_S)
    patience.cancel()
    with pytest.raises(ReadingCancelled):
        await within(reading)
    assert not stuck.came_back
    stuck.released.set()


def test_a_chip_that_delays_after_wrong_keys_is_told_from_a_slow_one() -> None:
    delaying = chip(wrong_password_delay_s=3.0, access=["bac"])
    with pytest.raises(AccessRefused):
        read(delaying, WRONG)
    with pytest.raises(AccessRefused) as refused:
        read(delaying, deadline=Deadline(1.5))
    assert refused.value.cause is AccessCause.DELAYED


@pytest.mark.parametrize("profile", [
    {"faults": ["endless_more"], "at": 3}, {"faults": ["endless_more"], "at": 12},
    {"faults": ["endless_length"], "at": 12},
    {"faults": ["short_answer"], "at": 7}, {"faults": ["huge_answer"], "at": 7}, {"faults": ["garbage"], "at": 9},
    {"faults": ["garbage"], "at": 20}, {"faults": ["garbage"], "at": 1}, {"faults": ["empty_reads"]},
])  # fmt: skip
def test_a_chip_that_loops_or_babbles_ends_in_a_named_error_or_proves_nothing(profile: dict[str, object]) -> None:
    try:
        reading = read(chip(**profile), deadline=Deadline(GUARD_S))
    except ChipSlow:
        raise
    except ChipError as error:
        assert error.what and error.means and error.do
    else:
        assert reading.outcome is not Authenticity.GENUINE


def test_progress_is_told_of_every_file() -> None:
    seen: list[FileReadProgress] = []
    read(chip(extended_length="no"), watcher=seen.append)
    picture = [progress for progress in seen if progress.file == "DG2"]
    assert len(picture) > 20 and picture[-1].bytes_read == picture[-1].total
    assert {"EF.SOD", "DG1", "DG2", "DG14"} <= {progress.file for progress in seen}


def test_nothing_of_a_traveller_shows_in_what_python_shows() -> None:
    shown = repr(read(chip(), printed=PRINTED).contents)
    for secret in ("L898902C3", "SAMPLE", "ANNA", "UTOPIA CITY"):
        assert secret not in shown
