"""Public keys of certificates: RSA and elliptic curves, explicit parameters included."""

from dataclasses import dataclass

from asn1crypto import keys

from data.certificates.curves import Curve, Point, decode_point, explicit_curve, named_curve
from data.certificates.malformed import Malformed, guard_parsing
from data.text import _

LEAST_RSA_BITS = 1024
MOST_RSA_BITS = 8192


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA public key."""

    modulus: int
    exponent: int

    def __str__(self) -> str:
        return f"RSA {self.modulus.bit_length()}"


@dataclass(frozen=True, slots=True)
class EcKey:
    """A point on a curve."""

    curve: Curve
    point: Point

    def __str__(self) -> str:
        return f"EC {self.curve.name}"


PublicKey = RsaKey | EcKey


def read_public_key(info: bytes) -> PublicKey:
    """The key of a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7); Malformed when it cannot be used, saying why."""
    with guard_parsing(_("A public key")):
        parsed = keys.PublicKeyInfo.load(info)
        algorithm = parsed["algorithm"]["algorithm"].native
        if algorithm in ("rsa", "rsassa_pss"):
            return _rsa(parsed["public_key"].parsed)
        if algorithm == "ec":
            return _ec(parsed)
        raise Malformed(_("Keys of the kind {algorithm} are not used for travel documents", algorithm=algorithm))


def _rsa(numbers: keys.RSAPublicKey) -> RsaKey:
    # Some chips leave out the zero that keeps a number positive; RSA numbers are never negative.
    modulus, exponent = (int.from_bytes(numbers[part].contents, "big") for part in ("modulus", "public_exponent"))
    if not LEAST_RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS:
        raise Malformed(
            _(
                "An RSA key has {bits} bits; it must have {least_rsa_bits} to {most_rsa_bits}",
                bits=modulus.bit_length(),
                least_rsa_bits=LEAST_RSA_BITS,
                most_rsa_bits=MOST_RSA_BITS,
            )
        )
    if modulus % 2 == 0 or exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > 64:
        raise Malformed(_("An RSA key has an impossible modulus or exponent"))
    return RsaKey(modulus, exponent)


def _ec(info: keys.PublicKeyInfo) -> EcKey:
    parameters = info["algorithm"]["parameters"]
    if parameters.name == "named":
        curve = named_curve(parameters.chosen.dotted)
    elif parameters.name == "specified":
        curve = explicit_curve(parameters.chosen)
    else:
        raise Malformed(_("A key does not name its curve"))
    return EcKey(curve, decode_point(curve, info["public_key"].native))
