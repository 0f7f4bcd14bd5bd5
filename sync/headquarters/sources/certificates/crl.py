"""Revocation lists as PEM or DER files. Of several lists of one issuer the newest counts.

Their signatures are checked on the kit, against the country signing certificates it trusts: one that none of them made
is never used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from data.certificates.malformed import Malformed
from data.certificates.revocation_list import MOST_BYTES, read_revocation_list
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import revocations_record
from data.text import _, join
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, digest_row
from sync.headquarters.sources.certificates.certificate_files import DerBlocks, read_der_blocks
from sync.headquarters.sources.source_files import read_content, refuse_file
from sync.headquarters.sources.source_parts import number_files

_OLDER = _("revocation lists older than another one from the same issuer")
_FILE_LIMIT = 64 * MOST_BYTES


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals; RefusedFile before the first when any file holds no revocation list."""
    opened = [(path, _read_blocks(path)) for path in paths]
    for _path, blocks in opened:
        yield from blocks.refusals
    lists = ((join([path.name, where], ""), der) for path, blocks in opened for where, der in blocks.blocks)
    signs = tuple(sign for _path, blocks in opened for sign in blocks.signs)
    for item in select_newest(lists):
        if isinstance(item, SourceInfo):
            item = replace(item, signs=signs, parts=number_files(paths))
        yield item


def select_newest(lists: Iterator[tuple[str, bytes]]) -> Iterator[Item]:
    """Each issuer's newest list, refusals first, and at the end what was left out."""
    records: dict[str, TrustRecord] = {}
    older = 0
    for where, der in lists:
        try:
            record = revocations_record(read_revocation_list(der), "CRL")
        except Malformed as problem:
            yield RefusedRecord(where, problem.what, digest=digest_row(der))
            continue
        before = records.get(record.identity)
        older += before is not None
        if before is None or record.order > before.order:
            records[record.identity] = record
    yield from records.values()
    yield SourceInfo("", {_OLDER: older} if older else {})


def _read_blocks(path: Path) -> DerBlocks:
    content = read_content(path, _FILE_LIMIT)
    try:
        blocks = read_der_blocks(path.name, content.data, "X509 CRL")
    except Malformed as problem:
        raise refuse_file(
            _("{file} has no revocation list: {what}", file=path.name, what=problem.what), _("Give lists as PEM or DER")
        ) from problem
    return replace(blocks, signs=(*content.signs, *blocks.signs))
