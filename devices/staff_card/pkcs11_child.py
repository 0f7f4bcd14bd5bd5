"""The process that has the card maker's library: `python -m devices.staff_card.pkcs11_child DESCRIPTOR PARENT`.

It answers one request after the other (`devices.staff_card.card_messages`) and ends with its socket; after a request
with a PIN it ends by itself, so that the PIN and the unlocked card end with it.
"""

import os
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from data.log.error_log import destination, log_error
from devices.isolation.child import begin_child_process
from devices.isolation.messages import LONGEST_LINE
from devices.staff_card.card_messages import (
    CardRequest,
    encode_card,
    encode_line,
    encode_proof,
    parse_card_request,
)
from devices.staff_card.card_reader import CardFault, CardProblem

if TYPE_CHECKING:
    from devices.staff_card.pkcs11_token import CardModule


def main() -> None:
    """Serve until the kit closes the socket, or a PIN was used."""
    begin_child_process()
    with suppress(ConnectionError):
        _serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)  # threads of the library must not keep the process alive


def _serve(connection: socket.socket) -> None:
    origins: list[dict[str, Any]] = []
    destination.forward = origins.extend
    module: CardModule | None = None
    with connection.makefile("rb") as requests:
        while line := requests.readline(LONGEST_LINE):
            request = parse_card_request(line)
            try:
                if request.module:
                    module = _load(request.module)
                    answer: dict[str, Any] = {}
                elif module is None:
                    return
                else:
                    answer = _answer(module, request)
            except CardFault as fault:
                log_error(fault)
                answer = {"problem": fault.problem.value}
            connection.sendall(encode_line({**answer, "log": origins[:4]}))
            origins.clear()
            if request.pin:
                return


def _load(path: str) -> "CardModule":
    """CardFault NO_EXTRA, MODULE_MISSING, MODULE_UNUSABLE."""
    try:
        from devices.staff_card.pkcs11_token import CardModule
    except ImportError as error:
        raise CardFault(CardProblem.NO_EXTRA) from error
    return CardModule(path)


def _answer(module: "CardModule", request: CardRequest) -> dict[str, Any]:
    from devices.staff_card.pkcs11_token import problem_of

    try:
        if request.look:
            card = module.look()
            return {} if card is None else encode_card(card)
        return encode_proof(module.sign(request.fingerprint, bytes.fromhex(request.challenge), request.pin))
    except CardFault:
        raise
    except Exception as error:  # foreign code
        raise CardFault(problem_of(error)) from error


if __name__ == "__main__":
    main()
