"""From a document signer to the country signing certificate that issued it: by key identifier, then by trial.

Only a signature that verifies makes a chain; names and key identifiers merely say where to look (devices.md). What
the kit does not carry is told apart from what is wrong: no certificate of the state at all, none with the issuing key,
or one that the signer claims by its key identifier but whose key did not make the signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from data.certificates.certificate import Certificate
from data.certificates.trust_store import Anchor, TrustStore, state_of


class Link(StrEnum):
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
    """What was found."""

    link: Link
    anchor: Anchor | None = None
    """The issuer, where it is ISSUED or OTHER_STATE."""


def chain(signer: Certificate, store: TrustStore) -> Chain:
    """The chain of a document signer's certificate."""
    named = list(store.by_key_id(signer.extensions.issuer_key_id)) if signer.extensions.issuer_key_id else []
    anchor = _issuer(signer, named) or _issuer(signer, store.of_state(signer.country))
    if anchor is not None:
        same = state_of(anchor.certificate.country) == state_of(signer.country)
        return Chain(Link.ISSUED if same else Link.OTHER_STATE, anchor)
    if any(state_of(one.certificate.country) == state_of(signer.country) for one in named):
        return Chain(Link.FORGED)
    return Chain(Link.NO_KEY if store.knows_state(signer.country) else Link.NO_STATE)


def _issuer(signer: Certificate, candidates: Iterable[Anchor]) -> Anchor | None:
    """The one that signed; of several with one key (a link certificate, a renewal) the one valid at the time."""
    found = None
    for anchor in candidates:
        certificate = anchor.certificate
        if not _may_issue(certificate) or not signer.signed_by(certificate):
            continue
        if certificate.covers(signer.not_before):
            return anchor
        found = found or anchor
    return found


def _may_issue(certificate: Certificate) -> bool:
    """Whether it may sign certificates. States forget one of the two signs, so one is enough."""
    return certificate.extensions.authority is True or certificate.extensions.may_sign_certificates is not False
