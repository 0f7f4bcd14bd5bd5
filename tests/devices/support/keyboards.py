"""Which keys type a character, by layout."""

from devices.documents.tables.layouts import ALT_GR, LAYOUTS
from tests.contract.benches.pipe_bench import SHIFT

ALT_GR_KEY = 100


def keys_of(layout: str) -> dict[str, tuple[int, int]]:
    """Character to the code of its key, and to that of the key held down with it; 0 for none."""
    keys = LAYOUTS[layout]
    shifted = {with_shift: (code, SHIFT) for code, (_, with_shift) in keys.items()}
    alt_gr = {character: (code, ALT_GR_KEY) for code, character in ALT_GR[layout].items()}
    return alt_gr | shifted | {alone: (code, 0) for code, (alone, _) in keys.items()}
