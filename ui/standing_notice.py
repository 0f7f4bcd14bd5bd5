"""Says on stderr that headquarters does not let this kit work, or that its lease is over."""

import click

from data.enrolment import standing
from ui.say import safe
from ui.wiring import Counter


def warn_of_standing(counter: Counter) -> None:
    """Whoever asks for the lists asks whether they will become newer."""
    said = standing(counter.kit)
    if not said.in_force:
        why = f": {safe(said.reason, 120)}" if said.reason else ""
        click.echo(f"Headquarters says that this kit is not in force ({safe(said.state)}){why}", err=True)
    elif said.lease_until is not None and said.lease_until < counter.clock.now():
        click.echo(f"The lease of this kit ended at {said.lease_until:%Y-%m-%d %H:%M} UTC", err=True)
