"""How the suite of staff cards inserts, pulls out and spoils a card of a driver."""

import tomllib
from pathlib import Path
from typing import Protocol

from devices.ports import DriverContext
from devices.staff_card.card_reader import CardProblem
from tests.support.card_tokens import PIN, CardMaker


class CardBench(Protocol):
    """One driver's reader."""

    simulated: bool
    context: DriverContext
    url: str

    def insert(self, *problems: CardProblem) -> None:
        """A card with one good key and the PIN of `card_tokens`; a problem comes up when it is used."""

    def pull_out(self) -> None:
        """Take the card away."""


class SimulatedCardBench:
    simulated = True
    url = "simulated://simulated/cards.toml#card"

    def __init__(self, folder: Path) -> None:
        self.context = DriverContext(folder, "development", devices=folder / "dev")
        self._file = folder / "simulated" / "cards.toml"
        self._file.parent.mkdir()
        self._serial = 0
        self.pull_out()

    def insert(self, *problems: CardProblem) -> None:
        card = {"label": "A. Karim", "serial": str(self._serial), "seed": "karim", "pin": PIN}
        lines = [f'{name} = "{value}"' for name, value in card.items()]
        for problem in problems:
            match problem:
                case CardProblem.NO_KEY:
                    lines.remove('seed = "karim"')
                case CardProblem.NOT_SET_UP:
                    lines.append("is_empty = true")
                case CardProblem.LAST_TRY:
                    lines.append("tries = 2")
                case CardProblem.PIN_LOCKED:
                    lines.append("tries = 1")
                case CardProblem.SEVERAL_CARDS:
                    pass
                case _:
                    lines.append(f'fault = "{problem}"')
        both = ', "other"' if CardProblem.SEVERAL_CARDS in problems else ""
        other = '[card.cards.other]\nserial = "other"\nseed = "other"\npin = "1"\n'
        self._write(f'inserted = ["karim"{both}]\n[card.cards.karim]\n' + "\n".join(lines) + "\n" + other)

    def pull_out(self) -> None:
        self._write("inserted = []\n")

    def _write(self, content: str) -> None:
        text = f'[card]\nkind = "staff card"\n{content}'
        tomllib.loads(text)
        new = self._file.with_suffix(".new")
        new.write_text(text, "utf-8")
        new.rename(self._file)


class SofthsmCardBench:
    """Cards of softhsm2 behind a library that fails on request."""

    simulated = False

    def __init__(self, folder: Path, maker: CardMaker) -> None:
        self.context = DriverContext(folder, "development", devices=folder / "dev")
        self._maker = maker
        self.url = maker.url
        self._made: tuple[CardProblem, ...] | None = None
        self.pull_out()

    def insert(self, *problems: CardProblem) -> None:
        if self._made is None:
            self._maker.make("A. Karim", *(() if CardProblem.NO_KEY in problems else ("EC:prime256v1",)))
            if CardProblem.SEVERAL_CARDS in problems:
                self._maker.make("Another", "EC:prime256v1")
            self._made = problems
        orders = {
            CardProblem.PULLED_OUT: "pull",
            CardProblem.MODULE_HANGS: "hang-sign",
            CardProblem.MODULE_CRASHED: "crash-sign",
            CardProblem.NOT_SET_UP: "empty",
            CardProblem.LAST_TRY: "last-try",
            CardProblem.PIN_LOCKED: "locked",
        }
        self._maker.order(*(orders[problem] for problem in problems if problem in orders))

    def pull_out(self) -> None:
        self._maker.order("away")
