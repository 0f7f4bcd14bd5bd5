"""Every way to cut a word into known pieces, the likeliest first.

Best first: the cost of a cut is the sum of its pieces' costs, so a search that stops early has missed only dearer ones.
What cannot be finished is never begun, and the steps are bounded: no word takes long.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

MOST_STEPS = 4000


class Piece(NamedTuple):
    """Letters that the next `length` characters of a word may stand for."""

    length: int
    letter: str
    cost: int


PiecesAt = Callable[[str, int], Iterable[Piece]]
"""The pieces that may stand at a place of a word."""


def cuts(word: str, pieces_at: PiecesAt) -> Iterator[str]:
    """The letters of every cut of `word`, cheapest first, within MOST_STEPS steps; nothing where no cut fits."""
    pieces = [list(pieces_at(word, at)) for at in range(len(word))]
    ends = _reaching_the_end(pieces)
    order = count()
    waiting = [(0, 0, next(order), "")]
    for _ in range(MOST_STEPS):
        if not waiting:
            return
        cost, behind, _, letters = heappop(waiting)
        at = -behind
        if at == len(word):
            yield letters
            continue
        for piece in pieces[at]:
            if at + piece.length in ends:
                heappush(waiting, (cost + piece.cost, -at - piece.length, next(order), letters + piece.letter))


def _reaching_the_end(pieces: list[list[Piece]]) -> set[int]:
    ends = {len(pieces)}
    for at in range(len(pieces) - 1, -1, -1):
        if any(at + piece.length in ends for piece in pieces[at]):
            ends.add(at)
    return ends
