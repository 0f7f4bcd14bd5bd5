"""Certificates as PEM or DER files, one or many, which headquarters vouches for by importing them.

Country signing certificates, and those of signers of visible digital seals: these are known by their name, which is
nothing but two letters of a state and two characters (Doc 9303-12, barcode signer; TR-03137-1, table 1).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data.certificates.certificate import read_certificate
from data.certificates.malformed import Malformed
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import signer_record
from data.text import _, join
from sync.headquarters.sources import Item, SourceInfo
from sync.headquarters.sources.certificate_files import read_der_blocks, read_signing_certificate
from sync.headquarters.sources.source_files import read_bytes, refuse_file

_SIZE_LIMIT = 64_000_000
_SEAL_SIGNER = ["2.5.4.3", "2.5.4.6"]
"""A common name and a country."""


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals in the order of the files; RefusedFile before the first when any holds no certificate."""
    certificates = [(path, where, der) for path in paths for where, der in _certificates(path)]
    seen: set[bytes] = set()
    for path, where, der in certificates:
        if der not in seen:
            seen.add(der)
            yield _seal_signer(der) or read_signing_certificate(der, join([path.name, where], ""), "PEM")
    repeated = len(certificates) - len(seen)
    yield SourceInfo("", {_("certificates that occur twice"): repeated} if repeated else {})


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


def _certificates(path: Path) -> list[tuple[str, bytes]]:
    try:
        return list(read_der_blocks(read_bytes(path, _SIZE_LIMIT), "CERTIFICATE"))
    except Malformed as problem:
        raise refuse_file(
            _("{file} has no certificates: {what}", file=path.name, what=problem.what),
            _("Give certificates as PEM or DER"),
        ) from problem
