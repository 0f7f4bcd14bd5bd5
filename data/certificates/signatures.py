"""Verifying signatures: RSA PKCS#1 v1.5 and PSS, ECDSA in DER and in the plain form of BSI TR-03111.

A signature holds or it does not; what cannot even be tried (an unknown algorithm) raises Malformed.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import algos, core
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from ecdsa import ecdsa as arithmetic

from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.public_keys import EcKey, PublicKey, RsaKey
from data.certificates.tlv import elements, only
from data.text import _

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,  # states signed with it, and their documents are still valid
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_HASH_OIDS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_PSS = "1.2.840.113549.1.1.10"


class Scheme(StrEnum):
    """How a signature is made."""

    PKCS1 = "RSA PKCS#1"
    PSS = "RSA PSS"
    ECDSA = "ECDSA"
    ECDSA_PLAIN = "ECDSA plain"


_OIDS = {
    "1.2.840.113549.1.1.5": (Scheme.PKCS1, "sha1"),
    "1.2.840.113549.1.1.14": (Scheme.PKCS1, "sha224"),
    "1.2.840.113549.1.1.11": (Scheme.PKCS1, "sha256"),
    "1.2.840.113549.1.1.12": (Scheme.PKCS1, "sha384"),
    "1.2.840.113549.1.1.13": (Scheme.PKCS1, "sha512"),
    "1.2.840.10045.4.1": (Scheme.ECDSA, "sha1"),
    "1.2.840.10045.4.3.1": (Scheme.ECDSA, "sha224"),
    "1.2.840.10045.4.3.2": (Scheme.ECDSA, "sha256"),
    "1.2.840.10045.4.3.3": (Scheme.ECDSA, "sha384"),
    "1.2.840.10045.4.3.4": (Scheme.ECDSA, "sha512"),
    "0.4.0.127.0.7.1.1.4.1.1": (Scheme.ECDSA_PLAIN, "sha1"),
    "0.4.0.127.0.7.1.1.4.1.2": (Scheme.ECDSA_PLAIN, "sha224"),
    "0.4.0.127.0.7.1.1.4.1.3": (Scheme.ECDSA_PLAIN, "sha256"),
    "0.4.0.127.0.7.1.1.4.1.4": (Scheme.ECDSA_PLAIN, "sha384"),
    "0.4.0.127.0.7.1.1.4.1.5": (Scheme.ECDSA_PLAIN, "sha512"),
}
_HASH_ELSEWHERE = {"1.2.840.113549.1.1.1": Scheme.PKCS1, "1.2.840.10045.2.1": Scheme.ECDSA}
"""Identifiers of the key alone: the digest is the one that CMS names beside it (RFC 3370, 3.2)."""


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """How a signature was made, as its identifier says."""

    scheme: Scheme
    hash: str
    mask_hash: str = ""
    salt_bytes: int = 0

    def __str__(self) -> str:
        return f"{self.scheme} with {self.hash.upper()}"


def hash_name(identifier: algos.DigestAlgorithm) -> str:
    """`sha256` and so on; Malformed for a digest that travel documents do not use."""
    oid = identifier["algorithm"].dotted
    if oid not in _HASH_OIDS:
        raise Malformed(_("The digest {oid} is not used for travel documents", oid=oid))
    return _HASH_OIDS[oid]


def digest(name: str, content: bytes) -> bytes:
    """The digest of `content` by the hash called `name`."""
    return hashlib.new(name, content, usedforsecurity=False).digest()


def signature_algorithm(identifier: algos.SignedDigestAlgorithm, digest_name: str = "") -> SignatureAlgorithm:
    """What an AlgorithmIdentifier says; `digest_name` fills in where it leaves the digest to CMS."""
    oid = identifier["algorithm"].dotted
    if oid in _OIDS:
        return SignatureAlgorithm(*_OIDS[oid])
    if oid == _PSS:
        return _pss(identifier)
    if oid in _HASH_ELSEWHERE and digest_name:
        return SignatureAlgorithm(_HASH_ELSEWHERE[oid], digest_name)
    raise Malformed(_("The signature algorithm {oid} is not used for travel documents", oid=oid))


def verify_signature(key: PublicKey, algorithm: SignatureAlgorithm, signature: bytes, content: bytes) -> bool:
    """Whether `signature` is this key's over `content`. A key of another kind than the algorithm's never is."""
    if isinstance(key, RsaKey):
        return algorithm.scheme in (Scheme.PKCS1, Scheme.PSS) and _rsa_holds(key, algorithm, signature, content)
    if algorithm.scheme not in (Scheme.ECDSA, Scheme.ECDSA_PLAIN):
        return False
    try:
        r, s = _plain(signature) if algorithm.scheme is Scheme.ECDSA_PLAIN else _pair(signature)
    except Malformed:
        return False
    if not (0 < r < key.curve.order and 0 < s < key.curve.order):
        return False
    return _ecdsa_holds(key, algorithm.hash, (r, s), digest(algorithm.hash, content))


def _pss(identifier: algos.SignedDigestAlgorithm) -> SignatureAlgorithm:
    with guard_parsing(_("The parameters of an RSA PSS signature")):
        encoded = identifier["parameters"]
        # Without parameters every default of RFC 4055 holds.
        parameters = algos.RSASSAPSSParams.load(encoded.dump()) if encoded.contents else algos.RSASSAPSSParams()
        mask = algos.DigestAlgorithm.load(parameters["mask_gen_algorithm"]["parameters"].dump())
        salt = int(parameters["salt_length"].native)
        if not 0 <= salt <= 512:
            raise Malformed(_("An RSA PSS signature has a salt that is far too long"))
        return SignatureAlgorithm(Scheme.PSS, hash_name(parameters["hash_algorithm"]), hash_name(mask), salt)


def _rsa_holds(key: RsaKey, algorithm: SignatureAlgorithm, signature: bytes, content: bytes) -> bool:
    try:
        public = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
        if algorithm.scheme is Scheme.PKCS1:
            recovered = public.recover_data_from_signature(signature, padding.PKCS1v15(), None)
            return recovered in _digest_infos(algorithm.hash, digest(algorithm.hash, content))
        pss = padding.PSS(padding.MGF1(_HASHES[algorithm.mask_hash]()), algorithm.salt_bytes)
        public.verify(signature, content, pss, _HASHES[algorithm.hash]())
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _digest_infos(name: str, digested: bytes) -> tuple[bytes, bytes]:
    """What PKCS#1 signs, with the NULL that RFC 8017 (A.2.4) asks for and without: ICAO's own list leaves it out."""
    oid = core.ObjectIdentifier(next(oid for oid, hash_called in _HASH_OIDS.items() if hash_called == name)).dump()
    value = core.OctetString(digested).dump()
    return _sequence(_sequence(oid + b"\x05\x00") + value), _sequence(_sequence(oid) + value)


def _sequence(content: bytes) -> bytes:
    return bytes((0x30, len(content))) + content


def _ecdsa_holds(key: EcKey, hash_called: str, pair: tuple[int, int], digested: bytes) -> bool:
    native = key.curve.native
    if native is None:
        return _odd_curve_holds(key, pair, digested)
    try:
        public = ec.EllipticCurvePublicNumbers(*key.point, native).public_key()
        public.verify(encode_dss_signature(*pair), digested, ec.ECDSA(Prehashed(_HASHES[hash_called]())))
    except UnsupportedAlgorithm:
        return _odd_curve_holds(key, pair, digested)
    except (InvalidSignature, ValueError):
        return False
    return True


def _odd_curve_holds(key: EcKey, pair: tuple[int, int], digested: bytes) -> bool:
    generator = key.curve.arithmetic
    point = type(generator)(generator.curve(), *key.point, 1, key.curve.order)
    # The leftmost bits of the digest, as many as the order has (SEC 1, 4.1.4).
    number = int.from_bytes(digested, "big") >> max(0, 8 * len(digested) - key.curve.order.bit_length())
    public = arithmetic.Public_key(generator, point, verify=False)
    return bool(public.verifies(number, arithmetic.Signature(*pair)))


def _pair(signature: bytes) -> tuple[int, int]:
    """The numbers r and s. Old cards leave out the zero that keeps one positive, or write one too many."""
    parts = list(elements(only(signature, 0x30, _("A signature"))))
    if [part.tag for part in parts] != [0x02, 0x02]:
        raise Malformed(_("A signature is not two numbers"))
    return int.from_bytes(parts[0].value, "big"), int.from_bytes(parts[1].value, "big")


def _plain(signature: bytes) -> tuple[int, int]:
    half, odd = divmod(len(signature), 2)
    if odd or not half:
        raise Malformed(_("A plain signature has an odd length"))
    return int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
