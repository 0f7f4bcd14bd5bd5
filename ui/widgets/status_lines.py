"""The top lines: where this is, the lists' ages in words, and what the whole post lacks, shown once.

- Lists of one age are named together, and a line ends between two ages, not inside one.
- In quiet mode no list is named: only how old the oldest is, and how many notices there are.
"""

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.widgets import Static

from appliance.counter.kit_lists import ListState
from data.lists.edition import AgeBand
from ui.desk.actions import Privacy
from ui.desk.desk_port import PostState, Workplace
from ui.text.sanitize import pluralize, safe

ROWS = 3
MOST_LISTS = 2
"""Lines of the lists; F9 shows every one."""
SEPARATOR = " · "


class StatusLines(Static):
    """Three lines at the top."""

    DEFAULT_CSS = (
        f"StatusLines {{ height: auto; min-height: {ROWS}; max-height: 5; padding: 0 1; "
        "background: $status-paper; color: $ink; }"
    )

    def __init__(self, place: Workplace, *, simulated: bool) -> None:
        super().__init__("", markup=False)
        self._place = place
        self._simulated = simulated
        self._shown: tuple[PostState | None, tuple[str, ...], Privacy] = (None, (), Privacy.OPEN)

    def show(self, post: PostState | None, late: Sequence[str], privacy: Privacy) -> None:
        """Draw the post's state, and late answers about earlier travellers."""
        self._shown = (post, tuple(late), privacy)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Where a line ends depends on the width."""
        self._draw()

    def _draw(self) -> None:
        post, late, privacy = self._shown
        notices = list(_notices(post, late, privacy))
        lists = pack_lines(lists_line(post, privacy), self.content_size.width)
        if len(lists) > MOST_LISTS:  # what the whole post lacks stands below and must stay on the screen
            lists[MOST_LISTS - 1 :] = [f"{lists[MOST_LISTS - 1]}{SEPARATOR}…"]
        lines = [self._first(post), *map(Content, lists)]
        warning = f"! {' · '.join(notices)}" if notices else ""
        self.update(Content("\n").join([*lines, Content.styled(warning, "bold $warn-ink")]))

    def _first(self, post: PostState | None) -> Content:
        place = self._place
        where = (place.post or place.kit, f"lane {place.lane}" if place.lane else "", place.direction.value)
        parts = [safe(part, 24) for part in (*where, place.officer) if part]
        link = post.link if post else ""
        text = Content(" · ".join([*parts, *([safe(link, 60)] if link else [])]))
        if not self._simulated:
            return text
        return Content.assemble(text, "  ", ("SIMULATED", "bold $warn-ink reverse"))


def lists_line(post: PostState | None, privacy: Privacy) -> str:
    """`Lists: ofac, sltd 3 hours ago · un 9 days ago, EXPIRED`."""
    if post is None:
        return "Looking at the lists …" if privacy is Privacy.OPEN else "Looking …"
    if not post.lists:
        return "No list is carried" if privacy is Privacy.OPEN else "No data"
    if privacy is Privacy.QUIET:
        dated = [(state.edition.as_of, state.words) for state in post.lists if state.edition]
        return f"Data as of {min(dated)[1]}" if dated else "No data"
    ages: dict[str, list[str]] = {}
    for state in post.lists:
        ages.setdefault(_age(state), []).append(safe(state.name, 32))
    return "Lists: " + SEPARATOR.join(f"{', '.join(names)} {age}" for age, names in ages.items())


def _age(state: ListState) -> str:
    band = {AgeBand.OLD: ", old", AgeBand.EXPIRED: ", EXPIRED"}.get(state.age, "") if state.age else ""
    return f"{state.words}{band}"


def pack_lines(line: str, width: int) -> list[str]:
    """The line in lines of at most `width` cells, broken at its separators; a longer piece stays whole."""
    lines: list[str] = []
    for piece in line.split(SEPARATOR):
        longer = f"{lines[-1]}{SEPARATOR}{piece}" if lines else piece
        if lines and len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _notices(post: PostState | None, late: Sequence[str], privacy: Privacy) -> Iterator[str]:
    conditions = post.conditions if post else ()
    if privacy is Privacy.QUIET:
        if conditions or late:
            yield f"{pluralize(len(conditions) + len(late), 'notice')} for the post: F9"
        return
    yield from late
    overridden = {override.condition for override in post.overrides} if post else set()
    for condition in conditions:
        yield safe(str(condition), 60) + (" (work opened)" if condition in overridden else "")
