"""Which versions of signed metadata are in a kit's folder `trust`."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from data.json_codec import decode_or_none
from data.log.error_log import log_error
from data.witness.witness_record import TrustMark

_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class _SignedPart:
    version: int


@dataclass(frozen=True, slots=True)
class _MetadataFile:
    signed: _SignedPart


def read_trust_marks(folder: Path) -> dict[str, TrustMark]:
    """The mark of each file of metadata, by its name; one that cannot be read has version 0.

    A link to the newest root is none of them: it is made again with each run.
    """
    paths = [path for path in folder.rglob("*.json") if not path.is_symlink() and path.parent.name != "targets"]
    return {str(path.relative_to(folder)): _read_mark(path) for path in sorted(paths)}


def _read_mark(path: Path) -> TrustMark:
    try:
        content = path.read_bytes()
    except OSError as error:
        log_error(error)
        return TrustMark(0, "")
    metadata = decode_or_none(_MetadataFile, content, most_bytes=_MOST_BYTES)
    return TrustMark(metadata.signed.version if metadata else 0, sha256(content).hexdigest())
