"""Ranges of numbers, and what they mean said another way."""

from collections.abc import Sequence

from hypothesis import strategies as st


def shape(number: str) -> str:
    return "".join("#" if char.isdigit() else "@" for char in number)


def is_inside(number: str, first: str, last: str) -> bool:
    """What a range means, said another way."""
    same_shape = shape(first) != shape(last) or shape(number) == shape(first)
    return len(number) == len(first) and first <= number <= last and same_shape


@st.composite
def ranges(draw: st.DrawFn, places: Sequence[str] = ("01289", "AMZ", "09AZ", "019")) -> tuple[str, str]:
    """Ends over few characters, so that what is tried often falls inside or on an edge."""
    ends = [draw(st.tuples(*map(st.sampled_from, ["XY", "0", *places]))) for _ in range(2)]
    first, last = sorted("".join(end) for end in ends)
    return first, last
