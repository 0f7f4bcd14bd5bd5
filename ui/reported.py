"""What a kit reported, in lines for headquarters' people."""

from collections.abc import Iterator

from sync.headquarters.reports.reported import KitReported, Receipt, StreamReceived
from sync.headquarters.reports.standing_told import standing_told
from ui.say import counted, safe

_SENTENCE = 300


def lines_of(kit: KitReported) -> Iterator[str]:
    """One kit: when last, its lists, its health, and what is wrong with its reports."""
    if not kit.last_seen:
        yield f"{kit.kit}: has not reported yet"
        return
    lives = f"; its journal was put back from a copy ({kit.lives} lives)" if kit.lives > 1 else ""
    yield f"{kit.kit}: last reported {_time(kit.last_seen)}{lives}"
    for receipt in kit.receipts:
        yield f"  {_receipt(receipt)}"
    if kit.health:
        yield f"  {_health(kit)}"
    problems = kit.health.get("problems")
    for problem in problems if isinstance(problems, list) else ():
        yield f"  problem at the kit: {safe(str(problem))}"
    for stream in kit.streams:
        yield from (f"  {line}" for line in _faults(stream))


def _receipt(receipt: Receipt) -> str:
    removed = f", {receipt.removed} removed and {receipt.removals}" if receipt.removed else ""
    if receipt.hidden:
        removed += f", {receipt.hidden} withdrawn still on its disk, hidden since {_time(receipt.hidden_since)}"
    return f"{receipt.list}: version {receipt.version} as of {_time(receipt.as_of)}{removed}, said {_time(receipt.at)}"


def _health(kit: KitReported) -> str:
    facts = kit.health
    clock = facts.get("clock", {})
    behind = ", clock behind signed time" if isinstance(clock, dict) and clock.get("behind") else ""
    standing = f", {told}" if (told := standing_told(facts)) else ""
    words = f"waypost {facts.get('waypost')}, {facts.get('free_disk_mb')} MB free{behind}{standing}"
    return f"health: {safe(words, _SENTENCE)}, said {_time(str(facts.get('at')))}"


def _faults(stream: StreamReceived) -> Iterator[str]:
    if stream.missing_from:
        yield f"{stream.name}: waits for entry {stream.missing_from}; later ones came before it"
    if stream.conflicts:
        contradict = counted(stream.conflicts, "entry contradicts", "entries contradict")
        yield (
            f"CONFLICT {stream.name}: {contradict} what this kit reported before (journal "
            f"{stream.incarnation[:8]}); they are kept apart. Two copies of one kit run, or a journal was changed: "
            f"waypost hq conflicts show {stream.number}"
        )


def _time(iso: str) -> str:
    return safe(iso[:16].replace("T", " "))
