"""Reading a chip within a deadline that holds even where the chip, the reader or its driver stalls."""

from concurrent.futures import Future
from datetime import datetime
from threading import Thread

from data.certificates.trust_store import TrustStore
from data.documents.travel_document import TravelDocument
from devices.chip.access_keys import AccessKey
from devices.chip.card import Card
from devices.chip.chance import Chance
from devices.chip.errors import ChannelBroken
from devices.chip.file_reader import Manner, Watcher
from devices.chip.inspection import Inspection, Question
from devices.chip.line import Line
from devices.chip.patience import Patience
from devices.chip.reading import ChipReading
from devices.chip.recording.transports import chance_for
from devices.chip.transport import Transport


def read_chip(
    transport: Transport,
    key: AccessKey,
    trust: TrustStore,
    *,
    patience: Patience,
    now: datetime,
    printed: TravelDocument | None = None,
    watcher: Watcher | None = None,
    chance: Chance | None = None,
) -> ChipReading:
    """Read and judge the chip on `transport`.

    The chip is spoken to in a thread of its own, which also calls `watcher`; when `patience` ends while the transport
    stalls, that thread is left behind and the transport must not be used again. `now` is timezone-aware; `printed` is
    the document as its print was read; `chance` is for recordings alone: a replayed chip
    brings its own, for any other it is fresh.

    Raises:
        ChipError (`devices.chip.errors`), one for each thing an officer can do about it.
    """
    question = Question(key, trust, now, printed, watcher, chance or chance_for(transport))
    done: Future[ChipReading] = Future()

    def work() -> None:
        try:
            done.set_result(_read(Line(transport, patience), question))
        except BaseException as problem:
            done.set_exception(problem)

    Thread(target=work, name="chip reading", daemon=True).start()
    return patience.wait(done)


def _read(line: Line, question: Question) -> ChipReading:
    """Swiftly; cautiously where a chip leaves the channel over a command that only the swift manner uses."""
    try:
        return Inspection(Card(line), question, Manner.SWIFT).run()
    except ChannelBroken as broken:
        if broken.status is None:
            raise
    return Inspection(Card(line), question, Manner.CAUTIOUS).run()
