"""Comma-separated lines, one record a line: a fault in one line costs that line and no other.

A quotation mark that is never closed cannot swallow the lines behind it, and a line without end cannot
swallow the memory.
"""

import csv
from collections.abc import Iterator
from typing import TextIO

from data.sources import Refusal

LINE_LIMIT = 65_536
"""Characters of a line."""


def lines(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line that is not blank, from 1; None for one longer than `LINE_LIMIT`."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT and not line.endswith("\n"):
            yield number, None
            _skip_rest(file)
        elif text := line.strip("\r\n"):
            yield number, text


def _skip_rest(file: TextIO) -> None:
    while (rest := file.readline(LINE_LIMIT)) and not rest.endswith("\n"):
        pass


def cells(line: str) -> list[str]:
    """The fields of one line (RFC 4180, no line breaks in a field); csv.Error says what is wrong with it."""
    return next(csv.reader((line,), strict=True))


def rows(file: TextIO, name: str) -> Iterator[tuple[int, list[str]] | Refusal]:
    """Number and fields of each line, and a refusal `name:number` for each that cannot be split."""
    for number, line in lines(file):
        if line is None:
            yield Refusal(f"{name}:{number}", f"the line is longer than {LINE_LIMIT} characters")
            continue
        try:
            yield number, cells(line)
        except (csv.Error, StopIteration) as problem:
            yield Refusal(f"{name}:{number}", f"the line is not comma-separated text: {problem or 'it is blank'}")
