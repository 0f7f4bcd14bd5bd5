"""A simulated chip on a reader: bytes in, bytes out. It is a transport, and a peer for other makers' readers.

- Every command gets an answer, and none makes the chip fail (except a tear-off, which is a fault of the profile).
- A plain command, a wrong one, or power-off ends the secure channel, and with it everything that was proved.
- A table says which function handles each command, and what access it needs.
- Faults in the answers (torn off, slow, endless, garbage) count all commands since the chip was made.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from data.text import _
from devices.faults import DeviceFault, FaultReason
from devices.simulated.chip.personalisation.card import SimulatedCard
from devices.simulated.chip.profile import ChipFault, ChipProfile
from devices.simulated.chip.protocols import active_authentication, bac, chip_authentication, file_commands, pace
from devices.simulated.chip.protocols.apdu import (
    SHORT,
    SimulatedCommand,
    SimulatedRefusal,
    SimulatedResponse,
    SimulatedStatus,
    read_command,
)
from devices.simulated.chip.protocols.session import PasswordGuard, SimulatedSession
from devices.simulated.chip.randomness import SYSTEM_RANDOM, Randomness

_HUGE = 100_000

_MSE, _GENERAL_AUTHENTICATE = 0x22, 0x86
_SET_PACE, _SET_CHIP_KEY, _SET_CHIP_KEY_AT_ONCE = 0xC1A4, 0x41A4, 0x41A6
_Handler = Callable[[SimulatedSession, SimulatedCommand], SimulatedResponse]

_CLASSES = (0x00, 0x0C, 0x10, 0x1C)
_CHANNELS = 0x03
_CARRIED_OUT = (SimulatedStatus.OK, SimulatedStatus.END_OF_FILE)
ATR = bytes.fromhex("3B8480018080900093")
"""Of a contactless chip behind PC/SC: historical bytes 80 80 90 00 (PC/SC part 3, 3.1.3.2.3)."""


class AnswerFaults:
    """What goes wrong at which command."""

    def __init__(self, profile: ChipProfile, randomness: Randomness, wait: Callable[[float], None]) -> None:
        self._profile = profile
        self._randomness = randomness
        self._wait = wait
        self._count = 0
        self._is_away = False

    def lay_down(self) -> None:
        """The chip is in the field again."""
        self._is_away = False

    def before(self) -> bytes | None:
        """Called for each command: the answer that comes instead of a right one. DeviceFault UNPLUGGED."""
        self._count += 1
        if self._now(ChipFault.TEAR_OFF):
            self._is_away = True
        if self._is_away:
            raise DeviceFault(
                FaultReason.UNPLUGGED,
                _("The document was lifted off the reader"),
                hint=_("Put the document down again"),
            )
        if self._profile.has(ChipFault.SLOW) or self._now(ChipFault.STALL):
            self._wait(self._profile.delay_s)
        if self._since(ChipFault.ENDLESS_MORE):
            return SimulatedResponse(b"\x00", 0x61FF).encode()
        if self._since(ChipFault.ENDLESS_LENGTH):
            return SimulatedResponse(status=0x6C10).encode()
        if self._since(ChipFault.GARBAGE):
            return self._randomness(1 + self._randomness(1)[0])
        return None

    def after(self, answer: bytes) -> bytes:
        """The answer as it leaves the chip."""
        if self._now(ChipFault.SHORT_ANSWER):
            return answer[:1]
        if self._now(ChipFault.HUGE_ANSWER):
            return bytes(_HUGE) + SimulatedStatus.OK.to_bytes(2, "big")
        return answer

    def spoil_secure(self, answer: SimulatedResponse) -> SimulatedResponse:
        """A secure message whose last byte, of the MAC, is wrong."""
        if not self._since(ChipFault.WRONG_MAC):
            return answer
        return replace(answer, data=answer.data[:-1] + bytes([answer.data[-1] ^ 1]))

    def _now(self, fault: ChipFault) -> bool:
        return self._profile.has(fault) and self._count == self._profile.at

    def _since(self, fault: ChipFault) -> bool:
        return self._profile.has(fault) and self._count >= self._profile.at


def execute(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """The answer to a plain or decrypted command. SimulatedRefusal if the chip does not carry it out."""
    handler = _HANDLERS.get(command.ins)
    if handler is None:
        raise SimulatedRefusal(SimulatedStatus.UNKNOWN_COMMAND)
    if command.is_chained and command.ins != _GENERAL_AUTHENTICATE:
        raise SimulatedRefusal(SimulatedStatus.LAST_OF_CHAIN)
    return handler(session, command)


def split_response(session: SimulatedSession, answer: SimulatedResponse, size: int = SHORT) -> SimulatedResponse:
    """As much of an answer as fits, and how much is left."""
    part, session.pending = answer.data[:size], answer.data[size:]
    if not session.pending:
        return SimulatedResponse(part, answer.status)
    return SimulatedResponse(part, 0x6100 | min(len(session.pending), 0xFF))


class SimulatedChip:
    """One chip. `wait` is how it spends time; `randomness` may be seeded."""

    def __init__(
        self, card: SimulatedCard, randomness: Randomness = SYSTEM_RANDOM, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self.card = card
        self._randomness = randomness
        self._password_guard = PasswordGuard(card, wait)
        self._answer_faults = AnswerFaults(card.profile, randomness, wait)
        self.lay_down()

    def lay_down(self) -> None:
        """Power on: the document is laid on the reader, perhaps again. Wrong passwords are not forgotten."""
        self._session = SimulatedSession(self.card, self._password_guard, self._randomness)
        self._answer_faults.lay_down()

    def transmit(self, command: bytes) -> bytes:
        """The response to a command APDU. DeviceFault UNPLUGGED while the chip is torn off."""
        instead = self._answer_faults.before()
        answer = self._answer(command) if instead is None else instead
        return self._answer_faults.after(answer)

    def _answer(self, raw: bytes) -> bytes:
        try:
            command = read_command(raw)
            self._check_form(command, raw)
            return self._answer_protected(command) if command.is_protected else self._answer_plain(command)
        except SimulatedRefusal as refusal:
            return SimulatedResponse(status=refusal.status).encode()

    def _check_form(self, command: SimulatedCommand, raw: bytes) -> None:
        if command.cla not in _CLASSES:
            raise SimulatedRefusal(
                SimulatedStatus.NO_CHANNELS if command.cla & ~_CHANNELS in _CLASSES else SimulatedStatus.UNKNOWN_CLASS
            )
        if self.card.profile.extended_length == "no" and len(raw) > 5 and raw[4] == 0:
            raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)

    def _answer_plain(self, command: SimulatedCommand) -> bytes:
        """Answer a command. A plain one ends secure messaging first."""
        session = self._session
        if session.channel is not None:
            session.lose_channel()
        answer = self._execute(command)
        if self.card.profile.answers != "whole":
            answer = split_response(session, answer)
        session.channel, session.next_channel = session.next_channel, None
        return answer.encode()

    def _answer_protected(self, command: SimulatedCommand) -> bytes:
        session = self._session
        channel = session.channel
        if channel is None:
            raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS)
        try:
            opened = channel.open(command)
        except SimulatedRefusal:
            session.lose_channel()
            raise
        answer = self._execute(opened)
        if self.card.profile.errors == "plain" and answer.status not in _CARRIED_OUT:
            session.lose_channel()
            return answer.encode()
        if self.card.profile.answers == "in_protected_parts":
            answer = split_response(session, answer, min(SHORT, opened.longest))
        closed = channel.close(answer, command.ins)
        session.channel, session.next_channel = session.next_channel or channel, None
        return self._answer_faults.spoil_secure(closed).encode()

    def _execute(self, command: SimulatedCommand) -> SimulatedResponse:
        try:
            return execute(self._session, command)
        except SimulatedRefusal as refusal:
            return SimulatedResponse(status=refusal.status)


def _manage_environment(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    session.pace = session.chosen_key = None
    handler = {
        _SET_PACE: pace.set_pace,
        _SET_CHIP_KEY: chip_authentication.choose_key,
        _SET_CHIP_KEY_AT_ONCE: chip_authentication.agree_at_once,
    }.get(command.parameters)
    if handler is None:
        raise SimulatedRefusal(SimulatedStatus.BAD_PARAMETERS)
    if command.parameters != _SET_PACE and not session.is_open:
        raise SimulatedRefusal(SimulatedStatus.NOT_ALLOWED)
    return handler(session, command)


def _general_authenticate(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    if session.chosen_key is not None:
        return chip_authentication.agree_chosen(session, command)
    return pace.advance(session, command)


def _get_response(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """The next part of a long answer (`split_response`)."""
    if not session.pending or command.le is None:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    return SimulatedResponse(session.pending)


_HANDLERS: dict[int, _Handler] = {
    0xA4: file_commands.select,
    0xB0: file_commands.read_binary,
    0xB1: file_commands.read_binary_odd,
    0x84: bac.get_challenge,
    0x82: bac.external_authenticate,
    0x88: active_authentication.internal_authenticate,
    _MSE: _manage_environment,
    _GENERAL_AUTHENTICATE: _general_authenticate,
    0xC0: _get_response,
}
