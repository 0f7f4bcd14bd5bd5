"""Groups, their mappings and what they refuse, by the worked examples of Doc 9303-11 (appendices G and H)."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from devices.chip.crypto.groups import STANDARD_GROUPS, add_points, multiply_point, standard_group
from tests.devices.support.agreement_groups import curve_group, modp

BP256, MODP = 13, 0


@pytest.mark.parametrize("number", STANDARD_GROUPS)
def test_two_ends_agree_over_every_standardised_group(number: int) -> None:
    group = standard_group(number)
    ours, theirs = group.private(), group.private()
    there, here = (group.encode(group.public(private)) for private in (ours, theirs))
    agreed = group.agree(ours, group.decode(here))
    assert agreed == group.agree(theirs, group.decode(there))
    mapped = group.map_generic(b"\x11" * 16, agreed)
    assert mapped.public(ours) != group.public(ours)
    assert mapped.decode(mapped.encode(mapped.public(ours))) == mapped.public(ours)


@pytest.mark.parametrize("number", [-1, 3, 7, 19, 31, 32])
def test_any_other_number_is_refused(number: int) -> None:
    with pytest.raises(Malformed, match="standardised"):
        standard_group(number)


def test_the_generic_mapping_of_appendix_g_1() -> None:
    group = curve_group(BP256)
    chip = group.decode(bytes.fromhex(
        "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
        "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
    ))  # fmt: skip
    private = 0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99
    nonce = bytes.fromhex("3F00C4D39D153F2B2A214A078D899B22")
    mapped = group.map_generic(nonce, group.agree(private, chip))
    assert mapped.generator == (
        0x8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2,
        0x8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522,
    )


@pytest.mark.parametrize("number", [8, 13, 14, 15, 17, 18])
def test_points_off_the_curve_and_at_infinity_are_refused(number: int) -> None:
    group = curve_group(number)
    good = group.encode(group.generator)
    altered, zeros = good[:-1] + bytes((good[-1] ^ 1,)), b"\x04" + bytes(len(good) - 1)
    compressed = b"\x02" + good[1 : 1 + len(good) // 2]
    for bad in (b"", b"\x00", good[:-1], good + b"\x00", altered, zeros, compressed):
        with pytest.raises(Malformed):
            group.decode(bad)


def test_numbers_outside_the_subgroup_are_refused() -> None:
    group = modp(1)
    for number in (0, 1, group.prime - 1, group.prime, group.prime + 3, 2):
        with pytest.raises(Malformed):
            group.decode(number.to_bytes(257, "big").lstrip(b"\x00"))


@settings(max_examples=25)
@given(number=st.integers(1, 2**255), base=st.integers(1, 2**64), which=st.sampled_from((12, 13, 14)))
def test_multiples_are_those_of_the_other_library(number: int, base: int, which: int) -> None:
    curve = curve_group(which).curve
    point = multiply_point(curve, base, curve.generator)
    expected = (number * base % curve.order) * curve.arithmetic
    assert multiply_point(curve, number, point) == (int(expected.x()), int(expected.y()))


def test_the_smallest_and_largest_multiples() -> None:
    curve = curve_group(12).curve
    point = multiply_point(curve, 5, curve.generator)
    negative = (point[0], curve.prime - point[1])
    assert multiply_point(curve, 1, point) == point
    assert multiply_point(curve, 2, point) == add_points(curve, point, point)
    assert multiply_point(curve, curve.order - 1, point) == negative
    assert multiply_point(curve, curve.order - 2, point) == add_points(curve, negative, negative)
    for refused in (lambda: multiply_point(curve, curve.order, point), lambda: add_points(curve, point, negative)):
        with pytest.raises(Malformed):
            refused()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_number_has_no_leading_zeros_unless_it_is_a_secret(number: int) -> None:
    group = modp(number)
    size = group.prime.bit_length() // 8
    public = next(element for element in map(group.public, count(2)) if element.bit_length() <= 8 * (size - 1))
    assert group.encode(public)[0] != 0
    assert group.secret(public) == public.to_bytes(size, "big")
    assert group.decode(group.encode(public)) == group.decode(public.to_bytes(size, "big")) == public


@pytest.mark.parametrize("number", [8, 10, 12, 13, 14, 18])
def test_coordinates_that_begin_with_zeros_keep_them(number: int) -> None:
    group = curve_group(number)
    size = (group.curve.prime.bit_length() + 7) // 8
    lengths = {0: 0, 1: 0}
    base = group.curve.arithmetic
    point = base * 2
    for key in count(2):
        at = [int(point.x()), int(point.y())]
        for axis in (0, 1):
            if not lengths[axis] and at[axis].bit_length() <= 8 * (size - 1):
                lengths[axis] = key
                public = group.public(key)
                assert group.secret(public) == at[0].to_bytes(size, "big")
                assert group.encode(public) == b"\x04" + b"".join(coordinate.to_bytes(size, "big") for coordinate in at)
        if all(lengths.values()):
            return
        point = point + base
