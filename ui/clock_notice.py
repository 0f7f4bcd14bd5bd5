"""Says that this machine's clock stands before signed time, where no status line does."""

import click

from appliance.standing import Condition, ConditionKind
from data.clock import Clock


def warn_of_clock(clock: Clock) -> None:
    """On stderr: ages then count from the newest signed time, so a list may be older than it seems."""
    time = clock.trusted()
    if time.behind:
        condition = Condition(ConditionKind.CLOCK_BEHIND)
        since = f"{time.now:%Y-%m-%d %H:%M} UTC"
        click.echo(f"waypost: {condition} ({since}): lists may be older than they seem. Set the clock.", err=True)
