"""LDIF files of the ICAO PKD and of states: master lists, country signing certificates, revocation lists (RFC 2849).

- Document signers are left out, since each chip brings its own. A file of nothing else is refused, and says so.
- A master list in an entry that does not hold is refused as one record. Root certificates in files beside the LDIF file
  vouch for the lists of their states; of other states, as in `master_list`, only the list itself does.
"""

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.certificates.certificate import Certificate
from data.certificates.malformed import Malformed
from data.certificates.master_list import read_master_list
from data.certificates.trust_record import TrustRecord
from data.text import Message, _
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, digest_row, source_parts
from sync.headquarters.sources.certificates.certificate_files import (
    describe_unvouched,
    identify,
    is_cut_off,
    is_identified,
    read_roots,
    read_signing_certificate,
)
from sync.headquarters.sources.certificates.crl import select_newest
from sync.headquarters.sources.certificates.master_list import TWICE
from sync.headquarters.sources.source_files import refuse_file, report_incomplete, require_content, require_one_file

_ROOT_SUFFIXES = (".cer", ".crt", ".der", ".pem")
_SIZE_LIMIT = 1_000_000_000
_LINE_LIMIT = 32 * 1024 * 1024
"""Characters of one value; a master list is the longest."""
_MASTER_LISTS = frozenset({"pkdmasterlistcontent", "cscamasterlistdata"})
_AUTHORITIES = frozenset({"cacertificate"})
_SIGNERS = frozenset({"usercertificate"})
_REVOCATIONS = frozenset({"certificaterevocationlist"})
_KNOWN = _MASTER_LISTS | _AUTHORITIES | _SIGNERS | _REVOCATIONS
_PARTS = {
    **dict.fromkeys(_MASTER_LISTS, source_parts.MASTER_LISTS),
    **dict.fromkeys(_AUTHORITIES, source_parts.AUTHORITIES),
    **dict.fromkeys(_SIGNERS, source_parts.SIGNERS),
    **dict.fromkeys(_REVOCATIONS, source_parts.REVOCATIONS),
}
_DER_IN_BASE64, _SHORT = "MI", 200
"""How DER of more than 255 bytes begins, and what is shorter than any certificate."""
_REST_OF_VALUE = re.compile("[A-Za-z0-9+/]{100}")
"""The rest of a value whose beginning was lost; text of entries has blanks and punctuation."""
_DO = _("Get the LDIF file from the PKD again")

_Value = tuple[str, str, str]
"""Place, attribute without its options in small letters, base64."""


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals in the order of the file; RefusedFile before the first when it holds none of these."""
    root_files = [path for path in paths if path.suffix.lower() in _ROOT_SUFFIXES] if len(paths) > 1 else []
    path = require_one_file([path for path in paths if path not in root_files], "ldif")
    roots = [root for file in root_files for root in read_roots(file)]
    require_content(path, _SIZE_LIMIT)
    attributes = _first_attributes(path)
    if not attributes:
        if _begins_like_ldif(path):
            raise report_incomplete([_("{file} ends before its first value does", file=path.name)])
        raise refuse_file(_("{file} has no certificates, master lists or revocation lists", file=path.name), _DO)
    if attributes <= _SIGNERS:
        raise refuse_file(
            _(
                "{file} has document signers and nothing else, and kits need none: each chip has its own",
                file=path.name,
            ),
            _("Get the file of master lists instead, which the PKD publishes on its own"),
        )
    yield from _Reader(roots).items(path)


def _first_attributes(path: Path) -> set[str]:
    """The attributes that are known here, up to the first that is not a document signer's."""
    attributes = set()
    for _where, attribute, _text in _values(path):
        if attribute:
            attributes.add(attribute)
        if attribute not in _SIGNERS | {""}:
            break
    return attributes


def _begins_like_ldif(path: Path) -> bool:
    """Whether the first line is, or may become, one of those with which these files begin."""
    first = next((line for _number, line in _unfold(path) if line and not line.startswith("#")), "")
    name = first.partition(":")[0].partition(";")[0].strip().lower()
    return bool(name) and any(known.startswith(name) for known in ("version", "dn", *_KNOWN))


class _Reader:
    """One pass over one file."""

    def __init__(self, roots: Sequence[Certificate]) -> None:
        self._roots = roots
        self._unvouched: list[Message] = []
        self._waiting: list[tuple[str, bytes, str]] = []
        """Place, DER and source of certificates for which only their own list vouches so far."""
        self._skipped: Counter[Message] = Counter()
        self._seen: set[bytes] = set()
        self._revocations: list[tuple[str, bytes]] = []
        self._date = ""
        self._parts: set[str] = set()

    def items(self, path: Path) -> Iterator[Item]:
        """Everything in the file, revocation lists last."""
        text = ""
        for where, attribute, text in _values(path):
            if not attribute:
                why = _("the line holds a certificate or a list under an attribute that there is not")
                yield RefusedRecord(where, why, digest=digest_row(text))
                continue
            self._parts.add(_PARTS[attribute])
            if attribute in _SIGNERS:
                self._skipped[_("document signers: each chip brings its own")] += 1
                continue
            try:
                yield from self._value(where, attribute, b64decode(text, validate=True))
            except ValueError:  # of binascii, or not ASCII
                yield RefusedRecord(where, _("the value is not base64"), digest=digest_row(text))
        for place, der, source in self._waiting:
            yield from self._certificate(place, der, source, vouched=False)
        for item in select_newest(iter(self._revocations)):
            if isinstance(item, SourceInfo):
                self._skipped.update(item.skipped)
            else:
                yield item
        signs = (_("{file} ends within a value", file=path.name),) if _is_cut_off(text) else ()
        yield SourceInfo(
            self._date,
            dict(self._skipped),
            signs=signs,
            parts=frozenset(self._parts),
            unvouched=tuple(self._unvouched),
        )

    def _value(self, where: str, attribute: str, content: bytes) -> Iterator[Item]:
        if attribute in _REVOCATIONS:
            self._revocations.append((where, content))
        elif attribute in _AUTHORITIES:
            yield from self._certificate(where, content, "LDIF", is_listed=False)
        else:
            yield from self._master_list(where, content)

    def _master_list(self, where: str, content: bytes) -> Iterator[Item]:
        try:
            opened = read_master_list(content, self._roots)
        except Malformed as problem:
            yield RefusedRecord(where, problem.what, digest=digest_row(content))
            return
        if not opened.is_vouched:
            self._unvouched.append(describe_unvouched(where, opened))
        if opened.signed:
            self._date = max(self._date, f"{opened.signed:%Y-%m-%dT%H:%M:%SZ}")
        for number, der in enumerate(opened.certificates, start=1):
            place = _("{place} certificate {number}", place=where, number=number)
            source = f"LDIF: master list of {opened.country}"
            if opened.is_vouched:
                yield from self._certificate(place, der, source, vouched=True)
            else:
                self._waiting.append((place, der, source))

    def _certificate(
        self, where: str, der: bytes, source: str, *, vouched: bool = True, is_listed: bool = True
    ) -> Iterator[TrustRecord | RefusedRecord]:
        if der in self._seen:
            self._skipped[TWICE] += 1
            return
        item = read_signing_certificate(der, where, source, vouched=vouched)
        if is_listed:
            item = identify(item, der)
        if is_identified(item):
            self._seen.add(der)
        yield item


def _is_cut_off(text: str) -> bool:
    """Whether the last value of a file says that it is longer than what is there."""
    whole = text[: len(text) // 4 * 4]
    try:
        return is_cut_off(b64decode(whole, validate=True))
    except ValueError:  # of binascii, or not ASCII
        return False


def _values(path: Path) -> Iterator[_Value]:
    """The values of attributes that are known here, with the line each begins at.

    The attribute is empty where the line shows that it holds something of the kind and is damaged.
    """
    for number, line in _unfold(path):
        name, colon, value = line.partition(":")
        attribute = name.partition(";")[0].strip().lower()
        is_base64 = value.startswith(":")
        text = value.removeprefix(":").strip()
        if is_base64 and attribute in _KNOWN:
            yield f"{path.name}:{number}", attribute, text
        elif (colon and text.startswith(_DER_IN_BASE64) and len(text) > _SHORT) or (
            not is_base64 and _REST_OF_VALUE.search(line)
        ):
            yield f"{path.name}:{number}", "", text


def _unfold(path: Path) -> Iterator[tuple[int, str]]:
    """Logical lines: one that begins with a blank continues the line before (RFC 2849, note 2)."""
    start, parts, size = 1, [""], 0
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LINE_LIMIT), ""), start=1):
                text = line.rstrip("\r\n")
                size += len(text)
                if size > _LINE_LIMIT:
                    raise refuse_file(
                        _(
                            "{file} has a value of more than {size} MB at line {line}",
                            file=path.name,
                            size=_LINE_LIMIT // 1_000_000,
                            line=start,
                        ),
                        _DO,
                    )
                if text.startswith(" "):
                    parts.append(text[1:])
                    continue
                yield start, "".join(parts)
                start, parts, size = number, [text], len(text)
    except OSError as problem:
        raise refuse_file(_("{file} cannot be read", file=path.name), _DO) from problem
    yield start, "".join(parts)
