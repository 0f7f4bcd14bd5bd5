"""The one error for bytes that are not what they should be, and the fence around foreign parsers."""

from collections.abc import Iterator
from contextlib import contextmanager

from data.errors import InputError
from data.text import _


class Malformed(InputError):
    """Bytes from a chip or a file do not have the structure they should have."""


@contextmanager
def guard_parsing(what: str) -> Iterator[None]:
    """Turn whatever a parser raises over hostile bytes into `Malformed`.

    `what` names what was read: a message, or the standard's name of a file.

    asn1crypto decodes lazily and lets errors of many types through; a bug of ours would show as one of them in the
    tests over well-formed bytes.
    """
    try:
        yield
    except Malformed:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as problem:
        first_line = str(problem).partition("\n")[0][:120]
        why = first_line or _("it ends too early, or contains something that is not allowed")
        raise Malformed(_("{what} is malformed: {why}", what=what, why=why)) from problem
