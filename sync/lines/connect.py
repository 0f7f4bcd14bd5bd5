"""From the words of kit.toml to lines that are open."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from data.home import KitHome
from sync.limits import LIMITS, Limits
from sync.lines import tls
from sync.lines.folder_link import FolderLink
from sync.lines.http_link import HttpLink
from sync.lines.kept_answers import KeptAnswers
from sync.lines.link import Link, is_url
from sync.lines.mirrors import Mirrors, SourcedLink
from sync.lines.source import Source
from sync.lines.tls import ResumingContext
from sync.lines.wire import Line, Traffic
from sync.sticks.stick import StickLink, is_stick


@dataclass
class Lines:
    """What all connections of one process share, from run to run: sessions, answers, whether to stop."""

    tls: ResumingContext | None = None
    kept: KeptAnswers | None = None
    stopped: Callable[[], bool] = lambda: False
    traffic: Traffic = field(default_factory=Traffic)
    """What crossed the metered line."""

    def equip(self, home: KitHome, sources: Iterable[Source]) -> None:
        """What is missing yet, as kit.toml has it; SettingsError where a certificate cannot be used."""
        self.kept = self.kept or KeptAnswers(home.trust / "answers")
        servers = [home.settings.uplink, *(source.words for source in sources)]
        if self.tls is None and any(words.startswith("https:") for words in servers):
            settings = home.settings.courier
            self.tls = tls.context(settings.authority, settings.certificate, settings.key)


@contextmanager
def link_to(source: str, *, limits: Limits = LIMITS) -> Iterator[Link]:
    """The link for a source: an http(s) URL, a folder or a stick; InputError when it is none."""
    with ExitStack() as opened:
        yield _opened(opened, Source.of(source), Lines(), limits)


@contextmanager
def mirrors_of(
    sources: Sequence[Source],
    lines: Lines,
    wrapped: Callable[[SourcedLink], SourcedLink] = lambda link: link,
    *,
    limits: Limits = LIMITS,
) -> Iterator[Mirrors]:
    """One link over all of `sources`; `wrapped` may put something around each (the budget around the thin ones)."""
    with ExitStack() as opened:
        yield Mirrors([wrapped(_opened(opened, source, lines, limits)) for source in sources])


def _opened(opened: ExitStack, source: Source, lines: Lines, limits: Limits) -> SourcedLink:
    if not is_url(source.words):
        folder = Path(source.words)
        return (StickLink if is_stick(folder) else FolderLink)(folder, source.kind, lines.stopped)
    traffic = lines.traffic if source.metered else Traffic()
    line = Line(lines.stopped, traffic, limits)
    return opened.enter_context(HttpLink(source, limits=limits, line=line, tls=lines.tls, kept=lines.kept))
