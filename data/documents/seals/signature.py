"""Whether a seal's signature is that of a certificate: ECDSA, r and s one after the other (Doc 9303-13, 2.4)."""

from data.certificates.certificate import Certificate
from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.certificates.signatures import Scheme, SignatureAlgorithm, verify_signature
from data.text import _

_HASHES = ((224, "sha224"), (256, "sha256"), (384, "sha384"))
_LONGEST = "sha512"


def verify_seal_signature(signer: Certificate, signature: bytes, covered: bytes) -> bool:
    """Whether `signer` made this signature over `covered`; the size of its curve says with which digest.

    Raises:
        Malformed: the certificate's key is of no kind that seals are signed with.
    """
    key = signer.key
    if not isinstance(key, EcKey):
        raise Malformed(_("Seals are signed with elliptic-curve keys; this certificate has another kind of key"))
    bits = key.curve.order.bit_length()
    digest = next((name for most, name in _HASHES if bits <= most), _LONGEST)
    return verify_signature(key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, digest), signature, covered)
