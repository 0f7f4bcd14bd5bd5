"""The small signed file that says which version of a list is in force and which files lead to it.

It is a TUF target of the role `lists` and readable by everybody: versions, dates, sizes and hashes of ciphertext,
epochs; nothing about rows. Reading is strict: what does not fit is refused, whoever signed it.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.errors import TrustError
from data.plain import canonical
from sync.limits import LIMITS, Limits

FORMAT = 1
_FILE = re.compile(r"[sd](?:-[0-9]{1,10}){3}-[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEXT = 200


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One ciphertext file under `lists/<list>/`."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole version."""

    version: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from version `since` to version `to`."""

    since: int
    to: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a list stands."""

    list: str
    version: int
    key_epoch: int
    """Which of the list's keys seals the files."""
    salt_epoch: int
    as_of: datetime
    published: datetime
    source_date: str
    snapshot: Snapshot
    deltas: tuple[Delta, ...]


def target_path(name: str) -> str:
    """The manifest of a list as a TUF target."""
    return f"lists/{name}/manifest.json"


def file_path(manifest: Manifest, file: SealedFile) -> str:
    """Where a file of the list lies in the published tree."""
    return f"lists/{manifest.list}/{file.name}"


def files_of(manifest: Manifest) -> tuple[SealedFile, ...]:
    """Every file that the manifest names."""
    return (manifest.snapshot.file, *(delta.file for delta in manifest.deltas))


def manifest_to_json(manifest: Manifest) -> bytes:
    """The canonical JSON that is published."""
    return canonical({"format": FORMAT, "manifest": manifest})


def manifest_from_json(content: bytes, name: str, *, limits: Limits = LIMITS) -> Manifest:
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


def _manifest(facts: dict[str, Any], name: str, limits: Limits) -> Manifest:
    if facts["list"] != name:
        raise ValueError("it belongs to another list")
    version = _number(facts["version"])
    deltas = facts["deltas"]
    if not isinstance(deltas, list) or len(deltas) > limits.deltas:
        raise ValueError("it has too many deltas")
    snapshot = Snapshot(_number(facts["snapshot"]["version"]), _file(facts["snapshot"]["file"], limits))
    if snapshot.version > version:
        raise ValueError("its snapshot is newer than itself")
    return Manifest(
        list=name,
        version=version,
        key_epoch=_number(facts["key_epoch"]),
        salt_epoch=_number(facts["salt_epoch"]),
        as_of=_time(facts["as_of"]),
        published=_time(facts["published"]),
        source_date=_text(facts["source_date"]),
        snapshot=snapshot,
        deltas=tuple(_delta(delta, version, limits) for delta in deltas),
    )


def _delta(facts: dict[str, Any], newest: int, limits: Limits) -> Delta:
    delta = Delta(_number(facts["since"]), _number(facts["to"]), _file(facts["file"], limits))
    if not delta.since < delta.to <= newest:
        raise ValueError("a delta leads nowhere")
    return delta


def _file(facts: dict[str, Any], limits: Limits) -> SealedFile:
    name, sha256 = _text(facts["name"]), _text(facts["sha256"])
    if not _FILE.fullmatch(name) or not _SHA256.fullmatch(sha256):
        raise ValueError("a file has no proper name")
    size = _number(facts["size"])
    if size > limits.payload_bytes:
        raise ValueError("a file is too large")
    return SealedFile(name, size, sha256)


def _number(value: Any) -> int:
    if type(value) is not int or not 0 < value < 1 << 40:
        raise ValueError("a number is out of bounds")
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
