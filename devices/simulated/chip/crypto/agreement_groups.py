"""The groups in which a chip agrees on keys, and the mappings of PACE in them, written without the reader's.

Curves and their arithmetic are those of the `ecdsa` library; numbers are Python's. The domain parameters are the
standardised ones by their number (Doc 9303-11, 9.5.1).
"""

from dataclasses import dataclass, replace
from typing import Any

import ecdsa
from ecdsa.ellipticcurve import INFINITY, PointJacobi
from ecdsa.errors import MalformedPointError

from data.certificates.malformed import Malformed
from data.text import _
from devices.chip.crypto.tables.dh_groups import RFC_5114
from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite

CURVES_BY_NUMBER = {
    8: ecdsa.NIST192p, 9: ecdsa.BRAINPOOLP192r1, 10: ecdsa.NIST224p, 11: ecdsa.BRAINPOOLP224r1, 12: ecdsa.NIST256p,
    13: ecdsa.BRAINPOOLP256r1, 14: ecdsa.BRAINPOOLP320r1, 15: ecdsa.NIST384p, 16: ecdsa.BRAINPOOLP384r1,
    17: ecdsa.BRAINPOOLP512r1, 18: ecdsa.NIST521p,
}  # fmt: skip
NUMBER_GROUPS = tuple(RFC_5114)

_SEEDS_128 = ("a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad")
_SEEDS_256 = (
    "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676",
    "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517",
)
"""c0 and c1 of the pseudo-random function, by the length of the nonce (Doc 9303-11, 4.4.3.3.2)."""


@dataclass(frozen=True)
class SimulatedCurveGroup:
    """Points of a curve."""

    curve: Any
    """Of the `ecdsa` library."""
    base: Any
    """The generator."""

    @property
    def order(self) -> int:
        """How many private keys there are, and one more."""
        return int(self.curve.order)

    def public(self, private: int) -> Any:
        """The public key of a private one."""
        return self._finite(self.base * private)

    def agree(self, private: int, theirs: Any) -> Any:
        """The agreed point; Malformed if it is at infinity."""
        return self._finite(theirs * private)

    def secret(self, shared: Any) -> bytes:
        """The x-coordinate of an agreed point."""
        return int(shared.x()).to_bytes(self._size, "big")

    def encode(self, point: Any) -> bytes:
        """Uncompressed."""
        return bytes(point.to_bytes("uncompressed"))

    def decode(self, encoded: bytes) -> Any:
        """The point; Malformed if it is not on the curve or in another form."""
        field = self.curve.curve
        try:
            point = PointJacobi.from_bytes(field, encoded, valid_encodings=("uncompressed",), order=self.order)
        except MalformedPointError:
            raise Malformed(_("A public point is not in the uncompressed form")) from None
        if not field.contains_point(point.x(), point.y()):
            raise Malformed(_("A public point is not on the curve"))
        return point

    def map_generic(self, nonce: bytes, shared: Any) -> "SimulatedCurveGroup":
        """The group of the generic mapping (Doc 9303-11, 4.4.3.3.1)."""
        number = int.from_bytes(nonce, "big") % self.order
        return replace(self, base=self._finite(self.base * number + shared))

    def map_integrated(self, number: int) -> "SimulatedCurveGroup":
        """The group whose generator is the point for a number, by the steps of Doc 9303-11, appendix B.2."""
        prime, a, b = int(self.curve.curve.p()), int(self.curve.curve.a()), int(self.curve.curve.b())
        alpha = -pow(number, 2, prime) % prime
        x_2 = -b * pow(a, -1, prime) * (1 + pow(alpha + alpha * alpha, -1, prime)) % prime
        x_3 = alpha * x_2 % prime
        h_2 = (pow(x_2, 3, prime) + a * x_2 + b) % prime
        u = pow(number, 3, prime) * h_2 % prime
        root = pow(h_2, prime - 1 - (prime + 1) // 4, prime)
        x, y = (x_2, root * h_2 % prime) if root * root * h_2 % prime == 1 else (x_3, root * u % prime)
        size = self._size
        return replace(self, base=self.decode(b"\x04" + x.to_bytes(size, "big") + y.to_bytes(size, "big")))

    @property
    def modulus(self) -> int:
        """The prime of the field."""
        return int(self.curve.curve.p())

    def invalid(self) -> bytes:
        """A point that is not on the curve."""
        encoded = self.encode(self.base)
        return encoded[:-1] + bytes([encoded[-1] ^ 1])

    @property
    def _size(self) -> int:
        return (self.modulus.bit_length() + 7) // 8

    @staticmethod
    def _finite(point: Any) -> Any:
        if point == INFINITY:
            raise Malformed(_("Two points cancel out, which does not happen with genuine points"))
        return point


@dataclass(frozen=True)
class SimulatedNumberGroup:
    """Numbers modulo a prime."""

    modulus: int
    base: int
    order: int

    def public(self, private: int) -> int:
        """The public key of a private one."""
        return pow(self.base, private, self.modulus)

    def agree(self, private: int, theirs: int) -> int:
        """The agreed number; Malformed if it is one."""
        shared = pow(theirs, private, self.modulus)
        if shared == 1:
            raise Malformed(_("The two keys agree on the neutral element"))
        return shared

    def secret(self, shared: int) -> bytes:
        """The number, as long as the prime."""
        return shared.to_bytes(self._size, "big")

    def encode(self, number: int) -> bytes:
        """The number without leading zeros."""
        return self.secret(number).lstrip(b"\x00")

    def decode(self, encoded: bytes) -> int:
        """The number; Malformed if it is not one of the subgroup."""
        number = int.from_bytes(encoded, "big")
        if not 1 < number < self.modulus - 1 or pow(number, self.order, self.modulus) != 1:
            raise Malformed(_("A public number is out of range"))
        return number

    def map_generic(self, nonce: bytes, shared: int) -> "SimulatedNumberGroup":
        """The group of the generic mapping."""
        number = int.from_bytes(nonce, "big") % self.order
        return replace(self, base=pow(self.base, number, self.modulus) * shared % self.modulus)

    def map_integrated(self, number: int) -> "SimulatedNumberGroup":
        """The group whose generator is a number's power (Doc 9303-11, appendix B.1)."""
        return replace(self, base=pow(number, (self.modulus - 1) // self.order, self.modulus))

    def invalid(self) -> bytes:
        """The number of order two."""
        return self.encode(self.modulus - 1)

    @property
    def _size(self) -> int:
        return (self.modulus.bit_length() + 7) // 8


SimulatedGroup = SimulatedCurveGroup | SimulatedNumberGroup


def agreement_group(number: int) -> SimulatedGroup:
    """The group of these domain parameters."""
    if number in CURVES_BY_NUMBER:
        curve = CURVES_BY_NUMBER[number]
        return SimulatedCurveGroup(curve, curve.generator)
    prime, generator, order = (int(part, 16) for part in RFC_5114[number])
    return SimulatedNumberGroup(prime, generator, order)


def has_integrated_mapping(number: int) -> bool:
    """Whether the standard's mapping works: on curves only if the prime is 3 modulo 4 (appendix B.2)."""
    return number in RFC_5114 or int(CURVES_BY_NUMBER[number].curve.p()) % 4 == 3


def map_nonces(group: Any, suite: SimulatedCipherSuite, ours: bytes, theirs: bytes) -> Any:
    """The group of the integrated mapping from the chip's nonce and the terminal's; Malformed for another length."""
    if len(theirs) != suite.key_bytes or len(ours) != suite.nonce_bytes:
        raise Malformed(_("A nonce of the integrated mapping has the wrong length"))
    c_0, c_1 = (bytes.fromhex(seed) for seed in (_SEEDS_128 if suite.nonce_bytes == 16 else _SEEDS_256))
    key, drawn = suite.encrypt(theirs, ours)[: suite.key_bytes], b""
    while 8 * len(drawn) < group.modulus.bit_length() + 64:
        drawn += suite.encrypt(key, c_1)
        key = suite.encrypt(key, c_0)[: suite.key_bytes]
    return group.map_integrated(int.from_bytes(drawn, "big") % group.modulus)
