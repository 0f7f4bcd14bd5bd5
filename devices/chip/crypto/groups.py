"""Groups that PACE and chip authentication agree keys in: points of a curve, or numbers modulo a prime.

- An element from outside is checked before it is used: on the curve and in the group of the right order, never the
  neutral element (BSI TR-03110-3, A.3; TR-03111, 3.2.2).
- Both kinds have one interface, so that a protocol is written once.
- OpenSSL multiplies points if it knows the curve, else the `ecdsa` library does. OpenSSL is used through key agreement,
  which returns only the x-coordinate of a multiple; y follows from x and the x of the next multiple (Okeya and Sakurai,
  CHES 2001). This is about twenty times faster than arithmetic in Python, and the secret number stays in code made for
  secrets.
- Domain parameters are the standardised ones by their number (Doc 9303-11, 9.5.1); a chip's own are not trusted.
"""

from dataclasses import dataclass, replace
from secrets import randbelow
from typing import Protocol, Self, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from ecdsa import ellipticcurve

from data.certificates.curves import Curve, Point, decode_point, named_curve
from data.certificates.malformed import Malformed
from data.text import _
from devices.chip.crypto.tables.dh_groups import RFC_5114

Element = TypeVar("Element")

_CURVES = {
    8: "1.2.840.10045.3.1.1",
    9: "1.3.36.3.3.2.8.1.1.3",
    10: "1.3.132.0.33",
    11: "1.3.36.3.3.2.8.1.1.5",
    12: "1.2.840.10045.3.1.7",
    13: "1.3.36.3.3.2.8.1.1.7",
    14: "1.3.36.3.3.2.8.1.1.9",
    15: "1.3.132.0.34",
    16: "1.3.36.3.3.2.8.1.1.11",
    17: "1.3.36.3.3.2.8.1.1.13",
    18: "1.3.132.0.35",
}
"""NIST and Brainpool curves of 192 to 521 bits."""
STANDARD_GROUPS = (*RFC_5114, *_CURVES)


def multiply_point(curve: Curve, number: int, point: Point) -> Point:
    """`number` times a point on the curve; Malformed if that is the point at infinity."""
    number %= curve.order
    native = curve.native
    if native is not None and 1 < number < curve.order - 2:
        try:
            return _native(curve, native, number, point)
        except (UnsupportedAlgorithm, ValueError):
            pass
    return _in_python(curve, number, point)


def add_points(curve: Curve, point: Point, other_point: Point) -> Point:
    """The sum of two points; Malformed if that is the point at infinity."""
    prime = curve.prime
    (x1, y1), (x2, y2) = point, other_point
    if x1 == x2 and (y1 + y2) % prime == 0:
        raise Malformed(_("Two points cancel out, which does not happen with genuine points"))
    if x1 == x2:
        slope = (3 * x1 * x1 + curve.a) * pow(2 * y1, -1, prime) % prime
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, prime) % prime
    x3 = (slope * slope - x1 - x2) % prime
    return x3, (slope * (x1 - x3) - y1) % prime


class Group(Protocol[Element]):
    """A group with a generator."""

    def private(self) -> int:
        """A fresh private key."""

    def public(self, private: int) -> Element:
        """The public key of a private one."""

    def agree(self, private: int, theirs: Element) -> Element:
        """The element that two keys agree on; Malformed if it is the neutral element."""

    def secret(self, shared: Element) -> bytes:
        """An agreed element as the bytes that keys are derived from."""

    def encode(self, element: Element) -> bytes:
        """An element as it is sent."""

    def decode(self, encoded: bytes) -> Element:
        """An element that was received; Malformed if it may not be used."""

    def map_generic(self, nonce: bytes, shared: Element) -> Self:
        """The group with the generator of the generic mapping (Doc 9303-11, 4.4.3.3.1)."""


@dataclass(frozen=True, slots=True)
class EcGroup:
    """Points of a curve."""

    curve: Curve
    generator: Point

    @classmethod
    def of(cls, curve: Curve) -> Self:
        """The curve with its own generator."""
        return cls(curve, curve.generator)

    @property
    def _size(self) -> int:
        return (self.curve.prime.bit_length() + 7) // 8

    def private(self) -> int:
        """A number from 1 to the order."""
        return 1 + randbelow(self.curve.order - 1)

    def public(self, private: int) -> Point:
        """The generator's multiple."""
        return multiply_point(self.curve, private, self.generator)

    def agree(self, private: int, theirs: Point) -> Point:
        """The other point's multiple."""
        return multiply_point(self.curve, private, theirs)

    def secret(self, shared: Point) -> bytes:
        """The x-coordinate (TR-03111, 4.3.1)."""
        return shared[0].to_bytes(self._size, "big")

    def encode(self, element: Point) -> bytes:
        """Uncompressed (TR-03111, 3.2.1)."""
        return b"\x04" + b"".join(part.to_bytes(self._size, "big") for part in element)

    def decode(self, encoded: bytes) -> Point:
        """An uncompressed point; any other form is refused, as chips must not send one."""
        if encoded[:1] != b"\x04":
            raise Malformed(_("A public point is not in the uncompressed form"))
        return decode_point(self.curve, encoded)

    def map_generic(self, nonce: bytes, shared: Point) -> Self:
        """The nonce's multiple of the generator, plus the agreed point."""
        number = int.from_bytes(nonce, "big")
        return replace(
            self, generator=add_points(self.curve, multiply_point(self.curve, number, self.generator), shared)
        )


@dataclass(frozen=True, slots=True)
class DhGroup:
    """Numbers modulo a prime."""

    prime: int
    generator: int
    order: int
    """Of the subgroup; if it is not given, that of the whole group, the prime minus one."""

    @property
    def _size(self) -> int:
        return (self.prime.bit_length() + 7) // 8

    def private(self) -> int:
        """A number from 1 to the order."""
        return 1 + randbelow(self.order - 1)

    def public(self, private: int) -> int:
        """The generator's power."""
        return pow(self.generator, private, self.prime)

    def agree(self, private: int, theirs: int) -> int:
        """The other number's power."""
        power = pow(theirs, private, self.prime)
        if power == 1:
            raise Malformed(_("The two keys agree on the neutral element"))
        return power

    def secret(self, shared: int) -> bytes:
        """The number, as long as the prime (PKCS #3, 8.3)."""
        return shared.to_bytes(self._size, "big")

    def encode(self, element: int) -> bytes:
        """The number, without leading zeros (Doc 9303-11, 9.4.1)."""
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def decode(self, encoded: bytes) -> int:
        """A number of the subgroup. Leading zeros are accepted up to the length of the prime."""
        number = int.from_bytes(encoded, "big")
        if len(encoded) > self._size or not 1 < number < self.prime - 1:
            raise Malformed(_("A public number is out of range"))
        if pow(number, self.order, self.prime) != 1:
            raise Malformed(_("A public number is not in the group"))
        return number

    def map_generic(self, nonce: bytes, shared: int) -> Self:
        """The generator to the power of the nonce, times the agreed number."""
        generator = pow(self.generator, int.from_bytes(nonce, "big"), self.prime) * shared % self.prime
        if generator == 1:
            raise Malformed(_("The mapping gives no generator"))
        return replace(self, generator=generator)


AnyGroup = EcGroup | DhGroup


def standard_group(number: int) -> AnyGroup:
    """The group with this number; Malformed if it is not standardised."""
    if number in RFC_5114:
        return DhGroup(*(int(part, 16) for part in RFC_5114[number]))
    if number in _CURVES:
        return EcGroup.of(named_curve(_CURVES[number]))
    raise Malformed(_("The domain parameters {number} are not standardised", number=number))


def _native(curve: Curve, native: ec.EllipticCurve, number: int, point: Point) -> Point:
    if point == curve.generator:
        public_numbers = ec.derive_private_key(number, native).public_key().public_numbers()
        return public_numbers.x, public_numbers.y
    public = ec.EllipticCurvePublicNumbers(*point, native).public_key()
    x1, x2 = (
        int.from_bytes(ec.derive_private_key(multiplier, native).exchange(ec.ECDH(), public), "big")
        for multiplier in (number, number + 1)
    )
    x, y = point
    prime = curve.prime
    above = (x1 * x + curve.a) * (x1 + x) + 2 * curve.b - x2 * (x1 - x) ** 2
    return x1, above * pow(2 * y, -1, prime) % prime


def _in_python(curve: Curve, number: int, point: Point) -> Point:
    field = curve.arithmetic.curve()
    product = number * ellipticcurve.PointJacobi(field, *point, 1, curve.order)
    if product == ellipticcurve.INFINITY:
        raise Malformed(_("A multiple of a point is the point at infinity, which does not happen with genuine points"))
    return int(product.x()), int(product.y())
