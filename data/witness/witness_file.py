"""The file `witness` of a kit: one small encrypted record, written with every change of the other files.

- It is no database: it has no log beside it that could be taken away, and writing it syncs nothing, so no traveller
  waits for it. A kill loses nothing of it. Of two places it fills the older one, so that a write that was cut off
  leaves the step before.
- Two more places are written and synced by turns, now and then (`WitnessFile.sync`). Only when a sync has returned does
  an ordinary change say up to which step the file is on the disk, and the place that holds that step is not written
  again before the other one is on the disk. So what a power cut leaves is never older than any record ever said.
- Where it cannot be written (a full or failing disk) the change of the other file stands; the error is logged. Alarms,
  and lists that wait for headquarters, then hold in this process, until they can be written.
- What lies there and is no file (a link, a pipe, an empty folder) gives way to one, with the next change.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from errno import ENOSPC
from fcntl import LOCK_EX
from pathlib import Path
from secrets import token_bytes
from stat import S_ISDIR, S_ISREG
from threading import RLock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data import durable_files
from data.json_codec import decode_or_none, encode_canonical
from data.kit import home_files
from data.log.error_log import log_error
from data.store_key import StoreKey
from data.witness.witness_record import StandingAlarm, WitnessRecord

PLACE_BYTES = 256 * 1024
"""Of one place in the file; most of it is never written."""
_STEP_BYTES, _LENGTH_BYTES, _NONCE_BYTES = 8, 4, 12
_HEAD_BYTES = _STEP_BYTES + _LENGTH_BYTES + _NONCE_BYTES
_CHANGE_PLACES, _SYNCED_PLACES = (0, 1), (2, 3)
_LONGEST_WAIT_S = 1.0
RecordChange = Callable[[WitnessRecord], WitnessRecord]


class WitnessFile:
    """The witness file of the kit in `folder`. Thread-safe, and safe among processes."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._path = home_files.WITNESS.within(folder)
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

    @property
    def unwritten_alarms(self) -> tuple[StandingAlarm, ...]:
        """The alarms that only this process knows: the file did not take what else was written with them, either."""
        with self._lock:
            return self._unwritten.alarms

    def read(self) -> WitnessRecord:
        """The record; an empty one where there is none that can be read, but for alarms that this process knows of.

        Nobody is waited for: a place that is being written does not open, and the other has the step before.
        """
        with self._lock:
            return self._with_unwritten(self._read_written())

    def change(self, change: RecordChange) -> None:
        """Replace the record by what `change` makes of it, without waiting for the disk."""
        try:
            with self._open() as file, self._lock:
                newest = self._read_newest(file)
                changed = change(self._with_unwritten(newest))
                if changed != newest:
                    self._write(file, self._find_older_place(file), newest.step, changed)
                self._unwritten = WitnessRecord()
        except OSError as error:
            log_error(error)
            self._keep_unwritten(change)

    def sync(self, change: RecordChange = lambda record: record) -> None:
        """The same, and wait until it is on the disk. Who reads or changes the record in this process does not wait."""
        try:
            with self._open() as file:
                with self._lock:
                    newest = self._read_newest(file)
                    place, changed = self._find_spare_place(file, newest), change(self._with_unwritten(newest))
                    synced = self._write(file, place, newest.step, changed)
                    self._unwritten = WitnessRecord()
                os.fsync(file)
                if newest.synced_step == 0:  # or the power cut takes the whole file
                    durable_files.sync_folder(self._path.parent)
                with self._lock:
                    published = replace(synced, synced_step=synced.step)
                    self._write(file, self._find_older_place(file), synced.step, published)
        except OSError as error:
            log_error(error)
            self._keep_unwritten(change)

    def _read_written(self) -> WitnessRecord:
        try:
            file = durable_files.open_regular(self._path, os.O_RDONLY)
            try:
                return self._read_newest(file)
            finally:
                os.close(file)
        except FileNotFoundError:
            return self._make_empty()
        except OSError as error:
            log_error(error)
            return self._make_empty()

    def _make_empty(self) -> WitnessRecord:
        """The record where none can be read: an alarm that stood stands."""
        known = self._last[1] if self._last else WitnessRecord()
        return WitnessRecord(alarms=known.alarms, unconfirmed=known.unconfirmed)

    def _with_unwritten(self, record: WitnessRecord) -> WitnessRecord:
        return record.with_alarms(self._unwritten.alarms).with_unconfirmed(self._unwritten.unconfirmed)

    def _keep_unwritten(self, change: RecordChange) -> None:
        """An alarm is none the less one where the disk does not take it."""
        with self._lock:
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
            durable_files.wait_for_lock(file, LOCK_EX, _LONGEST_WAIT_S)
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

    def _read_newest(self, file: int) -> WitnessRecord:
        """The newest record that opens."""
        places = (*_CHANGE_PLACES, *_SYNCED_PLACES)
        for head, place in sorted(((_read_head(file, place), place) for place in places), reverse=True):
            record = self._read_place(file, head, place)
            if record is not None:
                self._last = head, record
                return record
        return self._make_empty()

    def _find_older_place(self, file: int) -> int:
        """Where a change is written: never over the record that was read or written last."""
        heads = {place: _read_head(file, place) for place in _CHANGE_PLACES}
        return min(_CHANGE_PLACES, key=lambda place: (self._is_last(heads[place]), heads[place][:_STEP_BYTES]))

    def _is_last(self, head: bytes) -> bool:
        return self._last is not None and self._last[0] == head

    def _find_spare_place(self, file: int, newest: WitnessRecord) -> int:
        """Where a record may be synced: over the older of two that are on the disk, or over one that perhaps is not."""
        steps = dict.fromkeys(_SYNCED_PLACES, 0)
        for place in _SYNCED_PLACES:
            record = self._read_place(file, _read_head(file, place), place)
            if record is not None and (record.step <= newest.synced_step or record.has_outlived_a_start):
                steps[place] = record.step
        return min(_SYNCED_PLACES, key=lambda place: steps[place])

    def _read_place(self, file: int, head: bytes, place: int) -> WitnessRecord | None:
        if len(head) < _HEAD_BYTES or not any(head):
            return None
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

    def _write(self, file: int, place: int, step: int, record: WitnessRecord) -> WitnessRecord:
        """Fill a place with `record` as a step after `step`; the record as it was written."""
        record = record.as_step(max(record.step, step + 1))
        content, nonce = encode_canonical(record), token_bytes(_NONCE_BYTES)
        length = len(content) + 16
        if length > PLACE_BYTES - _HEAD_BYTES:
            raise OSError("the record is too large")
        bound = record.step.to_bytes(_STEP_BYTES, "big") + length.to_bytes(_LENGTH_BYTES, "big")
        head = bound + nonce
        sealed = self._cipher.encrypt(nonce, content, bound)
        if os.pwrite(file, head + sealed, place * PLACE_BYTES) < len(head) + len(sealed):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        self._last = head, record
        return record


def _read_head(file: int, place: int) -> bytes:
    return os.pread(file, _HEAD_BYTES, place * PLACE_BYTES)
