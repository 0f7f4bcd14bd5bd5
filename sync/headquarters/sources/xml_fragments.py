"""Takes an XML file that is not well-formed apart into its members, so that a fault in one costs that one.

- What lies between two members and is not blank is a damaged member: its beginning is missing.
- A member whose end is missing ends where the next one begins.
- Names of members contain no other's: `<INDIVIDUAL>` is one, `<INDIVIDUAL_ALIAS>` is not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ErrorString

from data.text import EMPTY, Message, _

_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_LIKE_ASCII = frozenset({"ascii", "iso-8859-1", "us-ascii", "utf-8", "windows-1252"})
"""Encodings in which tags are what they are in ASCII."""


@dataclass(frozen=True, slots=True)
class XmlFragment:
    """One member of a file."""

    tag: str
    """Empty where its beginning is missing."""
    content: bytes
    start: int
    """Bytes of the file before it."""
    fault: Message = EMPTY
    """Why it cannot be one; EMPTY where it may be."""


def find_encoding(data: bytes) -> str:
    """The encoding that an XML file declares; empty for one in which tags cannot be looked for."""
    match = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    name = match[1].decode("ascii").lower() if match else "utf-8"
    return name if name in _LIKE_ASCII else ""


def split_members(data: bytes, members: Sequence[str], containers: Sequence[str]) -> Iterator[XmlFragment]:
    """The elements called `members`, which lie in those called `containers`, in the order of the file."""
    marks = re.compile(rf"<(/?)({'|'.join(members)})\s*>".encode())
    frame = re.compile(rf"</?(?:{'|'.join(containers)})\b[^<>]*>|<\?[^<>]*\?>|<!--.*?-->".encode(), re.DOTALL)
    start, tag = 0, ""
    for mark in marks.finditer(data):
        name = mark[2].decode("ascii")
        if not mark[1]:
            yield from _broken(tag, data, start, mark.start(), frame)
            start, tag = mark.start(), name
        elif name == tag:
            yield XmlFragment(tag, data[start : mark.end()], start)
            start, tag = mark.end(), ""
        else:
            yield from _broken(tag, data, start, mark.end(), frame)
            start, tag = mark.end(), ""
    yield from _broken(tag, data, start, len(data), frame)


def describe_fault(data: bytes, fragment: XmlFragment, problem: Exception, before: int) -> Message:
    """Why a member cannot be read, with the place in its file; `before`: bytes on the first line put before it."""
    if not isinstance(problem, ParseError):
        return _("it is not well-formed XML: {problem}", problem=problem)
    line, column = problem.position
    if line == 1:
        column += fragment.start - (data.rfind(b"\n", 0, fragment.start) + 1) - before
    return _(
        "it is not well-formed XML: {problem}, line {line}, column {column} of the file",
        problem=ErrorString(problem.code),
        line=line + data.count(b"\n", 0, fragment.start),
        column=column,
    )


def _broken(tag: str, data: bytes, start: int, end: int, frame: re.Pattern[bytes]) -> Iterator[XmlFragment]:
    content = data[start:end]
    if rest := frame.sub(b"", content).strip(b"\r\n\t \xef\xbb\xbf"):
        line = data.count(b"\n", 0, max(data.find(rest[:20], start), start)) + 1
        fault = _("it is not well-formed XML, line {line} of the file", line=line)
        if tag:
            fault = _("its end is missing; it begins on line {line} of the file", line=line)
        yield XmlFragment(tag, content, start, fault)
