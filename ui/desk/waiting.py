"""Documents that were read while a traveller has no decision: they wait in order, counted on the screen.

- The next one begins by itself after a decision. One that was kept from before the desk was left, or whose screening
  failed, waits until the officer takes it: its traveller may have gone.
- The screen shows only a country and the first letter of a name, and where travellers may see it, only the count.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rich.cells import cell_len

from appliance.counter.past_travellers import WaitingSubject
from appliance.counter.subject import Subject
from data.text import Message, _
from ui.desk.actions import Privacy
from ui.text.sanitize import safe
from ui.text.translation import translate

MOST_WAITING = 50
"""Beyond, the reader is not read, and a scan is not taken."""
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A document that waits."""

    subject: Subject
    since: datetime | None = None
    """Since when it is unscreened, where it was kept from before; None: it came while this desk was open."""

    @property
    def label(self) -> str:
        """`EST K.`: country, and the first letter of the name's first word."""
        return label_of(self.subject)


class WaitingDocuments:
    """The documents that wait, oldest first."""

    def __init__(self) -> None:
        self._documents: deque[WaitingDocument] = deque()

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[WaitingDocument]:
        return iter(tuple(self._documents))

    @property
    def are_full(self) -> bool:
        """Whether no more are taken."""
        return len(self) >= MOST_WAITING

    @property
    def count_new(self) -> int:
        """How many came while this desk was open."""
        return sum(1 for document in self._documents if document.since is None)

    @property
    def has_next(self) -> bool:
        """Whether one begins by itself after a decision."""
        return any(document.since is None for document in self._documents)

    @property
    def newest(self) -> Subject | None:
        """The last that came while this desk was open: what is read without a document belongs to it."""
        return next((document.subject for document in reversed(self._documents) if document.since is None), None)

    @property
    def unscreened_since(self) -> datetime | None:
        """Since when the oldest of those waits that were kept from before."""
        return min((document.since for document in self._documents if document.since), default=None)

    def add(self, subject: Subject) -> None:
        """A document that was read now."""
        self._documents.append(WaitingDocument(subject))

    def replace(self, subject: Subject) -> None:
        """The same document with more codes."""
        for place, document in enumerate(self._documents):
            if document.subject.unscreened == subject.unscreened:
                self._documents[place] = replace(document, subject=subject)

    def put_back(self, subjects: Iterable[WaitingSubject]) -> None:
        """Documents that were kept from before."""
        known = {document.subject.unscreened for document in self._documents}
        documents = [
            WaitingDocument(each.subject, each.since) for each in subjects if each.subject.unscreened not in known
        ]
        self._documents.extendleft(reversed(documents))

    def take_next(self) -> Subject | None:
        """The next that begins by itself."""
        return self._take(next((document for document in self._documents if document.since is None), None))

    def take_oldest(self) -> Subject | None:
        """The oldest of all."""
        return self._take(next(iter(self._documents), None))

    def has(self, unscreened: str) -> bool:
        """Whether the one with this id still waits."""
        return any(each.subject.unscreened == unscreened for each in self._documents)

    def take(self, unscreened: str) -> Subject | None:
        """The one with this id; None if it does not wait any more."""
        return self._take(next((each for each in self._documents if each.subject.unscreened == unscreened), None))

    def _take(self, document: WaitingDocument | None) -> Subject | None:
        if document is None:
            return None
        self._documents.remove(document)
        return document.subject


def label_of(subject: Subject) -> str:
    """`EST K.`; `?` where neither was read."""
    issuer = safe(subject.documents[0].issuer, 3) if subject.documents else ""
    words = safe(subject.traveller.surname or subject.traveller.given, 40).split() if subject.traveller else []
    return " ".join(filter(None, (issuer, f"{words[0][0]}." if words else ""))) or "?"


def waiting_line(waiting: WaitingDocuments, privacy: Privacy, columns: int) -> str:
    """`waits 2: EST K., FIN V.`, translated, in at most so many cells; empty when nothing waits."""
    texts = (translate(message) for message in _waiting_messages(waiting, privacy))
    return next((text for text in texts if cell_len(text) <= columns), "")


def _waiting_messages(waiting: WaitingDocuments, privacy: Privacy) -> Iterator[Message]:
    """What may be said, the longest first."""
    count, unscreened = waiting.count_new, len(waiting) - waiting.count_new
    if unscreened and count:
        yield _("waits {count}, unscreened {unscreened}", count=count, unscreened=unscreened)
    elif unscreened:
        yield _("unscreened {unscreened}", unscreened=unscreened)
    elif count and privacy is Privacy.OPEN:
        labels = [document.label for document in waiting]
        for named in range(min(_MOST_NAMED, count), 0, -1):
            more = [f"+{count - named}"] if count > named else []
            yield _("waits {count}: {documents}", count=count, documents=", ".join([*labels[:named], *more]))
    if len(waiting):
        yield _("waits {count}", count=len(waiting))
