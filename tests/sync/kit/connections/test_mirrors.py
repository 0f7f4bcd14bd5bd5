"""Several sources: what one breaks off the next goes on with, and who lies is set aside and named."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data.errors import AskedToWait, LinkError, NotOffered, Postponed
from data.text import _
from sync.kit import courier
from sync.kit.connections.mirrors import Mirrors
from sync.kit.list_sync import SyncMethod
from sync.link import Source, SourceKind, normalize_source, read_whole
from tests.support.deployment import PEOPLE, Deployment, names, one
from tests.support.network.chaos import ChaosServer, Fault, Proxy


def test_a_source_is_a_folder_or_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert normalize_source("tree") == str(tmp_path / "tree")
    assert normalize_source("https://lists.example/public/") == "https://lists.example/public"
    assert not Source.of("tree").is_metered and Source.of("http://127.0.0.1:9").is_metered


CONTENT = bytes(range(250)) * 4
PATH = "lists/un/s-1"


class Scripted:
    """A link that gives some bytes and then fails, or not."""

    def __init__(
        self, name: str, kind: SourceKind = SourceKind.MIRROR, *, gives: int = 1000, then: Exception | None
    ) -> None:
        self.source = Source(name, kind)
        self.asked: list[int] = []
        self._gives, self._then = gives, then

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        self.asked.append(offset)
        yield self._pieces(offset)

    def _pieces(self, offset: int) -> Iterator[bytes]:
        if self._gives:
            yield CONTENT[offset : offset + self._gives]
        if self._then:
            raise self._then


def read(mirrors: Mirrors, path: str = PATH) -> bytes:
    return read_whole(mirrors, path, most_bytes=5000)


def test_the_next_source_goes_on_where_one_broke_off() -> None:
    first, second = Scripted("a", gives=300, then=LinkError("cut")), Scripted("b", then=None)
    assert read(Mirrors([first, second])) == CONTENT
    assert (first.asked, second.asked) == ([0], [300])


def test_a_source_that_failed_is_asked_last_from_then_on() -> None:
    first, second = Scripted("a", gives=0, then=LinkError("down")), Scripted("b", then=None)
    mirrors = Mirrors([first, second])
    read(mirrors), read(mirrors)
    assert (len(first.asked), len(second.asked)) == (1, 2)


def test_a_source_that_asks_to_wait_is_left_alone() -> None:
    first = Scripted("a", gives=0, then=AskedToWait("busy", 120))
    mirrors = Mirrors([first])
    for _again in range(2):
        with pytest.raises(AskedToWait, match="busy"):
            read(mirrors)
    assert (mirrors.asked_wait_s, len(first.asked)) == (120, 1)


def test_what_nobody_has_is_not_offered_and_every_other_failure_is_named() -> None:
    absent = NotOffered("no such file")
    with pytest.raises(NotOffered):
        read(Mirrors([Scripted("a", gives=0, then=absent), Scripted("b", gives=0, then=absent)]))
    with pytest.raises(LinkError, match="a is down; b is down"):
        read(
            Mirrors(
                [
                    Scripted("a", gives=0, then=LinkError("a is down")),
                    Scripted("b", gives=0, then=LinkError("b is down")),
                    Scripted("c", gives=0, then=absent),
                ]
            )
        )


def test_what_to_do_about_each_source_is_said() -> None:
    with pytest.raises(LinkError) as failed:
        read(
            Mirrors(
                [
                    Scripted("a", gives=0, then=LinkError("a is down", do=_("Mount the folder"))),
                    Scripted("b", gives=0, then=LinkError("b is down", do=_("Tell headquarters"))),
                ]
            )
        )
    assert failed.value.do == "Mount the folder; Tell headquarters"


def test_neighbours_give_large_files_first_and_metadata_never_while_there_is_a_line() -> None:
    far, near = Scripted("a", then=None), Scripted("b", SourceKind.NEIGHBOUR, then=None)
    mirrors = Mirrors([far, near])
    read(mirrors, "metadata/timestamp.json")
    assert (len(far.asked), len(near.asked)) == (1, 0)
    read(mirrors)
    assert (len(far.asked), len(near.asked)) == (1, 1)


def test_what_the_thin_line_may_not_bring_a_stick_may() -> None:
    thin, stick = Scripted("a", gives=0, then=Postponed("22:00")), Scripted("b", SourceKind.STICK, then=None)
    assert read(Mirrors([thin, stick])) == CONTENT
    with pytest.raises(Postponed):
        read(Mirrors([thin, Scripted("c", gives=0, then=LinkError("down"))]))


def test_who_gave_wrong_bytes_is_set_aside_until_nobody_is_left() -> None:
    mirrors = Mirrors([Scripted("a", then=None), Scripted("b", then=None)])
    read(mirrors)
    assert mirrors.drop_givers(PATH)
    read(mirrors)
    assert not mirrors.drop_givers(PATH)
    assert [source.words for source in mirrors.set_aside] == ["a", "b"]
    with pytest.raises(LinkError, match="This run has no trustworthy source left"):
        read(mirrors)


@pytest.fixture
def two(deployment: Deployment) -> Iterator[tuple[ChaosServer, ChaosServer]]:
    """Headquarters' server and a mirror of it, with a list that a kit has not got yet."""
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as first, ChaosServer(deployment.hq.public) as second:
        kit = deployment.kit(source=first.url)
        mirrors = kit.settings.courier.model_copy(update={"mirrors": [second.url]})
        kit.settings.model_copy(update={"courier": mirrors}).save(kit.path / "kit.toml")
        yield first, second


def spoil(content: bytes) -> bytes:
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(only="/s-", change=spoil),
        Fault(only="/s-", change=lambda content: content + b"more"),
        Fault(only="metadata/timestamp", change=lambda content: content.replace(b"1", b"2")),
    ],
    ids=["wrong", "too long", "metadata"],
)
def test_a_bad_source_is_set_aside_and_named_and_the_other_serves(
    deployment: Deployment, two: tuple[ChaosServer, ChaosServer], fault: Fault
) -> None:
    two[0].fault = fault
    report = courier.run(deployment.kits[0].reopen())
    assert one(report).way is SyncMethod.SNAPSHOT and one(report).error is None
    (problem,) = report.problems
    assert two[0].url in problem.what
    assert names(deployment.kits[0]) == PEOPLE


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503),
        Fault(status=429, headers={"retry-after": "120"}),
        Fault(status=302, headers={"location": "http://127.0.0.1:9/"}),
        Fault(only="/s-", change=lambda content: content[:100]),
        Fault(only="/s-", headers={"content-encoding": "gzip"}),
        Fault(only="/s-", headers={"content-length": "7"}),
    ],
    ids=["503", "429", "redirect", "truncated", "packed", "wrong length"],
)
def test_a_broken_source_is_followed_by_the_next(
    deployment: Deployment, two: tuple[ChaosServer, ChaosServer], fault: Fault
) -> None:
    two[0].fault = fault
    report = courier.run(deployment.kits[0].reopen())
    assert report.ok and one(report).way is SyncMethod.SNAPSHOT
    assert report.asked_wait_s == (120 if fault.status == 429 else 0)


def test_a_source_that_is_pulled_in_the_middle_costs_no_byte_twice(
    deployment: Deployment, two: tuple[ChaosServer, ChaosServer]
) -> None:
    kit = deployment.kits[0]
    deployment.publish(PEOPLE | {f"XXi.{number:04}": f"Testa {secrets.token_hex(20)}" for number in range(900)})
    with Proxy(two[0].port) as proxy:
        proxy.cut_after = 10_000
        settings = kit.settings.model_copy(update={"source": proxy.url, "courier": kit.reopen().settings.courier})
        settings.save(kit.path / "kit.toml")
        report = courier.run(kit.reopen())
    assert report.ok
    size = deployment.payload("s").stat().st_size
    assert one(report).bytes == size
    ranges = [byte_range for path, byte_range in two[1].asked if "/s-" in path]
    assert ranges and all(byte_range.startswith("bytes=") for byte_range in ranges)
