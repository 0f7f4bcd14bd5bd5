"""Tells a new certificate or revocation list from a damaged copy of the one that it would replace.

- A record is proved by a signature that verifies: a certificate by its own key or another that is known, a revocation
  list by a known one. What is proved may replace anything.
- What is not proved replaces nothing that it resembles. Where the key that must have signed is known, it is disproved,
  and nobody's word makes it right. Where no such key is known, a revocation list that is really newer is taken.
"""

from collections.abc import Iterator, Sequence

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.revocation_list import RevocationList, read_revocation_list
from data.certificates.trust_record import TrustItem, TrustRecord, Unproved

_MOSTLY = 0.7
"""Of the bytes of an item at its beginning and end. Of two genuine ones the serial number or time differs early on, and
the signature at the end."""


def find_unproved(
    new: Sequence[TrustRecord], gone: Sequence[TrustRecord], known: Sequence[TrustRecord]
) -> Iterator[Unproved]:
    """Those of `new` that no signature proves and that resemble one of `gone`; `known` are all that may have signed."""
    listed = {other.der for other in gone}
    for record in new:
        if record.der in listed:  # the same item, of which something else is known now
            continue
        resembled = [other for other in gone if _resemble(record, other)]
        if not resembled or _is_proved(record, known):
            continue
        for other in resembled:
            if _is_disproved(record, other, known):
                yield Unproved(record.identity, other.identity, is_disproved=True)
            elif not _is_renewal(record, other):
                yield Unproved(record.identity, other.identity, is_disproved=False)


def _resemble(new: TrustRecord, old: TrustRecord) -> bool:
    if _is_revocations(new) is not _is_revocations(old):
        return False
    is_same_time = _is_revocations(new) and new.order == old.order
    is_same_key = bool(new.key_id) and new.key_id == old.key_id
    return new.name == old.name or is_same_key or is_same_time or _are_mostly_same(new.der, old.der)


def _is_renewal(new: TrustRecord, old: TrustRecord) -> bool:
    """Whether it is the newer list of the same issuer, as far as that can be told without the issuer's key."""
    return new.identity == old.identity and new.order > old.order and not _are_mostly_same(new.der, old.der)


def _are_mostly_same(new: bytes, old: bytes) -> bool:
    start = _count_same(new, old)
    end = _count_same(new[:start:-1], old[:start:-1])
    return start + end >= _MOSTLY * max(len(new), len(old))


def _count_same(new: bytes, old: bytes) -> int:
    """Bytes up to the first that differs."""
    differing = (place for place, (left, right) in enumerate(zip(new, old, strict=False)) if left != right)
    return next(differing, min(len(new), len(old)))


def _is_proved(record: TrustRecord, known: Sequence[TrustRecord]) -> bool:
    item = _read(record)
    return item is not None and any(_signed(item, issuer) for issuer in _candidates(record, item, known))


def _is_disproved(new: TrustRecord, old: TrustRecord, known: Sequence[TrustRecord]) -> bool:
    """Called for what is not proved: whether the key of the old one's signer, or its own, should have proved it."""
    if _is_revocations(new):
        return _is_proved(old, known)
    item = _read(new)
    return isinstance(item, Certificate) and item.self_issued


def _read(record: TrustRecord) -> Certificate | RevocationList | None:
    try:
        return read_revocation_list(record.der) if _is_revocations(record) else read_certificate(record.der)
    except Malformed:
        return None


def _candidates(
    record: TrustRecord, item: Certificate | RevocationList, known: Sequence[TrustRecord]
) -> Iterator[Certificate]:
    """Certificates that may have signed the item: itself, and those of its state or with its issuer's key or name."""
    if isinstance(item, Certificate):
        key_id = item.extensions.issuer_key_id
        yield item
    else:
        key_id = item.issuer_key_id
    for other in known:
        if other.item is not TrustItem.CERTIFICATE:
            continue
        if (other.country == record.country) or (key_id and other.key_id == key_id.hex()) or other.name == item.issuer:
            certificate = _read(other)
            if isinstance(certificate, Certificate):
                yield certificate


def _signed(item: Certificate | RevocationList, issuer: Certificate) -> bool:
    try:
        return item.is_signed_by(issuer)
    except Malformed:
        return False


def _is_revocations(record: TrustRecord) -> bool:
    return record.item is TrustItem.REVOCATIONS
