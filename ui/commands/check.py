"""`waypost check`: the Desk's headless twin."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import click

from data.documents.codes import LARGEST_BYTES
from data.errors import InputError
from data.findings import Verdict
from data.screenings import Direction
from ui.answers import answer, refused
from ui.clock_notice import warn_of_clock
from ui.options import emit, home_option, json_option, passphrase, passphrase_option
from ui.plain import plain_lines
from ui.questions import Question, identity_of
from ui.wiring import Counter, open_counter

EXIT_CODES = {Verdict.CLEAR: 0, Verdict.CHECK: 10, Verdict.REFER: 20, Verdict.CANNOT_SAY: 30}


@click.command()
@home_option
@passphrase_option
@click.option("--mrz", help="The machine-readable zone, lines separated by line feeds; `-` reads standard input.")
@click.option("--number", help="A typed document number; with --country and --type.")
@click.option("--country", help="Issuing state of --number, as printed.")
@click.option("--type", help="Document code of --number: P, I, V …  [default: P]")
@click.option("--name", help="A typed name: `SURNAME, GIVEN`.")
@click.option("--born", help="With --name: 1965-03-17, 1965-03 or 1965.")
@click.option("--sex", type=click.Choice(["M", "F", "X"]), help="With --name.")
@click.option("--nationality", help="With --name: code of the state, as printed.")
@click.option("--code", type=click.File("rb"), multiple=True, help="Bytes of a bar code read along; `-` is stdin.")
@click.option("--direction", type=click.Choice([one.value for one in Direction]), help="Default: the kit's own.")
@click.option("--party", help="Ties a family or a bus together.")
@click.option("--batch", type=click.File("rb"), help="JSON Lines in UTF-8, in and out; `-` is stdin.")
@click.option("--officer", default=getpass.getuser, show_default="login name", help="Who asks; kept in the journal.")
@json_option
@click.option("--plain", "as_plain", is_flag=True, help="Numbered lines, also for screen readers (the default).")
def check(
    home: Path,
    passphrase_file: Path | None,
    batch: BinaryIO | None,
    officer: str,
    code: tuple[BinaryIO, ...],
    as_json: bool,
    as_plain: bool,
    **asked: str | None,
) -> int:
    """Screen one traveller, or many.

    Exit code: 0 clear, 10 check, 20 refer, 30 could not say, 2 wrong usage. With --batch (fields of a line are
    named like the options; `id` comes back) that of the most serious answer.
    """
    asks_one = any(asked[name] is not None for name in ("mrz", "number", "name"))
    if (batch is not None) == asks_one:
        raise click.UsageError("Give --mrz, --number or --name; or --batch alone.")
    if code and batch is not None:
        raise click.UsageError("Give the codes of a batch in its lines, as `codes` in hexadecimal.")
    if asked["mrz"] == "-" and any(file is sys.stdin.buffer for file in code):
        raise click.UsageError("Standard input holds one thing: the zone or the code.")
    if as_json and as_plain:
        raise click.UsageError("Choose one of --json and --plain.")
    with closing(open_counter(home, passphrase(passphrase_file), "check")) as counter:
        warn_of_clock(counter)
        codes = tuple(_code(file) for file in code)
        return _many(counter, batch, officer) if batch else _one(counter, asked, codes, officer, as_json=as_json)


def _code(file: BinaryIO) -> str:
    content = file.read(LARGEST_BYTES + 1)
    if not 0 < len(content) <= LARGEST_BYTES:
        raise InputError(
            f"A code's file holds nothing, or more than {LARGEST_BYTES} bytes", do="Give the bytes of one code"
        )
    return content.hex()


def _one(counter: Counter, asked: dict[str, str | None], codes: tuple[str, ...], officer: str, *, as_json: bool) -> int:
    given: dict[str, str | tuple[str, ...]] = {name: value for name, value in asked.items() if value is not None}
    if codes:
        given["codes"] = codes
    if given.get("mrz") == "-":
        given["mrz"] = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    screening = Question.of(**given).screening(counter.kit.settings, officer, counter.clock.now())
    result = counter.screener.screen(screening)
    if as_json:
        emit(answer(result, counter.screened_states()))
    else:
        click.echo("\n".join(plain_lines(result)))
    return EXIT_CODES[result.verdict]


def _many(counter: Counter, lines: BinaryIO, officer: str) -> int:
    """Answer each line with a line, in order; nothing is left out."""
    verdicts = []
    for verdict, reply in _replies(counter, lines, officer):
        click.echo(json.dumps(reply, ensure_ascii=False))
        verdicts.append(verdict)
    if not verdicts:
        raise InputError("The batch holds no line", means="Nobody was screened.", do="Give one JSON object a line")
    return EXIT_CODES[max(verdicts, key=lambda one: one.seriousness)]


def _replies(counter: Counter, lines: BinaryIO, officer: str) -> Iterator[tuple[Verdict, dict[str, Any]]]:
    for place, content in enumerate(lines, 1):
        if not content.strip():
            continue
        # A byte that is no UTF-8 becomes the mark of a lost character, which no field may hold.
        line = content.decode("utf-8-sig", "replace")
        try:
            question = Question.from_json(line)
            screening = question.screening(counter.kit.settings, officer, counter.clock.now())
        except InputError as error:
            yield Verdict.CANNOT_SAY, refused(_or(identity_of(line), place), str(error))
        else:
            result = counter.screener.screen(screening)
            yield result.verdict, {"id": _or(question.id, place), **answer(result, counter.screened_states())}


def _or(own: str | int | None, place: int) -> str | int:
    return place if own is None else own
