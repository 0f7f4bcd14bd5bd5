"""The protocol of the ceremonies: a text file, appended to, that says who did what with which key and when."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

NAME = "ceremonies.txt"
"""In the home, and on each medium."""


def record(file: Path, now: datetime, title: str, lines: Iterable[str]) -> None:
    """Append one act; it survives a power cut from here on."""
    text = f"{now:%Y-%m-%d %H:%M:%S} UTC  {title}\n" + "".join(f"    {line}\n" for line in lines)
    with file.open("a", encoding="utf-8") as protocol:
        protocol.write(text + "\n")
        protocol.flush()
        os.fsync(protocol.fileno())
