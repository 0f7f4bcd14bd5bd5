"""A message is English as a str, and keeps what a translation needs."""

import copy
import json
import pickle

import pytest

from data.text import EMPTY, Message, _, in_context, join, plural

AGE = plural("{count} day", "{count} days", 3)


def test_a_message_is_its_english_with_its_values() -> None:
    assert _("The list {name} is {age} old.", name="documents", age=AGE) == "The list documents is 3 days old."
    assert plural("{count} day", "{count} days", 1) == "1 day"
    assert in_context("state", "look") == "look"
    assert json.dumps({"says": AGE}) == '{"says": "3 days"}'


def test_a_text_without_values_keeps_its_braces() -> None:
    assert _("Write {} for nothing.") == "Write {} for nothing."


def test_a_missing_value_is_found_where_the_text_is_written() -> None:
    with pytest.raises(KeyError):
        _("The list {name}.", nmae="documents")


def test_a_value_is_never_read_as_a_text_with_values() -> None:
    assert _("{name} is listed.", name="{x} {0.__class__}") == "{x} {0.__class__} is listed."


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda message: pickle.loads(pickle.dumps(message))])  # noqa: S301
@pytest.mark.parametrize("message", [AGE, in_context("state", "look"), join([AGE, "x"], "; "), EMPTY])
def test_a_copy_can_still_be_translated(message: Message, copied: type) -> None:
    other = copied(message)
    assert other == message
    assert [getattr(other, name) for name in Message.__slots__] == [
        getattr(message, name) for name in Message.__slots__
    ]


def test_join_keeps_every_part() -> None:
    joined = join([_("Nothing found"), "NORTH"], "; ")
    assert joined == "Nothing found; NORTH"
    assert joined.joint is not None
    assert joined.joint.parts[0].id == "Nothing found"  # type: ignore[attr-defined]
