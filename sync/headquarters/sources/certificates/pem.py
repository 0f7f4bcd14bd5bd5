"""Certificates as PEM or DER files, one or many, which headquarters vouches for by importing them.

Country signing certificates, and those of signers of visible digital seals: these are known by their name, which is
nothing but two letters of a state and two characters (Doc 9303-12, barcode signer; TR-03137-1, table 1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from data.certificates.certificate import read_certificate
from data.certificates.malformed import Malformed
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import signer_record
from data.text import _, join
from sync.headquarters.sources import Item, SourceInfo
from sync.headquarters.sources.certificates.certificate_files import (
    DerBlocks,
    is_identified,
    read_der_blocks,
    read_signing_certificate,
)
from sync.headquarters.sources.source_files import read_content, refuse_file
from sync.headquarters.sources.source_parts import number_files

_SIZE_LIMIT = 64_000_000
_SEAL_SIGNER = ["2.5.4.3", "2.5.4.6"]
"""A common name and a country."""


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals in the order of the files; RefusedFile before the first when any holds no certificate."""
    opened = [(path, _read_blocks(path)) for path in paths]
    certificates = [(path, where, der) for path, blocks in opened for where, der in blocks.blocks]
    for _path, blocks in opened:
        yield from blocks.refusals
    seen: set[bytes] = set()
    repeated = 0
    for path, where, der in certificates:
        if der in seen:
            repeated += 1
            continue
        item = _seal_signer(der) or read_signing_certificate(der, join([path.name, where], ""), "PEM")
        if is_identified(item):
            seen.add(der)
        yield item
    yield SourceInfo(
        skipped={_("certificates that occur twice"): repeated} if repeated else {},
        signs=tuple(sign for _path, blocks in opened for sign in blocks.signs),
        parts=number_files(paths),
    )


def _seal_signer(der: bytes) -> TrustRecord | None:
    try:
        certificate = read_certificate(der)
        certificate.key  # noqa: B018  (Malformed where there is none)
    except Malformed:
        return None
    extensions = certificate.extensions
    only_named = sorted(oid for oid, _ in certificate.subject_name) == _SEAL_SIGNER
    may_issue = extensions.authority or extensions.may_sign_certificates or certificate.self_issued
    if may_issue or not only_named or len(certificate.common_name) != 2:
        return None
    return signer_record(certificate, "PEM")


def _read_blocks(path: Path) -> DerBlocks:
    content = read_content(path, _SIZE_LIMIT)
    try:
        blocks = read_der_blocks(path.name, content.data, "CERTIFICATE")
    except Malformed as problem:
        raise refuse_file(
            _("{file} has no certificates: {what}", file=path.name, what=problem.what),
            _("Give certificates as PEM or DER"),
        ) from problem
    return replace(blocks, signs=(*content.signs, *blocks.signs))
