"""What readers send around a document: frames, status lines, labels, identifiers, padding.

- A frame is characters that no document holds (SOH, STX, ETX, NUL, line ends), and what stands outside the document's
  own lines: a reader's status, a checksum. It ends lines and is never part of one.
- A 3M RTE swipe sends SOH, the length in two bytes, `OU`, STX, a flag, three lines, ETX and a checksum (RTE6701
  Integration Manual, 9.1.1); a DESKO swipe under CUTE sends a delimiter, STX, lines, ETX, a delimiter.
- A hand scanner may put an AIM identifier in front: `]`, a letter for the symbology, a modifier (ISO/IEC 15424).
- Nothing here changes a character of a document. Which lines are a zone is for `data.documents.mrz.parse`.
"""

import re
from collections.abc import Iterator

ZONE_WIDTHS = (44, 36, 30)
"""Characters of a line of a zone (Doc 9303 parts 4 to 7)."""

_RTE_HEADER = re.compile(r"\x01[\s\S]{0,4}?OU\x02")
_RTE_FLAG = re.compile(r"\A[\s\S](?=([^\x00-\x1f]{30}|[^\x00-\x1f]{36}|[^\x00-\x1f]{44}|[^\x00-\x1f]{9})?[\r\n])")
"""The flag stands directly before the first line, which may be missing."""
_AIM = re.compile(r"\A\s*\][A-Za-z][0-9A-Za-z]")
_LINE_ENDS = re.compile(r"\\[RrNn]|[|;^\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]+")
_AROUND_A_WORD = re.compile(r"""[\s:=,"']+""")
_LEGAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_PADDING = "_"
"""An RTE swipe fills a short line up with it."""

_SEAL, _ETX = 0xDC, b"\x03"
_FRAME_BYTES = bytes(range(0x21)) + b"\x7f"
_LONGEST_START = 64
"""Bytes before a seal that may be a reader's own."""


def decode_zone_text(data: bytes) -> str:
    """Text of a file or a stream in UTF-8, in UTF-16 with a byte order mark (some Windows software), else in Latin-1.

    Every line end is a line feed; there is none at the beginning and the end, nor NULs that fill up a buffer.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\0\n")


def drop_headers(text: str) -> str:
    """The text with a line end in place of each header of an RTE swipe and its flag, whatever character that is."""
    start, *framed = _RTE_HEADER.split(text)
    return "\n".join([start, *(_RTE_FLAG.sub("\n", part) for part in framed)])


def zone_lines(text: str) -> Iterator[list[str]]:
    """The lines of `text` without what readers put around them, each way that they may be meant; blanks removed.

    `text` has no headers any more (`drop_headers`).
    """
    pieces = [_AIM.sub("", piece) for piece in _LINE_ENDS.split(text)]
    bare = [line for line in map(_bare_line, pieces) if line]
    yield _cut_joined(bare)
    if any(line.endswith(_PADDING) for line in bare):
        yield _cut_joined([line.rstrip(_PADDING) for line in bare])


def text_pieces(content: bytes) -> Iterator[str]:
    """The lines of a code's text, one character a byte, without control characters, leading blanks and identifiers."""
    for piece in re.split(r"[\x00-\x1f\x7f-\x9f]+", drop_headers(content.decode("latin-1"))):
        if line := _AIM.sub("", piece).lstrip():
            yield line


def unframe_seal(content: bytes) -> bytes:
    """The bytes from a seal's first one, DC; all of `content` if nothing but a reader's own characters can precede it.

    What follows a seal stays: only the seal says where it ends (`is_frame`).
    """
    at = content.find(_SEAL, 0, _LONGEST_START + 1)
    is_framed = at > 0 and content[:at].isascii() and _ETX not in content[:at]
    return content[at:] if is_framed else content


def unframe_json(content: bytes) -> bytes:
    """An object in JSON without the reader's own characters before and after it; `content` if there is none."""
    start = content.find(b"{")
    end = content.rfind(b"}", 0, content.find(_ETX, start) if _ETX in content[max(start, 0) :] else None) + 1
    is_alone = 0 <= start < end and start <= _LONGEST_START and content[:start].isascii() and is_frame(content[end:])
    return content[start:end] if is_alone else content


def is_frame(rest: bytes) -> bool:
    """Whether `rest`, after the end of a code, is only what readers and symbols put there.

    Blanks, line ends and other control characters, the padding of a DataMatrix (81), and one checksum after ETX.
    """
    before, etx, after = rest.partition(_ETX)
    return not before.strip(_FRAME_BYTES + b"\x81") and (not etx or not after[1:].strip(_FRAME_BYTES))


def _bare_line(piece: str) -> str:
    """The line of a zone in `piece` if it is exactly one word there, or all but marks at its ends; else all of it."""
    whole = "".join(piece.split())
    if _is_zone_width(whole):
        return whole
    words = [word for word in _AROUND_A_WORD.split(piece) if _is_zone_width(word)]
    if len(words) == 1:
        return words[0]
    inner = _strip_marks(whole)
    return inner if _is_zone_width(inner) else whole


def _strip_marks(line: str) -> str:
    marks = "".join({char for char in line if char not in _LEGAL})
    return line.strip(marks)


def _is_zone_width(line: str) -> bool:
    return len(line) in ZONE_WIDTHS or len(line) in _JOINED or len(line) == _SWISS_LICENCE


_SWISS_LICENCE = 9
"""Characters of its first line."""
_JOINED = {90: 30, 72: 36, 88: 44}
"""Length of all lines together: length of one."""


def _cut_joined(lines: list[str]) -> list[str]:
    cut: list[str] = []
    for line in lines:
        width = _JOINED.get(len(line), len(line) or 1)
        cut += [line[start : start + width] for start in range(0, len(line), width)]
    return cut
