"""The small signed file that says which version of a list is in force and which files lead to it.

It is a TUF target of the role `lists` and readable by everybody: versions, dates, sizes and hashes of ciphertext,
epochs; nothing about rows. Reading is strict: what does not fit is refused, whoever signed it.

    {"format": 2, "manifest": {
        "list", "version", "key_epoch", "salt_epoch", "as_of", "published", "source_date", "urgent",
        "schema" (of a small list),
        "snapshot": [version, epoch, bytes, sha256, bytes of its parts],
        "digests": [epoch, bytes, sha256] or null,
        "deltas": [[since, to, epoch, bytes, sha256], …]}}

A hash is written in base64url without padding (43 characters). The name of a file follows from its line.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from data.errors import TrustError
from data.json_codec import ZonedTime, decode, encode_canonical, exactly, within
from data.json_errors import JsonError
from data.text import THE_VALUE, _
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
    """Size of all its parts together; 0 where the file itself has the rows."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from version `since` to version `to`; it fits every version from `since` to the one before `to`."""

    since: int
    to: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of a list as headquarters published it."""

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
    schema: int = 0
    """Version of the schema of a small list, so that a kit which does not know it fetches nothing; else 0."""


def manifest_target(name: str) -> str:
    """The manifest of a list as a TUF target."""
    return f"lists/{name}/manifest.json"


def file_path(manifest: Manifest, file: SealedFile) -> str:
    """Path of a file of the list in the published tree."""
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
    if manifest.schema:
        facts["schema"] = manifest.schema
    return encode_canonical({"format": FORMAT, "manifest": facts})


def manifest_from_json(content: bytes, name: str, *, limits: SyncLimits = LIMITS) -> Manifest:
    """The manifest of the list `name`.

    Raises:
        TrustError: it is too large, belongs to another list, or does not fit together.
    """
    return decode(
        _ManifestFile,
        content,
        lambda why: _unusable(name, why),
        build=lambda file: _to_manifest(file.manifest, name, limits),
        most_bytes=limits.manifest_bytes,
    )


def hash_to_text(sha256: str) -> str:
    """A hexadecimal SHA-256 in 43 characters."""
    return urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def _unusable(name: str, why: JsonError) -> TrustError:
    return TrustError(
        _("The manifest of {name} cannot be used ({why})", name=name, why=why.says),
        means=_("The old list stays in force."),
        do=_("Update Waypost on this machine if headquarters was updated; otherwise tell headquarters"),
    )


def _hash_from_text(text: str) -> str:
    """A SHA-256 in hexadecimal from its 43 characters."""
    if not _HASH.fullmatch(text):
        raise ValueError(_("a file has no valid hash"))
    return urlsafe_b64decode(f"{text}=").hex()


FileHash = Annotated[str, AfterValidator(_hash_from_text)]
"""In JSON: a SHA-256 as `hash_to_text` writes it; here in hexadecimal."""
_Number = Annotated[int, within(1, (1 << 40) - 1, _("{field} is out of bounds", field=THE_VALUE))]
_Text = Annotated[str, Field(max_length=_TEXT)]
_FileLine = tuple[_Number, _Number, FileHash]
_SnapshotLine = tuple[_Number, _Number, _Number, FileHash, int]
_DeltaLine = tuple[_Number, _Number, _Number, _Number, FileHash]


@dataclass(frozen=True, slots=True)
class _ManifestFacts:
    """A manifest line by line; see the module's example."""

    list: str
    version: _Number
    key_epoch: _Number
    salt_epoch: _Number
    as_of: ZonedTime
    published: ZonedTime
    source_date: _Text
    urgent: bool
    snapshot: _SnapshotLine
    digests: _FileLine | None
    deltas: tuple[_DeltaLine, ...]
    schema: int = 0


@dataclass(frozen=True, slots=True)
class _ManifestFile:
    format: Annotated[int, exactly(FORMAT)]
    manifest: _ManifestFacts


def _to_manifest(facts: _ManifestFacts, name: str, limits: SyncLimits) -> Manifest:
    if facts.list != name:
        raise ValueError(_("it belongs to another list"))
    if len(facts.deltas) > limits.deltas:
        raise ValueError(_("it has too many deltas"))
    version, (snapshot, epoch, size, sha256, parts_bytes) = facts.version, facts.snapshot
    if snapshot > version:
        raise ValueError(_("its snapshot is newer than its version"))
    if not 0 <= parts_bytes <= limits.payload_bytes:
        raise ValueError(_("its snapshot is too large"))
    return Manifest(
        list=name,
        version=version,
        key_epoch=facts.key_epoch,
        salt_epoch=facts.salt_epoch,
        as_of=facts.as_of,
        published=facts.published,
        source_date=facts.source_date,
        urgent=facts.urgent,
        snapshot=Snapshot(
            snapshot, _file(FileLetter.SNAPSHOT, snapshot, 0, (epoch, size, sha256), limits), parts_bytes
        ),
        deltas=tuple(_delta(line, version, limits) for line in facts.deltas),
        digests=None if facts.digests is None else _file(FileLetter.DIGESTS, version, 0, facts.digests, limits),
        schema=facts.schema,
    )


def _delta(line: _DeltaLine, newest: int, limits: SyncLimits) -> Delta:
    since, to, epoch, size, sha256 = line
    if not since < to <= newest:
        raise ValueError(_("a delta does not lead to a later version"))
    return Delta(since, to, _file(FileLetter.DELTA, since, to, (epoch, size, sha256), limits))


def _line(file: SealedFile) -> list[Any]:
    return [file.epoch, file.size, hash_to_text(file.sha256)]


def _file(letter: FileLetter, first: int, second: int, line: _FileLine, limits: SyncLimits) -> SealedFile:
    epoch, size, sha256 = line
    if size > limits.payload_bytes:
        raise ValueError(_("a file is too large"))
    return make_sealed_file(letter, epoch, first, second, size, sha256)
