"""Serves the published tree, and accepts reports where it can open them; on loopback by default.

The tree is static files with ranges, made for any server; this one is for a small headquarters, a demo and tests.
Reports come as one POST a segment, with one signed acknowledgement as the answer:

    200 the sealed acknowledgement · 413 too large · 422 refused · 503 busy, try again

A body is read up to its bound and for so long; nothing of it is looked at here. How many may come at once is the
connections' business (`sync/headquarters/http_connections.py`). Errors say no more than their number to the sender.
"""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from data.errors import NoHome, StoreError, TrustError, describe_os_error
from data.homes import HomeKind, refuse_other_home
from data.log.error_log import log_error
from data.text import Message, _
from sync.formats.report_messages import UPLINK_PATH
from sync.headquarters.home import public_folder
from sync.headquarters.http_connections import BoundedConnection
from sync.headquarters.ingest.segments import Ingest
from sync.limits import LIMITS, SyncLimits

_AGAIN_S = "60"

LOOPBACK = "127.0.0.1"
Say = Callable[[Message], None]
"""Is called with what people at headquarters are to know of a report."""


def _say_nothing(text: Message) -> None:
    """Where nobody listens."""


class IngestService:
    """The HTTP face of `Ingest`."""

    def __init__(self, ingest: Ingest, *, say: Say = _say_nothing, limits: SyncLimits = LIMITS) -> None:
        self._ingest = ingest
        self._say = say
        self._limits = limits

    @property
    def route(self) -> Route:
        """Where kits send."""
        return Route(f"/{UPLINK_PATH}", self._post, methods=["POST"])

    async def _post(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self._limits.uplink_timeout_s):
                segment = await self._body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if segment is None:
            return Response(status_code=413)
        try:
            result = await run_in_threadpool(self._ingest.take, segment)
        except TrustError as error:
            log_error(error)
            self._say(error.message)
            return Response(status_code=422)
        except StoreError as error:
            log_error(error)
            self._say(error.message)
            return _busy()
        if result.contradicting:
            self._say(
                _(
                    "{kit} contradicts what it reported before ({stream}): see `waypost hq conflicts`.",
                    kit=result.kit,
                    stream=result.batch.stream,
                )
            )
        return Response(result.acknowledgement, media_type="application/octet-stream")

    async def _body(self, request: Request) -> bytes | None:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > self._limits.segment_bytes:
                return None
        return body


def make_application(public: Path, ingest: Ingest | None = None, *, say: Say = _say_nothing) -> Starlette:
    """The tree in `public` as an ASGI application, with a place for reports if `ingest` can take them in."""
    reports = [IngestService(ingest, say=say).route] if ingest else []
    return Starlette(routes=[*reports, Mount("/", StaticFiles(directory=public))])


def make_server(
    home: Path,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    ingest: Ingest | None = None,
    say: Say = _say_nothing,
) -> uvicorn.Server:
    """A server for the headquarters in `home`, not yet running; needs no passphrase itself.

    Raises:
        InputError: it is a kit.
        NoHome: nothing was published there.
    """
    refuse_other_home(home, HomeKind.HEADQUARTERS)
    public = public_folder(home)
    if not public.is_dir():
        raise NoHome(
            _("Nothing has been published in {folder}", folder=home),
            do=_("Check --home, then run `waypost hq publish`"),
        )
    settings = uvicorn.Config(
        make_application(public, ingest, say=say),
        host=host,
        port=port,
        http=BoundedConnection,
        log_config=None,  # what it would print may quote a request; `foreign_loggers` takes it without words
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    return uvicorn.Server(settings)


def serve(
    home: Path,
    *,
    host: str = LOOPBACK,
    port: int,
    ready: Callable[[int], None] = lambda port: None,
    ingest: Ingest | None = None,
    say: Say = _say_nothing,
) -> None:
    """Serve the headquarters in `home` until the process is stopped; `ready` is called with the port.

    Raises:
        NoHome: nothing was published there.
        StoreError: the address cannot be listened on.
    """
    serving = make_server(home, host=host, port=port, ingest=ingest, say=say)
    with _listen(host, port) as listener:
        ready(listener.getsockname()[1])
        serving.run(sockets=[listener])


def _busy() -> Response:
    return Response(status_code=503, headers={"retry-after": _AGAIN_S})


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        why = describe_os_error(error, _("no such address"))
        raise StoreError(
            _("The server cannot listen on {host} port {port} ({reason})", host=host, port=port, reason=why),
            do=_("Choose another --port or --host"),
        ) from error
