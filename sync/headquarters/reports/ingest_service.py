"""Takes in reports over HTTP: one POST a segment, one signed acknowledgement an answer.

    200 the sealed acknowledgement · 413 too large · 422 refused · 503 busy, try again

A body is read up to its bound and for so long, and so many at once; nothing of it is looked at here. Errors say no more
than their number to whoever sends.
"""

import asyncio
import sys

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from data.errors import StoreError, TrustError
from sync.headquarters.reports.ingest import Ingest
from sync.limits import LIMITS, Limits
from sync.uplink.port import PATH

_AT_ONCE = 128
_AGAIN_S = "60"


class IngestService:
    """The HTTP face of `Ingest`."""

    def __init__(self, ingest: Ingest, *, limits: Limits = LIMITS) -> None:
        self._ingest = ingest
        self._limits = limits
        self._running = 0

    @property
    def route(self) -> Route:
        """Where kits send."""
        return Route(f"/{PATH}", self._post, methods=["POST"])

    async def _post(self, request: Request) -> Response:
        if self._running >= _AT_ONCE:
            return _busy()
        self._running += 1
        try:
            return await self._answer(request)
        finally:
            self._running -= 1

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self._limits.uplink_timeout_s):
                segment = await self._body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if segment is None:
            return Response(status_code=413)
        try:
            taken = await run_in_threadpool(self._ingest.take, segment)
        except TrustError as error:
            _note(str(error))
            return Response(status_code=422)
        except StoreError as error:
            _note(str(error))
            return _busy()
        if taken.contradicting:
            _note(
                f"{taken.kit} contradicts what it reported before in {taken.batch.stream}: see `waypost hq conflicts`."
            )
        return Response(taken.acknowledgement, media_type="application/octet-stream")

    async def _body(self, request: Request) -> bytes | None:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > self._limits.segment_bytes:
                return None
        return body


def _busy() -> Response:
    return Response(status_code=503, headers={"retry-after": _AGAIN_S})


def _note(line: str) -> None:
    sys.stderr.write(f"waypost: {line}\n")
