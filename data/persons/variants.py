"""Names that are one name in several languages or habits: JOSEPH and YUSUF, MOHAMMED and MAMADOU, CHAN and CHEN."""

from collections import defaultdict

from data.persons.sound import sound
from data.persons.tables.variants import LINES


def _read() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for line in LINES:
        heard = {sound(name) for name in line}
        for one in heard:
            known[one] |= heard - {one}
    return {one: frozenset(others) for one, others in known.items()}


_KNOWN = _read()
_NONE: frozenset[str] = frozenset()


def variants(heard: str) -> frozenset[str]:
    """Sounds of the names that may stand for a name of this sound; symmetric."""
    return _KNOWN.get(heard, _NONE)
