"""The certificates and revocation lists a kit carries: country signers by key and state, signers of seals by name.

Certificates are decoded when they are first looked at; one that cannot be used is passed over and counted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.revocation_list import RevocationList, read_revocation_list
from data.certificates.trust_record import TrustItem, TrustRecord
from data.documents.countries import canonical

_SPECIMENS = {"UT": "UTO"}
"""Two letters that certificates of specimens write, and no state has."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate this kit trusts, and where it came from."""

    certificate: Certificate
    source: str


def state_of(country: str) -> str:
    """One code for one state, however a certificate or a document writes it; the text itself when it is not known."""
    code = country.strip().upper()
    return canonical(code) or _SPECIMENS.get(code, code)


class TrustStore:
    """What may vouch for a document signer. Trust lists of several sources are one store."""

    def __init__(self, records: Iterable[TrustRecord]) -> None:
        self._by_key_id: dict[str, list[TrustRecord]] = defaultdict(list)
        self._by_state: dict[str, list[TrustRecord]] = defaultdict(list)
        self._revocations: dict[str, list[TrustRecord]] = defaultdict(list)
        self._signers: dict[str, list[TrustRecord]] = defaultdict(list)
        self._decoded: dict[str, Anchor | None] = {}
        self._checked: dict[bytes, RevocationList | None] = {}
        seen: set[str] = set()
        for record in records:
            if record.item is TrustItem.REVOCATIONS:
                self._revocations[state_of(record.country)].append(record)
            elif record.item is TrustItem.SIGNER:
                self._signers[state_of(record.country)].append(record)
            elif record.identity not in seen:
                seen.add(record.identity)
                self._by_state[state_of(record.country)].append(record)
                if record.key_id:
                    self._by_key_id[record.key_id].append(record)
        self.count = len(seen)
        """Different certificates, usable or not."""

    def states(self) -> tuple[str, ...]:
        """The states that have a certificate here, sorted."""
        return tuple(sorted(self._by_state))

    def knows_state(self, country: str) -> bool:
        """Whether there is any certificate of this state."""
        return state_of(country) in self._by_state

    def by_key_id(self, key_id: bytes) -> Iterator[Anchor]:
        """Usable certificates with this subject key identifier."""
        return self._usable(self._by_key_id.get(key_id.hex(), ()))

    def of_state(self, country: str) -> Iterator[Anchor]:
        """Usable certificates of this state."""
        return self._usable(self._by_state.get(state_of(country), ()))

    def seal_signers(self, country: str, signer: str, serials: Collection[int]) -> tuple[Certificate, ...]:
        """Usable certificates of a seal's signer: state, common name, serial number (Doc 9303-13, 2.2). Not judged."""
        usable = (anchor.certificate for anchor in self._usable(self._signers.get(state_of(country), ())))
        named = (one for one in usable if one.common_name == signer.casefold() and one.serial in serials)
        return tuple({one.der: one for one in named}.values())

    def revocations_for(self, signer: Certificate) -> RevocationList | None:
        """The newest list of the signer's issuer whose signature is that of a certificate of the same state here."""
        state = signer.country
        lists = (self._verified(record, state) for record in self._revocations.get(state_of(state), ()))
        ours = [one for one in lists if one is not None and one.issuer_name == signer.issuer_name]
        return max(ours, key=lambda one: (one.this_update, one.number), default=None)

    def _usable(self, records: Iterable[TrustRecord]) -> Iterator[Anchor]:
        for record in records:
            if record.identity not in self._decoded:
                self._decoded[record.identity] = _decode(record)
            if (anchor := self._decoded[record.identity]) is not None:
                yield anchor

    def _verified(self, record: TrustRecord, state: str) -> RevocationList | None:
        """A list signed by one of the state's own keys: after a change of key the new one signs for the old as well."""
        # By content, since two lists may hold the same issuer's list of different days.
        content = sha256(record.der).digest()
        if content not in self._checked:
            self._checked[content] = self._check(record, state)
        return self._checked[content]

    def _check(self, record: TrustRecord, state: str) -> RevocationList | None:
        try:
            revocations = read_revocation_list(record.der)
        except Malformed:
            return None
        signed = any(revocations.signed_by(anchor.certificate) for anchor in self.of_state(state))
        return revocations if signed else None


def _decode(record: TrustRecord) -> Anchor | None:
    try:
        certificate = read_certificate(record.der)
        _ = certificate.key
    except Malformed:
        return None
    return Anchor(certificate, record.source)
