"""What the readers of trust lists share: certificates judged one by one, PEM told from DER."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.master_list import MOST_BYTES, MasterList, certificate_name
from data.certificates.trust_record import TrustRecord, identify_certificate
from data.certificates.trust_store import certificate_record, state_of
from data.documents.code_tables import country_name
from data.text import Message, _, join
from sync.headquarters.sources import RefusedRecord, digest_row
from sync.headquarters.sources.source_files import read_content, refuse_file, report_incomplete

_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_OTHER_LABELS = frozenset(
    {
        "ATTRIBUTE CERTIFICATE", "CERTIFICATE", "CERTIFICATE REQUEST", "CMS", "DH PARAMETERS", "DSA PRIVATE KEY",
        "EC PARAMETERS", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "NEW CERTIFICATE REQUEST", "PKCS7", "PRIVATE KEY",
        "PUBLIC KEY", "RSA PRIVATE KEY", "X509 CRL",
    }
)  # fmt: skip
"""Of blocks that may stand among those that are read (RFC 7468 and OpenSSL's); any other label is damage."""
_STRAY = re.compile(rb"^\s*(?:--.*[A-Za-z].*|.*[A-Za-z].*--|[A-Za-z0-9+/]{40,}={0,2})\s*$", re.MULTILINE)
"""Between blocks: a line like the mark of one, or like the inside of one."""
_DER = b"\x30"
_LONG_LENGTH = 0x80
"""A length of more than seven bits; alone it is the indefinite length (X.690, 8.1.3)."""


@dataclass(frozen=True, slots=True)
class DerBlocks:
    """The DER of every PEM block of one kind, or of the whole file where it is DER itself."""

    blocks: tuple[tuple[str, bytes], ...]
    """Place within the file (empty where there is but one) and DER."""
    refusals: tuple[RefusedRecord, ...] = ()
    signs: tuple[Message, ...] = ()
    """Why the file seems to be cut off."""


def read_der_blocks(name: str, content: bytes, label: str) -> DerBlocks:
    """The blocks with this label in the content of the file `name`.

    Raises:
        IncompleteSource: it is DER and ends too early.
        Malformed: it is neither DER nor has such a block.
    """
    if content[:1] == _DER:
        if is_cut_off(content):
            raise report_incomplete([_("{file} ends too early", file=name)])
        return DerBlocks((("", content),))
    blocks: list[tuple[str, bytes]] = []
    starts = [*_BEGIN.finditer(content)]
    ends = [*(start.start() for start in starts[1:]), len(content)][: len(starts)]
    is_open = False
    refusals = [*_refuse_strays(name, content[: starts[0].start()] if starts else b"", 0)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        body, mark, rest = content[start.end() : end].partition(b"-----END " + start[1] + b"-----")
        is_open = not mark
        refusals += _refuse_strays(name, rest, number)
        other = start[1].decode("ascii")
        if (is_open and end == len(content)) or (other != label and other in _OTHER_LABELS and not is_open):
            continue
        place = _(" block {number}", number=number)
        try:
            if is_open or other != label:
                raise Base64Error
            blocks.append((place, b64decode(b"".join(body.split()), validate=True)))
        except Base64Error:
            why = _block_fault(other, label, is_open=is_open)
            refusals.append(RefusedRecord(join([name, place], ""), why, digest=digest_row(start[1] + body)))
    if is_open or content.rstrip().rpartition(b"\n")[2].startswith(b"-----BEGIN"):
        return DerBlocks(tuple(blocks), tuple(refusals), (_("{file} ends within a block", file=name),))
    if not blocks:
        raise Malformed(_("There is neither DER nor a PEM block of the type {label}", label=label))
    return DerBlocks(tuple(blocks), tuple(refusals))


def _block_fault(label: str, needed: str, *, is_open: bool) -> Message:
    if label != needed and label not in _OTHER_LABELS:
        return _("there are no blocks of the type {label}", label=label)
    return _("the block has no END line") if is_open else _("the block is not base64")


def _refuse_strays(name: str, text: bytes, number: int) -> Iterator[RefusedRecord]:
    """A refusal where the text after block `number`, which may be any, looks like a block that lost its marks."""
    if _STRAY.search(text):
        where = _("{file} after block {number}", file=name, number=number)
        why = _("the text looks like a block whose first line is damaged")
        yield RefusedRecord(where, why, digest=digest_row(text))


def is_cut_off(der: bytes) -> bool:
    """Whether the first element of `der` says that it is longer than what is there."""
    if len(der) < 2:
        return True
    length = der[1]
    if length == _LONG_LENGTH:
        return not der.endswith(b"\0\0")
    if length < _LONG_LENGTH:
        return length > len(der) - 2
    count = length - _LONG_LENGTH
    return int.from_bytes(der[2 : 2 + count], "big") > len(der) - 2 - count


def read_signing_certificate(
    der: bytes, where: str, source: str, *, vouched: bool = True
) -> TrustRecord | RefusedRecord:
    """A certificate as a record, or why it cannot vouch for anybody.

    The refusal says whose record it is where the certificate could be read. `vouched` is False for one out of a list
    for which no given root vouches.
    """
    identity = ""
    try:
        certificate = read_certificate(der)
        certificate.key  # noqa: B018  (Malformed where there is none)
        record = replace(certificate_record(certificate, source), vouched=vouched)
        if _may_sign(certificate):
            return record
        identity = record.identity
        why = _("It is not allowed to sign certificates, so it is not a country signing certificate")
    except Malformed as problem:
        why = problem.what
    name = certificate_name(der)
    place = join([where, f"({name})"]) if name else where
    return RefusedRecord(place, why, identity, digest=digest_row(der))


def identify(item: TrustRecord | RefusedRecord, der: bytes) -> TrustRecord | RefusedRecord:
    """The same, where a signature proves that nobody changed the certificate: it is what it was, read or not."""
    if isinstance(item, TrustRecord) or item.identity:
        return item
    return replace(item, identity=identify_certificate(der))


def is_identified(item: TrustRecord | RefusedRecord) -> bool:
    """Whether it is known whose it is, so that the same bytes again are the same; else they may be another record."""
    return isinstance(item, TrustRecord) or bool(item.identity)


def read_roots(path: Path) -> list[Certificate]:
    """The root certificates in a file beside a list; RefusedFile where it has anything else."""
    try:
        blocks = read_der_blocks(path.name, read_content(path, MOST_BYTES).data, "CERTIFICATE")
        if blocks.refusals or blocks.signs:
            raise Malformed(_("It has a block that is not whole"))
        return [read_certificate(der) for _, der in blocks.blocks]
    except Malformed as problem:
        raise refuse_file(
            _("{file} is not a root certificate: {what}", file=path.name, what=problem.what),
            _("Give the root as PEM or DER"),
        ) from problem


def describe_unvouched(name: str, master_list: MasterList) -> Message:
    """That only a list itself vouches for its signer, with what a person compares before accepting it; `name` it is."""
    return _(
        "{list}, of {country}, is signed by a certificate that only the list itself vouches for: {subject}, "
        "SHA-256 {fingerprint}",
        list=name,
        country=country_name(state_of(master_list.country)),
        subject=master_list.root.subject,
        fingerprint=master_list.root.fingerprint,
    )


def is_master_list(path: Path) -> bool:
    """Whether a file's name says it is a master list rather than a root beside it."""
    return path.suffix.lower() in (".ml", ".mls", ".cms")


def _may_sign(certificate: Certificate) -> bool:
    """Old country signing certificates lack one sign of it or another; one is enough."""
    extensions = certificate.extensions
    return bool(extensions.authority or extensions.may_sign_certificates or certificate.self_issued)
