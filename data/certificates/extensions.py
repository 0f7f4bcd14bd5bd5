"""The extensions of a certificate that a chain needs; one that cannot be read is told, not fatal."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from asn1crypto import core, x509

from data.certificates.malformed import Malformed, reading


@dataclass(frozen=True, slots=True)
class Extensions:
    """What a certificate says beside its names and its key."""

    key_id: bytes = b""
    """Subject key identifier."""
    issuer_key_id: bytes = b""
    """Authority key identifier."""
    authority: bool | None = None
    """Whether it says it may sign certificates; None when it says nothing."""
    may_sign_certificates: bool | None = None
    may_sign_lists: bool | None = None
    """By its key usage; None when it has none."""
    purposes: tuple[str, ...] = ()
    """Extended key usages, as object identifiers."""
    oddities: tuple[str, ...] = field(default=())
    """What is wrong but does not matter, in words."""

    def with_oddity(self, what: str) -> "Extensions":
        """The same with one more oddity."""
        return replace(self, oddities=(*self.oddities, what))


def read_extensions(extensions: x509.Extensions) -> Extensions:
    """All extensions that are known here. Malformed for an unknown critical one, as RFC 5280 4.2 asks."""
    found: dict[str, Any] = {}
    oddities: list[str] = []
    if isinstance(extensions, core.Void):
        return Extensions(oddities=("has no extensions",))
    for extension in extensions:
        oid = extension["extn_id"].dotted
        reader = _READERS.get(oid)
        if reader is None:
            if extension["critical"].native and oid not in _HARMLESS:
                raise Malformed(f"A certificate has the critical extension {oid}, which is not known here")
            continue
        try:
            with reading("An extension"):
                found |= reader(bytes(extension["extn_value"]))
        except Malformed:
            oddities.append(f"its extension {oid} cannot be read")
    return Extensions(**found, oddities=tuple(oddities))


def _key_id(value: bytes) -> dict[str, Any]:
    return {"key_id": core.OctetString.load(value).native}


def _issuer_key_id(value: bytes) -> dict[str, Any]:
    return {"issuer_key_id": x509.AuthorityKeyIdentifier.load(value)["key_identifier"].native or b""}


def _constraints(value: bytes) -> dict[str, Any]:
    return {"authority": bool(x509.BasicConstraints.load(value)["ca"].native)}


def _usage(value: bytes) -> dict[str, Any]:
    usages = x509.KeyUsage.load(value).native
    return {"may_sign_certificates": "key_cert_sign" in usages, "may_sign_lists": "crl_sign" in usages}


def _purposes(value: bytes) -> dict[str, Any]:
    return {"purposes": tuple(purpose.dotted for purpose in x509.ExtKeyUsageSyntax.load(value))}


_READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "2.5.29.14": _key_id,
    "2.5.29.35": _issuer_key_id,
    "2.5.29.19": _constraints,
    "2.5.29.15": _usage,
    "2.5.29.37": _purposes,
}
_HARMLESS = frozenset(
    {"2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.23.136.1.1.6.1", "2.23.136.1.1.6.2"}
)
"""Private key usage period, other names, places of CRLs, policies, change of name, document types: critical or not,
they settle nothing that is decided here (Doc 9303-12, table 6)."""
