"""Whether this kit may read its lists, in words: since when, why, what to do, how long the lease yet runs."""

from collections.abc import Iterator
from datetime import UTC

import click

from data.access import Access, Lease, State, span
from ui.say import safe

ADVISORY = "advisory: without a TPM, whoever holds this machine can put it off by its clock"
"""A kit without a TPM cannot keep its lease from its own thief; what shows the lease says so."""
_SENTENCE = 300


def standing_lines(access: Access) -> Iterator[str]:
    """One line where all is well; else what is wrong, what to do, what comes next."""
    if access.is_open:
        yield f"Standing: good{_left(access.lease)}"
        if access.says:
            yield f"{access.says}. {access.do}."
        return
    since = f" since {access.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if access.since else ""
    yield f"Standing: {access.state.value.upper()}{since}. {safe(access.says, _SENTENCE)}."
    if access.do:
        yield f"{access.do}."
    if access.state is not State.ERASED and access.lease:
        yield from _erasure(access.lease)


def warning(access: Access) -> str:
    """What nobody may overlook, in one line; empty where all is well."""
    return f"{safe(access.says, _SENTENCE)}. {access.do}." if access.says else ""


def warn_of_standing(access: Access) -> None:
    """On stderr."""
    if told := warning(access):
        click.echo(f"waypost: {told}", err=True)


def _left(lease: Lease | None) -> str:
    if lease is None:
        return "; no lease: the lists do not lock by themselves"
    return f"; without contact with headquarters the lists lock in {span(lease.locks_in_s)} ({ADVISORY})"


def _erasure(lease: Lease) -> Iterator[str]:
    if lease.erases_in_s is not None and lease.locks_in_s <= 0:
        yield (
            f"They are erased when this machine has run for {span(lease.erases_in_s)} more without contact. "
            f"If its clock is wrong, set it: then the time it counts is right again ({ADVISORY})."
        )
