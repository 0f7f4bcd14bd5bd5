"""Commands and responses over a transport: what is left of a response is fetched, time and size are bounded.

A status of 61xx is answered with GET RESPONSE until all is there (ISO/IEC 7816-4, 7.6.1). 6Cxx is the caller's:
asking again with the right length may need a new encryption.
"""

from devices.chip.apdu import MOST_EXPECTED, Command, Response, read_response
from devices.chip.errors import ChipError, ChipGone, ChipMalformed
from devices.chip.patience import Patience
from devices.chip.transport import Transport
from devices.faults import DeviceFault, Reason

_GET_RESPONSE = 0xC0
_MOST_PIECES = 2 * MOST_EXPECTED // 256
"""Of one response: the longest one in whole pieces is half as many."""
MOST_COMMANDS = 20_000
"""Commands of one reading: the largest file allowed, 256 bytes at a time, and all others, twice."""


class Line:
    """A transport for the length of one reading."""

    def __init__(self, transport: Transport, patience: Patience) -> None:
        self._transport = transport
        self.patience = patience
        self._commands = 0

    def exchange(self, command: Command) -> Response:
        """The whole response to a command.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed.
        """
        response = self._once(command)
        data = response.data
        pieces = 0
        while (more := response.status.more_bytes) is not None:
            pieces += 1
            response = self._once(Command(0, _GET_RESPONSE, 0, 0, expected=more))
            data += response.data
            if not response.data or pieces > _MOST_PIECES or len(data) > MOST_EXPECTED:
                raise ChipMalformed("The chip says that more waits, and gives nothing or too much")
        return Response(data, response.status)

    def _once(self, command: Command) -> Response:
        self.patience.check()
        self._commands += 1
        if self._commands > MOST_COMMANDS:
            raise ChipMalformed(f"The chip was not read to its end in {MOST_COMMANDS} commands")
        try:
            answer = self._transport.transmit(command.encode())
        except DeviceFault as fault:
            raise self._told(fault) from fault
        self.patience.check()
        return read_response(answer)

    def _told(self, fault: DeviceFault) -> ChipError:
        if fault.reason is Reason.UNPLUGGED:
            return ChipGone()
        if fault.reason is Reason.TIMEOUT:
            return self.patience.slow("The chip does not answer")
        return ChipError(fault.what, do=fault.hint)
