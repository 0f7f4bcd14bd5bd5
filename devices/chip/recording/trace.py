"""One command and its response as a trace shows them: what they are, how long, how they ended; never what they say.

Headers, lengths, status words and names of applications and files stay. All else becomes zeros: what is encrypted too,
since who has the document's zone could open it.
"""

from dataclasses import dataclass

_SELECT = 0xA4
_HEADER = 4


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command, its response, and how long the chip took."""

    command: bytes
    response: bytes
    took_ms: float = 0.0

    def redacted(self) -> "Exchange":
        """The same without a traveller in it."""
        return Exchange(redacted_command(self.command), redacted_response(self.response), self.took_ms)

    def __str__(self) -> str:
        without = self.redacted()
        command, answer = without.command, without.response
        name = _NAMES.get(command[1], f"{command[1]:02X}") if len(command) > 1 else "?"
        return (
            f"{command[:_HEADER].hex().upper():8} {name:22} {len(command):5} → {len(answer):5} "
            f"{answer[-2:].hex().upper()} {self.took_ms:7.1f} ms"
        )


_NAMES = {
    0x22: "MANAGE SECURITY",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x86: "GENERAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB1: "READ BINARY (far)",
    0xC0: "GET RESPONSE",
}


def redacted_command(command: bytes) -> bytes:
    """A command's header, lengths, and what a plain SELECT names; zeros for the rest."""
    header, body = command[:_HEADER], command[_HEADER:]
    plain = len(header) == _HEADER and not header[0] & 0x0C
    if len(body) <= 1 or (plain and header[1] == _SELECT):
        return command
    size = 3 if body[0] == 0 and len(body) >= 3 else 1
    count = int.from_bytes(body[:size], "big")
    if len(body) == size:
        return command
    rest = body[size + count :]
    return header + body[:size] + bytes(len(body) - size - len(rest)) + rest


def redacted_response(response: bytes) -> bytes:
    """Zeros for all but the status word."""
    return bytes(max(0, len(response) - 2)) + response[-2:]
