"""Who seals papers: signers of an invented state, one for each fault of a signer.

Their certificates' names are nothing but a state and two characters, by which a kit knows them (Doc 9303-13, 2.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import x509

from devices.simulated.chip.personal.issuer import REVOKED
from devices.simulated.chip.pki.certificates import Authority, Request, Validity, certify, signer_extensions
from devices.simulated.chip.pki.signing_keys import EcSigningKey
from devices.simulated.chip.pki.state import SIGNER_VALIDITY, InventedState
from devices.simulated.seals.profile import SealFault

GOOD, EXPIRED, FORGED, UNKNOWN = 201, 202, 203, 204
"""Serial numbers; the revoked one's is the one on the state's revocation list."""
_OVER = Validity(datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC))
"""Before any simulated document was made."""


@dataclass(frozen=True)
class SealSigner:
    """A signer with what a seal calls it."""

    authority: Authority
    key: EcSigningKey
    named: str
    serial: int


def signer_for(state: InventedState, faults: frozenset[SealFault]) -> SealSigner:
    """The signer that makes a seal with these faults."""
    if SealFault.SIGNER_EXPIRED in faults:
        return _signer(state, "SE", EXPIRED, _OVER)
    if SealFault.SIGNER_REVOKED in faults:
        return _signer(state, "SR", REVOKED)
    if SealFault.SIGNER_FORGED in faults:
        return _signer(state, "SF", FORGED, forger=replace(state, seed=f"{state.seed} unpublished"))
    if SealFault.SIGNER_UNKNOWN in faults:
        return _signer(state, "SU", UNKNOWN)
    return _signer(state, "SG", GOOD)


def published(state: InventedState) -> Iterator[bytes]:
    """Certificates of every signer that the kits of the world know of, as DER; the unknown one's is not among them."""
    for fault in (None, SealFault.SIGNER_EXPIRED, SealFault.SIGNER_REVOKED, SealFault.SIGNER_FORGED):
        yield signer_for(state, frozenset() if fault is None else frozenset({fault})).authority.der


def _signer(
    state: InventedState,
    characters: str,
    serial: int,
    validity: Validity = SIGNER_VALIDITY,
    *,
    forger: InventedState | None = None,
) -> SealSigner:
    key = EcSigningKey(f"{state.seed} {state.country} seals {characters}", parameters="named_curve")
    subject = x509.Name.build({"country_name": state.country, "common_name": characters})
    request = Request(subject, key, validity, serial, signer_extensions(key, state.csca.key, state.country))
    der = certify(request, state.csca.subject, (forger or state).csca.key)
    return SealSigner(Authority(key, der, subject), key, f"{state.country}{characters}", serial)
