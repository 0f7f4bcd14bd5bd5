"""Whatever a server answers, no report is lost."""

from collections.abc import Callable, Iterator

import pytest

from data.errors import AskedToWait, LinkError, NotOffered, TrustError
from data.journal.chains import Stream
from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from sync.kit import courier
from sync.kit.reports.uplink import HttpUplink
from tests.support.deployment import Deployment
from tests.support.network.chaos import ChaosServer, Fault
from tests.support.network.uplinks import all_batches, dispatch, happen


def test_a_static_server_that_takes_no_reports_is_no_fault(
    deployment: Deployment, kit: KitHome, served: Callable[..., str]
) -> None:
    url = served(deployment.hq.path)
    assert courier.run(kit, source=url).ok
    with HttpUplink(url) as uplink, pytest.raises(NotOffered, match="No service accepts reports"):
        uplink.send(*all_batches(kit, Stream.RECEIPTS)[0])


@pytest.mark.parametrize(
    ("status", "error"), [(200, TrustError), (422, TrustError), (503, LinkError), (302, LinkError), (405, NotOffered)]
)
def test_whatever_a_server_answers_nothing_is_lost(kit: KitHome, status: int, error: type[Exception]) -> None:
    happen(kit, 3)
    with ChaosServer(kit.path) as server, HttpUplink(server.url) as uplink:
        server.reports = Fault(status=status, change=lambda _: bytes(5000))
        with pytest.raises(error):
            dispatch(kit).send(uplink)
    assert Outbox(kit.journal).waiting()[Stream.AUDIT] == 3


@pytest.mark.parametrize(("asked", "wait_s"), [("120", 120), ("86400", 3600)])
def test_a_busy_headquarters_is_left_alone_as_long_as_it_asks_an_hour_at_most(
    kit: KitHome, asked: str, wait_s: float
) -> None:
    happen(kit, 3)
    with ChaosServer(kit.path) as server, HttpUplink(server.url) as uplink:
        server.reports = Fault(status=503, headers={"retry-after": asked})
        with pytest.raises(AskedToWait, match=f"HTTP 503; it asks the kit to wait {wait_s} s") as caught:
            dispatch(kit).send(uplink)
    assert caught.value.wait_s == wait_s and "stay on this kit" in caught.value.means


def test_an_uplink_may_be_closed_without_a_with_statement(kit: KitHome) -> None:
    happen(kit, 1)
    uplink = HttpUplink("http://127.0.0.1:9")
    uplink.close()
    with pytest.raises(RuntimeError, match="closed"):
        dispatch(kit).send(uplink)


@pytest.mark.parametrize("url", ["http://.example", "https://xn--a.example"])
def test_an_uplink_without_an_address_is_a_bad_line_and_a_mistake_in_the_program_is_not(kit: KitHome, url: str) -> None:
    happen(kit, 1)
    with HttpUplink(url) as uplink, pytest.raises(LinkError, match="the address is not that of a server"):
        dispatch(kit).send(uplink)

    def pace(content: bytes) -> Iterator[bytes]:
        raise ValueError("a mistake")

    with (
        ChaosServer(kit.path) as server,
        HttpUplink(server.url, paced=pace) as uplink,
        pytest.raises(ValueError, match="a mistake"),
    ):
        dispatch(kit).send(uplink)
