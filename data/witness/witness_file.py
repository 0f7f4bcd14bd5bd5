"""The file `witness` of a kit: one small encrypted record, written with every change of the other files.

- It is no database: it has no log beside it that could be taken away, and writing it syncs nothing, so no traveller
  waits for it. A kill loses nothing of it. Of two places it fills the one that is not the newest, so that a write that
  was cut off leaves the step before.
- A third place is written and synced now and then (`WitnessFile.sync`): what a power cut leaves is not older than that.
- Where it cannot be written (a full or failing disk) the change of the other file stands; the error is logged. Alarms,
  and lists that wait for headquarters, then hold in this process, until they can be written.
- What lies there and is no file (a link, a pipe, an empty folder) gives way to one, with the next change.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from secrets import token_bytes
from stat import S_ISDIR, S_ISREG
from threading import RLock
from time import monotonic, sleep

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data import durable_files
from data.json_codec import decode_or_none, encode_canonical
from data.kit import home_files
from data.log.error_log import log_error
from data.store_key import StoreKey
from data.witness.witness_record import WitnessRecord

WITNESS_FILE = home_files.WITNESS.path
PLACE_BYTES = 256 * 1024
"""Of one place in the file; most of it is never written."""
_STEP_BYTES, _LENGTH_BYTES, _NONCE_BYTES = 8, 4, 12
_HEAD_BYTES = _STEP_BYTES + _LENGTH_BYTES + _NONCE_BYTES
_SYNCED_PLACE, _PLACES = 2, 3
_LONGEST_WAIT_S, _AGAIN_S = 1.0, 0.001
RecordChange = Callable[[WitnessRecord], WitnessRecord]


class WitnessFile:
    """The witness file of the kit in `folder`. Thread-safe, and safe among processes."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._path = folder / WITNESS_FILE
        self._cipher = AESGCM(key.derive("witness"))
        self._lock = RLock()
        self._last: tuple[bytes, WitnessRecord] | None = None
        """The head of the place that was read or written last, and its record."""
        self._unwritten = WitnessRecord()
        """Alarms and unconfirmed lists that could not be written."""

    @property
    def exists(self) -> bool:
        """Whether there is such a file, readable or not. A link, a folder or a pipe is none."""
        return self._path.is_file() and not self._path.is_symlink()

    @property
    def is_usable(self) -> bool:
        """Whether nothing about the file itself keeps it from being read and written.

        A full or read-only disk is no matter of the file, nor is it one where there is none yet.
        """
        try:
            os.close(durable_files.open_regular(self._path, os.O_RDWR))
        except FileNotFoundError:
            return True
        except OSError as error:
            log_error(error)
            return error.errno not in durable_files.FAULTS_OF_A_FILE
        return True

    def read(self) -> WitnessRecord:
        """The record; an empty one where there is none that can be read, but for alarms that this process knows of.

        Nobody is waited for: a place that is being written does not open, and the other has the step before.
        """
        with self._lock:
            return self._with_unwritten(self._read_written())

    def change(self, change: RecordChange) -> None:
        """Replace the record by what `change` makes of it, without waiting for the disk."""
        with self._lock:
            try:
                with self._open() as file:
                    place, written = self._read_newest(file)
                    self._write(file, 1 if place == 0 else 0, written, change(self._with_unwritten(written)))
                self._unwritten = WitnessRecord()
            except OSError as error:
                log_error(error)
                self._keep_unwritten(change)

    def sync(self, change: RecordChange = lambda record: record) -> None:
        """The same, and wait until it is on the disk."""
        with self._lock:
            try:
                with self._open() as file:
                    place, written = self._read_newest(file)
                    changed = change(self._with_unwritten(written))
                    changed = replace(changed, step=max(changed.step, written.step + 1))
                    self._write(file, 1 if place == 0 else 0, written, changed)
                    self._write(file, _SYNCED_PLACE, changed, replace(changed, synced_step=changed.step + 1))
                    os.fsync(file)
                self._unwritten = WitnessRecord()
            except OSError as error:
                log_error(error)
                self._keep_unwritten(change)

    def _read_written(self) -> WitnessRecord:
        try:
            file = durable_files.open_regular(self._path, os.O_RDONLY)
            try:
                return self._read_newest(file)[1]
            finally:
                os.close(file)
        except FileNotFoundError:
            return self._make_empty()
        except OSError as error:
            log_error(error)
            return self._make_empty()

    def _make_empty(self) -> WitnessRecord:
        """The record where none can be read: an alarm that stood stands."""
        return (
            WitnessRecord().with_alarms(self._last[1].alarms, self._last[1].unconfirmed)
            if self._last
            else WitnessRecord()
        )

    def _with_unwritten(self, record: WitnessRecord) -> WitnessRecord:
        return record.with_alarms(self._unwritten.alarms, self._unwritten.unconfirmed)

    def _keep_unwritten(self, change: RecordChange) -> None:
        """An alarm is none the less one where the disk does not take it."""
        written = self._read_written()
        wanted = change(self._with_unwritten(written))
        self._unwritten = WitnessRecord(
            alarms=tuple(alarm for alarm in wanted.alarms if alarm not in written.alarms),
            unconfirmed={
                name: least for name, least in wanted.unconfirmed.items() if written.unconfirmed.get(name) != least
            },
        )

    @contextmanager
    def _open(self) -> Iterator[int]:
        """The file, for one writer at a time."""
        is_new = self._make_way()
        file = durable_files.open_regular(self._path, os.O_RDWR | os.O_CREAT)
        try:
            _lock(file)
            yield file
            if is_new:
                os.fsync(file)
        finally:
            os.close(file)
        if is_new:
            durable_files.sync_folder(self._path.parent)

    def _make_way(self) -> bool:
        """Whether the file is yet to be made; what lies in its place and is no file is removed."""
        try:
            mode = self._path.lstat().st_mode
        except FileNotFoundError:
            return True
        if S_ISREG(mode):
            return False
        if S_ISDIR(mode):
            self._path.rmdir()  # with something in it, it stays: nobody knows whose that is
        else:
            self._path.unlink(missing_ok=True)
        return True

    def _read_newest(self, file: int) -> tuple[int, WitnessRecord]:
        """The newest place that opens, and its record."""
        heads = [(os.pread(file, _HEAD_BYTES, place * PLACE_BYTES), place) for place in range(_PLACES)]
        for head, place in sorted(heads, reverse=True):
            if len(head) == _HEAD_BYTES and any(head):
                record = self._read_place(file, head, place)
                if record is not None:
                    self._last = head, record
                    return place, record
        return 0, self._make_empty()

    def _read_place(self, file: int, head: bytes, place: int) -> WitnessRecord | None:
        if self._last and self._last[0] == head:
            return self._last[1]
        length = int.from_bytes(head[_STEP_BYTES : _STEP_BYTES + _LENGTH_BYTES], "big")
        if length > PLACE_BYTES - _HEAD_BYTES:
            return None
        sealed = os.pread(file, length, place * PLACE_BYTES + _HEAD_BYTES)
        with suppress(InvalidTag):  # this write was cut off: another place has the step before
            content = self._cipher.decrypt(head[-_NONCE_BYTES:], sealed, head[:-_NONCE_BYTES])
            return decode_or_none(WitnessRecord, content)
        return None

    def _write(self, file: int, place: int, before: WitnessRecord, after: WitnessRecord) -> None:
        if after == before:
            return
        record = replace(after, step=max(after.step, before.step + 1))
        content, nonce = encode_canonical(record), token_bytes(_NONCE_BYTES)
        length = len(content) + 16
        if length > PLACE_BYTES - _HEAD_BYTES:
            raise OSError("the record is too large")
        bound = record.step.to_bytes(_STEP_BYTES, "big") + length.to_bytes(_LENGTH_BYTES, "big")
        head = bound + nonce
        os.pwrite(file, head + self._cipher.encrypt(nonce, content, bound), place * PLACE_BYTES)
        self._last = head, record


def _lock(file: int) -> None:
    """Keep other writers away; each takes less than a millisecond. OSError where one hangs."""
    ends = monotonic() + _LONGEST_WAIT_S
    while True:
        try:
            return flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            if monotonic() > ends:
                raise
        sleep(_AGAIN_S)
