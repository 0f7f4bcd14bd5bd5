"""Where published files are fetched from, and what that place may be trusted with.

Signatures vouch for every byte whoever carries it. What differs is time: headquarters and its mirrors are asked
live, so what they say must not have expired; a stick or a neighbour hands on what it saw some time ago.
"""

from dataclasses import dataclass
from enum import StrEnum

from sync.lines.link import checked_source, is_url


class SourceKind(StrEnum):
    """Who stands at the other end."""

    HEADQUARTERS = "headquarters"
    MIRROR = "mirror"
    NEIGHBOUR = "neighbour"
    STICK = "stick"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that published files come from."""

    words: str
    """A folder or an http(s) URL, in its plain form."""
    kind: SourceKind = SourceKind.HEADQUARTERS

    @classmethod
    def of(cls, words: str, kind: SourceKind = SourceKind.HEADQUARTERS) -> "Source":
        """The source that `words` name; InputError when they name none."""
        return cls(checked_source(words), kind)

    @property
    def carried(self) -> bool:
        """Whether what it gives travelled: its time is judged against the floor alone."""
        return self.kind in (SourceKind.NEIGHBOUR, SourceKind.STICK)

    @property
    def metered(self) -> bool:
        """Whether its bytes cross the thin link: hours, rate and budget of kit.toml count."""
        return is_url(self.words) and not self.carried

    def __str__(self) -> str:
        return self.words if self.kind is SourceKind.HEADQUARTERS else f"{self.kind} {self.words}"
