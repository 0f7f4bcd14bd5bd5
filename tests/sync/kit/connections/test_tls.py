"""Certificates on the line: the kit's own is shown, others' are held against the chosen authority."""

import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from data.errors import LinkError, SettingsError
from sync.kit import courier
from sync.kit.connections import tls
from sync.kit.connections.http_link import HttpLink
from sync.kit.connections.transport import ThinLineTransport
from tests.support.deployment import PEOPLE, Deployment, names
from tests.support.network.certificates import Authority
from tests.sync.support.connections import read_from
from tests.sync.support.kits import set_courier


def test_a_server_that_asks_for_a_certificate_gets_the_kits(
    deployment: Deployment, tmp_path: Path, authority: Authority, static: Callable[..., int]
) -> None:
    deployment.publish(PEOPLE)
    more = f"ssl_client_certificate {authority.file}; ssl_verify_client on;"
    port = static(deployment.hq.public, tmp_path / "nginx", authority.certify("localhost"), more)
    kit = set_courier(deployment.kit(source=f"https://localhost:{port}"), authority=str(authority.file))
    with pytest.raises(LinkError):
        courier.run(kit)
    mine = authority.certify("post-1")
    kit = set_courier(kit, certificate=str(mine.certificate), key=str(mine.key))
    assert courier.run(kit).ok
    assert names(kit) == PEOPLE


def test_a_server_that_another_authority_vouches_for_is_refused(
    deployment: Deployment, tmp_path: Path, authority: Authority, static: Callable[..., int]
) -> None:
    port = static(deployment.hq.public, tmp_path / "nginx", authority.certify("localhost"))
    kit = deployment.kit(source=f"https://localhost:{port}")
    with pytest.raises(LinkError, match="certificate is not accepted"):
        courier.run(kit)


def test_a_server_that_ends_while_it_is_greeted_is_a_bad_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=lambda: listening.accept()[0].close(), daemon=True).start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        with HttpLink(url, transport=ThinLineTransport(tls.tls_context())) as link:
            with pytest.raises(LinkError, match="No connection to"):
                read_from(link)


def test_without_authorities_no_certificate_is_accepted(
    tmp_path: Path, authority: Authority, static: Callable[..., int]
) -> None:
    port = static(tmp_path, tmp_path / "nginx", authority.certify("localhost"))
    with HttpLink(f"https://localhost:{port}") as link, pytest.raises(LinkError, match="certificate is not accepted"):
        read_from(link)


def test_a_certificate_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "nothing.pem").write_text("nothing")
    for file, reason in (("/nowhere.pem", "No such file"), (str(tmp_path / "nothing.pem"), r"\([A-Z_]+\)")):
        with pytest.raises(SettingsError, match=reason) as refused:
            tls.tls_context(file)
        assert "authority" in refused.value.do
