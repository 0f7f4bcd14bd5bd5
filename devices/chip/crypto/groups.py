"""Groups that PACE and chip authentication agree keys in: points of a curve, or numbers modulo a prime.

- An element from outside is checked before it is used: on the curve and in the group of the right order, never the
  neutral element (BSI TR-03110-3, A.3; TR-03111, 3.2.2).
- Both kinds have one face, so that a protocol is written once.
"""

from dataclasses import dataclass, replace
from secrets import randbelow
from typing import Protocol, Self, TypeVar

from data.certificates.curves import Curve, Point, decode_point
from data.certificates.malformed import Malformed
from devices.chip.crypto.points import add, multiply

Element = TypeVar("Element")


class Group(Protocol[Element]):
    """A group with a generator."""

    def private(self) -> int:
        """A fresh private key."""

    def public(self, private: int) -> Element:
        """The public key of a private one."""

    def shared(self, private: int, theirs: Element) -> Element:
        """What two keys agree on; Malformed when it is the neutral element."""

    def secret(self, shared: Element) -> bytes:
        """An agreed element as the bytes that keys are derived from."""

    def encode(self, element: Element) -> bytes:
        """An element as it goes over the line."""

    def decode(self, encoded: bytes) -> Element:
        """An element from the line; Malformed when it is none that may be used."""

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
        return multiply(self.curve, private, self.generator)

    def shared(self, private: int, theirs: Point) -> Point:
        """The other point's multiple."""
        return multiply(self.curve, private, theirs)

    def secret(self, shared: Point) -> bytes:
        """The x-coordinate (TR-03111, 4.3.1)."""
        return shared[0].to_bytes(self._size, "big")

    def encode(self, element: Point) -> bytes:
        """Uncompressed (TR-03111, 3.2.1)."""
        return b"\x04" + b"".join(part.to_bytes(self._size, "big") for part in element)

    def decode(self, encoded: bytes) -> Point:
        """An uncompressed point; any other form is refused, as chips must not send one."""
        if encoded[:1] != b"\x04":
            raise Malformed("A public point is not in the uncompressed form")
        return decode_point(self.curve, encoded)

    def map_generic(self, nonce: bytes, shared: Point) -> Self:
        """The nonce's multiple of the generator, plus the agreed point."""
        number = int.from_bytes(nonce, "big")
        return replace(self, generator=add(self.curve, multiply(self.curve, number, self.generator), shared))


@dataclass(frozen=True, slots=True)
class DhGroup:
    """Numbers modulo a prime."""

    prime: int
    generator: int
    order: int
    """Of the subgroup; where nobody says it, that of the whole group, which is the prime less one."""

    @property
    def _size(self) -> int:
        return (self.prime.bit_length() + 7) // 8

    def private(self) -> int:
        """A number from 1 to the order."""
        return 1 + randbelow(self.order - 1)

    def public(self, private: int) -> int:
        """The generator's power."""
        return pow(self.generator, private, self.prime)

    def shared(self, private: int, theirs: int) -> int:
        """The other number's power."""
        found = pow(theirs, private, self.prime)
        if found == 1:
            raise Malformed("The two keys agree on nothing")
        return found

    def secret(self, shared: int) -> bytes:
        """The number, as long as the prime (PKCS #3, 8.3)."""
        return shared.to_bytes(self._size, "big")

    def encode(self, element: int) -> bytes:
        """The number, without leading zeros (Doc 9303-11, 9.4.1)."""
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def decode(self, encoded: bytes) -> int:
        """A number of the subgroup. Leading zeros are taken up to the length of the prime, though none belong there."""
        number = int.from_bytes(encoded, "big")
        if len(encoded) > self._size or not 1 < number < self.prime - 1:
            raise Malformed("A public number is out of range")
        if pow(number, self.order, self.prime) != 1:
            raise Malformed("A public number is not in the group")
        return number

    def map_generic(self, nonce: bytes, shared: int) -> Self:
        """The generator to the power of the nonce, times the agreed number."""
        generator = pow(self.generator, int.from_bytes(nonce, "big"), self.prime) * shared % self.prime
        if generator == 1:
            raise Malformed("The mapping gives no generator")
        return replace(self, generator=generator)


AnyGroup = EcGroup | DhGroup
