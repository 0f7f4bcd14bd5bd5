"""Which command goes where, and what it must be allowed before it gets there."""

from collections.abc import Callable

from devices.simulated.chip.answering import active_authentication, bac, chip_authentication, files, pace
from devices.simulated.chip.answering.apdu import SHORT, Answer, Command
from devices.simulated.chip.answering.session import Session
from devices.simulated.chip.answering.status import Refusal, Status

_MSE, _GENERAL_AUTHENTICATE = 0x22, 0x86
_SET_PACE, _SET_CHIP_KEY, _SET_CHIP_KEY_AT_ONCE = 0xC1A4, 0x41A4, 0x41A6
_Handler = Callable[[Session, Command], Answer]


def obey(session: Session, command: Command) -> Answer:
    """The answer to a plain command, or to one that came out of secure messaging. Refusal for what is not done."""
    handler = _HANDLERS.get(command.ins)
    if handler is None:
        raise Refusal(Status.UNKNOWN_COMMAND)
    if command.chained and command.ins != _GENERAL_AUTHENTICATE:
        raise Refusal(Status.LAST_OF_CHAIN)
    return handler(session, command)


def _manage_environment(session: Session, command: Command) -> Answer:
    session.pace = session.chosen_key = None
    handler = {
        _SET_PACE: pace.set_pace,
        _SET_CHIP_KEY: chip_authentication.choose_key,
        _SET_CHIP_KEY_AT_ONCE: chip_authentication.agree_at_once,
    }.get(command.parameters)
    if handler is None:
        raise Refusal(Status.BAD_PARAMETERS)
    if command.parameters != _SET_PACE and not session.opened:
        raise Refusal(Status.NOT_ALLOWED)
    return handler(session, command)


def _general_authenticate(session: Session, command: Command) -> Answer:
    if session.chosen_key is not None:
        return chip_authentication.agree_chosen(session, command)
    return pace.advance(session, command)


def _get_response(session: Session, command: Command) -> Answer:
    """The next part of a long answer (`in_parts`)."""
    if not session.pending or command.le is None:
        raise Refusal(Status.NOT_NOW)
    return Answer(session.pending)


def in_parts(session: Session, answer: Answer) -> Answer:
    """As much of an answer as fits, and how much is left."""
    part, session.pending = answer.data[:SHORT], answer.data[SHORT:]
    if not session.pending:
        return Answer(part, answer.status)
    return Answer(part, 0x6100 | min(len(session.pending), 0xFF))


_HANDLERS: dict[int, _Handler] = {
    0xA4: files.select,
    0xB0: files.read_binary,
    0xB1: files.read_binary_odd,
    0x84: bac.get_challenge,
    0x82: bac.external_authenticate,
    0x88: active_authentication.internal_authenticate,
    _MSE: _manage_environment,
    _GENERAL_AUTHENTICATE: _general_authenticate,
    0xC0: _get_response,
}
