"""Revocation lists as PEM or DER files. Of several lists of one issuer the newest counts.

Their signatures are checked on the kit, against the country signing certificates it trusts: one that none of them made
is never used.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data.certificates.malformed import Malformed
from data.certificates.revocation_list import MOST_BYTES, read_revocation_list
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import revocations_record
from data.text import _, join
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo
from sync.headquarters.sources.certificate_files import read_der_blocks
from sync.headquarters.sources.source_files import read_bytes, refuse_file

_OLDER = _("revocation lists older than another one from the same issuer")
_FILE_LIMIT = 64 * MOST_BYTES


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals; RefusedFile before the first when any file holds no revocation list."""
    lists = [(path, where, der) for path in paths for where, der in _lists(path)]
    yield from select_newest((join([path.name, where], ""), der) for path, where, der in lists)


def select_newest(lists: Iterator[tuple[str, bytes]]) -> Iterator[Item]:
    """Each issuer's newest list, refusals first, and at the end what was left out."""
    records: dict[str, TrustRecord] = {}
    older = 0
    for where, der in lists:
        try:
            record = revocations_record(read_revocation_list(der), "CRL")
        except Malformed as problem:
            yield RefusedRecord(where, problem.what)
            continue
        before = records.get(record.identity)
        older += before is not None
        if before is None or record.order > before.order:
            records[record.identity] = record
    yield from records.values()
    yield SourceInfo("", {_OLDER: older} if older else {})


def _lists(path: Path) -> list[tuple[str, bytes]]:
    try:
        return list(read_der_blocks(read_bytes(path, _FILE_LIMIT), "X509 CRL"))
    except Malformed as problem:
        raise refuse_file(
            _("{file} has no revocation list: {what}", file=path.name, what=problem.what), _("Give lists as PEM or DER")
        ) from problem
