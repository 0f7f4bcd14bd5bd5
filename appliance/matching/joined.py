"""Names that hold a traveller's part as two parts written apart: ABDELKARIM against ABD EL KARIM."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index import PersonIndex
from appliance.matching.request import Request
from data.persons.sound import sound

LEAST_JOINED = 6
"""Letters of a part that may be two listed parts written together."""
_LEAST_PIECES = 2, 3
"""Letters of the first piece (EL, AL) and of the second."""
_NAMES_OF_PIECE = 3000
Ints = NDArray[np.integer[Any]]


def joined_names(request: Request, index: PersonIndex) -> dict[int, Ints]:
    """By number of a part, the names; distinct, ascending."""
    return dict(_of_parts(request, index))


def _of_parts(request: Request, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    for number, part in enumerate(request.parts):
        latin = part.forms[0].latin
        if len(part.forms[0].sound) < LEAST_JOINED or part.forms[0].vowelless:
            continue
        cuts = range(_LEAST_PIECES[0], len(latin) - _LEAST_PIECES[1] + 1)
        names = [found for cut in cuts if len(found := _holding_both(latin[:cut], latin[cut:], index))]
        if names:
            yield number, np.unique(np.concatenate(names))


def _holding_both(one: str, other: str, index: PersonIndex) -> Ints:
    units = []
    for piece in sorted((one, other), key=len, reverse=True):  # the longer one is the less likely to be listed
        heard = index.vocabulary.sounds.find(sound(piece))
        if heard < 0:
            return np.empty(0, np.int64)
        units.append(index.vocabulary.of_sound.members(heard).astype(np.int64))
    few, many = sorted(units, key=lambda held: int(index.postings.sizes(held).sum()))
    names = np.unique(index.postings.all_of(few)[0])[:_NAMES_OF_PIECE]
    rows, which = index.rows.all_of(names)
    return names[np.unique(which[np.isin(rows, many)])]
