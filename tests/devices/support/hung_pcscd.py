"""A program that reads a chip through a service that never answers, and ends."""

import gc
import sys
from threading import Event
from typing import Any

from appliance.chips.read_job import ChipReadInput
from appliance.chips.reader_service import ChipReaderService, ChipTimeouts
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices.chip.readers import pcsc, pcsc_service
from devices.ports import DeviceUrl, DriverContext
from tests.support.chip_tray import KnownTrust
from tests.support.invented_chips import NOW, ZONE


class HungService:
    """PC/SC that answers no call, or only the first ones."""

    SCARD_SCOPE_USER, SCARD_E_NO_READERS_AVAILABLE = 0, 1

    def __init__(self, answers: int) -> None:
        self._left = answers

    def SCardEstablishContext(self, scope: int) -> tuple[int, object]:
        self._left -= 1
        if self._left < 0:
            Event().wait()
        return 0, object()

    def SCardListReaders(self, context: object, groups: list[str]) -> tuple[int, list[str]]:
        return 0, ["A reader"]

    def SCardReleaseContext(self, context: object) -> int:
        return 0


def main(answers: int) -> None:
    """Open the reader, start two readings, and close while all of them wait."""
    service: Any = HungService(answers)
    pcsc_service.library = lambda: service
    reader = pcsc.chip_reader(DeviceUrl.parse("pcsc://A%20reader"), DriverContext.__new__(DriverContext))
    chips = ChipReaderService(reader, KnownTrust(), ChipTimeouts(0.2, 0.2), lambda: NOW)
    document = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())
    chips.open()
    for _job in range(2):
        chips.start(ChipReadInput(document))
    chips.close()
    del chips, reader
    gc.collect()
    print("closed")


if __name__ == "__main__":
    main(int(sys.argv[1]))
