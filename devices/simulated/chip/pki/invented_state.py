"""An invented state that issues travel documents: its country signing key, what it signs, and what it publishes.

Everything depends on the state's letters and a seed, so that the demonstration is the same on every machine. Every name
says that it is invented, so that nobody takes it for a real state's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from asn1crypto import core, x509

from data.certificates.master_list import CONTENT_TYPE
from devices.simulated.chip.pki.signed_objects import (
    Authority,
    CertificateRequest,
    Validity,
    authority_extensions,
    distinguished_name,
    issue_certificate,
    issue_revocation_list,
    list_signer_extensions,
    sign_data,
    signer_extensions,
)
from devices.simulated.chip.pki.signing_keys import EcSigningKey, RsaSigningKey, SigningKey
from devices.simulated.chip.tlv_writer import encode_element, encode_set

KeyKind = Literal["rsa", "rsa_pss", "ec_explicit", "ec_named"]
"""The kinds of key an invented state may use."""
CSCA_VALIDITY = Validity.years(2015, 2040)
SIGNER_VALIDITY = Validity.years(2018, 2036)


@dataclass(frozen=True)
class InventedState:
    """One state; a copy with another `generation` has a new country signing key."""

    country: str
    """Two letters, as certificates write them."""
    keys: KeyKind = "ec_explicit"
    seed: str = "waypost"
    generation: int = 1
    validity: Validity = CSCA_VALIDITY

    @cached_property
    def csca(self) -> Authority:
        """The self-signed country signing certificate."""
        key, subject = self.key("CSCA"), self._name(f"CSCA {self.generation}")
        extensions = authority_extensions(key, key, self.country)
        request = CertificateRequest(subject, key, self.validity, self.generation, extensions)
        return Authority(key, issue_certificate(request, subject, key), subject)

    @cached_property
    def signer(self) -> Authority:
        """The document signer that signs unless another is named."""
        return self.document_signer("DS 1")

    def document_signer(self, common: str, validity: Validity = SIGNER_VALIDITY, serial: int = 101) -> Authority:
        """A document signer of this state."""
        key, subject = self.key(common), self._name(common)
        extensions = signer_extensions(key, self.csca.key, self.country, ("P", "I", "ID", "V"))
        request = CertificateRequest(subject, key, validity, serial, extensions)
        return Authority(key, issue_certificate(request, self.csca.subject, self.csca.key), subject)

    def forged_signer(self, forger: "InventedState") -> Authority:
        """A document signer that names this state's key and was made by another's."""
        key, subject = self.key("DS forged"), self._name("DS forged")
        request = CertificateRequest(
            subject, key, SIGNER_VALIDITY, 105, signer_extensions(key, self.csca.key, self.country)
        )
        return Authority(key, issue_certificate(request, self.csca.subject, forger.csca.key), subject)

    def renew(self) -> "InventedState":
        """The state after a change of its country signing key."""
        return replace(self, generation=self.generation + 1)

    def link(self, old: "InventedState") -> bytes:
        """The key of this generation, vouched for by an older one (Doc 9303-12, 4.2), as DER."""
        extensions = authority_extensions(self.csca.key, old.csca.key, self.country)
        request = CertificateRequest(self.csca.subject, self.csca.key, self.validity, 50 + self.generation, extensions)
        return issue_certificate(request, old.csca.subject, old.csca.key)

    def revocations(self, revoked: Sequence[int], at: datetime, number: int = 1) -> bytes:
        """Its revocation list on that day, as DER."""
        return issue_revocation_list(self.csca, revoked, at, number=number)

    def master_list(self, certificates: Sequence[bytes], at: datetime) -> bytes:
        """A master list with these certificates, signed by this state's list signer (Doc 9303-12, section 9)."""
        key, subject = self.key("Master List Signer"), self._name("Master List Signer")
        extensions = list_signer_extensions(key, self.csca.key, self.country)
        request = CertificateRequest(subject, key, SIGNER_VALIDITY, 900 + self.generation, extensions)
        signer = Authority(key, issue_certificate(request, self.csca.subject, self.csca.key), subject)
        content = encode_element(0x30, core.Integer(0).dump(), encode_set(certificates))
        brought = [signer.der, self.csca.der]
        return sign_data(content, CONTENT_TYPE, signer, certificates=brought, signing_time=at, named_by="key_id")

    def key(self, purpose: str) -> SigningKey:
        """The private key of this generation for a purpose."""
        seed = f"{self.seed} {self.country} {self.generation} {purpose}"
        if self.keys in ("rsa", "rsa_pss"):
            return RsaSigningKey(seed, padding="pss" if self.keys == "rsa_pss" else "pkcs1")
        return EcSigningKey(seed, parameters="explicit" if self.keys == "ec_explicit" else "named_curve")

    def _name(self, common: str) -> x509.Name:
        return distinguished_name(self.country, f"Invented {common}")
