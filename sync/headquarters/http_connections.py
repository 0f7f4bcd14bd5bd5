"""One connection to headquarters' server, among as many as it holds at once.

- Whoever comes is let in. Where that is one too many, the connection that has moved nothing for longest is cut: half a
  request, half a report, an answer that nobody takes, or nothing at all between two requests. A slow line keeps
  moving, so connections that only hold their places never shut out a kit, however many they are.
- A connection whose request is being worked on is cut only if every other one is too.
- The headers of a connection's first request must be whole within `LIMITS.service_question_s`. What comes later is held
  to its pace only where a place is wanted.
"""

from asyncio import Transport
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.limits import LIMITS


class BoundedConnection(H11Protocol):
    """Uvicorn's connection, which can say since when it has not moved."""

    moved_at = 0.0
    """When a kilobyte had come or gone, by the loop's clock."""
    _received = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Take the place of whoever has not moved for longest, if there is no other."""
        super().connection_made(transport)
        self.moved_at = self.loop.time()
        self.loop.call_later(LIMITS.service_question_s, self._end_without_question)
        others = [other for other in self.connections if other is not self and isinstance(other, BoundedConnection)]
        if len(others) >= LIMITS.service_connections:
            idle = [other for other in others if not other._is_worked_on]
            min(idle or others, key=lambda other: other.moved_at).cut()

    def data_received(self, data: bytes) -> None:
        """Note that something came."""
        self._received += len(data)
        if self._received >= LIMITS.service_step_bytes:
            self._note_move()
        super().data_received(data)

    def resume_writing(self) -> None:
        """Note that what was written has been taken."""
        self._note_move()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Note that an answer was given."""
        self._note_move()
        super().on_response_complete()

    def cut(self) -> None:
        """End it without another word, and let the next one have its place."""
        self.connections.discard(self)
        self.transport.abort()

    @property
    def _is_worked_on(self) -> bool:
        """Whether its request is whole and has no answer yet."""
        cycle: Any = self.cycle
        return cycle is not None and not cycle.more_body and not cycle.response_started

    def _note_move(self) -> None:
        self._received = 0
        self.moved_at = self.loop.time()

    def _end_without_question(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.cut()
