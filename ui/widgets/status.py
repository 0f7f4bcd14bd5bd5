"""The top lines: where this is, the lists' ages in words, and what the whole post lacks, told once.

In quiet mode no list is named: only how old the oldest is, and how many notices there are.
"""

from collections.abc import Iterator, Sequence

from textual.content import Content
from textual.widgets import Static

from appliance.post_state import ListState
from data.lists.age import Age
from ui.keys import Privacy
from ui.say import counted, safe
from ui.screens.desk_port import Place, PostState

ROWS = 3


class StatusLines(Static):
    """Three lines at the top."""

    DEFAULT_CSS = (
        f"StatusLines {{ height: auto; min-height: {ROWS}; max-height: 5; padding: 0 1; "
        "background: $status-paper; color: $ink; }"
    )

    def __init__(self, place: Place, *, simulated: bool) -> None:
        super().__init__("", markup=False)
        self._place = place
        self._simulated = simulated

    def show(self, post: PostState | None, late: Sequence[str], privacy: Privacy) -> None:
        """Draw the post's state, and late answers about earlier travellers."""
        notices = list(_notices(post, late, privacy))
        lines = [self._first(post), Content(lists_line(post, privacy))]
        told = f"! {' · '.join(notices)}" if notices else ""
        self.update(Content("\n").join([*lines, Content.styled(told, "bold $warn-ink")]))

    def _first(self, post: PostState | None) -> Content:
        place = self._place
        where = (place.post or place.kit, f"lane {place.lane}" if place.lane else "", place.direction.value)
        parts = [safe(part, 24) for part in (*where, place.officer) if part]
        link = post.link if post else ""
        text = Content(" · ".join([*parts, *([safe(link, 40)] if link else [])]))
        if not self._simulated:
            return text
        return Content.assemble(text, "  ", ("SIMULATED", "bold $warn-ink reverse"))


def lists_line(post: PostState | None, privacy: Privacy) -> str:
    """`Lists: ofac 3 hours ago · un 9 days ago, EXPIRED`."""
    if post is None:
        return "Looking at the lists …" if privacy is Privacy.OPEN else "Looking …"
    if not post.lists:
        return "No list is carried" if privacy is Privacy.OPEN else "No data"
    if privacy is Privacy.QUIET:
        dated = [(one.edition.as_of, one.words) for one in post.lists if one.edition]
        return f"Data as of {min(dated)[1]}" if dated else "No data"
    return "Lists: " + " · ".join(map(_list, post.lists))


def _list(one: ListState) -> str:
    band = {Age.OLD: ", old", Age.EXPIRED: ", EXPIRED"}.get(one.age, "") if one.age else ""
    return f"{safe(one.name, 32)} {one.words}{band}"


def _notices(post: PostState | None, late: Sequence[str], privacy: Privacy) -> Iterator[str]:
    conditions = post.conditions if post else ()
    if privacy is Privacy.QUIET:
        if conditions or late:
            yield f"{counted(len(conditions) + len(late), 'notice')} for the post: F9"
        return
    yield from late
    opened = {opening.condition for opening in post.openings} if post else set()
    for condition in conditions:
        yield safe(str(condition), 60) + (" (work opened)" if condition in opened else "")
