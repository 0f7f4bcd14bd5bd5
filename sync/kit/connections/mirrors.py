"""Several sources as one link, opened as kit.toml names them: where one breaks off, the next continues.

- Any source may fill any range of a file: files are the same everywhere, and verified whole by the caller.
- Neighbours on the local network help with the large files; metadata comes from headquarters and its mirrors.
- A source that gave wrong bytes is set aside for the run, and named. One whose line is bad is asked last, one that
  asked us to wait not at all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from data.errors import AskedToWait, Interrupted, LinkError, NotOffered, Postponed
from data.kit import home_files
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.text import _, join
from sync.formats.stick import is_stick
from sync.kit.connections import tls
from sync.kit.connections.asked_wait import AskedWait
from sync.kit.connections.folder_link import FolderLink, StickLink
from sync.kit.connections.http_link import AnswerCache, HttpLink
from sync.kit.connections.tls import ResumingContext
from sync.kit.connections.transport import ThinLineTransport, Traffic
from sync.link import STAYS, Delivery, Source, SourceKind, is_url


class SourcedLink(Protocol):
    """A link that knows where it leads."""

    @property
    def source(self) -> Source:
        """Where it leads."""

    def open(self, path: str, offset: int = 0, end: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """See `sync.link.FileLink`."""


class Mirrors:
    """The sources of one run of the courier, in the order they are asked."""

    def __init__(self, links: Sequence[SourcedLink]) -> None:
        self._links = list(links)
        self._waiting: dict[Source, AskedToWait] = {}
        self._givers: dict[str, list[Source]] = {}
        self.set_aside: list[Source] = []
        """Sources that gave wrong bytes in this run."""

    @property
    def count(self) -> int:
        """How many sources are left."""
        return len(self._links)

    @property
    def asked_wait_s(self) -> float:
        """The longest that a source asked us to wait."""
        return max((error.wait_s for error in self._waiting.values()), default=0.0)

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.link.FileLink`."""
        yield self._pieces(path, offset, end)

    @property
    def via(self) -> Delivery:
        """Whether anybody here is asked live, or everything was handed on by sticks and neighbours."""
        return Delivery.CARRIED if all(link.source.is_carried for link in self._links) else Delivery.LINE

    @property
    def is_neighbours_only(self) -> bool:
        """Whether only neighbours are left to ask."""
        return all(link.source.kind is SourceKind.NEIGHBOUR for link in self._links)

    def drop_givers(self, start: str) -> bool:
        """Set aside who gave the files whose path begins with `start`, for they are wrong; whether anybody is left.

        Where several gave parts, the one asked first (headquarters, where it was one of them) stays until it alone
        is the giver.
        """
        order = [link.source for link in self._links]
        paths = [path for path in self._givers if path.startswith(start)]
        givers = sorted({source for path in paths for source in self._givers.pop(path)}, key=order.index)
        guilty = givers[1:] or givers
        self.set_aside += guilty
        self._links = [link for link in self._links if link.source not in guilty]
        return bool(guilty and self._links)

    def ask_givers_last(self, path: str) -> bool:
        """Ask who gave this file after the others from now on; whether there are others."""
        givers = self._givers.get(path, [])
        self._links.sort(key=lambda link: link.source in givers)
        return any(link.source not in givers for link in self._links)

    def _pieces(self, path: str, at: int, end: int | None) -> Iterator[bytes]:
        errors: list[LinkError] = []
        for link in self._order(path):
            try:
                with link.open(path, at, end) as pieces:
                    for piece in pieces:
                        self._gave(path, link.source)
                        at += len(piece)
                        yield piece
                return
            except Interrupted:
                raise
            except Postponed as error:  # a stick or a neighbour may still give it
                errors.append(error)
            except AskedToWait as error:
                self._waiting[link.source] = error
                errors.append(error)
            except NotOffered as error:
                errors.append(error)
            except LinkError as error:
                log_error(error)
                self._ask_last(link)
                errors.append(error)
        raise self._worst(path, errors)

    def _order(self, path: str) -> list[SourcedLink]:
        large = path.startswith("lists/") and not path.endswith(".json")
        willing = [link for link in self._links if link.source not in self._waiting]
        near = [link for link in willing if link.source.kind is SourceKind.NEIGHBOUR]
        far = [link for link in willing if link.source.kind is not SourceKind.NEIGHBOUR]
        return ([*near, *far] if large else far) or near

    def _ask_last(self, link: SourcedLink) -> None:
        self._links.remove(link)
        self._links.append(link)

    def _gave(self, path: str, source: Source) -> None:
        givers = self._givers.setdefault(path, [])
        if source not in givers:
            givers.append(source)

    def _worst(self, path: str, errors: list[LinkError]) -> LinkError:
        absent = [error for error in errors if isinstance(error, NotOffered)]
        if absent and path.startswith("metadata/"):
            return absent[0]  # a source that answers knows whether there is a newer root; the others are only silent
        for error in errors:
            if isinstance(error, Postponed):
                return error
        shown = (
            [error for error in errors if not isinstance(error, NotOffered)] or errors or list(self._waiting.values())
        )
        if not shown:
            return LinkError(_("This run has no trustworthy source left"), means=STAYS, do=_("Tell headquarters"))
        if len(shown) == 1:
            return shown[0]
        what = join(dict.fromkeys(error.what for error in shown), "; ")
        if all(isinstance(error, NotOffered) for error in shown):
            return NotOffered(what, means=STAYS)
        if all(isinstance(error, AskedToWait) for error in shown):
            return AskedToWait(what, self.asked_wait_s, means=STAYS, do=_("The kit tries again then"))
        return LinkError(what, means=STAYS, do=join(dict.fromkeys(error.do for error in shown if error.do), "; "))


@dataclass
class Connections:
    """What all connections of one process share, from run to run: sessions, answers, whether to stop."""

    tls: ResumingContext | None = None
    answers: AnswerCache | None = None
    must_stop: Callable[[], bool] = lambda: False
    traffic: Traffic = field(default_factory=Traffic)
    """What crossed the metered line."""
    uplink_waits: dict[str, AskedWait] = field(default_factory=dict)
    """Addresses of uplinks that asked to be left alone."""

    def configure(self, home: KitHome, sources: Iterable[Source]) -> None:
        """What is missing yet, as kit.toml has it; SettingsError where a certificate cannot be used."""
        self.answers = self.answers or AnswerCache(home_files.ANSWERS.within(home.path))
        servers = [home.settings.uplink, *(source.words for source in sources)]
        if self.tls is None and any(words.startswith("https:") for words in servers):
            settings = home.settings.courier
            self.tls = tls.tls_context(settings.authority, settings.certificate, settings.key)


@contextmanager
def open_mirrors(
    sources: Sequence[Source],
    lines: Connections,
    wrapped: Callable[[SourcedLink], SourcedLink] = lambda link: link,
) -> Iterator[Mirrors]:
    """One link over all of `sources`; `wrapped` may put something around each (the budget around the thin ones)."""
    with ExitStack() as opened:
        yield Mirrors([wrapped(_open_source(opened, source, lines)) for source in sources])


def _open_source(opened: ExitStack, source: Source, lines: Connections) -> SourcedLink:
    if not is_url(source.words):
        folder = Path(source.words)
        return (StickLink if is_stick(folder) else FolderLink)(folder, source.kind, lines.must_stop)
    traffic = lines.traffic if source.is_metered else Traffic()
    transport = ThinLineTransport(lines.tls, must_stop=lines.must_stop, traffic=traffic)
    return opened.enter_context(HttpLink(source, transport=transport, cache=lines.answers))
