"""The top lines: where this is, how old the lists are, and what the whole post lacks, shown once.

- Lists of the same age are named together, and a line breaks between two ages, not inside one.
- The first line is one row: what does not fit becomes `…`, the place before the link, whose age is shown to the last.
  F9 shows the whole link.
- Quiet mode names no list: it shows only how old the oldest is, and how many notices there are.
"""

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.widgets import Static

from appliance.counter.kit_lists import ListState
from appliance.standing_conditions import ConditionKind
from data.lists.edition import AgeBand
from data.screenings import Direction
from data.text import Message, _, in_context, join, plural
from ui.desk.actions import Privacy
from ui.desk.desk_port import PostState, Workplace
from ui.text.sanitize import safe, shorten
from ui.text.translation import translate
from ui.widgets import draw_in_place

ROWS, MOST_ROWS = 3, 5
MOST_LISTS = 2
"""Lines of the lists; F9 shows every list."""
SEPARATOR = " · "
_NOTICE = 120
_LEAST_OF_PLACE = 6
"""Cells of the first line that the link leaves to the place."""
DIRECTION_NAMES = {
    Direction.ENTRY: in_context("direction of travel", "entry"),
    Direction.EXIT: in_context("direction of travel", "exit"),
    Direction.TRANSIT: in_context("direction of travel", "transit"),
}


class StatusLines(Static):
    """Three lines at the top."""

    DEFAULT_CSS = (
        f"StatusLines {{ height: auto; min-height: {ROWS}; max-height: {MOST_ROWS}; padding: 0 1; "
        "background: $status-paper; color: $ink; }"
    )

    def __init__(self, place: Workplace, *, simulated: bool) -> None:
        super().__init__("", markup=False)
        self._place = place
        self._simulated = simulated
        self._shown: tuple[PostState | None, tuple[Message, ...], Privacy, int] = (None, (), Privacy.OPEN, 0)

    def show(self, post: PostState | None, late: Sequence[Message], privacy: Privacy, undecided: int = 0) -> None:
        """Draw the post's state, late answers about earlier travellers, and how many of them have no decision."""
        shown = (post, tuple(late), privacy, undecided)
        if shown != self._shown:
            self._shown = shown
            self._draw()

    def change_place(self, place: Workplace) -> None:
        """Somebody else works here, or at another lane."""
        self._place = place
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Where a line breaks depends on the width."""
        self._draw()

    def _draw(self) -> None:
        post, late, privacy, undecided = self._shown
        notices = SEPARATOR.join(safe(notice, _NOTICE) for notice in _notices(post, late, privacy))
        lists = pack_lines(translate(lists_line(post, privacy)), self.content_size.width)
        if len(lists) > MOST_LISTS:  # the notices below them must stay on the screen
            lists[MOST_LISTS - 1 :] = [f"{lists[MOST_LISTS - 1]}{SEPARATOR}…"]
        lines = [self._first(post, undecided), *map(Content, lists)]
        content = Content("\n").join([*lines, Content.styled(f"! {notices}" if notices else "", "bold $warn-ink")])
        draw_in_place(self, content, ROWS, MOST_ROWS)

    def _first(self, post: PostState | None, undecided: int) -> Content:
        place = self._place
        lane = _("lane {lane}", lane=place.lane) if place.lane else ""
        parts = [place.post or place.kit, lane, DIRECTION_NAMES[place.direction], place.officer]
        shown = [safe(part, 24) for part in parts if part]
        width = self.content_size.width
        badges = []
        if undecided:
            count = plural("{count} undecided: F9", "{count} undecided: F9", undecided)
            badges.append((translate(count), "bold $warn-ink"))
        if self._simulated:
            simulated = in_context("badge: a device is simulated", "SIMULATED")
            badges.append((translate(simulated), "bold $warn-ink reverse"))
        room = width - sum(len(badge) + 2 for badge, _style in badges)
        text = fit_place_and_link(shown, safe(post.link, 60) if post else "", room)
        return Content.assemble(text, *(part for badge in badges for part in ("  ", badge)))


def lists_line(post: PostState | None, privacy: Privacy) -> Message:
    """`Lists: ofac, sltd 3 hours ago · un 9 days ago, EXPIRED`."""
    if post is None:
        return _("Looking at the lists …") if privacy is Privacy.OPEN else _("Looking …")
    if not post.lists:
        return _("This kit has no list") if privacy is Privacy.OPEN else _("No data")
    if privacy is Privacy.QUIET:
        dated = [(state.edition.as_of, state.words) for state in post.lists if state.edition]
        return _("Data updated {age}", age=min(dated)[1]) if dated else _("No data")
    ages: dict[Message, list[str]] = {}
    for state in post.lists:
        ages.setdefault(_age(state), []).append(safe(state.name, 32))
    lists = [_("{lists} {age}", lists=join(names, ", "), age=age) for age, names in ages.items()]
    return _("Lists: {lists}", lists=join(lists, SEPARATOR))


def _age(state: ListState) -> Message:
    if state.condition and state.condition.kind is ConditionKind.LIST_EMPTY:
        return _("{age}, EMPTY", age=state.words)
    if state.age is AgeBand.OLD:
        return _("{age}, old", age=state.words)
    if state.age is AgeBand.EXPIRED:
        return _("{age}, EXPIRED", age=state.words)
    return state.words


def fit_place_and_link(place: Sequence[str], link: str, width: int) -> str:
    """Both in a line of `width` cells; where they do not fit, the place is cut before the link."""
    if not link:
        return fit_pieces(place, width)
    where = fit_pieces(place, max(_LEAST_OF_PLACE, width - len(SEPARATOR) - len(link)))
    return f"{where}{SEPARATOR}{shorten(link, max(1, width - len(SEPARATOR) - len(where)))}"


def fit_pieces(pieces: Sequence[str], width: int) -> str:
    """As many pieces as fit a line of `width` cells, then `…` if any is left out."""
    line = SEPARATOR.join(pieces)
    for count in range(len(pieces) - 1, 0, -1):
        if len(line) <= width:
            return line
        line = SEPARATOR.join([*pieces[:count], "…"])
    return shorten(line, max(1, width))


def pack_lines(line: str, width: int) -> list[str]:
    """`line` as lines of at most `width` cells, broken at its separators; a piece that is longer stays whole."""
    lines: list[str] = []
    for piece in line.split(SEPARATOR):
        longer = f"{lines[-1]}{SEPARATOR}{piece}" if lines else piece
        if lines and len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _notices(post: PostState | None, late: Sequence[Message], privacy: Privacy) -> Iterator[Message]:
    conditions = post.conditions if post else ()
    if privacy is Privacy.QUIET:
        if count := len(conditions) + len(late):
            yield plural("{count} notice for the post: F9", "{count} notices for the post: F9", count)
        return
    yield from late
    overridden = {override.condition for override in post.overrides} if post else set()
    for condition in conditions:
        if condition in overridden:
            yield _("{condition} (work opened)", condition=condition.says)
        else:
            yield condition.says
