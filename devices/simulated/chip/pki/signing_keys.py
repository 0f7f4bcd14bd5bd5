"""Private keys of invented issuers, and how each signs: RSA PKCS#1 and PSS, ECDSA over named and explicit curves.

- Signatures are deterministic where the scheme allows it (RFC 6979), so that the same seed makes the same document.
- RSA keys are made from a seed, which no library supports: primes by trial division and Miller-Rabin. For invented
  issuers only: nothing here is protected against side channels.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, Protocol

import ecdsa
from asn1crypto import algos, core
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from ecdsa.util import sigencode_der

from devices.simulated.chip.randomness import Randomness, number_below, seeded_randomness

EXPONENT = 65537
_ROUNDS = 24
_SIEVE = 2_000

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
CURVES = {
    "P-192": ecdsa.NIST192p,
    "P-224": ecdsa.NIST224p,
    "P-256": ecdsa.NIST256p,
    "P-384": ecdsa.NIST384p,
    "P-521": ecdsa.NIST521p,
    "brainpoolP192r1": ecdsa.BRAINPOOLP192r1,
    "brainpoolP224r1": ecdsa.BRAINPOOLP224r1,
    "brainpoolP256r1": ecdsa.BRAINPOOLP256r1,
    "brainpoolP320r1": ecdsa.BRAINPOOLP320r1,
    "brainpoolP384r1": ecdsa.BRAINPOOLP384r1,
    "brainpoolP512r1": ecdsa.BRAINPOOLP512r1,
}
"""Curves of travel documents (Doc 9303-11, table 4) by the names people use."""


@lru_cache(maxsize=32)
def rsa_key(bits: int, seed: str) -> rsa.RSAPrivateKey:
    """The key of this size and seed; the same ones every time."""
    randomness = seeded_randomness("rsa", bits, seed)
    while True:
        p, q = _prime(bits // 2, randomness), _prime(bits - bits // 2, randomness)
        phi = (p - 1) * (q - 1)
        if p == q or phi % EXPONENT == 0 or (p * q).bit_length() != bits:
            continue
        d = pow(EXPONENT, -1, phi)
        public = rsa.RSAPublicNumbers(EXPONENT, p * q)
        crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
        return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


class SigningKey(Protocol):
    """A private key that says how it signs."""

    @property
    def hash(self) -> str:
        """The digest it signs with: `sha256` …"""

    @property
    def info(self) -> bytes:
        """Its SubjectPublicKeyInfo."""

    def algorithm(self) -> Any:
        """Its AlgorithmIdentifier, fresh."""

    def sign(self, content: bytes) -> bytes:
        """Its signature over `content`."""


@dataclass(frozen=True)
class RsaSigningKey:
    """RSA. A PSS signature differs every time, as its salt does."""

    seed: str
    bits: int = 2048
    padding: Literal["pkcs1", "pss"] = "pkcs1"
    hash: str = "sha256"

    @cached_property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo, `rsaEncryption` under both paddings."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return rsa_key(self.bits, self.seed).public_key().public_bytes(serialization.Encoding.DER, form)

    def algorithm(self) -> Any:
        """Of the padding; PSS with a salt as long as the digest (RFC 4055, 3.1)."""
        if self.padding == "pkcs1":
            return algos.SignedDigestAlgorithm({"algorithm": f"{self.hash}_rsa", "parameters": core.Null()})
        digest = {"algorithm": self.hash}
        parameters = {
            "hash_algorithm": digest,
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest},
            "salt_length": self._hash.digest_size,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def sign(self, content: bytes) -> bytes:
        """RFC 8017, 8.1 or 8.2."""
        pss = padding.PSS(padding.MGF1(self._hash), self._hash.digest_size)
        scheme = pss if self.padding == "pss" else padding.PKCS1v15()
        return rsa_key(self.bits, self.seed).sign(content, scheme, self._hash)

    @property
    def _hash(self) -> hashes.HashAlgorithm:
        return HASHES[self.hash]()


@dataclass(frozen=True)
class EcSigningKey:
    """ECDSA. Doc 9303-12 (4.1.6.3) asks for explicit parameters; many issuers name their curve all the same."""

    seed: str
    curve: str = "brainpoolP256r1"
    parameters: Literal["explicit", "named_curve"] = "explicit"
    hash: str = "sha256"

    @cached_property
    def secret(self) -> ecdsa.SigningKey:
        """The key for the `ecdsa` library."""
        curve = CURVES[self.curve]
        scalar = number_below(int(curve.order), seeded_randomness("ec", self.curve, self.seed))
        return ecdsa.SigningKey.from_secret_exponent(scalar, curve)

    @cached_property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo with the curve named or spelled out."""
        encoded = self.secret.verifying_key.to_der(curve_parameters_encoding=self.parameters)
        return bytes(encoded)

    def algorithm(self) -> Any:
        """`ecdsa-with-SHA…`."""
        return algos.SignedDigestAlgorithm({"algorithm": f"{self.hash}_ecdsa"})

    def sign(self, content: bytes) -> bytes:
        """DER, with the nonce of RFC 6979."""
        digest = hashlib.new(self.hash, content).digest()
        nonce_hash = getattr(hashlib, self.hash)
        signature = self.secret.sign_digest_deterministic(digest, nonce_hash, sigencode_der, allow_truncate=True)
        return bytes(signature)


def _small_primes() -> tuple[int, ...]:
    return tuple(n for n in range(3, _SIEVE, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


_SMALL = _small_primes()


def _prime(bits: int, randomness: Randomness) -> int:
    while True:
        start = int.from_bytes(randomness((bits + 7) // 8), "big") >> (-bits % 8)
        candidate = start | (3 << (bits - 2)) | 1
        if all(candidate % small for small in _SMALL) and _probably_prime(candidate, randomness):
            return candidate


def _probably_prime(number: int, randomness: Randomness) -> bool:
    """Miller-Rabin; a composite number slips through once in 4**24 tries (FIPS 186-5, B.3.1)."""
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    odd = (number - 1) >> twos
    for _ in range(_ROUNDS):
        power = pow(number_below(number - 1, randomness), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True
