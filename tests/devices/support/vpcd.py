"""A simulated chip on a virtual reader: the near end of vsmartcard's vpcd, a driver of pcscd (tests and benches alone).

- vpcd listens on all addresses of the machine, so it has no place on a field kit.
- A connection to it is a chip on the reader; to take the chip away is to hang up.
- Every message is two bytes of length and as many of content; a content of one byte is a control, others are
  commands.
"""

import socket
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from threading import Thread

from devices.faults import DeviceFault
from devices.simulated.chip.simulated_chip import ATR, SimulatedChip

LIBRARY = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
"""Where Debian's vsmartcard-vpcd puts the driver."""
_HOST = "127.0.0.1"
_TRIES = 20
_LOOK_S = 5.0
"""Longer than pcscd waits between two looks at its readers."""
_LONGEST = 0xFFFF
_NOTHING_SENSIBLE = b"\x6f\x00"


class Control(IntEnum):
    """What pcscd asks of a virtual reader."""

    OFF = 0
    ON = 1
    RESET = 2
    ATR = 4


def configuration(reader: str, port: int) -> str:
    """A file for pcscd's configuration folder: a virtual reader of this name; its second slot is on the next port."""
    return f'FRIENDLYNAME "{reader}"\nDEVICENAME /dev/null:{port:#x}\nLIBPATH {LIBRARY}\nCHANNELID {port:#x}\n'


def free_port() -> int:
    """A port that is free now, and the one after it as well."""
    for _ in range(_TRIES):
        with socket.socket() as first, socket.socket() as second, suppress(OSError, OverflowError):
            first.bind(("", 0))
            port = int(first.getsockname()[1])
            second.bind(("", port + 1))
            return port
    raise OSError("No two ports in a row are free")


class VirtualReader:
    """A slot of vpcd, by its port; nothing lies on it at first."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lying: _Lying | None = None

    def lay(self, chip: SimulatedChip) -> None:
        """Lay a chip on the reader in place of what lies there. OSError when vpcd is not there."""
        self.take_away()
        self._lying = _Lying(socket.create_connection((_HOST, self._port)), chip)
        self._lying.start()

    def take_away(self) -> None:
        """Take away what lies on the reader, if anything does, and wait until vpcd has seen it."""
        lying, self._lying = self._lying, None
        if lying is not None:
            lying.gone = True
            lying.join(_LOOK_S)


class _Lying(Thread):
    """A chip for as long as it lies on the reader.

    vpcd survives a hang-up only where it asks whether a chip is there; in the middle of a command it locks up for good.
    So a chip that went away still answers, nothing sensible, until then.
    """

    def __init__(self, connection: socket.socket, chip: SimulatedChip) -> None:
        super().__init__(daemon=True)
        self._connection = connection
        self._chip = chip
        self.gone = False

    def run(self) -> None:
        """Answer until either side hangs up."""
        self._chip.lay_down()
        with self._connection as connection, suppress(OSError):
            while (message := _receive(connection)) is not None:
                if self.gone and message == bytes([Control.ATR]):
                    return
                answer = self._answer(message)
                if answer is not None:
                    connection.sendall(len(answer).to_bytes(2, "big") + answer)

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) == 1:
            if message[0] in (Control.ON, Control.RESET):
                self._chip.lay_down()
            return ATR if message[0] == Control.ATR else None
        try:
            return _NOTHING_SENSIBLE if self.gone else self._chip.transmit(message)[:_LONGEST]
        except DeviceFault:
            self.gone = True
            return _NOTHING_SENSIBLE


def _receive(connection: socket.socket) -> bytes | None:
    length = _exactly(connection, 2)
    return None if length is None else _exactly(connection, int.from_bytes(length, "big"))


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    received = b""
    while len(received) < count:
        # The kernel forgets this after a while; without it each command waits 40 ms for an acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(count - len(received))
        if not part:
            return None
        received += part
    return received
