"""The integrated mapping of PACE: a generator directly from the two nonces (Doc 9303-11, 4.4.3.3.2, appendix B)."""

from dataclasses import replace

from data.certificates.curves import Curve, Point
from data.certificates.malformed import Malformed
from data.text import _
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.crypto.groups import DhGroup, EcGroup

_CONSTANTS = {
    16: ("a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad"),
    32: (
        "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676",
        "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517",
    ),
}
"""c0 and c1, as long as PACE's nonce."""
_SPARE_BITS = 64
"""Bits in addition to those of the prime, so that the remainder is nearly uniform."""


def map_integrated(group: EcGroup | DhGroup, suite: CipherSuite, nonce: bytes, ours: bytes) -> EcGroup | DhGroup:
    """The group with the mapped generator, from the chip's nonce and the terminal's own.

    Malformed if the group has no such mapping, or the nonces do not have the lengths of the suite.
    """
    if (len(nonce), len(ours)) != (suite.nonce_bytes, suite.key_bytes):
        raise Malformed(_("A nonce of the integrated mapping has the wrong length"))
    if isinstance(group, EcGroup):
        number = pseudo_random(suite, nonce, ours, group.curve.prime)
        return replace(group, generator=_point(group.curve, number))
    number = pseudo_random(suite, nonce, ours, group.prime)
    generator = pow(number, (group.prime - 1) // group.order, group.prime)
    if generator in (0, 1):
        raise Malformed(_("The mapping gives no generator"))
    return replace(group, generator=generator)


def pseudo_random(suite: CipherSuite, nonce: bytes, ours: bytes, prime: int) -> int:
    """A number below the prime from both nonces (Doc 9303-11, 4.4.3.3.3)."""
    first, second = (bytes.fromhex(constant) for constant in _CONSTANTS[suite.nonce_bytes])
    key = suite.encrypt(ours, nonce)
    blocks = b""
    while 8 * len(blocks) < prime.bit_length() + _SPARE_BITS:
        usable = key[: suite.key_bytes]
        blocks += suite.encrypt(usable, second)
        key = suite.encrypt(usable, first)
    return int.from_bytes(blocks, "big") % prime


def _point(curve: Curve, number: int) -> Point:
    """The point for a number (Doc 9303-11, appendix B.2), for primes that are 3 modulo 4."""
    prime = curve.prime
    alpha = -number * number % prime
    denominator = curve.a * (alpha + alpha * alpha) % prime
    if prime % 4 != 3 or denominator == 0:
        raise Malformed(_("This curve has no integrated mapping"))
    x2 = -curve.b * (1 + alpha + alpha * alpha) * pow(denominator, -1, prime) % prime
    h2 = (x2 * x2 * x2 + curve.a * x2 + curve.b) % prime
    root = pow(h2, prime - 1 - (prime + 1) // 4, prime)
    if root * root * h2 % prime == 1:
        return x2, root * h2 % prime
    return alpha * x2 % prime, root * pow(number, 3, prime) * h2 % prime
