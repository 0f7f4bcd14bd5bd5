"""The server of a small headquarters gives out the published tree and nothing else."""

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from data.errors import NoHome, StoreError
from sync.headquarters.service import LOOPBACK, make_server, serve
from tests.support.deployment import PEOPLE, Deployment


def test_it_serves_files_and_ranges(deployment: Deployment, served: Callable[[Path], str]) -> None:
    deployment.publish(PEOPLE)
    url = served(deployment.hq.path)
    path = next((deployment.hq.public / "lists" / "un").glob("s-*"))
    whole = path.read_bytes()
    part = httpx.get(f"{url}/lists/un/{path.name}", headers={"range": "bytes=100-"})
    assert (part.status_code, part.content) == (206, whole[100:])


@pytest.mark.parametrize("path", ["/", "/lists/", "/metadata", "/../keys.json", "/%2e%2e/keys.json", "/..%2fhq.db"])
def test_it_shows_nothing_else(deployment: Deployment, served: Callable[[Path], str], path: str) -> None:
    assert httpx.get(served(deployment.hq.path) + path).status_code in (404, 405)


def test_it_takes_nothing(deployment: Deployment, served: Callable[[Path], str]) -> None:
    assert httpx.put(f"{served(deployment.hq.path)}/metadata/timestamp.json", content=b"x").status_code == 405


def test_without_a_tree_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(NoHome, match="run `waypost hq publish`"):
        make_server(tmp_path)


def test_an_address_that_is_taken_is_said(deployment: Deployment) -> None:
    with socket.create_server((LOOPBACK, 0)) as other, pytest.raises(StoreError, match="cannot listen on"):
        serve(deployment.hq.path, port=other.getsockname()[1])
    with pytest.raises(StoreError, match="cannot listen on"):
        serve(deployment.hq.path, host="x" * 70, port=0)
