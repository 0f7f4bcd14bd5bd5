"""Events of the journal as lines of a screen, and as files for other programs.

- On the screen nothing in an event can move, hide or reorder other text (`ui.text.sanitize`).
- In CSV a cell that a spreadsheet would take for a formula begins with an apostrophe, and control and bidi characters
  are dropped. JSON Lines hold what was recorded, with every character beyond ASCII escaped.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from data.journal.audit.selection import SelectedEvent
from data.journal.audit.typed_queries import PersonDay
from data.json_codec import encode_canonical, to_json_value
from data.text import Message, _, join
from ui.text.sanitize import safe
from ui.text.translation import utc_minute

_FORMULA = ("=", "+", "-", "@")
_LINE = 20_000
"""Characters of the details of one event on the screen."""
_CELL = 1 << 20
_COLUMNS = ("id", "at", "kind", "outcome", "person", "screening", "revision", "details", "detail")


def event_lines(selected: SelectedEvent, *, with_details: bool) -> Iterator[str]:
    """One line, and another one for the details where they are wanted and still here."""
    event = selected.event
    words = [utc_minute(event.at.isoformat()), event.kind, event.outcome, event.person]
    if event.screening:
        words.append(f"{event.screening}.{event.revision}" if event.revision else event.screening)
    if selected.is_purged:
        words.append(_("details purged"))
    yield safe(join(words, "  "), _LINE)
    if with_details and event.detail:
        yield f"    {safe(encode_canonical(event.detail).decode(), _LINE)}"


def event_facts(selected: SelectedEvent) -> dict[str, Any]:
    """An event for a program; `details` is `kept` or `purged`."""
    event = selected.event
    facts = {name: getattr(event, name) for name in _COLUMNS if name != "details"}
    facts["details"] = "purged" if selected.is_purged else "kept"
    return {name: to_json_value(facts[name]) for name in _COLUMNS}


def to_json_lines(events: Sequence[SelectedEvent]) -> bytes:
    """One object a line, in UTF-8."""
    return "".join(f"{json.dumps(event_facts(event))}\n" for event in events).encode()


def to_csv(events: Sequence[SelectedEvent]) -> bytes:
    """One row an event, with a head; `detail` is JSON. In UTF-8."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for event in events:
        facts = event_facts(event)
        facts["detail"] = json.dumps(facts["detail"], ensure_ascii=False) if facts["detail"] else ""
        rows.writerow([_to_cell(facts[name]) for name in _COLUMNS])
    return table.getvalue().encode()


def describe_typing(day: PersonDay) -> Message:
    """What one person typed on one day, and how much of it had no decision."""
    return _(
        "{day}: {person} typed {typed}, without a decision {undecided}",
        day=f"{day.day:%Y-%m-%d}",
        person=safe(day.person),
        typed=day.typed,
        undecided=day.undecided,
    )


def _to_cell(value: object) -> str:
    text = "" if value is None else safe(str(value), _CELL)
    return f"'{text}" if text.startswith(_FORMULA) else text
