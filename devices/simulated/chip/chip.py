"""A simulated chip on a reader: bytes in, bytes out. It is a transport, and a peer for other makers' readers.

- Whatever comes is answered; nothing that comes makes it fail (a tear-off, which is asked for, is a fault).
- What was proved falls with the secure channel: with a plain command, a wrong one, or power-off.
"""

import time
from collections.abc import Callable

from devices.simulated.chip.answering.apdu import Answer, Command, read_command
from devices.simulated.chip.answering.commands import in_parts, obey
from devices.simulated.chip.answering.passwords import Doorman
from devices.simulated.chip.answering.session import Session
from devices.simulated.chip.answering.status import Refusal, Status
from devices.simulated.chip.misbehaviour import Misbehaviour
from devices.simulated.chip.personal.card import Card
from devices.simulated.chip.randomness import FRESH, Randomness

_CLASSES = (0x00, 0x0C, 0x10, 0x1C)
_CHANNELS = 0x03
ATR = bytes.fromhex("3B8480018080900093")
"""Of a contactless chip behind PC/SC: historical bytes 80 80 90 00 (PC/SC part 3, 3.1.3.2.3)."""


class SimulatedChip:
    """One chip. `wait` is how it spends time; `randomness` may be seeded."""

    def __init__(self, card: Card, randomness: Randomness = FRESH, wait: Callable[[float], None] = time.sleep) -> None:
        self.card = card
        self._randomness = randomness
        self._doorman = Doorman(card, wait)
        self._misbehaviour = Misbehaviour(card.profile, randomness, wait)
        self.lay_down()

    def lay_down(self) -> None:
        """Power on, or the document is laid on the reader again; wrong passwords are not forgotten."""
        self._session = Session(self.card, self._doorman, self._randomness)
        self._misbehaviour.lay_down()

    def transmit(self, command: bytes) -> bytes:
        """The response to a command APDU. DeviceFault UNPLUGGED while the chip is torn off."""
        instead = self._misbehaviour.before()
        answer = self._answer(command) if instead is None else instead
        return self._misbehaviour.after(answer)

    def _answer(self, raw: bytes) -> bytes:
        try:
            command = read_command(raw)
            self._check_form(command, raw)
            return self._protected(command) if command.protected else self._plain(command)
        except Refusal as refusal:
            return Answer(status=refusal.status).encode()

    def _check_form(self, command: Command, raw: bytes) -> None:
        if command.cla not in _CLASSES:
            raise Refusal(Status.NO_CHANNELS if command.cla & ~_CHANNELS in _CLASSES else Status.UNKNOWN_CLASS)
        if self.card.profile.extended_length == "no" and len(raw) > 5 and raw[4] == 0:
            raise Refusal(Status.WRONG_LENGTH)

    def _plain(self, command: Command) -> bytes:
        """A plain command ends secure messaging and is then answered as if there had been none."""
        session = self._session
        if session.channel is not None:
            session.lose_channel()
        answer = self._obeyed(command)
        if self.card.profile.answers == "in_parts":
            answer = in_parts(session, answer)
        session.channel, session.next_channel = session.next_channel, None
        return answer.encode()

    def _protected(self, command: Command) -> bytes:
        session = self._session
        channel = session.channel
        if channel is None:
            raise Refusal(Status.BAD_SECURE_OBJECTS)
        try:
            opened = channel.open(command)
        except Refusal:
            session.lose_channel()
            raise
        closed = channel.close(self._obeyed(opened), command.ins)
        session.channel, session.next_channel = session.next_channel or channel, None
        return self._misbehaviour.spoil_secure(closed).encode()

    def _obeyed(self, command: Command) -> Answer:
        try:
            return obey(self._session, command)
        except Refusal as refusal:
            return Answer(status=refusal.status)
