"""`waypost demo`: everything on one machine, with invented people."""

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ui.commands.desk import run_desk
from ui.demo.build import PASSPHRASE, build
from ui.demo.shift import present
from ui.wiring import open_counter


@click.command()
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build it in this new folder and leave it there (passphrase: demonstration); default: a temporary one.",
)
def demo(keep: Path | None) -> None:
    """Build a headquarters and a kit from fictional lists, sync them, and screen a morning's travellers.

    In a terminal it ends in the Desk; elsewhere it prints the verdicts.
    """
    where = nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="waypost-demo-")
    with where as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        kit = build(Path(folder), lambda line: click.echo(line, err=True))
        with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
            if sys.stdin.isatty() and sys.stdout.isatty():
                run_desk(counter, "demonstration", kit)
            elif reader := counter.reader():
                present(counter, reader)
        if keep:
            click.echo(f"Kept in {keep}: WAYPOST_PASSPHRASE={PASSPHRASE} waypost desk --home {kit}", err=True)
