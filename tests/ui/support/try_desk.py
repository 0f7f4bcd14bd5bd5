"""`python -m tests.ui.support.try_desk`: the desk over the tests' counter, to be looked at in a real terminal."""

import sys

from tests.ui.support import desk_kit as kit
from ui.screens.app import DeskApp


def main() -> None:
    counter = kit.Counter()
    if "reader" in sys.argv:
        counter.reader = kit.PaperReader()
        counter.reader.waiting += [kit.zone(number) for number in (kit.CLEAR, kit.CHECK, kit.REFER, kit.WEAK)]
    if "expired" in sys.argv:
        counter.expired_after_h = 48
    DeskApp(counter.start()).run(mouse=False)


if __name__ == "__main__":
    main()
