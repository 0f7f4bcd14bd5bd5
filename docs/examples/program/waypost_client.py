"""Asks a Waypost kit of this machine to screen travellers. It needs only Python.

    with WaypostClient("/run/waypost/counter.sock", "P-1", credential) as waypost:
        answer = waypost.screen("A-17", number="AB1234567", country="NOR", name="SAMPLE, ANNA")
        if answer["verdict"] == "clear": ...

Everything but the verdict `clear` means: do not let the traveller pass on this answer.
"""

import json
import socket
from typing import Any


class RefusedLine(Exception):
    """The kit refused a line; `code` is one of docs/programs.md."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer.get("message", ""))
        self.code = str(answer.get("error", ""))
        self.answer = answer


class WaypostClient:
    """One connection. Not thread-safe: open one for each lane."""

    def __init__(self, path: str, program: str, credential: str, timeout_s: float = 70.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout_s)
        self._lines = self._socket.makefile("rb")
        self._next = 0
        try:
            self._socket.connect(path)
            self._ask({"hello": 1, "program": program, "credential": credential})
        except BaseException:
            self.close()
            raise

    def screen(self, officer: str, **request: Any) -> dict[str, Any]:
        """The answer for one traveller (docs/check.schema.json, with `id`). Raises RefusedLine, OSError."""
        return self._ask({"id": self._new_id(), "officer": officer, "request": request})

    def decide(self, officer: str, screening: str, decision: str) -> dict[str, Any]:
        """Record what the officer decided about a screening of this connection. Raises RefusedLine, OSError."""
        order = {"screening": screening, "decision": decision, "officer": officer}
        return self._ask({"id": self._new_id(), "decide": order})

    def close(self) -> None:
        """End the connection."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> "WaypostClient":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _new_id(self) -> int:
        self._next += 1
        return self._next

    def _ask(self, line: dict[str, Any]) -> dict[str, Any]:
        self._socket.sendall(json.dumps(line).encode() + b"\n")
        content = self._lines.readline()
        if not content.endswith(b"\n"):
            raise ConnectionError("the kit closed the connection")
        answer: dict[str, Any] = json.loads(content)
        if "error" in answer:
            raise RefusedLine(answer)
        if answer.get("id") != line.get("id"):
            raise ConnectionError("the answer belongs to another line")
        return answer
