"""Where published bytes come from: one port with one method, and the sources that it leads to.

- A link knows nothing of trust: the caller verifies whatever it gives. It never follows a redirect, never
  unpacks, and never leaves the place it was pointed at.
- Signatures vouch for every byte, whoever carries it. What differs between sources is time: headquarters and its
  mirrors are asked live, so what they say must not have expired; a stick or a neighbour passes on what it saw some time
  ago.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from data.errors import (
    InputError,
    LinkError,
    OversizeError,
)
from data.text import _
from data.untrusted_text import hide_credentials

PIECE_BYTES = 64 * 1024
TIMESTAMP = "metadata/timestamp.json"
"""Path of the first file that a kit asks for, and of the last that headquarters writes: the rest is found from it."""
STAYS = _("The lists on this kit stay as they are.")
_PATH = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[A-Za-z0-9._%-]+(?:/[A-Za-z0-9._%-]+)*")
_ASK = _("Give a folder or a URL such as https://lists.example/public")


class FileLink(Protocol):
    """A line to published files."""

    def open(self, path: str, offset: int = 0, end: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of the file at `path` (relative, with slashes) from `offset` on, up to `end` unless that is None.

        Raises:
            NotOffered: there is no such file.
            LinkError: here or while reading: the line is bad.
        """


def normalize_source(source: str) -> str:
    """A source in its plain form: a URL without its last slash, or an absolute path.

    Raises:
        InputError: it is neither.
    """
    if not isinstance(source, str) or not source.strip() or not source.isprintable():
        raise InputError(_("The source is missing"), do=_ASK)
    if is_url(source) and any(map(str.isspace, source)):
        raise InputError(_("The URL of the source has a blank in it"), do=_("Write %20 for a blank, in a password too"))
    if not is_url(source):
        return str(Path(source).expanduser().absolute())
    try:
        parts = urlsplit(source)
        proper = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        proper = False
    if not proper or parts.query or parts.fragment:
        raise InputError(
            _("{url} is not the address of a server", url=repr(hide_credentials(source))),
            do=_("Write it like https://lists.example/public"),
        )
    return source.rstrip("/")


def check_path(path: str) -> str:
    """`path` when it stays inside the place a link points at; LinkError otherwise."""
    if not _PATH.fullmatch(path):
        raise LinkError(_("{path} is not the path of a published file", path=repr(path[:80])), means=STAYS)
    return path


def read_whole(link: FileLink, path: str, *, most_bytes: int) -> bytes:
    """A small file; OversizeError when it is larger than `most_bytes`."""
    content = b""
    with link.open(path) as pieces:
        for piece in pieces:
            content += piece
            if len(content) > most_bytes:
                raise OversizeError(
                    _("{path} is longer than {most} bytes", path=path, most=most_bytes),
                    means=STAYS,
                    do=_("Tell headquarters"),
                )
    return content


def limit_bytes(pieces: Iterator[bytes], count: int | None) -> Iterator[bytes]:
    """`pieces` up to `count` bytes in all; all of them for None."""
    for piece in pieces:
        if count == 0:  # more comes than was asked for; an answer that is read to its end keeps its connection open
            return
        yield piece[:count]
        if count is not None:
            count -= len(piece[:count])


class CountingLink:
    """Another link, with a count of what came through; `on_received` is called with the size of each piece."""

    def __init__(self, link: FileLink, on_received: Callable[[int], None] = lambda count: None) -> None:
        self._link = link
        self._on_received = on_received
        self.received = 0
        """Bytes."""

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """Like the other link's, each piece counted (`FileLink.open`)."""
        with self._link.open(path, offset, end) as pieces:
            yield self._count(pieces)

    def _count(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.received += len(piece)
            self._on_received(len(piece))
            yield piece


def is_url(source: str) -> bool:
    """Whether a source is meant as a URL."""
    return "://" in source or source.lower().startswith(("http:", "https:"))


class SourceKind(StrEnum):
    """Who is at the other end."""

    HEADQUARTERS = "headquarters"
    MIRROR = "mirror"
    NEIGHBOUR = "neighbour"
    STICK = "stick"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that published files come from."""

    words: str = field(repr=False)
    """A folder or an http(s) URL, in its plain form; a password may be in it, so people see `str(source)` instead."""
    kind: SourceKind = SourceKind.HEADQUARTERS

    @classmethod
    def of(cls, words: str, kind: SourceKind = SourceKind.HEADQUARTERS) -> "Source":
        """The source that `words` name; InputError when they name none."""
        return cls(normalize_source(words), kind)

    @property
    def is_carried(self) -> bool:
        """Whether its files were carried here: their time is compared with the floor alone."""
        return self.kind in (SourceKind.NEIGHBOUR, SourceKind.STICK)

    @property
    def is_metered(self) -> bool:
        """Whether its bytes cross the thin link: hours, rate and budget of kit.toml count."""
        return is_url(self.words) and not self.is_carried

    def __str__(self) -> str:
        words = hide_credentials(self.words)
        return words if self.kind is SourceKind.HEADQUARTERS else f"{self.kind} {words}"


class Delivery(StrEnum):
    """How published files arrived."""

    LINE = "line"
    CARRIED = "carried"
    """By a stick or a neighbour, who saw them some time ago."""
