"""`python -m ui` is the command `waypost`."""

from ui.cli import main

main()
