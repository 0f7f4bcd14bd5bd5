"""A sealed list file that was fetched and verified, opened and held against what the manifest says it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import TrustError
from data.lists.columns import Columns
from data.lists.kinds import kind
from sync.formats.directory import Directory, directory_from_json
from sync.formats.manifest import Manifest
from sync.formats.payload import Form, Header, Payload, PayloadReader
from sync.formats.sealed_file import unseal


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[PayloadReader]:
    """The payload in the file at `path`.

    Raises:
        TrustError: here or while reading: it is not sealed under `key`, or is no payload.
    """
    with path.open("rb") as file:
        yield PayloadReader(unseal(file, key))


def must_be(header: Header, payload: Payload, manifest: Manifest, kind_name: str, since: int, to: int) -> None:
    """TrustError unless the file is the one that the manifest announced."""
    edition = header.edition
    found = (header.payload, edition.list, edition.kind, edition.version, header.since)
    if found != (payload, manifest.list, kind_name, to, since):
        raise TrustError(
            f"A file of {manifest.list} holds something else than its manifest says", means="The old list stays."
        )
    form = Form.COLUMNS if Columns.of(kind(kind_name)).packed else Form.ROWS
    if header.form is not form:
        raise TrustError(f"A file of {manifest.list} has rows of another form than its kind", means="The list stays.")


def read_directory(path: Path, key: bytes, manifest: Manifest, kind_name: str) -> tuple[Header, Directory | None]:
    """What the file of a snapshot says of it, and its parts; None where the rows lie in the file itself.

    Raises:
        TrustError: it is another file than the manifest names, or contradicts itself.
    """
    with opened(path, key) as reader:
        header, snapshot = reader.header, manifest.snapshot
        must_be(header, Payload.SNAPSHOT, manifest, kind_name, 0, snapshot.version)
        if bool(header.number) != bool(snapshot.parts_bytes):
            raise TrustError(f"The snapshot of {manifest.list} has other parts than its manifest says")
        if not header.number:
            return header, None
        epoch, rows = snapshot.file.epoch, header.rows
        directory = directory_from_json(reader.directory(), epoch=epoch, version=snapshot.version, rows=rows)
    if directory.size != snapshot.parts_bytes or len(directory.parts) != header.number:
        raise TrustError(f"The snapshot of {manifest.list} has other parts than its manifest says")
    return header, directory
