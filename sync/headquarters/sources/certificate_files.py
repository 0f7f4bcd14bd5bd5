"""What the readers of trust lists share: certificates judged one by one, PEM told from DER."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from pathlib import Path

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.master_list import certificate_name
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import certificate_record
from data.text import _, join
from sync.headquarters.sources import RefusedRecord

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_DER = b"\x30"


def read_der_blocks(content: bytes, label: str) -> Iterator[tuple[str, bytes]]:
    """Place and DER of every PEM block with this label, or of the whole content where it is DER itself.

    Raises:
        Malformed: the content is neither, or a block is not base64.
    """
    if content[:1] == _DER:
        yield "", content
        return
    count = 0
    for number, block in enumerate(_BLOCK.finditer(content), start=1):
        if block[1].decode("ascii") != label:
            continue
        count += 1
        try:
            yield _(" block {number}", number=number), b64decode(b"".join(block[2].split()), validate=True)
        except Base64Error as problem:
            raise Malformed(_("Block {number} is not base64", number=number)) from problem
    if not count:
        raise Malformed(_("There is neither DER nor a PEM block of the type {label}", label=label))


def read_signing_certificate(der: bytes, where: str, source: str) -> TrustRecord | RefusedRecord:
    """A certificate as a record, or why it cannot vouch for anybody."""
    try:
        certificate = read_certificate(der)
        certificate.key  # noqa: B018  (Malformed where there is none)
        if not _may_sign(certificate):
            raise Malformed(_("It is not allowed to sign certificates, so it is not a country signing certificate"))
    except Malformed as problem:
        name = certificate_name(der)
        return RefusedRecord(join([where, f"({name})"]) if name else where, problem.what)
    return certificate_record(certificate, source)


def is_master_list(path: Path) -> bool:
    """Whether a file's name says it is a master list rather than a root beside it."""
    return path.suffix.lower() in (".ml", ".mls", ".cms")


def _may_sign(certificate: Certificate) -> bool:
    """Old country signing certificates lack one sign of it or another; one is enough."""
    extensions = certificate.extensions
    return bool(extensions.authority or extensions.may_sign_certificates or certificate.self_issued)
