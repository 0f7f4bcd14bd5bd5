"""A channel over bytes: a connection, a framing, and the inquiry that the framing may send to the reader."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Protocol

from data.text import _
from devices.faults import DeviceFault, FaultReason
from devices.framing.port import SILENCE_S, Framing
from devices.live_reader import ChannelEvent

MOST_AT_ONCE = 65_536
"""Bytes taken from the device at a time."""


class ByteConnection(Protocol):
    """One connection to a device."""

    def fileno(self) -> int:
        """Its descriptor, in non-blocking mode."""

    def close(self) -> None:
        """Close the connection."""


class ByteChannel:
    """Documents from what `connect` opens; `title` names the device in faults.

    `decode` makes the bytes for the framing of those that were received; `tap` is called with them.
    """

    def __init__(
        self,
        title: str,
        connect: Callable[[], ByteConnection],
        framing: Framing,
        *,
        decode: Callable[[bytes], bytes] = bytes,
        tap: Callable[[bytes], None] | None = None,
    ) -> None:
        self._title = title
        self._open = connect
        self._framing = framing
        self._decode = decode
        self._tap = tap
        self._connection: ByteConnection | None = None
        self._silent_s = 0.0

    @property
    def has_begun(self) -> bool:
        """Whether part of a document has come."""
        return self._framing.has_begun

    def connect(self) -> None:
        """Open the line."""
        self._connection = self._open()
        self._silent_s = 0.0

    async def receive(self) -> Sequence[ChannelEvent]:
        """The documents that the next bytes complete, or silence instead of bytes."""
        if self._connection is None:
            raise self._unplugged_fault()
        if not await _readable(self._connection.fileno(), SILENCE_S):
            self._silent_s += SILENCE_S
            self._ask()
            return self._framing.silence(self._silent_s)
        data = self._take()
        self._silent_s = 0.0
        return self._framing.feed(data)

    def disconnect(self) -> None:
        """Close the line."""
        connection, self._connection = self._connection, None
        self._framing.reset()
        if connection is not None:
            connection.close()

    def _take(self) -> bytes:
        assert self._connection is not None  # noqa: S101 (receive looked)
        try:
            data = os.read(self._connection.fileno(), MOST_AT_ONCE)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._unplugged_fault() from error
        if not data:
            raise self._unplugged_fault()
        text = self._decode(data)
        if self._tap is not None and text:
            self._tap(text)
        return text

    def _ask(self) -> None:
        if self._framing.ask and not self._framing.has_begun and self._connection is not None:
            try:
                os.write(self._connection.fileno(), self._framing.ask)
            except BlockingIOError:
                return  # the reader does not accept it now; the next inquiry will do
            except OSError as error:
                raise self._unplugged_fault() from error

    def _unplugged_fault(self) -> DeviceFault:
        return DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=self._title))


async def _readable(descriptor: int, timeout_s: float) -> bool:
    """Whether there are bytes, or the end of the stream, within `timeout_s`."""
    loop = asyncio.get_running_loop()
    readiness: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, _settle, readiness)
    try:
        await asyncio.wait((readiness,), timeout=timeout_s)
        return readiness.done()
    finally:
        loop.remove_reader(descriptor)
        readiness.cancel()


def _settle(readiness: "asyncio.Future[None]") -> None:
    if not readiness.done():
        readiness.set_result(None)
