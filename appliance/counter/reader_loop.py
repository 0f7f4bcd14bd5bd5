"""Waits at a document reader: for one document, or for a whole shift in a thread with an event loop of its own.

- A driver that hangs, even one that blocks its loop, leaves the screen responsive; `is_hung` says so.
- A device that comes back is used again automatically, after waits that grow up to ten seconds.
- While a document waits to be taken, no other is read, so that none is lost.
- A reader is told that a document is safe once `post` has returned: then a dropped file may go.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, Queue
from threading import Event, Thread
from time import monotonic

from data.documents.barcodes import Barcode
from data.errors import InputError, StoreError, WaypostError
from data.log.error_log import log_error, suppress_logged
from data.text import EMPTY, Message, _
from devices.faults import DeviceFault, FaultReason, Retry, driver_fault
from devices.ports import READY, DeviceHealth, DeviceState, DocumentReader, acknowledge, leave_unread
from devices.reading import Reading

ONE_READ_S = 1.0
READ_S = 3.0
HANGS_AFTER_S = 8.0
"""Well beyond `READ_S`: a driver that keeps its deadlines never gets there."""
PAUSE_S = 0.1
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
_STAYS_OPEN = (FaultReason.UNPLUGGED, FaultReason.BAD_READ, FaultReason.TIMEOUT, FaultReason.PROTOCOL)
_PASSES = (FaultReason.BAD_READ, FaultReason.TIMEOUT)
"""Faults of one reading; the next one may work."""


@dataclass(frozen=True, slots=True)
class ReadingArrived:
    """The reader delivered something."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """The reader's state changed."""

    state: DeviceState
    what: Message = EMPTY
    """What happened, if it is a fault."""


@dataclass(frozen=True, slots=True)
class ReaderAdvice:
    """The reading failed; this would help the next one."""

    says: Message


ReaderEvent = ReadingArrived | ReaderChanged | ReaderAdvice


class ReaderLoop:
    """Reads documents until it is stopped.

    `post` takes events from any thread. It raises WaypostError where it could not keep a document, which the reader
    then does not let go.
    """

    def __init__(self, reader: DocumentReader, post: Callable[[ReaderEvent], object]) -> None:
        self._reader = reader
        self._post = post
        self._stopped = Event()
        self._on_hold = Event()
        self._beat = monotonic()
        self._wait_s = FIRST_WAIT_S
        self._is_faulted = False
        self._thread = Thread(target=self._work, name="passport reader", daemon=True)

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def stop(self) -> None:
        """Stop when the driver's call returns; a hung driver is left behind."""
        self._stopped.set()

    def wait_until_stopped(self) -> None:
        """Wait until the loop has ended, before the files that the driver uses are closed."""
        self._thread.join(HANGS_AFTER_S)

    def hold(self) -> None:
        """Pause reading, because a document is waiting."""
        self._on_hold.set()

    def go_on(self) -> None:
        """Resume reading."""
        self._on_hold.clear()

    @property
    def is_hung(self) -> bool:
        """Whether a driver's call has not returned long after its deadline."""
        return monotonic() - self._beat > HANGS_AFTER_S

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as error:  # its message may quote a traveller
            log_error(error, device=self._reader.info.driver)
            self._report_fault(driver_fault(self._reader.info.driver, _("The reader's driver failed")))

    async def _run(self) -> None:
        while not self._stopped.is_set():
            listener = asyncio.create_task(self._listen())
            try:
                await self._reader.open()
                await self._read_on()
            except DeviceFault as fault:
                log_error(fault, device=self._reader.info.driver)
                self._report_fault(fault)
            except Exception as error:  # a driver is foreign code: whatever it raises is a fault of the device
                log_error(error, device=self._reader.info.driver)
                self._report_fault(driver_fault(self._reader.info.driver, _("The reader's driver failed")))
            finally:
                listener.cancel()
                with suppress_logged(Exception, device=self._reader.info.driver):
                    await self._reader.close()
            await self._rest()

    async def _read_on(self) -> None:
        while not self._stopped.is_set():
            self._beat = monotonic()
            if self._on_hold.is_set():
                await asyncio.sleep(PAUSE_S)
                continue
            try:
                outcome = await self._reader.read(READ_S)
            except DeviceFault as fault:
                if fault.reason not in _STAYS_OPEN:
                    raise
                log_error(fault, device=self._reader.info.driver)
                await self._handle_passing_fault(fault)
            else:
                self._wait_s = FIRST_WAIT_S
                self._report_recovery()
                await self._deliver(outcome)

    async def _handle_passing_fault(self, fault: DeviceFault) -> None:
        """Handle a fault after which the device stays open."""
        if fault.reason in _PASSES:
            self._post(ReaderAdvice(fault.hint))
        else:
            self._report_fault(fault)
            await self._rest()

    async def _deliver(self, outcome: Reading | Retry | None) -> None:
        if isinstance(outcome, Retry):
            self._post(ReaderAdvice(outcome.says))
        elif outcome is not None:
            self.hold()
            try:
                self._post(ReadingArrived(outcome))
            except WaypostError as error:
                log_error(error, device=self._reader.info.driver)
                await leave_unread(self._reader)
            else:
                await acknowledge(self._reader)

    async def _listen(self) -> None:
        async for state in self._reader.events():
            if state.health is DeviceHealth.READY:
                self._wait_s = 0.0
            if not (state.health is DeviceHealth.ABSENT and state.reason is None):  # closed, not gone
                self._post(ReaderChanged(state))

    async def _rest(self) -> None:
        """Wait, longer each time, or until the device is ready again."""
        started_s = monotonic()
        self._wait_s = min(max(self._wait_s * 2, FIRST_WAIT_S), LONGEST_WAIT_S)
        while monotonic() < started_s + self._wait_s and not self._stopped.is_set():
            self._beat = monotonic()
            await asyncio.sleep(PAUSE_S)

    def _report_recovery(self) -> None:
        """Report READY after a read that worked, even if the driver reports no change of state."""
        if self._is_faulted:
            self._is_faulted = False
            self._post(ReaderChanged(READY))

    def _report_fault(self, fault: DeviceFault) -> None:
        self._is_faulted = True
        self._post(ReaderChanged(DeviceState(DeviceHealth.FAULTED, fault.reason, fault.hint), fault.what))


def wait_for_document(
    make_reader: Callable[[], DocumentReader],
    wait_s: float,
    guide: Callable[[Message], None],
    keep: Callable[[DocumentReader, Reading], None] = lambda reader, reading: None,
) -> tuple[Reading, tuple[Barcode, ...]]:
    """What `read_document` gives for the reader that `make_reader` makes, within `wait_s` whatever its driver does.

    The driver works in a thread of its own, which is left behind if it does not come back.

    Raises:
        InputError: no document came.
        DeviceFault: the reader does not work; PROTOCOL if its driver hangs, or tries to end the program.
    """
    outcome: Queue[tuple[Reading, tuple[Barcode, ...]] | BaseException] = Queue()

    def work() -> None:
        try:
            reader = make_reader()
            outcome.put(asyncio.run(read_document(reader, wait_s, guide, partial(keep, reader))))
        except BaseException as error:  # the caller raises it
            outcome.put(error)

    Thread(target=work, name="passport reader", daemon=True).start()
    try:
        result = outcome.get(timeout=wait_s + HANGS_AFTER_S)
    except Empty:
        raise DeviceFault(FaultReason.PROTOCOL, _("The reader's driver has stopped responding")) from None
    if isinstance(result, WaypostError):
        raise result
    if isinstance(result, BaseException):
        log_error(result)
        raise DeviceFault(FaultReason.PROTOCOL, _("The reader's driver failed")) from result
    return result


async def read_document(
    reader: DocumentReader,
    wait_s: float,
    guide: Callable[[Message], None],
    keep: Callable[[Reading], None] = lambda reading: None,
) -> tuple[Reading, tuple[Barcode, ...]]:
    """The first document on the reader within `wait_s`, and the codes that were read before it.

    `guide` is called with what the person with the document should do. `keep` makes the document safe, before the
    reader lets it go.

    Raises:
        InputError: no document came.
        DeviceFault: the reader does not work.
    """
    codes: tuple[Barcode, ...] = ()
    await reader.open()
    try:
        guide(_("Place the document on the reader"))
        ends = monotonic() + wait_s
        while (left_s := ends - monotonic()) > 0:
            reading = await _read_once(reader, min(ONE_READ_S, left_s), guide)
            if reading is not None and reading.codes and not reading.raw:
                codes += reading.codes
            elif reading is not None:
                await _keep_and_release(reader, reading, keep)
                return reading, codes
        raise InputError(
            _("No document was placed on the reader within {seconds} seconds", seconds=f"{wait_s:g}"),
            do=_("Place a document on it, or use --mrz"),
        )
    finally:
        await reader.close()


async def _keep_and_release(reader: DocumentReader, reading: Reading, keep: Callable[[Reading], None]) -> None:
    """What cannot be kept is screened all the same, and stays with the reader."""
    try:
        keep(reading)
    except StoreError as error:
        log_error(error, device=reader.info.driver)
        await leave_unread(reader)
    else:
        await acknowledge(reader)


async def _read_once(reader: DocumentReader, timeout_s: float, guide: Callable[[Message], None]) -> Reading | None:
    try:
        outcome = await reader.read(timeout_s)
    except DeviceFault as fault:
        if fault.reason not in _PASSES:
            raise
        log_error(fault, device=reader.info.driver)
        guide(fault.hint)
        return None
    if isinstance(outcome, Retry):
        guide(outcome.says)
        return None
    return outcome


def is_chip_reader(url: str) -> bool:
    """Whether the URL is that of a chip reader."""
    from devices.ports import DeviceUrl
    from devices.registry import BUILT_IN_DRIVERS, DeviceKind

    known = BUILT_IN_DRIVERS.get(DeviceUrl.parse(url).scheme) if url else None
    return known is not None and known.device_kind is DeviceKind.CHIPS
