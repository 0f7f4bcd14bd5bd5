"""What may be said of an exception without its message: its class, its causes' classes, places in the code, codes.

A message is never read, for it may quote a traveller, a passphrase or a path.
"""

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import FrameType, TracebackType
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from data.json_codec import or_else
from data.text import _

_PACKAGES = ("appliance", "data", "devices", "provisioning", "sync", "ui")
_TOP = Path(__file__).resolve().parents[2]
MOST_ORIGINS = 6
_MOST_PLACES = 8
_CODE = re.compile(r"[A-Za-z0-9_]{1,40}")
_NAME = re.compile(r"[\w.<>]{1,120}")
_PLACE = re.compile(r"[\w./<>-]{1,160}:\d{1,6} [\w.<>]{1,80}")


def _fitting(pattern: re.Pattern[str]) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(_("is not in the right form"))
        return text

    return AfterValidator(check)


def _first_places(places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, places[:_MOST_PLACES]))


@dataclass(frozen=True, slots=True)
class ErrorOrigin:
    """One error of a chain, without its words.

    Decoded, it leaves out whatever does not look like a class, a code or a place: another process may say anything.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")  # whatever the message it is part of does

    name: Annotated[str, _fitting(_NAME), or_else("?"), Field(validation_alias="class")] = "?"
    """Of its class; with its module where it is another package's."""
    code: Annotated[str, _fitting(_CODE), or_else("")] = ""
    """The system's name of the error (`ENOSPC`), SQLite's, or the reason of a device's fault."""
    places: Annotated[
        tuple[Annotated[str, _fitting(_PLACE), or_else("")], ...], or_else(()), AfterValidator(_first_places)
    ] = ()
    """Where it passed through our code, outermost first; the last place may be in another package."""

    def to_json(self) -> dict[str, Any]:
        """As the log and another process have it."""
        return {"class": self.name, **({"code": self.code} if self.code else {}), "places": list(self.places)}


class ErrorElsewhere(Exception):
    """The cause of an error that began in another process."""

    def __init__(self, origins: Sequence[ErrorOrigin]) -> None:
        self.origins = tuple(origins)
        super().__init__("an error in another process")


def describe_error(error: BaseException) -> list[ErrorOrigin]:
    """The error, then its causes, also those that `from None` hides."""
    origins: list[ErrorOrigin] = []
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting and len(origins) < MOST_ORIGINS:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, ErrorElsewhere):
            origins += current.origins
            continue
        origins.append(ErrorOrigin(_class_name(type(current)), _code(current), _places(current.__traceback__)))
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        cause = current.__cause__ or current.__context__
        waiting += [cause] if cause is not None else []
    return origins[:MOST_ORIGINS]


def describe_place(frame: FrameType, line: int) -> str:
    """File (of another package: module), line and function."""
    return f"{_own_file(frame) or frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"


def is_own_place(place: str) -> bool:
    """Whether a place is in our code: another package's has a module in place of the file."""
    return place.partition(":")[0].endswith(".py")


def matching(pattern: re.Pattern[str], value: object) -> str:
    """`value` where it is a text that fits the whole pattern; else nothing."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _class_name(kind: type[BaseException]) -> str:
    is_known = _package(kind.__module__) in (*_PACKAGES, "builtins")
    return kind.__qualname__ if is_known else f"{kind.__module__}.{kind.__qualname__}"


def _code(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, "")
    reason = getattr(error, "reason", None)
    if isinstance(reason, Enum) and _package(type(reason).__module__) in _PACKAGES:
        return matching(_CODE, reason.value)
    return matching(_CODE, getattr(error, "sqlite_errorname", None))


def _places(trace: TracebackType | None) -> tuple[str, ...]:
    places: list[str] = []
    while trace is not None:
        if _own_file(trace.tb_frame) or trace.tb_next is None:
            places.append(describe_place(trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    return tuple(places[-_MOST_PLACES:])


def _own_file(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    own = path.relative_to(_TOP) if path.is_relative_to(_TOP) else Path()
    return own.as_posix() if own.parts and own.parts[0] in _PACKAGES else ""


def _package(module: str) -> str:
    return module.partition(".")[0]
