"""Small files that change under their name, as they came last: asked for again only where they changed.

What is kept is public metadata or ciphertext, verified by whoever asked exactly as if it had come anew. A kept answer
that was damaged is none.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sync.limits import LIMITS

_MOST_TAG = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave under a URL."""

    etag: str
    content: bytes


class KeptAnswers:
    """The answers in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str) -> Answer | None:
        """The last answer, where it is whole."""
        try:
            head, _, content = self._file(url).read_bytes().partition(b"\n")
            facts = json.loads(head)
            if facts["sha256"] == sha256(content).hexdigest():
                return Answer(str(facts["etag"]), content)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass  # there is none that can be used: it is asked for whole
        return None

    def put(self, url: str, answer: Answer) -> None:
        """Keep an answer. Not forced to the disk: losing it costs a kilobyte, wearing the disk out costs a kit."""
        if not _can_be_asked_with(answer.etag) or len(answer.content) > LIMITS.envelope_bytes:
            return
        head = json.dumps({"etag": answer.etag, "sha256": sha256(answer.content).hexdigest()})
        file = self._file(url)
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            beside = file.with_suffix(".new")
            beside.write_bytes(head.encode() + b"\n" + answer.content)
            beside.replace(file)

    def forget(self) -> None:
        """Forget every answer: one of them may be what was refused."""
        for file in self._folder.glob("*"):
            file.unlink(missing_ok=True)

    def _file(self, url: str) -> Path:
        return self._folder / sha256(url.encode()).hexdigest()[:32]


def _can_be_asked_with(etag: str) -> bool:
    return 0 < len(etag) <= _MOST_TAG and etag.isascii() and etag.isprintable()
