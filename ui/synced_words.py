"""What a run of the courier did to one list, in a technician's words."""

from sync.list_sync import Way

_WAYS = {Way.DELTA: "changes", Way.SNAPSHOT: "the whole list", Way.REPAIR: "damaged parts mended"}


def versions_in_words(before: int, after: int) -> str:
    """`version 4`, `version 3 → 4`; `new, version 4` where there was none."""
    if before == after:
        return f"version {after}" if after else "not here yet"
    return f"version {before} → {after}" if before else f"new, version {after}"


def way_in_words(way: str, *, failed: bool = False, postponed: bool = False) -> str:
    """How it came to that version; of one that failed or was put off, that the list stays as it is."""
    if failed:
        return "NOT RENEWED"
    if postponed:
        return "postponed"
    return next((words for known, words in _WAYS.items() if known == way), way)
