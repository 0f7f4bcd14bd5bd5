"""The lines that a program sends over the socket, and the lines for what went wrong (docs/programs.md)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from appliance.counter.check_request import CheckRequest, request_id
from data.errors import InputError, WaypostError
from data.json_codec import decode
from data.json_errors import JsonError
from data.screenings import Decision
from data.text import _

MOST_LINE_BYTES = 64 << 10
DEADLINE_MS = 10_000
"""Of a request that names none."""
_ID = str | int | None


class ServiceError(StrEnum):
    """What a program can act on. The values stay as they are."""

    LINE_TOO_LONG = "line_too_long"
    """The connection is closed: where the next line begins is not known."""
    NOT_UNDERSTOOD = "not_understood"
    NOT_PROVED = "not_proved"
    """The connection is closed."""
    NOT_ALLOWED = "not_allowed"
    DEADLINE = "deadline"
    BUSY = "busy"
    """Too many programs are connected; the connection is closed."""
    FAILED = "failed"


class ProgramHello(BaseModel):
    """The first line of a connection: which program this is, and what proves it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    hello: Annotated[int, Field(ge=1, le=1)]
    program: str = Field(max_length=16)
    credential: str = Field(max_length=128, repr=False)


class DecisionOrder(BaseModel):
    """What the officer decided about a traveller whose answer this connection gave."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    screening: str
    decision: Annotated[Decision, Field(strict=False)]
    officer: str


class ProgramLine(BaseModel):
    """A line after the first: a request to screen, or a decision."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: _ID = None
    officer: str = ""
    lane: str = Field("", max_length=60)
    """As the program calls it; it comes back with the answer."""
    deadline_ms: Annotated[int, Field(ge=1, le=60_000)] = DEADLINE_MS
    request: CheckRequest | None = None
    decide: DecisionOrder | None = None


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An error line. Nobody is clear by it: its verdict is `cannot_say`."""

    id: _ID
    code: ServiceError
    error: WaypostError

    def to_json(self) -> dict[str, Any]:
        """The object that is sent."""
        return {
            "id": self.id,
            "verdict": "cannot_say",
            "error": self.code.value,
            "message": str(self.error.what),
            "means": str(self.error.means),
            "do": str(self.error.do),
        }


def decode_hello(line: bytes) -> ProgramHello:
    """The first line; InputError where it is none, and nothing of it is repeated."""
    return decode(ProgramHello, line, _refuse_hello)


def decode_line(line: bytes) -> ProgramLine:
    """A later line.

    Raises:
        InputError: it is no JSON, or not such a line; or it asks for nothing, or for two things.
    """
    parsed = decode(ProgramLine, line, _refuse_line, keys_shown=True)  # the answer goes to who wrote the line
    if (parsed.request is None) == (parsed.decide is None):
        raise InputError(
            _("This line asks for nothing, or for two things"),
            means=_("Nobody was screened, and nothing was recorded."),
            do=_("Send `request` or `decide`"),
        )
    return parsed


def line_id(line: bytes) -> str | int | None:
    """The `id` of a line that could not be used; None where it cannot be read."""
    return request_id(line)


def _refuse_hello(_why: JsonError) -> InputError:
    return InputError(
        _("The first line does not say which program this is"),
        means=_("The connection is closed."),
        do=_("Send `hello`, `program` and `credential` first"),
    )


def _refuse_line(why: JsonError) -> InputError:
    return InputError(
        _("This line cannot be used ({why})", why=why.says),
        means=_("Nobody was screened, and nothing was recorded."),
    )
