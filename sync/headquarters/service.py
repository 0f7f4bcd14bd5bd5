"""Serves the published tree, and takes in reports where it is given what opens them; on loopback unless told otherwise.

The tree is static files with ranges, made for any server; this one is for a small headquarters, a demo and tests.
"""

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from data.errors import NoHome, StoreError
from sync.headquarters.home import public_folder
from sync.headquarters.reports.ingest import Ingest
from sync.headquarters.reports.ingest_service import IngestService

LOOPBACK = "127.0.0.1"


def application(public: Path, ingest: Ingest | None = None) -> Starlette:
    """The tree in `public` as an ASGI application, with a place for reports if `ingest` can take them in."""
    reports = [IngestService(ingest).route] if ingest else []
    return Starlette(routes=[*reports, Mount("/", StaticFiles(directory=public))])


def server(home: Path, *, host: str = LOOPBACK, port: int = 0, ingest: Ingest | None = None) -> uvicorn.Server:
    """A server for the headquarters in `home`, not yet running; needs no passphrase itself.

    Raises:
        NoHome: nothing was published there.
    """
    public = public_folder(home)
    if not public.is_dir():
        raise NoHome(f"{home} has published nothing", do="Make a headquarters with `waypost hq init`")
    settings = uvicorn.Config(
        application(public, ingest), host=host, port=port, log_level="warning", access_log=False, server_header=False
    )
    return uvicorn.Server(settings)


def serve(
    home: Path,
    *,
    host: str = LOOPBACK,
    port: int,
    ready: Callable[[int], None] = lambda port: None,
    ingest: Ingest | None = None,
) -> None:
    """Serve the headquarters in `home` until the process is told to stop; `ready` hears the port once it is ours.

    Raises:
        NoHome: nothing was published there.
        StoreError: the address cannot be listened on.
    """
    serving = server(home, host=host, port=port, ingest=ingest)
    with _listening(host, port) as listener:
        ready(listener.getsockname()[1])
        serving.run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no such address"
        raise StoreError(
            f"{host} port {port} cannot be listened on ({why})", do="Choose another --port or --host"
        ) from error
