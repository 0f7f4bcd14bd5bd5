"""What vouches for a signer: the certificates and revocation lists a kit carries, and the chain up to one of them.

- Country signers are found by key and state, signers of seals by name. Certificates are decoded when they are first
  looked at; one that cannot be used is passed over and counted.
- A document signer's issuer is looked for by key identifier, then by trial. Only a signature that verifies makes a
  chain; names and key identifiers merely say where to look (docs/chips.md, "Who vouches for a chip").
- A certificate for which only its own list vouches chains documents of its own state, if no other one does. It makes
  nothing forged and nothing another state's: a list that nobody vouches for must not discredit what is genuine.
- What the kit does not carry is told apart from what is wrong: no certificate of the state at all, none with the
  issuing key, or one that the signer names by its key identifier but whose key did not make the signature.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.revocation_list import RevocationList, read_revocation_list
from data.certificates.trust_record import TrustItem, TrustRecord
from data.documents.code_tables import canonical_country

_SPECIMENS = {"UT": "UTO"}
"""Two letters that certificates of specimens write, and no state has."""


def certificate_record(certificate: Certificate, source: str) -> TrustRecord:
    """The record of a country signing certificate; `source` says where it came from."""
    key_id = certificate.extensions.key_id.hex()
    return TrustRecord(TrustItem.CERTIFICATE, certificate.country, certificate.subject, key_id, certificate.der, source)


def signer_record(certificate: Certificate, source: str) -> TrustRecord:
    """The record of a certificate that seals are signed with; `source` says where it came from."""
    key_id = certificate.extensions.key_id.hex()
    return TrustRecord(TrustItem.SIGNER, certificate.country, certificate.subject, key_id, certificate.der, source)


def revocations_record(revocations: RevocationList, source: str) -> TrustRecord:
    """The record of a revocation list; `source` says where it came from."""
    return TrustRecord(
        TrustItem.REVOCATIONS,
        revocations.country,
        revocations.issuer,
        revocations.issuer_key_id.hex(),
        revocations.der,
        source,
        int(revocations.this_update.timestamp()),
    )


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """A certificate this kit trusts, and where it came from."""

    certificate: Certificate
    source: str
    vouched: bool = True
    """False if only the list that brought it vouches for it."""


def state_of(country: str) -> str:
    """One code for one state, however a certificate or a document writes it; the text itself when it is not known."""
    code = country.strip().upper()
    return canonical_country(code) or _SPECIMENS.get(code, code)


class TrustStore:
    """What may vouch for a document signer. Trust lists of several sources are one store."""

    def __init__(self, records: Iterable[TrustRecord]) -> None:
        self._by_key_id: dict[str, list[TrustRecord]] = defaultdict(list)
        self._by_state: dict[str, list[TrustRecord]] = defaultdict(list)
        self._revocations: dict[str, list[TrustRecord]] = defaultdict(list)
        self._signers: dict[str, list[TrustRecord]] = defaultdict(list)
        self._decoded: dict[str, TrustAnchor | None] = {}
        self._checked: dict[bytes, RevocationList | None] = {}
        identities: set[str] = set()
        for record in sorted(records, key=lambda record: not record.vouched):  # of the same certificate the vouched one
            if record.item is TrustItem.REVOCATIONS:
                self._revocations[state_of(record.country)].append(record)
            elif record.item is TrustItem.SIGNER:
                self._signers[state_of(record.country)].append(record)
            elif record.identity not in identities:
                identities.add(record.identity)
                self._by_state[state_of(record.country)].append(record)
                if record.key_id:
                    self._by_key_id[record.key_id].append(record)
        self.count = len(identities)
        """Different certificates, usable or not."""

    def states(self) -> tuple[str, ...]:
        """The states that have a certificate here, sorted."""
        return tuple(sorted(self._by_state))

    def knows_state(self, country: str) -> bool:
        """Whether there is any certificate of this state."""
        return state_of(country) in self._by_state

    def by_key_id(self, key_id: bytes) -> Iterator[TrustAnchor]:
        """Usable certificates with this subject key identifier."""
        return self._usable_anchors(self._by_key_id.get(key_id.hex(), ()))

    def of_state(self, country: str) -> Iterator[TrustAnchor]:
        """Usable certificates of this state."""
        return self._usable_anchors(self._by_state.get(state_of(country), ()))

    def seal_signers(self, country: str, signer: str, serials: Collection[int]) -> tuple[Certificate, ...]:
        """Usable certificates of a seal's signer: state, common name, serial number (Doc 9303-13, 2.2). Not judged."""
        usable = (anchor.certificate for anchor in self._usable_anchors(self._signers.get(state_of(country), ())))
        return tuple(
            {
                certificate.der: certificate
                for certificate in usable
                if certificate.common_name == signer.casefold() and certificate.serial in serials
            }.values()
        )

    def revocations_for(self, signer: Certificate) -> RevocationList | None:
        """The newest list of the signer's issuer whose signature is that of a certificate of the same state here."""
        state = signer.country
        lists = (self._verify_once(record, state) for record in self._revocations.get(state_of(state), ()))
        return max(
            (revocations for revocations in lists if revocations and revocations.issuer_name == signer.issuer_name),
            key=lambda revocations: (revocations.this_update, revocations.number),
            default=None,
        )

    def _usable_anchors(self, records: Iterable[TrustRecord]) -> Iterator[TrustAnchor]:
        for record in records:
            if record.identity not in self._decoded:
                self._decoded[record.identity] = _read_anchor(record)
            if (anchor := self._decoded[record.identity]) is not None:
                yield anchor

    def _verify_once(self, record: TrustRecord, state: str) -> RevocationList | None:
        """A list signed by one of the state's own keys: after a change of key the new one signs for the old as well."""
        # By content, since two lists may hold the same issuer's list of different days.
        content = sha256(record.der).digest()
        if content not in self._checked:
            self._checked[content] = self._verify(record, state)
        return self._checked[content]

    def _verify(self, record: TrustRecord, state: str) -> RevocationList | None:
        try:
            revocations = read_revocation_list(record.der)
        except Malformed:
            return None
        signed = any(revocations.is_signed_by(anchor.certificate) for anchor in self.of_state(state))
        return revocations if signed else None


class ChainStatus(StrEnum):
    """How a document signer is tied to what the kit trusts."""

    ISSUED = "issued"
    FORGED = "forged"
    """It points at a key of its state that did not issue it."""
    OTHER_STATE = "other_state"
    """The key that signed it belongs to another state."""
    NO_KEY = "no_key"
    """The state is known, its issuing key is not."""
    NO_STATE = "no_state"
    """No certificate of this state is carried."""


@dataclass(frozen=True, slots=True)
class Chain:
    """How far a signer's certificate leads."""

    status: ChainStatus
    anchor: TrustAnchor | None = None
    """The issuer, where it is ISSUED or OTHER_STATE."""


def find_chain(signer: Certificate, store: TrustStore) -> Chain:
    """The chain of a document signer's certificate."""
    state = state_of(signer.country)
    named = list(store.by_key_id(signer.extensions.issuer_key_id)) if signer.extensions.issuer_key_id else []
    vouched = [anchor for anchor in named if anchor.vouched]
    own = list(store.of_state(signer.country))
    anchor = _find_issuer(signer, vouched) or _find_issuer(signer, own)
    if anchor is not None:
        same = state_of(anchor.certificate.country) == state
        return Chain(ChainStatus.ISSUED if same else ChainStatus.OTHER_STATE, anchor)
    if any(state_of(pointed_at.certificate.country) == state for pointed_at in vouched):
        return Chain(ChainStatus.FORGED)
    return Chain(ChainStatus.NO_KEY if store.knows_state(signer.country) else ChainStatus.NO_STATE)


def _read_anchor(record: TrustRecord) -> TrustAnchor | None:
    try:
        certificate = read_certificate(record.der)
        _ = certificate.key
    except Malformed:
        return None
    return TrustAnchor(certificate, record.source, record.vouched)


def _find_issuer(signer: Certificate, candidates: Iterable[TrustAnchor]) -> TrustAnchor | None:
    """The one that signed; of several with one key (a link certificate, a renewal) the one valid at the time."""
    first = None
    for anchor in candidates:
        certificate = anchor.certificate
        if not _may_issue(certificate) or not signer.is_signed_by(certificate):
            continue
        if certificate.covers(signer.not_before):
            return anchor
        first = first or anchor
    return first


def _may_issue(certificate: Certificate) -> bool:
    """Whether it may sign certificates. States forget one of the two signs, so one is enough."""
    return certificate.extensions.authority is True or certificate.extensions.may_sign_certificates is not False
