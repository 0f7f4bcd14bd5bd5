"""The directory of a snapshot in parts, and the digests of a version part by part: JSON inside sealed payloads.

    directory   [[first key, rows, bytes, sha256], …]     the first part's first key is empty
    digests     [digest of part 0, digest of part 1, …]   of a later version, over the same ranges of keys

A part holds the rows from its first key up to that of the next part, so parts can be fetched, checked and repaired one
by one. Keys and digests are hexadecimal, hashes base64url as in the manifest.
"""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from data.json_codec import Hexadecimal, decode, within
from data.lists.edition import Digest
from data.text import THE_VALUE, _
from sync.formats.manifest import FileHash, FileLetter, SealedFile, hash_to_text, make_sealed_file
from sync.formats.payload import payload_error
from sync.limits import LIMITS, SyncLimits

_MOST = 1 << 60
_PartLine = tuple[
    Hexadecimal,
    Annotated[int, within(0, _MOST, _("{field} is out of bounds", field=THE_VALUE))],
    Annotated[int, within(1, _MOST, _("{field} is out of bounds", field=THE_VALUE))],
    FileHash,
]


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """One part of a snapshot."""

    first: bytes
    """Rows from this key on; empty for the first part."""
    rows: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class PartsDirectory:
    """Every part of a snapshot, in order of key."""

    parts: tuple[SnapshotPart, ...]

    @property
    def starts(self) -> list[bytes]:
        """First key of each part."""
        return [part.first for part in self.parts]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.file.size for part in self.parts)


def part_index(starts: Sequence[bytes], key: bytes) -> int:
    """Which of the key ranges that begin at `starts` contains `key`."""
    return bisect_right(starts, key) - 1


def directory_to_json(directory: PartsDirectory) -> bytes:
    """The text inside the payload."""
    lines = [[part.first.hex(), part.rows, part.file.size, hash_to_text(part.file.sha256)] for part in directory.parts]
    return json.dumps(lines, separators=(",", ":")).encode()


def directory_from_json(
    content: bytes, *, epoch: int, version: int, rows: int, limits: SyncLimits = LIMITS
) -> PartsDirectory:
    """The directory of a snapshot of `version` with `rows` rows, sealed under the key of `epoch`.

    Raises:
        TrustError: it cannot be read, or its parts do not make that snapshot.
    """
    lines = decode(
        tuple[_PartLine, ...],
        content,
        lambda _why: payload_error(_("A list file has a directory that cannot be read")),
        most_bytes=limits.directory_bytes,
    )
    parts = tuple(
        SnapshotPart(first, count, make_sealed_file(FileLetter.PART, epoch, version, number, size, sha256))
        for number, (first, count, size, sha256) in enumerate(lines)
    )
    starts = [part.first for part in parts]
    if not parts or len(parts) > limits.parts or starts[0] or sorted(set(starts)) != starts:
        raise payload_error(_("A list file has a directory whose parts overlap or leave gaps"))
    if sum(part.rows for part in parts) != rows or any(part.file.size > limits.payload_bytes for part in parts):
        raise payload_error(_("A list file has a directory that contradicts its header"))
    return PartsDirectory(parts)


def digests_to_json(digests: Sequence[int]) -> bytes:
    """The text inside the payload."""
    return json.dumps([f"{digest:064x}" for digest in digests], separators=(",", ":")).encode()


def digests_from_json(content: bytes, parts: int) -> list[int]:
    """The digests of `parts` key ranges; TrustError when they cannot be read."""
    digests = decode(
        list[Digest],
        content,
        lambda _why: payload_error(_("A list file has digests that cannot be read")),
        most_bytes=LIMITS.directory_bytes,
    )
    if len(digests) != parts:
        raise payload_error(_("The digests in a list file are not those of the snapshot's parts"))
    return digests
