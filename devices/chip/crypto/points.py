"""Arithmetic of points: by OpenSSL where it knows the curve, else by the `ecdsa` library.

OpenSSL is reached through key agreement, which gives away the x-coordinate of a multiple alone; y follows from x and
from the x of the next multiple (Okeya and Sakurai, CHES 2001). That is some twenty times faster than arithmetic in
Python, and the secret number stays in code made for secrets.
"""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from ecdsa import ellipticcurve

from data.certificates.curves import Curve, Point
from data.certificates.malformed import Malformed


def multiply(curve: Curve, number: int, point: Point) -> Point:
    """`number` times a point that lies on the curve; Malformed when that is the point at infinity."""
    number %= curve.order
    native = curve.native
    if native is not None and 1 < number < curve.order - 2:
        try:
            return _native(curve, native, number, point)
        except (UnsupportedAlgorithm, ValueError):
            pass
    return _in_python(curve, number, point)


def add(curve: Curve, one: Point, other: Point) -> Point:
    """The sum of two points; Malformed when that is the point at infinity."""
    prime = curve.prime
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % prime == 0:
        raise Malformed("Two points cancel out, which honest ones do not")
    if x1 == x2:
        slope = (3 * x1 * x1 + curve.a) * pow(2 * y1, -1, prime) % prime
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, prime) % prime
    x3 = (slope * slope - x1 - x2) % prime
    return x3, (slope * (x1 - x3) - y1) % prime


def _native(curve: Curve, native: ec.EllipticCurve, number: int, point: Point) -> Point:
    if point == curve.generator:
        made = ec.derive_private_key(number, native).public_key().public_numbers()
        return made.x, made.y
    public = ec.EllipticCurvePublicNumbers(*point, native).public_key()
    x1, x2 = (
        int.from_bytes(ec.derive_private_key(one, native).exchange(ec.ECDH(), public), "big")
        for one in (number, number + 1)
    )
    x, y = point
    prime = curve.prime
    above = (x1 * x + curve.a) * (x1 + x) + 2 * curve.b - x2 * (x1 - x) ** 2
    return x1, above * pow(2 * y, -1, prime) % prime


def _in_python(curve: Curve, number: int, point: Point) -> Point:
    field = curve.arithmetic.curve()
    product = number * ellipticcurve.PointJacobi(field, *point, 1, curve.order)
    if product == ellipticcurve.INFINITY:
        raise Malformed("A point's multiple is the point at infinity, which honest points do not give")
    return int(product.x()), int(product.y())
