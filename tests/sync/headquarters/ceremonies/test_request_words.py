"""The words of a request name every key that comes and goes."""

from dataclasses import replace

from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ceremonies.request_words import describe_request
from tests.sync.support.ceremony import Held, carried


def test_the_words_name_every_key_that_comes_and_goes(held: Held) -> None:
    request = held.propose(
        ProposedChanges(add=(held.new_key("root-4"),), remove=("root-2",), new=("snapshot", "lists", "kits"))
    )
    words = "\n".join(describe_request(carried(held, replace(request, says="All is well"))))
    for expected in (
        "root: version 1 → 2",
        "root: key root-4 (",
        "is added",
        "root: key root-2 (",
        "is removed",
        "snapshot: key ",
        "lists: key ",
        "signs envelopes, in place of",
        "Headquarters says (not verified): All is well",
    ):
        assert expected in words
