"""The small signed file that says which version of a list is in force and which files lead to it.

It is a TUF target of the role `lists` and readable by everybody: versions, dates, sizes and hashes of ciphertext,
epochs; nothing about rows. Reading is strict: what does not fit is refused, whoever signed it.

    {"format": 2, "manifest": {
        "list", "version", "key_epoch", "salt_epoch", "as_of", "published", "source_date", "urgent",
        "snapshot": [version, epoch, bytes, sha256, bytes of its parts],
        "digests": [epoch, bytes, sha256] or null,
        "deltas": [[since, to, epoch, bytes, sha256], …]}}

A hash is written in base64url without padding (43 characters). The name of a file follows from its line.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from data.errors import TrustError
from data.json_codec import encode_canonical
from sync.limits import LIMITS, SyncLimits

FORMAT = 2
_TEXT = 200
_NAME_HASH = 16
_HASH = re.compile(r"[A-Za-z0-9_-]{43}")

_FACTS = ("list", "version", "key_epoch", "salt_epoch", "as_of", "published", "source_date", "urgent")


class FileLetter(StrEnum):
    """What a file is, as the first letter of its name."""

    SNAPSHOT = "s"
    PART = "p"
    DELTA = "d"
    DIGESTS = "b"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One ciphertext file under `lists/<list>/`."""

    name: str
    size: int
    sha256: str
    """In hexadecimal."""

    @property
    def epoch(self) -> int:
        """Which of the list's keys seals it: the name says so."""
        return int(self.name.split("-")[1])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole version."""

    version: int
    file: SealedFile
    """Holds the rows of a short list, the directory of the parts of a long one."""
    parts_bytes: int = 0
    """Size of all its parts together; 0 where the rows lie in the file itself."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from version `since` to version `to`; it fits every version from `since` to the one before `to`."""

    since: int
    to: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a list stands."""

    list: str
    version: int
    key_epoch: int
    """The newest of the list's keys; each file says which one seals it."""
    salt_epoch: int
    as_of: datetime
    published: datetime
    source_date: str
    snapshot: Snapshot
    deltas: tuple[Delta, ...]
    urgent: bool = False
    """Whether the version was published to take rows away at once: it goes before everything else."""
    digests: SealedFile | None = None
    """Digests of `version` part by part, for a repair; None where the snapshot has no parts."""


def manifest_target(name: str) -> str:
    """The manifest of a list as a TUF target."""
    return f"lists/{name}/manifest.json"


def file_path(manifest: Manifest, file: SealedFile) -> str:
    """Where a file of the list lies in the published tree."""
    return f"lists/{manifest.list}/{file.name}"


def make_sealed_file(letter: FileLetter, epoch: int, first: int, second: int, size: int, sha256: str) -> SealedFile:
    """A file, named by what it is: `d-<epoch>-<since>-<to>-<hash>`, `p-<epoch>-<version>-<number>-<hash>`."""
    return SealedFile(f"{letter}-{epoch}-{first}-{second}-{sha256[:_NAME_HASH]}", size, sha256)


def files_of(manifest: Manifest) -> tuple[SealedFile, ...]:
    """Every file that the manifest names; the parts of a snapshot are named by that."""
    known = (manifest.snapshot.file, *(delta.file for delta in manifest.deltas))
    return known if manifest.digests is None else (*known, manifest.digests)


def manifest_to_json(manifest: Manifest) -> bytes:
    """The canonical JSON that is published."""
    snapshot, digests = manifest.snapshot, manifest.digests
    facts = {name: getattr(manifest, name) for name in _FACTS}
    facts["snapshot"] = [snapshot.version, *_line(snapshot.file), snapshot.parts_bytes]
    facts["digests"] = _line(digests) if digests else None
    facts["deltas"] = [[delta.since, delta.to, *_line(delta.file)] for delta in manifest.deltas]
    return encode_canonical({"format": FORMAT, "manifest": facts})


def manifest_from_json(content: bytes, name: str, *, limits: SyncLimits = LIMITS) -> Manifest:
    """The manifest of the list `name`.

    Raises:
        TrustError: it is too large, belongs to another list, or does not fit together.
    """
    try:
        if len(content) > limits.manifest_bytes:
            raise ValueError("it is too large")
        facts = json.loads(content)
        if facts["format"] != FORMAT:
            raise ValueError(f"its format is {str(facts['format'])[:20]}")
        return _manifest(facts["manifest"], name, limits)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrustError(
            f"The manifest of {name} cannot be used ({str(error)[:80]})",
            means="The old list stays.",
            do="Update Waypost on this machine if headquarters was updated; otherwise tell headquarters",
        ) from error


def hash_to_text(sha256: str) -> str:
    """A hexadecimal SHA-256 in 43 characters."""
    return urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def hash_from_text(text: Any) -> str:
    """A SHA-256 in hexadecimal from its 43 characters; ValueError when it is none."""
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise ValueError("a file has no proper hash")
    return urlsafe_b64decode(f"{text}=").hex()


def _manifest(facts: dict[str, Any], name: str, limits: SyncLimits) -> Manifest:
    if facts["list"] != name:
        raise ValueError("it belongs to another list")
    version = _number(facts["version"])
    deltas = facts["deltas"]
    if not isinstance(deltas, list) or len(deltas) > limits.deltas:
        raise ValueError("it has too many deltas")
    digests = facts["digests"]
    return Manifest(
        list=name,
        version=version,
        key_epoch=_number(facts["key_epoch"]),
        salt_epoch=_number(facts["salt_epoch"]),
        as_of=_time(facts["as_of"]),
        published=_time(facts["published"]),
        source_date=_text(facts["source_date"]),
        urgent=_flag(facts["urgent"]),
        snapshot=_snapshot(facts["snapshot"], version, limits),
        deltas=tuple(_delta(line, version, limits) for line in deltas),
        digests=None if digests is None else _file(FileLetter.DIGESTS, version, 0, digests, limits),
    )


def _snapshot(line: list[Any], newest: int, limits: SyncLimits) -> Snapshot:
    version, *file, parts_bytes = line
    if _number(version) > newest:
        raise ValueError("its snapshot is newer than itself")
    if type(parts_bytes) is not int or not 0 <= parts_bytes <= limits.payload_bytes:
        raise ValueError("its snapshot is too large")
    return Snapshot(version, _file(FileLetter.SNAPSHOT, version, 0, file, limits), parts_bytes)


def _delta(line: list[Any], newest: int, limits: SyncLimits) -> Delta:
    since, to, *file = line
    if not _number(since) < _number(to) <= newest:
        raise ValueError("a delta leads nowhere")
    return Delta(since, to, _file(FileLetter.DELTA, since, to, file, limits))


def _line(file: SealedFile) -> list[Any]:
    return [file.epoch, file.size, hash_to_text(file.sha256)]


def _file(letter: FileLetter, first: int, second: int, line: list[Any], limits: SyncLimits) -> SealedFile:
    epoch, size, text = line
    if _number(size) > limits.payload_bytes:
        raise ValueError("a file is too large")
    return make_sealed_file(letter, _number(epoch), first, second, size, hash_from_text(text))


def _number(value: Any) -> int:
    if type(value) is not int or not 0 < value < 1 << 40:
        raise ValueError("a number is out of bounds")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("a flag is neither on nor off")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _TEXT:
        raise ValueError("a text is out of bounds")
    return value


def _time(value: Any) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.tzinfo is None:
        raise ValueError("a time has no zone")
    return time
