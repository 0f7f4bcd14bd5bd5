"""Elliptic curves of certificates: known ones by name or by their explicit parameters, odd ones checked and kept.

Most country signing keys spell their curve out (ICAO Doc 9303-12, 4.1.6.3 asks for it). Parameters equal to a known
curve's, generator and order included, are that curve; others must be a sound curve over a prime field or are refused.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from asn1crypto import core, keys
from cryptography.hazmat.primitives.asymmetric import ec
from ecdsa import curves as known_curves
from ecdsa import ellipticcurve, numbertheory

from data.certificates.malformed import Malformed
from data.text import _

LEAST_ORDER_BITS = 160
MOST_PRIME_BITS = 640
EXPLICIT = "explicit"
"""What a curve is called that no library names."""
Point = tuple[int, int]

_NATIVE: dict[str, type[ec.EllipticCurve]] = {
    "NIST192p": ec.SECP192R1,
    "NIST224p": ec.SECP224R1,
    "NIST256p": ec.SECP256R1,
    "NIST384p": ec.SECP384R1,
    "NIST521p": ec.SECP521R1,
    "SECP256k1": ec.SECP256K1,
    "BRAINPOOLP256r1": ec.BrainpoolP256R1,
    "BRAINPOOLP384r1": ec.BrainpoolP384R1,
    "BRAINPOOLP512r1": ec.BrainpoolP512R1,
}
"""Names of the `ecdsa` library and what `cryptography` calls the same curve, which verifies far faster."""


@dataclass(frozen=True)
class Curve:
    """A curve y² = x³ + ax + b over a prime field, with a generator of prime order."""

    name: str
    """The `ecdsa` library's name for a known curve, else EXPLICIT."""
    prime: int
    a: int
    b: int
    generator: Point
    order: int

    @property
    def native(self) -> ec.EllipticCurve | None:
        """The same curve in `cryptography`, where it has it."""
        native_class = _NATIVE.get(self.name)
        return native_class() if native_class else None

    @cached_property
    def arithmetic(self) -> ellipticcurve.PointJacobi:
        """The generator for the `ecdsa` library to calculate with."""
        field = ellipticcurve.CurveFp(self.prime, self.a, self.b, 1)
        return ellipticcurve.PointJacobi(field, *self.generator, 1, self.order, generator=True)

    def contains(self, point: Point) -> bool:
        """Whether a point lies on the curve."""
        x, y = point
        return (
            0 <= x < self.prime
            and 0 <= y < self.prime
            and (y * y - x * (x * x + self.a) - self.b) % self.prime == 0
        )  # fmt: skip


def decode_point(curve: Curve, encoded: bytes) -> Point:
    """A point from its X9.62 encoding, plain, compressed or hybrid; Malformed when it is not on the curve."""
    size = (curve.prime.bit_length() + 7) // 8
    form = encoded[:1]
    x = int.from_bytes(encoded[1 : 1 + size], "big")
    if form in (b"\x02", b"\x03") and len(encoded) == 1 + size:
        y = _find_y(curve, x, form[0] & 1)
    elif form in (b"\x04", b"\x06", b"\x07") and len(encoded) == 1 + 2 * size:
        y = int.from_bytes(encoded[1 + size :], "big")
    else:
        raise Malformed(_("A public point has a wrong length or form"))
    if not curve.contains((x, y)):
        raise Malformed(_("A public point is not on its curve"))
    return x, y


def named_curve(oid: str) -> Curve:
    """The curve of an object identifier; Malformed for one that nobody here knows."""
    curve = _curves_by_oid().get(oid)
    if curve is None:
        raise Malformed(_("Waypost does not know the curve {oid}", oid=oid))
    return curve


def explicit_curve(parameters: keys.SpecifiedECDomain) -> Curve:
    """The curve that explicit parameters spell out; Malformed when they do not make a sound one."""
    field = parameters["field_id"]
    if field["field_type"].native != "prime_field":
        raise Malformed(_("The curve is over a field of characteristic two, which no travel document uses"))
    prime, order = int(field["parameters"].native), int(parameters["order"].native)
    if not (0 < order.bit_length() <= MOST_PRIME_BITS and 2 < prime.bit_length() <= MOST_PRIME_BITS):
        raise Malformed(_("The curve's parameters are missing or far too large"))
    a, b = (int.from_bytes(parameters["curve"][part].native, "big") for part in ("a", "b"))
    equation_only = Curve(EXPLICIT, prime, a, b, (0, 0), order)
    generator = decode_point(equation_only, core.OctetString.load(parameters["base"].dump()).native)
    named = _curves_by_parameters().get((prime, a, b, generator, order))
    return named or _check_explicit_curve(prime, a, b, generator, order)


def _find_y(curve: Curve, x: int, odd: int) -> int:
    # If the modulus is not prime, the search for a root might never end.
    if curve.name == EXPLICIT and not numbertheory.is_prime(curve.prime):
        raise Malformed(_("The curve's field is not of prime order"))
    square = (x * (x * x + curve.a) + curve.b) % curve.prime
    try:
        y = int(numbertheory.square_root_mod_prime(square, curve.prime))
    except numbertheory.Error as problem:
        raise Malformed(_("A compressed point is not on its curve")) from problem
    return y if y & 1 == odd else curve.prime - y


@lru_cache(maxsize=64)
def _check_explicit_curve(prime: int, a: int, b: int, generator: Point, order: int) -> Curve:
    """A curve that no library names, once it has been shown to be one (SEC 1, 3.1.1.2.1)."""
    curve = Curve(EXPLICIT, prime, a, b, generator, order)
    if order.bit_length() < LEAST_ORDER_BITS:
        raise Malformed(
            _(
                "The curve's group has {bits} bits; at least {least_order_bits} are needed",
                bits=order.bit_length(),
                least_order_bits=LEAST_ORDER_BITS,
            )
        )
    if prime == order or (4 * a**3 + 27 * b * b) % prime == 0:
        raise Malformed(_("The curve is singular or anomalous"))
    if not (numbertheory.is_prime(prime) and numbertheory.is_prime(order)):
        raise Malformed(_("The curve's field or group is not of prime order"))
    cofactor = (prime + 1 + order // 2) // order
    if (order * cofactor - prime - 1) ** 2 > 4 * prime:
        raise Malformed(_("The curve cannot have a group of this order"))
    if order * curve.arithmetic != ellipticcurve.INFINITY:
        raise Malformed(_("The curve's generator does not have the order it should"))
    return curve


@lru_cache(maxsize=1)
def _named_curves() -> tuple[tuple[str, Curve], ...]:
    weierstrass = (
        curve
        for curve in known_curves.curves
        if isinstance(curve.curve, ellipticcurve.CurveFp) and curve.order.bit_length() >= LEAST_ORDER_BITS
    )
    return tuple((".".join(map(str, curve.oid)), _from_library(curve)) for curve in weierstrass)


def _from_library(curve: known_curves.Curve) -> Curve:
    field, point = curve.curve, curve.generator
    prime = int(field.p())
    generator = (int(point.x()), int(point.y()))
    return Curve(curve.name, prime, int(field.a()) % prime, int(field.b()) % prime, generator, int(curve.order))


@lru_cache(maxsize=1)
def _curves_by_oid() -> dict[str, Curve]:
    return dict(_named_curves())


@lru_cache(maxsize=1)
def _curves_by_parameters() -> dict[tuple[int, int, int, Point, int], Curve]:
    return {(curve.prime, curve.a, curve.b, curve.generator, curve.order): curve for _, curve in _named_curves()}
