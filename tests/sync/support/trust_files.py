"""Files of certificates as states publish them, and what a source reads out of them."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from data.certificates.trust_record import TrustRecord
from sync.headquarters.sources import RefusedRecord, SourceInfo, find_kind, load_reader

Write = Callable[[str, bytes], Path]


def read_records(format_name: str, *paths: Path) -> tuple[list[TrustRecord], list[RefusedRecord], SourceInfo]:
    assert find_kind(format_name) == "trust"
    items = list(load_reader(format_name)(paths))
    info = items.pop()
    assert isinstance(info, SourceInfo)
    records = [item for item in items if isinstance(item, TrustRecord)]
    return records, [item for item in items if isinstance(item, RefusedRecord)], info


def to_pem(label: str, *ders: bytes) -> bytes:
    blocks = (
        f"-----BEGIN {label}-----\n".encode() + b64encode(der) + f"\n-----END {label}-----\n".encode() for der in ders
    )
    return b"a comment\n" + b"".join(blocks)


def ldif_entry(attribute: str, content: bytes) -> str:
    text = b64encode(content).decode()
    folded = "\n ".join([text[:60], *(text[at : at + 70] for at in range(60, len(text), 70))])
    return f"dn: cn=x,o=ml,c=UT\nobjectClass: top\n{attribute}:: {folded}\n\n"


def to_ldif(*entries: tuple[str, bytes]) -> bytes:
    return ("version: 1\n\n" + "".join(ldif_entry(*entry) for entry in entries)).encode()
